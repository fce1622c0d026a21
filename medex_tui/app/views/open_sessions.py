"""The open session lines as rows of Today and as tabs over the entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medex_tui.app.row_keys import DraftKey
from medex_tui.app.state.open_sessions import OpenSession
from medex_tui.app.styled_lines import Line, ListRow, length
from medex_tui.domain.language.plain import cut
from medex_tui.domain.records.practice import Practice

if TYPE_CHECKING:
    from medex_tui.app.commands import Key

A_ROW_EACH = 3
"""Up to so many sessions have a row each on Today; more share rows, so that what is due stays in sight."""
NAME = 9
"""Cells of a name in a tab, where there is room."""


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
            kept = f"  draft saved; {key('go.on')} to resume"
            name = practice.clients[one.client_id].name
            told: Line = [
                (f" {one.place or '>'} ", "key"),
                (since, "accent"),
                (name, "strong"),
                (kept, ""),
            ]
            rows.append(ListRow(told, DraftKey(one.client_id)))
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
