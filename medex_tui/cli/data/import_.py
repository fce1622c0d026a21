"""`medex import`: read an exported practice, or another program's table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from medex_tui.cli.context import (
    BAD_INPUT,
    DONE,
    STORE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
)
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS, TABLES

SHOWN = 50
"""How many faults of an import are listed."""


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex import` takes."""
    parser.add_argument(
        "file", metavar="FILE", help="an exported practice, or a CSV table; - for stdin"
    )
    parser.add_argument(
        "--format", choices=("json", "csv"), help="if the file's ending does not tell"
    )
    parser.add_argument(
        "--map",
        metavar="MAP",
        help="with csv: a TOML file that says which column is which field",
    )
    parser.add_argument(
        "--table",
        metavar="TABLE",
        choices=tuple(KINDS),
        help="with csv and no map: of which kind",
    )
    parser.add_argument("--dry-run", action="store_true", help="check the file and write nothing")
    parser.set_defaults(run=import_)


def import_(context: CommandContext, given: argparse.Namespace) -> int:
    """Read a file: all of it is checked, then all of it is written in one commit, or nothing."""
    from medex_tui.store import NotSaved, Saved

    data = _read(given.file)
    begun = not context.exists()
    form = given.format or (
        "csv" if given.map or given.table or given.file.lower().endswith(".csv") else "json"
    )
    if form == "json" and (given.map or given.table):
        raise CommandError(
            "--map and --table go with --format csv; JSON says itself what it holds."
        )
    if form == "csv" and begun:
        raise CommandError(
            "A CSV table is added to a practice: `medex init` begins one.", status=STORE
        )
    present = Practice() if begun else context.store.everything()
    read = _from_csv(context, given, data, present) if form == "csv" else _from_json(data, present)
    if given.dry_run:
        print_out(f"{given.file}: {len(read)} records, all in order; nothing was written.")
        return DONE
    if begun:
        context.begin()
    outcome = context.store.load(read, at=context.now, why="medex import")
    if isinstance(outcome, Saved):
        here = sum(record.id in present.tables[TABLES[type(record)]] for record in read)
        known = f"; {here} were here already" if here else ""
        print_out(f"saved {len(read) - here} records of {given.file}{known}")
        return DONE
    if isinstance(outcome, NotSaved):
        raise CommandError(
            outcome.reason, status=BAD_INPUT if outcome.reason.startswith("Already") else STORE
        )
    raise CommandError("Somebody else is saving these records: try again.", status=STORE)


def _read(name: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.removeprefix(b"\xef\xbb\xbf")  # the mark some editors put before UTF-8
    except OSError as fault:
        raise CommandError(
            f"{name} cannot be read: {(fault.strerror or type(fault).__name__).lower()}."
        ) from None


def _from_json(data: bytes, present: Practice) -> list[Record]:
    from medex_tui.store.exchange import ImportRefused as Faults
    from medex_tui.store.exchange import read_import

    read = read_import(data, present)
    if isinstance(read, Faults):
        raise _refused([str(fault) for fault in read.faults])
    return read


def _from_csv(
    context: CommandContext, given: argparse.Namespace, data: bytes, present: Practice
) -> list[Record]:
    from medex_tui.store.exchange import ImportRefused as Faults
    from medex_tui.store.spreadsheet import CellPlace, ColumnMap, plain_map, read_csv, read_map

    if given.map and given.table:
        raise CommandError("The map names the table; leave --table out.")
    if not given.map and not given.table:
        raise CommandError(
            "Of which kind are these rows? --table clients says it, or --map MAP with the columns."
        )
    by: ColumnMap | Faults = read_map(_read(given.map)) if given.map else plain_map(given.table)
    if isinstance(by, Faults):
        raise _refused([str(fault) for fault in by.faults])
    read = read_csv(data, by, CellPlace(present, context.now, context.zone, context.new_id))
    if isinstance(read, Faults):
        raise _refused([str(fault) for fault in read.faults])
    records, passed_over = read
    if passed_over:
        print_error(f"Columns not taken: {', '.join(one_line(head) for head in passed_over)}.")
    return records


def _refused(faults: list[str]) -> CommandError:
    more = [f"... and {len(faults) - SHOWN} more."] if len(faults) > SHOWN else []
    return CommandError(*map(one_line, faults[:SHOWN]), *more, "Nothing was imported.")
