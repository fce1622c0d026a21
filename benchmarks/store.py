"""What a durable save costs beside its yardsticks, and what opening ten years costs.

    python benchmarks/store.py [SIZE ...] [--rounds N] [--folder DIR]

For each size (sessions in the practice; 1000 10000 50000 200000 when none is named) the same visit is written in turn,
interleaved in one process: a bare append + fdatasync of a line as long as ours, a bare append + fsync, our insert and
our update, SQLite's insert and update (WAL, synchronous FULL), and a few inserts of stock TinyDB for the record.
Medians, in milliseconds and as ratios to the bare append + fdatasync. Then, in a process of its own, the opening.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

import msgspec
from tinydb import TinyDB

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.ids import uuid7
from medex_tui.domain.records.tables import TABLES
from medex_tui.domain.records.visits import Session
from medex_tui.sample.generated import generated_practice
from medex_tui.store import Saved, Store
from medex_tui.store.codec import raw_of

SIZES = (1_000, 10_000, 50_000, 200_000)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
BATCH = 20_000
CLIENTS = 50
STOCK_BUDGET_S = 3.0

OPENING = """
import resource, sys, time
from pathlib import Path
def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
from datetime import UTC, datetime
from medex_tui.store import Store
begun = time.perf_counter()
store = Store.open(Path(sys.argv[1]), by="bench", host="here", pid=1)
opened = time.perf_counter()
practice = store.practice
typed = time.perf_counter()
print((opened - begun) * 1e3, (typed - begun) * 1e3, memory(), sum(len(t) for t in practice.tables.values()))
import os
os._exit(0)
"""


def timed(work: Callable[[], object]) -> float:
    """Seconds one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records a batch at a time."""
    while batch := list(islice(records, BATCH)):
        yield batch


class Bare:
    """A file that lines are appended to, each synced."""

    def __init__(self, path: Path, sync: Callable[[int], None]) -> None:
        self.fd, self.sync = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), sync

    def append(self, line: bytes) -> None:
        """One line, on the disk when this returns."""
        os.write(self.fd, line)
        self.sync(self.fd)


class Ours:
    """The store as shipped, with a snapshot of the whole practice under it."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        first = Store.open(path, by="bench", host="here", pid=os.getpid(), create=True)
        for batch in batches(generated_practice(NOW, sessions=size, seed=7)):
            assert isinstance(first.load(batch, at=NOW), Saved)
        first.close()
        self.store = Store.open(path, by="bench", host="here", pid=os.getpid())

    def save(self, record: Record) -> Record:
        """One durable save; the record as it then is."""
        outcome = self.store.save([record], at=NOW)
        assert isinstance(outcome, Saved), outcome
        return outcome.records[0]


