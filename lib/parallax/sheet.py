"""The sheet that charts are drawn on: laid out in inches, with text that is measured before it is placed.

So long names are wrapped or cut with an ellipsis and never run over each other, and the same table gives the
same bytes on every run. Colours are those of Okabe and Ito, which people with any common colour blindness can
tell apart [1]_: vermilion affirms, blue denies, grey hedges, green is a quantity. Where a colour means
something, so does a place, a shape or a word.

References
----------
.. [1] Okabe, M. and Ito, K. (2008). Color Universal Design: how to make figures and presentations that are
   friendly to colorblind people. https://jfly.uni-koeln.de/color/
"""

import io
from functools import lru_cache, wraps
from math import ceil
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from PIL import Image

from parallax.study import StudyError

BLUE, VERMILION, GREY, GREEN = "#0072B2", "#D55E00", "#B8B8B8", "#009E73"
INK, SOFT, FAINT, PALE = "#1A1A1A", "#595959", "#E4E4E4", "#F5F5F5"
RUST = "#A84A00"  # vermilion dark enough for words
VALUES = {"deny": BLUE, "hedge": GREY, "affirm": VERMILION}
MARKERS = {"deny": "v", "hedge": "o", "affirm": "^"}
WIDTH = 7.2  # inches: at half size, and on a phone, the smallest text is still about 9 pixels high
TITLE, TEXT, SMALL = 13, 10.5, 9.5  # points
STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a text is a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "parallax",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": matplotlib.cycler(color=[GREEN, BLUE, VERMILION, "#CC79A7", "#E69F00", "#56B4E9"]),
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def style():
    """Make the style of the charts matplotlib's own, for one's own charts beside them."""
    matplotlib.rcParams.update(STYLE)


def rounded(table, digits=4):
    """Return the table as it is written and compared: floats rounded, no negative zero."""
    floats = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].round(digits) + 0.0 for name in floats})


