"""What documents mean, by number: the schema this medex keeps, and the one-step ways there from older ones.

A practice of an older schema is brought up to date on a copy (`backup.migrate_practice`); one of a newer schema is only read. A step
is pure, takes one document to the next schema, and keeps what it does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from medex_tui.domain.records.base import Raw

CURRENT = 1

Step: TypeAlias = Callable[[str, Raw], Raw]
STEPS: dict[int, Step] = {}
"""Schema -> what makes a document of the next one: (table, document) -> document."""


def migrate(table: str, document: bytes, schema: int) -> bytes:
    """A document of an older schema as one of this medex; with the next `rev` where that changed it."""
    old: Raw = msgspec.json.decode(document)
    new = old
    for step in range(schema, CURRENT):
        new = STEPS[step](table, dict(new))
    if new == old:
        return document
    rev = old.get("rev")
    return msgspec.json.encode({**new, "rev": rev + 1} if isinstance(rev, int) else new)
