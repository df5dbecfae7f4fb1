"""Exports of press databases: one file of many articles, with what each says of its outlet, date and title."""

import re
from dataclasses import replace

from parallax.layouts import field, is_mark, read_export
from parallax.lines import DATED, Line, split_lines
from parallax.records import Article

BEGINS = re.compile(r"\d of \d")  # the other marks end an article
COVER = re.compile(r"documents? \(\d+\)\Z", re.I)
RULE = re.compile(r"_{10,}\Z")
SIGNS = re.compile(r"^[ \t\ufeff]*(?:(?:document )?\d+ of \d+|end of document|document [a-z]+0\w{8}|_{10}|hd\b|hl\b|"
                   r"headline ?:|title ?:)", re.I | re.M)
BODY = ("body", "body-text", "full-text", "fulltext", "text", "lp", "td")
SAID = {  # names of fields, the first that is there counts
    "outlet": ("sn", "publication-title", "publication", "pub", "source"),
    "published": ("pd", "publication-date", "pub-date", "date"),
    "url": ("document-url", "url", "link"),
    "language": ("la", "language", "language-of-publication"),
    "author": ("byline", "by", "author", "authors", "au"),
}
READ_AS = "export of a press database"


def articles(raw: str) -> list[Article]:
    """Read the articles of an export.

    Parameters
    ----------
    raw : str
        The text of a file.

    Returns
    -------
    list of Article
        Each with its part of the text; empty where the file is no such export. A part with a mark of the database that
        is no article is there with its `problem`. What has no mark and is none (a cover page, a list of titles, the
        search that was made) is left out.
    """
    if not SIGNS.search(raw):  # most texts are none, and forms of lines are slow to look for
        return []
    pieces = [without_cover(piece) for piece in cut(split_lines(raw))]
    pieces = [piece for piece in pieces if is_article(piece) or any(map(is_bound, piece))]
    if not any(map(is_article, pieces)):
        return []
    if len(pieces) == 1 and not any(map(is_bound, pieces[0])):
        titled = any(found.kind == "headline" for found in map(field, pieces[0]) if found)
        pieces = pieces if titled and field(pieces[0][0]) else []
    return [replace(told(raw, piece), text=raw[piece[0].start:piece[-1].end], number=number) if is_article(piece) else
            Article(problem="no article found under this mark of the database", read_as=READ_AS, number=number)
            for number, piece in enumerate(pieces, 1)]


def is_bound(line: Line) -> bool:
    """Does an article begin or end here? "1 of 2" alone may count pictures, and "Document ID" stands inside."""
    return is_mark(line) and re.search(r"documents?\b(?! id)", line.text, re.I) is not None


def cut(lines: list[Line]) -> list[list[Line]]:
    """Cut lines into pieces at the marks of a database: those that begin an article, those that end it, and rules."""
    pieces: list[list[Line]] = [[]]
    for line in lines:
        bound, rule = is_bound(line), RULE.match(line.text)
        begins = bound and BEGINS.search(line.text)
        if begins or rule:
            pieces.append([])
        if not rule:
            pieces[-1].append(line)
        if bound and not begins:
            pieces.append([])
    return [piece for piece in pieces if piece]


def without_cover(piece: list[Line]) -> list[Line]:
    """Leave out a cover page, "Documents (2)" with the list of titles, up to where the first of them stands again."""
    at = next((i for i, line in enumerate(piece) if COVER.match(line.text)), len(piece))
    listed = next((line.text for line in piece[at:] if line.marker), "")
    start = next((i for i, line in enumerate(piece) if i > at and line.text == listed and not line.marker), 0)
    return piece[start:]


def is_article(piece: list[Line]) -> bool:
    """Does a piece have a text, and two fields of a database? With a mark as "1 of 3 DOCUMENTS" one is enough."""
    found = {one.name for one in map(field, piece) if one}
    return len(found) + any(map(is_bound, piece)) > 1 and (any(line.prose for line in piece) or bool(found & set(BODY)))


def told(raw: str, piece: list[Line]) -> Article:
    """Return what the fields of an article say of it; `piece` are its lines."""
    values: dict[str, str] = {}
    for line, after in zip(piece, [*piece[1:], None], strict=True):
        found = field(line)
        if found:
            rest = line.text[found.at:].strip()
            below = after.text if after and not field(after) and not is_mark(after) else ""
            values.setdefault(found.name, rest or below)
    fresh = split_lines(raw[piece[0].start:piece[-1].end])
    title = next((line.text for line in read_export(raw[piece[0].start:piece[-1].end], fresh)
                  if line.kind == "headline"), "")
    one, (outlet, day) = Article(title=title, read_as=READ_AS), above_the_text(piece, title)
    for part, names in SAID.items():
        setattr(one, part, next((values[name] for name in names if values.get(name)), ""))
    one.outlet = (one.outlet or outlet).partition(";")[0].strip()
    one.published = one.published or day
    return one


def above_the_text(piece: list[Line], title: str) -> tuple[str, str]:
    """Return the lines without a field that name the outlet and the date: the first date, and the line over it."""
    before = ""
    for line in piece:
        found = field(line)
        if line.prose or (found and found.name in BODY):
            break
        dated = DATED.match(line.text)
        if dated and not found and not line.finished:
            return before, line.text
        before = "" if found or is_mark(line) or line.text == title else line.text
    return "", ""
