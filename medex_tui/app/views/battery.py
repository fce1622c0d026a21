"""The box form as lines: a row a measure, a side or an activity, its boxes, and what is said of what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medex_tui.app.state.battery import BatteryRow, box_names, box_width, has_parts
from medex_tui.app.styled_lines import Line, Role, fit, length
from medex_tui.app.views.outcome import found_role, unscored
from medex_tui.domain.language.plain import cut, terminal_width
from medex_tui.domain.measures import Band, NoScore, Outcome, printed
from medex_tui.domain.measures.shapes.sppb import UNABLE
from medex_tui.reports.rendering.measure_chart import spark

if TYPE_CHECKING:
    from medex_tui.app.commands import Key

BOX = 5
NAME, LONG_NAME = 21, 28
"""Columns of a row's name, and where the window has room."""

WIDE = 110


def row_name(row: BatteryRow, key: Key) -> str:
    """What a row is called: the activity, task or muscle it names, else the measure; and which key names it."""
    measure = row.of
    unnamed = f"{key('battery.name')}: name it"
    if measure.id == "psfs":
        return f"PSFS {row.label or unnamed}"
    if measure.unit == "user":
        return (
            f"{row.label} ({row.unit})"
            if row.label and row.unit
            else row.label or f"task, {unnamed}"
        )
    if measure.id == "mmt":
        return f"MMT {row.label or unnamed}"
    return f"{measure.short}, {row.label}" if row.label else measure.short


def row_line(row: BatteryRow, at: int | None, live: str, width: int, key: Key) -> Line:
    """A row's name and boxes; `at` is the box under the cursor, where the row has it, and `live` what it shows."""
    here = at is not None
    side = f" {row.side}" if row.side else ""
    name = fit(row_name(row, key), (LONG_NAME if width >= WIDE else NAME) - len(side)) + side
    line: Line = [(" > " if here else "   ", "accent"), (name, "strong" if here else "")]
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
    """The boxes of a row with parts, as many as fit around the one under the cursor."""
    measure, names = row.of, box_names(row)
    size = box_width(measure)
    items = measure.combine == "items"
    pieces: list[Line] = []
    for n, box in enumerate(row.boxes):
        current = n == at
        text = live if current else box
        role: Role = "key" if current else "field"
        if items:
            shown = fit(text + ("_" if current and len(text) < size else ""), size)
            pieces.append(
                [(f"{shown if box or current else '.' * size} ", "key" if current else "field")]
            )
        else:
            pieces.append(
                [
                    (f"{names[n]} ", "dim"),
                    (f"[{fit(text + ('_' if current else ''), size)}]", role),
                    (" ", ""),
                ]
            )
    line: Line = [(f"     {f'item {names[at]}':8} " if items else " ", "dim")]
    first = 0
    while (
        first < at
        and length(line) + 2 * (first > 0) + sum(map(length, pieces[first : at + 1])) > width - 2
    ):
        first += 1
    if first:
        line.append(("< ", "dim"))
    for piece in pieces[first:]:
        if length(line) + length(piece) > width - 2:
            line.append((">", "dim"))
            break
        line += piece
    return line


def verdict_spans(found: Outcome, part: int | None, room: int, *, plain: bool) -> Line:
    """Score and change of a row in `room` columns, with the way there as a spark where it fits.

    `part` 0 or 1: the score stands on the first of two rows and the change on the second; None: both on one.
    """
    role = found_role(found)
    score = found.now.score if found.now else None
    if isinstance(score, NoScore) and unscored(found):
        return [(fit(score.reason, room), "dim")] if part in (None, 0) else []
    line: Line = []
    if part in (None, 0):
        line.append((found.row.score, "strong"))
        if part is None:
            line.append(("  ", ""))
    if part in (None, 1):
        line.append((fit(found.row.change, max(4, room - length(line))).rstrip(), role))
    way = spark([value for _, value in found.series], plain=plain)
    if way and part in (None, 0) and length(line) + terminal_width(way) + 2 <= room:
        line += [("  ", ""), (way, "accent")]
    return line


def reference_of(found: Outcome, part: int | None) -> Band | None:
    """The reference to show beside a row, those with a line passed first; on the second of two rows the next."""
    told = sorted(printed(found.bands), key=lambda band: band.flagged is not True)
    return told[part or 0] if len(told) > (part or 0) else None


LEAST_TOLD = 20
"""Columns of a reference worth showing beside its source."""


def beside(rows: Sequence[tuple[Line, Band | None]], width: int) -> list[Line]:
    """Rows with their references in one column on the right, the source whole; without where there is no room."""
    column = max((length(line) for line, band in rows if band), default=0) + 3
    lines: list[Line] = []
    for line, band in rows:
        room = width - column - 1 - terminal_width(band.tag) - 2 if band else 0
        if band and room >= min(LEAST_TOLD, terminal_width(band.text)):
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
