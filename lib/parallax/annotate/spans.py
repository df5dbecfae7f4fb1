"""The one writer and reader of span groups: a fact hangs on its span.

A component writes a span group with `write`; each span carries its fact, a dict, as ``span._.fact``. Facts are kept
in ``doc.user_data`` under the span's identifier, so that two spans over the same words keep two facts and a DocBin
with ``store_user_data=True`` keeps them too.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from spacy.tokens import Doc, Span

Fact = dict[str, Any]


def fact(span: Span) -> Fact:
    """Return the fact that hangs on a span, empty where none does."""
    return span.doc.user_data.get(f"fact:{span.id_}", {})


if not Span.has_extension("fact"):
    Span.set_extension("fact", getter=fact)


def write(doc: Doc, group: str, found: Iterable[tuple[int, int, str, Fact]]) -> Doc:
    """Write a span group from (start, end, label, fact), sorted by place; it replaces a group of the same name."""
    spans = []
    for number, (start, end, label, row) in enumerate(sorted(found, key=lambda one: one[:2])):
        name = f"{group}.{number}"
        spans.append(Span(doc, start, end, label=label, span_id=name))
        doc.user_data[f"fact:{name}"] = row
    doc.spans[group] = spans
    return doc


def read(doc: Doc, group: str) -> list[tuple[Span, Fact]]:
    """Return [(span, fact)] of a span group in order; empty when its component has not run."""
    return [(span, fact(span)) for span in doc.spans.get(group, ())]


def covering(doc: Doc, group: str) -> list[bool]:
    """Return for each token whether a span of a group covers it."""
    mask = [False] * len(doc)
    for span in doc.spans.get(group, ()):
        mask[span.start:span.end] = [True] * (span.end - span.start)
    return mask


def cover(spans: Iterable[tuple[int, int]]) -> Callable[[int, int], bool]:
    """Return a function that tells whether one of some spans holds all of another, without a look at each of them."""
    found = sorted(spans)
    starts, ends = [start for start, _ in found], list(accumulate((end for _, end in found), max))

    def holds(start: int, end: int) -> bool:
        at = bisect_right(starts, start)
        return at > 0 and end <= ends[at - 1]

    return holds


def around(spans: Iterable[tuple[int, int]]) -> Callable[[int, int], list[int]]:
    """Return a function that gives the numbers of those spans that hold all of another, in the order given."""
    found = list(spans)
    order = sorted(range(len(found)), key=found.__getitem__)
    starts, ends = [found[i][0] for i in order], list(accumulate((found[i][1] for i in order), max))

    def holding(start: int, end: int) -> list[int]:
        out, at = [], bisect_right(starts, start)
        while at and ends[at - 1] >= end:  # one of those before reaches so far
            at -= 1
            out += [order[at]] if found[order[at]][1] >= end else []
        return sorted(out)

    return holding


def block_kinds(doc: Doc) -> list[str]:
    """Return the kind of block of each token; a plain Doc is all body."""
    kinds = ["body"] * len(doc)
    for span in doc.spans.get("blocks", ()):
        kinds[span.start:span.end] = [span.label_] * (span.end - span.start)
    return kinds


def needs(doc: Doc, component: str, *attributes: str) -> None:
    """Raise ValueError, with one line, where a Doc lacks what a component reads (DEP, TAG, POS, LEMMA, SENT_START)."""
    lacking = [name for name in attributes if len(doc) and not doc.has_annotation(name)]
    if lacking:
        raise ValueError(f"{component}: the text has no {', '.join(lacking)}; put a tagger, a lemmatizer and a parser "
                         "before it in the pipeline")
