"""The plainest way to do each step, so that what the rules reach is seen beside what needs no rules."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pandas as pd

from parallax.codebook import OWN
from parallax.documents import Document
from parallax.study import Study
from parallax.tables import Tables

ABOUT = {
    "sentences": "a sentence ends with . ! or ? before a space, or with the line, and is body",
    "mentions": "the names and aliases of the codebook as they are written, each an actor",
    "statements": "forms of say and tell, by the nearest name before in the sentence, of what follows",
    "stances": "a cue counts wherever it stands, as the source's own position, whatever negates it or says it",
    "frames": "the commonest frame of the study, in each sentence",
}
SAYING = re.compile(r"\b(?:say|says|said|saying|tell|tells|told|telling)\b")
ENDING = re.compile(r"\S.*?(?:[.!?]+(?=\s)|$)", re.M)
COLUMNS = {
    "sentences": ["file", "start", "end", "text", "kind"],
    "mentions": ["file", "start", "end", "text", "actor", "form", "sense"],
    "statements": ["file", "speaker", "speaker_text", "cue", "cue_start", "cue_end", "start", "end", "text"],
}


def baseline(study: Study, tables: Tables) -> SimpleNamespace:
    """Do each step in the plainest way; `ABOUT` says what that is.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
        As the rules made them; only the cues, the frames and the sentences that these stand in are taken from them.

    Returns
    -------
    object with the DataFrames sentences, mentions, statements, stances, frames
        For `evaluate.accuracy`.
    """
    names = {name: key for key, actor in study.codebook.actors.items() for name in (actor.name, *actor.aliases)}
    found = {name: [] for name in COLUMNS}
    for document in study.documents:
        if document.status == "ok":
            read(document, names, found)
    arguments = study.codebook.narrative.arguments if study.codebook.narrative else {}
    value = {key: "affirm" if one.side == "for" else "deny" for key, one in arguments.items()}
    stances = tables.cues[["file", "start", "end", "text"]].assign(
        holder=OWN, holder_group=OWN, value=tables.cues["argument"].map(value))
    often = tables.frames.drop_duplicates(["sentence", "frame"])["frame"].value_counts(sort=True)
    frames = tables.sentences[["file", "start", "end", "text"]][:len(tables.sentences) * bool(len(often))]
    return SimpleNamespace(stances=stances, frames=frames.assign(frame=often.index[0] if len(often) else ""),
                           **{name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in found.items()})


def read(document: Document, names: dict[str, str], found: dict[str, list[tuple]]) -> None:
    """Add the sentences, the names and what is said in a document."""
    raw, file = document.raw, document.file
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    for match in ENDING.finditer(raw):
        start, end = match.span()
        found["sentences"].append((file, start, end, match.group(), "body"))
        named = list(re.finditer(rf"(?<!\w)(?:{longest})(?!\w)", match.group())) if names else []
        found["mentions"] += [(file, start + one.start(), start + one.end(), one.group(), names[one.group()], "name",
                               "actor") for one in named]
        found["statements"] += said(file, start, match.group(), named, names)


def said(file: str, start: int, text: str, named: list[re.Match], names: dict[str, str]) -> Iterator[tuple]:
    """Yield what is said in a sentence: by the last name before the verb, from the verb to the end."""
    for cue in SAYING.finditer(text):
        speaker = next((one.group() for one in reversed(named) if one.end() <= cue.start()), "")
        yield (file, names.get(speaker, ""), speaker, cue.group(), start + cue.start(), start + cue.end(),
               start + cue.end(), start + len(text), text[cue.end():])
