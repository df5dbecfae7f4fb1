"""What all charts share: a page with its title and note, text that is measured, colours, files.

Charts stand on matplotlib's own Axes in a constrained layout; only long names are wrapped here, since
matplotlib does not do that before it lays out. Colours are those of Okabe and Ito, which people with any common
colour blindness can tell apart [1]_: vermilion affirms, blue denies, grey hedges, green is a quantity. Where a
colour means something, so does a place, a shape or a word. A position that a person read is solid; one that
nobody read is pale, in the same hue, with an outline that prints in grey.

References
----------
.. [1] Okabe, M. and Ito, K. (2008). Color Universal Design: how to make figures and presentations that are
   friendly to colorblind people. https://jfly.uni-koeln.de/color/
"""

import io
import unicodedata
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from os import PathLike
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import ScaledTranslation, blended_transform_factory
from PIL import Image

from parallax.cells import guarded
from parallax.errors import StudyError

BLUE, VERMILION, GREY, GREEN = "#0072B2", "#D55E00", "#B8B8B8", "#009E73"
INK, SOFT, FADED, FAINT, PALE = "#1A1A1A", "#595959", "#8C8C8C", "#E4E4E4", "#F5F5F5"
RUST = "#A84A00"  # vermilion dark enough for words
VALUES = {"deny": BLUE, "hedge": GREY, "affirm": VERMILION}
EDGES = VALUES | {"hedge": FADED, "": SOFT}  # outlines of what nobody read, and of the key to it
WORDS = {"deny": "denies", "hedge": "hedges", "affirm": "affirms"}
MARKERS = {"deny": "v", "hedge": "o", "affirm": "^"}
GREENS = LinearSegmentedColormap.from_list("parallax", ["white", GREEN]).with_extremes(bad=PALE)
NOTHING = "Nothing to draw: "  # how the title of a figure begins that says why it is empty
WIDTH, MARGIN, OUTLINE = 8.0, 0.12, 0.9  # inches, inches, points
TITLE, TEXT, SMALL = 13, 10.5, 9.5  # points
STYLE = "parallax.parallax"  # parallax.mplstyle beside this file
OWN = "DejaVu Sans"  # comes with matplotlib
CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")  # how the names of their letters begin
FONTS = (  # where letters are looked for that it lacks; colour emoji are pictures, which matplotlib does not draw
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK TC", "Noto Sans SC", "Noto Sans JP",
    "Noto Sans KR", "Source Han Sans SC", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Microsoft YaHei",
    "Yu Gothic", "Malgun Gothic", "WenQuanYi Micro Hei", "Arial Unicode MS", "Noto Sans Devanagari",
    "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Sinhala", "Noto Sans Thai", "Nirmala UI", "Leelawadee UI",
    "Noto Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Symbola")

Labels = Mapping[Any, str] | None


def style() -> None:
    """Make the style of the charts matplotlib's own, for one's own charts beside them."""
    matplotlib.style.use(STYLE)


def rounded(table: pd.DataFrame, digits: int = 4) -> pd.DataFrame:
    """Return the table as it is written and compared: floats rounded, no negative zero."""
    floats = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].round(digits) + 0.0 for name in floats})


@contextmanager
def settled(figure: Figure) -> Iterator[None]:
    """Lay the figure out once, in places that are rounded: the solver's last digits differ between two runs."""
    with matplotlib.style.context(STYLE), quiet():
        if figure.stale:  # changed since it was laid out
            figure.draw_without_rendering()
        engine = figure.get_layout_engine()
        figure.set_layout_engine(None)  # "none" would lay it out once more
        for axes in figure.axes:
            axes._set_position([round(part, 5) for part in axes.get_position(original=True).bounds])
        yield
        figure.set_layout_engine(engine)


