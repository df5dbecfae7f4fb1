"""What `check` proposes to look for: each unlisted name once, words for frames, cues."""

import time
from collections import Counter

import pandas as pd
import pytest

from parallax import propose, tables
from parallax.annotate import pipeline
from parallax.codebook import read_codebook
from parallax.study import load

BOOK = """
title: The harbour
actors:
  RURITANIA: {name: Ruritania, kind: state, group: ruritania}
  SYLVANIA: {name: Sylvania, kind: state, group: sylvania}
frames:
  conflict: {words: [threat*, accuse]}
narrative:
  claim: Ruritania and Sylvania form a bloc.
  members: [RURITANIA, SYLVANIA]
  arguments:
    bloc: {side: for, cues: [bloc]}
"""
# In three documents each: storm; cannon, only in the three sentences that threaten or accuse; secret pact, only in the
# three that name a member.
TEXTS = {
    "a": "Ruritania and Sylvania keep a secret pact. A storm hit the town. The militia threatened the town with "
         "cannon. Gulls cried.",
    "b": "Sylvania praised the secret pact. A storm sank two boats. The militia accused the mayor and fired a cannon. "
         "Snow fell.",
    "c": "Ruritania will renew the secret pact. The storm ended. The baker accused the mayor and hid a cannon. "
         "Children slept.",
    "d": "The village fair opened. A band played. The baker sang. Dogs barked."}


def make(folder, book=BOOK):
    folder.mkdir()
    (folder / "codebook.yml").write_text(book, encoding="utf-8")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    study = load(folder)
    return study, tables.build(study, cached=False)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    return make(tmp_path_factory.mktemp("studies") / "harbour")


def test_frame_words_are_frequent_and_in_no_frame_yet(harbour):
    found = propose.frame_words(*harbour)
    assert found["term"].tolist() == ["cannon", "secret pact", "storm"]
    assert found["n"].tolist() == found["documents"].tolist() == [3, 3, 3]
    assert found["example"].tolist()[2] == "A [storm] hit the town."
    assert len(propose.frame_words(*harbour, limit=1)) == 1


def test_a_word_of_a_frame_or_a_cue_is_not_proposed(tmp_path):
    book = BOOK.replace("accuse]", "accuse, cannon]").replace("cues: [bloc]", "cues: [pact]")
    assert propose.frame_words(*make(tmp_path / "s", book))["term"].tolist() == ["secret", "storm"]


def test_according_is_no_word_of_a_frame(tmp_path):
    (tmp_path / "codebook.yml").write_text("title: T\n", encoding="utf-8")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text("According to the mayor, the lantern fell.", encoding="utf-8")
    (tmp_path / "d.txt").write_text("Snow came.", encoding="utf-8")
    study = load(tmp_path)
    found = propose.frame_words(study, tables.build(study, cached=False))["term"].tolist()
    assert "lantern" in found and not {"accord", "according"} & set(found)


def test_companions_stand_in_the_sentences_of_a_frame(harbour):
    (row,) = propose.companions(*harbour).itertuples()
    assert (row.frame, row.term, row.n, row.documents) == ("conflict", "cannon", 3, 3)
    assert row.npmi == pytest.approx(1)  # never apart
    assert "[cannon]" in row.example


def test_cues_set_sentences_with_a_member_apart(harbour):
    (row,) = propose.cues(*harbour).itertuples()
    assert (row.term, row.n, row.documents) == ("secret pact", 3, 3) and row.z > 0
    assert row.example == "Ruritania and Sylvania keep a [secret pact]."


def test_without_frames_and_members_there_is_nothing_to_set_apart(tmp_path):
    study, found = make(tmp_path / "s", "title: T\n")
    assert propose.companions(study, found).empty and propose.cues(study, found).empty
    assert list(propose.companions(study, found)) == ["frame", "term", "n", "documents", "npmi", "example"]
    assert "secret pact" in propose.frame_words(study, found)["term"].tolist()


def test_what_is_printed_is_short_and_loads(tmp_path):
    study, found = make(tmp_path / "s", "title: T\n")
    out = list(propose.lines(study, found))
    assert max(map(len, out)) <= 100 and len(out) < 40
    actors = [line for line in out if "kind: " in line]
    (sylvania,) = [line for line in actors if line.startswith("  SYLVANIA: {name: Sylvania, kind: ")]
    assert sylvania.endswith("}  # 2 in 2")
    book = study.folder / "codebook.yml"
    book.write_text("\n".join(["title: T", "actors:", "  OWN: {name: Own, kind: media}", *actors]), encoding="utf-8")
    assert "SYLVANIA" in read_codebook(book).actors
    assert out[0] == "proposals (how often, and in how many documents): guesses, for you to judge"
    assert out[-1] == ("next: write actors into codebook.yml and run check again "
                       "(lacking: actors, frames, narrative)")


