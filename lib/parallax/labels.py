"""What readers have answered: labels in the form of the tables, kept through edits, in place of the rules' rows.

A folder of labels holds any of the tables as CSV. `sentences.csv` says which sentences were read, `stances.csv` which
positions they take: a sentence that was read and has none takes none. Rows that name a `reader` are answers, and
overrule the rules. Rows that name none are a reference: the rules are measured against it, and it overrules nothing.
`wrong.csv` holds single rows that a reader struck out.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from parallax.cells import bare
from parallax.codebook import OWN
from parallax.errors import StudyError, allowed, decode
from parallax.stats import VALUES
from parallax.study import Study
from parallax.tables import Tables, write

UNLABELLED = ("furniture", "credit", "dateline")  # kinds of sentence in which nothing is labelled
NEEDED = {  # columns that a table of labels must have, besides its place
    "sentences": ["sentence", "text"],
    "mentions": ["actor", "form", "sense", "text"],
    "statements": ["cue", "cue_start", "cue_end", "speaker", "speaker_text", "text"],
    "stances": ["holder_group", "value", "text"],
    "frames": ["frame"],
    "wrong": ["table", "what", "text", "sentence_start", "sentence_text"],
}
ALLOWED = {"value": VALUES, "verdict": ("confirmed", "dismissed")}
KEY = {"mentions": "actor", "statements": "speaker_text", "frames": "frame", "stances": "holder"}  # what can be wrong
AROUND = 32  # characters kept before and after a sentence that was read, to find it again
UNNAMED = {"speaker": "", "speaker_text": "", "speaker_start": pd.NA, "speaker_end": pd.NA, "group": "other"}
SENTENCES = ["sentence", "file", "story", "kind", "start", "end", "text", "before", "after", "reader", "read", "drawn"]
STANCES = ["sentence", "file", "holder", "holder_group", "value", "argument", "start", "end", "text"]
WRONG = ["table", "what", "file", "start", "end", "text", "sentence_start", "sentence_text", "before", "after",
         "reader", "read"]


Labelled = tuple[pd.DataFrame, pd.DataFrame]  # sentences, and the positions in them


class Answers(NamedTuple):
    """What was answered, at its place in the texts as they are now.

    `sentences` were read; `stances` are their positions, with `at`, the row of their sentence; `wrong` are rows struck
    out; `changed` are sentences that were read and are no longer in the text as they were.
    """

    sentences: pd.DataFrame
    stances: pd.DataFrame
    wrong: pd.DataFrame
    changed: pd.DataFrame

    def of(self, files: set[str]) -> "Answers":
        """Return what was answered in some files."""
        at = self.sentences.loc[self.sentences["file"].isin(files), "at"]
        return self._replace(sentences=self.sentences[self.sentences["file"].isin(files)],
                             stances=self.stances[self.stances["at"].isin(at)],
                             wrong=self.wrong[self.wrong["file"].isin(files)])


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a folder of labels, each as it stands: {table: DataFrame of str}.

    Raises
    ------
    StudyError
        One line: the table, and the column, the number or the value that is wrong.
    """
    return {table: read_table(folder / f"{table}.csv", NEEDED[table]) for table in NEEDED
            if (folder / f"{table}.csv").exists()}


