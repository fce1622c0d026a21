"""From what a letter lacks to the form that fills it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medex_tui.domain.obligations import Obligation
from medex_tui.reports.letters.letterhead import Missing

if TYPE_CHECKING:
    from medex_tui.app.commands import Key
    from medex_tui.app.context import AppContext


def elsewhere(kind: str, key: Key) -> str | None:
    """Where what no form can fill in comes from, by the first part of the field's name; None for what has a form."""
    match kind:
        case "practitioner":
            return "Your name and credential are set by: medex practitioner edit LOGIN --credential MES"
        case "session":
            back, log, note, amend = map(key, ("go.back", "session.log", "note.open", "note.amend"))
            return f"That is entered at the visit: {back}, then {log} logs it, or {note} and {amend} add to a signed one."
        case "sessions":
            return f"A visit has to be logged first: {key('go.back')}, then {key('session.log')}."
        case "assessment" | "assessments":
            return f"An assessment has to be taken first: {key('go.back')}, then {key('assessment.take')}."
    return None


JUDGED = ("programme", "session.plan")
"""Fields that the letter's own form fills in."""


def fill_in(context: AppContext, missing: Missing, owed: Obligation) -> str | None:
    """Open the form that holds a field a letter lacks; where there is none, the sentence that says what to do."""
    practice, kind = context.practice, missing.field.split(".")[0]
    referral = practice.referrals[owed.referral_id]
    match kind:
        case "settings":
            from medex_tui.app.forms.practice import practice_form

            practice_form(context)
        case "client":
            from medex_tui.app.forms.client import client_form

            client_form(context, practice.clients.get(owed.client_id))
        case "referral":
            from medex_tui.app.forms.referral import referral_form

            referral_form(context, owed.client_id, referral)
        case "provider":
            from medex_tui.app.forms.provider import provider_form

            provider_form(context, practice.providers.get(referral.provider_id or ""))
        case "goals":
            from medex_tui.app.forms.goal import goal_form

            goal_form(context, owed.client_id)
        case _:
            return elsewhere(kind, context.key_of) or missing.remedy
    return None
