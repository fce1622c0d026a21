"""From raw trials to a score: unit conversion, the rule that combines trials, the rule that picks the side.

A score keeps its value unrounded. What could not be scored is a `NoScore` with a reason a person can act on; unable,
assisted and stopped are results in their own right and never zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.measures.amounts import (
    EDGE,
    convert,
    format_threshold,
    format_value,
    grade_at,
)
from medex_tui.domain.measures.parts import BY_RULE, UnscorableReading, beyond_ages
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.base import Side

Result: TypeAlias = Literal["measured", "unable", "assisted", "stopped"]
SIDES: dict[Side | None, str] = {"L": "left", "R": "right", "B": "both", None: "side not recorded"}


class SideScore(Struct, frozen=True):
    """One side of a measure: its score, and best and mean of its trials, in the measure's unit, unrounded."""

    side: Side | None
    result: Result
    value: float | None = None
    best: float | None = None
    mean: float | None = None
    trials: tuple[float, ...] = ()


class Score(Struct, frozen=True):
    """A scored measure. `value` is unrounded in `unit`; `how` says by which rule: `best of 3, right`.

    `rule` is the part of `how` about trials alone, empty for a single one. `activities` hold the rated activities of
    a PSFS by name, `parts` the points of a composite, `sources` the publications a scoring rule itself rests on.
    """

    measure: str
    value: float
    printed: str
    how: str
    unit: str
    rule: str = ""
    side: Side | None = None
    sides: tuple[SideScore, ...] = ()
    activities: dict[str, float] = {}
    parts: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class NoScore(Struct, frozen=True):
    """Why there is no number. `printed` is what a table shows in its place: `unable`, `not scored`."""

    measure: str
    reason: str
    printed: str = "not scored"
    result: Result = "measured"
    sides: tuple[SideScore, ...] = ()


def task_of(measure: Measure, reading: Reading) -> str:
    """The task, or the context of a pain rating, that tells one reading of a labelled measure from another."""
    return one_line(reading.labels[0]) if measure.labelled and reading.labels else ""


def taken(measure: Measure, readings: Sequence[Reading]) -> list[Reading]:
    """The readings of a measure that hold a trial or another result; a side left empty was not taken."""
    return [
        r
        for r in readings
        if r.measure == measure.id and (r.trials or r.result != "measured" or r.labels)
    ]


def score(
    measure: Measure, readings: Sequence[Reading], *, age: int | None = None, sex: str | None = None
) -> Score | NoScore:
    """The score of one measure from its readings at one time, both sides where it has sides.

    `age` (completed years) and `sex` are needed only by measures that an equation computes. Readings of other
    measures are passed over. Trials of one side in several readings count together.
    """
    own = taken(measure, readings)
    if not own:
        if any(r.measure == measure.id for r in readings):
            return NoScore(measure.id, "no trials entered")
        return NoScore(measure.id, "not measured", printed="not measured")
    try:
        if measure.sides == "none":
            return _whole(measure, own, age, sex)
        return _sided(measure, own)
    except UnscorableReading as refusal:
        return NoScore(measure.id, str(refusal))


