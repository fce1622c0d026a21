"""What a made-up practice sends: every obligation answered, but for those its stories leave open."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.obligations import WRITTEN_AS, Obligation, obligations
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import (
    Communication,
    Document,
    DocumentKind,
    Reply,
    Waiver,
)
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Method, Practitioner, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.sending import sending
from medex_tui.sample.diary import Diary, Ids
from medex_tui.sample.story import Story

Writer: TypeAlias = Callable[[Obligation, Practice, datetime, str], str]
"""Writes the letter an obligation asks for, as signed at an instant by a login: its Markdown."""

RECENT = timedelta(days=8)
"""How far back an event lies at most for `Story.left` to mean it."""

ONE_LETTER = (
    frozenset({"intro_letter", "assessment_summary"}),
    frozenset({"reassessment_update", "progress_report"}),
)
"""Kinds that one letter may answer together."""

TITLES: dict[DocumentKind, tuple[str, str]] = {
    "referral_ack": (
        "Referral received",
        "Thank you for this referral. The first visit is arranged.",
    ),
    "intro_letter": (
        "First visit",
        "The first visit has taken place. Please tell us of any concern.",
    ),
    "assessment_summary": (
        "Assessment summary",
        "Function was measured at the first visit; goals are set below.",
    ),
    "progress_report": (
        "Progress report",
        "Measured change since the start and the program for next month.",
    ),
    "change_in_status": (
        "Change in status",
        "A change was observed during a visit; exercise was stopped.",
    ),
    "missed_visits": (
        "Attendance",
        "Planned visits were missed; we are in touch with your patient.",
    ),
    "discharge_summary": (
        "Discharge summary",
        "The episode has ended; start and end values are below.",
    ),
}

SCOPE = "Medical exercise services: supervised exercise and functional measurement.\nNo diagnosis or treatment is provided."


class SampleHouse(Struct, frozen=True):
    """What every letter of the practice shares."""

    settings: Settings
    providers: dict[str, Provider]
    staff: dict[str, Practitioner]


def body(house: SampleHouse, story: Story, to: Provider, kind: DocumentKind, written: date) -> str:
    """A short letter in Markdown, where nobody brought a `Writer` of real ones."""
    title, text = TITLES[kind]
    born = story.client.birth_date
    goals = "".join(f"- {goal.text}\n" for goal in story.goals)
    signer = house.staff[story.by]
    return (
        f"# {title}\n\n{house.settings.name}\n\n"
        f"Date: {written}\n\nTo: {to.name}\n\n"
        f"Re: {story.client.given_name} {story.client.family_name}"
        + (f", born {born}\n\n" if born else "\n\n")
        + f"{text}\n\n"
        + (f"Goals in the patient's words:\n\n{goals}\n" if goals else "")
        + f"No action needed.\n\n{SCOPE}\n\n{signer.name}, {signer.credential}\n"
    )


class SamplePost(Struct):
    """One client's outgoing post: what the story says is owed, turned into what was sent.

    Letters are those of `write`, from the records as they were at their time; without one, short ones of our own.
    """

    story: Story
    house: SampleHouse
    diary: Diary
    ids: Ids
    size: int = 0
    write: Writer | None = None

    def sent(self, told: Sequence[Record]) -> list[Record]:
        """The documents, communications and waivers that answer what is owed for the records in `told`.

        Each round sends what would have gone first, since one sending may set off the next: a progress report is
        due 30 days after the last. Bodies are padded up to about `size` characters.
        """
        sent: list[Record] = []
        settled: set[str] = set()
        kinds: set[str] = set()
        base = [
            self.house.settings,
            *self.house.staff.values(),
            *self.house.providers.values(),
            *told,
        ]
        while True:
            open_ones = [
                o
                for o in obligations(Practice([*base, *sent]), self.diary.now)
                if o.state != "met" and o.key not in settled and not o.blocked_by
            ]
            owed = [o for o in open_ones if o.kind != "progress_report" or self._falls_due(o)]
            if not owed:
                return sent
            plans = {o.key: self._plan(o, kinds) for o in open_ones}
            first = min(owed, key=lambda o: (plans[o.key][1], o.key))
            how, at = plans[first.key]
            together = [first]
            if how == "prompt":
                together += [
                    o
                    for o in open_ones
                    if plans[o.key][0] == "prompt" and _one_letter(first, o, at)
                ]
            settled.update(o.key for o in together)
            kinds.update(o.kind for o in together)
            if how == "waived":
                sent.append(self._waiver(first, at))
            elif how != "owed":
                sent += self._sending(together, how, at, [*base, *sent])

    def _falls_due(self, o: Obligation) -> bool:
        """Whether a calendar date is near enough to act on."""
        return o.target_at <= self.diary.now + timedelta(hours=48)

    def _plan(self, o: Obligation, kinds: Collection[str]) -> tuple[str, datetime]:
        """The story's word on this obligation, else "prompt"; and the moment it was answered."""
        recent = o.event_at >= self.diary.now - RECENT or o.limit_at >= self.diary.now
        how = "prompt"
        if recent:
            how = self.story.left.get(o.kind, how)
        elif o.kind not in kinds:
            how = self.story.answered.get(o.kind, how)
        return how, self._moment(o, how).replace(microsecond=0)

    def _moment(self, o: Obligation, how: str) -> datetime:
        """In office hours soon after the event, or the working day ahead of a calendar date; never in the future."""
        now = self.diary.now
        days_ago = (self.diary.day_of(now) - self.diary.day_of(o.event_at)).days
        dice = random.Random(
            f"{self.story.client.name} {o.kind} {days_ago}"
        )  # ids hold the second they were made in
        if how == "late":
            late = o.limit_at + timedelta(hours=dice.randint(3, 20), minutes=dice.randint(1, 50))
            return self.diary.in_hours(late, now)
        if o.kind == "progress_report":
            ahead = self.diary.at(
                self.diary.before(self.diary.day_of(o.target_at)), f"16:{dice.randint(10, 55)}"
            )
            return max(ahead if ahead <= now else self.diary.slot(120, 1), o.event_at)
        if o.kind == "red_flag_call":
            return min(o.event_at + timedelta(minutes=dice.randint(20, 40)), now)
        hours = dice.choice((1.2, 2.1, 3.4, 18.6, 20.3))
        soon = o.event_at + min(timedelta(hours=hours), (now - o.event_at) * 0.8)
        return self.diary.in_hours(soon, min(o.limit_at, now))

    def _waiver(self, o: Obligation, at: datetime) -> Waiver:
        return Waiver(
            id=self.ids.at(at),
            obligation=o.key,
            reason="Provider asked by phone for the assessment summary only.",
            by=self.story.by,
            at=at,
            created_at=at,
            created_by=self.story.by,
        )

    def _sending(
        self, answered: Sequence[Obligation], how: str, at: datetime, records: Sequence[Record]
    ) -> Iterator[Record]:
        """The document and its sendings, or the call, that answer some obligations to one provider at once."""
        first = answered[0]
        to = self.house.providers[first.provider_id]
        call = first.kind == "red_flag_call"
        method: Method = "phone" if call else to.preferred_method or "fax"
        document = None if call else self._document(answered, to, at, records)
        if document:
            yield document
        if how in ("failed", "failed_first"):
            yield self._communication(answered, to, method, at, document, failed=True)
        if how == "failed_first":
            at += timedelta(hours=1)
        if how != "failed":
            yield self._communication(answered, to, method, at, document)

    def _document(
        self, answered: Sequence[Obligation], to: Provider, at: datetime, records: Sequence[Record]
    ) -> Document:
        first = answered[0]
        kind = WRITTEN_AS[first.kind]
        signed = max(at - timedelta(minutes=20), first.event_at)
        if self.write:
            then = Practice(as_of(records, signed, self.diary.day_of(signed)))
            text = self.write(first, then, signed, self.story.by)
        else:
            text = body(self.house, self.story, to, kind, self.diary.day_of(signed))
        for note in cycle(self.story.notes):
            if len(text) >= self.size:
                break
            text += f"\n{note}"
        return Document(
            id=self.ids.at(signed),
            kind=kind,
            client_id=self.story.client.id,
            referral_id=first.referral_id,
            to=[to.id],
            about=[o.source_id for o in answered],
            body=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            signed_at=signed,
            signed_by=self.story.by,
            created_at=signed,
            created_by=self.story.by,
        )

    def _communication(
        self,
        answered: Sequence[Obligation],
        to: Provider,
        method: Method,
        at: datetime,
        document: Document | None,
        *,
        failed: bool = False,
    ) -> Communication:
        first = answered[0]
        made = sending(
            first,
            id=self.ids.at(at),
            at=at,
            by=self.story.by,
            method=method,
            address=address(to, method),
            confirmation="no answer after 3 tries" if failed else _proof(method, first.key),
            document=document,
            also=list(answered[1:]),
            failed=failed,
        )
        answer = self.story.replies.get(first.kind)
        replied = at + timedelta(hours=26)
        return replace(
            made,
            pages=1 if document else None,
            summary=None if document else "Spoke with the office; message read back.",
            reply=Reply(at=replied, by=to.name, text=answer[0], orders=answer[1] or None)
            if answer and not failed and replied <= self.diary.now
            else None,
            created_at=at,
            created_by=self.story.by,
        )


