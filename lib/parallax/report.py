"""The notebooks of a study as one site of HTML pages that need nothing but themselves."""

import html
import multiprocessing
import platform
import re
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import jinja2
import nbformat
import papermill
from bs4 import BeautifulSoup, Tag
from nbclient.exceptions import DeadKernelError
from nbconvert import HTMLExporter
from nbconvert.filters import strip_ansi
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm
from traitlets.config import Config

from parallax import __version__
from parallax.errors import StudyError
from parallax.study import ROOT, load

HERE = Path(__file__).parent
FORBIDDEN = ["script", "link", "meta", "base", "iframe", "frame", "object", "embed", "form", "style"]
SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain"]  # the best first


def report(study, out, parameters=None, notebooks=None, workers=2, progress=True):
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
        The folder of the notebooks, ``notebooks`` of the repository by default. Those named with a digit
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
    from parallax import annotate, tables
    from parallax.cooccurrence import all_pairs
    from parallax.workbook import Workbook

    study, out = load(study), Path(out).expanduser().resolve()
    known = inspect(Path(notebooks) if notebooks else ROOT / "notebooks")
    parameters = checked(parameters or {}, known)
    bar = partial(tqdm, desc="texts", unit="text", disable=not progress)
    model = parameters.get("model", annotate.MODEL)
    tables.build(study, model, progress=bar, workers=workers)  # kept for the notebooks
    chosen = {name: value for name, value in parameters.items() if name in signature(Workbook).parameters}
    book = Workbook(study.folder, **chosen)
    book.tables.save(out / "tables")
    tables.write(all_pairs(book.tables, book.book, book.seed), out / "tables" / "pairs", "csv")
    values = {"study": str(study.folder), **parameters}
    tasks = {path: {name: values[name] for name in names if name in values} for path, names in known.items()}
    with tempfile.TemporaryDirectory() as scratch:
        run_all(tasks, Path(scratch), workers, progress)
        nodes = {path.stem: read_executed(Path(scratch, path.name), study.folder) for path in tasks}
    write_site(study, out, parameters, nodes)
    return out / "index.html"


def inspect(folder):
    """Return {notebook: {parameter: type}} in the order of the pages."""
    paths = sorted(folder.glob("[0-9]*.ipynb"))
    if not paths:
        raise StudyError(f"{folder.name}: no notebooks such as 0_overview.ipynb; run in a clone of Parallax")
    found = {path: papermill.inspect_notebook(path).values() for path in paths}
    return {path: {one["name"]: one["inferred_type_name"] for one in ones} for path, ones in found.items()}


def checked(parameters, known):
    """Return parameters with numbers as numbers; refuse unknown ones, of which papermill would only warn."""
    kinds = {name: kind for one in known.values() for name, kind in one.items() if name not in ("study", "out")}
    for name in parameters:
        if name not in kinds:
            raise StudyError(f"-p {name}: unknown parameter; allowed: {', '.join(sorted(kinds)) or 'none'}")
    numbers = [name for name, value in parameters.items() if kinds[name] == "int" and str(value).isdecimal()]
    return {**parameters, **{name: int(parameters[name]) for name in numbers}}


def run_all(tasks, folder, workers, progress):
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


def run(path, target, parameters, attempts=2):
    """Run one notebook; return None, or (name, message, traceback) of the error that stopped it."""
    try:
        papermill.execute_notebook(path, target, parameters, cwd=path.parent, kernel_name="python3",
                                   extra_arguments=["--log-level=ERROR"], start_timeout=180, progress_bar=False)
    except PapermillExecutionError as error:  # does not survive pickling, so its parts go back
        return error.ename, error.evalue, strip_ansi("\n".join(error.traceback))
    except DeadKernelError as error:
        return run(path, target, parameters, attempts - 1) if attempts > 1 else ("DeadKernelError", str(error), "")


