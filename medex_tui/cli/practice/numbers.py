"""`medex numbers`: what a practice steers by, with counts and what is not in them."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta

import msgspec

from medex_tui.cli.context import DONE, CommandContext, print_out, settled
from medex_tui.domain.language.plain import fit, one_line

MONTHS_BACK = 3


def options(parser: argparse.ArgumentParser) -> None:
    """What `numbers` takes."""
    parser.add_argument(
        "--since", metavar="D", help=f"from that day on, if not the last {MONTHS_BACK} months"
    )
    parser.add_argument("--until", metavar="D", help="up to the end of that day, if not today")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=numbers)


def numbers(context: CommandContext, given: argparse.Namespace) -> int:
    """Every number over a period, then who referred; percentages from five cases on."""
    from medex_tui.domain.dates.clock import DAY, day_start, local_day
    from medex_tui.domain.dates.parse import read_day
    from medex_tui.domain.outcomes import practice_metrics

    now, zone = context.now, context.zone
    last = settled(read_day(given.until, now, zone)) if given.until else local_day(now, zone)
    first = (
        settled(read_day(given.since, now, zone))
        if given.since
        else _months_before(now).astimezone(zone).date()
    )
    over = practice_metrics.ReportingPeriod(
        context.store.everything(), now, day_start(first, zone), day_start(last + DAY, zone)
    )
    lines, referrers = list(practice_metrics.numbers(over)), practice_metrics.sources(over)
    if given.json:
        told = {
            "since": first.isoformat(),
            "until": last.isoformat(),
            "numbers": msgspec.to_builtins(lines),
            "sources": msgspec.to_builtins(referrers),
        }
        print_out(json.dumps(told, indent=2))
        return DONE
    print_out(f"From {first} to {last}.")
    for line in lines:
        print_out(
            f"{fit(line.name, 22)}  {fit(line.value, 28)}{f'  {line.note}' if line.note else ''}".rstrip()
        )
    if referrers:
        print_out("")
        print_out(f"{fit('REFERRED BY', 28)}  {fit('PROFESSION', 22)}  REFERRALS  CONVERSION")
    for one in referrers:
        role = (one.role or "-").replace("_", " ")
        print_out(
            f"{fit(one_line(one.name), 28)}  {fit(role, 22)}  {one.received:>9}  {one.conversion.counted}"
        )
    return DONE


def _months_before(now: datetime) -> datetime:
    return now - timedelta(days=MONTHS_BACK * 30)
