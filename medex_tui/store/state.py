"""The state: documents as the journal made them, read from the snapshot and followed line by line.

Of the live documents only what came since the snapshot is held in memory; the archived ones stay in
the snapshot's file whole until something of it is asked for or changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Raw, Struct

from medex_tui.store import schema
from medex_tui.store.files import (
    beside,
    cause,
    close_fd,
    file_system,
    is_at,
    is_remote,
    make_folder,
    mode_in,
    open_file,
    sync_folder,
    write_new,
)
from medex_tui.store.journal import FORMAT, Journal, JournalLine, Op, name_of, walk
from medex_tui.store.location import PAUSE_S, OlderPractice, StoreProblem, refuse_place
from medex_tui.store.lock import PATIENCE_S, CannotSave, FilesReplaced, lock_file
from medex_tui.store.snapshot import (
    ArchiveBatch,
    IndexEntry,
    NotASnapshot,
    Snapshot,
    identity_of,
    key_of,
    line_of,
    write_snapshot,
)
from medex_tui.store.table_index import TableIndex

LONG_TAIL = 4 * 1024 * 1024
NULL = b"null"

Change: TypeAlias = tuple[Literal["new", "set", "del"], str, int, bytes]
"""What a commit is to do to one document; the bytes are `null` for "del"."""


class Reopened(Struct, frozen=True):
    """A practice whose files were replaced while it was open: a sentence that says so.

    `lost`: whether the new files lack saves that this process knows of.
    """

    notice: str
    lost: bool

    def refusal(self) -> FilesReplaced:
        """What a save says that met the replaced files."""
        return FilesReplaced(
            f"{self.notice} Nothing was saved: look at what is here now, then save again."
        )


class StoreState:
    """The documents of one practice as this process sees them. `tables` are the live ones: table -> TinyDB id -> JSON."""

    def __init__(self, path: Path, *, by: str, host: str, pid: int, create: bool) -> None:
        self.path = path = path.resolve()
        self.folder = beside(path, ".journal")
        self.bak = path.with_name(path.name + ".bak")
        refuse_place(path, create=create)
        if not self.folder.is_dir() and is_remote(kind := file_system(path)):
            raise StoreProblem(
                f"{path} is on a network file system ({kind}), where a save is not safe; name a local disk."
            )
        begin = (
            create and not self.folder.is_dir()
        )  # later on, one that is missing is in the hands of a restore
        if begin:
            make_folder(path.parent)
        self.mutex = threading.RLock()
        self.notices: list[str] = []
        self.generation = 0
        self.base: Snapshot | None = None
        self._users = -1
        try:
            self._join(by, host, pid, begin)
            self._load()
            if self.journal.seq and self.schema < schema.CURRENT:
                self._let_go()
                raise OlderPractice(
                    f"{path} is of an older medex (schema {self.schema}, not {schema.CURRENT})."
                )
        except OSError as fault:
            raise StoreProblem(f"{path} cannot be opened: {cause(fault)}") from fault

    # -- opening

    def _join(self, by: str, host: str, pid: int, create: bool) -> None:
        """Be one of those who work here. While somebody restores, wait a moment: what is in place then is opened."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.journal = Journal(self.folder, by=by, host=host, pid=pid, create=create)
                if self.journal.read_only:
                    return
                self._users = users = open_file(self.folder / "users")
                joined = lock_file(users, fcntl.LOCK_SH) and is_at(users, self.folder / "users")
                if joined and self.journal.lock.is_in_place():
                    return
                self._let_go()
            except FileNotFoundError:
                if self.folder.is_dir() or time.monotonic() > until:
                    raise
            if time.monotonic() > until:
                raise StoreProblem(
                    f"{self.path} is being restored or brought up to date just now: try again soon."
                )
            time.sleep(PAUSE_S)

    def _load(self) -> None:
        """Read the best snapshot there is, then the journal after it."""
        if self.base:
            self.base.close()
        self.generation += 1
        self.changed: list[tuple[str, int]] = []
        self.gone: dict[str, set[int]] = defaultdict(set)
        self.shadow: dict[str, set[bytes]] = defaultdict(set)
        self.tail = 0
        self._sure = False
        self.base = self._choose()
        self.schema = self.base.header.schema if self.base else 1
        if self.base is None:
            self.journal.seek(1, 0, 0, "0" * 64)
            self.journal.at = None
        tables = self.base.header.tables if self.base else {}
        self.tables: dict[str, TableIndex] = defaultdict(
            TableIndex, {table: TableIndex(table, self.base) for table in tables}
        )
        self.next: dict[str, int] = defaultdict(
            lambda: 1, {table: extent.next for table, extent in tables.items()}
        )
        self.count: dict[str, int] = defaultdict(
            int, {table: extent.count for table, extent in tables.items()}
        )
        self.apply_lines(self.journal.read())
        if (
            self.journal.damage
            or self.journal.unread
            or self.journal.lock.mark().seq > self.journal.seq
        ):
            self._settle()

    def _choose(self) -> Snapshot | None:
        ours = self.journal.lock.mark().snapshot
        for path in (self.path, self.bak):
            if identity_of(path) is None:
                continue
            try:
                snapshot = Snapshot(path)
            except NotASnapshot as fault:
                if fault.newer:
                    self.journal.closed = f"{path} {fault.reason}: it can be read, and written by the medex that wrote it."
                    self.notices.append(self.journal.closed)
                    continue
                self._pass_over(path, fault.reason)
                continue
            known = snapshot.identity == ours
            if not known and not snapshot.seal_holds():
                self._pass_over(path, "was changed by another program")
            elif not self._belongs(snapshot):
                self._pass_over(path, "is of another practice, or the journal was rewritten")
            else:
                if not known and path == self.path:
                    self._own(snapshot)
                return snapshot
            snapshot.close()
        return None

    def _belongs(self, snapshot: Snapshot) -> bool:
        """Whether the journal leads to this snapshot; where it has lost that part, reading goes on and saving ends."""
        header = snapshot.header
        self.journal.at = datetime.fromisoformat(header.at) if header.at else None
        if self.journal.seek(header.segment, header.offset, header.seq, header.chain):
            return True
        lines = [read for read in walk(self.folder) if read.line and read.line.seq == header.seq]
        if lines and all(read.sum != header.chain for read in lines):
            return False
        name = name_of(header.segment)
        self.journal.damage = [f"{name} does not hold save {header.seq}, which the snapshot has."]
        for read in lines:
            self.journal.seek(read.segment, read.end, read.seq, read.sum)
            self.journal.damage = [f"{name} was changed before save {header.seq}."]
        return True

    def _own(self, snapshot: Snapshot) -> None:
        """Remember a file that proved to be ours, so that the next opening need not read all of it."""
        with contextlib.suppress(CannotSave), self.journal.hold(0):
            self.journal.lock.note(snapshot=snapshot.identity)

    def _pass_over(self, path: Path, reason: str) -> None:
        """Leave a file that cannot be used where it is: reading changes nothing. A new snapshot sets it aside."""
        self.tail += 1
        self.notices.append(f"{path.name} {reason}; the records were read from the journal.")

    def _set_aside(self, path: Path, reason: str) -> None:
        """Keep a file we cannot use in the quarantine; the journal has every record."""
        kept = "left where it is"
        try:
            with self.journal.hold(0):
                aside = self.folder / "quarantine" / f"{path.name}-{path.stat().st_mtime_ns}"
                make_folder(aside.parent)
                path.rename(aside)
                with contextlib.suppress(OSError):  # it may be somebody else's
                    aside.chmod(mode_in(aside.parent))
                sync_folder(path.parent)
                kept = f"kept as quarantine/{aside.name}"
                self.tail += 1
        except (CannotSave, OSError) as fault:
            kept += f" ({fault})"
        self.notices.append(
            f"{path.name} {reason}; it is {kept}, and the records were read from the journal."
        )

    def _settle(self) -> None:
        """Decide about bytes that do not verify; with damage, read on with what is intact."""
        try:
            with self.hold(0.25):
                pass
        except (CannotSave, OSError) as fault:
            if not self.journal.damage:
                self.notices.append(f"The end of the journal could not be read yet. {_why(fault)}")
        if self.journal.damage:
            self.apply_lines(self.journal.salvage())
            self.notices.append(
                f"The journal is damaged: {self.journal.damage[0]} Reading goes on, saving does not."
            )

    # -- files replaced while open

    def reopen(self) -> Reopened:
        """Open the practice again after another program replaced its files.

        What this process read of the replaced journal, and the new one does not hold, is kept in the quarantine,
        where `medex restore` finds it. CannotSave where nothing can be opened there yet: reading goes on.
        """
        journal, seq, total = self.journal, self.journal.seq, self.journal.sum
        lines, segment = journal.unplaced_lines(), journal.segment
        users = self._users
        try:
            self._join(journal.by, journal.host, journal.pid, create=False)
        except (OSError, StoreProblem) as fault:
            self.journal, self._users = journal, users
            why = cause(fault) if isinstance(fault, OSError) else str(fault)
            raise FilesReplaced(
                f"The files of this practice were replaced or taken away by another program: {why}"
            ) from fault
        close_fd(users)
        journal.close()
        self.journal.doubt = journal.doubt
        kept = ""
        lost = bool(seq) and not self._holds_line(seq, total)
        if lost:
            kept = self._keep_replaced(f"{segment:06}-{seq}-{total[:8]}.replaced", lines)
        self._load()
        notice = f"The files of this practice were replaced by another program and were read again.{kept}"
        self.notices.append(notice)
        return Reopened(notice, lost)

    def _holds_line(self, seq: int, total: str) -> bool:
        lines = (read.line for read in walk(self.folder) if read.line)
        return any((line.seq, line.sum) == (seq, total) for line in lines)

    def _keep_replaced(self, name: str, lines: bytes) -> str:
        aside = self.folder / "quarantine" / name
        try:
            make_folder(aside.parent)
            write_new(aside, lines)
        except OSError as fault:
            return f" What only the replaced files held could not be kept: {cause(fault)}"
        return (
            f" They lack saves that were made here; those are kept in quarantine/{name}, and `medex restore` "
            "brings them back."
        )

    # -- following

    def hold(self, patience_s: float = PATIENCE_S) -> AbstractContextManager[None]:
        """The right to commit: locked, up to date, and judged sound. CannotSave says why not."""
        return _WriteRight(self, patience_s)

    def reload_if_replaced(self) -> None:
        """Read the practice anew where another program wrote into the file that the live documents stand in."""
        if self.base and not self.base.untouched():
            self._load()

    def read_new_commits(self) -> bool:
        """Apply what others committed; whether there was anything. OSError while another program writes the file."""
        with self.mutex:
            before = self.generation
            if not self.journal.is_in_place():
                self._reopen_for_reading()
            self.reload_if_replaced()
            lines = self.journal.read()
            if lines:
                self.apply_lines(lines)
            return self.generation != before or any(line.ops for line in lines)

    def _reopen_for_reading(self) -> None:
        """Open the replaced files where that is possible now; else say once that it is not, and go on reading."""
        try:
            self.reopen()
        except CannotSave as fault:
            if fault.reason not in self.notices:
                self.notices.append(fault.reason)

    def apply_lines(self, lines: Iterable[JournalLine]) -> None:
        """Do what these lines of the journal say."""
        for line in lines:
            if line.format > FORMAT:
                self.journal.closed = (
                    f"{self.path} was continued by a newer medex (format {line.format}): it can be read, and written "
                    "by that one."
                )
                self.notices.append(self.journal.closed)
            if line.schema is not None:
                self.schema = line.schema
                self._refuse_newer()
            for op, table, doc_id, document in line.ops:
                here = self.tables[table]
                if op == "new":
                    self.count[table] += 1
                    self.next[table] = max(self.next[table], doc_id + 1)
                elif doc_id not in here and self.base and doc_id not in self.gone[table]:
                    self._supersede(table, doc_id, bytes(document))
                if op == "del":
                    self.count[table] -= 1
                    self.gone[table].add(doc_id)
                    here.pop(doc_id, None)
                else:
                    here[doc_id] = bytes(document)
                self.changed.append((table, doc_id))
                self.tail += 1

    def _refuse_newer(self) -> None:
        if self.schema > schema.CURRENT and not self.journal.closed:
            self.journal.closed = (
                f"{self.path} was continued by a newer medex (schema {self.schema}): it can be read, and written by "
                "that one."
            )
            self.notices.append(self.journal.closed)

    def _supersede(self, table: str, doc_id: int, document: bytes) -> None:
        """Note that an archived document was changed: its archived version no longer counts."""
        found = next(self._archived(table, b'"%d":{' % doc_id, doc_id), None)
        if found:
            self.shadow[table].add(found.key)

    def _archived(
        self, table: str, needle: bytes, doc_id: int | None = None
    ) -> Iterator[IndexEntry]:
        for found in self.base.search(table, needle) if self.base else ():
            if doc_id is None or found.doc_id == doc_id:
                yield found

    def take_changed(self) -> list[tuple[str, int]]:
        """Documents that came, changed or went since this was last asked, as (table, TinyDB id)."""
        changed, self.changed = self.changed, []
        return changed

    # -- committing, under `hold`

    def commit(
        self,
        changes: Sequence[Change],
        at: datetime,
        why: str | None = None,
    ) -> None:
        """Make these changes durable, all or none, then apply them. CannotSave: nothing was saved."""
        if self.journal.seq == 0 and not self.journal.damage:
            self.journal.append("open", at)
        ops = [(op, table, doc_id, Raw(document)) for op, table, doc_id, document in changes]
        line = self.append("commit", at, ops, why=why)
        if line is not None:
            self.apply_lines([line])

    def append(
        self,
        kind: str,
        at: datetime,
        ops: Sequence[Op] = (),
        *,
        why: str | None = None,
        detail: str | None = None,
    ) -> JournalLine | None:
        """Append a line that is durable under the journal's own name.

        None where the files were replaced meanwhile by a copy that has the line: it is applied already. FilesReplaced
        where they do not have it: it was not saved.
        """
        line = self.journal.append(kind, at, ops, why=why, detail=detail)
        if self.journal.is_in_place():
            return line
        reopened = self.reopen()
        if reopened.lost:
            raise reopened.refusal()
        return None

    # -- the archive

    def find_archived(self, table: str, record_id: str) -> IndexEntry | None:
        """The archived document of a record; None when it is live or nowhere."""
        found = self.base.find(table, key_of(record_id)) if self.base else None
        return found if found and self._counts(table, found) else None

    def archived(self, table: str, needle: bytes = b"") -> Iterator[IndexEntry]:
        """Filed documents that hold these bytes and were not changed or taken out since."""
        self._trust()
        return (found for found in self._archived(table, needle) if self._counts(table, found))

    def _counts(self, table: str, found: IndexEntry) -> bool:
        return found.doc_id not in self.tables[table] and found.doc_id not in self.gone[table]

    def _trust(self) -> None:
        """Verify the snapshot before the archive is first read, and after its file was changed."""
        if self.base and not (self._sure and self.base.untouched()):
            if not self.base.untouched() or not self.base.seal_holds():
                self._load()
            self._sure = True

    def load_archived(self, table: str, found: Iterable[IndexEntry]) -> None:
        """Make archived documents live again."""
        for one in found:
            self.tables[table][one.doc_id] = one.document
            self.shadow[table].add(one.key)
            self.changed.append((table, one.doc_id))

    # -- the checkpoint

    def close(self, choose: Callable[[], Mapping[str, Collection[tuple[int, str]]]]) -> None:
        """Write a snapshot when there is something new and nobody else will; let go of the files.

        `choose` names what is archived: table -> (TinyDB id, record id).
        """
        with self.mutex:
            if self._users >= 0:
                last = self._last_to_leave()
                journal = self.journal
                sound = not (
                    journal.closed or journal.damage or journal.doubt or journal.lock.mark().doubt
                )
                if sound and (last or self._far_behind()):
                    try:
                        self._checkpoint(choose)
                    except (OSError, CannotSave) as fault:
                        self.notices.append(
                            f"The journal has every save, but the snapshot was not renewed: {_why(fault)}"
                        )
            self._let_go()

    def _let_go(self) -> None:
        close_fd(self._users)
        self._users = -1
        if self.base:
            self.base.close()
        self.journal.close()

    def _last_to_leave(self) -> bool:
        try:
            last = lock_file(self._users, fcntl.LOCK_EX)
            fcntl.flock(self._users, fcntl.LOCK_SH)
        except OSError as fault:
            self.notices.append(f"Who else works here could not be seen: {cause(fault)}")
            return False
        return last

    def _far_behind(self) -> bool:
        header = self.base.header if self.base else None
        since = header.offset if header and header.segment == self.journal.segment else 0
        return self.tail > 0 and self.journal.offset - since > LONG_TAIL

    def _checkpoint(self, choose: Callable[[], Mapping[str, Collection[tuple[int, str]]]]) -> None:
        with _only_one(self.folder / "checkpoint") as mine:
            self.read_new_commits()
            if not mine or not (self.tail or identity_of(self.path) is None):
                return
            made, spare = (one.with_name(one.name + ".new") for one in (self.path, self.bak))
            try:
                self._renew(made, spare, choose())
            except (OSError, CannotSave):
                for one in (made, spare):
                    with contextlib.suppress(OSError):
                        one.unlink()
                raise

    def _renew(
        self, made: Path, spare: Path, chosen: Mapping[str, Collection[tuple[int, str]]]
    ) -> None:
        """Write a new snapshot and move it to its place, the one before to `.bak`."""
        journal = self.journal
        wrong = write_snapshot(
            made,
            self.base,
            self._archive_batches(chosen),
            seq=journal.seq,
            chain=journal.sum,
            segment=journal.segment,
            offset=journal.offset,
            at=journal.at,
        )
        if wrong:
            raise CannotSave(f"its table {wrong} would not hold as many records as the journal.")
        if self.base:
            self.base.stands()
        with journal.hold() as mark:
            theirs = identity_of(self.path)
            if theirs and theirs != mark.snapshot and not _is_ours(self.path):
                self._set_aside(self.path, "was changed by another program")
            elif theirs:
                spare.unlink(missing_ok=True)
                spare.hardlink_to(self.path)
                spare.replace(self.bak)
            made.replace(self.path)
            sync_folder(self.path.parent)
            journal.lock.note(snapshot=identity_of(self.path) or (0, 0, 0))

    def _archive_batches(
        self, chosen: Mapping[str, Collection[tuple[int, str]]]
    ) -> dict[str, ArchiveBatch]:
        batches = {}
        for table in sorted(self.next.keys() | self.tables.keys()):
            edits: dict[bytes, bytes | None] = dict.fromkeys(self.shadow[table])
            desk = self.tables[table]
            away = {
                doc_id: id
                for doc_id, id in chosen.get(table, ())
                if desk[doc_id].startswith(b'{"id":')
            }
            for doc_id, record_id in away.items():
                edits[key_of(record_id)] = line_of(doc_id, desk[doc_id])
            live = [line_of(doc_id, desk[doc_id]) for doc_id in sorted(desk) if doc_id not in away]
            batches[table] = ArchiveBatch(edits, live, self.count[table], self.next[table])
        return batches