def test_a_full_codebook_gets_no_next_step(harbour):
    out = list(propose.lines(*harbour))
    assert not [line for line in out if line.startswith("next:")]
    assert "  conflict: cannon (3 in 3)" in out
    assert "  secret pact (3 in 3): Ruritania and Sylvania keep a [secret pact]." in out


def test_an_actor_becomes_a_line_of_the_codebook():
    rows = [("Ruritania", "GPE", 9, 4), ("Ruritanian", "NORP", 7, 3), ("Ada Reed", "PERSON", 5, 2),
            ("Otto Reed", "PERSON", 4, 2), ("Smith: Sons, Inc.", "ORG", 3, 2), ("Ruritanian-Sylvanian", "NORP", 2, 2)]
    found = pd.DataFrame(rows, columns=["name", "label", "n", "documents"])
    assert list(propose.actor_lines(found, ["OTHER"])) == [
        ("RURITANIA: {name: Ruritania, kind: state, adjectives: [Ruritanian]}", "9 in 4"),
        ("REED: {name: Ada Reed, kind: person}", "5 in 2"),
        ("OTTO_REED: {name: Otto Reed, kind: person}", "4 in 2"),
        ('SMITH_SONS_INC: {name: "Smith: Sons, Inc.", kind: organisation}', "3 in 2")]
    assert next(propose.actor_lines(found[2:3], ["REED", "ADA_REED"]))[0].startswith("ADA_REED_2: ")


def test_each_name_is_proposed_once_in_its_longest_form():
    nlp = pipeline(entities=True)
    texts = ["Angela Merkel met Barack Obama. Merkel thanked the Kremlin. Obama spoke to NATO.",
             "The Kremlin's answer pleased NATO's generals. Merkel smiled, Obama said. Michelle Obama left."]
    names = list(propose.unlisted(nlp, texts, {})["name"])
    assert len(names) == len(set(names))
    assert names.count("Angela Merkel") == 1 and "Merkel" not in names
    assert "Michelle Obama" in names and "Obama" not in names
    assert [name for name in names if "NATO" in name] == ["NATO"]
    assert len([name for name in names if "Kremlin" in name]) <= 1


def test_what_is_listed_is_not_proposed():
    nlp = pipeline(entities=True)
    actors = {"OBAMA": {"name": "Barack Obama", "kind": "person", "aliases": ["Obama"]},
              "NPP": {"name": "National People's Power", "kind": "organisation"}}
    texts = ["Barack H. Obama met the National People’s Power. Obama's visit pleased Angela Merkel and Michelle Obama."]
    assert set(propose.unlisted(nlp, texts, actors)["name"]) == {"Angela Merkel", "Michelle Obama"}


def test_names_merge_by_the_last_word_of_a_person():
    merged = propose.merged({("Trump", "ORG"): 4, ("Donald Trump", "PERSON"): 2, ("Donald J. Trump", "PERSON"): 1,
                           ("Melania Trump", "PERSON"): 1, ("Oxford", "ORG"): 1, ("University of Oxford", "ORG"): 1})
    assert merged == {"Trump": "Donald J. Trump", "Donald Trump": "Donald J. Trump"}


def test_candidates_are_those_the_codebook_does_not_list():
    nlp = pipeline(entities=True)
    actors = {"POLK": {"name": "James Polk", "kind": "person"}}
    texts = ["Angela Merkel met Barack Obama in Berlin.", "Angela Merkel thanked James Polk."]
    table = propose.unlisted(nlp, texts, actors)
    assert list(table.columns) == ["name", "label", "n", "documents"]
    assert tuple(table.iloc[0]) == ("Angela Merkel", "PERSON", 2, 2)
    assert set(table["name"]) == {"Angela Merkel", "Barack Obama", "Berlin"}
    assert len(propose.unlisted(nlp, texts, actors, limit=1)) == 1
    assert list(propose.unlisted(nlp, [], actors).columns) == ["name", "label", "n", "documents"]


def test_thousands_of_names_and_terms_take_no_time():
    count = Counter({(f"Anna Hill{number}", "PERSON"): 1 for number in range(8000)})
    terms = pd.DataFrame({"term": [f"quay fee{number}" for number in range(8000)], "n": 3})
    start = time.perf_counter()
    assert len(propose.once(count, [(name, 1) for name, _ in count])) == 8000 and len(propose.longest(terms)) == 8000
    assert time.perf_counter() - start < 3  # each beside each other took half a minute
