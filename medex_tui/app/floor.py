"""The floor: up to nine sessions being typed at once, each with a number of its own that a digit goes to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

PLACES = 9


class OpenSession(Struct, frozen=True):
    """A session line that was begun and not saved. `place` is None for a tenth one."""

    client_id: str
    at: datetime
    text: str
    place: int | None


def open_sessions(kept: Mapping[str, Mapping[str, Any]]) -> list[OpenSession]:
    """The session drafts among those kept, by place. A draft of an older medex takes the first free place."""
    found = [
        OpenSession(
            name.partition(":")[2], datetime.fromisoformat(data["at"]), str(data.get("text", "")), data.get("place")
        )
        for name, data in kept.items()
        if name.startswith("session:") and "at" in data
    ]
    taken = {one.place for one in found}
    free = [n for n in range(1, PLACES + 1) if n not in taken]
    placed = [
        one if one.place or not free else OpenSession(one.client_id, one.at, one.text, free.pop(0))
        for one in sorted(found, key=lambda one: one.at)
    ]
    return sorted(placed, key=lambda one: (one.place or PLACES + 1, one.at))


def place_for(client_id: str, kept: Mapping[str, Mapping[str, Any]]) -> int | None:
    """The number of a client's session: its own, else the first free one; None when all nine are taken."""
    others = open_sessions(kept)
    own = next((one.place for one in others if one.client_id == client_id), None)
    return own or next((n for n in range(1, PLACES + 1) if all(one.place != n for one in others)), None)


class LeftLines(Struct, frozen=True):
    """Lines that could not be saved, or were pasted: whose they are where that was said, and when they were kept."""

    name: str
    at: datetime
    lines: list[str]
    client_id: str | None
    kind: str


def left_lines(kept: Mapping[str, Mapping[str, Any]]) -> list[LeftLines]:
    """The drafts that hold whole lines, oldest first."""
    found = []
    for name, data in kept.items():
        kind, _, said = name.partition(":")
        if kind == "lines" and isinstance(data.get("lines"), list):
            at = datetime.fromisoformat(said)
            lines = [str(line) for line in data["lines"]]
            found.append(LeftLines(name, at, lines, data.get("client"), str(data.get("kind", "session"))))
    return sorted(found, key=lambda one: one.at)
