"""Who does what to whom: subject, verb and object between actors, and whether the text says that it happened.

Active and passive clauses, relative clauses and clauses without a subject of their own are brought to one form. Whether
a deed happened is read from the verb up to the root (after Karttunen 1971): each governor passes on that its clause
holds, does not hold, or is left open.
"""

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

from parallax.annotate.rules import classes, words
from parallax.annotate.syntax import agent, has_to, is_passive

SUBJECTS = ("nsubj", "csubj", "nsubjpass")
OBJECTS = ("dobj", "dative")
PREPOSITIONS = ("with", "against", "to", "at", "on", "for")
ACCUSING = ("for", "of", "from")  # "accuse X of", "criticise X for", "keep X from": X does it
RELATIVES = ("which", "who", "whom", "that")
CONDITIONS = ("if", "unless", "whether", "lest")
INVERTED = ("had", "should", "were")

HOLDS, NOT, OPEN = "holds", "not", "open"
PASSED = {kind: pair.split() for kind, pair in {  # what becomes of the clause when its governor holds, does not hold
    "both": "holds not", "neither": "not holds", "against": "not open", "towards": "holds open", "open": "open not",
}.items()}
GOVERNORS = dict.fromkeys(words("negating-words"), "against") | classes("implicative-words")
KEEPING = words("keeping-verbs")
BARE = words("bare-infinitive-verbs")
UNREAL = words("unreal-modals")
NEGATORS = classes("negators")
CONTRASTS = words("contrasts")
MORE = words("more-than")
HEDGES = classes("hedge-words")
TITLES = words("titles")

Reality = tuple[str, tuple[str, ...]]  # HOLDS, NOT or OPEN, and the rules that say so


class Deed(NamedTuple):
    """Subject and object are keys of actors, "" for none; verb is a lemma, with the preposition of its object.

    `negated` says that it did not happen, `open` that the text does not say whether it did; `at` is the verb's token.
    `rule` names the rules of `rules/en/events.yml`, joined by +.
    """

    subject: str
    verb: str
    object: str
    negated: bool
    passive: bool
    start: int
    end: int
    rule: str
    open: bool
    at: int


class Clause(NamedTuple):
    """The arguments of a verb: who does it, (to whom, preposition), whether it is passive, how the doer was found."""

    subjects: list[Token]
    objects: list[tuple[Token, str]]
    passive: bool
    source: str


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
    sentences = {doc[i].sent.start: doc[i].sent for i in by_root}.values()
    verbs = (t for sentence in sentences for t in sentence
             if t.pos_ == "VERB" and t.dep_ != "prep" or bare(t) or caused(t))  # "according to" is a preposition
    found = {deed for verb in verbs for deed in of_clause(verb, by_root)}
    return sorted(found, key=lambda deed: deed[5:])


def of_clause(verb: Token, by_root: dict[int, str]) -> Iterator[Deed]:
    """Yield the deeds of one verb, given {token: actor}."""
    clause = arguments(verb)
    doers = [(by_root[t.i], t.i) for t in clause.subjects if t.i in by_root] or [("", verb.i)]
    others = [(by_root[t.i], t.i, prep) for t, prep in clause.objects if t.i in by_root] or [("", verb.i, "")]
    if not (doers[0][0] or others[0][0]):
        return
    real, why = reality(verb)
    doc = verb.doc
    for subject, s in doers:
        for other, o, prep in others:
            if subject != other:
                name = f"{verb.lemma_.lower()} {prep}".strip()
                rule = "passive" if clause.passive else "after-preposition" if prep else "active"
                rules = (rule, clause.source, "joint-subject" if len(doers) > 1 else "", *why)
                at = s, verb.i, o
                first = doc[s].left_edge
                aside = NEGATORS.get(first.lower_) == "particle" and not more(first)  # "not X but Y"
                negated = real == NOT or aside
                yield Deed(subject, name, other, negated, clause.passive, min(at), max(at) + 1,
                           "+".join(dict.fromkeys(filter(None, rules))), real == OPEN, verb.i)


# --- Arguments ----------------------------------------------------------------------------------------------


