"""Verdicts on pairs of sentences: written whole, found again after an edit, either way round and of any kind."""

import pandas as pd
import pytest

from parallax import check, discrepancies, report, tables, verdicts
from parallax.cli import main
from parallax.errors import StudyError
from parallax.study import load
from parallax.verdicts import Judge

A = ["The mayor met 26 leaders in the harbour.", "It rained on Friday.", "The mayor met 26 leaders and a king."]
B = ["Ruritania sent a ship.", "The mayor met 24 other leaders in the harbour."]


def read(folder, **texts):
    """A study of texts given as lists of sentences, and tables that hold its sentences, without a parser."""
    (folder / "codebook.yml").write_text("title: T\n")
    for name, sentences in (texts or {"a": A, "b": B}).items():
        (folder / f"{name}.txt").write_text("\n\n".join(sentences), encoding="utf-8")
    study, rows = load(folder), []
    for document in study.documents:
        at = 0
        for text in document.raw.split("\n\n"):
            start = document.raw.index(text, at)
            at = start + len(text)
            rows.append((f"{document.file}.{len(rows)}", document.file, document.source, start, at, text))
    empty = {name: pd.DataFrame(columns=columns) for name, columns in tables.COLUMNS.items()}
    sentences = pd.DataFrame(rows, columns=["sentence", "file", "source", "start", "end", "text"])
    return study, tables.Tables(**{**empty, "sentences": sentences})


def row(t, one, other, kind="number", strength=0.5, about="leaders"):
    """A row of what is found, given for each end the file, the sentence and the words in it."""
    out = {"kind": kind, "about": about, "why": "26 against 24", "strength": strength, "rule": "counted",
           "checked": False}
    for side, (file, text, words) in zip("ab", (one, other), strict=True):
        here = t.sentences[(t.sentences["file"] == file) & (t.sentences["text"] == text)].iloc[0]
        start = here["start"] + text.index(words)
        out |= {f"source_{side}": here["source"], f"file_{side}": file, f"sentence_{side}": here["sentence"],
                f"start_{side}": start, f"end_{side}": start + len(words), f"text_{side}": words}
    return out


def found(*rows):
    return pd.DataFrame(list(rows), columns=discrepancies.COLUMNS)


ONE, OTHER = ("a.txt", A[0], "26 leaders"), ("b.txt", B[1], "24 other leaders")


