"""What negates, hedges or asks a cue: the rules of `rules/en/operators.yml`, read in the heads above the cue.

Negation, diminishers and hedges follow Polanyi and Zaenen (2006), "Contextual valence shifters", and Hyland (1998),
"Hedging in scientific research articles".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

from parallax.annotate.reporting import TAKES
from parallax.annotate.rules import Matcher, rules, words
from parallax.annotate.spans import Fact
from parallax.annotate.syntax import VERBAL, Range, agent, has_to, subject

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
SAYING = {lemma for lemma, takes in TAKES.items() if takes & {"clause", "name"}}
SCOPES: dict[str, Callable[["Above"], bool]] = {
    "": lambda at: True,
    "not-subject": lambda at: at.came not in ("nsubj", "csubj"),
    "subject": lambda at: at.came in SUBJECTS,
    "of-predicate": lambda at: at.came not in SUBJECTS or exists(at.token),
    "complement": lambda at: at.came in ("xcomp", "ccomp", "advcl", "relcl"),
    "prepositional": lambda at: at.came == "prep",
    "as": lambda at: at.came == "prep" and any(c.lower_ == "as" and holds(c, at.cue) for c in at.token.rights),
    "taken-as": lambda at: at.came in ("prep", "advcl", "ccomp", "xcomp", "oprd") and agent(at.token) is None,
    "predicate": lambda at: True,  # the cue is outside the subject: see `of_subject`
}
CONTRAST_ENDS = {contrast.split()[-1] for contrast in words("contrasts")}
SAYING_ALOUD = SAYING - words("belief-verbs") - words("negating-words")
CONTENT_NOUNS = words("content-nouns") | words("reporting-nouns") | words("doubt-nouns")
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
    """What operates on one cue: negating particles, words that turn it, hedges, doubts; which rules, words, tokens."""

    particle: bool = False
    turns: int = 0
    hedged: bool = False
    doubted: bool = False
    rules: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tokens: list[Range] = field(default_factory=list)
    contrasts: set[str] = field(default_factory=set)
    after_but: bool = False  # "not X but Y": what negates X says nothing of Y
    withheld: bool = False  # somebody does not say it: no position of anybody's
    edge: str = ""  # the rule by which the reading stopped below the root

    @property
    def negated(self) -> bool:
        """Tell whether the cue is denied. "Nobody plotted, nobody conspired" denies once; "did not resolve" is even.

        "There is no doubt" negates the doubt and nothing else.
        """
        return bool((self.particle * (not self.doubted) + self.turns) % 2)

    @property
    def open(self) -> bool:
        """Tell whether it is left open whether the cue is so."""
        return self.hedged or self.doubted and not self.particle

    def note(self, rule: str, word: Token | Span) -> None:
        """Note an operator: a particle ("not"), a word that turns what it governs ("prevent"), a hedge, a doubt."""
        value = RULES[rule].value
        if value == "negate" and self.after_but:
            return
        self.turns += value == "turn"
        self.particle = self.particle or value == "negate"
        self.hedged = self.hedged or value == "hedge"
        self.doubted = self.doubted or value == "doubt"
        self.rules.append(rule)
        self.words.append(f"{VERBS[value]} by {word.text!r}")
        self.tokens.append((word.start, word.end) if isinstance(word, Span) else (word.i, word.i + 1))


VERBS = {"negate": "negated", "turn": "negated", "hedge": "hedged", "doubt": "doubted"}


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
        before = len(said.rules)
        look(Above(token, came, cue, against), said)
        if not cue.start <= token.i < cue.end and says(token) and negates(said.rules[before:]):
            said.withheld = True
        head = token.head
        if or_else(token, head):
            said.note("alternative", token)
        said.edge = clause_edge(token, head)
        if said.edge == "scope-relative" and head.lemma_.lower() in words("degrees"):
            said.note("extent", head)
        if said.edge or head.i == token.i or not low <= head.i < high:
            return called(token, (low, high), said)
        said.after_but = said.after_but or but_between(token, head)
        came, token = token.dep_, head


def called(token: Token, within: Range, said: Reading) -> Reading:
    """Note what a thing is called in a statement that begins with it: "called the bloc a myth"."""
    for other in token.head.rights if token.dep_ in ("dobj", "nsubj", "nsubjpass") else ():
        name = token.i < other.i and other.dep_ in ("oprd", "acomp", "xcomp") and within[0] <= other.i < within[1]
        if name and other.lemma_.lower() in words("negating-words"):
            said.note("turning-predicate", other)
    return said


def says(token: Token) -> bool:
    """Tell whether a verb says or names, in somebody's mouth: "stopped short of calling it", not "hard to call it"."""
    if token.lemma_.lower() not in SAYING_ALOUD or token.pos_ not in VERBAL:
        return False
    who = subject(token)
    return who is not None and who.lower_ not in words("thing-pronouns")


