"""Text from people is data: nothing in it acts on a terminal, a line layout or a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.language.plain import (
    csv_safe,
    cut,
    fit,
    one_line,
    terminal_safe,
    terminal_width,
)
from properties import examples

ANY_TEXT = st.text(max_size=200) | st.text(
    "\x1b[]0;31m\x07\x9b\r\n\u202e\u2066|=+-@'\"é漢😀\ud800 ", max_size=60
)
OVERRIDES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
quick = examples(200)


@quick
@given(ANY_TEXT)
def test_nothing_a_terminal_acts_on_is_left(typed: str) -> None:
    safe = terminal_safe(typed)
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not [
        c
        for c in safe
        if unicodedata.bidirectional(c)
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]
    safe.encode("utf-8")


@quick
@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    assert terminal_safe(terminal_safe(typed)) == terminal_safe(typed)
    assert one_line(one_line(typed)) == one_line(typed)


@quick
@given(ANY_TEXT)
def test_one_line_is_one_line_for_every_reader(typed: str) -> None:
    assert len(one_line(typed).splitlines()) <= 1


@quick
@given(ANY_TEXT, st.integers(1, 40))
def test_a_fitted_cell_is_exactly_as_wide_as_its_column(typed: str, width: int) -> None:
    assert terminal_width(fit(typed, width)) == width
    assert terminal_width(cut(typed, width)) <= width


@quick
@given(ANY_TEXT)
def test_no_cell_is_a_formula_and_it_survives_a_csv_reader(typed: str) -> None:
    cell = csv_safe(typed)
    assert not cell.startswith(("=", "+", "@", "\t", "\r"))
    assert not cell.startswith("-") or cell.lstrip("-").replace(".", "").isdigit()
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [cell, "next"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("a\r\nb\x85c\u2028d", "a\nb\nc\nd"),
        ("safe\u202eexe", "safeexe"),
        ("a\tb", "a b"),
        ("\ud800", "\ufffd"),
        ("👩\u200d🦰 ok", "👩\u200d🦰 ok"),
    ],
)
def test_what_is_dropped_and_what_stays(typed: str, shown: str) -> None:
    assert terminal_safe(typed) == shown


def test_formulas_are_quoted_and_negative_numbers_are_not() -> None:
    assert csv_safe("=1+1") == "'=1+1"
    assert csv_safe("  @SUM(A1)") == "'@SUM(A1)"
    assert csv_safe("-6.25") == "-6.25"
    assert csv_safe("-6.25+1") == "'-6.25+1"


def test_wide_and_combining_characters_are_counted_as_shown() -> None:
    assert terminal_width("漢字") == 4
    assert terminal_width("e\u0301") == 1
    assert cut("漢字漢字", 5) == "漢字…"
    assert fit("ab", 4) == "ab  "
    assert cut("abc", 0) == ""
