"""Dates and times as people type them, read in the practice's time zone.

`now`, `today`, `yest`, `tue 14:00`, `tue14:00`, `2d ago`, `3h`, `14:00`, `2:30pm`, `2026-11-22`,
`2026-11-22 14:00`, `2026-11-22T14:00-05:00`, `22 Nov 14:00`, `11/22`, `2/11/1970`, `2/11/70`, `9`
(the ninth of a month), `14:00 yesterday`, `a week ago`, `in 2 months`.

Each reader takes a direction. `future` (plans, expiry, follow-ups): a weekday, a day of the month
and a date without a year mean the next one. `past` (visits, sendings, signatures, births): the last
one. `any`: a weekday is the last one, a date without a year the nearest. A two-digit year is read
only with a direction: the last such year in the past, the next one in the future.

A day without a time is that day at the present time of day. A local time that does not exist is
refused; one that comes twice is asked about, as is `2/11/1970` where `month_first` does not say
which number is the month.

Written dates and spelled-out spans are read by arrow, which is imported when one is met: short
forms and ISO dates, which scheduled jobs use, do without it. The patterns here decide which texts
reach arrow, because it also finds dates inside other text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import Ambiguous, Nonexistent, local_day, localise
from medex_tui.domain.dates.day import (
    AGO,
    DAY_OF_MONTH,
    EXAMPLES,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_DAYS,
    SPELLED,
    DayReader,
    Direction,
    from_span,
    weekday_number,
    whole_text,
)
from medex_tui.domain.language.problem import Problem

if TYPE_CHECKING:
    pass


_CLOCK = re.compile(
    r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d))?\s*(?P<half>am|pm)?$|(?P<h12>\d{1,2})\s*(?P<half12>am|pm)\Z",
    re.ASCII,
)
_OFFSET = re.compile(
    r"(?P<local>.*\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?P<offset>z|[+-]\d\d:?\d\d)\Z", re.ASCII
)
_CLOCK_FIRST = re.compile(
    r"(?:at )?(\d{1,2}(?::[\d:]+\s*(?:am|pm)?|\s*(?:am|pm)))(?:,? (?:on )?(.*[a-z].*|\d{4}-.*))?\Z",
    re.ASCII,
)


def read_when(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    direction: Direction = "any",
    month_first: bool | None = None,
) -> datetime | Problem:
    """The instant (aware, UTC) named by a text, or what is wrong with it.

    With `future` a time of day alone, or on today's weekday, that has passed is tomorrow's or next
    week's.
    """
    said = " ".join(text.casefold().split())
    here = now.astimezone(zone)
    if said in ("now", "today"):
        return now
    if not said:
        return whole_text(text, f"No day or time is given; {EXAMPLES}.")
    if (span := _span_back(text, said, now)) is not None:
        return span
    if zoned := _OFFSET.match(said):
        return _with_offset(text, zoned["local"], zoned["offset"])
    day_text, clock_text = _split(said)
    clock = _clock(clock_text) if clock_text else None
    if clock_text and clock is None:
        return whole_text(
            text, f"`{clock_text}` is not a time of day; hours go from 0 to 23, minutes to 59."
        )
    if not clock_text and DAY_OF_MONTH.match(said) and said.isdigit():
        return whole_text(text, f"`{said}` can be a day or an hour; type {said}th or {said}:00.")
    reader = DayReader(text, here.date(), direction, month_first)
    day = reader.read(day_text) if day_text else here.date()
    if isinstance(day, Problem):
        return day
    day = _shifted(day, day_text, clock, here, direction)
    if clock is None:
        return _unstated(day, here, zone)
    return localised(text, datetime.combine(day, clock), zone)


def _shifted(
    day: date, day_text: str, clock: time | None, here: datetime, direction: Direction
) -> date:
    """The day moved a week or a day where its time of day lies on the wrong side of now."""
    if day != here.date():
        return day
    to_come = clock is not None and clock > here.time()
    if weekday_number(day_text) is not None:
        if direction == "future":
            return day if to_come else day + timedelta(days=7)
        return day - timedelta(days=7) if to_come else day
    if not day_text and direction == "future" and clock and not to_come:
        return day + timedelta(days=1)
    return day


def _span_back(text: str, said: str, now: datetime) -> datetime | Problem | None:
    """`3h ago`, `90 min`, `an hour ago`: an instant that long ago; None for other text."""
    if (ago := AGO.match(said)) and not ago["unit"].startswith(("d", "w")):
        number = int(ago["n"])
        hours = ago["unit"].startswith("h")
        span = timedelta(hours=number) if hours else timedelta(minutes=number)
        if span > timedelta(days=LONGEST_DAYS):
            return whole_text(text, f"`{text.strip()}` is too long ago; type a date instead.")
        return (now - span).replace(second=0, microsecond=0)
    if (spelled := SPELLED.match(said)) and spelled["unit"] in ("minute", "hour"):
        instant = from_span(said, now)
        return instant or whole_text(text, f"`{text.strip()}` is not a day or time; {EXAMPLES}.")
    return None


def read_past(
    text: str, *, now: datetime, zone: ZoneInfo, month_first: bool | None = None
) -> datetime | Problem:
    """The past instant named by a text; an instant after `now` is refused."""
    at = read_when(text, now=now, zone=zone, direction="past", month_first=month_first)
    if isinstance(at, Problem) or at <= now:
        return at
    yesterday = f"yest {text.strip()}" if _clock(text.strip().casefold()) else None
    return whole_text(
        text,
        f"`{text.strip()}` is still to come; what is recorded has happened already.",
        yesterday,
    )


def read_day(
    text: str,
    now: datetime,
    zone: ZoneInfo,
    direction: Direction = "any",
    month_first: bool | None = None,
) -> date | Problem:
    """The local day named by a text: also `tomorrow`, `next tue`, `in 3d`, `11 Feb 1970`."""
    today = local_day(now, zone)
    return DayReader(text, today, direction, month_first).read(" ".join(text.casefold().split()))


def read_past_day(
    text: str, now: datetime, zone: ZoneInfo, month_first: bool | None = None
) -> date | Problem:
    """The local day named by a text, today or before; a later one is refused."""
    day = read_day(text, now, zone, "past", month_first)
    if isinstance(day, Problem) or day <= local_day(now, zone):
        return day
    return whole_text(text, f"{day} is still to come.")


def in_century_of_life(day: date, today: date) -> date:
    """A birth date read from a two-digit year: of a century in which the person is alive or past.

    Python's `%y` reads `31` as 2031; a birth to come is moved a hundred years back.
    """
    return day if day <= today else day.replace(year=day.year - 100)


def ago(day: date, today: date) -> str:
    """How long ago a day was, in words: `today`, `2 days ago`."""
    if day == today:
        return "today"
    import arrow

    return arrow.get(day).humanize(arrow.get(today), granularity="day")


def localised(text: str, local: datetime, zone: ZoneInfo) -> datetime | Problem:
    """The instant (UTC) of a wall-clock time; a Problem if skipped or shown twice."""
    at = localise(local, zone)
    shown = f"{local:%Y-%m-%d %H:%M}"
    if isinstance(at, Nonexistent):
        later = at.later.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
        return whole_text(
            text, f"{shown} does not exist in {zone.key}: the clocks went forward.", later
        )
    if isinstance(at, Ambiguous):
        first, second = (
            each.astimezone(zone).isoformat(timespec="minutes") for each in (at.first, at.second)
        )
        return whole_text(
            text, f"{shown} comes twice in {zone.key}: type {first} for the first or {second}."
        )
    return at


def iso_local(at: datetime, zone: ZoneInfo) -> str:
    """Local ISO text that reads back as the same instant; an offset only where needed."""
    here = at.astimezone(zone)
    exact = "minutes" if not (here.second or here.microsecond) else "auto"
    plain = here.replace(tzinfo=None)
    return (plain if not here.microsecond and localise(plain, zone) == at else here).isoformat(
        timespec=exact
    )


def _split(said: str) -> tuple[str, str]:
    """A day and a time of day, either of them empty, from text whose spaces are single."""
    if first := _CLOCK_FIRST.match(said):
        return first[2] or "", first[1]
    start = re.search(r"(?<![\d:+-])\d{1,2}(?::[\d:]*\s*(?:am|pm)?|\s*(?:am|pm))\Z", said, re.ASCII)
    if not start:
        return said, ""
    day = said[: start.start()].strip().removesuffix(" at").removesuffix(",").strip()
    if day[-1:] == "t" and day[-2:-1].isdigit():
        day = day[:-1]
    return day, said[start.start() :]


def _clock(said: str) -> time | None:
    found = _CLOCK.match(said)
    if not found:
        return None
    hour, half = int(found["h"] or found["h12"]), found["half"] or found["half12"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute, second = int(found["m"] or 0), int(found["s"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _with_offset(text: str, local: str, offset: str) -> datetime | Problem:
    try:
        at = datetime.fromisoformat(local.upper().replace(" ", "T") + offset.upper()).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return whole_text(
            text, f"`{text.strip()}` is not a date and time; type it like 2026-11-22T14:00-05:00."
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return whole_text(text, f"The year {at.year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return at


def _unstated(day: date, here: datetime, zone: ZoneInfo) -> datetime:
    """That day at the present wall-clock time; the earlier of two, as no time was stated."""
    wall = datetime.combine(day, here.time().replace(second=0, microsecond=0), tzinfo=zone)
    return wall.astimezone(UTC)
