"""Lists of obligations: all by urgency, the communication report, and the on-time rate."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.dates.clock import DAY, local_day, spoken
from medex_tui.domain.obligations.deadlines import Policies
from medex_tui.domain.obligations.derivation import derived
from medex_tui.domain.obligations.obligation import Obligation, settled_at
from medex_tui.domain.obligations.rules import Clock, Status
from medex_tui.domain.records.practice import Practice

Group: TypeAlias = Status | Literal["closing", "later"]


def obligations(practice: Practice, now: datetime) -> list[Obligation]:
    """All obligations triggered at or before `now`, met and waived included, most urgent first.

    A key is listed once: where one letter reported on two episodes, the more urgent of the next two
    reports has it.
    """
    now = now.astimezone(UTC)
    by_key: dict[str, Obligation] = {}
    for one in sorted(derived(practice, now), key=lambda o: (_urgency(o, now), o.referral_id)):
        by_key.setdefault(one.key, one)
    return list(by_key.values())


def owed(practice: Practice, now: datetime) -> list[Obligation]:
    """What is neither met nor waived, most urgent first."""
    return [o for o in obligations(practice, now) if o.state not in ("met", "waived")]


def _urgency(one: Obligation, now: datetime) -> tuple[int, float, str]:
    """Sort key by urgency; waived and then met obligations come last, the latest met first."""
    if one.met_at:
        return 8, -one.met_at.timestamp(), one.key
    limit = one.limit_at.timestamp()
    if one.state == "waived":
        return 7, limit, one.key
    if one.status == "overdue":
        return 0, limit, one.key
    if one.kind == "red_flag_call":
        return 1, limit, one.key
    if one.limit_at - now <= DAY:
        return 2, limit, one.key
    if one.status == "late_soon":
        return 3, limit, one.key
    if one.state == "failed":
        return 4, limit, one.key
    return 5, one.target_at.timestamp(), one.key


class OverdueReport(Struct, frozen=True, kw_only=True):
    """The communication report at one instant: disjoint groups, each most urgent first.

    `closing` holds what is due later still but has its last working day today.
    """

    as_of: datetime
    within_h: float
    clock: Clock
    timezone: str
    overdue: list[Obligation]
    late_soon: list[Obligation]
    due: list[Obligation]
    closing: list[Obligation]
    waived: list[Obligation]
    next_due: Obligation | None

    @property
    def counts(self) -> dict[str, int]:
        """How many stand in each group that asks for something."""
        return {
            "overdue": len(self.overdue),
            "late_soon": len(self.late_soon),
            "due": len(self.due),
        }

    @property
    def items(self) -> list[Obligation]:
        """All that the report lists, in its order; waived ones stand beside."""
        return [*self.overdue, *self.late_soon, *self.due]

    @property
    def summary(self) -> str:
        """One line without names, fit for a login message."""
        waived = f" {len(self.waived)} waived." if self.waived else ""
        if self.items or self.closing:
            closing = f", {len(self.closing)} before closed days" if self.closing else ""
            return (
                f"{len(self.overdue)} overdue, {len(self.late_soon)} past target, "
                f"{len(self.due)} due within {self.within_h:g} h{closing}.{waived}"
            )
        if self.next_due is None:
            return f"Nothing is owed.{waived}"
        when = spoken(self.next_due.target_at, self.next_due.zone)
        return (
            f"Nothing is overdue or due within {self.within_h:g} h; "
            f"the next falls due {when}.{waived}"
        )


def group_of(one: Obligation, now: datetime, within_h: float = 24) -> Group:
    """Group of an open obligation: its status; if later, whether today is its last working day."""
    if one.status != "due" or one.target_at <= now + timedelta(hours=within_h):
        return one.status
    return "closing" if one.send_by == local_day(now, one.zone) else "later"


def report(practice: Practice, now: datetime, within_h: float = 24) -> OverdueReport:
    """The communication report: overdue, past target, due within `within_h`, and waived."""
    now = now.astimezone(UTC)
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for one in obligations(practice, now):
        if one.state != "met":
            groups["waived" if one.state == "waived" else group_of(one, now, within_h)].append(one)
    return OverdueReport(
        as_of=now,
        within_h=within_h,
        clock=Policies(practice.settings, practice.zone).at(now).clock,
        timezone=practice.zone.key,
        overdue=groups["overdue"],
        late_soon=groups["late_soon"],
        due=groups["due"],
        closing=groups["closing"],
        waived=groups["waived"],
        next_due=min(groups["later"], key=lambda o: (o.target_at, o.key), default=None),
    )


def on_time(practice: Practice, now: datetime, since: datetime) -> tuple[int, int]:
    """Count those met by their limit and those settled since: met, waived or past limit."""
    settled = [one for one in obligations(practice, now) if (at := settled_at(one)) and at >= since]
    return sum(one.on_time for one in settled), len(settled)
