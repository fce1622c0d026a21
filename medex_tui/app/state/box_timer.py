"""What runs in a box of an assessment: a stopwatch, or a counter with the clock of its test."""

from __future__ import annotations

import time
from collections.abc import Callable

from medex_tui.app.state.battery import BatteryRow, box_unit, box_width

COUNTED = ("reps", "steps")
STAGE_S = 10.0
"""How long a stage of a balance test is held (STEADI, SPPB)."""


class Timing:
    """Off, timing or counting. `rings_s` is when the bell is rung, in seconds from the start.

    `fills`: whether the result goes into the box; the box of a six-minute walk takes a distance.
    """

    def __init__(self) -> None:
        self.started: float | None = None
        self.counted: int | None = None
        self.rings_s: float | None = None
        self.rung = False
        self.fills = False

    @property
    def on(self) -> bool:
        """Whether anything runs."""
        return self.started is not None

    @property
    def elapsed(self) -> float:
        """Seconds since the start, 0 when nothing runs."""
        return 0.0 if self.started is None else time.monotonic() - self.started

    def press(self, row: BatteryRow, box: int) -> bool:
        """Space in a box: start, or count one more; False where a running stopwatch is to stop."""
        if self.started is None:
            unit = box_unit(row, box)
            counts = unit in COUNTED
            self.fills = counts or unit == "s"
            # A test of set length starts with the clock, else the first press counts.
            self.counted = None
            if counts:
                self.counted = 0 if row.of.lasts_s else 1
            self.started, self.rung = time.monotonic(), False
            self.rings_s = rings_s(row, box)
        elif self.counted is not None:
            self.counted += 1
        else:
            return False
        return True

    def stop(self) -> None:
        """Off, without a result."""
        self.started = self.counted = None

    def rings_now(self) -> bool:
        """True once, when the time is up."""
        if self.rung or self.rings_s is None or self.elapsed < self.rings_s:
            return False
        self.rung = True
        return True

    def text(self, row: BatteryRow, box: str = "") -> str:
        """What the box shows and takes: the count, or seconds as finely as its rule asks."""
        if not (self.on and self.fills):
            return box
        if self.counted is not None:
            return str(self.counted)
        measure = row.of
        fine = measure.combine == "sppb" or (measure.decimals > 1 and measure.unit != "user")
        texts = [f"{self.elapsed:.{places}f}" for places in ((2, 1, 0) if fine else (1, 0))]
        return next((text for text in texts if len(text) <= box_width(measure)), texts[-1])

    def told(self, key: Callable[[str], str]) -> str:
        """What runs, in a sentence; `key` gives the key of a command id."""
        space = key("battery.watch")
        up = self.rings_s is not None and self.elapsed >= self.rings_s
        if not self.fills:
            ran = int(self.elapsed)
            return (
                f"{'TIME' if up else f'{ran // 60}:{ran % 60:02} gone'}. {space} stops the clock."
            )
        if self.counted is None:
            thrown = f"{key('go.back')} throws it away"
            state = "TIME" if up else "Running"
            return f"{state}. {space} stops and drops the time into the box; {thrown}."
        if up:
            return f"TIME. {self.counted} counted; Enter takes it, {space} adds one."
        of = f" of {self.rings_s:g}" if self.rings_s else ""
        counted = f"{self.counted} counted at {int(self.elapsed)}{of} s."
        return f"{counted} {space} adds one, Enter takes it."


def rings_s(row: BatteryRow, box: int) -> float | None:
    """Seconds after which a test is over by its rule, None for one without an end."""
    measure = row.of
    if measure.lasts_s is not None:
        return float(measure.lasts_s)
    staged = measure.combine == "stages" or (measure.combine == "sppb" and box < 3)
    return STAGE_S if staged else measure.ceiling


def times(row: BatteryRow, box: int) -> bool:
    """Whether the space bar does something in a box."""
    return box_unit(row, box) in ("s", *COUNTED) or row.of.lasts_s is not None
