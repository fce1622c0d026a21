"""The letter on missed visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, settled
from medex_tui.reports.documents.letterhead import said
from medex_tui.reports.letters import episode
from medex_tui.reports.letters.first_visit import next_booked
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.rendering.markdown import bullets, field, text

MOST_LISTED = 6
"""How many visits the letter lists, from the absence on."""


def missed_visits(source_id: str, frame: LetterFrame, own: Judgement | None) -> Letter:
    """The absence as it is: what was missed, the visits around it, the last attended one, the next one booked.

    `source_id` is the second no-show in a row, or the last visit before 14 days without one.
    """
    practice = frame.practice
    past = [
        s
        for s in episode.sessions_of(frame.referral, practice)
        if s.at and s.at <= frame.written_at
    ]
    missed = _no_shows_up_to(source_id, past)
    source = practice.sessions.get(source_id) or practice.assessments.get(source_id)
    left = None
    if source is not None:
        left = source.at if isinstance(source, Session) else source.taken_at
    draft = _absence(frame, missed, left)
    stands = settled(own, bottom_line=draft)
    since = min([*missed, left or frame.written_at])
    came = [s.at for s in past if s.attended and s.at]
    following = next_booked(frame, after=frame.written_at)
    last = (
        f"Last visit attended: {wording.moment(came[-1], practice)}."
        if came
        else "No visit attended."
    )
    booked = (
        f"Next visit: {wording.moment(following, practice)}."
        if following
        else "No further visit is scheduled."
    )
    attended = episode.attendance(past, frame.written_at).words
    listed = [_visit_line(s, s.at, practice) for s in past if s.at and s.at >= since]
    return frame.letter(
        "missed_visits",
        stands,
        {
            "bottom_line": said("Summary", stands.bottom_line),
            "last_visit": last,
            "next_visit": booked,
            "attendance": field("Attended since referral", f"{attended}."),
            "visits": bullets(listed[:MOST_LISTED]),
            "next": said("Plan", stands.next_steps),
            "question": said("For you", stands.question),
        },
        about=[source_id],
    )


def _absence(frame: LetterFrame, missed: list[datetime], left: datetime | None) -> str:
    """The draft summary: which visits were missed, or since when nobody attended."""
    practice = frame.practice
    if missed:
        dates = wording.days([wording.local_day(at, practice.zone) for at in missed], practice)
        row = " in a row" if len(missed) > 1 else ""
        return f"{frame.name} missed {wording.plural(len(missed), 'planned visit')}{row}: {dates}."
    if left:
        after = wording.day_of(left, practice)
        return f"{frame.name} has not attended for 14 days or more since the visit of {after}."
    return f"{frame.name} has missed visits."


def _no_shows_up_to(source_id: str, past: Sequence[Session]) -> list[datetime]:
    """When the no-shows in a row were that end with a session, earliest first; empty where it is not one."""
    row: list[datetime] = []
    for session in past:
        if session.attended:
            row = []
        elif session.state == "no_show" and session.at:
            row.append(session.at)
            if session.id == source_id:
                return row
    return []


def _visit_line(session: Session, at: datetime, practice: Practice) -> str:
    words = {"no_show": "no-show", "cancelled": "cancelled", "planned": "no note yet"}
    reason = f" ({text(session.reason)})" if session.reason else ""
    return f"{wording.moment(at, practice)}: {words.get(session.state, 'attended')}{reason}"
