"""Run a command in a terminal of our own and time what reaches its screen.

The terminal answers queries as xterm does; what it shows is worked out by pyte after the command has ended, so that
watching costs the command nothing. Times are of the monotonic clock, from the moment of the spawn.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

COLUMNS, ROWS = 80, 24
ANSWERS = (
    (re.compile(rb"\x1b\[c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?(2026|2048)\$p"), b""),
)
SAME = 0.98
"""A screen that holds so much of the text it settles on is usable."""


@dataclass
class Run:
    """What one command did: chunks of output by time in seconds, and figures taken while it ran."""

    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    keys: list[tuple[str, float, float, int]] = field(default_factory=list)
    """Key, ms to the first byte back, ms to the last before silence, bytes."""
    memory_mb: float = 0.0
    idle_bytes: int = 0
    settled_at: int = 0
    """How many chunks had come when the first screen was complete."""

    def screens(self) -> list[tuple[float, list[str]]]:
        """Milliseconds and the text of the screen after each chunk of the start."""
        screen = pyte.Screen(COLUMNS, ROWS)
        stream = pyte.ByteStream(screen)
        shown = []
        for at, data in self.chunks[: self.settled_at]:
            stream.feed(data.replace(b"\x1b[?1049h", b"\x1b[2J"))
            shown.append((at * 1000, list(screen.display)))
        return shown

    def usable(self) -> tuple[float, int]:
        """Milliseconds, and bytes sent, until the screen first holds nearly all it settles on."""
        screens = self.screens()
        last = "".join(screens[-1][1])
        wanted = SAME * sum(1 for c in last if c != " ")
        sent = 0
        for (ms, rows), (_, data) in zip(screens, self.chunks, strict=False):
            sent += len(data)
            if (
                sum(1 for a, b in zip("".join(rows), last, strict=True) if a == b and b != " ")
                >= wanted
            ):
                return ms, sent
        return screens[-1][0], sent

    @property
    def ready_ms(self) -> float:
        """Milliseconds until the start has nothing more to draw: keys are answered from then on, if not before."""
        return self.chunks[self.settled_at - 1][0] * 1000

    def first_ms(self, wanted: Callable[[str], bool]) -> float | None:
        """Milliseconds until the screen's text first is as wanted."""
        return next((at for at, rows in self.screens() if wanted("\n".join(rows))), None)

    def blank_after(self, wanted: Callable[[str], bool]) -> bool:
        """Whether what was wanted went away again before the start was over: a flicker."""
        seen = False
        for _, rows in self.screens():
            here = wanted("\n".join(rows))
            if seen and not here:
                return True
            seen = seen or here
        return False

    @property
    def start_bytes(self) -> int:
        """Bytes sent until the first screen was complete."""
        return sum(len(data) for _, data in self.chunks[: self.settled_at])


class Terminal:
    """A command in a pty."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.run = Run()
        self.begun = time.monotonic()
        self.pid, self.line = os.forkpty()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm-256color", **env})
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, quiet_s: float, at_most_s: float = 15.0) -> int:
        """Take what comes until it is silent for so long; the bytes."""
        taken, until = 0, time.monotonic() + at_most_s
        while (left := until - time.monotonic()) > 0 and select.select(
            [self.line], [], [], min(quiet_s, left)
        )[0]:
            try:
                data = os.read(self.line, 65536)
            except OSError:
                break
            if not data:
                break
            self.run.chunks.append((time.monotonic() - self.begun, data))
            taken += len(data)
            for asked, answer in ANSWERS:
                if answer and asked.search(data):
                    os.write(self.line, answer)
        return taken

    def press(self, key: str, data: bytes, quiet_s: float = 0.15) -> None:
        """Press a key and time what comes back."""
        before, begun = len(self.run.chunks), time.monotonic()
        os.write(self.line, data)
        count = self.read(quiet_s)
        new = self.run.chunks[before:]
        if new:
            since = begun - self.begun
            self.run.keys.append(
                (key, (new[0][0] - since) * 1000, (new[-1][0] - since) * 1000, count)
            )

    def memory_mb(self) -> float:
        """Resident memory of the process."""
        for line in (
            Path(f"/proc/{self.pid}/status")
            .read_text(encoding="ascii", errors="replace")
            .splitlines()
        ):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self) -> None:
        """End the command."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        os.close(self.line)
        os.waitpid(self.pid, 0)


def measured(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    keys: Sequence[tuple[str, bytes]] = (),
    settle_s: float = 1.2,
    idle_s: float = 0.0,
) -> Run:
    """Start a command, wait until it has been silent for `settle_s`, press keys, wait idle, end it."""
    terminal = Terminal(command, env or {})
    try:
        select.select([terminal.line], [], [], 15.0)
        terminal.read(quiet_s=settle_s)
        terminal.run.settled_at = len(terminal.run.chunks)
        terminal.run.memory_mb = terminal.memory_mb()
        for key, data in keys:
            terminal.press(key, data)
        if idle_s:
            terminal.run.idle_bytes = terminal.read(quiet_s=idle_s, at_most_s=idle_s)
    finally:
        terminal.end()
    return terminal.run
