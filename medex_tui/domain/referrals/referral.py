"""Requirements of a written referral, how long it is valid, and how many of its visits are used.

A referral is expected for everyone. Missing parts are shown and asked for; they keep nobody from
being seen.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.people import Provider, ProviderRole
from medex_tui.domain.records.practice import Practice

VALID_FOR = timedelta(days=90)
"""Default validity of a referral that names no end, counted from its signature as day 0."""

ENDING_WITHIN = timedelta(days=14)
"""How long before its last day a referral is pointed out."""

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
"""Professions licensed to refer unless recorded otherwise for one person."""

ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
"""The form of an ICD-10-CM code. Only the form is checked: a code is copied, never chosen."""

NOT_CODES = frozenset({"T10", "T11", "T12"})
"""Vertebrae with the form of a code; ICD-10-CM has no codes T08 to T13."""

_VERTEBRA = r"(?:C[1-8]|T(?:1[0-2]|[1-9])|L[1-6]|S[1-5])"
_ABBREVIATION = re.compile(
    rf"{_VERTEBRA}(?:[-/\u2013](?:{_VERTEBRA}|1[0-2]|[1-9]))*|T[12]DM|[A-Z]?\d{{1,2}}(?:ST|ND|RD|TH|X)?"
)
"""First words with digits that begin a diagnosis in words: vertebrae, `T2DM`, `2nd`, `3x`."""


def is_icd10(code: str) -> bool:
    """Whether a text has the form of an ICD-10-CM code; a vertebra such as T12 has not."""
    code = code.strip().upper()
    return ICD10.fullmatch(code) is not None and code not in NOT_CODES


def read_diagnosis(typed: str) -> Diagnosis | Problem:
    """A diagnosis as a provider wrote it: `M75.121 rotator cuff tear`, or words alone.

    Words may begin with a vertebra or an abbreviation (`T12 compression fracture`, `L5-S1`,
    `T2DM`); any other first word with digits is taken for a mistyped code and refused.
    """
    text = typed.strip()
    first, _, rest = text.partition(" ")
    code = first.upper().rstrip(":,;")
    if is_icd10(code):
        return Diagnosis(icd10=code, text=rest.strip() or None)
    if any(letter.isdigit() for letter in first) and not _ABBREVIATION.fullmatch(code):
        return Problem(
            0,
            len(typed),
            f"`{first}` does not have the form of an ICD-10 code, such as M75.121; "
            "words alone need none.",
        )
    return Diagnosis(text=text)


class Requirement(Struct, frozen=True):
    """One requirement of a complete referral: short name, wording for the provider, whether met.

    `asked_for` is empty where the provider is not the one to ask.
    """

    word: str
    asked_for: str
    there: bool


def checklist(referral: Referral, provider: Provider | None, day: date) -> list[Requirement]:
    """Written, licensed, names MET, ICD-10, out of treatment, in date, consent: which are met."""
    through = valid_through(referral)
    coded = any(is_icd10(d.icd10 or "") for d in referral.diagnoses)
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
    """Last day a referral covers: as stated, else 90 days from its signature; None if unsigned."""
    if referral.valid_through or referral.signed_on is None:
        return referral.valid_through
    return referral.signed_on + VALID_FOR


def days_left(referral: Referral, day: date) -> int | None:
    """Days from a day to the last one covered; negative once past, None where unknown."""
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
