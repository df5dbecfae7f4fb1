"""From Docs to tidy tables: one row a fact, with its offsets in the raw text of its file."""

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, fields
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from spacy.language import Language
from spacy.tokens import Doc

from parallax import __version__, cache, segment, stats
from parallax.annotate import MODEL, installed, pipeline
from parallax.annotate.events import Deed, deeds
from parallax.annotate.spans import block_kinds, covering, read
from parallax.codebook import Codebook
from parallax.copies import COPIES, kept_once, originals
from parallax.errors import StudyError, allowed
from parallax.files import whole
from parallax.segment import UNCOUNTED, Story
from parallax.study import Document, Study

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
}
TYPES = {"start": "int64", "end": "int64", "words": "int64", "characters": "int64", "stories": "int64",
         "speaker_start": "Int64", "speaker_end": "Int64", "cue_start": "Int64", "cue_end": "Int64",
         "repeated": "bool", "negated": "bool", "passive": "bool", "checked": "bool"}
STATED = ("file", "source", "outlet", "published", "kind", "note", "problem", "title", "url", "language", "read_as")
CONTENT_TAGS = ("NOUN", "PROPN", "VERB", "ADJ", "ADV")
CHUNK = 50  # documents analysed together
VOICES = ("all", "own", "attributed")


@dataclass(repr=False)
class Tables:
    """The tables of a study, each a DataFrame with at least the columns in `COLUMNS`."""

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

    def __repr__(self) -> str:
        return ", ".join(f"{name} ({len(table)} rows)" for name, table in self.items())

    def items(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield (name, DataFrame)."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))

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
        known = list(self.documents["source"][self.documents["status"] == "ok"].unique())
        sources = [sources] if isinstance(sources, str) else list(sources)
        for source in sources:
            if source not in known:
                raise StudyError(f"sources: {source!r} is not in this study; allowed: {', '.join(known)}")
        allowed("voice", voice, VOICES)
        allowed("copies", copies, COPIES)
        documents = self.documents[self.documents["source"].isin(sources)] if sources else self.documents
        files = kept_once(documents) if copies == "once" else None
        out = {}
        for name, table in self.items():
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
            out[name] = table.reset_index(drop=True)
        return Tables(**out)

    def counted(self) -> "Tables":
        """Return the tables without the rows in sentences that count nowhere; all sentences stay."""
        kept = {name: stats.kept(table, self.sentences) if "sentence" in table and name != "sentences" else table
                for name, table in self.items()}
        return Tables(**kept)

    def save(self, folder: Any, form: str = "csv") -> None:
        """Write every table to a folder as CSV or Parquet.

        Parameters
        ----------
        folder : str or pathlib.Path
            Made when it is missing.
        form : {"csv", "parquet"}
        """
        if form not in ("csv", "parquet"):
            raise StudyError(f"format: {form!r}; allowed: csv, parquet")
        folder = Path(folder)
        try:
            for name, table in self.items():
                write(table, folder / name, form)
        except OSError as error:
            raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None


def write(table: pd.DataFrame, path: Path, form: str = "csv") -> None:
    """Write one table as CSV or Parquet, whole or not at all; the suffix of the path is that of the form."""
    with whole(path.with_suffix(f".{form}")) as part:
        if form == "csv":
            table.to_csv(part, index=False, lineterminator="\n")
        else:
            table.to_parquet(part, index=False)


def build(study: Study, model: str = MODEL, cached: bool = True, progress: Any = None, workers: int = 1) -> Tables:
    """Analyse a study and return its tables.

    Parameters
    ----------
    study : parallax.study.Study
    model : str
        Name of an installed spaCy pipeline.
    cached : bool
        Keep parsed texts and finished tables in `cache.cache_folder()` and use what is there. Tables are
        found again by the study's checksum, the model and the library's own code.
    progress : callable, optional
        Wraps an iterable and takes its length as `total`, as `tqdm.tqdm` does; a step is `CHUNK` documents.
    workers : int
        Processes for a study of more than one chunk. They are spawned: call with more than one only from a script
        that guards its main part.

    Returns
    -------
    Tables
    """
    folder = cache.cache_folder() if cached else None
    kept = folder / "tables" / table_key(study, model) if folder else None
    tables = read_kept(kept)
    if tables is None:
        tables = analyse(study, model, folder, progress, workers)
        if kept:
            with suppress(StudyError):  # a cache that cannot be written is no reason to stop
                tables.save(kept, "parquet")
    return tables


def table_key(study: Study, model: str) -> str:
    """Return the name under which the tables of a study are kept."""
    code = hashlib.sha256()
    for path in sorted(path for path in Path(__file__).parent.rglob("*.*") if path.suffix in (".py", ".yml")):
        code.update(path.read_bytes())
    rows = json.dumps([[d.name, d.status, d.sha256, *(getattr(d, column) for column in STATED)]
                       for d in study.documents])
    parts = [study.codebook.model_dump_json(), model, model_version(model), __version__, code.hexdigest(), rows]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def model_version(model: str) -> str:
    """Return name and version of an installed model, "" for a folder."""
    try:
        return f"{model} {version(installed(model))}"
    except PackageNotFoundError:
        return ""


def read_kept(folder: Any) -> Tables | None:
    """Read tables from the cache; None when one is missing or damaged."""
    if folder is None or not folder.is_dir():
        return None
    try:
        return Tables(**{name: pd.read_parquet(folder / f"{name}.parquet") for name in COLUMNS})
    except Exception:  # pyarrow raises many kinds; each means: analyse again
        return None


def analyse(study: Study, model: str = MODEL, folder: Any = None, progress: Any = None, workers: int = 1) -> Tables:
    """Run the whole way from texts to tables; `build` with nothing kept of the tables."""
    chunks = [study.documents[i:i + CHUNK] for i in range(0, len(study.documents), CHUNK)]
    work = partial(analyse_chunk, book=study.codebook.model_dump_json(), model=model, folder=folder)
    workers = min(workers, len(chunks))
    with ProcessPoolExecutor(workers, get_context("spawn")) if workers > 1 else nullcontext() as pool:
        parts = (pool.map if pool else map)(work, chunks)
        done = list(parts if progress is None else progress(parts, total=len(chunks)))
    tables = Tables(**{name: pd.concat([part[name] for part in done], ignore_index=True) for name in COLUMNS})
    tables.documents["copy_of"] = originals(tables.documents, tables.sentences)
    return tables


@functools.cache
def loaded(book: str, model: str) -> Language:
    """Return the pipeline for a codebook, once in each process."""
    return pipeline(Codebook.model_validate_json(book), model)


def analyse_chunk(documents: list[Document], book: str, model: str, folder: Any) -> dict[str, pd.DataFrame]:
    """Return {table: DataFrame} of some documents."""
    nlp, out = loaded(book, model), {name: [] for name in COLUMNS}
    names = segment.name_words(Codebook.model_validate_json(book))
    for story, doc in cache.parse(nlp, read_all(documents, names, out), folder):
        for name, found in story_rows(story, doc).items():
            out[name] += found
    order = {document.file: i for i, document in enumerate(documents)}
    return {name: frame(name, found, order) for name, found in out.items()}


def read_all(documents: list[Document], names: frozenset[str], out: dict[str, list[Any]]) -> Iterator[Story]:
    """Yield the stories of all documents, and write the rows of documents and sentences on the way."""
    for document in documents:
        sentences, stories, problem = [], [], document.problem
        if document.status == "ok":
            sentences, stories = segment.stories(document, names)
            if all(kind in UNCOUNTED for _, _, kind, _, _ in sentences):
                problem = "no sentence found: only furniture and credits"
        first = {}
        for name, story, kind, start, end in sentences:
            text = document.raw[start:end]
            form = stats.same_form(text)
            copy = None if kind in UNCOUNTED else first.get(form)
            words = len(re.findall(r"\w[\w.,'’–-]*", text))
            # A text counts once in its story; pairs of actors count it once in its document.
            out["sentences"].append((name, document.file, document.source, story, kind, start, end, text, words,
                                     copy is not None and story in copy[1], copy[0] if copy else "", False))
            if kind not in UNCOUNTED:
                first.setdefault(form, (name, set()))[1].add(story)
        raw = document.raw
        out["documents"].append((document.file, document.source, document.outlet, document.published, document.kind,
                                 document.note, document.sha256, len(raw), len(raw.split()),
                                 len({story.name for story in stories}), document.status, problem, document.title,
                                 document.url, document.language, document.read_as, ""))
        yield from stories


class Place:
    """Where the tokens of one story stand in the raw text of its file, and in whose voice."""

    def __init__(self, story: Story, doc: Doc) -> None:
        self.story, self.doc = story, doc
        self.statements, self.said = read(doc, "statements"), covering(doc, "statements")

    def fact(self, start: int, end: int) -> tuple[tuple[str, ...], tuple[int, int, str]]:
        """Return the place of a span of tokens, and its span in the raw text."""
        story, doc = self.story, self.doc
        first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
        a, b = story.raw(first, last)
        return (story.sentence(first), story.file, story.source, story.name), (a, b, story.page[a:b])

    def voice(self, start: int) -> str:
        """Return the voice of a token."""
        return "attributed" if self.said[start] else "own"

    def told(self, deed: Deed) -> str:
        """Return the voice of a deed: what somebody says somebody did; not the deed of the verb that reports it."""
        within = any((span.start <= deed.at < span.end or span.start <= deed.start < span.end)
                     and not (row["cue_span"] and deed.at in range(*row["cue_span"]))
                     for span, row in self.statements)
        return "attributed" if within else "own"


def story_rows(story: Story, doc: Doc) -> dict[str, list[Any]]:
    """Return the rows of one story for each table but documents and sentences."""
    place = Place(story, doc)
    return named_rows(place) | said_rows(place)


def named_rows(at: Place) -> dict[str, list[Any]]:
    """Return the rows of one story about actors and words: mentions, unresolved, words and deeds."""
    doc, kinds, named = at.doc, block_kinds(at.doc), covering(at.doc, "actors")
    out = {name: [] for name in ("mentions", "unresolved", "words", "deeds")}
    actors = [(span, row) for span, row in read(doc, "actors")
              if kinds[span.start] not in UNCOUNTED or kinds[span.start] == "quote_credit"]
    for span, row in actors:
        place, text = at.fact(span.start, span.end)
        out["mentions"].append((*place, *text, row["actor"], row["form"], row["sense"], row["modifier"],
                                at.voice(span.start), row["rule"]))
    for start, end, _, candidates in doc.user_data.get("ambiguous", ()):
        place, text = at.fact(start, end)
        out["unresolved"].append((*place, *text, " ".join(sorted(candidates))))
    for start, end, term, type, pos in terms(doc, kinds):
        place, text = at.fact(start, end)
        out["words"].append((*place, *text, term, type, pos, any(named[start:end]), at.voice(start)))
    doers = [(span, row["actor"]) for span, row in actors if row["sense"] == "actor" and row["form"] != "adjective"]
    for deed in deeds(doc, doers):
        if not deed.open:  # what is wanted, possible or asked has not happened
            place, text = at.fact(deed.start, deed.end)
            out["deeds"].append((*place, *deed[:5], *text, at.told(deed), deed.rule))
    return out


def said_rows(at: Place) -> dict[str, list[Any]]:
    """Return the rows of one story about what is said: statements, frames, stances and cues."""
    doc, fact = at.doc, at.fact
    out = {name: [] for name in ("statements", "frames", "stances", "cues")}
    for span, row in at.statements:
        place, text = fact(span.start, span.end)
        speaker, cue = row["speaker_span"], row["cue_span"]
        a, b = fact(*speaker)[1][:2] if speaker else (None, None)
        (c, d), cue_text = (fact(*cue)[1][:2], fact(*cue)[1][2]) if cue else ((None, None), "")
        out["statements"].append((*place, row["speaker"], row["speaker_text"], a, b, row["group"], cue_text, c, d,
                                  row["verb"], row["effect"], row["form"], bool(row["negated"]), *text, row["rule"]))
    for span, row in read(doc, "frames"):
        place, text = fact(span.start, span.end)
        out["frames"].append((*place, span.label_, *text, at.voice(span.start), row["entry"]))
    for span, row in read(doc, "stances"):
        place, text = fact(span.start, span.end)
        out["stances"].append((*place, row["holder"], row["holder_group"], span.label_, row["argument"], row["side"],
                               *text, row["because"], row["entry"],
                               " ".join("{}-{}".format(*fact(*operator)[1][:2]) for operator in row["operators"]),
                               row["rule"], False))
    for start, end, argument, entry, verdict in doc.user_data.get("cues", ()):
        place, text = fact(start, end)
        out["cues"].append((*place, argument, *text, entry, verdict))
    return out


def terms(doc: Doc, kinds: list[str]) -> Iterator[tuple[int, int, str, str, str]]:
    """Yield the content words and the noun phrases of a Doc: start, end, term, type, part of speech."""
    for token in doc:
        if token.pos_ in CONTENT_TAGS and token.is_alpha and not token.is_stop and kinds[token.i] not in UNCOUNTED:
            yield token.i, token.i + 1, token.lemma_.lower(), "lemma", token.pos_
    for chunk in doc.noun_chunks:
        inner = [token for token in chunk if token.pos_ not in ("DET", "PRON", "NUM", "PUNCT", "SPACE", "PART")
                 and not token.is_stop]
        if len(inner) > 1 and inner[-1].i == chunk.root.i and kinds[chunk.start] not in UNCOUNTED:
            words = [token.lower_ for token in doc[inner[0].i:chunk.root.i]] + [chunk.root.lemma_.lower()]
            yield inner[0].i, chunk.root.i + 1, " ".join(words), "phrase", chunk.root.pos_


def frame(name: str, found: list[Any], order: dict[str, int]) -> pd.DataFrame:
    """Return the DataFrame of one table, sorted by document ({file: rank}) and place."""
    table = pd.DataFrame.from_records(found, columns=COLUMNS[name])
    types = TYPES | ({"actor": "bool"} if name == "words" else {})
    table = table.astype({column: types[column] for column in COLUMNS[name] if column in types})
    if name == "documents":
        return table
    by = [table["file"].map(order), table["start"]]
    return table.iloc[np.lexsort(by[::-1])].reset_index(drop=True)
