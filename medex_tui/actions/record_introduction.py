"""Record that a letter of introduction was sent to a provider, before there is a client."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.people import Method, Provider
from medex_tui.domain.referrals.sending import introduced

if TYPE_CHECKING:
    from medex_tui.reports.documents.letter import Letter


def record_introduction(
    context: ActionContext, provider: Provider, letter: Letter, method: Method, sent_at: datetime
) -> tuple[Document, Communication] | Refusal:
    """The signed letter and the communication that records its sending."""
    if letter.missing:
        return Refusal("letter", f"{letter.missing[0].what} {letter.missing[0].remedy}")
    document = letter.signed(
        id=context.new_id(), by=context.login, at=context.now, referral_id=None
    )
    return document, introduced(
        provider, document, id=context.new_id(), at=sent_at, by=context.login, method=method
    )
