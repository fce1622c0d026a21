"""Quick assessment: the battery as boxes, with score, change and reference as soon as a number is in."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec
from textual.events import Key
from textual.timer import Timer
from textual.widget import Widget

from medex_tui.app.assessing import Assessing, found_role, said_of
from medex_tui.app.battery import (
    CAN_FAIL,
    MOST_TRIALS,
    RESULTS,
    UNABLE,
    BatteryRow,
    batteries,
    battery_of,
    box_names,
    box_unit,
    box_width,
    entry_unit,
    fitting,
    has_parts,
    is_number,
    order,
    paired_with,
    readings_of,
    rows_for,
    typed,
    units_of,
    with_box,
    with_trial,
)
from medex_tui.app.chart import plain_marks
from medex_tui.app.commands import bindings
from medex_tui.app.evidence import show_card
from medex_tui.app.lines import Line, Role, fit, length, plain, wrap
from medex_tui.app.sheets import Ask, Choice, Picker
from medex_tui.app.widgets import Lines
from medex_tui.app.words import client_header
from medex_tui.domain.measures import (
    Measure,
    NoScore,
    Outcome,
    Score,
    catalogue,
    convert,
    plausible,
    plausible_part,
)
from medex_tui.reports.picture import spark

TICK_S = 0.1
BOX = 5
NAME = 21


class Boxes(Lines, can_focus=True):
    """The rows of boxes; keys go to the page."""

    def __init__(self) -> None:
        super().__init__(id="boxes")
        self.can_focus = True


class AssessPage(Assessing):
    """The box form."""

    BINDINGS: ClassVar = bindings(
        "battery.save", "battery.watch", "battery.card", "battery.result", "battery.name", "battery.device",
        "battery.set", "battery.add", "battery.remove", "battery.trial", "battery.unit", "battery.side",
        "battery.references", "chart.open", "entry.line", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    AssessPage #who { height: 2; }
    AssessPage #about { height: 9; border-top: solid $panel; }
    AssessPage.low #about { height: 7; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.rows: list[BatteryRow] = []
        self.row = 0
        self.box = 0
        self.summary: str | None = None
        self.started: float | None = None
        self.counted: int | None = None
        self.ticking: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield Lines(id="who")
        yield Boxes()
        yield Lines(id="about")

    def on_mount(self) -> None:
        kept = self.medex.drafts.kept.get(f"assessment:{self.client_id}", {}).get("rows")
        rows = msgspec.convert(kept, list[BatteryRow]) if kept else []
        self.rows = [row for row in rows if row.measure in catalogue().measures]
        if self.rows:
            self.say("Your unsaved numbers are back.", "accent")
        else:
            self.rows = battery_of(self.past, self.suggested())
            self.say("Digits and Enter; empty boxes are left out.", "dim")
        for fault in self.medex.measure_faults[:1]:
            self.say(str(fault), "warn")
        self.repaint()
        self.query_one(Boxes).focus()

    def suggested(self) -> list[str]:
        """The battery for what the referral says, as this practice keeps it."""
        referral = self.medex.practice.current_episode(self.client_id)
        said = (
            [referral.reason or "", *(f"{d.icd10 or ''} {d.text or ''}" for d in referral.diagnoses)]
            if referral
            else []
        )
        return fitting(" ".join(said), self.medex.practice.settings.batteries).measures

    # -- what is shown

    def paint(self) -> None:
        medex, width = self.medex, self.app.size.width
        self.set_class(self.app.size.height < 23, "low")
        self.query_one("#who", Lines).show(client_header(self.client, medex.practice, medex.now, width))
        lines: list[Line] = []
        top_here = 0
        for n in range(len(self.rows)):
            if n == self.row:
                top_here = len(lines)
            lines.append(self.row_line(n, width))
            if n == self.row and has_parts(self.rows[n].of) and self.rows[n].result == "measured":
                lines.append(self.parts_line(n, width))
        self.query_one(Boxes).show(lines)
        self.query_one("#about", Lines).show(self.about_lines(width))
        boxes = self.query_one(Boxes)
        top, last_here = boxes.scroll_offset.y, top_here + (1 if self.rows and has_parts(self.rows[self.row].of) else 0)
        if not (top <= top_here and last_here < top + max(1, boxes.size.height)):
            boxes.scroll_to(y=max(0, last_here - boxes.size.height + 1), animate=False)

    def row_line(self, n: int, width: int) -> Line:
        """One row: name, boxes, and on the measure's first row its score and change."""
        row = self.rows[n]
        measure = row.of
        here = n == self.row
        side = f" {row.side}" if row.side else ""
        name = fit(row_name(row), NAME - len(side)) + side
        line: Line = [(" > " if here else "   ", "accent"), (name, "strong" if here else "")]
        if row.result != "measured":
            line.append((f" [{row.result}]", "accent"))
        elif has_parts(measure):
            filled = sum(box != "" for box in row.boxes)
            line.append((f" [{fit(f'{filled} of {len(row.boxes)}', 8)}]", "field"))
        else:
            for at, box in enumerate(row.boxes):
                current = here and at == self.box
                text = self.live_text(box) if current else box
                line += [(" ", ""), (f"[{fit(text + ('_' if current else ''), BOX)}]", "key" if current else "field")]
        group = self.group(n)
        place = next(i for i, other in enumerate(group) if other is row)
        if place < 2 and any(not other.empty for other in group):
            found = self.outcome_here(n)
            parts = [found.row.score, found.row.change]
            told = " ".join(parts) if len(group) == 1 else parts[place]
            line += [("  ", ""), (fit(told, max(4, width - length(line) - 3)), found_role(found))]
        return line

    def parts_line(self, n: int, width: int) -> Line:
        """The boxes of the row under the cursor, where they are parts; as many as fit around the cursor's."""
        row = self.rows[n]
        measure, names = row.of, box_names(row.of)
        size = box_width(measure)
        items = measure.combine == "items"
        pieces: list[Line] = []
        for at, box in enumerate(row.boxes):
            current = at == self.box
            text = self.live_text(box) if current else box
            shown = fit(text + ("_" if current and len(text) < size else ""), size) or "_"
            if items:
                pieces.append([(f"{shown if box or current else '.' * size} ", "key" if current else "field")])
            else:
                role: Role = "key" if current else "field"
                pieces.append([(f"{names[at]} ", "dim"), (f"[{fit(shown, size + 1)}]", role), (" ", "")])
        first = 0
        room = width - 16
        while first < self.box and sum(length(p) for p in pieces[first : self.box + 1]) > room:
            first += 1
        line: Line = [(f"     {f'item {names[self.box]}':8} " if items else "     ", "dim")]
        if first:
            line.append(("< ", "dim"))
        for piece in pieces[first:]:
            if length(line) + length(piece) > width - 2:
                line.append((">", "dim"))
                break
            line += piece
        return line

    def live_text(self, box: str) -> str:
        """What the box under the cursor shows while something runs in it."""
        if self.counted is not None:
            return str(self.counted)
        return self.watch_text() if self.started is not None else box

    def group(self, n: int) -> list[BatteryRow]:
        """The rows that make one score with row `n`: both sides, all activities; a task or a motion stands alone."""
        row = self.rows[n]
        if row.of.labelled or row.of.by_side:
            return [row]
        return [r for r in self.rows if r.measure == row.measure]

    def outcome_here(self, n: int) -> Outcome:
        """The outcome of the score that row `n` belongs to."""
        row = self.rows[n]
        return self.outcome_of(
            row.measure,
            readings_of(self.group(n)),
            row.label if row.of.labelled else "",
            side=row.side if row.of.by_side else None,
            beside=readings_of(
                [r for r in self.rows if r.measure in ("bmi", "bp_diastolic") and r.measure != row.measure]
            ),
        )

    def about_lines(self, width: int) -> list[Line]:
        """The measure under the cursor: score and rule, changes with thresholds, references with their sources."""
        if not self.rows:
            return [plain(" + adds a measure; b takes a battery.", "dim")]
        row = self.rows[self.row]
        measure = row.of
        unit = box_unit(row, self.box)
        conditions = (("device", row.device), ("position", row.position), ("aid", row.aid))
        with_what = ", ".join(f"{name} {value}" for name, value in conditions if value)
        head: Line = [(f" {measure.name}", "title"), (f"  in {unit}" if unit else "", "dim"), (f"  {with_what}", "dim")]
        group = [r for r in self.group(self.row) if not r.empty]
        if not group:
            limits = [measure.notes] if measure.notes else []
            told = [
                plain(f" {piece}", "dim") for text in [measure.protocol, *limits] for piece in wrap(text, width - 2)
            ]
            return [head, *told[:8]]
        found = self.outcome_here(self.row)
        values = [value for _, value in found.series]
        head.append((f"  {spark(values, plain=plain_marks(self.medex.theme))}", "accent"))
        lines: list[Line] = [head]
        for text in said_of(found, self.medex.practice.zone):
            lines += [plain(f" {piece}") for piece in wrap(text, width - 2, indent=1)]
        return lines

    def about(self) -> list[str]:
        return ["Digits and Enter fill the boxes. Nothing is scored from an empty box; unable is a result, not a zero."]

    # -- typing

    def hold(self) -> None:
        """Have the numbers on disk soon."""
        if any(not row.empty for row in self.rows):
            name = f"assessment:{self.client_id}"
            self.medex.drafts.hold(name, {"rows": msgspec.to_builtins(self.rows), "at": self.medex.now.isoformat()})

    def on_key(self, event: Key) -> None:
        """Digits go into the box; Enter and the arrows move on."""
        if not self.rows:
            return
        character = event.character or ""
        row = self.rows[self.row]
        text = row.boxes[self.box]
        if (
            character
            and self.running is False
            and (character in "0123456789.-" or (character == "+" and row.of.ordinal and text))
        ):
            self.put(text + character if text != UNABLE else character)
        elif event.key == "backspace":
            self.rub(text)
        elif event.key in ("enter", "tab"):
            self.onward()
        elif event.key == "shift+tab":
            self.move(-1)
        elif event.key == "down":
            self.place(self.row + 1, 0)
        elif event.key == "up":
            self.place(self.row - 1, 0)
        elif event.key == "left":
            self.place(self.row, self.box - 1)
        elif event.key == "right":
            self.place(self.row, self.box + 1)
        else:
            return
        event.stop()
        event.prevent_default()

    @property
    def running(self) -> bool:
        """Whether the stopwatch or the counter is on."""
        return self.started is not None or self.counted is not None

    def rub(self, text: str) -> None:
        """Backspace: the last character of the box; in an empty box of a questionnaire, the answer before."""
        row = self.rows[self.row]
        if not text and has_parts(row.of) and self.box:
            self.place(self.row, self.box - 1)
            text = self.rows[self.row].boxes[self.box]
        self.put("" if text == UNABLE else text[:-1])

    def put(self, text: str) -> None:
        """Another text in the box under the cursor."""
        row = self.rows[self.row]
        measure, size = row.of, box_width(row.of)
        if len(text) > size or (text and not could_be(measure, text)):
            return
        if row.measure == "psfs" and not row.label:
            self.say("Name the activity first: t.", "warn")
            return
        single = measure.combine == "items" and size == 1 and measure.id != "psfs"
        if single and text and (refused := plausible_part(measure, float(text))):
            self.say(f"{measure.short}: {refused.partition(': ')[2]}.", "bad")
            return
        self.rows[self.row] = with_box(row, self.box, text)
        self.hold()
        self.say("")
        if single and text and self.box + 1 < len(row.boxes):
            self.box += 1
        self.paint()

    def place(self, row: int, box: int) -> None:
        """Put the cursor on a box that is there."""
        self.stop_watch()
        self.row = max(0, min(len(self.rows) - 1, row))
        self.box = max(0, min(len(self.rows[self.row].boxes) - 1, box)) if self.rows else 0
        self.paint()

    def move(self, step: int) -> None:
        """To the next or the previous box in the order hands work, over the ends of rows."""
        boxes = order(self.rows)
        at = boxes.index((self.row, self.box)) + step
        if 0 <= at < len(boxes):
            self.place(*boxes[at])

    def onward(self) -> None:
        """Enter: check the box, ask once about an unlikely value, go on; behind the last box, save."""
        if self.counted is not None:
            self.take_count()
        elif self.started is not None:
            self.take_time()
        row = self.rows[self.row]
        text = row.boxes[self.box]
        if text not in ("", UNABLE):
            value = typed(row.of, text)
            if value is None:
                self.say(f"{text} is not {'a grade' if row.of.ordinal else 'a number yet'}.", "bad")
                return
            if verdict := self.doubt(row, value):
                self.say(verdict, "warn")
                return
        if (self.row, self.box) == order(self.rows)[-1]:
            self.action_battery_save()
        else:
            self.move(1)

    def doubt(self, row: BatteryRow, value: float) -> str | None:
        """Why a value is refused, or asked about for the first time."""
        found = in_question(row, self.box, value, self.last_trial(row))
        if found is None or found in self.asked:
            return None
        if found.startswith("asked"):
            self.asked.add(found)
            return f"{row.of.short}: {found.partition(': ')[2]}. Enter again if it is right."
        return f"{row.of.short}: {found.partition(': ')[2]}."

    def last_trial(self, row: BatteryRow) -> float | None:
        """The last trial of last time, of the same side and task, in the unit of the row."""
        unit = row.unit or entry_unit(row.of)
        for assessment in reversed(self.past):
            own = [
                r
                for r in assessment.readings
                if (r.measure, r.side) == (row.measure, row.side)
                and (not row.of.labelled or r.labels[:1] == [row.label])
            ]
            if own:
                trials = own[-1].trials
                same = convert(trials[-1], own[-1].unit or unit, unit) if trials else None
                return None if has_parts(row.of) else same
        return None

    # -- commands

    def action_battery_save(self) -> None:
        if self.counted is not None:
            self.take_count()
        self.stop_watch()
        for n, row in enumerate(self.rows):
            measure = row.of
            if row.empty:
                continue
            if (measure.id in ("psfs", "mmt") or measure.unit == "user") and not row.label:
                self.place(n, 0)
                self.say("Not saved yet: t names what was timed, tested or rated.", "bad")
                return
            for at, box in enumerate(row.boxes):
                if box in ("", UNABLE):
                    continue
                value = typed(measure, box)
                found = in_question(row, at, value) if value is not None else None
                refused = found if found and found.startswith("refused") else None
                if value is None or refused:
                    self.place(n, at)
                    why = refused.partition(": ")[2] if refused else f"{box} is not a number"
                    self.say(f"Not saved yet: {measure.short}: {why}.", "bad")
                    return
            if has_parts(measure) and row.result == "measured" and not self.settled(n):
                return
        readings = readings_of(self.rows)
        if not readings:
            self.say("Nothing entered yet.", "dim")
            return
        self.run_worker(self.save(readings, summary=self.summary))

    def settled(self, n: int) -> bool:
        """Whether a score made of parts may be saved: one without a score, or unlike last time, is asked about once."""
        found = self.outcome_here(n)
        scored = found.now.score if found.now else None
        before = found.previous.score if found.previous else None
        asked: str | None = None
        if isinstance(scored, NoScore):
            asked = f"asked: no score, {scored.reason}"
        elif isinstance(scored, Score):
            asked = plausible(found.measure, scored.value, before.value if isinstance(before, Score) else None)
        if asked is None or asked in self.asked:
            return True
        self.asked.add(asked)
        self.place(n, self.box if n == self.row else 0)
        self.say(f"{found.measure.short}: {asked.partition(': ')[2]}. ^g again keeps the numbers as they are.", "warn")
        return False

    def action_battery_result(self) -> None:
        row = self.rows[self.row]
        if row.of.combine == "sppb" and row.of.inputs[self.box] in CAN_FAIL:
            now = row.boxes[self.box]
            self.rows[self.row] = with_box(row, self.box, "" if now == UNABLE else UNABLE)
        else:
            following = RESULTS[(RESULTS.index(row.result) + 1) % len(RESULTS)]
            self.rows[self.row] = msgspec.structs.replace(row, result=following)
        self.hold()
        self.paint()

    def action_battery_name(self) -> None:
        row = self.rows[self.row]
        if row.measure != "psfs" and not row.of.labelled:
            self.say("Only an activity, a task or a muscle has a name of its own.", "dim")
            return
        at = self.row

        def name(label: str) -> None:
            pair = [n for n in (at - 1, at, at + 1) if 0 <= n < len(self.rows) and self.pairs(at, n)]
            for n in pair:
                self.rows[n] = msgspec.structs.replace(self.rows[n], label=" ".join(label.split()))
            self.hold()
            self.paint()

        self.medex.ask(Ask("Name", "The activity, task or muscle, in plain words", row.label), name)

    def pairs(self, n: int, other: int) -> bool:
        """Whether two rows are one, or the two sides of one."""
        a, b = self.rows[min(n, other)], self.rows[max(n, other)]
        return n == other or paired_with(a, b)

    def action_battery_device(self) -> None:
        row = self.rows[self.row]

        def take(said: str) -> None:
            parts = [part.strip() or None for part in said.split(";")] + [None, None, None]
            self.rows = [
                msgspec.structs.replace(r, device=parts[0], position=parts[1], aid=parts[2])
                if r.measure == row.measure
                else r
                for r in self.rows
            ]
            self.hold()
            self.paint()

        now = "; ".join(part or "" for part in (row.device, row.position, row.aid)).rstrip("; ")
        about = ["Unlike last time: no verdict on change."]
        if row.of.record_with:
            about.append(f"The protocol asks for: {', '.join(w.replace('_', ' ') for w in row.of.record_with)}.")
        self.medex.ask(Ask("Taken with", "device; position; aid", now, about=about), take)

    def action_battery_card(self) -> None:
        show_card(self.medex, self.rows[self.row].measure)

    def action_battery_add(self) -> None:
        known = catalogue()

        def find(query: str) -> list[Choice]:
            words = query.lower().split()
            return [
                Choice(
                    id, known.measure(id).short, f"{known.measure(id).domain or 'context'}  {known.measure(id).name}"
                )
                for id in known.ready
                if all(
                    w in f"{known.measure(id).name} {id} {' '.join(known.measure(id).aliases)}".lower() for w in words
                )
            ]

        def add(id: str) -> None:
            there = any(r.measure == id for r in self.rows)
            if there and not (known.measure(id).labelled or id == "psfs"):
                self.place(next(n for n, r in enumerate(self.rows) if r.measure == id), 0)
                self.say("It is in the battery already.", "dim")
                return
            fresh = rows_for(known.measure(id), [] if there else self.past[-1].readings if self.past else [])
            if id == "psfs" and there:
                fresh = fresh[:1]
            last = max((n for n, r in enumerate(self.rows) if r.measure == id), default=len(self.rows) - 1)
            self.rows[last + 1 : last + 1] = fresh
            self.place(last + 1, 0)

        self.medex.ask(Picker("Add a measure", find), add)

    def action_battery_remove(self) -> None:
        if not self.rows:
            return
        row = self.rows[self.row]
        gone = [r for r in self.rows if r.measure == row.measure and r.label == row.label]
        if any(not r.empty for r in gone):
            self.say("It holds numbers: empty its boxes first.", "warn")
            return
        self.rows = [r for r in self.rows if r not in gone]
        self.place(min(self.row, len(self.rows) - 1), 0)
        self.repaint()

    def action_battery_trial(self) -> None:
        row = self.rows[self.row]
        if has_parts(row.of) or row.measure == "psfs":
            self.say("This measure has no trials.", "dim")
        elif len(row.boxes) >= MOST_TRIALS:
            self.say(f"{MOST_TRIALS} trials are the most.", "dim")
        else:
            self.rows = [
                with_trial(r) if n == self.row or self.adjacent_pair(n) else r for n, r in enumerate(self.rows)
            ]
            self.place(self.row, len(self.rows[self.row].boxes) - 1)

    def adjacent_pair(self, n: int) -> bool:
        """Whether row `n` is the other side of the row under the cursor."""
        return abs(n - self.row) == 1 and self.pairs(n, self.row)

    def action_battery_unit(self) -> None:
        row = self.rows[self.row]
        offered = units_of(row.of)
        if len(offered) < 2:
            self.say(f"{row.of.short} is taken in {offered[0] or 'plain numbers'} only.", "dim")
            return
        following = offered[(offered.index(row.unit or entry_unit(row.of)) + 1) % len(offered)]
        self.rows = [
            msgspec.structs.replace(r, unit=None if following == entry_unit(r.of) else following)
            if r.measure == row.measure and r.label == row.label
            else r
            for r in self.rows
        ]
        self.say(f"{row.of.short} is typed in {following}.", "accent")
        self.hold()
        self.paint()

    def action_battery_side(self) -> None:
        row = self.rows[self.row]
        if row.of.sides != "L_or_R":
            self.say("Both sides have their rows, or the measure has no sides.", "dim")
            return
        self.rows[self.row] = msgspec.structs.replace(row, side="L" if row.side == "R" else "R")
        self.hold()
        self.paint()

    def action_chart_open(self) -> None:
        from medex_tui.app.chart import ChartPage

        if self.rows:
            row = self.rows[self.row]
            self.medex.push_screen(
                ChartPage(
                    self.client_id,
                    row.measure,
                    row.side if row.of.by_side else None,
                    row.label if row.of.labelled else "",
                )
            )

    def action_entry_line(self) -> None:
        from medex_tui.app.assess_line import AssessLinePage

        self.medex.switch_screen(AssessLinePage(self.client_id))

    # -- batteries and references, kept in the settings

    def action_battery_set(self) -> None:
        kept = self.medex.practice.settings.batteries
        known = catalogue()
        offered = [Choice("last", "last time", "what was measured last time")] if self.past else []
        shipped = {b.id for b in known.batteries}
        for battery in batteries(kept):
            mark = "" if battery.id not in kept else "changed: " if battery.id in shipped else "own: "
            shorts = ", ".join(known.measure(m).short for m in battery.measures)
            offered.append(Choice(f"take:{battery.id}", battery.name, f"{mark}{shorts}"))
        offered.append(Choice("keep", "keep these as ...", "the measures on screen, for this and later clients"))
        names = {b.id: b.name for b in batteries(kept)}
        offered += [
            Choice(
                f"drop:{id}",
                f"{'reset' if id in shipped else 'drop'} {names[id]}",
                "as medex ships it" if id in shipped else "",
            )
            for id in kept
            if id in names
        ]

        def settle(key: str) -> None:
            what, _, id = key.partition(":")
            if what == "keep":
                self.keep_battery()
            elif what == "drop":
                self.run_worker(self.keep_settings(batteries={k: v for k, v in kept.items() if k != id}))
            else:
                ids = next((b.measures for b in batteries(kept) if b.id == id), None)
                self.take_battery(ids)

        words = Picker("Battery", lambda q: [c for c in offered if q.lower() in f"{c.name} {c.beside}".lower()])
        self.medex.ask(words, settle)

    def take_battery(self, ids: list[str] | None) -> None:
        """Another battery in place; rows with numbers stay. None: what was measured last time."""
        filled = [r for r in self.rows if not r.empty]
        there = {r.measure for r in filled}
        like = self.past[-1].readings if self.past else []
        fresh = (
            battery_of(self.past, [])
            if ids is None
            else [r for i in ids for r in rows_for(catalogue().measure(i), like)]
        )
        self.rows = [*[r for r in self.rows if r.measure in there], *(r for r in fresh if r.measure not in there)]
        self.place(0, 0)
        self.repaint()

    def keep_battery(self) -> None:
        """Keep the measures on screen under a name: one by problem, or one of the practice's own."""
        kept = self.medex.practice.settings.batteries
        measures = list(dict.fromkeys(r.measure for r in self.rows))
        likely = fitting(self.client_said(), kept)

        def keep(name: str) -> None:
            wanted = " ".join(name.split())
            id = next((b.id for b in batteries(kept) if b.name.casefold() == wanted.casefold()), wanted)
            self.run_worker(self.keep_settings(batteries={**kept, id: measures}))
            self.say(f"Kept as {wanted}: {len(measures)} measures.", "good")

        about = ["A name that is there already is changed; a new one is added.",
                 "There: " + ", ".join(b.name for b in batteries(kept))]  # fmt: skip
        refuse = lambda said: None if said else "A name is needed."  # noqa: E731
        self.medex.ask(Ask("Keep this battery", "Name", likely.name, about=about, refuse=refuse), keep)

    def client_said(self) -> str:
        """What the referral says, for finding a battery."""
        referral = self.medex.practice.current_episode(self.client_id)
        if referral is None:
            return ""
        return " ".join([referral.reason or "", *(f"{d.icd10 or ''} {d.text or ''}" for d in referral.diagnoses)])

    async def keep_settings(self, **fields: Any) -> None:
        """Save settings of the practice."""
        await self.medex.keep([msgspec.structs.replace(self.medex.practice.settings, **fields)])

    def action_battery_references(self) -> None:
        if not self.rows:
            return
        measure, known = self.rows[self.row].of, catalogue()
        parts = [*measure.cutoffs, *measure.norms, *(measure.equations if measure.predicted else [])]
        if not parts:
            self.say(f"{measure.short} has no references to switch.", "dim")
            return
        offered = [
            Choice(
                p.id,
                f"{'on ' if known.shown(measure, p.id) else 'OFF'} {p.id.replace('_', ' ')}",
                known.source(p.source).tag,
            )
            for p in parts
        ]

        def switch(id: str) -> None:
            key, off = f"{measure.id}/{id}", self.medex.practice.settings.references_off
            after = [k for k in off if k != key] if key in off else [*off, key]
            self.run_worker(self.keep_settings(references_off=after))
            self.say(f"{id.replace('_', ' ')} is {'on' if key in off else 'off'} for this practice.", "accent")

        self.medex.ask(
            Picker(f"References of {measure.short}", lambda q: [c for c in offered if q.lower() in c.name.lower()],
                   keys="Enter switch on or off   Esc back"),
            switch,
        )  # fmt: skip

    # -- stopwatch and counter

    def action_battery_watch(self) -> None:
        if not self.rows:
            return
        row = self.rows[self.row]
        unit = box_unit(row, self.box)
        if unit == "s":
            if self.started is None:
                self.run()
                self.say("Running. Space stops and drops the time into the box.", "accent")
            else:
                self.take_time()
        elif unit in ("reps", "steps"):
            if self.counted is None:
                self.counted = 0 if row.of.lasts_s else 1
                self.run()
            else:
                self.counted += 1
            self.tick()
        else:
            self.say("Space times and counts; this box takes a number.", "dim")

    def run(self) -> None:
        """Start the clock."""
        self.started = time.monotonic()
        self.ticking = self.set_interval(TICK_S, self.tick)
        self.paint()

    def tick(self) -> None:
        """Draw what runs."""
        if self.counted is not None and self.started is not None:
            ran = time.monotonic() - self.started
            lasts = self.rows[self.row].of.lasts_s
            of = f" of {lasts} s" if lasts else " s"
            done = lasts is not None and ran >= lasts
            told = (
                f"TIME. {self.counted} counted; Enter takes it, Space adds one."
                if done
                else f"{self.counted} counted at {int(ran)}{of}. Space adds one, Enter takes it."
            )
            self.say(told, "good" if done else "accent")
        self.paint()

    def take_time(self) -> None:
        """The time into the box."""
        text = self.watch_text()
        self.stop_watch()
        self.put(text)

    def take_count(self) -> None:
        """The count into the box."""
        text = str(self.counted)
        self.stop_watch()
        self.put(text)

    def watch_text(self) -> str:
        """Seconds since the start: to a hundredth where the rule is that exact, else to a tenth."""
        if self.started is None:
            return ""
        places = 2 if self.rows[self.row].of.combine == "sppb" else 1
        return f"{time.monotonic() - self.started:.{places}f}"

    def stop_watch(self) -> None:
        """Stop without a result."""
        self.started = self.counted = None
        if self.ticking:
            self.ticking.stop()
            self.ticking = None


