"""Who can speak, for which group, and whom a speaker that is a pronoun stands for."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from spacy.tokens import Token

from parallax.annotate.page import Content, Cue, Page, Statement
from parallax.annotate.rules import classes, words
from parallax.annotate.spans import around
from parallax.annotate.syntax import VERBAL, noun_phrase, own_name, subject

SPEAKER_NOUNS = classes("speaker-nouns")
NEAR = 3  # sentences in which a side stays on stage
ENDINGS = tuple(sorted(words("speaking-endings")))
PRONOUNS = classes("speaker-pronouns")
ADDRESS = classes("forms-of-address")
# Who was named, in order, by the pronoun that takes them up: "they", "he", "she"; "name" while the gender is not known.
Named = defaultdict[str, list[tuple[int, Statement]]]


def speaks(page: Page, head: Token) -> bool:
    """Tell whether a noun stands for somebody, or for a text, that can report."""
    if head.i in page.actors:
        return True
    if head.pos_ in ("PROPN", "PRON"):
        return head.lower_ not in words("thing-pronouns")
    noun = head.lemma_.lower()
    known = noun in SPEAKER_NOUNS or noun in words("speaking-nouns")
    return known or head.pos_ == "NUM" or noun.endswith(ENDINGS) and not is_mute(head)


def is_mute(head: Token) -> bool:
    """Tell whether a noun is an event, a place or a quality, which says nothing: "the incident", "justice"."""
    noun = head.lemma_.lower()
    things = words("event-nouns") | words("geography") | words("mute-nouns")
    return head.pos_ == "NOUN" and (noun in things or noun.endswith(tuple(words("abstract-endings"))))


def owner(head: Token) -> Token:
    """Return who speaks through a text: "the mayor's post" is the mayor."""
    if head.lemma_.lower() in words("text-nouns"):
        return next((c for c in head.children if c.dep_ == "poss"), head)
    return head


def named(page: Page, head: Token, mention: Any = None) -> list[Any]:
    """Return the actor mentions (span, fact) that a speaker is; "spokesman X" is X, not the ministry."""
    if mention:
        return [mention]
    if head.i in page.actors:
        return [page.actors[head.i]]
    mentions = page.named(head)
    return [m for m in mentions if m[1]["form"] == "name"] if head.pos_ == "PROPN" else mentions


def group(page: Page, head: Token, key: str, start: int, end: int) -> str:
    """Return whose side a speaker is on: that of the actor, an official's state, actors together, or the noun's."""
    if key:
        return page.side(key)
    noun = role(page, head)
    if noun == "expert":
        return noun
    before = [page.adjectives.get(i) or page.actors[i][1]["actor"] for i in range(start, head.i)
              if i in page.adjectives or i in page.actors]
    if before and noun != "media":  # "US and Western officials" speak for the first
        return page.side(before[0])
    sides = {page.side(fact["actor"]) for _, fact in page.named(head)}
    if not sides and noun == "official":  # "X, a spokesman for the ministry"
        sides = {page.side(page.actors[t.i][1]["actor"]) for t in said_of(head) if t.i in page.actors}
    sides = sides or {page.side(page.actors[i][1]["actor"]) for i in range(start, end) if i in page.actors}
    return sides.pop() if len(sides) == 1 else "other" if sides or noun == "official" else noun


def said_of(head: Token) -> list[Token]:
    """Return the words in what is said of a noun right after it: "X, a professor of law"."""
    return [t for c in head.rights if c.dep_ in ("appos", "relcl", "prep") for t in c.subtree][:20]


def role(page: Page, head: Token) -> str:
    """Return what a speaker is by noun, title or what is said of them: expert, media, official or other.

    Who has held an office but holds it no more speaks as an expert.
    """
    titles = [c for c in head.children if c.dep_ in ("compound", "nmod", "appos")]  # "spokesman X", "X, a professor"
    if any(t.lower_ in words("former") for t in [*head.lefts, *(t for c in titles for t in c.lefts)]):
        return "expert"
    known = (SPEAKER_NOUNS.get(t.lemma_.lower()) for t in [head, *titles])
    noun = next((noun for noun in known if noun), "other")
    learned = (head.pos_ == "PROPN" or noun == "media") and (
        any(t.lower_ in words("learned-nouns") for t in said_of(head))
        or any(t.lower_ in words("academic-titles") for t in titles))
    return "expert" if learned else noun


def statement(page: Page, head: Token, cue: Cue, content: Content, plain: bool = False,
              mention: Any = None) -> Statement:
    """Make a statement: its speaker is an actor where a mention lies at the head; `mention` names one of several."""
    head = owner(head)
    start, end = noun_phrase(head)
    name = own_name(head)
    if not mention and name is not None and name.i in page.actors:
        mention = page.actors[name.i]
    people = [m for m in page.named(head) if page.config.get(m[1]["actor"], {}).get("kind") == "person"]
    if not mention and len(people) == 1 and head.i in page.actors:  # "the Party's member Ada Stone"
        mention = people[0]
    mentions = named(page, head, mention)
    joint = not mention and (len(mentions) > 1 or any(c.dep_ == "conj" for c in head.children))
    key, text = "", page.doc[start:end].text
    if mentions and not joint:
        span, fact = mentions[0]
        key = fact["actor"]
        text = page.config.get(key, {}).get("name", span.text) if fact["form"] == "pronoun" else span.text
    return Statement(cue, head, content, key, text, (start, end), group(page, head, key, start, end), plain)


def resolve(page: Page, found: list[Statement]) -> None:
    """Name the speakers that are pronouns after the nearest person before them who agrees in number and gender.

    That person spoke, or is the subject of a sentence. "I" in what somebody says is that speaker; "the party" and
    "leaders" speak for the side that has just been on stage.
    """
    known: dict[str, str] = {}  # the last word of a name -> the group of whom it named before
    before: Named = defaultdict(list)
    side = -NEAR, ""  # the number of a sentence, and whose side was on stage there
    named = [row for row in found if row.speaker_span]
    rows = sorted([*named, *on_stage(page)], key=lambda row: row.speaker_span)  # type: ignore[arg-type, return-value]
    for place, row in enumerate(rows):
        head, at = row.head, bisect_right(page.sentence_starts, row.head.i)
        if head.pos_ == "PROPN":
            if row.group == "other":
                row.group = known.get(head.text, "other")
            known[head.text] = row.group
        pronoun = PRONOUNS.get(head.lower_)
        if pronoun and not row.speaker:
            take(row, pronoun, before)
        elif head.pos_ != "PRON" and (kind := number(page, row)):
            before[kind].append((place, row))
        if row.group == "other" and takes_up(row) and at - side[0] <= NEAR:
            row.group = side[1]
        if row.group not in ("other", "media", "expert"):
            side = at, row.group
    holding = around(row.content[:2] for row in found)
    for row in found:
        if row.head.lower_ in ("i", "we"):
            others = (found[i] for i in holding(row.head.i, row.head.i + 1))
            other = next((other for other in others if other is not row), None)
            if other is not None:
                row.speaker, row.speaker_text, row.group = other.speaker, other.speaker_text, other.group


def on_stage(page: Page) -> Iterator[Statement]:
    """Yield the named subject of each sentence, in the form of a statement that says nothing."""
    nothing = Cue("", None, ""), Content(0, 0, "", ())
    for sent in page.doc.sents:
        head = subject(sent.root) if sent.root.pos_ in VERBAL else None
        if head is None or head.i in page.quotation_at or page.kinds[head.i] in ("headline", "heading"):
            continue
        full = head.pos_ == "PROPN" and any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in head.lefts)
        if head.i in page.actors or full or any(t.i in page.actors for t in head.lefts):
            yield statement(page, head, *nothing)


def takes_up(row: Statement) -> bool:
    """Tell whether a speaker is a role that takes up whose side was on stage: "the party", "party leaders"."""
    known = row.head.tag_ == "NNS" or any(c.lower_ == "the" for c in row.head.lefts)
    return known and not row.speaker and row.head.lemma_.lower() in words("taking-up-nouns")


def take(row: Statement, pronoun: str, before: Named) -> None:
    """Give a pronoun the speaker named last that fits it."""
    fits = (pronoun,) if pronoun == "they" else (pronoun, "name")
    last = max((kind for kind in fits if before[kind]), key=lambda kind: before[kind][-1][0], default=None)
    if last is not None:
        place, other = before[last].pop()
        insort(before[pronoun], (place, other), key=lambda one: one[0])
        row.speaker, row.speaker_text, row.group = other.speaker, other.speaker_text, other.group


def number(page: Page, row: Statement) -> str:
    """Return the pronoun that can take a speaker up: they, he, she, "name" for a person of either; "" for none."""
    if page.config.get(row.speaker, {}).get("kind", "person") != "person":
        return ""  # a state is no "he"
    if row.head.tag_ in ("NNS", "NNPS") or " and " in row.speaker_text:
        return "they"
    if row.head.pos_ != "PROPN":
        return ""
    first = page.doc[row.speaker_span[0]].lower_
    gender = page.config.get(row.speaker, {}).get("gender") or ADDRESS.get(first)
    return {"f": "she", "m": "he"}.get(gender or "", "name")
