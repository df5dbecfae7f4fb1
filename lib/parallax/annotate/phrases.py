"""The words of a codebook, compiled once and found in a Doc.

An entry is a word or a phrase. Each word matches a token by its lower-case form or its lemma:

=================  =====================================================================
``ally``           ally, allies, Allies
``ally/NOUN``      the same, only where the tagger says NOUN (several: ``ally/NOUN|PROPN``)
``militar*``       any word that begins so
``show of force``  the words in a row
``unite ... front``  up to four other tokens between, inside one sentence
``counter <against>``  a mention of one of a class of actors (the classes are given to `find`)
=================  =====================================================================
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from spacy.parts_of_speech import IDS
from spacy.tokens import Doc, Token

from parallax.annotate.spans import cover
from parallax.codebook import GAP

WIDEST_GAP = 4
Piece = tuple[str, frozenset[int] | None]  # a form, a prefix, a gap or a class; parts of speech it may have
Entry = tuple[Any, str, list[Piece]]  # key, the entry as written, its pieces
Classes = Mapping[str, Mapping[int, int]]  # name of a class -> {token index: end of the mention that begins there}


class Lexicon:
    """Entries by key, ready to be found.

    Parameters
    ----------
    entries : dict of str to list of str
        Key to its entries, in the syntax above.
    tokenizer : callable
        The tokenizer of the pipeline, so that "anti-Western" is cut as it is in the text.
    excluding : dict of str to list of str, optional
        Key to entries that cancel a match of the same key that they cover.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]], tokenizer: Callable[[str], Doc],
                 excluding: Mapping[str, Sequence[str]] | None = None) -> None:
        self.by_word: dict[str, list[Entry]] = defaultdict(list)
        self.by_prefix: dict[str, list[Entry]] = defaultdict(list)
        self.known: dict[tuple[int, int], tuple[tuple[str, ...], tuple[Entry, ...]]] = {}
        for key, words in entries.items():
            for entry in dict.fromkeys(words):
                self.add(key, entry, tokenizer)
            for entry in dict.fromkeys((excluding or {}).get(key, ())):
                self.add(("not", key), entry, tokenizer)

    def add(self, key: Any, entry: str, tokenizer: Callable[[str], Doc]) -> None:
        """Compile one entry into (form, tags) a token, and file it under its first form or prefix."""
        pieces: list[Piece] = []
        for piece in entry.split():
            body, _, pos = piece.partition("/")
            tags = frozenset(IDS[tag] for tag in pos.split("|")) if pos else None
            if body == GAP or body.startswith("<"):
                pieces.append((body, None))
            elif body.endswith("*"):
                pieces.append((body.lower(), tags))
            else:
                pieces += [(token.lower_, tags) for token in tokenizer(body)]
        if not pieces:
            return
        first = pieces[0][0]
        place = self.by_prefix[first[:-1][:3]] if first.endswith("*") else self.by_word[first]
        place.append((key, entry, pieces))

    def find(self, doc: Doc, classes: Classes | None = None) -> list[tuple[str, int, int, str]]:
        """Find all entries in a Doc, the longest where several of one key begin at one token.

        Parameters
        ----------
        doc : spacy.tokens.Doc
            With lemmas and parts of speech.
        classes : dict of str to dict of int to int, optional
            Class name to {token index: end of the mention that begins there}.

        Returns
        -------
        list of (key, start, end, entry)
            Token offsets, half-open, sorted by start.
        """
        found: dict[tuple[str, int], tuple[int, str]] = {}
        cancelled: dict[str, list[tuple[int, int]]] = defaultdict(list)
        text, starting = self.read(doc, classes or {})
        for i, (key, entry, pieces) in starting:
            end = match(text, i, pieces)
            if not end:
                continue
            if isinstance(key, tuple):
                cancelled[key[1]].append((i, end))
            elif end > found.get((key, i), (0, ""))[0]:
                found[key, i] = end, entry
        covers = {key: cover(spans) for key, spans in cancelled.items()}
        return [(key, start, end, entry) for (key, start), (end, entry) in sorted(found.items(), key=lambda x: x[0][1])
                if key not in covers or not covers[key](start, end)]

    def read(self, doc: Doc, classes: Classes) -> tuple["Text", list[tuple[int, Entry]]]:
        """Return a Doc as a Text, and where which entry may begin: by the word there, or by a mention of its class."""
        rows = doc.to_array(["LOWER", "LEMMA", "POS", "SENT_START"]).tolist()
        known = [self.known.get((lower, lemma)) or self.word(doc[i]) for i, (lower, lemma, _, _) in enumerate(rows)]
        opens = [start == 1 for *_, start in rows]
        text = Text([words for words, _ in known], [pos for *_, pos, _ in rows], opens, classes)
        begins = [(i, entry) for i, (_, entries) in enumerate(known) for entry in entries]
        begins += [(i, entry) for name, starts in classes.items() for i in starts
                   for entry in self.by_word.get(f"<{name}>", ())]
        return text, begins

    def word(self, token: Token) -> tuple[tuple[str, ...], tuple[Entry, ...]]:
        """Return the words that a token is, and the entries that may begin with it; known from then on."""
        lower, lemma = token.lower_, token.lemma_.lower()
        words = tuple(dict.fromkeys((lower, lemma, singular(lower))))  # "doses", which the lemmatizer does not know
        entries = [entry for word in words for entry in self.by_word.get(word, ())]
        entries += [entry for n in (1, 2, 3) if n <= len(lower) for entry in self.by_prefix.get(lower[:n], ())]
        self.known[token.lower, token.lemma] = words, tuple(entries)
        return words, tuple(entries)


class Text(NamedTuple):
    """A Doc as lists, one item a token: the words that it is, its part of speech, whether it opens a sentence."""

    words: list[tuple[str, ...]]
    pos: list[int]
    opens: list[bool]
    classes: Classes

    def end(self, i: int, word: str, tags: frozenset[int] | None) -> int:
        """Return the end of a piece of an entry that begins at a token, else 0."""
        if word.startswith("<"):
            return self.classes.get(word[1:-1], {}).get(i, 0)
        if tags and self.pos[i] not in tags:
            return 0
        if word.endswith("*") and len(word) > 1:
            return i + 1 if self.words[i][0].startswith(word[:-1]) else 0
        return i + 1 if word in self.words[i] else 0

    def gap(self, i: int) -> Iterator[int]:
        """Yield where an entry may go on after a gap that begins at a token, inside its sentence, the nearest first."""
        for place in range(i, min(i + WIDEST_GAP + 1, len(self.words))):
            if place > i and self.opens[place]:
                return
            yield place


def singular(word: str) -> str:
    """Take a plural "s" off a word, by rule."""
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def match(text: Text, i: int, pieces: list[Piece]) -> int:
    """Return the end of an entry that begins at token `i`, each gap as narrow as can be; else 0.

    All places where the next piece may begin are kept, those after the narrowest gaps first and none twice: an entry
    costs its pieces times the tokens that they reach, however many gaps it has.
    """
    places = [i]
    for number, (word, tags) in enumerate(pieces):
        if word == GAP:
            places = list(dict.fromkeys(place for start in places for place in text.gap(start)))
        else:
            places = [end for place in places if place < len(text.words) and not (number and text.opens[place])
                      and (end := text.end(place, word, tags))]
        if not places:
            return 0
    return places[0]
