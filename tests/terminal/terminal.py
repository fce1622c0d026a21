"""The real command on a real pseudo-terminal: keys go in as bytes, the screen is what a terminal would show."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from medex_tui.sample import sample_practice
from medex_tui.store import Saved, Store

FORENOON_H = 11
"""The hour of the sample practice: visits behind it and before it."""

PATIENCE_S = 30.0
"""How long anything may take on a busy machine before a test gives up."""

SETTLED_S, FAR_S = 0.12, 0.25
"""A screen not written to for this long has been drawn; where the process cannot be watched, it takes longer."""

TURN_S = 3.0
"""How long after a minute has turned the clock on the screen may still show the one before."""

ANSWER_S = 1.0
"""How long a key may take to show something; most do at once, some show nothing."""

KEYS = {
    "enter": b"\r", "esc": b"\x1b", "tab": b"\t", "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C",
    "left": b"\x1b[D", "backspace": b"\x7f", "pgdn": b"\x1b[6~", "end": b"\x1b[F", "f1": b"\x1bOP",
}  # fmt: skip
"""Key names as bytes; a single character stands for itself, `^g` for a control key."""


def medex(*words: str) -> list[str]:
    """The command line of `medex`."""
    return [sys.executable, "-m", "medex_tui", *words]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """An environment of the test's own: nothing of the person who runs it but where programs are."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return {
        **kept, "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "ESCDELAY": "25",
        "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip


