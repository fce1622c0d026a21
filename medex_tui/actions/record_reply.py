"""Record a provider's answer and the orders in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.people import Client
from medex_tui.domain.referrals import replies


def record_reply(
    context: ActionContext,
    sent: Communication,
    client: Client | None,
    *,
    at: datetime,
    by: str | None,
    text: str,
    orders: Sequence[str],
) -> replies.Answered | Refusal:
    """The sending with its answer, and the client with the limits and precautions that were ordered."""
    if sent.direction != "out":
        return Refusal("sending", "That came in; a reply belongs to what went out.")
    typed = [order for order in orders if order.strip()]
    if not typed and not text.strip():
        return Refusal("text", "Say what came back, or what was ordered.")
    if at < sent.at:
        return Refusal(
            "at", f"It was sent {spoken(sent.at, context.zone)}; a reply comes after that."
        )
    provider = context.practice.providers.get(sent.provider_id or "")
    said_by = (by or "").strip() or (provider.name if provider else None)
    day = at.astimezone(context.zone).date()
    read = []
    for order in typed:
        one = replies.read_order(order, said_by=said_by, on=day, document=sent.id)
        if isinstance(one, Problem):
            return Refusal("orders", one.message)
        read.append(one)
    return replies.answered(
        sent, client, at=at, on=day, by=said_by, text=text.strip() or None, orders=read
    )
