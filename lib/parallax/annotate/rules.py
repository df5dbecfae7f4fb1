"""English as data: the rules and word lists of `rules/en/*.yml`, checked when they are read, and a matcher for them.

A rule has an id, a line on what it covers, a pattern or the name of a function, examples with what must come out, and
counter-examples. A pattern names tokens: its first is the anchor, known by its form; each other one says to which token
it stands (`of`), how (`by`, an operator of spaCy's DependencyMatcher) and what it is like. The matcher starts at the
anchor and looks nowhere else, which costs a tenth of running every pattern over every token.

The models are medspaCy's context rules, the Gender Gap Tracker's rule files and rsyntax's queries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

FOLDER = resources.files("parallax") / "rules" / "en"
ATTRIBUTES = ("LOWER", "LEMMA", "POS", "TAG", "DEP")
Slots = dict[str, Token]
Test = tuple[str, frozenset[int], bool]  # attribute of a token, the values, whether one of them is wanted

OPERATORS: dict[str, Callable[[Token], Any]] = {
    "<": lambda token: () if token.head == token else (token.head,),
    ">": lambda token: token.children,
    "<<": lambda token: token.ancestors,
    ">>": lambda token: (other for other in token.subtree if other != token),
    ">++": lambda token: token.rights,
    ">--": lambda token: token.lefts,
    "<++": lambda token: (token.head,) if token.head.i > token.i else (),
    "<--": lambda token: (token.head,) if token.head.i < token.i else (),
    "$++": lambda token: (other for other in token.head.children if other.i > token.i),
    "$--": lambda token: (other for other in token.head.children if other.i < token.i),
    ".": lambda token: token.doc[token.i + 1:token.i + 2],
    ";": lambda token: token.doc[max(token.i - 1, 0):token.i],
}


class RuleError(ValueError):
    """A rule file is wrong: one line that names the file, the rule and what is allowed."""


class Slot(BaseModel):
    """A token of a pattern: what it is like and, unless it is the anchor, how it stands to another one."""

    model_config = ConfigDict(extra="forbid")

    of: str = ""
    by: str = ""
    LOWER: str | list[str] | dict[str, list[str]] | None = None
    LEMMA: str | list[str] | dict[str, list[str]] | None = None
    POS: str | list[str] | dict[str, list[str]] | None = None
    TAG: str | list[str] | dict[str, list[str]] | None = None
    DEP: str | list[str] | dict[str, list[str]] | None = None
    absent: bool = False  # there must be no such token
    optional: bool = False  # the pattern holds without it too


class Rule(BaseModel):
    """A rule of English. Which of effect, value, sense, scope and when it has depends on its file."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    about: str = Field(min_length=5)
    pattern: dict[str, Slot] = {}
    function: str = ""
    effect: str = ""
    value: str = ""
    sense: str = ""
    scope: str = ""
    when: dict[str, list[str] | dict[str, list[str]]] | None = None
    examples: list[dict[str, Any]] = Field(min_length=1)
    but_not: list[str | dict[str, Any]] = Field(min_length=1)

    @model_validator(mode="after")
    def check(self) -> "Rule":
        """Refuse a rule with neither a pattern nor a function, and a pattern with a loose end."""
        if not self.pattern and not self.function and self.when is None:
            raise ValueError("a rule has a pattern, conditions (when) or a function")
        for number, (name, slot) in enumerate(self.pattern.items()):
            before = list(self.pattern)[:number]
            if not number and not (slot.LOWER or slot.LEMMA):
                raise ValueError(f"{name}: the first token is the anchor and needs LOWER or LEMMA")
            if number and (slot.of not in before or slot.by not in OPERATORS):
                raise ValueError(f"{name}: of must be one of {', '.join(before)}, by one of {' '.join(OPERATORS)}")
        return self


class Match(NamedTuple):
    """A rule that fired, and the tokens that fill its pattern."""

    rule: Rule
    slots: Slots


