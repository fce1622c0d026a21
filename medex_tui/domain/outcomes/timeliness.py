"""How often and how fast obligations were met: by month, by provider, by practitioner.

Counts as `obligations.on_time` does: met, waived for good, or past the limit. A percentage is shown
from five cases on. Hours to send run from event to sending, where a rule counts in hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.obligations import Obligation, obligations, settled_at
from medex_tui.domain.outcomes.proportion import Proportion
from medex_tui.domain.records.practice import Practice

By: TypeAlias = Literal["month", "provider", "practitioner"]


class TimelinessRow(Struct, frozen=True):
    """One month (`2026-11`), provider or practitioner (login): number on time of those settled.

    `hours` is the median from event to sending of those sent; None where none was.
    """

    key: str
    name: str
    on_time: int
    settled: int
    hours: float | None

    @property
    def percent(self) -> int | None:
        """The share on time, as `Proportion` rounds it."""
        return Proportion(self.on_time, self.settled).percent


class Timeliness(Struct, frozen=True):
    """The rows of one grouping, and all of them together."""

    by: By
    since: datetime
    rows: list[TimelinessRow]
    total: TimelinessRow


def timeliness(practice: Practice, now: datetime, since: datetime, by: By) -> Timeliness:
    """Group everything settled since an instant; months in calendar order, others by name."""
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for one in obligations(practice, now):
        at = settled_at(one)
        if at and at >= since:
            groups[_group(one, at, practice, by)].append(one)
    rows = [_row(key, _name(key, practice, by), kept) for key, kept in groups.items()]
    rows.sort(key=lambda row: (row.key,) if by == "month" else (row.name.casefold(), row.key))
    everything = [one for kept in groups.values() for one in kept]
    return Timeliness(by, since, rows, _row("", "all", everything))


def _row(key: str, name: str, kept: Iterable[Obligation]) -> TimelinessRow:
    kept = list(kept)
    hours = [
        (one.met_at - one.event_at).total_seconds() / 3600
        for one in kept
        if one.met_at and one.target_h is not None
    ]
    return TimelinessRow(
        key,
        name,
        sum(o.on_time for o in kept),
        len(kept),
        round(median(hours), 1) if hours else None,
    )


def _group(one: Obligation, at: datetime, practice: Practice, by: By) -> str:
    if by == "month":
        return f"{at.astimezone(practice.zone):%Y-%m}"
    return one.provider_id if by == "provider" else _practitioner(one, practice)


def _practitioner(one: Obligation, practice: Practice) -> str:
    """Login of who sent it, who waived it, or who signed its source; empty if unknown."""
    if one.met_by and (sending := practice.communications.get(one.met_by)) and sending.by:
        return sending.by
    if one.waiver:
        return one.waiver.by
    source = practice.sessions.get(one.source_id) or practice.assessments.get(one.source_id)
    if source and (source.signed_by or source.created_by):
        return source.signed_by or source.created_by or ""
    referral = practice.referrals.get(one.referral_id)
    return (referral.created_by if referral else None) or ""


def _name(key: str, practice: Practice, by: By) -> str:
    if by == "provider":
        provider = practice.providers.get(key)
        return provider.name if provider else "unknown provider"
    if by == "practitioner":
        named = (p.name for p in practice.practitioners.values() if p.login == key and p.name)
        return next(named, key or "nobody named")
    return key