def as_of(records: Iterable[Record], at: datetime, day: date) -> Iterator[Record]:
    """The records of an episode as they stood at an instant: later visits planned, later results not there."""
    for one in records:
        match one:
            case Session() if one.at and one.at > at:
                yield Session(
                    id=one.id,
                    client_id=one.client_id,
                    referral_id=one.referral_id,
                    planned_at=one.at,
                )
            case Assessment() if one.taken_at > at:
                continue
            case Goal() if one.met_on and one.met_on > day:
                yield replace(one, status="open", met_on=None)
            case Referral() if one.discharged_at and one.discharged_at > at:
                yield replace(one, status="open", discharged_at=None, discharge_reason=None)
            case _:
                yield one


def _one_letter(first: Obligation, other: Obligation, at: datetime) -> bool:
    """Whether a letter sent at an instant for one obligation also answers another that is open by then."""
    return (
        other.key != first.key
        and (other.provider_id, other.referral_id) == (first.provider_id, first.referral_id)
        and any(first.kind in group and other.kind in group for group in ONE_LETTER)
        and other.event_at <= at
        and other.target_at - at < timedelta(days=7)
    )


def address(provider: Provider, method: Method) -> str | None:
    """Where a provider is reached by one method, as far as their record says."""
    return {
        "fax": provider.fax,
        "phone": provider.phone,
        "direct": provider.direct_address,
        "secure_email": provider.email,
        "letter": provider.postal_address,
        "portal": provider.organisation,
    }.get(method)


def _proof(method: Method, key: str) -> str | None:
    """What came back as proof of a sending, by method."""
    number = random.Random(f"proof {key}").randint(1000, 9999)
    return {
        "fax": f"OK 1 page, job {number}",
        "direct": f"MDN {number}",
        "portal": f"message {number}",
    }.get(method)
