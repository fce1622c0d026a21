"""Scores computed from inputs: BMI, VO2 from a step or walk test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from medex_tui.domain.measures.amounts import convert
from medex_tui.domain.measures.shapes.base import (
    PART_NAMES,
    ComputedScore,
    Shape,
    UnscorableReading,
    input_named,
    trials_by_name,
)
from medex_tui.domain.measures.tables import Equation, Measure
from medex_tui.domain.records.assessments import Reading

USUAL_INPUTS: Mapping[str, tuple[float, float]] = {
    "height_cm": (120, 215), "weight_kg": (30, 250), "weight_lb": (66, 550), "hr_bpm": (40, 220),
    "time_min": (8, 40), "speed_mph": (1, 8), "speed_m_min": (27, 200), "grade": (0, 0.3),
}  # fmt: skip
"""Usual range of each input; outside it the person is asked once. A convention of this program."""


class EquationShape(Shape):
    """Inputs by name or in their order; the score is a linear equation or a named formula."""

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """Compute the score from labeled inputs, age and sex."""
        inputs = with_body_values(age, sex, trials_by_name(measure, readings))
        if formula := FORMULAS.get(measure.formula or ""):
            return formula(inputs)
        equation = equation_for(measure, sex)
        if equation is None:
            raise UnscorableReading("sex is not recorded, and the equation needs it")
        value = evaluated(equation.terms, inputs)
        if isinstance(value, list):
            raise _not_recorded(value)
        return ComputedScore(value, "computed", notes=beyond_ages(equation, age))

    def unusual_part(self, value: float, name: str) -> str | None:
        """Ask about an input outside its usual range."""
        usual = USUAL_INPUTS.get(name)
        if usual is None or usual[0] <= value <= usual[1]:
            return None
        part = PART_NAMES.get(name, name)
        return f"asked: {part} {value:g} is outside the usual {usual[0]:g} to {usual[1]:g}"

    def box_width(self, measure: Measure) -> int:
        """Six characters."""
        return 6

    def box_unit(self, measure: Measure, box: int, unit: str) -> str:
        """Seconds for an input in seconds; other names carry their unit."""
        return "s" if measure.inputs[box].endswith("_s") else ""

    def part_named(self, measure: Measure, text: str, course_m: float | None) -> str | None:
        """An input by its name or first word."""
        return input_named(measure, text)

    def preview_texts(self, measure: Measure, reading: Reading) -> list[str]:
        """The inputs by name: `height 160`."""
        return named_preview(reading, self.value_texts(measure, reading))


def named_preview(reading: Reading, values: Sequence[str]) -> list[str]:
    """Values behind the names of their parts, then parts without a value."""
    names = [PART_NAMES.get(label, label) for label in reading.labels]
    if not names:
        return list(values)
    named = [f"{name} {value}" for name, value in zip(names, values, strict=False)]
    return named + names[len(values) :]


def _not_recorded(names: Sequence[str]) -> UnscorableReading:
    listed = ", ".join(PART_NAMES.get(name, name.replace("_", " ")) for name in names)
    return UnscorableReading(f"not recorded: {listed}")


def body_mass_index(inputs: Mapping[str, float]) -> ComputedScore:
    """Weight in kg over height in m squared."""
    missing = [name for name in ("height_cm", "weight_kg") if name not in inputs]
    if missing:
        raise _not_recorded(missing)
    if inputs["height_cm"] <= 0:
        raise UnscorableReading("height must be above 0 cm")
    # One division of exact products keeps 72.25 / 1.7^2 at 25, where 1.7^2 alone is not 2.89.
    value = inputs["weight_kg"] * 10_000 / inputs["height_cm"] ** 2
    return ComputedScore(value, "weight over height squared")


FORMULAS: Mapping[str, Callable[[Mapping[str, float]], ComputedScore]] = {
    "weight_kg / height_m^2": body_mass_index,
}
"""Formulas that are no sum of terms, by the `formula` field of a measure."""


def evaluated(terms: Mapping[str, float], inputs: Mapping[str, float]) -> float | list[str]:
    """The value of a linear equation, or the names of the inputs it lacks."""
    needed = {name for term in terms for name in term.split("*") if name != "const"}
    if missing := sorted(needed - inputs.keys()):
        return missing
    total = 0.0
    for term, coefficient in terms.items():
        product = coefficient
        for name in term.split("*"):
            product *= 1.0 if name == "const" else inputs[name]
        total += product
    return total


def equation_for(measure: Measure, sex: str | None) -> Equation | None:
    """The default equation for a recorded sex; None where it needs a sex that is not recorded."""
    fitting = [e for e in measure.equations if e.default and e.sex in ("any", sex)]
    if fitting and "male" in fitting[0].terms and sex not in ("M", "F"):
        return None
    return fitting[0] if fitting else None


def with_body_values(
    age: int | None, sex: str | None, given: Mapping[str, float]
) -> dict[str, float]:
    """The given inputs with age and sex, and what follows from them: `weight_lb`, `bmi`."""
    inputs = dict(given)
    if age is not None:
        inputs["age_y"] = float(age)
    if sex in ("M", "F"):
        inputs["male"] = float(sex == "M")
    if "weight_kg" in inputs and (pounds := convert(inputs["weight_kg"], "kg", "lb")) is not None:
        inputs.setdefault("weight_lb", pounds)
    if "height_cm" in inputs and "weight_kg" in inputs and inputs["height_cm"] > 0:
        inputs.setdefault("bmi", inputs["weight_kg"] / (inputs["height_cm"] / 100) ** 2)
    return inputs


def beyond_ages(equation: Equation, age: int | None) -> tuple[str, ...]:
    """A note for a client outside the ages that the equation was made for."""
    if age is None or equation.age_min <= age <= equation.age_max:
        return ()
    return (f"outside the ages the equation was made for ({equation.age_min}-{equation.age_max})",)
