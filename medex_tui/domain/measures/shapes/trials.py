"""Trials of one number: best, lowest, mean or last of them. Grades of an ordinal scale too."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import ClassVar

from medex_tui.domain.measures.amounts import (
    EDGE,
    bare,
    convert,
    format_threshold,
    format_value,
    grade_at,
    grade_value,
)
from medex_tui.domain.measures.shapes.base import (
    ComputedScore,
    Shape,
    TypedValue,
    UnscorableReading,
    is_number,
)
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Reading


class TrialsShape(Shape):
    """One or more trials of one number, combined by `max`, `min`, `mean` or `single`."""

    has_parts: ClassVar[bool] = False

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """Combine all trials by the rule of the measure."""
        trials = trials_of(measure, readings)
        value, how = combined(measure, trials)
        return ComputedScore(value, how, notes=unlike_protocol(measure, len(trials)))

    def box_width(self, measure: Measure) -> int:
        """Two characters for a grade, else five."""
        return 2 if measure.ordinal else 5

    def parse_box(self, measure: Measure, text: str) -> float | None:
        """The number or grade in a box."""
        if measure.ordinal:
            return grade_value(text) if text in measure.enum else None
        return float(text) if is_number(text) else None

    def can_become_value(self, measure: Measure, text: str) -> bool:
        """Whether a text begins a number or a grade of the scale."""
        if measure.ordinal:
            return any(grade.startswith(text) for grade in measure.enum)
        return is_number(text + "0")

    def parse_value(
        self, measure: Measure, text: str, value: float, suffix: str | None
    ) -> TypedValue | str:
        """A number with its unit, or a grade of an ordinal scale."""
        if not measure.ordinal:
            return TypedValue(value, suffix)
        if text not in measure.enum:
            return f"{measure.short}: {text} is not one of {', '.join(measure.enum)}."
        return TypedValue(grade_value(text) or 0.0)

    def value_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The trials as numbers, or as grades of the scale."""
        if measure.ordinal:
            return [bare(measure, trial) for trial in reading.trials]
        return [number_text(trial) for trial in reading.trials]

    def preview_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The task before its trials."""
        if measure.labelled:
            return [*reading.labels, *self.value_texts(measure, reading)]
        return super().preview_texts(measure, reading)


def trials_of(measure: Measure, readings: Sequence[Reading]) -> tuple[float, ...]:
    """All trials in the measure's unit, each possible, capped at its ceiling."""
    values = [in_unit(measure, trial, reading) for reading in readings for trial in reading.trials]
    if not values:
        raise UnscorableReading("no trials entered")
    for value in values:
        check_possible(measure, value)
    if measure.ceiling is not None:
        values = [min(v, measure.ceiling) for v in values]
    return tuple(values)


def course_of(measure: Measure, reading: Reading) -> float | None:
    """Length of a timed course in meters: as recorded, else the measure's own; None if untimed."""
    return None if measure.distance_m is None else reading.course_m or measure.distance_m


def in_unit(measure: Measure, trial: float, reading: Reading) -> float:
    """One trial in the measure's unit; a time over a course becomes a speed in m/s."""
    if not isfinite(trial):
        raise UnscorableReading(f"{trial} is not a number")
    if measure.unit == "user":
        return trial
    unit = (reading.unit or "").strip()
    if (course := course_of(measure, reading)) is not None:
        if not unit:
            raise UnscorableReading(f"unit not recorded: s over {course:g} m, or m/s")
        if unit == "s":
            if trial <= 0:
                raise UnscorableReading("a time must be above 0 s")
            return course / trial
    value = convert(trial, unit or measure.unit, measure.unit)
    if value is None:
        known = ", ".join([measure.unit, *measure.alt_units])
        raise UnscorableReading(f"unit {unit!r} is not one of {known}")
    return value


def check_possible(measure: Measure, value: float) -> None:
    """Raise UnscorableReading for a value outside the possible range or off the scale."""
    if not measure.valid_min - EDGE <= value <= measure.valid_max + EDGE:
        raise UnscorableReading(
            f"{format_value(measure, value)} is outside {possible_range(measure)}"
        )
    if measure.ordinal and grade_at(measure, value) is None:
        raise UnscorableReading(f"{value:g} is not one of {', '.join(measure.enum)}")


def possible_range(measure: Measure) -> str:
    """The possible range in words: `0 to 100 kg`."""
    high = format_threshold(measure, measure.valid_max, measure.unit)
    return f"{format_threshold(measure, measure.valid_min, 'points')} to {high}"


def combined(measure: Measure, trials: Sequence[float]) -> tuple[float, str]:
    """Trials of one side as one number, and the rule in words, empty for a single trial."""
    n = len(trials)
    if n == 1:
        return trials[0], ""
    match measure.combine:
        case "max":
            return max(trials), f"best of {n}" if measure.good >= 0 else f"highest of {n}"
        case "min":
            return min(trials), f"best of {n}" if measure.good <= 0 else f"lowest of {n}"
        case "mean":
            return sum(sorted(trials)) / n, f"mean of {n}"
    return trials[-1], f"last of {n}"


def unlike_protocol(measure: Measure, n: int) -> tuple[str, ...]:
    """A note where references were made with another number of trials than the `n` taken."""
    if n == measure.trials or not measure.references_of:
        return ()
    return (f"{n} of {measure.trials} trials: references are for the {measure.references_of}",)
