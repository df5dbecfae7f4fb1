"""Tables of articles: which column holds what, and each record as an article."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import Any

from dateutil import parser

from parallax.codebook import Columns
from parallax.errors import LARGEST, StudyError
from parallax.lines import MONTH

USUAL = {  # what columns are usually called, without case and punctuation; the first that a table has counts
    "text": "text fulltext body articletext articlebody bodytext content contents article maintext rawtext cleantext "
            "plaintext story document transcript",
    "title": "title headline articletitle heading head name",
    "date": "published date pubdate publishdate publisheddate publicationdate datepublished publishedat publishedtime "
            "pubtime publishtime publicationtime articledate storydate created createdat timestamp datetime time day "
            "seendate",
    "outlet": "outlet source publication publicationtitle newspaper media medium mediaoutlet medianame outletname "
              "sourcename publisher journal paper masthead site sitename website domain channel",
    "url": "url link href permalink canonicalurl articleurl sourceurl weburl pageurl",
    "author": "author authors byline writer creator journalist",
    "language": "language lang languagecode",
}
WRITTEN = ({"sentence", "file", "source", "start", "end"}, {"file", "sha256", "characters", "status"},
           {"window", "a", "b", "npmi"})  # columns that tell a table which Parallax wrote
LOOKED_AT = 50  # records whose keys tell the columns
DEEP = "nested too deeply"
LISTED = 12  # columns that a message names
SHORT = 5  # words; a shorter title may begin a sentence by chance
NAMED_DAY = re.compile(rf"\b(?:{MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?,? ?\d{{4}}"
                       rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[ -]{MONTH}[ ,-]*\d{{4}}|{MONTH},? \d{{4}})\b", re.I)
DASHED = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?(?![\d./-])")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?(?!\d)")
NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\b")


@dataclass(slots=True)
class Article:
    """One article as its file gives it: its text, and what the file says of it.

    `published` stands as the file writes it. `number` is that of the record in a file of several, from 1, and 0 where
    the file is one article. `text` is the file itself where `verbatim`. `problem` says why it cannot be read.
    """

    text: str = ""
    title: str = ""
    published: str = ""
    outlet: str = ""
    url: str = ""
    author: str = ""
    language: str = ""
    read_as: str = ""
    problem: str = ""
    verbatim: bool = False
    number: int = 0


def fold(text: str) -> str:
    """Return a text without case, space and punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold())


# --- Columns


def mapping(names: Iterable[str], columns: Columns, needed: tuple[str, ...] = ("text",)) -> dict[str, str]:
    """Find out which column holds what.

    Parameters
    ----------
    names : iterable of str
        The columns of a table.
    columns : parallax.codebook.Columns
        What the codebook says; the rest is guessed from the usual names.
    needed : tuple of str
        What must be there.

    Returns
    -------
    dict of str
        {"text": "Body", ...}: for each part of an article that has a column, its name.

    Raises
    ------
    StudyError
        A column is not there, or stands twice.
    """
    names = list(names)
    folded, out = {}, {}
    for name in names:
        folded.setdefault(fold(name), name)
    for part, usual in USUAL.items():
        named = getattr(columns, part)
        found = [name for name in named if name in names] or [folded[fold(n)] for n in named if fold(n) in folded]
        if named and not found:
            raise StudyError(f"no column {' or '.join(map(repr, named))} (columns.{part} in codebook.yml); "
                             f"found: {listed(names)}")
        out[part] = (found or [folded[name] for name in usual.split() if name in folded] or [""])[0]
    for part in needed:
        if not out[part]:
            raise StudyError(f"no column of {part}; found: {listed(names)}; name it in codebook.yml, "
                             f"as in 'columns: {{{part}: {next(filter(None, names), 'Body')}}}'")
    for part, name in out.items():
        if name and names.count(name) > 1:
            raise StudyError(f"the column {name!r} ({part}) stands twice; rename one")
    return {part: name for part, name in out.items() if name}


