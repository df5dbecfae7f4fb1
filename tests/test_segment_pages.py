"""What pages look like: every kind of line with an example and a counter-example."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallax import segment
from parallax.documents import Document
from parallax.lines import FORMS, Line, dateline, known_form


def read(text):
    """Return {text of a block: its kind}."""
    return {text[block.start:block.end]: block.kind for block in segment.blocks(text, "x")}


def page(*lines, title="The crane on the quay is closed"):
    """Return a page: a headline, a paragraph, these lines, and a paragraph."""
    before, after = "The harbour office closed the crane on Monday.", "It opens again in June."
    return "\n\n".join((title, before, *lines, after)) + "\n"


def kind(line):
    """Return the kind of a line in the middle of a page."""
    return read(page(line))[line]


# --- Transcripts -----------------------------------------------------------------------------------------------


def test_turns_under_the_labels_of_speakers_are_running_text():
    found = read(
        "Harbour hour: the crane\n\n"
        "ANN HILL, HARBOUR HOUR HOST: Good evening.\n\n"
        "TOM REED, HEAD OF THE HARBOUR OFFICE: The crane is closed.\n\n"
        "HILL: Will it open?\n\n"
        "[Laughter]\n\n"
        "REED: In June.\n\nAnd then?\n\n(crosstalk)\n\nREED:\nThen we see.\n"
    )
    assert list(found.values()) == [
        "headline", "body", "body", "body", "furniture", "body", "body", "furniture", "body",
    ]
    assert "REED:\nThen we see." in found


@pytest.mark.parametrize("line", ["Q: Is the crane safe?", "REPORTER: Is it safe?", "Mr Reed: We check it daily."])
def test_a_label_that_only_a_speaker_has_is_enough(line):
    assert kind(line) == "body"


def test_who_says_i_or_you_is_no_place():
    found = read("Harbour office speaks\n\nREED: We close the crane on Monday, as you know.\n\nIt is old.\n")
    assert found["REED: We close the crane on Monday, as you know."] == "body"
    found = read("Harbour office speaks\n\nBERGEN: “We close the crane on Monday,” Reed said.\n\nIt is old.\n")
    assert found["BERGEN:"] == "dateline"


def test_a_place_a_section_or_a_title_with_a_colon_is_no_speaker():
    found = read("Court looks at cranes\n\nNEW DELHI: The court looked at the cranes on Monday.\n\nIt goes on.\n")
    assert found["NEW DELHI:"] == "dateline"
    two = read(
        "Court looks at cranes\n\nNEW DELHI: The court looked at the cranes on Monday.\n\n"
        "Harbour waits for court\n\nMUMBAI: The harbour waited for the court on Monday.\n"
    )
    assert two["NEW DELHI:"] == two["MUMBAI:"] == "dateline"
    found = read(page("BERGEN: The port of Bergen is open since Monday.", "OPINION: Who pays for the crane?"))
    assert found["BERGEN:"] == "dateline" and found["OPINION: Who pays for the crane?"] == "heading"
    assert kind("Reed: Cranes Close For Good") == "heading"
    assert read(page(title="LIVE: Crane falls on the quay"))["LIVE: Crane falls on the quay"] == "headline"


# --- Live blogs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["14:32 GMT", "13.50 CET", "2h ago", "2h ago 16.20 CET", "Updated at 14.20 CET", "8 minutes ago", "Published",
     "4 March", "10:47 a.m. ET, March 4, 2024", "Key events", "3h ago Crane falls on quay"],
)  # fmt: skip
def test_times_are_furniture(line):
    assert kind(line) == "furniture"


@pytest.mark.parametrize(
    "line", ["Two hours ago the crane fell on the quay.", "At 14:32 the crane fell on the quay.", "On 4 March it fell."]
)
def test_a_sentence_with_a_time_is_no_time_line(line):
    assert kind(line) == "body"


def test_titles_under_the_times_of_a_live_blog_are_headings():
    found = read(
        "Crane falls: live updates\n\nKey events\n\n14:05 Crane closed\n\n14:32 Crane falls\n\n14:32 GMT\n\n"
        "Crane falls on quay\n\nFrom Ann Hill in Oslo\n\nThe crane has fallen.\n\n"
        "09.15am GMT — Tom Reed: ‘nobody hurt’\n\nThe harbour office says that nobody was hurt.\n"
    )
    assert found["14:05 Crane closed"] == found["14:32 GMT"] == "furniture"
    assert found["Crane falls on quay"] == found["09.15am GMT — Tom Reed: ‘nobody hurt’"] == "heading"
    assert found["From Ann Hill in Oslo"] == "credit" and found["The crane has fallen."] == "body"


# --- Captions and credits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, is_",
    [
        ("Image source, Coast Agency", "credit"),
        ("Image caption, Crews look at the crane", "caption"),
        ("Crews at the quay last week. Photograph: Ann Hill/Coast Pictures", "caption"),
        ("A ship waits for the crane [Ann Hill/Coast Wire]", "caption"),
        ("FILE PHOTO: Crews at the quay in Oslo, March 1, 2024. COASTPIX/Ann Hill/File Photo", "credit"),
        ("[1/2] Crews at the quay in Oslo. COASTPIX/Ann Hill Acquire Licensing Rights", "credit"),
        ("(COASTPIX/Ann Hill)", "credit"),
        ("File photo", "credit"),
        ("By Ann Hill", "credit"),
        ("(Photo: Ann Hill)", "credit"),
        ("Ann Hill/Coast Images", "credit"),
        ("Copyright 2024 Coast Courier", "credit"),
        ("By noon on Monday the quay was empty.", "body"),
        ("The crews showed a photograph of Tom Reed.", "body"),
        ("The office sent pictures by Ann Hill to the court and/or the crews.", "body"),
        ("The Oslo/Bergen line reopens", "heading"),
        ("Copyright is a matter for the court, Reed said.", "body"),
    ],
)
def test_captions_and_credits_at_either_end_of_a_line(line, is_):
    assert kind(line) == is_


def test_a_caption_may_stand_under_its_label():
    found = read(page("Image caption,", "The crane in May", "The crane in June"))
    assert found["The crane in May"] == "caption" and found["The crane in June"] == "heading"


def test_a_place_alone_is_a_dateline_and_a_line_that_leads_to_speech_is_none():
    assert kind("Bergen:") == "dateline"
    assert kind("The office wrote:") == "body" and kind("What is known:") == "heading"


def test_a_headline_stands_before_dates_credits_and_captions():
    found = read(
        "Crane closed again\n\nPublished\n4 March\n\nImage source, Coast Agency\nImage caption, The crane in May\n\n"
        "By Ann Hill\nHarbour correspondent\n\nThe crane is closed again.\n"
    )
    assert list(found.values()) == [
        "headline", "furniture", "furniture", "credit", "caption", "credit", "credit", "body",
    ]
    assert read("Crane closed again\n\nPublished\n4 March\n")["Crane closed again"] == "headline"
    # A section over the headline is none.
    assert read("World\n\nCrane on the quay closed\n\nThe crane is closed again.\n")["World"] == "furniture"


# --- Links -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["[Related: Who owns the crane]", "➡️ Five cranes that fell", "» Five cranes that fell", "→ Five cranes that fell",
     "Sign up to our free newsletter for more on cranes.", "Click here to read more about the crane.",
     "Read more: Who owns the crane", "ALSO READ | Who owns it?"],
)  # fmt: skip
def test_links_in_the_middle_of_a_text_are_furniture(line):
    assert kind(line) == "furniture"


@pytest.mark.parametrize(
    "line",
    ["»We wait«, the crews said on Monday.", "Sign up or leave, the office told the crews on Monday.",
     "We read more than twenty reports on the crane.", "→ The crews went home early on Monday."],
)  # fmt: skip
def test_sentences_that_look_like_links_are_body(line):
    assert kind(line) == "body"


def test_a_list_of_links_ends_where_running_text_goes_on():
    found = read(page("More on this story", "Crane falls on quay", "Who owns the crane?"))
    assert found["More on this story"] == found["Crane falls on quay"] == found["Who owns the crane?"] == "furniture"
    assert found["It opens again in June."] == "body"
    assert kind("More on the crane is known since the office published its report.") == "body"


# --- Posts -----------------------------------------------------------------------------------------------------


def test_the_text_of_a_post_is_one_pullquote_with_its_credit():
    found = read(page("The crane is safe.\nWe checked it. #crane", "— Tom Reed (@tomreed) March 3, 2024"))
    assert found["The crane is safe.\nWe checked it. #crane"] == "pullquote"
    assert found["— Tom Reed (@tomreed) March 3, 2024"] == "quote_credit"
    found = read(page("Tom Reed ✔\n@tomreed\nThe crane is safe. We checked it.\n9:14 AM · Mar 4, 2024"))
    assert [found[line] for line in ("Tom Reed ✔", "@tomreed", "9:14 AM · Mar 4, 2024")] == [
        "quote_credit", "furniture", "furniture",
    ]
    assert found["The crane is safe. We checked it."] == "pullquote"
    found = read(page("“The crane is safe.” — Tom Reed on the radio"))
    assert found["“The crane is safe.”"] == "pullquote" and found["— Tom Reed on the radio"] == "quote_credit"


@pytest.mark.parametrize("line", ["View this post on Instagram", "A post shared by Ann (@ann)", "pic.twitter.com/Ab1"])
def test_what_stands_around_a_post_is_furniture(line):
    assert kind(line) == "furniture"


def test_a_dash_or_a_handle_in_a_sentence_makes_no_post():
    assert kind("The crane — it is old — was closed by @harbour on Monday.") == "body"
    found = read(page("“The crane is safe,” — she said it twice."))
    assert "“The crane is safe,” — she said it twice." in found


def test_a_pullquote_keeps_its_sentences():
    raw = page("The crane is safe. We checked it.", "— Tom Reed (@tomreed) March 3, 2024")
    assert [len(block.sentences) for block in segment.blocks(raw, "x") if block.kind == "pullquote"] == [2]


# --- Datelines -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["OSLO, March 4 (Coast Wire) - ", "OSLO (CW) — ", "March 4 (Coast Wire) - ", "OSLO/BERGEN, March 4 (Coast Wire) - ",
     "Oslo (CW) – ", "BERGEN, Norway — ", "Oslo, 4 March 2024 (CW) -- ", "(CW) - ", "ST. JOHN'S, Newfoundland (CW) — ",
     "NEW YORK, March 4 /Coast Wire/ -- ", "BERGEN: ", "OSLO, Monday (CW): ", "Oslo, March 4 — ",
     "BECKLEY, W.Va. - ", "OSLO (March 4) _ "],
)  # fmt: skip
def test_datelines_in_every_order_are_cut_off(line):
    found = read(f"The crane is closed\n\n{line}The crews left the quay on Monday.\n\nThey are back.\n")
    assert found[line.strip()] == "dateline" and found["The crews left the quay on Monday."] == "body"


@pytest.mark.parametrize(
    "text",
    ["Norway – the richest of them – closed the crane.", "US (United States) crews left the quay on Monday.",
     "(The crews had left) - The quay was empty.", "The crews, Oslo — The quay was empty again.",
     "Yes — The quay was empty.", "THE CREWS DO NOT WANT THE CRANE — They go.",
     "In Oslo (Norway) the crane was closed."],
)  # fmt: skip
def test_other_openings_are_no_datelines(text):
    assert dateline(text, True) == 0


# --- Press databases -------------------------------------------------------------------------------------------

FIELDS = """1 of 2 DOCUMENTS

