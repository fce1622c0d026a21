"""What a login is typing, kept until it is saved: beside the practice, or where that fails in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from medex_tui.store import checksum
from medex_tui.store.files import beside, make_folder, read_plain, sync_folder, write_new

PRIVATE = 0o600


class Drafts:
    """Drafts of every login, in `practice.drafts/LOGIN.json`; each login by its own names.

    `state` is the login's own folder: what the disk of the practice refuses is kept there, for this practice alone.
    """

    def __init__(self, path: Path, state: Path | None = None) -> None:
        path = path.resolve()
        self.folder = beside(path, ".drafts")
        own = checksum.sha256(bytes(path)).hexdigest()[:32]
        self.spare = state / "drafts" / own if state else None

    def _file(self, folder: Path, login: str) -> Path:
        return folder / f"{_quoted(login)}.json"

    def load(self, login: str) -> dict[str, Any]:
        """All drafts of a login by name; a file that is no JSON is set aside, not lost. OSError: it may not be read."""
        return _read(self._file(self.folder, login)) | self._spared(login)

    def _spared(self, login: str) -> dict[str, Any]:
        """What the practice's own disk refused: newer than what that disk may have of the same name."""
        return _read(self._file(self.spare, login)) if self.spare else {}

    def save(self, login: str, name: str, data: Any) -> Path:
        """Keep a draft, durably, and say in which folder; the login's others stay. OSError where no disk takes it."""
        try:
            self._write(self.folder, login, {**self.load(login), name: data})
        except OSError:
            if self.spare is None:
                raise
            self._write(self.spare, login, {**self._spared(login), name: data})
            return self.spare
        if self.spare is not None:
            self._write(self.spare, login, {})
        return self.folder

    def drop(self, login: str, name: str) -> None:
        """Forget a draft. OSError where a disk does not let it go."""
        for folder in (self.folder, self.spare):
            if folder is not None and name in (kept := _read(self._file(folder, login))):
                del kept[name]
                self._write(folder, login, kept)

    def _write(self, folder: Path, login: str, kept: dict[str, Any]) -> None:
        """Keep these drafts and no others there; without any there is no file, for which a full disk has room."""
        file = self._file(folder, login)
        if kept:
            make_folder(folder)
            write_new(file, msgspec.json.encode(kept), PRIVATE)
        elif file.exists():
            file.unlink()
            sync_folder(folder)


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
        path.replace(path.with_suffix(".unreadable"))
        return {}
