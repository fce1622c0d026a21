"""The referral form: who referred the client, when, for what, and what was authorized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

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
from medex_tui.app.forms.record_fields import record_field
from medex_tui.app.forms.saving import open_form, with_fields
from medex_tui.domain.find import find_providers, provider_labels
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.status import referral_moments
from medex_tui.domain.referrals.referral import is_icd10

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

DATE_FIELDS = ("signed_on", "valid_through", "follow_up_on", "consent_on")


def referral_form(
    context: AppContext, client_id: str, referral: Referral | None = None, *, start: str = ""
) -> None:
    """Add a client's referral, or edit one. `start`: the field with the cursor."""

    def save(values: Values) -> Referral | list[FieldFault]:
        return referral_of(context, client_id, referral, values)

    client = context.practice.clients.get(client_id)
    title = f"{'Referral' if referral else 'New referral'}: {client.name if client else ''}"
    form = Form(title, referral_fields(context, client_id, referral), save, start=start)
    open_form(context, form, f"referral:{referral.id if referral else client_id}", "Referral")


def referral_fields(
    context: AppContext, client_id: str, referral: Referral | None
) -> list[FormField]:
    """The fields of a referral, filled from `referral` where there is one."""
    shown = referral or Referral(id="new", client_id=client_id)
    labels = provider_labels(context.practice)
    first = shown.diagnoses[0] if shown.diagnoses else Diagnosis()

    def field(name: str, value: str, **changes: Any) -> FormField:
        return record_field(context, "referrals", name, value, **changes)

    def diagnosis(name: str, label: str, value: str | None) -> FormField:
        spec = field("diagnoses", value or "", label=label, many=False)
        return replace(spec, name=name)

    return [
        field(
            "provider_id",
            labels.get(shown.provider_id or "", ""),
            echo=lambda typed: _provider_echo(context, typed, "provider_id"),
        ),
        field("received_at", local_text(context, shown.received_at or context.now)),
        field("signed_on", iso(shown.signed_on)),
        field("reason", shown.reason or ""),
        diagnosis("icd10", "ICD-10", first.icd10),
        diagnosis("diagnosis", "Diagnosis", first.text),
        field("names_met", yes(shown.names_met)),
        field("out_of_treatment", yes(shown.out_of_treatment)),
        field("visits_authorised", str(shown.visits_authorised or "")),
        field("valid_through", iso(shown.valid_through)),
        field("follow_up_on", iso(shown.follow_up_on)),
        field("consent_on", iso(shown.consent_on)),
        field("copies_to", "; ".join(labels.get(id, id) for id in shown.copies_to)),
        field("status", shown.status if referral else ""),
        field("discharge_reason", shown.discharge_reason or ""),
    ]


def _provider_echo(context: AppContext, typed: str, field: str) -> str | FieldFault:
    """The label of the provider that a text means."""
    provider = provider_of(context, typed, field)
    if isinstance(provider, FieldFault):
        return provider
    label = provider_labels(context.practice)[provider]
    return "" if label == typed else label


def referral_of(
    context: AppContext, client_id: str, before: Referral | None, values: Values
) -> Referral | list[FieldFault]:
    """The referral as filled in, or the first fault. Diagnoses after the first are kept."""
    names = filter(None, (part.strip() for part in values["copies_to"].split(";")))
    provider = (
        provider_of(context, values["provider_id"], "provider_id")
        if values["provider_id"]
        else None
    )
    copies = [provider_of(context, name, "copies_to") for name in names]
    dates = {name: day_of(context, values, "referrals", name) for name in DATE_FIELDS}
    visits = count_of(values, "visits_authorised")
    received = (
        moment_of(context, values, "referrals", "received_at") if values["received_at"] else None
    )
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
    none = f"no such provider; {back}, then {add} adds one (what you typed is kept)"
    return FieldFault(field, f"{typed!r}: {', '.join(labels[id] for id in matches[:5]) or none}")
