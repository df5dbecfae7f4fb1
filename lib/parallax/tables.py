"""The tables of a study: tidy, one row a fact, with its offsets in the raw text of its file; read when asked for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from csv import QUOTE_MINIMAL, QUOTE_NONNUMERIC
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import pandas as pd
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from parallax import stats
from parallax.annotate import MODEL
from parallax.cells import guarded
from parallax.copies import COPIES, kept_once
from parallax.errors import StudyError, allowed
from parallax.files import whole
from parallax.parts import COLUMNS, Parts
from parallax.study import Study

VOICES = ("all", "own", "attributed")
WHOLE = ("sentences", "details")  # tables of which repetitions stay: nothing is counted in them
Source: TypeAlias = pd.DataFrame | Callable[[Sequence[str] | None], pd.DataFrame]  # or what reads columns


class Tables:
    """The tables of a study, each a DataFrame with at least the columns in `COLUMNS`.

    A table is read when it is first asked for, and stays. `take` reads some columns of one and keeps nothing.

    Parameters
    ----------
    pieces : callable, optional
        Gives these tables part by part, for what goes through all of them once.
    **sources : pandas.DataFrame or callable
        Each table, or what reads it: all columns where it is given None.
    """

    documents: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    unresolved: pd.DataFrame
    statements: pd.DataFrame
    frames: pd.DataFrame
    stances: pd.DataFrame
    cues: pd.DataFrame
    words: pd.DataFrame
    deeds: pd.DataFrame
    details: pd.DataFrame

    def __init__(self, pieces: Callable[[], Iterator["Tables"]] | None = None, **sources: Source) -> None:
        self.pieces = pieces or (lambda: iter([self]))
        self.sources = sources

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Read a table and keep it."""
        if name not in COLUMNS:
            raise AttributeError(f"{type(self).__name__!r} has no table {name!r}")
        setattr(self, name, self.take(name))
        return self.__dict__[name]

    def __repr__(self) -> str:
        return ", ".join(f"{name} ({len(table)} rows)" for name, table in self.items())

    def take(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table, or some columns of it, and keep nothing of it."""
        table = self.__dict__.get(name, self.sources[name])
        if isinstance(table, pd.DataFrame):
            return table if columns is None else table[list(columns)]
        return table(columns)

    def items(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield (name, DataFrame), and keep none of them."""
        return ((name, self.take(name)) for name in COLUMNS)

    def but(self, **sources: Source) -> "Tables":
        """Return these tables with others in place of some."""
        others = {name: partial(self.take, name) for name in COLUMNS}
        return Tables(None, **{**others, **sources})

    def select(self, sources: str | Sequence[str] = (), voice: str = "all", copies: str = "published") -> "Tables":
        """Return the tables of some sources, of one voice where a table tells the voice, with near-copies or without.

        A position is in the own voice where its holder is the source. Sentences, statements (each a report of
        somebody else), unresolved names and cues tell none: they stay.

        Parameters
        ----------
        sources : sequence of str
            Labels of sources; empty means all.
        voice : {"all", "own", "attributed"}
        copies : {"published", "once"}
            "once" keeps of each group of near-copies the earliest in these sources, and drops the others' rows; in
            `documents` these are skipped, with the reason.

        Raises
        ------
        StudyError
            A source or another value that does not exist.
        """
        documents = self.documents
        known = list(documents["source"][documents["status"] == "ok"].unique())
        sources = [sources] if isinstance(sources, str) else list(sources)
        for source in sources:
            if source not in known:
                raise StudyError(f"sources: {source!r} is not in this study; allowed: {', '.join(known)}")
        allowed("voice", voice, VOICES)
        allowed("copies", copies, COPIES)
        if not sources and voice == "all" and copies == "published":
            return self
        mine = documents[documents["source"].isin(sources)] if sources else documents
        files = kept_once(mine) if copies == "once" else None

        def chosen(name: str, table: pd.DataFrame) -> pd.DataFrame:
            if sources:
                table = table[table["source"].isin(sources)]
            if files is not None and name == "documents":
                out_of = ~table["file"].isin(files)
                table = table.assign(status=table["status"].mask(out_of, "skipped"), problem=table["problem"].mask(
                    out_of, "a near-copy of " + table["copy_of"] + ": counted once"))
            elif files is not None:
                table = table[table["file"].isin(files)]
            if voice != "all" and name == "stances":
                table = table[table["holder_group"].eq("source") == (voice == "own")]
            elif voice != "all" and "voice" in table:
                table = table[table["voice"] == voice]
            return table.reset_index(drop=True)

        return self.each(chosen, ["source", "file", "status", "problem", "copy_of", "holder_group", "voice"])

    def counted(self) -> "Tables":
        """Return the tables without the rows in sentences that count nowhere; all sentences and all details stay."""
        @cache
        def places() -> pd.Series:
            return stats.counted(self.take("sentences", ["sentence", "kind", "repeated"]))["sentence"]

        def chosen(name: str, table: pd.DataFrame) -> pd.DataFrame:
            return table[table["sentence"].isin(places())] if "sentence" in table and name not in WHOLE else table

        return self.each(chosen, ["sentence"])

    def each(self, change: Callable[[str, pd.DataFrame], pd.DataFrame], needs: Sequence[str]) -> "Tables":
        """Return the tables, each changed when it is read; `needs` are the columns that this takes where they are."""
        def read(name: str, columns: Sequence[str] | None) -> pd.DataFrame:
            if columns is None:
                return change(name, self.take(name))
            needed = [column for column in needs if column in COLUMNS[name]]
            return change(name, self.take(name, list(dict.fromkeys([*columns, *needed]))))[list(columns)]

        return Tables(**{name: partial(read, name) for name in COLUMNS})

    def save(self, folder: Any, form: str = "csv") -> None:
        """Write every table to a folder, part by part.

        Parameters
        ----------
        folder : str or pathlib.Path
            Made when it is missing.
        form : {"csv", "raw", "parquet", "parts"}
            "raw" is CSV with the texts as they are; in "csv" a spreadsheet runs none as a formula (`cells`). "parts" is
            Parquet too: of each table a folder with a file for each part, which `pandas.read_parquet` and others read
            as one.
        """
        if form not in WRITERS:
            raise StudyError(f"format: {form!r}; allowed: {', '.join(WRITERS)}")
        folder = Path(folder)
        with cannot_write(folder), ExitStack() as stack:
            writers = {name: stack.enter_context(WRITERS[form](folder / name)) for name in COLUMNS}
            for piece in self.pieces():
                for name, table in piece.items():
                    writers[name](table)


@contextmanager
def cannot_write(folder: Path) -> Iterator[None]:
    """Say in one line that nothing can be written to a folder."""
    try:
        yield
    except OSError as error:
        raise StudyError(f"{error.filename or folder}: cannot write here: {error.strerror}") from None


Add = Callable[[pd.DataFrame], None]


@contextmanager
def csv(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame] = guarded) -> Iterator[Add]:
    """Give what writes one table after the other to PATH.csv, under one head."""
    with whole(path.with_suffix(".csv")) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield lambda table: to_csv(change(table), file, header=not file.tell())


