"""What a login is typing, kept beside the practice until it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from medex_tui.store.files import beside, make_folder, read_plain, write_new

PRIVATE = 0o600


class Drafts:
    """Drafts of every login, in `practice.drafts/LOGIN.json`; each login by its own names."""

    def __init__(self, path: Path) -> None:
        path = path.resolve()
        self.folder = beside(path, ".drafts")

    def _file(self, login: str) -> Path:
        return self.folder / f"{quote(login, safe=' ').replace('.', '%2E')}.json"

    def load(self, login: str) -> dict[str, Any]:
        """All drafts of a login by name; a file that cannot be read is set aside, not lost."""
        path = self._file(login)
        try:
            return msgspec.json.decode(read_plain(path), type=dict[str, Any])
        except FileNotFoundError:
            return {}
        except ValueError:
            path.replace(path.with_suffix(".unreadable"))
            return {}

    def save(self, login: str, name: str, data: Any) -> None:
        """Keep a draft, durably; the login's others stay. OSError where the disk refuses."""
        make_folder(self.folder)
        write_new(self._file(login), msgspec.json.encode({**self.load(login), name: data}), PRIVATE)

    def drop(self, login: str, name: str) -> None:
        """Forget a draft."""
        kept = self.load(login)
        if kept.pop(name, None) is not None:
            write_new(self._file(login), msgspec.json.encode(kept), PRIVATE)
