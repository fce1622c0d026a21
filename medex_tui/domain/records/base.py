"""What every record has in common, and the types of their fields.

Field names are the product's vocabulary and the names on disk. Instants are aware datetimes in UTC,
dates are dates, quantities carry their unit in the name. A record is immutable: a change is
`msgspec.structs.replace`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
Quantity: TypeAlias = Annotated[float, Meta(ge=0)]
AboveZero: TypeAlias = Annotated[float, Meta(gt=0)]
NonEmpty: TypeAlias = Annotated[str, Meta(min_length=1)]
Side: TypeAlias = Literal["L", "R", "B"]
Raw: TypeAlias = dict[str, Any]
"""A record as plain JSON values: the content of a store document or an export file."""


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """A value inside a record; without reference cycles, so not tracked by the collector."""


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """Fields of every record. `rev` is 0 before the first save; each save adds one."""

    id: NonEmpty
    rev: Count = 0
    created_at: Instant | None = None
    created_by: str | None = None
    updated_at: Instant | None = None
    updated_by: str | None = None
