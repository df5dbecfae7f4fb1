"""Who stands next to whom: actors that are mentioned, as actors, in one window.

A window is a counted sentence, or a story with its counted sentences. Tables as in `compare`.

References
----------
Bar-Joseph, Gifford and Jaakkola (2001), Fast optimal leaf ordering for hierarchical clustering. Bioinf. 17.
Benjamini and Hochberg (1995), Controlling the false discovery rate. JRSS B 57, 289-300.
Bouma (2009), Normalized (pointwise) mutual information in collocation extraction. GSCL, 31-40.
Efron (1979), Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.
Fisher (1935), The design of experiments, chapter 2.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.sparse import csr_matrix, hstack
from scipy.spatial.distance import squareform
from scipy.stats import false_discovery_control, hypergeom

from parallax.codebook import Codebook
from parallax.errors import StudyError
from parallax.files import whole
from parallax.stats import ENDS, generator, incidence, newcombe, ratio, sources, totals
from parallax.tables import Tables

STORIES = 10  # with fewer stories in a source, resampling them says nothing
BLOCK = 16  # pairs of which the windows are in memory at once
LEAST = 5  # a difference needs this many windows in each source, and as many in which the two meet


def pairs(mentions: pd.DataFrame, sentences: pd.DataFrame, window: str = "sentence",
          groups: dict[str, str] | None = None, draws: int = 499, seed: int = 0) -> pd.DataFrame:
    """Count which actors meet, and tell whether they do so more often than by chance.

    NPMI (Bouma 2009) is ln(p_ab / (p_a p_b)) / -ln(p_ab): -1 never together, 0 as often as independence
    expects, 1 only together. Where both are in every window it is 0/0, and given as 0: n_ab is as expected.

    `p` is Fisher's exact test, one-sided: the chance of n_ab windows or more with both, were n_a and n_b
    windows drawn at random. `q` (Benjamini and Hochberg) adjusts it over all pairs of the source's actors.

    The interval is the percentile bootstrap of NPMI (Efron), over whole stories where the source has at least
    ten, else over sentences; a draw in which the two never meet counts as -1. It is NaN where no draw differs
    (the two are never apart) and, with an empty `unit`, for story windows in fewer than ten stories.

    Parameters
    ----------
    window : {"sentence", "story"}
    groups : dict, optional; actor -> group; only tells which pairs are `within` one
    draws, seed : int

    Returns
    -------
    DataFrame: source, window, a, b (a < b), n_a, n_b, n_ab, n (windows), expected (n_a n_b / n), npmi, p, q,
    low, high, unit (stories or sentences: what was resampled), within (bool: both of one group); a row for
    each pair that meets, by source, and for all sources together as source "all"
    """
    groups = groups or {}
    base, actors, matrix = windows(mentions, sentences, window)
    group = np.array([groups.get(actor) or actor for actor in actors], dtype=object)
    result = []
    for source in [*sources(sentences), "all"]:
        mine = np.flatnonzero((base["source"] == source) | (source == "all"))
        held, n = matrix[mine], len(mine)
        both = (held.T @ held).toarray()
        seen = np.flatnonzero(both.diagonal())
        i, j = seen[np.array(np.triu_indices(len(seen), 1))]
        p = np.clip(hypergeom.sf(both[i, j] - 1, n, both[i, i], both[j, j]), 0, 1)
        q, met = false_discovery_control(p), both[i, j] > 0
        i, j = i[met], j[met]
        n_a, n_b, n_ab = both[i, i], both[j, j], both[i, j]
        cluster, unit = clusters(base["story"].iloc[mine], window)
        low, high = interval(held, i, j, cluster, generator(seed, source), draws)
        table = dict(source=source, window=window, a=actors[i], b=actors[j], n_a=n_a, n_b=n_b, n_ab=n_ab, n=n)
        table |= dict(expected=ratio(n_a * n_b, n), npmi=npmi(n_a, n_b, n_ab, n), p=p[met], q=q[met])
        result.append(pd.DataFrame(table | dict(low=low, high=high, unit=unit, within=group[i] == group[j])))
    return pd.concat([table for table in result if len(table)] or result[-1:], ignore_index=True)


def difference(mentions: pd.DataFrame, sentences: pd.DataFrame, sources: tuple[str, str], window: str = "sentence",
               draws: int = 499, seed: int = 0) -> pd.DataFrame:
    """Tell whether two actors meet more often in source `a` than in source `b`.

    The interval of the difference is Newcombe's, from two Wilson intervals; where both sources have at least
    ten stories it is widened to the percentile bootstrap of whole stories, if that is wider. Each pair is
    judged alone: among twenty pairs that do not differ, one will seem to.

    Parameters
    ----------
    sources : (str, str); the two, `a` and `b`
    window, draws, seed : as in `pairs`

    Returns
    -------
    DataFrame: actor_a, actor_b, share_1, n_1 (windows of a), share_2, n_2 (of b), difference (share_1 -
    share_2), low, high, verdict: "too few to say" with fewer than five windows in a source, or five in which
    the two meet in both together; "more in A" or "more in B" where the interval leaves out 0; else "no clear
    difference"
    """
    a, b = sources
    base, actors, matrix = windows(mentions, sentences, window)
    parts = [np.flatnonzero(base["source"] == source) for source in (a, b)]
    both = [(matrix[part].T @ matrix[part]).toarray() for part in parts]
    i, j = np.nonzero(np.triu(sum(both), 1))
    n = [len(part) for part in parts]
    k = [together[i, j] for together in both]
    s1, s2 = map(ratio, k, n)
    low, high = newcombe(k, n)
    found = [clusters(base["story"].iloc[part], window) for part in parts]
    if len(i) and all(unit == "stories" for _, unit in found):
        drawn = []
        for source, part, (cluster, _) in zip((a, b), parts, found, strict=True):
            sums = resample(meetings(matrix[part], i, j), cluster, generator(seed, source), draws)
            drawn.append(sums[:, 1:] / sums[:, :1])
        ends = np.percentile(drawn[0] - drawn[1], ENDS, axis=0)
        low, high = np.minimum(low, ends[0]), np.maximum(high, ends[1])
    cases = [(k[0] + k[1] < LEAST) | (min(n) < LEAST), low > 0, high < 0]
    verdict = np.select(cases, ["too few to say", f"more in {a}", f"more in {b}"], "no clear difference")
    table = dict(actor_a=actors[i], actor_b=actors[j], share_1=s1, n_1=n[0], share_2=s2, n_2=n[1])
    return pd.DataFrame(table | dict(difference=s1 - s2, low=low, high=high, verdict=verdict))


def all_pairs(tables: Tables, codebook: Codebook, seed: int = 0) -> pd.DataFrame:
    """Return the pairs of a study in both windows, as `pairs` gives them, for its Tables and Codebook."""
    groups = {key: actor.group for key, actor in codebook.actors.items()}
    windows = ("sentence", "story")
    mentions = tables.take("mentions", ["sentence", "actor", "sense"])
    sentences = tables.take("sentences", ["sentence", "source", "story", "kind", "repeated", "copy_of"])
    # Numbers in the order of the identifiers: of a million sentences these alone would take most of the memory.
    numbers = pd.factorize(pd.concat([sentences["sentence"], mentions["sentence"]]), sort=True)[0]
    sentences = sentences.assign(sentence=numbers[:len(sentences)])
    mentions = mentions.assign(sentence=numbers[len(sentences):])
    found = [pairs(mentions, sentences, window, groups, seed=seed) for window in windows]
    full = [table for table in found if len(table)]
    return pd.concat(full, ignore_index=True) if full else found[0]


def rolled(mentions: pd.DataFrame, groups: dict[str, str] | None) -> pd.DataFrame:
    """Roll actors up to their groups, given {actor: group}; one without a group stands for itself."""
    return mentions.assign(actor=mentions["actor"].astype(object).map(lambda key: groups.get(key) or key))


def windows(mentions: pd.DataFrame, sentences: pd.DataFrame,
            window: str) -> tuple[pd.DataFrame, np.ndarray, csr_matrix]:
    """List the windows (source, story) and the actors, and find which window mentions which actor."""
    if "copy_of" in sentences:  # a caption under two stories of one page is one text
        sentences = sentences[sentences["copy_of"].eq("")]
    rows = mentions[mentions["sense"] == "actor"]
    base, actors, matrix = incidence(rows, "actor", sentences)
    if window == "story":
        stories = base.drop_duplicates("story").sort_values("story", ignore_index=True)
        base, matrix = stories, totals(matrix, base["story"], stories["story"]).minimum(1)
    return base, np.array(actors, dtype=object), matrix


def clusters(stories: pd.Series, window: str) -> tuple[Any, str]:
    """Say what to resample: a code for each window, and "stories", "sentences" or "" for nothing."""
    codes, names = pd.factorize(stories.astype(object), sort=True)
    if len(names) >= STORIES:
        return codes, "stories"
    return (np.arange(len(stories)), "sentences") if window == "sentence" else (None, "")


def meetings(matrix: csr_matrix, i: np.ndarray, j: np.ndarray) -> Iterator[csr_matrix]:
    """Yield which window holds both actors of each pair (i, j): sparse matrices of windows by `BLOCK` pairs."""
    columns = matrix.tocsc()
    for at in range(0, len(i), BLOCK):
        yield csr_matrix(columns[:, i[at:at + BLOCK]].multiply(columns[:, j[at:at + BLOCK]]))


def npmi(n_a: Any, n_b: Any, n_ab: Any, n: Any) -> np.ndarray:
    """Compute normalised pointwise mutual information: -1 where n_ab is 0, and 0 where n_ab is n."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(n_ab * n / (n_a * n_b)) / -np.log(n_ab / n)
    return np.select([n_ab == 0, n_ab == n], [-1.0, 0.0], np.clip(value, -1, 1))


