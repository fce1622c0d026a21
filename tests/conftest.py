"""What every test may ask for: an instant to stand on, ids that count up, a store with the sample practice in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from medex_tui.domain.records.ids import uuid7
from medex_tui.sample import sample_practice
from medex_tui.store import Saved, Store

LOGIN = "aokafor"
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""A Friday, 11:00 in New York."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: uuid7(NOW, next(numbers).to_bytes(10, "big"))


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample practice, written once."""
    folder = tmp_path_factory.mktemp("sample")
    store = Store.open(folder / "practice.json", by=LOGIN, host="test", pid=1, create=True)
    try:
        assert isinstance(store.load(sample_practice(NOW, owner=LOGIN), at=NOW), Saved)
    finally:
        store.close()
    return folder


@pytest.fixture
def sample_path(sample_files: Path, tmp_path: Path) -> Iterator[Path]:
    """The sample practice in a folder of the test's own."""
    import shutil

    shutil.copytree(sample_files, tmp_path / "clinic")
    yield tmp_path / "clinic" / "practice.json"