def negates(fired: list[str]) -> bool:
    """Tell whether one of some rules denies."""
    return any(RULES[rule].value in ("negate", "turn") for rule in fired)


def but_between(token: Token, head: Token) -> bool:
    """Tell whether a word is set against the one before by "but": "not X but Y"."""
    return token.dep_ == "conj" and any(c.lower_ == "but" and head.i < c.i < token.i for c in head.children)


def or_else(token: Token, head: Token) -> bool:
    """Tell whether a clause is one of two between which a text leaves open: "..., or it is revenge"."""
    joined = token.dep_ == "conj" and token.pos_ in VERBAL and head.pos_ in VERBAL
    return joined and any(c.lower_ == "or" and head.i < c.i < token.i for c in head.children)


def clause_edge(token: Token, head: Token) -> str:
    """Return the rule by which the step from a token to its head leaves the clause of the cue, or an empty text.

    A negation above that edge says nothing of what is below it.
    """
    if token.dep_ in ("relcl", "parataxis") and not tells(token, head):
        return "scope-relative"
    name = token.is_title and not token.is_sent_start  # "Norway and Denmark", which the tagger takes for a verb
    if token.dep_ == "conj" and token.pos_ in VERBAL and head.pos_ in VERBAL and not name:
        return "scope-coordinate"
    content = any(child.dep_ == "mark" and child.lower_ in ("that", "whether") for child in token.children)
    return "scope-adverbial" if token.dep_ == "advcl" and not content else ""


def tells(clause: Token, noun: Token) -> bool:
    """Tell whether a clause with "that" says what its noun means and is not relative: "evidence that they lied"."""
    that = any(child.lower_ == "that" and child.i == noun.i + 1 for child in clause.children)
    return that and noun.lemma_.lower() in CONTENT_NOUNS


def look(at: Above, said: Reading) -> None:
    """Note the operators on one head above a cue, the head itself first."""
    for found in (on_the_head(at), contrast_before(at, said), nor(at), conditional(at), under_the_head(at)):
        for rule, word in found:
            said.note(rule, word)


