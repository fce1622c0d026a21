"""Stopwatch, rest timer and repetition counter in large digits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from medex_tui.app.commands import bindings, hints
from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Line, plain
from medex_tui.app.widgets.lists import StyledLines

Mode = Literal["stopwatch", "rest", "count"]
TITLES: dict[Mode, str] = {"stopwatch": "STOPWATCH", "rest": "REST", "count": "REPETITIONS"}
REST_S = 60
REST_STEP_S = 15
REST_MOST_S = 900
TICK_S = 0.2
LONGEST_S = 1800
"""Seconds after which a running stopwatch counts as forgotten."""

GLYPHS = {
    "0": "###|# #|# #|# #|###", "1": " # |## | # | # |###", "2": "###|  #|###|#  |###",
    "3": "###|  #|###|  #|###", "4": "# #|# #|###|  #|  #", "5": "###|#  |###|  #|###",
    "6": "###|#  |###|# #|###", "7": "###|  #|  #| # | # ", "8": "###|# #|###|# #|###",
    "9": "###|# #|###|  #|###", ":": " |#| |#| ",
}  # fmt: skip
"""Five rows of dots a character; `large` makes each dot a block of cells."""


def large(text: str, width: int, height: int) -> list[str]:
    """Digits and colons as rows of blocks, as large as `width` by `height` cells allow."""
    dots = sum(len(GLYPHS[c].split("|")[0]) + 1 for c in text) - 1
    tall = max(1, min(height // 5, 6))
    wide = max(1, min(width // dots, 2 * tall))
    rows = []
    for y in range(5):
        row = " ".join(GLYPHS[c].split("|")[y] for c in text)
        rows += ["".join(("█" if dot == "#" else " ") * wide for dot in row)] * tall
    indent = " " * max(0, (width - dots * wide) // 2)
    return [indent + row for row in rows]


class StopwatchDialog(Dialog):
    """Space starts, stops or counts. The result is text for the line, `30s` or `x12`, or None."""

    BINDINGS: ClassVar = bindings(
        "watch.space", "watch.take", "watch.stopwatch", "watch.rest", "watch.count", "watch.more",
        "watch.less", "watch.zero", "go.back", over_entry=True,
    )  # fmt: skip
    DEFAULT_CSS = """
    StopwatchDialog #digits { height: 1fr; }
    """

    def __init__(
        self, mode: Mode = "stopwatch", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.mode: Mode = mode
        self.clock = clock
        self.started: float | None = None
        self.before = 0.0
        self.count = 0
        self.rest_s = REST_S
        self.rung = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield StyledLines(id="title", classes="one")
            yield StyledLines(id="digits")
            yield StyledLines(id="watch-keys")

    def on_mount(self) -> None:
        self.show_keys()
        self.show()
        self.set_interval(TICK_S, self.tick)

    def on_resize(self) -> None:
        self.show_keys()
        self.call_after_refresh(self.show)

    def show_keys(self) -> None:
        """Show the keys that work here, below the digits."""
        own = [command for command in self.commands() if not command.of_app]
        self.query_one("#watch-keys", StyledLines).show_whole(hints(own, self.app.size.width - 4))

    @property
    def elapsed(self) -> float:
        """Seconds measured so far, with those before the last stop."""
        return self.before + (self.clock() - self.started if self.started is not None else 0.0)

    @property
    def at_work(self) -> bool:  # type: ignore[override]
        """A running watch is in use: during a six-minute walk no key is pressed."""
        return self.started is not None and self.elapsed < LONGEST_S

    @property
    def shown(self) -> str:
        """The digits: `0:42`, `12`."""
        if self.mode == "count":
            return str(self.count)
        seconds = (
            int(self.elapsed)
            if self.mode == "stopwatch"
            else max(0, self.rest_s - int(self.elapsed))
        )
        return f"{seconds // 60}:{seconds % 60:02}"

    def tick(self) -> None:
        """Update the digits; ring once when a rest is over."""
        if self.started is None or self.mode == "count":
            return
        if self.mode == "rest" and self.elapsed >= self.rest_s and not self.rung:
            self.rung = True
            self.app.bell()
        self.show()

    def show(self) -> None:
        """Draw the title and the digits."""
        over = self.mode == "rest" and self.elapsed >= self.rest_s
        starts = f"{self.key_of('watch.space')} starts" if self.mode != "count" else ""
        word = "running" if self.started is not None else starts
        if over:
            word = "GO"
        self.query_one("#title", StyledLines).show(
            [plain(f" {TITLES[self.mode]}   {word}", "bad" if over else "title")]
        )
        digits = self.query_one("#digits", StyledLines)
        size = digits.size
        drawn = large(self.shown, max(20, size.width), max(5, size.height - 1))
        lines: list[Line] = [[]] * max(0, (size.height - len(drawn)) // 2)
        digits.show([*lines, *(plain(row, "warn" if over else "strong") for row in drawn)])

    def action_watch_space(self) -> None:
        if self.mode == "count":
            self.count += 1
        elif self.started is None:
            if self.mode == "rest" and self.elapsed >= self.rest_s:
                self.before = 0.0
            self.started, self.rung = self.clock(), False
        else:
            self.before, self.started = self.elapsed, None
        self.show()

    def set_mode(self, mode: Mode) -> None:
        """Change the mode and start from zero."""
        self.mode, self.started, self.before = mode, None, 0.0
        self.show()

    def action_watch_stopwatch(self) -> None:
        self.set_mode("stopwatch")

    def action_watch_rest(self) -> None:
        self.set_mode("rest")

    def action_watch_count(self) -> None:
        self.set_mode("count")

    def action_watch_more(self) -> None:
        self.rest_s = min(REST_MOST_S, self.rest_s + REST_STEP_S)
        self.show()

    def action_watch_less(self) -> None:
        if self.mode == "count":
            self.count = max(0, self.count - 1)
        else:
            self.rest_s = max(REST_STEP_S, self.rest_s - REST_STEP_S)
        self.show()

    def action_watch_zero(self) -> None:
        self.started, self.before, self.count = None, 0.0, 0
        self.show()

    def action_watch_take(self) -> None:
        seconds = round(self.elapsed)
        if self.mode == "count":
            self.dismiss(f"x{self.count}" if self.count else None)
        elif self.mode == "stopwatch" and seconds:
            self.dismiss(f"{seconds}s")
        else:
            self.dismiss(None)
