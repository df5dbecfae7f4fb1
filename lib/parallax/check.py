"""What is missing or odd in a study: said before anybody rests a number on it."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
from spacy.lang.en.lex_attrs import like_num

from parallax import copies, gold, stats, verdicts
from parallax.annotate.rules import words
from parallax.annotate.stance import NUMBERS
from parallax.codebook import OWN, Argument
from parallax.stats import counted
from parallax.study import Study, oddities
from parallax.tables import Tables

WIDTH = 100  # columns of a terminal
AROUND = 140  # characters of a sentence that are shown around a cue
FEW = 3  # a share of fewer hits than these says nothing
MOST = 0.5  # more of its hits than these without a member: the cue speaks of other things too
SOME = 10  # and of fewer hits than these no share of all sentences is large
WIDE = 0.1  # one word in one of ten sentences is what the event is called, and no position on it
REASONS = {
    "outranked": "another cue of the holder goes before",
    "needs-member": "no member is named",
    "needs-members": "not all members are named",
    "needs-against": "nobody of those against is named",
    "voice-of-member": "it is not in a member's voice",
    "part-of-name": "it is part of a name",
    "negated-report": "somebody does not say it",
}
NEVER = "never occurs"
WORTH = ["argument", "side", "entry", "n", "decided", "reasons", "share", "no_member", "warnings"]


def findings(study: Study, tables: Tables) -> pd.DataFrame:
    """List what is odd in a study and its codebook.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables

    Returns
    -------
    pandas.DataFrame
        Columns part ("texts", "actors", "frames", "narrative"), where (files or key), finding.
    """
    rows, book = [], study.codebook
    rows += [("texts", where, finding) for where, finding in odd_texts(study, tables)]
    names = Counter(name for actor in book.actors.values() for name in {actor.name, *actor.aliases})
    for key, actor in book.actors.items():
        rows += [("actors", key, f"{name!r} also names another actor; such a mention stays unresolved")
                 for name in sorted({actor.name, *actor.aliases}) if names[name] > 1]
    mentioned = set(tables.mentions["actor"])
    rows += [("actors", key, "never mentioned") for key in book.actors if key not in mentioned]
    open_names = tables.unresolved.groupby(["text", "candidates"]).size()
    rows += [("actors", text, f"{n} times unresolved: it fits {names}") for (text, names), n in open_names.items()]
    for key, frame in book.frames.items():
        fired = tables.frames[tables.frames["frame"] == key]["entry"].value_counts()
        top = ", ".join(f"{word} {n}" for word, n in fired.head(8).items())
        found = f"{len(fired)} of {len(frame.words)} words fire; most often {top}"
        found += also("never", unused(frame.words, fired))
        rows.append(("frames", key, found if len(fired) else "no word of it fires"))
    for key, argument in (book.narrative.arguments if book.narrative else {}).items():
        fired = tables.stances[tables.stances["argument"] == key]["entry"].value_counts().drop("", errors="ignore")
        once = ", ".join(fired[fired == 1].index)
        rows.append(("narrative", key, f"{len(fired)} of {len(argument.cues)} cues decide a position"
                                       f"{also('once', once)}{also('never', unused(argument.cues, fired))}"))
    return pd.DataFrame(rows, columns=["part", "where", "finding"])


def odd_texts(study: Study, tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield (files, finding) of texts: a problem, marks of a wrong encoding, near-copies."""
    odd = tables.documents[tables.documents["problem"] != ""]
    for (status, problem), rows in odd.groupby(["status", "problem"], sort=False):
        yield some(rows["file"]), f"{status}: {problem}"
    for document in study.documents:
        yield from ((document.file, odd) for odd in oddities(document))
    for first, rows in copies.alike(tables.documents, tables.sentences).groupby("copy_of", sort=False):
        low, high = (f"{share:.0%}".replace("%", " %") for share in (rows["alike"].min(), rows["alike"].max()))
        how = low if low == high else f"{low} to {high}"
        what = f"near-copies: {how} of their runs of five words are the same"
        what = "the same text" if rows["alike"].min() == 1 else what
        yield some([first, *rows["file"]]), f"{what}; with the parameter copies set to once they count once"


def some(files: Iterable[str], most: int = 5) -> str:
    """List the first files of several, and count the rest."""
    files = list(files)
    return ", ".join(files[:most]) + (f" and {len(files) - most} more" if len(files) > most else "")


