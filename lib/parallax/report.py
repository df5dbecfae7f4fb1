"""The notebooks of a study as one site of HTML pages that need nothing but themselves."""

import hashlib
import json
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from tqdm import tqdm

from parallax import errors
from parallax.errors import StudyError
from parallax.files import together
from parallax.kernels import Failed, Kernels
from parallax.study import ROOT, Study, changed, load, outside

# What takes long to import is imported in functions, while the kernels start.

FOLD = 100  # sentences in a fold of a page: all of them stand on the page of sentences
LONGEST, DIGITS = 10_000, 18  # characters of a parameter, and of a whole number
UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control signs and halves of signs

Ran = Generator[tuple[Path, NotebookNode], None, None]


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
        what an earlier report wrote there is replaced or removed when all of this one is made, other files stay.
    parameters : dict of str to value, optional
        Values for the cells tagged ``parameters``; a notebook gets those that it knows.
    notebooks : str or pathlib.Path, optional
        The folder of the notebooks, by default those that come with Parallax. Those named with a digit
        first are pages, in that order; the first is ``index.html``.
    workers : int
        How many kernels run notebooks at the same time.
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
    paths, out = numbered(Path(notebooks) if notebooks else ROOT / "notebooks"), Path(out).expanduser().resolve()
    with Kernels(min(workers, len(paths)), paths[0].parent) as kernels:
        from parallax import annotate, labels, site, tables, verdicts
        from parallax.cooccurrence import all_pairs

        known = inspect(paths)
        parameters = checked(parameters or {}, known)
        study, model = load(study), parameters.get("model", annotate.MODEL)
        with written(study, out, "the report was made") as room:
            bar = partial(tqdm, desc="articles", unit="article", disable=not progress)
            rules = tables.build(study, model, progress=bar, workers=workers)  # kept for the notebooks
            voice, copies = parameters.get("voice", "all"), parameters.get("copies", "published")
            whole = labels.corrected(study, rules).select(listed(parameters.get("sources", "")), copies=copies)
            found = whole.select(voice=voice)
            values = {"study": str(study.folder), "fold": FOLD, "out": str(room / "figures"), **parameters}
            nodes = {path: prepared(path, values, names) for path, names in known.items()}
            pages = site.Site(study, room, parameters, {path.stem: node for path, node in nodes.items()})
            inside = {f"{ROOT}{os.sep}": "", f"{room}{os.sep}": "", str(study.folder): errors.shown(study.folder.name)}
            with closing(run_all(kernels, nodes, progress)) as ran:
                found.save(room / "tables")
                pairs = all_pairs(found, study.codebook, parameters.get("seed", 0))
                tables.write(pairs, room / "tables" / "pairs", "csv")
                tables.write(verdicts.table(study, whole), room / "tables" / "discrepancies", "csv")
                pages.add_texts(found)
                for path, node in ran:
                    pages.add(path.stem, cleared(node, inside))
            pages.close(out)
    return out / "index.html"


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
    paths, out = numbered(ROOT / "notebooks"), Path(out).expanduser().resolve()
    with Kernels(min(workers, len(paths)), paths[0].parent) as kernels:
        from parallax import annotate, tables

        known = {path: names for path, names in inspect(paths).items() if "out" in names}
        parameters = checked(parameters or {}, known)
        study, model = load(study), parameters.get("model", annotate.MODEL)
        with written(study, out, "the figures were drawn") as room:
            tables.build(study, model, workers=workers)  # kept for the notebooks
            values = {"study": str(study.folder), "out": str(room), **parameters}
            nodes = {path: prepared(path, values, names) for path, names in known.items()}
            for _ in run_all(kernels, nodes, progress=False):
                pass
    return sorted(path.stem for path in out.glob("*.svg"))


def listed(sources: Any) -> Sequence[str]:
    """Return the labels of sources that are given with commas between."""
    return [part.strip() for part in sources.split(",") if part.strip()] if isinstance(sources, str) else sources


def numbered(folder: Path) -> list[Path]:
    """Return the notebooks of a report in the order of the pages."""
    paths = sorted(folder.resolve().glob("[0-9]*.ipynb"))
    if not paths:
        raise StudyError(f"{folder.name}: no notebooks such as 0_overview.ipynb; install Parallax again")
    return paths


