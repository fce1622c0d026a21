"""Answers: what was asked and waits, and a reply recorded with its orders, which become limits of the client."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from medex_tui.actions.record_reply import record_reply as reply_made
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.forms.field_values import moment_of, or_fault, when_field
from medex_tui.app.row_keys import ReplyKey
from medex_tui.app.styled_lines import Choice, ListRow, Role, Span
from medex_tui.app.views.phrases import between, day, provider_name
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals import replies
from medex_tui.reports.wording import DOCUMENTS

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

RECENT = timedelta(days=60)
"""How far back a sending is offered to record a reply to."""


def waiting_rows(practice: Practice, now: datetime, width: int) -> list[ListRow]:
    """What was asked and not answered, the longest silence first; no rows where nothing waits."""
    found = replies.waiting(practice, now)
    if not found:
        return []
    rows = [
        ListRow([]),
        ListRow([(" WAITING FOR A REPLY ", "title"), (f"  {len(found)}", "strong")]),
    ]
    for one in found:
        role: Role
        told, role = (f"silent {one.days} d", "warn") if one.nudge else (f"since {one.days} d", "")
        beside: Span = ("ask again", "warn") if one.nudge else ("", "")
        line = between("?", told, role, *sending_words(one.sending, practice), width, beside)
        rows.append(ListRow(line, ReplyKey(one.sending.id)))
    return rows


def sending_words(sending: Communication, practice: Practice) -> tuple[str, str, str]:
    """About whom, what went, and to whom."""
    document = practice.documents.get(sending.document_id or "")
    what = (
        DOCUMENTS[document.kind].lower()
        if document
        else sending.answers[0].split(":")[0].replace("_", " ")
    )
    client = practice.clients.get(sending.client_id or "")
    to = provider_name(practice.providers.get(sending.provider_id or ""))
    return client.name if client else "", what, to


def about_sending(sending: Communication, practice: Practice) -> str:
    """What went to whom about whom, in one text."""
    return "  ".join(filter(None, sending_words(sending, practice)))


def pick_sending(context: AppContext) -> None:
    """Choose what was answered among the sendings of late, then record the answer."""
    practice, now = context.practice, context.now
    sent = [
        c
        for c in practice.counted(Communication)
        if c.direction == "out"
        and c.at >= now - RECENT
        and c.result in ("sent", "delivered")
        and c.answers
    ]
    sent.sort(key=lambda c: (c.reply is not None, -c.at.timestamp(), c.id))

    def find(query: str) -> list[Choice]:
        words = query.lower().split()
        offered = [Choice(c.id, about_sending(c, practice), day(c.at, practice.zone)) for c in sent]
        return [c for c in offered if all(word in c.name.lower() for word in words)]

    context.ask(
        Picker("Reply to which letter?", find, empty="Nothing was sent in the last 60 days."),
        lambda id: record_reply(context, practice.communications[str(id)]),
    )


def record_reply(context: AppContext, sending: Communication) -> None:
    """Ask what came back; orders become dated limits, or precautions where no reading can be held against them."""
    practice = context.practice
    provider = practice.providers.get(sending.provider_id or "")
    fields = [
        FormField(
            "text", "Response", hint="as they put it; empty where they only ordered something"
        ),
        FormField("orders", "Orders", hint="HR cap 120 until echo; BP under 150/95; no kneeling"),
        FormField("by", "Who", provider.name if provider else "", hint="who answered"),
        when_field(context),
    ]

    def save(values: Values) -> Any:
        at = moment_of(context, values, "communications", "at")
        if isinstance(at, FieldFault):
            return [at]
        outcome = reply_made(
            context,
            sending,
            practice.clients.get(sending.client_id or ""),
            at=at,
            by=values["by"],
            text=values["text"],
            orders=values["orders"].split(";"),
        )
        return or_fault(outcome)

    async def keep(made: replies.Answered) -> None:
        if await context.save([made.sending, *([made.client] if made.client else [])]):
            limits = [
                f"{o.limit.what.upper()} limit now {o.limit.value}" for o in made.orders if o.limit
            ]
            others = sum(o.limit is None for o in made.orders)
            told = f" {', '.join(limits)}." if limits else ""
            told += f" {others} added to the precautions." if others else ""
            context.show_status(f"Reply saved.{told}", "good")

    form = Form("Reply", fields, save, about=about_sending(sending, practice))
    context.ask(form, lambda made: context.run(keep(made)))
