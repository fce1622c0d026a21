"""One understood piece of a line, as the live table beside it shows it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "client", "when", "exercise", "dropped", "vitals", "service", "symptom", "note", "part"
]
KINDS: tuple[Kind, ...] = (
    "client",
    "when",
    "exercise",
    "dropped",
    "vitals",
    "service",
    "symptom",
    "note",
    "part",
)


class Item(Struct, frozen=True):
    """One understood piece of a line: its span and its meaning.

    A carried exercise has the span of the `=`. `was` is the earlier value, where it differs.
    """

    start: int
    end: int
    kind: Kind
    name: str
    value: str = ""
    was: str | None = None
    origin: Literal["measured", "carried", "changed"] | None = None