def test_what_is_dismissed_is_gone_and_what_is_confirmed_keeps_its_place(tmp_path):
    study, t = read(tmp_path)
    rows = found(row(t, ONE, OTHER, strength=0.9), row(t, ("a.txt", A[1], "Friday"), ("b.txt", B[0], "ship"), "date"),
                 row(t, ("a.txt", A[2], "26 leaders"), OTHER, strength=0.1))
    assert verdicts.judged(rows, study, t).equals(rows)
    judge = Judge(study, t, "Ada")
    judge.say(rows.loc[1], "dismissed")
    judge.say(rows.loc[2], "confirmed")
    assert list(verdicts.of(rows, study, t)) == ["", "dismissed", "confirmed"]
    left = verdicts.judged(rows, study, t)
    assert list(left["strength"]) == [0.9, 0.1] and list(left["checked"]) == [False, True]
    assert list(left.index) == [0, 1] and list(left) == discrepancies.COLUMNS
    kept = pd.read_csv(tmp_path / "labels" / "discrepancies.csv")
    assert list(kept) == verdicts.COLUMNS and list(kept["reader"]) == ["Ada", "Ada"]
    assert kept["read"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()
    assert list(kept["sentence_text_a"]) == [A[1], A[2]]


def test_a_verdict_counts_whichever_comes_first_and_of_whatever_kind(tmp_path):
    study, t = read(tmp_path)
    Judge(study, t, "Ada").say(row(t, ONE, OTHER), "dismissed")
    assert verdicts.judged(found(row(t, OTHER, ONE, "quote", about="words")), study, t).empty
    # Other words in the same two sentences, and the same words in another sentence, are other pairs.
    rows = found(row(t, ("a.txt", A[0], "mayor"), OTHER), row(t, ("a.txt", A[2], "26 leaders"), OTHER))
    assert len(verdicts.judged(rows, study, t)) == 2


@pytest.mark.parametrize(("texts", "file", "said"), [
    ({"a": ["A new start.", *A], "b": B}, "a.txt", "dismissed"),  # all offsets of a.txt move
    ({"a": [A[2], A[0]], "b": B}, "a.txt", "dismissed"),  # another sentence with these words stands where it stood
    ({"a": [A[0].replace("harbour", "town"), *A[1:]], "b": B}, "a.txt", ""),  # the sentence is another one
    ({"sub/a": A, "b": B}, "sub/a.txt", "dismissed"),  # moved into a folder
    ({"c": A, "b": B}, "c.txt", "dismissed"),  # renamed
    ({"c": A, "d": A, "b": B}, "c.txt", ""),  # renamed, and two have it
], ids=["edit", "order", "sentence", "folder", "name", "two"])
def test_a_pair_is_found_again_after_an_edit(tmp_path, texts, file, said):
    (before := tmp_path / "before").mkdir()
    study, t = read(before)
    Judge(study, t, "Ada").say(row(t, ONE, OTHER), "dismissed")
    (after := tmp_path / "after" / "sub").mkdir(parents=True)
    (before / "labels").rename(after.parent / "labels")
    study, t = read(after.parent, **texts)
    text = next(one for one in texts[file.removesuffix(".txt")] if "26" in one and "king" not in one)
    rows = found(row(t, (file, text, "26 leaders"), OTHER))
    assert list(verdicts.of(rows, study, t)) == [said]


def test_the_same_words_at_the_same_place_are_no_reason(tmp_path):
    study, t = read(tmp_path)
    Judge(study, t, "Ada").say(row(t, ONE, OTHER), "dismissed")
    study, t = read(tmp_path, a=[A[0].replace("in", "at"), *A[1:]], b=B)  # "26 leaders" stands where it stood
    rows = found(row(t, ("a.txt", A[0].replace("in", "at"), "26 leaders"), OTHER))
    assert verdicts.judged(rows, study, t).equals(rows)


def test_the_last_verdict_counts_and_is_taken_back(tmp_path):
    study, t = read(tmp_path)
    pair, judge = row(t, ONE, OTHER), Judge(study, t, "Ada")
    nothing = judge.say(pair, "confirmed")
    first = Judge(study, t, "Bo").say(row(t, OTHER, ONE, "quote"), "dismissed")
    assert nothing.empty and list(first["reader"]) == ["Ada"]
    path = tmp_path / "labels" / "discrepancies.csv"
    assert list(pd.read_csv(path)["reader"]) == ["Bo"]
    judge.put(pair, first)
    assert list(pd.read_csv(path)["verdict"]) == ["confirmed"]
    judge.put(pair, nothing)
    assert len(pd.read_csv(path)) == 0 and list(verdicts.of(found(pair), study, t)) == [""]
    by_hand = pd.DataFrame(first)  # two rows on one pair, as somebody may write them
    pd.concat([by_hand, by_hand.assign(verdict="dismissed")]).to_csv(path, index=False)
    assert list(verdicts.of(found(pair), study, t)) == ["dismissed"]


def test_a_row_that_names_no_reader_counts_only_where_its_folder_is_named(tmp_path):
    study, t = read(tmp_path)
    Judge(study, t, "", tmp_path / "labels").say(row(t, ONE, OTHER), "dismissed")
    rows = found(row(t, ONE, OTHER))
    assert list(verdicts.of(rows, study, t)) == [""]
    assert list(verdicts.of(rows, study, t, tmp_path / "labels")) == ["dismissed"]


def test_what_a_reader_confirmed_stays_when_no_rule_finds_it(tmp_path):
    study, t = read(tmp_path)
    Judge(study, t, "Ada").say(row(t, ONE, OTHER), "confirmed")
    Judge(study, t, "Ada").say(row(t, ("a.txt", A[1], "Friday"), ("b.txt", B[0], "ship")), "dismissed")
    study, t = read(tmp_path, a=["A new start.", *A], b=B)
    rows = found(row(t, ("a.txt", A[2], "26 leaders"), OTHER)).astype({"start_a": "int64", "strength": "float64"})
    left = verdicts.judged(rows, study, t)
    assert list(left["rule"]) == ["reader", "counted"] and list(left["checked"]) == [True, False]
    mine = left.iloc[0]
    raw = (tmp_path / "a.txt").read_text()
    assert raw[mine["start_a"]:mine["end_a"]] == "26 leaders"
    assert mine["start_a"] == len("A new start.\n\nThe mayor met ")
    assert (mine["why"], mine["strength"], mine["sentence_b"]) == ("confirmed by Ada", 1.0, "b.txt.5")
    assert left.dtypes.equals(rows.dtypes)
    study, t = read(tmp_path, a=["A new start."], b=B)  # a sentence that is gone
    assert verdicts.judged(rows.head(0), study, t).empty


def test_words_that_a_spreadsheet_would_run_come_back_as_they_were(tmp_path):
    study, t = read(tmp_path, a=["=26 leaders met."], b=["'=24 leaders, \"met\"\nin rain."])
    pair = row(t, ("a.txt", "=26 leaders met.", "=26"), ("b.txt", "'=24 leaders, \"met\"\nin rain.", "'=24"))
    Judge(study, t, "Ada").say(pair, "dismissed")
    assert verdicts.judged(found(pair), study, t).empty
    text = (tmp_path / "labels" / "discrepancies.csv").read_text()
    assert ",'=26," in text and ",''=24," in text


HEAD = "kind,file_a,start_a,end_a,text_a,sentence_text_a,file_b,start_b,end_b,text_b,sentence_text_b,verdict,reader\n"


@pytest.mark.parametrize(("text", "said"), [
    (HEAD.replace(",verdict", "") + "number,a,0,2,26,26 came,b,0,2,24,24 came,Ada", "no column 'verdict'"),
    (HEAD.replace("start_b", "begin_b"), "no column 'start_b'"),
    (HEAD + "number,a,0,2,26,26 came,b,zero,2,24,24 came,dismissed,Ada",
     "line 2: start_a, end_a, start_b and end_b must be numbers"),
    (HEAD + "number,a,0,2,26,26 came,b,0,2,24,24 came,wrong,Ada",
     "line 2: verdict: 'wrong'; allowed: confirmed, dismissed"),
    (HEAD + "amount,a,0,2,26,26 came,b,0,2,24,24 came,dismissed,Ada",
     "line 2: kind: 'amount'; allowed: number, date, title, order, attribution, quote, name, claim"),
    (HEAD + "number,a,0,2,26,26 came,b,0,2,25,24 came,dismissed,Ada",
     "line 2: text_b must be words of sentence_text_b"),
    (HEAD + "number,a,0,2,,26 came,b,0,2,24,24 came,dismissed,Ada", "line 2: text_a must be words of sentence_text_a"),
    ("", "empty"),
], ids=["column", "offset", "number", "verdict", "kind", "words", "none", "empty"])
def test_what_is_wrong_in_the_table_is_one_line(tmp_path, capsys, text, said):
    study, t = read(tmp_path)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "discrepancies.csv").write_text(text)
    with pytest.raises(StudyError) as error:
        verdicts.judged(found(row(t, ONE, OTHER)), study, t)
    assert str(error.value).startswith("labels/discrepancies.csv: ") and said in str(error.value)
    assert "\n" not in str(error.value)
    assert main(["review", str(tmp_path), "--workers", "1", "--no-browser"]) == 1  # before anything is served
    assert capsys.readouterr().err == f"parallax: {error.value}\n"


