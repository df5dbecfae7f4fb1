"""Pairs of actors, against examples worked by hand and published values."""

from itertools import combinations
from math import log

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from parallax import cooccurrence


def study(*stories, sense="actor"):
    """Mentions and sentences: a story is (source, "XY X -"), a word a sentence, a letter an actor."""
    sentences, mentions = [], []
    for number, (source, text) in enumerate(stories):
        for held in text.split():
            place = (f"s{len(sentences):04}", source, f"t{number:03}")
            sentences.append((*place, "body", False))
            mentions += [(*place, actor, sense) for actor in held if actor != "-"]
    place = ["sentence", "source", "story"]
    sentences = pd.DataFrame(sentences, columns=[*place, "kind", "repeated"])
    return pd.DataFrame(mentions, columns=[*place, "actor", "sense"]), sentences


def pair(table, a, b, source="a"):
    """The row of one pair."""
    found = table[(table["a"] == a) & (table["b"] == b) & (table["source"] == source)]
    assert len(found) == 1
    return found.iloc[0]


COLUMNS = "source window a b n_a n_b n_ab n expected npmi p q low high unit within".split()


def test_counts_expected_and_npmi_by_hand():
    # 8 sentences: X in 4, Y in 2, both in 2. Expected 4 * 2 / 8 = 1; NPMI ln(.25 / (.5 * .25)) / -ln .25.
    table = cooccurrence.pairs(*study(("a", "XY YX X X - - - -")))
    assert list(table.columns) == COLUMNS
    row = pair(table, "X", "Y")
    assert row[["n_a", "n_b", "n_ab", "n", "expected"]].tolist() == [4, 2, 2, 8, 1]
    assert row.npmi == pytest.approx(log(2) / log(4))
    assert row.p == pytest.approx(6 / 28)  # C(4, 2) of C(8, 2) ways to place the two sentences of Y
    assert row.unit == "sentences" and not row.within
    assert pair(table, "X", "Y", "all").npmi == row.npmi


@pytest.mark.parametrize(("text", "p"), [("XY XY XY XY - - - -", 1 / 70), ("XY XY XY X Y - - -", 17 / 70)])
def test_the_lady_tasting_tea(text, p):
    # Fisher (1935): 4 of 8 cups; all right by chance 1 / 70 = 0.014, at least three right 17 / 70 = 0.243.
    assert pair(cooccurrence.pairs(*study(("a", text))), "X", "Y").p == pytest.approx(p)


def test_p_is_fishers_exact_test():
    rng = np.random.default_rng(3)
    held = rng.random((60, 4)) < [0.5, 0.3, 0.2, 0.4]
    text = " ".join("".join(a for a, here in zip("WXYZ", row, strict=True) if here) or "-" for row in held)
    table = cooccurrence.pairs(*study(("a", text)), draws=9)
    for i, j in combinations(range(4), 2):
        both, a, b = (held[:, i] & held[:, j]).sum(), held[:, i].sum(), held[:, j].sum()
        cells = [[both, a - both], [b - both, 60 - a - b + both]]
        assert pair(table, "WXYZ"[i], "WXYZ"[j]).p == pytest.approx(fisher_exact(cells, "greater").pvalue)


def test_q_counts_pairs_that_never_meet():
    # X and Y meet always, Z alone. Three tests: p = 1 / C(6, 2) = 1 / 15 for X-Y, and 1 for the other two.
    table = cooccurrence.pairs(*study(("a", "XY XY Z Z Z -")))
    row = pair(table, "X", "Y")
    assert row.p == pytest.approx(1 / 15) and row.q == pytest.approx(3 / 15)
    assert len(table[table["source"] == "a"]) == 1  # only pairs that meet have a row


def test_both_in_every_window_is_npmi_0():
    row = pair(cooccurrence.pairs(*study(("a", "XY XY XY"))), "X", "Y")
    assert (row.npmi, row.p, row.expected) == (0, 1, 3) and np.isnan(row.low)


def test_never_apart_is_npmi_1_without_interval():
    row = pair(cooccurrence.pairs(*study(("a", "XY - - -"))), "X", "Y")
    assert row.npmi == 1 and row.low == -1 and row.high == 1  # some draws lack the one sentence: -1
    row = pair(cooccurrence.pairs(*study(("a", "XY " * 20 + "- " * 20))), "X", "Y")
    assert row.npmi == 1 and np.isnan(row.low) and np.isnan(row.high)


