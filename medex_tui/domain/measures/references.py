"""Statements of published references about one score, each with its source, without conclusions.

Values are classified unrounded. Ages are completed years, both ends included; outside them, or
where a table is by sex and none is recorded, the line says so. References that disagree stand side
by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from medex_tui.domain.measures import norms, tables
from medex_tui.domain.measures.amounts import (
    EDGE,
    convert,
    format_threshold,
    format_value,
    number,
    on_far_side,
    unit_text,
)
from medex_tui.domain.measures.norms import Norm
from medex_tui.domain.measures.shapes.equation import evaluated, with_body_values
from medex_tui.domain.measures.tables import Measure, catalogue

REACHED = {"<": "under {}", "<=": "{} or less", ">": "over {}", ">=": "at or above {}"}
NOT_REACHED = {"<": "{} or more", "<=": "over {}", ">": "{} or less", ">=": "under {}"}


class Band(Struct, frozen=True, kw_only=True):
    """What one reference states about a score.

    `text` fits 40 columns and goes beside `tag` (the source's short name, marked when unchecked);
    `long` is a sentence with both. `band` is None where the reference has nothing for this person.
    `flagged`: on the far side of a published line, None where the reference has none. `value` is
    the reference's own number (a mean, a median, a predicted distance) and `span` the ends of its
    range, in `unit`. `kind` is "cutoff", "prediction" or that of the norm; `margin` the distance of
    a cut-off from the score.
    """

    reference: str
    kind: str
    text: str
    long: str
    source: str
    tag: str
    basis: str
    band: str | None = None
    flagged: bool | None = None
    percentile: str | None = None
    value: float | None = None
    unit: str = ""
    percent: float | None = None
    lower_limit: float | None = None
    margin: float | None = None
    span: tuple[float, float] | None = None


class _Said(Struct, frozen=True, kw_only=True):
    """A reference's statement before its source is added."""

    text: str
    band: str
    flagged: bool | None = None
    percentile: str | None = None
    value: float | None = None
    percent: float | None = None
    lower_limit: float | None = None
    margin: float | None = None
    span: tuple[float, float] | None = None


def bands(
    measure: Measure,
    value: float,
    age: int | None,
    sex: str | None,
    *,
    inputs: Mapping[str, float] | None = None,
    optional: bool = False,
    better_side: float | None = None,
) -> list[Band]:
    """What every default reference states about `value`, cut-offs first.

    `value` is the unrounded score, `age` completed years on the test date or None, `sex` "F", "M"
    or None. `inputs` are numbers that a prediction needs beside them: `height_cm`, `weight_kg`,
    `dbp`. `better_side` is the score of the better of two sides, for cut-offs that are about it.
    `optional` adds references that are off by default; those the practice switched off stay out. A
    measure that has references but none for this person yields one line with the reason.
    """
    found: list[Band] = []
    lacking: list[Band] = []
    given = with_body_values(age, sex, inputs or {})
    tabled = False
    known = catalogue()
    for cutoff in measure.cutoffs:
        if not known.shown(measure, cutoff, optional=optional) or not _covers(cutoff, age, sex):
            continue
        compared = better_side if cutoff.side == "better" and better_side is not None else value
        far = on_far_side(compared, cutoff.op, cutoff.value)
        line = format_threshold(measure, cutoff.value, measure.unit)
        where = (REACHED if far else NOT_REACHED)[cutoff.op].format(line)
        text = f"{where}: {'' if far else 'no '}{cutoff.name}"
        said = _Said(
            text=text,
            band=cutoff.band if far else "not_reached",
            flagged=far,
            value=cutoff.value,
            margin=abs(compared - cutoff.value),
        )
        found.append(_band(cutoff.id, "cutoff", cutoff.source, said, measure.unit))
    for norm in measure.norms:
        if not known.shown(measure, norm, optional=optional):
            continue
        unit, kind = norm.unit or measure.unit, str(norm.__struct_config__.tag)
        there = convert(value, measure.unit, unit)
        said_or_why = _say(measure, norm, value if there is None else there, unit, age, sex, given)
        if isinstance(said_or_why, _Said):
            tabled = True
            found.append(_band(norm.id, kind, norm.source, said_or_why, unit))
        else:
            lacking.append(_lack(norm.id, kind, norm.source, said_or_why))
    if measure.predicted:
        for equation in measure.equations:
            if equation.sex not in ("any", sex) or not known.shown(
                measure, equation, optional=optional
            ):
                continue
            said_or_why = _predict(measure, equation, value, age, given)
            if isinstance(said_or_why, _Said):
                tabled = True
                found.append(
                    _band(equation.id, "prediction", equation.source, said_or_why, measure.unit)
                )
            else:
                lacking.append(_lack(equation.id, "prediction", equation.source, said_or_why))
    if not found and not lacking:
        lacking = _nobody(measure, age, sex)
    return found if tabled else found + lacking[:1]


def printed(found: Sequence[Band]) -> list[Band]:
    """The bands worth a line: every table, and the cut-offs that add something.

    Of the passed cut-offs of one source, the furthest; where none is passed, the nearest.
    """
    cutoffs = sorted((b for b in found if b.margin is not None), key=lambda b: b.margin or 0.0)
    passed: dict[str, Band] = {}
    for band in cutoffs:
        if band.flagged:
            passed.setdefault(band.source, band)
    kept = list(passed.values()) or cutoffs[:1]
    return [b for b in found if b.margin is None or b in kept]


def _nobody(measure: Measure, age: int | None, sex: str | None) -> list[Band]:
    """Why a measure with cut-offs or equations alone has nothing for this person."""
    known = catalogue()
    shown = [c for c in measure.cutoffs if known.shown(measure, c)]
    if shown:
        return [_lack(shown[0].id, "cutoff", shown[0].source, _why_not(shown, age, sex))]
    equation = next((e for e in measure.equations if known.shown(measure, e)), None)
    if measure.predicted and equation:
        return [_lack(equation.id, "prediction", equation.source, _why_not([equation], age, sex))]
    return []


def _why_not(rows: Sequence[norms.NormRow], age: int | None, sex: str | None) -> str:
    if age is None:
        return "no birth date: no reference by age"
    if not any(r.age_min <= age <= r.age_max for r in rows):
        return "no published reference for this age"
    return "sex not recorded: no reference by sex"


def _covers(row: norms.NormRow, age: int | None, sex: str | None) -> bool:
    """Whether a row holds for this person; one without age bounds holds for an unknown age too."""
    by_age = row.age_min > 0 or row.age_max < 150
    if age is None:
        return not by_age and row.sex in ("any", sex)
    return row.age_min <= age <= row.age_max and row.sex in ("any", sex)


def _band(reference: str, kind: str, source_id: str, said: _Said, unit: str) -> Band:
    source = catalogue().source(source_id)
    return Band(
        reference=reference,
        kind=kind,
        text=said.text,
        long=f"{said.text} ({source.tag})",
        source=source_id,
        tag=source.tag,
        basis=source.basis,
        band=said.band,
        flagged=said.flagged,
        percentile=said.percentile,
        value=said.value,
        unit=unit,
        percent=said.percent,
        lower_limit=said.lower_limit,
        margin=said.margin,
        span=said.span,
    )


def _lack(reference: str, kind: str, source_id: str, why: str) -> Band:
    source = catalogue().source(source_id)
    return Band(
        reference=reference,
        kind=kind,
        text=why,
        long=f"{why} ({source.tag})",
        source=source_id,
        tag=source.tag,
        basis=source.basis,
    )


R = TypeVar("R", bound=norms.NormRow)


def _row(rows: Sequence[R], age: int | None, sex: str | None) -> R | str:
    """The row for this person, or why there is none."""
    return next((r for r in rows if _covers(r, age, sex)), None) or _why_not(rows, age, sex)


def _say(
    measure: Measure,
    norm: Norm,
    value: float,
    unit: str,
    age: int | None,
    sex: str | None,
    given: Mapping[str, float],
) -> _Said | str:
    """What one table states about `value` (in the table's unit), or why it states nothing."""
    match norm:
        case norms.Bands():
            return _banded(measure, norm, value, unit, age)
        case norms.Pressure():
            return _pressure(norm, value, given)
        case norms.PercentilesAtAge():
            return _at_age(measure, norm, value, age, sex)
    row = _row(norm.rows, age, sex)
    if isinstance(row, str):
        return row
    match norm, row:
        case norms.Percentiles(), norms.PercentileRow():
            return _percentile(norm, row.v, value)
        case _, norms.BelowRow() | norms.AboveRow():
            return _beside_average(measure, row, value, unit)
        case _, norms.AtLeastRow() | norms.AtMostRow():
            return _beside_line(measure, row, value, unit)
        case _, norms.RangeRow():
            return _in_range(measure, row, value, unit)
        case _, norms.MeanCiRow():
            return _in_interval(row, value, unit)
        case _, norms.MeanRow():
            return _beside_mean(measure, row, value, unit)
        case _, norms.ReferenceRow():
            return _share_of(measure, row, value, unit)
    raise AssertionError(f"no reading for norm {norm.id}")


def _beside_average(
    measure: Measure, row: norms.BelowRow | norms.AboveRow, value: float, unit: str
) -> _Said:
    """Compare with the line below (or, where less is better, above) which a score is worse."""
    if isinstance(row, norms.BelowRow):
        below, line = on_far_side(value, "<", row.below), format_threshold(measure, row.below, unit)
        text = (
            f"below average for age, under {line}"
            if below
            else f"not below average, {line} or more"
        )
        return _Said(
            text=text,
            band="below_average" if below else "not_below",
            flagged=below,
            value=row.below,
        )
    worse, line = on_far_side(value, ">", row.above), format_threshold(measure, row.above, unit)
    text = (
        f"worse than average for age, over {line}"
        if worse
        else f"not worse than average, {line} or less"
    )
    return _Said(text=text, band="worse_than_average" if worse else "average", value=row.above)


def _beside_line(
    measure: Measure, row: norms.AtLeastRow | norms.AtMostRow, value: float, unit: str
) -> _Said:
    """Compare with what a person of this age should reach, or not exceed."""
    if isinstance(row, norms.AtLeastRow):
        met, line, missed = on_far_side(value, ">=", row.at_least), row.at_least, "under"
    else:
        met, line, missed = on_far_side(value, "<=", row.at_most), row.at_most, "over"
    text = f"{'meets' if met else missed} {format_threshold(measure, line, unit)} for age"
    return _Said(text=text, band="met" if met else "not_met", value=line)


def _in_interval(row: norms.MeanCiRow, value: float, unit: str) -> _Said:
    """Compare with the confidence interval of a mean, where less is better."""
    span = f"{number(row.lo, 1)}-{number(row.hi, 1)} {unit}"
    if on_far_side(value, ">", row.hi):
        return _Said(
            text=f"worse than average for age, {span}", band="worse_than_average", value=row.mean
        )
    word = "better than average" if on_far_side(value, "<", row.lo) else "average for age"
    return _Said(text=f"{word}, {span}", band=word.replace(" ", "_"), value=row.mean)


def _beside_mean(measure: Measure, row: norms.MeanRow, value: float, unit: str) -> _Said:
    """Compare with a mean, in standard deviations where the table has them."""
    side = "above" if value > row.mean else "below"
    if abs(value - row.mean) <= EDGE:
        side = "at"
    if isinstance(row, norms.MeanSdRow):
        away = number(abs((value - row.mean) / row.sd), 1)
        far = "less than 0.1 SD " if away == "0.0" else f"{away} SD "
        if side == "at":
            far = ""
        text = f"{far}{side} mean {format_threshold(measure, row.mean, unit)}"
    else:
        text = f"{side} mean for age, {format_value(measure, row.mean)}"
    return _Said(text=text, band=f"{side}_mean", value=row.mean)


def _share_of(measure: Measure, row: norms.ReferenceRow, value: float, unit: str) -> _Said:
    """The score as a percentage of one reference value."""
    line = format_threshold(measure, row.ref, unit)
    if row.ref <= 0:
        return _Said(text=f"reference {line}", band="given", value=row.ref)
    percent = 100 * value / row.ref
    return _Said(
        text=f"{number(percent, 0)} % of {line}", band="given", value=row.ref, percent=percent
    )


def _percentile(norm: norms.Percentiles, values: Sequence[float], value: float) -> _Said:
    """Interpolate linearly between percentiles; outside the outermost ones `<5` or `>95`."""
    rank = _interpolated(norm.percentiles, values, value)
    shown, exact = _rank_text(norm.percentiles, rank)
    band = next((b.band for b in norm.bands if exact < b.below - EDGE), "high")
    median = dict(zip(norm.percentiles, values, strict=True)).get(50)
    return _Said(
        text=f"{_ordinal(shown)} percentile, {words(band)}",
        band=band,
        percentile=shown,
        value=median,
    )


def _interpolated(ranks: Sequence[float], values: Sequence[float], value: float) -> float | None:
    """The percentile rank of `value`; minus infinity below the first, None above the last."""
    if value < values[0] - EDGE:
        return float("-inf")
    if value > values[-1] + EDGE:
        return None
    for (low_rank, low), (high_rank, high) in zip(
        zip(ranks, values, strict=True), zip(ranks[1:], values[1:], strict=True), strict=False
    ):
        if value <= high + EDGE:
            rank = low_rank + (high_rank - low_rank) * (value - low) / (high - low)
            return min(max(rank, low_rank), high_rank)
    return None


def _rank_text(ranks: Sequence[float], rank: float | None) -> tuple[str, float]:
    """A rank as printed, and as a number for bands."""
    if rank is None:
        return f">{ranks[-1]:g}", 100.0
    if rank < ranks[0]:
        return f"<{ranks[0]:g}", 0.0
    return number(rank, 0), rank


def _ordinal(shown: str) -> str:
    """`22nd`, `11th`; `over 95th` and `under 5th` at the ends of a table."""
    ends = {">": "over ", "<": "under "}
    prefix, digits = (ends[shown[0]], shown[1:]) if shown[0] in ends else ("", shown)
    teen = digits[-2:-1] == "1"
    suffix = "th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")
    return f"{prefix}{digits}{suffix}"


