"""What every document has around its message: who writes, to whom, about whom, signed by whom, and what is lacking."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from medex_tui.domain.clock import age_on
from medex_tui.domain.practice import Practice
from medex_tui.domain.records import Client, Provider, Referral
from medex_tui.reports import wording
from medex_tui.reports.markdown import field, strong, text

SCOPE_LINE = (
    "Medical exercise services: supervised exercise and functional measurement. No diagnosis or treatment is provided."
)
UNSIGNED = "DRAFT - not signed"
UNKNOWN = "not recorded"
REMEDY = "Enter it in the practitioner's record."


class Missing(Struct, frozen=True):
    """A field a document may not leave without, and how to fill it."""

    field: str
    what: str
    remedy: str


def sender(practice: Practice) -> str:
    """The practice in one line: name, address, phone, fax."""
    kept = practice.settings
    parts = [strong(kept.name), text(kept.address or "")]
    parts += [f"Phone {text(kept.phone)}" if kept.phone else "", f"Fax {text(kept.fax)}" if kept.fax else ""]
    return ", ".join(part for part in parts if part)


def sender_missing(practice: Practice) -> list[Missing]:
    """Practice name, phone and fax."""
    kept = practice.settings
    wanted = {"name": kept.name, "phone": kept.phone, "fax": kept.fax}
    return [
        Missing(f"settings.{key}", f"The practice's {key} is not set.", f"Enter the {key} in the practice settings.")
        for key, value in wanted.items()
        if not (value or "").strip()
    ]


def born(client: Client, on: datetime, practice: Practice) -> str:
    """`11 Feb 1970 (56 y)`: age in completed years on the local day of the event."""
    if client.birth_date is None:
        return UNKNOWN
    age = age_on(client.birth_date, wording.local_day(on, practice.zone))
    return f"{wording.day(client.birth_date)} ({age} y)"


def client_missing(client: Client | None) -> list[Missing]:
    """The client's name and date of birth."""
    if client is None:
        return [Missing("client", "The client's record is not in this file.", "Bring in the client's record.")]
    if client.birth_date is None:
        return [
            Missing("client.birth_date", "The client's date of birth is not recorded.", "Enter it with the client.")
        ]
    return []


def diagnoses(referral: Referral) -> str:
    """The referral's diagnoses as the provider wrote them, as Markdown; empty where it carries none."""
    written = (" ".join(part for part in (d.icd10, d.text) if part) for d in referral.diagnoses)
    return "; ".join(text(one) for one in written if one)


def diagnosis_line(referral: Referral | None) -> str:
    """The diagnosis, attributed: we copy it and never choose one."""
    shown = diagnoses(referral) if referral else ""
    return field("Diagnosis on the referral (as written there)", shown or UNKNOWN)


def provider_line(provider: Provider) -> str:
    """`Dr Anil Patel, surgeon, Northside Orthopaedics`, as Markdown."""
    parts = (provider.name, wording.role(provider), provider.organisation or "")
    return ", ".join(text(part) for part in parts if part)


def signature(practice: Practice, by: str | None, at: datetime | None) -> str:
    """`Signed Sun 22 Nov 2026 10:42 EST by A. Okafor, MES`, or that it is a draft, as Markdown."""
    if at is None:
        return f"**{UNSIGNED}**"
    who = text(wording.person(by, practice)) or UNKNOWN
    return f"Signed {wording.moment(at, practice.zone)} by {who}"


def signer_missing(practice: Practice, by: str | None) -> list[Missing]:
    """Name and credential of whoever signs."""
    who = next((p for p in practice.practitioners.values() if p.login == by), None)
    if who is None or not who.name.strip():
        return [Missing("practitioner.name", "The signer's name is not set.", REMEDY)]
    if not (who.credential or "").strip():
        return [Missing("practitioner.credential", "The signer's credential is not set.", REMEDY)]
    return []
