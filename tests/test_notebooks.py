"""Every notebook runs on every study, however little it holds, and refuses a wrong parameter in one line."""

import atexit
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbclient.exceptions import CellExecutionError
from papermill.inspection import inspect_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

import parallax
from parallax import cooccurrence, discrepancies, display, stats, tables, verdicts
from parallax.cli import main
from parallax.errors import StudyError
from parallax.labels import Reader
from parallax.study import load

SECOND = Path(__file__).parent / "second_study"
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]


def study(folder, book="title: T\n", **texts):
    (folder / "codebook.yml").write_text(book)
    for name, text in (texts or {"a": "The bridge is closed. The minister said that it will open."}).items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def run(path, **parameters):
    """Run the cells of a notebook in this process and return what they show, as text."""
    return "\n".join(cells(path, **parameters).values())


def cells(path, **parameters):
    """Run the cells of a notebook in this process and return what each shows, as text, by its id."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    known = inspect_notebook(path)
    node = parameterize_notebook(load_notebook_node(str(path)), {k: v for k, v in parameters.items() if k in known})
    shell, out = InteractiveShell(config=Config(HistoryManager={"enabled": False})), {}
    atexit.unregister(shell.atexit_operations)  # it keeps the shell, and collects garbage for each: minutes in all
    for cell in node.cells:
        if cell.cell_type == "code":
            with capture_output() as captured:
                result = shell.run_cell(cell.source)
            result.raise_error()
            shown = [captured.stdout, *map(repr, captured.outputs)]  # without a shell of its own, `display` prints
            shown += [repr(result.result)] if result.result is not None else []
            key = "parameters" if "injected-parameters" in cell.metadata.get("tags", ()) else cell.id
            out[key] = "\n".join(re.sub(r"\.\.\. +", "", text.replace("<IPython", "")) for text in shown)
    return out


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_study_with_a_title_alone(path, tmp_path):
    run(path, study=str(study(tmp_path)))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("parameters", [{"voice": "own"}, {"window": "story", "sources": ["Brief"]}],
                         ids=["own", "one"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_another_study(path, parameters):
    run(path, study=str(SECOND), **parameters)


BOTH = {"0-08", "2-08"}  # cells that count both voices whatever `voice` says; the text over them says so


def one_voice(t, voice):
    """Drop, by hand, every row that stands in the other voice."""
    own = t.stances["holder"].eq("source")
    kept = {name: table[table["voice"] == voice] for name, table in t.items() if "voice" in table}
    return t.but(stances=t.stances[own if voice == "own" else ~own], **kept)


@cache
def of_all_voices(path):
    """What a notebook shows of the seeds, by the id of its cell."""
    return cells(path, study="seeds")


def words_alone(monkeypatch):
    """Draw nothing: the numbers and the words are compared, not the pixels."""
    for method in ("draw", "draw_without_rendering"):
        monkeypatch.setattr(Figure, method, lambda *args: None)


VOICED = [path for path in NOTEBOOKS if "voice" in inspect_notebook(path)]


@pytest.mark.slow
@pytest.mark.parametrize("voice", ["own", "attributed"])
@pytest.mark.parametrize("path", VOICED, ids=[path.stem for path in VOICED])
def test_under_a_voice_every_number_and_fold_is_of_that_voice(path, voice, monkeypatch):
    """What a notebook shows is the same when the rows of the other voice are not there at all."""
    build = tables.build
    words_alone(monkeypatch)
    shown = cells(path, study="seeds", voice=voice)
    everything = of_all_voices(path)
    full = build(load("seeds"))
    monkeypatch.setattr(tables, "build", lambda *args, **more: one_voice(full, voice))
    assert [key for key, text in cells(path, study="seeds", voice=voice).items() if text != shown[key]] == [
        key for key in shown if key in BOTH]
    said = {"own": "Own voice only", "attributed": "Quoted voices only"}[voice]
    last = list(shown)[-1]  # it names the parameters
    unsaid = [key for key, text in shown.items() if text != everything[key] and said not in text and key != last]
    assert unsaid in ([], ["explore-06"])  # the sizes of the tables, of which the text tells


@pytest.mark.parametrize("path", VOICED, ids=[path.stem for path in VOICED])
def test_where_both_voices_are_counted_the_text_says_so(path):
    source = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    for key in BOTH & set(source):
        number = int(key.split("-")[1])
        assert "Whatever `voice` says" in source[f"{key.split('-')[0]}-{number - 1:02}"]
    for (_, above), (key, text) in pairwise(source.items()):
        if re.search(r"= .*\bt\.statements|evaluate\.accuracy", text):
            assert "hatever `voice` says" in above, key


def test_a_small_study_counted_by_voice(tmp_path):
    """Two own and three quoted deeds; a deed that is denied, a report that was not made."""
    people = "".join(f"  {n.upper()}: {{name: {n}, kind: state}}\n" for n in ("Norway", "Denmark"))
    book = f"title: T\nactors:\n{people}frames:\n  aid: {{words: [help]}}\n"
    own = "Norway helped Denmark on Monday. Norway helped Denmark on Friday. Norway did not help Denmark today."
    quoted = " ".join(f"The mayor said that Denmark helped Norway on day {i}." for i in range(3))
    folder = str(study(tmp_path, book, a=f"{own} {quoted} The minister did not say that Denmark helped Norway."))
    shown = {voice: cells(NOTEBOOKS[NAMES.index("4_actors")], study=folder, voice=voice)
             for voice in ("all", "own", "attributed")}
    assert "Of 2 deeds between actors none is told 3 times or more" in shown["own"]["4-16"]
    for voice in ("all", "attributed"):
        assert re.search("Quoted voices only: Denmark – help – Norway, in ", shown[voice]["4-16"])
    assert "Said not to have happened (1 sentence)" in shown["own"]["4-16"]
    framing = {voice: cells(NOTEBOOKS[NAMES.index("2_framing")], study=folder, voice=voice) for voice in ("all", "own")}
    assert "aid (3 sentences)" in framing["own"]["2-04"] and "aid (7 sentences)" in framing["all"]["2-04"]
    for voice in framing:  # three reports, and not a fourth that was not made
        assert "of 3 statements" in framing[voice]["2-15"] and "did not say" not in framing[voice]["2-14"]


@pytest.mark.parametrize(("name", "parameters", "said"), [
    ("0_overview", {"sources": ["Nobody"]}, "sources: 'Nobody' is not in this study; allowed: Wire, Comment, Brief"),
    ("2_framing", {"voice": "loud"}, "voice: 'loud'; allowed: all, own, attributed"),
    ("4_actors", {"window": "page"}, "window: 'page'; allowed: sentence, story"),
    ("4_actors", {"first": "Nobody"}, "first: 'Nobody'; allowed: "),
    ("3_stance", {"model": "xx"}, "model: 'xx' is not installed; installed: en_core_web_sm"),
    ("3_stance", {"seed": -1}, "seed: -1; allowed: a whole number, 0 or more"),
])
def test_a_wrong_parameter_is_said_in_one_line(name, parameters, said):
    with pytest.raises((StudyError, CellExecutionError)) as error:
        run(NOTEBOOKS[NAMES.index(name)], study=str(SECOND), **parameters)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_small_and_declares_only_what_it_uses(path):
    node = nbformat.read(path, as_version=4)
    code = [cell.source for cell in node.cells if cell.cell_type == "code"]
    assert path.stat().st_size < 300_000
    for name in inspect_notebook(path):
        assert re.search(rf"\b{name}\b", "\n".join(code[1:-1])), name


def test_numbers_counted_by_hand_in_the_second_study():
    _, t = parallax.read(SECOND)
    stance = stats.stance_shares(t.stances, t.sentences)
    part = stance[(stance["part"] == "all") & (stance["k"] > 0)]
    found = {(r.source, r.voice, r.value): r.k for r in part.itertuples()}
    # Wire quotes all its positions; Comment asks, affirms, and quotes a critic and Brussels; Brief quotes three.
    assert found == {
        ("Wire", "quoted", "affirm"): 2, ("Wire", "quoted", "deny"): 3,
        ("Comment", "own", "hedge"): 1, ("Comment", "own", "affirm"): 1,
        ("Comment", "quoted", "affirm"): 1, ("Comment", "quoted", "deny"): 1,
        ("Brief", "quoted", "hedge"): 1, ("Brief", "quoted", "deny"): 2,
    }  # fmt: skip


def test_positions_are_compared_only_where_enough_of_them_were_read(tmp_path, monkeypatch):
    """Of twelve positions a reader confirms none, then the five of Wire, then all."""
    words_alone(monkeypatch)
    folder, stance = shutil.copytree(SECOND, tmp_path / "second"), NOTEBOOKS[NAMES.index("3_stance")]
    found, t = parallax.read(folder)
    reader = Reader(found, t, "Ann")
    told = {}
    for some in ([], ["Wire"], ["Comment", "Brief"]):
        for name, rows in t.stances[t.stances["source"].isin(some)].groupby("sentence"):
            reader.answer(name, rows[["value", "holder", "holder_group", "start", "end"]].to_dict("records"))
        told[len(some)] = cells(stance, study=str(folder))
    none, wire, everything = told.values()
    nothing = "None of these 12 positions was read by a person"
    assert f"{nothing}; on studies that no rule was written for, 2 to 5 of 10 were right." in none["3-02"]
    assert "`parallax review second` reads them." in none["3-02"]
    for key, what in (("3-04", "sources"), ("3-10", "holders"), ("3-12", "arguments")):
        assert none[key].count(f"{nothing}: too few to compare {what}.") == 2  # once in its place, once for the blind
        assert none[key].count("leads") == none[key].count("y the claim.") == none[key].count("; read by a person") == 0
    assert "5 of 12 positions were read by a person: too few of Comment and Brief to compare sources" in wire["3-02"]
    assert "No position leads clearly in the source: intervals overlap." in wire["3-04"]
    assert wire["3-12"].count("5 of 12 positions were read by a person: too few to compare arguments.") == 2
    assert "12 of 12 positions were read by a person.\n" in everything["3-02"] + "\n"
    assert "of 12 positions (" in everything["3-12"] and "; not read" not in everything["3-04"]
    assert "12 of 12 positions were read by a person; these are too few to compare holders." in everything["3-10"]
    assert everything["3-16"].count(" | yes | ") == 12 and " | no | " not in everything["3-16"]


def test_a_number_and_its_fold_agree():
    """33 sentences name two actors; a copied caption in the fold made it 34."""
    _, t = parallax.read("seeds")
    acting = t.mentions[t.mentions["sense"] == "actor"]
    once = acting[acting["sentence"].isin(t.sentences.loc[t.sentences["copy_of"] == "", "sentence"])]
    pairs = cooccurrence.pairs(once, t.sentences, draws=9)
    for r in pairs[pairs["source"] == "all"].head(40).itertuples():
        assert f"({display.count(r.n_ab, 'sentence')})" in display.pair(t, once, (r.a, r.b), "sentence", {}).text
    frames = stats.frame_shares(t.frames, t.sentences, draws=9).groupby("frame")["k"].sum()
    for fold in display.folds(t, t.frames, "frame"):
        name, many = re.match(r"(\w+) \((\d+) ", fold.text).groups()
        assert frames[name] == int(many)


def test_sentences_behind_a_number_are_those_that_hold_it():
    _, t = parallax.read("seeds")
    acting = t.mentions[t.mentions["sense"] == "actor"]
    fold = display.pair(t, acting, ("USHAKOV", "INTERFAX"), "sentence", {"USHAKOV": "Ushakov", "INTERFAX": "Interfax"})
    assert fold.text.startswith("Ushakov and Interfax (1 sentence)") and "000.016" in fold.text
    assert "[Ushakov|actor] said, according to Russian news agency [Interfax|actor]" in fold.text


def test_places_are_not_counted_as_actors():
    # "A massive military parade in Beijing on 3 September ..." names Beijing, and Japan, but no act of China's.
    mentions = parallax.read("seeds")[1].mentions
    acting = mentions[(mentions["sentence"] == "000.018") & (mentions["sense"] == "actor")]
    assert set(acting["actor"]) == {"JAPAN"}


def test_check_prints_what_is_odd(capsys):
    assert main(["check", str(SECOND)]) == 0
    out = capsys.readouterr().out
    assert "Climate agreement of Dubai: 3 of 3 documents read" in out
    assert "UAE: never mentioned" in out
    assert "energy: 7 of 7 words fire" in out


def test_an_ambiguous_name_is_listed_and_not_guessed(tmp_path):
    book = ("title: T\nactors:\n  A: {name: Ada Park, kind: person}\n  B: {name: Bo Park, kind: person}\n")
    text = "Ada Park met Bo Park in the town. Park said that the talks went well."
    unresolved = parallax.read(study(tmp_path, book, a=text))[1].unresolved
    assert list(unresolved["text"]) == ["Park"] and list(unresolved["candidates"]) == ["A B"]


# Three positions affirm and one denies; the label says that the first sentence affirms.
BRIDGE = """title: T
frames: {works: {words: [bridge]}}
narrative: {claim: The bridge is unsafe., arguments: {unsafe: {side: for, cues: [unsafe, dangerous]}}}
"""
TEXT = "The bridge is unsafe. The bridge is dangerous. The bridge is not dangerous. It is unsafe. It is open."


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(("parts", "said"), [
    ({}, ["nothing of the accuracy on this study is known", "`parallax review "]),
    ({"stances": "rules"}, ["labels/stances.csv is what the rules wrote, returned unread", "`parallax review "]),
    ({"stances": "alone"}, ["labels/sentences.csv is missing", "Positions, with holder, F1 1.00", "`parallax review "]),
    ({"sentences": "drawn", "stances": "alone"}, [
        "In 2 sentences drawn at random: precision 1 of 2 positions (50%, 9% to 91%) and recall 1 of 1 positions",
        "Of 1 error shown: 1 extra", "1 label not counted", "'The bridge is closed.'"]),
    ({"wrong": "table,what,file,start,end,text,sentence_start,sentence_text\n"}, ["nothing of the accuracy"]),
], ids=["none", "unread", "stances", "random", "wrong"])
def test_trust_with_any_part_of_labels(parts, said, tmp_path):
    folder = study(tmp_path, BRIDGE, a=TEXT)
    found = tables.build(load(folder))
    label = "file,holder,holder_group,value,start,end,text\na.txt,source,source,affirm,0,20,The bridge is unsafe\n"
    read = pd.DataFrame([("1", "a.txt", 0, 21, TEXT[:21]), ("2", "a.txt", 22, 46, TEXT[22:46]),
                         ("3", "a.txt", 90, 111, "The bridge is closed.")],
                        columns=["sentence", "file", "start", "end", "text"]).assign(reader="ann", drawn="random")
    known = {"rules": found.stances.to_csv(index=False), "alone": label, "drawn": read.to_csv(index=False)}
    for name, text in parts.items():
        (folder / "labels").mkdir(exist_ok=True)
        (folder / "labels" / f"{name}.csv").write_text(known.get(text, text))
    shown = run(NOTEBOOKS[NAMES.index("5_trust")], study=str(folder))
    assert [one for one in said if one not in shown] == []


def test_what_changes_over_time_is_said_with_n_and_interval(tmp_path):
    """Aid stands in the first of four sentences of each document before 4 May, and in three of four from then on."""
    book = "title: T\nframes:\n  aid: {label: Aid, words: [help]}\n  war: {words: [war]}\n"
    texts = {f"d{i}": " ".join(f"The mayor {'gave help' if j < (1 if i < 3 else 3) else 'went home'} on day {i}{j}."
                               for j in range(4)) for i in range(6)}
    folder = study(tmp_path, book, **texts)
    rows = [f"d{i}.txt,Wire,2025-05-0{i + 1}" for i in range(5)] + ["d5.txt,Wire,some day"]
    (folder / "sources.csv").write_text("\n".join(["file,source,published", *rows]))
    shown = cells(NOTEBOOKS[NAMES.index("6_time")], study=str(folder), out=str(tmp_path / "out"))
    assert shown["6-04"].startswith("5 of 6 documents have a day of publication: 2025-05-01 to 2025-05-05. "
                                    "No day: 'some day' (d5.txt).")
    assert "None of 5 days stands out: 1 document in each." in shown["6-04"]
    said = "No share differs clearly before and since 2025-05-04 (q < 0.05, 1 share compared)."  # Fisher's p is 0.07
    assert shown["6-06"].startswith(said)
    assert "25% of 12" in shown["6-06"] and "75% of 8" in shown["6-06"]
    assert "Aid in Wire, since 2025-05-04 (6 sentences)" in shown["6-06"]
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {"volume_over_time", "frames_over_time"}
    undated = cells(NOTEBOOKS[NAMES.index("6_time")], study="seeds")
    assert "1 of 5 documents has a day of publication: 2025-08-28; a comparison over time needs 3" in undated["6-04"]
    assert "Drawn from" not in "".join(undated.values())


def pair(t, kind, *words):
    """A row of what is found, about the weather, given two words of which each stands in one sentence."""
    row = {"kind": kind, "about": "weather", "why": "they differ", "strength": 0.5, "rule": "r", "checked": False}
    for side, word in zip("ab", words, strict=True):
        one = t.sentences[t.sentences["text"].str.contains(word)].iloc[0]
        start = one["start"] + one["text"].index(word)
        row |= {f"{name}_{side}": one[name] for name in ("source", "file", "sentence")}
        row |= {f"start_{side}": start, f"end_{side}": start + len(word), f"text_{side}": word}
    return row


def test_facts_on_which_texts_differ_stand_in_their_sections_until_they_are_dismissed(tmp_path, monkeypatch):
    folder = study(tmp_path, a="It rained on Monday. It was dry on Sunday. Snow fell on 2 roofs.",
                   b="It rained on Friday.", c="Snow fell on 9 roofs.")
    (folder / "sources.csv").write_text("file,source,outlet\na.txt,Wire,Wire\nb.txt,Post,Post\nc.txt,Wire,Wire\n")
    loaded, t = parallax.read(folder)
    rows = [pair(t, "date", "Monday", "Friday"), pair(t, "date", "Monday", "Sunday"), pair(t, "number", "2", "9"),
            pair(t, "order", "rained", "Friday")]
    found = pd.DataFrame(rows, columns=discrepancies.COLUMNS)
    monkeypatch.setattr(discrepancies, "find", lambda tables, codebook: found[
        found["source_a"].isin(tables.sentences["source"]) & found["source_b"].isin(tables.sentences["source"])])
    judge = verdicts.Judge(loaded, t, "Ada")
    judge.say(found.loc[0], "confirmed")
    judge.say(found.loc[3], "dismissed")
    path = NOTEBOOKS[NAMES.index("7_discrepancies")]
    shown = cells(path, study=str(folder), out=str(tmp_path / "out"))
    assert "Of 4 pairs of sentences a person confirmed 1 and dismissed 1; the other 2 are proposals" in shown["7-02"]
    assert shown["7-04"].startswith("A person confirmed 1 fact on which sources differ, of 1 found in 1 pair of ")
    assert "Based on 3 sentence pairs." in shown["7-04"]
    assert shown["7-06"].startswith("1. Date: weather") and "Order" not in shown["7-06"]
    assert "Rules propose 1 fact on which texts of one source differ" in shown["7-08"]
    assert "roofs" in shown["7-08"] and "Sunday" not in shown["7-08"]
    assert "Rules propose 1 fact on which a text differs from itself" in shown["7-10"] and "Sunday" in shown["7-10"]
    counted = pd.read_csv(tmp_path / "out" / "discrepancies.csv")
    assert list(counted["apart"]) == ["sources", "text", "texts"] and list(counted["confirmed"]) == [1, 0, 0]
    alone = cells(path, study=str(folder), sources=["Post"])
    assert alone["7-06"].strip() == "There is but one source: nothing to compare it with."
    assert "Nothing was found on which two texts differ" in alone["7-02"]
