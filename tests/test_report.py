"""The report: what it refuses, what a page holds and what it must never hold."""

import ast
import base64
import hashlib
import os
import re
import shutil
from contextlib import nullcontext
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from soak import digests

from parallax import display, fulltext
from parallax import site as pages_of
from parallax.cli import main
from parallax.errors import StudyError
from parallax.kernels import Kernels
from parallax.report import cleared, inspect, prepared, report, run_all, unplaced

PARAMETERS = """study: str = "seeds"  # folder
voice: str = "all"  # whose words
mood: str = "calm"  # of the harbour
seed: int = 0  # of chance
out: str = ""  # a folder for figures
"""
BOOK = """
actors: {RURITANIA: {name: Ruritania, kind: state}}
frames: {delay: {label: Delay, words: [late]}}
narrative:
  claim: The harbour is late.
  members: [RURITANIA]
  arguments: {late: {side: for, cues: [late]}}
"""
HOSTILE = "<script>1</script><img src=x onerror=1>"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def notebook(path, *cells):
    """Write a notebook with a parameters cell before the given ones."""
    node = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"},
                                  "language_info": {"name": "python"}})
    node.cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *cells]
    nbformat.write(node, path)


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "harbour"
    folder.mkdir()
    (folder / "codebook.yml").write_text(f"title: The harbour & {HOSTILE}\n{BOOK}")
    (folder / "a.txt").write_text("The harbour opened late.\n\nThe mayor said it was late.\n")
    (folder / "b ü.txt").write_text(f"Ruritania denied that it was late. {HOSTILE} The mayor said it was late.\n")
    (folder / "c.txt").write_text("")
    return folder


@pytest.fixture(scope="session")
def site(study, tmp_path_factory):
    """Render two tiny notebooks once."""
    notebooks = tmp_path_factory.mktemp("notebooks")
    notebook(
        notebooks / "0_overview.ipynb",
        new_markdown_cell("# What was said?\n\nOne paragraph, then `1_more_words`, from `sentences`."),
        new_code_cell("import pandas as pd\nimport sys\nfrom IPython.display import display\n"
                      f"hostile = {HOSTILE!r}\nprint(hostile, study)\nprint('quiet', file=sys.stderr)"),
        new_code_cell("pd.DataFrame({'source': [hostile], 'share': [0.5]}, index=['row'])"),
        new_code_cell("display({'text/html': '<p>seen</p><script src=\"https://example.org/a.js\"></script>',\n"
                      "         'application/javascript': 'alert(3)'}, raw=True)"),
        new_code_cell(f"display({{'image/png': '{PIXEL}', 'text/plain': 'A bar of 0.5 & more'}}, raw=True)"),
        new_code_cell("import IPython\nimport pandas as pd\nfrom parallax import display, plots\n"
                      "table = pd.DataFrame({'sentence': ['a.002', 'no.001'], 'n': [1, 2]})\n"
                      "data = pd.DataFrame({'source': ['a', 'all'], 'k': [1, 9], 'n': [4, 9], 'share': [.25, 1.],\n"
                      "                     'frame': 'f', 'low': [.1, .9], 'high': [.6, 1.]})\n"
                      "display.setup()\n"
                      "shown = display.figure(plots.frame_shares(data), data, 'bars', out, caption='Based on 4.')\n"
                      "from pathlib import Path\nout and Path(out, 'bars.graphml').write_text('<graphml/>')\n"
                      "IPython.display.display(shown, display.table(table), display.table(table, 'Late'))"),
        new_code_cell("'left out'", metadata={"tags": ["hide-report"]}),
    )
    notebook(
        notebooks / "1_more_words.ipynb",
        new_markdown_cell("# Whose voice?\n\n# A second title\n\n## Part"),
        new_code_cell("voice, seed"),
    )
    notebook(notebooks / "explore.ipynb", new_code_cell("1 / 0"))
    out = tmp_path_factory.mktemp("out") / "site"
    index = report(study, out, {"voice": "own", "seed": "7"}, notebooks, progress=False)
    assert index == out / "index.html"
    return out