def on_the_head(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield the head where it is itself an operator: it denies, diminishes, or leaves open what it governs.

    Who prevents what speaks against the claim ("to avoid dependence") does not deny that it stands in the way; who
    only tries to prevent a thing takes it for granted; and what is dismissed as a thing is called so.
    """
    if at.outside:
        for rule, _ in MATCHER.at(at.token):
            if "head" in rule.pattern or not SCOPES[rule.scope](at):
                continue
            prevents = at.against and at.token.lemma_.lower() in words("preventing-verbs")
            prevents = prevents or any(c.lower_ == "short" for c in at.token.children)  # "stops short of" is a contrast
            if rule.value != "turn" or not (prevents or attempted(at.token) or SCOPES["as"](at)):
                yield rule.id, at.token


def attempted(verb: Token) -> bool:
    """Tell whether a verb says what somebody tries or ought to do: "efforts to undermine", "should undermine"."""
    if verb.pos_ not in VERBAL:
        return False
    ought = any(map(is_duty, verb.children))
    return ought or has_to(verb) and verb.head.lemma_.lower() in words("efforts")


def is_duty(token: Token) -> bool:
    """Tell whether a word says that something ought to be done: "should"."""
    return token.dep_ == "aux" and token.lower_ in words("duties")


def under_the_head(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield the operators that hang on the head, or on its subject or predicate."""
    for child in at.token.children:
        if at.cue.start <= child.i < at.cue.end or child.dep_ == at.came == "conj":
            continue
        below = child.children if child.dep_ in ("acomp", "nsubj", "nsubjpass") else ()
        for word in (child, *below):
            for rule, slots in MATCHER.at(word):
                of_other = of_subject(at, rule.scope, child) or set_against(at, word)
                if slots.get("head") == at.token and SCOPES[rule.scope](at) and not of_other:
                    yield rule.id, word


def of_subject(at: Above, scope: str, child: Token) -> bool:
    """Tell whether an operator on a subject has the cue inside that subject: "no conspiracy grew" is no "grew"."""
    return scope == "predicate" and holds(child, at.cue)


def set_against(at: Above, word: Token) -> bool:
    """Tell whether a negation after the cue is of what follows it: "an alliance, not a club"."""
    return word.i >= at.cue.end and word.dep_ == "neg" and word.nbor(-1).text == "," and word.head.pos_ not in VERBAL


def holds(token: Token, cue: Span) -> bool:
    """Tell whether the phrase of a token holds a cue."""
    return bool(token.left_edge.i <= cue.start <= token.right_edge.i)


def exists(verb: Token) -> bool:
    """Tell whether a predicate says that its subject is or comes about, so that "not" denies the subject itself."""
    said_of_it = [c.lemma_.lower() for c in verb.children if c.dep_ in ("acomp", "attr", "oprd")]
    return bool({verb.lemma_.lower(), *said_of_it} & words("being-words"))


def contrast_before(at: Above, said: Reading) -> Iterator[tuple[str, Span]]:
    """Yield "rather than" and the like before the cue or before a phrase that holds it, once for each."""
    doc = at.cue.doc
    starts = [at.cue.start] if not at.came else []
    starts += [at.token.left_edge.i] if at.token.pos_ not in VERBAL or at.token.dep_ == "pcomp" else []
    for first in starts:
        if first < 2 or doc[first - 1].lower_ not in CONTRAST_ENDS:
            continue
        before = doc[first - 2:first].text.lower()
        wished = before == "instead of" and any(map(is_duty, at.cue.sent))  # "instead of taking revenge, it should"
        if before in words("contrasts") and before not in said.contrasts and not wished:
            said.contrasts.add(before)
            yield "contrast-before", doc[first - 2:first]


def nor(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield "nor" before a clause."""
    first = at.token.left_edge.i
    if at.token.pos_ in VERBAL and first and at.cue.doc[first - 1].lower_ == "nor":
        yield "nor", at.cue.doc[first - 1]


def conditional(at: Above) -> Iterator[tuple[str, Token]]:
    """Yield the "if" of a condition on the clause of the cue: "if that is so, the same must apply"."""
    for clause in at.token.children:
        marks = [c for c in clause.children if c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether")]
        if clause.dep_ == "advcl" and marks and not holds(clause, at.cue) and marks[0].i == clause.left_edge.i:
            yield "conditional", marks[0]


def conceded(cue: Span) -> bool:
    """Tell whether a cue stands in a concession: "despite the show of unity", "although they speak of a bloc"."""
    return any(token.lower_ in words("concessives")
               or any(c.dep_ == "mark" and c.lower_ in words("concessives") for c in token.children)
               for token in (cue.root, *cue.root.ancestors))


def question(cue: Span, inner: tuple[Span, Fact] | None, kind: str) -> str:
    """Return the rule by which a cue is asked, or an empty text; a headline asks when any part of it does.

    A statement asks where it is direct speech and the sentence of the cue in it ends in a question mark.
    """
    sent = cue.sent
    if inner is not None:
        span, fact = inner
        rest = cue.doc[cue.end:max(min(span.end + 1, sent.end), cue.end)]
        asks = fact["form"] == "direct" and next((t.text for t in rest if t.text in ".!?"), "") == "?"
        return "question-quoted" if asks else ""
    first = next((t.lower_ for t in sent if t.is_alpha), "")
    if sent.text.rstrip("\"'”’ )\n").endswith("?") and first not in words("content-questions"):
        return "question"
    return "question-headline" if kind in ("headline", "heading") and "?" in sent.text else ""
