"""Choose sentences and read them: filters, a search, keyword in context, and the page of widgets that shows them.

The first half knows no widgets: `select` takes tables and a `Choice` and returns the sentences with what made them
fit. The second half draws that, and takes what a reader says is wrong.
"""

import getpass
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets as widgets
import pandas as pd

from parallax import display, labels, stats
from parallax.codebook import OWN
from parallax.errors import StudyError, allowed
from parallax.parts import SPAN
from parallax.study import Study
from parallax.tables import VOICES, Tables, write

PAGE = 15  # sentences on a page
LINES = 40  # lines on a page of keywords in context
AROUND = 2  # sentences shown before and after one
WIDTH = 45  # characters shown before and after a keyword
MARKS = {"statements": "voice", "frames": "frame", "mentions": "actor", "stances": "cue"}  # what a fact is marked as
NOUNS = {"statements": "speaker", "frames": "frame", "mentions": "actor"}
HIT = ["sentence", "file", *SPAN, "label", "table", "row"]
DATE = re.compile(r"\d{4}(-\d\d){0,2}")
ALIKE = {"'": "['’‘ʼ]", "-": "[-‐‑]"}  # what a typed sign stands for


@dataclass(frozen=True)
class Choice:
    """What is chosen; what is empty chooses nothing.

    All of it must hold of a sentence. `holder`, `argument` and `value` must hold of one position in it. `voice` is that
    of frames, mentions, positions and words found, as in `Tables.select`. `since` and `until` are dates as in
    `sources.csv`: 2025, 2025-09 or 2025-09-03.
    """

    sources: tuple[str, ...] = ()
    voice: str = "all"
    words: str = ""
    frame: str = ""
    actor: str = ""
    other: str = ""
    holder: str = ""
    argument: str = ""
    value: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    @property
    def fact(self) -> bool:
        """Whether a fact is chosen."""
        return any((self.frame, self.actor, self.other, self.holder, self.argument, self.value))


class Found(NamedTuple):
    """Sentences, the spans that made them fit, all sentences that count, and the tables that were looked in.

    A span is a row: sentence, file, start, end, text, label, and the `table` and `row` of the fact; a word has none.
    """

    sentences: pd.DataFrame
    spans: pd.DataFrame
    counted: pd.DataFrame
    tables: Tables


# --- What is chosen


def select(tables: Tables, choice: Choice) -> Found:
    """Return the sentences that fit a choice.

    Parameters
    ----------
    tables : Tables
        Corrected, of all sources and voices.
    choice : Choice

    Returns
    -------
    Found
        `counted` are the sentences of the chosen sources, of which `sentences` are a part. `spans` are the facts that
        were chosen, all facts where none was, and the words found.

    Raises
    ------
    StudyError
        A source or a voice that does not exist.
    """
    t = tables.select(choice.sources, choice.voice)
    counted = stats.counted(t.sentences)
    rows = counted[counted["kind"].eq(choice.kind)] if choice.kind else counted
    if choice.since or choice.until:
        rows = rows[rows["file"].isin(published(t.documents, choice.since, choice.until))]
    chosen, words = facts(t, choice), search(rows, choice.words, t.statements, choice.voice)
    for part in [*chosen, *words]:
        rows = rows[rows["sentence"].isin(part["sentence"])]
    parts = [*(chosen or [fired(t, table) for table in MARKS]), *words]
    spans = pd.concat([part[HIT] for part in parts], ignore_index=True)
    return Found(rows, spans[spans["sentence"].isin(rows["sentence"])], counted, t)


def facts(t: Tables, choice: Choice) -> list[pd.DataFrame]:
    """Return the rows of each fact that is chosen."""
    out = []
    for table, wanted in (("frames", choice.frame), ("mentions", choice.actor), ("mentions", choice.other)):
        if wanted:
            rows = fired(t, table)
            out.append(rows[rows[labels.KEY[table]] == wanted])
    if choice.holder or choice.argument or choice.value:
        rows = fired(t, "stances")
        for column in ("argument", "value"):
            if wanted := getattr(choice, column):
                rows = rows[rows[column] == wanted]
        held = rows[["holder", "holder_group"]].eq(choice.holder).any(axis=1)
        out.append(rows[held] if choice.holder else rows)
    return out


