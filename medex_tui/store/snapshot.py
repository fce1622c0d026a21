"""The snapshot: the practice as an ordinary TinyDB file, one document a line, that can be read in parts.

First comes the table `_medex` with a header: which save this is, and where each table stands. In a table the archived
documents come first, ordered by record id, so that one of them is found by bisection; the live ones after, so that
all of them are one read. The table `_seal` at the end holds the SHA-256 of everything before it.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import msgspec
from msgspec import Struct

from medex_tui.store import checksum, schema
from medex_tui.store.codec import instant
from medex_tui.store.files import close_fd, open_file, open_plain, read_all, read_into, write_all
from medex_tui.store.journal import GENESIS, SUM, chained

FORMAT = "medex-snapshot"
BLOCK = 1 << 20
DOC = re.compile(rb'"(\d+)":(?:\{"id":("(?:[^"\\]|\\.)*"))?')
COMMA = ord(",")
STRETCH = 256 * 1024
SIZE_BITS = 40
"""A place in the file and a size in one number: of thousands of documents only that is held."""
OPENING = b'{"_medex":{"1":'
SEALING = b'"_seal":{"1":{"sha256":"'

Identity: TypeAlias = tuple[int, int, int]
"""Inode, size in bytes, time of last change in ns."""


class Extent(Struct, frozen=True):
    """Where a table stands, in bytes after the header: archived documents up to `live`, live ones up to `end`."""

    start: int = 0
    live: int = 0
    end: int = 0
    count: int = 0
    next: int = 1


class Header(Struct, frozen=True):
    """Which save a snapshot holds, where the journal goes on, where the tables are, and the sums of the live records.

    Every opening checks `live_crc`, which takes no library to load; `live` is for files written before there was one.
    """

    format: str
    schema: int
    seq: int
    chain: str
    segment: int
    offset: int
    at: str | None
    tables: dict[str, Extent]
    live: str
    live_crc: int | None = None


class IndexEntry(Struct, frozen=True):
    """One document of the file: TinyDB's id, the record id as JSON, the document's bytes."""

    doc_id: int
    key: bytes
    document: bytes


class NotASnapshot(Exception):
    """The file is none of ours, or not as we wrote it; the sentence says which. `newer` when only too new."""

    def __init__(self, reason: str, newer: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.newer = reason, newer


def identity_of(path: Path) -> Identity | None:
    """What tells one state of a file from another; None where it is missing."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def begins_as_one(path: Path) -> bool:
    """Whether a file begins as a snapshot does, also one that another program wrote anew."""
    fd = open_plain(path)
    try:
        return os.pread(fd, 9, 0) == OPENING[:9]
    finally:
        close_fd(fd)


