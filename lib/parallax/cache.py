"""Parsed stories, kept between runs: a change of the codebook parses nothing again."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from parallax.annotate import COMPONENTS, add_blocks, make_doc
from parallax.files import whole
from parallax.segment import Story

BATCH = 40_000  # characters parsed at once: more are no faster, and take memory
SEAL = 32  # bytes before a parse
PARSED = ["ORTH", "SPACY", "TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD", "SENT_START"]


def parse(nlp: Language, stories: Iterable[Story], cache: Path | None = None) -> Iterator[tuple[Story, Doc]]:
    """Parse stories, from the cache where they have been parsed before.

    Parameters
    ----------
    nlp : spacy.language.Language
        As `annotate.pipeline` gives it.
    stories : iterable of Story
    cache : pathlib.Path, optional
        A folder; None parses always. The key is the text, its sentences, the model and its version, so
        that a change of the codebook's arguments or frames never parses again.

    Yields
    ------
    (Story, spacy.tokens.Doc)
        In the order given, with the span groups of the components.
    """
    ours = [pipe for name, pipe in nlp.pipeline if name in COMPONENTS]
    tokenizer: Any = nlp.tokenizer
    tokens = hashlib.sha256(tokenizer.infix_finditer.__self__.pattern.encode()).hexdigest()[:8]
    model = f"{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}-spacy{spacy.__version__}-{tokens}"
    for batch in batches(stories):
        paths = [cache_path(cache, model, story) for story in batch]
        docs = [read_doc(nlp, path) for path in paths]
        fresh = [i for i, doc in enumerate(docs) if doc is None]
        plain = nlp.select_pipes(disable=[name for name in nlp.pipe_names if name in COMPONENTS])
        with plain:
            for i, doc in zip(fresh, nlp.pipe(make_doc(nlp, batch[i]) for i in fresh), strict=True):
                docs[i] = doc
                write_doc(doc, paths[i])
        for story, doc in zip(batch, docs, strict=True):
            add_blocks(doc, story)
            for component in ours:
                doc = component(doc)
            yield story, doc


def batches(stories: Iterable[Story]) -> Iterator[list[Story]]:
    """Yield stories in lists of about `BATCH` characters."""
    batch: list[Story] = []
    for story in stories:
        batch.append(story)
        if sum(len(one.text) for one in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def cache_path(cache: Path | None, model: str, story: Story) -> Path | None:
    """Return where the parse of a story is kept; None without a cache."""
    if cache is None:
        return None
    key = hashlib.sha256(repr((story.text, story.sentences)).encode()).hexdigest()
    return Path(cache) / model / key[:2] / f"{key[2:]}.spacy"


def read_doc(nlp: Language, path: Path | None) -> Doc | None:
    """Return a Doc from the cache, or None; what is damaged, or is the parse of another text, counts as missing."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
        said, data = data[:SEAL], data[SEAL:]
        return next(DocBin().from_bytes(data).get_docs(nlp.vocab)) if said == seal(path, data) else None
    except OSError:
        return None


def write_doc(doc: Doc, path: Path | None) -> None:
    """Write a parsed Doc; a cache that cannot be written is no reason to stop."""
    if path is None:
        return
    data = DocBin(attrs=PARSED, docs=[doc]).to_bytes()
    with suppress(OSError), whole(path) as part:
        part.write_bytes(seal(path, data) + data)


def seal(path: Path, data: bytes) -> bytes:
    """Return what shows that these bytes are what was written, and of this text: its name tells it."""
    return hashlib.sha256("/".join(path.parts[-3:]).encode() + data).digest()
