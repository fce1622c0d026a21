"""`medex export`: the practice, or a client's chart, as a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    folder,
    print_error,
    write_private_file,
)
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS

FORMATS = {"json": "json", "csv": "csv", "fhir": "fhir.json", "ics": "ics", "markdown": "md"}
"""Format -> how a file of it ends."""


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex export` takes."""
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


def export(context: CommandContext, given: argparse.Namespace) -> int:
    """The whole practice, or one client's chart, in one of the formats."""
    if given.table and given.format != "csv":
        raise CommandError("--table goes with --format csv; the other formats hold every table.")
    if given.names and given.format != "ics":
        raise CommandError("--names goes with --format ics; the other formats name people anyway.")
    client = context.client(given.client) if given.client is not None else None
    practice = _about(context.store.everything(), client)
    target = Path(given.output).expanduser() if given.output else None
    files = _many(given, practice, context, target) if target else None
    if files is None:
        data = _WRITTEN[given.format](practice, context, given)
        name = f"practice{'-chart' if client else ''}.{FORMATS[given.format]}"
        files = {target / name if target and target.is_dir() else target: data}
    table = given.table or ("sessions" if given.format == "csv" and len(files) == 1 else "")
    context.given_out(f"{given.format} {table}".strip(), client.id if client else None)
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
    given: argparse.Namespace, practice: Practice, context: CommandContext, target: Path
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
        target / chart_name(one): client_chart(one, practice, context.now).encode()
        for one in clients
    }


def _json(practice: Practice, context: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.store.exchange import export_json

    if given.client:  # a chart is read into another practice, which has settings of its own
        practice = Practice.of_tables({**practice.tables, "settings": {}})
    return export_json(practice, context.now)


def _csv(practice: Practice, context: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.store.spreadsheet import export_csv

    table = given.table or "sessions"
    if not given.table:
        print_error("This is the table of sessions: --table names another, -o FOLDER writes all.")
    return export_csv(practice.tables[table].values(), KINDS[table])


def _fhir(practice: Practice, context: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.fhir import bundle

    return bundle(practice, context.now)


def _ics(practice: Practice, context: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.calendar import calendar

    return calendar(practice, context.now, names=given.names)


def _markdown(practice: Practice, context: CommandContext, given: argparse.Namespace) -> bytes:
    from medex_tui.reports.exchange.client_chart import RULE, client_chart

    clients = sorted(
        practice.clients.values(),
        key=lambda one: (one.family_name.casefold(), one.given_name, one.id),
    )
    return RULE.join(client_chart(one, practice, context.now) for one in clients).encode()


_WRITTEN: Mapping[str, Callable[[Practice, CommandContext, argparse.Namespace], bytes]] = {
    "json": _json,
    "csv": _csv,
    "fhir": _fhir,
    "ics": _ics,
    "markdown": _markdown,
}
