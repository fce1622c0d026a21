"""The full-screen app: screens, one registry of commands, a few widgets. The only room that imports Textual."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from medex_tui.domain.ids import NewId


def run(
    path: Path,
    *,
    login: str,
    host: str,
    clock: Callable[[], datetime],
    new_id: NewId,
    config: Path,
    demo: bool = False,
) -> int:
    """Open the practice at `path` on the terminal until the person leaves or the line drops. Returns the exit status.

    StoreProblem where it cannot be opened. `config` is the person's own folder for themes and settings.
    """
    from medex_tui.app.drafts import DraftKeeper
    from medex_tui.app.medex import Medex
    from medex_tui.store import Drafts, Store

    store = Store.open(path, by=login, host=host, pid=os.getpid())
    try:
        drafts = DraftKeeper(Drafts(path), login)
        app = Medex(store, path, login=login, clock=clock, new_id=new_id, drafts=drafts, config=config, demo=demo)
        try:
            status = app.run(mouse=False)
        except OSError:
            # The terminal went away while the app was putting it back as it was.
            status = 0
        drafts.flush()
        return status or app.return_code or 0
    finally:
        store.close()
