"""A practice made again from what is intact of it: for backups, for restoring, and after damage.

Nothing is changed where it is read. What is made is verified as a whole before anything takes its place.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Raw, Struct

from medex_tui.store import checksum, schema
from medex_tui.store.check import check
from medex_tui.store.codec import instant
from medex_tui.store.files import beside, make_folder, mode_in, read_plain, sync_folder, write_new
from medex_tui.store.journal import BLANK, BOM, GENESIS, SUM, JournalLine, Op, chained, name_of
from medex_tui.store.location import StoreProblem
from medex_tui.store.lock import LockState, mark_of, marked
from medex_tui.store.snapshot import NotASnapshot, Snapshot
from medex_tui.store.store import Store

ENDING = 74
"""Bytes of `,"sum":"…"}`, by which a line is cut whose ending cannot be read."""

WRITES = re.compile(rb'\["(?:new|set)","(\w+)",(\d{1,18}),')
"""An operation that writes a document, in a line of the journal."""

GUESSES = 8
MOST_LOST = 100_000

Documents: TypeAlias = dict[tuple[str, int], bytes]
"""(table, TinyDB id) -> document."""


class SalvagedLine(Struct, frozen=True):
    """One intact line: what it says, its bytes without the sum, and what about it was not as it should be."""

    line: JournalLine
    body: bytes
    but: str = ""


class SalvageChain(Struct):
    """Where a reading of the journal stands: what the sum before may be, and the last number met."""

    sums: set[str]
    seq: int = 0


class Salvage(Struct):
    """What is intact of a practice: lines by number, the last number ever confirmed, faults named, documents.

    `schema` is what the documents are of, `migrated_from` the older one they were of before. `known` are the documents
    the practice is known to have had, by journal or snapshot, also where they could not be read.
    """

    found: dict[int, SalvagedLine]
    last: int
    faults: list[str]
    documents: Documents
    schema: int
    migrated_from: int | None = None
    known: set[tuple[str, int]] = set()

    def tally(self) -> dict[str, tuple[int, int]]:
        """Table -> how many of its documents were found, and how many there were."""
        found, were = Counter(table for table, _ in self.documents), Counter[str]()
        for table, _ in self.known | self.documents.keys():
            were[table] += 1
        return {table: (found[table], were[table]) for table in sorted(were)}


class CannotRebuild(Exception):
    """Why nothing could be made, in one sentence; what was there stays as it is."""


def journal_of(path: Path) -> Path:
    """The journal folder of the practice at `path`."""
    return beside(path, ".journal")


def salvage(path: Path) -> Salvage:
    """Everything intact of the practice at `path`: journal, snapshots, and what the quarantine keeps of either."""
    folder = journal_of(path)
    mark, snapshot_seq = mark_of(folder), _snapshot_seq(path)  # before the journal, which goes on
    found: dict[int, SalvagedLine] = {}
    unreadable: list[bytes] = []
    faults, torn = _read_segments(folder, found, unreadable)
    last = max(found, default=0)
    if torn and last < mark.seq:
        faults.append(torn)
    faults += _read_replaced(folder, found)
    last = max([last, *found, mark.seq, snapshot_seq])
    missing = [seq for seq in range(1, last + 1) if seq not in found]
    if missing:
        faults.append(
            f"{len(missing)} of {last} entries are lost, the first of them number {missing[0]}."
        )
    schemas = [one.line.schema for _, one in sorted(found.items()) if one.line.schema is not None]
    documents = _replay(found.values())
    practice = Salvage(found, last, faults, documents, schemas[-1] if schemas else 1)
    if faults:
        practice.known = set(documents)
        covered = _add_from_snapshots(practice, path)
        if missing and covered < missing[-1]:
            practice.known |= _named_in(unreadable) - _deleted(found.values())
    return practice


def _read_segments(
    folder: Path, found: dict[int, SalvagedLine], unreadable: list[bytes]
) -> tuple[list[str], str]:
    """Read the journal's lines into `found`; its faults, and the one of its end, which may be an unfinished save."""
    faults: list[str] = []
    torn = ""
    chain = SalvageChain({GENESIS})
    for number, file in enumerate(sorted(folder.glob("[0-9]*.jsonl")), 1):
        if file.name != name_of(number) and not faults:
            faults.append(f"{name_of(number)} is missing.")
        torn = ""
        data = read_plain(file)
        if data.startswith(BOM) or b"\r\n" in data[:4096]:
            faults.append(f"{file.name} was converted by another program.")
        for count, one in enumerate(_intact(data, chain, unreadable), 1):
            if isinstance(one, SalvagedLine):
                faults += [torn] if torn else []
                torn = ""
                faults += [f"{file.name} line {count} {one.but}"] if one.but else []
                found.setdefault(one.line.seq, one)
            else:
                faults += [torn] if torn else []
                torn = f"{file.name} line {count} cannot be read."
    return faults, torn


