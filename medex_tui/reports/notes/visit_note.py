"""The visit note: one session's record as a document, in the form, SOAP or DAP shape.

The three shapes hold the same facts; only their order and headings differ (DOMAIN 5.4). A note states what was
recorded and nothing else: what is empty reads "not recorded", what was carried over says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from medex_tui.domain import billing_units
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.quantities import load_unit
from medex_tui.domain.records.amending import LATE_AFTER
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.corrections import Amendment
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds, seal_line
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import valid_through
from medex_tui.domain.safety import rules
from medex_tui.domain.safety.finding import SafetyFinding
from medex_tui.domain.safety.limits import limits_at
from medex_tui.domain.vital_signs import SINGLE
from medex_tui.reports import wording
from medex_tui.reports.documents import letterhead
from medex_tui.reports.documents.letter import Missing
from medex_tui.reports.documents.letterhead import UNKNOWN
from medex_tui.reports.rendering.markdown import (
    bullets,
    document,
    field,
    heading,
    lines,
    paragraph,
    table,
    text,
)

Form: TypeAlias = Literal["form", "soap", "dap"]

AID_LINE = "Documentation aid; not a statement that a service is billable."
CARRIED_LINE = (
    "Carried over: copied from the visit before and left as it stood; not a new measurement. "
    "Changed: entered at this visit in place of the value of the visit before."
)
AMENDMENTS = {"addendum": "Addendum", "correction": "Correction", "late_entry": "LATE ENTRY"}
KINDS = {"timed15": "timed, 15 min", "timed_other": "own time base", "untimed": "untimed"}
PHASES = {"pre": "before", "during": "during", "post": "after"}


def visit_note(session: Session, practice: Practice, form: Form = "form") -> str:
    """The session as a Markdown document.

    A no-show or a cancelled visit gets a short note of that. Amendments stand after the original, oldest first.
    """
    if session.state in ("no_show", "cancelled"):
        body = _absence(session, practice)
    else:
        body = [heading(1, "Visit note"), *_warnings(session, practice), _header(session, practice)]
        body += {"form": _form, "soap": _soap, "dap": _dap}[form](session, practice)
    by, at = session.signed_by, session.signed_at
    closing = lines(
        [letterhead.signature(practice, by, at), seal_line(session.seal) if session.seal else ""]
    )
    return document([*body, closing, *amendments(session.amendments, practice, session.at)])


def missing_in_note(session: Session, practice: Practice) -> list[Missing]:
    """What a visit note may not leave without (DOMAIN 5.3, column session log) and this one lacks."""
    client = practice.clients.get(session.client_id)
    found = letterhead.sender_missing(practice) + letterhead.client_missing(client)
    if session.at is None:
        found.append(
            Missing("session.started_at", "The visit has no date.", "Enter when the visit began.")
        )
    if session.attended:
        episode = practice.episode_of(session)
        phases = {v.phase for v in session.vitals}
        wanted = {
            "session.vitals.pre": ("pre" in phases, "vitals before exercise"),
            "session.vitals.post": ("post" in phases, "vitals after exercise"),
            "session.exercises": (bool(session.exercises), "exercise done"),
            "session.response": (_has(session.response), "response to exercise"),
            "session.plan": (_has(session.plan), "plan for the next session"),
        }
        found += [
            Missing(key, f"The visit has no {what}.", f"Enter the {what}.")
            for key, (there, what) in wanted.items()
            if not there
        ]
        if session.services and not (episode and letterhead.diagnoses(episode)):
            found.append(
                Missing(
                    "referral.diagnoses",
                    "A code is on the note and the referral carries no diagnosis.",
                    "Copy the diagnosis and ICD-10 code from the referral as the provider wrote them.",
                )
            )
    if session.signed_at is None:
        found.append(Missing("session.signed_at", "The visit is not signed.", "Sign the visit."))
    return found + letterhead.signer_missing(practice, _author(session))


def is_late(event: datetime | None, written: datetime | None, practice: Practice) -> bool:
    """Whether something was signed more than 24 h after it happened, or on another local date (DOMAIN 7.4)."""
    if event is None or written is None:
        return False
    days = {wording.local_day(at, practice.zone) for at in (event, written)}
    return written - event > LATE_AFTER or len(days) > 1


def late_entry(event: datetime | None, written: datetime | None, practice: Practice) -> str:
    """The LATE ENTRY line with both times, as Markdown; empty where the entry was in time."""
    if event is None or written is None or not is_late(event, written, practice):
        return ""
    event_at, signed_at = wording.moment(event, practice), wording.moment(written, practice)
    return f"**LATE ENTRY.** Event {event_at}; signed {signed_at}."


def broken_seal(record: Session | Assessment) -> str:
    """The warning on a signed record that no longer reads as it did when signed; else empty."""
    if seal_holds(record):
        return ""
    return "**SEAL BROKEN.** This record is not as it was when it was signed. Run a check before relying on it."


def amendments(made: Iterable[Amendment], practice: Practice, event: datetime | None) -> list[str]:
    """Each amendment as blocks: kind, time, author, reason, then its text.

    A correction shows the old and the new, a late entry both times: when it was written, and the event it is about.
    """
    blocks: list[str] = []
    for one in sorted(made, key=lambda a: a.at):
        title = f"{AMENDMENTS[one.kind]}, {wording.moment(one.at, practice)}"
        who = field("By", text(wording.person(one.by, practice)) or UNKNOWN)
        about = (
            field("Event", wording.moment(event, practice))
            if event and one.kind == "late_entry"
            else ""
        )
        blocks += [
            heading(2, title),
            lines([about, who, field("Reason", text(one.reason or "") or UNKNOWN)]),
            *(["Original reads:", paragraph(one.was), "Should read:"] if one.was else []),
            paragraph(one.text),
        ]
    return blocks


# --- shapes ---------------------------------------------------------------------------------------------------


def _form(session: Session, practice: Practice) -> list[str]:
    return [
        *_section("Since last visit", [_since_last(session), _red_flags(session, practice)]),
        *_section("Vitals", [vitals_table(session)]),
        *_section("Exercise", [_exercises(session, practice)]),
        *_section("Minutes and codes", [_services(session, practice)]),
        *_section("Overrides", [override_lines(session, practice)]),
        *_section("Response", [_typed(session.response)]),
        *_section("Goal served", [_goals(session, practice)]),
        *_section("Note", [paragraph(session.note or "")]),
        *_section("Next session", [_typed(session.plan)]),
    ]


def _soap(session: Session, practice: Practice) -> list[str]:
    return [
        *_section("S - what the client reports", _subjective(session)),
        *_section("O - what was measured and done", _objective(session, practice)),
        *_section("A - response and progress toward the goal", _appraisal(session, practice)),
        *_section("P - plan", [_typed(session.plan)]),
    ]


def _dap(session: Session, practice: Practice) -> list[str]:
    return [
        *_section("D - data", [*_subjective(session), *_objective(session, practice)]),
        *_section("A - response and progress toward the goal", _appraisal(session, practice)),
        *_section("P - plan", [_typed(session.plan)]),
    ]


def _subjective(session: Session) -> list[str]:
    pain = [
        f"{wording.number(v.pain)}/10 {PHASES[v.phase]}"
        for v in session.vitals
        if v.pain is not None
    ]
    return [_since_last(session), f"Pain (client report): {', '.join(pain)}." if pain else ""]


def _objective(session: Session, practice: Practice) -> list[str]:
    return [
        _red_flags(session, practice),
        override_lines(session, practice),
        vitals_table(session),
        _exercises(session, practice),
        _services(session, practice),
        paragraph(session.note or ""),
    ]


def _appraisal(session: Session, practice: Practice) -> list[str]:
    return [_typed(session.response), "Goal served:", _goals(session, practice)]


def _section(title: str, blocks: list[str]) -> list[str]:
    filled = [block for block in blocks if block]
    return [heading(2, title), *filled] if filled else []


# --- parts ----------------------------------------------------------------------------------------------------


def _absence(session: Session, practice: Practice) -> list[str]:
    word = "No-show" if session.state == "no_show" else "Cancelled visit"
    reason = text(session.reason or "") or UNKNOWN
    closing = "The client did not attend; no exercise was done."
    if session.state == "cancelled":
        closing = "The visit was cancelled; no exercise was done."
    recorded = text(wording.person(_author(session), practice))
    return [
        heading(1, word),
        *_warnings(session, practice),
        _header(session, practice),
        lines([field("Reason", reason), field("Recorded by", recorded or UNKNOWN)]),
        closing,
        paragraph(session.note or ""),
    ]


def _warnings(session: Session, practice: Practice) -> list[str]:
    event = session.ended_at or session.at
    return [
        block
        for block in (late_entry(event, session.signed_at, practice), broken_seal(session))
        if block
    ]


def _header(session: Session, practice: Practice) -> str:
    client = practice.clients.get(session.client_id)
    episode = practice.episode_of(session)
    return lines(
        [
            letterhead.sender(practice),
            field("Client", text(client.name) if client else UNKNOWN),
            field("Date of birth", _born(client, session, practice)),
            field("Visit", _when(session, practice)),
            field("Practitioner", text(wording.person(_author(session), practice)) or UNKNOWN),
            field("Referral", _referral(episode, practice)),
            letterhead.diagnosis_line(episode) if episode else "",
        ]
    )


def _born(client: Client | None, session: Session, practice: Practice) -> str:
    if client is None or client.birth_date is None:
        return UNKNOWN
    return (
        letterhead.born(client, session.at, practice)
        if session.at
        else wording.day(client.birth_date, practice)
    )


def _when(session: Session, practice: Practice) -> str:
    if session.at is None:
        return UNKNOWN
    began = wording.moment(session.at, practice)
    if session.started_at is None:
        return f"{began} (planned)"
    if session.ended_at is None:
        return began
    minutes = round((session.ended_at - session.started_at).total_seconds() / 60)
    days = {wording.local_day(at, practice.zone) for at in (session.at, session.ended_at)}
    show = wording.time_of if len(days) == 1 else wording.moment
    return f"{began}, ended {show(session.ended_at, practice)} ({minutes} min)"


def _author(session: Session) -> str | None:
    return session.signed_by or session.updated_by or session.created_by


def _referral(episode: Referral | None, practice: Practice) -> str:
    if episode is None:
        return "none on file for this visit"
    provider = practice.providers.get(episode.provider_id or "")
    parts = [letterhead.provider_line(provider) if provider else "provider not recorded"]
    if episode.received_at:
        parts.append(f"received {wording.day_of(episode.received_at, practice)}")
    if through := valid_through(episode):
        parts.append(f"valid through {wording.day(through, practice)}")
    return ", ".join(parts)


def _has(typed: str | None) -> bool:
    return bool(one_line(typed or ""))


def _typed(typed: str | None) -> str:
    return paragraph(typed or "") or UNKNOWN.capitalize() + "."


def _since_last(session: Session) -> str:
    return _typed(session.since_last)


def _red_flags(session: Session, practice: Practice) -> str:
    found = finding_lines(session, practice)
    flags = "" if session.symptoms else "Red flags recorded: none."
    if not found:
        return f"{flags} Safety rules fired: none.".strip()
    return "\n\n".join(block for block in (flags, bullets(found)) if block)


def finding_lines(session: Session, practice: Practice) -> list[str]:
    """Each fired rule with its level and source, gravest first, as Markdown."""
    return [_finding(one) for one in findings(session, practice)]


def findings(session: Session, practice: Practice) -> list[SafetyFinding]:
    """The safety rules this visit's readings and reported symptoms fire, by the limits in force that day."""
    client = practice.clients.get(session.client_id)
    limits = limits_at(client.limits, session.at, practice.zone) if client else []
    scopes = rules.scopes_of(session.exercises, practice.settings.exercises)
    return rules.fired(session.vitals, session.symptoms, limits, scopes)


