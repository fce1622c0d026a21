"""A disk that keeps its promises and no more: what may be found on it after a power cut, from a log of file calls.

What was synced is there: a file's bytes after its own sync, a name after its folder's. Of everything else any part may
be there, in any order: a write, half of it to a sector, its length with zeros for bytes, a rename without the next.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

SECTOR = 512
FOLDER = -1


class Call(NamedTuple):
    """One file call that worked, as the shim wrote it down."""

    op: str
    inode: int
    offset: int
    data: bytes
    path: str
    to: str


class Write(NamedTuple):
    """Bytes on their way into a file (`file` counts files in the order they were made); `data` None sets its size."""

    file: int
    offset: int
    data: bytes | None


class Name(NamedTuple):
    """A change of a folder on its way to the disk."""

    op: str
    path: str
    to: str
    file: int


Pending = Write | Name
State = Mapping[str, bytes | None]
"""Path -> bytes, None for a folder."""


def read_log(log: Path) -> list[Call]:
    """The calls of a day, in order."""
    data, at, calls = log.read_bytes(), 0, []
    while at < len(data):
        end = data.index(b"\n", at)
        op, inode, offset, length, path, to = data[at:end].decode().split("\t")
        at = end + 1 + (int(length) if op in ("write", "said") else 0)
        calls.append(Call(op, int(inode), int(offset), data[end + 1 : at], path, to))
    return calls


class Disk:
    """The calls so far, split into what is certainly on the disk and what is on its way."""

    def __init__(self) -> None:
        self.said: list[list[Any]] = []
        self._heard = b""
        self._files: list[bytes] = []
        self._names: dict[str, int] = {}
        self._pending: list[Pending] = []
        self._numbers: dict[int, int] = {}

    def meet(self, call: Call) -> None:
        """Take in one more call."""
        if call.op == "said":
            self._heard += call.data
            *lines, self._heard = self._heard.split(b"\n")
            self.said += [json.loads(line) for line in lines]
        elif call.op == "create":
            self._numbers[call.inode] = len(self._files)
            self._files.append(b"")
            self._pending.append(Name("create", call.path, "", self._numbers[call.inode]))
        elif call.op == "mkdir":
            self._pending.append(Name("create", call.path, "", FOLDER))
        elif call.op in ("rename", "link", "unlink"):
            self._pending.append(Name(call.op, call.path, call.to, FOLDER))
        elif call.op == "write":
            self._on_its_way(Write(self._numbers[call.inode], call.offset, call.data))
        elif call.op == "size":
            self._on_its_way(Write(self._numbers[call.inode], call.offset, None))
        elif call.op == "sync":
            self._settle(lambda p: isinstance(p, Write) and p.file == self._numbers[call.inode])
        elif call.op == "syncdir":
            self._settle(
                lambda p: isinstance(p, Name) and str(Path(p.to or p.path).parent) == call.path
            )
        else:
            raise AssertionError(call)

    def _on_its_way(self, write: Write) -> None:
        """Of writes to one place that nothing syncs (the lock file) only the last two can tell states apart."""
        same = [
            p
            for p in self._pending
            if isinstance(p, Write) and p[:2] == write[:2] and p.data and write.data
        ]
        if len(same) > 1:
            self._pending.remove(same[0])
        self._pending.append(write)

    def _settle(self, here: Any) -> None:
        settled = [p for p in self._pending if here(p)]
        self._pending = [p for p in self._pending if not here(p)]
        for pending in settled:
            _apply(self._files, self._names, pending)

    def states(self, dice: random.Random, draws: int) -> Iterator[State]:
        """What may be found now: nothing or all of what is on its way, each alone, all but each, and `draws` by lot."""
        pending = self._pending
        yield self._with([])
        yield self._with(pending)
        for index, one in enumerate(pending):
            yield self._with([one])
            yield self._with(pending[:index] + pending[index + 1 :])
            yield self._with(pending[:index])
            if isinstance(one, Write) and one.data:
                for part in _torn(one, dice):
                    yield self._with([*pending[:index], part])
                    yield self._with([*pending[:index], part, *pending[index + 1 :]])
        for _ in range(draws):
            chosen = [p for p in pending if dice.random() < 0.5]
            names = [p for p in chosen if isinstance(p, Name)]
            writes = [
                dice.choice([p, *_torn(p, dice)]) if p.data else p
                for p in chosen
                if isinstance(p, Write)
            ]
            yield self._with(names + writes)

    def _with(self, pending: list[Pending]) -> State:
        files, names = list(self._files), dict(self._names)
        for one in pending:
            _apply(files, names, one)
        return {
            path: None if number == FOLDER else files[number]
            for path, number in sorted(names.items())
        }


def _apply(files: list[bytes], names: dict[str, int], pending: Pending) -> None:
    if isinstance(pending, Write):
        old = files[pending.file]
        if pending.data is None:
            files[pending.file] = old[: pending.offset].ljust(pending.offset, b"\0")
        else:
            end = pending.offset + len(pending.data)
            files[pending.file] = (
                old[: pending.offset].ljust(pending.offset, b"\0") + pending.data + old[end:]
            )
    elif pending.op == "create":
        names[pending.path] = pending.file
    elif pending.path in names:
        if pending.op in ("rename", "link"):
            names[pending.to] = names[pending.path]
        if pending.op in ("rename", "unlink"):
            del names[pending.path]


def _torn(write: Write, dice: random.Random) -> list[Write]:
    """Parts of a write that a power cut may leave: up to a sector, from a sector on, its length without its bytes."""
    data = write.data or b""
    first = SECTOR - write.offset % SECTOR
    cuts = range(first, len(data), SECTOR)
    parts = [Write(write.file, write.offset, b"\0" * len(data))]
    for cut in dice.sample(cuts, min(2, len(cuts))):
        parts.append(Write(write.file, write.offset, data[:cut]))
        parts.append(Write(write.file, write.offset + cut, data[cut:]))
    return parts


def put_down(state: State, was: str, folder: Path) -> None:
    """Make the files of a state in an empty folder, in place of the folder `was` they were written in."""
    for path, data in state.items():
        here = folder / Path(path).relative_to(was)
        if not here.parent.is_dir():
            continue
        if data is None:
            here.mkdir(mode=0o700)
        else:
            here.touch(mode=0o600)
            here.write_bytes(data)


def digest(state: State) -> bytes:
    """What tells one state from another."""
    whole = hashlib.sha256()
    for path, data in state.items():
        whole.update(f"{path}\0{-1 if data is None else len(data)}\0".encode() + (data or b""))
    return whole.digest()
