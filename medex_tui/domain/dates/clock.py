"""Hours, days and ages across time zones, clock changes and holidays.

Instants are aware when passed in and UTC when returned. A local day is a calendar day of the
practice's zone: 23, 24 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


US_ZONES = frozenset(
    {
        *("US/Alaska", "US/Aleutian", "US/Arizona", "US/Central", "US/East-Indiana", "US/Eastern"),
        *("US/Hawaii", "US/Indiana-Starke", "US/Michigan", "US/Mountain", "US/Pacific"),
        *("America/New_York", "America/Detroit", "America/Chicago", "America/Menominee"),
        *("America/Denver", "America/Boise", "America/Phoenix", "America/Los_Angeles"),
        *("America/Anchorage", "America/Juneau", "America/Sitka", "America/Metlakatla"),
        *("America/Yakutat", "America/Nome", "America/Adak", "Pacific/Honolulu"),
        *("America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/Louisville"),
        *("America/Indiana/Indianapolis", "America/Indiana/Vincennes", "America/Indiana/Winamac"),
        *("America/Indiana/Marengo", "America/Indiana/Petersburg", "America/Indiana/Vevay"),
        *("America/Indiana/Tell_City", "America/Indiana/Knox", "America/Indianapolis"),
        *("America/North_Dakota/Center", "America/North_Dakota/New_Salem"),
        "America/North_Dakota/Beulah",
    }
)
"""Time zones of the United States (IANA zone.tab), where dates are written month first."""


class Ambiguous(Struct, frozen=True):
    """A local time that the clock shows twice: ask which of the two instants is meant."""

    naive: datetime
    first: datetime
    second: datetime


class Nonexistent(Struct, frozen=True):
    """A local time the clock skips.

    `earlier` reads it by the offset after the change, `later` by the offset before it.
    """

    naive: datetime
    earlier: datetime
    later: datetime


def counts(day: date, holidays: Collection[date]) -> bool:
    """Whether a local day is a working day: no Saturday, Sunday or holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def elapsed(start: datetime, hours: float) -> datetime:
    """The instant `hours` after `start`, whatever the wall clock does in between."""
    return start.astimezone(UTC) + timedelta(hours=hours)


def working(start: datetime, hours: float, zone: ZoneInfo, holidays: Collection[date]) -> datetime:
    """The first instant by which `hours` of working days have passed since `start`.

    Saturdays, Sundays and holidays do not count; every other local day counts all its hours. A
    start on a day that does not count moves to the beginning of the next working day.
    """
    now = start.astimezone(UTC)
    day = start.astimezone(zone).date()
    left = timedelta(hours=hours)
    while True:
        after = day_start(day + DAY, zone)
        if counts(day, holidays):
            if left <= after - now:
                return now + left
            left -= after - now
        now, day = after, day + DAY


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of a name; None where this machine knows none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The date on the practice's calendar."""
    return at.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, which is not always called 00:00."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a local day."""
    return day_start(day + DAY, zone) - timedelta(seconds=1)


def localise(naive: datetime, zone: ZoneInfo) -> datetime | Ambiguous | Nonexistent:
    """The instant a wall-clock time names in a zone, unless the clock shows it twice or never."""
    first = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return first
    if first < second:
        return Ambiguous(naive, first, second)
    return Nonexistent(naive, second, first)


def age_on(birth: date, day: date) -> int:
    """Completed years; a birthday on 29 February counts from 1 March in common years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def us_federal_holidays(year: int) -> list[date]:
    """The eleven US federal holidays of a year as observed (5 U.S.C. 6103).

    A holiday on a Saturday is observed on Friday, one on a Sunday on Monday. New Year's Day of a
    year may be observed on 31 December of the year before.
    """
    fixed = [
        date(year, 1, 1),
        date(year, 6, 19),
        date(year, 7, 4),
        date(year, 11, 11),
        date(year, 12, 25),
    ]
    monday, thursday = 0, 3
    floating = [
        _nth_weekday(year, 1, monday, 3),
        _nth_weekday(year, 2, monday, 3),
        _nth_weekday(year, 6, monday, 1) - timedelta(weeks=1),
        _nth_weekday(year, 9, monday, 1),
        _nth_weekday(year, 10, monday, 2),
        _nth_weekday(year, 11, thursday, 4),
    ]
    return sorted([_observed(day) for day in fixed] + floating)


def spoken_day(day: date) -> str:
    """A day as sentences show it: `Thu 19 Nov`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def dated(day: date) -> str:
    """A day with its year, as documents show it: `22 Nov 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spoken(instant: datetime, zone: ZoneInfo, *, now: datetime | None = None) -> str:
    """An instant as sentences show it, in local time: `Thu 19 Nov 16:30`.

    With `now`, a local year other than the present one is shown: `Fri 1 Dec 2062 09:00`. The zone is
    added where the clock shows that time twice: `Sun 1 Nov 01:30 EST`.
    """
    local = instant.astimezone(zone)
    twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    other_year = now is not None and now.astimezone(zone).year != local.year
    year = f" {local.year}" if other_year else ""
    zone_name = f" {local.tzname()}" if twice else ""
    return f"{spoken_day(local.date())}{year} {local:%H:%M}{zone_name}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant in local time as documents show it: `Sun 22 Nov 2026 10:42 EST`."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {dated(local.date())} {local:%H:%M} {local.tzname()}"


def _observed(day: date) -> date:
    return day + {SATURDAY: -DAY, SUNDAY: DAY}.get(day.weekday(), timedelta())


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=nth - 1)
