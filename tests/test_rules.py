"""Every rule of English by its own examples: each must fire with what the example says, and by this rule alone.

A runner takes a text (an example, or a counter-example) and returns what came out as {rule id: [fact]}; a fact is a dict
that holds at least the keys of the rule's examples. An example passes when a fact under the rule's id agrees with it in
every key; a counter-example passes when the rule has no fact.
"""

import pytest

from parallax.annotate import rules

RUNNERS = {}  # name of the file -> function of an example (dict with text, and what the runner needs)


def cases(part):
    """List (file, rule, example) of all rules; a counter-example may be a bare text."""
    return [pytest.param(name, rule, {"text": one} if isinstance(one, str) else one, id=f"{name}-{rule.id}-{number}")
            for name in RUNNERS for rule in rules.rules(name).values() for number, one in enumerate(getattr(rule, part))]


def pytest_generate_tests(metafunc):
    if "example" in metafunc.fixturenames:
        part = "examples" if "fires" in metafunc.function.__name__ else "but_not"
        metafunc.parametrize(("name", "rule", "example"), cases(part))


def test_a_rule_fires_on_its_example(name, rule, example):
    found = RUNNERS[name](example)
    facts = found.get(rule.id, [])
    assert any(all(fact.get(key, example[key]) == example[key] for key in example) for fact in facts), found


def test_a_rule_keeps_off_its_counter_example(name, rule, example):
    found = RUNNERS[name](example)
    assert rule.id not in found, found[rule.id]
