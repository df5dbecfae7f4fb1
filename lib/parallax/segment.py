"""From the raw text of a document to stories, blocks and sentences, with offsets into the raw text.

The rules are general: they look at the shape of a line (length, final punctuation, list marker) and at
its neighbours, never at one outlet's layout. Nothing is dropped: what is no part of a story is kept as
`furniture`, so that every character of the raw text outside of space can be accounted for.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from parallax.codebook import Codebook
from parallax.documents import Document
from parallax.layouts import read_export, read_posts, read_speech
from parallax.lines import (
    CLOSERS,
    DASHES,
    DATED,
    FAREWELL,
    OPEN_QUOTES,
    ROLES,
    SEPARATOR,
    Line,
    dateline,
    joined,
    known_form,
    part,
    split_lines,
)

WHOLE = ("headline", "heading", "furniture", "credit", "quote_credit", "dateline")  # never split
UNCOUNTED = ("furniture", "credit", "dateline", "quote_credit")  # not the story's own sentences

LONGEST = 100_000  # characters a Doc: a longer story is cut between sentences, to bound the memory of the parser
LONGEST_SENTENCE = 5_000  # characters: what is longer is no sentence, and is cut at a space, or anywhere
MARKUP = re.compile(r"(?<=\])\(\S(?:(?!\]\()[^\s)])*\)"
                    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{2,10}/\S+|\bwww\.\S+"
                    r"|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)|[\[\]](?=\S|$)|https?://\S+|[\r\n\t\u00a0\u200b]")
VARIANTS = re.compile("(?<= ) +|\u00ad|&(?:[a-z]{2,6}|#\\d{1,5}|#x[0-9a-f]{1,4});|[\ufb00-\ufb06]")
INK = re.compile(r"\S")
NEAR = 400  # characters around a place that are looked at
REPORTS = re.compile(r"\b(?:said|says|wrote|writes|asked|asks|told|added|adds|replied|posted|tweeted|reports?|reported|"
                     r"states|stated|notes|noted|continue[sd]|concluded|explained|declared|responded|went on)\b")
BYLINE = re.compile(r"(?:[A-Z][\w.’'-]+ ){1,3}[A-Z][\w’'-]+")
TURN = re.compile(r"(?:[A-Z][A-Z.'’-]+ ?){1,4}(?:, [A-Z ,.'’-]{2,60}| \([^()]{1,40}\))?: |[QA][.:] ")  # of a transcript
NEVER_END = frozenset(
    "mr mrs ms mx dr prof gen lt col maj capt cmdr adm sgt cpl pvt sen rep gov pres rev hon st fr sr messrs mme "
    "mlle vs v al cf e.g i.e viz approx est ave blvd rd mt ft".split())
BEFORE_NUMBERS = frozenset(
    "no nos fig figs art sec ch vol pp p jan feb mar apr jun jul aug sep sept oct nov dec".split())
MAY_END = frozenset("jr inc ltd co corp bros etc esq dept univ assn a.m p.m ph.d m.d b.a m.a".split())
# Words that are lower-case inside a sentence: a capital on them after "U.S." shows that a sentence begins.
OPENERS = frozenset(
    "the a an this that these those he she it they we you i his her its their our my but and or so yet however "
    "in on at by for from with after before since while when where why how what who if as although though because "
    "there here then now meanwhile some many most all both no not other others another such one two".split())
# A full stop with the marks that close after it; » and ” may stand behind a space; a mark that opens may be glued on.
END = re.compile(rf"(?<![.!?…])(?:[.!?…]+[{re.escape(CLOSERS)}]*(?:[ \u00a0\u202f][»”](?=\s|\Z))?(?=\s)"
                 r"|[.!?…]+(?=[“„«‘‹][A-ZÀ-Þ\d])"
                 r"|[.!?…]+[”’](?=[“„«‘‹]))")
SPEAKS = re.compile(r"(?:[A-Z][\w.'’-]*\s+|(?:the|a|an|his|her)\s+|[a-z]+\s+){0,3}(?:said|says|asked|asks|wrote|told|"
                    r"added|replied|tweeted|declared|insisted|shouted|warned)\b")


@dataclass
class Block:
    """A run of the raw text with one function in its story; `sentences` are (start, end) in raw offsets."""

    kind: str
    start: int
    end: int
    story: str = ""
    sentences: list = field(default_factory=list)


def blocks(raw: str, name: str = "") -> list[Block]:
    """Read the blocks of a document.

    Parameters
    ----------
    raw : str
        The decoded text of the file, untouched.
    name : str
        What the names of the stories begin with ("000" gives "000-1", "000-2", ...).

    Returns
    -------
    list of Block
        In the order of the text. `start` and `end` are half-open character offsets into `raw`;
        furniture belongs to no story (`story` is empty).
    """
    lines = split_lines(raw)
    front_matter(lines)
    lines = unglue(raw, unwrap(raw, read_export(raw, lines)))
    lines = without_datelines(raw, read_posts(raw, read_speech(raw, lines)))
    for stage in (mark_furniture, mark_lists, mark_stories, mark_quotes, mark_headings, mark_captions, mark_decks):
        stage(lines)
    if all(line.kind in UNCOUNTED for line in lines):  # a page of one odd line is a text all the same
        for line in lines:
            line.kind = "" if line.words > 3 else line.kind
    out, story, told = [], 0, False
    for line in lines:
        if line.start == line.end:
            continue
        if line.kind == "furniture":
            out.append(Block("furniture", line.start, line.end))
        else:
            # What stands over the first headline belongs to its story: a byline, a dateline.
            story += story == 0 or (told and line.kind == "headline")
            told = line.kind == "headline" or told or line.kind not in UNCOUNTED
            kind = line.kind or ("bullet" if line.marker else "body")
            out.append(Block(kind, line.start, line.end, f"{name}-{story}"))
    for block in out:
        spans = [(block.start, block.end)] if block.kind in WHOLE else split(raw, block.start, block.end)
        block.sentences = [piece for start, end in spans for piece in pieces(raw, start, end)]
    return out


def unwrap(raw: str, lines: list[Line]) -> list[Line]:
    """Join the lines of a text that was wrapped at a fixed width: most of them break inside a sentence."""
    pairs = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if not b.gap and not b.marker]
    inside = [a for a, b in pairs if not a.finished and 40 <= len(a.text) <= 120 and not a.hashed]
    if len(inside) < 3 or len(inside) < len(pairs) / 2 or max(len(a.text) for a, _ in pairs) > 130:
        return lines
    out, run = [], lines[:1]
    for line in lines[1:]:
        if (line.gap or line.marker or line.kind or run[0].kind or SEPARATOR.fullmatch(line.text)
                or TURN.match(line.text)):
            out.append(joined(raw, run))
            run = []
        run.append(line)
    return [*out, joined(raw, run)]


def front_matter(lines: list[Line]) -> None:
    """Mark YAML front matter: its title is the headline, its summary the deck, the rest furniture."""
    if not lines or lines[0].text != "---":
        return
    stop = next((i for i, line in enumerate(lines[1:40], 1) if line.text in ("---", "...")), 0)
    if not stop or not any(re.match(r"\w+:", line.text) for line in lines[1:stop]):
        return
    for i, line in enumerate(lines[: stop + 1]):
        line.kind = "furniture"
        match = re.match(r"(title|headline|summary|description|subtitle|excerpt|standfirst)\s*:\s*", line.text, re.I)
        value = line.text[match.end():].strip("\"' ") if match else ""
        if value:
            start = line.start + line.text.index(value, match.end())
            kind = "headline" if match.group(1).lower() in ("title", "headline") else "deck"
            lines[i] = Line(start, start + len(value), value, line.marker, line.gap, kind)


def unglue(raw: str, lines: list[Line]) -> list[Line]:
    """Cut a first line that a reader has glued together: date, headline, and a standfirst that the body repeats."""
    at = next((i for i, line in enumerate(lines) if not line.kind), len(lines))
    if at == len(lines):
        return lines
    first, rest = lines[at], raw[lines[at].end:].lower()
    out = []
    dated = DATED.match(first.text)
    if dated and dated.end() < len(first.text):
        out.append(part(raw, first.start, first.start + dated.end(), "furniture"))
        first = part(raw, first.start + dated.end(), first.end)
    for match in re.finditer(r"\S+", first.text):
        tail = first.text[match.start():]
        if len(tail) < 40 or match.start() > NEAR or any(line.kind == "headline" for line in lines):
            break
        if match.start() and tail.lower() in rest:
            out.append(part(raw, first.start, first.start + match.start(), "headline"))
            first = part(raw, first.start + match.start(), first.end, "deck")
            break
    return [*lines[:at], *out, first, *lines[at + 1:]]


def without_datelines(raw: str, lines: list[Line]) -> list[Line]:
    """Cut the datelines off the paragraphs that they open: "ROME, May 3 (Agency) - The ministers met"."""
    out, first = [], True
    for line in lines:
        end = dateline(line.text, first) if line.finished and not line.kind and not line.text.endswith(":") else 0
        if end and (line.prose or ":" not in line.text[:end]):  # "OPINION: Who pays?" is a title
            place = line.text[:end].rstrip()
            out.append(Line(line.start, line.start + len(place), place, gap=line.gap, kind="dateline"))
            line = part(raw, line.start + end, line.end)
        first = line.kind in UNCOUNTED or not line.prose
        out.append(line)
    return out


def mark_furniture(lines: list[Line]) -> None:
    """Mark the lines that are known by their form, and what stands under a byline or under the last paragraph."""
    last = max((i for i, line in enumerate(lines) if line.prose or line.finished), default=-1)
    for i, line in enumerate(lines):
        if line.kind:
            continue
        line.kind, line.form = known_form(line)
        before = lines[i - 1] if i else line
        if line.kind:
            continue
        if is_name(line, before, lines[i + 1:i + 2]) or (
                before.form == "byline" and is_role(line, lines[i + 1:i + 2])):
            line.kind, line.form = "credit", "byline"
        elif i > last - 2 and line.words <= 15 and FAREWELL.match(line.text):
            line.kind = "furniture"
        elif i > last >= 0 and line.words <= 3 and not line.finished:
            line.kind = "furniture"  # what stands under the last paragraph: tags, names, buttons
        elif before.form in ("caption", "source") and re.fullmatch(r"[\w ]{5,25}[,:]", before.text):
            line.kind, line.form = before.kind, "named"  # "Image caption," and the caption on the next line
        elif re.fullmatch(r"(?:[A-Z][\w.,'’()-]*(?: |(?=:))){1,5}:", line.text):
            line.kind = "dateline" if line.gap and not line.marker else ""


def is_name(line: Line, before: Line, after: list[Line]) -> bool:
    """Is it the name of who wrote, with the role right under it, or under the time of an entry?"""
    if line.marker or not BYLINE.fullmatch(re.sub(r"^(?:From|By|With) ", "", line.text)):
        return False
    if before.form == "stamp" and line.text.startswith(("From ", "By ", "With ")):
        return True
    return bool(after) and not after[0].gap and (is_role(after[0], []) or (
        known_form(after[0])[1] == "stamp" and not line.text.isupper() and before is not line))


def is_role(line: Line, after: list[Line]) -> bool:
    """Does a line under a byline say what the writer is, or where?"""
    if line.finished or line.marker or line.words > 8:
        return False
    told = re.search(rf"\b{ROLES}\b", line.text, re.I) or re.match(r"(?:in|at) [A-Z]|@\w|\S+@\S+\Z", line.text)
    return bool(told) or (not line.gap and bool(after) and after[0].gap and line.words <= 4)


def mark_lists(lines: list[Line]) -> None:
    """Mark the links under a label such as "More on this story": all titles until running text goes on."""
    under = ""
    for line in lines:
        if line.form in ("list", "events"):
            under = line.form
        elif line.hashed or line.form in ("separator", "document", "field") or (
                line.form == "stamp" and under == "events"):
            under = ""
        elif under and not line.kind:
            under = "" if line.prose or (line.words > 1 and line.text.endswith(".")) else under
            line.kind, line.form = ("furniture", "link") if under else ("", "")


def following(lines: list[Line], skipped: tuple[str, ...]) -> list[Line | None]:
    """Return for each line the next one of another kind than those `skipped`, or None."""
    out, after = [], None
    for line in reversed(lines):
        out.append(after)
        after = after if line.kind in skipped else line
    return out[::-1]


def mark_stories(lines: list[Line]) -> None:
    """Find the headline of each story: at the start, and after a separator when a title follows it."""
    if any(line.kind == "headline" for line in lines):
        return
    opens, nexts = True, following(lines, ("furniture", "credit", "dateline", "caption"))
    for i, (line, after) in enumerate(zip(lines, nexts, strict=True)):
        if line.kind == "furniture":
            opens = opens or line.form in ("separator", "document")
        elif line.kind in ("credit", "dateline", "caption"):
            continue
        elif opens and is_title(line) and (after is not None or i + 1 < len(lines)):
            below = lines[i + 1]
            if is_section(line, below, after):
                line.kind = "furniture"
                continue
            listed = after is not None and after.marker and not after.hashed and line.words <= 3
            line.kind, opens = "" if listed else "headline", False
        else:
            opens = False


def is_title(line: Line) -> bool:
    """May it be a headline?"""
    return (not line.kind and not line.prose and not line.text.endswith((".", ":", ",")) and line.words <= 40
            and (not line.marker or line.hashed))


def is_section(line: Line, below: Line, after: Line | None) -> bool:
    """Is it a label over the headline: a section, a reader's button? `below` is the next line, `after` the next text.

    Three words with a date or a credit right under them are a headline.
    """
    if line.words > 3 or line.marker or after is None or after.prose or after.marker or after.kind:
        return False
    return line.words < 3 or below.kind not in ("furniture", "credit", "caption")


def mark_quotes(lines: list[Line]) -> None:
    """A line that is one quotation, credited on the next, and the short line that names whose statement it was."""
    for before, line in zip(lines, lines[1:], strict=False):
        if line.kind or before.kind not in ("", "pullquote"):
            continue
        quoted = before.text[0] in OPEN_QUOTES and before.text.rstrip(",.")[-1] in CLOSERS
        if line.text[0] in DASHES and line.words <= 15 and not line.marker:
            line.kind = "quote_credit"
            if quoted:
                before.kind = "pullquote"
        elif not line.finished and 1 < line.words <= 5 and before.prose and not line.gap and not line.marker:
            start = " ".join(line.text.split()[:2])
            said = any(q in before.text for q in "“\"") or "’s" not in start
            if start in before.text and said:
                line.kind = "quote_credit"


def mark_headings(lines: list[Line]) -> None:
    """A short unfinished line with text under it is a heading; at the end of a story it is a signature."""
    nexts = following(lines, ("furniture", "credit"))
    for i, line in enumerate(lines):
        title = not line.marker and line.words <= 15 and not line.prose and (
            not line.finished or line.text.endswith(("?", ":", "!")))
        if line.kind or not (line.hashed or title):
            continue
        after = nexts[i]
        if after is None or after.kind == "headline":
            line.kind = "credit" if line.words <= 6 and line.text.istitle() else "furniture" if line.words <= 3 else ""
        elif after.kind == "quote_credit" or (line.text.endswith(":") and REPORTS.search(line.text)):
            continue  # a sentence that leads to a post or to what is said
        elif i and lines[i - 1].kind == "headline" and after.prose and BYLINE.fullmatch(line.text) and not (
                line.text.isupper() and lines[i - 1].text.isupper()):
            line.kind = "credit"  # a name alone under the headline is a byline
        elif line.hashed or line.text[0].isupper() or line.text[0].isdigit() or line.text[0] in OPEN_QUOTES:
            line.kind = "heading"


def mark_captions(lines: list[Line]) -> None:
    """One sentence beside a photo credit, or the same one under two headlines, is a caption."""
    texts = Counter(line.text for line in lines if not line.kind and line.prose)
    for i, line in enumerate(lines):
        if line.kind or line.marker or len(split(line.text, 0, len(line.text))) > 1:
            continue
        before = lines[i - 1].kind if i else ""
        photo = before == "credit" and lines[i - 1].form == "credit" and re.search(
            r"©|photo|image|getty|afp|reuters", lines[i - 1].text, re.I)
        if photo or (before == "headline" and texts[line.text] > 1):
            line.kind = "caption"


def mark_decks(lines: list[Line]) -> None:
    """The paragraph between a headline and a credit, or before a summary box, is the deck."""
    for i, line in enumerate(lines):
        if line.kind or line.marker or not line.prose or i + 2 >= len(lines):
            continue
        after, beyond = lines[i + 1:i + 3]
        credited = i and lines[i - 1].kind == "headline" and after.kind in ("credit", "dateline", "furniture") and (
            after.form not in ("link", "list", "events", "pointer", "offer", "slug", "source"))
        if credited or (after.kind == "heading" and beyond.marker and all(x.kind == "furniture" for x in lines[:i])):
            line.kind = "deck"


def split(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split a run of text into sentences.

    Parameters
    ----------
    raw : str
    start, end : int
        The run, in offsets of `raw`.

    Returns
    -------
    list of (int, int)
        Half-open offsets, outer space left out. Abbreviations, initials and acronyms do not end a
        sentence unless the next word is one that opens sentences and would else be lower-case.
    """
    cuts, text = [], raw[start:end]
    for match in END.finditer(text):
        end = match.end()  # what decides stands near: a long paragraph must not be read again at every full stop
        after = text[end:end + NEAR].lstrip()
        if re.search(r"\w", after) and ends(text[max(0, end - NEAR):end], match.group(), after):
            cuts.append(end)
    spans = []
    for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True):
        piece = text[a:b]
        if piece.strip():
            a += len(piece) - len(piece.lstrip())
            spans.append((start + a, start + a + len(piece.strip())))
    return spans