def could_be(measure: Measure, text: str) -> bool:
    """Whether a text can still become a number, or a grade, of this measure."""
    if measure.ordinal:
        return any(grade.startswith(text) for grade in measure.enum)
    return is_number(text + "0")


def row_name(row: BatteryRow) -> str:
    """What a row is called: the activity, task or muscle it names, else the measure."""
    measure = row.of
    if measure.id == "psfs":
        return f"PSFS {row.label or 't: name it'}"
    if measure.unit == "user":
        return f"{row.label} ({row.unit})" if row.label and row.unit else row.label or "timed task, t: name"
    if measure.id == "mmt":
        return f"MMT {row.label or 't: name it'}"
    return f"{measure.short}, {row.label}" if row.label else measure.short


def in_question(row: BatteryRow, at: int, value: float, last: float | None = None) -> str | None:
    """`plausible` for a number as it is typed: a time over a set course is judged as the speed it makes."""
    measure = row.of
    if has_parts(measure):
        return plausible_part(measure, value, measure.inputs[at] if measure.combine == "equation" else "")
    if measure.unit == "user":
        return None
    if measure.id == "psfs":
        return plausible(measure, value)
    unit = row.unit or entry_unit(measure)
    if measure.distance_m is not None and unit == "s":
        speeds = [measure.distance_m / t if t > 0 else 0.0 for t in (value, last or 0.0)]
        return plausible(measure, speeds[0], speeds[1] or None)
    there, then = (convert(v, unit, measure.unit) if v is not None else None for v in (value, last))
    return plausible(measure, value if there is None else there, then)
