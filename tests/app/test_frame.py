"""The least bytes draw the same screen as all bytes would: held by a terminal emulator on frames of every kind."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from medex_tui.app.terminal.frame_diff import ScreenBuffer
from properties import examples

WIDTH, HEIGHT = 40, 12
STYLES = [
    Style.parse(s)
    for s in (
        "",
        "bold red on blue",
        "on blue",
        "white on black",
        "underline",
        "reverse",
        "#0102ff on #203040",
        "bold",
    )
]
TEXTS = [
    "leg press",
    "   ",
    "· due in 4 h",
    "漢字 name",
    "a",
    "▸✓…",
    "132/78",
    "──────",
    "x" * 25,
    "e\u0301te\u0301",
]


def strip(spans: list[tuple[str, Style]]) -> Strip:
    return Strip([Segment(text, style) for text, style in spans]).adjust_cell_length(
        WIDTH, STYLES[3]
    )


rows = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(STYLES)), max_size=4).map(strip)
screens = st.lists(rows, min_size=HEIGHT, max_size=HEIGHT)


def update(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[one] for one in strips], Region(0, 0, WIDTH, HEIGHT))


def emulator() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    screen.reset_mode(pyte.modes.DECAWM >> 5, private=True)
    return screen, pyte.Stream(screen)


def seen(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """What a person sees of every cell: a blank has no colour of its own."""
    shown = []
    for y in range(HEIGHT):
        row = [screen.buffer[y][x] for x in range(WIDTH)]
        shown.append([(c.data, c.bg, c.underscore, c.reverse, *_ink(c)) for c in row])
    return shown


def _ink(cell: pyte.screens.Char) -> tuple[object, ...]:
    """Colour and weight, where there is something to be seen in them."""
    blank = cell.data == " " and not (cell.underscore or cell.reverse)
    return () if blank else (cell.fg, cell.bold)


CONSOLE = Console(color_system="256", force_terminal=True)


@examples(80)
@given(st.lists(screens, min_size=1, max_size=4))
def test_whatever_was_shown_before_the_screen_is_as_if_drawn_anew(
    frames: list[list[Strip]],
) -> None:
    frame, (screen, stream) = ScreenBuffer(), emulator()
    for strips in frames:
        stream.feed(frame.bytes_for(update(strips), CONSOLE))
        whole, all_bytes = emulator()
        all_bytes.feed(ScreenBuffer().bytes_for(update(strips), CONSOLE))
        assert seen(screen) == seen(whole)


@examples(60)
@given(screens, st.integers(-3, 3), st.integers(0, 3))
def test_a_list_that_scrolled_is_moved_and_stays_right(
    strips: list[Strip], by: int, top: int
) -> None:
    frame, (screen, stream) = ScreenBuffer(), emulator()
    stream.feed(frame.bytes_for(update(strips), CONSOLE))
    body = strips[top:]
    moved = [*strips[:top], *body[by:], *body[:by]]
    stream.feed(frame.bytes_for(update(moved), CONSOLE))
    whole, all_bytes = emulator()
    all_bytes.feed(ScreenBuffer().bytes_for(update(moved), CONSOLE))
    assert seen(screen) == seen(whole)


def test_nothing_changed_is_no_byte() -> None:
    frame = ScreenBuffer()
    strips = [strip([("leg press", STYLES[1])])] * HEIGHT
    assert frame.bytes_for(update(strips), CONSOLE)
    assert frame.bytes_for(update(strips), CONSOLE) == ""
    frame.forget()
    assert frame.bytes_for(update(strips), CONSOLE)


def test_a_typed_character_costs_a_move_a_style_and_itself() -> None:
    frame = ScreenBuffer()
    strips = [strip([("= 132/7", STYLES[3])])] * HEIGHT
    frame.bytes_for(update(strips), CONSOLE)
    after = frame.bytes_for(update([strip([("= 132/78", STYLES[3])]), *strips[1:]]), CONSOLE)
    assert after == "\x1b[1;8H\x1b[37;40m8\x1b[m"


def test_a_list_of_many_rows_scrolls_for_the_price_of_a_row() -> None:
    frame = ScreenBuffer()
    strips = [strip([(f"row {n} with words of its own", STYLES[n % 2])]) for n in range(HEIGHT + 1)]
    first = frame.bytes_for(update(strips[:-1]), CONSOLE)
    assert len(frame.bytes_for(update(strips[1:]), CONSOLE)) * 4 < len(first)


def test_links_in_documents_never_reach_the_terminal() -> None:
    linked = strip([("click", Style(link="https://example.org"))])
    assert "example.org" not in ScreenBuffer().bytes_for(update([linked] * HEIGHT), CONSOLE)
