"""What a session line says, as the lines of a table: understood, doubted, warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Line, Role, fit, plain, wrap
from medex_tui.app.views.phrases import day
from medex_tui.domain.language.plain import terminal_width
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.precheck import (
    SafetyCheck,
    referral_warnings,
    repeated_note,
    similar_clients,
    what_to_do,
)
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.domain.safety.finding import SafetyFinding
from medex_tui.domain.shorthand import AssessmentReading, SessionReading
from medex_tui.domain.shorthand.lookup import codes
from medex_tui.domain.vital_signs import SINGLE
from medex_tui.reports.wording import blood_pressure, dose, load, number, standing_pressure

LEVEL_WORDS = {"emergency": "EMERGENCY", "stop": "STOP", "hold": "HOLD", "caution": "CAUTION"}
SIDES = {"L": "L", "R": "R", "B": "L R", None: ""}
ORIGIN_ROLES: dict[str, Role] = {"carried": "warn", "changed": "accent", "measured": ""}
PHASES = {"pre": "before", "during": "during", "post": "after"}
ORIGIN = 11
"""Cells for where a value comes from: it is never cut, what was before goes first."""

CARRIED = "~ copied"
"""What is repeated from last time says so until it is changed or accepted."""


def done_words(exercise: Exercise, unit: str = "kg") -> str:
    """An exercise as done, its load in `unit`: `3x12  65 kg  L  r4`."""
    effort = f"r{number(exercise.rpe)}" if exercise.rpe is not None else ""
    return "  ".join(
        part
        for part in (dose(exercise), load(exercise, unit), SIDES[exercise.side], effort)
        if part
    )


def guard_lines(
    client: Client, practice: Practice, at: datetime, base: Session | None, width: int
) -> list[Line]:
    """What the referral says against the visit, and who is easily taken for this client."""
    told = referral_warnings(client, practice, at, base)
    told += [
        f"LOOK TWICE: also {other.name}, born {other.birth_date or '?'} ({why})"
        for other, why in similar_clients(client, practice)
    ]
    return [
        plain(f" {'!' if n == 0 else ' '} {piece}", "warn")
        for text in told
        for n, piece in enumerate(wrap(text, width - 4))
    ]


def reading_lines(
    reading: SessionReading,
    check: SafetyCheck,
    reasons: Mapping[str, str],
    zone: ZoneInfo,
    width: int,
    reason_key: str,
) -> list[Line]:
    """The table under the line, without what was not understood; what the safety rules ask for leads it.

    `reason_key` is the key to go on against a rule with.
    """
    lines: list[Line] = []
    for finding in check.findings:
        lines += _finding(finding, check, reasons, width, reason_key)
    lines += when_lines(reading, zone)
    lines += [_exercise(reading, exercise, width) for exercise in reading.exercises]
    seen: set[str] = set()
    names = name_cells(width)
    for vitals in reading.vitals:
        word = "recheck" if vitals.phase in seen and vitals.phase == "pre" else PHASES[vitals.phase]
        seen.add(vitals.phase)
        for n, piece in enumerate(wrap(vitals_words(vitals), width - names - 5)):
            lines.append(
                [("   ", ""), (fit(word if n == 0 else "", names), "dim"), (" ", ""), (piece, "")]
            )
    for service in reading.services:
        about = f"{service.minutes} min  {codes().get(service.code, '')}"
        lines.append(
            [
                ("   ", ""),
                (fit(service.code, names), "strong"),
                (fit(f" {about}", width - names - 4), ""),
            ]
        )
    if reading.note:
        for n, piece in enumerate(wrap(reading.note, width - names - 5)):
            lines.append(
                [("   ", ""), (fit("note" if n == 0 else "", names), "dim"), (" ", ""), (piece, "")]
            )
        if repeated_note(reading):
            lines.append(
                plain(
                    "   SAME NOTE  it is the last visit's, word for word: does it hold today?",
                    "warn",
                )
            )
    for title, text in part_texts(reading):
        for n, piece in enumerate(wrap(text, width - names - 5)):
            label = fit(title if n == 0 else "", names)
            lines.append([("   ", ""), (label, "dim"), (" ", ""), (piece, "")])
    return lines


def part_texts(reading: SessionReading) -> list[tuple[str, str]]:
    """Title and text of each labeled part of a line, in the order typed."""
    return [(item.name, item.value or "yes") for item in reading.items if item.kind == "part"]


def when_lines(reading: SessionReading | AssessmentReading, zone: ZoneInfo) -> list[Line]:
    """The time a line states, and whether that makes it a late entry; nothing where it states none."""
    if reading.at is None:
        return []
    word = "late entry" if reading.late else "at"
    return [
        plain(f"   {word} {day(reading.at, zone)} {reading.at.astimezone(zone):%H:%M}", "accent")
    ]


def name_cells(width: int) -> int:
    """Cells for what a line of the table is about."""
    return 19 + max(0, min(20, (width - 80) // 3)) if width >= 80 else 16


def _exercise(reading: SessionReading, exercise: Exercise, width: int) -> Line:
    was = reading.was(exercise)
    names, room = name_cells(width), width - name_cells(width) - 4 - ORIGIN
    before = f"was {was}" if was else ""
    earlier = min(16, max(terminal_width(before), 16 if width >= 80 else 0))
    return [
        ("   ", ""),
        (fit(exercise.name, names), "strong"),
        (" ", ""),
        (
            fit(
                done_words(exercise, reading.load_unit),
                min(room - earlier - 1, 25 + max(0, width - 80) // 3),
            ),
            "",
        ),
        (" ", ""),
        (fit(before, earlier), "dim"),
        (" " if before else "", ""),
        (
            CARRIED if exercise.origin == "carried" else exercise.origin,
            ORIGIN_ROLES[exercise.origin],
        ),
    ]


def vitals_words(vitals: Vitals) -> str:
    """`BP 152/88  HR 72  SpO2 97 %`."""
    parts = [
        f"BP {blood_pressure(vitals)}" if blood_pressure(vitals) else "",
        f"standing {standing_pressure(vitals)}" if standing_pressure(vitals) else "",
        *(
            sign.shown(number(value))
            for sign in SINGLE
            if (value := getattr(vitals, sign.field)) is not None
        ),
    ]
    return "  ".join(part for part in parts if part)


def _finding(
    finding: SafetyFinding,
    check: SafetyCheck,
    reasons: Mapping[str, str],
    width: int,
    reason_key: str,
) -> list[Line]:
    """What a rule says, what to do about it, and last who says so."""
    settled = finding.rule in check.settled
    role: Role = "warn" if finding.level == "caution" else "bad"
    if settled:
        role = "dim"
    word = f"{LEVEL_WORDS[finding.level]:10}"
    lines: list[Line] = []
    for n, piece in enumerate(wrap(finding.text, width - 14)):
        lines.append([(f"   {word if n == 0 else ' ' * 10}", role), (piece, role)])
    told: list[tuple[str, Role]] = []
    if settled:
        told.append(("settled by the recheck; both readings are saved", "good"))
    elif reason := reasons.get(finding.rule):
        told.append((f"override reason: {reason}", "accent"))
    else:
        todo = what_to_do(finding)
        said = todo.rstrip(".").lower() in finding.text.lower()
        more = f"{reason_key}: override with a reason." if finding.level != "caution" else ""
        told.append((" ".join(part for part in ("" if said else todo, more) if part), "strong"))
    told.append((said_by(finding), "dim"))
    return lines + [
        [(" " * 13, ""), (piece, role)]
        for text, role in told
        for piece in wrap(text, width - 14)
        if text
    ]


def said_by(finding: SafetyFinding) -> str:
    """Who says so, in short: the whole citation stands in the note."""
    if finding.said_by or finding.source is None:
        return f"said by {finding.said_by}" if finding.said_by else ""
    unchecked = ", unchecked" if finding.source.basis == "unchecked" else ""
    return f"{finding.source.citation.split(': ')[0]}{unchecked}"


def doubts(
    problems: Sequence[Problem], questions: Sequence[Question], width: int, save_key: str
) -> list[Line]:
    """What was not understood, with what may have been meant; and what is asked about once, until `save_key`."""
    lines: list[Line] = []
    for problem in problems:
        for n, piece in enumerate(wrap(problem.message, width - 6)):
            lines.append([("   ? " if n == 0 else "     ", "bad"), (piece, "bad")])
        if problem.suggestion:
            lines.append([("     ", ""), (f"did you mean {problem.suggestion}?", "accent")])
    for question in questions:
        for n, piece in enumerate(
            wrap(f"{question.message} {save_key} again confirms.", width - 6)
        ):
            lines.append([("   ? " if n == 0 else "     ", "warn"), (piece, "warn")])
    return lines
