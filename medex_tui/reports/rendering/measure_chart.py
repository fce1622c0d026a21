"""A measure over time as a picture: in braille or ASCII for a terminal, as SVG for an export, as a table beside both.

`chart_of` gathers what is drawn, every line of it with its source; the renderers are pure and draw the same twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import pairwise
from math import isfinite
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.language.plain import cut, fit, one_line
from medex_tui.domain.measures import (
    Measure,
    Outcome,
    Score,
    bare,
    catalogue,
    convert,
    format_threshold,
    format_value,
    printed,
)
from medex_tui.domain.measures.amounts import unit_text
from medex_tui.domain.measures.changes import threshold_for
from medex_tui.domain.measures.tables import ERROR_KINDS
from medex_tui.reports.rendering.markdown import table, text

LineKind: TypeAlias = Literal["baseline", "error", "target", "reference"]
SPARKS, PLAIN_SPARKS = "▁▂▃▄▅▆▇█", "_.-:=+*#"
LABEL, TAG = 7, 7
"""Columns left and right of the plot: a value, and what the line at it is."""

TAGS = {"cutoff": "line", "percentiles": "median", "mean": "mean", "mean_ci": "mean", "mean_sd": "mean",
        "range": "range", "prediction": "expect"}  # fmt: skip
"""What the line of a reference is called at its end, by the kind of reference."""

LEAST_WIDTH = 30
MARKS: dict[LineKind, str] = {"baseline": "-", "error": ":", "target": "=", "reference": "_"}
_ORDER: tuple[LineKind, ...] = ("target", "baseline", "reference", "error")
_STRIDE: dict[LineKind, int] = {"baseline": 3, "error": 6, "target": 1, "reference": 2}
"""How many dots apart a line's dots are, so that lines are told apart without colour."""


class Point(Struct, frozen=True):
    """One score: its local day, its unrounded value, and the value as printed."""

    day: date
    value: float
    shown: str


class Level(Struct, frozen=True):
    """A level line: what it is, where, and the sentence with its source."""

    kind: LineKind
    value: float
    said: str
    tag: str


class Chart(Struct, frozen=True):
    """What a picture of one measure shows. `unit` is empty where scores are bare."""

    title: str
    unit: str
    points: tuple[Point, ...]
    levels: tuple[Level, ...]
    sources: tuple[str, ...]
    measure: Measure

    @property
    def legend(self) -> tuple[str, ...]:
        """The sentences behind the lines, each once."""
        return tuple(dict.fromkeys(level.said for level in self.levels))


class PlotRow(Struct, frozen=True):
    """One line of a terminal picture: value, plot, and which line lies there."""

    label: str
    plot: str
    tag: str
    kind: LineKind | None = None


def chart_of(
    found: Outcome, zone: ZoneInfo, target: float | None = None, target_said: str = ""
) -> Chart:
    """What there is to draw of an outcome; `target` in the measure's unit, with the goal in words."""
    measure = found.measure
    points = tuple(
        Point(at.astimezone(zone).date(), value, bare(measure, value))
        for at, value in found.series
        if isfinite(value)
    )
    levels: list[Level] = []
    sources: list[str] = []
    if target is not None:
        levels.append(
            Level(
                "target",
                target,
                f"target {format_value(measure, target)}{_by(target_said)}",
                "target",
            )
        )
    if points:
        first = points[0]
        said = f"start {format_value(measure, first.value)}, {day_text(first.day)}"
        levels.append(Level("baseline", first.value, said, "start"))
        threshold = threshold_for(measure, first.value)
        size = (
            None
            if threshold is None
            else _in_measure(threshold.value, threshold.unit, measure, first.value)
        )
        if threshold is not None and size:
            source = catalogue().source(threshold.source)
            sources.append(threshold.source)
            word = "error" if threshold.kind in ERROR_KINDS else "change"
            kind = (
                "our convention, not measured" if threshold.kind == "convention" else threshold.kind
            )
            amount = format_threshold(
                measure, size, "points" if measure.unit == "%" else measure.unit
            )
            said = f"{word}: {amount} either way of the start, {kind} ({source.tag})"
            edges = [first.value + size, first.value - size]
            levels += [
                Level("error", edge, said, word)
                for edge in edges
                if measure.valid_min <= edge <= measure.valid_max
            ]
    for band in printed(found.bands):
        unit = band.unit or measure.unit
        for value in band.span or ((band.value,) if band.value is not None else ()):
            there = convert(value, unit, measure.unit)
            if there is not None and measure.valid_min < there <= measure.valid_max:
                sources.append(band.source)
                tag = TAGS.get(band.kind, "ref")
                said = (
                    band.long if band.span else f"{tag} {format_value(measure, there)}: {band.long}"
                )
                levels.append(Level("reference", there, said, tag))
    return Chart(
        title=one_line(found.name),
        unit=unit_text(measure, _unit_of(found)),
        points=points,
        levels=tuple(levels),
        sources=tuple(dict.fromkeys(sources)),
        measure=measure,
    )


