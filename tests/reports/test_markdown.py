"""What a person typed comes out of a Markdown reader as that text, and as nothing but text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from medex_tui.domain.language.plain import one_line, terminal_safe
from medex_tui.reports.rendering import markdown
from properties import examples

READER = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])

HOSTILE = [
    "O'Neil [L] =1+1",
    "[/x]",
    "# not a heading",
    "1. not a list",
    "1) not a list",
    "- no",
    "+ no",
    "> no",
    "---",
    "===",
    ":-:",
    "***",
    "```",
    "~~~ fence",
    "~~gone~~",
    "<script>alert(1)</script>",
    "<https://x.example>",
    "https://x.example",
    "[a](javascript:b)",
    "![a](b)",
    "[a]: b",
    "&amp; &#35;",
    "a | b | c",
    "\\",
    "\\|",
    "trailing \\",
    "`code` ``",
    "*a* _b_ **c**",
    "    indented",
    "\x1b[31mred\x1b[0m",
    "\u202eevil",
    "line one\n# line two\n\n- line three",
    "👩\u200d🦰 中文 مرحبا",
    "x" * 10_000,
    "",
    "   ",
    "\x00\ud800",
]
TRICKY = st.text("\\`*_[]<>()&|~#+-=:!.0123456789ax\n\r\t \u00a0\x1b\u202e;/\"'{}$^", max_size=50)
TYPED = st.sampled_from(HOSTILE) | TRICKY | st.text(max_size=80)
quick = examples(400)


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def words(tokens: list[Token]) -> list[str]:
    """The text of each inline block; fails on anything that is not text."""
    found = []
    for token in tokens:
        if token.type == "inline":
            assert {child.type for child in token.children or ()} <= {"text"}, token.children
            found.append("".join(child.content for child in token.children or ()))
    return found


@quick
@given(TYPED)
def test_typed_text_opens_no_block(typed: str) -> None:
    tokens = READER.parse(markdown.text(typed))
    assert {t.type for t in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert words(tokens) == ([one_line(typed)] if one_line(typed) else [])


@quick
@given(TYPED, TYPED)
def test_typed_text_stays_text_under_other_text(above: str, typed: str) -> None:
    tokens = READER.parse(f"{markdown.text(above)} |\n{markdown.text(typed)}")
    assert {t.type for t in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {t.type for t in inline(tokens)} <= {"text", "softbreak"}


@quick
@given(TYPED)
def test_typed_text_in_a_heading_a_list_and_a_quote_stays_there(typed: str) -> None:
    shown = one_line(typed)
    for opened in ("# ", "- ", "> ", "1. "):
        assert [w for w in words(READER.parse(opened + markdown.text(typed))) if w] == (
            [shown] if shown else []
        )


@quick
@given(st.lists(st.tuples(TYPED, TYPED), min_size=1, max_size=4))
def test_a_table_keeps_its_cells_whatever_is_in_them(rows: list[tuple[str, str]]) -> None:
    made = markdown.table(
        ["First", "Second"], [[markdown.text(a), markdown.text(b)] for a, b in rows], right=[1]
    )
    tokens = READER.parse(made)
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")
    assert words(tokens) == ["First", "Second", *(one_line(cell) for row in rows for cell in row)]


@quick
@given(TYPED)
def test_bold_holds_all_of_the_text_and_no_more(typed: str) -> None:
    tokens = READER.parse(f"Plan: {markdown.strong(typed)} end")
    kinds = [t.type for t in inline(tokens)]
    shown = one_line(typed)
    if shown:
        assert kinds[:4] == ["text", "strong_open", "text", "strong_close"]
        assert next(t for t in list(inline(tokens))[2:]).content == shown
    else:
        assert kinds == ["text"]


@quick
@given(st.lists(TYPED, max_size=4))
def test_a_paragraph_keeps_every_line_and_nothing_else(typed: list[str]) -> None:
    note = "\n".join(typed)
    tokens = READER.parse(markdown.paragraph(note))
    assert {t.type for t in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {t.type for t in inline(tokens)} <= {"text", "hardbreak"}
    shown = [t.content for t in inline(tokens) if t.type == "text"]
    assert shown == [one_line(line) for line in terminal_safe(note).split("\n") if one_line(line)]


@pytest.mark.parametrize("typed", HOSTILE)
def test_each_known_trick_is_text(typed: str) -> None:
    assert "".join(words(READER.parse(markdown.text(typed)))) == one_line(typed)


def test_plain_words_stay_readable() -> None:
    assert markdown.text("Tolerated session well; BP 128/84, 3-4 sets (R).") == (
        "Tolerated session well; BP 128/84, 3-4 sets (R)."
    )


def test_a_table_reads_as_one_before_it_is_rendered() -> None:
    assert markdown.table(["Measure", "Now"], [["Grip", "25.0"], ["漢字", "3"]], right=[1]) == (
        "| Measure |  Now |\n| ------- | ---: |\n| Grip    | 25.0 |\n| 漢字    |    3 |"
    )


def test_a_document_ends_with_one_line_feed_and_has_no_empty_blocks() -> None:
    assert (
        markdown.document([markdown.heading(1, "A"), "", markdown.lines(["b", "", "c"])])
        == "# A\n\nb\\\nc\n"
    )
    assert markdown.document([markdown.bullets(["x", "y"])]) == "- x\n- y\n"
    assert markdown.field("To", "Dr Patel") == "**To:** Dr Patel"
