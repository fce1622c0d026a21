"""`medex reply` and `medex waiting`: what came back for what was sent, and what did not."""

from __future__ import annotations

import argparse
import json
import sys

from medex_tui.actions.record_reply import record_reply
from medex_tui.cli.context import (
    DONE,
    FOUND,
    CommandContext,
    accepted,
    print_out,
    settled,
    width,
)
from medex_tui.cli.sendings import sending_of
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.records.people import Client
from medex_tui.domain.referrals import replies
from medex_tui.reports.wording import DOCUMENTS


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `reply` or `waiting` takes."""
    if name == "waiting":
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument(
            "--exit-zero", action="store_true", help="exit 0 even when it is time to ask again"
        )
        parser.set_defaults(run=waiting)
        return
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


def reply(desk: CommandContext, given: argparse.Namespace) -> int:
    """Keep an answer with the sending it belongs to; orders become dated limits or precautions of the client."""
    sending = sending_of(desk, given.sending)
    text = sys.stdin.read().strip() if given.text == "-" else (given.text or "").strip()
    at = settled(read_past(given.at, now=desk.now, zone=desk.zone))
    client = desk.record(Client, sending.client_id) if sending.client_id else None
    made = accepted(
        record_reply(desk, sending, client, at=at, by=given.by, text=text, orders=given.order)
    )
    desk.save([made.sending, *([made.client] if made.client else [])], why="reply")
    print_out(f"saved {sending.id} answered {spoken(at, desk.zone)}")
    for order in made.orders:
        if order.limit:
            print_out(f"limit {order.limit.what} {order.limit.value}: kept to from now on")
        else:
            print_out(
                f"precaution {one_line(order.text)}: shown with the client; no reading to hold it against"
            )
    return DONE


def waiting(desk: CommandContext, given: argparse.Namespace) -> int:
    """What waits for an answer, the longest silence first; exit 1 when one is to be asked about."""
    practice, now = desk.practice, desk.now
    found = replies.waiting(practice, now)
    rows = []
    for one in found:
        sending = one.sending
        client, provider = (
            practice.clients.get(sending.client_id or ""),
            practice.providers.get(sending.provider_id or ""),
        )
        document = practice.documents[sending.document_id or ""]
        rows.append(
            {
                "id": sending.id,
                "kind": document.kind,
                "client": client.name if client else None,
                "provider": provider.name if provider else None,
                "since": sending.at.isoformat(),
                "days": one.days,
                "nudge": one.nudge,
            }
        )
    if given.json:
        print_out(json.dumps(rows, indent=2))
    else:
        for row in rows:
            word = "ASK AGAIN" if row["nudge"] else "waiting"
            about = f" about {row['client']}" if row["client"] else ""
            what = f"{DOCUMENTS[str(row['kind'])].lower()}{about} to {row['provider'] or 'unknown provider'}"
            print_out(cut(f"{word:9} {row['days']:>3} d  {what}  {row['id']}", max(width(), 120)))
        if not rows:
            print_out("Nothing waits for an answer.")
    return FOUND if any(one.nudge for one in found) and not given.exit_zero else DONE
