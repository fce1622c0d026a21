"""The lock: by key or when nobody is there; nothing of the practice on it, and a PIN before anything is shown again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input

from medex_tui.app.screens.base.screen import Dialog
from medex_tui.app.widgets.lists import LineInput, StyledLines
from medex_tui.app.widgets.styled_lines import Role, plain, wrap
from medex_tui.store.pin import UnreadablePin, read_pin

if TYPE_CHECKING:
    from medex_tui.app.app import MedexApp

MODE = "locked"
"""The mode, with a stack of screens of its own, that hides the others."""
IDLE_MIN = 10
"""Minutes where the practice says nothing; 0 is never."""
FREE_TRIES = 3
LONGEST_WAIT_S = 60


class IdleLock:
    """Keeps an app's screens from view while it is closed, as they were when it closed."""

    def __init__(self, medex: MedexApp) -> None:
        self.medex = medex
        self.touched = medex.now

    @property
    def closed(self) -> bool:
        """Whether nothing of the practice is seen and no command works."""
        return self.medex.current_mode == MODE

    def touch(self) -> None:
        """Somebody is there."""
        self.touched = self.medex.now

    def close_if_idle(self) -> None:
        """Close when no key came for as long as the practice allows; a running watch is somebody at work."""
        said, now = self.medex.practice.settings.idle_lock_min, self.medex.now
        minutes = IDLE_MIN if said is None else said
        if now < self.touched or any(
            isinstance(s, Dialog) and s.at_work for s in self.medex.screen_stack
        ):
            self.touch()
        elif minutes and not self.closed and now - self.touched >= timedelta(minutes=minutes):
            self.close()

    def close(self) -> None:
        """Hide everything; what was typed is on disk first."""
        self.medex.drafts.flush()
        self.medex.switch_mode(MODE)
        self.medex.trail.note("lock", "the screen")

    def open(self, wrong: int) -> None:
        """Show what was there before; `wrong` PINs were tried meanwhile."""
        self.medex.switch_mode(self.medex.DEFAULT_MODE)
        self.medex.repaint()
        tried = f"{wrong} wrong PIN{'s were' if wrong > 1 else ' was'} tried"
        self.medex.trail.note("unlock", f"the screen{f'; {tried}' if wrong else ''}")
        if wrong and self.medex.page:
            self.medex.page.say(f"While locked, {tried}.", "warn")


def wait_after(wrong: int) -> int:
    """Seconds before the next try, after so many wrong ones: none at first, then doubling up to a minute."""
    return min(LONGEST_WAIT_S, 1 << (wrong - FREE_TRIES)) if wrong >= FREE_TRIES else 0


class LockScreen(Screen[None]):
    """Stands alone, on a stack of its own: what is behind it stays as it was and is not drawn."""

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

    @property
    def medex(self) -> MedexApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

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
        """Locked: nothing of an earlier try is left."""
        entry = self.query_one("#pin", LineInput)
        entry.value = ""
        entry.focus()
        self.query_one("#who", StyledLines).show([plain(self.medex.signature, "dim")])
        try:
            none = read_pin(self.medex.config) is None
        except UnreadablePin as fault:
            self.tell(str(fault), "bad")
        else:
            how = (
                "Enter unlocks: no PIN is set, `medex pin` sets one."
                if none
                else "Your PIN and Enter unlock."
            )
            self.tell(f"{how} What was typed is kept.", "warn" if none else "dim")

    def tell(self, text: str, role: Role = "dim") -> None:
        """A word under the entry."""
        room = min(60, self.app.size.width)
        self.query_one("#told", StyledLines).show(
            [plain(piece, role) for piece in wrap(text, room)[:2]]
        )

    @on(Input.Submitted, "#pin")
    async def tried(self, event: Input.Submitted) -> None:
        """Let in who knows the PIN; the wrong ones wait longer and longer."""
        event.stop()
        typed, self.query_one("#pin", LineInput).value = event.value, ""
        left = self.not_before - asyncio.get_running_loop().time()
        try:
            pin = read_pin(self.medex.config)
        except UnreadablePin as fault:
            self.tell(str(fault), "bad")
            return
        if left > 0:
            self.tell(f"Too many wrong PINs: try again in {int(left) + 1} s.", "bad")
        elif pin is None or await asyncio.to_thread(pin.holds, typed):
            wrong, self.wrong = self.wrong, 0
            self.medex.lock.open(wrong)
        elif typed:
            self.wrong += 1
            wait = wait_after(self.wrong)
            self.not_before = asyncio.get_running_loop().time() + wait
            self.tell(f"That is not the PIN{f': try again in {wait} s' if wait else ''}.", "bad")
