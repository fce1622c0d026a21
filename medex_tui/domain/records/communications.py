"""Documents, what was sent or received, and obligations waived."""

from typing import Literal, TypeAlias

from medex_tui.domain.records.base import Count, Instant, NonEmpty, Part, Record
from medex_tui.domain.records.corrections import Acceptance, EnteredInError
from medex_tui.domain.records.people import Method

ObligationKind: TypeAlias = Literal[
    "referral_ack",
    "intro_letter",
    "assessment_summary",
    "reassessment_update",
    "progress_report",
    "change_in_status",
    "red_flag_call",
    "red_flag_written",
    "missed_visits",
    "discharge_summary",
]
DocumentKind: TypeAlias = Literal[
    "referral_ack",
    "intro_letter",
    "assessment_summary",
    "visit_note",
    "progress_report",
    "change_in_status",
    "missed_visits",
    "discharge_summary",
    "outreach",
]


class Document(Record, frozen=True, kw_only=True):
    """A letter, report or note. `sha256`: hash of `body` in UTF-8, set by signing."""

    kind: DocumentKind
    client_id: str | None = None
    referral_id: str | None = None
    to: list[str] = []
    about: list[str] = []
    body: str = ""
    sha256: str | None = None
    signed_at: Instant | None = None
    signed_by: str | None = None
    accepted: list[Acceptance] = []


class Reply(Part, frozen=True, kw_only=True):
    """The answer to something sent."""

    at: Instant
    by: str | None = None
    text: str | None = None
    orders: str | None = None
    entered_in_error: EnteredInError | None = None


class Communication(Record, frozen=True, kw_only=True):
    """One sending, call or receipt. `answers`: keys of the obligations it was made for.

    `form` (markdown, text, html or pdf) and `sha256` (of its bytes) identify what this program
    handed over.
    """

    client_id: str | None = None
    referral_id: str | None = None
    provider_id: str | None = None
    direction: Literal["out", "in"] = "out"
    answers: list[str] = []
    document_id: str | None = None
    method: Method
    at: Instant
    by: str | None = None
    address: str | None = None
    pages: Count | None = None
    confirmation: str | None = None
    result: Literal["sent", "delivered", "failed", "returned"] = "sent"
    summary: str | None = None
    form: str | None = None
    sha256: str | None = None
    reply: Reply | None = None
    entered_in_error: EnteredInError | None = None


class Waiver(Record, frozen=True, kw_only=True):
    """The reason why an obligation is not met: for good, or `until` an instant (a snooze)."""

    obligation: NonEmpty
    reason: NonEmpty
    until: Instant | None = None
    by: str
    at: Instant
    entered_in_error: EnteredInError | None = None
