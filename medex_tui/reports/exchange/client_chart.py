"""One client's chart as Markdown: who they are, what was asked, measured, done, written and sent, then every paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import valid_through
from medex_tui.reports import wording
from medex_tui.reports.documents import letterhead
from medex_tui.reports.documents.letterhead import UNKNOWN
from medex_tui.reports.letters import episode, measure_tables
from medex_tui.reports.letters.goal_table import goal_table
from medex_tui.reports.notes.visit_note import amendments, broken_seal, visit_note
from medex_tui.reports.rendering.markdown import (
    bullets,
    document,
    field,
    heading,
    lines,
    table,
    text,
)

RULE = "\n---\n\n"
"""Between the papers of a chart."""

STATES = {
    "planned": "planned",
    "open": "draft",
    "signed": "signed",
    "no_show": "no-show",
    "cancelled": "cancelled",
}


def client_chart(client: Client, practice: Practice, now: datetime) -> str:
    """Everything on file of one client as Markdown: an overview, then each visit note and signed letter in full."""
    visits = [s for s in practice.sessions_of.get(client.id, []) if s.state != "planned"]
    notes = [visit_note(s, practice, practice.settings.note_format) for s in visits]
    letters = [
        d.body.rstrip("\n") + "\n" for d in practice.documents_of.get(client.id, []) if d.signed_at
    ]
    return RULE.join([_overview(client, practice, now), *notes, *letters])


def _overview(client: Client, practice: Practice, now: datetime) -> str:
    return document(
        [
            heading(1, f"Chart of {text(client.name)}"),
            lines([letterhead.sender(practice), f"As of {wording.moment(now, practice)}"]),
            _person(client, practice, now),
            *(
                block
                for r in practice.referrals_of.get(client.id, [])
                for block in _referral(r, practice, now)
            ),
            *(
                block
                for a in practice.assessments_of.get(client.id, [])
                for block in _assessment(a, practice)
            ),
            *_section("Visits", _visits(practice.sessions_of.get(client.id, []), practice)),
            *_section(
                "Sent and received", _post(practice.communications_of.get(client.id, []), practice)
            ),
        ]
    )


def _section(title: str, block: str) -> list[str]:
    return [heading(2, title), block] if block else []


def _person(client: Client, practice: Practice, now: datetime) -> str:
    stands = client.status.replace("_", " ")
    since = f" since {wording.moment(client.status_at, practice)}" if client.status_at else ""
    said = {
        "Date of birth": letterhead.born(client, now, practice),
        "Sex (for reference tables)": client.sex or UNKNOWN,
        "Phone": text(client.phone or ""),
        "E-mail": text(client.email or ""),
        "Status": f"{stands}{since}{f': {text(client.status_reason)}' if client.status_reason else ''}",
        "Precautions": "; ".join(text(each) for each in client.precautions),
        "Limits": "; ".join(
            text(
                " ".join(
                    part for part in (x.what, x.value, x.note, x.said_by, str(x.on or "")) if part
                )
            )
            for x in client.limits
        ),
    }
    return lines(field(label, value) for label, value in said.items() if value)


def _referral(one: Referral, practice: Practice, now: datetime) -> Iterator[str]:
    provider = practice.providers.get(one.provider_id or "")
    copies = [
        letterhead.provider_line(p) for id in one.copies_to if (p := practice.providers.get(id))
    ]
    received = wording.day_of(one.received_at, practice) if one.received_at else UNKNOWN
    ended = wording.moment(one.discharged_at, practice) if one.discharged_at else ""
    said = {
        "From": letterhead.provider_line(provider) if provider else "self-referred",
        "Copies to": "; ".join(copies),
        "Received": received,
        "Reason": text(one.reason or "") or UNKNOWN,
        "Diagnosis (as written there)": letterhead.diagnoses(one) or UNKNOWN,
        "Visits authorised": str(one.visits_authorised)
        if one.visits_authorised is not None
        else "",
        "Valid through": wording.day(through, practice) if (through := valid_through(one)) else "",
        "Follow-up visit": wording.day(one.follow_up_on, practice) if one.follow_up_on else "",
        "Release of information": wording.day(one.consent_on, practice)
        if one.consent_on
        else "not on file",
        "Status": ", ".join(
            part for part in (one.status, ended, text(one.discharge_reason or "")) if part
        ),
    }
    yield heading(2, f"Referral, {received}")
    yield lines(field(label, value) for label, value in said.items() if value)
    taken = episode.assessments(one, practice, now)
    client, today = practice.clients.get(one.client_id), wording.local_day(now, practice.zone)
    if goals := goal_table(practice.goals_of.get(one.id, []), taken, client, today, practice):
        yield heading(3, "Goals")
        yield goals
    notes = measure_tables.Footnotes()
    if changes := measure_tables.change_table(
        episode.measured(taken, client, today, ()), notes, practice
    ):
        yield heading(3, "Measures")
        yield changes
        yield notes.line


def _assessment(one: Assessment, practice: Practice) -> Iterator[str]:
    yield heading(2, f"Assessment ({one.kind}), {wording.moment(one.taken_at, practice)}")
    yield broken_seal(one)
    rows = [
        [
            text(r.measure),
            wording.SIDES[r.side] if r.side else "-",
            text(_trials(r)),
            text(r.unit or "") or "-",
            text(", ".join(r.conditions.values())) or "-",
        ]
        for r in one.readings
    ]
    yield (
        table(["Measure", "Side", "Trials", "Unit", "How"], rows)
        if rows
        else "No reading is on file."
    )
    yield text(one.summary or "")
    yield letterhead.signature(practice, one.signed_by, one.signed_at)
    yield from (
        block.replace("## ", "### ", 1)
        for block in amendments(one.amendments, practice, one.taken_at)
    )


def _trials(r: Reading) -> str:
    """Every number, under its own name where it has one, and a result that is no number beside them."""
    values = [wording.number(trial) for trial in r.trials]
    if r.weights:
        values = [f"{value} x{weight:g}" for value, weight in zip(values, r.weights, strict=False)]
    names = [one_line(label) for label in r.labels]
    if 0 < len(names) < len(values):
        said = [f"{', '.join(names)}: {' '.join(values)}"]
    elif names:
        said = [f"{name}: {value}" for name, value in zip(names, values, strict=False)] + names[
            len(values) :
        ]
    else:
        said = [" ".join(values)]
    return ", ".join(filter(None, [*said, "" if r.result == "measured" else r.result]))


def _visits(sessions: list[Session], practice: Practice) -> str:
    rows = [
        [
            wording.moment(s.at, practice) if s.at else UNKNOWN,
            STATES[s.state],
            text(s.reason or "") or "-",
        ]
        for s in sessions
    ]
    return table(["When", "State", "Reason"], rows) if rows else ""


def _post(sent: list[Communication], practice: Practice) -> str:
    rows = []
    for one in sent:
        provider = practice.providers.get(one.provider_id or "")
        way = "from" if one.direction == "in" else "to"
        how = [
            f"{wording.METHODS[one.method]} {one.result}",
            f"{way} {provider.name if provider else 'unknown'}",
        ]
        rows.append(
            [
                wording.moment(one.at, practice),
                text(" ".join(how)),
                text(one.confirmation or "") or "-",
            ]
        )
    said = [
        f"{wording.moment(c.reply.at, practice)}, answer: {text(answer)}"
        for c in sent
        if c.reply
        and (answer := " / ".join(part for part in (c.reply.text, c.reply.orders) if part))
    ]
    listed = table(["When", "What", "Confirmation"], rows) if rows else ""
    return "\n\n".join(block for block in (listed, bullets(said)) if block)
