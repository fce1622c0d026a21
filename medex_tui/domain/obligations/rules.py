"""Table of obligation kinds: trigger, document, hours, source; and shared types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.records.communications import DocumentKind, ObligationKind
from medex_tui.domain.records.people import Method

Status: TypeAlias = Literal["met", "due", "late_soon", "overdue"]
State: TypeAlias = Literal["owed", "drafted", "signed", "failed", "called", "waived", "met"]
Clock: TypeAlias = Literal["elapsed", "working_days"]

ACCEPTED: frozenset[Method] = frozenset(
    {"fax", "direct", "portal", "secure_email", "letter", "in_person"}
)
"""Methods that meet a written obligation; a call is interim, a text never counts."""

FIRST_ONLY: frozenset[ObligationKind] = frozenset({"referral_ack", "red_flag_call"})
"""Kinds that concern the referring provider and no copy."""

WRITTEN_AS: Mapping[ObligationKind, DocumentKind] = {
    "referral_ack": "referral_ack",
    "intro_letter": "intro_letter",
    "assessment_summary": "assessment_summary",
    "reassessment_update": "progress_report",
    "progress_report": "progress_report",
    "change_in_status": "change_in_status",
    "red_flag_written": "change_in_status",
    "missed_visits": "missed_visits",
    "discharge_summary": "discharge_summary",
}
"""Kind of obligation -> kind of document that meets it once sent; a call needs none."""

ADDRESSES: Mapping[str, str] = {
    "fax": "fax",
    "direct": "direct_address",
    "secure_email": "email",
    "letter": "postal_address",
    "phone": "phone",
}
"""Method -> the provider's field that holds its address; the portal and the hand have none."""

PRESETS: Mapping[str, int] = {"meti": 30, "exercise-is-medicine": 90, "custom": 30}
"""Policy preset -> days between progress reports."""


class ObligationRule(Struct, frozen=True):
    """One row of `catalogue/obligations.json`; hours are 0 where the calendar decides."""

    id: ObligationKind
    trigger: str
    document: str
    target_h: float
    limit_h: float
    rule: str
    source: str
    confidence: Literal["high", "medium", "low"]


@cache
def rules() -> Mapping[ObligationKind, ObligationRule]:
    """The shipped obligations by kind, read on first use."""
    return {rule.id: rule for rule in read("obligations.json", list[ObligationRule])}