def _read_replaced(folder: Path, found: dict[int, SalvagedLine]) -> list[str]:
    """Add the saves that only replaced files held, where they go on from the journal's end; a sentence on each file."""
    told = []
    for file in sorted((folder / "quarantine").glob("*.replaced")):
        sums = {one.line.sum for one in found.values()} | {GENESIS}
        lines = [
            one
            for one in _intact(read_plain(file), SalvageChain(sums), [])
            if one and (one.line.seq not in found or found[one.line.seq].line.sum != one.line.sum)
        ]
        last = found[max(found)].line.sum if found else GENESIS
        goes_on = lines and _sum(last, lines[0].body) == lines[0].line.sum
        if goes_on:
            found |= {one.line.seq: one for one in lines}
            told.append(
                f"{len(lines)} saves were only in quarantine/{file.name}; they are taken back."
            )
        elif lines:
            told.append(
                f"quarantine/{file.name} holds {len(lines)} saves from before its journal was replaced that do not "
                "go on from this one: look at them there."
            )
    return told


def _named_in(unreadable: Iterable[bytes]) -> set[tuple[str, int]]:
    """The documents that lines which cannot be read say they write: (table, TinyDB id)."""
    return {(op[1].decode(), int(op[2])) for raw in unreadable for op in WRITES.finditer(raw)}


def _deleted(lines: Iterable[SalvagedLine]) -> set[tuple[str, int]]:
    return {
        (table, doc_id) for one in lines for op, table, doc_id, _ in one.line.ops if op == "del"
    }


def up_to_date(whole: Salvage) -> Salvage:
    """The same with documents of this medex's schema. CannotRebuild where they are of a newer one."""
    if whole.schema > schema.CURRENT:
        raise CannotRebuild(
            f"It is of a newer medex (schema {whole.schema}; this one reads {schema.CURRENT})."
        )
    if whole.schema == schema.CURRENT:
        return whole
    documents = {
        key: schema.migrate(key[0], document, whole.schema)
        for key, document in whole.documents.items()
    }
    return msgspec.structs.replace(
        whole, documents=documents, schema=schema.CURRENT, migrated_from=whole.schema
    )


def _intact(
    data: bytes, chain: SalvageChain, unreadable: list[bytes]
) -> Iterator[SalvagedLine | None]:
    """Each line of a segment: whole, or None. `chain` is kept up with it.

    A line whose own sum is damaged is whole when the next one hangs on the sum it should have. One whose number shows
    that the line before it is gone cannot be proved, and is kept.
    """
    waiting: tuple[SalvagedLine, set[str], bytes] | None = None
    for line in _cut(data.rstrip(BLANK)):
        raw = line.removesuffix(b"\r")
        ending = SUM.search(raw, max(0, len(raw) - ENDING))
        body = raw[: ending.start()] if ending else raw[:-ENDING]
        sums = {total: _sum(total, body) for total in chain.sums}
        claimed = ending[1].decode() if ending else ""
        base = next((total for total, made in sums.items() if made == claimed), None)
        one = _decoded(body, claimed)
        if waiting:
            proved = base in waiting[1]
            unreadable += [] if proved else [waiting[2]]
            yield waiting[0] if proved else None
            waiting = None
        if one and base is not None:
            yield one
        elif one and claimed and one.line.seq > chain.seq + 1:
            yield msgspec.structs.replace(
                one, but="could not be proved, for the one before it is gone; it was kept."
            )
        elif one:
            waiting = (
                msgspec.structs.replace(one, but="has a damaged sum; what it says is whole."),
                set(sums.values()),
                raw,
            )
        else:
            unreadable.append(raw)
            yield None
        chain.sums = (
            {claimed}
            if base is not None
            else {claimed, *list(sums.values())[:GUESSES]} - {""} or {GENESIS}
        )
        chain.seq = one.line.seq if one else chain.seq + 1
    if waiting:
        unreadable.append(waiting[2])
        yield None


