"""A full day of ten clients over a real SSH line, plain and inside tmux: keys pressed and bytes sent, part by part.

    python benchmarks/day_over_ssh.py

What is due is looked at, ten sessions are logged and signed (one with a hold and its reason), two clients are
assessed, a letter is written, signed and marked sent, a note is read, what is owed is looked through, a no-show is
recorded. Bytes are those that reach the terminal of the person, with all that tmux adds. Needs ssh, sshd and tmux.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "ssh"), str(ROOT / "tests" / "terminal")]

from sshd import LOGIN, missing, serving  # noqa: E402
from terminal import KEYS, Terminal, medex, surroundings, write_sample  # noqa: E402

LINES = {
    "ramos": "= 128/76 72 o97 p3 r5 ; ,tol", "chen": "= lp@57.5 132/78 70 o97 ; walked to the shop",
    "abara": "= 126/80 68 p2>1 ; ,tol", "hicks": "= 118/74 70 p3 ; ,tol", "novak": "= 134/80 76 ; ,tol",
    "haddad": "= 138/82 80 o95>93>96 r4 ; ,tol", "bell": "= 182/96 84",
    "petrov": "lp 3x10 @40 row 3x10 @15 130/82 ; first",
    "nguyen": "= 122/78 66 ; ,tol", "smith": "= 124/76 70 ; ,tol",
}  # fmt: skip
"""Client -> what is typed; Bell's pressure asks to hold."""


@dataclass
class Part:
    """One part of the day."""

    name: str
    keys: int = 0
    bytes: int = 0
    jobs: int = 0


class Person:
    """Somebody at the far end of the line, whose keys and bytes are counted."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.parts: list[Part] = []

    def begin(self, name: str) -> None:
        """Another part of the day."""
        self.parts.append(Part(name))

    def press(self, *keys: str) -> None:
        """Press keys, each answered before the next; a text of several characters is typed."""
        part, before = self.parts[-1], len(self.terminal.written)
        for key in keys:
            known = KEYS.get(key) or (
                bytes([ord(key[1].upper()) ^ 0x40]) if len(key) == 2 and key[0] == "^" else None
            )
            for data in [known] if known else [char.encode() for char in key]:
                self.terminal.send(data)
                self.terminal.read_some(0.4)
                part.keys += 1
            self.terminal.settle(0.1)
        part.bytes += len(self.terminal.written) - before

    def client(self, name: str) -> None:
        """Go to a client's page from Today."""
        self.press("/", name, "enter")
        self.parts[-1].jobs += 1


def day(person: Person) -> None:
    """From the first look to the last."""
    terminal = person.terminal
    person.begin("what is due, and why")
    person.press("?", "esc", "down", "down", "up", "o", "down", "down", "esc")
    person.begin("ten sessions")
    for name, line in LINES.items():
        person.client(name)
        person.press("l", line, "enter")
        terminal.read_some(1.0)
        if name == "bell":
            for _ in range(3):
                if (
                    "^o: go on with a reason" in terminal.text
                    or "going on needs a reason" in terminal.text
                ):
                    person.press(
                        *(["^o"] if "needs a reason" not in terminal.text else []),
                        "checked by hand",
                        "enter",
                    )
            person.press("enter")
        terminal.settle(0.3)
        person.press("esc")
    person.begin("two assessments")
    for name, keys in (
        ("chen", ("11.4", "enter", "enter", "12", "enter")),
        ("hicks", ("4", "enter", "5", "enter")),
    ):
        person.client(name)
        person.press("a", *keys, "^g")
        terminal.settle(0.3)
        person.press("esc", "esc")
    person.begin("a letter: written, signed, sent")
    person.press("p", "g", "enter", "m", "enter", "esc")
    person.parts[-1].jobs = 1
    person.begin("notes, what is owed, a no-show")
    person.press(
        "down", "down", "v", "down", "esc", "o", "down", "down", "esc", "down", "n", "enter", "esc"
    )


def replay(name: str, wrap: Sequence[str]) -> None:
    """One day, and its table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home, path = Path(folder), Path(folder) / "clinic" / "practice.json"
        path.parent.mkdir()
        write_sample(path, LOGIN)
        env = surroundings(home, PYTHONPATH=str(ROOT))
        with serving(
            home / "sshd", {n: v for n, v in env.items() if n not in ("TERM", "HOME")}
        ) as server:
            command = shlex.join(
                [*wrap, shlex.join(medex("--store", str(path))) if wrap else "exec"]
            )
            if not wrap:
                command = f"exec {shlex.join(medex('--store', str(path)))}"
            terminal = Terminal(server.login(command), surroundings(home))
            try:
                terminal.until("LETTERS DUE")
                terminal.settle(1.0)
                start = len(terminal.written)
                person = Person(terminal)
                day(person)
                idle = len(terminal.written)
                terminal.read(3.0)
                idle = len(terminal.written) - idle
                print(f"\n{name}\n{'':34}{'keys':>7}{'bytes':>9}{'a key':>8}")
                print(f"{'first screen':34}{'':>7}{start:>9}")
                for part in person.parts:
                    print(
                        f"{part.name:34}{part.keys:>7}{part.bytes:>9}{part.bytes / max(1, part.keys):>8.0f}"
                    )
                keys, sent = sum(p.keys for p in person.parts), sum(p.bytes for p in person.parts)
                print(f"{'the day':34}{keys:>7}{sent:>9}{sent / keys:>8.0f}")
                print(f"{'idle, 3 s':34}{'':>7}{idle:>9}")
                print(f"signed today: {signed(path)}")
            finally:
                terminal.close()
                if wrap:
                    subprocess.run([*wrap[:3], "kill-server"], env=surroundings(home), check=False)


def signed(path: Path) -> int:
    """Sessions signed during the replay."""
    from datetime import UTC, datetime, timedelta

    from medex_tui.store import Store

    store = Store.open(path, by="reader", host="bench", pid=2)
    since = datetime.now(UTC) - timedelta(minutes=5)
    found = sum(
        1
        for s in store.practice.sessions.values()
        if s.signed_by == LOGIN and s.updated_at and s.updated_at >= since
    )
    store.close()
    return found


def main() -> int:
    """Both lines."""
    if lacking := missing():
        print(lacking)
        return 2
    replay("SSH", ())
    replay("SSH and tmux", ("tmux", "-L", "medex-day", "-f", "/dev/null", "new-session"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
