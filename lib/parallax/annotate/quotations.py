"""Quotation marks: which stretches of a Doc stand between them, whatever the marks and however unbalanced."""

import re
from bisect import bisect_right
from collections import namedtuple

from spacy.tokens import Doc

MARKS = re.compile(r"[\"“”„«»]|''|``|[‘’'](?!')")
OPENING, CLOSING, SINGLE = "“„«", "”»", "‘’'"
GLUED = ".,!?:;…"  # a full stop that a mark is glued to, as pages lose their spaces
ELISION = re.compile(r"\d\ds?\b|n[’']|(?:twas|tis|em|cause|til|bout)\b", re.I)

Quotation = namedtuple("Quotation", "start end closed continues")


def paragraphs(doc: Doc) -> list[tuple[int, int]]:
    """Token ranges of a Doc's blocks, or of what blank lines divide where it has no blocks.

    Parameters
    ----------
    doc : spacy.tokens.Doc

    Returns
    -------
    list of (int, int)
    """
    if "blocks" in doc.spans:
        return [(block.start, block.end) for block in doc.spans["blocks"]]
    cuts = [token.i for token in doc if token.is_space and token.text.count("\n") > 1]
    return [(a, b) for a, b in zip([0] + [i + 1 for i in cuts], [*cuts, len(doc)], strict=True) if a < b]


def quotations(doc: Doc, blocks: list[tuple[int, int]]) -> list[Quotation]:
    """Find the quotations of each paragraph, so that a mark too many or too few spoils one paragraph at most.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    blocks : list of (int, int)
        Token ranges of the paragraphs.

    Returns
    -------
    list of Quotation
        start, end: tokens, with the marks; in order, never overlapping. closed: bool. continues: it begins a
        paragraph after one that ended in an open quotation, as quotations over several paragraphs do.
    """
    text, found, unclosed = doc.text, [], False
    starts = doc.to_array("IDX").tolist() if MARKS.search(text) else []
    for first, last in blocks if starts else ():
        left, right = starts[first], starts[last - 1] + len(doc[last - 1])
        spans, unclosed_now = pairs(text, left, right)
        for at, end, closed in spans:
            start, stop = bisect_right(starts, at) - 1, bisect_right(starts, end - 1)
            if not found or start >= found[-1].end:
                found.append(Quotation(start, stop, closed, unclosed and at == left))
        unclosed = unclosed_now
    return found


def pairs(text: str, left: int, right: int) -> tuple[list[tuple[int, int, bool]], bool]:
    """Pair the marks of one paragraph.

    A quotation that is still open at the end ends there. Single marks count only where they pair up outside
    others, so that an apostrophe is none. The shape of a mark decides less than its place: "”So" opens.

    Parameters
    ----------
    text : str
    left, right : int
        Where the paragraph begins and ends in it.

    Returns
    -------
    spans : list of (int, int, bool)
        start, end, closed: the outermost ones, in order.
    unclosed : bool
        Whether the last one never closed.
    """
    marks = list(MARKS.finditer(text, left, right))
    double = [mark for mark in marks if mark.group() not in SINGLE]
    nests = sum(m.group() in OPENING for m in double) == sum(m.group() in CLOSING for m in double)
    spans, opened, depth = singles(text, [mark for mark in marks if mark.group() in SINGLE], left), None, 0
    for mark in double:
        at, end, sign = mark.start(), mark.end(), mark.group()
        before = text[at - 1] if at > left else " "
        after = text[end] if end < right else " "
        opens = before.isspace() or before in "([—–―-/‘'" or sign in OPENING and before in GLUED
        opens = opens and (at == left or sign in OPENING or not after.isspace())
        if opened is not None and text[opened] == "„" and sign == "“":  # as German closes
            opens, sign = False, "”"
        if opened is None:
            opened = at if opens else None
        elif opens and sign not in CLOSING:  # one within another, or the one before was never closed
            opened, depth = (opened, depth + 1) if nests and sign in OPENING else (at, 0)
        elif depth:
            depth -= 1
        else:
            spans.append((opened, end, True))
            opened = None
    if opened is not None:
        spans.append((opened, right, False))
    spans.sort(key=lambda span: (span[0], -span[1]))
    return spans, opened is not None


def singles(text: str, marks: list[re.Match[str]], left: int) -> list[tuple[int, int, bool]]:
    """Pair single marks.

    A mark opens before a word. Of those that may close it, up to the next that opens, the first after a full stop or a
    comma does, else the first that follows no plural ("the owners’ plan"), else the first.
    """
    spans: list[tuple[int, int, bool]] = []
    opened, closers = None, []
    for mark in [*marks, None]:
        at = mark.start() if mark else 0
        if mark is None or opens_single(text, mark, left):
            if opened is not None and closers:
                closers.sort(key=lambda at: (text[at - 1] not in ",.!?…", text[at - 1] == "s", at))
                spans.append((opened, closers[0] + 1, True))
            opened, closers = at, []
        elif mark.group() != "‘" and not text[at - 1].isspace() and not text[at + 1:at + 2].isalnum():
            closers.append(at)
    return spans


def opens_single(text: str, mark: re.Match[str], left: int) -> bool:
    """Tell whether a single mark opens a quotation: before a word, and no elision ("’96", "’n’", "’twas")."""
    at, end = mark.span()
    before = text[at - 1] if at > left else " "
    if not (before.isspace() or before in "([—–―-/") or mark.group() == "’" or ELISION.match(text, end):
        return False
    return at == left or not text[end:end + 1].isspace()


