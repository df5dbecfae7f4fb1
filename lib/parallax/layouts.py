"""Layouts that take several lines to see: exports of press databases, embedded posts, and speech under labels.

Each function gets the lines of a page and returns them with these parts marked, cut or joined; on any other page it
returns them as they are.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from parallax.lines import DASHES, OPEN_QUOTES, Line, joined, known_form, part

# --- Exports of press databases --------------------------------------------------------------------------------

FIELDS = {name: kind for kind, names in {
    "headline": "headline title hd heading hl ti document-title article-title",
    "deck": "abstract summary highlight standfirst subtitle subheadline",
    "credit": "byline by author authors au copyright cy credit source sn publication publication-title publisher pub",
    "dateline": "dateline",
    "": "body body-text text full-text fulltext lp td tx content article",
    "furniture": "length wc word-count words section se pub-date publication-date load-date date pd ed edition et sc "
                 "pg page pages language la type document-type publication-type source-type graphic graphics subject "
                 "subjects journal-code an accession-number acc-no issn isbn url link links geographic location "
                 "company organization person industry ticker co in ns re ipc ipd pub-type publication-info "
                 "language-of-publication place-of-publication country-of-publication proquest-document-id document-id "
                 "document-url last-updated database correction-date classification notes series column keywords tags "
                 "category volume issue time word proquest-document-link",
}.items() for name in names.split()}
NAMED = re.compile(r"([A-Za-z]{2,14}(?:[ -][A-Za-z]{2,14}){0,2}) ?:(?:\s+|\Z)")
CODED = re.compile(r"([A-Z]{2,3})(?:\s+|\Z)(?=\S|\Z)")
BARE = re.compile(r"(?:body|full text|classification|load-date|proquest document link)\Z", re.I)


class Found(NamedTuple):
    """A field at the start of a line: its name, the kind of its value, where the value begins."""

    name: str
    kind: str
    at: int


def field(line: Line) -> Found | None:
    """Return the field that a line opens, as in "LENGTH: 512 words", "HD  Title" or "BODY:"."""
    match = NAMED.match(line.text) or CODED.match(line.text) or BARE.match(line.text)
    name = match.group(match.re.groups).strip(" :").lower().replace(" ", "-") if match and not line.hashed else ""
    coded = match is not None and match.re is CODED
    if name not in FIELDS or (coded and len(name) > 2) or (not coded and len(name) == 2 and line.text[1].islower()):
        return None
    return Found(name, FIELDS[name], match.end())


def read_export(raw: str, lines: list[Line]) -> list[Line]:
    """Read the fields of a press database: labels and details are furniture, each title opens a story."""
    free = [line for line in lines if not line.kind]
    fields = [found for found in map(field, free) if found]
    names, marks = {found.name for found in fields}, [line.text.lower() for line in free if is_mark(line)]
    named = any("document" in mark for mark in marks)  # "1 of 2" may count pictures
    titled = any(found.kind == "headline" for found in fields)
    headed = bool(free) and field(free[0]) is not None
    if len(names) + named < 2 or not (marks or (titled and headed) or len(names) > 4 - titled):
        return lines
    out, last = [], None
    for line in lines:
        found = field(line) if not line.kind else None
        if found:
            out += cut_field(raw, line, found)
            last = found
        else:
            last = go_on(raw, line, last, out)
    name_articles(out)
    return out


def is_mark(line: Line) -> bool:
    """Is it where an article begins or ends, such as "1 of 3 DOCUMENTS"?"""
    return known_form(line)[1] == "document"


def cut_field(raw: str, line: Line, found: Found) -> Iterator[Line]:
    """Yield the label of a field and its value."""
    label = line.text[:found.at].rstrip()
    yield Line(line.start, line.start + len(label), label, gap=line.gap, kind="furniture", form="field")
    if found.at < len(line.text):
        yield part(raw, line.start + found.at, line.end, found.kind, "field")


def go_on(raw: str, line: Line, last: Found | None, out: list[Line]) -> Found | None:
    """Add a line that opens no field; it may be the value of the field above, or the rest of it."""
    coded = last is not None and len(last.name) == 2 and out[-1].text.lower() == last.name  # "HD" alone, then the title
    named = last is not None and out[-1].form == "field" and bool(last.kind) and (
        coded or not line.gap) and not line.kind
    empty = named and out[-1].kind == "furniture" and last.kind != "furniture" and out[-1].text.strip(":").lower(
        ).replace(" ", "-") == last.name
    if empty or (named and last.kind == "furniture" and not line.prose):
        line.kind, line.form = last.kind, "field"
        out.append(line)
        return last
    wrapped = named and len(out[-1].text) >= 40 and not line.prose and not known_form(line)[0]
    if wrapped and last.kind == "headline" and not out[-1].finished:
        out[-1] = joined(raw, [out[-1], line])
        return last
    out.append(line)
    return None


def name_articles(lines: list[Line]) -> None:
    """Find the title of each article that has no field for it: the longest title before its fields or its text."""
    ends = [i for i, line in enumerate(lines) if not line.kind and is_mark(line)]
    for start, end in zip([-1, *ends], [*ends, len(lines)], strict=True):
        article = lines[start + 1:end]
        name_above(article)
        stop = next((i for i, line in enumerate(article) if line.form == "field" or line.prose), 0)
        titles = [line for line in article[:stop] if not line.kind and not line.finished and not known_form(line)[0]]
        for line in titles:
            line.kind = "furniture"  # the name of the paper
        if titles and all(line.kind != "headline" for line in article):
            max(titles, key=lambda line: line.words).kind = "headline"


def name_above(article: list[Line]) -> None:
    """Take the title where it stands over the text, when the fields with the same title come under the text."""
    above = {line.text: line for line in reversed(article) if not line.kind}
    for line in article:
        title = above.get(line.text)
        if line.kind == "headline" and title and title.start < line.start:
            title.kind, line.kind = "headline", "furniture"


# --- Embedded posts --------------------------------------------------------------------------------------------

SIGNED = re.compile(r"[—–―-]{1,2} ?[^@()]{2,60} \(@[\w.]{1,30}(?:@[\w.]{1,40})?\)")
SIGNED_AFTER = re.compile(r"\S\s(?=[—–―-]{1,2} ?[^—–@()]{2,60} \(@[\w.]{1,30}\)[^@()]{0,40}\Z)")
HANDLE = re.compile(r"@[\w.]{2,30}(?:@[\w.]{1,40})?(?: ?[·•|].{0,30})?\Z")
NAME_AND_HANDLE = re.compile(r"[^@]{2,40} \(?@[\w.]{2,30}\)? ?[·•|✓✔☑✅].{0,30}\Z")
# A quotation that is the whole line, with who said it behind a dash.
CREDITED_QUOTE = re.compile(
    rf"[{OPEN_QUOTES}].{{10,}}[.!?…,][\"'”’»“] ?(?=[{DASHES}]{{1,2}} ?[A-Z][^.!?“”\"]{{1,80}}\Z)")
LONGEST_POST = 8  # lines


def read_posts(raw: str, lines: list[Line]) -> list[Line]:
    """Mark the text of embedded posts as pullquotes, each in one block, and who posted it as its credit."""
    lines = [piece for i, line in enumerate(lines) for piece in cut_credit(raw, line, i == 0)]
    out, i = [], 0
    while i < len(lines):
        line = lines[i]
        if line.kind or line.words > 15:
            out.append(line)
        elif SIGNED.match(line.text):
            sign(raw, out, line)
        elif out and HANDLE.match(line.text) and not out[-1].kind and out[-1].words <= 6 and not out[-1].finished:
            out[-1].kind, line.kind = "quote_credit", "furniture"
            out.append(line)
            i = take_post(raw, lines, i + 1, out)
        elif NAME_AND_HANDLE.match(line.text):
            line.kind = "quote_credit"
            out.append(line)
            i = take_post(raw, lines, i + 1, out)
        else:
            out.append(line)
        i += 1
    return out


def cut_credit(raw: str, line: Line, first: bool) -> list[Line]:
    """Cut a credit off the end of the text of a post, or of a quotation that is the whole line."""
    if line.kind or first or len(line.text) > 1000:
        return [line]
    post = SIGNED_AFTER.search(line.text)
    quote = None if post else CREDITED_QUOTE.match(line.text)
    if not post and not quote:
        return [line]
    at = line.start + (post or quote).end()
    # A post may have more lines above: read_posts marks it. A quotation is whole.
    text = part(raw, line.start, at, "" if post else "pullquote")
    credit = part(raw, at, line.end, "" if post else "quote_credit")
    text.gap, text.marker = line.gap, line.marker
    return [text, credit]


def sign(raw: str, out: list[Line], credit: Line) -> None:
    """Add the credit of a post, and mark the lines above it as its text: up to a blank line, else one line."""
    credit.kind = "quote_credit"
    above = []
    for line in reversed(out[-LONGEST_POST:]):
        if line.kind or line is out[0]:
            above = above[:1]
            break
        above.append(line)
        if line.gap:
            break
    else:
        above = above[:1]  # a page without blank lines does not tell where the post begins
    if above:
        del out[-len(above):]
        out.append(joined(raw, above[::-1]))
        out[-1].kind = "pullquote"
    out.append(credit)


def take_post(raw: str, lines: list[Line], start: int, out: list[Line]) -> int:
    """Take the text of a post that stands under its name, up to its time; return the last line taken."""
    while start < len(lines) and ends_post(lines[start]):  # the time may stand over the text
        lines[start].kind = "furniture"
        out.append(lines[start])
        start += 1
    stop = start
    while stop < len(lines) and stop - start < LONGEST_POST and not ends_post(lines[stop]):
        stop += 1
    if stop == len(lines) or not ends_post(lines[stop]):
        stop = start + 1  # it has no time under it: the lines that follow without a blank one
        while stop < len(lines) and not lines[stop].gap and stop - start < LONGEST_POST and any(
                line.gap for line in lines[stop:stop + LONGEST_POST]):
            stop += 1
    text = [line for line in lines[start:stop] if not line.kind]
    if text and len(text) == stop - start:
        out.append(joined(raw, text))
        out[-1].kind = "pullquote"
        return stop - 1
    return start - 1


def ends_post(line: Line) -> bool:
    """Is it the time of a post, a button, or how often it was seen?"""
    return known_form(line)[1] in ("stamp", "counter", "separator", "letter", "button")


# --- Speech under labels ---------------------------------------------------------------------------------------

TITLES = (r"(?:mr|mrs|ms|mx|dr|prof|professor|sir|lord|lady|judge|justice|chair(?:man|woman|person)?|president|"
          r"minister|secretary|senator|sen|rep|representative|congress(?:man|woman)|councill?or|governor|mayor|mp|ambassador|"
          r"general|colonel|captain|commissioner|chancellor|premier|king|queen|prince|bishop|deputy|the)\b\.?")
TURNS = (r"(?:q|a|question|answer|reporters?|interviewer|journalist|moderator|host|anchor|presenter|narrator|"
         r"speaker|operator|participant|correspondent|audience(?: member)?|voice|unidentified \w+|unknown|caller|"
         r"guest|analyst|witness|the court|male|female|man|woman|both|all)(?: ?#?\d{1,2})?")
LABEL = re.compile(  # a name of some words, with what the person is after a comma or in brackets
    r"[*_]{0,2}(?P<name>[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|of|the|for|de|van|von|der|bin|al|el)){0,5}(?: ?#?\d{1,2})?)"
    r"(?P<role>,? \([^()]{1,60}\)|(?:, [^:;.!?,]{2,60}){1,3})?[*_]{0,2} ?:[*_]{0,2}(?P<rest>\s|\Z)")
INITIAL = re.compile(r"[*_]{0,2}(?P<name>[QA])[.:][*_]{0,2}(?P<rest>\s)")
NAMED_INSIDE = re.compile(r"(?<! in )(?<! of )(?<! at )(?<! to )(?<! near )(?<! from )(?<=[a-z,] )[A-Z][\w'’-]+")
# Words in capitals over a text, or before it, that name a part of the page and nobody who speaks.
KICKERS = frozenset(
    "quick read live watch breaking update updated news analysis opinion exclusive explainer fact check background "
    "context note correction editor summary verdict claim photo photos video key point points takeaway takeaways "
    "developing alert comment review profile feature timeline what why how when where who bottom line big picture "
    "read more also related see source sources credit caption headline byline section warning tip".split())


class Label(NamedTuple):
    """Who speaks a line, by the words before its colon: `sort` is turn, titled, capitals or name."""

    sort: str
    last: str  # the last word of the name: "Falk" for "ANNA FALK, ANCHOR"
    finished: bool
    asks: bool
    personal: bool  # "I", "we", "you": nobody opens a report like that


def label(line: Line) -> Label | None:
    """Return the label of a speaker at the start of a line, or None."""
    match = None if line.kind or line.marker else INITIAL.match(line.text) or LABEL.match(line.text[:200])
    if match is None:
        return None
    name, role = match["name"], match.groupdict().get("role")
    words = re.findall(r"[\w'’-]+", name)
    if KICKERS & {word.lower() for word in words}:
        return None
    capitals = name.isupper() and len(name) > 1
    if re.fullmatch(TURNS, name, re.I):
        sort = "turn"
    elif len(words) > 1 and re.match(TITLES, name, re.I):
        sort = "titled"
    elif capitals and role and role.isupper() and " " in role.strip(", "):
        sort = "titled"  # "ANNA FALK, NORDIC NEWS ANCHOR", not "KYIV, UKRAINE"
    else:
        sort = "capitals" if capitals else "name"
    rest = line.text[match.end("rest"):]
    text = rest.rstrip("\"'”’»)]*_ ")
    finished = not rest or text.endswith((".", "!", "?", "…"))
    personal = re.match(r"[^\"“‘«„]{0,200}\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Yy]ou|[Yy]our|us|me)\b", rest) is not None
    return Label(sort, words[-1].lower(), finished, text.endswith("?"), personal)


def read_speech(raw: str, lines: list[Line]) -> list[Line]:
    """Mark lines under the label of a speaker as running text: they are neither datelines nor headings."""
    labels = [label(line) for line in lines]
    times = Counter(one.last for one in labels if one and one.finished)
    spoken = is_transcript(lines, labels, times)
    names = inside_names(lines) if any(labels) else frozenset()
    for i, (line, one) in enumerate(zip(lines, labels, strict=True)):
        if one is None:
            if spoken and not line.kind and not line.marker and line.words > 1 and line.text.endswith(("?", "!")):
                line.kind = "body"  # a turn that goes on
        elif is_speech(one, i == 0, spoken, times) or (one.sort == "capitals" and one.finished and (
                one.personal or (one.last in names and lines[i - 1].finished))):  # under a title it would be a place
            line.kind = "body"
    return with_labels(raw, lines, labels)


def is_transcript(lines: list[Line], labels: list[Label | None], times: Counter[str]) -> bool:
    """Is the page one where people speak in turn?

    At least two lines have a label of the kind that places do not have, or that comes back, or asks; and one of them
    stands under running text. So a digest with a dateline under each title is none.
    """
    turns = [i for i, one in enumerate(labels) if one and one.sort != "name" and one.finished]
    telling = any(labels[i].sort in ("turn", "titled") or labels[i].asks or times[labels[i].last] > 1 for i in turns)
    return len(turns) > 1 and telling and any(i and (labels[i - 1] or lines[i - 1].finished) for i in turns)


def is_speech(one: Label, first: bool, spoken: bool, times: Counter[str]) -> bool:
    """Does this label name who speaks the line?"""
    if spoken and one.sort != "name":
        return one.finished or (times[one.last] > 0 and not first)
    if first or not one.finished:
        return False
    if one.sort == "name":
        return times[one.last] > 1
    return one.sort in ("turn", "titled")


def inside_names(lines: list[Line]) -> frozenset[str]:
    """Words that the running text writes with a capital after a small letter, but for places; in small letters."""
    texts = (line.text for line in lines if line.prose)
    return frozenset(word.lower() for text in texts for word in NAMED_INSIDE.findall(text))


def with_labels(raw: str, lines: list[Line], labels: list[Label | None]) -> list[Line]:
    """Join a label that stands alone on its line to what is said on the next."""
    out, alone = [], False
    for line, one in zip(lines, labels, strict=True):
        if alone and one is None and not line.kind:
            out[-1] = joined(raw, [out[-1], line])
        else:
            out.append(line)
        alone = bool(one and out[-1] is line and line.kind == "body" and line.text.rstrip("*_ ").endswith(":"))
    return out
