"""What is wrong with a typed text, where, and what to do about it."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """A fault in typed text.

    `start` and `end` are character positions; a message of one sentence; a suggested replacement.
    """

    start: int
    end: int
    message: str
    suggestion: str | None = None

    def moved(self, by: int) -> Problem:
        """The same problem in a longer text that holds this one from character `by` on."""
        return Problem(self.start + by, self.end + by, self.message, self.suggestion)


class Question(Problem, frozen=True):
    """An unlikely but possible value: asked about once, confirmed by passing back its `id`."""

    id: str = ""
