"""What screens and dialogs have in common: the context and their own commands."""

from __future__ import annotations

from typing import Any, cast

from textual.await_complete import AwaitComplete
from textual.binding import Binding

from medex_tui.app.commands import COMMANDS, Command, with_custom_keys
from medex_tui.app.context import AppContext


class ContextMixin:
    """Mixed into Textual screens of an app that has a `context`."""

    app: Any

    @property
    def context(self) -> AppContext:
        """The context of the running app."""
        context: AppContext = self.app.context
        return context

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close this screen; do nothing where it is closed already or another one is on top."""
        if not self.app.screen_stack or self.app.screen is not self:
            return AwaitComplete.nothing()  # type: ignore[no-untyped-call, no-any-return]
        return cast(AwaitComplete, super().dismiss(result))  # type: ignore[misc]

    def key_of(self, command_id: str) -> str:
        """The key of a command on this person's keyboard, for a sentence that names it."""
        return self.context.key_of(command_id)

    def commands(self) -> list[Command]:
        """This screen's commands with the person's own keys, in footer order, the app's last."""
        bound = [*getattr(type(self), "BINDINGS", ()), *type(self.app).BINDINGS]
        ids = [binding.id for binding in bound if isinstance(binding, Binding) and binding.id]
        keymap = self.context.keymap
        return [with_custom_keys(COMMANDS[id], keymap) for id in ids if id in COMMANDS]
