"""A report as a site of HTML pages that need nothing but themselves: what the notebooks show, and every sentence."""

import base64
import copy
import hashlib
import platform
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import bleach
import nbformat
from bleach.html5lib_shim import Filter
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from parallax import __version__, fulltext
from parallax.display import PLAIN
from parallax.errors import shown
from parallax.files import leave, whole
from parallax.sheet import NOTHING
from parallax.study import write_texts
from parallax.tables import Tables

HERE = Path(__file__).parent
TAGS = """a b blockquote br caption code dd div dl dt em figcaption figure h2 h3 h4 hr i img li mark ol p pre small span
    strong sub sup table tbody td tfoot th thead tr u ul""".split()
ATTRIBUTES = {"*": ["class", "title", "id"], "a": ["href"], "img": ["src", "alt", "width", "height"],
              "th": ["scope", "colspan", "rowspan"], "td": ["colspan", "rowspan"]}
SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain"]  # the best first
TABLES = {  # what a row of each table is
    "documents": "a document, read or not, and why not",
    "sentences": "a sentence of any kind, with its place in the raw text",
    "mentions": "an actor mentioned, as an actor or as a place",
    "unresolved": "a name that fits several actors and counts for none",
    "statements": "something said by somebody else than the source: who, with which verb",
    "frames": "words that evoke a frame, and in whose voice",
    "stances": "a position on the claim: who holds it, with which argument, by which rule",
    "cues": "words of an argument, whether or not they made a position",
    "words": "a content word or a name, as it is counted",
    "deeds": "who does what to whom",
    "pairs": "two actors in one window: how often, and how often chance would bring them together",
    "discrepancies": "two sentences that differ on a fact: in which words, why, and whether a person confirmed it",
}
# What only JupyterLab needs, which strips style sheets: the pages have one. It is a third of the weight of sentences.
INLINE = re.compile(r'(<mark class="px-[^"]*" title="[^"]*"|<t[dh](?: scope="\w+")?) style="[^"]*"')
PLACE = re.compile(r'<span data-sentence="([^"]*)">(.*?)</span>')
CELL = re.compile(r"(<t[dh][^>]*>)([^<>]+)(</t[dh]>)")
BOX = re.compile(r'<div class="(scroll[^"]*)" role="group" tabindex="0"(?: aria-label="([^"]*)")?>(?=<table)')
FIGURE = re.compile(r'<figure class="px-figure" id="figure-([^"]+)"><div [^>]*?aria-label="([^"]*)">')
UNDER = re.compile(r'(<figure class="px-figure" id="figure-([^"]+)">.*?)<figcaption>(.*?)</figcaption>', re.S)
FACT = re.compile(r'(<li class="px-fact" id="([^"]+)"><p class="px-about">.*?)</p>')
FORMS = (".csv", ".png", ".svg")  # of a figure's files, those that come first


