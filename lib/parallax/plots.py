"""Charts: a tidy table in, a matplotlib figure out. Nothing is computed here, and no file is read.

Each function takes a table exactly as the function of the same name in `stats` or `cooccurrence` returns it,
shares from 0 to 1, and returns a `matplotlib.figure.Figure` that `save` writes. Its Axes have real ticks,
titles and texts in a constrained layout, so a user moves a label with matplotlib's own means. An empty table
gives a figure that says so. Where they apply,

- ``labels`` is a dict of keys (frames, actors, groups, arguments) -> what is written for them;
- ``read`` in a table is how many of k a person read: these positions are solid, the others pale, and a group of
  which too few were read (`stats.enough`) is wholly pale;
- ``claim`` is the narrative's claim, for the note under the figure;
- ``top`` is how many are drawn, those with the most; the note counts the rest;
- ``title`` says what is compared.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import AutoMinorLocator, FuncFormatter, MaxNLocator, PercentFormatter
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

from parallax import stats
from parallax.sheet import (
    BLUE,
    EDGES,
    FADED,
    FAINT,
    GREEN,
    GREENS,
    GREY,
    INK,
    MARGIN,
    MARKERS,
    OUTLINE,
    PALE,
    RUST,
    SMALL,
    SOFT,
    VALUES,
    VERMILION,
    WIDTH,
    WORDS,
    Labels,
    Places,
    aside,
    beside,
    chart,
    empty,
    head,
    inches,
    legend,
    listing,
    look,
    marker,
    named,
    once,
    page,
    png,
    ranked,
    rounded,
    rows,
    save,
    style,
    three,
    widest,
    wrap,
)

__all__ = [
    "accuracy", "arguments", "coverage", "difference", "discrepancies", "distinctive", "frame_shares", "holders",
    "naming", "network", "over_time", "overview", "pair_matrix", "png", "rounded", "rules", "save", "sensitivity",
    "speakers", "stance_shares", "strip", "style", "verbs", "who_acts",
]

# Shares with their intervals


@chart("no frame was found")
def frame_shares(table: pd.DataFrame, labels: Labels = None,
                 title: str = "Which frames does each source use?") -> Figure:
    """Draw the share of each source's sentences in each frame, the commonest frame first.

    Parameters
    ----------
    table : DataFrame of source, frame, k, n, share, low, high
    """
    note = ("Share of a source's n sentences that evoke the frame; a sentence can evoke several. Lines: 95% "
            "intervals.")
    return lattice(ranked(table, "frame", "share"), "frame", title, note, labels)


@chart("nobody is quoted")
def speakers(table: pd.DataFrame, labels: Labels = None, title: str = "Whom does each source let speak?") -> Figure:
    """Draw the share of each source's attributed statements by group of the speaker.

    Parameters
    ----------
    table : DataFrame of source, group, k, n, share, low, high
    """
    note = "Share of a source's n attributed statements. Lines: 95% intervals."
    return lattice(ranked(table, "group", "k"), "group", title, note, labels)


@chart("no reporting verb was found")
def verbs(table: pd.DataFrame, labels: Labels = None,
          title: str = "With what kind of verb does each source report?") -> Figure:
    """Draw the share of each source's attributed statements by what the reporting verb does to them.

    Parameters
    ----------
    table : DataFrame of source, effect, k, n, share, low, high
    """
    note = "Share of a source's n attributed statements by what the verb does to them. Lines: 95% intervals."
    return lattice(table, "effect", title, note, labels)


@chart("no actor does anything")
def who_acts(table: pd.DataFrame, labels: Labels = None, top: int = 9,
             title: str = "Who acts, and who is acted upon?") -> Figure:
    """Draw the share of an actor's deeds in which it acts.

    Parameters
    ----------
    table : DataFrame of source, actor, acts, acted_upon, share_acting, low, high
    """
    table = table.assign(total=table["acts"] + table["acted_upon"], share=table["share_acting"])
    table["word"] = [f"{acts:.0f}/{total:.0f}" for acts, total in zip(table["acts"], table["total"], strict=True)]
    note = ("How many of an actor's deeds it does itself: 3/4 acts in three and is acted upon in one. Right: "
            "always acts; left: is always acted upon. Lines: 95% intervals.")
    return lattice(ranked(table, "actor", "total"), "actor", title, note, labels, top)


def lattice(table: pd.DataFrame, panel: str, title: str, note: str, labels: Labels, top: int = 15) -> Figure:
    """Draw a panel for each value of `panel`, a row for each source: its share a dot, the interval a line.

    The table has source, share, low and high, and either n or the words to write for the shares.
    """
    keys, row = once(table[panel]), "source"
    note += f" {len(keys) - top} more {panel}s are in the table." if len(keys) > top else ""
    table, counts = table[table[panel].isin(keys[:top])], {}
    if "word" not in table:
        counts = dict(table.groupby("source")["n"].max())
        table = table.assign(word=[f"{share:.0%}" for share in table["share"]])
    labels = {**(labels or {}), **{source: source for source in once(table["source"])}}
    if table["source"].nunique() == 1:  # then the values are the rows of one panel
        panel, row = row, panel
        labels |= {source: f"{source}, n={n:.0f}" for source, n in counts.items()}
    panels, keys = once(table[panel]), once(table[row])
    names, sized = [wrap(named(key, labels), 1.75) for key in keys], counts if row == "source" else {}
    columns, far = min(len(panels), 3), table[["high", "share"]].max().max()
    deep, tall = ceil(len(panels) / columns), len(keys) * (0.4 if any("\n" in name for name in names) else 0.27)
    figure = page(title, note, deep * (tall + 0.75))
    grid = figure.subplots(deep, columns, sharex=True, sharey=True, squeeze=False)
    room = (WIDTH - widest(names) - 0.5 * bool(sized)) / columns - 0.5
    for index, (axes, key) in enumerate(zip_longest(grid.flat, panels)):
        if index >= len(panels):
            axes.remove()
            continue
        rows(axes, names)
        axes.tick_params(axis="y", pad=34 if sized else 8)
        head(axes, wrap(named(key, labels), room, weight="bold"))
        dots(axes, table[table[panel] == key].set_index(row).reindex(keys))
        axes.tick_params(labelbottom=True)
        if sized and index % columns == 0:
            aside(axes, "n", (0, -0.5), (-6, 6), ha="right", va="bottom")
            for y, source in enumerate(keys):
                aside(axes, f"{sized[source]:.0f}", (0, y), (-6, 0), ha="right")
    grid[0, 0].set_xlim(0, min(1.0, ceil(10 * far - 1e-9) / 10 or 0.1) if pd.notna(far) else 0.1)
    grid[0, 0].xaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))
    grid[0, 0].xaxis.set_major_formatter(PercentFormatter(1, 0))
    return figure


def dots(axes: Axes, cells: pd.DataFrame) -> None:
    """Draw a row of share, low, high and word after another; a share of zero is a hollow dot."""
    ys, share = np.arange(len(cells)), cells["share"]
    axes.hlines(ys, cells["low"], cells["high"], GREEN, lw=1.5, clip_on=False)
    axes.scatter(share, ys, 36, [GREEN if one else "white" for one in share], edgecolors=GREEN, clip_on=False, zorder=3)
    axes.grid(axis="y")
    for y, (one, word) in enumerate(zip(share, cells["word"], strict=True)):
        missing = pd.isna(one)
        aside(axes, "–" if missing else word, (1, y), (44, 0), ha="right", size=10, color=SOFT if missing else INK)


@chart("no word is used often enough")
def distinctive(table: pd.DataFrame, title: str = "Which words set each source apart from the others?") -> Figure:
    """Draw the words most typical of each source.

    Parameters
    ----------
    table : DataFrame of source, term, k, n, others, log_odds, z
    """
    sources = once(table["source"])
    columns, most = min(len(sources), 2 if len(sources) <= 4 else 3), table.groupby("source").size().max()
    deep = ceil(len(sources) / columns)
    note = ("Bars: z of the weighted log-odds against all other sources together; past the line, at 1.96, "
            "chance alone is an unlikely reason. Numbers: uses here : uses in the other sources.")
    figure = page(title, note, deep * (0.25 * most + 0.65))
    for index, (axes, source) in enumerate(zip_longest(
            figure.subplots(deep, columns, sharex=True, squeeze=False).flat, sources)):
        if index >= len(sources):
            axes.remove()
            continue
        found = table[table["source"] == source]
        rows(axes, [wrap(term, 0.45 * WIDTH / columns, lines=1) for term in found["term"]])
        axes.set_ylim(most - 0.5, -0.5)  # bars are equally thick in all panels
        head(axes, wrap(source, 0.44 * WIDTH / columns, weight="bold"))
        axes.barh(range(len(found)), found["z"].clip(lower=0), 0.62, color=[
            GREEN if z >= 1.96 else GREENS(0.45) for z in found["z"]])
        axes.vlines(1.96, -0.5, len(found) - 0.5, SOFT, ":", lw=0.9)
        axes.set_xlim(0, max(table["z"].max(), 2.2))
        axes.tick_params(labelbottom=True)
        for y, one in enumerate(found.itertuples()):
            aside(axes, f"{one.k} : {one.others}", (1, y), (38, 0), ha="right")
    return figure


# Counts in cells


def headings(sources: Sequence[str], wide: float) -> tuple[list[str], int]:
    """Return the sources' names for columns so wide, and the angle at which they fit; upright, in two lines if wide."""
    flat = all(inches(word, SMALL) < wide - 0.06 for source in sources for word in str(source).split())
    return [wrap(source, wide - 0.06 if flat else 1.6, SMALL, 4 if flat else 1 + (wide > 0.4))
            for source in sources], 90 * (not flat)


