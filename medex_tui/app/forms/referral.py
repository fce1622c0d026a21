"""The referral form: who referred the client, when, for what, and what was authorized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import (
    count_of,
    day_of,
    iso,
    local_text,
    moment_of,
    yes,
    yes_of,
)
from medex_tui.app.forms.saving import open_form, with_fields
from medex_tui.domain.find import find_providers, provider_labels
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.fields import FIELDS
from medex_tui.domain.referrals.referral import is_icd10
from medex_tui.domain.referrals.status import referral_moments

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

YES_NO = ("yes", "no")
DATE_FIELDS = ("signed_on", "valid_through", "follow_up_on", "consent_on")


def referral_form(context: AppContext, client_id: str, referral: Referral | None = None) -> None:
    """Add a client's referral, or edit one."""

    def save(values: Values) -> Referral | list[FieldFault]:
        return referral_of(context, client_id, referral, values)

    client = context.practice.clients.get(client_id)
    title = f"{'Referral' if referral else 'New referral'}: {client.name if client else ''}"
    form = Form(title, referral_fields(context, client_id, referral), save)
    open_form(context, form, f"referral:{referral.id if referral else client_id}", "Referral")


def referral_fields(
    context: AppContext, client_id: str, referral: Referral | None
) -> list[FormField]:
    """The fields of a referral, filled from `referral` where there is one."""
    shown = referral or Referral(id="new", client_id=client_id)
    return [*_order_fields(context, shown), *_authorization_fields(context, shown, referral)]


def _order_fields(context: AppContext, shown: Referral) -> list[FormField]:
    """Who referred, when and for what."""
    first = shown.diagnoses[0] if shown.diagnoses else Diagnosis()
    return [
        FormField(
            "provider",
            "Provider",
            provider_labels(context.practice).get(shown.provider_id or "", ""),
            hint="first letters; empty: no provider (self-referred)",
        ),
        FormField(
            "received_at",
            "Received",
            local_text(context, shown.received_at or context.now),
            hint="the clock starts here",
        ),
        FormField("signed_on", "Signed on", iso(shown.signed_on)),
        FormField(
            "reason", "Reason", shown.reason or "", hint="what the client cannot do, as referred"
        ),
        FormField(
            "icd10",
            "ICD-10",
            first.icd10 or "",
            hint="as the provider wrote it; copied, never chosen",
        ),
        FormField("diagnosis", "Diagnosis", first.text or "", hint="as the provider wrote it"),
        FormField(
            "names_met",
            "Names MET",
            yes(shown.names_met),
            choices=YES_NO,
            hint="does it name medical exercise?",
        ),
        FormField(
            "out_of_treatment", "Out of treatment", yes(shown.out_of_treatment), choices=YES_NO
        ),
    ]


def _authorization_fields(
    context: AppContext, shown: Referral, referral: Referral | None
) -> list[FormField]:
    """What is authorized, until when, who gets copies, and how the referral stands."""
    labels = provider_labels(context.practice)
    copies = "; ".join(labels.get(id, id) for id in shown.copies_to)
    return [
        FormField("visits_authorised", "Visits", str(shown.visits_authorised or "")),
        FormField(
            "valid_through",
            "Valid through",
            iso(shown.valid_through),
            hint="last day; empty: 90 days from signing",
        ),
        FormField(
            "follow_up_on",
            "Follow-up visit",
            iso(shown.follow_up_on),
            hint="with the provider; a report is due before",
        ),
        FormField(
            "consent_on",
            "Consent on",
            iso(shown.consent_on),
            hint="release of information; nothing is sent without",
        ),
        FormField("copies_to", "Copies to", copies, hint="providers, separated by ;"),
        FormField(
            "status",
            "Status",
            shown.status if referral else "",
            choices=("open", "discharged", "declined"),
        ),
        FormField("discharge_reason", "Discharge reason", shown.discharge_reason or ""),
    ]


def referral_of(
    context: AppContext, client_id: str, before: Referral | None, values: Values
) -> Referral | list[FieldFault]:
    """The referral as filled in, or the first fault. Diagnoses after the first are kept."""
    names = filter(None, (part.strip() for part in values["copies_to"].split(";")))
    provider = provider_of(context, values["provider"], "provider") if values["provider"] else None
    copies = [provider_of(context, name, "copies_to") for name in names]
    dates = {
        name: day_of(context, values, name, FIELDS["referrals"][name].direction)
        for name in DATE_FIELDS
    }
    visits = count_of(values, "visits_authorised")
    received = moment_of(context, values, "received_at") if values["received_at"] else None
    for parsed in (provider, *copies, *dates.values(), visits, received):
        if isinstance(parsed, FieldFault):
            return [parsed]
    icd10 = values["icd10"].upper()
    if icd10 and not is_icd10(icd10):
        typed = repr(values["icd10"])
        message = f"{typed} does not have the form of an ICD-10 code, such as M75.121."
        return [FieldFault("icd10", message)]
    status = values["status"] or "open"
    first = Diagnosis(icd10=icd10 or None, text=values["diagnosis"] or None)
    changed: Referral = with_fields(
        before or Referral(id=context.new_id(), client_id=client_id),
        provider_id=provider,
        received_at=received,
        reason=values["reason"] or None,
        diagnoses=[
            *([first] if first.icd10 or first.text else []),
            *(before.diagnoses[1:] if before else []),
        ],
        names_met=yes_of(values, "names_met"),
        out_of_treatment=yes_of(values, "out_of_treatment"),
        visits_authorised=visits,
        copies_to=copies,
        status=status,
        discharge_reason=values["discharge_reason"] or None,
        **referral_moments(before, status, context.now),
        **dates,
    )
    return changed


def provider_of(context: AppContext, typed: str, field: str) -> str | FieldFault:
    """The id of the provider with this label, or of the only one these words fit."""
    labels = provider_labels(context.practice)
    matches = [id for id, label in labels.items() if label == typed]
    matches = matches or [match.id for match in find_providers(typed, context.practice)]
    if len(matches) == 1:
        return matches[0]
    back, add = context.key_of("go.back"), context.key_of("add.menu")
    none = f"no such provider; {back}, then {add} adds one (your entries are kept)"
    return FieldFault(field, f"{typed!r}: {', '.join(labels[id] for id in matches[:5]) or none}")
