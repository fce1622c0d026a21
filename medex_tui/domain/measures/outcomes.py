"""One measure over an episode, in the words that screens and letters print.

The baseline is the first assessment that holds the measure, `now` the last. Scores, changes and
references are derived from the raw trials each time; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.language.plain import cut, cut_line
from medex_tui.domain.measures.amounts import EDGE, bare, format_value, number, unit_text
from medex_tui.domain.measures.changes import MeasuredChange, change
from medex_tui.domain.measures.references import Band, bands, printed
from medex_tui.domain.measures.scoring import SIDES, NoScore, Score, SideScore, score, task_of
from medex_tui.domain.measures.tables import DOMAINS, Domain, Measure, catalogue
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.people import Client

NAME, SCORE, CHANGE, REFERENCE = 20, 10, 42, 75
"""Columns of a `Row`: name, score and change make one line of 74, each reference has a line of its
own.
"""


class TakenReading(Struct, frozen=True):
    """The readings of one measure at one assessment, the age then, and their score."""

    at: datetime
    age: int | None
    readings: tuple[Reading, ...]
    score: Score | NoScore


class OutcomeRow(Struct, frozen=True):
    """A measure as the assessment screen shows it; each reference is one line of 75 columns."""

    name: str
    score: str
    change: str
    references: tuple[str, ...]


class OutcomeCells(Struct, frozen=True):
    """A line of the report's table; the unit stands in the name.

    `threshold` is in brackets where it is our convention. `sources` are the ids behind `threshold`
    and `reading`.
    """

    name: str
    start: str
    now: str
    change: str
    threshold: str
    reading: str
    sources: tuple[str, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """A measure (of one side or task) over an episode.

    `since_baseline` and `since_last` are None at the first measurement, `since_last` at the second
    too. `sources` are the ids behind every line printed here, in order of appearance. `other` is
    the score of the other side, taken at the same time, where left and right are reported apart.
    """

    measure: Measure
    name: str
    domain: Domain | None
    side: Side | None
    task: str
    age: int | None
    baseline: TakenReading | None
    previous: TakenReading | None
    now: TakenReading | None
    since_baseline: MeasuredChange | None
    since_last: MeasuredChange | None
    bands: tuple[Band, ...]
    row: OutcomeRow
    cells: OutcomeCells
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    series: tuple[tuple[datetime, float], ...]
    other: float | None = None

    @property
    def between(self) -> float | None:
        """This side's score minus the other side's, in the measure's unit; None without both."""
        now = self.now.score if self.now else None
        return now.value - self.other if isinstance(now, Score) and self.other is not None else None


Key: TypeAlias = tuple[str, Side | None, str]


def outcome(
    measure_id: str,
    assessments: Sequence[Assessment],
    client: Client,
    on: date,
    *,
    side: Side | None = None,
    task: str | None = None,
) -> Outcome:
    """One measure over `assessments` (in any order), printed as of the local date `on`.

    `on` is the local date of the last test: it decides the age and so the references. `side`
    narrows a measure of left and right to one side; `task` narrows tasks or pain ratings to one by
    its name ("" for those without one), None takes them all, which scores only where they are one.
    Raises KeyError for a measure that the catalogue does not have.
    """
    measure = catalogue().measure(measure_id)
    age = _age(client, on)
    inputs: dict[str, float] = {}
    taken: list[TakenReading] = []
    in_order = sorted(assessments, key=lambda a: (a.taken_at, a.id))
    for assessment in in_order:
        inputs.pop("dbp", None)  # both numbers of one reading, never of two dates
        inputs.update(_beside(assessment))
        own = tuple(r for r in assessment.readings if _belongs(measure, r, side, task))
        if own:
            then = age if assessment is in_order[-1] else _age(client, assessment.taken_at.date())
            taken.append(
                TakenReading(
                    assessment.taken_at, then, own, score(measure, own, age=then, sex=client.sex)
                )
            )
    first, last = (taken[0], taken[-1]) if taken else (None, None)
    previous = taken[-2] if len(taken) > 1 else None
    since_baseline = _between(measure, first, last, client) if previous else None
    since_last = _between(measure, previous, last, client) if len(taken) > 2 else None
    now = last.score if last else None
    last_task = task_of(measure, last.readings[0]) if last else ""
    named = last_task if task is None else task
    other = _other_side(measure, in_order, last, side, named)
    found: list[Band] = []
    if isinstance(now, Score):
        found = bands(
            measure,
            now.value,
            age,
            client.sex,
            inputs=inputs,
            better_side=_better_side(measure, now),
        )
    return Outcome(
        measure=measure,
        name=_name(measure, side, named),
        domain=measure.domain,
        side=side,
        task=named,
        age=age,
        baseline=first,
        previous=previous,
        now=last,
        since_baseline=since_baseline,
        since_last=since_last,
        bands=tuple(found),
        row=_row(measure, side, named, now, since_baseline, found),
        cells=_cells(measure, side, named, first, last, since_baseline, found),
        notes=_notes(measure, now, since_baseline) + _between_sides(measure, side, now, other),
        other=other,
        sources=_sources(now, since_baseline, found),
        series=tuple((t.at, t.score.value) for t in taken if isinstance(t.score, Score)),
    )


