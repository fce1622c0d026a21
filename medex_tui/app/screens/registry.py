"""Every screen and window of the app, for what has to know them all: a keymap, and the tests of keys."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from textual.binding import Binding
from textual.screen import Screen

import medex_tui.app
from medex_tui.app.screens.base.screen import BaseScreen, Dialog


def screens() -> list[type[Screen[Any]]]:
    """The classes of every page and window."""
    for module in iter_modules(medex_tui.app.__path__):
        import_module(f"medex_tui.app.{module.name}")
    return [*_below(BaseScreen), *_below(Dialog)]


def _below(kind: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def command_ids() -> list[list[str]]:
    """The command ids each screen binds, with the app's own."""
    from medex_tui.app.app import MedexApp

    shared = _ids(MedexApp.BINDINGS)
    return [_ids(each.BINDINGS) + shared for each in screens()]


def _ids(bound: list[Any]) -> list[str]:
    return [b.id for b in bound if isinstance(b, Binding) and b.id]