def _by(said: str) -> str:
    return f": {one_line(said)}" if said else ""


def _unit_of(found: Outcome) -> str | None:
    scored = found.now.score if found.now else None
    return scored.unit if isinstance(scored, Score) else None


def _in_measure(size: float, unit: str, measure: Measure, baseline: float) -> float | None:
    """A threshold in the measure's unit; a share of the baseline as the amount it makes."""
    if unit == "% of baseline":
        return abs(baseline) * size / 100
    if unit in (measure.unit, "points", "points_%", "stage", "T", "grade"):
        return size
    return convert(size, unit, measure.unit)


def day_text(day: date) -> str:
    """`4 Nov`, as the axis shows it."""
    return f"{day.day} {day:%b}"


# --- a terminal ------------------------------------------------------------------------------------------------


def spark(values: Sequence[float], *, plain: bool = False) -> str:
    """Two and more values as one word, lowest to highest; empty for fewer."""
    known = [v for v in values if isfinite(v)][-16:]
    if len(known) < 2:
        return ""
    marks = PLAIN_SPARKS if plain else SPARKS
    low, high = min(known), max(known)
    if high <= low:
        return marks[3] * len(known)
    return "".join(
        marks[min(len(marks) - 1, int((v - low) / (high - low) * len(marks)))] for v in known
    )


