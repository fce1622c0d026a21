"""The client form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medex_tui.app.dialogs.form import Confirmation, FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import day_of, iso
from medex_tui.app.forms.record_fields import record_field
from medex_tui.app.forms.referral import referral_form
from medex_tui.app.forms.saving import open_form, with_fields
from medex_tui.domain.duplicates import same_person
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.people import Client, Limit
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.status import client_moments

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

LIMIT = re.compile(r"(?P<what>\S+)\s+(?P<value>[^(]+?)\s*(?:\((?P<said>[^)]*)\))?")


def client_form(context: AppContext, client: Client | None = None, *, start: str = "") -> None:
    """Add a client, or edit one. A new client's referral form follows.

    `start`: the field with the cursor. A client like one on file is asked about once.
    """

    def save(values: Values) -> Client | list[FieldFault] | Confirmation:
        record = client_from(context, client, values)
        if client is None and isinstance(record, Client):
            return confirm_new(context, record)
        return record

    def open_referral(record: Record) -> None:
        if client is None:
            referral_form(context, record.id)

    form = Form(
        "Client" if client else "New client", client_fields(context, client), save, start=start
    )
    draft = f"client:{client.id if client else 'new'}"
    open_form(context, form, draft, "Client", open_referral)


def client_fields(context: AppContext, client: Client | None) -> list[FormField]:
    """The fields of a client, filled from `client` where there is one."""
    shown = client or Client(id="new", given_name="", family_name="")
    values = {
        "given_name": shown.given_name,
        "family_name": shown.family_name,
        "birth_date": iso(shown.birth_date),
        "sex": (shown.sex or "").lower(),
        "phone": shown.phone or "",
        "email": shown.email or "",
        "precautions": "; ".join(shown.precautions),
        "limits": limits_text(shown.limits),
        "status": shown.status if client else "",
        "status_reason": shown.status_reason or "",
    }
    return [record_field(context, "clients", name, value) for name, value in values.items()]


def client_from(
    context: AppContext, client: Client | None, values: Values
) -> Client | list[FieldFault]:
    """The client as filled in, or the first fault."""
    if not values["family_name"]:
        message = "Enter a last name."
        return [FieldFault("family_name", message)]
    birth_date = day_of(context, values, "clients", "birth_date")
    if isinstance(birth_date, FieldFault):
        return [birth_date]
    if birth_date and birth_date > context.local(context.now).date():
        return [FieldFault("birth_date", "A birth date cannot be in the future.")]
    limits = limits_of(values["limits"], client.limits if client else [], context)
    if isinstance(limits, FieldFault):
        return [limits]
    status = values["status"] or "active"
    changed: Client = with_fields(
        client or Client(id=context.new_id(), given_name="", family_name="?"),
        given_name=values["given_name"],
        family_name=values["family_name"],
        birth_date=birth_date,
        sex=values["sex"].upper() or None,
        phone=values["phone"] or None,
        email=values["email"] or None,
        precautions=precautions_of(values["precautions"], client.precautions if client else []),
        limits=limits,
        status=status,
        status_reason=values["status_reason"] or None,
        **client_moments(client, status, context.now),
    )
    return changed


def confirm_new(context: AppContext, record: Client) -> Client | Confirmation:
    """A new client; a question first where one on file looks like the same person."""
    practice = context.practice
    former = Practice(context.store.former_clients())
    similar = [*same_person(record, practice), *same_person(record, former)]
    if not similar:
        return record
    other, why = similar[0]
    born = f", born {other.birth_date}" if other.birth_date else ""
    message = f"{other.name}{born}, is already on file ({why}). Is this somebody else?"
    return Confirmation("family_name", message, record)


def precautions_of(text: str, before: list[str]) -> list[str]:
    """Precautions as typed, separated by semicolons; `before` unchanged where the text is."""
    if text == "; ".join(before):
        return before
    return [part.strip() for part in text.split(";") if part.strip()]


def limits_text(limits: list[Limit]) -> str:
    """Limits as `limits_of` reads them."""
    return "; ".join(
        f"{limit.what} {limit.value}" + (f" ({limit.said_by})" if limit.said_by else "")
        for limit in limits
    )


def limits_of(text: str, before: list[Limit], context: AppContext) -> list[Limit] | FieldFault:
    """Limits as typed: `bp 150/95 (Dr Osei); hr 120`.

    A limit that is already in `before` keeps its date and document; a new one is dated today.
    """
    if text == limits_text(before):
        return before
    limits: list[Limit] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = LIMIT.fullmatch(part)
        if not match:
            message = f"{part!r}: write what and how much, as in: bp 150/95 (Dr Osei)"
            return FieldFault("limits", message)
        what, value = match["what"].lower().replace(" ", "_"), match["value"]
        said_by = match["said"] or None
        same = next(
            (
                limit
                for limit in before
                if (limit.what, limit.value, limit.said_by) == (what, value, said_by)
            ),
            None,
        )
        today = context.local(context.now).date()
        limits.append(
            same or Limit(what=what, value=value, said_by=said_by, on=today, at=context.now)
        )
    return limits
