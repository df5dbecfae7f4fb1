"""Cells of tables that a spreadsheet would run as formulas: written as text, and taken back exactly as they were."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

# What begins a formula, in East Asian width too; a number runs nothing, nor does a sign alone. An apostrophe before it
# is part of the text already: it gets another one, so that what is read back is what was written.
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z"
BEGINS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
RUNS = re.compile(rf"(?!{NUMBER})'*{BEGINS}(?=.)", re.S)
GUARDED = re.compile(rf"'+{BEGINS}(?=.)", re.S)


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Write an apostrophe before each text that a spreadsheet would run.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers and dates in it are not touched. Names of columns are texts too.

    Returns
    -------
    pandas.DataFrame
        A copy with the same types: "=1+1" is "'=1+1", and "'=1+1" is "''=1+1".
    """
    return changed(table, lambda text: f"'{text}" if RUNS.match(text) else text)


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """Take back what `guarded` wrote.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        A copy with each text as it was.
    """
    return changed(table, lambda text: text[1:] if GUARDED.match(text) else text)


def changed(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """Return a copy of a table with each text in it changed."""

    def cell(value: Any) -> Any:
        return change(value) if isinstance(value, str) else value

    out = table.rename(columns=cell)
    for number, kind in enumerate(table.dtypes):
        column = table.iloc[:, number]
        if isinstance(kind, pd.CategoricalDtype):
            out.isetitem(number, column.cat.rename_categories(cell))
        elif not (is_numeric_dtype(kind) or is_datetime64_any_dtype(kind)):
            out.isetitem(number, pd.Series([cell(value) for value in column], table.index, dtype=kind))
    return out
