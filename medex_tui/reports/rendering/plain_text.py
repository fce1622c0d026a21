"""Markdown documents as plain text in lines of a given width: fax, pager and screen preview."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from medex_tui.domain.language.plain import terminal_width
from medex_tui.reports.rendering.markdown import PAGE_COLUMNS, PAGE_LINES
from medex_tui.reports.rendering.paper import parser

PAGE_BREAK = "\f"
BOLD, PLAIN = "\u2060", "\u2061"
"""Zero-width marks for the start and end of bold text during layout; no typed text has them."""

STYLED_PIECE = re.compile(f"[{BOLD}{PLAIN}][^{BOLD}{PLAIN}]*")
MIN_COLUMN = 4
"""Smallest width (terminal columns) of a table column."""


def plain_text(documents: str | Sequence[str], width: int = PAGE_COLUMNS) -> str:
    """Render documents as lines of at most `width` columns, a form feed between documents."""
    bodies = [documents] if isinstance(documents, str) else documents
    return PAGE_BREAK.join(_layout(body, width) for body in bodies).translate(
        {ord(BOLD): "", ord(PLAIN): ""}
    )


def styled_lines(document: str, width: int = PAGE_COLUMNS) -> list[list[tuple[str, bool]]]:
    """Return the lines of the plain text, each as pieces `(text, is_bold)`."""
    lines = _layout(document, width).rstrip("\n").split("\n")
    return [
        [(piece[1:], piece[0] == BOLD) for piece in STYLED_PIECE.findall(PLAIN + line) if piece[1:]]
        for line in lines
    ]


def page_lines(document: str) -> int:
    """Count the 80-column lines a document fills on paper."""
    return plain_text(document).rstrip("\n").count("\n") + 1


def pages(document: str) -> int:
    """Count the pages of 55 lines by 80 columns a document fills; a letter may have one."""
    return max(1, math.ceil(page_lines(document) / PAGE_LINES))


def _layout(markdown: str, width: int) -> str:
    markdown = markdown.replace(BOLD, "").replace(PLAIN, "")
    return "".join(_blocks(parser().parse(markdown), width)).rstrip("\n") + "\n"


def _blocks(tokens: Sequence[Token], width: int) -> Iterator[str]:
    """Yield each top-level block as text with a blank line after it, headings without one."""
    rest = iter(tokens)
    for token in rest:
        match token.type:
            case "heading_open":
                title = wrapped(f"{BOLD}{_inline(next(rest))}{PLAIN}", width)
                rule = "=" if token.tag == "h1" else "-"
                longest = max((terminal_width(line) for line in title.split("\n")), default=0)
                yield f"{title}\n{rule * longest}\n"
            case "paragraph_open":
                if shown := "\n".join(_lines(next(rest), width)):
                    yield f"{shown}\n\n"
            case "bullet_list_open" | "ordered_list_open":
                yield "\n".join(_items(rest, width)) + "\n\n"
            case "table_open":
                yield "\n".join(_table(rest, width)) + "\n\n"


def _lines(token: Token, width: int) -> Iterator[str]:
    """Yield a paragraph's lines; continuation lines of a bold label are indented."""
    line: list[Token] = []
    for child in [*(token.children or ()), Token("hardbreak", "", 0)]:
        if child.type != "hardbreak":
            line.append(child)
            continue
        labelled = any(part.type == "strong_open" for part in line[:2]) and line[-1].type == "text"
        yield wrapped("".join(map(_word, line)), width, other="  " if labelled else "")
        line = []


def _items(rest: Iterator[Token], width: int) -> Iterator[str]:
    mark = "- "
    for token in rest:
        if token.type in ("bullet_list_close", "ordered_list_close"):
            return
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        if token.type == "inline":
            yield wrapped(_inline(token), width, first=mark, other=" " * len(mark))


