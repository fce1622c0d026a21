"""The one-line text input of forms, dialogs and entry lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text
from textual.events import Key
from textual.widgets import Input

from medex_tui.domain.language.plain import terminal_safe


class Marks(Highlighter):
    """Underlines the spans that `faults` names in a text, and shows what could steer a terminal as a box."""

    def __init__(self, faults: Callable[[str], Sequence[tuple[int, int]]] | None = None) -> None:
        self.faults = faults

    def highlight(self, text: Text) -> None:
        """Mark `text` in place; its length stays."""
        typed = text.plain
        text.plain = "".join(_boxed(c) for c in typed)
        for start, end in self.faults(typed) if self.faults else ():
            text.stylize("underline bold", start, end)


def _boxed(char: str) -> str:
    """A character as an entry shows it, in one place: what cannot be shown as itself gets a stand-in."""
    if char == "\n":
        return "\N{SYMBOL FOR NEWLINE}"
    return char if terminal_safe(char) == char else "\N{REPLACEMENT CHARACTER}"


class LineInput(Input):
    """A one-line entry: no blinking cursor, nothing selected by surprise, faults marked where they stand.

    `line`: it holds a line of a grammar, in which a question mark means nothing before the note: there it asks for
    help.
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,
        faults: Callable[[str], Sequence[tuple[int, int]]] | None = None,
        line: bool = False,
    ) -> None:
        super().__init__(
            value=value,
            placeholder=placeholder,
            id=id,
            compact=True,
            select_on_focus=False,
            highlighter=Marks(faults),
        )
        self.cursor_blink = False
        self.line = line

    @property
    def _help_key(self) -> str | None:
        """The person's own key for help, where they chose one."""
        context = getattr(self.app, "context", None)
        return context.keymap.get("help.open") if context else None

    def on_key(self, event: Key) -> None:
        asked = event.character == "?" and ";" not in self.value[: self.cursor_position]
        if self.line and (asked or event.key == self._help_key):
            event.prevent_default()
            event.stop()
            self.call_later(self.app.run_action, "app.help_open")

    def on_resize(self) -> None:
        """The terminal's own cursor stands where the entry's does: input methods and screen readers go by it."""
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset
