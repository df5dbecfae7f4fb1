"""Labels as a yardstick: which of them count, for what, and where they stand in the texts as they are now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from parallax.annotate.rules import FOLDER
from parallax.labels import NEEDED, UNLABELLED, anchored, at_home, prepared, read, spanned, within
from parallax.study import Study

MEASURED = [table for table in NEEDED if table != "wrong"]
SAME = {  # what makes a label the row of a table, besides its place; a column that the rules write and no reader does
    "sentences": (["kind"], "copy_of"),
    "mentions": (["actor", "sense"], "rule"),
    "statements": (["cue", "speaker"], "rule"),
    "stances": (["holder_group", "value"], "rule"),
    "frames": (["frame"], "entry"),
}
MOVING = ["start", "end", "cue_start", "cue_end", "speaker_start", "speaker_end"]


class Gold(NamedTuple):
    """Labels to measure against.

    Attributes
    ----------
    tables : dict of DataFrame
        The labels of each table, at their place in the texts as they are now; without those that are `unread`.
    spans : DataFrame
        The sentences that were read.
    inside : dict of DataFrame
        Those in which each table is measured. Of stances: "stances" (the reference and what was drawn at random),
        "random" (what was drawn at random alone) and "all" (also what was read in an order of its own).
    changed : DataFrame
        Labels that are no longer in the text: sentences, or rows where there is no table of sentences.
    unread : list of str
        Tables that are the rules' own, returned as they were.
    whole : bool
        There is a table of sentences. Without it a sentence is known to have been read only where it has a label.
    """

    tables: dict[str, pd.DataFrame]
    spans: pd.DataFrame
    inside: dict[str, pd.DataFrame]
    changed: pd.DataFrame
    unread: list[str]
    whole: bool


def gold(tables: Any, labels: Any) -> Gold:
    """Take labels as a yardstick for tables.

    Parameters
    ----------
    tables : object with the DataFrames sentences, mentions, statements, stances, frames
        As the rules made them.
    labels : Study, path, Gold, or None
        A Study's labels are looked for in its texts as they are now; those in a folder stand where they say.

    Returns
    -------
    Gold
    """
    if isinstance(labels, Gold):
        return labels
    study = labels if isinstance(labels, Study) else None
    folder = study.labels if study else labels
    found = read(Path(folder)) if folder else {}
    found = {name: at_home(rows, tables.sentences["file"].unique()) for name, rows in found.items()}
    whole = "sentences" in found
    if whole:
        found["sentences"] = prepared(found)[0]
    found, changed = settled(found, study, tables)
    copied = unread(tables, found)
    spans, inside = reference(found["sentences"]) if whole else labelled(found, tables)
    kept = {name: rows for name, rows in found.items() if name in MEASURED and name not in copied}
    answered = whole and (found["sentences"]["reader"] != "").any()
    if answered and "stances" not in found:
        kept["stances"] = prepared(found)[1]
    kept = {name: rows for name, rows in kept.items() if len(rows) or name == "stances" and answered}
    return Gold(kept, spans, inside, changed, copied, whole)


def settled(found: dict[str, pd.DataFrame], study: Study | None,
            tables: Any) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return labels where they stand now, each moved with its sentence, and those whose place is gone."""
    if study is None:
        return found, pd.DataFrame(columns=["file", "start", "end", "text"])
    out, gone = {}, []
    old = found.get("sentences")
    for name, rows in found.items():
        if name == "sentences" or old is None and "text" in rows:
            rows = anchored(rows, study, tables.sentences)
            gone.append(rows[rows["now"].isna()])
        elif old is not None:
            now = out["sentences"]
            place = spanned(old.assign(at=range(len(old)))[now["moved"].notna()])
            held = within(spanned(rows, "cue_" * (name == "statements")), place)
            file, moved = (now[column].to_numpy()[held["at"].astype(int)] for column in ("file", "moved"))
            rows = held.assign(file=file, name=file, moved=moved)[[*rows, "moved"]]  # a row moves with its sentence
        if "moved" in rows:
            rows = rows.assign(**{column: pd.to_numeric(rows[column], errors="coerce") + rows["moved"].astype(float)
                                  for column in MOVING if column in rows})
        out[name] = rows
    out = {name: rows.dropna(subset="moved") if "moved" in rows else rows for name, rows in out.items()}
    return out, pd.concat(gone, ignore_index=True) if gone else pd.DataFrame(columns=["file", "start", "end", "text"])


