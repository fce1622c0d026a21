"""Each byte of the files changed, each file cut at each byte: recovered or noticed, never silently missing.

`MEDEX_FAULTS_ALL=1` tries every byte in three ways; without it every fourth byte. Run with `-s` for the counts.
"""

from __future__ import annotations

import shutil

import pytest

from harness import AT, FILES, acknowledged, every_byte, found_in, opened, small_files
from medex_tui.store.backup import Actor, plan, restore
from medex_tui.store.check import check
from medex_tui.store.salvage import salvage
from yard import ALL, in_memory

STEP = 1 if ALL else 4
FLIPS = (0x01, 0x20, 0x80) if ALL else (0x01,)


@pytest.mark.parametrize("name", FILES)
def test_no_byte_is_lost_or_changed_in_silence(name: str) -> None:
    tally = every_byte(name, STEP, FLIPS)
    print(
        f"\n{name}: {tally.tried} cases, {tally.unseen} unseen by the check, {len(tally.wrong)} promises broken"
    )
    assert not tally.wrong, tally.wrong[:20]
    assert not tally.unseen


def test_any_changed_byte_of_the_journal_costs_at_most_its_own_line() -> None:
    cases = mended = 0
    with in_memory() as memory, small_files(reserve=64):
        expected = acknowledged(memory / "whole")
        folder = memory / "clinic"
        shutil.copytree(memory / "whole", folder)
        path, journal = folder / "practice.json", folder / FILES[1]
        whole = journal.read_bytes().rstrip(b"\n") + b"\n"
        lines = whole.count(b"\n")
        for at in range(0, len(whole) - 1, STEP):
            journal.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            left = salvage(path)
            assert len(left.found) >= lines - 1, at
            assert left.faults or whole[at : at + 1] == b"\n", at
            cases += 1
        for at in range(7, len(whole), 1 + len(whole) // 40):
            journal.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            restore(plan(path, path), path, Actor("kim", "clinic", 1, AT))
            store = opened(folder)
            there = found_in(store)
            store.close()
            assert there.keys() >= expected.keys() - {"al"}, at
            assert all(one.ok for one in check(path)), at
            mended += 1
            shutil.rmtree(folder)
            shutil.copytree(memory / "whole", folder)
    print(f"\n{cases} changed bytes salvaged, {mended} practices mended and checked")
