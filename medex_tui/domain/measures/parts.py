"""Scores made of unlike parts: a questionnaire's answers, goals, stages held, the SPPB, the inputs of an equation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, isfinite, sqrt
from typing import TypeAlias

from medex_tui.domain.measures.amounts import EDGE, convert, number, on_far_side
from medex_tui.domain.measures.tables import Equation, Measure
from medex_tui.domain.records.assessments import Reading

PARTS = {
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
"""What the inputs of an equation and the parts of a composite are called in a sentence."""


class UnscorableReading(Exception):
    """A reading cannot be scored; the text says why. Never leaves `score`."""


Scored: TypeAlias = tuple[float, str, dict[str, float]]


def _items(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Scored:
    """A questionnaire: one trial an answered item, unanswered items left out."""
    rule, items = measure.items_rule, measure.items
    if rule is None or items is None:
        raise UnscorableReading("the catalogue has no scoring rule for this measure")
    answers = [t for r in readings for t in r.trials]
    n = len(answers)
    word = "activities" if measure.id == "psfs" else "items"
    if n > items:
        raise UnscorableReading(f"{n} {word} entered, there are {items}")
    if n < max(measure.min_answered, 1):
        raise UnscorableReading(
            f"{n} of {items} {word} answered, at least {measure.min_answered} needed"
        )
    for answer in answers:
        if not (isfinite(answer) and measure.item_min <= answer <= measure.item_max):
            raise UnscorableReading(
                f"{answer:g} is outside {measure.item_min:g} to {measure.item_max:g}"
            )
        if answer != round(answer) and measure.id != "psfs":
            raise UnscorableReading(f"{answer:g} is no answer of a whole-number scale")
    total = sum(sorted(answers))
    how = f"mean of {n}" if measure.id == "psfs" else f"{n} of {items} items"
    if rule.of == "mean":
        score = rule.times * total / n + rule.plus
        if any(norm.unit == "raw50" for norm in measure.norms):
            how = f"{number(score / 2, 1, trim=True)} of 50; {how}"
        return score, how, {}
    if n == items or not rule.prorate:
        return total, how, {}
    return ceil(items * total / n - EDGE), f"{how}, made up to {items}", {}


def _goals(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Scored:
    """Goal attainment T from goals at -2 to +2, of weight 1 unless one is given (Kiresuk & Sherman 1968)."""
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
    return 50 + 10 * sum(w * g for w, g in zip(weights, goals, strict=True)) / spread, how, {}


def _stages(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Scored:
    """Stages held 10 s in order, from the seconds of each stage."""
    seconds = [t for r in readings for t in r.trials]
    if not seconds:
        raise UnscorableReading("no stages timed")
    if any(r.unit != "s" for r in readings):
        raise UnscorableReading("unit not recorded: s for each stage, or stage for the number held")
    if len(seconds) > 4 or any(not 0 <= s <= 60 for s in seconds):
        raise UnscorableReading("up to four stages of 0 to 60 s")
    held = next((i for i, s in enumerate(seconds) if s < 10), len(seconds))
    return held, f"{held} of 4 stages held 10 s", {}


def points(pairs: Sequence[tuple[float, int]], seconds: float) -> int:
    """Points of a timed part: those of the first limit the time is below, unrounded; 0 at or over all limits."""
    return next((earned for limit, earned in pairs if on_far_side(seconds, "<", limit)), 0)


def balance_points(side_by_side: float, semi_tandem: float, tandem: float) -> int:
    """SPPB balance points; a stage that was not held 10 s ends the part."""
    if side_by_side < 10:
        return 0
    if semi_tandem < 10:
        return 1
    return 2 + (2 if tandem >= 10 else 1 if tandem >= 3 else 0)


def _sppb(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Scored:
    """SPPB from its parts, named by labels; a part that could not be done is labelled `chair unable`, `walk unable`."""
    parts = _named(measure, readings)
    unable = {
        label.casefold()
        for r in readings
        for label in r.labels
        if label.casefold().endswith(" unable")
    }
    table = measure.points
    if table is None:
        raise UnscorableReading("the catalogue has no points for this measure")
    missing = [PARTS[k] for k in ("side_by_side_s",) if k not in parts]
    walks = {"walk_4m_s": table.gait_4m_s, "walk_3m_s": table.gait_3m_s}
    walked = [k for k in walks if k in parts]
    if len(walked) != 1 and "walk unable" not in unable:
        missing.append("walk over 4 m or 3 m")
    if "chair_5x_s" not in parts and "chair unable" not in unable:
        missing.append(PARTS["chair_5x_s"])
    if missing:
        raise UnscorableReading(f"not recorded: {', '.join(missing)}")
    earned = {
        "balance": balance_points(
            parts["side_by_side_s"], parts.get("semi_tandem_s", 0.0), parts.get("tandem_s", 0.0)
        ),
        "gait": points(walks[walked[0]], parts[walked[0]]) if walked else 0,
        "chair": points(table.chair_5x_s, parts["chair_5x_s"]) if "chair_5x_s" in parts else 0,
    }
    how = ", ".join(f"{name} {n}" for name, n in earned.items())
    return float(sum(earned.values())), how, {k: float(v) for k, v in earned.items()}


def _named(measure: Measure, readings: Sequence[Reading]) -> dict[str, float]:
    """Trials by their label, or by their place where there are exactly as many as inputs and no labels."""
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


def evaluated(terms: Mapping[str, float], inputs: Mapping[str, float]) -> float | list[str]:
    """An equation's value, or the names of the inputs it lacks."""
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
    """The default equation for a recorded sex; one for any sex still needs it when `male` is a term."""
    found = [e for e in measure.equations if e.default and (e.sex == "any" or e.sex == sex)]
    if found and "male" in found[0].terms and sex not in ("M", "F"):
        return None
    return found[0] if found else None


