"""Undo of a line, a word at a time. Its states are in the draft and so outlast the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

State: TypeAlias = tuple[str, int]
"""A text and the position of the cursor in it."""

MOST = 40


class Undo:
    """Earlier states, oldest first. Letters typed in a row are one step, up to the next space."""

    def __init__(self, kept: Sequence[Any] = ()) -> None:
        self.states: list[State] = [(str(text), int(cursor)) for text, cursor in kept]
        self.running = False

    def note(self, before: State, after: str) -> None:
        """Record the state before a change to the text `after`."""
        at, length = before[1], len(after) - len(before[0])
        added = after[at : at + length] if length > 0 else ""
        letter = bool(added) and not any(c.isspace() for c in added)
        letter = letter and after == before[0][:at] + added + before[0][at:]
        if not (letter and self.running):
            self.states = [*self.states[1 - MOST :], before]
        self.running = letter

    def back(self) -> State | None:
        """Take off and return the last state; None where there is none."""
        self.running = False
        return self.states.pop() if self.states else None
