"""`medex sent`: record a sending, a call, or a sending that failed."""

from __future__ import annotations

import argparse
from typing import get_args

from medex_tui.actions.record_sending import SendingInput, record_sending
from medex_tui.cli.context import (
    CommandContext,
    accepted,
    settled,
)
from medex_tui.cli.obligations.sendings import (
    KEY,
    find_obligation,
    other_obligations,
    page_count,
    require_release,
    save_sending,
)
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.obligations import ACCEPTED
from medex_tui.domain.records.people import Method


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex sent` takes."""
    parser.add_argument("key", metavar="KEY", help=KEY)
    parser.add_argument(
        "--also",
        metavar="KEY",
        action="append",
        default=[],
        help="another key the same letter answers",
    )
    parser.add_argument(
        "--by",
        metavar="METHOD",
        required=True,
        choices=get_args(Method),
        help=", ".join(get_args(Method)),
    )
    parser.add_argument(
        "--at", metavar="T", default="now", help="when, if not now: 14:05, yest 16:00"
    )
    parser.add_argument(
        "--to", metavar="ADDRESS", help="where to, if not the provider's number or address"
    )
    parser.add_argument(
        "--confirmation", metavar="REF", help="message id, report of the fax, who took it"
    )
    parser.add_argument("--pages", metavar="N", type=page_count, help="how many pages went")
    parser.add_argument(
        "--failed", action="store_true", help="it did not get through; it stays owed"
    )
    parser.set_defaults(run=sent)


def sent(context: CommandContext, given: argparse.Namespace) -> int:
    """Record a sending, a call, or a sending that failed."""
    owed = find_obligation(context, given.key)
    if given.by in ACCEPTED:
        require_release(owed)
    sent_at = settled(read_past(given.at, now=context.now, zone=context.practice.zone))
    what = SendingInput(
        method=given.by,
        at=sent_at,
        address=given.to,
        confirmation=given.confirmation,
        pages=given.pages,
        result="failed" if given.failed else "sent",
        also=other_obligations(context, owed, given.also),
    )
    return save_sending(accepted(record_sending(context, owed, what)), owed, context)
