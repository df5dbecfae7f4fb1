"""How well tables match labels: each step of the analysis measured, with its interval, and where it errs.

Labels are tables of the same form. Rows are aligned by file name and character offset, and only inside the
labelled sentences: those that are no furniture, credit or dateline.
"""

from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from parallax.errors import StudyError, decode
from parallax.stats import ENDS, VALUES, generator, levels, wilson

UNLABELLED = ("furniture", "credit", "dateline")
NAMED = ("name", "state", "capital", "adjective", "body")
TABLES = {  # what is equal in a row and its label (mentions and cues overlap as well); what a row is about
    "sentences": (["name", "first", "last"], "kind"),
    "mentions": (["name", "actor"], "actor"),
    "statements": (["at"], "cue"),
    "stances": (["at", "holder_group", "value"], "value"),
    "frames": (["at", "frame"], "frame"),
}
NEEDED = {  # columns that a table of labels must have, besides its place
    "sentences": ["sentence", "kind", "text"],
    "mentions": ["actor", "form", "sense", "text"],
    "statements": ["cue", "cue_start", "cue_end", "speaker", "speaker_text", "text"],
    "stances": ["holder_group", "value", "text"],
    "frames": ["frame"],
}


def accuracy(tables, labels, draws=999, seed=0):
    """Measure how well tables match labels, step by step.

    Every value is one count over sentences by another (F1: the hits by the mean of found and labelled). The
    interval is the percentile bootstrap of sentences (Efron 1979), or Wilson's where that has no width.

    Parameters
    ----------
    tables : object with the DataFrames sentences, mentions, statements, stances, frames
    labels : path of a folder with the same tables as CSV; one that is not there is not measured

    Returns
    -------
    DataFrame: step, measure, value, low, high (0 to 1; NaN where nothing is counted), n (rows labelled; of
    precision rows found, of accuracy and kind rows that match, of macro F1 its parts), note (what is right)
    """
    spans, steps = align(tables, labels)
    weights = generator(seed).multinomial(len(spans), np.full(len(spans), 1 / max(1, len(spans))), draws)
    result = []

    def add(step, measure, hits, of, note, share=1, n=None):
        value, low, high, drawn = np.nan, np.nan, np.nan, np.full(draws, np.nan)
        if len(of):
            counts = (np.bincount(rows["at"].astype(int), minlength=len(spans)) for rows in (hits, of))
            top, under = (weights @ count for count in counts)
            np.divide(top, under * share, out=drawn, where=under > 0)
            value, (low, high) = len(hits) / (len(of) * share), np.nanpercentile(drawn, ENDS)
            low, high = (low, high) if low < high else map(float, wilson(len(hits), len(of) * share))
        result.append((step, measure, value, low, high, len(of) if n is None else n, note))
        return value, drawn

    def score(step, name, hits, found, labelled, note):
        add(step, f"{name}precision", hits, found, note)
        add(step, f"{name}recall", hits, labelled, note)
        return add(step, f"{name}F1", hits, pd.concat([found, labelled]), note, 0.5, len(labelled))

    def by_sentence(step, name, found, labelled):
        found, labelled = found.drop_duplicates("at"), labelled.drop_duplicates("at")
        return score(step, name, found[found["at"].isin(labelled["at"])], found, labelled, "same sentence")

    def macro(step, parts):
        values, drawn = (np.nan_to_num(part) for part in zip(*parts, strict=True))
        low, high = np.percentile(drawn.mean(axis=0), ENDS)
        result.append((step, "macro F1", values.mean(), low, high, len(parts), "mean of the F1"))

    for table, (have, want, both) in steps.items():
        if table == "sentences":
            add(table, "found", both, want, "same start and end")
            if "story" in want and (want["story"] != "").any():  # labels without stories do not carry the fine kinds
                add(table, "kind", both[both["kind"] == both["kind_found"]], both, "of those found")
        elif table == "mentions":
            note = "same actor, spans overlap"
            score("actors", "", both, have, want, note)
            for name, forms in {"named": NAMED, **{form: [form] for form in levels(want["form"])}}.items():
                add("actors", f"{name}: recall", *only("form", forms, both, want), note)
            hits, found = *only("form_found", ["pronoun"], both), *only("form", ["pronoun"], have)
            add("pronouns", "precision", hits, found, note)
            add("pronouns", "recall", *only("form", ["pronoun"], both, want), note)
            for name, rows in ("accuracy", both), ("capitals: accuracy", *only("form", ["capital"], both)):
                right = rows[rows["sense"] == rows["sense_found"]]
                add("place or actor", name, right, rows, "of the actors found")
        elif table == "statements":
            score(table, "cue: ", both, have, want, "cues overlap")
            score(table, "cue and speaker: ", both[both["same"]], have, want, "same actor, or name in name")
            score(table, "cue and content: ", both[both["shared"] >= 0.5], have, want, "half of both shared")
        elif table == "stances":
            score("stance", "", both, have, want, "same sentence, holder group and value")
            own = only("holder_group", ["source"], both, have, want)
            score("stance", "own voice: ", *own, "same sentence and value, by the source itself")
            by_sentence("stance", "any: ", have, want)
            parts = {f"{value}: ": only("value", [value], have, want) for value in VALUES}
            macro("stance", [by_sentence("stance", name, *rows) for name, rows in parts.items()])
        else:
            score(table, "micro: ", both, have, want, "same sentence and frame")
            parts = {f"frame: {name}": only("frame", [name], have, want) for name in levels(want["frame"])}
            drawn = [by_sentence(step, "", *rows) for step, rows in parts.items()]
            macro(table, drawn or [(np.nan, np.full(draws, np.nan))])
    return pd.DataFrame(result, columns=["step", "measure", "value", "low", "high", "n", "note"])


