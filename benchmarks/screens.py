"""Writes docs/screens: every screen in a real terminal, at three sizes, in colour, in sixteen colours and in none.

    python benchmarks/screens.py                     writes all of docs/screens
    python benchmarks/screens.py 80x24 colour        shows one walk on this terminal, and writes nothing

A file holds one walk through the app with its colours, as a terminal takes them:
`less -R docs/screens/80x24-colour.ans`.
The clock, the ids and the practice are the same at every run, so the same screens give the same files.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "terminal"))

from terminal import KEYS, Terminal, running, surroundings  # noqa: E402

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""A Friday, 11:00 in New York."""

FOLDER = ROOT / "docs" / "screens"
LOGIN = "aokafor"
SIZES = ((80, 24), (60, 20), (140, 40))
LOOKS: Mapping[str, Mapping[str, str]] = {
    "colour": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "16": {"TERM": "xterm"},
    "mono": {"TERM": "xterm-256color", "NO_COLOR": "1"},
}

PASTE = (
    "\x1b[200~hicks = lp@65 132/78 72 ; ,tol\nchen = 152/98 80\nramos stp 3x10\n"
    "abara bird dog 3x8 p3>2 ; better\x1b[201~"
)
LINE_AT = 3
"""The row the line of an entry is on, where a client has no long list to mind."""

BOTTOM = ("pgdn", "pgdn", "pgdn", "pgdn")

# What is seen, and the keys that lead there from the screen before; `=text` is typed, `@words` moves the cursor down to
# the row that reads so, `<` goes back to Today.
WALK: Sequence[tuple[str, Sequence[str]]] = (
    ("Today", ()),
    ("Help on a row", ("?",)),
    ("Every command", ("<", "^p")),
    ("Themes", ("<", "^t")),
    ("Find a client", ("<", "/", "=ch")),
    ("Overdue", ("<", "o")),
    ("Why a row is there", ("?",)),
    ("Mark sent", ("esc", "m")),
    ("Waive", ("esc", "w")),
    ("An answer", ("esc", "r")),
    ("A call", ("esc", "t")),
    ("Letter", ("esc", "p")),
    ("Letter, further down", BOTTOM),
    ("Add", ("<", "+")),
    ("A new client", ("=cl", "enter")),
    ("A new referral", ("<", "+", "=ref", "enter", "=chen", "enter")),
    ("A new provider", ("<", "+", "=prov", "enter")),
    ("Practice", ("<", "s")),
    ("Client", ("<", "/", "=chen", "enter")),
    ("Client, further down", ("pgdn",)),
    ("Goal", ("g",)),
    ("Chart", ("esc", "@Timed Up", "enter")),
    ("Note", ("<", "@signed", "v")),
    ("Log: nothing typed yet", ("<", "/", "=novak", "enter", "l")),
    ("Log: what = repeats, and what changed", ("== lp@65 row 3x12 132/78 72 o97 p3 r5 ; ,tol",)),
    ("Log: a hold, with what to do", ("!", "== lp@65 182/104 72")),
    ("Log: a reason to go on", ("^o",)),
    ("Log: faults and suggestions", ("esc", "!", "=lpp 3x12 w 68 o110 !swoln")),
    ("Log: what Tab offers", ("!", "=curl", "tab")),
    ("Log: asked about once", ("!", "=lp 3x12 @650", "enter")),
    ("Log: the grammar", ("?",)),
    ("Log: the rest of the grammar", ("pgdn",)),
    ("Watch: stopwatch", ("esc", "!", "== ", "^w")),
    ("Watch: rest", ("r",)),
    ("Watch: repetitions", ("c", " ", " ", " ")),
    ("Many lines at once", ("esc", "<", "|" + PASTE)),
    ("Two sessions open", ("<",)),
    ("Assess", ("/", "=chen", "enter", "a")),
    ("Assess: numbers in", ("=11.9",)),
    ("Assess: evidence", ("i",)),
    ("Assess: batteries", ("esc", "b")),
    ("Assess: one line", ("esc", ":", "=grip 24 25 24 / 22 21 22 cst 12 tgu 11.9")),
)
EMPTY: Sequence[tuple[str, Sequence[str]]] = (
    ("An empty practice", ()),
    ("The first client", ("@the first client", "enter")),
    ("No referral yet", ("<", "o")),
)


