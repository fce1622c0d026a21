"""The one-line form of an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from textual.containers import Horizontal
from textual.widget import Widget

from medex_tui.app.commands import bindings
from medex_tui.app.screens.base.assessment import BESIDE, AssessmentScreen
from medex_tui.app.screens.base.line_editor import LineEditorScreen
from medex_tui.app.screens.base.undo import Undo
from medex_tui.app.styled_lines import Line, fit, length, plain, wrap
from medex_tui.app.views.battery import result_spans
from medex_tui.app.views.chart import plain_marks
from medex_tui.app.views.outcome import outcome_sentences, unscored
from medex_tui.app.views.phrases import client_header
from medex_tui.app.views.session_reading import doubts, when_lines
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.domain.language.plain import terminal_width
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.measures import Measure, bare, catalogue
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.base import Side
from medex_tui.domain.shorthand import (
    AssessmentReading,
    Completion,
    complete_assessment,
    examples,
    read_assessment,
)


class ReadingGroup(Struct, frozen=True):
    """The readings of a line that make one score: both sides, or one side, or one task."""

    measure: Measure
    side: Side | None
    task: str
    readings: list[Reading]

    @property
    def trials(self) -> str:
        """What was typed: `R 24.1 25  L 22`."""
        parts = []
        for reading in self.readings:
            trials = " ".join(trial_text(self.measure, trial) for trial in reading.trials)
            parts.append(f"{reading.side or ''} {trials or reading.result}".strip())
        return "  ".join(parts)


def measured(readings: Sequence[Reading]) -> list[ReadingGroup]:
    """The scores a line makes, in the order its measures were typed."""
    made: dict[tuple[str, Side | None, str], ReadingGroup] = {}
    for reading in readings:
        measure = catalogue().measures.get(reading.measure)
        if measure is not None:
            side = reading.side if measure.by_side else None
            task = reading.labels[0] if measure.labelled and reading.labels else ""
            made.setdefault(
                (measure.id, side, task), ReadingGroup(measure, side, task, [])
            ).readings.append(reading)
    return list(made.values())


class AssessLineScreen(LineEditorScreen, AssessmentScreen):
    """The one-line form."""

    BINDINGS: ClassVar = bindings(
        "entry.save", "entry.complete", "entry.undo", "entry.back", "go.back", over_entry=True
    )
    DEFAULT_CSS = """
    AssessLineScreen #who { height: 2; }
    AssessLineScreen #ask { height: 1; }
    AssessLineScreen #ask > StyledLines { width: 3; height: 1; }
    AssessLineScreen #ask > LineInput { width: 1fr; }
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.reading: AssessmentReading | None = None
        self.confirmed: set[str] = set()

    def body(self) -> Iterable[Widget]:
        yield StyledLines(id="who")
        with Horizontal(id="ask"):
            yield StyledLines([[(" >", "key")]], classes="one")
            yield LineInput(id="entry", faults=lambda _: self.faults, line=True)
        yield StyledLines(id="under", classes="one")
        yield StyledLines(id="read")

    @property
    def problems(self) -> Sequence[Problem]:
        return self.reading.problems if self.reading else ()

    def offered(self, text: str, cursor: int) -> list[Completion]:
        return complete_assessment(
            text, cursor, practice=self.context.practice, now=self.context.now, client=self.client
        )

    def help_lines(self) -> list[str]:
        return [
            "One line says the assessment, by example:",
            *(f"{typed}\t{means}" for typed, means in examples.ASSESSMENT),
        ]

    @property
    def draft_name(self) -> str:
        """Where the line is kept while it is typed."""
        return f"assessment-line:{self.client_id}"

    def on_mount(self) -> None:
        kept = self.context.drafts.kept.get(self.draft_name)
        if kept:
            self.undo = Undo(kept.get("undo", ()))
            self.set_line((str(kept.get("text", "")), int(kept.get("cursor", 0))))
        self.redraw()
        self.entry.focus()
        saves = self.key_of("entry.save")
        self.show_status(
            f"{saves} saves.  grip 24.1 25 / 22 21.5 tug 11.8 psfs 3 4   left of / is right", "dim"
        )

    def update_content(self) -> None:
        context, width = self.context, self.app.size.width
        self.query_one("#who", StyledLines).show_whole(
            client_header(self.client, context.practice, context.now, width)
        )
        self.understand()

    def understand(self) -> None:
        """Read the line and show what it says."""
        context, width = self.context, self.app.size.width
        entry = self.query_one("#entry", LineInput)
        self.reading = read_assessment(
            entry.value,
            practice=context.practice,
            now=context.now,
            client=self.client,
            confirmed=self.confirmed,
        )
        marks = plain_marks(self.app.theme)
        found = []
        for told in measured(self.reading.readings):
            beside = [
                r
                for r in self.reading.readings
                if (r.measure in BESIDE and r.measure != told.measure.id)
                or (
                    told.measure.by_side and r.measure == told.measure.id and r not in told.readings
                )
            ]
            one = self.outcome_of(
                told.measure.id, told.readings, told.task, side=told.side, beside=beside
            )
            found.append((told, one))
        room = min(
            22 if width >= 72 else 12,
            max((terminal_width(told.trials) for told, _ in found), default=0),
        )
        lines: list[Line] = []
        lines += when_lines(self.reading, context.practice.zone)
        for told, one in found:
            name = told.task or told.measure.short
            line: Line = [
                ("   ", ""),
                (fit(name, 20), "strong"),
                (fit(told.trials, room), "dim"),
                ("  ", ""),
            ]
            lines.append(line + result_spans(one, None, width - length(line) - 1, plain=marks))
            if one is found[-1][1] and not unscored(one):
                # The measure typed last is shown in full, as the boxes do for the selected row.
                said = [
                    p
                    for text in outcome_sentences(one, context.practice.zone)
                    for p in wrap(text, width - 7, indent=1)
                ]
                lines += [plain(f"     {piece}", "dim") for piece in said]
        if self.reading.summary:
            lines.append([("   ", ""), (fit("summary", 20), "dim"), (self.reading.summary, "")])
        if entry.value.strip():
            lines += doubts(
                self.shown_problems, self.reading.questions, width, self.key_of("entry.save")
            )
        self.query_one("#read", StyledLines).show(lines)
        self.show_under()

    def hold(self) -> None:
        text, cursor = self.entry.value, self.entry.cursor_position
        if not text and not self.undo.states:
            self.context.drafts.drop(self.draft_name)
            return
        self.context.drafts.hold(
            self.draft_name,
            {
                "text": text,
                "cursor": cursor,
                "at": self.context.now.isoformat(),
                "undo": self.undo.states,
            },
        )

    def action_entry_save(self) -> None:
        reading = self.reading
        if reading is None or not reading.readings:
            self.show_status("Nothing entered yet.", "dim")
        elif reading.problems:
            self.go_to(reading.problems[0])
        elif reading.questions:
            self.confirmed |= {q.id for q in reading.questions}
            self.show_status(
                f"{reading.questions[0].message} {self.key_of('entry.save')} again to confirm.",
                "warn",
            )
            self.reading = read_assessment(
                self.entry.value,
                practice=self.context.practice,
                now=self.context.now,
                client=self.client,
                confirmed=self.confirmed,
            )
        else:
            self.context.run(self.finish(reading))

    async def finish(self, reading: AssessmentReading) -> None:
        """Save what the line says."""
        if await self.save(
            list(reading.readings), kind=reading.kind, at=reading.at, summary=reading.summary
        ):
            self.context.drafts.drop(self.draft_name)


def trial_text(measure: Measure, trial: float) -> str:
    """A trial as it was typed."""
    return bare(measure, trial) if measure.ordinal else f"{trial:g}"
