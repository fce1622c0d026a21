"""Goal attainment scaling: goals rated from -2 to +2, each with a weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite, sqrt
from typing import ClassVar

from medex_tui.domain.measures.shapes.base import (
    ComputedScore,
    EnteredParts,
    Shape,
    TypedValue,
    UnscorableReading,
)
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Reading

GOAL_BOXES = 5
_BOX = re.compile(r"(-?[0-9])(?:x([0-9]{1,2}(?:\.[0-9])?))?\Z")
_BOX_BEGUN = re.compile(r"-?[0-9]?|-?[0-9]x[0-9]{0,2}(?:\.[0-9]?)?")
_WEIGHT = re.compile(r"x([0-9]{1,9}(?:\.[0-9]{1,30})?)\Z")


class GoalsShape(Shape):
    """Attained goals, typed as `1` or with a weight as `1x2`."""

    whole_steps: ClassVar[bool] = True

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """Goal attainment T (Kiresuk and Sherman 1968); a goal without a weight has weight 1."""
        goals = [t for r in readings for t in r.trials]
        weights = [w for r in readings for w in r.weights or [1.0] * len(r.trials)]
        if not goals:
            raise UnscorableReading("no goals rated")
        if len(weights) != len(goals) or any(not (isfinite(w) and w > 0) for w in weights):
            raise UnscorableReading("each goal has one weight above 0, or none has one")
        if any(g not in (-2, -1, 0, 1, 2) for g in goals):
            raise UnscorableReading("a goal is rated from -2 to 2, in whole steps")
        spread = sqrt(0.7 * sum(w * w for w in weights) + 0.3 * sum(weights) ** 2)
        how = f"{len(goals)} goals{', weighted' if any(w != 1 for w in weights) else ''}"
        weighted = sum(w * g for w, g in zip(weights, goals, strict=True))
        return ComputedScore(50 + 10 * weighted / spread, how)

    def part_range(self, measure: Measure) -> tuple[float, float] | None:
        """The range of one goal."""
        return -2.0, 2.0

    def box_names(self, measure: Measure, inputs: Sequence[str]) -> tuple[str, ...]:
        """`goal 1` to `goal 5`."""
        return tuple(f"goal {n + 1}" for n in range(GOAL_BOXES))

    def parse_box(self, measure: Measure, text: str) -> float | None:
        """The rating in a box, without its weight; None for a weight of 0."""
        match = _BOX.match(text)
        return float(match[1]) if match and float(match[2] or 1) > 0 else None

    def can_become_value(self, measure: Measure, text: str) -> bool:
        """Whether a text begins a rating with or without a weight."""
        return _BOX_BEGUN.fullmatch(text) is not None

    def entered_parts(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> EnteredParts:
        """Ratings, names and weights; no weights where all are 1."""
        matches = [
            (match, name)
            for text, name in zip(texts, names, strict=True)
            if (match := _BOX.match(text))
        ]
        weights = [float(match[2] or 1) for match, _ in matches]
        return EnteredParts(
            [float(match[1]) for match, _ in matches],
            [name for _, name in matches],
            weights if any(weight != 1 for weight in weights) else [],
        )

    def parse_value(
        self, measure: Measure, text: str, value: float, suffix: str | None
    ) -> TypedValue | str:
        """A rating with the weight behind it; a weight of 0 is refused."""
        match = _WEIGHT.match(suffix or "")
        weight = float(match[1]) if match else 1.0
        if weight <= 0:
            return f"{measure.short}: a weight is above 0, as in 1x2."
        return TypedValue(value, None if match else suffix, weight)

    def value_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The ratings, each with its weight where one is recorded: `1x2`."""
        values = super().value_texts(measure, reading)
        if not reading.weights:
            return values
        pairs = zip(values, reading.weights, strict=False)
        return [f"{value}x{number_text(weight)}" for value, weight in pairs]

    def preview_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The ratings with names and weights: `goal 1 1 x2`."""
        values = [number_text(trial) for trial in reading.trials]
        if reading.weights:
            pairs = zip(values, reading.weights, strict=False)
            values = [f"{value} x{weight:g}" for value, weight in pairs]
        if len(reading.labels) == len(reading.trials):
            return [f"{name} {value}" for name, value in zip(reading.labels, values, strict=True)]
        return [*reading.labels, *values]
