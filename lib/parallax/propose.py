"""What a study could look for, guessed from its texts: actors, words for frames, cues. A person decides."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from spacy.language import Language

from parallax import segment, stats, store
from parallax.annotate import MODEL, pipeline, tokenized
from parallax.annotate.mentions import SHARED, phrases
from parallax.annotate.reporting import EFFECT
from parallax.annotate.rules import words
from parallax.check import SOME, WIDE, WIDTH, around, in_view, wrap
from parallax.cooccurrence import npmi
from parallax.parts import model_version
from parallax.study import Study
from parallax.tables import Tables

RUNNING = ("body", "bullet", "deck", "caption", "pullquote")  # in titles every word can look like a name
RECOGNIZER = ("tok2vec", "transformer", "ner")  # the parts of a model that find names
AT_ONCE = 4  # texts that are read together: more are no faster, and take memory
SAMPLE = 200  # documents that are looked at: the entity recognizer costs as much as all else
KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "state"}  # what a label of the recognizer is to a codebook
PEOPLES = "NORP"  # nationalities and the like: adjectives of a state
LABELS = {*KINDS, PEOPLES}
SPREAD = 2  # the fewest documents in which a proposal stands
OFTEN = 3  # and the fewest times
SHORT = 60  # characters of an example
LINES = 12  # proposals of one sort that are printed

# --- Who is named


def candidates(study: Study, model: str = MODEL, limit: int = 30) -> pd.DataFrame:
    """Propose people, organisations, states and peoples that the texts name and the codebook does not list.

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
        Columns name, label (PERSON, ORG, GPE for a state or a city, NORP for a people), n, documents; from the first
        documents only when there are many.
    """
    def find() -> pd.DataFrame:
        texts = (running(document.raw) for document in readable)
        return unlisted(pipeline(model=model, entities=True), texts, study.codebook.model_dump()["actors"], limit)

    readable = [document for document in study.documents if document.status == "ok"][:SAMPLE]
    of = store.key(study.codebook.model_dump_json(), model, model_version(model), store.code(), str(limit),
                   *(document.sha256 for document in readable))
    return store.table(store.room(), "names", of, find)


def running(raw: str) -> str:
    """Return the paragraphs of a text, without what stands around them."""
    return "\n\n".join(raw[block.start:block.end] for block in segment.blocks(raw)
                       if block.kind in RUNNING)[:segment.LONGEST]


def unlisted(nlp: Language, texts: Iterable[str], actors: dict[str, dict[str, Any]], limit: int = 50) -> pd.DataFrame:
    """Count the people, organisations, states and peoples that texts name and the codebook does not list.

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
        Columns name, label (as in `candidates`), n (mentions), documents; most frequent first.
    """
    known, full = listed(actors)
    known, people = known | SHARED, defaultdict(list)
    for person in full:
        people[person.split()[-1]].append(person)
    count, documents = Counter(), set()
    with nlp.select_pipes(enable=[name for name in nlp.pipe_names if name in RECOGNIZER]), nlp.memory_zone():
        found = [[(plain(ent.text), ent.label_) for ent in doc.ents if ent.label_ in LABELS]
                 for doc in nlp.pipe((tokenized(nlp, text) for text in texts), batch_size=AT_ONCE)]
    for number, names in enumerate(found):
        names = [name for name in names if name[0] and name[0].lower() not in known
                 and not any(one_person(name[0].lower(), person) for person in people[name[0].lower().split()[-1]])]
        count.update(names)
        documents.update((name, number) for name, _ in names)
    return pd.DataFrame(once(count, documents)[:limit], columns=["name", "label", "n", "documents"])


def once(count: Mapping[tuple[str, str], int], documents: Iterable[tuple[str, int]]) -> list[tuple[Any, ...]]:
    """Return (name, label, mentions, documents) with the forms of one name as one row, most frequent first."""
    into, rows, found = merged(count), {}, {}
    for (name, label), n in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        row = rows.setdefault(into.get(name, name), Counter())
        row[label] += n
    for name, document in documents:
        found.setdefault(into.get(name, name), set()).add(document)
    out = [(name, max(labels, key=lambda label: (labels[label], label)), labels.total(), len(found[name]))
           for name, labels in rows.items()]
    return sorted(out, key=lambda row: (-row[2], -row[3], row[:2]))


def merged(count: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """Return {name: the longer form of it}: another spelling, or a person's name that ends in the same word."""
    total = Counter()
    for (name, _), n in count.items():
        total[name] += n
    by_size = sorted(total, key=lambda name: (len(name.split()), total[name], name), reverse=True)
    people, spelled = defaultdict(set), defaultdict(list)  # by the last word, and by all in small letters
    for name, label in count:
        if label == "PERSON":
            people[name.lower().split()[-1]].add(name)
    for name in by_size:
        spelled[name.lower()].append(name)
    into: dict[str, str] = {}
    for name in by_size:
        longer = [other for other in people[name.lower().split()[-1]] if len(other.split()) > len(name.split())
                  and one_person(name.lower(), other.lower())]
        same = [other for other in spelled[name.lower()] if other != name and other not in into]
        if longer:
            nearest = max(longer, key=lambda other: (total[other], len(other), other))
            into[name] = into.get(nearest, nearest)
        elif same:
            into[name] = same[0]
    return into


def one_person(name: str, other: str) -> bool:
    """Tell whether two names end in one word, and the words of one are all in the other: Trump, Donald Trump."""
    short, long = sorted((name.split(), other.split()), key=len)
    return short[-1] == long[-1] and set(short) <= set(long)


def listed(actors: dict[str, dict[str, Any]]) -> tuple[set[str], list[str]]:
    """Return what the codebook calls its actors, and the full names of its people, all in small letters."""
    said = [(text, key, form) for text, key, form in phrases(actors) if form != "role"]
    people = {plain(text).lower() for text, key, form in said
              if form == "name" and " " in text and actors[key].get("kind") == "person"}
    return {plain(text).lower() for text, _, _ in said} | {text.lower() for text, _, _ in said}, sorted(people)


def plain(name: str) -> str:
    """Take article, genitive and line breaks off a name."""
    return re.sub(r"^[Tt]he |['’]s?$", "", " ".join(name.split())).replace("’", "'")


def key_of(name: str, taken: Iterable[str]) -> str:
    """Make a key for an actor: the last word of a name in capitals, or all of it where that is taken."""
    parts = [re.sub(r"\W", "", part).upper() for part in re.split(r"[\s-]+", name)]
    parts = [part for part in parts if part] or ["ACTOR"]
    taken = set(taken)
    whole = "_".join(parts)
    tries = [parts[-1], whole, *(f"{whole}_{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in tries if key not in taken)


def actor_lines(found: pd.DataFrame, actors: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (a line for the codebook, how often it is named) for proposed actors; peoples go to their state.

    Parameters
    ----------
    found : pandas.DataFrame
        As `candidates` returns it.
    actors : iterable of str
        The keys that the codebook has.
    """
    taken = set(actors)
    peoples = [name for name in found["name"][found["label"] == PEOPLES] if "-" not in name]
    for row in found[found["label"].isin(list(KINDS))].itertuples():
        stem = row.name[:max(4, len(row.name) - 2)].lower()
        mine = [people for people in peoples if row.label == "GPE" and people.lower().startswith(stem)]
        key = key_of(row.name if row.label == "PERSON" else row.name.replace(" ", "_"), taken)
        taken.add(key)
        adjectives = f", adjectives: [{', '.join(map(scalar, mine))}]" if mine else ""
        line = f"{key}: {{name: {scalar(row.name)}, kind: {KINDS[row.label]}{adjectives}}}"
        yield line, f"{row.n} in {row.documents}"


def scalar(text: str) -> str:
    """Write a text as YAML takes it between braces."""
    return text if re.fullmatch(r"\w[\w .&/-]*", text) else json.dumps(text, ensure_ascii=False)


# --- Words for frames, and cues


def sample(study: Study, tables: Tables) -> Tables:
    """Keep the rows of the first documents that were read, in sentences that count."""
    files = [document.file for document in study.documents if document.status == "ok"][:SAMPLE]
    base = stats.counted(tables.sentences)
    base = base[base["file"].isin(files)]
    kept = {name: table[table["sentence"].isin(base["sentence"])] if "sentence" in table else table
            for name, table in tables.items()}
    return Tables(**kept)


def content(tables: Tables) -> pd.DataFrame:
    """Return the words and phrases that could mean something to a study: no names, no plain verbs of saying."""
    rows = stats.common(tables.words)
    plain_verbs = {lemma for lemma, effect in EFFECT.items() if effect == "neutral"} | words("light-verbs")
    plain_verbs |= {"accord"}  # which the parser takes "according to" for
    rows = rows[~(rows["term"].isin(plain_verbs) & (rows["pos"] == "VERB")) & (rows["term"].str.len() > 2)]
    begins = tables.sentences.drop_duplicates("sentence").set_index("sentence")["start"]
    first = rows["start"] == rows["sentence"].map(begins)
    capital = rows["text"].str[0].str.isupper().where(~first)  # the first word of a sentence tells nothing
    return rows[~(capital.astype(float).groupby(rows["term"]).transform("mean") > 0.5)]  # Ruritanian, but no name


def overlapping(rows: pd.DataFrame, spans: pd.DataFrame) -> np.ndarray:
    """Tell for each row whether a span of another table overlaps with it."""
    left = rows[["sentence", "start", "end"]].reset_index(drop=True).rename_axis("row").reset_index()
    both = left.merge(spans[["sentence", "start", "end"]], on="sentence", suffixes=("", "_span"))
    hit = both["row"][(both["start"] < both["end_span"]) & (both["start_span"] < both["end"])]
    return left["row"].isin(hit).to_numpy()


def fresh(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Keep the terms that the codebook does not find: most of their places overlap with none of its spans."""
    found = pd.Series(overlapping(rows, spans), index=rows.index)
    return rows[found.groupby(rows["term"]).transform("mean") < 0.5]


def counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Count terms: term, n (sentences), documents, and row, the first place of each, by its position in `rows`."""
    rows = rows.assign(row=np.arange(len(rows)))
    return rows.groupby("term", as_index=False).agg(n=("sentence", "nunique"), documents=("file", "nunique"),
                                                    row=("row", "first"))


def with_examples(found: pd.DataFrame, rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add to counted terms an example: the first place of each, in brackets, with some words around."""
    text = tables.sentences.drop_duplicates("sentence").set_index("sentence")[["text", "start"]]
    examples = []
    for row in rows.iloc[found["row"]].itertuples():
        sentence = text.loc[row.sentence]
        examples.append(around(sentence["text"], row.start - sentence["start"], row.end - sentence["start"], SHORT))
    return found.drop(columns="row").assign(example=examples)


def runs(term: str) -> Iterator[str]:
    """Yield the runs of words in a term, itself too."""
    words = term.split(" ")
    for first in range(len(words)):
        for end in range(first + 1, len(words) + 1):
            yield " ".join(words[first:end])


def longest(found: pd.DataFrame) -> pd.DataFrame:
    """Leave out a term that mostly stands in a longer one of the same table ("harbour" in "harbour fee")."""
    n = dict(zip(found["term"], found["n"], strict=True))
    inside = {term for longer in n for term in runs(longer) if term != longer and 2 * n[longer] > n.get(term, np.inf)}
    return found[~found["term"].isin(inside)]


def frame_words(study: Study, tables: Tables, limit: int = 30) -> pd.DataFrame:
    """Propose words and phrases for frames: frequent, in some documents and not in all, and in no frame yet.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
    limit : int
        At most so many.

    Returns
    -------
    pandas.DataFrame
        Columns term, n (sentences), documents, example; those first that are frequent and that set documents
        apart (n times the log of all documents by those with the term).
    """
    part = sample(study, tables)
    rows = fresh(content(part), pd.concat([part.frames, part.cues]))
    found = counts(rows)
    found = longest(found[(found["n"] >= OFTEN) & (found["documents"] >= SPREAD)])
    weight = found["n"] * np.log((1 + part.sentences["file"].nunique()) / found["documents"])
    found = found.assign(weight=-weight).sort_values(["weight", "term"]).drop(columns="weight").head(limit)
    return with_examples(found, rows, part).reset_index(drop=True)


def companions(study: Study, tables: Tables, each: int = 5) -> pd.DataFrame:
    """Propose for each frame words that stand in its sentences more often than by chance.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
    each : int
        At most so many for one frame.

    Returns
    -------
    pandas.DataFrame
        Columns frame, term, n (sentences with both), documents (with such a sentence), npmi (over sentences, as in
        `parallax.cooccurrence`), example; the closest first.
    """
    part, found = sample(study, tables), []
    rows = fresh(content(part), pd.concat([part.frames, part.cues]))
    n_term = rows.groupby("term")["sentence"].nunique()
    for frame, hits in part.frames.groupby("frame", sort=False):
        near = rows[rows["sentence"].isin(hits["sentence"])]
        table = counts(near)
        table = table[(table["n"] >= OFTEN) & (table["documents"] >= SPREAD)]
        close = npmi(n_term.reindex(table["term"]).to_numpy(), hits["sentence"].nunique(), table["n"].to_numpy(),
                     part.sentences["sentence"].nunique())
        table = longest(table.assign(frame=frame, npmi=close)[close > 0])
        table = table.sort_values(["npmi", "term"], ascending=[False, True]).head(each)
        found.append(with_examples(table, near, part))
    columns = ["frame", "term", "n", "documents", "npmi", "example"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def cues(study: Study, tables: Tables, limit: int = 30) -> pd.DataFrame:
    """Propose cues: words and phrases that set sentences with a member of the narrative apart from the others.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
    limit : int
        At most so many.

    Returns
    -------
    pandas.DataFrame
        Columns term, n (sentences with a member), documents, z (log-odds as in `stats.distinctive`), example; the
        most telling first. Empty without members. A word of one sentence in ten takes no side and is left out.
    """
    part = sample(study, tables)
    members = in_view(study, part) if study.codebook.narrative else set()
    side = {sentence: "members" if sentence in members else "others" for sentence in part.sentences["sentence"]}
    sentences = part.sentences.assign(source=part.sentences["sentence"].map(side))
    rows = fresh(content(part), part.cues)
    rows = rows[~(rows["term"].isin(list(EFFECT)) & (rows["pos"] == "VERB"))]  # who denies or accuses is read anyway
    rows = rows.assign(source=rows["sentence"].map(side), type="term")
    told = stats.distinctive(rows, sentences, "term", OFTEN, len(rows))
    z = told[told["source"] == "members"].set_index("term")["z"]
    near = rows[rows["source"] == "members"]
    found = counts(near)
    found = found[found["term"].isin(z.index) & (found["documents"] >= SPREAD)]
    found = found[(found["n"] < SOME) | (found["n"] < WIDE * len(sentences))]
    found = longest(found.assign(z=z.reindex(found["term"]).to_numpy()))
    found = found.sort_values(["z", "term"], ascending=[False, True]).head(limit)
    return with_examples(found, near, part)[["term", "n", "documents", "z", "example"]].reset_index(drop=True)


# --- What is printed


def lines(study: Study, tables: Tables, model: str = MODEL) -> Iterator[str]:
    """Yield the proposals that `parallax check` prints; lines for the codebook are indented as they are there."""
    book = study.codebook
    read = sum(document.status == "ok" for document in study.documents)
    part = f" from the first {SAMPLE} of {read} documents" if read > SAMPLE else ""
    yield f"proposals{part} (how often, and in how many documents): guesses, for you to judge"
    named = candidates(study, model, limit=60)
    people = list(actor_lines(named[named["n"] >= SPREAD], book.actors))
    shown = [f"  {line}" + f"  # {often}" * (len(line) + len(often) < WIDTH - 6) for line, often in people[:LINES]]
    more = f" and {len(people) - LINES} more;" if len(people) > LINES else ""
    shown += [f" {more} a city that speaks for a state goes to that state, as its capital"] * bool(people)
    yield from section("named and not in the codebook; paste under actors what is right", shown)
    loose = frame_words(study, tables, LINES).itertuples()
    yield from section("words that no frame has; a frame is a set of words of one kind", map(proposal, loose))
    if book.frames:
        near = companions(study, tables).groupby("frame", sort=False)
        yield from section("words that go with a frame", (line for frame, rows in near for line in beside(frame, rows)))
    if book.narrative and book.narrative.members:
        telling = cues(study, tables, LINES).itertuples()
        yield from section("words of sentences with a member of the narrative; a cue speaks for or against the claim",
                           map(proposal, telling))
    lacking = [part for part in ("actors", "frames", "narrative") if not getattr(book, part)]
    if lacking:
        yield f"next: write {lacking[0]} into codebook.yml and run check again (lacking: {', '.join(lacking)})"


def section(head: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a heading and its lines."""
    yield f"{head}:"
    yield from list(lines) or ["  none"]


def beside(frame: str, rows: pd.DataFrame) -> list[str]:
    """Return the lines of the words that go with a frame."""
    return wrap(f"{frame}: {', '.join(f'{row.term} ({row.n} in {row.documents})' for row in rows.itertuples())}", 2)


def proposal(row: Any) -> str:
    """Return the line of one proposed word."""
    return f"  {row.term} ({row.n} in {row.documents}): {row.example}"
