"""JupyterLab in a real browser: what a person does there with the notebooks that take answers."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import papermill
import pytest
from chromium import needed
from test_labels import made
from test_review import MORE

from parallax import labels
from parallax.report import report
from parallax.study import ROOT

pytestmark = [needed, pytest.mark.live]


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
def run(send, ask, until, lab):
    """Return a function that opens a notebook, or starts its kernel again, and runs all cells."""
    def run(name, again=False):
        widget = ("[...(window.jupyterapp?.shell.widgets('main') ?? [])]"
                  f".find(widget => widget.context?.path === '{name}.ipynb')")
        session = f"{widget}?.sessionContext"
        if again:
            ask(f"window.again = false; {session}.session.kernel.restart().then(() => {{ window.again = true }}); 1")
            until("window.again")
            ask("document.querySelectorAll('.px-said').forEach(e => e.remove())")
        elif ask("!!window.jupyterapp"):
            ask(f"jupyterapp.commands.execute('docmanager:open', {{path: '{name}.ipynb'}}); 1")
        else:
            send("Emulation.setDeviceMetricsOverride", width=1280, height=1000, deviceScaleFactor=1, mobile=False)
            send("Page.navigate", until="Page.loadEventFired", url=f"{lab[1]}/lab/tree/{name}.ipynb")
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
    for part in ".px-read strong", "input[placeholder^=click]":  # a page is filled part by part
        until(f"!!document.querySelector('{part}')")
    shown = ask("document.querySelector('.px-read strong').innerText")
    ask("document.querySelector('input[placeholder^=click]').focus()")
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
