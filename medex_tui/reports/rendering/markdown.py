"""Builders of Markdown documents; text that people typed is escaped by `text` and never markup.

A document is a list of blocks (`heading`, `lines`, `paragraph`, `bullets`, `table`) joined by
`document`. The builders take Markdown; `text` makes Markdown from anything a person typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from medex_tui.domain.language.plain import one_line, terminal_safe, terminal_width

PAGE_LINES = 55
PAGE_COLUMNS = 80

INLINE = re.compile(r"[\\`*_\[\]<|~]|&(?=[#\w])|#(?=#*$)")
"""Characters with a meaning anywhere in a line, or at its end (closing marks of a heading)."""

STARTS = re.compile(r"[#>]|[+\-=](?=[\s+\-=:]|$)|:(?=-)|\d+(?=[.)](\s|$))")
"""Characters that open a block (heading, list, rule, table) at the start of a line."""


def text(typed: str) -> str:
    """Escape typed text: the Markdown reads back as exactly `plain.one_line(typed)`.

    Holds at the start of a line, inside a line and in a table cell.
    """
    escaped = INLINE.sub(r"\\\g<0>", one_line(typed))
    first = STARTS.match(escaped)
    if first is None:
        return escaped
    number = first[0] if first[0].isdigit() else ""
    return f"{number}\\{escaped[len(number) :]}"


def strong(typed: str) -> str:
    """Typed text in bold; empty for empty text. Needs a space or punctuation on either side."""
    inner = text(typed)
    return f"**{inner}**" if inner else ""


def field(label: str, value: str) -> str:
    """A labelled line: the label in bold, then Markdown."""
    return f"**{label}:** {value}"


def heading(level: int, title: str) -> str:
    """A heading; `title` is Markdown."""
    return f"{'#' * level} {title}"


def lines(rows: Iterable[str]) -> str:
    """Non-empty rows joined by hard line breaks."""
    return "\\\n".join(row for row in rows if row)


def paragraph(typed: str) -> str:
    """Typed text with its line breaks and blank lines kept."""
    blocks = re.split(r"\n\s*\n", terminal_safe(typed).strip())
    escaped = (lines(text(line) for line in block.split("\n")) for block in blocks)
    return "\n\n".join(block for block in escaped if block)


def bullets(items: Iterable[str]) -> str:
    """A bullet list; each item is one line of Markdown."""
    return "\n".join(f"- {item}" for item in items)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Iterable[int] = (),
    width: int = PAGE_COLUMNS,
) -> str:
    """A table of Markdown cells, padded to be readable as source.

    `right`: indexes of right-aligned columns. Padding never makes a row wider than `width`.
    """
    right_aligned = set(right)
    cells = [list(head), *(list(row) for row in rows)]
    widths = _narrowed(
        [max(3, *(terminal_width(row[i]) for row in cells)) for i in range(len(head))], width
    )

    def line(row: Sequence[str]) -> str:
        padded = (_pad(cell, widths[i], i in right_aligned) for i, cell in enumerate(row))
        return f"| {' | '.join(padded)} |"

    rule = (
        "-" * (width - 1) + ":" if i in right_aligned else "-" * width
        for i, width in enumerate(widths)
    )
    return "\n".join([line(cells[0]), f"| {' | '.join(rule)} |", *(line(row) for row in cells[1:])])


def _narrowed(widths: list[int], most: int) -> list[int]:
    """Narrow the widest columns until a row fits in `most` columns; longer cells overflow."""
    widths = [min(width, most) for width in widths]
    over = sum(widths) + 3 * len(widths) + 1 - most
    while over > 0 and max(widths) > 3:
        widest = widths.index(max(widths))
        widths[widest] -= 1
        over -= 1
    return widths


def _pad(cell: str, width: int, right: bool) -> str:
    fill = " " * max(0, width - terminal_width(cell))
    return fill + cell if right else cell + fill


def document(blocks: Iterable[str]) -> str:
    """Join the non-empty blocks with blank lines; ends with one line feed."""
    return "\n\n".join(block for block in blocks if block) + "\n"
