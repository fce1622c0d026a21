"""The one-line text input of forms, dialogs and entry lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text
from textual.events import Key, Paste
from textual.widgets import Input

from medex_tui.domain.language.plain import terminal_safe


class Marks(Highlighter):
    """Underlines faults in a text and shows what a terminal could act on as a placeholder.

    `faults` returns the (start, end) offsets of faults in a text.
    """

    def __init__(self, faults: Callable[[str], Sequence[tuple[int, int]]] | None = None) -> None:
        self.faults = faults

    def highlight(self, text: Text) -> None:
        """Mark `text` in place; its length stays."""
        typed = text.plain
        text.plain = "".join(map(_placeholder, typed))
        for start, end in self.faults(typed) if self.faults else ():
            text.stylize("underline bold", start, end)


def _placeholder(char: str) -> str:
    """A character as an input shows it: itself, or a symbol of one cell."""
    if char == "\n":
        return "\N{SYMBOL FOR NEWLINE}"
    return char if terminal_safe(char) == char else "\N{REPLACEMENT CHARACTER}"


class LineInput(Input):
    """A one-line input: no blinking cursor, nothing selected on focus, faults underlined.

    `line`: it holds a line of a grammar; a question mark before its note opens help. The lines of
    a paste are joined with `paste_joint`.
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,
        faults: Callable[[str], Sequence[tuple[int, int]]] | None = None,
        line: bool = False,
        paste_joint: str = " ",
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
        self.line, self.paste_joint = line, paste_joint

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

    def on_paste(self, event: Paste) -> None:
        """Insert every line of a paste; Textual's own handler keeps only the first."""
        lines = [line.strip() for line in event.text.splitlines() if line.strip()]
        joined = self.paste_joint.join(lines).replace(",, ", ", ")
        if joined:
            self.replace(joined, *sorted(self.selection))
        event.stop()
        event.prevent_default()

    def on_resize(self) -> None:
        """Put the terminal's cursor where the input's is, for input methods and screen readers."""
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset
