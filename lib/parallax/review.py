"""Read and correct: one sentence at a time, with what the rules said and why, and one key an answer.

`Session` knows which sentence is next and writes what is answered; `show` draws it with widgets and takes keys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from parallax import discrepancies, display, facing, labels, onebyone, reading, stats, verdicts
from parallax.codebook import OWN
from parallax.errors import StudyError
from parallax.explore import around, login
from parallax.study import Study
from parallax.tables import Tables

AHEAD = 10  # sentences taken from the queue before it is made anew with the answers
LAST = 10  # answers of which it is said how many changed something
GROUPS = ("expert", "media", "other")  # groups of holders who are no actors of the codebook
KEYS = {"a": "affirm", "h": "hedge", "d": "deny"}
BUTTONS = {
    "a": ("Affirm", "The claim is affirmed"),
    "h": ("Hedge", "The claim is held to be possible, asked or in doubt"),
    "d": ("Deny", "The claim is denied"),
    "n": ("No position", "The sentence takes no position, or no other than those given"),
    "y": ("As proposed", "What the rules say is right"),
    "m": ("One more", "The sentence takes another position as well"),
    "s": ("Later", "Leave it for another time"),
    "u": ("Undo", "Take the last answer back"),
}
PAIR_KEYS = {"c": "confirmed", "x": "dismissed"}
PAIR_BUTTONS = {
    "c": ("Confirm", "The two sentences contradict each other"),
    "x": ("Not a contradiction", "Both can be true, or they are not about the same thing"),
    "s": BUTTONS["s"],
    "u": BUTTONS["u"],
}


@dataclass
class Session(onebyone.Session):
    """Somebody's reading of one study.

    Attributes
    ----------
    study : parallax.study.Study
    rules : parallax.tables.Tables
        As the rules made them.
    reader : str
        Who reads.
    drawn : int
        How many sentences are drawn at random before the queue begins.
    seed : int
        Of the draw.
    """

    study: Study
    rules: Tables
    reader: str
    drawn: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        super().__init__()  # `done`: what was answered here; whether it changed a position; what stood there
        if not self.study.codebook.narrative:
            raise StudyError(f"{self.study.folder.name}: no narrative in the codebook, so no positions to read")
        self.book = labels.Reader(self.study, self.rules, self.reader)
        self.sample = reading.sample(self.rules, self.drawn, self.seed)
        self.renew()

    def settle(self) -> None:
        """Read the answers."""
        self.found = labels.answers(self.study, self.rules)
        self.tables = labels.applied(self.rules, self.found, self.study)

    def renew(self) -> None:
        """Read the answers, and make the list of what to read next: sentence, `random` or `queue`, why it is shown."""
        self.settle()
        read = set(self.tables.sentences.loc[self.tables.sentences["checked"], "sentence"])
        first = [(name, "random", "drawn at random: it measures the rules on this study") for name in self.sample]
        queue = reading.queue(self.study, self.rules, self.found, AHEAD + len(self.sample))
        rest = [(row.sentence, "queue", row.why) for row in queue.itertuples() if row.sentence not in self.sample]
        later = {name for name, *_ in self.put_off}
        self.todo = [one for one in [*first, *rest] if one[0] not in read and one[0] not in later]

    def proposed(self) -> pd.DataFrame:
        """Return the positions that the rules find in the sentence."""
        return self.rules.stances[self.rules.stances["sentence"] == self.now[0]]

    def answer(self, stances: list[dict[str, Any]]) -> None:
        """Write the positions of the sentence, each with value, holder and holder_group, and go on to the next."""
        name, drawn, _ = self.todo.pop(0)
        rules = self.rules.stances[self.rules.stances["sentence"] == name]
        was = {(row.holder_group, row.value) for row in rules.itertuples()}
        before = self.book.answer(name, stances, drawn)
        self.done.append((name, was != {(one["holder_group"], one["value"]) for one in stances}, before))
        if not self.todo or (drawn == "queue" and len(self.done) % AHEAD == 0):
            self.renew()
        else:
            self.settle()

    def undo(self) -> bool:
        """Take the last answer back and show its sentence again; False where there is none."""
        if not self.done:
            return False
        name, _, before = self.done.pop()
        self.book.put(name, *before)
        self.renew()
        drawn = "random" if name in self.sample else "queue"
        self.todo = [(name, drawn, "taken back"), *(one for one in self.todo if one[0] != name)]
        return True

    def holders(self) -> dict[str, tuple[str, str]]:
        """Return who may hold a position in the sentence: what is shown -> (holder, group), the likeliest first."""
        names, actors = display.names(self.study.codebook).actor, self.study.codebook.actors
        said = self.rules.statements[self.rules.statements["sentence"] == self.now[0]]
        rows = [*zip(self.proposed()["holder"], self.proposed()["holder_group"], strict=True),
                *((row.speaker or row.speaker_text, row.group) for row in said.itertuples()),
                (OWN, OWN), *((key, one.group) for key, one in actors.items())]
        known: dict[str, tuple[str, str]] = {}
        for holder, group in rows:
            shown = "the text itself" if holder == OWN else names.get(holder, holder)
            known.setdefault(shown, (holder, group))
        known.pop("", None)
        return known

    def progress(self) -> str:
        """Say how much was read, and what the last answers brought."""
        rows = stats.counted(self.tables.sentences)
        read = set(rows.loc[rows["checked"], "sentence"])
        random = sum(name in read for name in self.sample)
        made, said = ({row for row in table[reading.ROW].itertuples(index=False, name=None) if row[0] in read}
                      for table in (self.rules.stances, self.tables.stances))
        parts = [f"{len(read)} of {len(rows)} sentences read, {random} of {len(self.sample)} drawn at random."]
        if made | said:
            parts.append(f"Of {display.count(len(made), 'position')} that rules made in them {len(made & said)} were "
                         f"right, and they missed {len(said - made)}.")
        if last := [changed for _, changed, _ in self.done[-LAST:]]:
            parts.append(f"Of the last {display.count(len(last), 'answer')} {sum(last)} changed something.")
        return " ".join(parts)


# --- The page


def show(study: Study, tables: Tables, reader: str = "", drawn: int = 30, seed: int = 0) -> "Review | display.Shown":
    """Show one sentence after another, and take what a reader says of it.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
        As `tables.build` returns them.
    reader : str
        Who reads; empty means the user's login name.
    drawn : int
        How many sentences are drawn at random before the queue begins.
    seed : int
        Of the draw.

    Returns
    -------
    Review
        A widget; a study without a narrative gets a line that says so.
    """
    if not study.codebook.narrative:
        return display.takeaway("The codebook has no narrative, so there are no positions to read.")
    return Review(Session(study, tables, reader or login(), drawn, seed))


class Review(onebyone.Page):
    """The page: the claim, a sentence in its paragraph, what the rules say, and the answers."""

    session: Session
    BUTTONS, DONE = BUTTONS, "Every sentence has been read."

    def __init__(self, session: Session) -> None:
        self.more, self.given = False, []
        self.holder = widgets.Combobox(description="Holder", ensure_option=False, continuous_update=False)
        self.group = widgets.Dropdown(description="Group")
        super().__init__(session, (self.holder, self.group))
        self.holder.observe(self.name, "value")
        self.refresh()

    def name(self, change: Any) -> None:
        """Choose the group of a holder who is known."""
        known = self.known.get(change["new"])
        self.group.value = known[1] if known else "other"

    def act(self, key: str) -> None:
        """Do what a key says about the sentence."""
        if key in KEYS:
            self.give(KEYS[key])
        else:
            ACTS[key](self)

    def give(self, value: str) -> None:
        """Take a position by the holder chosen; the answer is complete unless one more is to come."""
        holder, _ = self.known.get(self.holder.value, (self.holder.value.strip(), ""))
        if not holder:
            self.note.value = "Who holds it? Choose a holder or type one."
            return
        self.given = [*self.given, {"value": value, "holder": holder, "holder_group": self.group.value}]
        if not self.more:
            self.session.answer(self.given)
            self.given = []
        self.more = False

    def none(self) -> None:
        """Say that the sentence takes no further position."""
        self.session.answer(self.given)
        self.given, self.more = [], False

    def agree(self) -> None:
        """Say that the rules are right, with all their positions."""
        rows = self.session.proposed()
        self.session.answer(rows[["value", "holder", "holder_group", "argument", "start", "end"]].to_dict("records"))
        self.given, self.more = [], False

    def another(self) -> None:
        """Let one more position follow the next."""
        self.more = not self.more

    def later(self) -> None:
        """Leave the sentence for another time."""
        self.session.skip()
        self.given, self.more = [], False

    def undo(self) -> None:
        """Take back what was given of this sentence, or the last answer."""
        if self.given or self.more:
            self.given, self.more = [], False
        else:
            super().undo()

    def shown(self) -> str:
        """Return the sentence to read, and offer who may hold a position in it."""
        session = self.session
        self.known = session.holders()
        groups = dict.fromkeys([*(group for _, group in self.known.values()), *GROUPS])
        if tuple(groups) != self.group.options:
            self.group.options = tuple(groups)
        if not self.given:
            self.holder.options = tuple(self.known)
            self.holder.value = next(iter(self.known))
            self.group.value = self.known[self.holder.value][1]
        self.buttons["m"].button_style = "info" if self.more else ""
        self.buttons["y"].disabled = session.proposed().empty
        return card(session, self.given)


ACTS: dict[str, Callable[[Review], None]] = {
    "n": Review.none, "y": Review.agree, "m": Review.another, "s": Review.later,
}


def card(session: Session, given: list[dict[str, Any]]) -> str:
    """Return the sentence in its paragraph, what the rules say of it and why it is shown, as HTML."""
    name, _, why = session.now
    sentences, names = session.rules.sentences, display.names(session.study.codebook)
    row = next(sentences[sentences["sentence"] == name].itertuples())
    places = list(sentences[["file", "start", "end"]].itertuples(index=False, name=None))
    rows = session.proposed()
    cues = session.rules.cues[session.rules.cues["sentence"] == name].assign(label="cue")
    marks = pd.concat([display.positions(session.rules, rows), cues])
    before, after = (escape(part) for part in around(places, row.Index, session.book.texts[row.file].raw))
    said = [f"{held(stance, names)}: {stance['because']}" for stance in rows.to_dict("records")] or ["no position"]
    given_ = f'<p class="px-hint">Given: {escape("; ".join(held(one, names) for one in given))}.</p>' if given else ""
    where = f"{row.source}, {name}, {row.kind}. Why this one: {why}."
    return (f'<p class="px-hint">The claim: <em>{escape(session.study.codebook.narrative.claim)}</em></p>'
            f'<p class="px-around px-read">{before}<strong>{display.marked(row, marks)[0]}</strong>{after}</p>'
            f'<p class="px-hint">{escape(where)}</p>'
            f'<p class="px-hint">The rules say: {escape("; ".join(said))}.</p>{given_}')


def held(stance: dict[str, Any], names: display.Names) -> str:
    """Write a position: "Russia denies"."""
    who = "the text itself" if stance["holder"] == OWN else names.actor.get(stance["holder"], stance["holder"])
    return f"{who} {stats.DOES[stance['value']]}"


# --- Pairs of sentences


@dataclass
class Pairs(onebyone.Session):
    """Somebody's reading of the facts on which texts seem to differ.

    Attributes
    ----------
    study : parallax.study.Study
    rules : parallax.tables.Tables
        As the rules made them.
    reader : str
        Who reads.
    """

    study: Study
    rules: Tables
    reader: str

    def __post_init__(self) -> None:
        super().__init__()  # `todo` and `put_off`: rows of what was found; `done`: a row, and what stood there
        self.tables = labels.corrected(self.study, self.rules).counted()
        self.found = discrepancies.find(self.tables, self.study.codebook)
        self.judge = verdicts.Judge(self.study, self.tables, self.reader)
        self.renew()

    def renew(self) -> None:
        """Read the verdicts, and list the pairs that nobody has read, the strongest first."""
        self.said = verdicts.of(self.found, self.study, self.tables)
        self.todo = [row for row in self.found.index[self.said == ""] if row not in self.put_off]

    def answer(self, verdict: str) -> None:
        """Write what a reader says of the pair, confirmed or dismissed, and go on to the next."""
        row = self.now
        self.done.append((row, self.judge.say(self.found.loc[row], verdict)))
        self.renew()

    def undo(self) -> bool:
        """Take the last verdict back and show its pair again; False where there is none."""
        if not self.done:
            return False
        row, before = self.done.pop()
        self.judge.put(self.found.loc[row], before)
        self.renew()
        self.todo = [row, *(one for one in self.todo if one != row)]
        return True

    def progress(self) -> str:
        """Say how many pairs were read, and what they turned out to be."""
        confirmed, dismissed = ((self.said == verdict).sum() for verdict in labels.ALLOWED["verdict"])
        parts = [f"{confirmed + dismissed} of {display.count(len(self.found), 'pair')} of sentences read."]
        if confirmed + dismissed:
            parts.append(f"{confirmed} confirmed, {dismissed} not a contradiction.")
            read = self.said[self.said != ""].eq("confirmed").groupby(self.found["kind"], sort=False)
            parts.append(f"Confirmed by kind: {', '.join(f'{kind} {one.sum()} of {len(one)}' for kind, one in read)}.")
        return " ".join(parts)


def pairs(study: Study, tables: Tables, reader: str = "") -> "PairReview | display.Shown":
    """Show one pair of sentences after another that seem to differ on a fact, and take what a reader says of it.

    Parameters
    ----------
    study : parallax.study.Study
    tables : parallax.tables.Tables
        As `tables.build` returns them.
    reader : str
        Who reads; empty means the user's login name.

    Returns
    -------
    PairReview
        A widget; where no two sentences differ, a line that says so.
    """
    session = Pairs(study, tables, reader or login())
    if session.found.empty:
        return facing.unread(session.found, 0, study.folder.name)
    return PairReview(session)


class PairReview(onebyone.Page):
    """The page: two sentences in their paragraphs, what differs in them, and the verdict."""

    session: Pairs
    BUTTONS, DONE = PAIR_BUTTONS, "Every pair of sentences has been read."

    def __init__(self, session: Pairs) -> None:
        super().__init__(session)
        self.refresh()

    def act(self, key: str) -> None:
        """Do what a key says about the pair."""
        if key in PAIR_KEYS:
            self.session.answer(PAIR_KEYS[key])
        else:
            self.session.skip()

    def shown(self) -> str:
        """Return the two sentences in their paragraphs, and why they are held against each other."""
        row, sentences = self.session.found.loc[self.session.now], self.session.tables.sentences
        texts = {document.file: document for document in self.session.study.documents}
        halves = []
        for side in "ab":
            here = sentences[sentences["file"] == row[f"file_{side}"]]
            at = here["sentence"].eq(row[f"sentence_{side}"]).to_numpy().argmax()
            one = next(here.iloc[[at]].itertuples())
            places = list(here[["file", "start", "end"]].itertuples(index=False, name=None))
            before, after = (escape(part) for part in around(places, at, texts[one.file].raw))
            where = ", ".join(dict.fromkeys([one.source, one.file, one.sentence]))
            halves.append(f'<p class="px-hint">{escape(where)}</p><p class="px-around px-read">{before}<strong>'
                          f"{facing.marked(row, side, one)[0]}</strong>{after}</p>")
        return (f'<p class="px-hint"><strong>{escape(facing.heading(row))}</strong></p>{facing.beside(halves)}'
                f'<p class="px-hint">{escape(facing.because(row))}</p>')
