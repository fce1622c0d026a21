"""Hand keys to the app one at a time, so that each reaches the screen that the key before it opened.

Textual forwards every key at once to whatever has the focus. Where several arrive in one write (over a
slow connection they do), those behind a key that opens or closes a screen reach the screen before it.
Here a key waits until the one before it was handled: until every message pump from the focused widget
up to the app has worked through its queue, and a screen that was opened is mounted.

Text typed into an entry does not wait, as it opens nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual.events import Event, Key
from textual.message_pump import MessagePump
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.app import App

LEAST_ROUNDS, MOST_ROUNDS = 2, 12
"""How often the pumps are visited: what a key started may go up and down them twice."""
PATIENCE_S = 1.0
"""After this long without an answer from the pumps the next key is handed on all the same."""
ASKS_HELP = "?"
"""The one character that is a command in an entry."""


class TypedAhead:
    """The queue of keys and pastes before an app; `forward` is how Textual handles one of them."""

    def __init__(self, app: App[Any], forward: Callable[[Event], Awaitable[None]]) -> None:
        self._app, self._forward = app, forward
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._text_sent = False
        self._visit = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pending(self) -> bool:
        """Whether a key is being handled or waits."""
        return self._busy or bool(self._waiting)

    async def take(self, event: Event) -> None:
        """Handle a key or a paste now, or as soon as those before it are done."""
        self._waiting.append(event)
        if not self._busy:
            await self._hand_on()

    async def _hand_on(self) -> None:
        """Hand on what waits, up to the first key that may open a screen."""
        while self._waiting:
            is_text = self._is_text(self._waiting[0])
            if self._text_sent and not is_text:
                self._begin()  # first the text before it, which the entry reads by itself
                return
            event = self._waiting.popleft()
            if is_text:
                self._text_sent = True
                await self._forward(event)
            else:
                self._begin()
                await self._forward(event)
                return

    def _is_text(self, event: Event) -> bool:
        """Whether an event only puts text into an entry."""
        if not isinstance(self._app.focused, Input):
            return False
        return not isinstance(event, Key) or (event.is_printable and event.character != ASKS_HELP)

    def _begin(self) -> None:
        """Visit the pumps until they are done with what was handed on."""
        self._busy = True
        self._visit += 1
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._finish, self._visit)
        self._app.call_next(self._round, self._visit, 1)

    def _round(self, visit: int, number: int) -> None:
        """Visit each pump from the focused widget to the app; each calls back when it gets there."""
        if visit != self._visit:
            return
        focused = self._app.focused or self._app.screen
        pumps = deque(focused.ancestors_with_self)
        if pumps[-1] is not self._app:
            pumps.append(self._app)
        self._next(visit, number, focused, pumps)

    def _next(self, visit: int, number: int, focused: MessagePump, pumps: deque[Any]) -> None:
        """Go to the next pump that is open; after the last, end or begin another round."""
        if visit != self._visit:
            return
        while pumps:
            if pumps.popleft().call_later(self._next, visit, number, focused, pumps):
                return
        settled = (self._app.focused or self._app.screen) is focused
        if number >= MOST_ROUNDS or (number >= LEAST_ROUNDS and settled):
            self._finish(visit)
        else:
            self._round(visit, number + 1)

    def _finish(self, visit: int) -> None:
        """Hand on the next keys, in the app's own task."""
        if visit != self._visit or not self._busy:
            return
        self._visit += 1
        self._busy = self._text_sent = False
        if self._timer:
            self._timer.cancel()
        if self._waiting:
            self._app.call_later(self._hand_on)