def listed(names: list[str]) -> str:
    """List the names of columns, the first ones of many."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return (", ".join(repr(name[:40]) for name in names[:LISTED]) or "none") + more


# --- Records


def read_table(records: Iterable[dict[str, Any] | str], columns: Columns, names: list[str] | None = None,
               ) -> Iterator[Article]:
    """Read the records of a table as articles.

    Parameters
    ----------
    records : iterable of dict or str
        The cells by the name of their column; of a record that cannot be read, a line that says why.
    columns : parallax.codebook.Columns
    names : list of str, optional
        The columns; else the keys of the first records.

    Yields
    ------
    Article
        Numbered from 1; one without a text is skipped, with the reason.

    Raises
    ------
    StudyError
        No column holds the text, or nothing in the table is a record.
    """
    records = iter(records)
    first = list(islice(records, LOOKED_AT))
    if names is None:
        names = list(dict.fromkeys(name for record in first if isinstance(record, dict) for name in record))
        if not names and first:
            raise StudyError(first[0] if isinstance(first[0], str) else "its records are empty")
    if any(columns <= {name.strip().lower() for name in names} for columns in WRITTEN):
        raise StudyError("a table that Parallax wrote, no articles: move it out of the study")
    if not first:
        raise StudyError("empty: it holds no article")
    parts = mapping(names, columns)
    read_as = "table: " + ", ".join(f"{part} from {name!r}" for part, name in parts.items())
    for number, record in enumerate(chain(first, records), 1):
        one = Article(problem=record) if isinstance(record, str) else article(record, parts)
        one.number, one.read_as = number, read_as
        yield one


def stated(record: Mapping[str, Any], parts: Mapping[str, str]) -> Article:
    """Return what a record says of its article, given which column holds what; its text is not read."""
    one = Article()
    for part, name in parts.items():
        if part != "text":
            setattr(one, "published" if part == "date" else part, " ".join(plain(record.get(name), ", ").split()))
    return one


def article(record: dict[str, Any], parts: dict[str, str]) -> Article:
    """Return a record as an article, given which column holds what."""
    try:
        text, one = plain(record.get(parts["text"])), stated(record, parts)
    except RecursionError:
        return Article(problem=DEEP)
    if "\0" in text:
        one.problem = "not a text: it holds zero bytes"
    elif not text.strip("\ufeff \t\r\n"):
        one.problem = f"empty: no text in {parts['text']!r}"
    else:
        one.text = headed(one.title, text)
    return one


def plain(value: Any, between: str = "\n\n") -> str:
    """Return a cell as text: of a list its texts with a sign between, of a record within its name or text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, dict):
        inner = next((value[key] for key in ("name", "title", "text") if isinstance(value.get(key), str)), "")
        return plain(inner)
    if isinstance(value, list | tuple):
        return between.join(filter(None, (plain(one, between) for one in value)))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return re.sub("[\ud800-\udfff]", "\ufffd", text)  # half of a sign: no file can hold it


def headed(title: str, text: str) -> str:
    """Return a text with its title as the first line, unless it begins with it."""
    line = text.lstrip("\ufeff \t\r\n").partition("\n")[0]
    first, head = fold(line), fold(title)
    long = len(title.split()) >= SHORT
    if not head or first == head or (long and (first.startswith(head) or head.startswith(first) and len(first) > 14)):
        return text
    return f"{title}\n\n{text}"


def iso(text: str) -> tuple[str, str]:
    """Return a date as YYYY-MM-DD, or as much of it as is said; an unclear one as it stands, with what is unclear."""
    text = text.strip()
    day = DASHED.match(text) or COMPACT.match(text)
    numbers = NUMBERS.search(text)
    with suppress(ValueError, OverflowError, OSError):
        if re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", text):  # seconds or milliseconds of Unix
            return datetime.fromtimestamp(int(text[:10]), UTC).date().isoformat(), ""
        if day:
            parts = [int(part) for part in day.groups() if part]
            date(*parts, *[1] * (3 - len(parts)))
            return "-".join(f"{part:02d}" for part in parts), ""
        if named := NAMED_DAY.search(text):
            full = re.search(r"\d.*\d{4}", named.group()) and re.search(r"\d{1,2}\D+\d{4}", named.group())
            found = parser.parse(named.group().replace(".", " "), default=datetime(2000, 1, 1), ignoretz=True)
            return found.strftime("%Y-%m-%d" if full else "%Y-%m"), ""
        if numbers:
            return from_numbers(*numbers.groups())
    return text, f"the date {text[:40]!r} is not clear: write YYYY-MM-DD in sources.csv" if text else ""


