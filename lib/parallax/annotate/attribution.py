"""Who is reported to say, think, report, accuse, see or deny what: attributed statements.

The spaCy component `parallax_voice` reads a parsed Doc, and `doc.spans["actors"]` and `doc.spans["blocks"]`
where they exist. It writes `doc.spans["statements"]`: one span a statement, the reported content, labelled
direct, mixed or indirect; `span._.fact` says who reports it and with which words.

A cue is looked up by its form (`english.REPORTING`); only around a cue are the dependencies read. Each
construction is a function that yields rows. What is said inside a quotation belongs to its speaker and is not
taken apart again.
"""

from bisect import bisect_right
from collections import namedtuple

import numpy as np
from spacy.language import Language
from spacy.strings import get_string_id

from parallax.annotate import english
from parallax.annotate.english import COMPLEMENTS, REPORTING, REPORTING_ADJECTIVES, REPORTING_NOUNS, SPEAKER_NOUNS
from parallax.annotate.quotations import paragraphs, quotations
from parallax.annotate.spans import block_kinds, read, write

VERBS = {form: lemma for lemma in REPORTING for form in english.inflections(lemma)}
NOUNS = {form: noun for noun in REPORTING_NOUNS for form in english.plurals(noun)}
CUES = {get_string_id(form) for form in [*VERBS, *NOUNS, *REPORTING_ADJECTIVES, *english.VIEWS, "according"]}
VERBAL, NOMINAL = ("VERB", "AUX"), ("NOUN", "PROPN", "PRON")
COMMAS, DASHES, STOPS = (",", "—", "–"), ("—", "–", "―", "-", "--"), (".", "?", "!")
LINKS = {",", ".", ":", ";", *DASHES}  # what stands between a content and its reporting clause
SHARES = ("conj", "xcomp", "advcl", "acl", "dep", "pcomp", "parataxis")  # clauses that lack a subject of their own
SUBJECTS = ("nsubj", "nsubjpass")
FIELDS = ("speaker", "speaker_text", "speaker_span", "cue_span", "verb", "effect", "group")

Content = namedtuple("Content", "start end form quotations")


class Page:
    """A Doc with its paragraphs, sentences, quotations and actors at hand."""

    def __init__(self, doc, actors):
        self.doc, self.config, self.kinds = doc, actors, block_kinds(doc)
        self.blocks = paragraphs(doc)
        self.block_starts = [start for start, _ in self.blocks]
        starts = np.flatnonzero(doc.to_array("SENT_START").astype(np.int64) == 1)
        self.sentence_starts = sorted({0, *starts.tolist()})
        self.quotations = quotations(doc, self.blocks)
        self.quotation_at = {i: q for q in self.quotations for i in range(q.start, q.end)}
        self.ending_at = {q.end: q for q in self.quotations}
        self.claimed = set()  # the quotations that have a speaker
        self.actors, self.adjectives = {}, {}
        for span, row in read(doc, "actors"):
            if row["form"] == "adjective":
                self.adjectives.update(dict.fromkeys(range(span.start, span.end), row["actor"]))
            else:
                self.actors.update(dict.fromkeys(range(span.start, span.end), (span, row)))

    def block(self, i):
        """(start, end) of the paragraph around a token."""
        return self.blocks[max(0, bisect_right(self.block_starts, i) - 1)]

    def sentence(self, i):
        """(start, end) of the sentence around a token, within its paragraph, without space before it."""
        at = bisect_right(self.sentence_starts, i)
        end = self.sentence_starts[at] if at < len(self.sentence_starts) else len(self.doc)
        first, last = self.block(i)
        start = max(self.sentence_starts[at - 1], first)
        while start < i and self.doc[start].is_space:
            start += 1
        return start, min(end, last)

    def content(self, start, end, quotes=()):
        """The Content between two tokens, or None.

        Links at its ends are left out, a quotation is never cut in two, and a content that is one quotation goes
        without its marks. `quotes` are the quotations that are direct speech.
        """
        doc = self.doc
        while start < end and (doc[start].text in LINKS or doc[start].is_space or is_link(doc[start])):
            start += 1
        while start < end and (doc[end - 1].text in LINKS or doc[end - 1].is_space or doc[end - 1].tag_ == "CC"):
            end -= 1
        if start >= end:
            return None
        first, last = self.quotation_at.get(start), self.quotation_at.get(end - 1)
        if last and last.start >= start:
            end = last.end
        if first and first.end < end:
            start = first.start
        inside = [q for q in self.quotations if start <= q.start and q.end <= end]
        form = "mixed" if inside else "indirect"
        if inside and inside[0][:2] == (start, end):
            start, end = start + 1, end - inside[0].closed
            form = "direct" if quotes or start < end and doc[end - 1].is_punct else "mixed"
        elif quotes and first in quotes and end == quotes[-1].end:
            start, end, form = start + 1, end - quotes[-1].closed, "direct"
        return Content(start, end, form, tuple(quotes)) if start < end else None

    def named(self, head):
        """The actor mentions that a noun phrase names: "the agency Interfax and the channel Tass"."""
        found, todo = [], [head]
        while todo:
            token = todo.pop()
            if token.i in self.actors and self.actors[token.i] not in found:
                found.append(self.actors[token.i])
            todo += [c for c in token.children if c.dep_ in ("appos", "conj", "nmod", "compound")]
        return sorted(found, key=lambda mention: mention[0].start)

    def side(self, key):
        """The group of an actor; a medium's is its kind."""
        actor = self.config.get(key, {})
        return "media" if actor.get("kind") == "media" else actor.get("group", "other")