def read_as(documents: pd.DataFrame) -> Iterator[str]:
    """Yield how the documents were read, a line for each way: "12 as text"; of tables, which column holds what."""
    table = documents["read_as"].str.startswith("table")
    files = documents["file"].str.replace(r"#\d+$", "", regex=True).where(table, "")
    for (how, file), rows in documents.groupby(["read_as", files], sort=False):
        if how:
            yield f"{len(rows)} {f'from {file}, a ' if file else 'as '}{how}"


def unused(entries: Sequence[str], fired: pd.Series, most: int = 8) -> str:
    """List the first entries of a codebook that found nothing, and count the rest."""
    silent = [entry for entry in entries if entry not in fired]
    more = f" and {len(silent) - most} more" if len(silent) > most else ""
    return ", ".join(silent[:most]) + more


def also(what: str, names: str) -> str:
    """Return names as a further part of a line, and nothing where there are none."""
    return f"; {what} {names}" if names else ""


# --- What each cue is worth


def worth(study: Study, tables: Tables) -> pd.DataFrame:
    """Tell what each cue of the narrative is worth: how often it occurs, decides a position, and why not elsewhere.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables

    Returns
    -------
    pandas.DataFrame
        One row for each cue, in the order of the codebook: argument, side, entry, n (times it occurs), decided (times
        it decides a position), reasons (in words, why it does not elsewhere), share (of all sentences that hold it),
        no_member (times the sentence neither names nor takes up a member), warnings ("" for none, else set apart by
        "; "). Only sentences that count; empty without a narrative.
    """
    narrative = study.codebook.narrative
    hits, total = cues_found(study, tables), len(counted(tables.sentences))
    by_cue = {key: rows for key, rows in hits.groupby(["argument", "entry"])}
    rows = []
    for key, argument in (narrative.arguments if narrative else {}).items():
        for entry in dict.fromkeys(argument.cues):
            found = by_cue.get((key, entry), hits[:0])
            share = found["sentence"].nunique() / total if total else 0.0
            alone = int(found["no_member"].sum())
            warned = "; ".join(warnings(entry, argument, len(found), alone if narrative.members else 0, share))
            rows.append((key, argument.side, entry, len(found), int((found["verdict"] == "decides").sum()),
                         reasons(found["verdict"]), share, alone, warned))
    return pd.DataFrame(rows, columns=WORTH)


def cues_found(study: Study, tables: Tables) -> pd.DataFrame:
    """Return the table of cues in sentences that count, with no_member: nobody of the members is named or taken up."""
    arguments = study.codebook.narrative.arguments if study.codebook.narrative else {}
    hits = stats.kept(tables.cues, tables.sentences).copy()
    asks = hits["argument"].map({key: argument.needs for key, argument in arguments.items()})
    known = asks.isin(["member", "members"]) & hits["verdict"].isin(["decides", "outranked"])
    hits["no_member"] = (hits["verdict"] == "needs-member") | ~known & ~hits["sentence"].isin(in_view(study, tables))
    return hits


def in_view(study: Study, tables: Tables) -> set[str]:
    """Return the sentences that name a member of the narrative, or take one up from the sentence before."""
    book = study.codebook
    side = {key: key if actor.group == "other" else actor.group for key, actor in book.actors.items()}
    groups = {side[key] for key in (book.narrative.members if book.narrative else ())}
    mentions = tables.mentions
    named = set(mentions["sentence"][mentions["actor"].map(side).isin(groups)])
    found, before, story = set(named), "", ""
    for row in tables.sentences.itertuples():
        said = re.findall(r"[\w-]+", row.text.lower())
        taken = row.story == story and before in named and any(word in words("pointing-words") for word in said)
        if taken or groups and any(takes_all(pair, len(groups)) for pair in zip(["", *said], said, strict=False)):
            found.add(row.sentence)
        before, story = row.sentence, row.story
    return found


def takes_all(pair: tuple[str, str], number: int) -> bool:
    """Tell whether a word, after the one before it, takes up all members: "both" and "the two" of two."""
    before, word = pair
    exact = NUMBERS.get(word) == str(number) and (not like_num(word) or before in words("definite-words"))
    return exact or NUMBERS.get(word) == "any"


def reasons(verdicts: Iterable[str]) -> str:
    """Say in words why a cue does not decide, the most frequent reason first."""
    count = Counter(verdict for verdict in verdicts if verdict != "decides")
    return ", ".join(f"{times(n)} {REASONS.get(verdict, verdict)}" for verdict, n in count.most_common())


