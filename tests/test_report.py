"""The report: what it refuses, what a page holds and what it must never hold."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from parallax.errors import StudyError
from parallax.report import report, run

PARAMETERS = """study: str = "seeds"  # folder
voice: str = "all"  # whose words
mood: str = "calm"  # of the harbour
seed: int = 0  # of chance
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
    (folder / "codebook.yml").write_text(f"title: The harbour & {HOSTILE}\n")
    (folder / "a.txt").write_text("The harbour opened.\n\nThe mayor said it was late.\n")
    return folder


@pytest.fixture(scope="session")
def site(study, tmp_path_factory):
    """Render two tiny notebooks once."""
    notebooks = tmp_path_factory.mktemp("notebooks")
    notebook(
        notebooks / "0_overview.ipynb",
        new_markdown_cell("# What was said?\n\nOne paragraph, then `1_more_words`."),
        new_code_cell("import pandas as pd\nimport sys\nfrom IPython.display import display\n"
                      f"hostile = {HOSTILE!r}\nprint(hostile, study)\nprint('quiet', file=sys.stderr)"),
        new_code_cell("pd.DataFrame({'source': [hostile], 'share': [0.5]}, index=['row'])"),
        new_code_cell("display({'text/html': '<p>seen</p><script src=\"https://example.org/a.js\"></script>',\n"
                      "         'application/javascript': 'alert(3)'}, raw=True)"),
        new_code_cell(f"display({{'image/png': '{PIXEL}', 'text/plain': 'A bar of 0.5 & more'}}, raw=True)"),
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


def pages(site):
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in site.glob("*.html")}


def test_numbered_notebooks_are_pages_with_a_title_and_one_heading(site):
    titles = {name: page.title.get_text() for name, page in pages(site).items()}
    study = f"The harbour & {HOSTILE}"
    assert titles == {"index.html": f"What was said? · {study}", "more_words.html": f"Whose voice? · {study}"}
    for page in pages(site).values():
        assert len(page.find_all("h1")) == 1
        assert page.html["lang"] == "en"
        assert page.select_one("a.skip")["href"] == "#main" and page.main["id"] == "main"


def test_pages_lead_to_one_another_and_to_the_downloads(site):
    for name, page in pages(site).items():
        assert page.select_one("[aria-current=page]")["href"] == name
        for link in page.find_all("a"):
            assert link.get_text(strip=True)
            target = link["href"]
            assert page.find(id=target[1:]) if target.startswith("#") else (site / target).is_file(), target
    index = pages(site)["index.html"]
    assert index.select_one("main p a[href='more_words.html']").get_text() == "More words"
    assert [a.get_text() for a in index.select("ul.pages a")] == ["Overview", "More words"]
    assert {a["href"] for a in index.select("a[download]")} >= {"notebooks/0_overview.ipynb"}


def test_nothing_comes_from_elsewhere_and_nothing_runs(site):
    for page in pages(site).values():
        assert not page.find_all(["script", "link", "iframe", "object", "embed"])
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
    table = pages(site)["index.html"].main.table
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
            assert str(study.parent) not in path.read_text("utf-8"), path.name
    executed = nbformat.read(site / "notebooks" / "0_overview.ipynb", as_version=4)
    assert "papermill" not in executed.metadata
    injected = next(cell for cell in executed.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert 'study = "harbour"' in injected.source


def test_an_unknown_parameter_is_refused_before_anything_runs(study, tmp_path):
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
    name, message, traceback = run(tmp_path / "0_overview.ipynb", tmp_path / "executed.ipynb", {})
    assert (name, message) == ("KeyError", "'key'")
    assert "{}['key']" in traceback and "\x1b" not in traceback


def test_a_kernel_that_dies_is_tried_once_more(tmp_path):
    mark = tmp_path / "mark"
    notebook(tmp_path / "0_overview.ipynb", new_code_cell(
        f"import os, pathlib\nmark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists():\n    mark.touch()\n    os._exit(1)\n'alive'"))
    assert run(tmp_path / "0_overview.ipynb", tmp_path / "executed.ipynb", {}) is None
    assert "alive" in (tmp_path / "executed.ipynb").read_text("utf-8")


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_no_notebooks_is_said_in_one_line(study, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match=f"^{folder}: no notebooks"):
        report(study, tmp_path / "out", {}, tmp_path / folder, progress=False)
