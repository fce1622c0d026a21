"""One measure over an episode, in the words that screens and letters both print.

The baseline is the first assessment that holds the measure, `now` the last. Scores, changes and references are
derived afresh from the raw trials each time; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from medex_tui.domain.clock import age_on
from medex_tui.domain.measures.amounts import number, unit_text
from medex_tui.domain.measures.changes import Change, change
from medex_tui.domain.measures.references import Band, bands, printed
from medex_tui.domain.measures.scoring import NoScore, Score, score, task_of
from medex_tui.domain.measures.tables import DOMAINS, Domain, Measure, catalogue
from medex_tui.domain.records import Assessment, Client, Reading, Side

NAME, SCORE, CHANGE, REFERENCE = 20, 10, 42, 75
"""Columns of a `Row`: name, score and change make one line of 74, each reference has a line of its own."""


class Taken(Struct, frozen=True):
    """The readings of one measure at one assessment, and their score."""

    at: datetime
    readings: tuple[Reading, ...]
    score: Score | NoScore


class Row(Struct, frozen=True):
    """What the assessment screen shows of a measure: cut to width, references whole, one a line of 75 columns."""

    name: str
    score: str
    change: str
    references: tuple[str, ...]


class Cells(Struct, frozen=True):
    """A line of the report's table (DOMAIN.md 5.5): Start, Now, Change, Error, Reading; `unit` stands in the name."""

    name: str
    start: str
    now: str
    change: str
    threshold: str
    reading: str


class Outcome(Struct, frozen=True, kw_only=True):
    """A measure (of one side or task) over an episode.

    `since_baseline` and `since_last` are None at the first measurement, and `since_last` at the second too, where
    the two are the same. `sources` are the ids behind every line printed here, in order of appearance.
    """

    measure: Measure
    name: str
    domain: Domain | None
    side: Side | None
    task: str
    age: int | None
    baseline: Taken | None
    previous: Taken | None
    now: Taken | None
    since_baseline: Change | None
    since_last: Change | None
    bands: tuple[Band, ...]
    row: Row
    cells: Cells
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    series: tuple[tuple[datetime, float], ...]

    @property
    def footnotes(self) -> tuple[str, ...]:
        """The publications in full, each marked where it is unchecked."""
        known = catalogue()
        return tuple(
            s.citation if s.basis == "checked" else f"{s.citation} [unchecked]"
            for s in (known.source(i) for i in self.sources)
        )


Key: TypeAlias = tuple[str, Side | None, str]


def outcome(
    measure_id: str,
    assessments: Sequence[Assessment],
    client: Client,
    on: date,
    *,
    side: Side | None = None,
    task: str = "",
) -> Outcome:
    """One measure over `assessments` (those of the episode, in any order), printed as of the local date `on`.

    `on` is the test date: it decides the age and so the reference bands. `side` narrows a measure of left and right
    to one side; `task` names the custom task, or the context of a pain rating, where there are several. A measure
    the catalogue does not have raises KeyError.
    """
    measure = catalogue().measure(measure_id)
    age = age_on(client.birth_date, on) if client.birth_date else None
    inputs: dict[str, float] = {}
    taken: list[Taken] = []
    for assessment in sorted(assessments, key=lambda a: (a.taken_at, a.id)):
        inputs.update(_body_size(assessment))
        own = tuple(r for r in assessment.readings if _belongs(measure, r, side, task))
        if own:
            taken.append(Taken(assessment.taken_at, own, score(measure, own, age=age, sex=client.sex)))
    first, last = (taken[0], taken[-1]) if taken else (None, None)
    previous = taken[-2] if len(taken) > 1 else None
    since_baseline = _between(measure, first, last, age, client) if previous else None
    since_last = _between(measure, previous, last, age, client) if len(taken) > 2 else None
    now = last.score if last else None
    found: list[Band] = []
    if isinstance(now, Score):
        found = bands(measure, now.value, age, client.sex, inputs=inputs)
    return Outcome(
        measure=measure,
        name=_name(measure, side, task),
        domain=measure.domain,
        side=side,
        task=task,
        age=age,
        baseline=first,
        previous=previous,
        now=last,
        since_baseline=since_baseline,
        since_last=since_last,
        bands=tuple(found),
        row=_row(measure, side, task, now, since_baseline, found),
        cells=_cells(measure, side, task, first, last, since_baseline, found),
        notes=_notes(now, since_baseline),
        sources=_sources(now, since_baseline, found),
        series=tuple((t.at, t.score.value) for t in taken if isinstance(t.score, Score)),
    )


