"""The palette: every command that works on a page, found by a word of it."""

from __future__ import annotations

from medex_tui.app.dialogs.picker import Choice, Picker
from medex_tui.app.screens.base.screen import BaseScreen, commands_of


def open_palette(page: BaseScreen) -> None:
    """Offer the commands of a page, and run the one chosen."""
    offered = commands_of(page)

    def find(query: str) -> list[Choice]:
        words = query.lower().split()
        return [
            Choice(c.id, c.label, f"{c.shown:6} {c.help}")
            for c in offered
            if all(word in f"{c.label} {c.help}".lower() for word in words)
        ]

    def run(id: object) -> None:
        command = next((c for c in offered if c.id == id), None)
        if command:
            page.medex.call_later(page.medex.run_action, command.action, page)

    page.medex.push_screen(Picker("Commands", find), run)
