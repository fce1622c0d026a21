"""Every field of every record has one description, and the description fits the field's type."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from medex_tui.domain.records.fields import COMMON, FIELDS, choices
from medex_tui.domain.records.tables import KINDS


@pytest.mark.parametrize("table", KINDS)
def test_every_field_of_a_record_is_described(table: str) -> None:
    assert set(FIELDS[table]) == set(KINDS[table].__struct_fields__) - COMMON


@pytest.mark.parametrize("table", KINDS)
def test_descriptions_fit_the_types(table: str) -> None:
    types = get_type_hints(KINDS[table])
    for name, spec in FIELDS[table].items():
        inner = flat(types[name])
        assert (spec.kind == "choice") == bool(choices(table, name)), (table, name)
        assert (spec.kind == "instant") == (datetime in inner), (table, name)
        assert (spec.kind == "day") == (date in inner), (table, name)
        assert (spec.kind == "yes_no") == (bool in inner), (table, name)
        assert spec.many == (get_origin(types[name]) is list), (table, name)


def test_dates_say_which_way_they_are_read() -> None:
    for table in FIELDS.values():
        for name, spec in table.items():
            if spec.kind in ("day", "instant"):
                assert spec.direction != "any", name


def test_choices_are_those_of_the_record() -> None:
    assert choices("clients", "sex") == ("F", "M")
    assert choices("goals", "side") == ("L", "R", "B")
    assert choices("settings", "paper") == ("us-letter", "a4")
    assert choices("clients", "phone") == ()


def flat(type_: Any) -> set[Any]:
    return {type_} | {inner for part in get_args(type_) for inner in flat(part)}
