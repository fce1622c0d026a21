"""However the line ends, what was typed is there again, the terminal is as it was, and nothing is left running."""

from __future__ import annotations

import json
import os
import pwd
import random
import re
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medex_tui.store import Drafts, Store
from medex_tui.store.check import check

sys.path.insert(0, str(Path(__file__).parent))
from terminal import PATIENCE_S, Terminal, medex, running, surroundings, write_sample

LOGIN = pwd.getpwuid(os.geteuid()).pw_name
LINE = "= lp@65 row 3x12 132/78 72 o97 p3 r5 ; went up the stairs"
BEHIND_S = 0.5
"""How far the disk may be behind the keys."""
KILLS = int(os.environ.get("MEDEX_CUTS", "20"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "clinic" / "practice.json"
    made.parent.mkdir()
    write_sample(made, LOGIN)
    return made


@pytest.fixture
def terminal(path: Path) -> Iterator[Terminal]:
    with running(medex("--store", str(path)), surroundings(path.parent.parent)) as opened:
        opened.opened()
        yield opened


def to_entry(terminal: Terminal, name: str = "chen") -> None:
    """Open the line of a client."""
    terminal.press("/")
    terminal.type(name)
    terminal.settle()
    terminal.press("enter", "l")
    terminal.until("repeats")
    terminal.settle()


def typed(path: Path) -> str:
    """The session line kept on disk, as the next start would offer it."""
    drafts = [d for n, d in Drafts(path).load(LOGIN).items() if n.startswith("session:")]
    return drafts[0]["text"] if drafts else ""


def clean(terminal: Terminal) -> None:
    """The terminal's modes are as they were, no word of a client or of Python is left on it."""
    written = bytes(terminal.written)
    last = {
        mode: written.rfind(b"\x1b[?%dh" % mode) <= written.rfind(b"\x1b[?%dl" % mode)
        for mode in (1049, 2004, 1004)
    }  # fmt: skip
    assert all(last.values()), last
    assert written.rfind(b"\x1b[?25l") < written.rfind(b"\x1b[?25h")
    for mode in (1000, 1002, 1003, 1006, 1015, 1016):
        assert b"\x1b[?%dh" % mode not in written
    assert written.count(b"\x1b[>") == written.count(b"\x1b[<u")
    after = written[written.rfind(b"\x1b[?1049l") :]
    assert not re.search(rb"Traceback|Chen|Hicks|File \"", after)
    assert b"Traceback" not in written


def modes(terminal: Terminal) -> list[object]:
    """The line discipline of the terminal, without its speed."""
    return termios.tcgetattr(terminal.slave)[:4]


def test_the_window_title_says_nothing_of_anybody(terminal: Terminal) -> None:
    to_entry(terminal)
    terminal.type(LINE)
    terminal.settle()
    terminal.press("esc", "esc", "o", "esc", "q")
    assert terminal.ended() == 0
    assert not re.search(rb"\x1b\][012];", terminal.written)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_cleanly(path: Path, sign: signal.Signals) -> None:
    with running(medex("--store", str(path)), surroundings(path.parent.parent)) as terminal:
        before = modes(terminal)
        terminal.opened()
        assert modes(terminal) != before
        to_entry(terminal)
        terminal.type(LINE)
        terminal.until(LINE[-10:])
        terminal.signal(sign)
        assert terminal.ended() == 0
        clean(terminal)
        assert modes(terminal) == before
    assert typed(path) == LINE


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.9])
def test_a_signal_while_it_starts_leaves_the_terminal_as_it_was(path: Path, wait: float) -> None:
    with running(medex("--store", str(path)), surroundings(path.parent.parent)) as terminal:
        before = modes(terminal)
        terminal.read(wait)
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() in (0, -signal.SIGTERM)
        assert modes(terminal) == before
        if b"\x1b[?1049h" in terminal.written:
            clean(terminal)


def test_keys_pressed_before_it_is_up_arrive_as_pressed(path: Path) -> None:
    with running(medex("--store", str(path)), surroundings(path.parent.parent)) as terminal:
        terminal.until("LETTERS DUE")
        terminal.send(b"\r")
        terminal.until("Assessment summary (draft)")


def test_a_dropped_line_keeps_every_letter(path: Path, terminal: Terminal) -> None:
    to_entry(terminal)
    terminal.type(LINE)
    terminal.until(LINE[-10:])
    terminal.hang_up()
    assert terminal.ended() == 0
    assert typed(path) == LINE


def test_a_line_that_drops_without_a_signal_leaves_nothing_running(path: Path) -> None:
    with running(
        medex("--store", str(path)), surroundings(path.parent.parent), leads=False
    ) as terminal:
        terminal.opened()
        to_entry(terminal)
        terminal.type(LINE)
        terminal.until(LINE[-10:])
        terminal.hang_up()
        terminal.ended()
    assert typed(path) == LINE


