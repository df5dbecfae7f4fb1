"""The report in a real browser: it fits a phone, asks the network for nothing, can be read in the dark and quoted."""

import base64
import importlib.util
import time
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd
import pytest
from chromium import FAINT, STICKING_OUT, needed

PAGES = ["index.html", "sources.html", "framing.html", "stance.html", "actors.html", "trust.html", "time.html",
         "discrepancies.html", "sentences.html"]
WIDTHS = {"phone": 390, "desktop": 1280}
pytestmark = needed


@pytest.fixture
def visit(send, seeds_site):
    """Return a function that opens a page of the report at a width and returns what happened on the way."""

    def visit(page, width, dark=False):
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        send("Emulation.setEmulatedMedia", features=scheme)
        window = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
        send("Emulation.setDeviceMetricsOverride", **window)
        return send("Page.navigate", until="Page.loadEventFired", url=(seeds_site / page).as_uri())[1]

    return visit


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_page_fits_its_window_and_its_pictures_load(visit, ask, page, width):
    visit(page, width)
    assert ask(STICKING_OUT.replace("WIDTH", str(width))) == []
    assert ask("document.documentElement.scrollWidth") <= width
    assert ask("[...document.images].filter(i => !i.naturalWidth || !i.alt).length") == 0
    assert ask("document.body.innerText.length") > 200


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_and_complains_of_nothing(visit, seeds_site, page):
    events = visit(page, 1280)
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [(seeds_site / page).as_uri()]
    assert not [e["params"] for e in events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(visit, ask, page, dark):
    visit(page, 1280, dark)
    ask("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert ask(FAINT) == []


def test_the_first_tab_leads_past_the_navigation(visit, send, ask):
    visit("index.html", 1280)
    for kind in ("keyDown", "keyUp"):
        send("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert ask("document.activeElement.className") == "skip"
    assert ask("document.activeElement.getBoundingClientRect().left") >= 0


@pytest.mark.skipif(importlib.util.find_spec("axe_core_python") is None, reason="no axe: `pip install axe-core-python`")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)], ids=["phone-dark", "desktop-light"])
def test_axe_finds_nothing(visit, send, ask, page, width, dark):
    visit(page, width, dark)
    ask("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    ask(Path(importlib.util.find_spec("axe_core_python").origin).with_name("axe.min.js").read_text("utf-8"))
    found, _ = send("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression="""
        axe.run({resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}}).then(  // FAINT is faster
            run => run.violations.map(rule => [rule.id, ...rule.nodes.map(node => node.html.slice(0, 80))]))""")
    assert found["result"]["value"] == []


def until(ask, code):
    """Wait until an expression in the page is true."""
    deadline = time.monotonic() + 10
    while not ask(code):
        assert time.monotonic() < deadline, code
        time.sleep(0.05)


SAID = ("[...document.querySelector('{}').childNodes].filter(n => !/SMALL|DIV/.test(n.nodeName))"
        ".map(n => n.textContent).join('').trim()")  # the words of a sentence without its place and its positions


def test_a_reader_goes_from_a_search_to_the_numbers_and_to_the_text(visit, ask, send, seeds_site):
    """As one who checks a report: search, fold, figure, table, sentence, text."""
    visit("stance.html", 1280)
    assert ask("document.querySelectorAll('details[open]').length") == 0
    words = " ".join(ask(SAID.format("#figure-stance_by_holder ~ details li")).split()[:5])
    send("Page.navigate", url="about:blank", until="Page.loadEventFired")
    send("Page.navigate", url=f"{(seeds_site / 'stance.html').as_uri()}#:~:text={quote(words)}",
         until="Page.loadEventFired")
    until(ask, "document.querySelectorAll('details[open]').length === 1")  # the search looks into closed folds
    figure = "document.querySelector('#figure-stance_by_holder')"
    ways = f"[...{figure}.querySelectorAll('figcaption a')].map(a => [a.textContent, a.getAttribute('href')])"
    ways = dict(ask(ways))
    table = pd.read_csv(seeds_site / ways["CSV"])
    assert f"Based on {table['k'].sum()} positions" in ask(f"{figure}.textContent")
    assert all((seeds_site / ways[form]).stat().st_size > 1000 for form in ("PNG", "SVG"))
    sentence = ask(SAID.format("details[open] li"))
    address = ask("document.querySelector('details[open] li small a').getAttribute('href')")
    page, _, part = address.partition("#")
    send("Page.navigate", url=f"{(seeds_site / page).as_uri()}#{part}", until="Page.loadEventFired")
    target = f"document.getElementById({part!r})"
    assert ask(f"{target}.textContent").startswith(sentence)
    assert 0 <= ask(f"{target}.getBoundingClientRect().top") < 844
    text = ask(f"{target}.closest('.px-document').querySelector('.px-meta a').getAttribute('href')")
    assert " ".join(sentence.split()) in " ".join((seeds_site / unquote(text)).read_text("utf-8").split())


CELLS = "[...document.querySelectorAll('{table} tbody tr:not([hidden])')].map(row => row.cells[{column}].textContent)"


def test_a_table_is_sorted_by_its_heads_and_filtered(visit, ask, send):
    visit("trust.html", 1280)
    ask("document.querySelectorAll('table').forEach((table, at) => { table.id = `t${at}` }); 0")
    number, column = ask("""[...document.querySelectorAll('table')].flatMap((table, at) => {
        const rows = [...table.tBodies[0].rows];
        const whole = [...table.rows[0].cells].findIndex(
            (_, column) => rows.every(row => /^\\d+$/.test(row.cells[column].textContent)));
        return rows.length > 40 && whole > 0 ? [[at, whole]] : [];
    })[0]""")  # a long table with a column of whole numbers
    table = f"#t{number}"
    cells, first = (CELLS.format(table=table, column=at) for at in (column, 1))
    values, names = [int(value) for value in ask(cells)], ask(first)
    button = f"document.querySelectorAll('{table} thead th')[{column}].querySelector('button')"
    ask(f"{button}.focus()")
    for press, expected in enumerate((sorted(values), sorted(values, reverse=True), values)):
        for kind in ("keyDown", "keyUp"):
            send("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
        assert [int(value) for value in ask(cells)] == expected
        assert ask(f"{button}.parentElement.getAttribute('aria-sort')") == ["ascending", "descending", None][press]
    assert ask(first) == names  # the third brings back the order of the page
    line = f"document.querySelector('{table}').parentElement.previousElementSibling"
    ask(f"{line}.querySelector('input').value = {names[0].upper()!r};"
        f"{line}.querySelector('input').dispatchEvent(new Event('input', {{bubbles: true}}))")
    left = ask(first)
    assert 0 < len(left) < len(names) and names[0] in left
    assert ask(f"{line}.querySelector('output').textContent") == f"{len(left)} of {len(names)} rows"


def test_sentences_are_filtered_by_words_and_source(visit, ask, seeds_site):
    visit("sentences.html", 1280)
    table = pd.read_csv(seeds_site / "tables" / "sentences.csv")
    source = table["source"].iloc[-1]
    ask(f"document.querySelector('.px-filter select').value = '={source}';"
        "document.querySelector('.px-filter').dispatchEvent(new Event('input')); 0")
    assert ask("[...document.querySelectorAll('.px-document:not([hidden])')].map(d => d.dataset.source)") == [source]
    mine = int(table["source"].eq(source).sum())
    said = "document.querySelector('.px-filter output').textContent"
    assert ask(said) == f"{mine} of {len(table)} sentences on this page"
    ask("document.querySelector('.px-filter input').value = 'zzz';"
        "document.querySelector('.px-filter').dispatchEvent(new Event('input')); 0")
    assert ask(said).startswith("0 of ")
    ask("location.hash = document.querySelector('.px-sentences > li').id")
    until(ask, f"document.querySelectorAll('.px-sentences > li').length === {len(table)}"
               " && !document.querySelector('.px-sentences > li').closest('[hidden]')")  # a link shows what it leads to


def test_on_a_phone_a_wide_table_keeps_its_first_column_and_a_figure_says_that_it_scrolls(visit, ask):
    visit("trust.html", 390)
    wide = "[...document.querySelectorAll('.scroll')].find(box => box.querySelector('table') && box.scrollWidth > 500)"
    before = ask(f"{wide}.querySelector('tbody th').getBoundingClientRect().left")
    ask(f"{wide}.scrollLeft = 100")
    assert ask(f"{wide}.scrollLeft") == 100
    assert ask(f"{wide}.querySelector('tbody th').getBoundingClientRect().left") == before
    assert ask(f"getComputedStyle({wide}.querySelector('tbody th')).backgroundColor") == "rgb(255, 255, 255)"
    assert "Scroll" in ask("getComputedStyle(document.querySelector('.px-figure'), '::before').content")
    assert ask("[...document.querySelectorAll('.px-figure .scroll')].every(box => box.scrollWidth > box.clientWidth)")


PRINTED = """
(() => {
  const main = document.querySelector('main').getBoundingClientRect().right + 1;
  return [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() &&
    (e.getBoundingClientRect().right > main || /auto|scroll/.test(getComputedStyle(e).overflowX))
  ).map(e => e.outerHTML.slice(0, 80));
})()
"""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_what_it_folds_and_cuts_nothing(visit, send, ask, page):
    visit(page, 690)  # as wide as what is printed of a sheet of A4, in pixels
    send("Emulation.setEmulatedMedia", media="print", features=[])
    assert ask(PRINTED) == []
    assert ask("[...document.querySelectorAll('details li, details p')].every(e => e.getBoundingClientRect().height)")
    assert ask("[...document.querySelectorAll('.px-filter, nav, .px-files')].every(e => !e.checkVisibility())")
    if page == "sources.html":
        pdf = base64.b64decode(send("Page.printToPDF", printBackground=False)[0]["data"])
        assert pdf.startswith(b"%PDF") and len(pdf) > 10_000
    send("Emulation.setEmulatedMedia", media="", features=[])


def test_the_whole_site_is_small(seeds_site):
    total = sum(path.stat().st_size for path in seeds_site.rglob("*") if path.is_file())
    assert total < 10_000_000, f"{total / 1e6:.1f} MB"
    pages = [path.stat().st_size for path in seeds_site.glob("*.html")]
    assert sum(pages) < 2_000_000 and max(pages) < 600_000, f"{sum(pages) / 1e6:.1f} MB"