def is_link(token):
    """Whether a word only ties a content to its verb: "that", "as"."""
    return token.lower_ in ("that", "as") and (token.tag_ == "IN" or token.dep_ == "mark")


# --- Who speaks --------------------------------------------------------------------------------------------------
def agent(verb):
    """The X of "described by X", or None."""
    by = (c for c in verb.children if c.dep_ == "agent" or c.dep_ == "prep" and c.lower_ == "by")
    return next((t for c in by for t in c.children if t.dep_ == "pobj"), None)


def is_passive(verb):
    """Whether a verb stands in the passive: "was described", "as noted by", "claims made by", "asked whether"."""
    deps = {c.dep_ for c in verb.children}
    if deps & {"auxpass", "nsubjpass"}:
        return True
    alone = verb.dep_ in ("acl", "advcl") and not deps & {"aux", "nsubj"}
    return verb.tag_ == "VBN" and (alone or "agent" in deps) or verb.tag_ == "VBD" and alone and verb.dep_ == "advcl"


def has_to(verb):
    """Whether a verb is an infinitive with "to"."""
    return any(c.tag_ == "TO" for c in verb.lefts)


def subject(verb):
    """Who does what the verb says: its own subject, a shared one, the one that controls it, a passive's agent."""
    if is_passive(verb):
        return agent(verb)
    for _ in range(6):  # no chain of clauses in a newspaper is longer
        own = [c for c in verb.children if c.dep_ in SUBJECTS]
        if own:
            return verb.head if own[-1].tag_ in ("WDT", "WP") and verb.dep_ == "relcl" else own[-1]
        head = verb.head
        if verb.dep_ == "acl" and not has_to(verb) or verb.dep_ in ("advcl", "xcomp") and head.pos_ in NOMINAL:
            return head
        if verb.dep_ not in SHARES and not (verb.dep_ == "ccomp" and verb.tag_ == "VBG"):
            return None
        while head.pos_ not in VERBAL:
            if head.head == head:
                return None
            head = head.head
        if shares_verb(verb, head.head):
            head = head.head
        verb = head
    return None


def neighbour(page, verb):
    """The noun right beside a verb whose subject the parse missed."""
    first, last = page.sentence(verb.i)
    for i in (cue_span(verb)[0] - 1, verb.i + 1):
        if first <= i < last and page.doc[i].pos_ in NOMINAL and i not in page.quotation_at:
            token = page.doc[i]
            while token.dep_ in ("compound", "poss") and token.head.i > token.i and token.head.pos_ in NOMINAL:
                token = token.head
            return token
    return None


def speaks(page, head):
    """Whether a noun stands for somebody, or for a text, that can report."""
    if head.i in page.actors:
        return True
    if head.pos_ in ("PROPN", "PRON"):
        return head.lower_ not in english.THINGS
    noun = head.lemma_.lower()
    known = noun in SPEAKER_NOUNS or noun in english.SPEAKING or noun.endswith(english.SPEAKING_ENDINGS)
    return known or head.pos_ == "NUM"


def owner(head):
    """Who speaks through a text: "the mayor's post" is the mayor."""
    if head.lemma_.lower() in english.TEXTS:
        return next((c for c in head.children if c.dep_ == "poss"), head)
    return head


def noun_phrase(head):
    """(start, end) of a speaker: the noun, what stands before it, and what belongs to it after it."""
    start, end = head.left_edge.i, head.i + 1
    while start < head.i and (head.doc[start].is_punct or head.doc[start].is_space):
        start += 1
    for child in head.rights if head.dep_ != "poss" and head.pos_ != "PRON" else ():
        if child.dep_ == "conj":
            end = noun_phrase(child)[1]
        elif child.dep_ == "prep" and child.left_edge.i == end and child.lower_ not in ("like", "such"):
            end = child.right_edge.i + 1
        elif child.dep_ != "cc":
            break
    return start, end


def statement(page, head, cue, verb, effect, content, plain=False, mention=None):
    """One row: the speaker resolved to an actor where a mention lies at its head.

    `plain` marks a content that is neither a clause nor a quotation; `mention` names one actor of several.
    """
    head = owner(head)
    start, end = noun_phrase(head)
    mentions = [mention or page.actors[head.i]] if mention or head.i in page.actors else page.named(head)
    if head.pos_ == "PROPN" and head.i not in page.actors and not mention:  # "spokesman X" is X, not the ministry
        mentions = [m for m in mentions if m[1]["form"] == "name"]
    joint = not mention and (len(mentions) > 1 or any(c.dep_ == "conj" for c in head.children))
    key, text = "", page.doc[start:end].text
    if mentions and not joint:
        span, row = mentions[0]
        key = row["actor"]
        text = page.config.get(key, {}).get("name", span.text) if row["form"] == "pronoun" else span.text
    return {
        "head": head, "content": content, "plain": plain, "speaker": key, "speaker_text": text, "effect": effect,
        "speaker_span": (start, end), "cue_span": cue, "verb": verb, "group": group(page, head, key, start, end),
    }  # fmt: skip


