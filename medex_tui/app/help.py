"""Help, made from the screen it is asked on: why the row is here, then the keys."""

from __future__ import annotations

from medex_tui.app.lines import Line, fit, plain, wrap
from medex_tui.app.page import Page, commands_of


def help_lines(page: Page, width: int) -> list[Line]:
    """What the page says about its row, then every command with its key."""
    inner = min(78, width) - 6
    lines: list[Line] = [plain(piece) for text in page.about() for piece in wrap(text, inner)]
    if lines:
        lines.append([])
    lines.append(plain("Keys", "title"))
    for command in commands_of(page):
        first, *more = wrap(command.help, inner - 18)
        lines.append([(fit(f" {command.shown}", 8), "key"), (fit(command.label, 10), "strong"), (first, "")])
        lines += [plain(" " * 18 + piece) for piece in more]
    return lines
