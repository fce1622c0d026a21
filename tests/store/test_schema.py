"""A practice of an older medex is brought up to date on a copy that is verified; one of a newer medex is only read."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from medex_tui.cli.main import start
from medex_tui.domain.records.base import Raw
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Practitioner
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.store import NotSaved, OlderPractice, Saved, Store, schema
from medex_tui.store.audit import audit
from medex_tui.store.backup import Actor, backup, migrate_practice, plan, restore
from medex_tui.store.check import check
from medex_tui.store.salvage import CannotRebuild

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=900)
HAND = Actor("kim", "clinic", 1, AT)


def dialled(table: str, document: Raw) -> Raw:
    """The step of these tests: from schema 2 on a client's phone has its country."""
    return (
        {**document, "phone": f"+1 {document['phone']}"}
        if table == "clients" and document["phone"]
        else document
    )


def opened(folder: Path) -> Store:
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A practice of schema 1: records on the desk, in the cabinet, and in the journal after the snapshot."""
    store = opened(tmp_path)
    gone = Referral(
        id="r2", client_id="c2", status="discharged", received_at=LONG_AGO, discharged_at=LONG_AGO
    )
    made = [
        Settings(id="s", name="P"), Practitioner(id="p", login="kim", name="Kim", role="owner"),
        Client(id="c1", given_name="Jo", family_name="Hicks", phone="1"),
        Client(id="c2", given_name="Al", family_name="Ito", phone="2", status="discharged"), gone,
        Session(id="v2", client_id="c2", referral_id="r2", state="signed", started_at=LONG_AGO),
    ]  # fmt: skip
    assert isinstance(store.save(made, at=AT), Saved)
    store.close()
    store = opened(tmp_path)
    assert isinstance(
        store.save([Client(id="c3", given_name="", family_name="New", phone="3")], at=AT), Saved
    )
    store.state.journal.close()
    os.close(store.state._users)
    return tmp_path / "practice.json"


@pytest.fixture
def newer_medex(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, this is a medex of schema 2."""

    def comes() -> None:
        monkeypatch.setattr(schema, "CURRENT", 2)
        monkeypatch.setitem(schema.STEPS, 1, dialled)

    return comes


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def phones(path: Path) -> dict[str, str | None]:
    store = Store.open(path, by="kim", host="clinic", pid=os.getpid())
    found = {c.id: c.phone for c in store.everything().clients.values()}
    store.close()
    return found


def test_it_is_brought_up_to_date_on_a_copy_and_the_older_one_is_kept(
    older: Path, newer_medex: Callable[[], None]
) -> None:
    newer_medex()
    before = contents(older.parent)
    with pytest.raises(OlderPractice, match="schema 1, not 2"):
        opened(older.parent)
    kept = migrate_practice(older, HAND)
    assert kept
    assert {**before, **contents(kept)} == before
    assert phones(older) == {"c1": "+1 1", "c2": "+1 2", "c3": "+1 3"}
    assert [one for one in check(older) if not one.ok and one.name != "references"] == []
    *_, entry = audit(older)
    assert (entry.kind, entry.detail, entry.by) == ("schema", "from schema 1 to 2", "kim")
    assert {(one.id, one.rev, tuple(one.fields)) for one in entry.touched} == {
        (f"c{n}", 2, ("phone",)) for n in (1, 2, 3)
    }
    store = opened(older.parent)
    assert isinstance(
        store.save([msgspec.structs.replace(store.practice.clients["c1"], phone="9")], at=AT), Saved
    )
    store.close()
    assert phones(older)["c1"] == "9"