def _whole(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Score | NoScore:
    """A measure without sides."""
    tasks = {task_of(measure, r).casefold() for r in readings}
    if len(tasks) > 1:
        raise UnscorableReading("several tasks at once: score them one by one")
    if any(r.side for r in readings) and not measure.labelled:
        raise UnscorableReading("this measure has no sides: remove L or R")
    result = _worst(readings)
    notes: tuple[str, ...] = ()
    if result != "measured":
        if result == "assisted" and (given := measure.assisted_scores):
            return Score(
                measure.id,
                given.value,
                format_value(measure, given.value),
                given.why,
                measure.unit,
                notes=(f"assisted: {given.why}",),
                sources=(given.source,),
            )
        return NoScore(measure.id, result, printed=result, result=result)
    units = {r.unit for r in readings if r.unit and r.unit.strip()}
    unit = measure.unit if measure.unit != "user" else next(iter(units), "user")
    if measure.unit == "user" and len(units) > 1:
        raise UnscorableReading("trials in different units")
    parts: dict[str, float] = {}
    activities: dict[str, float] = {}
    if measure.combine in BY_RULE and not _total(measure, readings):
        value, how, parts = BY_RULE[measure.combine](measure, readings, age, sex)
        if measure.combine == "items":
            activities = _activities(measure, readings)
        if measure.combine == "equation":
            notes = beyond_ages(measure, age, sex)
    elif measure.combine in BY_RULE:
        (value,) = _trials(measure, readings)
        how = "total as entered"
    else:
        trials = _trials(measure, readings)
        value, how = _combined(measure, trials)
        notes = _unlike_protocol(measure, len(trials))
    _possible(measure, value)
    return Score(
        measure.id,
        value,
        format_value(measure, value, unit),
        how,
        unit,
        rule=how,
        activities=activities,
        parts=parts,
        notes=notes,
    )


def _sided(measure: Measure, readings: Sequence[Reading]) -> Score | NoScore:
    """A measure of left and right: each side by its own rule, then the side that makes the headline."""
    if len({task_of(measure, r).casefold() for r in readings}) > 1:
        raise UnscorableReading("several muscles at once: score them one by one")
    sides = tuple(
        _one_side(measure, side, [r for r in readings if _side(r) == side])
        for side in ("R", "L", None)
        if any(_side(r) == side for r in readings)
    )
    done = [s for s in sides if s.value is not None]
    undone = [s for s in sides if s.value is None]
    if not done:
        result = undone[0].result
        return NoScore(measure.id, result, printed=result, result=result, sides=sides)
    if len(done) > 1 and measure.sides == "L_or_R":
        raise UnscorableReading("one arm is tested: left and right were both entered")
    rule = measure.side_combine
    if undone and rule != "max":
        text = ", ".join(f"{SIDES[s.side]} {s.result}" for s in undone)
        return NoScore(
            measure.id, text, printed=undone[0].result, result=undone[0].result, sides=sides
        )
    highest = rule == "max" or (rule == "preferred" and measure.good >= 0)
    head = (max if highest else min)(done, key=lambda s: s.value or 0.0)
    value = head.value or 0.0
    how = _combined(measure, head.trials)[1]
    word = SIDES[head.side]
    if len(done) > 1:
        word = f"{'better' if highest else 'worse'} side, {word}"
    notes = tuple(f"{SIDES[s.side]} {s.result}" for s in undone)
    notes += _unlike_protocol(measure, len(head.trials)) + _unlike_device(measure, readings)
    return Score(
        measure.id,
        value,
        format_value(measure, value),
        f"{how}, {word}" if how else word,
        measure.unit,
        rule=how,
        side=head.side,
        sides=sides,
        notes=notes,
    )


def _side(reading: Reading) -> Side | None:
    return None if reading.side == "B" else reading.side


def _one_side(measure: Measure, side: Side | None, readings: Sequence[Reading]) -> SideScore:
    result = _worst(readings)
    if result != "measured":
        return SideScore(side, result)
    trials = _trials(measure, readings)
    value = _combined(measure, trials)[0]
    _possible(measure, value)
    best = (min if measure.direction == "lower" else max)(trials)
    return SideScore(side, "measured", value, best, sum(sorted(trials)) / len(trials), trials)


def _worst(readings: Sequence[Reading]) -> Result:
    """The result of readings that belong together: anything but measured decides."""
    return next((r.result for r in readings if r.result != "measured"), "measured")


def _trials(measure: Measure, readings: Sequence[Reading]) -> tuple[float, ...]:
    """All trials in the measure's unit, capped at its ceiling."""
    found = [_in_unit(measure, trial, reading) for reading in readings for trial in reading.trials]
    if not found:
        raise UnscorableReading("no trials entered")
    for value in found:
        _possible(measure, value)
    if measure.ceiling is not None:
        found = [min(v, measure.ceiling) for v in found]
    return tuple(found)


def course_of(measure: Measure, reading: Reading) -> float | None:
    """The metres a walk was timed over: those recorded, else the measure's own; None for what is no timed walk."""
    return None if measure.distance_m is None else reading.course_m or measure.distance_m


def _in_unit(measure: Measure, trial: float, reading: Reading) -> float:
    """One trial in the measure's unit; a time over a set course becomes a speed."""
    if not isfinite(trial):
        raise UnscorableReading(f"{trial} is not a number")
    if measure.unit == "user":
        return trial
    given = (reading.unit or "").strip()
    if (course := course_of(measure, reading)) is not None:
        if not given:
            raise UnscorableReading(f"unit not recorded: s over {course:g} m, or m/s")
        if given == "s":
            if trial <= 0:
                raise UnscorableReading("a time must be above 0 s")
            return course / trial
    value = convert(trial, given or measure.unit, measure.unit)
    if value is None:
        raise UnscorableReading(
            f"unit {given!r} is not one of {', '.join([measure.unit, *measure.alt_units])}"
        )
    return value


def _possible(measure: Measure, value: float) -> None:
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


def _combined(measure: Measure, trials: Sequence[float]) -> tuple[float, str]:
    """Trials of one side as one number, and the rule in words."""
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


def _unlike_protocol(measure: Measure, n: int) -> tuple[str, ...]:
    """A note where references were made with another number of trials than were taken."""
    if n == measure.trials or measure.combine not in ("max", "min", "mean") or not measure.norms:
        return ()
    word = "mean" if measure.combine == "mean" else "best"
    return (f"{n} of {measure.trials} trials: references are for the {word} of {measure.trials}",)


def _unlike_device(measure: Measure, readings: Sequence[Reading]) -> tuple[str, ...]:
    """A note where a device was recorded that the references were not made with."""
    words = measure.reference_devices
    unlike = [
        r.device for r in readings if r.device and not any(w in r.device.casefold() for w in words)
    ]
    if not words or not unlike:
        return ()
    return (f"taken with {cut(unlike[0], 40)}: references are for a {words[0]} device",)


def _total(measure: Measure, readings: Sequence[Reading]) -> bool:
    """Whether the finished score was entered in place of its parts: one number, with the score's own unit."""
    numbers = [t for r in readings for t in r.trials]
    return len(numbers) == 1 and all(r.unit == measure.unit and not r.labels for r in readings)


def _activities(measure: Measure, readings: Sequence[Reading]) -> dict[str, float]:
    """Rated activities by name as first written; the last rating of a name counts."""
    if measure.id != "psfs":
        return {}
    pairs = [
        (one_line(label), t) for r in readings for label, t in zip(r.labels, r.trials, strict=False)
    ]
    return {label: value for label, value in pairs if label}
