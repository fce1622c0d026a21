"""What goes over the line: counted on the real command, held to the budgets, and never a wrong cell on the screen."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from terminal import Terminal, medex, running, surroundings, write_sample

LOGIN = pwd.getpwuid(os.geteuid()).pw_name
PER_CHARACTER, PER_MOVE, PER_SCREEN = 200, 500, 9000


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    path = tmp_path / "clinic" / "practice.json"
    path.parent.mkdir()
    write_sample(path, LOGIN)
    with running(medex("--store", str(path)), surroundings(tmp_path)) as opened:
        opened.opened()
        yield opened


def cost(terminal: Terminal, *keys: str) -> int:
    """Bytes written from these keys until the screen has settled."""
    before = len(terminal.written)
    terminal.press(*keys)
    return len(terminal.written) - before


Stop = tuple[str, tuple[str, ...], str]
"""What is seen, the keys that lead there, and what is held there.

`m`: cursor moves; `M`: moves to another text; `s`: scrolling by a line; `t`: typed text.
"""

AROUND: tuple[Stop, ...] = (
    ("Today", (), "m"),
    ("help", ("?",), "s"),
    ("palette", ("esc", "^p"), "mt"),
    ("themes", ("esc", "^t"), ""),
    ("find", ("esc", "/"), "mt"),
    ("add", ("esc", "+"), "m"),
    ("a new client", ("c", "l", "enter"), "t"),
    ("the practice", ("esc", "s"), ""),
    ("overdue", ("esc", "o"), "m"),
    ("why a row is there", ("?",), "s"),
    ("mark sent", ("esc", "m"), ""),
    ("waive", ("esc", "w"), "t"),
    ("an answer", ("esc", "r"), "m"),
    ("a call", ("esc", "t"), ""),
    ("letter", ("esc", "p"), "s"),
    ("letter, a page on", ("pgdn",), "s"),
    ("one's own words", ("e",), "t"),
)
ABOUT_A_CLIENT: tuple[Stop, ...] = (
    ("client", (), "m"),
    ("client, a page on", ("pgdn",), "m"),
    ("goal", ("g",), ""),
    ("details", ("esc", "e"), ""),
    ("referral", ("esc", "r"), ""),
    ("note", ("esc", "v"), "s"),
    ("log", ("esc", "/", *"chen", "enter", "l"), "t"),
    ("grammar", ("?",), "s"),
    ("the rest of it", ("pgdn",), ""),
    ("reason", ("esc", "end", *"182/104", "^o"), "t"),
    ("snippets", ("esc", "^f"), "m"),
    ("watch", ("esc", "^w"), ""),
    ("rest", ("r",), ""),
    ("counter", ("c", " ", " "), ""),
    ("boxes", ("esc", "esc", "a"), "M"),
    ("evidence", ("i",), "s"),
    ("batteries", ("esc", "b"), "m"),
    ("device", ("esc", "d"), "t"),
    ("numbers", ("esc", "7", "enter"), ""),
    ("line", (":",), "t"),
    ("many lines", ("esc", "esc", "esc", "PASTE"), "M"),
)
PASTE = "\x1b[200~hicks = lp@65 132/78 72\nchen = 152/98 80\nramos stp 3x10\x1b[201~"
PER_TEXT_SHOWN = 1500
"""What a move may cost that brings another text into sight: a measure's protocol, what a pasted line means."""

IDLE_S = 0.6
"""Longer than medex waits before it looks for what others wrote."""


def settled_without_a_byte(terminal: Terminal) -> bool:
    """Whether nothing is sent while nothing happens; the minute may turn, but not twice."""
    return not terminal.read(IDLE_S) or not terminal.read(IDLE_S)


def looked_at(terminal: Terminal, stops: tuple[Stop, ...]) -> list[str]:
    """Go from screen to screen; every cost over its budget, in words."""
    over = []

    def hold(where: str, key: str, limit: int) -> int:
        spent = cost(terminal, PASTE if key == "PASTE" else key)
        if spent > limit:
            over.append(f"{where}: {key} {spent} > {limit}")
        return spent

    for where, keys, held in stops:
        for key in keys:
            hold(where, key, PER_SCREEN)
        if not settled_without_a_byte(terminal):
            over.append(f"{where}: not idle")
        for key in ("down", "down", "up") if {*held} & {*"mMs"} else ():
            hold(where, key, PER_TEXT_SHOWN if "M" in held else PER_MOVE)
        if "t" in held:
            spent = [hold(where, char, PER_SCREEN) for char in "abc de"]
            if sorted(spent)[3] > PER_CHARACTER:
                over.append(f"{where}: typed {spent}")
            for _ in spent:
                terminal.press("backspace")
    return over


def test_every_screen_keeps_to_its_bytes_and_is_silent_when_nothing_happens(
    terminal: Terminal,
) -> None:
    terminal.choose("Hicks, Jodie")
    assert looked_at(terminal, AROUND) == []


def test_every_screen_about_a_client_keeps_to_its_bytes_and_is_silent(terminal: Terminal) -> None:
    terminal.press("/", *"chen", "enter")
    assert looked_at(terminal, ABOUT_A_CLIENT) == []


def test_a_cursor_move_stays_within_half_a_kilobyte(terminal: Terminal) -> None:
    costs = [cost(terminal, "down") for _ in range(10)] + [cost(terminal, "up") for _ in range(10)]
    terminal.press("o")
    costs += [cost(terminal, "down") for _ in range(14)]
    assert max(costs) <= PER_MOVE, costs


def test_a_typed_character_stays_within_two_hundred_bytes(terminal: Terminal) -> None:
    terminal.press("/")
    terminal.type("ramos")
    terminal.settle()
    terminal.press("enter", "l")
    line = "= lp@65 132/78 72 o97 ; went up the stairs with the rail, no pain after, slept well"
    costs = [(char, cost(terminal, char)) for char in line]
    assert sum(c for _, c in costs) <= PER_CHARACTER * len(line), costs
    within = [c for _, c in costs if c <= PER_CHARACTER]
    assert len(within) >= 0.8 * len(line), costs


def test_what_was_sent_in_parts_is_what_a_full_drawing_shows(terminal: Terminal) -> None:
    def shown() -> list[list[tuple[object, ...]]]:
        cells = [[terminal.screen.buffer[y][x] for x in range(80)] for y in range(24)]
        return [
            [(c.data, c.bg, c.reverse, "" if c.data == " " else c.fg) for c in row] for row in cells
        ]

    for keys in (("down", "down"), ("o",), ("down",) * 12, ("esc",), ("/", "c", "h"), ("enter",), ("down",) * 9,
                 ("l",), ("=", " ", "1", "x"), ("backspace", "left"), ("^p",), ("esc",), ("esc", "esc")):  # fmt: skip
        terminal.press(*keys)
        terminal.within_a_minute(8)
        before = shown()
        terminal.press("^x")
        assert shown() == before, keys
