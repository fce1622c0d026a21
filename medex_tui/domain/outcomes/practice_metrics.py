"""Practice metrics: referrals, conversion, attendance, episodes, retention, outcomes, gaps.

A period runs from `since` up to but not including `until`. Nothing is counted that had not happened
by `now`. Money is not included: it is never derived from units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from statistics import median

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.obligations import ACCEPTED
from medex_tui.domain.outcomes.proportion import Proportion
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import ProviderRole
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.replies import is_answered

YOUNG = timedelta(days=30)
"""A referral has this long to lead to a first session before it counts in the conversion."""

UNSIGNED_FOR = timedelta(hours=24)


class ReportingPeriod(Struct, frozen=True):
    """A practice looked at from `now`, over what happened from `since` up to `until`."""

    practice: Practice
    now: datetime
    since: datetime
    until: datetime

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies in the period and has come."""
        return at is not None and self.since <= at < self.until and at <= self.now


class Middle(Struct, frozen=True):
    """The median of so many, None of none."""

    median: float | None
    of: int
    unit: str

    @property
    def words(self) -> str:
        """`3.5 days, median of 12`; `n/a` of nothing."""
        return (
            f"{self.median:g} {self.unit}, median of {self.of}"
            if self.median is not None
            else "n/a"
        )


class ReferralSource(Struct, frozen=True):
    """Referrals of one provider in a period; of nobody for those who came by themselves."""

    provider_id: str | None
    name: str
    role: ProviderRole | None
    received: int
    conversion: Proportion


class Number(Struct, frozen=True):
    """One line: its name, its value in words, and what is not in it."""

    name: str
    value: str
    note: str = ""


def received(over: ReportingPeriod) -> list[Referral]:
    """Written referrals that came in, the earliest first; a tip by telephone is none."""
    kept = [r for r in over.practice.referrals.values() if over.holds(r.received_at)]
    return sorted(kept, key=lambda r: (r.received_at or over.since, r.id))


def sources(over: ReportingPeriod) -> list[ReferralSource]:
    """Who referred, the most first, then by name."""
    by_provider: dict[str | None, list[Referral]] = defaultdict(list)
    for referral in received(over):
        by_provider[referral.provider_id].append(referral)
    found = []
    for id, kept in by_provider.items():
        provider = over.practice.providers.get(id or "")
        name = "unknown provider" if id else "self-referred"
        name = provider.name if provider else name
        found.append(
            ReferralSource(
                id, name, provider.role if provider else None, len(kept), _converted(kept, over)
            )
        )
    return sorted(
        found, key=lambda one: (-one.received, one.name.casefold(), one.provider_id or "")
    )


def conversion(over: ReportingPeriod) -> Proportion:
    """Referrals that led to a first session, of those that have had thirty days for it."""
    return _converted(received(over), over)


def _converted(referrals: Iterable[Referral], over: ReportingPeriod) -> Proportion:
    grown = [r for r in referrals if r.received_at and over.now - r.received_at >= YOUNG]
    return Proportion(sum(first_session(r, over) is not None for r in grown), len(grown))


def first_session(referral: Referral, over: ReportingPeriod) -> datetime | None:
    """When the client first came to a session of the episode."""
    return next((s.at for s in _attended(referral, over)), None)


def time_to_first_session(over: ReportingPeriod) -> Middle:
    """Days from receipt to the first session, of the referrals that led to one."""
    days = [
        (first - r.received_at).total_seconds() / 86400
        for r in received(over)
        if r.received_at and (first := first_session(r, over))
    ]
    return _middle(days, "days")


def response_rate(over: ReportingPeriod) -> Proportion:
    """Letters sent that were answered, of all that were sent and did not come back."""
    sent = [
        c
        for c in over.practice.counted(Communication)
        if c.direction == "out"
        and c.document_id
        and c.method in ACCEPTED
        and c.result in ("sent", "delivered")
        and over.holds(c.at)
    ]
    return Proportion(sum(is_answered(c, over.practice, over.now) for c in sent), len(sent))


def sessions(over: ReportingPeriod) -> int:
    """Signed sessions; a draft is none."""
    return sum(s.state == "signed" and over.holds(s.at) for s in over.practice.counted(Session))


def no_show_rate(over: ReportingPeriod) -> Proportion:
    """No-shows of all no-shows and attended visits; a visit cancelled in time counts in neither."""
    missed = sum(s.state == "no_show" and over.holds(s.at) for s in over.practice.counted(Session))
    came = sum(s.attended and over.holds(s.at) for s in over.practice.counted(Session))
    return Proportion(missed, missed + came)


def closed(over: ReportingPeriod) -> list[Referral]:
    """Episodes that ended by discharge."""
    kept = over.practice.referrals.values()
    return [r for r in kept if r.status == "discharged" and over.holds(r.discharged_at)]


def sessions_per_episode(over: ReportingPeriod) -> Middle:
    """Attended sessions of each closed episode."""
    return _middle([len(_attended(r, over)) for r in closed(over)], "sessions")


