"""Where each holder stands on the narrative: an argument's cue, what operates on it, and whose voice it is.

A cue makes an argument for or against the claim. What governs the cue in the parse may negate it, hedge it or ask it;
the statement that holds it may report, accuse, doubt or deny it, or be no report at all ("did not say"); and who makes
that statement holds the stance. "Smith rejected claims by Jones that they conspire" is: deny by Smith, affirm by
Jones, nothing by the text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from parallax.annotate.direct import UNNAMED
from parallax.annotate.operators import SAYING, Reading, conceded, operators, question
from parallax.annotate.page import TITLES
from parallax.annotate.phrases import Lexicon
from parallax.annotate.rules import classes, words
from parallax.annotate.spans import Fact, around, block_kinds, cover, needs, read, write
from parallax.segment import UNCOUNTED

STRENGTH = ("affirm", "hedge", "deny")  # of two readings in one clause, the later in this list
FLIPPED = {"affirm": "deny", "deny": "affirm", "hedge": "hedge"}
NUMBERS = classes("together-words")
QUOTES = ('"', "“", "”", "'", "‘", "’")
LONG = 200  # tokens: no sentence is read further back than this
NEAR = 3  # sentences between a claim and an answer to it
Statement = tuple[Span, Fact]


class Row(NamedTuple):
    """A reading: start and end of the evidence, value, fact, and how it stands against others of its holder."""

    start: int
    end: int
    value: str
    fact: Fact
    weight: tuple[Any, ...] = ()


@Language.factory("parallax_stance", assigns=["doc.spans"], requires=["token.dep", "token.lemma", "doc.spans"],
                  default_config={"narrative": {}, "actors": {}})
def make_stance(nlp: Language, name: str, narrative: dict[str, Any], actors: dict[str, Any]) -> "Stance":
    """Make the component from its config."""
    return Stance(nlp, narrative, actors)


@dataclass
class Page:
    """A Doc while its positions are read: its mentions, its statements, and the positions found so far."""

    doc: Doc
    kinds: list[str]
    actors: list[tuple[Span, Fact]]
    statements: list[Statement]
    starts: list[int]
    in_quotation: Callable[[int, int], bool]
    around: Callable[[int, int], list[int]]  # the numbers of the statements that hold a span
    seen: dict[tuple[int, str], Row] = field(default_factory=dict)
    views: dict[int, set[str]] = field(default_factory=dict)  # start of a sentence -> groups of members in view there

    def keep(self, row: Row) -> None:
        """Keep one reading of a holder in a sentence: the weightiest, of equals the first."""
        key = (self.doc[row.start].sent.start, row.fact["holder_group"])
        if key not in self.seen or row.weight > self.seen[key].weight:
            self.seen[key] = row

    def distance(self, a: int, b: int) -> int:
        """Count the sentence boundaries between two tokens."""
        return abs(bisect_right(self.starts, a) - bisect_right(self.starts, b))

    def quoted(self, span: Span) -> bool:
        """Tell whether a span stands inside quotation marks."""
        return self.in_quotation(span.start, span.end)

    def mentions(self, span: Span) -> list[tuple[Span, Fact]]:
        """Return the mentions in a span, with what is known of them."""
        first, last = (bisect_left(self.actors, at, key=lambda mention: mention[0].start)
                       for at in (span.start, span.end))
        return self.actors[first:last]

    def named(self, span: Span) -> list[Fact]:
        """Return what is known of the mentions in a span."""
        return [fact for _, fact in self.mentions(span)]


@dataclass
class Cue:
    """A cue of an argument in a text: its words, its entry in the codebook, and what operates on it."""

    span: Span
    key: str
    entry: str
    said: Reading
    inner: Statement | None
    outer: list[Statement]
    conduit: bool = False  # a medium that quotes was passed over


class Stance:
    """Component: one row for each sentence and holder that takes a position on the narrative.

    Parameters
    ----------
    nlp : spacy.language.Language
    narrative : dict
        {claim, members, against, arguments: {key: {side, cues, excluding, by, needs}}}; empty for none.
    actors : dict of str to dict
        The codebook's actors, for their groups.

    Reads the span groups of `parallax_actors` and `parallax_voice`; without them every position is the text's own.
    Writes ``doc.spans["stances"]``: the span is the evidence, its label affirm, hedge or deny; the fact has holder,
    holder_group, argument, side, entry (the cue in the codebook), because (in words), operators (token spans) and rule:
    the rules that made it, joined by "+" ("reported+neg-particle"): the one for the voice (own-voice, reported,
    reported-denial, reported-doubt, ...), conduit and joint-holders where they decided who holds it, the operators.
    ``doc.user_data["cues"]`` lists every cue of the codebook that occurs: (start, end, argument, entry, verdict); the
    verdict is "decides", "outranked" by another of the same holder in the sentence, or the rule by which it does not
    count: needs-member, needs-members, needs-against, voice-of-member, part-of-name, negated-report.
    """

    def __init__(self, nlp: Language, narrative: dict[str, Any], actors: dict[str, Any]) -> None:
        self.arguments = narrative.get("arguments", {})
        self.groups = {key: actor.get("group", "other") for key, actor in actors.items()}
        self.members = {key: self.side_of(key) for key in narrative.get("members", [])}
        self.member_groups = set(self.members.values())
        against = narrative.get("against", [])
        against_groups = {self.side_of(key) for key in against} - {"other"}
        self.against = {key for key, group in self.groups.items() if key in against or group in against_groups}
        self.lexicon = Lexicon({key: argument["cues"] for key, argument in self.arguments.items()}, nlp.tokenizer,
                               {key: argument.get("excluding", ()) for key, argument in self.arguments.items()})

    def side_of(self, key: str) -> str:
        """Return the group that stands for an actor; an actor without one stands for itself."""
        group = self.groups.get(key, key)
        return key if group == "other" else group

    def __call__(self, doc: Doc) -> Doc:
        """Write the stances of a Doc."""
        if not self.arguments:
            return write(doc, "stances", [])
        needs(doc, "parallax_stance", "DEP", "LEMMA")
        page = self.page(doc)
        targets = {span.start: span.end for span, fact in page.actors if fact["actor"] in self.against}
        verdicts = []
        for key, start, end, entry in self.lexicon.find(doc, {"against": targets}):
            if page.kinds[start] in UNCOUNTED:
                continue
            cue = self.cue(page, key, doc[start:end], entry)
            verdict = self.lacks(page, cue)
            rows = [] if verdict else list(self.read(page, cue))
            for row in rows:
                page.keep(row)
            verdicts.append((start, end, key, entry, verdict or ("" if rows else "negated-report")))
        for row in self.answers(page):
            page.keep(row)
        kept = {(row.start, row.end, row.fact["argument"]) for row in page.seen.values()}
        doc.user_data["cues"] = [(a, b, key, entry, verdict or ("decides" if (a, b, key) in kept else "outranked"))
                                 for a, b, key, entry, verdict in verdicts]
        return write(doc, "stances", [row[:4] for row in page.seen.values()])

    def page(self, doc: Doc) -> Page:
        """Gather what positions are read from."""
        statements = [(span, fact) for span, fact in read(doc, "statements")
                      if fact["speaker_text"] and fact["verb"] not in words("intention-verbs")]
        quotations = [(span.start, span.end) for span in doc.spans.get("quotations", ())]
        return Page(doc, block_kinds(doc), read(doc, "actors"), statements, [sent.start for sent in doc.sents],
                    cover(quotations), around((span.start, span.end) for span, _ in statements))

    def cue(self, page: Page, key: str, span: Span, entry: str) -> Cue:
        """Find the statements around a cue, the innermost first, and what operates on it inside that one."""
        holding = [page.statements[i] for i in page.around(span.start, span.end)]
        holding.sort(key=lambda statement: len(statement[0]))
        passed = 0
        while len(holding) > passed + 1 and holding[passed][1]["group"] == "media":  # a medium that quotes is a conduit
            passed += 1
        inner = holding[passed] if holding else None
        said = operators(page.doc, span, inner[0] if inner else None, self.arguments[key]["side"] == "against")
        return Cue(span, key, entry, said, inner, holding[passed + 1:], passed > 0)

    # --- Whether a cue bears on the narrative

    def lacks(self, page: Page, cue: Cue) -> str:
        """Return the rule by which a cue does not bear on the narrative here, "" where it does."""
        argument = self.arguments[cue.key]
        if argument.get("by") == "members" and (cue.inner is None or not self.is_member(cue.inner[1])):
            return "voice-of-member"
        if is_name(cue.span, cue.entry, page.kinds[cue.span.start]):
            return "part-of-name"
        need = argument.get("needs")
        if need == "against":
            return "" if any(fact["actor"] in self.against for fact in page.named(cue.span.sent)) else "needs-against"
        if need:
            found = self.in_view(page, cue.span.sent)
            return "" if found >= self.member_groups or need == "member" and found else f"needs-{need}"
        return ""

    def in_view(self, page: Page, sent: Span) -> set[str]:
        """Return the groups of members that a sentence names, or takes up from the one before by a pointing word.

        "Both", "the three" and the like name them all where the number is theirs.
        """
        if sent.start not in page.views:
            found = self.named_members(page, sent)
            if sent.start and any(token.lower_ in words("pointing-words") for token in sent):
                found |= self.named_members(page, page.doc[sent.start - 1].sent)
            everybody = any(takes_all(token, len(self.member_groups)) for token in sent)
            page.views[sent.start] = self.member_groups if everybody else found
        return page.views[sent.start]

    def named_members(self, page: Page, span: Span) -> set[str]:
        """Return the groups of the members that a span names."""
        return {self.side_of(fact["actor"]) for fact in page.named(span)} & self.member_groups

    # --- Readings

    def read(self, page: Page, cue: Cue) -> Iterator[Row]:
        """Yield a row for each holder that one cue gives a stance to."""
        side = self.arguments[cue.key]["side"]
        asked = question(cue.span, cue.inner, page.kinds[cue.span.start])
        value = compose(side, cue.said, bool(asked))
        why = [f"{cue.span.text!r} ({cue.key}, {side})", *cue.said.words, *(["asked"] if asked else [])]
        fired = [*dict.fromkeys(cue.said.rules), *([asked] if asked else [])]
        if cue.said.withheld:
            return
        if cue.inner is None and page.quoted(cue.span):
            yield self.row(cue, value, (UNNAMED, "other"), [*why, "quoted"], ["quoted", *fired])
            return
        if cue.inner is None:
            yield self.row(cue, value, ("source", "source"), [*why, "own voice"], ["own-voice", *fired])
            return
        outer, rules = value, fired
        for number, (span, fact) in enumerate([cue.inner, *cue.outer]):
            if number:  # what stands between this statement and the one within it
                before = [cue.inner, *cue.outer][number - 1][1]["cue_span"]
                between = operators(page.doc, page.doc[slice(*before)], span, False) if before else Reading()
                outer = FLIPPED[value] if between.negated else value
                rules = [*fired, *between.rules]
                why = [*why, *between.words] if between.negated else why
            turned, rule = turn(outer, cue.span, span, fact)
            if turned is None or number and turned == value:
                continue
            verb = fact["verb"] or ("quotation" if not number else "")
            nobody = fact["negated"] == "nobody"
            because = [*why, f"{fact['effect']} {verb!r} by {fact['speaker_text']}"]
            holders = [("source", "source")] if nobody else self.holders(page, fact)
            whose = ["conduit"] * cue.conduit + ["joint-holders"] * (len(holders) > 1)
            for holder in holders:
                yield self.row(cue, turned, holder, because, [rule, *whose, *rules])
        yield from self.judged(page, cue, value, why)

    def judged(self, page: Page, cue: Cue, value: str, why: list[str]) -> Iterator[Row]:
        """Yield the text's own position on a claim of somebody's that it calls false: "X's claim that ... is false"."""
        _, fact = [cue.inner, *cue.outer][-1]  # type: ignore[misc]
        if not fact["rule"].startswith("noun-"):
            return
        said = operators(page.doc, page.doc[slice(*fact["cue_span"])], None, False)
        if "turning-predicate" in said.rules and said.negated and value != "hedge":
            yield self.row(cue, FLIPPED[value], ("source", "source"), [*why, *said.words, "own voice"],
                           ["claim-judged", *said.rules])

    def row(self, cue: Cue, value: str, holder: tuple[str, str], because: list[str], fired: list[str]) -> Row:
        """Return the reading of one holder, who is (actor key or text, group).

        Of the readings of one holder in a sentence the one counts that is not conceded ("despite ..."), then the one
        after a "but", then a denial before a hedge before an affirmation: a cue against the claim is not outranked
        by a word of the claim beside it.
        """
        start = max(cue.span.sent.start, cue.span.start - LONG)
        buts = sum(token.lower_ in words("adversatives") for token in cue.span.doc[start:cue.span.start])
        weight = (not conceded(cue.span), buts, STRENGTH.index(value))
        return Row(cue.span.start, cue.span.end, value, {
            "holder": holder[0], "holder_group": holder[1], "argument": cue.key, "entry": cue.entry,
            "side": self.arguments[cue.key]["side"], "because": "; ".join(because), "operators": cue.said.tokens,
            "rule": "+".join(fired)}, weight)

    def holders(self, page: Page, fact: Fact) -> list[tuple[str, str]]:
        """Return who holds a statement: (actor key or text, group), one for each group of members that speaks."""
        if fact["speaker"]:
            return [(fact["speaker"], fact["group"] or self.groups.get(fact["speaker"], "other"))]
        if fact["speaker_span"]:
            mentions = page.named(page.doc[slice(*fact["speaker_span"])])
            named = {self.groups[row["actor"]]: row["actor"] for row in mentions
                     if row["sense"] == "actor" and row["actor"] in self.groups}
            if len(named) > 1 and named.keys() <= self.member_groups:
                return [(holder, group) for group, holder in named.items()]
        return [(fact["speaker_text"], fact["group"] or "other")]

    def is_member(self, fact: Fact) -> bool:
        """Tell whether a statement is made for one of those whom the claim is about."""
        return fact["group"] in self.member_groups or fact["speaker"] in self.members

    # --- Answers to a claim

    def answers(self, page: Page) -> Iterator[Row]:
        """Yield the stances of those who turn on a claim or on who made it: "dismissed her words", "hit back at her".

        Somebody else must have made the claim within three sentences; a member may also answer the person.
        """
        held = [(row.start, row.fact["holder_group"], row.fact["argument"]) for row in page.seen.values()
                if row.value in ("affirm", "hedge") and row.fact["holder_group"] != "source"]
        for span, fact in page.statements:
            turns = fact["effect"] in ("denying", "accusing") and fact["cue_span"] and not fact["negated"]
            if not turns or page.kinds[span.start] in UNCOUNTED:
                continue
            near = [h for h in held if h[1] != fact["group"] and page.distance(h[0], span.start) <= NEAR]
            claim = self.claim(page, span, fact, {h[1] for h in near})
            if not near or claim is None:
                continue
            start, whose, argument = min(near, key=lambda h: page.distance(h[0], span.start))
            a, b = fact["cue_span"]
            evidence = Cue(page.doc[min(a, claim.i):max(claim.i + 1, b)], argument, "", Reading(), None, [])
            because = f"{fact['effect']} {fact['verb']!r} of {claim.text!r}, which {whose} claims nearby"
            holders = self.holders(page, fact)
            for holder in holders:
                fired = ["answer"] + ["joint-holders"] * (len(holders) > 1)
                yield self.row(evidence, "deny", holder, [because, f"by {holder[0]}"], fired)

    def claim(self, page: Page, span: Span, fact: Fact, groups: set[str]) -> Token | None:
        """Return the word for a claim that a statement turns on; for a member, also who made it."""
        noun = next((token for token in span if token.lemma_.lower() in words("claim-nouns")), None)
        if noun is not None or not self.is_member(fact) or fact["verb"] in words("countercharges"):
            return noun
        return next((mention.root for mention, row in page.mentions(span)
                     if self.groups.get(row["actor"]) in groups), None)


def compose(side: str, said: Reading, asked: bool) -> str:
    """Return the value that an argument has after what operates on it; a cue against denies."""
    if said.negated:
        return "deny" if side == "for" else "affirm"
    if said.open or asked:
        return "hedge"
    return "affirm" if side == "for" else "deny"


def turn(value: str, cue: Span, span: Span, fact: Fact) -> tuple[str | None, str]:
    """Apply what the verb of a report does to its content; return the value, None for no report, and the rule.

    "Claimed" keeps the writer at a distance but leaves the holder's own stance; "doubted" changes it. What somebody
    did not say, or did not deny, is no stance of his; what he does not think, he denies; what he does not doubt, and
    what nobody denies, holds; and what he does not rule out, he leaves open.
    """
    against = fact["verb"] in words("warning-verbs") and span[0].lower_ == "against"  # "cautioned against calling it"
    denies = against or fact["effect"] == "denying" or fact["verb"] in words("disbelief")
    if denies and taken_as(cue, span):
        return value, "reported"
    if fact["negated"] and fact["verb"] in words("excluding-verbs"):
        return "hedge", "denied-denial"
    if denies and (fact["negated"] == "nobody" or fact["negated"] and fact["verb"] in words("disbelief")):
        return value, "denied-denial"
    if fact["negated"] and fact["verb"] in words("belief-verbs"):
        return FLIPPED[value], "negated-belief"
    withheld = fact["verb"] in words("withholding-verbs")
    if fact["negated"] or withheld and any(token.lemma_.lower() in SAYING for token in span[:4]):
        return None, "negated-report"
    if against:
        return "deny", "reported-denial"
    if denies or withheld:  # "refused to join"
        return {**FLIPPED, "hedge": "deny"}[value], "reported-denial"
    if fact["verb"] in words("doubting-words"):
        return {"affirm": "hedge"}.get(value, value), "reported-doubt"
    return value, "reported"


def taken_as(cue: Span, span: Span) -> bool:
    """Tell whether a cue is what a thing is called while it is dismissed: "mocked the treaty as a conspiracy"."""
    above = (token for token in (cue.root, *cue.root.ancestors) if token.dep_ == "prep" and token.lower_ == "as")
    return any(span.start < token.i and token.head.i < span.start for token in above)


def is_name(cue: Span, entry: str, kind: str) -> bool:
    """Tell whether a cue written in small letters is part of a name: "the Investment Bank", "author of “Revenge”"."""
    doc, first = cue.doc, cue[0]
    if not first.is_title or entry != entry.lower() or first.is_sent_start or kind in TITLES:
        return False
    before = doc[first.i - 1]
    if before.is_quote or before.text in QUOTES:
        return cue.end < len(doc) and doc[cue.end].text in QUOTES
    return not before.is_punct and not before.is_space


def takes_all(token: Token, number: int) -> bool:
    """Tell whether a word takes up as many as there are members: "both" and "the two" of two, "the three" of three."""
    if NUMBERS.get(token.lower_) == str(number):
        return not token.like_num or token.i > 0 and token.nbor(-1).lower_ in words("definite-words")
    return NUMBERS.get(token.lower_) == "any"