def inspect(paths: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """Return {notebook: {parameter: type}}."""
    import papermill

    found = {path: papermill.inspect_notebook(nbformat.read(path, as_version=4)).values() for path in paths}
    return {path: {one["name"]: one["inferred_type_name"] for one in ones} for path, ones in found.items()}


def checked(parameters: dict[str, Any], known: dict[Path, dict[str, str]]) -> dict[str, Any]:
    """Return parameters with numbers as numbers; refuse unknown ones, of which papermill would only warn."""
    kinds = {name: kind for one in known.values() for name, kind in one.items() if name not in ("study", "out")}
    out = {}
    for name, value in parameters.items():
        if name not in kinds:
            raise StudyError(f"-p {name[:40]}: unknown parameter; allowed: {', '.join(sorted(kinds)) or 'none'}")
        for text in [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []:
            if len(str(text)) > LONGEST:
                raise StudyError(f"-p {name}: {len(text):,} characters; allowed: at most {LONGEST:,}")
            if sign := UNREADABLE.search(str(text)):
                raise StudyError(f"-p {name}: it holds the sign {sign.group()!r}; allowed: text in UTF-8")
        if kinds[name] == "int":
            value = int(value) if str(value).isdecimal() and len(str(value)) <= DIGITS else value
            errors.whole(name, value)
        out[name] = value
    return out


@contextmanager
def written(study: Study, out: Path, done: str) -> Iterator[Path]:
    """Give a folder to write to, whose files take their places in `out` if the study is the same then as now."""
    from parallax.tables import cannot_write

    outside(study, out)
    before, room = answers(study), out
    try:
        with cannot_write(out), together(out) as room:
            yield room
            if changed(study) or answers(study) != before:
                raise StudyError(f"{study.folder.name}: a file was changed while {done}; run it again")
    except StudyError as error:  # as where a disk is full; the room is gone
        raise StudyError(str(error).replace(str(room), str(out))) from None


def answers(study: Study) -> list[str]:
    """Return what tells whether the words of the codebook or the answers of readers have changed."""
    files = [study.folder / "codebook.yml", *sorted((study.folder / "labels").glob("*.csv"))]
    return [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]


def prepared(path: Path, values: dict[str, Any], names: Iterable[str]) -> NotebookNode:
    """Return a notebook with those of the values that it knows, and without the outputs that it came with."""
    import papermill

    node = nbformat.read(path, as_version=4)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    chosen = {name: values[name] for name in names if name in values}
    node = papermill.execute_notebook(node, None, chosen, prepare_only=True, kernel_name="python3", progress_bar=False)
    for cell in node.cells:
        if "injected-parameters" in cell.metadata.tags:
            cell.id = "injected-parameters"  # papermill draws one at random
    return node


def run_all(kernels: Kernels, nodes: dict[Path, NotebookNode], progress: bool) -> Ran:
    """Begin to run notebooks, the longest first; return what gives each with its outputs, or raises the first error."""
    length = {path: sum(len(cell.source) for cell in node.cells if cell.cell_type == "code")
              for path, node in nodes.items()}
    ran = kernels.run((path, nodes.pop(path)) for path in sorted(nodes, key=length.__getitem__, reverse=True))
    return counted(ran, len(length), progress)


def counted(ran: Iterator[tuple[Path, NotebookNode]], total: int, progress: bool) -> Ran:
    """Pass on notebooks that ran, with a progress bar."""
    with tqdm(total=total, desc="notebooks", unit="notebook", disable=not progress) as bar:
        try:
            for path, node in ran:
                bar.set_postfix_str(errors.shown(path.stem))
                bar.update()
                yield path, node
        except Failed as error:
            file, name, said, traceback = error.args
            if name in ("StudyError", "OSError"):  # such as a disk that is full
                raise StudyError(said) from None
            from nbconvert.filters import strip_ansi

            raise RuntimeError(f"{file}: {name}: {said}\n{strip_ansi(traceback)}") from None


def cleared(node: NotebookNode, inside: Mapping[str, str]) -> NotebookNode:
    """Return an executed notebook without what belongs to one machine: its paths, and times."""
    node = nbformat.reads(unplaced(nbformat.writes(node), inside), as_version=4)
    for part in [node, *node.cells]:
        part.metadata.pop("papermill", None)
    return node


def unplaced(text: str, inside: Mapping[str, str]) -> str:
    """Write other words for the paths in a JSON text: as they stand in its strings, and in code in its strings."""
    for path, words in inside.items():
        for old, new in zip(forms(path), forms(words), strict=True):
            text = text.replace(old, new)
        text = text.replace(path.replace("\\", "/"), forms(words)[-1])
    return text


def forms(words: str) -> list[str]:
    """Return how words may stand in a JSON text: in a string of JSON or of Python in a string, and as a string."""
    code = words.encode("unicode_escape").decode().replace('"', '\\"')  # as papermill writes parameters
    once = json.dumps(words, ensure_ascii=False)[1:-1]
    return [json.dumps(code)[1:-1], json.dumps(once, ensure_ascii=False)[1:-1], once]
