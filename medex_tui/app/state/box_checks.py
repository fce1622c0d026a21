"""Checks of the numbers in the boxes of an assessment: refused, asked about once, or fine."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.app.state.battery import BatteryRow, entry_unit, has_parts, typed
from medex_tui.domain.measures import convert, plausible, plausible_part
from medex_tui.domain.measures.shapes.sppb import UNABLE
from medex_tui.domain.records.assessments import Assessment


def first_fault(row: BatteryRow, name_key: str) -> tuple[int, str] | None:
    """The first box (index) that keeps a row from being saved, and why; None where all is well.

    `name_key` is the key that names a task or activity.
    """
    measure = row.of
    if (measure.id in ("psfs", "mmt") or measure.unit == "user") and not row.label:
        return 0, f"{name_key} names what was timed, tested or rated"
    for index, box in enumerate(row.boxes):
        if box in ("", UNABLE):
            continue
        value = typed(measure, box)
        if value is None:
            return index, f"{measure.short}: {box} is not a number"
        verdict = doubt_about(row, index, value)
        if verdict and verdict.startswith("refused"):
            return index, f"{measure.short}: {verdict.partition(': ')[2]}"
    return None


def doubt_about(row: BatteryRow, index: int, value: float, last: float | None = None) -> str | None:
    """Why a number in box `index` is refused or asked about: `refused: ...`, `asked: ...`, or None.

    `last` is the last trial of the assessment before, in the row's unit. A time over a course of
    set length is judged by the speed it makes.
    """
    measure = row.of
    if has_parts(measure):
        part = row.inputs[index] if measure.combine == "equation" else ""
        return plausible_part(measure, value, part)
    if measure.unit == "user":
        return None
    if measure.id == "psfs":
        return plausible(measure, value)
    unit = row.unit or entry_unit(measure)
    if measure.distance_m is not None and unit == "s":
        course = row.course or measure.distance_m
        speeds = [course / t if t > 0 else 0.0 for t in (value, last or 0.0)]
        return plausible(measure, speeds[0], speeds[1] or None)
    now, then = (convert(v, unit, measure.unit) if v is not None else None for v in (value, last))
    return plausible(measure, value if now is None else now, then)


def last_trial(row: BatteryRow, past: Sequence[Assessment]) -> float | None:
    """The last trial recorded for the row's side and task, in the unit of the row.

    `past` are the assessments so far, earliest first. None for scores made of parts and for a walk
    over another course.
    """
    unit = row.unit or entry_unit(row.of)
    for assessment in reversed(past):
        own = [
            r
            for r in assessment.readings
            if (r.measure, r.side) == (row.measure, row.side)
            and (not row.of.labelled or r.labels[:1] == [row.label])
        ]
        if own:
            trials = own[-1].trials if own[-1].course_m == row.course else []
            if has_parts(row.of) or not trials:
                return None
            return convert(trials[-1], own[-1].unit or unit, unit)
    return None
