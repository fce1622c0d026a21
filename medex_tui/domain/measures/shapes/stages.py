"""Stages of a balance test, each held up to 10 s, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from medex_tui.domain.measures.shapes.base import (
    ComputedScore,
    EnteredParts,
    Shape,
    UnscorableReading,
)
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.records.assessments import Reading

STAGE_NAMES = ("side", "semi", "tandem", "one leg")
HOLD_S = 10
"""How long a stage must be held, in seconds (CDC STEADI, 4-Stage Balance Test)."""


class StagesShape(Shape):
    """The seconds of each stage, in order; the score is the number held 10 s."""

    asks_unscored: ClassVar[bool] = True

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """The number of stages held 10 s before the first that was not."""
        seconds = [t for r in readings for t in r.trials]
        if not seconds:
            raise UnscorableReading("no stages timed")
        if any(r.unit != "s" for r in readings):
            raise UnscorableReading(
                "unit not recorded: s for each stage, or stage for the number held"
            )
        if len(seconds) > len(STAGE_NAMES) or any(not 0 <= s <= 60 for s in seconds):
            raise UnscorableReading("up to four stages of 0 to 60 s")
        held = next((i for i, s in enumerate(seconds) if s < HOLD_S), len(seconds))
        return ComputedScore(held, f"{held} of 4 stages held 10 s")

    def part_range(self, measure: Measure) -> tuple[float, float] | None:
        """The seconds of one stage."""
        return 0.0, 60.0

    def box_names(self, measure: Measure, inputs: Sequence[str]) -> tuple[str, ...]:
        """The names of the stages."""
        return STAGE_NAMES

    def entered_parts(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> EnteredParts:
        """The seconds up to the first stage without a number."""
        held: list[float] = []
        for text in texts:
            value = self.parse_box(measure, text)
            if value is None:
                break
            held.append(value)
        return EnteredParts(held)

    def default_unit(self, measure: Measure, count: int) -> str:
        """`stage` for one value, the finished score; seconds for the stages."""
        return measure.unit if count == 1 else measure.entry_unit
