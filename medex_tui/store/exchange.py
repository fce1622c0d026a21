"""The practice as one portable JSON file: out byte for byte the same each time, in only when all of it is right."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from medex_tui.domain.integrity import IntegrityFault, faults, label
from medex_tui.domain.language.suggestion import did_you_mean
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.validity import wrong_in
from medex_tui.store.codec import instant, raw_of, read_record

FORMAT, VERSION = "medex-practice", 1
HEAD = ("format", "version", "exported_at")


class ImportRefused(Struct, frozen=True):
    """A file that cannot be imported, with every fault found in it."""

    faults: list[IntegrityFault]


def export_json(practice: Practice, exported_at: datetime) -> bytes:
    """The whole practice as a file: tables as lists ordered by id, keys sorted, one record a line."""
    parts = {"format": msgspec.json.encode(FORMAT), "version": msgspec.json.encode(VERSION)}
    parts["exported_at"] = msgspec.json.encode(instant(exported_at))
    for table in KINDS:
        records = practice.tables[table]
        lines = [msgspec.json.encode(raw_of(records[id]), order="sorted") for id in sorted(records)]
        parts[table] = b"[\n" + b",\n".join(lines) + b"\n]" if lines else b"[]"
    return (
        b"{"
        + b",\n".join(b'"%b":%b' % (name.encode(), parts[name]) for name in sorted(parts))
        + b"}\n"
    )


def read_import(data: bytes, present: Practice) -> list[Record] | ImportRefused:
    """The records of an export file, all of them checked; `present` is what they may refer to besides each other."""
    try:
        file = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        return _refused("", f"the file is not JSON: {fault}.")
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        return _refused("format", f'this is not a medex export: expected "format": "{FORMAT}".')
    if file.get("version") != VERSION:
        return _refused(
            "version", f"the file has version {file.get('version')!r}; this medex reads {VERSION}."
        )
    found = _said_twice(data)
    tables: dict[str, list[Record | None]] = {}
    unread: dict[str, set[str]] = {}
    for table, entries in file.items():
        if table in HEAD:
            continue
        if table not in KINDS:
            found.append(
                IntegrityFault("", table, f"there is no such table{did_you_mean(table, KINDS)}")
            )
        elif not isinstance(entries, list):
            found.append(IntegrityFault("", table, "expected a list of records."))
        else:
            tables[table], unread[table] = _read_table(table, entries, found)
    if all(
        fault.record for fault in found
    ):  # where a whole table is missing, every reference into it would lead nowhere
        found += faults(tables, present, unread)
    if found:
        return ImportRefused(found)
    return [record for table in KINDS for record in tables.get(table, ()) if record]


def _said_twice(data: bytes) -> list[IntegrityFault]:
    """Names that stand twice in one object, of whose values every reader would drop all but one in silence."""
    found: list[IntegrityFault] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            twice = next(name for at, name in enumerate(names) if name in names[:at])
            id = next(
                (value for name, value in pairs if name == "id" and isinstance(value, str)), ""
            )
            found.append(
                IntegrityFault(
                    f"id {id}" if id else "", twice, "this name stands twice in one object."
                )
            )

    json.loads(data, object_pairs_hook=look)
    return found


def _read_table(
    table: str, entries: list[Any], found: list[IntegrityFault]
) -> tuple[list[Record | None], set[str]]:
    """The records of one table, None where one cannot be read, and the ids of those; what is wrong goes to `found`."""
    read: list[Record | None] = []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        id = entry.get("id") if isinstance(entry, dict) else None
        where = label(table, index, id if id and isinstance(id, str) else "missing")
        record, wrong = read_record(table, entry)
        found += [IntegrityFault(where, field, message) for field, message in wrong]
        found += (
            [IntegrityFault(where, one.field, str(one)) for one in wrong_in(record)]
            if record
            else []
        )
        if isinstance(id, str):
            if id in seen:
                found.append(IntegrityFault(where, "id", "this id is there twice."))
            seen.add(id)
        read.append(record)
    return read, seen - {record.id for record in read if record}


def _refused(field: str, message: str) -> ImportRefused:
    return ImportRefused([IntegrityFault("", field, message)])
