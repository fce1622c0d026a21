"""Letters on a change in status: a safety event at a visit, or exercise on hold."""

from __future__ import annotations

from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.status import hold
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import NOTHING_ASKED, Judgement, Letter, Missing, settled
from medex_tui.reports.documents.letterhead import UNKNOWN, said
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.summary_box import observed, safety_event
from medex_tui.reports.notes.visit_note import (
    findings,
    override_lines,
    red_flag_line,
    vitals_table,
)
from medex_tui.reports.rendering.markdown import bullets, paragraph, text

MAY_RESUME = "May exercise resume? Any limits?"
WHERE_ENTERED = {
    "session.response": "Enter it at the visit, or amend the signed note.",
    "session.plan": "Enter it at the visit or in the letter.",
}


def change_in_status(session: Session, frame: LetterFrame, own: Judgement | None) -> Letter:
    """A safety event at a visit: what happened, readings, what was done, how the client left."""
    practice = frame.practice
    when = wording.moment(session.at, practice) if session.at else UNKNOWN
    stop = session.stop
    added = "\n".join(amendment.text for amendment in session.amendments)
    left = (stop.state_on_leaving if stop else None) or session.response or added
    state = paragraph(left)
    done = (stop.done if stop else None) or ""
    stands = settled(
        own,
        bottom_line=_what_happened(session, practice),
        next_steps=" ".join(part for part in (_sentence(done), session.plan or "") if part),
        question=MAY_RESUME,
    )
    reported = [text(observed(finding)) for finding in findings(session, practice)]
    blocks = {
        "bottom_line": said("Summary", stands.bottom_line),
        "question": said("For you", stands.question),
        "findings": bullets(reported) or red_flag_line(session, practice),
        "vitals": vitals_table(session),
        "overrides": override_lines(session, practice),
        "client_reports": said("Patient reports", session.since_last),
        "response": f"**Response, and state on leaving:** {state or UNKNOWN}",
        "next": said("Action taken and plan", stands.next_steps),
        "call_back": said("Call us at", practice.settings.phone),
    }
    wanted = {
        "session.response": (state, "how the client responded and left"),
        "session.plan": (said("Plan", stands.next_steps), "what was done and comes next"),
    }
    missing = [
        Missing(key, f"The letter does not say {what}.", WHERE_ENTERED[key])
        for key, (there, what) in wanted.items()
        if not there
    ]
    return frame.letter(
        "change_in_status",
        stands,
        blocks,
        about=[session.id],
        period=f"visit of {when}",
        missing=missing,
    )


def _sentence(words: str) -> str:
    """Typed words with a period at their end; empty for nothing."""
    ended = words.rstrip().endswith((".", "!", "?"))
    return words if ended or not words.strip() else f"{words.rstrip()}."


def _what_happened(session: Session, practice: Practice) -> str:
    """The draft summary as plain text: what was done and why, with the pressures."""
    event = safety_event(session, practice, plain=True)
    if event:
        return event
    day = wording.day_of(session.at, practice) if session.at else ""
    return f"A change was reported at the visit of {day}.".replace(" of .", ".")


def on_hold(frame: LetterFrame, own: Judgement | None) -> Letter:
    """Exercise was put on hold, and may have resumed since."""
    client, practice = frame.client, frame.practice
    held = hold(client) if client else None
    reason = text(client.status_reason or "") if client else ""
    told, question = "is on hold", MAY_RESUME
    if held and held.ended:
        until = wording.moment(held.ended, practice)
        told = f"was on hold from {wording.moment(held.began, practice)} to {until}"
        question = NOTHING_ASKED
    elif held:
        told = f"has been on hold since {wording.moment(held.began, practice)}"
    stands = settled(own, bottom_line=f"Exercise for {frame.name} {told}.", question=question)
    return frame.letter(
        "change_in_status",
        stands,
        {
            "bottom_line": said("Summary", stands.bottom_line),
            "reason": f"**Reason:** {reason or UNKNOWN}",
            "next": said("Plan", stands.next_steps),
            "question": said("For you", stands.question),
            "call_back": said("Call us at", practice.settings.phone),
        },
        template="on_hold",
        period=f"on hold from {wording.moment(held.began, practice)}" if held else "",
        about=[client.id] if client else [],
        missing=[]
        if reason
        else [
            Missing(
                "client.status_reason",
                "No reason for the hold is recorded.",
                "Enter it with the client.",
            )
        ],
    )
