"""Records made of complete lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.find import key
from medex_tui.domain.records.amending import entered_late
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import signed
from medex_tui.domain.records.visits import Override, Session
from medex_tui.domain.shorthand.assessment import AssessmentReading
from medex_tui.domain.shorthand.session import SessionReading


def to_session(
    reading: SessionReading,
    base: Session | None,
    *,
    practice: Practice,
    id: str,
    now: datetime,
    by: str,
    sign: bool,
    overrides: Sequence[Override] = (),
) -> Session:
    """The session of a complete line: a planned or open one filled in, or a new one with `id`.

    With a stated time the session began then and ends after the minutes of its services, if any;
    else it began when planned, if that was earlier the same day, or now, and ends now. A late entry
    is stamped as one. `overrides` are reasons for continuing against a safety rule. Raises
    ValueError for a line that is not complete, and for a session of another client or a closed one.
    """
    if not reading.complete or reading.client is None:
        raise ValueError("the line is not whole: it has problems or open questions")
    if base and (base.client_id != reading.client.id or base.state not in ("planned", "open")):
        raise ValueError("this session is another client's, or closed")
    started, ended = _times(reading, base, now, practice)
    session = base or Session(
        id=id,
        client_id=reading.client.id,
        referral_id=reading.referral_id,
        created_at=now,
        created_by=by,
    )
    links = {key(e.name): e.goal_id for e in session.exercises if e.goal_id}
    filled = replace(
        session,
        referral_id=session.referral_id or reading.referral_id,
        started_at=started,
        ended_at=ended,
        state="open",
        exercises=[
            e if e.goal_id else replace(e, goal_id=links.get(key(e.name)))
            for e in reading.exercises
        ],
        vitals=reading.vitals,
        services=reading.services,
        symptoms=reading.symptoms,
        rest_min=reading.rest_min,
        overrides=[*session.overrides, *overrides],
        note=reading.note or (session.note if session.state == "planned" else None),
        **_parts(reading, session),
    )
    if reading.late:
        filled = entered_late(filled, started, at=now, by=by, zone=practice.zone)
    return signed(filled, at=now, by=by) if sign else filled


def to_assessment(
    reading: AssessmentReading,
    base: Assessment | None,
    *,
    practice: Practice,
    id: str,
    now: datetime,
    by: str,
    sign: bool,
) -> Assessment:
    """The assessment of a complete line: an unsigned one filled in, or a new one with `id`.

    It was taken at the stated time, else when the unsigned one was, else now. A late entry is
    stamped as one. Raises ValueError for a line that is not complete, and for an assessment of
    another client or a signed one.
    """
    if not reading.complete or reading.client is None:
        raise ValueError("the line is not whole: it has problems or open questions")
    if base and (base.client_id != reading.client.id or base.signed_at):
        raise ValueError("this assessment is another client's, or signed")
    taken = reading.at or (base.taken_at if base else now)
    made = base or Assessment(
        id=id,
        client_id=reading.client.id,
        referral_id=reading.referral_id,
        taken_at=taken,
        created_at=now,
        created_by=by,
    )
    filled = replace(
        made,
        referral_id=made.referral_id or reading.referral_id,
        taken_at=taken,
        kind=reading.kind,
        readings=reading.readings,
        summary=reading.summary,
    )
    if reading.late:
        filled = entered_late(filled, taken, at=now, by=by, zone=practice.zone)
    return signed(filled, at=now, by=by) if sign else filled


def _parts(reading: SessionReading, session: Session) -> dict[str, Any]:
    """The labeled parts as fields of a session; a planned one keeps what the line does not say."""
    parts = reading.parts
    fields = {
        "since_last": parts.since_last,
        "response": parts.response,
        "plan": parts.plan,
        "progress_update": parts.progress_update,
        "screening": parts.screening,
        "outcome": parts.outcome,
        "stop": parts.stop,
    }
    if session.state == "planned":
        return {name: value or getattr(session, name) for name, value in fields.items()}
    return fields


def _times(
    reading: SessionReading, base: Session | None, now: datetime, practice: Practice
) -> tuple[datetime, datetime | None]:
    """When the session began and ended."""
    if reading.at:
        minutes = timedelta(minutes=sum(service.minutes for service in reading.services))
        return reading.at, min(reading.at + minutes, now) if minutes else None
    if base and base.started_at:
        return base.started_at, base.ended_at or now
    planned = base.planned_at if base else None
    zone = practice.zone
    if planned and planned <= now and local_day(planned, zone) == local_day(now, zone):
        return planned, now
    return now, now
