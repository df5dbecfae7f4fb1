"""Charts: every text fits and none covers another, the same data gives the same bytes, hostile names stay text."""

import functools
import io
import itertools
import os
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from parallax import plots, sheet

pytestmark = pytest.mark.filterwarnings("error")  # of a layout that does not fit, too

LONG = "The Very Long Name of an Independent Regional Gazette and Advertiser for Commerce, Arts and Sciences"
NAMES = {
    "one": ["Gazette"],
    "five": ["Feed digest", "Explainer", "Preview", "Questions and answers", "Analysis"],
    "twelve": [f"Newspaper number {i}" for i in range(12)],
    "hostile": ["<script>alert(1)</script>", "$x_1$ and $", LONG, "W" * 120, "a\nb & 'c' \"d\" -- --> %s {x} \\frac"],
}
FRAMES = ["conflict", "diplomacy", "remembrance", "a_frame_with_a_rather_long_name_of_its_own", "$e^2$", "<b>bold</b>"]
ACTORS = ["ALPHA", "BETA", "GAMMA", "DELTA", "EPSILON", "ZETA", "A_NAME_LONGER_THAN_THE_OTHERS", "$ETA$", "<THETA>"]
VALUES = ["affirm", "hedge", "deny"]


def table(columns, cases, **numbers):
    """All combinations of `cases`, with numbers computed from the row's own number."""
    frame = pd.DataFrame(list(itertools.product(*cases)), columns=columns)
    return frame.assign(**{name: [make(i) for i in range(len(frame))] for name, make in numbers.items()})


def shares(columns, cases):
    frame = table(columns, cases, k=lambda i: i * 7 % 30, n=lambda i: 30)
    frame["share"] = frame["k"] / 30
    return frame.assign(low=(frame["share"] - 0.1).clip(0), high=(frame["share"] + 0.1).clip(upper=1))


