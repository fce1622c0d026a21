"""The harness itself put to the test: each way of breaking the store is noticed by one of its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness import every_byte, from_all_sides, power_cuts
from mutants import MUTANTS, broken
from yard import yard

JOURNAL = "practice.journal/000001.jsonl"


def by_power_cuts(mutant: str, folder: Path) -> list[str]:
    return power_cuts(folder / "log", 4, enough=1, mutant=mutant).wrong


def by_every_byte(mutant: str, folder: Path) -> list[str]:
    with broken(mutant):
        tally = every_byte(JOURNAL, 5, (0x01,), enough=1)
    return tally.wrong + ["a change the check did not see"] * tally.unseen


def by_saving_from_all_sides(mutant: str, folder: Path) -> list[str]:
    return from_all_sides(4, 400, mutant).wrong


def by_a_day_of_two(mutant: str, folder: Path) -> list[str]:
    with yard() as here:
        said = here.day(mutant=mutant)["said"]
    met = [versions for word, *rest in said if word == "conflict" for versions in rest]
    return [] if met == [{"c1": "v4"}] else [f"kim met {met}, and not lee's change of c1"]


NOTICED: dict[str, Callable[[str, Path], list[str]]] = {
    "no sync of the line": by_power_cuts,
    "no sync of the folder": by_power_cuts,
    "files replaced in place": by_power_cuts,
    "no lock": by_saving_from_all_sides,
    "no checksum": by_every_byte,
    "no revision check": by_a_day_of_two,
    "confirmed too early": by_power_cuts,
    "damage taken for a torn end": by_every_byte,
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_store_is_noticed(mutant: str, tmp_path: Path) -> None:
    found = NOTICED[mutant](mutant, tmp_path)
    print(f"\n{mutant}: {found[0] if found else 'not noticed'}")
    assert found


@pytest.mark.parametrize("part", sorted(set(NOTICED.values()), key=lambda part: part.__name__))
def test_an_unbroken_store_is_not_accused(
    part: Callable[[str, Path], list[str]], tmp_path: Path
) -> None:
    assert part("", tmp_path) == []
