"""For `make test`: what nbval leaves out of its comparison, and how two workers share the tests."""

from pathlib import Path

import pytest

# They start kernels. Two processes that do so at the same time may choose the same free port: one worker has them all.
KERNELS = ("notebooks/", "tests/test_browser.py", "tests/test_report.py", "tests/test_stops.py",
           "tests/test_display.py::test_nbval")
FIRST = ("kernels", "tests/test_plots.py", "tests/test_notebooks.py")  # the longest: no worker waits for one at the end


def pytest_configure(config):
    """Apply the rule of `make test`, that pixels are not compared, to a bare `pytest --nbval` too."""
    if hasattr(config.option, "nbval_sanitize_with"):
        config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(
            Path(__file__).parent / "tests/nbval.cfg"
        )


def unit(test):
    """Return what a worker takes whole, so that a fixture is made once: a file, or all that starts kernels."""
    return "kernels" if test.startswith(KERNELS) else test.split("::")[0]


def pytest_collection_modifyitems(items):
    """Begin with the longest units."""
    items.sort(key=lambda item: FIRST.index(unit(item.nodeid)) if unit(item.nodeid) in FIRST else len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out units, in their order. (Marks of groups do nothing: pytest-xdist 3.8 cannot set them on pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return unit(nodeid)

    return Units(config, log)
