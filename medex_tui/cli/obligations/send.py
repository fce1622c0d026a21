"""`medex send`: hand a signed letter to the practice's own sender."""

from __future__ import annotations

import argparse

from medex_tui.actions.context import Refusal
from medex_tui.actions.hand_to_sender import (
    letter_to_hand_over,
    outgoing,
    record_handed,
    run_sender,
)
from medex_tui.cli.context import (
    FOUND,
    STORE,
    CommandContext,
    CommandError,
    accepted,
    print_error,
)
from medex_tui.cli.obligations.sendings import (
    KEY,
    find_obligation,
    other_obligations,
    require_release,
    save_sending,
)
from medex_tui.domain.obligations import ACCEPTED


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex send` takes."""
    parser.add_argument("key", metavar="KEY", help=KEY)
    parser.add_argument(
        "--by", metavar="METHOD", choices=sorted(ACCEPTED), help="if not the provider's wish"
    )
    parser.add_argument(
        "--to", metavar="ADDRESS", help="where to, if not the provider's number or address"
    )
    parser.add_argument("--format", choices=("markdown", "html", "pdf", "text"), default="text")
    parser.add_argument(
        "--cover", action="store_true", help="a cover sheet without health data before it"
    )
    parser.add_argument(
        "--also",
        metavar="KEY",
        action="append",
        default=[],
        help="another key the same letter answers",
    )
    parser.set_defaults(run=send)


def send(context: CommandContext, given: argparse.Namespace) -> int:
    """Hand a signed letter to the practice's own sender and record how that went; exit 1 when it did not go out."""
    from medex_tui.cli.obligations.letter_files import covered, paper_of, rendered, sheets

    owed = find_obligation(context, given.key)
    require_release(owed)
    document = letter_to_hand_over(context, owed, context.config, given.by)
    if isinstance(document, Refusal):
        remedies = {
            "document": "`medex report KIND --client C --sign` signs one.",
            "hook": "`medex sent KEY --by METHOD` records a sending made elsewhere.",
        }
        raise CommandError(document.message, *filter(None, [remedies.get(document.field)]))
    provider = context.practice.providers[owed.provider_id]
    paper = paper_of(context, None)
    bodies = (
        covered([document.body], provider, given.format, context, paper)
        if given.cover
        else [document.body]
    )
    data, pages = rendered(bodies, given.format, paper), sheets(bodies, given.format, paper)
    going = accepted(
        outgoing(
            context,
            owed,
            document,
            data,
            form=given.format,
            pages=pages,
            method=given.by,
            address=given.to,
        )
    )
    also = other_obligations(context, owed, given.also)
    context.given_out(document.kind, owed.client_id)
    try:
        handed = run_sender(context.path, context.config, going)
    except OSError as fault:
        why = (fault.strerror or type(fault).__name__).lower()
        raise CommandError(
            f"Not sent: what would go out cannot be kept ({why}).", status=STORE
        ) from None
    made = record_handed(context, owed, going, handed, also)
    if not handed.sent:
        print_error(
            f"The hook did not send it ({handed.ended}): {handed.line or 'it said nothing'}."
        )
    status = save_sending(made, owed, context)
    return status if handed.sent else FOUND