def times(n: int) -> str:
    """Say how many times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def warnings(entry: str, argument: Argument, n: int, alone: int, share: float) -> Iterator[str]:
    """Yield what to change in a cue that occurs `n` times, `alone` without a member, in a share of all sentences."""
    negations, rest = without_negation(entry)
    if negations:
        instead = f"write {rest!r} alone, on the other side" if rest else "write what is denied, on the other side"
        yield f"it holds the negation {negations[0]!r}, and the library reads negations: {instead}"
    if not n:
        yield NEVER
    if n >= FEW and alone > MOST * n and argument.needs != "against" and not argument.by:
        hint = ("" if argument.needs else "set needs: member for the argument, or ") + "choose a narrower word"
        yield f"{alone} of {n} times no member is named: {hint}"
    if n >= SOME and share >= WIDE and len(entry.split()) == 1:
        yield f"it stands in {share:.0%} of all sentences".replace("%", " %") + ": a word for the event takes no side"


def without_negation(entry: str) -> tuple[list[str], str]:
    """Return the negations in a cue, and the cue without them; nothing where what they deny is not in the cue."""
    pieces = entry.split()
    negations = [piece for piece in pieces if is_negation(piece.partition("/")[0].lower())]
    if not negations:
        return [], entry
    if pieces[-1] in negations and pieces[-1].lower() in ("not", "never"):  # what it denies comes after the cue
        return negations, ""
    left = " ".join(piece for piece in pieces if piece not in negations)
    return negations, re.sub(r"^[. ]+|[. ]+$", "", left)


def is_negation(word: str) -> bool:
    """Tell whether a word is one of the library's negators: no, not, nobody, "don't"."""
    return word in words("negators") or word.endswith(("n't", "n’t"))


def examples(study: Study, tables: Tables, each: int = 3) -> pd.DataFrame:
    """Show some sentences of each cue with what it led to, spread over sources and verdicts.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
    each : int
        At most so many for one cue.

    Returns
    -------
    pandas.DataFrame
        Columns argument, entry, source, sentence, text (shortened around the cue, which stands in brackets), outcome
        ("affirm by ...", or "none, since" and the reason).
    """
    led: dict[Any, list[str]] = {}
    for row in tables.stances.itertuples():
        place = (row.sentence, row.start, row.end, row.argument)
        led.setdefault(place, []).append(f"{row.value} by {holder(study, row.holder)}")
    hits = cues_found(study, tables)
    hits["turn"] = hits.groupby(["argument", "entry", "verdict"]).cumcount()
    hits = hits.sort_values("turn", kind="stable")
    hits["turn"] = hits.groupby(["argument", "entry", "source"]).cumcount()
    hits = hits.sort_values("turn", kind="stable")
    hits = hits.groupby(["argument", "entry"]).head(5 * each)  # more than are shown: some are the same sentence again
    sentences = tables.sentences.drop_duplicates("sentence").set_index("sentence")
    rows = []
    for hit in hits.itertuples():
        sentence = sentences.loc[hit.sentence]
        outcome = "; ".join(led.get((hit.sentence, hit.start, hit.end, hit.argument), ()))
        text = around(sentence["text"], hit.start - sentence["start"], hit.end - sentence["start"])
        rows.append((hit.argument, hit.entry, hit.source, hit.sentence, text,
                     outcome or f"none, since {REASONS.get(hit.verdict, hit.verdict)}"))
    found = pd.DataFrame(rows, columns=["argument", "entry", "source", "sentence", "text", "outcome"])
    found = found.drop_duplicates(["argument", "entry", "source", "text"])
    return found.groupby(["argument", "entry"]).head(each).reset_index(drop=True)


def holder(study: Study, key: str) -> str:
    """Name who holds a position."""
    return "the text itself" if key == OWN else study.codebook.actors[key].name if key in study.codebook.actors else key


