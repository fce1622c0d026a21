"""Every terminal people have: medex opens, every screen can be read, every state is told in words."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from terminal import Terminal, medex, running, surroundings, write_sample

LOGIN = pwd.getpwuid(os.geteuid()).pw_name
TERMINALS = {
    "xterm": {"TERM": "xterm"},
    "xterm-256color": {"TERM": "xterm-256color"},
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "screen": {"TERM": "screen"},
    "tmux-256color": {"TERM": "tmux-256color"},
    "linux": {"TERM": "linux"},
    "NO_COLOR": {"TERM": "xterm-256color", "NO_COLOR": "1"},
    "NO_COLOR-16": {"TERM": "xterm", "NO_COLOR": "1"},
}
SIZES = [(80, 24), (60, 20), (140, 40)]
THEMES = ("clinic-dark", "clinic-light", "gym-floor", "mono")
SCREENS = {
    "Today": ((), ("LETTERS DUE", "OVERDUE", "TODAY", "signed|planned")),
    "help": (("?",), ("Help", "Keys")),
    "themes": (("esc", "^t"), ("Theme", "mono")),
    "overdue": (("esc", "o"), ("OVERDUE", " left", "no release")),
    "letter": (("p",), ("draft", "Hicks")),
    "client": (("esc", "c"), ("HICKS, JODIE", "MEASURES")),
    "log": (("l", "=", " ", "1", "5", "2", "/", "9", "0", " ", "q", "x"), ("copied", "before")),
    "assess": (("esc", "a", "7"), ("Assessment",)),
}
"""Screen -> the keys that lead there from the one before, and words that must stand on it (any of a small screen's).

What of the day is done depends on the hour: one word of `a|b` is enough."""
DRAWN = set("▁▂▃▄▅▆▇█▎▍▌▊▔▕▏ ")


def unreadable(terminal: Terminal) -> list[str]:
    """Characters drawn in the colour of their ground."""
    found = []
    for y in range(terminal.height):
        for x in range(terminal.width):
            cell = terminal.screen.buffer[y][x]
            fg = "white" if cell.fg == "default" else cell.fg
            bg = "black" if cell.bg == "default" else cell.bg
            if cell.data not in DRAWN and fg == bg:
                found.append(f"{cell.data} at {y},{x} {fg} on {bg}")
    return found


def practice(folder: Path) -> Path:
    path = folder / "clinic" / "practice.json"
    path.parent.mkdir()
    write_sample(path, LOGIN)
    return path


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", TERMINALS)
def test_every_screen_can_be_read(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    command = medex("--store", str(practice(tmp_path)))
    with running(command, surroundings(tmp_path, **TERMINALS[name]), size=size) as terminal:
        terminal.opened()
        for screen, (keys, words) in SCREENS.items():
            terminal.press(*keys)
            assert not unreadable(terminal), (screen, unreadable(terminal)[:5])
            there = [word for word in words if any(one in terminal.text for one in word.split("|"))]
            assert there == list(words) or (size < (80, 24) and there), (screen, terminal.text)
            if screen in ("Today", "overdue"):
                assert "Hicks" in terminal.marked
        if name.startswith("NO_COLOR"):
            assert not [c for c in colours(terminal) if not grey(c)]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["xterm", "xterm-256color", "NO_COLOR", "NO_COLOR-16"])
def test_every_theme_can_be_read(name: str, theme: str, tmp_path: Path) -> None:
    (tmp_path / ".config" / "medex").mkdir(parents=True)
    (tmp_path / ".config" / "medex" / "theme").write_text(theme + "\n")
    command = medex("--store", str(practice(tmp_path)))
    with running(command, surroundings(tmp_path, **TERMINALS[name])) as terminal:
        terminal.opened()
        assert "Hicks" in terminal.marked
        for keys in (
            (),
            ("down",),
            ("?",),
            ("esc", "o"),
            ("p",),
            ("m",),
            ("esc", "esc", "c", "l", "=", " ", "q", "x"),
        ):
            terminal.press(*keys)
            assert not unreadable(terminal), (keys, unreadable(terminal)[:5])
        if theme == "mono":
            assert not [c for c in colours(terminal) if not grey(c)]


def colours(terminal: Terminal) -> set[str]:
    """Every colour on the screen."""
    cells = [
        terminal.screen.buffer[y][x] for y in range(terminal.height) for x in range(terminal.width)
    ]
    return {colour for cell in cells for colour in (cell.fg, cell.bg)}


def grey(colour: str) -> bool:
    """Whether a colour is none."""
    if colour in ("default", "black", "white", "brightblack", "brightwhite"):
        return True
    return len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:]


def test_a_theme_chosen_is_worn_again(tmp_path: Path) -> None:
    command, env = medex("--store", str(practice(tmp_path))), surroundings(tmp_path)
    with running(command, env) as terminal:
        terminal.opened()
        terminal.press("^t")
        terminal.type("light")
        terminal.settle()
        terminal.press("enter")
        light = terminal.page_colour
        terminal.press("q")
        assert terminal.ended() == 0
    with running(command, env) as again:
        again.opened()
        assert again.page_colour == light


@pytest.mark.parametrize("words", [(), ("demo",)])
def test_a_dumb_terminal_is_told_the_commands_that_do_the_same(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    command = medex("--store", str(practice(tmp_path)), *words)
    with running(command, surroundings(tmp_path, TERM="dumb")) as terminal:
        assert terminal.ended() == 2
        assert "\x1b" not in terminal.written.decode() and len(terminal.written) < 600
        for twin in ("today", "overdue", "log", "assess", "note", "report", "sent"):
            assert f"medex {twin}" in terminal.written.decode().replace("\r\n", " ")


def test_bytes_that_are_no_text_end_nothing(tmp_path: Path) -> None:
    command = medex("--store", str(practice(tmp_path)))
    with running(command, surroundings(tmp_path)) as terminal:
        terminal.opened()
        terminal.press("/")
        terminal.send(b"\xe9\xff\xc3")
        terminal.settle()
        terminal.type("chen")
        terminal.settle()
        assert terminal.process.poll() is None and "chen" in terminal.text
