"""Which files of a study are articles, and how each form of file is read: text, pages, documents, tables, exports."""

import gzip
import importlib
import logging
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import yaml

from parallax import press, records
from parallax.codebook import Columns, Loader
from parallax.errors import LARGEST, StudyError, decoded
from parallax.records import Article, headed

ENDS = (".gz",)  # packed: what is inside is read as if it were not
NOT_TEXTS = re.compile(r"(?:readme|license|licence).*|.*\.ipynb|\..*|~\$.*|thumbs\.db|desktop\.ini", re.I)
OF_STUDY = ("codebook.yml", "sources.csv")  # in the folder of the study itself
WALL = re.compile(r"\b(?:cookies?|javascript|captcha|not a robot|verify (?:that )?you are|enable js|ad ?blocker|"
                  r"(?:subscribe|log in|sign in|register) to (?:read|continue))\b", re.I)
WALL_SAID = "no article, only what stands before it ({}): open the page in a browser and save it from there"
WALLED = 80  # words; a text as short as this that speaks of cookies or the like is no article
INSTEAD = {ending: said for endings, said in {
    "pdf": "a PDF is not read: save its text as .txt, or the article's page as .html",
    "doc rtf odt pages wpd": "save it as .docx or .txt",
    "xls xlsx xlsm ods numbers": "save the sheet with the articles as CSV (UTF-8)",
    "mht mhtml webarchive maff": "save the page as .html ('HTML only')",
    "zip rar 7z tar tgz bz2 xz zst": "unpack it in this folder",
    "jpg jpeg png gif webp tif tiff heic bmp svg": "a picture is not read: put its text in a .txt",
    "mp3 mp4 wav m4a mov avi webm": "a recording is not read: put its transcript in a .txt",
    "eml msg mbox epub ppt pptx": "save its text as .txt",
    "xml rss": "save the articles as .html, .csv or .jsonl",
}.items() for ending in endings.split()}
SAVED = re.compile(r"<!--[^>]*?(?:saved from url=\(\d+\)|SingleFile\s+url: ?)(https?://[^\s>]+)")  # by a browser
CHARSET = re.compile(rb"<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
OPTIONAL = ("trafilatura", "python-docx")
LONGEST_HEAD = 50_000  # characters in which front matter ends
SWOLLEN = 100  # times; no article is packed as small as that
READ = ".txt, .md, .html, .docx, .csv, .tsv, .jsonl, .json, .parquet"


# --- Which files


def find_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Find the files of a study that should be articles, in its folder and all below.

    Parameters
    ----------
    folder : pathlib.Path

    Yields
    ------
    (str, pathlib.Path)
        The path inside the study, with "/" between folders, and the file. Left out are the study's own files
        (`OF_STUDY`, `labels/`), what is no text by its name (`NOT_TEXTS`), folders that begin with "." or "_", and
        what a browser saved beside a page (`NAME_files/`). A link to a folder, a folder that is locked and what
        Parallax wrote are not looked into: the folder itself is yielded.
    """
    taken: set[str] = set()
    for place, folders, files in os.walk(folder):
        here, top = Path(place), Path(place) == folder
        pages = {Path(name).stem for name in files if Path(name).suffix.lower() in (".html", ".htm")}
        kept = [name for name in sorted(folders)
                if not name.startswith((".", "_")) and not (top and name == "labels")
                and not (name.endswith(("_files", "-files", ".files")) and name[:-6] in pages)]
        closed = [name for name in kept if (here / name).is_symlink() or not os.access(here / name, os.R_OK | os.X_OK)
                  or is_written(here / name)]
        folders[:] = [name for name in kept if name not in closed]
        for name in sorted(files + closed):
            if not (NOT_TEXTS.fullmatch(name) or (top and name in OF_STUDY)):
                file = printable((here / name).relative_to(folder).as_posix())
                while file in taken:  # one is called "%E9", in another that stands for a byte
                    file += "~"
                taken.add(file)
                yield file, here / name


def is_written(folder: Path) -> bool:
    """Is it a folder of tables, or a report, that Parallax wrote?"""
    return any({"documents", "sentences"} <= {path.stem for path in place.glob("*s.*")}
               for place in (folder, folder / "tables"))


def printable(name: str) -> str:
    """Return a file name as it can be written in a table.

    A byte that is no UTF-8 and a control sign become %E9; and so does the sign of a number at the end, as an article of
    a table has it.
    """
    name = re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match.group()) - 0xdc00:02X}", name)
    return re.sub("[\x00-\x1f\x7f\ud800-\udfff]|#(?=[0-9]+$)", lambda match: f"%{ord(match.group()):02X}", name)


def form(path: Path) -> str:
    """Return the ending that tells how a file is read, without that of a packed file: ".csv" for "a.CSV.gz"."""
    name = path.name.lower()
    return Path(name[:-3] if name.endswith(ENDS) else name).suffix


# --- What is in them


def read_file(path: Path, columns: Columns, top: Path | None = None) -> Iterator[Article]:
    """Read the articles of one file, one after the other.

    Parameters
    ----------
    path : pathlib.Path
    columns : parallax.codebook.Columns
        What the codebook says of the columns of tables.
    top : pathlib.Path, optional
        The folder of the study: a link that leads out of it is not followed.

    Yields
    ------
    Article
        One without a number, or those of a file of several.

    Raises
    ------
    StudyError
        Why the file cannot be read, and what to do about it.
    """
    with faults():
        check_place(path, top)
        ending = form(path)
        packed = path.name.lower().endswith(ENDS)
        if ending not in READERS or (packed and ending in (".docx", ".parquet")):
            bare = ending.removeprefix(".")
            said = "unpack it" if packed and ending in READERS else INSTEAD.get(bare, f"allowed: {READ}")
            raise StudyError(said if "not read" in said else f"{ending or 'no ending'}: not read; {said}")
        found = iter(READERS[ending](path, columns))
        first = list(islice(found, 2))
        if len(first) == 1:  # a file with one article keeps its name
            first[0].number = 0
        yield from chain(first, found)


def check_place(path: Path, top: Path | None) -> None:
    """Raise StudyError where a path is no file that can be opened, or leads out of the study."""
    if path.is_symlink() and path.is_dir():
        raise StudyError("a link to a folder is not followed: put the folder itself here")
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        raise StudyError("a folder that cannot be opened: give yourself the right to read it")
    if path.is_dir():
        raise StudyError("tables or a report that Parallax wrote, no articles: move the folder out of the study")
    if path.is_symlink() and not path.exists():
        raise StudyError("a link to a file that is not there")
    if path.is_symlink() and top is not None and not path.resolve().is_relative_to(top.resolve()):
        raise StudyError("a link to a file outside of the study is not followed: put the file itself here")
    if not stat.S_ISREG(path.stat().st_mode):
        raise StudyError("not a file")


@contextmanager
def faults() -> Iterator[None]:
    """Say in one line what is wrong with a file that cannot be opened, unpacked or decoded."""
    try:
        yield
    except StudyError:
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise StudyError(f"a broken .gz file: {str(error)[:80]}; pack it again") from None
    except UnicodeDecodeError:
        raise StudyError("not UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise StudyError(f"cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise StudyError("too large for the memory of this machine: split it") from None
    except RecursionError:
        raise StudyError(f"{records.DEEP}: save its text as .txt") from None
    except Exception as error:  # one bad file costs no other, whatever its reader raises
        raise StudyError(f"cannot be read: {type(error).__name__}; save its text as .txt") from None


def opened(path: Path, mode: str, **how: Any) -> IO[Any]:
    """Open a file, or what is packed in it."""
    opener: Any = gzip.open if path.name.lower().endswith(ENDS) else open
    return opener(path, mode, **how)


def file_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file of UTF-8, unpacked, with their ends; raise StudyError where there is no end to them."""
    read, most = 0, max(LARGEST, SWOLLEN * path.stat().st_size)
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        while line := file.readline(LARGEST + 1):
            read += len(line)
            if len(line) > LARGEST:
                raise StudyError(f"a line of over {LARGEST // 10**6} million characters: no table of articles")
            if read > most:
                raise StudyError(f"unpacked it is over {SWOLLEN} times as large: no table of articles; unpack it")
            yield line


def contents(path: Path, times: int = 1) -> bytes:
    """Return the bytes of a file, unpacked; raise StudyError where they are more than so many times `LARGEST`."""
    packed, most = path.name.lower().endswith(ENDS), times * LARGEST
    with opened(path, "rb") as file:
        data: bytes = file.read(most + 1) if packed or path.stat().st_size > most else file.read()
    if len(data) > most:
        raise StudyError(f"too large: over {most // 10**6} MB{', unpacked' * packed}; split it")
    return data


def tools() -> str:
    """Return which of the packages that only some studies need are there, in which version."""
    found = []
    for package in OPTIONAL:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join(found)


def optional(module: str, package: str) -> Any:
    """Import what only some studies need; raise StudyError with its install line where it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise StudyError(f"needs {package}: pip install {package}") from None


def read_text(path: Path, _: Columns) -> list[Article]:
    """Read a text: one article as it stands, or those of an export of a press database."""
    raw = decoded(contents(path))
    whole = not path.name.lower().endswith(ENDS)
    found = press.articles(raw)
    if len(found) > 1:
        return found
    one = found[0] if found else Article(read_as="text")
    return [replace(one, text=raw, verbatim=whole)]


def read_markdown(path: Path, _: Columns) -> list[Article]:
    """Read a text with YAML front matter that says title, date, outlet, author, url and language."""
    raw = decoded(contents(path))
    data = front_matter(raw)
    said = records.stated(data, records.mapping(data, Columns(), ()))
    return [replace(said, text=raw, read_as="markdown", verbatim=not path.name.lower().endswith(ENDS))]


def front_matter(raw: str) -> dict[str, Any]:
    """Return the keys and values between the lines "---" at the start of a text; where it is no YAML, line by line."""
    match = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", raw[:LONGEST_HEAD], re.S | re.M)
    if not match:
        return {}
    try:
        data = yaml.load(match.group(1), Loader)
    except (yaml.YAMLError, StudyError, RecursionError):  # "title: Harbour: closed" is none, and frequent
        lines = re.findall(r"^(\w[\w -]{0,100}):(.*)$", match.group(1), re.M)
        data = {key: value.strip().strip("\"'") for key, value in lines}
    return data if isinstance(data, dict) else {}


def read_html(path: Path, _: Columns) -> list[Article]:
    """Read the main text of a page, and what the page says of itself."""
    trafilatura = optional("trafilatura", "trafilatura")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", decode_page(contents(path)))  # lxml takes no text that declares a code
    if not text.strip():
        raise StudyError("empty: put the article in it, or delete it")
    if not re.search(r"<(?:html|body)\b", text[:5000], re.I):  # a part of a page
        text = f"<html><body>{text}</body></html>"
    saved = SAVED.search(text[:5000])
    try:
        found = trafilatura.bare_extraction(text, saved and saved.group(1), with_metadata=True, include_comments=False,
                                            date_extraction_params={"original_date": True, "extensive_search": False})
    except Exception as error:  # lxml and its helpers raise many kinds at broken pages
        raise StudyError(f"not a page that can be read: {type(error).__name__}") from None
    lines = [] if found is None or found.body is None else list(paragraphs(found.body))
    body = "\n\n".join(lines)
    if not body:
        raise StudyError("no text found in the page: save its text as .txt")
    wall = WALL.search(body) if len(body.split()) < WALLED else None
    stated = re.search(r"<html\b[^>]*?\blang=[\"']?([\w-]+)", text[:5000], re.I)
    title, site = (" ".join((part or "").split()) for part in (found.title, found.sitename or found.hostname))
    one = Article(headed(title, body), title, found.date or "", site, found.url or "", found.author or "",
                  stated.group(1) if stated else "", "html")
    return [one if wall is None else replace(one, text="", problem=WALL_SAID.format(wall.group().lower()))]


def decode_page(data: bytes) -> str:
    """Decode a page: as UTF-8 or UTF-16 where it is that, else as it declares, else as browsers do."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    declared = CHARSET.search(data[:5000])
    for name in ("utf-8-sig", declared.group(1).decode("ascii", "replace") if declared else "windows-1252"):
        try:
            return data.decode("windows-1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")


BLOCKS = ("p", "head", "list", "item", "quote", "table", "row", "cell", "div", "code", "ab")


def paragraphs(body: Any) -> Iterator[str]:
    """Yield the paragraphs of a page as trafilatura keeps it; a heading begins with "## ", an item with "- "."""
    marks = {"head": "## ", "item": "- "}

    def lines(inline: str, mark: str, kept: bool) -> Iterator[str]:
        # A page without paragraphs comes as one, and its lines are all that keeps them apart.
        for line in inline.split("\n") if kept else inline.replace("\n", " ").split("\v"):
            if line.strip():
                yield mark + " ".join(line.split())

    def walk(element: Any, mark: str, kept: bool) -> Iterator[str]:
        inline = element.text or ""
        for child in element:
            if child.tag in BLOCKS:
                yield from lines(inline, mark, kept)
                inner = [list(walk(cell, mark, kept)) for cell in child] if child.tag == "row" else []
                if inner and all(len(cell) < 2 for cell in inner):  # not a table that only lays out the page
                    yield " ".join(line for cell in inner for line in cell)
                else:
                    yield from walk(child, marks.get(child.tag, mark), kept)
                inline = ""
            else:
                inline += "\v" if child.tag == "lb" else "".join(child.itertext())
            inline += child.tail or ""
        yield from lines(inline, mark, kept)

    yield from walk(body, "", len(body) == 1 and body[0].tag == "p" and len(body[0]) == 0)


def read_docx(path: Path, _: Columns) -> list[Article]:
    """Read the paragraphs and tables of a Word document; an export of a press database gives its articles."""
    docx = optional("docx", "python-docx")
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(part.file_size for part in package.infolist())
        if size > LARGEST:
            raise StudyError(f"too large: over {LARGEST // 10**6} MB, unpacked; take out pictures, or save it as .txt")
        document = docx.Document(str(path))
        lines = list(docx_lines(document.element.body, docx_marks(document)))
        title = " ".join((document.core_properties.title or "").split())
    except (StudyError, PermissionError, MemoryError):
        raise
    except Exception:  # a broken package raises many kinds: of zipfile, lxml, KeyError
        raise StudyError("not a .docx, or a broken one: open it in Word and save it as .docx") from None
    text = "\n\n".join(lines)
    if not text:
        raise StudyError("empty: put the article in it, or delete it")
    bare = re.sub(r"^(?:## |- )", "", text, flags=re.M)  # a database styles its labels as headings
    found = press.articles(bare)
    return found if len(found) > 1 else [
        replace(found[0], text=bare) if found else Article(text, title, read_as="docx")]


def docx_marks(document: Any) -> dict[str, str]:
    """Return the sign before the lines of each style of paragraphs: a heading has "## ", an item of a list "- "."""
    names = {style.style_id: (style.name or "").lower() for style in document.styles}
    return {key: "## " if name.startswith(("heading", "title")) else "- " if name.startswith("list") else ""
            for key, name in names.items()}


def docx_lines(element: Any, marks: dict[str, str]) -> Iterator[str]:
    """Yield the paragraphs of a part of a Word document, those of its tables too; what was deleted in it is left out.

    A row of a table is one line where no cell has several paragraphs.
    """
    for child in element.iterchildren():
        tag = child.tag.rpartition("}")[2]
        if tag == "p":
            yield from docx_paragraph(child, marks)
        elif tag == "tr":
            cells = [list(docx_lines(cell, marks)) for cell in child.iterchildren()]
            lines = [line for cell in cells for line in cell]
            yield from lines if any(len(cell) > 1 for cell in cells) or not lines else ["\t".join(lines)]
        elif tag not in ("del", "moveFrom"):
            yield from docx_lines(child, marks)


def docx_paragraph(element: Any, marks: dict[str, str]) -> Iterator[str]:
    """Yield the lines of a paragraph, each after the sign of its style."""
    said = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
    parts = element.xpath(".//*[self::w:t or self::w:tab or self::w:br or self::w:cr or self::w:noBreakHyphen]"
                          "[not(ancestor::w:txbxContent or ancestor::w:moveFrom or ancestor::w:pPr)]")
    text = "".join(said.get(part.tag.rpartition("}")[2], part.text or "") for part in parts)
    mark = marks.get(element.style, "")
    yield from (mark + line.strip() for line in text.splitlines() if line.strip())


def read_csv(path: Path, columns: Columns) -> Iterator[Article]:
    """Read a table of articles whose columns are set apart by a sign."""
    yield from records.read_csv(file_lines(path), columns, form(path) == ".tsv")


def read_lines(path: Path, columns: Columns) -> Iterator[Article]:
    """Read a file of one JSON record a line."""
    yield from records.read_lines(file_lines(path), columns)


def read_json(path: Path, columns: Columns) -> Iterator[Article]:
    """Read a file that is a list of JSON records."""
    return records.read_json(decoded(contents(path, 10)).removeprefix("\ufeff"), columns)


READERS: dict[str, Callable[[Path, Columns], Any]] = {
    ".txt": read_text, ".md": read_markdown, ".markdown": read_markdown, ".html": read_html, ".htm": read_html,
    ".xhtml": read_html, ".docx": read_docx, ".csv": read_csv, ".tsv": read_csv, ".jsonl": read_lines,
    ".ndjson": read_lines, ".json": read_json, ".parquet": records.read_parquet,
}
