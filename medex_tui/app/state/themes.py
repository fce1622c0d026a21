"""Colours as TOML files: those that come with medex, and a person's own from the config folder.

A file that does not fit is reported by file, key and reason; the others stand, and the default is used in its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from textual.color import Color, ColorParseError
from textual.theme import Theme

COLOURLESS = "mono"
"""Worn where colours are not wanted and nobody chose another: weight tells what colour would."""
COLORS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel",
    "success", "warning", "error", "cursor", "cursor_text",
)  # fmt: skip


class ThemeFault(Struct, frozen=True):
    """Why a theme file is left out."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"Theme {self.file}: {self.key}: {self.reason}."


def load(folders: Sequence[Path]) -> tuple[dict[str, Theme], list[ThemeFault]]:
    """Themes by name from `*.toml` in the folders, later folders over earlier ones; and what was wrong."""
    themes: dict[str, Theme] = {}
    faults: list[ThemeFault] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            made = _read(path)
            if isinstance(made, Theme):
                themes[made.name] = made
            else:
                faults.extend(made)
    return themes, faults


def _read(path: Path) -> Theme | list[ThemeFault]:
    def fault(key: str, reason: str) -> ThemeFault:
        return ThemeFault(str(path), key, reason)

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        return [fault("file", f"cannot be read ({problem})")]
    faults = [
        fault(key, "is not a key of a theme file")
        for key in content
        if key not in ("name", "dark", "colors")
    ]
    name = content.get("name")
    if not isinstance(name, str) or not name:
        faults.append(fault("name", "a name in quotes is needed"))
    if not isinstance(content.get("dark", True), bool):
        faults.append(fault("dark", "must be true or false"))
    colors = content.get("colors")
    if not isinstance(colors, dict):
        return [*faults, fault("colors", "the table [colors] is missing")]
    faults += [
        fault(f"colors.{key}", "is not a colour medex uses") for key in colors if key not in COLORS
    ]
    for key in COLORS:
        if key not in colors:
            faults.append(fault(f"colors.{key}", "is missing"))
            continue
        try:
            Color.parse(colors[key])
        except (ColorParseError, TypeError, AttributeError):
            faults.append(
                fault(f"colors.{key}", f"{colors[key]!r} is not a colour; write a name or #rrggbb")
            )
    if faults:
        return faults
    chosen = {key: str(colors[key]) for key in COLORS}
    cursor, cursor_text = chosen.pop("cursor"), chosen.pop("cursor_text")
    return Theme(
        name=str(name),
        dark=content.get("dark", True),
        variables={"medex-cursor": cursor, "medex-cursor-text": cursor_text},
        **chosen,  # type: ignore[arg-type]
    )