def test_places_repetitions_and_furniture_do_not_count():
    mentions, sentences = study(("a", "XY XY XY X"))
    mentions.loc[mentions["sentence"] == "s0000", "sense"] = "place"
    sentences.loc[1, "repeated"] = True
    sentences.loc[2, "kind"] = "furniture"
    assert len(cooccurrence.pairs(mentions, sentences)) == 0


def test_story_windows():
    # Stories: X and Y in one of two, in different sentences.
    table = cooccurrence.pairs(*study(("a", "X Y -"), ("a", "X -")), window="story")
    row = pair(table, "X", "Y")
    assert row[["n_a", "n_b", "n_ab", "n"]].tolist() == [2, 1, 1, 2]
    assert row.unit == "" and np.isnan(row.low)  # two stories cannot be resampled


def test_ten_stories_are_resampled_whole():
    # In each of ten stories alike, resampling stories changes nothing; resampling sentences would.
    table = cooccurrence.pairs(*study(*[("a", "XY X - -")] * 10), draws=99)
    row = pair(table, "X", "Y")
    assert row.unit == "stories" and np.isnan(row.low)
    row = pair(cooccurrence.pairs(*study(*[("a", "XY X - -")] * 9), draws=99), "X", "Y")
    assert row.unit == "sentences" and row.low < row.npmi < row.high
    table = cooccurrence.pairs(*study(*[("a", "XY X - -"), ("a", "X Y - -")] * 5), draws=499)
    row = pair(table, "X", "Y")  # half of the stories: between none (-1) and nearly all
    assert row.unit == "stories" and row.low < row.npmi < row.high


def test_groups():
    groups = {"X": "east", "Y": "east", "Z": "west"}
    data = study(("a", "XY XZ YZ Z - -"))
    table = cooccurrence.pairs(*data, groups=groups)
    assert pair(table, "X", "Y").within and not pair(table, "X", "Z").within
    table = cooccurrence.pairs(cooccurrence.rolled(data[0], groups), data[1])
    assert table["a"].unique().tolist() == ["east"] and not table["within"].any()
    assert pair(table, "east", "west")[["n_a", "n_b", "n_ab"]].tolist() == [3, 3, 2]
    alone = cooccurrence.pairs(cooccurrence.rolled(data[0], {}), data[1])  # without groups, each for itself
    assert set(alone["a"]) == {"X", "Y"}


def test_difference_is_newcombes():
    # Newcombe (1998), table II, method 10: 56/70 - 48/80 = 0.2, from 0.0524 to 0.3339.
    one = "XY " * 56 + "- " * 14
    two = "XY " * 48 + "- " * 32
    row = cooccurrence.difference(*study(("a", one), ("b", two)), ("a", "b")).iloc[0]
    assert row[["share_1", "n_1", "share_2", "n_2"]].tolist() == [0.8, 70, 0.6, 80]
    assert np.allclose((row.difference, row.low, row.high), (0.2, 0.0524, 0.3339), atol=5e-5)
    assert row.verdict == "more in a"
    row = cooccurrence.difference(*study(("a", one), ("b", two)), ("b", "a")).iloc[0]
    assert row.verdict == "more in a" and row.low == pytest.approx(-0.3339, abs=5e-5)


def test_difference_in_words():
    alike = study(("a", "XY " * 10 + "- " * 30), ("b", "XY " * 11 + "- " * 30))
    assert cooccurrence.difference(*alike, ("a", "b")).loc[0, "verdict"] == "no clear difference"
    few = study(("a", "XY XY - - - - -"), ("b", "XY - - - - -"))
    assert cooccurrence.difference(*few, ("a", "b")).loc[0, "verdict"] == "too few to say"
    short = study(("a", "XY " * 6), ("b", "-"))  # one sentence of b without the pair says nothing
    assert cooccurrence.difference(*short, ("a", "b")).loc[0, "verdict"] == "too few to say"
    gone = cooccurrence.difference(*few, ("a", "nobody"))
    assert (
        gone[["share_2", "low", "high"]].isna().all(axis=None) and gone.loc[0, "verdict"] == "too few to say"
    )


def test_difference_widens_to_whole_stories():
    # The pair fills two of ten stories of a and none of b: 20 of 100 against 0 of 100 sentences. One by one
    # the sentences differ clearly; but one draw in ten holds neither of the two stories ((8/10)^10 = 0.107).
    full, empty = "XY " * 10, "- " * 10
    data = study(*[("a", full)] * 2, *[("a", empty)] * 8, *[("b", empty)] * 10)
    row = cooccurrence.difference(*data, ("a", "b")).iloc[0]
    assert row.low == 0 and row.high >= 0.4 and row.verdict == "no clear difference"


