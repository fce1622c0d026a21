"""What was done about obligations: sendings and calls, letters drafted and signed, waivers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from medex_tui.domain.obligations.rules import ACCEPTED, WRITTEN_AS, State
from medex_tui.domain.obligations.triggers import EVER, TriggerEvent
from medex_tui.domain.records.communications import Communication, Document, ObligationKind, Waiver
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice


def recipients_of(referral: Referral) -> list[str]:
    """The referring provider, then each copy, everyone once."""
    return [one for one in dict.fromkeys([referral.provider_id, *referral.copies_to]) if one]


def key_for(kind: str, source: str, recipient: str, first: str) -> str:
    """Key of an obligation: kind, source id, and provider unless the first recipient."""
    return f"{kind}:{source}" if recipient == first else f"{kind}:{source}:{recipient}"


def accepted(sending: Communication, kind: ObligationKind) -> bool:
    """Whether a sending meets an obligation of this kind: accepted method, not returned."""
    if sending.direction != "out" or sending.result not in ("sent", "delivered"):
        return False
    return sending.method in ACCEPTED or (sending.method == "phone" and kind == "red_flag_call")


def reports_to(sending: Communication, recipient: str, recipients: Sequence[str]) -> bool:
    """Whether a progress report went to this recipient, by answered key or named provider."""
    for answer in sending.answers:
        if answer.startswith("progress_report:"):
            named = next((r for r in recipients[1:] if answer.endswith(f":{r}")), recipients[0])
            if sending.provider_id == recipient and (named in (recipient, recipients[0])):
                return True
            if sending.provider_id is None and named == recipient:
                return True
    return False


class Done:
    """Everything done by an instant."""

    def __init__(self, practice: Practice, now: datetime) -> None:
        self.practice = practice
        self.now = now

    def attempts(self, event: TriggerEvent, recipient: str, first: str) -> list[Communication]:
        """What was sent or said for an event's obligation to one recipient, earliest first."""
        found: dict[str, Communication] = {}
        for source in self._answered.intersection((event.source_id, *event.also)):
            own = key_for(event.kind, source, recipient, first)
            for key in dict.fromkeys((own, f"{event.kind}:{source}")):
                for c in self.practice.communications_for.get(key, ()):
                    if c.provider_id == recipient or (key == own and c.provider_id is None):
                        found[c.id] = c
        kept = [
            c for c in found.values() if c.at <= self.now and (not event.afresh or c.at >= event.at)
        ]
        return sorted(kept, key=lambda c: (c.at, c.id)) if len(kept) > 1 else kept

    @cached_property
    def _answered(self) -> frozenset[str]:
        """The ids that answered keys name as sources.

        An id may hold a colon itself, so every prefix of the rest of a key is included.
        """
        found: set[str] = set()
        for key in self.practice.communications_for:
            rest = key.partition(":")[2]
            found.add(rest)
            while ":" in rest:
                rest = rest.rpartition(":")[0]
                found.add(rest)
        return frozenset(found)

    def reports(self, referral: Referral, recipients: Sequence[str]) -> list[Communication]:
        """Every sending for a progress report of the episode, earliest first.

        Each is found by the key it answers, whose source is the referral or an earlier sending of
        the chain, or by the referral it names, so that a sending is not lost when its anchor was
        removed.
        """
        found = {c.id: c for c in self._reports_by_referral.get(referral.id, ())}
        sources = [referral.id, *found]
        for source in sources:
            for recipient in recipients:
                key = key_for("progress_report", source, recipient, recipients[0])
                for communication in self.practice.communications_for.get(key, ()):
                    if communication.id not in found:
                        found[communication.id] = communication
                        sources.append(communication.id)
        kept = [c for c in found.values() if c.at <= self.now]
        return sorted(kept, key=lambda c: (c.at, c.id))

    @cached_property
    def _reports_by_referral(self) -> Mapping[str, list[Communication]]:
        found: dict[str, list[Communication]] = defaultdict(list)
        for communication in self.practice.counted(Communication):
            if communication.referral_id and any(
                a.startswith("progress_report:") for a in communication.answers
            ):
                found[communication.referral_id].append(communication)
        return found

    def waiver(self, key: str, event: TriggerEvent) -> Waiver | None:
        """The latest waiver of a key that is in force."""
        kept = [w for w in self._waivers.get(key, ()) if not event.afresh or w.at >= event.at]
        return kept[-1] if kept else None

    @cached_property
    def _waivers(self) -> Mapping[str, list[Waiver]]:
        """Obligation key -> the waivers in force, earliest first."""
        found: dict[str, list[Waiver]] = defaultdict(list)
        for waiver in sorted(self.practice.counted(Waiver), key=lambda w: (w.at, w.id)):
            if waiver.at <= self.now and (waiver.until is None or waiver.until > self.now):
                found[waiver.obligation].append(waiver)
        return found

    def state(
        self,
        event: TriggerEvent,
        attempts: Sequence[Communication],
        referral: Referral,
        recipient: str,
    ) -> State:
        """How far it got: what the latest attempt left behind, else how far its letter is."""
        if tried := _tried(attempts):
            return tried
        by_calendar = event.kind == "progress_report"
        about = (event.source_id, referral.id) if by_calendar else (event.source_id,)
        since = event.at if by_calendar or event.afresh else EVER
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

    @cached_property
    def _documents(self) -> Mapping[str, list[Document]]:
        """Record id -> the documents begun that are about it."""
        found: dict[str, list[Document]] = defaultdict(list)
        for document in self.practice.documents.values():
            if document.created_at is None or document.created_at <= self.now:
                for source in document.about:
                    found[source].append(document)
        return found


def _tried(attempts: Sequence[Communication]) -> State | None:
    """What the latest attempt leaves behind; a text or the client's own copy is none."""
    for attempt in reversed(attempts):
        if attempt.direction == "out" and (attempt.method in ACCEPTED or attempt.method == "phone"):
            if attempt.result in ("failed", "returned"):
                return "failed"
            return "called" if attempt.method == "phone" else None
    return None