def read_executed(path, folder):
    """Read an executed notebook without what belongs to one machine: where the study lies, and times."""
    text = path.read_text(encoding="utf-8").replace(f"{ROOT}/", "").replace(str(folder), folder.name)
    node = nbformat.reads(text, as_version=4)
    for part in [node, *node.cells]:
        for key in ("papermill", "execution"):
            part.metadata.pop(key, None)
    return node


def write_site(study, out, parameters, nodes):
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
        "css": "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.css"))),
    }
    for number, (page, node) in enumerate(zip(pages, nodes.values(), strict=True)):
        before, after = pages[:number][-1:], pages[number + 1:][:1]  # lists of one, or empty
        text = page_html(node, {**shared, **page, "before": before, "after": after})
        (out / page["href"]).write_text(text, encoding="utf-8")


def describe(name, node, study):
    """Return what the pages say of one another: address, short label, heading and title."""
    label = re.sub(r"^\d+_", "", name)
    text = "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
    heading = next(iter(re.findall(r"^# +(.+)", text, re.M)), label.capitalize())
    return {"name": name, "href": f"{label}.html", "label": label.replace("_", " ").capitalize(),
            "heading": heading, "title": f"{heading} · {study.title}"}


def downloads(out, pattern):
    """List files with their address and their size in thousands of bytes, rounded up."""
    return [{"href": path.relative_to(out).as_posix(), "name": path.name, "size": -(-path.stat().st_size // 1000)}
            for path in sorted(out.glob(pattern))]


def provenance(study, parameters):
    """Return what the footer says: of which texts, how and with what this was made."""
    tools = [f"{tool} {version(tool)}" for tool in ("spacy", "pandas", "scipy", "matplotlib")]
    return {
        "Study": f"{study.title} ({study.folder.name}, checksum {study.checksum})",
        "Parameters": "; ".join(f"{name} = {parameters[name]!r}" for name in parameters) or "the defaults",
        "Made with": ", ".join([f"Parallax {__version__}", f"Python {platform.python_version()}", *tools]),
    }


def page_html(node, page):
    """Render one executed notebook as a page: no code, no cells tagged ``hide-report``."""
    config = Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": ["hide-report"]},
                    NbConvertBase={"display_data_priority": SHOWN})
    exporter = HTMLExporter(config=config, extra_loaders=[jinja2.FileSystemLoader(HERE)],
                            template_file="report.html.j2", exclude_input=True, exclude_anchor_links=True)
    soup = BeautifulSoup(exporter.from_notebook_node(node, {"page": page})[0], "html.parser")
    tidy(soup.main)
    pages = {other["name"]: other for other in page["pages"]}
    for code in soup.main.find_all("code", string=list(pages)):  # `1_sources` in a notebook, a link on a page
        other = pages[code.get_text()]
        code.name, code.string, code.attrs = "a", other["label"], {"href": other["href"]}
    return str(soup)


def tidy(main):
    """Make what notebooks show fit for a page: nothing active, one H1, tables that scroll by themselves."""
    for tag in main.select(", ".join(FORBIDDEN)):
        tag.decompose()
    for extra in main.find_all("h1")[1:]:
        extra.name = "h2"
    for number, heading in enumerate(parts := main.find_all("h2"), start=1):
        heading["id"] = f"part-{number}"
    if len(parts) > 2 and (lead := main.find("p")):
        links = [f'<li><a href="#{part["id"]}">{html.escape(part.get_text())}</a></li>' for part in parts]
        contents = f'<nav class="contents" aria-label="On this page"><ul>{"".join(links)}</ul></nav>'
        lead.insert_after(BeautifulSoup(contents, "html.parser"))
    for table in main.find_all("table"):
        for cell in table.find_all("th"):
            cell.attrs.setdefault("scope", "row" if cell.find_parent("tbody") else "col")
    for wide in main.select("table, figure > img"):
        if "scroll" not in wide.parent.get("class", []):
            wide.wrap(Tag(name="div", attrs={"class": "scroll", "role": "group", "tabindex": "0"}))
