"""How well tables match labels: a small study of two sentences, counted by hand."""

import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from parallax import evaluate
from parallax import tables as module
from parallax.baseline import baseline
from parallax.study import load

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
    ("stance", "macro F1"): (1, 2),  # hedge has no labels: it is not 0
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


# Any part of labels


def only(folder, *names):
    """Leave, of the labels in a folder, these tables alone."""
    for path in folder.glob("*.csv"):
        if path.stem not in names:
            path.unlink()
    return folder


def test_stances_alone_are_enough_and_the_note_says_what_they_cannot_tell(found, labels):
    result = evaluate.accuracy(found, only(labels, "stances"))
    got = values(result)
    # Read is where a label stands: both sentences. Right are `us, deny`; wrong `us, affirm`; missed `source, affirm`.
    assert got["stance", "precision"] == (1 / 2, 2) and got["stance", "recall"] == (1 / 2, 2)
    assert set(result["step"]) == {"stance"} and result["note"].str.endswith(evaluate.FLATTERED).all()
    assert evaluate.random_part(found, labels).empty and len(evaluate.worst(found, labels)) == 1


def test_without_sentences_only_a_labelled_sentence_was_read(found, labels):
    only(labels, "stances")
    tables(LABELS)["stances"].iloc[:1].to_csv(labels / "stances.csv", index=False)
    assert values(evaluate.accuracy(found, labels))["stance", "precision"] == (0, 1)  # `us, deny` stands elsewhere


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("table", list(LABELS))
def test_each_table_alone_and_each_one_missing_or_empty(found, labels, table):
    found.mentions = found.mentions.assign(rule="a")
    full = (labels / f"{table}.csv").read_text()
    for text in (full.split("\n")[0] + "\n", None):
        (labels / f"{table}.csv").write_text(text) if text else (labels / f"{table}.csv").unlink()
        evaluate.accuracy(found, labels, draws=9)
        for measure in (evaluate.rules, evaluate.random_part, evaluate.worst):
            measure(found, labels)
    (labels / f"{table}.csv").write_text(full)
    result = evaluate.accuracy(found, only(labels, table), draws=9)
    steps = {"mentions": 3, "frames": 2}  # actors, pronouns, places; all frames and each
    assert result["step"].str.split(":").str[0].nunique() == steps.get(table, 1)
    evaluate.rules(found, labels)
    (labels / f"{table}.csv").write_text(full.split("\n")[0] + "\n")
    assert evaluate.accuracy(found, labels).dropna(subset="value").empty


def test_sentences_without_kind_and_story(found, labels):
    tables(LABELS)["sentences"].drop(columns=["kind", "story"]).to_csv(labels / "sentences.csv", index=False)
    got = values(evaluate.accuracy(found, labels))
    assert got["sentences", "found"] == (2 / 3, 3) and ("sentences", "kind") not in got
    assert got["actors", "precision"] == (3 / 5, 5)  # nothing is known to be furniture


def test_a_class_without_labels_is_no_zero(found, labels):
    found.frames = pd.concat([found.frames, found.frames.iloc[:1].assign(frame="sport")])
    got = values(evaluate.accuracy(found, labels))
    assert got["frames", "macro F1"] == pytest.approx((1 / 3, 2))  # war 2/3, law 0
    assert np.isnan(got["frame: sport", "F1"][0]) and got["frame: sport", "precision"][1] == 0
    notes = evaluate.accuracy(found, labels).set_index(["step", "measure"])["note"]
    assert notes["frame: sport", "F1"] == notes["stance", "hedge: F1"] == "no labels"


# What is measured on what: a reference, sentences drawn at random, sentences that were chosen

READ = [  # sentence, kind, start, end, reader, drawn
    ("r1", "body", 0, 10, "", ""), ("r2", "body", 10, 20, "ann", "random"), ("r3", "body", 20, 30, "ann", "random"),
    ("r4", "body", 30, 40, "ann", "queue"), ("r5", "credit", 40, 50, "ann", "random"),
    ("r6", "body", 50, 60, "ann", ""),
]
SAID = [("source", "affirm", 0), ("us", "deny", 10), ("source", "hedge", 30)]
THOUGHT = [("source", "affirm", 0), ("us", "deny", 10), ("us", "deny", 20), ("source", "deny", 30),
           ("us", "affirm", 50)]


