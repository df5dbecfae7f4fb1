"""Which frames a text evokes, and with which words."""

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from parallax.annotate.phrases import Lexicon
from parallax.annotate.spans import block_kinds, needs, write
from parallax.segment import UNCOUNTED


@Language.factory("parallax_frames", assigns=["doc.spans"], requires=["token.lemma", "token.pos"],
                  default_config={"frames": {}})
def make_frames(nlp: Language, name: str, frames: dict[str, Any]) -> "Frames":
    """Make the component from its config."""
    return Frames(nlp, frames)


class Frames:
    """Component: find the words of each frame.

    Parameters
    ----------
    nlp : spacy.language.Language
    frames : dict of str to dict
        Key to {words, excluding}, in the syntax of `parallax.annotate.phrases`.

    Writes ``doc.spans["frames"]``: one span per match, its label the frame's key. Furniture and credits
    are left out.
    """

    def __init__(self, nlp: Language, frames: dict[str, Any]) -> None:
        words = {key: frame["words"] for key, frame in frames.items()}
        excluding = {key: frame.get("excluding", ()) for key, frame in frames.items()}
        self.lexicon = Lexicon(words, nlp.tokenizer, excluding)

    def __call__(self, doc: Doc) -> Doc:
        """Write the frames of a Doc."""
        needs(doc, "parallax_frames", "POS", "LEMMA")
        kinds = block_kinds(doc)
        found = [(start, end, key, {"entry": entry}) for key, start, end, entry in self.lexicon.find(doc)
                 if kinds[start] not in UNCOUNTED]
        return write(doc, "frames", found)
