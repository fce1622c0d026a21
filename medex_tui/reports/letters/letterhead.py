"""What every document has around its message: who writes, to whom, about whom, signed by whom, and what is lacking."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.language.plain import one_line, terminal_width
from medex_tui.domain.records.communications import Document, DocumentKind
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import foot_of, sha256, with_foot
from medex_tui.reports import wording
from medex_tui.reports.letters import episode
from medex_tui.reports.rendering.markdown import (
    PAGE_COLUMNS,
    PAGE_LINES,
    field,
    lines,
    paragraph,
    strong,
    text,
)
from medex_tui.reports.templates import LetterTemplate, fill, filled_line, shipped

SCOPE_LINE = "Medical exercise services: supervised exercise and functional measurement. No diagnosis or treatment is provided."
NOTHING_ASKED = "No action needed."
UNSIGNED = "DRAFT - not signed"
UNKNOWN = "not recorded"
REMEDY = "Enter it in the practitioner's record."


class Missing(Struct, frozen=True):
    """A field a document may not leave without, and how to fill it."""

    field: str
    what: str
    remedy: str


class Judgement(Struct, frozen=True):
    """What a person may write in a letter, as typed; None stands for the draft made from the records."""

    bottom_line: str | None = None
    next_steps: str | None = None
    question: str | None = None


class Letter(Struct, frozen=True):
    """A letter as written: `to` provider ids, `about` record ids, `body` Markdown.

    It may not be signed or sent while anything is `missing`. `judgement` is what stands in it, drafts included, for a
    person to go on from. `can_drop` names measures (see `leave_out`) in the order in which
    they should go when it is over a page.
    """

    kind: DocumentKind
    client_id: str | None
    to: list[str]
    about: list[str]
    title: str
    body: str
    missing: list[Missing]
    judgement: Judgement
    can_drop: list[str] = []

    @property
    def lines(self) -> int:
        """How many lines of 80 columns it fills, the seal's line counted before it is there."""
        from medex_tui.reports.rendering.plain_text import page_lines

        return page_lines(self.body) + (foot_of(self.body) is None)

    @property
    def pages(self) -> int:
        """How many pages of 55 lines it fills: one, or it is not called one page."""
        return max(1, math.ceil(self.lines / PAGE_LINES))

    def signed(
        self,
        *,
        id: str,
        by: str,
        at: datetime,
        referral_id: str | None,
        accepted: Sequence[Acceptance] = (),
    ) -> Document:
        """The document to keep of a letter written with `signed_at`: its exact text, by hash, and who signed it."""
        return Document(
            id=id,
            kind=self.kind,
            client_id=self.client_id,
            referral_id=referral_id,
            to=list(self.to),
            about=list(self.about),
            body=self.body,
            sha256=sha256(self.body),
            signed_at=at,
            signed_by=by,
            accepted=list(accepted),
        )