class Snapshot:
    """A snapshot file held open for reading."""

    def __init__(self, path: Path) -> None:
        self._fd = open_plain(path)
        self.identity = self._identity()
        self._last: dict[str, bytes] = {}
        try:
            first = os.pread(self._fd, 8192, 0)
            while (
                first.startswith(OPENING)
                and b"\n" not in first
                and (more := os.pread(self._fd, 8192, len(first)))
            ):
                first += more
            first = first[: first.find(b"\n") + 1]
            self._base = len(first)
            document = first.removeprefix(OPENING).removesuffix(b"},\n")
            found = SUM.search(document)
            if not first.startswith(OPENING) or not found:
                raise NotASnapshot("was changed by another program")
            if chained(GENESIS, document[: found.start()]) != document:
                raise NotASnapshot("has a header that does not match its sum")
            kept = int(bytes(msgspec.json.decode(document, type=dict[str, msgspec.Raw])["schema"]))
            if kept > schema.CURRENT:
                raise NotASnapshot(
                    f"has schema {kept}; this medex reads {schema.CURRENT}", newer=True
                )
            self.header = msgspec.json.decode(document, type=Header)
            if not self._lives_match():
                raise NotASnapshot("has live records that do not match their sum")
        except (NotASnapshot, ValueError) as fault:
            self.close()
            raise (
                fault
                if isinstance(fault, NotASnapshot)
                else NotASnapshot(f"cannot be read ({fault})")
            ) from fault

    def _lives_match(self) -> bool:
        """Whether the live records are as they were written, by the quick sum where the header has one."""
        if self.identity[1] < self._base + max(
            (extent.end for extent in self.header.tables.values()), default=0
        ):
            return False
        lives = (
            memoryview(room)[1 : size + 1]
            for t in self.header.tables
            for _, room, size in self._stretches(t)
        )
        if self.header.live_crc is None:
            return _sum_of(lives) == self.header.live
        return _crc_of(lives) == self.header.live_crc

    def close(self) -> None:
        """Let go of the file."""
        close_fd(self._fd)
        self._fd = -1

    def _identity(self) -> Identity:
        stat = os.fstat(self._fd)
        return stat.st_ino, stat.st_size, stat.st_mtime_ns

    def _bytes(self, start: int, end: int) -> bytes:
        return read_all(self._fd, self._base + start, self._base + end)

    def untouched(self) -> bool:
        """Whether nobody wrote into the open file since."""
        return self._identity() == self.identity

    def seal_holds(self) -> bool:
        """Whether the whole file is as it was written: reads all of it."""
        checksum.use_fast_sha256()
        size, digest = self.identity[1], checksum.sha256()
        ending = read_all(self._fd, size - 256, size) if size > 256 else b""
        cut = ending.rfind(SEALING)
        if cut < 0:
            return False
        end = size - len(ending) + cut
        for start in range(0, end, BLOCK):
            digest.update(read_all(self._fd, start, min(end, start + BLOCK)))
        return ending[cut:] == SEALING + digest.hexdigest().encode() + b'"}}}\n'

    def _stretches(self, table: str) -> Iterator[tuple[int, bytearray, int]]:
        """The live part in stretches of whole lines: where each stands in the file, its room, and its bytes.

        The bytes stand in the room from 1 on; the room is used again for the next stretch.
        """
        extent = self.extent(table)
        at, end = self._base + extent.live, self._base + extent.end
        room = bytearray(min(STRETCH, end - at + 1))
        while at < end:
            size = min(end - at, len(room) - 1)
            read_into(self._fd, memoryview(room)[1 : size + 1], at)
            whole = room.rfind(b"\n", 1, size + 1)
            if whole < 0 and at + size < end:
                room = bytearray(2 * len(room))
                continue
            size = (
                whole if whole >= 0 else size
            )  # the last line has no line feed in a file that was changed
            yield at, room, size
            at += size

    def live_objects(self, table: str) -> Iterator[memoryview]:
        """The live documents of a table as JSON objects, TinyDB id -> document, each gone with the next.

        OSError if the file was changed.
        """
        for _, room, size in self._stretches(table):
            last = size - 1 if room[size - 1] == COMMA else size
            room[0], room[last] = b"{}"
            yield memoryview(room)[: last + 1]
        self.stands()

    def live_places(self, table: str) -> dict[int, int]:
        """TinyDB id -> where in the file a live document stands, for `document_at`. OSError if the file was changed."""
        places: dict[int, int] = {}
        for at, room, size in self._stretches(table):
            start = 1
            while start <= size:
                end, cut = room.find(b"\n", start), room.find(b":", start) + 1
                if end < 0 or not room[start + 1 : cut - 2].isdigit():
                    break
                length = end - cut - (1 if room[end - 1] == COMMA else 0)
                places[int(room[start + 1 : cut - 2])] = (at + cut - 1) << SIZE_BITS | length
                start = end + 1
        self.stands()
        return places

    def document_at(self, place: int) -> bytes:
        """A live document. OSError if the file was changed."""
        start, size = place >> SIZE_BITS, place & (1 << SIZE_BITS) - 1
        document = read_all(self._fd, start, start + size)
        self.stands()
        return document

    def documents(self, table: str) -> dict[int, bytes]:
        """Every document of a table by TinyDB id, archived and live."""
        archived = {found.doc_id: found.document for found in self.search(table, b"")}
        return archived | {
            doc_id: self.document_at(place) for doc_id, place in self.live_places(table).items()
        }

    def stands(self) -> None:
        """OSError if the file was changed since it was opened: what was read of it counts no more."""
        if not self.untouched():
            raise OSError(errno.ESTALE, "it was changed by another program just now; try again")

    def extent(self, table: str) -> Extent:
        """Where a table stands; an empty one where the file has none of that name."""
        return self.header.tables.get(table) or Extent()

    # -- the archive

    def find(self, table: str, key: bytes) -> IndexEntry | None:
        """The archived document with this record id (as JSON). OSError if the file was changed."""
        if key > self._last_key(table):
            return None
        _, line = self._seek(table, key)
        self.stands()
        found = _found(line)
        return found if found and found.key == key else None

    def _last_key(self, table: str) -> bytes:
        """The last record id archived: new ones, being sortable by time, mostly come after it and need no search."""
        if table not in self._last:
            extent = self.extent(table)
            start = (
                self._line_start(extent.live - 1, extent.start)
                if extent.start < extent.live
                else extent.live
            )
            found = _found(self._bytes(start, extent.live))
            self.stands()
            self._last[table] = found.key if found else b""
        return self._last[table]

    def search(self, table: str, needle: bytes) -> Iterator[IndexEntry]:
        """Filed documents that hold these bytes; without any, all of them."""
        for block in self._blocks(table):
            at = block.find(needle)
            while at >= 0:
                start, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
                if found := _found(block[start:end]):
                    yield found
                at = block.find(needle, end + 1) if end + 1 < len(block) else -1

    def _blocks(self, table: str) -> Iterator[bytes]:
        """The archived part in blocks of whole lines."""
        at, end, rest = self.extent(table).start, self.extent(table).live, b""
        while at < end:
            block = rest + self._bytes(at, min(end, at + BLOCK))
            at += len(block) - len(rest)
            cut = block.rfind(b"\n") + 1
            yield block[:cut]
            rest = block[cut:]

    def _seek(self, table: str, key: bytes) -> tuple[int, bytes]:
        """Where the first archived line stands whose record id is not before `key`, and that line, empty at the end."""
        floor = low = self.extent(table).start
        high, line = self.extent(table).live, b""
        while low < high:
            start = self._line_start((low + high) // 2, floor)
            here = self._line(start)
            found = _found(here)
            if found and found.key < key:
                low = start + len(here)
            else:
                high, line = start, here
        return low, line

    def _line_start(self, at: int, floor: int) -> int:
        size = 2048
        while True:
            start = max(floor, at - size)
            cut = self._bytes(start, at).rfind(b"\n")
            if cut >= 0 or start == floor:
                return start + cut + 1
            size *= 8

    def _line(self, start: int) -> bytes:
        size = 4096
        while True:
            block = self._bytes(start, start + size)
            cut = block.find(b"\n")
            if cut >= 0 or len(block) < size:
                return block[: cut + 1]
            size *= 8

    def runs(
        self, table: str, edits: Mapping[bytes, bytes | None]
    ) -> Iterator[tuple[int, int] | bytes]:
        """The archived part with edits by record id (a line, or None to leave one out): byte ranges and new lines."""
        at, end = self.extent(table).start, self.extent(table).live
        for key in sorted(edits):
            start, here = self._seek(table, key)
            if at < start:
                yield at, start
            found = _found(here)
            at = start + len(here) if found and found.key == key else start
            new = edits[key]
            if new is not None:
                yield new
        if at < end:
            yield at, end

    def unseparated(self, start: int, end: int) -> tuple[int, int]:
        """A range of whole lines without the comma and line feed at its end, counted from the file's beginning."""
        tail = self._bytes(end - 2, end)
        return self._base + start, self._base + end - (2 if tail == b",\n" else 1)

    def copy(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a range of the file, a block at a time."""
        for at in range(start, end, BLOCK):
            yield read_all(self._fd, at, min(end, at + BLOCK))


class ArchiveBatch(Struct):
    """What a table of a new snapshot is to hold."""

    archived: Mapping[bytes, bytes | None]
    live: list[bytes]
    count: int
    next: int


def line_of(doc_id: int, document: bytes) -> bytes:
    """A document as a line of the snapshot, without what separates it from the next."""
    return b'"%d":%b' % (doc_id, document)


def key_of(record_id: str) -> bytes:
    """A record id as the archive is ordered by it."""
    return msgspec.json.encode(record_id)


def write_snapshot(
    path: Path,
    base: Snapshot | None,
    tables: Mapping[str, ArchiveBatch],
    *,
    seq: int,
    chain: str,
    segment: int,
    offset: int,
    at: datetime | None,
) -> str | None:
    """Write and sync a new snapshot file; archived documents that did not change are copied from `base` as bytes.

    Returns the table whose documents are not as many as they should be, None when all is well.
    """
    extents: dict[str, Extent] = {}
    plans: dict[str, list[tuple[int, int] | bytes]] = {}
    lives: dict[str, bytes] = {}
    here = 0
    for table, filing in tables.items():
        pieces: list[tuple[int, int] | bytes] = []
        for piece in base.runs(table, filing.archived) if base else ():
            pieces.append(base.unseparated(*piece) if base and isinstance(piece, tuple) else piece)
        if base is None:
            pieces += [line for _, line in sorted(filing.archived.items()) if line is not None]
        live = b",\n".join(filing.live) + (b"\n" if filing.live else b"")
        size = sum(p[1] - p[0] if isinstance(p, tuple) else len(p) for p in pieces)
        separators = max(0, 2 * len(pieces) - (0 if filing.live else 1))
        start = here + len(_opening(table))
        middle = start + size + separators
        extents[table] = Extent(start, middle, middle + len(live), filing.count, filing.next)
        plans[table], lives[table] = pieces, live
        here = extents[table].end + len(b"},\n")
    header = Header(
        FORMAT,
        schema.CURRENT,
        seq,
        chain,
        segment,
        offset,
        instant(at) if at else None,
        extents,
        _sum_of(lives.values()),
        _crc_of(lives.values()),
    )
    fd = open_file(path, os.O_TRUNC)
    try:
        out = _Writer(fd)
        out.put(OPENING + chained(GENESIS, msgspec.json.encode(header)[:-1]) + b"},\n")
        for table, pieces in plans.items():
            out.put(_opening(table))
            out.lines = 0
            for index, piece in enumerate(pieces):
                for block in base.copy(*piece) if base and isinstance(piece, tuple) else (piece,):
                    out.put(block)  # type: ignore[arg-type]
                out.put(b"\n" if index + 1 == len(pieces) and not lives[table] else b",\n")
            out.put(lives[table])
            if out.lines != tables[table].count:
                return table
            out.put(b"},\n")
        digest = out.digest.hexdigest().encode()
        out.put(SEALING + digest + b'"}}}\n')
        out.flush()
        os.fsync(fd)
    finally:
        close_fd(fd)
    return None


class _Writer:
    """Bytes to a file in order, hashed and their lines counted on the way."""

    def __init__(self, fd: int) -> None:
        self._fd, self._at, self._waiting = fd, 0, bytearray()
        checksum.use_fast_sha256()
        self.digest = checksum.sha256()
        self.lines = 0

    def put(self, data: bytes) -> None:
        self.lines += data.count(b"\n")
        self.digest.update(data)
        self._waiting += data
        if len(self._waiting) > BLOCK:
            self.flush()

    def flush(self) -> None:
        write_all(self._fd, bytes(self._waiting), self._at)
        self._at += len(self._waiting)
        self._waiting.clear()


def _opening(table: str) -> bytes:
    return msgspec.json.encode(table) + b":{\n"


def _sum_of(parts: Iterable[bytes | memoryview]) -> str:
    checksum.use_fast_sha256()
    digest = checksum.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _crc_of(parts: Iterable[bytes | memoryview]) -> int:
    crc = 0
    for part in parts:
        crc = crc32(part, crc)
    return crc


def _found(line: bytes) -> IndexEntry | None:
    head = DOC.match(line)
    if not head:
        return None
    return IndexEntry(int(head[1]), head[2] or b"", line[head.end(1) + 2 :].rstrip(b",\n"))
