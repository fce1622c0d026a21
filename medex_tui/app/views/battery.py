"""The assessment battery as lines: a row a measure, side or activity, with boxes and result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medex_tui.app.state.battery import BatteryRow, box_names, box_width, has_parts
from medex_tui.app.styled_lines import Line, Role, fit, length
from medex_tui.app.views.outcome import outcome_role, unscored
from medex_tui.domain.language.plain import cut, terminal_width
from medex_tui.domain.measures import Band, NoScore, Outcome, printed
from medex_tui.domain.measures.shapes.sppb import UNABLE
from medex_tui.reports.rendering.measure_chart import spark

if TYPE_CHECKING:
    from medex_tui.app.commands import Key

BOX = 5
NAME, LONG_NAME = 21, 28
"""Columns of a row's name in a narrow and a wide window."""

WIDE = 110


def row_name(row: BatteryRow, key: Key) -> str:
    """The name of a row: its activity, task or muscle, else the measure.

    A row that still needs a name shows the key that names it.
    """
    measure = row.of
    unnamed = f"{key('battery.name')}: name it"
    if measure.id == "psfs":
        return f"PSFS {row.label or unnamed}"
    if measure.unit == "user":
        if row.label and row.unit:
            return f"{row.label} ({row.unit})"
        return row.label or f"task, {unnamed}"
    if measure.id == "mmt":
        return f"MMT {row.label or unnamed}"
    return f"{measure.short}, {row.label}" if row.label else measure.short


def row_line(row: BatteryRow, at: int | None, live: str, width: int, key: Key) -> Line:
    """A row's name and boxes. `at`: index of its box with the cursor, whose text is `live`."""
    selected = at is not None
    side = f" {row.side}" if row.side else ""
    name = fit(row_name(row, key), (LONG_NAME if width >= WIDE else NAME) - len(side)) + side
    line: Line = [(" > " if selected else "   ", "accent"), (name, "strong" if selected else "")]
    if row.result == UNABLE or (row.result != "measured" and has_parts(row.of)):
        return [*line, (f" [{row.result}]", "accent")]
    if has_parts(row.of):
        filled = sum(box != "" for box in row.boxes)
        return [*line, (f" [{fit(f'{filled} of {len(row.boxes)}', 8)}]", "field")]
    for n, box in enumerate(row.boxes):
        text = f"{live}_" if n == at else box
        line += [(" ", ""), (f"[{fit(text, BOX)}]", "key" if n == at else "field")]
    return line


def parts_line(row: BatteryRow, at: int, live: str, width: int) -> Line:
    """The boxes of a row with parts: as many as fit around the one with the cursor."""
    items = row.of.combine == "items"
    parts = [_part(row, n, live if n == at else None) for n in range(len(row.boxes))]
    line: Line = [(f"     {f'item {box_names(row)[at]}':8} " if items else " ", "dim")]
    first = 0
    while first < at:
        shown = length(line) + 2 * (first > 0) + sum(map(length, parts[first : at + 1]))
        if shown <= width - 2:
            break
        first += 1
    if first:
        line.append(("< ", "dim"))
    for part in parts[first:]:
        if length(line) + length(part) > width - 2:
            line.append((">", "dim"))
            break
        line += part
    return line


def _part(row: BatteryRow, n: int, live: str | None) -> Line:
    """Box `n` of a row with parts; `live` is its text while the cursor is in it, else None."""
    size = box_width(row.of)
    text = row.boxes[n] if live is None else live
    role: Role = "field" if live is None else "key"
    cursor = "" if live is None else "_"
    if row.of.combine == "items":
        cursor = cursor if len(text) < size else ""
        empty = live is None and not row.boxes[n]
        return [(f"{'.' * size if empty else fit(text + cursor, size)} ", role)]
    return [(f"{box_names(row)[n]} ", "dim"), (f"[{fit(text + cursor, size)}]", role), (" ", "")]


def result_spans(outcome: Outcome, part: int | None, room: int, *, plain: bool) -> Line:
    """Score and change of a row in `room` columns, with a sparkline where it fits.

    `part` 0: the score, 1: the change (a measure of two rows); None: both on one row.
    """
    role = outcome_role(outcome)
    score = outcome.now.score if outcome.now else None
    if isinstance(score, NoScore) and unscored(outcome):
        return [(fit(score.reason, room), "dim")] if part in (None, 0) else []
    line: Line = []
    if part in (None, 0):
        line.append((outcome.row.score, "strong"))
        if part is None:
            line.append(("  ", ""))
    if part in (None, 1):
        line.append((fit(outcome.row.change, max(4, room - length(line))).rstrip(), role))
    trend = spark([value for _, value in outcome.series], plain=plain)
    if trend and part in (None, 0) and length(line) + terminal_width(trend) + 2 <= room:
        line += [("  ", ""), (trend, "accent")]
    return line


def reference_of(outcome: Outcome, part: int | None) -> Band | None:
    """The reference beside a row: flagged ones first; the second row of a measure shows the next."""
    bands = sorted(printed(outcome.bands), key=lambda band: band.flagged is not True)
    return bands[part or 0] if len(bands) > (part or 0) else None


LEAST_REFERENCE = 20
"""Fewest columns of a reference that are worth showing beside its source."""


def with_references(rows: Sequence[tuple[Line, Band | None]], width: int) -> list[Line]:
    """Rows with their references in a column on the right, where there is room for the source."""
    column = max((length(line) for line, band in rows if band), default=0) + 3
    lines: list[Line] = []
    for line, band in rows:
        room = width - column - 1 - terminal_width(band.tag) - 2 if band else 0
        if band and room >= min(LEAST_REFERENCE, terminal_width(band.text)):
            shown: Line = [
                (" " * (column - length(line)), ""),
                (cut(band.text, room), ""),
                ("  ", ""),
                (band.tag, "dim"),
            ]
            lines.append(line + shown)
        else:
            lines.append(line)
    return lines