def png(figure: Figure, dpi: int = 120, colors: int = 64) -> bytes:
    """Return the figure as the bytes of a PNG, `dpi` dots per inch, in at most so many colours."""
    raw, small = io.BytesIO(), io.BytesIO()
    with settled(figure):
        figure.savefig(raw, format="rgba", dpi=dpi)
    figure.stale = False  # saving changed its resolution and back: another resolution needs no further layout
    wide = int(figure.get_figwidth() * dpi)
    image = Image.frombuffer("RGBA", (wide, len(raw.getvalue()) // 4 // wide), raw.getvalue())
    image = image.convert("RGB").quantize(colors, dither=Image.Dither.NONE)
    image.save(small, "png", optimize=True, dpi=(dpi, dpi))
    return small.getvalue()


def save(figure: Figure, table: pd.DataFrame, folder: str | PathLike[str], name: str) -> list[Path]:
    """Write NAME.svg, NAME.png and NAME.csv: the same bytes for the same data.

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
        with settled(figure):
            figure.savefig(svg, metadata={"Date": None, "Creator": None, "Title": figure.get_label()})
        image.write_bytes(png(figure))
        guarded(rounded(table)).to_csv(csv, index=False, lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None
    return [svg, image, csv]


def chart(nothing: str = "") -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Make a function draw in this style, and say `nothing`, if anything, where the table is empty."""

    def decorate(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        @wraps(draw)
        def drawn(table: pd.DataFrame, *args: Any, **kwargs: Any) -> Figure:
            with matplotlib.style.context(STYLE), quiet():
                figure = draw(table, *args, **kwargs) if not nothing or len(table) else empty(nothing)
                supply(figure)
                figure.draw_without_rendering()  # ticks are made now, in this style, and not at a later drawing
            return figure

        return drawn

    return decorate


# The page


def page(title: str, note: str, height: float, width: float = WIDTH) -> Figure:
    """Return a figure with a title, which is its label too, a note under it, and `height` inches between them."""
    title, note = wrap(title, width - 0.3, TITLE, 3, "bold"), wrap(note, width - 0.3, SMALL, 8)
    lines = 0.24 * (title.count("\n") + 1) + bool(note) * (0.165 * (note.count("\n") + 1) + 0.1) + 0.2
    figure = Figure((width, height + lines), layout="constrained", label=title.replace("\n", " "))
    figure.suptitle(title, x=MARGIN / width, ha="left")
    if note:
        figure.supxlabel(note, x=MARGIN / width, ha="left", color=SOFT)
    return figure


def empty(nothing: str) -> Figure:
    """Draw a figure that says why there is nothing to draw."""
    return page(f"{NOTHING}{nothing}.", "", 0.1)


def aside(axes: Axes, text: str, at: tuple[float, float], shift: tuple[float, float], **more: Any) -> Annotation:
    """Write beside an Axes: `at` x in its width and y in its data, shifted by so many points."""
    more = {"va": "center", "size": SMALL, "color": SOFT, "xycoords": ("axes fraction", "data"), **more}
    return axes.annotate(text, at, shift, textcoords="offset points", annotation_clip=False, **more)


def head(axes: Axes, text: str, left: float = 0, **more: Any) -> None:
    """Give an Axes a title that begins `left` points left of it."""
    title = axes.set_title(text, **more)
    title.set_transform(title.get_transform() + ScaledTranslation(-left / 72, 0, axes.figure.dpi_scale_trans))


def rows(axes: Axes, names: Sequence[str], left: bool = False) -> float:
    """Name the rows of an Axes, the first at the top; return the points that the names take.

    With `left` the names begin below each other, as in a table.
    """
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    room = widest(names) * 72 + 8
    if left:
        axes.tick_params(axis="y", pad=room)
        for label in axes.get_yticklabels():
            label.set(ha="left")
    return room


def look(value: str = "", read: bool = False) -> dict[str, Any]:
    """Return the look of a position: solid where a person read it, else pale with an outline."""
    color = VALUES.get(value, SOFT)
    pale = to_hex([1 - 0.3 * (1 - part) for part in to_rgb(color)])
    return {"facecolor": color if read else pale, "edgecolor": EDGES[value], "linewidth": 0 if read else OUTLINE}


def marker(value: str, read: bool) -> dict[str, Any]:
    """Return the same look for a marker, of the shape that the value has."""
    face = look(value, read)
    return {"marker": MARKERS[value], "markerfacecolor": face["facecolor"], "markeredgecolor": face["edgecolor"],
            "markeredgewidth": OUTLINE}


def legend(axes: Axes, x: float = 0.5, up: float = 0.0, markers: bool = False, narrow: bool = False) -> None:
    """Say over an Axes what the colours of stance mean and that what is pale was not read; if narrow, in two lines."""
    keys = [(value, True, WORDS[value]) for value in VALUES] + [("", True, "read by a person"), ("", False, "not read")]
    handles = [Line2D([], [], ls="", ms=6.5, label=word, **marker(value, read)) if markers and value
               else Patch(label=word, **look(value, read)) for value, read, word in keys]
    where: dict[str, Any]
    across, where = axes.transAxes, {"loc": "lower center", "bbox_to_anchor": (x, 1)}
    shift = axes.figure.dpi_scale_trans
    if x == 0:  # from the margin on: it stands over others, and only its height is laid out
        across, edge = axes.figure.transFigure, MARGIN / axes.figure.get_figwidth()
        where = {"loc": "lower left", "bbox_to_anchor": (edge, 1)}
        axes.annotate(" ", (0, 1), (0, up * 72 + 9), "axes fraction", "offset points")
    for line in [handles[3:], handles[:3]] if narrow else [handles]:
        if axes.get_legend():  # of the line below, which another would replace
            axes.add_artist(axes.get_legend())
            up += 0.2
        place = blended_transform_factory(across, axes.transAxes) + ScaledTranslation(0, up, shift)
        axes.legend(handles=line, ncols=len(line), bbox_transform=place, **where).set_in_layout(x > 0)


# Letters of all scripts


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out what matplotlib says of each letter that a font lacks: `supply` says it once, in the figure."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from")
        yield


@lru_cache
def letters(family: str) -> frozenset[str]:
    """Return the letters that an installed family of fonts has, upright and bold; none where it is not installed."""
    try:
        found = [findfont(FontProperties(family=family, weight=weight), fallback_to_default=False)
                 for weight in ("normal", "bold")]
    except ValueError:
        return frozenset()
    return frozenset.intersection(*(frozenset(map(chr, get_font(path).get_charmap())) for path in found))


def lacking(text: str) -> set[str]:
    """Return the letters of a text that DejaVu Sans lacks."""
    return {letter for letter in text if letter not in letters(OWN) and letter.isprintable()}


@lru_cache
def others() -> dict[str, frozenset[str]]:
    """Return the installed of the further fonts with their letters, those too that matplotlib has not listed yet."""
    listed = {font.fname for font in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - listed):
        try:
            fontManager.addfont(path)
        except (OSError, RuntimeError):  # not a font that matplotlib can draw
            continue
    return {family: letters(family) for family in FONTS if letters(family)}


def supply(figure: Figure) -> None:
    """Give texts with letters that DejaVu Sans lacks a font that has them; else say in the figure what to install."""
    needs = {text: lacking(text.get_text()) for text in figure.findobj(Text)}
    missing: set[str] = set().union(*needs.values())
    if not missing:
        return
    for text, some in needs.items():
        if some:
            text.set_family([OWN, *(family for family, has in others().items() if has & some)])
    missing -= set().union(*others().values())
    if not missing:
        return
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in missing}
    fonts = ["Noto Sans CJK"] * any(script.startswith(CJK) for script in scripts)
    fonts += ["Noto Emoji"] * any(unicodedata.category(letter)[0] == "S" for letter in missing)
    said = f"A box stands for a letter that no installed font has: install {' and '.join(fonts) or 'a Noto font'}."
    wide, high = figure.get_size_inches()
    said = wrap(said, wide - 0.3, SMALL, 2)
    note = figure.get_supxlabel()
    figure.set_size_inches(wide, high + 0.165 * (said.count("\n") + 1) + 0.1 * (not note))
    figure.supxlabel("\n".join(filter(None, [note, said])), x=MARGIN / wide, ha="left", color=SOFT)


# Text that fits


@lru_cache(maxsize=20_000)
def inches(text: str, size: float = TEXT, weight: str = "normal") -> float:
    """Return the width of the text, of the widest of its lines; a letter that DejaVu Sans lacks is taken for wide."""
    font = FontProperties(family=OWN, size=size, weight=weight)
    for letter in lacking(text):
        text = text.replace(letter, "\u2014")
    return max(text_to_path.get_text_width_height_descent(line, font, False)[0] for line in text.split("\n")) / 72


def widest(texts: Iterable[str], size: float = TEXT, weight: str = "normal") -> float:
    """Return the width of the widest of several texts."""
    return max((inches(text, size, weight) for text in texts), default=0)


def fitting(text: str, room: float, size: float, weight: str, ending: str = "") -> int:
    """Return how many characters of the text, with an ending, fit in `room` inches; at least one."""
    least, most = 1, len(text)
    while least < most:
        half = (least + most + 1) // 2
        fits = inches(text[:half] + ending, size, weight) <= room
        least, most = (half, most) if fits else (least, half - 1)
    return least


def wrap(text: object, room: float, size: float = TEXT, lines: int = 2, weight: str = "normal") -> str:
    """Break the text at spaces into lines no wider than `room` inches; an ellipsis ends what does not fit."""
    parts, rest = [], " ".join(str(text).split())[:2000]
    while rest and len(parts) < lines:
        cut = fitting(rest, room, size, weight)
        if cut < len(rest) and " " in rest[1 : cut + 1]:
            cut = rest.rindex(" ", 1, cut + 1)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        last = f"{parts[-1]} {rest}"
        parts[-1] = last[: fitting(last, room, size, weight, "…")].rstrip() + "…"
    return "\n".join(parts)


def listing(items: Sequence[str], room: float, size: float, lines: int) -> str:
    """Name as many of the items as fit, whole, and say how many more there are."""
    text = ""
    for shown in range(len(items), 0, -1):
        rest = f" and {len(items) - shown} more" if shown < len(items) else ""
        text = wrap(", ".join(items[:shown]) + rest, room, size, lines)
        if not text.endswith("…"):
            break
    return text


Places = dict[Hashable, tuple[float, float]]
Spots = dict[Hashable, tuple[float, float, bool]]


def beside(places: Places, names: Mapping[Any, str], wide: float, tall: float) -> Spots:
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
        taken, spots, cost = list(dots), {}, 0.0
        for key in [*list(places)[first:], *list(places)[:first]]:
            half, high = inches(names[key], SMALL) / 2 + 0.03, 0.09
            for away in (0.11, 0.17, 0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.4):
                inside = [(min(max(u, half), wide - half), v) for u, v in around(*places[key], half, high, away)
                          if high < v < tall - high]
                free = [(u, v) for u, v in inside if not any(
                    u - half < x2 and x1 < u + half and v - high < y2 and y1 < v + high
                    for x1, y1, x2, y2 in taken)]
                if free:
                    break
            u, v = (free or inside or [places[key]])[0]
            taken.append((u - half, v - high, u + half, v + high))
            spots[key], cost = (u, v, away > 0.2), cost + away**2
        if best is None or cost < best[0]:
            best = cost, spots
    return best[1] if best else {}


def around(x: float, y: float, half: float, high: float, away: float) -> list[tuple[float, float]]:
    """Return the middles of a name `away` inches from its dot: beside it, under it and over it."""
    above = [(x + shift * half, y + side * (high + away)) for shift in (0, 0.4, -0.4, 0.8, -0.8) for side in (-1, 1)]
    return [(x + half + away, y), (x - half - away, y), *above]


# Tables


def once(values: Iterable[Any]) -> list[Any]:
    """Return the values in their order, each once."""
    return list(dict.fromkeys(values))


def named(key: object, labels: Labels) -> str:
    """Return what is written for a key."""
    return str((labels or {}).get(key, str(key).replace("_", " ")))


def ranked(table: pd.DataFrame, key: str, by: str) -> pd.DataFrame:
    """Return the table sorted by the sums of `by` over each `key`, the greatest first."""
    order = table.groupby(key, sort=False)[by].sum().sort_values(ascending=False, kind="stable").index
    return table.set_index(key).loc[list(order)].reset_index()


def three(table: pd.DataFrame, index: str | list[str], of: str = "k") -> pd.DataFrame:
    """Return the sums of a column for deny, hedge and affirm as columns."""
    table = table.pivot_table(index=index, columns="value", values=of, aggfunc="sum", sort=False)
    return table.reindex(columns=list(VALUES)).fillna(0).astype(float)
