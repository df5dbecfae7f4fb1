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

GAP = "..."
WIDEST_GAP = 4


class Lexicon:
    """Entries by key, ready to be found.

    Parameters
    ----------
    entries : dict of str to list of str
        Key to its entries, in the syntax above.
    excluding : dict of str to list of str, optional
        Key to entries that cancel a match of the same key that they cover.
    tokenizer : callable
        The tokenizer of the pipeline, so that "anti-Western" is cut as it is in the text.
    """

    def __init__(self, entries, tokenizer, excluding=None):
        self.by_word, self.by_prefix, self.known = defaultdict(list), defaultdict(list), {}
        for key, words in entries.items():
            for entry in words:
                self.add(key, entry, tokenizer)
            for entry in (excluding or {}).get(key, ()):
                self.add(("not", key), entry, tokenizer)

    def add(self, key, entry, tokenizer):
        """Compile one entry into (form, tags) a token, and file it under its first form or prefix."""
        pattern = []
        for piece in entry.split():
            body, _, pos = piece.partition("/")
            tags = frozenset(pos.split("|")) if pos else None
            if body == GAP or body.startswith("<"):
                pattern.append((body, None))
            elif body.endswith("*"):
                pattern.append((body.lower(), tags))
            else:
                pattern += [(token.lower_, tags) for token in tokenizer(body)]
        if not pattern:
            return
        first = pattern[0][0]
        place = self.by_prefix[first[:3]] if first.endswith("*") else self.by_word[first]
        place.append((key, entry, pattern))

    def find(self, doc, classes=None):
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
        found, cancelled, classes = {}, [], classes or {}
        begins = [(i, entry) for i, form in enumerate(doc.to_array(["LOWER", "LEMMA"]).tolist())
                  for entry in self.starting(doc, i, *form)]
        begins += [(i, entry) for name, starts in classes.items() for i in starts
                   for entry in self.by_word.get(f"<{name}>", ())]
        for i, (key, entry, pattern) in begins:
            end = match(doc, i, pattern, classes)
            if not end:
                continue
            if isinstance(key, tuple):
                cancelled.append((key[1], i, end))
            elif end > found.get((key, i), (0, ""))[0]:
                found[key, i] = end, entry
        return [(key, start, end, entry) for (key, start), (end, entry) in sorted(found.items(), key=lambda x: x[0][1])
                if not any(key == k and a <= start and end <= b for k, a, b in cancelled)]

    def starting(self, doc, i, *form):
        """Return the entries that may begin at a token, found once for each (form, lemma) of the vocabulary."""
        if form not in self.known:
            lower, lemma = doc[i].lower_, doc[i].lemma_.lower()
            words = dict.fromkeys((lower, lemma, singular(lower)))  # "doses", which the lemmatizer does not know
            found = [entry for word in words for entry in self.by_word.get(word, ())]
            self.known[form] = tuple(found + self.by_prefix.get(lower[:3], []))
        return self.known[form]


def singular(word):
    """Take a plural "s" off a word, by rule."""
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def fits(token, word, tags):
    """Tell whether a token is the word of an entry, and of one of its parts of speech."""
    if tags and token.pos_ not in tags:
        return False
    lower = token.lower_
    if word.endswith("*") and len(word) > 1:
        return lower.startswith(word[:-1])
    return word in (lower, token.lemma_.lower(), singular(lower))


def match(doc, i, pattern, classes):
    """Return the end of `pattern` when it begins at token `i`, else 0."""
    for at, (word, tags) in enumerate(pattern):
        if word == GAP:
            rest = pattern[at + 1:]
            for skip in range(WIDEST_GAP + 1):
                if i + skip >= len(doc) or (skip and doc[i + skip].is_sent_start):
                    return 0
                end = match(doc, i + skip, rest, classes)
                if end:
                    return end
            return 0
        if i >= len(doc) or (at and doc[i].is_sent_start):
            return 0
        if word.startswith("<"):
            end = classes.get(word[1:-1], {}).get(i)
            if not end:
                return 0
            i = end
        elif fits(doc[i], word, tags):
            i += 1
        else:
            return 0
    return i

