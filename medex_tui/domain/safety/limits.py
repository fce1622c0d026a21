"""A provider's own limits for one client: which are in force, and whether a reading is past one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.dates.clock import day_start
from medex_tui.domain.quantities import MGDL_PER_MMOL
from medex_tui.domain.records.people import Limit
from medex_tui.domain.safety.finding import Level, Phase, SafetyFinding

EVER = datetime.min.replace(tzinfo=UTC)
_FLOORS = {
    "spo2": "spo2",
    "spo2_min": "spo2",
    "glucose_min": "glucose",
    "hr_min": "hr",
    "sbp_min": "sbp",
}
_CEILINGS = {
    "bp": "sbp",
    "sbp": "sbp",
    "dbp": "dbp",
    "hr": "hr",
    "glucose": "glucose",
    "temp_c": "temp_c",
    "pain": "pain",
    "rpe": "rpe",
}
_NAMES = {
    "sbp": "systolic",
    "dbp": "diastolic",
    "hr": "heart rate",
    "spo2": "oxygen saturation",
    "glucose": "glucose",
    "temp_c": "temperature",
    "pain": "pain",
    "rpe": "effort (RPE)",
}


_THROUGHOUT = frozenset({"hr", "spo2", "pain", "rpe"})

_BEFORE = r"\s*(?:[<>]=?|[≤≥]|up to|max\.?|min\.?|under|below|above|over)?\s*"
_UNIT = r"\s*(mmhg|bpm|/min|%|mg/dl|mmol/l|°?c)?\s*"
_NUMBER = re.compile(_BEFORE + r"(\d{1,3}(?:\.\d+)?)" + _UNIT, re.IGNORECASE | re.ASCII)
_PAIR = re.compile(_BEFORE + r"(\d{2,3})\s*/\s*(\d{2,3})" + _UNIT, re.IGNORECASE | re.ASCII)
"""A limit is compared only when its whole text is a number or a pressure."""


class NumericLimit(Struct, frozen=True):
    """A provider's limit as numbers by reading; None where its text holds no comparable number."""

    limit: Limit
    bounds: dict[str, float | None]
    below: bool

    @property
    def covers(self) -> set[str]:
        """The readings whose general upper limit this one replaces."""
        if self.below:
            return set()
        return {name for name, bound in self.bounds.items() if bound is not None}

    @property
    def sets_spo2_floor(self) -> bool:
        """Whether this limit replaces the general lower limit of SpO2."""
        return self.below and self.bounds.get("spo2") is not None


def numeric_limit(limit: Limit) -> NumericLimit | None:
    """A limit on something a reading has; None for one that only a person can check."""
    what = limit.what.strip().casefold().replace(" ", "_").removesuffix("_max")
    if what in ("bp", "sbp", "dbp") and (pair := _PAIR.fullmatch(limit.value)):
        return NumericLimit(limit, {"sbp": float(pair[1]), "dbp": float(pair[2])}, below=False)
    below = what in _FLOORS
    name = _FLOORS[what] if below else _CEILINGS.get(what)
    if name is None:
        return None
    number = _NUMBER.fullmatch(limit.value)
    bound = float(number[1]) if number else None
    if number and bound and name == "glucose" and (number[2] or "").casefold() == "mmol/l":
        bound *= MGDL_PER_MMOL
    return NumericLimit(limit, {name: bound}, below)


def past_limit(
    own: NumericLimit, values: Mapping[str, float | None], phase: Phase
) -> SafetyFinding | None:
    """The finding where a reading is past the client's own limit, or the limit is not comparable.

    Heart rate, SpO2, pain and effort limits apply throughout; pressure, glucose and temperature
    limits apply before starting, as the METI limits they replace do. Effort, and pain once under
    way, past the limit is a caution: there is no start left to hold.
    """
    measured = {name: value for name in own.bounds if (value := values.get(name)) is not None}
    if phase != "pre":
        measured = {name: value for name, value in measured.items() if name in _THROUGHOUT}
    rule = f"limit:{own.limit.what.strip().casefold()}"
    for name, value in measured.items():
        bound = own.bounds[name]
        if bound is None:
            text = (
                f"This client's own limit for {_NAMES[name]} is not a number to compare: "
                "read it before going on."
            )
            return SafetyFinding(rule, "caution", text, None, said_by=own.limit.said_by)
        if value < bound if own.below else value > bound:
            side = "below" if own.below else "above"
            text = (
                f"{_NAMES[name].capitalize()} {value:g} is {side} "
                f"this client's own limit of {bound:g}."
            )
            level: Level = "stop" if name == "spo2" and phase != "pre" else "hold"
            if name == "rpe" or (name == "pain" and phase != "pre"):
                level = "caution"
            return SafetyFinding(rule, level, text, None, said_by=own.limit.said_by)
    return None


def has_spo2_limit(limits: Sequence[Limit]) -> bool:
    """Whether one of a client's own limits can stop a session: only one on SpO2 does."""
    return any(own and "spo2" in own.bounds for own in map(numeric_limit, limits))


def limits_at(limits: Sequence[Limit], at: datetime | None, zone: ZoneInfo) -> list[Limit]:
    """Limits in force at an instant (None: now); of several on the same thing the latest.

    A limit counts from the instant it was given; one with a date alone from that local day on.
    """

    def given(limit: Limit) -> datetime:
        if limit.at:
            return limit.at
        return day_start(limit.on, zone) if limit.on else EVER

    latest: dict[str, Limit] = {}
    for limit in sorted(limits, key=given):
        if not limit.entered_in_error and (at is None or given(limit) <= at):
            latest[limit.what.strip().casefold()] = limit
    return list(latest.values())