@pytest.fixture
def answered(tmp_path):
    """Six sentences: one of a reference, two drawn at random, one from the queue, a credit, and one that was chosen."""
    sentences = pd.DataFrame([(name, FILE, kind, a, b, f"Sentence {name}", reader, drawn)
                              for name, kind, a, b, reader, drawn in READ],
                             columns=["sentence", "file", "kind", "start", "end", "text", "reader", "drawn"])
    stances = [pd.DataFrame([(FILE, group, value, a, a + 5, "...", "cue", "why") for group, value, a in rows],
                            columns=[*COLUMNS["stances"], "rule", "because"]) for rows in (SAID, THOUGHT)]
    sentences.to_csv(tmp_path / "sentences.csv", index=False)
    stances[0][COLUMNS["stances"]].to_csv(tmp_path / "stances.csv", index=False)
    mentions = pd.DataFrame([(FILE, 0, 2, "Xi", "XI", "name", "actor")], columns=COLUMNS["mentions"])
    mentions.to_csv(tmp_path / "mentions.csv", index=False)
    every = pd.DataFrame([(FILE, a, a + 2, "Xi", "XI", "name", "actor", "r") for a in (0, 10, 30)],
                         columns=[*COLUMNS["mentions"], "rule"])
    found = SimpleNamespace(sentences=sentences.assign(source="A"), mentions=every, stances=stances[1])
    return found, tmp_path


def test_what_was_chosen_counts_in_rules_and_not_in_accuracy(answered):
    got = values(evaluate.accuracy(*answered))
    # Reference and random: found are r1, r2, r3; labelled r1, r2.
    assert got["stance", "precision"] == pytest.approx((2 / 3, 3)) and got["stance", "recall"] == (1, 2)
    assert got["actors", "precision"] == (1, 1)  # readers answer about positions: r1 alone tells of mentions
    rules = evaluate.rules(*answered).set_index("table")
    assert tuple(rules.loc["stances", ["n", "right"]]) == (5, 2)
    assert rules["note"].to_dict() == {"mentions": "", "stances": "2 in sentences that were chosen"}


def test_the_random_part_counted_by_hand(answered):
    part = evaluate.random_part(*answered).set_index(["voice", "measure"])
    assert tuple(part.loc[("all", "precision"), ["k", "n", "value", "sentences"]]) == (1, 2, 0.5, 2)
    assert tuple(part.loc[("all", "recall"), ["k", "n", "value"]]) == (1, 1, 1)
    low, high = binomtest(1, 2).proportion_ci(method="wilson")
    assert tuple(part.loc[("quoted", "precision"), ["low", "high"]]) == pytest.approx((low, high))
    assert part.loc[("own", "precision"), "n"] == 0 and np.isnan(part.loc[("own", "precision"), "value"])


def test_a_reader_who_found_no_position_is_measured_too(answered):
    found, folder = answered
    (folder / "stances.csv").unlink()
    part = evaluate.random_part(found, folder).set_index(["voice", "measure"])
    assert tuple(part.loc[("all", "precision"), ["k", "n"]]) == (0, 2) and part.loc[("all", "recall"), "n"] == 0
    assert np.isnan(values(evaluate.accuracy(found, folder))["stance", "F1"][0])


def test_the_worst_errors_come_first(answered):
    found, folder = answered
    said = [("us", "affirm", 0), ("source", "affirm", 10), ("source", "hedge", 20), ("eu", "deny", 50)]
    pd.DataFrame([(FILE, group, value, a, a + 4, "...") for group, value, a in said],
                 columns=COLUMNS["stances"]).to_csv(folder / "stances.csv", index=False)
    thought = [("us", "deny", 0), ("us", "affirm", 10), ("source", "deny", 20), ("us", "affirm", 50),
               ("us", "deny", 30)]
    found.stances = pd.DataFrame([(FILE, group, value, a, a + 5, "...", "cue", "why") for group, value, a in thought],
                                 columns=[*COLUMNS["stances"], "rule", "because"])
    worst = evaluate.worst(found, folder)
    assert [tuple(row) for row in worst[["sentence", "problem", "found", "label", "rule"]].to_numpy()] == [
        ("r1", "the opposite value", "deny by us", "affirm by us", "cue"),
        ("r2", "own and quoted voice mistaken", "affirm by us", "affirm by source", "cue"),
        ("r3", "another value", "deny by source", "hedge by source", "cue"),
        ("r4", "extra", "deny by us", "", "cue"),
        ("r6", "extra", "affirm by us", "", "cue"),
        ("r6", "missed", "", "deny by eu", ""),
    ]
    assert tuple(worst.loc[0, ["source", "text", "start", "end", "cue_start", "cue_end"]]) == (
        "A", "Sentence r1", 0, 10, 0, 5)
    assert len(evaluate.worst(found, folder, 2)) == 2


# A study with texts: labels follow an edit, and a table that nobody has read is known

BOOK = """
title: T
actors:
  ADA: {name: Ada, kind: person}
  BO: {name: Bo, kind: person}
frames:
  works: {words: [bridge]}
narrative:
  claim: The bridge is unsafe.
  arguments:
    unsafe: {side: for, cues: [unsafe]}
"""
TEXT = "The bridge is unsafe. Ada says the bridge is not unsafe. Bo met Ada on the bridge."


