"""What negates, hedges or asks a cue: the rules of `rules/en/operators.yml`, read in the heads above the cue.

Negation, diminishers and hedges follow Polanyi and Zaenen (2006), "Contextual valence shifters", and Hyland (1998),
"Hedging in scientific research articles".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

from parallax.annotate.rules import Matcher, rules, words
from parallax.annotate.syntax import VERBAL, Range

SCOPES: dict[str, Callable[["Above"], bool]] = {
    "": lambda at: True,
    "not-subject": lambda at: at.came not in ("nsubj", "csubj"),
    "complement": lambda at: at.came in ("xcomp", "ccomp", "advcl", "relcl"),
    "taken-as": lambda at: at.came in ("prep", "advcl", "ccomp", "xcomp", "oprd"),
    "predicate": lambda at: True,  # the cue is outside the subject: see `of_subject`
}
RULES = {rule.id: rule for rule in rules("operators").values()}
MATCHER = Matcher(RULES)


class Above(NamedTuple):
    """A head above a cue; `came` is the relation by which the cue hangs on it, `against` the side of its argument."""

    token: Token
    came: str
    cue: Span
    against: bool

    @property
    def outside(self) -> bool:
        """Tell whether it stands outside the cue."""
        return not self.cue.start <= self.token.i < self.cue.end


@dataclass
class Reading:
    """What operates on one cue: negating particles, words that turn it, hedges; which rules, words and tokens."""

    particle: bool = False
    turns: int = 0
    hedged: bool = False
    rules: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tokens: list[Range] = field(default_factory=list)
    contrasts: set[str] = field(default_factory=set)
    edge: str = ""  # the rule by which the reading stopped below the root

    @property
    def negated(self) -> bool:
        """Tell whether the cue is denied. "Nobody plotted, nobody conspired" denies once; "did not resolve" is even."""
        return bool((self.particle + self.turns) % 2)

    def note(self, rule: str, word: Token | Span) -> None:
        """Note an operator: a particle ("not", "no"), a word that turns what it governs ("prevent"), or a hedge."""
        value = RULES[rule].value
        self.turns += value == "turn"
        self.particle = self.particle or value == "negate"
        self.hedged = self.hedged or value == "hedge"
        self.rules.append(rule)
        self.words.append(f"{'hedged' if value == 'hedge' else 'negated'} by {word.text!r}")
        self.tokens.append((word.start, word.end) if isinstance(word, Span) else (word.i, word.i + 1))


def operators(doc: Doc, cue: Span, within: Span | None, against: bool) -> Reading:
    """Read what operates on a cue, in the heads above it up to the end of its clause or its statement.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    cue : spacy.tokens.Span
    within : spacy.tokens.Span or None
        The statement that holds the cue; without one the sentence is the limit.
    against : bool
        Whether the cue speaks against the claim.

    Returns
    -------
    Reading
    """
    said, token, came = Reading(), cue.root, ""
    low, high = (within.start, within.end) if within is not None else (cue.sent.start, cue.sent.end)
    for word in cue:
        if word.lemma_.lower() in words("hedge-words"):
            said.note("hedge-in-cue", word)
    while True:
        look(Above(token, came, cue, against), said)
        head = token.head
        said.edge = clause_edge(token, head)
        if said.edge or head.i == token.i or not low <= head.i < high:
            return said
        came, token = token.dep_, head


def clause_edge(token: Token, head: Token) -> str:
    """Return the rule by which the step from a token to its head leaves the clause of the cue, or an empty text.

    A negation above that edge says nothing of what is below it.
    """
    if token.dep_ in ("relcl", "parataxis"):
        return "scope-relative"
    if token.dep_ == "conj" and token.pos_ in VERBAL and head.pos_ in VERBAL:
        return "scope-coordinate"
    content = any(child.dep_ == "mark" and child.lower_ in ("that", "whether") for child in token.children)
    return "scope-adverbial" if token.dep_ == "advcl" and not content else ""


def look(at: Above, said: Reading) -> None:
    """Note the operators on one head above a cue, the head itself first."""
    for found in (on_the_head(at), contrast_before(at, said), nor(at), under_the_head(at)):
        for rule, word in found:
            said.note(rule, word)


def on_the_head(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield the head where it is itself an operator: it denies, diminishes, or leaves open what it governs.

    Who prevents what speaks against the claim ("to avoid dependence") does not deny that it stands in the way.
    """
    if at.outside:
        for rule, _ in MATCHER.at(at.token):
            prevents = at.against and rule.value == "turn" and at.token.lemma_.lower() in words("preventing-verbs")
            if "head" not in rule.pattern and SCOPES[rule.scope](at) and not prevents:
                yield rule.id, at.token


def under_the_head(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield the operators that hang on the head, or on its subject or predicate."""
    for child in at.token.children:
        if at.cue.start <= child.i < at.cue.end or child.dep_ == at.came == "conj":
            continue
        below = child.children if child.dep_ in ("acomp", "nsubj", "nsubjpass") else ()
        for word in (child, *below):
            for rule, slots in MATCHER.at(word):
                if slots.get("head") == at.token and SCOPES[rule.scope](at) and not of_subject(at, rule.scope, child):
                    yield rule.id, word


def of_subject(at: Above, scope: str, child: Token) -> bool:
    """Tell whether an operator on a subject has the cue inside that subject: "no conspiracy grew" is no "grew"."""
    return scope == "predicate" and child.left_edge.i <= at.cue.start <= child.right_edge.i


def contrast_before(at: Above, said: Reading) -> Iterator[tuple[str, Span]]:
    """Yield "rather than" and the like before the cue or before a phrase that holds it, once for each."""
    doc = at.cue.doc
    starts = [at.cue.start] if not at.came else []
    starts += [at.token.left_edge.i] if at.token.pos_ not in VERBAL else []
    for first in starts:
        before = doc[max(first - 2, 0):first].text.lower()
        if before in words("contrasts") and before not in said.contrasts:
            said.contrasts.add(before)
            yield "contrast-before", doc[first - 2:first]


def nor(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield "nor" before a clause."""
    first = at.token.left_edge.i
    if at.token.pos_ in VERBAL and first and at.cue.doc[first - 1].lower_ == "nor":
        yield "nor", at.cue.doc[first - 1]


def question(sent: Span, kind: str) -> str:
    """Return the rule by which a sentence asks, or an empty text; a headline asks when any part of it does."""
    if sent.text.rstrip("\"'”’ )\n").endswith("?"):
        return "question"
    return "question-headline" if kind in ("headline", "heading") and "?" in sent.text else ""
