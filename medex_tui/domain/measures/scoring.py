"""From raw trials to a score: unit conversion, the rule that combines trials, the rule that picks the side.

A score keeps its value unrounded. What could not be scored is a `NoScore` with a reason a person can act on; unable,
assisted and stopped are results in their own right and never zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, isfinite, sqrt
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.measures.amounts import (
    EDGE,
    convert,
    format_threshold,
    format_value,
    grade_at,
    number,
    on_far_side,
)
from medex_tui.domain.measures.tables import Equation, Measure
from medex_tui.domain.plain import one_line
from medex_tui.domain.records import Reading, Side

Result: TypeAlias = Literal["measured", "unable", "assisted", "stopped"]
SIDES: dict[Side | None, str] = {"L": "left", "R": "right", "B": "both", None: "side not recorded"}


class SideScore(Struct, frozen=True):
    """One side of a measure: its score, and best and mean of its trials, in the measure's unit, unrounded."""

    side: Side | None
    result: Result
    value: float | None = None
    best: float | None = None
    mean: float | None = None
    trials: tuple[float, ...] = ()


class Score(Struct, frozen=True):
    """A scored measure. `value` is unrounded in `unit`; `how` says by which rule: `best of 3, right`.

    `rule` is the part of `how` about trials alone, empty for a single one. `activities` hold the rated activities of
    a PSFS by name, `parts` the points of a composite, `sources` the publications a scoring rule itself rests on.
    """

    measure: str
    value: float
    printed: str
    how: str
    unit: str
    rule: str = ""
    side: Side | None = None
    sides: tuple[SideScore, ...] = ()
    activities: dict[str, float] = {}
    parts: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class NoScore(Struct, frozen=True):
    """Why there is no number. `printed` is what a table shows in its place: `unable`, `not scored`."""

    measure: str
    reason: str
    printed: str = "not scored"
    result: Result = "measured"
    sides: tuple[SideScore, ...] = ()


class _Refused(Exception):
    """A reading cannot be scored; the text says why. Never leaves this module."""


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


def task_of(measure: Measure, reading: Reading) -> str:
    """The task, or the context of a pain rating, that tells one reading of a labelled measure from another."""
    return one_line(reading.labels[0]) if measure.labelled and reading.labels else ""


def score(
    measure: Measure, readings: Sequence[Reading], *, age: int | None = None, sex: str | None = None
) -> Score | NoScore:
    """The score of one measure from its readings at one time, both sides where it has sides.

    `age` (completed years) and `sex` are needed only by measures that an equation computes. Readings of other
    measures are passed over. Trials of one side in several readings count together.
    """
    own = [r for r in readings if r.measure == measure.id]
    if not own:
        return NoScore(measure.id, "not measured", printed="not measured")
    try:
        if measure.sides == "none":
            return _whole(measure, own, age, sex)
        return _sided(measure, own)
    except _Refused as refusal:
        return NoScore(measure.id, str(refusal))


