"""`medex today`: the day's visits. Loads nothing heavy: cron and login messages read it."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    print_out,
    settled,
    width,
)
from medex_tui.domain.caseload import CLOSED_FOR
from medex_tui.domain.records.practice import Practice

MARGIN = timedelta(days=30)
"""Records of episodes closed longer than the caseload keeps them are loaded from the archive; with some margin."""


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex today` takes."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--date", metavar="D", default="today", help="another day: yest, tue, 2026-11-20"
    )
    parser.set_defaults(run=today)


def today(context: CommandContext, given: argparse.Namespace) -> int:
    """The sessions of a day."""
    from medex_tui.domain.dates.parse import read_day
    from medex_tui.reports.lists import today as report

    now = context.now
    day = settled(read_day(given.date, now, context.practice.zone))
    practice = practice_as_far_back(context, (now.date() - day) > CLOSED_FOR - MARGIN)
    if given.json:
        print_out(json.dumps(report.as_json(practice, day, now), indent=2))
    else:
        print_out(report.as_text(practice, day, now, width()))
    return DONE


def practice_as_far_back(context: CommandContext, long_ago: bool) -> Practice:
    """The open caseload; all records when the question reaches back beyond it."""
    return context.store.everything() if long_ago else context.practice