def around(text: str, start: int, end: int, width: int = AROUND) -> str:
    """Shorten a sentence to about `width` characters around a span, which is put in brackets."""
    before, cue, after = (re.sub(r"\s+", " ", part) for part in (text[:start], text[start:end], text[end:]))
    before, after = before.lstrip(), after.rstrip()
    room = max(width - len(cue), 40)
    right = max(room // 2, room - len(before))
    left = room - min(right, len(after))
    if len(before) > left:
        before = "…" + before[-left:].partition(" ")[2]
    if len(after) > right:
        after = after[:right].rpartition(" ")[0] + "…"
    return f"{before}[{cue}]{after}"


def cue_lines(study: Study, tables: Tables) -> Iterator[str]:
    """Yield what each cue is worth as lines for a terminal, by argument; sentences of the cues that occur."""
    found, shown = worth(study, tables), examples(study, tables)
    sentences = {key: rows for key, rows in shown.groupby(["argument", "entry"])}
    for key, argument in (study.codebook.narrative.arguments if study.codebook.narrative else {}).items():
        rows = found[found["argument"] == key]
        asks = [f"{name}: {value}" for name, value in (("needs", argument.needs), ("by", argument.by)) if value]
        yield from wrap(f"{key} ({', '.join([argument.side, *asks])}): {(rows['n'] > 0).sum()} of {len(rows)} cues "
                        f"occur; they decide {rows['decided'].sum()} of {rows['n'].sum()} times", 2)
        silent = []
        for row in rows.itertuples():
            if row.warnings == NEVER:
                silent.append(row.entry)
            else:
                yield from one_cue(row, sentences.get((key, row.entry), shown[:0]))
        yield from never(silent)


def one_cue(row: Any, sentences: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of one cue: how often, what warns, and its sentences."""
    said = [f"{one.outcome} ({one.source}): {one.text}" for one in sentences.itertuples()]
    if row.n == 1:
        head = f"once, {said.pop()}"
    else:
        head = f"decides {row.decided} of {row.n} times" if row.n else NEVER
        head += f"; {row.reasons}" if row.reasons and row.n > len(said) else ""  # else its sentences say it
    yield from wrap(f"{row.entry}: {head}", 4)
    for warning in row.warnings.split("; "):
        if warning not in ("", NEVER):
            yield from wrap(f"! {warning}", 6)
    for text in said:
        yield from wrap(f"- {text}", 6)


def never(entries: list[str]) -> Iterator[str]:
    """Yield the one line of the cues that never occur: as many as a line holds, and the number of the others."""
    room = range(min(len(entries), WIDTH), 0, -1)
    most = next((n for n in room if len(unused(entries, pd.Series(), n)) < WIDTH - 12), 1)
    if entries:
        yield f"    never: {unused(entries, pd.Series(), most)}"


def wrap(text: str, indent: int) -> list[str]:
    """Break a text into lines of a terminal; those after the first stand two columns further in."""
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
                         break_on_hyphens=False)


# --- What is printed


def differing(study: Study, tables: Tables) -> str:
    """Say on how many facts texts differ, by kind, and where to read them; "" for none."""
    rows = verdicts.table(study, tables)
    facts = rows.drop_duplicates(stats.FACT)
    kinds = ", ".join(f"{kind} {n}" for kind, n in facts["kind"].value_counts().items())
    many = "1 fact" if len(facts) == 1 else f"{len(facts)} facts"
    return (f"differing: {many} on which texts may contradict each other ({kinds}); `parallax review` shows one after "
            "another, the page Discrepancies of a report all") if len(rows) else ""


def lines(study: Study, tables: Tables) -> Iterator[str]:
    """Yield the lines that `parallax check` prints of what a Study and its Tables hold."""
    book, ok = study.codebook, tables.documents[tables.documents["status"] == "ok"]
    yield from wrap(f"{study.title}: {len(ok)} of {len(tables.documents)} documents read, {ok['words'].sum()} words, "
                    f"{len(study.sources)} sources", 0)
    if set(ok["read_as"]) != {"text"}:
        for line in read_as(ok):
            yield from wrap(line, 2)
    if said := copies.sentence(tables.documents):
        yield from wrap(said, 2)
    n = counted(tables.sentences).groupby("source", sort=False).size()
    stories = ok.groupby("source", sort=False)["stories"].sum()
    for source, size in n.items():
        yield from wrap(f"{source}: {stories.get(source, 0)} stories, {size} sentences", 2)
    yield (f"codebook: {len(book.actors)} actors, {len(book.frames)} frames, "
           + (f"a narrative with {len(book.narrative.arguments)} arguments" if book.narrative else "no narrative"))
    for line in gold.oddities(gold.gold(tables, study)):
        yield from wrap(line, 0)
    framed = tables.frames["sentence"].nunique()
    yield (f"found: {len(tables.mentions)} mentions, {len(tables.statements)} statements, "
           f"{framed} sentences with a frame, {len(tables.stances)} positions on the narrative")
    if said := differing(study, tables):
        yield from wrap(said, 0)
    found = findings(study, tables)
    for part, rows in found[found["part"] != "narrative"].groupby("part", sort=False):
        yield f"{part}:"
        for row in rows.itertuples():
            yield from wrap(f"{row.where}: {row.finding}", 2)
    if book.narrative and book.narrative.arguments:
        yield "narrative: how often each cue decides a position, with sentences; lines marked with ! warn"
        yield from cue_lines(study, tables)
