"""Where each holder stands on the narrative: an argument's cue, what operates on it, and whose voice it is.

A cue makes an argument for or against the claim. What governs the cue in the parse may negate it, hedge it or
ask it; the statement that holds it may report, accuse, doubt or deny it; and who makes that statement holds the
stance. "Smith rejected claims by Jones that they conspire" is: deny by Smith, affirm by Jones, nothing by the text.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Span

from parallax.annotate import english
from parallax.annotate.phrases import Lexicon
from parallax.annotate.spans import block_kinds, read, write
from parallax.segment import UNCOUNTED

HEDGING = ("advmod", "amod", "acomp", "mark", "attr")  # relations in which a hedge stands to what it hedges
CLAUSES = ("relcl", "parataxis")  # a negation above these says nothing of what is in them
RANK = ["weak deny", "affirm", "hedge", "deny"]  # of several cues of one holder in a sentence, the last in this list


@Language.factory("parallax_stance", assigns=["doc.spans"], requires=["token.dep", "token.lemma", "doc.spans"],
                  default_config={"narrative": {}, "actors": {}})
def make_stance(nlp, name, narrative, actors):
    """Make the component from its config."""
    return Stance(nlp, narrative, actors)


@dataclass
class Reading:
    """What operates on one cue: negating particles, words that turn it, hedges, and which words they are."""

    particle: bool = False
    turns: int = 0
    hedged: bool = False
    words: list = field(default_factory=list)
    tokens: list = field(default_factory=list)
    contrasts: set = field(default_factory=set)

    @property
    def negated(self):
        """Tell whether the cue is denied. "Nobody plotted, nobody conspired" denies once; "did not resolve" is even."""
        return bool((self.particle + self.turns) % 2)

    def negate(self, word, turns=False):
        """Note what negates: a particle ("not", "no"), or a word that turns what it governs ("prevent")."""
        self.turns += turns
        self.particle = self.particle or not turns
        self.note("negated", word)

    def hedge(self, word):
        """Note what leaves open whether it is so."""
        self.hedged = True
        self.note("hedged", word)

    def note(self, what, word):
        """Keep the words and their place."""
        self.words.append(f"{what} by {word.text!r}")
        self.tokens.append((word[0].i, word[-1].i + 1) if isinstance(word, Span) else (word.i, word.i + 1))


class Stance:
    """Component: one row for each sentence and holder that takes a position on the narrative.

    Parameters
    ----------
    nlp : spacy.language.Language
    narrative : dict
        {claim, members, against, arguments: {key: {side, cues, excluding, by, needs}}}; empty for none.
    actors : dict of str to dict
        The codebook's actors, for their groups.

    Reads the span groups of `parallax_actors` and `parallax_voice`. Writes ``doc.spans["stances"]``: the span is
    the evidence, its label affirm, hedge or deny; the row has holder, holder_group,
    argument, side, entry (the cue in the codebook), because (in words) and operators (token spans).
    """

    def __init__(self, nlp, narrative, actors):
        self.arguments = narrative.get("arguments", {})
        self.members = narrative.get("members", [])
        self.groups = {key: actor.get("group", "other") for key, actor in actors.items()}
        self.member_groups = {self.groups.get(key, key) for key in self.members}
        against = narrative.get("against", [])
        against_groups = {self.groups.get(key, key) for key in against}
        self.against = {key for key, group in self.groups.items()
                        if key in against or group in against_groups - {"other"}}
        self.blocs = {key for key, argument in self.arguments.items()
                      if argument["side"] == "for" and argument.get("needs") == "members"}
        self.lexicon = Lexicon({key: argument["cues"] for key, argument in self.arguments.items()}, nlp.tokenizer,
                               {key: argument.get("excluding", ()) for key, argument in self.arguments.items()})

    def __call__(self, doc):
        """Write the stances of a Doc."""
        found = []
        if self.arguments:
            kinds, actors = block_kinds(doc), read(doc, "actors")
            statements = [(span, row) for span, row in read(doc, "statements")
                          if row["speaker_text"] and row["verb"] not in english.INTENTIONS]
            targets = {span.start: span.end for span, row in actors if row["actor"] in self.against}
            seen = {}
            cues = [cue for cue in self.lexicon.find(doc, {"against": targets}) if kinds[cue[1]] not in UNCOUNTED]
            blocs = {doc[start].sent.start for key, start, _, _ in cues if key in self.blocs}
            for key, start, end, entry in cues:
                for row in self.read(doc, key, start, end, entry, kinds[start], actors, statements, blocs):
                    self.keep(seen, doc, row)
            for row in self.answers(doc, kinds, actors, statements, seen):
                self.keep(seen, doc, row)
            found = [(start, end, value.split()[-1], row) for start, end, value, row in seen.values()]
        return write(doc, "stances", found)

    def keep(self, seen, doc, row):
        """Keep the strongest reading of a holder in a sentence."""
        start, _, value, holder = row
        key = (doc[start].sent.start, holder["holder_group"])
        if key not in seen or RANK.index(value) > RANK.index(seen[key][2]):
            seen[key] = row

    def read(self, doc, key, start, end, entry, kind, actors, statements, blocs):
        """Yield (start, end, value, row) for each holder that one cue gives a stance to."""
        argument, cue = self.arguments[key], doc[start:end]
        around = sorted((s for s in statements if s[0].start <= start and end <= s[0].end), key=lambda s: len(s[0]))
        while len(around) > 1 and around[0][1]["group"] == "media":  # a medium that quotes is a conduit
            around.pop(0)
        inner, outer = around[0] if around else None, around[1:]
        said = operators(doc, cue, inner[0] if inner else None, argument["side"] == "against")
        if not self.counts(doc, cue, argument, inner, actors, said, blocs):
            return
        asked = question(cue.sent, kind) and not inner
        value = compose(argument["side"], said, asked)
        if value is None:
            return
        why = [f"{cue.text!r} ({key}, {argument['side']})", *said.words, *(["asked"] if asked else [])]
        if inner is None:
            yield self.row(cue, value, "source", "source", key, entry, [*why, "own voice"], said.tokens)
            return
        for span, statement in [inner, *(s for s in outer if turn(value, *s) != value)]:
            verb = statement["verb"] or ("quotation" if statement is inner[1] else "")
            because = [*why, f"{statement['effect']} {verb!r} by {statement['speaker_text']}"]
            for holder, group in self.holders(doc, statement, actors):
                yield self.row(cue, turn(value, span, statement), holder, group, key, entry, because, said.tokens)

    def row(self, cue, value, holder, group, key, entry, because, operators):
        """Return (start, end, value, row) of one stance."""
        return cue.start, cue.end, value, {"holder": holder, "holder_group": group, "argument": key,
                                           "side": self.arguments[key]["side"], "entry": entry,
                                           "because": "; ".join(because), "operators": operators}

    def holders(self, doc, statement, actors):
        """Return who holds a statement: (actor key or text, group), one for each group of members that speaks."""
        if statement["speaker"]:
            return [(statement["speaker"], statement["group"] or self.groups.get(statement["speaker"], "other"))]
        if statement["speaker_span"]:
            a, b = statement["speaker_span"]
            named = {self.groups[row["actor"]]: row["actor"] for span, row in actors
                     if a <= span.start and span.end <= b and row["sense"] == "actor" and row["actor"] in self.groups}
            if len(named) > 1 and named.keys() <= self.member_groups:
                return [(holder, group) for group, holder in named.items()]
        return [(statement["speaker_text"], statement["group"] or "other")]

    def counts(self, doc, cue, argument, inner, actors, said, blocs):
        """Does the cue bear on the narrative here? Ties of some of the members alone do not, nor does a ceremony."""
        if argument.get("by") == "members" and (inner is None or inner[1]["group"] not in self.member_groups):
            return False
        if not argument.get("needs"):
            return True
        sent, phrase = cue.sent, doc[cue.root.left_edge.i:cue.root.right_edge.i + 1]
        against = self.named(sent, actors, self.against)
        if argument["needs"] == "against":
            return bool(against)
        limits, members = argument["side"] == "against", self.named(sent, actors)
        nobody = not members
        if sent.start and (any(token.lower_ in english.BOTH for token in sent) or len(members) < 2 - limits):
            members |= self.named(doc[sent.start - 1].sent, actors)  # "both leaders" are those of the sentence before
        whole = members == self.member_groups or any(token.lower_ in english.TOGETHER for token in sent)
        if limits:  # friction with others limits nothing: "U.S.-China tensions"
            near = doc[max(min(phrase.start, cue.start - 4), sent.start):phrase.end]
            return not self.named(near, actors, self.against) and (whole or sent.start in blocs)
        if 0 < len(self.named(phrase, actors)) < len(self.member_groups):
            return bool(against) or whole
        return whole or bool(against) or said.negated or nobody

    def named(self, span, actors, keys=None):
        """Return the groups of the members (or of other actors) that a span names."""
        keys = self.groups if keys is None else keys
        first, last = (bisect_left(actors, at, key=lambda mention: mention[0].start) for at in (span.start, span.end))
        groups = {self.groups[row["actor"]] for _, row in actors[first:last] if row["actor"] in keys}
        return groups & self.member_groups if keys is self.groups else groups

    def answers(self, doc, kinds, actors, statements, seen):
        """Yield the stances of those who turn on a claim or on who made it: "dismissed her words", "hit back at her".

        Somebody else must have made the claim within three sentences; a member may also answer the person.
        """
        held = [(start, row["holder_group"], row["argument"]) for start, _, value, row in seen.values()
                if value in ("affirm", "hedge") and row["holder_group"] != "source"]
        starts = [sent.start for sent in doc.sents]
        for span, statement in statements:
            turns = statement["effect"] in ("denying", "accusing") and statement["cue_span"]
            if not turns or kinds[span.start] in UNCOUNTED:
                continue
            member = statement["group"] in self.member_groups and statement["verb"] not in english.COUNTERCHARGES
            near = [h for h in held if h[1] != statement["group"] and distance(starts, h[0], span.start) <= 3]
            claim = next((token for token in span if token.lemma_.lower() in english.CLAIMS), None)
            if claim is None and member:
                groups = {h[1] for h in near}
                claim = next((mention.root for mention, row in actors if span.start <= mention.start < span.end
                              and self.groups.get(row["actor"]) in groups), None)
            if not near or claim is None:
                continue
            start, whose, argument = min(near, key=lambda h: distance(starts, h[0], span.start))
            a, b = statement["cue_span"]
            evidence = doc[min(a, claim.i):max(claim.i + 1, b)]
            because = f"{statement['effect']} {statement['verb']!r} of {claim.text!r}, which {whose} claims nearby"
            for holder, group in self.holders(doc, statement, actors):
                yield self.row(evidence, "deny", holder, group, argument, "", [because, f"by {holder}"], [])


def distance(starts, a, b):
    """Count the sentence boundaries between two tokens, given where sentences start."""
    return abs(bisect_right(starts, a) - bisect_right(starts, b))


def compose(side, said, asked):
    """Return the value that an argument has after what operates on it, or None when it takes no side."""
    if side == "against":
        return None if said.negated else "hedge" if asked else "weak deny"
    if said.negated:
        return "deny"
    return "hedge" if said.hedged or asked else "affirm"


def turn(value, span, statement):
    """Apply what the verb of a report does to its content, a span.

    "Claimed" keeps the writer at a distance but leaves the holder's own stance; "doubted" changes it.
    """
    against = statement["verb"] in ("caution", "warn") and span[0].lower_ == "against"  # "cautioned against calling it"
    if against or statement["effect"] == "denying" or statement["verb"] in english.DISBELIEF:
        return {"affirm": "deny", "hedge": "deny"}.get(value, value)
    if statement["verb"] in english.DOUBTS:
        return {"affirm": "hedge"}.get(value, value)
    return value


def question(sent, kind):
    """Does a sentence ask? A headline asks when any part of it does."""
    return "?" in sent.text if kind in ("headline", "heading") else sent.text.rstrip("\"'”’ )\n").endswith("?")


def operators(doc, cue, within, argument_against):
    """Read what negates or hedges a cue, in the heads above it up to the end of its clause or its statement.

    `cue` and `within`, the statement that holds it, are Spans; without one the sentence is the limit.
    `argument_against` tells that the cue speaks against the claim. Returns a Reading.
    """
    said, token, came = Reading(), cue.root, ""
    low, high = (within.start, within.end) if within is not None else (cue.sent.start, cue.sent.end)
    for word in cue:
        if word.lemma_.lower() in english.HEDGE_WORDS:
            said.hedge(word)
    while True:
        look(doc, token, came, cue, said, argument_against)
        head = token.head
        if head.i == token.i or not low <= head.i < high or token.dep_ in CLAUSES:
            break
        if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX") and head.pos_ in ("VERB", "AUX"):
            break
        if token.dep_ == "advcl" and not any(child.dep_ == "mark" and child.lower_ in ("that", "whether")
                                             for child in token.children):
            break
        came, token = token.dep_, head
    return said


def look(doc, token, came, cue, said, argument_against):
    """Look at one head above a cue; `came` is the relation by which the cue hangs on it.

    Who prevents what speaks against the claim ("to avoid dependence") does not deny that it stands in the way.
    """
    lemma = token.lemma_.lower()
    outside = not cue.start <= token.i < cue.end
    if outside:
        prevents = argument_against and lemma in english.PREVENTING
        if lemma in english.NEGATING and came not in ("nsubj", "csubj") and not prevents:
            said.negate(token, turns=True)
        taken = token.tag_ == "VBN" and lemma in english.TAKEN_AS
        seen_as = taken and came in ("prep", "advcl", "ccomp", "xcomp", "oprd")
        if lemma in english.HEDGE_WORDS and came not in ("nsubj", "csubj") or seen_as:
            said.hedge(token)
    starts = [cue.start] if not came else []
    starts += [token.left_edge.i] if token.pos_ not in ("VERB", "AUX") else []
    for first in starts:
        before = doc[max(first - 2, 0):first].text.lower()
        if before in english.CONTRASTS and before not in said.contrasts:
            said.contrasts.add(before)  # once, though the words stand before the cue and before its whole phrase
            said.negate(doc[first - 2:first])
    if token.pos_ in ("VERB", "AUX") and token.left_edge.i and doc[token.left_edge.i - 1].lower_ == "nor":
        said.negate(doc[token.left_edge.i - 1])
    near = [token, *(child for child in token.children if child.dep_ == "acomp")]  # "is too early to call"
    too = next((t for head in near for t in head.children if t.lower_ == "too" and t.dep_ == "advmod"), None)
    if too is not None and came in ("xcomp", "ccomp", "advcl", "relcl"):
        said.negate(too)  # "too weak to form"
    for child in token.children:
        low, lemma = child.lower_, child.lemma_.lower()
        if cue.start <= child.i < cue.end or child.dep_ == came == "conj":
            continue
        if child.dep_ == "neg" or low in english.NEGATORS and child.dep_ in ("det", "amod", "preconj", "advmod", "cc"):
            only = child.i + 1 < len(doc) and doc[child.i + 1].lower_ in english.MORE_THAN  # "not just"
            if (child.i < token.i or child.dep_ == "neg") and not only:
                said.negate(child)
        elif child.dep_ in ("nsubj", "nsubjpass") and doc[child.left_edge.i].lower_ in english.NEGATORS:
            if not child.left_edge.i <= cue.start <= child.right_edge.i:
                said.negate(doc[child.left_edge.i])
        elif child.dep_ in ("acomp", "attr", "oprd") and lemma in english.NEGATING:
            said.negate(child, turns=True)
        elif child.dep_ == "aux" and low in english.MODALS or child.dep_ in HEDGING and lemma in english.HEDGE_WORDS:
            said.hedge(child)
