"""Where texts contradict each other: two details about the same that cannot both be so, or are said in other ways.

Two details are held against each other when they share what they are about and a word that tells of what they speak.
Of those that do so under a very common word the first ones of each value are compared, so that the time grows with the
pairs that match (on such blocks see Papadakis et al. 2020, Blocking and filtering techniques for entity resolution,
ACM Computing Surveys 53). What is found is a proposal: a reader confirms or dismisses it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from parallax import stats
from parallax.annotate.rules import classes, words
from parallax.codebook import OWN, Codebook
from parallax.tables import Tables

KINDS = ("number", "date", "title", "order", "attribution", "quote", "name", "claim")
ENDS = ("a", "b")
SIDE = ("source", "file", "sentence", "start", "end", "text")
COLUMNS = ["kind", "about", *(f"{column}_{end}" for end in ENDS for column in SIDE), "why", "strength", "rule",
           "checked"]
LEAST = 0.35  # the strength from which a pair is proposed
MOST = 40  # details under one key that are compared with each other
SAME = 2  # of one value under a key, when there are more than `MOST`
DONE = {"affirm": "affirmed", "hedge": "left open", "deny": "denied"}
NEAR = 300  # characters: a writer does not contradict himself in one breath
NONE: frozenset[str] = frozenset()
DOUBTS = frozenset({"doubting", "denying"})
SENTENCE = 4  # words: a quotation of fewer is part of a sentence of the text
WORDED = 0.5  # of the words of the shorter quotation the other has so many, in the same order
LIKE = 0.25  # of the words of the smaller sentence, weighed
ALIKE = 0.2  # two reports share so much of what they say
SHOWN = 3  # words of each sort in which it is said what a pair is about
ROUGHLY = 0.1  # "about 100" is 90 to 110
ROUND = 100  # from here on a number may be another one, rounded
MANY = {word: tuple(map(float, span.split("-"))) for word, span in classes("many-words").items()}
TIME_UNITS = words("time-units")
REPORTS = words("reporting-nouns") | {"reporting"}
LOWER, TITLES = words("lower-offices"), words("titles")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Said(NamedTuple):
    """A row of the table `details`, with its words as sets, and when its document was published."""

    row: Any
    of: frozenset[str]
    terms: frozenset[str]
    published: str
    year: str
    usual: frozenset[str] = frozenset()  # of rival names: whose this one is, as the text mostly calls it


class Found(NamedTuple):
    """What differs between two details: how clearly, from 0 to 1, and in what."""

    strength: float
    why: str
    rule: str


Weigh = Callable[..., float]  # two sets of words, as `weights` returns it
Judge = Callable[[Said, Said, Weigh], Found | None]


def find(tables: Tables, codebook: Codebook) -> pd.DataFrame:
    """Find where the texts of a study contradict each other, or themselves.

    Parameters
    ----------
    tables : parallax.tables.Tables
    codebook : parallax.codebook.Codebook
        Gives the names of actors.

    Returns
    -------
    pandas.DataFrame
        kind, about, the two sides (source, file, sentence, start, end, text of each, `_a` and `_b`), why, strength (0
        to 1), rule, checked (False); the strongest first.
    """
    details = said(tables)
    weigh = weights(details)
    names = {key: actor.name for key, actor in codebook.actors.items()}
    best: dict[Any, tuple[Found, Said, Said]] = {}
    for one, other in candidates(details):
        found = JUDGES[one.row.kind](one, other, weigh)
        if found is not None and found.strength >= LEAST:
            named = one.row.kind == "name"
            sides = sorted((side.row.file, "" if named else side.row.value) for side in (one, other))
            key = (one.row.kind, *sides, one.row.about)
            if key not in best or found.strength > best[key][0].strength:
                best[key] = found, one, other
    rows = [row(*pair, names) for pair in best.values()]
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values(["file_a", "start_a", "file_b", "start_b"])
    return once(table.sort_values("strength", ascending=False, kind="stable"), tables)


def once(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Keep of each kind the first pair of the same two sentences, also where other documents have copied them."""
    sentences = tables.take("sentences", ["sentence", "text"]).set_index("sentence")["text"]
    sides = [table[f"sentence_{end}"].map(sentences).map(stats.same_form) for end in ENDS]
    pair = [tuple(sorted(both)) for both in zip(*sides, strict=True)]
    return table[~table.assign(pair=pair).duplicated(["kind", "pair"])].reset_index(drop=True)