def png(figure, dpi=200):
    """Return the figure as the bytes of a PNG, `dpi` dots per inch, in at most 256 colours."""
    raw, small = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(raw, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
    image = Image.open(raw).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(small, "png", optimize=True, dpi=(dpi, dpi))
    return small.getvalue()


def save(figure, table, folder, name):
    """Write NAME.svg, NAME.png (200 dots per inch) and NAME.csv: the same bytes for the same data.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    table : pandas.DataFrame
        What the figure was drawn from. Numbers are written with four decimals.
    folder : path-like
        Made when it is missing.
    name : str
        The stem of the three files.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    svg, image, csv = (Path(folder) / f"{name}.{kind}" for kind in ("svg", "png", "csv"))
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with matplotlib.rc_context(STYLE):
            figure.savefig(svg, metadata={"Date": None, "Creator": None, "Title": figure.get_label()})
        image.write_bytes(png(figure))
        rounded(table).to_csv(csv, index=False, lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None
    return [svg, image, csv]


def chart(nothing=""):
    """Make a function draw in this style, and say `nothing`, if anything, where the table is empty."""

    def decorate(draw):
        @wraps(draw)
        def drawn(table, *args, **kwargs):
            with matplotlib.rc_context(STYLE):
                return draw(table, *args, **kwargs) if not nothing or len(table) else empty(nothing)

        return drawn

    return decorate


def empty(nothing):
    """Draw a figure that says why there is nothing to draw."""
    return Sheet(0, f"Nothing to draw: {nothing}.").figure


# Text that fits


@lru_cache(maxsize=20_000)
def inches(text, size=TEXT, weight="normal"):
    """Return the width of the text, of the widest of its lines."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    widths = (text_to_path.get_text_width_height_descent(line, font, False)[0] for line in text.split("\n"))
    return max(widths) / 72


def widest(texts, size=TEXT, weight="normal"):
    """Return the width of the widest of several texts."""
    return max((inches(text, size, weight) for text in texts), default=0)


def fitting(text, room, size, weight, ending=""):
    """Return how many characters of the text, with an ending, fit in `room` inches; at least one."""
    least, most = 1, len(text)
    while least < most:
        half = (least + most + 1) // 2
        fits = inches(text[:half] + ending, size, weight) <= room
        least, most = (half, most) if fits else (least, half - 1)
    return least


def wrap(text, room, size=TEXT, lines=2, weight="normal"):
    """Break the text at spaces into lines no wider than `room` inches; an ellipsis ends what does not fit."""
    rows, rest = [], " ".join(str(text).split())[:2000]
    while rest and len(rows) < lines:
        cut = fitting(rest, room, size, weight)
        if cut < len(rest) and " " in rest[1 : cut + 1]:
            cut = rest.rindex(" ", 1, cut + 1)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        last = f"{rows[-1]} {rest}"
        rows[-1] = last[: fitting(last, room, size, weight, "…")].rstrip() + "…"
    return "\n".join(rows)


def listing(items, room, size, lines):
    """Name as many of the items as fit, whole, and say how many more there are."""
    text = ""
    for shown in range(len(items), 0, -1):
        rest = f" and {len(items) - shown} more" if shown < len(items) else ""
        text = wrap(", ".join(items[:shown]) + rest, room, size, lines)
        if not text.endswith("…"):
            break
    return text


def beside(places, names, wide, tall):
    """Place names near their dots so that they touch no dot and no other name.

    Names are placed one after the other, each at the nearest free spot; of the orders that begin with each of
    them in turn, the one that leaves them nearest is kept.

    Parameters
    ----------
    places : dict of key -> (x, y) in inches
    names : dict of key -> str
    wide, tall : float
        The inches to stay within.

    Returns
    -------
    dict of key -> (x, y, far)
        The middle of the name, and whether it is so far that it needs a line to its dot.
    """
    dots, best = [(x - 0.1, y - 0.1, x + 0.1, y + 0.1) for x, y in places.values()], None
    for first in range(len(places)):
        taken, spots, cost = list(dots), {}, 0
        for key in [*list(places)[first:], *list(places)[:first]]:
            (x, y), half, high = places[key], inches(names[key], SMALL) / 2 + 0.03, 0.09
            for away in (0.11, 0.17, 0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.4):
                tries = [(x + half + away, y), (x - half - away, y)]
                shifted = [min(max(x + shift * half, half + 0.01), wide - half - 0.01)
                           for shift in (0, 0.4, -0.4, 0.8, -0.8)]
                tries += [(u, y + side * (high + away)) for u in shifted for side in (-1, 1)]
                inside = [(u, v) for u, v in tries if half < u < wide - half and high < v < tall - high]
                free = [(u, v) for u, v in inside if not any(
                    u - half < x2 and x1 < u + half and v - high < y2 and y1 < v + high
                    for x1, y1, x2, y2 in taken)]
                if free:
                    break
            u, v = (free or inside or tries)[0]
            taken.append((u - half, v - high, u + half, v + high))
            spots[key], cost = (u, v, away > 0.2), cost + away**2
        if best is None or cost < best[0]:
            best = cost, spots
    return best[1] if best else {}


# The sheet


class Sheet:
    """A figure with a title over, and a note under, a body of so many inches.

    Places are in inches from the body's top left corner.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Its label is the title.
    axes : matplotlib.axes.Axes
        Over the whole figure, in inches, y downwards.
    """

    def __init__(self, body, title, note="", width=WIDTH):
        title, note = wrap(title, width - 0.3, TITLE, 3, "bold"), wrap(note, width - 0.3, SMALL, 8)
        head = 0.26 + 0.226 * (title.count("\n") + 1)
        foot = 0.3 + 0.165 * (note.count("\n") + 1) * bool(note)
        self.figure = Figure((width, head + body + foot), facecolor="white", label=title.replace("\n", " "))
        self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(body + foot, -head))
        self.axes.axis("off")
        self.write(0.15, 0.13 - head, title, TITLE, va="top", weight="bold")
        self.write(0.15, body + 0.14, note, SMALL, va="top", color=SOFT)

    def write(self, x, y, text, size=TEXT, va="center", **more):
        """Write lines with their baselines where the font puts them, whatever letters they have."""
        lines, em = text.split("\n"), size / 72
        last = 1.25 * (len(lines) - 1)
        first = {"center": 0.36 - last / 2, "top": 0.76, "bottom": -0.24 - last}[va]
        for number, line in enumerate(lines):
            self.axes.text(x, y + (first + 1.25 * number) * em, line, size=size, va="baseline", **more)

    def box(self, x, y, width, height, color, **more):
        """Fill a rectangle, from its top left corner."""
        self.axes.add_patch(Rectangle((x, y), width, height, facecolor=color, **{"linewidth": 0, **more}))

    def line(self, xs, ys, color=FAINT, lw=0.8, **more):
        """Draw a line through points."""
        self.axes.plot(xs, ys, color=color, lw=lw, **{"solid_capstyle": "butt", "zorder": 1, **more})

    def dot(self, x, y, color, size=6, marker="o", **more):
        """Draw a marker, `size` points wide."""
        self.axes.plot([x], [y], marker, color=color, ms=size, **{"zorder": 3, **more})

    def cell(self, x, y, width, height, number, share):
        """Write a number in a cell of a grid and shade it; a dot stands for zero."""
        word, ink = (f"{number:.0f}", INK) if number else ("·", SOFT)
        self.box(x + 0.015, y + 0.015, width - 0.03, height - 0.03, tint(share) if number else PALE)
        self.write(x + width / 2, y + height / 2, word, ha="center", color=ink)

    def bar(self, x, y, parts, scale, counts, height=0.24):
        """Draw deny to the left, hedge across x, affirm to the right, each with its count."""
        inner = parts["hedge"] / 2 * scale
        left, right = x - inner - parts["deny"] * scale, x + inner + parts["affirm"] * scale
        ends = [left, x - inner, x + inner, right]
        for start, end, color in zip(ends, ends[1:], VALUES.values(), strict=False):
            self.box(start, y - height / 2, end - start, height, color)
        sides = ((left - 0.05, "right", "deny", BLUE), (right + 0.05, "left", "affirm", RUST))
        for at, ha, value, ink in sides:
            if counts[value]:
                self.write(at, y, f"{counts[value]:.0f}", SMALL, ha=ha, color=ink, weight="bold")
        word = f"{counts['hedge']:.0f}"
        if 2 * inner > inches(word, SMALL) + 0.03:
            self.write(x, y, word, SMALL, ha="center")
        elif counts["hedge"] and not counts["deny"] + counts["affirm"]:
            self.write(right + 0.05, y, word, SMALL, color=SOFT)

    def legend(self, x, y, gap=0.18, middle=False, markers=False):
        """Say what the colours of stance mean, from x on or around it."""
        words = dict(zip(VALUES, ("denies", "hedges", "affirms"), strict=True))
        x -= (sum(inches(word, SMALL) + 0.2 for word in words.values()) + 2 * gap) / 2 if middle else 0
        for value, word in words.items():
            if markers:
                self.dot(x + 0.065, y, VALUES[value], 6.5, MARKERS[value])
            else:
                self.box(x, y - 0.065, 0.13, 0.13, VALUES[value])
            self.write(x + 0.19, y, word, SMALL)
            x += inches(word, SMALL) + 0.2 + gap