def rules(tables, labels):
    """Measure how often each rule is right, on the labels.

    Of a statement cue and speaker must be right, of a mention the sense, of a position its holder's group and value.
    A position that several rules made counts for each of them.

    Parameters
    ----------
    tables, labels : as in `accuracy`

    Returns
    -------
    DataFrame: step, rule, n (rows that the rule made in labelled sentences), right, precision, low, high (Wilson); by
    step, the commonest rule first
    """
    steps, result = align(tables, labels)[1], []
    for table in ("mentions", "statements", "stances"):
        if table not in steps:
            continue
        have, _, both = steps[table]
        good = both[both["sense"] == both["sense_found"]] if table == "mentions" else both[both["same"]]
        have = have.assign(right=have["row"].isin(good["row_found"]), rule=have["rule"].astype(str).str.split("+"))
        by = have.explode("rule").groupby("rule")["right"].agg(["size", "sum"])
        by = by.sort_values("size", ascending=False, kind="stable")
        low, high = wilson(by["sum"], by["size"])
        result.append(pd.DataFrame({"step": table, "rule": by.index, "n": by["size"].to_numpy(), "right": by["sum"].to_numpy(),
                                    "precision": (by["sum"] / by["size"]).to_numpy(), "low": low, "high": high}))
    columns = ["step", "rule", "n", "right", "precision", "low", "high"]
    return pd.concat(result, ignore_index=True) if result else pd.DataFrame(columns=columns)


def errors(tables, labels, step):
    """List the sentences where tables and labels differ.

    Parameters
    ----------
    tables, labels : as in `accuracy`
    step : sentences, actors, pronouns, place or actor, statements, stance, frames or frame: NAME

    Returns
    -------
    DataFrame: file, sentence (id in the labels), problem (missed, extra, or what the tables say instead),
    what (kind, actor, cue, value and group of the holder, or frame), text (the span; of a frame its sentence),
    context (the sentence)
    """
    name, _, frame = step.partition(": ")
    table = {"stance": "stances", "frame": "frames", **{table: table for table in TABLES}}
    table = (table | dict.fromkeys(("actors", "pronouns", "place or actor"), "mentions"))[name]
    judged = {"sentences": "kind", "place or actor": "sense"}.get(name)
    spans, steps = align(tables, labels)
    if table not in steps:  # this step has no labels
        return pd.DataFrame(columns=["file", "sentence", "problem", "what", "text", "context"])
    have, want, both = steps[table]
    rows = [want[~want["row"].isin(both["row"])].assign(problem="missed")]
    rows += [have[~have["row"].isin(both["row_found"])].assign(problem="extra")]
    if judged:
        wrong = both[both[judged] != both[f"{judged}_found"]]
        rows = rows[: 2 * (name == "sentences")] + [wrong.assign(problem=wrong[f"{judged}_found"])]
    rows = pd.concat(rows)
    rows = rows[rows["form"] == "pronoun"] if name == "pronouns" else rows
    rows = rows[rows["frame"] == frame] if frame else rows
    spans = spans.iloc[rows["at"].to_numpy(int)].reset_index(drop=True)
    text = spans["text"] if table == "frames" else rows["text"].to_numpy()
    what = rows[TABLES[table][1]].to_numpy()
    if table == "stances":
        what = what + " by " + rows["holder_group"].astype(str).to_numpy()
    result = spans[["file", "sentence"]].assign(problem=rows["problem"].to_numpy(), what=what, text=text)
    return result.assign(context=spans["text"]).sort_values(["file", "sentence"], ignore_index=True)


def only(column, values, *tables):
    """Keep, of each table, the rows with one of these values in a column."""
    return [rows[rows[column].isin(values)] for rows in tables]