def test_a_journal_that_says_no_schema_is_of_the_first_and_a_new_practice_of_the_newest(
    tmp_path: Path, newer_medex: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as first:
        first.setattr(schema, "CURRENT", None)
        store = opened(tmp_path / "old")
        assert isinstance(
            store.save([Client(id="c1", given_name="", family_name="x", phone="1")], at=AT), Saved
        )
        store.state.journal.close()
        os.close(store.state._users)
    newer_medex()
    with pytest.raises(OlderPractice):
        opened(tmp_path / "old")
    for _ in range(2):
        store = opened(tmp_path / "new")
        saved = store.save(
            [Client(id=f"c{store.state.journal.seq}", given_name="", family_name="x")], at=AT
        )
        assert isinstance(saved, Saved)
        store.state.journal.close()
        os.close(store.state._users)


def test_any_command_brings_it_up_to_date_and_says_so(
    older: Path, newer_medex: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    newer_medex()
    assert start(["client", "list", "--store", str(older)]) == 0
    said = capsys.readouterr()
    assert "Hicks" in said.out
    assert "older medex" in said.err and "practice-before-" in said.err
    assert start(["client", "list", "--store", str(older)]) == 0
    assert capsys.readouterr().err == ""


def test_two_who_come_at_once_bring_it_up_to_date_once(
    older: Path, newer_medex: Callable[[], None]
) -> None:
    newer_medex()
    second, came = threading.Event(), []

    def comes() -> None:
        with pytest.raises(OlderPractice):
            opened(older.parent)
        second.set()
        came.append(migrate_practice(older, HAND))

    comer = threading.Thread(target=comes)
    comer.start()
    second.wait()
    came.append(migrate_practice(older, HAND))
    comer.join()
    assert len(came) == 2 and came.count(None) == 1
    assert phones(older) == {"c1": "+1 1", "c2": "+1 2", "c3": "+1 3"}
    assert [entry.kind for entry in audit(older)].count("schema") == 1


@pytest.mark.parametrize("why", ["unreadable", "open", "damaged", "read-only"])
def test_where_that_cannot_be_it_stands_as_it_stood(
    older: Path, newer_medex: Callable[[], None], monkeypatch: pytest.MonkeyPatch, why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    elsewhere = opened(older.parent) if why == "open" else None
    newer_medex()
    if why == "unreadable":
        monkeypatch.setitem(schema.STEPS, 1, lambda table, document: {**document, "id": 7})
    if why == "damaged":
        journal = older.parent / "practice.journal/000001.jsonl"
        journal.write_bytes(journal.read_bytes().replace(b'"phone":"1"', b'"phone":"8"'))
    if why == "read-only":
        monkeypatch.setattr(
            Path, "mkdir", lambda *args, **more: (_ for _ in ()).throw(PermissionError(13, "no"))
        )
    before = contents(older.parent)
    assert start(["client", "list", "--store", str(older)]) == 3
    said = capsys.readouterr().err
    assert "not brought up to date" in said and said.count("\n") == 1
    assert contents(older.parent) == before
    if elsewhere:
        elsewhere.close()


def test_one_of_a_newer_medex_is_read_and_never_written(
    older: Path, newer_medex: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_medex()
    migrate_practice(older, HAND)
    copy = backup(older, older.parent / "copies", HAND, keep=3).path
    monkeypatch.setattr(schema, "CURRENT", 1)
    for snapshots in (True, False):
        if not snapshots:
            older.unlink()
            older.with_name("practice.json.bak").unlink(missing_ok=True)
        before = contents(older.parent / "practice.journal")
        store = opened(older.parent)
        assert store.practice.clients["c1"].phone == "+1 1"
        refused = store.save([Client(id="c9", given_name="", family_name="New")], at=AT)
        assert isinstance(refused, NotSaved)
        assert "schema 2" in refused.reason
        assert "schema 2" in store.notices[0]
        store.close()
        after = contents(older.parent / "practice.journal")
        assert {n: d for n, d in after.items() if n.endswith(".jsonl")} == {
            n: d for n, d in before.items() if n.endswith(".jsonl")
        }
    with pytest.raises(CannotRebuild, match="newer medex"):
        plan(copy, older.parent / "other" / "practice.json")


def test_a_copy_of_an_older_medex_is_brought_up_to_date_as_it_comes_back(
    older: Path, newer_medex: Callable[[], None]
) -> None:
    copy = backup(older, older.parent / "copies", HAND, keep=3).path
    newer_medex()
    there = older.parent / "there" / "practice.json"
    restore(plan(copy, there), there, HAND)
    assert phones(there) == {"c1": "+1 1", "c2": "+1 2", "c3": "+1 3"}


def test_a_restore_cut_off_between_its_renames_is_named_with_its_remedy(older: Path) -> None:
    aside = older.with_name("practice-before-20261122T140500Z")
    aside.mkdir()
    for one in (older, older.with_name("practice.journal")):
        one.rename(aside / one.name)
    with pytest.raises(
        Exception, match=r"a restore was cut off; `medex restore .*practice-before-"
    ):
        opened(older.parent)
    restore(plan(aside / "practice.json", older), older, HAND)
    assert phones(older) == {"c1": "1", "c2": "2", "c3": "3"}
