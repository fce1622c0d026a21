"""A save is durable, whole, and never over somebody else's head."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from medex_tui.domain.records.communications import Communication, Document, Reply
from medex_tui.domain.records.corrections import Amendment
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.store import Conflict, NotSaved, Saved, Store, StoreProblem
from medex_tui.store import journal as journal_module
from medex_tui.store import lock as lock_module
from medex_tui.store.check import check

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
HOSTILE = [
    "O'Neil [L] =1+1",
    "[/x]",
    "\x1b[31m\x07",
    "a\u202eb\u2066c",
    "x" * 10_000,
    "",
    "🏋️\u200d♀️",
    "a\nb\r\u2028\0",
    '"},{"seq":9}',
]


def opened(folder: Path, by: str = "kim") -> Store:
    return Store.open(folder / "practice.json", by=by, host="clinic", pid=os.getpid(), create=True)


def client(id: str = "c1", **more: object) -> Client:
    return msgspec.structs.replace(Client(id=id, given_name="Jo", family_name="Hicks"), **more)


def saved(store: Store, *records: object) -> list:  # type: ignore[type-arg]
    outcome = store.save(list(records), at=AT)  # type: ignore[arg-type]
    assert isinstance(outcome, Saved), outcome
    return outcome.records


def test_a_new_record_gets_its_revision_and_who_made_it_when(tmp_path: Path) -> None:
    store = opened(tmp_path)
    [record] = saved(store, client())
    assert (record.rev, record.created_by, record.updated_by) == (1, "kim", "kim")
    assert record.created_at == record.updated_at == AT
    later = store.save([msgspec.structs.replace(record, phone="555")], at=AT + timedelta(days=1))
    assert isinstance(later, Saved)
    assert later.records[0].rev == 2
    assert later.records[0].created_at == AT
    assert store.practice.clients["c1"] == later.records[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_back_as_it_was_typed(tmp_path: Path, text: str) -> None:
    store = opened(tmp_path)
    saved(store, client(given_name=text), Session(id="s" + text, client_id="c1", note=text))
    store.close()
    again = opened(tmp_path)
    assert again.practice.clients["c1"].given_name == text
    assert again.practice.sessions["s" + text].note == text
    again.close()


def test_every_kind_of_record_comes_back_equal(tmp_path: Path) -> None:
    store = opened(tmp_path)
    local = datetime(2026, 11, 22, 9, 5, 7, 999, tzinfo=timezone(timedelta(hours=-5)))
    said = Communication(id="m", method="fax", at=local, reply=Reply(at=local, text="ok"))
    visit = Session(
        id="s",
        client_id="c",
        started_at=local,
        vitals=[Vitals(weight_kg=80.5, entered={"weight": "177 lb"})],
    )
    kept = saved(store, said, visit, Settings(id="settings", name="P", units={"a": "b"}))
    assert kept[0].at == AT.replace(second=7)
    assert kept[1].started_at == AT.replace(second=7)
    raw = (tmp_path / "practice.journal/000001.jsonl").read_text()
    assert '"at":"2026-11-22T14:05:07+00:00"' in raw
    store.close()


def test_nothing_is_saved_over_a_change_one_has_not_seen(tmp_path: Path) -> None:
    kim, lee = opened(tmp_path), opened(tmp_path, "lee")
    [first] = saved(kim, client())
    assert lee.refresh()
    assert not lee.refresh()
    saved(lee, msgspec.structs.replace(lee.practice.clients["c1"], phone="lee's"))
    mine = msgspec.structs.replace(first, phone="kim's")
    outcome = kim.save([client("c2"), mine], at=AT)
    assert isinstance(outcome, Conflict)
    assert outcome.mine == mine
    assert isinstance(outcome.theirs, Client)
    assert (outcome.theirs.phone, outcome.theirs.updated_by, outcome.theirs.rev) == (
        "lee's",
        "lee",
        2,
    )
    assert set(kim.practice.clients) == {"c1"}
    assert isinstance(kim.save([client()], at=AT), Conflict)


@pytest.mark.parametrize("name", ["practice.txt", "practice.json\nx", "practice.old.json"])
def test_practices_in_one_folder_share_nothing(name: str, tmp_path: Path) -> None:
    first = opened(tmp_path)
    other = Store.open(tmp_path / name, by="lee", host="clinic", pid=os.getpid(), create=True)
    saved(first, client("theirs"))
    saved(other, client("ours"))
    for store, id in ((first, "theirs"), (other, "ours")):
        store.refresh()
        assert list(store.practice.clients) == [id]
        store.close()


def test_a_record_cannot_be_saved_twice_at_once_nor_changed_when_it_is_not_there(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    twice = store.save([client(), client()], at=AT)
    assert isinstance(twice, NotSaved)
    assert "twice" in twice.reason
    gone = store.save([client(rev=3)], at=AT)
    assert isinstance(gone, NotSaved)
    assert "no client c1" in gone.reason
    assert not store.practice.clients


def test_what_is_signed_can_only_be_added_to(tmp_path: Path) -> None:
    store = opened(tmp_path)
    visit, letter = saved(
        store,
        Session(id="s", client_id="c", state="signed", signed_at=AT, signed_by="kim"),
        Document(id="d", kind="visit_note", body="text", signed_at=AT),
    )
    for changed in (
        msgspec.structs.replace(visit, note="other"),
        msgspec.structs.replace(letter, body="other"),
    ):
        refused = store.save([changed], at=AT)
        assert isinstance(refused, NotSaved)
        assert "was signed on 2026-11-22" in refused.reason
    added = Amendment(kind="addendum", text="also", at=AT, by="kim")
    [amended] = saved(store, msgspec.structs.replace(visit, amendments=[added]))
    dropped = store.save([msgspec.structs.replace(amended, amendments=[])], at=AT)
    assert isinstance(dropped, NotSaved)


def test_a_save_costs_exactly_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    synced: list[str] = []
    whole = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (synced.append("data"), whole(fd))[1])
    saved(store, client("first"))
    synced.clear()
    for index in range(5):
        saved(store, client(f"c{index}"), Session(id=f"s{index}", client_id=f"c{index}"))
    assert len(synced) == 5
    every = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append("all"), every(fd))[1])
    saved(store, client("c9"))
    assert synced[5:] == ["data"]


def test_a_failed_sync_saves_nothing_and_ends_saving_for_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    saved(store, client())
    whole = os.fdatasync

    def fails(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fails)
    outcome = store.save([client("c2")], at=AT)
    assert isinstance(outcome, NotSaved)
    assert not outcome.durable
    monkeypatch.setattr(os, "fdatasync", whole)
    again = store.save([client("c3")], at=AT)
    assert isinstance(again, NotSaved)
    assert not again.durable
    assert set(store.practice.clients) == {"c1"}
    store.close()
    other = opened(tmp_path, "lee")
    assert set(other.practice.clients) == {"c1"}
    refused = other.save([client("c2")], at=AT)
    assert isinstance(refused, NotSaved)
    assert "middle of save 3: restart this machine" in refused.reason
    boot = tmp_path / "boot"
    boot.write_text("after a restart")
    monkeypatch.setattr(lock_module, "BOOT", boot)
    saved(opened(tmp_path), client("c2"))


def test_what_the_disk_has_not_confirmed_is_shown_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    [first] = saved(store, client())
    saved(store, client("c2"))
    whole, seen = os.fdatasync, []

    def watched(fd: int) -> None:
        with ThreadPoolExecutor(1) as elsewhere:
            practice = elsewhere.submit(lambda: (store.refresh(), store.practice)[1]).result()
        seen.append({id: one.phone for id, one in practice.clients.items()})
        if len(seen) == 2:
            raise OSError(errno.EIO, "Input/output error")
        whole(fd)

    monkeypatch.setattr(os, "fdatasync", watched)
    [changed] = saved(store, msgspec.structs.replace(first, phone="555-0101"))
    assert store.practice.clients["c1"].phone == "555-0101"
    lost = [msgspec.structs.replace(changed, phone="555-0199"), client("c3")]
    assert isinstance(store.save(lost, at=AT), NotSaved)
    assert seen == [{"c1": None, "c2": None}, {"c1": "555-0101", "c2": None}]
    assert store.practice.clients == {"c1": changed, "c2": store.practice.clients["c2"]}
    store.close()
    assert opened(tmp_path).practice.clients["c1"] == changed


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failed_write_leaves_nothing_behind_and_the_next_one_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    store = opened(tmp_path)
    saved(store, client())
    before = (tmp_path / "practice.journal/000001.jsonl").read_bytes()
    whole, calls = os.pwrite, [0]

    def half(fd: int, data: bytes, offset: int) -> int:
        if b"c2" not in bytes(data) and not calls[0]:
            return whole(fd, data, offset)
        calls[0] += 1
        if calls[0] == 1:
            return whole(fd, bytes(data)[:50], offset)
        if calls[0] == 2:
            raise OSError(code, os.strerror(code))
        return whole(fd, data, offset)

    monkeypatch.setattr(os, "pwrite", half)
    outcome = store.save([client("c2")], at=AT)
    monkeypatch.setattr(os, "pwrite", whole)
    assert isinstance(outcome, NotSaved)
    assert outcome.durable
    assert (tmp_path / "practice.journal/000001.jsonl").read_bytes() == before
    saved(store, client("c3"))
    store.close()
    assert set(opened(tmp_path).practice.clients) == {"c1", "c3"}


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "RESERVE", 0)
    store = opened(tmp_path)
    saved(store, client())
    size = (tmp_path / "practice.journal/000001.jsonl").stat().st_size

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        outcome = store.save([client("c2")], at=AT)
    assert isinstance(outcome, NotSaved)
    assert "the disk is full" in outcome.reason
    assert (tmp_path / "practice.journal/000001.jsonl").stat().st_size == size
    saved(store, client("c2"))


def test_short_writes_are_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pwrite
    store = opened(tmp_path)
    saved(store, client("c0"))
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: whole(fd, bytes(data)[:7], offset))
    saved(store, client())
    monkeypatch.undo()
    assert opened(tmp_path).practice.clients["c1"].family_name == "Hicks"


def test_a_value_that_cannot_be_kept_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for record in (
        Session(id="s", client_id="c", vitals=[Vitals(weight_kg=float("nan"))]),
        Session(id="s", client_id="c", note="\ud800"),
    ):
        outcome = store.save([record], at=AT)
        assert isinstance(outcome, NotSaved)
        assert "cannot be kept" in outcome.reason
    assert store.state.journal.seq == 0


def test_fields_of_a_newer_program_stay(tmp_path: Path) -> None:
    store = opened(tmp_path)
    saved(
        store,
        client(),
        Session(id="s", client_id="c1", exercises=[Exercise(name="a"), Exercise(name="b")]),
    )
    for table, id in (("clients", 1), ("sessions", 1)):
        raw = msgspec.json.decode(store.state.tables[table][id])
        raw["pronouns"] = "they"
        for exercise in raw.get("exercises", []):
            exercise["tempo"] = "3-1-3"
        with store.state.hold():
            store.state.commit([("set", table, id, msgspec.json.encode(raw))], AT)
    store.close()
    store = opened(tmp_path)
    visit = store.practice.sessions["s"]
    changed = [visit.exercises[0], msgspec.structs.replace(visit.exercises[1], reps=5)]
    saved(store, msgspec.structs.replace(store.practice.clients["c1"], phone="1"))
    saved(store, msgspec.structs.replace(visit, exercises=changed))
    assert msgspec.json.decode(store.state.tables["clients"][1])["pronouns"] == "they"
    raw = msgspec.json.decode(store.state.tables["sessions"][1])
    assert raw["pronouns"] == "they"
    assert [e.get("tempo") for e in raw["exercises"]] == ["3-1-3", None]
    [settings] = saved(store, Settings(id="x", snippets={"a": "1", "b": "2"}))
    [settings] = saved(store, msgspec.structs.replace(settings, snippets={"a": "1"}))
    assert settings.snippets == {"a": "1"}


def test_segments_are_sealed_and_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT", 2000)
    store, other = opened(tmp_path), opened(tmp_path, "lee")
    for index in range(20):
        saved(store if index % 2 else other, client(f"c{index}"))
    assert store.state.journal.segment > 3
    store.close()
    other.close()
    (tmp_path / "practice.json").unlink()
    (tmp_path / "practice.json.bak").unlink(missing_ok=True)
    assert len(opened(tmp_path).practice.clients) == 20


def test_files_are_closed_to_others_and_open_to_the_group_where_the_folder_is(
    tmp_path: Path,
) -> None:
    mine, ours = tmp_path / "mine", tmp_path / "ours"
    ours.mkdir()
    ours.chmod(0o2770)
    for folder, mode in ((mine, 0o600), (ours, 0o660)):
        store = opened(folder)
        saved(store, client())
        store.close()
        files = [file for file in folder.rglob("*") if file.is_file()]
        assert len(files) >= 4
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {mode}
    assert stat.S_IMODE(mine.stat().st_mode) == 0o700
    assert stat.S_IMODE((ours / "practice.journal").stat().st_mode) == 0o2770


def test_what_was_looked_at_is_noted_without_touching_records(tmp_path: Path) -> None:
    store = opened(tmp_path)
    saved(store, client())
    assert store.note("export", "json, 1 client", at=AT) is None
    store.close()
    again = opened(tmp_path)
    assert (
        b'"kind":"export","detail":"json, 1 client"'
        in (tmp_path / "practice.journal/000001.jsonl").read_bytes()
    )
    assert not again.state.tail
    saved(again, client("c2"))


def test_a_clock_set_back_is_told_before_anything_is_written_and_can_be_vouched_for(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    assert isinstance(store.save([client()], at=AT + timedelta(days=300)), Saved)
    refused = store.save([client("c2")], at=AT)
    assert isinstance(refused, NotSaved)
    assert (
        "clock reads 2026-11-22 14:05 UTC, but the last entry was made at 2027-09-18 14:05"
        in refused.reason
    )
    assert isinstance(store.save([client("c2")], at=AT + timedelta(days=300, minutes=-9)), Saved)
    assert isinstance(
        store.save([client("c4")], at=AT + timedelta(days=300, minutes=-18)), NotSaved
    )
    assert store.note("view", "client c2", at=AT) is None
    for again in (store, opened(tmp_path)):
        assert isinstance(again.save([client("c4")], at=AT), NotSaved), (
            "a look at a record let the clock pass"
        )
    assert store.note("clock", "said to be right", at=AT) is None
    saved(store, client("c3"))


class TestWhatCannotBeOpenedSaysSo:
    def refused(self, path: Path, create: bool = False) -> str:
        with pytest.raises(StoreProblem) as problem:
            Store.open(path, by="kim", host="h", pid=1, create=create)
        said = str(problem.value)
        assert "\n" not in said
        assert str(path.parent) in said
        return said

    def test_a_missing_practice(self, tmp_path: Path) -> None:
        assert "medex init" in self.refused(tmp_path / "practice.json")
        assert not list(tmp_path.iterdir())

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in self.refused(tmp_path, create=True)

    def test_a_file_where_a_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert "is not a folder" in self.refused(tmp_path / "file/practice.json", create=True)
        (tmp_path / "practice.journal").write_text("")
        assert "is not a folder" in self.refused(tmp_path / "practice.json", create=True)

    @pytest.mark.parametrize(
        "name", ["practice.json", "practice.journal/lock", "practice.journal/000001.jsonl"]
    )
    @pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["pipe", "folder"])
    def test_a_pipe_or_a_folder_in_the_place_of_a_file(
        self, tmp_path: Path, name: str, make: Callable[[Path], None]
    ) -> None:
        store = opened(tmp_path)
        saved(store, client())
        store.close()
        path = tmp_path / name
        path.unlink()
        make(path)
        before = sorted(tmp_path.rglob("*"))
        said = self.refused(tmp_path / "practice.json")
        assert str(path) in said
        with pytest.raises(OSError, match="no plain file"):
            check(tmp_path / "practice.json")
        assert sorted(tmp_path.rglob("*")) == before

    def test_another_programs_file_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "practice.json"
        path.write_text('{"_default": {}}')
        assert "no journal beside it" in self.refused(path, create=True)
        assert path.read_text() == '{"_default": {}}'

    def test_a_newer_programs_practice(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        saved(store, client())
        store.close()
        path = tmp_path / "practice.json"
        first, rest = path.read_bytes().split(b"\n", 1)
        body = first[len(b'{"_medex":{"1":') : -len(b"},")].replace(b'"schema":1', b'"schema":2')
        body = body[: body.rfind(b',"sum":"')]
        path.write_bytes(
            b'{"_medex":{"1":'
            + journal_module.chained(journal_module.GENESIS, body)
            + b"},\n"
            + rest
        )
        newer = path.read_bytes()
        reading = opened(tmp_path)
        assert set(reading.practice.clients) == {"c1"}
        assert reading.notices == [
            f"{path} has schema 2; this medex reads 1: it can be read, and written by the medex that wrote it."
        ]
        outcome = reading.save([client("c2")], at=AT)
        assert isinstance(outcome, NotSaved)
        assert "schema 2" in outcome.reason
        reading.close()
        assert path.read_bytes() == newer

    def test_a_folder_one_may_not_write_in_can_still_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = opened(tmp_path)
        saved(store, client())
        store.close()
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        reading = Store.open(tmp_path / "practice.json", by="lee", host="h", pid=1)
        assert "c1" in reading.practice.clients
        outcome = reading.save([client("c2")], at=AT)
        assert isinstance(outcome, NotSaved)
        assert "read-only" in outcome.reason
        reading.close()


def test_names_are_durable_before_what_relies_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut forgets a file whose folder was not synced, and empties one renamed before its own sync."""
    steps: list[tuple[str, str]] = []
    every, data, move, make = os.fsync, os.fdatasync, Path.replace, os.open

    def name(fd: int) -> str:
        return Path(f"/proc/self/fd/{fd}").readlink().name

    def opening(path: Path, flags: int, *mode: int, **more: int) -> int:
        fd = make(path, flags, *mode, **more)
        steps.extend([("make", Path(path).name)] if flags & os.O_CREAT else [])
        return fd

    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append(("sync", name(fd))), every(fd))[1])
    monkeypatch.setattr(os, "fdatasync", lambda fd: (steps.append(("save", name(fd))), data(fd))[1])
    monkeypatch.setattr(
        Path, "replace", lambda a, b: (steps.append(("move", b.name)), move(a, b))[1]
    )
    monkeypatch.setattr(os, "open", opening)
    folder = tmp_path / "clinic"
    store = opened(folder)
    saved(store, client())
    store.close()
    store = opened(folder)
    saved(store, client("c2"))
    store.close()
    monkeypatch.undo()
    made = [step for step in steps if step[0] == "make"]
    assert ("make", "000001.jsonl") in made
    first_save = steps.index(("save", "000001.jsonl"))
    line = steps.index(("make", "000001.jsonl"))
    assert ("sync", "practice.journal") in steps[line:first_save]
    assert ("sync", "clinic") in steps[:first_save]
    assert ("sync", tmp_path.name) in steps[:first_save]
    for at, step in enumerate(steps):
        if step == ("move", "practice.json"):
            before = [s for s in steps[:at] if s == ("sync", "practice.json.new")]
            assert before
            assert ("sync", "clinic") in steps[at : at + 2]
    assert steps.count(("move", "practice.json")) == 2 == steps.count(("sync", "practice.json.new"))
    assert ("move", "practice.json.bak") in steps


def test_what_repeats_is_kept_once_in_memory_and_reads_as_before(tmp_path: Path) -> None:
    store = opened(tmp_path)
    done = [Exercise(name="step-up", sets=3, reps=8), Exercise(name="bridge", load_kg=20.0)]
    saved(
        store,
        client(),
        *(Session(id=f"s{n}", client_id="c1", exercises=done, plan="same") for n in range(3)),
    )
    store.close()
    store = opened(tmp_path)
    before = {id: msgspec.json.encode(one) for id, one in store.practice.sessions.items()}
    store.intern_strings()
    first, *others = store.practice.sessions.values()
    assert {id: msgspec.json.encode(one) for id, one in store.practice.sessions.items()} == before
    for one in others:
        assert one.plan is first.plan
        assert all(a is b for a, b in zip(one.exercises, first.exercises, strict=True))
        assert one.exercises is not first.exercises
    store.close()