class LetterFrame(Struct, frozen=True):
    """What a letter about one episode of care needs to know beside its message.

    `by` is the login of who writes; `signed_at` is None for a draft. `templates` are the practice's own, by letter.
    """

    practice: Practice
    referral: Referral
    written_at: datetime
    by: str
    signed_at: datetime | None = None
    templates: Mapping[str, LetterTemplate] = {}

    @property
    def client(self) -> Client | None:
        """Whom it is about."""
        return self.practice.clients.get(self.referral.client_id)

    @property
    def provider(self) -> Provider | None:
        """Who referred."""
        return self.practice.providers.get(self.referral.provider_id or "")

    @property
    def name(self) -> str:
        """The client's name as letters write it."""
        return full_name(self.client) if self.client else "the client"

    def letter(
        self,
        kind: DocumentKind,
        judgement: Judgement,
        blocks: Mapping[str, str],
        *,
        about: Sequence[str],
        title: str | None = None,
        period: str = "",
        missing: Iterable[Missing] = (),
        can_drop: Sequence[str] = (),
        template: str | None = None,
    ) -> Letter:
        """The parts of a message, by name, in the frame and order of its template: the practice's, else ours."""
        recipients = list(
            dict.fromkeys(id for id in (self.referral.provider_id, *self.referral.copies_to) if id)
        )
        written = f"Written {wording.day(wording.local_day(self.written_at, self.practice.zone))}"
        to, copy = self._recipients(recipients)
        about_whom, diagnosis = self._subject()
        order = self.templates.get(template or kind) or shipped(template or kind)
        words = self._words()
        shown = filled_line(order.title, words) if order.title else title or wording.DOCUMENTS[kind]
        values = {
            **words,
            "title": shown,
            "sender": letterhead(self.practice, self.templates.get("letterhead"), words),
            "written": f"{written}; {period}" if period else written,
            "to": to,
            "copy": copy,
            "about": about_whom,
            "diagnosis": diagnosis,
            "orders": episode.orders_line(self.referral, self.practice, self.written_at),
            "scope": SCOPE_LINE,
            "signature": signature(self.practice, self.by, self.signed_at),
            **blocks,
        }
        body = fill(order, values)
        body = with_foot(body) if self.signed_at else body
        lacking = [*self._lacking(kind), *missing]
        return Letter(
            kind,
            self.referral.client_id,
            recipients,
            list(about),
            shown,
            body,
            lacking,
            judgement,
            list(can_drop),
        )

    def _words(self) -> dict[str, str]:
        """What every template may name inside a line, as Markdown, and the practice's snippets."""
        return {
            **practice_words(self.practice),
            "client": text(self.name),
            "provider": text(self.provider.name) if self.provider else "",
            "today": wording.day(wording.local_day(self.written_at, self.practice.zone)),
        }

    def _recipients(self, recipients: Sequence[str]) -> tuple[str, str]:
        kept = [p for p in map(self.practice.providers.get, recipients) if p]
        if not kept:
            return field("To", UNKNOWN), ""
        copies = "; ".join(provider_line(p) for p in kept[1:])
        return addressed(kept[0]), field("Copy", copies) if copies else ""

    def _subject(self) -> tuple[str, str]:
        """Whom and which referral it is about, in two lines; and the diagnosis."""
        referral, client = self.referral, self.client
        birth = client.birth_date if client else None
        born = f"born {wording.day(birth)}" if birth else "date of birth not recorded"
        on = referred_on(referral, self.practice) or "date not recorded"
        by = f" by {text(self.provider.name)}" if self.provider else ""
        since = wording.day(referral.consent_on) if referral.consent_on else ""
        release = f"; release of information {since}" if since else ""
        about = lines(
            [field("Re", f"{text(self.name)}, {born}"), field("Referral", f"{on}{by}{release}")]
        )
        return about, diagnosis_line(referral)

    def _lacking(self, kind: DocumentKind) -> list[Missing]:
        """The R fields every letter of a kind shares (DOMAIN 5.3)."""
        found = sender_missing(self.practice) + client_missing(self.client)
        provider, referral = self.provider, self.referral
        if provider is None:
            found.append(
                Missing(
                    "referral.provider_id", "No provider is named.", "Name the referring provider."
                )
            )
        elif not address(provider):
            what = "The provider has no fax, Direct, e-mail or postal address."
            found.append(Missing("provider.fax", what, "Enter how the provider can be reached."))
        if not referred_on(referral, self.practice):
            found.append(
                Missing(
                    "referral.received_at",
                    "The referral has no date.",
                    "Enter when it was received.",
                )
            )
        if kind not in ("intro_letter", "missed_visits") and not diagnoses(referral):
            what = "The referral carries no diagnosis."
            found.append(
                Missing(
                    "referral.diagnoses", what, "Copy it with its ICD-10 code from the referral."
                )
            )
        if referral.consent_on is None or referral.consent_on > wording.local_day(
            self.written_at, self.practice.zone
        ):
            what = "There is no consent to release information on file."
            found.append(
                Missing("referral.consent_on", what, "Have the release signed and enter its date.")
            )
        return found + signer_missing(self.practice, self.by)


def lacking(document: str, wanted: Mapping[str, tuple[object, str]]) -> list[Missing]:
    """What a document (`report`, `summary`) may not go without: by field whether it is there, and what it is."""
    remedy = f"Record it, then write the {document} again."
    return [
        Missing(name, f"The {document} has no {what}.", remedy)
        for name, (there, what) in wanted.items()
        if not there
    ]


def full_name(client: Client) -> str:
    """`Jodie Hicks`."""
    return f"{client.given_name} {client.family_name}".strip()


def referred_on(referral: Referral, practice: Practice) -> str:
    """The day the referral was signed, else received; empty where neither is known."""
    if referral.signed_on:
        return wording.day(referral.signed_on)
    return (
        wording.day(wording.local_day(referral.received_at, practice.zone))
        if referral.received_at
        else ""
    )


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


def settled(
    own: Judgement | None,
    *,
    bottom_line: str = "",
    next_steps: str = "",
    question: str = NOTHING_ASKED,
) -> Judgement:
    """What stands in a letter: the person's own words, else the drafts. The question cannot be left empty."""
    own = own or Judgement()
    return Judgement(
        bottom_line if own.bottom_line is None else own.bottom_line,
        next_steps if own.next_steps is None else own.next_steps,
        question if own.question is None or not one_line(own.question) else own.question,
    )


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
    return f"{wording.day(client.birth_date)} ({age} y)"


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
    return field("Diagnosis on the referral", shown or UNKNOWN)


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
    return f"Signed {wording.moment(at, practice.zone)} by {who}"


def signer_missing(practice: Practice, by: str | None) -> list[Missing]:
    """Name and credential of whoever signs."""
    who = next((p for p in practice.practitioners.values() if p.login == by), None)
    if who is None or not who.name.strip():
        return [Missing("practitioner.name", "The signer's name is not set.", REMEDY)]
    if not (who.credential or "").strip():
        return [Missing("practitioner.credential", "The signer's credential is not set.", REMEDY)]
    return []
