"""In which language a text is: only English is analysed, and what is not is said."""

import functools
import re
from collections import Counter
from typing import Any

from babel import Locale

from parallax.errors import StudyError

LETTERS = 100  # fewer letters tell no language, but for a script that English does not use
PASSAGE = 60  # letters that are judged together in a text of several languages
FOREIGN = 10  # letters of such a script
SURE = 0.95  # probability from which the answer counts
LOOKED_AT = 20_000  # characters
SOME = 0.2  # a smaller part in another language is a quotation
# Words that English has and its neighbours do not write. Running text without at least this share of them is looked at
# closely; the rest is English, which costs a tenth of the time.
ENGLISH = frozenset("the of and to that for with by from this which have has had were are been their they said would "
                    "it is not his her but who will as at be its she you our about after before when where there than "
                    "also into between more other or them these those because against while could should can".split())
PLAINLY = 0.25


def language(text: str) -> tuple[str, str]:
    """Find the language of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    code : str
        "en", "de", ...; empty where the text is too short or too mixed to tell.
    problem : str
        What to say of an English text that is partly in another language, else empty.
    """
    text = text[:LOOKED_AT]
    words = re.findall(r"[^\W\d_]+", text)
    letters = sum(map(len, words))
    if letters < LETTERS and sum(c.isalpha() and c > "\u024f" for c in text) < max(FOREIGN, letters / 2):
        return "", ""
    if sum(word.lower() in ENGLISH for word in words) > PLAINLY * len(words):
        return "en", ""
    code, sure = identifier().classify(text)
    if letters < LETTERS:
        return code, ""  # its script tells that it is no English
    tally = by_passage(text)
    if code != "en" and 2 * tally["en"] <= tally.total():
        return (code, "") if sure >= SURE else ("", "")
    other, n = next((found for found in tally.most_common() if found[0] != "en"), ("", 0))
    if n < SOME * letters:
        return "en", ""
    return "en", (f"about {n / letters:.0%} of it is in {name(other)} and is analysed as if it were English: "
                  "take it out".replace("%", " %"))


def by_passage(text: str) -> Counter[str]:
    """Count the letters of each language, by lines or as many of them as tell one; only where the answer is sure."""
    out, passage, size = Counter(), [], 0
    for line in text.splitlines():
        passage.append(line)
        size += sum(map(str.isalpha, line))
        if size >= PASSAGE:
            code, sure = identifier().classify("\n".join(passage))
            out[code] += size if sure >= SURE else 0
            passage, size = [], 0
    return out


@functools.cache
def identifier() -> Any:
    """Return the identifier of languages, with probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # its model takes a moment, and English needs none

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@functools.cache
def names() -> dict[str, str]:
    """Return the English names of languages by their codes."""
    return {code: str(said) for code, said in Locale("en").languages.items()}


def name(code: str) -> str:
    """Return the English name of a language."""
    return names().get(code, code)


@functools.cache
def code(said: str) -> str:
    """Return the code of a language that somebody wrote: "en-GB", "EN", "English"; raise StudyError for none."""
    key = said.strip().replace("_", "-").lower()
    known = {named.lower(): one for one, named in names().items()}
    first = key.partition("-")[0]
    if found := known.get(key) or (first if first in names() else ""):
        return found
    raise StudyError(f"language is {said!r}; allowed: a code such as en, de, fr, or its English name")