def align(tables, labels):
    """Align tables with labels: the sentences of the labels, and table -> (have, want, both).

    `have` are the rows found, `want` the rows labelled, each with its place (`row`) and that of its sentence
    (`at`). `both` are those that match: the labelled row, and the found one in columns that end in _found.
    """
    gold = read_labels(Path(labels))
    spans = spanned(gold["sentences"])
    spans = spans.assign(at=spans["row"])
    steps = {}
    for table, want in gold.items():
        keys, cue = TABLES[table][0], "cue_" * (table == "statements")
        inside = spans if table == "sentences" else spans[~spans["kind"].isin(UNLABELLED)]
        have, want = (within(spanned(rows, cue), inside) for rows in (getattr(tables, table), want))
        if table in ("stances", "frames"):
            have, want = have.drop_duplicates(keys), want.drop_duplicates(keys)
        both = want.merge(have, on=keys, suffixes=("", "_found")).assign(same=True)
        if table in ("mentions", "statements"):
            both = both[shared(both, "first", "last") > 0]
        if cue:
            union = both[["end", "end_found"]].max(axis=1) - both[["start", "start_found"]].min(axis=1)
            same = np.array([same_speaker(row) for row in both.to_dict("records")], bool)
            both = both.assign(same=same, shared=shared(both, "start", "end") / union)
        both = both.sort_values(["row", "same", "row_found"], ascending=[True, False, True])
        steps[table] = have, want, both[pick(both["row"], both["row_found"])]
    return spans, steps


def read_labels(folder):
    """Read the tables of a folder of labels: {table: DataFrame}, sentences among them.

    Raises
    ------
    StudyError
        One line: the table, and the column or the number that is wrong.
    """
    gold = {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        if not path.exists() and table != "sentences":
            continue
        try:
            decode(path, "label something, or delete it")
            rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        except StudyError as error:
            raise StudyError(f"labels/{path.name}: {error}") from None
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise StudyError(f"labels/{path.name}: not a table: {str(error).strip()}") from None
        lacking = [column for column in ("file", "start", "end", *NEEDED[table]) if column not in rows]
        if lacking or not isinstance(rows.index, pd.RangeIndex):
            what = f"no column {lacking[0]!r}" if lacking else "a row has more cells than the header"
            raise StudyError(f"labels/{path.name}: {what}")
        odd = rows[["start", "end"]].apply(pd.to_numeric, errors="coerce").isna().any(axis=1)
        if odd.any():
            raise StudyError(f"labels/{path.name}: line {odd.idxmax() + 2}: start and end must be numbers")
        gold[table] = rows
    return gold


def spanned(rows, prefix=""):
    """Add the `name` of the file and the offsets as numbers; sort by them, and number the rows."""
    offsets = dict(start="start", end="end", first=f"{prefix}start", last=f"{prefix}end")
    numbers = {c: pd.to_numeric(rows[offset], errors="coerce").astype(float) for c, offset in offsets.items()}
    names = rows["file"].astype(object).map(lambda file: PurePath(file).name)
    rows = rows.astype(object).fillna("").assign(name=names, **numbers).dropna(subset=["first", "last"])
    rows = rows.sort_values(["name", "first", "last"], kind="stable", ignore_index=True)
    return rows.assign(row=rows.index)


def within(rows, spans):
    """Keep the rows inside the sentences `spans`; `at` says which of them holds most of a row."""
    place = ["name", "first", "last"]
    both = rows[[*place, "row"]].merge(spans[[*place, "at"]], on="name", suffixes=("", "_found"))
    both = both.assign(shared=shared(both, "first", "last")).query("shared > 0")
    both = both.sort_values(["row", "shared", "at"], ascending=[True, False, True]).drop_duplicates("row")
    return rows.merge(both[["row", "at"]], on="row")


def shared(both, start, end):
    """Count the characters that a row shares with the found one beside it; negative where they lie apart."""
    return both[[end, f"{end}_found"]].min(axis=1) - both[[start, f"{start}_found"]].max(axis=1)


def same_speaker(row):
    """Tell whether two statements name one speaker: the same actor, or one name holds the other."""
    a, b = (str(row[column] or "").lower() for column in ("speaker_text", "speaker_text_found"))
    return bool(row["speaker"] and row["speaker"] == row["speaker_found"] or b and (a in b or b in a))


def pick(labelled, found):
    """Tell which of these pairs, best first, to keep so that no row stands in two of them."""
    taken, keep = set(), []
    for row, other in zip(labelled, found, strict=True):
        keep.append(not taken & {("labelled", row), ("found", other)})
        taken |= {("labelled", row), ("found", other)} if keep[-1] else set()
    return np.array(keep, bool)
