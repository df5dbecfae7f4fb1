"""The notebooks of a study as one site of HTML pages that need nothing but themselves."""

import copy
import multiprocessing
import platform
import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bleach
import nbformat
import papermill
from bleach.html5lib_shim import Filter
from nbclient.exceptions import DeadKernelError
from nbconvert import HTMLExporter
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm
from traitlets.config import Config

from parallax import __version__
from parallax.errors import StudyError
from parallax.study import ROOT, load

HERE = Path(__file__).parent
OURS = ('<p class="px-', '<figure class="px-', '<details class="px-', '<div class="scroll')
TAGS = """a b blockquote br caption code dd div dl dt em figcaption figure h2 h3 h4 hr i img li mark ol p pre small span
    strong sub sup table tbody td tfoot th thead tr u ul""".split()
ATTRIBUTES = {"*": ["class", "title", "id"], "a": ["href"], "img": ["src", "alt", "width", "height"],
              "th": ["scope", "colspan", "rowspan"], "td": ["colspan", "rowspan"]}
SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain"]  # the best first


def report(study: Any, out: Any, parameters: dict[str, Any] | None = None, notebooks: str | Path | None = None,
           workers: int = 2, progress: bool = True) -> Path:
    """Run the notebooks of a study and write them as one self-contained HTML site.

    Parameters
    ----------
    study : str or pathlib.Path
        The study folder; a relative path is looked up from the current folder, then from the repository.
    out : str or pathlib.Path
        The folder to write: ``index.html``, a page for each further notebook, ``tables/*.csv`` and
        ``notebooks/*.ipynb`` as they ran. Made when it is missing; files of the same name are replaced.
    parameters : dict of str to value, optional
        Values for the cells tagged ``parameters``; a notebook gets those that it knows.
    notebooks : str or pathlib.Path, optional
        The folder of the notebooks, by default those that come with Parallax. Those named with a digit
        first are pages, in that order; the first is ``index.html``.
    workers : int
        How many notebooks run at the same time, each in a process of its own.
    progress : bool
        Show progress bars on standard error.

    Returns
    -------
    pathlib.Path
        The path of ``index.html``.

    Raises
    ------
    StudyError
        The study is wrong, there are no notebooks, none knows a parameter, or one stops with a StudyError.
    RuntimeError
        A notebook stops with any other error.
    """
    # spaCy takes a second to import, and the processes that only start a kernel do without it.
    from parallax import annotate, labels, tables
    from parallax.cooccurrence import all_pairs

    study, out = load(study), Path(out).expanduser().resolve()
    known = inspect(Path(notebooks) if notebooks else ROOT / "notebooks")
    parameters = checked(parameters or {}, known)
    bar = partial(tqdm, desc="texts", unit="text", disable=not progress)
    model = parameters.get("model", annotate.MODEL)
    found = tables.build(study, model, progress=bar, workers=workers)  # kept for the notebooks
    found = labels.corrected(study, found).select(listed(parameters.get("sources", "")), parameters.get("voice", "all"))
    found.save(out / "tables")
    tables.write(all_pairs(found, study.codebook, int(parameters.get("seed", 0))), out / "tables" / "pairs", "csv")
    values = {"study": str(study.folder), "fold": 0, **parameters}
    tasks = {path: {name: values[name] for name in names if name in values} for path, names in known.items()}
    with tempfile.TemporaryDirectory() as scratch:
        run_all(tasks, Path(scratch), workers, progress)
        nodes = {path.stem: read_executed(Path(scratch, path.name), study.folder) for path in tasks}
    write_site(study, out, parameters, nodes)
    return out / "index.html"


def listed(sources: Any) -> Sequence[str]:
    """Return the labels of sources that are given with commas between."""
    return [part.strip() for part in sources.split(",") if part.strip()] if isinstance(sources, str) else sources


