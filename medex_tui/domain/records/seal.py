"""Seals of signed records and letters: hashes that any later change of content breaks."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.visits import Session

Unsigned = TypeVar("Unsigned", Session, Assessment)

OUTSIDE = frozenset(
    {
        "rev",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "seal",
        "amendments",
        "accepted",
        "entered_in_error",
    }
)
"""Fields that may change after signing: bookkeeping, and additions to the original."""


def seal_of(record: Session | Assessment) -> str:
    """SHA-256 (hex) over the record's content in canonical JSON, without the fields in `OUTSIDE`.

    Empty values are left out, so that a field added later does not break an old seal. 3 and 3.0
    hash the same, since JSON keeps no difference between them.
    """
    content = {k: v for k, v in msgspec.to_builtins(record).items() if k not in OUTSIDE}
    return hashlib.sha256(
        json.dumps(_filled(content), sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: _filled(v)
            for k, v in value.items()
            if v is not False and v not in (None, "", [], {})
        }
    if isinstance(value, list):
        return [_filled(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def signed(record: Unsigned, *, at: datetime, by: str) -> Unsigned:
    """The record as it stands, signed by a login and sealed; a session is closed by it."""
    closed = {"state": "signed"} if isinstance(record, Session) else {}
    made = msgspec.structs.replace(record, signed_at=at, signed_by=by, **closed)
    return msgspec.structs.replace(made, seal=seal_of(made))


def seal_holds(record: Session | Assessment) -> bool:
    """Whether a sealed record still reads as it did when signed."""
    return record.seal is None or record.seal == seal_of(record)


# --- the foot of a document ---------------------------------------------------------------

SHORT = 8
"""How many characters of a hash a document carries for people to compare."""

FOOT = re.compile(r"\\\nSeal ([0-9a-f]{8})\n\Z")
"""The last line of a signed document in Markdown."""

SHOWN = re.compile(r"\bSeal ([0-9a-f]{8})\b")
"""A seal as any form of a document shows it."""


def seal_line(hash: str) -> str:
    """`Seal 3f9a12bc`: the first characters of a hash, as the foot of a document shows them."""
    return f"Seal {hash[:SHORT]}"


def with_foot(body: str) -> str:
    """Append the seal of a letter's Markdown as its last line."""
    return f"{body.rstrip(chr(10))}\\\n{seal_line(sha256(body))}\n"


def foot_of(body: str) -> str | None:
    """The seal at the foot of a letter's Markdown; None where it has none."""
    found = FOOT.search(body)
    return found[1] if found else None


def sha256(text: str) -> str:
    """SHA-256 (hex) of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
