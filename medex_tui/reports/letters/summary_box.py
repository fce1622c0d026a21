"""The box at the top of a letter: summary, what is asked, limits on file, safety events; and the reply box."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.people import Client, Limit
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.safety import rules
from medex_tui.domain.safety.finding import SafetyFinding
from medex_tui.domain.safety.limits import limits_at
from medex_tui.reports import wording
from medex_tui.reports.notes.visit_note import findings
from medex_tui.reports.rendering.markdown import text

BLANK = "\\_"
TICK = "\\[ \\]"
REPLY_BOX = (
    f"**Reply:** {TICK} seen {TICK} continue {TICK} hold {TICK} call me "
    f"{TICK} limit: {BLANK * 8} date: {BLANK * 6}"
)
"""Boxes a reader ticks; the answers are those that `medex reply` takes."""

PRESSURE_FALL = "sbp_drop_10"

GRAVE = ("emergency", "stop", "hold")
"""Levels of findings that a letter reports."""


def on_file(client: Client | None, practice: Practice, at: datetime) -> str:
    """Precautions and limits in force at an instant, with who set them and when, as Markdown."""
    if client is None:
        return ""
    limits = limits_at(client.limits, at, practice.zone)
    stated = [*map(text, client.precautions), *(_limit(limit, practice) for limit in limits)]
    return f"**On file:** {'; '.join(stated) or 'no precautions or limits'}."


def _limit(limit: Limit, practice: Practice) -> str:
    what = "BP" if limit.what.casefold() == "bp" else limit.what
    set_by = ", ".join(
        part
        for part in (text(limit.said_by or ""), wording.day(limit.on, practice) if limit.on else "")
        if part
    )
    stated = text(" ".join(part for part in (what, "limit", limit.value, limit.note) if part))
    return f"{stated} ({set_by})" if set_by else stated


def safety(sessions: Sequence[Session], practice: Practice) -> str:
    """Safety events of a period, each with its date, or that none is recorded, as Markdown."""
    attended = [s for s in sessions if s.attended]
    events = [event for s in attended if (event := safety_event(s, practice))]
    if events:
        return f"**Safety:** {' '.join(events)}"
    if not attended:
        return "**Safety:** no visit in this period."
    screened = sum(
        s.screening in ("none_reported", "reported") or bool(s.symptoms) for s in attended
    )
    if screened:
        screen = f"screened {screened} of {wording.plural(len(attended), 'visit')}"
    else:
        checked = sum(any(v.phase == "pre" for v in s.vitals) for s in attended)
        visits = wording.plural(len(attended), "visit")
        screen = f"vital signs at {checked} of {visits}; no screen on file"
    return f"**Safety:** none recorded ({screen})."


def safety_event(session: Session, practice: Practice, *, plain: bool = False) -> str:
    """One visit's event: what, when, readings, what was done; empty without one.

    As Markdown; `plain` for text that is escaped later.
    """
    escape = one_line if plain else text
    found = [f for f in findings(session, practice) if f.level in GRAVE]
    stop = session.stop
    if not found and stop is None:
        return ""
    day = wording.day_of(session.at, practice) if session.at else ""
    action = _action(session)
    sentences = [f"{action} {day}: {escape(_reason(session, found))}{_pressures(session)}."]
    if stop and stop.done:
        sentences.append(f"{escape(stop.done).rstrip('.')}.")
    if stop and stop.state_on_leaving:
        sentences.append(f"On leaving: {escape(stop.state_on_leaving).rstrip('.')}.")
    elif not stop and session.response and not plain:
        sentences.append(escape(session.response))
    sentences += calls(session, practice, plain=plain)
    return " ".join(sentences)


def calls(session: Session, practice: Practice, *, plain: bool = False) -> list[str]:
    """Who was called about a visit and when, as sentences of Markdown, or plain."""
    escape = one_line if plain else text
    called = []
    for call in session.stop.called if session.stop else ():
        at = f" at {wording.time_of(call.at, practice)}" if call.at else ""
        called.append(f"{escape(call.who)} was called{at}.")
    if called:
        return called
    key = f"red_flag_call:{session.id}"
    for sent in practice.communications_of.get(session.client_id, ()):
        if key in sent.answers and sent.result in ("sent", "delivered"):
            provider = practice.providers.get(sent.provider_id or "")
            who = f"The office of {escape(provider.name)}" if provider else "The provider"
            return [f"{who} was called {wording.moment(sent.at, practice)}."]
    return []


def _action(session: Session) -> str:
    if session.outcome == "held":
        return "Exercise was not started"
    if session.outcome == "stopped" or session.stop:
        return "Exercise stopped"
    if session.outcome == "completed" or session.overrides:
        return "Exercise continued with a finding"
    return "Finding"


def _reason(session: Session, found: Sequence[SafetyFinding]) -> str:
    """Why the visit was stopped: as recorded, with a fall of pressure in numbers."""
    fall = _fall(session) if any(f.rule == PRESSURE_FALL for f in found) else ""
    if session.stop:
        return f"{fall} with {session.stop.why}" if fall else session.stop.why
    reasons = [observed(f) for f in found if not (fall and f.rule == PRESSURE_FALL)]
    return "; ".join([fall, *reasons] if fall else reasons)


def _fall(session: Session) -> str:
    """`systolic fell from 118 to 104`; empty where the readings do not show it."""
    before = next((v.sbp for v in session.vitals if v.phase == "pre" and v.sbp), None)
    during = [v.sbp for v in session.vitals if v.phase == "during" and v.sbp]
    if before is None or not during or min(during) >= before:
        return ""
    return f"systolic fell from {before} to {min(during)}"


def observed(finding: SafetyFinding) -> str:
    """What was found, without the instruction to staff behind it."""
    symptom = rules.symptom_rules().get(finding.rule)
    what = symptom.label.partition(" (METI")[0] if symptom else finding.text.partition(":")[0]
    what = wording.to_provider(what).rstrip(".")
    return what if what[:2].isupper() else f"{what[0].lower()}{what[1:]}"


def _pressures(session: Session) -> str:
    """` (BP 118/72 before, 104/66 during)`: pressures of the visit; empty where there are none."""
    names = {"pre": "before", "during": "during", "post": "after"}
    read = [
        f"{wording.blood_pressure(v)} {names[v.phase]}"
        for v in session.vitals
        if wording.blood_pressure(v)
    ]
    return f" (BP {', '.join(read)})" if read else ""
