"""What a notebook shows: figures, tables, sentences and takeaways, each with two faces.

The HTML face is for readers: alternative text, captions, table headers, every text escaped. The plain-text
face says the same in words, and a figure's adds a digest of the numbers behind it, so that a regression test
compares words and data. What it should not compare is pixels: a rule for nbval, `tests/nbval.cfg`, leaves
them out.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib import metadata, resources
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from parallax import __version__, copies, plots, stats
from parallax.codebook import OWN, Codebook
from parallax.documents import POOLED
from parallax.tables import Tables

COLUMNS = {"frame": "frame", "argument": "argument", "item": "item", "where": "item", "what": "item"} | dict.fromkeys(
    "actor actor_a actor_b a b subject object speaker holder group holder_group".split(), "actor")  # keys in tables
HEADS = {  # what is written over a column; any other has its own name, with spaces
    "actor_a": "actor", "actor_b": "other actor", "affirm": "affirms", "hedge": "hedges", "deny": "denies",
    "alike": "runs of words alike",
    "attributed": "quoted voices", "because": "why", "candidates": "may be", "chance": "chance of none",
    "copy_of": "near-copy of", "difference": "difference in points",
    "expected": "together by chance", "holder_group": "side", "k": "count",
    "n_ab": "together", "npmi": "NPMI", "published": "day of publication", "rate_others": "elsewhere",
    "read": "read by a person", "speaker_text": "speaker", "turns": "turn it around", "variations": "changes tried"}
PERCENT = set(  # where they are floats
    "share share_1 share_2 precision rate_others spread affirm hedge deny alike".split())
CHANCES = {"p", "q", "chance"}  # three decimals, or that they are smaller
VALUES = {  # what is written for the keys in a column
    "value": stats.DOES, "voice": {"attributed": "quoted"}, "status": {"ok": "read"}, "source": {"all": "all sources"},
    "label": {"ORG": "organisation", "PERSON": "person", "GPE": "place", "NORP": "group"}}
FOLD = 5  # sentences shown in a fold
FOLDS = 8  # folds shown under a figure
BOUND = 2000  # positions in the table of all of them
WHY = ["sentence", "text", "value", "holder", "read", "argument", "because", "rule"]  # its columns
SAID = 3  # sources that a takeaway names
LONG = 220  # characters of a takeaway, two lines
ROWS = {"value": "position", "effect": "statement"}  # what a figure counts by rows and not by sentences
WHOSE = {"all": "", "own": "Own voice only", "attributed": "Quoted voices only"}  # what the parameter `voice` keeps
DONE = {"affirm": "affirmed", "hedge": "hedged", "deny": "denied"}  # what a position does with the claim
VERBS = {f"^{key} by": f"{verb} by" for key, verb in DONE.items()} | {  # the same where a text begins with it
    "by The sources' own voice$": "in its own voice"}
ELSEWHERE = "on studies that no rule was written for, 2 to 5 of 10 were right"  # see docs/evaluation.md
LABELS = {"frame": "frame", "actor": "actor"}  # what the words of rows that are folded by a column are marked as
# JupyterLab strips style sheets from an untrusted notebook, as a clone is, and of the styles on an element it keeps
# only what its list knows: colours as #rrggbb or #rrggbbaa, no rgb(1 2 3 / .2), no "inherit", no text-decoration.
BOLD = "border-left: 4px solid #009e73; background: #009e731a; font-weight: 600; padding: .5rem .9rem"
CALM = "border-left: 4px solid #767676; background: #8080801a; padding: .5rem .9rem"
INK = ";color:#1c1d20;border-bottom:"  # a mark brings its own ink, dark on pale, on light and dark pages
LOOKS = {  # the look of each kind of mark: its own line as well as its own colour
    "": "background:#e2e2e2" + INK + "2px solid #808080",
    "voice": "background:#f5e3ed" + INK + "1px solid #cc79a7",
    "frame": "background:#ccece3" + INK + "2px solid #009e73",
    "actor": "background:#d9eefa" + INK + "2px dotted #56b4e9",
    "operator": "background:#fae8c6" + INK + "3px double #e69f00",
    "cue": "background:#f8ddca" + INK + "2px dashed #d55e00",
    "differs": "background:#fbf3a4" + INK + "3px solid #a08a00",
}
PLAIN = '<div class="mathjax_ignore">'  # between $5 billion and $3 billion stands no formula


class Names(NamedTuple):
    """What is written for the keys of a codebook."""

    actor: dict[str, str]
    frame: dict[str, str]
    argument: dict[str, str]

    @property
    def item(self) -> dict[str, str]:
        """All of them together, for tables that hold several kinds."""
        return self.argument | self.frame | self.actor


def names(book: Codebook) -> Names:
    """Return what is written for the keys of a codebook's actors and groups, frames and arguments."""
    arguments = book.narrative.arguments if book.narrative else {}
    actor = {"source": "The sources' own voice", "other": "Others", "expert": "Experts", "media": "Media"}
    actor |= {key: one.name for key, one in book.actors.items()} | book.groups
    return Names(actor, {key: one.label or key for key, one in book.frames.items()},
                 {key: one.label or key for key, one in arguments.items()})


