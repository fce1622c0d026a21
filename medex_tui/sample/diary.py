"""When things happen in a made-up practice: working days, visit hours and ids around a given `now`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.records.ids import uuid7

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AHEAD = timedelta(days=7)
OPENS, CLOSES = time(9), time(17, 30)


class Diary(Struct, frozen=True):
    """The clinic's calendar: local days in `zone`, closed on weekends and `holidays`, seen from `now` (UTC)."""

    now: datetime
    zone: ZoneInfo
    holidays: Collection[date]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, day: date, clock: str) -> datetime:
        """A local time of day, "09:00", as an instant in UTC."""
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)

    def day_of(self, instant: datetime) -> date:
        """The local day an instant falls on."""
        return instant.astimezone(self.zone).date()

    def ago(self, days: int) -> date:
        """The working day so many days back, or the last one before it."""
        day = self.today - timedelta(days=days)
        while not self.works(day):
            day -= timedelta(days=1)
        return day

    def works(self, day: date) -> bool:
        """Whether the clinic is open that day."""
        return day.weekday() < 5 and day not in self.holidays

    def visits(
        self,
        first: date,
        weekdays: str,
        clock: str,
        *,
        until: date | None = None,
        today: bool = False,
    ) -> list[datetime]:
        """Visit times on the named weekdays from `first` to `until` (a week ahead), both included.

        Today is in it exactly when `today` says so, open or not: the sample's day is never empty.
        """
        wanted = [WEEKDAYS.index(name) for name in weekdays.split()]
        last = until or self.today + AHEAD
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        kept = [d for d in days if d != self.today and d.weekday() in wanted and self.works(d)]
        return [self.at(day, clock) for day in sorted([*kept, self.today] if today else kept)]

    def latest(self, visits: Sequence[datetime], days: int) -> datetime:
        """The last of the visits that is more than so many days ago."""
        return [v for v in visits if v < self.now - timedelta(days=days)][-1]

    def slot(self, from_h: float, to_h: float) -> datetime:
        """The latest opening hour between `from_h` and `to_h` hours before now; a closed day only if it must."""
        earliest, latest = self.now - timedelta(hours=from_h), self.now - timedelta(hours=to_h)
        half_hour = timedelta(minutes=30)
        instant = datetime.fromtimestamp(latest.timestamp() // 1800 * 1800, UTC)
        fallback = None
        while instant >= earliest:
            local = instant.astimezone(self.zone)
            if OPENS <= local.time() <= CLOSES:
                if self.works(local.date()):
                    return instant
                fallback = fallback or instant
            instant -= half_hour
        return fallback or latest

    def in_hours(self, wished: datetime, latest: datetime) -> datetime:
        """`wished` when the office is open then, else when it next opens; `wished` again if that is past `latest`."""
        local = wished.astimezone(self.zone)
        if self.works(local.date()) and OPENS <= local.time() <= CLOSES:
            return wished
        day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        opening = self.at(day, "09:00") + timedelta(minutes=wished.minute % 25)
        return opening if opening <= latest else wished

    def before(self, day: date) -> date:
        """The last working day before a day."""
        day -= timedelta(days=1)
        while not self.works(day):
            day -= timedelta(days=1)
        return day


def moved(visits: Sequence[datetime], to: datetime, diary: Diary) -> list[datetime]:
    """The same visits with the one of that day moved to `to`, or one more."""
    day = diary.day_of(to)
    return sorted([v for v in visits if diary.day_of(v) != day] + [to])


class Ids:
    """Record ids that sort by time and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._given = 0

    def at(self, instant: datetime) -> str:
        """The next id, as if handed out at that instant."""
        self._given += 1
        return uuid7(instant, hashlib.sha256(f"{self._seed}:{self._given}".encode()).digest())
