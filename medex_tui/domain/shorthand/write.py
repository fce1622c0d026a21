"""Records written as lines that read back as the same thing.

Left out is what no line can state: the client, overrides, and start and end of a session that was
not entered late.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from medex_tui.domain.dates.parse import iso_local
from medex_tui.domain.find import exercise_names, key
from medex_tui.domain.measures import catalogue
from medex_tui.domain.quantities import (
    M_PER,
    MMOL_MAX,
    celsius,
    entered_parts,
    kg_from_lb,
    metres,
    mgdl,
    number_text,
)
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import LONG_AGO, Practice
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.domain.shorthand.measures import default_unit, measure_names
from medex_tui.domain.shorthand.note_parts import written_parts
from medex_tui.domain.shorthand.readings import UNABLE_PARTS, value_words
from medex_tui.domain.shorthand.scan import quoted, written_note
from medex_tui.domain.shorthand.session import read_session
from medex_tui.domain.shorthand.visit_parts import written_visit_parts
from medex_tui.domain.shorthand.vitals import PHASES

_PLAIN_NAME = re.compile(r"[^\W\d_][\w'’.()/-]*(?: [^\W\d_][\w'’.()/-]*)*\Z")
_PLAIN_LABEL = re.compile(r"[^\W\d_][\w'’-]*\Z")
_MARKS = {"measured": "", "carried": "~", "changed": "*"}
_ANYBODY = Client(id="anybody", given_name="", family_name="Anybody")


def write_session(session: Session, practice: Practice) -> str:
    """A session as a line for its client; `read_session` gives the same values and origins."""
    line = _session_line(session, practice, _said_name(practice))
    read = read_session(line, practice=practice, now=session.at or LONG_AGO, client=_ANYBODY)
    if [(e.name, e.side) for e in read.exercises] != [(e.name, e.side) for e in session.exercises]:
        return _session_line(session, practice, quoted)
    return line


def _session_line(session: Session, practice: Practice, name: Callable[[str], str]) -> str:
    parts = _late(session, practice.zone)
    parts += [_exercise(each, practice.settings.units, name) for each in session.exercises]
    parts += [f"{service.code}:{service.minutes}" for service in session.services]
    if session.rest_min is not None:
        parts.append(f"rest{number_text(session.rest_min)}")
    rounds = _rounds(session.vitals)
    last = max(
        ((PHASES.index(v.phase), n) for n, each in enumerate(rounds) for v in each.values()),
        default=None,
    )
    for n, taken in enumerate(rounds):
        ends = taken[PHASES[last[0]]] if last and last[1] == n else None
        parts += [*(["&"] if n else []), *_vitals(taken, practice.settings.units, ends)]
    parts += [f"!{symptom}" for symptom in session.symptoms]
    return _with_note(parts, written_parts(session.note, written_visit_parts(session, practice)))


def _with_note(parts: Sequence[str], note: str) -> str:
    line = " ".join(part for part in parts if part)
    return f"{line} ; {note}".lstrip() if note else line


def _late(record: Session | Assessment, zone: ZoneInfo) -> list[str]:
    at = record.started_at if isinstance(record, Session) else record.taken_at
    if at is None or not any(a.kind == "late_entry" for a in record.amendments):
        return []
    return [f"@{iso_local(at, zone)}"]


def _said_name(practice: Practice) -> Callable[[str], str]:
    names = exercise_names(practice)

    def said(name: str) -> str:
        if not _PLAIN_NAME.match(name) or names.exactly(key(name)) != (name,):
            return quoted(name)
        return name

    return said


def exercise_text(name: str, practice: Practice) -> str:
    """An exercise's name as a line takes it: bare where known and plain, else in quotes."""
    return _said_name(practice)(name)


def written_exercise(exercise: Exercise, practice: Practice) -> str:
    """One exercise as a line says it: `~leg press 3x12 @65`."""
    return _exercise(exercise, practice.settings.units, _said_name(practice))


def write_plan(session: Session, practice: Practice) -> str:
    """A session as a line to repeat: carried exercises and services, without measurements."""
    exercises = [
        written_exercise(replace(each, origin="carried", rpe=None), practice)
        for each in session.exercises
    ]
    return " ".join(
        [*exercises, *(f"{service.code}:{service.minutes}" for service in session.services)]
    )