def pieces(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, or the pieces of one that is longer than any sentence is."""
    while end - start > LONGEST_SENTENCE:
        piece = raw[start:start + LONGEST_SENTENCE].rsplit(None, 1)[0]
        yield start, start + len(piece)
        rest = INK.search(raw, start + len(piece), end)
        start = rest.start() if rest else end
    if start < end:
        yield start, end


def ends(before: str, mark: str, after: str) -> bool:
    """Does a full stop, question mark or exclamation mark end the sentence here?"""
    opener = after.lstrip(OPEN_QUOTES + "([—–- *_")
    if not opener or opener[0].islower():
        return False
    first = re.match(r"[\w'’]+", opener)
    opens = bool(first) and first.group().lower() in OPENERS and first.group() != first.group().lower()
    if mark[0] in "!?":
        return not (mark[-1] in CLOSERS and SPEAKS.match(after))
    if mark[:3] == "...":
        return True
    words = before[: len(before) - len(mark)].split()
    word = words[-1].lstrip(OPEN_QUOTES + "([—–-").rpartition("—")[2] if words else ""
    low = word.lower()
    if low in NEVER_END or (low in BEFORE_NUMBERS and opener[0].isdigit()):
        return False
    initial = re.fullmatch(r"(?:[A-Z]\.)*[A-Z]", word)
    if initial or low in MAY_END:
        return opens and not (initial and "." not in word and len(before.split()) < 4)
    return True


# --- Stories ---------------------------------------------------------------------------------------------------


@dataclass
class Story:
    """What is parsed as one Doc, and where each piece of it lies in the raw text of its document.

    `page` is that raw text. `pieces` are (kind, start, end, shift): half-open offsets in `text`, and what to
    add for the raw text. `sentences` are (identifier, start, end) in `text`. `shifts` are (offset in `text`, what to
    add from there on): a piece with several spaces in a row has more than one.
    """

    file: str
    source: str
    name: str
    page: str = field(repr=False)
    text: str = ""
    pieces: list = field(default_factory=list)
    sentences: list = field(default_factory=list)
    shifts: list = field(default_factory=list)

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the raw text for one in `text`."""
        piece = self.pieces[bisect_left(self.pieces, end, key=lambda piece: piece[1]) - 1]
        last = min(end, piece[2]) - 1
        return start + self.shift(start), last + self.shift(last) + 1

    def shift(self, at: int) -> int:
        """Return what to add to an offset of `text` for the raw text."""
        return self.shifts[bisect_right(self.shifts, at, key=lambda shift: shift[0]) - 1][1]

    def sentence(self, start: int) -> str:
        """Return the identifier of the sentence that holds an offset of `text`."""
        return self.sentences[bisect_right(self.sentences, start, key=lambda sentence: sentence[1]) - 1][0]


Placed = tuple[str, str, str, int, int]  # a sentence: identifier, story, kind, start, end


def stories(document: Document, names: frozenset[str] = frozenset()) -> tuple[list[Placed], list[Story]]:
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
    parts = blocks(document.raw, document.name)
    names = names | capitalised(document.raw, parts)
    sentences, out = [], []
    for block in parts:
        for run in runs(block):
            named = [(f"{document.name}.{len(sentences) + i:03d}", a, b) for i, (a, b) in enumerate(run, 1)]
            sentences += [(name, block.story, block.kind, a, b) for name, a, b in named]
            if block.kind != "furniture":
                if not out or out[-1].name != block.story or len(out[-1].text) + run[-1][1] - run[0][0] > LONGEST:
                    out.append(Story(document.file, document.source, block.story, document.raw))
                append(out[-1], block.kind, named, names)
    return sentences, out


def runs(block: Block) -> Iterator[list[tuple[int, int]]]:
    """Yield the sentences of a block, together unless they are too long for one Doc."""
    run = []
    for sentence in block.sentences:
        if run and sentence[1] - run[0][0] > LONGEST:
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def append(story: Story, kind: str, sentences: list[tuple[str, int, int]], names: frozenset[str]) -> None:
    """Add a run of sentences to a story, without markup and with one space between words."""
    first, last = sentences[0][1], sentences[-1][2]
    text = MARKUP.sub(lambda match: " " * len(match.group()), story.page[first:last])
    if kind in ("headline", "heading"):
        text = sentence_case(text, names)
    story.text += "\n\n" if story.text else ""
    start = len(story.text)
    text, places = one_form(text)
    story.text += text
    story.pieces.append((kind, start, start + len(text), first - start))
    story.shifts += [(start + a, first + b - start - a) for a, b in places]
    story.sentences += [(name, start + squeezed(places, a - first), start + squeezed(places, b - first))
                        for name, a, b in sentences]


def one_form(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text in one form of each character, and where it goes on: (offset in the result, offset in the text).

    A parser reads two spaces as a word between the words, so one is left of them; an apostrophe is straight; a soft
    hyphen is nothing, "ﬁ" is two letters, and "&amp;" is no word.
    """
    out, places, at, length = [], [(0, 0)], 0, 0
    for match in VARIANTS.finditer(text):
        form = unicodedata.normalize("NFKC", html.unescape(match.group())).strip(" \u00ad")
        out += [text[at:match.start()], form]
        length += match.start() - at
        inside = min(len(form), len(match.group()))  # of a longer form, the rest stands for the last character
        places += [(length + i, match.end() - 1) for i in range(inside, len(form))]
        length, at = length + len(form), match.end()
        places.append((length, at))
    return "".join([*out, text[at:]]).replace("\u2019", "'"), places


def squeezed(places: list[tuple[int, int]], at: int) -> int:
    """Return an offset of a text as it is in its one form, given the places where that goes on."""
    i = bisect_left(places, at, key=lambda place: place[1])  # of the two letters of "ﬁ" the first
    i -= i == len(places) or places[i][1] > at
    moved = at - places[i][1] + places[i][0]
    return min(moved, places[i + 1][0]) if i + 1 < len(places) else moved


def plain(word: str) -> str:
    """Return a word in the form in which words are compared: one shape of apostrophe, no possessive."""
    return word.replace("’", "'").removesuffix("'s").removesuffix("'S")


def capitalised(raw: str, blocks: list[Block]) -> frozenset[str]:
    """Words that a document writes with a capital inside a sentence, plain: its names and abbreviations."""
    inside = set()
    for block in blocks:
        if block.kind in ("body", "bullet", "deck", "caption", "pullquote"):
            text = raw[block.start:block.end]
            inside.update(re.findall(r"(?<=[a-z,;’] )[A-Z][\w’'-]*|(?<=[a-z] \()[A-Z]{2,}\b", text))
    return frozenset(plain(word) for word in inside)


WORD = re.compile(r"[^\W\d_][\w’'-]*")


def sentence_case(text: str, names: frozenset[str]) -> str:
    """Lower the capitals of a title that stand on words which are no names; the length stays.

    Taggers are trained on running text and take "Rebukes" in "Rome Rebukes Criticism" for a name. In a title all in
    capitals the names get back the form that the codebook or the document gives them.
    """
    words = WORD.findall(text)
    if len(words) < 2 or sum(word[0].isupper() for word in words) < 0.6 * len(words):
        return text
    small = sum(any(c.islower() for c in word) for word in words)
    if small <= len(words) // 10:
        # "US" goes before "Us", but "Lind" before "LIND".
        forms = {name.upper(): name for name in sorted(names, key=short_capitals)}
        out, at = WORD.sub(lambda match: from_capitals(match, forms), text), WORD.search(text).start()
        return out[:at] + text[at] + out[at + 1:]
    return WORD.sub(lambda match: from_title(match.group(), names), text)


def short_capitals(name: str) -> tuple[bool, str]:
    """Sort abbreviations of two or three letters last."""
    return name.isupper() and len(name) < 4, name


def from_title(word: str, names: frozenset[str]) -> str:
    """Return a word of a title in title case as it stands in running text."""
    base = plain(word)
    known = base in names or any(part in names for part in re.split(r"[-–]", base))
    return word if known or not base[1:].islower() else same_length(word, word.lower())


def from_capitals(match: re.Match[str], forms: dict[str, str]) -> str:
    """Return a word of a title in capitals as it stands in running text; `forms`: names by their capitals."""
    out = []
    for piece in re.split(r"(-)", match.group()):
        base = plain(piece)
        initial = len(piece) == 1 and match.string[match.end():match.end() + 1] == "."
        if initial or base == "I" or (len(base) < 6 and base.isupper() and not re.search(r"[AEIOUY]", base)):
            out.append(piece)  # "U.S.", and what cannot be said as a word: "BBC"
        else:
            form = forms.get(base, base.lower()) + piece[len(base):].lower()
            form = "".join(a if a in "'’" else b for a, b in zip(piece, form, strict=False))
            out.append(same_length(piece, form))
    return "".join(out)


def same_length(word: str, form: str) -> str:
    """Return the form, or the word itself where the form has another length, as with İ."""
    return form if len(form) == len(word) else word


def name_words(codebook: Codebook | None) -> frozenset[str]:
    """All capitalised words of the codebook's names, plain: they keep their capital in a headline."""
    actors = codebook.actors.values() if codebook else ()
    texts = (t for a in actors for t in [a.name, *a.aliases, *a.adjectives, *a.capital, *a.bodies])
    return frozenset(plain(word) for text in texts for word in re.findall(r"[\w’'-]+", text) if word[0].isupper())
