"""One thing owed to one provider: deadlines, state, and the sentence that explains it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.dates.clock import spoken, spoken_day
from medex_tui.domain.obligations.rules import Clock, State, Status
from medex_tui.domain.records.communications import ObligationKind, Waiver
from medex_tui.domain.records.people import Method


class Obligation(Struct, frozen=True, kw_only=True):
    """One thing owed to one provider. Instants are UTC; `zone` is the practice's, for `why`.

    `cause` says in words what happened at `event_at`. The hours are None for a progress report,
    which has a day: the last one of `interval_days`, or the one before `follow_up_on`. `send_by` is
    the last working day before a limit on a weekend or holiday, until it has passed: the provider's
    fax is not attended on the limit's own day.
    """

    key: str
    kind: ObligationKind
    source_id: str
    client_id: str
    referral_id: str
    provider_id: str
    event_at: datetime
    target_at: datetime
    limit_at: datetime
    status: Status
    state: State
    met_at: datetime | None
    met_by: str | None
    waiver: Waiver | None
    blocked_by: str | None
    method: Method | None
    address: str | None
    clock: Clock
    cause: str
    target_h: float | None
    limit_h: float | None
    interval_days: int | None
    follow_up_on: date | None
    send_by: date | None
    zone: ZoneInfo

    @property
    def on_time(self) -> bool:
        """Whether it was met, and by its limit."""
        return self.met_at is not None and self.met_at <= self.limit_at

    @property
    def why(self) -> str:
        """One sentence in practice time: what happened when, and its deadline or how it was met."""
        return f"{self._cause_sentence()}; {self._deadline_sentence()}."

    def _cause_sentence(self) -> str:
        if self.follow_up_on:
            return f"Follow-up visit {spoken_day(self.follow_up_on)}"
        return f"{self.cause} {spoken(self.event_at, self.zone)}"

    def _deadline_sentence(self) -> str:
        limit = spoken(self.limit_at, self.zone)
        if self.met_at:
            timeliness = "on time" if self.on_time else f"limit was {limit}"
            return f"sent {spoken(self.met_at, self.zone)}, {timeliness}"
        verb = "ended" if self.status == "overdue" else "end"
        if self.target_h is None or self.limit_h is None:
            span = "the report was due" if self.status == "overdue" else "the report is due"
            return (
                f"{span} the day before"
                if self.follow_up_on
                else f"{self.interval_days} days {verb} {limit}"
            )
        unit = "working-day h" if self.clock == "working_days" else "h"
        last = f"{self.limit_h:g} {unit} {verb} {limit}"
        if self.status == "overdue" or self.target_at == self.limit_at:
            return last
        passed = "ended" if self.status == "late_soon" else "end"
        return f"{self.target_h:g} {unit} {passed} {spoken(self.target_at, self.zone)}, {last}"


def settled_at(one: Obligation) -> datetime | None:
    """When it counts in the on-time rate: met, waived or past its limit; None while open."""
    if one.on_time:
        return one.met_at
    if one.waiver and one.waiver.until is None:
        return min(one.waiver.at, one.limit_at)
    return one.limit_at if one.status == "overdue" or one.met_at else None


def hours_left(obligation: Obligation, now: datetime) -> float:
    """Hours until the limit, rounded to two places; negative from the first second past it."""
    left = (obligation.limit_at - now).total_seconds() / 3600
    return round(left, 2) if left >= 0 else min(round(left, 2), -0.01)
