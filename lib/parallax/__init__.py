"""Parallax: one event, several sources, and what each makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parallax.study import Study
    from parallax.tables import Tables

__version__ = "0.2.0.dev0"
__all__ = ["read"]


def read(study: str | Path, sources: str | Sequence[str] = (), voice: str = "all", model: str = "en_core_web_sm",
         copies: str = "published") -> tuple[Study, Tables]:
    """Read a study and its tables, as a notebook does in its first cell.

    Parameters
    ----------
    study : str or pathlib.Path
        The study folder; a relative path is looked up from the current folder, then from the repository.
    sources : sequence of str, or str with commas
        The sources to compare; empty means all.
    voice : {"all", "own", "attributed"}
        Keep only what stands in this voice, in the tables that tell it: mentions, frames, words, deeds, and
        stances (own: the holder is the source). Sentences, statements, unresolved names and cues tell no voice
        and stay whole: where they are counted, they are counted whatever the voice.
    model : str
        Name of an installed spaCy pipeline.
    copies : {"published", "once"}
        Whether near-copies of a document (wire copy) count as published, or one of each group, the earliest in
        these sources.

    Returns
    -------
    Study, Tables
        The tables, with a reader's answers in place of the rules' rows, and without the rows that count nowhere
        (furniture, credits, what a story repeats), but with all sentences.

    Raises
    ------
    StudyError
        The study is wrong, or a parameter is; the one line says what is allowed.
    """
    from parallax import labels, tables  # load spaCy, which `import parallax` alone should not
    from parallax.errors import StudyError
    from parallax.study import load

    if isinstance(sources, str):
        sources = [part.strip() for part in sources.split(",") if part.strip()]
    if not isinstance(sources, list | tuple):
        raise StudyError(f"sources: {sources!r}; allowed: a list of labels, or labels with commas between")
    found = load(study)
    corrected = labels.corrected(found, tables.build(found, model))
    return found, corrected.select(sources, voice, copies).counted()
