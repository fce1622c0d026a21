"""Short Physical Performance Battery: points for balance, a walk and five chair stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from medex_tui.domain.measures.amounts import on_far_side
from medex_tui.domain.measures.shapes.base import (
    PART_NAMES,
    ComputedScore,
    EnteredParts,
    Shape,
    UnscorableReading,
    input_named,
    trials_by_name,
)
from medex_tui.domain.measures.shapes.equation import named_preview
from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.records.assessments import Reading

WALKS = {4.0: "walk_4m_s", 3.0: "walk_3m_s"}
"""The walk by the length of its course in meters."""

BOX_NAMES = {
    "side_by_side_s": "side", "semi_tandem_s": "semi", "tandem_s": "tandem",
    "walk_4m_s": "walk 4m", "walk_3m_s": "walk 3m", "chair_5x_s": "chairs",
}  # fmt: skip

UNABLE_LABELS = {
    "walk_4m_s": "walk unable",
    "walk_3m_s": "walk unable",
    "chair_5x_s": "chair unable",
}
"""Parts that may be recorded as unable, and the label of a reading that says so."""

UNABLE = "unable"


class SppbShape(Shape):
    """Seconds of each part by name or in order; a walk or the chair stands may be unable."""

    asks_unscored: ClassVar[bool] = True

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """The sum of the points of the three parts, 0 to 12."""
        table = measure.points
        if table is None:
            raise UnscorableReading("the catalogue has no points for this measure")
        parts = trials_by_name(measure, readings)
        labels = {label.casefold() for r in readings for label in r.labels}
        walked = [name for name in WALKS.values() if name in parts]
        missing = [PART_NAMES[k] for k in ("side_by_side_s",) if k not in parts]
        if len(walked) != 1 and "walk unable" not in labels:
            missing.append("walk over 4 m or 3 m")
        if "chair_5x_s" not in parts and "chair unable" not in labels:
            missing.append(PART_NAMES["chair_5x_s"])
        if missing:
            raise UnscorableReading(f"not recorded: {', '.join(missing)}")
        walks = {"walk_4m_s": table.gait_4m_s, "walk_3m_s": table.gait_3m_s}
        semi, tandem = parts.get("semi_tandem_s", 0.0), parts.get("tandem_s", 0.0)
        earned = {
            "balance": balance_points(parts["side_by_side_s"], semi, tandem),
            "gait": points(walks[walked[0]], parts[walked[0]]) if walked else 0,
            "chair": points(table.chair_5x_s, parts["chair_5x_s"]) if "chair_5x_s" in parts else 0,
        }
        how = ", ".join(f"{name} {n}" for name, n in earned.items())
        parts = {name: float(n) for name, n in earned.items()}
        return ComputedScore(float(sum(earned.values())), how, parts)

    def part_range(self, measure: Measure) -> tuple[float, float] | None:
        """The seconds of one part."""
        return 0.0, 600.0

    def box_names(self, measure: Measure, inputs: Sequence[str]) -> tuple[str, ...]:
        """Short names of the parts."""
        return tuple(BOX_NAMES[name] for name in inputs)

    def box_width(self, measure: Measure) -> int:
        """Six characters."""
        return 6

    def entered_parts(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> EnteredParts:
        """Seconds and names of the parts, then labels of the parts that were unable."""
        values = self.filled(measure, texts, names)
        failed = [
            UNABLE_LABELS[name]
            for name, text in zip(names, texts, strict=True)
            if text == UNABLE and name in UNABLE_LABELS
        ]
        return EnteredParts([v for v, _ in values], [*(name for _, name in values), *failed])

    def default_unit(self, measure: Measure, count: int) -> str:
        """`points` for one value, the finished score; seconds for the parts."""
        return measure.unit if count == 1 else measure.entry_unit

    def part_named(self, measure: Measure, text: str, course_m: float | None) -> str | None:
        """A part by its name or first word; the walk by the course, 4 m unless 3 is recorded."""
        if text.lower() in WALKS.values():
            return text.lower()
        name = input_named(measure, text)
        return WALKS[3.0] if name == WALKS[4.0] and course_m == 3 else name

    def preview_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The parts by name, then those that were unable."""
        return named_preview(reading, self.value_texts(measure, reading))


def points(pairs: Sequence[tuple[float, int]], seconds: float) -> int:
    """Points of a timed part: those of the first limit the time is below; 0 beyond the last."""
    return next((earned for limit, earned in pairs if on_far_side(seconds, "<", limit)), 0)


def balance_points(side_by_side: float, semi_tandem: float, tandem: float) -> int:
    """Points for balance from seconds; a stage not held 10 s ends the part."""
    if side_by_side < 10:
        return 0
    if semi_tandem < 10:
        return 1
    if tandem >= 10:
        return 4
    return 3 if tandem >= 3 else 2