@functools.cache
def make(kind):
    """Small tables with the columns that `compare` and `cooccurrence` return, and every chart drawn from them."""
    sources = NAMES[kind]
    frames = shares(["source", "frame"], [sources, FRAMES])
    stance = shares(["source", "voice", "part", "value"], [sources, ["own", "quoted"], ["all", "body"], VALUES])
    stance.insert(5, "read", stance["k"] // 2)
    stance.loc[(stance["source"] == sources[0]) & (stance["voice"] == "own"), ["k", "read", "n", "share"]] = 0
    coverage = shares(["source", "actor"], [sources, ACTORS]).assign(chance=0.01)
    holders = table(["holder_group", "holder", "value"], [["source", *sources], ["Alpha", LONG], VALUES],
                    k=lambda i: i % 4, read=lambda i: i % 2, n=lambda i: 20, share=lambda i: 0.1)
    arguments = table(["source", "argument", "value"], [sources, FRAMES, VALUES], k=lambda i: i % 4,
                      read=lambda i: i % 2, n=lambda i: 20)
    arguments.insert(2, "side", ["for" if name < "c" else "against" for name in arguments["argument"]])
    strip = table(["source", "story", "position", "value"], [sources, ["1", "2"], [0, 0.5, 0.51, 1], VALUES],
                  voice=lambda i: "own" if i % 2 else "quoted", sentence=str, read=lambda i: i % 3 > 0)
    words = table(["source", "term"], [sources, ["axis", LONG, "$x$", "<i>"]], k=lambda i: i, n=lambda i: 300,
                  others=lambda i: 1000 - i, log_odds=lambda i: 1, z=lambda i: 4 - i % 4)
    naming = table(["set", "name", "source"], [["the three", LONG], ["axis", "bloc", "$y$"], sources],
                   k=lambda i: i * i % 5, n=lambda i: 30)
    acts = table(["source", "actor"], [sources, ACTORS], acts=lambda i: i % 5, acted_upon=lambda i: 5 - i % 5,
                 share_acting=lambda i: i % 5 / 5, low=lambda i: 0, high=lambda i: 1)
    pairs = table(["source", "window", "a", "b"], [[*sources, "all"], ["sentence"], ACTORS, ACTORS], n_a=lambda i: 9,
                  n_b=lambda i: 9, n_ab=lambda i: 1 + i % 9, n=lambda i: 30, npmi=lambda i: i % 20 / 10 - 1,
                  q=lambda i: i % 7 / 70)
    pairs = pairs[pairs["a"] < pairs["b"]]
    layout = {actor: (i % 3 / 10, i / 100) for i, actor in enumerate(ACTORS)}  # crowded on purpose
    gaps = table(["actor_a", "actor_b"], [ACTORS[:4], ACTORS[4:]], share_1=lambda i: i / 40, n_1=lambda i: 30,
                 share_2=lambda i: 0.2, n_2=lambda i: 40, difference=lambda i: i / 40 - 0.2, low=lambda i: i / 40 - 0.4,
                 high=lambda i: i / 40, verdict=lambda i: ["more in x", "no clear difference", "too few to say"][i % 3])
    steps = shares(["step"], [[*FRAMES, *sources]]).assign(measure="F1", n=lambda rows: rows["k"], plain=0.5)
    steps = steps.rename(columns={"share": "value"}).assign(value=lambda rows: rows["value"].where(rows["n"] > 0))
    made = shares(["table", "rule"], [["mentions", "stances"], [*FRAMES, *sources]])
    made = made.rename(columns={"k": "right", "share": "precision"})
    changes = table(["source", "conclusion", "kind", "variation"], [sources, FRAMES[:2], FRAMES, ["1", "2"]],
                    topic=lambda i: "frame", becomes=lambda i: "nothing is left" if i % 5 else LONG,
                    turns=lambda i: i % 5 == 0)
    time = shares(["what", "item", "source", "start"], [["frame", "own", "documents", "sentences"], VALUES, sources,
                                                        ["2025-09-01", "2025-09-08", "2025-09-15", "2025-09-22"]])
    time = time.assign(every="week", read=time["k"] // 2).query("item == 'affirm' or what in ('frame', 'own')")
    time.loc[time["start"] == "2025-09-15", ["k", "n", "read"]] = 0
    time.loc[time["n"] == 0, ["share", "low", "high"]] = np.nan
    differ = table(["apart", "source_a", "source_b", "kind"], [["sources", "texts", "text"], sources, sources, VALUES],
                   k=lambda i: 1 + i * 7 % 12, confirmed=lambda i: i % 5 == 0)
    differ = differ[(differ["source_a"] == differ["source_b"]) != (differ["apart"] == "sources")]
    return {
        "discrepancies": (differ, plots.discrepancies(differ)),
        **{f"over_time {what}": (time, plots.over_time(time, what, claim=LONG)) for what in ("frame", "own")},
        "accuracy": (steps, plots.accuracy(steps, LONG)),
        "rules": (made, plots.rules(made)),
        "sensitivity": (changes, plots.sensitivity(changes)),
        "frame_shares": (frames, plots.frame_shares(frames)),
        "speakers": (frames, plots.speakers(frames.rename(columns={"frame": "group"}))),
        "verbs": (frames, plots.verbs(frames.rename(columns={"frame": "effect"}))),
        "who_acts": (acts, plots.who_acts(acts)),
        "distinctive": (words, plots.distinctive(words)),
        "naming": (naming, plots.naming(naming)),
        "stance_shares": (stance, plots.stance_shares(stance, LONG)),
        "holders": (holders, plots.holders(holders, claim="$5 < $6")),
        "arguments": (arguments, plots.arguments(arguments)),
        "strip": (strip, plots.strip(strip)),
        "pair_matrix": (pairs, plots.pair_matrix(pairs, ACTORS)),
        "network": (pairs, plots.network(pairs, layout)),
        "difference": (gaps, plots.difference(gaps, sources[0], sources[-1])),
        "coverage": (coverage, plots.coverage(coverage)),
        "overview": (frames, plots.overview(frames, stance, coverage, claim=LONG)),
    }


@pytest.fixture(scope="module", params=[
    pytest.param(kind, marks=pytest.mark.slow if kind == "twelve" else ()) for kind in NAMES])
def drawn(request):
    return make(request.param)


def unseen(figure):
    """The labels of ticks that matplotlib keeps beyond the limits of an axis and does not draw."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        drawn = axis._update_ticks()
        yield from (label for tick in axis.majorTicks if tick not in drawn for label in (tick.label1, tick.label2))


@functools.cache
def boxes(figure):
    """The text of a figure with the pixels it covers, as Agg draws it."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    hidden = list(unseen(figure))
    texts = [text for text in figure.findobj(Text)
             if text.get_text().strip() and text.get_visible() and text not in hidden]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts], renderer


def test_all_text_is_inside_and_none_covers_another(drawn):
    for name, (_, figure) in drawn.items():
        found, renderer = boxes(figure)
        assert found
        for text, box in found:
            assert box.x0 >= 0 and box.y0 >= 0, (name, text)
            assert box.x1 <= renderer.width and box.y1 <= renderer.height, (name, text)
        x0, y0, x1, y1 = np.array([box.extents for _, box in found]).T
        wide = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
        high = np.minimum.outer(y1, y1) - np.maximum.outer(y0, y0)
        covered = np.argwhere(np.triu((wide > 1) & (high > 2), 1))  # pixels; boxes have a little air around them
        assert not len(covered), [(name, found[i][0], found[j][0]) for i, j in covered]


def test_no_figure_is_wider_than_a_page_and_text_can_be_read_at_half_size(drawn):
    for name, (_, figure) in drawn.items():
        assert figure.get_size_inches()[0] <= 9
        for text in figure.findobj(Text):
            assert text.get_fontsize() >= 9.5, (name, text.get_text())


def test_figures_say_what_is_compared_and_how_much_of_it(drawn):
    for name, (_, figure) in drawn.items():
        words = " ".join(text for text, _ in boxes(figure)[0])
        assert figure.get_label() and figure.get_label().split()[0] in words
        if name in ("frame_shares", "stance_shares", "network", "coverage"):
            assert "30" in words or "n=" in words, name


def test_names_are_not_taken_for_mathematics_or_markup():
    for name, (_, figure) in make("hostile").items():
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Title": figure.get_label()})
        tree = ElementTree.fromstring(file.getvalue())  # well-formed, whatever the names are
        assert not [node for node in tree.iter() if node.tag.endswith("script")]
        assert any("$" in text for text, _ in boxes(figure)[0]), name
        assert not any(text.get_parse_math() for text in figure.findobj(Text) if text.get_text())


def test_saved_files_are_small_and_the_csv_is_the_table(tmp_path):
    drawn = make("five")
    for name in ("network", "coverage"):
        table, figure = drawn[name]
        svg, png, csv = plots.save(figure, table, tmp_path, name)
        assert svg.stat().st_size > 10_000 and png.stat().st_size < 400_000
        with Image.open(png) as image:
            assert image.size[0] == pytest.approx(figure.get_size_inches()[0] * 120, abs=1)
        assert b"\r" not in csv.read_bytes()
        read = pd.read_csv(csv, keep_default_na=False)
        assert list(read.columns) == list(table.columns) and len(read) == len(table)
        for column in table.select_dtypes("number"):
            assert read[column].astype(float).sub(table[column].reset_index(drop=True)).abs().max() <= 0.00005


def test_numbers_are_rounded_to_four_decimals_without_negative_zero(tmp_path):
    table = pd.DataFrame({"name": ["a", "b", "c"], "x": [1 / 3, -0.00001, float("nan")], "k": [1, 2, 3]})
    _, _, csv = plots.save(plots.frame_shares(table.head(0)), table, tmp_path, "x")
    assert csv.read_text() == "name,x,k\na,0.3333,1\nb,0.0,2\nc,,3\n"


@pytest.mark.slow
def test_two_processes_write_the_same_bytes(tmp_path):
    code = textwrap.dedent("""
        import sys
        sys.path.insert(0, sys.argv[2])
        from test_plots import ACTORS, FRAMES, NAMES, plots, shares
        frames, actors = (shares(["source", what], [NAMES["five"], keys])
                          for what, keys in (("frame", FRAMES), ("actor", ACTORS)))
        plots.save(plots.overview(frames, coverage=actors), frames, sys.argv[1], "overview")
    """)
    here = os.path.dirname(__file__)
    runs = [subprocess.Popen([sys.executable, "-c", code, tmp_path / seed, here],
                             env={**os.environ, "PYTHONHASHSEED": seed}) for seed in "12"]
    assert [run.wait(60) for run in runs] == [0, 0]
    for kind in ("svg", "png", "csv"):
        one, two = ((tmp_path / seed / f"overview.{kind}").read_bytes() for seed in "12")
        assert one == two and len(one) > 500, kind


@pytest.mark.parametrize("name", [name for name in plots.__all__ if name not in ("png", "rounded", "save", "style")])
def test_an_empty_table_says_that_there_is_nothing_to_draw(name):
    more = {"pair_matrix": [[]], "network": [{}], "over_time": ["frame"]}.get(name, [])
    figure = getattr(plots, name)(pd.DataFrame(columns=["source"]), *more)
    assert figure.get_label().startswith("Nothing to draw: ")
    assert len(boxes(figure)[0]) >= 1


def test_a_chart_without_its_optional_tables():
    frames = make("one")["frame_shares"][0]
    words = [text for text, _ in boxes(plots.overview(frames))[0]]
    assert "none found" in words and words.count("none") == 2


def test_an_overview_without_frames_still_has_its_sources():
    coverage = shares(["source", "actor"], [["Gazette", "Herald"], ACTORS])
    for frames in (None, coverage.head(0)):
        words = [text for text, _ in boxes(plots.overview(frames, coverage=coverage))[0]]
        assert {"Gazette", "Herald"} <= set(words) and words.count("30 sentences") == 2


def test_labels_are_written_for_keys():
    frames = shares(["source", "frame"], [["Gazette", "Herald"], ["world_order"]])
    for labels, expected in ((None, "world order"), ({"world_order": "A new order"}, "A new order")):
        words = [text for text, _ in boxes(plots.frame_shares(frames, labels))[0]]
        assert expected in words


def test_frames_come_in_the_order_of_their_shares():
    frames = pd.DataFrame({"source": ["A", "B"] * 2, "frame": ["rare", "rare", "common", "common"], "k": [1, 0, 5, 4],
                           "n": 10, "share": [0.1, 0, 0.5, 0.4], "low": 0.0, "high": 0.9})
    words = [text for text, _ in boxes(plots.frame_shares(frames))[0]]
    assert words.index("common") < words.index("rare")
    words = [text.get_text() for axes in plots.frame_shares(frames).axes for text in axes.texts]
    assert [word for word in words if word.endswith("%")] == ["50%", "40%", "10%", "0%"]


def test_absences_are_marked_only_when_chance_does_not_explain_them():
    cells = pd.DataFrame({"source": ["A", "B", "A", "B"], "actor": ["X", "X", "Y", "Y"], "k": [9, 0, 1, 0], "n": 30,
                          "share": [0.3, 0, 0.03, 0], "low": 0.0, "high": 1.0,
                          "chance": [float("nan"), 0.00002, float("nan"), 0.36]})
    words = [text for text, _ in boxes(plots.coverage(cells))[0]]
    assert words.count("left out") == 1 and words.count("·") == 1


def test_facts_are_counted_for_two_sources_and_outlined_where_a_person_confirmed_one():
    rows = [("sources", "Gazette", "Herald", "date", 1, 0), ("sources", "Gazette", "Wire", "number", 3, 1),
            ("sources", "Gazette", "Wire", "date", 2, 0), ("text", "Wire", "Wire", "number", 1, 0)]
    facts = pd.DataFrame(rows, columns=["apart", "source_a", "source_b", "kind", "k", "confirmed"])
    figure = plots.discrepancies(facts)
    names = [[label.get_text() for label in axes.get_yticklabels()] for axes in figure.axes]
    assert names == [["Gazette against Wire", "Gazette against Herald"], ["Wire"]]  # those with more facts first
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["number", "date", "all"]
    cells = [[text.get_text() for text in axes.texts if len(text.get_text()) < 3] for axes in figure.axes]
    assert cells == [["3", "2", "5", "·", "1", "1"], ["1", "·", "1"]]
    outlined = [[(patch.get_x() + 0.465, patch.get_y() + 0.43) for patch in axes.patches] for axes in figure.axes]
    assert outlined == [[(0, 0)], []]  # numbers, Gazette against Wire
    few = plots.discrepancies(facts, top=2)
    assert len(few.axes) == 1 and few.get_supxlabel().endswith("alone: 1 more, with fewer facts.")


def test_deny_is_left_of_hedge_and_affirm_is_right():
    rows = [("own", "all", "affirm", 1, 0.25), ("own", "all", "hedge", 1, 0.25), ("own", "all", "deny", 2, 0.5)]
    stance = pd.DataFrame(rows, columns=["voice", "part", "value", "k", "share"]).assign(source="A", n=4, low=0, high=1)
    stance["read"] = stance["k"]
    bars = [patch for patch in plots.stance_shares(stance).axes[0].patches if patch.get_width()]
    deny, hedge, affirm = sorted(bars, key=lambda bar: bar.get_x() + bar.get_width() / 2)
    assert -deny.get_width() == pytest.approx(2 * hedge.get_width()) == pytest.approx(2 * affirm.get_width())
    assert [bar.get_facecolor()[:3] for bar in (deny, affirm)] == [
        pytest.approx(sheet.matplotlib.colors.to_rgb(color)) for color in (sheet.BLUE, sheet.VERMILION)]


def looks(figure):
    """What stands for positions: the colour, the width and the width of the outline of each bar, in order."""
    return [(sheet.to_hex(bar.get_facecolor()).upper(), round(bar.get_width(), 2), bar.get_linewidth() > 0)
            for axes in figure.axes for bar in axes.patches if bar.get_width() and bar.get_height() < 0.7]


def positions(*read):
    """Twelve positions of two sources, six a source, own and quoted: who denies, as many of each as are `read`."""
    rows = [("A", "own", 6, read[0]), ("B", "own", 6, read[1])]
    stance = pd.DataFrame(rows, columns=["source", "voice", "k", "read"]).assign(value="deny", part="all", n=6)
    return stance.assign(share=1.0, low=0.5, high=1.0)


PALE_BLUE, BLUE = sheet.look("deny")["facecolor"].upper(), sheet.BLUE


@pytest.mark.parametrize(("read", "first", "second"), [
    ((0, 0), [(PALE_BLUE, -6, True)], [(PALE_BLUE, -6, True)]),
    ((5, 4), [(PALE_BLUE, -6, True), (BLUE, -5, False)], [(PALE_BLUE, -6, True)]),  # of B too few were read
    ((6, 0), [(BLUE, -6, False)], [(PALE_BLUE, -6, True)]),
])
def test_what_was_read_is_solid_and_what_was_not_is_pale_with_an_outline(read, first, second):
    stance = positions(*read)
    shares = looks(plots.stance_shares(stance))
    assert shares == [(color, round(width / 6, 2), line) for color, width, line in first + second]
    assert looks(plots.overview(None, stance)) == first + second
    holders = stance.rename(columns={"source": "holder_group"}).assign(holder="X")
    assert looks(plots.holders(holders)) == [*(bar for bar in (first[0], second[0])), *first[1:]]
    arguments = stance.rename(columns={"value": "argument"}).assign(value="deny", side="for")
    assert [(color, abs(width), line) for color, width, line in looks(plots.arguments(arguments)) if width != 1] == [
        (color, -width, line) for color, width, line in first + second]


def test_a_mark_is_solid_where_its_sentence_was_read():
    stance = pd.DataFrame({"source": "A", "story": "1", "position": [i / 5 for i in range(6)], "value": "deny",
                           "voice": "own", "sentence": list("abcdef"), "read": [True] * 5 + [False]})
    for read, solid in ((stance["read"], 5), (stance["read"] & (stance["position"] > 0), 0)):
        faces = [line.get_markerfacecolor().upper() for line in plots.strip(stance.assign(read=read)).axes[0].lines]
        assert faces == [BLUE] * solid + [PALE_BLUE] * (6 - solid)


def test_stories_of_a_source_with_a_long_name_keep_their_number():
    stance = pd.DataFrame({"source": LONG, "story": ["1", "2"], "position": 0.0, "value": "deny", "voice": "own",
                           "sentence": ["a", "b"], "read": False})
    first, second = (label.get_text() for label in plots.strip(stance).axes[0].get_yticklabels())
    assert first.endswith("…, 1") and second == first.removesuffix("1") + "2"


def test_a_hedge_that_was_read_in_part_is_solid_in_its_middle():
    stance = positions(5, 0).assign(value="hedge")
    pale, middle = [bar for bar in plots.stance_shares(stance).axes[0].patches if bar.get_width()]
    assert (pale.get_x(), pale.get_width()) == (-0.5, 1)
    assert middle.get_x() == pytest.approx(-5 / 12) and middle.get_width() == pytest.approx(5 / 6)


def test_the_key_says_what_is_solid_and_how_many_of_a_row_were_read():
    for read, said in (((0, 0), []), ((5, 4), ["5 read", "4 read"])):
        words = [text for text, _ in boxes.__wrapped__(plots.stance_shares(positions(*read)))[0]]
        assert {"read by a person", "not read"} <= set(words) and [word for word in words if word in said] == said
        assert sum(word.endswith(" read") and word[0].isdigit() for word in words) == len(said)


def test_solid_pale_and_outline_differ_in_grey_too():
    grey = dict(zip("rgb", (0.299, 0.587, 0.114), strict=True))
    for value in VALUES:
        solid, pale, edge = (sum(weight * part for weight, part in zip(grey.values(), sheet.to_rgb(color), strict=True))
                             for color in (sheet.VALUES[value], sheet.look(value)["facecolor"], sheet.EDGES[value]))
        assert pale - solid > 0.15 and pale - edge > 0.3, value


def test_wrap_keeps_to_the_room_and_shows_what_is_cut():
    assert sheet.wrap("short", 5) == "short"
    text = sheet.wrap(LONG, 1.5, lines=2)
    assert text.endswith("…") and text.count("\n") == 1
    assert all(sheet.inches(line) <= 1.5 for line in text.split("\n"))
    assert sheet.wrap("W" * 50, 1.0, lines=3).count("\n") == 2
    assert sheet.wrap("", 1) == ""


def test_names_beside_crowded_dots_do_not_touch():
    places = {i: (1 + i % 3 * 0.12, 1 + i // 3 * 0.12) for i in range(9)}
    spots = sheet.beside(places, dict.fromkeys(places, "A name"), 3.4, 2.6)
    half, high = sheet.inches("A name", sheet.SMALL) / 2, 0.07
    for (x1, y1, _), (x2, y2, _) in itertools.combinations(spots.values(), 2):
        assert abs(x1 - x2) >= 2 * half or abs(y1 - y2) >= 2 * high
    for (x1, y1, _), (x2, y2) in itertools.product(spots.values(), places.values()):
        assert abs(x1 - x2) >= half or abs(y1 - y2) >= high


def test_no_name_in_the_network_sits_at_another_dot(drawn):
    figure = drawn["network"][1]
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    for axes in figure.axes:
        names = [text.get_window_extent(renderer) for text in axes.texts]
        dots = [line.get_window_extent(renderer) for line in axes.lines if line.get_marker() == "o"]
        assert len(names) == len(dots) == len(ACTORS)
        assert not any(name.overlaps(dot) for name in names for dot in dots)
        assert not any(one.padded(-1).overlaps(two) for one, two in itertools.combinations(names, 2))


def test_a_reader_can_move_a_label():
    figure = make("one")["frame_shares"][1]
    assert figure.axes[0].get_xticks().size > 1 and figure.axes[0].get_yticklabels()[0].get_text() == "$e^2$"
    figure.axes[0].set_title("Another")
    assert "Another" in [text for text, _ in boxes.__wrapped__(figure)[0]]


def test_bars_have_a_scale_that_holds_all_intervals():
    table, figure = make("five")["difference"]
    low, high = figure.axes[0].get_xlim()
    assert low < 100 * table["low"].min() and 100 * table["high"].max() < high
    for name in ("overview", "arguments"):
        assert all(len(axes.get_xticks()) > 1 for axes in make("five")[name][1].axes)


def test_steps_without_labels_and_rules_of_few_rows_are_said_and_not_drawn():
    steps = pd.DataFrame({"step": ["A", "B"], "measure": "F1", "value": [0.5, np.nan], "low": [0.4, np.nan],
                          "high": [0.6, np.nan], "n": [9, 0], "plain": [0.2, np.nan]})
    figure = plots.accuracy(steps, "In-sample: two texts.")
    words = [text for text, _ in boxes(figure)[0]]
    assert figure.get_label().endswith("(in-sample)") and {"no labels", "0.50", "0.20", "–"} <= set(words)
    made = pd.DataFrame({"table": "stances", "rule": ["a", "b", "c"], "n": [9, 4, 1], "right": [8, 4, 1]})
    made = made.assign(precision=made["right"] / made["n"], low=0.0, high=1.0)
    words = " ".join(text for text, _ in boxes(plots.rules(made))[0])
    assert "8 of 9" in words and "4 of 4" not in words and "2 more rules" in words.replace("\n", " ")
    assert plots.rules(made[1:]).get_label().startswith("Nothing to draw: no rule made 5 rows")


def test_a_conclusion_that_turns_is_marked():
    changes = pd.DataFrame([("A", "without a cue", "x", True), ("A", "without a cue", "x", False),
                            ("A", "in own voice only", "nothing is left", False), ("B", "without a cue", "x", False)],
                           columns=["source", "kind", "becomes", "turns"])
    changes = changes.assign(topic="frame", conclusion="leads", variation="v")
    figure = plots.sensitivity(changes)
    assert [text.get_text() for text in figure.axes[0].texts] == ["1 of 2", "–", "holds"]
    words = " ".join(text for text, _ in boxes(plots.sensitivity(changes, top=1))[0])
    assert "A: leads" in words and "B: leads" not in words and "1 more conclusions" in words.replace("\n", " ")


# Time, scales, letters


def test_over_time_says_n_and_leaves_gaps():
    """Of five sources a strip each; where n is 0 there is no mark; what nobody read is pale."""
    figure = make("five")["over_time own"][1]
    bars, *shares = figure.axes
    words = [text.get_text() for text in bars.get_yticklabels()]
    assert len(words) == 5 and all(re.search(r"\nn=\d+$", word) for word in words)
    assert [label.get_text() for label in bars.get_xticklabels()] == ["1 Sep\n2025", "22 Sep\n2025"]
    assert [axes.get_title(loc="left") for axes in shares] == ["denies", "hedges", "affirms"]
    for axes in shares:
        (marks,) = (one for one in axes.collections if len(one.get_offsets()) and len(one.get_facecolors()))
        assert len(marks.get_offsets()) == 15 and 2 not in marks.get_offsets()[:, 0]  # three of four weeks
    assert "pale if under half of it was read" in " ".join(figure.get_supxlabel().split())


def test_too_many_frames_over_time_are_counted():
    time = make("five")["over_time frame"][0]
    more = pd.concat([time, time[time["what"] == "frame"].assign(item="peace")])
    assert "1 rarer frames are in the table" in plots.over_time(more, "frame").get_supxlabel()
    assert len(plots.over_time(more, "frame").axes) == 4


def test_the_axis_of_differences_goes_beyond_the_longest_interval():
    gaps = pd.DataFrame({"actor_a": ["X", "X"], "actor_b": ["Y", "Z"], "n_1": 30, "n_2": 40, "difference": [0.2, -0.1],
                         "low": [0.0, -0.3], "high": [0.395, 0.1], "verdict": ["no clear difference"] * 2})
    axes = plots.difference(gaps, "A", "B").axes[0]
    assert axes.get_xlim() == (-45, 45) and {-40, -20, 0, 20, 40} <= set(axes.get_xticks())
    close = gaps.assign(difference=0.001, low=0.0, high=0.002)
    assert plots.difference(close, "A", "B").axes[0].get_xlim() == (-5, 5)


def test_what_a_row_says_is_not_said_again():
    rows = [("ruritania", "RURITANIA", "deny", 4, 0), ("ruritania", "ANN", "affirm", 2, 0)]
    held = pd.DataFrame(rows, columns=["holder_group", "holder", "value", "k", "read"])
    words = [text for text, _ in boxes(plots.holders(held, {"ruritania": "Ruritania", "RURITANIA": "Ruritania",
                                                            "ANN": "Ann"}))[0]]
    assert words.count("Ruritania") == 1 and "Ann 2" in words and not any("Ruritania 4" in word for word in words)


def test_bars_can_be_measured_in_every_row():
    five = make("five")
    for name in ("overview", "arguments"):
        for axes in five[name][1].axes:
            lines = [one for one in axes.get_xgridlines() if one.get_visible()] + [
                one for one in axes.collections if one.get_linewidth()[0] == 0.7]
            assert lines, name


def test_letters_that_no_font_has_are_said_in_one_line(monkeypatch):
    frames = shares(["source", "frame"], [["\u4eba\u6c11", "Gazette"], FRAMES])
    monkeypatch.setattr(sheet, "others", dict)  # whatever is installed here
    figure = plots.frame_shares(frames)
    plots.png(figure)  # warnings are errors in this file
    assert figure.get_supxlabel().endswith("no installed font has: install Noto Sans CJK.")
    ship = plots.frame_shares(frames.assign(source=frames["source"].replace("\u4eba\u6c11", "\U0001f6a2")))
    assert ship.get_supxlabel().endswith("install Noto Emoji.")
    assert "install" not in make("five")["frame_shares"][1].get_supxlabel()


def test_letters_come_from_another_font_where_one_has_them(monkeypatch):
    """STIX comes with matplotlib too, and has letters that DejaVu Sans lacks."""
    letter = min(sheet.letters("STIXGeneral") - sheet.letters(sheet.OWN), key=lambda one: (not one.isalpha(), one))
    monkeypatch.setattr(sheet, "others", lambda: {"STIXGeneral": sheet.letters("STIXGeneral")})
    figure = plots.frame_shares(shares(["source", "frame"], [[f"x {letter}", "Gazette"], FRAMES]))
    families = {text.get_text(): text.get_family() for text in figure.findobj(Text)}
    assert families[f"x {letter}"] == [sheet.OWN, "STIXGeneral"] and families["Gazette"] == [sheet.OWN]
    assert "install" not in figure.get_supxlabel()