@dataclass(frozen=True, repr=False)
class Shown:
    """Something to show.

    Attributes
    ----------
    html : str
        What JupyterLab and the report show. All text in it is escaped.
    text : str
        The same in words.
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return f"{PLAIN}{self.html}</div>" if self.html else ""

    def __repr__(self) -> str:
        return self.text


def setup() -> Shown:
    """Apply the style of the charts, and return what gives everything shown in a notebook its look."""
    plots.style()
    css = resources.files("parallax").joinpath("template", "style.css").read_text(encoding="utf-8")
    return Shown(f"<style>\n{css}</style>", f"Parallax {__version__}")


def digest(table: pd.DataFrame, digits: int = 4) -> str:
    """Return twelve characters that change when a text or a number, rounded to `digits` decimals, does."""
    written = plots.rounded(table, digits).to_csv(None, index=False, float_format=f"%.{digits}f")
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def figure(drawn: Figure, data: pd.DataFrame, name: str, out: str = "", alt: str = "", caption: str = "") -> Shown:
    """Show a figure as an image with alternative text, and write it where there is a folder to write to.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure
    data : pandas.DataFrame
        What it was drawn from; its digest stands in the plain-text face.
    name : str
        The stem of its files, NAME.svg, NAME.png and NAME.csv, by which it is cited; the report links what lies there.
    out : str
        A folder; empty writes nothing.
    alt : str
        What the figure says, for those who do not see it; its title comes before.
    caption : str
        What stands under it: on how much it rests, as `based` says it.

    Returns
    -------
    Shown
    """
    title = str(drawn.get_label())
    alt = f"{title} {alt}".strip()
    # To draw takes most of the time of a report: the image that is written is the one that is shown.
    written = plots.save(drawn, data, Path(out), name)[1].read_bytes() if out else plots.png(drawn, dpi=92)
    image = base64.b64encode(written).decode()
    html = f'<img alt="{escape(alt)}" width="{drawn.get_figwidth() * 96:.0f}" src="data:image/png;base64,{image}">'
    lines = [alt, caption, f"Drawn from {len(data)} rows, digest {digest(data)}."]
    box = f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(title)}">{html}</div>'
    under = f"<figcaption>{escape(caption)}</figcaption>"
    return Shown(f'<figure class="px-figure" id="figure-{escape(name)}">{box}{under}</figure>',
                 "\n".join(filter(None, lines)))


def based(data: pd.DataFrame, noun: str, claim: str = "", by: str = "n") -> str:
    """Say for a caption on how much a figure rests: "Based on 412 sentences of 5 sources."

    Parameters
    ----------
    data : pandas.DataFrame
        What the figure was drawn from; rows in which `source` is "all" are left out.
    noun : str
        What is counted: "sentences", "stories".
    claim : str, optional
        The claim that the figure is about, in full.
    by : str
        The column that is added up; empty counts rows. `n`, which the rows of a source share, counts once a source.

    Returns
    -------
    str
        "" where there is nothing.
    """
    data = data[data["source"] != POOLED] if "source" in data else data
    if by == "n" and "source" in data:
        total = data.groupby("source")["n"].max().sum()
    else:
        total = data[by].sum() if by else len(data)
    if not total:
        return ""
    noun = re.sub("s$", "", re.sub("ies$", "y", noun)) if total == 1 else noun
    of = f" of {count(data['source'].nunique(), 'source')}" if "source" in data else ""
    return f"Based on {int(total):,} {noun}{of}." + (f" The claim: “{claim}”" if claim else "")


def table(frame: pd.DataFrame, caption: str = "", digits: int = 2, names: Names | None = None, top: int = 0,
          heads: dict[str, str] | None = None) -> Shown:
    """Show a small table: the first column names the rows, floats are rounded, a missing value is a dash.

    Keys are written in words, shares in percent, and a number before its `low` and `high` with its interval.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not shown. A cell may be `Shown`.
    caption : str, optional
    digits : int
        Decimals of floats.
    names : Names, optional
        Writes names for the keys of actors, groups, frames and arguments.
    top : int
        Show so many rows and say how many there are; 0 shows all.
    heads : dict of str to str, optional
        What is written over columns, beside and before `HEADS`: what k and n count.

    Returns
    -------
    Shown
    """
    if top and len(frame) > top:
        caption, frame = f"{caption} The first {top} of {len(frame)} rows.".strip(), frame.head(top)
    numbers = set(frame.select_dtypes("number").columns) - set(frame.select_dtypes("bool").columns)
    headings = headed(frame, HEADS | (heads or {}))
    frame = written(spelt(frame, names), digits)
    cells = frame.map(lambda value: value.text if isinstance(value, Shown) else value)
    inside = frame.map(lambda value: value.html if isinstance(value, Shown) else escape(value))
    # JupyterLab strips style sheets from an untrusted notebook and sets cells to the right: text says its side itself.
    kinds = [' class="px-number"' if name in numbers else ' style="text-align: left"' for name in frame]
    head, body = "", ""
    cells.columns = [headings[name] for name in frame]
    for name, kind in zip(cells, kinds, strict=True):
        head += f'<th scope="col"{kind}>{escape(name)}</th>'
    for first, *rest in inside.itertuples(index=False, name=None):
        row = "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(rest, kinds[1:], strict=True))
        body += f'<tr><th scope="row"{kinds[0]}>{first}</th>{row}</tr>\n'
    said = caption if len(cells) else f"{caption} Nothing to list.".strip()
    title = f"<caption>{escape(said)}</caption>" if said else ""
    html = f'<table class="px-table">{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
    html = f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(caption or "Table")}">{html}</div>'
    rows = cells.to_string(index=False) if len(cells) else "(no rows)"
    return Shown(html, "\n".join(filter(None, [caption, rows])))


def spelt(frame: pd.DataFrame, names: Names | None = None) -> pd.DataFrame:
    """Return a table with names written for the keys of actors, groups, frames and arguments, and words for values."""
    known: dict[str, dict[Any, str]] = dict(VALUES)
    if names:
        known |= {column: getattr(names, field) for column, field in COLUMNS.items()}
        known["step"] = {f"frame: {key}": f"frame: {name}" for key, name in names.frame.items()}
    frame = frame.assign(**{column: [of.get(key, key) if isinstance(key, str) else key for key in frame[column]]
                            for column, of in known.items() if column in frame})
    if names and "candidates" in frame:
        several = [listed(names.actor.get(key, key) for key in keys.split()) for keys in frame["candidates"]]
        frame = frame.assign(candidates=several)
    if names and "because" in frame:  # "'plotting' (conspiracy, for); ..."
        said = frame["because"].str.replace(r"(?<=\()\w+(?=, (?:for|against)\))", lambda key: names.argument.get(
            key[0], key[0]), regex=True)
        frame = frame.assign(because=said)
    return frame


def uncertain(frame: pd.DataFrame) -> str:
    """Return the column that stands before its interval, low and high; "" for none."""
    columns = [*frame, "", ""]
    ends = zip(columns, columns[1:], columns[2:], strict=False)
    return next((str(name) for name, low, high in ends if (low, high) == ("low", "high")), "")


def headed(frame: pd.DataFrame, heads: Mapping[str, str]) -> dict[str, str]:
    """Return what is written over each column."""
    said = {name: heads.get(name, str(name).replace("_", " ")) for name in frame}
    return said | {name: f"{said[name]} (95% interval)" for name in [uncertain(frame)] if name}


def written(frame: pd.DataFrame, digits: int = 2) -> pd.DataFrame:
    """Return a table as text, intervals beside what they belong to: "12% (5 to 22%)"; what is `Shown` stays."""
    of = uncertain(frame)
    out = {name: [cell(value, name, digits) for value in frame[name]] for name in frame
           if not (of and name in ("low", "high"))}
    if of:
        rows = frame[[of, "low", "high"]].itertuples(index=False, name=None)
        out[of] = [ranging(row, of, digits) for row in rows]
    return pd.DataFrame(out, frame.index, dtype=object)


def cell(value: Any, column: str = "", digits: int = 2) -> Any:
    """Write the value of a cell; what is `Shown` stays."""
    if isinstance(value, Shown):
        return value
    if not pd.api.types.is_list_like(value) and pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    if column in CHANCES:
        return f"{value:.3f}" if value >= 0.0005 else "<0.001"
    if column in PERCENT:
        return f"{round(100 * value) + 0.0:.0f}%"
    return f"{round(100 * value) + 0.0:+.0f}" if column == "difference" else f"{round(value, digits) + 0.0:.{digits}f}"


def ranging(row: tuple[Any, ...], column: str, digits: int) -> Any:
    """Write a value with its interval, given value, low and high, the unit of low left out: "12% (5 to 22%)"."""
    text, *ends = (cell(part, column, digits) for part in row)
    return text if "–" in ends else f"{text} ({ends[0].rstrip('%')} to {ends[1]})"


def evidence(rows: pd.DataFrame, marks: pd.DataFrame | None = None, limit: int = FOLD,
             summary: str = "The sentences behind it", verdicts: pd.DataFrame | None = None) -> Shown:
    """Show sentences, folded away, with the words that count in them marked.

    Parameters
    ----------
    rows : pandas.DataFrame
        A row a sentence: file, source, sentence, start, end, text; offsets count characters of the raw file.
    marks : pandas.DataFrame, optional
        A row a mark: file, start, end, label (cue, operator, voice, actor, frame, ...), offsets as in `rows`.
        Marks may overlap; what lies outside the sentences, or has no offsets, is left out.
    limit : int
        How many sentences are shown, the rest is counted; 0 shows all.
    summary : str
        What the fold is called.
    verdicts : pandas.DataFrame, optional
        A row a position, as `verdicts` returns them; each stands in words under its sentence.

    Returns
    -------
    Shown
    """
    rows = rows.drop_duplicates("sentence")
    marks = pd.DataFrame(columns=["file", "start", "end", "label"]) if marks is None else marks
    marks = marks.dropna(subset=["start", "end"]).astype({"start": int, "end": int})
    verdicts = pd.DataFrame(columns=["sentence", "verdict", "value"]) if verdicts is None else verdicts
    spans = {file: list(some[["start", "end", "label"]].itertuples(index=False, name=None))
             for file, some in marks.groupby("file", sort=False)}
    said_of = dict(list(verdicts.groupby("sentence", sort=False)))
    labels: dict[str, None] = {}
    items, lines = "", []
    for one in rows.head(limit or len(rows)).itertuples():
        here = [span for span in spans.get(one.file, ()) if span[0] < one.end and span[1] > one.start]
        html, text, found = cut(one, here)
        labels |= dict.fromkeys(found)
        said, said_text = tags(said_of.get(one.sentence, verdicts.head(0)))
        items += f"<li>{html} <small>{place(one.source, one.sentence)}</small>{said}</li>\n"
        lines.append(f"{one.sentence} {one.source}: {text}{said_text}")
    more = f"{len(rows) - len(lines)} more are in the tables." if len(rows) > len(lines) else ""
    many = f"{len(rows)} sentence{'' if len(rows) == 1 else 's'}"
    key = " ".join(mark(escape(label), [label]) for label in labels)
    html = (f'<details class="px-evidence"><summary>{escape(summary)} ({many})</summary>\n'
            + (f"<p>Marked: {key}</p>\n" if key else "") + (f"<ul>\n{items}</ul>\n" if items else "")
            + (f"<p>{more}</p>\n" if more else "") + "</details>")
    return Shown(html, "\n".join(filter(None, [f"{summary} ({many})", *lines, more])))


def place(source: str, sentence: str) -> str:
    """Write where a sentence stands. The report makes a link of it; elsewhere there is no page to lead to."""
    return f'<span data-sentence="{escape(sentence)}">{escape(f"{source}, {sentence}")}</span>'


def tags(verdicts: pd.DataFrame) -> tuple[str, str]:
    """Return the verdicts on a sentence, a line each, as HTML and as text."""
    html = ""
    for said, value in zip(verdicts["verdict"], verdicts["value"], strict=True):
        look = f"border-left: 4px solid {plots.VALUES[value]}; padding-left: .4em"
        html += f'<div class="px-verdict" style="{look}">{escape(said)}</div>'
    return html, f" ({', '.join(verdicts['verdict'])})" if html else ""


def verdicts(stances: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Add to positions their `verdict` in words: "Claim denied by the critics; not read"."""
    whose = ["in its own voice" if group == OWN else f"by {names.actor.get(holder, holder)}"
             for group, holder in zip(stances["holder_group"], stances["holder"], strict=True)]
    read = stances["checked"].map({True: "read by a person", False: "not read"})
    return stances.assign(verdict="Claim " + stances["value"].map(DONE) + " " + pd.Series(whose, stances.index, object)
                          + "; " + read)


