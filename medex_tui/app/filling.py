"""From what a letter lacks to the form that fills it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medex_tui.domain.obligations import Obligation
from medex_tui.reports.letterhead import Missing

if TYPE_CHECKING:
    from medex_tui.app.medex import Medex

ELSEWHERE = {
    "practitioner": "Your name and credential are set by: medex practitioner edit LOGIN --credential MES",
    "session": "That is entered at the visit: Esc, then l logs it, or v and e add to a signed one.",
    "sessions": "A visit has to be logged first: Esc, then l.",
    "assessment": "An assessment has to be taken first: Esc, then a.",
    "assessments": "An assessment has to be taken first: Esc, then a.",
}
"""Where what no form can fill in comes from, by the first part of the field's name."""

JUDGED = ("programme", "session.plan")
"""Fields that the letter's own form fills in."""


def fill_in(medex: Medex, missing: Missing, owed: Obligation) -> str | None:
    """Open the form that holds a field a letter lacks; where there is none, the sentence that says what to do."""
    practice, kind = medex.practice, missing.field.split(".")[0]
    referral = practice.referrals[owed.referral_id]
    match kind:
        case "settings":
            from medex_tui.app.settings import practice_form

            practice_form(medex)
        case "client":
            from medex_tui.app.forms import client_form

            client_form(medex, practice.clients.get(owed.client_id))
        case "referral":
            from medex_tui.app.forms import referral_form

            referral_form(medex, owed.client_id, referral)
        case "provider":
            from medex_tui.app.forms import provider_form

            provider_form(medex, practice.providers.get(referral.provider_id or ""))
        case "goals":
            from medex_tui.app.goals import goal_form

            goal_form(medex, owed.client_id)
        case _:
            return ELSEWHERE.get(kind, missing.remedy)
    return None
