"""The command palette: the commands of a screen, found by words."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.app.commands import Command
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.styled_lines import Choice


def command_palette(commands: Sequence[Command]) -> Picker:
    """A picker of commands; the result is a command id."""

    def find(query: str) -> list[Choice]:
        words = query.lower().split()
        return [
            Choice(command.id, command.label, f"{command.shown:6} {command.help}")
            for command in commands
            if all(word in f"{command.label} {command.help}".lower() for word in words)
        ]

    return Picker("Commands", find)
