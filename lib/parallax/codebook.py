"""What to look for: the models of a codebook, and one line for each fault in it."""

import difflib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from parallax.errors import StudyError, decode

OWN = "source"  # how the source's own voice is called among the groups of holders
GAP = "..."  # in an entry: a few other words
MOST_GAPS = 10  # in an entry
MOST_ENTRIES = 50_000  # names, words, cues and exclusions together
LARGEST_BOOK = 2_000_000  # bytes; of what aliases stand for, characters
LONGEST_KEY = 100  # characters
Phrase = Annotated[str, Field(max_length=300)]
Prose = Annotated[str, Field(max_length=10_000)]


def as_list(value: Any) -> Any:
    """Make a list of a single word."""
    return ([value] if value else []) if isinstance(value, str) else value


Words = Annotated[list[Phrase], BeforeValidator(as_list)]


class Part(BaseModel):
    """A part of the codebook; an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def without_empty(cls, value: Any) -> Any:
        """Drop what is written but empty: `frames:` alone says nothing, so the default holds."""
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {k: v for k, v in value.items() if k not in optional or v not in ("", None)} if isinstance(
            value, dict) else value


class Actor(Part):
    """Somebody who acts or speaks: a person, a state, a bloc, an organisation or a medium.

    `excluding` lists phrases that hold one of the names and mean something else: an ocean, a newspaper, a namesake.
    """

    name: Phrase
    kind: Literal["person", "state", "bloc", "organisation", "media"]
    group: Phrase = "other"
    aliases: Words = []
    adjectives: Words = []
    capital: Words = []
    bodies: Words = []
    roles: Words = []
    gender: Literal["", "f", "m"] = ""
    state: Phrase = ""
    excluding: Words = []


class Frame(Part):
    """What a frame covers, and the words that evoke it (the syntax is that of `parallax.annotate.phrases`)."""

    label: Phrase = ""
    about: Prose = ""
    generic: Literal["", "conflict", "economic consequences", "morality", "responsibility", "human interest"] = ""
    words: Words
    excluding: Words = []


class Argument(Part):
    """An argument for or against the claim of the narrative, and the cues that make it.

    `needs` says whom the sentence must name, or take up from the one before by a pointing word, for a cue to count:
    a member, members of every group, or one of those whom the narrative sets them against. `by: members` counts it
    only in the voice of a member, as an answer.
    """

    label: Phrase = ""
    about: Prose = ""
    side: Literal["for", "against"]
    needs: Literal["", "member", "members", "against"] = ""
    by: Literal["", "members"] = ""
    cues: Words
    excluding: Words = []


class Narrative(Part):
    """A claim, the actors it is about, whom it sets them against, and the arguments on both sides."""

    claim: Prose
    members: Words = []
    against: Words = []
    arguments: dict[str, Argument] = {}


class Columns(Part):
    """Which columns of a table of articles hold what; of several names the first that the table has counts.

    What is empty is found by its usual names.
    """

    text: Words = []
    title: Words = []
    date: Words = []
    outlet: Words = []
    url: Words = []
    author: Words = []
    language: Words = []


class Codebook(Part):
    """What to look for. Every part but the title is optional."""

    title: Phrase
    about: Prose = ""
    columns: Columns = Columns()
    actors: dict[str, Actor] = {}
    groups: dict[str, Phrase] = {}
    frames: dict[str, Frame] = {}
    narrative: Narrative | None = None
    naming: dict[str, Words] = {}


TAGS = ("ADJ", "ADP", "ADV", "AUX", "INTJ", "NOUN", "NUM", "PRON", "PROPN", "VERB")  # of Universal Dependencies
NAMES = ("aliases", "adjectives", "capital", "bodies", "roles", "excluding")  # lists of an actor
HINTS = {  # what to do about that of which YAML speaks in its own words
    "'\\t'": "a tab: set lines in with spaces",
    "mapping values": "a colon inside a text: put the text in quotes",
    "<block end>": "set in otherwise than the lines around it, or a bracket or quotation mark too many",
    "',' or": "a bracket is not closed, or a comma or quotation mark is missing, here or above",
    "found unexpected end of stream": "a quotation mark is not closed",
}
PARTS = {"actors": Actor, "frames": Frame, "narrative": Narrative, "arguments": Argument, "columns": Columns}


class Loader(yaml.BaseLoader):
    """YAML in which every scalar is text (`NO` is Norway, not false), a key stands once, and aliases have an end."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self.sizes: dict[yaml.Node, int] = {}  # of each node, with what its aliases stand for

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Read a node; raise StudyError where aliases make it too large: a few of them can stand for billions."""
        alias, line = self.check_event(yaml.AliasEvent), self.peek_event().start_mark.line + 1
        node = super().compose_node(parent, index)
        if not alias:
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            inner = [part for pair in pairs for part in pair] if pairs else node.value
            self.sizes[node] = len(inner) if isinstance(inner, str) else sum(map(self.sizes.__getitem__, inner), 1)
        elif node not in self.sizes:
            raise StudyError(f"line {line}: an alias stands inside of what it stands for")
        if self.sizes[node] > LARGEST_BOOK:
            raise StudyError(f"line {line}: too large: with what aliases stand for over {LARGEST_BOOK:,} characters")
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Read a mapping; raise StudyError where a key stands twice."""
        seen = set()
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
                raise StudyError(f"line {line}: a key must be a word")
            if len(key.value) > LONGEST_KEY:
                raise StudyError(f"line {line}: the key {key.value[:20]!r}... has over {LONGEST_KEY} characters")
            if key.value in seen:
                raise StudyError(f"line {line}: the key {key.value!r} stands twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@lru_cache(2)
def parsed(text: str) -> Codebook:
    """Return the codebook that stands in a text; a notebook reads the same one several times."""
    data = yaml.load(text, Loader)
    if not isinstance(data, dict):
        raise StudyError("expected keys and values, starting with 'title: ...'")
    book = Codebook.model_validate(data)
    check_references(book)
    return book


def read_codebook(path: Path) -> Codebook:
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
        text = decode(path, "the shortest is one line: 'title: My study'", LARGEST_BOOK)
        return parsed(text).model_copy(deep=True)
    except RecursionError:
        raise StudyError(f"{path.name}: nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
        hint = next((f" ({hint})" for sign, hint in HINTS.items() if sign in problem), "")
        raise StudyError(f"{path.name}: {where}{problem}{hint}") from None
    except ValidationError as error:
        first = sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden")[0]  # a typo comes first
        raise StudyError(f"{path.name}: {explain(first)}") from None
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from None


def explain(error: Any) -> str:
    """Say in one line where a codebook is wrong and what would be right."""
    loc = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        section: Any = next((PARTS[part] for part in reversed(loc[:-1]) if part in PARTS), Codebook)
        near = difflib.get_close_matches(loc[-1], section.model_fields, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return f"{'.'.join(loc)}: unknown key{hint}; allowed: {', '.join(section.model_fields)}"
    found = "" if error["type"] == "missing" else f"; found {str(error['input'])[:60]!r}"
    return f"{'.'.join(loc)}: {error['msg'].lower().replace('field required', 'this key is required')}{found}"


def check_entry(where: str, entry: str) -> None:
    """Raise StudyError where a word, a phrase or a cue asks for what there is not; `where` are its keys."""
    pieces = entry.split()
    for piece in pieces:
        tags = piece.partition("/")[2].split("|") if "/" in piece.strip("/") else []
        if wrong := next((tag for tag in tags if tag not in TAGS), ""):
            raise StudyError(f"{where}: {entry!r}: {wrong!r} is no part of speech; allowed: {', '.join(TAGS)}")
        if piece.startswith("<") and (piece != "<against>" or not where.startswith("narrative")):
            raise StudyError(f"{where}: {entry!r}: {piece} stands for nothing; allowed: <against>, in cues only")
    if not entry.strip(".*/<> "):
        raise StudyError(f"{where}: {entry!r} would match anything; give a word")
    if (gaps := pieces.count(GAP)) > MOST_GAPS:
        raise StudyError(f"{where}: {entry[:60]!r}: gaps ({GAP}): {gaps}; allowed: {MOST_GAPS}")


def check_references(book: Codebook) -> None:
    """Raise StudyError where a key points to no actor, or an entry asks for what there is not."""
    entries = [(f"frames.{key}.{part}", word) for key, frame in book.frames.items()
               for part in ("words", "excluding") for word in getattr(frame, part)]
    arguments = book.narrative.arguments if book.narrative else {}
    entries += [(f"narrative.arguments.{key}.{part}", cue) for key, one in arguments.items()
                for part in ("cues", "excluding") for cue in getattr(one, part)]
    names = len(book.actors) + sum(len(getattr(actor, part)) for actor in book.actors.values() for part in NAMES)
    if len(entries) + names > MOST_ENTRIES:
        raise StudyError(f"too many names, words and cues: {len(entries) + names:,}; allowed: {MOST_ENTRIES:,}")
    for where, entry in entries:
        check_entry(where, entry)
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
