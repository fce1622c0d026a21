"""What is owed to whom by when: a pure function of the records and an instant (RECORDS.md, DOMAIN section 6).

Nothing here is stored. Everything that happened after the instant asked about is ignored, so any past evening can
be asked again. Where the sources leave room, this is what stands:

- Events. A session counts from its end where the document reports it as completed (introductory letter, progress
  update), from its beginning where a red flag is reported. Signing and typing late move nothing.
- Recipients are the referring provider, then each copy in order. The acknowledgement and the same-day call concern
  the referring provider alone. An episode without any recipient owes nothing; a declined referral owes its
  acknowledgement and no more.
- The introductory letter of an episode is written once: a sending that names any of its sessions meets it, so a
  forgotten first visit entered later does not ask for a second letter.
- Progress reports run by the calendar: a policy's hours do not touch them. Each one sent is the anchor of the next.
  A follow-up visit is served once a report went out in the seven days before it, or because of it.
- Missed visits are owed once for each absence, and stay owed when the client returns. An assessment away from any
  session ends an absence too; before the first session nothing is missed by the mere passing of time.
- The preset "exercise-is-medicine" lengthens the progress report to 90 days (DOMAIN 1.4: every 3 to 6 months);
  every other preset is METI's 30.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain import safety
from medex_tui.domain.catalogue import read
from medex_tui.domain.clock import DAY, day_end, day_start, elapsed, spoken, spoken_day, working
from medex_tui.domain.practice import Practice
from medex_tui.domain.records import (
    Assessment,
    Client,
    Communication,
    Document,
    DocumentKind,
    Method,
    ObligationKind,
    Policy,
    Provider,
    Referral,
    Session,
    Settings,
    Waiver,
)

Status: TypeAlias = Literal["met", "due", "late_soon", "overdue"]
State: TypeAlias = Literal["owed", "drafted", "signed", "failed", "called", "waived", "met"]
Clock: TypeAlias = Literal["elapsed", "working_days"]

ACCEPTED: frozenset[Method] = frozenset({"fax", "direct", "portal", "secure_email", "letter", "in_person"})
"""Methods that meet a written obligation (DOMAIN 6.1). A call is interim; a text or a client's copy is nothing."""

FIRST_ONLY: frozenset[ObligationKind] = frozenset({"referral_ack", "red_flag_call"})
"""Kinds that concern the referring provider and no copy."""

WRITTEN_AS: Mapping[ObligationKind, DocumentKind] = {
    "referral_ack": "referral_ack",
    "intro_letter": "intro_letter",
    "assessment_summary": "assessment_summary",
    "reassessment_update": "progress_report",
    "progress_report": "progress_report",
    "change_in_status": "change_in_status",
    "red_flag_written": "change_in_status",
    "missed_visits": "missed_visits",
    "discharge_summary": "discharge_summary",
}
"""Kind of obligation -> kind of document that meets it once sent; a call needs none."""

ADDRESSES: Mapping[str, str] = {
    "fax": "fax",
    "direct": "direct_address",
    "secure_email": "email",
    "letter": "postal_address",
    "phone": "phone",
}
"""Method -> the provider's field that holds its address; the portal and the hand have none."""

PRESETS: Mapping[str, int] = {"meti": 30, "exercise-is-medicine": 90, "custom": 30}
"""Policy preset -> days between progress reports."""

ABSENCE = timedelta(days=14)
SAME_VISIT = timedelta(hours=12)
SERVES_FOLLOW_UP = timedelta(days=7)


class Rule(Struct, frozen=True):
    """One row of DOMAIN 6.4; hours are 0 where the calendar decides."""

    id: ObligationKind
    trigger: str
    document: str
    target_h: float
    limit_h: float
    rule: str
    source: str
    confidence: Literal["high", "medium", "low"]


@cache
def rules() -> Mapping[ObligationKind, Rule]:
    """The shipped obligations by kind, read on first use."""
    return {rule.id: rule for rule in read("obligations.json", list[Rule])}


