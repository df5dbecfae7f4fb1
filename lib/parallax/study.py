"""A study: a folder with articles, a table of sources and a codebook, checked when it is read."""

import difflib
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from parallax import formats, languages
from parallax.codebook import Codebook, Columns, read_codebook
from parallax.errors import StudyError, decode
from parallax.files import whole
from parallax.records import Article, iso

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
NOTE = re.compile(r"[A-Z\d][A-Z\d_ -]+\.(?:md|markdown)")  # NOTES.md, GUIDE.md
SAID = ("outlet", "published", "author", "title", "url", "language")  # what a file says of its article
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that no table may hold
SOURCE_COLUMNS = ["file", "source", "outlet", "published", "kind", "note", "title", "url", "language"]
MANY = 10_000  # files; among more a name like another is not looked for, which takes a second each time
ANALYSED = "en"  # the language of the rules
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)  # names that Windows keeps for devices


@dataclass
class Document:
    """One text with what `sources.csv` and its file say of it; `problem` is empty when nothing is odd.

    `file` is the path inside the study; of a file with several articles it ends in "#" and the `number` of the record,
    which is 0 elsewhere. `raw` is the file itself where it is `verbatim`. `name` begins the identifiers of its stories
    and sentences: the file's name up to the first underscore, or all of it where another file begins the same.
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
    title: str = ""
    url: str = ""
    language: str = ""
    read_as: str = ""
    number: int = 0
    verbatim: bool = False

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
        """Twelve hexadecimal digits over the texts that are analysed and the codebook: same study, same digits."""
        book = self.codebook.model_dump_json(exclude={"columns"})  # what it reads from tables is in the texts
        parts = sorted(d.sha256 for d in self.documents if d.status == "ok") + [book]
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
    raise StudyError(f"{folder}: no such folder; a study is a folder with articles and codebook.yml")


def load(folder: str | Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        A folder with articles (`formats.READ`), ``codebook.yml`` and, if there is one, ``sources.csv``. A
        relative path is looked up from the current folder, then from the repository.

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
        raise StudyError(f"{folder.name}: no codebook.yml; `parallax new` writes one, and the shortest is one line: "
                         "'title: My study'")
    book = read_codebook(path)
    documents = read_documents(folder, book.columns)
    if not documents:
        raise StudyError(f"{folder.name}: no texts; put the articles in this folder, as {formats.READ}")
    if all(d.status == "skipped" for d in documents):
        raise StudyError(f"{folder.name}: no readable text; {documents[0].file}: {documents[0].problem}")
    return Study(folder, book, documents)


def read_documents(folder: str | Path, columns: Columns | None = None) -> list[Document]:
    """Read all articles of a folder and of those in it; neither codebook nor `sources.csv` need be there.

    Parameters
    ----------
    folder : str or pathlib.Path
    columns : parallax.codebook.Columns, optional
        Which columns of tables hold what; None guesses by their names.

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
    folder = Path(folder)
    rows = read_sources(folder / "sources.csv")
    documents = [document for file, path in sorted(formats.find_files(folder))
                 for document in read_file(file, path, columns or Columns())]
    rows = as_named(rows, documents)
    level = telling(documents)
    for document in documents:
        describe(document, rows, "".join(document.place.parts[:-1][level:level + 1]))
    documents += missing(rows, documents)
    rank = {file: i for i, file in enumerate(rows)}
    documents.sort(key=lambda one: rank.get(str(one.place), rank.get(one.file, len(rank))))
    for document in documents:
        if document.source == POOLED:
            raise StudyError(f"{document.file}: the source is called {POOLED!r}, which means all together; rename it")
    give_names(documents)
    return documents


def read_file(file: str, path: Path, columns: Columns) -> list[Document]:
    """Return the documents of one file; one that is skipped where it cannot be read."""
    try:
        articles = formats.read_file(path, columns)
    except StudyError as error:
        articles = [Article(problem=str(error))]
    documents = []
    for one in articles:
        for part in SAID:
            setattr(one, part, " ".join(CONTROL.sub("", getattr(one, part)).split()))
        document = Document(
            f"{file}#{one.number}" if one.number else file, "", one.outlet, one.published,
            note=re.sub("^(?:by:? )?(?=.)", "by ", one.author, flags=re.I), raw=one.text,
            status="skipped" if one.problem else "ok", problem=one.problem, title=one.title, url=one.url,
            language=one.language, read_as=one.read_as, number=one.number, verbatim=one.verbatim)
        if not one.problem:
            document.sha256 = hashlib.sha256(one.text.encode()).hexdigest()
        documents.append(document)
    return documents


def as_named(rows: dict[str, dict[str, str]], documents: list[Document]) -> dict[str, dict[str, str]]:
    """Return the rows of `sources.csv` by the names of files as they are: with space around, accents as marks apart."""
    files = {document.file for document in documents} | {str(document.place) for document in documents}
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
    """Write into a document what `sources.csv` says of it, find its language and date, and name its source.

    `folder` is the one that stands for its source where neither `sources.csv` nor the document itself names any.
    """
    place = document.place
    said = [rows[file] for file in dict.fromkeys((str(place), document.file)) if file in rows]
    stated = next((row["language"] for row in reversed(said) if row.get("language")), "")
    if document.status == "ok":
        find_language(document, stated)
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


def write_texts(study: Study, folder: str | Path, every: bool = False) -> dict[str, Path]:
    """Write the texts as they were read, so that the offsets in the tables can be checked.

    Parameters
    ----------
    study : Study
    folder : str or pathlib.Path
        Made when there is something to write.
    every : bool
        Write all texts; else only those that are no file of the study: of pages, tables, Word documents and exports.

    Returns
    -------
    dict of str to pathlib.Path
        {`file` of the document: the text file}; it is called as the document's sentences begin. UTF-8, each character
        where it is in `Document.raw`.

    Raises
    ------
    StudyError
        The folder lies in that of the study, or cannot be written.
    """
    folder, out, taken = Path(folder), {}, set()
    if folder.resolve().parent == study.folder:
        raise StudyError(f"{folder.parent}: this is the study, and what is written there would be read as texts; "
                         "give another folder")
    for document in study.documents:
        if document.status == "ok" and (every or not document.verbatim):
            safe = re.sub(r"[^\w.~-]+", "_", document.name)[:100].encode()[:200].decode("utf-8", "ignore")
            safe = f"_{safe}" if RESERVED.match(safe) else safe
            if safe.casefold() in taken:  # two names have become one
                safe += f"-{hashlib.sha256(document.file.encode()).hexdigest()[:8]}"
            taken.add(safe.casefold())
            out[document.file] = folder / f"{safe}.txt"
    raws = {document.file: document.raw for document in study.documents}
    try:
        for file, path in out.items():
            with whole(path) as part:
                part.write_bytes(raws[file].encode())
    except OSError as error:
        raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None
    return out


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
