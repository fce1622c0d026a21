"""How soon medex is there, beside the smallest Textual app in the same run.

    python benchmarks/start.py [--store FILE] [--rounds N] [--sessions N] [--beside NAME=COMMAND]...

Without --store a practice of ten years is made first (37,000 sessions). The apps start in turn, once a round, each in
a terminal of its own; medians in milliseconds and as ratios. First useful text is what is overdue and whom to see
today. `noise` is the third quartile over the median of the minimal app: read differences below it as none. --beside
measures any other program in the same rounds; `env HOME=DIR prog` keeps one from the settings of whoever measures.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
from terminal import Run, measured

BATCH = 20_000
IDLE_S = 2.0
SETTLE_S = 5.0
"""How long a program nobody here knows must be silent until its first screen is complete."""
Key = tuple[str, bytes]
DOWN: Sequence[Key] = [("down", b"\x1b[B")] * 6
TYPED = "= 132/78 72 o97 p3 ; steady"
BUDGETS = {"usable": 1.10, "first useful text": 0.35, "key to echo, ms": 10.0, "memory, MB": 45.0}


def useful(text: str) -> bool:
    """Whether a screen tells what needs doing and whom to see."""
    return "LETTERS DUE" in text and "TODAY" in text


def practice_of(folder: Path, sessions: int) -> Path:
    """A generated practice in a folder."""
    from medex_tui.sample.generated import generated_practice
    from medex_tui.store import Saved, Store

    path = folder / "practice.json"
    now = datetime.now(UTC).replace(microsecond=0)
    store = Store.open(path, by="bench", host="here", pid=os.getpid(), create=True)
    try:
        records = iter(generated_practice(now, sessions=sessions, seed=1))
        while batch := list(islice(records, BATCH)):
            assert isinstance(store.load(batch, at=now), Saved)
    finally:
        store.close()
    return path


def middle(values: Sequence[float]) -> float:
    """The median, to the tenth."""
    return round(median(values), 1)


class Program:
    """A command, how it is driven, and what it did in each round; keys and idleness only in the first."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        keys: Sequence[Key] = DOWN,
        settle_s: float = 1.2,
    ) -> None:
        self.name, self.command, self.env, self.keys, self.settle_s = (
            name,
            command,
            env,
            keys,
            settle_s,
        )
        self.runs: list[Run] = []

    def start(self, *, driven: bool) -> Run:
        """Start it once."""
        keys, idle_s = (self.keys, IDLE_S) if driven else ((), 0.0)
        return measured(
            self.command, env=self.env, keys=keys, settle_s=self.settle_s, idle_s=idle_s
        )

    @property
    def usable_ms(self) -> list[float]:
        """Milliseconds to the usable frame, a number a round."""
        return [run.usable()[0] for run in self.runs]

    @property
    def memory_mb(self) -> float:
        """Resident memory, the median."""
        return middle([run.memory_mb for run in self.runs])


def beside(said: str) -> Program:
    """`NAME=COMMAND` as a program; of one that draws a while and then loads on, the last screen is waited for."""
    name, given, command = said.partition("=")
    if not given or not command.strip():
        raise argparse.ArgumentTypeError(f"{said!r}: write NAME=COMMAND")
    return Program(name, shlex.split(command), settle_s=SETTLE_S)