def red_flag_line(session: Session, practice: Practice) -> str:
    """`Red flags recorded on 5 Oct 2026: none.`, or their labels, as Markdown; empty where the visit has no date."""
    if session.at is None:
        return ""
    known = rules.reportable()
    said = [known.get(s, s) for s in session.symptoms]
    on = wording.day_of(session.at, practice)
    return f"Red flags recorded on {on}: {text('; '.join(said)) or 'none'}."


def _finding(one: SafetyFinding) -> str:
    if one.source is None:
        source = f"limit set by {text(one.said_by or '') or 'the provider'}"
    else:
        unchecked = "; source not checked against a copy" if one.source.basis == "unchecked" else ""
        source = f"{text(one.source.citation)}{unchecked}"
    return f"**{one.level.upper()}** {text(one.text)} ({source})"


def override_lines(session: Session, practice: Practice) -> str:
    """Each rule that was overridden, with reason, author and time, as a Markdown list; empty where none was."""
    return bullets(
        f"Went on although the rule says: {text(_rule_text(o.rule))} Reason: {text(o.reason)} "
        f"({text(wording.person(o.by, practice))}, {wording.moment(o.at, practice)})"
        for o in session.overrides
    )


def _rule_text(rule: str) -> str:
    if vital := rules.vital_rules().get(rule):
        return vital.text
    if symptom := rules.symptom_rules().get(rule):
        return f"{symptom.label}. {symptom.action}"
    return f"{rule} (not in this program's rules)."