def tint(share, color=GREEN):
    """Return a colour: white at 0, `color` at 1."""
    share = 0.0 if pd.isna(share) else min(max(float(share), 0.0), 1.0)
    return tuple(1 - share * (1 - part) for part in matplotlib.colors.to_rgb(color))


# What several charts are made of


def once(values):
    """Return the values in their order, each once."""
    return list(dict.fromkeys(values))


def named(key, labels):
    """Return what is written for a key."""
    return str((labels or {}).get(key, str(key).replace("_", " ")))


def ranked(table, key, by):
    """Return the table sorted by the sums of `by` over each `key`, the greatest first."""
    order = table.groupby(key, sort=False)[by].sum().sort_values(ascending=False, kind="stable").index
    return table.set_index(key).loc[list(order)].reset_index()


def lattice(table, panel, title, note, labels=None, share="share", text=None, top=15):
    """Draw a panel for each value of `panel`, a row for each source: its share a dot, the interval a line."""
    keys, row_key = once(table[panel]), "source"
    note += f" {len(keys) - top} more are in the table." if len(keys) > top else ""
    table = table[table[panel].isin(keys[:top])]
    words = [text(one) if text else f"{one[share]:.0%}" for _, one in table.iterrows()]
    table, counts = table.assign(word=words), {} if text else dict(table.groupby("source")["n"].max())
    labels = {**(labels or {}), **{source: source for source in once(table["source"])}}
    if table["source"].nunique() == 1:  # then the values are the rows of one panel
        panel, row_key = row_key, panel
        labels |= {source: f"{source}, n={n:.0f}" for source, n in counts.items()}
    panels, rows, sized = once(table[panel]), once(table[row_key]), counts and row_key == "source"
    names = {key: wrap(named(key, labels), 1.75) for key in rows}
    columns, left = min(len(panels), 3), widest(names.values()) + (0.72 if sized else 0.3)
    wide, row = (WIDTH - left - 0.05) / columns, 0.4 if any("\n" in name for name in names.values()) else 0.27
    heads = [wrap(named(key, labels), wide - 0.1, weight="bold") for key in panels]
    head, tall = 0.26 + 0.18 * any("\n" in label for label in heads), row * len(rows)
    step, across = head + tall + 0.36, wide - widest(words) - 0.42
    top = table[["high", share]].max().max()
    limit = min(1.0, ceil(10 * top - 1e-9) / 10 or 0.1) if pd.notna(top) else 0.1
    page = Sheet(ceil(len(panels) / columns) * step - 0.08, title, note)
    for index, (key, label) in enumerate(zip(panels, heads, strict=True)):
        x0, y0, first = left + index % columns * wide, index // columns * step + head, index % columns == 0
        page.write(x0, y0 - 0.04, label, va="bottom", weight="bold")
        word = "n" if sized and first else ""
        page.write(left - 0.12, y0 - 0.04, word, SMALL, va="bottom", ha="right", color=SOFT)
        page.line([x0, x0], [y0, y0 + tall], GREY)
        for at, word in ((0, "0"), (limit, f"{limit:.0%}")):
            page.write(x0 + at / limit * across, y0 + tall + 0.11, word, SMALL, ha="center", color=SOFT)
        cells = table[table[panel] == key].set_index(row_key)
        for number, name in enumerate(rows):
            y = y0 + (number + 0.5) * row
            page.line([x0, x0 + across], [y, y])
            if first:
                page.write(left - (0.54 if sized else 0.12), y, names[name], ha="right")
                size = f"{counts[name]:.0f}" if sized else ""
                page.write(left - 0.12, y, size, SMALL, ha="right", color=SOFT)
            if name not in cells.index or pd.isna(cells.loc[name, share]):
                page.write(x0 + wide - 0.22, y, "–", ha="right", color=SOFT)
                continue
            one = cells.loc[name]
            low, high, at = (x0 + min(one[name], limit) / limit * across for name in ("low", "high", share))
            page.line([low, high], [y, y], GREEN, 1.4, zorder=2)
            page.dot(at, y, GREEN, mfc=GREEN if one[share] else "white")
            page.write(x0 + wide - 0.22, y, one["word"], ha="right")
    return page.figure


