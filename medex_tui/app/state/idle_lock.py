"""When an unattended screen locks."""

from __future__ import annotations

from datetime import datetime, timedelta

DEFAULT_IDLE_MIN = 10
"""Minutes without a key where the practice sets nothing; 0 is never."""


class IdleLock:
    """Remembers when somebody was last at the keyboard."""

    def __init__(self, now: datetime) -> None:
        self.last_active = now

    def touch(self, now: datetime) -> None:
        """Somebody is at the keyboard."""
        self.last_active = now

    def due(self, now: datetime, idle_min: int | None) -> bool:
        """Whether `idle_min` minutes (None: the default) went by without a key.

        A clock set back counts as a key.
        """
        if now < self.last_active:
            self.touch(now)
        minutes = DEFAULT_IDLE_MIN if idle_min is None else idle_min
        return bool(minutes) and now - self.last_active >= timedelta(minutes=minutes)