def arguments(verb: Token) -> Clause:
    """Return the arguments of a verb."""
    if bare(verb):
        return Clause([previous(verb)], [(verb.head, "")], False, "causative")
    objects: list[tuple[Token, str]] = []
    for child in verb.children:
        if child.dep_ in OBJECTS and not any(bare(c) for c in child.children):
            objects += [(token, "") for token in spread(child)]
        elif child.dep_ == "prep" and child.lower_ in PREPOSITIONS:
            objects += [(token, child.lower_) for token in governed(child)]
    for noun in phrase(verb):
        objects += [(token, child.lower_) for child in noun.children if child.dep_ == "prep" and
                    child.lower_ in PREPOSITIONS for token in governed(child)]
    subjects, source = surface(verb)
    if turned(verb):
        by = agent(verb)
        suffer = [(token, "") for token in subjects] if not any(prep == "" for _, prep in objects) else []
        return Clause(spread(by) if by is not None else [], suffer + objects, True, source)
    return Clause(subjects, objects, False, source)


def phrase(verb: Token) -> list[Token]:
    """Return the nouns that a verb makes one phrase with: "imposed tariffs on X", "went to war with X"."""
    nouns = [child for child in verb.children if child.dep_ == "dobj" and child.pos_ == "NOUN"]
    near = [child for prep in verb.children if prep.dep_ == "prep" and prep.i == verb.i + 1 for child in prep.children]
    return nouns + [noun for noun in near if noun.dep_ == "pobj" and noun.pos_ == "NOUN" and noun.i == verb.i + 2]


def turned(verb: Token, deep: int = 6) -> bool:
    """Tell whether a verb is passive: by itself, as "was sued and blamed" after "was", or as in "saw him taken"."""
    if is_passive(verb) or not deep:
        return bool(deep)
    if verb.tag_ != "VBN" or any(c.dep_ == "aux" for c in verb.children):
        return False
    alone = not any(c.dep_ in SUBJECTS for c in verb.children)
    return verb.dep_ == "ccomp" and not alone or verb.dep_ == "conj" and alone and turned(verb.head, deep - 1)


def surface(verb: Token, deep: int = 6) -> tuple[list[Token], str]:
    """Return the grammatical subjects of a verb and how they were found: "" where they are its own."""
    own, head = [child for child in verb.children if child.dep_ in SUBJECTS], verb.head
    if own:
        causes = verb.dep_ == "ccomp" and (has_to(verb) or head.lemma_ in BARE)
        how = "relative-subject" if relative(own[0]) else "causative" if causes else ""
        return [token for child in own for token in spread(child)], how
    if verb.dep_ in ("acl", "relcl"):
        if not has_to(verb):
            return spread(head), "shared-subject"
        owners = [token for child in head.children if child.dep_ == "poss" for token in spread(child)]
        if owners or head.head.pos_ not in ("VERB", "AUX"):  # "X's refusal to"
            return owners, "shared-subject"
        return surface(head.head, deep - 1)[0] if deep else [], "shared-subject"
    above = governor(verb)
    if above is None or not deep:
        return [], ""
    controls = (verb.dep_ == "xcomp" or verb.dep_ == "pcomp" and head.lower_ in ACCUSING) and not set_aside(verb)
    whom = [token for child in above.children if child.dep_ == "dobj" and child.i < verb.i for token in spread(child)]
    if controls and whom:
        return whom, "causative"
    return surface(above, deep - 1)[0], "shared-subject"


def governor(verb: Token) -> Token | None:
    """Return the verb whose subject a clause without one shares: "armed and attacked", "left, accusing"."""
    shares = verb.dep_ in ("conj", "xcomp", "pcomp") or verb.dep_ == "advcl" and (verb.tag_ == "VBG" or has_to(verb))
    head = verb.head
    if verb.dep_ == "pcomp":
        while head.pos_ in ("ADP", "ADV", "ADJ", "SCONJ", "CCONJ") and head.head != head:
            head = head.head
    elif verb.dep_ in ("xcomp", "advcl") and head.dep_ == "acomp":
        head = head.head
    return head if shares and head.pos_ in ("VERB", "AUX") else None


def bare(token: Token) -> bool:
    """Tell whether a word read as a noun is the infinitive of "let X attack Y": a name, a small word, a name."""
    noun = token.head
    if token.dep_ != "compound" or not token.is_lower or noun.i <= token.i or token.lower_ in TITLES:
        return False
    return noun.pos_ == "PROPN" and noun.head.lemma_ in BARE and previous(token).is_title


