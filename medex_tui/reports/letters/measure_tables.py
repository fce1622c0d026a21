"""Measures in letters: the table of change, the six domains, limitations and footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.measures import (
    DOMAINS,
    NoScore,
    Outcome,
    Score,
    bare,
    catalogue,
    format_value,
    printed,
)
from medex_tui.domain.measures.amounts import unit_text
from medex_tui.domain.measures.tables import ERROR_KINDS
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.rendering.markdown import table, text
from medex_tui.reports.rendering.measure_chart import spark

LINES = {
    "function": "Function",
    "strength": "Strength",
    "flexibility": "Flexibility/ROM",
    "stability": "Stability",
    "endurance": "Endurance",
    "balance": "Balance/coordination",
}
COMBINED = frozenset({"max", "min", "mean"})
"""How trials become a score where a letter has to say so."""

PAIN, PSFS = "nprs", "psfs"
RATED = "PSFS 0-10, 10 = prior level"
TREND_POINTS = 3
"""From how many scores on a small picture is drawn."""


class Footnotes:
    """Numbered notes of a letter in order of first use; equal notes share a number."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def mark(self, source_id: str | None, basis: str = "") -> str:
        """Return ` [2]`, the mark of a source and what it states; empty without a source."""
        if source_id is None:
            return ""
        source = catalogue().source(source_id)
        verified = source.short if source.basis == "checked" else f"{source.short}, not verified"
        note = f"{basis}, {verified}" if basis else verified
        if basis.endswith("clinic default"):
            note = basis
        if note not in self.notes:
            self.notes.append(note)
        return f" [{self.notes.index(note) + 1}]"

    @property
    def line(self) -> str:
        """All notes as one paragraph of Markdown; empty where there is none."""
        numbered = [f"[{number}] {text(note)}" for number, note in enumerate(self.notes, 1)]
        return f"Notes: {'; '.join(numbered)}." if numbered else ""


class DatedColumns:
    """Heads of a start and a latest column: the date where all rows share it, else in each cell."""

    def __init__(self, rows: Iterable[Outcome | None], practice: Practice) -> None:
        self.practice = practice
        taken = [row for row in rows if row]
        self.starts = {self._day(row, first=True) for row in taken if row.baseline}
        self.ends = {self._day(row, first=False) for row in taken if _repeated(row)}

    def _day(self, row: Outcome, *, first: bool) -> date:
        taken = row.baseline if first else row.now
        assert taken is not None
        return local_day(taken.at, self.practice.zone)

    @property
    def heads(self) -> list[str]:
        """The two column heads."""
        named = (("Start", self.starts), ("Last test", self.ends))
        return [
            wording.short_day(next(iter(days)), self.practice) if len(days) == 1 else name
            for name, days in named
        ]

    def cells(self, row: Outcome) -> list[str]:
        """The two values of a row, each with its date where its column has none."""
        start, now, _ = values(row)
        first = self._dated(start, row, first=True, shared=len(self.starts) == 1)
        if not _repeated(row):
            return [first, "-"]
        return [first, self._dated(now, row, first=False, shared=len(self.ends) == 1)]

    def _dated(self, value: str, row: Outcome, *, first: bool, shared: bool) -> str:
        if shared or not value:
            return text(value) or "-"
        day = wording.short_day(self._day(row, first=first), self.practice)
        return f"{text(value)} ({day})"


def _repeated(row: Outcome) -> bool:
    return bool(row.baseline and row.now and row.now is not row.baseline)


def with_unit(outcome: Outcome, value: float, *, signed: bool = False) -> str:
    """A value of an outcome's measure as letters print it: `25.0 kg`, `96°`."""
    unit = outcome.now.score.unit if outcome.now and isinstance(outcome.now.score, Score) else None
    printed_value = format_value(outcome.measure, value, unit, signed=signed)
    return printed_value.replace(" deg", "°")


def values(outcome: Outcome) -> tuple[str, str, str]:
    """Start, latest value and change as printed; the change is the difference of the printed two."""
    change, measure = outcome.since_baseline, outcome.measure
    if measure.combine == "activities" and (totals := activity_totals(outcome)):
        count, start, now = totals
        change_text = "" if now is None else f"{now - start:+g}".replace("+0", "0")
        shown_now = "" if now is None else f"{now:g}/{10 * count}"
        return f"{start:g}/{10 * count}", shown_now, change_text
    first = outcome.baseline.score if outcome.baseline else None
    if change is None and isinstance(first, Score) and not measure.ordinal:
        return with_unit(outcome, first.value), "", ""
    if change is None or change.baseline is None or change.now is None or measure.ordinal:
        return outcome.cells.start, outcome.cells.now, outcome.cells.change
    start_value, now_value = (round(v, measure.decimals) for v in (change.baseline, change.now))
    delta = round(now_value - start_value, measure.decimals)
    return (
        with_unit(outcome, start_value),
        with_unit(outcome, now_value),
        with_unit(outcome, delta, signed=True),
    )