def table_page(names: Sequence[str], sources: Sequence[str], title: str, note: str,
               high: float) -> tuple[Figure, float, list[str], int]:
    """Return a page for a table, the width of its columns, and their headings with their angle."""
    left = widest(names) + 0.55
    width = min(WIDTH, max(5.5, left + 1.3 * len(sources)))
    wide = (width - left) / len(sources)
    heads, angle = headings(sources, wide)
    above = widest(heads, SMALL) if angle else 0.165 * max(name.count("\n") + 1 for name in heads)
    return page(title, note, above + high, width), wide, heads, angle


def cells(axes: Axes, counts: pd.DataFrame, shade: pd.DataFrame) -> None:
    """Draw a cell for each count, shaded where there is any; a dot stands for zero, nothing for a missing one."""
    deep, wide = counts.shape
    shown = np.ma.masked_where(~(counts.to_numpy() > 0), shade.fillna(0).to_numpy(float))
    axes.pcolormesh(np.arange(wide + 1) - 0.5, np.arange(deep + 1) - 0.5, shown, cmap=GREENS, vmin=0, vmax=1,
                    edgecolors="white", linewidth=2.5)
    for (y, x), number in np.ndenumerate(counts.to_numpy()):
        word = "" if np.isnan(number) else f"{number:.0f}" if number else "·"
        axes.text(x, y, word, ha="center", va="center", color=INK if number else SOFT)


def framed(axes: Axes, x: float, y: float, color: str, fill: str = "none") -> None:
    """Draw a frame in the cell at x, y."""
    axes.add_patch(Rectangle((x - 0.465, y - 0.43), 0.93, 0.86, facecolor=fill, edgecolor=color, linewidth=1.7,
                             zorder=2 if fill == "none" else 4))


def heading(axes: Axes, text: str) -> None:
    """Write a heading over the rows of an Axes, from the left margin on, in a row of its own."""
    low = axes.get_ylim()[0]
    axes.set_ylim(low, -1.6)
    width = axes.figure.get_size_inches()[0]
    note = aside(axes, wrap(text, width - 0.4, lines=1, weight="bold"), (MARGIN / width, -1), (0, -1), size=10.5,
                 color=INK, weight="bold", xycoords=("figure fraction", "data"))
    note.set_in_layout(False)  # it stands over the names of the rows, which make its room


@chart("none of the names occurs")
def naming(table: pd.DataFrame, labels: Labels = None,
           title: str = "What does each source call the same thing?") -> Figure:
    """Draw how often each source uses each name of a set, and mark where sources prefer different ones.

    Parameters
    ----------
    table : DataFrame of set, name, source, k, n
    """
    sources, sets = once(table["source"]), dict(list(table.groupby("set", sort=False)))
    note = ("Number of uses. Outlined: the name that a source uses most, unless two are even. Orange "
            "outlines: the sources prefer different names.")
    names = {key: {name: wrap(name, 2.4, lines=1) for name in once(group["name"])} for key, group in sets.items()}
    sizes = [len(group) + 1.1 for group in names.values()]
    figure, _, heads, angle = table_page(
        [name for group in names.values() for name in group.values()], sources, title, note, 0.28 * sum(sizes) + 0.45)
    grid = figure.subplots(len(sets), 1, sharex=True, squeeze=False, height_ratios=sizes)[:, 0]
    for axes, (key, group) in zip(grid, sets.items(), strict=True):
        counts = group.pivot_table(index="name", columns="source", values="k", sort=False, aggfunc="sum")
        counts = counts.reindex(index=list(names[key]), columns=sources).fillna(0)
        cells(axes, counts, 0.75 * counts / max(counts.max().max(), 1))
        rows(axes, list(names[key].values()))
        heading(axes, named(key, labels))
        best = (counts == counts.max()) & (counts > 0)
        best &= best.sum() == 1
        edge = VERMILION if best.any(axis=1).sum() > 1 else SOFT
        for y, x in np.argwhere(best.to_numpy()):
            framed(axes, x, y, edge)
        axes.spines[:].set_visible(False)
        axes.tick_params(axis="x", length=0, labelbottom=False)
    grid[0].set_xticks(range(len(sources)), heads, rotation=angle)
    grid[0].tick_params(axis="x", labeltop=True, labelcolor=INK)
    figure.get_layout_engine().set(hspace=0)
    return figure


@chart("no source names an actor")
def coverage(table: pd.DataFrame, labels: Labels = None, top: int = 24,
             title: str = "Which source names whom, and who is left out?") -> Figure:
    """Draw how many sentences of each source name each actor, and mark absences that length does not explain.

    Parameters
    ----------
    table : DataFrame of source, actor, k, n, share, low, high, chance
    """
    sizes, sources = table.groupby("source")["n"].max(), once(table["source"])
    actors = once(ranked(table, "actor", "k")["actor"])
    note = ("Sentences that name the actor, of n; shade: their share. Orange: left out, although the chance "
            "of that is under 5% for a source of this length that names it as often as the others do.")
    note += f" {len(actors) - top} rarer actors are in the table." if len(actors) > top else ""
    names = [wrap(named(actor, labels), 2.4, lines=1) for actor in actors[:top]]
    figure, wide, heads, angle = table_page(names, sources, title, note, 0.28 * len(names) + 0.45)
    axes, part = figure.subplots(), table.pivot(index="actor", columns="source").reindex(actors[:top])
    counts, absent = part["k"][sources].fillna(0), (part["k"] == 0)[sources] & (part["chance"] < 0.05)[sources]
    cells(axes, counts.where(~absent), 0.85 * part["share"][sources] / max(table["share"].max(), 0.01))
    rows(axes, names)
    word = "left out" if wide > 0.75 else "out" if wide > 0.4 else "×"
    for y, x in np.argwhere(absent.to_numpy()):
        framed(axes, x, y, VERMILION, "#FFF1E6")
        axes.text(x, y, word, ha="center", va="center", size=SMALL, color=RUST, zorder=5)
    axes.set_xticks(range(len(sources)), heads, rotation=angle)
    axes.tick_params(axis="x", labeltop=True, labelbottom=False, length=0, labelcolor=INK, pad=19)
    axes.spines[:].set_visible(False)
    for x, source in enumerate(sources):
        axes.annotate(f"{'n=' if wide > 0.5 else ''}{sizes[source]:.0f}", (x, 1), (0, 5), size=SMALL, color=SOFT,
                      xycoords=("data", "axes fraction"), textcoords="offset points", ha="center")
    return figure


