"""`medex outcome`: record what became of a sending."""

from __future__ import annotations

import argparse

from medex_tui.actions.record_sending import record_outcome
from medex_tui.cli.context import (
    DONE,
    CommandContext,
    accepted,
    print_error,
    print_out,
)
from medex_tui.cli.obligations.sendings import find_sending, page_count
from medex_tui.domain.obligations import obligations
from medex_tui.reports.wording import OWED


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex outcome` takes."""
    parser.add_argument(
        "sending",
        metavar="ID|KEY",
        help="the id `medex sent` answered with, or the key it answered",
    )
    parser.add_argument("result", choices=("sent", "delivered", "failed", "returned"))
    parser.add_argument(
        "--confirmation", metavar="REF", help="message id, report of the fax, who took it"
    )
    parser.add_argument("--pages", metavar="N", type=page_count, help="how many pages went")
    parser.set_defaults(run=outcome)


def outcome(context: CommandContext, given: argparse.Namespace) -> int:
    """Record what became of a sending: delivered, or failed or returned, which makes it owed again."""
    kept = find_sending(context, given.sending)
    changed = accepted(
        record_outcome(kept, given.result, confirmation=given.confirmation, pages=given.pages)
    )
    (saved,) = context.save([changed], why=f"sending {given.result}")
    print_out(f"saved {saved.id} {saved.method} {saved.result}")
    after = {o.key: o for o in obligations(context.practice, context.now)}
    for key in saved.answers:
        if key in after and after[key].state != "met":
            print_error(f"Owed again: {OWED[after[key].kind]}. {after[key].why}")
    return DONE
