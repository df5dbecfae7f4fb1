"""How everything is written: a file whole or not at all, and files that belong together all or none."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil

from parallax.stops import held

NUMBERS = count()  # of the files that this process writes
MADE, READY = ".parallax-", ".parallax.ready"  # folders of files on their way: being written, and complete
GONE = ".parallax.gone"  # in such a folder: the files that go when the others take their places, one a line


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
    part = path.with_name(f".{os.getpid()}-{next(NUMBERS)}.part")  # short: some names are as long as a system allows
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def together(out: Path) -> Iterator[Path]:
    """Give a folder to write files to that belong together; they take their places when all went well.

    Parameters
    ----------
    out : pathlib.Path
        The folder of their places, made when it is missing. Files in it that are not written again stay.

    Yields
    ------
    pathlib.Path
        Where to write. When writing fails it is removed, and `out` stays as it was. A run that is killed while the
        files are moved is finished by the next one.

    Raises
    ------
    OSError
        A folder stands where a file should be, or a file where a folder should be; nothing was moved.
    """
    missing = next((place for place in [*reversed(out.parents), out] if not place.exists()), None)
    out.mkdir(parents=True, exist_ok=True)
    settle(out)
    room = out / f"{MADE}{os.getpid()}"
    shutil.rmtree(room, ignore_errors=True)  # of a run that was killed and had the same number
    room.mkdir()
    try:
        yield room
        check_places(room, out)
        with held():
            room.rename(out / READY)
            settle(out)
    finally:
        shutil.rmtree(room, ignore_errors=True)
        while missing and out.is_relative_to(missing) and not any(out.iterdir()):  # what was made for nothing
            out.rmdir()
            out = out.parent


def leave(room: Path, names: Iterable[str]) -> None:
    """Let files go when those in a room of `together` take their places: what an earlier run wrote, by their paths."""
    (room / GONE).write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8", newline="")


def check_places(room: Path, out: Path) -> None:
    """Raise OSError where what lies in a folder cannot take its place in another."""
    for path in room.rglob("*"):
        place = out / path.relative_to(room)
        if place.exists() and place.is_dir() != path.is_dir():
            raise OSError(None, f"a {'folder' if place.is_dir() else 'file'} is in the way", str(place))


def settle(out: Path) -> None:
    """Move what is ready into its place, and remove what runs that were killed have left."""
    room = out / READY
    gone = (room / GONE).read_text(encoding="utf-8").splitlines() if (room / GONE).exists() else []
    for path in sorted(room.rglob("*")):
        place = out / path.relative_to(room)
        if path == room / GONE:
            continue
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            with suppress(FileNotFoundError):  # another run has moved it
                path.replace(place)
    for name in gone:
        with suppress(OSError):  # it is gone, or is not ours
            (out / name).unlink()
    shutil.rmtree(room, ignore_errors=True)
    for left in out.glob(f"{MADE}*"):
        if not alive(left.name.removeprefix(MADE)):
            shutil.rmtree(left, ignore_errors=True)


def alive(number: str) -> bool:
    """Is there a process with this number?"""
    return number.isdecimal() and psutil.pid_exists(int(number))