def said(tables: Tables) -> list[Said]:
    """Return the details that count, each of a text once, in the order of the documents."""
    sentences = tables.take("sentences", ["sentence", "kind"])
    rows = tables.take("details")
    # Of what a text says twice the place in its body stands for the others, and of titles the fullest.
    body = rows["sentence"].map(sentences.set_index("sentence")["kind"]) == "body"
    short = -rows["text"].str.len().where(rows["kind"] == "title", 0)
    same = rows["of"].map(lambda words: " ".join(sorted(words.split()))).where(rows["rule"] != "recalled", "")
    rows = rows.assign(head=~body, short=short, same=same).sort_values(["head", "short"], kind="stable")
    once = rows.drop_duplicates(["file", "kind", "about", "deed", "value", "same", "rule"]).sort_index()
    published = tables.take("documents", ["file", "published"]).set_index("file")["published"].to_dict()
    year, usual = years(rows, published), usually(rows)
    once = pd.concat([once, claims(tables)], ignore_index=True)
    return [Said(one, frozenset(one.of.split()), frozenset(one.terms.split()), published[one.file], year[one.file],
                 usual.get((one.file, one.value), NONE)) for one in once.itertuples()]


def years(rows: pd.DataFrame, published: dict[str, str]) -> dict[str, str]:
    """Return the year of each file: that of its publication, else the one it names most in dates, else the others'."""
    named = rows.loc[rows["kind"] == "date", ["file", "value"]]
    named = named.assign(year=named["value"].str.extract(f"({YEAR.pattern})")[0]).dropna()
    own = named.groupby("file")["year"].agg(lambda each: each.mode().iloc[0]).to_dict()
    common = "".join(named["year"].mode().head(1))
    dated = {file: YEAR.match(day) for file, day in published.items()}
    return {file: found.group() if found else own.get(file, common) for file, found in dated.items()}


def usually(rows: pd.DataFrame) -> dict[tuple[str, str], frozenset[str]]:
    """Return {(file, rival name): those for whom the text uses this one most, and no other as often}."""
    rival = rows[rows["rule"] == "rival-word"]
    rival = rival.assign(whose=rival["of"].str.split()).explode("whose")
    many = rival.groupby(["file", "about", "whose", "value"]).size().rename("n").reset_index()
    each = many.groupby(["file", "about", "whose"])["n"]
    best = many[many["n"] == each.transform("max")]
    best = best[best.groupby(["file", "about", "whose"])["n"].transform("size") == 1]
    return {key: frozenset(own) for key, own in best.groupby(["file", "value"])["whose"]}


def claims(tables: Tables) -> pd.DataFrame:
    """Return the positions as details: about the argument, with the words of the sentence."""
    rows = tables.take("stances")
    rows = rows[rows["argument"] != ""].drop_duplicates(["file", "argument", "value", "holder"])
    words = tables.take("words", ["sentence", "term", "type"])
    words = words[words["sentence"].isin(rows["sentence"]) & (words["type"] == "lemma")]
    terms = words.groupby("sentence")["term"].agg(lambda each: " ".join(dict.fromkeys(each)))
    of = rows["sentence"].map(terms).astype(object).fillna("")
    found = rows.assign(kind="claim", about=rows["argument"], deed=rows["holder"], of=of, terms=of, mood="",
                        rule="position")
    return found[["sentence", "file", "source", "kind", "about", "deed", "value", "of", "mood", "start", "end", "text",
                  "terms", "rule"]]


