"""The widgets every screen is made of: lines of text, and lines with a cursor.

Only lines that changed are drawn again, so that a key press costs a line on a slow connection, not a screen.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from medex_tui.app.styled_lines import Line, ListRow, Role
from medex_tui.domain.language.plain import terminal_safe

ROLES: tuple[Role, ...] = (
    "dim", "strong", "title", "bad", "warn", "good", "accent", "key", "field", "fault",
)  # fmt: skip


class StyledLines(ScrollView):
    """Lines of text, scrolled when there are more than fit."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"role--{role}" for role in ROLES} | {"lines--cursor"}
    DEFAULT_CSS = """
    StyledLines { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; overflow-x: hidden; }
    StyledLines.one { height: 1; overflow-y: hidden; scrollbar-size-vertical: 0; }
    """

    def __init__(
        self, lines: Sequence[Line] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: list[Line] = list(lines)
        self.rows_taken: int | None = None
        self.can_focus = False

    def show(self, lines: Sequence[Line]) -> None:
        """Put these lines in place of the old ones and draw those that differ."""
        before, self.lines = self.lines, list(lines)
        self._measure()
        top, height, width = self.scroll_offset.y, self.size.height, self.size.width
        for y in range(top, top + height):
            old = before[y] if y < len(before) else None
            new = self.lines[y] if y < len(self.lines) else None
            if old != new:
                self.refresh(Region(0, y - top, width, 1))

    def show_whole(self, lines: Sequence[Line]) -> None:
        """Show these lines and take just the rows they need."""
        if self.rows_taken != len(lines):
            self.rows_taken = self.styles.height = len(lines)
        self.show(lines)

    def _measure(self) -> None:
        self.virtual_size = Size(max(1, self.size.width), len(self.lines))

    def on_resize(self) -> None:
        self._measure()

    def on_mount(self) -> None:
        self._measure()

    def style_of(self, role: Role) -> Style:
        """The theme's style for a role."""
        return self.get_component_rich_style(f"role--{role}") if role else self.rich_style

    def background_of(self, y: int) -> Style | None:
        """A style laid over the whole line `y`, if any."""
        return None

    def render_line(self, y: int) -> Strip:
        """One line of the visible part as a strip."""
        width, at = self.size.width, y + self.scroll_offset.y
        base = self.rich_style
        if at >= len(self.lines):
            return Strip.blank(width, base)
        over = self.background_of(at)
        segments = []
        for text, role in self.lines[at]:
            style = base + self.style_of(role) if role else base
            segments.append(
                Segment(terminal_safe(text).replace("\n", " "), style + over if over else style)
            )
        return Strip(segments).adjust_cell_length(width, base + over if over else base)


class RowList(StyledLines, can_focus=True, inherit_bindings=False):
    """Lines with a cursor that stays on its row, by key, when the rows change."""

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, key: Hashable | None) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: list[ListRow] = []
        self.can_focus = True

    @property
    def key(self) -> Hashable | None:
        """The key of the row under the cursor."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else None

    def show_rows(self, rows: Sequence[ListRow], default: Hashable | None = None) -> None:
        """Put these rows in place. The cursor keeps its key, else goes to `default`, else stays near where it was."""
        held, place = self.key, self.cursor
        self.rows = list(rows)
        self.show([row.line for row in rows])
        keys = [row.key for row in rows]
        wanted = held if held in keys else default
        if wanted is not None and wanted in keys:
            self.cursor = keys.index(wanted)
        else:
            self.cursor = self._nearest(min(place, max(0, len(rows) - 1)))

    def select(self, key: Hashable) -> bool:
        """Put the cursor on the row of this key; False where there is none."""
        keys = [row.key for row in self.rows]
        if key in keys:
            self.cursor = keys.index(key)
        return key in keys

    def _nearest(self, place: int) -> int:
        for distance in range(len(self.rows) + 1):
            for at in (place + distance, place - distance):
                if 0 <= at < len(self.rows) and self.rows[at].key is not None:
                    return at
        return place

    def move(self, step: int) -> None:
        """Move the cursor by so many selectable rows, stopping at the ends."""
        stops = [at for at, row in enumerate(self.rows) if row.key is not None]
        if not stops:
            return
        at = min(range(len(stops)), key=lambda i: abs(stops[i] - self.cursor))
        self.cursor = stops[max(0, min(len(stops) - 1, at + step))]

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the two rows concerned, bring the new one into view and tell the screen."""
        width, top = self.size.width, self.scroll_offset.y
        for at in (before, after):
            self.refresh(Region(0, at - top, width, 1))
        if self.is_mounted:
            # The first row brings the heading above it into view.
            first = next((at for at, row in enumerate(self.rows) if row.key is not None), 0)
            seen_from = 0 if after <= first else after
            if not top <= seen_from or not after < top + self.size.height:
                self.scroll_to(
                    y=seen_from if seen_from < top else after - self.size.height + 1, animate=False
                )
            self.post_message(self.Moved(self.key))

    def background_of(self, y: int) -> Style | None:
        """The row under the cursor is marked."""
        return (
            self.get_component_rich_style("lines--cursor")
            if y == self.cursor and self.key is not None
            else None
        )

    def key_up(self) -> None:
        self.move(-1)

    def key_down(self) -> None:
        self.move(1)

    def key_pageup(self) -> None:
        self.move(-max(1, self.size.height - 2))

    def key_pagedown(self) -> None:
        self.move(max(1, self.size.height - 2))

    def key_home(self) -> None:
        self.move(-len(self.rows))

    def key_end(self) -> None:
        self.move(len(self.rows))
