"""The yardstick: a Textual app of a header, a table of fifty rows and a footer, with as little else as there can be."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class Mini(App[None]):
    """Nothing to do but to be there."""

    BINDINGS: ClassVar = [
        ("q", "quit", "Quit"),
        ("n", "new", "New"),
        ("e", "edit", "Edit"),
        ("slash", "find", "Find"),
    ]

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("Time", "Client", "Kind", "RPE", "Note")
        for n in range(50):
            table.add_row(
                f"{8 + n // 6:02}:{n % 6}0",
                f"Client {n:03}",
                "visit",
                str(3 + n % 7),
                "warm up, squat, carry",
            )


if __name__ == "__main__":
    Mini().run()
