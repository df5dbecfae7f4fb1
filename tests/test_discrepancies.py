"""Where two texts contradict each other, and where they only seem to."""

from itertools import pairwise

import pandas as pd
import pytest

from parallax import discrepancies, tables
from parallax.codebook import Codebook
from parallax.documents import Document
from parallax.facts import facts
from parallax.parts import COLUMNS
from parallax.study import load
from parallax.tables import Tables

BOOK = Codebook.model_validate({
    "title": "T",
    "actors": {"RURITANIA": {"name": "Ruritania", "kind": "state", "group": "r", "adjectives": ["Ruritanian"],
                             "capital": "Strelsau"},
               "SYLVANIA": {"name": "Sylvania", "kind": "state", "group": "s", "adjectives": ["Sylvanian"]},
               "GENOVIA": {"name": "Genovia", "kind": "state", "group": "g"},
               "QUILL": {"name": "Mara Quill", "kind": "person", "group": "r", "state": "RURITANIA", "gender": "f"}},
    "frames": {},
    "narrative": {"claim": "Ruritania and Sylvania plot.", "members": ["RURITANIA", "SYLVANIA"],
                  "arguments": {"plot": {"side": "for", "cues": ["plot"]}}}})


def found(*texts, published="2025-05-06"):
    """Return the discrepancies of some texts, each a document of its own source."""
    documents = [Document(f"{name}.txt", name.upper(), held=text, name=name, published=published)
                 for name, text in zip("abcdef", texts, strict=False)]
    made = {name: pd.DataFrame(rows, columns=COLUMNS[name])
            for name, rows in facts(documents, BOOK.model_dump_json(), "en_core_web_sm", None).items()}
    return discrepancies.find(Tables(**made), BOOK)


@pytest.mark.parametrize(("kind", "one", "other", "said"), [
    ("number", "The fire in Strelsau killed 12 people.", "The fire in Strelsau killed 15 people.", ["12 people",
     "15 people"]),
    ("number", "Nine people died in the fire in Strelsau.", "The fire in Strelsau left twelve dead.", ["Nine",
     "twelve dead"]),
    ("number", "The parade was attended by 17 foreign leaders.", "Two dozen foreign leaders attended the parade.",
     ["17 foreign leaders", "Two dozen foreign leaders"]),
    ("number", "The state paid $5 billion for the harbour.", "The state paid $7 billion for the harbour.",
     ["$5 billion", "$7 billion"]),
    ("number", "Quill was jailed for five years over the fire.", "Quill was jailed for seven years over the fire.",
     ["five years", "seven years"]),
    ("date", "Mara Quill arrived in Sylvania on 3 May 2025.", "Mara Quill came to Sylvania on May 5, 2025.",
     ["3 May 2025", "May 5, 2025"]),
    ("date", "Mara Quill arrived in Sylvania on Friday.", "Quill's May 3 visit to Sylvania was short.",  # a Saturday
     ["2025-05-02", "2025-05-03"]),
    ("date", "Mara Quill left before the summit.", "Mara Quill left after the summit.", ["before", "after"]),
    ("title", "President Mara Quill spoke in Strelsau.", "Former President Mara Quill came to Strelsau.", ["no more"]),
    ("title", "Finance Minister Mara Quill spoke.", "Mara Quill, the foreign minister, came.", ["another office"]),
    ("order", "It was Quill's first visit to Sylvania since 2019.",
     "It is Mara Quill's second visit to Sylvania in six years.",
     ["first visit", "second visit"]),
    ("order", "It was Quill's first visit to Sylvania since 2011.",
     "It is Mara Quill's first trip to Sylvania in six years.",
     ["2011", "six years"]),
    ("name", "The invasion of Sylvania began at night.", "The conflict in Sylvania began at night.", ["invasion",
     "conflict"]),
    ("name", "They marked the 50th anniversary of the liberation of Strelsau.",
     "They marked 50 years since the fall of Strelsau.",
     ["liberation", "fall"]),
    ("quote", "“We will never leave the old harbour,” Mara Quill said.",
     "“We shall never leave this old harbour,” Quill said.",
     ["We will never", "We shall never"]),
    ("attribution", "According to Ruritania, boats crossed the northern river.",
     "Sylvania said that boats crossed the northern river.", ["Ruritania", "Sylvania"]),
    ("attribution", "Ruritania reportedly sent soldiers to Sylvania.",
     "Reports that Ruritania sent soldiers to Sylvania are disputed.", ["doubted or denied"]),
    ("claim", "Mara Quill said that Ruritania and Sylvania plot.",
     "Mara Quill said that Ruritania and Sylvania do not plot.",
     ["affirmed", "denied"]),
])
def test_two_texts_contradict_each_other(kind, one, other, said):
    rows = found(one, other)
    rows = rows[rows["kind"] == kind]
    assert len(rows) == 1
    row = rows.iloc[0]
    shown = " ".join(row[["text_a", "text_b", "why"]])
    assert row["file_a"] == "a.txt" and row["file_b"] == "b.txt" and all(words in shown for words in said)
    assert one[row["start_a"]:row["end_a"]] == row["text_a"] and other[row["start_b"]:row["end_b"]] == row["text_b"]


