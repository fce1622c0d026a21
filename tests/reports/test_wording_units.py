"""Loads and distances as notes show them: in the practice's unit, each under its own heading."""

from __future__ import annotations

import pytest

from medex_tui.domain.records.visits import Exercise
from medex_tui.reports import wording


@pytest.mark.parametrize(("typed", "metres"), [("400 yd", 365.76), ("0.4 km", 400.0)])
def test_a_distance_typed_in_another_unit_is_no_load(typed: str, metres: float) -> None:
    walk = Exercise(name="walk", distance_m=metres, entered=typed)
    assert wording.load(walk) == ""
    assert wording.dose(walk) == f"{metres:g} m ({typed})"


@pytest.mark.parametrize(
    ("load_kg", "entered", "unit", "shown"),
    [
        (20.87, "46 lb", "kg", "20.87 kg (46 lb)"),
        (20.87, "46 lb", "lb", "46 lb"),
        (20.0, None, "lb", "44.1 lb (20 kg)"),
        (20.0, None, "kg", "20 kg"),
        (20.87, "400 yd, 46 lb", "lb", "46 lb"),
    ],
)
def test_a_load_shows_in_the_unit_of_the_practice(
    load_kg: float, entered: str | None, unit: str, shown: str
) -> None:
    assert wording.load(Exercise(name="row", load_kg=load_kg, entered=entered), unit) == shown
