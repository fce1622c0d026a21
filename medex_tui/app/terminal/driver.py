"""The line to the terminal: Textual's driver, made to bear a line that drops, stalls or garbles.

Nothing here waits for the terminal: output nobody reads piles up in memory, so that typing still reaches the disk
and a hang-up is still answered.
"""

from __future__ import annotations

import os
import select
import signal
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from itertools import takewhile
from queue import Empty, Queue
from typing import Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

LOOK_S = 0.1
"""How often the input thread looks up."""
DRAIN_S = 2.0
"""How long the last words may take over a slow line before what is stuck is thrown away."""
ALTERNATE = "\x1b[?1049h"
"""To the alternate screen, which is then empty."""
LONGEST_WORD = 64
"""Characters of what puts the terminal back as it was; what draws a screen is longer."""


class ResilientDriver(LinuxDriver):
    """The app's own end of the line; `app.shutdown` is called when the other end is gone."""

    begun = False

    def write(self, data: str) -> None:
        """Textual's own, but nothing is cleared at the beginning: the first screen stands there already."""
        if data == ALTERNATE and not self.begun:
            self.begun = True
        else:
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal over; the app never waits for it to be read."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self._writer_thread._queue.maxsize = 0
        self._medex.screen_buffer.forget()

    @property
    def _medex(self) -> Any:
        return self._app

    def run_input_thread(self) -> None:
        """Hand on what is typed. Bytes that are no text become a mark; a line that is gone ends the app."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], LOOK_S)[0]:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    data = b""
                if not data:
                    self._loop.call_soon_threadsafe(self._medex.shutdown)
                    return
                for event in parser.feed(decode(data)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)

    def close(self) -> None:
        """Let the last words out; where nobody reads them, throw away what is stuck rather than wait for ever."""
        writer = self._writer_thread
        if writer is None:
            return
        writer._queue.put(None)
        writer.join(DRAIN_S)
        if writer.is_alive():
            last_words = list(
                takewhile(
                    lambda text: len(text or "") < LONGEST_WORD, reversed(_emptied(writer._queue))
                )
            )
            for text in reversed(last_words):
                writer._queue.put(text)
            signal.signal(signal.SIGURG, lambda sign, frame: None)
        while writer.is_alive():
            try:
                termios.tcflush(writer.fileno(), termios.TCOFLUSH)
            except termios.error:
                break
            # Room made so wakes no writer that waits for it; a signal has it look again.
            signal.pthread_kill(writer.ident or 0, signal.SIGURG)
            writer.join(LOOK_S)
        if not os.isatty(writer.fileno()):
            # Python would report, at its very end, that it cannot write what it still holds.
            os.dup2(os.open(os.devnull, os.O_WRONLY), writer.fileno())


def _emptied(queue: Queue[str | None]) -> list[str | None]:
    """Everything that waited in a queue; it is empty afterwards."""
    found: list[str | None] = []
    with suppress(Empty):
        while True:
            found.append(queue.get_nowait())
    return found