def marked(one: Any, marks: pd.DataFrame) -> tuple[str, str, list[str]]:
    """Return a sentence with its marks as HTML and as text, and the labels of the marks."""
    here = marks[marks["file"].eq(one.file) & marks["start"].lt(one.end) & marks["end"].gt(one.start)]
    return cut(one, list(here[["start", "end", "label"]].itertuples(index=False, name=None)))


def cut(one: Any, spans: list[tuple[int, int, str]]) -> tuple[str, str, list[str]]:
    """Return what `marked` does, given the marks in the sentence: start, end, label."""
    ends = {at for start, end, _ in spans for at in (start, end) if one.start < at < one.end}
    cuts, html, text, labels = sorted(ends | {one.start, one.end}), "", "", []
    for start, end in pairwise(cuts):
        found = list(dict.fromkeys(str(label) for low, high, label in spans if low <= start and end <= high))
        piece = one.text[start - one.start:end - one.start]
        html += mark(escape(piece), found) if found else escape(piece)
        text += f"[{piece}|{', '.join(found)}]" if found else piece
        labels += found
    return html, text, labels


def mark(html: str, labels: list[str]) -> str:
    """Return marked words. The style stands on the mark: JupyterLab strips style sheets from an untrusted notebook."""
    kinds = " ".join(f"px-{escape(label)}" for label in labels)
    look = LOOKS.get(labels[-1], LOOKS[""])
    return f'<mark class="{kinds}" title="{escape(", ".join(labels))}" style="{look}">{html}</mark>'


