"""Start the app: the first screen before Textual is loaded, then the app over it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from medex_tui.domain.records.ids import NewId


def run(
    path: Path,
    *,
    login: str,
    host: str,
    clock: Callable[[], datetime],
    new_id: NewId,
    config: Path,
    state: Path | None = None,
    demo: bool = False,
) -> int:
    """Open the practice at `path` until the person leaves or the connection drops; the exit status.

    `config` is the person's own folder of themes and settings, `state` the one for drafts that the
    practice's disk refuses. Raises StoreProblem where the practice cannot be opened.
    """
    gc.disable()  # until the app is up: what is loaded by then stays to the end
    from medex_tui.app.terminal import first_screen
    from medex_tui.domain.obligations import obligations
    from medex_tui.store import Drafts, Store

    store = Store.open(path, by=login, host=host, pid=os.getpid())
    try:
        now = clock()
        current = obligations(store.practice, now)
        with first_screen.shown_until_taken(1) as screen, first_screen.without_echo(0):
            screen.show(
                first_screen.text_of(
                    store, current, now, login, Drafts(path, state).load(login), config, demo=demo
                )
            )
            store.intern_strings()
            # Only now: Textual takes as long to load as everything before it.
            from medex_tui.app.app import MedexApp
            from medex_tui.app.context import AppContext
            from medex_tui.app.state.drafts import DraftKeeper

            drafts = DraftKeeper(Drafts(path, state), login)
            context = AppContext(
                store,
                path,
                login=login,
                clock=clock,
                new_id=new_id,
                drafts=drafts,
                config=config,
                demo=demo,
            )
            app = MedexApp(context)
            context.derived = (store.practice, now.replace(second=0), current)
            app.first_screen = screen
            app.after_first_draw = resume_garbage_collection
            try:
                status = app.run(mouse=False)
            except OSError:
                # The terminal went away while the app was restoring it.
                status = 0
        drafts.flush()
        return status or app.return_code or 0
    finally:
        store.close()


def resume_garbage_collection() -> None:
    """Collect garbage again, without looking through what was loaded at the start."""
    gc.freeze()
    gc.enable()
