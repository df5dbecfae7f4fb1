"""Charts: a tidy table in, a matplotlib figure out. Nothing is computed here, and no file is read.

Each function takes a table exactly as the function of the same name in `compare` or `cooccurrence` returns
it, shares from 0 to 1, and returns a `matplotlib.figure.Figure` that `save` writes and `show.show` shows. An
empty table gives a figure that says so. Where they apply,

- ``labels`` is a dict of keys (frames, actors, groups, arguments) -> what is written for them;
- ``claim`` is the narrative's claim, for the note under the figure;
- ``top`` is how many are drawn, those with the most; the note counts the rest;
- ``title`` says what is compared.
"""

from math import ceil, sqrt

import pandas as pd

from parallax.sheet import (
    FAINT,
    GREEN,
    GREY,
    INK,
    MARKERS,
    PALE,
    RUST,
    SMALL,
    SOFT,
    TEXT,
    VALUES,
    VERMILION,
    WIDTH,
    Sheet,
    beside,
    chart,
    empty,
    grid,
    lattice,
    listing,
    named,
    once,
    png,
    ranked,
    rounded,
    save,
    style,
    tint,
    widest,
    wrap,
)

__all__ = [
    "arguments", "coverage", "difference", "distinctive", "frame_shares", "holders", "naming", "network",
    "overview", "pair_matrix", "png", "rounded", "save", "speakers", "stance_shares", "strip", "style",
    "verbs", "who_acts",
]


@chart("no frame was found")
def frame_shares(table, labels=None, title="Which frames does each source use?"):
    """Draw the share of each source's sentences in each frame, the commonest frame first.

    Parameters
    ----------
    table : DataFrame of source, frame, k, n, share, low, high
    """
    note = ("Share of a source's n sentences that evoke the frame; a sentence can evoke several. Lines: 95% "
            "intervals.")
    return lattice(ranked(table, "frame", "share"), "frame", title, note, labels)


@chart("nobody is quoted")
def speakers(table, labels=None, title="Whom does each source let speak?"):
    """Draw the share of each source's attributed statements by group of the speaker.

    Parameters
    ----------
    table : DataFrame of source, group, k, n, share, low, high
    """
    note = "Share of a source's n attributed statements. Lines: 95% intervals."
    return lattice(ranked(table, "group", "k"), "group", title, note, labels)


@chart("no reporting verb was found")
def verbs(table, labels=None, title="With what kind of verb does each source report?"):
    """Draw the share of each source's attributed statements by what the reporting verb does to them.

    Parameters
    ----------
    table : DataFrame of source, effect, k, n, share, low, high
    """
    note = "Share of a source's n attributed statements by what the verb does to them. Lines: 95% intervals."
    return lattice(table, "effect", title, note, labels)


@chart("no actor does anything")
def who_acts(table, labels=None, top=9, title="Who acts, and who is acted upon?"):
    """Draw the share of an actor's deeds in which it acts.

    Parameters
    ----------
    table : DataFrame of source, actor, acts, acted_upon, share_acting, low, high
    """
    table = ranked(table.assign(total=table["acts"] + table["acted_upon"]), "actor", "total")
    note = ("How many of an actor's deeds it does itself: 3/4 acts in three and is acted upon in one. Right: "
            "always acts; left: is always acted upon. Lines: 95% intervals.")
    return lattice(table, "actor", title, note, labels, "share_acting",
                   lambda one: f"{one['acts']:.0f}/{one['total']:.0f}", top)


