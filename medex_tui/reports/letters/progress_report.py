"""The progress report: one page on what changed, by how much, and whether the change is real."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, lacking, settled
from medex_tui.reports.documents.letterhead import said
from medex_tui.reports.letters import episode, measure_tables, sentences
from medex_tui.reports.letters.course import course
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.summary_box import safety
from medex_tui.reports.rendering.markdown import field
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
    """The letter on a period: summary box, goals, measures, attendance, plan (DOMAIN 5.4).

    The period runs from `since`, else from the signing of the last report, else from the first
    visit, to the instant of writing; a visit is counted in one report only. Measures are compared
    over the whole episode. `about` adds the ids of the records the letter answers for.
    """
    frame = LetterFrame(practice, referral, written_at, by, signed_at, templates)
    last = wording.local_day(written_at, practice.zone)
    first = since or period_start(referral, practice, written_at)
    sessions = period_visits(referral, practice, since, written_at)
    looked_back = course(frame, written_at, leave_out)
    program = episode.program(sessions, first, last)
    stands = settled(
        judgement,
        bottom_line=sentences.bottom_line(looked_back.outcomes, looked_back.goals, practice),
        next_steps=last_plan(sessions, practice),
    )
    blocks = {
        **looked_back.blocks,
        "bottom_line": said("Summary", stands.bottom_line),
        "question": said("For you", stands.question),
        "safety": safety(sessions, practice),
        "why_referred": said("Reason for referral", referral.reason),
        "attendance": field("Attended", attended(referral, practice, sessions, written_at)),
        "programme": said("Program", program),
        "measures": looked_back.measures or "No measures in this episode yet.",
        "limits": said("Current limitations", looked_back.limitations),
        "next": said("Plan", stands.next_steps),
    }
    wanted = {
        "sessions": (episode.attendance(sessions, written_at).scheduled, "visit in its period"),
        "referral.reason": (
            looked_back.limitations or referral.reason,
            "functional problem in the client's words",
        ),
        "goals": (looked_back.goals, "functional goal"),
        "assessments": (looked_back.measures, "measure with its baseline"),
        "programme": (program, "program outline"),
        "session.plan": (blocks["next"], "next step"),
    }
    return frame.letter(
        "progress_report",
        stands,
        blocks,
        about=list(dict.fromkeys([referral.id, *about])),
        title=f"Progress report, {wording.period(first, last, practice)}",
        missing=lacking("report", wanted),
        can_drop=measure_tables.droppable(looked_back.outcomes),
    )


def period_visits(
    referral: Referral, practice: Practice, since: date | None, written_at: datetime
) -> list[Session]:
    """The visits a report covers: from the day `since`, else those no signed report has covered."""
    last = wording.local_day(written_at, practice.zone)
    reports = earlier_reports(referral, practice, written_at)
    signed_at = reports[-1].signed_at if reports else None
    if since is None and signed_at:
        return episode.visits_after(referral, practice, signed_at, written_at)
    first = since or period_start(referral, practice, written_at)
    return episode.visits(referral, practice, first, last)


def attended(
    referral: Referral, practice: Practice, sessions: Sequence[Session], written_at: datetime
) -> str:
    """`5 of 5 visits this period; 18 of 20 since 08/25/2026`, plain text."""
    period = episode.attendance(sessions, written_at)
    exceptions = f" ({', '.join(period.exceptions)})" if period.exceptions else ""
    visits = wording.plural(period.scheduled, "visit")
    words = f"{period.attended} of {visits} this period{exceptions}"
    whole = [s for s in episode.sessions_of(referral, practice) if s.at and s.at <= written_at]
    if len(whole) > len(sessions) and whole[0].at:
        start = wording.day_of(whole[0].at, practice)
        total = episode.attendance(whole, written_at)
        words += f"; {total.attended} of {total.scheduled} since {start}"
    return f"{words}."


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
            on = wording.day_of(session.at, practice)
            return f"{plan.rstrip('.')} (plan of {on})."
    return ""
