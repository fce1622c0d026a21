"""The assessment summary: one page on what a client can and cannot do, against published references."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.referral import valid_through
from medex_tui.reports import wording
from medex_tui.reports.letters import episode, letterhead
from medex_tui.reports.letters.letterhead import Judgement, Letter, LetterFrame, said
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
    """The letter on one assessment, in the order of DOMAIN 5.4: why, limits, goals, findings, programme, question.

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
    notes = episode.Footnotes()
    findings = episode.six_lines(found, notes) if found else []
    limits = episode.limits(found, goals)
    screen = _screen(assessment, referral, practice)
    stands = letterhead.settled(
        judgement, bottom_line=assessment.summary or "", next_steps=_programme(frame)
    )
    event = wording.moment(assessment.taken_at, practice.zone)
    added = (
        block.replace("## ", "### ", 1)
        for block in amendments(assessment.amendments, practice, assessment.taken_at)
    )
    blocks = {
        "late_entry": late_entry(assessment.taken_at, assessment.signed_at, practice),
        "seal_broken": broken_seal(assessment),
        "bottom_line": said("Bottom line", stands.bottom_line),
        "why_referred": f"**Why referred:** {text(referral.reason or '') or letterhead.UNKNOWN}",
        "limits": said("Limited now", limits),
        "goals": episode.goal_table(goals, taken, frame.client, on),
        "findings": bullets(findings),
        "sources": notes.line,
        "pain": episode.pain_line(found),
        "screen": screen,
        "next": said("Programme", stands.next_steps),
        "question": said("Question", stands.question),
        "amendments": document(added).rstrip("\n"),
    }
    wanted = {
        "referral.reason": (limits or referral.reason, "functional problem in the client's words"),
        "goals": (goals, "functional goal"),
        "assessment.readings": (found, "measure"),
        "session.symptoms": (screen, "red-flag screen, as no visit is logged up to that day"),
        "programme": (blocks["next"], "programme outline"),
    }
    return frame.letter(
        "assessment_summary",
        stands,
        blocks,
        about=[assessment.id],
        title=f"Assessment summary{'' if assessment.kind == 'initial' else f' ({assessment.kind})'}",
        period=f"assessed {event}",
        missing=letterhead.lacking("summary", wanted),
        can_drop=episode.droppable(found),
    )


def _programme(frame: LetterFrame) -> str:
    """The programme so far, and how far the referral reaches; empty where nobody came yet."""
    referral, zone = frame.referral, frame.practice.zone
    last = wording.local_day(frame.written_at, zone)
    seen = [s.at for s in episode.sessions_of(referral, frame.practice) if s.attended and s.at]
    if not seen or seen[0] > frame.written_at:
        return ""
    first = wording.local_day(seen[0], zone)
    done = episode.programme(episode.visits(referral, frame.practice, first, last), first, last)
    allowed = (
        f"; {wording.plural(referral.visits_authorised, 'visit')} authorised"
        if referral.visits_authorised
        else ""
    )
    through = valid_through(referral)
    reaches = f"; referral valid through {wording.day(through)}" if through else ""
    return f"{done}{allowed}{reaches}."


def _screen(assessment: Assessment, referral: Referral, practice: Practice) -> str:
    """The red flags recorded at the visit of that day, or the last before it; empty where no visit is logged."""
    on = wording.local_day(assessment.taken_at, practice.zone)
    sessions = episode.sessions_of(referral, practice)
    seen = [
        s for s in sessions if s.attended and s.at and wording.local_day(s.at, practice.zone) <= on
    ]
    return red_flag_line(seen[-1], practice) if seen else ""
