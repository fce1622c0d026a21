"""The base of the app that overrides Textual's private methods of output and fatal errors.

Private names of Textual used here, for which there is no public way; held by
tests/border/test_private_textual.py:

- `App._display`: the only place between layout and terminal, where unchanged cells are left out
- `_compositor.CompositorUpdate`: what it is handed
- `App._fatal_error`, `_exception`: print local values of a traceback, which are health data
- `App._handle_exception`, `_close_messages_no_wait`: `exit()` alone prints errors on the way out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from medex_tui.app.terminal.driver import ResilientDriver
from medex_tui.app.terminal.frame_diff import BufferUpdate, ScreenBuffer
from medex_tui.app.terminal.redaction import NameRedactor
from medex_tui.store import Store


class TerminalApp(App[int]):
    """An app that sends only the cells that changed and ends without a traceback."""

    def __init__(self, store: Store) -> None:
        super().__init__(driver_class=ResilientDriver)
        self.screen_buffer = ScreenBuffer()
        self.name_redactor = NameRedactor(store, self.screen_buffer)

    @property
    def ending(self) -> bool:
        """Whether the app was asked to end: an error on the way out is not reported."""
        return False

    def before_fatal_error(self) -> None:
        """Called before an error ends the app; subclasses write what is being typed."""

    def draws(self, screen: Screen[Any]) -> bool:
        """Whether a screen is drawn. Textual's empty default would clear the first screen."""
        return True

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send an update through the screen buffer."""
        if not self.draws(screen):
            return
        self.name_redactor.update()
        if isinstance(renderable, CompositorUpdate):
            renderable = BufferUpdate(self.screen_buffer, renderable)
        super()._display(screen, renderable)

    def _handle_exception(self, error: Exception) -> None:
        """Ignore errors while ending; else as Textual does."""
        if self.ending:
            self._close_messages_no_wait()
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with a sentence that names the error's type and place, and no value."""
        self.before_fatal_error()
        error = self._exception
        trace = error.__traceback__ if error else None
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = ""
        if trace:
            place = f" in {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
        self.panic(
            Text(
                f"medex met a fault of its own ({type(error).__name__}{place}) and stopped. "
                "Everything saved is safe; what you were typing is saved and offered at the next "
                "start."
            )
        )