def test_a_verdict_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    study, t = read(tmp_path)
    judge = Judge(study, t, "Ada")
    judge.say(row(t, ONE, OTHER), "dismissed")
    path = tmp_path / "labels" / "discrepancies.csv"
    before = path.read_bytes()
    full = OSError(28, "No space left on device")

    def fails(*_, **__):
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_csv", fails)
        with pytest.raises(StudyError, match="labels/discrepancies.csv: cannot be written: No space left on device"):
            judge.say(row(t, ("a.txt", A[1], "Friday"), OTHER), "confirmed")
    assert path.read_bytes() == before and [one.name for one in path.parent.iterdir()] == ["discrepancies.csv"]


def test_tables_check_and_report_know_what_was_read(tmp_path, monkeypatch, capsys):
    study, t = read(tmp_path)
    rows = found(row(t, ONE, OTHER), row(t, ("a.txt", A[1], "Friday"), ("b.txt", B[0], "ship"), "date", about="day"))
    built = tables.build(study, cached=False)
    names = dict(zip(t.sentences["sentence"], built.sentences["sentence"], strict=True))
    rows = rows.assign(**{column: rows[column].map(names) for column in ("sentence_a", "sentence_b")})
    monkeypatch.setattr(discrepancies, "find", lambda tables, codebook: rows)
    before = report.answers(study)
    said = check.differing(study, built)
    assert said.startswith("differing: 2 facts on which texts may contradict each other (number 1, date 1); ")
    Judge(study, built, "Ada").say(rows.loc[0], "dismissed")
    assert report.answers(study) != before  # an answer that is given while a report is made
    assert check.differing(study, built).startswith("differing: 1 fact on which texts may contradict each other (date")
    for labels, about in (((), ["day"]), (("--labels", str(tmp_path / "empty")), ["leaders", "day"])):
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert main(["tables", str(tmp_path), "--out", str(tmp_path / "_out"), "--workers", "1", *labels]) == 0
        kept = pd.read_csv(tmp_path / "_out" / "discrepancies.csv")
        assert list(kept) == discrepancies.COLUMNS and list(kept["about"]) == about
        assert f"discrepancies {len(about)} rows in" in capsys.readouterr().out
    monkeypatch.setattr(discrepancies, "find", lambda tables, codebook: rows.head(0))
    assert check.differing(study, built) == ""
