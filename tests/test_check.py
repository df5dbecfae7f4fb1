"""What `check` says: the worth of each cue, odd dates and texts."""

import pytest

from parallax import check, tables
from parallax.study import load

BOOK = """
title: The harbour treaty
actors:
  RURITANIA: {name: Ruritania, kind: state, group: ruritania, adjectives: [Ruritanian]}
  SYLVANIA: {name: Sylvania, kind: state, group: sylvania, adjectives: [Sylvanian]}
  GENOVIA: {name: Genovia, kind: state, group: genovia, adjectives: [Genovian]}
  REED: {name: Ada Reed, kind: person, group: ruritania, gender: f}
narrative:
  claim: Ruritania and Sylvania form a bloc against Genovia.
  members: [RURITANIA, SYLVANIA]
  against: [GENOVIA]
  arguments:
    bloc: {side: for, needs: members, cues: [bloc, alliance, no entente]}
    plot: {side: for, cues: [conspire, order, plot/VERB]}
    joke: {side: against, by: members, cues: [joke]}
"""
A = ("Ruritania and Sylvania form a bloc. The bloc of insurers raised prices. The bloc of farmers met on Monday. "
     "Ada Reed denied that Ruritania and Sylvania form an alliance. The treaty is a joke, a reader wrote. "
     "The town is full of gulls.")
B = ("Nobody in the harbour conspired. The order of the day was tea. The last order closed the bar. "
     + "".join(f"An order for {goods} came in. " for goods in "tea rope salt tar wool oil nets sails".split()) +
     "Ruritania and Sylvania keep an alliance, an alliance of old. The bloc of miners struck.")


def make(folder, book=BOOK, sources="file,source,published\na.txt,Wire,2025-09-03\nb.txt,Paper,2025-09\n", **texts):
    folder.mkdir(exist_ok=True)
    (folder / "codebook.yml").write_text(book, encoding="utf-8")
    (folder / "sources.csv").write_text(sources, encoding="utf-8")
    for name, text in (texts or {"a": A, "b": B}).items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    study = load(folder)
    return study, tables.build(study, cached=False)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    return make(tmp_path_factory.mktemp("studies") / "harbour")


@pytest.fixture(scope="module")
def worth(harbour):
    return check.worth(*harbour).set_index(["argument", "entry"])


def test_each_cue_has_one_row_in_the_order_of_the_codebook(worth):
    assert list(worth.index) == [("bloc", "bloc"), ("bloc", "alliance"), ("bloc", "no entente"), ("plot", "conspire"),
                                 ("plot", "order"), ("plot", "plot/VERB"), ("joke", "joke")]


def test_how_often_a_cue_occurs_decides_and_why_it_does_not_elsewhere(worth):
    bloc = worth.loc["bloc", "bloc"]
    assert (bloc["n"], bloc["decided"], bloc["no_member"]) == (4, 1, 3)
    assert bloc["reasons"] == "3 times not all members are named"
    assert worth.loc["bloc", "alliance"][["n", "decided"]].tolist() == [3, 2]
    assert "another cue of the holder" in worth.loc["bloc", "alliance"]["reasons"]
    assert worth.loc["joke", "joke"]["reasons"] == "once it is not in a member's voice"
    assert worth.loc["plot", "plot/VERB"][["n", "decided", "reasons"]].tolist() == [0, 0, ""]


def test_a_cue_is_warned_of(worth):
    warnings = worth["warnings"]
    assert "3 of 4 times no member is named" in warnings["bloc", "bloc"]
    assert "needs: member" not in warnings["bloc", "bloc"]
    assert "set needs: member" in warnings["plot", "order"]
    assert "53 % of all sentences" in warnings["plot", "order"]
    assert "%" not in warnings["bloc", "alliance"]
    assert "never occurs" in warnings["plot", "plot/VERB"]
    assert "'no'" in warnings["bloc", "no entente"] and "write 'entente' alone" in warnings["bloc", "no entente"]
    assert warnings["bloc", "alliance"] == "" == warnings["plot", "conspire"]


def test_a_pointing_word_takes_up_a_member(tmp_path):
    text = ("Ruritania spoke. This plot is old. Ruritania spoke. It plots. Gulls cried. Snow fell. "
            "The plot of land is wet.")
    book = BOOK.replace("plot/VERB", "plot")
    row = check.worth(*make(tmp_path / "s", book, a=text, b="Gulls cried.")).set_index("entry").loc["plot"]
    assert (row["n"], row["no_member"]) == (3, 1)