class Obligation(Struct, frozen=True, kw_only=True):
    """One thing owed to one provider. Instants are UTC; `zone` is the practice's, for the sentence in `why`.

    `cause` says in words what happened at `event_at`. The hours are None for a progress report, which has a day:
    the last one of `interval_days`, or the one before `follow_up_on`.
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
    zone: ZoneInfo

    @property
    def on_time(self) -> bool:
        """Whether it was met, and by its limit."""
        return self.met_at is not None and self.met_at <= self.limit_at

    @property
    def why(self) -> str:
        """One sentence: what happened when, and what became or becomes of its hours, in practice time."""
        return f"{self._cause_sentence()}; {self._deadline_sentence()}."

    def _cause_sentence(self) -> str:
        if self.follow_up_on:
            return f"Follow-up visit {spoken_day(self.follow_up_on)}"
        return f"{self.cause} {spoken(self.event_at, self.zone)}"

    def _deadline_sentence(self) -> str:
        limit = spoken(self.limit_at, self.zone)
        if self.met_at:
            return f"sent {spoken(self.met_at, self.zone)}, {'on time' if self.on_time else f'limit was {limit}'}"
        verb = "ended" if self.status == "overdue" else "end"
        if self.target_h is None or self.limit_h is None:
            span = "the report was due" if self.status == "overdue" else "the report is due"
            return f"{span} the day before" if self.follow_up_on else f"{self.interval_days} days {verb} {limit}"
        unit = "working-day h" if self.clock == "working_days" else "h"
        last = f"{self.limit_h:g} {unit} {verb} {limit}"
        if self.status == "overdue" or self.target_at == self.limit_at:
            return last
        passed = "ended" if self.status == "late_soon" else "end"
        return f"{self.target_h:g} {unit} {passed} {spoken(self.target_at, self.zone)}, {last}"


class OverdueReport(Struct, frozen=True, kw_only=True):
    """The communication report at one instant: disjoint groups, each most urgent first."""

    as_of: datetime
    within_h: float
    clock: Clock
    timezone: str
    overdue: list[Obligation]
    late_soon: list[Obligation]
    due: list[Obligation]
    waived: list[Obligation]
    next_due: Obligation | None

    @property
    def counts(self) -> dict[str, int]:
        """How many stand in each group that asks for something."""
        return {"overdue": len(self.overdue), "late_soon": len(self.late_soon), "due": len(self.due)}

    @property
    def items(self) -> list[Obligation]:
        """All that the report lists, in its order; waived ones stand beside."""
        return [*self.overdue, *self.late_soon, *self.due]

    @property
    def summary(self) -> str:
        """One line without names, fit for a login message."""
        waived = f" {len(self.waived)} waived." if self.waived else ""
        if self.items:
            return (
                f"{len(self.overdue)} overdue, {len(self.late_soon)} past target, "
                f"{len(self.due)} due within {self.within_h:g} h.{waived}"
            )
        if self.next_due is None:
            return f"Nothing is owed.{waived}"
        when = spoken(self.next_due.target_at, self.next_due.zone)
        return f"Nothing is overdue or due within {self.within_h:g} h; the next falls due {when}.{waived}"


def calendar_due(last_report: date, follow_up: date | None, interval_days: int = 30) -> date:
    """The day a progress report is due: the interval after the last, or the day before a follow-up if sooner.

    A follow-up no later than the day after the last report asks for nothing more.
    """
    due = last_report + interval_days * DAY
    if follow_up and follow_up - DAY > last_report:
        return min(due, follow_up - DAY)
    return due


def report_due_on_visit(visit: int, every: int = 10) -> bool:
    """Whether the nth treatment day of an episode calls for a report by a visit rule (Medicare style)."""
    return visit > 0 and visit % every == 0


def obligations(practice: Practice, now: datetime) -> list[Obligation]:
    """Everything triggered at or before `now`, met and waived included, most urgent first (DOMAIN 6.5).

    A key stands once: where one letter reported on two episodes, the more urgent of the next two reports has it.
    """
    now = now.astimezone(UTC)
    by_key: dict[str, Obligation] = {}
    for one in sorted(_Derivation(practice, now).all(), key=lambda o: (_urgency(o, now), o.referral_id)):
        by_key.setdefault(one.key, one)
    return list(by_key.values())


def outstanding(practice: Practice, now: datetime) -> list[Obligation]:
    """What is neither met nor waived, most urgent first."""
    return [o for o in obligations(practice, now) if o.state not in ("met", "waived")]


def report(practice: Practice, now: datetime, within_h: float = 24) -> OverdueReport:
    """What is overdue, what is past its target, what falls due within `within_h`, and what was waived."""
    now = now.astimezone(UTC)
    horizon = now + timedelta(hours=within_h)
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for one in obligations(practice, now):
        if one.state == "met":
            continue
        beyond = one.status == "due" and one.target_at > horizon
        groups["waived" if one.state == "waived" else "beyond" if beyond else one.status].append(one)
    return OverdueReport(
        as_of=now,
        within_h=within_h,
        clock=_Policies(practice.settings, practice.zone).at(now).clock,
        timezone=practice.zone.key,
        overdue=groups["overdue"],
        late_soon=groups["late_soon"],
        due=groups["due"],
        waived=groups["waived"],
        next_due=min(groups["beyond"], key=lambda o: (o.target_at, o.key), default=None),
    )


def settled_at(one: Obligation) -> datetime | None:
    """When it counts in the on-time rate: met, waived for good, or its limit once that is past; None while open."""
    if one.on_time:
        return one.met_at
    if one.waiver and one.waiver.until is None:
        return min(one.waiver.at, one.limit_at)
    return one.limit_at if one.status == "overdue" or one.met_at else None


def on_time(practice: Practice, now: datetime, since: datetime) -> tuple[int, int]:
    """How many were met by their limit, of those settled since: met, waived for good or past limit."""
    settled = [one for one in obligations(practice, now) if (at := settled_at(one)) and at >= since]
    return sum(one.on_time for one in settled), len(settled)


def hours_left(obligation: Obligation, now: datetime) -> float:
    """Hours until the limit, to two places; negative once it is past."""
    return round((obligation.limit_at - now).total_seconds() / 3600, 2)


def as_json(report: OverdueReport, practice: Practice) -> dict[str, object]:
    """The report in the shape `medex overdue --format json` promises (CLI.md)."""
    return {
        "as_of": report.as_of.isoformat(),
        "clock": report.clock,
        "timezone": report.timezone,
        "counts": report.counts,
        "items": [_item(one, report.as_of, practice) for one in report.items],
    }


def explain(obligation: Obligation, practice: Practice) -> list[str]:
    """Why it is on the list, a sentence each: rule, event, arithmetic, source, and what would clear it."""
    rule = rules()[obligation.kind]
    provider = practice.providers.get(obligation.provider_id)
    return [
        f"Rule: {rule.document}, owed on: {rule.trigger}.",
        f"Event: {obligation.cause} {spoken(obligation.event_at, obligation.zone)}.",
        _arithmetic(obligation),
        f"Source: {rule.source} (confidence: {rule.confidence}).",
        *_clearing(obligation, provider.name if provider else "the provider", practice),
    ]


# --- what happened --------------------------------------------------------------------------------------------


class _Event(Struct, frozen=True):
    """Something that starts a clock.

    `at_most_h` tightens the hours of its kind. `also` are further sources whose sendings meet it. `afresh`: only
    what was sent or waived since the event counts, because an earlier event had the same source.
    """

    kind: ObligationKind
    source_id: str
    at: datetime
    cause: str
    at_most_h: float | None = None
    also: Collection[str] = ()
    afresh: bool = False


class _Episode(Struct, frozen=True):
    """A referral with its visits up to now, each list earliest first."""

    referral: Referral
    client: Client | None
    sessions: list[Session]
    assessments: list[Assessment]
    now: datetime
    zone: ZoneInfo

    @property
    def discharged_at(self) -> datetime | None:
        """When it ended; the beginning of time where nobody wrote down when, None while it goes on."""
        if self.referral.status != "discharged":
            return None
        at = self.referral.discharged_at or _EVER
        return at if at <= self.now else None

    @property
    def first_visit(self) -> datetime | None:
        """When the client first came, to a session or an assessment."""
        first = next((at for s in self.sessions if s.attended and (at := _began(s))), None)
        return min([at for at in (first, *(a.taken_at for a in self.assessments[:1])) if at], default=None)

    def events(self) -> Iterator[_Event]:
        """Everything that started a clock, but for the calendar of progress reports."""
        referral = self.referral
        if referral.received_at and referral.provider_id:
            yield _Event("referral_ack", referral.id, referral.received_at, "Referral received")
        if referral.status == "declined":
            return
        yield from self._first_session()
        for assessment in self.assessments:
            if assessment.kind == "initial":
                yield _Event("assessment_summary", assessment.id, assessment.taken_at, "Initial assessment")
            elif assessment.kind == "reassessment":
                yield _Event("reassessment_update", assessment.id, assessment.taken_at, "Reassessment")
        for session in self.sessions:
            if session.progress_update and session.attended and (at := _ended(session)):
                yield _Event("reassessment_update", session.id, at, "Progress update")
            if session.symptoms or session.vitals or session.overrides:
                yield from self._reported(session)
        yield from self._absences()
        if self.discharged_at and referral.discharged_at:
            yield _Event("discharge_summary", referral.id, referral.discharged_at, "Discharge")

    def _first_session(self) -> Iterator[_Event]:
        completed = (s for s in self.sessions if s.state == "signed" or (s.state == "open" and s.ended_at))
        ended = [(at, s.id) for s in completed if (at := _ended(s)) and at <= self.now]
        if ended:
            at, source = min(ended)
            yield _Event("intro_letter", source, at, "First session", also=[s.id for s in self.sessions])

    def _reported(self, session: Session) -> Iterator[_Event]:
        """Red flags of a visit, else the change in status that its other symptoms make."""
        at = _began(session)
        if at is None:
            return
        own = self.client.limits if self.client else []
        limits = safety.limits_on(own, at.astimezone(self.zone).date()) if own else []
        flags = [
            flag
            for flag in safety.red_flags(session.vitals, session.symptoms, session.overrides, limits)
            if flag.rule not in safety.symptom_rules() or flag.report_within_h
        ]
        if flags:
            at_most = min((f.report_within_h for f in flags if f.report_within_h), default=None)
            cause = f"Red flag ({_named(f.rule for f in flags)})"
            yield _Event("red_flag_call", session.id, at, cause, at_most)
            yield _Event("red_flag_written", session.id, at, cause)
            return
        told = [r for r in map(safety.symptom_rules().get, session.symptoms) if r and r.report_within_h]
        if told:
            at_most = min(rule.report_within_h for rule in told)
            yield _Event(
                "change_in_status", session.id, at, f"Change in status ({_named(r.id for r in told)})", at_most
            )

    def _absences(self) -> Iterator[_Event]:
        """The second no-show in a row or 14 days without a visit, whichever comes first, once for each absence."""
        last: tuple[datetime, str, bool] | None = None
        missed, owed = 0, False
        for at, source, is_session, came in self._appearances():
            if last and not owed and at >= last[0] + ABSENCE:
                owed = True
                yield from self._gap(last[0] + ABSENCE, last[1])
            if came:
                missed, owed = 0, False
                if is_session or (last and not (last[2] and at - last[0] <= SAME_VISIT)):
                    last = at, source, is_session
            else:
                missed += 1
                if missed == 2 and not owed:
                    owed = True
                    yield _Event("missed_visits", source, at, "Second missed visit in a row")
        if last and not owed and self.now >= last[0] + ABSENCE:
            yield from self._gap(last[0] + ABSENCE, last[1])

    def _appearances(self) -> list[tuple[datetime, str, bool, bool]]:
        """Visits and no-shows by time: (when, record id, is a session, the client came)."""
        kept = [(at, s.id, True, s.attended) for s in self.sessions if (at := _expected(s)) and at <= self.now]
        return sorted([*kept, *((a.taken_at, a.id, False, True) for a in self.assessments)])

    def _gap(self, at: datetime, source: str) -> Iterator[_Event]:
        """The fourteenth day away, unless the episode was over by then or the client not expected."""
        if self.discharged_at and self.discharged_at <= at:
            return
        if self.client and self.client.status != "active" and (self.client.status_at or _EVER) <= at:
            return
        yield _Event("missed_visits", source, at, "14 days without a visit up to")


_EVER = datetime.min.replace(tzinfo=UTC)


def _began(session: Session) -> datetime | None:
    return session.at or session.ended_at


def _ended(session: Session) -> datetime | None:
    return session.ended_at or session.at


def _expected(session: Session) -> datetime | None:
    """When the client came, or did not; None for a visit still planned or called off."""
    if session.attended:
        return _began(session)
    return session.planned_at or _began(session) if session.state == "no_show" else None


def _named(rule_ids: Iterable[str]) -> str:
    return ", ".join(sorted(rule.replace("_", " ") for rule in rule_ids))


# --- what is owed for it --------------------------------------------------------------------------------------


class _Due(Struct, frozen=True):
    """When, and by which measure: hours after the event, or the day of an interval or a follow-up."""

    target_at: datetime
    limit_at: datetime
    clock: Clock
    target_h: float | None = None
    limit_h: float | None = None
    interval_days: int | None = None
    follow_up_on: date | None = None


class _Policies:
    """The practice's rules by the instant they came into force; METI on elapsed hours before the first."""

    def __init__(self, settings: Settings, zone: ZoneInfo) -> None:
        dated = [(start, policy) for policy in settings.policies if (start := _start(policy.from_, zone))]
        dated.sort(key=lambda pair: pair[0])
        self.starts = [start for start, _ in dated]
        self.policies = [Policy(from_="0001-01-01"), *(policy for _, policy in dated)]

    def at(self, instant: datetime) -> Policy:
        """The policy in force at an instant; of two that start together the one listed last."""
        return self.policies[bisect_right(self.starts, instant)]


