"""`medex waive`: record why a letter that is due will not be sent."""

from __future__ import annotations

import argparse
import sys

from medex_tui.actions.record_sending import waive as waive_obligation
from medex_tui.cli.context import (
    DONE,
    CommandContext,
    accepted,
    print_out,
    settled,
)
from medex_tui.cli.obligations.sendings import KEY, find_obligation
from medex_tui.domain.dates.parse import read_when


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex waive` takes."""
    parser.add_argument("key", metavar="KEY", help=KEY)
    parser.add_argument(
        "--reason", required=True, help="why it will not be sent; shown on every list"
    )
    parser.add_argument("--until", metavar="T", help="put it off until then only")
    parser.set_defaults(run=waive)


def waive(context: CommandContext, given: argparse.Namespace) -> int:
    """Record a waiver, for good or until a moment."""
    owed = find_obligation(context, given.key)
    reason = given.reason.strip()
    if reason == "-":
        reason = sys.stdin.read().strip()
    until = None
    if given.until:
        zone, order = context.practice.zone, context.practice.month_first
        until = settled(
            read_when(
                given.until, now=context.now, zone=zone, direction="future", month_first=order
            )
        )
    made = accepted(waive_obligation(context, owed, reason, until=until))
    (kept,) = context.save([made], why="waived")
    print_out(f"saved {kept.id} waived {owed.key}")
    return DONE
