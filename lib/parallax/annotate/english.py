"""Word lists of the lexicon under the names that the components use, and the forms of verbs and nouns."""

from parallax.annotate.rules import classes, lexicon, split, words

REPORTING: dict[str, str] = {}
COMPLEMENTS: dict[str, set[str]] = {}
for _row in lexicon()["reporting-verbs"]["rows"]:
    for _lemma in split(_row["words"]):
        REPORTING.setdefault(_lemma, _row["effect"])
        COMPLEMENTS.setdefault(_lemma, set()).update(_row["takes"])
PHRASAL = classes("phrasal-verbs")
EVIDENCE = words("evidence-verbs")
REPORTING_NOUNS = classes("reporting-nouns")
REPORTING_ADJECTIVES = classes("reporting-adjectives")
IRREGULAR = lexicon()["irregular-verbs"]["classes"]
SPEAKER_NOUNS = classes("speaker-nouns")
PRONOUNS = classes("speaker-pronouns")
ADDRESS = classes("forms-of-address")
SPEAKING = words("speaking-nouns")
SPEAKING_ENDINGS = tuple(sorted(words("speaking-endings")))
TEXTS = words("text-nouns")
VIEWS = words("view-nouns")
FIRST_PERSON = words("possessives")
REFLEXIVE = words("reflexives")
ACADEMIC = words("academic-titles")
LEARNED = words("learned-nouns")
FORMER = words("former")
THINGS = words("thing-pronouns")
ABOUT = words("about-prepositions")
LIGHT = words("light-verbs")
NO_INFINITIVE = words("no-infinitive-nouns")
TURNS = words("turning-words")
CIRCUMSTANCES = words("circumstances")
NEGATORS = words("negators")
CONTRASTS = words("contrasts")
NEGATING = words("negating-words")
DOUBTS = words("doubting-words")
DISBELIEF = words("disbelief")
PREVENTING = words("preventing-verbs")
COUNTERCHARGES = words("countercharges")
HEDGE_WORDS = words("hedge-words")
MODALS = words("modals")
MORE_THAN = words("more-than")
TAKEN_AS = words("taken-as-verbs")
CLAIMS = words("claim-nouns")
TOGETHER = words("together-words")
BOTH = words("both-words")
INTENTIONS = words("intention-verbs")
TITLES = ("headline", "heading", "deck")  # kinds of block that are headlines


def inflections(lemma):
    """Every form of a verb: "deny" -> {"deny", "denies", "denied", "denying"}, with the irregular ones added.

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
    return {lemma} | regular | set(IRREGULAR.get(lemma, "").split())


def plurals(noun):
    """A noun and its plural: "denial" -> ("denial", "denials"), "reply" -> ("reply", "replies")."""
    return noun, noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
