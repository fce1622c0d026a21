"""Episodes of care: referrals with their diagnoses, and goals."""

from datetime import date
from typing import Literal

from medex_tui.domain.records.base import Count, Instant, NonEmpty, Part, Record, Side
from medex_tui.domain.records.corrections import EnteredInError


class Diagnosis(Part, frozen=True, kw_only=True):
    """A diagnosis copied as the provider wrote it."""

    icd10: str | None = None
    text: str | None = None


class Referral(Record, frozen=True, kw_only=True):
    """One episode of care, from receipt of the referral to discharge."""

    client_id: NonEmpty
    provider_id: str | None = None
    received_at: Instant | None = None
    signed_on: date | None = None
    reason: str | None = None
    diagnoses: list[Diagnosis] = []
    names_met: bool | None = None
    out_of_treatment: bool | None = None
    visits_authorised: Count | None = None
    valid_through: date | None = None
    follow_up_on: date | None = None
    consent_on: date | None = None
    copies_to: list[str] = []
    status: Literal["open", "discharged", "declined"] = "open"
    discharged_at: Instant | None = None
    discharge_reason: str | None = None


class Goal(Record, frozen=True, kw_only=True):
    """A functional task in the client's words, tied to a measure where one fits."""

    referral_id: NonEmpty
    text: NonEmpty
    term_days: Count | None = None
    measure: str | None = None
    side: Side | None = None
    task: str | None = None
    baseline: float | None = None
    target: float | None = None
    set_on: date | None = None
    due_on: date | None = None
    met_on: date | None = None
    status: Literal["open", "met", "changed", "dropped"] = "open"
    entered_in_error: EnteredInError | None = None
