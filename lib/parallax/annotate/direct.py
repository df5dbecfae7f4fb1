"""Direct speech whose speaker stands beside it: labels, credits, posts, what goes on, who is on stage."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from spacy.tokens import Token

from parallax.annotate.page import DASHES, RUNNING, STOPS, TITLES, Content, Cue, Page, Statement
from parallax.annotate.quotations import Quotation
from parallax.annotate.reporting import NOUNS
from parallax.annotate.rules import words
from parallax.annotate.speakers import speaks, statement
from parallax.annotate.syntax import NOMINAL, VERBAL, Range, is_passive, subject, verb_group

LONGEST_LABEL, LONGEST_CREDIT = 12, 25  # tokens
UNNAMED = "unnamed voice"


class Told:
    """The statements of a Doc while its quotations are read, the first one first: whose each is, how far they reach."""

    def __init__(self, found: list[Statement]) -> None:
        self.found, self.reach = found, 0
        self.of: dict[Quotation, list[Statement]] = defaultdict(list)
        self.ahead = sorted((row.content[:2] for row in found), reverse=True)
        for row in found:
            self.note(row, row.content.quotations)

    def note(self, row: Statement, quotations: Iterable[Quotation]) -> None:
        """Note a statement as that of some quotations."""
        for quotation in quotations:
            self.of[quotation].append(row)

    def add(self, row: Statement) -> None:
        """Add a statement that begins before the next quotation."""
        self.found.append(row)
        self.note(row, row.content.quotations)
        self.reach = max(self.reach, row.content.end)

    def holds(self, quotation: Quotation) -> bool:
        """Tell whether a statement holds a quotation, but for its closing mark."""
        while self.ahead and self.ahead[-1][0] <= quotation.start:
            self.reach = max(self.reach, self.ahead.pop()[1])
        return quotation.end <= self.reach + 1


def beside(page: Page, quotation: Quotation, told: Told) -> None:
    """Give a quotation that no verb reports its speaker, and add the statement to those found."""
    if quotation not in page.claimed and not carry_on(page, quotation, told):
        held = told.holds(quotation)
        for rule in (from_tag, from_credit, from_colon, from_title, *(() if held else (from_stage,))):
            rows = list(rule(page, quotation))
            if rows:
                for row in rows:
                    told.add(row)
                break
    page.claimed.add(quotation)


# --- Labels and posts: a paragraph and its speaker ----------------------------------------------------------------


def labels(page: Page) -> Iterator[Statement]:
    """Yield the paragraphs that begin with their speaker ("Palace: no plans for talks"), and the turns of a transcript.

    In a transcript a turn goes on over the paragraphs without a label, up to the next one.
    """
    found = [(first, last, label(page, first, last)) for first, last in page.blocks]
    transcript = is_transcript(page, [span for _, _, span in found if span])
    speaking: Statement | None = None
    for first, last, span in found:
        plain = span is not None and not shouted(page, span) and (page.kinds[first] in TITLES or is_person(page, span))
        if span and (transcript or plain):
            page.claimed.update(q for q in page.quotations_in(first, span[1]) if span[1] < q.end)
            content = page.content(span[1] + 1, last)
            rows = list(turn(page, span, content, transcript)) if content else []
            yield from rows
            speaking = rows[0] if rows and transcript and page.kinds[first] in RUNNING else None
        elif page.kinds[first] in TITLES:
            speaking = None
        elif speaking and page.kinds[first] in RUNNING and not page.doc[first].text.startswith(("(", "[")):
            content = page.content(first, last)
            cue = speaking.cue._replace(rule="label-goes-on", span=None)
            yield from [replace(speaking, cue=cue, content=content._replace(form="direct"))] if content else []


def label(page: Page, first: int, last: int) -> Range | None:
    """Return (start, colon) of the label that a paragraph begins with, or None."""
    doc = page.doc
    while first < last and (doc[first].is_space or doc[first].is_quote):
        first += 1
    colon = next((i for i in range(first + 1, min(first + LONGEST_LABEL, last - 1)) if doc[i].text == ":"), None)
    quoted = colon is not None and colon + 1 in page.quotation_at and first not in page.quotation_at
    if colon is None or quoted or any(t.is_sent_start for t in doc[first + 1:colon]):
        return None
    if shouted(page, (first, colon)) or doc[first:colon].text in ("Q", "A"):
        return first, colon
    named = colon - first <= 5 and not any(t.pos_ in (*VERBAL, "ADP") for t in doc[first:colon])
    head = doc[colon - 1]
    named &= head.lower_ not in words("sorts-of-text") or head.i in page.actors
    return (first, colon) if named and (head.pos_ == "PROPN" or head.pos_ == "NOUN" and speaks(page, head)) else None


def shouted(page: Page, span: Range) -> bool:
    """Tell whether a label is in capitals and names no actor of the codebook: "QUICK READ:", "SENATOR STONE:"."""
    doc = page.doc
    capitals = all(t.is_upper or not t.is_alpha for t in doc[slice(*span)]) and span[1] - span[0] > 0
    return capitals and doc[span[1] - 1].i not in page.actors and doc[slice(*span)].text not in ("Q", "A")


def is_transcript(page: Page, spans: list[Range]) -> bool:
    """Tell whether labels are turns: questions and answers, or names of which one comes back or has its office."""
    texts = [page.doc[a:b] for a, b in spans]
    letters = {text.text for text in texts} >= {"Q", "A"}
    last = [name_of(page, span)[-1].text for span in spans]
    office = any(t.lower_ in words("titles") or t.text == "," for a, b in spans if shouted(page, (a, b))
                 for t in page.doc[a:b])
    return letters or len(last) > 1 and (len(set(last)) < len(last) or office)


def is_person(page: Page, span: Range) -> bool:
    """Tell whether a label names a person: an actor who is one, or a given name and a surname."""
    name = name_of(page, span)
    known = [page.config.get(page.actors[t.i][1]["actor"], {}).get("kind") for t in name if t.i in page.actors]
    return known[0] == "person" if known else len(name) > 1 and all(t.pos_ == "PROPN" for t in name)


def name_of(page: Page, span: Range) -> list[Token]:
    """Return the words of a label without the office after a comma."""
    start, colon = span
    stop = next((i for i in range(start + 1, colon) if page.doc[i].text in (",", "(")), colon)
    return list(page.doc[start:stop])


def turn(page: Page, span: Range, content: Content, transcript: bool) -> Iterator[Statement]:
    """Yield the statement of a label: its speaker is the label without the office after a comma."""
    name = name_of(page, span)
    row = statement(page, name[-1], Cue("label", (span[1], span[1] + 1), ":"), content)
    form = "direct" if transcript else content.form
    text = row.speaker_text if row.speaker else page.doc[name[0].i:name[-1].i + 1].text
    yield replace(row, speaker_text=text, speaker_span=(name[0].i, name[-1].i + 1), content=content._replace(form=form))


def posts(page: Page) -> Iterator[Statement]:
    """Yield the paragraphs that a credit names the writer of, without quotation marks: a post that a page shows."""
    for number, (first, last) in enumerate(page.blocks):
        if page.kinds[first] != "pullquote" or any(i in page.quotation_at for i in range(first, last)):
            continue
        around = [page.blocks[i] for i in (number + 1, number - 1) if 0 <= i < len(page.blocks)]
        credit = next((block for block in around if page.kinds[block[0]] == "quote_credit"), None)
        content = page.content(first, last)
        if credit and content and (head := credited(page, list(page.doc[slice(*credit)]))):
            yield statement(page, head, Cue("post", None, ""), content._replace(form="direct"))


def credited(page: Page, rest: list[Token]) -> Token | None:
    """Return the head of the name in a credit, its dash left out; None where it names nobody."""
    while rest and (rest[0].text in DASHES or rest[0].is_space or not rest[0].is_alpha and rest[0].pos_ != "DET"):
        rest.pop(0)
    if not rest:
        return None
    stop = next((t.i for t in rest[1:] if not (t.is_alpha or t.text in ".-'’")), rest[-1].i + 1)
    head = page.doc[rest[0].i:stop].root
    return None if head.pos_ in VERBAL else head


# --- Quotations ---------------------------------------------------------------------------------------------------


def from_colon(page: Page, quotation: Quotation) -> Iterator[Statement]:
    """Yield a quotation after a colon without a verb of reporting: 'X: "..."', 'X's message to them: "..."'."""
    doc, i, (first, _) = page.doc, quotation.start - 1, page.block(quotation.start)
    while i > first and doc[i].is_space:
        i -= 1
    if i <= first or doc[i].text != ":":
        return
    before = doc[page.sentence(i - 1)[0]:i]
    nouns = [t for t in reversed(before) if t.lower_ in NOUNS and t.pos_ == "NOUN"]
    owned = next(((t, c) for t in nouns for c in t.children if c.dep_ == "poss"), None)
    root = before.root
    cue, head = owned or (doc[i], subject(root) if root.pos_ in VERBAL else root)
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and head is not None and head.pos_ in NOMINAL and speaks(page, head):
        yield statement(page, head, Cue("quotation-after-colon", (cue.i, cue.i + 1), cue.lower_), content)