@pytest.mark.parametrize("cue, rest", [("never conspire", "conspire"), ("order ... not", ""),
                                       ("targets nobody", "targets"), ("not/PART one ... bloc", "one ... bloc")])
def test_a_negation_in_a_cue_is_found(cue, rest):
    assert check.without_negation(cue)[1] == rest


def test_a_word_that_only_begins_like_a_negation_is_none():
    assert check.without_negation("notable no-man") == ([], "notable no-man")


def test_examples_come_from_all_sources_with_their_verdict(harbour):
    found = check.examples(*harbour)
    bloc = found[(found["argument"] == "bloc") & (found["entry"] == "bloc")]
    assert len(bloc) == 3 and set(bloc["source"]) == {"Wire", "Paper"}
    assert bloc["outcome"].tolist()[0] == "affirm by the text itself"
    assert "none, since not all members are named" in bloc["outcome"].tolist()
    assert "deny by Ada Reed" in found[found["entry"] == "alliance"]["outcome"].tolist()
    assert "Ruritania and Sylvania form a [bloc]." in bloc["text"].tolist()


def test_a_long_sentence_is_cut_around_its_cue():
    text = "word " * 60 + "the bloc\nstands " + "tail " * 60
    cut = check.around(text, text.index("bloc"), text.index("bloc") + 4)
    assert "the [bloc] stands tail" in cut and len(cut) <= 150
    assert cut.startswith("…word") and cut.endswith("tail…")
    assert check.around("The bloc stands.", 4, 8) == "The [bloc] stands."


def test_it_prints_by_argument_and_within_a_terminal(harbour):
    out = list(check.lines(*harbour))
    text = "\n".join(out)
    assert max(map(len, text.splitlines())) <= 100
    heads = [text.index(head) for head in ("bloc (for, needs: members)", "plot (for)", "joke (against, by: members)")]
    assert heads == sorted(heads)
    assert "never: plot/VERB" in text and "none" not in {word for row in check.findings(*harbour)["finding"]
                                                         for word in row.replace(";", "").split()}
    assert "[order]" in text and "lines marked with !" in text


def test_without_a_narrative_or_members_there_is_nothing_to_weigh(tmp_path):
    study, found = make(tmp_path / "s", "title: T\n")
    assert check.worth(study, found).empty and check.examples(study, found).empty
    assert "argument" in check.worth(study, found)
    alone = BOOK.replace("members: [RURITANIA, SYLVANIA]", "members: []").replace("needs: members, ", "").replace(
        "by: members, ", "")
    assert not check.worth(*make(tmp_path / "t", alone))["warnings"].str.contains("member").any()


def test_what_is_no_date_is_said(tmp_path):
    sources = "file,source,published\na.txt,Wire,last week\nb.txt,Paper,2025-13-01\nc.txt,Post,2025\nd.txt,Feed,\n"
    found = check.findings(*make(tmp_path / "s", sources=sources, a=A, b=B, c="Gulls cried.", d="Snow fell."))
    texts = found[found["part"] == "texts"].set_index("where")["finding"]
    assert texts["a.txt"] == "ok: the date 'last week' is not clear: write YYYY-MM-DD in sources.csv"
    assert "'2025-13-01'" in texts["b.txt"] and len(texts) == 2


def test_odd_and_equal_texts_are_said(tmp_path):
    study, found = make(tmp_path / "s", a="Gulls <b>cried</b>.", b="Snow fell.", c="Snow  fell.")
    texts = check.findings(study, found)
    said = dict(zip(texts["where"], texts["finding"], strict=True))
    assert "HTML tags" in said["a.txt"]
    assert "the same text" in said["b.txt, c.txt"]


def test_odd_labels_are_said(tmp_path):
    """A table that is the rules' own, and a sentence that is no longer in the text."""
    book = "title: T\nactors: {ADA: {name: Ada, kind: person}}\n"
    (tmp_path / "codebook.yml").write_text(book)
    (tmp_path / "a.txt").write_text("Ada spoke here. The town listened.")
    found = tables.build(load(tmp_path))
    assert not [line for line in check.lines(load(tmp_path), found) if "label" in line]
    (tmp_path / "labels").mkdir()
    found.mentions.to_csv(tmp_path / "labels" / "mentions.csv", index=False)
    (tmp_path / "labels" / "sentences.csv").write_text(
        "sentence,file,start,end,text\n1,a.txt,0,15,Ada spoke here.\n2,a.txt,16,33,The town slept.\n")
    said = " ".join(check.lines(load(tmp_path), found))
    assert "labels/mentions.csv is what the rules wrote, returned unread: it is left out" in said
    assert "1 label not counted" in said and "'The town slept.'" in said
