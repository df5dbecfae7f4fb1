"""Whom a pronoun stands for: simple rules, and no answer when in doubt.

He and she: the subject of the sentence, or of the one before; else the only person of that gender named there.
It and its: the possessor of the phrase that holds the pronoun, or the subject of a clause around or before it.
They and their: the same, for organisations and for bodies in the plural, never for two together.
I and we: who speaks, where the words beside the quotation say it.
"""

from itertools import islice
from typing import TYPE_CHECKING

from spacy.tokens import Span, Token

from parallax.annotate.events import surface
from parallax.annotate.rules import classes, words
from parallax.annotate.syntax import SUBJECTS, own_subject

if TYPE_CHECKING:  # mentions asks for the antecedents of its pronouns
    from parallax.annotate.mentions import Story

PRONOUNS = classes("person-pronouns")  # word -> m, f, n (a thing), p (several) or s (who speaks)
PEOPLE = words("people-nouns")
OWNED = words("owned-nouns")
EMPTY = words("empty-it")
SAYING = words("reporting-verbs")
TEXTS = words("text-nouns")
MEN = words("speaking-nouns") | words("speaker-nouns") | PEOPLE
ENDINGS = tuple(words("speaking-endings"))
GENERIC = ("a", "an", "any", "each", "every", "no", "one")
DUTIES = ("must", "should")
LINKS = ("xcomp", "advcl", "acl", "relcl", "pcomp", "prep", "dobj", "pobj", "nsubj", "attr", "conj")
DEEP = 30  # words: how far up in a sentence a clause is looked for
FAR = 6  # sentences: how far back a quotation is passed over

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
    if gender == "s":
        return speaker(story, token)
    if gender in "mf":
        return bound(story, token, gender) or person(story, token, gender)
    if gender == "p" and token.lower_ not in ("they", "their"):
        return None
    return it(story, token) if token.lower_ in ("it", "they") else its(story, token)


def fits(story: "Story", key: str | None, gender: str) -> bool:
    """Tell whether an actor is a person of a gender, or of one that the codebook does not say."""
    actor = story.actors.get(key, {})
    return actor.get("kind") == "person" and actor.get("gender") in (gender, "", None)


def bound(story: "Story", token: Token, gender: str) -> Found:
    """Return whom he or she means by the clause around it, or by one that stands before in the same clause."""
    if token.dep_ == "poss":
        above = next((t for t in islice(token.ancestors, DEEP) if own_subject(t) is not None), None)
        subject = own_subject(above) if above is not None and above.dep_ != "ROOT" else None
        if subject is None or subject.i > token.i or not alone(subject) or not inside(story, token, subject):
            return None
        key = story.key(subject)
        return by("he-clause", key) if fits(story, key, gender) else None
    for clause in token.head.children if token.dep_ in SUBJECTS else ():
        if clause.dep_ == "advcl" and clause.right_edge.i < token.i:
            first = clause.left_edge.i
            there = [(key, noun) for key, _, noun in story.mentions(token.sent, token.i) if noun.i >= first]
            keys = {key for key, noun in there if noun.dep_ in SUBJECTS and fits(story, key, gender)}
            if len(keys) == 1:
                return by("he-clause-before", keys.pop())
    return None


def inside(story: "Story", token: Token, subject: Token) -> bool:
    """Tell whether a pronoun may take a subject: not who speaks for one in a whole quotation, but in a part of one."""
    if token.i not in story.quoted or subject.i in story.quoted:
        return token.i not in story.quoted or subject.lower_ not in PRONOUNS
    return subject.head.i in story.quoted or token.head.i not in story.quoted


