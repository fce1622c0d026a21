"""The help text of a screen: about the selected row, then every command with its key."""

from __future__ import annotations

from msgspec import Struct

from medex_tui.app.commands import Command
from medex_tui.app.dialogs.base import DIALOG_WIDTH
from medex_tui.app.styled_lines import Line, fit, plain, wrap

EXAMPLE = 28
"""Columns of an example, beside its meaning."""


def example(typed: str, means: str, width: int) -> list[Line]:
    """An example and its meaning in two columns; below each other under 60 columns."""
    if width < 60:
        below: list[Line] = [plain(f"    {piece}", "dim") for piece in wrap(means, width - 4)]
        return [plain(f"  {typed}", "accent"), *below]
    first, *more = wrap(means, width - EXAMPLE)
    lines: list[Line] = [[(fit(f"  {typed}", EXAMPLE), "accent"), (first, "")]]
    return lines + [plain(" " * EXAMPLE + piece) for piece in more]


class HelpSource(Struct, frozen=True):
    """The sentences and commands of a screen; `typed<TAB>meaning` is an example to type."""

    about: list[str]
    commands: list[Command]


def help_lines(source: HelpSource, width: int) -> list[Line]:
    """The help text in lines of a dialog in a window of `width` columns."""
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
