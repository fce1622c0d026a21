"""The provider form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import yes, yes_of
from medex_tui.app.forms.saving import OnSaved, open_form, with_fields
from medex_tui.domain.records.people import Method, Provider, ProviderRole
from medex_tui.domain.referrals.referral import REFERRERS
from medex_tui.reports.wording import METHODS

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

ROLES: tuple[str, ...] = get_args(ProviderRole)
ROLE_WORDS = {
    "doctor": "physician", "gp": "physician", "md": "physician", "pcp": "physician",
    "np": "nurse_practitioner", "pa": "physician_assistant", "pt": "physical_therapist",
    "physiotherapist": "physical_therapist", "ot": "occupational_therapist", "dc": "chiropractor",
    "lawyer": "attorney", "nutritionist": "dietitian",
}  # fmt: skip
"""Everyday word or abbreviation -> profession."""

TEXT_FIELDS = (
    "organisation", "phone", "fax", "email", "direct_address", "postal_address", "notes",
)  # fmt: skip
"""Fields stored as typed; an empty one is stored as None."""


def provider_form(
    context: AppContext, provider: Provider | None = None, then: OnSaved | None = None
) -> None:
    """Add a provider, or edit one. `then` receives the saved record."""

    def save(values: Values) -> Provider | list[FieldFault]:
        return provider_from(context, provider, values)

    title = "Provider" if provider else "New provider"
    draft = f"provider:{provider.id if provider else 'new'}"
    open_form(context, Form(title, provider_fields(provider), save), draft, "Provider", then)


def provider_fields(provider: Provider | None) -> list[FormField]:
    """The fields of a provider, filled from `provider` where there is one."""
    shown = provider or Provider(id="new", name="", role="other")
    return [
        FormField("name", "Name", shown.name, hint="as on the letterhead: Dr Anil Patel"),
        FormField(
            "role",
            "Profession",
            shown.role if provider else "",
            choices=ROLES,
            said=ROLE_WORDS,
        ),
        FormField("organisation", "Organisation", shown.organisation or ""),
        FormField(
            "licensed_to_refer",
            "Licensed to refer",
            yes(shown.licensed_to_refer) if provider else "",
            hint="yes or no; empty: by profession",
            choices=("yes", "no"),
        ),
        FormField(
            "preferred_method", "Wants it by", shown.preferred_method or "", choices=tuple(METHODS)
        ),
        FormField("fax", "Fax", shown.fax or ""),
        FormField("direct_address", "Direct address", shown.direct_address or ""),
        FormField("phone", "Phone", shown.phone or ""),
        FormField("email", "Email", shown.email or ""),
        FormField("postal_address", "Postal address", shown.postal_address or ""),
        FormField("notes", "Notes", shown.notes or ""),
    ]


def provider_from(
    context: AppContext, provider: Provider | None, values: Values
) -> Provider | list[FieldFault]:
    """The provider as filled in, or the first fault."""
    if not values["name"]:
        return [FieldFault("name", "A name is needed.")]
    if not values["role"]:
        return [FieldFault("role", f"A profession is needed: {', '.join(ROLES[:6])}, ...")]
    licensed = yes_of(values, "licensed_to_refer")
    texts: dict[str, Any] = {name: values[name] or None for name in TEXT_FIELDS}
    changed: Provider = with_fields(
        provider or Provider(id=context.new_id(), name="?", role="other"),
        name=values["name"],
        role=values["role"],
        licensed_to_refer=values["role"] in REFERRERS if licensed is None else licensed,
        preferred_method=cast(Method, values["preferred_method"]) or None,
        **texts,
    )
    return changed