def _start(text: str, zone: ZoneInfo) -> datetime | None:
    """A policy's beginning: a local midnight, or an instant; None where the text is no date."""
    try:
        if len(text) == len("2026-01-01"):
            return day_start(date.fromisoformat(text), zone)
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone).astimezone(UTC)


class _Derivation:
    """One pass over the practice at one instant, with the look-ups that its parts share."""

    def __init__(self, practice: Practice, now: datetime) -> None:
        self.practice = practice
        self.now = now
        self.zone = practice.zone
        self.holidays = frozenset(practice.settings.holidays)
        self.policies = _Policies(practice.settings, practice.zone)
        self.today = now.astimezone(practice.zone).date()

    def all(self) -> Iterator[Obligation]:
        """Everything owed or met, in no order."""
        for episode in self._episodes():
            recipients = _recipients(episode.referral)
            if not recipients:
                continue
            for event in episode.events():
                yield from self._owed(event, episode.referral, recipients)
            if episode.referral.status != "declined":
                yield from self._progress_reports(episode, recipients)
        for client in self.practice.clients.values():
            referral = self.practice.current_episode(client.id) if client.status == "on_hold" else None
            if referral and client.status_at and referral.status != "declined":
                event = _Event("change_in_status", client.id, client.status_at, "Client put on hold", afresh=True)
                yield from self._owed(event, referral, _recipients(referral))

    def _episodes(self) -> Iterator[_Episode]:
        sessions: dict[str, list[Session]] = defaultdict(list)
        for session in self.practice.sessions.values():
            at = _began(session)
            if at and at <= self.now and (referral := self.practice.episode_of(session)):
                sessions[referral.id].append(session)
        assessments: dict[str, list[Assessment]] = defaultdict(list)
        for assessment in self.practice.assessments.values():
            if assessment.taken_at <= self.now and (referral := self.practice.episode_of(assessment)):
                assessments[referral.id].append(assessment)
        for referral in self.practice.referrals.values():
            yield _Episode(
                referral,
                self.practice.clients.get(referral.client_id),
                sorted(sessions.get(referral.id, ()), key=lambda s: (_began(s) or _EVER, s.id)),
                sorted(assessments.get(referral.id, ()), key=lambda a: (a.taken_at, a.id)),
                self.now,
                self.zone,
            )

    def _owed(self, event: _Event, referral: Referral, recipients: Sequence[str]) -> Iterator[Obligation]:
        """An event's obligation to each of its recipients."""
        if event.at > self.now:
            return
        if event.kind in FIRST_ONLY:
            recipients = recipients[:1] if referral.provider_id else ()
        if not recipients:
            return
        policy = self.policies.at(event.at)
        hours = policy.hours.get(event.kind) or rules()[event.kind]
        limit_h = hours.limit_h if event.at_most_h is None else min(hours.limit_h, event.at_most_h)
        target_h = min(hours.target_h, limit_h)
        due = _Due(
            self._deadline(event.at, target_h, policy.clock),
            self._deadline(event.at, limit_h, policy.clock),
            policy.clock,
            target_h=target_h,
            limit_h=limit_h,
        )
        for recipient in recipients:
            attempts = self._attempts(event, recipient, recipients[0])
            met = next((c for c in attempts if _accepted(c, event.kind)), None)
            yield self._obligation(event, due, referral, recipient, recipients[0], met, attempts)

    def _deadline(self, start: datetime, hours: float, clock: Clock) -> datetime:
        if clock == "working_days":
            return working(start, hours, self.zone, self.holidays)
        return elapsed(start, hours)

    def _progress_reports(self, episode: _Episode, recipients: Sequence[str]) -> Iterator[Obligation]:
        """For each recipient the report after the first visit, and the one after each report sent."""
        referral, first_visit = episode.referral, episode.first_visit
        received = referral.received_at if referral.received_at and referral.received_at <= self.now else None
        start = first_visit or (received if referral.follow_up_on else None)
        if start is None:
            return
        booked_at = min(received or start, start)
        last_day = self._last_day(episode)
        chain = self._report_chain(referral, recipients)
        for recipient in recipients:
            sent = [c for c in chain if _accepted(c, "progress_report") and _reports_to(c, recipient, recipients)]
            follow_up = referral.follow_up_on
            for period, anchor in enumerate([None, *sent]):
                at = (anchor.at if anchor else start).astimezone(UTC)
                day = self._day(at)
                policy = self.policies.at(at)
                interval = PRESETS.get(policy.preset, PRESETS["meti"])
                asked = follow_up and follow_up - DAY > (day if anchor else self._day(booked_at))
                due = calendar_due(day, None, interval) if anchor or first_visit else date.max
                by_follow_up = follow_up if asked and follow_up and follow_up - DAY <= due else None
                due = by_follow_up - DAY if by_follow_up else due
                met = sent[period] if period < len(sent) else None
                if met and follow_up and (by_follow_up or _serves(self._day(met.at), follow_up)):
                    follow_up = None
                if due == date.max or not (met or due <= last_day):
                    continue
                cause = "Last report" if anchor else "First visit"
                if by_follow_up and not anchor and booked_at == received:
                    at, cause = booked_at, "Referral received"
                event = _Event("progress_report", anchor.id if anchor else referral.id, at, cause)
                end = day_end(due, self.zone)
                terms = _Due(end, end, policy.clock, interval_days=interval, follow_up_on=by_follow_up)
                attempts = [] if met else self._attempts(event, recipient, recipients[0])
                yield self._obligation(event, terms, referral, recipient, recipients[0], met, attempts)

    def _report_chain(self, referral: Referral, recipients: Sequence[str]) -> list[Communication]:
        """Every sending up to now for a progress report of the episode, earliest first.

        Each is found by the key it answers, whose source is the referral or an earlier sending of the chain, or by
        the referral it names, so that a sending whose anchor was taken back since is not lost.
        """
        found = {c.id: c for c in self._reports_by_referral.get(referral.id, ())}
        sources = [referral.id, *found]
        for source in sources:
            for recipient in recipients:
                key = _key("progress_report", source, recipient, recipients[0])
                for communication in self.practice.communications_for.get(key, ()):
                    if communication.id not in found:
                        found[communication.id] = communication
                        sources.append(communication.id)
        kept = [c for c in found.values() if c.at <= self.now]
        return sorted(kept, key=lambda c: (c.at, c.id))

    @cached_property
    def _reports_by_referral(self) -> Mapping[str, list[Communication]]:
        found: dict[str, list[Communication]] = defaultdict(list)
        for communication in self.practice.communications.values():
            if communication.referral_id and any(a.startswith("progress_report:") for a in communication.answers):
                found[communication.referral_id].append(communication)
        return found

    def _attempts(self, event: _Event, recipient: str, first: str) -> list[Communication]:
        """What was sent or said up to now for an event's obligation to one recipient, earliest first."""
        found: dict[str, Communication] = {}
        for source in dict.fromkeys((event.source_id, *event.also)):
            own = _key(event.kind, source, recipient, first)
            for key in dict.fromkeys((own, f"{event.kind}:{source}")):
                for c in self.practice.communications_for.get(key, ()):
                    if c.provider_id == recipient or (key == own and c.provider_id is None):
                        found[c.id] = c
        kept = [c for c in found.values() if c.at <= self.now and (not event.afresh or c.at >= event.at)]
        return sorted(kept, key=lambda c: (c.at, c.id)) if len(kept) > 1 else kept

    def _obligation(
        self,
        event: _Event,
        due: _Due,
        referral: Referral,
        recipient: str,
        first: str,
        met: Communication | None,
        attempts: Sequence[Communication],
    ) -> Obligation:
        key = _key(event.kind, event.source_id, recipient, first)
        status: Status = "overdue"
        if met:
            status = "met"
        elif self.now <= due.target_at:
            status = "due"
        elif self.now <= due.limit_at:
            status = "late_soon"
        waiver = None if met else self._waiver(key, event)
        state: State = "met" if met else "waived" if waiver else self._state(event, attempts, referral, recipient)
        consented = referral.consent_on is not None and referral.consent_on <= self.today
        method, address = self._route(recipient, event.kind) if consented else (None, None)
        return Obligation(
            key=key,
            kind=event.kind,
            source_id=event.source_id,
            client_id=referral.client_id,
            referral_id=referral.id,
            provider_id=recipient,
            event_at=event.at.astimezone(UTC),
            target_at=due.target_at,
            limit_at=due.limit_at,
            status=status,
            state=state,
            met_at=met.at.astimezone(UTC) if met else None,
            met_by=met.id if met else None,
            waiver=waiver,
            blocked_by=None if consented else "consent_on",
            method=method,
            address=address,
            clock=due.clock,
            cause=event.cause,
            target_h=due.target_h,
            limit_h=due.limit_h,
            interval_days=due.interval_days,
            follow_up_on=due.follow_up_on,
            zone=self.zone,
        )

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _last_day(self, episode: _Episode) -> date:
        """The last local day of an episode: far off while it goes on, long ago where nobody wrote it down."""
        if episode.discharged_at is None:
            return date.max
        return date.min if episode.discharged_at is _EVER else self._day(episode.discharged_at)

    @cached_property
    def _waivers(self) -> Mapping[str, list[Waiver]]:
        """Obligation key -> the waivers in force now, earliest first."""
        found: dict[str, list[Waiver]] = defaultdict(list)
        for waiver in sorted(self.practice.waivers.values(), key=lambda w: (w.at, w.id)):
            if waiver.at <= self.now and (waiver.until is None or waiver.until > self.now):
                found[waiver.obligation].append(waiver)
        return found

    def _waiver(self, key: str, event: _Event) -> Waiver | None:
        kept = [w for w in self._waivers.get(key, ()) if not event.afresh or w.at >= event.at]
        return kept[-1] if kept else None

    @cached_property
    def _documents(self) -> Mapping[str, list[Document]]:
        """Record id -> the documents begun by now that are about it."""
        found: dict[str, list[Document]] = defaultdict(list)
        for document in self.practice.documents.values():
            if document.created_at is None or document.created_at <= self.now:
                for source in document.about:
                    found[source].append(document)
        return found

    def _state(self, event: _Event, attempts: Sequence[Communication], referral: Referral, recipient: str) -> State:
        """How far it got: what the latest attempt left behind, else how far its letter is."""
        if tried := _tried(attempts):
            return tried
        by_calendar = event.kind == "progress_report"
        about = (event.source_id, referral.id) if by_calendar else (event.source_id,)
        since = event.at if by_calendar or event.afresh else _EVER
        letters = [
            letter
            for source in about
            for letter in self._documents.get(source, ())
            if letter.kind == WRITTEN_AS.get(event.kind)
            and (not letter.to or recipient in letter.to)
            and (letter.created_at is None or letter.created_at >= since)
        ]
        if any(letter.signed_at and letter.signed_at <= self.now for letter in letters):
            return "signed"
        return "drafted" if letters else "owed"

    def _route(self, recipient: str, kind: ObligationKind) -> tuple[Method | None, str | None]:
        """How to reach a provider: a call by phone, all else as they prefer, else where an address is known."""
        provider = self.practice.providers.get(recipient)
        if provider is None:
            return None, None
        if kind == "red_flag_call":
            return "phone", provider.phone
        preferred = provider.preferred_method
        if preferred and preferred in ACCEPTED:
            return preferred, _address(provider, preferred)
        fallback: tuple[Method, ...] = ("fax", "direct", "letter")
        return next(((m, a) for m in fallback if (a := _address(provider, m))), (None, None))


