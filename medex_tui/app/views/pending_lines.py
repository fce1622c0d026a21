"""Lines of a batch that are not saved yet: what each means, and what keeps it from being saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from medex_tui.app.styled_lines import Line, Role, fit, plain, wrap
from medex_tui.app.views.session_reading import (
    LEVEL_WORDS,
    done_words,
    guard_lines,
    part_texts,
    vitals_words,
    when_lines,
)
from medex_tui.domain.precheck import SafetyCheck
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.safety.finding import SafetyFinding
from medex_tui.domain.shorthand import AssessmentReading, SessionReading


class PendingLine(Struct):
    """One line: its text, what a person confirmed about it, and what it means."""

    text: str
    confirmed: set[str]
    reasons: dict[str, str]
    reading: SessionReading | AssessmentReading | None = None
    check: SafetyCheck = SafetyCheck([])

    @property
    def ready(self) -> bool:
        """Whether it can be saved and signed as it is."""
        return (
            self.reading is not None
            and self.reading.complete
            and not self.check.waiting(self.reasons)
        )


def line_state(line: PendingLine) -> tuple[str, Role]:
    """The state of a line in a word."""
    if line.reading is None or line.reading.problems:
        return "? faulty", "bad"
    if line.check.waiting(line.reasons):
        return "! hold", "bad"
    return ("? unusual", "warn") if line.reading.questions else ("ready", "good")


def meaning_lines(
    line: PendingLine,
    practice: Practice,
    taken_at: datetime,
    width: int,
    key: Callable[[str], str],
) -> list[Line]:
    """What a line that was read means: faults and questions first.

    `taken_at` is when the visit was; `key` gives the key of a command id.
    """
    reading = line.reading
    assert reading is not None
    lines: list[Line] = []
    for problem in reading.problems:
        better = f" Did you mean {problem.suggestion}?" if problem.suggestion else ""
        pieces = wrap(problem.message + better, width - 4)
        lines += [plain(f" ? {piece}", "bad") for piece in pieces]
    lines += [
        plain(f" ? {question.message} {key('lines.confirm')} confirms it.", "warn")
        for question in reading.questions
    ]
    for finding in line.check.findings:
        pieces = wrap(_finding_text(finding, line, key), width - 4)
        lines += [plain(f" ! {piece}", "bad") for piece in pieces]
    if reading.client:
        lines += guard_lines(reading.client, practice, taken_at, None, width)
    lines += when_lines(reading, practice.zone)
    return [*lines, *_entry_lines(reading, width)]


def _finding_text(finding: SafetyFinding, line: PendingLine, key: Callable[[str], str]) -> str:
    """A safety finding, with the reason given for going on or the key that gives one."""
    reason = line.reasons.get(finding.rule)
    if not reason and finding.rule in line.check.settled:
        reason = "settled by the recheck"
    more = f"  {key('lines.reason')}: go on with a reason" if finding.level != "caution" else ""
    if reason:
        more = f"  override reason: {reason}"
    return f"{LEVEL_WORDS[finding.level]} {finding.text}{more}"


def _entry_lines(reading: SessionReading | AssessmentReading, width: int) -> Iterator[Line]:
    """The exercises, vital signs and note of a session, or the values of an assessment."""
    if isinstance(reading, AssessmentReading):
        for item in reading.items:
            yield [("   ", ""), (fit(item.name, 30), "strong"), (f" {item.value}", "")]
        return
    for exercise in reading.exercises:
        yield [
            ("   ", ""),
            (fit(exercise.name, 19), "strong"),
            (fit(f" {done_words(exercise, reading.load_unit)}", 34), ""),
            (exercise.origin, "dim"),
        ]
    for vitals in reading.vitals:
        yield [("   ", ""), (fit(vitals.phase, 6), "dim"), (vitals_words(vitals), "")]
    for title, text in part_texts(reading):
        for piece in wrap(f"{title}  {text}", width - 6):
            yield plain(f"   {piece}")
    if reading.note:
        for piece in wrap(f"note  {reading.note}", width - 6):
            yield plain(f"   {piece}")
