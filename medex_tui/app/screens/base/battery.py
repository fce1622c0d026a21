"""The rows of an assessment's battery, the cursor in them, and the commands that change them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from medex_tui.app.dialogs.ask import PromptDialog
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.screens.base.assessment import AssessmentScreen
from medex_tui.app.state.battery import (
    CONDITIONS,
    MOST_TRIALS,
    BatteryRow,
    battery_of,
    has_parts,
    order,
    paired_with,
    rows_for,
    typed_in,
    way_of,
    ways_of,
    with_trial,
)
from medex_tui.app.state.battery_presets import (
    batteries,
    battery_choices,
    battery_for,
    measure_choices,
    reference_choices,
    switched,
)
from medex_tui.domain.measures import catalogue


def other_side(row: BatteryRow, other: BatteryRow) -> bool:
    """Whether another row is the other side of one whose sides stand apart."""
    same = (row.measure, row.label) == (other.measure, other.label)
    return row.of.by_side and same and row.side != other.side


class BatteryScreen(AssessmentScreen):
    """Rows of boxes: add, remove, name and pair them, and save them as a battery."""

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.rows: list[BatteryRow] = []
        self.row = 0
        self.box = 0
        self.summary: str | None = None

    @property
    def here(self) -> BatteryRow:
        """The selected row."""
        return self.rows[self.row]

    def group(self, n: int) -> list[BatteryRow]:
        """The rows that make one score with row `n`: both sides, or all activities."""
        row = self.rows[n]
        if row.of.labelled or row.of.by_side:
            return [row]
        return [r for r in self.rows if r.measure == row.measure]

    def pairs(self, n: int, other: int) -> bool:
        """Whether two indices are the same row, or the two sides of one."""
        a, b = self.rows[min(n, other)], self.rows[max(n, other)]
        return n == other or paired_with(a, b)

    def hold(self) -> None:
        """Write the numbers to the drafts."""
        if any(not row.empty for row in self.rows):
            name = f"assessment:{self.client_id}"
            held = {
                "rows": msgspec.to_builtins(self.rows),
                "summary": self.summary,
                "at": self.context.now.isoformat(),
            }
            self.context.drafts.hold(name, held)

    def place(self, row: int, box: int) -> None:
        """Put the cursor on a box, or the nearest one there is."""
        self.row = max(0, min(len(self.rows) - 1, row))
        self.box = max(0, min(len(self.here.boxes) - 1, box)) if self.rows else 0
        self.update_content()

    def move(self, step: int) -> None:
        """Go `step` boxes on, in the order in which sides take turns, over the ends of rows."""
        boxes = order(self.rows)
        at = boxes.index((self.row, self.box)) + step
        if 0 <= at < len(boxes):
            self.place(*boxes[at])

    # -- the rows

    def action_battery_name(self) -> None:
        row = self.here
        if row.measure != "psfs" and not row.of.labelled:
            self.show_status("Only an activity, a task or a muscle has a name of its own.", "dim")
            return
        at = self.row

        def name(label: str) -> None:
            pair = [
                n for n in (at - 1, at, at + 1) if 0 <= n < len(self.rows) and self.pairs(at, n)
            ]
            for n in pair:
                self.rows[n] = msgspec.structs.replace(self.rows[n], label=" ".join(label.split()))
            self.hold()
            self.update_content()

        self.context.ask(
            PromptDialog("Name", "The activity, task or muscle, in plain words", row.label), name
        )

    def action_battery_device(self) -> None:
        row = self.here

        def take(said: str) -> None:
            parts = [part.strip() or None for part in said.split(";")]
            held = dict(zip(CONDITIONS, [*parts, *[None] * len(CONDITIONS)], strict=False))
            self.rows = [
                msgspec.structs.replace(r, **held) if r.measure == row.measure else r
                for r in self.rows
            ]
            self.hold()
            self.update_content()

        now = "; ".join(getattr(row, name) or "" for name in CONDITIONS).rstrip("; ")
        about = ["Different setup: change not compared."]
        if row.of.record_with:
            about.append(
                "The protocol asks for: "
                f"{', '.join(w.replace('_', ' ') for w in row.of.record_with)}."
            )
        self.context.ask(
            PromptDialog("Test conditions", "; ".join(CONDITIONS), now, about=about), take
        )

    def action_battery_add(self) -> None:
        known = catalogue()

        def add(id: str) -> None:
            there = any(r.measure == id for r in self.rows)
            if there and not (known.measure(id).labelled or id == "psfs"):
                self.place(next(n for n, r in enumerate(self.rows) if r.measure == id), 0)
                self.show_status("It is in the battery already.", "dim")
                return
            readings = self.past[-1].readings if self.past and not there else []
            fresh = rows_for(known.measure(id), readings)
            if id == "psfs" and there:
                fresh = fresh[:1]
            last = max(
                (n for n, r in enumerate(self.rows) if r.measure == id), default=len(self.rows) - 1
            )
            self.rows[last + 1 : last + 1] = fresh
            self.place(last + 1, 0)

        self.context.ask(Picker("Add a measure, by name or domain", measure_choices), add)

    def action_battery_remove(self) -> None:
        if not self.rows:
            return
        row = self.here
        gone = [r for r in self.rows if r.measure == row.measure and r.label == row.label]
        if any(not r.empty for r in gone):
            self.show_status("It holds numbers: empty its boxes first.", "warn")
            return
        self.rows = [r for r in self.rows if r not in gone]
        self.place(min(self.row, len(self.rows) - 1), 0)
        self.redraw()

    def action_battery_trial(self) -> None:
        row = self.here
        if has_parts(row.of) or row.measure == "psfs":
            self.show_status("This measure has no trials.", "dim")
        elif len(row.boxes) >= MOST_TRIALS:
            self.show_status(f"{MOST_TRIALS} trials are the most.", "dim")
        else:
            self.rows = [
                with_trial(r) if n == self.row or self.adjacent_pair(n) else r
                for n, r in enumerate(self.rows)
            ]
            self.place(self.row, len(self.here.boxes) - 1)

    def adjacent_pair(self, n: int) -> bool:
        """Whether row `n` is the other side of the row under the cursor."""
        return abs(n - self.row) == 1 and self.pairs(n, self.row)

    def action_battery_unit(self) -> None:
        row = self.here
        offered = ways_of(row.of)
        if len(offered) < 2:
            self.show_status(
                f"{row.of.short} is taken in {offered[0].said or 'plain numbers'} only.", "dim"
            )
            return
        following = offered[(offered.index(way_of(row)) + 1) % len(offered)]
        self.rows = [
            typed_in(r, following) if r.measure == row.measure and r.label == row.label else r
            for r in self.rows
        ]
        self.show_status(f"{row.of.short} is typed in {following.said}.", "accent")
        self.hold()
        self.update_content()

    def action_battery_side(self) -> None:
        row = self.here
        if row.of.direction == "user":
            following: dict[str | None, Literal["less", "more"] | None] = {
                None: "less",
                "less": "more",
                "more": None,
            }
            self.rows[self.row] = msgspec.structs.replace(row, better=following[row.better])
            self.show_status(
                f"{following[row.better] or 'neither more nor less'} is better in this task.",
                "accent",
            )
            self.hold()
            self.update_content()
            return
        if row.of.sides != "L_or_R":
            self.show_status("Both sides have their rows, or the measure has no sides.", "dim")
            return
        self.rows[self.row] = msgspec.structs.replace(row, side="L" if row.side == "R" else "R")
        self.hold()
        self.update_content()

    # -- batteries and references, kept in the settings

    def action_battery_set(self) -> None:
        kept = self.context.practice.settings.batteries
        offered = battery_choices(kept, measured_before=bool(self.past))

        def settle(key: str) -> None:
            what, _, id = key.partition(":")
            if what == "keep":
                self.keep_battery()
            elif what == "drop":
                self.run_worker(
                    self.keep_settings(batteries={k: v for k, v in kept.items() if k != id})
                )
            else:
                self.take_battery(next((b.measures for b in batteries(kept) if b.id == id), None))

        words = Picker(
            "Battery", lambda q: [c for c in offered if q.lower() in f"{c.name} {c.beside}".lower()]
        )
        self.context.ask(words, settle)

    def take_battery(self, ids: list[str] | None) -> None:
        """Replace the rows by these measures (None: those of last time); rows with numbers stay."""
        filled = [r for r in self.rows if not r.empty]
        there = {r.measure for r in filled}
        like = self.past[-1].readings if self.past else []
        fresh = (
            battery_of(self.past, [])
            if ids is None
            else [r for i in ids for r in rows_for(catalogue().measure(i), like)]
        )
        self.rows = [
            *[r for r in self.rows if r.measure in there],
            *(r for r in fresh if r.measure not in there),
        ]
        self.place(0, 0)
        self.redraw()

    def keep_battery(self) -> None:
        """Save the measures on screen as a battery under a name."""
        kept = self.context.practice.settings.batteries
        measures = list(dict.fromkeys(r.measure for r in self.rows))
        likely = battery_for(self.context.practice, self.client_id)

        def keep(name: str) -> None:
            wanted = " ".join(name.split())
            id = next(
                (b.id for b in batteries(kept) if b.name.casefold() == wanted.casefold()), wanted
            )
            self.run_worker(self.keep_settings(batteries={**kept, id: measures}))
            self.show_status(f"Kept as {wanted}: {len(measures)} measures.", "good")

        about = ["A name that is there already is changed; a new one is added.",
                 "There: " + ", ".join(b.name for b in batteries(kept))]  # fmt: skip
        refuse = lambda said: None if said else "A name is needed."  # noqa: E731
        self.context.ask(
            PromptDialog("Keep this battery", "Name", likely.name, about=about, refuse=refuse), keep
        )

    async def keep_settings(self, **fields: Any) -> None:
        """Save settings of the practice."""
        await self.context.save([msgspec.structs.replace(self.context.practice.settings, **fields)])

    def action_battery_references(self) -> None:
        if not self.rows:
            return
        measure = self.here.of
        offered = reference_choices(measure)
        if not offered:
            self.show_status(f"{measure.short} has no references to switch.", "dim")
            return

        def switch(id: str) -> None:
            way, after = switched(self.context.practice.settings, measure, id)
            self.run_worker(self.context.save([after]))
            self.show_status(f"{id.replace('_', ' ')} is {way} for this practice.", "accent")

        self.context.ask(
            Picker(
                f"References of {measure.short}",
                lambda query: [c for c in offered if query.lower() in c.name.lower()],
                enter="switch on or off",
            ),
            switch,
        )  # fmt: skip