@chart("no word is used often enough")
def distinctive(table, title="Which words set each source apart from the others?"):
    """Draw the words most typical of each source.

    Parameters
    ----------
    table : DataFrame of source, term, k, n, others, log_odds, z
    """
    sources = once(table["source"])
    columns = min(len(sources), 2 if len(sources) <= 4 else 3)
    row, wide = 0.25, (WIDTH - 0.2) / columns
    heads = [wrap(source, wide - 0.2, weight="bold") for source in sources]
    head = 0.28 + 0.18 * any("\n" in label for label in heads)
    tall = head + row * table.groupby("source").size().max() + 0.15
    words = {term: wrap(term, wide * 0.5, lines=1) for term in once(table["term"])}
    table = table.assign(uses=table["k"].astype(str) + " : " + table["others"].astype(str))
    left = widest(words.values()) + 0.1
    scale = (wide - left - widest(table["uses"], SMALL) - 0.25) / max(table["z"].max(), 2.2)
    note = ("Bars: z of the weighted log-odds against all other sources together; past the line, at 1.96, "
            "chance alone is an unlikely reason. Numbers: uses here : uses in the other sources.")
    page = Sheet(tall * ceil(len(sources) / columns) - 0.1, title, note)
    for index, source in enumerate(sources):
        x, y = 0.15 + index % columns * wide, index // columns * tall + head
        rows, cut = table[table["source"] == source], x + left + 1.96 * scale
        page.write(x, y - 0.05, heads[index], va="bottom", weight="bold")
        page.line([cut, cut], [y, y + row * len(rows)], SOFT, ls=":", zorder=3)
        for number, one in enumerate(rows.itertuples()):
            at, color = y + row * (number + 0.5), GREEN if one.z >= 1.96 else tint(0.45)
            page.write(x + left - 0.07, at, words[one.term], ha="right")
            page.box(x + left, at - 0.075, max(one.z, 0) * scale, 0.15, color)
            page.write(x + wide - 0.15, at, one.uses, SMALL, ha="right", color=SOFT)
    return page.figure


@chart("none of the names occurs")
def naming(table, labels=None, title="What does each source call the same thing?"):
    """Draw how often each source uses each name of a set, and mark where sources prefer different ones.

    Parameters
    ----------
    table : DataFrame of set, name, source, k, n
    """
    rows = []
    for group, names in table.groupby("set", sort=False):
        rows += [(None, named(group, labels)), *(((group, name), str(name)) for name in once(names["name"]))]
    note = ("Number of uses. Outlined: the name that a source uses most, unless two are even. Orange "
            "outlines: the sources prefer different names.")
    page, places, wide, tall = grid(rows, once(table["source"]), title, note)
    most = table.groupby("set")["k"].transform("max").clip(lower=1)
    lead = (table["k"] > 0) & (table["k"] == table.groupby(["set", "source"])["k"].transform("max"))
    lead &= lead.groupby([table["set"], table["source"]]).transform("sum") == 1
    rivals = table[lead].groupby("set")["name"].nunique()
    for one, share, leads in zip(table.itertuples(), table["k"] / most, lead, strict=True):
        x, y = places[(one.set, one.name), one.source]
        page.cell(x, y, wide, tall, one.k, 0.75 * share)
        if leads:
            edge = VERMILION if rivals[one.set] > 1 else SOFT
            page.box(x + 0.03, y + 0.03, wide - 0.06, tall - 0.06, "none", edgecolor=edge, linewidth=1.8)
    return page.figure


def about(claim):
    """Say what is denied or affirmed."""
    return f"The claim: {claim.strip().rstrip('.')}. " if claim else ""


def three(table, index):
    """Return the counts of deny, hedge and affirm as columns."""
    table = table.pivot_table(index=index, columns="value", values="k", aggfunc="sum", sort=False)
    return table.reindex(columns=list(VALUES)).fillna(0)


