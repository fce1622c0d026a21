"""The progress report: one page on what changed, by how much, and whether that is more than measurement error."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.letters import episode, letterhead, sentences
from medex_tui.reports.letters.course import course
from medex_tui.reports.letters.letterhead import Judgement, Letter, LetterFrame, said
from medex_tui.reports.templates import LetterTemplate


def progress_report(
    referral: Referral,
    practice: Practice,
    since: date | None,
    written_at: datetime,
    by: str,
    judgement: Judgement | None = None,
    *,
    signed_at: datetime | None = None,
    leave_out: Collection[str] = (),
    about: Sequence[str] = (),
    templates: Mapping[str, LetterTemplate] = {},
) -> Letter:
    """The letter on a period, in the order of DOMAIN 5.4: bottom line, attendance, goals, measures, next, question.

    The period runs from `since`, or where that is None from the last signed report, else the first visit, to the day
    of writing. Measures are compared over the whole episode. `about` adds the ids of the records it answers for.
    """
    frame = LetterFrame(practice, referral, written_at, by, signed_at, templates)
    last = wording.local_day(written_at, practice.zone)
    first = since or period_start(referral, practice, written_at)
    sessions = episode.visits(referral, practice, first, last)
    came = episode.attendance(sessions, written_at)
    told = course(frame, written_at, leave_out)
    programme = episode.programme(sessions, first, last)
    stands = letterhead.settled(
        judgement,
        bottom_line=sentences.bottom_line(told.found, told.standings, practice),
        next_steps=last_plan(sessions, practice),
    )
    blocks = {
        **told.blocks,
        "bottom_line": said("Bottom line", stands.bottom_line),
        "why_referred": said("Why referred", referral.reason),
        "attendance": said("Attendance", f"{came.words}."),
        "programme": said("Programme", programme),
        "measures": told.measures or "No measures in this episode yet.",
        "limits": said("Limited now", told.limits),
        "next": said("Next", stands.next_steps),
        "question": said("Question", stands.question),
    }
    wanted = {
        "sessions": (came.scheduled, "visit in its period"),
        "referral.reason": (
            told.limits or referral.reason,
            "functional problem in the client's words",
        ),
        "goals": (told.goals, "functional goal"),
        "assessments": (told.measures, "measure with its baseline"),
        "programme": (programme, "programme outline"),
        "session.plan": (blocks["next"], "next step"),
    }
    number = len(earlier_reports(referral, practice, written_at)) + 1
    return frame.letter(
        "progress_report",
        stands,
        blocks,
        about=list(dict.fromkeys([referral.id, *about])),
        title=f"Progress report {number}",
        period=f"reporting {wording.period(first, last)}",
        missing=letterhead.lacking("report", wanted),
        can_drop=episode.droppable(told.found),
    )


def earlier_reports(referral: Referral, practice: Practice, before: datetime) -> list[Document]:
    """The episode's progress reports signed before an instant, earliest first."""
    kept = [
        d
        for d in practice.documents_of.get(referral.client_id, ())
        if d.kind == "progress_report"
        and d.referral_id == referral.id
        and d.signed_at
        and d.signed_at < before
    ]
    return sorted(kept, key=lambda d: (d.signed_at, d.id))


def period_start(referral: Referral, practice: Practice, before: datetime) -> date:
    """The local day of the last signed report, else of the first visit or assessment, else of the referral."""
    reports = earlier_reports(referral, practice, before)
    if reports and (signed := reports[-1].signed_at):
        return wording.local_day(signed, practice.zone)
    seen = [s.at for s in episode.sessions_of(referral, practice) if s.attended]
    seen += [a.taken_at for a in episode.assessments(referral, practice, before)]
    starts = [at for at in seen if at and at <= before] or [referral.received_at or before]
    return wording.local_day(min(starts), practice.zone)


def last_plan(sessions: Sequence[Session], practice: Practice) -> str:
    """What the last visit with a plan says comes next, attributed to it; empty where none does."""
    for session in reversed(sessions):
        if session.attended and session.at and (plan := one_line(session.plan or "")):
            on = wording.day(wording.local_day(session.at, practice.zone))
            return f"{plan.rstrip('.')} (plan of {on})."
    return ""