def group(page, head, key, start, end):
    """Whose side a speaker is on: that of the actor, of an official's state, of actors together, or the noun's."""
    if key:
        return page.side(key)
    noun = role(page, head)
    if noun == "expert":
        return noun
    before = [page.adjectives.get(i) or page.actors[i][1]["actor"] for i in range(start, head.i)
              if i in page.adjectives or i in page.actors]
    if before and noun != "media":  # "US and Western officials" speak for the first
        return page.side(before[0])
    sides = {page.side(row["actor"]) for _, row in page.named(head)}
    about = [t for c in head.rights if c.dep_ in ("appos", "relcl", "prep") for t in c.subtree][:20]
    if not sides and noun == "official":  # "X, a spokesman for the ministry"
        sides = {page.side(page.actors[t.i][1]["actor"]) for t in about if t.i in page.actors}
    sides = sides or {page.side(page.actors[i][1]["actor"]) for i in range(start, end) if i in page.actors}
    return sides.pop() if len(sides) == 1 else "other" if sides or noun == "official" else noun


def role(page, head):
    """What a speaker is by noun, title or what is said of them: expert, media, official or other.

    Who has held an office but holds it no more speaks as an expert.
    """
    titles = [c for c in head.children if c.dep_ in ("compound", "nmod", "appos")]  # "spokesman X", "X, a professor"
    about = [t for c in head.rights if c.dep_ in ("appos", "relcl", "prep") for t in c.subtree][:20]
    if any(t.lower_ in english.FORMER for t in [*head.lefts, *(t for c in titles for t in c.lefts)]):
        return "expert"
    known = (SPEAKER_NOUNS.get(t.lemma_.lower()) for t in [head, *titles])
    noun = next((noun for noun in known if noun), "other")
    learned = (head.pos_ == "PROPN" or noun == "media") and (any(t.lower_ in english.LEARNED for t in about)
                                        or any(t.lower_ in english.ACADEMIC for t in titles))
    return "expert" if learned else noun


# --- What is said ------------------------------------------------------------------------------------------------
def cue_span(verb):
    """The verb with its auxiliaries and the verb that it completes: "continues to argue", "as noted by"."""
    doc, start = verb.doc, verb.i
    if start and doc[start - 1].lower_ == "as" and doc[start - 1].head == verb:
        by = verb.i + 1 < len(doc) and doc[verb.i + 1].lower_ == "by"
        return start - 1, verb.i + 1 + by
    while start > 0:
        t = doc[start - 1]
        if not (t.head == verb and t.dep_ in ("aux", "auxpass", "neg") or verb.dep_ == "xcomp" and t == verb.head):
            break
        start -= 1
    return verb.i if doc[start].tag_ == "TO" else start, verb.i + 1


def is_reported(verb, child, kinds):
    """Whether a phrase after a reporting verb is what it reports, given the complements that the verb takes."""
    match child.dep_:
        case "ccomp" | "pcomp":
            return bool(kinds & {"clause", "name"}) or "infinitive" in kinds and has_to(child)
        case "xcomp" | "oprd":
            gerund = "clause" in kinds and child.tag_ == "VBG"
            return "name" in kinds or "infinitive" in kinds and has_to(child) or gerund
        case "advcl":  # "have not said when they leave"
            return "clause" in kinds and child.left_edge.i == verb.i + 1 and child.left_edge.tag_ == "WRB"
        case "dobj":
            as_what = any(c.lower_ in ("as", "with") for c in [*verb.rights, *child.rights] if c.i > child.i)
            return bool(kinds & {"object", "name"}) or "as" in kinds and as_what
        case "prep":
            about = child.lower_ in (*english.ABOUT, "at", "on") or verb.lemma_ == "call" and child.lower_ == "for"
            return "as" in kinds and child.lower_ == "as" or "about" in kinds and about
    return False


def shares_verb(token, verb):
    """Whether a cue within a content goes on with the reporting: "said it was late and warned", "..., adding"."""
    if token.head.dep_ != "ccomp" or token.head.head != verb or any(c.dep_ in SUBJECTS for c in token.lefts):
        return False
    before = token.doc[token.i - 1]
    joined = token.dep_ == "conj" and token.tag_ == verb.tag_ == "VBD" and before.tag_ == "CC"
    apart = token.dep_ == "advcl" and token.tag_ == "VBG" and before.text == ","
    return (joined or apart) and "clause" in COMPLEMENTS.get(VERBS.get(token.lower_), ())


def complement(verb, kinds):
    """(start, end) of what the verb reports after it, or None."""
    doc, start, end = verb.doc, None, None
    for child in verb.rights:
        if start is None:
            if not is_reported(verb, child, kinds):
                continue
            start, end = child.left_edge.i, child.right_edge.i + 1
            if child.dep_ == "dobj":  # without ", who ..." at its end
                relative = (t.i for t in doc[start:end] if t.tag_ in ("WP", "WDT") and doc[t.i - 1].text == ",")
                end = next(relative, end)
            elif child.dep_ in ("ccomp", "xcomp") and "name" not in kinds:
                if has_to(child):  # "urging them to leave"
                    told = (c.left_edge.i for c in verb.rights if c.dep_ in ("dobj", "dative") and c.i < child.i)
                    start = min(told, default=start)
                end = clause_end(verb, start, end)
                break
        elif child.dep_ in ("cc", "conj", "parataxis") or child.lower_ == "according":
            break
        elif child.dep_ not in ("punct", "npadvmod", "advmod", "advcl"):
            apart = doc[child.left_edge.i - 1].text in (",", ";")
            if apart and not (child.dep_ == "prep" and child.lower_ in ("as", "of")):
                break
            end = child.right_edge.i + 1
    if "clause" in kinds:  # "that" opens a clause, whatever the parser makes of it
        last = verb.sent.end
        for token in doc[verb.i + 1 : min(verb.i + (2 if start else 12), last)]:
            if token.lower_ == "that" and is_link(token):
                return token.i, end or last
            if token.pos_ in VERBAL or token.is_punct and token.tag_ != "HYPH":
                break
    return None if start is None else (start, end)


