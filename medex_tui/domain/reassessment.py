"""The reassessment loop of METI: a baseline by the third session, then one every 30 days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.records.practice import Practice

BASELINE_BY = 3
"""The session by which the baseline is taken (METI, protocol step 7)."""

EVERY = timedelta(days=30)
"""METI: reassess every 30 days (protocol step 12)."""

SOON = timedelta(days=6)
"""Days before its date at which a reassessment is called due: our convention."""

State: TypeAlias = Literal["later", "due", "overdue"]


class Reassessment(Struct, frozen=True):
    """Where a client stands in the loop, with the sentence in `words`.

    `due_on` is None while the baseline waits for sessions.
    """

    client_id: str
    kind: Literal["baseline", "reassessment"]
    state: State
    due_on: date | None
    words: str
    days_late: int = 0


def next_assessment(practice: Practice, client_id: str, today: date) -> Reassessment | None:
    """The next assessment of a client's open episode; None without one, or if not active."""
    client = practice.clients.get(client_id)
    episode = practice.current_episode(client_id)
    if client is None or client.status != "active" or episode is None or episode.status != "open":
        return None
    days = [
        local_day(a.taken_at, practice.zone)
        for a in practice.assessments_of.get(client_id, ())
        if practice.episode_of(a) is episode
    ]
    taken = [day for day in days if day <= today]
    if not taken:
        return _baseline(practice, client_id, today)
    due_on = max(taken) + EVERY
    late = (today - due_on).days
    last = f"last {_day(max(taken))}"
    if late > 0:
        words = f"reassessment overdue {late} d ({last}, every {EVERY.days} days)"
        return Reassessment(client_id, "reassessment", "overdue", due_on, words, late)
    state: State = "due" if due_on - today <= SOON else "later"
    when = "today" if late == 0 else _day(due_on)
    return Reassessment(
        client_id, "reassessment", state, due_on, f"reassessment due {when} ({last})"
    )


def _baseline(practice: Practice, client_id: str, today: date) -> Reassessment:
    episode = practice.current_episode(client_id)
    came = sum(
        1
        for s in practice.sessions_of.get(client_id, ())
        if s.attended
        and s.at
        and local_day(s.at, practice.zone) <= today
        and practice.episode_of(s) is episode
    )
    if came >= BASELINE_BY:
        words = f"baseline overdue: {came} sessions, none measured (by session {BASELINE_BY})"
        return Reassessment(client_id, "baseline", "overdue", None, words, came - BASELINE_BY + 1)
    state: State = "due" if came == BASELINE_BY - 1 else "later"
    return Reassessment(
        client_id, "baseline", state, None, f"baseline due by session {BASELINE_BY}, {came} done"
    )


def waiting(practice: Practice, today: date) -> list[Reassessment]:
    """Clients whose assessment is due or overdue, the latest first, then by name."""
    found = [
        r
        for id in practice.clients
        if (r := next_assessment(practice, id, today)) and r.state != "later"
    ]
    return sorted(
        found,
        key=lambda r: (
            r.state != "overdue",
            -r.days_late,
            r.due_on or date.min,
            practice.clients[r.client_id].name,
        ),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
