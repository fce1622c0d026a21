"""Named checks of a practice on disk; nothing is changed by looking."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from medex_tui.domain.integrity import faults, label
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.validity import FieldError, wrong_in
from medex_tui.store import checksum
from medex_tui.store.codec import record_of
from medex_tui.store.files import (
    beside,
    close_fd,
    closed,
    file_system,
    is_remote,
    mode_in,
    open_plain,
)
from medex_tui.store.journal import RESERVE, JournalLine, JournalRead, name_of, place, walk
from medex_tui.store.lock import LockState, lock_file, mark_of, this_boot
from medex_tui.store.snapshot import NotASnapshot, Snapshot

SHOWN = 5
LOOKS, PAUSE_S = 3, 0.1

Fold = dict[str, dict[int, bytes]]


class CheckResult(Struct, frozen=True):
    """One thing that was looked at: its name, whether it holds, and one line that says so or says where it does not."""

    name: str
    ok: bool
    detail: str


def check(path: Path) -> list[CheckResult]:
    """Everything that can be verified about the practice at `path`, one line each. OSError where it cannot be read."""
    path = path.resolve()
    folder = beside(path, ".journal")
    mark, snapshot = (
        mark_of(folder),
        _snapshot_at(path),
    )  # before the journal, which others may be writing on
    reads = _settled(folder)
    fold, at_seq = _fold(reads, snapshot.header.seq if isinstance(snapshot, Snapshot) else None)
    records, unfit = _records(fold)
    tables: dict[str, list[Record]] = {
        table: sorted(kept, key=lambda r: r.id) for table, kept in records.items()
    }
    everything = [record for kept in tables.values() for record in kept]
    last = next((read.line for read in reversed(reads) if read.line), None)
    signed = [r for r in everything if getattr(r, "seal", None)]
    letters = [r for r in everything if isinstance(r, Document) and r.sha256]
    return [
        _journal(folder, reads, mark),
        *_snapshot(path, snapshot, at_seq),
        _told(
            "history",
            list(_rewritten(path, folder, reads)),
            "every snapshot here was made from this journal",
        ),
        _told("records", unfit, f"{len(everything)} can be read"),
        _told(
            "values",
            [f"{label(t, n, r.id)}: {one.field} {one}" for t, n, r, one in _wrong(tables)],
            "all can be",
        ),
        _told(
            "references", [str(fault) for fault in faults(tables, Practice())], "all lead somewhere"
        ),
        _told(
            "seals",
            [_broken(r) for r in signed if not seal_holds(r)],  # type: ignore[arg-type]
            f"{len(signed)} signed records as signed",
        ),
        _told(
            "documents",
            [
                _broken(r)
                for r in letters
                if checksum.sha256(r.body.encode()).hexdigest() != r.sha256
            ],
            f"{len(letters)} signed documents as signed",
        ),
        _told(
            "deadlines",
            _deadlines(Practice(everything), last.at if last else None),
            "none before its event",
        ),
        _told("permissions", list(_modes(path, folder)), "closed to other users"),
        _disk(folder),
        _space(path),
        _file_system(path),
    ]


def _wrong(tables: dict[str, list[Record]]) -> Iterator[tuple[str, int, Record, FieldError]]:
    """What no record can mean, with the table and place of each that says it."""
    for table, records in tables.items():
        for index, record in enumerate(records):
            for one in wrong_in(record):
                yield table, index, record, one


def _told(name: str, wrong: list[str], well: str) -> CheckResult:
    """A check with its faults in a line: the first few, and how many more."""
    more = f" (and {len(wrong) - SHOWN} more)" if len(wrong) > SHOWN else ""
    return CheckResult(name, not wrong, " ".join(wrong[:SHOWN]) + more if wrong else f"{well}.")


def _snapshot_at(path: Path) -> Snapshot | NotASnapshot | None:
    try:
        return Snapshot(path)
    except FileNotFoundError:
        return None
    except NotASnapshot as fault:
        return fault


def _settled(folder: Path) -> list[JournalRead]:
    """The journal, read again while its end does not verify and somebody is writing: that may be a save under way."""
    reads = list(walk(folder))
    for _ in range(LOOKS):
        if not reads or not reads[-1].fault or not _being_written(folder):
            break
        time.sleep(PAUSE_S)
        reads = list(walk(folder))
    return reads


def _being_written(folder: Path) -> bool:
    try:
        fd = open_plain(folder / "lock")
    except FileNotFoundError:
        return False
    try:
        return not lock_file(fd, fcntl.LOCK_SH)
    finally:
        close_fd(fd)


def _fold(reads: list[JournalRead], until: int | None) -> tuple[Fold, Fold | None]:
    """The documents the journal makes, and those it had made at save `until`."""
    fold: Fold = defaultdict(dict)
    then: Fold | None = {} if until == 0 else None
    for line in _lines(reads):
        for op, table, doc_id, document in line.ops:
            if op == "del":
                fold[table].pop(doc_id, None)
            else:
                fold[table][doc_id] = bytes(document)
        if line.seq == until:
            then = {table: dict(documents) for table, documents in fold.items()}
    return fold, then


def _lines(reads: list[JournalRead]) -> Iterator[JournalLine]:
    return (read.line for read in reads if read.line)


def _records(fold: Fold) -> tuple[dict[str, list[Record]], list[str]]:
    found: dict[str, list[Record]] = {table: [] for table in KINDS}
    unfit = []
    for table in KINDS:
        for doc_id, document in fold.get(table, {}).items():
            try:
                found[table].append(record_of(table, document))
            except ValueError as fault:
                unfit.append(f"{table} document {doc_id}: {fault}.")
    return found, unfit


def _journal(folder: Path, reads: list[JournalRead], mark: LockState) -> CheckResult:
    wrong = [place(folder, read) for read in reads if read.fault or read.mend]
    converted = {read.segment for read in reads if read.converted}
    wrong += [
        f"{name_of(segment)} was converted by another program: `medex restore` puts it right."
        for segment in sorted(converted)
    ]
    last = next((read.line for read in reversed(reads) if read.line), None)
    seq = last.seq if last else 0
    if mark.seq > seq:
        wrong.append(f"It ends at save {seq}, but save {mark.seq} was confirmed.")
    return _told(
        "journal",
        wrong,
        f"{seq} saves, chain whole, ends in {last.sum[:12] if last else 'nothing'}",
    )


def _snapshot(
    path: Path, snapshot: Snapshot | NotASnapshot | None, then: Fold | None
) -> Iterator[CheckResult]:
    if snapshot is None:
        yield CheckResult("snapshot", True, "none yet; the journal has every record.")
        return
    if isinstance(snapshot, NotASnapshot):
        yield CheckResult(
            "snapshot", False, f"{path.name} {snapshot.reason}; the journal has every record."
        )
        return
    sealed = snapshot.seal_holds()
    yield CheckResult(
        "snapshot",
        sealed,
        "as it was written." if sealed else f"{path.name} was changed since it was written.",
    )
    wrong = [] if then is not None else [f"The journal does not hold save {snapshot.header.seq}."]
    for table in (
        sorted(snapshot.header.tables.keys() | (then or {}).keys()) if then is not None else ()
    ):
        held = snapshot.documents(table)
        made = (then or {}).get(table, {})
        wrong += [
            f"{table} document {id} differs."
            for id in sorted(held.keys() | made.keys())
            if held.get(id) != made.get(id)
        ]
    snapshot.close()
    yield _told("snapshot equals journal", wrong, f"save {snapshot.header.seq}")


def _rewritten(path: Path, folder: Path, reads: list[JournalRead]) -> Iterator[str]:
    """Snapshots that bear witness against the journal: of a save that it has too, and there with another sum."""
    made = {line.seq: line.sum for line in _lines(reads)}
    aside = folder / "quarantine"
    for file in [
        path,
        path.with_name(path.name + ".bak"),
        *(sorted(aside.iterdir()) if _readable(aside) else ()),
    ]:
        snapshot = _snapshot_at(file) if file.is_file() else None
        if isinstance(snapshot, Snapshot):
            snapshot.close()
            seq, chain = snapshot.header.seq, snapshot.header.chain
            if made.get(seq, chain) != chain:
                yield (
                    f"{file.name} holds save {seq} with another sum than the journal: the journal was rewritten, or "
                    "the file is of another practice and wants moving away."
                )


def _readable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _broken(record: Record) -> str:
    return f"{type(record).__name__} {record.id} is not as it was signed."


def _modes(path: Path, folder: Path) -> Iterator[str]:
    """What others may read or write: files are 0600, or 0660 in a folder shared by its group (setgid)."""
    folders = [folder, folder / "quarantine", beside(path, ".drafts"), beside(path, ".sent")]
    inside: list[Path] = []
    for one in filter(Path.is_dir, folders):
        if _readable(one):
            inside += one.iterdir()
        else:
            yield f"{closed(one)}."
    for file in dict.fromkeys(
        [path, path.with_name(path.name + ".bak"), *folders, *sorted(inside)]
    ):
        if not file.exists():
            continue
        state = file.stat()
        mode, wanted = stat.S_IMODE(state.st_mode), mode_in(file.parent)
        shared = wanted | (0o111 & wanted >> 2) | (0o2110 if wanted == 0o660 else 0o100)
        allowed = shared | 0o700 if file.is_dir() else wanted
        if mode & 0o777 & ~allowed:
            who = "other users" if mode & 0o007 else "its group"
            yield f"{file.name} is open to {who} (mode {mode:o}): chmod {'0700' if file.is_dir() else '0600'} it."
        elif state.st_uid != os.geteuid() and wanted == 0o600 and os.geteuid():
            yield f"{file.name} belongs to somebody else (user {state.st_uid})."


def _deadlines(practice: Practice, now: datetime | None) -> list[str]:
    """Whether what is owed can be told from the records, and nothing is due before what it is owed for."""
    from medex_tui.domain.obligations import obligations

    if now is None:
        return []
    try:
        owed = obligations(practice, now)
    except (ValueError, LookupError, OverflowError, TypeError) as fault:
        return [
            f"What is owed cannot be told from the records ({type(fault).__name__}: {one_line(str(fault))})."
        ]
    return [
        f"{one.key} is due before it happened."
        for one in owed
        if not one.event_at <= one.target_at <= one.limit_at
    ]


def _disk(folder: Path) -> CheckResult:
    """Whether the disk has refused a sync since the machine was started."""
    mark = mark_of(folder)
    failed = bool(mark.doubt) and mark.boot == this_boot()
    return CheckResult("disk", not failed, mark.doubt if failed else "no sync failed.")


def _space(path: Path) -> CheckResult:
    free = os.statvfs(path.parent)
    have, need = (
        free.f_bavail * free.f_frsize,
        2 * (path.stat().st_size if path.exists() else 0) + 16 * RESERVE,
    )
    return CheckResult(
        "space", have >= need, f"{have // 2**20} MiB free, {need // 2**20} MiB wanted."
    )


def _file_system(path: Path) -> CheckResult:
    """Whether the disk is a local one: locks and syncs mean too little over a network."""
    kind = file_system(path)
    remote = is_remote(kind)
    return CheckResult(
        "file system",
        not remote,
        f"{kind}: saves are not safe over a network." if remote else f"{kind}.",
    )
