"""Damage is noticed, named and survived; an unfinished save is set aside; the snapshot can always be made again."""

from __future__ import annotations

import errno
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB

from medex_tui.domain.records.people import Client
from medex_tui.store import NotSaved, Saved, Store
from medex_tui.store import journal as journal_module
from medex_tui.store.check import check
from medex_tui.store.journal import chained
from yard import in_memory

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def opened(folder: Path) -> Store:
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


def client(id: str, phone: str | None = None) -> Client:
    return Client(id=id, given_name="Jo", family_name="Hicks", phone=phone)


def filled(folder: Path, *ids: str) -> Path:
    """A practice of these clients, one save each, never closed: no snapshot yet."""
    store = opened(folder)
    for id in ids:
        assert isinstance(store.save([client(id)], at=AT), Saved)
    store.state.journal.close()
    os.close(store.state._users)
    return folder / "practice.journal/000001.jsonl"


def confirmed(folder: Path, seq: int) -> None:
    (folder / "practice.journal/lock").write_text(f'{{"seq":{seq}}}')


def failing(folder: Path) -> dict[str, str]:
    return {one.name: one.detail for one in check(folder / "practice.json") if not one.ok}


def test_a_last_line_cut_anywhere_is_set_aside_and_saving_goes_on() -> None:
    with in_memory() as memory:
        cut_anywhere(memory)


def cut_anywhere(memory: Path) -> None:
    journal = filled(memory / "whole", "a", "b")
    lines = journal.read_bytes().rstrip(b"\n").split(b"\n")
    kept = b"\n".join(lines[:-1]) + b"\n"
    for length in range(1, len(lines[-1])):
        folder = memory / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(memory / "whole", folder)
        (folder / "practice.journal/000001.jsonl").write_bytes(kept + lines[-1][:length])
        confirmed(folder, 2)
        store = opened(folder)
        assert set(store.practice.clients) == {"a"}
        assert "cut off" in store.notices[0]
        [aside] = (folder / "practice.journal/quarantine").iterdir()
        assert aside.read_bytes() == lines[-1][:length]
        assert isinstance(store.save([client("c")], at=AT), Saved)
        store.state.journal.close()
        os.close(store.state._users)
        again = opened(folder)
        assert set(again.practice.clients) == {"a", "c"}
        assert not again.notices
        again.state.journal.close()
        os.close(again.state._users)


def test_an_unfinished_save_that_a_full_disk_cannot_set_aside_is_in_nobodys_way_but_the_next_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = filled(tmp_path, "a", "b")
    lines = journal.read_bytes().rstrip(b"\n").split(b"\n")
    journal.write_bytes(torn := b"\n".join(lines)[:-20])
    confirmed(tmp_path, 2)

    def full(path: Path, *more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (
        tmp_path / "practice.journal/quarantine"
    ).rmdir()  # as a program that copies no empty folders leaves it
    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "write_new", full)
        store = opened(tmp_path)
        assert set(store.practice.clients) == {"a"}
        refused = store.save([client("c")], at=AT)
        assert isinstance(refused, NotSaved)
        told = "An unfinished save could not be set aside: the disk is full; make room on it and try again."
        assert refused.reason == told
        assert told in store.notices[0]
        assert journal.read_bytes() == torn
    assert isinstance(store.save([client("c")], at=AT), Saved)
    store.close()
    assert set(opened(tmp_path).practice.clients) == {"a", "c"}


def test_a_confirmed_save_that_is_gone_is_damage_not_an_unfinished_save(tmp_path: Path) -> None:
    journal = filled(tmp_path, "a", "b")
    lines = journal.read_bytes().rstrip(b"\n").split(b"\n")
    journal.write_bytes(b"\n".join(lines[:-1]) + b"\n" + lines[-1][:40])
    store = opened(tmp_path)
    assert set(store.practice.clients) == {"a"}
    outcome = store.save([client("c")], at=AT)
    assert isinstance(outcome, NotSaved)
    assert "damaged" in outcome.reason
    assert "line 3" in store.notices[0]
    journal.write_bytes(b"\n".join(lines[:-1]) + b"\n")
    assert "save 3 was confirmed" in opened(tmp_path).notices[0]
    assert "save 3 was confirmed" in failing(tmp_path)["journal"]


@pytest.mark.parametrize("place", range(0, 300, 23))
def test_a_flipped_byte_in_the_middle_is_named_and_the_rest_is_read(
    tmp_path: Path, place: int
) -> None:
    journal = filled(tmp_path, "a", "b", "c")
    data = bytearray(journal.read_bytes())
    begin = data.index(b'{"seq":3')
    data[begin + place] ^= 1
    journal.write_bytes(data)
    store = opened(tmp_path)
    assert set(store.practice.clients) >= {"a", "c"}
    assert "000001.jsonl line 3" in store.notices[0]
    assert isinstance(store.save([client("d")], at=AT), NotSaved)
    assert not store.refresh()
    store.close()
    assert not (tmp_path / "practice.json").exists()
    assert "000001.jsonl line 3" in failing(tmp_path)["journal"]


def test_damage_before_the_snapshot_is_found_by_the_check_and_named_with_its_record(
    tmp_path: Path,
) -> None:
    journal = filled(tmp_path, "a", "b", "c")
    opened(tmp_path).close()
    assert failing(tmp_path) == {}
    data = journal.read_bytes().replace(b'"id":"b","rev":1', b'"id":"b","rev":7')
    journal.write_bytes(data)
    found = failing(tmp_path)
    assert "000001.jsonl line 3 does not match its sum (records b)" in found["journal"]
    assert "snapshot equals journal" in found


def test_reading_goes_on_after_lines_that_are_gone(tmp_path: Path) -> None:
    journal = filled(tmp_path, "a", "b", "c", "d", "e")
    lines = journal.read_bytes().rstrip(b"\n").split(b"\n")
    journal.write_bytes(b"\n".join([*lines[:2], *lines[3:]]) + b"\n")
    store = opened(tmp_path)
    assert set(store.practice.clients) == {"a", "d", "e"}, (
        "c hangs on what is gone, and waits for a restore"
    )
    assert failing(tmp_path)["journal"].startswith(
        "000001.jsonl line 3 does not match its sum (records c)."
    )
    assert isinstance(store.save([client("f")], at=AT), NotSaved)


def test_a_damaged_line_feed_is_restored(tmp_path: Path) -> None:
    journal = filled(tmp_path, "a", "b", "c")
    for which in (2, 4):
        data = bytearray(journal.read_bytes())
        at = [i for i, byte in enumerate(data) if byte == 10][which - 1]
        data[at] = 0x4A
        journal.write_bytes(data)
        assert "journal" in failing(tmp_path)
        store = opened(tmp_path)
        assert set(store.practice.clients) == {"a", "b", "c"}
        assert isinstance(store.save([client(f"d{which}")], at=AT), Saved)
        assert "line feed" in store.notices[0]
        store.state.journal.close()
        os.close(store.state._users)
        assert failing(tmp_path) == {}
        filled(tmp_path)
        shutil.rmtree(tmp_path)
        journal = filled(tmp_path, "a", "b", "c")


def test_zeros_after_the_end_are_an_end(tmp_path: Path) -> None:
    journal = filled(tmp_path, "a")
    journal.write_bytes(journal.read_bytes().rstrip(b"\n") + b"\n" + b"\0" * 4096)
    store = opened(tmp_path)
    assert isinstance(store.save([client("b")], at=AT), Saved)
    assert set(opened(tmp_path).practice.clients) == {"a", "b"}


@pytest.mark.parametrize("lost", [["practice.json"], ["practice.json", "practice.json.bak"]])
def test_losing_snapshots_loses_nothing(tmp_path: Path, lost: list[str]) -> None:
    for id in "abc":
        store = opened(tmp_path)
        store.save([client(id)], at=AT)
        store.close()
    for name in lost:
        (tmp_path / name).unlink()
    store = opened(tmp_path)
    assert set(store.practice.clients) == {"a", "b", "c"}
    store.close()
    assert failing(tmp_path) == {}
    assert (tmp_path / "practice.json").exists()


