"""`medex demo`: the app on a sample practice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from medex_tui.cli.context import DONE, STORE, CommandContext, CommandError, print_out
from medex_tui.cli.full_screen import fresh, require_terminal, run_app
from medex_tui.store import NotSaved, Saved

if TYPE_CHECKING:
    import argparse

    from medex_tui.domain.obligations import Obligation
    from medex_tui.domain.records.practice import Practice
    from medex_tui.reports.documents.letter import Letter

LONG_LETTER = 2_400
"""A letter of fewer characters is a page; only a longer one is laid out to see, since the demo should start at once."""


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex demo` takes."""
    parser.add_argument(
        "--write", metavar="FILE", help="write the made-up practice to a new store and stop"
    )
    parser.add_argument(
        "--sessions",
        metavar="N",
        type=_count,
        help="with --write: ten years of a practice, N visits",
    )
    parser.add_argument(
        "--seed",
        metavar="N",
        type=_count,
        default=1,
        help="with --sessions: which such practice (1)",
    )
    parser.set_defaults(run=demo)


def _count(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 0 < int(said) <= 1_000_000:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"`{said}` is no number from 1 to 1000000")
    return int(said)


def demo(context: CommandContext, given: argparse.Namespace) -> int:
    """The app on a made-up practice dated around now, or that practice written to a file."""
    if given.write is not None:
        if not given.write.strip():
            raise CommandError("--write needs the name of a new file.")
        path = Path(given.write).expanduser()
        count = write_sample(context, path, sessions=given.sessions, seed=given.seed)
        print_out(
            f"Wrote a made-up practice of {count} records to {path}; open it with: medex --store {path}"
        )
        return DONE
    if given.sessions:
        raise CommandError("--sessions goes with --write FILE.")
    require_terminal()
    import tempfile

    with tempfile.TemporaryDirectory(prefix="medex-demo-") as folder:
        path = Path(folder) / "practice.json"
        write_sample(context, path)
        return run_app(path, context, demo=True)


def write_sample(
    context: CommandContext, path: Path, *, sessions: int | None = None, seed: int = 1
) -> int:
    """Begin a store at `path` with the sample practice, or ten years of a larger one; how many records it has."""
    from medex_tui.sample import generated_practice, sample_practice

    fresh(path)
    now = context.now
    if sessions:
        records = list(generated_practice(now, sessions=sessions, seed=seed))
    else:
        records = sample_practice(now, owner=context.login, write=signed_letter)
    store = context.opened(path, create=True)
    try:
        outcome = store.load(records, at=now, why="medex demo")
    finally:
        store.close()
    if not isinstance(outcome, Saved):
        reason = (
            outcome.reason if isinstance(outcome, NotSaved) else "somebody else is writing there."
        )
        raise CommandError(f"The made-up practice could not be written: {reason}", status=STORE)
    return len(outcome.records)


def signed_letter(owed: Obligation, practice: Practice, at: datetime, by: str) -> str:
    """What the sample practice sent: the letters that this program writes, kept to one page."""
    from medex_tui.reports.letters.registry import letter_for, to_fit

    def write(left_out: list[str]) -> Letter:
        return letter_for(owed, practice, at, by, signed_at=at, leave_out=left_out)

    letter = write([])
    return write(to_fit(write) or []).body if len(letter.body) > LONG_LETTER else letter.body