def _at_age(
    measure: Measure, norm: norms.PercentilesAtAge, value: float, age: int | None, sex: str | None
) -> _Said | str:
    """Interpolate linearly between percentiles given at exact ages, never beyond the ends."""
    rows = sorted((r for r in norm.rows if r.sex in ("any", sex)), key=lambda r: r.age)
    if age is None:
        return "no birth date: no reference by age"
    if not rows:
        return "sex not recorded: no reference by sex"
    after = next((r for r in rows if r.age >= age), None)
    before = next((r for r in reversed(rows) if r.age <= age), None)
    if after is None or before is None:
        return "no published reference for this age"
    share = 0.0 if after.age == before.age else (age - before.age) / (after.age - before.age)
    values = [a + (b - a) * share for a, b in zip(before.v, after.v, strict=True)]
    shown, exact = _rank_text(norm.percentiles, _interpolated(norm.percentiles, values, value))
    return _Said(text=f"{_ordinal(shown)} percentile", band=f"p{exact:.0f}", percentile=shown)


def _in_range(measure: Measure, row: norms.RangeRow, value: float, unit: str) -> _Said:
    """Compare with the middle half of a healthy sample; where less is better, above is slower."""
    low, high = (number(end, 1, trim=True) for end in (row.lo, row.hi))
    span = f"{low} to {high} {unit_text(measure, unit)}".rstrip()
    if on_far_side(value, "<", row.lo):
        band, word = "below", "below" if measure.good >= 0 else "faster than"
    elif on_far_side(value, ">", row.hi):
        band, word = "above", "above" if measure.good >= 0 else "slower than"
    else:
        band, word = "within", "within"
    return _Said(text=f"{word} middle half, {span}", band=band, span=(row.lo, row.hi))


