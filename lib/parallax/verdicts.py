"""What readers say of facts on which two sentences seem to differ: confirmed or dismissed, and found again.

`labels/discrepancies.csv` holds a row for each pair of sentences that was read. It counts for the same words in the
same two sentences, whichever comes first and of whatever kind the difference is; offsets alone never decide. As with
other labels a row that names a `reader` is an answer, and one that names none overrules nothing.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from parallax import discrepancies, labels
from parallax.discrepancies import KINDS
from parallax.errors import StudyError
from parallax.study import Study
from parallax.tables import Tables

NAME = "discrepancies.csv"
SIDES = ("a", "b")
PLACE = [f"{column}_{side}" for side in SIDES for column in ("file", "start", "end")]
NEEDED = ["kind", *(f"{column}_{side}" for side in SIDES for column in ("text", "sentence_text")), "verdict"]
COLUMNS = ["kind", "about",
           *(f"{column}_{side}" for side in SIDES for column in ("file", "start", "end", "text", "sentence_text")),
           "verdict", "reader", "read"]


def read(folder: Path) -> pd.DataFrame:
    """Read the verdicts in a folder of labels, as they stand; no row where there are none.

    Raises
    ------
    StudyError
        One line: the table, and the column, the line or the value that is wrong.
    """
    path = folder / NAME
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS, dtype=str)
    rows = labels.read_table(path, NEEDED, PLACE)
    labels.check_values(path, rows["kind"], KINDS)
    for side in SIDES:
        for line, (words, text) in enumerate(zip(rows[f"text_{side}"], rows[f"sentence_text_{side}"], strict=True), 2):
            if not words or words not in text:
                raise StudyError(f"labels/{NAME}: line {line}: text_{side} must be words of sentence_text_{side}")
    return rows.reindex(columns=list(dict.fromkeys([*rows, *COLUMNS])), fill_value="")


# --- Where a pair stands


def keys(rows: pd.DataFrame) -> list[Hashable]:
    """Return what tells pairs apart: at both ends the file, the whole sentence and the words; either may come first."""
    ends = (zip(*(rows[f"{column}_{side}"] for column in ("file", "sentence_text", "text")), strict=True)
            for side in SIDES)
    return [tuple(sorted(pair)) for pair in zip(*ends, strict=True)]


def with_texts(found: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to pairs the texts of their sentences, as `sentence_text_a` and `sentence_text_b`."""
    names = {*found["sentence_a"], *found["sentence_b"]}
    mine = sentences[sentences["sentence"].isin(names)]
    texts = dict(zip(mine["sentence"], mine["text"], strict=True))
    return found.assign(**{f"sentence_text_{side}": found[f"sentence_{side}"].map(texts) for side in SIDES})


def anchored(rows: pd.DataFrame, study: Study, sentences: pd.DataFrame) -> pd.DataFrame:
    """Return verdicts with the files in which their sentences stand now; a file is "" where one is gone.

    Another folder is as good, as for all labels, and another row of the same table. Of a file that is gone the sentence
    counts in the one document that has it.
    """
    known = {document.file for document in study.documents}
    read = sentences[sentences["text"].isin({text for side in SIDES for text in rows[f"sentence_text_{side}"]})]
    held = {text: set(files) for text, files in read.groupby("text")["file"]}
    for side in SIDES:
        ends = pd.DataFrame({"file": rows[f"file_{side}"], "text": rows[f"sentence_text_{side}"]})
        ends, files = labels.at_home(ends, known), []
        for file, text, near in zip(ends["name"], ends["text"], labels.homes(ends, study, sentences), strict=True):
            has = held.get(text, set())
            near = near or (sorted(has) if file not in known and len(has) == 1 else [])
            files.append(next((one for one in near if one in has), ""))
        rows = rows.assign(**{f"file_{side}": files})
    return rows


def given(study: Study, tables: Tables, folder: str | Path | None = None) -> pd.DataFrame:
    """Return the verdicts that count in the texts as they are now, the last one on each pair."""
    rows = read(Path(folder) if folder else study.folder / "labels")
    rows = rows if folder else rows[rows["reader"] != ""].reset_index(drop=True)
    rows = anchored(rows, study, tables.sentences) if len(rows) else rows
    rows = rows[(rows["file_a"] != "") & (rows["file_b"] != "")]
    return rows.assign(key=keys(rows)).drop_duplicates("key", keep="last").reset_index(drop=True)


# --- Verdicts on what was found


