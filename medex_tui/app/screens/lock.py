"""The lock screen, by key or after idle time: shows nothing of the practice, asks for the PIN."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from medex_tui.app.screen_mixin import ContextMixin
from medex_tui.app.styled_lines import Role, plain, wrap
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.reports import wording
from medex_tui.store.pin import UnreadablePin, read_pin

FREE_TRIES = 3
LONGEST_WAIT_S = 60


def wait_after(wrong: int) -> int:
    """Seconds to wait after `wrong` wrong PINs: none at first, then doubling up to a minute."""
    return min(LONGEST_WAIT_S, 1 << (wrong - FREE_TRIES)) if wrong >= FREE_TRIES else 0


class LockScreen(ContextMixin, Screen[None]):
    """Asks for the PIN, in a Textual mode of its own: the other screens are kept and not drawn."""

    class Unlocked(Message):
        """The PIN was right, after `wrong` wrong ones."""

        def __init__(self, wrong: int) -> None:
            super().__init__()
            self.wrong = wrong

    BINDINGS: ClassVar = []
    DEFAULT_CSS = """
    LockScreen { align: center middle; }
    LockScreen StyledLines { height: 1; width: 60; max-width: 100%; }
    LockScreen #told { height: 2; }
    LockScreen Horizontal { height: 1; width: 60; max-width: 100%; }
    LockScreen Horizontal StyledLines { width: 5; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.wrong = 0
        self.not_before = 0.0

    def compose(self) -> ComposeResult:
        yield StyledLines([plain("medex is locked", "title")])
        yield StyledLines(id="who")
        with Horizontal():
            yield StyledLines([plain("PIN", "field")])
            yield LineInput(id="pin")
        yield StyledLines(id="told")

    def on_mount(self) -> None:
        self.query_one("#pin", LineInput).password = True

    def on_screen_resume(self) -> None:
        """Clear what an earlier try left."""
        entry = self.query_one("#pin", LineInput)
        entry.value = ""
        entry.focus()
        self.query_one("#who", StyledLines).show(
            [plain(wording.person(self.context.login, self.context.practice), "dim")]
        )
        try:
            none = read_pin(self.context.config) is None
        except UnreadablePin as fault:
            self.tell(str(fault), "bad")
        else:
            how = (
                "Enter unlocks: no PIN is set, `medex pin` sets one."
                if none
                else "Your PIN and Enter unlock."
            )
            self.tell(f"{how} What you typed is not lost.", "warn" if none else "dim")

    def tell(self, text: str, role: Role = "dim") -> None:
        """Show a sentence below the entry."""
        room = min(60, self.app.size.width)
        self.query_one("#told", StyledLines).show(
            [plain(piece, role) for piece in wrap(text, room)[:2]]
        )

    @on(Input.Submitted, "#pin")
    async def tried(self, event: Input.Submitted) -> None:
        """Unlock with the right PIN; make wrong ones wait."""
        event.stop()
        typed, self.query_one("#pin", LineInput).value = event.value, ""
        left = self.not_before - asyncio.get_running_loop().time()
        try:
            pin = read_pin(self.context.config)
        except UnreadablePin as fault:
            self.tell(str(fault), "bad")
            return
        if left > 0:
            self.tell(f"Too many wrong PINs: try again in {int(left) + 1} s.", "bad")
        elif pin is None or await asyncio.to_thread(pin.holds, typed):
            wrong, self.wrong = self.wrong, 0
            self.post_message(self.Unlocked(wrong))
        elif typed:
            self.wrong += 1
            wait = wait_after(self.wrong)
            self.not_before = asyncio.get_running_loop().time() + wait
            self.tell(f"That is not the PIN{f': try again in {wait} s' if wait else ''}.", "bad")
