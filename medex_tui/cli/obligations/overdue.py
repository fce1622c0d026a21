"""`medex overdue`: the communication report. Loads nothing heavy: cron and login messages read it."""

from __future__ import annotations

import argparse

from medex_tui.cli.context import (
    BAD_INPUT,
    DONE,
    FOUND,
    CommandContext,
    CommandError,
    print_out,
    settled,
    width,
)
from medex_tui.cli.obligations.today import MARGIN, practice_as_far_back
from medex_tui.domain import obligations
from medex_tui.domain.caseload import CLOSED_FOR


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex overdue` takes."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--as-of", metavar="T", default="now", help="as it stood at another moment")
    parser.add_argument(
        "--within", metavar="HOURS", type=_hours, default=24.0, help="how far ahead to look (24)"
    )
    parser.add_argument("--format", choices=("text", "markdown", "json", "csv"), default="text")
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 even when something is overdue"
    )
    parser.set_defaults(run=overdue)


def _hours(said: str) -> float:
    try:
        hours = float(said)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= 24 * 366:
        raise argparse.ArgumentTypeError(f"`{said}` is no number of hours from 0 to 8784")
    return hours


def overdue(context: CommandContext, given: argparse.Namespace) -> int:
    """The communication report; exit 1 when something is overdue."""
    from medex_tui.reports.lists import overdue as report

    now = context.now
    as_of = now
    if given.as_of != "now":
        from medex_tui.domain.dates.parse import read_when

        as_of = settled(read_when(given.as_of, now=now, zone=context.practice.zone))
    practice = practice_as_far_back(context, now - as_of > CLOSED_FOR - MARGIN)
    found = obligations.report(practice, as_of, given.within)
    if given.json and given.format not in ("text", "json"):
        raise CommandError("--json and --format say different things; keep one.", status=BAD_INPUT)
    written = "json" if given.json else given.format
    if written == "text":
        print_out(report.as_text(found, practice, width()))
    else:
        print_out(
            {"json": report.as_json, "csv": report.as_csv, "markdown": report.as_markdown}[written](
                found, practice
            )
        )
    return FOUND if found.overdue and not given.exit_zero else DONE
