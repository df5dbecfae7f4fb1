"""Every question has an answer for every study, however little it holds."""

from pathlib import Path

import pandas as pd
import pytest

from parallax.cli import main
from parallax.errors import StudyError
from parallax.workbook import Workbook

SECOND = Path(__file__).parent / "second_study"
QUESTIONS = """documents kinds syndicated unresolved checks frames frame_tests frame_voices frame_parts frame_overlap
    uncovered words naming titles speakers verbs absences stance stance_parts stance_index stance_rows holders
    arguments strip coverage pair_matrix network difference who_acts verbs_between accuracy overview""".split()


@pytest.fixture(scope="module")
def seeds():
    return Workbook("seeds")


def study(folder, book="title: T\n", **texts):
    (folder / "codebook.yml").write_text(book)
    for name, text in (texts or {"a": "The bridge is closed. The minister said that it will open."}).items():
        (folder / f"{name}.txt").write_text(text)
    return folder


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_of_a_study_with_a_title_alone(tmp_path, question):
    answer = getattr(Workbook(study(tmp_path)), question)()
    parts = list(answer)
    assert parts[0].text.strip() and "nan" not in parts[0].text
    assert isinstance(answer.data, pd.DataFrame)


@pytest.mark.parametrize("parameters", [{}, {"voice": "own"}, {"voice": "attributed", "window": "story"},
                                        {"sources": ["Brief"]}, {"sources": "Wire, Comment"}])
def test_every_question_of_another_study(parameters):
    book = Workbook(SECOND, **parameters)
    for question in QUESTIONS:
        text = next(iter(getattr(book, question)())).text
        assert text.endswith((".", "only)")) and "nan" not in text, question


@pytest.mark.parametrize(
    "parameters, said",
    [
        ({"sources": ["Nobody"]}, "sources: 'Nobody' is not in this study; allowed: Wire, Comment, Brief"),
        ({"voice": "loud"}, "voice: 'loud'; allowed: all, own, attributed"),
        ({"window": "page"}, "window: 'page'; allowed: sentence, story"),
        ({"seed": -1}, "seed: -1; allowed: a whole number, 0 or more"),
        ({"seed": "x"}, "seed: 'x'; allowed"),
        ({"model": "xx"}, "model: 'xx' is not installed; installed: en_core_web_sm"),
    ],
)
def test_a_wrong_parameter_is_said_in_one_line(parameters, said):
    with pytest.raises(StudyError) as error:
        Workbook(SECOND, **parameters)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_numbers_counted_by_hand_in_the_second_study():
    book = Workbook(SECOND)
    stance = book.stance().data
    part = stance[(stance["part"] == "all") & (stance["k"] > 0)]
    found = {(r.source, r.voice, r.value): r.k for r in part.itertuples()}
    # Wire quotes all its positions; Comment asks, affirms, and quotes a critic and Brussels; Brief quotes three.
    assert found == {
        ("Wire", "quoted", "affirm"): 2, ("Wire", "quoted", "deny"): 3,
        ("Comment", "own", "hedge"): 1, ("Comment", "own", "affirm"): 1,
        ("Comment", "quoted", "affirm"): 1, ("Comment", "quoted", "deny"): 1,
        ("Brief", "quoted", "hedge"): 1, ("Brief", "quoted", "deny"): 2,
    }  # fmt: skip


def test_sentences_behind_a_number_are_those_that_hold_it(seeds):
    fold = seeds.pair_sentences("USHAKOV", "INTERFAX", "actor")
    assert "000.016" in fold.text and fold.text.startswith("Yuri Ushakov and Interfax (1 sentence)")
    assert "[Ushakov|actor] said, according to Russian news agency [Interfax|actor]" in fold.text


def test_places_are_not_counted_as_actors(seeds):
    # "A massive military parade in Beijing on 3 September ..." names Beijing, and Japan, but no act of China's.
    acting = seeds.acting[seeds.acting["sentence"] == "000.018"]
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
    answer = Workbook(study(tmp_path, book, a=text)).unresolved()
    assert list(answer.data["text"]) == ["Park"] and list(answer.data["candidates"]) == ["A B"]
