"""From the texts of some documents to the rows of their tables: one row a fact, with its offsets in the raw text."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from parallax import cache as parses
from parallax import segment, stats
from parallax.annotate import pipeline
from parallax.annotate.details import Text, details
from parallax.annotate.events import Deed, deeds
from parallax.annotate.spans import block_kinds, covering, read
from parallax.codebook import Codebook
from parallax.documents import Document
from parallax.segment import UNCOUNTED, Story

CONTENT_TAGS = ("NOUN", "PROPN", "VERB", "ADJ", "ADV")

LONG = f"a sentence of over {segment.LONGEST_SENTENCE:,} characters is cut in pieces"

Rows = dict[str, list[Any]]  # table -> rows, each in the order of `parts.COLUMNS`


@cache
def loaded(book: str, model: str) -> Language:
    """Return the pipeline for a codebook, once in each process."""
    return pipeline(Codebook.model_validate_json(book), model)


def facts(documents: list[Document], book: str, model: str, folder: Path | None) -> Rows:
    """Analyse some documents.

    Parameters
    ----------
    documents : list of Document
    book : str
        The codebook as JSON.
    model : str
        Name of an installed spaCy pipeline.
    folder : pathlib.Path, optional
        Where parsed texts are kept; None parses always.

    Returns
    -------
    dict of str to list of tuple
        The rows of each table.
    """
    nlp, names = loaded(book, model), segment.name_words(Codebook.model_validate_json(book))
    out: Rows = {name: [] for name in ("documents", "sentences")}
    with nlp.memory_zone():  # else the vocabulary keeps every word that was ever read
        for story, doc in parses.parse(nlp, read_all(documents, names, out), folder):
            for name, found in story_rows(story, doc).items():
                out.setdefault(name, []).extend(found)
    return out


def read_all(documents: list[Document], names: frozenset[str], out: Rows) -> Iterator[Story]:
    """Yield the stories of all documents, and write the rows of documents and sentences on the way."""
    for document in documents:
        sentences, stories, problem, raw = [], [], document.problem, document.raw
        if document.status == "ok":
            sentences, stories = segment.stories(document, names)
            if all(kind in UNCOUNTED for _, _, kind, _, _ in sentences):
                problem = "no sentence found: only furniture and credits"
            if any(end - start > 0.9 * segment.LONGEST_SENTENCE for *_, start, end in sentences):
                problem = "; ".join(filter(None, [problem, LONG]))
        first = {}
        for name, story, kind, start, end in sentences:
            text = raw[start:end]
            form = stats.same_form(text)
            copy = None if kind in UNCOUNTED else first.get(form)
            words = len(re.findall(r"\w[\w.,'’–-]*", text))
            # A text counts once in its story; pairs of actors count it once in its document.
            out["sentences"].append((name, document.file, document.source, story, kind, start, end, text, words,
                                     copy is not None and story in copy[1], copy[0] if copy else "", False))
            if kind not in UNCOUNTED:
                first.setdefault(form, (name, set()))[1].add(story)
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


def story_rows(story: Story, doc: Doc) -> Rows:
    """Return the rows of one story for each table but documents and sentences."""
    place = Place(story, doc)
    return named_rows(place) | said_rows(place) | {"details": detail_rows(place)}


def named_rows(at: Place) -> Rows:
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


def said_rows(at: Place) -> Rows:
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


def detail_rows(at: Place) -> list[tuple[Any, ...]]:
    """Return the rows of one story about what other texts may say otherwise."""
    out, text = [], Text(at.doc)
    for one in details(text):
        place, span = at.fact(one.start, one.end)
        out.append((*place, *one[:6], *span, text.terms(one.start), at.voice(one.start), one.rule))
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
