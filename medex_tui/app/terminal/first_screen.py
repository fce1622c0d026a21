"""The first screen: Today, written to the terminal before Textual is loaded.

Loading Textual takes longer than everything before it. So the lines of Today are written straight
to the terminal in the theme's colors, and the app then draws the same lines over them.
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
from medex_tui.domain.language.plain import cut_line, terminal_safe, terminal_width
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.store import Store

BEGIN = "\x1b[?1049h\x1b[?25l"
"""To the alternate screen, without a cursor, as the app has it."""

END = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[?1049l"
"""Back again; switches off the modes that the app may have begun to set."""

ROLE_COLORS: Mapping[Role, str] = {
    "title": "primary", "bad": "error", "warn": "warning", "good": "success", "accent": "accent",
    "key": "accent",
}  # fmt: skip
THEME_COLOR = re.compile(r'^(\w+)\s*=\s*"(#[0-9a-fA-F]{6})"', re.MULTILINE)
"""A color of a theme file as this screen reads it; the app reads the file as TOML."""

NEEDED_COLORS = {"foreground", "background", *ROLE_COLORS.values()}
BOLD: frozenset[Role] = frozenset(("strong", "title", "bad", "key"))


def text_of(
    store: Store,
    due: Sequence[Obligation],
    now: datetime,
    login: str,
    drafts: Mapping[str, Mapping[str, Any]],
    config: Path,
    *,
    demo: bool,
) -> str:
    """The text to write: Today in the person's own keys and colors, names hidden if they chose so.

    `drafts` are the login's drafts by name.
    """
    size = os.get_terminal_size(1)
    lines, cursor = today_lines(
        store.practice, due, now, login, drafts, size, demo=demo, keymap=own_keys(config)
    )
    if preferences.names_hidden(config):
        from medex_tui.app.terminal import redaction

        names = redaction.NameTable([*store.practice.clients.values(), *store.former_clients()])
        lines = [redaction.hidden(line, names) for line in lines]
    colors = theme_of(config, preferences.shipped_folder(), preferences.DEFAULT_THEME)
    return drawn(lines, cursor, size.columns, styles(colors, os.environ))


def own_keys(config: Path) -> Mapping[str, str]:
    """The person's own keys on Today, by command id; the app reads them again for every screen."""
    path = config / "keys.toml"
    if not path.exists():
        return {}
    from medex_tui.app import keymap

    return keymap.without_clashes(keymap.read(path)[0], [(*TODAY, "help.open")])[0]


def today_lines(
    practice: Practice,
    due: Sequence[Obligation],
    now: datetime,
    login: str,
    drafts: Mapping[str, Mapping[str, Any]],
    size: tuple[int, int],
    *,
    demo: bool,
    keymap: Mapping[str, str] = {},
) -> tuple[list[Line], int]:
    """The lines of Today for `size` (columns, rows), and the index of the selected one."""
    width, height = size
    every = today_rows(
        practice,
        list(due),
        now,
        width,
        open_sessions(drafts),
        left_lines(drafts),
        partial(key_of, keymap=keymap),
        most=height,
    )
    rows, scrolls = every[: height - 3], len(every) > height - 3
    selected = next((n for n, row in enumerate(rows) if row.key), -1)
    lines = [top_line(practice, due, now, login, width, demo=demo)]
    lines += [cropped(row.line, width - 1) if scrolls else row.line for row in rows]
    lines += [[] for _ in range(height - 1 - len(lines))]
    commands = (with_custom_keys(COMMANDS[id], keymap) for id in (*TODAY, "help.open"))
    return [*lines, footer(commands, width)], selected + 1


def cropped(line: Line, width: int) -> Line:
    """As much of a line as fits in `width` columns, safe to print."""
    line_shown: Line = []
    for text, role in line:
        shown = ""
        if width > 0:
            safe = terminal_safe(text).replace("\n", " ")
            shown = cut_line(safe + "x", width + 1)[:-1]
        width -= terminal_width(shown)
        line_shown.append((shown, role))
    return line_shown


def drawn(lines: Sequence[Line], cursor: int, width: int, sgr: Callable[[str, Role], str]) -> str:
    """The lines as one write, every cell of the screen from the top left.

    `sgr` gives the escape codes of a background (`panel`, `cursor`, `background`) and a role.
    """
    last = len(lines) - 1
    sent = BEGIN
    for y, line in enumerate(lines):
        background = "cursor" if y == cursor else "background"
        if y in (0, last):
            background = "panel"
        text, left = "", width
        for shown, role in cropped(line, width):
            left -= terminal_width(shown)
            text += sgr(background, role) + shown
        sent += f"\x1b[{y + 1};1H{text}{sgr(background, '')}{' ' * max(0, left)}"
    return sent + "\x1b[m\x1b[H"


