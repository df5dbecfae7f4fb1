"""Where work is done that falls into parts: in this process, in several, or by the workers of Dask."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from parallax import store
from parallax.errors import StudyError
from parallax.processes import pool

AHEAD = 2  # tasks that wait for each worker, so that none waits for the next
PATIENCE = 20  # seconds to find a scheduler


def run(work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]], engine: str = "",
        workers: int = 1) -> Iterator[tuple[Any, Any]]:
    """Do work on each task, and give the results as they come.

    Parameters
    ----------
    work : callable
        A function of a module.
    tasks : iterable of tuple
        Of each task its name, then what the function takes. They are taken as workers get free.
    engine : str
        "" for processes of this machine, "dask" for a local cluster of Dask, or the address of its scheduler, such as
        "tcp://localhost:8786".
    workers : int
        Processes; with 1 and no engine the work is done in this one. A scheduler has its own.

    Yields
    ------
    (name, result)

    Raises
    ------
    StudyError
        Dask is not installed, no scheduler answers, its workers have another version of Parallax, or a process died.
    """
    if not engine and workers < 2:
        yield from ((name, work(*rest)) for name, *rest in tasks)
        return
    with dask(engine, workers) if engine else processes(workers) as (executor, many):
        waiting: dict[Future[Any], Any] = {}
        for name, *rest in tasks:
            if len(waiting) >= AHEAD * many:
                yield from finished(waiting)
            waiting[executor.submit(work, *rest)] = name
        while waiting:
            yield from finished(waiting)


def finished(waiting: dict[Future[Any], Any]) -> Iterator[tuple[Any, Any]]:
    """Wait until something is done, and take it out of what waits."""
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), future.result()


@contextmanager
def processes(workers: int) -> Iterator[tuple[Executor, int]]:
    """Start processes on this machine, and end them."""
    try:
        with pool(workers) as executor:
            yield executor, workers
    except BrokenProcessPool:
        raise StudyError("a process was ended from outside, as when memory is short; run it again with fewer "
                         "--workers: what is done is kept") from None


@contextmanager
def dask(address: str, workers: int) -> Iterator[tuple[Executor, int]]:
    """Start a cluster on this machine, or find the one whose scheduler has an address."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise StudyError("--engine: needs Dask: pip install 'parallax[scale]'") from None
    if address != "dask" and not address.startswith(("tcp://", "tls://")):
        raise StudyError(f"--engine: {address!r}; allowed: dask, or the address of a scheduler: tcp://HOST:PORT")
    quiet = logging.CRITICAL
    logging.getLogger("distributed").setLevel(quiet)
    with ExitStack() as stack:
        try:
            cluster = address if address != "dask" else stack.enter_context(LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=quiet))
            client = stack.enter_context(Client(cluster, timeout=PATIENCE))
            with suppress(TimeoutError):  # they come after their scheduler
                client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise StudyError(f"--engine: {address}: no scheduler answers ({type(error).__name__})") from None
        known = client.run(store.code)
        if not known:
            raise StudyError(f"--engine: {address}: the scheduler has no workers; start some: dask worker {address}")
        if set(known.values()) != {store.code()}:
            raise StudyError(
                f"--engine: {address}: its workers have another version of Parallax: install this one there")
        yield client.get_executor(), len(known)
