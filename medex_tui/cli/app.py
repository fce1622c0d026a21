"""`medex` and `medex demo`: start the full-screen app. Textual is imported only inside the function that runs it."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from medex_tui.cli.context import DONE, STORE, CommandContext, CommandError, print_out
from medex_tui.cli.user_dirs import user_dir
from medex_tui.store import NotSaved, OlderPractice, Saved
from medex_tui.store.files import beside

if TYPE_CHECKING:
    import argparse

    from medex_tui.domain.obligations import Obligation
    from medex_tui.domain.records.practice import Practice
    from medex_tui.reports.letters.letterhead import Letter

LONG = 2_400
"""A letter of fewer characters is a page; only a longer one is laid out to see, since the demo should start at once."""

TWINS = (
    "Every daily job has a command: medex today, medex overdue, medex log, medex assess, medex note, medex report, "
    "medex sent. `medex -h` lists them."
)


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `demo` takes."""
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


def open_app(desk: CommandContext) -> int:
    """The app on the practice."""
    _needs_terminal()
    if not desk.exists() and not desk.path.exists():
        raise CommandError(
            f"There is no practice at {desk.path} yet.",
            "`medex init` begins one; `medex demo` shows the app on a made-up practice; --store names another file.",
            status=STORE,
        )
    try:
        return _run(desk.path, desk, demo=False)
    except OlderPractice as problem:
        desk.lift(desk.path, str(problem))
        return _run(desk.path, desk, demo=False)


def demo(desk: CommandContext, given: argparse.Namespace) -> int:
    """The app on a made-up practice dated around now, or that practice written to a file."""
    if given.write is not None:
        if not given.write.strip():
            raise CommandError("--write needs the name of a new file.")
        path = Path(given.write).expanduser()
        count = write_sample(desk, path, sessions=given.sessions, seed=given.seed)
        print_out(
            f"Wrote a made-up practice of {count} records to {path}; open it with: medex --store {path}"
        )
        return DONE
    if given.sessions:
        raise CommandError("--sessions goes with --write FILE.")
    _needs_terminal()
    import tempfile

    with tempfile.TemporaryDirectory(prefix="medex-demo-") as folder:
        path = Path(folder) / "practice.json"
        write_sample(desk, path)
        return _run(path, desk, demo=True)


def write_sample(
    desk: CommandContext, path: Path, *, sessions: int | None = None, seed: int = 1
) -> int:
    """Begin a store at `path` with the sample practice, or ten years of a larger one; how many records it has."""
    from medex_tui.sample import generated_practice, sample_practice

    fresh(path)
    now = desk.now
    if sessions:
        records = list(generated_practice(now, sessions=sessions, seed=seed))
    else:
        records = sample_practice(now, owner=desk.login, write=signed_letter)
    store = desk.opened(path, create=True)
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
    return write(to_fit(write) or []).body if len(letter.body) > LONG else letter.body


def fresh(path: Path) -> None:
    """Refuse a path where a file or a practice stands already; one that was cut off as it began is begun again."""
    from medex_tui.store.location import holds_nothing

    if holds_nothing(path.resolve()):
        return
    if taken := next((one for one in (path, beside(path, ".journal")) if one.exists()), None):
        raise CommandError(f"{taken} is there already and stays as it is; name a new file.")


def _needs_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("The full-screen app needs a terminal, and there is none here.", TWINS)
    if os.environ.get("TERM") == "dumb":
        raise CommandError("The full-screen app cannot draw on this terminal (TERM=dumb).", TWINS)


def _run(path: Path, desk: CommandContext, *, demo: bool) -> int:
    from medex_tui.app.start import run

    return run(
        path,
        login=desk.login,
        host=desk.host,
        clock=lambda: desk.now,
        new_id=desk.new_id,
        config=desk.config,
        state=None if demo else user_dir("state"),
        demo=demo,
    )
