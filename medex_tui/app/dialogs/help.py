"""Help, made from the screen it is asked on: why the row is here, then the keys."""

from __future__ import annotations

from msgspec import Struct

from medex_tui.app.commands import Command
from medex_tui.app.dialogs.base import DIALOG_WIDTH
from medex_tui.app.styled_lines import Line, fit, plain, wrap

EXAMPLE = 28
"""Cells for what is typed, beside what it means."""


def example(typed: str, means: str, width: int) -> list[Line]:
    """Something to type and what it means, in two columns, or one below the other where there is little room."""
    if width < 60:
        below: list[Line] = [plain(f"    {piece}", "dim") for piece in wrap(means, width - 4)]
        return [plain(f"  {typed}", "accent"), *below]
    first, *more = wrap(means, width - EXAMPLE)
    lines: list[Line] = [[(fit(f"  {typed}", EXAMPLE), "accent"), (first, "")]]
    return lines + [plain(" " * EXAMPLE + piece) for piece in more]


class HelpSource(Struct, frozen=True):
    """What a screen says about itself (`typed<TAB>meaning` makes an example) and its commands."""

    about: list[str]
    commands: list[Command]


def help_lines(source: HelpSource, width: int) -> list[Line]:
    """What the screen says about its row, then every command with its key."""
    inner = min(DIALOG_WIDTH, width) - 6
    lines: list[Line] = []
    for text in source.about:
        typed, _, means = text.rpartition("\t")
        if typed:
            lines += example(typed, means, inner)
        else:
            lines += [plain(piece) for piece in wrap(text, inner)]
    if lines:
        lines.append([])
    lines.append(plain("Keys", "title"))
    for command in source.commands:
        first, *more = wrap(command.help, inner - 18)
        lines.append(
            [(fit(f" {command.shown}", 8), "key"), (fit(command.label, 10), "strong"), (first, "")]
        )
        lines += [plain(" " * 18 + piece) for piece in more]
    return lines