def _exercise(exercise: Exercise, units: Mapping[str, str], name: Callable[[str], str]) -> str:
    typed = entered_parts(exercise.entered)
    sets = "" if exercise.sets is None else f"{exercise.sets}x"
    times = "" if sets else "x"
    reps = "" if exercise.reps is None else f"{times}{exercise.reps}"
    if exercise.hold_s is not None:
        hold = f"{number_text(exercise.hold_s)}s"
        amount = f"{sets}{reps}x{hold}" if reps else f"{sets}{hold}"
    else:
        amount = f"{sets}{reps}"
    parts = [_MARKS[exercise.origin] + name(exercise.name), amount]
    if exercise.minutes is not None:
        parts.append(f"{number_text(exercise.minutes)}min")
    if exercise.distance_m is not None:
        parts.append(_distance(exercise.distance_m, typed.get("distance_m", "")))
    if exercise.load_kg is not None:
        parts.append(
            f"@{_mass(exercise.load_kg, typed.get('load_kg', ''), units.get('load', 'kg'))}"
        )
    if exercise.rpe is not None:
        parts.append(f"r{number_text(exercise.rpe)}")
    return " ".join(part for part in [*parts, exercise.side or ""] if part)


def _typed(text: str) -> tuple[str, float, str] | None:
    """A number as typed, its value and its unit, from `46 lb`."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,30})?) (\S+)", text)
    return (match[1], float(match[1]), match[2]) if match else None


def _mass(kg: float, typed: str, default: str) -> str:
    read = _typed(typed)
    if read and read[2] == "lb" and kg_from_lb(read[1]) == kg:
        return f"{read[0]}lb"
    return number_text(kg) + ("kg" if default.lower().startswith("lb") else "")


def _distance(m: float, typed: str) -> str:
    read = _typed(typed)
    if read and read[2] in M_PER and metres(read[1], read[2]) == m:
        return f"{read[0]}{read[2]}"
    return f"{number_text(m)}m"


def _rounds(vitals: Sequence[Vitals]) -> list[dict[str, Vitals]]:
    """Sets of vital signs in rounds that hold each phase at most once."""
    rounds: list[dict[str, Vitals]] = []
    for each in vitals:
        free = next((taken for taken in rounds if each.phase not in taken), None)
        if free is None:
            rounds.append({each.phase: each})
        else:
            free[each.phase] = each
    return rounds


def _vitals(
    taken: Mapping[str, Vitals], units: Mapping[str, str], ends: Vitals | None
) -> list[str]:
    """One set as words; `ends` is the session's last reading: its effort needs no mark."""
    parts = []
    pressure = _phased({phase: _pressure(v.sbp, v.dbp) for phase, v in taken.items()})
    rate = _phased({phase: _count(v.hr) for phase, v in taken.items()})
    if pressure:
        parts.append(pressure)
    if rate:
        parts.append(rate if pressure else f"hr{rate}")
    if standing := _phased(
        {phase: _pressure(v.sbp_standing, v.dbp_standing) for phase, v in taken.items()}
    ):
        parts.append(f"s{standing}")
    for letter, values in (
        ("o", {phase: _count(v.spo2) for phase, v in taken.items()}),
        ("p", {phase: _count(v.pain) for phase, v in taken.items()}),
        ("g", {phase: _glucose(v) for phase, v in taken.items()}),
        ("k", {phase: _count(v.ketones_mmol) for phase, v in taken.items()}),
        ("t", {phase: _temperature(v) for phase, v in taken.items()}),
        ("w", {phase: _weight(v, units) for phase, v in taken.items()}),
    ):
        if shown := _phased(values):
            parts.append(letter + shown)
    efforts = {phase: _count(v.rpe) for phase, v in taken.items() if v.rpe is not None}
    if efforts:
        plain = (
            ends is not None
            and list(efforts) == [ends.phase]
            and ends != Vitals(phase=ends.phase, rpe=ends.rpe)
        )
        parts.append(
            "r" + (efforts[ends.phase] if ends and plain else _phased(efforts, marked=True))
        )
    return parts