def activity_totals(outcome: Outcome) -> tuple[int, float, float | None] | None:
    """Number of rated activities, sum at the start and now; the sum now is None after one rating."""
    change = outcome.since_baseline
    if change and change.activities and change.baseline is not None and change.now is not None:
        count = len(change.activities)
        return count, round(change.baseline * count, 1), round(change.now * count, 1)
    score = outcome.now.score if outcome.now else None
    if change is not None or not isinstance(score, Score) or not score.activities:
        return None
    return len(score.activities), round(sum(score.activities.values()), 1), None


def change_table(outcomes: Sequence[Outcome], notes: Footnotes, practice: Practice) -> str:
    """Each scored measure of function: values under their dates, change and whether it is real."""
    rows = [row for row in outcomes if row.domain and row.now and isinstance(row.now.score, Score)]
    if not rows:
        return ""
    columns = DatedColumns(rows, practice)
    if not columns.ends:
        return _first_values(rows, columns)
    trends = [trend(row) for row in rows]
    head = ["Measure", *columns.heads, "Change", "Beyond test error?"]
    cells = [
        [text(measure_name(row)), *columns.cells(row), _change(row), verdict(row, notes)]
        for row in rows
    ]
    if any(trends):
        head.append("Trend")
        cells = [[*row, shown or "-"] for row, shown in zip(cells, trends, strict=True)]
    return table(head, cells, right=[1, 2, 3])


def _first_values(rows: Sequence[Outcome], columns: DatedColumns) -> str:
    """Scores of measures that were taken once, as one paragraph under their date."""
    shown = [f"{text(measure_name(row))} {columns.cells(row)[0]}" for row in rows]
    return f"**Measured {columns.heads[0]}:** {'; '.join(shown)}."


def _change(outcome: Outcome) -> str:
    change = outcome.since_baseline
    if change is None or change.verdict == "not comparable":
        return "-"
    return text(values(outcome)[2]) or "-"


def trend(outcome: Outcome) -> str:
    """The scores as a small picture, from three scores on; empty where they do not compare."""
    change = outcome.since_baseline
    if change is None or change.verdict == "not comparable" or len(outcome.series) < TREND_POINTS:
        return ""
    return spark([value for _, value in outcome.series])


def measure_name(outcome: Outcome) -> str:
    """The measure with the rule that made the number, without the unit."""
    if outcome.measure.combine == "activities":
        return outcome.name
    unit = outcome.now.score.unit if outcome.now and isinstance(outcome.now.score, Score) else None
    return outcome.cells.name.removesuffix(f", {unit_text(outcome.measure, unit)}")


def verdict(outcome: Outcome, notes: Footnotes) -> str:
    """Whether a change is real, as a Markdown cell with its footnote mark."""
    change = outcome.since_baseline
    if change is None:
        return "first test"
    if change.verdict == "not comparable":
        return text(f"not compared: {change.phrase.partition(': ')[2]}")
    if change.threshold is None or change.source is None:
        return "-"
    if change.threshold_kind == "convention":
        basis = change.threshold_text.removeprefix("our convention ").replace(" deg", "°")
        mark = notes.mark(change.source, f"{basis} clinic default")
        return f"{'yes' if change.reading.startswith('past') else 'no'}{mark}"
    mark = notes.mark(change.source, change.threshold_text)
    if change.threshold_kind in ERROR_KINDS:
        return f"{'yes' if change.verdict == 'past measurement error' else 'no'}{mark}"
    reached = change.verdict == "important change reached"
    return f"{'clinically meaningful' if reached else 'not meaningful'}{mark}"


def six_lines(outcomes: Sequence[Outcome], notes: Footnotes) -> list[str]:
    """Scored findings by domain as Markdown lines, those beyond a reference first."""
    scored = [o for o in outcomes if o.now and isinstance(o.now.score, Score)]
    by_line = {name: [o for o in scored if o.domain == name] for name in DOMAINS}
    flagged = {
        name: any(b.flagged for o in group for b in o.bands) for name, group in by_line.items()
    }
    order = sorted((name for name in DOMAINS if by_line[name]), key=lambda name: not flagged[name])
    lines = [
        f"**{LINES[name]}:** {'; '.join(_finding(o, notes) for o in by_line[name])}"
        for name in order
    ]
    absent = not_measured(outcomes)
    return [*lines, absent] if absent else lines


def domain_lines(outcomes: Sequence[Outcome], notes: Footnotes) -> str:
    """References of the tested domains in one line; empty where nothing was compared with one."""
    quoted = [
        f"{text(outcome.name)} {text(_degrees(band.text))}{notes.mark(band.source)}"
        for outcome in outcomes
        if outcome.domain and _comparable(outcome)
        for band in printed(outcome.bands)[:1]
        if band.flagged or band.percent is not None
    ]
    return f"**Against published references:** {'; '.join(quoted)}." if quoted else ""


