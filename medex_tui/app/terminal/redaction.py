"""Hide clients' names and birth dates on the terminal: their characters become dots.

Rows are changed on their way to the terminal, so no screen can forget it and no record changes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from medex_tui.domain.dates.clock import dated
from medex_tui.domain.language.plain import terminal_width
from medex_tui.domain.records.people import Client

if TYPE_CHECKING:
    from medex_tui.domain.records.practice import Practice
    from medex_tui.store import Store

WORD = re.compile(r"[^\W\d_]+")
ANY_CASE_FROM = 4
"""Letters from which a name is hidden in any case; shorter ones are common words in lower case."""
ELLIPSIS = "…"
DOT = "·"

Cell = tuple[str, str]
"""A text and its SGR codes. Wider text is one cell, followed by cells without text."""
Style = TypeVar("Style", bound=str)


class NameTable:
    """The words and dates to hide for these clients."""

    def __init__(self, clients: Iterable[Client]) -> None:
        exact: set[str] = set()
        any_case: set[str] = set()
        dates: set[str] = set()
        for client in clients:
            for word in WORD.findall(f"{client.given_name} {client.family_name}"):
                if len(word) >= ANY_CASE_FROM:
                    any_case.add(word.casefold())
                elif len(word) > 1:
                    exact |= {word, word.upper()}
            if client.birth_date:
                born = client.birth_date
                dates |= {born.isoformat(), dated(born), f"{born:%m/%d/%Y}"}
        self._exact, self._any_case = exact, any_case
        self._sorted = sorted({*any_case, *(word.casefold() for word in exact)})
        self._dates = re.compile("|".join(map(re.escape, sorted(dates)))) if dates else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each stretch to hide; the first letter of a name stays.

        A word cut short by an ellipsis is hidden where a name begins with it.
        """
        for match in WORD.finditer(text):
            word = match[0]
            known = word in self._exact or word.casefold() in self._any_case
            cut = text.startswith(ELLIPSIS, match.end())
            if known or (cut and self._begins_name(word.casefold())):
                yield match.start() + 1, match.end()
        for match in self._dates.finditer(text) if self._dates else ():
            yield match.span()

    def _begins_name(self, start: str) -> bool:
        index = bisect_left(self._sorted, start)
        return index < len(self._sorted) and self._sorted[index].startswith(start)


def hidden(row: Sequence[tuple[str, Style]], names: NameTable) -> list[tuple[str, Style]]:
    """A row of cells, or a line of spans, with names hidden; every part keeps its width."""
    text = "".join(part for part, _ in row)
    hide = {index for start, end in names.spans(text) for index in range(start, end)}
    if not hide:
        return list(row)
    redacted: list[tuple[str, Style]] = []
    offset = 0
    for part, style in row:
        if hide.isdisjoint(range(offset, offset + len(part))):
            redacted.append((part, style))
        else:
            shown = (
                DOT * terminal_width(char) if offset + n in hide else char
                for n, char in enumerate(part)
            )
            redacted.append(("".join(shown), style))
        offset += len(part)
    return redacted


class RedactedBuffer(Protocol):
    """What is written to the terminal; `names` is what is hidden in it, None for nothing."""

    names: NameTable | None


class NameRedactor:
    """Switches hiding on and off for a buffer; hides the names of all clients, former ones too."""

    def __init__(self, store: Store, buffer: RedactedBuffer) -> None:
        self.store, self.buffer = store, buffer
        self._former: list[Client] | None = None
        self._practice: Practice | None = None

    @property
    def enabled(self) -> bool:
        """Whether names are hidden."""
        return self.buffer.names is not None

    def enable(self) -> None:
        """Hide the names of the practice as it is now."""
        if self._former is None:
            self._former = self.store.former_clients()
        self._practice = self.store.practice
        self.buffer.names = NameTable([*self._practice.clients.values(), *self._former])

    def disable(self) -> None:
        """Show names."""
        self.buffer.names = None

    def update(self) -> None:
        """Hide those who were added since, too."""
        if self.enabled and self._practice is not self.store.practice:
            self.enable()
