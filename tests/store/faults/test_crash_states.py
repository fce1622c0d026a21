"""A power cut at any moment of a day: whatever a disk may then hold, what was acknowledged is there and work goes on.

`MEDEX_FAULTS_ALL=1` draws many more states. Run with `-s` for the counts.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from day import RESERVE, SEGMENT, wrong_with
from disk import Disk, digest, put_down, read_log
from medex_tui.store import journal as journal_module
from yard import ALL, in_memory, yard

DRAWS = 300 if ALL else 20
"""States drawn by lot at each moment, beside those made one by one."""


def test_a_power_cut_at_any_moment_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    with yard() as here:
        was = str(here.folder / "1")
        assert here.day(log=str(log))["wrong"] == []
    monkeypatch.setattr(journal_module, "SEGMENT", SEGMENT)
    monkeypatch.setattr(journal_module, "RESERVE", RESERVE)
    disk, dice, seen = Disk(), random.Random(4), set[bytes]()
    wrong: list[str] = []
    calls = read_log(log)
    with in_memory() as memory:
        folder = memory / "clinic"
        for moment, call in enumerate(calls):
            disk.meet(call)
            for state in disk.states(dice, DRAWS):
                if (name := digest(state)) in seen:
                    continue
                seen.add(name)
                folder.mkdir()
                put_down(state, was, folder)
                found = wrong_with(folder / "practice.json", disk.said, may_refuse=False)
                wrong += [f"after call {moment} ({call.op} {Path(call.path).name}): {what}" for what in found]
                shutil.rmtree(folder)
    print(f"\n{len(calls)} calls, {len(seen)} crash states, {len(wrong)} promises broken")
    assert len(seen) > len(calls)
    assert not wrong, wrong[:20]
