"""Lines of text with roles: what a screen shows, before any colour is chosen.

A line is a list of spans `(text, role)`. Text is data: it is never read as markup. A role is a meaning
(`bad`, `warn`, `good`, ...) that the theme turns into a colour; no state is told by a role alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.language.plain import cut, fit, terminal_width

__all__ = [
    "BLANK", "Choice", "Line", "ListRow", "Role", "Span", "fit", "length", "plain", "right", "shortened", "spread", "wrap",
]  # fmt: skip

Role: TypeAlias = Literal[
    "", "dim", "strong", "title", "bad", "warn", "good", "accent", "key", "field", "fault"
]
Span: TypeAlias = tuple[str, Role]
Line: TypeAlias = list[Span]

BLANK: Line = []


class ListRow(Struct, frozen=True):
    """A line of a list. Rows without a key are headings: the cursor passes them by."""

    line: Line
    key: Hashable | None = None


class Choice(Struct, frozen=True):
    """An entry of a picker: its key, its name, and the text beside it."""

    key: str
    name: str
    beside: str = ""


def plain(text: str, role: Role = "") -> Line:
    """One span as a line."""
    return [(text, role)]


def right(text: str, width: int) -> str:
    """The text in `width` cells, set to the right."""
    return " " * max(0, width - terminal_width(text)) + fit(text, min(width, terminal_width(text)))


def length(line: Sequence[Span]) -> int:
    """Cells a line takes."""
    return sum(terminal_width(text) for text, _ in line)


def shortened(line: Line, width: int) -> Line:
    """The line in `width` cells: its last part is cut, with an ellipsis, where it is longer than what is left."""
    *before, (text, role) = line
    return [*before, (cut(text, max(0, width - length(before))), role)]


def spread(left: Sequence[Span], end: Sequence[Span], width: int) -> Line:
    """Two parts at the two ends of a line of `width` cells; the right part goes first where both do not fit."""
    gap = width - length(left) - length(end)
    if gap >= 1:
        return [*left, (" " * gap, ""), *end]
    return list(left)


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """The text in pieces of at most `width` cells, broken at spaces; later pieces indented."""
    width = max(8, width)
    pieces: list[str] = []
    current = ""
    for whole in text.split(" "):
        word = whole
        while terminal_width(word) > width:
            room = width - (terminal_width(current) + 1 if current else 0)
            if room < 1:
                pieces.append(current)
                current = ""
                continue
            head = _head(word, room)
            pieces.append(f"{current} {head}" if current else head)
            current, word = " " * indent, word[len(head) :]
        joined = f"{current} {word}" if current.strip() else current + word
        if terminal_width(joined) > width and current.strip():
            pieces.append(current)
            joined = " " * indent + word
        current = joined
    pieces.append(current)
    return pieces


def _head(word: str, width: int) -> str:
    """As much of the start of a word as fits in `width` cells, at least one character."""
    taken = 1
    while taken < len(word) and terminal_width(word[: taken + 1]) <= width:
        taken += 1
    return word[:taken]
