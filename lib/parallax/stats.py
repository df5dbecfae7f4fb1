"""Compare sources: tidy tables in, tidy tables with their uncertainty out.

Arguments are the tables of the same names. Every share has `k` of `n` and a 95 % interval, `low` to `high`
(NaN where n is 0). Sources keep the order in which a table first names them; other names are sorted, unless
their column is categorical: then its order holds, and what never occurs counts as zeros. What is drawn at
random depends on `seed` and on the names compared, never on the order of rows or on what else is in a table.
A function that takes no `sentences` counts every row: give it those that are `kept`.

References
----------
Benjamini and Hochberg (1995), Controlling the false discovery rate. JRSS B 57, 289-300.
Efron (1979), Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.
Monroe, Colaresi and Quinn (2008), Fightin' words. Political Analysis 16, 372-403.
Newcombe (1998), Interval estimation for the difference between independent proportions. Stat. Med. 17.
Wilson (1927), Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
"""

import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import binomtest, false_discovery_control, fisher_exact, norm

from parallax.segment import one_form

SKIPPED = ("furniture", "credit", "dateline", "quote_credit")  # kinds of sentence that count in no share
VALUES = ("affirm", "hedge", "deny")
DOES = {"affirm": "affirms", "hedge": "hedges", "deny": "denies"}  # the values as verbs
DOING = {"affirm": "affirming", "hedge": "hedging", "deny": "denying"}
EFFECTS = ("neutral", "endorsing", "doubting", "denying", "accusing")
ENOUGH = 5  # the fewest positions from which a group is compared with others: of four, one decides the order
DATES = 3  # the fewest days of publication from which something is compared over time
SPANS = {"day": 31, "week": 182, "month": 3653}  # the longest span, in days, that is shown by day, week and month
OFTEN = 3  # the fewest deeds from which "who does what to whom" is said
FACT = ["kind", "about"]  # rows of discrepancies that agree in these are about one fact
APART = ("sources", "texts", "text")  # what differs: two sources, two texts of one source, a text with itself
ALIKE = str.maketrans(  # what stands for what in a comparison: quotation marks, apostrophes, hyphens; no soft ones
    dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011", "-") | dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
Z = 1.959963984540054  # the normal quantile of a 95 % interval
ENDS = (2.5, 97.5)  # the percentiles of a 95 % interval


def counted(sentences: pd.DataFrame) -> pd.DataFrame:
    """Keep the sentences that count: no furniture or credit, no text for a second time in its story."""
    return sentences[~sentences["kind"].isin(SKIPPED) & ~sentences["repeated"].astype(bool)]


def kept(rows: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of a table that stand in counted sentences."""
    return rows[rows["sentence"].isin(counted(sentences)["sentence"])]


def same_form(text: str) -> str:
    """Return the form in which texts are compared word for word.

    Straight and curly quotation marks and apostrophes, spaces, soft hyphens, ligatures and case make no difference.
    """
    return " ".join(unicodedata.normalize("NFKC", one_form(text)[0].translate(ALIKE)).casefold().split())


def word_for_word(sentences: pd.DataFrame) -> pd.DataFrame:
    """Keep the counted sentences; add form (in which they are compared) and sources (how many have it)."""
    rows = counted(sentences)
    rows = rows.assign(form=rows["text"].map(same_form))
    return rows.assign(sources=rows.groupby("form")["source"].transform("nunique"))


def sources(table: pd.DataFrame) -> list[str]:
    """List the sources of a table in order of first appearance."""
    return list(table["source"].astype(object).dropna().unique())


def levels(column: pd.Series, first: Sequence[str] = ()) -> list[Any]:
    """List the values of a column: `first`, then its categories, or else its other values, sorted."""
    categorical = isinstance(column.dtype, pd.CategoricalDtype)
    found = column.cat.categories if categorical else sorted(column.dropna().unique())
    return list(dict.fromkeys([*first, *(value for value in found if value != "")]))


def generator(seed: int, *names: Any) -> np.random.Generator:
    """Make the random generator of one comparison: the same seed and names give the same draws."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def incidence(rows: pd.DataFrame, key: str, sentences: pd.DataFrame,
              items: Sequence[Any] | None = None) -> tuple[pd.DataFrame, list[Any], csr_matrix]:
    """Find which counted sentence holds which item.

    Returns
    -------
    base : DataFrame, the counted sentences, by sentence id
    items : list, as given or else the `levels` of `rows[key]`
    matrix : sparse matrix of 0 and 1, (len(base), len(items))
    """
    base = counted(sentences).drop_duplicates("sentence").sort_values("sentence", ignore_index=True)
    items = levels(rows[key]) if items is None else list(items)
    row, column = places(rows["sentence"], base["sentence"]), places(rows[key], items)
    known = (row >= 0) & (column >= 0)
    matrix = csr_matrix((np.ones(known.sum(), int), (row[known], column[known])), (len(base), len(items)))
    return base, items, matrix.minimum(1)


def places(values: pd.Series, known: Any) -> np.ndarray:
    """Find the place of each value among some that are known; -1 for none."""
    codes, names = pd.factorize(values)  # each value once: as objects of Python a million would take much memory
    return np.append(pd.Index(known, dtype=object).get_indexer(pd.Index(names, dtype=object)), -1)[codes]


def totals(matrix: csr_matrix, groups: pd.Series, names: Any) -> csr_matrix:
    """Add up the rows of a matrix by group: a sparse matrix, one row for each of `names`."""
    codes = pd.Index(names, dtype=object).get_indexer(groups.astype(object))
    kept = np.flatnonzero(codes >= 0)
    return csr_matrix((np.ones(len(kept), int), (codes[kept], kept)), (len(names), len(codes))) @ matrix


def ratio(k: Any, n: Any) -> np.ndarray:
    """Divide k by n; NaN where n is 0."""
    k, n = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    return np.divide(k, n, out=np.full(n.shape, np.nan), where=n > 0)


def wilson(k: Any, n: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give Wilson's (1927) 95 % score interval for arrays of k hits in n: low, high (NaN where n is 0)."""
    share = ratio(k, n)
    n = np.where(np.asarray(n, float) > 0, n, np.nan)
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return np.where(share == 0, 0.0, centre - half), np.where(share == 1, 1.0, centre + half)


def newcombe(k: Any, n: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give Newcombe's (1998) 95 % interval for the first share less the second: low, high, from two Wilson intervals.

    `k` and `n` are pairs of arrays: the hits of the first and of the second, and of how many.
    """
    (s1, s2), ((low1, high1), (low2, high2)) = map(ratio, k, n), map(wilson, k, n)
    return s1 - s2 - np.hypot(s1 - low1, high2 - s2), s1 - s2 + np.hypot(high1 - s1, s2 - low2)


def grid(**names: Any) -> pd.DataFrame:
    """Combine all the given names, one row each."""
    return pd.MultiIndex.from_product(names.values(), names=list(names)).to_frame(index=False)


def sizes(rows: pd.DataFrame, by: Any, name: str = "k") -> pd.DataFrame:
    """Count the rows of each combination of values that occurs, sorted."""
    return rows[by].astype(object).groupby(by).size().rename(name).reset_index()


def tally(table: pd.DataFrame, rows: pd.DataFrame, name: str = "k", by: Any = None) -> pd.DataFrame:
    """Add a column that counts the `rows` with the same values in the columns `by` (all of the table's)."""
    by = by or list(table.columns)
    size = sizes(rows, by, name).astype(dict.fromkeys(by, object))
    found = table[by].astype(object).merge(size, on=by, how="left")
    return table.assign(**{name: found[name].fillna(0).astype(int).to_numpy()})


def with_shares(table: pd.DataFrame, rows: pd.DataFrame, by: Any = ("source",)) -> pd.DataFrame:
    """Add n, the `rows` with the same values in `by`, and share, low and high (Wilson) to a table with k."""
    table = tally(table, rows, "n", list(by))
    low, high = wilson(table["k"], table["n"])
    return table.assign(share=ratio(table["k"], table["n"]), low=low, high=high)


def row_shares(rows: pd.DataFrame, key: str, first: Sequence[str] = ()) -> pd.DataFrame:
    """Share out the rows of each source by a column: source, KEY, k, n, share, low, high (Wilson)."""
    return with_shares(tally(grid(source=sources(rows), **{key: levels(rows[key], first)}), rows), rows)


def occurrence(rows: pd.DataFrame, key: str, sentences: pd.DataFrame,
               items: Sequence[Any] | None = None) -> pd.DataFrame:
    """Count the sentences of each source that hold each item: source, KEY, k, n, share, low, high."""
    base, items, matrix = incidence(rows, key, sentences, items)
    table = grid(source=sources(sentences), **{key: items})
    k = totals(matrix, base["source"], sources(sentences)).toarray().ravel()
    return with_shares(table.assign(k=k), base)


def frame_shares(frames: pd.DataFrame, sentences: pd.DataFrame, voice: str = "all",
                 level: dict[str, str] | None = None, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """Give the share of sentences that evoke a frame, by source.

    The interval is the percentile bootstrap of sentences inside their stories (Efron 1979): it speaks of
    these stories, not of others that the source might run.

    Parameters
    ----------
    voice : {"all", "own", "attributed"}; count only what evokes the frame in this voice
    level : dict, optional; frame -> generic frame, to roll frames up (one that it lacks is left out)

    Returns
    -------
    DataFrame: source, frame, k, n, share, low, high; n = counted sentences of the source, zeros included
    """
    items = levels(frames["frame"])
    if level is not None:
        frames = frames.assign(frame=frames["frame"].astype(object).map(level))
        items = list(dict.fromkeys(generic for generic in level.values() if generic))
    if voice != "all":
        frames = frames[frames["voice"] == voice]
    table = occurrence(frames, "frame", sentences, items)
    base, _, matrix = incidence(frames, "frame", sentences, items)
    stories = base[["source", "story"]].astype(object).drop_duplicates("story")
    k = totals(matrix, base["story"], stories["story"]).toarray()
    n = base["story"].astype(object).value_counts().reindex(stories["story"]).to_numpy()
    bounds = []
    for row in table.itertuples():
        mine, rng = stories["source"].to_numpy() == row.source, generator(seed, row.source, row.frame)
        bounds.append(resampled(k[mine, items.index(row.frame)], n[mine], rng, draws))
    low, high = np.array(bounds, float).reshape(-1, 2).T
    return table.assign(low=low, high=high)


def resampled(k: Any, n: Any, rng: np.random.Generator, draws: int) -> Any:
    """Resample sentences inside their stories: the interval of sum(k) / sum(n) over stories.

    The hits of a resampled story are binomial, and so is their sum over stories with the same share: nothing
    is drawn sentence by sentence. Where no story has sentences both with and without, none can vary and
    Wilson's interval stands in; with many stories of one sentence the interval is too narrow.
    """
    shares, which = np.unique(ratio(k, n), return_inverse=True)
    if not ((shares > 0) & (shares < 1)).any():
        return wilson(k.sum(), n.sum())
    size = np.bincount(which, weights=n).astype(int)
    return np.percentile(rng.binomial(size, shares, (draws, len(shares))).sum(axis=1) / n.sum(), ENDS)


def frame_tests(frames: pd.DataFrame, sentences: pd.DataFrame, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """Test for each frame whether it is spread evenly over the sources, by permutation.

    Shuffling the labels of sentences makes the hits of the sources multivariate hypergeometric: only counts
    are drawn. Sentences are taken as exchangeable: with few long stories in a source, p is too small.

    Returns
    -------
    DataFrame: frame, spread (largest less smallest share), p (that shuffled labels spread it as far), q
    (Benjamini and Hochberg over the frames); NaN with fewer than two sources
    """
    table, result = occurrence(frames, "frame", sentences), []
    for frame, part in table[table["n"] > 0].sort_values("source").groupby("frame", sort=False):
        k, n, spread, p = part["k"].to_numpy(), part["n"].to_numpy(), np.nan, np.nan
        if len(part) > 1:
            spread = np.ptp(k / n)
            drawn = generator(seed, frame).multivariate_hypergeometric(n, k.sum(), draws) / n
            p = (1 + (np.ptp(drawn, axis=1) >= spread - 1e-12).sum()) / (draws + 1)
        result.append((frame, spread, p))
    result = pd.DataFrame(result, columns=["frame", "spread", "p"])
    p = result["p"].to_numpy(float)
    return result.assign(q=p if np.isnan(p).any() else false_discovery_control(p))


def frame_voices(frames: pd.DataFrame) -> pd.DataFrame:
    """Compare how often each frame comes in the sources' own voice and in the voices that they quote.

    Returns
    -------
    DataFrame: frame, own, attributed, n (hits), share (own of n), low, high (Wilson), p (exact binomial test
    against one half), q (Benjamini and Hochberg over all frames), the most quoted first
    """
    table = frames.groupby(["frame", "voice"]).size().unstack(fill_value=0)
    table = table.reindex(columns=["own", "attributed"], fill_value=0).rename_axis(columns=None).reset_index()
    n = table["own"] + table["attributed"]
    low, high = wilson(table["own"], n)
    p = np.array([binomtest(k, of).pvalue for k, of in zip(table["own"], n, strict=True)])
    q = false_discovery_control(p) if len(p) else p
    table = table.assign(n=n, share=ratio(table["own"], n), low=low, high=high, p=p, q=q)
    return table.sort_values("share", kind="stable", ignore_index=True)


def placed(stances: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Keep the stances in counted sentences; add voice (own, quoted) and part (heading, body)."""
    rows = kept(stances, sentences)
    heading = rows["sentence"].isin(sentences["sentence"][sentences["kind"].isin(["headline", "heading"])])
    voice = np.where(rows["holder_group"] == "source", "own", "quoted")
    return rows.assign(voice=voice, part=np.where(heading, "heading", "body"))


def tallied(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Count the positions with the same values as in the table, and how many of them a person read: k and read."""
    return tally(tally(table, rows), rows[rows["checked"].astype(bool)], "read", list(table.columns))


def enough(table: pd.DataFrame, by: Any) -> pd.Series:
    """Say for each row of a table with k and read whether enough of its group was read to compare it with others.

    Enough is half of the group's positions, so that what nobody read does not outweigh the rest, and `ENOUGH` of
    them, or all where it has no more. `by` are the columns that make a group; none takes all rows together.
    """
    sums = table.groupby(by or (lambda row: 0), observed=True)[["k", "read"]].transform("sum")
    return (2 * sums["read"] >= sums["k"]) & (sums["read"] >= sums["k"].clip(upper=ENOUGH))


def stance_shares(stances: pd.DataFrame, sentences: pd.DataFrame, voice: str = "all") -> pd.DataFrame:
    """Share out stances: source, voice, part, value, k, read, n (rows of that part), share, low, high (Wilson).

    Voices are own and quoted, or the one of them that `voice` (all, own, attributed) keeps; parts are all, heading
    (headlines too) and body.
    """
    rows = placed(stances, sentences)
    voices = {"own": ["own"], "attributed": ["quoted"]}.get(voice, ["own", "quoted"])
    rows = pd.concat([rows.assign(part="all"), rows])
    names = dict(voice=voices, part=["all", "heading", "body"], value=VALUES)
    table = tallied(grid(source=sources(sentences), **names), rows)
    return with_shares(table, rows, ["source", "voice", "part"])


def stance_index(stances: pd.DataFrame, sentences: pd.DataFrame, least: int = ENOUGH, draws: int = 999,
                 seed: int = 0) -> pd.DataFrame:
    """Sum up each source's stance: the share of rows that affirm less the share that deny, -1 to 1.

    The interval is the percentile bootstrap of the rows (Efron 1979). Where all agree it cannot vary: then as
    many rows as Wilson's interval allows are taken to disagree, and at their worst.

    Returns
    -------
    DataFrame: source, voice (own, quoted, all), n, read (of n), affirm, hedge, deny (shares), index, low, high, note;
    with fewer than `least` rows note says so, and index, low and high are NaN
    """
    rows = placed(stances, sentences)
    rows = pd.concat([rows, rows.assign(voice="all")])
    table, result = grid(source=sources(sentences), voice=["own", "quoted", "all"]), []
    counts = [tally(table, rows[rows["value"] == value])["k"] for value in VALUES]
    read = tallied(table, rows)["read"]
    for source, voice, seen, *k in zip(table["source"], table["voice"], read, *counts, strict=True):
        n, index, low, high, note = sum(k), np.nan, np.nan, np.nan, ""
        shares = ratio(k, n)
        if n < max(least, 1):
            note = f"too few to say: {n} of at least {least}"
        else:
            index = shares[0] - shares[2]
            drawn = generator(seed, source, voice).multinomial(n, shares, draws) / n
            low, high = np.percentile(drawn[:, 0] - drawn[:, 2], ENDS)
            if n in k:
                other = 1 - wilson(n, n)[0]
                low, high = index - other * (1 + index), index + other * (1 - index)
        result.append((source, voice, n, seen, *shares, index, low, high, note))
    return pd.DataFrame(result, columns=[*table, "n", "read", *VALUES, "index", "low", "high", "note"])


def holders(stances: pd.DataFrame) -> pd.DataFrame:
    """Count who holds what: holder_group, holder, value, k, read, n (rows of the holder group), share."""
    by = ["holder_group", "holder", "value"]
    table = tally(tallied(sizes(stances, by)[by], stances), stances, "n", ["holder_group"])
    return table.assign(share=ratio(table["k"], table["n"]))


def arguments(stances: pd.DataFrame, sentences: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the arguments, zeros included: source, argument, side, value, k, read, n (its rows with any).

    The sources stand in the order of the sentences, where these are given.
    """
    rows = stances[stances["argument"].fillna("").astype(str) != ""]
    seen = sizes(rows, ["side", "argument", "value"])[["argument", "side", "value"]]
    found = sources(stances)
    order = found if sentences is None else [source for source in sources(sentences) if source in found]
    table = tallied(grid(source=order).merge(seen, how="cross"), rows)
    return tally(table, rows, "n", ["source"])


def stance_positions(stances: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Place each stance in its story: source, story, position, value, voice (own, quoted), sentence, read.

    The position is the rank of its sentence among the counted sentences of the story, from 0 first to 1 last. The
    stories of a source stand together, the sources in the order of the sentences.
    """
    base = counted(sentences).drop_duplicates("sentence").set_index("sentence")
    starts = base.groupby(["file", "story"], observed=True)["start"]
    position = (starts.rank(method="first") - 1) / (starts.transform("size") - 1).clip(lower=1)
    rows = placed(stances, sentences).sort_values(["sentence", "start", "value"], ignore_index=True)
    rows = rows.assign(position=position.reindex(rows["sentence"]).to_numpy(float))
    rows = rows.assign(read=rows["checked"].astype(bool))
    rows = rows.sort_values("source", key=lambda column: column.map(sources(sentences).index).astype(int),
                            kind="stable", ignore_index=True)
    return rows[["source", "story", "position", "value", "voice", "sentence", "read"]]


def distinctive(words: pd.DataFrame, sentences: pd.DataFrame, type: str = "lemma", least: int = 3, top: int = 10,
                prior: float | None = None) -> pd.DataFrame:
    """Find the terms that set each source apart from all others together.

    Weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008). With y the count
    of a term in the source (i) and in the others (j), n all terms there, a and a0 the same in the prior:

        log_odds = ln((y_i + a) / (n_i + a0 - y_i - a)) - ln((y_j + a) / (n_j + a0 - y_j - a))
        z = log_odds / sqrt(1 / (y_i + a) + 1 / (y_j + a))

    Parameters
    ----------
    type : {"lemma", "phrase"}
    least : int; the fewest occurrences in the source
    top : int; the most terms of a source, all of them with z > 0
    prior : float, optional; a0, to which the counts of all sources are scaled; by default a mean source

    Returns
    -------
    DataFrame: source, term, k, n (terms of the source), others (occurrences elsewhere), log_odds, z, falling
    in each source, q (Benjamini and Hochberg over all terms of all sources that occur `least` times there);
    empty with fewer than two sources
    """
    rows = kept(words[words["type"] == type], sentences)
    table = sizes(rows, ["source", "term"])
    n = table.groupby("source")["k"].sum()
    y_i, n_i = table["k"], table["source"].map(n).astype(float)
    y_j, n_j = table.groupby("term")["k"].transform("sum") - y_i, n.sum() - n_i
    a0 = n.mean() if prior is None else prior
    a = a0 * (y_i + y_j) / n.sum()
    with np.errstate(divide="ignore", invalid="ignore"):  # the odds of a term alone are no number: no row
        odds_i, odds_j = (y_i + a) / (n_i + a0 - y_i - a), (y_j + a) / (n_j + a0 - y_j - a)
        log_odds = np.log(odds_i) - np.log(odds_j)
    z = log_odds / np.sqrt(1 / (y_i + a) + 1 / (y_j + a))
    table = table.assign(n=n_i.astype(int), others=y_j, log_odds=log_odds, z=z)
    table = table[(y_i >= least) & np.isfinite(z) & (n_j > 0)]
    p = 2 * norm.sf(table["z"].abs())
    table = table.assign(q=false_discovery_control(p) if len(p) else p)[table["z"] > 0]
    rank = {source: i for i, source in enumerate(sources(sentences))}
    table = table.assign(rank=table["source"].map(rank), z=-z).sort_values(["rank", "z"], kind="stable")
    return table.assign(z=-table["z"]).groupby("rank").head(top).drop(columns="rank").reset_index(drop=True)


def naming(words: pd.DataFrame, sentences: pd.DataFrame, sets: dict[str, list[str]]) -> pd.DataFrame:
    """Count what each source calls the same thing.

    A name is found where it is the term or the text of a word or phrase, or whole words of it ("military
    parade" in "massive military parade"); inside a longer name of its set it does not count.

    Parameters
    ----------
    sets : dict, name of the set -> list of names

    Returns
    -------
    DataFrame: set, name, source, k (counted sentences with the name), n (all of them); zeros included
    """
    words = words.reset_index(drop=True)
    padded = [" " + words[c].fillna("").astype(str).str.lower() + " " for c in ("term", "text")]
    columns, result = ["set", "name", "source", "k", "n"], []
    for label, names in sets.items():
        hits = {}
        for name in sorted(names, key=len, reverse=True):
            whole = f" {name.lower()} "
            found = words[np.any([text.str.contains(whole, regex=False) for text in padded], axis=0)]
            for longer in (hits[other] for other in hits if whole in f" {other.lower()} "):
                both = found.reset_index().merge(longer, on="sentence", suffixes=("", "_long"))
                inside = (both["start"] >= both["start_long"]) & (both["end"] <= both["end_long"])
                found = found.drop(index=both.loc[inside, "index"].unique())
            hits[name] = found.assign(name=name)
        found = pd.concat([words.iloc[:0].assign(name=""), *hits.values()])
        table = occurrence(found, "name", sentences, list(hits)).assign(set=label)
        result.append(table.sort_values("name", key=lambda name: name.map(names.index), kind="stable"))
    return pd.concat(result or [pd.DataFrame(columns=columns)], ignore_index=True)[columns]


def common(words: pd.DataFrame) -> pd.DataFrame:
    """Keep the words that are neither an actor's nor another name."""
    return words[~words["actor"].astype(bool) & (words["pos"] != "PROPN")]


def reports(statements: pd.DataFrame) -> pd.DataFrame:
    """Leave out the statements that are said not to have been made: "did not say", "no minister said"."""
    return statements[~statements["negated"].astype(bool)]


def speakers(statements: pd.DataFrame, by: Any = "group") -> pd.DataFrame:
    """Share out the `reports` by "group" or "speaker" ("other" for none): source, BY, k, n, share, low, high."""
    statements = reports(statements)
    named = statements[by].astype(object).fillna("").replace("", "other")
    return row_shares(statements.assign(**{by: named}), by)


def verbs(statements: pd.DataFrame) -> pd.DataFrame:
    """Share out the `reports` by what their verb does to them: source, effect, k, n, share, low, high."""
    return row_shares(reports(statements), "effect", EFFECTS)


def done(deeds: pd.DataFrame) -> pd.DataFrame:
    """Leave out the deeds that are said not to have happened."""
    return deeds[~deeds["negated"].astype(bool)]


def who_acts(deeds: pd.DataFrame) -> pd.DataFrame:
    """Count who acts and who is acted upon: source, actor, acts, acted_upon, share_acting, low, high.

    `subject` is who does it, in active and in passive clauses. Deeds that did not happen are left out.
    """
    table, deeds = grid(source=sources(deeds)), done(deeds)
    acts, upon = (deeds.assign(actor=deeds[side].astype(object)) for side in ("subject", "object"))
    table = table.merge(grid(actor=levels(pd.concat([acts, upon])["actor"])), how="cross")
    by = list(table.columns)
    table = tally(tally(table, acts, "acts", by), upon, "acted_upon", by)
    both = table["acts"] + table["acted_upon"]
    low, high = wilson(table["acts"], both)
    return table.assign(share_acting=ratio(table["acts"], both), low=low, high=high)


def who_does_what(deeds: pd.DataFrame) -> pd.DataFrame:
    """Count who does what to whom, each voice by itself: an allegation is the deed that a quoted voice tells.

    Returns
    -------
    DataFrame: voice, subject, verb, object, negated, k, n (deeds between two actors in this voice that did happen,
    or, of the negated, that did not), share, low, high (Wilson), the most frequent first
    """
    by = ["voice", "subject", "verb", "object", "negated"]
    between = deeds[deeds["subject"].ne("") & deeds["object"].ne("")]
    table = with_shares(sizes(between, by), between, ["voice", "negated"])
    return table.sort_values("k", ascending=False, kind="stable", ignore_index=True)


def coverage(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Count sentences that mention an actor, in any sense: source, actor, k, n, share, low, high, chance.

    The chance, where k = 0, is that of no mention in n sentences at the rate of all other sources together.
    """
    table = occurrence(mentions, "actor", sentences)
    return table.assign(chance=elsewhere(table, "actor")[1])


def together(frames: pd.DataFrame, stance: pd.DataFrame, cover: pd.DataFrame) -> pd.DataFrame:
    """Put the tables behind an overview into one: what, source, item, k, read (of positions), n, share, low, high."""
    stance = stance.assign(what="stance " + stance["voice"] + " " + stance["part"])
    parts = [frames.assign(what="frame").rename(columns={"frame": "item"}), stance.rename(columns={"value": "item"}),
             cover.assign(what="actor").rename(columns={"actor": "item"})]
    table = pd.concat(parts, ignore_index=True).astype({"read": "Int64"})
    return table[["what", "source", "item", "k", "read", "n", "share", "low", "high"]]


def elsewhere(table: pd.DataFrame, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Give an item's rate in all other sources and, where k = 0, the chance of that at this rate."""
    k, n = (table.groupby(key, sort=False)[c].transform("sum") - table[c] for c in ("k", "n"))
    rate = ratio(k, n)
    return rate, np.where((table["k"] == 0) & (table["n"] > 0), (1 - rate) ** table["n"], np.nan)


def absences(sentences: pd.DataFrame, mentions: pd.DataFrame | None = None, frames: pd.DataFrame | None = None,
             stances: pd.DataFrame | None = None) -> pd.DataFrame:
    """List actors, frames, arguments that only others have: what, item, source, n, rate_others, chance, q.

    The oddest come first. The chance takes sentences as independent, while a story repeats its subjects: it
    is too small rather than too large. `q` adjusts it (Benjamini and Hochberg) over all that was looked at: the
    rows are what was absent, and what was present counts with a chance of 1.
    """
    columns, result, looked = ["what", "item", "source", "n", "rate_others", "chance"], [], 0
    for what, rows in ("actor", mentions), ("frame", frames), ("argument", stances):
        if rows is not None:
            table = occurrence(rows, what, sentences).rename(columns={what: "item"})
            rate, chance = elsewhere(table, "item")
            table = table.assign(what=what, rate_others=rate, chance=chance)
            table = table[(table["n"] > 0) & (rate > 0)]
            looked += len(table)
            result.append(table[table["k"] == 0])
    table = pd.concat(result or [pd.DataFrame(columns=columns)])[columns]
    table = table.sort_values(["chance", "what", "item"], kind="stable", ignore_index=True)
    chances = np.append(table["chance"].to_numpy(float), np.ones(looked - len(table)))
    return table.assign(q=false_discovery_control(chances)[:len(table)] if len(table) else table["chance"])


# Over time


def days(documents: pd.DataFrame) -> pd.Series:
    """Return the day on which each document was published; NaT for none, or a month or year alone."""
    return pd.to_datetime(documents["published"].fillna("").astype(str), format="%Y-%m-%d", errors="coerce")


def period(dates: pd.Series) -> str:
    """Choose the kind of period into which dates are put: a day, a week, a month or a year, by their span."""
    span = (dates.max() - dates.min()).days
    return next((kind for kind, most in SPANS.items() if span <= most), "year")


def over_time(documents: pd.DataFrame, sentences: pd.DataFrame, frames: pd.DataFrame,
              stances: pd.DataFrame) -> pd.DataFrame:
    """Count what is published, its frames and its positions by period and source, empty periods included.

    A period is a day, a week (from Monday on), a month or a year: the shortest of which the dates span no more than
    32 days, 26 weeks or ten years. Documents without a day of publication count nowhere.

    Parameters
    ----------
    documents, sentences, frames, stances : DataFrame

    Returns
    -------
    DataFrame: what (documents, sentences, frame, own, quoted: positions in that voice), item (frame, value, or
    empty), source, every (day, week, month, year), start (first day of the period, ISO), k, read (of k positions), n
    (sentences, or positions in that voice, of the source in the period; of documents and sentences, those of the
    source in all periods), share, low, high (Wilson); empty with fewer than three days of publication
    """
    columns = ["what", "item", "source", "every", "start", "k", "read", "n", "share", "low", "high"]
    dated = documents.assign(day=days(documents))[documents["status"].eq("ok")].dropna(subset=["day"])
    if dated["day"].nunique() < DATES:
        return pd.DataFrame(columns=columns)
    every = period(dated["day"])
    code = {"day": "D", "week": "W-SUN", "month": "M", "year": "Y"}[every]  # a week that ends on Sunday
    starts = dated["day"].dt.to_period(code).dt.start_time
    line = pd.period_range(dated["day"].min(), dated["day"].max(), freq=code).start_time.strftime("%Y-%m-%d")
    start = dict(zip(dated["file"], starts.dt.strftime("%Y-%m-%d"), strict=True))

    def timed(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(start=rows["file"].astype(object).map(start)).dropna(subset=["start"])

    base = timed(counted(sentences).drop_duplicates("sentence"))
    framed = timed(kept(frames, sentences)).drop_duplicates(["sentence", "frame"]).assign(item=lambda r: r["frame"])
    cells, parts = dict(source=sources(dated), start=line), []
    for what, rows in ("documents", timed(dated)), ("sentences", base):
        parts.append(with_shares(tally(grid(item=[""], **cells), rows.assign(item="")), rows).assign(what=what))
    shares = tally(grid(item=levels(frames["frame"]), **cells), framed)
    parts.append(with_shares(shares, base, ["source", "start"]).assign(what="frame"))
    stood = timed(placed(stances, sentences)).assign(item=lambda r: r["value"])
    for voice, rows in ((voice, stood[stood["voice"] == voice]) for voice in ("own", "quoted")):
        counts = tallied(grid(item=VALUES, **cells), rows)
        parts.append(with_shares(counts, rows, ["source", "start"]).assign(what=voice))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return table.assign(every=every, read=table["read"].astype("Int64"))[columns]


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Compare the earlier half of the periods with the later, by source: what is more, what is less?

    The interval of the difference is Newcombe's (1998), the test Fisher's, two-sided, adjusted over all rows (Benjamini
    and Hochberg). Sentences of one document are alike, so that `p` is too small rather than too large.

    Parameters
    ----------
    table : DataFrame
        As `over_time` returns it; documents and sentences are left out.

    Returns
    -------
    DataFrame: what, item, source, since (start of the later half), k_1, n_1, share_1 (before), k_2, n_2, share_2
    (since), difference (share_2 - share_1), low, high, p, q, enough (of the source's positions were read; of frames
    always), the surest first; a row needs `ENOUGH` in each n
    """
    line = sorted(table["start"].unique())
    since = line[(len(line) + 1) // 2] if len(line) > 1 else ""
    rows = table[~table["what"].isin(["documents", "sentences"])]
    rows = rows.assign(late=rows["start"] >= since, read=rows["read"].fillna(0))
    by = ["what", "item", "source"]
    sums = rows.groupby([*by, "late"], sort=False)[["k", "n", "read"]].sum().unstack("late", fill_value=0)
    sums = sums.reindex(columns=pd.MultiIndex.from_product([["k", "n", "read"], [False, True]]), fill_value=0)
    sums = sums[(sums["n"] >= ENOUGH).all(axis=1)].astype(int)
    k, n = ([sums[name, late].to_numpy() for late in (False, True)] for name in ("k", "n"))
    (s1, s2), (low, high) = map(ratio, k, n), newcombe(k[::-1], n[::-1])
    tables = zip(k[0], n[0], k[1], n[1], strict=True)
    p = np.array([fisher_exact([[a, m - a], [b, o - b]]).pvalue for a, m, b, o in tables])
    found = sums.index.to_frame(index=False).assign(
        since=since, k_1=k[0], n_1=n[0], share_1=s1, k_2=k[1], n_2=n[1], share_2=s2, difference=s2 - s1,
        low=low, high=high, p=p, q=false_discovery_control(p) if len(p) else p)
    found = found.assign(enough=enough(found.assign(k=k[0] + k[1], read=sums["read"].sum(axis=1).to_numpy()),
                                       ["what", "source"]) | found["what"].eq("frame"))
    return found.sort_values("p", kind="stable", ignore_index=True)


def apart(rows: pd.DataFrame) -> pd.Series:
    """Return for each row of discrepancies what differs: "sources", "texts" of one source, or one "text" with itself.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `discrepancies.find` returns them.
    """
    same = rows["file_a"] == rows["file_b"]
    what = np.select([same, rows["source_a"] == rows["source_b"]], APART[:0:-1], APART[0])
    return pd.Series(what, rows.index, dtype=str)


def discrepancies(rows: pd.DataFrame) -> pd.DataFrame:
    """Count the facts on which each two sources differ, by kind.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `discrepancies.find` returns them. A fact is what rows of one kind are about: several pairs of sentences of
        the same two sources that differ on it count once.

    Returns
    -------
    pandas.DataFrame
        Columns apart (as `apart` returns it), source_a, source_b (in the order of their files; the same where a source
        differs from itself), kind, k (facts), confirmed (how many of them a person has confirmed, in one pair of
        sentences or more). No row where k is 0.
    """
    files = {place for end in "ab" for place in zip(rows[f"file_{end}"], rows[f"source_{end}"], strict=True)}
    rank = {source: i for i, source in enumerate(dict.fromkeys(source for _, source in sorted(files)))}
    ends = [sorted(pair, key=rank.__getitem__) for pair in zip(rows["source_a"], rows["source_b"], strict=True)]
    first, second = (pd.Series([pair[i] for pair in ends], rows.index, dtype=str) for i in (0, 1))
    found = rows[["kind", "about", "checked"]].assign(apart=apart(rows), source_a=first, source_b=second)
    by = ["apart", "source_a", "source_b", "kind"]
    known = found.groupby([*by, "about"], sort=False)["checked"].any().reset_index()
    return known.groupby(by, sort=False)["checked"].agg(k="size", confirmed="sum").reset_index()
