"""Quick assessment: the battery as boxes, with score, change and reference as soon as a number is in; or one line."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.containers import Horizontal
from textual.events import Key
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from medex_tui.app.battery import (
    OFFERED,
    RESULTS,
    BatteryRow,
    battery_of,
    entry_unit,
    is_number,
    readings_of,
    rows_for,
    with_box,
)
from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, Role, fit, plain, spread, wrap
from medex_tui.app.log import doubts
from medex_tui.app.page import Page
from medex_tui.app.sheets import Ask, Choice, Picker, Reader
from medex_tui.app.widgets import Entry, Lines
from medex_tui.app.words import client_header, day
from medex_tui.domain.measures import Measure, Outcome, Score, catalogue, convert, default_battery, outcome, plausible
from medex_tui.domain.records import Assessment, Client, Reading
from medex_tui.domain.seal import seal_of
from medex_tui.domain.shorthand import AssessmentReading, read_assessment

TICK_S = 0.1
BOX = 5
NAME = 21


def kind_for(past: list[Assessment], referral_id: str | None) -> Any:
    """`initial` for the episode's first assessment, `reassessment` after it."""
    return "reassessment" if any(a.referral_id == referral_id for a in past) else "initial"


class Assessing(Page):
    """What the box form and the one-line form share: whose assessment, what went before, saving it."""

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.asked: set[str] = set()

    @property
    def client(self) -> Client:
        """Who is assessed."""
        return self.medex.practice.clients[self.client_id]

    @property
    def past(self) -> list[Assessment]:
        """The episode's assessments so far, earliest first."""
        kept = self.medex.practice.assessments_of.get(self.client_id, [])
        return [a for a in kept if a.referral_id in (None, self.referral_id)]

    @property
    def referral_id(self) -> str | None:
        """The episode it belongs to."""
        referral = self.medex.practice.current_episode(self.client_id)
        return referral.id if referral else None

    def top(self, width: int) -> Line:
        past = self.past
        last = f"last {day(past[-1].taken_at, self.medex.practice.zone)}" if past else "the baseline"
        return spread(
            [(" medex  ", "title"), (f"Assessment: {kind_for(past, self.referral_id)}", "strong")],
            [(f"{last} ", "dim")],
            width,
        )

    def outcome_of(self, measure: str, readings: list[Reading], task: str = "") -> Outcome:
        """How these readings compare with the client's earlier ones and with the references."""
        medex = self.medex
        current = Assessment(
            id="now", client_id=self.client_id, referral_id=self.referral_id, taken_at=medex.now, readings=readings
        )
        return outcome(measure, [*self.past, current], self.client, medex.local(medex.now).date(), task=task)

    async def save(
        self, readings: list[Reading], *, kind: Any = None, at: Any = None, summary: str | None = None
    ) -> None:
        """Sign and save; leave when it is on disk."""
        medex, now = self.medex, self.medex.now
        version = catalogue().version
        made = Assessment(
            id=medex.new_id(), client_id=self.client_id, referral_id=self.referral_id, taken_at=at or now,
            kind=kind or kind_for(self.past, self.referral_id),
            readings=[msgspec.structs.replace(r, catalogue=version) for r in readings],
            summary=summary, signed_at=now, signed_by=medex.login,
        )  # fmt: skip
        made = msgspec.structs.replace(made, seal=seal_of(made))
        if await medex.keep([made]):
            medex.drafts.drop(f"assessment:{self.client_id}")
            self.dismiss(None)
            name = self.client.name
            medex.call_after_refresh(
                lambda: (
                    medex.page.say(f"assessment saved and signed {medex.local(now):%H:%M}: {name}", "good")
                    if medex.page
                    else None
                )
            )

    def action_go_back(self) -> None:
        self.medex.drafts.flush()
        self.dismiss(None)


class Boxes(Lines, can_focus=True):
    """The rows of boxes; keys go to the page."""

    def __init__(self) -> None:
        super().__init__(id="boxes")
        self.can_focus = True


