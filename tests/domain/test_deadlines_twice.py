"""Random deadlines against a second, naive implementation; `benchmarks/deadlines.py` runs a million of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from deadlines import differences


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.slow
def test_deadlines_agree_with_a_walk_through_the_calendar(seed: int) -> None:
    assert list(differences(1500, seed)) == []