BETWEEN = {"sources": "Between two sources", "texts": "Between texts of one source", "text": "Within one text"}


def against(one: str, other: str, room: float = 3.1) -> str:
    """Name two sources that differ, in one line where they fit; one source alone where it differs from itself."""
    if one == other:
        return wrap(one, room)
    line = f"{one} against {other}"
    parts = wrap(one, room, lines=1), wrap(f"against {other}", room, lines=1)
    return wrap(line, room) if inches(line) <= room else "\n".join(parts)


@chart("no two texts differ on a fact")
def discrepancies(table: pd.DataFrame, top: int = 24,
                  title: str = "On how many facts does each source differ from the others?") -> Figure:
    """Draw on how many facts of each kind each two sources differ, those first that differ on most.

    Parameters
    ----------
    table : DataFrame of apart, source_a, source_b, kind, k, confirmed
    """
    pair = ["apart", "source_a", "source_b"]
    counts = table.pivot_table(index=pair, columns="kind", values="k", aggfunc="sum", sort=False).fillna(0)
    sure = table.pivot_table(index=pair, columns="kind", values="confirmed", aggfunc="sum", sort=False).fillna(0)
    total, kinds = counts.sum(axis=1), list(counts.sum().sort_values(ascending=False, kind="stable").index)
    order = total.sort_values(ascending=False, kind="stable").index[:top]
    groups = {key: [row for row in order if row[0] == key] for key in BETWEEN if any(row[0] == key for row in order)}
    note = ("Number of facts on which the two differ. A fact counts once, however many sentences tell it. What rules "
            "propose, read or not; outlined: a person confirmed at least one.")
    note += f" In the table alone: {len(total) - top} more, with fewer facts." if len(total) > top else ""
    names = {row: against(*row[1:]) for row in order}
    high = 0.44 if any("\n" in name for name in names.values()) else 0.28
    sizes = [high * len(group) + 0.32 for group in groups.values()]
    figure, _, heads, angle = table_page(list(names.values()), [*kinds, "all"], title, note, sum(sizes) + 0.45)
    grid = figure.subplots(len(groups), 1, sharex=True, squeeze=False, height_ratios=sizes)[:, 0]
    for axes, (key, group) in zip(grid, groups.items(), strict=True):
        part = counts.loc[group, kinds].reset_index(drop=True)
        cells(axes, part.assign(all=part.sum(axis=1)), 0.75 * (part / max(counts.max().max(), 1)).assign(all=0.0))
        rows(axes, [names[row] for row in group])
        heading(axes, BETWEEN[key])
        for y, x in np.argwhere(sure.loc[group, kinds].to_numpy() > 0):
            framed(axes, x, y, INK)
        axes.spines[:].set_visible(False)
        axes.tick_params(axis="x", length=0, labelbottom=False)
    grid[0].set_xticks(range(len(kinds) + 1), heads, rotation=angle)
    grid[0].tick_params(axis="x", labeltop=True, labelcolor=INK)
    figure.get_layout_engine().set(hspace=0)
    return figure


# Positions on the claim


def about(claim: str) -> str:
    """Say what is denied or affirmed."""
    return f"The claim: {claim.strip().rstrip('.')}. " if claim else ""


