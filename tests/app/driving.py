"""Drives the real app with real keys, on a store of its own and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from textual.pilot import Pilot

from medex_tui.app.app import MedexApp
from medex_tui.app.context import AppContext
from medex_tui.app.state.drafts import DraftKeeper
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.store import Drafts, Store


class Desk:
    """The app under a pilot, and what its screen says."""

    def __init__(self, app: MedexApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        """Press keys and wait until the app has settled."""
        self.pressed += len(keys)
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, a key a character."""
        await self.press(*(NAMES.get(c, c) for c in text))

    async def settle(self) -> None:
        """Wait until nothing is being saved and no key waits for it."""
        while True:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
            if not (
                self.app.context.saving.locked()
                or self.app.message_queue_size
                or self.app.typed_ahead.pending
            ):
                break
            await asyncio.sleep(0.01)

    async def press_while_saving(self, first: str, *keys: str) -> None:
        """Press a key that saves, and others before the disk, which is slow today, has answered."""
        kept, begun, go = self.app.context.store.save, Event(), Event()

        def slowly(*given: Any, **more: Any) -> Any:
            begun.set()
            assert go.wait(30)
            return kept(*given, **more)

        self.app.context.store.save = slowly  # type: ignore[method-assign]
        await self.pilot.press(first)
        while not begun.is_set():
            await self.pilot.pause()
        await self.pilot.press(*keys)
        go.set()
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The lines of the screen on top, as drawn."""
        size = self.app.size
        drawn = self.app.screen._compositor.render_strips(size)
        return ["".join(segment.text for segment in strip) for strip in drawn]

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def said(self) -> str:
        """The message line of the page on top."""
        page = self.app.top_screen
        assert page is not None
        return "".join(
            text for line in page.query_one("#said", StyledLines).lines for text, _ in line
        ).strip()


NAMES = {
    " ": "space",
    "=": "equals_sign",
    "/": "slash",
    "@": "at",
    ";": "semicolon",
    ",": "comma",
    ".": "full_stop",
    ":": "colon",
    "!": "exclamation_mark",
    "+": "plus",
    "-": "minus",
    ">": "greater_than_sign",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "'": "apostrophe",
    "?": "question_mark",
    '"': "quotation_mark",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
}


@asynccontextmanager
async def driving(
    path: Path,
    now: datetime,
    new_id: Callable[[], str],
    *,
    size: tuple[int, int] = (80, 24),
    login: str = "aokafor",
    config: Path | None = None,
) -> AsyncIterator[Desk]:
    """Open the practice at `path` in the app."""
    store = Store.open(path, by=login, host="test", pid=1)
    try:
        context = AppContext(
            store,
            path,
            login=login,
            clock=lambda: now,
            new_id=new_id,
            drafts=DraftKeeper(Drafts(path), login),
            config=config or path.parent / "config",
            demo=False,
        )
        app = MedexApp(context)
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot)
            await desk.settle()
            yield desk
    finally:
        store.close()
