"""Records to and from the JSON documents they are kept as, with every fault named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import msgspec

from medex_tui.domain.language.suggestion import did_you_mean
from medex_tui.domain.records.base import Raw, Record
from medex_tui.domain.records.tables import KINDS, TABLES
from medex_tui.domain.records.visits import Session

QUOTE = ord('"')
SCALARS = frozenset({str, int, bool, type(None)})
LOCAL = re.compile(rb'T\d\d:\d\d:\d\d(?:\.\d+)?[+-](?!00:00")')


def to_seconds(at: datetime) -> datetime:
    """An aware instant in UTC and whole seconds, as every one is that is kept."""
    return (
        at if at.tzinfo is UTC and not at.microsecond else at.astimezone(UTC).replace(microsecond=0)
    )


def instant(at: datetime) -> str:
    """An aware instant as it is kept: UTC, whole seconds, `2026-11-22T14:05:00+00:00`."""
    return to_seconds(at).isoformat()


def instant_json(at: datetime) -> bytes:
    """An instant that is `whole` as JSON."""
    return msgspec.json.encode(at)[:-2] + b'+00:00"'


def raw_of(record: Record) -> Raw:
    """A record as plain JSON values, every field present. ValueError for a value JSON cannot hold."""
    kept = _plain(msgspec.to_builtins(record, builtin_types=(datetime, date)))
    assert isinstance(kept, dict)
    return kept


def encode(raw: Mapping[str, Any]) -> bytes:
    """Plain values as compact JSON. ValueError for NaN, infinities and text that is not Unicode."""
    return msgspec.json.encode(_plain(dict(raw)))


def _plain(value: Any) -> Any:
    """A value as JSON values; scalars are passed without a call, for a save makes hundreds of them."""
    if isinstance(value, dict):
        return {key: item if type(item) in SCALARS else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in SCALARS else _plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a number that can be kept")
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


@cache
def _decoder(table: str) -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(KINDS[table])


def record_of(table: str, document: bytes) -> Record:
    """The typed record a document holds; unknown fields are passed over. ValueError if it fits none."""
    return _decoder(table).decode(document)


@cache
def _objects(table: str) -> msgspec.json.Decoder[dict[int, Record]]:
    kind: Any = KINDS[table]
    return msgspec.json.Decoder(dict[int, kind])


def records_of(table: str, documents: memoryview) -> dict[int, Record]:
    """The typed records of a JSON object, TinyDB id -> document. ValueError if one fits none."""
    return _objects(table).decode(documents)


def intern_sessions(sessions: Iterable[Session]) -> None:
    """Keep once what repeats in sessions that were read: ids, names, sentences, and exercises done the same again.

    They stay equal to what they were; of ten years of visits they take a quarter less memory.
    """
    known: dict[Any, Any] = {}
    for session in sessions:
        for field in (
            "client_id",
            "referral_id",
            "created_by",
            "updated_by",
            "signed_by",
            "response",
            "plan",
        ):
            said = getattr(session, field)
            if said is not None:
                msgspec.structs.force_setattr(session, field, known.setdefault(said, said))
        session.exercises[:] = [
            known.setdefault(exercise, exercise) for exercise in session.exercises
        ]


def document_of(record: Record) -> tuple[bytes, Record]:
    """A record as the document it is kept as, and the record that reads back. ValueError if it cannot be kept.

    What msgspec writes by itself is taken when it reads back as the same record, which text that ends in a Z does not
    after UTC's own `Z` became `+00:00`; the way over plain values is always right, and slow.
    """
    table = TABLES[type(record)]
    swift = _swift(record)
    if not LOCAL.search(swift) and (read := record_of(table, swift)) == record:
        return swift, read
    document = msgspec.json.encode(raw_of(record))
    return document, record_of(table, document)


def _swift(record: Record) -> bytes:
    return offset_written(msgspec.json.encode(record))


def offset_written(json: bytes) -> bytes:
    """JSON of msgspec's with UTC's `Z` at the end of a string as `+00:00`; `replace` takes half as long again."""
    parts, start, at = [], 0, json.find(b"Z")
    while at >= 0:
        if json[at + 1] == QUOTE:
            parts.append(json[start:at])
            start = at + 1
        at = json.find(b"Z", at + 1)
    parts.append(json[start:])
    return b"+00:00".join(parts)


def merged(record: Record, old: bytes | None, current: Record | None) -> tuple[bytes, Record]:
    """A record as a document, and the record that reads back: its own fields over whatever else the old one holds.

    What a newer program added stays, also inside unchanged parts. `current` is what `old` reads as.
    """
    if old is None or (current is not None and _swift(current) == old):
        return document_of(record)
    new = raw_of(record)
    before: Raw = msgspec.json.decode(old)
    kept = {field: _keeping(before.get(field), value) for field, value in new.items()}
    document = msgspec.json.encode({**kept, **{k: v for k, v in before.items() if k not in new}})
    return document, record_of(TABLES[type(record)], document)


def _keeping(old: Any, new: Any) -> Any:
    """A list with its unchanged parts as they were, so that a newer program's fields in them stay."""
    if not (isinstance(old, list) and isinstance(new, list)):
        return new
    parts = [part for part in old if isinstance(part, dict)]
    return [
        next(
            (part for part in parts if isinstance(item, dict) and item.items() <= part.items()),
            item,
        )
        if isinstance(item, dict)
        else item
        for item in new
    ]


