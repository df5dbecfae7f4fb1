"""Inside a kernel of a report: what is loaded before the first notebook, and put back before each further one."""

import gc
import importlib
import os
import sys
import warnings
from typing import Any

LOADED = ("baseline", "check", "cooccurrence", "copies", "discrepancies", "display", "evaluate", "facing", "labels",
          "plots", "propose", "sensitivity", "tables", "verdicts")  # what notebooks import, while a study is read
START = os.getcwd()


def load_ipython_extension(shell: Any) -> None:
    """Load what notebooks need; IPython calls it when the kernel starts."""
    if os.name == "posix" and str(os.getppid()) != os.environ.get("JPY_PARENT_PID"):
        os._exit(1)  # it ended while this kernel started, which ipykernel's own watch does not always see
    for name in LOADED:
        importlib.import_module(f"parallax.{name}")
    gc.freeze()  # what is loaded stays: a collection need not look at it
    gc.set_threshold(50_000, 20, 20)  # to draw makes many small things, and a tenth of the time went into collections


def again() -> None:
    """Leave nothing of one notebook for the next but the modules that it loaded, and what these remember."""
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close("all")
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rc_file_defaults()
    with warnings.catch_warnings():  # which makes those come again, too, that had come once
        warnings.simplefilter("ignore")
        if pandas := sys.modules.get("pandas"):
            pandas.reset_option("all")
    os.chdir(START)
    importlib.import_module("IPython").get_ipython().reset()
    gc.collect()
