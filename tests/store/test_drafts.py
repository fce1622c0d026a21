"""What somebody was typing is still there after the line dropped, for that login alone."""

from __future__ import annotations

import errno
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from medex_tui.store import Drafts
from medex_tui.store import drafts as module


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


def test_what_the_disk_of_the_practice_refuses_is_kept_in_the_logins_own_folder_until_it_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "home"
    drafts = Drafts(tmp_path / "practice.json", state)
    assert drafts.save("kim", "a", 1) == tmp_path / "practice.drafts"
    real = module.write_new

    def full(path: Path, *more: Any) -> None:
        if path.is_relative_to(tmp_path / "practice.drafts"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, *more)

    monkeypatch.setattr(module, "write_new", full)
    kept = drafts.save("kim", "a", 2)
    assert kept.is_relative_to(state)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    drafts.save("kim", "b", 3)
    assert Drafts(tmp_path / "practice.json", state).load("kim") == {"a": 2, "b": 3}
    assert Drafts(tmp_path / "other.json", state).load("kim") == {}
    drafts.drop("kim", "b")
    assert drafts.load("kim") == {"a": 2}
    monkeypatch.undo()
    assert drafts.save("kim", "c", 4) == tmp_path / "practice.drafts"
    assert Drafts(tmp_path / "practice.json").load("kim") == {"a": 2, "c": 4}
    assert list(kept.iterdir()) == []


def test_the_last_draft_can_be_dropped_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(tmp_path / "practice.json")
    drafts.save("kim", "a", 1)
    monkeypatch.setattr(module, "write_new", lambda *given: pytest.fail("a file was written"))
    drafts.drop("kim", "a")
    assert drafts.load("kim") == {}


def test_two_windows_of_one_login_never_overwrite_each_other(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    one, other = Drafts(path), Drafts(path)
    one.load("kim"), other.load("kim")
    first = {"text": "lp 3x12", "at": "2026-11-30T15:00:00+00:00"}
    second = {"text": "row 3x10", "at": "2026-11-30T15:00:01+00:00"}
    one.save("kim", "session:c1", first)
    other.save("kim", "session:c1", second)
    one.save("kim", "session:c1", {**first, "text": "lp 3x12 ; good"})
    kept = one.load("kim")
    typed = [draft.get("text") or draft["lines"][0] for draft in kept.values()]
    assert sorted(typed) == ["lp 3x12", "lp 3x12 ; good", "row 3x10"]
    assert [name for name in kept if name.startswith("lines:")]


def test_a_window_drops_only_what_it_typed_itself(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    one, other = Drafts(path), Drafts(path)
    one.save("kim", "goal:g", {"values": "a"})
    other.load("kim")
    other.save("kim", "goal:g", {"values": "b"})
    one.drop("kim", "goal:g")
    assert other.load("kim")["goal:g"] == {"values": "b"}


def test_every_unreadable_file_of_drafts_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    for text in ("{one", "{two"):
        Drafts(path).save("kim", "x", {"text": "y"})
        (tmp_path / "practice.drafts/kim.json").write_text(text)
        Drafts(path).load("kim")
    kept = sorted(file.read_text() for file in (tmp_path / "practice.drafts").glob("*unreadable*"))
    assert kept == ["{one", "{two"]


def test_windows_that_write_at_once_lose_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda number: Drafts(path).save("kim", f"goal:{number}", {"n": number}), range(60)
            )
        )
    assert len(Drafts(path).load("kim")) == 60
