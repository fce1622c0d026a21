"""What a number typed for a measure is asked about before it is taken: possible, likely, and like last time."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from medex_tui.domain.measures.amounts import EDGE, format_value, grade_at
from medex_tui.domain.measures.parts import PARTS
from medex_tui.domain.measures.scoring import possible_range
from medex_tui.domain.measures.tables import Measure

INPUTS: Mapping[str, tuple[float, float]] = {
    "height_cm": (120, 215), "weight_kg": (30, 250), "weight_lb": (66, 550), "hr_bpm": (40, 220),
    "time_min": (8, 40), "speed_mph": (1, 8), "speed_m_min": (27, 200), "grade": (0, 0.3),
}  # fmt: skip
"""Usual numbers an equation takes; outside them the person is asked once. This program's own convention."""


def plausible_part(measure: Measure, value: float, name: str = "") -> str | None:
    """`plausible` for one part of a score: an answer, a goal, the seconds of a stage, an input of an equation."""
    if not isfinite(value):
        return "refused: not a number"
    low, high = {
        "items": (measure.item_min, measure.item_max),
        "goals": (-2.0, 2.0),
        "stages": (0.0, 60.0),
        "sppb": (0.0, 600.0),
    }.get(measure.combine, (0.0, 10_000.0))
    if not low <= value <= high:
        return f"refused: {value:g} is outside {low:g} to {high:g}"
    if value != round(value) and (
        measure.combine == "goals" or (measure.combine == "items" and measure.id != "psfs")
    ):
        return "refused: whole steps only"
    usual = INPUTS.get(name)
    if usual and not usual[0] <= value <= usual[1]:
        return f"asked: {PARTS.get(name, name)} {value:g} is outside the usual {usual[0]:g} to {usual[1]:g}"
    return None


def plausible(measure: Measure, value: float, last: float | None = None) -> str | None:
    """None where `value` (in the measure's unit) may be taken, else one sentence that begins `refused:` or `asked:`.

    Outside the possible range, or not whole where only whole numbers count, it is refused. Outside the likely range,
    or further from `last` than half of it and than twice the printed threshold, it is asked about once; these two
    distances are this program's own convention.
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
