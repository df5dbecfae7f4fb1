"""Who is who: every mention of the codebook's actors, and whether it acts or only says where.

The component `parallax_actors` writes `doc.spans["actors"]` (label = actor key) and hangs on each span what is
known of it: actor, form, sense, modifier. A name that could be several actors is not guessed: it is
listed in `doc.user_data["ambiguous"]` as (start, end, text, candidates).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, Token

from parallax.annotate.coreference import PRONOUNS, alone, antecedent
from parallax.annotate.events import bare
from parallax.annotate.metonymy import PRENOMINAL, place_or_actor
from parallax.annotate.rules import classes, words
from parallax.annotate.spans import Fact, cover, write
from parallax.annotate.syntax import SUBJECTS, own_subject

# --- General English ----------------------------------------------------------------------------------------

HONORIFICS = classes("forms-of-address")
TITLES = words("titles")
ALONE = words("ministries")
SHARED = ALONE | words("state-bodies")
SEVERAL = words("several-bodies")
SOMEBODY = words("somebody")
RULERS = words("rulers")
PRESENT = words("present-words")
HEADS = classes("named-heads")
COMPASS = words("compass")
MONTHS = words("months")
BEFORE_MONTHS = words("before-months")
LONG = 200  # tokens: no sentence is read further back than this
QUOTES = (":", '"', "“", "”", "``", "''", "\n", "\n\n")

# --- The codebook as phrases --------------------------------------------------------------------------------


def phrases(actors: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield (text, key, form) for all that the codebook gives, plural demonyms and parts of names too."""
    fields = ("aliases", "adjectives", "capital", "bodies", "roles")
    for key, actor in actors.items():
        many = {field: actor.get(field) or [] for field in fields}
        many = {field: [value] if isinstance(value, str) else value for field, value in many.items()}
        kind = actor.get("kind", "state")
        names = [actor.get("name") or key, *many["aliases"]]
        for form, texts in (
            ("state" if kind in ("state", "bloc") else "name", names),
            ("capital", many["capital"]),
            ("adjective", many["adjectives"]),
            ("body", many["bodies"]),
        ):
            for text in (re.sub("^[Tt]he ", "", text) for text in texts):
                known = form == "body" and text.lower() in RULERS
                yield (text.lower(), key, "ruling") if known else (text, key, form)
        yield from ((text + "s", key, "nominal") for text in many["adjectives"] if text.endswith(("an", "i")))
        for role in many["roles"]:
            role = re.sub("^[Tt]he ", "", role)
            yield role.lower(), key, "role"
            state = actors.get(actor.get("state"), {})
            for adjective in state.get("adjectives") or ():
                if role.startswith(adjective + " "):  # "the French leader" is also "France's leader"
                    rest = role.removeprefix(adjective)
                    yield from ((f"{state['name']}{s}{rest}".lower(), key, "role") for s in ("'s", "’s"))
        if kind == "person":
            parts = [name.split() for name in names if " " in name]
            yield from ((part, key, "part") for name in parts for part in (name[0], name[-1]))


@Language.factory(
    "parallax_actors",
    assigns=["doc.spans"],
    requires=["token.dep", "token.pos", "token.lemma"],
    default_config={"actors": {}},
)
def make_actors(nlp: Language, name: str, actors: dict[str, dict[str, Any]]) -> "Actors":
    """Make the component from the codebook's `actors`."""
    return Actors(nlp, actors)