def from_numbers(first: str, second: str, third: str) -> tuple[str, str]:
    """Return a date of three numbers as `iso` does; ValueError where the order of day and month is not clear."""
    if len(first) == 4:
        return date(int(first), int(second), int(third)).isoformat(), ""
    if len(third) != 4 or (int(first) <= 12 and int(second) <= 12 and int(first) != int(second)):
        raise ValueError
    month, day = sorted((int(first), int(second)))
    return date(int(third), month, day).isoformat(), ""


# --- Forms of tables


def read_csv(stream: Iterator[str], columns: Columns, tabs: bool = False) -> Iterator[Article]:
    """Read a table whose columns are set apart by commas, semicolons or tabs; the first line names them."""
    csv.field_size_limit(LARGEST)  # a cell holds an article: the limit of 131,072 characters is too low
    head = next((line for line in stream if line.strip()), "")
    outside = Counter(re.sub(r'"[^"]*"', "", head))
    comma = "\t" if tabs else max(",;\t", key=lambda sign: outside[sign])
    rows = csv.reader(chain([head], stream), delimiter=comma, strict=True)
    try:
        names = [name.strip() for name in next(rows, [])]
        if not names:
            raise StudyError("empty: put the articles in it, or delete it")
        yield from read_table(cells(rows, names), columns, names)
    except csv.Error as error:
        said = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
        raise StudyError(f"line {rows.line_num}: not a table: {said}") from None


def cells(rows: Any, names: list[str]) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of a CSV file by the names of their columns; raise StudyError at one of another length."""
    for row in rows:
        if row and len(row) != len(names):
            raise StudyError(f"line {rows.line_num}: cells: {len(row)}, columns: {len(names)}; "
                             "put a text that holds commas or line breaks in quotes")
        if row:
            yield dict(zip(names, row, strict=True))


def read_lines(stream: Iterable[str], columns: Columns) -> Iterator[Article]:
    """Read one JSON object a line; a line that is none is an article that is skipped."""
    return read_table(parsed(stream), columns)


def parsed(stream: Iterable[str]) -> Iterator[dict[str, Any] | str]:
    """Yield the object of each line, or what is wrong with the line."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                record = json.loads(line, parse_int=str)  # of any length
            except (ValueError, RecursionError) as error:
                yield f"line {number}: not JSON: {getattr(error, 'msg', DEEP)}"
            else:
                yield record if isinstance(record, dict) else f"line {number}: not a record; write {{\"text\": ...}}"


def read_json(text: str, columns: Columns) -> Iterator[Article]:
    """Read a list of JSON records, or the one list of records that an object holds."""
    try:
        data = json.loads(text, parse_int=str)
    except RecursionError:
        raise StudyError(f"not JSON: {DEEP}") from None
    except ValueError as error:
        hint = "; if each line is a record, name it .jsonl" if str(error).startswith("Extra data") else ""
        raise StudyError(f"not JSON: {error}{hint}") from None
    if isinstance(data, dict):
        inner = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        texts = [value for key, value in data.items() if fold(key) in USUAL["text"].split() or key in columns.text]
        data = inner[0] if len(inner) == 1 and not any(isinstance(text, str) for text in texts) else [data]
    if not isinstance(data, list):
        raise StudyError("no list of records; write [{\"text\": ...}, ...]")
    wrong = "not a record; write {\"text\": ...}"
    return read_table((one if isinstance(one, dict) else wrong for one in data), columns)


def read_parquet(path: Any, columns: Columns) -> Iterator[Article]:
    """Read a Parquet file, a batch of records after the other."""
    from pyarrow import parquet  # takes a moment, and few studies need it

    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if len(set(names)) < len(names):
                raise StudyError(f"the column {Counter(names).most_common(1)[0][0]!r} stands twice; rename one")
            rows = (row for batch in file.iter_batches(256) for row in batch.to_pylist())
            yield from read_table(rows, columns, names)
    except (StudyError, PermissionError):
        raise
    except Exception as error:  # of pyarrow, and of a cell that cannot be decoded
        raise StudyError(f"not a Parquet file, or a broken one: {' '.join(str(error).split())[:100]}") from None
