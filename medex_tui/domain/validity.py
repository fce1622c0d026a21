"""Rules within one record besides its types: possible values, known names, times in order.

Records from elsewhere are refused for a violation, since nothing else would notice: an unknown
symptom raises no red flag. Records already in the practice are never refused, only reported by a
check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import get_args

from msgspec import Struct

from medex_tui.domain.language.suggestion import did_you_mean
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, ObligationKind, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.visits import Session, Vitals
from medex_tui.domain.referrals.referral import is_icd10
from medex_tui.domain.safety import rules
from medex_tui.domain.vital_signs import RANGES, VITAL_SIGNS

YEARS = range(1900, 2201)
"""Years a date can lie in, as typed ones can."""

DOSES = ("sets", "reps", "hold_s", "minutes", "distance_m", "load_kg", "rpe")
KINDS: tuple[str, ...] = get_args(ObligationKind)


class FieldError(Struct, frozen=True):
    """An error in a field: name, path inside it (`[0].sbp` or empty), and one sentence."""

    field: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


PAST_FIELDS: Mapping[type[Record], tuple[str, ...]] = {
    Client: ("birth_date",),
    Referral: ("signed_on",),
}
"""Dates that cannot lie in the future."""


def wrong_in(record: Record, today: date | None = None) -> Iterator[FieldError]:
    """Everything wrong within a record, in the order of its fields.

    With `today` (the practice's local day) births and signatures to come are wrong too.
    """
    yield from _dates(record)
    for field in PAST_FIELDS.get(type(record), ()) if today else ():
        day = getattr(record, field)
        if day and today and day > today:
            yield FieldError(field, "", f"{day} is still to come.")
    check = CHECKS.get(type(record))
    if check:
        yield from check(record)


def _dates(record: Record) -> Iterator[FieldError]:
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if isinstance(value, date) and value.year not in YEARS:
            yield FieldError(
                field, "", f"the year {value.year} is outside {YEARS[0]} to {YEARS[-1]}."
            )


def _session(one: Session) -> Iterator[FieldError]:
    if one.started_at and one.ended_at and one.ended_at < one.started_at:
        yield FieldError("ended_at", "", "it ended before it began.")
    for at, reading in enumerate(one.vitals):
        yield from _vitals(reading, at)
    for at, exercise in enumerate(one.exercises):
        yield from _within("exercises", at, {name: getattr(exercise, name) for name in DOSES})
    for at, service in enumerate(one.services):
        yield from _within("services", at, {"minutes": service.minutes}, as_="service")
    for at, symptom in enumerate(one.symptoms):
        if symptom not in rules.reportable():
            yield FieldError(
                "symptoms", f"[{at}]", f"no symptom rule is called {symptom}{_nearest(symptom)}"
            )
    known = {*rules.symptom_rules(), *rules.vital_rules()}
    for at, rule in enumerate(override.rule for override in one.overrides):
        if rule not in known and not rule.startswith("limit:"):
            yield FieldError(
                "overrides", f"[{at}].rule", f"no safety rule is called {rule}{_nearest(rule)}"
            )


def _vitals(reading: Vitals, at: int) -> Iterator[FieldError]:
    yield from _within("vitals", at, {name: getattr(reading, name) for name in VITAL_SIGNS})
    for upper, lower in ((reading.sbp, reading.dbp), (reading.sbp_standing, reading.dbp_standing)):
        if upper is not None and lower is not None and lower >= upper:
            yield FieldError(
                "vitals", f"[{at}]", f"{upper}/{lower}: the upper pressure is the larger number."
            )


def _within(
    field: str, at: int, values: Mapping[str, float | None], as_: str = ""
) -> Iterator[FieldError]:
    for name, value in values.items():
        can = RANGES[as_ or name]
        if value is not None and not can.low <= value <= can.high:
            what = f"{number_text(value)} is outside the possible {can.possible}."
            yield FieldError(field, f"[{at}].{name}", what)


def _client(one: Client) -> Iterator[FieldError]:
    yield from _named(one.family_name, "family_name")


def _provider(one: Provider) -> Iterator[FieldError]:
    yield from _named(one.name, "name")


def _goal(one: Goal) -> Iterator[FieldError]:
    yield from _named(one.text, "text")


def _referral(one: Referral) -> Iterator[FieldError]:
    if one.valid_through and one.signed_on and one.valid_through < one.signed_on:
        yield FieldError("valid_through", "", "it ends before it is signed.")
    for at, diagnosis in enumerate(one.diagnoses):
        if diagnosis.icd10 and not is_icd10(diagnosis.icd10):
            what = (
                f"{diagnosis.icd10} does not have the form of an ICD-10 code, such as M75.121; "
                "words go into text."
            )
            yield FieldError("diagnoses", f"[{at}].icd10", what)


def _assessment(one: Assessment) -> Iterator[FieldError]:
    for at, reading in enumerate(one.readings):
        if reading.result == "measured" and not reading.trials:
            yield FieldError(
                "readings",
                f"[{at}].trials",
                "it was measured, but there is no number; say unable or stopped.",
            )


def _communication(one: Communication) -> Iterator[FieldError]:
    for at, key in enumerate(one.answers):
        yield from _key(key, "answers", f"[{at}]")
    if one.reply and one.reply.at < one.at:
        yield FieldError("reply", "at", "it was answered before it was sent.")


def _waiver(one: Waiver) -> Iterator[FieldError]:
    yield from _key(one.obligation, "obligation", "")
    yield from _named(one.reason, "reason")
    if one.until and one.until <= one.at:
        yield FieldError("until", "", "it ends before it begins.")


def _key(key: str, field: str, path: str) -> Iterator[FieldError]:
    kind, _, source = key.partition(":")
    if kind not in KINDS or not source:
        yield FieldError(
            field, path, f"{key} is no key of something owed, such as intro_letter:RECORD-ID."
        )


def _named(text: str, field: str) -> Iterator[FieldError]:
    if not text.strip():
        yield FieldError(field, "", "it is empty.")


def _nearest(rule: str) -> str:
    """`; did you mean …?` with the safety rule most like a name, or a full stop."""
    known = [*rules.symptom_rules(), *rules.vital_rules()]
    return did_you_mean(rule.casefold().replace(" ", "_"), known)


CHECKS: Mapping[type[Record], Callable[..., Iterator[FieldError]]] = {
    Client: _client,
    Provider: _provider,
    Referral: _referral,
    Goal: _goal,
    Session: _session,
    Assessment: _assessment,
    Communication: _communication,
    Waiver: _waiver,
}