def from_credit(page: Page, quotation: Quotation) -> Iterator[Statement]:
    """Yield a quotation with its speaker after a dash or in the next block: '"..." —X'."""
    head = credited(page, credit(page, quotation))
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and head is not None:
        yield statement(page, head, Cue("quotation-credit", None, ""), content)


def credit(page: Page, quotation: Quotation) -> list[Token]:
    """Return the words of the credit of a quotation, its dash first; empty where it has none."""
    doc, (first, last) = page.doc, page.block(quotation.start)
    rest = list(islice((t for t in doc[quotation.end:last] if not t.is_space), LONGEST_CREDIT + 1))
    begins = next((i for i in range(first, last) if not doc[i].is_space), first)
    if len(rest) >= 2 or begins != quotation.start:
        return rest if rest and rest[0].text[0] in DASHES and len(rest) <= LONGEST_CREDIT else []
    after = next((i for i in range(last, len(doc)) if not doc[i].is_space), last - 1)  # the block is the quotation
    rest = [t for t in doc[after:page.block(after)[1]] if not t.is_space] if after >= last else []
    return rest if rest and (rest[0].text[0] in DASHES or page.kinds[after] == "quote_credit") else []


def from_tag(page: Page, quotation: Quotation) -> Iterator[Statement]:
    """Yield a quotation with any verb and speaker right after it: '"...," thundered X', '"...," X fumed'."""
    doc, (_, last) = page.doc, page.sentence(quotation.end - 1)
    last = max(last, page.sentence(min(quotation.end, len(doc) - 1))[1])
    if doc[quotation.end - 1 - quotation.closed].text not in (",", "?", "!", "—") or not opens_speech(page, quotation):
        return  # 'under the banner "Enough," the speakers left' reports nothing
    after = doc[quotation.end:min(last, quotation.end + 12)]
    verb = next((t for t in after if t.tag_ in ("VBD", "VBZ") or t.dep_ == "acl" and t.head.i == t.i - 1), None)
    head = None if verb is None else verb.head if verb.dep_ == "acl" else None if is_passive(verb) else subject(verb)
    if verb is None or head is None or head.i in page.quotation_at or not speaks(page, head):
        return
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and min(verb.i, head.left_edge.i) <= quotation.end + 1:
        page.claimed.add(quotation)
        yield statement(page, head, Cue("any-verb-after-quotation", verb_group(verb), verb.lemma_.lower()), content)


