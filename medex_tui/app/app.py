"""The Textual app: starts and ends the full screen, follows other logins' saves."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen

from medex_tui.app import keymap
from medex_tui.app.commands import APP_COMMANDS, APP_COMMANDS_OVER_ENTRY, bindings
from medex_tui.app.context import AppContext
from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.dialogs.help import help_lines
from medex_tui.app.dialogs.palette import command_palette
from medex_tui.app.dialogs.reader import TextDialog
from medex_tui.app.dialogs.theme_picker import ThemePicker
from medex_tui.app.navigation import Route, TodayRoute
from medex_tui.app.screen_table import screen_for
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.screens.lock import LockScreen
from medex_tui.app.state import preferences, themes
from medex_tui.app.state.idle_lock import IdleLock
from medex_tui.app.styled_lines import Role
from medex_tui.app.terminal.app import TerminalApp
from medex_tui.app.terminal.first_screen import FirstScreen
from medex_tui.app.terminal.typed_ahead import TypedAhead
from medex_tui.domain.catalogue import provided
from medex_tui.store import Conflict

if TYPE_CHECKING:
    from medex_tui.domain.measures import Additions

FOLLOW_INTERVAL_S = 0.5
LOCKED_MODE = "locked"
"""Textual mode of the lock screen: a stack of its own that hides the other screens."""


class MedexApp(TerminalApp):
    """One person's view of one practice."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "app.tcss"
    MODES: ClassVar = {App.DEFAULT_MODE: Screen, LOCKED_MODE: LockScreen}
    BINDINGS: ClassVar = [
        *bindings(*APP_COMMANDS),
        *bindings(*APP_COMMANDS_OVER_ENTRY, over_entry=True),
        Binding("ctrl+q", "app_leave", show=False, priority=True),
        Binding("ctrl+c", "app_leave", show=False),
    ]

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.store)
        self.context = context
        context.host = self
        self.idle_lock = IdleLock(self.context.now)
        self.leaving = False
        self.typed_ahead = TypedAhead(self, super().on_event)
        self.first_screen = FirstScreen(1)
        self.after_first_draw: Callable[[], None] = lambda: None
        self.references_switched: tuple[list[str], list[str]] = ([], [])
        self.provide_measures()
        self.theme_names = self._register_themes()

    def _register_themes(self) -> list[str]:
        """Register the themes and use the chosen one. Returns their names, sorted."""
        context = self.context
        found, faults = themes.load([preferences.shipped_folder(), context.config / "themes"])
        context.startup_faults += faults
        for theme in found.values():
            self.register_theme(theme)
        chosen = preferences.kept(context.config, preferences.THEME)
        default = themes.WITHOUT_COLORS if self.no_color else preferences.DEFAULT_THEME
        if (chosen or default) in found:
            self.theme = chosen or default
        return sorted(found)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What medex's styles use beyond Textual's own variables."""
        return {"medex-cursor": "#005f87", "medex-cursor-text": "#ffffff"}

    def provide_measures(self) -> None:
        """Give the catalogue the practice's own measures and the references it switched off."""
        context = self.context
        settings = context.practice.settings
        self.references_switched = (list(settings.references_off), list(settings.references_on))

        def additions() -> Additions:
            from medex_tui.store.own_measures import own_measures

            own = own_measures(context.path, context.config, *self.references_switched)
            context.measure_faults = own.faults
            return own.additions

        provided.by(additions)

    # -- what the context asks for

    def open_route(self, route: Route, *, replace: bool) -> None:
        """Show the screen of a route: called directly, so that it gets keys typed ahead."""
        screen = screen_for(route, self.context)
        if replace:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def open_dialog(self, dialog: Any, then: Callable[[Any], object] | None) -> None:
        """Show a dialog; `then` gets its result."""
        self.push_screen(dialog, then)

    def show_conflict(self, conflict: Conflict) -> None:
        """Show both versions of a record that somebody else changed."""
        from medex_tui.app.dialogs.conflict import ConflictDialog

        self.push_screen(ConflictDialog(conflict))

    def show_status(self, text: str, role: str) -> None:
        """Show a sentence on the screen on top, under any dialogs."""
        if self.top_screen:
            self.top_screen.show_status(text, cast(Role, role))

    def show_status_after_close(self, text: str, role: str) -> None:
        """Show a sentence once the closing screen is gone."""
        self.call_after_refresh(self.show_status, text, role)

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine as a worker of the app."""
        self.run_worker(work)

    def redraw(self) -> None:
        """Redraw the screen on top; the ones below do so when they come back."""
        settings = self.context.practice.settings
        if (settings.references_off, settings.references_on) != self.references_switched:
            self.provide_measures()
        if self.top_screen:
            self.top_screen.redraw()

    @property
    def top_screen(self) -> BaseScreen | None:
        """The screen on top, under any dialogs."""
        stack = reversed(self.screen_stack)
        return next((screen for screen in stack if isinstance(screen, BaseScreen)), None)

    # -- locking and hiding names

    @property
    def locked(self) -> bool:
        """Whether the lock screen hides the practice; no command works then."""
        return self.current_mode == LOCKED_MODE

    async def on_event(self, event: Event) -> None:
        """Note that somebody is at the keyboard; handle keys one at a time."""
        if isinstance(event, InputEvent | Paste):
            self.idle_lock.touch(self.context.now)
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self.typed_ahead.take(event)
        else:
            await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse every command while the screen is locked."""
        return not self.locked

    def push_screen(self, screen: Any, callback: Any = None, *args: Any, **more: Any) -> Any:
        """Push a screen; while locked it goes behind the lock screen."""
        if self.locked:
            more.setdefault("mode", self.DEFAULT_MODE)
        return super().push_screen(screen, callback, *args, **more)

    def action_screen_lock(self) -> None:
        """Hide everything; what is being typed goes to disk first."""
        self.context.drafts.flush()
        self.switch_mode(LOCKED_MODE)
        self.context.access_log.note("lock", "the screen")

    def lock_if_idle(self) -> None:
        """Lock after the practice's idle time without a key; a running stopwatch counts as work."""
        now = self.context.now
        if any(isinstance(screen, Dialog) and screen.at_work for screen in self.screen_stack):
            self.idle_lock.touch(now)
        idle_min = self.context.practice.settings.idle_lock_min
        if self.idle_lock.due(now, idle_min) and not self.locked:
            self.action_screen_lock()

    @on(LockScreen.Unlocked)
    def unlock(self, event: LockScreen.Unlocked) -> None:
        """Show the screens as they were before the lock."""
        wrong = event.wrong
        self.switch_mode(self.DEFAULT_MODE)
        self.redraw()
        tried = f"{wrong} wrong PIN{'s were' if wrong > 1 else ' was'} tried"
        self.context.access_log.note("unlock", f"the screen{f'; {tried}' if wrong else ''}")
        if wrong:
            self.show_status(f"While locked, {tried}.", "warn")

    def action_names_hide(self) -> None:
        """Hide clients' names on every screen, or show them again."""
        redactor = self.name_redactor
        if redactor.enabled:
            redactor.disable()
        else:
            redactor.enable()
        self.context.remember(preferences.NAMES, preferences.HIDDEN if redactor.enabled else "")
        self.action_screen_redraw()
        shows = f"Names are hidden; {self.context.key_of('names.hide')} shows them."
        self.show_status(shows if redactor.enabled else "Names are shown.", "warn")

    # -- start and end

    def on_load(self) -> None:
        # Before the terminal is taken over: at no moment may a signal leave it in disorder.
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(number, self.shutdown)
        if self.first_screen.taken():
            self.call_later(self.shutdown)

    def on_mount(self) -> None:
        self.apply_keymap()
        self.set_class(self.console.color_system == "standard", "sixteen")
        if preferences.names_hidden(self.context.config):
            self.name_redactor.enable()
        self.open_route(TodayRoute(), replace=False)
        self.call_after_refresh(self.after_first_draw)
        self.minute = self.context.now.replace(second=0)
        self.set_interval(FOLLOW_INTERVAL_S, self.follow)

    def apply_keymap(self) -> None:
        """Apply the person's own keys, without those that clash or cannot arrive."""
        context = self.context
        chosen, faults = keymap.read(context.config / "keys.toml")
        context.startup_faults += faults
        if chosen:
            from medex_tui.app.screens.registry import command_ids  # loads every screen

            context.keymap, clashes = keymap.without_clashes(chosen, command_ids())
            context.startup_faults += clashes
            self.set_keymap(context.keymap)

    def on_key(self, event: Key) -> None:
        screen = self.top_screen
        if screen and self.screen is screen and event.key not in screen.active_bindings:
            screen.explain_unbound_key(event.key)

    def shutdown(self) -> None:
        """Write what is being typed and exit: the line dropped or a signal asked for it."""
        self.leaving = True
        self.context.drafts.flush()
        self.exit(0)

    @property
    def ending(self) -> bool:
        """Whether the app was asked to end: an error on the way out is not reported."""
        return self.leaving or self.first_screen.asked_to_end

    def draws(self, screen: Screen[Any]) -> bool:
        """Draw screens of medex only, so that the first screen stays until Today replaces it."""
        return isinstance(screen, BaseScreen | Dialog | LockScreen)

    def before_fatal_error(self) -> None:
        """Write what is being typed: called before an error ends the app."""
        self.context.drafts.flush()

    def follow(self) -> None:
        """Show what other logins saved, and the new minute."""
        context = self.context
        if context.saving.locked():
            return
        self.lock_if_idle()
        changed = context.store.refresh()
        if context.drafts.refused:
            self.show_status(context.drafts.refused, "bad")
        minute = context.now.replace(second=0)
        if changed or minute != self.minute:
            self.minute = minute
            self.redraw()

    # -- commands of every screen

    def action_app_leave(self) -> None:
        self.context.drafts.flush()
        self.exit(0)

    def action_screen_redraw(self) -> None:
        self.screen_buffer.forget()
        self.screen.refresh(layout=True)

    def action_help_open(self) -> None:
        screen = self.top_screen
        if screen and not self.screen.is_modal:
            lines = help_lines(screen.help_source(), self.size.width)
            self.push_screen(TextDialog("Help", lines))

    def action_palette_open(self) -> None:
        screen = self.top_screen
        if screen and not self.screen.is_modal:

            def run(command_id: str | None) -> None:
                command = next((c for c in screen.commands() if c.id == command_id), None)
                if command:
                    self.call_later(self.run_action, command.action, screen)

            self.push_screen(command_palette(screen.commands()), run)

    def action_theme_choose(self) -> None:
        if any(isinstance(screen, ThemePicker) for screen in self.screen_stack):
            return
        before = self.theme

        def apply(name: str) -> None:
            self.theme = name

        def choose(name: str | None) -> None:
            apply(name or before)
            if name:
                self.context.remember(preferences.THEME, name)

        self.push_screen(ThemePicker(self.theme_names, before, apply), choose)
