"""Sortable unique names for records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

NewId: TypeAlias = Callable[[], str]
"""Hands out the next record id; made at the edge, passed in."""


def uuid7(at: datetime, random: bytes) -> str:
    """A UUIDv7 (RFC 9562) in lower case, from an instant and ten random bytes."""
    millis = int(at.timestamp() * 1000)
    raw = bytearray(millis.to_bytes(6, "big") + random[:10])
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