def folds(tables: Tables, rows: pd.DataFrame, by: str, names: dict[str, str] | None = None,
          marks: pd.DataFrame | None = None, limit: int = FOLD) -> list[Shown]:
    """Show the sentences behind rows, one fold for each value of a column, the most frequent first.

    Parameters
    ----------
    tables : Tables
    rows : pandas.DataFrame
        Rows of one of the tables; the sentences of positions that have `verdicts` show those of the fold.
    by : str
        The column.
    names : dict of str to str, optional
        What is written for its values.
    marks : pandas.DataFrame, optional
        What to mark; by default the words of the rows themselves.
    limit : int
        Sentences shown in a fold; 0 shows all.

    Returns
    -------
    list of Shown
        At most `FOLDS`; each says how many sentences it is about, and how many positions or statements.
    """
    out, keys = [], rows[by].value_counts(sort=True).index
    for key in keys[:FOLDS]:
        mine = rows[rows[by] == key]
        spans = mine.assign(label=LABELS.get(by, "cue")) if marks is None else marks
        counted = next((f", {count(len(mine), noun)}" for column, noun in ROWS.items() if column in rows), "")
        said = mine if "verdict" in mine else None
        out.append(evidence(behind(tables, mine), spans, limit, str((names or {}).get(key, key)) + counted, said))
    if len(keys) > FOLDS:
        more = [str((names or {}).get(key, key)) for key in keys[FOLDS:]]
        rest = f"Only in the tables: {listed(more[:FOLDS])}" + (f", and {len(more) - FOLDS} others." if
                                                                len(more) > FOLDS else ".")
        out.append(Shown(f"<p>{escape(rest)}</p>", rest))
    return out


