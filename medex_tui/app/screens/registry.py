"""Every screen and dialog class: for applying a keymap, and for the tests of keys."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from textual.binding import Binding
from textual.screen import Screen

import medex_tui.app
from medex_tui.app.commands import APP_COMMANDS, APP_COMMANDS_OVER_ENTRY
from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.screens.base.screen import BaseScreen


def screens() -> list[type[Screen[Any]]]:
    """The classes of every screen and dialog. Imports them all."""
    for module in walk_packages(medex_tui.app.__path__, "medex_tui.app."):
        import_module(module.name)
    return [*_subclasses(BaseScreen), *_subclasses(Dialog)]


def command_ids() -> list[list[str]]:
    """The command ids that each screen binds, with those the app binds on every screen."""
    shared = (*APP_COMMANDS, *APP_COMMANDS_OVER_ENTRY)
    return [[*_bound_ids(screen), *shared] for screen in screens()]


def _subclasses(base: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _bound_ids(screen: type[Screen[Any]]) -> list[str]:
    return [
        binding.id for binding in screen.BINDINGS if isinstance(binding, Binding) and binding.id
    ]
