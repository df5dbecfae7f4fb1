"""Chromium for the tests: a fixture that sends commands to its only tab, and one that asks the page."""

import itertools
import json
import shutil
import subprocess
import time
import urllib.request

import pytest
import websocket

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needed = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on the path: `apt-get install chromium`")

# Elements that stick out of a window of WIDTH pixels, but for those inside a box that scrolls.
STICKING_OUT = """
[...document.body.querySelectorAll('*')].filter(e => {
  const box = e.getBoundingClientRect();
  const scrolls = p => p && (getComputedStyle(p).overflowX !== 'visible' || scrolls(p.parentElement));
  return box.width && box.right > WIDTH + 1 && !scrolls(e.parentElement);
}).map(e => e.outerHTML.slice(0, 80))
"""

# Texts whose contrast with what lies behind them is below 4.5 to 1 (WCAG 2, level AA).
FAINT = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (colours, opacity = 1) => {
    canvas.clearRect(0, 0, 1, 1);
    colours.forEach((colour, at) => {
      canvas.globalAlpha = at === colours.length - 1 ? opacity : 1;
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    });
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const luminance = rgb => rgb.reduce((sum, v, i) => sum + linear(v / 255) * [.2126, .7152, .0722][i], 0);
  const seen = e => e ? getComputedStyle(e).opacity * seen(e.parentElement) : 1;
  const behind = e => e ? [...behind(e.parentElement), getComputedStyle(e).backgroundColor] : ['white'];
  return [...document.body.querySelectorAll('*')].filter(e => {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) return false;
    const layers = behind(e);
    const [a, b] = [rgb([...layers, getComputedStyle(e).color], seen(e)), rgb(layers)].map(luminance);
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5;
  }).map(e => e.outerHTML.slice(0, 80));
})()
"""


@pytest.fixture(scope="module")
def send(tmp_path_factory):
    """Start Chromium; return a function that sends a command to its only tab and returns (result, events)."""
    folder = tmp_path_factory.mktemp("chromium")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    process = subprocess.Popen([PROGRAM, *options, f"--user-data-dir={folder}", "about:blank"],
                               stderr=subprocess.DEVNULL)
    try:
        tab = connect(folder / "DevToolsActivePort")
        numbers = itertools.count(1)

        def send(method, until=None, **values):
            """Send a command; read on until the event `until` when one is named."""
            number, events, result = next(numbers), [], None
            tab.send(json.dumps({"id": number, "method": method, "params": values}))
            while result is None or (until and all(event["method"] != until for event in events)):
                message = json.loads(tab.recv())
                if message.get("id") == number:
                    assert "error" not in message, message
                    result = message["result"]
                elif "method" in message:
                    events.append(message)
            return result, events

        for domain in ("Page", "Network", "Log", "Runtime"):
            send(f"{domain}.enable")
        yield send
        tab.close()
    finally:
        process.kill()
        process.wait()


def connect(port_file):
    """Wait until Chromium says its port, and connect to its tab."""
    deadline = time.monotonic() + 30
    while not (port_file.exists() and port_file.read_text().strip()):
        assert time.monotonic() < deadline, "Chromium does not start"
        time.sleep(0.05)
    port = port_file.read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
        tab = next(target for target in json.load(answer) if target["type"] == "page")
    return websocket.create_connection(tab["webSocketDebuggerUrl"], suppress_origin=True, timeout=60)


@pytest.fixture
def ask(send):
    """Return a function that gives the value of an expression in the page."""
    def ask(code):
        answer, _ = send("Runtime.evaluate", expression=code, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    return ask
