"""The acknowledgement of a referral."""

from __future__ import annotations

from medex_tui.domain.referrals.referral import checklist
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import NOTHING_ASKED, Judgement, Letter, settled
from medex_tui.reports.documents.letterhead import said
from medex_tui.reports.letters import episode
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.rendering.markdown import field, text


def referral_ack(frame: LetterFrame, own: Judgement | None) -> Letter:
    """The acknowledgement: thanks, first visit, and what the referral still needs."""
    referral, practice = frame.referral, frame.practice
    sessions = episode.sessions_of(referral, practice)
    first = next(
        (s.at for s in sessions if s.state in ("planned", "open", "signed") and s.at), None
    )
    booked = (
        f"First visit: {wording.moment(first, practice)}."
        if first
        else "First visit not scheduled yet."
    )
    received = (
        f"Received {wording.moment(referral.received_at, practice)}."
        if referral.received_at
        else ""
    )
    day = wording.local_day(frame.written_at, practice.zone)
    asked_for = [
        entry.asked_for
        for entry in checklist(referral, frame.provider, day)
        if entry.asked_for and not entry.there
    ]
    stands = settled(
        own,
        bottom_line=f"Thank you for referring {frame.name} for medical exercise.",
        question=f"Please send: {'; '.join(asked_for)}." if asked_for else NOTHING_ASKED,
    )
    return frame.letter(
        "referral_ack",
        stands,
        {
            "bottom_line": said("Summary", stands.bottom_line),
            "received": received,
            "why_referred": field("Reason for referral", text(referral.reason))
            if referral.reason
            else "",
            "first_visit": booked,
            "next": said("Plan", stands.next_steps),
            "question": said("For you", stands.question),
        },
        about=[referral.id],
    )
