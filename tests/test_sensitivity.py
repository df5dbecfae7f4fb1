"""What turns conclusions around: one small study, each change counted by hand."""


import pandas as pd
import pytest

import parallax
from parallax import tables
from parallax.sensitivity import sensitivity, summary

SENTENCES = [  # story, kind; sentences 0 to 9 of source A
    ("a1", "headline"), ("a1", "body"), ("a1", "body"), ("a1", "body"), ("a2", "headline"), ("a2", "body"),
    ("a2", "body"), ("a2", "body"), ("a2", "body"), ("a2", "body"),
]
STANCES = [  # sentence, group of the holder, value, cue: affirm leads 4 to 2
    (0, "source", "affirm", "bold"), (1, "us", "affirm", "bold"), (2, "us", "affirm", "bold"),
    (5, "us", "affirm", "safe"), (6, "source", "deny", "weak"), (7, "us", "deny", "thin"),
]
FRAMES = [  # sentence, frame, voice: war leads 3 to 2
    (0, "war", "own"), (1, "war", "attributed"), (5, "war", "attributed"), (6, "law", "own"), (7, "law", "own"),
    (7, "law", "attributed"),
]


def table(name, rows):
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else tables.COLUMNS[name]).reindex(
        columns=tables.COLUMNS[name], fill_value="")


def made(stances=STANCES, frames=FRAMES, mentions=()):
    """The tables of a study of one source."""
    place = {i: dict(sentence=f"s{i}", file="a.txt", source="A", story=story) for i, (story, _) in enumerate(SENTENCES)}
    rows = {
        "sentences": [{**place[i], "kind": kind, "start": i * 10, "repeated": False, "text": f"Text {i}."}
                      for i, (_, kind) in enumerate(SENTENCES)],
        "stances": [{**place[i], "holder": group, "holder_group": group, "value": value, "argument": "x", "entry": cue}
                    for i, group, value, cue in stances],
        "frames": [{**place[i], "frame": frame, "voice": voice} for i, frame, voice in frames],
        "mentions": [{**place[i], "actor": actor, "sense": "actor", "voice": voice} for i, actor, voice in mentions],
    }
    rows["documents"] = [{"file": "a.txt", "source": "A", "status": "ok"}]
    return tables.Tables(**{name: table(name, rows.get(name, [])) for name in tables.COLUMNS})


def changed(found, topic):
    """{variation: (becomes, turns)} of the conclusion of a topic."""
    rows = found[found["topic"] == topic]
    return {row.variation: (row.becomes, row.turns) for row in rows.itertuples()}


def test_positions_counted_by_hand():
    found = sensitivity(made())
    assert set(found["topic"]) == {"position", "frame"}  # own voice: 2; quoted voices: 4, fewer than five
    assert set(found.loc[found["topic"] == "position", "conclusion"]) == {"affirms in 4 of 6 positions"}
    assert changed(found, "position") == {
        "without story a1": ("denies in 2 of 3 positions", True),
        "without story a2": ("affirms in 3 of 3 positions", False),
        "without captions and headings": ("affirms in 3 of 5 positions", False),
        "in own voice only": ("affirms and denies, each in 1 of 2 positions", True),
        "without the cue 'bold'": ("denies in 2 of 3 positions", True),
        "without the cue 'safe'": ("affirms in 3 of 5 positions", False),
        "without the cue 'weak'": ("affirms in 4 of 5 positions", False),
        "without the cue 'thin'": ("affirms in 4 of 5 positions", False),
    }


def test_frames_counted_by_hand_each_once_in_a_sentence():
    found = sensitivity(made(), labels={"war": "War"})
    assert changed(found, "frame") == {  # five sentences evoke one
        "without story a1": ("law in 2 of 3 framed sentences", True),
        "without story a2": ("War in 2 of 2 framed sentences", False),
        "without captions and headings": ("law and War, each in 2 of 4 framed sentences", True),
        "in own voice only": ("law in 2 of 3 framed sentences", True),
    }


def test_what_is_even_is_no_conclusion_and_what_is_gone_has_not_turned():
    even = [(i, "us", value, "c") for i, value in enumerate(["affirm", "affirm", "affirm", "deny", "deny", "deny"])]
    assert sensitivity(made(even, [])).empty
    quoted = [(i, "us", "deny", "c") for i in range(5, 10)]
    found = sensitivity(made(quoted, []))
    assert set(found["topic"]) == {"position"}  # all are quoted: the voice says nothing of its own
    assert changed(found, "position") == {
        "without story a2": ("nothing is left", False), "in own voice only": ("nothing is left", False),
        "without the cue 'c'": ("nothing is left", False)}
    assert summary(found)[["variations", "turns", "by"]].to_numpy().tolist() == [[3, 0, ""]]


def test_pairs_in_the_other_window_and_without_a_story():
    # X and Y meet in five of ten sentences and are never apart: p = 1 / C(10, 5) = 0.004, of three pairs.
    together = [(i, actor, "own" if i < 3 else "attributed") for i in (1, 2, 3, 5, 6) for actor in "XY"]
    found = sensitivity(made([], [], [*together, (8, "Z", "own"), (9, "Z", "own")]))
    said = changed(found, "pair")
    assert set(found["conclusion"]) == {
        "X and Y appear together more often than chance: 5 of 10 sentences (q = 0.012)"}
    together_no_more = "appear together no more often than chance"
    assert said["in story windows"][1] and said["in story windows"][0].startswith(together_no_more)
    # Without a1 they meet in two of six: p = 1 / C(6, 2) = 0.067, of three pairs q = 0.2.
    assert said["without story a1"] == (f"{together_no_more}: 2 of 6 sentences (q = 0.200)", True)


def test_summary_names_what_turns_a_conclusion():
    total = summary(sensitivity(made())).set_index("topic")
    assert tuple(total.loc["position", ["variations", "turns"]]) == (8, 3)
    assert total.loc["position", "by"] == (
        "denies in 2 of 3 positions: without story a1, without the cue 'bold'; "
        "affirms and denies, each in 1 of 2 positions: in own voice only")


@pytest.mark.filterwarnings("error")
def test_nothing_to_conclude():
    assert sensitivity(made([], [])).empty and summary(sensitivity(made([], []))).empty


def test_the_seeds_take_seconds_and_every_conclusion_is_one_of_the_base():
    import time

    _, t = parallax.read("seeds")
    start = time.process_time()
    found = sensitivity(t)
    assert time.process_time() - start < 6
    assert found.groupby(["topic", "source"]).ngroups >= 10
    assert not (found["turns"] & found["becomes"].eq(found["conclusion"])).any()
