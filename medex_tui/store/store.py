"""The practice on disk as typed records: open it, save records, follow what other logins save."""

from __future__ import annotations

import errno
import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from medex_tui.domain import caseload
from medex_tui.domain.caseload import episode_named
from medex_tui.domain.integrity import change_refused
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.chart import client_of
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS, TABLES
from medex_tui.store.codec import (
    differs,
    intern_sessions,
    merged,
    record_of,
    records_of,
    to_seconds,
)
from medex_tui.store.files import cause
from medex_tui.store.lock import CannotSave
from medex_tui.store.snapshot import IndexEntry
from medex_tui.store.state import Change, StoreState

NAMED = 5
CLOCK_SLACK = timedelta(minutes=10)
"""How far behind the last entry a clock may be: corrections of a clock are smaller."""

Noted: TypeAlias = Literal[
    "view", "export", "print", "backup", "restore", "clock", "lock", "unlock"
]


class Saved(Struct, frozen=True):
    """The records as they now are, with their new `rev`; durable."""

    records: list[Record]


class Conflict(Struct, frozen=True):
    """Somebody changed a record since it was read: nothing was saved. `theirs` is what stands."""

    mine: Record
    theirs: Record


class NotSaved(Struct, frozen=True):
    """Nothing was saved, and why, in one sentence; `durable` is False once the disk failed this process."""

    reason: str
    durable: bool = True


Prepare: TypeAlias = Callable[[Record, Record | None], Record | Conflict | NotSaved | None]
"""What a record is to be kept as, beside the one that stands: None leaves that as it is."""

Allowed: TypeAlias = Callable[[Sequence[Change]], NotSaved | None]
"""Why changes may not be made, when all of them are known."""

NOT_READ: tuple[bytes, Record | None] = b"", None