@pytest.mark.parametrize(("one", "other"), [
    pytest.param("2,000 people marched through Strelsau.", "2,031 people marched through Strelsau.", id="rounded"),
    pytest.param("About 30 people marched through Strelsau.", "32 people marched through Strelsau.", id="about"),
    pytest.param("At least 12 people died in the fire.", "Fifteen people died in the fire.", id="at least"),
    pytest.param("Dozens of people died in the fire.", "Thirty people died in the fire.", id="dozens"),
    pytest.param("26 foreign leaders attended the parade.", "Twelve African leaders attended the parade.", id="part"),
    pytest.param("The fire in Strelsau killed 12 people.", "The fire in Strelsau injured 15 people.",
                 id="another deed"),
    pytest.param("The fire in Strelsau killed 12 people.", "The fire in Strelsau killed 12 people.", id="copy"),
    pytest.param("Mara Quill arrived in Sylvania on 3 May.", "Mara Quill arrived in Genovia on 5 May.",
                 id="another place"),
    pytest.param("Mara Quill met Sylvania on 3 May.", "Mara Quill met Genovia on 5 May.", id="others met"),
    pytest.param("Mara Quill arrived in Sylvania on Saturday.", "Mara Quill came to Sylvania on May 3.",
                 id="that Saturday"),
    pytest.param("Mara Quill said on 3 May that it burnt.", "Mara Quill said on 5 May that it burnt.", id="said twice"),
    pytest.param("President Mara Quill spoke in Strelsau.", "Ruritanian leader Mara Quill spoke.", id="leader"),
    pytest.param("It was Quill's first visit to Sylvania since 2019.",
                 "It was Quill's first trip to Sylvania in six years.",
                 id="the same years"),
    pytest.param("It was Quill's first visit to Sylvania in six years.", "Quill made a rare visit to Sylvania.",
                 id="rare"),
    pytest.param("“We will never leave the old harbour,” Mara Quill said.",
                 "Quill said they would “never leave” the harbour.",
                 id="shortened"),
    pytest.param("The invasion of Sylvania began. The conflict in Sylvania goes on.", "The conflict in Sylvania began.",
                 id="called both"),
    pytest.param("It was Quill's first visit to Sylvania since 2011. A trip, her first in six years, was short.", "",
                 id="in one breath"),
])
def test_two_texts_only_seem_to_contradict_each_other(one, other):
    rows = found(one, other)
    assert rows[rows["kind"] != "attribution"].empty, rows[["kind", "why"]].to_dict("records")


def test_what_was_announced_weighs_less_than_what_came():
    came, announced = (found("The parade was attended by 26 leaders in Strelsau.",
    f"{words} the parade in Strelsau.").iloc[0]
                       for words in ("31 leaders attended", "31 leaders will attend"))
    assert announced["strength"] < came["strength"]
    assert "before it came" in announced["why"] and "before it came" not in came["why"]


def test_others_beside_those_named_may_agree():
    rows = found("Quill joined 24 other foreign leaders.", "26 foreign leaders joined Quill.")
    assert rows["why"].str.contains("the two may agree").all() and len(rows) == 1


def test_copies_of_a_sentence_are_one_pair():
    one, other = "The fire in Strelsau killed 12 people.", "The fire in Strelsau killed 15 people."
    assert len(found(one, other, f"{one}\n\nIt burnt.", other)) == 1


def test_a_weekday_without_a_date_of_publication_is_held_against_the_weekday_of_a_date():
    texts = "Mara Quill arrived in Sylvania on Friday.", "Mara Quill arrived in Sylvania on 3 May 2025."  # a Saturday
    assert list(found(*texts, published="")["kind"]) == ["date"]
    assert found(texts[0].replace("Friday", "Saturday"), texts[1], published="").empty


@pytest.mark.parametrize("published", [
    "2025-99-99", "yesterday", "0000-01-01", "\uff12\uff10\uff12\uff15-01-01", "2025-05-06T10:00", "3 May"])
def test_a_day_of_publication_that_is_none_stops_nothing(published):
    texts = ("Quill arrived in Sylvania on Friday. It was Quill's first visit to Sylvania in six years. "
             "Turnout was 1.2.3 %.",
             "Quill came to Sylvania on 3 May. It was Quill's second visit to Sylvania in a decade. "
             "Turnout was 4-5-6 %.")
    assert set(found(*texts, published=published)["kind"]) <= {"date", "order", "number"}


@pytest.mark.parametrize("value", ["1.2.3", "4-5-6", "inf", "about 1e+20", "10:30", "\u00bd", ""])
def test_any_number_as_it_is_written_has_an_interval(value):
    low, high = discrepancies.interval(value)
    assert 0 <= low <= high


def test_under_a_common_word_so_many_are_compared_that_the_time_grows_with_the_pairs():
    block = list(range(1000))
    details = [type("Said", (), {"row": type("Row", (), {"value": str(i % 7)})}) for i in block]
    few = discrepancies.few(block, details)
    assert len(few) == 14 and {details[i].row.value for i in few} == set("0123456")


# --- On the seeds


@pytest.fixture(scope="module")
def seeds():
    study = load("seeds")
    return discrepancies.find(tables.build(study), study.codebook)


@pytest.mark.parametrize(("kind", "one", "other"), [
    ("title", "US President Donald Trump", "Former US President Donald Trump"),
    ("number", "24 other foreign leaders", "26 foreign leaders"),
    ("date", "September 3", "Tuesday"),
    ("order", "Kim's first international visit in nearly six years",
     "his first major international engagement since taking office in 2011"),
    ("order", "Kim's first international visit in nearly six years", "his second abroad in six years"),
    ("name", "80th anniversary of its war against Japan", "80th anniversary of the end of World War II"),
])
def test_the_facts_on_which_the_seeds_differ(seeds, kind, one, other):
    mine = seeds[seeds["kind"] == kind]
    sides = [{row.text_a, row.text_b} for row in mine.itertuples()]
    assert {one, other} in sides


def test_the_list_is_short_and_the_strongest_come_first(seeds):
    assert len(seeds) <= 60
    assert all(a >= b for a, b in pairwise(seeds["strength"]))
    assert not seeds["checked"].any() and set(seeds["kind"]) <= set(discrepancies.KINDS)
    assert list(seeds) == discrepancies.COLUMNS
