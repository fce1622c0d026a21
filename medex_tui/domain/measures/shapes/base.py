"""The interface of a shape of measure: checks, score, boxes of the battery form, words of a line.

A shape is selected by the `combine` field of a measure. Shapes keep no state; one instance serves
all measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import ClassVar

from msgspec import Struct

from medex_tui.domain.measures.tables import Measure
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Reading

PART_NAMES = {
    "height_cm": "height",
    "weight_kg": "weight",
    "weight_lb": "weight",
    "hr_bpm": "heart rate",
    "time_min": "time",
    "speed_mph": "speed",
    "speed_m_min": "speed",
    "grade": "slope",
    "age_y": "age",
    "male": "sex",
    "side_by_side_s": "side by side",
    "semi_tandem_s": "semi-tandem",
    "tandem_s": "tandem",
    "walk_4m_s": "4-m walk",
    "walk_3m_s": "3-m walk",
    "chair_5x_s": "5 chair stands",
}
"""Names in sentences of the inputs of an equation and of the parts of a composite score."""


class UnscorableReading(Exception):
    """A reading cannot be scored; the message is the reason. Caught inside `scoring.score`."""


class ComputedScore(Struct, frozen=True):
    """A score as its shape computes it: unrounded value and the rule in words.

    `parts` are the points of a composite, `activities` the rated activities by name.
    """

    value: float
    how: str
    parts: dict[str, float] = {}
    activities: dict[str, float] = {}
    notes: tuple[str, ...] = ()


class TypedValue(Struct, frozen=True):
    """One value of an assessment line; `weight` is that of an attained goal."""

    value: float
    unit: str | None = None
    weight: float | None = None


class EnteredParts(Struct, frozen=True):
    """What the boxes of one row hold, as the fields of a reading."""

    trials: list[float]
    labels: list[str] = []
    weights: list[float] = []


class Shape:
    """How one shape of measure is checked, scored, typed into boxes and written as a line."""

    has_parts: ClassVar[bool] = True
    """Whether the boxes of a row are parts of one score, not trials of one number."""

    asks_unscored: ClassVar[bool] = False
    """Whether parts that make no score are asked about before they are kept."""

    whole_steps: ClassVar[bool] = False
    """Whether a part is a whole number."""

    # Check and score --------------------------------------------------------------------------

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """Score the readings of one time; raise UnscorableReading with the reason.

        `age` is in completed years, `sex` is "F", "M" or None.
        """
        raise NotImplementedError

    def part_range(self, measure: Measure) -> tuple[float, float] | None:
        """Lowest and highest value of one part; None where a value is judged as a score."""
        return None

    def part_problem(self, measure: Measure, value: float, name: str = "") -> str | None:
        """Why one part is refused or asked about, beginning `refused:` or `asked:`, else None."""
        if not isfinite(value):
            return "refused: not a number"
        low, high = self.part_range(measure) or (0.0, 10_000.0)
        if not low <= value <= high:
            return f"refused: {value:g} is outside {low:g} to {high:g}"
        if self.whole_steps and value != round(value):
            return "refused: whole steps only"
        return self.unusual_part(value, name)

    def unusual_part(self, value: float, name: str) -> str | None:
        """A sentence beginning `asked:` for a possible but unusual part, else None."""
        return None

    # Boxes of the battery form ----------------------------------------------------------------

    def box_names(self, measure: Measure, inputs: Sequence[str]) -> tuple[str, ...]:
        """The name of each box, in order; `inputs` are the parts that the row takes."""
        return tuple(name.replace("_", " ") for name in inputs)

    def box_width(self, measure: Measure) -> int:
        """The most characters that a box takes."""
        return 5

    def box_unit(self, measure: Measure, box: int, unit: str) -> str:
        """The unit of a value typed into a box; `unit` is that of the row."""
        return unit

    def parse_box(self, measure: Measure, text: str) -> float | None:
        """The finished number in a box, else None."""
        return float(text) if is_number(text) else None

    def can_become_value(self, measure: Measure, text: str) -> bool:
        """Whether more characters can make `text` a value."""
        return is_number(text + "0")

    def entered_parts(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> EnteredParts:
        """The trials and labels in a row of boxes; boxes without a number are left out."""
        values = self.filled(measure, texts, names)
        return EnteredParts([v for v, _ in values], [name for _, name in values])

    def filled(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> list[tuple[float, str]]:
        """Value and name of each box that holds a number."""
        values = (self.parse_box(measure, text) for text in texts)
        return [(v, name) for v, name in zip(values, names, strict=True) if v is not None]

    # Words of the assessment line -------------------------------------------------------------

    def default_unit(self, measure: Measure, count: int) -> str:
        """The unit of `count` values typed without one."""
        return "s" if measure.unit == "user" else measure.entry_unit

    def parse_value(
        self, measure: Measure, text: str, value: float, suffix: str | None
    ) -> TypedValue | str:
        """A typed value from its text, its number and what follows the number; else a sentence."""
        return TypedValue(value, suffix)

    def part_named(self, measure: Measure, text: str, course_m: float | None) -> str | None:
        """The part that a typed name means; None where the measure has no such part."""
        return None

    def value_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The trials as they are typed."""
        return [number_text(trial) for trial in reading.trials]

    def preview_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """Trials and labels as the preview of a line shows them."""
        values = self.value_texts(measure, reading)
        if len(reading.labels) == len(reading.trials):
            return [f"{name} {value}" for name, value in zip(reading.labels, values, strict=True)]
        return [*reading.labels, *values]


def is_number(text: str) -> bool:
    """Whether a text is a finished decimal number."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def trials_by_name(measure: Measure, readings: Sequence[Reading]) -> dict[str, float]:
    """Trials by label; by order of the measure's inputs where there is one trial for each."""
    return {
        label.strip().casefold(): trial
        for r in readings
        for label, trial in zip(
            r.labels or (measure.inputs if len(r.trials) == len(measure.inputs) else []),
            r.trials,
            strict=False,
        )
        if isfinite(trial)
    }


def input_named(measure: Measure, text: str) -> str | None:
    """An input by its name or the first word of it (`height` for `height_cm`)."""
    name = text.lower()
    if name in measure.inputs:
        return name
    return next((part for part in measure.inputs if part.split("_")[0] == name), None)
