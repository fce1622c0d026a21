"""The app: holds the practice, keeps saves, follows what others write, and hands screens the clock and new ids."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding
from textual.events import Event, InputEvent, Paste
from textual.screen import Screen

from medex_tui.app.commands import bindings, key_of
from medex_tui.app.screens import lock
from medex_tui.app.screens.base.screen import BaseScreen, Dialog
from medex_tui.app.screens.lock import IdleLock, LockScreen
from medex_tui.app.state import preferences, themes
from medex_tui.app.state.access_log import AccessLog
from medex_tui.app.state.drafts import DraftKeeper
from medex_tui.app.terminal.driver import ResilientDriver
from medex_tui.app.terminal.first_screen import FirstScreen
from medex_tui.app.terminal.frame_diff import BufferUpdate, ScreenBuffer
from medex_tui.app.terminal.redaction import NameRedactor
from medex_tui.app.views.today import clock_words, signature_of
from medex_tui.domain.catalogue import provided
from medex_tui.domain.obligations import Obligation, obligations
from medex_tui.domain.records.ids import NewId
from medex_tui.domain.records.kinds import Practitioner, Record
from medex_tui.domain.records.practice import Practice
from medex_tui.store import Conflict, NotSaved, Saved, Store

if TYPE_CHECKING:
    from textual.events import Key

    from medex_tui.app.keymap import KeyFault
    from medex_tui.domain.measures import Additions
    from medex_tui.domain.measures.own import MeasureFault

Clock = Callable[[], datetime]
FOLLOW_INTERVAL_S = 0.5


def resume_garbage_collection() -> None:
    """Once the app is up: what was loaded stays, so only what comes after is looked through for garbage."""
    gc.freeze()
    gc.enable()


class MedexApp(App[int]):
    """One person's view of one practice."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "app.tcss"
    MODES: ClassVar = {App.DEFAULT_MODE: Screen, lock.MODE: LockScreen}
    BINDINGS: ClassVar = [
        *bindings("help.open", "screen.lock"),
        *bindings("palette.open", "theme.choose", "screen.redraw", "names.hide", over_entry=True),
        Binding("ctrl+q", "app_leave", show=False, priority=True),
        Binding("ctrl+c", "app_leave", show=False),
    ]

    def __init__(
        self,
        store: Store,
        path: Path,
        *,
        login: str,
        clock: Clock,
        new_id: NewId,
        drafts: DraftKeeper,
        config: Path,
        demo: bool,
    ) -> None:
        super().__init__(driver_class=ResilientDriver)
        self.store, self.path, self.login, self.clock, self.new_id = (
            store,
            path,
            login,
            clock,
            new_id,
        )
        self.drafts, self.config, self.demo = drafts, config, demo
        self.saving = asyncio.Lock()
        self.trail, self.lock = AccessLog(self), IdleLock(self)
        self.leaving = False
        self.first = FirstScreen(1)
        self.frame = ScreenBuffer()
        self.veil = NameRedactor(store, self.frame)
        self.keymap: dict[str, str] = {}
        self.key_faults: list[KeyFault] = []
        self.measure_faults: tuple[MeasureFault, ...] = ()
        self.switched: tuple[list[str], list[str]] = ([], [])
        self.provide_measures()
        self.derived: tuple[Practice, datetime, list[Obligation]] | None = None
        found, self.theme_faults = themes.load([preferences.shipped_folder(), config / "themes"])
        for theme in found.values():
            self.register_theme(theme)
        self.own_themes = sorted(found)
        wanted = preferences.kept(config, preferences.THEME) or (
            themes.COLOURLESS if self.no_color else preferences.DEFAULT_THEME
        )
        if wanted in found:
            self.theme = wanted

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What medex's styles use beyond Textual's own variables."""
        return {"medex-cursor": "#005f87", "medex-cursor-text": "#ffffff"}

    # -- what screens ask for

    @property
    def practice(self) -> Practice:
        """The practice as last read."""
        return self.store.practice

    @property
    def now(self) -> datetime:
        """The instant, in UTC, whole seconds."""
        return self.clock()

    def provide_measures(self) -> None:
        """Have the catalogue hold the practice's own measures, and leave out the references it switched off."""
        settings = self.practice.settings
        self.switched = (list(settings.references_off), list(settings.references_on))

        def additions() -> Additions:
            from medex_tui.store.own_measures import own_measures

            own = own_measures(self.path, self.config, *self.switched)
            self.measure_faults = own.faults
            return own.additions

        provided.by(additions)

    def local(self, at: datetime) -> datetime:
        """An instant on the practice's wall clock."""
        return at.astimezone(self.practice.zone)

    @property
    def owed(self) -> list[Obligation]:
        """Every obligation triggered by now, most urgent first; derived again when records or the minute change."""
        minute = self.now.replace(second=0)
        if (
            self.derived is None
            or self.derived[0] is not self.practice
            or self.derived[1] != minute
        ):
            self.derived = (self.practice, minute, obligations(self.practice, self.now))
        return self.derived[2]

    @property
    def practitioner(self) -> Practitioner | None:
        """Who is at the keyboard, where the practice knows the login."""
        return next(
            (p for p in self.practice.practitioners.values() if p.login == self.login), None
        )

    @property
    def signature(self) -> str:
        """Name and credential as a document shows them; the login where the practice does not know it."""
        return signature_of(self.practice, self.login)

    def clock_words(self) -> str:
        """Date, time and who, for the top line."""
        return clock_words(self.practice, self.now, self.signature, self.size.width)

    def key_of(self, id: str) -> str:
        """The key of a command as this person's keyboard has it, for a sentence that names it."""
        return key_of(id, self.keymap)

    def unsaved(self) -> dict[str, datetime]:
        """Client id -> when a session line was last typed that was not saved."""
        found = {}
        for name, data in self.drafts.kept.items():
            kind, _, client = name.partition(":")
            if kind == "session" and "at" in data:
                found[client] = datetime.fromisoformat(data["at"])
        return found

    # -- the terminal

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's own way to the terminal, past the frame that knows what stands there.

        Textual's empty first screen is passed over: what was written before it came stands until Today is there.
        """
        if not isinstance(screen, (BaseScreen, Dialog, LockScreen)):
            return
        self.veil.follow()
        if isinstance(renderable, CompositorUpdate):
            renderable = BufferUpdate(self.frame, renderable)
        super()._display(screen, renderable)

    # -- who may look

    async def on_event(self, event: Event) -> None:
        """Textual's own, and somebody is there."""
        if isinstance(event, InputEvent | Paste):
            self.lock.touch()
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No command of the app works while the screen is locked."""
        return not self.lock.closed

    def push_screen(self, screen: Any, callback: Any = None, *args: Any, **more: Any) -> Any:
        """Textual's own; what comes up while the screen is locked waits behind the lock."""
        if self.lock.closed:
            more.setdefault("mode", self.DEFAULT_MODE)
        return super().push_screen(screen, callback, *args, **more)

    def action_screen_lock(self) -> None:
        self.lock.close()

    def action_names_hide(self) -> None:
        if self.veil.drawn:
            self.veil.lift()
        else:
            self.veil.draw()
        self.choose(preferences.NAMES, preferences.HIDDEN if self.veil.drawn else "")
        self.action_screen_redraw()
        if self.page:
            shows = f"Names are hidden; {self.key_of('names.hide')} shows them."
            self.page.say(shows if self.veil.drawn else "Names are shown.", "warn")

    # -- life

    def on_load(self) -> None:
        # Before the terminal is taken over, so that there is no moment at which a signal leaves it in disorder.
        for sign in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(sign, self.hang_up)
        if self.first.taken():
            self.call_later(self.hang_up)

    def on_mount(self) -> None:
        from medex_tui.app.screens.today import TodayScreen

        self.wear_keys()
        self.set_class(self.console.color_system == "standard", "sixteen")
        if preferences.names_hidden(self.config):
            self.veil.draw()
        self.push_screen(TodayScreen())
        self.call_after_refresh(resume_garbage_collection)
        self.minute = self.now.replace(second=0)
        self.set_interval(FOLLOW_INTERVAL_S, self.follow)

    def wear_keys(self) -> None:
        """Put the person's own keys in the place of the defaults, without those that clash or cannot arrive."""
        from medex_tui.app import keymap

        chosen, self.key_faults = keymap.read(self.config / "keys.toml")
        if chosen:
            from medex_tui.app.screens.registry import command_ids

            self.keymap, clashes = keymap.settled(chosen, command_ids())
            self.key_faults += clashes
            self.set_keymap(self.keymap)

    def on_key(self, event: Key) -> None:
        page = self.page
        if page and self.screen is page and event.key not in self.screen.active_bindings:
            page.dead(event.key)

    def hang_up(self) -> None:
        """The line dropped or the system asks us to end: write what was typed, then leave."""
        self.leaving = True
        self.drafts.flush()
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """Textual's own; what falls over because we are leaving in the middle of it is no fault to be told."""
        if self.leaving or self.first.asked_to_end:
            self._close_messages_no_wait()
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """A fault of our own ends the app with a sentence: no traceback, for its values are health data."""
        self.drafts.flush()
        fault = self._exception
        trace = fault.__traceback__ if fault else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = (
            f" in {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
            if trace
            else ""
        )
        self.panic(
            Text(
                f"medex met a fault of its own ({type(fault).__name__}{place}) and stopped. "
                "Everything saved is safe; what you were typing is kept and offered at the next start."
            )
        )

    def follow(self) -> None:
        """Take in what other logins saved, and the turn of the minute."""
        if self.saving.locked():
            return
        self.lock.close_if_idle()
        changed = self.store.refresh()
        if self.drafts.refused and self.page:
            self.page.say(self.drafts.refused, "bad")
        minute = self.now.replace(second=0)
        if changed or minute != self.minute:
            self.minute = minute
            self.repaint()

    def repaint(self) -> None:
        """Draw the page on top anew; the ones below do so when they come back."""
        settings = self.practice.settings
        if (settings.references_off, settings.references_on) != self.switched:
            self.provide_measures()
        for screen in reversed(self.screen_stack):
            if isinstance(screen, BaseScreen):
                screen.repaint()
                break

    @property
    def page(self) -> BaseScreen | None:
        """The page on top, under any windows."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, BaseScreen)), None)

    def ask(self, sheet: Dialog, then: Callable[[Any], object]) -> None:
        """Show a window; go on with its result unless it was closed without one."""

        def settle(result: object) -> None:
            if result is not None:
                then(result)

        self.push_screen(sheet, settle)

    # -- saving

    async def keep(self, records: Sequence[Record], *, why: str | None = None) -> Saved | None:
        """Save records in one commit. None when nothing was saved; the page then says why, and the text stays."""
        async with self.saving:
            outcome = await asyncio.to_thread(self.store.save, list(records), at=self.now, why=why)
        page = self.page
        if isinstance(outcome, Saved):
            self.repaint()
            return outcome
        if isinstance(outcome, Conflict):
            from medex_tui.app.dialogs.conflict import ConflictDialog

            self.push_screen(ConflictDialog(outcome))
            if page:
                page.say(
                    "Not saved: somebody else changed this meanwhile. Your text is kept.", "bad"
                )
        elif isinstance(outcome, NotSaved) and page:
            page.say(f"NOT SAVED. {outcome.reason}", "bad")
        return None

    # -- commands of every screen

    def action_app_leave(self) -> None:
        self.drafts.flush()
        self.exit(0)

    def action_screen_redraw(self) -> None:
        self.frame.forget()
        self.screen.refresh(layout=True)

    def action_help_open(self) -> None:
        from medex_tui.app.dialogs.help import help_lines
        from medex_tui.app.dialogs.picker import TextDialog

        page = self.page
        if page and not self.screen.is_modal:
            self.push_screen(TextDialog("Help", help_lines(page, self.size.width)))

    def action_palette_open(self) -> None:
        from medex_tui.app.dialogs.palette import open_palette

        page = self.page
        if page and not self.screen.is_modal:
            open_palette(page)

    def action_theme_choose(self) -> None:
        themes.choose_theme(self)

    # -- the person's own choices

    def choose(self, name: str, word: str) -> None:
        """Keep a choice for good; the page says where that cannot be."""
        refused = preferences.keep(self.config, name, word)
        if refused and self.page:
            self.page.say(refused, "warn")