def body(age: int | None, sex: str | None, given: Mapping[str, float]) -> dict[str, float]:
    """Inputs of an equation: those given, age and sex, and what follows from them (bmi, weight_lb)."""
    known = dict(given)
    if age is not None:
        known["age_y"] = float(age)
    if sex in ("M", "F"):
        known["male"] = float(sex == "M")
    if "weight_kg" in known and (pounds := convert(known["weight_kg"], "kg", "lb")) is not None:
        known.setdefault("weight_lb", pounds)
    if "height_cm" in known and "weight_kg" in known and known["height_cm"] > 0:
        known.setdefault("bmi", known["weight_kg"] / (known["height_cm"] / 100) ** 2)
    return known


def _equation(
    measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
) -> Scored:
    """A number computed from labelled inputs: `height_cm`, `weight_kg`, `time_min`, `hr_bpm` ..."""
    inputs = body(age, sex, _named(measure, readings))
    if measure.id == "bmi":
        missing = [PARTS[k] for k in ("height_cm", "weight_kg") if k not in inputs]
        if missing:
            raise UnscorableReading(f"not recorded: {', '.join(missing)}")
        if inputs["height_cm"] <= 0:
            raise UnscorableReading("height must be above 0 cm")
        # One division of exact products keeps 72.25 / 1.7^2 at 25, where 1.7^2 alone is not 2.89.
        return (
            inputs["weight_kg"] * 10_000 / inputs["height_cm"] ** 2,
            "weight over height squared",
            {},
        )
    equation = equation_for(measure, sex)
    if equation is None:
        raise UnscorableReading("sex is not recorded, and the equation needs it")
    value = evaluated(equation.terms, inputs)
    if isinstance(value, list):
        raise UnscorableReading(
            f"not recorded: {', '.join(PARTS.get(m, m.replace('_', ' ')) for m in value)}"
        )
    return value, "computed", {}


def beyond_ages(measure: Measure, age: int | None, sex: str | None) -> tuple[str, ...]:
    equation = equation_for(measure, sex)
    if equation is None or age is None or equation.age_min <= age <= equation.age_max:
        return ()
    return (f"outside the ages the equation was made for ({equation.age_min}-{equation.age_max})",)


BY_RULE: dict[str, Callable[[Measure, Sequence[Reading], int | None, str | None], Scored]] = {
    "items": _items,
    "goals": _goals,
    "stages": _stages,
    "sppb": _sppb,
    "equation": _equation,
}
