"""The floor: up to nine sessions being typed at once, each with a number of its own that a digit goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from medex_tui.app.widgets.styled_lines import Line, ListRow, length
from medex_tui.domain.language.plain import cut
from medex_tui.domain.records.practice import Practice

if TYPE_CHECKING:
    from medex_tui.app.commands import Key

PLACES = 9
A_ROW_EACH = 3
"""Up to so many sessions have a row each on Today; more stand together, so that what needs doing stays in sight."""
NAME = 9
"""Cells of a name in a tab, where there is room."""


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
    """The number of a client's session: its own, else the first free one; None when all nine are taken."""
    others = open_sessions(kept)
    own = next((one.place for one in others if one.client_id == client_id), None)
    return own or next(
        (n for n in range(1, PLACES + 1) if all(one.place != n for one in others)), None
    )


def unsaved_rows(
    typing: Sequence[OpenSession], practice: Practice, width: int, key: Key
) -> list[ListRow]:
    """The open sessions on Today, each by the number that goes to it."""
    known = [one for one in typing if one.client_id in practice.clients]
    together = [one for one in known if one.place] if len(known) > A_ROW_EACH else []
    rows: list[ListRow] = []
    line: Line = [(" UNSAVED ", "title")]
    for one in together:
        tab: Line = [
            (f" {one.place} ", "key"),
            (f"{cut(practice.clients[one.client_id].family_name, 12)} ", "strong"),
        ]
        if length(line) + length(tab) > width:
            rows.append(ListRow(line))
            line = [(" " * 9, "")]
        line += tab
    if together:
        rows.append(ListRow(line))
    for one in known:
        if one not in together:
            since = f"UNSAVED since {one.at.astimezone(practice.zone):%H:%M}  "
            kept = f"  your line is kept: {key('go.on')} goes on with it"
            name = practice.clients[one.client_id].name
            told: Line = [
                (f" {one.place or '>'} ", "key"),
                (since, "accent"),
                (name, "strong"),
                (kept, ""),
            ]
            rows.append(ListRow(told, f"draft:{one.client_id}"))
    return rows


def tabs(
    client_id: str, typing: Sequence[OpenSession], practice: Practice, what: str, width: int
) -> Line:
    """The open sessions over an entry, the one being typed in brackets and always in sight; `what` says which visit.

    Names are shortened, and what stands before them left out, until every number has its place.
    """
    known = [one for one in typing if one.place and one.client_id in practice.clients]
    for before, cells in (
        (f"medex  {what}  ", NAME),
        (f"medex  {what}  ", 6),
        ("", 6),
        ("", 4),
        ("", 3),
        ("", 2),
        ("", 0),
    ):
        line: Line = [(f" {before}", "strong")]
        for one in known:
            here, name = one.client_id == client_id, practice.clients[one.client_id].family_name
            tab = (
                f"{one.place} {cut(name, NAME) if here or cells == NAME else name[:cells]}".rstrip()
            )
            line.append((f"[{tab}]" if here else f" {tab} ", "accent" if here else ""))
        if length(line) <= width:
            break
    return line


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
            found.append(
                LeftLines(name, at, lines, data.get("client"), str(data.get("kind", "session")))
            )
    return sorted(found, key=lambda one: one.at)