def person(story: "Story", token: Token, gender: str) -> Found:
    """Return whom he or she means, by the sentences."""
    quoted, speakers = token.i in story.quoted, set()
    for distance, sentence in enumerate(nearby(story, token)):
        named = story.mentions(sentence, token.i)
        people = [(key, noun) for key, _, noun in named if fits(story, key, gender) and not first_person(noun)]
        if not distance and not quoted:  # those named in a quotation here are out
            people = [(key, noun) for key, noun in people if noun.i not in story.quoted]
        root, subject = story.clause(sentence)
        if subject is not None and not holds(subject, token):
            key = story.key(subject) or apposed(story, subject)
            if key is None and (distance or subject.i < token.i):  # "X's post also said"
                key = next((key for key, noun in people if noun.dep_ == "poss" and noun.head == subject), None)
            if quoted and (subject.i not in story.quoted or first_person(subject)):
                speakers.add(key)  # who speaks does not call himself "he"
            elif fits(story, key, gender) and (alone(subject) or apposed(story, subject)) and (
                distance or subject.i < token.i or fronted(token, root)
            ):
                return by("he-subject-before" if distance else "he-subject", key)
        if any(stranger(story, t) for t in story.read_back(sentence, token.i)):
            return None
        keys = {key for key, _ in people} - speakers
        if keys:
            return by("he-only-person", keys.pop() if len(keys) == 1 else None)
    return None


def nearby(story: "Story", token: Token) -> list[Span]:
    """Return the sentence of a token and the one before; of a token in no quotation the last that is not all quoted."""
    sentences = list(story.sentences(token, FAR if token.i not in story.quoted else 1))
    before = [s for s in sentences[1:] if not (s.start in story.quoted and story.clause(s)[0].i in story.quoted and
                                               (s.end - 2 in story.quoted or s.end - 1 in story.quoted))]
    return [*sentences[:1], *(before if token.i not in story.quoted else sentences[1:])[:1]]


def apposed(story: "Story", noun: Token) -> str | None:
    """Return the actor whose name is added to a description: "the author, X", "the leader and author, X"."""
    described = (noun, *(c for c in noun.children if c.dep_ == "conj" and c.i not in story.at))
    return next((story.key(c) for one in described for c in one.children if c.dep_ == "appos"), None)


def first_person(token: Token) -> bool:
    """Tell whether a word is I or we."""
    return PRONOUNS.get(token.lower_) == "s"


def fronted(token: Token, root: Token) -> bool:
    """Tell whether a token stands in a phrase before its clause: "In his letter, X stated"."""
    return any(t.head == root and t.dep_ in ("prep", "advcl") for t in (token, *token.ancestors))


def stranger(story: "Story", token: Token) -> bool:
    """Tell whether a subject is somebody whom the codebook does not list."""
    somebody = token.dep_ in SUBJECTS and (token.pos_ == "PROPN" or token.lemma_.lower() in PEOPLE)
    somebody = somebody and not any(c.lower_ in GENERIC for c in token.lefts)  # "if one president can"
    return somebody and token.i not in story.at and token.i not in story.quoted


def its(story: "Story", token: Token) -> Found:
    """Return whose."""
    other = None  # "attempts to isolate X after its": the object, when the subject is no actor
    for above in islice(token.ancestors, DEEP):
        if above.pos_ in ("NOUN", "PROPN") and above != token.head:
            owner = possessor(story, above)
            if owner is not None and owner.i < token.i:
                return by("its-owner", thing(story, owner, token))
        elif above.pos_ in ("VERB", "AUX"):
            subject, whom = own_subject(above), controlled(above)
            if subject is None and whom is not None:  # "accused X of hiding its"
                key = thing(story, whom, token)
                if key or token.lower_ == "their" and people(story, whom):
                    return by("its-controller", key)
            objects = [c for c in arguments(above) if c.i < token.i]
            if token.lower_ == "their" and any(people(story, c) for c in objects):
                return None
            found = (thing(story, c, token) or thing(story, possessor(story, c), token) for c in objects)
            other = other or next(filter(None, found), None)
            if subject is not None and holds(subject, token):
                key = clause_before(story, above, token)
                if key:
                    return by("its-clause-before", key)
            elif subject is not None and subject.i < token.i and not passes(story, subject, token):
                return by("its-subject", doer(story, subject, token)) or by("its-object", other)
    if token.is_sent_start and token.head.lemma_.lower() in OWNED:
        return by("its-sentence-before", sentence_before(story, token))
    return by("its-object", other) if token.lower_ == "their" else None


def people(story: "Story", noun: Token) -> bool:
    """Tell whether a noun is several people whom the codebook does not list: "officers"."""
    lemma = noun.lemma_.lower()
    several = "Plur" in noun.morph.get("Number", []) and noun.i not in story.at
    return several and (lemma in MEN or lemma.endswith(ENDINGS))


