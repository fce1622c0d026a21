"""Intact snapshots are never thrown away, whatever one byte does to the journal beside them."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from medex_tui.domain.records.people import Client
from medex_tui.store import NotSaved, Saved, Store
from medex_tui.store.backup import Actor, plan, restore
from medex_tui.store.check import check

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
NAMES = [f"c{number}" for number in range(40)]


def opened(path: Path, *, create: bool = False) -> Store:
    return Store.open(path, by="kim", host="test", pid=1, create=create)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A practice whose second line holds forty records, with both snapshots written."""
    path = tmp_path / "practice.json"
    store = opened(path, create=True)
    assert isinstance(
        store.save([Client(id=name, family_name=name) for name in NAMES], at=NOW), Saved
    )
    store.close()
    for minutes in (1, 2):
        store = opened(path)
        first = store.practice.clients["c0"]
        assert isinstance(store.save([first], at=NOW + timedelta(minutes=minutes)), Saved)
        store.close()
    return path


def segment(path: Path) -> Path:
    return path.with_name("practice.journal") / "000001.jsonl"


def harm_insert(data: bytes) -> bytes:
    place = data.index(b'"family_name"') + 3
    return data[:place] + b"x" + data[place:]


def harm_delete(data: bytes) -> bytes:
    place = data.index(b'"family_name"') + 3
    return data[:place] + data[place + 1 :]


def harm_bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def harm_crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("harm", [harm_insert, harm_delete, harm_bom, harm_crlf])
def test_every_record_is_still_read_and_nothing_on_disk_is_changed_by_reading(
    path: Path, harm: object
) -> None:
    assert callable(harm)
    segment(path).write_bytes(harm(segment(path).read_bytes()))
    before = {file.name: file.read_bytes() for file in (path, path.with_name("practice.json.bak"))}
    store = opened(path)
    assert set(store.practice.clients) == set(NAMES)
    refused = store.save([Client(id="new", family_name="New")], at=NOW + timedelta(hours=1))
    assert isinstance(refused, NotSaved) and "damaged" in refused.reason
    store.close()
    assert before == {
        file.name: file.read_bytes() for file in (path, path.with_name("practice.json.bak"))
    }
    assert not [one for one in check(path) if one.name == "journal" and one.ok]


@pytest.mark.parametrize("harm", [harm_insert, harm_delete, harm_bom, harm_crlf])
def test_restore_brings_every_record_back(path: Path, harm: object) -> None:
    assert callable(harm)
    segment(path).write_bytes(harm(segment(path).read_bytes()))
    opened(path).close()
    chosen = plan(path, path)
    assert chosen.source.tally() == {"clients": (40, 40)}
    restore(chosen, path, Actor("kim", "test", 1, NOW + timedelta(hours=1)))
    store = opened(path)
    assert set(store.practice.clients) == set(NAMES)
    assert isinstance(
        store.save([Client(id="new", family_name="New")], at=NOW + timedelta(hours=2)), Saved
    )
    store.close()
    assert [one.name for one in check(path) if not one.ok] == []


def test_snapshots_in_the_quarantine_count(path: Path) -> None:
    segment(path).write_bytes(harm_insert(segment(path).read_bytes()))
    aside = segment(path).parent / "quarantine"
    aside.mkdir(exist_ok=True)
    path.rename(aside / "practice.json-1")
    path.with_name("practice.json.bak").unlink()
    assert plan(path, path).source.tally() == {"clients": (40, 40)}


def test_what_is_lost_is_counted(path: Path) -> None:
    segment(path).write_bytes(harm_insert(segment(path).read_bytes()))
    path.unlink()
    path.with_name("practice.json.bak").unlink()
    found, were = plan(path, path).source.tally()["clients"]
    assert (found, were) == (1, 40)


def test_the_saves_that_only_a_replaced_file_held_come_back(path: Path) -> None:
    older = segment(path).read_bytes()
    store = opened(path)
    assert isinstance(
        store.save([Client(id="late", family_name="Late")], at=NOW + timedelta(minutes=3)), Saved
    )
    copy = segment(path).with_name("older")
    copy.write_bytes(older)
    copy.replace(segment(path))
    store.refresh()
    store.close()
    chosen = plan(path, path)
    assert chosen.source.tally()["clients"] == (41, 41)
    restore(chosen, path, Actor("kim", "test", 1, NOW + timedelta(hours=1)))
    store = opened(path)
    assert "late" in store.practice.clients
    store.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_random_byte_put_in_or_taken_out_loses_no_record(
    path: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for number in range(8):
        copy = tmp_path / f"copy{number}"
        copy.mkdir()
        shutil.copytree(segment(path).parent, copy / "practice.journal")
        for name in ("practice.json", "practice.json.bak"):
            shutil.copy2(path.with_name(name), copy / name)
        file = chance.choice(sorted(copy.rglob("*.json*")))
        data = file.read_bytes()
        place = chance.randrange(len(data.rstrip(b"\n")))
        byte = bytes([chance.randrange(256)]) if chance.random() < 0.5 else b""
        file.write_bytes(data[:place] + byte + data[place + (not byte) :])
        store = opened(copy / "practice.json")
        assert set(store.practice.clients) == set(NAMES)
        store.close()
        assert plan(copy / "practice.json", copy / "practice.json").source.tally() in (
            {"clients": (40, 40)},
        ), file