@chart("no sentence takes a position on the claim")
def stance_shares(table, claim="", part="all", title="Where does each source stand, and those it quotes?"):
    """Draw the shares that deny, hedge and affirm the claim, around zero: own voice over quoted voice.

    Parameters
    ----------
    table : DataFrame of source, voice (own, quoted), part, value, k, n, share, low, high
    part : {"all", "heading", "body"}
        Which part of the texts is drawn.
    """
    sources, table = once(table["source"]), table[table["part"] == part]
    if not table["k"].sum():
        return empty("no sentence takes a position on the claim")
    names = {source: wrap(source, 1.7, lines=3, weight="bold") for source in sources}
    measures = ["k", "share", "low", "high"]
    bars = table.pivot_table(index=["source", "voice"], columns="value", values=measures)
    bars = bars.reindex(columns=pd.MultiIndex.from_product([measures, VALUES])).fillna(0)
    reach = max(1.0, *((bars["share"]["hedge"] / 2 + bars["high"][v]).max() for v in ("deny", "affirm")))
    start, end, row = widest(names.values(), TEXT, "bold") + 1.1, WIDTH - 0.75, 0.78
    middle, scale = (start + end) / 2, ((end - start) / 2 - 0.25) / reach
    note = about(claim) + ("Bars: shares of the positions taken in that voice, with their number. Thin "
                           "lines: 95% intervals of the share that denies and of the share that affirms.")
    page = Sheet(0.32 + row * len(sources), title, note)
    page.legend(middle, 0.12, 0.25, middle=True)
    for number, source in enumerate(sources):
        y = 0.32 + row * number
        page.line([0.15, WIDTH - 0.15], [y, y])
        page.line([middle, middle], [y + 0.08, y + row - 0.06], INK)
        page.write(0.15, y + row / 2, names[source], weight="bold")
        for voice, at in (("own", y + 0.22), ("quoted", y + 0.54)):
            bar = bars.loc[(source, voice)] if (source, voice) in bars.index else None
            total = 0 if bar is None else bar["k"].sum()
            page.write(start - 0.1, at, voice, SMALL, ha="right", color=SOFT)
            page.write(WIDTH - 0.15, at, f"n={total:.0f}", SMALL, ha="right", color=SOFT)
            if not total:
                page.write(middle + 0.1, at, "no position", SMALL, color=SOFT)
                continue
            page.bar(middle, at, bar["share"], scale, bar["k"])
            for side, value in ((-1, "deny"), (1, "affirm")):
                ends = (bar["share"]["hedge"] / 2 + bar[end][value] for end in ("low", "high"))
                page.line([middle + side * end * scale for end in ends], [at + 0.155] * 2, INK, 1)
    return page.figure


@chart("nobody takes a position on the claim")
def holders(table, labels=None, claim="", title="Who affirms the claim, and who denies it?"):
    """Draw the positions of each group of holders, and who they are.

    Parameters
    ----------
    table : DataFrame of holder_group, holder, value, k, n, share
    """
    labels, table = {"source": "The sources' own voice", **(labels or {})}, ranked(table, "holder_group", "k")
    counts, row, right = three(table, "holder_group"), 0.46, 2.5
    names = {key: wrap(named(key, labels), 1.5) for key in counts.index}
    left = widest(names.values()) + 0.3
    far = [(counts["hedge"] / 2 + counts[value]).max() for value in ("deny", "affirm")]
    scale = (WIDTH - left - right - 0.75) / sum(far)
    middle = left + 0.3 + far[0] * scale
    note = about(claim) + "Numbers: positions taken, and how often by whom."
    page = Sheet(0.32 + row * len(counts), title, note)
    page.legend(left, 0.12)
    page.line([middle, middle], [0.32, 0.3 + row * len(counts)], INK)
    for number, (group, bar) in enumerate(counts.iterrows()):
        y = 0.32 + row * (number + 0.5)
        page.write(left - 0.12, y, names[group], ha="right")
        page.bar(middle, y, bar, scale, bar, 0.26)
        people = ranked(table[table["holder_group"] == group], "holder", "k").groupby("holder", sort=False)
        words = [f"{named(who, labels)} {k:.0f}" for who, k in people["k"].sum().items() if who != "source"]
        page.write(WIDTH - right, y, listing(words, right - 0.15, SMALL, 2), SMALL, color=SOFT)
    return page.figure


@chart("no argument about the claim was found")
def arguments(table, labels=None, claim="", title="With which arguments, for and against the claim?"):
    """Draw how often each source brings up each argument, and what is done with it.

    Parameters
    ----------
    table : DataFrame of source, argument, side (for, against), value, k, n
    """
    rows = []
    for side in sorted(once(table["side"]), reverse=True):
        order = once(ranked(table[table["side"] == side], "argument", "k")["argument"])
        rows += [(None, f"Arguments {side} the claim"), *((key, named(key, labels)) for key in order)]
    counts = three(table, ["argument", "source"])
    note = about(claim) + ("Numbers: positions that use the argument, coloured by whether they affirm, hedge "
                           "or deny the claim.")
    page, places, wide, tall = grid(rows, once(table["source"]), title, note)
    page.legend(0.15, 0.08, 0.12)
    scale = (wide - 0.34) / max(counts.sum(axis=1).max(), 1)
    for (key, source), (x, y) in places.items():
        if key is None:
            continue
        page.box(x + 0.015, y + 0.015, wide - 0.03, tall - 0.03, PALE)
        bar = counts.loc[(key, source)] if (key, source) in counts.index else dict.fromkeys(VALUES, 0)
        start, total = x + 0.06, sum(bar[value] for value in VALUES)
        for value, color in VALUES.items():
            page.box(start, y + tall / 2 - 0.08, bar[value] * scale, 0.16, color)
            start += bar[value] * scale
        word, ink = (f"{total:.0f}", INK) if total else ("·", SOFT)
        page.write(start + 0.05, y + tall / 2, word, SMALL, color=ink)
    return page.figure


