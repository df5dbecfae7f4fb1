"""Where each holder stands on the narrative: an argument's cue, what operates on it, and whose voice it is.

A cue makes an argument for or against the claim. What governs the cue in the parse may negate it, hedge it or ask it;
the statement that holds it may report, accuse, doubt or deny it; and who makes that statement holds the stance. "Smith
rejected claims by Jones that they conspire" is: deny by Smith, affirm by Jones, nothing by the text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from parallax.annotate.operators import Reading, operators, question
from parallax.annotate.phrases import Lexicon
from parallax.annotate.rules import words
from parallax.annotate.spans import Fact, block_kinds, needs, read, write
from parallax.segment import UNCOUNTED

RANK = ["weak deny", "affirm", "hedge", "deny"]  # of several cues of one holder in a sentence, the last in this list
NEAR = 3  # sentences between a claim and an answer to it
Statement = tuple[Span, Fact]
Row = tuple[int, int, str, Fact]  # start and end of the evidence, value, fact


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
    blocs: set[int] = field(default_factory=set)  # sentences that name what the members would form
    seen: dict[tuple[int, str], Row] = field(default_factory=dict)

    def keep(self, row: Row) -> None:
        """Keep the strongest reading of a holder in a sentence."""
        start, _, value, fact = row
        key = (self.doc[start].sent.start, fact["holder_group"])
        if key not in self.seen or RANK.index(value) > RANK.index(self.seen[key][2]):
            self.seen[key] = row

    def distance(self, a: int, b: int) -> int:
        """Count the sentence boundaries between two tokens."""
        return abs(bisect_right(self.starts, a) - bisect_right(self.starts, b))

    def named(self, span: Span) -> list[Fact]:
        """Return the mentions in a span."""
        first, last = (bisect_left(self.actors, at, key=lambda mention: mention[0].start)
                       for at in (span.start, span.end))
        return [fact for _, fact in self.actors[first:last]]


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
    reported-denial, reported-doubt, answer), conduit and joint-holders where they decided who holds it, the operators.
    """

    def __init__(self, nlp: Language, narrative: dict[str, Any], actors: dict[str, Any]) -> None:
        self.arguments = narrative.get("arguments", {})
        self.groups = {key: actor.get("group", "other") for key, actor in actors.items()}
        self.member_groups = {self.groups.get(key, key) for key in narrative.get("members", [])}
        against = narrative.get("against", [])
        against_groups = {self.groups.get(key, key) for key in against} - {"other"}
        self.against = {key for key, group in self.groups.items() if key in against or group in against_groups}
        self.blocs = {key for key, argument in self.arguments.items()
                      if argument["side"] == "for" and argument.get("needs") == "members"}
        self.lexicon = Lexicon({key: argument["cues"] for key, argument in self.arguments.items()}, nlp.tokenizer,
                               {key: argument.get("excluding", ()) for key, argument in self.arguments.items()})

    def __call__(self, doc: Doc) -> Doc:
        """Write the stances of a Doc."""
        if not self.arguments:
            return write(doc, "stances", [])
        needs(doc, "parallax_stance", "DEP", "LEMMA")
        page = self.page(doc)
        targets = {span.start: span.end for span, fact in page.actors if fact["actor"] in self.against}
        cues = [cue for cue in self.lexicon.find(doc, {"against": targets}) if page.kinds[cue[1]] not in UNCOUNTED]
        page.blocs = {doc[start].sent.start for key, start, _, _ in cues if key in self.blocs}
        for key, start, end, entry in cues:
            for row in self.read(page, self.cue(page, key, doc[start:end], entry)):
                page.keep(row)
        for row in self.answers(page):
            page.keep(row)
        return write(doc, "stances", [(start, end, value.split()[-1], fact)
                                      for start, end, value, fact in page.seen.values()])

    def page(self, doc: Doc) -> Page:
        """Gather what positions are read from."""
        statements = [(span, fact) for span, fact in read(doc, "statements")
                      if fact["speaker_text"] and fact["verb"] not in words("intention-verbs")]
        return Page(doc, block_kinds(doc), read(doc, "actors"), statements, [sent.start for sent in doc.sents])

    def cue(self, page: Page, key: str, span: Span, entry: str) -> Cue:
        """Find the statements around a cue, the innermost first, and what operates on it inside that one."""
        around = sorted((s for s in page.statements if s[0].start <= span.start and span.end <= s[0].end),
                        key=lambda s: len(s[0]))
        passed = 0
        while len(around) > passed + 1 and around[passed][1]["group"] == "media":  # a medium that quotes is a conduit
            passed += 1
        inner = around[passed] if around else None
        said = operators(page.doc, span, inner[0] if inner else None, self.arguments[key]["side"] == "against")
        return Cue(span, key, entry, said, inner, around[passed + 1:], passed > 0)

    def read(self, page: Page, cue: Cue) -> Iterator[Row]:
        """Yield a row for each holder that one cue gives a stance to."""
        side = self.arguments[cue.key]["side"]
        asked = question(cue.span.sent, page.kinds[cue.span.start]) if cue.inner is None else ""
        value = compose(side, cue.said, bool(asked))
        if value is None or not self.counts(page, cue):
            return
        why = [f"{cue.span.text!r} ({cue.key}, {side})", *cue.said.words, *(["asked"] if asked else [])]
        fired = [*dict.fromkeys(cue.said.rules), *([asked] if asked else [])]
        if cue.inner is None:
            yield self.row(cue, value, ("source", "source"), [*why, "own voice"], ["own-voice", *fired])
            return
        for span, fact in [cue.inner, *(s for s in cue.outer if turn(value, *s)[0] != value)]:
            verb = fact["verb"] or ("quotation" if fact is cue.inner[1] else "")
            because = [*why, f"{fact['effect']} {verb!r} by {fact['speaker_text']}"]
            turned, rule = turn(value, span, fact)
            holders = self.holders(page, fact)
            whose = ["conduit"] * cue.conduit + ["joint-holders"] * (len(holders) > 1)
            for holder in holders:
                yield self.row(cue, turned, holder, because, [rule, *whose, *fired])

    def row(self, cue: Cue, value: str, holder: tuple[str, str], because: list[str], fired: list[str]) -> Row:
        """Return (start, end, value, fact) of one stance; the holder is (actor key or text, group)."""
        return cue.span.start, cue.span.end, value, {
            "holder": holder[0], "holder_group": holder[1], "argument": cue.key, "entry": cue.entry,
            "side": self.arguments[cue.key]["side"], "because": "; ".join(because), "operators": cue.said.tokens,
            "rule": "+".join(fired)}

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

    # --- Whether a cue bears on the narrative

    def counts(self, page: Page, cue: Cue) -> bool:
        """Tell whether a cue bears on the narrative here, by what its argument needs and by whom."""
        argument = self.arguments[cue.key]
        if argument.get("by") == "members" and (cue.inner is None or cue.inner[1]["group"] not in self.member_groups):
            return False
        if argument.get("needs") == "against":
            return bool(self.opponents(page, cue.span.sent))
        return not argument.get("needs") or self.members_in_view(page, cue, argument["side"] == "against")

    def members_in_view(self, page: Page, cue: Cue, limits: bool) -> bool:
        """Tell whether the members are in view together; ties of some of them alone do not count."""
        sent, root = cue.span.sent, cue.span.root
        phrase = page.doc[root.left_edge.i:root.right_edge.i + 1]
        members, forms = self.members(page, sent), {token.lower_ for token in sent}
        nobody = not members
        if sent.start and (forms & words("both-words") or len(members) < 2 - limits):
            members |= self.members(page, page.doc[sent.start - 1].sent)  # "both leaders" of the sentence before
        whole = members == self.member_groups or bool(forms & words("together-words"))
        if limits:  # friction with others limits nothing
            near = page.doc[max(min(phrase.start, cue.span.start - 4), sent.start):phrase.end]
            return not self.opponents(page, near) and (whole or sent.start in page.blocs)
        against = bool(self.opponents(page, sent))
        if 0 < len(self.members(page, phrase)) < len(self.member_groups):
            return against or whole
        return whole or against or cue.said.negated or nobody

    def members(self, page: Page, span: Span) -> set[str]:
        """Return the groups of the members that a span names."""
        return {self.groups.get(fact["actor"], "") for fact in page.named(span)} & self.member_groups

    def opponents(self, page: Page, span: Span) -> bool:
        """Tell whether a span names one of those whom the narrative sets its members against."""
        return any(fact["actor"] in self.against for fact in page.named(span))

    # --- Answers to a claim

    def answers(self, page: Page) -> Iterator[Row]:
        """Yield the stances of those who turn on a claim or on who made it: "dismissed her words", "hit back at her".

        Somebody else must have made the claim within three sentences; a member may also answer the person.
        """
        held = [(start, fact["holder_group"], fact["argument"]) for start, _, value, fact in page.seen.values()
                if value in ("affirm", "hedge") and fact["holder_group"] != "source"]
        for span, fact in page.statements:
            turns = fact["effect"] in ("denying", "accusing") and fact["cue_span"]
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
        member = fact["group"] in self.member_groups and fact["verb"] not in words("countercharges")
        if noun is not None or not member:
            return noun
        return next((mention.root for mention, row in page.actors if span.start <= mention.start < span.end
                     and self.groups.get(row["actor"]) in groups), None)


def compose(side: str, said: Reading, asked: bool) -> str | None:
    """Return the value that an argument has after what operates on it, or None when it takes no side."""
    if side == "against":
        return None if said.negated else "hedge" if asked else "weak deny"
    if said.negated:
        return "deny"
    return "hedge" if said.hedged or asked else "affirm"


def turn(value: str, span: Span, fact: Fact) -> tuple[str, str]:
    """Apply what the verb of a report does to its content; return the value and the rule.

    "Claimed" keeps the writer at a distance but leaves the holder's own stance; "doubted" changes it.
    """
    against = fact["verb"] in ("caution", "warn") and span[0].lower_ == "against"  # "cautioned against calling it"
    if against or fact["effect"] == "denying" or fact["verb"] in words("disbelief"):
        return {"affirm": "deny", "hedge": "deny"}.get(value, value), "reported-denial"
    if fact["verb"] in words("doubting-words"):
        return {"affirm": "hedge"}.get(value, value), "reported-doubt"
    return value, "reported"
