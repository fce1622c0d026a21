"""A client's measures by the six domains: start, now, change and what may be said; a domain without one shows it."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.app.lines import Line, Row, fit
from medex_tui.domain.measures import DOMAINS, Battery, Domain, Outcome, catalogue
from medex_tui.reports.episode import LINES

OFFERED = 2
"""How many measures are named where a domain has none."""


def measure_line(found: Outcome, width: int) -> Line:
    """One measure: start, now, change, and what may be said of it."""
    cells, since = found.cells, found.since_baseline
    gained = since is not None and since.verdict == "past measurement error" and since.better
    names = 30 if width >= 76 else 22
    return [
        ("   ", ""),
        (fit(cells.name, names), ""),
        (f" {fit(cells.start, 7)}", "dim"),
        (fit(f"> {cells.now}" if cells.now else "", 9), "strong"),
        (f"{fit(cells.change, 10)} ", "good" if gained else ""),
        (fit(cells.reading, max(0, width - names - 32)), ""),
    ]


def measure_key(found: Outcome) -> str:
    """The row key of a measure of the client: its id, side and task."""
    return f"measure:{found.measure.id}:{found.side or ''}:{found.task}"


def offered(domain: Domain, fits: Battery) -> str:
    """What could fill a domain without a measure: those of the battery that fits, else the first of the catalogue."""
    known = catalogue()
    ids = [m for m in fits.measures if known.measure(m).domain == domain]
    ids = ids or [m for m in known.ready if known.measure(m).domain == domain]
    return ", ".join(known.measure(m).short for m in ids[:OFFERED]) or "a measure of your own, from measures.toml"


def map_rows(found: Sequence[Outcome], fits: Battery, width: int) -> list[Row]:
    """The six domains with what was measured in each, then context; a domain without a measure says what would fit."""
    rows: list[Row] = []
    for domain in DOMAINS:
        kept = [o for o in found if o.domain == domain]
        if kept:
            rows.append(Row([(f"  {LINES[domain]}", "field")]))
            rows += [Row(measure_line(o, width), measure_key(o)) for o in kept]
        else:
            told = fit(f"no measure yet; {offered(domain, fits)}", max(14, width - 25))
            rows.append(Row([(f"  {fit(LINES[domain], 22)}", "field"), (told, "dim")]))
    context = [o for o in found if o.domain is None]
    if context:
        rows.append(Row([("  Context", "field"), ("  the client's rating, body size, vitals", "dim")]))
        rows += [Row(measure_line(o, width), measure_key(o)) for o in context]
    return rows
