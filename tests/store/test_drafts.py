"""What somebody was typing is still there after the line dropped, for that login alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from medex_tui.store import Drafts


@pytest.mark.parametrize("login", ["kim", "../up", "CLINIC\\kim", "a/b", ".", "..", "kim.j", "ö 🏋️"])
def test_a_login_never_names_a_file_elsewhere(tmp_path: Path, login: str) -> None:
    drafts = Drafts(tmp_path / "store/practice.json")
    (tmp_path / "store").mkdir()
    drafts.save(login, "session:c1", {"text": "\x1b[0m"})
    assert drafts.load(login) == {"session:c1": {"text": "\x1b[0m"}}
    [file] = (tmp_path / "store/practice.drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_drafts_are_kept_by_name_and_dropped_alone(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "practice.json")
    assert drafts.load("kim") == {}
    drafts.drop("kim", "a")
    drafts.save("kim", "a", 1)
    drafts.save("kim", "b", [2])
    drafts.save("lee", "a", 3)
    drafts.drop("kim", "a")
    assert drafts.load("kim") == {"b": [2]}
    assert drafts.load("lee") == {"a": 3}


def test_a_draft_stays_private_in_a_shared_folder(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    drafts = Drafts(shared / "practice.json")
    drafts.save("kim", "a", 1)
    [file] = (shared / "practice.drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_unreadable_draft_is_set_aside(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "practice.json")
    drafts.save("kim", "a", 1)
    (tmp_path / "practice.drafts/kim.json").write_text('{"a": tru')
    assert drafts.load("kim") == {}
    assert (tmp_path / "practice.drafts/kim.unreadable").read_text() == '{"a": tru'