def to_csv(table: pd.DataFrame, file: TextIO, header: bool = True) -> None:
    """Write a table as CSV; one with a carriage return in a text with quotes around all texts, else it ends a row."""
    texts = table.select_dtypes(["string", "object"]).astype("str")
    bare = any(texts[column].str.contains("\r", regex=False).any() for column in texts)
    table.to_csv(file, index=False, header=header, lineterminator="\n",
                 quoting=QUOTE_NONNUMERIC if bare else QUOTE_MINIMAL)


@contextmanager
def parquet(path: Path) -> Iterator[Add]:
    """Give what writes one table after the other to PATH.parquet, a group of rows each."""
    with whole(path.with_suffix(".parquet")) as part, ExitStack() as stack:
        made: list[ParquetWriter] = []

        def add(table: pd.DataFrame) -> None:
            rows = pa.Table.from_pandas(table, made[0].schema if made else None, preserve_index=False)
            made.extend([] if made else [stack.enter_context(ParquetWriter(part, rows.schema))])
            made[0].write_table(rows)

        yield add


@contextmanager
def parts(path: Path) -> Iterator[Add]:
    """Give what writes one table after the other to a folder PATH.parquet, a file each."""
    numbers = count()

    def add(table: pd.DataFrame) -> None:
        with whole(path.with_suffix(".parquet") / f"{next(numbers):05d}.parquet") as part:
            table.to_parquet(part, index=False)

    yield add


WRITERS: dict[str, Callable[[Path], AbstractContextManager[Add]]] = {
    "csv": csv,
    "raw": partial(csv, change=lambda table: table),
    "parquet": parquet,
    "parts": parts,
}


def write(table: pd.DataFrame, path: Path, form: str = "csv") -> None:
    """Write one table, whole or not at all; the suffix of the path is that of the form."""
    with WRITERS[form](path) as add:
        add(table)


def build(study: Study, model: str = MODEL, cached: bool = True, progress: Callable[..., Any] | None = None,
          workers: int = 1, engine: str = "") -> Tables:
    """Analyse a study and return its tables.

    Parameters
    ----------
    study : parallax.study.Study
    model : str
        Name of an installed spaCy pipeline.
    cached : bool
        Keep parsed texts and the parts of the tables (`shelf.PART` documents each) between runs, and use what is
        there. A part is found again by its texts and what is said of them, the codebook, the model and the library's
        own code: a run that was stopped goes on where it was.
    progress : callable, optional
        Makes a bar with `total` and `initial` documents, as `tqdm.tqdm` does.
    workers : int
        Processes for a study of more than one part. They are spawned: call with more than one only from a script
        that guards its main part.
    engine : str
        As in `engines.run`: "dask", or the address of a scheduler.

    Returns
    -------
    Tables
    """
    made = Parts(study, model, cached)
    made.make(progress, workers, engine)

    def pieces() -> Iterator[Tables]:
        for rows in zip(*(made.each(name) for name in COLUMNS), strict=True):
            yield Tables(**dict(zip(COLUMNS, rows, strict=True)))

    return Tables(pieces, **{name: partial(made.read, name) for name in COLUMNS})
