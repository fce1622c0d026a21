"""Scores from raw trials: unit conversion, the rule that combines trials, the rule for two sides.

A score keeps its value unrounded. What cannot be scored is a `NoScore` with a reason; unable,
assisted and stopped are results of their own and never zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.measures.amounts import format_value
from medex_tui.domain.measures.shapes import TRIALS, shape_of
from medex_tui.domain.measures.shapes.base import ComputedScore, UnscorableReading
from medex_tui.domain.measures.shapes.trials import (
    check_possible,
    combined,
    trials_of,
    unlike_protocol,
)
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.base import Side

Result: TypeAlias = Literal["measured", "unable", "assisted", "stopped"]
SIDES: dict[Side | None, str] = {"L": "left", "R": "right", "B": "both", None: "side not recorded"}


class SideScore(Struct, frozen=True):
    """Score of one side, and best and mean of its trials; all unrounded, in the measure's unit."""

    side: Side | None
    result: Result
    value: float | None = None
    best: float | None = None
    mean: float | None = None
    trials: tuple[float, ...] = ()


class Score(Struct, frozen=True):
    """A scored measure. `value` is unrounded in `unit`; `how` is the rule: `best of 3, right`.

    `rule` is the part of `how` about trials alone, empty for a single one. `activities` are rated
    activities by name, `parts` the points of a composite, `sources` the publications that a
    scoring rule itself rests on.
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
    """Why there is no number; `printed` stands in a table in its place: `unable`, `not scored`."""

    measure: str
    reason: str
    printed: str = "not scored"
    result: Result = "measured"
    sides: tuple[SideScore, ...] = ()


def task_of(measure: Measure, reading: Reading) -> str:
    """The task or context of a reading of a labeled measure, on one line; else an empty text."""
    return one_line(reading.labels[0]) if measure.labelled and reading.labels else ""


def taken(measure: Measure, readings: Sequence[Reading]) -> list[Reading]:
    """The readings of a measure that hold a trial, a label or a result other than measured."""
    return [
        r
        for r in readings
        if r.measure == measure.id and (r.trials or r.result != "measured" or r.labels)
    ]


def score(
    measure: Measure, readings: Sequence[Reading], *, age: int | None = None, sex: str | None = None
) -> Score | NoScore:
    """Score one measure from its readings at one time, both sides where it has sides.

    `age` (completed years) and `sex` are needed only by measures that an equation computes.
    Readings of other measures are ignored. Trials of one side in several readings count together.
    """
    own = taken(measure, readings)
    if not own:
        if any(r.measure == measure.id for r in readings):
            return NoScore(measure.id, "no trials entered")
        return NoScore(measure.id, "not measured", printed="not measured")
    try:
        if measure.sides == "none":
            return _without_sides(measure, own, age, sex)
        return _with_sides(measure, own)
    except UnscorableReading as refusal:
        return NoScore(measure.id, str(refusal))


def _without_sides(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Score | NoScore:
    """Score a measure that has no sides."""
    if len({task_of(measure, r).casefold() for r in readings}) > 1:
        raise UnscorableReading("several tasks at once: score them one by one")
    if any(r.side for r in readings) and not measure.labelled:
        raise UnscorableReading("this measure has no sides: remove L or R")
    result = _deciding_result(readings)
    if result != "measured":
        return _not_measured(measure, result)
    units = {r.unit for r in readings if r.unit and r.unit.strip()}
    if measure.unit == "user" and len(units) > 1:
        raise UnscorableReading("trials in different units")
    unit = next(iter(units), "user") if measure.unit == "user" else measure.unit
    computed = _computed(measure, readings, age, sex)
    check_possible(measure, computed.value)
    return Score(
        measure.id,
        computed.value,
        format_value(measure, computed.value, unit),
        computed.how,
        unit,
        rule=computed.how,
        activities=computed.activities,
        parts=computed.parts,
        notes=computed.notes,
    )


def _computed(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> ComputedScore:
    """The score by the shape of the measure, or the finished score where that was entered."""
    shape = shape_of(measure)
    if shape is not TRIALS and _is_finished_score(measure, readings):
        (value,) = trials_of(measure, readings)
        return ComputedScore(value, "total as entered")
    return shape.score(measure, readings, age, sex)


def _not_measured(measure: Measure, result: Result) -> Score | NoScore:
    """A trial that was not measured; some published rules give an assisted one a score."""
    assisted = measure.assisted_scores
    if result != "assisted" or assisted is None:
        return NoScore(measure.id, result, printed=result, result=result)
    return Score(
        measure.id,
        assisted.value,
        format_value(measure, assisted.value),
        assisted.why,
        measure.unit,
        notes=(f"assisted: {assisted.why}",),
        sources=(assisted.source,),
    )


def _with_sides(measure: Measure, readings: Sequence[Reading]) -> Score | NoScore:
    """Score each side by its own rule, then pick the side that makes the headline."""
    if len({task_of(measure, r).casefold() for r in readings}) > 1:
        raise UnscorableReading("several muscles at once: score them one by one")
    sides = tuple(
        _side_score(measure, side, own)
        for side in ("R", "L", None)
        if (own := [r for r in readings if _side(r) == side])
    )
    done = [s for s in sides if s.value is not None]
    undone = [s for s in sides if s.value is None]
    if not done:
        result = undone[0].result
        return NoScore(measure.id, result, printed=result, result=result, sides=sides)
    if len(done) > 1 and measure.sides == "L_or_R":
        raise UnscorableReading("one arm is tested: left and right were both entered")
    if undone and measure.side_combine != "max":
        text = ", ".join(f"{SIDES[s.side]} {s.result}" for s in undone)
        result = undone[0].result
        return NoScore(measure.id, text, printed=result, result=result, sides=sides)
    return _headline(measure, readings, sides, done, undone)


def _headline(
    measure: Measure,
    readings: Sequence[Reading],
    sides: tuple[SideScore, ...],
    done: Sequence[SideScore],
    undone: Sequence[SideScore],
) -> Score:
    """The score of the side that the measure's rule picks among those `done`."""
    rule = measure.side_combine
    highest = rule == "max" or (rule == "preferred" and measure.good >= 0)
    head = (max if highest else min)(done, key=lambda s: s.value or 0.0)
    value = head.value or 0.0
    how = combined(measure, head.trials)[1]
    word = SIDES[head.side]
    if len(done) > 1:
        word = f"{'better' if highest else 'worse'} side, {word}"
    notes = tuple(f"{SIDES[s.side]} {s.result}" for s in undone)
    notes += unlike_protocol(measure, len(head.trials)) + _unlike_device(measure, readings)
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