def plotted(chart: Chart, width: int, height: int, *, plain: bool = False) -> list[PlotRow]:
    """The picture in `width` columns and `height` lines, the axis of days last; `plain` for ASCII alone.

    Under `LEAST_WIDTH` columns or four lines, or without a score, there is no picture: an empty list.
    """
    across, down = width - LABEL - TAG, height - 1
    if width < LEAST_WIDTH or down < 3 or not chart.points:
        return []
    scale = _Scale(chart, across if plain else across * 2, down if plain else down * 4)
    rows = _ascii(chart, scale) if plain else _braille(chart, scale)
    at_row: dict[int, Level] = {}
    for kind in _ORDER:
        for level in chart.levels:
            if level.kind == kind:
                at_row.setdefault(scale.y(level.value) // (1 if plain else 4), level)
    last = chart.points[-1].value
    at_row.setdefault(scale.y(last) // (1 if plain else 4), Level("reference", last, "", ""))
    made = []
    for n, drawn in enumerate(rows):
        here = at_row.get(n)
        label = (
            f"{cut(_label(chart.measure, here.value), LABEL - 1):>{LABEL - 1}} "
            if here
            else " " * LABEL
        )
        said = here if here and here.said else None
        tag = f" {fit(said.tag, TAG - 1)}" if said else " " * TAG
        made.append(PlotRow(label, drawn, tag, said.kind if said else None))
    return [*made, _axis(chart, scale, across)]


def _label(measure: Measure, value: float) -> str:
    """A value beside its line; the edge of an error between two whole numbers keeps its tenth."""
    between = measure.value_type == "int" and abs(value - round(value)) > 1e-9
    return f"{value:.1f}" if between else bare(measure, value)


def _axis(chart: Chart, scale: _Scale, across: int) -> PlotRow:
    """The days under their scores: the first and the last, and of those between as many as have room."""
    width = scale.across // across
    days = list(dict.fromkeys(p.day for p in chart.points))
    cells = [" "] * across
    for day in dict.fromkeys([days[0], days[-1], *days]):
        said = day_text(day)
        at = min(max(0, scale.x(day) // width - len(said) // 2), across - len(said))
        around = cells[max(0, at - 1) : at + len(said) + 1]
        if at >= 0 and not "".join(around).strip():
            cells[at : at + len(said)] = said
    return PlotRow(" " * LABEL, "".join(cells), " " * TAG)


class _Scale:
    """Days and values as dots from the upper left."""

    def __init__(self, chart: Chart, across: int, down: int) -> None:
        values = [p.value for p in chart.points] + [level.value for level in chart.levels]
        low, high = min(values), max(values)
        room = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
        floor_at = chart.measure.valid_min
        self.low = max(low - room, floor_at) if low >= floor_at else low - room
        self.high = high + room
        self.across, self.down = across, down
        days = [p.day.toordinal() for p in chart.points]
        self.first, self.last = min(days), max(days)

    def x(self, day: date) -> int:
        """The column of a day; one day alone stands in the middle."""
        if self.first == self.last:
            return self.across // 2
        return round((day.toordinal() - self.first) / (self.last - self.first) * (self.across - 1))

    def y(self, value: float) -> int:
        """The row of a value."""
        share = (self.high - value) / (self.high - self.low)
        return max(0, min(self.down - 1, round(share * (self.down - 1))))


def _steps(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots of a straight line."""
    n = max(abs(b[0] - a[0]), abs(b[1] - a[1]), 1)
    return [
        (a[0] + round((b[0] - a[0]) * i / n), a[1] + round((b[1] - a[1]) * i / n))
        for i in range(n + 1)
    ]


def _path(chart: Chart, scale: _Scale) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Dots of the scores, and of the lines between them."""
    at = [(scale.x(p.day), scale.y(p.value)) for p in chart.points]
    between = [dot for a, b in pairwise(at) for dot in _steps(a, b)]
    return at, between


_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def _braille(chart: Chart, scale: _Scale) -> list[str]:
    across, down = scale.across // 2, scale.down // 4
    cells = [[0] * across for _ in range(down)]

    def dot(x: int, y: int) -> None:
        cells[y // 4][x // 2] |= _DOTS[y % 4][x % 2]

    for level in chart.levels:
        for x in range(0, across * 2, _STRIDE[level.kind]):
            dot(x, scale.y(level.value))
    at, between = _path(chart, scale)
    for x, y in between:
        dot(x, y)
    rows = [[chr(0x2800 + cell) if cell else " " for cell in row] for row in cells]
    for x, y in at:
        rows[y // 4][x // 2] = "●"
    return ["".join(row) for row in rows]


def _ascii(chart: Chart, scale: _Scale) -> list[str]:
    rows = [[" "] * scale.across for _ in range(scale.down)]
    for kind in reversed(_ORDER):
        for level in chart.levels:
            if level.kind == kind:
                for x in range(0, scale.across, 2 if kind == "error" else 1):
                    rows[scale.y(level.value)][x] = MARKS[kind]
    at, between = _path(chart, scale)
    for x, y in between:
        rows[y][x] = "."
    for x, y in at:
        rows[y][x] = "*"
    return ["".join(row) for row in rows]


# --- documents -------------------------------------------------------------------------------------------------


def as_table(chart: Chart) -> str:
    """The scores as a small Markdown table: day, value, change since the start; empty without a score."""
    if not chart.points:
        return ""
    start = chart.points[0].value
    unit = f", {chart.unit}" if chart.unit else ""
    rows = [
        [
            f"{p.day:%Y-%m-%d}",
            text(p.shown),
            "start" if n == 0 else text(_moved(chart.measure, start, p.value)),
        ]
        for n, p in enumerate(chart.points)
    ]
    return table(["Day", f"{text(chart.title)}{text(unit)}", "Change"], rows, right=[1, 2])


def _moved(measure: Measure, start: float, value: float) -> str:
    if measure.ordinal:
        return ""
    return format_value(measure, value - start, "points", signed=True)


WIDE, HIGH = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 64, 30, 28
_STROKES: dict[LineKind, str] = {
    "baseline": "8 4",
    "error": "2 4",
    "target": "none",
    "reference": "1 3",
}


def svg(
    found: Outcome, zone: ZoneInfo | None = None, target: float | None = None, target_said: str = ""
) -> str:
    """The picture as an SVG element for an HTML export: black on white, told by dashes and words, not by colour.

    Empty without a score. The same outcome gives the same bytes; every text in it is escaped.
    """
    chart = chart_of(found, zone or ZoneInfo("UTC"), target, target_said)
    if not chart.points:
        return ""
    scale = _Scale(chart, WIDE - _LEFT - _RIGHT, HIGH - _TOP - _BOTTOM)
    end, foot = WIDE - _RIGHT, HIGH - _BOTTOM
    told = "; ".join([f"{p.day:%Y-%m-%d} {p.shown}" for p in chart.points] + list(chart.legend))
    unit = f" ({chart.unit})" if chart.unit else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" '
        'font-family="Source Sans Pro, sans-serif" font-size="11">',
        f"<title>{escape(chart.title + unit)}</title><desc>{escape(one_line(told))}</desc>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18" font-size="13">{escape(cut(chart.title + unit, 80))}</text>',
    ]
    errors = sorted(scale.y(level.value) for level in chart.levels if level.kind == "error")
    if len(errors) == 1:
        # Where the scale ends before the error does, the band goes to the frame on that side of the start.
        errors = sorted(
            [*errors, 0 if errors[0] > scale.y(chart.points[0].value) else scale.down - 1]
        )
    if len(errors) == 2:
        tall = errors[1] - errors[0]
        parts.append(
            f'<rect x="{_LEFT}" y="{_TOP + errors[0]}" width="{end - _LEFT}" height="{tall}" fill="#eee"/>'
        )
    taken: list[int] = []
    for level in sorted(chart.levels, key=lambda one: _ORDER.index(one.kind)):
        y = _TOP + scale.y(level.value)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y}" x2="{end}" y2="{y}" stroke="#555" stroke-dasharray="{_STROKES[level.kind]}"/>'
        )
        if all(abs(y - other) >= 11 for other in taken):
            taken.append(y)
            parts.append(f'<text x="{end + 4}" y="{y + 4}">{level.tag}</text>')
            shown = escape(_label(chart.measure, level.value))
            parts.append(f'<text x="{_LEFT - 4}" y="{y + 4}" text-anchor="end">{shown}</text>')
    at = [(_LEFT + scale.x(p.day), _TOP + scale.y(p.value)) for p in chart.points]
    path = " ".join(f"{x},{y}" for x, y in at)
    parts.append(f'<polyline points="{path}" fill="none" stroke="#000" stroke-width="1.5"/>')
    parts += [f'<circle cx="{x}" cy="{y}" r="3.5"/>' for x, y in at]
    days = {at[0][0]: chart.points[0].day, at[-1][0]: chart.points[-1].day}
    parts += [
        f'<text x="{x}" y="{foot + 16}" text-anchor="middle">{day_text(d)}</text>'
        for x, d in days.items()
    ]
    return "".join([*parts, "</svg>"])
