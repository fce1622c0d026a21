"""A fault at every file call of a day of saves: what was acknowledged stays, nothing is invented, work goes on.

`MEDEX_FAULTS_ALL=1` tries every fault at every call; without it, kills and a full disk at every call, the rest at
every third. Run with `-s` for the counts.
"""

from __future__ import annotations

import pytest

from yard import ALL, yard

EVERY = ("kill", "ENOSPC")
FAULTS = (*EVERY, "torn", "short", "EIO", "EDQUOT", "EINTR", "ENOSPC+", "EIO+")


def test_a_day_without_faults_saves_everything() -> None:
    with yard() as here:
        day = here.day()
    assert day["wrong"] == []
    assert day["saved"] == 13
    assert day["refused"] == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_loses_nothing(fault: str) -> None:
    step = 1 if ALL or fault in EVERY else 3
    runs = acknowledged = refused = 0
    wrong: list[str] = []
    with yard() as here:
        calls = here.day()["calls"]
        assert calls > 200
        for at in range(1 + FAULTS.index(fault) % step, calls + 1, step):
            day = here.day(at, fault)
            wrong += [f"{fault} at call {at}: {what}" for what in day["wrong"]]
            runs, acknowledged, refused = (
                runs + 1,
                acknowledged + day["saved"],
                refused + day["refused"],
            )
    print(
        f"\n{fault}: {runs} runs, {acknowledged} saves acknowledged, {refused} refused, {len(wrong)} promises broken"
    )
    assert wrong == []
