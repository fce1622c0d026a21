"""`medex on-time`: how much was sent on time."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

import msgspec

from medex_tui.cli.context import DONE, CommandContext, print_out, settled
from medex_tui.domain.language.plain import fit, one_line
from medex_tui.domain.outcomes.proportion import FEWEST
from medex_tui.domain.outcomes.timeliness import TimelinessRow, timeliness

MONTHS_BACK = 12


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex on-time` takes."""
    parser.add_argument(
        "--by",
        choices=("month", "provider", "practitioner"),
        default="month",
        help="grouped by (month)",
    )
    parser.add_argument(
        "--since", metavar="D", help=f"from that day on, if not the last {MONTHS_BACK} months"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=on_time)


def on_time(context: CommandContext, given: argparse.Namespace) -> int:
    """How much of what was owed was sent by its limit, and how fast; percentages from five cases on."""
    now, zone = context.now, context.zone
    if given.since:
        from medex_tui.domain.dates.clock import day_start
        from medex_tui.domain.dates.parse import read_day

        since = day_start(settled(read_day(given.since, now, zone)), zone)
    else:
        local = now.astimezone(zone)
        since = datetime(local.year - 1, local.month, 1, tzinfo=zone)
    found = timeliness(context.store.everything(), now, since, given.by)
    if given.json:
        rows = [
            {**msgspec.to_builtins(row), "percent": row.percent}
            for row in (*found.rows, found.total)
        ]
        print_out(json.dumps({"by": found.by, "since": since.isoformat(), "rows": rows}, indent=2))
        return DONE
    names = min(
        40, max([len(given.by), *(len(one_line(row.name)) for row in found.rows)], default=8)
    )
    print_out(f"{fit(given.by.upper(), names)}  ON TIME   OF  SHARE  MEDIAN TO SEND")
    for row in (*found.rows, found.total):
        print_out(_line(row, names))
    print_out(
        f"Met by the limit, of all met, waived for good or past it; no percentage of fewer than {FEWEST}."
    )
    return DONE


def _line(row: TimelinessRow, names: int) -> str:
    share = f"{row.percent} %" if row.percent is not None else "-"
    hours = f"{row.hours:g} h" if row.hours is not None else "-"
    return f"{fit(one_line(row.name), names)}  {row.on_time:>7} {row.settled:>4}  {share:>5}  {hours:>14}"
