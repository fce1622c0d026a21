"""What a person looked at and gave out, noted behind the screen for the audit trail."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medex_tui.app.app import MedexApp


class AccessLog:
    """Notes in the order they happen, between saves; a trail that cannot be written is told once."""

    def __init__(self, medex: MedexApp) -> None:
        self.medex = medex
        self.looked: set[tuple[str, date]] = set()
        self.told = False

    def looked_at(self, client_id: str) -> None:
        """Note that a client's record was opened: once a day for each, however often it is turned to."""
        seen = client_id, self.medex.local(self.medex.now).date()
        if seen not in self.looked:
            self.looked.add(seen)
            self.note("view", f"client {client_id}")

    def given_out(self, what: str, client_id: str | None) -> None:
        """Note that something of a client left the practice."""
        self.note("print", f"{what} of client {client_id}")

    def note(self, kind: Literal["view", "print", "lock", "unlock"], detail: str) -> None:
        """Note what happened, without keeping anybody waiting."""
        self.medex.run_worker(self._written(kind, detail))

    async def _written(self, kind: Literal["view", "print", "lock", "unlock"], detail: str) -> None:
        medex = self.medex
        async with medex.saving:
            refused = await asyncio.to_thread(medex.store.note, kind, detail, at=medex.now)
        if refused and medex.page and not self.told:
            self.told = True
            medex.page.say(f"What is looked at is not in the audit trail: {refused.reason}", "warn")
