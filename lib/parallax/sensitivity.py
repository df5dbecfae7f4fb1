"""What would turn a study's conclusions around: each one drawn again from a part of the texts or of the codebook.

References
----------
Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), Increasing transparency through a multiverse analysis.
Perspectives on Psychological Science 11, 702-712.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from parallax.cooccurrence import pairs
from parallax.stats import DOES, counted, kept, placed
from parallax.tables import Tables

LEAST = 5  # fewer rows carry no conclusion, as in `stats.stance_index`
MOST = 50  # stories, and cues, that are left out one by one: the largest
PART = 0.01  # of all sentences: a smaller story turns nothing around
PAIRS = 5  # pairs of actors: the surest
TITLES = ("caption", "headline", "deck", "heading")
VOICES = {"position": ("own", "quoted"), "own voice": ("own",), "quoted voices": ("quoted",)}  # topic -> what it counts
TOPICS = [*VOICES, "frame", "pair"]
KINDS = ["without a story", "without captions and headings", "in own voice only", "without a cue",
         "in the other window"]
CONCLUSION = ["topic", "source", "conclusion"]
COLUMNS = [*CONCLUSION, "kind", "variation", "becomes", "turns"]
TAKEN = ["sentence", "source", "story", "kind", "voice", "value", "entry", "cue", "frame", "actor", "sense", "repeated",
         "copy_of"]
NEEDS = {"frame": ["frames"], "pair": ["mentions", "sentences"], **dict.fromkeys(VOICES, ["stances"])}
GONE = "nothing is left"
SURE, APART = ("more often than by chance",), ("not more often",)  # whether two actors appear together


class Found(NamedTuple):
    """A conclusion: what is compared, the same in words, and of how many rows."""

    key: tuple[str, ...]
    words: str
    n: int


class Variation(NamedTuple):
    """One way to count again: its kind and name, which rows of a table it keeps, the topics that this may change."""

    kind: str
    name: str
    keep: Callable[[pd.DataFrame], pd.Series]
    topics: Sequence[str]
    window: str


Place = tuple[str, str, str]  # topic, source, pair


def sensitivity(tables: Tables, window: str = "sentence", labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Draw each headline conclusion again without each story, caption and so on, and tell which turn around.

    Conclusions are, for each source, which value leads among its positions, in its own voice and in the voices that it
    quotes (of five positions or more), and which frame leads (of five sentences or more that evoke one); and, for all
    sources together, the five pairs of actors that are surest to appear together more often than by chance (q < 0.05).
    Where two are even nothing is concluded; where all positions stand in one voice, that voice is not listed again. A
    conclusion turns around where another one takes its place or comes even; where nothing is left to draw it from, it
    has not turned.

    Left out are each story (the largest 50, of those that hold a hundredth of the sentences), captions and all titles, quoted voices, and each cue (the 50 that decide
    most often); pairs are also counted in the other window. Without a cue its rows are dropped: one that it outranked
    does not step in. What leaves the rows of a conclusion as they were is no row here.

    Parameters
    ----------
    tables : parallax.tables.Tables
        What the conclusions are drawn from: as `parallax.read` gives it.
    window : {"sentence", "story"}
        In which pairs are counted.
    labels : dict of str to str, optional
        What is written for frames and actors.

    Returns
    -------
    pandas.DataFrame
        topic (position, own voice, quoted voices, frame, pair), source, conclusion, kind, variation, becomes, turns.
    """
    labels, facts, rows = labels or {}, prepared(tables), []
    base = conclusions(facts, TOPICS, window, labels)
    sure = [place for place, one in base.items() if place[0] == "pair" and one.key == SURE][:PAIRS]
    firm = {place: one for place, one in base.items() if place in sure or is_firm(place, base)}
    for kind, name, keep, topics, other in variations(facts, window):
        needed = {name for topic in topics for name in NEEDS[topic]}
        part = {name: facts[name][keep(facts[name])] for name in needed}
        again = conclusions(part, topics, other, labels)
        for place, one in firm.items():
            new = again.get(place, Found(APART, "never appear together", 0) if place in sure else Found((), GONE, 0))
            if place[0] in topics and (new != one or other != window):
                said = f"{place[2]} {one.words}".strip()
                rows.append((*place[:2], said, kind, name, new.words, bool(new.key) and new.key != one.key))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("topic", key=lambda topic: topic.map(TOPICS.index),
                                                           kind="stable", ignore_index=True)


