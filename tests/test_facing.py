"""Facts on which texts differ: counted by two sources, shown side by side, said in one sentence."""

import re

import pandas as pd
import pytest

from parallax import discrepancies, facing, stats, tables

TEXTS = {"1": ("Wire", "a.txt", "The mayor met 26 leaders."), "2": ("Post", "b.txt", "Only <b>24</b> leaders came."),
         "3": ("Post", "c.txt", "He came on Friday, on Monday."), "4": ("Wire", "a.txt", "It was $5 on Monday."),
         "5": ("Wire", "a.txt", "He said: “We won’t ever leave the harbour.”"),
         "6": ("Post", "b.txt", "“We never leave this harbour,” he said.")}


@pytest.fixture
def t():
    empty = {name: pd.DataFrame(columns=columns) for name, columns in tables.COLUMNS.items()}
    sentences = pd.DataFrame([(name, file, source, 100, 100 + len(text), text) for name, (source, file, text) in
                              TEXTS.items()], columns=["sentence", "file", "source", "start", "end", "text"])
    documents = pd.DataFrame({"file": ["a.txt", "b.txt", "c.txt"], "published": ["2025-09-03", "", "3 Sep"]})
    return tables.Tables(**{**empty, "sentences": sentences, "documents": documents})


def found(*rows):
    """Rows, given kind, about, the two sentences with the words in each, and whether they were confirmed."""
    out = []
    for kind, about, one, other, checked in rows:
        made = {"kind": kind, "about": about, "why": "they differ", "strength": 0.5, "rule": "r", "checked": checked}
        for side, (name, words) in zip("ab", (one, other), strict=True):
            source, file, text = TEXTS[name]
            made |= {f"source_{side}": source, f"file_{side}": file, f"sentence_{side}": name, f"text_{side}": words,
                     f"start_{side}": 100 + text.index(words), f"end_{side}": 100 + text.index(words) + len(words)}
        out.append(made)
    return pd.DataFrame(out, columns=discrepancies.COLUMNS).astype({"checked": bool})


ROWS = [("number", "leaders", ("1", "26"), ("2", "24"), True), ("number", "leaders", ("2", "24"), ("1", "26"), False),
        ("date", "day", ("3", "Friday"), ("4", "Monday"), False),
        ("date", "day", ("3", "Friday"), ("3", "Monday"), False),
        ("date", "hour", ("2", "24"), ("3", "Friday"), False)]


def test_a_fact_counts_once_for_each_two_sources_whichever_comes_first():
    counts = stats.discrepancies(found(*ROWS, ("quote", "words", ("2", "24"), ("4", "Monday"), False)))
    assert list(counts) == ["apart", "source_a", "source_b", "kind", "k", "confirmed"]
    assert list(counts.itertuples(index=False, name=None)) == [
        ("sources", "Wire", "Post", "number", 1, 1), ("sources", "Wire", "Post", "date", 1, 0),
        ("text", "Post", "Post", "date", 1, 0), ("texts", "Post", "Post", "date", 1, 0),
        ("sources", "Wire", "Post", "quote", 1, 0)]  # a.txt, of Wire, comes before b.txt
    assert list(stats.apart(found(*ROWS))) == ["sources", "sources", "sources", "text", "texts"]
    assert stats.discrepancies(found()).empty and stats.apart(found()).empty


def test_both_sentences_stand_side_by_side_with_what_differs_marked(t):
    shown = facing.facts(t, found(*ROWS[:3]))
    assert shown.text == """1. Number: leaders
   1 Wire, 2025-09-03: The mayor met [26|differs] leaders.
   2 Post: Only <b>[24|differs]</b> leaders came.
   Why: they differ. Rule r, strength 0.50; confirmed by a person.
   2 Post: Only <b>[24|differs]</b> leaders came.
   1 Wire, 2025-09-03: The mayor met [26|differs] leaders.
   Why: they differ. Rule r, strength 0.50; not read by a person.
2. Date: day
   3 Post, 3 Sep: He came on [Friday|differs], on Monday.
   4 Wire, 2025-09-03: It was $5 on [Monday|differs].
   Why: they differ. Rule r, strength 0.50; not read by a person."""
    assert shown.html.count('class="px-facing"') == 3 and "<b>" not in shown.html
    assert len(set(re.findall('<li class="px-fact" id="(fact-[0-9a-f]{8})">', shown.html))) == 2
    assert '<span data-sentence="1">Wire, 1</span>' in shown.html  # of which a report makes a link


def test_of_a_quotation_the_words_that_are_others_are_marked(t):
    row = ("quote", "harbour", ("5", "We won’t ever leave the harbour"), ("6", "We never leave this harbour"), False)
    one, other = facing.facts(t, found(row)).text.replace("|voice, differs]", "|!]").splitlines()[1:3]
    assert one.endswith("“[We |voice][won’t ever|!][ leave |voice][the|!][ harbour|voice].”")
    assert other.endswith("“[We |voice][never|!][ leave |voice][this|!][ harbour|voice],” he said.")
    assert list(facing.changed("one two", "One, two three")) == [] and list(facing.changed("a b", "")) == [(0, 3)]


def test_what_is_more_than_a_page_holds_is_folded_or_counted(t):
    many = facing.facts(t, found(*ROWS[:1] * 5, ROWS[2], ROWS[4]), 1)
    assert many.html.count('class="px-pair"') == 5
    assert "<summary>2 more pairs of sentences</summary>" in many.html
    assert many.text.endswith("\n2 more facts in discrepancies.csv.")
    assert facing.facts(t, found()).html == facing.facts(t, found()).text == ""


def test_what_differs_is_said_with_how_much_a_person_read():
    assert facing.told(found(*ROWS[1:3])) == (
        "Rules propose 2 facts on which sources differ, in 2 pairs of sentences: number 1, date 1.")
    assert facing.told(found(*ROWS[:3])) == (
        "A person confirmed 1 fact on which sources differ, of 2 found in 3 pairs of sentences: number 1, date 1.")
    assert facing.told(found()) == ""
    assert facing.unread(found(*ROWS[:3]), 2, "town").text == (
        "Of 5 pairs of sentences a person confirmed 1 and dismissed 2; the other 2 are proposals until somebody reads "
        "them. `parallax review town` shows one after another.")
    assert facing.unread(found(ROWS[1]), 0, "town").text == (
        "None of 1 pair of sentences was read by a person: what rules propose is not yet a contradiction. `parallax "
        "review town` shows one after another.")
    assert facing.unread(found(ROWS[0]), 0, "town").text == (
        "Of 1 pair of sentences a person confirmed 1 and dismissed 0.")
    assert facing.unread(found(), 1, "town").text == (
        "Nothing was found on which two texts differ but for 1 pair of sentences that a person dismissed. That does "
        "not say that they agree.")


def test_one_source_has_nothing_to_be_compared_with(t):
    assert facing.none(t).text.startswith("No fact was found on which two sources differ.")
    assert facing.none(one_source(t)).text == (
        "There is but one source: nothing to compare it with.")
    assert facing.none(one_source(t), "two sentences of one text").text.startswith("No fact was found")


def one_source(t):
    return t.but(sentences=t.sentences[t.sentences["source"] == "Wire"])
