"""What every full screen shares: a line on top, a body, a line for what just happened, the keys that work here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from medex_tui.app.commands import (
    COMMANDS,
    NAMED_KEYS,
    Command,
    bindings,
    footer,
    shown_key,
    types_text,
    worn,
)
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.styled_lines import Line, Role, plain, spread, wrap

if TYPE_CHECKING:
    from medex_tui.app.app import MedexApp


def commands_of(screen: Screen[Any]) -> list[Command]:
    """The commands a screen binds, in footer order, the app's own last."""
    own = [binding.id for binding in type(screen).BINDINGS if isinstance(binding, Binding)]
    shared = [binding.id for binding in type(screen.app).BINDINGS if isinstance(binding, Binding)]
    keymap = getattr(screen.app, "keymap", {})
    return [worn(COMMANDS[id], keymap) for id in [*own, *shared] if id in COMMANDS]


class ContextMixin:
    """What every page and window asks the app for."""

    @property
    def medex(self) -> MedexApp:
        """The app, by its own type."""
        return self.app  # type: ignore[attr-defined,no-any-return]

    def key_of(self, id: str) -> str:
        """The key of a command as this person's keyboard has it, for a sentence that names it."""
        return self.medex.key_of(id)


class BaseScreen(ContextMixin, Screen[None]):
    """A full screen. A subclass gives `body`, the right part of the top line, and `paint`."""

    heading: ClassVar[str] = ""
    seen = False
    painted_for: Size | None = None

    def body(self) -> Iterable[Widget]:
        """The widgets between the top line and the bottom two."""
        return ()

    def top(self, width: int) -> Line:
        """The top line."""
        return spread(
            [(" medex  ", "title"), (self.heading, "strong")],
            [(self.medex.clock_words() + " ", "")],
            width,
        )

    def paint(self) -> None:
        """Show the practice as it is now."""

    def compose(self) -> ComposeResult:
        yield StyledLines(id="top", classes="one")
        yield from self.body()
        yield StyledLines(id="said", classes="one")
        yield StyledLines(id="keys", classes="one")

    def repaint(self) -> None:
        """Draw everything anew from the practice: after a save, a change made elsewhere, a new size."""
        width = self.app.size.width
        self.query_one("#top", StyledLines).show([self.top(width)])
        self.query_one("#keys", StyledLines).show([footer(commands_of(self), width)])
        self.paint()

    @property
    def concerns(self) -> str | None:
        """The id of the client whose record is open here, for the audit trail."""
        return getattr(self, "client_id", None)

    def on_mount(self) -> None:
        self.repaint()
        self.painted_for = self.app.size
        if self.concerns:
            self.medex.trail.looked_at(self.concerns)

    def on_screen_resume(self) -> None:
        """Draw anew what may have changed behind another screen; not right after the first drawing."""
        if self.seen:
            self.repaint()
        self.seen = True

    def on_resize(self) -> None:
        if self.is_mounted and self.painted_for != self.app.size:
            self.painted_for = self.app.size
            self.call_after_refresh(self.repaint)

    def say(self, text: str, role: Role = "") -> None:
        """What just happened, or why a key does nothing here: one line, two where one does not hold it."""
        pieces = wrap(text, self.app.size.width - 2)[:2]
        self.query_one("#said", StyledLines).show_whole(
            [plain(f" {piece}", role) for piece in pieces]
        )

    def dead(self, key: str) -> None:
        """Say why a key does nothing here, and where it does something."""
        if key == "escape":
            self.action_go_back()
        elif key not in NAMED_KEYS and (types_text(key) or key.startswith(("ctrl+", "f"))):
            keymap, help_ = self.medex.keymap, self.key_of("help.open")
            elsewhere = next(
                (c for c in COMMANDS.values() if key in worn(c, keymap).keys.split(",")), None
            )
            told = f": elsewhere it is `{elsewhere.label}`" if elsewhere else ""
            self.say(
                f"{shown_key(key)} does nothing here{told}. {help_} shows the keys that work.",
                "dim",
            )

    def about(self) -> list[str]:
        """What help says first: why the row under the cursor is here, or what this screen is for."""
        return []

    def action_go_back(self) -> None:
        self.dismiss(None)


DIALOG_WIDTH = 80
"""The widest a window over a page is drawn: a full screen of the smallest usual terminal."""


class Dialog(ContextMixin, ModalScreen[Any]):
    """A window over the page: pickers, forms, questions. Going back closes it without a result."""

    BINDINGS: ClassVar = bindings("go.back", over_entry=True)
    at_work = False
    """Whether somebody is at work here without pressing keys."""

    def action_go_back(self) -> None:
        self.dismiss(None)

    def inner_width(self) -> int:
        """Cells inside the window's frame."""
        return min(DIALOG_WIDTH, self.app.size.width) - 4

    def hint(self, *parts: str) -> Line:
        """A quiet line that says which keys work in a window: commands by their id, what an entry does in words."""
        shown = [
            f"{self.key_of(part)} {COMMANDS[part].label}" if part in COMMANDS else part
            for part in parts
        ]
        return plain("   ".join(shown)[: self.inner_width()], "dim")
