"""The provider form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from medex_tui.app.dialogs.form import Confirmation, FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import yes, yes_of
from medex_tui.app.forms.record_fields import record_field
from medex_tui.app.forms.saving import OnSaved, open_form, with_fields
from medex_tui.domain.duplicates import similar_providers
from medex_tui.domain.find import provider_labels
from medex_tui.domain.records.people import Method, Provider, ProviderRole
from medex_tui.domain.referrals.referral import REFERRERS

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
    context: AppContext,
    provider: Provider | None = None,
    then: OnSaved | None = None,
    *,
    start: str = "",
) -> None:
    """Add a provider, or edit one. `then` receives the saved record.

    `start`: the field with the cursor. A provider like one on file is asked about once.
    """

    def save(values: Values) -> Provider | list[FieldFault] | Confirmation:
        record = provider_from(context, provider, values)
        if provider is None and isinstance(record, Provider):
            return confirm_new(context, record)
        return record

    title = "Provider" if provider else "New provider"
    draft = f"provider:{provider.id if provider else 'new'}"
    form = Form(title, provider_fields(context, provider), save, start=start)
    open_form(context, form, draft, "Provider", then)


def provider_fields(context: AppContext, provider: Provider | None) -> list[FormField]:
    """The fields of a provider, filled from `provider` where there is one."""
    shown = provider or Provider(id="new", name="", role="other")
    values = {
        "name": shown.name,
        "role": shown.role if provider else "",
        "organisation": shown.organisation or "",
        "licensed_to_refer": yes(shown.licensed_to_refer) if provider else "",
        "preferred_method": shown.preferred_method or "",
        "fax": shown.fax or "",
        "direct_address": shown.direct_address or "",
        "phone": shown.phone or "",
        "email": shown.email or "",
        "postal_address": shown.postal_address or "",
        "notes": shown.notes or "",
    }
    return [
        record_field(
            context,
            "providers",
            name,
            value,
            said=ROLE_WORDS if name == "role" else {},
            multiline=name == "notes",
        )
        for name, value in values.items()
    ]


def confirm_new(context: AppContext, record: Provider) -> Provider | Confirmation:
    """A new provider; a question first where one on file looks like the same."""
    similar = similar_providers(record, context.practice)
    if not similar:
        return record
    other, why = similar[0]
    label = provider_labels(context.practice)[other.id]
    message = f"{label} is already on file ({why}). Is this somebody else?"
    return Confirmation("name", message, record)


def provider_from(
    context: AppContext, provider: Provider | None, values: Values
) -> Provider | list[FieldFault]:
    """The provider as filled in, or the first fault."""
    if not values["name"]:
        return [FieldFault("name", "Enter a name.")]
    if not values["role"]:
        return [FieldFault("role", f"Enter a profession: {', '.join(ROLES[:6])}, ...")]
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
