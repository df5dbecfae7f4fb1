"""What a notebook shows: figures, tables, sentences and results, each with two faces.

The HTML face is for readers: alternative text, captions, table headers, every text escaped. The plain-text
face says the same in words, and a figure's adds a digest of the numbers behind it, so that a regression test
compares words and data. What it should not compare is pixels: a rule for nbval, `tests/nbval.cfg`, leaves
them out.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from importlib import metadata, resources
from pathlib import Path

import pandas as pd

from parallax import __version__
from parallax import plots as charts
from parallax.sheet import once


@dataclass(frozen=True, repr=False)
class Shown:
    """Something to show.

    Attributes
    ----------
    html : str
        What JupyterLab and the report show. All text in it is escaped.
    text : str
        The same in words.
    """

    html: str
    text: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def setup():
    """Apply the style of the charts, and return what gives everything shown in a notebook its look."""
    charts.style()
    css = resources.files("parallax").joinpath("style.css").read_text(encoding="utf-8")
    return Shown(f"<style>\n{css}</style>", f"Parallax {__version__}")


def digest(table, digits=4):
    """Return twelve characters that change when a text or a number, rounded to `digits` decimals, does."""
    written = charts.rounded(table, digits).to_csv(None, index=False, float_format=f"%.{digits}f")
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def show(figure, alt, table=None, caption=""):
    """Show a figure as an image with alternative text and a caption.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the figure says, for those who do not see it.
    table : pandas.DataFrame, optional
        What it was drawn from; its digest stands in the plain-text face.
    caption : str, optional

    Returns
    -------
    Shown
    """
    image = base64.b64encode(charts.png(figure, dpi=160)).decode()
    html = f'<img alt="{escape(alt)}" width="{figure.get_figwidth() * 96:.0f}" src="data:image/png;base64,{image}">'
    html += f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    lines = [alt, caption, "" if table is None else f"Drawn from {len(table)} rows, digest {digest(table)}."]
    return Shown(f'<figure class="px-figure">{html}</figure>', "\n".join(line for line in lines if line))


def table(frame, caption="", digits=2):
    """Show a small table: the first column names the rows, floats are rounded, a missing value is a dash.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not shown.
    caption : str, optional
    digits : int
        Decimals of floats.

    Returns
    -------
    Shown
    """

    def written(value):
        if not pd.api.types.is_list_like(value) and pd.isna(value):
            return "–"
        return f"{round(value, digits) + 0.0:.{digits}f}" if isinstance(value, float) else str(value)

    cells = frame.astype(object).map(written)
    numbers = set(frame.select_dtypes("number").columns)
    kinds = [' class="px-number"' if name in numbers else "" for name in frame]
    head, body = "", ""
    for name, kind in zip(frame, kinds, strict=True):
        head += f'<th scope="col"{kind}>{escape(str(name))}</th>'
    for first, *rest in cells.itertuples(index=False, name=None):
        row = "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(rest, kinds[1:], strict=True))
        body += f'<tr><th scope="row"{kinds[0]}>{escape(first)}</th>{row}</tr>\n'
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    html = f'<table class="px-table">{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
    html = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption or "Table")}">{html}</div>'
    rows = cells.to_string(index=False) if len(cells) else "(no rows)"
    return Shown(html, "\n".join(filter(None, [caption, rows])))


def evidence(rows, marks=None, limit=8, summary="The sentences behind it"):
    """Show sentences, folded away, with the words that count in them marked.

    Parameters
    ----------
    rows : pandas.DataFrame
        A row a sentence: file, source, sentence, start, end, text; offsets count characters of the raw file.
    marks : pandas.DataFrame, optional
        A row a mark: file, start, end, label (cue, operator, voice, actor, frame, ...), offsets as in `rows`.
        Marks may overlap; what lies outside the sentences, or has no offsets, is left out.
    limit : int
        How many sentences are shown; the rest is counted.
    summary : str
        What the fold is called.

    Returns
    -------
    Shown
    """
    rows = rows.drop_duplicates("sentence")
    if marks is not None:
        marks = marks.dropna(subset=["start", "end"]).astype({"start": int, "end": int})
    labels, items, lines = [], [], []
    for one in rows.head(limit).itertuples():
        spans = []
        if marks is not None:
            here = marks[marks["file"].eq(one.file) & marks["start"].lt(one.end) & marks["end"].gt(one.start)]
            spans = list(here[["start", "end", "label"]].itertuples(index=False, name=None))
        ends = {at for start, end, _ in spans for at in (start, end) if one.start < at < one.end}
        cuts = sorted(ends | {one.start, one.end})
        html = text = ""
        for start, end in zip(cuts, cuts[1:], strict=False):
            here = once(str(label) for low, high, label in spans if low <= start and end <= high)
            piece, said = one.text[start - one.start : end - one.start], ", ".join(here)
            labels += here
            kinds = " ".join(f"px-{escape(label)}" for label in here)
            mark = f'<mark class="{kinds}" title="{escape(said)}">{escape(piece)}</mark>'
            html += mark if here else escape(piece)
            text += f"[{piece}|{said}]" if here else piece
        place = f"{one.file}:{one.start}"
        items.append(f"<li>{html} <small>{escape(f'{one.source}, {one.sentence}, {place}')}</small></li>\n")
        lines.append(f"{one.sentence} {one.source} ({place}): {text}")
    more = f"{len(rows) - limit} more are in the tables." if len(rows) > limit else ""
    many = f"{len(rows)} sentence{'' if len(rows) == 1 else 's'}"
    key = " ".join(f'<mark class="px-{escape(label)}">{escape(label)}</mark>' for label in once(labels))
    html = (f'<details class="px-evidence"><summary>{escape(summary)} ({many})</summary>\n'
            + (f"<p>Marked: {key}</p>\n" if key else "") + (f"<ul>\n{''.join(items)}</ul>\n" if items else "")
            + (f"<p>{more}</p>\n" if more else "") + "</details>")
    return Shown(html, "\n".join(filter(None, [f"{summary} ({many})", *lines, more])))


def takeaway(text):
    """Show one sentence that says what came out."""
    return Shown(f'<p class="px-takeaway">{escape(text)}</p>', text)


def provenance(study, parameters):
    """Show in one line what made a page: versions, the study's checksum, parameters; no times and no paths.

    Parameters
    ----------
    study : Study, Tables, or dict of str -> pandas.DataFrame
        What has a `checksum`; or tables, whose documents' digests make one.
    parameters : dict
        Name -> value. Of a path only its last part is kept, and `out` is left out.

    Returns
    -------
    Shown
    """
    checksum = getattr(study, "checksum", None)
    if checksum is None:
        documents = study["documents"] if isinstance(study, dict) else study.documents
        checksum = hashlib.sha256("\n".join(sorted(documents["sha256"].fillna(""))).encode()).hexdigest()[:12]
    from parallax.tables import model_version  # here, so that showing a figure does not load spaCy

    model = str(parameters.get("model", "en_core_web_sm"))
    model = model_version(model) or Path(model).name
    settings = [f"{name}={Path(value).name if isinstance(value, str | Path) else value}"
                for name, value in parameters.items() if name not in ("out", "model")]
    parts = [f"Parallax {__version__}", f"spaCy {metadata.version('spacy')}", model,
             f"pandas {pd.__version__}", f"study {checksum}", ", ".join(settings)]
    text = "Made with " + "; ".join(part for part in parts if part) + "."
    return Shown(f'<p class="px-provenance">{escape(text)}</p>', text)