def clause_end(verb, start, end):
    """Where a reported clause ends: before a semicolon or a further reporting verb, but not before a colon."""
    doc, last = verb.doc, verb.sent.end
    end = next((t.i for t in doc[start:end] if t.text == ";"), end)
    end = next((t.i - 1 for t in doc[start:end] if shares_verb(t, verb)), end)
    return last if end < last and doc[end].text == ":" else end


def is_clause(verb, after):
    """Whether what a verb reports is a finite clause, or what something is seen as; a thing alone is neither."""
    clause = any(c.dep_ in ("ccomp", "advcl") and not has_to(c) for c in verb.rights)
    return clause or any(t.lower_ == "as" for t in [*verb.rights, *verb.doc[slice(*after)]])


def clause_edges(page, verb, head):
    """(start, end) of the reporting clause alone: its cue, its subject before or after it, an "as" before that."""
    start, end = cue_span(verb)
    if head is not None and head.head == verb:
        left, right = head.left_edge.i, head.right_edge.i + 1
        if start - 6 <= right <= start:
            start = left
        elif end <= left <= end + 2:
            end = right
    before = page.doc[start - 1] if start else verb
    return start - (before.lower_ == "as" and before.head == verb), end


def goes_on(doc, comma, last):
    """Whether the content goes on after a reporting clause: a comma, then words with a verb of their own."""
    if comma + 2 >= last or doc[comma].text not in COMMAS:
        return False
    link = doc[comma + 1]
    if link.tag_ in ("VBG", "WP", "WDT", "WRB") or link.lower_ in english.TURNS:
        return False
    return any(token.pos_ in VERBAL for token in doc[comma + 1 : last])


def quotation_before(page, verb, left):
    """The quotation that a reporting clause follows, by its place alone: '"...," the mayor of X said'."""
    doc, i = page.doc, left
    for step in range(14):
        while i > 0 and doc[i - 1].lower_ in (",", "as"):
            i -= 1
        if i in page.ending_at:
            quotation = page.ending_at[i]
            if doc[i].text == "," and doc[min(i + 1, len(doc) - 1)].tag_ == "CC":  # '... a "plot", and X left'
                return None
            last = doc[i - 1 - quotation.closed].text
            if last == "." and any(t.is_sent_start for t in doc[i : left + 1]):  # a sentence of its own
                return None
            linked = last in (",", "?", "!", "—") or doc[i].text == ","
            return quotation if linked or step == 0 and verb.tag_ != "VBG" else None
        t = doc[max(i - 1, 0)]
        if i == 0 or t.pos_ in (*VERBAL, "SCONJ") and t.is_lower or t.text in (".", ":", ";") or t.is_space:
            return None
        i -= 1
    return None


def quotation_after(page, verb, right):
    """The quotation that a reporting clause introduces, at a colon in the next paragraph too."""
    doc, (_, last) = page.doc, page.block(verb.i)
    colon = any(t.text == ":" for t in doc[max(last - 2, verb.i + 1) : last])
    for i in range(verb.i + 1, min(last + 3 * colon, verb.i + 40, len(doc))):
        token, before = doc[i], doc[i - 1]
        if i in page.quotation_at:
            q = page.quotation_at[i]
            ends = doc[q.end - 1 - q.closed].is_punct or q.end >= last
            ends = ends or doc[q.end].is_punct or doc[q.end].is_sent_start
            linked = before.text in (",", ":") or before.is_space
            return q if linked or ends and before.lower_ in ("that", verb.lower_) else None
        if token.pos_ in VERBAL and i >= right or token.is_sent_start and not token.is_space and not colon:
            return None
    return None


