"""What is kept between runs: folders that are written once and sealed, so that what is damaged counts as missing."""

import hashlib
import io
import json
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from parallax.errors import StudyError
from parallax.files import alive

HOUR = 3600
SEAL = "seal.json"  # of each folder: its name, and the SHA-256 of each file in it


def home() -> Path:
    """Return where everything is kept: $PARALLAX_CACHE, else a folder in the user's cache."""
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("PARALLAX_CACHE") or Path(user) / "parallax")


def room() -> Path:
    """Return `home`, or a folder that goes with this process where nothing can be written there."""
    with suppress(OSError):
        (home() / "new").mkdir(parents=True, exist_ok=True)
        if os.access(home() / "new", os.W_OK | os.X_OK):
            return home()
    return of_process()


@cache
def of_process() -> Path:
    """Return a folder that goes with this process."""
    return passing(home)


def passing(owner: Any) -> Path:
    """Return a new folder that goes when an object does, or the process."""
    folder = tempfile.mkdtemp(prefix="parallax-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def code() -> str:
    """Return a digest of the library itself: what it makes is made anew when it is changed."""
    found = hashlib.sha256()
    for path in sorted(path for path in Path(__file__).parent.rglob("*.*") if path.suffix in (".py", ".yml")):
        found.update(path.read_bytes())
    return found.hexdigest()


def key(*parts: str) -> str:
    """Return the name under which something is kept that is made of these parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def place(top: Path, kind: str, name: str) -> Path:
    """Return the folder in which something is kept under a name that `key` gave."""
    return top / kind / name[:2] / name


@contextmanager
def made(folder: Path, top: Path) -> Iterator[Path]:
    """Give a folder to write files to, which is sealed and takes its place when all went well.

    Parameters
    ----------
    folder : pathlib.Path
        Its place. What is there already is replaced.
    top : pathlib.Path
        As `room` gives it: where it is written first.

    Yields
    ------
    pathlib.Path

    Raises
    ------
    StudyError
        It cannot be written, as where the disk is full.
    """
    new = top / "new" / f"{os.getpid()}-{folder.name[:16]}"
    sweep(top / "new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        seal(new, folder.name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
            new.rename(folder)
    except OSError as error:
        if not whole(folder):  # another run was first
            raise StudyError(f"{top}: cannot be written: {error.strerror}; PARALLAX_CACHE may name another "
                             "folder") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def table(top: Path, kind: str, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return a table that is kept under a name that `key` gave; it is made where it is not there."""
    folder, file = place(top, kind, name), f"{kind}.parquet"
    data = read(folder, file)
    if data is None:
        with made(folder, top) as new:
            make().to_parquet(new / file, index=False)
        data = (folder / file).read_bytes()
    return pd.read_parquet(io.BytesIO(data))


def sweep(new: Path) -> None:
    """Remove what runs that were killed have left half written; not what a machine writes that shares the folder."""
    for left in new.glob("*-*"):
        with suppress(OSError):
            if not alive(left.name.partition("-")[0]) and time.time() - left.stat().st_mtime > HOUR:
                shutil.rmtree(left, ignore_errors=True)


def seal(folder: Path, name: str) -> None:
    """Write which files a folder holds, and of what it is the folder."""
    said = {"of": name, "files": {path.name: digest(path) for path in sorted(folder.iterdir())}}
    said["seal"] = key(json.dumps(said))
    (folder / SEAL).write_text(json.dumps(said), encoding="utf-8")


def sealed(folder: Path) -> dict[str, str]:
    """Return {file: SHA-256} of a folder; empty where it is not there, damaged, or that of something else."""
    try:
        said = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        found: dict[str, str] = said["files"]
        return found if said.pop("seal") == key(json.dumps(said)) and said["of"] == folder.name else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole(folder: Path) -> bool:
    """Is everything in a folder as it was written?"""
    files = sealed(folder)
    with suppress(OSError):
        return bool(files) and all(digest(folder / name) == said for name, said in files.items())
    return False


def read(folder: Path, name: str) -> bytes | None:
    """Return a file as it was written; None where it is missing or damaged."""
    said = sealed(folder).get(name)
    with suppress(OSError):
        data = (folder / name).read_bytes()
        return data if hashlib.sha256(data).hexdigest() == said else None
    return None
