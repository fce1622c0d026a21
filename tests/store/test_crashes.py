"""What was acknowledged stays, whatever ends the process: told with real processes and real signals."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from medex_tui.domain.records.people import Client
from medex_tui.store import Conflict, NotSaved, Saved, Store
from medex_tui.store.check import check

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
KILLS = 30
ROOT = Path(__file__).parents[2]

WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from medex_tui.domain.records.people import Client
from medex_tui.store import Saved, Store
path, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = Store.open(path, by=who, host="clinic", pid=os.getpid(), create=True)
for n in range(count):
    record = Client(id=f"{who}-{n:05}", given_name=who, family_name="x" * (n * 37 % 900 + 1))
    os.write(1, f"try {record.id}\\n".encode())
    outcome = store.save([record], at=datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    assert isinstance(outcome, Saved), outcome
    os.write(1, f"saved {record.id}\\n".encode())
store.close()
"""

HOLDER = """
import os, sys, time
from pathlib import Path
from medex_tui.store import Store
store = Store.open(Path(sys.argv[1]), by="lee", host="clinic", pid=os.getpid())
with store.state.hold():
    os.write(1, b"held\\n")
    time.sleep(60)
"""


def started(script: str, *args: object) -> subprocess.Popen[bytes]:
    """The script in a process; its pipes without a buffer, which `communicate` would leave unread after `readline`."""
    command = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(
        command, bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )


def opened(path: Path) -> Store:
    return Store.open(path, by="kim", host="clinic", pid=os.getpid(), create=True)


def client(id: str) -> Client:
    return Client(id=id, given_name="Jo", family_name="Hicks")


def faults(path: Path) -> list[str]:
    return [f"{one.name}: {one.detail}" for one in check(path) if not one.ok]


def test_kill_9_in_mid_save_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, chance = tmp_path / "practice.json", random.Random(9)
    acknowledged: set[str] = set()
    tried: set[str] = set()
    for turn in range(KILLS):
        child = started(WRITER, path, f"w{turn}", 100_000)
        assert child.stdout
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.06))
        child.kill()
        for line in child.communicate()[0].decode().splitlines():
            word, _, id = line.partition(" ")
            (acknowledged if word == "saved" else tried).add(id)
        tried.add(f"w{turn}-00000")
        store = opened(path)
        there = set(store.practice.clients)
        assert acknowledged <= there <= tried
        assert len(there) <= len(acknowledged) + turn + 1
        assert isinstance(store.save([client(f"after-{turn}")], at=AT), Saved)
        acknowledged.add(f"after-{turn}")
        tried.add(f"after-{turn}")
        if turn % 3 == 0:
            store.close()
        else:
            os.close(store.state._users)
    assert len(acknowledged) > KILLS
    opened(path).close()
    assert faults(path) == []


def test_two_writers_lose_nothing_and_make_nothing_twice(tmp_path: Path) -> None:
    path, each = tmp_path / "practice.json", 150
    opened(path).close()
    watching = opened(path)
    children = [started(WRITER, path, who, each) for who in ("kim", "lee")]
    for child in children:
        assert child.communicate()[1] == b""
    assert watching.refresh()
    expected = {f"{who}-{n:05}" for who in ("kim", "lee") for n in range(each)}
    assert set(watching.practice.clients) == expected
    watching.close()
    again = opened(path)
    assert set(again.practice.clients) == expected
    assert len(again.state.tables["clients"]) == 2 * each
    assert faults(path) == []


def test_two_logins_editing_one_record_meet_each_others_version(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    kim, lee = opened(path), opened(path)
    [first] = kim.save([client("c")], at=AT).records  # type: ignore[union-attr]
    assert isinstance(lee.save([msgspec.structs.replace(first, phone="1")], at=AT), Saved)
    met = kim.save([msgspec.structs.replace(first, phone="2")], at=AT)
    assert isinstance(met, Conflict)
    assert (met.mine.phone, met.theirs.phone) == ("2", "1")  # type: ignore[attr-defined]


def test_a_dead_holder_of_the_lock_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path)
    holder = started(HOLDER, path)
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.communicate()
    # Were the lock still held, the save would be refused after two seconds.
    assert isinstance(store.save([client("c")], at=AT), Saved)


def test_a_stopped_holder_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path)
    assert isinstance(store.save([client("c")], at=AT), Saved)
    holder = started(HOLDER, path)
    assert holder.stdout
    holder.stdout.readline()
    holder.send_signal(signal.SIGSTOP)
    try:
        outcome = store.save([client("d")], at=AT)
        assert isinstance(outcome, NotSaved)
        assert f"lee (process {holder.pid} on clinic)" in outcome.reason
        assert outcome.durable
        assert not store.refresh()
        reading = opened(path)
        assert set(reading.practice.clients) == {"c"}
    finally:
        holder.kill()
        holder.communicate()
    assert isinstance(store.save([client("d")], at=AT), Saved)


def test_a_process_that_ends_while_others_work_leaves_the_snapshot_to_the_last(
    tmp_path: Path,
) -> None:
    path = tmp_path / "practice.json"
    first, last = opened(path), opened(path)
    first.save([client("c")], at=AT)
    first.close()
    assert not path.exists()
    last.close()
    assert '"id":"c"' in path.read_text()


@pytest.mark.parametrize("when", ["write", "rename"])
def test_a_checkpoint_that_fails_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    path = tmp_path / "practice.json"
    store = opened(path)
    store.save([client("c")], at=AT)
    store.close()
    store = opened(path)
    store.save([client("d")], at=AT)

    def fails(*args: object) -> None:
        raise OSError(28, "No space left on device")

    if when == "write":
        monkeypatch.setattr("medex_tui.store.snapshot.write_all", fails)
    else:
        monkeypatch.setattr(Path, "replace", fails)
    store.close()
    monkeypatch.undo()
    assert store.notices[-1].endswith(
        "the snapshot was not renewed: the disk is full; make room on it and try again."
    )
    assert not list(tmp_path.glob("*.new")), "half a snapshot keeps a full disk full"
    again = opened(path)
    assert set(again.practice.clients) == {"c", "d"}
    again.close()
    assert faults(path) == []
