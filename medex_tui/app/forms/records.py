"""The forms a practice starts from: clients, providers, referrals, planned visits; each fault is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, get_args

import msgspec

from medex_tui.app.dialogs.client_picker import pick_client, pick_provider
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.forms.field_values import (
    count_of,
    day_of,
    iso,
    local_text,
    moment_of,
    yes,
    yes_of,
)
from medex_tui.app.navigation import OutreachRoute
from medex_tui.app.styled_lines import Choice
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.dates.parse import read_when
from medex_tui.domain.find import find_providers, provider_labels
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.people import Client, Limit, Method, Provider, ProviderRole
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import ICD10, REFERRERS
from medex_tui.domain.referrals.status import client_moments, referral_moments
from medex_tui.domain.visits import missed, moved, planned
from medex_tui.reports.wording import METHODS

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

ROLES: tuple[str, ...] = get_args(ProviderRole)
ROLE_WORDS = {
    "doctor": "physician", "gp": "physician", "md": "physician", "pcp": "physician", "np": "nurse_practitioner",
    "pa": "physician_assistant", "pt": "physical_therapist", "physiotherapist": "physical_therapist",
    "ot": "occupational_therapist", "dc": "chiropractor", "lawyer": "attorney", "nutritionist": "dietitian",
}  # fmt: skip
"""What people call a profession."""

Then = Callable[[Record], None]


def add_menu(context: AppContext, client_id: str | None) -> None:
    """Ask what to add."""
    offered = [
        Choice("client", "client", "a new person"),
        Choice("provider", "provider", "someone who refers or is reported to"),
        Choice("referral", "referral", "an episode of care for a client"),
        Choice("session", "session", "plan a visit"),
        Choice("introduction", "introduction", "a letter to somebody who may refer"),
    ]

    def go(kind: object) -> None:
        if kind == "client":
            client_form(context)
        elif kind == "provider":
            provider_form(context)
        elif kind == "referral":
            with_client(context, client_id, lambda id: referral_form(context, id))
        elif kind == "session":
            with_client(context, client_id, lambda id: plan_form(context, id))
        elif kind == "introduction":
            title = "Introduce the practice to"
            pick_provider(context, title, lambda id: context.open(OutreachRoute(id)))

    context.show(
        Picker("Add", lambda query: [c for c in offered if c.name.startswith(query.lower())]), go
    )


def with_client(context: AppContext, client_id: str | None, then: Callable[[str], None]) -> None:
    """Go on with the client of the row, or ask for one."""
    if client_id:
        then(client_id)
    else:
        pick_client(context, "For which client?", then)


def settle(
    context: AppContext, form: Form, draft: str, said: str, then: Then | None = None
) -> None:
    """Show a form; save what it makes; drop its draft once that is on disk."""

    async def save(record: Record) -> None:
        saved = await context.save([record])
        if saved:
            context.drafts.drop(draft)
            context.show_status(f"{said} saved.", "good")
            if then:
                then(saved.records[0])

    form.draft = {
        k: str(v) for k, v in context.drafts.kept.get(draft, {}).get("values", {}).items()
    }
    form.keep = lambda values: context.drafts.hold(draft, {"values": dict(values)})
    context.ask(form, lambda made: context.run(save(made)))


def filled(record: Any, **fields: Any) -> Any:
    """The record with these fields."""
    return msgspec.structs.replace(record, **fields)


def client_form(context: AppContext, client: Client | None = None) -> None:
    """New client, or change one."""
    c = client or Client(id="new", given_name="", family_name="new")
    fields = [
        FormField("given_name", "Given name", c.given_name),
        FormField("family_name", "Family name", c.family_name if client else ""),
        FormField("birth_date", "Birth date", iso(c.birth_date), hint="1970-02-11, 11 Feb 1970"),
        FormField("sex", "Sex", (c.sex or "").lower(), hint="f or m, for reference tables only",
              choices=("f", "m")),
        FormField("phone", "Phone", c.phone or ""),
        FormField("email", "Email", c.email or ""),
        FormField("precautions", "Precautions", "; ".join(c.precautions), hint="separated by ;"),
        FormField("limits", "Limits", limits_text(c.limits), hint="as the provider set them: bp 150/95 (Dr Osei); hr 120"),
        FormField("status", "Status", c.status if client else "", choices=("active", "on_hold", "discharged")),
        FormField("status_reason", "Why on hold", c.status_reason or "", hint="the letter to the provider says it"),
    ]  # fmt: skip

    def save(values: Values) -> Any:
        if not values["family_name"]:
            return [FieldFault("family_name", "A family name is needed to find the client again.")]
        born = day_of(context, values, "birth_date")
        if isinstance(born, FieldFault):
            return [born]
        if born and born > context.local(context.now).date():
            return [FieldFault("birth_date", "A birth date cannot be in the future.")]
        limits = limits_of(values["limits"], c.limits, context)
        if isinstance(limits, FieldFault):
            return [limits]
        status = values["status"] or "active"
        return filled(
            client or Client(id=context.new_id(), given_name="", family_name="?"),
            given_name=values["given_name"],
            family_name=values["family_name"],
            birth_date=born,
            sex=values["sex"].upper() or None,
            phone=values["phone"] or None,
            email=values["email"] or None,
            precautions=c.precautions
            if values["precautions"] == "; ".join(c.precautions)
            else [p.strip() for p in values["precautions"].split(";") if p.strip()],
            limits=limits,
            status=status,
            status_reason=values["status_reason"] or None,
            **client_moments(client, status, context.now),
        )

    def after(record: Record) -> None:
        if client is None:
            referral_form(context, record.id)

    draft = f"client:{client.id if client else 'new'}"
    settle(
        context, Form("Client" if client else "New client", fields, save), draft, "Client", after
    )


LIMIT = re.compile(r"(?P<what>\S+)\s+(?P<value>[^(]+?)\s*(?:\((?P<said>[^)]*)\))?")


def limits_text(limits: list[Limit]) -> str:
    """Limits as `limits_of` reads them."""
    return "; ".join(
        f"{x.what} {x.value}" + (f" ({x.said_by})" if x.said_by else "") for x in limits
    )


def limits_of(text: str, before: list[Limit], context: AppContext) -> list[Limit] | FieldFault:
    """Limits as typed, `bp 150/95 (Dr Osei); hr 120`; one that stands already keeps its date and document."""
    if text == limits_text(before):
        return before
    made: list[Limit] = []
    for piece in filter(None, (p.strip() for p in text.split(";"))):
        found = LIMIT.fullmatch(piece)
        if not found:
            return FieldFault(
                "limits", f"{piece!r}: write what and how much, as in: bp 150/95 (Dr Osei)"
            )
        what, value, said = (
            found["what"].lower().replace(" ", "_"),
            found["value"],
            found["said"] or None,
        )
        same = next(
            (x for x in before if (x.what, x.value, x.said_by) == (what, value, said)), None
        )
        made.append(
            same
            or Limit(what=what, value=value, said_by=said, on=context.local(context.now).date())
        )
    return made


def provider_form(
    context: AppContext, provider: Provider | None = None, then: Then | None = None
) -> None:
    """New provider, or change one."""
    p = provider or Provider(id="new", name="new", role="other")
    fields = [
        FormField("name", "Name", p.name if provider else "", hint="as on the letterhead: Dr Anil Patel"),
        FormField("role", "Profession", p.role if provider else "", choices=ROLES, said=ROLE_WORDS),
        FormField("organisation", "Organisation", p.organisation or ""),
        FormField("licensed_to_refer", "Licensed to refer", yes(p.licensed_to_refer) if provider else "",
              hint="yes or no; empty: by profession", choices=("yes", "no")),
        FormField("preferred_method", "Wants it by", p.preferred_method or "", choices=tuple(METHODS)),
        FormField("fax", "Fax", p.fax or ""),
        FormField("direct_address", "Direct address", p.direct_address or ""),
        FormField("phone", "Phone", p.phone or ""),
        FormField("email", "Email", p.email or ""),
        FormField("postal_address", "Postal address", p.postal_address or ""),
        FormField("notes", "Notes", p.notes or ""),
    ]  # fmt: skip

    def save(values: Values) -> Any:
        if not values["name"]:
            return [FieldFault("name", "A name is needed.")]
        if not values["role"]:
            return [FieldFault("role", f"A profession is needed: {', '.join(ROLES[:6])}, ...")]
        licensed = yes_of(values, "licensed_to_refer")
        text = {
            name: values[name] or None
            for name in (
                "organisation",
                "phone",
                "fax",
                "email",
                "direct_address",
                "postal_address",
                "notes",
            )
        }
        return filled(
            provider or Provider(id=context.new_id(), name="?", role="other"),
            name=values["name"],
            role=values["role"],
            licensed_to_refer=values["role"] in REFERRERS if licensed is None else licensed,
            preferred_method=cast(Method, values["preferred_method"]) or None,
            **text,
        )

    draft = f"provider:{provider.id if provider else 'new'}"
    settle(
        context,
        Form("Provider" if provider else "New provider", fields, save),
        draft,
        "Provider",
        then,
    )


def referral_form(context: AppContext, client_id: str, referral: Referral | None = None) -> None:
    """New referral for a client, or change one. A new provider can be added on the way."""

    def save(values: Values) -> Any:
        return referral_of(context, client_id, referral, values)

    client = context.practice.clients.get(client_id)
    title = f"{'Referral' if referral else 'New referral'}: {client.name if client else ''}"
    form = Form(title, referral_fields(context, client_id, referral), save)
    settle(context, form, f"referral:{referral.id if referral else client_id}", "Referral")


def referral_fields(
    context: AppContext, client_id: str, referral: Referral | None
) -> list[FormField]:
    """What a referral says, line by line."""
    r = referral or Referral(id="new", client_id=client_id)
    names = provider_labels(context.practice)
    first = r.diagnoses[0] if r.diagnoses else Diagnosis()
    provider = names.get(r.provider_id or "", "")
    copies = "; ".join(names.get(id, id) for id in r.copies_to)
    return [
        FormField(
            "provider",
            "Provider",
            provider,
            hint="first letters; empty: no provider (self-referred)",
        ),
        FormField(
            "received_at",
            "Received",
            local_text(context, r.received_at or context.now),
            hint="the clock starts here",
        ),
        FormField("signed_on", "Signed on", iso(r.signed_on)),
        FormField(
            "reason", "Reason", r.reason or "", hint="what the client cannot do, as referred"
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
            yes(r.names_met),
            choices=("yes", "no"),
            hint="does it name medical exercise?",
        ),
        FormField(
            "out_of_treatment", "Out of treatment", yes(r.out_of_treatment), choices=("yes", "no")
        ),
        FormField("visits_authorised", "Visits", str(r.visits_authorised or "")),
        FormField(
            "valid_through",
            "Valid through",
            iso(r.valid_through),
            hint="last day; empty: 90 days from signing",
        ),
        FormField(
            "follow_up_on",
            "Follow-up visit",
            iso(r.follow_up_on),
            hint="with the provider; a report is due before",
        ),
        FormField(
            "consent_on",
            "Consent on",
            iso(r.consent_on),
            hint="release of information; nothing is sent without",
        ),
        FormField("copies_to", "Copies to", copies, hint="providers, separated by ;"),
        FormField(
            "status",
            "Status",
            r.status if referral else "",
            choices=("open", "discharged", "declined"),
        ),
        FormField("discharge_reason", "Discharge reason", r.discharge_reason or ""),
    ]


def referral_of(
    context: AppContext, client_id: str, before: Referral | None, values: Values
) -> Referral | list[FieldFault]:
    """The referral as filled in; diagnoses after the first stay."""
    typed = filter(None, (part.strip() for part in values["copies_to"].split(";")))
    provider = provider_of(context, values["provider"], "provider") if values["provider"] else None
    copies = [provider_of(context, name, "copies_to") for name in typed]
    dates = {
        n: day_of(context, values, n)
        for n in ("signed_on", "valid_through", "follow_up_on", "consent_on")
    }
    visits = count_of(values, "visits_authorised")
    received = moment_of(context, values, "received_at") if values["received_at"] else None
    for read in (provider, *copies, *dates.values(), visits, received):
        if isinstance(read, FieldFault):
            return [read]
    icd10 = values["icd10"].upper()
    if icd10 and not ICD10.fullmatch(icd10):
        return [
            FieldFault(
                "icd10",
                f"{values['icd10']!r} does not have the form of an ICD-10 code, such as M75.121.",
            )
        ]
    status = values["status"] or "open"
    first = Diagnosis(icd10=icd10 or None, text=values["diagnosis"] or None)
    made: Referral = filled(
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
    return made


def provider_of(context: AppContext, typed: str, field: str) -> str | FieldFault:
    """The id of the provider a label names, or words that fit only one."""
    labels = provider_labels(context.practice)
    fitting = find_providers(typed, context.practice)
    found = [id for id, label in labels.items() if label == typed] or [p.id for p in fitting]
    if len(found) == 1:
        return found[0]
    adds = f"{context.key_of('go.back')}, then {context.key_of('add.menu')} adds one (your entries are kept)"
    return FieldFault(
        field,
        f"{typed!r}: {', '.join(labels[id] for id in found[:5]) or f'no such provider; {adds}'}",
    )


def plan_form(context: AppContext, client_id: str) -> None:
    """Plan a visit."""
    client = context.practice.clients.get(client_id)
    fields = [
        FormField("day", "Day", "today", hint="today, tomorrow, fri, 2026-11-27"),
        FormField("time", "Time", "", hint="14:30"),
    ]

    def save(values: Values) -> Any:
        day = day_of(context, values, "day")
        if isinstance(day, FieldFault):
            return [day]
        if day is None:
            return [FieldFault("day", "Say which day.")]
        if not values["time"]:
            return [FieldFault("time", "Say at what time, for example 14:30.")]
        at = read_when(
            f"{day.isoformat()} {values['time']}", now=context.now, zone=context.practice.zone
        )
        if isinstance(at, Problem):
            return [FieldFault("time", at.message)]
        return planned(context.practice, client_id, at, id=context.new_id())

    settle(
        context,
        Form(f"Plan a visit: {client.name if client else ''}", fields, save),
        f"plan:{client_id}",
        "Visit",
    )


def missed_form(context: AppContext, visit: Session) -> None:
    """Say what became of a planned visit: a no-show, cancelled, or moved to another time."""
    client = context.practice.clients.get(visit.client_id)
    to_come = visit.planned_at is not None and visit.planned_at > context.now
    fields = [
        FormField("reason", "Reason", hint="as it was given; Enter for none"),
        FormField(
            "what",
            "What",
            "cancelled" if to_come else "no_show",
            choices=("no_show", "cancelled", "moved"),
        ),
        FormField("time", "New time", hint="of a moved one: fri 14:30"),
    ]

    def save(values: Values) -> Any:
        if values["what"] == "moved":
            at = read_when(values["time"], now=context.now, zone=context.practice.zone)
            if isinstance(at, Problem):
                return [FieldFault("time", at.message)]
            made: Session | str = moved(visit, at)
        else:
            state: Any = values["what"] or "no_show"
            made = missed(visit, state, values["reason"], now=context.now)
        return [FieldFault("what", made)] if isinstance(made, str) else made

    when = f", {spoken(visit.planned_at, context.practice.zone)}" if visit.planned_at else ""
    title = f"Not seen: {client.name if client else ''}{when}"
    settle(context, Form(title, fields, save, enter_saves=True), f"missed:{visit.id}", "Visit")
