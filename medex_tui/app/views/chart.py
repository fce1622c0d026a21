"""One measure over time as styled lines: the picture, what its lines mean, the numbers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Line, Role, plain, wrap
from medex_tui.app.views.outcome import said_of
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
    """Whether pictures are drawn in ASCII alone: the Linux console, no colour, or a locale without UTF-8."""
    said = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    utf8 = "utf" in said.lower().replace("-", "")
    return (
        theme == "mono"
        or environ.get("TERM") == "linux"
        or bool(environ.get("NO_COLOR"))
        or bool(said and not utf8)
    )


def chart_lines(chart: Chart, width: int, height: int, *, marks: bool) -> list[Line]:
    """The picture with its legend under it; where it does not fit or there is no score, a sentence says so."""
    drawn = plotted(chart, min(width - 1, 100), height, plain=marks)  # a column for the scrollbar
    if not drawn:
        return [
            plain(
                " No score to draw yet."
                if not chart.points
                else " Too narrow for a picture; the numbers:",
                "dim",
            )
        ]
    lines: list[Line] = [
        [(row.label, "dim"), (row.plot, ""), (row.tag, ROLES[row.kind] if row.kind else "dim")]
        for row in drawn
    ]
    for said in chart.legend:
        lines += [plain(f" {piece}", "dim") for piece in wrap(said, width - 2, indent=2)]
    return lines


def told_lines(found: Outcome, zone: ZoneInfo, width: int) -> list[Line]:
    """Both changes, each reference, and every score with its day."""
    lines: list[Line] = []
    for said in said_of(found, zone):
        lines += [plain(f" {piece}") for piece in wrap(said, width - 2, indent=2)]
    return lines


def number_lines(found: Outcome, zone: ZoneInfo) -> list[Line]:
    """The scores, earliest first."""
    chart = chart_of(found, zone)
    return [
        [(f"   {p.day:%Y-%m-%d}  ", "dim"), (f"{p.shown} {chart.unit}".rstrip(), "strong")]
        for p in chart.points
    ]
