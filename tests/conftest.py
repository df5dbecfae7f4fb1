"""What several tests share: a cache of their own, and one report of the seeds."""

import os
import tempfile

import pytest
from chromium import ask, send  # noqa: F401

# Kernels inherit it: no test reads what an earlier run has left, and none writes to the user's cache.
if "PARALLAX_CACHE" not in os.environ:
    cache = tempfile.TemporaryDirectory(prefix="parallax-")
    os.environ["PARALLAX_CACHE"] = cache.name


@pytest.fixture(scope="session")
def seeds_site(tmp_path_factory):
    """The folder of a report of `seeds`, rendered once with the parameters of the notebooks."""
    from parallax.report import report

    out = tmp_path_factory.mktemp("reports") / "seeds"
    report("seeds", out, progress=False)
    return out