def _table(rest: Iterator[Token], width: int) -> Iterator[str]:
    """Yield rows as aligned columns; a long cell continues on the next line."""
    rows: list[list[str]] = []
    right: list[bool] = []
    for token in rest:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        if token.type == "th_open":
            right.append("right" in str(token.attrs.get("style", "")))
        if token.type == "inline":
            rows[-1].append(_inline(token))
    widths = _widths(rows, width)
    for number, row in enumerate(rows):
        cells = [wrapped(cell, wide).split("\n") for cell, wide in zip(row, widths, strict=True)]
        for line in range(max(len(cell) for cell in cells)):
            parts = [cell[line] if line < len(cell) else "" for cell in cells]
            yield "  ".join(
                _set(p, w, r) for p, w, r in zip(parts, widths, right, strict=True)
            ).rstrip()
        if number == 0:
            yield "  ".join("-" * wide for wide in widths)


def _set(part: str, width: int, right: bool) -> str:
    fill = " " * max(0, width - terminal_width(part))
    return fill + part if right else part + fill


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Choose column widths: natural ones where they fit in `width`, else the widest are narrowed.

    The two widest columns then share their room so that the table has the fewest lines.
    """
    natural = [max(1, *(terminal_width(row[i]) for row in rows)) for i in range(len(rows[0]))]
    widths = list(natural)
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > MIN_COLUMN:
        widths[widths.index(max(widths))] -= 1
    if widths == natural or len(widths) < 2:
        return widths
    first, second = sorted(range(len(natural)), key=natural.__getitem__)[-2:]
    room, current = widths[first] + widths[second], widths[first]

    def split_at(size: int) -> list[int]:
        split = list(widths)
        split[first], split[second] = size, room - size
        return split

    sizes = range(MIN_COLUMN, room - MIN_COLUMN + 1)
    return split_at(
        min(
            sizes,
            key=lambda size: (_height(rows, split_at(size)), abs(size - current)),
            default=current,
        )
    )


def _height(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """Count the lines a table takes with columns of these widths."""
    return sum(
        max(_folds(cell, wide) for cell, wide in zip(row, widths, strict=True)) for row in rows
    )


def _folds(cell: str, width: int) -> int:
    """Count the lines a cell takes; a cell with a word wider than its column counts as many."""
    lines, used = 1, -1
    for word in map(terminal_width, cell.split()):
        if word > width:
            return 1 + terminal_width(cell)
        lines, used = (lines, used + 1 + word) if used + 1 + word <= width else (lines + 1, word)
    return lines


def _inline(token: Token) -> str:
    """Return the text of a block with hard breaks as line feeds."""
    return "".join(map(_word, token.children or ()))


def _word(child: Token) -> str:
    shown = {"hardbreak": "\n", "softbreak": " ", "strong_open": BOLD, "strong_close": PLAIN}
    return shown.get(child.type, child.content)


def wrapped(words: str, width: int, first: str = "", other: str = "") -> str:
    """Fold text into lines of at most `width` columns; longer words are cut, line feeds kept."""
    lines: list[str] = []
    for number, line in enumerate(words.split("\n")):
        lead = first if number == 0 else other
        lines += _folded(line, width, lead, other) or [lead.rstrip()]
    return "\n".join(_closed(lines)) if BOLD in words else "\n".join(lines)


def _closed(lines: Iterable[str]) -> Iterator[str]:
    """Close bold text at each line's end and open it again in the next line."""
    bold = False
    for line in lines:
        opened = BOLD + line if bold else line
        bold = opened.rfind(BOLD) > opened.rfind(PLAIN)
        yield opened + PLAIN if bold else opened


def _folded(line: str, width: int, first: str, other: str) -> list[str]:
    """Fold one line between words by terminal columns; empty where there are no words."""
    folded: list[str] = []
    current, empty = first, True
    for word in line.split():
        if not empty and terminal_width(current) + 1 + terminal_width(word) > width:
            folded.append(current)
            current, empty = other, True
        current += "" if empty else " "
        for char in word:
            if not empty and terminal_width(current + char) > width:
                folded.append(current)
                current = other
            current, empty = current + char, False
    return folded if empty else [*folded, current]
