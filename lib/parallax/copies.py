"""Near-copies: documents that tell the same in nearly the same words, as wire copy under several mastheads does."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

import numpy as np
import pandas as pd
from datasketch import MinHash, MinHashLSH

from parallax import stats
from parallax.segment import UNCOUNTED

COPIES = ("published", "once")
ALIKE = 0.5  # of the runs of words of two texts together, so many stand in both
RUN = 5  # words in a row
NEAREST = 10  # documents with which one is compared run by run
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


def sketches(sentences: pd.DataFrame) -> pd.DataFrame:
    """Sketch the documents, so that those that may be alike are found without their texts (Broder 1997).

    Parameters
    ----------
    sentences : pandas.DataFrame
        The table; sentences of a kind that does not count are left out.

    Returns
    -------
    pandas.DataFrame
        file, sketch (the MinHash of its runs of words), runs (each as a number; both as bytes of unsigned numbers of
        four bytes); no row for a document without words.
    """
    first, rows = MinHash(BANDS * ROWS, seed=SEED, hashfunc=int), []
    for file, texts in by_file(sentences).items():
        own = np.unique(runs(texts) >> np.uint64(32))
        if len(own):
            sketch = first.copy()
            sketch.update_batch(own.tolist())
            rows.append((file, sketch.hashvalues.astype("<u4").tobytes(), own.astype("<u4").tobytes()))
    return pd.DataFrame(rows, columns=["file", "sketch", "runs"])


def twins(values: np.ndarray) -> np.ndarray:
    """Tell which sketches, one a row, agree with another one in a band: only these can be of near-copies."""
    bands = np.zeros((len(values), BANDS), "uint64")
    for part in values.reshape(len(values), BANDS, ROWS).transpose(2, 0, 1):
        bands = bands * np.uint64(1_000_003) + part
    shared = np.zeros(len(values), bool)
    for band in bands.T:
        _, which, often = np.unique(band, return_inverse=True, return_counts=True)
        shared |= often[which] > 1
    return shared


def originals(documents: pd.DataFrame, sketches: pd.DataFrame, runs: Callable[[str], bytes]) -> pd.Series:
    """Find the documents that are near-copies of an earlier one, in any source.

    Each document is compared with the earlier ones that are no copy themselves: by its sketch, and then run by run with
    the `NEAREST` by their sketches. So each copy is alike to the one that is named, and many copies of one text, or
    many texts that share some of their words, take no longer.

    Parameters
    ----------
    documents : pandas.DataFrame
        The table: file, published.
    sketches : pandas.DataFrame
        file, sketch, as `sketches` returns them.
    runs : callable
        Gives the runs of a file, as `sketches` returns them.

    Returns
    -------
    pandas.Series
        In the order of `documents`: the file of the earliest published document of its group (without dates the first),
        empty for that one itself and where there is no other.
    """
    values = np.frombuffer(b"".join(sketches["sketch"]), "<u4").reshape(len(sketches), BANDS * ROWS)
    rank = {file: i for i, file in enumerate(in_order(documents)["file"])}
    files, found = list(sketches["file"]), {}
    one, index = MinHash(BANDS * ROWS, seed=SEED), MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    again = partial(MinHash, BANDS * ROWS, SEED, permutations=one.permutations, scheme=one.scheme)
    known = lru_cache(1000)(lambda i: np.frombuffer(runs(files[i]), "<u4"))
    for i in sorted(np.flatnonzero(twins(values)).tolist(), key=lambda i: rank[files[i]]):
        sketch = again(hashvalues=values[i].astype(one.hashvalues.dtype))
        near = np.array(sorted(index.query(sketch)), int)
        near = near[np.argsort(-(values[near] == values[i]).sum(axis=1), kind="stable")[:NEAREST]]
        like = {other: jaccard(known(i), known(other)) for other in sorted(near.tolist())}
        best = max(like, key=like.__getitem__, default=-1)
        if like.get(best, 0) >= ALIKE:
            found[files[i]] = files[best]
        else:
            index.insert(i, sketch)
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
