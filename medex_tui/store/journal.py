"""The journal: every change ever made, one chained line a commit, in numbered segments that are never rewritten.

A line is `{"seq":…,"at":…,"by":…,"host":…,"pid":…,"kind":…,"ops":[[op,table,doc id,document],…],"sum":…}`. `sum` is the
SHA-256, in hex, of the sum before it and this line's bytes up to `,"sum":"`. The live segment ends in reserved space,
line feeds written ahead, so that a save overwrites bytes the file already has.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Raw, Struct

from medex_tui.store import checksum, schema
from medex_tui.store.codec import instant_json, to_seconds
from medex_tui.store.files import (
    cause,
    close_fd,
    closed,
    data_end,
    file_system,
    is_at,
    is_remote,
    make_folder,
    open_file,
    open_plain,
    read_all,
    read_plain,
    sync_folder,
    write_all,
    write_new,
)
from medex_tui.store.lock import PATIENCE_S, CannotSave, LockState, StoreLock, this_boot

GENESIS = "0" * 64
FORMAT = 1
RESERVE = 256 * 1024
SEGMENT = 16 * 1024 * 1024
SUM = re.compile(rb',"sum":"([0-9a-f]{64})"\}')
BLANK = b"\n\0\r"
BOM = b"\xef\xbb\xbf"

Op: TypeAlias = tuple[Literal["new", "set", "del"], str, int, Raw]
"""What one commit does to one document: the document as it then is, `null` for "del"."""


class JournalLine(Struct, frozen=True):
    """One line of the journal."""

    seq: int
    at: Annotated[datetime, Meta(tz=True)]
    by: str
    host: str
    pid: int
    kind: str
    sum: str
    ops: list[Op] = []
    why: str | None = None
    detail: str | None = None
    next: str | None = None
    format: int = FORMAT
    schema: int | None = None


class JournalRead(Struct, frozen=True):
    """A stretch of journal: its line if it verifies, else what is wrong; `end` is the byte after it in its segment.

    `seq` and `sum` are what the next line is to follow.
    """

    segment: int
    start: int
    end: int
    line: JournalLine | None
    fault: str | None = None
    mend: bool = False
    seq: int = 0
    sum: str = GENESIS
    converted: bool = False
    """Whether another program converted the line: a byte order mark before it, or a carriage return after it."""


_lines = msgspec.json.Decoder(JournalLine)


def chained(before: str, body: bytes) -> bytes:
    """A line (or any JSON object left open before its end) closed with the sum that chains it to what came before."""
    return closed_with(body, sum_of(before, body))


def sum_of(before: str, body: bytes) -> str:
    """What chains a line's bytes to the sum of the one before."""
    return checksum.sha256(before.encode() + body).hexdigest()


def closed_with(body: bytes, total: str) -> bytes:
    """A line's bytes closed with their sum."""
    return b'%b,"sum":"%b"}' % (body, total.encode())


def _fields(**values: object) -> bytes:
    """Fields of a line as they stand in it; what is None does not."""
    said = b""
    for name, value in values.items():
        if value is not None:
            said += b',"%b":%b' % (name.encode(), msgspec.json.encode(value))
    return said


def name_of(segment: int) -> str:
    """File name of a segment, counted from 1."""
    return f"{segment:06}.jsonl"


def _verified(raw: bytes, before: str) -> JournalLine | str:
    """The line these bytes are, when it hangs on the sum `before`; else what is wrong with it."""
    found = SUM.search(raw, max(0, len(raw) - 74))
    if not found or found.end() != len(raw):
        return "is not a whole line"
    if chained(before, raw[: found.start()]) != raw:
        return "does not match its sum"
    try:
        return _lines.decode(raw)
    except (ValueError, RecursionError) as fault:
        return f"cannot be read ({fault})"


