"""A new study: articles copied into a folder, a codebook to fill in, and a table that says whose they are."""

import csv
import filecmp
import glob
import io
import json
import os
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nbformat

from parallax.documents import SOURCE_COLUMNS, Document, read_documents
from parallax.errors import StudyError
from parallax.files import whole
from parallax.study import HERE, ROOT, load

TEMPLATE = HERE / "template" / "study"
LISTED = 100  # of a file with more articles than these, `sources.csv` gets one row for all
NAMED = 10  # so many files that cannot be read are named
NO_SOURCE = set("article doc document file item news page story text untitled".split())  # how any file may be called


def create(folder: str | Path, given: Sequence[str | Path] = ()) -> list[str]:
    """Make a study of a folder: copy articles into it, and write `codebook.yml`, `sources.csv` and `README.md`.

    Nothing is moved and nothing overwritten. When it fails, what it made is taken away again.

    Parameters
    ----------
    folder : str or pathlib.Path
        Made when it is missing. Articles that lie in it already are the study's.
    given : sequence of str or pathlib.Path
        Files and folders to copy. Of one folder alone what is in it is copied; beside others, a folder keeps its
        name. Hidden files stay behind. A pattern (``*.html``) that the shell has left is looked up.

    Returns
    -------
    list of str
        What was done, in lines for a terminal.

    Raises
    ------
    StudyError
        The folder is a study already, a file is missing, two files would have one name, or nothing can be written.
    """
    folder = Path(folder).expanduser()
    with ExitStack() as undo:  # goes back all the way, unless all is done
        try:
            if folder.exists() and not folder.is_dir():
                raise StudyError(f"{folder}: a file; give a folder")
            if (folder / "codebook.yml").exists():
                raise StudyError(f"{folder}: it holds codebook.yml, so it is a study already; nothing was changed")
            copies = planned(folder, given)
            for target, origin in copies.items():
                make_folder(target.parent, undo)
                undo.callback(target.unlink, missing_ok=True)
                shutil.copyfile(origin, target)
            make_folder(folder, undo)
            documents = read_documents(folder)
            by_name = not (folder / "sources.csv").exists() and named_alike(documents)
            made = [name for name, text in pages(folder, documents).items() if added(folder / name, text, undo)]
        except OSError as error:
            raise StudyError(f"{error.filename or folder}: {error.strerror or error}; nothing was made") from None
        undo.pop_all()
    done = [f"{len(copies)} files copied"] * bool(copies) + [f"written: {listed(made)}"]
    return said(folder, documents, by_name, done)


# --- What is copied


def planned(folder: Path, given: Sequence[str | Path]) -> dict[Path, Path]:
    """Return {place in the study: file to copy}, without those that lie there already; raise where two clash."""
    copies: dict[Path, Path] = {}
    taken: dict[str, Path] = {}  # in small letters: for some systems `A.txt` is `a.txt`
    for origin, name in found(folder, given):
        target = folder / name
        if name == Path("codebook.yml"):
            raise StudyError(f"{origin}: a study already; copy its folder, or give its articles alone")
        other = taken.setdefault(str(name).lower(), origin)
        if other.resolve() != origin.resolve():
            raise StudyError(f"{other} and {origin} would both become {target}; rename one, or give their folders, "
                             "which keep their names; nothing was copied")
        if target.exists() and not (target.is_file() and filecmp.cmp(origin, target, shallow=False)):
            raise StudyError(f"{target} is there already, and {origin} is another text; rename one; nothing was copied")
        if not target.exists():
            copies[target] = origin
    return copies


def found(folder: Path, given: Sequence[str | Path]) -> Iterator[tuple[Path, Path]]:
    """Yield (file, its path in the study) of all that is given."""
    paths = [path for one in given for path in expanded(Path(one).expanduser())]
    for path in paths:
        if not path.is_dir():
            yield path, Path(path.name)
        elif folder.resolve() != path:  # what lies in the study is there already
            if folder.resolve().is_relative_to(path):
                raise StudyError(f"{path}: {folder} lies in it; make the study elsewhere, or give single files")
            base = path if len(paths) == 1 else path.parent
            yield from ((file, file.relative_to(base)) for file in inside(path))