def resample(counts: Iterable[csr_matrix], cluster: Any, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Draw clusters of windows with replacement: the number of windows and the sums of counts, by draw."""
    n, size = len(cluster), cluster.max() + 1
    of = csr_matrix((np.ones(n, int), (cluster, np.arange(n))), (size, n))
    summed = hstack([of.sum(axis=1), *(of @ part for part in counts)]).T.tocsr()
    drawn = (np.bincount(rng.integers(size, size=size), minlength=size) for _ in range(draws))
    return np.array([summed @ times for times in drawn])


def interval(held: csr_matrix, i: np.ndarray, j: np.ndarray, cluster: Any, rng: np.random.Generator,
             draws: int) -> np.ndarray:
    """Resample windows: low and high of the NPMI of the pairs (i, j); NaN where no draw differs."""
    if cluster is None or not len(i):
        return np.full((2, len(i)), np.nan)
    sums = resample(chain([held], meetings(held, i, j)), cluster, rng, draws)
    drawn = npmi(sums[:, 1 + i], sums[:, 1 + j], sums[:, 1 + held.shape[1] :], sums[:, :1])
    low, high = np.percentile(drawn, ENDS, axis=0)
    return np.where(high - low > 1e-9, (low, high), np.nan)


def together(pairs: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Take the rows of all sources together, and their actors, sorted."""
    rows = pairs[pairs["source"] == "all"].sort_values(["a", "b"])
    return rows, sorted({*rows["a"], *rows["b"]})


def order(pairs: pd.DataFrame) -> list[str]:
    """List the actors of `pairs` so that blocks show: average linkage on 1 - NPMI, optimal leaf order."""
    rows, actors = together(pairs)
    if len(actors) < 3:
        return actors
    place = {actor: i for i, actor in enumerate(actors)}
    far = 1.0 - np.eye(len(actors))
    a, b = rows["a"].map(place), rows["b"].map(place)
    far[a, b] = far[b, a] = 1 - rows["npmi"].clip(lower=0)
    return [actors[i] for i in leaves_list(linkage(squareform(far), "average", optimal_ordering=True))]


def layout(pairs: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """Place the actors of `pairs`, once for all sources: dict of actor -> (x, y), rounded to four digits.

    Spring forces, pulled by the log of how often two meet; the same pairs give the same places.
    """
    rows, actors = together(pairs)
    graph = nx.Graph()
    graph.add_nodes_from(actors)
    weights = np.log1p(rows["n_ab"].astype(float))
    graph.add_weighted_edges_from(zip(rows["a"], rows["b"], weights, strict=True))
    places = nx.spring_layout(graph, k=2 / max(1, len(actors)) ** 0.5, iterations=200, seed=0)
    return {actor: tuple(round(float(x), 4) for x in places[actor]) for actor in actors}


def graphml(pairs: pd.DataFrame, path: Path, names: dict[str, str], groups: dict[str, str]) -> Path:
    """Write the pairs as one network for Gephi, Cytoscape and others: the same bytes for the same pairs.

    Parameters
    ----------
    pairs : DataFrame
        As `pairs` returns them.
    path : pathlib.Path
        The file; its folder is made when it is missing.
    names, groups : dict of str to str
        Of actors.

    Returns
    -------
    pathlib.Path
        The file. A node is an actor: label, group, n (windows of all sources that name it). An edge is a pair in one
        source, or in "all": source, n_ab (windows with both), npmi, q; a number that is not known is left out.
    """
    rows, actors = together(pairs)
    graph = nx.MultiGraph()
    sizes = {actor: int(n) for end in "ab" for actor, n in zip(rows[end], rows[f"n_{end}"], strict=True)}
    for actor in actors:
        graph.add_node(actor, label=names.get(actor, actor), group=groups.get(actor) or actor, n=sizes[actor])
    for one in pairs.sort_values(["source", "a", "b"], kind="stable").itertuples():
        known = {name: round(float(getattr(one, name)), 4) for name in ("npmi", "q") if pd.notna(getattr(one, name))}
        graph.add_edge(one.a, one.b, source=str(one.source), n_ab=int(one.n_ab), **known)
    try:
        with whole(path) as part:
            nx.write_graphml_xml(graph, part, named_key_ids=True)  # not with lxml where it is installed: other bytes
    except OSError as error:
        raise StudyError(f"{path.parent}: cannot write here: {error.strerror}") from None
    return path