@chart("no sentence takes a position on the claim")
def strip(positions, claim="", title="Where in each story is a position on the claim taken?"):
    """Draw a line for each story, from its first sentence to its last, with the positions taken on it.

    Parameters
    ----------
    positions : DataFrame of source, story, position (0 to 1), value, voice (own, quoted), sentence
    """
    stories = positions.groupby(["source", "story"], sort=False)
    many = positions.groupby("source")["story"].nunique() > 1
    ranks, names = {}, []
    for source, _ in stories.groups:
        ranks[source] = ranks.get(source, 0) + 1
        names.append(wrap(f"{source}, {ranks[source]}" if many[source] else source, 1.9))
    left, right, row = widest(names) + 0.35, WIDTH - 0.3, 0.66
    note = about(claim) + ("Above a line: the source's own voice. Below: the voices that it quotes. Stories "
                           "in which no position is taken are not drawn.")
    page = Sheet(0.42 + row * len(names), title, note)
    page.legend((left + right) / 2, 0.1, 0.25, middle=True, markers=True)
    page.write(left, 0.36, "first sentence", SMALL, color=SOFT)
    page.write(right, 0.36, "last sentence", SMALL, color=SOFT, ha="right")
    for number, (name, (_, rows)) in enumerate(zip(names, stories, strict=True)):
        y, drawn = 0.42 + row * (number + 0.5), []
        page.write(left - 0.15, y, name, ha="right")
        page.line([left, right], [y, y], GREY, 1)
        for one in rows.itertuples():
            x, side = left + one.position * (right - left), -1 if one.voice == "own" else 1
            depth = sum(abs(x - other) < 0.085 and side == where for other, where in drawn)
            drawn.append((x, side))
            tip = y + side * (0.13 + 0.1 * min(depth, 2))  # a neighbour goes further out
            page.line([x, x], [y, tip], VALUES[one.value], 1.4)
            page.dot(x, tip, VALUES[one.value], 6.5, MARKERS[one.value], mec="white", mew=0.5)
    return page.figure


def sizes(pairs, by):
    """Return how many sentences or stories name each actor, the greatest first."""
    ends = [pairs[[*by, end, f"n_{end}"]].set_axis([*by, "actor", "size"], axis=1) for end in "ab"]
    most = pd.concat(ends).groupby([*by, "actor"], sort=False)["size"].max()
    return most.sort_values(ascending=False, kind="stable")


@chart("no two actors occur together")
def pair_matrix(pairs, order, source="all", labels=None, top=14, title="Who appears with whom?"):
    """Draw actors by actors, the lower triangle, for one source.

    Parameters
    ----------
    pairs : DataFrame of source, window, a, b, n_a, n_b, n_ab, n, npmi, q and more
    order : list of str
        Actors, as `cooccurrence.order` puts them.
    source : str
        Whose pairs; "all" pools the sources.
    """
    rows = pairs[pairs["source"] == source]
    if not len(rows):
        return empty(f"no two actors occur together in {source}")
    size, unit = sizes(rows, []), "stories" if rows["window"].iloc[0] == "story" else "sentences"
    kept = set(size.index[:top])
    spot = {actor: index for index, actor in enumerate(actor for actor in order if actor in kept)}
    names = {actor: f"{wrap(named(actor, labels), 1.8, lines=1)}  {size[actor]:.0f}" for actor in spot}
    side = min(0.46, (WIDTH - 0.3 - widest(names.values())) / len(spot))
    whole = "in all" if source == "all" else f"in {source}"
    note = (f"In a cell: {unit} that name both; after a name: those that name it; of {rows['n'].max():.0f} "
            f"{whole}. A name stands for the row to its left and the column below it. Shade: NPMI, white for "
            "chance or less, full green for two never apart. Outlined: more often than chance, q < 0.05.")
    note += f" {len(size) - len(spot)} rarer actors are not drawn." if len(size) > len(spot) else ""
    page = Sheet(side * len(spot), title, note)
    for actor, index in spot.items():
        page.write(0.15 + side * index + 0.06, side * (index + 0.5), names[actor])
        for other in range(index):
            page.box(0.16 + side * other, side * index + 0.01, side - 0.02, side - 0.02, PALE)
    for one in rows[rows["a"].isin(spot) & rows["b"].isin(spot)].itertuples():
        column, row = sorted((spot[one.a], spot[one.b]))
        x, y, sure = 0.16 + side * column, side * row + 0.01, one.q < 0.05
        page.box(x, y, side - 0.02, side - 0.02, tint(one.npmi), edgecolor=INK if sure else FAINT,
                 linewidth=1.6 if sure else 0.6, zorder=2 + sure)
        page.write(x + side / 2 - 0.01, y + side / 2 - 0.01, f"{one.n_ab:.0f}", SMALL, ha="center", zorder=4)
    return page.figure


