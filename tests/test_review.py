"""Reading one sentence after another: what is shown, what a key writes, what is taken back."""

import pandas as pd
import pytest
from test_labels import TEXTS, held, made

from parallax import discrepancies, labels, reading, review, stats
from parallax.cli import main
from parallax.review import Session

MORE = [*TEXTS, "Sweden watched the bloc of Norway and Denmark.", "It rained on Friday.", "The king slept."]


def session(folder, drawn=0, texts=MORE):
    study, t = made(folder, texts)
    return Session(study, t, "Ada", drawn)


def page(folder, drawn=0):
    study, t = made(folder, MORE)
    return review.show(study, t, "Ada", drawn)


def now(page):
    return page.session.book.places.loc[page.session.now[0], "text"]


def answered(folder):
    """(text, reader, drawn) of each sentence read, and (holder, group, value) of each position."""
    sentences, stances = (pd.read_csv(folder / "labels" / f"{name}.csv") for name in ("sentences", "stances"))
    return (list(sentences[["text", "reader", "drawn"]].itertuples(index=False, name=None)),
            list(stances[["holder", "holder_group", "value"]].itertuples(index=False, name=None)))


def test_what_rules_propose_and_what_looks_like_it_come_before_the_rest(tmp_path):
    study, t = made(tmp_path, MORE)
    queue = reading.queue(study, t, labels.answers(study, t))
    assert set(queue["text"][:4]) == {TEXTS[0], TEXTS[2], TEXTS[4], MORE[5]}  # those with a cue
    assert queue["why"][0].startswith("a rule proposes: 'bloc' (bloc, for)")
    assert len(queue) == len(t.sentences) and list(queue)[:4] == ["file", "start", "end", "why"]
    assert reading.queue(study, t, labels.answers(study, t), 2).equals(queue.head(2))


def test_the_queue_learns_from_the_answers(tmp_path):
    texts = ["The harbour is closed to all ships.", "The harbour is closed to small ships.", "It rained on Friday.",
             "The king slept on Friday.", "A bloc is what Norway wants."]
    one = session(tmp_path, texts=texts)
    place = one.rules.sentences.set_index("text")["sentence"]
    before = list(reading.queue(one.study, one.rules, one.found)["text"])
    one.book.answer(place[texts[0]], [{"value": "deny", "holder": "source", "holder_group": "source"}])
    one.book.answer(place[texts[3]], [])
    after = list(reading.queue(one.study, one.rules, labels.answers(one.study, one.rules))["text"])
    assert after.index(texts[1]) < after.index(texts[2]) and not {texts[0], texts[3]} & set(after)
    assert set(before) == {*texts, "A title"}