def arguments(verb: Token) -> list[Token]:
    """Return the objects of a verb, those after its prepositions last."""
    pobj = [c for prep in verb.children if prep.dep_ == "prep" for c in prep.children if c.dep_ == "pobj"]
    return [c for c in verb.children if c.dep_ == "dobj"] + [c for c in pobj if c.head.i == verb.i + 1]


def controlled(verb: Token) -> Token | None:
    """Return the object of the verb above where it does what a clause without a subject says: "accused X of"."""
    whom, how = surface(verb)
    return whom[0] if how == "causative" and len(whom) == 1 else None


def passes(story: "Story", subject: Token, token: Token) -> bool:
    """Tell whether "their" cannot stand for a subject that is one thing: it may stand for a noun further out."""
    single = "Plur" not in subject.morph.get("Number", []) and alone(subject) and story.key(subject) is None
    return token.lower_ == "their" and single


def it(story: "Story", token: Token) -> Found:
    """Return what "it" or "they" is, only as a subject: "X said it would", "while X is uneasy, it continues"."""
    verb = token.head
    empty = token.lower_ == "it" and verb.lemma_ == "be" and any(c.lemma_ in EMPTY for c in verb.children)
    if token.dep_ != "nsubj" or empty:
        return None
    key, above = clause_before(story, verb, token), verb.head
    if key:
        return by("it-clause-before", key)
    if verb.dep_ == "ROOT" and agentive(token):
        return by("it-sentence-before", sentence_before(story, token))
    free = verb.dep_ == "relcl" or verb.dep_ in ("ccomp", "pcomp") and any(c.lower_ == "what" for c in verb.lefts)
    if not free and (verb.dep_ != "ccomp" or above.i > token.i):
        return None
    links = LINKS if free else LINKS[:3]
    while own_subject(above) is None and above.dep_ in links:
        above = above.head  # "X tries to show that it"
    subject = own_subject(above)
    if subject is None or not alone(subject) or subject.i > token.i:
        return None
    key = thing(story, subject, token)
    if free and key is None and above.dep_ == "ccomp":  # "X said the plan, known from what it claims"
        outer = next((own_subject(t) for t in islice(above.ancestors, DEEP) if own_subject(t) is not None), None)
        key = thing(story, outer, token) if outer is not None and alone(outer) else None
    return by("it-within" if free else "it-subject", key)


def agentive(token: Token) -> bool:
    """Tell whether the verb of "it" needs somebody who acts: it says something, or it must do something."""
    verb = token.head
    said = verb.lemma_ in SAYING and any(c.dep_ == "ccomp" and c.i > verb.i for c in verb.children)
    duty = any(c.dep_ == "aux" and c.lower_ in DUTIES for c in verb.children) and verb.pos_ == "VERB"
    return token.lower_ == "they" or said or duty and not any(c.dep_ == "nsubjpass" for c in verb.children)


# --- Who speaks ---------------------------------------------------------------------------------------------


def speaker(story: "Story", token: Token) -> Found:
    """Return who says I or we in a quotation, as the words beside it tell; "we all" is more than the speaker."""
    if token.i not in story.quoted or token.pos_ not in ("PRON", "DET") or token.text == "US":
        return None
    if any(t.lower_ in ("all", "both") for t in token.doc[token.i + 1 : token.i + 3]):
        return None
    key = quotes(story, token)
    alone_here = token.lower_ in ("i", "me", "my", "mine")
    return by("speaker", key) if not alone_here or fits(story, key, "") or person_named(story, key) else None


def person_named(story: "Story", key: str | None) -> bool:
    """Tell whether an actor is a person."""
    return story.actors.get(key, {}).get("kind") == "person"


def quotes(story: "Story", token: Token) -> str | None:
    """Return the actor whom the sentences of a quotation, or the one before it, name as who says it."""
    doc = token.doc
    start, end = story.stretch(token)
    opening, after = doc[start], doc[min(end + 1, len(doc) - 1)]  # the first word, and what follows the closing mark
    for near in (token, opening, after):
        sentence = next(story.sentences(near, 0))
        subject, key = beside(story, sentence) if sentence.start < end else (None, None)
        if subject is not None or key:
            return named(story, subject) if subject is not None else key
    before = next(iter(list(story.sentences(opening, 1))[1:]), None)
    if before is None:
        return None
    subject, key = beside(story, before)
    whole = doc[max(0, start - 1)].is_space and (after.is_space or end + 1 >= len(doc))
    if subject is None and whole:  # a paragraph of its own: whom the paragraph before is about
        subject = story.clause(before)[1]
    return named(story, subject) or key


