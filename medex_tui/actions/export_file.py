"""Write what leaves the practice: whole, and readable by its owner alone."""

from __future__ import annotations

from pathlib import Path

from medex_tui.store.files import write_new


def export_folder(store_path: Path) -> Path:
    """The folder beside the practice file that the app exports to."""
    return store_path.with_suffix(".exports")


def write_export(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 in place of what was there, whatever its mode was. OSError where it cannot be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, data, 0o600)
