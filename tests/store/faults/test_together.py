"""Eight processes saving as fast as they can: all kept, nothing twice, no change of the record they share lost."""

from __future__ import annotations

from harness import from_all_sides


def test_eight_processes_of_two_hundred_saves_lose_nothing() -> None:
    tally = from_all_sides(8, 200)
    print(f"\n8 processes, {tally.tried} saves, {len(tally.wrong)} lost or doubled")
    assert tally.wrong == []
