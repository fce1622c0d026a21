"""`medex reply`: record a provider's answer and its orders."""

from __future__ import annotations

import argparse
import sys

from medex_tui.actions.record_reply import record_reply
from medex_tui.cli.context import DONE, CommandContext, accepted, print_out, settled
from medex_tui.cli.obligations.sendings import find_sending
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.people import Client


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex reply` takes."""
    parser.add_argument(
        "sending", metavar="ID|KEY", help="the sending: its id, the key it answered, or kind:client"
    )
    parser.add_argument("--text", metavar="TEXT", help="what they said; - for stdin")
    parser.add_argument(
        "--order",
        metavar="TEXT",
        action="append",
        default=[],
        help='an order as they put it: "HR cap 120 until echo"',
    )
    parser.add_argument("--by", metavar="WHO", help="who answered, if not the provider")
    parser.add_argument("--at", metavar="T", default="now", help="when it came, if not now")
    parser.set_defaults(run=reply)


def reply(context: CommandContext, given: argparse.Namespace) -> int:
    """Keep an answer with the sending it belongs to; orders become dated limits or precautions of the client."""
    sending = find_sending(context, given.sending)
    text = sys.stdin.read().strip() if given.text == "-" else (given.text or "").strip()
    at = settled(read_past(given.at, now=context.now, zone=context.zone))
    client = context.record(Client, sending.client_id) if sending.client_id else None
    made = accepted(
        record_reply(context, sending, client, at=at, by=given.by, text=text, orders=given.order)
    )
    context.save([made.sending, *([made.client] if made.client else [])], why="reply")
    print_out(f"saved {sending.id} answered {spoken(at, context.zone)}")
    for order in made.orders:
        if order.limit:
            print_out(f"limit {order.limit.what} {order.limit.value}: kept to from now on")
        else:
            print_out(
                f"precaution {one_line(order.text)}: shown with the client; no reading to hold it against"
            )
    return DONE
