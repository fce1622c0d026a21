"""Everything that happened with a client, an event a row: visits, assessments, what was sent and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, structs

from medex_tui.app.row_keys import AssessmentKey, CommunicationKey, ReplyKey, RowKey, VisitKey
from medex_tui.app.styled_lines import Line, ListRow, Role, fit, shortened
from medex_tui.app.views.phrases import STATE_ROLES, day, provider_name
from medex_tui.domain.measures import catalogue
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports.lists.today import state_word
from medex_tui.reports.wording import DOCUMENTS, METHODS, OWED

STATE = 12
"""Columns for how it stands, before what it was."""


class TimelineEvent(Struct, frozen=True):
    """Something that happened: when, the key of its row, what kind it is, how it stands and what it was."""

    at: datetime
    key: RowKey
    kind: str
    state: str
    what: str
    role: Role = ""
    """Of the state."""
    tone: Role = ""
    """Of what it was."""


def story_rows(client_id: str, practice: Practice, now: datetime, width: int) -> list[ListRow]:
    """The client's events, newest first; no rows where nothing happened yet."""
    events = sorted(story(client_id, practice, now), key=_order, reverse=True)
    return [ListRow(shortened(_line(event, practice), width - 1), event.key) for event in events]


def _order(event: TimelineEvent) -> tuple[datetime, str, tuple[object, ...]]:
    """Sort key: the time, then the kind and id, so that the order is always the same."""
    return event.at, type(event.key).__name__, structs.astuple(event.key)


def _line(event: TimelineEvent, practice: Practice) -> Line:
    zone = practice.zone
    when = f"{fit(day(event.at, zone), 10)} {event.at.astimezone(zone):%H:%M}"
    head = f"{when}  {fit(event.kind, 12)} "
    return [
        ("   ", ""),
        (head, "dim"),
        (fit(event.state, STATE), event.role),
        (event.what, event.tone),
    ]


def story(client_id: str, practice: Practice, now: datetime) -> Iterator[TimelineEvent]:
    """The client's events, a kind after the other."""
    for session in practice.sessions_of.get(client_id, ()):
        yield from _visit(session, practice, now)
    for assessment in practice.assessments_of.get(client_id, ()):
        yield _assessment(assessment)
    for sending in practice.communications_of.get(client_id, ()):
        yield from _communication(sending, practice)


def _visit(session: Session, practice: Practice, now: datetime) -> Iterator[TimelineEvent]:
    if session.at:
        state = state_word(session, practice, now)
        done = ", ".join(e.name for e in session.exercises) or session.reason or session.note or ""
        yield TimelineEvent(
            session.at, VisitKey(session.id), "visit", state, done, STATE_ROLES.get(state, "")
        )


def _assessment(taken: Assessment) -> TimelineEvent:
    names = ", ".join(dict.fromkeys(measure_name(r.measure) for r in taken.readings))
    return TimelineEvent(
        taken.taken_at,
        AssessmentKey(taken.id),
        taken.kind,
        "signed" if taken.signed_at else "draft",
        names,
    )


def _communication(one: Communication, practice: Practice) -> Iterator[TimelineEvent]:
    """What went out or came in, and what was answered."""
    document = practice.documents.get(one.document_id or "")
    answers = ", ".join(OWED.get(key.split(":")[0], key) for key in one.answers)
    what = DOCUMENTS[document.kind].lower() if document else answers or one.summary or ""
    arrow = "from" if one.direction == "in" else "to"
    told = f"{what} {arrow} {provider_name(practice.providers.get(one.provider_id or ''))} by {METHODS[one.method]}"
    kind = "sent" if one.direction == "out" else "received"
    role: Role = "bad" if one.result in ("failed", "returned") else "good"
    yield TimelineEvent(one.at, CommunicationKey(one.id), kind, one.result, told, role)
    if one.reply:
        said = one.reply.orders or one.reply.text or ""
        yield TimelineEvent(one.reply.at, ReplyKey(one.id), "reply", "", said, tone="accent")


def measure_name(id: str) -> str:
    """The short name of a measure; of one that is no longer there its id in words."""
    measure = catalogue().measures.get(id)
    return measure.short if measure else id.replace("_", " ")
