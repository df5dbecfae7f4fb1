"""How well tables match labels: a small study of two sentences, counted by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from parallax import evaluate

FILE = "a.txt"
COLUMNS = {
    "sentences": ["sentence", "file", "story", "kind", "start", "end", "text"],
    "mentions": ["file", "start", "end", "text", "actor", "form", "sense"],
    "statements": ["file", "speaker", "speaker_text", "cue", "cue_start", "cue_end", "start", "end", "text"],
    "stances": ["file", "holder_group", "value", "start", "end", "text"],
    "frames": ["file", "frame", "start", "end"],
}
# Sentences at 0-10 (furniture), 10-50, 60-100.
LABELS = {
    "sentences": [
        ("a.1", FILE, "", "furniture", 0, 10, "menu"),
        ("a.2", FILE, "a-1", "headline", 10, 50, "one"),
        ("a.3", FILE, "a-1", "body", 60, 100, "two"),
    ],
    "mentions": [
        (FILE, 10, 14, "Xi", "XI", "name", "actor"),
        (FILE, 20, 24, "he", "XI", "pronoun", "actor"),
        (FILE, 60, 67, "Beijing", "CHINA", "capital", "place"),
        (FILE, 80, 87, "Beijing", "CHINA", "capital", "actor"),
    ],
    "statements": [
        (FILE, "XI", "Xi", "said", 15, 19, 20, 50, "..."),
        (FILE, "", "analysts", "warn", 70, 74, 80, 100, "..."),
    ],
    "stances": [(FILE, "source", "affirm", 12, 20, "..."), (FILE, "us", "deny", 62, 70, "...")],
    "frames": [(FILE, "war", 10, 50), (FILE, "law", 10, 50), (FILE, "war", 60, 100)],
}
FOUND = {
    "sentences": [
        ("x1", "seeds/a.txt", "s", "furniture", 0, 10, "menu"),
        ("x2", "seeds/a.txt", "s", "body", 10, 50, "one"),  # the wrong kind
        ("x3", "seeds/a.txt", "s", "body", 60, 99, "two"),  # the wrong end
    ],
    "mentions": [
        (FILE, 12, 14, "Xi", "XI", "name", "actor"),  # overlaps: found
        (FILE, 30, 32, "it", "CHINA", "pronoun", "actor"),  # stands nowhere in the labels
        (FILE, 60, 67, "Beijing", "CHINA", "capital", "actor"),  # found, with the wrong sense
        (FILE, 80, 87, "Beijing", "CHINA", "capital", "actor"),
        (FILE, 2, 4, "Xi", "XI", "name", "actor"),  # in furniture: not counted
        ("other.txt", 10, 14, "Xi", "XI", "name", "actor"),  # in a file without labels
    ],
    "statements": [
        (FILE, "", "President Xi", "said", 15, 19, 40, 50, "..."),  # speaker by name; a third of the content
        (FILE, "XI", "Xi", "warn", 70, 74, 80, 98, "..."),  # the wrong speaker
        (FILE, "XI", "Xi", "added", 90, 95, 60, 90, "..."),  # extra
    ],
    "stances": [
        (FILE, "us", "affirm", 12, 20, "..."),  # right value, wrong voice
        (FILE, "us", "deny", 60, 61, "..."),
        (FILE, "us", "deny", 90, 95, "..."),  # the same row again
    ],
    "frames": [(FILE, "war", 12, 15), (FILE, "war", 30, 32), (FILE, "law", 61, 62)],
}


def tables(facts):
    """Label or analysis tables from facts."""
    return {name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in facts.items()}


@pytest.fixture
def labels(tmp_path):
    for name, table in tables(LABELS).items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


@pytest.fixture
def found():
    return SimpleNamespace(**tables(FOUND))


def values(result):
    """(step, measure) -> (value, n)."""
    return {(row.step, row.measure): (row.value, row.n) for row in result.itertuples()}


EXPECTED = {
    ("sentences", "found"): (2 / 3, 3),
    ("sentences", "kind"): (1 / 2, 2),
    ("actors", "precision"): (3 / 4, 4),
    ("actors", "recall"): (3 / 4, 4),
    ("actors", "F1"): (3 / 4, 4),
    ("actors", "named: recall"): (1, 3),
    ("actors", "capital: recall"): (1, 2),
    ("pronouns", "precision"): (0, 1),
    ("pronouns", "recall"): (0, 1),
    ("place or actor", "accuracy"): (2 / 3, 3),
    ("place or actor", "capitals: accuracy"): (1 / 2, 2),
    ("statements", "cue: precision"): (2 / 3, 3),
    ("statements", "cue: recall"): (1, 2),
    ("statements", "cue: F1"): (2 * 2 / (3 + 2), 2),
    ("statements", "cue and speaker: recall"): (1 / 2, 2),
    ("statements", "cue and content: recall"): (1 / 2, 2),  # 10 of 30 characters; 18 of 20
    ("stance", "precision"): (1 / 2, 2),
    ("stance", "recall"): (1 / 2, 2),
    ("stance", "own voice: recall"): (0, 1),
    ("stance", "any: F1"): (1, 2),
    ("stance", "affirm: F1"): (1, 1),  # by sentence and value the voice does not matter
    ("stance", "deny: F1"): (1, 1),
    ("stance", "macro F1"): (2 / 3, 3),  # hedge is in neither: 0
    ("frame: war", "precision"): (1, 1),
    ("frame: war", "recall"): (1 / 2, 2),
    ("frame: war", "F1"): (2 / 3, 2),
    ("frame: law", "F1"): (0, 1),
    ("frames", "macro F1"): (1 / 3, 2),
    ("frames", "micro: F1"): (2 / 5, 3),
}


@pytest.mark.filterwarnings("error")
def test_values_counted_by_hand(found, labels):
    result = evaluate.accuracy(found, labels)
    assert list(result.columns) == ["step", "measure", "value", "low", "high", "n", "note"]
    got = values(result)
    for key, expected in EXPECTED.items():
        assert got[key] == pytest.approx(expected), key
    known = result.dropna(subset="value")
    assert (known["low"] <= known["value"]).all() and (known["value"] <= known["high"]).all()
    assert np.isnan(got["stance", "hedge: F1"][0])  # nothing found, nothing labelled


def test_labels_match_themselves(labels):
    result = evaluate.accuracy(SimpleNamespace(**tables(LABELS)), labels)
    counted = result[(result["n"] > 0) & result["value"].notna() & (result["measure"] != "macro F1")]
    assert (counted["value"] == 1).all()
    for step in (
        "sentences",
        "actors",
        "pronouns",
        "place or actor",
        "statements",
        "stance",
        "frames",
        "frame: war",
    ):
        assert len(evaluate.errors(SimpleNamespace(**tables(LABELS)), labels, step)) == 0
    row = counted[(counted["step"] == "actors") & (counted["measure"] == "recall")].iloc[0]  # 4 of 4: Wilson
    assert (row.low, row.high) == pytest.approx(tuple(binomtest(4, 4).proportion_ci(method="wilson")))


def test_errors_name_the_sentence(found, labels):
    def listed(step):
        return [
            tuple(row)
            for row in evaluate.errors(found, labels, step)[["sentence", "problem", "what"]].to_numpy()
        ]

    assert set(listed("actors")) == {("a.2", "missed", "XI"), ("a.2", "extra", "CHINA")}
    assert listed("pronouns") == listed("actors")
    assert listed("place or actor") == [("a.3", "actor", "CHINA")]
    assert listed("statements") == [("a.3", "extra", "added")]
    assert set(listed("stance")) == {("a.2", "missed", "affirm by source"), ("a.2", "extra", "affirm by us")}
    assert set(listed("frames")) == {
        ("a.2", "missed", "law"),
        ("a.3", "missed", "war"),
        ("a.3", "extra", "law"),
    }
    assert listed("frame: war") == [("a.3", "missed", "war")]
    assert ("a.2", "body", "headline") in listed("sentences") and ("a.3", "missed", "body") in listed(
        "sentences"
    )
    first = evaluate.errors(found, labels, "statements").iloc[0]
    assert (first.file, first.text, first.context) == (FILE, "...", "two")


def test_order_of_rows_and_seed(found, labels):
    result = evaluate.accuracy(found, labels, seed=3)
    shuffled = SimpleNamespace(**{n: t.sample(frac=1, random_state=2) for n, t in vars(found).items()})
    pd.testing.assert_frame_equal(result, evaluate.accuracy(shuffled, labels, seed=3))


@pytest.mark.filterwarnings("error")
def test_empty_tables_find_nothing(labels):
    for empty in (
        {name: table.iloc[:0] for name, table in tables(FOUND).items()},
        {name: pd.DataFrame(columns=columns) for name, columns in COLUMNS.items()},
    ):
        result = evaluate.accuracy(SimpleNamespace(**empty), labels)
        got = values(result)
        assert got["actors", "recall"] == (0, 4) and np.isnan(got["actors", "precision"][0])
        assert result.loc[result["value"].isna(), ["low", "high"]].isna().all(axis=None)
        assert len(evaluate.errors(SimpleNamespace(**empty), labels, "frames")) == 3


def test_a_table_without_labels_is_not_measured(found, labels):
    (labels / "stances.csv").unlink()
    assert "stance" not in set(evaluate.accuracy(found, labels)["step"])


def test_each_row_is_used_once(found, labels):
    # One long mention overlaps two labels of the same actor; it can be the right answer to one of them only.
    found.mentions = pd.DataFrame(
        [(FILE, 60, 90, "", "CHINA", "capital", "actor")], columns=COLUMNS["mentions"]
    )
    assert values(evaluate.accuracy(found, labels))["actors", "recall"] == (1 / 4, 4)


def test_interval_is_the_bootstrap_of_sentences(tmp_path):
    # 60 sentences with one mention each, 45 of them found. A draw is Binomial(60, 3/4) / 60: 0.6333 to 0.85.
    rows = [(f"a.{i}", FILE, "a-1", "body", i * 10, i * 10 + 10, "") for i in range(60)]
    mentions = [(FILE, i * 10, i * 10 + 5, "Xi", "XI", "name", "actor") for i in range(60)]
    labels = tables({"sentences": rows, "mentions": mentions})
    for name, table in labels.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    found = SimpleNamespace(sentences=labels["sentences"], mentions=labels["mentions"].iloc[:45])
    row = evaluate.accuracy(found, tmp_path, draws=4000).set_index(["step", "measure"]).loc[("actors", "recall")]
    assert row.value == 0.75 and np.allclose((row.low, row.high), (0.6333, 0.85), atol=0.018)


def test_precision_of_rules_counted_by_hand(found, labels):
    found.mentions = found.mentions.assign(rule=["name", "it", "capital", "capital", "name", "name"])
    found.statements = found.statements.assign(rule=["verb", "verb", "added"])
    found.stances = found.stances.assign(rule=["cue", "denial", "denial"])
    result = evaluate.rules(found, labels)
    assert [tuple(row) for row in result[["table", "rule", "n", "right"]].to_numpy()] == [
        ("mentions", "capital", 2, 1),  # one of the two has the wrong sense
        ("mentions", "it", 1, 0),
        ("mentions", "name", 1, 1),  # furniture and files without labels are not counted
        ("stances", "cue", 1, 0),  # the wrong voice
        ("stances", "denial", 1, 1),  # the same row again counts once
        ("statements", "verb", 2, 1),  # one has the wrong speaker
        ("statements", "added", 1, 0),
    ]
    assert result.loc[0, "precision"] == 0.5
    wilson = binomtest(1, 2).proportion_ci(method="wilson")
    assert tuple(result.loc[0, ["low", "high"]]) == pytest.approx((wilson.low, wilson.high))


def test_a_row_of_several_rules_counts_for_each(found, labels):
    found.mentions = found.mentions.assign(rule=["name+title", "it", "capital+title", "capital", "name", "name"])
    found.statements = found.statements.assign(rule=["verb+shared", "verb", "added+verb+verb"])
    found.stances = found.stances.assign(rule=["", "reported+negated", "denial"])
    result = evaluate.rules(found, labels)
    rows = {(table, rule): (n, right) for table, rule, n, right, *_ in result.itertuples(index=False)}
    assert rows == {
        ("mentions", "name"): (1, 1), ("mentions", "title"): (2, 1), ("mentions", "it"): (1, 0),
        ("mentions", "capital"): (2, 1), ("statements", "verb"): (3, 1), ("statements", "shared"): (1, 1),
        ("statements", "added"): (1, 0), ("stances", "reported"): (1, 1), ("stances", "negated"): (1, 1),
    }  # fmt: skip
    assert not result["rule"].str.contains("+", regex=False).any()


def test_rules_of_unlabelled_or_ruleless_tables_are_left_out(found, labels):
    assert len(evaluate.rules(found, labels)) == 0  # no column `rule`
    found.stances = found.stances.assign(rule="cue")
    assert set(evaluate.rules(found, labels)["table"]) == {"stances"}
    (labels / "stances.csv").unlink()
    assert len(evaluate.rules(found, labels)) == 0