def written(data: bytes) -> bytes:
    """The bytes up to the last that is no blank: without the space reserved after them, or nothing where all is."""
    end = data.find(b"\n\n") + 1
    if data[end:] == b"\n" * (len(data) - end):  # so it nearly always is, and is told at once
        return data[: max(0, end - 1)].rstrip(BLANK)
    return data.rstrip(BLANK)


def read_lines(
    data: bytes, segment: int, offset: int, seq: int, before: str
) -> Iterator[JournalRead]:
    """Each stretch of a segment's bytes from `offset` on; after a fault it goes on with what still hangs together.

    Where lines are missing there is a fault without bytes before the line that shows it.
    """
    start = 0
    data = written(data)
    if len(data) > checksum.LONG:
        checksum.use_fast_sha256()
    while start < len(data):
        stop = data.find(b"\n", start)
        raw = data[start : stop if stop >= 0 else len(data)]
        end = start + len(raw) + 1
        if not raw.strip(BLANK):
            start = end
            continue
        plain = raw.removeprefix(BOM).removesuffix(b"\r")
        line = _verified(plain, before)
        mend, converted = False, len(plain) < len(raw)
        if isinstance(line, str) and (found := SUM.search(raw)) and found.end() < len(raw):
            shorter = _verified(raw[: found.end()], before)
            if isinstance(shorter, JournalLine):
                line, mend, end = shorter, True, start + found.end() + 1
        if isinstance(line, JournalLine):
            if line.seq != seq + 1:
                said = f"says it is save {line.seq}, not {seq + 1}"
                yield JournalRead(
                    segment, offset + start, offset + start, None, said, False, seq, before
                )
            seq, before = line.seq, line.sum
            yield JournalRead(
                segment, offset + start, offset + end, line, None, mend, seq, before, converted
            )
        else:
            seq = max(seq + 1, _numbered(raw))
            if claimed := SUM.search(raw):
                before = claimed[1].decode()
            yield JournalRead(segment, offset + start, offset + end, None, line, False, seq, before)
        start = end


def _numbered(raw: bytes) -> int:
    """The number that a line gives itself, which nothing proves; 0 where it cannot be understood."""
    try:
        return _lines.decode(raw).seq
    except (ValueError, RecursionError):
        return 0


