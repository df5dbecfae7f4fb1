"""Every rule of English by its own examples: each must fire with what the example says, and by this rule alone.

A runner takes a text (an example, or a counter-example) and returns what came out as {rule id: [fact]}; a fact is a
dict that holds at least the keys of the rule's examples. An example passes when a fact under the rule's id agrees with
it in every key; a counter-example passes when the rule has no fact.
"""

from functools import cache
from importlib import import_module

import pytest
from spacy.tokens import Span

from parallax.annotate import pipeline, rules, spans
from parallax.annotate.attribution import make_voice
from parallax.annotate.details import Text, details
from parallax.annotate.events import deeds
from parallax.annotate.mentions import make_actors
from parallax.annotate.metonymy import place_or_actor
from parallax.annotate.operators import operators
from parallax.annotate.stance import make_stance
from parallax.codebook import Codebook

NLP = pipeline()


def read(text, kinds=()):
    """Parse a text; kinds name its paragraphs, which blank lines set apart."""
    doc = NLP.make_doc(text)
    blocks, at = [], 0
    for paragraph in text.split("\n\n"):
        blocks.append(doc.char_span(at, at + len(paragraph), alignment_mode="expand"))
        at += len(paragraph) + 2
    for block in blocks:
        doc[block.start].is_sent_start = True
    for _, pipe in NLP.pipeline:
        doc = pipe(doc)
    if kinds:
        named = zip(blocks, kinds, strict=True)
        doc.spans["blocks"] = [Span(doc, block.start, block.end, label=kind) for block, kind in named]
    return doc


def statements(example):
    """Who says what; actors of an example are [words, kind]."""
    doc, actors = read(example["text"], example.get("kinds", ())), {}
    found = []
    for name, kind in example.get("actors", ()):
        span = doc.char_span(example["text"].index(name), example["text"].index(name) + len(name))
        actors[name] = {"name": name, "kind": kind, "group": name.lower()}
        form = "adjective" if kind == "adjective" else "state"
        found.append((span.start, span.end, name, {"actor": name, "form": form, "sense": "actor", "modifier": ""}))
    out = {}
    doc = make_voice(NLP, "voice", actors)(spans.write(doc, "actors", found))
    for span in doc.spans["statements"]:
        fact = span._.fact
        cue = doc[slice(*fact["cue_span"])].text if fact["cue_span"] else ""
        out.setdefault(fact["rule"], []).append(
            {"speaker": fact["speaker_text"], "content": span.text, "cue": cue, "effect": fact["effect"],
             "form": fact["form"], "group": fact["group"]})
    return out


def positions(example):
    """Who stands where on a claim with one cue, and where its reading stopped; two states are members, one is against.

    The verdicts of the cues come out under their rules too, with the value none.
    """
    actors = {name.upper(): {"name": name, "kind": "state", "group": name.lower()}
              for name in ("Ruritania", "Sylvania", "Genovia")}
    doc = read(example["text"], example.get("kinds", ()))
    argument = {"side": "for", **{key: example[key] for key in ("side", "needs", "by") if key in example}}
    narrative = {"claim": "x", "members": ["RURITANIA", "SYLVANIA"], "against": ["GENOVIA"],
                 "arguments": {"a": argument | {"cues": [example["cue"]]}}}
    for component in (make_actors(NLP, "actors", actors), make_voice(NLP, "voice", actors),
                      make_stance(NLP, "stance", narrative, actors)):
        doc = component(doc)
    out = {}
    for span in doc.spans["stances"]:
        for rule in span._.fact["rule"].split("+"):
            out.setdefault(rule, []).append({"value": span.label_, "holder": span._.fact["holder"]})
        edge = operators(doc, span, None, against=False).edge
        if edge:
            out.setdefault(edge, []).append({"value": span.label_})
    for *_, verdict in doc.user_data["cues"]:
        out.setdefault(verdict, []).append({"value": "none"})
    return out


def senses(example):
    """Whether a location's name is a place or an actor."""
    doc = read(example["text"])
    start = example["text"].index(example["name"])
    span = doc.char_span(start, start + len(example["name"]), alignment_mode="expand")
    rule = place_or_actor(span, "capital" in example)
    return {rule.id: [{"sense": rule.sense}]}


def mentions(example):
    """Who is named, in the actors of an example: {key: what a codebook says}."""
    actors = {key: {"name": key, "kind": "state", "group": key.lower(), **more}
              for key, more in example["actors"].items()}
    out, doc = {}, make_actors(NLP, "actors", actors)(read(example["text"]))
    for span in doc.spans["actors"]:
        out.setdefault(span._.fact["rule"], []).append({"name": span.text, "sense": span._.fact["sense"]})
    return out


def antecedents(example):
    """Whom the pronouns of a text stand for."""
    actors = {key: {"kind": "state", "group": key.lower(), **more} for key, more in example["actors"].items()}
    out, doc = {}, make_actors(NLP, "actors", actors)(read(example["text"]))
    for span in doc.spans["actors"]:
        if span._.fact["form"] == "pronoun":
            out.setdefault(span._.fact["rule"], []).append({"pronoun": span.text, "actor": span.label_})
    return out