def test_losing_the_journal_leaves_what_the_snapshot_has_to_read(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([client("a")], at=AT)
    store.close()
    (tmp_path / "practice.journal/000001.jsonl").unlink()
    store = opened(tmp_path)
    assert set(store.practice.clients) == {"a"}
    assert "does not hold save 2" in store.notices[0]
    assert isinstance(store.save([client("b")], at=AT), NotSaved)
    store.close()


def test_any_flipped_byte_of_the_snapshot_is_noticed_and_costs_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([client("a", phone="555-0101")], at=AT)
    store.close()
    path = tmp_path / "practice.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        stat = path.stat()
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
        assert failing(tmp_path)
        store = opened(tmp_path)
        assert "the records were read from the journal" in store.notices[0]
        assert store.practice.clients["a"].phone == "555-0101"
        store.close()
        assert "kept as quarantine/practice.json-" in " ".join(store.notices)
        assert failing(tmp_path) == {}
        whole = path.read_bytes()


def test_an_edit_by_plain_tinydb_is_kept_aside_and_told(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([client("a")], at=AT)
    store.close()
    path = tmp_path / "practice.json"
    with TinyDB(path) as db:
        db.table("clients").update({"phone": "somebody's"})
    path.chmod(0o644)
    store = opened(tmp_path)
    assert store.practice.clients["a"].phone is None
    assert "was changed by another program" in store.notices[0]
    store.close()
    [aside] = (tmp_path / "practice.journal/quarantine").iterdir()
    assert "somebody's" in aside.read_text()
    assert aside.stat().st_mode & 0o777 == 0o600
    with TinyDB(path) as db:
        assert db.table("clients").get(doc_id=1)["phone"] is None  # type: ignore[index]


def test_an_edit_while_we_are_open_is_kept_aside_at_the_end(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([client("a")], at=AT)
    store.close()
    store = opened(tmp_path)
    with TinyDB(tmp_path / "practice.json") as db:
        db.table("clients").update({"phone": "somebody's"})
    store.save([client("b")], at=AT)
    store.close()
    assert "was changed by another program" in store.notices[0]
    assert len(list((tmp_path / "practice.journal/quarantine").iterdir())) == 1
    assert failing(tmp_path) == {}


def test_an_edit_by_another_program_troubles_nobody_who_follows_or_leaves(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([client("a"), client("b")], at=AT)
    store.close()
    kim, lee, pat = (opened(tmp_path) for _ in range(3))
    with TinyDB(tmp_path / "practice.json") as db:
        db.table("clients").update({"phone": "somebody's"})
    assert isinstance(kim.save([client("c")], at=AT), Saved)
    assert isinstance(
        kim.save([msgspec.structs.replace(kim.practice.clients["a"], phone="ours")], at=AT), Saved
    )
    assert lee.refresh()
    assert {id: one.phone for id, one in lee.practice.clients.items()} == {
        "a": "ours",
        "b": None,
        "c": None,
    }
    for one in (kim, lee, pat):
        one.close()
    assert set(opened(tmp_path).practice.clients) == {"a", "b", "c"}


def test_a_copied_practice_opens_as_it_is(tmp_path: Path) -> None:
    store = opened(tmp_path / "here")
    store.save([client("a")], at=AT)
    store.close()
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    store = opened(tmp_path / "there")
    assert not store.notices
    assert set(store.practice.clients) == {"a"}


def test_the_snapshot_of_another_practice_is_not_taken_for_ours(tmp_path: Path) -> None:
    for name, ids in (("one", "ab"), ("two", "cd")):
        store = opened(tmp_path / name)
        for id in ids:
            store.save([client(id)], at=AT)
        store.close()
    shutil.copy(tmp_path / "one/practice.json", tmp_path / "two/practice.json")
    store = opened(tmp_path / "two")
    assert set(store.practice.clients) == {"c", "d"}
    assert "another practice" in store.notices[0]


def test_a_document_that_is_no_record_is_named_and_left_in_peace(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.state.hold():
        store.state.commit(
            [("new", "clients", 1, msgspec.json.encode({"id": "x", "family_name": 5}))], AT
        )
    store.save([client("a")], at=AT)
    assert set(store.practice.clients) == {"a"}
    assert "family_name" in store.notices[0]
    store.close()
    assert "family_name" in failing(tmp_path)["records"]
    assert b'"family_name":5' in (tmp_path / "practice.json").read_bytes()


def test_a_journal_continued_by_a_newer_program_is_read_and_not_written(tmp_path: Path) -> None:
    filled(tmp_path, "a")
    store = opened(tmp_path)
    journal = store.state.journal
    body = msgspec.json.encode(
        {
            "seq": 3,
            "at": "2026-11-22T14:05:00+00:00",
            "by": "x",
            "host": "h",
            "pid": 1,
            "kind": "open",
            "format": 2,
        }
    )
    with store.state.hold():
        os.pwrite(journal._fd, chained(journal.sum, body[:-1]) + b"\n", journal.offset)
    outcome = store.save([client("b")], at=AT)
    assert isinstance(outcome, NotSaved)
    assert "newer medex" in outcome.reason
    assert set(store.practice.clients) == {"a"}


def test_a_damaged_seal_is_not_taken_for_an_unfinished_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medex_tui.store.journal.SEGMENT", 100)
    journal = filled(tmp_path, "a", "b")
    monkeypatch.undo()
    confirmed(tmp_path, 0)
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b'"kind":"seal"', b'"kind":"sael"', 1))
    store = opened(tmp_path)
    assert "000001.jsonl line" in store.notices[0]
    assert set(store.practice.clients) == {"a", "b"}
    assert isinstance(store.save([client("c")], at=AT), NotSaved)
    assert not list((tmp_path / "practice.journal/quarantine").iterdir())


@pytest.mark.parametrize("change", [b"x" * 7, b"", b"\n"], ids=["longer", "shorter", "a line more"])
def test_a_snapshot_whose_parts_moved_is_set_aside_and_nothing_is_missing(
    tmp_path: Path, change: bytes
) -> None:
    store = opened(tmp_path)
    assert isinstance(store.save([client("c1"), client("c2"), client("c3")], at=AT), Saved)
    store.close()
    path = tmp_path / "practice.json"
    data = path.read_bytes()
    at = data.index(b'"family_name":"') + len(b'"family_name":"')
    path.write_bytes(data[:at] + change + data[at + 1 :])
    store = opened(tmp_path)
    assert sorted(store.practice.clients) == ["c1", "c2", "c3"]
    assert any("the records were read from the journal" in said for said in store.notices)
    store.close()