# --- Constructions -----------------------------------------------------------------------------------------------
def from_verb(page, verb):
    """Yield what a verb reports: "X said that ...", '"...," said X', "accusing Y of ...", "was called ... by X"."""
    lemma = VERBS[verb.lower_]
    kinds, effect = COMPLEMENTS[lemma], REPORTING[lemma]
    phrase = next((f"{lemma} {c.lower_}" for c in verb.rights if f"{lemma} {c.lower_}" in english.PHRASAL), "")
    if phrase:
        kinds, effect, lemma = {"object", "about", "quote"}, english.PHRASAL[phrase], phrase
    elif "phrasal" in kinds:
        return
    if verb.dep_ in ("amod", "compound", "nmod") or lemma == "continue" and any(has_to(c) for c in verb.rights):
        return
    head, turned = subject(verb), is_passive(verb)
    lost = head is None and not turned or head is not None and head.i in page.quotation_at
    if lost and verb.tag_ in ("VBD", "VBZ", "VBP", "VBN"):
        head = neighbour(page, verb)
    if head is None or head.lower_ == "there" or lemma in english.EVIDENCE and not speaks(page, head):
        return
    after = None if turned else complement(verb, kinds)
    content = direct_speech(page, verb, head, after) or turned and passive(page, verb)
    if not content and after:
        thing = any(c.dep_ == "dobj" and c.left_edge.i == after[0] for c in verb.rights)
        if (thing or "clause" not in kinds) and not speaks(page, owner(head)):
            return
        content = page.content(*after)
    if not content and "clause" in kinds:
        content = aside(page, verb, head) or next_block(page, verb)
        lost = not content and head.i < verb.i and page.kinds[verb.i] in english.TITLES and speaks(page, head)
        if lost and not any(c.dep_ == "dobj" for c in verb.rights):  # titles parse badly
            content = page.content(verb.i + 1, title_end(page, verb, english.CIRCUMSTANCES - {","}))
    if content and not idle_words(verb, content):
        plain = bool(after) and content.form != "direct" and not is_clause(verb, after)
        yield statement(page, head, cue_span(verb), lemma, effect, content, plain)


def idle_words(verb, content):
    """Whether a verb reports nothing: "asked not to be named", "presented themselves as a front"."""
    words = [t.lemma_.lower() for t in verb.doc[content.start : min(content.end, content.start + 4)]]
    anonymous = words[:1] == ["not"] and bool({"name", "identify", "quote"} & set(words))
    return anonymous or any(c.dep_ == "dobj" and c.lower_ in english.REFLEXIVE for c in verb.rights)


def direct_speech(page, verb, head, after):
    """The content of quotations right before or right after the reporting clause, or around it."""
    doc, at = page.doc, bisect_right(page.quotations, verb.i, key=lambda q: q.start)
    if not any(verb.i - 40 < q.end and q.start < verb.i + 40 for q in page.quotations[max(at - 1, 0) : at + 1]):
        return None
    left, right = clause_edges(page, verb, head)
    before, following = quotation_before(page, verb, left), quotation_after(page, verb, right)
    start = None
    if before:
        first, _ = page.sentence(before.start)
        if after and first < before.start and not {after[0], after[0] + 1} & page.quotation_at.keys():
            before = None  # 'calling it "a plot," X said that ...'
        elif doc[before.start - 1].text not in (*STOPS, ":") and before.start - 1 not in page.quotation_at:
            start = first  # 'the plan is "a plot," X said'
    quotes = tuple(q for q in (before, following) if q)
    if not quotes:
        return None
    page.claimed.update(quotes)
    return page.content(quotes[0].start if start is None else start, quotes[-1].end, quotes)


def aside(page, verb, head):
    """The sentence around a reporting clause set off by a comma: "..., X said", "As X noted, ..."."""
    doc, (first, last) = page.doc, page.sentence(verb.i)
    left, right = clause_edges(page, verb, head)
    as_clause = doc[left].lower_ == "as"
    if left == first:
        comma = next((i for i in range(right, min(last, right + 12)) if doc[i].text == ","), None)
        return page.content(comma, last) if as_clause and comma else None
    if doc[left - 1].text not in COMMAS and not (as_clause and agent(verb)):
        return None
    comma = next((i for i in range(right, last) if doc[i].text in COMMAS), last - 1)
    on = goes_on(doc, comma, last)
    if [t.lower_ for t in doc[first : first + 2]] == ["in", "what"]:  # "In what may be a signal, ...": the writer's own
        first = next((i + 1 for i in range(first, left) if doc[i].text == ","), first)
    if not on and (doc[first].dep_ == "mark" or not any(token.pos_ in VERBAL for token in doc[first:left])):
        return None
    return page.content(first, last if on else left)


def next_block(page, verb):
    """The paragraph that a reporting clause announces with a colon at the end of its own, without quotation marks."""
    last = page.block(verb.i)[1]
    end = last - page.doc[last - 1].is_space
    at = bisect_right(page.block_starts, verb.i)
    if at == len(page.blocks) or page.doc[end - 1].text != ":" or page.sentence(verb.i)[1] < end:
        return None
    content = page.content(*page.blocks[at])
    return content and content._replace(form="direct")


def passive(page, verb):
    """The content of a passive: "X was described by Y as Z" is X to Z, "what was described by Y as Z" is Z."""
    thing = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    rest = [c for c in verb.rights if c.dep_ in ("prep", "xcomp", "ccomp", "oprd") and c.lower_ != "by"]
    if thing is None or thing.tag_ in ("WDT", "WP", "PRP"):
        return page.content(rest[0].left_edge.i, rest[-1].right_edge.i + 1) if thing is not None and rest else None
    return page.content(thing.left_edge.i, rest[-1].right_edge.i + 1 if rest else cue_span(verb)[0])