def _recipients(referral: Referral) -> list[str]:
    """The referring provider, then each copy, everyone once."""
    return [one for one in dict.fromkeys([referral.provider_id, *referral.copies_to]) if one]


def _key(kind: str, source: str, recipient: str, first: str) -> str:
    return f"{kind}:{source}" if recipient == first else f"{kind}:{source}:{recipient}"


def _accepted(sending: Communication, kind: ObligationKind) -> bool:
    """Whether a sending meets an obligation of this kind: it left, by a method that counts, and stayed."""
    if sending.direction != "out" or sending.result not in ("sent", "delivered"):
        return False
    return sending.method in ACCEPTED or (sending.method == "phone" and kind == "red_flag_call")


def _tried(attempts: Sequence[Communication]) -> State | None:
    """What the latest attempt leaves behind; a text or the client's own copy is none."""
    for attempt in reversed(attempts):
        if attempt.direction == "out" and (attempt.method in ACCEPTED or attempt.method == "phone"):
            if attempt.result in ("failed", "returned"):
                return "failed"
            return "called" if attempt.method == "phone" else None
    return None


def _reports_to(sending: Communication, recipient: str, recipients: Sequence[str]) -> bool:
    """Whether a progress report went to this recipient: by the key it answers, or by the provider it names."""
    for answer in sending.answers:
        if answer.startswith("progress_report:"):
            named = next((r for r in recipients[1:] if answer.endswith(f":{r}")), recipients[0])
            if sending.provider_id == recipient and (named in (recipient, recipients[0])):
                return True
            if sending.provider_id is None and named == recipient:
                return True
    return False


