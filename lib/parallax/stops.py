"""Ctrl-C and other requests to end: one line on standard error, whatever runs at that moment."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
PATIENCE = 3  # seconds that a run has to clean up
LINE = "parallax: stopped"
asked, said = threading.Event(), threading.Event()


def catch() -> None:
    """Let the first request to end raise KeyboardInterrupt, and no further one disturb the cleaning up."""
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as under `nohup`
            signal.signal(number, stop)


def stop(number: int, frame: FrameType | None) -> None:
    """Stop what runs; a handler of signals."""
    if asked.is_set():
        return
    asked.set()
    sys.unraisablehook = lambda *_: None  # where the exception meets a destructor its traceback would be printed
    threading.Thread(target=insist, daemon=True).start()
    raise KeyboardInterrupt


def insist() -> None:
    """End the process where the exception was lost on its way: some C code drops what is raised in it."""
    time.sleep(PATIENCE)
    say()
    os._exit(1)


def say() -> int:
    """Write the line once; return the exit code."""
    if not said.is_set():
        said.set()
        print(LINE, file=sys.stderr, flush=True)
    return 1


def over() -> None:
    """Let no request disturb the end of the process: all is done and said."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def held() -> Iterator[None]:
    """Let what is begun here come to its end; a request that comes meanwhile counts then."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():  # no other may set handlers, or is interrupted
        before = {number: handler for number in SIGNALS
                  if (handler := signal.getsignal(number)) not in (None, signal.SIG_IGN)}
    for number in before:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


@contextmanager
def deaf() -> Iterator[None]:
    """Let a process that is started here never hear Ctrl-C: a terminal tells it to all, and the first one answers."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    before = mask and mask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)