@pytest.fixture
def unrun(monkeypatch):
    """Let a report take the notebooks as they are, and start no kernel."""
    monkeypatch.setattr("parallax.report.Kernels", lambda *_: nullcontext())
    monkeypatch.setattr("parallax.report.run_all", lambda _, nodes, progress: (one for one in nodes.items()))


def run(*paths, **values):
    """Run notebooks one after the other in one kernel; return {name: notebook}."""
    with Kernels(1, paths[0].parent) as kernels:
        nodes = [(path, prepared(path, values, inspect([path])[path])) for path in paths]
        return {path.stem: node for path, node in kernels.run(nodes)}


def pages(site):
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in site.glob("*.html")}


def test_numbered_notebooks_are_pages_with_a_title_and_one_heading(site):
    titles = {name: page.title.get_text() for name, page in pages(site).items()}
    study = f"The harbour & {HOSTILE}"
    assert titles == {"index.html": f"What was said? · {study}", "more_words.html": f"Whose voice? · {study}",
                      "sentences.html": f"Every sentence · {study}"}
    for page in pages(site).values():
        assert len(page.find_all("h1")) == 1
        assert page.html["lang"] == "en"
        assert page.select_one("a.skip")["href"] == "#main" and page.main["id"] == "main"


def test_pages_lead_to_one_another_and_to_the_downloads(site):
    everything = pages(site)
    for name, page in everything.items():
        assert page.select_one("[aria-current=page]")["href"] == name
        for link in page.find_all("a"):
            assert link.get_text(strip=True)
            target, _, part = link["href"].partition("#")
            assert (site / unquote(target or name)).is_file(), target
            assert not part or everything[target or name].find(id=part), part
    index = everything["index.html"]
    assert index.select_one("main p a[href='more_words.html']").get_text() == "More words"
    assert [code.get_text() for code in index.select("main p code")].count("sentences") == 1  # the table, not the page
    assert [a.get_text() for a in index.select("ul.pages a")] == ["Overview", "More words", "Sentences"]
    assert {a["href"] for a in index.select("a[download]")} >= {"notebooks/0_overview.ipynb", "tables/pairs.csv",
                                                                "figures/bars.csv"}
    said = index.select_one("#contents").get_text(" ", strip=True)
    assert "unresolved.csv (1 kB): a name that fits several actors and counts for none" in said
    assert {a["href"] for a in index.select("#contents a")} >= {"texts/a.txt", "codebook.yml", "sentences.html"}
    assert all(page.select_one("footer a")["href"] == "codebook.yml" for page in everything.values())


def test_nothing_comes_from_elsewhere_and_only_our_script_runs(site):
    ours = (pages_of.HERE / "template" / "report.js").read_text("utf-8")
    for page in pages(site).values():
        (script,) = page.find_all("script")
        assert script.get_text() == ours and not script.attrs
        allowed = base64.b64encode(hashlib.sha256(ours.encode()).digest()).decode()
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert f"script-src 'sha256-{allowed}';" in policy and policy.count("script-src") == 1
        assert not page.find_all(["link", "iframe", "object", "embed"])
        assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
        assert all(tag["src"].startswith("data:") for tag in page.find_all(src=True))
        assert not page.find_all(srcset=True)
        assert not re.search(r"url\(|@import", " ".join(style.get_text() for style in page.find_all("style")))
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'")


def test_hostile_text_is_shown_as_text(site):
    main = pages(site)["index.html"].main
    assert HOSTILE in main.table.get_text()
    assert HOSTILE in main.pre.get_text()


