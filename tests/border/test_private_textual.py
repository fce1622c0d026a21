"""Every private name of Textual that `app/terminal` uses still is what it was; one test a use.

A failure here means: read the place in `medex_tui/app/terminal` that uses the name before allowing
the new version of Textual in pyproject.toml.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import os
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from textual import _compositor, _wait
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

ROOT = Path(__file__).parents[2]
TERMINAL = ROOT / "medex_tui" / "app" / "terminal"
PRIVATE_MODULES = {"textual._compositor", "textual._xterm_parser"}
OVERRIDDEN = {"_display", "_fatal_error", "_handle_exception"}


def parameters(function: object) -> list[str]:
    """The names of a function's parameters."""
    assert callable(function)
    return list(inspect.signature(function).parameters)


def names_used_in(method: object) -> set[str]:
    """Names and attributes in the code of a method, nested functions included."""
    assert inspect.isfunction(method)
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(method)))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


# -- terminal/app.py


def test_display_is_called_for_every_update_with_screen_and_renderable() -> None:
    assert parameters(App._display) == ["self", "screen", "renderable"]
    assert "_display" in inspect.getsource(Screen)
    assert "render_segments" in names_used_in(App._display)


def test_errors_pass_through_handle_exception_and_fatal_error() -> None:
    assert parameters(App._handle_exception) == ["self", "error"]
    assert parameters(App._fatal_error) == ["self"]
    assert {"_fatal_error", "_exception"} <= names_used_in(App._handle_exception)


def test_the_error_that_ends_the_app_is_kept_in_exception() -> None:
    app: App[None] = App()
    assert app._exception is None


def test_messages_are_closed_without_waiting() -> None:
    assert parameters(App._close_messages_no_wait) == ["self"]


# -- terminal/driver.py


def test_the_driver_runs_the_input_thread_that_is_replaced() -> None:
    assert parameters(LinuxDriver.run_input_thread) == ["self"]
    assert "run_input_thread" in names_used_in(LinuxDriver._run_input_thread)


def test_the_parser_turns_text_into_events() -> None:
    assert parameters(XTermParser.__init__) == ["self", "debug"]
    events = XTermParser(False).feed("a\x1b[A")
    assert [getattr(event, "key", None) for event in events] == ["a", "up"]
    assert list(XTermParser(False).tick()) == []


def test_the_driver_has_its_app_its_loop_and_whether_it_debugs() -> None:
    async def made() -> LinuxDriver:
        return LinuxDriver(App[None](), debug=False)

    driver = asyncio.run(made())
    assert isinstance(driver._app, App) and driver._debug is False
    assert driver._loop is not None and driver._writer_thread is None


def test_the_writer_thread_takes_text_from_a_queue_and_ends_on_none() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as reader, os.fdopen(write, "w") as file:
        writer = WriterThread(file)
        writer._queue.maxsize = 0
        writer.start()
        for number in range(40):
            writer.write(f"{number} ")
        writer._queue.put(None)
        writer.join(10)
        assert not writer.is_alive()
        file.flush()
        assert os.read(reader.fileno(), 4096).decode().split() == [str(n) for n in range(40)]


# -- terminal/frame_diff.py


def test_updates_carry_strips_spans_and_their_ends() -> None:
    strips: list[Iterable[Strip]] = [[Strip.blank(4)]]
    whole = _compositor.LayoutUpdate(strips, Region(0, 0, 4, 1))
    assert (whole.strips, whole.region.width) == (strips, 4)
    chops: list[dict[int, Strip | None]] = [{0: Strip.blank(4)}]
    part = _compositor.ChopsUpdate(chops, [(0, 0, 4)], [[4]])
    assert (part.chops, part.spans, part.chop_ends) == (chops, [(0, 0, 4)], [[4]])
    for update in (whole, part):
        assert isinstance(update, _compositor.CompositorUpdate)
        assert isinstance(update.render_segments(Console()), str)


# -- tests/app/conftest.py


def test_the_pilot_waits_in_steps_that_can_be_shortened() -> None:
    assert {"SLEEP_GRANULARITY", "SLEEP_IDLE"} <= names_used_in(_wait.wait_for_idle)


# -- nothing else


def test_private_modules_are_imported_in_terminal_only() -> None:
    imported: dict[str, set[str]] = {}
    for path in (ROOT / "medex_tui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and "._" in f"{node.module}":
                imported.setdefault(str(node.module), set()).add(path.parent.name)
    assert imported == {name: {"terminal"} for name in PRIVATE_MODULES}


def test_private_methods_of_textual_are_overridden_in_terminal_only() -> None:
    overridden: set[tuple[str, str]] = set()
    for path in (ROOT / "medex_tui" / "app").rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for kind in vars(importlib.import_module(name)).values():
            if inspect.isclass(kind) and kind.__module__ == name:
                overridden |= {(path.parent.name, method) for method in overrides(kind)}
    assert overridden == {("terminal", method) for method in OVERRIDDEN}


def overrides(kind: type) -> set[str]:
    """Private methods of Textual's classes that a class replaces."""
    bases = [base for base in kind.__mro__[1:] if base.__module__.startswith("textual.")]
    return {
        name
        for name, value in vars(kind).items()
        if inspect.isfunction(value)
        and name.startswith("_")
        and not name.startswith("__")
        and any(name in vars(base) for base in bases)
    }