def walk(
    folder: Path, segment: int = 1, offset: int = 0, seq: int = 0, before: str = GENESIS
) -> Iterator[JournalRead]:
    """Every stretch of the journal from a place on, faults named and passed over."""
    while (path := folder / name_of(segment)).exists():
        fd = open_plain(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            data = read_all(fd, offset, data_end(fd, offset))
        finally:
            close_fd(fd)
        for read in read_lines(data, segment, offset, seq, before):
            yield read
            seq, before = read.seq, read.sum
        segment, offset = segment + 1, 0


class Journal:
    """The journal as one process reads and appends it. `segment`, `offset`, `seq` and `sum` are the verified end.

    `at` is the latest instant of any line since the clock was last said to be right.
    """

    def __init__(self, folder: Path, *, by: str, host: str, pid: int, create: bool) -> None:
        self.folder, self.by, self.host, self.pid = folder, by, host, pid
        self.segment, self.offset, self.seq, self.sum = 1, 0, 0, GENESIS
        self.at: datetime | None = None
        self.damage: list[str] = []
        self.notices: list[str] = []
        self.unread = False
        self._converted = False
        self._swept = 0
        self.doubt = ""
        self._mend: list[int] = []
        encode = msgspec.json.encode
        self._who = b'"by":%b,"host":%b,"pid":%d' % (encode(by), encode(host), pid)
        if create:
            make_folder(folder)
            make_folder(folder / "quarantine")
        self.read_only = not os.access(folder, os.W_OK)
        self.closed = f"{closed(folder)}." if self.read_only else ""
        if is_remote(kind := file_system(folder)):
            self.closed = (
                f"{folder.parent} is on a network file system ({kind}), where a save is not safe: nothing was written; "
                "keep the practice on a disk of this machine."
            )
        self._fd = -1
        self._room = 0
        self.lock = StoreLock(
            folder / "lock",
            by=by,
            host=host,
            pid=pid,
            read_only=self.read_only,
            notices=self.notices,
        )

    def start(self, at: datetime) -> None:
        """Write the first line of a new journal."""
        with self.hold():
            self.read()
            if self.seq == 0:
                self.append("open", at)

    def close(self) -> None:
        """Let go of the files."""
        close_fd(self._fd)
        self._fd = -1
        self.lock.close()

    # -- reading

    def seek(self, segment: int, offset: int, seq: int, total: str) -> bool:
        """Go to a place a snapshot names. False when the journal does not have that save there."""
        self._leave()
        self.segment, self.offset, self.seq, self.sum = segment, offset, seq, total
        if seq == 0:
            return True
        ending = f',"sum":"{total}"}}\n'.encode()
        return (
            self._open() and os.pread(self._fd, len(ending), max(0, offset - len(ending))) == ending
        )

    def read(self) -> list[JournalLine]:
        """Lines appended since the last read, verified. Stops before bytes that do not verify and sets `unread`."""
        found = self._read_lines()
        if self._converted and not self.damage:
            name = name_of(self.segment)
            self.damage = [
                f"{name} was converted by another program: line ends or a byte order mark."
            ]
        return found

    def _read_lines(self) -> list[JournalLine]:
        found: list[JournalLine] = []
        self.unread = False
        while not self.damage and (self._fd >= 0 or self._open()):
            if os.pread(self._fd, 1, self.offset) in (b"", b"\n", b"\0", b"\r"):
                self.unread = self._swept != self.segment and not self._blank_to_the_end()
                break
            data = read_all(self._fd, self.offset, data_end(self._fd, self.offset))
            segment = self.segment
            for read in read_lines(data, segment, self.offset, self.seq, self.sum):
                if read.line is None:
                    self.unread = True
                    return found
                self._mend += [read.end - 1] if read.mend else []
                self._converted = self._converted or read.converted
                self._take(read.line, read.end)
                found.append(read.line)
                if read.line.kind == "seal":
                    self._leave()
                    self.segment, self.offset = segment + 1, 0
                    break
        return found

    def _blank_to_the_end(self) -> bool:
        """Whether nothing comes after what looks like the end; looked at once a segment.

        A power cut may keep the later part of a torn line and lose its beginning.
        """
        if self._rest():
            return False
        self._swept = self.segment
        return True

    def _rest(self) -> bytes:
        """What stands after the verified end, without the reserved space."""
        return written(read_all(self._fd, self.offset, data_end(self._fd, self.offset)))

    def _take(self, line: JournalLine, end: int) -> None:
        self.seq, self.sum, self.offset = line.seq, line.sum, end
        if self.at is None or line.at > self.at or line.kind == "clock":
            self.at = line.at

    def _open(self) -> bool:
        path = self.folder / name_of(self.segment)
        try:
            self._fd = open_plain(
                path, (os.O_RDONLY if self.read_only else os.O_RDWR) | os.O_NOFOLLOW
            )
        except FileNotFoundError:
            return False
        return True

    def _leave(self) -> None:
        self._room = 0
        close_fd(self._fd)
        self._fd = -1
        self._mend.clear()

    def is_in_place(self) -> bool:
        """Whether lock and segment are still the files of these names.

        A file that was renamed over or deleted takes what is written into it along.
        """
        if not self.lock.is_in_place():
            return False
        return self._fd < 0 or is_at(self._fd, self.folder / name_of(self.segment))

    def unplaced_lines(self) -> bytes:
        """The verified lines of the open segment, also where the file has lost its name."""
        return read_all(self._fd, 0, self.offset) if self._fd >= 0 else b""

    # -- the lock

    @contextmanager
    def hold(self, patience_s: float = PATIENCE_S) -> Iterator[LockState]:
        """The right to write for a while. CannotSave says why it cannot be had."""
        self.open_to_us()
        with self.lock.hold(patience_s) as mark:
            yield mark

    def open_to_us(self) -> None:
        """CannotSave where this process is not to write here."""
        if self.closed:
            raise CannotSave(self.closed)

    # -- recovery

    def judge(self) -> None:
        """Under the lock, decide about bytes that do not verify: an unfinished save is set aside, damage is named."""
        mark = self.lock.mark()
        if self.damage:
            return
        for at in self._mend:
            write_all(self._fd, b"\n", at)
            self.notices.append(
                f"A line feed in {name_of(self.segment)} was unreadable and has been restored."
            )
        self._mend.clear()
        if not self.unread:
            if self.seq < mark.seq:
                self.damage = [
                    f"{name_of(self.segment)} ends at save {self.seq}, but save {mark.seq} was confirmed."
                ]
            return
        rest = self._rest()
        later = any(_numbered(raw) for raw in rest.split(b"\n")[1:]) or any(
            SUM.search(raw) for raw in self._segment_after()
        )
        if later or self.seq < mark.seq:
            reads = walk(self.folder, self.segment, self.offset, self.seq, self.sum)
            self.damage = [place(self.folder, read) for read in reads if read.fault]
            return
        aside = self.folder / "quarantine" / f"{self.segment:06}-{self.offset}-{self.seq + 1}.torn"
        try:
            make_folder(aside.parent)
            write_new(aside, rest)
            write_all(self._fd, b"\n" * len(rest), self.offset)
            os.fsync(self._fd)
        except OSError as fault:
            raise CannotSave(
                f"An unfinished save could not be set aside: {cause(fault)}"
            ) from fault
        self.unread = False
        self.notices.append(
            f"A save that was never confirmed was cut off; its {len(rest)} bytes are kept in quarantine/{aside.name}."
        )

    def _segment_after(self) -> list[bytes]:
        path = self.folder / name_of(self.segment + 1)
        return read_plain(path).split(b"\n", 1) if path.exists() else []

    def salvage(self) -> list[JournalLine]:
        """Intact lines after damage, for reading on."""
        found = walk(self.folder, self.segment, self.offset, self.seq, self.sum)
        return [read.line for read in found if read.line]

    # -- writing, under the lock

    def _doubt(self) -> str:
        """What another process left after a failed sync; gone with a restart: what is read then is on the disk."""
        mark = self.lock.mark()
        if mark.doubt and mark.boot != this_boot():
            self.lock.note(doubt="", boot="")
            mark = self.lock.mark()
        return mark.doubt

    def append(
        self,
        kind: str,
        at: datetime,
        ops: Sequence[Op] = (),
        *,
        why: str | None = None,
        detail: str | None = None,
        next: str | None = None,
    ) -> JournalLine:
        """Write one line, sync it, and only then return it. CannotSave leaves the journal as it was.

        No line is begun before the one before it is on the disk, so only the last one can be torn.
        """
        if doubt := self.doubt or self._doubt():
            raise CannotSave(f"Nothing is saved any more. {doubt}", False)
        if self.damage:
            raise CannotSave(
                f"The journal is damaged: {self.damage[0]} `medex check` says more; nothing is saved."
            )
        if self.offset >= SEGMENT and kind not in ("seal", "open"):
            self._next_segment(at)
        at = to_seconds(at)
        encode = msgspec.json.encode
        said = b""
        if why is not None or detail is not None or next is not None:
            said = _fields(why=why, detail=detail, next=next)
        if kind == "open":
            said += _fields(format=FORMAT, schema=schema.CURRENT)
        body = b'{"seq":%d,"at":%b,%b,"kind":"%b"%b,"ops":%b' % (
            self.seq + 1, instant_json(at), self._who, kind.encode(), said, encode(ops),
        )  # fmt: skip
        checksum.use_fast_sha256()
        total = sum_of(self.sum, body)
        raw = closed_with(body, total) + b"\n"
        end = self.offset + len(raw)
        self._write(raw, end)
        line = JournalLine(
            self.seq + 1,
            at,
            self.by,
            self.host,
            self.pid,
            kind,
            total,
            list(ops),
            why,
            detail,
            next,
        )
        self._sync(end)
        self._take(line, end)
        if self.is_in_place():
            self.lock.confirm(line.seq)
        return line

    def _write(self, data: bytes, end: int) -> None:
        self._reserve(end)
        try:
            write_all(self._fd, data, self.offset)
        except OSError as fault:
            self._blank(end)
            raise CannotSave(f"The journal could not be written: {cause(fault)}") from fault

    def _sync(self, end: int) -> None:
        try:
            os.fdatasync(self._fd)
        except OSError as fault:
            self._blank(end)
            self._give_up()
            raise CannotSave(
                f"The disk did not confirm the save: {cause(fault)} {self.doubt}", False
            ) from fault

    def _give_up(self) -> None:
        """From here on nobody saves: what the system still shows of this file may never have reached the disk."""
        self.doubt = (
            f"The disk failed in the middle of save {self.seq + 1}: restart this machine and look at its disk, or "
            "rebuild the practice elsewhere with `medex restore`."
        )
        self.lock.note(doubt=self.doubt, boot=this_boot())

    def _blank(self, end: int) -> None:
        """Leave line feeds, or at least an end, where a line was not accepted; recovery copes where both fail."""
        try:
            size = os.fstat(self._fd).st_size
            try:
                write_all(self._fd, b"\n" * max(0, min(end, size) - self.offset), self.offset)
            except OSError:
                self._room = 0
                os.ftruncate(self._fd, self.offset)
        except OSError as fault:
            self.notices.append(
                f"Bytes of an unfinished save remain in {name_of(self.segment)}: {cause(fault)}"
            )

    def _reserve(self, needed: int) -> None:
        """Make room for a line: line feeds, synced, so that the save itself overwrites what the file already has."""
        try:
            if self._fd < 0:
                self._fd = open_file(self.folder / name_of(self.segment))
            if needed <= self._room:
                return
            size = self._room = os.fstat(self._fd).st_size
            if needed <= size:
                return
            try:
                write_all(self._fd, b"\n" * (needed + RESERVE - size), size)
                os.fsync(self._fd)
            except OSError:
                os.ftruncate(self._fd, size)
                raise
        except OSError as fault:
            full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
            what = "There is no room for the save" if full else "The journal could not be extended"
            raise CannotSave(f"{what}: {cause(fault)}") from fault

    def _next_segment(self, at: datetime) -> None:
        """Seal this segment; the next one is durable before the line that names it."""
        name = name_of(self.segment + 1)
        try:
            fd = open_file(self.folder / name)
            try:
                os.fsync(fd)
            finally:
                close_fd(fd)
            sync_folder(self.folder)
        except OSError as fault:
            raise CannotSave(
                f"The next part of the journal could not be begun: {cause(fault)}"
            ) from fault
        self.append("seal", at, next=name)
        self._leave()
        self.segment, self.offset = self.segment + 1, 0
        self.append("open", at)


def place(folder: Path, read: JournalRead) -> str:
    """Where a faulty stretch is, in one sentence: file, line, and the records it names."""
    path = folder / name_of(read.segment)
    data = read_plain(path)
    number = data.count(b"\n", 0, read.start) + 1
    raw = data[read.start : read.end]
    named = sorted(
        {found.decode(errors="replace") for found in re.findall(rb'\{"id":"([^"\\]{1,80})"', raw)}
    )
    about = f" (records {', '.join(named[:5])})" if named else ""
    return f"{path.name} line {number} {read.fault or 'does not end in a line feed'}{about}."
