"""Processes beside this one: they end with it, and leave the word to it when a run is stopped."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess

from parallax.stops import deaf


class Process(SpawnProcess):
    """A process that does not hear Ctrl-C, not even while it starts."""

    def start(self) -> None:
        """Start it."""
        with deaf():
            super().start()


class Context(SpawnContext):
    """How the processes of a pool are started."""

    Process = Process


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes that are spawned, each with `follow`; call it from a script that guards its main part.

    Parameters
    ----------
    workers : int
        How many processes.

    Yields
    ------
    concurrent.futures.ProcessPoolExecutor
        On an error, or when the run is stopped, its processes are killed: nobody waits for what they have begun.
    """
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, Context(), initializer=follow)
    try:
        yield executor
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def follow() -> None:
    """Let this process end when the one that started it ends, however that ends, and not by Ctrl-C itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=[parent], daemon=True).start()


def end_with(parent: BaseProcess) -> None:
    """Wait for another process to end, and end this one."""
    parent.join()
    os._exit(1)


def end_with_input() -> None:
    """Let this process end when the one that started it, and gave it an input which it does not use, ends."""
    threading.Thread(target=lambda: os.read(sys.stdin.fileno(), 1) or os._exit(1), daemon=True).start()
