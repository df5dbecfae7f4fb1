"""The notebooks of a study as one site of HTML pages that need nothing but themselves."""

import json
import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm

from parallax.errors import StudyError
from parallax.study import ROOT, changed, load

FOLD = 100  # sentences in a fold of a page: all of them stand on the page of sentences


def report(study: Any, out: Any, parameters: dict[str, Any] | None = None, notebooks: str | Path | None = None,
           workers: int = 2, progress: bool = True) -> Path:
    """Run the notebooks of a study and write them as one self-contained HTML site.

    Parameters
    ----------
    study : str or pathlib.Path
        The study folder; a relative path is looked up from the current folder, then from the repository.
    out : str or pathlib.Path
        The folder to write: ``index.html``, a page for each further notebook, ``sentences.html``, ``tables/*.csv``,
        ``figures/``, ``texts/``, ``codebook.yml`` and ``notebooks/*.ipynb`` as they ran. Made when it is missing;
        what an earlier report wrote there is replaced or removed, other files stay.
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
        The study is wrong or changes meanwhile, there are no notebooks, none knows a parameter, or one stops with a
        StudyError.
    RuntimeError
        A notebook stops with any other error.
    """
    # spaCy takes a second to import, and the processes that only start a kernel do without it.
    from parallax import annotate, labels, site, tables
    from parallax.cooccurrence import all_pairs

    study, out = load(study), Path(out).expanduser().resolve()
    known = inspect(Path(notebooks) if notebooks else ROOT / "notebooks")
    parameters = checked(parameters or {}, known)
    bar = partial(tqdm, desc="articles", unit="article", disable=not progress)
    model = parameters.get("model", annotate.MODEL)
    found = tables.build(study, model, progress=bar, workers=workers)  # kept for the notebooks
    chosen = {name: parameters[name] for name in ("voice", "copies") if name in parameters}
    found = labels.corrected(study, found).select(listed(parameters.get("sources", "")), **chosen)
    found.save(out / "tables")
    tables.write(all_pairs(found, study.codebook, int(parameters.get("seed", 0))), out / "tables" / "pairs", "csv")
    with tempfile.TemporaryDirectory() as scratch:
        values = {"study": str(study.folder), "fold": FOLD, "out": str(Path(scratch, "figures")), **parameters}
        tasks = {path: {name: values[name] for name in names if name in values} for path, names in known.items()}
        run_all(tasks, Path(scratch), workers, progress)
        if changed(study):
            raise StudyError(f"{study.folder.name}: a file was changed while the report was made; run it again")
        inside = {f"{ROOT}{os.sep}": "", str(study.folder): study.folder.name, f"{scratch}{os.sep}": ""}
        nodes = {path.stem: read_executed(Path(scratch, path.name), inside) for path in tasks}
        site.keep_figures(Path(scratch, "figures"), out / "figures")
    site.write_site(study, found, out, parameters, nodes)
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
                if error[0] in ("StudyError", "OSError"):  # such as a disk that is full
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


def read_executed(path: Path, inside: Mapping[str, str]) -> NotebookNode:
    """Read an executed notebook without what belongs to one machine: its paths, and times."""
    node = nbformat.reads(unplaced(path.read_text(encoding="utf-8"), inside), as_version=4)
    for part in [node, *node.cells]:
        for key in ("papermill", "execution"):
            part.metadata.pop(key, None)
    return node


def unplaced(text: str, inside: Mapping[str, str]) -> str:
    """Write other words for the paths in a JSON text: as they stand in its strings, and in code in its strings."""
    for path, words in inside.items():
        once = json.dumps(path, ensure_ascii=False)[1:-1]
        twice = json.dumps(once, ensure_ascii=False)[1:-1]
        for written in (twice, once, path.replace("\\", "/")):
            text = text.replace(written, words)
    return text
