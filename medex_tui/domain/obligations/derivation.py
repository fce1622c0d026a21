"""Derive all obligations of a practice at one instant: events, deadlines, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.obligations.deadlines import Due, Policies
from medex_tui.domain.obligations.fulfilment import Done, accepted, key_for, recipients_of
from medex_tui.domain.obligations.obligation import Obligation
from medex_tui.domain.obligations.progress import progress_reports
from medex_tui.domain.obligations.rules import ACCEPTED, ADDRESSES, FIRST_ONLY, State, Status
from medex_tui.domain.obligations.triggers import Episode, TriggerEvent, began
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication, ObligationKind
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Method, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.status import hold
from medex_tui.domain.records.visits import Session

V = TypeVar("V", Session, Assessment)


def derived(practice: Practice, now: datetime) -> Iterator[Obligation]:
    """Everything owed or met at `now` (in UTC), in no order."""
    return _Derivation(practice, now).all()


class _Derivation:
    """The look-ups that one pass shares."""

    def __init__(self, practice: Practice, now: datetime) -> None:
        self.practice = practice
        self.now = now
        self.zone = practice.zone
        self.today = local_day(now, practice.zone)
        self.policies = Policies(practice.settings, practice.zone)
        self.done = Done(practice, now)
        self.routes: dict[tuple[str, ObligationKind], tuple[Method | None, str | None]] = {}

    def all(self) -> Iterator[Obligation]:
        for episode in self._episodes():
            recipients = recipients_of(episode.referral)
            if not recipients:
                continue
            for event in episode.events():
                yield from self._owed(event, episode.referral, recipients)
            if episode.referral.status != "declined":
                yield from self._progress_reports(episode, recipients)
        for client in self.practice.clients.values():
            held = hold(client)
            referral = self.practice.episode_at(client.id, held.began) if held else None
            if held and referral:
                event = TriggerEvent(
                    "change_in_status", client.id, held.began, "Client put on hold", afresh=True
                )
                yield from self._owed(event, referral, recipients_of(referral))

    def _episodes(self) -> Iterator[Episode]:
        practice = self.practice
        sessions = self._by_episode(
            (began(session), session) for session in practice.counted(Session)
        )
        assessments = self._by_episode((one.taken_at, one) for one in practice.counted(Assessment))
        for referral in practice.referrals.values():
            client = practice.clients.get(referral.client_id)
            visits, measured = sessions.get(referral.id, []), assessments.get(referral.id, [])
            yield Episode(referral, client, visits, measured, self.now, self.zone)

    def _by_episode(self, dated: Iterable[tuple[datetime | None, V]]) -> Mapping[str, list[V]]:
        """Referral id -> what happened in it by now, earliest first."""
        found: dict[str, list[tuple[datetime, str, V]]] = defaultdict(list)
        for at, record in dated:
            if at and at <= self.now and (referral := self.practice.episode_of(record)):
                found[referral.id].append((at, record.id, record))
        return {
            episode: [record for _, _, record in sorted(kept)] for episode, kept in found.items()
        }

    def _owed(
        self, event: TriggerEvent, referral: Referral, recipients: Sequence[str]
    ) -> Iterator[Obligation]:
        """An event's obligation to each of its recipients."""
        if event.at > self.now:
            return
        if event.kind in FIRST_ONLY:
            recipients = recipients[:1] if referral.provider_id else ()
        if not recipients:
            return
        due = self.policies.due(event.kind, event.at, event.at_most_h)
        for recipient in recipients:
            attempts = self.done.attempts(event, recipient, recipients[0])
            met = next((c for c in attempts if accepted(c, event.kind)), None)
            yield self._obligation(event, due, referral, recipient, recipients[0], met, attempts)

    def _progress_reports(
        self, episode: Episode, recipients: Sequence[str]
    ) -> Iterator[Obligation]:
        for period in progress_reports(episode, recipients, self.done, self.policies):
            event, to, first = period.event, period.recipient, recipients[0]
            attempts = [] if period.met else self.done.attempts(event, to, first)
            yield self._obligation(
                event, period.due, episode.referral, to, first, period.met, attempts
            )

    def _obligation(
        self,
        event: TriggerEvent,
        due: Due,
        referral: Referral,
        recipient: str,
        first: str,
        met: Communication | None,
        attempts: Sequence[Communication],
    ) -> Obligation:
        key = key_for(event.kind, event.source_id, recipient, first)
        waiver = None if met else self.done.waiver(key, event)
        state: State = "met" if met else "waived"
        if not met and not waiver:
            state = self.done.state(event, attempts, referral, recipient)
        send_by = (
            None
            if met or self.now > due.limit_at
            else self.policies.send_by(event.at, due.limit_at)
        )
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
            status="met" if met else _status(due, self.now),
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
            send_by=send_by if send_by and self.today <= send_by else None,
            zone=self.zone,
        )

    def _route(self, recipient: str, kind: ObligationKind) -> tuple[Method | None, str | None]:
        known = self.routes.get((recipient, kind))
        if known is None:
            known = self.routes[recipient, kind] = _route(
                self.practice.providers.get(recipient), kind
            )
        return known


def _status(due: Due, now: datetime) -> Status:
    """Status of an unmet obligation; at the very instant of target or limit it still holds."""
    if now <= due.target_at:
        return "due"
    return "late_soon" if now <= due.limit_at else "overdue"


def _route(provider: Provider | None, kind: ObligationKind) -> tuple[Method | None, str | None]:
    """Method and address to reach a provider: phone for a call, else as preferred or known."""
    if provider is None:
        return None, None
    if kind == "red_flag_call":
        return "phone", provider.phone
    preferred = provider.preferred_method
    if preferred and preferred in ACCEPTED:
        return preferred, _address(provider, preferred)
    fallback: tuple[Method, ...] = ("fax", "direct", "letter")
    return next(((m, a) for m in fallback if (a := _address(provider, m))), (None, None))


def _address(provider: Provider, method: Method) -> str | None:
    address: str | None = getattr(provider, ADDRESSES[method]) if method in ADDRESSES else None
    return address