def app(kind: str) -> None:
    """The app on a practice of its own, at a fixed moment: what runs inside the terminal."""
    from medex_tui.app.start import run
    from medex_tui.domain.records.ids import uuid7
    from medex_tui.domain.records.people import Practitioner
    from medex_tui.domain.records.settings import Settings
    from medex_tui.sample import sample_practice
    from medex_tui.store import Store

    numbers = count(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "practice.json"
        store = Store.open(path, by=LOGIN, host="screens", pid=1, create=True)
        if kind == "sample":
            store.load(sample_practice(NOW, owner=LOGIN), at=NOW)
        else:
            mine = Practitioner(
                id="p1", name="A. Okafor", login=LOGIN, credential="MES", created_at=NOW
            )
            made = Settings(
                id="s1", name="Harbor Medical Exercise", timezone="America/New_York", created_at=NOW
            )
            store.load([made, mine], at=NOW)
        store.close()
        run(
            path, login=LOGIN, host="screens", clock=lambda: NOW,
            new_id=lambda: uuid7(NOW, next(numbers).to_bytes(10, "big")), config=Path(folder) / "config",
        )  # fmt: skip


def walked(
    terminal: Terminal, walk: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[tuple[str, str]]:
    """Title and screen of each stop of a walk."""
    terminal.until(lambda: b"\x1b[?2004h" in terminal.written)
    terminal.settle(0.5)
    for title, keys in walk:
        for key in keys:
            step(terminal, key)
        terminal.settle(0.1)
        yield title, painted(terminal)


def step(terminal: Terminal, key: str) -> None:
    """One key of a walk."""
    if key == "<":
        for _ in range(4):
            if "n missed" in terminal.lines[-1] and "╭" not in terminal.text:
                return
            press(terminal, "esc")
    elif key == "!":
        for _ in range(60):
            if terminal.lines[LINE_AT].strip() == ">":
                break
            terminal.send(b"\x15")
            terminal.settle(0.05)
    elif key.startswith("@"):
        for _ in range(60):
            if key[1:] in terminal.marked:
                break
            press(terminal, "down")
    elif (key.startswith("=") and len(key) > 1) or key.startswith("|"):
        terminal.type(key[1:])
        terminal.settle(0.2)
    else:
        press(terminal, key)


def press(terminal: Terminal, key: str) -> None:
    """A key, and what it shows."""
    control = bytes([ord(key[-1].upper()) ^ 0x40]) if len(key) == 2 and key[0] == "^" else None
    terminal.send(control or {**KEYS, "pgdn": b"\x1b[6~"}.get(key) or key.encode())
    terminal.read_some(0.8)
    terminal.settle(0.15)


NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")


def painted(terminal: Terminal) -> str:
    """The screen as text with the codes that colour it: each only where it changes."""
    rows = []
    for y in range(terminal.height):
        line, worn = "", ((), [], [])
        for x in range(terminal.width):
            cell = terminal.screen.buffer[y][x]
            codes = tuple(
                n
                for n, on in (
                    (1, cell.bold),
                    (3, cell.italics),
                    (4, cell.underscore),
                    (7, cell.reverse),
                )
                if on
            )
            wanted = (codes, _colour(cell.fg, 30), _colour(cell.bg, 40))
            if wanted != worn:
                line, worn = f"{line}\x1b[{';'.join(_change(worn, wanted))}m", wanted
            line += cell.data
        # What is blank to the end of a row is cleared there, in its own colour, and not written out.
        rows.append(f"{line.rstrip()}\x1b[K\x1b[0m" if worn != ((), [], []) else line.rstrip())
    return "\n".join(rows)


Worn = tuple[tuple[int, ...], list[str], list[str]]
"""Attributes, the colour of the text, that of its ground."""


def _change(worn: Worn, wanted: Worn) -> list[str]:
    """The codes that lead from one look to another."""
    if not set(worn[0]) <= set(wanted[0]) or any(
        had and not has for had, has in zip(worn[1:], wanted[1:], strict=True)
    ):
        return ["0", *map(str, wanted[0]), *wanted[1], *wanted[2]]
    return [
        *(str(code) for code in wanted[0] if code not in worn[0]),
        *(wanted[1] if wanted[1] != worn[1] else []),
        *(wanted[2] if wanted[2] != worn[2] else []),
    ]


def _colour(name: str, base: int) -> list[str]:
    if name == "default":
        return []
    if name.removeprefix("bright") in NAMES:
        return [
            str(
                base
                + NAMES.index(name.removeprefix("bright"))
                + (60 if name.startswith("bright") else 0)
            )
        ]
    if name == "brightbrown":
        return [str(base + 63)]
    return [str(base + 8), "2", *(str(int(name[n : n + 2], 16)) for n in (0, 2, 4))]


def captured(size: tuple[int, int], look: str) -> Iterator[tuple[str, str]]:
    """Every screen at a size, in a look."""
    for kind, walk in (("sample", WALK), ("empty", EMPTY)):
        with tempfile.TemporaryDirectory() as home:
            env = surroundings(Path(home), PYTHONPATH=str(ROOT), **LOOKS[look])
            with running([sys.executable, __file__, "--app", kind], env, size=size) as terminal:
                yield from walked(terminal, walk)


def main() -> int:
    """Write the files, or show one walk."""
    given = sys.argv[1:]
    if given[:1] == ["--app"]:
        app(given[1])
        return 0
    sizes = [size for size in SIZES if not given or f"{size[0]}x{size[1]}" in given]
    looks = [look for look in LOOKS if len(given) < 2 or look in given]
    for size in sizes:
        for look in looks:
            made = "".join(
                f"\x1b[0;7m {title}, {size[0]}x{size[1]}, {look} \x1b[0m\n{screen}\n\n"
                for title, screen in captured(size, look)
            )
            if given:
                print(made)
                continue
            FOLDER.mkdir(exist_ok=True)
            file = FOLDER / f"{size[0]}x{size[1]}-{look}.ans"
            file.write_text(made, "utf-8")
            print(f"{file.relative_to(ROOT)}: {len(made.encode()) // 1024} kB")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("ESCDELAY", "25")
    sys.exit(main())
