"""What every printed form shares: paper sizes, the Markdown reader, titles and the lead paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from medex_tui.domain.records.practice import Practice
from medex_tui.reports.wording import is_american_zone

Paper: TypeAlias = Literal["us-letter", "a4"]
PAPERS: tuple[Paper, ...] = ("us-letter", "a4")

UNSUPPORTED = [
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
    "autolink",
    "backticks",
]
"""Markdown rules that are switched off: what they would match is printed as text."""

LEADS = ("Summary:", "For you:", "Bottom line:")
"""First labels of the paragraph that paper sets apart; the last one is of letters signed earlier."""


def paper_of(practice: Practice) -> Paper:
    """Return the practice's paper: as set, else US letter in American time zones and A4 elsewhere."""
    return practice.settings.paper or ("us-letter" if is_american_zone(practice) else "a4")


def parser() -> MarkdownIt:
    """Return a CommonMark parser with tables, limited to what every form can show.

    Unsupported syntax is printed as text: a practice's own template can neither fetch an image nor
    lose a line in one form.
    """
    options = {"html": False, "linkify": False}
    return MarkdownIt("commonmark", options).enable("table").disable(UNSUPPORTED)


def title_of(documents: Sequence[Sequence[Token]]) -> str:
    """Return the text of the first heading in parsed documents, or "Document"."""
    pairs = (pair for tokens in documents for pair in pairwise(tokens))
    return next(
        (words.content for opening, words in pairs if opening.type == "heading_open"), "Document"
    )


def is_lead(paragraph: Token) -> bool:
    """Whether a paragraph, given by its inline token, is the bottom line."""
    bold = any(child.type == "strong_open" for child in (paragraph.children or ())[:2])
    return bold and paragraph.content.startswith(tuple(f"**{label}**" for label in LEADS))