def of(found: pd.DataFrame, study: Study, tables: Tables, folder: str | Path | None = None) -> pd.Series:
    """Return what readers say of each pair.

    Parameters
    ----------
    found : pandas.DataFrame
        As `discrepancies.find` returns it.
    study : parallax.study.Study
    tables : parallax.tables.Tables
        Those in which it was found.
    folder : str or pathlib.Path, optional
        A folder of labels, whose rows all count. By default the study's own, of which those count that name a reader.

    Returns
    -------
    pandas.Series
        "confirmed", "dismissed", or "" where nobody has read the pair; the index is that of `found`.

    Raises
    ------
    StudyError
        `discrepancies.csv` in the folder is wrong.
    """
    rows = given(study, tables, folder)
    said = dict(zip(rows["key"], rows["verdict"], strict=True))
    pairs = keys(with_texts(found, tables.sentences))
    return pd.Series([said.get(key, "") for key in pairs], found.index, dtype=str)


def judged(found: pd.DataFrame, study: Study, tables: Tables, folder: str | Path | None = None) -> pd.DataFrame:
    """Return pairs as readers leave them: without those that were dismissed, and the others in their order.

    Parameters
    ----------
    found, study, tables, folder : as in `of`

    Returns
    -------
    pandas.DataFrame
        The columns of `found`. A pair that was confirmed is `checked`. One that was confirmed and that no rule finds
        (any more) comes first: its `rule` is "reader" and its `strength` 1.
    """
    said = of(found, study, tables, folder)
    rows = found.assign(checked=said == "confirmed")[said != "dismissed"]
    mine = given(study, tables, folder)
    mine = mine[(mine["verdict"] == "confirmed") & ~mine["key"].isin(keys(with_texts(found, tables.sentences)))]
    if mine.empty:
        return rows.reset_index(drop=True)
    more = pd.DataFrame(list(confirmed(mine, tables.sentences)), columns=list(found))
    return pd.concat([part.astype(object) for part in (more, rows)], ignore_index=True).astype(found.dtypes)


def confirmed(rows: pd.DataFrame, sentences: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield what readers confirmed as rows of the table, at the first place where the words stand now."""
    places = sentences[sentences["file"].isin({*rows["file_a"], *rows["file_b"]})].drop_duplicates(["file", "text"])
    places = {(one.file, one.text): one for one in places.itertuples()}
    for row in rows.to_dict("records"):
        made = {"kind": row["kind"], "about": row["about"], "strength": 1.0, "rule": "reader", "checked": True,
                "why": f"confirmed by {row['reader']}" if row["reader"] else "confirmed"}
        for side in SIDES:
            file, text, words = (row[f"{column}_{side}"] for column in ("file", "sentence_text", "text"))
            there = places[file, text]
            start = there.start + text.index(words)
            made |= {f"source_{side}": there.source, f"file_{side}": file, f"sentence_{side}": there.sentence,
                     f"start_{side}": start, f"end_{side}": start + len(words), f"text_{side}": words}
        yield made


def table(study: Study, tables: Tables, folder: str | Path | None = None) -> pd.DataFrame:
    """Return the facts on which texts differ, as readers leave them; parameters as in `of`."""
    tables = tables.counted()
    return judged(discrepancies.find(tables, study.codebook), study, tables, folder)


# --- Writing verdicts


@dataclass
class Judge:
    """Somebody who reads pairs, and the folder where the verdicts go: the study's `labels` by default."""

    study: Study
    tables: Tables
    name: str
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.folder = Path(self.folder or self.study.folder / "labels")

    def say(self, pair: Mapping[str, Any], verdict: str) -> pd.DataFrame:
        """Write a verdict at once, in place of what was said of the pair.

        Parameters
        ----------
        pair : mapping
            A row of what was found.
        verdict : {"confirmed", "dismissed"}

        Returns
        -------
        pandas.DataFrame
            The rows that stood there; `put` writes them back.
        """
        row = with_texts(pd.DataFrame([dict(pair)]), self.tables.sentences)
        return self.put(pair, row.assign(verdict=verdict, reader=self.name, read=labels.now())[COLUMNS])

    def put(self, pair: Mapping[str, Any], rows: pd.DataFrame) -> pd.DataFrame:
        """Write rows of a pair in place of those that stand there, and return these."""
        key, = keys(with_texts(pd.DataFrame([dict(pair)]), self.tables.sentences))
        old = read(self.folder)
        there = pd.Series([one == key for one in keys(anchored(old, self.study, self.tables.sentences))], dtype=bool)
        labels.keep(self.folder / NAME, labels.joined(old[~there], rows))
        return old[there]
