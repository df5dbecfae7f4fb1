"""Near-copies: found whatever the marks and the source, named by the earliest, counted once or as published."""

import pandas as pd
import pytest

import parallax
from parallax import copies, tables
from parallax.check import odd_texts
from parallax.errors import StudyError
from parallax.study import load

WIRE = ("The harbour of Strelsau is closed for a week, the mayor said on Wednesday. Ships wait at sea, and nobody "
        "knows when they may enter. Engineers found a crack in the wall last month.")
OWN = "Our reporter walked along the empty quay. A ferry sails from the other side of the bay, and the gulls are loud."


def documents(**published):
    """Make a table of documents."""
    rows = [(f"{name}.txt", name, day, "ok", "") for name, day in published.items()]
    return pd.DataFrame(rows, columns=["file", "source", "published", "status", "copy_of"])


def sentences(**texts):
    """Make a table of one sentence a document."""
    return pd.DataFrame([(f"{name}.txt", "body", text) for name, text in texts.items()],
                        columns=["file", "kind", "text"])


def originals(documents, sentences):
    """Find the near-copies among the documents of a table."""
    found = copies.sketches(sentences)
    return copies.originals(documents, found, dict(zip(found["file"], found["runs"], strict=True)).__getitem__)


def test_likeness_is_the_share_of_runs_of_five_words():
    one, other = copies.runs(["a b c d e f"]), copies.runs(["a b c d e g"])
    assert len(one) == 2 and copies.jaccard(one, other) == 1 / 3  # abcde in both; bcdef, bcdeg
    assert copies.jaccard(one, one) == 1 and copies.jaccard(one, copies.runs([])) == 0
    assert len(copies.runs(["Yes, it's", "said."])) == 1  # shorter than a run: one run of all


def test_the_same_in_other_marks_is_a_copy():
    texts = {"a": "“No,”  it’s said.\n", "b": "\"No,\" it's SAID.", "c": "Yes, it's said.", "d": "", "e": ""}
    found = originals(documents(**dict.fromkeys(texts, "")), sentences(**texts))
    assert list(found) == ["", "a.txt", "", "", ""]


def test_the_earliest_published_is_the_one_that_is_copied():
    table = documents(late="2025-09-04", none="", early="2025-09-03", other="2025-09-01")
    table["copy_of"] = originals(table, sentences(late=WIRE, none=WIRE + " More.", early=WIRE, other=OWN))
    assert list(table["copy_of"]) == ["early.txt", "early.txt", "", ""]
    assert copies.kept_once(table) == {"early.txt", "other.txt"}
    assert copies.kept_once(table[table["source"] != "early"]) == {"late.txt", "other.txt"}
    # WIRE has 34 words, so 30 runs; with one more word there are 31.
    assert list(copies.alike(table, sentences(late=WIRE, none=WIRE + " More.", early=WIRE))["alike"]) == [1, 30 / 31]


def test_credits_make_no_copy():
    rows = pd.DataFrame([("a.txt", "credit", WIRE), ("a.txt", "body", OWN), ("b.txt", "credit", WIRE)],
                        columns=["file", "kind", "text"])
    assert list(originals(documents(a="", b=""), rows)) == ["", ""]


def test_many_copies_of_one_text_name_the_first():
    texts = {f"n{i}": WIRE.replace("week", f"week and {i} days") for i in range(300)}
    found = originals(documents(**dict.fromkeys(texts, "")), sentences(**texts))
    assert found[0] == "" and set(found[1:]) == {"n0.txt"}


@pytest.mark.parametrize("n, how, said", [
    (0, "once", ""),
    (1, "once", "1 of 4 documents is a near-copy of another and counts once."),
    (2, "once", "2 of 4 documents are near-copies of another and count once."),
    (2, "published", "2 of 4 documents are near-copies of another and count too, as published."),
])
def test_the_sentence(n, how, said):
    table = documents(a="", b="", c="", d="")
    table.loc[1:n, "copy_of"] = "a.txt"
    table.loc[1:n, "status"] = {"once": "skipped", "published": "ok"}[how]
    assert copies.sentence(table) == said


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    (folder / "codebook.yml").write_text("title: T\nframes: {f: {words: [harbour]}}\n")
    (folder / "sources.csv").write_text("file,source,published\na.txt,Post,2025-09-04\nb.txt,Times,2025-09-03\n"
                                        "c.txt,Times,\n")
    (folder / "a.txt").write_text(WIRE)
    (folder / "b.txt").write_text(WIRE.replace("on Wednesday", "today"))
    (folder / "c.txt").write_text(OWN)
    return folder


def test_copies_count_once_or_as_published(study):
    found = tables.build(load(study), cached=False)
    assert list(found.documents["copy_of"]) == ["b.txt", "", ""]
    assert list(found.select(copies="published").frames["file"]) == ["a.txt", "b.txt"]
    once = found.select(copies="once")
    assert list(once.frames["file"]) == ["b.txt"]
    assert all("a.txt" not in set(table["file"]) for name, table in once.items() if name != "documents")
    row = once.documents.set_index("file").loc["a.txt"]
    assert (row["status"], row["problem"]) == ("skipped", "a near-copy of b.txt: counted once")
    assert list(found.select(["Post"], copies="once").frames["file"]) == ["a.txt"]  # no other is compared
    with pytest.raises(StudyError, match="copies: 'twice'; allowed: published, once"):
        found.select(copies="twice")


def test_read_takes_copies_and_check_says_them(study):
    whole, once = (parallax.read(study, copies=how)[1] for how in ("published", "once"))
    assert [t.documents["status"].eq("ok").sum() for t in (whole, once)] == [3, 2]
    assert [copies.sentence(t.documents)[-15:] for t in (whole, once)] == [", as published.", "nd counts once."]
    lines = dict(odd_texts(load(study), whole))
    # 30 runs and 29; 6 hold "on" or "Wednesday", 5 hold "today"; the other 24 are the same: 24 of 35.
    assert lines["b.txt, a.txt"].startswith("near-copies: 69 % of their runs of five words are the same; ")
