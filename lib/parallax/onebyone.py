"""One thing to read after another, and one key an answer: what the pages of review share.

`Session` knows what comes next and what was answered; `Page` draws it with widgets and takes keys.
"""

from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from parallax.errors import StudyError
from parallax.explore import box, button, styled


class Session:
    """Somebody's reading of one study: what is to be read, and what was answered and can be taken back."""

    def __init__(self) -> None:
        self.todo: list[Any] = []
        self.done: list[Any] = []
        self.put_off: list[Any] = []

    @property
    def now(self) -> Any:
        """What is to be read; None when all is read."""
        return self.todo[0] if self.todo else None

    def renew(self) -> None:
        """Read the answers, and make the list of what to read next, without what was put off."""
        raise NotImplementedError

    def skip(self) -> None:
        """Leave what is shown for another time."""
        if self.todo:
            self.put_off.append(self.todo.pop(0))
            if not self.todo:
                self.renew()

    def undo(self) -> bool:
        """Take the last answer back and show again what it was about; False where there is none."""
        raise NotImplementedError

    def progress(self) -> str:
        """Say how much was read, in the first sentence, and what came out."""
        raise NotImplementedError


class Page(widgets.VBox):
    """A page that shows what is to be read and takes the answers: buttons, or keys typed into a field."""

    BUTTONS: ClassVar[dict[str, tuple[str, str]]] = {}  # key: what the button says, and what it means
    DONE: ClassVar[str] = "All is read."

    def __init__(self, session: Session, fields: tuple[widgets.Widget, ...] = ()) -> None:
        self.session, self.typed = session, ""
        self.said, self.card, self.note = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.line = widgets.Text(description="Keys", placeholder=f"click here, then {' '.join(self.BUTTONS)}")
        self.buttons = {key: button(f"{text} ({key})", self.clicked, tip) for key, (text, tip) in self.BUTTONS.items()}
        super().__init__()
        self.add_class("px-explore")
        self.children = [styled(), self.said, self.card, box("px-filters", [*fields, self.line]),
                         box("px-tools", self.buttons.values()), self.note]
        self.line.observe(self.type, "value")

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

    def press(self, key: str) -> None:
        """Do what a key or a button says."""
        self.note.value = ""
        try:
            if key == "u":
                self.undo()
            elif key not in self.BUTTONS:
                self.note.value = escape(f"{key!r} is no key; allowed: {' '.join(self.BUTTONS)}") if key.strip() else ""
            elif self.session.now is not None:
                self.act(key)
        except StudyError as error:
            self.note.value = escape(str(error))
        self.refresh()

    def act(self, key: str) -> None:
        """Do what a key says about what is shown."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take the last answer back."""
        if not self.session.undo():
            self.note.value = "Nothing to take back: no answer was given since this page was opened."

    def refresh(self) -> None:
        """Show how much was read, and what is to be read."""
        many, *rest = self.session.progress().split(". ", 1)
        self.said.value = (f'<p class="px-said" role="status">{escape(many.rstrip("."))}.</p>'
                           f'<p class="px-hint">{escape("".join(rest))}</p>')
        done = "All is read but for what was put off: open the page again." if self.session.put_off else self.DONE
        self.card.value = f'<p class="px-none">{done}</p>' if self.session.now is None else self.shown()

    def shown(self) -> str:
        """Return what is to be read, as HTML."""
        raise NotImplementedError
