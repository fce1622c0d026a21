"""`medex import` and `medex export`: the practice brought in and taken along, in whole or a client's chart."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from medex_tui.cli.context import (
    BAD_INPUT,
    DONE,
    STORE,
    CommandContext,
    CommandError,
    folder,
    print_error,
    print_out,
    write_private_file,
)
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS, TABLES

SHOWN = 50
"""How many faults of an import are listed."""

FORMATS = {"json": "json", "csv": "csv", "fhir": "fhir.json", "ics": "ics", "markdown": "md"}
"""Format -> how a file of it ends."""


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `import` or `export` takes."""
    if name == "import":
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
        parser.add_argument(
            "--dry-run", action="store_true", help="check the file and write nothing"
        )
        parser.set_defaults(run=import_)
        return
    parser.add_argument("--format", choices=tuple(FORMATS), default="json")
    parser.add_argument(
        "--client", metavar="C", help="only this client's chart: name, initials or id"
    )
    parser.add_argument(
        "--table", metavar="TABLE", choices=tuple(KINDS), help="with csv: this table only"
    )
    parser.add_argument(
        "--names", action="store_true", help="with ics: clients by name in place of initials"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="a file, or a folder, in place of stdout"
    )
    parser.set_defaults(run=export)


# In -----------------------------------------------------------------------------------------------------------------


def import_(desk: CommandContext, given: argparse.Namespace) -> int:
    """Read a file: all of it is checked, then all of it is written in one commit, or nothing."""
    from medex_tui.store import NotSaved, Saved

    data = _read(given.file)
    begun = not desk.exists()
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
    present = Practice() if begun else desk.store.everything()
    read = _from_csv(desk, given, data, present) if form == "csv" else _from_json(data, present)
    if given.dry_run:
        print_out(f"{given.file}: {len(read)} records, all in order; nothing was written.")
        return DONE
    if begun:
        desk.begin()
    outcome = desk.store.load(read, at=desk.now, why="medex import")
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
    desk: CommandContext, given: argparse.Namespace, data: bytes, present: Practice
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
    read = read_csv(data, by, CellPlace(present, desk.now, desk.zone, desk.new_id))
    if isinstance(read, Faults):
        raise _refused([str(fault) for fault in read.faults])
    records, passed_over = read
    if passed_over:
        print_error(f"Columns not taken: {', '.join(one_line(head) for head in passed_over)}.")
    return records


def _refused(faults: list[str]) -> CommandError:
    more = [f"... and {len(faults) - SHOWN} more."] if len(faults) > SHOWN else []
    return CommandError(*map(one_line, faults[:SHOWN]), *more, "Nothing was imported.")


# Out ----------------------------------------------------------------------------------------------------------------


def export(desk: CommandContext, given: argparse.Namespace) -> int:
    """The whole practice, or one client's chart, in one of the formats."""
    if given.table and given.format != "csv":
        raise CommandError("--table goes with --format csv; the other formats hold every table.")
    if given.names and given.format != "ics":
        raise CommandError("--names goes with --format ics; the other formats name people anyway.")
    client = desk.client(given.client) if given.client is not None else None
    practice = _about(desk.store.everything(), client)
    target = Path(given.output).expanduser() if given.output else None
    files = _many(given, practice, desk, target) if target else None
    if files is None:
        data = _WRITTEN[given.format](practice, desk, given)
        name = f"practice{'-chart' if client else ''}.{FORMATS[given.format]}"
        files = {target / name if target and target.is_dir() else target: data}
    table = given.table or ("sessions" if given.format == "csv" and len(files) == 1 else "")
    desk.given_out(f"{given.format} {table}".strip(), client.id if client else None)
    for path, data in files.items():
        if path is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            write_private_file(path, data)
    if target:
        wrote = str(next(iter(files))) if len(files) == 1 else f"{len(files)} files to {target}"
        print_error(f"Wrote {wrote}; only you can read {'it' if len(files) == 1 else 'them'}.")
    return DONE


def _about(practice: Practice, client: Client | None) -> Practice:
    from medex_tui.domain.records.chart import chart

    return chart(practice, client.id) if client else practice


def _many(
    given: argparse.Namespace, practice: Practice, desk: CommandContext, target: Path
) -> Mapping[Path | None, bytes] | None:
    """A file a table, or a chart a client, where the path is or reads like a folder; None where one file is meant."""
    if (
        given.format not in ("csv", "markdown")
        or given.table
        or (target.suffix and not target.is_dir())
    ):
        return None
    folder(str(target))
    if given.format == "csv":
        from medex_tui.store.spreadsheet import export_csv

        return {
            target / f"{t}.csv": export_csv(practice.tables[t].values(), KINDS[t]) for t in KINDS
        }
    from medex_tui.reports.exchange.client_chart import client_chart
    from medex_tui.reports.file_names import chart_name

    clients = sorted(practice.clients.values(), key=lambda one: one.id)
    return {
        target / chart_name(one): client_chart(one, practice, desk.now).encode() for one in clients
    }


def _json(practice: Practice, desk: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.store.exchange import export_json

    if given.client:  # a chart is read into another practice, which has settings of its own
        practice = Practice.of_tables({**practice.tables, "settings": {}})
    return export_json(practice, desk.now)


def _csv(practice: Practice, desk: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.store.spreadsheet import export_csv

    table = given.table or "sessions"
    if not given.table:
        print_error("This is the table of sessions: --table names another, -o FOLDER writes all.")
    return export_csv(practice.tables[table].values(), KINDS[table])


def _fhir(practice: Practice, desk: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.fhir import bundle

    return bundle(practice, desk.now)


def _ics(practice: Practice, desk: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.calendar import calendar

    return calendar(practice, desk.now, names=given.names)


def _markdown(practice: Practice, desk: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.client_chart import RULE, client_chart

    clients = sorted(
        practice.clients.values(),
        key=lambda one: (one.family_name.casefold(), one.given_name, one.id),
    )
    return RULE.join(client_chart(one, practice, desk.now) for one in clients).encode()


_WRITTEN: Mapping[str, Callable[[Practice, CommandContext, argparse.Namespace], bytes]] = {
    "json": _json,
    "csv": _csv,
    "fhir": _fhir,
    "ics": _ics,
    "markdown": _markdown,
}
