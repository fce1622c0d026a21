"""The theme picker: a theme is previewed while it is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.styled_lines import Choice


def theme_picker(names: Sequence[str], current: str, apply: Callable[[str], None]) -> Picker:
    """A picker of theme names; the result is None when closed. `apply` previews a theme."""

    def find(query: str) -> list[Choice]:
        return [
            Choice(name, name, "now" if name == current else "")
            for name in names
            if query.lower() in name
        ]

    def preview(name: str | None) -> None:
        if name is not None and name in names:
            apply(name)

    return Picker("Theme", find, moved=preview, start=current)
