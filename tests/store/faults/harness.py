"""What the fault tests and the mutation check share: power cuts, changed bytes, saving from all sides."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from day import RESERVE, SEGMENT, wrong_with
from disk import Disk, digest, put_down, read_log
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.visits import Session
from medex_tui.store import NotSaved, Saved, Store, StoreProblem
from medex_tui.store import journal as journal_module
from medex_tui.store.check import check
from yard import ROOT, in_memory, yard

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
FILES = ("practice.json", "practice.journal/000001.jsonl", "practice.journal/lock")


class Tally(msgspec.Struct):
    """How much was tried, and every promise that was broken."""

    tried: int = 0
    unseen: int = 0
    wrong: list[str] = []


@contextmanager
def small_files(segment: int = SEGMENT, reserve: int = RESERVE) -> Iterator[None]:
    """Journals of small segments, in this process."""
    was = journal_module.SEGMENT, journal_module.RESERVE
    journal_module.SEGMENT, journal_module.RESERVE = segment, reserve
    try:
        yield
    finally:
        journal_module.SEGMENT, journal_module.RESERVE = was


# Power cuts ----------------------------------------------------------------------------------------------------------


def power_cuts(log: Path, draws: int, *, enough: int = 1_000_000, **mutation: str) -> Tally:
    """Every state a disk may be in after a power cut at any call of a day, up to `enough` broken promises."""
    with yard() as here:
        was = str(here.folder / "1")
        here.day(log=str(log), **mutation)
    disk, dice, seen, tally = Disk(), random.Random(4), set[bytes](), Tally()
    with in_memory() as memory, small_files():
        folder = memory / "clinic"
        for moment, call in enumerate(read_log(log)):
            disk.meet(call)
            for state in disk.states(dice, draws):
                if (name := digest(state)) in seen:
                    continue
                seen.add(name)
                folder.mkdir()
                put_down(state, was, folder)
                found = wrong_with(folder / "practice.json", disk.said, may_refuse=False)
                tally.wrong += [
                    f"after call {moment} ({call.op} {Path(call.path).name}): {what}"
                    for what in found
                ]
                shutil.rmtree(folder)
                if len(tally.wrong) >= enough:
                    break
    tally.tried = len(seen)
    return tally


# Every byte ----------------------------------------------------------------------------------------------------------


def opened(folder: Path) -> Store:
    """The practice of a test folder."""
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


def left(store: Store) -> None:
    """The process ends without a word."""
    store.state.journal.close()
    os.close(store.state._users)


def acknowledged(folder: Path) -> dict[str, str | None]:
    """A practice with a snapshot and saves after it; what each record is at."""
    store = opened(folder)
    jo = Client(id="jo", given_name="Jo", family_name="Hicks", phone="1")
    assert isinstance(store.save([jo, Session(id="visit", client_id="jo", note="1")], at=AT), Saved)
    store.close()
    store = opened(folder)
    jo = store.practice.clients["jo"]
    assert isinstance(store.save([msgspec.structs.replace(jo, phone="2")], at=AT), Saved)
    assert isinstance(
        store.save([Client(id="al", given_name="Al", family_name="Ito", phone="1")], at=AT), Saved
    )
    left(store)
    return {"jo": "2", "visit": "1", "al": "1"}


def found_in(store: Store) -> dict[str, str | None]:
    """What each record is at."""
    practice = store.everything()
    return {c.id: c.phone for c in practice.clients.values()} | {
        s.id: s.note for s in practice.sessions.values()
    }


def silent(folder: Path, expected: dict[str, str | None]) -> Iterator[str]:
    """What is missing or changed without anybody being told, and what cannot be gone on with."""
    noticed = [one.name for one in check(folder / "practice.json") if not one.ok]
    try:
        store = opened(folder)
    except StoreProblem as problem:
        yield f"cannot be opened: {problem}"
        return
    there = found_in(store)
    if there != expected and not (noticed and store.notices):
        yield f"{there} without a word ({noticed}, {store.notices})"
    outcome = store.save([Client(id="new", given_name="", family_name="New")], at=AT)
    if isinstance(outcome, NotSaved):
        if not (noticed and outcome.reason.endswith(".")):
            yield f"a save is refused for nothing: {outcome.reason}"
    elif found_in(store) != expected | {"new": None}:
        yield f"saved on top of less than there was: {found_in(store)}"
    store.close()


def every_byte(name: str, step: int, flips: Sequence[int], *, enough: int = 1_000_000) -> Tally:
    """A file cut at every `step`th byte, and each of these bytes flipped, up to `enough` broken promises."""
    tally = Tally()
    with in_memory() as memory, small_files(reserve=64):
        expected = acknowledged(memory / "whole")
        whole = (memory / "whole" / name).read_bytes()
        for at in range(0, len(whole), step):
            flipped = [whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :] for flip in flips]
            for what, data in (("cut", whole[:at]), *(("flip", one) for one in flipped)):
                folder = memory / "clinic"
                shutil.copytree(memory / "whole", folder)
                (folder / name).write_bytes(data)
                tally.tried += 1
                if name != FILES[2] and all(one.ok for one in check(folder / "practice.json")):
                    tally.unseen += whole[at:].strip(b"\n") != b""
                tally.wrong += [
                    f"{name} {what} at {at}: {told}" for told in silent(folder, expected)
                ]
                shutil.rmtree(folder)
            if len(tally.wrong) + tally.unseen >= enough:
                break
    return tally


# Many at once --------------------------------------------------------------------------------------------------------

WRITER = """
import json, os, sys
from datetime import UTC, datetime
from pathlib import Path
import mutants
from medex_tui.domain.records.people import Client
from medex_tui.store import Conflict, Saved, Store
path, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
mutants.break_(sys.argv[4])
store = Store.open(path, by=who, host="clinic", pid=os.getpid(), create=True)
at, kept, shared = datetime(2026, 11, 22, 14, 5, tzinfo=UTC), [], 0
os.write(1, b"ready\\n")
sys.stdin.readline()
for n in range(count):
    if n % 4:
        record = Client(id=f"{who}-{n:05}", given_name=who, family_name="x" * (n * 37 % 900 + 1))
        assert isinstance(store.save([record], at=at), Saved)
        kept.append(record.id)
        continue
    while True:
        store.refresh()
        ours = store.practice.clients["shared"]
        import msgspec
        outcome = store.save([msgspec.structs.replace(ours, phone=str(int(ours.phone) + 1))], at=at)
        if isinstance(outcome, Saved):
            shared += 1
            break
        assert isinstance(outcome, Conflict), outcome
