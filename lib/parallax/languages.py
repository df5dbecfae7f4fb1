"""In which language a text is: only English is analysed, and what is not is said."""

import functools
import re
from collections import Counter
from typing import Any

from babel import Locale

from parallax.errors import StudyError

LETTERS = 100  # fewer letters tell no language, but for a script that English does not use
FOREIGN = 10  # letters of such a script
PASSAGE = 60  # letters that are judged together
SURE = 0.9  # probability from which the answer counts
SOME = 0.2  # a smaller part in another language is a quotation
LOOKED_AT = 20_000  # characters
# Words of English that its neighbours do not write. A passage with one of them in twelve is English, which costs a
# tenth of what the identifier does.
ENGLISH = frozenset("the and that with from this which has have were been their they said would but his who will its "
                    "she you our after before when where there than into between more other them these those because "
                    "against while could should can".split())
PLAINLY = 1 / 12
WORD = re.compile(r"[^\W\d_]+")


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
    letters = sum(map(len, WORD.findall(text)))
    if letters < LETTERS:
        strange = sum(c.isalpha() and c > "\u024f" for c in text)  # neither Latin nor one of its accents
        return (identifier().classify(text)[0] if strange >= max(FOREIGN, letters / 2) else "", "")
    (first, n), (second, less), *_ = [*by_passage(text).most_common(2), ("", 0), ("", 0)]
    if first != "en":
        return (first, "") if 2 * n >= letters else ("", "")
    if less < SOME * letters:
        return "en", ""
    share = f"{less / letters:.0%}".replace("%", " %")
    return "en", f"about {share} of it is in {name(second)} and is analysed as if it were English: take it out"


def by_passage(text: str) -> Counter[str]:
    """Count the letters of each language, by lines or as many of them as tell one; only where the answer is sure."""
    out, passage = Counter(), []
    for line in text.splitlines():
        passage += WORD.findall(line)
        size = sum(map(len, passage))
        if size >= PASSAGE:
            if sum(word.lower() in ENGLISH for word in passage) >= PLAINLY * len(passage):
                out["en"] += size
            else:
                code, sure = identifier().classify(" ".join(passage))
                out[code] += size if sure >= SURE else 0
            passage = []
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