def from_according(page, token):
    """Yield the sentence without its "according to X", once for each actor that the phrase names."""
    doc, i = page.doc, token.i
    first, last = page.sentence(i)
    if i + 2 >= last or doc[i + 1].lower_ != "to":
        return
    stop = next((t.i for t in doc[i + 3 : last] if t.text in LINKS), last)
    head = next((c for c in doc[i + 1].children if c.dep_ == "pobj"), doc[i + 2 : stop].root)
    while first < i and (doc[first].tag_ == "CC" or doc[first].text == ","):
        first += 1
    end = min(max(head.right_edge.i + 1, i + 3), last)
    if first == i:
        own = head if any(c.dep_ in ("appos", "relcl", "acl") for c in head.children) else None
        commas = (t.i for t in doc[head.i : min(last, i + 40)] if t.text == "," and t.head != own)
        content = page.content(next(commas, end), last)
    else:
        content = page.content(first, last if goes_on(doc, end, last) else i)
    mentions = page.named(head)
    speakers = [(m[0].root, m) for m in mentions] if len(mentions) > 1 else [(t, None) for t in (head, *head.conjuncts)]
    for speaker, mention in speakers if content else ():
        yield statement(page, speaker, (i, i + 2), "accord", "neutral", content, mention=mention)


def from_view(page, token):
    """Yield the sentence without its "in X's view" or "in the words of X"."""
    prep, (first, last) = token.head, page.sentence(token.i)
    of = next((c for c in token.rights if c.lower_ == "of"), token)
    head = next((c for c in of.children if c.dep_ in ("poss", "pobj") and c.lower_ not in english.FIRST_PERSON), None)
    if prep.lower_ != "in" or head is None or head.i in page.quotation_at:
        return
    end = max(token.i + 1, head.right_edge.i + 1 if of != token else 0)
    before = any(t.pos_ in VERBAL for t in page.doc[first:prep.i])
    content = page.content(*((first, prep.i) if before else (end, last)))
    if content:
        yield statement(page, head, (prep.i, token.i + 1 + (of != token)), token.lower_, "neutral", content)


def from_noun(page, token):
    """Yield what a noun reports: "allegations by X that ...", "X's claim that ...", "X made a promise to ..."."""
    noun, verb = NOUNS[token.lower_], token.head
    clauses = [c for c in token.rights if c.dep_ in ("acl", "ccomp", "relcl") and c.pos_ in VERBAL
               and (has_to(c) or any(t.lower_ in ("that", "whether") for t in c.lefts))]  # fmt: skip
    if token.dep_ == "nsubj" and verb.lemma_ == "be":
        clauses += [c for c in verb.rights if c.dep_ == "ccomp"]
    if token.dep_ == "dobj" and not clauses:  # the parser hangs "claims by X that ..." on the verb
        clauses = [c for c in verb.rights if c.dep_ == "ccomp" and c.i > token.i and is_link(c.left_edge)]
    if not clauses or has_to(clauses[0]) and noun in english.NO_INFINITIVE:
        return
    clause = clauses[0]
    head = next((c for c in token.children if c.dep_ == "poss"), None)
    if head is None:
        preps = (c for c in token.rights if c.lower_ in ("by", "of", "from") and c.i < clause.i)
        head = next((t for c in preps for t in c.children if t.dep_ == "pobj"), None)
    if head is None and token.dep_ == "dobj" and verb.lemma_ in english.LIGHT:
        head = subject(verb)
    if head is None and noun in ("report", "reporting") and not has_to(clause):
        head = token
    content = head is not None and page.content(clause.left_edge.i, clause.right_edge.i + 1)
    if content:
        yield statement(page, head, (token.i, token.i + 1), noun, REPORTING_NOUNS[noun], content)


def from_adjective(page, token):
    """Yield what an adjective reports: "X is confident that ...", "X remain split over whether ..."."""
    verb = token if token.pos_ == "VERB" else token.head  # "is convinced" is a passive to the tagger
    if token != verb and token.dep_ not in ("acomp", "oprd") or verb.pos_ not in VERBAL:
        return
    things = [c for c in [*token.rights, *verb.rights] if c.dep_ == "ccomp" and c.i > token.i]
    things += [c for prep in token.rights for c in prep.rights if c.dep_ == "pcomp" and c.tag_ != "VBG"]
    own = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    head = own if token == verb else subject(verb)
    if not things or head is None or not speaks(page, head):
        return
    content = page.content(things[0].left_edge.i, things[0].right_edge.i + 1)
    if content:
        cue = (token.i - (verb.i == token.i - 1), token.i + 1)
        yield statement(page, head, cue, token.lower_, REPORTING_ADJECTIVES[token.lower_], content)


def from_headline(page, token):
    """Yield what a verb reports that the tagger takes for a noun: "X pledges closer ties after ..."."""
    doc, (first, last) = page.doc, page.sentence(token.i)
    lemma, link = VERBS[token.lower_], doc[min(token.i + 1, last - 1)]
    that = is_link(link) and link.lower_ == "that" and token.lower_.endswith("s")
    if not that and page.kinds[token.i] not in english.TITLES:
        return
    before = [t for t in doc[first : token.i] if not t.is_punct]
    if not before or before[-1].pos_ not in NOMINAL or any(t.pos_ in (*VERBAL, "ADP") for t in before):
        return
    joint = any(t.dep_ in ("cc", "conj") for t in before)
    agrees = (token.lower_ == lemma) == (joint or before[-1].tag_ in ("NNS", "NNPS"))
    content = page.content(token.i + 1, title_end(page, token))
    past = token.lower_.endswith(("ed", "ing"))
    if content and agrees and not past and COMPLEMENTS[lemma] & {"object", "clause"}:
        row = statement(page, before[-1], (token.i, token.i + 1), lemma, REPORTING[lemma], content)
        if joint or not row["speaker"]:
            sides = {page.side(page.actors[t.i][1]["actor"]) for t in before if t.i in page.actors}
            row |= {"speaker": "", "speaker_text": doc[before[0].i : token.i].text}
            row |= {"group": "other"} if len(sides) > 1 else {}
        yield row | {"speaker_span": (before[0].i, token.i)}


