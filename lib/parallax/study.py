"""A study: a folder with texts, a table of sources and a codebook, checked when it is read."""

import difflib
import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from parallax.codebook import Codebook, read_codebook
from parallax.errors import StudyError, decode

ROOT = Path(__file__).resolve().parents[2]  # the repository, where `seeds` and `notebooks` lie
POOLED = "all"  # how the sources together are called in tables of pairs
SOURCE_COLUMNS = ["file", "source", "outlet", "published", "kind", "note"]


@dataclass
class Document:
    """One text with what `sources.csv` says of it; `problem` is empty when nothing is odd.

    `name` begins the identifiers of its stories and sentences: the file's name up to the first underscore, or all of
    it where another file begins the same.
    """

    file: str
    source: str
    outlet: str = ""
    published: str = ""
    kind: str = ""
    note: str = ""
    raw: str = ""
    sha256: str = ""
    status: str = "ok"
    problem: str = ""
    name: str = ""


@dataclass
class Study:
    """A study folder that has been read."""

    folder: Path
    codebook: Codebook
    documents: list

    @property
    def title(self) -> str:
        """The title in the codebook."""
        return self.codebook.title

    @property
    def sources(self) -> list[str]:
        """The labels of the sources with a readable text, in the order of `sources.csv`."""
        return list(dict.fromkeys(d.source for d in self.documents if d.status == "ok"))

    @property
    def checksum(self) -> str:
        """Twelve hexadecimal digits over all texts and the codebook: the same study, the same digits."""
        parts = sorted(d.sha256 for d in self.documents) + [self.codebook.model_dump_json()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def labels(self) -> Path | None:
        """The folder of labels, or None."""
        folder = self.folder / "labels"
        return folder if any(folder.glob("*.csv")) else None


def find(folder: str | Path) -> Path:
    """Return the path of a study: as given, or in the repository when it is not found from here."""
    try:
        path = Path(folder).expanduser()
    except (TypeError, RuntimeError):
        raise StudyError(f"study: {folder!r}; give the path of a folder") from None
    for candidate in (path, ROOT / path):
        if candidate.is_dir():
            return candidate.resolve()
    raise StudyError(f"{folder}: no such folder; a study is a folder with *.txt and codebook.yml")


def load(folder: str | Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        A folder with ``*.txt``, ``codebook.yml`` and, if there is one, ``sources.csv``. A relative
        path is looked up from the current folder, then from the repository.

    Returns
    -------
    Study
        Unreadable texts are in `documents` with status "skipped" and the reason in `problem`.

    Raises
    ------
    StudyError
        The folder is missing, holds no readable text, or its codebook or table of sources is wrong.
    """
    folder = find(folder)
    path = folder / "codebook.yml"
    if not path.exists():
        other = next((found.name for found in sorted(folder.glob("*.y*ml"))), "")
        if other:
            raise StudyError(f"{folder.name}: no codebook.yml; found {other}: rename it")
        raise StudyError(f"{folder.name}: no codebook.yml; the shortest is one line: 'title: My study'")
    book = read_codebook(path)
    documents = read_documents(folder)
    if not documents:
        deeper = next((found.parent.name for found in sorted(folder.glob("*/*.txt"))), "")
        hint = f"; there are some in {deeper}/, which is not read" if deeper else ""
        raise StudyError(f"{folder.name}: no texts; put one *.txt file per document in this folder{hint}")
    if all(d.status == "skipped" for d in documents):
        raise StudyError(f"{folder.name}: no readable text; {documents[0].file}: {documents[0].problem}")
    return Study(folder, book, documents)


def read_documents(folder: Path) -> list[Document]:
    """Read all texts of a folder, in the order of `sources.csv`, then by name."""
    rows = read_sources(folder / "sources.csv")
    files = {os.fsencode(path.name).decode("utf-8", "replace"): path for path in sorted(folder.iterdir())
             if path.suffix.lower() == ".txt"}
    documents = []
    for name in [*rows, *(name for name in files if name not in rows)]:
        document = Document(name, Path(name).stem)
        for column, value in rows.get(name, {}).items():
            setattr(document, column, value or getattr(document, column))
        if rows and name not in rows:
            document.problem = "not in sources.csv: add a row; its file name stands for the source"
        try:
            if name not in files:
                near = difflib.get_close_matches(name, files, 1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                raise StudyError(f"named in sources.csv but not in the folder{hint}: add the file or delete the row")
            document.raw = decode(files[name])
            document.sha256 = hashlib.sha256(document.raw.encode()).hexdigest()
        except StudyError as error:
            document.status, document.problem = "skipped", str(error)
        if document.source == POOLED:
            raise StudyError(f"{document.file}: the source is called {POOLED!r}, which means all together; rename it")
        documents.append(document)
    short = Counter(Path(document.file).stem.split("_")[0] for document in documents)
    for document in documents:
        stem = Path(document.file).stem
        document.name = stem.split("_")[0] if short[stem.split("_")[0]] == 1 else stem
    return documents


def read_sources(path: Path) -> dict[str, dict[str, str]]:
    """Read `sources.csv` into {file: row}; a missing file is an empty table."""
    if not path.exists():
        return {}
    try:
        if control := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", decode(path, "give it the columns file and source")):
            raise StudyError(f"it holds the control character {control.group()!r}; delete it")
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, encoding="utf-8-sig")
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StudyError(f"{path.name}: not a table: {str(error).strip()}") from None
    if not isinstance(table.index, pd.RangeIndex):
        raise StudyError(f"{path.name}: a row has more cells than the header; put a text that holds commas in quotes")
    table.columns = [str(column).strip().lower() for column in table.columns]
    unknown = [column for column in table.columns if column not in SOURCE_COLUMNS]
    lacking = [column for column in ("file", "source") if column not in table.columns]
    if unknown or lacking:
        what = f"unknown column {unknown[0]!r}" if unknown else f"no column {lacking[0]!r}"
        if len(table.columns) == 1 and ";" in table.columns[0]:
            what = "columns are set apart by ';': save it with commas"
        raise StudyError(f"{path.name}: {what}; allowed: {', '.join(SOURCE_COLUMNS)}")
    table = table.map(str.strip)
    twice = table["file"][table["file"].duplicated()]
    if len(twice):
        raise StudyError(f"{path.name}: {twice.iloc[0]!r} stands in two rows; keep one")
    for number, name in enumerate(table["file"], start=2):
        if not name or Path(name).name != name:
            raise StudyError(f"{path.name}: line {number}: file is {name!r}; give a file name in this folder")
    return {row["file"]: row for row in table.to_dict("records")}
