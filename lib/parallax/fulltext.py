"""Every sentence of a study with its marks: the pages to which every other page of the report leads."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from parallax import display
from parallax.segment import UNCOUNTED
from parallax.tables import Tables

PAGE = 3000  # sentences on a page
NAME = "sentences"  # of the first page
MARKED = ("voice", "frame", "actor", "operator", "cue")
INTRO = """# Every sentence

All sentences in the order in which they stand, document by document, with everything that the report counts in them
marked. A sentence is quoted by its number, which is also its address. What counts in no share (navigation, credits,
datelines) is small. The line under a sentence says which position it takes and whether a person read it."""


def places(tables: Tables) -> tuple[list[str], dict[str, str]]:
    """Return the names of the pages, at least one, and the address of each sentence in the report."""
    sentences = list(tables.sentences["sentence"])
    last = max(-(-len(sentences) // PAGE), 1)
    names = [f"{NAME}-{number}" if number > 1 else NAME for number in range(1, last + 1)]
    return names, {one: f"{names[place // PAGE]}.html#{anchor(one)}" for place, one in enumerate(sentences)}


def heading(voice: str = "all") -> NotebookNode:
    """Return the head of each page, as a notebook."""
    return new_notebook(cells=[new_markdown_cell(introduced(voice))])


def pages(study: Any, tables: Tables, texts: dict[str, str], voice: str = "all") -> Iterator[tuple[str, NotebookNode]]:
    """Write all sentences as pages of a report, one after the other.

    Parameters
    ----------
    study : Study
    tables : Tables
        What is marked.
    texts : dict of str to str
        Where in the report the whole text of a file lies.
    voice : {"all", "own", "attributed"}
        Whose frames, actors and positions the tables hold.

    Yields
    ------
    (str, NotebookNode)
        The name of a page and the page, as a notebook that has run.
    """
    names, begun = places(tables)[0], set()
    silent = set(tables.documents["file"]) - set(tables.sentences["file"])  # they stand on the first page
    for number, name in enumerate(names):
        rows = tables.sentences.iloc[number * PAGE:(number + 1) * PAGE]
        here = set(rows["file"])
        documents = tables.documents[tables.documents["file"].isin(here | (set() if number else silent))]
        documents = documents.assign(goes_on=documents["file"].isin(begun))
        begun |= here
        shown = Lines(study, part(tables, here))
        html = f"{display.PLAIN}{numbered(names, name)}{listed(documents, rows, texts, shown)}</div>"
        node = heading(voice)
        node.cells.append(new_code_cell(outputs=[new_output("display_data", {"text/html": html})]))
        yield name, node


def part(tables: Tables, files: set[str]) -> Any:
    """Return those tables that `Lines` reads, with the rows of some files alone."""
    read = {name: getattr(tables, name) for name in ("sentences", "mentions", "statements", "frames", "stances")}
    return SimpleNamespace(**{name: table[table["file"].isin(files)] for name, table in read.items()})


def anchor(sentence: str) -> str:
    """Return the id of a sentence in its page: the sentence's own, spelt as in an address."""
    return quote(sentence)


def introduced(voice: str) -> str:
    """Say what stands on a page of sentences, and whose frames, actors and positions are marked."""
    whose = display.WHOSE[voice]
    return f"{INTRO} {whose}: frames, actors and positions in other voices are not marked." if whose else INTRO


def numbered(names: list[str], name: str) -> str:
    """Return the key to the marks, and the ways to the other pages where there are several."""
    key = " ".join(display.mark(label, [label]) for label in MARKED)
    here = ' aria-current="page"'
    ways = [f'<a href="{one}.html"{here if one == name else ""}>{number}</a>' for number, one in enumerate(names, 1)]
    return f'<p class="px-evidence">Marked: {key}</p>\n' + (
        f'<nav aria-label="Pages of sentences">Pages: {" ".join(ways)}</nav>\n' if len(names) > 1 else "")


def listed(documents: pd.DataFrame, rows: pd.DataFrame, texts: dict[str, str], shown: "Lines") -> str:
    """Return documents, each with its sentences, after a list of them."""
    lines, parts, contents = dict(list(rows.groupby("file", sort=False))), "", ""
    for number, document in enumerate(documents.to_dict("records"), start=1):
        title = escape(f"{document['source']}: {document.get('title') or document['file']}")
        title += " (continued)" * document["goes_on"]
        items = "".join(map(shown.line, lines.get(document["file"], rows.head(0)).itertuples()))
        contents += f'<li><a href="#document-{number}">{title}</a></li>'
        parts += (f'<section class="px-document" data-source="{escape(document["source"])}">'
                  f'<h2 id="document-{number}">{title}</h2>\n<p class="px-meta">{about(document, texts)}</p>\n'
                  + (f'<ul class="px-evidence px-sentences">\n{items}</ul>' if items else "") + "</section>\n")
    return f'<nav class="contents" aria-label="Documents"><ul>{contents}</ul></nav>\n{parts}'


def about(document: dict[str, Any], texts: dict[str, str]) -> str:
    """Say of a document where it comes from, and lead to the article and to the text as it was read."""
    said = [document["file"] if document.get("title") else "", document["outlet"], document["published"]]
    said.append(f"{document['words']:,} words" if document["status"] == "ok" else "not read")
    said[-1] += f": {document['problem']}" if document["problem"] else ""
    if document.get("copy_of") and document["status"] == "ok":  # else its problem says it
        said.append(f"a near-copy of {document['copy_of']}")
    links = []
    if str(document.get("url", "")).startswith(("http://", "https://")):
        links.append(f'<a href="{escape(document["url"])}" rel="noreferrer">the article</a>')
    if document["file"] in texts:
        links.append(f'<a href="{escape(texts[document["file"]])}">the text as it was read</a>')
    return "; ".join([", ".join(escape(str(one)) for one in said if one), *links])


class Lines:
    """What is shown of each sentence: its words with their marks, its positions, what else was found in it."""

    def __init__(self, study: Any, tables: Any) -> None:
        self.names = display.names(study.codebook)
        actors = tables.mentions[tables.mentions["sense"] == "actor"]
        parts = [display.said_by(tables.statements), tables.frames.assign(label="frame"), actors.assign(label="actor"),
                 display.positions(tables, tables.stances)]
        marks = pd.concat([part[["file", "start", "end", "label"]] for part in parts], ignore_index=True)
        self.marks = met(tables.sentences, marks.drop_duplicates())
        self.frames = of_each(tables.frames, "frame", self.names.frame)
        self.actors = of_each(actors, "actor", self.names.actor)
        said = display.verdicts(tables.stances, self.names)
        self.verdicts = {str(key): rows for key, rows in said.groupby("sentence", sort=False)}

    def line(self, one: Any) -> str:
        """Return one sentence as an item of a list."""
        verdicts = self.verdicts.get(one.sentence)
        said = "" if verdicts is None else display.tags(verdicts)[0]
        facts = [one.kind, *[f"{what}: {', '.join(found[one.sentence])}" for what, found in
                             (("frames", self.frames), ("actors", self.actors)) if one.sentence in found]]
        if one.copy_of:
            facts.append(f"stood before, as {one.copy_of}")
        if one.checked:
            facts.append("read by a person" + (", who found no position" if verdicts is None else ""))
        quiet = ' class="px-quiet"' if one.kind in UNCOUNTED else ""
        name, address = escape(one.sentence), anchor(one.sentence)
        return (f'<li id="{address}"{quiet}>{display.cut(one, self.marks[one.sentence])[0]}{said} '
                f'<small><a href="#{address}">{name}</a> {escape("; ".join(facts))}</small></li>\n')


def met(sentences: pd.DataFrame, marks: pd.DataFrame) -> dict[str, list[tuple[int, int, str]]]:
    """Return the marks that meet each sentence: start, end, label; those of one label together, in the order given."""
    out: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    of_files = dict(list(marks.groupby("file", sort=False)))
    for file, rows in sentences.groupby("file", sort=False):
        places = sorted(zip(rows["start"], rows["end"], rows["sentence"], strict=True))
        starts = [start for start, *_ in places]
        spans = of_files.get(file, marks.head(0))[["start", "end", "label"]]
        for start, end, label in spans.itertuples(index=False, name=None):
            for _, last, sentence in places[max(bisect_right(starts, start) - 1, 0):bisect_right(starts, end - 1)]:
                if last > start:
                    out[sentence].append((int(start), int(end), label))
    return out


def of_each(rows: pd.DataFrame, column: str, names: dict[str, str]) -> dict[str, list[str]]:
    """Return what stands in a column for each sentence, each thing once, by the names that are written for it."""
    once = rows.drop_duplicates(["sentence", column])
    return {str(key): [names.get(one, one) for one in found] for key, found in
            once.groupby("sentence", sort=False)[column]}
