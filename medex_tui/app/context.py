"""What screens, forms and dialogs share: practice, clock, drafts, saving, navigation.

Knows no Textual.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from medex_tui.app.commands import key_of
from medex_tui.app.navigation import ClientRoute, LogSessionRoute, Route
from medex_tui.app.state import preferences
from medex_tui.app.state.access_log import AccessLog
from medex_tui.app.state.drafts import DraftKeeper
from medex_tui.domain.obligations import Obligation, obligations
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.ids import NewId
from medex_tui.domain.records.practice import Practice
from medex_tui.store import Conflict, NotSaved, Saved, Store


class AppHost(Protocol):
    """What the running app does for the context. Dialogs and screens are the host's own types."""

    def open_route(self, route: Route, *, replace: bool) -> None:
        """Show the screen of a route; `replace` closes the present screen."""

    def open_dialog(self, dialog: Any, then: Callable[[Any], object] | None) -> None:
        """Show a dialog; call `then` with its result when it closes (None: closed without one)."""

    def show_conflict(self, conflict: Conflict) -> None:
        """Show both versions of a record that somebody else changed."""

    def show_status(self, text: str, role: str) -> None:
        """Show a sentence on the status line of the screen on top."""

    def show_status_after_close(self, text: str, role: str) -> None:
        """Show a sentence once the closing screen has given way to the one below it."""

    def redraw(self) -> None:
        """Redraw the screen on top from the practice."""

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine behind the screen."""


class AppContext:
    """One person's view of one practice. Screens receive it; nothing receives the app itself.

    The app that runs it sets `host`.
    """

    def __init__(
        self,
        store: Store,
        path: Path,
        *,
        login: str,
        clock: Callable[[], datetime],
        new_id: NewId,
        drafts: DraftKeeper,
        config: Path,
        demo: bool,
    ) -> None:
        self.store, self.path, self.login = store, path, login
        self.clock, self.new_id = clock, new_id
        self.drafts, self.config, self.demo = drafts, config, demo
        self.keymap: dict[str, str] = {}
        self.startup_faults: list[object] = []
        self.measure_faults: tuple[object, ...] = ()
        self.saving = asyncio.Lock()
        self.access_log = AccessLog(self._note_access)
        self.derived: tuple[Practice, datetime, list[Obligation]] | None = None
        self.host: AppHost

    # -- the practice and the clock

    @property
    def practice(self) -> Practice:
        """The practice as last read."""
        return self.store.practice

    @property
    def now(self) -> datetime:
        """The present instant: UTC, whole seconds."""
        return self.clock()

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return self.practice.zone

    def local(self, instant: datetime) -> datetime:
        """An instant on the practice's wall clock."""
        return instant.astimezone(self.zone)

    @property
    def obligations(self) -> list[Obligation]:
        """Every obligation triggered by now, most urgent first.

        Derived again when a record or the minute changes.
        """
        minute = self.now.replace(second=0)
        if (
            self.derived is None
            or self.derived[0] is not self.practice
            or self.derived[1] != minute
        ):
            self.derived = (self.practice, minute, obligations(self.practice, self.now))
        return self.derived[2]

    def key_of(self, command_id: str) -> str:
        """The key of a command on this person's keyboard, for a sentence that names it."""
        return key_of(command_id, self.keymap)

    # -- navigation and messages

    def open(self, route: Route, *, replace: bool = False) -> None:
        """Open the screen of a route; `replace` closes the present one.

        Loads the client's archived records first where the screen shows them: blocks on disk.
        """
        if isinstance(route, ClientRoute | LogSessionRoute):
            self.store.history(route.client_id)
        self.host.open_route(route, replace=replace)

    def ask(self, dialog: Any, then: Callable[[Any], object]) -> None:
        """Show a dialog and call `then` with its result, unless it was closed without one."""

        def answer(result: object) -> None:
            if result is not None:
                then(result)

        self.host.open_dialog(dialog, answer)

    def show(self, dialog: Any, closed: Callable[[Any], object] | None = None) -> None:
        """Show a dialog; `closed` is called with its result, None included."""
        self.host.open_dialog(dialog, closed)

    def show_status(self, text: str, role: str = "", *, after_close: bool = False) -> None:
        """Show a sentence on the status line; `after_close`: on the screen below a closing one."""
        if after_close:
            self.host.show_status_after_close(text, role)
        else:
            self.host.show_status(text, role)

    def redraw(self) -> None:
        """Redraw the screen on top from the practice."""
        self.host.redraw()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine behind the screen."""
        self.host.run_in_background(work)

    # -- saving

    async def save(self, records: Sequence[Record], *, why: str | None = None) -> Saved | None:
        """Save records in one commit, off the event loop.

        None when nothing was saved: the status line then says why, and what was typed stays.
        """
        async with self.saving:
            outcome = await asyncio.to_thread(self.store.save, list(records), at=self.now, why=why)
        if isinstance(outcome, Saved):
            self.redraw()
            return outcome
        if isinstance(outcome, Conflict):
            self.host.show_conflict(outcome)
            self.show_status(
                "Not saved: somebody else also edited this. Your text is not lost.", "bad"
            )
        elif isinstance(outcome, NotSaved):
            self.show_status(f"NOT SAVED. {outcome.reason}", "bad")
        return None

    def remember(self, name: str, word: str) -> None:
        """Keep a personal preference; the status line says where it cannot be written."""
        refused = preferences.keep(self.config, name, word)
        if refused:
            self.show_status(refused, "warn")

    # -- the audit trail

    def record_view(self, client_id: str) -> None:
        """Note in the audit trail that a client's record was opened."""
        self.access_log.record_view(client_id, self.local(self.now).date())

    def record_export(self, what: str, client_id: str | None) -> None:
        """Note in the audit trail that something about a client left the practice."""
        self.access_log.record_export(what, client_id)

    def _note_access(self, kind: Any, detail: str) -> None:
        self.run(self._write_access(kind, detail))

    async def _write_access(self, kind: Any, detail: str) -> None:
        async with self.saving:
            refused = await asyncio.to_thread(self.store.note, kind, detail, at=self.now)
        if refused and self.access_log.first_failure():
            text = f"What is looked at is not in the audit trail: {refused.reason}"
            self.show_status(text, "warn")
