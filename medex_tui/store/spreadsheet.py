"""Records as a table of cells: out as CSV that no spreadsheet runs, in from another program's CSV by a map.

A map is a TOML file: which table the rows are records of, which column holds which field, how dates are written, and
what a word of the other program means here:

    table = "clients"
    dates = "%m/%d/%Y"

    [columns]
    "Last name" = "family_name"
    "DOB" = "birth_date"

    [values.sex]
    Female = "F"
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from medex_tui.domain.dates.clock import day_start, local_day
from medex_tui.domain.dates.parse import in_century_of_life, localised, read_day, read_when
from medex_tui.domain.find import words
from medex_tui.domain.integrity import REFERENCES, IntegrityFault, faults, label
from medex_tui.domain.language.plain import FORMULA_STARTS, csv_safe, one_line
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.language.suggestion import did_you_mean
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.validity import wrong_in
from medex_tui.store.codec import raw_of, read_record
from medex_tui.store.exchange import ImportRefused

DELIMITERS = ",;\t"
QUOTED = re.compile('"[^"]*"')
LARGEST = 10_000_000
"""Characters one cell may have; more is a file that is no table."""

YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})


class ColumnMap(Struct, frozen=True, forbid_unknown_fields=True):
    """How the columns of a foreign table become fields: see the top of this module."""

    table: str
    columns: dict[str, str] = {}
    dates: str = ""
    values: dict[str, dict[str, Any]] = {}


class CellPlace(Struct, frozen=True):
    """Where and when an import happens: what dates, names and new records are read by."""

    present: Practice
    now: datetime
    zone: ZoneInfo
    new_id: Callable[[], str]


# --- out ----------------------------------------------------------------------------------------------------------


def export_csv(records: Iterable[Record], kind: type[Record]) -> bytes:
    """One row a record in the order of ids, a column a field; lists and parts as JSON; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    writer.writerow(names)
    for record in sorted(records, key=lambda record: record.id):
        row = raw_of(record)
        writer.writerow([csv_safe(_cell(row[name])) for name in names])
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, list | dict | bool)
        else str(value)
    )


# --- in -----------------------------------------------------------------------------------------------------------


def read_map(data: bytes) -> ColumnMap | ImportRefused:
    """A map from the bytes of its file, or everything wrong with it."""
    try:
        read = msgspec.convert(tomllib.loads(data.decode()), ColumnMap)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as fault:
        return ImportRefused(
            [IntegrityFault("map", "", f"it cannot be read: {one_line(str(fault)).rstrip('.')}.")]
        )
    return _checked(read)


def plain_map(table: str) -> ColumnMap | ImportRefused:
    """The map of a table whose headings are the names of fields, as `export_csv` writes them."""
    return _checked(ColumnMap(table))


def _checked(read: ColumnMap) -> ColumnMap | ImportRefused:
    if read.table not in KINDS:
        return ImportRefused(
            [
                IntegrityFault(
                    "map",
                    "table",
                    f"there is no table {read.table}{did_you_mean(read.table, KINDS)}",
                )
            ]
        )
    known = _types(read.table)
    named = [*((f"columns.{column}", field) for column, field in read.columns.items())]
    named += [(f"values.{field}", field) for field in read.values]
    found = [
        IntegrityFault(
            "map",
            where,
            f"there is no such field of {read.table}: {field}{did_you_mean(field, known)}",
        )
        for where, field in named
        if field not in known
    ]
    fields = list(read.columns.values())
    doubled = {field for field in fields if fields.count(field) > 1}
    found += [
        IntegrityFault("map", "columns", f"two columns go to {field}; keep one.")
        for field in sorted(doubled)
    ]
    return ImportRefused(found) if found else read


def read_csv(
    data: bytes, by: ColumnMap, at: CellPlace
) -> tuple[list[Record], list[str]] | ImportRefused:
    """The records of a CSV file and the headings of columns that were not taken, or every fault of every row."""
    rows = _rows(data)
    if isinstance(rows, str):
        return ImportRefused([IntegrityFault("", "", rows)])
    heads = [head.strip() for head in rows[0]]
    columns = by.columns or _plain_columns(heads, by.table)
    found = [
        IntegrityFault("heading", column, "the file has no such column.")
        for column in columns
        if column not in heads
    ]
    twice = sorted({head for head in heads if head in columns and heads.count(head) > 1})
    found += [IntegrityFault("heading", head, "this column is there twice.") for head in twice]
    if not columns:
        known = ", ".join(_types(by.table))
        found.append(
            IntegrityFault(
                "heading",
                "",
                f"no column is a field of {by.table} ({known}); a map tells which is which.",
            )
        )
    if found:
        return ImportRefused(found)
    records: list[Record] = []
    given: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{by.table} row {number}"
        if len(row) > len(heads):
            found.append(
                IntegrityFault(where, "", f"it has {len(row)} cells under {len(heads)} headings.")
            )
            continue
        raw, wrong = _row(dict(zip(heads, row, strict=False)), columns, by, at)
        record, faulty = (None, []) if wrong else read_record(by.table, raw)
        found += [IntegrityFault(where, field, message) for field, message in (*wrong, *faulty)]
        found += (
            [
                IntegrityFault(where, one.field, str(one))
                for one in wrong_in(record, local_day(at.now, at.zone))
            ]
            if record
            else []
        )
        if record and record.id in given:
            found.append(IntegrityFault(where, "id", "this id is there twice."))
        if record:
            given.add(record.id)
            records.append(record)
    if found:
        return ImportRefused(found)
    named = {
        label(by.table, n, record.id): f"{by.table} id {record.id}"
        for n, record in enumerate(records)
    }
    astray = faults({by.table: records}, at.present)
    if astray:
        return ImportRefused(
            [IntegrityFault(named.get(f.record, f.record), f.field, f.message) for f in astray]
        )
    return records, [head for head in heads if head and head not in columns]


