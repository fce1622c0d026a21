"""Keys that arrive together: each reaches the screen that the key before it opened, and none ends the app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.events import Key, Paste

from driving import NAMES, Desk, driving
from medex_tui.app.dialogs.base import Dialog

NewId = Callable[[], str]


async def burst(desk: Desk, *keys: str) -> None:
    """Keys as one write of a terminal: all are there before the first is handled.

    A word of several characters that is no key name is typed.
    """
    for key in keys:
        for name in [key] if key in KEY_NAMES else key:
            character = {"enter": "\r"}.get(name, name if len(name) == 1 else None)
            desk.app.post_message(Key(NAMES.get(name, name), character))
    await desk.settle()


KEY_NAMES = (
    "enter",
    "escape",
    "down",
    "tab",
    "ctrl+p",
    "ctrl+t",
    "ctrl+d",
    "ctrl+g",
    "ctrl+k",
    "ctrl+w",
)


@pytest.mark.parametrize(
    "keys",
    [
        ("/", "hicks", "enter", "enter", "enter"),
        ("ctrl+p", "enter", "enter"),
        ("ctrl+p", *["enter"] * 9),
        ("m", *["enter"] * 5),
        ("o", "m", *["enter"] * 8),
        ("+", *["enter"] * 8),
        ("+", "enter", *["escape"] * 8, "l", "escape"),
        ("ctrl+t",) * 60,
        ("ctrl+t", "down", "enter", "enter") * 5,
        ("p", "e", "ctrl+g", "ctrl+g", "ctrl+g", "escape", "escape", "escape"),
        ("/", "chen", "enter", "l", "ctrl+w", *["enter"] * 4),
        ("w", *["enter"] * 5, "escape", "escape"),
        ("L", *["enter"] * 3, "o"),
        ("?", "escape", "escape", "?", "escape"),
        ("c", "a", *["enter"] * 40),
        ("c", "r", "ctrl+g", "ctrl+g", "enter"),
    ],
    ids=lambda keys: " ".join(keys)[:40],
)
async def test_no_burst_of_keys_ends_the_app(
    keys: tuple[str, ...], sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await burst(desk, *keys)
        assert desk.app.is_running and not desk.app._exception
        windows = [screen for screen in desk.app.screen_stack if isinstance(screen, Dialog)]
        assert len(windows) <= 2
        await burst(desk, *["escape"] * 6)
        assert desk.app.top_screen is desk.app.screen_stack[1]


async def test_a_line_typed_with_the_key_that_opens_it_lands_in_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await burst(desk, "/", "chen", "enter")
        await burst(desk, "l", "row 3x10 @15")
        assert "> row 3x10 @15" in desk.text


async def test_a_whole_visit_in_one_write(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await burst(desk, "/", "chen", "enter", "l", "row 3x10 @15 128/80", "ctrl+d")
        client = next(c for c in desk.app.context.practice.clients.values() if "Chen" in c.name)
        session = desk.app.context.practice.last_session(client.id)
        assert session and session.exercises[0].name == "row" and session.vitals[0].sbp == 128


async def test_a_search_typed_with_its_key_finds(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await burst(desk, "/", "ramos", "enter")
        assert "RAMOS, LUIS" in desk.text
        await burst(desk, "escape", "+", "provider", "enter", "Dr New")
        assert "Dr New" in desk.text


async def test_a_paste_behind_the_key_that_opens_a_line_lands_in_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await burst(desk, "/", "chen", "enter")
        desk.app.post_message(Key("l", "l"))
        desk.app.post_message(Paste("row 3x10 @15"))
        await desk.settle()
        assert "> row 3x10 @15" in desk.text
