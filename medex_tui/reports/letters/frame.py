"""What every letter has around its message: sender, recipients, patient, signature, template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.records.communications import DocumentKind
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import with_foot
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, Missing
from medex_tui.reports.documents.letterhead import (
    SCOPE_LINE,
    UNKNOWN,
    address,
    addressed,
    client_missing,
    diagnoses,
    diagnosis_line,
    full_name,
    letterhead,
    practice_words,
    provider_line,
    referred_on,
    sender_missing,
    signature,
    signer_missing,
)
from medex_tui.reports.letters import episode
from medex_tui.reports.letters.summary_box import REPLY_BOX, on_file
from medex_tui.reports.rendering.markdown import field, lines, text
from medex_tui.reports.templates import LetterTemplate, fill, filled_line, shipped


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
        written = f"**Written:** {wording.day_of(self.written_at, self.practice)}"
        to, copy = self._recipients(recipients)
        about_whom, diagnosis = self._subject()
        order = self.templates.get(template or kind) or shipped(template or kind)
        words = self._words()
        shown = filled_line(order.title, words) if order.title else title or wording.DOCUMENTS[kind]
        values = {
            **words,
            "title": shown,
            "sender": letterhead(self.practice, self.templates.get("letterhead"), words),
            "written": "; ".join(
                part for part in (written, period, self._next_appointment()) if part
            ),
            "to": to,
            "copy": copy,
            "about": about_whom,
            "diagnosis": diagnosis,
            "orders": episode.orders_line(self.referral, self.practice, self.written_at),
            "scope": SCOPE_LINE,
            "signature": signature(self.practice, self.by, self.signed_at),
            "on_file": on_file(self.client, self.practice, self.written_at),
            "reply": REPLY_BOX,
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
            "today": wording.day_of(self.written_at, self.practice),
        }

    def _recipients(self, recipients: Sequence[str]) -> tuple[str, str]:
        kept = [p for p in map(self.practice.providers.get, recipients) if p]
        if not kept:
            return field("To", UNKNOWN), ""
        copies = "; ".join(provider_line(p) for p in kept[1:])
        return addressed(kept[0]), field("Copy", copies) if copies else ""

    def _subject(self) -> tuple[str, str]:
        """Patient and referral in two lines, and the line of the diagnosis, as Markdown."""
        referral, client = self.referral, self.client
        birth = client.birth_date if client else None
        dob = f"DOB {wording.day(birth, self.practice)}" if birth else "date of birth not recorded"
        on = referred_on(referral, self.practice) or "date not recorded"
        by = f" by {text(self.provider.name)}" if self.provider else ""
        released = referral.consent_on
        release = (
            f"; release of information {wording.day(released, self.practice)}" if released else ""
        )
        about = lines(
            [field("Patient", f"{text(self.name)}, {dob}"), field("Referral", f"{on}{by}{release}")]
        )
        return about, diagnosis_line(referral)

    def _next_appointment(self) -> str:
        """The patient's next visit with the provider, where it lies ahead."""
        on = self.referral.follow_up_on
        if on is None or on < wording.local_day(self.written_at, self.practice.zone):
            return ""
        return f"next visit with you {wording.day(on, self.practice)}"

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
