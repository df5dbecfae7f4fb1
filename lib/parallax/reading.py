"""In which order to read: the sentences come first in which an answer is expected to change the positions most.

An answer changes something where a rule is wrong, or where all rules missed a position. How likely that is, is learnt
anew from every answer: a logistic regression on TF-IDF of the words (Salton and Buckley 1988) and a few counts, which
begins with what the codebook says (the claim, the arguments and their cues) and with the rules' rows, half believed.
This is active learning by expected change (Settles 2009, Active learning literature survey, section 3.3).
"""

import difflib
import hashlib
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from parallax.labels import Answers, applied
from parallax.stats import counted
from parallax.study import Study
from parallax.tables import Tables

MOST = 20_000  # sentences that are ranked: in a larger study those with a cue first, then those that name most members
READ, PROPOSED, REST = 3.0, 1.0, 0.1  # the weight of a sentence that was read, that a rule proposes, of any other
HALF, RARE = 0.5, 0.1  # how likely a position is before anybody read: in a sentence that a rule proposes, in any other
RIGHT, AS_IF = 0.4, 9  # the share of right rows on studies that no rule was written for, worth so many readings
# What an answer is worth, about in the ratio in which it moves F1: a position found, one put right, one taken away.
FOUND, MENDED, TAKEN = 2.0, 2.0, 0.7
WORDS, COUNTS = 2.0, 0.5  # the weight of the words and of the counts
SIMILAR = 0.6  # the least likeness (difflib) between a sentence that has changed and what it is now
SAID = 3  # words that are given as a reason
COLUMNS = ["file", "start", "end", "why", "sentence", "text"]
ROW = ["sentence", "holder_group", "value"]  # what is right or wrong in a position


def queue(study: Study, rules: Tables, found: Answers, limit: int = 0) -> pd.DataFrame:
    """List the sentences that nobody has read, the best to read first.

    Parameters
    ----------
    study : parallax.study.Study
    rules : parallax.tables.Tables
        As the rules made them.
    found : parallax.labels.Answers
    limit : int
        At most so many; 0 for all.

    Returns
    -------
    DataFrame: file, start, end, why (in words), sentence, text. Sentences that have changed since they were read come
    first. Empty for a study without a narrative.
    """
    tables = applied(rules, found, study)
    rows = candidates(study, tables)
    if not (~rows["checked"]).any():
        return pd.DataFrame(columns=COLUMNS)
    gain, reasons = expected(study, rules, tables, rows)
    why = changed(rows, found)
    gain = np.where(rows["sentence"].isin(why), np.inf, gain)
    order = np.argsort(-gain, kind="stable")
    order = order[~rows["checked"].to_numpy()[order]][:limit or None]
    rows = rows.iloc[order]
    return rows.assign(why=[why.get(name) or reasons(at) for at, name in zip(order, rows["sentence"], strict=True)]
                       )[COLUMNS].reset_index(drop=True)


def sample(tables: Tables, n: int = 30, seed: int = 0) -> list[str]:
    """Draw sentences at random, read or not: the same ones in every run, and after an edit elsewhere.

    Parameters
    ----------
    tables : parallax.tables.Tables
    n : int
    seed : int

    Returns
    -------
    list of str
        Identifiers of sentences that count, in the order drawn.
    """
    rows = counted(tables.sentences)
    key = rows["file"] + "\n" + rows["text"] + f"\n{seed}"
    lot = key.map(lambda text: hashlib.sha256(text.encode()).hexdigest())
    return list(rows.assign(lot=lot).sort_values("lot", kind="stable")["sentence"].head(n))


def candidates(study: Study, tables: Tables) -> pd.DataFrame:
    """Return the sentences that count, at most `MOST`: those that were read or have a cue, then by members named."""
    rows = counted(tables.sentences).reset_index(drop=True)
    if not study.codebook.narrative or len(rows) <= MOST:
        return rows if study.codebook.narrative else rows[:0]
    cue = rows["sentence"].isin([*tables.cues["sentence"], *tables.stances["sentence"]])
    first = (rows["checked"] | cue) * 10 + named(tables, rows, study.codebook.narrative.members)
    return rows.loc[first.nlargest(MOST).sort_index().index].reset_index(drop=True)


def named(tables: Tables, rows: pd.DataFrame, actors: Any) -> pd.Series:
    """Count which of some actors each sentence names."""
    mine = tables.mentions[tables.mentions["actor"].isin(actors)]
    return rows["sentence"].map(mine.groupby("sentence")["actor"].nunique()).fillna(0)


