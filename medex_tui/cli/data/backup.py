"""`medex backup`: a verified copy of the practice."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from medex_tui.cli.context import (
    DONE,
    STORE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
)
from medex_tui.store.backup import Actor, CutOff, backup
from medex_tui.store.files import beside, cause
from medex_tui.store.salvage import CannotRebuild

KEEP = 14


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex backup` takes."""
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", help="where to; else a folder beside the practice"
    )
    parser.add_argument(
        "--keep",
        metavar="N",
        type=int,
        default=KEEP,
        help=f"how many copies stay there ({KEEP})",
    )
    parser.set_defaults(run=back_up)


def actor_of(context: CommandContext) -> Actor:
    return Actor(context.login, context.host, os.getpid(), context.now)


def back_up(context: CommandContext, given: argparse.Namespace) -> int:
    """One verified copy more."""
    if given.keep < 1:
        raise CommandError("--keep has to be 1 or more.")
    context.must_exist()
    folder = Path(given.folder).expanduser() if given.folder else beside(context.path, ".backups")
    try:
        made = backup(context.path, folder, actor_of(context), keep=given.keep)
    except (CannotRebuild, OSError) as fault:
        raise refusal_of("No copy was made", fault) from None
    print_out(
        f"Copied {made.entries} entries and {made.records} records to {made.path.parent}; the copy was verified."
    )
    for gone in made.removed:
        print_out(f"Removed the older copy {gone.name}.")
    if made.path.stat().st_dev == context.path.resolve().parent.stat().st_dev:
        print_error("It is on the same disk as the practice: carry it to another one.")
    if refused := context.store.note("backup", made.path.parent.name, at=context.now):
        print_error(f"The copy is not in the audit trail: {refused.reason}")
    return DONE


def refusal_of(what: str, fault: CannotRebuild | OSError) -> CommandError:
    if isinstance(fault, OSError):
        return CommandError(f"{what}: {cause(fault)}", status=STORE)
    return CommandError(
        str(fault) if isinstance(fault, CutOff) else f"{what}. {fault}", status=STORE
    )