def test_a_page_shows_outputs_and_no_code(site):
    index, more = pages(site)["index.html"], pages(site)["more_words.html"]
    text = index.main.get_text()
    assert "seen" in text
    for hidden in ("import pandas", "quiet", "left out", "alert(3)"):
        assert hidden not in text
    assert index.main.img["alt"] == "A bar of 0.5 & more"
    assert "('own', 7)" in more.main.get_text()
    assert [h.get_text() for h in more.main.find_all("h2")] == ["A second title", "Part"]


def test_tables_scroll_and_name_their_heads(site):
    tables = pages(site)["index.html"].main.find_all("table")
    table = tables[0]
    assert [one.parent["aria-label"] for one in tables] == ["Table 1", "Table 2", "Table 3: Late"]
    assert table.parent["class"] == ["scroll"] and table.parent["tabindex"] == "0"
    assert {cell["scope"] for cell in table.thead.find_all("th")} == {"col"}
    assert {cell["scope"] for cell in table.tbody.find_all("th")} == {"row"}


def test_the_footer_says_what_was_made_of_what(site):
    from parallax import __version__
    for page in pages(site).values():
        footer = page.find("footer").get_text()
        assert "voice = 'own'" in footer and f"Parallax {__version__}" in footer and "checksum" in footer


def test_no_file_tells_where_it_was_made(site, study):
    for path in site.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert str(study.parent).encode() not in text and b"/tmp/" not in text, path.name
    executed = nbformat.read(site / "notebooks" / "0_overview.ipynb", as_version=4)
    assert "papermill" not in executed.metadata
    injected = next(cell for cell in executed.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert 'study = "harbour"' in injected.source and 'out = "figures"' in injected.source


@pytest.mark.parametrize("text", [
    r'"in C:\\Users\\Ann\\study\\a.txt"',
    r'"study = \"C:\\\\Users\\\\Ann\\\\study\\\\a.txt\""',
    '"C:/Users/Ann/study/a.txt"',
])
def test_paths_of_windows_are_left_out_too(text):
    said = unplaced(text, {"C:\\Users\\Ann\\study": "study"})
    assert "Ann" not in said and re.search(r"study[\\/]+a.txt", said)


def test_under_a_figure_stand_its_caption_its_files_and_how_to_cite_it(site, study):
    from parallax import __version__
    from parallax.study import load
    figure = pages(site)["index.html"].find(id="figure-bars")
    said = figure.figcaption.get_text(" ", strip=True)
    assert said.startswith("Based on 4. CSV PNG SVG GRAPHML Link to this figure Cite as: figure “bars” in “The harbour")
    assert said.endswith(f"(checksum {load(study).checksum}), Parallax {__version__}.")
    ways = [a["href"] for a in figure.find_all("a")]
    assert ways == [f"figures/bars.{end}" for end in ("csv", "png", "svg", "graphml")] + ["#figure-bars"]
    assert pd.read_csv(site / "figures" / "bars.csv")["k"].tolist() == [1, 9]
    listed = pages(site)["index.html"].select_one("#contents a[href='index.html#figure-bars']")
    assert listed.get_text() == "Which frames does each source use?"
    assert figure.select_one(".scroll")["aria-label"] == listed.get_text()


def test_every_sentence_has_an_address_its_marks_and_its_document(site):
    page, table = pages(site)["sentences.html"], pd.read_csv(site / "tables" / "sentences.csv")
    lines = page.select("ul.px-sentences > li")
    assert [line["id"] for line in lines] == [fulltext.anchor(one) for one in table["sentence"]]
    assert [line.small.a["href"] for line in lines] == [f"#{line['id']}" for line in lines]
    own, quoted = page.find(id="a.001"), page.find(id="b%20%C3%BC.001")
    assert [(mark["class"], mark.get_text()) for mark in own.find_all("mark")] == [(["px-frame", "px-cue"], "late")]
    assert own.get_text(" ", strip=True) == (
        "The harbour opened late . Claim affirmed in its own voice; not read a.001 body; frames: Delay")
    assert not own.mark.get("style")  # the page's sheet has it
    assert {mark["class"][0] for mark in quoted.find_all("mark")} == {"px-voice"}
    assert "actors: Ruritania" in quoted.small.get_text() and "Claim" not in quoted.get_text()
    assert "Own voice only" in page.main.p.get_text()  # which is why the denial is not there
    assert HOSTILE in page.get_text()
    documents = page.select(".px-document")
    assert [one.h2.get_text() for one in documents] == ["a: a.txt", "b ü: b ü.txt", "c: c.txt"]
    text = site / unquote(documents[1].select_one(".px-meta a")["href"])
    assert text.read_text("utf-8").startswith("Ruritania denied") and text.parent.name == "texts"
    assert "not read: empty" in documents[2].get_text() and not documents[2].a


def test_what_names_a_sentence_leads_to_it(site):
    cells = pages(site)["index.html"].main.find_all("table")[1].select("tbody th")
    assert cells[0].a["href"] == "sentences.html#a.002" and cells[1].a is None
    finish = pages_of.Finish(SimpleNamespace(title="T", checksum="c"), site, {"a.002": "sentences.html#a.002"})
    rows = pd.DataFrame({"file": "a.txt", "source": "A", "sentence": ["a.002", "z.001"], "start": 0, "end": 4,
                         "text": "Late"})
    html = finish(display.evidence(rows, limit=0).html)
    assert '<small><a href="sentences.html#a.002">A, a.002</a></small>' in html
    assert "<small>A, z.001</small>" in html  # not in this report: no dead link
    assert finish('<td class="px-number">a.002</td>') == '<td class="px-number">a.002</td>'


def test_many_sentences_make_several_pages(site, study, monkeypatch):
    from parallax import tables
    from parallax.study import load
    monkeypatch.setattr(fulltext, "PAGE", 3)
    read = load(study)
    found = tables.build(read)
    nodes, (names, places) = dict(fulltext.pages(read, found, {})), fulltext.places(found)
    assert list(nodes) == names == ["sentences", "sentences-2"] and len(places) == len(set(places.values())) == 4
    assert places["a.001"] == "sentences.html#a.001" and places["b ü.002"] == "sentences-2.html#b%20%C3%BC.002"
    texts = [node.cells[1].outputs[0].data["text/html"] for node in nodes.values()]
    assert [text.count("<li id=") for text in texts] == [3, 1] and all('id="b%20' in text for text in texts)
    assert all('<a href="sentences-2.html"' in text and text.count("aria-current") == 1 for text in texts)
    assert [text.count("(continued)") for text in texts] == [0, 2]  # in the list of documents and over its sentences
    assert "c.txt" in texts[0] and "c.txt" not in texts[1]  # what could not be read stands once
    assert pages_of.describe("sentences-2", nodes["sentences-2"], read)["of"] == "sentences.html"


def test_a_link_to_an_article_is_one_to_the_web():
    document = {"file": "a.txt", "title": "T", "outlet": "", "published": "", "words": 2, "status": "ok",
                "problem": ""}
    assert '<a href="https://example.org/?a=1&amp;b" rel="noreferrer">' in fulltext.about(
        {**document, "url": "https://example.org/?a=1&b"}, {})
    assert fulltext.about({**document, "copy_of": "b.txt"}, {}) == "a.txt, 2 words, a near-copy of b.txt"
    assert "<a" not in fulltext.about({**document, "url": "javascript:alert(1)"}, {})


def test_an_unknown_parameter_is_refused_before_anything_runs(study, tmp_path, unrun):
    notebook(tmp_path / "0_overview.ipynb")
    with pytest.raises(StudyError, match=r"^-p voise: unknown parameter; allowed: mood, seed, voice$"):
        report(study, tmp_path / "out", {"voise": "own"}, tmp_path, progress=False)
    assert not (tmp_path / "out").exists()


def test_a_notebook_that_refuses_its_input_stops_the_report_with_its_line(study, tmp_path):
    notebook(tmp_path / "0_overview.ipynb", new_code_cell(
        "from parallax.study import StudyError\nraise StudyError(f'mood: {mood!r}; allowed: calm')"))
    with pytest.raises(StudyError, match=r"^mood: 'wild'; allowed: calm$"):
        report(study, tmp_path / "out", {"mood": "wild"}, tmp_path, progress=False)
    assert not (tmp_path / "out" / "index.html").exists()


def test_any_other_error_comes_back_with_its_traceback(tmp_path):
    notebook(tmp_path / "0_overview.ipynb", new_code_cell("{}['key']"))
    with Kernels(1, tmp_path) as kernels, pytest.raises(RuntimeError) as caught:
        path = tmp_path / "0_overview.ipynb"
        list(run_all(kernels, {path: prepared(path, {}, [])}, False))
    said = str(caught.value)
    assert said.startswith("0_overview.ipynb: KeyError: 'key'\n") and "{}['key']" in said and "\x1b" not in said


def test_a_kernel_that_dies_is_tried_once_more_and_what_comes_after_it_runs(tmp_path):
    mark = tmp_path / "mark"
    notebook(tmp_path / "0_overview.ipynb", new_code_cell(
        f"import os, pathlib\nmark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists():\n    mark.touch()\n    os._exit(1)\n'alive'"))
    notebook(tmp_path / "1_next.ipynb", new_code_cell("'alive too'"))
    ran = run(tmp_path / "0_overview.ipynb", tmp_path / "1_next.ipynb")
    assert [node.cells[-1].outputs[0].data["text/plain"] for node in ran.values()] == ["'alive'", "'alive too'"]


def test_a_notebook_finds_nothing_of_the_one_before_it_in_its_kernel(tmp_path):
    state = ("import matplotlib, os, pandas as pd, sys, warnings\n"
             "('left' in globals(), matplotlib.rcParams['font.size'], pd.get_option('display.max_rows'),\n"
             " os.getcwd() == START, 'parallax.tables' in sys.modules)")
    begin = f"START = {str(tmp_path.resolve())!r}\nwarnings = __import__('warnings')\nwarnings.warn('odd')\n{state}"
    spoil = ("left = 1\nimport matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 30\nplt.figure()\n"
             "pd.set_option('display.max_rows', 7)\nos.chdir('/')\nIn, Out\nNone")
    for name in ("0_a", "1_b"):
        notebook(tmp_path / f"{name}.ipynb", new_code_cell(begin), new_code_cell(spoil),
                 new_code_cell("len(plt.get_fignums())"))
    first, second = run(tmp_path / "0_a.ipynb", tmp_path / "1_b.ipynb").values()
    shown, again = ([re.sub(r"ipykernel_\d+/\d+", "", output.get("text") or output.data["text/plain"])
                     for cell in node.cells for output in cell.get("outputs", ())] for node in (first, second))
    assert again == shown and "odd" in shown[0]
    assert shown[1:] == ["(False, 10.0, 60, True, True)", "<Figure size 640x480 with 0 Axes>", "0"]
    counts = [[cell.execution_count for cell in node.cells] for node in (first, second)]
    assert counts[0] == counts[1] == [1, 2, 3, 4]


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_no_notebooks_is_said_in_one_line(study, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match=f"^{folder}: no notebooks"):
        report(study, tmp_path / "out", {}, tmp_path / folder, progress=False)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    pages_of.keep(tmp_path / "texts" / "a.txt", "one\r\n")
    with pytest.raises(UnicodeEncodeError):
        pages_of.keep(tmp_path / "texts" / "a.txt", "two \ud800")
    assert [path.name for path in (tmp_path / "texts").iterdir()] == ["a.txt"]
    assert (tmp_path / "texts" / "a.txt").read_bytes() == b"one\r\n"  # as it was read: offsets count its characters


def test_the_list_of_figures_has_those_in_which_something_is_drawn():
    html = "".join(f'<figure class="px-figure" id="figure-{name}"><div role="img" aria-label="{title}"></div></figure>'
                   for name, title in (("bars", "Which frames?"), ("empty", "Nothing to draw: there are no labels.")))
    cell = new_code_cell(outputs=[nbformat.v4.new_output("display_data", {"text/html": html})])
    assert pages_of.drawn(new_notebook(cells=[cell])) == [("bars", "Which frames?")]


def test_a_figure_in_which_nothing_is_drawn_has_nothing_to_cite(tmp_path):
    finish = pages_of.Finish(SimpleNamespace(title="T", checksum="0"), tmp_path, {})
    box = ('<figure class="px-figure" id="figure-a"><div aria-label="{}"></div>'
           '<figcaption>Based on 4.</figcaption></figure>')
    shown = [finish(box.format(title)) for title in ("Which frames?", "Nothing to draw: no labels.")]
    assert ["Based on 4." in html for html in shown] == [True, True]
    assert ["Cite as" in html for html in shown] == [True, False]


def test_the_name_of_a_table_is_no_way_to_a_page():
    pages = {"sentences": {"label": "Sentences", "href": "sentences.html"}, "2_b": {"label": "B", "href": "b.html"}}
    node, _ = pages_of.prepared(new_notebook(cells=[new_markdown_cell("It reads `sentences`. Next: `2_b`.")]), pages)
    assert node.cells[0].source == "It reads `sentences`. Next: [B](b.html)."


def test_near_copies_count_once_in_the_tables_of_the_report_too(tmp_path, unrun):
    folder = tmp_path / "twice"
    folder.mkdir()
    (folder / "codebook.yml").write_text("title: T\n", encoding="utf-8")
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text("The harbour opened late, and the mayor said so.", encoding="utf-8")
    with pytest.raises(StudyError, match="copies: 'twice'; allowed: published, once"):
        report(folder, tmp_path / "out", {"copies": "twice"}, progress=False)
    assert not (tmp_path / "out").exists()
    report(folder, tmp_path / "out", {"copies": "once"}, progress=False)
    written = pd.read_csv(tmp_path / "out" / "tables" / "documents.csv")
    assert written["status"].tolist() == ["ok", "skipped"]


@pytest.mark.parametrize("given, fold", [({}, 100), ({"fold": "7"}, 7)])
def test_folds_of_a_report_are_long_but_not_endless(study, tmp_path, unrun, monkeypatch, given, fold):
    def stop(kernels, nodes, progress):
        said = [line for node in nodes.values() for cell in node.cells if cell.get("id") == "injected-parameters"
                for line in cell.source.splitlines()]
        assert {line for line in said if line.startswith("fold")} == {f"fold = {fold}"}
        raise StudyError("the notebooks run")

    monkeypatch.setattr("parallax.report.run_all", stop)
    with pytest.raises(StudyError, match="the notebooks run"):
        report(study, tmp_path / "out", given, progress=False)


@pytest.mark.parametrize("status, problem", [("ok", ""), ("skipped", "a near-copy of a.txt: counted once")])
def test_the_page_of_sentences_says_of_a_near_copy_once_what_it_copies(status, problem):
    said = fulltext.about({"file": "b.txt", "outlet": "", "published": "", "words": 9, "status": status,
                           "problem": problem, "copy_of": "a.txt"}, {})
    assert said.count("a near-copy of a.txt") == 1


def test_what_an_earlier_report_wrote_and_this_one_does_not_is_gone(study, tmp_path, unrun):
    out, notebooks = tmp_path / "site", tmp_path / "notebooks"
    notebooks.mkdir()
    (tmp_path / "mine.txt").write_text("not of the report")
    for name in ("0_overview", "1_old"):
        notebook(notebooks / f"{name}.ipynb", new_markdown_cell("# What was said?"))
    report(study, out, {}, notebooks, progress=False)
    (out / "texts" / "notes.txt").write_text("of a person")
    index = (out / "index.html").read_text("utf-8")
    (out / "index.html").write_text(index + '<a href="texts/..%2F..%2Fmine.txt">', "utf-8")
    (out / "sentences-2.html").write_text("of a report with more sentences")
    assert {path.name for path in (out / "texts").iterdir()} == {"a.txt", "b_ü.txt", "notes.txt"}
    fewer = tmp_path / "harbour"
    shutil.copytree(study, fewer)
    (fewer / "b ü.txt").unlink()
    (notebooks / "1_old.ipynb").unlink()
    report(fewer, out, {}, notebooks, progress=False)
    assert {path.name for path in (out / "texts").iterdir()} == {"a.txt", "notes.txt"}
    assert {path.name for path in (out / "notebooks").iterdir()} == {"0_overview.ipynb"}
    assert {path.name for path in out.glob("*.html")} == {"index.html", "sentences.html"}
    assert (tmp_path / "mine.txt").exists() and (out / "tables" / "documents.csv").exists()
    assert not list(out.glob(".*"))


@pytest.mark.parametrize("name", ["a.txt", "codebook.yml", "labels/stances.csv"])
def test_a_study_that_changes_while_the_report_is_made_leaves_the_old_report(study, tmp_path, unrun, monkeypatch, name):
    folder, out = tmp_path / "harbour", tmp_path / "out"
    shutil.copytree(study, folder)
    notebook(tmp_path / "0_overview.ipynb")
    report(folder, out, {}, tmp_path, progress=False)
    before = digests(out)

    def change(kernels, nodes, progress):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"title: The harbour & {HOSTILE}\n# opened early\n{BOOK}")
        yield from nodes.items()

    monkeypatch.setattr("parallax.report.run_all", change)
    with pytest.raises(StudyError, match="^harbour: a file was changed while the report was made; run it again$"):
        report(folder, out, {}, tmp_path, progress=False)
    assert digests(out) == before


