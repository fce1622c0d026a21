"""Up to nine session lines being typed at once, and lines set aside, as the drafts hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from medex_tui.app.state.drafts import DraftKeeper

PLACES = 9
"""Sessions that may be open at once, one per digit."""


class OpenSession(Struct, frozen=True):
    """A session line that was begun and not saved. `place` is None for a tenth one."""

    client_id: str
    at: datetime
    text: str
    place: int | None


def open_sessions(kept: Mapping[str, Mapping[str, Any]]) -> list[OpenSession]:
    """The session drafts by place. A draft without a place takes the first free one."""
    found = [
        OpenSession(
            name.partition(":")[2],
            datetime.fromisoformat(data["at"]),
            str(data.get("text", "")),
            data.get("place"),
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
    """The place of a client's session: its own, else the first free one; None if all are taken."""
    others = open_sessions(kept)
    own = next((one.place for one in others if one.client_id == client_id), None)
    return own or next(
        (n for n in range(1, PLACES + 1) if all(one.place != n for one in others)), None
    )


class LeftLines(Struct, frozen=True):
    """Lines that were pasted or could not be saved.

    `at` is when they were set aside, `client_id` whose they are, None where each line says it.
    """

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
            found.append(
                LeftLines(name, at, lines, data.get("client"), str(data.get("kind", "session")))
            )
    return sorted(found, key=lambda one: one.at)


def keep_lines(
    drafts: DraftKeeper, now: datetime, lines: Sequence[str], client_id: str | None
) -> LeftLines:
    """Put session lines into the drafts, so that nothing of a paste is lost before it is saved."""
    kept_at = now
    while f"lines:{kept_at.isoformat()}" in drafts.kept:
        kept_at = kept_at.replace(microsecond=kept_at.microsecond + 1)
    name = f"lines:{kept_at.isoformat()}"
    drafts.hold(name, {"lines": list(lines), "client": client_id, "kind": "session"})
    return LeftLines(name, kept_at, list(lines), client_id, "session")
