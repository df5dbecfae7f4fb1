"""A notebook as a page: prepared with the parameters of a study, served by Voila on this machine alone."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import papermill

from parallax import stops
from parallax.errors import StudyError
from parallax.study import ROOT

TEMPLATES = Path(__file__).parent / "template"  # Voila's page, without what it takes from the network
VOILA = "from parallax.processes import end_with_input; end_with_input(); from voila.app import main; main()"
PATIENCE = 5  # seconds that a server has to end
OPTIONS = ["--Voila.ip=127.0.0.1", "--template=parallax", "--theme=light", "--strip_sources=True",
           "--Voila.log_level=ERROR"]


def serve(name: str, parameters: dict[str, Any], port: int = 8866, browser: bool = True) -> None:
    """Serve a notebook that comes with Parallax until it is stopped (Ctrl-C).

    Parameters
    ----------
    name : str
        Its name, such as "explore".
    parameters : dict of str to value
        Values for its cell of parameters.
    port : int
        Where it is served; when it is taken, the next free one.
    browser : bool
        Open it in the user's browser.

    Raises
    ------
    StudyError
        There is no such notebook, or Voila does not run.
    """
    notebook = ROOT / "notebooks" / f"{name}.ipynb"
    if not notebook.exists():
        raise StudyError(f"{name}.ipynb: no such notebook; install Parallax again")
    port = free(port)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, notebook.name)
        papermill.execute_notebook(notebook, page, parameters, prepare_only=True, progress_bar=False)
        command = [sys.executable, "-c", VOILA, str(page), f"--port={port}", *OPTIONS]
        paths = os.pathsep.join(filter(None, [str(TEMPLATES), os.environ.get("JUPYTER_PATH")]))
        print(f"{name} at http://localhost:{port} (Ctrl-C ends it)", flush=True)
        for number in stops.SIGNALS:  # whoever ends this ends the server too, and that is no stop of a run
            signal.signal(number, signal.default_int_handler)
        server = subprocess.Popen(command + ["--no-browser"] * (not browser), stdin=subprocess.PIPE,
                                  env={**os.environ, "JUPYTER_PATH": paths})
        try:
            code = server.wait()
        except KeyboardInterrupt:  # the terminal has told the server as well
            code = 0
        finally:
            stops.over()
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)  # for its kernels; they end by themselves when it is gone
            server.kill()
    if code:
        raise StudyError(f"Voila stopped with code {code}")


def free(port: int) -> int:
    """Return a port, or the next one that nobody listens on."""
    for number in range(port, min(port + 50, 65536)):
        with socket.socket() as taken, suppress(OSError):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", number))
            return number
    raise StudyError(f"--port: {port}: taken, like the next ones; allowed: 1 to 65535")
