"""The kinds of record that are kept at the command line: which fields each has, and its row of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from msgspec import Struct

from medex_tui.cli.context import CommandContext
from medex_tui.cli.records import fields
from medex_tui.cli.records.fields import RecordField
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Method, Practitioner, Provider, ProviderRole


class RecordType(Struct, frozen=True):
    """One kind of record at the command line."""

    noun: str
    record: type[Record]
    fields: dict[str, RecordField]
    row: Callable[[Any, CommandContext], list[str]]
    heads: list[str]
    needs: str
    """The field a record of this kind may not be without."""


def _client_row(client: Client, context: CommandContext) -> list[str]:
    return [client.name, str(client.birth_date or ""), client.sex or "-", client.status, client.id]


def _provider_row(provider: Provider, context: CommandContext) -> list[str]:
    return [
        provider.name,
        provider.role.replace("_", " "),
        provider.preferred_method or "",
        provider.id,
    ]


def _practitioner_row(one: Practitioner, context: CommandContext) -> list[str]:
    role = one.role.replace("_", " ") if one.active else "left"
    return [one.login, one.name, one.credential or "", role, one.id]


def _referral_row(referral: Referral, context: CommandContext) -> list[str]:
    client = context.practice.clients.get(referral.client_id)
    provider = context.practice.providers.get(referral.provider_id or "")
    received = referral.received_at.astimezone(context.zone).date() if referral.received_at else ""
    return [
        client.name if client else referral.client_id,
        provider.name if provider else "no provider",
        str(received),
        "consent" if referral.consent_on else "no consent",
        referral.status,
        referral.id,
    ]


def _goal_row(goal: Goal, context: CommandContext) -> list[str]:
    episode = context.practice.referrals.get(goal.referral_id)
    client = context.practice.clients.get(episode.client_id) if episode else None
    target = f"{goal.target:g}" if goal.target is not None else ""
    measure = " ".join(part for part in (goal.measure or "", goal.side or "", target) if part)
    return [
        client.name if client else "unknown",
        goal.text,
        measure,
        str(goal.due_on or ""),
        goal.status,
        goal.id,
    ]


KINDS = {
    "client": RecordType(
        "client",
        Client,
        {
            "given_name": RecordField(fields.text, "given name", asked=True),
            "family_name": RecordField(fields.text, "family name", asked=True),
            "birth_date": RecordField(fields.past_day, "date of birth", asked=True),
            "sex": RecordField(
                fields.one_of("F", "M"), "F or M, for reference tables only", asked=True
            ),
            "phone": RecordField(fields.text, "phone", asked=True),
            "email": RecordField(fields.text, "e-mail"),
            "precautions": RecordField(fields.text, "a precaution", many=True),
            "limits": RecordField(
                fields.limit,
                "a provider's limit: what value who, e.g. bp 150/95 Dr Osei",
                many=True,
            ),
            "status": RecordField(
                fields.one_of("active", "on_hold", "discharged"), "active, on_hold or discharged"
            ),
            "status_at": RecordField(fields.instant, "since when"),
            "status_reason": RecordField(fields.text, "why"),
        },
        _client_row,
        ["NAME", "BORN", "SEX", "STATUS", "ID"],
        "family_name",
    ),
    "provider": RecordType(
        "provider",
        Provider,
        {
            "name": RecordField(fields.text, "name as letters address it", asked=True),
            "role": RecordField(
                fields.one_of(*get_args(ProviderRole)), "profession, e.g. physician", asked=True
            ),
            "organisation": RecordField(fields.text, "practice or clinic"),
            "licensed_to_refer": RecordField(fields.yes_no, "may refer: yes or no", asked=True),
            "phone": RecordField(fields.text, "phone", asked=True),
            "fax": RecordField(fields.text, "fax", asked=True),
            "email": RecordField(fields.text, "e-mail"),
            "direct_address": RecordField(fields.text, "Direct address"),
            "postal_address": RecordField(fields.text, "postal address"),
            "preferred_method": RecordField(
                fields.one_of(*get_args(Method)), "how they want letters", asked=True
            ),
            "notes": RecordField(fields.text, "notes"),
        },
        _provider_row,
        ["NAME", "ROLE", "WISH", "ID"],
        "name",
    ),
    "referral": RecordType(
        "referral",
        Referral,
        {
            "client_id": RecordField(fields.client, "client: name, initials or id", asked=True),
            "provider_id": RecordField(
                fields.provider, "who refers: name or id; none for self-referred", asked=True
            ),
            "received_at": RecordField(fields.happened, "when it came in", asked=True),
            "signed_on": RecordField(fields.past_day, "signed on", asked=True),
            "reason": RecordField(fields.text, "reason as written", asked=True),
            "diagnoses": RecordField(
                fields.diagnosis, "ICD-10 code and text as written", asked=True, many=True
            ),
            "names_met": RecordField(fields.yes_no, "names medical exercise training: yes or no"),
            "out_of_treatment": RecordField(
                fields.yes_no, "medical treatment has ended: yes or no"
            ),
            "visits_authorised": RecordField(fields.whole, "how many visits"),
            "valid_through": RecordField(fields.day_to_come, "last day it holds"),
            "follow_up_on": RecordField(
                fields.day_to_come, "the provider's next visit with the client"
            ),
            "consent_on": RecordField(
                fields.date, "date of the release of information", asked=True
            ),
            "copies_to": RecordField(fields.provider, "a provider who gets copies", many=True),
            "status": RecordField(
                fields.one_of("open", "discharged", "declined"), "open, discharged or declined"
            ),
            "discharged_at": RecordField(fields.happened, "when discharge was decided"),
            "discharge_reason": RecordField(fields.text, "why discharged"),
        },
        _referral_row,
        ["CLIENT", "PROVIDER", "RECEIVED", "RELEASE", "STATUS", "ID"],
        "client_id",
    ),
    "goal": RecordType(
        "goal",
        Goal,
        {
            "referral_id": RecordField(
                fields.episode, "client: name, initials or id; or the referral's id", asked=True
            ),
            "text": RecordField(
                fields.text, "what the client wants to do, in the client's words", asked=True
            ),
            "measure": RecordField(
                fields.measure, "a measure: tug, grip, ...; none for a goal without one", asked=True
            ),
            "side": RecordField(
                fields.one_of("L", "R"), "L or R, of a measure taken by side", asked=True
            ),
            "task": RecordField(fields.text, "the name of a custom task or a muscle"),
            "baseline": RecordField(
                fields.number, "start, in the measure's unit; else the first score"
            ),
            "target": RecordField(fields.number, "target, in the measure's unit", asked=True),
            "term_days": RecordField(fields.whole, "30 or 90, for the letters", asked=True),
            "set_on": RecordField(fields.date, "when it was set"),
            "due_on": RecordField(
                fields.day_to_come, "when it is due; else the days after it was set"
            ),
            "status": RecordField(
                fields.one_of("open", "met", "changed", "dropped"), "open, met, changed or dropped"
            ),
            "met_on": RecordField(fields.past_day, "when it was met"),
        },
        _goal_row,
        ["CLIENT", "GOAL", "MEASURE", "DUE", "STATUS", "ID"],
        "text",
    ),
    "practitioner": RecordType(
        "practitioner",
        Practitioner,
        {
            "login": RecordField(fields.text, "login on this machine", asked=True),
            "name": RecordField(fields.text, "name as letters show it", asked=True),
            "credential": RecordField(fields.text, "credential, e.g. MES", asked=True),
            "role": RecordField(
                fields.one_of("owner", "practitioner", "front_desk", "reviewer"),
                "owner, practitioner, ...",
            ),
            "active": RecordField(fields.yes_no, "works here: yes or no"),
        },
        _practitioner_row,
        ["LOGIN", "NAME", "CREDENTIAL", "ROLE", "ID"],
        "login",
    ),
}
