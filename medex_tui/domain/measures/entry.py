"""Checks of a typed number before it is taken: possible, likely, and near the last one."""

from __future__ import annotations

from math import isfinite

from medex_tui.domain.measures.amounts import EDGE, format_value, grade_at
from medex_tui.domain.measures.shapes import shape_of
from medex_tui.domain.measures.shapes.trials import possible_range
from medex_tui.domain.measures.tables import Measure


def plausible_part(measure: Measure, value: float, name: str = "") -> str | None:
    """`plausible` for one part of a score: an answer, a goal, seconds of a stage, an input."""
    return shape_of(measure).part_problem(measure, value, name)


def plausible(measure: Measure, value: float, last: float | None = None) -> str | None:
    """None where `value` (in the measure's unit) may be taken, else why, as one sentence.

    The sentence begins `refused:` where the value is outside the possible range, or not whole
    where only whole numbers count; and `asked:` where it is outside the likely range, or further
    from `last` than half of it and than twice the printed threshold. These two distances are a
    convention of this program.
    """
    if not isfinite(value):
        return "refused: not a number"
    shown = format_value(measure, value)
    if not measure.valid_min - EDGE <= value <= measure.valid_max + EDGE:
        return f"refused: {shown} is outside {possible_range(measure)}"
    if measure.ordinal and grade_at(measure, value) is None:
        return f"refused: {value:g} is not one of {', '.join(measure.enum)}"
    if measure.value_type == "int" and abs(value - round(value)) > EDGE:
        return f"refused: whole {measure.unit} only"
    if measure.warn_below is not None and value < measure.warn_below - EDGE:
        return f"asked: {shown} is under the usual {format_value(measure, measure.warn_below)}"
    if measure.warn_above is not None and value > measure.warn_above + EDGE:
        return f"asked: {shown} is over the usual {format_value(measure, measure.warn_above)}"
    if last is not None and isfinite(last):
        threshold = next((t.value for t in measure.change if t.default), 0.0)
        if abs(value - last) > max(2 * threshold, abs(last) / 2) + EDGE:
            return f"asked: {shown} is far from last time's {format_value(measure, last)}"
    return None
