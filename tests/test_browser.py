"""The report in a real browser: it fits a phone, asks the network for nothing, can be read in the dark."""

import base64

import pytest
from chromium import STICKING_OUT, needed

PAGES = ["index.html", "sources.html", "framing.html", "stance.html", "actors.html", "trust.html", "time.html"]
WIDTHS = {"phone": 390, "desktop": 1280}
pytestmark = needed

# Texts whose contrast with what lies behind them is below 4.5 to 1 (WCAG 2, level AA).
FAINT = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colours => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const luminance = rgb => rgb.reduce((sum, v, i) => sum + linear(v / 255) * [.2126, .7152, .0722][i], 0);
  const behind = e => e ? [...behind(e.parentElement), getComputedStyle(e).backgroundColor] : ['white'];
  return [...document.body.querySelectorAll('*')].filter(e => {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) return false;
    const layers = behind(e);
    const [a, b] = [rgb([...layers, getComputedStyle(e).color]), rgb(layers)].map(luminance);
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5;
  }).map(e => e.outerHTML.slice(0, 80));
})()
"""


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


def test_a_page_prints(visit, send):
    visit("index.html", 1280)
    pdf = base64.b64decode(send("Page.printToPDF", printBackground=False)[0]["data"])
    assert pdf.startswith(b"%PDF") and len(pdf) > 10_000


def test_the_whole_site_is_small(seeds_site):
    total = sum(path.stat().st_size for path in seeds_site.rglob("*") if path.is_file())
    assert total < 10_000_000, f"{total / 1e6:.1f} MB"
