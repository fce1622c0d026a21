"""Events of an episode that start a clock, without the calendar of its progress reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import ObligationKind
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.status import hold
from medex_tui.domain.records.visits import Session
from medex_tui.domain.safety import rules
from medex_tui.domain.safety.limits import limits_at

ABSENCE = timedelta(days=14)
SAME_VISIT = timedelta(hours=12)
GONE = "14 days without a visit up to"
EVER = datetime.min.replace(tzinfo=UTC)


class TriggerEvent(Struct, frozen=True):
    """An event that starts a clock.

    `at_most_h` tightens the hours of its kind. `also`: further sources whose sendings meet it.
    `afresh`: only what was sent or waived since the event counts, because an earlier event had the
    same source.
    """

    kind: ObligationKind
    source_id: str
    at: datetime
    cause: str
    at_most_h: float | None = None
    also: Collection[str] = ()
    afresh: bool = False


class Episode(Struct, frozen=True):
    """A referral with its visits up to now, each list earliest first."""

    referral: Referral
    client: Client | None
    sessions: list[Session]
    assessments: list[Assessment]
    now: datetime
    zone: ZoneInfo

    @property
    def discharged_at(self) -> datetime | None:
        """When the episode ended; `EVER` where not recorded, None while it goes on.

        A client discharged in an open episode ends it too.
        """
        at: datetime | None = None
        if self.referral.status == "discharged":
            at = self.referral.discharged_at or EVER
        elif self.client and self.client.status == "discharged" and self.client.status_at:
            at = (
                self.client.status_at
                if (self.referral.received_at or EVER) <= self.client.status_at
                else None
            )
        return at if at and at <= self.now else None

    @property
    def first_visit(self) -> datetime | None:
        """When the client first came, to a session or an assessment."""
        first = next((at for s in self.sessions if s.attended and (at := began(s))), None)
        return min(
            [at for at in (first, *(a.taken_at for a in self.assessments[:1])) if at], default=None
        )

    def events(self) -> Iterator[TriggerEvent]:
        """Everything that started a clock, but for the calendar of progress reports."""
        referral = self.referral
        if referral.received_at and referral.provider_id:
            yield TriggerEvent(
                "referral_ack", referral.id, referral.received_at, "Referral received"
            )
        if referral.status == "declined":
            return
        yield from self._first_session()
        for assessment in self.assessments:
            if assessment.kind == "initial":
                yield TriggerEvent(
                    "assessment_summary", assessment.id, assessment.taken_at, "Initial assessment"
                )
            elif assessment.kind == "reassessment":
                yield TriggerEvent(
                    "reassessment_update", assessment.id, assessment.taken_at, "Reassessment"
                )
        limited = bool(self.client and self.client.limits)
        for session in self.sessions:
            if session.progress_update and session.attended and (at := _ended(session)):
                yield TriggerEvent("reassessment_update", session.id, at, "Progress update")
            if limited or session.symptoms or session.overrides or not rules.calm(session.vitals):
                yield from self._reported(session)
        yield from self._absences()
        if self.discharged_at and self.discharged_at is not EVER:
            yield TriggerEvent("discharge_summary", referral.id, self.discharged_at, "Discharge")

    def _first_session(self) -> Iterator[TriggerEvent]:
        completed = [
            s for s in self.sessions if s.state == "signed" or (s.state == "open" and s.ended_at)
        ]
        ended = [(at, s.id) for s in completed if (at := _ended(s)) and at <= self.now]
        if ended:
            at, source = min(ended)
            yield TriggerEvent(
                "intro_letter", source, at, "First session", also=[s.id for s in self.sessions]
            )

    def _reported(self, session: Session) -> Iterator[TriggerEvent]:
        """Yield the red flags of a visit, else the change in status that its other symptoms make.

        The shortest hours apply: those of a red flag for the call, those of the symptoms for the
        letter.
        """
        at = began(session)
        if at is None:
            return
        own = self.client.limits if self.client else []
        limits = limits_at(own, at, self.zone) if own else []
        flags = [
            flag
            for flag in rules.red_flags(session.vitals, session.symptoms, session.overrides, limits)
            if flag.rule not in rules.symptom_rules() or flag.report_within_h
        ]
        if not flags and not session.symptoms:
            return
        named = {flag.rule for flag in flags}
        told = [
            r for r in map(rules.symptom_rules().get, session.symptoms) if r and r.report_within_h
        ]
        within = min((rule.report_within_h for rule in told if rule.id not in named), default=None)
        if flags:
            cause = f"Red flag ({_named(named)})"
            at_once = min((f.report_within_h for f in flags if f.report_within_h), default=None)
            yield TriggerEvent("red_flag_call", session.id, at, cause, at_once)
            yield TriggerEvent("red_flag_written", session.id, at, cause, within)
        elif told:
            cause = f"Change in status ({_named(rule.id for rule in told)})"
            yield TriggerEvent("change_in_status", session.id, at, cause, within)

    def _absences(self) -> Iterator[TriggerEvent]:
        """Yield each absence once: the second no-show in a row or 14 days without a visit."""
        last: tuple[datetime, str, bool] | None = None
        missed, owed = 0, False
        for at, source, is_session, came in self._appearances():
            if last and not owed and (gone := self._gone(last[0], at)):
                owed = True
                yield TriggerEvent("missed_visits", last[1], gone, GONE)
            if came:
                missed, owed = 0, False
                if is_session or (last and not (last[2] and at - last[0] <= SAME_VISIT)):
                    last = at, source, is_session
            else:
                missed += 1
                if missed == 2 and not owed:
                    owed = True
                    yield TriggerEvent("missed_visits", source, at, "Second missed visit in a row")
        if last and not owed and (gone := self._gone(last[0], self.now)):
            yield TriggerEvent("missed_visits", last[1], gone, GONE)

    def _appearances(self) -> list[tuple[datetime, str, bool, bool]]:
        """Visits and no-shows by time: (when, record id, is a session, the client came)."""
        kept = [
            (at, s.id, True, s.attended)
            for s in self.sessions
            if (at := _expected(s)) and at <= self.now
        ]
        return sorted([*kept, *((a.taken_at, a.id, False, True) for a in self.assessments)])

    def _gone(self, last: datetime, by: datetime) -> datetime | None:
        """The end of the fourteenth day after a visit, if reached by `by`.

        None where the episode was over or the client not expected. A hold is no absence: fourteen
        new days begin when it ends.
        """
        gone = last + ABSENCE
        if by < gone:
            return None
        if self.client and self.client.status != "active" and self.client.status_at is None:
            return None
        held = hold(self.client) if self.client else None
        if held and held.began <= gone:
            if held.ended is None:
                return None
            gone = max(gone, held.ended + ABSENCE)
        over = self.discharged_at
        return None if by < gone or (over and over <= gone) else gone


def began(session: Session) -> datetime | None:
    """When a session began, is planned to, or, where neither is known, ended."""
    return session.started_at or session.planned_at or session.ended_at


def _ended(session: Session) -> datetime | None:
    return session.ended_at or session.at


def _expected(session: Session) -> datetime | None:
    """When the client came, or did not; None for a visit still planned or called off."""
    if session.attended:
        return began(session)
    return session.planned_at or began(session) if session.state == "no_show" else None


def _named(rule_ids: Iterable[str]) -> str:
    return ", ".join(sorted(rule.replace("_", " ") for rule in rule_ids))
