"""Kernels that run notebooks, each several one after the other: to start one takes as long as to run a notebook."""

import asyncio
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from parallax.files import alive

ARGUMENTS = ["--log-level=ERROR", "--HistoryManager.hist_file=:memory:",
             "--IPKernelApp.extra_extensions=parallax.fresh"]
AGAIN = "from parallax.fresh import again; again()"
READY, ATTEMPTS = 180, 2  # seconds that a kernel has to start; how often a notebook is tried whose kernel dies
PLACE, NUMBERS = "parallax-kernel-", count()  # of the files that tell a kernel where to listen: names, numbers
PATIENCE = 2  # seconds that the kernels have to end


class Failed(Exception):
    """A notebook stopped with an error: the file, the name of the error, its message, its traceback."""


class Kernels:
    """Kernels that are started at once and run notebooks until the `with` block is left; they end with this process.

    Parameters
    ----------
    number : int
        How many notebooks run at the same time.
    folder : pathlib.Path
        The current folder of the notebooks.
    """

    def __init__(self, number: int, folder: Path) -> None:
        self.loop = asyncio.SelectorEventLoop()  # the only one on Windows that the channels of a kernel can use
        self.loop.set_exception_handler(lambda *_: None)  # what matters is raised where it is waited for
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.free: asyncio.Queue[Kernel] = asyncio.Queue()
        self.kernels = [Kernel(folder) for _ in range(number)]

    def __enter__(self) -> "Kernels":
        for left in Path(tempfile.gettempdir()).glob(f"{PLACE}*-*.json"):  # of a run that was killed
            if not alive(left.name.removeprefix(PLACE).split("-")[0]):
                with suppress(OSError):
                    left.unlink()
        self.thread.start()
        for kernel in self.kernels:
            self.loop.call_soon_threadsafe(self.begin, kernel)
        return self

    def begin(self, kernel: "Kernel") -> None:
        """Start a kernel, and have it for whoever comes first; in the thread of the kernels."""
        kernel.begin()
        self.free.put_nowait(kernel)

    def __exit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self.end(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)

    async def end(self) -> None:
        """Kill the kernels, and wait for what waits for them; in the thread of the kernels."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for kernel in self.kernels:
            kernel.closed = True
        for task in others:
            task.cancel()
        for kernel in self.kernels:
            await kernel.end()
        await asyncio.gather(*others, return_exceptions=True)

    def run(self, notebooks: Iterable[tuple[Path, NotebookNode]]) -> Iterator[tuple[Path, NotebookNode]]:
        """Begin to run notebooks, in the order given.

        Parameters
        ----------
        notebooks : iterable of (pathlib.Path, NotebookNode)
            Each with its parameters set.

        Returns
        -------
        iterator of (pathlib.Path, NotebookNode)
            Each with its outputs, as soon as it has them. It raises `Failed` where one stops with an error, or its
            kernel dies twice.
        """
        return self.ran({asyncio.run_coroutine_threadsafe(self.one(path, node), self.loop): path
                         for path, node in notebooks})

    def ran(self, left: dict[Future[NotebookNode], Path]) -> Iterator[tuple[Path, NotebookNode]]:
        """Yield what runs, as soon as it ran."""
        while left:
            done, _ = wait(left, timeout=0.5, return_when=FIRST_COMPLETED)  # Windows hears Ctrl-C in between only
            while done:
                job = done.pop()
                yield left.pop(job), job.result()

    async def one(self, path: Path, node: NotebookNode) -> NotebookNode:
        """Run one notebook in the next kernel that is free; in the thread of the kernels."""
        kernel = await self.free.get()
        try:
            return await kernel.run(node)
        except Failed as error:
            raise Failed(path.name, *error.args) from None
        finally:
            self.free.put_nowait(kernel)


class Kernel:
    """One kernel; all of it happens in the thread of the kernels."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.used, self.closed = folder, False, False
        self.manager: Any = None
        self.client: Any = None

    def begin(self) -> None:
        """Start it; `begun` ends when it can be used."""
        self.begun = asyncio.ensure_future(self.start())

    async def start(self) -> None:
        """Start it and wait until it answers."""
        place = Path(tempfile.gettempdir(), f"{PLACE}{os.getpid()}-{next(NUMBERS)}.json")
        self.manager, self.used = AsyncKernelManager(kernel_name="python3", connection_file=str(place)), False
        await self.manager.start_kernel(extra_arguments=ARGUMENTS, cwd=str(self.folder), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.allow_stdin = False
        await self.client.wait_for_ready(timeout=READY)
        self.manager.cleanup_connection_file()  # both sides have read it

    async def run(self, node: NotebookNode) -> NotebookNode:
        """Run a notebook as in a kernel of its own; once more in a new kernel where this one dies."""
        problem: Exception
        for _ in range(ATTEMPTS):
            try:
                await self.begun
                if self.used:
                    await self.again()
                self.used = True
                return await self.execute(node)
            except CellExecutionError as error:
                raise Failed(error.ename, error.evalue, error.traceback) from None
            except (RuntimeError, TimeoutError) as error:  # it died
                if self.closed:
                    raise
                problem = error
                await self.end()
                self.begin()
        raise Failed(type(problem).__name__, str(problem), "")

    async def again(self) -> None:
        """Put back what a notebook has left."""
        reply = (await self.client.execute(AGAIN, silent=True, reply=True, timeout=READY))["content"]
        if reply["status"] != "ok":
            raise Failed(reply["ename"], reply["evalue"], "\n".join(reply["traceback"]))

    async def execute(self, node: NotebookNode) -> NotebookNode:
        """Run the cells of a notebook."""
        runner: Any = NotebookClient(node, self.manager, kernel_name="python3", record_timing=False)
        runner.kc = self.client
        return await runner.async_execute()

    async def end(self) -> None:
        """Kill it, if it has been started."""
        if self.client:
            self.client.stop_channels()
        if self.manager and self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        self.client = None