def solid(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add what is drawn solid: how many of k a person read, and none where too few of the group `by` were read."""
    return table.assign(solid=table["read"].where(stats.enough(table, by), 0))


def bars(axes: Axes, value: str, left: Any, width: Any, read: Any, height: float = 0.58) -> BarContainer:
    """Draw a bar a row, pale, and what was read of it solid: from its start; across zero, from its middle."""
    ys, left, width, read = np.arange(len(width)), *(np.asarray(part, float) for part in (left, width, read))
    part = (read != 0) & (abs(read) < abs(width) - 1e-9)
    looks = [look(value, drawn) for drawn in (width == 0) | (abs(read) >= abs(width) - 1e-9)]
    drawn = axes.barh(ys, width, height, left=left, **{key: [one[key] for one in looks] for key in looks[0]})
    inside = left + (width - read) / 2 * (left * (left + width) < 0)
    axes.barh(ys[part], read[part], height, left=inside[part], **look(value, True))
    return drawn


def too_few(row: str) -> str:
    """Say when a row, or what else is compared, is wholly pale."""
    return f" A {row} is all pale if under half of it was read, or under {stats.ENOUGH} positions and not all."


def diverging(axes: Axes, parts: pd.DataFrame, read: pd.DataFrame, counts: pd.DataFrame, height: float = 0.6,
              fit: float = 0.03) -> None:
    """Draw deny to the left, hedge across zero, affirm to the right, each with its count, a row after another.

    `read` is what is solid of `parts`; `fit` is the part of the width that the number of a hedge needs.
    """
    ys, half, (low, high) = np.arange(len(parts)), parts["hedge"] / 2, axes.get_xlim()
    bars(axes, "hedge", -half, parts["hedge"], read["hedge"], height)
    for value, side, color in (("deny", -1, BLUE), ("affirm", 1, RUST)):
        drawn = bars(axes, value, side * half, side * parts[value], side * read[value], height)
        words = [f"{k:.0f}" if k else "" for k in counts[value]]
        axes.bar_label(drawn, words, padding=4, size=SMALL, color=color, weight="bold")
    for y, width, count in zip(ys, parts["hedge"], counts.itertuples(), strict=True):
        if width > fit * (high - low):
            axes.text(0, y, f"{count.hedge:.0f}", ha="center", va="center", size=SMALL)
        elif count.hedge and not count.deny + count.affirm:
            axes.annotate(f"{count.hedge:.0f}", (width / 2, y), (5, 0), textcoords="offset points", va="center",
                          size=SMALL, color=SOFT)
    axes.axvline(0, color=INK, lw=0.8, zorder=0.7)


def reach(counts: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of an axis on which bars and their numbers fit."""
    far = [max([0.5, *(counts["hedge"] / 2 + counts[value])]) for value in ("deny", "affirm")]
    return -far[0] - 0.12 * sum(far), far[1] + 0.12 * sum(far)


def scale(axes: Axes, percent: bool = False) -> None:
    """Write the same numbers to the left and to the right of zero."""
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=not percent, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{abs(x):.0%}" if percent else f"{abs(x):.0f}"))


def ruled(axes: Axes) -> None:
    """Draw faint lines behind bars at the ticks and halfway between them, so that a length can be read in any row."""
    axes.xaxis.set_minor_locator(AutoMinorLocator(2))
    axes.tick_params(axis="x", which="minor", length=0)
    axes.grid(axis="x", which="both", lw=0.7)


def rule(axes: Axes, up: float, color: str = FAINT) -> None:
    """Draw a line across the page, `up` points over an Axes."""
    edge = MARGIN / axes.figure.get_size_inches()[0]
    place = blended_transform_factory(axes.figure.transFigure, axes.transAxes)
    line = axes.add_artist(Line2D([edge, 1 - edge], [1, 1], color=color, lw=0.9, clip_on=False,
                                  transform=place + ScaledTranslation(0, up / 72, axes.figure.dpi_scale_trans)))
    line.set_in_layout(False)


@chart("no sentence takes a position on the claim")
def stance_shares(table: pd.DataFrame, claim: str = "", part: str = "all",
                  title: str = "Where does each source stand, and those it quotes?") -> Figure:
    """Draw the shares that deny, hedge and affirm the claim, around zero: own voice over quoted voice.

    Parameters
    ----------
    table : DataFrame of source, voice (own, quoted), part, value, k, read, n, share, low, high
    part : {"all", "heading", "body"}
        Which part of the texts is drawn.
    """
    sources, table = once(table["source"]), table[table["part"] == part]
    if not table["k"].sum():
        return empty("no sentence takes a position on the claim")
    table = solid(table, ["source", "voice"])
    table = table.assign(solid=table["solid"] / table["n"].clip(lower=1))
    measures = ["k", "read", "share", "solid", "low", "high"]
    voices = [voice for voice in ("own", "quoted") if voice in set(table["voice"])]
    parts = table.pivot_table(index=["source", "voice"], columns="value", values=measures)
    parts = parts.reindex(index=pd.MultiIndex.from_product([sources, voices]),
                          columns=pd.MultiIndex.from_product([measures, VALUES])).fillna(0)
    ends = {value: [parts["share"]["hedge"] / 2 + parts[end][value] for end in ("low", "high")]
            for value in ("deny", "affirm")}
    far = max(1.0, *(high.max() for _, high in ends.values())) * 1.06
    note = about(claim) + ("Bars: shares of the positions taken in that voice, with their number. Thin "
                           "lines: 95% intervals of the share that denies and of the share that affirms."
                           + too_few("row"))
    names = [wrap(source, 1.7, lines=3, weight="bold") for source in sources]
    figure = page(title, note, 0.39 * len(voices) * len(sources) + 0.6)
    grid = figure.subplots(len(sources), 1, sharex=True, squeeze=False)[:, 0]
    grid[0].set_xlim(-far, far)
    for axes, source, name in zip(grid, sources, names, strict=True):
        own = parts.loc[source]
        diverging(axes, own["share"], own["solid"], own["k"])
        rows(axes, voices)
        axes.set_ylim(len(voices) - 0.35, -0.55)
        axes.tick_params(axis="y", labelcolor=SOFT, labelsize=SMALL)
        axes.set_ylabel(name, rotation=0, ha="left", va="center", labelpad=widest(names, weight="bold") * 72 + 8,
                        size=10.5, color=INK, weight="bold")
        for y, voice in enumerate(voices):
            total, read, drawn = (own[measure].loc[voice].sum() for measure in ("k", "read", "solid"))
            aside(axes, f"n={total:.0f}", (1, y), (36, 0), ha="right")
            if table["read"].any() and total:
                aside(axes, f"{read:.0f} read", (1, y), (82, 0), ha="right")
            if not total:
                aside(axes, "no position", (0.5, y), (8, 0))
                continue
            color = INK if drawn else FADED
            for value, side in (("deny", -1), ("affirm", 1)):
                axes.hlines(y + 0.42, *(side * end.loc[source, voice] for end in ends[value]), color, lw=1)
        axes.spines["left"].set_visible(False)
        axes.label_outer(remove_inner_ticks=True)
        rule(axes, 3)
    scale(grid[0], percent=True)
    legend(grid[0], up=0.1)
    return figure


@chart("nobody takes a position on the claim")
def holders(table: pd.DataFrame, labels: Labels = None, claim: str = "",
            title: str = "Who affirms the claim, and who denies it?") -> Figure:
    """Draw the positions of each group of holders, and who they are.

    Parameters
    ----------
    table : DataFrame of holder_group, holder, value, k, read, n, share
    """
    labels, table = {"source": "The sources' own voice", **(labels or {})}, ranked(table, "holder_group", "k")
    counts, read = (three(solid(table, ["holder_group"]), "holder_group", of) for of in ("k", "solid"))
    note = about(claim) + ("Numbers: positions taken. Right: how many of them by whom, where others hold them than the "
                           "name of the row says." + too_few("row"))
    figure = page(title, note, 0.46 * len(counts) + 0.6)
    axes, groups = figure.subplots(), [named(key, labels) for key in counts.index]
    axes.set_xlim(*reach(counts))
    diverging(axes, counts, read, counts, 0.56, 0.04)
    rows(axes, [wrap(name, 1.6) for name in groups])
    for y, (group, name) in enumerate(zip(counts.index, groups, strict=True)):
        people = ranked(table[table["holder_group"] == group], "holder", "k").groupby("holder", sort=False)["k"].sum()
        words = [f"{named(who, labels)} {k:.0f}" for who, k in people.items()
                 if who != "source" and named(who, labels) != name]  # what the row says is not said again
        aside(axes, listing(words, 2.5, SMALL, 2), (1, y), (12, 0))
    axes.spines["left"].set_visible(False)
    scale(axes)
    legend(axes)
    return figure


@chart("no argument about the claim was found")
def arguments(table: pd.DataFrame, labels: Labels = None, claim: str = "",
              title: str = "With which arguments, for and against the claim?") -> Figure:
    """Draw how often each source brings up each argument, and what is done with it.

    Parameters
    ----------
    table : DataFrame of source, argument, side (for, against), value, k, read, n
    """
    sources, table = once(table["source"]), solid(table, ["source"])
    counts, read = (three(table, ["argument", "source"], of) for of in ("k", "solid"))
    sides = {side: once(ranked(table[table["side"] == side], "argument", "k")["argument"])
             for side in sorted(once(table["side"]), reverse=True)}
    names = {key: wrap(named(key, labels), 2.4) for keys in sides.values() for key in keys}
    sizes, row = [len(keys) + 1.1 for keys in sides.values()], 0.42 if "\n" in "".join(names.values()) else 0.3
    note = about(claim) + ("Numbers: positions that use the argument, coloured by whether they affirm, hedge "
                           "or deny the claim." + too_few("source"))
    figure, _, heads, angle = table_page(list(names.values()), sources, title, note, row * sum(sizes) + 1.0)
    grid = figure.subplots(len(sides), len(sources), sharex=True, sharey="row", squeeze=False, height_ratios=sizes)
    for (side, keys), line in zip(sides.items(), grid, strict=True):
        for axes, source in zip(line, sources, strict=True):
            stacked(axes, *(part.reindex([(key, source) for key in keys]).fillna(0) for part in (counts, read)))
        rows(line[0], [names[key] for key in keys])
        heading(line[0], f"Arguments {side} the claim")
    for axes, name in zip(grid[0], heads, strict=True):
        axes.set_title(name, loc="center", size=SMALL, weight="normal", rotation=angle)
    grid[0, 0].set_xlim(0, 1.3 * max(counts.sum(axis=1).max(), 1))  # with room for a number
    grid[0, 0].xaxis.set_major_locator(MaxNLocator(2, integer=True))
    step = grid[0, 0].get_xticks()[1]  # a line at each tick and halfway, so that a length can be read in any row
    step = step if step % 2 else step / 2  # but at no half of a position
    for axes, keys in ((axes, keys) for keys, line in zip(sides.values(), grid, strict=True) for axes in line):
        axes.vlines(np.arange(step, grid[0, 0].get_xlim()[1], step), -0.45, len(keys) - 0.55, FAINT, lw=0.7, zorder=0.4)
    legend(grid[0, 0], 0, 0.3 + 0.165 * max(name.count("\n") for name in heads) if not angle else 1.8)
    figure.get_layout_engine().set(hspace=0, wspace=0, w_pad=0.04)
    return figure


def stacked(axes: Axes, parts: pd.DataFrame, read: pd.DataFrame) -> None:
    """Draw deny, hedge and affirm after another in a pale cell for each row, with their sum; `read` is solid."""
    ys, start = np.arange(len(parts)), np.zeros(len(parts))
    axes.barh(ys, 1, 0.9, color=PALE, transform=axes.get_yaxis_transform(), zorder=0.3)
    for value in VALUES:
        drawn = bars(axes, value, start, parts[value], read[value])
        start = start + parts[value].to_numpy()
    axes.bar_label(drawn, [f"{total:.0f}" if total else "·" for total in start], padding=4, size=SMALL)
    axes.spines["left"].set_visible(False)
    axes.label_outer(remove_inner_ticks=True)


@chart("no sentence takes a position on the claim")
def strip(positions: pd.DataFrame, claim: str = "",
          title: str = "Where in each story is a position on the claim taken?", top: int = 40) -> Figure:
    """Draw a line for each story, from its first sentence to its last, with the positions taken on it.

    Parameters
    ----------
    positions : DataFrame of source, story, position (0 to 1), value, voice (own, quoted), sentence, read
    top : int
        At most so many stories: those with most positions.
    """
    most = positions["story"].value_counts()
    positions = positions[positions["story"].isin(most.index[:top])]
    positions = solid(positions.assign(k=1, read=positions["read"].astype(int)), ["source"])
    stories = positions.groupby(["source", "story"], sort=False)
    many = positions.groupby("source")["story"].nunique() > 1
    rank = pd.Series([source for source, _ in stories.groups]).groupby([s for s, _ in stories.groups]).cumcount() + 1
    names = [f"{wrap(source, 1.6)}, {number}" if many[source] else wrap(source, 1.9)
             for (source, _), number in zip(stories.groups, rank, strict=True)]  # a long name keeps its number
    note = about(claim) + ("Above a line: the source's own voice. Below: the voices that it quotes. Stories "
                           "in which no position is taken are not drawn." + too_few("source"))
    note += f" Of {len(most)} stories the {top} with most positions are drawn." if len(most) > top else ""
    figure = page(title, note, 0.62 * len(names) + 0.7)
    axes = figure.subplots()
    rows(axes, names)
    axes.hlines(range(len(names)), 0, 1, GREY, lw=1, zorder=1)
    for y, (_, found) in enumerate(stories):
        drawn: list[tuple[float, int]] = []
        for one in found.itertuples():
            side = -1 if one.voice == "own" else 1
            depth = sum(abs(one.position - other) < 0.016 and side == where for other, where in drawn)
            drawn.append((one.position, side))
            tip = y + side * (0.2 + 0.14 * min(depth, 2))  # a neighbour goes further out
            axes.vlines(one.position, y, tip, EDGES[one.value], lw=1.4 if one.solid else 0.9)
            axes.plot(one.position, tip, ms=6.5, **marker(one.value, one.solid))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_xticks([0, 0.5, 1], ["first sentence", "middle", "last sentence"])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labeltop=True, labelbottom=False, length=0)
    legend(axes, up=0.25, markers=True)
    return figure