def outcomes(assessments: Sequence[Assessment], client: Client, on: date) -> list[Outcome]:
    """Every measure taken in `assessments`, function first and context (pain, vitals) last.

    A measure whose sides have no common headline (range of motion) yields an outcome for each side,
    a labeled one an outcome for each task. Measures the catalogue does not have are left out.
    """
    keys = {
        (m, side, task.casefold()): task
        for a in assessments
        for r in a.readings
        for m, side, task in _keys(r)
    }
    found = [
        outcome(m, assessments, client, on, side=side, task=task)
        for (m, side, _), task in keys.items()
    ]
    order = list(catalogue().measures)
    rank = {domain: i for i, domain in enumerate(DOMAINS)}
    found.sort(
        key=lambda o: (
            rank[o.domain] if o.domain else len(rank),
            o.measure.id not in ("psfs", "custom_timed"),
            order.index(o.measure.id),
        )
    )
    return found


def _keys(reading: Reading) -> Iterator[Key]:
    measure = catalogue().measures.get(reading.measure)
    if measure is None:
        return
    yield measure.id, reading.side if measure.by_side else None, task_of(measure, reading)


def _belongs(measure: Measure, reading: Reading, side: Side | None, task: str | None) -> bool:
    return (
        reading.measure == measure.id
        and (side is None or reading.side == side)
        and (
            task is None
            or not measure.labelled
            or task_of(measure, reading).casefold() == task.casefold()
        )
    )


OTHER: dict[Side | None, Side] = {"L": "R", "R": "L"}


def _other_side(
    measure: Measure,
    assessments: Sequence[Assessment],
    last: TakenReading | None,
    side: Side | None,
    task: str,
) -> float | None:
    """The other side's score of the same assessment, where sides are reported apart."""
    if not measure.by_side or last is None or side not in OTHER:
        return None
    own = [
        r
        for assessment in assessments
        if assessment.taken_at == last.at
        for r in assessment.readings
        if _belongs(measure, r, OTHER[side], task)
    ]
    found = score(measure, own)
    return found.value if isinstance(found, Score) else None


def _better_side(measure: Measure, now: Score) -> float | None:
    """The score of the better of two sides; None where fewer than two have one."""
    values = [side.value for side in now.sides if side.value is not None]
    if len(values) < 2 or not measure.good:
        return None
    return max(values) if measure.good > 0 else min(values)


def _between_sides(
    measure: Measure, side: Side | None, now: Score | NoScore | None, other: float | None
) -> tuple[str, ...]:
    """`left 132 deg, 22 deg more`; for grades only the other grade, which has no difference."""
    if other is None or not isinstance(now, Score):
        return ()
    said = f"{SIDES[OTHER[side]]} {format_value(measure, other)}"
    if measure.ordinal:
        return (said,)
    apart = other - now.value
    way = f"{format_value(measure, abs(apart))} {'more' if apart > 0 else 'less'}"
    if abs(apart) <= EDGE:
        way = "the same"
    return (f"{said}, {way}",)


def _age(client: Client, day: date) -> int | None:
    return age_on(client.birth_date, day) if client.birth_date else None


def _between(
    measure: Measure, before: TakenReading | None, after: TakenReading | None, client: Client
) -> MeasuredChange | None:
    if before is None or after is None:
        return None
    return change(
        measure, before.readings, after.readings, age=after.age, sex=client.sex, age_then=before.age
    )


def _beside(assessment: Assessment) -> dict[str, float]:
    """Inputs of references beside a score: height and weight of a BMI, and diastolic pressure."""
    diastolic = [
        r.trials[-1] for r in assessment.readings if r.measure == "bp_diastolic" and r.trials
    ]
    return dict.fromkeys(["dbp"] if diastolic else [], diastolic[-1] if diastolic else 0.0) | {
        label: trial
        for r in assessment.readings
        if r.measure == "bmi" and r.result == "measured"
        for label, trial in zip(r.labels, r.trials, strict=False)
        if label in ("height_cm", "weight_kg")
    }


def _name(measure: Measure, side: Side | None, task: str) -> str:
    """`R shoulder flexion`, `12 stairs`, `Pain (0-10), walking`, `Grip strength`."""
    if measure.unit == "user" and task:
        return task
    name = (
        f"{side} {measure.short[0].lower()}{measure.short[1:]}"
        if side in ("L", "R")
        else measure.short
    )
    return f"{name}, {task}" if task else name


