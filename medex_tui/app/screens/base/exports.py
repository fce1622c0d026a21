"""Export files: a folder beside the practice file, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path


def export_folder(store_path: Path) -> Path:
    """The folder of exports, beside the practice file."""
    return store_path.with_suffix(".exports")


def write_private(path: Path, data: bytes) -> None:
    """Write a file only its owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
