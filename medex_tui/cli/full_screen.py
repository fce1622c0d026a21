"""Open the full-screen app on a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from medex_tui.cli.context import STORE, CommandContext, CommandError
from medex_tui.cli.user_dirs import user_dir
from medex_tui.store import OlderPractice
from medex_tui.store.files import beside

TWINS = (
    "Every daily job has a command: medex today, medex overdue, medex log, medex assess, medex note, medex report, "
    "medex sent. `medex -h` lists them."
)


def open_app(context: CommandContext) -> int:
    """The app on the practice."""
    require_terminal()
    if not context.exists() and not context.path.exists():
        raise CommandError(
            f"There is no practice at {context.path} yet.",
            "`medex init` begins one; `medex demo` shows the app on a made-up practice; --store names another file.",
            status=STORE,
        )
    try:
        return run_app(context.path, context, demo=False)
    except OlderPractice as problem:
        context.lift(context.path, str(problem))
        return run_app(context.path, context, demo=False)


def fresh(path: Path) -> None:
    """Refuse a path where a file or a practice stands already; one that was cut off as it began is begun again."""
    from medex_tui.store.location import holds_nothing

    if holds_nothing(path.resolve()):
        return
    if taken := next((one for one in (path, beside(path, ".journal")) if one.exists()), None):
        raise CommandError(f"{taken} is there already and stays as it is; name a new file.")


def require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("The full-screen app needs a terminal, and there is none here.", TWINS)
    if os.environ.get("TERM") == "dumb":
        raise CommandError("The full-screen app cannot draw on this terminal (TERM=dumb).", TWINS)


def run_app(path: Path, context: CommandContext, *, demo: bool) -> int:
    from medex_tui.app.start import run

    return run(
        path,
        login=context.login,
        host=context.host,
        clock=lambda: context.now,
        new_id=context.new_id,
        config=context.config,
        state=None if demo else user_dir("state"),
        demo=demo,
    )