def _side_score(measure: Measure, side: Side | None, readings: Sequence[Reading]) -> SideScore:
    """Score the readings of one side."""
    result = _deciding_result(readings)
    if result != "measured":
        return SideScore(side, result)
    trials = trials_of(measure, readings)
    value = combined(measure, trials)[0]
    check_possible(measure, value)
    best = (min if measure.direction == "lower" else max)(trials)
    return SideScore(side, "measured", value, best, sum(sorted(trials)) / len(trials), trials)


def _deciding_result(readings: Sequence[Reading]) -> Result:
    """The result of readings that belong together: the first other than measured decides."""
    return next((r.result for r in readings if r.result != "measured"), "measured")


def _unlike_device(measure: Measure, readings: Sequence[Reading]) -> tuple[str, ...]:
    """A note where the references were made with another device than the one recorded."""
    words = measure.reference_devices
    unlike = [
        r.device for r in readings if r.device and not any(w in r.device.casefold() for w in words)
    ]
    if not words or not unlike:
        return ()
    return (f"taken with {cut(unlike[0], 40)}: references are for a {words[0]} device",)


def _is_finished_score(measure: Measure, readings: Sequence[Reading]) -> bool:
    """Whether the score itself was entered: one number in the score's unit, without labels."""
    numbers = [t for r in readings for t in r.trials]
    return len(numbers) == 1 and all(r.unit == measure.unit and not r.labels for r in readings)
