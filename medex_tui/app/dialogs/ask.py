"""Ask one question, answered in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Line, plain, wrap
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput


class PromptDialog(Dialog):
    """One question, answered in a line. `refuse` says in a sentence what is wrong with an answer, or None."""

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        about: Sequence[str] = (),
        refuse: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.title_text, self.label, self.value = title, label, value
        self.about_lines, self.refuse = list(about), refuse

    def compose(self) -> ComposeResult:
        width = self.inner_width()
        told: list[Line] = [
            plain(piece) for text in self.about_lines for piece in wrap(text, width)
        ]
        with Vertical(classes="sheet"):
            yield StyledLines([plain(self.title_text, "title")], classes="one")
            if told:
                about = StyledLines(told)
                about.styles.height = min(len(told), 12)
                yield about
            label = StyledLines()
            label.show_whole([plain(piece, "field") for piece in wrap(self.label, width)])
            yield label
            yield LineInput(self.value, id="answer")
            yield StyledLines(id="refused", classes="one")
            yield StyledLines([self.hint("Enter confirm", "go.back")], classes="one")

    def on_mount(self) -> None:
        entry = self.query_one("#answer", LineInput)
        entry.focus()
        entry.cursor_position = len(entry.value)

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        refused = self.refuse(event.value.strip())
        if refused:
            self.query_one("#refused", StyledLines).show([plain(refused, "bad")])
        else:
            self.dismiss(event.value.strip())


def ask_why(title: str, label: str, about: Sequence[str], without: str) -> PromptDialog:
    """Asks why; an empty answer is met with `without`."""
    return PromptDialog(title, label, about=about, refuse=lambda text: None if text else without)
