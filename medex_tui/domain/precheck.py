"""Checks before an entry is saved: right person, valid referral, and what the safety rules ask for.

Nothing here forbids an entry: what was done has to be recorded. The checks name what to look at,
and which rules need a reason before the session is signed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.dates.clock import dated, local_day
from medex_tui.domain.find import fold, slips
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session, Vitals
from medex_tui.domain.referrals.referral import valid_through, visits_used
from medex_tui.domain.safety.finding import SafetyFinding
from medex_tui.domain.safety.limits import limits_at
from medex_tui.domain.safety.rules import SAME_DAY, fired, scopes_of
from medex_tui.domain.shorthand.session import SessionReading

STOPPING = frozenset({"emergency", "stop", "hold"})
"""Levels that need a reason before the session is signed."""

RECHECKED = frozenset(
    {"bp_pre_180_110", "bp_pre_meti_resistance", "bp_pre_meti_cardio", "spo2_pre_88"}
)
"""Holds that a second reading can settle; so can a client's own limits (`limit:...`)."""

WILL_BE_OWED = "A same-day call and a written report will be owed."
WHAT_TO_DO = {
    "emergency": f"Emergency plan now. {WILL_BE_OWED}",
    "stop": f"End the exercise. {WILL_BE_OWED}",
    "hold": "Do not start.",
    "caution": "",
}
MEASURED = (
    "sbp", "dbp", "sbp_standing", "dbp_standing", "hr", "spo2",
    "glucose", "ketones_mmol", "temp_c", "weight_kg", "pain", "rpe",
)  # fmt: skip


class SafetyCheck(Struct, frozen=True):
    """Findings for a line, the rules whose hold a recheck has settled, and how the visit ended.

    A visit that was held needs no reason for any finding; one that was stopped needs none for a
    finding that asks to stop, but does for a hold it began against.
    """

    findings: list[SafetyFinding]
    settled: frozenset[str] = frozenset()
    outcome: str | None = None

    def waiting(self, reasons: Collection[str] | Mapping[str, str]) -> list[SafetyFinding]:
        """Findings that need a reason before signing, gravest first, without rules in `reasons`."""
        return [
            f
            for f in self.findings
            if f.level in self._levels_with_reason()
            and f.rule not in reasons
            and f.rule not in self.settled
        ]

    def _levels_with_reason(self) -> frozenset[str]:
        """Levels of findings that need a reason before signing."""
        if self.outcome == "held":
            return frozenset()
        return frozenset({"hold"}) if self.outcome == "stopped" else STOPPING


def check(reading: SessionReading, client: Client, practice: Practice) -> SafetyCheck:
    """What the safety rules and the client's own limits of that day say of a line."""
    scopes = scopes_of(reading.exercises, practice.settings.exercises)
    limits = limits_at(client.limits, reading.at, practice.zone)
    found = fired(reading.vitals, reading.symptoms, limits, scopes)
    before = [v for v in reading.vitals if v.phase == "pre"]
    if len(before) < 2:
        return SafetyCheck(found, outcome=reading.parts.outcome)
    later = [_latest(before), *(v for v in reading.vitals if v.phase != "pre")]
    still = {f.rule for f in fired(later, reading.symptoms, limits, scopes)}
    return SafetyCheck(
        found,
        frozenset(
            f.rule for f in found if f.level == "hold" and f.rule not in still and can_settle(f)
        ),
        reading.parts.outcome,
    )


def can_settle(finding: SafetyFinding) -> bool:
    """Whether a second reading within bounds settles a hold."""
    return finding.level == "hold" and (
        finding.rule in RECHECKED or finding.rule.startswith("limit:")
    )


def what_to_do(finding: SafetyFinding) -> str:
    """What a finding asks for, in a few words; empty where its own text says all."""
    if can_settle(finding):
        return "Recheck in 5 min: & and the new reading."
    if finding.rule in SAME_DAY:
        return f"{WHAT_TO_DO[finding.level]} {WILL_BE_OWED}"
    return WHAT_TO_DO[finding.level]


def _latest(taken: Sequence[Vitals]) -> Vitals:
    """Several sets of one phase as one: of each value the latest."""
    latest = taken[0]
    for each in taken[1:]:
        latest = replace(latest, **{f: v for f in MEASURED if (v := getattr(each, f)) is not None})
    return latest


def referral_warnings(
    client: Client, practice: Practice, at: datetime, base: Session | None = None
) -> list[str]:
    """Warnings of the referral against a visit at an instant, a sentence each; empty if none.

    `base` is the session being entered, which is not counted as a visit used.
    """
    if client.status == "discharged":
        return ["DISCHARGED: this client's episode is closed."]
    referral = practice.current_episode(client.id)
    if referral is None:
        return ["NO REFERRAL on file: add the one this visit belongs to."]
    day = local_day(at, practice.zone)
    told = []
    if referral.status != "open":
        told.append(f"EPISODE {referral.status.upper()}: a new referral begins a new one.")
    through = valid_through(referral)
    if through and day > through:
        told.append(f"REFERRAL EXPIRED on {dated(through)}: ask the provider for a new one.")
    if referral.visits_authorised is not None:
        used = visits_used(referral, practice, but=base.id if base else None)
        if used >= referral.visits_authorised:
            told.append(
                f"VISITS USED UP: {used} of {referral.visits_authorised} authorized; ask for more."
            )
    if referral.consent_on is None:
        told.append("NO RELEASE on file: no letter may be sent before there is.")
    return told


def similar_clients(client: Client, practice: Practice) -> list[tuple[Client, str]]:
    """Other clients easily confused with this one, each with the reason: names or birth date."""
    found = []
    for other in practice.clients.values():
        if other.id != client.id and (why := _alike(client, other)):
            found.append((other, why))
    return sorted(found, key=lambda each: (each[0].name, each[0].id))


def _alike(a: Client, b: Client) -> str:
    family, given = (
        (fold(a.family_name), fold(b.family_name)),
        (fold(a.given_name), fold(b.given_name)),
    )
    if family[0] == family[1] and given[0] == given[1]:
        return "same name"
    if family[0] == given[1] and given[0] == family[1]:
        return "names swapped"
    if family[0] == family[1] and given[0][:1] == given[1][:1]:
        return "same family name and initial"
    if _near(*family) and (given[0] == given[1] or _near(*given)):
        return "nearly the same name"
    if (
        a.birth_date
        and a.birth_date == b.birth_date
        and (family[0] == family[1] or given[0] == given[1])
    ):
        return "same birth date, and one name the same"
    if a.birth_date and a.birth_date == b.birth_date:
        return "same birth date"
    return ""


def _near(a: str, b: str) -> bool:
    """Whether two names differ by one letter added, lost, changed or swapped."""
    return abs(len(a) - len(b)) <= 1 and min(len(a), len(b)) >= 3 and slips(a, b) <= 1


def repeated_note(reading: SessionReading) -> Session | None:
    """The last visit, where a line's note is that visit's word for word."""
    last = reading.earlier[0] if reading.earlier else None
    return last if last and reading.note and last.note == reading.note else None
