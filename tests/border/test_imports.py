"""What each path may load: the cron path stays light for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = [
    "textual",
    "arrow",
    "rich",
    "markdown_it",
    "platformdirs",
    "asyncio",
    "urllib.request",
    "http.client",
]

PROBE = """
import sys
from medex_tui.__main__ import main
status = main()
print(status, *sorted(sys.modules), file=sys.stderr)
"""


def loaded(*words: str) -> tuple[int, set[str]]:
    """The exit status of a command run in a process of its own, and the modules it left loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    status, *modules = done.stderr.splitlines()[-1].split()
    return int(status), set(modules)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("imports") / "practice.json"
    assert loaded("demo", "--write", str(path))[0] == 0
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["overdue"],
        ["overdue", "--json"],
        ["overdue", "--format", "csv"],
        ["overdue", "--as-of", "yesterday 12:00"],
        ["today"],
    ],
    ids=" ".join,
)
def test_the_cron_path_loads_nothing_heavy(store: Path, words: list[str]) -> None:
    status, modules = loaded("--store", str(store), *words)
    assert status in (0, 1)
    assert [name for name in HEAVY if name in modules] == []


def test_help_loads_no_store_and_no_screen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import medex_tui.__main__, sys; print(*sys.modules)"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    modules = set(done.stdout.split())
    assert {"textual", "tinydb", "msgspec", "arrow"}.isdisjoint(modules)


def test_no_command_of_the_command_line_loads_textual(store: Path) -> None:
    for words in (
        ["note", "--client", "chen"],
        ["client", "list"],
        ["check"],
        ["export", "-o", str(store) + ".out"],
    ):
        status, modules = loaded("--store", str(store), *words)
        assert status == 0
        assert "textual" not in modules
