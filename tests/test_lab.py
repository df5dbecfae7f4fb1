"""JupyterLab in a real browser: what a person does there with the notebooks that take answers."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import papermill
import pytest
from chromium import FAINT, needed
from nbformat.v4 import new_code_cell, new_notebook, new_output
from test_labels import made
from test_review import MORE

from parallax import display, labels
from parallax.report import report
from parallax.study import ROOT

pytestmark = [needed, pytest.mark.live]
PRICES = "Ruritania pays $5 billion for gas, of which $3 billion were stolen."
WIDGET = "[...(window.jupyterapp?.shell.widgets('main') ?? [])].find(widget => widget.context?.path === '{}.ipynb')"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The folder that JupyterLab shows, and its address: a study, and the two notebooks on it."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "study").mkdir()
    made(folder / "study", MORE)
    for name, more in ("explore", {}), ("review", {"drawn": 2}):
        values = {"study": str(folder / "study"), "reader": "Ada", **more}
        papermill.execute_notebook(ROOT / "notebooks" / f"{name}.ipynb", folder / f"{name}.ipynb", values,
                                   prepare_only=True, progress_bar=False)
    shutil.copy(ROOT / "notebooks" / "3_stance.ipynb", folder)
    nbformat.write(new_notebook(cells=[new_code_cell("", outputs=[new_output("display_data", {
        "text/html": display.takeaway(PRICES)._repr_html_(), "text/plain": PRICES})])]), folder / "prices.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
               f"--port={port}", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=",
               "--LabApp.news_url=None", "--ServerApp.log_level=ERROR"]
    own = {name: str(folder / f".{name}") for name in
           ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    server = subprocess.Popen(command, env={**os.environ, **own}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not answers(f"http://127.0.0.1:{port}/api"):
        assert time.monotonic() < deadline, "JupyterLab does not start"
        time.sleep(0.2)
    yield folder, f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(30)


def answers(address):
    """Tell whether a server is there."""
    try:
        return urllib.request.urlopen(address).status == 200
    except OSError:
        return False


@pytest.fixture
def until(ask):
    """Return a function that waits until an expression in the page is true."""
    def until(code, seconds=90):
        deadline = time.monotonic() + seconds
        while not ask(code):
            assert time.monotonic() < deadline, (code, ask("document.body.innerText")[-2000:])
            time.sleep(0.1)

    return until


@pytest.fixture
def opened(send, ask, until, lab):
    """Return a function that opens a notebook."""
    def opened(name):
        if ask("!!window.jupyterapp"):
            ask(f"jupyterapp.commands.execute('docmanager:open', {{path: '{name}.ipynb'}}); 1")
        else:
            send("Emulation.setDeviceMetricsOverride", width=1280, height=1000, deviceScaleFactor=1, mobile=False)
            send("Page.navigate", until="Page.loadEventFired", url=f"{lab[1]}/lab/tree/{name}.ipynb")
        until(f"!!({WIDGET.format(name)})?.context?.isReady")

    return opened


@pytest.fixture
def run(ask, until, opened):
    """Return a function that opens a notebook, or starts its kernel again, and runs all cells."""
    def run(name, again=False):
        widget = WIDGET.format(name)
        session = f"{widget}?.sessionContext"
        if again:
            ask(f"window.again = false; {session}.session.kernel.restart().then(() => {{ window.again = true }}); 1")
            until("window.again")
            ask("document.querySelectorAll('.px-said').forEach(e => e.remove())")
        else:
            opened(name)
        until(f"{session}?.isReady && {session}.session?.kernel?.connectionStatus === 'connected'")
        ask(f"jupyterapp.shell.activateById({widget}.id); jupyterapp.commands.execute('notebook:run-all-cells'); 1")

    return run


def typed(send, text):
    """Type on the keyboard."""
    for key in text:
        send("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        send("Input.dispatchKeyEvent", type="keyUp", key=key)


def test_a_correction_is_made_by_keyboard_and_is_there_ever_after(lab, run, send, ask, until):
    folder, _ = lab
    run("review")
    until("document.body.innerText.includes('0 of 9 sentences read')")
    page = "[...document.querySelectorAll('.px-explore')].find(e => e.innerText.includes('of 9 sentences read'))"
    for part in ".px-read strong", "input[placeholder^=click]":  # a page is filled part by part
        until(f"!!{page}?.querySelector('{part}')")
    shown = ask(f"{page}.querySelector('.px-read strong').innerText")  # not that of the pairs, which may come first
    ask(f"{page}.querySelector('input[placeholder^=click]').focus()")
    typed(send, "h")
    until("document.body.innerText.includes('1 of 9 sentences read')")
    typed(send, "n")
    until("document.body.innerText.includes('2 of 9 sentences read')")
    run("review", again=True)  # the kernel has forgotten, the study has not
    until("document.body.innerText.includes('2 of 9 sentences read')")
    assert "read by Ada" not in shown
    study, t = made(folder / "study", MORE)
    found = labels.answers(study, t)
    assert list(found.sentences["reader"]) == ["Ada", "Ada"] and set(found.sentences["drawn"]) == {"random"}
    (row,) = found.stances.itertuples()
    assert (row.text, row.value, row.holder) == (shown, "hedge", "source")
    (folder / "pages").mkdir()
    shutil.copy(ROOT / "notebooks" / "3_stance.ipynb", folder / "pages")
    page = report(study.folder, folder / "site", notebooks=folder / "pages", progress=False)
    assert "read by Ada" in page.read_text(encoding="utf-8")


def test_a_filter_changes_what_is_shown_and_a_word_is_found(run, ask, until):
    run("explore")
    sentences = "document.querySelectorAll('.px-sentence').length"
    until(f"{sentences} === 9")
    field = """[...document.querySelectorAll('.px-explore .widget-inline-hbox')].find(
        e => e.querySelector('label')?.innerText === '{}')?.querySelector('input, select')"""

    def put(name, value):
        until(f"!!({field.format(name)})")  # a page is filled part by part
        until(f"(options => !options || [...options].some(o => o.text === '{value}'))({field.format(name)}.options)")
        ask(f"""(() => {{
            const field = {field.format(name)};
            const option = [...field.options ?? []].find(o => o.text === '{value}');
            field.value = option ? option.value : '{value}';
            for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{bubbles: true}}));
        }})()""")

    put("Position", "denies")
    until(f"{sentences} === 1")
    put("Position", "any")
    until(f"{sentences} === 9")
    put("Words", "harbour")
    until("document.querySelector('.px-sentence mark.px-word')?.innerText === 'harbour'")
    assert ask(sentences) == 1


# What carries meaning by its look, in the outputs on the page: for each kind of part, the looks it has.
LOOKS_SHOWN = """
(() => {
  const found = {};
  const kinds = {mark: 'mark', takeaway: ':is(.px-takeaway, .px-unread)', verdict: '.px-verdict',
                 text: '.px-table :is(td:not(.px-number), tbody th)'};
  for (const [kind, select] of Object.entries(kinds))
    for (const e of document.querySelectorAll(`.jp-OutputArea ${select}`)) {
      const style = getComputedStyle(e);
      const name = kind === 'mark' ? e.title : kind;
      const look = kind === 'text' ? style.textAlign : kind === 'mark' ? style.backgroundColor + style.borderBottom
        : style.borderLeftStyle + style.borderLeftWidth + (kind === 'takeaway' ? style.backgroundColor : '');
      found[name] = [...new Set([...(found[name] ?? []), look])];
    }
  return found;
})()
"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_what_a_clone_opens_untrusted_keeps_its_meaning(opened, send, ask, until, theme):
    widget = WIDGET.format("3_stance")
    page = f"{widget}.node"
    opened("3_stance")
    ask(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}}); 1")
    until(f"document.body.dataset.jpThemeName === 'JupyterLab {theme}'")
    # JupyterLab fills in the cells that are in view.
    send("Emulation.setDeviceMetricsOverride", width=1280, height=15_000, deviceScaleFactor=1, mobile=False)
    until(f"{page}.querySelectorAll('.jp-OutputArea .px-table').length > 2")
    ask(f"{page}.querySelectorAll('.jp-OutputArea details').forEach(d => d.open = true)")
    assert not ask(f"{widget}.content.model.cells.get(3).trusted")
    assert not ask(f"{page}.querySelectorAll('.jp-OutputArea style').length")
    looks = ask(LOOKS_SHOWN.replace("document.", f"{page}."))
    assert {"cue", "voice", "operator"} < set(looks) and looks["text"] == ["left"]
    marks = [look for name in ("cue", "voice", "operator") for look in looks[name]]
    assert len(set(marks)) == 3 and not any("255, 255, 0" in look for look in marks)
    assert all(look.startswith("solid4px") for look in looks["takeaway"] + looks["verdict"])
    assert not any(look.endswith("rgba(0, 0, 0, 0)") for look in looks["takeaway"])
    faint = FAINT.replace("document.body.querySelectorAll('*')", f"{page}.querySelectorAll('.jp-OutputArea-output *')")
    until(f"{faint.strip()}.length === 0", 10)  # a theme comes in step by step


def test_prices_are_not_set_as_mathematics(opened, ask, until):
    opened("prices")
    until("document.body.innerText.includes('were stolen')")
    time.sleep(1)  # MathJax comes after the text
    assert ask("[...document.querySelectorAll('.px-takeaway')].pop().innerText") == PRICES
    assert not ask("document.querySelectorAll('mjx-container').length")
