"""Minutes to billing units: the worked cases of both methods, and what holds for any day."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.billing_units import (
    LICENSED,
    ama_units,
    cms_units,
    codes,
    minutes,
    of_day,
    words,
)
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Service, Session
from properties import examples

CASES = [
    case
    for case in tomllib.loads((Path(__file__).parent / "cases_obligations.toml").read_text())[
        "case"
    ]
    if case["area"] == "billing_units"
]
TIMED = sorted(code.code for code in codes().values() if code.kind == "timed15")
DAYS = st.lists(
    st.builds(Service, code=st.sampled_from(TIMED[:6]), minutes=st.integers(0, 60)), max_size=8
)
CALM = examples(200)


@pytest.mark.parametrize(
    "case", [c for c in CASES if "services" in c["input"]], ids=lambda c: c["id"]
)
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
    assert (equal.total, list(equal.choices())) == (
        3,
        [{"97110": 2, "97112": 1}, {"97110": 1, "97112": 2}],
    )
    sevens = cms_units([Service(code=code, minutes=7) for code in ("97110", "97112", "97530")])
    assert list(sevens.choices()) == [{"97110": 1}, {"97112": 1}, {"97530": 1}]


def test_what_is_not_a_15_minute_code_has_no_such_units() -> None:
    day = [
        Service(code="97150", minutes=45),
        Service(code="98960", minutes=30),
        Service(code="[/x]", minutes=30),
    ]
    assert (cms_units(day).total, ama_units(day).total) == (0, 0)
    assert list(cms_units([]).choices()) == [{}]


INVENTED = [
    # (minutes by code, CMS answers or how many, AMA answer): worked by hand from DOMAIN 2.2 and 2.3.
    ({"97110": 7}, [{}], {}),
    ({"97110": 8}, [{"97110": 1}], {"97110": 1}),
    ({"97110": 10, "97112": 10, "97530": 10}, 3, {"97110": 1, "97112": 1, "97530": 1}),
    ({"97110": 33, "97112": 7}, [{"97110": 2, "97112": 1}], {"97110": 2}),
    ({"97110": 8, "97112": 8, "97530": 8}, 3, {"97110": 1, "97112": 1, "97530": 1}),
    ({"97110": 30, "97112": 7}, [{"97110": 2}], {"97110": 2}),
    ({"97110": 30, "97112": 8}, [{"97110": 2, "97112": 1}], {"97110": 2, "97112": 1}),
    ({"97110": 15, "97112": 15, "97530": 7}, [{"97110": 1, "97112": 1}], {"97110": 1, "97112": 1}),
    ({"97110": 22, "97112": 22}, 2, {"97110": 1, "97112": 1}),
    ({"97110": 29, "97112": 16}, [{"97110": 2, "97112": 1}], {"97110": 2, "97112": 1}),
    ({"97110": 1, "97112": 2, "97530": 5}, [{"97530": 1}], {}),
    ({"97110": 127}, [{"97110": 8}], {"97110": 8}),
    (
        {"97110": 19, "97112": 19, "97530": 19, "97116": 19},
        4,
        dict.fromkeys(("97110", "97112", "97530", "97116"), 1),
    ),
]


@pytest.mark.parametrize(("spent", "cms", "ama"), INVENTED)
def test_days_worked_by_hand(
    spent: dict[str, int], cms: list[dict[str, int]] | int, ama: dict[str, int]
) -> None:
    day = [Service(code=code, minutes=count) for code, count in spent.items()]
    choices = list(cms_units(day).choices())
    assert len(choices) == cms if isinstance(cms, int) else choices == cms
    assert list(ama_units(day).choices()) == [ama]


def test_a_day_in_words_names_the_method_what_is_to_choose_and_what_is_not_ours() -> None:
    even = [
        Service(code="97110", minutes=20),
        Service(code="97112", minutes=20),
        Service(code="97140", minutes=15),
    ]
    assert words(even, "cms") == [
        "Units by total time (CMS): 40 timed minutes make 3: 97110 1, 97112 1, and one more among 97110, 97112, "
        "whose remainders are equal: yours to choose.",
        "Not counted: 97140, outside medical exercise.",
    ]
    assert (
        words(even, "ama")[0]
        == "Units by the midpoint of each code (AMA): 2 in all: 97110 1, 97112 1."
    )
    assert words([Service(code="97110", minutes=7)], "cms") == [
        "Units by total time (CMS): 7 timed minutes make 0."
    ]
    assert words([Service(code="97150", minutes=45), Service(code="[/x]", minutes=9)], "cms") == []


@CALM
@given(DAYS, st.sampled_from(["cms", "ama"]))
def test_no_words_say_billable_or_promise_payment(day: list[Service], method: str) -> None:
    said = " ".join(words(day, method)).lower()  # type: ignore[arg-type]
    assert not any(word in said for word in ("bill", "pay", "claim", "reimburs", "insur"))


def test_codes_of_licensed_clinicians_are_those_the_list_says_so_of() -> None:
    said = ("outside", "licensed", "not a MedExPRO code", "facility program")
    assert {
        code.code for code in codes().values() if any(word in code.note for word in said)
    } == LICENSED


def test_units_are_of_the_client_s_whole_local_day() -> None:
    at = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)  # Monday 23:30 in New York
    visit = {"client_id": "c", "state": "signed", "services": [Service(code="97110", minutes=10)]}
    sessions = [
        Session(id="s1", started_at=at, **visit),  # type: ignore[arg-type]
        Session(id="s2", started_at=at - timedelta(hours=12), **visit),  # type: ignore[arg-type]
        Session(id="next", started_at=at + timedelta(hours=1), **visit),  # type: ignore[arg-type]
        Session(id="other", started_at=at, **{**visit, "client_id": "d"}),  # type: ignore[arg-type]
        Session(id="missed", started_at=at, **{**visit, "state": "no_show"}),  # type: ignore[arg-type]
    ]
    practice = Practice([Settings(id="settings", timezone="America/New_York"), *sessions])
    assert sum(service.minutes for service in of_day(sessions[0], practice)) == 20
    assert sum(service.minutes for service in of_day(Session(id="plan", **visit), practice)) == 10  # type: ignore[arg-type]


@CALM
@given(DAYS)
def test_every_choice_has_the_total_and_gives_no_code_more_than_its_minutes_earn(
    day: list[Service],
) -> None:
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
    as_sets = [
        sorted(sorted(choice.items()) for choice in cms_units(d).choices()) for d in (day, mixed)
    ]
    assert as_sets[0] == as_sets[1]
