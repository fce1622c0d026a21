"""What a session line says, as the lines of a table: understood, doubted, warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from medex_tui.app.lines import Line, Role, fit, length, plain, wrap
from medex_tui.domain.guards import Check, look_alikes, same_note, standing, what_to_do
from medex_tui.domain.practice import Practice
from medex_tui.domain.problem import Problem, Question
from medex_tui.domain.records import Client, Exercise, Session, Vitals
from medex_tui.domain.safety import Finding
from medex_tui.domain.shorthand import SessionReading
from medex_tui.reports.wording import blood_pressure, dose, load, number

LEVEL_WORDS = {"emergency": "EMERGENCY", "stop": "STOP", "hold": "HOLD", "caution": "CAUTION"}
SIDES = {"L": "L", "R": "R", "B": "L R", None: ""}
ORIGIN_ROLES: dict[str, Role] = {"carried": "warn", "changed": "accent", "measured": ""}
CARRIED = "~ carried"
"""What is repeated from last time says so until it is changed or accepted."""


def done_words(exercise: Exercise) -> str:
    """`3x12  65 kg  L  r4`."""
    effort = f"r{number(exercise.rpe)}" if exercise.rpe is not None else ""
    return "  ".join(part for part in (dose(exercise), load(exercise), SIDES[exercise.side], effort) if part)


def guard_lines(client: Client, practice: Practice, at: datetime, base: Session | None, width: int) -> list[Line]:
    """What the referral says against the visit, and who is easily taken for this client."""
    told = standing(client, practice, at, base)
    told += [
        f"LOOK TWICE: also {other.name}, born {other.birth_date or '?'} ({why})"
        for other, why in look_alikes(client, practice)
    ]
    return [
        plain(f" {'!' if n == 0 else ' '} {piece}", "warn")
        for text in told
        for n, piece in enumerate(wrap(text, width - 4))
    ]


def reading_lines(
    reading: SessionReading, check: Check, reasons: Mapping[str, str], width: int, late: str
) -> list[Line]:
    """The table under the line, without what was not understood. `late` says when, for a stated time."""
    lines: list[Line] = []
    if late:
        lines.append([("   late entry ", "accent"), (late, "accent")])
    lines += [_exercise(reading, exercise, width) for exercise in reading.exercises]
    seen: set[str] = set()
    for vitals in reading.vitals:
        word = "recheck" if vitals.phase in seen and vitals.phase == "pre" else vitals.phase
        seen.add(vitals.phase)
        lines.append([("   ", ""), (fit(word, 8), "dim"), (vitals_words(vitals), "")])
    for service in reading.services:
        lines.append([("   ", ""), (fit(service.code, 8), "strong"), (f"{service.minutes} min", "")])
    for finding in check.findings:
        lines += _finding(finding, check, reasons, width)
    if reading.note:
        for n, piece in enumerate(wrap(reading.note, width - 24)):
            lines.append([("   ", ""), (fit("note" if n == 0 else "", 19), "dim"), (piece, "")])
        if same_note(reading):
            lines.append(plain("   SAME NOTE  it is the last visit's, word for word: does it hold today?", "warn"))
    return lines


def _exercise(reading: SessionReading, exercise: Exercise, width: int) -> Line:
    was = reading.was(exercise)
    names = 19 + max(0, min(20, (width - 80) // 3))
    line: Line = [
        ("   ", ""),
        (fit(exercise.name, names), "strong"),
        (" ", ""),
        (fit(done_words(exercise), 25), ""),
        (fit(f"was {was}" if was else "", 16), "dim"),
    ]
    origin = CARRIED if exercise.origin == "carried" else exercise.origin
    return [*line, (fit(origin, max(0, width - length(line))), ORIGIN_ROLES[exercise.origin])]


def vitals_words(vitals: Vitals) -> str:
    """`BP 152/88  HR 72  SpO2 97 %`."""
    parts = [
        f"BP {blood_pressure(vitals)}" if blood_pressure(vitals) else "",
        f"HR {vitals.hr}" if vitals.hr is not None else "",
        f"SpO2 {vitals.spo2} %" if vitals.spo2 is not None else "",
        f"glucose {number(vitals.glucose)} mg/dL" if vitals.glucose is not None else "",
        f"temp {number(vitals.temp_c)} C" if vitals.temp_c is not None else "",
        f"weight {number(vitals.weight_kg)} kg" if vitals.weight_kg is not None else "",
        f"pain {number(vitals.pain)}" if vitals.pain is not None else "",
        f"RPE {number(vitals.rpe)}" if vitals.rpe is not None else "",
    ]
    return "  ".join(part for part in parts if part)


def _finding(finding: Finding, check: Check, reasons: Mapping[str, str], width: int) -> list[Line]:
    settled = finding.rule in check.settled
    role: Role = "dim" if settled else "warn" if finding.level == "caution" else "bad"
    said = f" ({finding.said_by})" if finding.said_by else f" [{finding.source.citation}]" if finding.source else ""
    word = f"{LEVEL_WORDS[finding.level]:10}"
    lines: list[Line] = []
    for n, piece in enumerate(wrap(f"{finding.text}{said}", width - 14)):
        lines.append([(f"   {word if n == 0 else ' ' * 10}", role), (piece, role if n == 0 else "dim")])
    if settled:
        lines.append([(" " * 13, ""), ("settled by the recheck; both readings are kept", "good")])
    elif reason := reasons.get(finding.rule):
        lines += [[(" " * 13, ""), (piece, "accent")] for piece in wrap(f"going on: {reason}", width - 14)]
    elif todo := what_to_do(finding):
        more = " ^o: go on with a reason." if finding.level != "caution" else ""
        lines += [[(" " * 13, ""), (piece, "strong")] for piece in wrap(f"{todo}{more}", width - 14)]
    return lines


def doubts(problems: Sequence[Problem], questions: Sequence[Question], width: int) -> list[Line]:
    """What was not understood, with what may have been meant; and what is asked about once."""
    lines: list[Line] = []
    for problem in problems:
        for n, piece in enumerate(wrap(problem.message, width - 6)):
            lines.append([("   ? " if n == 0 else "     ", "bad"), (piece, "bad")])
        if problem.suggestion:
            lines.append([("     ", ""), (f"did you mean {problem.suggestion}?", "accent")])
    for question in questions:
        for n, piece in enumerate(wrap(f"{question.message} Enter again confirms.", width - 6)):
            lines.append([("   ? " if n == 0 else "     ", "warn"), (piece, "warn")])
    return lines
