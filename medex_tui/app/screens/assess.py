"""Assessment in boxes: score, change and reference of each measure as soon as a number is in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from textual.events import Key
from textual.widget import Widget

from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.ask import PromptDialog
from medex_tui.app.dialogs.evidence_card import show_card
from medex_tui.app.navigation import AssessLineRoute, ChartRoute
from medex_tui.app.screens.base.assessment import BESIDE
from medex_tui.app.screens.base.battery import other_side
from medex_tui.app.screens.base.timed_battery import TimedBatteryScreen
from medex_tui.app.state.battery import (
    RESULTS,
    BatteryRow,
    battery_of,
    box_width,
    could_be,
    has_parts,
    order,
    readings_of,
    typed,
    with_box,
)
from medex_tui.app.state.battery_presets import battery_for
from medex_tui.app.state.box_checks import doubt_about, first_fault, last_trial
from medex_tui.app.styled_lines import Line, length, plain
from medex_tui.app.views.battery import (
    parts_line,
    reference_of,
    result_spans,
    row_line,
    with_references,
)
from medex_tui.app.views.chart import plain_marks
from medex_tui.app.views.measure_details import measure_lines
from medex_tui.app.views.phrases import client_header
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.domain.measures import (
    Band,
    NoScore,
    Outcome,
    Score,
    catalogue,
    plausible,
    plausible_part,
    score,
)
from medex_tui.domain.measures.scoring import task_of
from medex_tui.domain.measures.shapes.sppb import UNABLE, UNABLE_LABELS
from medex_tui.domain.records.practice import Practice


class ScoreGrid(StyledLines, can_focus=True):
    """The rows of boxes. The screen handles the keys."""

    def __init__(self) -> None:
        super().__init__(id="boxes")
        self.can_focus = True


class AssessScreen(TimedBatteryScreen):
    """Assess a client in boxes."""

    BINDINGS: ClassVar = bindings(
        "battery.save", "battery.watch", "battery.card", "battery.result", "battery.name",
        "battery.device", "battery.set", "battery.add", "battery.remove", "battery.trial",
        "battery.unit", "battery.side", "battery.references", "battery.summary",
        "battery.kind", "chart.open", "entry.line", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    AssessScreen #who { height: 2; }
    AssessScreen #about { height: 9; border-top: solid $panel; }
    AssessScreen.low #about { height: 7; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.told: dict[tuple[BatteryRow | None, ...], Outcome] = {}
        self.told_of: Practice | None = None

    def body(self) -> Iterable[Widget]:
        yield StyledLines(id="who")
        yield ScoreGrid()
        yield StyledLines(id="about")

    def on_mount(self) -> None:
        kept = self.context.drafts.kept.get(f"assessment:{self.client_id}", {})
        rows = msgspec.convert(kept.get("rows") or [], list[BatteryRow])
        self.summary = kept.get("summary")
        self.rows = [row for row in rows if row.measure in catalogue().measures]
        if self.rows:
            self.show_status("Your unsaved numbers are back.", "accent")
        else:
            self.rows = battery_of(
                self.past, battery_for(self.context.practice, self.client_id).measures
            )
            self.show_status("Digits and Enter; empty boxes are left out.", "dim")
        for fault in self.context.measure_faults[:1]:
            self.show_status(str(fault), "warn")
        self.redraw()
        self.query_one(ScoreGrid).focus()

    # -- what is shown

    def update_content(self) -> None:
        context, width = self.context, self.app.size.width
        self.set_class(self.app.size.height < 23, "low")
        self.query_one("#who", StyledLines).show_whole(
            client_header(self.client, context.practice, context.now, width)
        )
        lines: list[Line] = []
        top_here = 0
        drawn = with_references([self.row_line(n, width) for n in range(len(self.rows))], width)
        for n, row in enumerate(self.rows):
            if n == self.row:
                top_here = len(lines)
            lines.append(drawn[n])
            if n == self.row and has_parts(row.of) and row.result == "measured":
                lines.append(parts_line(row, self.box, self.live_text(), width))
        self.query_one(ScoreGrid).show(lines)
        self.query_one("#about", StyledLines).show(self.about_lines(width))
        boxes = self.query_one(ScoreGrid)
        top, last_here = (
            boxes.scroll_offset.y,
            top_here + (1 if self.rows and has_parts(self.here.of) else 0),
        )
        if not (top <= top_here and last_here < top + max(1, boxes.size.height)):
            boxes.scroll_to(y=max(0, last_here - boxes.size.height + 1), animate=False)

    def row_line(self, n: int, width: int) -> tuple[Line, Band | None]:
        """Row `n` with its verdict, and the reference band that a wide screen shows beside it.

        The verdict is on the first row of a measure, and on the second where that is a part.
        """
        row = self.rows[n]
        line = row_line(
            row, self.box if n == self.row else None, self.live_text(), width, self.key_of
        )
        group = self.group(n)
        place = next(i for i, other in enumerate(group) if other is row)
        if all(other.empty for other in group):
            was = self.last_here(row) if place == 0 else ""
            return [*line, (f"  was {was}" if was else "", "dim")], None
        if place > 1:
            return line, None
        found = self.outcome_here(n)
        part = None if len(group) == 1 else place
        line.append(("  ", ""))
        line += result_spans(
            found, part, width - length(line) - 1, plain=plain_marks(self.app.theme)
        )
        return line, reference_of(found, part)

    def last_here(self, row: BatteryRow) -> str:
        """The last score of what an empty row is for; empty where there is none."""
        side, task = row.side if row.of.by_side else None, row.label if row.of.labelled else ""
        for assessment in reversed(self.past):
            own = [
                r
                for r in assessment.readings
                if r.measure == row.measure
                and side in (None, r.side)
                and (not row.of.labelled or task_of(row.of, r).casefold() == task.casefold())
            ]
            if own:
                return score(row.of, own, age=self.age, sex=self.client.sex).printed
        return ""

    def outcome_here(self, n: int) -> Outcome:
        """The outcome of the score that row `n` belongs to, cached by the contents of its boxes."""
        row, group, practice = self.rows[n], self.group(n), self.context.practice
        beside = [
            r
            for r in self.rows
            if (r.measure in BESIDE and r.measure != row.measure) or other_side(row, r)
        ]
        if practice is not self.told_of:
            self.told, self.told_of = {}, practice
        key = (*group, None, *beside)
        if key not in self.told:
            task = row.label if row.of.labelled else ""
            side = row.side if row.of.by_side else None
            own, other = readings_of(group), readings_of(beside)
            self.told[key] = self.outcome_of(row.measure, own, task, side=side, beside=other)
        return self.told[key]

    def about_lines(self, width: int) -> list[Line]:
        """The selected measure: score, changes with thresholds, references with sources."""
        key = self.key_of
        if not self.rows:
            add, choose = key("battery.add"), key("battery.set")
            return [plain(f" {add} adds a measure; {choose} takes a battery.", "dim")]
        empty = all(row.empty for row in self.group(self.row))
        return measure_lines(
            self.here,
            self.box,
            None if empty else self.outcome_here(self.row),
            self.context.practice.zone,
            width,
            key=key,
            plain_marks=plain_marks(self.app.theme),
        )

    def help_lines(self) -> list[str]:
        return [
            "Digits and Enter fill the boxes. Nothing is scored from an empty box; "
            "unable is a result, not a zero."
        ]

    # -- typing

    def on_key(self, event: Key) -> None:
        """Type digits into the box; Enter and arrows move."""
        if not self.rows or not self.typed_key(event.key, event.character or ""):
            return
        event.stop()
        event.prevent_default()

    def typed_key(self, key: str, character: str) -> bool:
        """Handle a key typed in the boxes; False where it is a command."""
        text = self.here.boxes[self.box]
        character = "." if character == "," else character  # a decimal comma is a decimal point
        if character and self.types(character, text):
            if not self.timing.on:
                self.put(text + character if text != UNABLE else character)
            return True
        match key:
            case "backspace":
                self.rub(text)
            case "enter" | "tab":
                self.onward()
            case "shift+tab":
                self.move(-1)
            case "down":
                self.place(self.row + 1, 0)
            case "up":
                self.place(self.row - 1, 0)
            case "left":
                self.place(self.row, self.box - 1)
            case "right":
                self.place(self.row, self.box + 1)
            case _:
                return False
        return True

    def types(self, character: str, text: str) -> bool:
        """Whether the box takes a character: digits, the sign of a grade, the weight of a goal."""
        measure = self.here.of
        if character == "+":
            return measure.ordinal and bool(text)
        if character == "x":
            return measure.combine == "goals" and bool(text)
        return character in "0123456789.-"

    def rub(self, text: str) -> None:
        """Delete the last character of the box; where it is empty, of the part before."""
        if not text and has_parts(self.here.of) and self.box:
            self.place(self.row, self.box - 1)
            text = self.here.boxes[self.box]
        self.put("" if text == UNABLE else text[:-1])

    def put(self, text: str) -> None:
        """Replace the text of the selected box, where it could become a value."""
        row = self.here
        measure, size = row.of, box_width(row.of)
        if len(text) > size or (text and not could_be(measure, text)):
            return
        if row.measure == "psfs" and not row.label:
            self.show_status(f"Name the activity first: {self.key_of('battery.name')}.", "warn")
            return
        single = measure.combine == "items" and size == 1 and measure.id != "psfs"
        if single and text and (refused := plausible_part(measure, float(text))):
            self.show_status(f"{measure.short}: {refused.partition(': ')[2]}.", "bad")
            return
        self.rows[self.row] = with_box(row, self.box, text)
        self.hold()
        self.show_status("")
        if single and text and self.box + 1 < len(row.boxes):
            self.box += 1
        self.update_content()

    def onward(self) -> None:
        """Check the box, ask once about an unlikely value, go to the next; save after the last."""
        self.take_timing()
        row = self.here
        text = row.boxes[self.box]
        if text not in ("", UNABLE):
            value = typed(row.of, text)
            if value is None:
                self.show_status(
                    f"{text} is not {'a grade' if row.of.ordinal else 'a number yet'}.", "bad"
                )
                return
            if verdict := self.doubt(row, value):
                self.show_status(verdict, "warn")
                return
        if (self.row, self.box) == order(self.rows)[-1]:
            self.action_battery_save()
        else:
            self.move(1)

    def doubt(self, row: BatteryRow, value: float) -> str | None:
        """Why a value is refused, or asked about for the first time; else None."""
        found = doubt_about(row, self.box, value, last_trial(row, self.past))
        if found is None or found in self.asked:
            return None
        if found.startswith("asked"):
            self.asked.add(found)
            return f"{row.of.short}: {found.partition(': ')[2]}. Enter again to confirm."
        return f"{row.of.short}: {found.partition(': ')[2]}."

    # -- commands

    def action_battery_save(self) -> None:
        self.take_timing(times_too=False)
        for n, row in enumerate(self.rows):
            if row.empty:
                continue
            if wrong := first_fault(row, self.key_of("battery.name")):
                at, why = wrong
                self.place(n, at)
                self.show_status(f"Not saved yet: {why}.", "bad")
                return
            if has_parts(row.of) and row.result == "measured" and not self.settled(n):
                return
        readings = readings_of(self.rows)
        if not readings:
            self.show_status("Nothing entered yet.", "dim")
            return
        self.context.run(self.save(readings, kind=self.kind, summary=self.summary))

    def settled(self, n: int) -> bool:
        """Whether the score of parts at row `n` may be saved.

        One that cannot be scored, or is unlike last time, is asked about once.
        """
        found = self.outcome_here(n)
        scored = found.now.score if found.now else None
        before = found.previous.score if found.previous else None
        asked: str | None = None
        if isinstance(scored, NoScore):
            asked = f"asked: no score, {scored.reason}"
        elif isinstance(scored, Score):
            asked = plausible(
                found.measure, scored.value, before.value if isinstance(before, Score) else None
            )
        if asked is None or asked in self.asked:
            return True
        self.asked.add(asked)
        self.place(n, self.box if n == self.row else 0)
        again = f"{self.key_of('battery.save')} again keeps the numbers as they are."
        self.show_status(f"{found.measure.short}: {asked.partition(': ')[2]}. {again}", "warn")
        return False

    def action_battery_result(self) -> None:
        row = self.here
        if row.of.combine == "sppb" and row.inputs[self.box] in UNABLE_LABELS:
            now = row.boxes[self.box]
            self.rows[self.row] = with_box(row, self.box, "" if now == UNABLE else UNABLE)
        else:
            following = RESULTS[(RESULTS.index(row.result) + 1) % len(RESULTS)]
            self.rows[self.row] = msgspec.structs.replace(row, result=following)
        self.hold()
        self.update_content()

    def action_battery_card(self) -> None:
        if self.rows:
            show_card(self.context, self.here.measure, self.app.size.width)

    def action_battery_kind(self) -> None:
        self.kind = None if self.kind else "discharge"
        self.show_status(f"This is the {self.kind_now} assessment.", "accent")
        self.redraw()

    def action_battery_summary(self) -> None:
        def keep(said: str) -> None:
            self.summary = " ".join(said.split()) or None
            self.hold()
            self.show_status(
                f"Summary: {self.summary}" if self.summary else "No summary.", "accent"
            )

        self.context.ask(
            PromptDialog("Summary", "A sentence for the letter", self.summary or ""), keep
        )

    def action_chart_open(self) -> None:

        if self.rows:
            row = self.here
            side, task = (
                (row.side if row.of.by_side else None),
                (row.label if row.of.labelled else ""),
            )
            self.context.open(ChartRoute(self.client_id, row.measure, side, task))

    def action_entry_line(self) -> None:

        self.context.open(AssessLineRoute(self.client_id), replace=True)
