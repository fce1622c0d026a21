"""The base of every dialog: a framed window over the screen, closed with a result or without."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.screen import ModalScreen

from medex_tui.app.commands import COMMANDS, bindings
from medex_tui.app.screen_mixin import ContextMixin
from medex_tui.app.styled_lines import Line, plain

DIALOG_WIDTH = 80
"""The widest a window over a page is drawn: a full screen of the smallest usual terminal."""


class Dialog(ContextMixin, ModalScreen[Any]):
    """A window over the page: pickers, forms, questions. Going back closes it without a result."""

    BINDINGS: ClassVar = bindings("go.back", over_entry=True)
    at_work = False
    """Whether somebody is at work here without pressing keys."""

    def action_go_back(self) -> None:
        self.dismiss(None)

    def inner_width(self) -> int:
        """Cells inside the window's frame."""
        width: int = self.app.size.width
        return min(DIALOG_WIDTH, width) - 4

    def hint(self, *parts: str) -> Line:
        """A quiet line that says which keys work in a window: commands by their id, what an entry does in words."""
        shown = [
            f"{self.key_of(part)} {COMMANDS[part].label}" if part in COMMANDS else part
            for part in parts
        ]
        return plain("   ".join(shown)[: self.inner_width()], "dim")