class Terminal:
    """A process on a pseudo-terminal, what it wrote, and what stands on the screen."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, size: tuple[int, int] = (80, 24), leads: bool = True,
        quiet: float = SETTLED_S,
    ) -> None:  # fmt: skip
        self.quiet = quiet
        self.width, self.height = size
        self.screen = pyte.Screen(self.width, self.height)
        self.stream = pyte.ByteStream(self.screen)
        self.written = bytearray()
        self.master, self.slave = os.openpty()
        fcntl.ioctl(
            self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", self.height, self.width, 0, 0)
        )
        os.set_blocking(self.master, False)
        # `setsid --ctty` makes the terminal the controlling one, so that closing it is a hang-up.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command] if leads else command,
            stdin=self.slave, stdout=self.slave, stderr=self.slave, env=dict(env), start_new_session=not leads,
        )  # fmt: skip

    # -- reading

    def read(self, seconds: float) -> int:
        """Take in what comes within so many seconds; how many bytes came."""
        end = time.monotonic() + seconds
        came = 0
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                break
            try:
                data = os.read(self.master, 65536)
            except BlockingIOError:
                continue
            except OSError:
                break
            if not data:
                break
            came += len(data)
            self.written += data
            self.stream.feed(data.replace(b"\x1b[<u", b""))
        return came

    def settle(self, quiet: float | None = None) -> int:
        """Wait until nothing was written for a while; how many bytes came."""
        came, end = 0, time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            more = self.read_some(quiet or self.quiet)
            if not more and not self.busy():
                return came
            came += more
        raise AssertionError(f"the screen never settles\n{self.text}")

    def read_some(self, seconds: float) -> int:
        """What comes at once after the first byte within so many seconds."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        return self.read(0.02) if ready else 0

    def busy(self) -> bool:
        """Whether the process is at work or waits for a processor: on a loaded machine, silence says little."""
        states = []
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):
                states.append(stat.read_text().rsplit(")", 1)[1].split()[0])
        return bool({"R", "D"} & set(states))

    def within_a_minute(self, seconds: float) -> None:
        """Wait, where need be, until no minute turns for so long, and the last one that did is on the screen."""
        while not TURN_S <= time.time() % 60 <= 60 - seconds:
            self.read(0.1)
        self.settle()

    def until(self, there: str | Callable[[], bool], patience: float = PATIENCE_S) -> None:
        """Wait until a text stands on the screen, or a condition holds."""
        holds = (lambda: there in self.text) if isinstance(there, str) else there
        end = time.monotonic() + patience
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {there!r}; the screen:\n{self.text}")
            self.read(0.02)

    def opened(self) -> None:
        """Wait until medex is up: its first words stand there before it takes the terminal over."""
        self.until("LETTERS DUE")
        self.until(lambda: b"\x1b[?2004h" in self.written)
        self.read_some(ANSWER_S)
        self.settle()

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def row(self, words: str) -> int:
        """The row on which these words stand."""
        return next(n for n, line in enumerate(self.lines) if words in line)

    # -- typing

    def type(self, text: str) -> None:
        """Send a text as it would be typed."""
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes to the process."""
        while data:
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                self.read(0.02)

    def press(self, *keys: str) -> None:
        """Press keys one after another; each is answered before the next."""
        for key in keys:
            data = KEYS.get(key) or (
                bytes([ord(key[1].upper()) ^ 0x40]) if len(key) == 2 and key[0] == "^" else None
            )
            self.send(data or key.encode())
            self.read_some(ANSWER_S)
            self.settle()

    def choose(self, words: str, *, down: str = "down") -> None:
        """Move the cursor of a list down to the row that says so."""
        for _ in range(60):
            if words in self.marked:
                return
            self.press(down)
        raise AssertionError(f"the cursor never came to {words!r}\n{self.text}")

    @property
    def marked(self) -> str:
        """The row the list's cursor is on: the one laid over with the cursor's colour."""
        for n in range(1, self.height - 2):
            cells = [self.screen.buffer[n][x] for x in range(self.width)]
            if all(ground(cell) not in ("default", self.page_colour) for cell in cells):
                return self.lines[n]
        return ""

    @property
    def page_colour(self) -> str:
        """The background most of the screen has."""
        colours = [
            self.screen.buffer[n][x].bg for n in range(self.height) for x in range(0, self.width, 4)
        ]
        return max(set(colours), key=colours.count)

    # -- ends

    def hang_up(self) -> None:
        """The line is gone: the terminal's side of the pseudo-terminal is closed."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def signal(self, sign: signal.Signals) -> None:
        """Send a signal to the process."""
        self.process.send_signal(sign)

    def ended(self, patience: float = PATIENCE_S) -> int:
        """Wait for the process to end, taking in its last words; its exit status."""
        end = time.monotonic() + patience
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"the process is still there\n{self.text}")
            if self.master >= 0:
                self.read(0.02)
            else:
                time.sleep(0.01)
        if self.master >= 0:
            self.read(0.05)
        return self.process.returncode

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        for end in (self.master, self.slave):
            if end >= 0:
                with contextlib.suppress(OSError):
                    os.close(end)
        self.master = self.slave = -1


def ground(cell: pyte.screens.Char) -> str:
    """The colour seen behind a character; a reversed one has its own there."""
    if cell.reverse:
        return str(cell.fg) if cell.fg != "default" else "white"
    return str(cell.bg)


@contextmanager
def running(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    size: tuple[int, int] = (80, 24),
    leads: bool = True,
) -> Iterator[Terminal]:
    """A command on a terminal of its own; whatever is left of it is ended."""
    terminal = Terminal(command, env, size=size, leads=leads)
    try:
        yield terminal
    finally:
        terminal.close()


def write_sample(path: Path, owner: str) -> None:
    """The sample practice at `path`, dated around now, with `owner` as its first practitioner.

    It stands in a zone where the forenoon is on: some of its visits are over and some to come, whenever this runs.
    """
    from datetime import UTC, datetime

    now = datetime.now(UTC).replace(microsecond=0)
    ahead = FORENOON_H - now.hour
    zone = f"Etc/GMT{-ahead:+d}"  # whose sign says how far UTC is ahead of it
    store = Store.open(path, by=owner, host="test", pid=1, create=True)
    try:
        assert isinstance(store.load(sample_practice(now, zone=zone, owner=owner), at=now), Saved)
    finally:
        store.close()
