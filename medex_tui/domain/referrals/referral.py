"""What a written referral has to hold, how long it reaches and how much of it is used (DOMAIN 1.3, 1.5, 1.6, 2.5, 2.6).

A referral is expected for everyone. What one lacks is shown and asked for; it keeps nobody from being seen.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.language.pattern import lazy_regex
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Provider, ProviderRole
from medex_tui.domain.records.practice import Practice

VALID_FOR = timedelta(days=90)
"""How long a referral reaches that says nothing of it, from its signature as day 0: our default (DOMAIN 2.5)."""

ENDING_WITHIN = timedelta(days=14)
"""How long before its last day a referral is pointed out (DOMAIN 2.5, 6.5)."""

REFERRERS: frozenset[ProviderRole] = frozenset(
    {
        "physician",
        "surgeon",
        "nurse_practitioner",
        "physician_assistant",
        "physical_therapist",
        "occupational_therapist",
        "chiropractor",
        "podiatrist",
    }
)
"""Professions that are licensed to refer unless somebody says otherwise of one (DOMAIN 1.6)."""

ICD10 = lazy_regex(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
"""The form of an ICD-10-CM code (DOMAIN 2.6). Only the form is checked: a code is copied, never chosen."""


class Requirement(Struct, frozen=True):
    """One thing a complete referral holds: in a word, as it is asked of the provider, and whether it is there.

    `asked_for` is empty where the provider is not the one to ask.
    """

    word: str
    asked_for: str
    there: bool


def checklist(referral: Referral, provider: Provider | None, day: date) -> list[Requirement]:
    """Written, licensed, MET named, ICD-10, out of treatment, in date, and the client's consent (DOMAIN 10, rule 5)."""
    through = valid_through(referral)
    coded = any(ICD10.fullmatch((d.icd10 or "").strip().upper()) for d in referral.diagnoses)
    return [
        Requirement(
            "signature date", "a signed and dated referral", referral.signed_on is not None
        ),
        Requirement("licensed provider", "", provider is not None and provider.licensed_to_refer),
        Requirement(
            "names MET", "wording that names medical exercise training", bool(referral.names_met)
        ),
        Requirement("ICD-10 code", "the diagnosis with its ICD-10 code", coded),
        Requirement(
            "out of treatment",
            "confirmation that medical treatment has ended",
            bool(referral.out_of_treatment),
        ),
        Requirement(
            "in date", "a new referral, as this one has run out", through is None or day <= through
        ),
        Requirement("consent to release", "", referral.consent_on is not None),
    ]


def valid_through(referral: Referral) -> date | None:
    """The last day a referral covers: as it says, else ninety days from its signature; None where it is not signed."""
    if referral.valid_through or referral.signed_on is None:
        return referral.valid_through
    return referral.signed_on + VALID_FOR


def days_left(referral: Referral, day: date) -> int | None:
    """Days from a day to the last one covered; below zero once it is past, None where nobody knows."""
    through = valid_through(referral)
    return (through - day).days if through else None


def visits_used(referral: Referral, practice: Practice, but: str | None = None) -> int:
    """How many visits of the episode the client came to, not counting the session `but`."""
    return sum(
        1
        for session in practice.sessions_of.get(referral.client_id, ())
        if session.attended and session.id != but and practice.episode_of(session) == referral
    )


def ending(practice: Practice, now: datetime) -> list[Referral]:
    """Open referrals in their last fourteen days or past them, the soonest first."""
    today = local_day(now, practice.zone)
    last_days = {
        one.id: left
        for one in practice.referrals.values()
        if one.status == "open"
        and (left := days_left(one, today)) is not None
        and left <= ENDING_WITHIN.days
    }
    return sorted(
        (practice.referrals[id] for id in last_days), key=lambda one: (last_days[one.id], one.id)
    )


def clearance_required(onset: date, start: date, red_flags: Collection[str] = ()) -> bool:
    """METI's older line: clearance within 365 days of onset or surgery, later only with red flags (DOMAIN 1.5).

    Newer METI posts ask a written referral for every client, so this never replaces the checklist.
    """
    return (start - onset).days <= 365 or bool(red_flags)
