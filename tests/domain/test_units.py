"""Minutes to billing units: the worked cases of both methods, and what holds for any day."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medex_tui.domain.records import Service
from medex_tui.domain.units import ama_units, cms_units, codes, minutes

CASES = [
    case
    for case in tomllib.loads((Path(__file__).parent / "cases_obligations.toml").read_text())["case"]
    if case["area"] == "billing_units"
]
TIMED = sorted(code.code for code in codes().values() if code.kind == "timed15")
DAYS = st.lists(st.builds(Service, code=st.sampled_from(TIMED[:6]), minutes=st.integers(0, 60)), max_size=8)
CALM = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize("case", [c for c in CASES if "services" in c["input"]], ids=lambda c: c["id"])
def test_units_of_the_worked_cases(case: dict) -> None:
    services, expect = [Service(**service) for service in case["input"]["services"]], case["expect"]
    cms, ama = cms_units(services), ama_units(services)
    assert minutes(services).timed == expect["timed_minutes"]
    assert cms.total == expect["cms_units_total"]
    assert cms.choice_needed == expect["choice_needed"]
    assert sorted(map(repr, cms.choices())) == sorted(map(repr, expect["cms_units_any_of"]))
    assert list(ama.choices()) == [expect["ama_units"]]
    assert ama.total == expect["ama_units_total"]


def test_the_unit_table_at_its_edges() -> None:
    [case] = [case for case in CASES if case["id"] == "U18"]
    for count, units in zip(case["input"]["minutes"], case["expect"]["units"], strict=True):
        assert cms_units([Service(code="97110", minutes=count)]).total == units


def test_cms_examples_with_equal_remainders_are_left_to_the_clinician() -> None:
    equal = cms_units([Service(code="97110", minutes=20), Service(code="97112", minutes=20)])
    assert (equal.total, list(equal.choices())) == (3, [{"97110": 2, "97112": 1}, {"97110": 1, "97112": 2}])
    sevens = cms_units([Service(code=code, minutes=7) for code in ("97110", "97112", "97530")])
    assert list(sevens.choices()) == [{"97110": 1}, {"97112": 1}, {"97530": 1}]


def test_what_is_not_a_15_minute_code_has_no_such_units() -> None:
    day = [Service(code="97150", minutes=45), Service(code="98960", minutes=30), Service(code="[/x]", minutes=30)]
    assert (cms_units(day).total, ama_units(day).total) == (0, 0)
    assert list(cms_units([]).choices()) == [{}]


@CALM
@given(DAYS)
def test_every_choice_has_the_total_and_gives_no_code_more_than_its_minutes_earn(day: list[Service]) -> None:
    cms = cms_units(day)
    spent = {code: sum(s.minutes for s in day if s.code == code) for code in TIMED}
    choices = list(cms.choices())
    assert choices
    assert cms.choice_needed == (len(choices) > 1)
    for choice in choices:
        assert sum(choice.values()) == cms.total
        for code, units in choice.items():
            assert spent[code] // 15 <= units <= -(-spent[code] // 15)
            richer = [other for other in spent if spent[other] % 15 > spent[code] % 15]
            if units > spent[code] // 15:
                assert all(choice.get(other, 0) > spent[other] // 15 for other in richer)


@CALM
@given(DAYS, st.randoms())
def test_the_order_of_the_bouts_is_irrelevant(day: list[Service], shuffle) -> None:  # type: ignore[no-untyped-def]
    mixed = list(day)
    shuffle.shuffle(mixed)
    as_sets = [sorted(sorted(choice.items()) for choice in cms_units(d).choices()) for d in (day, mixed)]
    assert as_sets[0] == as_sets[1]
