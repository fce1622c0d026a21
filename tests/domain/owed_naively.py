"""What is owed, a second time: written from DOMAIN section 6 and the promises of `domain.obligations`, for comparison.

Plain loops over all records, hours counted by walking the calendar, rules and hours typed in again from the tables.
Nothing of the engine, its clock or its safety rules is used; only the record types are.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.settings import Policy, Settings
from medex_tui.domain.records.visits import Session

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from deadlines import naive as walked

HOURS = {
    "referral_ack": (48, 72),
    "intro_letter": (24, 72),
    "assessment_summary": (48, 72),
    "reassessment_update": (48, 72),
    "change_in_status": (24, 72),
    "red_flag_call": (4, 24),
    "red_flag_written": (24, 72),
    "missed_visits": (48, 72),
    "discharge_summary": (48, 72),
}
WRITTEN = ("fax", "direct", "portal", "secure_email", "letter", "in_person")
RED_SYMPTOMS = {
    "chest_pain": 4,
    "dizziness": 24,
    "claudication": 72,
    "calf_swelling": 4,
    "chest_or_sob_history": 4,
}
OTHER_SYMPTOMS = {"swelling": 72, "night_pain": 24, "med_change": 72, "rom_loss": 72}
FEELS_NOTHING = {"client_request", "med_change", "abnormal_vitals"}
RED_VITAL_RULES = {"sbp_drop_10", "bp_during_250_115", "bp_pre_200_110"}
LETTERS = {kind: kind for kind in HOURS} | {
    "reassessment_update": "progress_report",
    "progress_report": "progress_report",
    "red_flag_written": "change_in_status",
    "red_flag_call": "",
}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


class Answer(NamedTuple):
    """What the two implementations have to agree on for one key."""

    kind: str
    provider: str
    status: str
    state: str
    event: datetime
    target: datetime
    limit: datetime
    met_by: str | None
    waived: str | None
    consented: bool


def owed_naively(records: Sequence[Record], now: datetime) -> dict[str, list[Answer]]:
    """Every key with what is owed under it; more than one answer where a letter began two turns of a calendar."""
    return _Naive(records, now).all()


class _Naive:
    def __init__(self, records: Sequence[Record], now: datetime) -> None:
        self.now = now.astimezone(UTC)
        self.records = records
        self.settings: Settings = next(iter(self.of(Settings)), Settings(id="none"))
        self.zone = ZoneInfo(self.settings.timezone)
        self.holidays = frozenset(self.settings.holidays)
        self.clients = {c.id: c for c in self.of(Client)}
        self.found: dict[str, list[Answer]] = defaultdict(list)

    def of(self, kind: type[Any]) -> list[Any]:
        return sorted((r for r in self.records if type(r) is kind), key=lambda r: r.id)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def all(self) -> dict[str, list[Answer]]:
        for referral in self.of(Referral):
            to = []
            for one in [referral.provider_id, *referral.copies_to]:
                if one and one not in to:
                    to.append(one)
            if to:
                self.referral(referral, to)
        for client in self.of(Client):
            self.hold(client)
        return self.found

    def referral(self, r: Referral, to: list[str]) -> None:
        if r.received_at and r.provider_id:
            self.clocked("referral_ack", r.id, r.received_at, r, to[:1])
        if r.status == "declined":
            return
        sessions = [
            s
            for s in self.of(Session)
            if when(s) and when(s) <= self.now and self.episode(s) == r.id
        ]
        assessed = [
            a for a in self.of(Assessment) if a.taken_at <= self.now and self.episode(a) == r.id
        ]
        done = [s for s in sessions if s.state == "signed" or (s.state == "open" and s.ended_at)]
        ends = sorted(
            (s.ended_at or when(s), s.id) for s in done if (s.ended_at or when(s)) <= self.now
        )
        if ends:
            self.clocked(
                "intro_letter", ends[0][1], ends[0][0], r, to, same=[s.id for s in sessions]
            )
        for a in assessed:
            if a.kind != "discharge":
                kind = "assessment_summary" if a.kind == "initial" else "reassessment_update"
                self.clocked(kind, a.id, a.taken_at, r, to)
        for s in sessions:
            if s.progress_update and s.state in ("open", "signed"):
                self.clocked("reassessment_update", s.id, s.ended_at or when(s), r, to)
            self.symptoms(s, r, to)
        over = self.ended(r)
        self.absences(r, sessions, assessed, over, to)
        if over and over != LONG_AGO:
            self.clocked("discharge_summary", r.id, over, r, to)
        self.reports(r, sessions, assessed, over, to)

    def episode(self, visit: Session | Assessment) -> str | None:
        if visit.referral_id:
            return (
                visit.referral_id
                if any(r.id == visit.referral_id for r in self.of(Referral))
                else None
            )
        at = (
            visit.taken_at
            if isinstance(visit, Assessment)
            else visit.started_at or visit.planned_at
        )
        running = self.running(visit.client_id, at)
        before = [r for r in running if at is None or (r.received_at or LONG_AGO) <= at]
        return before[-1].id if before else running[0].id if running else None

    def running(self, client_id: str, at: datetime | None) -> list[Referral]:
        kept = []
        for r in self.of(Referral):
            gone = (
                r.status == "discharged"
                and r.discharged_at is not None
                and at is not None
                and at > r.discharged_at
            )
            if r.client_id == client_id and r.status != "declined" and not gone:
                kept.append(r)
        return sorted(kept, key=lambda r: (r.received_at or LONG_AGO, r.id))

    def ended(self, r: Referral) -> datetime | None:
        client = self.clients.get(r.client_id)
        at = None
        if r.status == "discharged":
            at = r.discharged_at or LONG_AGO
        elif client and client.status == "discharged" and client.status_at:
            at = client.status_at if (r.received_at or LONG_AGO) <= client.status_at else None
        return at if at and at <= self.now else None

    def symptoms(self, s: Session, r: Referral, to: list[str]) -> None:
        at = when(s)
        overridden = [o.rule for o in s.overrides]
        said = {*s.symptoms, *(o for o in overridden if o in RED_SYMPTOMS or o in OTHER_SYMPTOMS)}
        red = [RED_SYMPTOMS[x] for x in said if x in RED_SYMPTOMS]
        feels = any(x not in FEELS_NOTHING for x in said)
        read = any(o in RED_VITAL_RULES for o in overridden)
        for v in s.vitals:
            sys_, dia = v.sbp or 0, v.dbp or 0
            if v.phase == "pre":
                read |= sys_ > 200 or dia > 110 or (feels and (sys_ > 180 or dia > 120))
            else:
                read |= sys_ > 250 or dia > 115 or (v.spo2 is not None and v.spo2 <= 88)
                read |= v.glucose is not None and v.glucose < 70
        others = [OTHER_SYMPTOMS[x] for x in s.symptoms if x in OTHER_SYMPTOMS]
        if red or read:
            self.clocked(
                "red_flag_call",
                s.id,
                at,
                r,
                to[:1] if r.provider_id else [],
                at_most=min(red, default=None),
            )
            self.clocked("red_flag_written", s.id, at, r, to, at_most=min(others, default=None))
        elif others:
            self.clocked("change_in_status", s.id, at, r, to, at_most=min(others))

    def absences(
        self,
        r: Referral,
        sessions: list[Session],
        assessed: list[Assessment],
        over: datetime | None,
        to: list[str],
    ) -> None:
        seen: list[tuple[datetime, str, str]] = []
        for s in sessions:
            if s.state in ("open", "signed"):
                seen.append((when(s), s.id, "visit"))
            elif s.state == "no_show" and (s.planned_at or when(s)) <= self.now:
                seen.append((s.planned_at or when(s), s.id, "missed"))
        seen += [(a.taken_at, a.id, "assessed") for a in assessed]
        seen.sort()
        # An absence is a stretch between two comings; it is owed once, at the first sign of it.
        last, kind, misses, told = None, "", 0, False
        for at, id, what in [*seen, (self.now, "", "now")]:
            if last and not told:
                due = self.away(last[0], r, over)
                if due and due <= at:
                    self.clocked("missed_visits", last[1], due, r, to)
                    told = True
            if what == "missed":
                misses += 1
                if misses == 2 and not told:
                    self.clocked("missed_visits", id, at, r, to)
                    told = True
            elif what in ("visit", "assessed"):
                misses, told = 0, False
                within = kind == "visit" and last is not None and at - last[0] <= 12 * HOUR
                if what == "visit" or (last is not None and not within):
                    last, kind = (at, id), what

    def away(self, last: datetime, r: Referral, over: datetime | None) -> datetime | None:
        due = last + 14 * DAY
        client = self.clients.get(r.client_id)
        if client:
            if client.status != "active" and client.status_at is None:
                return None
            began = client.held_at or (client.status_at if client.status == "on_hold" else None)
            if began and began <= due:
                if client.status == "on_hold" or client.status_at is None:
                    return None
                due = max(due, max(client.status_at, began) + 14 * DAY)
        return None if over and over <= due else due

    def hold(self, client: Client) -> None:
        began = client.held_at or (client.status_at if client.status == "on_hold" else None)
        if not began:
            return
        within = [r for r in self.running(client.id, began) if (r.received_at or LONG_AGO) <= began]
        if within:
            r = within[-1]
            to = list(dict.fromkeys(x for x in [r.provider_id, *r.copies_to] if x))
            self.clocked("change_in_status", client.id, began, r, to, afresh=True)

    # --- by when, and whether met

    def policy(self, at: datetime) -> Policy:
        chosen, since = Policy(from_="0001-01-01"), None
        for policy in self.settings.policies:
            text = policy.from_
            if len(text) == 10:
                start = datetime.combine(date.fromisoformat(text), time(), self.zone)
            else:
                start = datetime.fromisoformat(text)
            if start <= at and (since is None or start >= since):
                chosen, since = policy, start
        return chosen

    def clocked(
        self,
        kind: str,
        source: str,
        at: datetime,
        r: Referral,
        to: list[str],
        *,
        same: Sequence[str] = (),
        at_most: float | None = None,
        afresh: bool = False,
    ) -> None:
        if at > self.now:
            return
        at = at.astimezone(UTC)
        policy = self.policy(at)
        hours = policy.hours.get(kind)  # type: ignore[call-overload]
        target_h, limit_h = (hours.target_h, hours.limit_h) if hours else HOURS[kind]
        limit_h = limit_h if at_most is None else min(limit_h, at_most)
        target_h = min(target_h, limit_h)
        if policy.clock == "elapsed":
            target, limit = at + timedelta(hours=target_h), at + timedelta(hours=limit_h)
        else:
            target, limit = (walk(at, h, self.zone, self.holidays) for h in (target_h, limit_h))
        for who in to:
            keys = {name(kind, s, who, to[0]) for s in (source, *same)}
            tries = []
            for c in self.of(Communication):
                said = any(
                    a in keys
                    or (c.provider_id == who and a in {f"{kind}:{s}" for s in (source, *same)})
                    for a in c.answers
                )
                if (
                    said
                    and c.at <= self.now
                    and c.provider_id in (None, who)
                    and not (afresh and c.at < at)
                ):
                    tries.append(c)
            tries.sort(key=lambda c: (c.at, c.id))
            met = next((c for c in tries if counts_for(c, kind)), None)
            self.put(kind, source, who, to[0], r, at, target, limit, met, tries, afresh)

    def put(
        self,
        kind: str,
        source: str,
        who: str,
        first: str,
        r: Referral,
        at: datetime,
        target: datetime,
        limit: datetime,
        met: Communication | None,
        tries: list[Communication],
        afresh: bool,
    ) -> None:
        key = name(kind, source, who, first)
        status = "due" if self.now <= target else "late_soon" if self.now <= limit else "overdue"
        waived = None
        for w in sorted(self.of(Waiver), key=lambda w: (w.at, w.id)):
            in_force = w.at <= self.now and (w.until is None or self.now < w.until)
            if w.obligation == key and in_force and not (afresh and w.at < at):
                waived = w.id
        state = (
            "met"
            if met
            else "waived"
            if waived
            else self.state(kind, source, who, r, at, tries, afresh)
        )
        consented = r.consent_on is not None and r.consent_on <= self.day(self.now)
        self.found[key].append(
            Answer(
                kind,
                who,
                "met" if met else status,
                state,
                at,
                target,
                limit,
                met.id if met else None,
                None if met else waived,
                consented,
            )
        )

    def state(
        self,
        kind: str,
        source: str,
        who: str,
        r: Referral,
        at: datetime,
        tries: list[Communication],
        afresh: bool,
    ) -> str:
        real = [c for c in tries if c.direction == "out" and c.method in (*WRITTEN, "phone")]
        if real:
            if real[-1].result in ("failed", "returned"):
                return "failed"
            if real[-1].method == "phone":
                return "called"
        begun = signed = False
        for d in self.of(Document):
            about = source in d.about or (kind == "progress_report" and r.id in d.about)
            late = d.created_at is not None and d.created_at > self.now
            early = (
                (kind == "progress_report" or afresh)
                and d.created_at is not None
                and d.created_at < at
            )
            if (
                d.kind == LETTERS[kind]
                and about
                and not late
                and not early
                and (not d.to or who in d.to)
            ):
                begun = True
                signed |= d.signed_at is not None and d.signed_at <= self.now
        return "signed" if signed else "drafted" if begun else "owed"

    # --- progress reports

    def reports(
        self,
        r: Referral,
        sessions: list[Session],
        assessed: list[Assessment],
        over: datetime | None,
        to: list[str],
    ) -> None:
        visits = [when(s) for s in sessions if s.state in ("open", "signed")] + [
            a.taken_at for a in assessed
        ]
        first = min(visits, default=None)
        received = r.received_at if r.received_at and r.received_at <= self.now else None
        start = first or (received if r.follow_up_on else None)
        if start is None:
            return
        last_day = date.max if over is None else date.min if over == LONG_AGO else self.day(over)
        letters = self.letters(r, to)
        for who in to:
            mine = [
                c for c in letters if counts_for(c, "progress_report") and self.went_to(c, who, to)
            ]
            waiting = r.follow_up_on
            turns = [(start, r.id, False), *((c.at, c.id, True) for c in mine)]
            for turn, (at, source, real) in enumerate(turns):
                met = mine[turn] if turn < len(mine) else None
                after = self.day(at) if real else self.day(min(received or start, start))
                by_visit = waiting - DAY if waiting and waiting - DAY > after else None
                interval = 90 if self.policy(at).preset == "exercise-is-medicine" else 30
                by_days = self.day(at) + interval * DAY if real or first else None
                ways = [d for d in (by_visit, by_days) if d]
                before_visit = by_visit is not None and by_visit == min(ways)
                if (
                    met
                    and waiting
                    and (before_visit or waiting - WEEK <= self.day(met.at) < waiting)
                ):
                    waiting = None
                if not ways or (met is None and min(ways) > last_day):
                    continue
                event = at
                if before_visit and not real and received and received <= start:
                    event = received
                midnight = datetime.combine(min(ways) + DAY, time(), self.zone).astimezone(UTC)
                end = midnight - timedelta(seconds=1)
                keys = {name("progress_report", source, who, to[0]), f"progress_report:{source}"}
                tries = [
                    c
                    for c in sorted(self.of(Communication), key=lambda c: (c.at, c.id))
                    if c.at <= self.now
                    and any(
                        a in keys
                        and (
                            c.provider_id == who
                            or (c.provider_id is None and self.named(a, to) == who)
                        )
                        for a in c.answers
                    )
                ]
                event = event.astimezone(UTC)
                self.put(
                    "progress_report", source, who, to[0], r, event, end, end, met, tries, False
                )

    def letters(self, r: Referral, to: list[str]) -> list[Communication]:
        """Sendings for reports of an episode: those that name it, and all that hang on it or on each other."""
        reports = [
            c
            for c in self.of(Communication)
            if any(a.startswith("progress_report:") for a in c.answers)
        ]
        known = {c.id for c in reports if c.referral_id == r.id}
        grew = True
        while grew:
            keys = {
                name("progress_report", source, who, to[0])
                for source in (r.id, *known)
                for who in to
            }
            more = {c.id for c in reports if keys & set(c.answers)}
            grew = not more <= known
            known |= more
        return sorted(
            (c for c in reports if c.id in known and c.at <= self.now), key=lambda c: (c.at, c.id)
        )

    def named(self, key: str, to: list[str]) -> str:
        return next((who for who in to[1:] if key.endswith(f":{who}")), to[0])

    def went_to(self, c: Communication, who: str, to: list[str]) -> bool:
        named = [self.named(a, to) for a in c.answers if a.startswith("progress_report:")]
        if c.provider_id is None:
            return who in named
        return c.provider_id == who and any(n in (who, to[0]) for n in named)


def when(s: Session) -> datetime:
    at = s.started_at or s.planned_at or s.ended_at
    return at if at else datetime(9999, 1, 1, tzinfo=UTC)


def name(kind: str, source: str, who: str, first: str) -> str:
    return ":".join([kind, source] if who == first else [kind, source, who])


def counts_for(c: Communication, kind: str) -> bool:
    by = c.method in WRITTEN or (kind == "red_flag_call" and c.method == "phone")
    return c.direction == "out" and c.result in ("sent", "delivered") and by


@cache
def walk(start: datetime, hours: float, zone: ZoneInfo, holidays: frozenset[date]) -> datetime:
    return walked(start, hours, zone, holidays)