@contextmanager
def uncollected() -> Iterator[None]:
    """Records hold no circles: while many are made, none are looked for in them."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


class Store:
    """One practice, open. Made with `Store.open`; saves may be called from any thread."""

    def __init__(self, state: StoreState) -> None:
        self.state = state
        self._by = state.journal.by
        self._where: dict[str, dict[str, int]] = {}
        self._tables: dict[str, dict[str, Record]] = {}
        self._stale: set[str] = set()
        self._fresh: list[tuple[str, int, Record]] = []
        self._archived_clients_wanted: set[str] = set()
        self._tables_lock = threading.Lock()
        self._read_back: dict[tuple[str, int], tuple[bytes, Record]] = {}
        self._generation = 0
        self._made: Practice | None = None
        self._unreadable: set[tuple[str, int]] = set()

    @classmethod
    def open(cls, path: Path, *, by: str, host: str, pid: int, create: bool = False) -> Store:
        """Open the practice at `path`, beginning one where `create` says so. StoreProblem: why it cannot be."""
        return cls(StoreState(path, by=by, host=host, pid=pid, create=create))

    @property
    def notices(self) -> list[str]:
        """What the person should know about the store: sentences, oldest first."""
        return self.state.notices

    # -- reading

    @property
    def practice(self) -> Practice:
        """The open caseload, with the archived records that were loaded. Never waits for a save."""
        if self._made is None or self._generation != self.state.generation:
            with self.state.mutex:
                self._make()
        assert self._made is not None
        if self._stale:
            with self._tables_lock:
                self._made = Practice.of_tables(dict(self._tables))
                self._stale.clear()
        return self._made

    def _make(self) -> None:
        state = self.state
        state.reload_if_replaced()
        state.take_changed()
        self._generation = state.generation
        with uncollected():
            read = {table: self._read_all(table) for table in KINDS}
        with self._tables_lock:
            self._where = {
                table: {record.id: doc_id for doc_id, record in kept.items()}
                for table, kept in read.items()
            }
            self._tables = {
                table: {record.id: record for record in kept.values()}
                for table, kept in read.items()
            }
            self._made = Practice.of_tables(dict(self._tables))
            self._stale.clear()
            self._fresh.clear()
            self._archived_clients_wanted.clear()

    def intern_strings(self) -> None:
        """Take less memory for the records at hand, when there is time for it."""
        with uncollected():
            intern_sessions(self.practice.sessions.values())

    def _read_all(self, table: str) -> dict[int, Record]:
        """Every live record of a table by TinyDB id: those of the file at once where all of them are sound."""
        live = self.state.tables[table]
        read: dict[int, Record] = {}
        try:
            for some in live.objects():
                read |= records_of(table, some)
        except ValueError:
            return {doc_id: record for doc_id in live if (record := self._record(table, doc_id))}
        kept = (
            {doc_id: record for doc_id, record in read.items() if live.holds(doc_id)}
            if live.changed
            else read
        )
        return kept | {
            doc_id: record for doc_id in live.since if (record := self._record(table, doc_id))
        }

    def _record(self, table: str, doc_id: int) -> Record | None:
        """The typed record of a live document; one that fits no record is named in the notices and left in peace."""
        document = self.state.tables[table][doc_id]
        kept, record = self._read_back.get((table, doc_id), NOT_READ)
        if kept != document:
            try:
                record = record_of(table, document)
            except ValueError as fault:
                record = None
                if (table, doc_id) not in self._unreadable:
                    self._unreadable.add((table, doc_id))
                    self.notices.append(
                        f"A record of {table} (document {doc_id}) cannot be shown: {fault}."
                    )
        return record

    def _follow(self) -> None:
        """Bring the records up to the state; `practice` shows them when it is next asked for."""
        state = self.state
        while True:
            if self._made is None or self._generation != state.generation:
                self._make()
            if state.changed:
                self._read_changed()
            elif not self._fresh:
                return
            self._publish()

    def _read_changed(self) -> None:
        """What came or changed in the state as records, which nobody is shown yet, and room for them in the tables."""
        state = self.state
        changed = dict.fromkeys(state.take_changed())
        if any(doc_id in state.gone[table] for table, doc_id in changed):
            self._generation = -1
            return
        for table, doc_id in changed:
            if table in KINDS and (record := self._record(table, doc_id)):
                self._fresh.append((table, doc_id, record))
        about = {(episode_named(record), client_of(record)) for _, _, record in self._fresh}
        self._archived_clients_wanted |= {
            client for episode, named in about if (client := self._archived_client(episode, named))
        }

    def _publish(self) -> None:
        """Put the records that were read where `practice` shows them, and what is archived about their clients too."""
        fresh, self._fresh = self._fresh, []
        with self._tables_lock:
            for table, doc_id, record in fresh:
                self._copy_on_write(table)[record.id] = record
                self._where[table][record.id] = doc_id
        while self._archived_clients_wanted:
            self._load_archived(self._archived_clients_wanted.pop())

    def _copy_on_write(self, table: str) -> dict[str, Record]:
        """A table to put records into: a copy where `practice` has given out the one there is."""
        if table not in self._stale:
            self._tables[table] = dict(self._tables[table])
            self._stale.add(table)
        return self._tables[table]

    def _archived_client(self, episode: str | None, client: str | None) -> str | None:
        """The archived client or owner of the archived episode that a live record belongs to, or None."""
        here = self._tables
        if (
            episode
            and episode not in here["referrals"]
            and (found := self.state.find_archived("referrals", episode))
        ):
            return client_of(record_of("referrals", found.document))
        archived = (
            client and client not in here["clients"] and self.state.find_archived("clients", client)
        )
        return client if archived else None

    def refresh(self) -> bool:
        """Take in what others saved; True when there was something. Never waits for a save under way.

        Where another program is just writing into the file, the next look takes it in.
        """
        if not self.state.mutex.acquire(blocking=False):
            return False
        try:
            news = self.state.read_new_commits()
            if news:
                self._follow()
            return news
        except OSError as fault:
            if fault.errno != errno.ESTALE:
                self._tell_once(f"The practice could not be read just now: {cause(fault)}")
            return False
        finally:
            self.state.mutex.release()

    def _tell_once(self, notice: str) -> None:
        """Add a notice, unless it is the one told last: a disk that fails is read twice a second."""
        if self.notices[-1:] != [notice]:
            self.notices.append(notice)

    def history(self, client_id: str) -> None:
        """Load the client's archived records into `practice`. Blocks on disk; raises OSError."""
        with self.state.mutex:
            self._load_archived(client_id)
            self._follow()

    def _load_archived(self, client_id: str) -> None:
        state = self.state
        found: dict[str, list[IndexEntry]] = {}
        owner = b'"client_id":%b' % msgspec.json.encode(client_id)
        for table in ("referrals", "sessions", "assessments", "documents", "communications"):
            found[table] = list(state.archived(table, owner))
        episodes = {r.id for r in self.practice.referrals_of.get(client_id, ())}
        episodes |= {record_of("referrals", one.document).id for one in found["referrals"]}
        needles = [b'"referral_id":%b' % msgspec.json.encode(id) for id in sorted(episodes)]
        found["goals"] = [one for needle in needles for one in state.archived("goals", needle)]
        client = state.find_archived("clients", client_id)
        found["clients"] = [client] if client else []
        for table, ones in found.items():
            state.load_archived(table, ones)

    def former_clients(self) -> list[Client]:
        """Clients whose records are all archived, so that a search finds them too; `history` brings one back."""
        with self.state.mutex:
            read = [
                record_of("clients", found.document) for found in self.state.archived("clients")
            ]
        return [record for record in read if isinstance(record, Client)]

    def everything(self) -> Practice:
        """The whole practice, archived records too: for export and checks. What `practice` shows stays the same."""
        with self.state.mutex:
            archived = [
                record_of(table, found.document)
                for table in KINDS
                for found in self.state.archived(table)
            ]
            return self.practice.with_records(archived)

    # -- saving

    def save(
        self, records: Sequence[Record], *, at: datetime, why: str | None = None
    ) -> Saved | Conflict | NotSaved:
        """Save records in one commit: all or none, durable when `Saved` comes back.

        Each carries the `rev` it was read at, 0 when new. `why` is kept with the commit.
        """
        at = to_seconds(at)

        def stamped(record: Record, current: Record | None) -> Record | Conflict | NotSaved:
            if current is None and record.rev:
                return NotSaved(
                    f"There is no {_noun(record)} {record.id} in this practice any more."
                )
            if current is not None and current.rev != record.rev:
                return Conflict(record, current)
            if current is not None and (refused := change_refused(current, record)):
                return NotSaved(refused)
            made = record if current is None else current
            return msgspec.structs.replace(
                record,
                rev=record.rev + 1,
                created_at=made.created_at or at,
                created_by=made.created_by or self._by,
                updated_at=at,
                updated_by=self._by,
            )

        return self._commit(records, at, why, stamped)

    def load(
        self, records: Sequence[Record], *, at: datetime, why: str | None = None
    ) -> Saved | Conflict | NotSaved:
        """Save imported records as they are, `rev` and `created_*` too, in one commit; what is already here stays.

        Refused, with the ids, when a record of the same id is here and reads otherwise.
        """
        clashes: list[str] = []

        def kept(record: Record, current: Record | None) -> Record | None:
            if current is None:
                return msgspec.structs.replace(record, rev=max(1, record.rev))
            if differs(record, current):
                clashes.append(f"{TABLES[type(record)]} {record.id}")
            return None

        def allowed(changes: Sequence[Change]) -> NotSaved | None:
            if not clashes:
                return None
            more = f" and {len(clashes) - NAMED} more" if len(clashes) > NAMED else ""
            return NotSaved(
                f"Already here and different: {', '.join(clashes[:NAMED])}{more}. Nothing was imported."
            )

        return self._commit(records, at, why, kept, allowed)

    def _commit(
        self,
        records: Sequence[Record],
        at: datetime,
        why: str | None,
        prepare: Prepare,
        allowed: Allowed | None = None,
    ) -> Saved | Conflict | NotSaved:
        seq = self.state.journal.seq
        attempt = partial(self._committed, records, at, why, prepare, allowed)
        try:
            try:
                return attempt()
            except OSError as fault:
                if fault.errno != errno.ESTALE or self.state.journal.seq != seq:
                    raise
                with self.state.mutex:
                    self.state.reload_if_replaced()
                return attempt()
        except CannotSave as fault:
            return NotSaved(fault.reason, fault.durable)
        except ValueError as fault:
            return NotSaved(f"This cannot be kept: {fault}.")
        except OSError as fault:
            return NotSaved(f"The store could not be read: {cause(fault)}")
        finally:
            self._read_back.clear()

    def _committed(
        self,
        records: Sequence[Record],
        at: datetime,
        why: str | None,
        prepare: Prepare,
        allowed: Allowed | None,
    ) -> Saved | Conflict | NotSaved:
        """The commit. OSError (ESTALE), with nothing done, where another program wrote into the file meanwhile."""
        state = self.state
        with state.hold():
            self._follow()
            if refused := self._clock_refused(at):
                return refused
            changes: list[Change] = []
            written: dict[str, Record] = {}
            ids: dict[str, int] = {}
            for record in records:
                table = TABLES[type(record)]
                doc_id, current = self._current(table, record.id)
                ready = prepare(record, current)
                if isinstance(ready, Conflict | NotSaved):
                    return ready
                if ready is None:
                    continue
                op: Literal["new", "set"] = "set"
                old = None
                if doc_id is None:
                    op, doc_id = "new", max(ids.get(table, 0), state.next[table])
                    ids[table] = doc_id + 1
                else:
                    old = state.tables[table].get(doc_id)
                document, read = merged(ready, old, current)
                changes.append((op, table, doc_id, document))
                self._read_back[table, doc_id] = document, read
                written[record.id] = read
            refused = allowed(changes) if allowed else None
            if refused := refused or _twice(records):
                return refused
            if changes:
                state.commit(changes, at, why)
            return Saved(self._saved_records(records, written))

    def _saved_records(
        self, records: Sequence[Record], written: Mapping[str, Record]
    ) -> list[Record]:
        """The records as they are now. What is durable is saved, also where reading it back fails.

        The next look at `practice` then reads everything again.
        """
        try:
            self._follow()
        except Exception as fault:
            self._generation = -1
            self.notices.append(
                f"Saved, but the practice has to be read again ({type(fault).__name__})."
            )
        return [
            written.get(record.id) or self._tables[TABLES[type(record)]][record.id]
            for record in records
        ]

    def _clock_refused(self, at: datetime) -> NotSaved | None:
        """Why nothing is saved by a clock that runs behind the last save, on which every deadline rests."""
        last = self.state.journal.at
        if last is None or at >= last - CLOCK_SLACK:
            return None
        return NotSaved(
            f"This machine's clock reads {at:%Y-%m-%d %H:%M} UTC, but the last entry was made at "
            f"{last:%Y-%m-%d %H:%M}: set the clock right; if it is right, say so with `medex check --clock-is-right`."
        )

    def _current(self, table: str, record_id: str) -> tuple[int | None, Record | None]:
        """A record as it stands, loaded where it was archived, with its TinyDB id."""
        if record_id not in self._tables[table] and (
            found := self.state.find_archived(table, record_id)
        ):
            self.state.load_archived(table, [found])
            self._follow()
        return self._where[table].get(record_id), self._tables[table].get(record_id)

    def note(self, kind: Noted, detail: str, *, at: datetime) -> NotSaved | None:
        """Write into the journal that something was looked at or given out; as durable, and as slow, as a save.

        `detail` says what, in words that hold the client's id: `audit` finds the entry by it.
        """
        try:
            with self.state.hold():
                self.state.append(kind, at, detail=detail)
        except CannotSave as fault:
            return NotSaved(fault.reason, fault.durable)
        except ValueError as fault:
            return NotSaved(f"This cannot be noted: {fault}.")
        except OSError as fault:
            return NotSaved(f"The store could not be read: {cause(fault)}")
        return None

    # -- the end

    def close(self) -> None:
        """Let go; the last to leave writes the snapshot, so that plain TinyDB then shows every record."""
        self.state.close(self._to_file)

    def _to_file(self) -> Mapping[str, list[tuple[int, str]]]:
        """What is to be archived, as of the last save."""
        self._follow()
        now = self.state.journal.at
        if now is None:
            return {}
        chosen = caseload.filed(self.practice, now, caseload.unsettled(self.practice, now))
        return {
            table: [(self._where[table][id], id) for id in ids] for table, ids in chosen.items()
        }


def _twice(records: Sequence[Record]) -> NotSaved | None:
    seen: set[tuple[str, str]] = set()
    for record in records:
        name = (TABLES[type(record)], record.id)
        if name in seen:
            return NotSaved(f"The {_noun(record)} {record.id} is there twice; nothing was saved.")
        seen.add(name)
    return None


def _noun(record: Record) -> str:
    return type(record).__name__.lower()