def fired(t: Tables, table: str) -> pd.DataFrame:
    """Return the facts of a table as spans: of a statement its speaker, and no actor who is but a place."""
    rows = getattr(t, table)
    rows = rows.assign(label=MARKS[table], table=table, row=rows.index)
    if table == "statements":
        parts = {part: rows[f"speaker_{part}"] for part in SPAN}
        return rows.assign(**parts).dropna(subset=["start", "end"]).astype({"start": int, "end": int})
    return rows[rows["sense"] == "actor"] if table == "mentions" else rows


def published(documents: pd.DataFrame, since: str, until: str) -> list[str]:
    """Return the files that were published, or may have been, between two dates; those without a date are not.

    A month or a year stands for all of its days.
    """
    dates = documents["published"].astype(object).map(lambda day: DATE.match(day.strip()))
    known = dates.notna()
    first = dates[known].map(lambda day: day[0] + "-01-01"[len(day[0]) - 4:])
    last = dates[known].map(lambda day: day[0] + "-12-31"[len(day[0]) - 4:])
    until = until + "-12-31"[len(until) - 4:] if until else "9999"
    return list(documents.loc[known, "file"][(last >= since) & (first <= until)])


def undated(documents: pd.DataFrame) -> int:
    """Count the documents that were read and have no date."""
    read = documents[documents["status"] == "ok"]
    return int(sum(not DATE.match(day.strip()) for day in read["published"]))


def terms(words: str) -> list[re.Pattern[str]]:
    """Return a pattern for each word and each phrase in quotation marks; signs alone are left out.

    Words are whole, whatever their case; a star at the end stands for any ending.
    """
    out = []
    for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', re.sub("[“”„«»]", '"', words)):
        if pieces := [piece for piece in map(bare, (phrase or word).split()) if piece.strip("*")]:
            out.append(re.compile(r"(?<!\w)" + r"[^\w]+".join(map(piece_pattern, pieces)) + r"(?!\w)", re.I))
    return out


def bare(piece: str) -> str:
    """Return a word as it was typed without the signs around it, but for a star at its end."""
    return re.sub(r"^\W+|[^\w*]+$", "", piece)


def piece_pattern(piece: str) -> str:
    """Return the pattern of one word as it was typed."""
    body = piece.rstrip("*")
    ending = r"\w*" if body != piece else ""
    return "".join(ALIKE.get(sign, re.escape(sign)) for sign in re.sub("[’‘ʼ]", "'", body)) + ending


def search(sentences: pd.DataFrame, words: str, statements: pd.DataFrame, voice: str = "all") -> list[pd.DataFrame]:
    """Find each term of a search: a row a hit, with its place and the label `word`.

    Parameters
    ----------
    sentences : pandas.DataFrame
    words : str
        As in `terms`.
    statements : pandas.DataFrame
        Of the same texts: what is said in them is not said in the own voice.
    voice : {"all", "own", "attributed"}
        Keep the hits in this voice.

    Returns
    -------
    list of pandas.DataFrame
        One for each term.
    """
    out, rows = [], list(sentences[["sentence", "file", "start", "text"]].itertuples(index=False, name=None))
    for pattern in terms(words):
        hits = [(name, file, start + hit.start(), start + hit.end(), hit[0], "word", "", -1)
                for name, file, start, text in rows for hit in pattern.finditer(text)]
        found = pd.DataFrame(hits, columns=HIT)
        if voice != "all":
            found = found[said(found, statements) == (voice == "attributed")]
        out.append(found)
    return out