@cache
def lexicon() -> dict[str, dict[str, Any]]:
    """Return the word lists of `lexicon.yml` by name, as they are written."""
    lists: dict[str, dict[str, Any]] = yaml.load((FOLDER / "lexicon.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return lists


def split(text: str | list[str]) -> list[str]:
    """Return the words of a list, written as one text or as a list of phrases."""
    return text.split() if isinstance(text, str) else text


@cache
def classes(name: str) -> dict[str, str]:
    """Return a word list with classes as {word: class}."""
    return {word: kind for kind, text in lexicon()[name]["classes"].items() for word in split(text)}


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a list, of all its classes or rows."""
    entry = lexicon()[name]
    texts = [row["words"] for row in entry.get("rows", ())] + list(entry.get("classes", {}).values())
    return frozenset(word for text in [*texts, entry.get("words", "")] for word in split(text))


def inflections(lemma: str) -> set[str]:
    """Return every form of a verb: "deny" -> {"deny", "denies", "denied", "denying"}, with the irregular ones added.

    Parameters
    ----------
    lemma : str
        The base form, lower case.

    Returns
    -------
    set of str
    """
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        regular = {lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    else:
        third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
        regular = {third, stem + "ed", stem + "ing"}
    return {lemma} | regular | set(lexicon()["irregular-verbs"]["classes"].get(lemma, "").split())


def plurals(noun: str) -> tuple[str, str]:
    """Return a noun and its plural: "denial" -> ("denial", "denials"), "reply" -> ("reply", "replies")."""
    return noun, noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


@cache
def rules(name: str) -> dict[str, Rule]:
    """Read a file of rules.

    Parameters
    ----------
    name : str
        The stem of a file in `rules/en`: attribution, operators, metonymy, coreference, mentions, events.

    Returns
    -------
    dict of str to Rule
        By id, in the order of the file.

    Raises
    ------
    RuleError
        A rule without an example or a counter-example, with an unknown key, or whose id stands twice.
    """
    found: dict[str, Rule] = {}
    for number, data in enumerate(yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8")), 1):
        label = data.get("id", f"rule {number}")
        try:
            rule = Rule.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise RuleError(f"{name}.yml: {label}: {where}: {first['msg']}") from None
        if rule.id in found:
            raise RuleError(f"{name}.yml: {label}: this id stands twice")
        found[rule.id] = rule
    return found


def values(value: str | list[str]) -> Iterator[int]:
    """Yield the hashes of the words of a condition; <name> stands for a word list."""
    for word in [value] if isinstance(value, str) else value:
        known = words(word[1:-1]) if word.startswith("<") and word.endswith(">") else (word,)
        yield from map(get_string_id, known)


def tests(slot: Slot) -> list[Test]:
    """Return what a token must be like to fill a slot."""
    out: list[Test] = []
    for name in ATTRIBUTES:
        condition = getattr(slot, name)
        if condition is not None:
            wanted = not (isinstance(condition, dict) and "NOT_IN" in condition)
            listed = condition.get("IN", condition.get("NOT_IN")) if isinstance(condition, dict) else condition
            out.append((name.lower(), frozenset(values(listed)), wanted))
    return out


def expand(listed: list[str]) -> frozenset[str]:
    """Return the words of a condition; <name> stands for a word list."""
    return frozenset(word for one in listed for word in (words(one[1:-1]) if one.startswith("<") else (one,)))


NOTHING: frozenset[str] = frozenset()


class Table:
    """Rules with conditions on features, tried in order: the first whose conditions all hold decides.

    Parameters
    ----------
    rules : dict of str to Rule
        As `rules` returns them.
    by : str
        The feature by which they are looked up: only those are tried that a value of it leaves open.
    """

    def __init__(self, rules: dict[str, Rule], by: str) -> None:
        self.by, self.known, self.rows = by, {}, []
        for rule in rules.values():
            tests = []
            for feature, condition in (rule.when or {}).items():
                both = condition if isinstance(condition, dict) else {"IN": condition}
                tests += [(feature, expand(listed), kind == "IN") for kind, listed in both.items()]
            self.rows.append((rule, tests))

    def first(self, features: dict[str, set[str]]) -> Rule:
        """Return the first rule that holds for {feature: its values}; the last rule has no condition."""
        key = frozenset(features[self.by])
        if key not in self.known:
            self.known[key] = [
                (rule, [test for test in tests if test[0] != self.by]) for rule, tests in self.rows
                if all(bool(key & listed) == wanted for name, listed, wanted in tests if name == self.by)]
        for rule, tests in self.known[key]:
            if all(bool(features.get(name, NOTHING) & listed) == wanted for name, listed, wanted in tests):
                return rule
        raise RuleError(f"no rule holds for {features}")


class Matcher:
    """Rules with patterns, compiled, ready to be matched from their anchors.

    Parameters
    ----------
    rules : dict of str to Rule
        As `rules` returns them; those that have a function are left out.
    """

    def __init__(self, rules: dict[str, Rule]) -> None:
        self.by_form: dict[int, list[Rule]] = defaultdict(list)
        self.by_lemma: dict[int, list[Rule]] = defaultdict(list)
        self.tests: dict[str, list[tuple[str, Slot, list[Test]]]] = {}
        for rule in rules.values():
            if rule.pattern:
                compiled = [(name, slot, tests(slot)) for name, slot in rule.pattern.items()]
                self.tests[rule.id] = compiled
                attribute, forms, _ = compiled[0][2][0]
                index = self.by_form if attribute == "lower" else self.by_lemma
                for form in forms:
                    index[form].append(rule)

    def at(self, token: Token) -> Iterator[Match]:
        """Yield the rules that a token anchors, each with the first way to fill its pattern."""
        for rule in (*self.by_form.get(token.lower, ()), *self.by_lemma.get(token.lemma, ())):
            slots = next(self.fill(self.tests[rule.id], 0, token, {}), None)
            if slots is not None:
                yield Match(rule, slots)

    def find(self, doc: Doc) -> Iterator[Match]:
        """Yield the matches in a Doc, in the order of their anchors."""
        for i, (form, lemma) in enumerate(doc.to_array(["LOWER", "LEMMA"]).tolist()):
            if form in self.by_form or lemma in self.by_lemma:
                yield from self.at(doc[i])

    def fill(self, slots: list[tuple[str, Slot, list[Test]]], at: int, anchor: Token, filled: Slots) -> Iterator[Slots]:
        """Yield each way to fill the slots from number `at` on, given those `filled` before."""
        if at == len(slots):
            yield filled
            return
        name, slot, conditions = slots[at]
        near = OPERATORS[slot.by](filled[slot.of]) if at and slot.of in filled else () if at else (anchor,)
        fitting = [token for token in near if fits(token, conditions)]
        if slot.absent or slot.optional and not fitting:
            if not (slot.absent and fitting):
                yield from self.fill(slots, at + 1, anchor, filled)
            return
        for token in fitting:
            yield from self.fill(slots, at + 1, anchor, {**filled, name: token})


def fits(token: Token, conditions: list[Test]) -> bool:
    """Tell whether a token is as a slot wants it."""
    return all((getattr(token, name) in allowed) == wanted for name, allowed, wanted in conditions)
