"""The input of a session line."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Key, Paste

from medex_tui.app.widgets.text_input import LineInput


class SessionLineInput(LineInput):
    """A session line.

    A paste of several lines goes to `pasted`. A digit on an empty line goes to `digit`, which returns
    whether it used it.
    """

    def __init__(
        self,
        *,
        faults: Callable[[str], list[tuple[int, int]]],
        pasted: Callable[[list[str]], None],
        digit: Callable[[int], bool],
    ) -> None:
        super().__init__(id="entry", faults=faults, line=True)
        self.pasted, self.digit = pasted, digit

    def on_paste(self, event: Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip()]
        if len(lines) > 1:
            event.prevent_default()
            event.stop()
            self.pasted(lines)

    def on_key(self, event: Key) -> None:
        if (
            not self.value
            and event.character
            and event.character in "123456789"
            and self.digit(int(event.character))
        ):
            event.prevent_default()
            event.stop()
