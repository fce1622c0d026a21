"""Make text from people safe to print: in a terminal, on one line, in a spreadsheet cell."""

from __future__ import annotations

import re
from functools import cache

BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
"""Everything that some program takes for the end of a line."""

UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls, ESC included
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f"  # direction marks
    "\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""What acts on a terminal or on the reading order without being seen."""

SURROGATES = re.compile("[\ud800-\udfff]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def terminal_safe(text: str) -> str:
    """Remove from a text everything a terminal would act on.

    Control characters and direction overrides are dropped, so that an escape sequence leaves its
    visible part (`[31m`) behind; every kind of line break becomes a line feed, a tab a space, a
    lone surrogate U+FFFD.
    """
    if text.isprintable():  # nothing of what follows is
        return text
    unbroken = BREAKS.sub("\n", text).replace("\t", " ")
    return SURROGATES.sub("\ufffd", UNSEEN.sub("", unbroken))


def one_line(text: str) -> str:
    """The text as one line: terminal safe, every run of white space one space, none at the ends."""
    return " ".join(terminal_safe(text).split())


def csv_safe(cell: str) -> str:
    """Make a cell that no spreadsheet reads as a formula: one line, with an apostrophe if needed.

    A plain number keeps its minus sign.
    """
    line = one_line(cell)
    return f"'{line}" if line.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(line) else line


NARROW = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2500-\u259f]*"
)
"""Text of one column per character on every terminal: Latin letters, punctuation, arrows, boxes."""


def terminal_width(text: str) -> int:
    """How many terminal columns a safe line takes: wide characters two, combining ones none."""
    if NARROW.fullmatch(text):
        return len(text)
    return sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    import unicodedata  # late: only for characters outside NARROW

    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text on one line in at most `width` columns; an ellipsis stands for what did not fit."""
    return cut_line(one_line(text), width)


def cut_line(line: str, width: int) -> str:
    """A safe line of at most `width` columns; inner spacing kept, trailing blanks removed."""
    line = line.rstrip()
    if terminal_width(line) <= width:
        return line
    if NARROW.fullmatch(line):
        return line[: width - 1].rstrip() + "…" if width > 0 else ""
    used, kept = 0, []
    for char in line:
        used += _columns(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if width > 0 else ""


def fit(text: str, width: int) -> str:
    """The text in exactly `width` columns: cut or filled with spaces."""
    line = cut(text, width)
    return line + " " * (width - terminal_width(line))
