"""Explore: what is chosen, searched, counted and struck out, on a study worked by hand; and its page in a browser."""

import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from chromium import STICKING_OUT, needed
from hypothesis import given, settings
from hypothesis import strategies as st

from parallax import explore, labels, tables
from parallax.cli import main
from parallax.errors import StudyError
from parallax.explore import Choice, concordance, counts, select, terms
from parallax.study import load

BOOK = """title: T
groups: {north: The North}
actors:
  NORWAY: {name: Norway, kind: state, group: north}
  DENMARK: {name: Denmark, kind: state, group: south}
frames:
  aid: {label: Aid, words: [help]}
  war: {label: War, words: [attack]}
narrative:
  claim: The treaty is a threat.
  arguments:
    threat: {side: for, cues: [threat]}
"""
TEXTS = {
    "a": ("Norway helped Denmark on Monday.\n\nThe mayor said that Norway attacked Denmark.\n\n"
          "Norway said that the treaty is a threat."),
    "b": "Denmark attacked the town.\n\nThe treaty is no threat.",
    "c": "It rained <b>all</b> day in the town's well-known square.",
}
SOURCES = "file,source,published\na.txt,A,2025-09-03\nb.txt,B,2025-08\nc.txt,C,\n"


def write(folder, book=BOOK, sources=SOURCES, texts=TEXTS):
    (folder / "codebook.yml").write_text(book)
    if sources:
        (folder / "sources.csv").write_text(sources)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    return load(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The study above, read once, not to be corrected."""
    study = write(tmp_path_factory.mktemp("small"))
    return study, tables.build(study).counted()


@pytest.fixture
def page(tmp_path):
    """The page of a study of its own."""
    study = write(tmp_path)
    return explore.show(study, tables.build(study), reader="Ada")


@pytest.fixture(scope="module")
def seeds():
    """The page of the seeds, to look at only."""
    study = load("seeds")
    return explore.show(study, tables.build(study), reader="Ada")


def fits(t, **chosen):
    return " ".join(name.replace(".00", "") for name in select(t, Choice(**chosen)).sentences["sentence"])


@pytest.mark.parametrize(("chosen", "expected"), [
    ({}, "a1 a2 a3 b1 b2 c1"),
    ({"sources": ("B", "C")}, "b1 b2 c1"),
    ({"frame": "war"}, "a2 b1"),
    ({"frame": "war", "voice": "own"}, "b1"),
    ({"frame": "war", "voice": "attributed"}, "a2"),
    ({"voice": "own"}, "a1 a2 a3 b1 b2 c1"),  # a sentence tells no voice
    ({"actor": "NORWAY"}, "a1 a2 a3"),
    ({"actor": "NORWAY", "other": "DENMARK"}, "a1 a2"),
    ({"actor": "NORWAY", "other": "DENMARK", "frame": "aid"}, "a1"),
    ({"holder": "north"}, "a3"),
    ({"holder": "NORWAY"}, "a3"),
    ({"holder": "source"}, "b2"),
    ({"value": "deny"}, "b2"),
    ({"argument": "threat"}, "a3 b2"),
    ({"argument": "threat", "voice": "attributed"}, "a3"),
    ({"holder": "NORWAY", "value": "deny"}, ""),
    ({"kind": "headline"}, ""),
    ({"since": "2025-09"}, "a1 a2 a3"),
    ({"until": "2025"}, "a1 a2 a3 b1 b2"),
    ({"since": "2025-08-15", "until": "2025-08-15"}, "b1 b2"),  # some day of August
    ({"since": "2025-09-04"}, ""),
    ({"words": "treaty"}, "a3 b2"),
    ({"words": "treaty", "voice": "own"}, "b2"),
    ({"words": "treaty", "voice": "attributed"}, "a3"),
    ({"words": "TREATY threat"}, "a3 b2"),
    ({"words": "treaty norway"}, "a3"),
    ({"words": '"a threat"'}, "a3"),
    ({"words": '"no threat'}, "b2"),
    ({"words": "thre"}, ""),
    ({"words": "thre*"}, "a3 b2"),
    ({"words": "town’s"}, "c1"),
    ({"words": "well-known"}, "c1"),
    ({"words": "known"}, "c1"),
    ({"words": "(town)"}, "b1 c1"),
    ({"words": '"'}, "a1 a2 a3 b1 b2 c1"),
    ({"words": ".* [ \\"}, "a1 a2 a3 b1 b2 c1"),
])
def test_sentences_that_fit(small, chosen, expected):
    assert fits(small[1], **chosen) == expected


def test_a_source_or_a_voice_that_is_not_there(small):
    for wrong in ({"sources": ("D",)}, {"voice": "loud"}):
        with pytest.raises(StudyError, match="allowed: "):
            select(small[1], Choice(**wrong))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_any_search_is_taken(small, words):
    found = select(small[1], Choice(words=words))
    assert set(found.sentences["sentence"]) <= set(found.counted["sentence"])
    raws = {document.file: document.raw for document in small[0].documents}
    assert all(raws[one.file][one.start:one.end] == one.text for one in found.spans.itertuples())


@given(st.lists(st.sampled_from(["Norway", '"', "*", "a", "threat*", "’", "(", "\\", "|", " "])).map("".join))
def test_odd_signs_only_part_words(words):
    assert all(pattern.pattern for pattern in terms(words))


def test_counts_by_source(small):
    found = counts(select(small[1], Choice(words="treaty")))
    assert list(found[["source", "k", "n"]].itertuples(index=False, name=None)) == [
        ("A", 1, 3), ("B", 1, 2), ("C", 0, 1)]
    assert found["share"].round(2).tolist() == [0.33, 0.5, 0]


def test_what_is_marked_is_what_was_chosen(small):
    def marked(**chosen):
        return [(one.text, one.label) for one in select(small[1], Choice(**chosen)).spans.itertuples()]

    assert marked(frame="war", words="town") == [("attacked", "frame"), ("town", "word")]
    assert marked(holder="NORWAY") == [("threat", "cue")]
    assert {label for _, label in marked()} == {"voice", "frame", "actor", "cue"}  # nothing chosen: all


def test_keyword_in_context(small):
    found = select(small[1], Choice(words="treaty"))
    assert list(concordance(found.sentences, found.spans).itertuples(index=False, name=None)) == [
        ("a.003", "A", "Norway said that the", "treaty", "is a threat."),
        ("b.002", "B", "The", "treaty", "is no threat.")]
    assert concordance(found.sentences, found.spans, width=10)["left"].tolist() == ["…that the", "The"]
    assert concordance(found.sentences, found.spans, width=7)["right"].tolist() == ["is a…", "is no…"]
    nothing = select(small[1], Choice(words="nowhere"))
    assert concordance(nothing.sentences, nothing.spans).empty


def test_around_a_sentence_is_the_text_as_it_stands(small):
    study, t = small
    places = list(t.sentences[["file", "start", "end"]].itertuples(index=False, name=None))
    assert explore.around(places, 1, study.documents[0].raw) == (
        "Norway helped Denmark on Monday.\n\n", "\n\nNorway said that the treaty is a threat.")


def test_the_selection_as_a_table(small, tmp_path):
    rows = explore.table(select(small[1], Choice(words="treaty", value="affirm")))
    path = explore.save(rows, tmp_path / "new")
    assert path.name == "selection-1.csv" and explore.save(rows, tmp_path / "new").name == "selection-2.csv"
    assert sorted(one.name for one in path.parent.iterdir()) == ["selection-1.csv", "selection-2.csv"]
    (one,) = pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
    assert one["sentence"] == "a.003" and one["published"] == "2025-09-03" and one["found"] == "treaty"
    assert (one["actors"], one["speakers"], one["positions"]) == ("NORWAY", "Norway", "affirm by NORWAY: threat")
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot write here"):
        explore.save(rows, tmp_path / "file")


# --- The page


def press(page, name, number=0):
    """Press a button that strikes out, by the words on it, in a sentence on the page."""
    buttons = page.items[number].buttons
    buttons.index = next(i for i, text in enumerate(buttons.options) if text.startswith(f"✗ {name}"))


def test_a_change_shows_at_once(page):
    assert repr(page) == "6 of 6 sentences, in 3 of 3 sources"
    page.controls["frame"].value = "war"
    assert repr(page) == "2 of 6 sentences, in 2 of 3 sources"
    assert "1 of 3 (33%, " in page.bars.value and page.where.value == "1 to 2 of 2"
    assert 'title="frame"' in page.items[0].html.value and len(page.list.children) == 2
    page.controls["voice"].value = "own"
    assert repr(page) == "Own voice only: 1 of 6 sentences, in 1 of 3 sources"
    page.sources[0].value = True
    assert repr(page) == "Own voice only: 0 of 3 sentences, in 0 of 1 source"
    assert "Nothing fits" in page.lines.value and page.list.children == (page.lines,)
    page.clear(None)
    assert page.choice() == Choice()
    page.controls["words"].value, page.view.value = "treaty", "In context"
    assert "<mark" in page.lines.value and page.where.value == "1 to 2 of 2"


def test_dates_say_what_has_none(page):
    page.controls["since"].value = pd.Timestamp("2025-09-01").date()
    assert repr(page).startswith("3 of 6") and "1 of 3 documents without a date left out" in page.said.value


def test_a_search_that_cannot_be_one_is_said(page):
    page.controls["words"].value = '"*'
    assert repr(page).startswith("6 of 6") and "Nothing to look for" in page.said.value


def test_texts_are_escaped(page):
    page.controls["words"].value = "rained"
    assert "<b>all" not in page.items[0].html.value and "&lt;b&gt;all" in page.items[0].html.value


def test_what_is_struck_out_is_gone_and_comes_back(page):
    page.controls["frame"].value = "war"
    press(page, "frame War “attacked”")
    assert repr(page).startswith("1 of 6") and "Struck out in a.002: frame War" in page.note.value
    press(page, "frame War “attacked”")
    assert repr(page).startswith("0 of 6")
    wrong = labels.read(page.study.folder / "labels")["wrong"]
    assert wrong[["table", "what", "text", "reader"]].to_numpy().tolist() == [["frames", "war", "attacked", "Ada"]] * 2
    page.undo.click()
    assert repr(page).startswith("1 of 6") and page.items[0].html.value.count("b.001") == 1
    page.undo.click()
    assert repr(page).startswith("2 of 6") and page.undo.layout.display == "none"
    assert page.reader.unstrike() is None


def test_actors_speakers_and_positions_are_struck_out_too(page):
    press(page, "speaker The mayor", 1)
    press(page, "actor Norway", 1)
    press(page, "Norway affirms", 2)
    t = labels.corrected(page.study, page.raw)
    assert list(t.statements.loc[t.statements["file"] == "a.txt", "speaker_text"]) == ["", "Norway"]
    assert list(t.mentions.loc[t.mentions["sentence"] == "a.002", "actor"]) == ["DENMARK"]
    assert list(t.stances["sentence"]) == ["b.002"]


def test_a_folder_that_cannot_be_written_is_said(page):
    (page.study.folder / "labels").write_text("in the way")
    page.controls["frame"].value = "war"
    press(page, "frame War")
    assert "cannot be written" in page.note.value and repr(page).startswith("2 of 6")


@pytest.mark.parametrize("texts", [{"a": "The bridge is closed."}, {"a": "Share this\n"}, TEXTS],
                         ids=["one", "none", "all"])
def test_a_study_with_a_title_alone(tmp_path, texts):
    study = write(tmp_path, "title: T\n", "", texts)
    page = explore.show(study, tables.build(study))
    assert set(page.controls) <= {"words", "voice", "kind"} and len(page.sources) in (0, 3)
    page.controls["words"].value = "bridge"
    page.view.value = "In context"


def test_what_is_chosen_to_begin_with(tmp_path):
    study = write(tmp_path)
    page = explore.show(study, tables.build(study), Choice(("A",), "own", "treaty", since="2025-09-01"))
    assert repr(page) == "Own voice only: 0 of 3 sentences, in 0 of 1 source"
    with pytest.raises(StudyError, match="frame: 'peace'; allowed: war, aid"):
        explore.show(study, tables.build(study), Choice(frame="peace"))


def slowest(page, changes):
    """Return the longest time that a change took, in seconds of this process, whatever else the machine does."""
    times = []
    for name, value in changes:
        start = time.process_time()
        page.controls[name].value = value
        times.append(time.process_time() - start)
    return max(times)


CHANGES = [("words", "korea*"), ("words", ""), ("frame", "conflict"), ("actor", "CHINA"), ("frame", ""),
           ("other", "RUSSIA"), ("actor", ""), ("other", ""),
           ("holder", "us"), ("value", "affirm"), ("voice", "attributed"), ("value", "")]


def test_a_change_takes_less_than_a_third_of_a_second(seeds):
    seeds.clear(None)
    assert min(slowest(seeds, CHANGES), slowest(seeds, CHANGES[::-1]), slowest(seeds, CHANGES)) < 0.3


def many(t, times):
    """Return tables with every text so many times."""
    def copies(name, table):
        parts = [table.assign(**{c: f"{i}-" + table[c] for c in ("sentence", "file", "story") if c in table})
                 for i in range(times)]
        return pd.concat(parts, ignore_index=True)

    return tables.Tables(**{name: copies(name, table) for name, table in t.items()})


def test_ten_thousand_sentences(seeds):
    t = many(seeds.tables, 65)
    assert len(t.sentences) > 10_000
    choices = [Choice(), Choice(words='"North Korea" china'), Choice(frame="conflict", actor="CHINA", voice="own")]
    times = []
    for choice in choices * 2:
        start = time.process_time()
        counts(select(t, choice))
        times.append(time.process_time() - start)
    assert min(max(times[:3]), max(times[3:])) < 1


# --- Served


def test_a_wrong_study_is_said_in_one_line(tmp_path, capsys):
    assert main(["explore", str(tmp_path / "nowhere"), "--no-browser"]) == 1
    assert "no such folder" in capsys.readouterr().err
    assert main(["explore", "seeds", "--no-browser", "--port", "70000"]) == 1
    assert capsys.readouterr().err.startswith("parallax: --port: 70000")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of the page of a study, served as `make explore` does; it must end when it is told to."""
    folder = tmp_path_factory.mktemp("served")
    write(folder)
    command = [sys.executable, "-m", "parallax", "explore", str(folder), "--no-browser", "--port", "8890"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield server.stdout.readline().split()[2]
    server.send_signal(signal.SIGINT)
    assert server.wait(20) == 0


@needed
@pytest.mark.live
def test_the_page_in_a_browser(served, send, ask):
    def until(code, seconds=60):
        deadline = time.monotonic() + seconds
        while not (value := ask(code)):
            assert time.monotonic() < deadline, (code, ask("document.body.innerText")[:500])
            time.sleep(0.1)
        return value

    def put(selector, value, number=0):
        until(f"!!document.querySelectorAll('.px-explore {selector}')[{number}]")  # a page is filled part by part
        ask(f"""(() => {{
            const e = document.querySelectorAll('.px-explore {selector}')[{number}];
            e.value = e.tagName === 'SELECT' ? [...e.options].find(o => o.text === '{value}').value : '{value}';
            for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {{bubbles: true}}));
        }})()""")

    said = "document.querySelector('.px-said')?.innerText === '{} sentences, in {} sources'"
    while not ask("!!document.querySelector('#rendered_cells')"):
        send("Page.navigate", until="Page.loadEventFired", url=served)
    until(said.format("6 of 6", "3 of 3"))
    put("select", "War", 1)
    until(said.format("2 of 6", "2 of 3"))
    until("document.querySelectorAll('.px-sentence').length === 2")
    put("select", "any", 1)
    put("input[type=text]", "treaty")
    until("document.querySelector('.px-sentence mark.px-word')?.innerText === 'treaty'")
    for width in (390, 1280):
        send("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 600)
        assert ask(STICKING_OUT.replace("WIDTH", str(width))) == []
        assert ask("document.documentElement.scrollWidth") <= width
    asked = "performance.getEntriesByType('resource').map(e => e.name)"
    assert ask(f"{asked}.filter(name => !name.startsWith(location.origin))") == []
