"""Ways to break the store on purpose, by name, in this process: a harness that does not notice one proves nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from medex_tui.store import Store
from medex_tui.store import journal as journal_module

Patch = tuple[Any, str, Any]


def _no_line_sync() -> Patch:
    return os, "fdatasync", lambda fd: None


def _no_folder_sync() -> Patch:
    real = os.fsync

    def files_only(fd: int) -> None:
        if not Path(f"/proc/self/fd/{fd}").is_dir():
            real(fd)

    return os, "fsync", files_only


def _replaced_in_place() -> Patch:
    def copied(source: Path, target: Path) -> Path:
        with target.open("wb") as into:
            into.write(source.read_bytes())
        source.unlink()
        return target

    return Path, "replace", copied


def _no_lock() -> Patch:
    return fcntl, "flock", lambda fd, how: None


def _no_checksum() -> Patch:
    def trusting(raw: bytes, before: str) -> Any:
        try:
            return journal_module._lines.decode(raw)
        except msgspec.MsgspecError:
            return "cannot be read"

    return journal_module, "_verified", trusting


def _no_revision_check() -> Patch:
    real = Store.save

    def blind(store: Store, records: Any, **more: Any) -> Any:
        store.refresh()
        tables = store.practice.tables
        known = {id: record.rev for table in tables.values() for id, record in table.items()}
        return real(
            store, [msgspec.structs.replace(r, rev=known.get(r.id, r.rev)) for r in records], **more
        )

    return Store, "save", blind


def _confirmed_too_early() -> Patch:
    real = journal_module.Journal._sync

    def hasty(journal: Any, end: int) -> None:
        journal.lock.note(seq=journal.seq + 1)
        real(journal, end)

    return journal_module.Journal, "_sync", hasty


def _damage_taken_for_a_torn_end() -> Patch:
    real = journal_module.Journal.judge

    def lenient(journal: Any) -> None:
        journal.lock.note(seq=min(journal.lock.mark().seq, journal.seq))
        journal_module._numbered, kept = (lambda raw: 0), journal_module._numbered
        try:
            real(journal)
        finally:
            journal_module._numbered = kept

    return journal_module.Journal, "judge", lenient


MUTANTS: dict[str, Callable[[], Patch]] = {
    "no sync of the line": _no_line_sync,
    "no sync of the folder": _no_folder_sync,
    "files replaced in place": _replaced_in_place,
    "no lock": _no_lock,
    "no checksum": _no_checksum,
    "no revision check": _no_revision_check,
    "confirmed too early": _confirmed_too_early,
    "damage taken for a torn end": _damage_taken_for_a_torn_end,
}


def break_(name: str) -> Patch | None:
    """Break the store so, from here on; what to put back. Nothing for no name."""
    if not name:
        return None
    where, what, broken = MUTANTS[name]()
    whole = getattr(where, what)
    setattr(where, what, broken)
    return where, what, whole


@contextmanager
def broken(name: str) -> Iterator[None]:
    """The store broken so, for a while."""
    whole = break_(name)
    try:
        yield
    finally:
        if whole:
            setattr(*whole)
