"""Stance is composed: the argument's cue, what operates on it, whose voice it is."""

from pathlib import Path

import pytest

from parallax import tables
from parallax.annotate import pipeline, spans
from parallax.codebook import Codebook
from parallax.study import load

BOOK = Codebook.model_validate(
    {
        "title": "T",
        "actors": {
            "A": {"name": "Ruritania", "kind": "state", "group": "a", "adjectives": "Ruritanian"},
            "B": {"name": "Sylvania", "kind": "state", "group": "b", "adjectives": "Sylvanian"},
            "C": {"name": "Freedonia", "kind": "state", "group": "c"},
            "W": {"name": "Genovia", "kind": "state", "group": "w"},
        },
        "narrative": {
            "claim": "Ruritania, Sylvania and Freedonia form a bloc against Genovia.",
            "members": ["A", "B", "C"],
            "against": ["W"],
            "arguments": {
                "bloc": {"side": "for", "needs": "members", "cues": ["bloc", "alliance", "unity"]},
                "plot": {"side": "for", "cues": ["plot/VERB", "conspire", "counter ... <against>"]},
                "optics": {"side": "against", "cues": ["optics"]},
                "friction": {"side": "against", "needs": "members", "cues": ["distrust"]},
                "purpose": {"side": "against", "by": "members", "cues": ["peaceful"]},
            },
        },
    }
)


@pytest.fixture(scope="module")
def nlp():
    return pipeline(BOOK)


def stances(nlp, text):
    return {(row["holder_group"], span.label_) for span, row in spans.read(nlp(text), "stances")}


@pytest.mark.parametrize(
    "text, found",
    [
        ("The three states form a bloc.", {("source", "affirm")}),
        ("The three states do not form a bloc.", {("source", "deny")}),
        ("There is no evidence of a bloc of the three.", {("source", "deny")}),
        ("The three may form a bloc.", {("source", "hedge")}),
        ("The question is whether the three form a bloc.", {("source", "hedge")}),
        ("Do the three states form a bloc?", {("source", "hedge")}),
        ("The meeting was a summit rather than a bloc of the three.", {("source", "deny")}),
        ("Ruritania conspires with Sylvania.", {("source", "affirm")}),
        # A negation in another clause changes nothing.
        ("Although it did not rain, the three plotted.", {("source", "affirm")}),
        # The voice: an accusation is the accuser's, a denial the denier's, and nothing is the source's.
        ("Genovia said the three conspire.", {("w", "affirm")}),
        ("Ruritania denied that the three conspire.", {("a", "deny")}),
        ("Sylvania rejected claims by Genovia that the three conspire.", {("b", "deny"), ("w", "affirm")}),
        ("“Nobody was plotting anything,” Ruritania said.", {("a", "deny")}),
        # Ties of two of the members are no bloc of the three; of two with the adversary in view they bear on it.
        ("Ruritania praised its alliance with Sylvania.", set()),
        # An argument against the claim, and one that counts only in a member's voice.
        ("The show was mere optics.", {("source", "deny")}),
        ("The meeting was peaceful.", set()),
        ("Ruritania said that the meeting was peaceful.", {("a", "deny")}),
        ("The three show not just unity but a bloc.", {("source", "affirm")}),
        ("It is too early to call the three a bloc.", {("source", "deny")}),
        ("Ruritania cautioned against calling the three a bloc.", {("a", "deny")}),
        ("The show of the three is widely seen as a bloc.", {("source", "hedge")}),
        ("Genovia fears that the three form a bloc.", {("w", "hedge")}),
        # An argument against the claim is hedged and negated like one for it.
        ("The show was no mere optics.", {("source", "affirm")}),
        ("The show may be optics.", {("source", "hedge")}),
        # Of several readings of one holder in a sentence: what is conceded gives way, then what stands before "but";
        # then a denial goes before a hedge, a hedge before what is affirmed.
        ("Despite the optics, the three conspire.", {("source", "affirm")}),
        ("Distrust among the three is old, but they conspire.", {("source", "affirm")}),
        ("The three conspire, but their distrust is old.", {("source", "deny")}),
        ("Ruritania conspires; Ruritania did not plot.", {("source", "deny")}),
        ("Ruritania conspires; Ruritania may plot.", {("source", "hedge")}),
        ("The three conspire in a show of optics.", {("source", "deny")}),
        # A class of actors in a cue.
        ("The three want to counter Genovia.", {("source", "affirm")}),
        ("The weather was fine in Ruritania.", set()),
    ],
)
def test_composition(nlp, text, found):
    assert stances(nlp, text) == found


def test_because_names_cue_operator_and_voice(nlp):
    ((_, row),) = spans.read(nlp("Ruritania said that the three do not conspire."), "stances")
    assert (
        "'conspire' (plot, for)" in row["because"]
        and "negated by 'not'" in row["because"]
        and "by Ruritania" in row["because"]
    )


def test_an_answer_to_a_named_claim_is_a_denial(nlp):
    text = "Genovia said the three conspire. Ruritania dismissed the allegations."
    assert stances(nlp, text) == {("w", "affirm"), ("a", "deny")}


def test_a_second_study_on_another_event_runs_without_a_line_of_code():
    """Each row was read off the three texts by hand."""
    study = load(Path(__file__).parent / "second_study")
    found = tables.build(study, cached=False)
    rows = {(r.sentence, r.holder, r.value) for r in found.stances.itertuples()}
    assert rows == {
        ("a.003", "EU", "affirm"),
        ("a.004", "SAUDI_ARABIA", "deny"),
        ("a.004", "EU", "affirm"),
        ("a.005", "SAUDI_ARABIA", "deny"),
        ("a.006", "Small island states", "deny"),
        ("b.001", "source", "hedge"),
        ("b.002", "source", "affirm"),
        ("b.003", "Critics", "deny"),
        ("b.005", "EU", "affirm"),
        ("c.004", "Analysts", "deny"),
        ("c.006", "OPEC", "deny"),
        ("c.007", "Some observers", "hedge"),
    }
    assert set(found.mentions["actor"]) == {"EU", "SAUDI_ARABIA", "US", "OPEC"}
    assert set(found.frames["frame"]) == {"energy", "agreement"}