def said(hits: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Say of each hit whether it stands in what somebody is reported to say."""
    spans = {file: list(zip(rows["start"], rows["end"], strict=True)) for file, rows in statements.groupby("file")}
    return pd.Series([any(low <= start < high for low, high in spans.get(file, ()))
                      for file, start in zip(hits["file"], hits["start"], strict=True)], hits.index, dtype=bool)


def concordance(sentences: pd.DataFrame, spans: pd.DataFrame, width: int = WIDTH) -> pd.DataFrame:
    """Return keywords in context: sentence, source, left, hit, right, a row a span, inside its sentence.

    Keywords are the words searched; where none is, the words of what was chosen.
    """
    words = spans["label"].eq("word")
    spans = (spans[words] if words.any() else spans).drop_duplicates(["file", "start", "end"])
    rows = sentences[["sentence", "source", *SPAN]].merge(
        spans[["sentence", "start", "end"]].sort_values("start"), on="sentence", suffixes=("", "_hit"))
    texts = [(text[:a - at], text[a - at:b - at], text[b - at:]) for text, at, a, b in
             zip(rows["text"], rows["start"], rows["start_hit"], rows["end_hit"], strict=True)]
    left, hit, right = [[" ".join(part.split()) for part in parts] for parts in zip(*texts, strict=True)] or [[]] * 3
    return rows[["sentence", "source"]].assign(
        left=[part if len(part) <= width else f"…{part[-width:].partition(' ')[2]}" for part in left], hit=hit,
        right=[part if len(part) <= width else f"{part[:width].rpartition(' ')[0]}…" for part in right])


def counts(found: Found) -> pd.DataFrame:
    """Return for each source its k sentences of n, their share and its 95 % interval, low to high."""
    n = found.counted["source"].astype(object).value_counts(sort=False)
    k = found.sentences["source"].astype(object).value_counts().reindex(n.index, fill_value=0).to_numpy()
    low, high = stats.wilson(k, n)
    return pd.DataFrame({"source": n.index, "k": k, "n": n.to_numpy(), "share": stats.ratio(k, n),
                         "low": low, "high": high})


def around(places: list[tuple[str, int, int]], at: int, raw: str) -> tuple[str, str]:
    """Return the raw text before and after a sentence, its neighbours in the file.

    Parameters
    ----------
    places : list of (file, start, end)
        Of all sentences, in the order of the texts.
    at : int
        Which of them.
    raw : str
        The text of its file.
    """
    file, start, end = places[at]
    near = [place for place in places[max(0, at - AROUND):at + AROUND + 1] if place[0] == file]
    return raw[min(place[1] for place in near):start], raw[end:max(place[2] for place in near)]


def table(found: Found) -> pd.DataFrame:
    """Return what was selected as a table, a row a sentence, with all that fired in it and the words found."""
    t = found.tables
    acting = t.mentions[t.mentions["sense"] == "actor"]
    held = t.stances["value"] + " by " + t.stances["holder"] + ": " + t.stances["argument"]
    columns = {"found": found.spans.loc[found.spans["label"] == "word", ["sentence", "text"]],
               "frames": t.frames[["sentence", "frame"]], "actors": acting[["sentence", "actor"]],
               "speakers": t.statements[["sentence", "speaker_text"]],
               "positions": t.stances[["sentence"]].assign(position=held)}
    rows = found.sentences[["sentence", "file", "source", "story", "kind", *SPAN, "checked"]]
    rows = rows.merge(t.documents[["file", "published"]], on="file", how="left")
    for name, part in columns.items():
        part = part[part["sentence"].isin(rows["sentence"])].set_axis(["sentence", name], axis=1)
        part = part[part[name] != ""].drop_duplicates()
        rows = rows.merge(part.groupby("sentence")[name].agg("; ".join).reset_index(), on="sentence", how="left")
    return rows.fillna("")


def save(rows: pd.DataFrame, folder: Path) -> Path:
    """Write a table to `selection.csv` in a folder, or the next free number of it, whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = next(n for n in range(1, 10**6) if not (folder / f"selection-{n}.csv").exists())
        write(rows, folder / f"selection-{number}.csv")
    except OSError as error:
        raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None
    return folder / f"selection-{number}.csv"


# --- The page


def show(study: Study, tables: Tables, choice: Choice = Choice(), reader: str = "") -> "Explorer":
    """Show filters, a search and the sentences that fit, and take what a reader says is wrong.

    Parameters
    ----------
    study : parallax.study.Study
    tables : Tables
        As `tables.build` returns them: the reader's answers are applied here.
    choice : Choice, optional
        What is chosen to begin with.
    reader : str
        Who corrects; empty means the user's login name.

    Returns
    -------
    Explorer
        A widget; the last line of a cell shows it.
    """
    return Explorer(study, tables, choice, reader or login())


def login() -> str:
    """Return the user's login name, "reader" where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reader"


def options(study: Study, t: Tables) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Return for each field of a Choice that is picked from a list: its title, and what is written for each value.

    Values are those that occur, the most frequent first.
    """
    names = display.names(study.codebook)
    acting = t.mentions.loc[t.mentions["sense"] == "actor", "actor"]
    groups = {key: f"{names.actor.get(key, key)} (all)" for key in frequent(t.stances["holder_group"])}
    holders = {key: names.actor.get(key, key) for key in frequent(t.stances["holder"])} | {OWN: "Own voice"}
    groups = {key: text for key, text in groups.items() if key not in holders}
    listed = {
        "frame": ("Frame", frequent(t.frames["frame"]), names.frame),
        "actor": ("Actor", frequent(acting), names.actor),
        "other": ("and actor", frequent(acting), names.actor),
        "holder": ("Whose position", [*groups, *frequent(t.stances["holder"])], groups | holders),
        "value": ("Position", [value for value in stats.VALUES if value in set(t.stances["value"])], stats.DOES),
        "argument": ("Argument", frequent(t.stances["argument"]), names.argument),
        "kind": ("Kind of sentence", frequent(stats.counted(t.sentences)["kind"]), {}),
    }
    return {field: (title, [("any", ""), *((written.get(key, key), key) for key in keys)])
            for field, (title, keys, written) in listed.items() if len(keys) > (field == "kind")}


def frequent(column: pd.Series) -> list[str]:
    """Return the values of a column, the most frequent first, without the empty one."""
    return [key for key in column.astype(object).value_counts().index if key]


def controls(study: Study, t: Tables, choice: Choice) -> tuple[dict[str, Any], list[widgets.Checkbox]]:
    """Return the widgets of what can be chosen in a study, by the field of a Choice, and those of its sources."""
    voices = {"all": "own and quoted", "own": "own voice", "attributed": "quoted voices"}
    found: dict[str, Any] = {
        "words": widgets.Text(choice.words, description="Words", placeholder='word, begin*, "a phrase"',
                              continuous_update=False),
        "voice": widgets.Dropdown(options=[(voices[key], key) for key in VOICES], description="Voice")}
    for field, (title, values) in options(study, t).items():
        if getattr(choice, field):
            allowed(field, getattr(choice, field), [key for _, key in values if key])
        found[field] = widgets.Dropdown(options=values, value=getattr(choice, field), description=title)
    found["voice"].value = choice.voice
    read = t.documents[t.documents["status"] == "ok"]
    if undated(read) < len(read):
        for field, title in (("since", "Published from"), ("until", "to")):
            day = getattr(choice, field)
            found[field] = widgets.DatePicker(value=date.fromisoformat(day) if day else None, description=title)
    labels_ = list(t.sentences["source"].unique())
    chosen = set(choice.sources) if set(choice.sources) != set(labels_) else set()
    ticks = [widgets.Checkbox(label in chosen, description=label, indent=False) for label in labels_]
    return found, ticks if len(ticks) > 1 else []


def button(text: str, act: Callable[[Any], None], tip: str) -> widgets.Button:
    """Return a button that does something."""
    made = widgets.Button(description=text, tooltip=tip)
    made.on_click(act)
    return made


def box(kind: str, parts: Iterable[widgets.Widget]) -> widgets.Box:
    """Return a box whose parts go on in the next line where one is full."""
    made = widgets.Box(list(parts))
    made.add_class(kind)
    return made


def styled() -> widgets.HTML:
    """Return the style sheet of the page."""
    style = (Path(__file__).parent / "template" / "explore.css").read_text(encoding="utf-8")
    return widgets.HTML(f"<style>{style}</style>")


class Item:
    """A sentence on the page, and buttons for what is wrong in it; used again for other sentences."""

    def __init__(self, strike: Callable[[tuple[str, int]], None]) -> None:
        self.html, self.facts = widgets.HTML(), []
        self.buttons = widgets.ToggleButtons(options=[], index=None, description="Wrong?", tooltip="Strike out")
        self.buttons.add_class("px-wrong")
        self.box, self.strike = widgets.VBox([self.html, self.buttons]), strike
        self.box.add_class("px-item")
        self.buttons.observe(self.clicked, "index")

    def show(self, html: str, wrong: list[tuple[str, tuple[str, int]]]) -> None:
        """Show a sentence, and what can be struck out in it."""
        self.html.value, self.facts = html, []  # new options choose the first of them: that is no click
        with self.buttons.hold_sync():
            self.buttons.options = [f"✗ {name}" for name, _ in wrong]
            self.buttons.index = None
        self.buttons.layout.display = "" if wrong else "none"
        self.facts = [fact for _, fact in wrong]

    def clicked(self, change: Mapping[str, Any]) -> None:
        """Strike out what was clicked."""
        if self.facts and change["new"] is not None:
            self.strike(self.facts[change["new"]])


def sentence(html: str, said: list[str], near: tuple[str, str], because: list[str]) -> str:
    """Return a sentence with its marks; a click opens the text around it and what fired."""
    small = " · ".join(escape(part) for part in said if part)
    before, after = (escape(part) for part in near)
    why = "".join(f"<li>{escape(one)}</li>" for one in because)
    return (f'<details class="px-sentence"><summary>{html}<small>{small}</small></summary>'
            f'<p class="px-around">{before}<strong>{html}</strong>{after}</p>'
            + (f"<ul>{why}</ul>" if why else "") + "</details>")


def percent(one: Any) -> str:
    """Write a share with its 95 % interval; nothing where there is nothing to share."""
    return f"({one.share:.0%}, {one.low:.0%} to {one.high:.0%})" if one.n else ""


def bars(table: pd.DataFrame) -> str:
    """Return a bar a source: its share, the 95 % interval as a paler part around its end, and k of n in words."""
    top = max(table["high"].max(), 0.01)
    rows = ""
    for one in table.itertuples():
        share, low, high = (100 * value / top for value in (one.share, one.low, one.high))
        rows += (f'<div class="px-bar"><span>{escape(one.source)}</span>'
                 f'<span class="px-track"><i style="width: {share:.1f}%"></i>'
                 f'<b style="left: {low:.1f}%; width: {high - low:.1f}%"></b></span>'
                 f"<span>{one.k} of {one.n} {percent(one)}</span></div>")
    return f'<div class="px-bars" role="group" aria-label="Sentences by source">{rows}</div>'


def in_context(lines: pd.DataFrame) -> str:
    """Return keywords in context as a table."""
    rows = "".join(f'<tr><td>{escape(one.left)}</td><td><mark style="{display.LOOKS[""]}">{escape(one.hit)}</mark></td>'
                   f"<td>{escape(one.right)}</td><td>{escape(one.source)}, {escape(one.sentence)}</td></tr>"
                   for one in lines.itertuples())
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("before", "keyword", "after", "where"))
    return f'<div class="px-lines"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def position(page: int, size: int, here: int, many: int) -> str:
    """Say where on the pages one is."""
    return f"{page * size + 1} to {page * size + here} of {many}" if many else "none"


