"""Make a visit of a session line."""

from __future__ import annotations

from collections.abc import Mapping

from medex_tui.actions.context import ActionContext
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.records.visits import Override, Session
from medex_tui.domain.shorthand import SessionReading, planned_nearest, to_session


def visit_for(
    context: ActionContext, reading: SessionReading, chosen: Session | None = None
) -> Session | None:
    """The planned or open visit that a line fills; None where it makes one of its own.

    The visit the person chose, unless the line names another day; else the nearest one planned on that day.
    """
    assert reading.client is not None
    when = reading.at or context.now
    if chosen and chosen.state in ("planned", "open") and chosen.client_id == reading.client.id:
        planned_at = chosen.planned_at or chosen.started_at
        same_day = planned_at and local_day(planned_at, context.zone) == local_day(
            when, context.zone
        )
        if reading.at is None or same_day:
            return chosen
    elif chosen is not None and reading.at is None:
        return None
    return planned_nearest(context.practice, reading.client.id, when)


def log_session(
    context: ActionContext,
    reading: SessionReading,
    *,
    chosen: Session | None = None,
    sign: bool,
    reasons: Mapping[str, str],
) -> Session:
    """The visit that a whole line makes, signed or left as a draft.

    `reasons` are the override reasons by rule id. Raises ValueError for a line that is not whole.
    """
    now = context.now
    overrides = [
        Override(rule=rule, reason=reason, by=context.login, at=now)
        for rule, reason in reasons.items()
    ]
    return to_session(
        reading,
        visit_for(context, reading, chosen),
        practice=context.practice,
        id=context.new_id(),
        now=now,
        by=context.login,
        sign=sign,
        overrides=overrides,
    )