class _WriteRight:
    """The right to commit, as a context manager: locked, up to date and judged sound."""

    def __init__(self, state: StoreState, patience_s: float) -> None:
        self._state, self._patience_s, self._mine = state, patience_s, False

    def __enter__(self) -> None:
        state, journal = self._state, self._state.journal
        state.mutex.acquire()
        try:
            journal.open_to_us()
            self._mine = journal.lock.take(self._patience_s)
            if not journal.is_in_place():
                raise self._replaced()
            if lines := journal.read():
                state.apply_lines(lines)
                journal.open_to_us()
            journal.judge()
        except BaseException:
            self.__exit__()
            raise

    def _replaced(self) -> FilesReplaced:
        """Let go of the lock that has lost its name, open what is in its place, and say that nothing was saved."""
        if self._mine:
            self._state.journal.lock.free()
            self._mine = False
        return self._state.reopen().refusal()

    def __exit__(self, *fault: object) -> None:
        state, journal = self._state, self._state.journal
        if journal.notices:
            state.notices += journal.notices
            journal.notices.clear()
        if self._mine:
            journal.lock.free()
        state.mutex.release()


def _why(fault: CannotSave | OSError) -> str:
    return fault.reason if isinstance(fault, CannotSave) else cause(fault)


def _is_ours(path: Path) -> bool:
    try:
        snapshot = Snapshot(path)
    except NotASnapshot:
        return False
    holds = snapshot.seal_holds()
    snapshot.close()
    return holds


@contextmanager
def _only_one(path: Path) -> Iterator[bool]:
    """Whether this process may write the snapshot now."""
    fd = open_file(path)
    try:
        yield lock_file(fd)
    finally:
        close_fd(fd)
