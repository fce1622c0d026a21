"""What every full screen shares: header line, body, status line and key hints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from medex_tui.app.commands import footer
from medex_tui.app.dialogs.help import HelpSource
from medex_tui.app.keys import NAMED_KEYS, shown_key, types_text
from medex_tui.app.screen_mixin import ContextMixin
from medex_tui.app.styled_lines import Line, Role, plain, spread, wrap
from medex_tui.app.views.phrases import clock_words
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.reports import wording


class BaseScreen(ContextMixin, Screen[None]):
    """A full screen. Subclasses give `body()`, `update_content()` and mostly `header_line()`."""

    heading: ClassVar[str] = ""
    seen = False
    drawn_size: Size | None = None

    def help_source(self) -> HelpSource:
        """What help shows about this screen."""
        return HelpSource(self.help_lines(), self.commands())

    def body(self) -> Iterable[Widget]:
        """The widgets between the header line and the bottom two."""
        return ()

    def header_line(self, width: int) -> Line:
        """The header line in `width` columns."""
        return spread(
            [(" medex  ", "title"), (self.heading, "strong")],
            [(self.clock_words() + " ", "")],
            width,
        )

    def clock_words(self) -> str:
        """Date, time and signature, for the header line."""
        context = self.context
        who = wording.person(context.login, context.practice)
        return clock_words(context.practice, context.now, who, self.app.size.width)

    def update_content(self) -> None:
        """Show the present practice in the body."""

    def compose(self) -> ComposeResult:
        yield StyledLines(id="top", classes="one")
        yield from self.body()
        yield StyledLines(id="said", classes="one")
        yield StyledLines(id="keys", classes="one")

    def redraw(self) -> None:
        """Show the present practice: after a save, a change by another login, a new size."""
        if not self.children:
            return  # opened, not composed yet: `on_mount` draws it
        width = self.app.size.width
        self.query_one("#top", StyledLines).show([self.header_line(width)])
        self.query_one("#keys", StyledLines).show([footer(self.commands(), width)])
        self.update_content()

    @property
    def viewed_client_id(self) -> str | None:
        """The id of the client whose record is open here, for the audit trail."""
        return getattr(self, "client_id", None)

    def on_mount(self) -> None:
        self.redraw()
        self.drawn_size = self.app.size
        if self.viewed_client_id:
            self.context.record_view(self.viewed_client_id)

    def on_screen_resume(self) -> None:
        """Redraw when another screen closes; not the first time, as `on_mount` did."""
        if self.seen:
            self.redraw()
        self.seen = True

    def on_resize(self) -> None:
        if self.is_mounted and self.drawn_size != self.app.size:
            self.drawn_size = self.app.size
            self.call_after_refresh(self.redraw)

    def show_status(self, text: str, role: Role = "") -> None:
        """Show a sentence on the status line, which takes two lines where it must."""
        if not self.children:
            self.call_later(self.show_status, text, role)
            return
        pieces = wrap(text, self.app.size.width - 2)[:2]
        self.query_one("#said", StyledLines).show_whole(
            [plain(f" {piece}", role) for piece in pieces]
        )

    def explain_unbound_key(self, key: str) -> None:
        """Say why a key does nothing here, and where it does something."""
        if key == "escape":
            self.action_go_back()
        elif key not in NAMED_KEYS and (types_text(key) or key.startswith(("ctrl+", "f"))):
            help_key = self.key_of("help.open")
            self.show_status(
                f"{shown_key(key)} is not used on this screen. {help_key} lists the keys.", "dim"
            )

    def help_lines(self) -> list[str]:
        """What help says first: why the selected row is listed, or what the screen is for."""
        return []

    def action_go_back(self) -> None:
        self.dismiss(None)