def weights(details: list[Said]) -> Weigh:
    """Return what tells how much two sets of words share, of the smaller one or of both: rare words weigh more."""
    files = defaultdict(set)
    for one in details:
        for term in one.terms | one.of:
            files[term].add(one.row.file)
    total = len({one.row.file for one in details})
    weight = {term: math.log((total + 1) / len(where)) for term, where in files.items()}

    def share(a: frozenset[str], b: frozenset[str], both: bool = False) -> float:
        size, *sizes = (math.fsum(weight[term] for term in one) for one in (a & b, a, b))  # in whatever order
        of = sum(sizes) / 2 if both else min(sizes)
        return size / of if of else 0.0

    return share


def keys(one: Said) -> Iterator[str]:
    """Yield the keys under which a detail meets others."""
    row = one.row
    if row.kind == "number":
        yield from (f"{row.about}/{term}" for term in one.terms if term != row.about)
        yield from (f"{row.deed}/{term}" for term in one.of if row.deed)
    elif row.kind == "date":
        yield from (f"{row.deed}/{term}" for term in (row.about.split() or one.of))
    elif row.kind in ("title", "name"):
        yield from (f"{row.about}/{term}" for term in (one.of if row.rule == "rival-word" else [""]))
    elif row.kind == "claim":
        yield row.about
    elif row.kind == "order":
        yield from one.of
    else:
        yield from (f"{row.about}/{term}" for term in one.of)


