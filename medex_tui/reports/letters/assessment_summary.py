"""The assessment summary: one page on what a client can and cannot do, against published references."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.referral import valid_through
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, lacking, settled
from medex_tui.reports.documents.letterhead import UNKNOWN, said
from medex_tui.reports.letters import episode, measure_tables
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.goal_table import goal_table
from medex_tui.reports.notes.visit_note import amendments, broken_seal, late_entry, red_flag_line
from medex_tui.reports.rendering.markdown import bullets, document, text
from medex_tui.reports.templates import LetterTemplate


def assessment_summary(
    assessment: Assessment,
    practice: Practice,
    written_at: datetime,
    by: str,
    judgement: Judgement | None = None,
    *,
    signed_at: datetime | None = None,
    leave_out: Collection[str] = (),
    templates: Mapping[str, LetterTemplate] = {},
) -> Letter:
    """The letter on one assessment, in the order of DOMAIN 5.4: why, limits, goals, findings, program, question.

    `leave_out` names measures that are not to be printed, to keep to one page.
    """
    referral = practice.episode_of(assessment) or Referral(
        id=assessment.id, client_id=assessment.client_id
    )
    frame = LetterFrame(practice, referral, written_at, by, signed_at, templates)
    on = wording.local_day(assessment.taken_at, practice.zone)
    taken = [
        a
        for a in episode.assessments(referral, practice, assessment.taken_at)
        if a is not assessment
    ]
    taken.append(assessment)
    found = episode.measured(taken, frame.client, on, leave_out)
    goals = practice.goals_of.get(referral.id, [])
    notes = measure_tables.Footnotes()
    findings = measure_tables.six_lines(found, notes) if found else []
    limits = measure_tables.limitations(found, goals)
    screen = _screen(assessment, referral, practice)
    stands = settled(judgement, bottom_line=assessment.summary or "", next_steps=_program(frame))
    event = wording.moment(assessment.taken_at, practice)
    added = (
        block.replace("## ", "### ", 1)
        for block in amendments(assessment.amendments, practice, assessment.taken_at)
    )
    blocks = {
        "late_entry": late_entry(assessment.taken_at, assessment.signed_at, practice),
        "seal_broken": broken_seal(assessment),
        "bottom_line": said("Summary", stands.bottom_line),
        "why_referred": f"**Reason for referral:** {text(referral.reason or '') or UNKNOWN}",
        "limits": said("Current limitations", limits),
        "goals": goal_table(goals, taken, frame.client, on, practice),
        "findings": bullets(findings),
        "sources": notes.line,
        "pain": measure_tables.pain_line(found),
        "screen": screen,
        "next": said("Program and plan", stands.next_steps),
        "question": said("For you", stands.question),
        "amendments": document(added).rstrip("\n"),
    }
    wanted = {
        "referral.reason": (limits or referral.reason, "functional problem in the client's words"),
        "goals": (goals, "functional goal"),
        "assessment.readings": (found, "measure"),
        "session.symptoms": (screen, "red-flag screen, as no visit is logged up to that day"),
        "programme": (blocks["next"], "program outline"),
    }
    return frame.letter(
        "assessment_summary",
        stands,
        blocks,
        about=[assessment.id],
        title=f"Assessment summary{'' if assessment.kind == 'initial' else f' ({assessment.kind})'}",
        period=f"assessed {event}",
        missing=lacking("summary", wanted),
        can_drop=measure_tables.droppable(found),
    )


def _program(frame: LetterFrame) -> str:
    """The program so far, and how far the referral reaches; empty before the first visit."""
    referral, practice = frame.referral, frame.practice
    zone = practice.zone
    last = wording.local_day(frame.written_at, zone)
    seen = [s.at for s in episode.sessions_of(referral, frame.practice) if s.attended and s.at]
    if not seen or seen[0] > frame.written_at:
        return ""
    first = wording.local_day(seen[0], zone)
    done = episode.program(episode.visits(referral, frame.practice, first, last), first, last)
    allowed = (
        f"; {wording.plural(referral.visits_authorised, 'visit')} authorized"
        if referral.visits_authorised
        else ""
    )
    through = valid_through(referral)
    reaches = f"; referral expires {wording.day(through, practice)}" if through else ""
    return f"{done}{allowed}{reaches}."


def _screen(assessment: Assessment, referral: Referral, practice: Practice) -> str:
    """The red flags recorded at the visit of that day, or the last before it; empty where no visit is logged."""
    on = wording.local_day(assessment.taken_at, practice.zone)
    sessions = episode.sessions_of(referral, practice)
    seen = [
        s for s in sessions if s.attended and s.at and wording.local_day(s.at, practice.zone) <= on
    ]
    return red_flag_line(seen[-1], practice) if seen else ""
