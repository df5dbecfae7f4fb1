"""Who does what to whom: subject, verb and object between actors, active and passive brought together."""

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

SUBJECTS = ("nsubj", "csubj")
OBJECTS = ("dobj", "dative")
PREPOSITIONS = ("with", "against", "to", "at", "on", "for")


class Deed(NamedTuple):
    """Subject and object are keys of actors, "" for none; verb is a lemma, with the preposition of its object."""

    subject: str
    verb: str
    object: str
    negated: bool
    passive: bool
    start: int
    end: int
    rule: str


class Clause(NamedTuple):
    """The arguments of a verb: subjects, (object, preposition before it), whether it is passive or shares a subject."""

    subjects: list[Token]
    objects: list[tuple[Token, str]]
    passive: bool
    shared: bool


def deeds(doc: Doc, mentions: list[tuple[Span, str]]) -> list[Deed]:
    """Find the clauses in which an actor acts or is acted upon.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        Parsed, with lemmas.
    mentions : list of (spacy.tokens.Span, str)
        Mentions used as actors, with the actor's key.

    Returns
    -------
    list of Deed
        By place; start and end are the tokens of the clause's core, half-open.
    """
    by_root: dict[int, str] = {}
    for span, actor in mentions:
        by_root.setdefault(span.root.i, actor)
    verbs = {token.i: token for i in by_root for token in governors(doc[i])}
    return sorted({deed for verb in verbs.values() for deed in of_clause(verb, by_root)}, key=lambda deed: deed[5:])


def of_clause(verb: Token, by_root: dict[int, str]) -> Iterator[Deed]:
    """Yield the deeds of one verb, given {token: actor}."""
    clause = arguments(verb)
    doers = [(by_root[t.i], t.i) for t in clause.subjects if t.i in by_root] or [("", verb.i)]
    others = [(by_root[t.i], t.i, prep) for t, prep in clause.objects if t.i in by_root] or [("", verb.i, "")]
    negated = any(child.dep_ == "neg" for child in verb.children)
    for subject, s in doers:
        for other, o, prep in others:
            if (subject or other) and subject != other:
                name = f"{verb.lemma_.lower()} {prep}".strip()
                rule = ("passive" if clause.passive else "after-preposition" if prep
                        else "shared-subject" if clause.shared else "active")
                at = s, verb.i, o
                yield Deed(subject, name, other, negated, clause.passive, min(at), max(at) + 1, rule)


def governors(token: Token) -> Iterator[Token]:
    """Yield the verbs that a noun may be an argument of: up through conjunctions and prepositions."""
    while token.dep_ in ("conj", "appos", "pobj", "prep", "agent") and token.head.i != token.i:
        token = token.head
        if token.pos_ == "VERB":
            yield token
    head = token.head
    if head.pos_ == "VERB" and token.dep_ in (*SUBJECTS, *OBJECTS, "nsubjpass"):
        yield head
        yield from (child for child in head.children
                    if child.dep_ in ("conj", "xcomp", "advcl") and child.pos_ == "VERB")


def arguments(verb: Token) -> Clause:
    """Return the arguments of a verb."""
    subjects: list[Token] = []
    objects: list[tuple[Token, str]] = []
    passive = False
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            subjects += spread(child)
        elif child.dep_ == "nsubjpass":
            passive = True
            objects += [(token, "") for token in spread(child)]
        elif child.dep_ in OBJECTS:
            objects += [(token, "") for token in spread(child)]
        elif child.dep_ == "agent":
            subjects += governed(child)
        elif child.dep_ == "prep" and child.lower_ in PREPOSITIONS:
            objects += [(token, child.lower_) for token in governed(child)]
    # "Rome mocked the claims and called them ironic", "she left, accusing Paris": the subject of the verb above.
    shared = verb.dep_ in ("conj", "xcomp") or (verb.dep_ == "advcl" and verb.tag_ == "VBG")
    if not subjects and not passive and shared and verb.head.pos_ == "VERB":
        return Clause(arguments(verb.head).subjects, objects, passive, True)
    return Clause(subjects, objects, passive, False)


def governed(preposition: Token) -> list[Token]:
    """Return the nouns that a preposition governs."""
    return [token for child in preposition.children if child.dep_ == "pobj" for token in spread(child)]


def spread(token: Token) -> list[Token]:
    """Return a noun with all nouns that are joined to it by "and"."""
    out: list[Token] = []
    todo = [token]
    while todo:  # a list of a thousand names is a chain of a thousand
        out.append(todo.pop())
        todo += [child for child in out[-1].children if child.dep_ == "conj"]
    return out
