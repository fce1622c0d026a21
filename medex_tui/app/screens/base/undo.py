"""Earlier states of a line, taken back a word at a time; they live in the draft and so outlast the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

State: TypeAlias = tuple[str, int]
"""A text and where the cursor stood in it."""

MOST = 40


class Undo:
    """What a line was before, oldest first. Letters typed one after the other are one step, up to the next space."""

    def __init__(self, kept: Sequence[Any] = ()) -> None:
        self.states: list[State] = [(str(text), int(cursor)) for text, cursor in kept]
        self.running = False

    def note(self, before: State, after: str) -> None:
        """Remember a state that has just been left for another text."""
        at, length = before[1], len(after) - len(before[0])
        added = after[at : at + length] if length > 0 else ""
        letter = bool(added) and not any(c.isspace() for c in added)
        letter = letter and after == before[0][:at] + added + before[0][at:]
        if not (letter and self.running):
            self.states = [*self.states[1 - MOST :], before]
        self.running = letter

    def back(self) -> State | None:
        """The state before, taken off; None where there is none."""
        self.running = False
        return self.states.pop() if self.states else None
