"""Textual's Linux driver, hardened against a connection that drops, stalls or sends invalid bytes.

Nothing here waits for the terminal: output that is not read piles up in memory, so that drafts
still reach the disk and a hang-up is still answered.

Private names of Textual used here, for which there is no public way; held by
tests/border/test_private_textual.py:

- `_xterm_parser.XTermParser`: the input thread is replaced whole, since Textual's ends on a
  decoding error and spins on a closed terminal
- `LinuxDriver._debug`, `_loop`, `_app`: what that thread needs
- `LinuxDriver._writer_thread._queue`: bounded at 30 writes, after which the event loop blocks
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

POLL_S = 0.1
"""How often the input thread checks whether it should end."""
DRAIN_S = 2.0
"""How long the last output may take on a slow connection before what is stuck is discarded."""
ALTERNATE_SCREEN = "\x1b[?1049h"
"""Switches to the alternate screen, which is then empty."""
LONGEST_RESET = 64
"""Characters of a write that restores a terminal mode; what draws a screen is longer."""


class ResilientDriver(LinuxDriver):
    """Reads keys and writes output; calls `app.shutdown` when the other end is gone."""

    started = False

    def write(self, data: str) -> None:
        """Write as Textual does, but do not clear the first screen at the start."""
        if data == ALTERNATE_SCREEN and not self.started:
            self.started = True
        else:
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal over, without a limit on queued output, so that the app never waits."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self._writer_thread._queue.maxsize = 0
        self._medex.screen_buffer.forget()

    @property
    def _medex(self) -> Any:
        """The running app."""
        return self._app

    def run_input_thread(self) -> None:
        """Pass on what is typed. Invalid UTF-8 becomes U+FFFD; a closed terminal ends the app."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], POLL_S)[0]:
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
        """Write out what is queued; where nobody reads it, discard it rather than wait forever."""
        writer = self._writer_thread
        if writer is None:
            return
        writer._queue.put(None)
        writer.join(DRAIN_S)
        if writer.is_alive():
            for text in _resets(_emptied(writer._queue)):
                writer._queue.put(text)
            signal.signal(signal.SIGURG, lambda number, frame: None)
        while writer.is_alive():
            try:
                termios.tcflush(writer.fileno(), termios.TCOFLUSH)
            except termios.error:
                break
            # Flushing does not wake a blocked write; a signal makes it look again.
            signal.pthread_kill(writer.ident or 0, signal.SIGURG)
            writer.join(POLL_S)
        if not os.isatty(writer.fileno()):
            # Else Python reports at its very end that buffered output cannot be written.
            os.dup2(os.open(os.devnull, os.O_WRONLY), writer.fileno())


def _resets(queued: list[str | None]) -> list[str | None]:
    """The writes at the end of the queue that restore the terminal, and the end mark."""
    last = takewhile(lambda text: len(text or "") < LONGEST_RESET, reversed(queued))
    return list(last)[::-1]


def _emptied(queue: Queue[str | None]) -> list[str | None]:
    """Everything that waited in a queue; it is empty afterwards."""
    waiting: list[str | None] = []
    with suppress(Empty):
        while True:
            waiting.append(queue.get_nowait())
    return waiting