class Actors:
    """The component: finds the actors of a codebook in a story. It keeps nothing from one Doc to the next.

    Parameters
    ----------
    nlp : spacy.language.Language
        Its vocabulary and tokenizer are used.
    actors : dict of dict
        Key -> {name, kind, aliases, adjectives, capital, bodies, roles, gender, state, excluding}.
    """

    def __init__(self, nlp: Language, actors: dict[str, dict[str, Any]]) -> None:
        self.actors = actors
        self.readings = defaultdict(dict)  # text -> {key: form}
        for text, key, form in phrases(actors):
            for mark in ("'", "’"):  # either apostrophe, whatever the codebook has
                self.readings[re.sub("['’]", mark, text)].setdefault(key, form)
        for text in [text for text in self.readings if len(text) > 2]:  # headlines in capitals
            self.readings.setdefault(text.upper(), self.readings[text])
        for text in SHARED:
            self.readings[text] = self.readings.get(text, {}) | {"": "shared"}
        self.exact, self.folded, self.barred = (PhraseMatcher(nlp.vocab, attr=a) for a in ("ORTH", "LOWER", "LOWER"))
        for text, forms in self.readings.items():
            folded = {"role", "shared", "ruling"} & set(forms.values()) or " " in text and text.islower()
            (self.folded if folded else self.exact).add(text, [nlp.make_doc(text)])
        self.nouns = defaultdict(dict)  # last word of a role or of an organisation's name -> {key: (kind, other words)}
        for key, actor in actors.items():
            kind = actor.get("kind")
            names = [actor.get("name") or key, *(actor.get("aliases") or ())]
            said = {"person": actor.get("roles") or (), "organisation": names}
            for text in said.get(kind, ()):
                if " " in text:
                    *rest, noun = text.lower().split()
                    self.nouns[noun].setdefault(key, (kind, set()))[1].update(rest)
            excluded = [re.sub("['’]", mark, text) for text in actor.get("excluding") or () for mark in ("'", "’")]
            self.barred.add(key, [nlp.make_doc(text) for text in excluded])
        self.pronouns, self.quotes = (
            np.array([nlp.vocab.strings.add(word) for word in group], dtype="uint64") for group in (PRONOUNS, QUOTES)
        )

    def __call__(self, doc: Doc) -> Doc:
        """Write `doc.spans["actors"]` and `doc.user_data["ambiguous"]`."""
        story = Story(doc, self)
        story.read()
        found = sorted(story.found.items())
        doc.user_data["ambiguous"] = story.ambiguous
        return write(doc, "actors", [(start, end, key, story.row(doc[start:end])) for (start, end), (key, _) in found])


# --- One story ----------------------------------------------------------------------------------------------


