"""A prompt: one question, answered in a line."""

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
    """One question, answered in a line of text.

    `refuse` returns a sentence that says what is wrong with an answer, or None.
    """

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
        about: list[Line] = [
            plain(piece) for text in self.about_lines for piece in wrap(text, width)
        ]
        with Vertical(classes="sheet"):
            yield StyledLines([plain(self.title_text, "title")], classes="one")
            if about:
                body = StyledLines(about)
                body.styles.height = min(len(about), 12)
                yield body
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
    def submit(self, event: Input.Submitted) -> None:
        refusal = self.refuse(event.value.strip())
        if refusal:
            self.query_one("#refused", StyledLines).show([plain(refusal, "bad")])
        else:
            self.dismiss(event.value.strip())


def ask_why(title: str, label: str, about: Sequence[str], without: str) -> PromptDialog:
    """A prompt for a reason; an empty answer is refused with the sentence `without`."""
    return PromptDialog(title, label, about=about, refuse=lambda text: None if text else without)