class Site:
    """A report that is being written, each page as soon as its notebook has run.

    Parameters
    ----------
    study : Study
    out : pathlib.Path
        The folder. Whoever makes the report writes ``tables/`` and ``figures/`` in it.
    parameters : dict of str to value
        What was given, for the footer.
    nodes : dict of str to NotebookNode
        The notebooks by their names, run or not, in the order of the pages; the first is ``index.html``.
    """

    def __init__(self, study: Any, out: Path, parameters: dict[str, Any], nodes: dict[str, NotebookNode]) -> None:
        self.study, self.out, self.parameters = study, out, parameters
        self.pages = [describe(name, node, study) for name, node in nodes.items()]
        self.pages[0]["href"] = "index.html"
        self.names, self.figures = list(nodes), {name: [] for name in nodes}
        keep(out / "codebook.yml", (study.folder / "codebook.yml").read_text(encoding="utf-8"))

    def add_texts(self, tables: Tables) -> None:
        """Write the texts and every sentence, on as many pages as they need.

        Parameters
        ----------
        tables : Tables
            What these pages show.
        """
        self.texts = save_texts(self.study, tables, self.out)
        names, self.places = fulltext.places(tables)
        voice = self.parameters.get("voice", "all")
        self.pages += [describe(name, fulltext.heading(voice), self.study) for name in names]
        script = template("report.js")
        self.shared = {
            "study": self.study,
            "pages": self.pages,
            "provenance": provenance(self.study, self.parameters),
            "css": template("style.css") + template("report.css"),
            "script": script,
            "hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        }
        self.finish = Finish(self.study, self.out, self.places)
        self.exporter = exporter(self.finish)
        for name, node in fulltext.pages(self.study, tables, self.texts, voice):
            self.write(name, node)

    def add(self, name: str, node: NotebookNode) -> None:
        """Write a notebook that has run and its page; the first page lists everything, and `close` writes it."""
        keep(self.out / "notebooks" / f"{name}.ipynb", nbformat.writes(node) + "\n")
        self.figures[name] = drawn(node)
        if name != self.names[0]:
            self.write(name, node)

    def close(self, place: Path) -> None:
        """Write the first page, and let go what an earlier report wrote at this place and this one does not."""
        drawn_on = zip(self.pages, self.figures.values(), strict=False)
        figures = [{"name": name, "title": title, "href": f"{page['href']}#figure-{name}",
                    "files": files(self.out, name)} for page, found in drawn_on for name, title in found]
        first = self.names[0]
        self.write(first, nbformat.read(self.out / "notebooks" / f"{first}.ipynb", as_version=4), {
            "figures": figures,
            "tables": [{**file, "about": TABLES.get(file["stem"], "")} for file in downloads(self.out, "tables/*.csv")],
            "texts": self.texts,
            "notebooks": downloads(self.out, "notebooks/*.ipynb"),
        })
        earlier = led_to(place / "index.html")
        if earlier:
            earlier |= {path.name for path in place.glob(f"{fulltext.NAME}-*.html")}
        leave(self.out, {name for name in earlier if not (self.out / name).exists()})

    def write(self, name: str, node: NotebookNode, more: dict[str, Any] | None = None) -> None:
        """Write the page of a notebook."""
        number = [page["name"] for page in self.pages].index(name)
        before, after = self.pages[:number][-1:], self.pages[number + 1:][:1]  # lists of one, or empty
        page = {**self.shared, **self.pages[number], "before": before, "after": after, **(more or {})}
        self.finish.tables = count(1)
        keep(self.out / page["href"], page_html(node, page, self.exporter))


def led_to(page: Path) -> set[str]:
    """Return the files of a report to which its first page leads; none where the page is not one of ours."""
    text = page.read_text(encoding="utf-8", errors="replace") if page.is_file() else ""
    found = re.findall(r'<a [^<>]*?\bhref="((?:[\w-]+\.html|(?:texts|figures|tables|notebooks)/[^"/#]+))"', text)
    names = {unquote(unescape(one)) for one in found} if '<header class="site">' in text else set()
    return {name for name in names if not {"", ".."} & set(re.split(r"[/\\]", name))}  # in the folder of the report


def template(name: str) -> str:
    """Read a part of all pages."""
    return (HERE / "template" / name).read_text(encoding="utf-8")


def keep(path: Path, text: str) -> None:
    """Write a text, whole or not at all, in UTF-8 and with its own ends of lines."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="")


def save_texts(study: Any, tables: Tables, out: Path) -> dict[str, str]:
    """Write the whole text of each document as it was read; return where it lies, by its file."""
    shown = set(tables.documents["file"])  # of some sources, where these alone are compared
    mine = replace(study, documents=[document for document in study.documents if document.file in shown])
    texts = write_texts(mine, out / "texts", every=True)
    return {file: quote(path.relative_to(out).as_posix()) for file, path in texts.items()}


def describe(name: str, node: NotebookNode, study: Any) -> dict[str, str]:
    """Return what the pages say of one another: address, short label, heading and title; which page of several."""
    label = re.sub(r"^\d+_", "", name)
    text = "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
    heading = next(iter(re.findall(r"^# +(.+)", text, re.M)), label.capitalize())
    whole, _, number = label.partition("-") if label.startswith(f"{fulltext.NAME}-") else (label, "", "")
    called = whole.replace("_", " ").capitalize() + (f", page {number}" if number else "")
    return {"name": name, "href": f"{label}.html", "label": called, "of": f"{whole}.html" if number else "",
            "heading": heading, "title": f"{heading}{f' (page {number})' if number else ''} · {study.title}"}


def drawn(node: NotebookNode) -> list[tuple[str, str]]:
    """List the figures of a notebook in which something is drawn: name and title."""
    return [(name, unescape(title)) for cell in node.cells for output in cell.get("outputs", ())
            for name, title in FIGURE.findall(output.get("data", {}).get("text/html", ""))
            if not title.startswith(NOTHING)]


def files(out: Path, name: str) -> list[dict[str, Any]]:
    """List the files of a figure: its table first, then its images, then whatever else has its stem."""
    found = [file for file in downloads(out, "figures/*") if file["stem"] == name]
    return sorted(found, key=lambda file: FORMS.index(file["suffix"]) if file["suffix"] in FORMS else len(FORMS))


def downloads(out: Path, pattern: str) -> list[dict[str, Any]]:
    """List files with their address and their size in thousands of bytes, rounded up."""
    return [{"href": quote(path.relative_to(out).as_posix()), "name": path.name, "stem": path.stem,
             "suffix": path.suffix, "size": -(-path.stat().st_size // 1000)} for path in sorted(out.glob(pattern))]


def provenance(study: Any, parameters: dict[str, Any]) -> dict[str, str]:
    """Return what the footer says: of which texts, how and with what this was made."""
    tools = [f"{tool} {version(tool)}" for tool in ("spacy", "pandas", "scipy", "matplotlib")]
    return {
        "Study": f"{study.title} ({shown(study.folder.name)}, checksum {study.checksum})",
        "Parameters": "; ".join(f"{name} = {parameters[name]!r}" for name in parameters) or "the defaults",
        "Made with": ", ".join([f"Parallax {__version__}", f"Python {platform.python_version()}", *tools]),
    }


def exporter(finish: "Finish") -> HTMLExporter:
    """Return what renders pages: no code, no cells tagged ``hide-report``."""
    config = Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": ["hide-report"]},
                    NbConvertBase={"display_data_priority": SHOWN})
    filters = {"clean": lambda html: finish(clean(html))}
    return HTMLExporter(config=config, template_name="template", extra_template_basedirs=[str(HERE)], filters=filters,
                        exclude_input=True, exclude_anchor_links=True)


def page_html(node: NotebookNode, page: dict[str, Any], exporter: HTMLExporter) -> str:
    """Render one executed notebook as a page."""
    notebooks = [other for other in page["pages"] if not other["name"].startswith(fulltext.NAME)]
    node, parts = prepared(node, {other["name"]: other for other in notebooks})  # `sentences` is a table, not the page
    html: str = exporter.from_notebook_node(node, {"page": {**page, "parts": parts}})[0]
    return html


class Finish:
    """What a page has and a notebook has not: ways to each sentence and to a figure's files, how to cite, labels."""

    def __init__(self, study: Any, out: Path, places: dict[str, str]) -> None:
        self.study, self.out, self.places = study, out, places
        self.tables = count(1)  # numbers of the tables of a page

    def __call__(self, html: str) -> str:
        """Return what a cell shows as the page shows it."""
        html = PLACE.sub(lambda found: self.link(found[1], found[2]) or found[2], INLINE.sub(r"\1", html))
        html = CELL.sub(self.cell, html)
        html = UNDER.sub(self.caption, html)
        html = FACT.sub(r'\1 <small><a href="#\2">Link to this fact</a></small></p>', html)
        return BOX.sub(lambda found: boxed(found, next(self.tables)), html)

    def link(self, sentence: str, text: str) -> str:
        """Return a way to a sentence; "" where there is no such sentence in the report."""
        address = self.places.get(unescape(sentence))
        return f'<a href="{escape(address)}">{text}</a>' if address else ""

    def cell(self, found: re.Match[str]) -> str:
        """Make a way of a cell that holds the number of a sentence, and no other number."""
        number = 'class="px-number"' in found[1]
        return found[1] + (not number and self.link(found[2], found[2]) or found[2]) + found[3]

    def caption(self, found: re.Match[str]) -> str:
        """Write under a figure what it rests on, and where something is drawn its files and how to cite it."""
        empty = f'aria-label="{NOTHING}' in found[1]
        return f"{found[1]}<figcaption>{found[3]}{'' if empty else self.under(found[2])}</figcaption>"

    def under(self, name: str) -> str:
        """Return the files of a figure and how to cite it."""
        ways = [f'<a href="{file["href"]}" download>{escape(file["suffix"][1:].upper())}</a>'
                for file in files(self.out, name)]
        cite = (f"Cite as: figure “{name}” in “{escape(self.study.title)}” (checksum {self.study.checksum}), "
                f"Parallax {__version__}.")
        ways.append(f'<a href="#figure-{name}">Link to this figure</a>')
        return f'<span class="px-files">{" ".join(ways)}</span><span class="px-cite">{cite}</span>'


def boxed(found: re.Match[str], number: int) -> str:
    """Give the box of a table a label that no other table of the page has."""
    label = f"Table {number}" + (f": {found[2]}" if found[2] not in (None, "Table") else "")
    return f'<div class="{found[1]}" role="group" tabindex="0" aria-label="{label}">'


def prepared(node: NotebookNode, pages: dict[str, dict[str, str]]) -> tuple[NotebookNode, list[str]]:
    """Make the texts of a notebook fit for a page, and list its parts.

    The first title is the page's; further ones are parts, and each part has an anchor. A notebook that is named
    (`1_sources`) becomes a link.
    """
    parts: list[str] = []
    titles = 0

    def heading(match: re.Match[str]) -> str:
        nonlocal titles
        titles += match[1] == "#"
        if match[1] == "#" and titles == 1:
            return match[0]
        parts.append(match[2].strip())
        return f'<h2 id="part-{len(parts)}">{escape(parts[-1])}</h2>\n'

    def link(match: re.Match[str]) -> str:
        page = pages.get(match[1])
        return f"[{page['label']}]({page['href']})" if page else match[0]

    node = copy.deepcopy(node)
    for cell in node.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"`(\d+_\w+)`", link, re.sub(r"^(##?) +(.+)$", heading, cell.source, flags=re.M))
    return node, parts


class Boxes(Filter):
    """Lets a table scroll by itself, and says of each of its heads what it is the head of."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Pass on all tokens, a box around each table; a head in the body of a table names its row."""
        box = {"type": "StartTag", "name": "div", "namespace": None,
               "data": {(None, "class"): "scroll", (None, "role"): "group", (None, "tabindex"): "0"}}
        body = False
        for token in super().__iter__():
            tag, opens = token.get("name"), token["type"] == "StartTag"
            body = opens if tag == "tbody" else body
            if tag == "th" and opens:
                token["data"].setdefault((None, "scope"), "row" if body else "col")
            if tag == "table" and opens:
                yield box
            yield token
            if tag == "table" and not opens:
                yield {"type": "EndTag", "name": "div", "namespace": None, "data": {}}


CLEANER = bleach.Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=["https", "data"], strip=True, filters=[Boxes])


def clean(html: str) -> str:
    """Return what a cell shows without anything active; what `parallax.display` shows has been escaped there."""
    if html.startswith(PLAIN):
        ours = html.removeprefix(PLAIN).removesuffix("</div>")
        return "" if ours.startswith("<style>") else ours  # the page has a style of its own
    passive = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", html)
    return str(CLEANER.clean(passive)).strip()
