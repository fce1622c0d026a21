"""Markdown as HTML and as plain text for paper, through markdown-it-py.

Only our own documents come here, and only what they use is known: headings, paragraphs, lists, tables, bold.
"""

from __future__ import annotations

import html as escaping
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from medex_tui.domain.language.plain import columns
from medex_tui.domain.records.practice import Practice
from medex_tui.reports.rendering.markdown import PAGE_COLUMNS, PAGE_LINES

Paper: TypeAlias = Literal["us-letter", "a4"]
STYLE = (
    "body{font:11pt/1.35 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}"
    "h1{font-size:1.4em}h2{font-size:1.1em}ul,ol{padding-left:1.2em}table{border-collapse:collapse;margin:.7em 0}"
    "th,td{border-bottom:1px solid #999;padding:.15em .8em .15em 0;text-align:left;vertical-align:top}"
    "th{border-bottom:1.5px solid #000}.lead{border:solid #000;border-width:1px 0;padding:.4em 0;font-size:1.1em}"
    "main+main{border-top:1px solid #999;margin-top:2em}"
    "@media print{body{font-size:10pt;line-height:1.25;margin:0;padding:0;max-width:none}"
    "p,ul,ol,table{margin:.5em 0}tr,li{break-inside:avoid}main+main{break-before:page;border:0;margin:0}}"
)
SEALED_OFF = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
"""Whatever stood in a page, a browser fetches nothing for it."""

SIZES: dict[Paper, str] = {"us-letter": "letter", "a4": "A4"}
PAPERS: tuple[Paper, ...] = tuple(SIZES)
PAGE_BREAK = "\f"
BOLD, PLAIN = "\u2060", "\u2061"
"""Where bold begins and ends in a line of text while it is laid out: no wider than nothing, and in no typed text."""

PIECE = re.compile(f"[{BOLD}{PLAIN}][^{BOLD}{PLAIN}]*")

UNSHOWN = [
    "code",
    "fence",
    "blockquote",
    "hr",
    "reference",
    "lheading",
    "html_block",
    "html_inline",
    "image",
    "link",
]
UNSHOWN += ["autolink", "backticks"]
LEAST = 4
"""No column of a table gets narrower than this."""


def paper_of(practice: Practice) -> Paper:
    """The practice's paper: as set, else US letter in American time zones and A4 everywhere else."""
    kept = practice.settings
    american = (
        kept.timezone.startswith(("America/", "US/", "Canada/"))
        or kept.timezone == "Pacific/Honolulu"
    )
    return kept.paper or ("us-letter" if american else "a4")


def parser() -> MarkdownIt:
    """The reader of our documents: of CommonMark what every form can show, and tables.

    What is off reads as text: a practice's own template can neither fetch an image nor lose a line in one form.
    """
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable(UNSHOWN)
    )


def title_of(documents: Sequence[Sequence[Token]]) -> str:
    """What documents are called: the first heading in them."""
    read = (pair for tokens in documents for pair in pairwise(tokens))
    return next(
        (words.content for opening, words in read if opening.type == "heading_open"), "Document"
    )


LEAD = "Bottom line:"
"""The label of the one paragraph that a busy reader reads; paper sets it apart."""


def leads(words: Token) -> bool:
    """Whether a paragraph, by its inline token, is the bottom line."""
    bold = any(child.type == "strong_open" for child in (words.children or ())[:2])
    return bold and words.content.startswith(f"**{LEAD}**")


def html(documents: str | Sequence[str], paper: Paper = "us-letter") -> str:
    """A whole page of HTML, with its style inside and nothing fetched from anywhere.

    Printed on `paper`, each document begins a sheet of its own.
    """
    reader = parser()
    kept = [documents] if isinstance(documents, str) else documents
    parsed = [reader.parse(one) for one in kept]
    title = title_of(parsed)
    for tokens in parsed:
        for opening, words in pairwise(tokens):
            if opening.type == "paragraph_open" and leads(words):
                opening.attrSet("class", "lead")
    bodies = (
        f"<main>\n{reader.renderer.render(tokens, reader.options, {})}</main>\n"
        for tokens in parsed
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{SEALED_OFF}\n<title>{escaping.escape(title)}</title>\n"
        f"<style>{STYLE}@page{{size:{SIZES[paper]};margin:16mm 18mm}}</style>\n"
        f"</head>\n<body>\n{''.join(bodies)}</body>\n</html>\n"
    )


def text(documents: str | Sequence[str], width: int = PAGE_COLUMNS) -> str:
    """Plain text in lines of at most `width` columns: what a fax or a pager shows; a form feed between documents."""
    kept = [documents] if isinstance(documents, str) else documents
    return PAGE_BREAK.join(_text(one, width) for one in kept).translate(
        {ord(BOLD): "", ord(PLAIN): ""}
    )


def spans(document: str, width: int = PAGE_COLUMNS) -> list[list[tuple[str, bool]]]:
    """The lines of that text, each in pieces that are bold or not."""
    lines = _text(document, width).rstrip("\n").split("\n")
    return [
        [(piece[1:], piece[0] == BOLD) for piece in PIECE.findall(PLAIN + line) if piece[1:]]
        for line in lines
    ]


