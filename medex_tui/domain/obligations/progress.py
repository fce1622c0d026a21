"""Progress reports by the calendar: the first after the first visit, then each after the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from medex_tui.domain.dates.clock import DAY, day_end, local_day
from medex_tui.domain.obligations.deadlines import Due, Policies
from medex_tui.domain.obligations.fulfilment import Done, accepted, reports_to
from medex_tui.domain.obligations.rules import PRESETS
from medex_tui.domain.obligations.triggers import EVER, Episode, TriggerEvent
from medex_tui.domain.records.communications import Communication

SERVES_FOLLOW_UP = timedelta(days=7)


class ProgressPeriod(Struct, frozen=True):
    """One reporting period of one recipient: its event, deadline, and the sending that met it."""

    event: TriggerEvent
    due: Due
    recipient: str
    met: Communication | None


def calendar_due(last_report: date, follow_up: date | None, interval_days: int = 30) -> date:
    """The day a progress report is due: `interval_days` after the last, or before a follow-up.

    A follow-up no later than the day after the last report asks for nothing more.
    """
    due = last_report + interval_days * DAY
    if follow_up and follow_up > last_report + DAY:
        return min(due, follow_up - DAY)
    return due


def report_due_on_visit(visit: int, every: int = 10) -> bool:
    """Whether the nth treatment day of an episode calls for a report by a visit rule (Medicare)."""
    return visit > 0 and visit % every == 0


def progress_reports(
    episode: Episode, recipients: Sequence[str], done: Done, policies: Policies
) -> Iterator[ProgressPeriod]:
    """For each recipient the report after the first visit, and the one after each report sent."""
    referral, first_visit = episode.referral, episode.first_visit
    received = (
        referral.received_at
        if referral.received_at and referral.received_at <= episode.now
        else None
    )
    start = first_visit or (received if referral.follow_up_on else None)
    if start is None:
        return
    booked_at = min(received or start, start)
    last_day = _last_day(episode)
    chain = done.reports(referral, recipients)
    for recipient in recipients:
        sent = [
            c
            for c in chain
            if accepted(c, "progress_report") and reports_to(c, recipient, recipients)
        ]
        follow_up = referral.follow_up_on
        for period, anchor in enumerate([None, *sent]):
            at = anchor.at if anchor else start
            day = local_day(at, episode.zone)
            policy = policies.at(at)
            interval = PRESETS.get(policy.preset, PRESETS["meti"])
            asked = (
                follow_up
                and follow_up > (day if anchor else local_day(booked_at, episode.zone)) + DAY
            )
            due = calendar_due(day, None, interval) if anchor or first_visit else date.max
            by_follow_up = follow_up if asked and follow_up and follow_up - DAY <= due else None
            due = by_follow_up - DAY if by_follow_up else due
            met = sent[period] if period < len(sent) else None
            if (
                met
                and follow_up
                and (by_follow_up or _serves(local_day(met.at, episode.zone), follow_up))
            ):
                follow_up = None
            if due == date.max or not (met or due <= last_day):
                continue
            cause = "Last report" if anchor else "First visit"
            if by_follow_up and not anchor and booked_at == received:
                at, cause = booked_at, "Referral received"
            event = TriggerEvent("progress_report", anchor.id if anchor else referral.id, at, cause)
            end = day_end(due, episode.zone)
            terms = Due(end, end, policy.clock, interval_days=interval, follow_up_on=by_follow_up)
            yield ProgressPeriod(event, terms, recipient, met)


def _last_day(episode: Episode) -> date:
    """The last local day of an episode: `date.max` while it goes on, `date.min` if not recorded."""
    ended: datetime | None = episode.discharged_at
    if ended is None:
        return date.max
    return date.min if ended is EVER else local_day(ended, episode.zone)


def _serves(sent: date, follow_up: date) -> bool:
    return sent < follow_up <= sent + SERVES_FOLLOW_UP
