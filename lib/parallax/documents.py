"""The articles of a folder, each with what its file and `sources.csv` say of it."""

import difflib
import hashlib
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from parallax import formats, languages, store
from parallax.codebook import Columns
from parallax.errors import LARGEST, StudyError, decode
from parallax.records import Article, iso
from parallax.shelf import Shelf, Writer

POOLED = "all"  # how the sources together are called in tables of pairs
NOTE = re.compile(r"[A-Z\d][A-Z\d_ -]+\.(?:md|markdown)")  # NOTES.md, GUIDE.md
SAID = ("outlet", "published", "author", "title", "url", "language")  # what a file says of its article
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that no table may hold
SOURCE_COLUMNS = ["file", "source", "outlet", "published", "kind", "note", "title", "url", "language"]
MANY = 10_000  # files; among more a name like another is not looked for, which takes a second each time
ANALYSED = "en"  # the language of the rules
KEPT = ("texts.parquet", "documents.parquet")  # what is kept of a folder that was read


@dataclass
class Document:
    """One text with what `sources.csv` and its file say of it; `problem` is empty when nothing is odd.

    `file` is the path inside the study; of a file with several articles it ends in "#" and the `number` of the record,
    which is 0 elsewhere. `raw` is the text: the file itself where it is `verbatim`; it is `held` here, or stands in a
    `row` of a shelf. `name` begins the identifiers of its stories and sentences: the file's name up to the first
    underscore, or all of it where another file begins the same.
    """

    file: str
    source: str
    outlet: str = ""
    published: str = ""
    kind: str = ""
    note: str = ""
    held: str = ""
    sha256: str = ""
    status: str = "ok"
    problem: str = ""
    name: str = ""
    title: str = ""
    url: str = ""
    language: str = ""
    read_as: str = ""
    number: int = 0
    verbatim: bool = False
    row: int = -1
    shelf: Shelf | None = None

    @property
    def raw(self) -> str:
        """The text, each character as it was read."""
        return self.held if self.shelf is None or self.row < 0 else self.shelf.text(self.row)

    @property
    def place(self) -> PurePosixPath:
        """The path of its file inside the study."""
        return PurePosixPath(self.file.removesuffix(f"#{self.number}"))

    def skip(self, problem: str) -> None:
        """Leave it out, and say why."""
        self.status, self.problem = "skipped", problem

    def remark(self, problem: str) -> None:
        """Say what is odd, after what was said before."""
        self.problem = "; ".join(filter(None, (self.problem, problem)))


def read_documents(folder: str | Path, columns: Columns | None = None, texts: Writer | None = None) -> list[Document]:
    """Read all articles of a folder and of those in it; neither codebook nor `sources.csv` need be there.

    Parameters
    ----------
    folder : str or pathlib.Path
    columns : parallax.codebook.Columns, optional
        Which columns of tables hold what; None guesses by their names.
    texts : parallax.shelf.Writer, optional
        Where the texts are put; else the documents hold them.

    Returns
    -------
    list of Document
        One for each article, in the order of `sources.csv`, then by name; and one for each file that cannot be
        read and each row of `sources.csv` without a file, with status "skipped" and the reason in `problem`.

    Raises
    ------
    StudyError
        `sources.csv` is wrong.
    """
    folder, documents = Path(folder), []
    files = dict(formats.find_files(folder))
    rows = as_named(read_sources(folder / "sources.csv"), files)
    rank = {file: i for i, file in enumerate(rows)}
    for file in sorted(files, key=lambda file: (rank.get(file, len(rank)), file)):
        for document in read_file(file, files[file], columns or Columns(), folder):
            if document.status == "ok":
                find_language(document, stated(document, rows))
            if texts and document.held:
                document.row, document.held = texts.add(document.held), ""
            documents.append(document)
    level = telling(documents)
    for document in documents:
        describe(document, rows, "".join(document.place.parts[:-1][level:level + 1]))
    documents += missing(rows, documents)
    documents.sort(key=lambda one: rank.get(str(one.place), rank.get(one.file, len(rank))))
    for document in documents:
        if document.source == POOLED:
            raise StudyError(f"{document.file}: the source is called {POOLED!r}, which means all together; rename it")
    give_names(documents)
    return documents


def read_file(file: str, path: Path, columns: Columns, top: Path) -> Iterator[Document]:
    """Yield the documents of one file; where it cannot be read on, one that is skipped."""
    rest = ""
    try:
        for one in formats.read_file(path, columns, top):
            yield made(file, one)
            rest = "; what stands after it is not read"
    except StudyError as error:
        yield made(file, Article(problem=f"{error}{rest}"))


