"""Proportions: counts always, a percentage only of enough cases."""

from __future__ import annotations

from msgspec import Struct

FEWEST = 5
"""Fewest cases for a percentage."""


class Proportion(Struct, frozen=True):
    """`part` of `whole` cases; without cases there is no percentage."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded to the nearest, but 100 means all and 0 none; None of fewer than five cases."""
        if self.whole < FEWEST:
            return None
        if self.part in (0, self.whole):
            return 100 * self.part // self.whole
        nearest = (200 * self.part + self.whole) // (2 * self.whole)
        return min(max(nearest, 1), 99)

    @property
    def words(self) -> str:
        """`96 % of 120`, `4 of 5` in small numbers, `n/a` of nothing."""
        if not self.whole:
            return "n/a"
        return (
            f"{self.part} of {self.whole}"
            if self.percent is None
            else f"{self.percent} % of {self.whole}"
        )

    @property
    def counted(self) -> str:
        """The same with its counts always: `96 %, 115 of 120`."""
        return (
            self.words if self.percent is None else f"{self.percent} %, {self.part} of {self.whole}"
        )