def _serves(sent: date, follow_up: date) -> bool:
    return follow_up - SERVES_FOLLOW_UP <= sent < follow_up


def _address(provider: Provider, method: Method) -> str | None:
    address: str | None = getattr(provider, ADDRESSES[method]) if method in ADDRESSES else None
    return address


# --- how it is listed and told --------------------------------------------------------------------------------


def _urgency(one: Obligation, now: datetime) -> tuple[int, float, str]:
    """The order of DOMAIN 6.5; what is waived and what is met come last, the latest met first."""
    limit = one.limit_at.timestamp()
    if one.met_at:
        return 8, -one.met_at.timestamp(), one.key
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


def _item(one: Obligation, as_of: datetime, practice: Practice) -> dict[str, object]:
    client = practice.clients.get(one.client_id)
    provider = practice.providers.get(one.provider_id)
    return {
        "key": one.key,
        "kind": one.kind,
        "status": one.status,
        "client_id": one.client_id,
        "client": client.name if client else None,
        "provider_id": one.provider_id,
        "provider": provider.name if provider else None,
        "method": one.method,
        "address": one.address,
        "event_at": one.event_at.isoformat(),
        "target_at": one.target_at.isoformat(),
        "limit_at": one.limit_at.isoformat(),
        "hours_left": hours_left(one, as_of),
        "state": one.state,
        "blocked_by": one.blocked_by,
        "why": one.why,
    }


