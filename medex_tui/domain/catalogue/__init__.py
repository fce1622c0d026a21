"""Reference data that ships with the program, one JSON file a subject, each read only when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

T = TypeVar("T")


class PackagedSource(msgspec.Struct, frozen=True):
    """Where a number comes from; basis "unchecked" means recalled and not yet held against a copy."""

    citation: str
    basis: Literal["checked", "unchecked"]
    confidence: Literal["high", "medium", "low"]


class Provided:
    """What a practice adds to the measures that ship (`measures.tables.Additions`), read when they are first needed."""

    def __init__(self) -> None:
        self.edition = 0
        self.additions: Callable[[], Any] = lambda: None

    def by(self, additions: Callable[[], Any]) -> None:
        """Take the additions from here on; the program says so when it opens a practice or that changes them."""
        self.edition += 1
        self.additions = additions


provided = Provided()


def read(name: str, shape: type[T]) -> T:
    """The packaged file `name` as `shape`; a file that does not fit raises `msgspec.ValidationError`."""
    return msgspec.json.decode(Path(__file__).with_name(name).read_bytes(), type=shape)
