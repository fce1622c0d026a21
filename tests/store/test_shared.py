"""One practice, one box, two logins: a folder of the group, and files that both may write and nobody else."""

from __future__ import annotations

import errno
import os
import stat
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from medex_tui.domain.records.people import Client
from medex_tui.store import Conflict, Drafts, Saved, Store, StoreProblem
from medex_tui.store import salvage as salvage_module
from medex_tui.store.backup import Actor, backup, plan, restore
from medex_tui.store.check import check
from yard import in_memory

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
KIM, LEE, STRANGER, GROUP = 54321, 54322, 54323, 54400


def as_login(login: int, work: Callable[[], None], *groups: int) -> None:
    """Do it in a process of this user id and these groups, and with a umask that closes everything."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups(groups)
            os.setresgid(login, login, login)
            os.setresuid(login, login, login)
            os.umask(0o077)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder of the group with the setgid bit; skipped where nobody can be somebody else."""
    if os.geteuid():
        pytest.skip("only root can work as two logins")
    with in_memory() as folder:
        os.chown(folder, 0, GROUP)
        folder.chmod(0o2770)
        yield folder


def opened(path: Path, by: str) -> Store:
    return Store.open(path, by=by, host="clinic", pid=os.getpid(), create=True)


def client(id: str, phone: str) -> Client:
    return Client(id=id, given_name="Jo", family_name="Hicks", phone=phone)


def test_two_logins_work_in_one_practice_and_a_third_does_not(shared: Path) -> None:
    path = shared / "practice.json"

    def begin() -> None:
        store = opened(path, "kim")
        assert isinstance(store.save([client("a", "kim's")], at=AT), Saved)
        store.close()
        Drafts(path).save("kim", "log", "what kim types")

    def go_on() -> None:
        store = opened(path, "lee")
        first = store.practice.clients["a"]
        assert isinstance(
            store.save([msgspec.structs.replace(first, phone="lee's"), client("b", "")], at=AT),
            Saved,
        )
        assert isinstance(store.save([first], at=AT), Conflict)
        store.close()
        Drafts(path).save("lee", "log", "what lee types")
        with pytest.raises(PermissionError):
            Drafts(path).load("kim")
        hand = Actor("lee", "clinic", os.getpid(), AT)
        made = backup(path, shared / "copies", hand, keep=3)
        restore(plan(made.path, path), path, hand)

    def come_back() -> None:
        store = opened(path, "kim")
        kept = store.practice.clients["a"]
        assert (kept.phone, kept.created_by, kept.updated_by) == ("lee's", "kim", "lee")
        assert isinstance(store.save([client("c", "")], at=AT), Saved)
        store.close()
        assert [one for one in check(path) if not one.ok] == []

    def look() -> None:
        with pytest.raises((PermissionError, StoreProblem)):
            opened(path, "stranger")

    as_login(KIM, begin, GROUP)
    as_login(LEE, go_on, GROUP)
    as_login(KIM, come_back, GROUP)
    as_login(STRANGER, look)
    for one in shared.rglob("*"):
        state = one.stat()
        assert state.st_gid == GROUP, one
        mode = 0o2770 if one.is_dir() else 0o600 if one.parent.name == "practice.drafts" else 0o660
        assert stat.S_IMODE(state.st_mode) == mode, (one, oct(state.st_mode))


def test_a_backup_is_no_false_alarm_when_a_colleague_saves_and_leaves_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "practice.json"
    store = Store.open(path, by="kim", host="test", pid=1, create=True)
    assert isinstance(store.save([Client(id="a", family_name="A")], at=AT), Saved)
    store.close()
    real = salvage_module.read_plain

    def read_while_a_colleague_works(file: Path) -> bytes:
        data = real(file)
        colleague = Store.open(path, by="lee", host="test", pid=2)
        number = len(colleague.practice.clients)
        new = Client(id=f"b{number}", family_name="B")
        assert isinstance(colleague.save([new], at=AT + timedelta(minutes=number)), Saved)
        colleague.close()
        return data

    monkeypatch.setattr(salvage_module, "read_plain", read_while_a_colleague_works)
    assert salvage_module.salvage(path).faults == []


def test_a_read_error_while_following_is_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "practice.json"
    store = Store.open(path, by="kim", host="test", pid=1, create=True)
    assert isinstance(store.save([Client(id="a", family_name="A")], at=AT), Saved)

    def failing(*given: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", failing)
        assert not store.refresh() and not store.refresh()
    assert [n for n in store.notices if "could not be read just now" in n] == store.notices[-1:]
    assert isinstance(store.save([Client(id="b", family_name="B")], at=AT), Saved)
    store.close()


def test_a_huge_empty_journal_is_told_at_once_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    store = Store.open(path, by="kim", host="test", pid=1, create=True)
    assert isinstance(store.save([Client(id="a", family_name="A")], at=AT), Saved)
    store.close()
    segment = tmp_path / "practice.journal/000001.jsonl"
    segment.write_bytes(b"")
    os.truncate(segment, 50 << 30)
    begun = time.monotonic()
    store = Store.open(path, by="kim", host="test", pid=1)
    assert set(store.practice.clients) == {"a"}
    assert "damaged" in " ".join(store.notices)
    store.close()
    assert time.monotonic() - begun < 1
    assert segment.stat().st_size == 50 << 30


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can save as somebody else's guest")
def test_files_that_root_makes_belong_to_the_owner_of_the_practice(tmp_path: Path) -> None:
    os.chown(tmp_path, 1000, 1000)
    path = tmp_path / "practice.json"
    store = Store.open(path, by="root", host="test", pid=1, create=True)
    assert isinstance(store.save([Client(id="a", family_name="A")], at=AT), Saved)
    store.close()
    made = [path, *(tmp_path / "practice.journal").rglob("*"), tmp_path / "practice.journal"]
    assert {(file.stat().st_uid, file.stat().st_gid) for file in made} == {(1000, 1000)}
