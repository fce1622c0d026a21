"""Obligations as JSON for other programs, and as sentences that explain them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from medex_tui.domain.dates.clock import DAY, counts, local_day, spoken, spoken_day
from medex_tui.domain.obligations.deadlines import Policies
from medex_tui.domain.obligations.lists import OverdueReport
from medex_tui.domain.obligations.obligation import Obligation, hours_left
from medex_tui.domain.obligations.rules import rules
from medex_tui.domain.records.practice import Practice


def as_json(report: OverdueReport, practice: Practice) -> dict[str, object]:
    """The report in the shape of `medex overdue --format json`."""
    return {
        "as_of": report.as_of.isoformat(),
        "clock": report.clock,
        "timezone": report.timezone,
        "counts": report.counts,
        "items": [_item(one, report.as_of, practice) for one in report.items],
        "closing": [_item(one, report.as_of, practice) for one in report.closing],
        "waived": [_item(one, report.as_of, practice) | _waiver(one) for one in report.waived],
    }


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
        "send_by": one.send_by.isoformat() if one.send_by else None,
        "why": one.why,
    }


def _waiver(one: Obligation) -> dict[str, object]:
    waiver = one.waiver
    until = waiver.until.isoformat() if waiver and waiver.until else None
    return (
        {"waived_by": waiver.by, "waived_because": waiver.reason, "waived_until": until}
        if waiver
        else {}
    )


def explain(obligation: Obligation, practice: Practice) -> list[str]:
    """Explain an obligation in sentences: rule, event, deadline, source, what clears it."""
    rule = rules()[obligation.kind]
    provider = practice.providers.get(obligation.provider_id)
    return [
        f"Rule: {rule.document}, owed on: {rule.trigger}.",
        f"Event: {obligation.cause} {spoken(obligation.event_at, obligation.zone)}.",
        _arithmetic(obligation),
        *_pauses(obligation, practice),
        f"Source: {rule.source} (confidence: {rule.confidence}).",
        *_clearing(obligation, provider.name if provider else "the provider", practice),
    ]


def _arithmetic(one: Obligation) -> str:
    event, limit = spoken(one.event_at, one.zone), spoken(one.limit_at, one.zone)
    if one.follow_up_on:
        follow_up = spoken_day(one.follow_up_on)
        return f"Deadline: the day before the follow-up visit on {follow_up}: {limit}."
    if one.target_h is None or one.limit_h is None:
        return f"Deadline: {event} + {one.interval_days} days, at the end of the day: {limit}."
    counted = (
        "without Saturdays, Sundays and holidays"
        if one.clock == "working_days"
        else "weekends and holidays count"
    )
    target = spoken(one.target_at, one.zone)
    return (
        f"Deadline: {event} + {one.target_h:g} h = {target} (target), "
        f"+ {one.limit_h:g} h = {limit}; {counted}."
    )


def _pauses(one: Obligation, practice: Practice) -> Iterator[str]:
    """Yield why a deadline differs from plain hours: days off, clock changes, past policies."""
    zone, holidays = one.zone, frozenset(practice.settings.holidays)
    if one.clock == "working_days" and one.target_h is not None:
        first, last = local_day(one.event_at, zone), local_day(one.limit_at, zone)
        between = (first + n * DAY for n in range((last - first).days + 1))
        closed = [
            f"{spoken_day(d)}{' (holiday)' * (d in holidays)}"
            for d in between
            if not counts(d, holidays)
        ]
        yield f"Not counted: {', '.join(closed) or 'no day in between'}."
    change = one.limit_at.astimezone(zone).utcoffset(), one.event_at.astimezone(zone).utcoffset()
    if one.target_h is not None and change[0] != change[1]:
        yield "The clocks change in between; hours are counted as they pass."
    if len(practice.settings.policies) > 1 and one.target_h is not None:
        policy = Policies(practice.settings, zone).at(one.event_at)
        yield (
            f"Policy: {policy.preset}, in force from {policy.from_} on; "
            "a later one changes nothing here."
        )
    if one.send_by:
        yield f"Nobody is there on the limit's day: send it by {spoken_day(one.send_by)}."


def _clearing(one: Obligation, provider: str, practice: Practice) -> Iterator[str]:
    if one.met_by:
        sending = practice.communications[one.met_by]
        method, sent_at = sending.method.replace("_", " "), spoken(sending.at, one.zone)
        timeliness = "on time" if one.on_time else "after the limit"
        yield f"Met: {method} to {provider} {sent_at}, {timeliness}."
        return
    if one.waiver:
        until = f" until {spoken(one.waiver.until, one.zone)}" if one.waiver.until else ""
        yield f"Waived by {one.waiver.by}{until}: {one.waiver.reason}"
    if one.blocked_by:
        yield (
            "Nothing may be sent yet: the referral holds no date of the client's consent "
            "to release information."
        )
    if one.state == "failed":
        yield "The last attempt failed or came back; it has to be sent again."
    if one.state == "called":
        yield "A call was made; it does not take the place of the written report."
    how = "a call that was answered, or a sending" if one.kind == "red_flag_call" else "a sending"
    yield (
        f"Clears when {how} to {provider} by fax, Direct, portal, secure e-mail, letter "
        "or in person is recorded as sent; a text or the client's own copy never counts."
    )