@chart("no two actors occur together")
def network(pairs, layout, labels=None, top=12, title="Who stands next to whom, source by source?"):
    """Draw the actors of each source on one layout: an actor is in the same place in every panel.

    Parameters
    ----------
    pairs : DataFrame of source, window, a, b, n_a, n_b, n_ab, n, q and more
    layout : dict of actor -> (x, y)
        As `cooccurrence.layout` returns it; places are spread a little, so that names fit.
    """
    size = sizes(pairs, ["source"])
    actors = [actor for actor in sizes(pairs, []).index if actor in layout][:top]
    sources = sorted(once(pairs["source"]), key=lambda source: source != "all")
    sources = [source for source in sources if source != "all" or len(sources) != 2]
    columns, tall, head = min(len(sources), 2), 2.6, 0.36
    wide = min(5.0, (WIDTH - 0.2) / columns)
    names = {actor: wrap(named(actor, labels), 1.2, SMALL, 1) for actor in actors}
    places = spread({actor: layout[actor] for actor in actors}, wide - 0.1, tall)
    spots = beside(places, names, wide - 0.1, tall)
    unit, units = ("story", "stories") if pairs["window"].iloc[0] == "story" else ("sentence", "sentences")
    note = (f"A line joins two actors named in the same {unit}: the thicker, the more often; dark: more "
            f"often than chance (q < 0.05). A dot grows with the share of the n {units} that name the actor; "
            "grey: not named there with any of the others. Lines and dots compare within a panel.")
    page = Sheet(ceil(len(sources) / columns) * (tall + head) - 0.05, title, note)
    for index, source in enumerate(sources):
        x0, y0 = 0.15 + index % columns * wide, index // columns * (tall + head) + head - 0.05
        rows = pairs[(pairs["source"] == source) & pairs["a"].isin(actors) & pairs["b"].isin(actors)]
        name = wrap("All sources" if source == "all" else source, wide - 0.9, lines=1, weight="bold")
        total = pairs.loc[pairs["source"] == source, "n"].max()
        page.write(x0, y0 - 0.14, name, weight="bold")
        page.write(x0 + wide - 0.1, y0 - 0.14, f"n={total:.0f}", SMALL, ha="right", color=SOFT)
        page.box(x0, y0, wide - 0.1, tall, PALE)
        for one in rows.sort_values("n_ab", kind="stable").itertuples():
            (xa, ya), (xb, yb), sure = places[one.a], places[one.b], one.q < 0.05
            page.line([x0 + xa, x0 + xb], [y0 + ya, y0 + yb], "#4A4A4A" if sure else "#D2D2D2",
                      0.5 + 5 * one.n_ab / rows["n_ab"].max(), zorder=1 + sure, solid_capstyle="round")
        present = set(rows["a"]) | set(rows["b"])
        for actor, (x, y) in places.items():
            here, (u, v, far) = actor in present, spots[actor]
            if far:
                page.line([x0 + x, x0 + u], [y0 + y, y0 + v], GREY, zorder=3)
            across = 4 + 9 * sqrt(size[source, actor] / size[source].max()) if here else 4
            page.dot(x0 + x, y0 + y, GREEN if here else GREY, across, mec="white", zorder=4)
            page.write(x0 + u, y0 + v, names[actor], SMALL, ha="center", color=INK if here else "#757575",
                       zorder=5, bbox={"facecolor": PALE, "edgecolor": "none", "pad": 0.3, "alpha": 0.75})
    return page.figure


