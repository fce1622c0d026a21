"""Record that something went to a provider, a call, or a sending that failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.obligations import ACCEPTED, ADDRESSES, Obligation
from medex_tui.domain.records.communications import Communication, Waiver
from medex_tui.domain.records.people import Method
from medex_tui.domain.referrals.sending import document_for, sending

Result: TypeAlias = Literal["sent", "delivered", "failed", "returned"]

MOST_PAGES = 999
ADDRESS_SHAPES = {
    "fax": (re.compile(r"(?:\D*\d){7,}\D*(?:ext\D*\d+)?\s*"), "a fax number of 7 digits or more"),
    "direct": (
        re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
        "an address such as name@direct.clinic.org",
    ),
    "secure_email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "an address such as name@clinic.org"),
}
"""Method -> what an address for it looks like, and how to say so."""


class SendingInput(Struct, frozen=True):
    """What a person says of a sending. `address` None: the one on file for the method."""

    method: Method
    at: datetime
    address: str | None = None
    confirmation: str | None = None
    pages: int | None = None
    result: Result = "sent"
    also: Sequence[Obligation] = ()


def record_sending(
    context: ActionContext, owed: Obligation, given: SendingInput
) -> Communication | Refusal:
    """The communication that records a sending or a call made for an obligation.

    Refused: without a release of information (a call is recorded: it sends nothing in writing), before the event,
    in the future, without an address that the method can use, or with an impossible number of pages.
    """
    if refusal := refuse_without_release(owed, given.method):
        return refusal
    if refusal := _refuse_time(context, owed, given.at):
        return refusal
    address = given.address or address_on_file(context, owed, given.method)
    if refusal := refuse_address(given.method, address):
        return refusal
    if given.pages is not None and not 0 < given.pages <= MOST_PAGES:
        return Refusal("pages", f"Give the number of pages, from 1 to {MOST_PAGES}.")
    letter = document_for(owed, context.practice)
    made = sending(
        owed,
        id=context.new_id(),
        at=given.at,
        by=context.login,
        method=given.method,
        address=address,
        confirmation=given.confirmation,
        document=letter if letter and letter.signed_at else None,
        also=list(given.also),
        pages=given.pages,
    )
    return replace(made, result=given.result)


def record_outcome(
    sent: Communication, result: Result, *, confirmation: str | None, pages: int | None
) -> Communication | Refusal:
    """A sending with what became of it; a failed or returned one makes the letter due again."""
    if sent.direction != "out":
        return Refusal("sending", "That came in; only what went out has an outcome.")
    return replace(
        sent,
        result=result,
        confirmation=confirmation or sent.confirmation,
        pages=pages or sent.pages,
    )


def waive(
    context: ActionContext, owed: Obligation, reason: str, *, until: datetime | None = None
) -> Waiver | Refusal:
    """A waiver of an obligation, for good or until an instant."""
    if not reason.strip():
        return Refusal("reason", "A waiver needs a reason.")
    if until and until <= context.now:
        return Refusal("until", "The date until which it is put off has to lie ahead.")
    return Waiver(
        id=context.new_id(),
        obligation=owed.key,
        reason=reason.strip(),
        until=until,
        by=context.login,
        at=context.now,
    )


def refuse_without_release(owed: Obligation, method: Method) -> Refusal | None:
    """Why nothing may go out in writing: no release of information is on file. A call may be recorded."""
    if owed.blocked_by and method in ACCEPTED:
        return Refusal(
            "method", "Nothing may be sent yet: no release of information (ROI) is on file."
        )
    return None


def address_on_file(context: ActionContext, owed: Obligation, method: Method) -> str | None:
    """The provider's number or address for a method, None where the method needs none or none is known."""
    provider = context.practice.providers.get(owed.provider_id or "")
    field = ADDRESSES.get(method)
    return getattr(provider, field, None) if provider and field else None


def refuse_address(method: Method, address: str | None) -> Refusal | None:
    """Why a method cannot use an address: there is none, or it does not look like one."""
    if method not in ADDRESS_SHAPES:
        return None
    shape, words = ADDRESS_SHAPES[method]
    if not address:
        return Refusal("address", f"Say where it went: {words}; none is on file.")
    if not shape.fullmatch(address.strip()):
        return Refusal("address", f"`{address}` is not {words}.")
    return None


def _refuse_time(context: ActionContext, owed: Obligation, sent_at: datetime) -> Refusal | None:
    if sent_at < owed.event_at:
        event = spoken(owed.event_at, context.zone)
        return Refusal(
            "at", f"That is before the event it answers ({event}): give the time it went."
        )
    if sent_at > context.now:
        return Refusal("at", "That is still to come: give the time it went.")
    return None
