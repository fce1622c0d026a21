"""The code is linted, formatted and typed, imports run one way, and the wheel is complete."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


def test_linted() -> None:
    done = run(str(BIN / "ruff"), "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout


def test_formatted() -> None:
    done = run(str(BIN / "ruff"), "format", "--check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout


def test_typed() -> None:
    done = run(str(BIN / "mypy"))
    assert done.returncode == 0, done.stdout


def test_imports_run_one_way() -> None:
    done = run(str(BIN / "lint-imports"), "--no-cache")
    assert done.returncode == 0, done.stdout


def test_the_wheel_holds_themes_and_data(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), ".")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for theme in (ROOT / "themes").glob("*.toml"):
        assert f"medex_tui/themes/{theme.name}" in names
    for data in (ROOT / "medex_tui").rglob("*"):
        if data.is_file() and data.suffix not in (".py", ".pyc"):
            assert str(data.relative_to(ROOT)) in names


def test_nothing_names_a_machine() -> None:
    listed = run("git", "ls-files", "-z").stdout.split("\0")
    words = ("/" + "work/", "pypi" + ".org", "files.python" + "hosted")
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".json", ".sh", ".yml", ""):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [word for word in words if word in text], name
