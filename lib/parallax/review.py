"""Read and correct: one sentence at a time, with what the rules said and why, and one key an answer.

`Session` knows which sentence is next and writes what is answered; `show` draws it with widgets and takes keys.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from parallax import display, labels, reading, stats
from parallax.codebook import OWN
from parallax.errors import StudyError
from parallax.explore import around, box, button, login, styled
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


@dataclass
class Session:
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
    done: list[tuple[str, bool, Any]] = field(default_factory=list)  # answered here; did it change a position; before

    def __post_init__(self) -> None:
        if not self.study.codebook.narrative:
            raise StudyError(f"{self.study.folder.name}: no narrative in the codebook, so no positions to read")
        self.book = labels.Reader(self.study, self.rules, self.reader)
        self.sample = reading.sample(self.rules, self.drawn, self.seed)
        self.put_off: list[str] = []
        self.renew()

    def settle(self) -> None:
        """Read the answers."""
        self.found = labels.answers(self.study, self.rules)
        self.tables = labels.applied(self.rules, self.found, self.study)

    def renew(self) -> None:
        """Read the answers, and make the list of what to read next."""
        self.settle()
        read = set(self.tables.sentences.loc[self.tables.sentences["checked"], "sentence"])
        first = [(name, "random", "drawn at random: it measures the rules on this study") for name in self.sample]
        queue = reading.queue(self.study, self.rules, self.found, AHEAD + len(self.sample))
        rest = [(row.sentence, "queue", row.why) for row in queue.itertuples() if row.sentence not in self.sample]
        self.todo = [one for one in [*first, *rest] if one[0] not in read and one[0] not in self.put_off]

    @property
    def now(self) -> tuple[str, str, str] | None:
        """The sentence to read: its identifier, `random` or `queue`, and why it is shown; None when all are read."""
        return self.todo[0] if self.todo else None

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

    def skip(self) -> None:
        """Leave the sentence for another time."""
        if self.now:
            self.put_off.append(self.todo.pop(0)[0])
            if not self.todo:
                self.renew()

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


class Review(widgets.VBox):
    """The page: the claim, a sentence in its paragraph, what the rules say, and the answers."""

    def __init__(self, session: Session) -> None:
        self.session, self.more, self.given, self.typed = session, False, [], ""
        self.said, self.card, self.note = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.holder = widgets.Combobox(description="Holder", ensure_option=False, continuous_update=False)
        self.group = widgets.Dropdown(description="Group")
        self.line = widgets.Text(description="Keys", placeholder=f"click here, then {' '.join(BUTTONS)}")
        self.buttons = {key: button(f"{text} ({key})", self.clicked, tip) for key, (text, tip) in BUTTONS.items()}
        super().__init__()
        self.add_class("px-explore")
        self.children = [styled(), self.said, self.card, box("px-filters", [self.holder, self.group, self.line]),
                         box("px-tools", self.buttons.values()), self.note]
        self.line.observe(self.type, "value")
        self.holder.observe(self.name, "value")
        self.refresh()

    def __repr__(self) -> str:
        return self.session.progress()

    def type(self, change: Any) -> None:
        """Take keys as they are typed: what is new in the field; what is taken away takes an answer back.

        The field keeps what was typed, since a page that types on while it is emptied would send keys twice.
        """
        typed, self.typed = self.typed, change["new"]
        if len(change["new"]) < len(typed):
            self.press("u")
        elif change["new"].startswith(typed):
            for key in change["new"][len(typed):].lower():
                self.press(key)

    def clicked(self, pressed: widgets.Button) -> None:
        """Do what a button says."""
        self.press(next(key for key, made in self.buttons.items() if made is pressed))

    def name(self, change: Any) -> None:
        """Choose the group of a holder who is known."""
        known = self.known.get(change["new"])
        self.group.value = known[1] if known else "other"

    def press(self, key: str) -> None:
        """Do what a key or a button says."""
        self.note.value = ""
        try:
            if key == "u":
                self.undo()
            elif self.session.now and key in ACTS:
                ACTS[key](self)
            elif self.session.now and key in KEYS:
                self.give(KEYS[key])
            elif key.strip():
                self.note.value = escape(f"{key!r} is no key; allowed: {' '.join(BUTTONS)}")
        except StudyError as error:
            self.note.value = escape(str(error))
        self.refresh()

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
        elif not self.session.undo():
            self.note.value = "Nothing to take back: no answer was given since this page was opened."

    def refresh(self) -> None:
        """Show the sentence to read."""
        session = self.session
        many, *rest = session.progress().split(". ", 1)
        self.said.value = (f'<p class="px-said" role="status">{escape(many.rstrip("."))}.</p>'
                           f'<p class="px-hint">{escape("".join(rest))}</p>')
        if not session.now:
            self.card.value = '<p class="px-none">Every sentence has been read.</p>'
            return
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
        self.card.value = card(session, self.given)


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
