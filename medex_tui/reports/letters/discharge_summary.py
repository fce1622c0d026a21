"""The discharge summary."""

from __future__ import annotations

from collections.abc import Collection

from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, lacking, settled
from medex_tui.reports.documents.letterhead import UNKNOWN, said
from medex_tui.reports.letters import episode, measure_tables, sentences
from medex_tui.reports.letters.course import course
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.progress_report import last_plan
from medex_tui.reports.letters.summary_box import safety
from medex_tui.reports.rendering.markdown import field, text


def discharge_summary(
    frame: LetterFrame, own: Judgement | None, *, leave_out: Collection[str] = ()
) -> Letter:
    """Reason, start to end, goals, remaining limitations, home program, when to refer again."""
    practice, referral = frame.practice, frame.referral
    ended = referral.discharged_at or frame.written_at
    last = wording.local_day(ended, practice.zone)
    looked_back = course(frame, ended, leave_out)
    sessions = episode.sessions_of(referral, practice)
    seen = [s.at for s in sessions if s.attended and s.at] + [a.taken_at for a in looked_back.taken]
    first = wording.local_day(min(seen), practice.zone) if seen else last
    total = episode.attendance(sessions, ended)
    reason, who = text(referral.discharge_reason or ""), text(frame.name)
    stands = settled(
        own,
        bottom_line=sentences.bottom_line(looked_back.outcomes, looked_back.goals, practice),
        next_steps=last_plan(sessions, practice),
    )
    blocks = {
        **looked_back.blocks,
        "bottom_line": said("Summary", stands.bottom_line),
        "safety": safety(sessions, practice),
        "reason": field("Reason for discharge", reason or UNKNOWN),
        "attendance": field("Attended", f"{total.words}."),
        "measures": looked_back.measures or "No measures in this episode.",
        "limits": said("Limitations that remain", looked_back.limitations),
        "next": said("Home program and follow-up", stands.next_steps),
        "thanks": f"Please refer again if function declines or a new limitation appears. Thank you for referring {who}.",
        "question": said("For you", stands.question),
    }
    wanted = {
        "referral.discharge_reason": (reason, "reason for discharge"),
        "goals": (looked_back.goals, "functional goal with its outcome"),
        "assessments": (looked_back.measures, "measure from start to end"),
        "session.plan": (blocks["next"], "home program"),
    }
    return frame.letter(
        "discharge_summary",
        stands,
        blocks,
        about=[referral.id],
        title=f"Discharge summary, {wording.period(first, last, practice)}",
        missing=lacking("summary", wanted),
        can_drop=measure_tables.droppable(looked_back.outcomes),
    )
