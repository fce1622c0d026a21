"""The seal of a signed record: a hash that any later change of its content would break."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from medex_tui.domain.records import Assessment, Session

OUTSIDE = frozenset({"rev", "created_at", "created_by", "updated_at", "updated_by", "seal", "amendments", "accepted"})
"""Fields that may change after signing: bookkeeping, and what is added to the original or let stand in it."""


def seal_of(record: Session | Assessment) -> str:
    """SHA-256 (hex) over the record's content in canonical JSON, without the fields named in `OUTSIDE`.

    Empty values are left out, so that a field added to the vocabulary later does not break an old seal. A whole
    number counts the same as 3 and as 3.0, since JSON keeps no difference between them.
    """
    content = {k: v for k, v in msgspec.to_builtins(record).items() if k not in OUTSIDE}
    return hashlib.sha256(json.dumps(_filled(content), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _filled(v) for k, v in value.items() if v is not False and v not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def seal_holds(record: Session | Assessment) -> bool:
    """Whether a sealed record still reads as it did when signed."""
    return record.seal is None or record.seal == seal_of(record)
