"""Comparisons between sources, against examples worked by hand and independent computations."""

import time
from itertools import combinations
from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from parallax import stats
from parallax.records import iso

WHERE = ["sentence", "file", "source", "story", "start", "end", "text"]
COLUMNS = {
    "sentences": [*WHERE, "kind", "words", "repeated"],
    "mentions": [*WHERE, "actor", "form", "sense", "modifier", "voice"],
    "statements": [*WHERE, "speaker", "speaker_text", "group", "cue", "verb", "effect", "form", "negated"],
    "frames": [*WHERE, "frame", "voice"],
    "stances": [*WHERE, "holder", "holder_group", "value", "argument", "side", "because", "checked"],
    "words": [*WHERE, "term", "type", "pos", "actor", "voice"],
    "deeds": [*WHERE, "subject", "verb", "object", "negated", "passive", "voice"],
}


def sentences(*stories):
    """Sentences s0, s1, ...: a story is (source, number of sentences) or (source, kinds)."""
    rows = []
    for story, (source, kinds) in enumerate(stories):
        for kind in ["body"] * kinds if isinstance(kinds, int) else kinds:
            i = len(rows)
            rows.append(
                (f"s{i:03}", f"{source}.txt", source, f"t{story}", i * 10, i * 10 + 9, "", kind, 2, False)
            )
    return pd.DataFrame(rows, columns=COLUMNS["sentences"])


def rows(table, base, *facts, **same):
    """Rows of a table: each fact has the number of its sentence, then columns by name."""
    where = base.set_index("sentence")
    result = []
    for number, fact in facts:
        place = where.loc[f"s{number:03}"]
        row = dict(sentence=f"s{number:03}", file=place.file, source=place.source, story=place.story)
        result.append(row | dict(start=place.start, end=place.end, text="") | same | fact)
    return pd.DataFrame(result, columns=COLUMNS[table])


def frames(base, **found):
    """Frames: name -> numbers of its sentences."""
    facts = [(number, dict(frame=name)) for name, numbers in found.items() for number in numbers]
    return rows("frames", base, *facts, voice="own")


