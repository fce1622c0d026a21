"""What the daily report costs on a ten-year practice, beside tools people know on comparable counts.

    python benchmarks/overdue.py [--sessions 37000] [--runs 15] [--jrnl PATH]

Each round runs every program once, in turn, so that the machine's mood falls on all alike. `noise` is the third
quartile over the median of the bare interpreter in the same rounds: read differences below it as none.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path


def practice(path: Path, sessions: int) -> int:
    """Write a generated practice of so many sessions; how many records it has."""
    from medex_tui.sample import generated_practice
    from medex_tui.store import Saved, Store

    now = datetime.now(UTC).replace(microsecond=0)
    store = Store.open(path, by="bench", host="bench", pid=os.getpid(), create=True)
    saved = store.load(list(generated_practice(now, sessions=sessions, seed=1)), at=now)
    store.close()
    assert isinstance(saved, Saved), saved
    return len(saved.records)


def tasks(folder: Path, count: int) -> dict[str, str]:
    """A task list of `count` done and 200 open tasks, some overdue; the environment that finds it."""
    env = {**os.environ, "TASKDATA": str(folder / "task"), "TASKRC": str(folder / "taskrc")}
    (folder / "task").mkdir()
    (folder / "taskrc").write_text(
        f"data.location={folder / 'task'}\nconfirmation=off\nverbose=nothing\n"
    )
    now = int(time.time())
    rows = [
        f'{{"description":"report {n}","status":"{"pending" if n < 200 else "completed"}","entry":{now - 900000},'
        f'"due":{now + (n - 20) * 3600},"uuid":"{n:08x}-0000-4000-8000-000000000000"'
        + ("" if n < 200 else f',"end":{now - 1000}')
        + "}"
        for n in range(count)
    ]
    (folder / "tasks.json").write_text("[" + ",".join(rows) + "]")
    subprocess.run(
        ["task", "import", str(folder / "tasks.json")], env=env, check=True, capture_output=True
    )
    return env


def journal(folder: Path, count: int) -> Path:
    """A state of `count` transactions."""
    day = datetime(2016, 1, 1, tzinfo=UTC)
    lines = []
    for n in range(count):
        at = day + timedelta(hours=2 * n)
        lines.append(f"{at:%Y-%m-%d} session {n}\n    income:clients  $-80\n    assets:bank\n")
    path = folder / "books.hledger"
    path.write_text("\n".join(lines))
    return path


def entries(folder: Path, count: int) -> Path:
    """A diary of `count` entries, and the configuration that finds it."""
    day = datetime(2016, 1, 1, tzinfo=UTC)
    path = folder / "diary.txt"
    path.write_text(
        "".join(
            f"[{day + timedelta(hours=2 * n):%Y-%m-%d %H:%M}] Session {n}.\n\n"
            for n in range(count)
        )
    )
    config = folder / "jrnl.yaml"
    config.write_text(f"version: v4.2\njournals:\n  default:\n    journal: {path}\ncolors: {{}}\n")
    return config


def once(words: list[str], env: dict[str, str] | None) -> tuple[float, float]:
    """Milliseconds and peak megabytes of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    return 1000 * (time.perf_counter() - start), used.ru_maxrss / 1024


def main() -> None:
    """Build the data, run the rounds, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sessions", type=int, default=37_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--jrnl", default="jrnl")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        store = folder / "practice.json"
        # In a process of its own: a child's peak would otherwise start from this one's.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            records = pool.submit(practice, store, given.sessions).result()
        medex = [sys.executable, "-m", "medex_tui", "--store", str(store)]
        programs: dict[str, tuple[list[str], dict[str, str] | None]] = {
            "python -c pass": ([sys.executable, "-c", "pass"], None),
            f"medex overdue, {given.sessions} sessions, {records} records": (
                [*medex, "overdue"],
                None,
            ),
            "medex overdue --json": ([*medex, "overdue", "--json"], None),
        }
        if shutil.which("task"):
            programs["task overdue, 5000 tasks"] = (["task", "overdue"], tasks(folder, 5000))
        if shutil.which("hledger"):
            state = journal(folder, given.sessions)
            programs[f"hledger bal, {given.sessions} transactions"] = (
                ["hledger", "-f", str(state), "bal"],
                None,
            )
        if shutil.which(given.jrnl):
            config = entries(folder, given.sessions)
            words = [given.jrnl, "--config-file", str(config), "-5"]
            programs[f"jrnl -5, {given.sessions} entries"] = (words, None)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
        for _ in range(given.runs + 1):
            for name, (words, env) in programs.items():
                taken[name].append(once(words, env))
        bare = sorted(ms for ms, _ in taken["python -c pass"][1:])
        print(f"noise {bare[3 * len(bare) // 4] / statistics.median(bare):.2f} x")
        for name, runs in taken.items():
            times, peaks = [ms for ms, _ in runs[1:]], [mb for _, mb in runs[1:]]
            print(
                f"{name:50} {min(times):7.0f} min {statistics.median(times):7.0f} median ms {max(peaks):6.1f} MB"
            )


if __name__ == "__main__":
    main()
