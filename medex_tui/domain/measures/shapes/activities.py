"""Activities that the client names and rates (PSFS): the mean of the ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.measures.shapes.base import ComputedScore
from medex_tui.domain.measures.shapes.items import ItemsShape
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.records.assessments import Reading


class ActivitiesShape(ItemsShape):
    """One rating for each activity; labels name the activities."""

    has_parts: ClassVar[bool] = False
    whole_steps: ClassVar[bool] = False
    item_word: ClassVar[str] = "activities"

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """The mean of the ratings, with the rating of each named activity."""
        computed = super().score(measure, readings, age, sex)
        return ComputedScore(computed.value, computed.how, activities=rated(readings))

    def rule_text(self, measure: Measure, count: int) -> str:
        """`mean of 3`."""
        return f"mean of {count}"

    def box_width(self, measure: Measure) -> int:
        """Room for a rating with a decimal."""
        return 5


def rated(readings: Sequence[Reading]) -> dict[str, float]:
    """Ratings by activity, named as first written; the last rating of a name counts."""
    pairs = [
        (one_line(label), t) for r in readings for label, t in zip(r.labels, r.trials, strict=False)
    ]
    return {label: value for label, value in pairs if label}