# Actors side by side


def sizes_of(pairs: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return how many sentences or stories name each actor, the greatest first."""
    ends = [pairs[[*by, end, f"n_{end}"]].set_axis([*by, "actor", "size"], axis=1) for end in "ab"]
    most = pd.concat(ends).groupby([*by, "actor"], sort=False)["size"].max()
    return most.sort_values(ascending=False, kind="stable")


@chart("no two actors occur together")
def pair_matrix(pairs: pd.DataFrame, order: Sequence[str], source: str = "all", labels: Labels = None,
                top: int = 14, title: str = "Who appears with whom?") -> Figure:
    """Draw actors by actors, the lower triangle, for one source.

    Parameters
    ----------
    pairs : DataFrame of source, window, a, b, n_a, n_b, n_ab, n, npmi, q and more
    order : list of str
        Actors, as `cooccurrence.order` puts them.
    source : str
        Whose pairs; "all" pools the sources.
    """
    found = pairs[pairs["source"] == source]
    if not len(found):
        return empty(f"no two actors occur together in {source}")
    size, unit = sizes_of(found, []), "stories" if found["window"].iloc[0] == "story" else "sentences"
    kept = set(size.index[:top])
    spot = {actor: index for index, actor in enumerate(actor for actor in order if actor in kept)}
    whole, many = "in all" if source == "all" else f"in {source}", len(spot)
    note = (f"In a cell: {unit} that name both; after a name: those that name it; of {found['n'].max():.0f} "
            f"{whole}. A name stands for the row to its left and the column below it. Shade: NPMI, white for "
            "chance or less, full green for two never apart. Outlined: more often than chance, q < 0.05.")
    note += f" {len(size) - many} rarer actors are not drawn." if len(size) > many else ""
    figure = page(title, note, 0.46 * many + 0.1)
    axes, shade = figure.subplots(), np.full((many, many), np.nan)
    for one in found[found["a"].isin(spot) & found["b"].isin(spot)].itertuples():
        x, y = sorted((spot[one.a], spot[one.b]))
        sure, shade[y, x] = one.q < 0.05, max(one.npmi, 0) if pd.notna(one.npmi) else 0
        axes.text(x, y, f"{one.n_ab:.0f}", ha="center", va="center", size=SMALL)
        axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, edgecolor=INK if sure else FAINT,
                                 linewidth=1.7 if sure else 0.6, zorder=2 + sure))
    for y, x in zip(*np.tril_indices(many, -1), strict=True):
        axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=GREENS(shade[y, x]), zorder=1))
    for actor, at in spot.items():
        axes.annotate(f"{wrap(named(actor, labels), 1.9, lines=1)}  {size[actor]:.0f}", (at - 0.5, at), (4, 0),
                      textcoords="offset points", va="center", annotation_clip=False)
    axes.set(aspect="equal", anchor="W", xticks=[], yticks=[], ylim=(many - 0.5, -0.5), xlim=(-0.5, many - 0.5))
    axes.spines[:].set_visible(False)
    return figure


@chart("no two actors occur together")
def network(pairs: pd.DataFrame, layout: Mapping[str, tuple[float, float]], labels: Labels = None, top: int = 12,
            title: str = "Who stands next to whom, source by source?") -> Figure:
    """Draw the actors of each source on one layout: an actor is in the same place in every panel.

    Parameters
    ----------
    pairs : DataFrame of source, window, a, b, n_a, n_b, n_ab, n, q and more
    layout : dict of actor -> (x, y)
        As `cooccurrence.layout` returns it; places are spread a little, so that names fit.
    """
    size = sizes_of(pairs, ["source"])
    actors = [actor for actor in sizes_of(pairs, []).index if actor in layout][:top]
    sources = sorted(once(pairs["source"]), key=lambda source: source != "all")
    sources = [source for source in sources if source != "all" or len(sources) != 2]
    unit, units = ("story", "stories") if pairs["window"].iloc[0] == "story" else ("sentence", "sentences")
    note = (f"A line joins two actors named in the same {unit}: the thicker, the more often; dark: more "
            f"often than chance (q < 0.05). A dot grows with the share of the n {units} that name the actor; "
            "grey: not named there with any of the others. Lines and dots compare within a panel.")
    columns = min(len(sources), 2)
    deep = ceil(len(sources) / columns)
    figure = page(title, note, deep * 2.95, WIDTH if columns == 2 else 6)
    grid = figure.subplots(deep, columns, sharex=True, sharey=True, squeeze=False)
    for index, (axes, source) in enumerate(zip_longest(grid.flat, sources)):
        if index >= len(sources):
            axes.remove()
            continue
        total = pairs.loc[pairs["source"] == source, "n"].max()
        head(axes, wrap("All sources" if source == "all" else source, 2.6, lines=1, weight="bold"))
        axes.set_title(f"n={total:.0f}", loc="right", size=SMALL, weight="normal", color=SOFT)
        axes.set(facecolor=PALE, xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    figure.draw_without_rendering()  # lays the panels out: names are placed in the inches that there are
    wide, tall = grid[0, 0].get_window_extent().size / figure.dpi
    grid[0, 0].set(xlim=(0, wide), ylim=(0, tall))
    places = spread({actor: layout[actor] for actor in actors}, wide, tall)
    names = {actor: wrap(named(actor, labels), 1.3, SMALL, 1) for actor in actors}
    spots = beside(places, names, wide, tall)
    for axes, source in zip(grid.flat, sources, strict=False):
        found = pairs[(pairs["source"] == source) & pairs["a"].isin(actors) & pairs["b"].isin(actors)]
        present = joined(axes, found, places)
        for actor, (x, y) in places.items():
            here, (u, v, far) = actor in present, spots[actor]
            if far:
                axes.plot([x, u], [y, v], color=GREY, lw=0.8, zorder=3)
            across = 4 + 9 * (size[source, actor] / size[source].max()) ** 0.5 if here else 4
            axes.plot(x, y, "o", color=GREEN if here else GREY, ms=across, mec="white", zorder=4)
            axes.text(u, v, names[actor], size=SMALL, ha="center", va="center", color=INK if here else "#757575",
                      zorder=5, bbox={"facecolor": PALE, "edgecolor": "none", "pad": 0.3, "alpha": 0.75})
    return figure


def joined(axes: Axes, found: pd.DataFrame, places: Places) -> set[str]:
    """Draw the lines of a network; return the actors that have any."""
    for one in found.sort_values("n_ab", kind="stable").itertuples():
        (xa, ya), (xb, yb), sure = places[one.a], places[one.b], one.q < 0.05
        axes.plot([xa, xb], [ya, yb], color="#4A4A4A" if sure else "#D2D2D2",
                  lw=0.5 + 5 * one.n_ab / found["n_ab"].max(), zorder=1 + sure, solid_capstyle="round")
    return set(found["a"]) | set(found["b"])


def spread(layout: Mapping[str, tuple[float, float]], wide: float, tall: float) -> Places:
    """Return inches for a layout of any unit: half where it says, half by rank, which pulls crowds apart."""
    at = pd.DataFrame(layout, index=["x", "y"]).T.astype(float)
    even = (at.rank(method="first") - 1) / max(len(at) - 1, 1)
    at = 0.5 * (at - at.min()) / (at.max() - at.min()).replace(0, 1) + 0.5 * even
    return {actor: (0.65 + x * (wide - 1.3), 0.3 + y * (tall - 0.6)) for actor, x, y in at.itertuples()}


@chart("the two sources have no pair of actors to compare")
def difference(table: pd.DataFrame, first: str = "the first source", second: str = "the second source",
               labels: Labels = None, top: int = 15, title: str | None = None) -> Figure:
    """Draw which pairs of actors appear together more in one source than in another.

    Parameters
    ----------
    table : DataFrame of actor_a, actor_b, n_1, n_2, difference, low, high, verdict and more
    first, second : str
        Names of the two sources.
    """
    few = table["verdict"] == "too few to say"
    found = table[~few].sort_values("difference", key=lambda column: -column.abs(), kind="stable").head(top)
    if not len(found):
        return empty(f"too few sentences to compare {first} with {second}")
    title = title or f"Which actors appear together more in {first}, and which in {second}?"
    note = (f"Difference between the shares that name both, in percentage points: {first} "
            f"(n={table['n_1'].max():.0f}) less {second} (n={table['n_2'].max():.0f}). Lines: 95% intervals. "
            "Orange: a clear difference; grey: no clear difference.")
    if len(table) > len(found):
        note += f" {len(table) - len(found)} more pairs, nearer to zero or too few to say, are in the table."
    figure = page(title, note, 0.3 * len(found) + 0.9)
    axes, ys = figure.subplots(), np.arange(len(found))
    rows(axes, [wrap(f"{named(one.actor_a, labels)} – {named(one.actor_b, labels)}", 2.7, lines=1)
                for one in found.itertuples()])
    colors = [VERMILION if verdict.startswith("more in") else "#8C8C8C" for verdict in found["verdict"]]
    axes.hlines(ys, 100 * found["low"], 100 * found["high"], colors, lw=1.5)
    axes.scatter(100 * found["difference"], ys, 36, colors, zorder=3)
    axes.axvline(0, color=INK, lw=0.8, zorder=0.7)
    axes.grid(axis="y")
    far = 5 * ceil(found[["difference", "low", "high"]].abs().max().max() * 110 / 5)  # well past the longest line
    axes.set_xlim(-max(far, 5), max(far, 5))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.grid(axis="x", lw=0.7)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:+.0f}" if x else "0"))
    axes.spines["left"].set_visible(False)
    for y, one in enumerate(found["difference"]):
        aside(axes, f"{one * 100:+.0f}", (1, y), (30, 0), ha="right", size=10, color=INK)
    for shift, ha, word in ((-8, "right", second), (8, "left", first)):
        aside(axes, "more in\n" + wrap(word, 2.2, SMALL, 1), (0.5, -0.5), (shift, 6), ha=ha, va="bottom")
    return figure


# Over time

HIGH = 0.76  # of the room of a row, what a strip takes


@chart("fewer than three days of publication are known")
def over_time(table: pd.DataFrame, what: str, labels: Labels = None, claim: str = "", top: int = 3,
              title: str = "How does it change over time?") -> Figure:
    """Draw a strip for each source, from the first period to the last: a column of bars, and one for each share.

    Parameters
    ----------
    table : DataFrame of what, item, source, every, start, k, read, n, share, low, high
        As `stats.over_time` returns it.
    what : {"volume", "frame", "own", "quoted"}
        Documents and sentences; the frames used most; or the positions in one voice.
    """
    line, sources, every = sorted(once(table["start"])), once(table["source"]), table["every"].iloc[0]
    sizes = {"volume": ["documents", "sentences"], "frame": ["sentences"]}.get(what, [])
    found = ranked(table[table["what"] == what], "item", "k")
    if not sizes:
        if not found["k"].sum():
            return empty("no sentence takes a position on the claim in this voice")
        found = solid(found, ["source", "start"])
    counts = {name: table[table["what"] == name] for name in sizes} or {
        "positions": found.groupby(["source", "start"], sort=False)[["k", "solid"]].sum().reset_index()}
    items = [key for key in (once(found["item"]) if sizes else VALUES) if found["k"][found["item"] == key].any()]
    total = next(iter(counts.values())).groupby("source")["k"].sum()
    note = about(claim) + told_of(what, every, next(iter(counts))) + (
        f" {len(items) - top} rarer frames are in the table." if len(items) > top else "")
    figure = page(title, note, 0.7 * max(len(sources), 2) + 0.95 + 0.35 * (not sizes))
    names = [f"{wrap(source, 1.4, lines=2 if len(sources) < 12 else 1)}\nn={total[source]:.0f}" for source in sources]
    grid = figure.subplots(1, len(counts) + len(items[:top]), sharex=True, sharey=True, squeeze=False)[0]
    room = (WIDTH - widest(names) - 0.4) / len(grid) - 0.3
    shares = found[found["item"].isin(items[:top])]
    far = max(0.1, ceil(10 * shares[["share", "high"]].max().max() - 1e-9) / 10) if len(shares) else 1.0
    drawn = [*counts.items(), *((key, shares[shares["item"] == key]) for key in items[:top])]
    for axes, (key, part) in zip(grid, drawn, strict=True):
        most = far if key not in counts else max(part["k"].max(), 1)
        part = part.assign(x=part["start"].map(line.index), foot=part["source"].map(sources.index) + HIGH / 2)
        trace(axes, part, far, "" if sizes else key) if key not in counts else towers(axes, part, most)
        rows(axes, names)
        axes.hlines([y + side * HIGH / 2 for y in range(len(sources)) for side in (-1, 1)], -0.6, len(line) - 0.4,
                    FAINT, lw=0.8, zorder=0.5)
        head(axes, wrap(named(key, labels if sizes else WORDS), room, lines=1, weight="bold"), pad=20)
        aside(axes, f"0 to {most:.0%}" if key not in counts else f"0 to {most:.0f}", (0, -0.5), (0, 5), va="bottom")
        axes.spines["left"].set_visible(False)
    grid[0].set_xlim(-0.6, len(line) - 0.4)
    grid[0].set_xticks([0, len(line) - 1], [day(line[0], every), day(line[-1], every)])
    for axes in grid:
        for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
            label.set(ha=side)
    if not sizes:
        legend(grid[0], 0, 0.45, markers=True)
    return figure


def told_of(what: str, every: str, bars: str) -> str:
    """Say what the bars and the marks of a figure over time stand for."""
    if what == "volume":
        return f"Documents, and their sentences that count, each {every}. n: documents with a day of publication."
    said = f"Bars: {bars} each {every}, n in all. Marks: the share of them that "
    said += "evoke the frame; hollow: none" if what == "frame" else "take this position"
    return said + "; upright lines: 95% intervals; no mark: there is nothing to share out." + (
        "" if what == "frame" else too_few("mark").replace("all pale", "pale"))


def day(start: str, every: str) -> str:
    """Write the first day of a period as short as the kind of period allows."""
    date = pd.Timestamp(start)
    return f"{date:%Y}" if every == "year" else f"{date:%b}\n{date:%Y}" if every == "month" else (
        f"{date.day} {date:%b}\n{date:%Y}")


def towers(axes: Axes, part: pd.DataFrame, most: float) -> None:
    """Draw a bar for each k; where the table tells what was read of it, pale, and that part solid."""
    looks, part = {"color": "#767676"} if "solid" not in part else look("", False), part[part["k"] > 0]
    axes.bar(part["x"], -HIGH * part["k"] / most, 0.8, bottom=part["foot"], **looks)
    if "solid" in part:
        part = part[part["solid"] > 0]
        axes.bar(part["x"], -HIGH * part["solid"] / most, 0.8, bottom=part["foot"], **look("", True))


def trace(axes: Axes, part: pd.DataFrame, far: float, value: str) -> None:
    """Draw a mark for each share, of the look of the value, with its interval; neighbours joined, a gap where n=0."""
    color, size = EDGES[value] if value else GREEN, 26 if part["x"].max() < 16 else 12
    part = part.sort_values(["foot", "x"])
    part = part.assign(**{name: part["foot"] - HIGH * part[name] / far for name in ("share", "low", "high")})
    for _, one in part.groupby("foot"):
        axes.plot(one["x"], one["share"], color=color, lw=0.7, alpha=0.6, zorder=1)
    seen = part.dropna(subset=["share"])
    axes.vlines(seen["x"], seen["low"], seen["high"], color, lw=1, alpha=0.6)
    faces = [look(value, one > 0)["facecolor"] for one in seen["solid"]] if value else [
        GREEN if k else "white" for k in seen["k"]]
    axes.scatter(seen["x"], seen["share"], size, faces, marker=MARKERS.get(value, "o"), edgecolors=color,
                 linewidths=OUTLINE, zorder=3)


# The plate


@chart()
def overview(frames: pd.DataFrame | None, stance: pd.DataFrame | None = None, coverage: pd.DataFrame | None = None,
             labels: Labels = None, claim: str = "", title: str | None = None) -> Figure:
    """Draw the sources side by side, a row each: size, commonest frames, stance, most named actors.

    Parameters
    ----------
    frames : DataFrame of source, frame, k, n, share and more, or None
    stance : DataFrame of source, voice, part, value, k, read and more, optional
    coverage : DataFrame of source, actor, k, n, share and more, optional
    """
    none = pd.DataFrame(columns=["source", "voice", "part", "value", "k", "read", "n", "share"])
    frames, stance, coverage = (none if table is None else table for table in (frames, stance, coverage))
    sources = once([*frames["source"], *coverage["source"], *stance["source"]])
    if not sources:
        return empty("no frame, no actor and no position was found")
    counts = pd.concat([table[["source", "n"]] for table in (frames, coverage)]).groupby("source")["n"].max()
    many = f"{len(sources)} sources: how each" if len(sources) > 1 else "one source: how it"
    title = title or f"One event, {many} frames it, where it stands, whom it names"
    whose = {"own": "in the source's own voice", "quoted": "in the voices that it quotes"}
    voices = [voice for voice in whose if voice in set(stance["voice"]) or stance.empty]
    note = about(claim) + (f"Where it stands: positions taken on the claim, {' and '.join(whose[v] for v in voices)}; "
                           "denials grow to the left, affirmations to the right." + too_few("row"))
    places, stance = pd.MultiIndex.from_product([sources, voices]), stance[stance["part"] == "all"]
    stands, read = (three(solid(stance, ["source", "voice"]), ["source", "voice"], of).reindex(places).fillna(0)
                    for of in ("k", "solid"))
    figure = page(title, note, 1.15 + 1.2 * len(sources), 9)
    grid = figure.subplots(len(sources), 3, sharex="col", squeeze=False, width_ratios=[1.1, 2.1, 1.1])
    pads = [72 * widest([wrap(named(key, labels), 1.4, SMALL, 1) for source in sources
                         for key in commonest(table, source).get(what, ())] or [50 * " "], SMALL) + 12
            for table, what in ((frames, "frame"), (coverage, "actor"))]
    start = -pads[0] - 114  # where the names of the sources begin
    grid[0, 1].set_xlim(*reach(stands))
    for line, source in zip(grid, sources, strict=True):
        name = wrap(source, 1.4, 11.5, 3, "bold")
        shared(line[0], commonest(frames, source), frames["share"].max(), labels, pads[0])
        aside(line[0], name, (0, -0.4), (start, 0), size=11.5, va="top", weight="bold", color=INK)
        if source in counts:
            down = -18 - 14 * name.count("\n")
            aside(line[0], f"{counts[source]:.0f} sentences", (0, -0.4), (start, down), va="top")
        diverging(line[1], stands.loc[source], read.loc[source], stands.loc[source], 0.5, 0.1)
        rows(line[1], voices, left=True)
        line[1].tick_params(axis="y", labelcolor=SOFT, labelsize=SMALL)
        line[1].spines["left"].set_visible(False)
        for y, total in enumerate(stands.loc[source].sum(axis=1)):
            if not total:
                line[1].annotate("none", (0, y), (6, 0), textcoords="offset points", va="center", size=SMALL,
                                 color=SOFT)
        shared(line[2], commonest(coverage, source), coverage["share"].max(), labels, pads[1])
        line[1].grid(axis="x", lw=0.7)  # at the ticks alone: there is no half of a position
        rule(line[0], 7, GREY)
    for axes in grid[:-1].flat:
        axes.tick_params(axis="x", bottom=False, labelbottom=False)
    scale(grid[0, 1])
    heads = {"How it frames it": pads[0], "Where it stands": 43, "Whom it names": pads[1]}
    for axes, (word, left) in zip(grid[0], heads.items(), strict=True):
        head(axes, word, left, pad=46, size=11.5)
        if axes is not grid[0, 1]:
            aside(axes, "share of its sentences", (0, -0.5), (-left, 36))
    aside(grid[0, 0], "Source", (0, -0.5), (start, 46), size=11.5, weight="bold", color=INK, va="baseline")
    legend(grid[0, 1], 0.36, 0.14, narrow=True)
    return figure


def commonest(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the rows of the four greatest shares of a source."""
    found = table[(table["source"] == source) & (table["k"] > 0)]
    return found.sort_values("share", ascending=False, kind="stable").head(4)


def shared(axes: Axes, found: pd.DataFrame, most: float, labels: Labels, pad: float) -> None:
    """Draw shares as bars, up to `most`, and what they are shares of in `pad` points beside them."""
    what = "frame" if "frame" in found else "actor"
    rows(axes, [wrap(named(key, labels), 1.4, SMALL, 1) for key in found.get(what, ())], left=True)
    axes.tick_params(axis="y", pad=pad, labelsize=SMALL)
    axes.set_ylim(3.5, -0.5)
    bars = axes.barh(range(len(found)), found["share"], 0.62, color=GREEN if what == "frame" else "#767676")
    axes.bar_label(bars, [f"{share:.0%}" for share in found["share"]], padding=4, size=SMALL, color=SOFT)
    axes.set_xlim(0, 1.5 * (most if most > 0 else 1))  # with room for the numbers
    axes.xaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(PercentFormatter(1, 0))
    axes.spines["left"].set_visible(False)
    ruled(axes)
    if not len(found):
        aside(axes, "none found", (0, 1.5), (-pad, 0))


# How far to trust it


@chart("there are no labels to measure against")
def accuracy(table: pd.DataFrame, sample: str = "",
             title: str = "How good is each step, beside a plain way of doing it?") -> Figure:
    """Draw how well each step matches the labels, and how well the plain way does.

    Parameters
    ----------
    table : DataFrame of step, measure, value, low, high, n, plain
        As `evaluate.headline` returns it.
    sample : str
        What to say of figures that are in-sample; the title says that they are.
    """
    note = (f"{sample} " if sample else "") + ("Dots: the rules; lines: 95% intervals; hollow: the plain way. F1 (the "
            "mean of precision and recall); of kinds and places, the share that is right. n: labels; of the frames' "
            "mean, frames.")
    figure = page(f"{title} (in-sample)" if sample else title, note, 0.3 * len(table) + 0.75)
    axes, ys = figure.subplots(), np.arange(len(table))
    scored(axes, table, [wrap(step, 2.4, lines=1) for step in table["step"]])
    axes.scatter(table["plain"], ys, 40, "white", marker="D", edgecolors="#767676", linewidths=1.4, clip_on=False,
                 zorder=2.5)
    for x, word in ((44, "rules"), (88, "n"), (132, "plain")):
        aside(axes, word, (1, -0.5), (x, 6), ha="right", va="bottom")
    for y, one in enumerate(table.itertuples()):
        words = ["–" if pd.isna(one.value) else f"{one.value:.2f}", f"{one.n:.0f}",
                 "–" if pd.isna(one.plain) else f"{one.plain:.2f}"]
        for x, word in zip((44, 88, 132), words, strict=True):
            aside(axes, word, (1, y), (x, 0), ha="right", color=INK if x == 44 else SOFT)
        if not one.n:
            aside(axes, "no labels", (0, y), (8, 0))
    return figure


def scored(axes: Axes, table: pd.DataFrame, names: Sequence[str]) -> None:
    """Draw a row of value, low and high after another, from 0 to 1: a dot and its interval."""
    ys = np.arange(len(table))
    rows(axes, names)
    axes.hlines(ys, table["low"], table["high"], GREEN, lw=1.5, clip_on=False)
    axes.scatter(table["value"], ys, 36, GREEN, clip_on=False, zorder=3)
    axes.set_xlim(0, 1)
    axes.tick_params(axis="y", pad=8)
    axes.grid(axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))


