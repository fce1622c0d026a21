"""`medex waiting`: what was asked and not answered."""

from __future__ import annotations

import argparse
import json

from medex_tui.cli.context import DONE, FOUND, CommandContext, print_out, width
from medex_tui.domain.language.plain import cut
from medex_tui.domain.referrals import replies
from medex_tui.reports.wording import DOCUMENTS


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex waiting` takes."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 even when it is time to ask again"
    )
    parser.set_defaults(run=waiting)


def waiting(context: CommandContext, given: argparse.Namespace) -> int:
    """What waits for an answer, the longest silence first; exit 1 when one is to be asked about."""
    practice, now = context.practice, context.now
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
