"""Levels of safety rules and the finding of a rule that fired."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.catalogue import PackagedSource

Level: TypeAlias = Literal["emergency", "stop", "hold", "caution"]
Phase: TypeAlias = Literal["pre", "during", "any"]
LEVELS: tuple[Level, ...] = ("emergency", "stop", "hold", "caution")
ALL_LEVELS: frozenset[Level] = frozenset(LEVELS)
RED_FLAGS: frozenset[Level] = frozenset({"emergency", "stop"})


class SafetyFinding(Struct, frozen=True):
    """A rule that fired; `source` is None for a provider's own limit, said by `said_by`."""

    rule: str
    level: Level
    text: str
    source: PackagedSource | None
    report_within_h: float | None = None
    said_by: str | None = None
