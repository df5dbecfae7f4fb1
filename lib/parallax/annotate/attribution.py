"""Who is reported to say, think, report, accuse, see or deny what: attributed statements.

The spaCy component `parallax_voice` reads a parsed Doc, and `doc.spans["actors"]` and `doc.spans["blocks"]` where they
exist. It writes `doc.spans["statements"]`: one span a statement, the reported content, labelled direct, mixed or
indirect; `span._.fact` says who reports it, with which words and by which rule of `rules/en/attribution.yml`.

A cue is looked up by its form; only around a cue is the parse read. Where a pattern finds cue and speaker, the function
of the rule finds the edges of the content. What is said inside a quotation belongs to its speaker and is not taken
apart again.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from parallax.annotate.direct import Told, beside, labels, posts
from parallax.annotate.page import COMMAS, LINKS, STOPS, TITLES, Content, Cue, Page, Statement, is_link
from parallax.annotate.quotations import Quotation
from parallax.annotate.reporting import ADJECTIVE_EFFECT, CUES, EFFECT, NOUN_EFFECT, NOUNS, PHRASAL, TAKES, VERBS
from parallax.annotate.rules import Matcher, Slots, classes, rules, words
from parallax.annotate.spans import around, needs, write
from parallax.annotate.speakers import is_mute, owner, resolve, speaks, statement
from parallax.annotate.syntax import (
    NOMINAL,
    SUBJECTS,
    VERBAL,
    Range,
    agent,
    goes_on_with,
    has_to,
    is_passive,
    subject,
    verb_group,
)

ADVERBS = {word for word, kind in classes("negators").items() if kind == "adverb"}
HOLDING_BACK = words("withholding-verbs") | words("negating-words")
RULES = rules("attribution")
MATCHER = Matcher(RULES)


# --- Verbs: what they report, in the order in which it is looked for ----------------------------------------------


@dataclass
class Report:
    """A verb that may report: its lemma, the complements it takes, who speaks, and what follows it."""

    verb: Token
    lemma: str
    takes: set[str]
    head: Token
    passive: bool
    after: tuple[Range, str] | None  # its complement and the rule for that

    @property
    def thing(self) -> bool:
        """Tell whether it has a thing for an object, or takes no clause."""
        span = self.after[0] if self.after else (-1, -1)
        objects = (c for c in self.verb.rights if c.dep_ == "dobj")
        return "clause" not in self.takes or any(c.left_edge.i == span[0] for c in objects)


def from_verb(page: Page, verb: Token) -> Iterator[Statement]:
    """Yield what a verb reports, by the first rule that finds it."""
    report = reporting(page, verb)
    if report is None:
        return
    head = owner(report.head)
    idle = report.after and not speaks(page, head) and (report.thing or is_mute(head))
    found = next(filter(None, (find(page, report) for find in (SPOKEN if idle else ALL_VERB_RULES))), None)
    if found is None or reports_nothing(verb, found[1]):
        return
    rule, content = found
    clause = content.form == "direct" or called_what(verb) or report.after and is_clause(verb, report.after[0])
    plain = bool(report.after) and not clause
    if plain and does_not_say(verb, report.lemma):
        return
    effect = PHRASAL.get(report.lemma) or EFFECT[report.lemma]
    rule = "said-with-particle" if report.lemma in PHRASAL else rule
    row = statement(page, report.head, Cue(rule, verb_group(verb), report.lemma, effect), content, plain)
    yield replace(row, negated=negation(verb, report.head))


def reporting(page: Page, verb: Token) -> Report | None:
    """Read a verb as one that reports, or return None: without a speaker, or where it modifies a noun."""
    lemma = VERBS[verb.lower_]
    takes = TAKES[lemma]
    phrase = next((f"{lemma} {c.lower_}" for c in verb.rights if f"{lemma} {c.lower_}" in PHRASAL), "")
    if phrase:
        lemma, takes = phrase, {"object", "about", "quote", "clause"}
    elif "phrasal" in takes:
        return None
    means = verb.dep_ == "pcomp" and verb.head.lower_ in words("means-prepositions")
    goes_on = lemma == "continue" and any(has_to(c) for c in verb.rights)
    if means or goes_on or verb.dep_ in ("amod", "compound", "nmod"):
        return None
    head, turned = subject(verb), is_passive(verb)
    lost = head is None and not turned or head is not None and head.i in page.quotation_at
    if lost and verb.tag_ in ("VBD", "VBZ", "VBP", "VBN"):
        head = neighbour(page, verb)
    nobody = head is not None and head.i not in page.actors and (
        head.lower_ == "there" or head.lower_ == "it" and verb.dep_ in ("xcomp", "pcomp"))  # "it is worth noting"
    risked = verb.dep_ == "xcomp" and verb.head.lemma_ in words("hedge-words")  # "risks echoing"
    if head is None or nobody or risked or lemma in words("evidence-verbs") and not speaks(page, head):
        return None
    return Report(verb, lemma, takes, head, turned, None if turned else complement(verb, takes))


def does_not_say(verb: Token, lemma: str) -> bool:
    """Tell whether a verb of evidence has a mere thing for its object, and says nothing: "has shown skill"."""
    return lemma in words("evidence-verbs") and any(c.dep_ == "dobj" for c in verb.rights)


def negation(verb: Token, head: Token) -> str:
    """Return "nobody" where nobody reports ("no minister said"), "negated" where the speaker does not, else ""."""
    before = {t.lower_ for t in (head, *head.children) if t.i <= head.i}
    scarcely = any(c.lower_ in ADVERBS for c in (*verb.lefts, *head.lefts)) and before & words("anybody-words")
    if words("nobody-words") & before or scarcely:  # "hardly anybody believes"
        return "nobody"
    for token in (verb, *verb.ancestors):  # "did not want to say", "declined to say", "stopped short of saying"
        short = token.i > 1 and f"{token.nbor(-2).lower_} {token.nbor(-1).lower_}" in words("contrasts")
        holds_back = token != verb and token.lemma_.lower() in HOLDING_BACK
        if short or holds_back or any(map(negates, token.children)):
            return "negated"
        joined = token.dep_ == "conj" and any(c.lower_ == "neither" for c in token.head.children)
        if joined:  # "neither confirm nor deny"
            return "negated"
        if token.dep_ not in ("xcomp", "pcomp") and not (token.dep_ == "advcl" and token.left_edge.lower_ == "as"):
            break
    return "negated" if any(c.dep_ == "dobj" and c.lower_ == "nothing" for c in verb.rights) else ""


def negates(word: Token) -> bool:
    """Tell whether a word under a verb negates it: "not", but not "not only"; "hardly", "no longer", "neither"."""
    if word.dep_ == "neg":
        return word.doc[word.i + 1:word.i + 2].text.lower() not in words("more-than")
    longer = word.lower_ == "longer" and any(c.lower_ == "no" for c in word.children)
    return longer or word.lower_ in ADVERBS or word.dep_ == "preconj" and word.lower_ == "neither"


def neighbour(page: Page, verb: Token) -> Token | None:
    """Return the noun right beside a verb whose subject the parse missed."""
    first, last = page.sentence(verb.i)
    before = verb_group(verb)[0] - 1
    apart = before > first and page.doc[before].text == "," and page.doc[before - 1].dep_ == "appos"
    for i in (before - apart, verb.i + 1):  # "..., her lawyer, Ada Stone, said"
        if first <= i < last and page.doc[i].pos_ in NOMINAL and i not in page.quotation_at:
            token = page.doc[i]
            while token.dep_ in ("compound", "poss") and token.head.i > token.i and token.head.pos_ in NOMINAL:
                token = token.head
            named = token.dep_ == "appos" and token.pos_ == "NOUN" and token.head.pos_ == "PROPN"
            return token.head if named and apart else token
    return None


Found = tuple[str, Content] | None


def named_rule(rule: str, content: Content | None) -> Found:
    """Return a content with the rule that found it; None where there is none."""
    return (rule, content) if content else None


def said_direct(page: Page, report: Report) -> Found:
    """Find the quotations right before or right after the reporting clause, or around it."""
    verb, doc = report.verb, page.doc
    at = bisect_right(page.quotations, verb.i, key=lambda q: q.start)
    if not any(verb.i - 40 < q.end and q.start < verb.i + 40 for q in page.quotations[max(at - 1, 0):at + 1]):
        return None
    left, right = clause_edges(page, verb, report.head)
    before, following = quotation_before(page, verb, left), quotation_after(page, verb, right)
    start = None
    if before:
        first, _ = page.sentence(before.start)
        begins = report.after[0][0] if report.after else None
        if begins is not None and first < before.start and not {begins, begins + 1} & page.quotation_at.keys():
            before = None  # 'calling it "a plot," X said that ...'
        elif doc[before.start - 1].text not in (*STOPS, ":") and before.start - 1 not in page.quotation_at:
            start = first  # 'the plan is "a plot," X said'
    quotes = tuple(q for q in (before, following) if q)
    if not quotes:
        return None
    page.claimed.update(quotes)
    return named_rule("said-direct", page.content(quotes[0].start if start is None else start, quotes[-1].end, quotes))


def said_by(page: Page, report: Report) -> Found:
    """Find the content of a passive: "X was described by Y as Z" is X to Z, "what was described by Y as Z" is Z."""
    if not report.passive:
        return None
    thing = next((c for c in report.verb.children if c.dep_ == "nsubjpass"), None)
    rest = [c for c in report.verb.rights if c.dep_ in ("prep", "xcomp", "ccomp", "oprd") and c.lower_ != "by"]
    rest += [c for c in report.head.rights if c.lower_ == "as" and report.head.dep_ == "pobj"]  # "seen by X as Y"
    if thing is None or thing.tag_ in ("WDT", "WP", "PRP"):
        content = page.content(rest[0].left_edge.i, rest[-1].right_edge.i + 1) if thing is not None and rest else None
    else:
        end = rest[-1].right_edge.i + 1 if rest else verb_group(report.verb)[0]
        content = page.content(thing.left_edge.i, end)
    return named_rule("said-by", content)


def said_relative(page: Page, report: Report) -> Found:
    """Find the noun that a relative clause reports on: "a charge that X denied"."""
    verb = report.verb
    if verb.dep_ != "relcl" or report.after or verb.head.lemma_.lower() not in words("claim-nouns"):
        return None
    return named_rule("said-relative", page.content(verb.head.left_edge.i, verb.left_edge.i))


def said_colon(page: Page, report: Report) -> Found:
    """Find what stands after "said:" without a mark that opens, up to a mark that closes or the end of the sentence."""
    doc, (_, last), (_, end) = page.doc, page.sentence(report.verb.i), page.block(report.verb.i)
    i = verb_group(report.verb)[1]
    if i + 1 >= last or doc[i].text != ":" or i + 1 in page.quotation_at or "clause" not in report.takes:
        return None
    at = bisect_right(page.closing, i)
    closing = page.closing[at] if at < len(page.closing) and page.closing[at] < end else last
    content = page.content(i + 1, closing)
    return named_rule("said-after-colon", content and content._replace(form="direct"))


def said_complement(page: Page, report: Report) -> Found:
    """Find the complement of the verb: a clause, an object, an infinitive, what something is seen as or called."""
    return named_rule(report.after[1], page.content(*report.after[0])) if report.after else None


def said_aside(page: Page, report: Report) -> Found:
    """Find the sentence around a reporting clause set off by a comma: "..., X said", "As X noted, ..."."""
    if "clause" not in report.takes:
        return None
    verb, doc, (first, last) = report.verb, page.doc, page.sentence(report.verb.i)
    left, right = clause_edges(page, verb, report.head)
    as_clause = doc[left].lower_ == "as"
    if left == first:
        comma = next((i for i in range(right, min(last, right + 12)) if doc[i].text == ","), None)
        return named_rule("said-as-clause", page.content(comma, last) if as_clause and comma else None)
    if doc[left - 1].text not in COMMAS and not (as_clause and agent(verb)):
        return None
    comma = next((i for i in range(right, last) if doc[i].text in COMMAS), last - 1)
    on = goes_on(doc, comma, last)
    if [t.lower_ for t in doc[first:first + 2]] == ["in", "what"]:  # "In what may be a signal, ...": the writer's own
        first = next((i + 1 for i in range(first, left) if doc[i].text == ","), first)
    clauses = sum(token.dep_ in SUBJECTS for token in doc[first:left])  # "If they sign, we lose, X said"
    finite = page.kinds[verb.i] in TITLES or any(t.pos_ in VERBAL for t in doc[first:left])  # a title is a clause
    if not on and (doc[first].dep_ == "mark" and clauses < 2 or not finite):
        return None
    return named_rule("said-as-clause" if as_clause else "said-aside", page.content(first, last if on else left))


def said_next(page: Page, report: Report) -> Found:
    """Find the paragraph that a reporting clause announces with a colon at its end, without quotation marks."""
    last = page.block(report.verb.i)[1]
    end = last - page.doc[last - 1].is_space
    at = bisect_right(page.block_starts, report.verb.i)
    announced = at < len(page.blocks) and page.doc[end - 1].text == ":" and page.sentence(report.verb.i)[1] >= end
    content = page.content(*page.blocks[at]) if announced and "clause" in report.takes else None
    return named_rule("said-next-paragraph", content and content._replace(form="direct"))


def said_in_title(page: Page, report: Report) -> Found:
    """Find what a title reports after its verb, where the parse lost it."""
    verb = report.verb
    lost = "clause" in report.takes and report.head.i < verb.i and page.kinds[verb.i] in TITLES
    beside = verb.nbor().pos_ == "ADP" if verb.i + 1 < len(page.doc) else True  # "responds with irony"
    if not lost or beside or not speaks(page, report.head) or any(c.dep_ == "dobj" for c in verb.rights):
        return None
    return named_rule("said-in-title", page.content(verb.i + 1, title_end(page, verb, words("circumstances") - {","})))


SPOKEN: tuple[Callable[[Page, Report], Found], ...] = (said_direct, said_colon, said_by)  # without what takes a speaker
ALL_VERB_RULES = (*SPOKEN, said_relative, said_complement, said_aside, said_next, said_in_title)


def reports_nothing(verb: Token, content: Content) -> bool:
    """Tell whether a verb reports nothing: "asked not to be named", "presented themselves as a front"."""
    start = [t.lemma_.lower() for t in verb.doc[content.start:min(content.end, content.start + 4)]]
    anonymous = start[:1] == ["not"] and bool({"name", "identify", "quote"} & set(start))
    return anonymous or any(c.dep_ == "dobj" and c.lower_ in words("reflexives") for c in verb.rights)


# --- The edges of what a verb reports -----------------------------------------------------------------------------


def complement(verb: Token, takes: set[str]) -> tuple[Range, str] | None:
    """Return (start, end) of what a verb reports after it, and the rule for such a complement; or None."""
    first = next((child for child in verb.rights if complement_rule(verb, child, takes)), None)
    span = extent(verb, first, takes) if first is not None else None
    if "clause" in takes and (that := opening_that(verb, 2 if span else 12)):
        return (that, span[1] if span else verb.sent.end), "said-clause"
    return (span, complement_rule(verb, first, takes)) if span and first is not None else None


def complement_rule(verb: Token, child: Token, takes: set[str]) -> str:
    """Return the rule by which a phrase after a reporting verb is what it reports; "" where it is not."""
    match child.dep_:
        case "ccomp" | "pcomp":
            if has_to(child) and "infinitive" in takes:
                return "said-infinitive"
            return "said-clause" if "clause" in takes else "said-name" if "name" in takes else ""
        case "xcomp" | "oprd":
            if has_to(child) and "infinitive" in takes:
                return "said-infinitive"
            if child.tag_ == "VBG":
                return "said-clause" if "clause" in takes else ""
            return "said-name" if "name" in takes else ""
        case "advcl":  # "have not said when they leave"
            first = child.left_edge
            asked = first.lower_ == "if" and verb.lemma_ in words("asking-verbs")
            when = first.i == verb.i + 1 and (first.tag_ == "WRB" or asked)
            return "said-clause" if "clause" in takes and when else ""
        case "dobj":
            if "object" in takes:
                return "said-object"
            if "name" in takes and (has_second_name(verb, child) or called_what(verb)):
                return "said-name"
            as_what = any(c.lower_ in ("as", "with") for c in [*verb.rights, *child.rights] if c.i > child.i)
            return "said-as" if "as" in takes and as_what else ""
        case "prep":
            if "as" in takes and child.lower_ == "as":
                return "said-as"
            about = child.lower_ in (*words("about-prepositions"), "at", "on") or (
                verb.lemma_ == "call" and child.lower_ == "for")
            return "said-about" if "about" in takes and about and not is_occasion(child) else ""
    return ""


def has_second_name(verb: Token, thing: Token) -> bool:
    """Tell whether a thing is called something: "called the bridge a trap", 'called it "a trap"'."""
    rest = verb.doc[thing.right_edge.i + 1:verb.sent.end]
    return any(c.dep_ in ("oprd", "xcomp", "ccomp", "attr", "acomp") for c in verb.rights) or bool(
        len(rest) and (rest[0].is_quote or rest[0].pos_ in ("DET", "ADJ", "NOUN", "PROPN")))


def called_what(verb: Token) -> bool:
    """Tell whether a verb names what stands after it: "what it termed a plot"."""
    return any(c.lower_ == "what" and c.dep_ in ("dobj", "nsubj") for c in verb.lefts)


def extent(verb: Token, first: Token, takes: set[str]) -> Range:
    """Return (start, end) of a complement that begins with `first`, with what belongs to it after it."""
    start, end = first.left_edge.i, first.right_edge.i + 1
    if first.dep_ == "dobj":  # without ", who ..." at its end
        end = next((t.i for t in verb.doc[start:end] if t.tag_ in ("WP", "WDT") and t.nbor(-1).text == ","), end)
    elif first.dep_ in ("ccomp", "xcomp") and "name" not in takes:
        if has_to(first):  # "urging them to leave"
            told = (c.left_edge.i for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < first.i)
            start = min(told, default=start)
        return start, clause_end(verb, start, end)
    if first.dep_ == "prep" and first.lower_ == "on":  # "called on them to leave"
        asked = (c for c in verb.rights if c.i > first.i and c.dep_ in ("xcomp", "advcl") and has_to(c))
        end = next((c.right_edge.i + 1 for c in asked), end)
    for child in verb.rights:
        if child.i <= first.i or child.dep_ in ("punct", "npadvmod", "advmod", "advcl"):
            continue
        apart = verb.doc[child.left_edge.i - 1].text in (",", ";") and not (
            child.dep_ == "prep" and child.lower_ in ("as", "of"))
        apart = apart or first.dep_ == "dobj" and is_occasion(child)
        thing = first.dep_ == "dobj" and child.dep_ in ("conj", "dobj") and child.pos_ in NOMINAL  # "ties but no pact"
        if child.dep_ in ("conj", "parataxis") and not thing or child.lower_ == "according" or apart:
            break
        if child.dep_ == "cc":
            continue
        end = child.right_edge.i + 1
    return start, end


def is_occasion(prep: Token) -> bool:
    """Tell whether a phrase says on what occasion somebody spoke: "in a speech", "during the talks"."""
    thing = next((c.lemma_.lower() for c in prep.rights if c.dep_ == "pobj"), "")
    return prep.lower_ == "during" or prep.lower_ in ("at", "in", "on") and (
        thing in words("text-nouns") or thing in words("event-nouns"))


def opening_that(verb: Token, far: int) -> int | None:
    """Return the "that" that opens a clause after a verb, whatever the parser makes of it."""
    for token in verb.doc[verb.i + 1:min(verb.i + far, verb.sent.end)]:
        if token.lower_ == "that" and is_link(token):
            return token.i
        if token.pos_ in VERBAL or token.is_punct and token.tag_ != "HYPH":
            return None
    return None


def second_report(token: Token, verb: Token) -> bool:
    """Tell whether a cue within a content goes on with the reporting: "said it was late and warned", "..., adding"."""
    return "clause" in TAKES.get(VERBS.get(token.lower_, ""), ()) and goes_on_with(token, verb)


def clause_end(verb: Token, start: int, end: int) -> int:
    """Return where a reported clause ends: before a semicolon or a further reporting verb, but not before a colon.

    A reason after it belongs to it: "said he was late, because ...".
    """
    doc, last = verb.doc, verb.sent.end
    reasons = (c for c in verb.rights if c.dep_ == "advcl" and c.left_edge.i in (end, end + 1))
    end = next((c.right_edge.i + 1 for c in reasons if c.left_edge.lower_ in ("because", "unless")), end)
    end = next((t.i for t in doc[start:end] if t.text == ";"), end)
    within = (t for clause in verb.children if clause.dep_ == "ccomp" for t in clause.children if start <= t.i < end)
    end = min((t.i - 1 for t in within if second_report(t, verb)), default=end)
    return last if end < last and doc[end].text == ":" else end


def is_clause(verb: Token, after: Range) -> bool:
    """Tell whether what a verb reports is a finite clause, or what something is seen as; a thing alone is neither."""
    clause = any(c.dep_ in ("ccomp", "advcl") and not has_to(c) for c in verb.rights)
    return clause or any(t.lower_ == "as" for t in [*verb.rights, *verb.doc[slice(*after)]])


def clause_edges(page: Page, verb: Token, head: Token) -> Range:
    """Return the reporting clause alone: its cue, its subject before or after it, an "as" before that."""
    start, end = verb_group(verb)
    pair = (head, *(c for c in head.rights if c.dep_ == "appos"))
    if head.head != verb and any(t.i == start - 2 for t in pair):  # between commas: "her lawyer, Ada Stone, said"
        other = head.head if head.dep_ == "appos" and head.pos_ != head.head.pos_ else head
        first = next((t for t in other.doc[other.left_edge.i:other.i + 1] if not t.is_punct), other)
        start = min(first.i, next((t.i for t in head.doc[head.left_edge.i:] if not t.is_punct), start))
    if head.head == verb:
        left, right = head.left_edge.i, head.right_edge.i + 1
        if start - 6 <= right <= start:
            start = left
        elif end <= left <= end + 2:
            end = right
    before = page.doc[start - 1] if start else verb
    return start - (before.lower_ == "as" and before.head == verb), end


def goes_on(doc: Doc, comma: int, last: int) -> bool:
    """Tell whether the content goes on after a reporting clause: a comma, then words with a verb of their own."""
    if comma + 2 >= last or doc[comma].text not in COMMAS:
        return False
    link = doc[comma + 1]
    if link.tag_ in ("VBG", "WP", "WDT", "WRB") or link.lower_ in words("turning-words"):
        return False
    return any(token.pos_ in VERBAL for token in doc[comma + 1:last])


def quotation_before(page: Page, verb: Token, left: int) -> Quotation | None:
    """Return the quotation that a reporting clause follows, by its place alone: '"...," the mayor of X said'."""
    doc, i = page.doc, left
    for step in range(14):
        while i > 0 and doc[i - 1].lower_ in (",", "as"):
            i -= 1
        if i in page.ending_at:
            return followed(page, page.ending_at[i], left, step == 0 and verb.tag_ != "VBG")
        t = doc[max(i - 1, 0)]
        if i == 0 or t.pos_ in (*VERBAL, "SCONJ") and t.is_lower or t.text in (".", ":", ";") or t.is_space:
            return None
        i -= 1
    return None


def followed(page: Page, quotation: Quotation, left: int, close: bool) -> Quotation | None:
    """Return a quotation if the reporting clause at `left` follows it; `close` where nothing stands between."""
    doc, i = page.doc, quotation.end
    if doc[i].text == "," and doc[min(i + 1, len(doc) - 1)].tag_ == "CC":  # '... a "plot", and X left'
        return None
    last = doc[i - 1 - quotation.closed].text
    if last == "." and any(t.is_sent_start for t in doc[i:left + 1]):  # a sentence of its own
        return None
    linked = last in (",", "?", "!", "—") or doc[i].text == ","
    return quotation if linked or close else None


def quotation_after(page: Page, verb: Token, right: int) -> Quotation | None:
    """Return the quotation that a reporting clause introduces, at a colon in the next paragraph too."""
    doc, (_, last) = page.doc, page.block(verb.i)
    colon = any(t.text == ":" for t in doc[max(last - 2, verb.i + 1):last])
    for i in range(verb.i + 1, min(last + 3 * colon, verb.i + 40, len(doc))):
        token, before = doc[i], doc[i - 1]
        if i in page.quotation_at:
            q = page.quotation_at[i]
            ends = doc[q.end - 1 - q.closed].is_punct or q.end >= last
            ends = ends or doc[q.end].is_punct or doc[q.end].is_sent_start
            linked = before.text in (",", ":") or before.is_space
            return q if linked or ends and before.lower_ in ("that", verb.lower_) else None
        if token.pos_ in VERBAL and i >= right or token.is_sent_start and not token.is_space and not colon:
            return None
    return None


def title_end(page: Page, token: Token, stops: frozenset[str]) -> int:
    """Return where what a title reports ends: before its circumstances."""
    last = page.sentence(token.i)[1]
    return next((i for i in range(token.i + 2, last) if page.doc[i].lower_ in stops), last)


# --- Other words that report: cue and speaker by pattern, the edges of the content here ---------------------------


def according_to(page: Page, slots: Slots) -> Iterator[Statement]:
    """Yield the sentence without its "according to X", once for each actor that the phrase names."""
    doc, i = page.doc, slots["cue"].i
    first, last = page.sentence(i)
    if i + 2 >= last:
        return
    stop = next((t.i for t in doc[i + 3:last] if t.text in LINKS), last)
    head = slots.get("speaker") or doc[i + 2:stop].root
    while first < i and (doc[first].tag_ == "CC" or doc[first].text == ","):
        first += 1
    end = min(max(head.right_edge.i + 1, i + 3), last)
    if first == i:
        own = head if any(c.dep_ in ("appos", "relcl", "acl") for c in head.children) else None
        commas = (t.i for t in doc[head.i:min(last, i + 40)] if t.text == "," and t.head != own)
        content = page.content(next(commas, end), last)
    else:
        content = page.content(first, last if goes_on(doc, end, last) else i)
    mentions = page.named(head)
    speakers: Iterable[tuple[Token, Any]] = [(m[0].root, m) for m in mentions]
    if len(mentions) < 2:
        speakers = [(t, None) for t in (head, *head.conjuncts)]
    for speaker, mention in speakers if content else ():
        yield statement(page, speaker, Cue("according-to", (i, i + 2), "accord"), content, mention=mention)  # type: ignore[arg-type]


def in_view_of(page: Page, slots: Slots) -> Iterator[Statement]:
    """Yield the sentence without its "in X's view"."""
    yield from view(page, slots, "in-view-of", slots["cue"].i + 1, slots["cue"].i + 1)


def in_words_of(page: Page, slots: Slots) -> Iterator[Statement]:
    """Yield the sentence without its "in the words of X"."""
    yield from view(page, slots, "in-words-of", slots["of"].i + 1, slots["speaker"].right_edge.i + 1)


def view(page: Page, slots: Slots, rule: str, cue_end: int, end: int) -> Iterator[Statement]:
    """Yield what stands before or after an "in ..." that names its speaker."""
    prep, (first, last) = slots["prep"], page.sentence(slots["cue"].i)
    before = any(t.pos_ in VERBAL for t in page.doc[first:prep.i])
    content = page.content(*((first, prep.i) if before else (end, last)))
    if content and slots["speaker"].i not in page.quotation_at:
        yield statement(page, slots["speaker"], Cue(rule, (prep.i, cue_end), slots["cue"].lower_), content)


def adjective_clause(page: Page, slots: Slots) -> Iterator[Statement]:
    """Yield what an adjective reports: "X is confident that ...", "X remain split over whether ..."."""
    token = slots["cue"]
    passive = token.pos_ == "VERB" and token.dep_ not in ("acomp", "oprd")  # "is convinced" is one to the tagger
    verb = token if passive else token.head
    if token.pos_ != "ADJ" and token.tag_ != "VBN" or token != verb and token.dep_ not in ("acomp", "oprd"):
        return
    things = [c for c in [*token.rights, *verb.rights] if c.dep_ == "ccomp" and c.i > token.i]
    about = [prep for prep in token.rights if prep.lower_ in words("about-prepositions")]
    things += [c for prep in about for c in prep.rights if c.dep_ in ("pcomp", "pobj")]
    own = next((c for t in (verb, *verb.lefts) for c in t.children if c.dep_ in SUBJECTS), None)
    head = own if token == verb else subject(verb) if verb.pos_ in VERBAL else None
    if not things or head is None or not speaks(page, head):
        return
    content = page.content(things[0].left_edge.i, things[0].right_edge.i + 1)
    if content:
        span = token.i - (verb.i == token.i - 1), token.i + 1
        cue = Cue("adjective-clause", span, token.lower_, ADJECTIVE_EFFECT[token.lower_])
        yield replace(statement(page, head, cue, content), negated=negation(verb, head) or negation(token, head))


PATTERNED: dict[str, Callable[[Page, Slots], Iterator[Statement]]] = {
    "according_to": according_to, "in_view_of": in_view_of, "in_words_of": in_words_of,
    "adjective_clause": adjective_clause}


def from_noun(page: Page, token: Token) -> Iterator[Statement]:
    """Yield what a noun reports: "allegations by X that ...", "X's claim that ...", "X made a promise to ..."."""
    noun, verb = NOUNS[token.lower_], token.head
    clauses = [c for c in token.rights if c.dep_ in ("acl", "ccomp", "relcl") and c.pos_ in VERBAL
               and (has_to(c) or any(t.lower_ in ("that", "whether") for t in c.lefts))]
    if token.dep_ == "nsubj" and verb.lemma_ == "be":
        clauses += [c for c in verb.rights if c.dep_ == "ccomp"]
    if token.dep_ == "dobj" and not clauses:  # the parser hangs "claims by X that ..." on the verb
        clauses = [c for c in verb.rights if c.dep_ == "ccomp" and c.i > token.i and is_link(c.left_edge)]
    if not clauses or has_to(clauses[0]) and noun in words("no-infinitive-nouns"):
        return
    rule, head = who_claims(page, token, noun, clauses[0])
    content = page.content(clauses[0].left_edge.i, clauses[0].right_edge.i + 1)
    if head is not None and content:
        row = statement(page, head, Cue(rule, (token.i, token.i + 1), noun, NOUN_EFFECT[noun]), content)
        none = any(c.lower_ in words("nobody-words") for c in token.lefts) or token.head.lower_ == "without"
        none = none or head.tag_ == "PRP$" and token.head.lemma_.lower() in words("retracting-verbs")
        row = replace(row, negated="negated" if none else "")
        key = page.adjectives.get(head.i, row.speaker)
        yield replace(row, speaker=key, group=page.side(key) if key else row.group)


def who_claims(page: Page, token: Token, noun: str, clause: Token) -> tuple[str, Token | None]:
    """Return whose claim a reporting noun is, and the rule that says so."""
    if own := next((c for c in token.children if c.dep_ == "poss"), None):
        return "noun-possessed", own
    if demonym := next((c for c in token.lefts if c.i in page.adjectives), None):
        return "noun-of-demonym", demonym
    preps = (c for c in token.rights if c.lower_ in ("by", "of", "from") and c.i < clause.i)
    if by := next((t for c in preps for t in c.children if t.dep_ == "pobj"), None):
        return "noun-by", by
    given = token.dep_ == "dobj" and token.head.lemma_ in words("light-verbs")
    if given and (giver := subject(token.head)) is not None:
        return "noun-given", giver
    return "noun-report", token if noun in ("report", "reporting") and not has_to(clause) else None


def from_headline(page: Page, token: Token) -> Iterator[Statement]:
    """Yield what a verb reports that the tagger takes for a noun: "X pledges closer ties after ..."."""
    doc, (first, last), lemma = page.doc, page.sentence(token.i), VERBS[token.lower_]
    link = doc[min(token.i + 1, last - 1)]
    that = is_link(link) and link.lower_ == "that" and token.lower_.endswith("s")
    before = [t for t in doc[first:token.i] if not t.is_punct]
    named_first = bool(before) and before[-1].pos_ in NOMINAL and not any(t.pos_ in (*VERBAL, "ADP") for t in before)
    if not named_first or not (that or page.kinds[token.i] in TITLES):
        return
    joint = any(t.dep_ in ("cc", "conj") for t in before)
    agrees = (token.lower_ == lemma) == (joint or before[-1].tag_ in ("NNS", "NNPS"))
    content = page.content(token.i + 1, title_end(page, token, words("circumstances")))
    past = token.lower_.endswith(("ed", "ing"))
    if content and agrees and not past and TAKES[lemma] & {"object", "clause"}:
        row = statement(page, before[-1], Cue("headline", (token.i, token.i + 1), lemma, EFFECT[lemma]), content)
        row.speaker_span = before[0].i, token.i
        if joint or not row.speaker:
            sides = {page.side(page.actors[t.i][1]["actor"]) for t in before if t.i in page.actors}
            row.speaker, row.speaker_text = "", doc[before[0].i:token.i].text
            row.group = "other" if len(sides) > 1 else row.group
        yield row


# --- All together -------------------------------------------------------------------------------------------------


def find(page: Page) -> list[Statement]:
    """Return all statements of a Doc."""
    found: list[Statement] = []
    for i, form in enumerate(page.doc.to_array("LOWER").tolist()):
        if form in CUES and i not in page.quotation_at:
            found += from_cue(page, page.doc[i])
    holding = around((row.content.start + 1, row.content.end) for row in found)  # it begins before the cue ends
    within = [[found[i] for i in holding(end, end)] for _, end in (row.cue.span or (0, 0) for row in found)]
    found = [row for row, others in zip(found, within, strict=True) if not within_another(page, row, others)]
    found += labels(page)
    found += posts(page)
    told = Told(found)
    for quotation in page.quotations:
        beside(page, quotation, told)
    resolve(page, found)
    return found


def from_cue(page: Page, token: Token) -> Iterable[Statement]:
    """Return the statements of the construction that a cue opens, by its form and its place in the sentence."""
    form = token.lower_
    rows = [row for rule, slots in MATCHER.at(token) for row in PATTERNED[rule.function](page, slots)]
    if rows or form == "according":
        return rows
    if form in NOUNS and (token.pos_ == "NOUN" or token.dep_ in (*SUBJECTS, "pobj")):
        return list(from_noun(page, token)) or (from_headline(page, token) if form in VERBS else ())
    if form in VERBS and token.pos_ in VERBAL:
        return from_verb(page, token)
    return from_headline(page, token) if form in VERBS else ()


def within_another(page: Page, row: Statement, others: list[Statement]) -> bool:
    """Tell whether a statement within another is no report of its own; `others` are those that hold its cue.

    "X said that Y would support the plan" holds one, and so does "X said she thinks that the plan is good".
    """
    start, end = row.cue.span or (0, 0)
    outer = [other for other in others if other is not row]
    again = row.head.pos_ == "PRON" and not row.negated and row.cue.effect in ("neutral", "endorsing") and any(
        row.head.i == r.content.start and r.head.i < r.content.start for r in outer)
    return bool(outer) and (row.plain or again or any(t.tag_ == "VB" for t in page.doc[start:end]))


class Voice:
    """The component; keeps nothing between Docs."""

    def __init__(self, actors: dict[str, dict[str, Any]]) -> None:
        self.actors = actors

    def __call__(self, doc: Doc) -> Doc:
        """Write `doc.spans["statements"]`."""
        needs(doc, "parallax_voice", "DEP", "TAG", "LEMMA")
        page = Page(doc, self.actors)
        found = find(page) if len(doc) else []
        write(doc, "quotations", [(q.start, q.end, "quotation", {}) for q in page.quotations])
        return write(doc, "statements", [(*row.content[:3], row.fact()) for row in found])


@Language.factory("parallax_voice", assigns=["doc.spans"], requires=["token.dep", "token.tag"],
                  default_config={"actors": {}})
def make_voice(nlp: Language, name: str, actors: dict[str, dict[str, Any]]) -> Voice:
    """Make the component.

    Parameters
    ----------
    nlp, name
        Given by spaCy.
    actors : dict of dict
        The actors of a codebook: key -> name, kind, group, gender. They say for which group a speaker speaks.

    Returns
    -------
    Voice
    """
    return Voice(actors)
