"""`medex today` and `medex overdue`: what cron, a login message and a script read. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

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
from medex_tui.domain import obligations
from medex_tui.domain.records.caseload import CLOSED_FOR
from medex_tui.domain.records.practice import Practice

MARGIN = timedelta(days=30)
"""Records of episodes closed longer than the caseload keeps them are looked up in the cabinet; with some margin."""


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `today` or `overdue` takes."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    if name == "today":
        parser.add_argument(
            "--date", metavar="D", default="today", help="another day: yest, tue, 2026-11-20"
        )
        parser.set_defaults(run=today)
        return
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


def today(desk: CommandContext, given: argparse.Namespace) -> int:
    """The sessions of a day."""
    from medex_tui.domain.dates.parse import read_day
    from medex_tui.reports.lists import today as report

    now = desk.now
    day = settled(read_day(given.date, now, desk.practice.zone))
    practice = _as_far_back(desk, (now.date() - day) > CLOSED_FOR - MARGIN)
    if given.json:
        print_out(json.dumps(report.as_json(practice, day, now), indent=2))
    else:
        print_out(report.as_text(practice, day, now, width()))
    return DONE


def overdue(desk: CommandContext, given: argparse.Namespace) -> int:
    """The communication report; exit 1 when something is overdue."""
    from medex_tui.reports.lists import overdue as report

    now = desk.now
    as_of = now
    if given.as_of != "now":
        from medex_tui.domain.dates.parse import read_when

        as_of = settled(read_when(given.as_of, now=now, zone=desk.practice.zone))
    practice = _as_far_back(desk, now - as_of > CLOSED_FOR - MARGIN)
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


def _as_far_back(desk: CommandContext, long_ago: bool) -> Practice:
    """The open caseload; all records when the question reaches back beyond it."""
    return desk.store.everything() if long_ago else desk.practice
