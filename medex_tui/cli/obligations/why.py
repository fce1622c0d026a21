"""`medex why`: the rule and the arithmetic behind an obligation."""

from __future__ import annotations

import argparse
import json

from medex_tui.cli.context import DONE, CommandContext, CommandError, print_out
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import explain


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex why` takes."""
    told = "a key, the beginning of it, or kind:client; met ones too"
    parser.add_argument("key", metavar="KEY", help=told)
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=why)


def why(context: CommandContext, given: argparse.Namespace) -> int:
    """Rule, source event, arithmetic, pauses and what would clear it, a line each, for every obligation meant."""
    practice = context.practice
    found = context.meant(given.key, practice, met=True)
    if not found:
        practice = context.store.everything()
        found = context.meant(given.key, practice, met=True)
    if not found:
        raise CommandError(
            f"Nothing is or was owed under `{given.key}`: `medex overdue --within 720 --json` shows the keys."
        )
    if given.json:
        print_out(
            json.dumps(
                [{"key": o.key, "why": o.why, "lines": explain(o, practice)} for o in found],
                indent=2,
            )
        )
        return DONE
    for one in found:
        client, provider = (
            practice.clients.get(one.client_id),
            practice.providers.get(one.provider_id),
        )
        print_out(f"{one.key}")
        print_out(
            f"  For: {client.name if client else 'unknown client'}, to {provider.name if provider else 'nobody'}."
        )
        for line in explain(one, practice):
            print_out(f"  {one_line(line)}")
    return DONE