def vitals_table(session: Session) -> str:
    """One row a set of readings; a column is left out when nobody read it."""
    columns = [
        ("BP mmHg", [wording.blood_pressure(v) for v in session.vitals]),
        ("Standing BP", [wording.standing_pressure(v) for v in session.vitals]),
        *(
            (
                sign.heading,
                [
                    _figure(getattr(v, sign.field), v.entered.get(sign.field))
                    for v in session.vitals
                ],
            )
            for sign in SINGLE
        ),
    ]
    kept = [(heading, values) for heading, values in columns if any(values)]
    if not kept:
        return "Vitals not recorded."
    rows = [
        [PHASES[v.phase], *(text(values[i]) or "-" for _, values in kept)]
        for i, v in enumerate(session.vitals)
    ]
    return table(["Exercise", *(heading for heading, _ in kept)], rows)


def _figure(value: float | None, entered: str | None = None) -> str:
    if value is None:
        return ""
    return f"{wording.number(value)} ({entered})" if entered else wording.number(value)


def _exercises(session: Session, practice: Practice) -> str:
    if not session.exercises:
        return "No exercise recorded."
    rows = [
        [
            text(e.name),
            text(wording.dose(e)) or "-",
            text(wording.load(e, load_unit(practice.settings.units))) or "-",
            wording.SIDES[e.side] if e.side else "-",
            _figure(e.rpe) or "-",
            wording.ORIGINS[e.origin],
        ]
        for e in session.exercises
    ]
    made = table(["Exercise", "Done", "Load", "Side", "RPE", "Entry"], rows)
    told = any(e.origin != "measured" for e in session.exercises)
    return f"{made}\n\n{CARRIED_LINE}" if told else made


