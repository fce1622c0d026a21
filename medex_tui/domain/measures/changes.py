"""Changes from one assessment to another against the published threshold or our convention.

The catalogue's default threshold decides. Kinds about measurement error (MDC, SEE) and kinds about
importance (MCID, MCII, MIC, MID, small, substantial) are named as what they are; a convention is
never called published. Unlike devices, positions, aids, units or tasks give no verdict, and neither
does a trial that could not be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.measures.amounts import EDGE, format_threshold, format_value, grade_at, number
from medex_tui.domain.measures.scoring import (
    SIDES,
    NoScore,
    Score,
    score,
    taken,
    task_of,
)
from medex_tui.domain.measures.shapes.trials import course_of
from medex_tui.domain.measures.tables import ERROR_KINDS, Measure, Threshold, catalogue
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.base import Side

Verdict: TypeAlias = Literal[
    "past measurement error",
    "within measurement error",
    "important change reached",
    "important change not reached",
    "no published threshold",
    "not comparable",
]
LABEL = 40
"""Columns of a device, task or activity inside a sentence."""

SINGLE_ACTIVITY = "single activity"
"""Population by which the catalogue marks the threshold of one activity alone."""


class MeasuredChange(Struct, frozen=True, kw_only=True):
    """A change and what may be said of it.

    `delta` is now minus baseline, unrounded, in the measure's unit. `reading` fits a table cell of
    28 columns beside its threshold, `phrase` names the threshold too, `why` is the sentence behind
    it with the source. `better` is None where there is no change or no better direction. `reached`
    names every published threshold that the change is at least as large as; `activities` holds the
    changes of rated activities by name.
    """

    measure: str
    verdict: Verdict
    reading: str
    phrase: str
    why: str
    printed: str = ""
    delta: float | None = None
    percent: float | None = None
    threshold: float | None = None
    threshold_text: str = ""
    threshold_kind: str | None = None
    source: str | None = None
    basis: str | None = None
    better: bool | None = None
    side: Side | None = None
    baseline: float | None = None
    now: float | None = None
    reached: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    activities: dict[str, float] = {}

    @property
    def notable(self) -> bool:
        """Whether the change is past measurement error or reached a published important change."""
        return self.verdict in ("past measurement error", "important change reached")


def change(
    measure: Measure,
    baseline: Sequence[Reading],
    now: Sequence[Reading],
    *,
    age: int | None = None,
    sex: str | None = None,
    age_then: int | None = None,
) -> MeasuredChange:
    """The change of one measure from the readings `baseline` to those of `now`.

    `sex`, `age` now and `age_then` (the same unless given) matter only to measures that an equation
    computes.
    """
    before_own, now_own = taken(measure, baseline), taken(measure, now)
    before = score(measure, before_own, age=age if age_then is None else age_then, sex=sex)
    after = score(measure, now_own, age=age, sex=sex)
    if isinstance(before, NoScore) or isinstance(after, NoScore):
        return _without_numbers(measure, before, after)
    if isinstance(compared := _alike(measure, before_own, now_own), str):
        return _not_comparable(measure, compared)
    notes = list(compared)
    if measure.combine == "activities":
        return _psfs(measure, before, after, notes)
    if measure.sides != "none":
        shared = _shared_sides(before_own, now_own)
        if not shared:
            return _not_comparable(measure, "not the same side at both dates")
        if {r.side for r in before_own} != {r.side for r in now_own}:
            notes.append(f"compared on {' and '.join(SIDES[s] for s in shared)} only")
            before = score(measure, [r for r in before_own if r.side in shared])
            after = score(measure, [r for r in now_own if r.side in shared])
            if isinstance(before, NoScore) or isinstance(after, NoScore):
                return _without_numbers(measure, before, after)
        if before.side != after.side:
            notes.append(f"headline side was {SIDES[before.side]}, now {SIDES[after.side]}")
    if before.rule != after.rule and measure.combine in ("max", "min", "mean"):
        notes.append(f"then {before.rule or 'one trial'}, now {after.rule or 'one trial'}")
    good = {"more": 1, "less": -1}.get(
        next((r.better for r in (*now_own, *before_own) if r.better), ""), 0
    )
    return _weighed(
        measure, before.value, after.value, notes, side=after.side, unit=after.unit, good=good
    )


def _weighed(
    measure: Measure,
    baseline: float,
    now: float,
    notes: Sequence[str],
    *,
    side: Side | None = None,
    unit: str | None = None,
    single: bool = False,
    activities: dict[str, float] | None = None,
    good: int = 0,
) -> MeasuredChange:
    """Compare two numbers with the thresholds of their measure."""
    delta = now - baseline
    size = abs(delta)
    percent = 100 * delta / abs(baseline) if abs(baseline) > EDGE and not measure.ordinal else None
    chosen = threshold_for(measure, baseline, single=single)
    reached = tuple(
        _named(measure, t) for t in _published(measure, baseline, single) if _met(t, size, percent)
    )
    verdict, reading, phrase, why = _verdict(measure, chosen, size, percent, baseline, single)
    way = measure.good or good
    better = None if size <= EDGE or not way else delta * way > 0
    source = catalogue().source(chosen.source) if chosen else None
    return MeasuredChange(
        measure=measure.id,
        verdict=verdict,
        reading=reading,
        phrase=phrase,
        why=why,
        printed=_steps(measure, baseline, now) or _amount(measure, delta, unit),
        delta=delta,
        percent=percent,
        threshold=chosen.value if chosen else None,
        threshold_text=_named(measure, chosen) if chosen else "",
        threshold_kind=chosen.kind if chosen else None,
        source=chosen.source if chosen else None,
        basis=source.basis if source else None,
        better=better,
        side=side,
        baseline=baseline,
        now=now,
        reached=reached,
        notes=(*notes, *_at_the_ends(measure, baseline, now)),
        activities=activities or {},
    )


def _at_the_ends(measure: Measure, baseline: float, now: float) -> list[str]:
    """Notes for scores at the best or worst of a closed scale, where no further change shows."""
    if measure.ends is None or not measure.good:
        return []
    worst, best = measure.ends[:: measure.good]
    notes = []
    for value, when in ((baseline, "then"), (now, "now")):
        if abs(value - best) <= EDGE:
            notes.append(
                f"{when} at the best of the scale, {format_value(measure, best)}: "
                "no gain beyond it shows"
            )
        elif abs(value - worst) <= EDGE:
            notes.append(
                f"{when} at the worst of the scale, {format_value(measure, worst)}: "
                "no loss beyond it shows"
            )
    return notes


def _amount(measure: Measure, delta: float, unit: str | None) -> str:
    """A change with its unit; on a percent scale in points, since 42 % to 30 % is no change of 12
    %.
    """
    if measure.unit == "%":
        return f"{format_value(measure, delta, 'points', signed=True)} points"
    return format_value(measure, delta, unit, signed=True)


def _steps(measure: Measure, baseline: float, now: float) -> str:
    """A change on an ordinal scale: `+3 steps` from 3 to 4; empty for other measures."""
    before, after = (grade_at(measure, v) if measure.ordinal else None for v in (baseline, now))
    if before is None or after is None:
        return ""
    steps = after - before
    return f"{'+' if steps > 0 else ''}{steps} step{'' if abs(steps) == 1 else 's'}"


def _verdict(
    measure: Measure,
    chosen: Threshold | None,
    size: float,
    percent: float | None,
    baseline: float,
    single: bool,
) -> tuple[Verdict, str, str, str]:
    """The verdict, its words for a table cell, those with the threshold, and the sentence."""
    if chosen is None:
        none: Verdict = "no published threshold"
        return none, none, none, f"{none}: compare with the baseline"
    source = catalogue().source(chosen.source)
    line = _named(measure, chosen)
    people = f", {chosen.population}" if chosen.population else ""
    cited = f"{line}{people} ({source.tag})"
    met = _met(chosen, size, percent)
    if chosen.kind == "convention":
        amount = format_threshold(measure, chosen.value, chosen.unit)
        where = "at or past" if met else "under"
        return (
            "no published threshold",
            f"{'past' if met else 'under'} our convention",
            f"{'past' if met else 'under'} our convention {amount}",
            f"no published threshold (our convention {amount}{people}: {where} it; {source.tag})",
        )
    if chosen.kind in ERROR_KINDS:
        others = [t for t in _published(measure, baseline, single) if t.kind not in ERROR_KINDS]
        meant = [t for t in others if not met and _met(t, size, percent)]
        note = f"; at or above {_cited(measure, meant[0])} but below the error" if meant else ""
        if met:
            return (
                "past measurement error",
                "past error",
                f"past error ({line})",
                f"past measurement error: at or above {cited}",
            )
        within = f"within measurement error: below {cited}{note}"
        return "within measurement error", "within error", f"within error ({line})", within
    # A threshold about meaning: the error, where one is published, is looked at beside it.
    errors = [t for t in _published(measure, baseline, single) if t.kind in ERROR_KINDS]
    error = max(errors, key=lambda t: t.value) if errors else None
    past_error = met if error is None else _met(error, size, percent)
    verdict: Verdict
    if met and past_error:
        verdict = "important change reached"
    elif error is None:
        verdict = "important change not reached"
    else:
        verdict = "past measurement error" if past_error else "within measurement error"
    side = "at or above" if past_error else "below"
    beside = f"; {side} {_cited(measure, error)}" if error else ""
    short = line.replace(" change ", " ")
    word = chosen.kind if chosen.kind.isupper() else f"{chosen.kind} change"
    if met and not past_error:
        said = f"reached {short}, within error"
        return (
            verdict,
            f"{word} reached, within error",
            said,
            f"at or above {cited} but within measurement error{beside}",
        )
    if met:
        return verdict, f"{word} reached", f"reached {short}", f"at or above {cited}{beside}"
    return verdict, f"below {word}", f"below {short}", f"below {cited}{beside}"


def threshold_for(measure: Measure, baseline: float, *, single: bool = False) -> Threshold | None:
    """The threshold to print: that for this baseline, that for one activity, or the default."""
    if single:
        return next((t for t in measure.change if t.population == SINGLE_ACTIVITY), None)
    by_baseline = [
        t for t in measure.change if t.baseline_min is not None and t.baseline_max is not None
    ]
    for threshold in by_baseline:
        low, high = threshold.baseline_min or 0.0, threshold.baseline_max or 0.0
        if low - EDGE <= baseline <= high + EDGE:
            return threshold
    return next((t for t in measure.change if t.default), None)


def _published(measure: Measure, baseline: float, single: bool) -> list[Threshold]:
    """Published thresholds that apply to this baseline, without conventions."""
    chosen = threshold_for(measure, baseline, single=single)
    return [
        t
        for t in measure.change
        if t.kind != "convention"
        and (t is chosen or t.baseline_min is None)
        and (t.population == SINGLE_ACTIVITY) == single
    ]


def _met(threshold: Threshold, size: float, percent: float | None) -> bool:
    if threshold.kind == "MCID_percent":
        return percent is not None and abs(percent) >= threshold.value - EDGE
    return size >= threshold.value - EDGE


def _named(measure: Measure, threshold: Threshold) -> str:
    """A threshold with its kind: `MDC95 1.14 s`, `substantial change 0.1 m/s`."""
    amount = format_threshold(measure, threshold.value, threshold.unit)
    kind = threshold.kind
    if kind == "convention":
        return f"our convention {amount}"
    if kind == "MCID_percent":
        return f"MCID {amount}"
    return (
        f"{kind} {amount}" if kind.isupper() or kind in ERROR_KINDS else f"{kind} change {amount}"
    )


def _cited(measure: Measure, threshold: Threshold) -> str:
    return f"{_named(measure, threshold)} ({catalogue().source(threshold.source).tag})"


def _not_comparable(measure: Measure, why: str, *, better: bool | None = None) -> MeasuredChange:
    return MeasuredChange(
        measure=measure.id,
        verdict="not comparable",
        reading="not comparable",
        phrase=f"not comparable: {why}",
        why=f"not comparable: {why}",
        better=better,
    )


def _without_numbers(
    measure: Measure, before: Score | NoScore, after: Score | NoScore
) -> MeasuredChange:
    """A change to or from a trial that could not be done, or a missing score."""

    def said(scored: Score | NoScore) -> str:
        return (
            scored.printed
            if isinstance(scored, Score) or scored.result != "measured"
            else scored.reason
        )

    better: bool | None = None
    if isinstance(before, NoScore) and before.result == "unable" and isinstance(after, Score):
        better = True
    if isinstance(after, NoScore) and after.result == "unable" and isinstance(before, Score):
        better = False
    return _not_comparable(measure, f"was {said(before)}, now {said(after)}", better=better)


def _alike(measure: Measure, before: Sequence[Reading], now: Sequence[Reading]) -> list[str] | str:
    """Notes on what was recorded at one date only, or why the two dates do not compare."""
    notes: list[str] = []
    for name in ("device", "position", "aid", "protocol"):
        was, is_ = (_recorded(readings, name) for readings in (before, now))
        if was and is_ and was.keys() != is_.keys():
            return f"{name} was {_listed(was)}, now {_listed(is_)}"
        if bool(was) != bool(is_):
            notes.append(f"{name} not recorded {'now' if was else 'then'}")
    courses = [
        sorted({course_of(measure, r) or 0.0 for r in readings}) for readings in (before, now)
    ]
    if courses[0] != courses[1]:
        was_m, is_m = (" and ".join(f"{course:g} m" for course in found) for found in courses)
        return f"the course was {was_m}, now {is_m}"
    if measure.unit == "user":
        was, is_ = (_recorded(readings, "unit") for readings in (before, now))
        if was.keys() != is_.keys():
            return (
                f"unit was {_listed(was) or 'not recorded'}, now {_listed(is_) or 'not recorded'}"
            )
    ways = [{r.better for r in readings if r.better} for readings in (before, now)]
    if all(ways) and ways[0] != ways[1]:
        return f"{' and '.join(sorted(ways[0]))} was better, now {' and '.join(sorted(ways[1]))}"
    if measure.labelled:
        was, is_ = (
            {t.casefold(): t for r in rs if (t := task_of(measure, r))} for rs in (before, now)
        )
        if was.keys() != is_.keys():
            return f"task was {_listed(was) or 'not named'}, now {_listed(is_) or 'not named'}"
    return notes


def _recorded(readings: Sequence[Reading], name: str) -> dict[str, str]:
    """Values of a field over readings as entered, by a key that ignores case and spacing."""
    values: list[str] = [value for r in readings if (value := getattr(r, name))]
    return {one_line(v).casefold(): v for v in values if one_line(v)}


def _listed(values: dict[str, str]) -> str:
    return " and ".join(cut(value, LABEL) for value in values.values())


def _shared_sides(before: Sequence[Reading], now: Sequence[Reading]) -> list[Side | None]:
    then = {r.side for r in before}
    return [s for s in ("R", "L", "B", None) if s in then and any(r.side == s for r in now)]


def _psfs(measure: Measure, before: Score, after: Score, notes: list[str]) -> MeasuredChange:
    """Compare activities rated at both dates; one alone has a threshold of its own."""
    if not before.activities or not after.activities:
        if before.how != after.how:
            return _not_comparable(measure, "activities not named, and not as many at both dates")
        return _weighed(measure, before.value, after.value, [*notes, "activities not named"])
    names = {name.casefold(): name for name in before.activities}
    then = {names[name.casefold()]: value for name, value in before.activities.items()}
    pairs = {names[n.casefold()]: v for n, v in after.activities.items() if n.casefold() in names}
    if not pairs:
        return _not_comparable(measure, "no activity was rated at both dates")
    deltas = {name: value - then[name] for name, value in pairs.items()}
    if len(pairs) < max(len(then), len(after.activities)):
        notes.append(
            f"compared on {len(pairs)} of {max(len(then), len(after.activities))} activities"
        )
    alone = threshold_for(measure, 0.0, single=True)
    if alone is not None:
        notes += [
            f"{cut(name, LABEL)} {'' if d < 0 else '+'}{number(d, 1, trim=True)} "
            f"({_named(measure, alone)}, {alone.population}; "
            f"{catalogue().source(alone.source).tag})"
            for name, d in deltas.items()
            if abs(d) >= alone.value - EDGE and len(pairs) > 1
        ]
    n = len(pairs)
    baseline, now = sum(sorted(then[k] for k in pairs)) / n, sum(sorted(pairs.values())) / n
    return _weighed(measure, baseline, now, notes, single=n == 1, activities=deltas)
