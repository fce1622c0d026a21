"""Sign a letter, a logged visit or an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.seal import signed
from medex_tui.domain.records.visits import Session

if TYPE_CHECKING:
    from medex_tui.reports.documents.letter import Letter

Signable = TypeVar("Signable", Session, Assessment)


def sign_letter(
    context: ActionContext,
    letter: Letter,
    referral_id: str | None,
    accepted: Sequence[Acceptance] = (),
) -> Document | Refusal:
    """The document to keep of a letter written to be signed now. Refused while something is missing.

    `accepted`: wordings outside the scope of practice that were kept, each with its reason.
    """
    if letter.missing:
        return Refusal("letter", f"{letter.missing[0].what} {letter.missing[0].remedy}")
    return letter.signed(
        id=context.new_id(),
        by=context.login,
        at=context.now,
        referral_id=referral_id,
        accepted=accepted,
    )


def sign_record(context: ActionContext, record: Signable) -> Signable | Refusal:
    """A logged visit or an assessment, signed as it stands."""
    if record.signed_at:
        return Refusal("record", "It is signed already.")
    if isinstance(record, Session) and record.state != "open":
        return Refusal("record", "Only a logged visit can be signed.")
    return signed(record, at=context.now, by=context.login)