@pytest.fixture
def bridge(tmp_path):
    (tmp_path / "codebook.yml").write_text(BOOK)
    (tmp_path / "a.txt").write_text(TEXT)
    study = load(tmp_path)
    return study, module.build(study, cached=False)


def test_labels_are_looked_for_where_the_text_has_moved(bridge):
    study, t = bridge
    (study.folder / "labels").mkdir()
    t.sentences[["sentence", "file", "start", "end", "text"]].to_csv(study.folder / "labels/sentences.csv", index=False)
    t.stances[["file", "holder", "holder_group", "value", "start", "end", "text"]].to_csv(
        study.folder / "labels/stances.csv", index=False)
    (study.folder / "a.txt").write_text("News first. " + TEXT.replace("Bo met Ada", "Bo never met Ada"))
    moved = load(study.folder)
    gold = evaluate.gold(module.build(moved, cached=False), moved)
    assert list(gold.spans["first"]) == [12, 34] and len(gold.changed) == 1  # 12 characters on; the last was rewritten
    got = values(evaluate.accuracy(module.build(moved, cached=False), moved))
    assert got["stance", "F1"] == (1, 2) and got["sentences", "found"] == (1, 2)


def test_a_table_that_is_the_rules_own_is_named_and_left_out(bridge):
    study, t = bridge
    for name in ("mentions", "stances"):
        (study.folder / "labels").mkdir(exist_ok=True)
        getattr(t, name).to_csv(study.folder / f"labels/{name}.csv", index=False)
    t.sentences[["sentence", "file", "start", "end", "text"]].to_csv(study.folder / "labels/sentences.csv", index=False)
    assert evaluate.unread(t, study) == ["mentions", "stances"]
    assert set(evaluate.accuracy(t, study)["step"]) == {"sentences"}
    t.stances.iloc[1:].to_csv(study.folder / "labels/stances.csv", index=False)  # somebody struck a row out
    t.mentions.drop(columns="rule").to_csv(study.folder / "labels/mentions.csv", index=False)  # or wrote it
    assert evaluate.unread(t, study) == []
    assert values(evaluate.accuracy(t, study))["stance", "precision"] == (1 / 2, 2)


def test_texts_on_which_the_rules_were_written_are_known_by_their_digest(bridge):
    assert evaluate.in_sample(bridge[0]) == []
    assert len(evaluate.in_sample(load("seeds"))) == 5


# The baseline


def test_the_baseline_counted_by_hand(bridge):
    study, t = bridge
    plain = baseline(study, t)
    assert list(plain.sentences["start"]) == [0, 22, 57]
    assert list(plain.mentions["actor"]) == ["ADA", "BO", "ADA"] and list(plain.mentions["start"]) == [22, 57, 64]
    assert [tuple(row) for row in plain.statements[["speaker", "cue", "text"]].to_numpy()] == [
        ("ADA", "says", " the bridge is not unsafe.")]
    assert [tuple(row) for row in plain.stances[["holder_group", "value", "start"]].to_numpy()] == [
        ("source", "affirm", 14), ("source", "affirm", 49)]  # whoever says it, and whatever negates it
    assert set(plain.frames["frame"]) == {"works"} and len(plain.frames) == 3


@pytest.mark.filterwarnings("error")
def test_the_baseline_of_a_study_with_a_title_alone(tmp_path):
    (tmp_path / "codebook.yml").write_text("title: T")
    (tmp_path / "a.txt").write_text("One sentence stands here.")
    study = load(tmp_path)
    plain = baseline(study, module.build(study, cached=False))
    assert len(plain.sentences) == 1 and not len(plain.frames) + len(plain.stances) + len(plain.mentions)


def test_the_headline_puts_the_baseline_beside_the_rules(found, labels):
    both = (evaluate.accuracy(one, labels) for one in (found, SimpleNamespace(**tables(LABELS))))
    table = evaluate.headline(*both).set_index("step")
    assert tuple(table.loc["Actors found", ["value", "n", "plain"]]) == (3 / 4, 4, 1)
    assert table.loc["Sentences that hedge", "n"] == 0


def test_labels_of_a_document_that_is_gone_are_counted_and_said(tmp_path):
    folder = shutil.copytree(load("seeds").folder, tmp_path / "study")
    next(folder.glob("002_*.txt")).unlink()
    (folder / "sources.csv").unlink()
    study = load(folder)
    t = module.build(study)
    labels = evaluate.gold(t, study)
    lost = pd.read_csv(folder / "labels" / "sentences.csv")["file"].str.startswith("002_").sum()
    assert lost > 0 and len(labels.changed) == lost
    assert not labels.tables["stances"]["file"].str.startswith("002_").any()
    measured = evaluate.accuracy(t, labels, draws=9).set_index(["step", "measure"])
    assert measured.loc[("sentences", "found"), "value"] == 1
