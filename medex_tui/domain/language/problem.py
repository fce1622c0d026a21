"""What is wrong with a typed text, where, and what to do about it."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """A fault in a typed text: characters `start` to `end` of it, one sentence, and text to put in their place."""

    start: int
    end: int
    message: str
    suggestion: str | None = None

    def moved(self, by: int) -> Problem:
        """The same problem in a longer text that holds this one from character `by` on."""
        return Problem(self.start + by, self.end + by, self.message, self.suggestion)


class Question(Problem, frozen=True):
    """A value that can be but seldom is: asked about once, and settled by passing its `id` back as confirmed."""

    id: str = ""
