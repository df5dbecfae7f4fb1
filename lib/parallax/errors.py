"""What is said when the input is wrong: one line that names the file, the key and what is allowed."""

import re
from collections.abc import Iterable
from pathlib import Path

# Signs that steer a terminal or turn the order of what is written; the newline and the tab are among them.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LARGEST = 50_000_000  # bytes of a text or a page, characters of a line or a cell; a table may be ten times as large


class StudyError(ValueError):
    """The input is wrong: one line that names the file, the key and what is allowed."""

    def _render_traceback_(self) -> list[str]:
        """Show the one line alone in a notebook: IPython asks an exception for its own rendering."""
        return [f"{type(self).__name__}: {self}"]


def shown(text: object) -> str:
    """Return a text as one line for a terminal: a sign that would steer it is written out as its escape."""
    return STEERING.sub(lambda match: match.group().encode("unicode_escape").decode(), str(text))


def decode(path: Path, empty: str = "put the article in it, or delete it", most: int = 10 * LARGEST) -> str:
    """Return the text of a UTF-8 file of at most so many bytes, newlines untouched; else StudyError."""
    if not path.is_file():
        raise StudyError("no such file" if not path.exists() else "not a file")
    try:
        if path.stat().st_size > most:
            raise StudyError(f"too large: over {most // 10**6} MB")
        return decoded(path.read_bytes(), empty)
    except OSError as error:
        raise StudyError(f"cannot be read: {error.strerror}") from None


def decoded(data: bytes, empty: str = "put the article in it, or delete it") -> str:
    """Return the text in some bytes of UTF-8, newlines untouched, or raise StudyError with the reason."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StudyError(f"not UTF-8 (byte {error.start}): save it as UTF-8") from None
    if "\0" in text:
        raise StudyError("not a text: it holds zero bytes; save it as plain text")
    if not text.strip("\ufeff \t\r\n"):
        raise StudyError(f"empty: {empty}")
    return text


def allowed(name: str, value: object, values: Iterable[str]) -> None:
    """Raise StudyError unless a parameter has one of its values."""
    values = list(values)
    if value not in values:
        raise StudyError(f"{name}: {value!r}; allowed: {', '.join(values)}")


def whole(name: str, value: object) -> None:
    """Raise StudyError unless a parameter is a whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise StudyError(f"{name}: {value!r}; allowed: a whole number, 0 or more")