def outcomes(assessments: Sequence[Assessment], client: Client, on: date) -> list[Outcome]:
    """Every measure taken in `assessments`, function first and context (pain, vitals, body size) last.

    A measure whose sides have no common headline (range of motion) yields an outcome a side, a labelled one an
    outcome a task. Measures the catalogue does not have are passed over.
    """
    keys = dict.fromkeys(key for a in assessments for r in a.readings for key in _keys(r))
    found = [outcome(m, assessments, client, on, side=side, task=task) for m, side, task in keys]
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
    by_side = measure.sides == "LR" and measure.side_combine is None
    task = task_of(measure, reading)
    yield measure.id, reading.side if by_side else None, task.casefold() and task


def _belongs(measure: Measure, reading: Reading, side: Side | None, task: str) -> bool:
    return (
        reading.measure == measure.id
        and (side is None or reading.side == side)
        and (not measure.labelled or task_of(measure, reading).casefold() == task.casefold())
    )


def _between(
    measure: Measure, before: Taken | None, after: Taken | None, age: int | None, client: Client
) -> Change | None:
    if before is None or after is None:
        return None
    return change(measure, before.readings, after.readings, age=age, sex=client.sex)


def _body_size(assessment: Assessment) -> dict[str, float]:
    """Height and weight where a BMI reading of this assessment holds them."""
    return {
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
    name = f"{side} {measure.short[0].lower()}{measure.short[1:]}" if side in ("L", "R") else measure.short
    return f"{name}, {task}" if task else name


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _row(
    measure: Measure,
    side: Side | None,
    task: str,
    now: Score | NoScore | None,
    since: Change | None,
    found: Sequence[Band],
) -> Row:
    if since is None:
        moved = "baseline" if isinstance(now, Score) else (now.reason if now else "")
    else:
        moved = f"{since.printed} {since.reading}".strip()
        if since.threshold is not None and since.threshold_kind != "convention":
            moved += f", {since.threshold_text}"
    lines = (f"{band.text}  {band.tag}" for band in printed(found))
    return Row(
        _cut(_name(measure, side, task), NAME),
        _cut(now.printed if now else "", SCORE),
        _cut(moved, CHANGE),
        tuple(_cut(line, REFERENCE) for line in lines),
    )


def _cells(
    measure: Measure,
    side: Side | None,
    task: str,
    first: Taken | None,
    last: Taken | None,
    since: Change | None,
    found: Sequence[Band],
) -> Cells:
    def bare(taken: Taken | None) -> str:
        if taken is None:
            return ""
        if isinstance(taken.score, NoScore):
            return taken.score.printed
        return number(taken.score.value, measure.decimals, trim=measure.unit == "user")

    unit = next((t.score.unit for t in (last, first) if t and isinstance(t.score, Score)), measure.unit)
    shown = unit_text(measure, unit)
    name = _name(measure, side, task)
    how = last.score.how if last and isinstance(last.score, Score) else ""
    if measure.sides != "none" and side is None and last and isinstance(last.score, Score):
        name = f"{name}, {how}" if how else name
    elif measure.id == "psfs" and how:
        name = f"{name} ({how})"
    reading = since.reading if since else "baseline"
    if extra := [b.text for b in printed(found) if b.flagged or b.percent is not None]:
        reading = f"{reading}; {extra[0]}"
    limit = ""
    if since and since.threshold is not None:
        limit = number(since.threshold, 2, trim=True)
        limit = f"({limit})" if since.threshold_kind == "convention" else limit
    return Cells(
        name=f"{name}, {shown}" if shown else name,
        start=bare(first),
        now=bare(last) if last is not first else "",
        change=since.printed if since else "",
        threshold=limit,
        reading=reading,
    )


def _notes(now: Score | NoScore | None, since: Change | None) -> tuple[str, ...]:
    own: Iterable[str] = now.notes if isinstance(now, Score) else ()
    return (*own, *(since.notes if since else ()))


def _sources(now: Score | NoScore | None, since: Change | None, found: Sequence[Band]) -> tuple[str, ...]:
    ids = [*(now.sources if isinstance(now, Score) else ())]
    if since and since.source:
        ids.append(since.source)
    ids += [band.source for band in printed(found)]
    return tuple(dict.fromkeys(ids))
