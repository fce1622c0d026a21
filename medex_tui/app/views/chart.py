"""A measure over time as styled lines: the picture, its legend, the numbers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Line, Role, plain, wrap
from medex_tui.app.views.outcome import outcome_sentences
from medex_tui.domain.measures import Outcome
from medex_tui.reports.rendering.measure_chart import Chart, LineKind, chart_of, plotted

ROLES: dict[LineKind, Role] = {
    "baseline": "field",
    "error": "dim",
    "target": "good",
    "reference": "accent",
}
TALLEST = 14


def plain_marks(theme: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether pictures use ASCII only: no colors, the Linux console or a locale without UTF-8."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    utf8 = "utf" in locale.lower().replace("-", "")
    return (
        theme == "mono"
        or environ.get("TERM") == "linux"
        or bool(environ.get("NO_COLOR"))
        or bool(locale and not utf8)
    )


def chart_lines(chart: Chart, width: int, height: int, *, marks: bool) -> list[Line]:
    """The picture and its legend, or a sentence where there is no score or no room.

    `marks`: draw in ASCII.
    """
    drawn = plotted(chart, min(width - 1, 100), height, plain=marks)  # a column for the scrollbar
    if not drawn:
        narrow = " Too narrow for a picture; the numbers:"
        return [plain(narrow if chart.points else " No score to draw yet.", "dim")]
    lines: list[Line] = [
        [(row.label, "dim"), (row.plot, ""), (row.tag, ROLES[row.kind] if row.kind else "dim")]
        for row in drawn
    ]
    for entry in chart.legend:
        lines += [plain(f" {piece}", "dim") for piece in wrap(entry, width - 2, indent=2)]
    return lines


def outcome_lines(outcome: Outcome, zone: ZoneInfo, width: int) -> list[Line]:
    """The sentences about an outcome, wrapped."""
    lines: list[Line] = []
    for sentence in outcome_sentences(outcome, zone):
        lines += [plain(f" {piece}") for piece in wrap(sentence, width - 2, indent=2)]
    return lines


def number_lines(outcome: Outcome, zone: ZoneInfo) -> list[Line]:
    """A line for each score, earliest first."""
    chart = chart_of(outcome, zone)
    return [
        [(f"   {p.day:%Y-%m-%d}  ", "dim"), (f"{p.shown} {chart.unit}".rstrip(), "strong")]
        for p in chart.points
    ]
