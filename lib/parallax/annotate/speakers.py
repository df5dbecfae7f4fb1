"""Who can speak, for which group, and whom a speaker that is a pronoun stands for."""

from typing import Any

from spacy.tokens import Token

from parallax.annotate.page import Page, Statement
from parallax.annotate.rules import classes, words

SPEAKER_NOUNS = classes("speaker-nouns")
ENDINGS = tuple(sorted(words("speaking-endings")))
PRONOUNS = classes("speaker-pronouns")
ADDRESS = classes("forms-of-address")


def speaks(page: Page, head: Token) -> bool:
    """Tell whether a noun stands for somebody, or for a text, that can report."""
    if head.i in page.actors:
        return True
    if head.pos_ in ("PROPN", "PRON"):
        return head.lower_ not in words("thing-pronouns")
    noun = head.lemma_.lower()
    known = noun in SPEAKER_NOUNS or noun in words("speaking-nouns") or noun.endswith(ENDINGS)
    return known or head.pos_ == "NUM"


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


def resolve(page: Page, found: list[Statement]) -> None:
    """Name the speakers that are pronouns after the nearest speaker before them that agrees in number and gender."""
    known: dict[str, str] = {}  # the last word of a name -> the group of whom it named before
    before: list[tuple[Statement, str]] = []  # with "they", "he", "she", or "name" while the gender is not known
    for row in sorted(found, key=lambda row: row.speaker_span):
        head = row.head
        if head.pos_ == "PROPN":
            if row.group == "other":
                row.group = known.get(head.text, "other")
            known[head.text] = row.group
        pronoun = PRONOUNS.get(head.lower_)
        if pronoun and not row.speaker:
            take(row, pronoun, before)
        elif head.pos_ != "PRON" and (kind := number(page, row)):
            before.append((row, kind))


def take(row: Statement, pronoun: str, before: list[tuple[Statement, str]]) -> None:
    """Give a pronoun the speaker named last that fits it."""
    fits = (pronoun,) if pronoun == "they" else (pronoun, "name")
    for i in reversed(range(len(before))):
        other, kind = before[i]
        if kind in fits:
            before[i] = other, pronoun
            row.speaker, row.speaker_text, row.group = other.speaker, other.speaker_text, other.group
            return


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