@chart("no rule has made a row in a sentence that was read")
def rules(table: pd.DataFrame, labels: Labels = None, least: int = 5, top: int = 40, sample: str = "",
          title: str = "How often is each rule right?") -> Figure:
    """Draw the precision of each rule with its interval, by the table that it writes.

    Parameters
    ----------
    table : DataFrame of table, rule, n, right, precision, low, high and more
        As `evaluate.rules` returns it.
    least : int
        Rules with fewer rows are counted in the note and not drawn.
    sample : str
        As in `accuracy`.
    """
    found = table[table["n"] >= least].assign(value=lambda rows: rows["precision"])
    if not len(found):
        return empty(f"no rule made {least} rows in the sentences that were read")
    found = found[found["n"].rank(ascending=False, method="first") <= top]
    rest = len(table) - len(found)
    note = ("Share of the rows of a rule that are right, in sentences that were read. Lines: 95% intervals."
            + f" {rest} more rules, of fewer rows, are in the table." * (rest > 0))
    note = f"{sample} {note}".strip()
    parts, sizes = dict(list(found.groupby("table", sort=False))), found.groupby("table", sort=False).size()
    figure = page(f"{title} (in-sample)" if sample else title, note, 0.27 * len(found) + 0.62 * len(parts))
    grid = figure.subplots(len(parts), 1, sharex=True, squeeze=False, height_ratios=sizes + 0.5)[:, 0]
    names = {key: [wrap(rule, 2.2, lines=1) for rule in part["rule"]] for key, part in parts.items()}
    left = widest([name for part in names.values() for name in part])
    for axes, (key, part) in zip(grid, parts.items(), strict=True):
        scored(axes, part, names[key])
        head(axes, wrap(named(key, labels), 3, lines=1, weight="bold"), left * 72 + 7)
        for y, one in enumerate(part.itertuples()):
            aside(axes, f"{one.right} of {one.n}", (1, y), (80, 0), ha="right", color=INK)
    return figure


