"""Dates and times as people type them, read in the practice's time zone.

`now`, `today`, `yest`, `tue 14:00`, `tue14:00`, `2d ago`, `3h`, `14:00`, `2:30pm`, `2026-11-22`,
`2026-11-22 14:00`, `2026-11-22T14:00-05:00`, `22 Nov 14:00`, `11/22`, `14:00 yesterday`, `a week ago`,
`in 2 months`. A week day is the last such day; a day without a time is that day at the present time of day. A local
time that does not exist is refused; one that comes twice is asked about.

Written dates and spelled-out spans are read by arrow, imported when one is met: the short forms and ISO dates, which
cron uses, are read without it. Which texts reach arrow is settled here, because it also reads dates inside other text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import Ambiguous, Nonexistent, local_day, localise
from medex_tui.domain.language.problem import Problem

if TYPE_CHECKING:
    from arrow import Arrow

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_DAYS = 36600

EXAMPLES = "type for example yest, tue 14:00, 2d ago, 14:00 or 2026-11-22 14:00"

_CLOCK = re.compile(
    r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d))?\s*(?P<half>am|pm)?$|(?P<h12>\d{1,2})\s*(?P<half12>am|pm)\Z",
    re.ASCII,
)
_OFFSET = re.compile(
    r"(?P<local>.*\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?P<offset>z|[+-]\d\d:?\d\d)\Z", re.ASCII
)
_AGO = re.compile(
    r"(?P<n>\d{1,9})\s*(?P<unit>min|mins|minutes?|h|hours?|hrs?|d|days?|w|wks?|weeks?)(?P<ago>\s+ago)?\Z",
    re.ASCII,
)
_IN = re.compile(r"in\s+(?P<n>\d{1,9})\s*(?P<unit>d|days?|w|wks?|weeks?)\Z", re.ASCII)
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\Z", re.ASCII)
_SPELLED = re.compile(
    r"(?:in )?(?P<n>an?|\d{1,4}) (?P<unit>minute|hour|day|week|month|year)s?(?: ago)?\Z", re.ASCII
)
_NUMERIC = re.compile(r"(?P<a>\d{1,2})([/.])(?P<b>\d{1,2})(?:\2(?P<y>\d{4}))?\Z", re.ASCII)
_CLOCK_FIRST = re.compile(
    r"(?:at )?(\d{1,2}(?::[\d:]+\s*(?:am|pm)?|\s*(?:am|pm)))(?:,? (?:on )?(.*[a-z].*|\d{4}-.*))?\Z",
    re.ASCII,
)
_ORDINAL = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DAY_MONTH = re.compile(_ORDINAL + r"\s*(?P<m>[a-z]{3,9})\.?,?(?:\s+(?P<y>\d{4}))?\Z", re.ASCII)
_MONTH_DAY = re.compile(
    r"(?P<m>[a-z]{3,9})\.?\s*" + _ORDINAL + r"(?:,?\s+(?P<y>\d{4}))?\Z", re.ASCII
)


def read_when(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | Problem:
    """The instant (aware, UTC) a text names, past or future, or what is wrong with it."""
    said = " ".join(text.casefold().split())
    here = now.astimezone(zone)
    if said in ("now", "today"):
        return now
    if not said:
        return _whole(text, f"No day or time is given; {EXAMPLES}.")
    if (ago := _AGO.match(said)) and not ago["unit"].startswith(("d", "w")):
        span = (
            timedelta(hours=int(ago["n"]))
            if ago["unit"].startswith("h")
            else timedelta(minutes=int(ago["n"]))
        )
        if span > timedelta(days=LONGEST_DAYS):
            return _whole(text, f"`{text.strip()}` is too long ago; type a date instead.")
        return (now - span).replace(second=0, microsecond=0)
    if (spelled := _SPELLED.match(said)) and spelled["unit"] in ("minute", "hour"):
        instant = _spelled(said, now)
        return instant or _whole(text, f"`{text.strip()}` is not a day or time; {EXAMPLES}.")
    if zoned := _OFFSET.match(said):
        return _with_offset(text, zoned["local"], zoned["offset"])
    day_text, clock_text = _split(said)
    clock: time | None = None
    if clock_text:
        read = _clock(clock_text)
        if read is None:
            return _whole(
                text, f"`{clock_text}` is not a time of day; hours go from 0 to 23, minutes to 59."
            )
        clock = read
    day = _day(text, day_text, here.date()) if day_text else here.date()
    if isinstance(day, Problem):
        return day
    if clock is None:
        return _unstated(day, here, zone)
    if day_text and _weekday(day_text) is not None and day == here.date() and clock > here.time():
        day -= timedelta(days=7)
    return localised(text, datetime.combine(day, clock), zone)


def read_past(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | Problem:
    """Like `read_when`, for what has happened: an instant after `now` is refused."""
    at = read_when(text, now=now, zone=zone)
    if isinstance(at, Problem) or at <= now:
        return at
    yesterday = f"yest {text.strip()}" if _clock(text.strip().casefold()) else None
    return _whole(
        text,
        f"`{text.strip()}` is still to come; what is recorded has happened already.",
        yesterday,
    )


def read_day(text: str, now: datetime, zone: ZoneInfo) -> date | Problem:
    """The local day a text names, past or future: also `tomorrow`, `next tue`, `in 3d`, `11 Feb 1970`.

    A day and month without a year mean the one nearest to today.
    """
    return _day(text, " ".join(text.casefold().split()), local_day(now, zone))


def ago(day: date, today: date) -> str:
    """How long ago a day was, in words: `today`, `2 days ago`."""
    if day == today:
        return "today"
    import arrow

    return arrow.get(day).humanize(arrow.get(today), granularity="day")


def localised(text: str, local: datetime, zone: ZoneInfo) -> datetime | Problem:
    """The instant (UTC) of a wall-clock time; a problem about `text` where there is none, or there are two."""
    at = localise(local, zone)
    shown = f"{local:%Y-%m-%d %H:%M}"
    if isinstance(at, Nonexistent):
        later = at.later.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
        return _whole(
            text, f"{shown} does not exist in {zone.key}: the clocks went forward.", later
        )
    if isinstance(at, Ambiguous):
        first, second = (
            each.astimezone(zone).isoformat(timespec="minutes") for each in (at.first, at.second)
        )
        return _whole(
            text, f"{shown} comes twice in {zone.key}: type {first} for the first or {second}."
        )
    return at


def iso_local(at: datetime, zone: ZoneInfo) -> str:
    """An instant as local ISO text that reads back as the same instant; the offset only where it needs one."""
    here = at.astimezone(zone)
    exact = "minutes" if not (here.second or here.microsecond) else "auto"
    plain = here.replace(tzinfo=None)
    return (plain if not here.microsecond and localise(plain, zone) == at else here).isoformat(
        timespec=exact
    )


def _whole(text: str, message: str, suggestion: str | None = None) -> Problem:
    return Problem(0, len(text), message, suggestion)


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
        return _whole(
            text, f"`{text.strip()}` is not a date and time; type it like 2026-11-22T14:00-05:00."
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return _whole(text, f"The year {at.year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return at


def _unstated(day: date, here: datetime, zone: ZoneInfo) -> datetime:
    """That day at the present wall-clock time; in a clock change the earlier reading, as no time was stated."""
    wall = datetime.combine(day, here.time().replace(second=0, microsecond=0), tzinfo=zone)
    return wall.astimezone(UTC)


def _weekday(said: str) -> int | None:
    if len(said) < 3:
        return None
    starts = [i for i, name in enumerate(WEEKDAYS) if name.startswith(said)]
    if not starts and said in ("tues", "weds", "thur", "thurs"):
        starts = [{"tu": 1, "we": 2, "th": 3}[said[:2]]]
    return starts[0] if len(starts) == 1 else None


def _month(said: str) -> int | None:
    starts = [i for i, name in enumerate(MONTHS, 1) if name.startswith(said)] or (
        [9] if said == "sept" else []
    )
    return starts[0] if len(starts) == 1 else None


def _day(text: str, said: str, today: date) -> date | Problem:
    fixed = {"today": 0, "now": 0, "yesterday": -1, "yest": -1, "tomorrow": 1, "tom": 1}
    if said in fixed:
        return today + timedelta(days=fixed[said])
    if (span := _AGO.match(said) or _IN.match(said)) and span["unit"].startswith(("d", "w")):
        days = int(span["n"]) * (7 if span["unit"].startswith("w") else 1)
        if days > LONGEST_DAYS:
            return _whole(text, f"`{text.strip()}` is too far away; type a date instead.")
        return today + timedelta(days=days if said.startswith("in ") else -days)
    if said.startswith("next ") and (weekday := _weekday(said.removeprefix("next "))) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if (weekday := _weekday(said.removeprefix("last "))) is not None:
        back = (today.weekday() - weekday) % 7
        return today - timedelta(days=back or (7 if said.startswith("last ") else 0))
    if iso := _ISO.match(said):
        return _date(text, int(iso["y"]), int(iso["m"]), int(iso["d"]))
    if numeric := _NUMERIC.match(said):
        return _numeric(text, numeric["a"], numeric["b"], numeric["y"], today)
    named = _DAY_MONTH.match(said) or _MONTH_DAY.match(said)
    if named and (month := _month(named["m"])):
        if named["y"]:
            found = _written(f"{named['d']} {MONTHS[month - 1]} {named['y']}", "D MMMM YYYY")
            return _in_reach(text, found, f"{named['y']}-{month:02}-{int(named['d']):02}")
        return _nearest(text, month, named["d"], today)
    if _SPELLED.match(said) and (noon := _spelled(said, datetime.combine(today, time(12), UTC))):
        return _in_reach(text, noon.date(), said)
    return _whole(text, f"`{text.strip()}` is not a day or time; {EXAMPLES}.")


def _date(text: str, year: int, month: int, day: int) -> date | Problem:
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    return _in_reach(text, found, f"{year:04}-{month:02}-{day:02}")


def _in_reach(text: str, day: date | None, shown: str) -> date | Problem:
    """The day, unless the calendar has none called `shown` or it lies out of all reach."""
    if day is None:
        return _whole(text, f"There is no day {shown} in the calendar.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _whole(text, f"The year {day.year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _written(said: str, form: str) -> date | None:
    """A date in one of arrow's formats; None where the calendar has no such day."""
    import arrow

    try:
        return arrow.get(said, form).date()
    except ValueError:
        return None


