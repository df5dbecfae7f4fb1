"""The texts of a study in one file: written as they are read, and taken from it again a part at a time."""

from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from pyarrow import parquet

PART = 50  # texts that are written, taken and analysed together
SCHEMA = pa.schema([("text", pa.large_string())])


class Shelf:
    """The texts in a file that `Writer` has closed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, row: int) -> str:
        """Return the text that was added at this place, from 0."""
        number, at = divmod(row, PART)
        return str(part(self.path, number)[at].as_py())


@lru_cache(4)
def part(path: Path, number: int) -> pa.ChunkedArray:
    """Return the texts of one part."""
    return opened(path).read_row_group(number).column("text")


@lru_cache(2)
def opened(path: Path) -> parquet.ParquetFile:
    """Open a file of texts."""
    return parquet.ParquetFile(path)


class Writer:
    """Puts texts into a file, one after the other; at most `PART` of them are in memory."""

    def __init__(self, path: Path) -> None:
        self.file = parquet.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=False,
                                          write_statistics=False)
        self.waiting: list[str] = []
        self.rows = 0

    def add(self, text: str) -> int:
        """Put a text there and return its place."""
        self.waiting.append(text)
        self.rows += 1
        if len(self.waiting) == PART:
            self.flush()
        return self.rows - 1

    def flush(self) -> None:
        """Write what waits."""
        if self.waiting:
            self.file.write_table(pa.table({"text": self.waiting}, schema=SCHEMA))
            self.waiting = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.flush()
        self.file.close()
