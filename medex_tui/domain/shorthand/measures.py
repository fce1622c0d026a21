"""Names by which a line calls a measure, and units in which its values are typed."""

from __future__ import annotations

from functools import lru_cache

from medex_tui.domain.find import NameIndex, Spelling
from medex_tui.domain.measures import Measure, catalogue, convert
from medex_tui.domain.measures.shapes import shape_of

_UNIT_SPELLINGS = {
    "lbs": "lb",
    "sec": "s",
    "secs": "s",
    "°": "deg",
    "c": "degC",
    "f": "degF",
    "mmol": "mmol/L",
    "mg": "mg/dL",
}
_TASK_UNITS = ("s", "min", "m", "reps", "steps", "ft", "kg", "lb", "cm", "in", "times", "%")
_EXTRA_ALIASES = {"timed": "custom_timed", "fes": "fes_i", "grip": "grip_strength"}


def measure_names() -> NameIndex:
    """Index of measures by id, short name, alias and full name."""
    return _names_of(catalogue().version)


@lru_cache(maxsize=2)
def _names_of(version: str) -> NameIndex:
    measures = catalogue().measures.values()
    spellings = [Spelling(m.id, m.id.replace("_", " "), 0) for m in measures]
    spellings += [Spelling(m.id, m.short, 0) for m in measures]
    spellings += [Spelling(m.id, alias, 0, True) for m in measures for alias in m.aliases]
    spellings += [
        Spelling(id, alias, 0, True)
        for alias, id in _EXTRA_ALIASES.items()
        if id in catalogue().measures
    ]
    return NameIndex(spellings + [Spelling(m.id, m.name, 1) for m in measures])


def default_unit(measure: Measure, count: int) -> str:
    """The unit of `count` values typed without one."""
    return shape_of(measure).default_unit(measure, count)


def units_of(measure: Measure) -> tuple[str, ...]:
    """The units in which a measure is taken, that of the instrument first."""
    if measure.unit == "user":
        return _TASK_UNITS
    return tuple(dict.fromkeys([measure.entry_unit, measure.unit, *measure.alt_units]))


def unit_named(measure: Measure, text: str) -> str | None:
    """The unit that a text names (`lbs`, `°`); None where the measure is never taken in it."""
    unit = _UNIT_SPELLINGS.get(text.lower(), text).lower()
    return next((each for each in units_of(measure) if each.lower() == unit), None)


def as_score(
    measure: Measure, value: float, unit: str, course_m: float | None = None
) -> float | None:
    """One value in the measure's own unit, a time over a course as a speed; None if it has none."""
    if measure.unit == "user":
        return value
    course = measure.distance_m and (course_m or measure.distance_m)
    if course and unit == "s":
        return course / value if value > 0 else None
    return convert(value, unit, measure.unit)
