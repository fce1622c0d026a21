"""Write what leaves the practice: whole, and readable by its owner alone."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from medex_tui.store.files import write_new


def export_folder(store_path: Path) -> Path:
    """The folder beside the practice file that the app exports to."""
    return store_path.with_suffix(".exports")


def write_export(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 in place of the file that was there, whatever its mode was.

    OSError where it cannot be written; a link, device, pipe or folder is never replaced.
    """
    if (path.is_symlink() or path.exists()) and not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(errno.EINVAL, "It is no plain file")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, data, 0o600)
