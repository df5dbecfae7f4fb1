"""A study: a folder with texts, a table of sources and a codebook, checked when it is read."""

import difflib
import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

ROOT = Path(__file__).resolve().parents[2]  # the repository, where `seeds` and `notebooks` lie
POOLED = "all"  # how the sources together are called in tables of pairs
OWN = "source"  # how the source's own voice is called among the groups of holders
SOURCE_COLUMNS = ["file", "source", "outlet", "published", "kind", "note"]


class StudyError(ValueError):
    """The input is wrong: one line that names the file, the key and what is allowed."""

    def _render_traceback_(self):
        """Show the one line alone in a notebook: IPython asks an exception for its own rendering."""
        return [f"{type(self).__name__}: {self}"]


def as_list(value):
    """Make a list of a single word."""
    return ([value] if value else []) if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(as_list)]


class Part(BaseModel):
    """A part of the codebook; an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Actor(Part):
    """Somebody who acts or speaks: a person, a state, a bloc, an organisation or a medium."""

    name: str
    kind: Literal["person", "state", "bloc", "organisation", "media"]
    group: str = "other"
    aliases: Words = []
    adjectives: Words = []
    capital: Words = []
    bodies: Words = []
    roles: Words = []
    gender: Literal["", "f", "m"] = ""
    state: str = ""


class Frame(Part):
    """What a frame covers, and the words that evoke it (the syntax is that of `parallax.lexicon`)."""

    label: str = ""
    about: str = ""
    generic: Literal["", "conflict", "economic consequences", "morality", "responsibility", "human interest"] = ""
    words: Words
    excluding: Words = []


class Argument(Part):
    """An argument for or against the claim of the narrative, and the cues that make it.

    `needs` says what must be in view for a cue to count: the members together, or one of those whom the
    narrative sets them against. `by: members` counts it only in the voice of a member, as an answer.
    """

    label: str = ""
    about: str = ""
    side: Literal["for", "against"]
    needs: Literal["", "members", "against"] = ""
    by: Literal["", "members"] = ""
    cues: Words
    excluding: Words = []


class Narrative(Part):
    """A claim, the actors it is about, whom it sets them against, and the arguments on both sides."""

    claim: str
    members: Words = []
    against: Words = []
    arguments: dict[str, Argument] = {}


class Codebook(Part):
    """What to look for. Every part but the title is optional."""

    title: str
    about: str = ""
    actors: dict[str, Actor] = {}
    groups: dict[str, str] = {}
    frames: dict[str, Frame] = {}
    narrative: Narrative | None = None
    naming: dict[str, Words] = {}


TAGS = ("ADJ", "ADP", "ADV", "AUX", "INTJ", "NOUN", "NUM", "PRON", "PROPN", "VERB")  # of Universal Dependencies
PARTS = {"actors": Actor, "frames": Frame, "narrative": Narrative, "arguments": Argument}


class Loader(yaml.BaseLoader):
    """YAML in which every scalar is text (`NO` is Norway, not false) and a key stands once."""


def unique_mapping(loader, node, deep=False):
    """Read a mapping; raise StudyError where a key stands twice."""
    seen = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
            raise StudyError(f"line {key.start_mark.line + 1}: a key must be a word")
        if key.value in seen:
            raise StudyError(f"line {key.start_mark.line + 1}: the key {key.value!r} stands twice")
        seen[key.value] = key
    return yaml.BaseLoader.construct_mapping(loader, node, deep)


Loader.construct_mapping = unique_mapping


def without_empty(value):
    """Drop keys that are written but empty: `frames:` alone says nothing, so the default holds."""
    return {k: v for k, v in value.items() if v not in ("", None)}


def read_codebook(path):
    """Read and check a codebook.

    Parameters
    ----------
    path : pathlib.Path
        A YAML file (or JSON, which is YAML).

    Returns
    -------
    Codebook

    Raises
    ------
    StudyError
        One line: the file, the key, what was found and what is allowed.
    """
    try:
        data = yaml.load(decode(path, "the shortest is one line: 'title: My study'"), Loader)
        if not isinstance(data, dict):
            raise StudyError("expected keys and values, starting with 'title: ...'")
        book = Codebook.model_validate(without_empty(data))
        check_references(book)
        return book
    except RecursionError:
        raise StudyError(f"{path.name}: nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise StudyError(f"{path.name}: {where}{getattr(error, 'problem', None) or 'not YAML'}") from None
    except ValidationError as error:
        first = sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden")[0]  # a typo comes first
        raise StudyError(f"{path.name}: {explain(first)}") from None
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from None


def explain(error):
    """Say in one line where a codebook is wrong and what would be right."""
    loc = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        section = next((PARTS[part] for part in reversed(loc[:-1]) if part in PARTS), Codebook)
        near = difflib.get_close_matches(loc[-1], section.model_fields, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return f"{'.'.join(loc)}: unknown key{hint}; allowed: {', '.join(section.model_fields)}"
    found = "" if error["type"] == "missing" else f"; found {str(error['input'])[:60]!r}"
    return f"{'.'.join(loc)}: {error['msg'].lower().replace('field required', 'this key is required')}{found}"


def check_references(book):
    """Raise StudyError where a key points to no actor, or an entry asks for what there is not."""
    entries = [(f"frames.{key}.words", word) for key, frame in book.frames.items() for word in frame.words]
    arguments = book.narrative.arguments if book.narrative else {}
    entries += [(f"narrative.arguments.{key}.cues", cue) for key, one in arguments.items() for cue in one.cues]
    for where, entry in entries:
        for piece in entry.split():
            tags = piece.partition("/")[2].split("|") if "/" in piece.strip("/") else []
            if wrong := next((tag for tag in tags if tag not in TAGS), ""):
                raise StudyError(f"{where}: {entry!r}: {wrong!r} is no part of speech; allowed: {', '.join(TAGS)}")
            if piece.startswith("<") and (piece != "<against>" or not where.startswith("narrative")):
                raise StudyError(f"{where}: {entry!r}: {piece} stands for nothing; allowed: <against>, in cues only")
        if not entry.strip(".*/<> "):
            raise StudyError(f"{where}: {entry!r} would match anything; give a word")
    for key, actor in book.actors.items():
        if OWN in (key, actor.group):
            raise StudyError(f"actors.{key}: {OWN!r} means the source's own voice; choose another word")
    wanted = [(f"actors.{key}.state", actor.state) for key, actor in book.actors.items() if actor.state]
    if book.narrative:
        for role in ("members", "against"):
            wanted += [(f"narrative.{role}", key) for key in getattr(book.narrative, role)]
    for where, key in wanted:
        if key not in book.actors:
            near = difflib.get_close_matches(key, book.actors, 1)
            raise StudyError(f"{where}: {key!r} is no actor of this codebook"
                             + (f" (did you mean {near[0]!r}?)" if near else "; list it under actors"))


def decode(path, empty="put the article in it, or delete it"):
    """Return the text of a UTF-8 file, newlines untouched, or raise StudyError with the reason."""
    if not path.is_file():
        raise StudyError("no such file" if not path.exists() else "not a file")
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StudyError(f"not UTF-8 (byte {error.start}): save it as UTF-8") from None
    except OSError as error:
        raise StudyError(f"cannot be read: {error.strerror}") from None
    if "\0" in text:
        raise StudyError("not a text: it holds zero bytes; save it as plain text")
    if not text.strip("\ufeff \t\r\n"):
        raise StudyError(f"empty: {empty}")
    return text


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
    def title(self):
        """The title in the codebook."""
        return self.codebook.title

    @property
    def sources(self):
        """The labels of the sources with a readable text, in the order of `sources.csv`."""
        return list(dict.fromkeys(d.source for d in self.documents if d.status == "ok"))

    @property
    def checksum(self):
        """Twelve hexadecimal digits over all texts and the codebook: the same study, the same digits."""
        parts = sorted(d.sha256 for d in self.documents) + [self.codebook.model_dump_json()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def labels(self):
        """The folder of labels, or None."""
        folder = self.folder / "labels"
        return folder if any(folder.glob("*.csv")) else None


def find(folder):
    """Return the path of a study: as given, or in the repository when it is not found from here."""
    try:
        path = Path(folder).expanduser()
    except (TypeError, RuntimeError):
        raise StudyError(f"study: {folder!r}; give the path of a folder") from None
    for candidate in (path, ROOT / path):
        if candidate.is_dir():
            return candidate.resolve()
    raise StudyError(f"{folder}: no such folder; a study is a folder with *.txt and codebook.yml")


def load(folder):
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


def read_documents(folder):
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


def read_sources(path):
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
