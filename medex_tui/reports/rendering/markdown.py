"""Markdown with other people's words in it: what they typed is text, whatever it looks like.

A document is a list of blocks (`heading`, `lines`, `paragraph`, `bullets`, `table`) joined by `document`. What the
builders are given is Markdown already; `text` makes it from anything a person typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from medex_tui.domain.language.plain import columns, one_line, terminal_safe

PAGE_LINES = 55
PAGE_COLUMNS = 80

INLINE = re.compile(r"[\\`*_\[\]<|~]|&(?=[#\w])|#(?=#*$)")
"""What may mean something anywhere in a line, or at its end: a heading's closing marks."""

STARTS = re.compile(r"[#>]|[+\-=](?=[\s+\-=:]|$)|:(?=-)|\d+(?=[.)](\s|$))")
"""What may open a block (heading, list, rule, underline, table ruling) when it stands first."""


def text(typed: str) -> str:
    """Anything typed, as Markdown that reads back as exactly `plain.one_line(typed)`, and as nothing but text.

    Holds at the start of a line, inside one and in a table cell.
    """
    escaped = INLINE.sub(r"\\\g<0>", one_line(typed))
    first = STARTS.match(escaped)
    if first is None:
        return escaped
    number = first[0] if first[0].isdigit() else ""
    return f"{number}\\{escaped[len(number) :]}"


def strong(typed: str) -> str:
    """Typed text in bold; empty where there is none. A space or punctuation has to stand on either side."""
    inner = text(typed)
    return f"**{inner}**" if inner else ""


def field(label: str, value: str) -> str:
    """One line of a header: our label in bold, then Markdown."""
    return f"**{label}:** {value}"


def heading(level: int, title: str) -> str:
    """A heading of our own words or escaped ones."""
    return f"{'#' * level} {title}"


def lines(rows: Iterable[str]) -> str:
    """Lines that stay apart when rendered."""
    return "\\\n".join(row for row in rows if row)


def paragraph(typed: str) -> str:
    """Typed text with its own line breaks and blank lines kept."""
    blocks = re.split(r"\n\s*\n", terminal_safe(typed).strip())
    kept = (lines(text(line) for line in block.split("\n")) for block in blocks)
    return "\n\n".join(block for block in kept if block)


def bullets(items: Iterable[str]) -> str:
    """A list; each item one line of Markdown."""
    return "\n".join(f"- {item}" for item in items)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Iterable[int] = (),
    width: int = PAGE_COLUMNS,
) -> str:
    """A table of Markdown cells, padded so that it reads as a table before it is rendered.

    `right` names the columns, from 0, that hold figures. No padding makes a row wider than `width`.
    """
    figures = set(right)
    cells = [list(head), *(list(row) for row in rows)]
    widths = _narrowed(
        [max(3, *(columns(row[i]) for row in cells)) for i in range(len(head))], width
    )

    def line(row: Sequence[str]) -> str:
        padded = (_pad(cell, widths[i], i in figures) for i, cell in enumerate(row))
        return f"| {' | '.join(padded)} |"

    rule = (
        "-" * (width - 1) + ":" if i in figures else "-" * width for i, width in enumerate(widths)
    )
    return "\n".join([line(cells[0]), f"| {' | '.join(rule)} |", *(line(row) for row in cells[1:])])


def _narrowed(widths: list[int], most: int) -> list[int]:
    """Column widths that keep a row within `most`, taken from the widest; a longer cell then sticks out alone."""
    widths = [min(width, most) for width in widths]
    over = sum(widths) + 3 * len(widths) + 1 - most
    while over > 0 and max(widths) > 3:
        widest = widths.index(max(widths))
        widths[widest] -= 1
        over -= 1
    return widths


def _pad(cell: str, width: int, right: bool) -> str:
    fill = " " * max(0, width - columns(cell))
    return fill + cell if right else cell + fill


def document(blocks: Iterable[str]) -> str:
    """The blocks, a blank line between them and one line feed at the end; empty ones left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"