def beside(story: "Story", sentence: Span) -> tuple[Token | None, str | None]:
    """Return who is said to speak in a sentence, by a verb of saying and by a text of his; asked once a sentence."""
    if sentence.start not in story.speakers:
        story.speakers[sentence.start] = sayer(story, sentence), author(story, sentence)
    return story.speakers[sentence.start]


def sayer(story: "Story", sentence: Span) -> Token | None:
    """Return the subject of a verb of saying in a sentence, outside of quotations."""
    outside = (t for t in sentence if t.dep_ in SUBJECTS and t.i not in story.quoted)
    return next((t for t in outside if t.head.lemma_ in SAYING or any(
        c.dep_ == "conj" and c.lemma_ in SAYING for c in t.head.children)), None)


def author(story: "Story", sentence: Span) -> str | None:
    """Return X of "X's message: ..." and of "according to X"."""
    outside = [t for t in sentence if t.i not in story.quoted]
    owners = [possessor(story, t) for t in outside if t.lemma_.lower() in TEXTS]
    owners += [t for t in outside if t.dep_ == "pobj" and t.head.head.lower_ == "according"]
    return next((story.key(owner) for owner in owners if owner is not None), None)


def named(story: "Story", subject: Token | None) -> str | None:
    """Return the actor of a subject, also of a pronoun that stands for one."""
    if subject is None:
        return None
    if subject.pos_ == "NOUN" and not any(c.dep_ == "det" for c in subject.lefts):  # "diplomat and author X"
        subject = next((c for c in subject.children if c.dep_ in ("conj", "appos") and c.i in story.at), subject)
    if not alone(subject):
        return None
    found = antecedent(story, subject) if PRONOUNS.get(subject.lower_) in ("m", "f") else None
    return found[0] if found else story.key(subject)


# --- Small questions ----------------------------------------------------------------------------------------


def clause_before(story: "Story", verb: Token, token: Token) -> str | None:
    """Return the doer of a clause that stands before the token and hangs on the same verb."""
    for clause in verb.children:
        if clause.dep_ in ("advcl", "ccomp", "parataxis") and clause.i < token.i:
            subject = own_subject(clause)
            return doer(story, subject, token) if subject is not None else None
    return None


def sentence_before(story: "Story", token: Token) -> str | None:
    """Return the actor that is subject of the sentence before."""
    before = list(story.sentences(token, 1))[1:]
    subject = story.clause(before[0])[1] if before else None
    return thing(story, subject, token) if subject is not None and alone(subject) else None


def doer(story: "Story", subject: Token, token: Token) -> str | None:
    """Return the one actor, no person, that a subject names, or whose it is."""
    if subject.lower_ in ("which", "that") and subject.head.dep_ == "relcl":
        subject = subject.head.head
    if not alone(subject):
        return None
    return thing(story, subject, token) or thing(story, possessor(story, subject), token)


def thing(story: "Story", noun: Token | None, token: Token) -> str | None:
    """Return the actor of a noun if the pronoun can stand for it: "it" for what is no person, "they" for several."""
    key = story.key(noun)
    if key is None or story.actors[key].get("kind") == "person":
        return None
    form = story.found[story.at[noun.i]][1]
    several = story.actors[key].get("kind") == "organisation" or "Plur" in noun.morph.get("Number", [])
    several = several and form in ("body", "nominal", "name") or form == "pronoun" and noun.lower_ == "they"
    if form == "adjective" or PRONOUNS[token.lower_] == "p" and not several:
        return None
    return key


def possessor(story: "Story", noun: Token) -> Token | None:
    """Return the mention's token in "X's noun", or None."""
    return next((c for c in noun.children if c.dep_ == "poss" and c.i in story.at), None)


def alone(token: Token) -> bool:
    """Tell whether a noun is not coordinated with another."""
    return not any(c.dep_ == "conj" for c in token.children)


def holds(subject: Token, token: Token) -> bool:
    """Tell whether a token lies within a subject's phrase."""
    return subject.left_edge.i <= token.i <= subject.right_edge.i
