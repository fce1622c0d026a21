"""Changes of a planned visit: moved, cancelled, no-show, planned again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session

NOT_PLANNED = "Only a visit that is planned and not logged can be changed so."


def planned(practice: Practice, client_id: str, at: datetime, *, id: str) -> Session:
    """A visit to come, of the client's episode under way."""
    episode = practice.current_episode(client_id)
    return Session(
        id=id, client_id=client_id, referral_id=episode.id if episode else None, planned_at=at
    )


def moved(visit: Session, at: datetime) -> Session | str:
    """The visit at another time, or why not."""
    return replace(visit, planned_at=at) if visit.state == "planned" else NOT_PLANNED


def missed(
    visit: Session, state: Literal["no_show", "cancelled"], reason: str | None, *, now: datetime
) -> Session | str:
    """The visit as cancelled or a no-show, or why not; a no-show only once its time has passed."""
    if visit.state != "planned":
        return NOT_PLANNED
    if state == "no_show" and visit.planned_at and visit.planned_at > now:
        return "It is still to come: nobody can have missed it yet."
    return replace(visit, state=state, reason=(reason or "").strip() or None)


def reopened(visit: Session) -> Session | str:
    """A no-show or cancelled visit as planned again, or why not."""
    if visit.state not in ("no_show", "cancelled"):
        return "Only a no-show or a cancelled visit can be planned again."
    return replace(visit, state="planned", reason=None)