def caused(token: Token) -> bool:
    """Tell whether a word read as a noun is the infinitive of "made X apologise"."""
    made = token.dep_ == "ccomp" and token.pos_ == "NOUN" and token.is_lower and token.head.lemma_ in BARE
    return made and any(c.dep_ == "nsubj" for c in token.lefts) and not any(c.dep_ == "cop" for c in token.lefts)


def previous(token: Token) -> Token:
    """Return the word before a token."""
    return token.doc[max(0, token.i - 1)]


def governed(preposition: Token) -> list[Token]:
    """Return the nouns that a preposition governs."""
    return [token for child in preposition.children if child.dep_ == "pobj" for token in spread(child)]


def spread(token: Token) -> list[Token]:
    """Return a noun with all nouns that are joined to it by "and"; of a relative pronoun what it stands for."""
    if relative(token):
        return antecedents(token)
    out: list[Token] = []
    todo = [token]
    while todo:  # a list of a thousand names is a chain of a thousand
        out.append(todo.pop())
        todo += [child for child in out[-1].children if child.dep_ == "conj"]
    return out


def relative(token: Token) -> bool:
    """Tell whether a word is a relative pronoun."""
    return token.lower_ in RELATIVES and token.tag_ in ("WDT", "WP")


def antecedents(token: Token) -> list[Token]:
    """Return what a relative pronoun stands for: the noun before its clause, or X in "it was X that"."""
    for above in (token.head, *token.head.ancestors):
        if above.dep_ == "relcl":
            return [above.head]
        if above.dep_ == "ccomp" and above.head.lemma_ == "be":
            return [noun for child in above.head.children if child.dep_ == "attr" for noun in spread(child)]
    return []


# --- Whether it happened ------------------------------------------------------------------------------------


def reality(verb: Token, deep: int = 8) -> Reality:
    """Return whether the text says that what a verb names happened, and the rules that decide it."""
    real, why = within(verb, deep)
    if conditional(verb):
        return OPEN, (*why, "condition")
    if any(HEDGES.get(c.lower_) == "adverb" for c in verb.children):
        return OPEN, (*why, "alleged")
    if modal(verb):
        real, why = (OPEN if real == HOLDS else real), (*why, "modal")
    if negation(verb):
        return (HOLDS if real == NOT else NOT), (*why, "negated")
    return real, why


def within(verb: Token, deep: int) -> Reality:
    """Return what the clauses around a verb say of it."""
    head = verb.head
    if not deep or head == verb:
        return HOLDS, ()
    if bare(verb):
        return passed(head.head, "both", deep)
    if set_aside(verb):
        return NOT, ("set-aside",)
    if verb.dep_ == "conj":
        return joined(verb, deep)
    if verb.dep_ == "pcomp":
        return after_preposition(verb, deep)
    if verb.dep_ in ("xcomp", "ccomp", "acl", "advcl", "relcl"):
        return embedded(verb, deep)
    return HOLDS, ()


def set_aside(verb: Token) -> bool:
    """Tell whether a verb stands after "without", "instead of", "rather than"."""
    before = verb.doc[max(0, verb.i - 2) : verb.i].text.lower()
    return before in CONTRASTS or verb.dep_ == "pcomp" and verb.head.lower_ == "without"


def joined(verb: Token, deep: int) -> Reality:
    """Return what a verb takes over from the one before it: its negation only in the same form or after "or"."""
    head = verb.head
    links = {t.lower_ for t in head.children if t.dep_ == "cc"}
    free = any(c.dep_ in ("aux", "auxpass", *SUBJECTS) for c in verb.children)
    same = verb.tag_ == head.tag_ and verb.tag_ in ("VB", "VBN", "VBG") and "but" not in links
    if (same or "or" in links) and not free:
        return reality(head, deep - 1)
    return within(head, deep - 1) if not free or conditional(head) else (HOLDS, ())