def title_end(page, token, stops=english.CIRCUMSTANCES):
    """Where what a title reports ends: before its circumstances."""
    last = page.sentence(token.i)[1]
    return next((i for i in range(token.i + 2, last) if page.doc[i].lower_ in stops), last)


def from_label(page, first, last):
    """Yield a paragraph that begins with its speaker: "Palace: no plans for talks", "REPORTER: When?"."""
    doc = page.doc
    first += doc[first].is_quote
    colon = next((i for i in range(first + 1, min(first + 6, last - 1)) if doc[i].text == ":"), None)
    if not colon or colon + 1 in page.quotation_at or any(t.pos_ in (*VERBAL, "ADP") for t in doc[first:colon]):
        return
    head, content = doc[colon - 1], page.content(colon + 1, last)
    shouted = colon - first > 1 and all(t.is_upper for t in doc[first:colon]) and head.i not in page.actors
    if content and not shouted and (head.pos_ == "PROPN" or head.pos_ == "NOUN" and speaks(page, head)):
        yield statement(page, head, (colon, colon + 1), ":", "neutral", content)


def from_colon(page, quotation):
    """Yield a quotation after a colon without a verb of reporting: 'X: "..."', 'X's message to them: "..."'."""
    doc, i, (first, _) = page.doc, quotation.start - 1, page.block(quotation.start)
    while i > first and doc[i].is_space:
        i -= 1
    if i <= first or doc[i].text != ":":
        return
    words = doc[page.sentence(i - 1)[0] : i]
    nouns = [t for t in reversed(words) if t.lower_ in NOUNS and t.pos_ == "NOUN"]
    cue, head = next(((t, c) for t in nouns for c in t.children if c.dep_ == "poss"), (doc[i], None))
    if head is None:
        head = subject(words.root) if words.root.pos_ in VERBAL else words.root
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and head is not None and head.pos_ in NOMINAL and speaks(page, head):
        yield statement(page, head, (cue.i, cue.i + 1), cue.lower_, "neutral", content)


def from_credit(page, quotation):
    """Yield a quotation with its speaker after a dash or in the next block: '"..." —X'."""
    doc, (first, last) = page.doc, page.block(quotation.start)
    rest = [t for t in doc[quotation.end : last] if not t.is_space]
    begins = next((i for i in range(first, last) if not doc[i].is_space), first)
    if len(rest) < 2 and begins == quotation.start:  # the block is the quotation
        after = next((i for i in range(last, len(doc)) if not doc[i].is_space), last - 1)
        rest = [t for t in doc[after : page.block(after)[1]] if not t.is_space] if after >= last else []
        if rest and rest[0].text[0] not in DASHES and page.kinds[after] != "quote_credit":
            return
    elif not rest or rest[0].text[0] not in DASHES or len(rest) > 25:
        return
    while rest and rest[0].text in DASHES:
        rest.pop(0)
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and rest:
        stop = next((t.i for t in rest[1:] if t.text in (",", ".", "(", ";")), rest[-1].i + 1)
        yield statement(page, doc[rest[0].i : stop].root, None, "", "neutral", content)


def from_tag(page, quotation):
    """Yield a quotation with any verb and speaker right after it: '"...," thundered X', '"...," X fumed'."""
    doc, (_, last) = page.doc, page.sentence(quotation.end - 1)
    last = max(last, page.sentence(min(quotation.end, len(doc) - 1))[1])
    if doc[quotation.end - 1 - quotation.closed].text not in (",", "?", "!", "—"):
        return
    after = doc[quotation.end : min(last, quotation.end + 12)]
    verb = next((t for t in after if t.tag_ in ("VBD", "VBZ") or t.dep_ == "acl" and t.head.i == t.i - 1), None)
    head = None if verb is None else verb.head if verb.dep_ == "acl" else None if is_passive(verb) else subject(verb)
    if head is None or head.i in page.quotation_at or not speaks(page, head):
        return
    content = page.content(quotation.start, quotation.end, (quotation,))
    if content and min(verb.i, head.left_edge.i) <= quotation.end + 1:
        page.claimed.add(quotation)
        yield statement(page, head, cue_span(verb), verb.lemma_.lower(), "neutral", content)


