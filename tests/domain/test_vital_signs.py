"""The registry of vital signs: every reading of a set has a row, and the row is whole."""

from __future__ import annotations

from medex_tui.domain.records.visits import Vitals
from medex_tui.domain.vital_signs import EXPORTED, SINGLE, VITAL_SIGNS

NOT_READINGS = {"phase", "entered"}


def test_every_reading_has_a_row() -> None:
    assert set(VITAL_SIGNS) == set(Vitals.__struct_fields__) - NOT_READINGS


def test_every_row_of_a_single_number_says_how_it_is_typed_shown_and_exported() -> None:
    for sign in SINGLE:
        assert sign.label and sign.short and sign.heading and sign.units and sign.export_name
        assert sign.ucum and sign.export_order, sign.field


def test_keys_and_export_places_are_given_once() -> None:
    assert len({sign.key for sign in SINGLE}) == len(SINGLE)
    assert [sign.export_order for sign in EXPORTED] == list(range(1, len(EXPORTED) + 1))


def test_possible_values_contain_the_likely_ones() -> None:
    for sign in VITAL_SIGNS.values():
        limits = sign.range
        assert limits.low <= limits.likely_low < limits.likely_high <= limits.high, sign.field
