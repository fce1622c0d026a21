"""TinyDB's own face on a practice: a Storage that appends to the journal, and a Table that appends only what changed.

`TinyDB(path, storage=JournalStorage, by=…, host=…, pid=…, clock=…)` with `RecordTable` as its `table_class`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from medex_tui.store.codec import encode
from medex_tui.store.state import NULL, Change, StoreState


class JournalStorage(Storage):
    """The tables of a practice as TinyDB wants them, whole; each write is one commit of what differs."""

    def __init__(
        self,
        path: Path | str,
        *,
        by: str,
        host: str,
        pid: int,
        clock: Callable[[], datetime],
        create: bool = True,
    ) -> None:
        super().__init__()
        self.state = StoreState(Path(path), by=by, host=host, pid=pid, create=create)
        self.clock = clock

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Every table with documents in it; None where there are none."""
        self.state.read_new_commits()
        names = [table for table, count in self.state.count.items() if count]
        return {
            name: {str(id): doc for id, doc in Documents(self.state, name).items()}
            for name in names
        } or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the practice hold just this."""
        with self.state.hold():
            changes: list[Change] = []
            for name in {**self.state.count, **data}:
                table = Documents(self.state, name)
                wanted = {int(id): doc for id, doc in data.get(name, {}).items()}
                for doc_id in set(table) - wanted.keys():
                    del table[doc_id]
                table.update(wanted)
                changes += table.changes()
            self.commit(changes)

    def commit(self, changes: list[Change]) -> None:
        """Append these changes, if any."""
        if changes:
            self.state.commit(changes, self.clock())
            self.state.take_changed()

    def close(self) -> None:
        """Let go; the last to leave writes the snapshot."""
        self.state.close(dict)


class Documents(MutableMapping[int, Any]):
    """A table by TinyDB id, each document read when first looked at; it knows what was changed in it since."""

    def __init__(self, state: StoreState, name: str) -> None:
        self._ledger, self._name = state, name
        state.load_archived(name, state.archived(name))
        self._kept: Mapping[int, bytes] = state.tables[name]
        self._seen: dict[int, Any] = {}
        self._gone: set[int] = set()

    def __getitem__(self, doc_id: int) -> Any:
        if doc_id not in self._seen:
            if doc_id in self._gone:
                raise KeyError(doc_id)
            self._seen[doc_id] = msgspec.json.decode(self._kept[doc_id])
        return self._seen[doc_id]

    def __setitem__(self, doc_id: int, document: Any) -> None:
        self._seen[doc_id] = document
        self._gone.discard(doc_id)

    def __delitem__(self, doc_id: int) -> None:
        self[doc_id]
        del self._seen[doc_id]
        self._gone.add(doc_id)

    def __iter__(self) -> Iterator[int]:
        yield from [id for id in self._kept if id not in self._gone]
        yield from [id for id in self._seen if id not in self._kept]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self) -> list[Change]:
        """What to commit; a record whose `rev` was left alone gets the next one."""
        found: list[Change] = [
            ("del", self._name, id, NULL) for id in sorted(self._gone & self._kept.keys())
        ]
        for doc_id, document in self._seen.items():
            new, old = encode(document), self._kept.get(doc_id)
            if old is None:
                found.append(("new", self._name, doc_id, new))
            elif new != old:
                rev = msgspec.json.decode(old).get("rev")
                if isinstance(rev, int) and document.get("rev") == rev:
                    new = encode({**document, "rev": rev + 1})
                found.append(("set", self._name, doc_id, new))
        return found


class RecordTable(Table):
    """TinyDB's table over a `JournalStorage`: appends what an operation changed, and sees what others saved."""

    _storage: JournalStorage
    _next_id: int | None  # type: ignore[assignment]
    _seen_seq = -1

    def search(self, cond: Any) -> list[Any]:
        """As TinyDB's, but never from a cache older than the journal."""
        self._storage.state.read_new_commits()
        if self._seen_seq != self._storage.state.journal.seq:
            self.clear_cache()
            self._seen_seq = self._storage.state.journal.seq
        return list(super().search(cond))

    def _read_table(self) -> dict[str, Any]:
        self._storage.state.read_new_commits()
        return {str(id): doc for id, doc in Documents(self._storage.state, self.name).items()}

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.state.hold():
            table = Documents(self._storage.state, self.name)
            updater(table)
            self._storage.commit(table.changes())
        self.clear_cache()

    def _get_next_id(self) -> int:
        self._storage.state.read_new_commits()
        doc_id = max(self._next_id or 1, self._storage.state.next[self.name])
        self._next_id = doc_id + 1
        return doc_id

    def insert(self, document: Mapping[str, Any]) -> int:
        """As TinyDB's, the id taken and used under one lock."""
        with self._storage.state.hold():
            return int(super().insert(document))

    def upsert(self, document: Mapping[str, Any], cond: Any = None) -> list[int]:
        """As TinyDB's, looking and writing under one lock."""
        with self._storage.state.hold():
            return list(super().upsert(document, cond))

    def __len__(self) -> int:
        self._storage.state.read_new_commits()
        return self._storage.state.count[self.name]


class RecordDB(TinyDB):
    """TinyDB whose tables are `RecordTable`s."""

    table_class = RecordTable
    default_storage_class = JournalStorage  # type: ignore[assignment]