The Coast Courier

March 4, 2024 Monday

HEADLINE: Crane closed again

BYLINE: Ann Hill

LENGTH: 512 words

BODY:

The crane is closed again. Crews wait.

LOAD-DATE: March 5, 2024

Copyright 2024 The Coast Courier
All Rights Reserved

2 of 2 DOCUMENTS

The Coast Courier

HEADLINE: Crane opens

SECTION: NEWS

LENGTH: 90 words

The crane opened in June.
"""
CODES = """HD
Crane closed again
BY
By Ann Hill
WC
512 words
LP
The crane is closed again.
TD
Crews wait for it.
AN
Document COAST00020240304

HD
Crane opens
WC
90 words
LP
The crane opened in June.
"""
UNTITLED = """Crane closed again

Coast Courier

Section: NEWS
Length: 512 words

Body

The crane is closed again.

End of Document

Crane opens

Coast Courier

Length: 90 words

Body

The crane opened in June.

End of Document
"""


@pytest.mark.parametrize("raw", [FIELDS, CODES, UNTITLED])
def test_each_article_of_an_export_is_a_story_with_its_title(raw):
    blocks = segment.blocks(raw, "x")
    titles = [(raw[b.start:b.end], b.story) for b in blocks if b.kind == "headline"]
    assert titles == [("Crane closed again", "x-1"), ("Crane opens", "x-2")]
    body = [(raw[b.start:b.end].split()[1], b.story) for b in blocks if b.kind == "body"]
    assert body[0] == ("crane", "x-1") and body[-1] == ("crane", "x-2")
    counted = {block.kind for block in blocks} - {"furniture", "credit", "headline", "body"}
    assert not counted


def test_a_page_with_a_source_and_a_section_is_no_export():
    found = read(page("Section: The law is old, and nobody reads it.", "Source: harbour office"))
    assert found["Section: The law is old, and nobody reads it."] == "body"


# --- Headlines -------------------------------------------------------------------------------------------------


def test_titles_in_capitals_or_quotation_marks_are_titles():
    found = read(
        "'NO CRANE HERE': REED ANSWERS CREWS\n\nOFFICE SAYS NO\n\nThe crews asked on Monday.\n\n"
        "\"No More Cranes\": Crews Write To Office\n\nThe office has not answered.\n"
    )
    assert list(found.values()) == ["headline", "heading", "body", "heading", "body"]


def test_a_title_in_capitals_reaches_the_parser_as_a_sentence():
    names = frozenset({"Oslo", "Reed", "US", "Hill-Lee", "O'Neill"})
    for title, read_as in [
        ("OSLO CLOSES CRANE, SAYS REED", "Oslo closes crane, says Reed"),
        ("‘NO CRANE’: O’NEILL’S REPLY TO US", "‘No crane’: O’Neill’s reply to US"),
        ("THE U.S. AND A BBC REPORT", "The U.S. and a BBC report"),
        ("Oslo Closes O’Neill Crane", "Oslo closes O’Neill crane"),
        ("LIVE: Oslo closes the crane", "LIVE: Oslo closes the crane"),
    ]:
        assert segment.sentence_case(title, names) == read_as


def test_names_in_a_title_come_from_the_sentences_of_the_document():
    raw = "NILSEN CLOSES HARBOUR\n\nThe minister Nilsen’s crane in the EU is closed.\n"
    _, stories = segment.stories(Document("x.txt", "X", held=raw, name="x"))
    assert stories[0].text.startswith("Nilsen closes harbour")
    assert {"Nilsen", "EU"} <= segment.capitalised(raw, segment.blocks(raw))


def test_more_space_in_a_line_changes_nothing():
    one, two = "Crane on quay closed\n\nThe crane is shut.\n", "Crane  on quay   closed\n\nThe  crane is shut.\n"
    texts = []
    for raw in (one, two):
        _, (story,) = segment.stories(Document("x.txt", "X", held=raw, name="x"))
        texts.append(story.text)
        for word in re.finditer(r"\w+", story.text):
            a, b = story.raw(*word.span())
            assert raw[a:b] == word.group()
    assert texts[0] == texts[1]


def test_addresses_do_not_reach_the_parser():
    raw = page("The crane, see pic.twitter.com/Ab1 and www.coast.example/a?b=c, is closed on Monday.")
    _, (story,) = segment.stories(Document("x.txt", "X", held=raw, name="x"))
    assert "twitter" not in story.text and "www" not in story.text and "is closed on Monday" in story.text


# --- Sentences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, cuts",
    [
        ("It is shut.“We wait.” They left.", ["It is shut.", "“We wait.”", "They left."]),
        ("« On attend. » Il part. « Non », dit-il.", ["« On attend. »", "Il part.", "« Non », dit-il."]),
        ("„Wir warten.“ Er ging. Sie: „Nein.“ Gut.", ["„Wir warten.“", "Er ging.", "Sie: „Nein.“", "Gut."]),
        ("»Wir gehen.« Er blieb.", ["»Wir gehen.«", "Er blieb."]),
        ("“Nobody came,” he began. He stopped.", ["“Nobody came,” he began.", "He stopped."]),
        ("We won. 🐟🐟", ["We won. 🐟🐟"]),
        ("It grew by 3.5 at U.S.“ports” in May.", ["It grew by 3.5 at U.S.“ports” in May."]),
    ],
)
def test_sentences_end_at_the_marks_of_every_language(text, cuts):
    assert [text[a:b] for a, b in segment.split(text, 0, len(text))] == cuts


# --- All together ----------------------------------------------------------------------------------------------


def test_every_form_says_why():
    assert all(form.why and form.kind in ("furniture", "credit", "caption") for form in FORMS)
    assert known_form(Line(0, 4, "x" * 5000)) == ("", "")


LINES = st.sampled_from(
    ["Key events", "HD", "LENGTH: 5", "1 of 2 DOCUMENTS", "REED: No.", "REED:", "@reed", "Tom Reed", "9:14 AM",
     "— A B (@ab) May 3", "Related topics", "OSLO (CW) - The crane  is shut.", "It is shut.", "Who?", "By Ann Hill",
     "• • •", "“No.” — Tom Reed", "It is **bold** [here](https://x.example).", "CRANE  IN  OSLO", "- item", "# Title"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_offsets_hold_whatever_the_page(lines, newline):
    raw = newline.join(lines)
    sentences, stories = segment.stories(Document("x.txt", "X", held=raw, name="x"))
    spans = [(start, end) for *_, start, end in sentences]
    assert spans == sorted(spans) and all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    covered = set().union(*(range(a, b) for a, b in spans)) if spans else set()
    assert not [i for i, c in enumerate(raw) if c.isalpha() and i not in covered]
    for story in stories:
        for word in re.finditer(r"\w+", story.text):
            a, b = story.raw(*word.span())
            assert raw[a:b].lower() == word.group().lower()
