"""A dialog that shows a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Line, plain
from medex_tui.app.widgets.lists import StyledLines


class TextDialog(Dialog):
    """A text, scrolled with the arrows."""

    BINDINGS: ClassVar = bindings("go.back")
    DEFAULT_CSS = """
    TextDialog .sheet { height: 90%; }
    """

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.title_text, self.lines = title, lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield StyledLines([plain(self.title_text, "title")], classes="one")
            body = StyledLines(self.lines, id="text")
            body.can_focus = True
            yield body
            yield StyledLines([self.hint("arrows scroll", "go.back")], classes="one")

    def on_mount(self) -> None:
        self.query_one("#text", StyledLines).focus()