def _degrees(words: str) -> str:
    return words.replace(" deg", "°")


def _comparable(outcome: Outcome) -> bool:
    change = outcome.since_baseline
    return change is None or change.verdict != "not comparable"


def not_measured(outcomes: Sequence[Outcome]) -> str:
    """Which of the six domains were not tested, as a sentence; empty where all were."""
    tested = {o.domain for o in outcomes if o.now and isinstance(o.now.score, Score)}
    absent = [
        f"{LINES[name][0].lower()}{LINES[name][1:]}" for name in DOMAINS if name not in tested
    ]
    return f"Not tested: {', '.join(absent)}." if absent else ""


def _finding(outcome: Outcome, notes: Footnotes) -> str:
    """`Grip strength 25.2 kg left, 22.0 right, best of 3 (50th percentile, moderate [4])`."""
    score = outcome.now.score if outcome.now else None
    value = text(score.printed.replace(" deg", "°")) if score else ""
    shown = [value]
    if isinstance(score, Score):
        side = wording.SIDES[score.side] if score.side and outcome.side is None else ""
        shown[0] = f"{shown[0]} {side}".rstrip()
        shown += [_other_sides(outcome, score), _rule(outcome, score)]
    bands = [
        f"{text(_degrees(band.text))}{notes.mark(band.source)}" for band in printed(outcome.bands)
    ]
    values_text = ", ".join(part for part in shown if part)
    name = f"{text(outcome.name)}:" if "," in outcome.name else text(outcome.name)
    return f"{name} {values_text}" + (f" ({'; '.join(bands)})" if bands else "")


def _other_sides(outcome: Outcome, score: Score | NoScore) -> str:
    """`22.0 right`: the side that the headline of a measure of two sides does not name."""
    side = score.side if isinstance(score, Score) else None
    return ", ".join(
        f"{bare(outcome.measure, s.value) if s.value is not None else s.result} "
        f"{wording.SIDES[s.side]}"
        for s in score.sides
        if s.side and s.side != side and outcome.side is None
    )


def _rule(outcome: Outcome, score: Score) -> str:
    """How trials became the score, where the name does not say so: `best of 3`."""
    if outcome.measure.id == PSFS:
        return text(score.how)
    return text(score.rule) if outcome.measure.combine in COMBINED else ""


def pain_line(outcomes: Iterable[Outcome]) -> str:
    """The client's own pain rating, as context only; empty where it was not asked."""
    ratings = [
        f"{text(o.cells.start)} to {text(o.cells.now)}" if o.cells.now else text(o.cells.start)
        for o in outcomes
        if o.measure.id == PAIN and o.now and isinstance(o.now.score, Score)
    ]
    rated = "; ".join(ratings)
    return f"**Pain (patient's rating, context only):** {rated} of 10" if ratings else ""


def droppable(outcomes: Sequence[Outcome]) -> list[str]:
    """Measure ids in the order to leave out when a letter exceeds a page: within error first.

    The first measure of function is never among them.
    """
    function = [o for o in outcomes if o.domain]
    within = [o for o in function if o.since_baseline and not o.since_baseline.notable]
    context = [o for o in outcomes if not o.domain]
    notable = [o for o in function if o not in within][1:]
    ids = dict.fromkeys(o.measure.id for o in (*reversed(within), *context, *reversed(notable)))
    first = function[0].measure.id if function else ""
    remaining = {o.measure.id for o in function} - ids.keys()
    return [id for id in ids if id != first] if remaining or first in ids else list(ids)[:-1]


def limitations(outcomes: Sequence[Outcome], goals: Sequence[Goal], most: int = 3) -> str:
    """What the client cannot do yet, in the client's words, hardest first, as plain text.

    Tasks that were tried and not done, activities rated below 8 of 10, else open goals; at most
    `most` of them.
    """
    rated: list[tuple[float, str]] = []
    unable: list[str] = []
    for outcome in outcomes:
        score = outcome.now.score if outcome.now else None
        if isinstance(score, Score) and outcome.measure.id == PSFS:
            rated += [(value, name) for name, value in score.activities.items() if value < 8]
        elif isinstance(score, NoScore) and outcome.task and score.result == "unable":
            unable.append(f"{outcome.task}: unable")
    ratings = [
        f"{name} {wording.number(value)}/10" for value, name in sorted(rated, key=lambda r: r[0])
    ]
    tasks = [*unable, *ratings] or [g.text for g in goals if g.status == "open"]
    scale = f" ({RATED})" if ratings else ""
    return f"{'; '.join(tasks[:most])}{scale}" if tasks else ""