def read_table(path: Path, needed: Iterable[str], place: Sequence[str] = ("file", "start", "end")) -> pd.DataFrame:
    """Read one table of labels, checked; of the columns of its `place` those that are no file are numbers."""
    try:
        decode(path, "label something, or delete it")
        rows = bare(pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig"))
    except StudyError as error:
        raise StudyError(f"labels/{path.name}: {error}") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StudyError(f"labels/{path.name}: not a table: {str(error).strip()}") from None
    lacking = [column for column in (*place, *needed) if column not in rows]
    if lacking or not isinstance(rows.index, pd.RangeIndex):
        what = f"no column {lacking[0]!r}" if lacking else "a row has more cells than the header"
        raise StudyError(f"labels/{path.name}: {what}")
    *others, last = (column for column in place if not column.startswith("file"))
    numbers = rows[[*others, last]].apply(pd.to_numeric, errors="coerce").astype(float)
    odd = ~np.isfinite(numbers).all(axis=1)  # 1e999 is infinite
    if odd.any():
        raise StudyError(f"labels/{path.name}: line {odd.idxmax() + 2}: {', '.join(others)} and {last} must be numbers")
    for column in ALLOWED.keys() & set(needed):
        check_values(path, rows[column], ALLOWED[column])
    return rows


def check_values(path: Path, column: pd.Series, known: Sequence[str]) -> None:
    """Raise StudyError for the first value of a column of labels that is not allowed."""
    odd = ~column.isin(known)
    if odd.any():
        allowed(f"labels/{path.name}: line {odd.idxmax() + 2}: {column.name}", column[odd.idxmax()], known)


# --- Where labels stand


def spanned(rows: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    """Add the file as `name`, unless `at_home` did, and the offsets as numbers; sort by them, and number the rows."""
    offsets = dict(start="start", end="end", first=f"{prefix}start", last=f"{prefix}end")
    numbers = {c: pd.to_numeric(rows[offset], errors="coerce").astype(float) for c, offset in offsets.items()}
    rows = rows.assign(name=rows.get("name", rows["file"])).astype(object).fillna("")
    rows = rows.assign(**numbers).dropna(subset=["first", "last"])
    rows = rows.sort_values(["name", "first", "last"], kind="stable", ignore_index=True)
    return rows.assign(row=rows.index)


def within(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows inside the sentences `spans`; `at` says which of them holds most of a row."""
    place = ["name", "first", "last"]
    both = rows[[*place, "row"]].merge(spans[[*place, "at"]], on="name", suffixes=("", "_found"))
    both = both.assign(shared=shared(both, "first", "last")).query("shared > 0")
    both = both.sort_values(["row", "shared", "at"], ascending=[True, False, True]).drop_duplicates("row")
    return rows.merge(both[["row", "at"]], on="row")


def shared(both: pd.DataFrame, start: str, end: str) -> pd.Series:
    """Count the characters that a row shares with the found one beside it; negative where they lie apart."""
    return both[[end, f"{end}_found"]].min(axis=1) - both[[start, f"{start}_found"]].max(axis=1)


def alike(a: str, b: str, step: int) -> int:
    """Count the characters in which two texts agree from one end: from the first (step 1) or the last (step -1)."""
    return next((i for i, (x, y) in enumerate(zip(a[::step], b[::step], strict=False)) if x != y), min(len(a), len(b)))


def place(row: Mapping[str, Any], raw: str, edges: set[int]) -> tuple[float, float]:
    """Find where a sentence that was read stands in a text that may have been edited; NaN where it does not.

    Returns how many characters of its surroundings agree (-1 where it is not found), and its place.

    Of several places the one whose surroundings agree best is taken, then the nearest to the old one. Where the
    surroundings were kept, a place counts only if the sentence begins and ends there: each end is one of the `edges`
    of the sentences now, or has the same characters beside it as before. (The idea is that of the W3C's Web Annotation
    Data Model, 2017, TextQuoteSelector.)
    """
    text, best, at = row["text"], (-1, 0.0, np.nan), raw.find(row["text"])
    before, after = row.get("before", ""), row.get("after", "")
    while text and at >= 0:
        end = at + len(text)
        left, right = alike(before, raw[max(0, at - AROUND):at], -1), alike(after, raw[end:end + AROUND], 1)
        whole = (at in edges or left == len(before)) and (end in edges or right == len(after))
        if whole or not before + after:
            best = max(best, (left + right, -abs(at - float(row["start"])), float(at)))
        at = raw.find(text, at + 1)
    return best[0], best[2]


def at_home(rows: pd.DataFrame, files: Iterable[str]) -> pd.DataFrame:
    """Add the `name` by which `files` have the file of each row; another folder is as good, where one is so called."""
    known, called = set(files), defaultdict(list)
    for file in known:
        called[PurePath(file).name].append(file)
    named = {file: called[PurePath(file).name] for file in set(rows["file"]) - known}
    return rows.assign(name=rows["file"].replace({file: same[0] for file, same in named.items() if len(same) == 1}))


def homes(rows: pd.DataFrame, study: Study, sentences: pd.DataFrame) -> Iterator[list[str]]:
    """Yield for each sentence that was read the documents in which it may stand now, its own first.

    Others are the articles of the same table, whose numbers change when one comes or goes. Where neither is there, the
    file may have a new name: the one document that has the sentence with all that stood around it.
    """
    raws = {document.file: document for document in study.documents}
    tables = {document.file: str(document.place) for document in study.documents}
    places = set(tables.values())
    held = sentences[sentences["text"].isin(rows["text"])].groupby("text")["file"].unique()
    for row in rows.to_dict("records"):
        file, others = row["name"], held.get(row["text"], ())
        table = tables.get(file, re.sub(r"#\d+\Z", "", file))
        out = [file] * (file in raws) + [one for one in others if tables[one] == table and one != file]
        if not out and table not in places:
            before, after = row.get("before", ""), row.get("after", "")
            out = [one for one in others if before + after and f"{before}{row['text']}{after}" in raws[one].raw]
            out = out if len(out) == 1 else []
        yield out


def anchored(rows: pd.DataFrame, study: Study, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to sentences of labels where they stand `now`, NaN where the text has changed, and how far they `moved`.

    Their `file` becomes the one in which they stand now; see `homes`.
    """
    raws = {document.file: document for document in study.documents}
    rows, files, now = at_home(rows, raws), [], []
    near = list(homes(rows, study, sentences))
    read = sentences[sentences["file"].isin({file for mine in near for file in mine})]
    ends = {file: {*mine["start"], *mine["end"]} for file, mine in read.groupby("file")}
    for row, mine in zip(rows.to_dict("records"), near, strict=True):
        found = [(*place(row, raws[file].raw, ends.get(file, set())), file) for file in mine]
        _, at, file = max(found, key=lambda one: one[0], default=(-1, np.nan, row["file"]))
        files.append(file)
        now.append(at)
    moved = np.array(now, float) - pd.to_numeric(rows["start"]).to_numpy(float)
    return rows.drop(columns="name").assign(file=files, now=np.array(now, float), moved=moved)


def corrected(study: Study, tables: Tables, folder: str | Path | None = None) -> Tables:
    """Return the tables of a study with what was answered in place; parameters as in `answers`."""
    if not (folder or study.labels):
        return tables  # without a look at the sentences
    found = answers(study, tables, folder)
    if found.sentences.empty and found.wrong.empty:
        return tables
    whole = applied(tables, found, study)
    return Tables(lambda: (applied(piece, found.of(set(piece.documents["file"])), study) for piece in tables.pieces()),
                  **whole.sources)


def answers(study: Study, tables: Tables, folder: str | Path | None = None) -> Answers:
    """Read what was answered, and find its place in the texts.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
        As the rules made them.
    folder : str or pathlib.Path, optional
        A folder of labels, whose rows are all taken as read. By default the study's own labels, of which those count
        that name a reader.

    Returns
    -------
    Answers

    Raises
    ------
    StudyError
        The folder is not there, or holds a table that is wrong.
    """
    path = Path(folder) if folder else study.folder / "labels"
    if folder and not path.is_dir():
        raise StudyError(f"--labels: {folder}: no such folder")
    gold = read(path)
    rows, stances = prepared(gold)
    rows = rows[rows["reader"] != ""] if not folder else rows
    rows = anchored(rows[~rows["kind"].isin(UNLABELLED)].reset_index(drop=True), study, tables.sentences)
    there = rows[rows["now"].notna()].drop_duplicates("sentence").reset_index(drop=True)
    there = there.assign(**placed(there))
    if "sentences" not in gold:  # only what is labelled is known to have been read: the sentences around it
        whole = spanned(tables.sentences).assign(at=lambda rows: rows["row"])
        there = there.assign(at=inside(there, whole)).dropna(subset="at")
        there = there.assign(**{end: whole.loc[there["at"], end].to_numpy(int) for end in ("start", "end")})
    there = there.assign(at=there.groupby(["file", "start", "end"], sort=False).ngroup())
    stances = stances.drop(columns="file").merge(there[["sentence", "file", "at", "moved"]], on="sentence")
    wrong = gold.get("wrong", pd.DataFrame(columns=WRONG))
    as_read = wrong.assign(start=wrong["sentence_start"], text=wrong["sentence_text"])
    wrong = wrong.assign(**anchored(as_read, study, tables.sentences)[["file", "moved"]]).dropna(subset=["moved"])
    return Answers(there, stances.assign(**shifted(stances)), wrong.assign(**shifted(wrong)), rows[rows["now"].isna()])


def prepared(gold: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sentences and stances of labels with all columns; without sentences, what is labelled was read."""
    stances = gold.get("stances", pd.DataFrame(columns=STANCES))
    if "sentence" not in stances or "sentences" not in gold:
        stances = stances.assign(sentence=[f"label-{i}" for i in range(len(stances))])
    rows = gold.get("sentences", stances[[column for column in stances if column in SENTENCES]])
    return tuple(table.reindex(columns=list(dict.fromkeys([*table, *columns])), fill_value="")
                 for table, columns in ((rows, SENTENCES), (stances, STANCES)))


def placed(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return start and end of anchored sentences as they are now."""
    start = rows["now"].astype(int)
    return {"start": start, "end": start + rows["text"].str.len().astype(int)}


def shifted(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return start and end of rows that moved with their sentence."""
    return {end: (pd.to_numeric(rows[end]).astype(float) + rows["moved"].astype(float)).astype(int)
            for end in ("start", "end")}


# --- Answers in place of the rules' rows


def applied(tables: Tables, found: Answers, study: Study) -> Tables:
    """Return tables with the answers in place of the rules' rows.

    In a sentence that was read the positions are those of the reader, and `checked`. Where the rules said the same,
    their row stays and says why. A row that was struck out is gone; of a statement only its speaker.
    """
    tables, spans = tables.but(**struck(tables, found.wrong)), spanned(found.sentences)
    both = spanned(tables.sentences).merge(spans[["name", "first", "last"]], on="name", suffixes=("", "_found"))
    length = np.minimum(both["last"] - both["first"], both["last_found"] - both["first_found"])
    read = both.loc[shared(both, "first", "last") * 2 >= length, "sentence"]
    sentences = tables.sentences.assign(checked=tables.sentences["sentence"].isin(read))
    return tables.but(sentences=sentences, stances=positions(tables, found, spans, study))


def positions(tables: Tables, found: Answers, spans: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the positions: the reader's in the sentences `spans`, and the rules' elsewhere."""
    keys = {name: key for key, actor in study.codebook.actors.items() for name in (actor.name, *actor.aliases)}
    known = {OWN, *study.codebook.actors}
    rules = tables.stances.assign(at=inside(tables.stances, spans), origin=range(len(tables.stances)))
    said = found.stances.assign(holder=found.stances["holder"].replace(keys))
    said = said.drop_duplicates(["at", "holder", "holder_group", "value"]).assign(row=lambda rows: range(len(rows)))
    agreed = rules.merge(said[["at", "holder_group", "value", "holder", "row"]], on=["at", "holder_group", "value"],
                         suffixes=("", "_said"))
    # A reader who names an actor means that one; other words for a holder are as good as the rules' own.
    agreed = agreed[(agreed["holder"] == agreed["holder_said"]) | ~agreed["holder_said"].isin(known)]
    new = said[~said["row"].isin(agreed["row"])]
    unread = rules[rules["at"].isna()]
    parts = [unread, agreed.drop_duplicates("origin").assign(checked=True),
             answered(new, rules.dropna(subset="at"), found, tables, study)]
    rows = pd.concat([part[list(tables.stances)].astype(tables.stances.dtypes) for part in parts], ignore_index=True)
    rank = rows["file"].map({file: i for i, file in enumerate(tables.documents["file"])})
    return rows.iloc[np.lexsort([rows["start"], rank])].reset_index(drop=True)


def inside(rows: pd.DataFrame, spans: pd.DataFrame) -> np.ndarray:
    """Return for each row the `at` of the span that holds most of it; NaN for none."""
    held = within(spanned(rows[["file", "start", "end"]].assign(origin=range(len(rows)))), spans)
    return held.set_index("origin")["at"].reindex(range(len(rows))).to_numpy(float)


def answered(new: pd.DataFrame, rules: pd.DataFrame, found: Answers, tables: Tables, study: Study) -> pd.DataFrame:
    """Return a reader's own positions as rows of the table: the argument is the rules' where the reader names none."""
    place = spanned(tables.sentences).assign(at=lambda rows: rows["row"])
    at = inside(new, place)
    new, at = new[~np.isnan(at)], at[~np.isnan(at)]
    arguments = study.codebook.narrative.arguments if study.codebook.narrative else {}
    proposed = new["at"].map(rules.drop_duplicates("at").set_index("at")["argument"]).astype(object).fillna("")
    argument = new["argument"].where(new["argument"] != "", proposed)
    by = found.sentences.drop_duplicates("at").set_index("at")["reader"].reindex(new["at"])
    here = place.set_index("at").loc[at, ["sentence", "file", "source", "story"]]
    return new[["holder", "holder_group", "value", "start", "end", "text"]].assign(
        **{column: here[column].to_numpy() for column in here}, argument=argument, entry="", operators="",
        side=[arguments[key].side if key in arguments else "" for key in argument],
        because=[f"read by {reader}" if reader else "read" for reader in by], rule="reader", checked=True)


def struck(tables: Tables, wrong: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of which rows were struck out, without them."""
    out = {}
    for name, rows in wrong.groupby("table"):
        if name not in KEY:
            continue
        table = getattr(tables, str(name))
        place = pd.MultiIndex.from_frame(rows[["file", "start", "end", "what"]])
        hit = pd.MultiIndex.from_frame(table[["file", "start", "end", KEY[str(name)]]]).isin(place)
        if name == "statements":
            table = table.assign(**{column: table[column].mask(hit, value) for column, value in UNNAMED.items()})
        out[str(name)] = table if name == "statements" else table[~hit].reset_index(drop=True)
    return out


# --- Writing answers


@dataclass
class Reader:
    """Somebody who reads a study, and the folder where the answers go: the study's `labels` by default."""

    study: Study
    tables: Tables
    name: str
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.folder = Path(self.folder or self.study.folder / "labels")
        self.texts = {document.file: document for document in self.study.documents}
        self.places = self.tables.sentences.set_index("sentence")

    def answer(self, sentence: str, stances: list[dict[str, Any]], drawn: str = "") -> Labelled:
        """Write the answer to one sentence at once, in place of what was labelled there.

        Parameters
        ----------
        sentence : str
            Its identifier in the tables.
        stances : list of dict
            Its positions: value (affirm, hedge, deny), holder (an actor's key, `source`, or words), holder_group and,
            if known, argument, start and end of the evidence. Empty for no position.
        drawn : str
            How it came to be read: `random`, `queue`, or empty.

        Returns
        -------
        tuple of DataFrame
            The sentences and stances that stood there; `put` writes them back.
        """
        here = self.places.loc[sentence]
        place = {"sentence": sentence, "file": here["file"], "start": int(here["start"]), "end": int(here["end"])}
        raw, given = self.texts[here["file"]].raw, [{**place, **one} for one in stances]
        row = {**place, **here[["story", "kind", "text"]], **self.signed(here), "drawn": drawn}
        given = [{**one, "text": raw[one["start"]:one["end"]]} for one in given]
        return self.put(sentence, pd.DataFrame([row]), pd.DataFrame(given, columns=None if given else STANCES))

    def put(self, sentence: str, rows: pd.DataFrame, stances: pd.DataFrame) -> Labelled:
        """Write labels of one sentence in place of those that stand there, and return these."""
        here, labelled, held = self.places.loc[sentence], *settled(self.folder, self.study, self.tables)
        there = (labelled["file"] == here["file"]) & ~labelled["lost"]
        there &= (labelled["start"] < here["end"]) & (labelled["end"] > here["start"])
        mine = held["sentence"].isin(labelled.loc[there, "sentence"])
        labelled = labelled.drop(columns="lost")
        parts = [("stances", joined(held[~mine], stances)), ("sentences", joined(labelled[~there], rows))]
        # A position counts only beside its sentence: taken away, the sentence goes first; given, it comes last.
        for name, table in parts if len(rows) else parts[::-1]:
            keep(self.folder / f"{name}.csv", table)
        return labelled[there], held[mine]

    def strike(self, table: str, row: Mapping[str, Any]) -> None:
        """Write that a row of mentions, statements (its speaker), frames or stances is wrong."""
        old = read(self.folder).get("wrong", pd.DataFrame(columns=WRONG)) if self.folder.is_dir() else pd.DataFrame()
        here = self.places.loc[row["sentence"]]
        new = {"table": table, "what": row[KEY[table]], **{key: row[key] for key in ("file", "start", "end", "text")},
               "sentence_start": here["start"], "sentence_text": here["text"], **self.signed(here)}
        keep(self.folder / "wrong.csv", joined(old, pd.DataFrame([new])))

    def unstrike(self) -> dict[str, Any] | None:
        """Take back the last row that this reader has struck out, and return it; None where there is none."""
        rows = read(self.folder).get("wrong", pd.DataFrame(columns=WRONG))
        mine = rows.index[rows["reader"].eq(self.name)]
        if mine.empty:
            return None
        keep(self.folder / "wrong.csv", rows.drop(mine[-1]))
        return rows.loc[mine[-1]].to_dict()

    def signed(self, here: pd.Series) -> dict[str, str]:
        """Return who read a sentence and when, and what stands around it, to find it again."""
        raw, start, end = self.texts[here["file"]].raw, int(here["start"]), int(here["end"])
        return {"before": raw[max(0, start - AROUND):start], "after": raw[end:end + AROUND], "reader": self.name,
                "read": now()}


def now() -> str:
    """Return the time as it is written beside an answer, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def joined(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Add rows to a table of labels."""
    return pd.concat([table, rows], ignore_index=True).fillna("")


def settled(folder: Path, study: Study, tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sentences and stances of a folder at their place in the texts now, under their names now.

    A sentence that has changed keeps its old place, and is `lost`; its name is one that no other has.
    """
    rows, stances = prepared(read(folder) if folder.is_dir() else {})
    rows = anchored(rows, study, tables.sentences)
    rows = rows.assign(lost=rows["now"].isna(), now=rows["now"].fillna(pd.to_numeric(rows["start"]).astype(float)),
                       moved=rows["moved"].fillna(0))
    rows = rows.assign(**placed(rows))
    called = tables.sentences.set_index(["file", "start"])["sentence"].to_dict()
    names = {}
    for row in rows.itertuples():
        new = called.get((row.file, row.start), f"{row.file}:{row.start}")
        names[row.sentence] = f"changed-{row.sentence.removeprefix('changed-')}" if row.lost else new
    there = rows[["sentence", "file", "moved"]].drop_duplicates("sentence")
    stances = stances.merge(there, on="sentence", how="left", suffixes=("_read", ""))
    stances = stances.assign(moved=stances["moved"].fillna(0), file=stances["file"].fillna(stances.pop("file_read")))
    stances = stances.assign(**shifted(stances), sentence=stances["sentence"].replace(names)).drop(columns="moved")
    return rows.assign(sentence=rows["sentence"].replace(names)).drop(columns=["now", "moved"]), stances


def keep(path: Path, rows: pd.DataFrame) -> None:
    """Write a table of labels whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(rows, path)
    except OSError as error:
        raise StudyError(f"labels/{path.name}: cannot be written: {error.strerror}") from None