def styles(theme: Mapping[str, str], environment: Mapping[str, str]) -> Callable[[str, Role], str]:
    """Background and role -> escape codes, in as many colors as the terminal is known to have."""
    deep = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    rich = deep or environment.get("TERM", "").endswith("256color")
    if "NO_COLOR" in environment or not rich or not theme:
        return _bold_only

    def code(name: str, lead: str) -> str:
        red, green, blue = (int(theme[name][n : n + 2], 16) for n in (1, 3, 5))
        return f"{lead};2;{red};{green};{blue}" if deep else f"{lead};5;{nearest(red, green, blue)}"

    @cache
    def sgr(background: str, role: Role) -> str:
        color = ROLE_COLORS.get(role, "foreground")
        if background == "cursor" and role in ("", "strong"):
            color = "cursor_text"
        bold = ";1" if role in BOLD or background == "cursor" else ""
        return f"\x1b[0{bold};{code(color, '38')};{code(background, '48')}m"

    return sgr


def _bold_only(background: str, role: Role) -> str:
    """Escape codes without colors."""
    return f"\x1b[0{';1' if role in BOLD or background == 'cursor' else ''}m"


def nearest(red: int, green: int, blue: int) -> int:
    """The palette index (of 256) that rich takes for a color."""
    if max(red, green, blue) - min(red, green, blue) < 0.1 * (red + green + blue):
        grey = round((max(red, green, blue) + min(red, green, blue)) / 510 * 25)
        return {0: 16, 25: 231}.get(grey, 231 + grey)
    six = [value / 95 if value < 95 else 1 + (value - 95) / 40 for value in (red, green, blue)]
    return 16 + 36 * round(six[0]) + 6 * round(six[1]) + round(six[2])


def theme_of(config: Path, shipped: Path, default: str) -> Mapping[str, str]:
    """The colors of the person's theme by name.

    Empty where the file cannot be read so simply; the app then says why.
    """
    name = preferences.kept(config, preferences.THEME) or default
    for folder in (config / "themes", shipped):
        try:
            text = (folder / f"{Path(name).name}.toml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        table = text.partition("\n[colors]")[2].partition("\n[")[0]
        colors = {"panel": "#303030", "cursor": "#005f87", "cursor_text": "#ffffff"}
        colors |= dict(THEME_COLOR.findall(table))
        return colors if colors.keys() >= NEEDED_COLORS else {}
    return {}


@contextmanager
def without_echo(fd: int) -> Iterator[None]:
    """Keep keys typed before the app is up for it, and do not echo them over the first screen."""
    try:
        before = termios.tcgetattr(fd)
    except termios.error:
        yield
        return
    quiet = list(before)
    quiet[0] &= ~termios.ICRNL  # else Enter would reach the app as Ctrl+J
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(fd, termios.TCSANOW, quiet)
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(fd, termios.TCSANOW, before)


class FirstScreen:
    """What is on the terminal before the app is loaded, until the app takes it over."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.shown = False
        self.asked_to_end = False

    def show(self, text: str) -> None:
        """Write the screen."""
        self.shown = True
        write_all(self.fd, text)

    def taken(self) -> bool:
        """Hand the terminal to the app, which restores it from now on.

        Returns whether a signal asked to end meanwhile: code being loaded may have swallowed it.
        """
        self.shown = False
        return self.asked_to_end

    def leave(self, number: int, frame: object) -> None:
        """Signal handler: end at once, and remember it."""
        self.asked_to_end = True
        raise SystemExit(0)


@contextmanager
def shown_until_taken(fd: int) -> Iterator[FirstScreen]:
    """A first screen that is removed again where a signal ends the program before the app is up."""
    screen = FirstScreen(fd)
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, screen.leave)
    try:
        yield screen
    except Exception:
        # Code being loaded may turn the SystemExit of a signal into another error.
        if not screen.asked_to_end:
            raise
        raise SystemExit(0) from None
    finally:
        if screen.shown:
            with suppress(OSError):
                write_all(fd, END)


def write_all(fd: int, text: str) -> None:
    """Write all of a text to the terminal."""
    data = text.encode()
    while data:
        data = data[os.write(fd, data) :]
