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

HERE = Path(__file__).resolve().parent
# Where `notebooks` lies: a wheel carries it inside the package, a clone beside `seeds`.
ROOT = HERE if (HERE / "notebooks").is_dir() else HERE.parents[1]
POOLED = "all"  # how the sources together are called in tables of pairs
# Signs of a text that is not what it seems. UTF-8 read as Latin-1 leaves pairs that no language writes.
ODD = (
    (re.compile("\u00e2\u20ac[\u2122\u0153\u009d\u02dc\u00a6\u201c\u201d]?|[\u00c3\u00c2][\u0080-\u00bf]|\u00c3[\u0192\u201a]"
                "|\u00ef\u00bb\u00bf|\u00f0\u0178"),
     "wrong encoding: the text was saved as UTF-8 and read as something else; save it again from the original"),
    (re.compile("\ufffd"), "wrong encoding: characters are lost; save the text again from the original as UTF-8"),
    (re.compile(r"</?(?:p|div|span|br|a|img|h[1-6]|li|ul|ol|table|t[rdh]|script|style|strong|em|b|i|html|body|head|meta|"
                r"link|article|section|header|footer|nav|figure|figcaption|iframe|blockquote)"
                r"(?:\s[^<>]{0,300})?/?>", re.I),
     "HTML tags: paste the text as a reader sees it"),
    (re.compile(r"&(?:amp|nbsp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|hellip|[a-z]{1,2}(?:acute|grave|uml|circ|cedil|tilde)|"
                r"#\d{2,6}|#x[0-9a-f]{2,5});", re.I), "HTML entities: paste the text as a reader sees it"),
)
ONE_SHAPE = str.maketrans(dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("‘’‚‹›`´", "'"))
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


def oddities(document: Document) -> list[str]:
    """Say when a text is not what it seems: read in the wrong encoding, or with the markup of a page in it.

    Parameters
    ----------
    document : Document

    Returns
    -------
    list of str
        One line for each kind of oddity, empty for most texts.
    """
    found = []
    for pattern, what in ODD:
        odd = Counter(match.group() for match in pattern.finditer(document.raw))
        if odd.total() >= (3 if "\ufffd" in odd else 1):
            examples = ", ".join(f"{text[:20]!r} {n}" for text, n in odd.most_common(3))
            found.append(f"{what} (times: {examples})")
    return found


def duplicates(documents: list[Document]) -> list[list[str]]:
    """Name the documents whose texts are the same apart from space, case and the shape of quotation marks.

    Parameters
    ----------
    documents : list of Document

    Returns
    -------
    list of list of str
        The files of each text that stands in more than one, in the order given.
    """
    files: dict[str, list[str]] = {}
    for document in documents:
        text = " ".join(document.raw.translate(ONE_SHAPE).casefold().split())
        if text:
            files.setdefault(hashlib.sha256(text.encode()).hexdigest(), []).append(document.file)
    return [same for same in files.values() if len(same) > 1]


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
