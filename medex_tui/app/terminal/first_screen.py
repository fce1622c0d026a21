"""The first screen, on the terminal before Textual is: what is overdue and whom to see, where Today will show them.

Textual takes as long to load as this takes to draw twice. So Today's lines are written straight to the terminal, in
the theme's colours, and the app draws the same lines over them.
"""

from __future__ import annotations

import os
import re
import signal
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from medex_tui.app.commands import COMMANDS, TODAY, footer, key_of, with_custom_keys
from medex_tui.app.state import preferences
from medex_tui.app.state.open_sessions import left_lines, open_sessions
from medex_tui.app.styled_lines import Line, Role
from medex_tui.app.views.today import today_rows, top_line
from medex_tui.domain.language.plain import columns, cut_line, terminal_safe
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.store import Store

BEGIN = "\x1b[?1049h\x1b[?25l"
"""To the alternate screen, and no cursor: as the app has it."""

END = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[?1049l"
"""Back again, with the modes off that the app may have just begun to set."""

COLOURS: Mapping[Role, str] = {
    "title": "primary", "bad": "error", "warn": "warning", "good": "success", "accent": "accent", "key": "accent",
}  # fmt: skip
COLOUR = re.compile(r'^(\w+)\s*=\s*"(#[0-9a-fA-F]{6})"', re.MULTILINE)
"""A colour of a theme file as this screen takes it; the app reads the file as TOML."""

NEEDED = {"foreground", "background", *COLOURS.values()}
BOLD: frozenset[Role] = frozenset(("strong", "title", "bad", "key"))


def text_of(
    store: Store,
    owed: Sequence[Obligation],
    now: datetime,
    login: str,
    kept: Mapping[str, Mapping[str, Any]],
    config: Path,
    *,
    demo: bool,
) -> str:
    """What is to be written to the terminal: Today with the person's own keys and colours, names hidden if they are."""
    size = os.get_terminal_size(1)
    lines, cursor = today_lines(
        store.practice, owed, now, login, kept, size, demo=demo, keymap=own_keys(config)
    )
    if preferences.names_hidden(config):
        from medex_tui.app.terminal import redaction

        names = redaction.NameTable([*store.practice.clients.values(), *store.former_clients()])
        lines = [redaction.hidden(line, names) for line in lines]
    colours = theme_of(config, preferences.shipped_folder(), preferences.DEFAULT_THEME)
    return drawn(lines, cursor, size.columns, styles(colours, os.environ))


def own_keys(config: Path) -> Mapping[str, str]:
    """The person's own keys as Today's first drawing shows them; the app reads them again, for every screen."""
    path = config / "keys.toml"
    if not path.exists():
        return {}
    from medex_tui.app import keymap

    return keymap.settled(keymap.read(path)[0], [(*TODAY, "help.open")])[0]


def today_lines(
    practice: Practice,
    owed: Sequence[Obligation],
    now: datetime,
    login: str,
    kept: Mapping[str, Mapping[str, Any]],
    size: tuple[int, int],
    *,
    demo: bool,
    keymap: Mapping[str, str] = {},
) -> tuple[list[Line], int]:
    """The lines of Today from top to bottom for a screen of `size` columns and rows, and which one the cursor is on."""
    width, height = size
    every = today_rows(
        practice,
        list(owed),
        now,
        width,
        open_sessions(kept),
        left_lines(kept),
        partial(key_of, keymap=keymap),
        most=height,
    )
    rows, bar = every[: height - 3], len(every) > height - 3
    at = next((n for n, row in enumerate(rows) if row.key), -1)
    lines = [top_line(practice, owed, now, login, width, demo=demo)]
    lines += [cropped(row.line, width - 1) if bar else row.line for row in rows]
    lines += [[] for _ in range(height - 1 - len(lines))]
    return [
        *lines,
        footer((with_custom_keys(COMMANDS[id], keymap) for id in (*TODAY, "help.open")), width),
    ], at + 1


def cropped(line: Line, width: int) -> Line:
    """As much of a line as goes into `width` columns, safe to print."""
    kept: Line = []
    for text, role in line:
        shown = (
            cut_line(terminal_safe(text).replace("\n", " ") + "x", width + 1)[:-1]
            if width > 0
            else ""
        )
        width -= columns(shown)
        kept.append((shown, role))
    return kept


def drawn(lines: Sequence[Line], cursor: int, width: int, sgr: Callable[[str, Role], str]) -> str:
    """The lines as one write: every cell of the screen, from the top left."""
    last = len(lines) - 1
    sent = BEGIN
    for y, line in enumerate(lines):
        ground = "panel" if y in (0, last) else "cursor" if y == cursor else "background"
        text, left = "", width
        for shown, role in cropped(line, width):
            left -= columns(shown)
            text += sgr(ground, role) + shown
        sent += f"\x1b[{y + 1};1H{text}{sgr(ground, '')}{' ' * max(0, left)}"
    return sent + "\x1b[m\x1b[H"


def styles(theme: Mapping[str, str], environment: Mapping[str, str]) -> Callable[[str, Role], str]:
    """Ground and role -> escape codes, in as many colours as the terminal is known to have."""
    deep = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    rich = deep or environment.get("TERM", "").endswith("256color")
    if "NO_COLOR" in environment or not rich or not theme:
        return lambda ground, role: f"\x1b[0{';1' if role in BOLD or ground == 'cursor' else ''}m"

    def code(name: str, lead: str) -> str:
        red, green, blue = (int(theme[name][n : n + 2], 16) for n in (1, 3, 5))
        return f"{lead};2;{red};{green};{blue}" if deep else f"{lead};5;{nearest(red, green, blue)}"

    @cache
    def sgr(ground: str, role: Role) -> str:
        wears = (
            "cursor_text"
            if ground == "cursor" and role in ("", "strong")
            else COLOURS.get(role, "foreground")
        )
        bold = ";1" if role in BOLD or ground == "cursor" else ""
        return f"\x1b[0{bold};{code(wears, '38')};{code(ground, '48')}m"

    return sgr


def nearest(red: int, green: int, blue: int) -> int:
    """The one of 256 colours that rich takes for a true one."""
    if max(red, green, blue) - min(red, green, blue) < 0.1 * (red + green + blue):
        grey = round((max(red, green, blue) + min(red, green, blue)) / 510 * 25)
        return 16 if grey == 0 else 231 if grey == 25 else 231 + grey
    six = [value / 95 if value < 95 else 1 + (value - 95) / 40 for value in (red, green, blue)]
    return 16 + 36 * round(six[0]) + 6 * round(six[1]) + round(six[2])


def theme_of(config: Path, shipped: Path, default: str) -> Mapping[str, str]:
    """The colours of the person's theme; none where they are not plain to read, and the app then says why."""
    name = preferences.kept(config, preferences.THEME) or default
    for folder in (config / "themes", shipped):
        try:
            said = (folder / f"{Path(name).name}.toml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        found = dict(COLOUR.findall(said.partition("\n[colors]")[2].partition("\n[")[0]))
        colours = {"panel": "#303030", "cursor": "#005f87", "cursor_text": "#ffffff", **found}
        return colours if colours.keys() >= NEEDED else {}
    return {}


@contextmanager
def without_echo(fd: int) -> Iterator[None]:
    """Keys typed before the app is up are kept for it as they are, and not echoed over the first screen."""
    try:
        before = termios.tcgetattr(fd)
    except termios.error:
        yield
        return
    quiet = list(before)
    quiet[0] &= ~termios.ICRNL  # else Enter would reach the app as ctrl+j
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(fd, termios.TCSANOW, quiet)
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(fd, termios.TCSANOW, before)


class FirstScreen:
    """What stands on the terminal before the app is there, until the app takes it over."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.standing = False
        self.asked_to_end = False

    def show(self, text: str) -> None:
        """Write it."""
        self.standing = True
        write_all(self.fd, text)

    def taken(self) -> bool:
        """From now on the app puts the terminal back. Whether a signal asked us to end meanwhile and was swallowed."""
        self.standing = False
        return self.asked_to_end

    def leave(self, sign: int, frame: object) -> None:
        """A signal: end at once. Code that is just being loaded may swallow that, so it is remembered too."""
        self.asked_to_end = True
        raise SystemExit(0)


@contextmanager
def shown_until_taken(fd: int) -> Iterator[FirstScreen]:
    """A first screen that is taken off again when a signal ends us before the app is there."""
    screen = FirstScreen(fd)
    for sign in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(sign, screen.leave)
    try:
        yield screen
    except Exception:
        # What is being loaded may make another fault of the end that a signal asked for.
        if not screen.asked_to_end:
            raise
        raise SystemExit(0) from None
    finally:
        if screen.standing:
            with suppress(OSError):
                write_all(fd, END)


def write_all(fd: int, text: str) -> None:
    """Write a text to the terminal, all of it."""
    data = text.encode()
    while data:
        data = data[os.write(fd, data) :]