def opens_speech(page: Page, quotation: Quotation) -> bool:
    """Tell whether a quotation begins its paragraph or its sentence, or follows a mark: not a title in running text."""
    before = page.doc[max(quotation.start - 1, 0)]
    first = page.sentence(quotation.start)[0]
    return quotation.start <= first or before.is_space or before.is_punct or before.pos_ in ("VERB", "SCONJ")


def is_speech(page: Page, quotation: Quotation) -> bool:
    """Tell whether a quotation is a sentence of its own, with a verb, and no words in passing."""
    finite = any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in page.doc[quotation.start:quotation.end])
    return finite and quotation.start <= page.sentence(quotation.start)[0]


def from_title(page: Page, quotation: Quotation) -> Iterator[Statement]:
    """Yield a quotation that a title begins with, before a colon and its speaker: '"No deal": X hits back'."""
    doc, end = page.doc, quotation.end
    if page.kinds[quotation.start] not in TITLES or end + 1 >= len(doc) or doc[end].text != ":":
        return
    first = next((t for t in doc[end + 1:page.sentence(end)[1]] if t.pos_ in NOMINAL), None)
    while first is not None and first.dep_ == "compound" and first.head.i > first.i and first.head.pos_ in NOMINAL:
        first = first.head
    content = page.content(quotation.start, end, (quotation,))
    if first is not None and content and speaks(page, first):
        yield statement(page, first, Cue("title-quotation", (end, end + 1), ":"), content)


