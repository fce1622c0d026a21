"""A conflict: somebody else changed the record meanwhile. Shows both versions."""

from __future__ import annotations

from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical

from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Line, fit, plain
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.domain.records.base import Record
from medex_tui.store import Conflict

BOOKKEEPING = ("rev", "created_at", "created_by", "updated_at", "updated_by", "seal")


def differences(mine: Record, theirs: Record) -> list[tuple[str, str, str]]:
    """Rows of field, mine, theirs for the fields in which two versions of a record differ."""
    left, right = msgspec.to_builtins(mine), msgspec.to_builtins(theirs)
    return [
        (field, _shown(left.get(field)), _shown(right.get(field)))
        for field in left
        if field not in BOOKKEEPING and left.get(field) != right.get(field)
    ]


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


class ConflictDialog(Dialog):
    """The fields that differ, yours beside theirs."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__()
        self.conflict = conflict

    def compose(self) -> ComposeResult:
        width = self.inner_width()
        half = (width - 16) // 2
        theirs = self.conflict.theirs
        author = theirs.updated_by or "another login"
        lines: list[Line] = [
            plain(f"Also edited by {author}. Nothing was overwritten.", "warn"),
            [],
            [(fit("", 16), ""), (fit("yours", half), "strong"), (fit("theirs", half), "strong")],
        ]
        for field, mine, other in differences(self.conflict.mine, theirs):
            lines.append(
                [(fit(field, 16), "field"), (fit(mine, half - 1) + " ", ""), (fit(other, half), "")]
            )
        back = self.key_of("go.back")
        lines += [
            [],
            plain(
                f"{back} keeps your text where it is. Look at theirs, then save again or leave it."
            ),
        ]
        with Vertical(classes="sheet"):
            yield StyledLines([plain("Two versions", "title")], classes="one")
            body = StyledLines(lines)
            body.styles.height = min(len(lines), 16)
            yield body
            yield StyledLines([self.hint("go.back")], classes="one")