def made(file: str, one: Article) -> Document:
    """Return an article of a file as a document."""
    for part in SAID:
        setattr(one, part, " ".join(CONTROL.sub("", getattr(one, part)).split()))
    return Document(
        f"{file}#{one.number}" if one.number else file, "", one.outlet, one.published,
        note=re.sub("^(?:by:? )?(?=.)", "by ", one.author, flags=re.I), held=one.text,
        sha256="" if one.problem else hashlib.sha256(one.text.encode()).hexdigest(),
        status="skipped" if one.problem else "ok", problem=one.problem, title=one.title, url=one.url,
        language=one.language, read_as=one.read_as, number=one.number, verbatim=one.verbatim)


def as_named(rows: dict[str, dict[str, str]], files: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the rows of `sources.csv` by the names of files as they are: with space around, accents as marks apart."""
    files = set(files)
    lacking = {unicodedata.normalize("NFC", file).strip(): file for file in rows if file not in files}
    called = {lacking[plain]: file for file in sorted(files - set(rows))
              if (plain := unicodedata.normalize("NFC", file).strip()) in lacking}
    return {called.get(file, file): {**row, "file": called.get(file, file)} for file, row in rows.items()}


def telling(documents: list[Document]) -> int:
    """Return the topmost level of folders on which documents differ: 1 for articles/guardian/ and articles/post/."""
    paths = [document.place.parts[:-1] for document in documents]
    deepest = max(map(len, paths), default=0)
    return next((level for level in range(deepest) if len({path[level:level + 1] for path in paths}) > 1), deepest)


def describe(document: Document, rows: dict[str, dict[str, str]], folder: str) -> None:
    """Write into a document what `sources.csv` says of it, read its date, and name its source.

    `folder` is the one that stands for its source where neither `sources.csv` nor the document itself names any.
    """
    place, said = document.place, rows_of(document, rows)
    for row in said:
        for column, value in row.items():
            if value and column not in ("file", "language"):
                setattr(document, column, value)
    document.published, problem = iso(document.published)
    document.remark(problem)
    if not said and document.status == "ok" and NOTE.fullmatch(place.name):
        document.skip("a note by its name in capitals, no article: if it is one, give it a row in sources.csv")
    if rows and not said and document.status == "ok" and document.number < 2:  # of a table the first article says it
        what = "outlet" if document.outlet else "folder" if folder else "file name"
        document.remark(f"not in sources.csv: add a row; its {what} stands for the source")
    document.source = document.source or document.outlet or folder or stem(place)


def rows_of(document: Document, rows: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows of `sources.csv` about a document: that of its file, and that of the article in it."""
    return [rows[file] for file in dict.fromkeys((str(document.place), document.file)) if file in rows]


def stated(document: Document, rows: dict[str, dict[str, str]]) -> str:
    """Return the language that `sources.csv` says a document is in, or ""."""
    return next((row["language"] for row in reversed(rows_of(document, rows)) if row.get("language")), "")


def find_language(document: Document, stated: str) -> None:
    """Find the language of a document, and skip one that is not analysed; `stated` is what `sources.csv` says."""
    found, problem = (stated, "") if stated else languages.language(document.raw)
    if not found and document.language:
        try:
            found = languages.code(document.language)
        except StudyError:
            found = ""
    document.language = found
    document.remark(problem)
    if found not in ("", ANALYSED):
        wrong = "" if stated else "; if this is wrong, write en in the column language of sources.csv"
        document.skip(f"in {languages.name(found)}, not analysed: only English is{wrong}")


def missing(rows: dict[str, dict[str, str]], documents: list[Document]) -> list[Document]:
    """Return a document, skipped, for each row of `sources.csv` that has no file."""
    files = {document.file for document in documents} | {str(document.place) for document in documents}
    out = []
    for file in rows:
        if file not in files:
            near = difflib.get_close_matches(file, files, 1) if len(files) < MANY else []
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            document = Document(file, stem(PurePosixPath(file)))
            for column, value in rows[file].items():
                setattr(document, column, value or getattr(document, column))
            document.skip(f"named in sources.csv but not in the folder{hint}: add the file or delete the row")
            out.append(document)
    return out


def stem(place: PurePosixPath) -> str:
    """Return the name of a file without its ending, nor that of a packed file."""
    name = place.name
    return PurePosixPath(name[:-3] if name.lower().endswith(formats.ENDS) else name).stem


def give_names(documents: list[Document]) -> None:
    """Name each document by the shortest of four names that no other has, whatever the case of its letters."""
    ladders, read = [], []
    for document in documents:
        place, number = document.place, f"-{document.number}" if document.number else ""
        whole = stem(place)
        deep = "-".join([*place.parts[:-1], whole])
        short = whole.split("_")[0] or whole
        ladders.append([f"{name}{number}" for name in (short, whole, deep, "-".join(place.parts))])
        read.append(formats.form(Path(place)) in formats.READERS)
    times = [Counter(ladder[rung].casefold() for ladder, form in zip(ladders, read, strict=True) if form)
             for rung in range(4)]
    taken: set[str] = set()
    for _, document, ladder in sorted(zip(read, documents, ladders, strict=True), key=lambda one: not one[0]):
        free = (name for name, n in zip(ladder, times, strict=True)
                if n[name.casefold()] < 2 and name.casefold() not in taken)
        document.name = next(free, ladder[-1])
        while document.name.casefold() in taken:  # a.txt beside a.TXT
            document.name += "~"
        taken.add(document.name.casefold())


# --- Kept between runs


def kept(folder: Path, columns: Columns, top: Path) -> tuple[str, list[Document]]:
    """Read a folder, or take what was kept when it was read in this state; the texts stay on a shelf.

    Parameters
    ----------
    folder : pathlib.Path
    columns : parallax.codebook.Columns
    top : pathlib.Path
        As `store.room` gives it.

    Returns
    -------
    state : str
        As `state` gives it.
    documents : list of Document
        As `read_documents` gives them.

    Raises
    ------
    StudyError
        `sources.csv` is wrong, or a file changes while it is read.
    """
    now = state(folder, columns)
    place = store.place(top, "read", now)
    if not store.whole(place):
        with store.made(place, top) as new:
            with Writer(new / KEPT[0]) as texts:
                documents = read_documents(folder, columns, texts)
            parquet.write_table(pa.Table.from_pylist([facts(one) for one in documents], SCHEMA), new / KEPT[1])
            if state(folder, columns) != now:
                raise StudyError(f"{folder.name}: a file was changed while it was read; run it again")
    shelf = Shelf(place / KEPT[0])
    rows = parquet.read_table(place / KEPT[1]).to_pylist()
    return now, [Document(**row, shelf=shelf) for row in rows]


FACTS = [field.name for field in fields(Document) if field.name not in ("held", "shelf")]
SCHEMA = pa.schema([(name, {"number": pa.int64(), "row": pa.int64(), "verbatim": pa.bool_()}.get(name, pa.string()))
                    for name in FACTS])


def facts(document: Document) -> dict[str, str | int | bool]:
    """Return all that is known of a document but its text."""
    return {name: getattr(document, name) for name in FACTS}


def state(folder: Path, columns: Columns) -> str:
    """Return a name for a folder as it is now: of its files and what is in them, and of what reads them."""
    files = {**dict(formats.find_files(folder)), "sources.csv": folder / "sources.csv"}
    known = [f"{file}\0{stamp(files[file])}" for file in sorted(files)]
    return store.key(columns.model_dump_json(), store.code(), formats.tools(), *known)


def stamp(path: Path) -> str:
    """Return what tells a file from one with other content; of one that is no article its size and time are enough."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > 10 * LARGEST:
            return f"{found.st_mode} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
        return store.digest(path)
    except OSError as error:
        return f"{error.strerror}"


# --- The table of sources


def read_sources(path: Path) -> dict[str, dict[str, str]]:
    """Read `sources.csv` into {file: row}; a missing file is an empty table."""
    if not path.exists():
        return {}
    try:
        if control := CONTROL.search(decode(path, "give it the columns file and source")):
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
    try:
        return check_rows(table.map(str.strip))
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from None


def check_rows(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the rows of `sources.csv` by their file, each path with "/", each language as its code."""
    for number, name in enumerate(table["file"], start=2):
        inside = PurePosixPath(name.replace("\\", "/"))
        if not name or inside.is_absolute() or ".." in inside.parts or PureWindowsPath(name).drive:
            raise StudyError(f"line {number}: file is {name!r}; give a file name in this folder")
    table["file"] = [str(PurePosixPath(name.replace("\\", "/"))) for name in table["file"]]
    twice = table["file"][table["file"].duplicated()]
    if len(twice):
        raise StudyError(f"{twice.iloc[0]!r} stands in two rows; keep one")
    if "language" in table:
        table["language"] = [said and languages.code(said) for said in table["language"]]
    return {row["file"]: row for row in table.to_dict("records")}