def candidates(details: list[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield the pairs that may differ, each once."""
    blocks = defaultdict(list)
    for number, one in enumerate(details):
        for key in sorted({*keys(one)}):
            blocks[one.row.kind, key].append(number)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) > MOST:
            block = few(block, details)
        for pair in combinations(block, 2):
            if pair not in seen:
                seen.add(pair)
                one, other = (details[i] for i in pair)
                if one.row.value != other.row.value and one.row.sentence != other.row.sentence:
                    yield one, other


def few(block: list[int], details: list[Said]) -> list[int]:
    """Return the first details of each value, and at most so many that all can be compared."""
    known: dict[str, int] = defaultdict(int)
    out = []
    for number in block:
        known[details[number].row.value] += 1
        out += [number] if known[details[number].row.value] <= SAME else []
    return out[:MOST]


def row(found: Found, one: Said, other: Said, names: dict[str, str]) -> list[Any]:
    """Return a row of the table."""
    sides = [getattr(side.row, column) for side in (one, other) for column in SIDE]
    why = re.sub(r"\b[A-Z][A-Z_]+\b", lambda key: names.get(key.group(), key.group()), found.why)
    return [one.row.kind, about(one, other, names), *sides, why, round(found.strength, 2), found.rule, False]


def about(one: Said, other: Said, names: dict[str, str]) -> str:
    """Say what two details are about: the actors, and what is said of them."""
    first, told = one.row, one.row.about.split()
    if first.kind in ("number", "date") and first.deed == other.row.deed:
        told += first.deed.split()[:1]  # without the side
    if first.kind in ("order", "quote", "attribution"):
        told += sorted(one.of & other.of)
    if first.rule == "rival-word":
        told += sorted(one.usual & other.usual)
    who = [names.get(word, word) for word in dict.fromkeys(told) if word[0].isupper()]
    what = [word.replace("_", " ") for word in dict.fromkeys(told) if not word[0].isupper()]
    return ": ".join(filter(None, [", ".join(who[:SHOWN]), " ".join(what[:SHOWN])]))


# --- Numbers


def interval(value: str) -> tuple[float, float]:
    """Return the least and the most that a number can mean."""
    match = re.search(r"\d+(?:\.\d+)?(?:e\+\d+)?", value)
    if not match:
        parts = [MANY[word] for word in value.split() if word in MANY]
        return (math.prod(low for low, _ in parts), math.prod(high for _, high in parts)) if parts else (0, math.inf)
    number = float(match.group())
    rough, _, _ = value.partition(" ")
    return {"about": (number * (1 - ROUGHLY), number * (1 + ROUGHLY)), "over": (number, math.inf),
            "under": (0.0, number)}.get(rough, (number, number))


def rounded(a: float, b: float) -> bool:
    """Tell whether one of two numbers is the other, rounded."""
    if min(a, b) < ROUND or math.isinf(max(a, b)):
        return False
    return any(round(x, -digits) == y for x, y in ((a, b), (b, a)) for digits in range(1, len(str(int(max(a, b))))))


def numbers(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two numbers of the same thing."""
    one, other = a.row, b.row
    (low, high), (low_b, high_b) = interval(one.value), interval(other.value)
    units = [re.sub(r"[\d.e+]+|other|about|over|under", "", value).strip() for value in (one.value, other.value)]
    vague = any(word in MANY for word in (*one.value.split(), *other.value.split()))
    if low <= high_b and low_b <= high or rounded(low, low_b) or units[0] != units[1] and not vague:
        return None
    if a.of and b.of and not a.of & b.of or one.about != other.about and one.deed != other.deed:
        return None
    shared = weigh(a.terms - {one.about}, b.terms - {one.about})
    deed = bool(one.deed and one.deed == other.deed)
    common = one.rule == "share" and shared < LIKE or one.about in ("person", *TIME_UNITS)
    if not deed and common or one.file == other.file and shared < 2 * LIKE:
        return None  # people, years and shares stand everywhere, and one text counts several groups
    near = min(max(low_b, 1) / max(high, 1), 1) if low_b < low else min(max(low, 1) / max(high_b, 1), 1)
    strength = 0.25 * (one.about == other.about) + 0.15 * deed + 0.1 * bool(a.of & b.of) + 0.3 * shared + 0.2 * near
    why = f"{one.value} against {other.value}"
    if ("other" in one.value.split()) != ("other" in other.value.split()):
        why = f"{why}; “other” leaves out those named beside them: the two may agree"
    return expected(a, b, Found(min(strength, 1.0), why, one.rule))


def expected(a: Said, b: Said, found: Found) -> Found:
    """Weaken what differs between what was announced and what came."""
    if (a.row.mood == "expected") == (b.row.mood == "expected"):
        return found
    return found._replace(strength=found.strength * 0.9, why=f"{found.why}; one was said before it came")


# --- Days


@lru_cache(10_000)
def resolved(value: str, published: str, year: str) -> tuple[str, str]:
    """Return a day as YYYY-MM-DD, as far as it is known, and its day of the week."""
    import dateparser  # takes long

    text, day = value.lower(), pd.to_datetime(published, format="%Y-%m-%d", errors="coerce")
    known = bool(YEAR.match(published)) and not pd.isna(day)
    weekday = next((name for name in WEEKDAYS if name in text), "")
    base = day.to_pydatetime() if known else datetime(int(year or 1), 1, 1)
    if not known and (weekday or text in ("today", "yesterday", "tomorrow")):
        return "", weekday
    if not known and not year and not YEAR.search(text):
        return "", ""
    found = dateparser.parse(text.replace("sept.", "sep"), languages=["en"], settings={
        "RELATIVE_BASE": base, "PREFER_DATES_FROM": "past" if weekday else "current_period"})
    if found is None:
        return "", weekday
    return found.strftime("%Y-%m-%d"), WEEKDAYS[found.weekday()]


def days(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two days of the same happening, or its place before, in or after an event."""
    one, other = a.row, b.row
    if (one.rule == "relative-to-event") != (other.rule == "relative-to-event"):
        return None
    who = frozenset(one.about.split()) & frozenset(other.about.split())
    apart = bool(one.about) != bool(other.about) or len(who) < min(len(one.about.split()), len(other.about.split()))
    if apart or a.of and b.of and not a.of & b.of:
        return None
    if one.rule == "relative-to-event":
        (when, event), (when_b, event_b) = one.value.split(" ", 1), other.value.split(" ", 1)
        return Found(0.3 + 0.5 * weigh(a.terms, b.terms), f"{one.value} against {other.value}", one.rule) if (
            event == event_b and when != when_b) else None
    (day, week), (day_b, week_b) = (resolved(side.row.value, side.published, side.year) for side in (a, b))
    if day == day_b if day and day_b else week == week_b or not (week and week_b):
        return None
    most = max(len(one.about.split()), len(other.about.split()))
    strength = 0.4 + 0.3 * (len(who) / most if most else 0.5) + 0.3 * weigh(a.terms, b.terms)
    said = [f"{value} ({week.title()}{f', {day}' if day and day not in value else ''})" for value, day, week in
            ((one.value, day, week), (other.value, day_b, week_b))]
    return expected(a, b, Found(strength, " against ".join(said), one.rule))


# --- Offices


def titles(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two offices of one person: held no more, or another one."""
    one, other = a.row, b.row
    office, office_b = (row.value.split()[-1] for row in (one, other))
    gone, gone_b = (row.value.startswith("former") for row in (one, other))
    if first_name(one) and first_name(other) and first_name(one) != first_name(other):
        return None
    lower = {office, *a.of} & LOWER != {office_b, *b.of} & LOWER
    if office == office_b and gone != gone_b and not lower:
        return Found(0.9, "in office in one, no more in the other", "former")
    if gone or gone_b:
        return None
    if office == office_b and (lower or a.of and b.of and not a.of & b.of):
        return Found(0.6, "another office", "other-office")
    return Found(0.4, "another office", "other-office") if office != office_b else None


def first_name(row: Any) -> str:
    """Return the word before the family name of somebody whom the codebook does not know, unless it is an office."""
    before, last = ["", *str(row.text).split()][-2:]
    return before if last.title() == row.about and before.istitle() and before.lower() not in TITLES else ""


# --- Firsts


def since(value: str, year: str) -> int | None:
    """Return the year since which something is a first, as far as the words say."""
    match = re.search(r"(since|in) (\d+)(?: (year|decade))?", value)
    if match is None or match[1] == "in" and not (year and match[3]):
        return None
    number = int(match[2])
    return number if match[1] == "since" else int(year) - number * (10 if match[3] == "decade" else 1)


def orders(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two firsts (seconds, lasts) of the same person or thing."""
    one, other = a.row, b.row
    rank, rank_b = one.value.split()[0], other.value.split()[0]
    year, year_b = since(one.value, a.year), since(other.value, b.year)
    apart = year is not None and year_b is not None and abs(year - year_b) > 1
    same, seldom = one.about == other.about, "rare" in (rank, rank_b) and not (year or year_b)
    near = one.file == other.file and abs(one.start - other.start) < NEAR
    if near or not (apart or same and rank != rank_b and "rare" not in (rank, rank_b) or seldom):
        return None
    whose = len(a.of & b.of) / max(len(a.of), len(b.of))
    strength = 0.2 + 0.3 * whose + 0.3 * same + 0.1 * apart + 0.2 * weigh(a.terms, b.terms)
    years = f"; that is since {year} against since {year_b}" if apart else ""
    return expected(a, b, Found(min(1.0, strength), f"{one.value} against {other.value}{years}", one.rule))


# --- Names


def calls(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two names for the same."""
    one, other = a.row, b.row
    if one.rule != other.rule:
        return None
    why = f"{one.value} against {other.value}"
    if one.rule == "recalled":
        return None if one.value in b.of or other.value in a.of else Found(0.8, why, one.rule)
    if not a.usual & b.usual or one.file == other.file:
        return None
    alike = len(a.of & b.of) / len(a.of | b.of)
    return Found(0.2 + 0.3 * alike + 0.4 * weigh(a.terms, b.terms), why, one.rule)


# --- What is said


def quotes(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two quotations of one person: the same words but not quite."""
    short, long = sorted(((words_of(side), side.of) for side in (a, b)), key=lambda one: len(one[0]))
    why = f"“{a.row.value}” against “{b.row.value}”"
    told, whole = short[1], set(long[0])
    if len(short[0]) < SENTENCE:  # a word or two, in another form
        other = bool(told) and told <= long[1] and not {word for word in short[0] if word.isalpha()} <= whole
        return Found(0.6, why, "reworded") if other else None
    match = SequenceMatcher(None, short[0], long[0], autojunk=False)
    blocks = [block for block in match.get_matching_blocks() if block.size]
    same = sum(block.size for block in blocks)
    wide = blocks[-1].b + blocks[-1].size - blocks[0].b if blocks else 0
    if same == len(short[0]) or len(told & long[1]) < 2 or wide > 2 * len(short[0]):
        return None
    return Found(same / len(short[0]), why, "reworded") if same / len(short[0]) >= WORDED else None


def words_of(side: Said) -> list[str]:
    """Return the words of a quotation in the form in which they are compared."""
    return re.findall(r"\w+", stats.same_form(side.row.value))


def speakers(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two reports of the same: with other speakers, or doubted or denied in one of them."""
    one, other = a.row, b.row
    (actors, rest), (actors_b, rest_b) = (apart(side.of) for side in (a, b))
    shared = len(rest & rest_b)
    near = one.file == other.file and abs(one.start - other.start) < NEAR
    told = min(len(rest), len(rest_b)) > 2  # shorter ones name a matter and say nothing of it
    if near or not shared or actors and actors_b and not actors & actors_b:
        return None
    who, what = weigh(actors, actors_b) if actors and actors_b else 0.5, weigh(rest, rest_b, both=True)
    same, why = 0.4 * who + 0.6 * what, f"said by {speaker(one) or one.value}, and by {speaker(other) or other.value}"
    doubt = {one.deed, other.deed} & DOUBTS
    if doubt and not {one.deed, other.deed} <= DOUBTS and what > ALIKE / 3 and shared + len(actors & actors_b) > 2:
        which = one if one.deed in DOUBTS else other
        return Found(0.2 + 0.6 * same, f"{why}; doubted or denied in “{which.text}”", "doubted")
    if not told or not (speaker(one) or speaker(other)):
        return None
    if shared < 2 or what < ALIKE or one.file == other.file:  # one text gives each voice its due
        return None
    return Found(same * 0.9, why, "other-speaker")


def speaker(row: Any) -> str:
    """Return who says something; nobody does in "reportedly", "reports said"."""
    unnamed = row.deed == "hearsay" or row.value.split()[-1].removesuffix("s") in REPORTS
    return "" if unnamed else str(row.value)


def apart(terms: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the actors and other names among some words, and the rest."""
    actors = frozenset(term for term in terms if term[0].isupper())
    return actors, terms - actors


def positions(a: Said, b: Said, weigh: Weigh) -> Found | None:
    """Judge two positions on one argument: affirmed by one, denied or left open by the other."""
    one, other = a.row, b.row
    if one.file == other.file or "affirm" not in (one.value, other.value):
        return None
    strength = (0.35 if "deny" in (one.value, other.value) else 0.2) + 0.6 * weigh(a.terms, b.terms)
    said = [f"{DONE[row.value]} by {row.source if row.deed == OWN else row.deed}" for row in (one, other)]
    return Found(min(1.0, strength), ", ".join(said), one.rule)


JUDGES: dict[str, Judge] = {"number": numbers, "date": days, "title": titles, "order": orders, "name": calls,
                            "quote": quotes, "attribution": speakers, "claim": positions}