class Explorer(widgets.VBox):
    """The page: filters, counts, bars, sentences or keywords in context. Its text says what is counted."""

    def __init__(self, study: Study, tables: Tables, choice: Choice, reader: str) -> None:
        self.study, self.raw, self.reader = study, tables, labels.Reader(study, tables, reader)
        self.names, self.at, self.busy, self.struck = display.names(study.codebook), 0, False, 0
        self.correct()
        self.controls, self.sources = controls(study, self.tables, choice)
        self.view = widgets.ToggleButtons(options=["Sentences", "In context"])
        self.said, self.bars, self.note, self.where, self.lines = [widgets.HTML() for _ in range(5)]
        self.items = [Item(self.strike) for _ in range(PAGE)]
        self.list = widgets.VBox()
        super().__init__()
        self.add_class("px-explore")
        self.arrange()
        for control in [*self.controls.values(), *self.sources, self.view]:
            control.observe(self.changed, "value")
        self.refresh()

    def __repr__(self) -> str:
        return display.voiced(self.counted(), self.choice().voice)

    def arrange(self) -> None:
        """Put the parts in their places."""
        self.undo = button("Undo", self.unstrike, "Take back the last that was struck out")
        turn = [button("‹", lambda _: self.turn(-1), "Back"), self.where, button("›", lambda _: self.turn(1), "On")]
        ends = [button("Clear", self.clear, "Choose nothing"),
                button("Save CSV", self.save, "Write the sentences that fit to a file")]
        only = [widgets.Label("Only:"), *self.sources] if self.sources else []
        self.children = [
            styled(), box("px-filters", self.controls.values()),
            box("px-sources", only), self.said, self.bars, box("px-tools", [self.view, *turn, *ends]),
            box("px-tools", [self.note, self.undo]), self.list]
        self.undo.layout.display = "none"

    # What is chosen

    def choice(self) -> Choice:
        """Return what the controls say."""
        said = {field: control.value for field, control in self.controls.items()}
        said = {field: str(value or "") for field, value in said.items()}  # a day is written as in sources.csv
        return Choice(tuple(source.description for source in self.sources if source.value), **said)

    def changed(self, _: Any) -> None:
        """Begin at the first page of something else."""
        if not self.busy:
            self.at, self.note.value = 0, ""
            self.refresh()

    def clear(self, _: Any) -> None:
        """Choose nothing."""
        self.busy = True
        for field, control in self.controls.items():
            control.value = {"voice": "all", "since": None, "until": None}.get(field, "")
        for source in self.sources:
            source.value = False
        self.busy = False
        self.changed(None)

    def turn(self, step: int) -> None:
        """Go to another page."""
        self.at += step
        self.open_page()

    # What is shown

    def refresh(self) -> None:
        """Show what fits the choice."""
        choice = self.choice()
        self.found = select(self.tables, choice)
        self.said.value = f'<p class="px-said" role="status">{escape(repr(self))}</p>{self.hint(choice)}'
        self.bars.value = bars(counts(self.found))
        (self.list.remove_class if choice.fact else self.list.add_class)("px-all")
        self.open_page()

    def open_page(self) -> None:
        """Show a page of sentences, or of keywords in context."""
        whole = self.view.value == "Sentences"
        rows = self.found.sentences if whole else concordance(self.found.sentences, self.found.spans)
        size = PAGE if whole else LINES
        self.at = max(0, min(self.at, (len(rows) - 1) // size))
        page = rows.iloc[self.at * size:(self.at + 1) * size]
        self.where.value = position(self.at, size, len(page), len(rows))
        if whole and len(page):
            self.fill(page)
        else:
            self.lines.value = in_context(page) if len(page) else '<p class="px-none">Nothing fits all of this.</p>'
            self.list.children = [self.lines]

    def counted(self) -> str:
        """Say how many sentences fit, and in how many sources."""
        fit, of = ((len(rows), rows["source"].nunique()) for rows in (self.found.sentences, self.found.counted))
        return f"{fit[0]} of {display.count(of[0], 'sentence')}, in {fit[1]} of {display.count(of[1], 'source')}"

    def hint(self, choice: Choice) -> str:
        """Say what is left out, and what the search does not understand."""
        said = []
        if choice.since or choice.until:
            read = self.found.tables.documents
            said.append(f"{undated(read)} of {display.count(len(read), 'document')} without a date left out.")
        if choice.words.strip() and not terms(choice.words):
            said.append("Nothing to look for: type a word, “a phrase” or the begin* of a word.")
        return f'<p class="px-hint">{escape(" ".join(said))}</p>' if said else ""

    def fill(self, page: pd.DataFrame) -> None:
        """Show sentences, each with what can be struck out."""
        t, texts = self.found.tables, self.reader.texts
        spans = self.found.spans[self.found.spans["sentence"].isin(page["sentence"])]
        held = t.stances.loc[spans.loc[spans["table"] == "stances", "row"]]
        marks = pd.concat([spans, display.positions(t, held)]) if len(held) else spans
        places = list(t.sentences[["file", "start", "end"]].itertuples(index=False, name=None))
        spots = list(marks[["file", "start", "end", "label"]].itertuples(index=False, name=None))
        dates = t.documents.set_index("file")["published"]
        stances = t.stances[t.stances["sentence"].isin(page["sentence"])]
        verdicts, because, wrong = defaultdict(list), defaultdict(list), self.wrong(spans)
        for row in stances.to_dict("records"):
            verdicts[row["sentence"]].append(self.verdict(row))
            because[row["sentence"]].append(row["because"])
        for item, one in zip(self.items, page.itertuples(), strict=False):
            read = ["read"] if one.checked else ["unread"] if one.sentence in verdicts else []
            said = [one.source, dates[one.file], one.sentence, *verdicts[one.sentence], *read]
            near = around(places, one.Index, texts[one.file].raw)
            html, *_ = display.cut(one, [spot for file, *spot in spots
                                         if file == one.file and spot[0] < one.end and spot[1] > one.start])
            item.show(sentence(html, said, near, because[one.sentence]), wrong[one.sentence])
        self.list.children = [item.box for item in self.items[:len(page)]]

    def verdict(self, row: Mapping[str, Any]) -> str:
        """Say which position a sentence takes, and by which rule."""
        argument = self.names.argument.get(row["argument"], row["argument"])
        return f"{self.called('stances', row)}{f' ({argument})' if argument else ''}, rule {row['rule']}"

    # What is wrong

    def wrong(self, spans: pd.DataFrame) -> dict[str, list[tuple[str, tuple[str, int]]]]:
        """List what can be struck out in each sentence: how it is called, its table and row."""
        out: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        for name, mine in spans[spans["table"] != ""].groupby("table", sort=False):
            rows = getattr(self.found.tables, str(name)).loc[mine["row"]]
            rows = rows[["sentence", "text", labels.KEY[str(name)], *rows.columns.intersection(["value", "checked"])]]
            for at, row in zip(mine["row"], rows.to_dict("records"), strict=True):
                if not row.get("checked", False):  # a position that was read is answered elsewhere
                    out[row["sentence"]].setdefault(self.called(str(name), row), (str(name), at))
        return defaultdict(list, {key: list(facts.items()) for key, facts in out.items()})

    def called(self, table: str, row: Mapping[str, Any]) -> str:
        """Return how a fact is called: what it is, and in which words where these are others."""
        key = row[labels.KEY[table]]
        name = (self.names.frame if table == "frames" else self.names.actor).get(key, key)
        if table == "stances":
            return f"{'own voice' if key == OWN else name} {stats.DOES[row['value']]}"
        text = " ".join(row["text"].split())
        return f"{NOUNS[table]} {name}" + (f" “{text}”" if table != "statements" and text != name else "")

    def strike(self, fact: tuple[str, int]) -> None:
        """Strike out a fact, and show the sentences without it."""
        row = getattr(self.found.tables, fact[0]).loc[fact[1]]
        said = f"Struck out in {row['sentence']}: {self.called(fact[0], row)}."
        self.answered(lambda: self.reader.strike(fact[0], row), said, 1)

    def unstrike(self, _: Any) -> None:
        """Take back the last that was struck out."""
        self.answered(self.reader.unstrike, "Taken back.", -1)

    def answered(self, act: Callable[[], Any], said: str, step: int) -> None:
        """Write an answer, and show the sentences as they are with it."""
        try:
            act()
            self.correct()
            self.struck += step
            self.undo.layout.display = "" if self.struck else "none"
        except StudyError as error:
            said = str(error)
        self.refresh()
        self.note.value = escape(said)

    def correct(self) -> None:
        """Apply the answers to the tables."""
        self.tables = labels.corrected(self.study, self.raw).counted()

    def save(self, _: Any) -> None:
        """Write what was selected to a file."""
        try:
            path = save(table(self.found), self.study.folder.parent / "reports" / self.study.folder.name)
            self.note.value = escape(f"{display.count(len(self.found.sentences), 'sentence')} in {path}")
        except StudyError as error:
            self.note.value = escape(str(error))