@chart("no conclusion rests on enough to be tried")
def sensitivity(table: pd.DataFrame, top: int = 24, title: str = "What would turn the conclusions around?") -> Figure:
    """Draw, for each conclusion and each kind of change, how many changes turn it around.

    Where there are too many conclusions, those that something turns around are drawn first.

    Parameters
    ----------
    table : DataFrame of topic, source, conclusion, kind, variation, becomes, turns
        As `sensitivity.sensitivity` returns it.
    """
    kinds, found = once(table["kind"]), table.assign(gone=table["becomes"] == "nothing is left")
    groups = found.groupby(["topic", "source", "conclusion", "kind"], sort=False)
    counts = groups.agg(turns=("turns", "sum"), tried=("turns", "size"), gone=("gone", "all"))
    lines = once(zip(table["topic"], table["source"], table["conclusion"], strict=True))
    turned = counts.groupby(["topic", "source", "conclusion"])["turns"].any()
    drawn = sorted(lines, key=lambda line: not turned[line])[:top]
    note = ("In a cell: how many of the changes turn the conclusion around, or whether the only one does; outlined "
            "where any does. "
            "Empty: that changes none of its rows; –: nothing would be left to conclude from.")
    note += f" {len(lines) - top} more conclusions are in the table." * (len(lines) > top)
    lines = [line for line in lines if line in drawn]
    names = [wrap(said if source == "all" else f"{source}: {said}", 4.1) for _, source, said in lines]
    figure, _, heads, angle = table_page(names, kinds, title, note, 0.42 * len(names) + 0.3)
    axes = figure.subplots()
    rows(axes, names, left=True)
    axes.set(xlim=(-0.5, len(kinds) - 0.5))
    for (*line, kind), one in zip(counts.index, counts.itertuples(), strict=True):
        if tuple(line) not in lines:
            continue
        x, y = kinds.index(kind), lines.index(tuple(line))
        axes.add_patch(Rectangle((x - 0.465, y - 0.43), 0.93, 0.86, facecolor=PALE, zorder=1))
        if one.turns:
            framed(axes, x, y, VERMILION, "#FFF1E6")
        once_only = "turns" if one.turns else "holds"
        word = "–" if one.gone else once_only if one.tried == 1 else f"{one.turns} of {one.tried}"
        axes.text(x, y, word, ha="center", va="center", size=SMALL, color=RUST if one.turns else SOFT, zorder=5)
    axes.set_xticks(range(len(kinds)), heads, rotation=angle)
    axes.tick_params(axis="x", labeltop=True, labelbottom=False, length=0, labelcolor=INK)
    axes.spines[:].set_visible(False)
    return figure
