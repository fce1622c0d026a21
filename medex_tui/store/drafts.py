"""What a login is typing, kept until it is saved: beside the practice, or in the person's own folder where that fails."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from medex_tui.store import checksum
from medex_tui.store.files import (
    beside,
    close_fd,
    make_folder,
    read_plain,
    sync_folder,
    write_new,
)

PRIVATE = 0o600


class Drafts:
    """Drafts of every login, in `practice.drafts/LOGIN.json`; each login by its own names.

    `state` is the login's own folder: what the disk of the practice refuses is kept there, for this practice alone.
    One object is one window: what another window of the same login wrote under a name is never overwritten.
    """

    def __init__(self, path: Path, state: Path | None = None) -> None:
        path = path.resolve()
        self.folder = beside(path, ".drafts")
        own = checksum.sha256(bytes(path)).hexdigest()[:32]
        self.spare = state / "drafts" / own if state else None
        self._known: dict[tuple[str, str], Any] = {}

    def load(self, login: str) -> dict[str, Any]:
        """All drafts of a login by name. OSError: the file may not be read.

        A file that is no JSON is set aside under a name of its own, not lost.
        """
        kept = self._all(login)
        self._known |= {(login, name): data for name, data in kept.items()}
        return kept

    def save(self, login: str, name: str, data: Any) -> Path:
        """Keep a draft durably; returns the folder. The login's others stay. OSError where no disk takes it."""
        data = msgspec.json.decode(msgspec.json.encode(data))  # as it is read: no tuples
        try:
            with self._locked(self.folder):
                self._write(self.folder, login, self._with(self._all(login), login, name, data))
        except OSError:
            if self.spare is None:
                raise
            with self._locked(self.spare):
                kept = _read(_file(self.spare, login))
                self._write(self.spare, login, self._with(kept, login, name, data))
            self._known[login, name] = data
            return self.spare
        self._known[login, name] = data
        if self.spare is not None:
            self._write(self.spare, login, {})
        return self.folder

    def drop(self, login: str, name: str) -> None:
        """Forget a draft, unless another window went on with it. OSError where a disk does not let it go."""
        known = self._known.pop((login, name), None)
        for folder in (self.folder, self.spare):
            if folder is None or not _file(folder, login).exists():
                continue
            with self._locked(folder):
                kept = _read(_file(folder, login))
                if name in kept and known in (None, kept[name]):
                    del kept[name]
                    self._write(folder, login, kept)

    def _all(self, login: str) -> dict[str, Any]:
        """What both folders hold; the spare one is newer where both have a name."""
        spare = _read(_file(self.spare, login)) if self.spare else {}
        return _read(_file(self.folder, login)) | spare

    def _with(self, kept: dict[str, Any], login: str, name: str, data: Any) -> dict[str, Any]:
        """The drafts with this one; what another window wrote under its name goes to a name beside it."""
        theirs = kept.get(name)
        if theirs is not None and theirs not in (data, self._known.get((login, name))):
            kept[_name_beside(name, theirs, kept)] = _as_lines(name, theirs)
        return {**kept, name: data}

    @contextmanager
    def _locked(self, folder: Path) -> Iterator[None]:
        """Alone among this login's windows while a file of drafts is read and written."""
        make_folder(folder)
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            close_fd(fd)

    def _write(self, folder: Path, login: str, kept: dict[str, Any]) -> None:
        """Keep these drafts and no others; without any there is no file, for which a full disk has room."""
        file = _file(folder, login)
        if kept:
            make_folder(folder)
            write_new(file, msgspec.json.encode(kept), PRIVATE)
        elif file.exists():
            file.unlink()
            sync_folder(folder)


def _name_beside(name: str, theirs: Any, kept: dict[str, Any]) -> str:
    """A free name for what another window typed: session lines are offered on Today as lines to look through."""
    if not _is_session_line(name, theirs):
        number = 2
        while f"{name} ({number})" in kept:
            number += 1
        return f"{name} ({number})"
    typed_at = datetime.fromisoformat(theirs["at"]).astimezone(UTC)
    while f"lines:{typed_at.isoformat()}" in kept:
        typed_at = typed_at.replace(microsecond=typed_at.microsecond + 1)
    return f"lines:{typed_at.isoformat()}"


def _as_lines(name: str, theirs: Any) -> Any:
    if not _is_session_line(name, theirs):
        return theirs
    client_id = name.partition(":")[2]
    return {"lines": [theirs["text"]], "client": client_id, "kind": "session"}


def _is_session_line(name: str, data: Any) -> bool:
    return name.startswith("session:") and isinstance(data, dict) and {"text", "at"} <= data.keys()


def _file(folder: Path, login: str) -> Path:
    return folder / f"{_quoted(login)}.json"


def _quoted(login: str) -> str:
    """A login as the name of a file, whatever is in it; most are one as they are."""
    if login.isascii() and login.isalnum():
        return login
    from urllib.parse import quote

    return quote(login, safe=" ").replace(".", "%2E")


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(read_plain(path), type=dict[str, Any])
    except FileNotFoundError:
        return {}
    except ValueError:
        aside, number = path.with_suffix(".unreadable"), 1
        while aside.exists():
            number += 1
            aside = path.with_suffix(f".unreadable-{number}")
        path.replace(aside)
        return {}
