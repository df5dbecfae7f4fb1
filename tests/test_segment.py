"""Stories, blocks and sentences, on the seeds and on pages of other shapes."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallax import segment

SEEDS = Path(__file__).parents[1] / "seeds"


def read(text):
    """Return [(kind, text)] of a page, one entry a sentence."""
    return [(block.kind, text[a:b]) for block in segment.blocks(text, "x") for a, b in block.sentences]


def kinds(text):
    return [kind for kind, _ in read(text)]


def test_every_labelled_sentence_of_the_seeds_is_found_with_its_kind():
    wrong = []
    with open(SEEDS / "labels" / "sentences.csv", newline="", encoding="utf-8") as handle:
        gold = list(csv.DictReader(handle))
    for name in sorted({row["file"] for row in gold}):
        raw = (SEEDS / name).read_bytes().decode()
        have = {span: (block.kind, block.story) for block in segment.blocks(raw, name[:3]) for span in block.sentences}
        want = {(int(r["start"]), int(r["end"])): (r["kind"], r["story"]) for r in gold if r["file"] == name}
        wrong += [(name, span) for span in want if have.get(span) != want[span]]
        wrong += [(name, span) for span in have if span not in want]
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith met Dr. A. B. Jones at 5 p.m. on Sept. 3 in Washington, D.C., and left.",
        "The U.S. President and Vladimir V. Putin spoke.",
        "It cost $3.5 million, vs. $2 million in Jan. 2020, i.e. more.",
        "“Who are you?” Mr. Brown asked, and left.",
        "Lt. Gen. Fox of Acme Inc. resigned.",
        "He wrote to No. 10 about Art. 5 of the treaty.",
    ],
)
def test_one_sentence_stays_one(text):
    assert segment.split(text, 0, len(text)) == [(0, len(text))]


@pytest.mark.parametrize(
    "text, cuts",
    [
        ("He went to the U.S. The trip was long.", ["He went to the U.S.", "The trip was long."]),
        ("“Stop.” The man stopped.", ["“Stop.”", "The man stopped."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ("It grew 3.5 percent. “We are glad,” she said.", ["It grew 3.5 percent.", "“We are glad,” she said."]),
        ("She works at Acme Inc. He does not.", ["She works at Acme Inc.", "He does not."]),
    ],
)
def test_sentences_are_split(text, cuts):
    assert [text[a:b] for a, b in segment.split(text, 0, len(text))] == cuts


def test_a_blog_post_with_front_matter_and_markdown():
    page = (
        '---\ntitle: "What the vote means"\ndate: 2024-05-01\ntags: [a, b]\n---\n\n'
        "The vote was close. Nobody expected that.\n\n## The count\n\n- First, the north.\n- Then the south.\n\n"
        "Share on Facebook\n"
    )
    found = read(page)
    assert ("headline", "What the vote means") in found
    assert ("heading", "The count") in found
    assert [text for kind, text in found if kind == "bullet"] == ["First, the north.", "Then the south."]
    assert [text for kind, text in found if kind == "body"] == ["The vote was close.", "Nobody expected that."]
    assert ("furniture", "Share on Facebook") in found


def test_a_news_page_with_buttons_byline_and_links():
    page = (
        "World\n\nMinisters agree on new rules for ships\n\nBy Our Correspondent\n\nMay 3, 2024\n\nShare\n\n"
        "LONDON (Agency) - Ministers agreed on new rules on Friday. They take effect in June.\n\n"
        "Read more: Ships and the sea\n\nThe rules had been debated for years.\n\n© 2024 Agency\n"
    )
    found = dict((text, kind) for kind, text in read(page))
    assert found["World"] == "furniture"
    assert found["Ministers agree on new rules for ships"] == "headline"
    assert found["May 3, 2024"] == "furniture"
    assert found["Share"] == "furniture"
    assert found["Read more: Ships and the sea"] == "furniture"
    assert found["They take effect in June."] == "body"
    assert found["© 2024 Agency"] == "credit"


def test_a_text_wrapped_at_a_fixed_width_is_read_in_paragraphs():
    page = (
        "The ministers met in the capital on Friday and agreed on a\n"
        "set of rules that had been debated for many years by\n"
        "all the parties to the treaty. The rules take effect in\n"
        "June, the chairman said.\n\n"
        "A second paragraph follows here and is also wrapped at the\n"
        "same width as the first one, as in old electronic mail.\n"
    )
    assert [text.split()[0] for _, text in read(page)] == ["The", "The", "A"]


def test_windows_line_ends_and_a_byte_order_mark_keep_their_offsets():
    page = "\ufeffA headline for the story\r\n\r\nThe first sentence. The second one.\r\n"
    assert read(page) == [
        ("headline", "A headline for the story"),
        ("body", "The first sentence."),
        ("body", "The second one."),
    ]


def test_two_stories_have_two_names():
    page = (
        "First things happen today\n\nThis is the first story.\n\n•\n\n"
        "Second things happen too\n\nThis is the second story.\n"
    )
    assert [(b.kind, b.story) for b in segment.blocks(page, "x")] == [
        ("headline", "x-1"),
        ("body", "x-1"),
        ("furniture", ""),
        ("headline", "x-2"),
        ("body", "x-2"),
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("aB. \n\r\t?!“”\"'-•—#:©1é\u00a0\u2028"), max_size=200))
def test_nothing_is_lost_and_nothing_overlaps(text):
    spans = [span for block in segment.blocks(text, "x") for span in block.sentences]
    assert spans == sorted(spans)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end
    # Every letter and digit of the page stands in a sentence or in a list number that was left out.
    covered = set().union(*(range(a, b) for a, b in spans)) if spans else set()
    lost = [i for i, c in enumerate(text) if c.isalpha() and i not in covered]
    assert not lost


def test_many_full_stops_in_a_row_are_read_once():
    start = time.perf_counter()
    assert segment.split("." * 50_000, 0, 50_000) == [(0, 50_000)]
    assert time.perf_counter() - start < 1  # it was minutes: each stop was a new beginning
