"""The words that report, by their forms: what each takes for its content, and what it does to it."""

from spacy.strings import get_string_id

from parallax.annotate.rules import classes, inflections, lexicon, plurals, split, words

EFFECT: dict[str, str] = {}  # lemma of a reporting verb -> what it does to its content
TAKES: dict[str, set[str]] = {}  # lemma -> which of its complements are content
for _row in lexicon()["reporting-verbs"]["rows"]:
    for _lemma in split(_row["words"]):
        EFFECT.setdefault(_lemma, _row["effect"])
        TAKES.setdefault(_lemma, set()).update(_row["takes"])
PHRASAL, NOUN_EFFECT = classes("phrasal-verbs"), classes("reporting-nouns")
ADJECTIVE_EFFECT = classes("reporting-adjectives")
VERBS = {form: lemma for lemma in EFFECT for form in inflections(lemma)}
NOUNS = {form: noun for noun in NOUN_EFFECT for form in plurals(noun)}
CUES = {get_string_id(form) for form in [*VERBS, *NOUNS, *ADJECTIVE_EFFECT, *words("view-nouns"), "according"]}
