"""Answers: written whole, found again after an edit, in place of the rules' rows."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallax import gold, labels, tables
from parallax.cli import main
from parallax.errors import StudyError
from parallax.labels import Reader
from parallax.study import load

BOOK = """title: T
actors:
  NORWAY: {name: Norway, kind: state, group: norway}
  DENMARK: {name: Denmark, kind: state, group: denmark}
frames:
  trade: {words: [harbour]}
narrative:
  claim: Norway and Denmark form a bloc.
  members: [NORWAY, DENMARK]
  arguments:
    bloc: {side: for, cues: [bloc]}
"""
TEXTS = ["Norway and Denmark form a bloc.", "The harbour was calm.", "Denmark said that there is no bloc.",
         "The minister of Norway met the mayor.", "A bloc is what Norway wants."]


def made(folder, texts=TEXTS, **parts):
    (folder / "codebook.yml").write_text(BOOK)
    (folder / "a.txt").write_text("A title\n\n" + "\n\n".join(texts))
    for name, text in parts.items():
        (folder / "labels").mkdir(exist_ok=True)
        (folder / "labels" / f"{name}.csv").write_text(text)
    study = load(folder)
    return study, tables.build(study, cached=False)


def named(t, text):
    return t.sentences.set_index("text")["sentence"][text]


def held(t):
    """(first words of the sentence, holder, value, checked) of each position."""
    text = t.sentences.set_index("sentence")["text"]
    return [(text[r.sentence][:12], r.holder, r.value, r.checked) for r in t.stances.itertuples()]


RULES = [("Norway and D", "source", "affirm", False), ("Denmark said", "DENMARK", "deny", False),
         ("A bloc is wh", "source", "affirm", False)]


def test_the_answers_stand_in_place_of_the_rules_rows(tmp_path):
    study, t = made(tmp_path)
    assert held(t) == RULES
    reader = Reader(study, t, "Ada")
    reader.answer(named(t, TEXTS[0]), [{"value": "affirm", "holder": "source", "holder_group": "source"}])
    reader.answer(named(t, TEXTS[2]), [])
    reader.answer(named(t, TEXTS[3]), [{"value": "hedge", "holder": "NORWAY", "holder_group": "norway"}], "random")
    corrected = labels.corrected(study, t)
    assert held(corrected) == [("Norway and D", "source", "affirm", True), ("The minister", "NORWAY", "hedge", True),
                               ("A bloc is wh", "source", "affirm", False)]
    agreed, given = corrected.stances.iloc[0], corrected.stances.iloc[1]
    assert (agreed["rule"], agreed["argument"], agreed["because"][:6]) == ("own-voice", "bloc", "'bloc'")
    assert (given["rule"], given["argument"], given["because"]) == ("reader", "", "read by Ada")
    assert list(corrected.sentences["checked"]) == [False, True, False, True, True, False]
    assert list(corrected.stances.columns) == tables.COLUMNS["stances"]
    assert corrected.stances.dtypes.equals(t.stances.dtypes)


def test_a_reader_who_names_another_holder_or_value_is_right(tmp_path):
    study, t = made(tmp_path)
    reader = Reader(study, t, "Ada")
    reader.answer(named(t, TEXTS[0]), [{"value": "affirm", "holder": "the mayor", "holder_group": "other"}])
    reader.answer(named(t, TEXTS[2]), [{"value": "hedge", "holder": "Denmark", "holder_group": "denmark"}])
    rows = labels.corrected(study, t).stances
    assert held(labels.corrected(study, t))[:2] == [("Norway and D", "the mayor", "affirm", True),
                                                    ("Denmark said", "DENMARK", "hedge", True)]
    assert list(rows["argument"])[:2] == ["bloc", "bloc"]  # that of the row which the rules made there


def test_an_answer_is_given_again_and_taken_back(tmp_path):
    study, t = made(tmp_path)
    reader, first = Reader(study, t, "Ada"), named(t, TEXTS[0])
    for value in ("deny", "hedge"):
        before = reader.answer(first, [{"value": value, "holder": "source", "holder_group": "source"}])
    assert held(labels.corrected(study, t))[0] == ("Norway and D", "source", "hedge", True)
    rows = pd.read_csv(tmp_path / "labels" / "sentences.csv")
    assert list(rows["reader"]) == ["Ada"] and rows["read"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()
    reader.put(first, *before)
    assert held(labels.corrected(study, t))[0] == ("Norway and D", "source", "deny", True)
    reader.put(first, pd.DataFrame(), pd.DataFrame())
    assert held(labels.corrected(study, t)) == RULES
    assert len(pd.read_csv(tmp_path / "labels" / "stances.csv")) == 0
    assert [path.name for path in sorted((tmp_path / "labels").iterdir())] == ["sentences.csv", "stances.csv"]


def test_labels_that_name_no_reader_overrule_nothing_unless_their_folder_is_named(tmp_path, capsys):
    text = TEXTS[2]
    start = len("A title\n\n") + len(TEXTS[0]) + len(TEXTS[1]) + 4
    rows = f"sentence,file,kind,start,end,text\nx,a.txt,body,{start},{start + len(text)},{text}\n"
    stance = "sentence,file,holder,holder_group,value,start,end,text\n"
    study, t = made(tmp_path, sentences=rows, stances=stance)
    assert held(labels.corrected(study, t)) == RULES
    assert held(labels.corrected(study, t, tmp_path / "labels")) == [RULES[0], RULES[2]]
    assert main(["tables", str(tmp_path), "--labels", str(tmp_path / "labels"), "--out", str(tmp_path / "out")]) == 0
    assert len(pd.read_csv(tmp_path / "out" / "stances.csv")) == 2
    assert main(["tables", str(tmp_path), "--labels", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.strip() == f"parallax: --labels: {tmp_path / 'none'}: no such folder"


def test_an_answer_that_is_taken_back_brings_back_what_it_replaced(tmp_path):
    """Labels that name no reader, such as a reference, are not lost by an answer that is undone."""
    start = len("A title\n\n")
    rows = f"sentence,file,kind,start,end,text\nx,a.txt,body,{start},{start + len(TEXTS[0])},{TEXTS[0]}\n"
    place = f"{start},{start + 6},Norway"
    stance = f"sentence,file,holder,holder_group,value,start,end,text\nx,a.txt,source,source,deny,{place}\n"
    study, t = made(tmp_path, sentences=rows, stances=stance)
    reader, first = Reader(study, t, "Ada"), named(t, TEXTS[0])
    before = reader.answer(first, [])
    assert list(pd.read_csv(tmp_path / "labels" / "sentences.csv")["reader"]) == ["Ada"]
    reader.put(first, *before)
    sentences, stances = (pd.read_csv(tmp_path / "labels" / f"{name}.csv", keep_default_na=False)
                          for name in ("sentences", "stances"))
    assert list(sentences["text"]) == [TEXTS[0]] and list(sentences["reader"]) == [""]
    assert list(stances[["value", "text"]].itertuples(index=False, name=None)) == [("deny", "Norway")]


@pytest.mark.parametrize("rows, said", [
    ("sentence,file,start,end,holder_group,value,text\nx,a.txt,0,5,source,maybe,A t\n",
     "labels/stances.csv: line 2: value: 'maybe'; allowed: affirm, hedge, deny"),
    ("sentence,file,start,end,holder_group,value,text\nx,a.txt,zero,5,source,deny,A t\n",
     "labels/stances.csv: line 2: start and end must be numbers"),
    ("sentence,file,start,end,holder_group,value,text\nx,a.txt,0,1e999,source,deny,A t\n",
     "labels/stances.csv: line 2: start and end must be numbers"),
    ("file,start,end\n", "labels/stances.csv: no column 'holder_group'"),
])
def test_a_wrong_label_is_one_line(tmp_path, rows, said):
    study, t = made(tmp_path, stances=rows)
    with pytest.raises(StudyError) as error:
        labels.corrected(study, t)
    assert str(error.value) == said


def test_positions_alone_are_labels(tmp_path):
    start = len("A title\n\n")
    rows = f"file,holder,holder_group,value,start,end,text\na.txt,source,source,deny,{start},{start + 6},Norway\n"
    study, t = made(tmp_path, stances=rows)
    found = held(labels.corrected(study, t, tmp_path / "labels"))
    assert found == [("Norway and D", "source", "deny", True), *RULES[1:]]  # the sentence that holds it was read


def test_an_answer_to_a_sentence_that_changed_is_kept_and_shown_again(tmp_path):
    from parallax import reading

    study, t = made(tmp_path)
    Reader(study, t, "Ada").answer(named(t, TEXTS[2]), [])
    study, t = made(tmp_path, [*TEXTS[:2], "Perhaps Denmark said that there is no bloc.", *TEXTS[3:]])
    found = labels.answers(study, t)
    assert held(labels.corrected(study, t))[1][:3] == ("Perhaps Denm", "DENMARK", "deny")
    assert list(found.changed["text"]) == [TEXTS[2]]
    first = reading.queue(study, t, found).iloc[0]
    assert first["text"].startswith("Perhaps Denmark") and first["why"].startswith("changed since it was read")
    reader = Reader(study, t, "Ada")
    reader.answer(first["sentence"], [{"value": "deny", "holder": "DENMARK", "holder_group": "denmark"}])
    kept = pd.read_csv(tmp_path / "labels" / "sentences.csv")
    assert list(kept["text"]) == [TEXTS[2], first["text"]]  # the old answer is there still
    study, t = made(tmp_path)  # and counts again when the sentence is as it was
    assert held(labels.corrected(study, t)) == [RULES[0], RULES[2]]


OTHERS = ["Nothing else happened.", "It rained for 3 days in Oslo.", "“No,” she said."]
PIECES = st.lists(st.sampled_from([*TEXTS, *OTHERS]), max_size=3)


@settings(max_examples=12, deadline=None)
@given(st.lists(PIECES, min_size=6, max_size=6), st.booleans())
def test_an_edit_elsewhere_leaves_the_answers_in_place(tmp_path_factory, pieces, glued):
    """Sentences come and go around those that were read, the same ones among them."""
    folder = tmp_path_factory.mktemp("study")
    study, t = made(folder)
    reader = Reader(study, t, "Ada")
    for text in TEXTS:
        reader.answer(named(t, text), [{"value": "hedge", "holder": "NORWAY", "holder_group": "norway"}])
    gap = " " if glued else "\n\n"
    edited = [gap.join([*before, text]) for before, text in zip(pieces, [*TEXTS, ""], strict=True)]
    study, t = made(folder, [part for part in edited if part])
    found = labels.answers(study, t)
    assert len(found.changed) == 0
    for row in found.sentences.itertuples():
        raw = study.documents[0].raw
        assert raw[row.start:row.end] == row.text
    assert sorted(found.sentences["text"]) == sorted(TEXTS)
    assert (found.stances["text"].to_numpy() == found.sentences["text"].to_numpy()).all()
    calm = found.sentences.set_index("text")["start"][TEXTS[1]]
    Reader(study, t, "Ada").answer(t.sentences.set_index("start")["sentence"][calm], [])  # writing settles all of them
    again = labels.answers(study, t)
    assert sorted(again.sentences["text"]) == sorted(TEXTS) and len(again.stances) == 4


def test_of_two_sentences_alike_the_one_that_was_read_is_found(tmp_path):
    texts = ["Norway spoke first.", "There is no bloc.", "Denmark spoke last.", "There is no bloc."]
    study, t = made(tmp_path, texts)
    second = t.sentences[t.sentences["text"] == texts[1]].iloc[-1]
    Reader(study, t, "Ada").answer(second["sentence"], [])
    study, t = made(tmp_path, ["There is no bloc.", "Sweden was silent.", *texts])
    row = labels.answers(study, t).sentences.iloc[0]
    assert study.documents[0].raw[:row["start"]].rstrip().endswith("Denmark spoke last.")


def test_a_row_that_was_struck_out_is_gone(tmp_path):
    study, t = made(tmp_path)
    reader = Reader(study, t, "Ada")
    reader.strike("frames", t.frames.iloc[0])
    reader.strike("mentions", t.mentions.iloc[0])
    reader.strike("statements", t.statements.iloc[0])
    reader.strike("stances", t.stances.iloc[0])
    corrected = labels.corrected(study, t)
    assert (len(t.frames), len(corrected.frames)) == (1, 0)
    assert len(corrected.mentions) == len(t.mentions) - 1
    assert held(corrected) == RULES[1:]
    assert list(corrected.statements["speaker"]) == [""] and list(corrected.statements["cue"]) == ["said"]
    study, t = made(tmp_path, ["Nobody slept.", *TEXTS])
    assert len(labels.corrected(study, t).frames) == 0


def test_labels_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    study, t = made(tmp_path)
    reader = Reader(study, t, "Ada")
    reader.answer(named(t, TEXTS[0]), [])
    before = (tmp_path / "labels" / "sentences.csv").read_bytes()

    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StudyError, match="labels/sentences.csv|labels/stances.csv"):
        reader.answer(named(t, TEXTS[2]), [])
    assert (tmp_path / "labels" / "sentences.csv").read_bytes() == before
    assert [path.suffix for path in Path(tmp_path / "labels").iterdir()] == [".csv", ".csv"]


DENIED = [{"value": "deny", "holder": "source", "holder_group": "source"}]
ARTICLE = "\n\n".join(["A title", *TEXTS])
OTHER = "\n\n".join(["Another title", TEXTS[0], "The sea is wide."])


def put(folder, *texts, file="e.csv"):
    """Write texts as a table of articles, or one as a file, and return the study and its tables."""
    (folder / "codebook.yml").write_text(BOOK)
    (folder / file).parent.mkdir(exist_ok=True)
    rows = pd.DataFrame({"text": texts}).to_csv(index=False) if file == "e.csv" else texts[0]
    (folder / file).write_bytes(rows.encode())
    study = load(folder)
    return study, tables.build(study, cached=False)


def told(study, t):
    """(file, value) of the positions that a person read."""
    rows = labels.corrected(study, t).stances
    return list(rows.loc[rows["checked"], ["file", "value"]].itertuples(index=False, name=None))


def deny(study, t, file):
    """Answer that the first sentence of the article is a denial."""
    rows = t.sentences[(t.sentences["file"] == file) & (t.sentences["text"] == TEXTS[0])]
    Reader(study, t, "Ada").answer(rows["sentence"].iloc[0], DENIED)


def test_answers_go_with_an_article_to_its_place_in_a_table(tmp_path):
    study, t = put(tmp_path, ARTICLE)
    deny(study, t, "e.csv")
    for texts, file in (((ARTICLE, OTHER), "e.csv#1"), ((OTHER, ARTICLE), "e.csv#2"), ((ARTICLE,), "e.csv")):
        study, t = put(tmp_path, *texts)
        assert told(study, t) == [(file, "deny")] and len(labels.answers(study, t).changed) == 0
        Reader(study, t, "Ada").answer(named(t, TEXTS[2]), [])  # writing settles all of them
    assert told(*put(tmp_path, OTHER)) == [("e.csv", "deny")]  # the sentence is there still, if in other surroundings
    assert told(*put(tmp_path, "Nobody slept.", "It rained.")) == []


def test_answers_to_texts_of_one_name_in_two_folders_stay_apart(tmp_path):
    put(tmp_path, ARTICLE, file="times/a.txt")
    study, t = put(tmp_path, OTHER, file="post/a.txt")
    deny(study, t, "times/a.txt")
    assert told(study, t) == [("times/a.txt", "deny")]
    deny(study, t, "post/a.txt")
    assert told(study, t) == [("post/a.txt", "deny"), ("times/a.txt", "deny")]
    assert list(pd.read_csv(tmp_path / "labels" / "stances.csv")["file"]) == ["times/a.txt", "post/a.txt"]
    Reader(study, t, "Ada").strike("frames", t.frames.iloc[0])
    assert len(labels.corrected(study, t).frames) == len(t.frames) - 1
    assert list(gold.gold(t, study).spans["file"]) == ["post/a.txt", "times/a.txt"]


def test_answers_go_with_a_file_that_was_renamed(tmp_path):
    study, t = put(tmp_path, ARTICLE, file="a.txt")
    deny(study, t, "a.txt")
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    put(tmp_path, OTHER, file="c.txt")  # has the sentence too, and nothing that stood around it
    study, t = put(tmp_path, ARTICLE, file="b.txt")
    assert told(study, t) == [("b.txt", "deny")]
    study, t = put(tmp_path, ARTICLE, file="d.txt")  # which of the two was it?
    assert told(study, t) == [] and len(labels.answers(study, t).changed) == 1
