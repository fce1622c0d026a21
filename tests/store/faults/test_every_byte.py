"""Each byte of the files changed, each file cut at each byte: recovered or noticed, never silently missing.

`MEDEX_FAULTS_ALL=1` tries every byte in three ways; without it every fourth byte. Run with `-s` for the counts.
"""

from __future__ import annotations

import pytest

from harness import FILES, every_byte
from yard import ALL

STEP = 1 if ALL else 4
FLIPS = (0x01, 0x20, 0x80) if ALL else (0x01,)


@pytest.mark.parametrize("name", FILES)
def test_no_byte_is_lost_or_changed_in_silence(name: str) -> None:
    tally = every_byte(name, STEP, FLIPS)
    print(f"\n{name}: {tally.tried} cases, {tally.unseen} unseen by the check, {len(tally.wrong)} promises broken")
    assert not tally.wrong, tally.wrong[:20]
    assert not tally.unseen
