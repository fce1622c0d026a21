"""Hours, working days and ages: the worked cases, and the rule against a second, naive reading of it."""

# ruff: noqa: DTZ001 -- times off a wall clock are what this is about

import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.dates.clock import (
    Ambiguous,
    Nonexistent,
    age_on,
    day_end,
    day_start,
    elapsed,
    localise,
    spoken,
    us_federal_holidays,
    working,
)

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from deadlines import naive as walked

from properties import examples

CASES = tomllib.loads((Path(__file__).parent / "cases_obligations.toml").read_text())["case"]
NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Beirut", "UTC")
]
CALM = examples(60)


def cases(area: str) -> list:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["area"] == area]


def instant(case_input: dict) -> datetime:
    start = localise(datetime.fromisoformat(case_input["start"]), ZoneInfo(case_input["timezone"]))
    if isinstance(start, Ambiguous):
        return start.second if case_input["fold"] else start.first
    assert isinstance(start, datetime)
    return start


@pytest.mark.parametrize("case", [c for c in cases("deadline") if "start" in c.values[0]["input"]])
def test_deadlines_of_the_worked_cases(case: dict) -> None:
    given_, zone = case["input"], ZoneInfo(case["input"]["timezone"])
    start = instant(given_)
    for name, hours in (("target_48h", 48), ("limit_72h", 72)):
        if given_["mode"] == "business":
            due = working(
                start, hours, zone, [date.fromisoformat(day) for day in given_["holidays"]]
            )
        else:
            due = elapsed(start, hours)
        assert due.astimezone(zone).isoformat() == case["expect"][name]


def test_friday_afternoon_plus_48_working_hours_is_tuesday_afternoon() -> None:
    friday = datetime(2026, 5, 15, 16, 30, tzinfo=NEW_YORK)
    assert spoken(working(friday, 48, NEW_YORK, []), NEW_YORK) == "Tue 19 May 16:30"
    assert spoken(elapsed(friday, 72), NEW_YORK) == "Mon 18 May 16:30"


def test_working_hours_that_end_with_a_friday_end_there_and_not_on_monday() -> None:
    wednesday = datetime(2026, 5, 13, tzinfo=NEW_YORK)
    assert working(wednesday, 72, NEW_YORK, []) == datetime(2026, 5, 16, tzinfo=NEW_YORK)


@CALM
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    hours=st.integers(0, 120),
    zone=st.sampled_from(ZONES),
    holidays=st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 31)), max_size=200),
)
def test_working_hours_agree_with_counting_them_one_by_one(
    start: datetime, hours: int, zone: ZoneInfo, holidays: set[date]
) -> None:
    start = start.replace(tzinfo=UTC)
    assert working(start, hours, zone, holidays) == walked(start, hours, zone, holidays)


@pytest.mark.parametrize(
    "changes_on", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25)]
)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_working_hours_agree_around_a_change_of_clocks_even_on_a_working_day(
    changes_on: date, zone: ZoneInfo
) -> None:
    for back in range(0, 120, 7):
        start = datetime(
            changes_on.year, changes_on.month, changes_on.day, 1, 30, tzinfo=UTC
        ) - timedelta(hours=back)
        for hours in (24, 48, 72):
            assert working(start, hours, zone, set()) == walked(start, hours, zone, set())


@CALM
@given(
    start=st.datetimes(
        datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.sampled_from(ZONES)
    ),
    hours=st.floats(0, 200),
    more=st.floats(0, 50),
    zone=st.sampled_from(ZONES),
)
def test_working_hours_never_end_before_elapsed_ones_and_grow_with_their_number(
    start: datetime, hours: float, more: float, zone: ZoneInfo
) -> None:
    due = working(start, hours, zone, ())
    assert elapsed(start, hours) <= due <= working(start, hours + more, zone, ())
    assert due == working(start.astimezone(UTC), hours, zone, ())


def test_a_time_the_clock_skips_is_refused() -> None:
    gap = localise(datetime(2026, 3, 8, 2, 30), NEW_YORK)
    assert isinstance(gap, Nonexistent)
    assert spoken(gap.earlier, NEW_YORK) == "Sun 8 Mar 01:30"
    assert spoken(gap.later, NEW_YORK) == "Sun 8 Mar 03:30"


def test_a_time_the_clock_shows_twice_asks_which() -> None:
    twice = localise(datetime(2026, 11, 1, 1, 30), NEW_YORK)
    assert isinstance(twice, Ambiguous)
    assert twice.second - twice.first == timedelta(hours=1)


def test_two_instants_are_never_said_the_same_way_on_the_day_the_clocks_go_back() -> None:
    first = datetime(2026, 11, 1, 4, tzinfo=UTC)
    said = [spoken(first + timedelta(minutes=30 * half), NEW_YORK) for half in range(8)]
    assert len(set(said)) == 8
    assert said[3:6] == ["Sun 1 Nov 01:30 EDT", "Sun 1 Nov 01:00 EST", "Sun 1 Nov 01:30 EST"]
    assert said[0] == "Sun 1 Nov 00:00" and said[6] == "Sun 1 Nov 02:00"


@CALM
@given(
    naive=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), zone=st.sampled_from(ZONES)
)
def test_an_ordinary_time_reads_back_as_it_was_typed(naive: datetime, zone: ZoneInfo) -> None:
    at = localise(naive, zone)
    if isinstance(at, datetime):
        assert at.astimezone(zone).replace(tzinfo=None) == naive
    elif isinstance(at, Ambiguous):
        assert {at.first.astimezone(zone).replace(tzinfo=None, fold=0), naive} == {naive}


@CALM
@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), zone=st.sampled_from(ZONES))
def test_a_day_ends_one_second_before_the_next_begins(day: date, zone: ZoneInfo) -> None:
    end = day_end(day, zone)
    assert end.astimezone(zone).date() == day
    assert (end + timedelta(seconds=1)).astimezone(zone).date() == day + timedelta(days=1)
    assert day_start(day, zone) < end


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert (
        day_start(date(2026, 3, 29), beirut).astimezone(beirut).isoformat()
        == "2026-03-29T01:00:00+03:00"
    )


@pytest.mark.parametrize("case", cases("age_band"))
def test_ages_of_the_worked_cases(case: dict) -> None:
    born = date.fromisoformat(case["input"]["dob"])
    days = case["input"].get("dates") or [case["input"]["test_date"]]
    ages = case["expect"].get("ages") or [case["expect"]["age"]]
    assert [age_on(born, date.fromisoformat(day)) for day in days] == ages


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
        (2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24"),
        (2028, "12-31 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"),
    ],
)
def test_federal_holidays_as_observed(year: int, days: str) -> None:
    assert [f"{day:%m-%d}" for day in us_federal_holidays(year)] == days.split()


def test_a_new_year_on_saturday_is_observed_the_year_before() -> None:
    assert us_federal_holidays(2028)[0] == date(2027, 12, 31)


def test_an_instant_of_another_year_is_shown_with_its_year() -> None:
    now = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    assert (
        spoken(datetime(2062, 12, 1, 14, tzinfo=UTC), NEW_YORK, now=now) == "Fri 1 Dec 2062 09:00"
    )
    assert spoken(datetime(2026, 11, 19, 14, tzinfo=UTC), NEW_YORK, now=now) == "Thu 19 Nov 09:00"
    midnight = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)
    assert spoken(midnight, NEW_YORK, now=now) == "Thu 31 Dec 23:59"
