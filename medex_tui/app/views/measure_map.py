"""A client's measures by the six domains: start, now, change and what may be said; a domain without one shows it."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.app.row_keys import MeasureKey
from medex_tui.app.styled_lines import Line, ListRow, fit, length, wrap
from medex_tui.app.views.outcome import found_role
from medex_tui.domain.measures import DOMAINS, Battery, Domain, Outcome, catalogue
from medex_tui.reports.letters.episode import LINES

BELOW = 5
"""Columns that what is said of a measure stands in, on a line of its own."""
OFFERED = 2
"""How many measures are named where a domain has none."""


def measure_rows(found: Outcome, width: int) -> list[ListRow]:
    """One measure: start, now, change, and what may be said of it, whole: below where it does not fit beside."""
    cells = found.cells
    names = 28 if width >= 76 else 22
    line: Line = [
        ("   ", ""),
        (fit(cells.name, names), ""),
        (f" {fit(cells.start, 7)}", "dim"),
        (fit(f"> {cells.now}" if cells.now else "", 9), "strong"),
        (f"{fit(cells.change, 10)} ", found_role(found)),
    ]
    key = measure_key(found)
    whole: Line = [*line, (cells.reading, "")]
    if length(whole) < width:
        return [ListRow(whole, key)]
    below = wrap(cells.reading, width - BELOW - 1)
    return [ListRow(line, key), *(ListRow([(" " * BELOW, ""), (piece, "dim")]) for piece in below)]


def measure_key(found: Outcome) -> MeasureKey:
    """The row key of a measure of the client: its id, side and task."""
    return MeasureKey(found.measure.id, found.side, found.task)


def offered(domain: Domain, fits: Battery) -> str:
    """What could fill a domain without a measure: those of the battery that fits, else the first of the catalogue."""
    known = catalogue()
    ids = [m for m in fits.measures if known.measure(m).domain == domain]
    ids = ids or [m for m in known.ready if known.measure(m).domain == domain]
    return ", ".join(known.measure(m).short for m in ids[:OFFERED]) or "a measure of your own"


def map_rows(found: Sequence[Outcome], fits: Battery, width: int) -> list[ListRow]:
    """The six domains with what was measured in each, then context; a domain without a measure says what would fit."""
    rows: list[ListRow] = []
    for domain in DOMAINS:
        kept = [o for o in found if o.domain == domain]
        if kept:
            rows.append(ListRow([(f"  {LINES[domain]}", "field")]))
            rows += [row for o in kept for row in measure_rows(o, width)]
        else:
            told = fit(f"no measure yet; {offered(domain, fits)}", max(14, width - 25))
            rows.append(ListRow([(f"  {fit(LINES[domain], 22)}", "field"), (told, "dim")]))
    context = [o for o in found if o.domain is None]
    if context:
        rows.append(
            ListRow([("  Context", "field"), ("  the client's rating, body size, vitals", "dim")])
        )
        rows += [row for o in context for row in measure_rows(o, width)]
    return rows