def _arithmetic(one: Obligation) -> str:
    event, limit = spoken(one.event_at, one.zone), spoken(one.limit_at, one.zone)
    if one.follow_up_on:
        return f"Deadline: the day before the follow-up visit on {spoken_day(one.follow_up_on)}: {limit}."
    if one.target_h is None or one.limit_h is None:
        return f"Deadline: {event} + {one.interval_days} days, at the end of the day: {limit}."
    counted = (
        "without Saturdays, Sundays and holidays" if one.clock == "working_days" else "weekends and holidays count"
    )
    target = spoken(one.target_at, one.zone)
    return f"Deadline: {event} + {one.target_h:g} h = {target} (target), + {one.limit_h:g} h = {limit}; {counted}."


def _clearing(one: Obligation, provider: str, practice: Practice) -> Iterator[str]:
    if one.met_by:
        sending = practice.communications[one.met_by]
        late = "on time" if one.on_time else "after the limit"
        yield f"Met: {sending.method.replace('_', ' ')} to {provider} {spoken(sending.at, one.zone)}, {late}."
        return
    if one.waiver:
        until = f" until {spoken(one.waiver.until, one.zone)}" if one.waiver.until else ""
        yield f"Waived by {one.waiver.by}{until}: {one.waiver.reason}"
    if one.blocked_by:
        yield "Nothing may be sent yet: the referral holds no date of the client's consent to release information."
    if one.state == "failed":
        yield "The last attempt failed or came back; it has to be sent again."
    if one.state == "called":
        yield "A call was made; it does not take the place of the written report."
    how = "a call that was answered, or a sending" if one.kind == "red_flag_call" else "a sending"
    yield (
        f"Clears when {how} to {provider} by fax, Direct, portal, secure e-mail, letter or in person is recorded "
        "as sent; a text or the client's own copy never counts."
    )