def is_firm(place: Place, found: Mapping[Place, Found]) -> bool:
    """Tell whether one value or frame leads, of rows enough; a voice that is the only one says nothing of its own."""
    topic, source, _ = place
    alone = topic in ("own voice", "quoted voices") and found[place].n == found["position", source, ""].n
    return topic != "pair" and found[place].n >= LEAST and len(found[place].key) == 1 and not alone


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Sum up what `sensitivity` found by conclusion.

    Returns
    -------
    DataFrame: topic, source, conclusion, variations (tried), turns (how many turn it around), by (into what, and which)
    """
    rows = []
    for conclusion, mine in found.groupby(CONCLUSION, sort=False):
        turned = mine[mine["turns"].astype(bool)]
        by = [f"{becomes}: {', '.join(ones)}" for becomes, ones in turned.groupby("becomes", sort=False)["variation"]]
        rows.append((*conclusion, len(mine), len(turned), "; ".join(by)))
    return pd.DataFrame(rows, columns=[*CONCLUSION, "variations", "turns", "by"])


def prepared(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the rows that conclusions are drawn from, with the kind of their sentence and only the columns needed."""
    sentences = counted(tables.sentences)
    facts = {"stances": placed(tables.stances, sentences), "frames": kept(tables.frames, sentences),
             "mentions": kept(tables.mentions, sentences), "sentences": sentences}
    facts["stances"]["cue"] = facts["stances"]["argument"] + ": " + facts["stances"]["entry"]
    kinds = sentences.drop_duplicates("sentence").set_index("sentence")["kind"].astype(object)
    facts = {name: rows.assign(kind=rows["sentence"].astype(object).map(kinds)) for name, rows in facts.items()}
    return {name: rows[[column for column in TAKEN if column in rows]].astype(object) for name, rows in facts.items()}


def variations(facts: Mapping[str, pd.DataFrame], window: str) -> Iterator[Variation]:
    """Yield every way to count again."""
    stances, stories = facts["stances"], facts["sentences"]["story"].value_counts(normalize=True)[:MOST]
    for story in sorted(stories[stories >= PART].index):
        yield Variation(KINDS[0], f"without story {story}", but("story", [story]), TOPICS, window)
    yield Variation(KINDS[1], KINDS[1], but("kind", TITLES), TOPICS, window)
    yield Variation(KINDS[2], KINDS[2], but("voice", ["quoted", "attributed"]), ["position", "frame", "pair"], window)
    for cue, entry in stances[stances["entry"] != ""].value_counts(["cue", "entry"])[:MOST].index:
        yield Variation(KINDS[3], f"without the cue {entry!r}", but("cue", [cue]), list(VOICES), window)
    other = "story" if window == "sentence" else "sentence"
    yield Variation(KINDS[4], f"in {other} windows", but("", []), ["pair"], other)


def but(column: str, values: Iterable[str]) -> Callable[[pd.DataFrame], pd.Series]:
    """Return what keeps the rows of a table without these values in a column; all where there is no such column."""
    return lambda rows: ~rows[column].isin(values) if column in rows else pd.Series(True, rows.index)


def conclusions(facts: Mapping[str, pd.DataFrame], topics: Sequence[str], window: str,
                labels: Mapping[str, str]) -> dict[Place, Found]:
    """Draw the conclusions of some topics: (topic, source, pair) -> what was found, the surest pairs first."""
    found = {}
    for topic in [topic for topic in VOICES if topic in topics]:
        mine = facts["stances"][facts["stances"]["voice"].isin(VOICES[topic])]
        noun = "positions" if topic == "position" else f"positions in {topic}"
        found |= leading(topic, zip(mine["source"], mine["value"], mine.index, strict=True), DOES, noun)
    if "frame" in topics:
        rows = zip(*(facts["frames"][column] for column in ("source", "frame", "sentence")), strict=True)
        found |= leading("frame", rows, labels, "framed sentences")
    return found | (met(facts, window, labels) if "pair" in topics else {})


def leading(topic: str, rows: Iterable[tuple], labels: Mapping[str, str], noun: str) -> dict[Place, Found]:
    """Say for each source which value leads, given (source, value, unit); several where they are even.

    A value counts once in a unit.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows = dict.fromkeys(rows)
    for source, value, _ in rows:
        counts[source][value] += 1
    many = Counter(source for source, _ in {(source, unit) for source, _, unit in rows})
    found = {}
    for source, mine in counts.items():
        most = max(mine.values())
        first = sorted(value for value, k in mine.items() if k == most)
        said = " and ".join(labels.get(one, one) for one in first) + ", each" * (len(first) > 1)
        found[topic, source, ""] = Found(tuple(first), f"{said} in {most} of {many[source]} {noun}", many[source])
    return found


def met(facts: Mapping[str, pd.DataFrame], window: str, labels: Mapping[str, str]) -> dict[Place, Found]:
    """Say of each pair of actors whether the two appear together more often than by chance, in all sources."""
    together = facts["sentences"].assign(source=None)  # no source by itself
    found, units = {}, "stories" if window == "story" else "sentences"
    for row in pairs(facts["mentions"], together, window, draws=1).sort_values(["p", "a", "b"]).itertuples():
        name, sure = " and ".join(labels.get(one, one) for one in (row.a, row.b)), row.q < 0.05
        often = f"{'more' if sure else 'no more'} often than chance"
        q = f"= {row.q:.3f}" if row.q >= 0.0005 else "< 0.001"
        words = f"appear together {often}: {row.n_ab} of {row.n} {units} (q {q})"
        found["pair", "all", name] = Found(SURE if sure else APART, words, row.n)
    return found
