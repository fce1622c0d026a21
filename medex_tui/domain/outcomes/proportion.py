"""So many of so many, as it is told: counts always, a percentage only where there are enough for one (DOMAIN 8)."""

from __future__ import annotations

from msgspec import Struct

FEWEST = 5
"""No percentage is said of fewer cases."""


class Proportion(Struct, frozen=True):
    """`part` of `whole`; of nothing there is no share, which is not 0 %."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None of fewer than five."""
        return self.part * 100 // self.whole if self.whole >= FEWEST else None

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