def events(example):
    """Who does what to whom, and whether it happened; the actors are names in the text."""
    doc = read(example["text"])
    states = ("Ruritania", "Sylvania", "Genovia")
    named = [(doc[token.i:token.i + 1], token.text) for token in doc if token.text in states]
    out = {}
    for deed in deeds(doc, named):
        fact = {"subject": deed.subject, "verb": deed.verb, "object": deed.object, "negated": deed.negated,
                "open": deed.open}
        for rule in deed.rule.split("+"):
            out.setdefault(rule, []).append(fact)
    return out


BOOK = Codebook.model_validate({"title": "T", "actors": {
    "RURITANIA": {"name": "Ruritania", "kind": "state", "group": "r", "adjectives": ["Ruritanian"],
                  "capital": "Strelsau"},
    "SYLVANIA": {"name": "Sylvania", "kind": "state", "group": "s", "adjectives": ["Sylvanian"]},
    "QUILL": {"name": "Mara Quill", "kind": "person", "group": "r", "state": "RURITANIA", "gender": "f"}}})


@cache
def whole():
    """Return the pipeline with all components, for two states and a person."""
    return pipeline(BOOK)


def particulars(example):
    """What a text says that another may say otherwise."""
    out = {}
    for one in details(Text(whole()(example["text"]))):
        out.setdefault(one.rule, []).append(one._asdict())
    return out


# name of the file -> (function of an example, the modules that hold the functions of its rules)
RUNNERS = {"attribution": (statements, ["attribution", "direct"]), "operators": (positions, ["operators", "stance"]),
           "metonymy": (senses, []), "mentions": (mentions, ["mentions"]),
           "coreference": (antecedents, ["coreference"]), "events": (events, ["events"]),
           "details": (particulars, ["details"])}


def each(example):
    """Yield an example for each word of the list, or of the class of a list, that its key `each` names."""
    example = {"text": example} if isinstance(example, str) else dict(example)
    name, _, kind = example.pop("each", "").partition("/")
    if not name:
        yield example
        return
    for word in sorted(rules.words(name)):
        if not kind or rules.classes(name)[word] == kind:
            text = example["text"].replace("{word}", word)
            yield {**example, "text": text[0].upper() + text[1:]}


def cases(part):
    """List (file, rule, example) of all rules; a counter-example may be a bare text."""
    return [pytest.param(name, rule, case, id=f"{name}-{rule.id}-{number}-{at}")
            for name in RUNNERS for rule in rules.rules(name).values()
            for number, one in enumerate(getattr(rule, part)) for at, case in enumerate(each(one))]


@pytest.mark.parametrize("name", ["negators", "negating-words", "hedge-words", "hedge-participles", "modals",
                                  "contrasts"])
def test_an_example_reaches_every_word_of_a_list(name):
    named = {one["each"] for rule in rules.rules("operators").values() for one in rule.examples if "each" in one}
    assert name in named or {f"{name}/{kind}" for kind in rules.classes(name).values()} <= named


def pytest_generate_tests(metafunc):
    if "example" in metafunc.fixturenames:
        part = "examples" if "fires" in metafunc.function.__name__ else "but_not"
        metafunc.parametrize(("name", "rule", "example"), cases(part))


def test_a_rule_fires_on_its_example(name, rule, example):
    found = RUNNERS[name][0](example)
    facts = found.get(rule.id, [])
    assert any(all(fact.get(key, example[key]) == example[key] for key in example) for fact in facts), found


def test_a_rule_keeps_off_its_counter_example(name, rule, example):
    found = RUNNERS[name][0](example)
    assert rule.id not in found, found[rule.id]


@pytest.mark.parametrize("name", RUNNERS)
def test_every_function_of_a_rule_exists(name):
    modules = [import_module(f"parallax.annotate.{module}") for module in RUNNERS[name][1]]
    for rule in rules.rules(name).values():
        if rule.function:
            first, *rest = rule.function.split(".")
            found = next((getattr(module, first) for module in modules if hasattr(module, first)), None)
            assert found and all(hasattr(found, part) for part in rest), f"{name}.yml: {rule.id}: {rule.function}"


@pytest.mark.parametrize(("rule", "said"), [
    ("{id: a, about: some words, function: f, but_not: [x]}", "a: examples"),
    ("{id: a, about: some words, function: f, examples: [{text: x}]}", "a: but_not"),
    ("{id: a, about: some words, examples: [{text: x}], but_not: [x]}", "a pattern, conditions (when) or a function"),
    ("{id: a, about: some words, pattern: {cue: {POS: VERB}}, examples: [{text: x}], but_not: [x]}", "is the anchor"),
    ("{id: a, about: some words, pattern: {cue: {LOWER: x}, to: {of: cue, by: '>>>'}}, examples: [{text: x}], "
     "but_not: [x]}", "to: of must be one of cue, by one of"),
    ("{id: a, abuot: some words, function: f, examples: [{text: x}], but_not: [x]}", "a: about"),
])
def test_a_rule_that_is_not_whole_cannot_be_loaded(tmp_path, monkeypatch, rule, said):
    (tmp_path / "own.yml").write_text(f"- {rule}\n", encoding="utf-8")
    monkeypatch.setattr(rules, "FOLDER", tmp_path)
    with pytest.raises(rules.RuleError, match="own.yml: ") as error:
        rules.rules.__wrapped__("own")
    assert said in str(error.value) and "\n" not in str(error.value)
