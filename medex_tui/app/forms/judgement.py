"""The clinician's own words in a letter: summary, next steps, question."""

from __future__ import annotations

from medex_tui.app.dialogs.form import Form, FormField, Values
from medex_tui.reports.documents.letter import Judgement


def judgement_form(shown: Judgement, own: Judgement | None) -> Form:
    """A form whose result is a Judgement.

    `shown` is what the letter says now, partly written by the program; `own` is what the person wrote
    before. A field left as shown stays with the program.
    """
    fields = [
        FormField(
            "bottom_line",
            "Summary",
            shown.bottom_line or "",
            hint="what the provider should know, in one sentence",
        ),
        FormField(
            "next_steps",
            "Plan",
            shown.next_steps or "",
            hint="frequency, changes to the program",
        ),
        FormField(
            "question",
            "For you",
            shown.question or "",
            hint="one clear question, or: No action needed.",
        ),
    ]

    def save(values: Values) -> Judgement:
        before = own or Judgement()
        changed = {
            name: getattr(before, name) if text == (getattr(shown, name) or "") else text
            for name, text in values.items()
        }
        return Judgement(**changed)

    return Form("Clinician comments", fields, save)
