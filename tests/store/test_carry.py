"""A practice can be carried away while others work, brought back, and mended; nothing is thrown away on the way."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.visits import Session
from medex_tui.store import Saved, Store, StoreProblem
from medex_tui.store import backup as carry_module
from medex_tui.store import journal as journal_module
from medex_tui.store import state as ledger_module
from medex_tui.store.audit import audit
from medex_tui.store.backup import Actor, backup, plan, practice_in, restore
from medex_tui.store.check import check
from medex_tui.store.lock import CannotSave
from medex_tui.store.salvage import CannotRebuild, salvage

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
JOURNAL = "practice.journal/000001.jsonl"


def hand(days: int = 0) -> Actor:
    return Actor("kim", "clinic", os.getpid(), AT + timedelta(days=days))


def opened(path: Path, by: str = "kim") -> Store:
    return Store.open(path, by=by, host="clinic", pid=os.getpid(), create=True)


def client(id: str, phone: str | None = None) -> Client:
    return Client(id=id, given_name="Jo", family_name="Hicks", phone=phone)


def saved(path: Path, *ids: str, close: bool = True) -> Path:
    store = opened(path)
    for id in ids:
        assert isinstance(store.save([client(id)], at=AT), Saved)
    if close:
        store.close()
    else:
        store.state.journal.close()
        os.close(store.state._users)
    return path


def there(path: Path) -> dict[str, str | None]:
    store = opened(path)
    found = {id: c.phone for id, c in store.everything().clients.items()}
    store.close()
    return found


def sound(path: Path) -> bool:
    return all(one.ok for one in check(path))


def test_a_copy_is_a_whole_practice_of_its_own(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a", "b")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    assert made.records == 2
    assert sound(made.path)
    assert (made.path.parent / JOURNAL).read_bytes() == (tmp_path / JOURNAL).read_bytes().rstrip(
        b"\n"
    ) + b"\n"
    assert there(made.path) == {"a": None, "b": None}


def test_the_newest_copies_stay_and_nothing_else_is_touched(tmp_path: Path) -> None:
    path, copies = saved(tmp_path / "practice.json", "a"), tmp_path / "copies"
    (copies / "practice-mine-Z-keep").mkdir(parents=True)
    for day in range(5):
        backup(path, copies, hand(day), keep=2)
    assert sorted(one.name for one in copies.iterdir()) == [
        "practice-20261125T140500Z-000002",
        "practice-20261126T140500Z-000002",
        "practice-mine-Z-keep",
    ]


def test_what_killed_runs_left_half_made_is_cleared_and_what_others_are_making_is_not(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path / "practice.json", "a")
    copies = tmp_path / "copies"
    dead, alive, foreign = (copies / name for name in (
        "practice-20260101T000000Z-000001.part", "practice-20260101T000001Z-000002.part", "thesis.part",
    ))  # fmt: skip
    for folder in (dead, alive, foreign):
        folder.mkdir(parents=True)
        (folder / "half").touch()
    with carry_module._held(alive):
        made = backup(path, copies, hand(), keep=3)
    assert {one.name for one in copies.iterdir()} == {
        made.path.parent.name,
        alive.name,
        foreign.name,
    }


def test_copies_made_while_others_save_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT", 3000)
    path, ended = saved(tmp_path / "practice.json", "first"), threading.Event()

    def save_on() -> None:
        store, number = opened(path, "lee"), 0
        while not ended.is_set():
            number += 1
            pair = [client(f"c{number:05}"), Session(id=f"s{number:05}", client_id=f"c{number:05}")]
            assert isinstance(store.save(pair, at=AT), Saved)
        store.close()

    saving = threading.Thread(target=save_on)
    saving.start()
    try:
        made = [backup(path, tmp_path / "copies", hand(day), keep=99) for day in range(6)]
    finally:
        ended.set()
        saving.join()
    for one in made:
        store = opened(one.path)
        practice = store.everything()
        store.close()
        assert {f"c{id[1:]}" for id in practice.sessions} | {"first"} == set(practice.clients)
        assert sound(one.path)
    assert made[0].entries < made[-1].entries


def test_a_damaged_practice_takes_no_older_copy_away(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a", "b")
    backup(path, tmp_path / "copies", hand(), keep=1)
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b'"id":"a"', b'"id":"x"'))
    with pytest.raises(CannotRebuild, match="line 2 cannot be read"):
        backup(path, tmp_path / "copies", hand(1), keep=1)
    assert len(list((tmp_path / "copies").iterdir())) == 1


def test_a_copy_comes_back_to_an_empty_place(tmp_path: Path) -> None:
    made = backup(saved(tmp_path / "practice.json", "a"), tmp_path / "copies", hand(), keep=3)
    target = tmp_path / "new box" / "practice.json"
    chosen = plan(practice_in(made.path.parent), target)
    assert [(c.what, c.id) for c in chosen.changes] == [("comes", "a")]
    assert restore(chosen, target, hand(1)) is None
    assert there(target) == {"a": None}
    assert sound(target)


def test_what_would_come_and_go_is_told_and_newer_records_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a", "b")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    store = opened(path)
    store.save(
        [msgspec.structs.replace(store.practice.clients["a"], phone="new"), client("c")], at=AT
    )
    store.close()
    chosen = plan(made.path, path)
    assert [(c.what, c.id, c.rev, c.to) for c in chosen.changes] == [
        ("changes", "a", 2, 1),
        ("goes", "c", 1, 0),
    ]
    assert (
        chosen.newer
        == "The practice here is newer: 1 more entries, and 2 of its records are missing or older in the copy."
    )
    aside = restore(chosen, path, hand(1))
    assert aside
    assert there(path) == {"a": None, "b": None}
    assert there(aside / "practice.json") == {"a": "new", "b": None, "c": None}
    assert plan(aside / "practice.json", path).newer == ""


def test_nothing_is_restored_while_somebody_works_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    working = opened(path, "lee")
    with pytest.raises(CannotRebuild, match="end medex everywhere"):
        restore(plan(made.path, path), path, hand(1))
    assert isinstance(working.save([client("b")], at=AT), Saved)
    working.close()
    assert (
        sorted(one.name for one in tmp_path.iterdir() if "part" in one.name or "before" in one.name)
        == []
    )


@pytest.mark.parametrize("mending", [True, False])
def test_what_is_saved_between_looking_and_restoring_is_not_lost(
    tmp_path: Path, mending: bool
) -> None:
    path = saved(tmp_path / "practice.json", "a")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    chosen = plan(path if mending else made.path, path)
    saved(path, "b")
    if mending:
        restore(chosen, path, hand(1))
    else:
        with pytest.raises(CannotRebuild, match="somebody saved here"):
            restore(chosen, path, hand(1))
    assert there(path) == {"a": None, "b": None}


def test_who_opens_while_a_restore_is_under_way_works_in_what_it_puts_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "practice.json", "a")
    chosen = plan(backup(path, tmp_path / "copies", hand(), keep=3).path, path)
    real = carry_module.build
    waiting: list[Store] = []
    comer = threading.Thread(target=lambda: waiting.append(opened(path, "lee")))

    def slowly(*given: Any, **named: Any) -> None:
        comer.start()
        comer.join(0.3)
        assert not waiting
        real(*given, **named)

    monkeypatch.setattr(carry_module, "build", slowly)
    restore(chosen, path, hand(1))
    comer.join()
    [lee] = waiting
    kim = opened(path)
    with (
        lee.state.journal.hold(),
        pytest.raises(CannotSave, match="lee"),
        kim.state.journal.hold(0.01),
    ):
        pytest.fail("two hold the lock at once")
    assert isinstance(lee.save([client("b")], at=AT), Saved)
    assert isinstance(kim.save([client("c")], at=AT), Saved)
    lee.close()
    kim.close()
    assert there(path) == {"a": None, "b": None, "c": None}


def test_a_restore_that_does_not_come_to_its_end_is_told_who_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "practice.json", "a")
    monkeypatch.setattr(ledger_module, "PATIENCE_S", 0.05)
    with carry_module._exclusive_lock(path), pytest.raises(StoreProblem, match="is being restored"):
        opened(path)
    assert there(path) == {"a": None}


def test_two_restores_in_one_second_keep_both_of_what_was_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    asides = [restore(plan(made.path, path), path, hand(1)) for _ in range(2)]
    assert [one.name for one in asides if one] == [
        "practice-before-20261123T140500Z",
        "practice-before-20261123T140500Z-2",
    ]
    assert all(there(one / "practice.json") == {"a": None} for one in asides if one)


def test_a_restore_that_fails_half_way_leaves_everything_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "practice.json", "a", "b")
    made = backup(path, tmp_path / "copies", hand(), keep=3)
    chosen, whole = plan(made.path, path), Path.rename

    def fails(one: Path, other: Path) -> Path:
        if other == tmp_path / "practice.journal":
            raise OSError(28, "No space left on device")
        return whole(one, other)

    monkeypatch.setattr(Path, "rename", fails)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(
            Path,
            "rename",
            lambda one, other: fails(one, other) if "part" in str(one) else whole(one, other),
        )
        restore(chosen, path, hand(1))
    monkeypatch.undo()
    assert there(path) == {"a": None, "b": None}
    assert sound(path)


# Mending ------------------------------------------------------------------------------------------------------------


def flipped(text: bytes, into: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(text, into, 1)


def a_later_sum(data: bytes) -> bytes:
    """The sum of the third line, spoilt."""
    lines = data.split(b"\n")
    lines[2] = lines[2][:-10] + b"0000000" + lines[2][-3:]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (flipped(b'"id":"b","rev":1', b'"id":"b","rev":7'), {"a", "c", "d"}),
        (a_later_sum, {"a", "b", "c", "d"}),
        (
            lambda data: data[: data.index(b'{"seq":4')] + data[data.index(b'{"seq":5') :],
            {"a", "b", "d"},
        ),
        (lambda data: data[: data.index(b'{"seq":5') + 30], {"a", "b", "c"}),
        (lambda data: data[500:], {"b", "c", "d"}),
    ],
)
def test_mending_keeps_everything_intact_and_the_damaged_original(
    tmp_path: Path, spoil: Callable[[bytes], bytes], kept: set[str]
) -> None:
    path = saved(tmp_path / "practice.json", *"abcd", close=False)
    journal = tmp_path / JOURNAL
    damaged = spoil(journal.read_bytes().rstrip(b"\n"))
    journal.write_bytes(damaged)
    assert not sound(path)
    chosen = plan(path, path)
    assert chosen.source.faults
    aside = restore(chosen, path, hand())
    assert aside
    assert (aside / JOURNAL).read_bytes() == damaged
    assert set(there(path)) == kept
    assert sound(path)
    store = opened(path)
    assert isinstance(store.save([client("new")], at=AT), Saved)
    store.close()
    assert [e.kind for e in audit(path)].count("repair") >= 1


def test_what_the_journal_lost_comes_from_the_snapshot(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a", "b")
    saved(path, "c", close=False)
    journal = tmp_path / JOURNAL
    journal.write_bytes(flipped(b'"id":"b"', b'"id":"x"')(journal.read_bytes()))
    restore(plan(path, path), path, hand())
    assert set(there(path)) == {"a", "b", "c"}
    journal.unlink()
    restore(plan(path, path), path, hand(1))
    assert set(there(path)) == {"a", "b", "c"}
    assert sound(path)


def test_a_record_changed_after_its_beginning_was_lost_is_kept(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a", "b", close=False)
    store = opened(path)
    store.save([msgspec.structs.replace(store.practice.clients["a"], phone="2")], at=AT)
    store.state.journal.close()
    os.close(store.state._users)
    journal = tmp_path / JOURNAL
    journal.write_bytes(flipped(b'"id":"a","rev":1', b'"id":"a","rev":9')(journal.read_bytes()))
    restore(plan(path, path), path, hand())
    assert there(path) == {"a": "2", "b": None}
    assert sound(path)


def test_a_lost_segment_is_named_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT", 1000)
    path = saved(tmp_path / "practice.json", *"abcdefgh", close=False)
    lost = tmp_path / "practice.journal/000002.jsonl"
    gone = {one for one in "abcdefgh" if f'"id":"{one}"'.encode() in lost.read_bytes()}
    lost.unlink()
    whole = salvage(path)
    assert whole.faults[0] == "000002.jsonl is missing."
    restore(plan(path, path), path, hand())
    assert set(there(path)) == set("abcdefgh") - gone
    assert gone
    assert sound(path)


def test_mending_a_sound_practice_changes_nothing_in_it(tmp_path: Path) -> None:
    path = saved(tmp_path / "practice.json", "a")
    before = (tmp_path / JOURNAL).read_bytes().rstrip(b"\n")
    restore(plan(path, path), path, hand())
    assert (tmp_path / JOURNAL).read_bytes().rstrip(b"\n") == before


@pytest.mark.parametrize("what", ["folder", "file", "nothing"])
def test_what_is_no_copy_is_refused_in_a_sentence(tmp_path: Path, what: str) -> None:
    if what == "folder":
        (tmp_path / "x").mkdir()
    elif what == "file":
        (tmp_path / "x").write_text("{}")
    with pytest.raises(CannotRebuild) as refused:
        practice_in(tmp_path / "x")
    assert str(tmp_path / "x") in str(refused.value)
    assert str(refused.value).endswith(".")


def test_filed_records_come_back_too(tmp_path: Path) -> None:
    path, old = tmp_path / "practice.json", AT - timedelta(days=400)
    store = opened(path)
    ended = Referral(id="r", client_id="a", status="discharged", received_at=old, discharged_at=old)
    store.save(
        [
            client("a"),
            ended,
            Session(id="s", client_id="a", referral_id="r", state="signed", started_at=old),
        ],
        at=AT,
    )
    store.close()
    assert not opened(path).practice.clients
    made = backup(path, tmp_path / "copies", hand(), keep=1)
    shutil.rmtree(tmp_path / "practice.journal")
    path.unlink()
    restore(plan(made.path, path), path, hand())
    store = opened(path)
    assert set(store.everything().sessions) == {"s"}
    store.close()
