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


def test_a_library_is_loaded_without_what_nothing_here_uses_and_is_whole_for_who_asks_for_it(
    store: Path,
) -> None:
    _, modules = loaded("--store", str(store), "today")
    assert modules.isdisjoint(
        {
            "typing_extensions",
            "platform",
            "msgspec.inspect",
            "inspect",
            "sysconfig",
            "decimal",
            "uuid",
        }
    )
    told = """
import sys
from medex_tui.loading import load_libraries
load_libraries()
import msgspec, pathlib, platform, msgspec.inspect, sysconfig, urllib.parse, zoneinfo
assert platform.python_version() and msgspec.inspect.type_info(int)
assert sysconfig.get_config_var("prefix") and urllib.parse.quote("/a b") == "/a%20b"
import decimal, uuid
assert uuid.uuid4().version == 4 and decimal.Decimal("0.1") * 3 == decimal.Decimal("0.3")
assert pathlib.Path("/a b").as_uri() == "file:///a%20b"
assert zoneinfo.ZoneInfo("America/New_York").utcoffset(None) is None
"""
    subprocess.run([sys.executable, "-c", told], check=True, timeout=60)


def test_a_library_that_wants_more_than_it_is_given_is_loaded_whole() -> None:
    told = """
import sys
from medex_tui import loading
loading.UNUSED = {"msgspec": {"msgspec._utils": {}}, "zoneinfo": {"zoneinfo._common": {}}}
loading.load_libraries()
import msgspec, zoneinfo
assert msgspec.json.decode(b"[1]", type=list[int]) == [1]
assert zoneinfo.ZoneInfo("Europe/Oslo").key == "Europe/Oslo"
"""
    subprocess.run([sys.executable, "-c", told], check=True, timeout=60)
