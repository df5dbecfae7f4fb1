"""Who says what: each construction on its own, speakers, quotation marks of every kind."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Span

from parallax import study, tables
from parallax.annotate import attribution, pipeline, rules, spans
from parallax.annotate.attribution import make_voice
from parallax.annotate.quotations import pairs, quotations

NLP = pipeline()
ACTORS = {
    "MARA": {"name": "Mara Quill", "kind": "person", "group": "north", "gender": "f"},
    "NORTHLAND": {"name": "Northland", "kind": "state", "group": "north"},
    "SOUTHLAND": {"name": "Southland", "kind": "state", "group": "south"},
    "WIRE": {"name": "Wire Press", "kind": "media", "group": "south"},
    "BULLETIN": {"name": "The Bulletin", "kind": "media", "group": "north"},
}


def parse(text, mentions=(), kinds=()):
    """Parse a text and run the component; mentions are (words, actor, form), kinds name its paragraphs."""
    doc = NLP.make_doc(text)
    blocks, at = [], 0
    for paragraph in text.split("\n\n"):
        blocks.append(doc.char_span(at, at + len(paragraph), alignment_mode="expand"))
        at += len(paragraph) + 2
    for block in blocks:
        doc[block.start].is_sent_start = True
    for _, pipe in NLP.pipeline:
        doc = pipe(doc)
    if kinds:
        named = zip(blocks, kinds, strict=True)
        doc.spans["blocks"] = [Span(doc, block.start, block.end, label=kind) for block, kind in named]
    found, rows = [], []
    for words, actor, form in mentions:
        start = text.index(words)
        found.append((*token_range(doc, start, start + len(words)), actor))
        rows.append({"actor": actor, "form": form, "sense": "actor", "modifier": ""})
    spans.write(doc, "actors", [(*span, row) for span, row in zip(found, rows, strict=True)])
    return make_voice(NLP, "voice", ACTORS)(doc)


def token_range(doc, start, end):
    span = doc.char_span(start, end, alignment_mode="expand")
    return span.start, span.end


def said(text, *args, **kwargs):
    """What the component finds: (speaker, cue, form, content) of each row."""
    doc = parse(text, *args, **kwargs)
    return [
        (row["speaker_text"], doc[slice(*row["cue_span"])].text if row["cue_span"] else "", row["form"], span.text)
        for span, row in spans.read(doc, "statements")
    ]


@pytest.mark.parametrize(("text", "expected"), [
    # indirect, before and after its speaker
    ("The mayor said that the bridge is safe.", ("The mayor", "said", "indirect", "the bridge is safe")),
    ("The mayor said the bridge is safe.", ("The mayor", "said", "indirect", "the bridge is safe")),
    ("The bridge is safe, the mayor has said.", ("the mayor", "has said", "indirect", "The bridge is safe")),
    ("The bridge, the mayor said, is safe.", ("the mayor", "said", "indirect", "The bridge, the mayor said, is safe")),
    # direct: before, after, around, several sentences
    ("“The bridge is safe,” the mayor said.", ("the mayor", "said", "direct", "The bridge is safe,")),
    ("“The bridge is safe,” said the mayor.", ("the mayor", "said", "direct", "The bridge is safe,")),
    ("The mayor said: “The bridge is safe.”", ("The mayor", "said", "direct", "The bridge is safe.")),
    ("“The bridge,” the mayor said, “is safe.”",
     ("the mayor", "said", "direct", "The bridge,” the mayor said, “is safe.")),
    ("“The bridge is safe,” the mayor said. “We tested it.”",
     ("the mayor", "said", "direct", "The bridge is safe,” the mayor said. “We tested it.")),
    ("\"The bridge is safe,\" the mayor told reporters.", ("the mayor", "told", "direct", "The bridge is safe,")),
    ("''The bridge is safe,'' the mayor said.", ("the mayor", "said", "direct", "The bridge is safe,")),
    ("‘The bridge is safe,’ the mayor said.", ("the mayor", "said", "direct", "The bridge is safe,")),
    # mixed
    ("The mayor said the bridge was “a danger to everyone” in winter.",
     ("The mayor", "said", "mixed", "the bridge was “a danger to everyone” in winter")),
    # other constructions
    ("According to the engineers, the bridge is safe.",
     ("the engineers", "According to", "indirect", "the bridge is safe")),
    ("The bridge is safe, according to the engineers.",
     ("the engineers", "according to", "indirect", "The bridge is safe")),
    ("As noted by the engineers, the bridge is old.",
     ("the engineers", "As noted by", "indirect", "the bridge is old")),
    ("The mayor rejected allegations that the bridge is unsafe.",
     ("The mayor", "rejected", "indirect", "allegations that the bridge is unsafe")),
    ("The bridge was described by the engineers as a danger.",
     ("the engineers", "was described", "indirect", "The bridge was described by the engineers as a danger")),
    ("Critics accused the mayor of hiding the report.",
     ("Critics", "accused", "indirect", "the mayor of hiding the report")),
    ("Some engineers see the bridge as a danger.", ("Some engineers", "see", "indirect", "the bridge as a danger")),
    ("The mayor vowed to repair the bridge.", ("The mayor", "vowed", "indirect", "to repair the bridge")),
    ("The mayor continues to argue that the bridge is safe.",
     ("The mayor", "continues to argue", "indirect", "the bridge is safe")),
    ("The engineers remain divided over whether the bridge is safe.",
     ("The engineers", "remain divided", "indirect", "whether the bridge is safe")),
    ("The mayor called for a new bridge.", ("The mayor", "called", "indirect", "for a new bridge")),
])  # fmt: skip
def test_construction(text, expected):
    assert said(text) == [expected]


def test_two_reports_in_one_sentence():
    rows = said("The mayor rejected claims by Ms. Quill that the bridge is unsafe.")
    assert ("The mayor", "rejected", "indirect", "claims by Ms. Quill that the bridge is unsafe") in rows
    assert ("Ms. Quill", "claims", "indirect", "the bridge is unsafe") in rows


def test_nested_sources_each_get_a_row():
    mentions = [("Wire Press", "WIRE", "name"), ("the Bulletin", "BULLETIN", "name")]
    text = "“It is safe,” the mayor said, according to the news agency Wire Press and the Bulletin."
    rows = said(text, mentions)
    assert {row[0] for row in rows} == {"the mayor", "Wire Press", "the Bulletin"}
    assert {row[3] for row in rows if row[1] == "according to"} == {"“It is safe,” the mayor said"}


def test_participles_share_the_subject():
    rows = said("The mayor spoke for an hour, accusing the builders of fraud and describing the bridge as a trap.")
    assert [row[:2] for row in rows] == [("The mayor", "accusing"), ("The mayor", "describing")]
    assert rows[1][3] == "the bridge as a trap"


def test_a_second_verb_goes_on_with_the_reporting():
    rows = said("The mayor said the bridge was old and warned that it would fall.")
    assert [row[:2] + row[3:] for row in rows] == [
        ("The mayor", "said", "the bridge was old"), ("The mayor", "warned", "it would fall"),
    ]  # fmt: skip


def test_who_is_asked_reports_nothing_by_it():
    rows = said("Asked whether the bridge was safe, the mayor told reporters: “Not at all.”")
    assert rows == [("the mayor", "told", "direct", "Not at all.")]


def test_quoted_words_are_their_verbs_object_first():
    rows = said("The mayor warned of “a hard winter” for everyone.")
    assert [row[:3] for row in rows] == [("The mayor", "warned", "mixed")]


def test_relative_pronoun_is_its_antecedent():
    rows = said("He blamed the engineer, who argued that the bridge was old.")
    assert ("the engineer", "argued", "indirect", "the bridge was old") in rows


@pytest.mark.parametrize("text", [
    "The bridge has reportedly been closed.",
    "The bridge is seen as a danger.",
    "The bridge was built in 1950 and repaired by the army.",
    "The parade showed the strength of the town.",
    "It is unclear whether the bridge is safe.",
])
def test_no_speaker_no_row(text):
    assert said(text) == []


def test_what_is_said_in_a_quotation_is_its_speakers_affair():
    assert [row[0] for row in said("“I think the engineers said it was safe,” the mayor said.")] == ["the mayor"]


def test_headline_and_label():
    northland = [("Northland", "NORTHLAND", "state")]
    assert said("Northland rebukes southern criticism", northland, kinds=["headline"]) == [
        ("Northland", "rebukes", "indirect", "southern criticism")
    ]
    assert said("Engineers: The bridge will hold another winter.", kinds=["headline"]) == [
        ("Engineers", ":", "indirect", "The bridge will hold another winter")
    ]


def test_pull_quote_takes_its_speaker_from_the_next_block():
    rows = said("“The bridge will fall.”\n\n—A former engineer", kinds=["pullquote", "quote_credit"])
    assert rows == [("A former engineer", "", "direct", "The bridge will fall.")]
    assert said("“The bridge will fall.” — Ada Stone")[0][0] == "Ada Stone"


def test_quotation_continues_in_the_next_paragraph():
    rows = said("“The bridge is old,” the mayor said. “It will fall.\n\n“We must act now.”")
    assert [(row[0], row[3]) for row in rows] == [
        ("the mayor", "The bridge is old,” the mayor said. “It will fall."),
        ("the mayor", "We must act now."),
    ]


def test_quotation_in_the_paragraph_after_a_colon():
    assert said("The mayor said:\n\n“The bridge is old.”")[0] == ("The mayor", "said", "direct", "The bridge is old.")


def test_message_with_a_quotation():
    rows = said("The answer followed Mara Quill's message to the town: “Close the bridge now.”")
    assert rows == [("Mara Quill", "message", "direct", "Close the bridge now.")]


def rows_of(text, mentions):
    return [row for _, row in spans.read(parse(text, mentions), "statements")]


def test_speakers_resolve_to_actors_with_their_groups():
    mentions = [("Mara Quill", "MARA", "name"), ("Wire Press", "WIRE", "name"), ("Northland", "NORTHLAND", "state")]
    rows = rows_of("Northland's envoy Mara Quill said it would rain, Wire Press reported.", mentions)
    assert {(row["speaker"], row["group"]) for row in rows} == {("MARA", "north"), ("WIRE", "media")}


@pytest.mark.parametrize(("speaker", "group"), [
    ("Analysts", "expert"), ("Officials", "other"), ("Newspapers", "media"), ("Fishermen", "other"),
    ("Palace spokesman Odo Brandt", "other"), ("Odo Brandt, a professor of law,", "expert"),
])
def test_unnamed_speakers_keep_their_words_and_get_a_group(speaker, group):
    (row,) = rows_of(f"{speaker} say the bridge is old.", [])
    assert (row["speaker"], row["speaker_text"], row["group"]) == ("", speaker.split(",")[0], group)


def test_officials_of_a_state_speak_for_its_group_and_its_analysts_do_not():
    (row,) = rows_of("Northern officials say it will rain.", [("Northern", "NORTHLAND", "adjective")])
    assert (row["speaker"], row["group"]) == ("", "north")
    (row,) = rows_of("Northern analysts say it will rain.", [("Northern", "NORTHLAND", "adjective")])
    assert row["group"] == "expert"


def test_two_actors_speaking_together_are_no_single_actor():
    (row,) = rows_of("Northland and Southland said that it would rain.",
                     [("Northland", "NORTHLAND", "state"), ("Southland", "SOUTHLAND", "state")])
    assert (row["speaker"], row["speaker_text"], row["group"]) == ("", "Northland and Southland", "other")


def test_pronouns_take_the_speaker_before_them_that_agrees():
    text = "Ada Stone said that it would rain. Engineers said that it would snow. She added that it was late."
    rows = said(text)
    assert [row[0] for row in rows] == ["Ada Stone", "Engineers", "Ada Stone"]
    doc = parse(text)
    last = doc.spans["statements"][-1]._.fact
    assert doc[slice(*last["speaker_span"])].text == "She"
    assert said("Ada Stone said that it would rain. They added that it was late.")[1][0] == "They"


def test_effects():
    words = "The mayor {} that the bridge is old."
    cues = ("said", "claimed", "acknowledged", "denied")
    effects = {cue: rows_of(words.format(cue), [])[0]["effect"] for cue in cues}
    assert effects == {"said": "neutral", "claimed": "doubting", "acknowledged": "endorsing", "denied": "denying"}
    assert rows_of("The mayor accused the builders of fraud.", [])[0]["effect"] == "accusing"


def test_reporting_words_are_one_list():
    assert set(attribution.EFFECT.values()) == {"neutral", "doubting", "endorsing", "denying", "accusing"}
    assert attribution.EFFECT.keys() == attribution.TAKES.keys()
    assert rules.inflections("deny") == {"deny", "denies", "denied", "denying"}
    assert rules.inflections("swear") >= {"swear", "swears", "swore", "sworn", "swearing"}


@pytest.mark.parametrize(("text", "expected"), [
    ("“One”, he said, “two”", [(0, 5, True), (16, 21, True)]),
    ("\"One\" and \"two\"", [(0, 5, True), (10, 15, True)]),
    ("He said: \"One, two", [(9, 18, False)]),  # never closed: to the end of the paragraph
    ("The 'second' one's friends' house", [(4, 12, True)]),  # apostrophes are no marks
    ("“So-called ‘free’ trade”", [(0, 24, True)]),  # one within another
    ("“They call it “free” trade”", [(0, 27, True)]),
    ("”Wrong mark first”", [(0, 18, True)]),
    ("A mark ” alone", []),
])
def test_pairs(text, expected):
    spans, _ = pairs(text, 0, len(text))
    outer = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    assert outer == expected


pieces = st.sampled_from(
    ["“", "”", '"', "''", "``", "'", "‘", "’", "«", "»", " ", "\n\n", ".", ",", ":", "—", "the mayor", "Quill's",
     "said", "that", "according to", "It is late", "They", "claims", "by", "as noted by", "reports", "(", ")", "é", "…"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=25).map(lambda words: "".join(w if len(w) < 3 else f"{w} " for w in words)))
def test_no_mixture_of_marks_breaks_it(text):
    doc = make_voice(NLP, "voice", {})(NLP(text))
    for span, row in spans.read(doc, "statements"):
        assert 0 <= span.start < span.end <= len(doc) and span.text.strip()
        assert row["form"] == span.label_ and row["speaker_text"]
        for name in ("speaker_span", "cue_span"):
            assert row[name] is None or 0 <= row[name][0] < row[name][1] <= len(doc)


@settings(deadline=None)
@given(st.text(alphabet="ab .,\n\"'“”‘’«»`—(", max_size=60))
def test_quotations_are_ordered_and_apart(text):
    doc = NLP.make_doc(text)
    found = quotations(doc, [(0, len(doc))]) if len(doc) else []
    assert all(q.start < q.end <= len(doc) for q in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


def test_it_runs_in_a_plain_pipeline():
    nlp = pipeline()
    nlp.add_pipe("parallax_voice")
    doc = nlp("The mayor said that the bridge is safe.")
    assert [span.text for span in doc.spans["statements"]] == ["the bridge is safe"]
    assert list(nlp("").spans["statements"]) == []


def test_seeds_cues_against_their_labels():
    with Path("seeds/labels/statements.csv").open(newline="", encoding="utf-8") as handle:
        want = {(r["file"], int(r["cue_start"]), int(r["cue_end"])) for r in csv.DictReader(handle) if r["cue_start"]}
    table = tables.build(study.load("seeds"), cached=False).statements.dropna(subset="cue_start")
    have = set(zip(table["file"], table["cue_start"], table["cue_end"], strict=True))

    def share(these, those):
        return sum(any(f == g and a < d and c < b for g, c, d in those) for f, a, b in these) / len(these)

    assert share(have, want) > 0.85  # of what is found, labelled
    assert share(want, have) > 0.85  # of what is labelled, found
