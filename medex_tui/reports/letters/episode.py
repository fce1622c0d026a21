"""One episode of care in letters: visits, attendance, program, assessments and orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.measures import Outcome, outcomes
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.replies import orders_between
from medex_tui.reports import wording
from medex_tui.reports.rendering.markdown import text

PACE_DAYS = 14
"""From how many days on a program line says how many visits that is a week."""


class Attendance(Struct, frozen=True):
    """Visits of a period; `attended` and `missed` make up `scheduled`, cancelled and unlogged ones stand beside."""

    attended: int
    missed: int
    cancelled: int
    unlogged: int

    @property
    def scheduled(self) -> int:
        """Visits that were to take place."""
        return self.attended + self.missed

    @property
    def exceptions(self) -> list[str]:
        """`1 no-show`, `1 cancelled`, `2 not yet logged`: visits that did not take place."""
        parts = [
            wording.plural(self.missed, "no-show") if self.missed else "",
            f"{self.cancelled} cancelled" if self.cancelled else "",
            f"{self.unlogged} without a note" if self.unlogged else "",
        ]
        return [part for part in parts if part]

    @property
    def words(self) -> str:
        """`7 of 8 visits; 1 no-show; 1 cancelled`."""
        visits = f"{self.attended} of {wording.plural(self.scheduled, 'visit')}"
        return "; ".join([visits, *self.exceptions])


def sessions_of(referral: Referral, practice: Practice) -> list[Session]:
    """The episode's sessions that have a time, earliest first."""
    sessions = practice.sessions_of.get(referral.client_id, ())
    return [s for s in sessions if s.at and practice.episode_of(s) is referral]


def visits(referral: Referral, practice: Practice, first: date, last: date) -> list[Session]:
    """The episode's sessions on local days from `first` to `last`, earliest first."""
    return [
        s
        for s in sessions_of(referral, practice)
        if s.at and first <= wording.local_day(s.at, practice.zone) <= last
    ]


def visits_after(
    referral: Referral, practice: Practice, after: datetime, until: datetime
) -> list[Session]:
    """The episode's sessions after one instant, up to another; each visit falls in one period."""
    return [s for s in sessions_of(referral, practice) if s.at and after < s.at <= until]


def attendance(sessions: Iterable[Session], now: datetime) -> Attendance:
    """Count the visits up to `now` by what became of them."""
    states = Counter(s.state for s in sessions if s.at and s.at <= now)
    attended = states["open"] + states["signed"]
    return Attendance(attended, states["no_show"], states["cancelled"], states["planned"])


def program(sessions: Sequence[Session], first: date, last: date) -> str:
    """Frequency, duration, effort and every exercise as performed, as plain text; empty without visits."""
    attended = [s for s in sessions if s.attended]
    if not attended:
        return ""
    days = (last - first).days + 1
    visit_count = wording.plural(len(attended), "visit")
    parts = [visit_count]
    if days >= PACE_DAYS:
        parts = [f"{visit_count}, {wording.number(round(7 * len(attended) / days, 1))} per week"]
    lengths = [
        (s.ended_at - s.started_at).total_seconds() / 60
        for s in attended
        if s.started_at and s.ended_at
    ]
    if lengths:
        parts.append(f"{round(sum(lengths) / len(lengths))} min each")
    efforts = [e.rpe for s in attended for e in s.exercises if e.rpe is not None]
    efforts += [v.rpe for s in attended for v in s.vitals if v.rpe is not None]
    if efforts:
        low, high = wording.number(min(efforts)), wording.number(max(efforts))
        parts.append(f"RPE {low}/10" if low == high else f"RPE {low}-{high}/10")
    counted = Counter(one_line(e.name) for s in attended for e in s.exercises)
    if counted:
        parts.append(", ".join(name for name, _ in counted.most_common()))
    return "; ".join(parts)


def assessments(referral: Referral, practice: Practice, until: datetime) -> list[Assessment]:
    """The episode's assessments up to an instant, earliest first."""
    kept = practice.assessments_of.get(referral.client_id, ())
    return [a for a in kept if a.taken_at <= until and practice.episode_of(a) is referral]


def measured(
    taken: Sequence[Assessment], client: Client | None, on: date, leave_out: Collection[str]
) -> list[Outcome]:
    """Every measure of the assessments but those left out, function first, context last."""
    if client is None:
        return []
    return [o for o in outcomes(taken, client, on) if o.measure.id not in leave_out]


def orders_line(referral: Referral, practice: Practice, until: datetime) -> str:
    """Orders received since the episode's last signed letter, dated and by name; else empty."""
    written = [
        d.signed_at
        for d in practice.documents_of.get(referral.client_id, ())
        if d.referral_id == referral.id and d.signed_at and d.signed_at < until
    ]
    replies = orders_between(referral.client_id, practice, max(written, default=None), until)
    rows = [
        f"{text(c.reply.orders)} ({text(_said_by(c, practice))}, "
        f"{wording.day_of(c.reply.at, practice)})"
        for c in replies
        if c.reply and c.reply.orders
    ]
    return f"**Your orders on file:** {'; '.join(rows)}." if rows else ""


def _said_by(sending: Communication, practice: Practice) -> str:
    """Who answered: as recorded, else the provider it went to."""
    provider = practice.providers.get(sending.provider_id or "")
    return (sending.reply.by if sending.reply else None) or (
        provider.name if provider else "provider"
    )
