"""`medex check`: named checks of the practice, or of a letter in hand."""

from __future__ import annotations

import argparse
import json

import msgspec

from medex_tui.cli.context import (
    DONE,
    FOUND,
    STORE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
)
from medex_tui.domain.language.plain import one_line

MENDED = ("journal", "snapshot", "snapshot equals journal")
"""Checks whose faults a restore in place mends."""


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex check` takes."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="a letter in hand: is it what was signed and sent?",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--clock-is-right",
        action="store_true",
        help="after a save by a clock that was ahead: note it, and save on",
    )
    parser.set_defaults(run=check)


def check(context: CommandContext, given: argparse.Namespace) -> int:
    """Everything that can be verified, one line each; exit 1 when something does not hold."""
    from medex_tui.store.check import check as looked_over

    context.must_exist()
    if given.file is not None:
        from medex_tui.cli.practice.letter_check import check_file

        return check_file(context, given.file)
    if given.clock_is_right:
        if refused := context.store.note("clock", "said to be right", at=context.now):
            raise CommandError(refused.reason, status=STORE)
        print_out(
            f"Noted: the clock is right; saving goes on from {context.now:%Y-%m-%d %H:%M} UTC."
        )
        return DONE
    found = looked_over(context.path)
    if given.json:
        print_out(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        longest = max(len(one.name) for one in found)
        for one in found:
            print_out(
                f"{'ok  ' if one.ok else 'FAIL'} {one.name:{longest}}  {one_line(one.detail)}"
            )
        if not all(one.ok for one in found if one.name in MENDED):
            print_error(
                "`medex restore --dry-run` shows what is intact, `medex restore` mends what can be mended."
            )
    return DONE if all(one.ok for one in found) else FOUND