def _rows(data: bytes) -> list[list[str]] | str:
    """The cells of a file, row by row; why there are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return f"the file is not UTF-8 text (byte {fault.start}); save it as CSV UTF-8."
    first = QUOTED.sub("", text.partition("\n")[0])
    csv.field_size_limit(LARGEST)
    try:
        rows = list(
            csv.reader(
                io.StringIO(text, newline=""),
                delimiter=max(DELIMITERS, key=first.count),
                strict=True,
            )
        )
    except csv.Error as fault:
        return f"the file is not a CSV table: {fault}."
    return rows if any(any(row) for row in rows) else "the file is empty."


def _plain_columns(heads: Sequence[str], table: str) -> dict[str, str]:
    known = _types(table)
    as_field = {head: head.casefold().replace(" ", "_") for head in heads}
    return {head: field for head, field in as_field.items() if field in known}


def _types(table: str) -> dict[str, Any]:
    return {field.encode_name: field.type for field in msgspec.structs.fields(KINDS[table])}


def _row(
    cells: Mapping[str, str], columns: Mapping[str, str], by: ColumnMap, at: CellPlace
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The plain values of one row, and what is wrong with it as (field, message). An empty cell is no value."""
    kinds = _types(by.table)
    raw: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for column, field in columns.items():
        said = _typed(cells.get(column, ""))
        if not said:
            continue
        meanings = by.values.get(field, {})
        try:
            raw[field] = (
                meanings[said] if said in meanings else _value(said, field, kinds[field], by, at)
            )
        except ValueError as fault:
            wrong.append((field, str(fault)))
    if not raw.get("id"):
        raw["id"] = at.new_id()
    return raw, wrong


def _typed(cell: str) -> str:
    """What a cell says, without the apostrophe that kept a spreadsheet from running it."""
    said = cell.strip()
    return said[1:] if said[:1] == "'" and said[1:].startswith(FORMULA_STARTS) else said


def _value(said: str, field: str, kind: Any, by: ColumnMap, at: CellPlace) -> Any:
    """A cell's text as the plain value its field holds. ValueError with a sentence where it is none."""
    target = REFERENCES.get(by.table, {}).get(field)
    if target:
        several = get_origin(kind) is list
        found = [
            _meant(one.strip(), target, at.present)
            for one in (said.split(";") if several else [said])
        ]
        return found if several else found[0]
    bare = _bare(kind)
    if bare is datetime or bare is date:
        return _time(said, bare, by, at, birth=field == "birth_date")
    if bare is bool:
        if said.casefold() not in YES | NO:
            raise ValueError(f"`{one_line(said)}` is neither yes nor no.")
        return said.casefold() in YES
    if bare in (int, float):
        try:
            return msgspec.convert(said, bare, strict=False)
        except msgspec.ValidationError:
            raise ValueError(f"`{one_line(said)}` is not a number.") from None
    if said[0] in "[{" and _is_nested(bare):
        try:
            return json.loads(said)
        except ValueError:
            raise ValueError("the cell is not JSON.") from None
    if get_origin(bare) is list:
        return [part.strip() for part in said.split(";") if part.strip()]
    return (
        next((o for o in get_args(bare) if o == said.casefold()), said)
        if get_origin(bare) is Literal
        else said
    )


def _is_nested(kind: Any) -> bool:
    """Whether a field holds JSON: a list, a mapping, or a value with fields of its own."""
    if get_origin(kind) in (list, dict):
        return True
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _bare(kind: Any) -> Any:
    """A type without its bounds and without the None it may be instead."""
    while get_origin(kind) in (Annotated, Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return kind


def _time(said: str, kind: type[date], by: ColumnMap, at: CellPlace, *, birth: bool) -> str:
    """A date or instant as it is kept; local to the practice where no offset stands, the day's start without a time."""
    if by.dates:
        try:
            read = datetime.strptime(said, by.dates)  # noqa: DTZ007 made aware below
        except ValueError:
            raise ValueError(f"`{one_line(said)}` is no date written {by.dates}.") from None
        if kind is date:
            made: Any = read.date()
        else:
            made = read if read.tzinfo else localised(said, read, at.zone)
        if birth and "%y" in by.dates and isinstance(made, date):
            made = in_century_of_life(made, local_day(at.now, at.zone))
    elif kind is date:
        made = read_day(said, at.now, at.zone)
    elif ":" not in said:
        day = read_day(said, at.now, at.zone)
        made = day if isinstance(day, Problem) else day_start(day, at.zone)
    else:
        made = read_when(said, now=at.now, zone=at.zone)
    if isinstance(made, Problem):
        raise ValueError(made.message)
    return str(made.isoformat())


def _meant(said: str, table: str, present: Practice) -> str:
    """The id of the record a cell names, by its id or by its whole name."""
    kept = present.tables[table]
    if said in kept:
        return said
    wanted = sorted(words(said))
    found = [
        id
        for id, record in kept.items()
        if wanted and sorted(words(str(getattr(record, "name", "")))) == wanted
    ]
    if len(found) != 1:
        noun = table.removesuffix("s")
        many = f"{len(found)} {table} are" if found else f"no {noun} is"
        raise ValueError(f"{many} called `{one_line(said)}` here; give the id.")
    return found[0]
