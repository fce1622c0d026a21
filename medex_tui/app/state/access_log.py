"""What a person looked at and gave out, for the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal, TypeAlias

AccessKind: TypeAlias = Literal["view", "print", "lock", "unlock"]


class AccessLog:
    """Decides what is noted; `write(kind, detail)` puts it into the audit trail, in order."""

    def __init__(self, write: Callable[[AccessKind, str], None]) -> None:
        self.note = write
        self._viewed: set[tuple[str, date]] = set()
        self._failed = False

    def record_view(self, client_id: str, today: date) -> None:
        """Note that a client's record was opened: once a day for each client."""
        if (client_id, today) not in self._viewed:
            self._viewed.add((client_id, today))
            self.note("view", f"client {client_id}")

    def record_export(self, what: str, client_id: str | None) -> None:
        """Note that something about a client left the practice."""
        self.note("print", f"{what} of client {client_id}")

    def first_failure(self) -> bool:
        """True the first time it is asked: a trail that cannot be written is told once."""
        first, self._failed = not self._failed, True
        return first