def _decoded(body: bytes, claimed: str) -> SalvagedLine | None:
    try:
        return SalvagedLine(
            msgspec.json.decode(body + b',"sum":"%b"}' % claimed.encode(), type=JournalLine), body
        )
    except (ValueError, RecursionError):
        return None


def _cut(data: bytes) -> Iterator[bytes]:
    """The lines of a segment, also where the line feed between two was damaged."""
    for raw in data.removeprefix(BOM).split(b"\n"):
        if not raw.strip(BLANK):
            continue
        start = 0
        for ending in SUM.finditer(raw):
            if ending.end() < len(raw.rstrip(BLANK)):
                yield raw[start : ending.end()]
                start = ending.end() + 1
        if raw[start:]:
            yield raw[start:]


def _sum(before: str, body: bytes) -> str:
    return checksum.sha256(before.encode() + body).hexdigest()


def _replay(found: Iterable[SalvagedLine]) -> Documents:
    documents: Documents = {}
    for one in sorted(found, key=lambda one: one.line.seq):
        for op, table, doc_id, document in one.line.ops:
            if op == "del":
                documents.pop((table, doc_id), None)
            else:
                documents[table, doc_id] = bytes(document)
    return documents


def _add_from_snapshots(practice: Salvage, path: Path) -> int:
    """Add what intact snapshots hold in a later revision than what is left of the journal.

    Those in the quarantine count too. A snapshot is judged by the sums it carries: of its own bytes, and of the save it
    was made at, which is not to be another in this journal. Returns the latest save that one of them holds.
    """
    covered = 0
    quarantine = journal_of(path) / "quarantine"
    aside = sorted(quarantine.iterdir()) if quarantine.is_dir() else []
    for file in (path, path.with_name(path.name + ".bak"), *aside):
        snapshot = _snapshot_of(file, practice)
        if snapshot is None:
            continue
        covered = max(covered, snapshot.header.seq)
        for table in snapshot.header.tables:
            for doc_id, document in snapshot.documents(table).items():
                practice.known.add((table, doc_id))
                if _rev(document) > _rev(practice.documents.get((table, doc_id), b"{}")):
                    practice.documents[table, doc_id] = document
        snapshot.close()
    return covered


def _snapshot_of(file: Path, practice: Salvage) -> Snapshot | None:
    """An intact snapshot of this practice, open; None where the file is none."""
    try:
        snapshot = Snapshot(file)
    except (NotASnapshot, OSError):
        return None
    header = snapshot.header
    line = practice.found.get(header.seq)
    if (line and line.line.sum != header.chain) or not snapshot.seal_holds():
        snapshot.close()
        return None
    return snapshot


def _snapshot_seq(path: Path) -> int:
    try:
        snapshot = Snapshot(path)
    except (NotASnapshot, OSError):
        return 0
    snapshot.close()
    return snapshot.header.seq


def _rev(document: bytes) -> int:
    rev = msgspec.json.decode(document).get("rev", 0)
    return rev if isinstance(rev, int) else 0


# Making it again ------------------------------------------------------------------------------------------------------