def expanded(path: Path) -> list[Path]:
    """Return a path that exists, in full, or those that fit a pattern: not every shell looks them up."""
    paths = [path] if path.exists() else [Path(one) for one in sorted(glob.glob(str(path)))]
    if not paths:
        raise StudyError(f"{path}: no such file or folder; nothing was copied")
    return [Path(os.path.abspath(one)) for one in paths]


def inside(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders that are not hidden, sorted; linked folders too, but once."""
    def fail(error: OSError) -> None:
        raise error

    walked = set()
    for place, folders, names in os.walk(folder, onerror=fail, followlinks=True):
        real = os.path.realpath(place)
        if real in walked:
            folders.clear()
            continue
        walked.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def make_folder(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it; what was made is removed by `undo`."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir()
        undo.callback(place.rmdir)


# --- What is written


def pages(folder: Path, documents: list[Document]) -> dict[str, str]:
    """Return {file: text} of what a study needs beside its articles; the codebook last: with it, it is a study."""
    name = os.fsencode(folder.resolve().name).decode("utf-8", "replace")
    title = re.sub(r"[\s_-]+", " ", name).strip() or "My study"
    title = title[0].upper() + title[1:]
    book = (TEMPLATE / "codebook.yml").read_text(encoding="utf-8")
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    return {"README.md": readme.replace("{title}", title).replace("{folder}", quoted(name)),
            "sources.csv": sources_table(documents),
            "codebook.yml": book.replace("{title}", json.dumps(title, ensure_ascii=False))}


def sources_table(documents: list[Document]) -> str:
    """Return the text of `sources.csv`: what each article says of itself, or one row for a file with very many."""
    size = Counter(container(document) for document in documents)
    rows, done = [], set()
    for document in documents:
        whole = container(document)
        if size[whole] <= LISTED:
            said = {column: getattr(document, column, "") for column in SOURCE_COLUMNS}
            if not (document.raw or document.outlet):
                said["source"] = ""  # it may be read one day, and say it then
            rows.append(list(said.values()))
        elif whole not in done:
            rows.append([whole] + [""] * (len(SOURCE_COLUMNS) - 1))
        done.add(whole)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([SOURCE_COLUMNS, *rows])
    return text.getvalue()


def container(document: Document) -> str:
    """Return the file that holds a document: of `table.csv#3` the table."""
    return re.sub(r"#\d+$", "", document.file)


def named_alike(documents: list[Document]) -> bool:
    """Take the source from the beginning of file names (`times_1.txt`, `times_2.txt`), and tell whether it was done.

    Only of files that say nothing of their source, where some begin alike and several sources come out.
    """
    begins: dict[str, list[Document]] = {}
    for document in documents:
        match = re.match(r"([^\W\d_][^_]*?)(_+\S|[ -]+\d+$)", document.source)
        if match and document.source == Path(document.file).stem and match[1].lower() not in NO_SOURCE:
            begins.setdefault(match[1], []).append(document)
    sizes = [len(same) for same in begins.values()]
    if max(sizes, default=0) < 2 or sizes == [len(documents)]:
        return False
    for name, same in begins.items():
        for document in same:
            document.source = name
    return True


def added(path: Path, text: str, undo: ExitStack) -> bool:
    """Write a new file, whole or not at all; leave one that is there, and tell whether it was written."""
    if path.exists():
        return False
    undo.callback(path.unlink, missing_ok=True)
    # Without its mark a spreadsheet takes UTF-8 for something else.
    encoding = "utf-8" if text.isascii() or path.suffix != ".csv" else "utf-8-sig"
    with whole(path) as part:
        part.write_text(text, encoding=encoding, newline="\n")
    return True


# --- What is said


def said(folder: Path, documents: list[Document], by_name: bool, done: list[str]) -> list[str]:
    """Return the lines that tell what a new study holds."""
    if not documents:
        return [f"{folder}: a new study without articles; put them in this folder", *(f"  {line}" for line in done)]
    skipped = [document for document in documents if document.status != "ok"]
    size = Counter(document.source for document in documents if document.status == "ok")
    lines = [*done, f"{sum(size.values())} of {len(documents)} articles can be read"]
    lines += [f"not read: {document.file}: {document.problem}" for document in skipped[:NAMED]]
    lines += [f"not read: {len(skipped) - NAMED} more" for _ in skipped[NAMED:NAMED + 1]]
    sources = [f"{source} ({n})" for source, n in size.most_common()]
    lines += [f"{len(size)} {'source' if len(size) == 1 else 'sources'}: {listed(sources)}"] * bool(size)
    if by_name:
        lines.append("the source is how the names of the files begin; correct it in sources.csv where it is wrong")
    elif len(size) == 1:
        lines.append("with one source nothing can be compared: write in sources.csv whose each article is")
    elif len(size) == sum(size.values()) > 2:
        lines.append("each article stands as a source of its own: write in sources.csv whose it is")
    return [f"{folder}: a new study", *(f"  {line}" for line in lines)]


def listed(names: list[str], most: int = NAMED) -> str:
    """List names, and count those beyond the first."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def beside(folder: Path, ending: str) -> Path:
    """Return a path beside a study folder, also beside the current one: what lies in a study is read."""
    return (folder.parent if folder.name else Path("..")) / f"{folder.resolve().name}{ending}"


def quoted(path: str | Path) -> str:
    """Return a path as a shell takes it: where it can be, in the quotes that those of Windows know too."""
    if re.search(r"[\"$`!\n]|\\\Z", str(path)):
        return shlex.quote(str(path))
    return str(path) if re.fullmatch(r"[\w./\\:~+=@%,-]+", str(path)) else f'"{path}"'


# --- The notebooks


def notebooks(study: str | Path, out: str | Path, model: str = "") -> list[Path]:
    """Copy the notebooks into a folder, set to a study, without outputs.

    Parameters
    ----------
    study : str or pathlib.Path
        The study folder. The notebooks name it from where they lie, so that both can move together.
    out : str or pathlib.Path
        Made when it is missing. A notebook that is there is never overwritten.
    model : str, optional
        A spaCy pipeline to set in them too.

    Returns
    -------
    list of pathlib.Path
        The notebooks, in their order.

    Raises
    ------
    StudyError
        The study is wrong, a notebook is there already, or the folder cannot be written.
    """
    place, out = load(study).folder, Path(out).expanduser()
    targets = {path: out / path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    there = [target.name for target in targets.values() if target.exists()]
    if there:
        raise StudyError(f"{out}: {listed(there)} there already; give another folder; nothing was changed")
    try:
        path = os.path.relpath(place, out.resolve())
    except ValueError:  # on another drive
        path = str(place)
    values = {"study": Path(path).as_posix(), **({"model": model} if model else {})}
    with ExitStack() as undo:
        try:
            make_folder(out, undo)
            for origin, target in targets.items():
                node = nbformat.read(origin, as_version=4)
                added(target, nbformat.writes(with_values(node, values)) + "\n", undo)
        except OSError as error:
            raise StudyError(f"{error.filename or out}: {error.strerror or error}; nothing was made") from None
        undo.pop_all()
    return list(targets.values())


def with_values(node: Any, values: dict[str, str]) -> Any:
    """Set values in a notebook's cell of parameters, and take away its outputs: they are those of another study."""
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "parameters" in cell.metadata.get("tags", ()):
            for name, value in values.items():
                literal = json.dumps(value, ensure_ascii=False).replace("\\", r"\\")
                cell.source = re.sub(rf'^({name}: str = )"[^"]*"', rf"\g<1>{literal}", cell.source, flags=re.M)
    return node