def _row(
    measure: Measure,
    side: Side | None,
    task: str,
    now: Score | NoScore | None,
    since: MeasuredChange | None,
    found: Sequence[Band],
) -> OutcomeRow:
    if since is None:
        reason = now.reason if now and not isinstance(now, Score) else ""
        moved = "baseline" if isinstance(now, Score) else reason
    else:
        moved = f"{since.printed}, {since.phrase}" if since.printed else since.phrase
    lines = (f"{band.text}  {band.tag}" for band in printed(found))
    return OutcomeRow(
        cut(_name(measure, side, task), NAME),
        cut(now.printed if now else "", SCORE),
        cut(moved, CHANGE),
        tuple(cut_line(line, REFERENCE) for line in lines),
    )


def _cells(
    measure: Measure,
    side: Side | None,
    task: str,
    first: TakenReading | None,
    last: TakenReading | None,
    since: MeasuredChange | None,
    found: Sequence[Band],
) -> OutcomeCells:
    def shown(taken: TakenReading | None) -> str:
        if taken is None:
            return ""
        return (
            bare(measure, taken.score.value)
            if isinstance(taken.score, Score)
            else taken.score.printed
        )

    start, now = shown(first), shown(last) if last is not first else ""
    if since and since.baseline is not None and since.now is not None:
        # A narrowed change (one side, activities rated twice) shows its own two numbers.
        start, now = bare(measure, since.baseline), bare(measure, since.now)
    reading = since.reading if since else "baseline"
    quoted = next((b for b in printed(found) if b.flagged or b.percent is not None), None)
    if quoted:
        reading = f"{reading}; {quoted.text}"
    limit = ""
    if since and since.threshold is not None:
        limit = number(since.threshold, 2, trim=True)
        limit = f"({limit})" if since.threshold_kind == "convention" else limit
    sources = [since.source if since else None, quoted.source if quoted else None]
    return OutcomeCells(
        name=_cell_name(measure, side, task, first, last, since),
        start=start,
        now=now,
        change=since.printed.removesuffix(" points") if since else "",
        threshold=limit,
        reading=reading,
        sources=tuple(dict.fromkeys(s for s in sources if s)),
    )


def _cell_name(
    measure: Measure,
    side: Side | None,
    task: str,
    first: TakenReading | None,
    last: TakenReading | None,
    since: MeasuredChange | None,
) -> str:
    """Name, trial rule and unit: `R grip strength, best of 3, kg`, `PSFS (mean of 3)`."""
    scores = [t.score for t in (first, last) if t and isinstance(t.score, Score)]
    now = scores[-1] if scores else None
    rule = now.rule if now and measure.combine in ("max", "min", "mean") else ""
    heads = {s.side for s in scores}
    if side is None and now and measure.sides != "none":
        if len(heads) == 1:
            side = now.side
        else:
            rule = ", ".join(
                filter(
                    None, (f"{'better' if measure.side_combine != 'min' else 'worse'} side", rule)
                )
            )
    name = _name(measure, side, task)
    if measure.combine == "activities" and now:
        name = (
            f"{name} (mean of {len(since.activities)})"
            if since and since.activities
            else f"{name} ({now.how})"
        )
    shown = unit_text(measure, now.unit if now else None)
    return ", ".join(filter(None, (name, rule, shown)))


def _notes(
    measure: Measure, now: Score | NoScore | None, since: MeasuredChange | None
) -> tuple[str, ...]:
    own: list[str] = list(now.notes) if isinstance(now, Score) else []
    sides = now.sides if now else ()
    if len(sides) > 1:
        own.append("; ".join(_side_text(measure, s) for s in sides))
    return (*own, *(since.notes if since else ()))


def _side_text(measure: Measure, side: SideScore) -> str:
    """A side's score, with the mean where it has several trials: `right 25.0, mean 24.0`."""
    if side.value is None:
        return f"{SIDES[side.side]} {side.result}"
    if measure.ordinal:
        return f"{SIDES[side.side]} {bare(measure, side.value)}"
    mean = (
        f", mean {number(side.mean, 1)}" if side.mean is not None and len(side.trials) > 1 else ""
    )
    return f"{SIDES[side.side]} {number(side.value, 1)}{mean}"


def _sources(
    now: Score | NoScore | None, since: MeasuredChange | None, found: Sequence[Band]
) -> tuple[str, ...]:
    ids = [*(now.sources if isinstance(now, Score) else ())]
    if since and since.source:
        ids.append(since.source)
    ids += [band.source for band in printed(found)]
    return tuple(dict.fromkeys(ids))
