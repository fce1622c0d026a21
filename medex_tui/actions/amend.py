"""Amend a signed record; the original stays as it was signed."""

from __future__ import annotations

from medex_tui.actions.context import ActionContext, Refusal
from medex_tui.domain.records.amending import AmendmentKind, Lack, amended
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.visits import Session


def amend(
    context: ActionContext,
    record: Session | Assessment,
    *,
    kind: AmendmentKind,
    text: str,
    reason: str,
    was: str = "",
) -> Session | Assessment | Refusal:
    """The record with an addendum, a correction (`was`: what it corrects) or a late entry after it."""
    if refusal := refuse_unsigned(record):
        return refusal
    outcome = amended(
        record, kind=kind, was=was, text=text, reason=reason, at=context.now, by=context.login
    )
    return Refusal(outcome.field, outcome.message) if isinstance(outcome, Lack) else outcome


def refuse_unsigned(record: Session | Assessment) -> Refusal | None:
    """Why a record takes no amendment, to be told before one is asked for: it is not signed."""
    if record.signed_at:
        return None
    noun = type(record).__name__.lower()
    return Refusal(
        noun, f"This {noun} is not signed yet: it can be changed itself, and needs no amendment."
    )