def grid(rows, sources, title, note, counts=None):
    """Draw an empty grid: `rows` of (key, label), where a key of None makes a heading, by sources.

    Return the sheet, {(key, source): (x, y)} of the cells' top left corners, and their width and height.
    """
    left = min(2.7, widest(label for _, label in rows) + 0.4)
    wide = min(1.2, (WIDTH - left - 0.15) / len(sources))
    flat = all(inches(word, SMALL) < wide - 0.06 for source in sources for word in str(source).split())
    heads = [wrap(source, wide - 0.06 if flat else 1.6, SMALL, 4 if flat else 1) for source in sources]
    high = 0.165 * max(label.count("\n") + 1 for label in heads) if flat else widest(heads, SMALL)
    head = high + (0.29 if counts is not None else 0.1)
    labels = [wrap(label, left - 0.3) if key else wrap(label, WIDTH - 0.5, TEXT, 1, "bold") for key, label in rows]
    tall = 0.42 if any("\n" in label for label in labels) else 0.28
    page, places = Sheet(head + tall * len(rows), title, note), {}
    if counts is not None and wide <= 0.5:
        page.write(left - 0.12, head - 0.06, "n", SMALL, va="bottom", ha="right", color=SOFT)
    for column, (source, name) in enumerate(zip(sources, heads, strict=True)):
        x, bottom = left + column * wide, head - 0.06
        if counts is not None:
            word = f"{'n=' if wide > 0.5 else ''}{counts[source]:.0f}"
            page.write(x + wide / 2, bottom, word, SMALL, va="bottom", ha="center", color=SOFT)
            bottom -= 0.19
        if flat:
            page.write(x + wide / 2, bottom, name, SMALL, va="bottom", ha="center")
        else:
            page.axes.text(x + wide / 2, bottom, name, size=SMALL, va="bottom", ha="center", rotation=90)
        places |= {(key, source): (x, head + tall * number) for number, (key, _) in enumerate(rows)}
    for number, ((key, _), label) in enumerate(zip(rows, labels, strict=True)):
        y = head + tall * (number + (0.62 if key is None else 0.5))
        if key is None:
            page.write(0.15, y, label, weight="bold")
        else:
            page.write(left - 0.12, y, label, ha="right")
    return page, places, wide, tall
