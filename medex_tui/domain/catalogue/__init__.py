"""Reference data shipped with the program: one JSON file per subject, read on first use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

T = TypeVar("T")


class PackagedSource(msgspec.Struct, frozen=True):
    """Source of a number; basis "unchecked" means recalled and not yet compared with a copy."""

    citation: str
    basis: Literal["checked", "unchecked"]
    confidence: Literal["high", "medium", "low"]


class Provided:
    """Measures a practice adds to the shipped ones (`measures.tables.Additions`), read lazily."""

    def __init__(self) -> None:
        self.edition = 0
        self.additions: Callable[[], Any] = lambda: None

    def by(self, additions: Callable[[], Any]) -> None:
        """Use these additions from now on; called at opening and when the measures change."""
        self.edition += 1
        self.additions = additions


provided = Provided()


def read(name: str, shape: type[T]) -> T:
    """Decode the packaged file `name` as `shape`; raises `msgspec.ValidationError`."""
    return msgspec.json.decode(Path(__file__).with_name(name).read_bytes(), type=shape)
