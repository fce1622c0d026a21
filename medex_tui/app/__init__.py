"""The full-screen app: screens, one registry of commands, a few widgets. The only room that imports Textual."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from medex_tui.domain.records.ids import NewId
from medex_tui.loading import NO_NETWORK, instead


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
    """Open the practice at `path` on the terminal until the person leaves or the line drops. Returns the exit status.

    StoreProblem where it cannot be opened. `config` is the person's own folder for themes and settings, `state` the one
    for drafts that the practice's disk refuses. What stands on the first screen is written before Textual is loaded,
    and the app takes it over.
    """
    gc.disable()  # until the app is up: what is loaded now stays to the end
    from medex_tui.app.terminal import first_screen
    from medex_tui.domain.obligations import obligations
    from medex_tui.store import Drafts, Store

    store = Store.open(path, by=login, host=host, pid=os.getpid())
    try:
        now = clock()
        owed = obligations(store.practice, now)
        with first_screen.shown_until_taken(1) as screen, first_screen.silent(0):
            screen.show(
                first_screen.text_of(
                    store, owed, now, login, Drafts(path, state).load(login), config, demo=demo
                )
            )
            store.fold()
            with instead(NO_NETWORK):
                import asyncio  # noqa: F401
            from medex_tui.app.app import MedexApp
            from medex_tui.app.state.drafts import DraftKeeper

            drafts = DraftKeeper(Drafts(path, state), login)
            app = MedexApp(
                store,
                path,
                login=login,
                clock=clock,
                new_id=new_id,
                drafts=drafts,
                config=config,
                demo=demo,
            )
            app.context.derived = (store.practice, now.replace(second=0), owed)
            app.first_screen = screen
            try:
                status = app.run(mouse=False)
            except OSError:
                # The terminal went away while the app was putting it back as it was.
                status = 0
        drafts.flush()
        return status or app.return_code or 0
    finally:
        store.close()
