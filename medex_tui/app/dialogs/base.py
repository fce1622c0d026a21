"""The base of every dialog: a framed window over the screen."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.screen import ModalScreen

from medex_tui.app.commands import COMMANDS, bindings
from medex_tui.app.screen_mixin import ContextMixin
from medex_tui.app.styled_lines import Line, plain

DIALOG_WIDTH = 80
"""Columns of the widest dialog: those of the usual smallest terminal."""


class Dialog(ContextMixin, ModalScreen[Any]):
    """A window over the screen; its result goes to who opened it. Going back gives None."""

    BINDINGS: ClassVar = bindings("go.back", over_entry=True)
    at_work = False
    """Whether the dialog is in use without key presses, so that the idle lock waits."""

    def action_go_back(self) -> None:
        self.dismiss(None)

    def inner_width(self) -> int:
        """Columns inside the frame."""
        width: int = self.app.size.width
        return min(DIALOG_WIDTH, width) - 4

    def hint(self, *parts: str) -> Line:
        """A dim line of keys. Each part is a command id or a text such as `Enter confirm`."""
        shown = [
            f"{self.key_of(part)} {COMMANDS[part].label}" if part in COMMANDS else part
            for part in parts
        ]
        return plain("   ".join(shown)[: self.inner_width()], "dim")
