"""The measure of a battery's selected row: what it is, and what its numbers say."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from medex_tui.app.state.battery import CONDITIONS, BatteryRow, box_unit, way_of
from medex_tui.app.styled_lines import Line, plain, wrap
from medex_tui.app.views.outcome import outcome_sentences
from medex_tui.domain.measures import Outcome
from medex_tui.reports.rendering.measure_chart import spark

PROTOCOL_LINES = 8
"""Lines of protocol shown at most."""


def measure_lines(
    row: BatteryRow,
    box: int,
    outcome: Outcome | None,
    zone: ZoneInfo,
    width: int,
    *,
    key: Callable[[str], str],
    plain_marks: bool,
) -> list[Line]:
    """Name, unit and conditions; then the outcome, or the protocol where nothing is entered yet.

    `box` is the index of the box with the cursor; `key` gives the key of a command id; `plain_marks`
    draws the trend in ASCII.
    """
    measure = row.of
    heading = _heading(row, box, key)
    if outcome is None:
        texts = [measure.protocol, *([measure.notes] if measure.notes else [])]
        pieces = [piece for text in texts for piece in wrap(text, width - 2)]
        return [heading, *(plain(f" {piece}", "dim") for piece in pieces[:PROTOCOL_LINES])]
    values = [value for _, value in outcome.series]
    heading.append((f"  {spark(values, plain=plain_marks)}", "accent"))
    lines = [heading]
    for text in outcome_sentences(outcome, zone):
        lines += [plain(f" {piece}") for piece in wrap(text, width - 2, indent=1)]
    return lines


def _heading(row: BatteryRow, box: int, key: Callable[[str], str]) -> Line:
    """Name, unit of the box, and what the measure is taken with."""
    way = way_of(row)
    unit = way.said if way.course else box_unit(row, box)
    conditions = ", ".join(
        f"{name} {value}" for name in CONDITIONS if (value := getattr(row, name))
    )
    if row.of.direction == "user":
        better = f"{key('battery.side')}: which way is better"
        if row.better:
            better = f"{row.better} is better"
        conditions = f"{better}  {conditions}"
    return [
        (f" {row.of.name}", "title"),
        (f"  in {unit}" if unit else "", "dim"),
        (f"  {conditions}", "dim"),
    ]
