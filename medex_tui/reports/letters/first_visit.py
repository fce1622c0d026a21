"""The letter after the first visit."""

from __future__ import annotations

from datetime import datetime

from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, Missing, settled
from medex_tui.reports.documents.letterhead import UNKNOWN, said
from medex_tui.reports.letters import episode
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.outreach import VERSIONS, version_for
from medex_tui.reports.notes.visit_note import red_flag_line
from medex_tui.reports.rendering.markdown import field, text


def intro_letter(session: Session, frame: LetterFrame, own: Judgement | None) -> Letter:
    """The first session took place: goals, screening, next visit, and the question for concerns."""
    practice, referral = frame.practice, frame.referral
    goals = [g.text for g in practice.goals_of.get(referral.id, ()) if g.status == "open"]
    when = wording.moment(session.at, practice) if session.at else ""
    on = wording.day_of(session.at, practice) if session.at else UNKNOWN
    screen = red_flag_line(session, practice) if session.attended else ""
    following = next_booked(frame, after=session.at) if session.at else None
    booked = f"Next visit: {wording.moment(following, practice)}." if following else ""
    stands = settled(
        own,
        bottom_line=f"{frame.name} attended the first medical exercise session on {on}.",
        question="Any concerns or limits? Otherwise no action is needed.",
    )
    return frame.letter(
        "intro_letter",
        stands,
        {
            "bottom_line": said("Summary", stands.bottom_line),
            "why_referred": field("Reason for referral", text(referral.reason))
            if referral.reason
            else "",
            "goals": field("Goals", text("; ".join(goals))) if goals else "",
            "screen": screen,
            "next_visit": booked,
            "begun": VERSIONS[version_for(frame.provider)].begun if frame.provider else "",
            "next": said("Plan", stands.next_steps),
            "question": said("For you", stands.question),
        },
        about=[session.id],
        period=f"visit of {when}" if when else "",
        missing=[]
        if screen
        else [
            Missing(
                "session.symptoms",
                "The first visit has no red-flag screen.",
                "Log the visit with its screen.",
            )
        ],
    )


def next_booked(frame: LetterFrame, after: datetime) -> datetime | None:
    """When the next visit of the episode is planned."""
    sessions = episode.sessions_of(frame.referral, frame.practice)
    return next((s.at for s in sessions if s.at and s.at > after and s.state == "planned"), None)