def test_a_terminal_that_stops_reading_holds_up_neither_draft_nor_end(
    path: Path, terminal: Terminal
) -> None:
    to_entry(terminal)
    for _ in range(120):
        os.write(terminal.master, b"\x18")  # the screen is drawn anew: kilobytes nobody reads
        time.sleep(0.03)
    os.write(terminal.master, LINE.encode())
    end = time.monotonic() + PATIENCE_S
    while typed(path) != LINE and time.monotonic() < end:
        time.sleep(0.05)
    assert typed(path) == LINE
    terminal.signal(signal.SIGTERM)
    end = time.monotonic() + PATIENCE_S
    while terminal.process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    assert terminal.process.poll() is not None


def test_killed_while_typing_at_most_half_a_second_is_gone(path: Path, terminal: Terminal) -> None:
    to_entry(terminal)
    echoed: list[tuple[float, str]] = []
    line = LINE * 2
    for n, char in enumerate(line, 1):
        terminal.type(char)
        terminal.until(lambda n=n: line[max(0, n - 12) : n].rstrip() in terminal.text)
        echoed.append((time.monotonic(), line[:n]))
    killed = time.monotonic()
    terminal.signal(signal.SIGKILL)
    terminal.ended()
    owed = [text for at, text in echoed if at <= killed - BEHIND_S]
    assert line.startswith(typed(path)) and len(typed(path)) >= len(owed[-1] if owed else "")


def test_after_a_kill_the_line_is_offered_with_the_cursor_where_it_was(
    path: Path, terminal: Terminal
) -> None:
    to_entry(terminal)
    terminal.type(LINE)
    terminal.until(LINE[-10:])
    terminal.press("left", "left", "left")
    terminal.type("X")
    terminal.settle()
    at = (terminal.screen.cursor.y, terminal.screen.cursor.x)
    terminal.read(1.0)
    terminal.signal(signal.SIGKILL)
    terminal.ended()
    with running(medex("--store", str(path)), surroundings(path.parent.parent)) as again:
        again.until("UNSAVED")
        again.settle()
        assert "Chen" in again.marked
        again.press("enter")
        again.until(LINE[:-3] + "X" + LINE[-3:])
        again.settle()
        assert (again.screen.cursor.y, again.screen.cursor.x) == at
        again.type("Y")
        again.until(LINE[:-3] + "XY" + LINE[-3:])


def test_killed_while_saving_nothing_said_to_be_saved_is_lost(path: Path) -> None:
    chance = random.Random(4)
    told = 0
    for n in range(KILLS):
        words = f"kill number {n}"
        with running(medex("--store", str(path)), surroundings(path.parent.parent)) as terminal:
            terminal.opened()
            to_entry(terminal)
            terminal.type(f"= ; {words}")
            terminal.until(words)
            terminal.read(BEHIND_S)
            terminal.send(b"\r")
            terminal.read(chance.random() * 0.08)
            said = "saved and signed" in terminal.text
            terminal.signal(signal.SIGKILL)
            terminal.ended()
        told += said
        store = Store.open(path, by="reader", host="test", pid=2)
        kept = [s for s in store.practice.sessions.values() if s.note and words in s.note]
        store.close()
        assert kept or not said
        # Either it is saved, or its line is still there to be saved.
        assert len(kept) == 1 or words in typed(path)
        for name in Drafts(path).load(LOGIN):
            Drafts(path).drop(LOGIN, name)
    assert all(
        one.ok for one in check(path) if one.name in ("journal", "snapshot", "chain", "seals")
    ), check(path)


def test_hidden_names_are_in_no_byte_from_the_first_screen_on_and_a_locked_screen_shows_nothing(
    path: Path,
) -> None:
    home = path.parent.parent
    (home / ".config" / "medex").mkdir(parents=True)
    (home / ".config" / "medex" / "names").write_text("hidden\n")
    with running(medex("--store", str(path)), surroundings(home)) as terminal:
        terminal.opened()
        terminal.press("down", "up", "c", "l", "esc", "esc", "o", "esc", "L")
        terminal.until("medex is locked")
        assert "OVERDUE" not in terminal.text
        assert not re.search(rb"(?i)hicks|jodie|chen|abara", terminal.written)
        terminal.press("q", "^t", "esc")
        assert terminal.process.poll() is None
        terminal.press("enter")
        terminal.until("LETTERS DUE")
        assert not re.search(rb"(?i)hicks|jodie|chen|abara", terminal.written)


def test_idle_it_sends_nothing(terminal: Terminal) -> None:
    to_entry(terminal)
    terminal.within_a_minute(8)
    assert terminal.read(3.0) == 0


def test_the_draft_file_is_private_and_no_part_of_it_is_left_elsewhere(
    path: Path, terminal: Terminal
) -> None:
    to_entry(terminal)
    terminal.type("= ; zanzibar")
    terminal.until("zanzibar")
    terminal.hang_up()
    terminal.ended()
    holding = [
        f for f in path.parent.parent.rglob("*") if f.is_file() and b"zanzibar" in f.read_bytes()
    ]
    assert [f.parent.name for f in holding] == ["practice.drafts"]
    assert [oct(f.stat().st_mode & 0o777) for f in holding] == ["0o600"]
    assert json.loads(holding[0].read_text())
