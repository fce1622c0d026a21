"""Who changed, looked at or gave out what, when and from where: read from the journal, which is the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from medex_tui.store.files import beside
from medex_tui.store.journal import JournalLine, JournalRead, place, walk
from medex_tui.store.lock import mark_of

ABOUT_EVERYBODY = frozenset({"export", "backup", "restore", "repair"})
"""Kinds of entry that concern every client unless they name one."""

HOUSEKEEPING = frozenset({"open", "seal"})


class TouchedRecord(Struct, frozen=True):
    """One record of a commit: `op` new, set or del, the fields that changed, the client it is about."""

    op: str
    table: str
    id: str
    rev: int | None
    client_id: str | None
    fields: list[str] = []


class AuditEntry(Struct, frozen=True):
    """One line of the audit trail. `kind` is commit, view, export, print, lock, unlock, backup, restore,
    repair, clock or schema."""

    seq: int
    at: datetime
    by: str
    host: str
    pid: int
    kind: str
    touched: list[TouchedRecord] = []
    why: str | None = None
    detail: str | None = None


class AuditHead(Struct):
    """What tells which client a document is about."""

    id: str = ""
    rev: int | None = None
    client_id: str | None = None
    referral_id: str | None = None
    obligation: str | None = None


BOOKKEEPING = frozenset({"rev", "updated_at", "updated_by"})
_heads = msgspec.json.Decoder(AuditHead)


def audit(
    path: Path,
    *,
    clients: Collection[str] | None = None,
    by: str | None = None,
    since: datetime | None = None,
    damage: Callable[[str], object] = lambda place: None,
) -> Iterator[AuditEntry]:
    """The trail of the practice at `path`, oldest first: all of it, or of some client ids, a login, from an instant on.

    Each stretch that is damaged is told to `damage` by its place; an unfinished save at the end is none. OSError where
    the journal cannot be read.
    """
    path = path.resolve()
    owners: dict[str, str | None] = {}
    before: dict[tuple[str, int], tuple[str, bytes]] = {}
    folder = beside(path, ".journal")
    mark, seq = mark_of(folder), 0
    unread: list[JournalRead] = []
    for read in walk(folder):
        line = read.line
        if line is None:
            unread.append(read)
            continue
        seq = line.seq
        while unread:
            damage(place(folder, unread.pop(0)))
        wanted = (by is None or line.by == by) and (since is None or line.at >= since)
        touched = [
            _touched(op, table, doc_id, bytes(document), owners, before, wanted)
            for op, table, doc_id, document in line.ops
        ]
        if line.kind in HOUSEKEEPING or not wanted:
            continue
        if clients is not None:
            touched = [one for one in touched if one.client_id in clients]
            if not touched and not _names(line, clients):
                continue
        yield AuditEntry(
            line.seq,
            line.at,
            line.by,
            line.host,
            line.pid,
            line.kind,
            touched,
            line.why,
            line.detail,
        )
    for read in unread if mark.seq > seq else ():
        damage(place(folder, read))


def _names(line: JournalLine, clients: Collection[str]) -> bool:
    """Whether an entry without records is about one of these clients."""
    words = (line.detail or "").split()
    if any(client in words for client in clients):
        return True
    return line.kind in ABOUT_EVERYBODY and "client" not in words


def _touched(
    op: str,
    table: str,
    doc_id: int,
    document: bytes,
    owners: dict[str, str | None],
    before: dict[tuple[str, int], tuple[str, bytes]],
    wanted: bool,
) -> TouchedRecord:
    """What an operation did; `owners` (record id -> client id) and `before` (last documents) are kept up with it."""
    old_id, old = before.get((table, doc_id), ("", b""))
    if op == "del":
        before.pop((table, doc_id), None)
        return TouchedRecord(op, table, old_id, None, owners.get(old_id))
    try:
        head = _heads.decode(document)
    except ValueError:
        return TouchedRecord(op, table, f"document {doc_id}", None, None)
    source = (head.obligation or "").partition(":")[2].partition(":")[0]
    owner = (
        head.id if table == "clients" else head.client_id or owners.get(head.referral_id or source)
    )
    owners[head.id] = owner
    before[table, doc_id] = head.id, document
    return TouchedRecord(
        op, table, head.id, head.rev, owner, _changed(old, document) if wanted and old else []
    )


def _changed(old: bytes, new: bytes) -> list[str]:
    was, now = msgspec.json.decode(old), msgspec.json.decode(new)
    return [
        name
        for name in {**was, **now}
        if was.get(name) != now.get(name) and name not in BOOKKEEPING
    ]
