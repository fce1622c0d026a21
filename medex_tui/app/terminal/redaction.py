"""Names hidden from whoever looks over the shoulder: clients' names and birth dates become dots, in their places.

It is done to the rows on their way to the terminal, so that no screen can forget it and nothing that is kept changes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from medex_tui.domain.language.pattern import lazy_regex
from medex_tui.domain.language.plain import columns
from medex_tui.domain.records.people import Client
from medex_tui.reports.wording import day

if TYPE_CHECKING:
    from medex_tui.app.terminal.frame_diff import ScreenBuffer
    from medex_tui.domain.records.practice import Practice
    from medex_tui.store import Store

WORD = lazy_regex(r"[^\W\d_]+")
LOOSE = 4
"""Letters from which on a name is hidden however it is written; shorter ones are common words in lower case."""
CUT = "…"
DOT = "·"

Cell = tuple[str, str]
"""A text and its SGR codes. What is wider than one column is one cell, followed by cells without text."""
Look = TypeVar("Look", bound=str)


class NameTable:
    """What is to be hidden of these clients."""

    def __init__(self, clients: Iterable[Client]) -> None:
        exact: set[str] = set()
        loose: set[str] = set()
        dates: set[str] = set()
        for client in clients:
            for word in WORD.findall(f"{client.given_name} {client.family_name}"):
                if len(word) >= LOOSE:
                    loose.add(word.casefold())
                elif len(word) > 1:
                    exact |= {word, word.upper()}
            if client.birth_date:
                dates |= {client.birth_date.isoformat(), day(client.birth_date)}
        self._exact, self._loose = exact, loose
        self._beginnings = sorted({*loose, *(word.casefold() for word in exact)})
        self._dates = re.compile("|".join(map(re.escape, sorted(dates)))) if dates else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each stretch to hide; of a name the first letter stays."""
        for found in WORD.finditer(text):
            word = found[0]
            whole = word in self._exact or word.casefold() in self._loose
            if whole or (text.startswith(CUT, found.end()) and self._begins(word.casefold())):
                yield found.start() + 1, found.end()
        for found in self._dates.finditer(text) if self._dates else ():
            yield found.span()

    def _begins(self, start: str) -> bool:
        at = bisect_left(self._beginnings, start)
        return at < len(self._beginnings) and self._beginnings[at].startswith(start)


def hidden(row: Sequence[tuple[str, Look]], names: NameTable) -> list[tuple[str, Look]]:
    """A row of the terminal, or a line of a screen, with names hidden; every part keeps its width."""
    text = "".join(cell for cell, _ in row)
    away = {at for start, end in names.spans(text) for at in range(start, end)}
    if not away:
        return list(row)
    made: list[tuple[str, Look]] = []
    at = 0
    for cell, codes in row:
        if away.isdisjoint(range(at, at + len(cell))):
            made.append((cell, codes))
        else:
            shown = (DOT * columns(c) if at + n in away else c for n, c in enumerate(cell))
            made.append(("".join(shown), codes))
        at += len(cell)
    return made


class NameRedactor:
    """Over what a frame shows, while it is drawn: the names of every client there is, former ones too."""

    def __init__(self, store: Store, frame: ScreenBuffer) -> None:
        self.store, self.frame = store, frame
        self.former: list[Client] | None = None
        self.fits: Practice | None = None

    @property
    def enabled(self) -> bool:
        """Whether names are hidden."""
        return self.frame.names is not None

    def enable(self) -> None:
        """Hide the names of the practice as it is now."""
        if self.former is None:
            self.former = self.store.former_clients()
        self.fits = self.store.practice
        self.frame.names = NameTable([*self.fits.clients.values(), *self.former])

    def disable(self) -> None:
        """Show them."""
        self.frame.names = None

    def update(self) -> None:
        """Hide who was added meanwhile too."""
        if self.enabled and self.fits is not self.store.practice:
            self.enable()
