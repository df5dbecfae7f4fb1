"""Who does what to whom: subject, verb and object between actors, active and passive brought together."""

SUBJECTS = ("nsubj", "csubj")
OBJECTS = ("dobj", "dative")
PREPOSITIONS = ("with", "against", "to", "at", "on", "for")


def deeds(doc, mentions):
    """Find the clauses in which an actor acts or is acted upon.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        Parsed, with lemmas.
    mentions : list of (spacy.tokens.Span, str)
        Mentions used as actors, with the actor's key.

    Returns
    -------
    list of (str, str, str, bool, bool, int, int)
        Subject ("" when it is no actor), verb (lemma, with its preposition where that leads to the object),
        object ("" likewise), negated, passive, first and last token of the clause's core (half-open).
    """
    by_root = {}
    for span, actor in mentions:
        by_root.setdefault(span.root.i, actor)
    out = []
    for verb in {token.i: token for i in by_root for token in governors(doc[i])}.values():
        subjects, objects, passive = arguments(verb)
        doers = [(by_root[t.i], t) for t in subjects if t.i in by_root] or [("", None)]
        others = [(by_root[t.i], t, prep) for t, prep in objects if t.i in by_root] or [("", None, "")]
        negated = any(child.dep_ == "neg" for child in verb.children)
        for subject, s in doers:
            for other, o, prep in others:
                if (subject or other) and subject != other:
                    at = [t.i for t in (s, verb, o) if t is not None]
                    name = f"{verb.lemma_.lower()} {prep}".strip()
                    out.append((subject, name, other, negated, passive, min(at), max(at) + 1))
    return sorted(set(out), key=lambda row: row[5:])


def governors(token):
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


def arguments(verb):
    """Return the subject tokens, the object tokens with their preposition, and whether the clause is passive."""
    subjects, objects, passive = [], [], False
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
        subjects = arguments(verb.head)[0]
    return subjects, objects, passive


def governed(preposition):
    """Return the nouns that a preposition governs."""
    return [token for child in preposition.children if child.dep_ == "pobj" for token in spread(child)]


def spread(token):
    """Return a noun with all nouns that are joined to it by "and"."""
    out, todo = [], [token]
    while todo:  # a list of a thousand names is a chain of a thousand
        out.append(todo.pop())
        todo += [child for child in out[-1].children if child.dep_ == "conj"]
    return out