def spread(layout, wide, tall):
    """Return inches for a layout of any unit: half where it says, half by rank, which pulls crowds apart."""
    at = pd.DataFrame(layout, index=["x", "y"]).T.astype(float)
    even = (at.rank(method="first") - 1) / max(len(at) - 1, 1)
    at = 0.5 * (at - at.min()) / (at.max() - at.min()).replace(0, 1) + 0.5 * even
    return {actor: (0.65 + x * (wide - 1.3), 0.3 + (1 - y) * (tall - 0.6)) for actor, x, y in at.itertuples()}


@chart("the two sources have no pair of actors to compare")
def difference(table, first="the first source", second="the second source", labels=None, top=15, title=None):
    """Draw which pairs of actors appear together more in one source than in another.

    Parameters
    ----------
    table : DataFrame of actor_a, actor_b, n_1, n_2, difference, low, high, verdict and more
    first, second : str
        Names of the two sources.
    """
    few = table["verdict"] == "too few to say"
    rows = table[~few].sort_values("difference", key=lambda column: -column.abs(), kind="stable").head(top)
    if not len(rows):
        return empty(f"too few sentences to compare {first} with {second}")
    title = title or f"Which actors appear together more in {first}, and which in {second}?"
    note = (f"Difference between the shares that name both, in percentage points: {first} "
            f"(n={table['n_1'].max():.0f}) less {second} (n={table['n_2'].max():.0f}). Lines: 95% intervals. "
            "Orange: a clear difference; grey: no clear difference.")
    if len(table) > len(rows):
        note += f" {len(table) - len(rows)} more pairs, nearer to zero or too few to say, are in the table."
    names = [wrap(f"{named(one.actor_a, labels)} – {named(one.actor_b, labels)}", 2.7, lines=1)
             for one in rows.itertuples()]
    left, right, row = widest(names) + 0.3, WIDTH - 0.75, 0.3
    reach = max(rows[["difference", "low", "high"]].abs().max().max(), 0.01)
    middle, scale = (left + right) / 2, (right - left) / 2 / reach
    page = Sheet(0.7 + row * len(rows), title, note)
    for x, ha, word in ((middle - 0.1, "right", second), (middle + 0.1, "left", first)):
        page.write(x, 0.2, "more in\n" + wrap(word, right - middle - 0.1, SMALL, 1), SMALL, ha=ha, color=SOFT)
    page.line([middle, middle], [0.05, 0.47 + row * len(rows)], INK)
    for at in (-reach, reach):
        word = f"{at * 100:+.0f}"
        page.write(middle + at * scale, 0.6 + row * len(rows), word, SMALL, ha="center", color=SOFT)
    for number, (one, name) in enumerate(zip(rows.itertuples(), names, strict=True)):
        y, color = 0.45 + row * (number + 0.5), VERMILION if one.verdict.startswith("more in") else "#8C8C8C"
        page.write(left - 0.12, y, name, ha="right")
        page.line([left, right], [y, y], zorder=0)
        page.line([middle + one.low * scale, middle + one.high * scale], [y, y], color, 1.4)
        page.dot(middle + one.difference * scale, y, color)
        page.write(WIDTH - 0.15, y, f"{one.difference * 100:+.0f}", ha="right")
    return page.figure


@chart("no source names an actor")
def coverage(table, labels=None, top=24, title="Which source names whom, and who is left out?"):
    """Draw how many sentences of each source name each actor, and mark absences that length does not explain.

    Parameters
    ----------
    table : DataFrame of source, actor, k, n, share, low, high, chance
    """
    counts, sources = table.groupby("source")["n"].max(), once(table["source"])
    table = ranked(table, "actor", "k")
    actors, most = once(table["actor"]), max(table["share"].max(), 0.01)
    note = ("Sentences that name the actor, of n; shade: their share. Orange: left out, although the chance "
            "of that is under 5% for a source of this length that names it as often as the others do.")
    note += f" {len(actors) - top} rarer actors are in the table." if len(actors) > top else ""
    rows = [(actor, named(actor, labels)) for actor in actors[:top]]
    page, places, wide, tall = grid(rows, sources, title, note, counts)
    for one in table[table["actor"].isin(actors[:top])].itertuples():
        x, y = places[one.actor, one.source]
        if one.k == 0 and one.chance < 0.05:
            edge = {"edgecolor": VERMILION, "linewidth": 1.4}
            page.box(x + 0.03, y + 0.03, wide - 0.06, tall - 0.06, "#FFF1E6", **edge)
            word = "left out" if wide > 0.75 else "out" if wide > 0.4 else "×"
            page.write(x + wide / 2, y + tall / 2, word, SMALL, ha="center", color=RUST)
        else:
            page.cell(x, y, wide, tall, one.k, 0.85 * one.share / most)
    return page.figure


