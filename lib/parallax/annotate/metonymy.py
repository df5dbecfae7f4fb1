"""Place or actor: "Paris maintained" against "a train from Paris", by the word that governs the name."""

from parallax.annotate.rules import words

# --- General English ----------------------------------------------------------------------------------------

PRENOMINAL = ("compound", "amod", "nmod")
NOUNS = ("NOUN", "PROPN")
DASHES = ("-", "–", "—", "/")

GEOGRAPHY = words("geography")
SETTING = words("settings")
EVENTS = words("event-nouns")
DOINGS = words("doing-nouns")
JOURNEYS = words("journeys")
ROUTES = words("routes")
MOTION = words("motion-verbs")
EXCHANGE = words("exchange-words")
SENT = words("envoys")
BURDENS = words("burden-words")
PARTY_OF = words("party-of-nouns")
ABSTRACT = tuple(words("abstract-endings"))
LOCAL_OF = words("local-of-nouns")
FEELINGS = words("feelings")
AIMED = words("aimed-words")
LOCATIVES = words("locative-prepositions")
CAPITAL_ACTS = words("government-nouns")
# Verbs that make their subject, passive subject or object a place.
LOCATING = {"nsubj": words("locating-subject-verbs"), "nsubjpass": words("locating-passive-verbs"),
            "dobj": words("locating-object-verbs")}


def place_or_actor(span, capital=False):
    """Tell whether a location's name acts (its people, government or team) or only says where.

    What governs the name decides: the noun that it stands before, the verb whose subject or object it is, the
    preposition together with the word that it depends on. A coordinated or added name ("X and Y", "X, Y",
    "such as Y") follows the first.

    Parameters
    ----------
    span : spacy.tokens.Span
        The name, in a parsed Doc.
    capital : bool
        A capital's name before a noun is a place unless the noun says government or relation.

    Returns
    -------
    str
        "actor" or "place".
    """
    if dateline(span):
        return "place"
    token = span.root
    for _ in range(6):
        dep, head = token.dep_, token.head
        if dep in ("conj", "appos") or (dep == "npadvmod" and head.pos_ == "PROPN"):
            token = head
        elif dep == "pobj" and head.lower_ in ("including", "like", "as") and head.head.pos_ in NOUNS:
            token = head.head
        else:
            break
    spot = len(span) > 1 and span[-1].lower_ in GEOGRAPHY  # "... River", "... Airport"
    verb = noun = head.lemma_.lower()
    if dep in PRENOMINAL:
        while head.dep_ == "compound" and head.i > token.i:  # "X police station"
            head = head.head
        noun = head.lemma_.lower()
        local = noun in GEOGRAPHY or noun in SETTING or head.text == "state"
        local = local or (noun in EVENTS and not paired(span))
        local = local or (span.start and span.doc[span.start - 1].lower_ == "in")
        local = local or (capital and noun not in CAPITAL_ACTS and (noun in ROUTES or not paired(span)))
    elif dep == "poss":
        local = noun in GEOGRAPHY or noun in SETTING
        if capital:
            local = noun in GEOGRAPHY or noun in EVENTS - DOINGS or head.pos_ == "PROPN"
    elif dep == "npadvmod":  # "X-backed" against "X-based", "X-born"
        local = head.tag_ != "VBN" or verb in ("base", "bear", "bind")
    elif dep in LOCATING:
        local = spot or verb in LOCATING[dep] or (dep != "dobj" and described(head))
    elif dep == "pobj":
        local = spot or says_where(head)
    else:
        local = dep not in ("attr", "dative", "acomp")
    return "place" if local else "actor"


def dateline(span):
    """Tell whether the name opens a sentence as a dateline does: "X (AP) -", "X, Sept. 3"."""
    after = span.doc[span.end : span.end + 1].text
    opens = span[0].is_sent_start or span.doc[span.start - 1].is_space
    return opens and (after in ("(", "—", "–", ":") or (span.text.isupper() and after == ","))


def paired(span):
    """Tell whether the name is one of two joined by a dash: "X-Y talks"."""
    doc, start, end = span.doc, span.start, span.end
    left = start > 1 and doc[start - 1].text in DASHES and doc[start - 2].pos_ in ("PROPN", "ADJ")
    return left or (end + 1 < len(doc) and doc[end].text in DASHES and doc[end + 1].pos_ in ("PROPN", "ADJ"))


def described(verb):
    """Tell whether "is", "has" or "is known as" says what a place is like: "is a town in"."""
    if verb.lemma_ == "have":
        return any(c.dep_ == "dobj" and c.lemma_ in ("population", "area", "climate") for c in verb.children)
    if verb.lemma_ not in ("be", "know", "regard", "designate"):
        return False
    said = [c for c in verb.children if c.dep_ in ("attr", "acomp", "prep", "advmod")]
    nouns = said + [c for prep in said if prep.dep_ == "prep" for c in prep.children]
    nouns += [c for one in said if one.lemma_ == "one" for of in one.children for c in of.children]
    return (verb.lemma_ == "be" and not said) or any(noun.lemma_.lower() in GEOGRAPHY for noun in nouns)


def says_where(preposition):
    """Tell whether a preposition and the word that it depends on make its object a place."""
    prep, governor = preposition.lower_, preposition.head
    word, verb = governor.lemma_.lower(), governor.pos_ == "VERB"
    given = {word} | {c.lemma_.lower() for c in governor.children if verb and c.dep_ in ("dobj", "nsubj")}
    if prep == "from":
        return word not in EXCHANGE and word not in SENT
    if prep == "to":
        return given.isdisjoint(EXCHANGE) and (
            verb
            or (governor.pos_ in ("ADP", "ADV") and governor.lower_ != "closer")
            or word in JOURNEYS
            or word in GEOGRAPHY
        )
    if prep == "on":
        state = any(c.dep_ == "acomp" for c in governor.children)  # "become reliant on X"
        return verb and not state and given.isdisjoint(BURDENS)
    if prep == "of":
        title = any(c.dep_ == "compound" and c.lemma_.lower() in PARTY_OF for c in governor.children)
        party = title or word in PARTY_OF or (word.endswith(ABSTRACT) and word not in LOCAL_OF)
        return not party or word in GEOGRAPHY
    if prep in ("between", "among", "for", "over", "toward", "towards"):
        everywhere = any(c.lower_ == "all" for c in preposition.children)  # "all over X"
        return word in MOTION or (prep in ("between", "among", "for") and word in ROUTES) or everywhere
    if prep == "with":
        return word in ("border", "frontier", "boundary")
    return prep in LOCATIVES and word not in {"in": FEELINGS, "at": AIMED}.get(prep, ())
