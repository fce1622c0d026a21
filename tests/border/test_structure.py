"""The source tree keeps its shape: no import circle, one meaning a name, short functions, known late imports.

The import graph is drawn here from the source itself, so imports inside functions and under `if TYPE_CHECKING:`
count as well.
"""

from __future__ import annotations

import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from late_imports import LATE_IMPORTS
from source_tree import SourceTree, circles

ROOT = Path(__file__).parents[2]
ROOT_ENTRIES = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "README.md", "benchmarks", "docs", "medex_tui", "pyproject.toml", "tests", "themes",
}  # fmt: skip
TERMINAL = "medex_tui.app.terminal."


@cache
def tree() -> SourceTree:
    """The package, parsed once."""
    return SourceTree(ROOT)


def test_no_import_circle_among_files() -> None:
    assert tree().file_circles() == []


def test_no_import_circle_among_the_neighbors_in_any_folder() -> None:
    assert tree().folder_circles() == []


def test_a_circle_is_seen_however_it_is_imported(tmp_path: Path) -> None:
    package = tmp_path / "medex_tui"
    (package / "rooms").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "rooms/__init__.py": "",
        "rooms/a.py": "from medex_tui import b",
        "b.py": "def late():\n    import medex_tui.c",
        "c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .rooms.a import x",
    }.items():
        (package / name).write_text(text)
    small = SourceTree(tmp_path)
    assert small.file_circles() == [["medex_tui.b", "medex_tui.c", "medex_tui.rooms.a"]]
    assert small.folder_circles() == [["medex_tui", "b", "c", "rooms"]]
    assert circles({"a": {"b"}, "b": set()}) == []


def test_no_public_class_name_twice() -> None:
    assert {name: places for name, places in tree().class_places().items() if len(places) > 1} == {}


def test_no_conditional_expression_inside_another() -> None:
    assert tree().nested_ternaries() == []


def test_private_names_of_libraries_are_used_in_terminal_only() -> None:
    assert [use for use in tree().private_names() if not use[0].startswith(TERMINAL)] == []


def test_every_import_inside_a_function_has_its_reason() -> None:
    late = {(found.importer, found.target) for found in tree().imports if found.function}
    rows = [(importer, target) for importer, target, _ in LATE_IMPORTS]
    unknown = {pair for pair in late if not any(matches(pair, row) for row in rows)}
    unused = {row for row in rows if not any(matches(pair, row) for pair in late)}
    assert (sorted(unknown), sorted(unused)) == ([], [])


def matches(pair: tuple[str, str], row: tuple[str, str]) -> bool:
    """Whether an import (importer, target) is one that a row of the table means."""
    return all(fnmatch(name, pattern) for name, pattern in zip(pair, row, strict=True))


def test_the_root_holds_what_a_project_needs_and_no_more() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    assert {name.partition("/")[0] for name in listed.stdout.split()} == ROOT_ENTRIES
