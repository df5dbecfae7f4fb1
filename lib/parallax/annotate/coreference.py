"""Whom a pronoun stands for: simple rules, and no answer when in doubt.

He and she: the subject of the sentence, or of the one before; else the only person of that gender named there.
It and its: the possessor of the phrase that holds the pronoun, or the subject of a clause around or before it.
"""

from typing import TYPE_CHECKING

from spacy.tokens import Token

from parallax.annotate.rules import classes, words

if TYPE_CHECKING:  # mentions asks for the antecedents of its pronouns
    from parallax.annotate.mentions import Story

PRONOUNS = {word: kind.strip("n") for word, kind in classes("person-pronouns").items()}  # m, f, or "" for a thing
SUBJECTS = ("nsubj", "nsubjpass")
PEOPLE = words("people-nouns")
OWNED = words("owned-nouns")
EMPTY = words("empty-it")


Found = tuple[str, str] | None  # an actor's key, and the rule of `rules/en/coreference.yml`


def by(rule: str, key: str | None) -> Found:
    """Return a key with the rule that found it; None where there is none."""
    return (key, rule) if key else None


def antecedent(story: "Story", token: Token) -> Found:
    """Return the one actor that a pronoun stands for, or None.

    Parameters
    ----------
    story : parallax.annotate.mentions.Story
        What was found so far; pronouns are asked in the order of the text.
    token : spacy.tokens.Token
        One of PRONOUNS.

    Returns
    -------
    (str, str) or None
        The actor's key, and the rule that found it.
    """
    gender = PRONOUNS[token.lower_]
    if gender:
        return person(story, token, gender)
    return it(story, token) if token.lower_ == "it" else its(story, token)


def person(story: "Story", token: Token, gender: str) -> Found:
    """Return whom he or she means."""

    def fits(key: str) -> bool:
        actor = story.actors.get(key, {})
        return actor.get("kind") == "person" and actor.get("gender") in (gender, "", None)

    quoted, speakers = token.i in story.quoted, set()
    for distance, sentence in enumerate(story.sentences(token, 1)):
        people = [(key, noun) for key, _, noun in story.mentions(sentence, token.i) if fits(key)]
        if not distance and not quoted:  # those named in a quotation here are out
            people = [(key, noun) for key, noun in people if noun.i not in story.quoted]
        root, subject = story.clause(sentence)
        if subject is not None and not holds(subject, token):
            key = story.key(subject) or next((story.key(c) for c in subject.children if c.dep_ == "appos"), None)
            if key is None and (distance or subject.i < token.i):  # "X's post also said"
                key = next((key for key, noun in people if noun.dep_ == "poss" and noun.head == subject), None)
            if quoted and subject.i not in story.quoted:
                speakers.add(key)  # who speaks does not call himself "he"
            elif fits(key) and alone(subject) and (distance or subject.i < token.i or fronted(token, root)):
                return by("he-subject-before" if distance else "he-subject", key)
        if any(stranger(story, t) for t in story.read_back(sentence, token.i)):
            return None
        keys = {key for key, _ in people} - speakers
        if keys:
            return by("he-only-person", keys.pop() if len(keys) == 1 else None)
    return None


def fronted(token: Token, root: Token) -> bool:
    """Tell whether a token stands in a phrase before its clause: "In his letter, X stated"."""
    return any(t.head == root and t.dep_ in ("prep", "advcl") for t in (token, *token.ancestors))


def stranger(story: "Story", token: Token) -> bool:
    """Tell whether a subject is somebody whom the codebook does not list."""
    somebody = token.dep_ in SUBJECTS and (token.pos_ == "PROPN" or token.lemma_.lower() in PEOPLE)
    return somebody and token.i not in story.at and token.i not in story.quoted


def its(story: "Story", token: Token) -> Found:
    """Return whose."""
    other = None  # "attempts to isolate X after its": the object, when the subject is no actor
    for above in token.ancestors:
        if above.pos_ in ("NOUN", "PROPN") and above != token.head:
            owner = possessor(story, above)
            if owner is not None and owner.i < token.i:
                return by("its-owner", thing(story, owner))
        elif above.pos_ in ("VERB", "AUX"):
            subject = subject_of(above)
            objects = [c for c in above.children if c.dep_ == "dobj" and c.i < token.i]
            found = (thing(story, c) or thing(story, possessor(story, c)) for c in objects)
            other = other or next(filter(None, found), None)
            if subject is not None and holds(subject, token):
                key = clause_before(story, above, token)
                if key:
                    return by("its-clause-before", key)
            elif subject is not None and subject.i < token.i:
                return by("its-subject", doer(story, subject)) or by("its-object", other)
    if token.is_sent_start and token.head.lemma_.lower() in OWNED:
        return by("its-sentence-before", sentence_before(story, token))
    return None


def it(story: "Story", token: Token) -> Found:
    """Return what "it" is, only as a subject: "X said it would", "while X is uneasy, it continues"."""
    verb = token.head
    if token.dep_ != "nsubj" or (verb.lemma_ == "be" and any(c.lemma_ in EMPTY for c in verb.children)):
        return None
    key, above = clause_before(story, verb, token), verb.head
    if key or verb.dep_ != "ccomp" or above.i > token.i:
        return by("it-clause-before", key)
    while subject_of(above) is None and above.dep_ in ("xcomp", "advcl", "acl"):
        above = above.head  # "X tries to show that it"
    subject = subject_of(above)
    return by("it-subject", thing(story, subject) if subject is not None and alone(subject) else None)


def clause_before(story: "Story", verb: Token, token: Token) -> str | None:
    """Return the doer of a clause that stands before the token and hangs on the same verb."""
    for clause in verb.children:
        if clause.dep_ in ("advcl", "ccomp", "parataxis") and clause.i < token.i:
            subject = subject_of(clause)
            return doer(story, subject) if subject is not None else None
    return None


def sentence_before(story: "Story", token: Token) -> str | None:
    """Return the actor that is subject of the sentence before."""
    before = list(story.sentences(token, 1))[1:]
    subject = story.clause(before[0])[1] if before else None
    return thing(story, subject) if subject is not None and alone(subject) else None


def doer(story: "Story", subject: Token) -> str | None:
    """Return the one actor, no person, that a subject names, or whose it is."""
    if subject.lower_ in ("which", "that") and subject.head.dep_ == "relcl":
        subject = subject.head.head
    if not alone(subject):
        return None
    return thing(story, subject) or thing(story, possessor(story, subject))


def thing(story: "Story", token: Token) -> str | None:
    """Return the actor of a token if "it" can stand for it."""
    key = story.key(token)
    if key is None or story.actors[key].get("kind") == "person":
        return None
    return None if story.found[story.at[token.i]][1] == "adjective" else key


def possessor(story: "Story", noun: Token) -> Token | None:
    """Return the mention's token in "X's noun", or None."""
    return next((c for c in noun.children if c.dep_ == "poss" and c.i in story.at), None)


def alone(token: Token) -> bool:
    """Tell whether a noun is not coordinated with another."""
    return not any(c.dep_ == "conj" for c in token.children)


def subject_of(verb: Token) -> Token | None:
    """Return the subject of a verb, or None."""
    return next((c for c in verb.children if c.dep_ in SUBJECTS), None)


def holds(subject: Token, token: Token) -> bool:
    """Tell whether a token lies within a subject's phrase."""
    return subject.left_edge.i <= token.i <= subject.right_edge.i
