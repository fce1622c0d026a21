"""The theme picker: a theme is previewed while it is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.styled_lines import Choice


class ThemePicker(Picker):
    """A picker of theme names; the result is None when closed. `apply` previews a theme."""

    def __init__(self, names: Sequence[str], current: str, apply: Callable[[str], None]) -> None:
        self.names, self.current, self.apply = names, current, apply
        super().__init__("Theme", self.matching, moved=self.preview, start=current)

    def matching(self, query: str) -> list[Choice]:
        """The themes whose name contains the query."""
        return [
            Choice(name, name, "now" if name == self.current else "")
            for name in self.names
            if query.lower() in name
        ]

    def preview(self, name: str | None) -> None:
        """Apply the selected theme for now."""
        if name is not None and name in self.names:
            self.apply(name)
