"""Themes as TOML files: those that ship with medex, and a person's own from their config folder.

A file with a fault is left out; each fault names the file, the key and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from textual.color import Color, ColorParseError
from textual.theme import Theme

from medex_tui.app.state.config_file import (
    FILE,
    ConfigFault,
    convert,
    did_you_mean,
    read_table,
    shown_value,
)

WITHOUT_COLORS = "mono"
"""Used where colors are not wanted and no theme is chosen: bold and dim tell states apart."""
COLORS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel",
    "success", "warning", "error", "cursor", "cursor_text",
)  # fmt: skip


class ThemeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a theme file. Every color of `COLORS` is required."""

    name: str
    colors: dict[str, Any]
    dark: bool = True


def load(folders: Sequence[Path]) -> tuple[dict[str, Theme], list[ConfigFault]]:
    """Themes by name from `*.toml` in the folders, later folders over earlier ones; the faults."""
    themes: dict[str, Theme] = {}
    faults: list[ConfigFault] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            theme = _read(path)
            if isinstance(theme, Theme):
                themes[theme.name] = theme
            else:
                faults += [ConfigFault(str(path), *fault, kind="Theme") for fault in theme]
    return themes, faults


def _read(path: Path) -> Theme | list[tuple[str, str]]:
    """A theme; else every fault as key and reason."""
    content = read_table(path)
    if isinstance(content, str):
        return [(FILE, content)]
    theme = convert(content, ThemeFile)
    if isinstance(theme, tuple):
        return [theme]
    faults = [] if theme.name.strip() else [("name", "is empty")]
    faults += _color_faults(theme.colors)
    if faults:
        return faults
    colors = {key: str(theme.colors[key]) for key in COLORS}
    cursor, cursor_text = colors.pop("cursor"), colors.pop("cursor_text")
    return Theme(
        name=theme.name,
        dark=theme.dark,
        variables={"medex-cursor": cursor, "medex-cursor-text": cursor_text},
        **colors,  # type: ignore[arg-type]
    )


def _color_faults(colors: Mapping[str, Any]) -> list[tuple[str, str]]:
    faults = [
        (f"colors.{key}", f"is not a color medex uses{did_you_mean(key, COLORS)}")
        for key in colors
        if key not in COLORS
    ]
    for key in COLORS:
        if key not in colors:
            faults.append((f"colors.{key}", "is missing"))
        elif not _is_color(colors[key]):
            shown = shown_value(colors[key])
            faults.append((f"colors.{key}", f"{shown} is not a color; write a name or #rrggbb"))
    return faults


def _is_color(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(Color.parse(value))
    except ColorParseError:
        return False
