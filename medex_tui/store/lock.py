"""The right to write: a lock that the kernel frees however its holder ends, and what its file says of the last save."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from medex_tui.domain.language.plain import one_line
from medex_tui.store.files import (
    cause,
    close_fd,
    is_at,
    open_file,
    open_plain,
    read_plain,
    write_all,
)

PATIENCE_S = 2.0
MARK_BYTES = 1024
NUMBER = slice(7, 27)
"""Where in the lock file the number of the last save stands, alone to be written with each save."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


class LockState(Struct, frozen=True):
    """What the lock file says: the last save confirmed to anybody, who held the lock last, which snapshot is ours.

    `doubt` is a sentence after a sync failed, while the machine still runs that it failed in (`boot`).
    """

    seq: int = 0
    by: str = ""
    host: str = ""
    pid: int = 0
    snapshot: tuple[int, int, int] | None = None
    doubt: str = ""
    boot: str = ""


class CannotSave(Exception):
    """Nothing was saved, in one sentence; `durable` is False once this process can no longer trust the disk."""

    def __init__(self, reason: str, durable: bool = True) -> None:
        self.reason, self.durable = one_line(reason), durable
        super().__init__(self.reason)


class FilesReplaced(CannotSave):
    """Nothing was saved: lock or journal are no longer the files that this process opened."""


_marks = msgspec.json.Decoder(LockState)


def mark_of(folder: Path) -> LockState:
    """What the lock file of a journal says; nothing where there is none that can be understood."""
    try:
        return _mark(read_plain(folder / "lock"))
    except FileNotFoundError:
        return LockState()


def _mark(raw: bytes) -> LockState:
    try:
        return _marks.decode(raw)
    except ValueError:
        return LockState()


def marked(mark: LockState) -> bytes:
    """A lock file that says so: a line of JSON, with room for any number of a save."""
    _, _, rest = msgspec.json.encode(mark).partition(b",")
    return (b'{"seq":%20d,%b' % (mark.seq, rest)).ljust(MARK_BYTES - 1) + b"\n"


class StoreLock:
    """The lock file of a journal as one process takes it. What could not be written into it goes to `notices`."""

    def __init__(
        self, path: Path, *, by: str, host: str, pid: int, read_only: bool, notices: list[str]
    ) -> None:
        self.path, self.notices = path, notices
        self._name = by[:64], host[:64], pid
        self._held: LockState | None = None
        self._known: tuple[bytes, LockState] = b"", LockState()
        self._fd = open_plain(path) if read_only else open_file(path)

    def is_in_place(self) -> bool:
        """Whether the lock that this process takes is still the one that others take."""
        return is_at(self._fd, self.path)

    def close(self) -> None:
        """Let go of the file, and so of the lock."""
        close_fd(self._fd)
        self._fd = -1

    @contextmanager
    def hold(self, patience_s: float = PATIENCE_S) -> Iterator[LockState]:
        """The right to write for a while. CannotSave names who has it instead."""
        mine = self.take(patience_s)
        try:
            yield self.mark()
        finally:
            if mine:
                self.free()

    def take(self, patience_s: float = PATIENCE_S) -> bool:
        """Take the right to write, as in `hold`; False where this process has it already, and who took it frees it."""
        if self._held:
            return False
        try:
            if not lock_file(self._fd):
                self._wait(patience_s)
        except OSError as fault:
            raise CannotSave(f"The right to save could not be had: {cause(fault)}") from fault
        try:
            self._held = mark = self._read()
            if (mark.by, mark.host, mark.pid) != self._name:
                self.note()
        except BaseException:
            self.free()
            raise
        return True

    def _wait(self, patience_s: float) -> None:
        from random import uniform  # loaded where somebody waits, which is seldom

        until = time.monotonic() + patience_s
        pause = 0.001
        while not lock_file(self._fd):
            if time.monotonic() > until:
                mark = self._read()
                raise CannotSave(
                    f"{mark.by or 'Somebody'} (process {mark.pid} on {mark.host}) has been saving for over "
                    f"{patience_s:.0f} s; try again, or end that process."
                )
            time.sleep(pause * uniform(0.5, 1))
            pause = min(pause * 2, 0.02)

    def free(self) -> None:
        """Let others write. Closing frees the lock too, should the system refuse to free it otherwise."""
        self._held = None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        except OSError:
            close_fd(self._fd)
            self._fd = open_file(self.path)

    def mark(self) -> LockState:
        """What the file says; nothing where it cannot be read, which makes recovery more forgiving, never less."""
        return self._held or self._read()

    def _read(self) -> LockState:
        raw = os.pread(self._fd, MARK_BYTES, 0)
        known, mark = self._known
        if raw != known:
            mark = _mark(raw)
            self._known = raw, mark
        return mark

    # -- while it is held

    def confirm(self, seq: int) -> None:
        """Write that save `seq` is on the disk: only its number, where the file has the usual form."""
        raw, mark = self._known
        if raw[: NUMBER.start] != b'{"seq":' or raw[NUMBER.stop : NUMBER.stop + 1] != b",":
            self.note(seq=seq)
            return
        number = b"%20d" % seq
        content = raw[: NUMBER.start] + number + raw[NUMBER.stop :]
        self._write(number, NUMBER.start, content, msgspec.structs.replace(mark, seq=seq))

    def note(self, **change: object) -> None:
        """Write who holds it and what changed."""
        by, host, pid = self._name
        mark = msgspec.structs.replace(self.mark(), by=by, host=host, pid=pid, **change)
        raw = marked(mark)
        self._write(raw, 0, raw, mark)

    def _write(self, data: bytes, at: int, whole: bytes, mark: LockState) -> None:
        """It is a help to others, never what a save rests on: where it fails, the person is told and work goes on."""
        self._held = mark
        try:
            write_all(self._fd, data, at)
            self._known = whole, mark
        except OSError as fault:
            self.notices.append(
                f"The file {self.path.parent.name}/lock could not be written: {cause(fault)}"
            )


def this_boot() -> str:
    """What tells this run of the machine from the one before a restart; empty where the system does not say."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""


def lock_file(fd: int, how: int = fcntl.LOCK_EX) -> bool:
    """Take a lock without waiting; False when somebody else has it."""
    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