def reference(sentences: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the sentences that were read, and those in which each table is measured.

    A reader answers about positions only. What is read in an order of its own is chosen, not drawn: it tells of the
    rules that fired there, not of the study.
    """
    spans = spanned(sentences)
    spans = spans.assign(at=spans["row"])
    text, nobody, drawn = ~spans["kind"].isin(UNLABELLED), spans["reader"] == "", spans["drawn"] == "random"
    inside = dict.fromkeys(MEASURED, spans[text & nobody])
    inside |= {"sentences": spans[nobody], "stances": spans[text & (nobody | drawn)],
               "random": spans[text & drawn & ~nobody], "all": spans[text]}
    return spans, inside


def labelled(found: dict[str, pd.DataFrame], tables: Any) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the same of labels without sentences: those sentences of the tables that hold a label of the table."""
    spans = spanned(tables.sentences)
    spans = spans.assign(at=spans["row"])
    inside = {}
    for name in MEASURED:
        rows = within(spanned(found[name], "cue_" * (name == "statements")), spans) if name in found else spans[:0]
        inside[name] = spans[spans["at"].isin(rows["at"]) & ~spans["kind"].isin(UNLABELLED)]
    return spans, inside | {"random": spans[:0], "all": inside["stances"]}


def unread(tables: Any, labels: str | Path | Study | Mapping[str, pd.DataFrame]) -> list[str]:
    """Name the tables of labels that are the rules' own, returned as they were.

    They hold a column that the rules write and a reader does not, no reader, and row for row what the rules say of
    their files: against them everything is right.

    Parameters
    ----------
    tables : as in `gold`
    labels : Study, path, or dict of DataFrame

    Returns
    -------
    list of str
    """
    if not isinstance(labels, Mapping):
        labels = read(Path(labels.labels if isinstance(labels, Study) else labels))
    out = []
    for name, (columns, own) in SAME.items():
        want = labels.get(name)
        if want is None or own not in want or not len(want) or want.get("reader", pd.Series("")).ne("").any():
            continue
        want = spanned(want)
        have = spanned(at_home(getattr(tables, name), tables.sentences["file"].unique()))
        have = have[have["name"].isin(want["name"])]
        one, other = ([tuple(map(str, row)) for row in rows[["name", "first", "last", *columns]].to_numpy()]
                      for rows in (have, want))
        if sorted(one) == sorted(other):
            out.append(name)
    return out


def oddities(labels: Gold) -> list[str]:
    """Say, a line each, what is odd in labels: tables returned unread, labels whose place is gone, no sentences."""
    lines = [f"labels/{name}.csv is what the rules wrote, returned unread: it is left out" for name in labels.unread]
    if many := len(labels.changed):
        one = labels.changed.iloc[0]
        lines.append(f"{many} label{'s' * (many > 1)} not counted, for the text is no longer there as it was read: "
                     f"{one['file']}, {' '.join(one['text'].split())[:60]!r}{' and others' * (many > 1)}")
    if labels.tables and not labels.whole:
        lines.append("labels/sentences.csv is missing: only a sentence with a label is known to have been read, so "
                     "what the rules found elsewhere is not counted, and precision is flattered")
    return lines


def sample(study: Study) -> str:
    """Say how many of a study's texts the rules were written on; "" for none."""
    many, of = len(in_sample(study)), sum(document.status == "ok" for document in study.documents)
    return f"In-sample: the rules were written on {'all' if many == of else many} of these {of} texts." if many else ""


def in_sample(study: Study) -> list[str]:
    """List the files of a study on which the rules were written: of them every figure is in-sample.

    Texts are known by their digests, in `rules/en/written_on.txt`.
    """
    lines = (FOLDER / "written_on.txt").read_text(encoding="utf-8").split("\n")
    known = {line.strip() for line in lines if not line.startswith("#")}
    return [document.file for document in study.documents if document.sha256 and document.sha256 in known]