class Story:
    """A Doc while it is read: what was found so far, and who was introduced by full name."""

    def __init__(self, doc: Doc, component: "Actors") -> None:
        self.doc, self.component, self.actors = doc, component, component.actors
        self.found = {}  # (start, end) -> (key, form)
        self.at = {}  # token -> (start, end) of the mention that holds it
        self.ambiguous = []
        self.pronoun_rules: dict[int, str] = {}  # token of a pronoun -> the rule that found whom it stands for
        self.introduced = {}  # person -> first token of the first full name
        self.short = {}  # part of a name -> the person that it last stood for
        self.waiting = []  # parts of names that stand before both namesakes
        self.starts = [*(sentence.start for sentence in doc.sents), len(doc)]
        self.clauses = {}
        self.runs = []  # the quotations, when they are first asked for
        self.speakers = {}  # start of a sentence -> the subject of its verb of saying, the actor whose text it quotes
        self.quoted = quoted(doc, component.quotes)
        barred = defaultdict(list)  # actor -> spans that hold its name and mean something else
        for match, start, end in component.barred(doc):
            barred[doc.vocab.strings[match]].append((start, end))
        self.barred = {key: cover(spans) for key, spans in barred.items()}

    def read(self) -> None:
        """Find all mentions: names first, longest first; then what depends on them."""
        doc, component, strings = self.doc, self.component, self.doc.vocab.strings
        blocks = [b for b in doc.spans.get("blocks", ()) if b.label_ in ("furniture", "credit", "dateline")]
        silent = {i for block in blocks for i in range(block.start, block.end)}
        hits = [
            (start, end, self.allowed(start, end, component.readings[strings[match]]))
            for matcher in (component.exact, component.folded)
            for match, start, end in matcher(doc)
            if start not in silent
        ]
        later = {"part": [], "role": [], "ruling": [], "shared": []}
        for start, end, forms in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
            kind = next((kind for kind in later if kind in forms.values()), None)
            if kind:
                later[kind].append((start, end, forms))
            elif self.free(start, end) and not self.elsewhere(start, end) and not self.namesake(start, end, forms):
                self.decide(start, end, forms)
            else:
                self.widen(start, end, forms)
        for kind, method in (("part", self.part), ("role", self.role), ("ruling", self.ruler), ("shared", self.body)):
            for start, end, forms in sorted(later[kind], key=lambda hit: hit[:2]):
                if kind == "role" or self.free(start, end):
                    method(start, end, forms)
        self.known_nouns()
        for start, end, keys in self.waiting:  # the story may settle it later
            keys = [key for key in keys if key == self.short.get(doc[start].text)] or keys
            self.decide(start, end, dict.fromkeys(keys, "name"))
        for i in np.flatnonzero(np.isin(doc.to_array("LOWER"), component.pronouns)).tolist():
            found = antecedent(self, doc[i]) if i not in silent and i not in self.at else None
            if found:
                self.add(i, i + 1, found[0], "pronoun")
                self.pronoun_rules[i] = found[1]

    def allowed(self, start: int, end: int, forms: dict[str, str]) -> dict[str, str]:
        """Return the readings of a match without the actors whose codebook excludes it here."""
        barred = {key for key in forms if key in self.barred and self.barred[key](start, end)}
        return {key: form for key, form in forms.items() if key not in barred} if barred else forms

    def widen(self, start: int, end: int, forms: dict[str, str]) -> None:
        """Make one mention of two names of the same actor that overlap: "Harbour Party" and "Party leaders"."""
        spans = {self.at[i] for i in range(start, end) if i in self.at}
        if len(spans) == 1 and len(forms) == 1:
            (span,) = spans
            key, form = self.found[span]
            if key in forms and not (span[0] <= start and end <= span[1]):
                del self.found[span]
                self.add(min(start, span[0]), max(end, span[1]), key, form)

    def free(self, start: int, end: int) -> bool:
        """Tell whether no mention holds any of these tokens."""
        return all(i not in self.at for i in range(start, end))

    def add(self, start: int, end: int, key: str, form: str) -> None:
        """Add a mention."""
        self.found[start, end] = key, form
        self.at.update(dict.fromkeys(range(start, end), (start, end)))
        if form == "name":
            self.introduced.setdefault(key, start)

    def decide(self, start: int, end: int, forms: dict[str, str]) -> str | None:
        """Add the mention if it has one reading, else list it; return the key."""
        if len(forms) == 1:
            ((key, form),) = forms.items()
            self.add(start, end, key, form)
            return key
        if forms:
            self.ambiguous.append((start, end, self.doc[start:end].text, tuple(sorted(forms))))
        return None

    def key(self, token: Token | None) -> str | None:
        """Return the actor that a token belongs to, or None."""
        return self.found[self.at[token.i]][0] if token is not None and token.i in self.at else None

    def mentions(self, sentence: Span, before: int) -> list[tuple[str, str, Token]]:
        """Return (key, form, root) of the mentions in a sentence that start before a token, in order."""
        spans = dict.fromkeys(self.at[t.i] for t in self.read_back(sentence, before) if t.i in self.at)
        return [(*self.found[span], self.doc[span[0] : span[1]].root) for span in spans if span in self.found]

    def read_back(self, sentence: Span, before: int) -> Span:
        """Return the tokens of a sentence that stand before a token, or the last of them if it never ends."""
        stop = min(before, sentence.end)
        return self.doc[max(sentence.start, stop - LONG) : stop]

    def sentences(self, token: Token | None, back: int) -> Iterator[Span]:
        """Yield the token's sentence and up to `back` sentences before it, nearest first."""
        last = bisect_right(self.starts, token.i) - 1
        for i in range(last, max(-1, last - back - 1), -1):
            yield self.doc[self.starts[i] : self.starts[i + 1]]

    def stretch(self, token: Token) -> tuple[int, int]:
        """Return (start, end) of the quotation that holds a token, in its paragraph and without the closing mark."""
        if not self.runs:
            for i in sorted(self.quoted):
                if self.runs and self.runs[-1][1] == i and not self.doc[i].is_space:
                    self.runs[-1] = self.runs[-1][0], i + 1
                else:
                    self.runs.append((i, i + 1))
        return self.runs[bisect_right(self.runs, (token.i, len(self.doc))) - 1]

    def clause(self, sentence: Span) -> tuple[Token, Token | None]:
        """Return the root of a sentence and its subject (or None)."""
        if sentence.start not in self.clauses:
            root = sentence.root
            if any(c.dep_ == "mark" for c in root.children):  # "he was elected after X was ousted", read upside down
                root = next((c for c in root.lefts if c.dep_ == "ccomp" and own_subject(c) is not None), root)
            named = root.pos_ == "PROPN" and root.i in self.at  # no verb was seen: the name is what it is about
            self.clauses[sentence.start] = root, root if named else own_subject(root)
        return self.clauses[sentence.start]

    # Names and roles

    def elsewhere(self, start: int, end: int) -> bool:
        """Tell whether a name is part of another one: "New Mexico", "West Bank", "Mexico Street", "Gulf of Mexico"."""
        doc = self.doc
        if self.headed(start, end):
            return True
        before = doc[start - 1] if start else None
        after = doc[end] if end < len(doc) else None
        if doc[start].lower_ in COMPASS and end - start == 1 and proper(after):
            return after.i not in self.at
        if not proper(before) or before.lower_ not in COMPASS or before.i in self.at:
            return False
        return before.head.i >= start

    def headed(self, start: int, end: int) -> bool:
        """Tell whether capitalised words after a name, or before "of" and a name, make it another thing's name."""
        doc = self.doc
        of = start > 1 and doc[start - 1].lower_ == "of" and doc[start - 2].is_title
        if of and (HEADS.get(doc[start - 2].lower_) == "place" or doc[start - 2].lower_ in ("university", "college")):
            return True
        for at, token in enumerate(doc[end : end + 5]):
            kind = HEADS.get(token.lower_, "")
            plain = kind and not titled(next(self.sentences(doc[start], 0))[:24])
            noun = kind and doc[start].pos_ != "ADJ" and doc[end - 1].head.i >= end
            if kind == "place" or plain and (kind == "outlet" and not noun or kind == "party" and noun and at):
                return token.is_title
            inside = token.is_title or at and token.tag_ == "POS"  # "Norway Farmers' Party", not "Norway's Sea Rescue"
            if not inside or token.lower_ in TITLES | SHARED:
                break
        return False

    def namesake(self, start: int, end: int, forms: dict[str, str]) -> bool:
        """Tell whether a person's one-word name stands in the longer name of somebody else."""
        if end - start > 1 or any(self.actors.get(key, {}).get("kind") != "person" for key in forms):
            return False
        doc, token = self.doc, self.doc[start]
        before = doc[start - 1] if start and not token.is_sent_start else None
        return self.longer(token, before, doc[end] if end < len(doc) else None)

    def part(self, start: int, end: int, forms: dict[str, str]) -> str | None:
        """Resolve a part of a name that stands alone: to the person whom this story introduces."""
        doc, token, text = self.doc, self.doc[start], self.doc[start].text
        before = doc[start - 1] if start and not token.is_sent_start else None
        people = [key for key, form in forms.items() if form == "part"]
        if before is not None and start > 1 and re.fullmatch(r"[A-Z]\.?", before.text):  # "James K. Polk"
            given = doc[start - 2].text
            whole = {key: "name" for key in people if self.actors[key]["name"].split()[0] == given}
            if whole:
                return self.decide(start - 2, end, whole)
        after = doc[end] if end < len(doc) else None
        if self.longer(token, before, after) or month(token, before, after):
            return None
        gender = HONORIFICS.get(before.lower_) if before is not None else None
        people = [key for key in people if not gender or self.actors[key].get("gender") in (gender, "", None)]
        here = [key for key in people if key in self.introduced]
        other = {key: form for key, form in forms.items() if form != "part"}
        if other:  # the text is also somebody's whole name
            return self.decide(start, end, other | dict.fromkeys(here, "name"))
        if not here and proper(after) and after.i not in self.at:
            people = [key for key in people if self.actors[key]["name"].split()[0] != text]
        earlier = [key for key in here if self.introduced[key] < start]
        keys = earlier or here or people
        known = self.short.get(text)
        if known in keys:  # the story has settled whom it calls so; a namesake named just now opens it again
            since = list(self.sentences(token, 1))[-1].start
            if not any(key != known and self.introduced.get(key, -1) >= since for key in earlier):
                keys = [known]
        if len(keys) > 1 and not earlier:
            self.waiting.append((start, end, keys))
            return None
        key = self.decide(start, end, dict.fromkeys(keys, "name"))
        if key:
            self.short[text] = key
        return key

    def longer(self, token: Token | None, before: Token | None, after: Token | None) -> bool:
        """Tell whether a part of a name belongs to a longer name that the codebook does not list."""
        if proper(after) and after.i not in self.at and not titled(next(self.sentences(token, 0))[:24]):
            inside = token.dep_ == "compound" and token.head.i > token.i
            if inside and after.lower_ not in SHARED | {"administration"}:
                return True
        if not proper(before) or before.is_stop or before.i in self.at or before.lower_ in TITLES:
            return False
        return before.dep_ == "compound" and before.head == token

    def role(self, start: int, end: int, forms: dict[str, str]) -> None:
        """Resolve "the French leader" to a person, unless the name follows or somebody else is meant."""
        doc, root = self.doc, self.doc[start:end].root
        named = any(self.key(token) in forms for token in doc[end : end + 2])
        if named or (start and doc[start - 1].lower_ in SOMEBODY) or (end < len(doc) and proper(doc[end])):
            return
        joined = [token for token in root.children if token.dep_ == "conj"]
        twins = [t for one in (root, *joined) for t in one.children if t.dep_ == "appos"]  # "leader and author, X"
        twins += (root.head, *root.head.children) if root.dep_ in ("appos", "attr") else ()
        if not any(self.key(token) in forms for token in twins) and root.dep_ not in PRENOMINAL:
            here = [key for key in forms if key in self.introduced]
            self.decide(start, end, dict.fromkeys(here or forms, "nominal"))

    def known_nouns(self) -> None:
        """Resolve "the minister" to the subject of the sentence before, "the court" to the one court named nearby."""
        for token in self.doc:
            keys = self.component.nouns.get(token.lower_)
            if not keys or token.i in self.at or token.dep_ in PRENOMINAL or not definite(token):
                continue
            sentences = list(self.sentences(token, 1))[1:]
            subject = self.clause(sentences[0])[1] if sentences else None
            last = self.key(subject) if subject is not None and alone(subject) else None
            near = {key for one in self.sentences(token, 2) for key, _, _ in self.mentions(one, token.i)}
            found = [key for key, (kind, words) in keys.items()
                     if (key == last if kind == "person" else key in near) and described(token, words)]
            if len(found) == 1:
                start = next(c.i for c in token.lefts if c.dep_ == "det") + 1
                self.add(start, token.i + 1, found[0], "nominal")

    # Government bodies

    def ruler(self, start: int, end: int, forms: dict[str, str]) -> None:
        """Resolve "the government", which a codebook lists as somebody's body, where it is the one of the day."""
        doc, first = self.doc, start
        while first and doc[first - 1].lower_ in PRESENT:
            first -= 1
        before = doc[first - 1] if first and not doc[first].is_sent_start else None
        keys = {key: "body" for key, form in forms.items() if form == "ruling"}
        owner = doc[first - 2] if before is not None and (before.tag_ == "POS" or before.text == ")") else before
        whose = self.key(owner)
        if whose in keys:  # "the Harbour Party government" is one mention
            if owner is before:
                where = self.at[owner.i]
                _, form = self.found.pop(where)
                self.add(where[0], end, whose, form)
            return
        after = doc[end : end + 2]
        of = after[0] if len(after) == 2 and after[0].lower_ == "of" else None
        other = of is not None and proper(after[1]) and not self.only(self.key(after[1]))
        led = self.actors.get(whose, {}).get("state")  # "the Stone administration" is that of the one she leads
        if not other and (self.known(start, before) if whose is None else led in keys or self.only(whose)):
            self.decide(start, end, keys)
        elif "" in forms:
            self.body(start, end, forms)

    def known(self, start: int, before: Token | None) -> bool:
        """Tell whether a text speaks of a body as known: "the government", "Government sources", not "in power"."""
        token = self.doc[start]
        if before is not None and before.lower_ in ("the", "this"):
            return True
        loose = before is None or before.text == "-" or before.is_punct or before.pos_ in ("VERB", "CCONJ", "SCONJ")
        inside = token.dep_ in PRENOMINAL and (before is None or not proper(before))
        return token.text[:1].isupper() and (loose or inside) and (before is None or before.lower_ not in SOMEBODY)

    def only(self, key: str | None) -> bool:
        """Tell whether an actor is the one state of the codebook: its government is the one of the day."""
        return [key] == [one for one, actor in self.actors.items() if actor.get("kind") == "state"]

    def body(self, start: int, end: int, forms: dict[str, str]) -> None:
        """Resolve a body that every state has: by the name before it, else by who has just acted."""
        doc, text = self.doc, self.doc[start:end].text.lower()
        first = start
        while first and doc[first - 1].dep_ == "compound" and start <= doc[first - 1].head.i < end:
            if self.key(doc[first - 1]):
                break
            first -= 1  # "the unification ministry"
        last, head = doc[end - 1], doc[end - 1].head
        speaker = last.dep_ == "compound" and head.lower_.startswith("spokes") and head.i == end
        if speaker:  # "foreign ministry spokesman X"
            end += 1
        before = doc[first - 1] if first and not doc[first].is_sent_start else None
        owner = doc[first - 2] if before is not None and before.tag_ == "POS" else before
        if (doc[end - 1].dep_ == "compound" and not speaker) or doc[end : end + 1].text == "of":
            return
        if self.state(self.key(owner)):
            where = self.at[owner.i]
            key, form = self.found[where]
            if form in ("adjective", "state", "capital"):
                del self.found[where]
                self.add(where[0], end, key, "nominal" if text == "side" else "body")
            return
        the = before is not None and before.lower_ == "the"
        keys = set()
        if text in ALONE and first == start and (the or speaker):
            here = {key for key, form, _ in self.mentions(doc[start].sent, start) if form == "capital"}
            keys = here if speaker and len(here) == 1 else self.acting(doc[start])
        elif text in SEVERAL and first == start and (the or before is None or before.is_punct):
            for sentence in list(self.sentences(doc[start], 1))[1:]:
                keys = {key for key, form, _ in self.mentions(sentence, start) if form == "body"}
        if len(keys) == 1:
            self.add(start, end, keys.pop(), "body")

    def state(self, key: str) -> bool:
        """Tell whether a key is a state's."""
        return key is not None and self.actors[key].get("kind") == "state"

    def acting(self, token: Token | None) -> set[str]:
        """Return the states that are subject or source in the nearest sentence, back to the second before."""
        for sentence in self.sentences(token, 2):
            named = [(key, first(root)) for key, _, root in self.mentions(sentence, token.i) if self.state(key)]
            keys = {k for k, root in named if root.dep_ in SUBJECTS or root.head.head.lower_ == "according"}
            if keys:
                return keys
        return set()

    # Columns

    def row(self, span: Span) -> Fact:
        """Return the fact of a mention; `rule` is the one that decided its sense, of a pronoun whom it stands for."""
        key, form = self.found[span.start, span.end]
        modifier = self.modifier(span) if form == "name" else ""
        sense, rule = self.sense(span, key, form)
        rule = self.pronoun_rules.get(span.start, rule)
        return {"actor": key, "form": form, "sense": sense, "modifier": modifier, "rule": rule}

    def sense(self, span: Span, key: str, form: str) -> tuple[str, str]:
        """Return "actor" or "place", and the rule that says so."""
        root = span.root
        preposition = root.head.lower_ if root.dep_ == "pobj" else ""
        if preposition == "of" and self.actors.get(self.key(root.head.head), {}).get("kind") == "person":
            return "actor", "person-of"
        if span.start and bare(self.doc[span.start - 1]):
            return "actor", "let-do"
        if form in ("state", "capital"):
            rule = place_or_actor(span, form == "capital")
            return rule.sense, rule.id
        if form == "body" and preposition in ("at", "near", "outside", "inside"):
            return "place", "body-at"
        if form == "name" and self.actors[key].get("kind") == "media":
            post = root.dep_ in PRENOMINAL and root.head.lemma_ == "post"
            return ("place", "posted-on") if post or preposition == "on" else ("actor", "medium")
        return "actor", "by-kind"

    def modifier(self, span: Span) -> str:
        """Return the titles and descriptions that stand right before a name, in its noun phrase."""
        start = span.start
        while start and not self.doc[start].is_sent_start:
            token = self.doc[start - 1]
            stop = token.is_stop and not token.is_upper  # "US" is no "us"
            inside = token.dep_ in PRENOMINAL and not stop or token.text == "-"
            kind = self.actors.get(self.key(token), {}).get("kind")
            if not inside or not start <= token.head.i < span.end or kind in ("person", "media"):
                break
            start -= 1
        return self.doc[start : span.start].text.strip(" -")


