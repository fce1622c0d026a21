"""Units of measures and text of their values. Values stay unrounded until they become text."""

from __future__ import annotations

from math import copysign, isfinite

from medex_tui.domain.measures.tables import Measure, Operator
from medex_tui.domain.quantities import CM_PER_IN, KG_PER_LB, M_PER, MGDL_PER_MMOL

EDGE = 1e-9
"""Numbers closer than this are equal: arithmetic has blurred them (0.1 + 0.2, pounds and back)."""

_FACTORS: dict[tuple[str, str], float] = {
    ("lb", "kg"): KG_PER_LB,
    ("in", "cm"): CM_PER_IN,
    ("m", "cm"): 100.0,
    ("ft", "m"): M_PER["ft"],
    ("yd", "m"): M_PER["yd"],
    ("min", "s"): 60.0,
    ("mph", "m/s"): M_PER["mi"] / 3600,
    ("mph", "m/min"): M_PER["mi"] / 60,
    ("km/h", "m/s"): 1 / 3.6,
    ("mmol/L", "mg/dL"): MGDL_PER_MMOL,
    ("%", "raw50"): 0.5,
}


def convert(value: float, unit: str, to: str) -> float | None:
    """Convert `value` to another unit, unrounded; None where the catalogue knows no conversion."""
    if unit == to:
        return value
    if (unit, to) == ("degF", "degC"):
        return (value - 32) / 1.8
    if (unit, to) == ("degC", "degF"):
        return value * 1.8 + 32
    if (unit, to) in _FACTORS:
        return value * _FACTORS[unit, to]
    if (to, unit) in _FACTORS:
        return value / _FACTORS[to, unit]
    return None


def on_far_side(value: float, op: Operator, line: float) -> bool:
    """Whether `value <op> line` holds; a value within `EDGE` of the line is on it."""
    at = abs(value - line) <= EDGE
    if op in ("<=", ">=") and at:
        return True
    return not at and (value < line if op.startswith("<") else value > line)


GRADE = 0.3
"""Distance of "+" and "-" from their grade; only the order counts: 3 < 3+ < 4- < 4."""


def grade_value(text: str) -> float | None:
    """The number kept for a grade (`3+` 3.3, `4-` 3.7); None for a text that is no grade."""
    digits, sign = (text[:-1], text[-1]) if text[-1:] in ("+", "-") else (text, "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
        return None
    return round(int(digits) + {"+": GRADE, "-": -GRADE}.get(sign, 0.0), 1)


def grade_at(measure: Measure, value: float) -> int | None:
    """Index of a value on an ordinal scale; None where it is not one of its grades."""
    values = (grade_value(text) for text in measure.enum)
    return next((i for i, v in enumerate(values) if v is not None and abs(v - value) <= EDGE), None)


def bare(measure: Measure, value: float) -> str:
    """A value as its measure prints it, without the unit: `30.0`, `12`, `4-`."""
    at = grade_at(measure, value) if measure.ordinal else None
    return (
        measure.enum[at]
        if at is not None
        else number(value, measure.decimals, trim=measure.unit == "user")
    )


def number(value: float, decimals: int, *, trim: bool = False) -> str:
    """Round half away from zero to `decimals` places; `trim` drops zeros after the point.

    Never `-0`.
    """
    if not isfinite(value):
        return str(value)
    text = f"{value + copysign(EDGE, value):.{decimals}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.") else text


def unit_text(measure: Measure, unit: str | None = None) -> str:
    """A unit as printed after a number; empty for units of bare scores."""
    shown = unit or measure.unit
    return "" if shown in ("user", "points", "stage", "T", "grade") else shown


def format_value(
    measure: Measure, value: float, unit: str | None = None, *, signed: bool = False
) -> str:
    """A score with its unit: `30.0 kg`, `0.80 m/s`, `12 reps`.

    `signed` is for changes: `+3.0 kg`. `unit` names the unit of a measure that has none of its own
    (a custom task).
    """
    text = bare(measure, value)
    if signed and value > 0 and text.strip("0."):
        text = f"+{text}"
    return f"{text} {unit_text(measure, unit)}".rstrip()


def format_threshold(measure: Measure, value: float, unit: str) -> str:
    """A threshold or line in the fewest digits: `6.5 kg`, `1.14 s`, `30 % of baseline`."""
    shown = "" if unit in ("points", "points_%", "stage", "T", "grade", "user") else unit
    if measure.unit == "%" and unit in ("points", "points_%"):
        shown = "points"
    return f"{number(value, 3, trim=True)} {shown}".rstrip()
