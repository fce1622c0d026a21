"""`medex restore`: bring a copy back, or mend a damaged practice."""

from __future__ import annotations

import argparse
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
from medex_tui.cli.data.backup import actor_of, refusal_of
from medex_tui.domain.language.plain import one_line
from medex_tui.store.backup import RestorePlan, plan, practice_in, restore
from medex_tui.store.salvage import CannotRebuild, Salvage

SHOWN = 40


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex restore` takes."""
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


def bring_back(context: CommandContext, given: argparse.Namespace) -> int:
    """A copy in place of the practice, or the practice mended; what was there is kept beside it."""
    path = context.path.resolve()
    try:
        source = practice_in(Path(given.source).expanduser()) if given.source else path
        if source == path and not context.exists():
            raise CommandError(
                f"There is no practice at {path}; name the copy to bring back.", status=STORE
            )
        if context.exists():
            context.must_exist()
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
        aside = restore(chosen, path, actor_of(context))
    except (CannotRebuild, OSError) as fault:
        raise refusal_of("Nothing was restored", fault) from None
    print_out(f"Restored {len(chosen.source.documents)} records to {path}; they were verified.")
    complete = _tell_tally(chosen.source)
    if aside:
        print_out(f"What was there before is kept in {aside}.")
    context.store.note(
        "restore", "mended" if chosen.here else f"from {source.parent.name}", at=context.now
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