def page_lines(document: str) -> int:
    """How many lines of 80 columns a document fills on paper: those of its plain text, table cells and all."""
    return text(document).rstrip("\n").count("\n") + 1


def pages(document: str) -> int:
    """How many pages of 55 lines by 80 columns a document fills; 1 is what a letter may have."""
    return max(1, math.ceil(page_lines(document) / PAGE_LINES))


def _text(markdown: str, width: int) -> str:
    markdown = markdown.replace(BOLD, "").replace(PLAIN, "")
    return "".join(_blocks(parser().parse(markdown), width)).rstrip("\n") + "\n"


def _blocks(tokens: Sequence[Token], width: int) -> Iterator[str]:
    """Each top-level block as text, a blank line after it; a heading stands right over what it heads."""
    rest = iter(tokens)
    for token in rest:
        match token.type:
            case "heading_open":
                title = wrapped(f"{BOLD}{_inline(next(rest))}{PLAIN}", width)
                rule = "=" if token.tag == "h1" else "-"
                longest = max((columns(line) for line in title.split("\n")), default=0)
                yield f"{title}\n{rule * longest}\n"
            case "paragraph_open":
                if shown := "\n".join(_lines(next(rest), width)):
                    yield f"{shown}\n\n"
            case "bullet_list_open" | "ordered_list_open":
                yield "\n".join(_items(rest, width)) + "\n\n"
            case "table_open":
                yield "\n".join(_table(rest, width)) + "\n\n"


def _lines(token: Token, width: int) -> Iterator[str]:
    """The lines of a paragraph; what goes on behind a label in bold is set in below it."""
    line: list[Token] = []
    for child in [*(token.children or ()), Token("hardbreak", "", 0)]:
        if child.type != "hardbreak":
            line.append(child)
            continue
        labelled = any(one.type == "strong_open" for one in line[:2]) and line[-1].type == "text"
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
    """Rows as aligned columns; a cell too long for its column goes on in the line below."""
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
    fill = " " * max(0, width - columns(part))
    return fill + part if right else part + fill


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """As wide as the content where that fits, else taken from the widest columns, which share for the fewest lines."""
    natural = [max(1, *(columns(row[i]) for row in rows)) for i in range(len(rows[0]))]
    widths = list(natural)
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    if widths == natural or len(widths) < 2:
        return widths
    one, other = sorted(range(len(natural)), key=natural.__getitem__)[-2:]
    room, now = widths[one] + widths[other], widths[one]

    def shared(wide: int) -> list[int]:
        return [
            wide if i == one else room - wide if i == other else w for i, w in enumerate(widths)
        ]

    splits = range(LEAST, room - LEAST + 1)
    return shared(
        min(splits, key=lambda wide: (_height(rows, shared(wide)), abs(wide - now)), default=now)
    )


def _height(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """How many lines a table takes with columns of these widths."""
    return sum(
        max(_folds(cell, wide) for cell, wide in zip(row, widths, strict=True)) for row in rows
    )


def _folds(cell: str, width: int) -> int:
    """How many lines a cell takes; one with a word wider than its column many, since such a word is cut."""
    lines, used = 1, -1
    for word in map(columns, cell.split()):
        if word > width:
            return 1 + columns(cell)
        lines, used = (lines, used + 1 + word) if used + 1 + word <= width else (lines + 1, word)
    return lines


def _inline(token: Token) -> str:
    """The words of a block; a break that was asked for is a line feed."""
    return "".join(map(_word, token.children or ()))


def _word(child: Token) -> str:
    shown = {"hardbreak": "\n", "softbreak": " ", "strong_open": BOLD, "strong_close": PLAIN}
    return shown.get(child.type, child.content)


def wrapped(words: str, width: int, first: str = "", other: str = "") -> str:
    """Words in lines of at most `width` columns; a longer word is cut. Line feeds stand."""
    lines: list[str] = []
    for number, line in enumerate(words.split("\n")):
        lead = first if number == 0 else other
        lines += _folded(line, width, lead, other) or [lead.rstrip()]
    return "\n".join(_closed(lines)) if BOLD in words else "\n".join(lines)


def _closed(lines: Iterable[str]) -> Iterator[str]:
    """The lines with what is bold over a line's end closed there and opened again in the next."""
    bold = False
    for line in lines:
        opened = BOLD + line if bold else line
        bold = opened.rfind(BOLD) > opened.rfind(PLAIN)
        yield opened + PLAIN if bold else opened


def _folded(line: str, width: int, first: str, other: str) -> list[str]:
    """One line folded between words, by columns rather than characters; none where there are no words."""
    made: list[str] = []
    current, empty = first, True
    for word in line.split():
        if not empty and columns(current) + 1 + columns(word) > width:
            made.append(current)
            current, empty = other, True
        current += "" if empty else " "
        for char in word:
            if not empty and columns(current + char) > width:
                made.append(current)
                current = other
            current, empty = current + char, False
    return made if empty else [*made, current]