def features(study: Study, tables: Tables, rows: pd.DataFrame) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Describe sentences by their words (TF-IDF of one and two) and by counts.

    The counts are likeness to the claim, to the nearest argument and to the whole narrative, cues that did not
    decide, members and opponents named, and whether somebody is reported.

    Returns
    -------
    words : sparse matrix, a row a sentence
    counts : array, a row a sentence, each column in units of its standard deviation
    terms : array of str, the columns of `words`
    """
    book = study.codebook.narrative
    asked = [book.claim, *(one.label for one in book.arguments.values()),
             *(" ".join(one.cues) for one in book.arguments.values())]
    model = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    matrix = model.fit_transform([*rows["text"], *asked, " ".join(asked)])
    texts = matrix[:len(rows)]
    like = (texts @ matrix[len(rows):].T).toarray()
    idle = tables.cues[tables.cues["verdict"] != "decides"].groupby("sentence").size()
    counts = np.column_stack([
        like[:, 0], like[:, :-1].max(axis=1), like[:, -1], rows["sentence"].map(idle).fillna(0).clip(upper=2),
        named(tables, rows, book.members).clip(upper=2), named(tables, rows, book.against).clip(upper=1),
        rows["sentence"].isin(tables.statements["sentence"]),
    ]).astype(float)
    return texts, (counts - counts.mean(axis=0)) / (counts.std(axis=0) + 1e-9), model.get_feature_names_out()


def expected(study: Study, rules: Tables, tables: Tables, rows: pd.DataFrame) -> tuple[np.ndarray, Any]:
    """Return what reading each sentence is expected to be worth, and a function from its place to the reason."""
    read, proposed = rows["checked"].to_numpy(), rows["sentence"].isin(rules.stances["sentence"]).to_numpy()
    taken = rows["sentence"].isin(tables.stances.loc[tables.stances["checked"], "sentence"]).to_numpy()
    words, counts, terms = features(study, rules, rows)
    belief = np.select([read, proposed], [taken, HALF], RARE)
    weight = np.select([read, proposed], [READ, PROPOSED], REST)
    beside = neighbours(rows["story"].to_numpy(), belief)
    counts = np.column_stack([counts, (beside - beside.mean()) / (beside.std() + 1e-9)])
    matrix = hstack([words * WORDS, csr_matrix(counts * COUNTS)]).tocsr()
    model = LogisticRegression(solver="liblinear", intercept_scaling=10, random_state=0)
    # Half a belief is two sentences, one of each kind, that share its weight.
    model.fit(vstack([matrix, matrix]), np.repeat([1, 0], len(rows)), np.r_[weight * belief, weight * (1 - belief)])
    likely = model.predict_proba(matrix)[:, 1]
    wrong = 1 - right_share(rules, tables, rows.loc[read, "sentence"])
    gain = np.where(proposed, likely * wrong * MENDED + (1 - likely) * TAKEN, likely * FOUND)
    because = rules.stances.groupby("sentence")["because"].agg("; ".join)
    idle = rules.cues[rules.cues["verdict"] != "decides"].groupby("sentence")["text"].first()

    def reason(at: int) -> str:
        name, row = rows["sentence"].iloc[at], words[[at]]
        if name in because:
            return f"a rule proposes: {because[name]}"
        pull = row.data * model.coef_[0][row.indices]
        best = [terms[row.indices[i]] for i in np.argsort(-pull)[:SAID] if pull[i] > 0]
        cue = f"the cue “{idle[name]}” did not decide; " if name in idle else ""
        return f"{cue}like what is sought: {', '.join(best) or 'nothing'}"

    return gain, reason


def neighbours(story: np.ndarray, belief: np.ndarray) -> np.ndarray:
    """Add up the beliefs in the sentences before and after, of the same story."""
    same = story[1:] == story[:-1]
    return np.r_[0, same * belief[:-1]] + np.r_[same * belief[1:], 0]


def right_share(rules: Tables, tables: Tables, read: pd.Series) -> float:
    """Return the share of the rules' rows that readers found right, of those in sentences that do take a position."""
    said = tables.stances.loc[tables.stances["sentence"].isin(read), ROW].drop_duplicates()
    made = rules.stances.loc[rules.stances["sentence"].isin(said["sentence"]), ROW].drop_duplicates()
    return (len(made.merge(said)) + RIGHT * AS_IF) / (len(made) + AS_IF)


def changed(rows: pd.DataFrame, found: Answers) -> dict[str, str]:
    """Find what became of sentences that have changed since they were read: {sentence: what to say}."""
    out = {}
    for was in found.changed.to_dict("records"):
        near = rows[(rows["file"] == was["file"]) & ~rows["checked"]]
        now = difflib.get_close_matches(was["text"], near["text"], 1, SIMILAR)
        if now:
            name = near.loc[near["text"] == now[0], "sentence"].iloc[0]
            out[name] = f"changed since it was read; it was: {was['text']}"
    return out
