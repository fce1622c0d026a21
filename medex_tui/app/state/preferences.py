"""A person's lasting choices, such as the theme: a word per file in their own folder."""

from __future__ import annotations

from pathlib import Path

NAMES, HIDDEN = "names", "hidden"
"""The choice to hide clients' names, and what it says where they are."""

THEME, DEFAULT_THEME = "theme", "clinic-dark"
"""The choice of a theme, and the theme used without one."""


def names_hidden(folder: Path) -> bool:
    """Whether this person had names hidden when last here."""
    return kept(folder, NAMES) == HIDDEN


def kept(folder: Path, name: str) -> str:
    """The word kept; empty where nothing was chosen or it cannot be read."""
    try:
        return (folder / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def keep(folder: Path, name: str, word: str) -> str | None:
    """Keep a choice. A sentence where it cannot be kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(word + "\n", encoding="utf-8")
    except OSError as problem:
        return f"That holds for today only: {folder} cannot be written ({problem.strerror})."
    return None


def shipped_folder() -> Path:
    """The folder of shipped themes: in the wheel, or beside the package in a checkout."""
    package = Path(__file__).parents[2]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"
