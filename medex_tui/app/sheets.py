"""Windows over a page: choose from a list, answer one question, read a text, settle a conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, Row, fit, plain, wrap
from medex_tui.app.page import Sheet
from medex_tui.app.widgets import Entry, Lines, Rows
from medex_tui.domain.plain import columns


class Choice(Struct, frozen=True):
    """Something to choose: its key, what it is called, and what is said beside it."""

    key: str
    name: str
    beside: str = ""


class Picker(Sheet):
    """Type to narrow, arrows to move, Enter to choose. The result is the chosen key; `enter` says what Enter does."""

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
            yield Lines([plain(self.title_text, "title")], classes="one")
            yield Entry(self.query_text, placeholder="type to find", id="query")
            yield Rows(id="found")
            yield Lines([self.hint(f"Enter {self.enter}", "arrows move", "go.back")], classes="one")

    def on_mount(self) -> None:
        self.query_one("#found", Rows).can_focus = False
        entry = self.query_one("#query", Entry)
        entry.focus()
        entry.cursor_position = len(entry.value)
        self.narrow(self.query_text)

    def narrow(self, query: str) -> None:
        """Show what matches."""
        width = self.inner_width()
        found = list(self.find(query))
        beside = max((columns(c.beside) for c in found), default=0)
        names = min(max((columns(c.name) for c in found), default=0), max(width // 2, width - beside - 5))
        rows = [
            Row([(" ", ""), (fit(c.name, names), "strong"), ("  ", ""), (fit(c.beside, width - names - 4), "")], c.key)
            for c in found
        ]
        self.query_one("#found", Rows).show_rows(rows or [Row(plain(f" {self.empty}", "dim"))], default=self.start)

    @on(Input.Changed, "#query")
    def typed(self, event: Input.Changed) -> None:
        self.narrow(event.value)

    @on(Input.Submitted, "#query")
    def chosen(self) -> None:
        key = self.query_one("#found", Rows).key
        if key is not None:
            self.dismiss(key)

    @on(Rows.Moved)
    def tell(self, event: Rows.Moved) -> None:
        if self.moved:
            self.moved(event.key)

    def key_up(self) -> None:
        self.query_one("#found", Rows).move(-1)

    def key_down(self) -> None:
        self.query_one("#found", Rows).move(1)

    def key_pageup(self) -> None:
        self.query_one("#found", Rows).key_pageup()

    def key_pagedown(self) -> None:
        self.query_one("#found", Rows).key_pagedown()


class Ask(Sheet):
    """One question, answered in a line. `refuse` says in a sentence what is wrong with an answer, or None."""

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        about: Sequence[str] = (),
        refuse: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.title_text, self.label, self.value = title, label, value
        self.about_lines, self.refuse = list(about), refuse

    def compose(self) -> ComposeResult:
        width = self.inner_width()
        told: list[Line] = [plain(piece) for text in self.about_lines for piece in wrap(text, width)]
        with Vertical(classes="sheet"):
            yield Lines([plain(self.title_text, "title")], classes="one")
            if told:
                about = Lines(told)
                about.styles.height = min(len(told), 12)
                yield about
            label = Lines()
            label.show_whole([plain(piece, "field") for piece in wrap(self.label, width)])
            yield label
            yield Entry(self.value, id="answer")
            yield Lines(id="refused", classes="one")
            yield Lines([self.hint("Enter confirm", "go.back")], classes="one")

    def on_mount(self) -> None:
        entry = self.query_one("#answer", Entry)
        entry.focus()
        entry.cursor_position = len(entry.value)

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        refused = self.refuse(event.value.strip())
        if refused:
            self.query_one("#refused", Lines).show([plain(refused, "bad")])
        else:
            self.dismiss(event.value.strip())


def ask_why(title: str, label: str, about: Sequence[str], without: str) -> Ask:
    """Asks why; an empty answer is met with `without`."""
    return Ask(title, label, about=about, refuse=lambda text: None if text else without)


class Reader(Sheet):
    """A text to read, scrolled with the arrows."""

    BINDINGS: ClassVar = bindings("go.back")
    DEFAULT_CSS = """
    Reader .sheet { height: 90%; }
    """

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.title_text, self.lines = title, lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Lines([plain(self.title_text, "title")], classes="one")
            body = Lines(self.lines, id="text")
            body.can_focus = True
            yield body
            yield Lines([self.hint("arrows scroll", "go.back")], classes="one")

    def on_mount(self) -> None:
        self.query_one("#text", Lines).focus()
