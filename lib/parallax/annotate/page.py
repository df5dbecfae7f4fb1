"""A Doc with its paragraphs, sentences, quotations and actors at hand, and what is said on it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc, Span, Token

from parallax.annotate.quotations import Quotation, paragraphs, quotations
from parallax.annotate.reporting import VERBS
from parallax.annotate.spans import Fact, block_kinds, read
from parallax.annotate.syntax import Range

COMMAS, STOPS = (",", "—", "–"), (".", "?", "!")
DASHES = ("—", "–", "―", "-", "--")
TITLES = ("headline", "heading", "deck")  # kinds of block that are headlines
RUNNING = ("body", "bullet", "pullquote")  # kinds of running text
SPEAKERS = ("PROPN", "PRON", "DET", "NOUN")  # what names a speaker
LINKS = {",", ".", ":", ";", *DASHES}  # what stands between a content and its reporting clause


class Content(NamedTuple):
    """What is said, in tokens: half-open, direct, mixed or indirect, with the quotations that are direct speech."""

    start: int
    end: int
    form: str
    quotations: tuple[Quotation, ...]


class Cue(NamedTuple):
    """The words that report: the rule that found them, their tokens (None for a bare quotation), lemma and effect."""

    rule: str
    span: Range | None
    verb: str
    effect: str = "neutral"


@dataclass
class Statement:
    """Somebody is reported to say something, or not to.

    `plain` marks a content that is neither a clause nor a quotation. `negated` is "" for a report, "negated" where the
    speaker does not say it ("did not say"), "nobody" where nobody does ("no minister said").
    """

    cue: Cue
    head: Token
    content: Content
    speaker: str
    speaker_text: str
    speaker_span: Range | None
    group: str
    plain: bool = False
    negated: str = ""

    def fact(self) -> Fact:
        """Return what hangs on the span of the content."""
        return {"speaker": self.speaker, "speaker_text": self.speaker_text, "speaker_span": self.speaker_span,
                "cue_span": self.cue.span, "verb": self.cue.verb, "effect": self.cue.effect, "group": self.group,
                "form": self.content.form, "negated": self.negated, "rule": self.cue.rule}


class Page:
    """A Doc with its paragraphs, sentences, quotations and actors at hand."""

    def __init__(self, doc: Doc, actors: dict[str, dict[str, Any]]) -> None:
        self.doc, self.config, self.kinds = doc, actors, block_kinds(doc)
        self.blocks = paragraphs(doc)
        self.block_starts = [start for start, _ in self.blocks]
        starts = np.flatnonzero(doc.to_array("SENT_START").astype(np.int64) == 1)
        self.sentence_starts = sorted({0, *starts.tolist()})
        self.quotations = [cut(doc, quotation) for quotation in quotations(doc, self.blocks)]
        self.quotation_at = {i: q for q in self.quotations for i in range(q.start, q.end)}
        self.ending_at = {q.end: q for q in self.quotations}
        self.closing = [t.i for t in doc if t.text in "”»" and t.i not in self.quotation_at]  # marks that close nothing
        self.claimed: set[Quotation] = set()  # the quotations that have a speaker
        self.actors: dict[int, tuple[Span, Fact]] = {}
        self.adjectives: dict[int, str] = {}
        for span, row in read(doc, "actors"):
            if row["form"] == "adjective":
                self.adjectives.update(dict.fromkeys(range(span.start, span.end), row["actor"]))
            else:
                self.actors.update(dict.fromkeys(range(span.start, span.end), (span, row)))

    def block(self, i: int) -> Range:
        """Return (start, end) of the paragraph around a token."""
        return self.blocks[max(0, bisect_right(self.block_starts, i) - 1)]

    def sentence(self, i: int) -> Range:
        """Return (start, end) of the sentence around a token, within its paragraph, without space before it."""
        at = bisect_right(self.sentence_starts, i)
        end = self.sentence_starts[at] if at < len(self.sentence_starts) else len(self.doc)
        first, last = self.block(i)
        start = max(self.sentence_starts[at - 1], first)
        while start < i and self.doc[start].is_space:
            start += 1
        return start, min(end, last)

    def quotations_in(self, start: int, end: int) -> list[Quotation]:
        """Return the quotations that begin between two tokens."""
        first, last = (bisect_left(self.quotations, at, key=lambda quotation: quotation.start) for at in (start, end))
        return self.quotations[first:last]

    def content(self, start: int, end: int, quotes: Sequence[Quotation] = ()) -> Content | None:
        """Return the Content between two tokens, or None.

        Links at its ends are left out, a quotation is never cut in two, and a content that is one quotation goes
        without its marks. `quotes` are the quotations that are direct speech.
        """
        doc = self.doc
        while start < end and (doc[start].text in LINKS or doc[start].is_space or is_link(doc[start])):
            start += 1
        while start < end and (doc[end - 1].text in LINKS or doc[end - 1].is_space or doc[end - 1].tag_ == "CC"):
            end -= 1
        if start >= end:
            return None
        first, last = self.quotation_at.get(start), self.quotation_at.get(end - 1)
        if last and last.start >= start:
            end = last.end
        if first and first.end < end:
            start = first.start
        inside = [q for q in self.quotations_in(start, end) if q.end <= end]
        form = "mixed" if inside else "indirect"
        if inside and inside[0][:2] == (start, end):
            start, end = start + 1, end - inside[0].closed
            form = "direct" if quotes or start < end and doc[end - 1].is_punct else "mixed"
        elif quotes and first in quotes and end == quotes[-1].end:
            start, end, form = start + 1, end - quotes[-1].closed, "direct"
        return Content(start, end, form, tuple(quotes)) if start < end else None

    def named(self, head: Token) -> list[tuple[Span, Fact]]:
        """Return the actor mentions that a noun phrase names: "the agency X and the channel Y"."""
        found: list[tuple[Span, Fact]] = []
        todo = [head]
        while todo:
            token = todo.pop()
            if token.i in self.actors and self.actors[token.i] not in found:
                found.append(self.actors[token.i])
            todo += [c for c in token.children if c.dep_ in ("appos", "conj", "nmod", "compound")]
        return sorted(found, key=lambda mention: mention[0].start)

    def side(self, key: str) -> str:
        """Return the group of an actor; a medium's is its kind."""
        actor = self.config.get(key, {})
        return "media" if actor.get("kind") == "media" else str(actor.get("group", "other"))


def cut(doc: Doc, quotation: Quotation) -> Quotation:
    """Cut a quotation that is never closed before its reporting clause: '"We waited, said Ada Stone'."""
    if quotation.closed:
        return quotation
    for i in range(quotation.start + 2, quotation.end - 2):
        verb = next((t for t in doc[i + 1:min(i + 6, quotation.end)] if t.pos_ not in SPEAKERS), doc[i])
        said = verb.lower_ in VERBS and verb.tag_ in ("VBD", "VBZ")
        if doc[i].text == "," and said and (verb.i > i + 1 or doc[i + 2].pos_ in SPEAKERS):
            return quotation._replace(end=i + 1)
    return quotation


def is_link(token: Token) -> bool:
    """Tell whether a word only ties a content to its verb: "that", "as"."""
    return token.lower_ in ("that", "as") and (token.tag_ == "IN" or token.dep_ == "mark")
