"""Near-copies: documents that tell the same in nearly the same words, as wire copy under several mastheads does."""

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
from datasketch import MinHash, MinHashLSH

from parallax import stats
from parallax.segment import UNCOUNTED

COPIES = ("published", "once")
ALIKE = 0.5  # of the runs of words of two texts together, so many stand in both
RUN = 5  # words in a row
BANDS, ROWS = 20, 3  # a pair that is alike by half is found with a chance of 93 %, one by 0.6 with 99 %
SEED = 1
WORD = re.compile(r"\w+")


def runs(texts: Iterable[str]) -> np.ndarray:
    """Return the runs of five words of a document's sentences, as sorted numbers, each once.

    The words of all sentences are taken in one row, in one form (`stats.same_form`); a shorter text is one run.
    """
    words = WORD.findall(stats.same_form(" ".join(texts)))
    if not words:
        return np.array([], dtype="uint64")
    codes = pd.util.hash_array(np.array(words, dtype=object))
    size, total = min(RUN, len(codes)), np.zeros(1, dtype="uint64")
    for i in range(size):
        total = total * np.uint64(1_000_003) + codes[i:len(codes) - size + 1 + i]
    return np.unique(total)


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of the runs of two documents that both have."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both) if both else 0.0


def by_file(sentences: pd.DataFrame) -> dict[str, list[str]]:
    """Return {file: the texts of its sentences that count}."""
    counted = sentences[~sentences["kind"].isin(UNCOUNTED)]
    return {file: list(texts) for file, texts in counted.groupby("file", sort=False)["text"]}


def in_order(documents: pd.DataFrame) -> pd.DataFrame:
    """Return documents with the earliest published first; those without a date come after, as they stand."""
    day = documents["published"].astype(object).map(lambda said: re.match(r"\d{4}(?:-\d\d){0,2}", str(said)))
    return documents.assign(day=[match.group() if match else "9999" for match in day]).sort_values("day", kind="stable")


def originals(documents: pd.DataFrame, sentences: pd.DataFrame) -> pd.Series:
    """Find the documents that are near-copies of an earlier one, in any source.

    Each document is compared with the earlier ones that are no copy themselves: by MinHash, and then run by run
    (Broder 1997). So each copy is alike to the one that is named, and many copies of one text take no longer.

    Parameters
    ----------
    documents, sentences : pandas.DataFrame
        Tables; sentences of a kind that does not count are left out.

    Returns
    -------
    pandas.Series
        In the order of `documents`: the file of the earliest published document of its group (without dates the first),
        empty for that one itself and where there is no other.
    """
    texts, found = by_file(sentences), {}
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    first = MinHash(BANDS * ROWS, seed=SEED, hashfunc=int)
    known = lru_cache(1000)(lambda file: runs(texts[file]))
    for file in in_order(documents)["file"]:
        own = runs(texts.get(file, ()))
        if not len(own):
            continue
        sketch = first.copy()
        sketch.update_batch((own >> np.uint64(32)).tolist())
        near = {other: jaccard(own, known(other)) for other in sorted(index.query(sketch))}
        best = max(near, key=near.__getitem__, default="")
        if near.get(best, 0) >= ALIKE:
            found[file] = best
        else:
            index.insert(file, sketch)
    return documents["file"].map(lambda file: found.get(file, "")).astype("str")


def alike(documents: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Tell how alike each near-copy is to the document that it is a copy of.

    Parameters
    ----------
    documents, sentences : pandas.DataFrame
        Tables; `documents` with the column copy_of.

    Returns
    -------
    pandas.DataFrame
        Columns file, copy_of, alike (share of the runs of five words of the two that stand in both, 0.5 to 1).
    """
    pairs = documents.loc[documents["copy_of"] != "", ["file", "copy_of"]].reset_index(drop=True)
    wanted = set(pairs["file"]) | set(pairs["copy_of"])
    texts = by_file(sentences[sentences["file"].isin(wanted)])
    known = lru_cache(1000)(lambda file: runs(texts.get(file, ())))
    return pairs.assign(alike=[jaccard(runs(texts.get(one, ())), known(other))
                               for one, other in pairs.itertuples(index=False)])


def kept_once(documents: pd.DataFrame) -> set[str]:
    """Return the files that are left when of each group of near-copies the earliest in these documents counts."""
    read = in_order(documents[documents["status"] == "ok"])
    group = read["copy_of"].where(read["copy_of"] != "", read["file"])
    return set(read["file"][~group.duplicated()]) | set(documents["file"][documents["status"] != "ok"])


def sentence(documents: pd.DataFrame) -> str:
    """Say how many documents are near-copies, and whether they count.

    Parameters
    ----------
    documents : pandas.DataFrame
        The documents of a selection: those that `copies="once"` leaves out are skipped.

    Returns
    -------
    str
        "3 of 20 documents are near-copies of another and count too, as published."; empty where there is none.
    """
    read, out = documents["status"] == "ok", (documents["status"] != "ok") & (documents["copy_of"] != "")
    n = int(out.sum()) or len(documents) - len(kept_once(documents))
    if not n:
        return ""
    what, count = ("is a near-copy", "counts") if n == 1 else ("are near-copies", "count")
    return (f"{n} of {(read | out).sum()} documents {what} of another and {count} "
            f"{'once' if out.any() else 'too, as published'}.")
