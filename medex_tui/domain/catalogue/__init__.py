"""Reference data that ships with the program, one JSON file a subject, each read only when first asked for."""

from __future__ import annotations

import pkgutil
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")


class Source(msgspec.Struct, frozen=True):
    """Where a number comes from; basis "unchecked" means recalled and not yet held against a copy."""

    citation: str
    basis: Literal["checked", "unchecked"]
    confidence: Literal["high", "medium", "low"]


def read(name: str, shape: type[T]) -> T:
    """The packaged file `name` as `shape`; a file that does not fit raises `msgspec.ValidationError`."""
    raw = pkgutil.get_data(__name__, name)
    return msgspec.json.decode(raw or b"", type=shape)