def behind(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences that rows of a table stand in."""
    return tables.sentences[tables.sentences["sentence"].isin(rows["sentence"])]


def pair(tables: Tables, acting: pd.DataFrame, actors: tuple[str, str], window: str, names: dict[str, str],
         limit: int = FOLD) -> Shown:
    """Show the sentences (or the stories' sentences) that name two actors, given the mentions used as actors."""
    keys = acting["actor"].astype(object)
    both = set.intersection(*(set(acting[window][keys == actor]) for actor in actors))
    mine = acting[acting[window].isin(both) & keys.isin(actors)]
    title = " and ".join(names.get(actor, actor) for actor in actors)
    return evidence(behind(tables, mine), mine.assign(label="actor"), limit, title)


def said_by(statements: pd.DataFrame) -> pd.DataFrame:
    """Return the marks of statements: who speaks and the reporting words, both as voice."""
    parts = [statements[["file", f"{part}_start", f"{part}_end"]].dropna().set_axis(["file", "start", "end"], axis=1)
             for part in ("speaker", "cue")]
    return pd.concat(parts, ignore_index=True).assign(label="voice")


def positions(tables: Tables, stances: pd.DataFrame) -> pd.DataFrame:
    """Return what to mark in sentences with a position: the cue, what operates on it, speaker and reporting words."""
    said = tables.statements[tables.statements["sentence"].isin(stances["sentence"])]
    spans = stances[["file"]].assign(span=stances["operators"].str.split()).explode("span").dropna(subset=["span"])
    ends = spans["span"].str.split("-", expand=True).reindex(columns=[0, 1]).astype("int64")
    operators = spans[["file"]].assign(start=ends[0], end=ends[1], label="operator")
    cues = stances.loc[pointed(tables, stances), ["file", "start", "end"]].assign(label="cue")
    return pd.concat([cues, operators, said_by(said)], ignore_index=True)


def pointed(tables: Tables, stances: pd.DataFrame) -> pd.Series:
    """Say which positions point at words; a reader may take a position for that of the whole sentence."""
    length = tables.sentences["end"] - tables.sentences["start"]
    whole = stances["sentence"].map(dict(zip(tables.sentences["sentence"], length, strict=True)))
    return stances["end"] - stances["start"] < whole.astype(float)  # of no position the map is of text


def why(tables: Tables, stances: pd.DataFrame, names: Names, caption: str = "", bound: int = BOUND) -> Shown:
    """Show every position with its sentence, in which its cue is marked, and why it was found, in a table that scrolls.

    Parameters
    ----------
    tables : Tables
    stances : pandas.DataFrame
        The positions.
    names : Names
        Writes names for holders and arguments.
    caption : str, optional
    bound : int
        Show so many, and say where the rest is.

    Returns
    -------
    Shown
    """
    rows, where = stances.head(bound), tables.sentences.set_index("sentence")
    texts = [Shown(cued(one, where.loc[one.sentence], cue), "") for one, cue in
             zip(rows.itertuples(), pointed(tables, rows), strict=True)]
    places = [Shown(place(*at), ", ".join(at)) for at in zip(rows["source"], rows["sentence"], strict=True)]
    shown = rows.assign(sentence=pd.Series(places, rows.index, object), text=pd.Series(texts, rows.index, object),
                        read=rows["checked"].map({True: "yes", False: "no"}))
    shown = spelt(shown[WHY], names).rename(columns=HEADS | {"value": "position", "read": "read"})
    if len(stances) > bound:
        more = f"The first {bound} of {len(stances)} positions; all are in stances.csv."
        caption = f"{caption}. {more}" if caption else more
    html = table(shown, caption, heads={"read": "read"}).html.replace('class="scroll"', 'class="scroll px-tall"', 1)
    words = shown.drop(columns="text")  # the sentences of all positions would stand twice in the file of the notebook
    lines = [" | ".join(map(str, row)) for row in words.itertuples(index=False, name=None)]
    return Shown(html, "\n".join(filter(None, [caption, " | ".join(words), *lines])))


def cued(one: Any, sentence: pd.Series, points: bool) -> str:
    """Return the sentence of a position as HTML, its cue marked."""
    start, end = ((at - sentence["start"]) * points for at in (one.start, one.end))
    before, cue, after = (escape(text) for text in (sentence["text"][:start], sentence["text"][start:end],
                                                    sentence["text"][end:]))
    return f"{before}{mark(cue, ['cue']) if cue else ''}{after}"


def takeaway(text: str) -> Shown:
    """Show one sentence that says what came out; nothing for no text."""
    return Shown(f'<p class="px-takeaway" style="{BOLD}">{escape(text)}</p>' if text else "", text)


def unread(stances: pd.DataFrame, study: Any = None, voice: str = "all", of: str = "sources") -> Shown:
    """Say how many positions a person read; where a takeaway would stand, that these are too few for one.

    Parameters
    ----------
    stances : pandas.DataFrame
        The positions.
    study : Study, optional
        Gives the long form, for the top of a page: what that means, and how to read them.
    voice : {"all", "own", "attributed"}
        Whose positions these are.
    of : str
        What cannot be compared; empty says only how many were read.

    Returns
    -------
    Shown
        Nothing where there is no position.
    """
    if stances.empty:
        return Shown("", "")
    rows = stances.assign(k=1, read=stances["checked"].astype(int))
    text, few = read_of(stances), rows[~stats.enough(rows, ["source"])]
    if study is None:
        few_of = "; these are" if stances["checked"].all() else ":"  # not: so few of them were read
        text += f"{few_of} too few to compare {of}" if of else ""
    elif len(few):
        some = list(few["source"].unique())
        said = f"of {listed(some)}" if len(some) <= SAID else f"in {len(some)} of {stances['source'].nunique()}"
        whose = f" {said}" if len(few) < len(stances) else ""
        text += f": too few{whose} to compare {of}" if stances["checked"].any() else ""
        text += f"; {ELSEWHERE}. `parallax review {study.folder.name}` reads them"
    return calm(voiced(f"{text}.", voice))


def busiest(volume: pd.DataFrame) -> str:
    """Say in which period most documents were published; where several share the first place, how many, or all.

    Parameters
    ----------
    volume : pandas.DataFrame
        The rows "documents" of `stats.over_time`.

    Returns
    -------
    str
    """
    every, many = volume["every"].iloc[0], volume.groupby("start")["k"].sum()
    first = many.index[many == many.max()]
    if len(first) == len(many):
        return f"None of {count(len(many), every)} stands out: {count(int(many.max()), 'document')} in each."
    said = f"{'is' if every == 'day' else 'begins on'} {first[0]}:"
    text = f"the busiest {said}" if len(first) == 1 else f"{len(first)} are the busiest, each with"
    return f"Of {count(len(many), every)} {text} {share(many.max(), many.sum(), 'documents')}."


def dated(documents: pd.DataFrame) -> Shown:
    """Say which documents have a day of publication, and whether these are enough to compare over time.

    Parameters
    ----------
    documents : pandas.DataFrame
        The documents; those that were read are looked at.

    Returns
    -------
    Shown
    """
    rows = documents[documents["status"] == "ok"]
    rows = rows.assign(day=stats.days(rows))
    days = rows["day"].dropna().dt.strftime("%Y-%m-%d")
    text = f"{len(days)} of {count(len(rows), 'document')} {'has' if len(days) == 1 else 'have'} a day of publication"
    text += (f": {days.min()}" + (f" to {days.max()}" if days.nunique() > 1 else "")) if len(days) else ""
    if days.nunique() < stats.DATES:
        text += (f"; a comparison over time needs {stats.DATES} different days. They stand in the column `published` "
                 "of `sources.csv`, as in 2025-09-03")
    odd = rows[rows["day"].isna() & rows["published"].ne("")]
    if len(odd):
        said = [f"{r.published!r} ({r.file})" for r in odd.head(SAID).itertuples()]
        said += [f"{len(odd) - SAID} others"] if len(odd) > SAID else []
        text += f". No day: {listed(said)}"
    return calm(f"{text}.")


def drawn(part: pd.DataFrame, study: Any) -> Shown:
    """Say how right the rules are in the sentences that were drawn at random.

    Parameters
    ----------
    part : pandas.DataFrame
        As `evaluate.random_part` returns it.
    study : Study

    Returns
    -------
    Shown
    """
    said = part[(part["voice"] == "all") & (part["n"] > 0)]
    text = listed(f"{r.measure} {share(r.k, r.n, 'positions')}" for r in said.itertuples())
    many = count(int(part["sentences"].max()), "sentence") if len(part) else "No sentence"
    if len(said):
        return calm(f"In {many} drawn at random: {text}.")
    known = "have been read, and none takes a position." if len(part) else (
        f"has been read, so how good the positions are on this study is not known: `parallax review "
        f"{study.folder.name}` draws some.")
    return calm(f"{many} drawn at random {known}")


def copied(documents: pd.DataFrame) -> Shown:
    """Say how many of the documents are near-copies of another, and how they count; nothing where none is."""
    return calm(copies.sentence(documents))


def calm(text: str) -> Shown:
    """Show a line that says how much something rests on; words in backquotes are code."""
    html = re.sub("`(.+?)`", r"<code>\1</code>", escape(text))
    return Shown(f'<p class="px-unread" style="{CALM}">{html}</p>' if text else "", text)


def read_of(stances: pd.DataFrame) -> str:
    """Say how many positions a person read: "None of these 41 positions was read by a person"."""
    read, positions = int(stances["checked"].sum()), count(len(stances), "position")
    some = f"{read} of {positions}" if read else f"None of {'these ' * (len(stances) > 1)}{positions}"
    return f"{some} {'was' if read < 2 else 'were'} read by a person"


def shifted(changes: pd.DataFrame, names: Mapping[str, str], noun: str) -> str:
    """Say which shares differ clearly before and since the middle, the surest first; "" where nothing is compared.

    Parameters
    ----------
    changes : pandas.DataFrame
        As `stats.changes` returns them.
    names : dict of str to str
        What is written for the items.
    noun : str
        What the shares are of.
    """
    if changes.empty:
        return ""
    clear, since = changes[changes["q"] < 0.05], changes["since"].iloc[0]
    if clear.empty:
        return f"No share differs clearly before and since {since} (q < 0.05, {count(len(changes), 'share')} compared)."
    said = [f"{names.get(r.item, r.item)} in {r.source} {r.share_2:.0%} of {r.n_2} {noun}, before {r.share_1:.0%} of "
            f"{r.n_1} ({100 * r.difference:+.0f} points, {100 * r.low:+.0f} to {100 * r.high:+.0f})"
            for r in clear.itertuples()]
    return told([f"Since {since}: {said[0]}", *said[1:]])


def shifts(changes: pd.DataFrame, names: Names, caption: str = "", top: int = 10) -> Shown:
    """Show as a table what `stats.changes` returns, the surest first; nothing for no row."""
    if changes.empty:
        return Shown("", "")
    since = changes["since"].iloc[0]
    before, after = ([f"{cell(one, 'share')} of {n}" for one, n in zip(changes[f"share_{half}"], changes[f"n_{half}"],
                                                                      strict=True)] for half in (1, 2))
    found = changes.assign(before=before, since=after, value=changes["item"], frame=changes["item"])
    item = "frame" if found["what"].eq("frame").any() else "value"
    return table(found[["source", item, "before", "since", "difference", "low", "high", "q"]], caption, names=names,
                 top=top, heads={"before": f"before {since}", "since": f"since {since}", "value": "position"})


def halves(tables: Tables, changes: pd.DataFrame, rows: pd.DataFrame, names: Names, limit: int = FOLD) -> list[Shown]:
    """Show the sentences behind the `SAID` surest changes, of the half in which the item has the larger share.

    Parameters
    ----------
    tables : Tables
    changes : pandas.DataFrame
        As `stats.changes` returns them, of frames or of positions.
    rows : pandas.DataFrame
        The frames, or the positions with their voice as `stats.placed` returns them.
    names : Names
    limit : int
        Sentences shown in a fold; 0 shows all.

    Returns
    -------
    list of Shown
    """
    days, out = tables.documents.assign(day=stats.days(tables.documents)).dropna(subset=["day"]), []
    for one in changes.head(SAID).itertuples():
        late = days["day"].ge(one.since).eq(one.difference > 0)
        here = rows[rows["file"].isin(days["file"][late]) & rows["source"].eq(one.source)]
        title = f"in {one.source}, {'since' if one.difference > 0 else 'before'} {one.since}"
        if one.what == "frame":
            mine = here[here["frame"] == one.item]
            out.append(evidence(behind(tables, mine), mine.assign(label="frame"), limit,
                                f"{names.frame.get(one.item, one.item)} {title}"))
        else:
            mine = here[here["value"].eq(one.item) & here["voice"].eq(one.what)]
            out.append(evidence(behind(tables, mine), positions(tables, mine), limit,
                                f"Claim {DONE[one.item]} {title}", verdicts(mine, names)))
    return out


def voiced(text: str, voice: str) -> str:
    """Say before a title or a takeaway whose voice alone it counts; nothing for all voices, and for no text."""
    return f"{WHOSE[voice]}: {text}" if text and WHOSE[voice] else text


def share(k: float, n: float, noun: str) -> str:
    """Write a share with its n and its 95 % interval (Wilson): "12 of 40 sentences (30%, 18% to 45%)"."""
    low, high = (float(end) for end in stats.wilson(k, n))
    return f"{k:.0f} of {n:.0f} {noun}" + (f" ({k / n:.0%}, {low:.0%} to {high:.0%})" if n else "")


def foremost(data: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return for each group the row with the largest k; none where two are even, or where there is but one."""
    k = data.groupby(by)["k"]
    top = data[(data["k"] > 0) & (data["k"] == k.transform("max")) & (k.transform("size") > 1)]
    return top[~top.duplicated(by, keep=False)]


def leading(data: pd.DataFrame, item: str, names: dict[str, str], noun: str = "sentences",
            of: str = "sources") -> str:
    """Say which item leads clearly in which sources, the items that lead in most sources first.

    From `SAID` sources on an item is said once, with how many they are and in which of them its share is largest. An
    item leads clearly where its interval ends above that of every other item of the source. Two 95 % intervals
    that do not meet are a stricter test than p < 0.05, which allows for the sources that are looked at together.

    Parameters
    ----------
    data : pandas.DataFrame
        source, ITEM, k, n, low, high, one row for each source and item.
    item : str
        A column.
    names : dict of str to str
        What is written for its values.
    noun : str
        What n counts.
    of : str
        What is compared.

    Returns
    -------
    str
        "" where there is nothing to compare: no source has two items, or nothing was found.
    """
    found = data[data["k"] > 0]
    if not (data.groupby("source")["k"].transform("size") > 1).loc[found.index].any():
        return ""
    best, where = foremost(data, ["source"]), found["source"].nunique()
    best = best[[(row.low > data.loc[data["source"].eq(row.source) & data[item].ne(getattr(row, item)), "high"]).all()
                 for row in best.itertuples()]]
    if best.empty:
        all_of = f"any of {where} {of}" if where > 1 else "the source"
        return f"No {'position' if item == 'value' else item} leads clearly in {all_of}: intervals overlap."
    best = best.assign(places=best.groupby(item, observed=True)["k"].transform("size"))
    best = best.sort_values(["places", "share"], ascending=False, kind="stable")
    said, places = [], []
    for key, rows in best.groupby(item, sort=False, observed=True):
        each = [f"{r.source} ({r.k:.0f} of {r.n:.0f} {noun}, {r.share:.0%}, {r.low:.0%} to {r.high:.0%})"
                for r in rows.itertuples()]
        many = f"all {where}" if len(each) == where else f"{len(each)} of {where}"
        all_of = f"{many} {of}, most in {each[0]}" if len(each) >= SAID else ", ".join(each)
        said.append(f"{names.get(key, key)} leads in {all_of}")
        places.append(len(each))
    return told(said, counts=places)


def told(parts: list[str], more: int = 0, counts: list[int] | None = None) -> str:
    """Make one takeaway of at most `LONG` characters of its parts; "" when there are none.

    Parameters
    ----------
    parts : list of str
        The most important first. At least the first is told, whole.
    more : int
        How many are not among them.
    counts : list of int, optional
        How many each part stands for, by default one; those that are not told are counted.

    Returns
    -------
    str
    """
    counts = counts or [1] * len(parts)
    rest = len(" 99 more in the table.")  # what is not told is counted
    room = [LONG - rest] * (len(parts) - 1) + [LONG - rest * (more > 0)]
    fits = max((n for n, most in enumerate(room, 1) if len("; ".join(parts[:n])) <= most), default=1)
    text, more = "; ".join(parts[:fits]), more + sum(counts[fits:])
    end = f". {more} more in the table." if more > 0 else "."
    return f"{text[:1].upper()}{text[1:]}{end}" if text else ""


def listed(items: Iterable[str]) -> str:
    """List items as in a sentence: "a, b and c"; "none"."""
    *rest, last = list(items) or ["none"]
    return f"{', '.join(rest)} and {last}" if rest else last


def count(n: int, noun: str) -> str:
    """Write a number with its noun: "1 pair", "2 pairs"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def provenance(study: Any, parameters: dict[str, Any]) -> Shown:
    """Show in one line what made a page: versions, the study's checksum, parameters; no times and no paths.

    Parameters
    ----------
    study : Study, Tables, or dict of str -> pandas.DataFrame
        What has a `checksum`; or tables, whose documents' digests make one.
    parameters : dict
        Name -> value. Of a path only its last part is kept, and `out` is left out.

    Returns
    -------
    Shown
    """
    checksum = getattr(study, "checksum", None)
    if checksum is None:
        documents = study["documents"] if isinstance(study, dict) else study.documents
        checksum = hashlib.sha256("\n".join(sorted(documents["sha256"].fillna(""))).encode()).hexdigest()[:12]
    from parallax.parts import model_version  # here, so that showing a figure does not load spaCy

    model = str(parameters.get("model", "en_core_web_sm"))
    model = model_version(model) or Path(model).name
    settings = [f"{name}={Path(value).name if isinstance(value, str | Path) else value}"
                for name, value in parameters.items() if name not in ("out", "model")]
    parts = [f"Parallax {__version__}", f"spaCy {metadata.version('spacy')}", model,
             f"pandas {pd.__version__}", f"study {checksum}", ", ".join(settings)]
    text = "Made with " + "; ".join(part for part in parts if part) + "."
    return Shown(f'<p class="px-provenance">{escape(text)}</p>', text)
