"""TinyDB's own tables and queries work on a practice; what they change is journalled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document

from medex_tui.store import Store
from medex_tui.store.tinydb import JournalStorage, RecordDB

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def opened(folder: Path, kind: type[TinyDB] = RecordDB) -> TinyDB:
    return kind(
        folder / "db.json", storage=JournalStorage, by="kim", host="h", pid=1, clock=lambda: AT
    )


@pytest.fixture(params=[RecordDB, TinyDB], ids=["RecordTable", "Table"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TinyDB]:
    with opened(tmp_path, request.param) as made:
        made.insert_multiple({"int": 1, "char": c} for c in "abc")
        yield made


def test_insert_get_and_all(db: TinyDB) -> None:
    assert [doc.doc_id for doc in db.all()] == [1, 2, 3]
    assert db.insert({"int": 2}) == 4
    assert db.get(doc_id=4) == {"int": 2}
    assert db.get(doc_id=40) is None
    assert db.get(doc_ids=[1, 4]) == [{"int": 1, "char": "a"}, {"int": 2}]
    assert len(db) == 4
    assert db.insert(Document({"x": 1}, doc_id=9)) == 9
    assert db.insert({}) == 10
    with pytest.raises(ValueError, match="already exists"):
        db.insert(Document({}, doc_id=9))
    with pytest.raises(ValueError, match="not a Mapping"):
        db.insert([1])  # type: ignore[arg-type]


def test_search_and_count(db: TinyDB) -> None:
    assert db.search(where("char") == "b") == [{"int": 1, "char": "b"}]
    assert db.count((where("int") == 1) & (where("char") != "c")) == 2
    assert db.contains(Query().char.matches("[ab]"))
    assert not db.contains(where("char") == "z")


def test_update(db: TinyDB) -> None:
    assert db.update({"int": 5}, where("char") == "a") == [1]
    assert db.update(increment("int"), doc_ids=[1, 2]) == [1, 2]
    assert db.update(delete("char")) == [1, 2, 3]
    assert db.all() == [{"int": 6}, {"int": 2}, {"int": 1}]
    assert db.update_multiple([({"int": 7}, where("int") == 6)]) == [1]
    assert db.upsert({"int": 9, "new": 1}, where("new") == 1) == [4]
    assert db.upsert({"int": 8}, where("new") == 1) == [4]
    assert db.get(where("new") == 1) == {"int": 8, "new": 1}


def test_remove_and_truncate(db: TinyDB) -> None:
    assert db.remove(where("char") == "b") == [2]
    assert db.remove(doc_ids=[3]) == [3]
    assert db.all() == [{"int": 1, "char": "a"}]
    db.truncate()
    assert len(db) == 0
    db.insert({"again": 1})
    assert len(db) == 1


def test_tables(db: TinyDB) -> None:
    db.table("sessions").insert({"id": "s"})
    assert db.tables() == {"_default", "sessions"}
    db.drop_table("sessions")
    assert db.tables() == {"_default"}
    db.drop_tables()
    assert db.tables() == set()


def test_what_was_done_is_there_after_reopening_and_for_plain_tinydb(tmp_path: Path) -> None:
    with opened(tmp_path) as db:
        db.insert_multiple([{"n": n} for n in range(5)])
        db.remove(where("n") == 4)
    with TinyDB(tmp_path / "db.json") as plain:
        assert plain.all() == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}]
    (tmp_path / "db.json").unlink()
    with opened(tmp_path) as db:
        assert len(db) == 4
        assert db.insert({"n": 9}) == 6


def test_two_handles_see_each_other_and_never_take_one_id_twice(tmp_path: Path) -> None:
    one, two = opened(tmp_path), opened(tmp_path)
    assert one.search(where("n") >= 0) == []
    for n in range(6):
        (one if n % 2 else two).insert({"n": n})
    assert one.search(where("n") >= 0) == two.search(where("n") >= 0)
    assert [doc.doc_id for doc in one] == [1, 2, 3, 4, 5, 6]
    one.close()
    two.close()


def test_one_operation_is_one_line_and_none_when_nothing_changed(tmp_path: Path) -> None:
    with opened(tmp_path) as db:
        db.insert_multiple([{"n": n} for n in range(5)])
        seq = db.storage.state.journal.seq  # type: ignore[attr-defined]
        db.update({"n": 0}, where("n") == 0)
        assert db.storage.state.journal.seq == seq  # type: ignore[attr-defined]
        db.update({"m": 0})
        assert db.storage.state.journal.seq == seq + 1  # type: ignore[attr-defined]


def test_a_value_that_is_not_json_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as db:
        for value in (float("nan"), object(), "\ud800"):
            with pytest.raises((TypeError, ValueError)):
                db.insert({"x": value})
        assert len(db) == 0


def test_a_record_changed_through_tinydb_gets_its_next_revision(tmp_path: Path) -> None:
    with opened(tmp_path) as db:
        clients = db.table("clients")
        clients.insert({"id": "c", "given_name": "", "family_name": "Hicks", "rev": 1})
        clients.update({"phone": "555"}, where("id") == "c")
    store = Store.open(tmp_path / "db.json", by="lee", host="h", pid=1)
    assert (store.practice.clients["c"].rev, store.practice.clients["c"].phone) == (2, "555")
    with opened(tmp_path) as db:
        db.table("clients").remove(where("id") == "c")
    assert store.refresh()
    assert not store.practice.clients
    store.close()