def carry_on(page, quotation, found):
    """Lengthen a statement, or add one, where a quotation goes on; tell whether it does.

    It goes on after its reporting clause ('"...," X said. "..."'), or in the next paragraph when it was not closed.
    """
    doc = page.doc
    previous = max((q for q in page.claimed if q.end <= quotation.start), default=None)
    ours = [row for row in found if previous and previous in row["content"].quotations]
    if not ours:
        return False
    row = max(ours, key=lambda row: row["cue_span"] or (0, 0))
    if quotation.continues and not previous.closed:
        content = page.content(quotation.start, quotation.end, (quotation,))
        found += [row | {"content": content, "cue_span": None}] if content else []
        return True
    gap = [t for t in doc[previous.end : quotation.start] if not t.is_space]
    cue = row["cue_span"]
    first, last = page.block(quotation.start)
    alone = all(t.is_space or t.is_punct for t in [*doc[first : quotation.start], *doc[quotation.end : last]])
    if alone and page.block(max(first - 1, 0)) == page.block(previous.start) and row["content"].form == "direct":
        content = page.content(quotation.start, quotation.end, (quotation,))  # a paragraph of quotation alone
        found += [row | {"content": content, "cue_span": None}] if content else []
        return True
    if not cue or not gap or page.block(previous.start) != page.block(quotation.start):
        return False
    stops = sum(t.text in STOPS for t in gap)
    follows = gap[-1].pos_ in ("PUNCT", "CCONJ", "ADV") and not any(t.pos_ in VERBAL and t.i >= cue[1] for t in gap)
    near = previous.end - 40 < cue[0] < quotation.start
    if not near or not (follows if stops == 0 else stops == 1 and gap[-1].text in STOPS):
        return False
    old = row["content"]
    end = quotation.end - (quotation.closed and old.form == "direct")
    row["content"] = old._replace(end=end, quotations=(*old.quotations, quotation))
    return True


# --- All together ------------------------------------------------------------------------------------------------
def find(page):
    """All rows of a Doc."""
    found = []
    for i, form in enumerate(page.doc.to_array("LOWER").tolist()):
        if form in CUES and i not in page.quotation_at:
            found += from_cue(page, page.doc[i])
    found = [row for row in found if not idle(page, row, found)]
    for quotation in page.quotations:
        if quotation not in page.claimed and not carry_on(page, quotation, found):
            credited = list(from_tag(page, quotation)) or list(from_credit(page, quotation))
            found += credited or from_colon(page, quotation)
        page.claimed.add(quotation)
    for first, last in page.blocks:
        found += from_label(page, first, last)
    resolve(page, found)
    return found


def from_cue(page, token):
    """Rows of the construction that a cue opens, by its form and its place in the sentence."""
    form = token.lower_
    if form == "according":
        return from_according(page, token)
    if form in english.VIEWS and token.dep_ == "pobj" and (viewed := list(from_view(page, token))):
        return viewed
    if form in NOUNS and (token.pos_ == "NOUN" or token.dep_ in ("nsubj", "nsubjpass", "pobj")):
        return list(from_noun(page, token)) or (from_headline(page, token) if form in VERBS else ())
    if form in VERBS and token.pos_ in VERBAL:
        return from_verb(page, token)
    if form in REPORTING_ADJECTIVES and (token.pos_ == "ADJ" or token.tag_ == "VBN"):
        return from_adjective(page, token)
    return from_headline(page, token) if form in VERBS else ()


def idle(page, row, found):
    """Whether a statement within another is no report of its own: "X said that Y would support the plan"."""
    start, end = row["cue_span"]
    within = any(r is not row and r["content"].start < end <= r["content"].end for r in found)
    return within and (row["plain"] or any(t.tag_ == "VB" for t in page.doc[start:end]))


def resolve(page, found):
    """Name the speakers that are pronouns after the nearest speaker before them that agrees in number and gender."""
    known = {}  # the last word of a name -> the group of whom it named before
    named = []  # (row, "they" | "he" | "she" | "name" whose gender is not known yet)
    for row in sorted(found, key=lambda row: row["speaker_span"]):
        head, start = row["head"], row["speaker_span"][0]
        if head.pos_ == "PROPN":
            if row["group"] == "other":
                row["group"] = known.get(head.text, "other")
            known[head.text] = row["group"]
        pronoun = english.PRONOUNS.get(head.lower_)
        if pronoun and not row["speaker"]:
            fits = (pronoun,) if pronoun == "they" else (pronoun, "name")
            for i in reversed(range(len(named))):
                other, kind = named[i]
                if kind in fits:
                    named[i] = other, pronoun
                    row |= {field: other[field] for field in ("speaker", "speaker_text", "group")}
                    break
        elif head.pos_ != "PRON":
            if page.config.get(row["speaker"], {}).get("kind", "person") != "person":
                continue  # a state is no "he"
            many = head.tag_ in ("NNS", "NNPS") or " and " in row["speaker_text"]
            gender = page.config.get(row["speaker"], {}).get("gender") or english.ADDRESS.get(page.doc[start].lower_)
            if many or head.pos_ == "PROPN":
                named.append((row, "they" if many else {"f": "she", "m": "he"}.get(gender, "name")))


class Voice:
    """The component; keeps nothing between Docs."""

    def __init__(self, actors):
        self.actors = actors

    def __call__(self, doc):
        """Write `doc.spans["statements"]`."""
        found = find(Page(doc, self.actors)) if len(doc) else []
        contents = [row["content"] for row in found]
        facts = [{field: row[field] for field in FIELDS} | {"form": row["content"].form} for row in found]
        return write(doc, "statements", [(*c[:3], fact) for c, fact in zip(contents, facts, strict=True)])


@Language.factory("parallax_voice", assigns=["doc.spans"], requires=["token.dep", "token.tag"],
                  default_config={"actors": {}})  # fmt: skip
def make_voice(nlp, name, actors):
    """Make the component.

    Parameters
    ----------
    nlp, name
        Given by spaCy.
    actors : dict of dict
        The actors of a codebook: key -> name, kind, group, gender. They say for which group a speaker speaks.

    Returns
    -------
    Voice
    """
    return Voice(actors)
