"""The cells that the terminal shows, and the fewest bytes that turn them into those it should show.

Textual redraws whole rows and whole widgets, which is felt over a slow connection. Its updates pass
through here: only cells that differ are sent, a list that scrolled is moved by the terminal, and
hyperlinks are never sent.

Private names of Textual used here: the update types of `textual._compositor`, which carry the
strips to draw. `Strip.render_ansi` is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from medex_tui.app.terminal.redaction import Cell, NameTable, hidden

UNKNOWN: Cell = ("", "unknown")
"""A cell of which nobody knows what the terminal shows there; equal to no other."""
GAP = 6
"""Unchanged cells between two changes up to which rewriting them is shorter than a cursor move."""
SHIFTS = (1, -1, 2, -2, 3, -3)
"""Rows by which a list may have scrolled."""
SEEN_ON_BLANKS = frozenset(("4", "7", "9", "21", "53"))
"""SGR codes that show on a blank: underline, reverse, strike, double underline, overline."""
SCROLL_SAVES = 160
"""Cells that a scroll must spare to be worth its escape sequences."""


class ScreenBuffer:
    """The rows of the terminal as last written.

    `rows` is what the terminal shows, `unredacted` the same before names were hidden; `names` is
    what is hidden, None for nothing.
    """

    def __init__(self) -> None:
        self.width = 0
        self.rows: list[list[Cell]] = []
        self.unredacted: list[list[Cell]] = []
        self.names: NameTable | None = None

    def forget(self) -> None:
        """Take nothing on the terminal for granted: the next update draws every cell."""
        self.rows = []

    def bytes_for(self, update: CompositorUpdate, console: Console) -> str:
        """The text to write for an update; the buffer then holds its cells."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        if isinstance(update, LayoutUpdate):
            wanted = self._full(update, system)
        elif isinstance(update, ChopsUpdate) and self.unredacted:
            wanted = self._patched(update, system)
            self.rows = self.rows or [[UNKNOWN] * self.width for _ in wanted]
        else:
            self.rows = self.unredacted = []
            return "" if self.names else update.render_segments(console)
        self.unredacted = wanted
        if self.names:
            wanted = [hidden(row, self.names) for row in wanted]
        sent = self._scrolled(wanted)
        for y, row in enumerate(wanted):
            if row != self.rows[y]:
                sent += row_bytes(y, self.rows[y], row)
        self.rows = wanted
        return sent

    def _full(self, update: LayoutUpdate, system: ColorSystem) -> list[list[Cell]]:
        """The rows of a full update; where the size changed, forget what was shown."""
        wanted = [cells(strips, system) for strips in update.strips]
        width, height = update.region.width, update.region.height
        if (width, height) != (self.width, len(self.rows)):
            self.width, self.rows = width, [[UNKNOWN] * width for _ in range(height)]
        return wanted

    def _patched(self, update: ChopsUpdate, system: ColorSystem) -> list[list[Cell]]:
        """The rows as they were, with the changed parts of an update put over them."""
        wanted = list(self.unredacted)
        for y, start, end in update.spans:
            row = list(wanted[y])
            for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= end and stop > start:
                    overlay(row, x, cells([strip], system)[: min(stop, end) - x])
            wanted[y] = row
        return wanted

    def _scrolled(self, wanted: Sequence[list[Cell]]) -> str:
        """Have the terminal move rows that only changed place, where that saves much."""
        changed = [y for y, row in enumerate(wanted) if row != self.rows[y]]
        if len(changed) < 5:
            return ""
        top, end = changed[0], changed[-1] + 1
        blank = [UNKNOWN] * self.width

        def cost(shift: int) -> int:
            before = [
                self.rows[y + shift] if top <= y + shift < end else blank for y in range(top, end)
            ]
            return sum(
                a != b
                for old, new in zip(before, wanted[top:end], strict=True)
                for a, b in zip(old, new, strict=True)
            )

        shift = min(SHIFTS, key=cost)
        if cost(0) - cost(shift) < SCROLL_SAVES:
            return ""
        blanks = [blank] * abs(shift)
        block = self.rows[top:end]
        self.rows[top:end] = [*block[shift:], *blanks] if shift > 0 else [*blanks, *block[:shift]]
        letter = "M" if shift > 0 else "L"
        return f"\x1b[{top + 1};{end}r\x1b[{top + 1};1H\x1b[{abs(shift)}{letter}\x1b[r"