def from_stage(page: Page, quotation: Quotation) -> Iterator[Statement]:
    """Yield speech without a reporting verb: of who is the subject of the sentence before, else of an unnamed voice."""
    content = page.content(quotation.start, quotation.end, (quotation,))
    if not content or not is_speech(page, quotation):
        return
    doc, i = page.doc, quotation.start - 1
    while i > 0 and doc[i].is_space:
        i -= 1
    near = i >= 0 and i not in page.quotation_at and (page.kinds[i] in RUNNING or doc[i].text == ":")
    root = doc[slice(*page.sentence(i))].root if near else None
    head = subject(root) if root is not None and root.pos_ in VERBAL else None
    if head is not None and head.i not in page.quotation_at and speaks(page, head):
        yield statement(page, head, Cue("quotation-of-subject", None, ""), content)
    else:
        cue = Cue("quotation-unnamed", None, "")
        yield Statement(cue, doc[quotation.start], content, "", UNNAMED, None, "other")


def carry_on(page: Page, quotation: Quotation, told: Told) -> bool:
    """Lengthen a statement, or add one, where a quotation goes on; tell whether it does.

    It goes on after its reporting clause ('"...," X said. "..."'), or in the next paragraph when it was not closed.
    """
    at = bisect_left(page.quotations, quotation)
    previous = page.quotations[at - 1] if at else None
    if previous is None or previous not in told.of:
        return False
    row = max(told.of[previous], key=lambda row: row.cue.span or (0, 0))
    if row.speaker_text == UNNAMED:
        return False
    content = page.content(quotation.start, quotation.end, (quotation,))
    if quotation.continues and not previous.closed or continues_alone(page, quotation, previous, row):
        cue = row.cue._replace(rule="quotation-goes-on", span=None)
        if content:
            told.add(replace(row, cue=cue, content=content))
        return True
    if not row.cue.span or not continues_after(page, quotation, previous, row.cue.span):
        return False
    old = row.content
    end = quotation.end - (quotation.closed and old.form == "direct")
    row.content = old._replace(end=end, quotations=(*old.quotations, quotation))
    told.note(row, (quotation,))
    told.reach = max(told.reach, end)
    return True


def continues_alone(page: Page, quotation: Quotation, previous: Quotation, row: Statement) -> bool:
    """Tell whether a quotation is a paragraph of its own, right after one with direct speech."""
    doc, (first, last) = page.doc, page.block(quotation.start)
    alone = all(t.is_space or t.is_punct for t in [*doc[first:quotation.start], *doc[quotation.end:last]])
    after = page.block(max(first - 1, 0)) == page.block(previous.start)
    return alone and after and row.content.form == "direct"


def continues_after(page: Page, quotation: Quotation, previous: Quotation, cue: Range) -> bool:
    """Tell whether a quotation goes on after the reporting clause between it and the one before."""
    gap = [t for t in page.doc[previous.end:quotation.start] if not t.is_space]
    if not gap or page.block(previous.start) != page.block(quotation.start):
        return False
    if not previous.end - 40 < cue[0] < quotation.start:
        return False
    stops = sum(t.text in STOPS for t in gap)
    if stops:
        return stops == 1 and gap[-1].text in STOPS
    return gap[-1].pos_ in ("PUNCT", "CCONJ", "ADV") and not any(t.pos_ in VERBAL and t.i >= cue[1] for t in gap)
