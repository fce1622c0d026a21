"""A power cut at any moment of a day: whatever a disk may then hold, what was acknowledged is there and work goes on.

`MEDEX_FAULTS_ALL=1` draws many more states. Run with `-s` for the counts.
"""

from __future__ import annotations

from pathlib import Path

from harness import power_cuts
from yard import ALL

DRAWS = 300 if ALL else 20
"""States drawn by lot at each moment, beside those made one by one."""


def test_a_power_cut_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    tally = power_cuts(tmp_path / "log", DRAWS)
    print(f"\n{tally.tried} crash states, {len(tally.wrong)} promises broken")
    assert tally.tried > 500
    assert not tally.wrong, tally.wrong[:20]