def _services(session: Session, practice: Practice) -> str:
    if not session.services:
        return ""
    rows = [
        [
            text(s.code),
            text(code.phrase) if code else "unknown code",
            KINDS[code.kind] if code else "?",
            str(s.minutes),
        ]
        for s in session.services
        for code in [billing_units.codes().get(s.code)]
    ]
    total = billing_units.minutes(session.services)
    made = table(["Code", "For", "Counted", "Minutes"], rows, right=[3])
    totals = f"Timed-code minutes {total.timed}; total treatment minutes {total.treatment} (timed and untimed)."
    episode = practice.episode_of(session)
    linked = (
        letterhead.diagnosis_line(episode) if episode else "No referral is linked to this visit."
    )
    counted = billing_units.words(
        billing_units.of_day(session, practice), practice.settings.unit_method
    )
    return f"{made}\n\n{lines([totals, *counted, linked, AID_LINE])}"


def _goals(session: Session, practice: Practice) -> str:
    served = dict.fromkeys(e.goal_id for e in session.exercises if e.goal_id in practice.goals)
    goals = [practice.goals[goal_id] for goal_id in served if goal_id]
    if goals:
        return bullets(text(goal.text) for goal in goals)
    episode = practice.episode_of(session)
    still_open = (
        [g for g in practice.goals_of.get(episode.id, ()) if g.status == "open"] if episode else []
    )
    if not still_open:
        return "No goal is linked to this visit."
    return "Not linked to one goal. Open goals of this referral:\n\n" + bullets(
        text(g.text) for g in still_open
    )
