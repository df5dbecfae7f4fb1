"""How every file is written: whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, beside a file that takes its place when all went well.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made when it is missing.

    Yields
    ------
    pathlib.Path
        Where to write. When writing fails it is removed, and the file stays as it was.
    """
    part = path.with_name(f".{os.getpid()}.part")  # short: some names are as long as a system allows
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