def test_the_command_prints_the_queue_as_csv(tmp_path, capsys):
    made(tmp_path, MORE)
    assert main(["queue", str(tmp_path), "--limit", "3"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 4 and rows[0].startswith("file,start,end,why")
    assert main(["queue", str(tmp_path), "--limit", "-1"]) == 1
    assert capsys.readouterr().err == "parallax: --limit: -1; allowed: 0 or more\n"


def test_a_draw_is_the_same_after_an_edit_and_takes_every_sentence_alike(tmp_path):
    study, t = made(tmp_path, MORE)
    place = t.sentences.set_index("sentence")["text"]
    first = [place[name] for name in reading.sample(t, 4)]
    study, t = made(tmp_path, ["A new sentence stands here.", *MORE])
    place = t.sentences.set_index("sentence")["text"]
    again = [place[name] for name in reading.sample(t, 5)]
    assert [text for text in again if text in first] == [text for text in first if text in again]
    assert len(set(first) & set(again)) >= 4 - 1  # the new one may push one out
    drawn = [text for seed in range(300) for text in (place[name] for name in reading.sample(t, 3, seed))]
    counts = pd.Series(drawn).value_counts()
    # 3 of 9, 300 times: 100 expected of each, and four standard deviations (8.2) are allowed.
    assert len(counts) == len(stats.counted(t.sentences)) == 9 and counts.between(67, 133).all()


def test_first_comes_what_was_drawn_then_the_queue(tmp_path):
    one = session(tmp_path, drawn=2)
    assert [drawn for _, drawn, _ in one.todo][:3] == ["random", "random", "queue"]
    assert [name for name, _, _ in one.todo][:2] == one.sample
    for _ in range(3):
        one.answer([])
    assert [drawn for _, _, drawn in answered(tmp_path)[0]] == ["random", "random", "queue"]
    assert one.progress().startswith("3 of 9 sentences read, 2 of 2 drawn at random.")


def test_one_key_writes_one_answer(tmp_path):
    shown = page(tmp_path)
    first = now(shown)
    shown.line.value += "h"
    second = now(shown)
    shown.line.value += "n"
    assert answered(tmp_path) == ([(first, "Ada", "queue"), (second, "Ada", "queue")], [("source", "source", "hedge")])
    shown.line.value = shown.line.value[:-1]  # the key that deletes takes the last answer back
    assert now(shown) == second and answered(tmp_path)[0] == [(first, "Ada", "queue")]
    shown.press("u")
    assert now(shown) == first and answered(tmp_path) == ([], [])
    shown.press("u")
    assert "Nothing to take back" in shown.note.value


def test_several_keys_that_arrive_at_once_are_several_answers(tmp_path):
    shown = page(tmp_path)
    shown.line.value = "nnn"
    shown.line.value = "nnnn"
    assert len(answered(tmp_path)[0]) == 4 and len(shown.session.done) == 4


def test_as_proposed_keeps_the_rules_rows(tmp_path):
    shown = page(tmp_path)
    while now(shown) != TEXTS[2]:
        shown.press("s")
    shown.press("y")
    assert answered(tmp_path) == ([(TEXTS[2], "Ada", "queue")], [("DENMARK", "denmark", "deny")])
    row = labels.corrected(shown.session.study, shown.session.rules).stances.query("checked").iloc[0]
    assert row["rule"].startswith("reported") and row["argument"] == "bloc"


def test_a_sentence_may_take_two_positions_and_a_holder_may_be_typed(tmp_path):
    shown = page(tmp_path)
    while now(shown) != TEXTS[2]:
        shown.press("s")
    assert shown.holder.value == "Denmark" and shown.group.value == "denmark"
    shown.press("m")
    shown.press("d")
    assert "Given: Denmark denies" in shown.card.value
    shown.holder.value = "the king’s <b>men</b>"
    assert shown.group.value == "other"
    shown.press("a")
    assert answered(tmp_path)[1] == [("DENMARK", "denmark", "deny"), ("the king’s <b>men</b>", "other", "affirm")]
    assert {row[1:] for row in held(labels.corrected(shown.session.study, shown.session.rules)) if row[3]} == {
        ("DENMARK", "deny", True), ("the king’s <b>men</b>", "affirm", True)}


def test_buttons_do_what_keys_do_and_text_is_escaped(tmp_path):
    study, t = made(tmp_path, ["Norway <script>alert(1)</script> and Denmark form a bloc."])
    shown = review.show(study, t, "Ada", 0)
    assert "<script>" not in shown.card.value and "&lt;script&gt;" in shown.card.value
    shown.buttons["d"].click()
    assert answered(tmp_path)[1] == [("source", "source", "deny")]
    shown.line.value = "?"
    assert "is no key" in shown.note.value


def test_when_all_is_read_the_page_says_so(tmp_path):
    shown = page(tmp_path, drawn=30)
    shown.line.value = "n" * len(shown.session.rules.sentences)
    assert shown.card.value.count("Every sentence has been read") == 1 and shown.session.now is None
    for key in "ahdnyms":
        shown.press(key)
    assert repr(shown).startswith("9 of 9 sentences read, 9 of 9 drawn at random. "
                                  "Of 4 positions that rules made in them 0 were right, and they missed 0.")


def test_without_a_narrative_there_is_nothing_to_read(tmp_path):
    study, t = made(tmp_path)
    study.codebook.narrative = None
    assert "no narrative" in repr(review.show(study, t))
    assert reading.queue(study, t, labels.answers(study, t)).empty


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_in_one_session_is_not_shown_in_the_next(tmp_path, seed):
    one = session(tmp_path, drawn=4)
    for _ in range(3 + seed):
        one.answer([])
    two = Session(one.study, one.rules, "Bo", 4)
    read = {name for name, *_ in one.done}
    assert not read & {name for name, _, _ in two.todo} and len(read) == 3 + seed


# --- Pairs of sentences

FACTS = ["The mayor met 26 leaders.", "Only <b>24</b> leaders met the mayor.", "He came on Friday.", "It was Monday."]


def row(t, kind, strength, one, other):
    """A row of what is found; each end is a sentence of FACTS and the words in it."""
    out = {"kind": kind, "about": "leaders", "why": "they differ", "strength": strength, "rule": "r", "checked": False}
    for side, (text, words) in zip("ab", (one, other), strict=True):
        here = t.sentences[t.sentences["text"] == text].iloc[0]
        start = here["start"] + text.index(words)
        out |= {f"source_{side}": here["source"], f"file_{side}": here["file"], f"sentence_{side}": here["sentence"],
                f"start_{side}": start, f"end_{side}": start + len(words), f"text_{side}": words}
    return out


@pytest.fixture
def pairs(tmp_path, monkeypatch):
    """The page, with three pairs; the first two are of the same words. No narrative is needed."""
    study, t = made(tmp_path, FACTS)
    study.codebook.narrative = None
    ends = (FACTS[0], "26 leaders"), (FACTS[1], "24</b> leaders")
    rows = [row(t, "number", 0.9, *ends), row(t, "quote", 0.8, *ends[::-1]),
            row(t, "date", 0.3, (FACTS[2], "Friday"), (FACTS[3], "Monday"))]
    found = pd.DataFrame(rows, columns=discrepancies.COLUMNS)
    monkeypatch.setattr(discrepancies, "find", lambda tables, codebook: found)
    return review.pairs(study, t, "Ada")


def verdicts_in(folder):
    rows = pd.read_csv(folder / "labels" / "discrepancies.csv")
    return list(rows[["kind", "verdict", "reader"]].itertuples(index=False, name=None))


def test_pairs_are_confirmed_dismissed_put_off_and_taken_back(tmp_path, pairs):
    assert repr(pairs) == "0 of 3 pairs of sentences read." and pairs.session.now == 0
    pairs.line.value = "x"  # of the same words, the second is read as well
    assert pairs.session.now == 2 and verdicts_in(tmp_path) == [("number", "dismissed", "Ada")]
    assert repr(pairs) == ("2 of 3 pairs of sentences read. 0 confirmed, 2 not a contradiction. "
                           "Confirmed by kind: number 0 of 1, quote 0 of 1.")
    pairs.buttons["c"].click()
    assert verdicts_in(tmp_path)[1:] == [("date", "confirmed", "Ada")]
    assert "Every pair of sentences has been read" in pairs.card.value
    pairs.line.value = ""  # the key that deletes takes the last answer back
    assert pairs.session.now == 2 and verdicts_in(tmp_path) == [("number", "dismissed", "Ada")]
    pairs.press("u")
    assert pairs.session.now == 0 and verdicts_in(tmp_path) == []
    pairs.press("u")
    assert "Nothing to take back" in pairs.note.value
    pairs.press("s")
    assert pairs.session.now == 1 and verdicts_in(tmp_path) == []
    pairs.press("a")
    assert pairs.note.value == "&#x27;a&#x27; is no key; allowed: c x s u"
    pairs.line.value = "ss"
    assert "put off" in pairs.card.value and pairs.session.now is None
    pairs.press("c")
    assert verdicts_in(tmp_path) == [] and pairs.note.value == ""


def test_both_sentences_stand_in_their_paragraphs_with_what_differs_marked(pairs):
    html = pairs.card.value
    assert html.count(">26 leaders</mark>") == 1 and html.count(">24&lt;/b&gt; leaders</mark>") == 1
    assert "<strong>Number: leaders</strong>" in html and "<b>" not in html
    assert "Why: they differ. Rule r, strength 0.90; not read by a person." in html
    left, right = html.split('class="px-around px-read"')[1:]
    assert "It was Monday" not in left and "It was Monday" in right  # two sentences after the second


def test_pairs_that_were_read_do_not_come_back_in_the_next_session(pairs):
    pairs.press("x")
    again = review.pairs(pairs.session.study, pairs.session.rules, "Bo")
    assert again.session.todo == [2]


def test_where_nothing_differs_the_page_says_so(tmp_path, monkeypatch):
    study, t = made(tmp_path)
    nothing = pd.DataFrame(columns=discrepancies.COLUMNS)
    monkeypatch.setattr(discrepancies, "find", lambda tables, codebook: nothing)
    assert "Nothing was found on which two texts differ" in repr(review.pairs(study, t))


def test_a_verdict_that_cannot_be_written_is_said_and_not_lost(tmp_path, pairs):
    (tmp_path / "labels").write_text("a file")
    pairs.press("c")
    assert "cannot be written" in pairs.note.value and pairs.session.now == 0 and not pairs.session.done