def _whole(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> Score | NoScore:
    """A measure without sides."""
    tasks = {task_of(measure, r).casefold() for r in readings}
    if len(tasks) > 1:
        raise _Refused("several tasks at once: score them one by one")
    if any(r.side for r in readings) and not measure.labelled:
        raise _Refused("this measure has no sides: remove L or R")
    result = _worst(readings)
    notes: tuple[str, ...] = ()
    if result != "measured":
        if result == "assisted" and (given := measure.assisted_scores):
            return Score(
                measure.id,
                given.value,
                format_value(measure, given.value),
                given.why,
                measure.unit,
                notes=(f"assisted: {given.why}",),
                sources=(given.source,),
            )
        return NoScore(measure.id, result, printed=result, result=result)
    units = {r.unit for r in readings if r.unit and r.unit.strip()}
    unit = measure.unit if measure.unit != "user" else next(iter(units), "user")
    if measure.unit == "user" and len(units) > 1:
        raise _Refused("trials in different units")
    parts: dict[str, float] = {}
    activities: dict[str, float] = {}
    if measure.combine in _BY_RULE and not _total(measure, readings):
        value, how, parts = _BY_RULE[measure.combine](measure, readings, age, sex)
        if measure.combine == "items":
            activities = _activities(measure, readings)
        if measure.combine == "equation":
            notes = _beyond_ages(measure, age, sex)
    elif measure.combine in _BY_RULE:
        (value,) = _trials(measure, readings)
        how = "total as entered"
    else:
        trials = _trials(measure, readings)
        value, how = _combined(measure, trials)
        notes = _unlike_protocol(measure, len(trials))
    _possible(measure, value)
    return Score(
        measure.id,
        value,
        format_value(measure, value, unit),
        how,
        unit,
        rule=how,
        activities=activities,
        parts=parts,
        notes=notes,
    )


def _sided(measure: Measure, readings: Sequence[Reading]) -> Score | NoScore:
    """A measure of left and right: each side by its own rule, then the side that makes the headline."""
    if len({task_of(measure, r).casefold() for r in readings}) > 1:
        raise _Refused("several muscles at once: score them one by one")
    sides = tuple(
        _one_side(measure, side, [r for r in readings if _side(r) == side])
        for side in ("R", "L", None)
        if any(_side(r) == side for r in readings)
    )
    done = [s for s in sides if s.value is not None]
    undone = [s for s in sides if s.value is None]
    if not done:
        result = undone[0].result
        return NoScore(measure.id, result, printed=result, result=result, sides=sides)
    if len(done) > 1 and measure.sides == "L_or_R":
        raise _Refused("one arm is tested: left and right were both entered")
    rule = measure.side_combine
    if undone and rule != "max":
        text = ", ".join(f"{SIDES[s.side]} {s.result}" for s in undone)
        return NoScore(measure.id, text, printed=undone[0].result, result=undone[0].result, sides=sides)
    highest = rule == "max" or (rule == "preferred" and measure.good >= 0)
    head = (max if highest else min)(done, key=lambda s: s.value or 0.0)
    value = head.value or 0.0
    how = _combined(measure, head.trials)[1]
    word = SIDES[head.side]
    if len(done) > 1:
        word = f"{'better' if highest else 'worse'} side, {word}"
    notes = tuple(f"{SIDES[s.side]} {s.result}" for s in undone) + _unlike_protocol(measure, len(head.trials))
    return Score(
        measure.id,
        value,
        format_value(measure, value),
        f"{how}, {word}" if how else word,
        measure.unit,
        rule=how,
        side=head.side,
        sides=sides,
        notes=notes,
    )


def _side(reading: Reading) -> Side | None:
    return None if reading.side == "B" else reading.side


def _one_side(measure: Measure, side: Side | None, readings: Sequence[Reading]) -> SideScore:
    result = _worst(readings)
    if result != "measured":
        return SideScore(side, result)
    trials = _trials(measure, readings)
    value = _combined(measure, trials)[0]
    _possible(measure, value)
    best = (min if measure.direction == "lower" else max)(trials)
    return SideScore(side, "measured", value, best, sum(sorted(trials)) / len(trials), trials)


def _worst(readings: Sequence[Reading]) -> Result:
    """The result of readings that belong together: anything but measured decides."""
    return next((r.result for r in readings if r.result != "measured"), "measured")


def _trials(measure: Measure, readings: Sequence[Reading]) -> tuple[float, ...]:
    """All trials in the measure's unit, capped at its ceiling."""
    found = [_in_unit(measure, trial, reading) for reading in readings for trial in reading.trials]
    if not found:
        raise _Refused("no trials entered")
    for value in found:
        _possible(measure, value)
    if measure.ceiling is not None:
        found = [min(v, measure.ceiling) for v in found]
    return tuple(found)


def course_of(measure: Measure, reading: Reading) -> float | None:
    """The metres a walk was timed over: those recorded, else the measure's own; None for what is no timed walk."""
    return None if measure.distance_m is None else reading.course_m or measure.distance_m


def _in_unit(measure: Measure, trial: float, reading: Reading) -> float:
    """One trial in the measure's unit; a time over a set course becomes a speed."""
    if not isfinite(trial):
        raise _Refused(f"{trial} is not a number")
    if measure.unit == "user":
        return trial
    given = (reading.unit or "").strip()
    if (course := course_of(measure, reading)) is not None:
        if not given:
            raise _Refused(f"unit not recorded: s over {course:g} m, or m/s")
        if given == "s":
            if trial <= 0:
                raise _Refused("a time must be above 0 s")
            return course / trial
    value = convert(trial, given or measure.unit, measure.unit)
    if value is None:
        raise _Refused(f"unit {given!r} is not one of {', '.join([measure.unit, *measure.alt_units])}")
    return value


def _possible(measure: Measure, value: float) -> None:
    if not measure.valid_min - EDGE <= value <= measure.valid_max + EDGE:
        raise _Refused(f"{format_value(measure, value)} is outside {possible_range(measure)}")
    if measure.ordinal and grade_at(measure, value) is None:
        raise _Refused(f"{value:g} is not one of {', '.join(measure.enum)}")


def possible_range(measure: Measure) -> str:
    """The possible range in words: `0 to 100 kg`."""
    high = format_threshold(measure, measure.valid_max, measure.unit)
    return f"{format_threshold(measure, measure.valid_min, 'points')} to {high}"


def _combined(measure: Measure, trials: Sequence[float]) -> tuple[float, str]:
    """Trials of one side as one number, and the rule in words."""
    n = len(trials)
    if n == 1:
        return trials[0], ""
    match measure.combine:
        case "max":
            return max(trials), f"best of {n}" if measure.good >= 0 else f"highest of {n}"
        case "min":
            return min(trials), f"best of {n}" if measure.good <= 0 else f"lowest of {n}"
        case "mean":
            return sum(sorted(trials)) / n, f"mean of {n}"
    return trials[-1], f"last of {n}"


def _unlike_protocol(measure: Measure, n: int) -> tuple[str, ...]:
    """A note where references were made with another number of trials than were taken."""
    if n == measure.trials or measure.combine not in ("max", "min", "mean") or not measure.norms:
        return ()
    word = "mean" if measure.combine == "mean" else "best"
    return (f"{n} of {measure.trials} trials: references are for the {word} of {measure.trials}",)


def _total(measure: Measure, readings: Sequence[Reading]) -> bool:
    """Whether the finished score was entered in place of its parts: one number, with the score's own unit."""
    numbers = [t for r in readings for t in r.trials]
    return len(numbers) == 1 and all(r.unit == measure.unit and not r.labels for r in readings)


_Scored: TypeAlias = tuple[float, str, dict[str, float]]


def _items(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> _Scored:
    """A questionnaire: one trial an answered item, unanswered items left out."""
    rule, items = measure.items_rule, measure.items
    if rule is None or items is None:
        raise _Refused("the catalogue has no scoring rule for this measure")
    answers = [t for r in readings for t in r.trials]
    n = len(answers)
    word = "activities" if measure.id == "psfs" else "items"
    if n > items:
        raise _Refused(f"{n} {word} entered, there are {items}")
    if n < max(measure.min_answered, 1):
        raise _Refused(f"{n} of {items} {word} answered, at least {measure.min_answered} needed")
    for answer in answers:
        if not (isfinite(answer) and measure.item_min <= answer <= measure.item_max):
            raise _Refused(f"{answer:g} is outside {measure.item_min:g} to {measure.item_max:g}")
        if answer != round(answer) and measure.id != "psfs":
            raise _Refused(f"{answer:g} is no answer of a whole-number scale")
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


def _activities(measure: Measure, readings: Sequence[Reading]) -> dict[str, float]:
    """Rated activities by name as first written; the last rating of a name counts."""
    if measure.id != "psfs":
        return {}
    pairs = [(one_line(label), t) for r in readings for label, t in zip(r.labels, r.trials, strict=False)]
    return {label: value for label, value in pairs if label}


def _goals(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> _Scored:
    """Goal attainment T from goals at -2 to +2, of weight 1 unless one is given (Kiresuk & Sherman 1968)."""
    goals = [t for r in readings for t in r.trials]
    weights = [w for r in readings for w in r.weights or [1.0] * len(r.trials)]
    if not goals:
        raise _Refused("no goals rated")
    if len(weights) != len(goals) or any(not (isfinite(w) and w > 0) for w in weights):
        raise _Refused("each goal has one weight above 0, or none has one")
    if any(g not in (-2, -1, 0, 1, 2) for g in goals):
        raise _Refused("a goal is rated from -2 to 2, in whole steps")
    spread = sqrt(0.7 * sum(w * w for w in weights) + 0.3 * sum(weights) ** 2)
    how = f"{len(goals)} goals{', weighted' if any(w != 1 for w in weights) else ''}"
    return 50 + 10 * sum(w * g for w, g in zip(weights, goals, strict=True)) / spread, how, {}


def _stages(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> _Scored:
    """Stages held 10 s in order, from the seconds of each stage."""
    seconds = [t for r in readings for t in r.trials]
    if not seconds:
        raise _Refused("no stages timed")
    if any(r.unit != "s" for r in readings):
        raise _Refused("unit not recorded: s for each stage, or stage for the number held")
    if len(seconds) > 4 or any(not 0 <= s <= 60 for s in seconds):
        raise _Refused("up to four stages of 0 to 60 s")
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


def _sppb(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> _Scored:
    """SPPB from its parts, named by labels; a part that could not be done is labelled `chair unable`, `walk unable`."""
    parts = _named(measure, readings)
    unable = {label.casefold() for r in readings for label in r.labels if label.casefold().endswith(" unable")}
    table = measure.points
    if table is None:
        raise _Refused("the catalogue has no points for this measure")
    missing = [PARTS[k] for k in ("side_by_side_s",) if k not in parts]
    walks = {"walk_4m_s": table.gait_4m_s, "walk_3m_s": table.gait_3m_s}
    walked = [k for k in walks if k in parts]
    if len(walked) != 1 and "walk unable" not in unable:
        missing.append("walk over 4 m or 3 m")
    if "chair_5x_s" not in parts and "chair unable" not in unable:
        missing.append(PARTS["chair_5x_s"])
    if missing:
        raise _Refused(f"not recorded: {', '.join(missing)}")
    earned = {
        "balance": balance_points(parts["side_by_side_s"], parts.get("semi_tandem_s", 0.0), parts.get("tandem_s", 0.0)),
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
            r.labels or (measure.inputs if len(r.trials) == len(measure.inputs) else []), r.trials, strict=False
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


def _equation(measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None) -> _Scored:
    """A number computed from labelled inputs: `height_cm`, `weight_kg`, `time_min`, `hr_bpm` ..."""
    inputs = body(age, sex, _named(measure, readings))
    if measure.id == "bmi":
        missing = [PARTS[k] for k in ("height_cm", "weight_kg") if k not in inputs]
        if missing:
            raise _Refused(f"not recorded: {', '.join(missing)}")
        if inputs["height_cm"] <= 0:
            raise _Refused("height must be above 0 cm")
        # One division of exact products keeps 72.25 / 1.7^2 at 25, where 1.7^2 alone is not 2.89.
        return inputs["weight_kg"] * 10_000 / inputs["height_cm"] ** 2, "weight over height squared", {}
    equation = equation_for(measure, sex)
    if equation is None:
        raise _Refused("sex is not recorded, and the equation needs it")
    value = evaluated(equation.terms, inputs)
    if isinstance(value, list):
        raise _Refused(f"not recorded: {', '.join(PARTS.get(m, m.replace('_', ' ')) for m in value)}")
    return value, "computed", {}


def _beyond_ages(measure: Measure, age: int | None, sex: str | None) -> tuple[str, ...]:
    equation = equation_for(measure, sex)
    if equation is None or age is None or equation.age_min <= age <= equation.age_max:
        return ()
    return (f"outside the ages the equation was made for ({equation.age_min}-{equation.age_max})",)


_BY_RULE: dict[str, Callable[[Measure, Sequence[Reading], int | None, str | None], _Scored]] = {
    "items": _items,
    "goals": _goals,
    "stages": _stages,
    "sppb": _sppb,
    "equation": _equation,
}
