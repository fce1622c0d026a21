"""A million random deadlines against a second, naive implementation that counts hour by hour.

    python benchmarks/deadlines.py [HOW_MANY] [SEED]

The naive one knows nothing of the first: it walks the local calendar in minutes of UTC, asks of each whether its local
day counts, and stops after enough. Exit 1 at the first difference, with the case.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import elapsed, us_federal_holidays, working

ZONES = (
    "America/New_York", "America/Phoenix", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC",
    "America/St_Johns", "Pacific/Apia", "Africa/Casablanca", "America/Los_Angeles",
)  # fmt: skip
HOURS = (4, 24, 48, 72, 0.5, 100, 168)
STEP = timedelta(minutes=15)
"""Every zone above changes days and clocks at whole quarters of an hour of UTC, so such a walk misses nothing."""


def naive(start: datetime, hours: float, zone: ZoneInfo, holidays: Collection[date]) -> datetime:
    """The deadline on a working-day clock, found by walking; `start` as an instant in UTC."""

    def counts(at: datetime) -> bool:
        local = at.astimezone(zone)
        return local.weekday() < 5 and local.date() not in holidays

    at = start
    left = timedelta(hours=hours)
    while not counts(at):
        at = _next_quarter(at)
    while left > timedelta(0):
        step = min(_next_quarter(at) - at, left)
        if counts(at):
            left -= step
        at += step
    return at


def _next_quarter(at: datetime) -> datetime:
    """The next instant that is a whole quarter of an hour of UTC."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0) + STEP


def cases(how_many: int, seed: int) -> Iterator[tuple[datetime, float, ZoneInfo, frozenset[date]]]:
    """Random starts, weighted to the days around clock changes and holidays."""
    dice = random.Random(seed)
    zones = [ZoneInfo(name) for name in ZONES]
    holidays = {
        year: frozenset(us_federal_holidays(year) + us_federal_holidays(year + 1))
        for year in range(2024, 2031)
    }
    for _ in range(how_many):
        year = dice.randrange(2024, 2031)
        day = dice.choice(
            (dice.randrange(365), dice.choice((65, 88, 302, 303, 304, 305, 330, 358, 364, 0)))
        )
        start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(
            days=day, seconds=dice.randrange(86_400)
        )
        yield (
            start,
            dice.choice(HOURS),
            dice.choice(zones),
            holidays[year] if dice.random() < 0.7 else frozenset(),
        )


def differences(how_many: int, seed: int) -> Iterator[str]:
    """A sentence for each case where the two do not agree."""
    for start, hours, zone, holidays in cases(how_many, seed):
        first, second = working(start, hours, zone, holidays), naive(start, hours, zone, holidays)
        if first != second:
            yield f"{start.isoformat()} + {hours} h in {zone.key}: {first.isoformat()}, naively {second.isoformat()}"
        plain = elapsed(start, hours)
        if plain.timestamp() != start.timestamp() + hours * 3600:
            yield f"{start.isoformat()} + {hours} elapsed h: {plain.isoformat()}"


def main() -> int:
    """Run them and say how many agreed."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    for difference in differences(how_many, seed):
        print(difference)
        return 1
    print(f"{how_many} deadlines agree (seed {seed}, {time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
