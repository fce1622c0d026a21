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


def test_a_screen_change_stays_within_nine_kilobytes(terminal: Terminal) -> None:
    terminal.choose("Hicks, Jodie")
    costs = {}
    for key in (
        "o",
        "?",
        "esc",
        "p",
        "esc",
        "c",
        "esc",
        "esc",
        "a",
        "esc",
        "l",
        "^p",
        "esc",
        "esc",
        "^t",
        "esc",
        "/",
        "esc",
    ):
        costs[f"{len(costs)}:{key}"] = cost(terminal, key)
    assert max(costs.values()) <= PER_SCREEN, costs


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
        return [[(c.data, c.bg, c.reverse, "" if c.data == " " else c.fg) for c in row] for row in cells]

    for keys in (("down", "down"), ("o",), ("down",) * 12, ("esc",), ("/", "c", "h"), ("enter",), ("down",) * 9,
                 ("l",), ("=", " ", "1", "x"), ("backspace", "left"), ("^p",), ("esc",), ("esc", "esc")):  # fmt: skip
        terminal.press(*keys)
        before = shown()
        terminal.press("^x")
        assert shown() == before, keys
