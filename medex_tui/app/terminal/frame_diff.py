"""What the terminal shows, cell by cell, and the fewest bytes that turn it into what it should show.

Textual draws whole rows and whole widgets anew. Over a slow line that is felt, so its updates pass through here:
only cells that differ are sent, a list that scrolled is moved by the terminal, and links are never sent at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from medex_tui.app.terminal.redaction import Cell, NameTable, hidden

UNKNOWN: Cell = ("", "unknown")
GAP = 6
"""Cells that are as quickly written again as passed over."""
SHIFTS = (1, -1, 2, -2, 3, -3)
"""Rows a list may have scrolled by."""
SEEN_ON_BLANKS = frozenset(("4", "7", "9", "21", "53"))
"""SGR codes for underline, reverse, strike, double underline and overline."""
WORTH = 160
"""Cells a scroll must save."""


class ScreenBuffer:
    """The rows of a terminal as last written; `open` as they are before names are hidden, `names` what is hidden."""

    def __init__(self) -> None:
        self.width = 0
        self.rows: list[list[Cell]] = []
        self.open: list[list[Cell]] = []
        self.names: NameTable | None = None

    def forget(self) -> None:
        """Take nothing on the terminal for granted: the next update draws everything."""
        self.rows = []

    def bytes_for(self, update: CompositorUpdate, console: Console) -> str:
        """The text that brings the terminal up to an update, which it then shows."""
        system = console._color_system or ColorSystem.TRUECOLOR
        if isinstance(update, LayoutUpdate):
            wanted = self._whole(update, system)
        elif isinstance(update, ChopsUpdate) and self.open:
            wanted = self._patched(update, system)
            self.rows = self.rows or [[UNKNOWN] * self.width for _ in wanted]
        else:
            self.rows = self.open = []
            return "" if self.names else update.render_segments(console)
        self.open = wanted
        if self.names:
            wanted = [hidden(row, self.names) for row in wanted]
        sent = self._scrolled(wanted)
        for y, row in enumerate(wanted):
            if row != self.rows[y]:
                sent += written(y, self.rows[y], row)
        self.rows = wanted
        return sent

    def _whole(self, update: LayoutUpdate, system: ColorSystem) -> list[list[Cell]]:
        """The rows of a full update; on another size nothing shown before is counted on."""
        wanted = [cells(strips, system) for strips in update.strips]
        width, height = update.region.width, update.region.height
        if (width, height) != (self.width, len(self.rows)):
            self.width, self.rows = width, [[UNKNOWN] * width for _ in range(height)]
        return wanted

    def _patched(self, update: ChopsUpdate, system: ColorSystem) -> list[list[Cell]]:
        """The rows as they were, with the changed parts of an update laid over them."""
        wanted = list(self.open)
        for y, start, end in update.spans:
            row = list(wanted[y])
            for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= end and stop > start:
                    overlay(row, x, cells([strip], system)[: min(stop, end) - x])
            wanted[y] = row
        return wanted

    def _scrolled(self, wanted: Sequence[list[Cell]]) -> str:
        """Have the terminal move the rows that only changed place, where that saves much."""
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
        if cost(0) - cost(shift) < WORTH:
            return ""
        blanks = [blank] * abs(shift)
        block = self.rows[top:end]
        self.rows[top:end] = [*block[shift:], *blanks] if shift > 0 else [*blanks, *block[:shift]]
        return f"\x1b[{top + 1};{end}r\x1b[{top + 1};1H\x1b[{abs(shift)}{'M' if shift > 0 else 'L'}\x1b[r"


class BufferUpdate(CompositorUpdate):
    """An update of Textual's, sent by way of a frame."""

    def __init__(self, frame: ScreenBuffer, update: CompositorUpdate) -> None:
        self.frame, self.update = frame, update

    def render_segments(self, console: Console) -> str:
        """The least bytes for it."""
        return self.frame.bytes_for(self.update, console)


def cells(strips: Iterable[Strip], system: ColorSystem) -> list[Cell]:
    """Strips as cells."""
    made: list[Cell] = []
    for strip in strips:
        for text, style, _ in strip:
            codes = Strip.render_ansi(style, system) if style else ""
            if plain(text):
                blank = (" ", ground(codes))
                made += [blank if char == " " else (char, codes) for char in text]
            elif wide := cell_len(text):
                made += [(text, codes), *[("", codes)] * (wide - 1)]
    return made


@lru_cache(4096)
def plain(text: str) -> bool:
    """Whether every character takes one column on its own."""
    return text.isascii() or all(cell_len(char) == 1 for char in text)


def overlay(row: list[Cell], x: int, over: Sequence[Cell]) -> None:
    """Put cells over a row; what is left of a wide text they cut through is blank."""
    for cut in (x, x + len(over)):
        if cut < len(row) and not row[cut][0]:
            at = max((n for n in range(cut) if row[n][0]), default=0)
            row[at] = (" ", row[at][1])
            while (at := at + 1) < len(row) and not row[at][0]:
                row[at] = (" ", row[at][1])
    row[x : x + len(over)] = over


def written(y: int, shown: Sequence[Cell], wanted: Sequence[Cell]) -> str:
    """The bytes that turn one row into another. A row with text of uncertain width is written whole."""
    sent, codes = "", ""
    for start, end in runs(shown, wanted):
        sent += f"\x1b[{y + 1};{start + 1}H"
        for text, wish in wanted[start:end]:
            if wish != codes and not (text == " " and wish == ground(codes)):
                sent += turned(codes, wish)
                codes = wish
            sent += text
    return sent + ("\x1b[m" if codes else "")


def runs(shown: Sequence[Cell], wanted: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch to write, short gaps included."""
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
def turned(before: str, after: str) -> str:
    """The escape sequence from one style to another: only what changes, where nothing must be switched off."""
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
def ground(codes: str) -> str:
    """What of a style is seen where nothing is written: the background, and lines and reversal that show there too."""
    attributes, _, background = parts(codes)
    return codes if attributes & SEEN_ON_BLANKS else background


@lru_cache(4096)
def parts(codes: str) -> tuple[frozenset[str], str, str]:
    """SGR codes as attributes, foreground and background."""
    attributes, colours = set[str](), {"3": "", "4": ""}
    waiting = iter(codes.split(";") if codes else ())
    for code in waiting:
        if code in ("38", "48"):
            kind = next(waiting)
            rest = [next(waiting) for _ in range(1 if kind == "5" else 3)]
            colours[code[0]] = ";".join((code, kind, *rest))
        elif len(code) == 2 and code[0] in "34":
            colours[code[0]] = code
        elif len(code) >= 2 and code[:-1] in ("9", "10"):
            colours["3" if code[:-1] == "9" else "4"] = code
        else:
            attributes.add(code)
    return frozenset(attributes), colours["3"], colours["4"]
