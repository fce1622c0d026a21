"""Units as people type them, and the possible and likely range of each typed value.

Canonical units are kg, m, s, min, mmHg, bpm, %, mg/dL and degC. Likely ranges, and all ranges of
training doses, are a convention of this program: outside them the person is asked once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite

from msgspec import Struct

KG_PER_LB = 0.45359237
M_PER = {"m": 1.0, "km": 1000.0, "yd": 0.9144, "ft": 0.3048, "mi": 1609.344}
CM_PER_IN = 2.54
MGDL_PER_MMOL = 18.016
"""Glucose: 1 mmol/L in mg/dL."""

MMOL_MAX = 33.3
"""600 mg/dL, the highest possible glucose, in mmol/L."""

FAHRENHEIT_FROM = 45.0
"""A body temperature above this number is in degrees Fahrenheit."""


class QuantityRange(Struct, frozen=True):
    """Possible (`low` to `high`) and likely values of one quantity, all ends included."""

    name: str
    unit: str
    low: float
    high: float
    likely_low: float
    likely_high: float
    whole: bool = False

    @property
    def possible(self) -> str:
        """The range in words, e.g. `50 to 280 mmHg`."""
        return f"{number_text(self.low)} to {number_text(self.high)}{_unit(self.unit)}"


DOSE_RANGES: Mapping[str, QuantityRange] = {
    "sets": QuantityRange("number of sets", "", 1, 99, 1, 10, whole=True),
    "reps": QuantityRange("number of repetitions", "", 0, 1000, 1, 100, whole=True),
    "hold_s": QuantityRange("hold", "s", 0, 3600, 1, 600),
    "minutes": QuantityRange("time", "min", 0, 600, 0.5, 120),
    "distance_m": QuantityRange("distance", "m", 0, 50000, 1, 10000),
    "load_kg": QuantityRange("load", "kg", 0, 1000, 0, 300),
    "rest": QuantityRange("rest", "min", 0, 600, 1, 60),
    "service": QuantityRange("time of service", "min", 0, 600, 1, 180, whole=True),
}
"""Ranges of training doses by field; those of vital signs stand in `domain.vital_signs`."""


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def number_text(value: float) -> str:
    """A number in the fewest digits that read back as the same number; never `1e-05`."""
    if not isfinite(value):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def kg_from_lb(pounds: float) -> float:
    """Kilograms, to the hundredth."""
    return round(pounds * KG_PER_LB, 2)


def load_unit(units: Mapping[str, str]) -> str:
    """The unit of loads in a practice with these `units`: kg or lb."""
    return "lb" if units.get("load", "kg").lower().startswith("lb") else "kg"


def load_text(kg: float, unit: str, typed: str | None = None) -> str:
    """A load in `unit`, the other unit behind it where it was typed in that one.

    `20.87 kg (46 lb)` and `46 lb`; a load in kg that nobody typed in pounds is shown to the tenth
    of a pound.
    """
    if unit != "lb":
        return f"{number_text(kg)} kg{f' ({typed})' if typed else ''}"
    if typed and typed.endswith(" lb"):
        return typed
    return f"{number_text(round(kg / KG_PER_LB, 1))} lb ({number_text(kg)} kg)"


def metres(value: float, unit: str) -> float:
    """Metres, to the hundredth, from m, km, yd, ft or mi."""
    return round(value * M_PER[unit], 2)


def celsius(fahrenheit: float) -> float:
    """Degrees Celsius, to the hundredth."""
    return round((fahrenheit - 32) / 1.8, 2)


def mgdl(mmol: float) -> float:
    """Glucose in mg/dL, to the tenth, from mmol/L."""
    return round(mmol * MGDL_PER_MMOL, 1)


def entered_parts(entered: str | None) -> dict[str, str]:
    """Texts as typed, by the field each was converted into: `400 yd, 46 lb`."""
    parts = {}
    for part in (entered or "").split(", "):
        unit = part.rpartition(" ")[2]
        if unit == "lb":
            parts["load_kg"] = part
        elif unit in M_PER:
            parts["distance_m"] = part
    return parts