class Sqlite:
    """The same documents in SQLite: a row each, JSON text, revision in a column."""

    def __init__(self, path: Path, size: int) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute(
            "CREATE TABLE docs (kind TEXT, id TEXT, rev INT, doc TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        for batch in batches(generated_practice(NOW, sessions=size, seed=7)):
            self.db.execute("BEGIN")
            self.db.executemany(
                "INSERT INTO docs VALUES (?, ?, 1, ?)",
                [(TABLES[type(r)], r.id, msgspec.json.encode(raw_of(r)).decode()) for r in batch],
            )
            self.db.execute("COMMIT")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def insert(self, record: Record) -> None:
        """One durable insert."""
        doc = msgspec.json.encode(record).decode()
        self.db.execute(
            "INSERT INTO docs VALUES (?, ?, 1, ?)", (TABLES[type(record)], record.id, doc)
        )

    def update(self, record: Record) -> None:
        """One durable update, by revision."""
        doc = msgspec.json.encode(record).decode()
        changed = self.db.execute(
            "UPDATE docs SET doc = ?, rev = rev + 1 WHERE kind = ? AND id = ? AND rev = ?",
            (doc, TABLES[type(record)], record.id, record.rev),
        ).rowcount
        assert changed == 1


def stock(folder: Path, size: int, visits: Sequence[Session]) -> float:
    """Median seconds of TinyDB's own insert of a visit among `size` of them, as many as the budget allows."""
    path = folder / "stock.json"
    visit = raw_of(visits[0])
    sessions = (r for r in generated_practice(NOW, sessions=size, seed=7) if isinstance(r, Session))
    path.write_text(
        json.dumps({"_default": {str(n): raw_of(r) for n, r in enumerate(sessions, 1)}})
    )
    taken: list[float] = []
    with TinyDB(path) as db:
        while not taken or (sum(taken) < STOCK_BUDGET_S and len(taken) < 15):
            taken.append(timed(lambda: db.insert(visit)))
    path.unlink()
    return median(taken)


def visits_like(practice_visits: Sequence[Session], count: int) -> list[Session]:
    """New visits with the content of real ones."""
    models = [v for v in practice_visits if v.exercises][:CLIENTS]
    blank = {"rev": 0, "state": "open", "signed_at": None, "signed_by": None, "seal": None}
    ids = (uuid7(NOW + timedelta(seconds=n), n.to_bytes(10, "big")) for n in range(count))
    return [
        msgspec.structs.replace(models[n % len(models)], id=id, **blank) for n, id in enumerate(ids)
    ]


def measure(folder: Path, size: int, rounds: int) -> dict[str, float]:
    """Median seconds of each contender at one size, and what a line weighs."""
    path = folder / "practice.json"
    ours, sqlite = Ours(path, size), Sqlite(folder / "docs.sqlite", size)
    data, every = Bare(folder / "data", os.fdatasync), Bare(folder / "every", os.fsync)
    visits = visits_like(list(ours.store.practice.sessions.values()), rounds + 20)
    taken: dict[str, list[float]] = {
        name: [] for name in ("bare", "fsync", "insert", "update", "sql_in", "sql_up")
    }
    journal = ours.store.state.journal
    gc.collect()
    gc.freeze()  # as the app does when it is up
    weight, chance = 1500, random.Random(7)  # whose turn comes first makes a difference
    for turn, visit in enumerate(visits):
        kept: list[Record] = []
        line = os.urandom(weight // 2).hex().encode() + b"\n"
        again = msgspec.structs.replace(visit, note="changed", rev=1)
        before = journal.offset
        first: list[tuple[str, Callable[[], object]]] = [
            ("bare", lambda line=line: data.append(line)),  # type: ignore[misc]
            ("insert", lambda v=visit, k=kept: k.append(ours.save(v))),  # type: ignore[misc]
            ("sql_in", lambda v=visit: sqlite.insert(v)),  # type: ignore[misc]
        ]
        then: list[tuple[str, Callable[[], object]]] = [
            ("fsync", lambda line=line: every.append(line)),  # type: ignore[misc]
            ("update", lambda v=again: ours.save(v)),  # type: ignore[misc]
            ("sql_up", lambda v=again: sqlite.update(v)),  # type: ignore[misc]
        ]
        for name, step in (*chance.sample(first, 3), *chance.sample(then, 3)):
            spent = timed(step)
            if turn >= 20:
                taken[name].append(spent)
            if name == "insert":
                weight = journal.offset - before if journal.offset > before else weight
    found = {name: median(spent) for name, spent in taken.items()}
    found["insert_p99"] = sorted(taken["insert"])[int(len(taken["insert"]) * 0.99)]
    found["bare_p99"] = sorted(taken["bare"])[int(len(taken["bare"]) * 0.99)]
    found["line"] = weight
    ours.store.close()
    found["stock"] = stock(folder, size, visits)
    return found


def opening(path: Path) -> tuple[float, float, float, int]:
    """Median ms to open, ms to the typed desk, MB resident, and records on the desk, each in a fresh process."""
    runs = [
        [
            float(n)
            for n in subprocess.run(
                [sys.executable, "-c", OPENING, path], capture_output=True, check=True
            ).stdout.split()
        ]
        for _ in range(5)
    ]
    opened, typed, memory, records = (median(column) for column in zip(*runs, strict=True))
    return opened, typed, memory, int(records)


def main(words: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--folder", help="where to write: the disk to measure")
    given = parser.parse_args(words)
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores; ",
        end="",
    )
    print(
        f"medians of {given.rounds} interleaved rounds; x is the ratio to the bare append + fdatasync of the row.\n"
    )
    print(
        "| sessions | bare ms | fsync ms | insert | update | SQLite insert | SQLite update | ",
        end="",
    )
    print(
        "insert p99 / bare p99 | stock TinyDB insert | open ms | typed desk ms | RSS MB | on the desk |"
    )
    print("|---" * 13 + "|")
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            found = measure(Path(folder), size, given.rounds)
            opened, typed, memory, records = opening(Path(folder) / "practice.json")
        bare = found["bare"]
        ratios = " | ".join(
            f"{found[n] / bare:.2f} x" for n in ("insert", "update", "sql_in", "sql_up")
        )
        p99 = f"{found['insert_p99'] * 1e3:.2f} / {found['bare_p99'] * 1e3:.2f} ms"
        print(
            f"| {size:,} | {bare * 1e3:.3f} | {found['fsync'] * 1e3:.3f} | {ratios} | {p99} ",
            end="",
        )
        print(
            f"| {found['stock'] * 1e3:,.0f} ms | {opened:.0f} | {typed:.0f} | {memory:.0f} | {records:,} |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