class BufferUpdate(CompositorUpdate):
    """An update of Textual's, sent through a screen buffer."""

    def __init__(self, buffer: ScreenBuffer, update: CompositorUpdate) -> None:
        self.buffer, self.update = buffer, update

    def render_segments(self, console: Console) -> str:
        """The fewest bytes for the update."""
        return self.buffer.bytes_for(self.update, console)


def cells(strips: Iterable[Strip], system: ColorSystem) -> list[Cell]:
    """Strips as cells: text and SGR codes of each."""
    row: list[Cell] = []
    for strip in strips:
        for text, style, _ in strip:
            codes = Strip.render_ansi(style, system) if style else ""
            if is_narrow(text):
                blank = (" ", blank_codes(codes))
                row += [blank if char == " " else (char, codes) for char in text]
            elif width := cell_len(text):
                row += [(text, codes), *[("", codes)] * (width - 1)]
    return row


@lru_cache(4096)
def is_narrow(text: str) -> bool:
    """Whether every character takes one column on its own."""
    return text.isascii() or all(cell_len(char) == 1 for char in text)


def overlay(row: list[Cell], x: int, over: Sequence[Cell]) -> None:
    """Put cells over a row from column `x`; what remains of a wide text cut by them is blanked."""
    for edge in (x, x + len(over)):
        if edge < len(row) and not row[edge][0]:
            column = max((n for n in range(edge) if row[n][0]), default=0)
            row[column] = (" ", row[column][1])
            while (column := column + 1) < len(row) and not row[column][0]:
                row[column] = (" ", row[column][1])
    row[x : x + len(over)] = over


def row_bytes(y: int, shown: Sequence[Cell], wanted: Sequence[Cell]) -> str:
    """The text that turns row `y` from `shown` into `wanted`."""
    sent, codes = "", ""
    for start, end in runs(shown, wanted):
        sent += f"\x1b[{y + 1};{start + 1}H"
        for text, wish in wanted[start:end]:
            if wish != codes and not (text == " " and wish == blank_codes(codes)):
                sent += style_change(codes, wish)
                codes = wish
            sent += text
    return sent + ("\x1b[m" if codes else "")


def runs(shown: Sequence[Cell], wanted: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Start and end column of each stretch to write; short gaps are included.

    A row with text of uncertain width is one stretch.
    """
    if any(len(text) != 1 for text, _ in (*shown, *wanted)):
        yield 0, len(wanted)
        return
    start = end = -1
    for x, cell in enumerate(wanted):
        if cell == shown[x]:
            continue
        if start >= 0 and x - end > GAP:
            yield start, end
            start = x
        start, end = (x if start < 0 else start), x + 1
    if start >= 0:
        yield start, end


@lru_cache(4096)
def style_change(before: str, after: str) -> str:
    """The escape sequence from one style to another: only what changes, unless something ends."""
    old, new = parts(before), parts(after)
    if old[0] <= new[0] and (new[1] or not old[1]) and (new[2] or not old[2]):
        added = [
            *sorted(new[0] - old[0]),
            *(n for o, n in zip(old[1:], new[1:], strict=True) if o != n),
        ]
    else:
        added = ["0", *sorted(new[0]), *filter(None, new[1:])]
    return f"\x1b[{';'.join(map(str, added))}m"


@lru_cache(4096)
def blank_codes(codes: str) -> str:
    """The part of a style that shows on a blank: the background; all of one with lines."""
    attributes, _, background = parts(codes)
    return codes if attributes & SEEN_ON_BLANKS else background


@lru_cache(4096)
def parts(codes: str) -> tuple[frozenset[str], str, str]:
    """SGR codes as attributes, foreground and background."""
    attributes, colors = set[str](), {"3": "", "4": ""}
    waiting = iter(codes.split(";") if codes else ())
    for code in waiting:
        if code in ("38", "48"):
            kind = next(waiting)
            rest = [next(waiting) for _ in range(1 if kind == "5" else 3)]
            colors[code[0]] = ";".join((code, kind, *rest))
        elif len(code) == 2 and code[0] in "34":
            colors[code[0]] = code
        elif len(code) >= 2 and code[:-1] in ("9", "10"):
            colors["3" if code[:-1] == "9" else "4"] = code
        else:
            attributes.add(code)
    return frozenset(attributes), colors["3"], colors["4"]
