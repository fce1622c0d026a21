"""`medex pin`: the PIN a locked screen asks this login for. It is typed, never given as an argument."""

from __future__ import annotations

import argparse
import os
import sys

from medex_tui.cli.context import (
    DONE,
    STORE,
    CommandContext,
    CommandError,
    at_a_terminal,
    print_out,
)
from medex_tui.store.pin import drop_pin, keep_pin, refused_pin


def options(parser: argparse.ArgumentParser) -> None:
    """What `pin` takes."""
    parser.add_argument(
        "--none", action="store_true", help="ask for no PIN any more: Enter unlocks"
    )
    parser.set_defaults(run=run)


def run(context: CommandContext, given: argparse.Namespace) -> int:
    """Keep a PIN, typed twice at a terminal or given as a line of stdin; or drop the one there is."""
    try:
        if given.none:
            print_out(
                "No PIN is asked for any more." if drop_pin(context.config) else "There was no PIN."
            )
            return DONE
        typed = _typed()
        if refused := refused_pin(typed):
            raise CommandError(refused)
        path = keep_pin(context.config, typed, os.urandom(16))
    except OSError as fault:
        why = (fault.strerror or type(fault).__name__).lower()
        raise CommandError(f"{context.config} cannot be written: {why}.", status=STORE) from None
    print_out(f"A locked screen asks for this PIN from now on; its hash is kept in {path}.")
    return DONE


def _typed() -> str:
    if not at_a_terminal():
        return sys.stdin.readline().rstrip("\n") if sys.stdin else ""
    from getpass import getpass

    typed = getpass("New PIN: ")
    if getpass("Once more: ") != typed:
        raise CommandError("The two are not the same; nothing was changed.")
    return typed
