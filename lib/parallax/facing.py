"""Facts on which texts differ, as pages show them: two sentences side by side, with what differs in them marked."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from typing import Any

import pandas as pd

from parallax.display import LONG, Shown, calm, count, cut, place
from parallax.stats import FACT, apart
from parallax.tables import Tables

WORD = re.compile(r"\w+(?:['’]\w+)*")
OPEN = 3  # pairs of sentences of one fact that are not folded
# For JupyterLab, which strips the style sheet that puts them side by side, and one below the other on a phone.
HALF = "display:inline-block;vertical-align:top;width:48%"


def facts(tables: Tables, rows: pd.DataFrame, limit: int = 0) -> Shown:
    """Show facts, the strongest first, each with its pairs of sentences side by side.

    Parameters
    ----------
    tables : parallax.tables.Tables
        Gives the sentences and when they were published.
    rows : pandas.DataFrame
        As `verdicts.judged` returns them; rows of one kind about one thing are one fact.
    limit : int
        How many facts are shown, the rest is counted; 0 shows all.

    Returns
    -------
    Shown
        Nothing for no row.
    """
    names, days = {*rows["sentence_a"], *rows["sentence_b"]}, tables.documents.set_index("file")["published"]
    sentences = tables.sentences[tables.sentences["sentence"].isin(names)]
    sentences = sentences.assign(published=sentences["file"].map(days))
    places = {one.sentence: one for one in sentences.itertuples()}
    groups = [rows for _, rows in rows.groupby(FACT, sort=False)]
    items, lines = "", []
    for number, group in enumerate(groups[:limit or None], 1):
        said = heading(group.iloc[0])
        pairs = [pair(row, places) for row in group.to_dict("records")]
        more = "".join(one.html for one in pairs[OPEN:])
        more = more and (f"<details><summary>{more_of(len(pairs) - OPEN, 'pair')} of sentences</summary>\n"
                         f"{more}</details>\n")
        items += (f'<li class="px-fact" id="{address(group)}"><p class="px-about"><strong>{escape(said)}</strong></p>\n'
                  f"{''.join(one.html for one in pairs[:OPEN])}{more}</li>\n")
        lines += [f"{number}. {said}", *(one.text for one in pairs)]
    left = len(groups) - (limit or len(groups))
    rest = f"{more_of(left, 'fact')} in discrepancies.csv." if left > 0 else ""
    html = f'<ol class="px-facts px-evidence">\n{items}</ol>\n' if items else ""
    return Shown(html + (f"<p>{rest}</p>" if rest else ""), "\n".join(filter(None, [*lines, rest])))


def address(rows: pd.DataFrame) -> str:
    """Return the id of a fact in its page: the same as long as it is of one kind and about one thing."""
    words = "\n".join([apart(rows).iloc[0], *rows[FACT].iloc[0]])
    return f"fact-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def heading(row: Mapping[str, Any]) -> str:
    """Say of which kind a difference is, and what it is about."""
    return f"{row['kind'].capitalize()}: {row['about']}" if row["about"] else row["kind"].capitalize()


def more_of(n: int, noun: str) -> str:
    """Count what is not shown: "1 more fact"."""
    return count(n, f"more {noun}")


def pair(row: Mapping[str, Any], places: Mapping[str, Any]) -> Shown:
    """Show two sentences side by side, why they are held against each other, and whether a person read them."""
    halves, lines = [], []
    for side in "ab":
        one = places[row[f"sentence_{side}"]]
        html, text = marked(row, side, one)
        day = f", {one.published}" if one.published else ""
        halves.append(f"<p>{html}</p><small>{place(one.source, one.sentence)}{escape(day)}</small>")
        lines.append(f"   {one.sentence} {one.source}{day}: {text}")
    said = because(row)
    return Shown(f'<div class="px-pair">{beside(halves)}<p class="px-verdict">{escape(said)}</p></div>\n',
                 "\n".join([*lines, f"   {said}"]))


def marked(row: Mapping[str, Any], side: str, one: Any) -> tuple[str, str]:
    """Return the sentence at one side of a pair, what differs marked, as HTML and as text.

    Of a quotation that is worded otherwise only the words that the other has not are marked so.
    """
    start, spans = row[f"start_{side}"], [(row[f"start_{side}"], row[f"end_{side}"], "differs")]
    if row["kind"] == "quote":
        own, other = row[f"text_{side}"], row[f"text_{'b' if side == 'a' else 'a'}"]
        words = [(start + first, start + last, "differs") for first, last in changed(own, other)]
        spans = [(start, row[f"end_{side}"], "voice"), *words]
    html, text, _ = cut(one, spans)
    return html, text


def changed(own: str, other: str) -> Iterator[tuple[int, int]]:
    """Yield where in a text words stand that another has not, or not at this place."""
    words, others = list(WORD.finditer(own)), [word.lower() for word in WORD.findall(other)]
    found = SequenceMatcher(None, [word[0].lower() for word in words], others, autojunk=False)
    for kind, first, last, *_ in found.get_opcodes():
        if kind in ("replace", "delete"):
            yield words[first].start(), words[last - 1].end()


def beside(halves: Iterable[str]) -> str:
    """Return two texts beside each other, given as HTML."""
    boxes = " ".join(f'<div style="{HALF}">{half}</div>' for half in halves)
    return f'<div class="px-facing">{boxes}</div>'


def because(row: Mapping[str, Any]) -> str:
    """Say why two sentences are held against each other, by which rule, and whether a person has read them."""
    why = row["why"].rstrip()
    why = f"Why: {why}{'' if why.endswith(('.', '!', '?')) else '.'} " if why else ""
    read = "confirmed by a person" if row["checked"] else "not read by a person"
    return f"{why}Rule {row['rule']}, strength {row['strength']:.2f}; {read}."


# --- In one sentence


def told(rows: pd.DataFrame, what: str = "sources differ") -> str:
    """Say on how many facts texts differ, and of which kinds these are; "" for none.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `verdicts.judged` returns them.
    what : str
        What differs, with its verb.
    """
    if rows.empty:
        return ""
    known = rows.drop_duplicates(FACT)
    kinds = [f"{kind} {n}" for kind, n in known["kind"].value_counts(sort=True).items()]
    sure = rows[rows["checked"]].drop_duplicates(FACT)
    pairs = f"{count(len(rows), 'pair')} of sentences"
    text = f"Rules propose {count(len(known), 'fact')} on which {what}, in {pairs}"
    if len(sure):
        text = f"A person confirmed {count(len(sure), 'fact')} on which {what}, of {len(known)} found in {pairs}"
    whole = f"{text}: {', '.join(kinds)}."
    return whole if len(whole) <= LONG else f"{text}."


def none(tables: Tables, what: str = "two sources") -> Shown:
    """Say that nothing was found, or that there is but one source."""
    sources = list(tables.sentences["source"].unique())
    if what == "two sources" and len(sources) < 2:
        return calm("There is but one source: nothing to compare it with." if sources else "There is no text to read.")
    return calm(f"No fact was found on which {what} differ. That does not say that they agree.")


def unread(rows: pd.DataFrame, dismissed: int, folder: str) -> Shown:
    """Say how many pairs a person has confirmed and dismissed, and where the others are read.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `verdicts.judged` returns them.
    dismissed : int
        How many were found and are not among them.
    folder : str
        The name of the study's folder.

    Returns
    -------
    Shown
    """
    sure, left = int(rows["checked"].sum()), int((~rows["checked"]).sum())
    if rows.empty:
        return calm(f"Nothing was found on which two texts differ{gone(dismissed)}. That does not say that they agree.")
    pairs = f"{count(len(rows) + dismissed, 'pair')} of sentences"
    said = (f"Of {pairs} a person confirmed {sure} and dismissed {dismissed}" if sure + dismissed else
            f"None of {'these ' * (left > 1)}{pairs} was read by a person")
    if left:
        what = "the other is a proposal until somebody reads it" if left == 1 else (
            f"the other {left} are proposals until somebody reads them")
        said += f"; {what}" if sure + dismissed else ": what rules propose is not yet a contradiction"
        said += f". `parallax review {folder}` shows one after another"
    return calm(f"{said}.")


def gone(dismissed: int) -> str:
    """Say how many pairs were dismissed; "" for none."""
    return f" but for {count(dismissed, 'pair')} of sentences that a person dismissed" if dismissed else ""
