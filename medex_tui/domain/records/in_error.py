"""Marking records as entered in error, and moving a visit or an assessment to the right client."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from medex_tui.domain.records.amending import Lack
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication, Reply, Waiver
from medex_tui.domain.records.corrections import EnteredInError
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.people import Limit
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session

Markable = TypeVar("Markable", bound=Session | Assessment | Communication | Waiver | Goal)
Movable = TypeVar("Movable", bound=Session | Assessment)
MarkablePart = TypeVar("MarkablePart", Limit, Reply)


def marked_in_error(
    record: Markable, *, reason: str, by: str, at: datetime, moved_to: str | None = None
) -> Markable | Lack:
    """The record marked as entered in error, or why not. It stays readable and counts nowhere."""
    reason = reason.strip()
    if record.entered_in_error:
        return Lack("kind", "It is marked as entered in error already.")
    if not reason:
        return Lack("reason", "Say why it was entered in error.")
    mark = EnteredInError(reason=reason, by=by, at=at, moved_to=moved_to)
    return replace(record, entered_in_error=mark)


def part_in_error(part: MarkablePart, *, reason: str, by: str, at: datetime) -> MarkablePart | Lack:
    """A limit or a reply marked as entered in error, or the reason why not."""
    reason = reason.strip()
    if part.entered_in_error:
        return Lack("kind", "It is marked as entered in error already.")
    if not reason:
        return Lack("reason", "Say why it was entered in error.")
    return replace(part, entered_in_error=EnteredInError(reason=reason, by=by, at=at))


def mark_removed(record: Markable) -> Markable:
    """The record as it counts again, without its mark."""
    return replace(record, entered_in_error=None)


def moved_to_client(
    record: Movable,
    client_id: str,
    practice: Practice,
    *,
    new_id: str,
    reason: str,
    by: str,
    at: datetime,
) -> tuple[Movable, Movable] | Lack:
    """A visit or an assessment moved to another client: the record marked in error, and its copy.

    The copy belongs to the episode under way at its time, has no signature and no amendments, and
    names no goals: it is read and signed as the other client's.
    """
    if record.client_id == client_id:
        return Lack("client_id", "It is this client's already.")
    if client_id not in practice.clients:
        return Lack("client_id", "There is no such client.")
    marked = marked_in_error(record, reason=reason, by=by, at=at, moved_to=new_id)
    if isinstance(marked, Lack):
        return marked
    happened = record.at if isinstance(record, Session) else record.taken_at
    episode = practice.episode_at(client_id, happened)
    copy = replace(
        record,
        id=new_id,
        rev=0,
        client_id=client_id,
        referral_id=episode.id if episode else None,
        signed_at=None,
        signed_by=None,
        seal=None,
        amendments=[],
    )
    if isinstance(copy, Session):
        exercises = [replace(exercise, goal_id=None) for exercise in copy.exercises]
        state = "open" if copy.state == "signed" else copy.state
        copy = replace(copy, exercises=exercises, state=state, accepted=[])
    return marked, copy
