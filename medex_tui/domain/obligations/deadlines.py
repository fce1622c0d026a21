"""By when: the policy in force at an event, and its hours or days as deadlines."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.dates.clock import DAY, counts, day_start, elapsed, local_day, working
from medex_tui.domain.obligations.rules import Clock, rules
from medex_tui.domain.records.communications import ObligationKind
from medex_tui.domain.records.settings import Policy, Settings


class Due(Struct, frozen=True):
    """Target and limit of an obligation, with the hours, interval or follow-up they come from."""

    target_at: datetime
    limit_at: datetime
    clock: Clock
    target_h: float | None = None
    limit_h: float | None = None
    interval_days: int | None = None
    follow_up_on: date | None = None


class Policies:
    """The practice's policies by starting instant; before the first, METI's hours."""

    def __init__(self, settings: Settings, zone: ZoneInfo) -> None:
        dated = [
            (start, policy) for policy in settings.policies if (start := _start(policy.from_, zone))
        ]
        dated.sort(key=lambda pair: pair[0])
        self.starts = [start for start, _ in dated]
        self.policies = [Policy(from_="0001-01-01"), *(policy for _, policy in dated)]
        self.zone = zone
        self.holidays = frozenset(settings.holidays)

    def at(self, instant: datetime) -> Policy:
        """The policy in force at an instant; of two that start together the one listed last."""
        return self.policies[bisect_right(self.starts, instant)]

    def due(self, kind: ObligationKind, at: datetime, at_most_h: float | None) -> Due:
        """Target and limit of a kind for an event at `at`; `at_most_h` caps the hours."""
        policy = self.at(at)
        hours = policy.hours.get(kind) or rules()[kind]
        limit_h = hours.limit_h if at_most_h is None else min(hours.limit_h, at_most_h)
        target_h = min(hours.target_h, limit_h)
        target_at, limit_at = (self._after(at, h, policy.clock) for h in (target_h, limit_h))
        return Due(target_at, limit_at, policy.clock, target_h=target_h, limit_h=limit_h)

    def send_by(self, event_at: datetime, limit_at: datetime) -> date | None:
        """The last working day before a limit that falls on a day off.

        None where the limit is a working day, or no working day lies between event and limit.
        """
        began, limit = local_day(event_at, self.zone), local_day(limit_at, self.zone)
        day = limit
        while not counts(day, self.holidays):
            day -= DAY
        return day if began <= day < limit else None

    def _after(self, start: datetime, hours: float, clock: Clock) -> datetime:
        if clock == "working_days":
            return working(start, hours, self.zone, self.holidays)
        return elapsed(start, hours)


def _start(text: str, zone: ZoneInfo) -> datetime | None:
    """A policy's beginning: a local midnight, or an instant; None where the text is no date."""
    try:
        if len(text) == len("2026-01-01"):
            return day_start(date.fromisoformat(text), zone)
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
