"""The evidence card of a measure: protocol, score, thresholds, references and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medex_tui.app.dialogs.base import DIALOG_WIDTH
from medex_tui.app.dialogs.reader import TextDialog
from medex_tui.app.styled_lines import Line, plain, wrap
from medex_tui.domain.measures import Measure, catalogue, format_threshold
from medex_tui.domain.measures.norms import Norm
from medex_tui.domain.measures.tables import Cutoff, Equation, by_default

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

KINDS = {
    "percentiles": "percentiles",
    "percentiles_at_age": "percentiles at exact ages",
    "below_is_flag": "a line under which it is below average",
    "range": "middle half of a healthy sample",
    "at_least": "a standard",
    "at_most": "a standard",
    "worse_than_average_above": "an upper limit",
    "mean": "means",
    "mean_sd": "means and spread",
    "mean_ci": "means with their confidence interval",
    "reference": "single reference angle",
    "bands": "named bands of the score",
    "bp_category": "categories of one reading",
}
SEXES = {"M": "men", "F": "women"}
NOT_CONCLUDED = {
    "grip_strength": "lower grip goes along with later disability and dementia in large groups; "
    "that is an association in cohorts, never a personal risk. This number is a strength "
    "measurement.",
    "mmt": "it is a strength observation, not a neurological examination.",
    "bmi": "a class name describes two numbers; it says nothing of body composition or health.",
    "sarc_f": "a screen only: at 4 or more, test strength and tell the provider.",
}
BY_CATEGORY = {
    "vital": "one reading describes one moment; a category is not a diagnosis.",
    "rom": "an angle beside a reference is no finding about a joint's structure.",
    "prom": "a score of the client's own answers; it names no cause.",
    "balance": "a published line passed is told to the provider; it does not foretell a fall.",
    "endurance": "an estimate of capacity, never a clearance to exercise.",
}
OTHERWISE = "no diagnosis, no cause, no forecast for one person."


def evidence(measure: Measure) -> list[str]:
    """The card in paragraphs; an empty one separates sections."""
    known = catalogue()
    card = [measure.name, "", f"Protocol: {measure.protocol}", f"Score: {_rule(measure)}"]
    if measure.record_with:
        conditions = ", ".join(word.replace("_", " ") for word in measure.record_with)
        card.append(f"Document: {conditions}")
    if measure.notes:
        card.append(f"Limits: {measure.notes}")
    card += ["", "Change:", *_changes(measure), *_references(measure), "", "Sources:"]
    parts = (*measure.change, *measure.cutoffs, *measure.norms)
    for id in dict.fromkeys([*measure.sources, *(part.source for part in parts)]):
        source = known.source(id)
        card.append(
            f"- {source.citation}" + ("" if source.basis == "checked" else " [source not verified]")
        )
    unsaid = NOT_CONCLUDED.get(measure.id) or BY_CATEGORY.get(measure.category, OTHERWISE)
    card += ["", f"What medex does not conclude: {unsaid}"]
    if measure.id in known.own:
        card += ["", "A measure of this practice's own, from its measures.toml."]
    return card


def _changes(measure: Measure) -> list[str]:
    """A line for each threshold of change, with its population and source."""
    lines = []
    for threshold in measure.change:
        amount = format_threshold(measure, threshold.value, threshold.unit)
        mark = "printed; " if threshold.default else ""
        if threshold.kind == "convention":
            population = f"; {threshold.population}" if threshold.population else ""
            what = f"clinic default, not a measured threshold{population}"
            lines.append(f"- {amount}: {mark}{what}")
        else:
            population = threshold.population or "population not stated"
            tag = catalogue().source(threshold.source).tag
            lines.append(f"- {threshold.kind} {amount}: {mark}{population} [{tag}]")
    if not lines:
        lines.append("- no published threshold in the catalogue: compare with the baseline")
    return lines


def _references(measure: Measure) -> list[str]:
    """A line for each cut-off, table and equation under a heading; empty where there is none."""
    lines = [
        *(_cutoff(measure, cutoff) for cutoff in measure.cutoffs),
        *(_norm(measure, norm) for norm in measure.norms),
    ]
    for equation in measure.equations:
        ages = _ages(equation.age_min, equation.age_max)
        tag = catalogue().source(equation.source).tag
        name = equation.id.replace("_", " ")
        lines.append(f"- equation {name}, {ages} [{tag}]{_state(measure, equation)}")
    if not lines:
        return []
    ages = _ages(measure.age_min_norm, measure.age_max_norm)
    heading = f"References, {ages}; outside them there is no band:" if ages else "References:"
    return ["", heading, *lines]


def show_card(context: AppContext, measure: str, width: int) -> None:
    """Open the card of a measure in a dialog."""
    width = min(DIALOG_WIDTH, width) - 6
    card = evidence(catalogue().measure(measure))
    lines: list[Line] = [
        plain(piece) for paragraph in card for piece in wrap(paragraph, width, indent=2)
    ]
    context.show(TextDialog("Evidence", lines))


def _rule(measure: Measure) -> str:
    unit = "" if measure.unit in ("user", "points") else f" in {measure.unit}"
    if measure.formula:
        return f"{measure.formula}{unit}"
    how = {
        "max": f"highest of {measure.trials}", "min": f"lowest of {measure.trials}",
        "mean": f"mean of {measure.trials}", "single": "one trial", "stages": "stages held 10 s",
        "sppb": "points of its three parts",
        "equation": f"computed from {', '.join(i.replace('_', ' ') for i in measure.inputs)}",
    }.get(measure.combine, measure.combine)  # fmt: skip
    sides = {"max": "; better side leads", "min": "; worse side leads"}.get(
        measure.side_combine or "", ""
    )
    good = {"higher": "more is better", "lower": "less is better"}.get(
        measure.direction, "no direction is better as such"
    )
    return f"{how}{unit}{sides}; {good}"


def _cutoff(measure: Measure, cutoff: Cutoff) -> str:
    who = SEXES.get(cutoff.sex, "")
    ages = f"age {cutoff.age_min}+" if cutoff.age_min else ""
    beside = ", ".join(part for part in (who, ages, cutoff.population) if part)
    line = f"{cutoff.op} {format_threshold(measure, cutoff.value, measure.unit)}"
    tag = catalogue().source(cutoff.source).tag
    return (
        f"- {cutoff.name}: {line}{f', {beside}' if beside else ''} [{tag}]{_state(measure, cutoff)}"
    )


def _norm(measure: Measure, norm: Norm) -> str:
    kind = KINDS.get(str(norm.__struct_config__.tag), str(norm.__struct_config__.tag))
    ages, sexes = _whom(norm)
    beside = "".join(f", {part}" for part in (ages, sexes, norm.note) if part)
    tag = catalogue().source(norm.source).tag
    return f"- {norm.id.replace('_', ' ')}: {kind}{beside} [{tag}]{_state(measure, norm)}"


def _ages(low: int, high: int) -> str:
    """`ages 60 to 94`, `ages 20 and over`; empty for all ages."""
    if high >= 150:
        return f"ages {low} and over" if low else ""
    return f"ages {low} to {high}"


def _whom(norm: Norm) -> tuple[str, str]:
    """The ages a table covers, and its sexes: `by sex`, `men`, `women` or empty."""
    rows: list[Any] = list(norm.rows)
    lows = [getattr(row, "age_min", getattr(row, "age", 0)) for row in rows]
    highs = [getattr(row, "age_max", getattr(row, "age", 150)) for row in rows]
    sexes = {getattr(row, "sex", "any") for row in rows} - {"any"}
    who = "by sex" if len(sexes) > 1 else "".join(SEXES[sex] for sex in sexes)
    return _ages(min(lows, default=0), max(highs, default=150)), who


def _state(measure: Measure, part: Cutoff | Norm | Equation) -> str:
    """Whether a reference is switched on or off, where that is not its default."""
    known = catalogue()
    if f"{measure.id}/{part.id}" in known.off:
        return " SWITCHED OFF"
    if by_default(part):
        return ""
    return " SWITCHED ON" if known.shown(measure, part) else " off by default"