def figures(study: Any, out: Any, parameters: dict[str, Any] | None = None, workers: int = 2) -> list[str]:
    """Run the notebooks that draw, so that they write their figures into a folder.

    Parameters
    ----------
    study, out : str or pathlib.Path
        The study folder, and the folder for NAME.svg, NAME.png and NAME.csv.
    parameters, workers : as in `report`

    Returns
    -------
    list of str
        The names of the figures in the folder.
    """
    study, out = load(study), Path(out).expanduser().resolve()
    known = {path: names for path, names in inspect(ROOT / "notebooks").items() if "out" in names}
    values = {"study": str(study.folder), "out": str(out), **(parameters or {})}
    tasks = {path: {name: values[name] for name in names if name in values} for path, names in known.items()}
    with tempfile.TemporaryDirectory() as scratch:
        run_all(tasks, Path(scratch), workers, progress=False)
    return sorted(path.stem for path in out.glob("*.svg"))


def inspect(folder: Path) -> dict[Path, dict[str, str]]:
    """Return {notebook: {parameter: type}} in the order of the pages."""
    paths = sorted(folder.glob("[0-9]*.ipynb"))
    if not paths:
        raise StudyError(f"{folder.name}: no notebooks such as 0_overview.ipynb; install Parallax again")
    found = {path: papermill.inspect_notebook(path).values() for path in paths}
    return {path: {one["name"]: one["inferred_type_name"] for one in ones} for path, ones in found.items()}


def checked(parameters: dict[str, Any] | None, known: dict[Path, dict[str, str]]) -> dict[str, Any]:
    """Return parameters with numbers as numbers; refuse unknown ones, of which papermill would only warn."""
    kinds = {name: kind for one in known.values() for name, kind in one.items() if name not in ("study", "out")}
    for name in parameters:
        if name not in kinds:
            raise StudyError(f"-p {name}: unknown parameter; allowed: {', '.join(sorted(kinds)) or 'none'}")
    numbers = [name for name, value in parameters.items() if kinds[name] == "int" and str(value).isdecimal()]
    return {**parameters, **{name: int(parameters[name]) for name in numbers}}


def run_all(tasks: dict[Path, dict[str, Any]], folder: Path, workers: int, progress: bool) -> None:
    """Run {notebook: parameters} into a folder; raise the first error that one of them stops with."""
    spawn = multiprocessing.get_context("spawn")  # papermill changes the current folder: no threads
    bar = tqdm(total=len(tasks), desc="notebooks", unit="notebook", disable=not progress)
    with bar, ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        jobs = {pool.submit(run, path, folder / path.name, values): path for path, values in tasks.items()}
        for job in as_completed(jobs):
            if error := job.result():
                pool.shutdown(cancel_futures=True)
                if error[0] == "StudyError":
                    raise StudyError(error[1])
                raise RuntimeError(f"{jobs[job].name}: {error[0]}: {error[1]}\n{error[2]}")
            bar.set_postfix_str(jobs[job].stem)
            bar.update()


def run(path: Path, target: Path, parameters: dict[str, Any] | None, attempts: int = 2) -> tuple[str, str, str] | None:
    """Run one notebook; return None, or (name, message, traceback) of the error that stopped it."""
    try:
        papermill.execute_notebook(path, target, parameters, cwd=path.parent, kernel_name="python3",
                                   extra_arguments=["--log-level=ERROR"], start_timeout=180, progress_bar=False)
    except PapermillExecutionError as error:  # does not survive pickling, so its parts go back
        return error.ename, error.evalue, strip_ansi("\n".join(error.traceback))
    except DeadKernelError as error:
        return run(path, target, parameters, attempts - 1) if attempts > 1 else ("DeadKernelError", str(error), "")
    return None


def read_executed(path: Path, folder: Path) -> NotebookNode:
    """Read an executed notebook without what belongs to one machine: where the study lies, and times."""
    text = path.read_text(encoding="utf-8").replace(f"{ROOT}/", "").replace(str(folder), folder.name)
    node = nbformat.reads(text, as_version=4)
    for part in [node, *node.cells]:
        for key in ("papermill", "execution"):
            part.metadata.pop(key, None)
    return node


