"""Fixtures, markers and Hypothesis profiles of the whole suite.

`pytest -m quick` runs the folders in `QUICK_FOLDERS` with fewer examples of each property.
`--hypothesis-profile=nightly` draws ten times as many examples, at random; the default, `ci`,
draws the same examples in every run.
"""

from __future__ import annotations

import compileall
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from medex_tui.domain.records.ids import uuid7
from medex_tui.sample import sample_practice
from medex_tui.store import Saved, Store

LOGIN = "aokafor"
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""A Friday, 11:00 in New York."""

TESTS = Path(__file__).parent
QUICK_FOLDERS = {"domain", "actions", "reports", "sample"}
"""Folders whose tests start no terminal, no app and no disk fault."""
COVERED_FOLDERS = {"domain", "actions", "reports", "sample", "store"}
"""Folders whose tests count for the coverage of domain, store and reports."""
QUICK_EXAMPLES = 15
"""Share, in percent, of the examples of each property that a quick run draws."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the Hypothesis profiles; compile the package for the processes that tests start."""
    config.addinivalue_line("markers", "quick: starts no app, terminal or disk fault (by folder)")
    config.addinivalue_line("markers", "slow: left out of `-m quick`")
    settings = hypothesis.settings
    settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
    settings.register_profile("quick", settings.get_profile("ci"), max_examples=QUICK_EXAMPLES)
    settings.register_profile("nightly", deadline=None, max_examples=1000, print_blob=True)
    quick = config.option.markexpr == "quick"
    settings.load_profile(config.getoption("--hypothesis-profile") or ("quick" if quick else "ci"))
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(str(TESTS.parent / "medex_tui"), quiet=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by folder: `quick`, and `no_cover` where coverage would only cost time."""
    for item in items:
        parts = item.path.relative_to(TESTS).parts
        if parts[0] in QUICK_FOLDERS and not item.get_closest_marker("slow"):
            item.add_marker("quick")
        repeats = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if parts[0] not in COVERED_FOLDERS or "faults" in parts or repeats:
            item.add_marker("no_cover")


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