class AssessPage(Assessing):
    """The box form."""

    BINDINGS: ClassVar = bindings(
        "battery.save", "battery.watch", "battery.result", "battery.name", "battery.device", "battery.card",
        "battery.add", "entry.line", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    AssessPage #who { height: 2; }
    AssessPage #about { height: 7; border-top: solid $panel; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.rows: list[BatteryRow] = []
        self.row = 0
        self.box = 0
        self.summary: str | None = None
        self.started: float | None = None
        self.ticking: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield Lines(id="who")
        yield Boxes()
        yield Lines(id="about")

    def on_mount(self) -> None:
        kept = self.medex.drafts.kept.get(f"assessment:{self.client_id}", {}).get("rows")
        if kept:
            self.rows = msgspec.convert(kept, list[BatteryRow])
            self.say("Your unsaved numbers are back.", "accent")
        else:
            self.rows = battery_of(self.past, self.suggested())
            self.say("Digits and Enter; empty boxes are left out.   Up and down move.", "dim")
        self.repaint()
        self.query_one(Boxes).focus()

    def suggested(self) -> list[str]:
        """The starter set for what the referral says, then the other measures the boxes take."""
        referral = self.medex.practice.current_episode(self.client_id)
        said = (
            [referral.reason or "", *(f"{d.icd10 or ''} {d.text or ''}" for d in referral.diagnoses)]
            if referral
            else []
        )
        fitting = [m for m in default_battery(" ".join(said)).measures if m in OFFERED]
        return [*fitting, *(m for m in OFFERED if m not in fitting)]

    # -- what is shown

    def paint(self) -> None:
        medex, width = self.medex, self.app.size.width
        self.query_one("#who", Lines).show(client_header(self.client, medex.practice, medex.now, width))
        self.query_one(Boxes).show([self.row_line(n, width) for n in range(len(self.rows))])
        self.query_one("#about", Lines).show(self.about_lines(width))
        boxes = self.query_one(Boxes)
        top = boxes.scroll_offset.y
        if not top <= self.row < top + max(1, boxes.size.height):
            boxes.scroll_to(y=max(0, self.row - boxes.size.height + 1), animate=False)

    def row_line(self, n: int, width: int) -> Line:
        """One row: name, boxes, and on the measure's first row its score and change."""
        row = self.rows[n]
        measure = catalogue().measure(row.measure)
        here = n == self.row
        side = f" {row.side}" if row.side else ""
        name = fit(row_name(row, measure), NAME - len(side)) + side
        line: Line = [(" > " if here else "   ", "accent"), (name, "strong" if here else "")]
        used = 3 + NAME
        if row.result != "measured":
            line.append((f" [{row.result}]", "accent"))
            used += 3 + len(row.result)
        else:
            for at, box in enumerate(row.boxes):
                current = here and at == self.box
                text = self.watch_text() if current and self.started is not None else box
                line += [(" ", ""), (f"[{fit(text + ('_' if current else ''), BOX)}]", "key" if current else "field")]
            used += (BOX + 3) * len(row.boxes)
        group = self.group(n)
        place = next(i for i, other in enumerate(group) if other is row)
        if place < 2 and any(not other.empty for other in group):
            found = self.outcome_of(row.measure, readings_of(group), row.label if measure.labelled else "")
            parts = [found.row.score, found.row.change]
            told = " ".join(parts) if len(group) == 1 else parts[place]
            line += [("  ", ""), (fit(told, max(4, width - used - 3)), found_role(found))]
        return line

    def group(self, n: int) -> list[BatteryRow]:
        """The rows that make one score with row `n`: both sides, all activities; a custom task stands alone."""
        row = self.rows[n]
        if catalogue().measure(row.measure).labelled:
            return [row]
        return [r for r in self.rows if r.measure == row.measure]

    def about_lines(self, width: int) -> list[Line]:
        """The measure under the cursor: score and rule, change with threshold, references with their sources."""
        if not self.rows:
            return [plain(" + adds a measure.", "dim")]
        row = self.rows[self.row]
        measure = catalogue().measure(row.measure)
        with_what = ", ".join(filter(None, (row.device, row.position, row.aid)))
        head: Line = [(f" {measure.name}", "title"), (f"  in {entry_unit(measure)}", "dim"), (f"  {with_what}", "dim")]
        group = [r for r in self.group(self.row) if not r.empty]
        if not group:
            return [head, *(plain(f" {piece}", "dim") for piece in wrap(measure.protocol, width - 2)[:3])]
        found = self.outcome_of(row.measure, readings_of(group), row.label if measure.labelled else "")
        lines: list[Line] = [head]
        for text in said_of(found):
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
        if character and character in "0123456789.-" and self.started is None:
            self.put(text + character)
        elif event.key == "backspace":
            self.put(text[:-1])
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

    def put(self, text: str) -> None:
        """Another text in the box under the cursor."""
        row = self.rows[self.row]
        if len(text) > BOX or (text and not is_number(text + "0")):
            return
        if row.measure == "psfs" and not row.label:
            self.say("Name the activity first: t.", "warn")
            return
        self.rows[self.row] = with_box(row, self.box, text)
        self.hold()
        self.paint()

    def place(self, row: int, box: int) -> None:
        """Put the cursor on a box that is there."""
        self.stop_watch()
        self.row = max(0, min(len(self.rows) - 1, row))
        self.box = max(0, min(len(self.rows[self.row].boxes) - 1, box))
        self.paint()

    def move(self, step: int) -> None:
        """To the next or the previous box, over the ends of rows."""
        boxes = [(r, b) for r, row in enumerate(self.rows) for b in range(len(row.boxes))]
        at = boxes.index((self.row, self.box)) + step
        if 0 <= at < len(boxes):
            self.place(*boxes[at])

    def onward(self) -> None:
        """Enter: check the box, ask once about an unlikely value, go on; behind the last box, save."""
        row = self.rows[self.row]
        text = row.boxes[self.box]
        measure = catalogue().measure(row.measure)
        if text and not is_number(text):
            self.say(f"{text} is not a number yet.", "bad")
            return
        if text:
            verdict = self.doubt(measure, row, float(text))
            if verdict:
                self.say(verdict, "warn")
                return
        last = (self.row, self.box) == (len(self.rows) - 1, len(self.rows[-1].boxes) - 1)
        if last:
            self.action_battery_save()
        else:
            self.move(1)

    def doubt(self, measure: Measure, row: BatteryRow, value: float) -> str | None:
        """Why a value is refused, or asked about for the first time."""
        previous = [
            t
            for a in self.past[-1:]
            for r in a.readings
            if (r.measure, r.side) == (row.measure, row.side)
            for t in r.trials
        ]
        found = in_question(measure, value, previous[-1] if previous else None)
        if found is None or found in self.asked:
            return None
        if found.startswith("asked"):
            self.asked.add(found)
            return f"{measure.short}: {found.partition(': ')[2]}. Enter again if it is right."
        return f"{measure.short}: {found.partition(': ')[2]}."

    # -- commands

    def action_battery_save(self) -> None:
        self.stop_watch()
        for n, row in enumerate(self.rows):
            measure = catalogue().measure(row.measure)
            if row.empty:
                continue
            if (measure.id == "psfs" or measure.unit == "user") and not row.label:
                self.place(n, 0)
                self.say("Not saved yet: t names what was timed or rated.", "bad")
                return
            for at, box in enumerate(row.boxes):
                found = in_question(measure, float(box)) if is_number(box) else None
                refused = found if found and found.startswith("refused") else None
                if (box and not is_number(box)) or refused:
                    self.place(n, at)
                    why = refused.partition(": ")[2] if refused else f"{box} is not a number"
                    self.say(f"Not saved yet: {measure.short}: {why}.", "bad")
                    return
        readings = readings_of(self.rows)
        if not readings:
            self.say("Nothing entered yet.", "dim")
            return
        self.run_worker(self.save(readings, summary=self.summary))

    def action_battery_result(self) -> None:
        row = self.rows[self.row]
        following = RESULTS[(RESULTS.index(row.result) + 1) % len(RESULTS)]
        self.rows[self.row] = msgspec.structs.replace(row, result=following)
        self.hold()
        self.paint()

    def action_battery_name(self) -> None:
        row = self.rows[self.row]
        measure = catalogue().measure(row.measure)
        if measure.id != "psfs" and not measure.labelled:
            self.say("Only a PSFS activity or a custom task has a name of its own.", "dim")
            return

        def name(label: str) -> None:
            self.rows[self.row] = msgspec.structs.replace(row, label=" ".join(label.split()))
            self.hold()
            self.paint()

        self.medex.ask(Ask("Name", "The activity or task, in the client's words", row.label), name)

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
        self.medex.ask(
            Ask("Taken with", "device; position; aid", now, about=["Unlike last time: no verdict on change."]), take
        )

    def action_battery_card(self) -> None:
        lines: list[Line] = []
        for text in evidence(catalogue().measure(self.rows[self.row].measure)):
            lines += [plain(piece) for piece in wrap(text, min(78, self.app.size.width) - 6, indent=2)]
        self.medex.push_screen(Reader("Evidence", lines))

    def action_battery_add(self) -> None:
        known = catalogue()

        def find(query: str) -> list[Choice]:
            return [
                Choice(id, known.measure(id).short, known.measure(id).name)
                for id in OFFERED
                if all(w in known.measure(id).name.lower() or w in id for w in query.lower().split())
            ]

        def add(id: str) -> None:
            self.rows += rows_for(known.measure(id))
            self.place(len(self.rows) - len(rows_for(known.measure(id))), 0)

        self.medex.ask(Picker("Add a measure", find), add)

    def action_battery_watch(self) -> None:
        if entry_unit(catalogue().measure(self.rows[self.row].measure)) != "s":
            self.say("The stopwatch works on timed tests.", "dim")
        elif self.started is None:
            self.started = time.monotonic()
            self.ticking = self.set_interval(TICK_S, self.paint)
            self.say("Running. Space stops and drops the time into the box.", "accent")
        else:
            text = self.watch_text()
            self.stop_watch()
            self.put(text)

    def watch_text(self) -> str:
        """Seconds since the start, to a tenth."""
        return f"{time.monotonic() - self.started:.1f}" if self.started is not None else ""

    def stop_watch(self) -> None:
        """Stop without a result."""
        self.started = None
        if self.ticking:
            self.ticking.stop()
            self.ticking = None

    def action_entry_line(self) -> None:
        self.medex.switch_screen(AssessLinePage(self.client_id))


def row_name(row: BatteryRow, measure: Measure) -> str:
    """What a row is called: the activity or task it names, else the measure."""
    if measure.id == "psfs":
        return f"PSFS {row.label or 't: name it'}"
    if measure.unit == "user":
        return row.label or "timed task, t: name"
    return f"{measure.short}, {row.label}" if row.label else measure.short


def in_question(measure: Measure, typed: float, last: float | None = None) -> str | None:
    """`plausible` for a number as it is typed: a time over a set course is judged as the speed it makes."""
    if measure.unit == "user":
        return None
    if measure.distance_m is not None:
        speeds = [measure.distance_m / t if t > 0 else 0.0 for t in (typed, last or 0.0)]
        return plausible(measure, speeds[0], speeds[1] or None)
    if measure.id == "psfs":
        return plausible(measure, typed)
    value = convert(typed, measure.entry_unit, measure.unit)
    return plausible(measure, typed if value is None else value, last)


def said_of(found: Outcome) -> list[str]:
    """What may be said of a result: how it was scored, the change with its threshold, each reference with its source."""
    said = []
    score = found.now.score if found.now else None
    if isinstance(score, Score):
        said.append(f"{score.printed}" + (f" ({score.how})" if score.how else ""))
    elif score:
        said.append(score.reason)
    if found.since_baseline:
        said.append(found.since_baseline.why)
    return [*said, *found.row.references, *found.notes]


def found_role(found: Outcome) -> Role:
    """A change past error stands out; within error it stays quiet."""
    since = found.since_baseline
    return "good" if since and since.verdict == "past measurement error" and since.better else ""


def evidence(measure: Measure) -> list[str]:
    """The evidence card: protocol, score, change threshold, references, and what is not checked."""
    known = catalogue()
    said = [measure.name, "", f"Protocol: {measure.protocol}"]
    if measure.notes:
        said.append(f"Limits: {measure.notes}")
    for threshold in measure.change:
        source = known.source(threshold.source)
        kind = "our convention, not a measured threshold" if threshold.kind == "convention" else threshold.kind
        mark = " (printed)" if threshold.default else ""
        tag = "" if threshold.kind == "convention" else f" [{source.tag}]"
        said.append(f"Change {threshold.value:g} {threshold.unit}: {kind}{mark}; {threshold.population or 'any'}{tag}")
    if measure.norms or measure.cutoffs:
        said.append(
            f"References cover ages {measure.age_min_norm} to {measure.age_max_norm}; outside them there is no band."
        )
    said += ["", "Sources:"]
    for id in measure.sources:
        source = known.source(id)
        said.append(f"- {source.citation}" + ("" if source.basis == "checked" else " [unchecked]"))
    if measure.id == "grip_strength":
        said += ["", "What medex does not conclude: lower grip goes along with later disability in large groups; "
                 "this number is a strength measurement and predicts nothing for one person."]  # fmt: skip
    return said


class AssessLinePage(Assessing):
    """The one-line form."""

    BINDINGS: ClassVar = bindings("entry.undo", "go.back", over_entry=True)
    DEFAULT_CSS = """
    AssessLinePage #who { height: 2; }
    AssessLinePage #ask { height: 1; }
    AssessLinePage #ask > Lines { width: 3; height: 1; }
    AssessLinePage #ask > Entry { width: 1fr; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.reading: AssessmentReading | None = None
        self.confirmed: frozenset[str] = frozenset()
        self.faults: list[tuple[int, int]] = []
        self.before: list[str] = []

    def body(self) -> Iterable[Widget]:
        yield Lines(id="who")
        with Horizontal(id="ask"):
            yield Lines([[(" >", "key")]], classes="one")
            yield Entry(id="entry", faults=lambda _: self.faults)
        yield Lines(id="read")

    @property
    def draft_name(self) -> str:
        """Where the line is kept while it is typed."""
        return f"assessment-line:{self.client_id}"

    def on_mount(self) -> None:
        kept = self.medex.drafts.kept.get(self.draft_name)
        entry = self.query_one("#entry", Entry)
        if kept:
            entry.value = str(kept.get("text", ""))
            entry.cursor_position = int(kept.get("cursor", 0))
        self.repaint()
        entry.focus()
        self.say("grip 24.1 25 / 22 21.5 tug 11.8 cst 11 psfs 3 4 5   left of / is the right side", "dim")

    def paint(self) -> None:
        medex, width = self.medex, self.app.size.width
        self.query_one("#who", Lines).show(client_header(self.client, medex.practice, medex.now, width))
        self.understand()

    def understand(self) -> None:
        """Read the line and show what it says."""
        medex, width = self.medex, self.app.size.width
        entry = self.query_one("#entry", Entry)
        self.reading = read_assessment(
            entry.value, practice=medex.practice, now=medex.now, client=self.client, confirmed=self.confirmed
        )
        self.faults = [(p.start, p.end) for p in self.reading.problems]
        lines: list[Line] = []
        for id in dict.fromkeys(r.measure for r in self.reading.readings):
            if id not in catalogue().measures:
                continue
            measure = catalogue().measure(id)
            tasks = dict.fromkeys(r.labels[0] if r.labels else "" for r in self.reading.readings if r.measure == id)
            for task in tasks if measure.labelled else [""]:
                own = [r for r in self.reading.readings if r.measure == id and (not task or r.labels[:1] == [task])]
                found = self.outcome_of(id, own, task)
                trials = "  ".join(
                    f"{r.side or ''} {' '.join(f'{t:g}' for t in r.trials) or r.result}".strip() for r in own
                )
                lines.append(
                    [("   ", ""), (fit(task or measure.short, 20), "strong"), (fit(trials, 22), "dim"),
                     (fit(f"{found.row.score}  {found.row.change}", width - 46), found_role(found))]
                )  # fmt: skip
        if self.reading.summary:
            lines.append([("   ", ""), (fit("summary", 20), "dim"), (self.reading.summary, "")])
        if entry.value.strip():
            lines += doubts(self.reading.problems, self.reading.questions, width)
        self.query_one("#read", Lines).show(lines)

    @on(Input.Changed, "#entry")
    def typed(self, event: Input.Changed) -> None:
        if self.reading is None:
            return
        self.before.append(event.value)
        self.confirmed = frozenset()
        self.understand()
        entry = self.query_one("#entry", Entry)
        if entry.value:
            self.medex.drafts.hold(
                self.draft_name,
                {"text": entry.value, "cursor": entry.cursor_position, "at": self.medex.now.isoformat()},
            )
        else:
            self.medex.drafts.drop(self.draft_name)

    @on(Input.Submitted, "#entry")
    def submitted(self) -> None:
        reading = self.reading
        entry = self.query_one("#entry", Entry)
        if reading is None or not reading.readings:
            self.say("Nothing entered yet.", "dim")
        elif reading.problems:
            entry.cursor_position = reading.problems[0].end
            self.say(f"Not saved yet: {reading.problems[0].message}", "bad")
        elif reading.questions:
            self.confirmed = frozenset(q.id for q in reading.questions)
            self.say(f"{reading.questions[0].message} Enter again if it is right.", "warn")
            self.reading = read_assessment(
                entry.value,
                practice=self.medex.practice,
                now=self.medex.now,
                client=self.client,
                confirmed=self.confirmed,
            )
        else:
            self.run_worker(self.finish(reading))

    async def finish(self, reading: AssessmentReading) -> None:
        """Save what the line says."""
        await self.save(list(reading.readings), kind=reading.kind, at=reading.at, summary=reading.summary)
        if not self.is_current:
            self.medex.drafts.drop(self.draft_name)

    def action_entry_undo(self) -> None:
        if self.before:
            self.before.pop()
        text = self.before.pop() if self.before else ""
        entry = self.query_one("#entry", Entry)
        entry.value = text
        entry.cursor_position = len(text)
