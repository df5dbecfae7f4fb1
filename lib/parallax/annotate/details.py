"""What a text says that another may say otherwise: numbers, days, offices, firsts, names, quotations, reports.

A detail is some words with what they are about, in a form in which they can be held against the details of other texts
(`parallax.discrepancies` does so). What each rule covers stands in `rules/en/details.yml`.
"""

import math
import re
from calendar import day_name, month_abbr, month_name
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from spacy.attrs import LEMMA, LIKE_NUM, LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span, Token
from text_to_num import alpha2digit, text2num

from parallax.annotate.quotations import paragraphs, quotations
from parallax.annotate.rules import classes, words
from parallax.annotate.spans import Fact, block_kinds, read
from parallax.annotate.syntax import NOMINAL, SUBJECTS, VERBAL, agent, is_passive, noun_phrase, subject
from parallax.segment import UNCOUNTED

HAPPENINGS, RIVALS = classes("same-happenings"), classes("rival-names")
LEADERS = classes("leaders")
MANY, ROUGH, RANKS = classes("many-words"), classes("about-words"), classes("rank-words")
PERSONS, TIME_UNITS, RANK_NOUNS = words("person-nouns"), words("time-units"), words("rank-nouns")
PERCENT, MONEY = words("share-words"), words("currencies")
TITLES = words("titles")
OFFICES, FORMER = words("offices"), words("former")
EVENTS, RELATIONS = words("event-nouns"), classes("time-relations")
PRONOUNS = words("person-pronouns") | words("speaker-pronouns") | words("thing-pronouns")
REPORTING = words("reporting-verbs")
DOUBTED = words("wrong-words") | words("disputed-words")
LASTING = words("lasting-verbs")
LIGHT = words("light-verbs") | words("copulas")
HEARSAY = words("hearsay-adverbs")
MONTHS = frozenset(f"{name.lower()}{dot}" for name in (*month_name[1:], *month_abbr[1:], "sept") for dot in ("", "."))
WEEKDAYS = frozenset(name.lower() for name in day_name)
NEAR, FINITE = frozenset({"today", "yesterday", "tomorrow"}), ("VBD", "VBN", "VBZ", "VBP")  # said of a finite verb
BODILY = ("death", "injury", "arrest", "evacuation")  # happenings to people
MORE = ("other", "others", "more", "further", "another")
POINTING = words("definite-words")
UNREAL = words("unreal-modals") | {"will"}
YEAR = re.compile(r"(?:19|20)\d\d")
SPAN_OF_TIME = re.compile(
    r"\bin (?:(?:nearly|almost|about|over|more than) )?(?:the (?:last|past) )?"
    r"(?P<n>[\w-]+) (?P<unit>year|decade|month)s?\b|\bsince\b[^.;]{0,40}?\b(?P<year>(?:19|20)\d\d)\b", re.I)
FAR = 12  # tokens after a "first" in which its span of time is looked for
UP = 6  # steps from a day to what happened on it


class Detail(NamedTuple):
    """A detail; its words are the tokens from start to end.

    `about` is what it is about and `deed` the happening it belongs to, each a lemma, a kind of happening or an actor;
    `value` is what is said, and `of` what narrows it: whose it is, which kind. `mood` is "expected" for what has not
    happened yet, as far as the text says.
    """

    kind: str
    about: str
    deed: str
    value: str
    of: str
    mood: str
    start: int
    end: int
    rule: str


