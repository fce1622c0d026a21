"""The short letters, and the one place that knows which letter meets which obligation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.status import hold
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import checklist
from medex_tui.domain.safety import rules
from medex_tui.reports import wording
from medex_tui.reports.letters import episode, letterhead, sentences
from medex_tui.reports.letters.assessment_summary import assessment_summary
from medex_tui.reports.letters.course import course
from medex_tui.reports.letters.letterhead import Judgement, Letter, LetterFrame, Missing, said
from medex_tui.reports.letters.outreach import VERSIONS, version_for
from medex_tui.reports.letters.progress_report import last_plan, progress_report
from medex_tui.reports.notes.visit_note import (
    finding_lines,
    findings,
    override_lines,
    red_flag_line,
    vitals_table,
)
from medex_tui.reports.rendering.markdown import bullets, field, paragraph, text
from medex_tui.reports.templates import LetterTemplate

MAY_GO_ON = "Please tell us whether and within which limits exercise may go on."
WHERE_SAID = {
    "session.response": "Enter it at the visit, or amend the signed note.",
    "session.plan": "Enter it at the visit or in the letter.",
}
MOST_LISTED = 6
"""How many visits a missed-visits letter lists, from the absence on."""


def letter_for(
    owed: Obligation,
    practice: Practice,
    written_at: datetime,
    by: str,
    judgement: Judgement | None = None,
    *,
    signed_at: datetime | None = None,
    leave_out: Collection[str] = (),
    templates: Mapping[str, LetterTemplate] = {},
) -> Letter:
    """The letter that meets an obligation; for a same-day call the written report that follows it, to read from.

    `templates` are the practice's own, by letter. Its `about` holds the obligation's source, so that signing and
    sending it are found by it. KeyError where the records the obligation came from are not in this practice.
    """
    referral = practice.referrals[owed.referral_id]
    frame = LetterFrame(practice, referral, written_at, by, signed_at, templates)
    match owed.kind:
        case "referral_ack":
            return referral_ack(frame, judgement)
        case "intro_letter":
            return intro_letter(practice.sessions[owed.source_id], frame, judgement)
        case "assessment_summary":
            taken = practice.assessments[owed.source_id]
            return assessment_summary(
                taken,
                practice,
                written_at,
                by,
                judgement,
                signed_at=signed_at,
                leave_out=leave_out,
                templates=templates,
            )
        case "reassessment_update" | "progress_report":
            return progress_report(
                referral,
                practice,
                None,
                written_at,
                by,
                judgement,
                signed_at=signed_at,
                leave_out=leave_out,
                about=[owed.source_id],
                templates=templates,
            )
        case "missed_visits":
            return missed_visits(owed.source_id, frame, judgement)
        case "discharge_summary":
            return discharge_summary(frame, judgement, leave_out=leave_out)
        case "change_in_status" if owed.source_id not in practice.sessions:
            return on_hold(frame, judgement)
        case "change_in_status" | "red_flag_call" | "red_flag_written":
            return change_in_status(practice.sessions[owed.source_id], frame, judgement)


def to_fit(write: Callable[[list[str]], Letter], left_out: Sequence[str] = ()) -> list[str] | None:
    """Which measures to leave out, least telling first, for a letter to keep to one page; None where none would do.

    `write` makes the letter without the measures it is given; `left_out` are those left out already.
    """
    out = list(left_out)
    letter = write(out)
    while letter.pages > 1:
        following = next((measure for measure in letter.can_drop if measure not in out), None)
        if following is None:
            return None
        out.append(following)
        letter = write(out)
    return out


def referral_ack(frame: LetterFrame, own: Judgement | None) -> Letter:
    """Thanks, the first visit or that none is booked, and what the referral still lacks."""
    referral, zone = frame.referral, frame.practice.zone
    sessions = episode.sessions_of(referral, frame.practice)
    first = next(
        (s.at for s in sessions if s.state in ("planned", "open", "signed") and s.at), None
    )
    booked = (
        f"First visit: {wording.moment(first, zone)}."
        if first
        else "A first visit is not booked yet."
    )
    received = (
        f"Received {wording.moment(referral.received_at, zone)}." if referral.received_at else ""
    )
    day, provider = (
        wording.local_day(frame.written_at, zone),
        frame.practice.providers.get(referral.provider_id or ""),
    )
    lacking = [
        one.asked_for
        for one in checklist(referral, provider, day)
        if one.asked_for and not one.there
    ]
    stands = letterhead.settled(
        own,
        bottom_line=f"Thank you for referring {frame.name} for medical exercise.",
        question=f"Please send: {'; '.join(lacking)}." if lacking else letterhead.NOTHING_ASKED,
    )
    return frame.letter(
        "referral_ack",
        stands,
        {
            "bottom_line": said("Bottom line", stands.bottom_line),
            "received": received,
            "why_referred": field("Reason given", text(referral.reason)) if referral.reason else "",
            "first_visit": booked,
            "next": said("Next", stands.next_steps),
            "question": said("Question", stands.question),
        },
        about=[referral.id],
    )


def intro_letter(session: Session, frame: LetterFrame, own: Judgement | None) -> Letter:
    """The first session took place, what that means to this profession, and the question for any concern."""
    practice, referral = frame.practice, frame.referral
    goals = [g.text for g in practice.goals_of.get(referral.id, ()) if g.status == "open"]
    when = wording.moment(session.at, practice.zone) if session.at else ""
    on = (
        wording.day(wording.local_day(session.at, practice.zone))
        if session.at
        else letterhead.UNKNOWN
    )
    screen = red_flag_line(session, practice) if session.attended else ""
    following = next_booked(frame, after=session.at) if session.at else None
    booked = f"Next visit: {wording.moment(following, practice.zone)}." if following else ""
    stands = letterhead.settled(
        own,
        bottom_line=f"{frame.name} came to a first medical exercise session on {on}.",
        question="Is there any concern or limit that we should know of? Otherwise no action is needed.",
    )
    return frame.letter(
        "intro_letter",
        stands,
        {
            "bottom_line": said("Bottom line", stands.bottom_line),
            "why_referred": field("Why referred", text(referral.reason)) if referral.reason else "",
            "goals": field("Working toward", text("; ".join(goals))) if goals else "",
            "screen": screen,
            "next_visit": booked,
            "begun": VERSIONS[version_for(frame.provider)].begun if frame.provider else "",
            "next": said("Next", stands.next_steps),
            "question": said("Question", stands.question),
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


def change_in_status(session: Session, frame: LetterFrame, own: Judgement | None) -> Letter:
    """What was found at a visit and when, vitals, what was done, how the client left, what we need."""
    practice = frame.practice
    when = wording.moment(session.at, practice.zone) if session.at else letterhead.UNKNOWN
    found = [wording.to_provider(line) for line in finding_lines(session, practice)]
    added = [amendment.text for amendment in session.amendments]
    state = paragraph(session.response or "\n".join(added))
    stands = letterhead.settled(
        own,
        bottom_line=_what_and_when(session, when, practice),
        next_steps=session.plan or "",
        question=MAY_GO_ON,
    )
    blocks = {
        "bottom_line": said("Bottom line", stands.bottom_line),
        "findings": bullets(found) or red_flag_line(session, practice),
        "vitals": vitals_table(session),
        "overrides": override_lines(session, practice),
        "client_reports": said("Patient reports", session.since_last),
        "response": f"**Response, and state on leaving:** {state or letterhead.UNKNOWN}",
        "next": said("Action taken and next", stands.next_steps),
        "question": said("Question", stands.question),
        "call_back": said("Call back", practice.settings.phone),
    }
    wanted = {
        "session.response": (state, "how the client responded and left"),
        "session.plan": (said("Next", stands.next_steps), "what was done and comes next"),
    }
    missing = [
        Missing(key, f"The letter does not say {what}.", WHERE_SAID[key])
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


def _what_and_when(session: Session, when: str, practice: Practice) -> str:
    """The gravest finding of a visit, and how many there are beside it."""
    found = findings(session, practice)
    if not found:
        return f"A change was reported at the visit of {when}. We name no cause."
    symptom = rules.symptom_rules().get(found[0].rule)
    what = symptom.label if symptom else wording.to_provider(found[0].text).rstrip(".")
    others = (
        f" {wording.plural(len(found) - 1, 'further finding')} below." if len(found) > 1 else ""
    )
    return f"{what}, at the visit of {when}.{others} We name no cause."


def on_hold(frame: LetterFrame, own: Judgement | None) -> Letter:
    """The client's exercise was put on hold, and may have gone on since."""
    client, practice = frame.client, frame.practice
    held = hold(client) if client else None
    reason = text(client.status_reason or "") if client else ""
    told, question = "is on hold", MAY_GO_ON
    if held and held.ended:
        until = wording.moment(held.ended, practice.zone)
        told = f"was on hold from {wording.moment(held.began, practice.zone)} to {until}"
        question = letterhead.NOTHING_ASKED
    elif held:
        told = f"has been on hold since {wording.moment(held.began, practice.zone)}"
    stands = letterhead.settled(
        own, bottom_line=f"Exercise for {frame.name} {told}.", question=question
    )
    return frame.letter(
        "change_in_status",
        stands,
        {
            "bottom_line": said("Bottom line", stands.bottom_line),
            "reason": f"**Reason:** {reason or letterhead.UNKNOWN}",
            "next": said("Next", stands.next_steps),
            "question": said("Question", stands.question),
            "call_back": said("Call back", practice.settings.phone),
        },
        template="on_hold",
        period=f"on hold from {wording.moment(held.began, practice.zone)}" if held else "",
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


def missed_visits(source_id: str, frame: LetterFrame, own: Judgement | None) -> Letter:
    """The absence as it is: what was missed, the visits around it, the last attended one, the next one booked.

    `source_id` is the second no-show in a row, or the last visit before 14 days without one.
    """
    practice, zone = frame.practice, frame.practice.zone
    past = [
        s
        for s in episode.sessions_of(frame.referral, practice)
        if s.at and s.at <= frame.written_at
    ]
    missed = _no_shows_up_to(source_id, past)
    source = practice.sessions.get(source_id) or practice.assessments.get(source_id)
    left = None
    if source:
        left = source.at if isinstance(source, Session) else source.taken_at
    if missed:
        dates = wording.days([wording.local_day(at, zone) for at in missed])
        row = " in a row" if len(missed) > 1 else ""
        draft = f"{frame.name} did not come to {wording.plural(len(missed), 'planned visit')}{row}: {dates}."
    elif left:
        after = wording.day(wording.local_day(left, zone))
        draft = f"{frame.name} did not come for 14 days or more after the visit of {after}."
    else:
        draft = f"{frame.name} has missed visits."
    stands = letterhead.settled(own, bottom_line=draft)
    since = min([*missed, left or frame.written_at])
    came = [s.at for s in past if s.attended and s.at]
    following = next_booked(frame, after=frame.written_at)
    last = (
        f"Last visit attended: {wording.moment(came[-1], zone)}." if came else "No visit attended."
    )
    booked = (
        f"Next visit booked: {wording.moment(following, zone)}."
        if following
        else "No further visit is booked."
    )
    attended = episode.attendance(past, frame.written_at).words
    listed = [_visit_line(s, s.at, practice) for s in past if s.at and s.at >= since]
    return frame.letter(
        "missed_visits",
        stands,
        {
            "bottom_line": said("Bottom line", stands.bottom_line),
            "last_visit": last,
            "next_visit": booked,
            "attendance": field("Attendance of this referral", f"{attended}."),
            "visits": bullets(listed[:MOST_LISTED]),
            "next": said("Next", stands.next_steps),
            "question": said("Question", stands.question),
        },
        about=[source_id],
    )


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
    words = {"no_show": "did not come", "cancelled": "cancelled", "planned": "not logged"}
    reason = f" ({text(session.reason)})" if session.reason else ""
    return f"{wording.moment(at, practice.zone)}: {words.get(session.state, 'attended')}{reason}"


def discharge_summary(
    frame: LetterFrame, own: Judgement | None, *, leave_out: Collection[str] = ()
) -> Letter:
    """Reason, start to end, goals, residual limits, home programme, when to refer again, thanks."""
    practice, referral = frame.practice, frame.referral
    ended = referral.discharged_at or frame.written_at
    last = wording.local_day(ended, practice.zone)
    told = course(frame, ended, leave_out)
    sessions = episode.sessions_of(referral, practice)
    seen = [s.at for s in sessions if s.attended and s.at] + [a.taken_at for a in told.taken]
    first = wording.local_day(min(seen), practice.zone) if seen else last
    came = episode.attendance(sessions, ended)
    reason, who = text(referral.discharge_reason or ""), text(frame.name)
    stands = letterhead.settled(
        own,
        bottom_line=sentences.bottom_line(told.found, told.standings, practice),
        next_steps=last_plan(sessions, practice),
    )
    blocks = {
        **told.blocks,
        "bottom_line": said("Bottom line", stands.bottom_line),
        "reason": field("Reason for discharge", reason or letterhead.UNKNOWN),
        "attendance": field("Attendance", f"{came.words}."),
        "measures": told.measures or "No measures in this episode.",
        "limits": said("Limits that remain", told.limits),
        "next": said("Home programme and follow-up", stands.next_steps),
        "thanks": f"Please refer again if function falls back or a new limit appears. Thank you for referring {who}.",
        "question": said("Question", stands.question),
    }
    wanted = {
        "referral.discharge_reason": (reason, "reason for discharge"),
        "goals": (told.goals, "functional goal with its outcome"),
        "assessments": (told.measures, "measure from start to end"),
        "session.plan": (blocks["next"], "home programme"),
    }
    return frame.letter(
        "discharge_summary",
        stands,
        blocks,
        about=[referral.id],
        period=f"reporting {wording.period(first, last)}",
        missing=letterhead.lacking("summary", wanted),
        can_drop=episode.droppable(told.found),
    )
