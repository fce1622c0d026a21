"""The one-line form of an assessment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from medex_tui.app.assessing import BESIDE, Assessing, found_role
from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, fit
from medex_tui.app.log import doubts
from medex_tui.app.widgets import Entry, Lines
from medex_tui.app.words import client_header
from medex_tui.domain.measures import Measure, bare, catalogue
from medex_tui.domain.records import Reading, Side
from medex_tui.domain.shorthand import AssessmentReading, read_assessment


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
            groups: dict[tuple[Side | None, str], list[Reading]] = {}
            for r in self.reading.readings:
                if r.measure == id:
                    task = r.labels[0] if measure.labelled and r.labels else ""
                    groups.setdefault((r.side if measure.by_side else None, task), []).append(r)
            for (side, task), own in groups.items():
                beside = [r for r in self.reading.readings if r.measure in BESIDE and r.measure != id]
                found = self.outcome_of(id, own, task, side=side, beside=beside)
                trials = "  ".join(
                    f"{r.side or ''} {' '.join(trial_text(measure, t) for t in r.trials) or r.result}".strip()
                    for r in own
                )
                room = 22 if width >= 72 else 12
                lines.append(
                    [("   ", ""), (fit(task or measure.short, 20), "strong"), (fit(trials, room), "dim"),
                     (" ", ""), (fit(f"{found.row.score}  {found.row.change}", width - room - 25), found_role(found))]
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


def trial_text(measure: Measure, trial: float) -> str:
    """A trial as it was typed."""
    return bare(measure, trial) if measure.ordinal else f"{trial:g}"
