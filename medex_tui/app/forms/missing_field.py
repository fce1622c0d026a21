"""From a field that a letter lacks to the form that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medex_tui.domain.obligations import Obligation
from medex_tui.reports.documents.letter import Missing

if TYPE_CHECKING:
    from medex_tui.app.commands import Key
    from medex_tui.app.context import AppContext


def elsewhere(kind: str, key: Key) -> str | None:
    """Where a field without a form is entered; None for a field that has one.

    `kind` is the first part of the field's name: `session`, `practitioner`.
    """
    match kind:
        case "practitioner":
            edit = "medex practitioner edit LOGIN --credential MES"
            return f"Your name and credential are set by: {edit}"
        case "session":
            back, log, note, amend = map(key, ("go.back", "session.log", "note.open", "note.amend"))
            return (
                f"That is entered at the visit: {back}, then {log} logs it, "
                f"or {note} and {amend} add to a signed one."
            )
        case "sessions":
            back, log = key("go.back"), key("session.log")
            return f"A visit has to be logged first: {back}, then {log}."
        case "assessment" | "assessments":
            back, take = key("go.back"), key("assessment.take")
            return f"An assessment has to be taken first: {back}, then {take}."
    return None


JUDGED = ("programme", "session.plan")
"""Fields that the form of the letter itself holds."""


def fill_in(context: AppContext, missing: Missing, owed: Obligation) -> str | None:
    """Open the form of a missing field; where there is none, a sentence that says what to do."""
    practice = context.practice
    kind, _, name = missing.field.partition(".")
    referral = practice.referrals[owed.referral_id]
    match kind:
        case "settings":
            from medex_tui.app.forms.practice import practice_form

            practice_form(context, start=name)
        case "client":
            from medex_tui.app.forms.client import client_form

            client_form(context, practice.clients.get(owed.client_id), start=name)
        case "referral":
            from medex_tui.app.forms.referral import referral_form

            referral_form(context, owed.client_id, referral, start=name)
        case "provider":
            from medex_tui.app.forms.provider import provider_form

            provider = practice.providers.get(referral.provider_id or "")
            provider_form(context, provider, start=name)
        case "goals":
            from medex_tui.app.forms.goal import goal_form

            goal_form(context, owed.client_id)
        case _:
            return elsewhere(kind, context.key_of) or missing.remedy
    return None
