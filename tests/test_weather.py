"""Bad weather: what no writer means and every archive holds must cost its own document at most."""

import pytest

from parallax.errors import shown


@pytest.mark.parametrize(("text", "line"), [
    ("a\x1b[31mred\x07", "a\\x1b[31mred\\x07"),
    ("two\nlines\tand\x9bmore", "two\\nlines\\tand\\x9bmore"),
    ("gpj\u202etxt.\u2066a", "gpj\\u202etxt.\\u2066a"),
    ("no UTF-8: \udce9", "no UTF-8: \\udce9"),
    ("Ada Rüdiger, 東京, 5 €", "Ada Rüdiger, 東京, 5 €"),
])
def test_signs_that_steer_a_terminal_are_shown(text, line):
    assert shown(text) == line
