"""What nbval leaves out of its comparison: the pixels of figures, which tests/nbval.cfg names."""

from pathlib import Path


def pytest_configure(config):
    """Apply the rule of `make test` to a bare `pytest --nbval` too."""
    if hasattr(config.option, "nbval_sanitize_with"):
        config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(
            Path(__file__).parent / "tests/nbval.cfg"
        )