def definite(token: Token) -> bool:
    """Tell whether a singular noun is spoken of as known and by itself: "the minister", not "the minister of"."""
    after = token.doc[token.i + 1 : token.i + 2].text
    the = any(c.dep_ == "det" and c.lower_ == "the" for c in token.lefts)
    return the and token.tag_ in ("NN", "NNP") and after != "of" and not after.istitle()


def described(token: Token, words: set[str]) -> bool:
    """Tell whether what stands before a noun is of the same role, or an age: "the 76-year-old leader"."""
    before = [c for c in token.lefts if c.dep_ not in ("det", "punct")]
    return all(c.lower_ in words or any(t.like_num for t in c.subtree) for c in before)


def first(token: Token | None) -> Token:
    """Return the first of the nouns that a noun is coordinated with."""
    while token.dep_ == "conj":
        token = token.head
    return token


def quoted(doc: Doc, marks: np.ndarray) -> set[int]:
    """Return the tokens between quotation marks, paragraph by paragraph."""
    inside, opened, colon = set(), None, None
    for i in [*np.flatnonzero(np.isin(doc.to_array("LOWER"), marks)).tolist(), len(doc)]:
        text = doc[i].text if i < len(doc) else "\n"
        if text in "\n\n":
            if opened is not None and doc[opened].text == "“":  # it goes on in the next paragraph
                inside.update(range(opened, i))
            opened = colon = None
        elif text == ":":
            colon = i
        elif opened is None and text == "”":
            if colon is not None:  # the mark after "said:" was left out
                inside.update(range(colon + 1, i))
        elif opened is None:
            opened = i
        elif text != "“":
            inside.update(range(opened, i))
            opened = None
    return inside


def proper(token: Token | None) -> bool:
    """Tell whether a token looks like a part of a name."""
    return token is not None and token.pos_ == "PROPN" and token.text[:1].isupper()


def titled(tokens: Span) -> bool:
    """Tell whether words are a headline in title case."""
    return not any(t.is_alpha and t.is_lower and len(t) > 4 for t in tokens)


def month(token: Token | None, before: Token | None, after: Token | None) -> bool:
    """Tell whether a word is a month: "in May", "May 5"."""
    if token.lower_ not in MONTHS:
        return False
    return (before is not None and before.lower_ in BEFORE_MONTHS) or (after is not None and after.is_digit)
