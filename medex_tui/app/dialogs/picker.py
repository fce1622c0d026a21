"""A picker: a list that typing narrows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Choice, ListRow, fit, plain
from medex_tui.app.widgets.lists import RowList, StyledLines
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.domain.language.plain import terminal_width


class Picker(Dialog):
    """Type to narrow, arrows to move, Enter to choose; the result is the key of the choice.

    `find` returns the choices that fit a query. `enter` names what Enter does, `empty` is shown
    where nothing fits, `start` is the key selected first, `moved` is called with the selected key.
    """

    DEFAULT_CSS = """
    Picker .sheet { height: 80%; }
    """

    def __init__(
        self,
        title: str,
        find: Callable[[str], Iterable[Choice]],
        *,
        query: str = "",
        empty: str = "Nothing matches.",
        enter: str = "choose",
        moved: Callable[[str | None], None] | None = None,
        start: str | None = None,
    ) -> None:
        super().__init__()
        self.title_text, self.find, self.query_text = title, find, query
        self.empty, self.enter, self.moved, self.start = empty, enter, moved, start

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield StyledLines([plain(self.title_text, "title")], classes="one")
            yield LineInput(self.query_text, placeholder="type to find", id="query")
            yield RowList(id="found")
            yield StyledLines(
                [self.hint(f"Enter {self.enter}", "arrows move", "go.back")], classes="one"
            )

    def on_mount(self) -> None:
        self.query_one("#found", RowList).can_focus = False
        entry = self.query_one("#query", LineInput)
        entry.focus()
        entry.cursor_position = len(entry.value)
        self.narrow(self.query_text)

    def narrow(self, query: str) -> None:
        """Show the choices that fit the query."""
        width = self.inner_width()
        found = list(self.find(query))
        beside = max((terminal_width(c.beside) for c in found), default=0)
        names = min(
            max((terminal_width(c.name) for c in found), default=0),
            max(width // 2, width - beside - 5),
        )
        rows = [
            ListRow(
                [
                    (" ", ""),
                    (fit(c.name, names), "strong"),
                    ("  ", ""),
                    (fit(c.beside, width - names - 4), ""),
                ],
                c.key,
            )
            for c in found
        ]
        self.query_one("#found", RowList).show_rows(
            rows or [ListRow(plain(f" {self.empty}", "dim"))], default=self.start
        )

    @on(Input.Changed, "#query")
    def update_query(self, event: Input.Changed) -> None:
        self.narrow(event.value)

    @on(Input.Submitted, "#query")
    def choose(self) -> None:
        key = self.query_one("#found", RowList).key
        if isinstance(key, str):
            self.dismiss(key)

    @on(RowList.Moved)
    def notify_moved(self, event: RowList.Moved) -> None:
        if self.moved:
            self.moved(event.key if isinstance(event.key, str) else None)

    def key_up(self) -> None:
        self.query_one("#found", RowList).move(-1)

    def key_down(self) -> None:
        self.query_one("#found", RowList).move(1)

    def key_pageup(self) -> None:
        self.query_one("#found", RowList).key_pageup()

    def key_pagedown(self) -> None:
        self.query_one("#found", RowList).key_pagedown()
