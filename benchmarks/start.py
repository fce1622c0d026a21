"""How soon medex is there, beside the smallest Textual app in the same run.

    python benchmarks/start.py [--store FILE] [--rounds N] [--sessions N]

Without --store a practice of ten years is made first (37,000 sessions). The two apps start in turn, each in a
terminal of its own; medians in milliseconds and as ratios. First useful text is what is overdue and whom to see today.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
from terminal import Run, measured

BATCH = 20_000
TYPED = "= 132/78 72 o97 p3 ; steady"
BUDGETS = {"usable": 1.10, "first useful text": 0.35, "key to echo, ms": 10.0, "memory, MB": 45.0}


def useful(text: str) -> bool:
    """Whether a screen tells what needs doing and whom to see."""
    return "NEEDS DOING" in text and "TODAY" in text


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


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--store", type=Path)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--sessions", type=int, default=37_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        store = given.store or practice_of(Path(made), given.sessions)
        env = {"XDG_CONFIG_HOME": str(Path(made) / "config")}
        medex = [sys.executable, "-m", "medex_tui", "--store", str(store)]
        mini = [sys.executable, str(Path(__file__).with_name("mini.py"))]
        measured(medex, env=env)
        measured(mini)
        ours: list[Run] = []
        least: list[Run] = []
        keys = [("/", b"/"), ("letter", b"a"), ("enter", b"\r"), ("l", b"l"), *((c, c.encode()) for c in TYPED)]
        for n in range(given.rounds):
            least.append(measured(mini, keys=[("down", b"\x1b[B")] * 6 if n == 0 else ()))
            ours.append(measured(medex, env=env, keys=keys if n == 0 else (), idle_s=2.0 if n == 0 else 0.0))
    usable, base = middle([r.usable_ms() for r in ours]), middle([r.usable_ms() for r in least])
    first = middle([r.first_ms(useful) or 9999 for r in ours])
    typed = [k for k in ours[0].keys if len(k[0]) == 1 and k[0] not in "/l"][-len(TYPED) :]
    print(f"{'':24}{'medex':>10}{'minimal':>10}{'ratio':>8}{'budget':>9}")
    print(f"{'usable frame, ms':24}{usable:>10}{base:>10}{usable / base:>8.2f}{BUDGETS['usable']:>9}")
    print(f"{'first useful text, ms':24}{first:>10}{base:>10}{first / base:>8.2f}{BUDGETS['first useful text']:>9}")
    ready, base_ready = middle([r.ready_ms for r in ours]), middle([r.ready_ms for r in least])
    print(f"{'nothing more to draw, ms':24}{ready:>10}{base_ready:>10}{ready / base_ready:>8.2f}")
    echo = middle([k[1] for k in typed])
    down = middle([k[1] for k in least[0].keys])
    print(f"{'key to echo, ms':24}{echo:>10}{down:>10}{'':8}{BUDGETS['key to echo, ms']:>9}")
    print(f"{'key to silence, ms':24}{middle([k[2] for k in typed]):>10}{middle([k[2] for k in least[0].keys]):>10}")
    print(f"{'bytes a typed key':24}{middle([k[3] for k in typed]):>10}{'':18}{200:>9}")
    memory, memory_of = middle([r.memory_mb for r in ours]), middle([r.memory_mb for r in least])
    print(f"{'memory, MB':24}{memory:>10}{memory_of:>10}{memory / memory_of:>8.2f}{BUDGETS['memory, MB']:>9}")
    print(f"{'bytes to the first screen':25}{ours[-1].start_bytes:>9}{least[-1].start_bytes:>10}")
    print(f"{'bytes while idle, 2 s':24}{ours[0].idle_bytes:>10}")
    print(f"{'flicker':24}{'yes' if any(r.blank_after(useful) for r in ours) else 'none':>10}")


if __name__ == "__main__":
    main()
