"""What an action may know, and how it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice


class ActionContext(Protocol):
    """The practice, the clock, the person and new ids. Both front ends' contexts have these."""

    @property
    def practice(self) -> Practice:
        """The practice as it is now."""

    @property
    def now(self) -> datetime:
        """The present instant: UTC, whole seconds."""

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""

    @property
    def login(self) -> str:
        """The login of the person who acts."""

    @property
    def obligations(self) -> Sequence[Obligation]:
        """Every obligation triggered by now, most urgent first."""

    def new_id(self) -> str:
        """A new record id."""


class Refusal(Struct, frozen=True):
    """Why an action is not done: the field that is in the way, and one sentence with the remedy."""

    field: str
    message: str
