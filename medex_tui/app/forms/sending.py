"""That something went out, recorded: how, where to and when, and what else it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from medex_tui.actions.record_sending import (
    Result,
    SendingInput,
    record_sending,
    refuse_without_release,
)
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import count_of, moment_of, or_fault, when_field
from medex_tui.app.views.phrases import day, provider_name
from medex_tui.domain.obligations import ACCEPTED, ADDRESSES, Obligation
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.people import Method
from medex_tui.domain.referrals.sending import also_served, document_for
from medex_tui.reports.wording import METHODS, OWED

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext


def mark_sent(
    context: AppContext,
    owed: Obligation,
    *,
    show_status: Callable[..., None],
    failed: bool = False,
    method: Method | None = None,
) -> None:
    """Ask how it went out, filled from the provider's wish, so that Enter alone confirms; then record it."""
    practice = context.practice
    calls = owed.kind == "red_flag_call" or method == "phone"
    blocked = None if calls else refuse_without_release(owed, method or owed.method or "fax")
    if blocked:
        client_key, referral_key = context.key_of("client.open"), context.key_of("referral.edit")
        remedy = f"{client_key} and then {referral_key} records it in the referral."
        show_status(f"{blocked.message} {remedy}", "bad")
        return
    document = document_for(owed, practice)
    signed = document if document and document.signed_at else None
    also = also_served(owed, context.obligations, context.now) if method != "phone" else []
    client, provider = (
        practice.clients.get(owed.client_id or ""),
        practice.providers.get(owed.provider_id or ""),
    )
    about = f"{OWED[owed.kind]} about {client.name if client else 'unknown client'} to {provider_name(provider)}"

    async def keep(made: Communication) -> None:
        if await context.save([made]):
            how = f"{METHODS[made.method]}, {day(made.at, practice.zone)}"
            context.show_status(f"{outcome_words(made, owed)}: {about}, {how}.", "good")

    title = "Mark sent"
    if failed:
        title = "Record a failed sending"
    elif calls:
        title = "Record a call"
    what = "This records a letter you sent yourself."
    unsigned = "" if signed else "No signed letter on file. "
    told = about if calls else f"{about}. {unsigned}{what}"
    fields = sending_fields(
        context, owed, "phone" if calls else owed.method or "fax", also, failed=failed
    )
    form = Form(
        title,
        fields,
        lambda values: sending_of(context, owed, also, values),
        enter_saves=True,
        about=told,
    )
    context.ask(form, lambda made: context.run(keep(made)))


def sending_fields(
    context: AppContext, owed: Obligation, method: Method, also: list[Obligation], *, failed: bool
) -> list[FormField]:
    """What is asked of a sending; whether it answers others too where there are any."""
    provider = context.practice.providers.get(owed.provider_id or "")
    address = getattr(provider, ADDRESSES.get(method, ""), None) or "" if provider else ""
    fields = [
        FormField("method", "How", method, choices=tuple(METHODS)),
        FormField("address", "Where to", address, hint="fax number, Direct address, ... as used"),
        when_field(context),
        FormField("pages", "Pages", hint="as the report of the fax says"),
        FormField(
            "confirmation",
            "Confirmation",
            hint="message id, number and time of the report, who took it",
        ),
        FormField(
            "result",
            "Result",
            "failed" if failed else "sent",
            choices=("sent", "delivered", "failed", "returned"),
        ),
    ]
    if also:
        covers = " and ".join(dict.fromkeys(OWED[o.kind] for o in also))
        fields.append(
            FormField(
                "also",
                "Also answers",
                "yes",
                hint=f"does it also answer the {covers}?",
                choices=("yes", "no"),
            )
        )
    return fields


def sending_of(
    context: AppContext,
    owed: Obligation,
    also: list[Obligation],
    values: Values,
) -> Communication | list[FieldFault]:
    """The sending as filled in."""
    at = moment_of(context, values, "communications", "at")
    if isinstance(at, FieldFault):
        return [at]
    method = cast(Method, values["method"])
    if not method:
        return [
            FieldFault(
                "method",
                "Enter how it went: fax, direct, portal, secure_email, letter, in_person or phone.",
            )
        ]
    pages = count_of(values, "pages")
    if isinstance(pages, FieldFault):
        return [pages]
    given = SendingInput(
        method=method,
        at=at,
        address=values["address"] or None,
        confirmation=values["confirmation"] or None,
        pages=pages,
        result=cast(Result, values["result"] or "sent"),
        also=also if values.get("also") == "yes" else [],
    )
    made = record_sending(context, owed, given)
    return or_fault(made)


def outcome_words(made: Communication, owed: Obligation) -> str:
    """What recording it came to."""
    if made.result in ("failed", "returned"):
        return "Failed sending recorded; the letter is due again"
    counts = made.method in ACCEPTED or (owed.kind == "red_flag_call" and made.method == "phone")
    return "Recorded" if counts else "Recorded; the written letter is still due"
