"""Plan a visit, move it, or record that it did not take place."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain import visits
from medex_tui.domain.records.visits import Session


def plan_visit(context: ActionContext, client_id: str, at: datetime) -> Session:
    """A visit to come, in the client's present episode."""
    return visits.planned(context.practice, client_id, at, id=context.new_id())


def move_visit(visit: Session, at: datetime) -> Session | Refusal:
    """The visit at another time."""
    return _or_refusal("time", visits.moved(visit, at))


def miss_visit(
    context: ActionContext,
    visit: Session,
    state: Literal["no_show", "cancelled"],
    reason: str | None,
) -> Session | Refusal:
    """The visit as a no-show or as cancelled."""
    return _or_refusal("what", visits.missed(visit, state, reason, now=context.now))


def reopen_visit(visit: Session) -> Session | Refusal:
    """A no-show or cancelled visit as planned again."""
    return _or_refusal("what", visits.reopened(visit))


def _or_refusal(field: str, outcome: Session | str) -> Session | Refusal:
    return Refusal(field, outcome) if isinstance(outcome, str) else outcome
