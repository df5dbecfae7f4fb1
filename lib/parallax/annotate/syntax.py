"""The one reader of the parse: subjects, agents, passives, noun phrases, in terms of spaCy's English labels."""

from spacy.tokens import Token

VERBAL, NOMINAL = ("VERB", "AUX"), ("NOUN", "PROPN", "PRON")
SUBJECTS = ("nsubj", "nsubjpass")
SHARES = ("conj", "xcomp", "advcl", "acl", "dep", "pcomp", "parataxis")  # clauses that lack a subject of their own
Range = tuple[int, int]


def own_subject(verb: Token) -> Token | None:
    """Return the subject that hangs on a verb itself, or None."""
    return next((c for c in verb.children if c.dep_ in SUBJECTS), None)


def agent(verb: Token) -> Token | None:
    """Return the X of "described by X", "described as a trap by X" and "called a trap by X", or None."""
    by = [c for c in verb.children if c.dep_ == "agent" or c.dep_ == "prep" and c.lower_ == "by"]
    if not by:
        named = [t for c in verb.rights for t in ((c,) if c.dep_ == "oprd" else c.rights if c.lower_ == "as" else ())]
        by = [c for t in named for c in t.rights if c.lower_ == "by"]
    return next((t for c in by for t in c.children if t.dep_ == "pobj"), None)


def is_passive(verb: Token) -> bool:
    """Tell whether a verb stands in the passive: "was described", "as noted by", "claims made by", "asked whether"."""
    deps = {c.dep_ for c in verb.children}
    if deps & {"auxpass", "nsubjpass"}:
        return True
    alone = verb.dep_ in ("acl", "advcl") and not deps & {"aux", "nsubj"}
    return verb.tag_ == "VBN" and (alone or "agent" in deps) or verb.tag_ == "VBD" and alone and verb.dep_ == "advcl"


def has_to(verb: Token) -> bool:
    """Tell whether a verb is an infinitive with "to"."""
    return any(c.tag_ == "TO" for c in verb.lefts)


def subject(verb: Token) -> Token | None:
    """Return who does what a verb says: its own subject, a shared one, the one that controls it, a passive's agent."""
    if is_passive(verb):
        return agent(verb)
    for _ in range(6):  # no chain of clauses in a newspaper is longer
        own = [c for c in verb.children if c.dep_ in SUBJECTS]
        speaking = next((c for c in verb.lefts if c.dep_ == "csubj" and c.tag_ == "VBG"), None)
        if not own and speaking is not None:  # "the mayor speaking at the fair said"
            own = [c for c in speaking.children if c.dep_ in SUBJECTS]
        if own:
            return verb.head if own[-1].tag_ in ("WDT", "WP") and verb.dep_ == "relcl" else own[-1]
        head = verb.head
        if verb.dep_ == "acl" and not has_to(verb) or verb.dep_ in ("advcl", "xcomp") and head.pos_ in NOMINAL:
            return head
        if verb.dep_ not in SHARES and not (verb.dep_ == "ccomp" and verb.tag_ == "VBG"):
            return None
        while head.pos_ not in VERBAL:
            if head.head == head:
                return None
            head = head.head
        verb = head.head if goes_on_with(verb, head.head) else head
    return None


def goes_on_with(token: Token, verb: Token) -> bool:
    """Tell whether a clause within what a verb reports shares that verb's subject: "said it was late and warned"."""
    if token.head.dep_ != "ccomp" or token.head.head != verb or any(c.dep_ in SUBJECTS for c in token.lefts):
        return False
    before = token.doc[token.i - 1]
    joined = token.dep_ == "conj" and token.tag_ == verb.tag_ == "VBD" and before.tag_ == "CC"
    return joined or token.dep_ == "advcl" and token.tag_ == "VBG" and before.text == ","


def noun_phrase(head: Token, deep: int = 100) -> Range:
    """Return (start, end) of a noun with what stands before it, what belongs to it after it, and the name given it."""
    start, end = head.left_edge.i, head.i + 1
    while start < head.i and (head.doc[start].is_punct or head.doc[start].is_space):
        start += 1
    for child in head.rights if head.dep_ != "poss" and head.pos_ != "PRON" else ():
        if child.dep_ == "conj":
            end = noun_phrase(child, deep - 1)[1] if deep else child.right_edge.i + 1  # after a hundred names
        elif child.dep_ == "prep" and child.left_edge.i == end and child.lower_ not in ("like", "such", "as"):
            end = child.right_edge.i + 1
        elif child.dep_ not in ("cc", "punct"):
            break
    name = own_name(head)
    return start, end if name is None else max(end, name.i + 1)


def own_name(head: Token) -> Token | None:
    """Return the last word of the name right after a common noun: "the analyst Ada Stone", "her lawyer, Ada Stone"."""
    doc, i = head.doc, head.i + 1
    if head.pos_ != "NOUN" or head.dep_ == "poss":
        return None
    comma = i + 1 < len(doc) and doc[i].text == "," and doc[i + 1].head.dep_ in ("appos", "compound")
    i += comma
    i += comma and doc[i].lower_ == "the"
    last = i
    while last < len(doc) and doc[last].pos_ == "PROPN" and not doc[last].is_sent_start:
        last += 1
    closed = not comma or last < len(doc) and doc[last].text in (",", "(", ".", ";")
    return doc[last - 1] if last > i and closed else None


def verb_group(verb: Token) -> Range:
    """Return (start, end) of a verb with its auxiliaries and the verb that it completes: "continues to argue"."""
    doc, start = verb.doc, verb.i
    if start and doc[start - 1].lower_ == "as" and doc[start - 1].head == verb:  # "as noted by"
        by = verb.i + 1 < len(doc) and doc[verb.i + 1].lower_ == "by"
        return start - 1, verb.i + 1 + by
    while start > 0:
        t = doc[start - 1]
        if not (t.head == verb and t.dep_ in ("aux", "auxpass", "neg") or verb.dep_ == "xcomp" and t == verb.head):
            break
        start -= 1
    return verb.i if doc[start].tag_ == "TO" else start, verb.i + 1