class Text:
    """A parsed story with its actors, as the rules for details read it.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        With the spans of the components.
    """

    def __init__(self, doc: Doc) -> None:
        self.doc, self.kinds = doc, block_kinds(doc)
        self.actors = {i: row["actor"] for span, row in read(doc, "actors") for i in range(span.start, span.end)}
        self.known: dict[int, str] = {}

    @cached_property
    def marked(self) -> dict[str, list[Token]]:
        """The tokens at which details of each sort can begin."""
        found = defaultdict(list)
        for i, (lower, lemma, number) in enumerate(self.doc.to_array([LOWER, LEMMA, LIKE_NUM]).tolist()):
            names = ANCHORS.get(lower) or ANCHORS.get(lemma) or (["numbers"] if number else [])
            if names and self.kinds[i] not in UNCOUNTED:
                for name in names:
                    found[name].append(self.doc[i])
        return found

    def name(self, token: Token) -> str:
        """Return what a word stands for: an actor, a kind of happening, another name in capitals, or its lemma."""
        beside = next((self.actors[t.i] for t in token.rights if t.dep_ == "appos" and t.i in self.actors), "")
        if token.i in self.actors or beside:  # "the mayor, Ada Stone"
            return self.actors.get(token.i, beside)
        lemma = token.lemma_.lower()
        known = HAPPENINGS.get(lemma) or HAPPENINGS.get(token.lower_) or ("person" if lemma in PERSONS else "")
        return known or (token.text.title() if token.pos_ == "PROPN" else lemma)

    def names(self, tokens: Iterable[Token]) -> str:
        """Return what some words stand for, each once; a pronoun for which no actor is known stands for nothing."""
        return " ".join(dict.fromkeys(self.name(token).replace(" ", "_") for token in tokens
                                      if token.i in self.actors or token.pos_ != "PRON"))

    def content(self, span: Span) -> str:
        """Return the words of a span by which it is told whether another one speaks of the same."""
        told = (token for token in span if token.i in self.actors or token.is_alpha and not token.is_stop
                and token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ") and token.lower_ not in TITLES)
        return " ".join(dict.fromkeys(self.same(token) for token in told))

    def same(self, token: Token) -> str:
        """Return the name of a word, in which rival words for one thing are one."""
        name = self.name(token)
        return RIVALS.get(name) or LEADERS.get(name, name) if token.pos_ == "NOUN" else name

    def terms(self, at: int) -> str:
        """Return the content of the sentence of a token."""
        sentence = self.doc[at].sent
        if sentence.start not in self.known:
            self.known[sentence.start] = self.content(sentence)
        return self.known[sentence.start]


def details(text: Text) -> list[Detail]:
    """Find the details of a story, in the order of their places.

    Parameters
    ----------
    text : Text

    Returns
    -------
    list of Detail
    """
    found = [detail for name, rule in RULES.items() for token in text.marked.get(name, ())
             for detail in rule(text, token)]
    return sorted([*found, *quoted(text), *reported(text)], key=lambda one: (one.start, one.end, one.kind))


# --- Numbers


def number(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what a number counts or measures."""
    doc = text.doc
    goes_on = token.i and numeral(doc[token.i - 1]) or token.i > 1 and glue(doc[token.i - 2])
    if goes_on or token.tag_ == "JJ" or token.lower_ == "one":
        return
    if aged(token):
        yield Detail("number", text.name(token.head), "age", token.text, "", "", token.head.i, token.i + 1, "age")
        return
    last = token
    while last.i + 1 < len(doc) and (numeral(doc[last.i + 1]) or glue(last)):
        last = doc[last.i + 1]
    count = by_unit(last) or by_noun(last)
    if count is None or not count.unit and (pointed(count.noun, last) or duration(count.noun)):
        return
    noun, unit, rule, end = count
    more = [child for child in noun.lefts if last.i < child.i < noun.i]
    of = text.names(child for child in more if child.dep_ in ("amod", "compound") and child.is_alpha and
                    child.lower_ not in MORE and not child.like_num)
    other = "other" if any(child.lower_ in MORE for child in more) else ""
    start, amount = rough(token, last)
    start -= start == token.i and doc[start - 1].text in MONEY and unit in MONEY
    about = "person" if rule == "counted-victims" or noun.lower_ in MORE else text.same(noun)
    deed, mood = happening(text, last if rule == "counted-of" else noun)
    yield Detail("number", about, deed, " ".join(filter(None, [amount + unit, other])), of, mood, start, end, rule)


def aged(token: Token) -> bool:
    """Tell whether a number between commas is the age of the person before it: "Ada Stone, 45, said"."""
    doc, name = token.doc, token.head
    beside = token.dep_ in ("appos", "nummod", "npadvmod") and name.pos_ == "PROPN" and name.i == token.i - 2
    closed = token.i + 1 < len(doc) and doc[token.i + 1].text in (",", ".", ";")
    return beside and closed and doc[token.i - 1].text == "," and bool(re.fullmatch(r"1?\d?\d", token.text))


def numeral(token: Token) -> bool:
    """Tell whether a token is a number or a part of one."""
    return token.like_num and token.tag_ != "JJ" or token.lower_ in MANY or token.lower_ == "dozen"


def glue(token: Token) -> bool:
    """Tell whether the word after a number makes one number with it: "tens of thousands", "twenty-six"."""
    doc, i = token.doc, token.i
    return (i + 2 < len(doc) and numeral(doc[i + 2]) and numeral(token)
            and (doc[i + 1].lower_ == "of" and doc[i + 2].lower_ in MANY or doc[i + 1].text == "-"))


class Count(NamedTuple):
    """What a number counts or measures, in which unit (%, a currency, minutes or none), and where that ends."""

    noun: Token
    unit: str
    rule: str
    end: int


def by_unit(last: Token) -> Count | None:
    """Return what is measured by a number, given its last token: a share, a sum, how long something is."""
    doc, i = last.doc, last.i
    after = [doc[j] for j in (i + 1, i + 2) if j < len(doc)]
    sign = next((doc[j].text for j in (last.left_edge.i, last.left_edge.i - 1) if j >= 0 and doc[j].text in MONEY), "")
    words = [token.lemma_.lower() for token in after]
    long, unit, noun, end = words[:1] == ["-"] and set(words[1:]) & TIME_UNITS, sign, None, i + 1
    if words and words[0] in PERCENT or words == ["per", "cent"]:
        two = words[0] == "per"
        noun, unit, end = measured(after[two]), "%", i + 2 + two
    elif sign or words and words[0] in MONEY:
        noun, unit, end = measured(last if sign else after[0]), sign or f" {words[0]}", i + 1 + (not sign)
    elif long and after[1].head.pos_ == "NOUN":  # "a 70-minute parade"
        noun, unit, end = after[1].head, f" {words[1]}", i + 3
    elif words and words[0] in TIME_UNITS and after[0].head.lemma_ in LASTING:
        noun, unit, end = subject(after[0].head), f" {words[0]}", i + 2
    rule = {"%": "share"}.get(unit, "length" if unit[1:] in TIME_UNITS else "money")
    fits = noun is not None and noun.pos_ == "NOUN" and noun.lemma_ not in ("point", "percent")
    return Count(noun, unit, rule, end) if noun is not None and fits else None


def by_noun(last: Token) -> Count | None:
    """Return what is counted by a number, given its last token."""
    doc, head, i = last.doc, last.head, last.i
    after = doc[i + 1] if i + 1 < len(doc) else last
    if YEAR.fullmatch(last.text) or after.text in PERCENT | MONEY:
        return None
    if after.lower_ in HAPPENINGS and (after.pos_ in ("ADJ", "VERB") or after.head == head and after.pos_ != "NOUN"):
        return Count(after, "", "counted-victims", i + 2)
    part = next((t for child in last.rights if child.lower_ == "of" for t in child.children if t.dep_ == "pobj"), None)
    if part is not None:
        return Count(part, "", "counted-of", part.i + 1) if part.pos_ == "NOUN" else None
    head = head.head if last.lower_ == "dozen" and head.like_num else head
    if last.dep_ in ("nummod", "quantmod", "compound", "amod", "nmod") and i < head.i and head.pos_ == "NOUN":
        whole = doc[head.i - 1].text != "-" and head.is_alpha and head.lemma_ != "time"
        return Count(head, "", "counted", head.i + 1) if whole else None
    verb = head.head if last.dep_ == "pobj" and head.lower_ == "by" else head
    alone = last.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj") and HAPPENINGS.get(verb.lemma_.lower()) in BODILY
    return Count(last, "", "counted-victims", i + 1) if alone else None


def measured(unit: Token) -> Token | None:
    """Return what a share or a sum is one of: "10 % of voters", "a 10 % tax", "prices rose by 10 %"."""
    part = next((t for child in unit.rights if child.lower_ in ("of", "in", "for", "on") for t in child.children
                 if t.dep_ == "pobj"), None)
    if part is not None:
        return part if part.pos_ == "NOUN" else None
    if unit.dep_ in ("compound", "nmod", "amod", "nummod", "quantmod") and unit.head.pos_ == "NOUN":
        return unit.head
    verb = unit.head.head if unit.dep_ == "pobj" else unit.head
    paid = (t for child in verb.rights if child.lower_ in ("for", "on", "in") and child.i > unit.i
            for t in child.children)
    near = (*paid, subject(verb)) if verb.pos_ in VERBAL else ()
    return next((t for t in near if t is not None and t.pos_ == "NOUN"), None)


def pointed(noun: Token, last: Token) -> bool:
    """Tell whether a number only points back, "the three leaders": no other words say which."""
    first = [child for child in (*noun.lefts, *last.lefts) if child.i < last.i]
    known = any(child.lower_ in POINTING or child.dep_ == "poss" for child in first)
    after = noun.doc[noun.i + 1].text if noun.i + 1 < len(noun.doc) else ""
    return known and (after == "," or not any(child.dep_ in ("relcl", "acl") for child in noun.rights))


def duration(noun: Token) -> bool:
    """Tell whether a number of years or days only says when: what lasts "for five years" is counted, a date is not."""
    if noun.lemma_.lower() not in TIME_UNITS:
        return False
    return noun.dep_ not in ("dobj", "pobj") or noun.dep_ == "pobj" and noun.head.lower_ not in ("to", "for")


def rough(token: Token, last: Token) -> tuple[int, str]:
    """Return where a number begins with the words that make it rough, and the number in figures: "over 100"."""
    doc, start, said = token.doc, token.i, ""
    for i in range(token.i - 1, max(token.i - 4, -1), -1):
        if doc[i].lower_ not in ROUGH and doc[i].lower_ not in ("than", "at", "to", "up"):
            break
        said = ROUGH.get(doc[i].lower_, "under" if doc[i].lower_ == "up" else said)
        start = i if said else start
    return start, f"{said} {figures(doc[token.i:last.i + 1].text)}".strip()


def figures(text: str) -> str:
    """Write a number in figures: "twenty-six" as 26, "2.5 million" as 2500000; "dozens" stays."""
    text = text.lower().replace(",", "")
    if text.split()[0] in MANY:
        return text
    rest = text.removesuffix("dozen").strip() or "one"
    parts = [1.0 if rest == text else 12.0]
    try:
        parts.append(text2num(rest, "en"))
    except ValueError:
        parts += [float(part) for part in alpha2digit(rest, "en").split() if re.fullmatch(r"\d+(?:\.\d+)?", part)]
    return f"{math.prod(parts):.15g}" if len(parts) > 1 else text


def happening(text: Text, noun: Token) -> tuple[str, str]:
    """Return what happens in which a noun takes part, with "by" or "to" for its side, and the mood."""
    verb = next((child for child in noun.rights if child.dep_ in ("acl", "relcl") and child.pos_ in VERBAL), None)
    if verb is not None:
        side = "to" if is_passive(verb) else "by"
    else:
        by = noun.dep_ == "pobj" and noun.head.dep_ in ("agent", "prep")
        verb = noun.head.head if by else noun.head
        passive = noun.dep_ == "nsubjpass" or noun.dep_ in ("dobj",)
        side = "by" if noun.dep_ == "nsubj" or by and noun.head.lower_ == "by" else "to" if passive else ""
    if noun.lower_ in HAPPENINGS and noun.pos_ != "NOUN":
        return f"{HAPPENINGS[noun.lower_]} to", mood(verb)
    if verb.pos_ not in VERBAL or verb.lemma_.lower() in LIGHT:
        return "", mood(verb)
    name = text.name(verb)
    return f"{name} {'to' if name in BODILY else side}".strip(), mood(verb)  # who dies does not do it


def mood(verb: Token) -> str:
    """Return "expected" for what is announced, possible or wanted, else nothing."""
    open_ = any(child.dep_ == "aux" and (child.lower_ in UNREAL or child.tag_ == "TO") for child in verb.lefts)
    return "expected" if open_ else ""


# --- Days


def day(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what happened on a day: on the 3rd of September, on Tuesday, yesterday."""
    if token.lower_ in MONTHS and token.tag_ not in ("NNP", "NNPS") or token.lower_ in WEEKDAYS and token.is_lower:
        return
    doc, start, end = text.doc, token.i, token.i + 1
    if token.lower_ in MONTHS:
        back = 1 + (doc[start - 1].lower_ == "of") if start > 1 else 1  # "the 3rd of September"
        start -= back if start >= back and number_of_day(doc[start - back]) else 0
        while end < len(doc) and (number_of_day(doc[end]) or doc[end].text == "," or YEAR.fullmatch(doc[end].text)):
            end += 1
        end -= doc[end - 1].text == ","
    dated = any(number_of_day(t) or YEAR.fullmatch(t.text) for t in doc[start:end])
    root = governor(token)
    if root is None or token.lower_ in MONTHS and not dated or token.lower_ in NEAR and root.tag_ not in FINITE:
        return
    deed, who, verb = took_part(text, root)
    if deed:
        yield Detail("date", who, deed, doc[start:end].text, places(text, root, who), mood(verb), start, end,
                     "dated-event" if root.pos_ == "NOUN" else "dated-deed")


def number_of_day(token: Token) -> bool:
    """Tell whether a token can be the day of a month."""
    return bool(re.fullmatch(r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?", token.lower_))


def governor(token: Token) -> Token | None:
    """Return the verb or the event that a day or a relation in time belongs to."""
    for _ in range(UP):
        if token.head == token:
            return None
        token = token.head
        if token.pos_ in VERBAL:
            return token
        if token.pos_ == "NOUN" and (token.lemma_ in EVENTS or token.lemma_ in HAPPENINGS):
            return token
    return None


def took_part(text: Text, root: Token) -> tuple[str, str, Token]:
    """Return what happened, who took part, and its verb; the noun of "held a meeting" says what happened."""
    verb = root if root.pos_ in VERBAL else root.head
    lemma = root.lemma_.lower()
    if root.pos_ in VERBAL and lemma in REPORTING - LIGHT:  # the day is that of the report
        return "", "", verb
    if root.pos_ in VERBAL and lemma in LIGHT:
        nouns = [child for child in root.rights if child.dep_ in ("dobj", "attr")
                 and (child.lemma_ in EVENTS or child.lemma_ in HAPPENINGS)]
        if not nouns:
            return "", "", verb
        root = nouns[0]
    return text.name(root), text.names(takers(root)), verb


def takers(root: Token) -> Iterator[Token]:
    """Yield who does or has what a verb or an event names."""
    if root.pos_ in VERBAL:
        first = subject(root) if not is_passive(root) else agent(root)
        patients = [child for child in root.lefts if child.dep_ == "nsubjpass"]
        yield from joined(first) if first is not None else ()
        yield from (token for child in patients for token in joined(child))
        if HAPPENINGS.get(root.lemma_) == "meeting":
            others = [t for child in root.rights if child.lower_ == "with" for t in child.children if t.dep_ == "pobj"]
            yield from (token for child in others for token in joined(child))
        return
    for child in root.children:
        if child.dep_ == "poss":
            yield from joined(child)
        elif child.dep_ == "prep" and child.lower_ in ("between", "of", "by", "with"):
            yield from (token for noun in child.children if noun.dep_ == "pobj" for token in joined(noun))
    verb = root.head
    if verb.pos_ in VERBAL and root.dep_ in ("dobj", "attr") and verb.lemma_.lower() in LIGHT:
        first = subject(verb)
        yield from joined(first) if first is not None else ()


def joined(token: Token) -> Iterator[Token]:
    """Yield a noun and those that are joined to it."""
    yield token
    yield from token.conjuncts


def places(text: Text, root: Token, who: str) -> str:
    """Return the other actors and places beside what happened: where it went, with whom."""
    near = (t for child in root.children if child.dep_ in ("prep", "dobj", "pobj", "dative") and child.i > root.i
            for t in child.subtree if t.i in text.actors or t.pos_ == "PROPN")
    days = {*MONTHS, *WEEKDAYS, *who.split()}
    return " ".join(name for name in text.names(near).split() if name not in days and name.lower() not in days)


def relation(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what happened before, during or after an event."""
    event = next((child for child in token.children if child.dep_ == "pobj" and token.lower_ in RELATIONS), None)
    event = next((t for child in token.children if child.lower_ == "of" for t in child.children), event)
    root = governor(token) if event is not None and event.lemma_ in EVENTS else None
    if root is not None and event is not None:
        deed, who, verb = took_part(text, root)
        if deed and deed != text.name(event):
            yield Detail("date", who, deed, f"{RELATIONS[token.lower_]} {text.name(event)}", "", mood(verb), token.i,
                         event.i + 1, "relative-to-event")


# --- Offices


def office(text: Text, token: Token) -> Iterator[Detail]:
    """Yield the office with a person's name: before it, or set beside it."""
    head, doc = token.head, text.doc
    if token.dep_ in ("compound", "nmod") and head.pos_ == "PROPN" and head.i > token.i:
        name, start, end, rule = head, titled(token, head), head.i + 1, "office-before-name"
    elif token.dep_ == "appos" and head.pos_ == "PROPN" and head.i < token.i:
        name, (start, end), rule = head, noun_phrase(token), "office-after-name"
    elif named := [c for c in token.rights if c.dep_ == "appos" and c.pos_ == "PROPN"]:
        name, start, end, rule = named[0], titled(token, token), named[0].i + 1, "office-before-name"
    else:
        return
    before = [t for t in doc[start:token.i] if t.is_alpha or t.lower_ in FORMER]
    gone = "former" if any(t.lower_ in FORMER for t in before) else ""
    of = " ".join(t.lower_ for t in before if t.i not in text.actors and t.lower_ not in FORMER and t.is_alpha
                  and t.pos_ not in ("DET", "NUM"))
    if any(t.lower_ == "then" for t in before):
        return  # "then-mayor" is one of both
    about = text.actors.get(name.i) or name.text.title()
    yield Detail("title", about, "", " ".join(filter(None, [gone, of, token.lemma_.lower()])), of, "", start,
                 end, rule)


def titled(token: Token, head: Token) -> int:
    """Return where the words of an office begin that stand before it."""
    start = min(token.left_edge.i, head.left_edge.i)
    while start < token.i and (token.doc[start].pos_ in ("DET", "ADP", "PUNCT", "SPACE", "CCONJ")
                               or token.doc[start].dep_ in ("case", "poss")):
        start += 1
    hyphen = start > 1 and token.doc[start - 1].text == "-" or token.doc[start].text == "-"
    before = token.doc[max(start - 2 + (token.doc[start].text == "-"), 0)]
    return before.i if hyphen and before.lower_ in FORMER else start  # "ex-president"


# --- Firsts


def rank(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what was the first, the last, the only one or a rare one of its kind, and in which span of time."""
    doc, noun = text.doc, ranked(token) if token.lower_ in RANKS else None
    if noun is None or noun.lemma_.lower() in RANK_NOUNS:
        return
    root = noun
    if noun.lower_ == "time":  # "the first time that they met", "met for the first time"
        root = next((child for child in noun.rights if child.dep_ == "relcl"), None) or governor(noun)
    if root is None:
        return
    who = text.names([t for t in (*takers(root), *owners(token, noun)) if t.pos_ in NOMINAL or t.i in text.actors])
    who = who or text.names(t for t in within(root) if t.i in text.actors)
    after = doc[token.i:min(token.i + FAR, token.sent.end)]
    scope = SPAN_OF_TIME.search(after.text)
    end = after.char_span(0, scope.end(), alignment_mode="expand").end if scope else 0
    start = min([token.i, *(t.left_edge.i for t in (*noun.lefts, *token.lefts) if t.dep_ == "poss")])
    said = f"{RANKS[token.lower_]} {span_of_time(scope)}".strip()
    yield Detail("order", text.name(root), "", said, who, mood(root.head), start,
                 max(end, noun.i + 1 if noun.i > token.i else token.i + 1), "ranked")


def ranked(token: Token) -> Token | None:
    """Return the noun that a "first" belongs to: "first visit", "this visit, his second", "it was their first"."""
    head = token.head
    if token.dep_ == "amod" and head.pos_ in ("NOUN", "PROPN"):
        return head if head.pos_ == "NOUN" else None
    if token.dep_ in ("appos", "attr", "dobj") and any(child.dep_ == "poss" for child in token.lefts):
        found = head if token.dep_ == "appos" else subject(head)
        return found if found is not None and found.pos_ in ("NOUN", "PRON") else None
    return None


def within(root: Token) -> Iterator[Token]:
    """Yield what the verb acts on in whose course something happens: "brought together X and Y in a rare meeting"."""
    verb = root.head.head if root.dep_ == "pobj" else root.head
    for child in verb.children if verb.pos_ in VERBAL else ():
        if child.dep_ in ("nsubj", "nsubjpass", "dobj") and child != root:
            yield from joined(child)


def owners(token: Token, noun: Token) -> Iterator[Token]:
    """Yield who has what is the first: its owner, or the subject of "made", "held", "was"."""
    for one in (token, noun):
        yield from (t for child in one.lefts if child.dep_ == "poss" for t in joined(child))


def span_of_time(found: re.Match[str] | None) -> str:
    """Write a span of time: "in 6 years", "since 2019"."""
    if found is None:
        return ""
    if found["year"]:
        return f"since {found['year']}"
    many = "1" if found["n"].lower() in ("a", "an") else figures(found["n"])
    return f"in {many} {found['unit'].lower()}{'' if many == '1' else 's'}"


# --- Names


def rival(text: Text, token: Token) -> Iterator[Detail]:
    """Yield a word that calls something what others call otherwise, with whose it is: a war, an invasion."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in RIVALS:
        return
    near = [child for child in token.lefts if child.dep_ in ("poss", "compound", "amod", "nmod")]
    near += [t for child in token.rights if child.lower_ in ("of", "in", "against", "with", "on", "between", "from")
             for noun in child.children if noun.dep_ == "pobj" for t in joined(noun)]
    of = text.names(t for one in near for t in (one, *one.lefts) if t.i in text.actors)
    does = subject(token.head) if token.dep_ == "dobj" and not of else None
    of = of or text.names(t for t in (joined(does) if does is not None else ()) if t.i in text.actors)
    if of:
        yield Detail("name", RIVALS[token.lemma_.lower()], "", token.lemma_.lower(), of, "", token.i, token.i + 1,
                     "rival-word")


def anniversary(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what an anniversary recalls."""
    years = token.lemma_ == "year"  # "marking 80 years since the surrender"
    near = token.head.rights if years and token.dep_ in ("dobj", "npadvmod") else token.rights
    of = next((child for child in near if child.lower_ == ("since" if years else "of")), None)
    event = next((child for child in of.children if child.dep_ == "pobj"), None) if of is not None else None
    many = next((child for child in token.lefts if child.like_num), None)
    if event is not None and many is not None:
        end = noun_phrase(event)[1]
        inner = [t for t in text.doc[event.left_edge.i:end] if t.pos_ in NOMINAL and t.dep_ != "compound"]
        yield Detail("name", f"anniversary ({re.sub('[a-z]+', '', many.lower_)} years)", "", text.name(event),
                     text.names(inner), "", many.i, end, "recalled")


# --- What is said


def quoted(text: Text) -> Iterator[Detail]:
    """Yield quoted words with who said them."""
    said = read(text.doc, "statements")
    for quote in quotations(text.doc, paragraphs(text.doc)) if said else ():
        inner = text.doc[quote.start + 1:quote.end - quote.closed]
        row: Fact = next((row for span, row in said if span.start <= quote.start + 1 and inner.end <= span.end + 1), {})
        who = row and (row["speaker"] or row["speaker_text"].title().rpartition(" ")[2])
        if who and len(inner):
            yield Detail("quote", who, "", inner.text, text.content(inner), "", inner.start, inner.end, "quoted")


def reported(text: Text) -> Iterator[Detail]:
    """Yield what somebody is said to have said, with who it is."""
    for span, row in read(text.doc, "statements"):
        who = row["speaker"] or " ".join(row["speaker_text"].lower().split()) or "nobody named"
        if who in PRONOUNS:
            continue
        effect = "doubting" if doubted(text.doc, row) else row["effect"]
        yield Detail("attribution", "", effect, who, text.content(span), "", span.start, span.end, "reported")


def doubted(doc: Doc, row: Fact) -> bool:
    """Tell whether what reports say is called open or wrong: "reports that ... are contested"."""
    if not row["cue_span"]:
        return False
    cue = doc[row["cue_span"][0]]
    verb = cue.head
    said = [verb, *(child for child in verb.children if child.dep_ in ("acomp", "attr"))]
    return cue.dep_ in SUBJECTS and any(token.lemma_.lower() in DOUBTED or token.lower_ in DOUBTED for token in said)


def hearsay(text: Text, token: Token) -> Iterator[Detail]:
    """Yield what is said to be so by nobody in particular: "reportedly"."""
    verb = token.head
    if token.dep_ == "advmod" and verb.pos_ in VERBAL:
        start, end = verb.left_edge.i, verb.right_edge.i + 1
        of = text.content(text.doc[start:end])
        yield Detail("attribution", "", "hearsay", token.lower_, of, "", start, end, "hearsay")


Find = Callable[[Text, Token], Iterator[Detail]]
RULES: dict[str, Find] = {"numbers": number, "days": day, "relations": relation, "offices": office, "ranks": rank,
                          "rivals": rival, "anniversaries": anniversary, "hearsay": hearsay}
WORDS = {"numbers": {*MANY, "dozen"}, "days": {*MONTHS, *WEEKDAYS, *NEAR}, "relations": RELATIONS,
         "offices": OFFICES, "ranks": RANKS, "rivals": RIVALS,
         "anniversaries": {*words("anniversaries"), "year"}, "hearsay": HEARSAY}
ANCHORS: dict[int, list[str]] = defaultdict(list)  # hash of a form or a lemma -> the rules that begin there
for sort, listed in WORDS.items():
    for word in listed:
        ANCHORS[get_string_id(word)].append(sort)