def build(whole: Salvage, path: Path, *, at: datetime, by: str, host: str, pid: int) -> None:
    """Make the practice at `path`, where nothing is yet, and verify it. CannotRebuild when it is not as it should."""
    folder = journal_of(path)
    make_folder(path.parent)
    make_folder(folder)
    make_folder(folder / "quarantine")
    head = {"at": instant(at), "by": by, "host": host, "pid": pid, "kind": "repair"}
    segments: list[list[bytes]] = [[]]
    total = GENESIS
    for body, kind in _bodies(whole, head):
        raw = chained(total, body)
        total = raw[-66:-2].decode()
        segments[-1].append(raw + b"\n")
        if kind == "seal":
            segments.append([])
    mode = mode_in(path.parent)
    for number, lines in enumerate(segments, 1):
        write_new(folder / name_of(number), b"".join(lines), mode)
    last = max(whole.last, 0) + bool(whole.faults or whole.migrated_from)
    write_new(folder / "lock", marked(LockState(seq=last)), mode)
    sync_folder(path.parent)
    _verify(whole, path, by=by, host=host, pid=pid)


def _bodies(whole: Salvage, head: dict[str, object]) -> Iterator[tuple[bytes, str]]:
    """The lines to write: those found as they were, one in place of each that is lost, one that mends the rest."""
    if whole.last - len(whole.found) > MOST_LOST:
        raise CannotRebuild(
            f"{whole.last - len(whole.found)} entries of the journal are lost; too many to tell apart."
        )
    first_ops = _unborn(whole)
    there: dict[tuple[str, int], bytes] = {}
    for seq in range(1, whole.last + 1):
        one = whole.found.get(seq)
        if one is None:
            ops: list[Op] = [
                ("new", *key, Raw(document)) for key, document in first_ops.pop(seq, {}).items()
            ]
            there |= {(table, doc_id): bytes(document) for _, table, doc_id, document in ops}
            told = {"seq": seq, **head, "detail": f"entry {seq} was lost", "ops": ops}
            yield msgspec.json.encode(told)[:-1], "repair"
            continue
        for op, table, doc_id, document in one.line.ops:
            if op == "del":
                there.pop((table, doc_id), None)
            else:
                there[table, doc_id] = bytes(document)
        yield one.body, one.line.kind
    if whole.faults or whole.migrated_from:
        mending: list[Op] = [
            ("set" if key in there else "new", *key, Raw(document))
            for key, document in whole.documents.items()
            if there.get(key) != document
        ]
        why = (
            [f"from schema {whole.migrated_from} to {whole.schema}"] if whole.migrated_from else []
        )
        kind = "schema" if why and not whole.faults else "repair"
        told = {
            **head,
            "kind": kind,
            "detail": " ".join([*why, *whole.faults])[:4000],
            "schema": whole.schema,
        }
        yield msgspec.json.encode({"seq": whole.last + 1, **told, "ops": mending})[:-1], kind


def _unborn(whole: Salvage) -> dict[int, Documents]:
    """Lost entry -> the documents it must have made: changed later, and made by no entry that was found."""
    made: dict[int, Documents] = defaultdict(dict)
    born: set[tuple[str, int]] = set()
    lost = 0
    for seq in range(1, whole.last + 1):
        one = whole.found.get(seq)
        if one is None:
            lost = seq
            continue
        for op, table, doc_id, document in one.line.ops:
            if op == "set" and (table, doc_id) not in born:
                made[lost][table, doc_id] = bytes(document)
            if op != "del":
                born.add((table, doc_id))
    return made


def _verify(whole: Salvage, path: Path, *, by: str, host: str, pid: int) -> None:
    try:
        store = Store.open(path, by=by, host=host, pid=pid)
    except StoreProblem as problem:
        raise CannotRebuild(f"What was made could not be verified: {problem}") from problem
    try:
        made = {
            (table, doc_id): document
            for table in [*store.state.count]
            for doc_id, document in [
                *store.state.tables[table].items(),
                *((found.doc_id, found.document) for found in store.state.archived(table)),
            ]
        }
    finally:
        store.close()
    if made != whole.documents:
        raise CannotRebuild(
            "What was made does not hold what it should; nothing was put in its place."
        )
    named = (
        "journal",
        "snapshot",
        "snapshot equals journal",
        *(["records"] if whole.migrated_from else []),
    )
    wrong = [f"{one.name}: {one.detail}" for one in check(path) if one.name in named and not one.ok]
    if wrong:
        raise CannotRebuild(
            f"What was made did not pass its check ({wrong[0]}); nothing was put in its place."
        )
    for file in [path, *journal_of(path).glob("*.jsonl")]:
        fd = os.open(file, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
