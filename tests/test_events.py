"""Who does what to whom, in active and passive clauses."""

import pytest

from parallax.annotate import pipeline
from parallax.annotate.events import deeds

NAMES = {"Rome": "ROME", "Paris": "PARIS", "Berlin": "BERLIN"}


@pytest.fixture(scope="module")
def nlp():
    return pipeline()


@pytest.mark.parametrize(
    "text, found",
    [
        ("Rome criticized Paris.", {("ROME", "criticize", "PARIS", False)}),
        ("Paris was criticized by Rome.", {("ROME", "criticize", "PARIS", False)}),
        ("Rome did not attack Paris.", {("ROME", "attack", "PARIS", True)}),
        (
            "Rome and Berlin met with Paris.",
            {("ROME", "meet with", "PARIS", False), ("BERLIN", "meet with", "PARIS", False)},
        ),
        (
            "Rome attacked Paris and praised Berlin.",
            {("ROME", "attack", "PARIS", False), ("ROME", "praise", "BERLIN", False)},
        ),
        ("Rome left, accusing Paris.", {("ROME", "leave", "", False), ("ROME", "accuse", "PARIS", False)}),
        ("The mayor praised Rome.", {("", "praise", "ROME", False)}),
        ("It rained.", set()),
        (
            "Rome did not praise Paris but sued Berlin.",
            {("ROME", "praise", "PARIS", True), ("ROME", "sue", "BERLIN", False)},
        ),
        ("Rome imposed tariffs on Paris.", {("ROME", "impose on", "PARIS", False)}),
        ("Rome went to war with Paris.", {("ROME", "go with", "PARIS", False)}),
        ("Paris, which Rome sued, left.", {("ROME", "sue", "PARIS", False), ("PARIS", "leave", "", False)}),
        ("Paris was accused and not forgiven.", {("", "accuse", "PARIS", False), ("", "forgive", "PARIS", True)}),
    ],
)
def test_deeds(nlp, text, found):
    doc = nlp(text)
    mentions = [(doc[token.i : token.i + 1], NAMES[token.text]) for token in doc if token.text in NAMES]
    assert {deed[:4] for deed in deeds(doc, mentions)} == found


@pytest.mark.parametrize(
    "text",
    ["Rome may sue Paris.", "Rome wanted to sue Paris.", "Rome sued Berlin to punish Paris.", "Has Rome sued Paris?"],
)
def test_what_has_not_happened_is_open(nlp, text):
    doc = nlp(text)
    mentions = [(doc[token.i : token.i + 1], NAMES[token.text]) for token in doc if token.text in NAMES]
    assert [deed.open for deed in deeds(doc, mentions) if deed.object == "PARIS"] == [True]
