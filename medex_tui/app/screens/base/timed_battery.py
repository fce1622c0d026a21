"""A battery with a stopwatch or counter in the selected box."""

from __future__ import annotations

from textual.timer import Timer

from medex_tui.app.screens.base.battery import BatteryScreen
from medex_tui.app.state.box_timer import Timing, times
from medex_tui.app.styled_lines import Role

TICK_S = 0.1


class TimedBatteryScreen(BatteryScreen):
    """Space starts and stops a stopwatch, or counts; subclasses put its result into the box."""

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.timing = Timing()
        self.ticking: Timer | None = None

    def put(self, text: str) -> None:
        """Replace the text of the selected box."""
        raise NotImplementedError

    def live_text(self) -> str:
        """What the selected box shows: what runs in it, else its text."""
        return self.timing.text(self.here, self.here.boxes[self.box]) if self.rows else ""

    def place(self, row: int, box: int) -> None:
        self.stop_watch()
        super().place(row, box)

    def action_battery_watch(self) -> None:
        if not self.rows:
            return
        if not times(self.here, self.box):
            watch = self.key_of("battery.watch")
            self.show_status(f"{watch} times and counts; this box takes a number.", "dim")
        elif not self.timing.press(self.here, self.box):
            self.take_timing()
        else:
            self.ticking = self.ticking or self.set_interval(TICK_S, self.tick)
            self.tick()

    def tick(self) -> None:
        """Show what runs; ring the bell when its time is up, as the tester looks at the client."""
        if self.timing.on:
            if rings := self.timing.rings_now():
                self.app.bell()
            role: Role = "good" if rings or self.timing.rung else "accent"
            self.show_status(self.timing.told(self.key_of), role)
        self.update_content()

    def take_timing(self, *, times_too: bool = True) -> None:
        """Stop, and put the count or the time into the box; a time only where `times_too`."""
        if not self.timing.on:
            return
        text = self.live_text()
        fills = self.timing.fills and (times_too or self.timing.counted is not None)
        self.stop_watch()
        self.show_status("")
        if fills:
            self.put(text)

    def stop_watch(self) -> None:
        """Stop without a result."""
        self.timing.stop()
        if self.ticking:
            self.ticking.stop()
            self.ticking = None

    def action_go_back(self) -> None:
        if self.timing.on:
            self.stop_watch()
            self.show_status("Stopped; nothing was taken.", "warn")
            self.update_content()
        else:
            super().action_go_back()