@chart()
def overview(frames, stance=None, coverage=None, labels=None, claim="", title=None):
    """Draw the sources side by side, a row each: size, commonest frames, stance, most named actors.

    Parameters
    ----------
    frames : DataFrame of source, frame, k, n, share and more, or None
    stance : DataFrame of source, voice, part, value, k and more, optional
    coverage : DataFrame of source, actor, k, n, share and more, optional
    """
    none = pd.DataFrame(columns=["source", "voice", "part", "value", "frame", "actor", "k", "n", "share"])
    frames, stance, coverage = (none if table is None else table for table in (frames, stance, coverage))
    sources = once([*frames["source"], *coverage["source"], *stance["source"]])
    if not sources:
        return empty("no frame, no actor and no position was found")
    counts = pd.concat([table[["source", "n"]] for table in (frames, coverage)]).groupby("source")["n"].max()
    width, row, head = 9.0, 1.26, 0.52
    many = f"{len(sources)} sources: how each" if len(sources) > 1 else "one source: how it"
    title = title or f"One event, {many} frames it, where it stands, whom it names"
    note = about(claim) + ("Where it stands: positions taken on the claim, in the source's own voice and in "
                           "the voices that it quotes; denials grow to the left, affirmations to the right.")
    page = Sheet(head + row * len(sources), title, note, width)
    for x, word, under in ((0.15, "Source", ""), (1.7, "How it frames it", "share of its sentences"),
                           (4.3, "Where it stands", ""), (6.75, "Whom it names", "share of its sentences")):
        page.write(x, 0.1, word, 11.5, weight="bold")
        page.write(x, 0.34, under, SMALL, color=SOFT)
    page.legend(4.3, 0.34, 0.1)
    bars = three(stance[stance["part"] == "all"], ["source", "voice"]).astype(float)
    far = [max([0.5, *(bars["hedge"] / 2 + bars[value])]) for value in ("deny", "affirm")]
    scale = min(1.15 / sum(far), 0.2)
    middle = 5.1 + far[0] * scale
    for number, source in enumerate(sources):
        y = head + row * number
        page.line([0.15, width - 0.15], [y, y], GREY)
        name = wrap(source, 1.4, 11.5, 3, "bold")
        page.write(0.15, y + 0.12, name, 11.5, va="top", weight="bold")
        size = f"{counts[source]:.0f} sentences" if source in counts else ""
        page.write(0.15, y + 0.2 + 0.2 * (name.count("\n") + 1), size, SMALL, va="top", color=SOFT)
        for x, table, what, color in ((1.7, frames, "frame", GREEN), (6.75, coverage, "actor", "#767676")):
            rows = table[(table["source"] == source) & (table["k"] > 0)]
            rows = rows.sort_values("share", ascending=False, kind="stable").head(4)
            for spot, one in enumerate(rows.itertuples()):
                at, long = y + 0.22 + 0.27 * spot, 0.5 * one.share / table["share"].max()
                page.write(x, at, wrap(named(getattr(one, what), labels), 1.2, lines=1))
                page.box(x + 1.25, at - 0.085, long, 0.17, color)
                page.write(x + 1.3 + long, at, f"{one.share:.0%}", SMALL, color=SOFT)
            if not len(rows):
                page.write(x, y + row / 2, "none found", SMALL, color=SOFT)
        page.line([middle, middle], [y + 0.12, y + row - 0.12], INK)
        for voice, at in (("own", y + 0.39), ("quoted", y + 0.87)):
            page.write(4.3, at, voice, SMALL, color=SOFT)
            if (source, voice) in bars.index and bars.loc[(source, voice)].sum():
                bar = bars.loc[(source, voice)]
                page.bar(middle, at, bar, scale, bar, 0.26)
            else:
                page.write(middle + 0.08, at, "none", SMALL, color=SOFT)
    return page.figure
