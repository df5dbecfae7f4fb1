"""What is missing or odd in a study: said before anybody rests a number on it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
from spacy.language import Language

from parallax import segment
from parallax.annotate import MODEL, pipeline
from parallax.annotate.mentions import SHARED, phrases
from parallax.stats import counted
from parallax.study import Study
from parallax.tables import Tables

RUNNING = ("body", "bullet", "deck", "caption", "pullquote")  # in titles every word can look like a name
SAMPLE = 200  # documents in which names are looked for: the entity recognizer costs as much as all else


def findings(study: Study, tables: Tables) -> pd.DataFrame:
    """List what is odd in a study and its codebook.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables

    Returns
    -------
    pandas.DataFrame
        Columns part ("texts", "actors", "frames", "narrative"), where (file or key), finding.
    """
    rows, book = [], study.codebook
    for row in tables.documents[tables.documents["problem"] != ""].itertuples():
        rows.append(("texts", row.file, f"{row.status}: {row.problem}"))
    names = Counter(name for actor in book.actors.values() for name in {actor.name, *actor.aliases})
    for key, actor in book.actors.items():
        rows += [("actors", key, f"{name!r} also names another actor; such a mention stays unresolved")
                 for name in sorted({actor.name, *actor.aliases}) if names[name] > 1]
    mentioned = set(tables.mentions["actor"])
    rows += [("actors", key, "never mentioned") for key in book.actors if key not in mentioned]
    open_names = tables.unresolved.groupby(["text", "candidates"]).size()
    rows += [("actors", text, f"{n} times unresolved: it fits {names}") for (text, names), n in open_names.items()]
    for key, frame in book.frames.items():
        fired = tables.frames[tables.frames["frame"] == key]["entry"].value_counts()
        top = ", ".join(f"{word} {n}" for word, n in fired.head(8).items())
        found = (f"{len(fired)} of {len(frame.words)} words fire; most often {top}; never {unused(frame.words, fired)}"
                 if len(fired) else "no word of it fires")
        rows.append(("frames", key, found))
    for key, argument in (book.narrative.arguments if book.narrative else {}).items():
        fired = tables.stances[tables.stances["argument"] == key]["entry"].value_counts().drop("", errors="ignore")
        once = ", ".join(fired[fired == 1].index) or "none"
        rows.append(("narrative", key, f"{len(fired)} of {len(argument.cues)} cues decide a position; "
                                       f"once {once}; never {unused(argument.cues, fired)}"))
    return pd.DataFrame(rows, columns=["part", "where", "finding"])


def unused(entries: Sequence[str], fired: pd.Series, most: int = 8) -> str:
    """List the first entries of a codebook that found nothing, and count the rest."""
    silent = [entry for entry in entries if entry not in fired]
    more = f" and {len(silent) - most} more" if len(silent) > most else ""
    return (", ".join(silent[:most]) or "none") + more


def candidates(study: Study, model: str = MODEL, limit: int = 30) -> pd.DataFrame:
    """Propose people and organisations that the texts name and the codebook does not list.

    Parameters
    ----------
    study : parallax.study.Study
    model : str
        A spaCy pipeline with an entity recognizer.
    limit : int
        At most so many rows.

    Returns
    -------
    pandas.DataFrame
        Columns name, label, n, documents; from the first documents only when there are many.
    """
    readable = [document for document in study.documents if document.status == "ok"][:SAMPLE]
    texts = ("\n\n".join(document.raw[block.start:block.end] for block in segment.blocks(document.raw)
                         if block.kind in RUNNING)[:segment.LONGEST] for document in readable)
    return unlisted(pipeline(model=model, entities=True), texts, study.codebook.model_dump()["actors"], limit)


def unlisted(nlp: Language, texts: Iterable[str], actors: dict[str, dict[str, Any]], limit: int = 50) -> pd.DataFrame:
    """Count the people and organisations that texts name and the codebook does not list.

    Parameters
    ----------
    nlp : spacy.language.Language
        A pipeline with an entity recognizer.
    texts : iterable of str
    actors : dict of dict
        The codebook's actors.
    limit : int
        Keep so many, the most frequent.

    Returns
    -------
    pandas.DataFrame
        Columns name, label (PERSON or ORG), n (mentions), documents; most frequent first.
    """
    known = {text.lower() for text, _, form in phrases(actors) if form != "role"}
    count, documents = Counter(), Counter()
    for doc in nlp.pipe(texts):
        names = [
            (re.sub(r"^[Tt]he |[’']s?$", "", " ".join(ent.text.split())), ent.label_)
            for ent in doc.ents
            if ent.label_ in ("PERSON", "ORG")
        ]
        names = [name for name in names if name[0] and name[0].lower() not in known | SHARED]
        count.update(names)
        documents.update(set(names))
    rows = [(*name, n, documents[name]) for name, n in count.items()]
    rows.sort(key=lambda row: (-row[2], -row[3], row[:2]))
    return pd.DataFrame(rows[:limit], columns=["name", "label", "n", "documents"])


def lines(study: Study, tables: Tables, model: str = MODEL) -> Iterator[str]:
    """Yield the lines that `python -m parallax check` prints, for a Study and its Tables."""
    book, ok = study.codebook, tables.documents[tables.documents["status"] == "ok"]
    yield (f"{study.title}: {len(ok)} of {len(tables.documents)} documents read, {ok['words'].sum()} words, "
           f"{len(study.sources)} sources")
    n = counted(tables.sentences).groupby("source", sort=False).size()
    stories = ok.groupby("source", sort=False)["stories"].sum()
    yield from (f"  {source}: {stories.get(source, 0)} stories, {size} sentences" for source, size in n.items())
    yield (f"codebook: {len(book.actors)} actors, {len(book.frames)} frames, "
           + (f"a narrative with {len(book.narrative.arguments)} arguments" if book.narrative else "no narrative"))
    framed = tables.frames["sentence"].nunique()
    yield (f"found: {len(tables.mentions)} mentions, {len(tables.statements)} statements, "
           f"{framed} sentences with a frame, {len(tables.stances)} positions on the narrative")
    found = findings(study, tables)
    for part, rows in found.groupby("part", sort=False):
        yield f"{part}:"
        yield from (f"  {row.where}: {row.finding}" for row in rows.itertuples())
    named = candidates(study, model)
    if len(named):
        names = ", ".join(f"{row.name} ({row.n})" for row in named.itertuples(index=False))
        yield f"named in the texts, not in the codebook: {names}"