def _spelled(said: str, now: datetime) -> datetime | None:
    """`a week ago`, `in 2 months`, counted from an instant; None where it leads out of the calendar."""
    import arrow

    here: Arrow = arrow.get(now)
    try:
        return here.dehumanize(said).datetime
    except (ValueError, OverflowError):
        return None


def _numeric(text: str, a: str, b: str, year: str | None, today: date) -> date | Problem:
    """`2/11/1970` is one of two days unless one of them cannot be: ask rather than guess.

    Without a year each is the one nearest to today.
    """
    if year:
        said = f"{a}/{b}/{year}"
        month_first, day_first = _written(said, "M/D/YYYY"), _written(said, "D/M/YYYY")
    else:
        month_first, day_first = _around(int(a), b, today), _around(int(b), a, today)
    if month_first and day_first and month_first != day_first:
        return _whole(
            text, f"`{text.strip()}` can be {month_first} or {day_first}: type it that way."
        )
    return _in_reach(text, month_first or day_first, text.strip())


def _nearest(text: str, month: int, day: str, today: date) -> date | Problem:
    found = _around(month, day, today)
    return found or _whole(text, f"There is no such day in {today.year}; give the year.")


def _around(month: int, day: str, today: date) -> date | None:
    """The day of that number and month nearest to today; None where no year near has one."""
    if not 1 <= month <= 12:
        return None
    around = (
        _written(f"{day} {MONTHS[month - 1]} {year}", "D MMMM YYYY")
        for year in range(today.year - 1, today.year + 2)
    )
    days = [each for each in around if each]
    return min(days, key=lambda each: (abs((each - today).days), each), default=None)