store.close()
print(json.dumps([kept, shared]))
"""
"""Three saves in four are of new records; the fourth counts one up in a record that everybody changes."""


def from_all_sides(processes: int, saves: int, mutant: str = "") -> Tally:
    """So many processes, so many saves each; what is missing, doubled, or lost of the record they all change."""
    tally = Tally(tried=processes * saves)
    with in_memory() as memory:
        store = opened(memory)
        store.save([Client(id="shared", given_name="", family_name="x", phone="0")], at=AT)
        store.close()
        path, env = (
            memory / "practice.json",
            {**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
        )
        children = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, path, f"w{number}", str(saves), mutant],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=env,
            )
            for number in range(processes)
        ]
        for child in children:
            assert child.stdout
            child.stdout.readline()
        kept: set[str] = set()
        shared = 0
        for child in children:
            assert child.stdin
            child.stdin.write(b"\n")
            child.stdin.flush()
        for child in children:
            out, err = child.communicate(timeout=300)
            if err or not out:
                tally.wrong.append(err.decode()[-500:] or "it ended without a word")
                continue
            ids, count = json.loads(out.splitlines()[-1])
            kept |= set(ids)
            shared += count
        try:
            store = opened(memory)
        except StoreProblem as problem:
            tally.wrong.append(str(problem))
            return tally
        there = store.practice.clients
        tally.wrong += [f"{id} is missing" for id in sorted(kept - there.keys())]
        tally.wrong += [f"{id} was invented" for id in sorted(there.keys() - kept - {"shared"})]
        if there["shared"].phone != str(shared):
            tally.wrong.append(
                f"{shared} changes of one record were acknowledged, {there['shared'].phone} are there"
            )
        if len(store.state.tables["clients"]) != len(there):
            tally.wrong.append("a record is there twice")
        store.close()
        tally.wrong += [f"{one.name}: {one.detail}" for one in check(path) if not one.ok]
    return tally
