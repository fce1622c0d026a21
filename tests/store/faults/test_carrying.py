"""A fault at every file call of a backup, a restore, a mending, a migration: the old practice or the new one, whole.

What is said is true: `done` is done, `refused` has changed nothing, and where a restore was cut off between its renames
the next to come is told the command that undoes it. Without `MEDEX_FAULTS_ALL=1` some of the calls. `-s` shows counts.
"""

from __future__ import annotations

import pytest

from yard import ALL, yard

STEPS = {"kill": 5, "ENOSPC": 9, "ENOSPC+": 11, "EIO": 13, "torn": 13}
"""Every how many calls a fault is tried, where not everything is."""


@pytest.mark.parametrize("what", ["backup", "copy", "mend", "lift"])
def test_a_fault_at_any_call_leaves_the_old_practice_or_the_new_one(what: str) -> None:
    runs = cut = 0
    wrong: list[str] = []
    with yard("carrying.py") as here:
        whole = here.day(what=what)
        assert (whole["came"], whole["wrong"]) == ("done", [])
        assert whole["calls"] > 80
        for fault, step in STEPS.items():
            for at in range(1, whole["calls"] + 1, 1 if ALL else step):
                done = here.day(at, fault, what=what)
                wrong += [f"{fault} at call {at}, {done['came']}: {one}" for one in done["wrong"]]
                runs, cut = runs + 1, cut + (done["came"] == "cut off")
    print(f"\n{what}: {runs} runs, {cut} cut off, {len(wrong)} promises broken")
    assert wrong == []