def test_a_folder_in_the_way_leaves_the_old_report(study, tmp_path, unrun):
    out = tmp_path / "out"
    (out / "index.html").mkdir(parents=True)
    (out / "sentences.html").write_text("old")
    notebook(tmp_path / "0_overview.ipynb")
    with pytest.raises(StudyError) as caught:
        report(study, out, {}, tmp_path, progress=False)
    assert str(caught.value) == f"{out / 'index.html'}: cannot write here: a folder is in the way"
    assert {path.name for path in out.iterdir()} == {"index.html", "sentences.html"}
    assert (out / "sentences.html").read_text() == "old"


def test_a_disk_that_is_full_leaves_the_old_report(study, tmp_path, unrun, monkeypatch):
    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    notebook(tmp_path / "0_overview.ipynb")
    index = report(study, tmp_path / "out", {}, tmp_path, progress=False)
    before = digests(index.parent)
    monkeypatch.setattr(pages_of, "keep", full)
    with pytest.raises(StudyError) as caught:
        report(study, tmp_path / "out", {"voice": "own"}, tmp_path, progress=False)
    assert str(caught.value) == f"{index.parent / 'codebook.yml'}: cannot write here: No space left on device"
    assert digests(index.parent) == before


def test_a_report_is_not_written_into_the_study(study, unrun):
    before = sorted(study.rglob("*"))
    with pytest.raises(StudyError, match="this is the study, and what is written there would be read as texts"):
        report(study, study, progress=False)
    assert sorted(study.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix", reason="other systems allow no such names")
def test_names_of_folders_and_files_are_shown_as_text(study, tmp_path, unrun):
    tag = "<img src=x onerror=alert(1)>$a$ 'b' \"c\" \x1b[31m"
    folder, out = tmp_path / tag, tmp_path / f"{tag} out"
    shutil.copytree(study, folder)
    (folder / "a.txt").rename(folder / f"{tag}.txt")
    notebook(tmp_path / "0_overview.ipynb", new_markdown_cell("# What was said?"))
    report(folder, out, {"mood": tag[:-6]}, tmp_path, progress=False)
    shown = pages(out)
    for page in shown.values():
        assert len(page.find_all("script")) == 1 and not page.select("img[onerror]")
        footer = page.find_all("footer")[-1].get_text()
        assert f"mood = {tag[:-6]!r}" in footer and rf"({tag[:-6]} \x1b[31m, checksum" in footer
    assert "<img src=x onerror=alert(1)>$a$ 'b' \"c\"" in shown["sentences.html"].main.get_text()
    for link in shown["index.html"].find_all("a"):
        assert (out / (unquote(link["href"].partition("#")[0]) or "index.html")).is_file()
    executed = (out / "notebooks" / "0_overview.ipynb").read_text("utf-8")
    assert tmp_path.name not in executed and "onerror" in executed


def test_the_place_of_a_study_is_left_out_whatever_its_letters(tmp_path):
    path = '/home/Zo\xeb "Z"/study \u6e2f'
    notebook(tmp_path / "0_overview.ipynb", new_code_cell(f"open({path!r})  # {path}"))
    node = prepared(tmp_path / "0_overview.ipynb", {"study": path}, ["study"])
    node.cells[-1].outputs = [nbformat.v4.new_output("stream", text=f"no {path}/a.txt")]
    node = cleared(node, {path: 'the "study"'})
    assert "home" not in nbformat.writes(node)
    (code,) = [cell.source for cell in node.cells if cell.id == "injected-parameters"]
    assert ast.literal_eval(ast.parse(code).body[0].value) == 'the "study"'
    assert node.cells[-1].outputs[0].text == 'no the "study"/a.txt'


@pytest.mark.parametrize("name, value, said", [
    ("voice", "x" * 10_000_000, "-p voice: 10,000,000 characters; allowed: at most 10,000"),
    ("voice", "\udcff", r"-p voice: it holds the sign '\udcff'; allowed: text in UTF-8"),
    ("voice", "\x1b[31m", r"-p voice: it holds the sign '\x1b'; allowed: text in UTF-8"),
    ("voice", ["a\0b"], r"-p voice: it holds the sign '\x00'; allowed: text in UTF-8"),
    ("x" * 1000, "1", f"-p {'x' * 40}: unknown parameter; allowed: mood, seed, voice"),
    ("seed", "many", "seed: 'many'; allowed: a whole number, 0 or more"),
    ("seed", "9" * 5000, f"seed: {'9' * 5000!r}; allowed: a whole number, 0 or more"),
])
def test_a_parameter_of_any_length_and_content_gets_a_line(study, tmp_path, unrun, name, value, said):
    notebook(tmp_path / "0_overview.ipynb")
    with pytest.raises(StudyError) as caught:
        report(study, tmp_path / "out", {name: value}, tmp_path, progress=False)
    assert str(caught.value) == said and not (tmp_path / "out").exists()


@pytest.mark.parametrize("value", ['"; import os  # ', "'\"\"\"\\", "{study}", "a\nmood = 1", "]); print(1"])
def test_a_parameter_stays_a_text_in_the_code_of_a_notebook(tmp_path, value):
    notebook(tmp_path / "0_overview.ipynb")
    node = prepared(tmp_path / "0_overview.ipynb", {"mood": value}, ["mood", "voice"])
    (code,) = [cell.source for cell in node.cells if cell.id == "injected-parameters"]
    (line,) = ast.parse(code).body
    assert line.targets[0].id == "mood" and ast.literal_eval(line.value) == value


def test_a_full_disk_is_one_line(study, tmp_path, monkeypatch, capsys):
    def full(*args, **more):
        raise OSError(28, "No space left on device", "pages.html")

    monkeypatch.setattr("parallax.report.report", full)
    assert main(["report", str(study), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "parallax: pages.html: No space left on device\n"
