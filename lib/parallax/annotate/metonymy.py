"""Place or actor: "Paris maintained" against "a train from Paris", by the word that governs the name.

The rules stand in `rules/en/metonymy.yml`; here is what they look at.
"""

from spacy.tokens import Span, Token

from parallax.annotate.rules import Rule, Table, rules, words

PRENOMINAL = ("compound", "amod", "nmod")
NOUNS = ("NOUN", "PROPN")
DASHES = ("-", "–", "—", "/")
RULES = Table(rules("metonymy"), by="relation")
Features = dict[str, set[str]]


def place_or_actor(span: Span, capital: bool = False) -> Rule:
    """Tell whether a location's name acts (its people, government or team) or only says where.

    Parameters
    ----------
    span : spacy.tokens.Span
        The name, in a parsed Doc.
    capital : bool
        Whether it is a capital: before a noun that is a place unless the noun says government or relation.

    Returns
    -------
    Rule
        The rule that decides; its `sense` is "actor" or "place".
    """
    return RULES.first(features(span, capital))


def features(span: Span, capital: bool) -> Features:
    """Return what the rules look at: the relation of a name to the word that governs it, and that word."""
    token = lead(span.root)
    dep, head = token.dep_, token.head
    found: Features = {"relation": {dep}, "mark": {"capital"} if capital else set()}
    if dep in PRENOMINAL:
        while head.dep_ == "compound" and head.i > token.i:  # "X police station"
            head = head.head
        found["relation"] = {"prenominal"}
    elif dep == "pobj":
        found["preposition"] = {head.lower_}
        if any(child.lower_ == "all" for child in head.children):  # "all over X"
            found["mark"].add("all")
        head = head.head
    governor = head.lemma_.lower()
    given = {c.lemma_.lower() for c in head.children if head.pos_ == "VERB" and c.dep_ in ("dobj", "nsubj")}
    found |= {"governor": {governor}, "word": {head.text}, "pos": {head.pos_}, "tag": {head.tag_},
              "given": {governor, *given}, "title": {c.lemma_.lower() for c in head.children if c.dep_ == "compound"}}
    marks = {"dateline": dateline(span), "paired": paired(span), "spot": len(span) > 1 and
             span[-1].lower_ in words("geography"), "after-in": span.start and span.doc[span.start - 1].lower_ == "in",
             "described": dep in ("nsubj", "nsubjpass") and described(head),
             "abstract": governor.endswith(tuple(words("abstract-endings"))),
             "reliant": any(c.dep_ == "acomp" for c in head.children)}  # "become reliant on X"
    found["mark"] |= {mark for mark, holds in marks.items() if holds}
    return found


def lead(token: Token) -> Token:
    """Return the name whose place in the sentence decides: a coordinated or added one follows the first."""
    for _ in range(6):
        dep, head = token.dep_, token.head
        if dep in ("conj", "appos") or (dep == "npadvmod" and head.pos_ == "PROPN"):
            token = head
        elif dep == "pobj" and head.lower_ in ("including", "like", "as") and head.head.pos_ in NOUNS:
            token = head.head
        else:
            break
    return token


def dateline(span: Span) -> bool:
    """Tell whether the name opens a sentence as a dateline does: "X (AP) -", "X, Sept. 3"."""
    after = span.doc[span.end : span.end + 1].text
    opens = span[0].is_sent_start or span.doc[span.start - 1].is_space
    return opens and (after in ("(", "—", "–", ":") or (span.text.isupper() and after == ","))


def paired(span: Span) -> bool:
    """Tell whether the name is one of two joined by a dash: "X-Y talks"."""
    doc, start, end = span.doc, span.start, span.end
    left = start > 1 and doc[start - 1].text in DASHES and doc[start - 2].pos_ in ("PROPN", "ADJ")
    return left or (end + 1 < len(doc) and doc[end].text in DASHES and doc[end + 1].pos_ in ("PROPN", "ADJ"))


def described(verb: Token) -> bool:
    """Tell whether "is", "has" or "is known as" says what a place is like: "is a town in"."""
    if verb.lemma_ == "have":
        return any(c.dep_ == "dobj" and c.lemma_ in ("population", "area", "climate") for c in verb.children)
    if verb.lemma_ not in ("be", "know", "regard", "designate"):
        return False
    said = [c for c in verb.children if c.dep_ in ("attr", "acomp", "prep", "advmod")]
    nouns = said + [c for prep in said if prep.dep_ == "prep" for c in prep.children]
    nouns += [c for one in said if one.lemma_ == "one" for of in one.children for c in of.children]
    return (verb.lemma_ == "be" and not said) or any(noun.lemma_.lower() in words("geography") for noun in nouns)
