"""Processes beside this one: they end with it, and leave the word to it when a run is stopped."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess


def pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes that are spawned: call it only from a script that guards its main part."""
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=follow)


def follow() -> None:
    """Let this process end when the one that started it ends, however that ends, and not by Ctrl-C itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all of them, and the first one says the line
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=[parent], daemon=True).start()


def end_with(parent: BaseProcess) -> None:
    """Wait for another process to end, and end this one."""
    parent.join()
    os._exit(1)
