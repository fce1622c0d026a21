"""Files replaced while a practice is open: nothing is said to be saved into a file that has lost its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from medex_tui.domain.records.people import Client
from medex_tui.store import NotSaved, Saved, Store
from medex_tui.store.check import check

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)


def opened(path: Path, *, create: bool = False) -> Store:
    return Store.open(path, by="kim", host="test", pid=1, create=create)


def client(name: str) -> Client:
    return Client(id=name.lower(), family_name=name)


def save(store: Store, name: str, minutes: int = 0) -> object:
    return store.save([client(name)], at=NOW + timedelta(minutes=minutes))


def copy_over(path: Path, file: Path) -> None:
    """Put a copy in the place of a file, by rename, as rsync and editors do."""
    copy = file.with_name(file.name + ".copy")
    shutil.copy2(file, copy)
    copy.replace(file)


def journal(path: Path) -> Path:
    return path.with_name("practice.journal")


def replace_segment(path: Path) -> None:
    copy_over(path, journal(path) / "000001.jsonl")


def replace_lock(path: Path) -> None:
    copy_over(path, journal(path) / "lock")


def delete_lock(path: Path) -> None:
    (journal(path) / "lock").unlink()


def delete_users(path: Path) -> None:
    (journal(path) / "lock").unlink()
    (journal(path) / "users").unlink()


def replace_folder(path: Path) -> None:
    copy = journal(path).with_name("copy")
    shutil.copytree(journal(path), copy)
    journal(path).rename(path.with_name(f"moved-{len(list(path.parent.iterdir()))}"))
    copy.rename(journal(path))


REPLACEMENTS = [replace_segment, replace_lock, delete_lock, delete_users, replace_folder]


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_every_acknowledged_save_is_in_the_files_of_these_names(
    tmp_path: Path, replace: Callable[[Path], None]
) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    kept = set()
    for number in range(12):
        if number in (3, 7):
            replace(path)
        if isinstance(save(store, f"Client{number}", number), Saved):
            kept.add(f"client{number}")
    with_refusals = 10
    assert len(kept) >= with_refusals
    other = opened(path)
    assert set(other.practice.clients) == kept == set(store.practice.clients)
    other.close()
    store.close()
    assert [one for one in check(path) if not one.ok] == []


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_the_refusal_is_one_sentence_and_the_next_save_works(
    tmp_path: Path, replace: Callable[[Path], None]
) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    replace(path)
    refused = save(store, "Chen", 1)
    assert isinstance(refused, NotSaved) and refused.durable
    assert "replaced" in refused.reason and "\n" not in refused.reason
    assert "chen" not in store.practice.clients
    assert isinstance(save(store, "Chen", 2), Saved)
    store.close()


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_two_open_processes_go_on_in_one_journal(
    tmp_path: Path, replace: Callable[[Path], None]
) -> None:
    path = tmp_path / "practice.json"
    kim, lee = opened(path, create=True), opened(path)
    save(kim, "Hicks")
    replace(path)
    assert isinstance(save(kim, "Chen", 1), NotSaved)
    assert isinstance(save(kim, "Chen", 2), Saved)
    lee.refresh()
    assert isinstance(save(lee, "Ramos", 3), Saved)
    kim.refresh()
    assert set(kim.practice.clients) == set(lee.practice.clients) == {"hicks", "chen", "ramos"}
    lee.close()
    kim.close()


def test_following_notices_it_without_a_save(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    replace_segment(path)
    store.refresh()
    assert any("replaced by another program" in notice for notice in store.notices)
    store.close()


def test_an_older_copy_put_in_place_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    older = (journal(path) / "000001.jsonl").read_bytes()
    save(store, "Chen", 1)
    new = journal(path) / "older"
    new.write_bytes(older)
    new.replace(journal(path) / "000001.jsonl")
    refused = save(store, "Ramos", 2)
    assert isinstance(refused, NotSaved) and "quarantine" in " ".join(store.notices)
    kept = list((journal(path) / "quarantine").glob("*.replaced"))
    assert len(kept) == 1 and b'"chen"' in kept[0].read_bytes()
    store.close()


def test_while_the_files_are_gone_reading_goes_on_and_saving_says_why(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    journal(path).rename(tmp_path / "away")
    refused = save(store, "Chen", 1)
    assert isinstance(refused, NotSaved) and "taken away" in refused.reason
    assert set(store.practice.clients) == {"hicks"}
    (tmp_path / "away").rename(journal(path))
    assert isinstance(save(store, "Chen", 2), Saved)
    store.close()


@pytest.mark.parametrize("replace", REPLACEMENTS)
@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_files_replaced_in_the_middle_of_a_save_never_hold_an_acknowledged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: Callable[[Path], None], call: str
) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    real, done = getattr(os, call), []

    def replaced_first(*given: object) -> object:
        if not done:
            done.append(True)
            replace(path)
        return real(*given)

    monkeypatch.setattr(os, call, replaced_first)
    outcome = save(store, "Chen", 1)
    monkeypatch.undo()
    other = opened(path)
    assert ("chen" in other.practice.clients) == isinstance(outcome, Saved)
    other.close()
    assert isinstance(save(store, "Ramos", 2), Saved)
    store.close()


def test_two_forks_of_one_length_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    save(store, "Hicks")
    older = {name: (journal(path) / name).read_bytes() for name in ("000001.jsonl", "lock")}
    for name in ("Chen", "Ramos"):
        assert isinstance(save(store, name, 1), Saved)
        for file, data in older.items():
            copy = journal(path) / "older"
            copy.write_bytes(data)
            copy.replace(journal(path) / file)
        store.refresh()
    store.close()
    kept = [file.read_bytes() for file in (journal(path) / "quarantine").glob("*.replaced")]
    assert sorted(b'"chen"' in lines for lines in kept) == [False, True]
    assert sorted(b'"ramos"' in lines for lines in kept) == [False, True]
