"""A made-up practice on disk, written once and copied for each test, and the command that works on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from asking import Medex


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    done = Medex(folder / "unused.json")("demo", "--write", str(folder / "practice.json"))
    assert done.returncode == 0, done.stderr
    assert not (folder / "unused.json").exists()
    return folder


@pytest.fixture
def medex(written: Path, tmp_path: Path) -> Medex:
    folder = tmp_path / "clinic"
    shutil.copytree(written, folder)
    return Medex(folder / "practice.json")
