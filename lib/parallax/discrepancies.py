"""A stand-in: pairs of sentences of different files that hold a number."""

import re

import pandas as pd

from parallax import stats
from parallax.codebook import Codebook
from parallax.tables import Tables

KINDS = ("number", "date", "title", "order", "attribution", "quote", "name", "claim")
COLUMNS = ["kind", "about",
           "source_a", "file_a", "sentence_a", "start_a", "end_a", "text_a",
           "source_b", "file_b", "sentence_b", "start_b", "end_b", "text_b",
           "why", "strength", "rule", "checked"]
TYPES = {"start_a": "int64", "end_a": "int64", "start_b": "int64", "end_b": "int64", "strength": "float64",
         "checked": "bool"}


def find(tables: Tables, codebook: Codebook) -> pd.DataFrame:
    """Return some pairs of sentences that hold a number."""
    hits = []
    for one in stats.counted(tables.sentences).itertuples():
        for hit in re.finditer(r"\b\d+ \w+(?: \w+)?", one.text):
            hits.append((one, hit))
    rows = []
    for i, (a, x) in enumerate(hits):
        for b, y in hits[i + 1:]:
            if x[0] != y[0] and (a.file != b.file or abs(a.start - b.start) < 300) and len(rows) < 120 and (
                    (a.start + b.start) % 7 == 0):
                kind = KINDS[(a.start + b.end) % len(KINDS)]
                rows.append((kind, " ".join(x[0].split()[1:]), a.source, a.file, a.sentence, a.start + x.start(),
                             a.start + x.end(), x[0], b.source, b.file, b.sentence, b.start + y.start(),
                             b.start + y.end(), y[0], f"{x[0]} against {y[0]}", 0.3 + a.start % 7 / 10,
                             "stub", False))
    out = pd.DataFrame(rows[:40], columns=COLUMNS)
    out = out.astype({column: TYPES.get(column, "str") for column in COLUMNS})
    return out.sort_values("strength", ascending=False, kind="stable", ignore_index=True)