def cell(table, **where):
    """The one row with these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


# What counts


def test_counted_leaves_out_furniture_and_repetitions():
    base = sentences(
        ("a", ["headline", "body", "furniture", "credit", "dateline", "quote_credit", "caption"])
    )
    base.loc[6, "repeated"] = True
    assert list(stats.counted(base)["sentence"]) == ["s000", "s001"]


# Wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_published_values(k, n, low, high):
    assert np.allclose(stats.wilson(k, n), (low, high), atol=5e-5)


@settings(deadline=None, derandomize=True, database=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_wilson_agrees_with_scipy(k, n):
    k = min(k, n)
    low, high = stats.wilson([k], [n])
    if n == 0:
        assert np.isnan(low[0]) and np.isnan(high[0])
    else:
        expected = binomtest(k, n).proportion_ci(method="wilson")
        assert np.allclose((low[0], high[0]), expected, atol=1e-12)
        assert 0 <= low[0] <= k / n <= high[0] <= 1


# Frames


def test_frame_shares_counts_sentences_once_and_keeps_zeros():
    base = sentences(("z", 4), ("a", 2))
    table = stats.frame_shares(frames(base, war=[0, 0, 1], trade=[5]), base)
    assert list(table.columns) == ["source", "frame", "k", "n", "share", "low", "high"]
    assert list(table["source"]) == ["z", "z", "a", "a"]  # as in sentences, not by the alphabet
    assert cell(table, source="z", frame="war")[["k", "n", "share"]].tolist() == [2, 4, 0.5]
    none = cell(table, source="z", frame="trade")  # no draw can vary: Wilson, z^2 / (4 + z^2) = 0.4899
    assert (none.k, none.low) == (0, 0) and none.high == pytest.approx(1.96**2 / (4 + 1.96**2), abs=1e-4)


def test_frame_shares_by_voice_and_level():
    base = sentences(("a", 4))
    found = frames(base, war=[0, 1], arms=[1, 2], trade=[3])
    found.loc[found["sentence"] == "s001", "voice"] = "attributed"
    own = stats.frame_shares(found, base, voice="own")
    assert cell(own, frame="war").k == 1 and cell(own, frame="trade").k == 1
    level = {"war": "conflict", "arms": "conflict", "law": "order"}
    table = stats.frame_shares(found, base, level=level)
    assert list(table["frame"]) == ["conflict", "order"]
    assert list(table["k"]) == [3, 0]  # sentences 0, 1 and 2: the one with both counts once


def test_frame_shares_interval_is_the_binomial_one_in_a_single_story():
    # One story of 40 sentences, 10 with the frame: a draw is Binomial(40, 1/4) / 40.
    base = sentences(("a", 40))
    table = stats.frame_shares(frames(base, war=range(10)), base, draws=20_000)
    assert table.loc[0, ["low", "high"]].tolist() == list(binom.ppf([0.025, 0.975], 40, 0.25) / 40)


def test_frame_shares_resample_inside_stories():
    # All of story one (20 of 20), none of story two (0 of 20), half of story three (2 of 4): that varies
    # by Binomial(4, 1/2), whose 2.5 and 97.5 percentiles are 0 and 4: 20/44 to 24/44.
    base = sentences(("a", 20), ("a", 20), ("a", 4))
    table = stats.frame_shares(frames(base, war=[*range(20), 40, 41]), base)
    assert table.loc[0, "low"] == pytest.approx(20 / 44) and table.loc[0, "high"] == pytest.approx(24 / 44)


def test_frame_shares_do_not_depend_on_other_sources():
    base = sentences(("a", 9), ("b", 9))
    found = frames(base, war=[0, 3, 9, 10, 11])
    alone = stats.frame_shares(found, base[base["source"] == "b"])
    both = stats.frame_shares(found, base)
    pd.testing.assert_frame_equal(alone, both[both["source"] == "b"].reset_index(drop=True))


def test_a_source_without_counted_sentences_has_no_interval():
    base = sentences(("a", 3), ("b", ["furniture"]))
    table = stats.frame_shares(frames(base, war=[0]), base)
    assert cell(table, source="b").k == 0 and cell(table, source="b").n == 0
    assert cell(table, source="b")[["share", "low", "high"]].isna().all()


def test_a_categorical_column_keeps_its_order_and_its_zeros():
    base = sentences(("a", 3))
    found = frames(base, war=[0])
    found["frame"] = pd.Categorical(found["frame"], ["trade", "war", "law"])
    assert list(stats.frame_shares(found, base)["frame"]) == ["trade", "war", "law"]


def test_frame_tests_agree_with_every_permutation():
    # Sources of 3, 3 and 2 sentences, the frame in sentences 0, 1, 2 and 6. All 8! relabelings come down to
    # the ways to choose which 4 of the 8 places carry the frame: 70 of equal chance, enumerated here.
    base = sentences(("a", 3), ("b", 3), ("c", 2))
    found = [0, 1, 2, 6]

    def spread(places):
        shares = [sum(p in group for p in places) / len(group) for group in ((0, 1, 2), (3, 4, 5), (6, 7))]
        return max(shares) - min(shares)

    exact = np.mean([spread(places) >= spread(found) - 1e-9 for places in combinations(range(8), 4)])
    table = stats.frame_tests(frames(base, war=found), base, draws=40_000)
    assert table.loc[0, "spread"] == 1.0
    assert table.loc[0, "p"] == pytest.approx(exact, abs=0.01)


def test_frame_tests_adjust_p_by_hand():
    base = sentences(("a", 30), ("b", 30))
    table = stats.frame_tests(frames(base, war=range(30), law=[0, 1, 30, 31], arms=range(8)), base)
    p = table["p"].sort_values().to_numpy()  # q_i is the least of p_j * 3 / j over j >= i
    q = [min(p[0] * 3, p[1] * 1.5, p[2]), min(p[1] * 1.5, p[2]), p[2]]
    assert np.allclose(table["q"].sort_values(), q)
    assert cell(table, frame="law").p == 1  # evenly spread: every draw is at least as far
    assert cell(table, frame="war").p == 1 / 1000  # no draw of 999 comes near


def test_frame_tests_need_two_sources():
    base = sentences(("a", 5))
    assert stats.frame_tests(frames(base, war=[0]), base)[["spread", "p", "q"]].isna().all(axis=None)


# Stance


def stances(base, *facts, checked=False):
    """Stances: (sentence, holder group, value)."""
    found = [(number, dict(holder_group=group, holder=group, value=value)) for number, group, value in facts]
    return rows("stances", base, *found, argument="bloc", side="for", because="", checked=checked)


def test_stance_shares_by_voice_and_part():
    base = sentences(("a", ["headline", "heading", "body", "body"]))
    found = stances(base, (0, "source", "affirm"), (1, "us", "deny"), (2, "us", "affirm"), (3, "us", "deny"))
    table = stats.stance_shares(found, base)
    assert len(table) == 2 * 3 * 3
    assert cell(table, voice="own", part="heading", value="affirm")[["k", "n"]].tolist() == [1, 1]
    assert cell(table, voice="quoted", part="all", value="deny")[["k", "n"]].tolist() == [2, 3]
    assert cell(table, voice="quoted", part="body", value="deny")[["k", "n"]].tolist() == [1, 2]
    empty = cell(table, voice="own", part="body", value="deny")
    assert empty.n == 0 and np.isnan(empty[["share", "low", "high"]].astype(float)).all()


def test_stances_in_repeated_sentences_do_not_count():
    base = sentences(("a", 2))
    base.loc[1, "repeated"] = True
    table = stats.stance_shares(stances(base, (0, "us", "deny"), (1, "us", "deny")), base)
    assert cell(table, voice="quoted", part="all", value="deny").k == 1


def test_stance_index_and_too_few():
    base = sentences(("a", 12), ("b", 12))
    found = [(i, "us", "affirm") for i in range(4)] + [(i, "us", "hedge") for i in range(4, 6)]
    found += [(i, "us", "deny") for i in range(6, 8)] + [(i, "source", "deny") for i in range(12, 16)]
    table = stats.stance_index(stances(base, *found), base)
    quoted = cell(table, source="a", voice="quoted")  # (4 - 2) / 8
    assert (quoted.affirm, quoted.hedge, quoted.deny, quoted["index"]) == (0.5, 0.25, 0.25, 0.25)
    assert quoted.low < 0.25 < quoted.high and quoted.note == ""
    few = cell(table, source="b", voice="own")
    assert few.note == "too few to say: 4 of at least 5" and np.isnan(few["index"]) and few.deny == 1


def test_stance_index_of_one_opinion_keeps_a_width():
    # Ten of ten affirm: Wilson allows 1 - 10 / (10 + 1.96^2) = 0.2775 others; at worst they deny:
    # 1 - 2 * 0.2775.
    base = sentences(("a", 10))
    table = stats.stance_index(stances(base, *((i, "us", "affirm") for i in range(10))), base)
    row = cell(table, voice="all")
    assert row.high == 1 and row.low == pytest.approx(1 - 2 * 0.27754, abs=1e-4)


def test_stance_index_interval_has_the_right_spread():
    # 200 rows, 100 affirm and 100 deny: the index of a draw is 2 B / 200 - 1 with B ~ Binomial(200, 1/2).
    base = sentences(("a", 200))
    found = stances(base, *((i, "us", "affirm" if i % 2 else "deny") for i in range(200)))
    row = cell(stats.stance_index(found, base, draws=4000), voice="all")
    assert np.allclose((row.low, row.high), binom.ppf([0.025, 0.975], 200, 0.5) / 100 - 1, atol=0.02)


def test_what_was_read_stands_beside_what_was_counted():
    # In a, us: three of five read; the own position is not. In b the only one is read.
    base = sentences(("a", 6), ("b", 1))
    facts = [(i, "us", "deny") for i in range(4)] + [(4, "us", "affirm"), (5, "source", "hedge"), (6, "us", "affirm")]
    found = stances(base, *facts).assign(checked=[True, True, False, False, True, False, True])
    table = stats.stance_shares(found, base)
    assert cell(table, source="a", voice="quoted", part="all", value="deny")[["k", "read", "n"]].tolist() == [4, 2, 5]
    assert cell(table, source="a", voice="own", part="body", value="hedge")[["k", "read"]].tolist() == [1, 0]
    assert cell(stats.stance_index(found, base), source="a", voice="all")[["n", "read"]].tolist() == [6, 3]
    assert cell(stats.holders(found), holder_group="us", value="affirm")[["k", "read", "n"]].tolist() == [2, 2, 6]
    assert cell(stats.arguments(found), source="a", value="deny")[["k", "read", "n"]].tolist() == [4, 2, 6]
    places = stats.stance_positions(found, base)
    assert list(places.loc[places["read"], "sentence"]) == ["s000", "s001", "s004", "s006"]
    none = pd.DataFrame(columns=["source"])
    both = stats.together(none.assign(frame="", k=1, n=1, share=1, low=1, high=1), table, none.assign(actor=""))
    assert list(both.columns)[3:6] == ["k", "read", "n"] and both["read"].sum() == table["read"].sum()


@pytest.mark.parametrize(("k", "read", "said"), [
    ([10, 8], [5, 4], True),  # nine of eighteen
    ([10, 9], [5, 4], False),  # nine of nineteen: less than half
    ([4, 4], [2, 2], False),  # half, but four
    ([4, 4], [2, 3], True),
    ([2, 1], [2, 1], True),  # all that there are
    ([2, 1], [2, 0], False),
])
def test_enough_is_half_of_a_group_and_five_or_all_of_it(k, read, said):
    table = pd.DataFrame({"source": ["a", "a", "b"], "k": [*k, 9], "read": [*read, 9]})
    assert list(stats.enough(table, ["source"])) == [said, said, True]
    assert list(stats.enough(table.head(2), [])) == [said, said]


def test_holders_arguments_and_positions():
    base = sentences(("a", 5), ("b", 1))
    found = stances(base, (0, "us", "deny"), (2, "us", "deny"), (2, "source", "hedge"), (5, "us", "affirm"))
    table = stats.holders(found)
    assert cell(table, holder_group="us", value="deny")[["k", "n"]].tolist() == [2, 3]
    backwards = base.sort_values("start", ascending=False)  # the sources come as the sentences have them
    assert list(stats.arguments(found, backwards)["source"].unique()) == ["b", "a"]
    assert list(stats.stance_positions(found, backwards)["source"]) == ["b", "a", "a", "a"]
    table = stats.arguments(found)
    assert len(table) == 2 * 3 and cell(table, source="a", value="deny")[["k", "n"]].tolist() == [2, 3]
    assert cell(table, source="b", value="deny")[["k", "n"]].tolist() == [0, 1]
    table = stats.stance_positions(found, base)
    assert sorted(table["position"]) == [
        0,
        0,
        0.5,
        0.5,
    ]  # the first and third of five; the only one of story b


# Words


def words(base, *facts, **same):
    """Words: (sentence, term), as lemmas of no actor."""
    same = dict(type="lemma", pos="NOUN", actor=False, voice="own") | same
    return rows("words", base, *((number, dict(term=term, text=term)) for number, term in facts), **same)


def test_distinctive_by_hand():
    # a: war 4, peace 1 (5 terms); b: war 1, peace 4 (5). Prior: pooled counts 5 and 5 of 10, scaled to
    # a0 = 5: 2.5 each. war in a: odds (4 + 2.5) / (5 + 5 - 6.5) = 6.5 / 3.5; in b: 3.5 / 6.5.
    base = sentences(("a", 1), ("b", 1))
    found = words(base, *[(0, "war")] * 4, (0, "peace"), (1, "war"), *[(1, "peace")] * 4)
    table = stats.distinctive(found, base, least=2)
    assert list(table["term"]) == ["war", "peace"] and list(table["source"]) == ["a", "b"]
    odds = 2 * log(6.5 / 3.5)
    assert table.loc[0, ["k", "n", "others"]].tolist() == [4, 5, 1]
    assert table.loc[0, "log_odds"] == pytest.approx(odds)
    assert table.loc[0, "z"] == pytest.approx(odds / sqrt(1 / 6.5 + 1 / 3.5))
    # With a large prior the counts hardly matter: a0 = 1000 gives (4 + 500) / (1005 - 504) and 501 / 504.
    table = stats.distinctive(found, base, least=2, prior=1000)
    assert table.loc[0, "log_odds"] == pytest.approx(log(504 / 501) - log(501 / 504))


def test_distinctive_filters():
    base = sentences(("a", 2), ("b", 1))
    base.loc[1, "repeated"] = True
    found = pd.concat(
        [
            words(base, *[(0, "war")] * 3, *[(1, "repeat")] * 9, *[(2, "law")] * 3, (2, "war")),
            words(base, *[(0, "kim")] * 5, actor=True),
            words(base, *[(0, "asia")] * 5, pos="PROPN"),
            words(base, *[(0, "long war")] * 5, type="phrase"),
        ]
    )
    assert list(stats.distinctive(stats.common(found), base)["term"]) == ["war", "law"]
    named = stats.distinctive(found, base)
    assert {"kim", "asia"} <= set(named["term"]) and "repeat" not in set(named["term"])
    assert len(stats.distinctive(found, base, top=1)) == 2
    assert len(stats.distinctive(found[found["source"] == "a"], base)) == 0  # nothing to compare with


def test_naming_counts_sentences_and_prefers_the_longer_name():
    base = sentences(("a", 4), ("b", 2))
    found = pd.concat(
        [
            words(base, (0, "parade"), (1, "parade"), (2, "anniversary"), (4, "axis"), (4, "axis")),
            words(base, (1, "massive military parade"), (3, "parades"), type="phrase"),
        ]
    )
    sets = {"event": ["parade", "military parade", "victory day"], "three": ["axis"]}
    table = stats.naming(found, base, sets)
    assert list(table.columns) == ["set", "name", "source", "k", "n"]
    assert (
        list(table["name"]) == ["parade"] * 2 + ["military parade"] * 2 + ["victory day"] * 2 + ["axis"] * 2
    )
    assert list(table["k"]) == [1, 0, 1, 0, 0, 0, 0, 1]
    assert list(table["n"]) == [4, 2] * 4


# Voices and deeds


def test_speakers_and_verbs():
    base = sentences(("a", 4), ("b", 1))
    facts = [
        (0, dict(group="us", speaker="T")),
        (1, dict(group="us", speaker="")),
        (2, dict(group="", speaker="")),
    ]
    found = rows("statements", base, *facts, (4, dict(group="eu", speaker="K")), effect="denying", negated=False)
    table = stats.speakers(found)
    assert list(table.columns) == ["source", "group", "k", "n", "share", "low", "high"]
    assert cell(table, source="a", group="us")[["k", "n"]].tolist() == [2, 3]
    assert cell(table, source="a", group="other").k == 1 and cell(table, source="a", group="eu").k == 0
    assert cell(stats.speakers(found, by="speaker"), source="a", speaker="other").k == 2
    table = stats.verbs(found)
    assert list(table["effect"][:5]) == list(stats.EFFECTS)
    assert cell(table, source="b", effect="denying").share == 1


def test_what_was_not_said_is_no_statement():
    base = sentences(("a", 3))
    facts = [(0, dict(group="us", negated=False)), (1, dict(group="us", negated=True)),
             (2, dict(group="eu", negated=False))]
    found = rows("statements", base, *facts, effect="neutral", speaker="")
    assert list(stats.reports(found)["sentence"]) == ["s000", "s002"]
    assert cell(stats.speakers(found), group="us")[["k", "n"]].tolist() == [1, 2]
    assert cell(stats.verbs(found), effect="neutral")[["k", "n"]].tolist() == [2, 2]


def test_deeds():
    base = sentences(("a", 4))
    found = [("X", "meet", "Y"), ("X", "meet", "Y"), ("Y", "warn", "X"), ("X", "walk", "")]
    facts = [(i, dict(subject=s, verb=v, object=o)) for i, (s, v, o) in enumerate(found)]
    deeds = rows("deeds", base, *facts, negated=False, passive=False, voice="own")
    table = stats.who_acts(deeds)
    x = cell(table, actor="X")
    assert (x.acts, x.acted_upon, x.share_acting) == (3, 1, 0.75)
    assert (x.low, x.high) == pytest.approx(tuple(binomtest(3, 4).proportion_ci(method="wilson")))


def test_a_deed_that_did_not_happen_is_not_done():
    base = sentences(("a", 4), ("b", 1))
    facts = [(i, dict(subject="X", verb="hit", object="Y", negated=i in (3, 4))) for i in range(5)]
    deeds = rows("deeds", base, *facts, passive=False, voice="own")
    table = stats.who_acts(deeds)
    assert cell(table, source="a", actor="X")[["acts", "acted_upon"]].tolist() == [3, 0]
    assert cell(table, source="b", actor="X").acts == 0  # and the source keeps its row


def test_who_does_what_to_whom_keeps_the_voices_apart():
    base = sentences(("a", 7))
    voices = ["own", "own", "attributed", "attributed", "attributed", "own", "own"]
    facts = [(i, dict(subject="X", verb="hit", object="" if i == 6 else "Y", negated=i == 5, voice=voice))
             for i, voice in enumerate(voices)]
    table = stats.who_does_what(rows("deeds", base, *facts, passive=False))
    found = table[["voice", "negated", "k", "n"]].itertuples(index=False, name=None)
    assert set(found) == {("own", False, 2, 2), ("attributed", False, 3, 3), ("own", True, 1, 1)}
    assert table.loc[0, "voice"] == "attributed"  # the most frequent first
    low, high = binomtest(3, 3).proportion_ci(method="wilson")
    assert (table.loc[0, "low"], table.loc[0, "high"]) == pytest.approx((low, high))
    assert len(stats.who_does_what(rows("deeds", base))) == 0


# Word for word


@pytest.mark.parametrize("text", [
    "\u201cIt\u2019s  the de\u00adficit,\u201d he said.",
    '"IT\'S THE DEFICIT," HE SAID.',
    '"It\'s\u00a0the de\ufb01cit," he said. ',
    "\u201eIt\u2018s the\ndeficit,\u201f he said.",
    "&quot;It&#39;s the deficit,&quot; he said.",
])
def test_texts_are_compared_in_one_form(text):
    assert stats.same_form(text) == '"it\'s the deficit," he said.'


def test_other_words_are_another_form():
    for one, other in [("We agree.", "We agreed."), ("x²", "x3"), ("“Yes.”", "Yes."), ("a-b", "ab")]:
        assert stats.same_form(one) != stats.same_form(other)


def test_sentences_that_sources_share_word_for_word():
    base = sentences(("a", 3), ("b", ["body", "furniture"]))
    base["text"] = ["It’s done.", "It's  done.", "Other.", "IT'S DONE.", "Other."]
    table = stats.word_for_word(base)
    assert list(table["sources"]) == [2, 2, 1, 2] and table["form"].nunique() == 2
    assert list(table["text"]) == ["It’s done.", "It's  done.", "Other.", "IT'S DONE."]  # as they stand


def test_stance_shares_of_one_voice():
    base = sentences(("a", 3))
    facts = [(0, dict(holder_group="source", value="affirm")), (1, dict(holder_group="us", value="deny"))]
    found = rows("stances", base, *facts, checked=False)
    assert set(stats.stance_shares(found, base, "own")["voice"]) == {"own"}
    quoted = stats.stance_shares(found, base, "attributed")
    assert set(quoted["voice"]) == {"quoted"} and cell(quoted, part="all", value="deny").k == 1
    assert stats.stance_shares(found, base, "own")["k"].sum() == 2  # in all parts, and in the body


# What is left out


def test_coverage_and_absences():
    # Y is in 2 of the 8 sentences of the other sources: none in the 3 of a has the chance (6/8)^3.
    base = sentences(("a", 3), ("b", 4), ("c", 4))
    facts = [(0, dict(actor="X")), (0, dict(actor="X")), (3, dict(actor="Y")), (7, dict(actor="Y"))]
    found = rows("mentions", base, *facts, sense="place")
    table = stats.coverage(found, base)
    assert len(table) == 6 and cell(table, source="a", actor="X")[["k", "n"]].tolist() == [1, 3]
    assert cell(table, source="a", actor="Y").chance == pytest.approx(0.75**3)
    assert np.isnan(cell(table, source="b", actor="Y").chance)
    gone = stats.absences(base, found, frames(base, war=[0]), stances(base, (0, "us", "deny")))
    assert len(gone) == 1 + 2 + 2 + 2  # Y in a; X, the frame and the argument in b and c
    assert cell(gone, what="actor", source="a")[["item", "n", "rate_others"]].tolist() == ["Y", 3, 0.25]
    assert cell(gone, what="frame", source="b").chance == pytest.approx((1 - 1 / 7) ** 4)  # 1 of 3 + 4 others
    assert gone["chance"].is_monotonic_increasing and len(stats.absences(base)) == 0


# Every function at once


def every(tables):
    """The result of each function."""
    s = tables["sentences"]
    f, t, w = tables["frames"], tables["stances"], tables["words"]
    return {
        "frame_shares": stats.frame_shares(f, s, draws=99),
        "frame_tests": stats.frame_tests(f, s, draws=99),
        "stance_shares": stats.stance_shares(t, s),
        "stance_index": stats.stance_index(t, s, least=2, draws=99),
        "holders": stats.holders(t),
        "arguments": stats.arguments(t),
        "stance_positions": stats.stance_positions(t, s),
        "distinctive": stats.distinctive(w, s, least=1),
        "naming": stats.naming(w, s, {"set": ["war", "law"]}),
        "speakers": stats.speakers(tables["statements"]),
        "verbs": stats.verbs(tables["statements"]),
        "who_acts": stats.who_acts(tables["deeds"]),
        "coverage": stats.coverage(tables["mentions"], s),
        "absences": stats.absences(s, tables["mentions"], f, t),
    }


@st.composite
def studies(draw):
    """Small studies: some stories of some sources, with anything in their sentences."""
    stories = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=6))
    base = sentences(*stories)
    number = st.integers(0, len(base) - 1)
    size = dict(min_size=len(base), max_size=len(base))
    base["kind"] = draw(st.lists(st.sampled_from(["body", "headline", "credit"]), **size))
    base["repeated"] = draw(st.lists(st.booleans(), **size))

    def some(**columns):
        fact = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in columns.items()})
        return draw(st.lists(st.tuples(number, fact), max_size=20))

    actors = ["X", "Y", ""]
    groups = dict(holder_group=["source", "us"], value=stats.VALUES, argument=["bloc", ""], side=["for"],
                  checked=[True, False])
    return {
        "sentences": base,
        "frames": rows("frames", base, *some(frame=["war", "law"], voice=["own", "attributed"])),
        "stances": rows("stances", base, *some(holder=["X"], **groups), because=""),
        "words": rows("words", base, *some(term=["war", "law"], pos=["NOUN"], actor=[False], type=["lemma"])),
        "mentions": rows("mentions", base, *some(actor=["X", "Y"], modifier=["", "Dr"], sense=["actor"])),
        "statements": rows(
            "statements", base, *some(group=["us", ""], speaker=["X"], effect=stats.EFFECTS)
        ),
        "deeds": rows(
            "deeds", base, *some(subject=actors, object=actors, verb=["meet"], negated=[True, False])
        ),
    }


def equal(one, other):
    """Both tables hold the same rows, in whatever order their sources come."""
    one, other = (
        t.sort_values(list(t.columns), key=lambda c: c.astype(str), ignore_index=True) for t in (one, other)
    )
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


@pytest.mark.filterwarnings("error")
@settings(max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(studies(), st.integers(0, 99))
def test_any_study_gives_shares_and_intervals_whatever_the_order_of_rows(study, seed):
    result = every(study)
    again = every({name: table.sample(frac=1, random_state=seed) for name, table in study.items()})
    for name, table in result.items():
        equal(table, again[name])
        for share in {"share", "share_acting"} & set(table):
            known = table[table[share].notna()]
            assert known[share].between(0, 1).all()
            if "low" in table:
                assert (known["low"] <= known[share] + 1e-12).all() and (
                    known[share] <= known["high"] + 1e-12
                ).all()
                assert known[["low", "high"]].stack().between(0, 1).all()
                assert table.loc[table[share].isna(), ["low", "high"]].isna().all(axis=None)
        for chance in {"p", "q", "chance"} & set(table):
            assert table[chance].dropna().between(0, 1).all()
    assert result["stance_index"][["index", "low", "high"]].stack().dropna().between(-1, 1).all()


@pytest.mark.filterwarnings("error")
def test_empty_tables_give_the_same_columns():
    base = sentences(("a", 2), ("b", 2))
    full = {
        "sentences": base,
        "frames": frames(base, war=[0]),
        "stances": stances(base, (0, "us", "deny")),
        "words": words(base, (0, "war"), (2, "law")),
        "mentions": rows("mentions", base, (0, dict(actor="X", modifier="Dr"))),
        "statements": rows("statements", base, (0, dict(group="us", effect="neutral"))),
        "deeds": rows("deeds", base, (0, dict(subject="X", verb="meet", object="Y", negated=False))),
    }
    expected = every(full)
    bare = {name: pd.DataFrame(columns=table.columns) for name, table in full.items()}
    for case in (bare, bare | {"sentences": base}, {name: table.iloc[:0] for name, table in full.items()}):
        for name, table in every(case).items():
            assert list(table.columns) == list(expected[name].columns), name
    assert all(len(table) == 0 for table in every(bare).values() if "set" not in table)


def test_categories_change_nothing():
    base = sentences(("b", 4), ("a", 4))
    study = {
        "sentences": base,
        "frames": frames(base, war=[0, 4, 5], law=[1, 2]),
        "stances": stances(base, (0, "us", "deny"), (5, "source", "affirm"), (6, "us", "hedge")),
        "words": words(base, (0, "war"), (2, "law"), (5, "war"), (5, "law")),
        "mentions": rows(
            "mentions", base, (0, dict(actor="X", modifier="Dr")), (6, dict(actor="Y", modifier=""))
        ),
        "statements": rows("statements", base, (0, dict(group="us", effect="neutral"))),
        "deeds": rows("deeds", base, (0, dict(subject="X", verb="meet", object="Y", negated=False))),
    }
    text = [
        "sentence",
        "file",
        "source",
        "story",
        "kind",
        "frame",
        "value",
        "term",
        "actor",
        "group",
        "effect",
        "subject",
    ]
    cast = {
        n: t.astype({c: "category" for c in text if c in t and t[c].notna().all()}) for n, t in study.items()
    }
    again = every(cast)
    for name, table in every(study).items():
        pd.testing.assert_frame_equal(table.astype(object), again[name].astype(object), obj=name)


def test_the_seed_decides():
    base = sentences(("a", 40), ("b", 40))
    found = frames(base, war=[*range(13), *range(40, 59)])
    one, two, other = (stats.frame_shares(found, base, draws=99, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one[["low", "high"]].equals(other[["low", "high"]])


def test_a_large_table_stays_fast():
    n = 100_000
    ids = np.char.add("s", np.arange(n).astype(str))
    story = np.arange(n) // 20
    source = np.array(list("abcde"))[story % 5]
    base = pd.DataFrame(
        dict(sentence=ids, file="f", source=source, story=story.astype(str), kind="body", repeated=False)
    )
    rng = np.random.default_rng(0)
    found = pd.DataFrame(dict(sentence=rng.choice(ids, n), frame=rng.choice(["war", "law"], n)))
    begin = time.perf_counter()
    table = stats.frame_shares(found, base)
    stats.frame_tests(found, base)
    assert time.perf_counter() - begin < 5
    assert (
        (table["high"] - table["low"]).between(0.001, 0.02).all()
    )  # 2 * 1.96 * sqrt(.4 * .6 / 20000) = 0.0136


def test_frames_in_own_and_quoted_voices_are_tested_together():
    facts = [("war", "attributed")] * 8 + [("trade", "own")] * 3 + [("trade", "attributed")] * 3 + [("peace", "own")]
    table = stats.frame_voices(pd.DataFrame(facts, columns=["frame", "voice"]))
    assert list(table["frame"]) == ["war", "trade", "peace"] and list(table["n"]) == [8, 6, 1]
    assert table["p"].tolist() == pytest.approx([2 / 2**8, 1, 1])
    assert table["q"].tolist() == pytest.approx([3 * 2 / 2**8, 1, 1])  # of three frames
    assert stats.frame_voices(pd.DataFrame(columns=["frame", "voice"])).empty


def test_absences_are_adjusted_over_what_was_present_too():
    base = sentences(("A", 10), ("B", 10))
    facts = [(f"s{i:03}", frame) for i in range(10, 20) for frame in ("war", "trade")] + [("s000", "war")]
    frames = pd.DataFrame(facts, columns=["sentence", "frame"])
    (one,) = stats.absences(base, frames=frames).itertuples()
    assert (one.source, one.item) == ("A", "trade")
    looked = 3  # war in A and in B, trade in A; trade in B has no rate elsewhere
    assert one.q == pytest.approx(min(1, one.chance * looked))


def test_distinctive_terms_are_adjusted_for_all_terms():
    base = sentences(("A", 1), ("B", 1))
    facts = [("s000", "A", "bridge")] * 12 + [("s001", "B", "tunnel")] * 3 + [("s001", "B", "road")] * 3
    facts += [("s000", "A", "road")] * 3
    words = pd.DataFrame(facts, columns=["sentence", "source", "term"]).assign(type="lemma")
    table = stats.distinctive(words, base)
    p = 2 * norm.sf(table["z"])
    assert (table["q"] >= p).all() and (table["q"] > p).any()


# Over time


def dated(*published):
    """Four documents of two sources; each has four sentences, and war in as many of them as its number."""
    files = [f"{i}.txt" for i in range(len(published))]
    documents = pd.DataFrame({"file": files, "source": ["A", "B"] * (len(files) // 2), "published": published,
                              "status": "ok"})
    sentences = pd.DataFrame([(f"{i}.{j}", f"{i}.txt", "AB"[i % 2], f"{i}", "body", False) for i in range(len(files))
                              for j in range(4)], columns=["sentence", "file", "source", "story", "kind", "repeated"])
    frames = sentences[[int(one[-1]) < int(one[0]) for one in sentences["sentence"]]].assign(frame="war", voice="own")
    stances = sentences[sentences["sentence"].str.endswith(".0")].assign(
        holder_group="source", value=["affirm", "deny"] * (len(files) // 2), checked=[one == "3.txt" for one in files])
    return documents, sentences, frames, stances


@pytest.mark.parametrize(("written", "read"), [
    ("2025-09-03", "2025-09-03"), ("2025-09-03T10:15:00Z", "2025-09-03"), ("2025-09-03 10:15", "2025-09-03"),
    ("2025/9/3", "2025-09-03"), ("20250903", "2025-09-03"), ("3 September 2025", "2025-09-03"),
    ("Sept. 3, 2025", "2025-09-03"), ("Wed, 03 Sep 2025 10:15:00 GMT", "2025-09-03"), ("3rd Sep 2025", "2025-09-03"),
    ("3/9/2025", None), ("2025-09", None), ("2025", None), ("2025-02-30", None), ("last Tuesday", None), ("", None),
])
def test_a_day_of_publication_is_read_or_is_none(written, read):
    day, = stats.days(pd.DataFrame({"published": [iso(written)[0]]}))
    assert pd.isna(day) if read is None else str(day.date()) == read


def test_over_time_counts_each_source_in_each_period():
    """Wednesday 3 and Sunday 7 September stand in one week, Monday 8 in the next; 12 October is beyond a month."""
    table = stats.over_time(*dated("2025-09-03", "2025-09-07", "2025-09-08", "2025-10-12"))
    assert set(table["every"]) == {"week"}
    assert sorted(set(table["start"])) == ["2025-09-01", "2025-09-08", "2025-09-15", "2025-09-22", "2025-09-29",
                                           "2025-10-06"]
    found = {(r.what, r.item, r.source, r.start): (r.k, r.n) for r in table.itertuples()}
    assert found["documents", "", "A", "2025-09-08"] == (1, 2) and found["sentences", "", "B", "2025-09-01"] == (4, 8)
    assert found["frame", "war", "A", "2025-09-01"] == (0, 4) and found["frame", "war", "A", "2025-09-08"] == (2, 4)
    assert found["frame", "war", "B", "2025-09-01"] == (1, 4) and found["frame", "war", "B", "2025-09-15"] == (0, 0)
    assert found["own", "affirm", "A", "2025-09-08"] == (1, 1) and found["own", "deny", "B", "2025-10-06"] == (1, 1)
    assert found["quoted", "deny", "B", "2025-10-06"] == (0, 0)
    assert table.loc[table["n"] == 0, "share"].isna().all()
    assert list(table.loc[(table["what"] == "own") & (table["k"] == 1), "read"]) == [0, 0, 0, 1]


def test_periods_are_as_long_as_the_span_asks():
    for last, every, many in ("2025-09-30", "day", 28), ("2026-03-01", "week", 26), ("2026-09-03", "month", 13), (
            "2036-01-01", "year", 12):
        table = stats.over_time(*dated("2025-09-03", "2025-09-04", "2025-09-05", last))
        assert set(table["every"]) == {every} and table["start"].nunique() == many, last


def test_fewer_than_three_days_are_not_compared():
    table = stats.over_time(*dated("2025-09-03", "2025-09-03", "2025-09-04", "some day"))
    assert table.empty and list(table)[:3] == ["what", "item", "source"]
    assert stats.changes(table).empty


def test_the_later_half_is_compared_with_the_earlier():
    """Ten sentences of forty, then thirty of forty: 50 points more, Newcombe's interval is 28.5 to 65.3."""
    rows = [("frame", "war", "A", "2025-09-01", 10, None, 40), ("frame", "war", "A", "2025-09-02", 30, None, 40),
            ("frame", "aid", "A", "2025-09-01", 1, None, 4), ("frame", "aid", "A", "2025-09-02", 1, None, 40),
            ("own", "deny", "A", "2025-09-01", 5, 5, 5), ("own", "deny", "A", "2025-09-02", 4, 0, 6)]
    table = pd.DataFrame(rows, columns=["what", "item", "source", "start", "k", "read", "n"])
    found = stats.changes(table.astype({"read": "Int64"})).set_index("item")
    assert list(found.index) == ["war", "deny"]  # of four sentences nothing is said
    war = found.loc["war"]
    assert (war["since"], war["k_1"], war["n_1"], war["k_2"], war["n_2"]) == ("2025-09-02", 10, 40, 30, 40)
    low1, high1, low2, high2 = 0.1419, 0.4019, 0.5981, 0.8581  # Wilson, of 10 and of 30 in 40
    assert war["difference"] == pytest.approx(0.5)
    assert war["low"] == pytest.approx(0.5 - ((0.75 - low2) ** 2 + (high1 - 0.25) ** 2) ** 0.5, abs=1e-3)
    assert war["high"] == pytest.approx(0.5 + ((high2 - 0.75) ** 2 + (0.25 - low1) ** 2) ** 0.5, abs=1e-3)
    assert war["p"] < 0.0001 and war["q"] == pytest.approx(2 * war["p"]) and war["enough"]
    assert found.loc["deny", "enough"]  # five of nine were read: half, and five
