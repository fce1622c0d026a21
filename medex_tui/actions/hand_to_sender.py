"""Hand a signed letter to the practice's own sender and record how that went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.actions.record_sending import (
    address_on_file,
    refuse_address,
    refuse_without_release,
)
from medex_tui.actions.send_hook import Handed, Outgoing, hand_over, hook_path, refusal
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.people import Method
from medex_tui.domain.referrals.sending import document_for
from medex_tui.store import keep_sent


def letter_to_hand_over(
    context: ActionContext, owed: Obligation, config: Path, method: Method | None = None
) -> Document | Refusal:
    """The signed letter of an obligation that the sender can be given now."""
    if owed.state == "met":
        return Refusal("key", f"That is met already: {owed.why}")
    if blocked := refuse_without_release(owed, method or owed.method or "fax"):
        return blocked
    document = document_for(owed, context.practice)
    if document is None or not document.signed_at:
        return Refusal("document", "There is no signed letter for that yet.")
    if refused := refusal(hook_path(config)):
        return Refusal("hook", refused)
    return document


def outgoing(
    context: ActionContext,
    owed: Obligation,
    document: Document,
    data: bytes,
    *,
    form: str,
    pages: int,
    method: Method | None = None,
    address: str | None = None,
) -> Outgoing | Refusal:
    """What the sender is given: the exact bytes, the method and the address it can use."""
    chosen = method or owed.method or "fax"
    where = address or address_on_file(context, owed, chosen)
    if refused := refuse_address(chosen, where):
        return refused
    provider = context.practice.providers[owed.provider_id]
    return Outgoing(document, data, form, pages, chosen, where or "", provider.name)


def run_sender(store_path: Path, config: Path, letter: Outgoing) -> Handed:
    """Keep the bytes that go out, then run the sender on them. Blocks; OSError where they cannot be kept."""
    keep_sent(store_path, letter.data)
    return hand_over(hook_path(config), letter.data, letter.told())


def record_handed(
    context: ActionContext,
    owed: Obligation,
    letter: Outgoing,
    handed: Handed,
    also: Sequence[Obligation] = (),
) -> Communication:
    """The sending as the sender reported it; one that did not go out clears nothing."""
    return letter.recorded(
        owed, handed, id=context.new_id(), at=context.now, by=context.login, also=also
    )
