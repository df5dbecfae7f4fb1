"""A study: a folder with articles, a table of sources and a codebook, checked when it is read."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from parallax import formats, store
from parallax.codebook import Codebook, read_codebook
from parallax.documents import Document, kept, state
from parallax.errors import StudyError
from parallax.files import whole

HERE = Path(__file__).resolve().parent
# Where `notebooks` lies: a wheel carries it inside the package, a clone beside `seeds`.
ROOT = HERE if (HERE / "notebooks").is_dir() else HERE.parents[1]
# Signs of a text that is not what it seems. UTF-8 read as Latin-1 leaves pairs that no language writes.
ODD = (
    (re.compile("\u00e2\u20ac[\u2122\u0153\u009d\u02dc\u00a6\u201c\u201d]?|[\u00c3\u00c2][\u0080-\u00bf]|\u00c3[\u0192\u201a]"
                "|\u00ef\u00bb\u00bf|\u00f0\u0178"),
     "wrong encoding: the text was saved as UTF-8 and read as something else; save it again from the original"),
    (re.compile("\ufffd"), "wrong encoding: characters are lost; save the text again from the original as UTF-8"),
    (re.compile(r"</?(?:p|div|span|br|a|img|h[1-6]|li|ul|ol|table|t[rdh]|script|style|strong|em|b|i|html|body|head|meta|"
                r"link|article|section|header|footer|nav|figure|figcaption|iframe|blockquote)"
                r"(?:\s[^<>]{0,300})?/?>", re.I),
     "HTML tags: paste the text as a reader sees it"),
    (re.compile(r"&(?:amp|nbsp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|hellip|[a-z]{1,2}(?:acute|grave|uml|circ|cedil|tilde)|"
                r"#\d{2,6}|#x[0-9a-f]{2,5});", re.I), "HTML entities: paste the text as a reader sees it"),
)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)  # names that Windows keeps for devices


@dataclass
class Study:
    """A study folder that has been read."""

    folder: Path
    codebook: Codebook
    documents: list[Document]
    state: str = ""

    @property
    def title(self) -> str:
        """The title in the codebook."""
        return self.codebook.title

    @property
    def sources(self) -> list[str]:
        """The labels of the sources with a readable text, in the order of `sources.csv`."""
        return list(dict.fromkeys(d.source for d in self.documents if d.status == "ok"))

    @property
    def checksum(self) -> str:
        """Twelve hexadecimal digits over the texts that are analysed and the codebook: same study, same digits."""
        book = self.codebook.model_dump_json(exclude={"columns"})  # what it reads from tables is in the texts
        parts = sorted(d.sha256 for d in self.documents if d.status == "ok") + [book]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def labels(self) -> Path | None:
        """The folder of labels, or None."""
        folder = self.folder / "labels"
        return folder if any(folder.glob("*.csv")) else None


def find(folder: str | Path) -> Path:
    """Return the path of a study: as given, or in the repository when it is not found from here."""
    try:
        path = Path(folder).expanduser()
    except (TypeError, RuntimeError):
        raise StudyError(f"study: {folder!r}; give the path of a folder") from None
    for candidate in (path, ROOT / path):
        if candidate.is_dir():
            return candidate.resolve()
    raise StudyError(f"{folder}: no such folder; a study is a folder with articles and codebook.yml")


def load(folder: str | Path) -> Study:
    """Read a study folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        A folder with articles (`formats.READ`), ``codebook.yml`` and, if there is one, ``sources.csv``. A
        relative path is looked up from the current folder, then from the repository.

    Returns
    -------
    Study
        Unreadable texts are in `documents` with status "skipped" and the reason in `problem`.

    Raises
    ------
    StudyError
        The folder is missing, holds no readable text, or its codebook or table of sources is wrong.
    """
    folder = find(folder)
    path = folder / "codebook.yml"
    if not path.exists():
        other = next((found.name for found in sorted(folder.glob("*.y*ml"))), "")
        if other:
            raise StudyError(f"{folder.name}: no codebook.yml; found {other}: rename it")
        raise StudyError(f"{folder.name}: no codebook.yml; `parallax new` writes one, and the shortest is one line: "
                         "'title: My study'")
    book = read_codebook(path)
    state, documents = kept(folder, book.columns, store.room())
    if not documents:
        raise StudyError(f"{folder.name}: no texts; put the articles in this folder, as {formats.READ}")
    if all(d.status == "skipped" for d in documents):
        raise StudyError(f"{folder.name}: no readable text; {documents[0].file}: {documents[0].problem}")
    return Study(folder, book, documents, state)


def changed(study: Study) -> bool:
    """Is the folder of a study other than when it was read?"""
    try:
        return read_codebook(study.folder / "codebook.yml") != study.codebook or (
            state(study.folder, study.codebook.columns) != study.state)
    except StudyError:
        return True


def outside(study: Study, folder: Path) -> None:
    """Raise StudyError where something would be written into the folder of a study itself."""
    if folder.resolve() == study.folder:
        raise StudyError(f"{folder}: this is the study, and what is written there would be read as texts; "
                         "give another folder")


def write_texts(study: Study, folder: str | Path, every: bool = False) -> dict[str, Path]:
    """Write the texts as they were read, so that the offsets in the tables can be checked.

    Parameters
    ----------
    study : Study
    folder : str or pathlib.Path
        Made when there is something to write.
    every : bool
        Write all texts; else only those that are no file of the study: of pages, tables, Word documents and exports.

    Returns
    -------
    dict of str to pathlib.Path
        {`file` of the document: the text file}; it is called as the document's sentences begin. UTF-8, each character
        where it is in `Document.raw`.

    Raises
    ------
    StudyError
        The folder lies in that of the study, or cannot be written.
    """
    folder, out, taken = Path(folder), {}, set()
    outside(study, folder.parent)
    for document in study.documents:
        if document.status == "ok" and (every or not document.verbatim):
            safe = re.sub(r"[^\w.~-]+", "_", document.name)[:100].encode()[:200].decode("utf-8", "ignore")
            safe = f"_{safe}" if RESERVED.match(safe) else safe
            if safe.casefold() in taken:  # two names have become one
                safe += f"-{hashlib.sha256(document.file.encode()).hexdigest()[:8]}"
            taken.add(safe.casefold())
            out[document.file] = folder / f"{safe}.txt"
    try:
        for document in study.documents:
            if document.file in out:
                with whole(out[document.file]) as part:
                    part.write_bytes(document.raw.encode())
    except OSError as error:
        raise StudyError(f"{folder}: cannot write here: {error.strerror}") from None
    return out


def oddities(document: Document) -> list[str]:
    """Say when a text is not what it seems: read in the wrong encoding, or with the markup of a page in it.

    Parameters
    ----------
    document : Document

    Returns
    -------
    list of str
        One line for each kind of oddity, empty for most texts.
    """
    found = []
    for pattern, what in ODD:
        odd = Counter(match.group() for match in pattern.finditer(document.raw))
        if odd.total() >= (3 if "\ufffd" in odd else 1):
            examples = ", ".join(f"{text[:20]!r} {n}" for text, n in odd.most_common(3))
            found.append(f"{what} (times: {examples})")
    return found
