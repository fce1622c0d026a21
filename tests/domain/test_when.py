"""Dates and times people type, read in New York on Sunday 22 November 2026, 10:42."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medex_tui.domain.dates.parse import (
    ago,
    in_century_of_life,
    iso_local,
    read_day,
    read_past,
    read_past_day,
    read_when,
)
from medex_tui.domain.language.problem import Problem
from properties import examples

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 15, 42, 7, tzinfo=UTC)


def local(text: str) -> str:
    at = read_when(text, now=NOW, zone=ZONE)
    assert isinstance(at, datetime), at
    assert at.utcoffset() == timedelta(0)
    return f"{at.astimezone(ZONE):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("now", "Sun 2026-11-22 10:42"),
        ("today", "Sun 2026-11-22 10:42"),
        ("yesterday", "Sat 2026-11-21 10:42"),
        ("YEST", "Sat 2026-11-21 10:42"),
        ("yesterday at 9am", "Sat 2026-11-21 09:00"),
        ("tue", "Tue 2026-11-17 10:42"),
        ("tue 14:00", "Tue 2026-11-17 14:00"),
        ("tue14:00", "Tue 2026-11-17 14:00"),
        ("sun 09:00", "Sun 2026-11-22 09:00"),
        ("sun 14:00", "Sun 2026-11-15 14:00"),
        ("last sun 09:00", "Sun 2026-11-15 09:00"),
        ("2d", "Fri 2026-11-20 10:42"),
        ("2d ago", "Fri 2026-11-20 10:42"),
        ("2 days ago 14:00", "Fri 2026-11-20 14:00"),
        ("3w", "Sun 2026-11-01 10:42"),
        ("3h ago", "Sun 2026-11-22 07:42"),
        ("90 min ago", "Sun 2026-11-22 09:12"),
        ("14:00", "Sun 2026-11-22 14:00"),
        ("2:30pm", "Sun 2026-11-22 14:30"),
        ("12am", "Sun 2026-11-22 00:00"),
        ("2026-11-20", "Fri 2026-11-20 10:42"),
        ("2026-11-20 14:00", "Fri 2026-11-20 14:00"),
        ("2026-11-20T14:00", "Fri 2026-11-20 14:00"),
        ("2026-11-20T14:00Z", "Fri 2026-11-20 09:00"),
        ("2026-11-20T14:00+01:00", "Fri 2026-11-20 08:00"),
        ("20 Nov 14:00", "Fri 2026-11-20 14:00"),
        ("Nov 20, 2025 2pm", "Thu 2025-11-20 14:00"),
        ("20th November 14:00", "Fri 2026-11-20 14:00"),
        ("11/20", "Fri 2026-11-20 10:42"),
        ("20/11 14:00", "Fri 2026-11-20 14:00"),
        ("8am today", "Sun 2026-11-22 08:00"),
        ("14:00 yesterday", "Sat 2026-11-21 14:00"),
        ("at 9:00 on tue", "Tue 2026-11-17 09:00"),
        ("a week ago", "Sun 2026-11-15 10:42"),
        ("a week ago at 9:00", "Sun 2026-11-15 09:00"),
        ("an hour ago", "Sun 2026-11-22 09:42"),
        ("2 months ago", "Tue 2026-09-22 10:42"),
        ("2026-11-01T01:30-05:00", "Sun 2026-11-01 01:30"),
    ],
)
def test_an_instant_as_people_say_it(text: str, means: str) -> None:
    assert local(text) == means


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "No day or time is given; type for example yest, tue 14:00, 2d ago, 14:00 or 2026-11-22 14:00.",
        ),
        (
            "soon",
            "`soon` is not a day or time; type for example yest, tue 14:00, 2d ago, 14:00 or 2026-11-22 14:00.",
        ),
        ("25:00", "`25:00` is not a time of day; hours go from 0 to 23, minutes to 59."),
        ("2026-02-30", "There is no day 2026-02-30 in the calendar."),
        ("0001-01-01", "The year 1 is outside 1900 to 2200."),
        ("99999999d", "`99999999d` is too far away; type a date instead."),
        (
            "2026-03-08 02:30",
            "2026-03-08 02:30 does not exist in America/New_York: the clocks went forward.",
        ),
        (
            "2026-11-01 01:30",
            "2026-11-01 01:30 comes twice in America/New_York: "
            "type 2026-11-01T01:30-04:00 for the first or 2026-11-01T01:30-05:00.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(text: str, message: str) -> None:
    found = read_when(text, now=NOW, zone=ZONE)
    assert isinstance(found, Problem)
    assert found.message == message
    assert (found.start, found.end) == (0, len(text))


def test_what_happened_cannot_lie_ahead() -> None:
    ahead = read_past("23:00", now=NOW, zone=ZONE)
    assert ahead == Problem(
        0, 5, "`23:00` is still to come; what is recorded has happened already.", "yest 23:00"
    )
    assert read_past("10:42", now=NOW, zone=ZONE) == datetime(2026, 11, 22, 15, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 22)),
        ("tomorrow", date(2026, 11, 23)),
        ("next tue", date(2026, 11, 24)),
        ("next sun", date(2026, 11, 29)),
        ("in 3d", date(2026, 11, 25)),
        ("in 2 weeks", date(2026, 12, 6)),
        ("3d ago", date(2026, 11, 19)),
        ("11 Feb 1970", date(1970, 2, 11)),
        ("feb 11, 1970", date(1970, 2, 11)),
        ("1970-02-11", date(1970, 2, 11)),
        ("13/2/1970", date(1970, 2, 13)),
        ("2/13/1970", date(1970, 2, 13)),
        ("5/5/1970", date(1970, 5, 5)),
        ("20 nov", date(2026, 11, 20)),
        ("4 jan", date(2027, 1, 4)),
        ("sept 1 2026", date(2026, 9, 1)),
        ("in a month", date(2026, 12, 22)),
        ("a year ago", date(2025, 11, 22)),
        ("2nd of", None),
        ("half an hour ago", None),
        ("notes of 20 nov 2026 and more", None),
    ],
)
def test_a_day_for_plans_and_birth_dates(text: str, day: date | None) -> None:
    found = read_day(text, NOW, ZONE)
    assert found == day if day else isinstance(found, Problem)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "a day ago"),
        (date(2026, 11, 10), "12 days ago"),
        (date(2026, 9, 22), "61 days ago"),
    ],
)
def test_how_long_ago_is_told_in_days(day: date, words: str) -> None:
    assert ago(day, date(2026, 11, 22)) == words


def test_a_date_that_can_be_two_is_asked_for_in_full() -> None:
    assert isinstance(read_when("5/6", now=NOW, zone=ZONE), Problem)
    assert isinstance(read_when("13/13", now=NOW, zone=ZONE), Problem)
    found = read_day("2/11/1970", NOW, ZONE)
    assert found == Problem(0, 9, "`2/11/1970` can be 1970-02-11 or 1970-11-02: type it that way.")


said = st.text(max_size=25) | st.lists(
    st.sampled_from(
        ["tue", "yest", "now", "2d", "ago", "in", "next", "last", "14:00", "9am", "2026-11-22", "T", "Z", "+05:00",
         "22", "Nov", "2/11/1970", "9999", "99:99", "-", "0d", "999999999h",
         "29 feb", "a", "an", "week", "months", "year", "9999 years ago", "1st", "١٢:٠٠"]
    ),
    max_size=4,
).map(" ".join)  # fmt: skip


@given(said)
@example("0001-01-01T00:00+14:00")
@example("9999-12-31T23:59-14:00")
@example("999999999d ago 14:00")
@examples(500)
def test_any_text_is_an_instant_or_a_problem(text: str) -> None:
    for found in (read_when(text, now=NOW, zone=ZONE), read_past(text, now=NOW, zone=ZONE)):
        assert isinstance(found, Problem) or found.tzinfo is UTC
    assert isinstance(read_day(text, NOW, ZONE), Problem | date)


@given(
    st.timedeltas(timedelta(days=-25_000), timedelta(days=25_000)).map(lambda since: NOW + since)
)
@examples(300)
@example(datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
@example(datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
def test_an_instant_written_locally_reads_as_the_same_instant(at: datetime) -> None:
    for instant in (at.replace(second=0, microsecond=0), at):
        assert read_when(iso_local(instant, ZONE), now=NOW, zone=ZONE) == instant


# --- direction --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("fri", "2026-11-20", "2026-11-27"),
        ("sat", "2026-11-21", "2026-11-28"),
        ("sun", "2026-11-22", "2026-11-22"),
        ("last fri", "2026-11-20", "2026-11-20"),
        ("next fri", "2026-11-27", "2026-11-27"),
        ("12/4", "2025-12-04", "2026-12-04"),
        ("11/22", "2026-11-22", "2026-11-22"),
        ("20 Nov", "2026-11-20", "2027-11-20"),
        ("Dec 4", "2025-12-04", "2026-12-04"),
        ("29 Feb", "2024-02-29", "2028-02-29"),
        ("9", "2026-11-09", "2026-12-09"),
        ("31", "2026-10-31", "2026-12-31"),
        ("4/2/58", "1958-04-02", "2058-04-02"),
        ("2/28/31", "1931-02-28", "2031-02-28"),
        ("2/11/1970", "1970-02-11", "1970-02-11"),
    ],
)
def test_a_day_is_read_in_its_direction_in_a_us_practice(text: str, past: str, future: str) -> None:
    assert str(read_day(text, NOW, ZONE, "past", month_first=True)) == past
    assert str(read_day(text, NOW, ZONE, "future", month_first=True)) == future


def test_numbers_that_can_be_two_days_are_asked_about_where_no_order_is_set() -> None:
    assert isinstance(read_day("2/11/1970", NOW, ZONE, "past"), Problem)
    assert read_day("2/11/1970", NOW, ZONE, "past", month_first=False) == date(1970, 11, 2)
    assert read_day("13/11/1970", NOW, ZONE, "past", month_first=True) == date(1970, 11, 13)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("fri 9:00", "Fri 2026-11-27 09:00"),
        ("sat 9:00", "Sat 2026-11-28 09:00"),
        ("sun 9:00", "Sun 2026-11-29 09:00"),
        ("sun 14:00", "Sun 2026-11-22 14:00"),
        ("14:00", "Sun 2026-11-22 14:00"),
        ("9:00", "Mon 2026-11-23 09:00"),
        ("9th 9:00", "Wed 2026-12-09 09:00"),
        ("12/4 2pm", "Fri 2026-12-04 14:00"),
        ("2026-11-01 9:00", "Sun 2026-11-01 09:00"),
    ],
)
def test_a_plan_looks_forward(text: str, means: str) -> None:
    at = read_when(text, now=NOW, zone=ZONE, direction="future", month_first=True)
    assert isinstance(at, datetime), at
    assert f"{at.astimezone(ZONE):%a %Y-%m-%d %H:%M}" == means


def test_a_number_alone_can_be_a_day_or_an_hour() -> None:
    assert isinstance(read_when("9", now=NOW, zone=ZONE, direction="future"), Problem)


def test_a_past_day_is_not_to_come() -> None:
    assert read_past_day("12/4", NOW, ZONE, month_first=True) == date(2025, 12, 4)
    assert isinstance(read_past_day("2026-12-04", NOW, ZONE), Problem)
    assert isinstance(read_past_day("tomorrow", NOW, ZONE), Problem)


def test_a_two_digit_birth_year_is_of_somebody_who_was_born() -> None:
    today = NOW.date()
    assert in_century_of_life(date(2031, 2, 28), today) == date(1931, 2, 28)
    assert in_century_of_life(date(2004, 2, 29), today) == date(2004, 2, 29)
    assert in_century_of_life(date(2028, 2, 29), today) == date(1928, 2, 29)
