"""Vital signs of a session line: one kind of reading to a word; `&` begins a recheck."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from medex_tui.domain.language.problem import Question
from medex_tui.domain.quantities import (
    FAHRENHEIT_FROM,
    KG_PER_LB,
    MMOL_MAX,
    celsius,
    kg_from_lb,
    mgdl,
    number_text,
)
from medex_tui.domain.records.visits import Vitals
from medex_tui.domain.shorthand.faults import Faults, capital
from medex_tui.domain.shorthand.scan import ScannedWord
from medex_tui.domain.shorthand.shapes import READING
from medex_tui.domain.vital_signs import RANGES, SINGLE, VITAL_SIGNS

MOST_VALUES = 12
"""The most values of one reading in one word: before, up to ten during, after."""

PHASES: tuple[Literal["pre", "during", "post"], ...] = ("pre", "during", "post")

WEIGHT_FAR = 0.1
"""A body weight that differs from the last one by more than this share is asked about."""

SLIP = 0.06
"""Tolerance, as a share, of a ratio that points at kilograms taken for pounds."""

VITAL_FIELDS = {sign.key: sign.field for sign in SINGLE}
"""First letters of a reading in the line -> field of `Vitals`."""


def unit_slip(kg: float, last_kg: float) -> str:
    """A hint where a mass differs from the last one by the factor of kg and lb; else empty."""
    for factor, meant in ((1 / KG_PER_LB, "lb"), (KG_PER_LB, "kg")):
        if abs(kg / last_kg - factor) <= SLIP * factor:
            return f" If {meant} was meant, type {meant} behind the number."
    return ""


class Round(Struct):
    """One set of readings by phase, as typed where converted, and the word of each."""

    phases: dict[str, dict[str, Any]]
    entered: dict[str, dict[str, str]]
    given: dict[str, ScannedWord]


def _round() -> Round:
    return Round({phase: {} for phase in PHASES}, {phase: {} for phase in PHASES}, {})


class VitalsReader:
    """Collects readings by phase, in one set or more.

    `shown` holds span, name and value of each for the live table; `further` are sets taken during
    exercise after the first.
    """

    def __init__(self, faults: Faults, units: Mapping[str, str]) -> None:
        self.faults = faults
        self.units = units
        self.rounds = [_round()]
        self.further: list[Round] = []
        self.opened: ScannedWord | None = None
        self.session_rpe: tuple[ScannedWord, float] | None = None
        self.last_kg: float | None = None
        self.shown: list[tuple[tuple[int, int], str, str]] = []

    @property
    def phases(self) -> dict[str, dict[str, Any]]:
        """The readings of the set being read."""
        return self.rounds[-1].phases

    def again(self, word: ScannedWord) -> None:
        """Begin another set: a recheck."""
        if any(self.phases.values()):
            self.rounds.append(_round())
            self.opened = word
        else:
            self.faults.refuse(
                word,
                "`&` begins a recheck; type the first reading before it, as in 152/88 & 138/84.",
            )

    def _split(self, word: ScannedWord, text: str) -> tuple[dict[str, str], list[str]] | None:
        """Values by phase, and further values taken during exercise where there are over three.

        `before`, `before>after`, `before>during>after`, `before>during>during>after`.
        """
        values = text.split(">")
        if len(values) == 1:
            return {"pre": values[0]}, []
        if len(values) > MOST_VALUES or not any(values):
            message = (
                f"`{word.text}` has too many parts; type before>after, or before>during>after."
            )
            self.faults.refuse(word, message)
            return None
        further = values[2:-1] if len(values) > 3 else []
        if further:
            values = [values[0], values[1], values[-1]]
        names = ("pre", "post") if len(values) == 2 else PHASES
        by_phase: dict[str, str] = {
            name: value for name, value in zip(names, values, strict=True) if value
        }
        return by_phase, [value for value in further if value]

    def _further(self, n: int) -> dict[str, Any]:
        """The readings of the nth further set taken during exercise."""
        while len(self.further) <= n:
            self.further.append(_round())
        return self.further[n].phases["during"]

    def _once(self, word: ScannedWord, field: str, phases: Collection[str]) -> bool:
        for phase in phases:
            earlier = self.rounds[-1].given.get(f"{field} {phase}")
            if earlier:
                name = "Blood pressure" if field.startswith("sbp") else RANGES[field].name
                self.faults.refuse(
                    word,
                    f"{capital(name)} is given twice: {earlier.text} and {word.text}; keep one, "
                    "or write before>after.",
                )
                return False
        for phase in phases:
            self.rounds[-1].given[f"{field} {phase}"] = word
        return True

    def pressure(self, word: ScannedWord, text: str, posture: str = "") -> None:
        """Take a blood pressure: `132/78>128/74`; `posture` ends the names of its fields."""
        upper = f"sbp{posture}"
        split = self._split(word, text)
        if split is None or not self._once(word, upper, split[0]):
            return
        by_phase, further = split
        single = len(by_phase) == 1
        for phase, value in by_phase.items():
            pair = self._pressure_pair(word, value, posture, single=single)
            if pair is None:
                return
            self.phases[phase] |= pair
        for n, value in enumerate(further):
            pair = self._pressure_pair(word, value, posture, single=False)
            if pair is None:
                return
            self._further(n).update(pair)
        shown = text.strip(">").replace(">>", ">").replace(">", " > ")
        place = (word.start, word.end)
        self.shown.append((place, VITAL_SIGNS[upper].label, self._phased(by_phase, shown, "")))

    def _pressure_pair(
        self, word: ScannedWord, text: str, posture: str, *, single: bool
    ) -> dict[str, int] | None:
        """The two numbers of a pressure in mmHg by field; None where refused."""
        upper, lower = f"sbp{posture}", f"dbp{posture}"
        match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
        if not match:
            self.faults.refuse(word, f"`{text}` is not a blood pressure; type it like 132/78.")
            return None
        sbp, dbp = int(match[1]), int(match[2])
        if not (self.faults.possible(word, upper, sbp) and self.faults.possible(word, lower, dbp)):
            return None
        if dbp >= sbp:
            mark = "s" if posture else ""
            swapped = f"{mark}{dbp}/{sbp}" if dbp > sbp and single else None
            message = f"In {text} the diastolic is not below the systolic."
            self.faults.refuse(word, message, swapped)
            return None
        self.faults.likely(word, upper, sbp)
        self.faults.likely(word, lower, dbp)
        return {upper: sbp, lower: dbp}

    def _phased(self, parts: Mapping[str, str], shown: str, unit: str) -> str:
        only = next(iter(parts)) if len(parts) == 1 else "pre"
        told = ", ".join(
            [*([] if only == "pre" else [only]), *(["recheck"] if len(self.rounds) > 1 else [])]
        )
        return f"{shown}{' ' + unit if unit else ''}{f' ({told})' if told else ''}"

    def reading(self, word: ScannedWord, field: str, text: str) -> None:
        """Take one kind of reading, `field` of `Vitals`, from the text after its letter."""
        split = self._split(word, text)
        if split is None:
            return
        values: dict[str, tuple[float, str | None]] = {}
        for phase, part in split[0].items():
            value = self._value(word, field, part)
            if value is None:
                return
            values[phase] = value
        further: list[tuple[float, str | None]] = []
        for part in split[1]:
            value = self._value(word, field, part)
            if value is None:
                return
            further.append(value)
        if not self._place(word, field, text, values):
            return
        for n, (number, entered) in enumerate(further):
            self._further(n)[field] = int(number) if RANGES[field].whole else number
            if entered:
                self.further[n].entered["during"][field] = entered
        numbers = [number for number, _ in (*values.values(), *further)]
        for number in numbers:
            self.faults.likely(word, field, number)
        self._weight_far(word, field, numbers)
        in_order = [*list(values.values())[:2], *further, *list(values.values())[2:]]
        shown = " > ".join(number_text(number) for number, _ in in_order)
        place, unit = (word.start, word.end), RANGES[field].unit
        self.shown.append((place, VITAL_SIGNS[field].label, self._phased(split[0], shown, unit)))

    def _place(
        self,
        word: ScannedWord,
        field: str,
        text: str,
        values: Mapping[str, tuple[float, str | None]],
    ) -> bool:
        """Put values where they belong; False, with a problem, where one is given twice."""
        if field == "rpe" and ">" not in text:
            if self.session_rpe:
                earlier = self.session_rpe[0].text
                message = f"RPE is given twice: {earlier} and {word.text}; keep one."
                self.faults.refuse(word, message)
                return False
            self.session_rpe = (word, values["pre"][0])
            return True
        if not self._once(word, field, values):
            return False
        for phase, (number, entered) in values.items():
            self.phases[phase][field] = int(number) if RANGES[field].whole else number
            if entered:
                self.rounds[-1].entered[phase][field] = entered
        return True

    def _value(self, word: ScannedWord, field: str, part: str) -> tuple[float, str | None] | None:
        """A vital sign in its canonical unit, and the text as typed where it was converted."""
        match = READING.match(part)
        unit = VITAL_SIGNS[field].units.get(match[2].lower()) if match else None
        if not match or unit is None:
            self.faults.refuse(
                word, f"`{word.text}` is not a {RANGES[field].name} this line understands."
            )
            return None
        digits, value, entered = match[1], float(match[1]), None
        if field == "glucose":
            unit = unit or self._glucose_unit(value)
            if unit is None:
                self.faults.refuse(
                    word,
                    f"`{word.text}` can be mg/dL or mmol/L: add the unit, "
                    f"g{digits}mg or g{digits}mmol.",
                )
                return None
            if unit == "mmol/L":
                value, entered = mgdl(value), f"{digits} mmol/L"
        elif field == "temp_c" and (unit == "F" or (not unit and value > FAHRENHEIT_FROM)):
            value, entered = celsius(value), f"{digits} F"
        elif (
            field == "weight_kg"
            and (unit or self.units.get("weight", "kg").lower().rstrip("s")) == "lb"
        ):
            value, entered = kg_from_lb(value), f"{digits} lb"
        if RANGES[field].whole and not value.is_integer():
            self.faults.refuse(
                word, f"{capital(RANGES[field].name)} is a whole number; {digits} is not."
            )
            return None
        return (value, entered) if self.faults.possible(word, field, value) else None

    def _glucose_unit(self, value: float) -> str | None:
        if value > MMOL_MAX:
            return "mg/dL"
        if value < RANGES["glucose"].low or self.units.get("glucose", "").lower().startswith(
            "mmol"
        ):
            return "mmol/L"
        return None

    def _weight_far(self, word: ScannedWord, field: str, kilograms: Sequence[float]) -> None:
        last = self.last_kg
        if field != "weight_kg" or last is None:
            return
        for value in kilograms:
            if abs(value - last) > WEIGHT_FAR * last:
                slip = unit_slip(value, last)
                self.faults.withdraw(f"weight_kg {number_text(value)}")
                said = (
                    f"Weight {number_text(value)} kg is far from last time's "
                    f"{number_text(last)} kg; is it right?{slip}"
                )
                self.faults.ask(
                    Question(
                        word.start, word.end, said, None, f"weight_kg {number_text(value)} far"
                    )
                )

    def taken(self) -> list[Vitals]:
        """The readings by phase, a recheck after the reading it repeats.

        The effort of the session belongs to the last reading of the last phase.
        """
        if self.opened and not any(self.phases.values()):
            self.faults.refuse(
                self.opened,
                "`&` begins a recheck; type the second reading after it, as in & 138/84.",
            )
        if self.session_rpe:
            word, effort = self.session_rpe
            held = [
                (PHASES.index(phase), n)
                for n, each in enumerate(self.rounds)
                for phase in PHASES
                if each.phases[phase]
            ]
            at, n = max(held, default=(PHASES.index("post"), 0))
            phase, last = PHASES[at], self.rounds[n]
            if "rpe" in last.phases[phase]:
                self.faults.refuse(
                    word,
                    f"RPE is given twice: {last.given[f'rpe {phase}'].text} "
                    f"and {word.text}; keep one.",
                )
            last.phases[phase].setdefault("rpe", effort)
        return [
            Vitals(phase=phase, **each.phases[phase], entered=each.entered[phase])
            for phase in PHASES
            for each in (*self.rounds, *self.further)
            if each.phases[phase]
        ]
