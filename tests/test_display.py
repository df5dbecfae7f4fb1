"""What is shown: escaped, described, the same on every run, and compared by nbval without its pixels."""

import base64
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from parallax import display, plots, stats
from parallax.codebook import Codebook

HOSTILE = "<script>alert('x')</script> & \"q\" $x$"
SHARES = pd.DataFrame({"source": ["A", "B"], "frame": ["f", "f"], "k": [1, 2], "n": [4, 4], "share": [0.25, 0.5],
                       "low": [0.1, 0.2], "high": [0.6, 0.9]})
CONFIG = Path(__file__).with_name("nbval.cfg")


class Tags(HTMLParser):
    """Tags with their attributes, and the text, as a browser reads them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture(scope="module")
def figure():
    return plots.frame_shares(SHARES)


def test_a_figure_has_alternative_text_and_an_image(figure):
    shown = display.figure(figure, SHARES, "bars", alt=f"Bars {HOSTILE}")
    page = Tags(shown._repr_html_())
    (image,) = page.all("img")
    assert image["alt"].endswith(f"Bars {HOSTILE}") and not page.all("script") and len(page.all("figure")) == 1
    kind, data = image["src"].split(",")
    assert kind == "data:image/png;base64" and base64.b64decode(data).startswith(b"\x89PNG")


def test_the_words_of_a_figure_hold_its_alt_text_and_a_digest_of_its_data(figure, tmp_path):
    words = repr(display.figure(figure, SHARES, "bars", str(tmp_path), "Two bars."))
    assert re.fullmatch(r".+\? Two bars\.\nDrawn from 2 rows, digest [0-9a-f]{12}\.", words)
    assert {path.name for path in tmp_path.iterdir()} == {"bars.svg", "bars.png", "bars.csv"}
    assert repr(display.figure(figure, SHARES, "bars")).startswith(figure.get_label())  # its title, for want of words


def test_a_figure_has_its_name_its_title_and_a_caption(figure):
    shown = display.figure(figure, SHARES, "bars", alt="Two bars.", caption=HOSTILE)
    page = Tags(shown.html)
    assert page.all("figure")[0]["id"] == "figure-bars" and page.text == HOSTILE and not page.all("script")
    assert page.all("div")[0]["aria-label"] == figure.get_label()
    assert repr(shown).splitlines()[1] == HOSTILE


def test_a_caption_says_on_how_much_a_figure_rests():
    data = pd.DataFrame({"source": ["A", "A", "B", "all"], "k": [1, 2, 4, 9], "n": [1000, 1000, 8, 2000]})
    assert display.based(data, "sentences") == "Based on 1,008 sentences of 2 sources."
    assert display.based(data, "positions", "It is safe.", "k") == (
        "Based on 7 positions of 2 sources. The claim: “It is safe.”")
    assert display.based(data[["k"]].head(1), "stories", by="k") == "Based on 1 story."
    assert display.based(data.tail(2), "changes", by="") == "Based on 1 change of 1 source."
    assert display.based(data.head(0), "sentences") == "" == display.based(data.tail(1), "sentences")


def test_a_digest_sees_changes_that_matter_and_no_others():
    same = SHARES.assign(share=SHARES["share"] + 0.00001)
    assert display.digest(same) == display.digest(SHARES)
    assert display.digest(pd.DataFrame({"x": [-0.00001]})) == display.digest(pd.DataFrame({"x": [0.00001]}))
    for other in (SHARES.assign(share=SHARES["share"] + 0.001), SHARES.rename(columns={"k": "K"}), SHARES[::-1],
                  SHARES.assign(source=["A", "C"])):
        assert display.digest(other) != display.digest(SHARES)


def test_a_table_has_headers_and_rounds():
    frame = pd.DataFrame({"source": [HOSTILE, "B"], HOSTILE: ["<i>", None], "index": [0.126, -0.001], "k": [1, 2],
                          "few": [True, False]})
    shown = display.table(frame, caption=HOSTILE, digits=2)
    page = Tags(shown.html)
    assert [attrs["scope"] for attrs in page.all("th")] == ["col"] * 5 + ["row"] * 2
    assert not page.all("script") and not page.all("i") and page.text.count(HOSTILE) == 3
    assert '<td style="text-align: left">&lt;i&gt;' in shown.html and '<td class="px-number">0.13' in shown.html
    assert "0.13" in shown.html and ">0.00<" in shown.html and "-0.00" not in shown.html and ">–<" in shown.html
    assert page.all("div")[0]["aria-label"] == HOSTILE and page.all("div")[0]["tabindex"] == "0"
    assert "0.13" in repr(shown) and HOSTILE in repr(shown)


def test_a_table_says_in_words_what_it_holds():
    """No raw name of a column, no key of a value; an interval stands beside its share, each number with its unit."""
    names = display.Names({"ANN": "Ann", "BO": "Bo", "us": "We"}, {"war": "War"}, {})
    frame = pd.DataFrame({"source": ["A", "all"], "holder_group": ["us", "x"], "value": ["affirm", "deny"],
                          "n_ab": [3, 4], "k": [3, 0], "share": [0.124, np.nan], "low": [0.051, np.nan],
                          "high": [0.22, np.nan], "q": [0.0004, 0.04], "negated": [True, False],
                          "candidates": ["ANN BO", "ANN"]})
    why = pd.DataFrame({"because": ["'arms' (arms_race, against); neutral 'say' by (Ann, for)"]})
    said = display.table(why, names=names._replace(argument={"arms_race": "They arm"})).text
    assert "'arms' (They arm, against); neutral 'say' by (Ann, for)" in said and said.split()[0] == "why"
    page = display.table(frame, names=names, heads={"k": "deeds"}).html
    assert re.findall(r'"col"[^>]*>([^<]+)<', page) == [
        "source", "side", "value", "together", "deeds", "share (95% interval)", "q", "negated", "may be"]
    one, two = (re.findall(r">([^<]+)</t", row) for row in page.splitlines()[2:4])
    assert one == ["A", "We", "affirms", "3", "3", "12% (5 to 22%)", "&lt;0.001", "yes", "Ann and Bo"]
    assert two == ["all sources", "x", "denies", "4", "0", "–", "0.040", "no", "Ann"]
    html = display.table(frame[["source", "share", "low", "high"]]).html
    assert html.count('scope="col"') == 2 and '<td class="px-number">12% (5 to 22%)</td>' in html
    gap = pd.DataFrame({"source": ["A"], "difference": [-0.184], "low": [-0.3449], "high": [-0.004]})
    assert "-18 (-34 to +0)" in display.table(gap).text and "difference in points" in display.table(gap).text
    score = pd.DataFrame({"step": ["frame: war"], "value": [0.9123], "low": [0.8], "high": [0.95]})
    assert "frame: War 0.91 (0.80 to 0.95)" in " ".join(display.table(score, names=names).text.split())


def test_an_empty_table_keeps_its_headers():
    shown = display.table(SHARES.head(0))
    assert len(Tags(shown.html).all("th")) == 5 and "(no rows)" in repr(shown)
    assert "<caption>Nothing to list.</caption>" in shown.html
    assert "Nothing to list" not in display.table(SHARES).html


RAW = "Xx. A said <b>no</b> & left. End."
ROWS = pd.DataFrame({"file": ["f.txt"], "source": ["S<i>"], "sentence": ["f.002"], "start": [4], "end": [28],
                     "text": [RAW[4:28]]})


def marks(*rows):
    return pd.DataFrame([("f.txt", *row) for row in rows], columns=["file", "start", "end", "label"])


def test_marks_stand_on_their_words_and_text_is_escaped():
    assert RAW[6:10] == "said" and RAW[11:20] == "<b>no</b>"
    shown = display.evidence(ROWS, marks((6, 10, "cue"), (11, 20, "operator")))
    assert re.search('<mark class="px-cue" title="cue" style="[^"]+">said</mark>', shown.html)
    assert re.search('<mark class="px-operator"[^>]+>&lt;b&gt;no&lt;/b&gt;</mark>', shown.html)
    assert not Tags(shown.html).all("b") and not Tags(shown.html).all("i")
    assert Tags(shown.html).text.count(RAW[4:28]) == 1  # the words of the sentence are all there, in order
    assert repr(shown).splitlines()[1] == "f.002 S<i>: A [said|cue] [<b>no</b>|operator] & left."
    assert [at["data-sentence"] for at in Tags(shown.html).all("span")] == ["f.002"] and not Tags(shown.html).all("a")


def test_marks_may_overlap_and_reach_beyond_the_sentence():
    shown = display.evidence(ROWS, marks((0, 10, "voice"), (6, 14, "cue"), (30, 33, "actor")))
    assert repr(shown).splitlines()[1].endswith(": [A |voice][said|voice, cue][ <b>|cue]no</b> & left.")
    assert Tags(shown.html).text.count(RAW[4:28]) == 1 and "px-actor" not in shown.html


def test_a_mark_without_offsets_is_left_out():
    cues = marks((6, 10, "cue"), (None, None, "voice")).astype({"start": "Int64", "end": "Int64"})
    html = display.evidence(ROWS, cues).html
    assert re.search('<mark class="px-cue"[^>]+>said</mark>', html) and "px-voice" not in html


def test_marks_of_another_file_do_not_count():
    assert "<mark" not in display.evidence(ROWS, marks((6, 10, "cue")).assign(file="g.txt")).html


def test_a_hostile_label_stays_in_its_attribute():
    page = Tags(display.evidence(ROWS, marks((6, 10, '"><script>'))).html)
    assert not page.all("script") and page.all("mark")[-1]["title"] == '"><script>'


def test_evidence_says_how_many_more_there_are():
    rows = pd.concat([ROWS.assign(sentence=f"f.{i:03}") for i in range(12)])
    shown = display.evidence(pd.concat([rows, rows]), limit=5, summary="Sentences <1>")
    page = Tags(shown.html)
    assert len(page.all("li")) == 5 and "7 more" in shown.html and "7 more" in repr(shown)
    assert len(page.all("details")) == len(page.all("summary")) == 1 and "Sentences <1> (12 sentences)" in page.text
    assert "more" not in repr(display.evidence(ROWS)) and "(0 sentences)" in repr(display.evidence(ROWS.head(0)))


def test_a_takeaway_is_text():
    page = Tags(display.takeaway(HOSTILE).html)
    assert page.text == HOSTILE and page.all("p")[0]["class"] == "px-takeaway" and not page.all("script")
    assert display.takeaway("").html == ""


def test_provenance_names_versions_checksum_and_parameters_and_no_paths():
    documents = pd.DataFrame({"sha256": ["b" * 64, "a" * 64]})
    parameters = {"study": "/home/someone/seeds", "voice": "own", "sources": [], "model": "en_core_web_sm", "out": "/x"}
    words = repr(display.provenance({"documents": documents}, parameters))
    assert "spaCy 3." in words and f"pandas {pd.__version__}" in words and "en_core_web_sm 3.8" in words
    assert "study=seeds" in words and "voice=own" in words and "sources=[]" in words
    assert "/" not in words and "out" not in words and "\n" not in words
    swapped = display.provenance({"documents": documents[::-1]}, parameters)
    assert repr(swapped) == words != repr(display.provenance({"documents": documents.head(1)}, parameters))


def test_setup_gives_the_style_once_and_balances_it():
    css = display.setup().html
    assert css.startswith("<style>") and css.count("{") == css.count("}") > 10 and css.count("</style>") == 1
    assert "http" not in css and "@import" not in css


def test_nbval_compares_words_and_not_pixels(tmp_path):
    """Three cells whose committed output differs from a run in its pixels, in a number, in a word."""
    source = ("from parallax import display\n"
              "display.Shown('<figure><img alt=\"Bars\" src=\"data:image/png;base64,AAAA+/==\"></figure>', 'Bars 123')")
    cells = []
    for old, new in (("AAAA+/==", "BBBBBB/+CC="), ("Bars 123", "Bars 124"), ('alt="Bars"', 'alt="Cars"')):
        figure = '<figure><img alt="Bars" src="data:image/png;base64,AAAA+/=="></figure>'
        output = {"text/html": f"{display.PLAIN}{figure}</div>", "text/plain": "Bars 123"}
        output = {kind: text.replace(old, new) for kind, text in output.items()}
        cells.append(nbformat.v4.new_code_cell(source, execution_count=1, outputs=[
            nbformat.v4.new_output("execute_result", output, execution_count=1)]))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "changed.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(CONFIG),
               "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path).stdout
    assert "2 failed, 1 passed" in told and "PASSED changed.ipynb::Cell 0" in told, told[-2000:]


def shares(rows):
    data = pd.DataFrame(rows, columns=["source", "frame", "k", "n"])
    low, high = stats.wilson(data["k"], data["n"])
    return data.assign(share=data["k"] / data["n"], low=low, high=high)


def test_a_takeaway_says_what_leads_with_its_n_and_interval():
    rows = [("A", "war", 20, 40), ("A", "trade", 3, 40), ("B", "war", 2, 9), ("B", "trade", 2, 9)]
    data = shares(rows)
    said = display.leading(data, "frame", {"war": "War"})
    assert said == "War leads in A (20 of 40 sentences, 50%, 35% to 65%)."  # in B two are even
    assert display.leading(data[data["frame"] == "war"], "frame", {}) == ""  # nothing to compare
    assert display.leading(data.head(0), "frame", {}) == ""


def test_what_leads_by_one_sentence_does_not_lead():
    near = shares([("A", "war", 11, 30), ("A", "trade", 10, 30), ("B", "war", 10, 16), ("B", "trade", 4, 16)])
    assert display.leading(near, "frame", {}) == "No frame leads clearly in any of 2 sources: intervals overlap."
    voices = display.leading(near.rename(columns={"frame": "value"}), "value", {}, of="voices")
    assert voices == "No position leads clearly in any of 2 voices: intervals overlap."
    assert display.leading(near.head(2), "frame", {}) == "No frame leads clearly in the source: intervals overlap."
    assert display.leading(near.assign(k=0), "frame", {}) == ""  # nothing was found


def test_of_nine_sources_is_said_what_differs():
    rows = [(f"S{i}", frame, k, 40) for i in range(7) for frame, k in (("war", 20 + i), ("trade", 3))]
    rows += [(f"S{i}", frame, k, 40) for i in (7, 8) for frame, k in (("war", 3), ("trade", 20))]
    said = display.leading(shares(rows), "frame", {"war": "War", "trade": "Trade"})
    assert said == ("War leads in 7 of 9 sources, most in S6 (26 of 40 sentences, 65%, 50% to 78%); Trade leads in S7 "
                    "(20 of 40 sentences, 50%, 35% to 65%), S8 (20 of 40 sentences, 50%, 35% to 65%).")
    assert display.leading(shares(rows[:14]), "frame", {"war": "War"}, "lines", "papers") == (
        "War leads in all 7 papers, most in S6 (26 of 40 lines, 65%, 50% to 78%).")


def test_a_takeaway_is_two_lines_whatever_it_has_to_say():
    long = [f"part {i} " + 55 * "x" for i in range(9)]
    assert display.told(long).startswith("Part 0 x") and display.told(long).endswith("x. 6 more in the table.")
    assert len(display.told(long)) <= display.LONG
    assert display.told(long, counts=[1, 2, 3, 4, 5, 6, 7, 8, 9]).endswith(" 39 more in the table.")  # 4 to 9
    assert display.told([300 * "x", "y"]) == f"{'X' + 299 * 'x'}. 1 more in the table." and display.told([]) == ""


def test_a_share_is_said_with_its_interval():
    assert display.share(12, 40, "deeds") == "12 of 40 deeds (30%, 18% to 45%)"  # Wilson, by hand: 0.181 to 0.454
    assert display.share(0, 0, "deeds") == "0 of 0 deeds"


# Positions: how many were read, and what each sentence is said to say


TEXTS = ["The bridge is safe.", "The bridge is not safe.", "Is the bridge safe?", "The bridge is safe, said Ann <b>."]
STANCES = pd.DataFrame({
    "sentence": ["f.0", "f.1", "f.2", "f.3"], "source": ["A", "A", "B", "B"], "file": "f.txt", "operators": "",
    "start": [14, 38, 43, 64], "end": [18, 42, 62, 82], "holder_group": ["source", "source", "source", "us"],
    "holder": ["source", "source", "source", "ANN"], "value": ["affirm", "deny", "hedge", "affirm"], "argument": "safe",
    "because": "'safe' (safe, for)", "rule": "own", "checked": False})
WRITTEN = display.Names({"ANN": "Ann <b>"}, {}, {"safe": "It is safe"})


class Bridge:
    """The tables and the study behind these positions, of which the third points at a whole sentence."""

    folder = Path("bridge")
    statements = pd.DataFrame(columns=["sentence", "file", "speaker_start", "speaker_end", "cue_start", "cue_end"])
    sentences = STANCES[["sentence", "source", "file"]].assign(start=[0, 19, 43, 64], end=[19, 42, 62, 96], text=TEXTS)


def read(*checked):
    return STANCES.assign(checked=[bool(one) for one in checked])


@pytest.mark.parametrize(("checked", "said", "few"), [
    ((0, 0, 0, 0), "None of these 4 positions was read by a person", ""),
    ((1, 0, 0, 0), "1 of 4 positions was read by a person", ": too few to compare sources"),
    ((1, 1, 1, 0), "3 of 4 positions were read by a person", ": too few of B to compare sources"),
    ((1, 1, 1, 1), "4 of 4 positions were read by a person", None),
])
def test_how_many_positions_were_read_is_said(checked, said, few):
    short = f"{said}{'; these are' if all(checked) else ':'} too few to compare sources."
    assert repr(display.unread(read(*checked))) == short
    shown = display.unread(read(*checked), Bridge)
    advice = "" if few is None else f"{few}; {display.ELSEWHERE}. `parallax review bridge` reads them"
    assert repr(shown) == f"{said}{advice}." and Tags(shown.html).text == f"{said}{advice}.".replace("`", "")
    assert shown.html.startswith('<p class="px-unread" style="')
    assert ("<code>parallax review bridge</code>" in shown.html) == bool(advice)


def test_what_is_said_of_reading_in_other_cases():
    many = pd.concat([read(0, 0, 0, 0).assign(source=source) for source in "PQRS"] + [read(1, 1, 1, 1)])
    assert "4 of 20 positions were read by a person: too few in 4 of 6 to compare sources" in repr(
        display.unread(many, Bridge))
    assert repr(display.unread(STANCES.head(1), voice="own", of="")) == (
        "Own voice only: None of 1 position was read by a person.")
    assert display.unread(STANCES.head(0), Bridge).html == ""


def test_every_sentence_shows_its_verdict():
    said = display.verdicts(read(1, 0, 0, 0), WRITTEN)
    assert list(said["verdict"]) == [
        "Claim affirmed in its own voice; read by a person", "Claim denied in its own voice; not read",
        "Claim hedged in its own voice; not read", "Claim affirmed by Ann <b>; not read"]
    shown = display.evidence(Bridge.sentences, limit=0, verdicts=said)
    words = [attrs for attrs in Tags(shown.html).all("div") if attrs["class"] == "px-verdict"]
    assert len(words) == 4 and all("border-left: 4px solid" in attrs["style"] for attrs in words)
    assert not Tags(shown.html).all("b") and "(Claim denied in its own voice; not read)" in repr(shown)
    assert "px-verdict" not in display.evidence(Bridge.sentences).html


def test_what_was_found_and_labelled_reads_as_a_sentence():
    source = display.names(Codebook(title="The bridge")).actor["source"]
    found = pd.DataFrame({"found": [f"deny by {source}", "affirm by Ann"]})
    said = found.replace({"found": display.VERBS}, regex=True)["found"]
    assert list(said) == ["denied in its own voice", "affirmed by Ann"]


def test_a_fold_shows_the_verdicts_of_its_own_rows_alone():
    both = pd.concat([STANCES, STANCES.tail(1).assign(holder="BO", value="deny")], ignore_index=True)
    said = display.verdicts(both, WRITTEN)
    folds = {fold.text.split(",")[0]: fold.text for fold in display.folds(Bridge, said, "holder")}
    assert "affirmed by Ann" in folds["ANN"] and "by BO" not in folds["ANN"]
    assert "denied by BO" in folds["BO"] and "by Ann" not in folds["BO"]


def test_every_position_stands_with_its_sentence_and_what_fired():
    shown = display.why(Bridge, read(1, 0, 0, 0), WRITTEN)
    page = Tags(shown.html)
    assert [at["data-sentence"] for at in page.all("span")] == ["f.0", "f.1", "f.2", "f.3"]
    assert len(page.all("tr")) == 5 and not page.all("b")
    assert re.search('The bridge is <mark class="px-cue"[^>]+>safe</mark>[.]', shown.html)
    assert shown.html.count("<mark") == 3  # a reader's position may be that of a whole sentence: nothing to mark
    lines = repr(shown).splitlines()
    assert lines[0] == "sentence | position | holder | read | argument | why | rule"
    assert lines[1].split(" | ") == ["A, f.0", "affirms", "source", "yes", "It is safe", "'safe' (It is safe, for)",
                                     "own"]
    assert lines[4].startswith("B, f.3 | affirms | Ann <b> | no |")
    assert re.search('<mark[^>]+>The bridge is safe</mark>, said Ann &lt;b&gt;[.]', shown.html)


def test_beyond_a_bound_the_rest_is_in_the_csv():
    shown = display.why(Bridge, STANCES, WRITTEN, "Own voice only", bound=3)
    assert shown.text.startswith("Own voice only. The first 3 of 4 positions; all are in stances.csv.\n")
    assert len(Tags(shown.html).all("tr")) == 4


def test_marks_of_positions_leave_out_whole_sentences():
    assert list(display.positions(Bridge, STANCES)["start"]) == [14, 38, 64]


@pytest.mark.parametrize("every, k, said", [
    ("day", [1, 3], "Of 2 days the busiest is 2025-09-02: 3 of 4 documents (75%, 30% to 95%)."),
    ("week", [1, 3], "Of 2 weeks the busiest begins on 2025-09-02: 3 of 4 documents (75%, 30% to 95%)."),
    ("day", [2, 2, 1], "Of 3 days 2 are the busiest, each with 2 of 5 documents (40%, 12% to 77%)."),
    ("day", [2, 2], "None of 2 days stands out: 2 documents in each."),
])
def test_the_busiest_period_is_one_or_said_to_be_several(every, k, said):
    days = ["2025-09-01", "2025-09-02", "2025-09-03"][:len(k)]
    assert display.busiest(pd.DataFrame({"every": every, "start": days, "k": k})) == said
