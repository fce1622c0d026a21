"""Drafts of what is being typed: on disk within half a second, at once on a hang-up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from medex_tui.store import Drafts

DELAY_S = 0.25
"""Seconds before writing: half of what may be lost at most; a busy machine has the rest."""


class DraftKeeper:
    """Drafts of one login by name (`session:<client id>`, ...), written behind the keys."""

    def __init__(self, drafts: Drafts, login: str) -> None:
        self.drafts, self.login = drafts, login
        self.kept: dict[str, dict[str, Any]] = drafts.load(login)
        self.unwritten: dict[str, dict[str, Any]] = {}
        self.timer: asyncio.TimerHandle | None = None
        self.refused: str | None = None

    def hold(self, name: str, data: dict[str, Any]) -> None:
        """Keep a draft in memory and write it soon."""
        if self.kept.get(name) == data:
            return
        self.kept[name] = self.unwritten[name] = data
        if self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(DELAY_S, self.flush)

    def drop(self, name: str) -> None:
        """Delete a draft that was saved or discarded."""
        self.unwritten.pop(name, None)
        if self.kept.pop(name, None) is not None:
            with self.telling():
                self.drafts.drop(self.login, name)

    def flush(self) -> None:
        """Write what is not yet on disk."""
        if self.timer:
            self.timer.cancel()
            self.timer = None
        while self.unwritten:
            name, data = self.unwritten.popitem()
            with self.telling():
                self.drafts.save(self.login, name, data)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn an OSError into the sentence `refused`, for the status line."""
        self.refused = None
        try:
            yield
        except OSError as fault:
            self.refused = f"What you type is not being kept on disk ({fault.strerror}); save soon."
