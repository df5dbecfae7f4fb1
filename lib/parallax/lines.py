"""The lines of a page, and the forms by which a line that is no running text is known.

Every form is a kind of line that many sites and databases share, never the layout of one of them. A form looks at one
line only; what its neighbours tell is read in `parallax.segment`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

OPEN_QUOTES = "\"'“‘«„‚‹»"  # » opens in Danish and German print
CLOSERS = "\"'”’»)]“«›"  # “ closes after „, and « after »
DASHES = "—–-"
LONGEST_LINE = 600  # characters; no form is looked for in a longer line

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
DATE = (r"(?:\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
        rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th|\.)? {MONTH}(?:,? \d{{4}})?)")
ZONE = r"\(?(?:[A-Z]{2,5}(?:[+-]\d{1,2})?|local(?: time)?)\b\)?"
CLOCK = rf"(?:\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?)?|\d{{1,2}} ?[ap]\.?m\b\.?)(?: ?(?-i:{ZONE}))?"
AGO = (r"(?:\d+|an?|one) ?(?:s|m|h|d|w|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?)"
       r" (?:ago|read)(?![a-z])")
TIMED = r"(?:first |last |originally )?(?:date|time|published|posted|updated|modified|created|edited)"
STAMP = re.compile(rf"(?>{TIMED}\b|{WEEKDAY}|{DATE}|{CLOCK}|{AGO}|on\b|at\b|today\b|yesterday\b"
                   r"|[\s,:;•·|/()—–-])+\Z", re.I)
FULL_DATE = (r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
             rf"|{MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {MONTH} \d{{4}})")
DATED = re.compile(  # a date with its year and time, as it opens a page whose lines are glued together
    rf"(?:(?:date|published|posted|updated|last updated|modified)\s*(?:on|:)?\s*)?"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?{FULL_DATE}"
    r"(?:\s*[,•·|]?\s*(?:at )?\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?\s*[A-Z]{0,4})?", re.I)
SEPARATOR = re.compile(r"[\W_]+")
MARKER = re.compile(r"(?:[-*+•·▪‣◦●]|\d{1,2}[.)])[ \t\u00a0]+(?=\S)")
PERSON = r"(?-i:[A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|de|van|von|der|den|bin|al|el)){0,4})"
ROLES = (r"(?:correspondent|editor|reporter|writer|columnist|analyst|producer|journalist|photographer|bureau chief|"
         r"contributor|commentator|presenter|staff|desk|team)s?")


@dataclass
class Line:
    """A line of the page without its marker and outer space; `gap`: a blank line stands before it.

    `form` is the name of the form that decided its kind.
    """

    start: int
    end: int
    text: str
    marker: str = ""
    gap: bool = False
    kind: str = ""
    form: str = ""

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @cached_property
    def finished(self) -> bool:
        """Does it end as a sentence ends?"""
        return self.text.rstrip(CLOSERS + "*_ ").endswith((".", "!", "?", "…", ":", ";", ","))

    @cached_property
    def prose(self) -> bool:
        """Does it read as running text rather than as a title or a label?"""
        return self.words > 25 or (self.finished and not self.text.endswith(("?", ":")) and self.words > 5)

    @cached_property
    def short(self) -> bool:
        """May it be a label, or a title of some words?"""
        return self.words <= 12 and not self.prose

    @cached_property
    def hashed(self) -> bool:
        """Is it marked as a heading with "#"?"""
        return self.marker.startswith("#")


def part(raw: str, start: int, end: int, kind: str = "", form: str = "") -> Line:
    """Return the line between two raw offsets, outer space left out."""
    text = raw[start:end]
    start += len(text) - len(text.lstrip())
    return Line(start, start + len(text.strip()), text.strip(), gap=True, kind=kind, form=form)


def joined(raw: str, lines: list[Line]) -> Line:
    """Return some lines that follow each other as one, of the kind of the first."""
    first, end = lines[0], lines[-1].end
    return Line(first.start, end, raw[first.start:end], first.marker, first.gap, first.kind, first.form)


def split_lines(raw: str) -> list[Line]:
    """Split the raw text into its lines that hold something, list markers and outer space left out."""
    lines, gap = [], True
    for match in re.finditer(r"[^\r\n\u2028\u2029\f\v]+", raw):
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip(" \t\u00a0\ufeff\u200b#>|"))
        hashes = re.match(r"[ \t]*(#{1,6})[ \t]", text)
        body = raw[start:match.end()]
        marker = MARKER.match(body)
        if marker and SEPARATOR.fullmatch(body) is None:
            start += marker.end()
        trimmed = raw[start:match.end()].rstrip(" \t\u00a0\ufeff\u200b|")
        breaks = raw[lines[-1].end if lines else 0:match.start()].replace("\r\n", "\n")
        gap = not lines or gap or breaks.count("\n") + breaks.count("\r") > 1
        if trimmed:
            sign = hashes.group(1) if hashes else marker.group().strip() if marker and start > match.start() else ""
            lines.append(Line(start, start + len(trimmed), trimmed, sign, gap))
            gap = False
        else:
            gap = True
    return lines


# --- Forms -----------------------------------------------------------------------------------------------------

LABELS = (  # navigation, buttons and links begin with one of these
    r"(?:share|tweet|e-?mail|print|save|copy link|comments?|listen|menu|search|home|login|log in|sign (?:in|up)|"
    r"subscribe|subscription|newsletter|advertisement|sponsored|promoted|related|recommended|trending|most read|"
    r"more (?:from|on|stories|news)|read (?:more|also|next|full|the full)|see also|also read|continue reading|"
    r"click here|tap here|follow (?:us|our)|join (?:us|our)|skip to|back to|go to|previous|next|tags?|topics?|"
    r"filed under|categor(?:y|ies)|cookies?|accept|all rights reserved|terms of|privacy|contact us|about us|"
    r"post a comment|what do you think|have a question|write to|catch (?:all|up)|you[’']re all caught up|"
    r"just in|enditem|this (?:article|story) (?:was|is|first|originally)|view (?:more|original)|"
    r"download|watch|view (?:all|comments|gallery)|facebook|twitter|whatsapp|linkedin|telegram|reddit|"
    r"\d+ (?:min|minutes?) read|\d+ comments?|\d+ shares?|reading time|leave a (?:reply|comment)|https?://|www\.)"
    r"(?=\W|$)")
CREDITS = (
    r"[\[(]?(?:©|\(c\)|copyright (?:©|\(c\)|\d{4})"
    r"|(?:photo|photograph|image|picture|illustration|video|graphic)s?(?: credit)?\s*(?::|by |via |/)"
    r"|credit:|source:"
    r"|(?:reporting|editing|additional reporting|compiled|written|edited) by\b"
    r"|with (?:inputs?|reporting|additional reporting) (?:from|by)|[\w. ]+/[\w. ]+\)$"
    r"|the views expressed|the (?:author|writer) is\b)"
    r"|.*(?:getty images|/(?:afp|ap|reuters|epa)\b|pool photo|file photo\)?$)")
LISTED = (  # the title of a list of links
    r"(?:(?:more|also) (?:on|from|in|about|like|by)\b.*|more (?:stories|news|coverage|reading)\b.*"
    r"|related(?: (?:topics?|articles?|stories|story|content|links?|coverage|reading|news|posts?|tags?|reports?))?"
    r"|(?:what to )?read (?:next|more|also|this next)|further reading|keep reading|up next|see also|also read"
    r"|most (?:read|popular|viewed|shared|commented|watched)\b.*|(?:top|latest|popular|trending|other|similar) "
    r"(?:stories|news|headlines|articles|posts|topics)|trending(?: now)?|recommended(?: (?:for you|stories|reading|"
    r"articles))?|you (?:may|might) (?:also )?(?:like|be interested in|enjoy)|editor[’']?s?[’']? (?:picks?|choice)"
    r"|(?:don[’']t miss|topics|tags|explore more|in case you missed it|in other news|elsewhere))")
LIVE = r"(?:key (?:events?|moments|posts|developments)|(?:latest|recent) (?:updates|events|posts))"
LINKED = (r"(?:also |must[- ]?|don[’']t )?(?:read|see|watch|listen|miss)(?:[ -]\w+){0,2} ?[:|»→]"
          r"|related(?: \w+)? ?[:|»→]|more(?: \w+){0,3}:")
PHOTOS = r"(?:photo(?:graph)?|picture|image|illustration|video|graphic|still)s?"


class Form(NamedTuple):
    """A form of line: its name, the kind it gives, where it is looked for, the pattern, and why."""

    name: str
    kind: str
    where: Callable[[Line], bool]
    pattern: re.Pattern[str]
    why: str


def form(name: str, kind: str, where: Callable[[Line], bool], pattern: str, why: str) -> Form:
    """Make a Form; its pattern reads capitals as small letters unless it says (?-i:...)."""
    return Form(name, kind, where, re.compile(pattern, re.I), why)


def anywhere(line: Line) -> bool:
    """Look in every line."""
    return True


def labelled(line: Line) -> bool:
    """Look in labels and titles of some words."""
    return line.short


def title(line: Line) -> bool:
    """Look in lines that do not read as running text."""
    return not line.prose


def sentence(line: Line) -> bool:
    """Look in lines of at most a long sentence."""
    return line.words <= 30


def tiny(line: Line) -> bool:
    """Look in lines of four words."""
    return line.words <= 4


def credit(line: Line) -> bool:
    """Look in lines that may be a credit: prose only when it is short."""
    return line.words <= 25 and (not line.prose or line.words <= 15)


def unfinished(line: Line) -> bool:
    """Look in short lines that do not end as a sentence does."""
    return line.words <= 15 and not line.text.endswith((".", "?", "!", ":"))


FORMS = [  # the first that fits decides
    form("separator", "furniture", anywhere, r"[\W_]+\Z", "a rule, stars, a bullet alone"),
    form("link", "furniture", anywhere, r"\W?(?:[a-z]{2,10}://|(?:www\.)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}"
         r"\.[a-z]{2,10}/)\S+\Z|!\[.*\)\Z", "an address alone"),
    form("letter", "furniture", labelled, r".\Z", "one sign alone"),
    form("ago", "furniture", labelled, rf"(?:.{{0,40}}[·•|-] )?{AGO}", "how long ago, or how long to read; with the "
         "title of an entry in a list of key events"),
    form("trail", "furniture", labelled, r"(?:[^/|·•>»›]{1,30} [/|·•>»›] ){2,}[^/|·•>»›]{1,30}\Z",
         "Home > World > Sea"),
    form("list", "furniture", labelled, rf"{LISTED}:?\Z", "the title of a list of links"),
    form("events", "furniture", labelled, rf"{LIVE}:?\Z", "the title of a live blog's list of events"),
    form("live", "furniture", labelled, r"(?:pinned(?: post)?|live(?: (?:updates|reporting|feed|blog|coverage))?:?)\Z",
         "a label of a live blog"),
    form("document", "furniture", labelled, r"(?:document )?\d+ of \d+(?: documents?)?\Z|document [a-z]{2,12}0\w{8,}\Z|"
         r"document id: ?\w+\Z|end of document\Z", "where an article of a press database begins or ends"),
    form("slug", "credit", lambda line: line.words <= 70, r"\[\d+/\d+\] ?\S|file (?:photo|picture|image)\b ?[:—–-]",
         "an agency's photo: number in the series or FILE PHOTO, what it shows, who took it"),
    form("slug", "credit", lambda line: line.words <= 12,
         r"\(?(?-i:[A-Z]{2,}[A-Za-z]*(?: [A-Z]\w+){0,2}/[A-Z])[\w.’' -]{2,40}(?:/[\w.’' -]{2,30}){0,2}\)?"
         r"(?: (?:acquire|purchase) licensing rights.*)?\Z|(?:acquire|purchase) licensing rights",
         "(AGENCY/Name Name)"),
    form("source", "credit", lambda line: line.words <= 20,
         rf"{PHOTOS} (?:source|credits?|copyright|courtesy|provided)\b", "Image source, An Agency"),
    form("caption", "caption", lambda line: line.words <= 60,
         rf"(?:(?:{PHOTOS}|media|audio|map|chart|figure) )?caption ?[,:]", "Image caption, What is seen"),
    form("direction", "furniture", lambda line: line.words <= 5, r"(?:\[[^\[\]]{0,50}[^.!?\[\]]\]|\([a-z ]{3,30}\)"
         r"|[\[(](?:[a-z]+ ?){1,2}\.[\])])\Z",
         "[Applause], (crosstalk): what a transcript tells beside the words"),
    form("byline", "credit", unfinished, rf"(?:(?:words|story|text|analysis|report) )?by:? (?:{PERSON}\Z"
         r"|(?-i:[A-Z][\w.’'-]* [A-Z][\w.’'-]*)(?: (?-i:[A-Z])[\w.’'-]*){0,3}(?: ?[,;|•·–—(]| (?:and|with|in|for)\b))",
         "By Name Name, with or without a role"),
    form("byline", "credit", unfinished, r"(?:from|with) (?-i:[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,2} in [A-Z])"
         r"[\w.’' -]{1,30}\Z", "From Name Name in Place"),
    form("credit", "credit", credit, CREDITS, "who took, wrote or owns it"),
    form("credit", "credit", unfinished,
         r"(?-i:[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,2}(?: via | ?/ ?)[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}\Z)",
         "Name Name/Agency, Name Name via Agency"),
    form("handle", "furniture", labelled, r"@[\w.]{2,30}\Z|follow (?:\w+ ){0,2}@\w", "the address of an account"),
    form("button", "furniture", labelled, r"(?:follow(?:ing)?|reply|repost|retweet|like|quote|bookmark|"
         r"show (?:more|less)|translate (?:post|tweet)|read \d+ repl(?:y|ies)|instagram|tiktok|youtube)\Z",
         "what can be done with a post, and where it stands"),
    form("order", "furniture", sentence, r"(?:click|tap) here\b", "an order to the reader"),
    form("embed", "furniture", labelled, r"(?:view|see|watch|open) this (?:post|photo|video|reel|tweet|thread|message|"
         r"content|story)\b|an? (?:post|photo|video|reel|story|thread|tweet) (?:shared|posted|published) by\b",
         "what stands around an embedded post"),
    form("counter", "furniture", labelled, r"(?:[\d.,]+ ?[kmb]? (?:views?|likes?|reposts?|retweets?|repl(?:y|ies)|"
         r"shares?|comments?|bookmarks?|followers|reactions?|quote \w+)\b[\s,·•|]*)+\Z|[\d.,]+ ?[kmb]\Z",
         "how often a post was seen and shared"),
    form("link", "furniture", sentence, rf"[\[(]?(?:{LINKED})",
         "Read more: ..., [Related: ...]: the title of another page"),
    form("pointer", "furniture", title, r"(?:[➡→↗➔➜➤⇒]\ufe0f?|»(?!.*«)|>>|=>)\s*\S|.*\S\s*[→➡➔]\ufe0f?\Z",
         "an arrow to another page"),
    form("offer", "furniture", sentence, r"(?:sign up|subscribe|register|join|follow|get|download|support|click|tap)\b"
         r"(?=.*\b(?:newsletters?|our app|our channel|whatsapp|telegram|inbox|e-?mail alerts?|subscribers?"
         r"|our journalism|push alerts?|notifications|to our|free trial)\b)", "sign up, subscribe, follow us"),
    form("label", "furniture", tiny, LABELS, "a button or the name of a part of the site"),
    form("label", "furniture", labelled, rf"{LABELS}(?:.*[:|»→>@])", "a button with what it leads to"),
    form("label", "furniture", labelled, rf"(?=(?:read|see|also|click|sign|follow|more)\b){LABELS}",
         "a link or an order"),
    form("stamp", "furniture", title, rf"{CLOCK} ?[·•|] ?{DATE}", "when a post was written, and how often it was seen"),
    form("stamp", "furniture", lambda line: line.words <= 15 and not line.text.isalpha() or line.words == 1,
         STAMP.pattern, "when it was written"),
]
FAREWELL = re.compile(  # what a page says to its reader under the text
    r"(?=post a|what do you|have a question|write to|catch|you[’']re all|this (?:article|story))" + LABELS, re.I)
# A caption ends with who took the photo: after a word for photo, in brackets with a slash, or as AGENCY/Name.
CREDITED = re.compile(
    rf"(?:[.!?)”\"'’] |[(\[|/—–] ?| - ){PHOTOS}(?: credit| courtesy)? ?(?::|by |via |of |/) ?"
    r"(?-i:[@A-Z])[^.!?]{1,70}\Z"
    rf"|\w (?-i:(?=[A-Z])){PHOTOS}(?: credit)?: ?(?-i:[@A-Z])[^.!?]{{1,70}}\Z|\S ©.{{2,60}}\Z"
    r"|\S [(\[](?-i:[A-Z])[\w.’' -]{1,40}(?:/[\w.’' -]{2,40}){1,2}(?: via [\w .-]{2,30})?[)\]]\Z"
    rf"|\S [(\[](?:source|credit|file photo|{PHOTOS})\b[^()\[\]]{{0,60}}[)\]]\Z", re.I)
SLUG = re.compile(  # no re.I here: the capitals tell the agency
    r"[.!?)”\"\d] \(?[A-Z]{2,}[A-Za-z]*(?: [A-Z]\w+){0,2}/[A-Z][\w.’' -]{2,40}(?:/[A-Z][\w.’' -]{2,30}){0,2}\)?"
    r"(?: (?:Acquire|Purchase) Licensing Rights.{0,40})?\Z")


def known_form(line: Line) -> tuple[str, str]:
    """Return (kind, name) of the first form that a line has, or two empty strings."""
    if len(line.text) > LONGEST_LINE:
        return "", ""
    for one in FORMS:
        if one.where(line) and one.pattern.match(line.text):
            return one.kind, one.name
    if line.words <= 70 and SLUG.search(line.text):
        return "credit", "slug"
    if 4 < line.words <= 60 and CREDITED.search(line.text):
        return "caption", "caption"
    return "", ""


# --- Datelines -------------------------------------------------------------------------------------------------

CAPITALS = re.compile(r"(?=[A-Z.'’-]{3}|[A-Z.'’-]{2} [A-Z]{2})[A-Z][A-Z.'’-]+(?!\w)"
                      r"(?:(?: and | & | )[A-Z][A-Z.'’-]+\b\.?){0,3}")
PLACE = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}")
AGENCY = re.compile(r"\((?:[A-Z][\w.&’'-]*(?:[ /,]{1,2}(?:[A-Z&\d][\w.&’'-]*|of|de))*|dpa)\)|/[^/\s][^/]{1,38}/\.?")
WHEN = re.compile(rf"(?:{WEEKDAY}(?=\W)|{DATE})", re.I)
BETWEEN = re.compile(r"[ \t]*[,/|·][ \t]*|\. (?=/)|[ \t]+")
STOP = re.compile(r"\s*(?:—|–|―|--+|_)\s+|\s+-\s+|:\s+|(?<=[)])\s*[—–-]+\s*")
LONGEST_DATELINE = 200  # characters
NO_PLACE = frozenset("yes no well and but so or the a an this that it he she we they i you note update".split())
NEXT = re.compile(r"[*_]*[\"'“‘«„(\[]*\s?[A-Z0-9À-Þ]")
ITEMS = (("when", WHEN), ("agency", AGENCY), ("capitals", CAPITALS), ("place", PLACE))


def dateline(text: str, first: bool) -> int:
    """Return where the text begins after a dateline: places, dates and agency in any order, then a dash or colon.

    Parameters
    ----------
    text : str
    first : bool
        Nothing but titles and credits stands before it. A place in small letters without an agency counts only here.

    Returns
    -------
    int
        An offset in `text`, 0 where it opens with no dateline.
    """
    text, at, found = text[:LONGEST_DATELINE], 0, []
    apart = True  # a place stands first, or after a comma or slash
    for _ in range(6):
        name, match = item(text, at)
        if match is None or (name in ("place", "capitals") and not apart and found[-1] != "when"):
            break
        found.append(name)
        at = match.end()
        gap = BETWEEN.match(text, at)
        if gap is None or STOP.match(text, at):
            break
        at, apart = gap.end(), bool(gap.group().strip())
    stop = STOP.match(text, at)
    end = stop.end() if stop else at
    sign = stop.group().strip() if stop else ""
    alone = first and found == ["place"] and sign not in ("", ":", "-") and not STOP.search(text, end) and (
        text.split()[0].lower() not in NO_PLACE)
    good = alone or is_dateline(found, sign, first)
    return end if good and end < len(text) and NEXT.match(text, end) else 0


def item(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    """Return what part of a dateline stands here: its name and match."""
    matches = ((name, pattern.match(text, at)) for name, pattern in ITEMS)
    return next(((name, match) for name, match in matches if match), ("", None))


def is_dateline(found: list[str], stop: str, first: bool) -> bool:
    """Are these parts, ended by a dash, a colon or nothing, a dateline?"""
    if "capitals" in found[:2]:
        return bool(stop) or found[-1] == "agency"
    if found[:1] == ["place"]:
        return first and len(found) > 1 and stop not in ("", ":")
    return "agency" in found and stop not in ("", ":")
