"""The full-screen app: screens, one registry of commands, a few widgets. The only room that imports Textual."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from medex_tui.domain.ids import NewId
from medex_tui.loading import without


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
    from medex_tui.app import first, privacy
    from medex_tui.domain.obligations import obligations
    from medex_tui.store import Drafts, Store

    store = Store.open(path, by=login, host=host, pid=os.getpid())
    try:
        now = clock()
        owed = obligations(store.practice, now)
        with first.shown_until_taken(1) as screen, first.silent(0):
            kept = Drafts(path, state).load(login)
            wide, high = os.get_terminal_size(1)
            own = _own_keys(config / "keys.toml")
            lines, cursor = first.today_lines(
                store.practice, owed, now, login, kept, (wide, high), demo=demo, keymap=own
            )
            if privacy.wanted(config):
                names = privacy.Names([*store.practice.clients.values(), *store.former_clients()])
                lines = [privacy.hidden(line, names) for line in lines]
            shipped = Path(__file__).parent.parent / "themes"
            colours = first.theme_of(
                config, shipped if shipped.is_dir() else shipped.parent.parent / "themes", "clinic-dark"
            )
            screen.show(first.drawn(lines, cursor, wide, first.styles(colours, os.environ)))
            store.fold()
            with without("ssl"):  # 1.5 MB and 4 ms that asyncio does without: the app speaks to no network
                import asyncio  # noqa: F401
            from medex_tui.app.drafts import DraftKeeper
            from medex_tui.app.medex import Medex

            drafts = DraftKeeper(Drafts(path, state), login)
            app = Medex(store, path, login=login, clock=clock, new_id=new_id, drafts=drafts, config=config, demo=demo)
            app.derived = (store.practice, now.replace(second=0), owed)
            app.when_taken = screen.taken
            try:
                status = app.run(mouse=False)
            except OSError:
                # The terminal went away while the app was putting it back as it was.
                status = 0
        drafts.flush()
        return status or app.return_code or 0
    finally:
        store.close()


def _own_keys(path: Path) -> Mapping[str, str]:
    """The person's own keys as Today's first drawing shows them; the app reads them again, for every screen."""
    if not path.exists():
        return {}
    from medex_tui.app import keymap
    from medex_tui.app.commands import TODAY

    return keymap.settled(keymap.read(path)[0], [(*TODAY, "help.open")])[0]
