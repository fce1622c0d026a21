"""Who writes, to whom, about whom and signed by whom, in the words of documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.language.plain import one_line, terminal_width
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Missing
from medex_tui.reports.rendering.markdown import (
    PAGE_COLUMNS,
    field,
    lines,
    paragraph,
    strong,
    text,
)
from medex_tui.reports.templates import LetterTemplate, fill

SCOPE_LINE = "Medical exercise supports function. No diagnosis or treatment is provided."
UNSIGNED = "DRAFT - not signed"
UNKNOWN = "not recorded"
REMEDY = "Enter it in the practitioner's record."


def full_name(client: Client) -> str:
    """`Jodie Hicks`."""
    return f"{client.given_name} {client.family_name}".strip()


def referred_on(referral: Referral, practice: Practice) -> str:
    """The day the referral was signed, else received; empty where neither is known."""
    if referral.signed_on:
        return wording.day(referral.signed_on, practice)
    return wording.day_of(referral.received_at, practice) if referral.received_at else ""


def address(provider: Provider) -> str:
    """Where a letter goes, as Markdown: by the preferred method, else the first address on file."""
    if provider.preferred_method in ("portal", "in_person"):
        return (
            f"by {wording.METHODS['portal']}"
            if provider.preferred_method == "portal"
            else "handed over in person"
        )
    kept = {
        "fax": ("Fax", provider.fax),
        "direct": ("Direct", provider.direct_address),
        "secure_email": ("E-mail", provider.email),
        "letter": ("By post to", provider.postal_address),
    }
    order = [provider.preferred_method, *kept] if provider.preferred_method in kept else list(kept)
    found = (
        f"{kept[m][0]} {text(kept[m][1] or '')}" for m in order if m and one_line(kept[m][1] or "")
    )
    return next(found, "")


def said(label: str, typed: str | None) -> str:
    """Typed text behind a label of ours; empty where there is none."""
    shown = paragraph(typed or "")
    return f"**{label}:** {shown}" if shown else ""


def sender(practice: Practice) -> str:
    """The practice in two lines: name and address, phone and fax."""
    kept = practice.settings
    reached = [
        f"Phone {text(kept.phone)}" if kept.phone else "",
        f"Fax {text(kept.fax)}" if kept.fax else "",
    ]
    rows = [strong(kept.name), text(kept.address or "")], reached
    return lines(", ".join(part for part in row if part) for row in rows)


def practice_words(practice: Practice) -> dict[str, str]:
    """The practice's name, address, phone, fax and snippets, as Markdown by the name of their blank."""
    kept = practice.settings
    words = {"name": kept.name, "address": kept.address, "phone": kept.phone, "fax": kept.fax}
    return {f"practice_{name}": text(value or "") for name, value in words.items()} | {
        f"snippet.{name}": paragraph(typed) for name, typed in kept.snippets.items()
    }


def letterhead(practice: Practice, own: LetterTemplate | None, words: Mapping[str, str]) -> str:
    """Who writes: by the practice's letterhead where it has one, else in two lines of ours."""
    return fill(own, words).rstrip("\n") if own else sender(practice)


def sender_missing(practice: Practice) -> list[Missing]:
    """Practice name, phone and fax."""
    kept = practice.settings
    wanted = {"name": kept.name, "phone": kept.phone, "fax": kept.fax}
    return [
        Missing(
            f"settings.{key}",
            f"The practice's {key} is not set.",
            f"Enter the {key} in the practice settings.",
        )
        for key, value in wanted.items()
        if not (value or "").strip()
    ]


def born(client: Client, on: datetime, practice: Practice) -> str:
    """`11 Feb 1970 (56 y)`: age in completed years on the local day of the event."""
    if client.birth_date is None:
        return UNKNOWN
    age = age_on(client.birth_date, wording.local_day(on, practice.zone))
    return f"{wording.day(client.birth_date, practice)} ({age} y)"


def client_missing(client: Client | None) -> list[Missing]:
    """The client's name and date of birth."""
    if client is None:
        return [
            Missing(
                "client",
                "The client's record is not in this file.",
                "Bring in the client's record.",
            )
        ]
    if client.birth_date is None:
        return [
            Missing(
                "client.birth_date",
                "The client's date of birth is not recorded.",
                "Enter it with the client.",
            )
        ]
    return []


def diagnoses(referral: Referral) -> str:
    """The referral's diagnoses as the provider wrote them, as Markdown; empty where it carries none."""
    written = (" ".join(part for part in (d.icd10, d.text) if part) for d in referral.diagnoses)
    return "; ".join(text(one) for one in written if one)


def diagnosis_line(referral: Referral | None) -> str:
    """The diagnosis, attributed: we copy it and never choose one."""
    shown = diagnoses(referral) if referral else ""
    return field("Referring diagnosis", shown or UNKNOWN)


def provider_line(provider: Provider) -> str:
    """`Dr Anil Patel, surgeon, Northside Orthopaedics`, as Markdown."""
    parts = (provider.name, wording.role(provider), provider.organisation or "")
    return ", ".join(text(part) for part in parts if part)


def addressed(provider: Provider) -> str:
    """To whom and where: in one line where that fits, else in two."""
    who, where = provider_line(provider), address(provider)
    whole = field("To", ", ".join(part for part in (who, where) if part))
    return (
        whole
        if terminal_width(whole) <= PAGE_COLUMNS + len("****")
        else lines([field("To", who), where])
    )


def signature(practice: Practice, by: str | None, at: datetime | None) -> str:
    """`Signed Sun 22 Nov 2026 10:42 EST by A. Okafor, MES`, or that it is a draft, as Markdown."""
    if at is None:
        return f"**{UNSIGNED}**"
    who = text(wording.person(by, practice)) or UNKNOWN
    return f"Signed {wording.moment(at, practice)} by {who}"


def signer_missing(practice: Practice, by: str | None) -> list[Missing]:
    """Name and credential of whoever signs."""
    who = next((p for p in practice.practitioners.values() if p.login == by), None)
    if who is None or not who.name.strip():
        return [Missing("practitioner.name", "The signer's name is not set.", REMEDY)]
    if not (who.credential or "").strip():
        return [Missing("practitioner.credential", "The signer's credential is not set.", REMEDY)]
    return []
