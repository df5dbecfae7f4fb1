"""The tables of a study in parts: some documents at a time, made in any process, kept sealed, read by columns."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from parallax import copies, engines, store
from parallax.annotate import installed
from parallax.documents import Document
from parallax.facts import Rows, facts
from parallax.shelf import PART
from parallax.study import Study

PLACE = ["sentence", "file", "source", "story"]
SPAN = ["start", "end", "text"]
COLUMNS = {
    "documents": ["file", "source", "outlet", "published", "kind", "note", "sha256", "characters", "words", "stories",
                  "status", "problem", "title", "url", "language", "read_as", "copy_of"],
    "sentences": [*PLACE, "kind", *SPAN, "words", "repeated", "copy_of", "checked"],
    "mentions": [*PLACE, *SPAN, "actor", "form", "sense", "modifier", "voice", "rule"],
    "unresolved": [*PLACE, *SPAN, "candidates"],
    "statements": [*PLACE, "speaker", "speaker_text", "speaker_start", "speaker_end", "group", "cue", "cue_start",
                   "cue_end", "verb", "effect", "form", "negated", *SPAN, "rule"],
    "frames": [*PLACE, "frame", *SPAN, "voice", "entry"],
    "stances": [*PLACE, "holder", "holder_group", "value", "argument", "side", *SPAN, "because", "entry", "operators",
                "rule", "checked"],
    "cues": [*PLACE, "argument", *SPAN, "entry", "verdict"],
    "words": [*PLACE, *SPAN, "term", "type", "pos", "actor", "voice"],
    "deeds": [*PLACE, "subject", "verb", "object", "negated", "passive", *SPAN, "voice", "rule"],
    "details": [*PLACE, "kind", "about", "deed", "value", "of", "mood", *SPAN, "terms", "voice", "rule"],
}
TYPES = {"start": "int64", "end": "int64", "words": "int64", "characters": "int64", "stories": "int64",
         "speaker_start": "Int64", "speaker_end": "Int64", "cue_start": "Int64", "cue_end": "Int64",
         "repeated": "bool", "negated": "bool", "passive": "bool", "checked": "bool"}
STATED = ("name", "status", "sha256", "file", "source", "outlet", "published", "kind", "note", "problem", "title",
          "url", "language", "read_as")  # what a part depends on, of a document
SKETCHES = "sketches"  # what tells near-copies
READY = 100  # parts of which the runs of words are in memory
ONE = threading.Lock()  # a worker of Dask may have several threads, and a pipeline serves one


class Parts:
    """The parts of one study, which are `PART` documents each.

    Parameters
    ----------
    study : parallax.study.Study
    model : str
        Name of an installed spaCy pipeline.
    cached : bool
        Keep parts and parsed texts between runs, and use what is there.
    """

    def __init__(self, study: Study, model: str, cached: bool = True) -> None:
        self.top = store.room() if cached else store.passing(self)
        self.chunks = [study.documents[i:i + PART] for i in range(0, len(study.documents), PART)]
        self.how = (study.codebook.model_dump_json(), model, cached)
        of_all = (*self.how[:2], model_version(model), store.code())
        keys = [store.key(*of_all, json.dumps([[getattr(one, name) for name in STATED] for one in chunk]))
                for chunk in self.chunks]
        self.places = [store.place(self.top, "tables", key) for key in keys]

    def __len__(self) -> int:
        return len(self.chunks)

    def make(self, progress: Callable[..., Any] | None = None, workers: int = 1, engine: str = "") -> None:
        """Make the parts that are not there; parameters as in `tables.build`."""
        lacking = [i for i, place in enumerate(self.places) if not store.sealed(place)]
        tasks = ((i, *self.task(i)) for i in lacking)
        bar = progress and progress(total=sum(map(len, self.chunks)),
                                    initial=sum(map(len, self.chunks)) - sum(len(self.chunks[i]) for i in lacking))
        for i, files in engines.run(analyse, tasks, engine, min(workers, len(lacking))):
            self.keep(i, files)
            if bar is not None:
                bar.update(len(self.chunks[i]))
        if bar is not None:
            bar.close()

    def task(self, i: int) -> tuple[list[Document], str, str, bool]:
        """Return what `analyse` takes: documents that hold their texts, so that any machine can read them."""
        return [replace(one, held=one.raw, shelf=None) for one in self.chunks[i]], *self.how

    def keep(self, i: int, files: dict[str, bytes]) -> None:
        """Write the tables of a part."""
        with store.made(self.places[i], self.top) as new:
            for name, data in files.items():
                (new / f"{name}.parquet").write_bytes(data)

    def part(self, i: int, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a table of one part; a part that is damaged is made again."""
        data = store.read(self.places[i], f"{name}.parquet")
        if data is None:
            files = analyse(*self.task(i))
            self.keep(i, files)
            data = files[name]
        return parquet.read_table(pa.BufferReader(data), columns=columns and list(columns))

    def read(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a table of all parts, or some of its columns."""
        found = pa.concat_tables(self.part(i, name, columns) for i in range(len(self))).to_pandas()
        if name == "documents" and (columns is None or "copy_of" in columns):
            found["copy_of"] = self.copies
        return found

    def each(self, name: str) -> Iterator[pd.DataFrame]:
        """Yield a table part by part."""
        at = 0
        for i, chunk in enumerate(self.chunks):
            found = self.part(i, name).to_pandas()
            if name == "documents":
                found["copy_of"] = self.copies[at:at + len(chunk)].set_axis(found.index)
            at += len(chunk)
            yield found

    @cached_property
    def copies(self) -> pd.Series:
        """Of each document the one that it is a near-copy of, as `copies.originals` finds it."""
        def find() -> pd.DataFrame:
            documents = self.read("documents", ["file", "published"])
            sketches = self.read(SKETCHES, ["file", "sketch"])
            return pd.DataFrame({"copy_of": copies.originals(documents, sketches, self.runs(documents["file"]))})

        return store.table(self.top, "copies", store.key(*(place.name for place in self.places)), find)["copy_of"]

    def runs(self, files: Sequence[str]) -> Callable[[str], bytes]:
        """Return what reads the runs of words of one file, from the part that has them."""
        of = {file: i // PART for i, file in enumerate(files)}

        @lru_cache(READY)
        def part(i: int) -> dict[str, bytes]:
            found = self.part(i, SKETCHES, ["file", "runs"]).to_pydict()
            return dict(zip(found["file"], found["runs"], strict=True))

        return lambda file: part(of[file])[file]


def model_version(model: str) -> str:
    """Return name and version of an installed model, "" for a folder."""
    try:
        return f"{model} {version(installed(model))}"
    except PackageNotFoundError:
        return ""


def analyse(documents: list[Document], book: str, model: str, cached: bool) -> dict[str, bytes]:
    """Return the tables of some documents, and their sketches, as files of Parquet."""
    with ONE:
        found = facts(documents, book, model, store.room() if cached else None)
    order = {document.file: i for i, document in enumerate(documents)}
    tables = {name: frame(name, found, order) for name in COLUMNS}
    tables[SKETCHES] = copies.sketches(tables["sentences"])
    return {name: packed(table, name) for name, table in tables.items()}


def frame(name: str, found: Rows, order: dict[str, int]) -> pd.DataFrame:
    """Return the DataFrame of one table, sorted by document ({file: rank}) and place."""
    table = pd.DataFrame.from_records(found.get(name, []), columns=COLUMNS[name])
    if name == "documents":
        return table
    by = [table["file"].map(order), table["start"]]
    return table.iloc[np.lexsort(by[::-1])]


def packed(table: pd.DataFrame, name: str) -> bytes:
    """Return a table as a file of Parquet."""
    out = io.BytesIO()
    table.astype(types(name, table)).to_parquet(out, index=False, compression="zstd")
    return out.getvalue()


def types(name: str, table: pd.DataFrame) -> dict[str, str]:
    """Return the type of each column: where there is no row, nothing else would tell it."""
    known = TYPES | ({"actor": "bool"} if name == "words" else {}) | {"sketch": "object", "runs": "object"}
    return {column: known.get(column, "str") for column in table}
