"""The names by which a line calls a measure, and the units its values are typed in."""

from __future__ import annotations

from functools import lru_cache

from medex_tui.domain.find import ClientNames, Spelling
from medex_tui.domain.measures import Measure, catalogue, convert

_UNITS = {
    "lbs": "lb",
    "sec": "s",
    "secs": "s",
    "°": "deg",
    "c": "degC",
    "f": "degF",
    "mmol": "mmol/L",
    "mg": "mg/dL",
}
_FREE_UNITS = ("s", "min", "m", "reps", "steps", "ft", "kg", "lb", "cm", "in", "times", "%")
_ALSO = {"timed": "custom_timed", "fes": "fes_i", "grip": "grip_strength"}


def measure_names() -> ClientNames:
    """Measures by id, short name and alias, then by their full names."""
    return _names_in(catalogue().version)


@lru_cache(maxsize=2)
def _names_in(version: str) -> ClientNames:
    kept = catalogue().measures.values()
    spellings = [Spelling(m.id, m.id.replace("_", " "), 0) for m in kept]
    spellings += [Spelling(m.id, m.short, 0) for m in kept]
    spellings += [Spelling(m.id, alias, 0, True) for m in kept for alias in m.aliases]
    spellings += [
        Spelling(id, alias, 0, True) for alias, id in _ALSO.items() if id in catalogue().measures
    ]
    return ClientNames(spellings + [Spelling(m.id, m.name, 1) for m in kept])


def default_unit(measure: Measure, trials: int) -> str:
    """The unit of values typed without one: what the instrument shows, or the score's own where that is typed."""
    if measure.unit == "user":
        return "s"
    if measure.combine in ("stages", "sppb") and trials == 1:
        return measure.unit
    return measure.entry_unit


def units_of(measure: Measure) -> tuple[str, ...]:
    """The units a measure is ever taken in, the instrument's first."""
    if measure.unit == "user":
        return _FREE_UNITS
    return tuple(dict.fromkeys([measure.entry_unit, measure.unit, *measure.alt_units]))


def unit_named(measure: Measure, said: str) -> str | None:
    """A unit by what was typed (`lbs`, `°`), where the measure is ever taken in it."""
    unit = _UNITS.get(said.lower(), said).lower()
    return next((each for each in units_of(measure) if each.lower() == unit), None)


def part_range(measure: Measure) -> tuple[float, float] | None:
    """The range of one of several parts a score is made of: answers, rated activities, goals, stages."""
    if measure.combine == "items" and measure.items:
        return measure.item_min, measure.item_max
    return {"goals": (-2.0, 2.0), "stages": (0.0, 60.0), "sppb": (0.0, 600.0)}.get(measure.combine)


WALKS = ("walk_4m_s", "walk_3m_s")
"""The walk of an SPPB, by the length of its course."""


def part_named(measure: Measure, said: str, course_m: float | None = None) -> str | None:
    """An input of a computed or composite score by what was typed: its name, or the first word of it (`height`)."""
    name = said.lower()
    if name in measure.inputs or (name in WALKS and WALKS[0] in measure.inputs):
        return name
    found = next((part for part in measure.inputs if part.split("_")[0] == name), None)
    return WALKS[1] if found == WALKS[0] and course_m == 3 else found


def as_score(
    measure: Measure, value: float, unit: str, course_m: float | None = None
) -> float | None:
    """One value in the measure's own unit; a time over its course as a speed."""
    if measure.unit == "user":
        return value
    course = measure.distance_m and (course_m or measure.distance_m)
    if course and unit == "s":
        return course / value if value > 0 else None
    return convert(value, unit, measure.unit)