def write_site(study: Any, out: Any, parameters: dict[str, Any] | None, nodes: dict[str, NotebookNode]) -> None:
    """Write the pages and the executed notebooks of {name: notebook}; the tables are there already."""
    (out / "notebooks").mkdir(exist_ok=True)
    for name, node in nodes.items():
        nbformat.write(node, out / "notebooks" / f"{name}.ipynb")
    pages = [describe(name, node, study) for name, node in nodes.items()]
    pages[0]["href"] = "index.html"
    shared = {
        "study": study,
        "pages": pages,
        "tables": downloads(out, "tables/*.csv"),
        "notebooks": downloads(out, "notebooks/*.ipynb"),
        "provenance": provenance(study, parameters),
        "css": "\n".join(path.read_text(encoding="utf-8") for path in sorted((HERE / "template").glob("*.css"))),
    }
    for number, (page, node) in enumerate(zip(pages, nodes.values(), strict=True)):
        before, after = pages[:number][-1:], pages[number + 1:][:1]  # lists of one, or empty
        text = page_html(node, {**shared, **page, "before": before, "after": after})
        (out / page["href"]).write_text(text, encoding="utf-8")


def describe(name: str, node: NotebookNode, study: Any) -> dict[str, str]:
    """Return what the pages say of one another: address, short label, heading and title."""
    label = re.sub(r"^\d+_", "", name)
    text = "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
    heading = next(iter(re.findall(r"^# +(.+)", text, re.M)), label.capitalize())
    return {"name": name, "href": f"{label}.html", "label": label.replace("_", " ").capitalize(),
            "heading": heading, "title": f"{heading} · {study.title}"}


def downloads(out: Any, pattern: str) -> list[dict[str, Any]]:
    """List files with their address and their size in thousands of bytes, rounded up."""
    return [{"href": path.relative_to(out).as_posix(), "name": path.name, "size": -(-path.stat().st_size // 1000)}
            for path in sorted(out.glob(pattern))]


def provenance(study: Any, parameters: dict[str, Any] | None) -> dict[str, str]:
    """Return what the footer says: of which texts, how and with what this was made."""
    tools = [f"{tool} {version(tool)}" for tool in ("spacy", "pandas", "scipy", "matplotlib")]
    return {
        "Study": f"{study.title} ({study.folder.name}, checksum {study.checksum})",
        "Parameters": "; ".join(f"{name} = {parameters[name]!r}" for name in parameters) or "the defaults",
        "Made with": ", ".join([f"Parallax {__version__}", f"Python {platform.python_version()}", *tools]),
    }


def page_html(node: NotebookNode, page: dict[str, Any]) -> str:
    """Render one executed notebook as a page: no code, no cells tagged ``hide-report``."""
    config = Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": ["hide-report"]},
                    NbConvertBase={"display_data_priority": SHOWN})
    exporter = HTMLExporter(config=config, template_name="template", extra_template_basedirs=[str(HERE)],
                            exclude_input=True, exclude_anchor_links=True, filters={"clean": clean})
    node, parts = prepared(node, {other["name"]: other for other in page["pages"]})
    html: str = exporter.from_notebook_node(node, {"page": {**page, "parts": parts}})[0]
    return html


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
            cell.source = re.sub(r"`(\w+)`", link, re.sub(r"^(##?) +(.+)$", heading, cell.source, flags=re.M))
    return node, parts


class Tables(Filter):
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


CLEANER = bleach.Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=["https", "data"], strip=True, filters=[Tables])


def clean(html: str) -> str:
    """Return what a cell shows without anything active; what `parallax.display` shows has been escaped there."""
    if html.startswith("<style>"):  # the page has its own
        return ""
    if html.startswith(OURS):
        return html
    passive = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", html)
    return str(CLEANER.clean(passive)).strip()
