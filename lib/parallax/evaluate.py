"""How well tables match labels: each step of the analysis measured, with its interval, and where it errs.

Labels are tables of the same form, any part of them. Rows are aligned by file name and character offset, and only
inside the sentences that were read for the table (`gold`), less furniture, credits and datelines. In every function
`tables` has the DataFrames sentences, mentions, statements, stances and frames as the rules made them, and `labels` is
a Study, whose labels are looked for in its texts as they are now; the path of a folder, whose labels stand where they
say; or what `gold` makes of either.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from parallax.codebook import OWN
from parallax.gold import gold, in_sample, oddities, sample, unread
from parallax.labels import at_home, shared, spanned, within
from parallax.stats import ENDS, VALUES, generator, levels, ratio, wilson

__all__ = ["accuracy", "align", "errors", "gold", "headline", "in_sample", "oddities", "random_part", "rules", "sample",
           "unread", "worst"]

NAMED = ("name", "state", "capital", "adjective", "body")
TABLES = {  # what is equal in a row and its label (mentions and cues overlap as well); what a row is about
    "sentences": (["name", "first", "last"], "kind"),
    "mentions": (["name", "actor"], "actor"),
    "statements": (["at"], "cue"),
    "stances": (["at", "holder_group", "value"], "value"),
    "frames": (["at", "frame"], "frame"),
}

HEADLINE = {  # the measures that stand for a step, and what they are called
    ("sentences", "found"): "Sentences found",
    ("sentences", "kind"): "Sentences of the right kind",
    ("actors", "F1"): "Actors found",
    ("place or actor", "accuracy"): "Place or actor",
    ("statements", "cue: F1"): "Statements found",
    ("statements", "cue and speaker: F1"): "Statements, with speaker",
    ("frames", "macro F1"): "Frames, mean of each",
    ("stance", "F1"): "Positions, with holder",
    ("stance", "own voice: F1"): "Positions, own voice",
    **{("stance", f"{value}: F1"): f"Sentences that {value}" for value in VALUES},
}
OPPOSITE = {"affirm": "deny", "deny": "affirm"}
WRONG = ["the opposite value", "own and quoted voice mistaken", "another value", "another holder", "extra", "missed"]
ERROR = ["file", "source", "sentence", "start", "end", "text", "problem", "found", "label", "rule", "because",
         "cue_start", "cue_end"]
POSITION = ["at", "row", "holder_group", "value", "start", "end"]
FLATTERED = "read only where labelled, so precision is flattered"


def accuracy(tables: Any, labels: Any, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """Measure how well tables match labels, step by step.

    Positions are measured in the sentences of a reference and in those that a reader drew at random; everything else
    in those of a reference. Every value is one count over sentences by another (F1: the hits by the mean of found and
    labelled). The interval is the percentile bootstrap of sentences (Efron 1979), or Wilson's where that has no width.

    Parameters
    ----------
    tables, labels : see above; a table without labels is not measured

    Returns
    -------
    DataFrame: step, measure, value, low, high (0 to 1; NaN where nothing is counted), n (rows labelled; of
    precision rows found, of accuracy and kind rows that match, of macro F1 its parts), note (what is right)
    """
    labels = gold(tables, labels)
    steps, many = align(tables, labels), len(labels.spans)
    meter = Meter(generator(seed).multinomial(many, np.full(many, 1 / many), draws) if many else np.zeros((draws, 0)))
    for table, rows in steps.items():
        MEASURES[table](meter, *rows)
    result = pd.DataFrame(meter.result, columns=["step", "measure", "value", "low", "high", "n", "note"])
    result = result.astype({"value": float, "low": float, "high": float, "n": int})
    return result if labels.whole else result.assign(note=result["note"] + f"; {FLATTERED}")


Aligned = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]  # rows found, rows labelled, rows that match
Measured = tuple[float, np.ndarray]  # a value, and what each draw of sentences would give


class Count(NamedTuple):
    """Rows that are right, of rows; `share` is the weight of a row, `n` what is said instead of their number."""

    hits: pd.DataFrame
    of: pd.DataFrame
    share: float = 1
    n: int | None = None


class Meter:
    """Collects measures: each a count of rows by another, with its interval over the draws of sentences."""

    def __init__(self, weights: np.ndarray) -> None:
        self.weights, self.result = weights, []

    def add(self, step: str, measure: str, count: Count, note: str) -> Measured:
        """Add one measure; return its value and what each draw would give."""
        hits, of, share, n = count
        value, low, high, drawn = np.nan, np.nan, np.nan, np.full(len(self.weights), np.nan)
        if len(of):
            counts = (np.bincount(rows["at"].astype(int), minlength=self.weights.shape[1]) for rows in (hits, of))
            top, under = (self.weights @ count for count in counts)
            np.divide(top, under * share, out=drawn, where=under > 0)
            value, (low, high) = len(hits) / (len(of) * share), np.nanpercentile(drawn, ENDS)
            low, high = (low, high) if low < high else map(float, wilson(len(hits), len(of) * share))
        self.result.append((step, measure, value, low, high, len(of) if n is None else n, note))
        return value, drawn

    def score(self, step: str, name: str, hits: pd.DataFrame, found: Any, labelled: pd.DataFrame,
              note: str) -> Measured:
        """Add precision, recall and F1; return F1."""
        self.add(step, f"{name}precision", Count(hits, found), note)
        self.add(step, f"{name}recall", Count(hits, labelled), note)
        both = pd.concat([found, labelled]) if len(labelled) else labelled
        return self.add(step, f"{name}F1", Count(hits, both, 0.5, len(labelled)), note)

    def by_sentence(self, step: str, name: str, found: Any, labelled: Any) -> Measured:
        """Add precision, recall and F1, each sentence counted once; return F1."""
        if labelled.empty:
            return self.unknown(step, name)
        found, labelled = found.drop_duplicates("at"), labelled.drop_duplicates("at")
        return self.score(step, name, found[found["at"].isin(labelled["at"])], found, labelled, "same sentence")

    def unknown(self, step: str, name: str) -> Measured:
        """Add precision, recall and F1 of a class without labels: not 0, but not known."""
        nothing = pd.DataFrame()
        return [self.add(step, f"{name}{one}", Count(nothing, nothing), "no labels")
                for one in ("precision", "recall", "F1")][-1]

    def macro(self, step: str, parts: list[Measured]) -> None:
        """Add the mean of several measures, less those of classes without labels."""
        parts = [part for part in parts if not np.isnan(part[0])]
        if not parts:
            self.add(step, "macro F1", Count(pd.DataFrame(), pd.DataFrame()), "no labels")
            return
        values, drawn = (np.nan_to_num(part) for part in zip(*parts, strict=True))
        low, high = np.percentile(drawn.mean(axis=0), ENDS)
        self.result.append((step, "macro F1", values.mean(), low, high, len(parts), "mean of the F1"))


def measure_sentences(meter: Meter, have: pd.DataFrame, want: pd.DataFrame, both: pd.DataFrame) -> None:
    """Measure sentences found, and their kinds."""
    meter.add("sentences", "found", Count(both, want), "same start and end")
    if (want["story"] != "").any() and (want["kind"] != "").any():  # labels without stories do not carry the fine kinds
        meter.add("sentences", "kind", Count(both[both["kind"] == both["kind_found"]], both), "of those found")


def measure_mentions(meter: Meter, have: pd.DataFrame, want: pd.DataFrame, both: pd.DataFrame) -> None:
    """Measure actors, pronouns, and places told from actors."""
    note = "same actor, spans overlap"
    meter.score("actors", "", both, have, want, note)
    for name, forms in {"named": NAMED, **{form: [form] for form in levels(want["form"])}}.items():
        meter.add("actors", f"{name}: recall", Count(*only("form", forms, both, want)), note)
    hits, found = *only("form_found", ["pronoun"], both), *only("form", ["pronoun"], have)
    meter.add("pronouns", "precision", Count(hits, found), note)
    meter.add("pronouns", "recall", Count(*only("form", ["pronoun"], both, want)), note)
    for name, rows in ("accuracy", both), ("capitals: accuracy", *only("form", ["capital"], both)):
        right = rows[rows["sense"] == rows["sense_found"]]
        meter.add("place or actor", name, Count(right, rows), "of the actors found")


def measure_statements(meter: Meter, have: pd.DataFrame, want: pd.DataFrame, both: pd.DataFrame) -> None:
    """Measure cues, speakers and content."""
    meter.score("statements", "cue: ", both, have, want, "cues overlap")
    meter.score("statements", "cue and speaker: ", both[both["same"]], have, want, "same actor, or name in name")
    meter.score("statements", "cue and content: ", both[both["shared"] >= 0.5], have, want, "half of both shared")


def measure_stances(meter: Meter, have: pd.DataFrame, want: pd.DataFrame, both: pd.DataFrame) -> None:
    """Measure positions: whole rows, the own voice, and values by sentence."""
    meter.score("stance", "", both, have, want, "same sentence, holder group and value")
    hits, found, labelled = only("holder_group", ["source"], both, have, want)
    if labelled.empty:
        meter.unknown("stance", "own voice: ")
    else:
        meter.score("stance", "own voice: ", hits, found, labelled, "same sentence and value, by the source itself")
    meter.by_sentence("stance", "any: ", have, want)
    parts = {f"{value}: ": only("value", [value], have, want) for value in VALUES}
    meter.macro("stance", [meter.by_sentence("stance", name, *rows) for name, rows in parts.items()])


def measure_frames(meter: Meter, have: pd.DataFrame, want: pd.DataFrame, both: pd.DataFrame) -> None:
    """Measure frames, by sentence."""
    meter.score("frames", "micro: ", both, have, want, "same sentence and frame")
    names = levels(pd.concat([have["frame"], want["frame"]]))
    parts = {f"frame: {name}": only("frame", [name], have, want) for name in names}
    meter.macro("frames", [meter.by_sentence(step, "", *rows) for step, rows in parts.items()])


MEASURES = {
    "sentences": measure_sentences,
    "mentions": measure_mentions,
    "statements": measure_statements,
    "stances": measure_stances,
    "frames": measure_frames,
}


def rules(tables: Any, labels: Any) -> pd.DataFrame:
    """Measure the precision of each rule: how many of the rows it made in the sentences that were read are right.

    Of positions all answers count, also those that a reader was led to: the note says how many. A row that several
    rules made, joined by +, counts for each of them.

    Right is, of a mention, a labelled one of the same actor and sense that it overlaps; of a statement, a
    labelled cue that it overlaps, with the same speaker; of a stance, a label of the same sentence, holder
    group and value (rows alike in these count once, for the rule that stands first).

    Parameters
    ----------
    tables, labels : as in `accuracy`; a table without a column `rule` or without labels is left out

    Returns
    -------
    DataFrame: table, rule, n (rows), right, precision, low, high (Wilson), note, by table, the most rows first
    """
    labels = gold(tables, labels)
    steps = align(tables, labels, "all")
    result = [pd.DataFrame(columns=["table", "rule", "n", "right", "led"]).astype({"n": int, "right": int, "led": int})]
    for table in ("mentions", "statements", "stances"):
        if table not in steps or "rule" not in steps[table][0]:
            continue
        have, _, both = steps[table]
        if table == "mentions":
            both = both[both["sense"] == both["sense_found"]]
        elif table == "statements":
            both = both[both["same"].astype(bool)]
        parts = [sorted({*str(rule).split("+")} - {""}) for rule in have["rule"]]
        judged = have.assign(table=table, right=have["row"].isin(both["row_found"]), rule=parts,
                             led=~have["at"].isin(labels.inside[table]["at"]))
        judged = judged.explode("rule").dropna(subset=["rule"])
        judged = judged.groupby(["table", "rule"], as_index=False)
        result.append(judged.agg(n=("right", "size"), right=("right", "sum"), led=("led", "sum")))
    found = pd.concat([rows for rows in result if len(rows)] or result, ignore_index=True)
    low, high = wilson(found["right"].to_numpy(), found["n"].to_numpy())
    always = [] if labels.whole else [FLATTERED]
    notes = ["; ".join([f"{led} in sentences that were chosen"] * bool(led) + always) for led in found["led"]]
    found = found.assign(precision=ratio(found["right"], found["n"]), low=low, high=high, note=notes)
    found = found.sort_values(["table", "n", "rule"], ascending=[True, False, True], ignore_index=True)
    return found[["table", "rule", "n", "right", "precision", "low", "high", "note"]]


def headline(measured: pd.DataFrame, plain: pd.DataFrame) -> pd.DataFrame:
    """Put the measures that stand for a step beside those of the baseline.

    Parameters
    ----------
    measured, plain : DataFrame
        What `accuracy` returns for the tables, and for those of `baseline.baseline`.

    Returns
    -------
    DataFrame: step (in words), measure, value, low, high, n, plain (the baseline's value), in the order of the steps;
    n is 0 and value NaN where there are no labels
    """
    rows = measured.merge(plain[["step", "measure", "value"]].rename(columns={"value": "plain"}), "left",
                          on=["step", "measure"])
    rows = rows.set_index(["step", "measure"], drop=False)
    rows = rows.loc[[key for key in HEADLINE if key in rows.index]].assign(step=lambda found: found.index.map(HEADLINE))
    return rows[["step", "measure", "value", "low", "high", "n", "plain"]].reset_index(drop=True)


def random_part(tables: Any, labels: Any) -> pd.DataFrame:
    """Measure positions on the sentences that a reader drew at random: the only unbiased part of a study's labels.

    Right is a position of the same sentence, group of the holder and value. Rows are taken as independent.

    Parameters
    ----------
    tables, labels : see above

    Returns
    -------
    DataFrame: voice (all, own, quoted), measure (precision, recall), k (right), n, value, low, high (Wilson), sentences
    (that were drawn); empty where none were
    """
    labels, result = gold(tables, labels), []
    steps, many = align(tables, labels, "random"), len(labels.inside["random"])
    if many and "stances" in steps:
        have, want, both = steps["stances"]
        for voice in ("all", "own", "quoted"):
            found, labelled, right = (rows[(rows["holder_group"] == OWN) == (voice == "own")] if voice != "all" else
                                      rows for rows in (have, want, both))
            result += [(voice, "precision", len(right), len(found)), (voice, "recall", len(right), len(labelled))]
    table = pd.DataFrame(result, columns=["voice", "measure", "k", "n"]).astype({"k": int, "n": int})
    low, high = wilson(table["k"], table["n"])
    return table.assign(value=ratio(table["k"], table["n"]), low=low, high=high, sentences=many)


def worst(tables: Any, labels: Any, n: int = 10, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """List the positions that are wrong, those that mislead most first.

    First the opposite value for a holder, then the source's own voice taken for a quoted one or the reverse, another
    value, another holder; then what is not there, and what was missed. All sentences that were read are looked at.

    Parameters
    ----------
    tables, labels : see above
    n : int
        How many.
    names : dict of str to str, optional
        What is written for the groups of holders.

    Returns
    -------
    DataFrame: file, source, sentence, start, end, text (of the sentence), problem, found, label (each as "deny by us";
    "" for none), rule, because, and cue_start, cue_end (the words of what was found, or else of the label)
    """
    labels = gold(tables, labels)
    steps = align(tables, labels, "all")
    if "stances" not in steps:
        return pd.DataFrame(columns=ERROR)
    have, want, both = steps["stances"]
    have = have[~have["row"].isin(both["row_found"])].reindex(columns=[*POSITION, "rule", "because"])
    want = want[~want["row"].isin(both["row"])][POSITION]
    pairs = have.merge(want, on="at", suffixes=("", "_label"))
    sides = pairs[["holder_group", "value", "holder_group_label", "value_label"]].itertuples(index=False)
    pairs = pairs.assign(kind=[differ(side[:2], side[2:]) for side in sides])
    pairs = pairs[pairs["kind"] < WRONG.index("extra")].sort_values(["kind", "row", "row_label"])
    pairs = pairs[pick(pairs["row_label"], pairs["row"])]
    extra = have[~have["row"].isin(pairs["row"])].assign(kind=WRONG.index("extra"))
    missed = want[~want["row"].isin(pairs["row_label"])].assign(kind=WRONG.index("missed"))
    rows = pd.concat([pairs, extra, missed.rename(columns={name: f"{name}_label" for name in POSITION[1:]})])
    rows = rows.sort_values(["kind", "at", "row"], ignore_index=True).head(n)
    said = {end: [f"{value} by {(names or {}).get(group, group)}" if pd.notna(value) else "" for value, group in
                  zip(rows[f"value{end}"], rows[f"holder_group{end}"], strict=True)] for end in ("", "_label")}
    here = labels.spans.iloc[rows["at"].astype(int)].reset_index(drop=True)
    sources = tables.sentences.reindex(columns=["file", "source"]).drop_duplicates("file").set_index("file")["source"]
    return here[["file", "sentence", "text"]].assign(
        source=here["file"].map(sources), start=here["first"].astype(int), end=here["last"].astype(int),
        problem=[WRONG[kind] for kind in rows["kind"].astype(int)], found=said[""], label=said["_label"],
        **{column: rows[column].astype(object).fillna("") for column in ("rule", "because")},
        **{f"cue_{end}": rows[end].fillna(rows[f"{end}_label"]).astype(int) for end in ("start", "end")})[ERROR]


def differ(found: tuple[str, str], label: tuple[str, str]) -> int:
    """Say how two positions of one sentence, each a group and a value, differ: a place in `WRONG`."""
    (group, value), (other, right) = found, label
    if group == other:
        return WRONG.index("the opposite value" if OPPOSITE.get(value) == right else "another value")
    if value == right:
        return WRONG.index("own and quoted voice mistaken" if OWN in (group, other) else "another holder")
    return WRONG.index("extra")


def errors(tables: Any, labels: Any, step: str) -> pd.DataFrame:
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
    known = {"stance": "stances", "frame": "frames", **{table: table for table in TABLES}}
    table = (known | dict.fromkeys(("actors", "pronouns", "place or actor"), "mentions"))[name]
    judged = {"sentences": "kind", "place or actor": "sense"}.get(name)
    labels = gold(tables, labels)
    spans, steps = labels.spans, align(tables, labels)
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


def only(column: str, values: Sequence[str], *tables: Any) -> list[pd.DataFrame]:
    """Keep, of each table, the rows with one of these values in a column."""
    return [rows[rows[column].isin(values)] for rows in tables]


def align(tables: Any, labels: Any, part: str = "stances") -> dict[str, Aligned]:
    """Align tables with labels: table -> (have, want, both).

    `have` are the rows found, `want` the rows labelled, each with its place (`row`) and that of its sentence
    (`at`). `both` are those that match: the labelled row, and the found one in columns that end in _found. Of
    positions `part` is aligned: "stances", "random" or "all" (see `Gold`).
    """
    labels, steps, files = gold(tables, labels), {}, tables.sentences["file"].unique()
    for table, want in labels.tables.items():
        keys, cue = TABLES[table][0], "cue_" * (table == "statements")
        inside = labels.inside[part if table == "stances" else table]
        have, want = (within(spanned(rows, cue), inside) for rows in (at_home(getattr(tables, table), files), want))
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
    return steps


def same_speaker(row: dict[Hashable, Any]) -> bool:
    """Tell whether two statements name one speaker: the same actor, or one name holds the other."""
    a, b = (str(row[column] or "").lower() for column in ("speaker_text", "speaker_text_found"))
    return bool(row["speaker"] and row["speaker"] == row["speaker_found"] or b and (a in b or b in a))


def pick(labelled: Any, found: Any) -> np.ndarray:
    """Tell which of these pairs, best first, to keep so that no row stands in two of them."""
    taken, keep = set(), []
    for row, other in zip(labelled, found, strict=True):
        keep.append(not taken & {("labelled", row), ("found", other)})
        taken |= {("labelled", row), ("found", other)} if keep[-1] else set()
    return np.array(keep, bool)