def _phased(values: Mapping[str, str], *, marked: bool = False) -> str:
    """`before`, `before>after`, `before>during>after`; empty where nothing was taken."""
    pre, during, post = (values.get(phase, "") for phase in PHASES)
    if during:
        return f"{pre}>{during}>{post}"
    return f"{pre}>{post}" if post or (pre and marked) else pre


def _count(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _pressure(upper: int | None, lower: int | None) -> str:
    if upper is None and lower is None:
        return ""
    return f"{'?' if upper is None else upper}/{'?' if lower is None else lower}"


def _glucose(vitals: Vitals) -> str:
    if vitals.glucose is None:
        return ""
    read = _typed(vitals.entered.get("glucose", ""))
    if read and read[2] == "mmol/L" and mgdl(read[1]) == vitals.glucose:
        return f"{read[0]}mmol"
    return number_text(vitals.glucose) + ("" if vitals.glucose > MMOL_MAX else "mg")


def _temperature(vitals: Vitals) -> str:
    if vitals.temp_c is None:
        return ""
    read = _typed(vitals.entered.get("temp_c", ""))
    if read and read[2] == "F" and celsius(read[1]) == vitals.temp_c:
        return f"{read[0]}f"
    return number_text(vitals.temp_c)


def _weight(vitals: Vitals, units: Mapping[str, str]) -> str:
    if vitals.weight_kg is None:
        return ""
    return _mass(vitals.weight_kg, vitals.entered.get("weight_kg", ""), units.get("weight", "kg"))


def write_assessment(assessment: Assessment, practice: Practice) -> str:
    """An assessment as a line for its client; `read_assessment` gives the same readings."""
    kind = "reassess" if assessment.kind == "reassessment" else assessment.kind
    parts = [kind, *_late(assessment, practice.zone)]
    readings = list(assessment.readings)
    while readings:
        first = readings.pop(0)
        if readings and _pairs(first, readings[0]):
            second = readings.pop(0)
            parts += [_measure(first), *_values(first), "/", *_values(second), *_held(first)]
        else:
            parts += [_measure(first), first.side or "", *_values(first), *_held(first)]
    return _with_note(parts, written_note(assessment.summary or ""))


def _pairs(right: Reading, left: Reading) -> bool:
    """Whether two readings are the two sides of one, fit for a slash."""
    same = (
        "measure",
        "unit",
        "device",
        "position",
        "aid",
        "protocol",
        "course_m",
        "better",
        "labels",
    )
    return (right.side, left.side) == ("R", "L") and all(
        getattr(right, f) == getattr(left, f) for f in same
    )


def _measure(reading: Reading) -> str:
    known = catalogue().measures.get(reading.measure)
    aliases = known.aliases if known else []
    short = next(
        (
            a
            for a in aliases
            if " " not in a and measure_names().exactly(key(a)) == (reading.measure,)
        ),
        None,
    )
    task = quoted(reading.labels[0]) if known and known.labelled and reading.labels else ""
    return f"{short or reading.measure} {task}".rstrip()


def _values(reading: Reading) -> list[str]:
    known = catalogue().measures.get(reading.measure)
    values = value_words(reading)
    if reading.labels and not (known and known.labelled):
        values = [
            f"{_label(name)}={value}" for name, value in zip(reading.labels, values, strict=False)
        ]
    # A part that could not be done is a label without a number.
    values += [
        f"{name.split(' ')[0]}=unable"
        for name in reading.labels[len(reading.trials) :]
        if name in UNABLE_PARTS
    ]
    unit = reading.unit
    if values and unit and not (known and unit == default_unit(known, len(values))):
        values.append(unit)
    return [*values, *([] if reading.result == "measured" else [reading.result])]


def _label(name: str) -> str:
    return name if _PLAIN_LABEL.match(name) else quoted(name)


def _held(reading: Reading) -> list[str]:
    held = {
        "dev": reading.device,
        "aid": reading.aid,
        "pos": reading.position,
        "proto": reading.protocol,
    }
    course = [f"over:{number_text(reading.course_m)}m"] if reading.course_m else []
    course += [f"better:{reading.better}"] if reading.better else []
    return [*course, *(f"{word}:{_label(text)}" for word, text in held.items() if text)]
