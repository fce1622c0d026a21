"""A client's measures by the six domains: start, now, change and reading."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.app.row_keys import MeasureKey
from medex_tui.app.styled_lines import Line, ListRow, fit, length, wrap
from medex_tui.app.views.outcome import outcome_role
from medex_tui.domain.measures import DOMAINS, Battery, Domain, Outcome, catalogue
from medex_tui.reports.letters.measure_tables import LINES

INDENT = 5
"""Columns before a reading that has a line of its own."""
OFFERED = 2
"""How many measures are suggested for a domain without one."""


def measure_rows(outcome: Outcome, width: int) -> list[ListRow]:
    """Rows of a measure: start, now, change and reading, which wraps below where it is long."""
    cells = outcome.cells
    names = 28 if width >= 76 else 22
    line: Line = [
        ("   ", ""),
        (fit(cells.name, names), ""),
        (f" {fit(cells.start, 7)}", "dim"),
        (fit(f"> {cells.now}" if cells.now else "", 9), "strong"),
        (f"{fit(cells.change, 10)} ", outcome_role(outcome)),
    ]
    key = measure_key(outcome)
    whole: Line = [*line, (cells.reading, "")]
    if length(whole) < width:
        return [ListRow(whole, key)]
    below = wrap(cells.reading, width - INDENT - 1)
    return [ListRow(line, key), *(ListRow([(" " * INDENT, ""), (piece, "dim")]) for piece in below)]


def measure_key(outcome: Outcome) -> MeasureKey:
    """The row key of a measure of the client: its id, side and task."""
    return MeasureKey(outcome.measure.id, outcome.side, outcome.task)


def suggested(domain: Domain, fits: Battery) -> str:
    """Measures to suggest for a domain: of the fitting battery, else first of the catalogue."""
    known = catalogue()
    ids = [m for m in fits.measures if known.measure(m).domain == domain]
    ids = ids or [m for m in known.ready if known.measure(m).domain == domain]
    return ", ".join(known.measure(m).short for m in ids[:OFFERED]) or "a measure of your own"


def map_rows(outcomes: Sequence[Outcome], fits: Battery, width: int) -> list[ListRow]:
    """The six domains with their measures, or suggestions where there is none; then context."""
    rows: list[ListRow] = []
    for domain in DOMAINS:
        measured = [outcome for outcome in outcomes if outcome.domain == domain]
        if measured:
            rows.append(ListRow([(f"  {LINES[domain]}", "field")]))
            rows += [row for outcome in measured for row in measure_rows(outcome, width)]
        else:
            hint = fit(f"Not assessed; try {suggested(domain, fits)}", max(14, width - 25))
            rows.append(ListRow([(f"  {fit(LINES[domain], 22)}", "field"), (hint, "dim")]))
    context = [outcome for outcome in outcomes if outcome.domain is None]
    if context:
        rows.append(
            ListRow([("  Context", "field"), ("  the client's rating, body size, vitals", "dim")])
        )
        rows += [row for outcome in context for row in measure_rows(outcome, width)]
    return rows