def episode_length(over: ReportingPeriod) -> Middle:
    """Days from the first session to discharge, of closed episodes that had one."""
    lengths = [
        (r.discharged_at - first).total_seconds() / 86400
        for r in closed(over)
        if r.discharged_at and (first := first_session(r, over))
    ]
    return _middle(lengths, "days")


def retention(over: ReportingPeriod) -> Proportion:
    """Clients who came in a month and again in the next, over the months whose next is over.

    A client discharged by the end of the next month is not counted: to be done is no loss.
    """
    practice, here = over.practice, over.practice.zone
    months: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for s in practice.counted(Session):
        if s.attended and s.at and s.at <= over.now:
            day = local_day(s.at, here)
            months[s.client_id].add((day.year, day.month))
    today = local_day(over.now, here)
    first, last = local_day(over.since, here), local_day(over.until - timedelta(seconds=1), here)
    stayed = of = 0
    for client_id, came in months.items():
        done = [
            local_day(r.discharged_at, here)
            for r in practice.referrals_of.get(client_id, ())
            if r.discharged_at
        ]
        for month in came:
            after = _next(month)
            known = (first.year, first.month) <= month <= (last.year, last.month) and after < (
                today.year,
                today.month,
            )
            if known and not any(month <= (day.year, day.month) <= after for day in done):
                of += 1
                stayed += after in came
    return Proportion(stayed, of)


def goals_met(over: ReportingPeriod) -> Proportion:
    """Goals met by their due day, of those due in the period; changed and dropped ones excluded."""
    here, today = over.practice.zone, local_day(over.now, over.practice.zone)

    def fell_due(goal: Goal) -> bool:
        due = goal.due_on
        return (
            due is not None
            and local_day(over.since, here) <= due < local_day(over.until, here)
            and due < today
        )

    due = [g for g in over.practice.counted(Goal) if g.status in ("open", "met") and fell_due(g)]
    return Proportion(
        sum(g.met_on is not None and g.due_on is not None and g.met_on <= g.due_on for g in due),
        len(due),
    )


def outcome_rate(over: ReportingPeriod) -> tuple[Proportion, int]:
    """Closed episodes whose first goal's measure improved past its threshold, of those retested.

    The second number is how many closed episodes lack the measure, its baseline or its final test.
    """
    from medex_tui.domain.measures import outcomes

    better = tested = 0
    ended = closed(over)
    for referral in ended:
        client = over.practice.clients.get(referral.client_id)
        goal = next((g for g in over.practice.goals_of.get(referral.id, ()) if g.measure), None)
        if client is None or goal is None or referral.discharged_at is None:
            continue
        taken = [
            a
            for a in over.practice.assessments_of.get(client.id, ())
            if over.practice.episode_of(a) == referral
        ]
        on = local_day(referral.discharged_at, over.practice.zone)
        for one in outcomes(taken, client, on):
            change = one.since_baseline
            if (
                one.measure.id == goal.measure
                and one.side in (None, goal.side)
                and change
                and change.delta is not None
            ):
                tested += 1
                better += change.notable and change.better is True
                break
    return Proportion(better, tested), len(ended) - tested


def documentation_gap(over: ReportingPeriod) -> int:
    """Sessions that took place more than a day ago and have no signed note."""
    kept = over.practice.counted(Session)
    return sum(
        s.state == "open" and over.holds(s.at) and over.now - _end(s, over.now) > UNSIGNED_FOR
        for s in kept
    )


def numbers(over: ReportingPeriod) -> Iterator[Number]:
    """All of them, as lines."""
    came = received(over)
    young = sum(over.now - r.received_at < YOUNG for r in came if r.received_at)
    outcome, untested = outcome_rate(over)
    yield Number("referrals received", str(len(came)))
    yield Number(
        "conversion",
        conversion(over).counted,
        f"{young} younger than 30 days not counted" if young else "",
    )
    yield Number("time to first session", time_to_first_session(over).words)
    yield Number("response rate", response_rate(over).counted)
    yield Number("sessions", str(sessions(over)), "signed ones")
    yield Number("no-show rate", no_show_rate(over).counted, "visits called off not counted")
    yield Number("sessions per episode", sessions_per_episode(over).words, "closed episodes")
    yield Number("episode length", episode_length(over).words, "closed episodes")
    yield Number("retention", retention(over).counted, "month to month, discharges not counted")
    yield Number(
        "outcome rate",
        outcome.counted,
        f"{untested} closed without a final test" if untested else "",
    )
    yield Number("goals met", goals_met(over).counted, "by their day")
    yield Number("documentation gap", str(documentation_gap(over)), "unsigned for more than 24 h")


def _attended(referral: Referral, over: ReportingPeriod) -> list[Session]:
    visits = over.practice.sessions_of.get(referral.client_id, ())
    return [
        s
        for s in visits
        if s.attended and s.at and s.at <= over.now and over.practice.episode_of(s) == referral
    ]


def _end(session: Session, otherwise: datetime) -> datetime:
    return session.ended_at or session.at or otherwise


def _middle(values: list[float] | list[int], unit: str) -> Middle:
    return Middle(round(median(values), 1) if values else None, len(values), unit)


def _next(month: tuple[int, int]) -> tuple[int, int]:
    day = date(month[0], month[1], 28) + timedelta(days=7)
    return day.year, day.month