def test_order_shows_blocks_and_layout_is_fixed():
    data = study(("a", "AC AC AC BD BD BD AD E"))
    table = cooccurrence.pairs(*data)
    order = cooccurrence.order(table)
    assert sorted(order) == ["A", "B", "C", "D"]  # E meets nobody
    assert abs(order.index("A") - order.index("C")) == 1 and abs(order.index("B") - order.index("D")) == 1
    places = cooccurrence.layout(table)
    assert places == cooccurrence.layout(table.sample(frac=1, random_state=1))
    assert sorted(places) == sorted(order) and all(-1 <= x <= 1 for place in places.values() for x in place)

    def apart(one, other):
        return np.hypot(*np.subtract(places[one], places[other]))

    assert apart("A", "C") < apart("B", "C")  # those who meet stand closer


@pytest.mark.filterwarnings("error")
def test_empty_and_single():
    mentions, sentences = study(("a", "X Y -"))
    for case in (
        (mentions, sentences),
        (mentions.iloc[:0], sentences),
        (mentions.iloc[:0], sentences.iloc[:0]),
    ):
        for window in ("sentence", "story"):
            table = cooccurrence.pairs(*case, window=window)
            assert list(table.columns) == COLUMNS
            assert len(table) == (2 if window == "story" and len(case[0]) else 0)
            change = cooccurrence.difference(*case, ("a", "b"), window=window)
            assert list(change.columns)[-4:] == ["difference", "low", "high", "verdict"]
    assert cooccurrence.order(table) == [] and cooccurrence.layout(table) == {}


@pytest.mark.filterwarnings("error")
@settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.lists(st.sampled_from(["-", "X", "XY", "YZ", "XYZ"]), min_size=1))
    ),
    st.sampled_from(["sentence", "story"]),
)
def test_any_study(stories, window):
    data = study(*((source, " ".join(text)) for source, text in stories))
    table = cooccurrence.pairs(*data, window=window, draws=49)
    shuffled = (part.sample(frac=1, random_state=1) for part in data)
    again = cooccurrence.pairs(*shuffled, window=window, draws=49)
    by = ["source", "a", "b"]
    pd.testing.assert_frame_equal(*(t.sort_values(by, ignore_index=True) for t in (table, again)))
    assert table["npmi"].between(-1, 1).all() and table["p"].between(0, 1).all()
    assert (table["q"] >= table["p"] - 1e-12).all() and (table["a"] < table["b"]).all()
    assert (table["n_ab"] <= table[["n_a", "n_b"]].min(axis=1)).all() and (table["n_ab"] > 0).all()
    known = table.dropna(subset="low")
    assert (
        (known["low"] < known["high"]).all()
        and known[["low", "high"]].abs().max(axis=None) <= 1
        or known.empty
    )
    change = cooccurrence.difference(*data, ("a", "b"), window=window, draws=49).dropna(subset="low")
    assert (change["low"] <= change["difference"]).all() and (change["difference"] <= change["high"]).all()


def test_a_network_is_written_for_other_tools_the_same_each_time(tmp_path):
    pairs = pd.DataFrame({"source": ["A", "all", "all"], "window": "sentence", "a": "X", "b": ["Y", "Y", "Z"],
                          "n_a": [3, 5, 5], "n_b": [2, 4, 1], "n_ab": [2, 3, 1], "n": [9, 20, 20],
                          "npmi": [0.51234, 0.4, np.nan], "q": [0.04, 0.00001, 0.9]})
    first, second = (cooccurrence.graphml(rows, tmp_path / name / "network.graphml", {"X": "Ex & <co>"}, {"X": "us"})
                     for name, rows in (("a", pairs), ("b", pairs[::-1])))
    assert first.read_bytes() == second.read_bytes() and b"\r" not in first.read_bytes()
    graph = nx.read_graphml(first)
    assert dict(graph.nodes(data=True)) == {
        "X": {"label": "Ex & <co>", "group": "us", "n": 5}, "Y": {"label": "Y", "group": "Y", "n": 4},
        "Z": {"label": "Z", "group": "Z", "n": 1}}
    edges = sorted((a, b, tuple(data.items())) for a, b, data in graph.edges(data=True))
    assert len(edges) == 3 and dict(edges[0][2]) == {"source": "A", "n_ab": 2, "npmi": 0.5123, "q": 0.04}
    assert "npmi" not in dict(edges[-1][2])  # what is not known is left out
    assert [path.name for path in first.parent.iterdir()] == ["network.graphml"]