def after_preposition(verb: Token, deep: int) -> Reality:
    """Return what a preposition says of the -ing form after it: "without attacking", "from attacking"."""
    preposition = verb.head
    if preposition.lower_ in ("against", "about"):
        return OPEN, ("wanted",)
    above = governor(verb)
    if preposition.lower_ == "of" and above is not None and is_passive(above) and agent(above) is None:
        return OPEN, ("alleged",)  # "was accused of": nobody says by whom
    if preposition.lower_ == "from" and above is not None and above.lemma_ in KEEPING:
        return passed(above, "against", deep)
    return HOLDS, ()


def embedded(verb: Token, deep: int) -> Reality:
    """Return what the word above says of a clause: an infinitive with "to" is open unless that word says more."""
    head, to = verb.head, has_to(verb)
    kind = GOVERNORS.get(head.lemma_.lower(), "")
    if verb.dep_ in ("acl", "relcl") and to and NEGATORS.get(head.lower_) == "pronoun":  # "did nothing to"
        return NOT, ("not-done",)
    if verb.dep_ == "relcl" or verb.dep_ == "acl" and not to and not any(c.dep_ == "mark" for c in verb.children):
        return HOLDS, ()
    if verb.dep_ in ("acl", "ccomp") and not to and verb.tag_ != "VBG" and head.lemma_ not in BARE:
        return reported(head, deep)
    if verb.dep_ == "advcl" and not to:
        apart = any(t.text == "," for t in verb.doc[min(head.i, verb.i) : max(head.i, verb.i)])
        return (HOLDS, ()) if apart or verb.tag_ != "VBG" else reality(head, deep - 1)
    return passed(head, kind or ("open" if to else "both"), deep)


def reported(head: Token, deep: int) -> Reality:
    """Return what the verb or noun above a whole clause says of it: "denied that", "no evidence that"."""
    if any(NEGATORS.get(c.lower_) == "determiner" for c in head.lefts):
        return OPEN, ("wanted",)
    denied = GOVERNORS.get(head.lemma_.lower()) == "against"
    if head.pos_ == "NOUN":
        if head.head.pos_ == "VERB" and head.dep_ in OBJECTS:  # "rejected the claim that"
            return reported(head.head, deep - 1) if deep else (HOLDS, ())
    elif reality(head, deep - 1)[0] != HOLDS:
        return OPEN, ("wanted",)
    return (NOT, ("not-done",)) if denied else (HOLDS, ())


def passed(head: Token, kind: str, deep: int) -> Reality:
    """Return what a governor of some kind passes on to its clause."""
    real, why = reality(head.head if head.dep_ == "acomp" else head, deep - 1)
    real = OPEN if real == OPEN else PASSED[kind][real == NOT]
    rule = {NOT: "not-done", OPEN: "wanted"}.get(real)
    return real, (*why, rule) if rule and rule not in why and "negated" not in why else why


def conditional(verb: Token) -> bool:
    """Tell whether a verb stands in a condition or a question."""
    marks = any(c.dep_ in ("mark", "advmod") and c.lower_ in CONDITIONS for c in verb.children)
    first = verb.left_edge  # "had X known"
    marks = marks or verb.dep_ == "advcl" and first.dep_ in ("aux", "auxpass") and first.lower_ in INVERTED
    return marks or verb.dep_ == "ROOT" and verb.sent.text.rstrip(" \n”\"'’").endswith("?")


def modal(verb: Token) -> bool:
    """Tell whether a modal verb leaves it open: "may attack", "would attack"; what "will" come is said to come."""
    return any(c.dep_ == "aux" and c.lower_ in UNREAL for c in verb.children)


def negation(verb: Token) -> bool:
    """Tell whether a verb is negated itself, by its subject or by "neither" before it."""
    for child in verb.children:
        kind = NEGATORS.get(child.lower_, "")
        if more(child):
            continue
        if child.dep_ == "neg" or kind == "adverb" or child.dep_ == "preconj" and kind == "determiner":
            return True
        if child.dep_ in SUBJECTS and (kind == "pronoun" or any(c.lower_ in ("neither", "no") for c in child.lefts)):
            return True
        if child.lower_ == "longer" and any(c.lower_ == "no" for c in child.children):
            return True
    return verb.dep_ == "conj" and any(c.lower_ == "nor" and c.i < verb.i for c in verb.head.children)


def more(token: Token) -> bool:
    """Tell whether "not only", "not just" follows, which deny nothing."""
    return token.doc[token.i + 1 : token.i + 2].text.lower() in MORE