def against_budgets(medex: Program, mini: Program) -> None:
    """Print medex beside the minimal app, and what it may cost."""
    ours, least = medex.runs, mini.runs
    usable, base = middle(medex.usable_ms), middle(mini.usable_ms)
    first = middle([r.first_ms(useful) or 9999 for r in ours])
    typed = [k for k in ours[0].keys if len(k[0]) == 1 and k[0] not in "/l"][-len(TYPED) :]
    print(f"{'':24}{'medex':>10}{'minimal':>10}{'ratio':>8}{'budget':>9}")
    print(
        f"{'usable frame, ms':24}{usable:>10}{base:>10}{usable / base:>8.2f}{BUDGETS['usable']:>9}"
    )
    print(
        f"{'first useful text, ms':24}{first:>10}{base:>10}{first / base:>8.2f}{BUDGETS['first useful text']:>9}"
    )
    ready, base_ready = middle([r.ready_ms for r in ours]), middle([r.ready_ms for r in least])
    print(f"{'nothing more to draw, ms':24}{ready:>10}{base_ready:>10}{ready / base_ready:>8.2f}")
    echo = middle([k[1] for k in typed])
    down = middle([k[1] for k in least[0].keys])
    print(f"{'key to echo, ms':24}{echo:>10}{down:>10}{'':8}{BUDGETS['key to echo, ms']:>9}")
    print(
        f"{'key to silence, ms':24}{middle([k[2] for k in typed]):>10}{middle([k[2] for k in least[0].keys]):>10}"
    )
    print(f"{'bytes a typed key':24}{middle([k[3] for k in typed]):>10}{'':18}{200:>9}")
    memory, memory_of = medex.memory_mb, mini.memory_mb
    print(
        f"{'memory, MB':24}{memory:>10}{memory_of:>10}{memory / memory_of:>8.2f}{BUDGETS['memory, MB']:>9}"
    )
    print(f"{'bytes to the first screen':25}{ours[-1].start_bytes:>9}{least[-1].start_bytes:>10}")
    print(
        f"{f'bytes while idle, {IDLE_S:g} s':24}{ours[0].idle_bytes:>10}{least[0].idle_bytes:>10}"
    )
    print(f"{'flicker':24}{'yes' if any(r.blank_after(useful) for r in ours) else 'none':>10}")


def side_by_side(programs: Sequence[Program], mini: Program) -> None:
    """Print every program by the same measures; a dash where a key is not answered."""
    base = middle(mini.usable_ms)
    columns = (
        "usable, ms",
        "ratio",
        "bytes to it",
        "memory, MB",
        "a key, ms",
        "bytes a key",
        f"idle {IDLE_S:g} s, bytes",
    )
    print(f"\n{'':12}" + "".join(f"{name:>17}" for name in columns))
    for one in programs:
        usable, keys = middle(one.usable_ms), [k for k in one.runs[0].keys if k[0] == "down"]
        told = (
            usable,
            f"{usable / base:.2f}",
            round(middle([run.usable()[1] for run in one.runs])),
            one.memory_mb,
            middle([k[2] for k in keys]) if keys else "-",
            round(middle([k[3] for k in keys])) if keys else "-",
            one.runs[0].idle_bytes,
        )
        print(f"{one.name:12}" + "".join(f"{value:>17}" for value in told))


def main() -> None:
    """Measure and print the tables."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--store", type=Path)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--sessions", type=int, default=37_000)
    asked.add_argument("--beside", type=beside, action="append", default=[], metavar="NAME=COMMAND")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        store = given.store or practice_of(Path(made), given.sessions)
        entry = [
            ("/", b"/"),
            ("letter", b"a"),
            ("enter", b"\r"),
            ("l", b"l"),
            *((c, c.encode()) for c in TYPED),
        ]
        medex = Program(
            "medex",
            [sys.executable, "-m", "medex_tui", "--store", str(store)],
            {"XDG_CONFIG_HOME": str(Path(made) / "config")},
            [*DOWN, *entry],
        )
        mini = Program("minimal", [sys.executable, str(Path(__file__).with_name("mini.py"))])
        programs = [mini, medex, *given.beside]
        for one in programs:
            one.start(driven=False)
        for n in range(given.rounds):
            for one in programs:
                one.runs.append(one.start(driven=n == 0))
    against_budgets(medex, mini)
    if given.beside:
        side_by_side(programs, mini)
    rounds = sorted(mini.usable_ms)
    print(f"noise {rounds[3 * len(rounds) // 4] / median(rounds):.2f}")


if __name__ == "__main__":
    main()
