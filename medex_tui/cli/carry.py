"""`medex backup` and `medex restore`: the practice carried away, brought back, and mended."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

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
from medex_tui.store.backup import Actor, CutOff, RestorePlan, backup, plan, practice_in, restore
from medex_tui.store.files import beside, cause
from medex_tui.store.salvage import CannotRebuild, Salvage

KEEP = 14
SHOWN = 40


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `backup` or `restore` takes."""
    if name == "backup":
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
        return
    parser.add_argument(
        "source",
        metavar="FILE|DIR",
        nargs="?",
        help="a copy; without it the practice itself is mended",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would come and go, and change nothing"
    )
    parser.add_argument(
        "--replace-newer", action="store_true", help="also where the practice here is newer"
    )
    parser.set_defaults(run=bring_back)


def _hand(desk: CommandContext) -> Actor:
    return Actor(desk.login, desk.host, os.getpid(), desk.now)


def back_up(desk: CommandContext, given: argparse.Namespace) -> int:
    """One verified copy more."""
    if given.keep < 1:
        raise CommandError("--keep has to be 1 or more.")
    desk.must_exist()
    folder = Path(given.folder).expanduser() if given.folder else beside(desk.path, ".backups")
    try:
        made = backup(desk.path, folder, _hand(desk), keep=given.keep)
    except (CannotRebuild, OSError) as fault:
        raise _refused("No copy was made", fault) from None
    print_out(
        f"Copied {made.entries} entries and {made.records} records to {made.path.parent}; the copy was verified."
    )
    for gone in made.removed:
        print_out(f"Removed the older copy {gone.name}.")
    if made.path.stat().st_dev == desk.path.resolve().parent.stat().st_dev:
        print_error("It is on the same disk as the practice: carry it to another one.")
    if refused := desk.store.note("backup", made.path.parent.name, at=desk.now):
        print_error(f"The copy is not in the audit trail: {refused.reason}")
    return DONE


def bring_back(desk: CommandContext, given: argparse.Namespace) -> int:
    """A copy in place of the practice, or the practice mended; what was there is kept beside it."""
    path = desk.path.resolve()
    try:
        source = practice_in(Path(given.source).expanduser()) if given.source else path
        if source == path and not desk.exists():
            raise CommandError(
                f"There is no practice at {path}; name the copy to bring back.", status=STORE
            )
        if desk.exists():
            desk.must_exist()
        chosen = plan(source, path)
        _show(chosen)
        if given.dry_run:
            print_out("Nothing was changed.")
            return DONE
        if chosen.newer and not given.replace_newer:
            raise CommandError(
                f"Nothing was restored. {chosen.newer}",
                "--replace-newer puts the copy in its place; what is here is kept beside it.",
                status=STORE,
            )
        aside = restore(chosen, path, _hand(desk))
    except (CannotRebuild, OSError) as fault:
        raise _refused("Nothing was restored", fault) from None
    print_out(f"Restored {len(chosen.source.documents)} records to {path}; they were verified.")
    complete = _tell_tally(chosen.source)
    if aside:
        print_out(f"What was there before is kept in {aside}.")
    desk.store.note(
        "restore", "mended" if chosen.here else f"from {source.parent.name}", at=desk.now
    )
    return DONE if complete else FOUND


def _tell_tally(source: Salvage) -> bool:
    """Say how many records of each kind were found, of how many there were; whether all were."""
    if not source.faults:
        return True
    tally = source.tally()
    for table, (found, were) in tally.items():
        print_out(f"  {found} of {were} {table}")
    lost = sum(were - found for found, were in tally.values())
    if lost:
        print_error(f"{lost} records could not be read and are not in what was restored.")
    return not lost


def _show(chosen: RestorePlan) -> None:
    """What would come and go, and what could not be read."""
    for fault in chosen.source.faults:
        print_out(f"damaged: {fault}")
    counts = Counter(change.what for change in chosen.changes)
    listed = ", ".join(
        f"{count} record{'' if count == 1 else 's'} {_verb(w, count)}"
        for w, count in counts.items()
    )
    kept = (
        f"{len(chosen.source.documents)} records are intact."
        if chosen.here
        else "Every record stays as it is."
    )
    print_out(listed or kept)
    for change in chosen.changes[:SHOWN]:
        revs = (
            f"rev {change.rev} -> {change.to}"
            if change.what == "changes"
            else f"rev {change.rev or change.to}"
        )
        print_out(f"  {change.what} {change.table} {one_line(change.id)} {revs}")
    if len(chosen.changes) > SHOWN:
        print_out(f"  ... and {len(chosen.changes) - SHOWN} more.")


def _verb(what: str, count: int) -> str:
    return what if count == 1 else {"comes": "come", "goes": "go", "changes": "change"}[what]


def _refused(what: str, fault: CannotRebuild | OSError) -> CommandError:
    if isinstance(fault, OSError):
        return CommandError(f"{what}: {cause(fault)}", status=STORE)
    return CommandError(
        str(fault) if isinstance(fault, CutOff) else f"{what}. {fault}", status=STORE
    )