def _banded(
    measure: Measure, norm: norms.Bands, value: float, unit: str, age: int | None
) -> _Said | str:
    """The named band of a score; between two bands of a whole-number scale, the lower one."""
    if age is not None and not measure.age_min_norm <= age <= measure.age_max_norm:
        return "no published reference for this age"

    def inside(row: norms.BandRow) -> bool:
        return on_far_side(value, ">" if row.min_exclusive else ">=", row.min) and on_far_side(
            value, "<" if row.max_exclusive else "<=", row.max
        )

    reached = [r for r in norm.rows if on_far_side(value, ">=", r.min)]
    row = next((r for r in norm.rows if inside(r)), reached[-1] if reached else None)
    if row is None:
        return "below every published band"
    span = f"{number(row.min, 1, trim=True)}-{number(row.max, 1, trim=True)}"
    scale = " of 50" if unit == "raw50" else ""
    return _Said(text=f"{words(row.band)} band, {span}{scale}", band=row.band)


def _pressure(norm: norms.Pressure, sbp: float, given: Mapping[str, float]) -> _Said | str:
    """The category of one blood pressure by the worse of its two numbers."""
    if "dbp" not in given:
        return "no category without both numbers"
    for row in norm.rows:
        op: tables.Operator = ">" if row.above else ">="
        over = [
            line is not None and on_far_side(number_, op, line)
            for number_, line in ((sbp, row.sbp), (given["dbp"], row.dbp))
        ]
        if any(over) or (row.sbp is None and row.dbp is None):
            shown = words(row.band).removesuffix(" range")
            return _Said(text=f"reading in the {shown} range", band=row.band)
    return "no category"


def _predict(
    measure: Measure,
    equation: tables.Equation,
    value: float,
    age: int | None,
    given: Mapping[str, float],
) -> _Said | str:
    """The score as a percentage of an equation's prediction, and whether it is under the limit."""
    if age is None or not equation.age_min <= age <= equation.age_max:
        return _why_not([equation], age, "any")
    predicted = evaluated(equation.terms, given)
    if isinstance(predicted, list):
        lacks = " and ".join(name.split("_")[0] for name in predicted)
        return f"no prediction: {lacks} not recorded"
    if predicted <= 0:
        return "no prediction for this height and weight"
    limit = None if equation.lln_minus is None else predicted - equation.lln_minus
    under = None if limit is None else on_far_side(value, "<", limit)
    percent = 100 * value / predicted
    text = f"{number(percent, 0)} % of predicted {format_value(measure, predicted)}"
    if limit is not None and under:
        text += f", under LLN {number(limit, 0)}"
    return _Said(
        text=text,
        band="predicted" if not under else "below_limit",
        flagged=under,
        value=predicted,
        percent=percent,
        lower_limit=limit,
    )


def words(band: str) -> str:
    """A band id as words: `somewhat_low` -> `somewhat low`."""
    return band.replace("_", " ")