def read_record(table: str, raw: Any) -> tuple[Record | None, list[tuple[str, str]]]:
    """A record from foreign JSON values, or the faults in it as (field, message), one per field."""
    kind = KINDS[table]
    if not isinstance(raw, dict):
        return None, [("", f"expected a record, got {type(raw).__name__}.")]
    if (record := _whole(table, raw)) is not None:
        return record, []
    types = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found: dict[str, str] = {}
    for name, value in raw.items():
        if name not in types:
            found[name] = _unknown(name, types)
            continue
        try:
            read = msgspec.convert(value, types[name].type)
            _plain(plain := msgspec.to_builtins(read, builtin_types=(datetime, date)))
        except (ValueError, OverflowError) as fault:
            found[name] = _sentence(str(fault))
        else:
            strange = next(_unknown_fields(value, plain, ""), None)
            if strange:
                found[name] = strange
    for name, field in types.items():
        if field.required and name not in raw:
            found[name] = "this field is needed."
    return None, list(found.items()) or [("", "this is no whole record.")]


def _whole(table: str, raw: Raw) -> Record | None:
    """The record that foreign values hold when nothing is wrong with them; None when something is."""
    try:
        record = msgspec.convert({"rev": 1, **raw}, KINDS[table])
        document = raw_of(record)
    except (ValueError, OverflowError):
        return None
    if next(_unknown_fields(raw, document, ""), None):
        return None
    return record_of(table, msgspec.json.encode(document))


def _unknown(name: str, known: Iterable[str]) -> str:
    return f"there is no such field{did_you_mean(name, known)}"


def _unknown_fields(raw: Any, read: Any, path: str) -> Iterator[str]:
    """Fields inside a value that its type does not have."""
    if isinstance(raw, dict) and isinstance(read, dict):
        for name, value in raw.items():
            if name not in read:
                yield f"{path}.{name}: {_unknown(name, read)}".lstrip(".")
            else:
                yield from _unknown_fields(value, read[name], f"{path}.{name}")
    elif isinstance(raw, list) and isinstance(read, list):
        for index, (value, item) in enumerate(zip(raw, read, strict=False)):
            yield from _unknown_fields(value, item, f"{path}[{index}]")


def _sentence(fault: str) -> str:
    """msgspec's account of a fault in our words: what was expected, and where inside the field."""
    what, _, where = fault.partition(" - at `$")
    path = where.rstrip("`").lstrip(".")
    said = what[:1].lower() + what[1:]
    said = said.replace("a timezone component", "an offset from UTC").replace("`", "")
    return f"{path}: {said}." if path else f"{said}."


def differs(one: Record, other: Record) -> bool:
    """Whether two records would be kept as different documents, whoever saved them last."""
    return TABLES[type(one)] != TABLES[type(other)] or raw_of(one) != raw_of(other)
