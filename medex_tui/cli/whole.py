"""`medex init`, `import`, `export` and `check`: a practice begun, brought in, taken out, looked over."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import pwd
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from medex_tui.cli.app import fresh
from medex_tui.cli.desk import BAD_INPUT, DONE, FOUND, STORE, Desk, Refused, ask, at_a_terminal, complain, put, say
from medex_tui.domain.plain import csv_safe, one_line
from medex_tui.domain.records import KINDS, Policy, Practitioner, Settings

SHOWN = 50
"""How many faults of an import are listed."""

ASKED = {
    "name": "Name of the practice",
    "timezone": "Time zone, e.g. America/New_York",
    "practitioner": "Your name as letters show it",
    "credential": "Your credential, e.g. MES",
    "phone": "Phone of the practice",
    "fax": "Fax of the practice",
    "address": "Address of the practice",
}
NEEDED = ("name", "timezone", "practitioner")
ZONES = "/zoneinfo/"
TRIES = 3


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `init`, `import`, `export` or `check` takes."""
    if name == "init":
        for field, told in ASKED.items():
            parser.add_argument(f"--{field}", metavar="VALUE", help=told.lower())
        parser.add_argument("--holidays", choices=("us", "none"), default="none", help="begin with US federal holidays")
        parser.set_defaults(run=init)
    elif name == "import":
        parser.add_argument("file", metavar="FILE", help="an exported practice; - for stdin")
        parser.add_argument("--format", choices=("json",), default="json")
        parser.add_argument("--dry-run", action="store_true", help="check the file and write nothing")
        parser.set_defaults(run=import_)
    elif name == "export":
        parser.add_argument("--format", choices=("json", "csv"), default="json")
        parser.add_argument("--table", choices=tuple(KINDS), help="with csv: which table (sessions)")
        parser.add_argument("-o", "--output", metavar="PATH", help="a file, in place of stdout")
        parser.set_defaults(run=export)
    else:
        parser.add_argument("file", metavar="FILE", nargs="?", help="a letter in hand: is it what was signed and sent?")
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument(
            "--clock-is-right", action="store_true", help="after a save by a clock that was ahead: note it, and save on"
        )
        parser.set_defaults(run=check)


def init(desk: Desk, given: argparse.Namespace) -> int:
    """Begin a practice; what is not given as an option is asked for at a terminal."""
    from medex_tui.domain.clock import us_federal_holidays

    fresh(desk.path)
    values = {field: (getattr(given, field) or "").strip() for field in ASKED}
    if at_a_terminal():
        usual = {"timezone": machine_zone(), "practitioner": full_name(desk.login)}
        for field, told in ASKED.items():
            values[field] = values[field] or _asked(field, told, usual.get(field, ""))
    lacking = [f"--{field}" for field in NEEDED if not values[field]]
    if lacking:
        raise Refused(f"To begin a practice, {', '.join(lacking)} must be given.")
    if not is_zone(values["timezone"]):
        raise Refused(f"`{values['timezone']}` is not a time zone; type it like America/New_York.")
    now = desk.now
    years = (now.year, now.year + 1) if given.holidays == "us" else ()
    settings = Settings(
        id=desk.new_id(),
        name=values["name"],
        address=values["address"] or None,
        phone=values["phone"] or None,
        fax=values["fax"] or None,
        timezone=values["timezone"],
        holidays=[day for year in years for day in us_federal_holidays(year)],
        policies=[Policy(from_="1970-01-01")],
    )
    owner = Practitioner(
        id=desk.new_id(),
        login=desk.login,
        name=values["practitioner"],
        credential=values["credential"] or None,
        role="owner",
    )
    desk.begin()
    desk.save([settings, owner], why="medex init")
    say(f"Began {one_line(settings.name)} at {desk.path}, for {one_line(owner.name)} ({desk.login}).")
    say("Next: medex leads to the first client, session and letter; medex client add and its like need no screen.")
    return DONE


def _asked(field: str, told: str, usual: str) -> str:
    """One answer at the terminal: asked a few times where it cannot be used; Enter takes what is usual, if anything."""
    for _ in range(TRIES):
        answer = ask(f"{told} [{usual}]: " if usual else f"{told}: ") or usual
        if field == "timezone" and answer and not is_zone(answer):
            complain(f"`{one_line(answer)}` is not a time zone; type it like America/New_York.")
        elif answer or field not in NEEDED:
            return answer
        else:
            complain("This one is needed.")
    return ""


def is_zone(name: str) -> bool:
    """Whether a time zone has this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def machine_zone() -> str:
    """The zone this machine's clock is set to; empty where it does not say."""
    _, found, name = os.path.realpath("/etc/localtime").partition(ZONES)
    return name if found and is_zone(name) else ""


def full_name(login: str) -> str:
    """The name the operating system has for a login; empty where it has none."""
    try:
        return pwd.getpwnam(login).pw_gecos.split(",")[0].strip()
    except KeyError:
        return ""


def import_(desk: Desk, given: argparse.Namespace) -> int:
    """Read an export file: all of it is checked, then all of it is written in one commit, or nothing."""
    from medex_tui.domain.practice import Practice
    from medex_tui.store import NotSaved, Saved
    from medex_tui.store.exchange import Refused as Faults
    from medex_tui.store.exchange import read_import

    try:
        data = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    except OSError as fault:
        raise Refused(f"{given.file} cannot be read: {(fault.strerror or type(fault).__name__).lower()}.") from None
    begun = not desk.exists()
    present = Practice() if begun else desk.store.everything()
    read = read_import(data, present)
    if isinstance(read, Faults):
        more = [f"... and {len(read.faults) - SHOWN} more."] if len(read.faults) > SHOWN else []
        raise Refused(*(str(fault) for fault in read.faults[:SHOWN]), *more, "Nothing was imported.")
    if given.dry_run:
        say(f"{given.file}: {len(read)} records, all in order; nothing was written.")
        return DONE
    if begun:
        desk.begin()
    outcome = desk.store.load(read, at=desk.now, why="medex import")
    if isinstance(outcome, Saved):
        say(f"saved {len(outcome.records)} records of {given.file}")
        return DONE
    if isinstance(outcome, NotSaved):
        raise Refused(outcome.reason, status=BAD_INPUT if outcome.reason.startswith("Already") else STORE)
    raise Refused("Somebody else is saving these records: try again.", status=STORE)


def export(desk: Desk, given: argparse.Namespace) -> int:
    """The whole practice as JSON, or one table as CSV."""
    from medex_tui.store.exchange import export_json

    if given.table and given.format != "csv":
        raise Refused("--table goes with --format csv; JSON holds every table.")
    practice = desk.store.everything()
    now = desk.now
    if given.format == "json":
        data = export_json(practice, now)
    else:
        records = practice.tables[given.table or "sessions"].values()
        data = _csv([msgspec.to_builtins(record) for record in records]).encode()
    desk.given_out("json" if given.format == "json" else f"csv {given.table or 'sessions'}")
    if given.output:
        put(Path(given.output), data)
        complain(f"Wrote {given.output}; only you can read it.")
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return DONE


def _csv(rows: list[dict[str, Any]]) -> str:
    """One row a record in the order of ids; lists and parts as JSON; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(names)
    for row in sorted(rows, key=lambda row: str(row["id"])):
        writer.writerow([csv_safe(_cell(row.get(name))) for name in names])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else str(value)


def check(desk: Desk, given: argparse.Namespace) -> int:
    """Everything that can be verified, one line each; exit 1 when something does not hold."""
    from medex_tui.store.check import check as looked_over

    if not desk.exists():
        raise Refused(f"There is no practice at {desk.path}.", status=STORE)
    if given.file is not None:
        from medex_tui.cli.proof import check_file

        return check_file(desk, given.file)
    if given.clock_is_right:
        if refused := desk.store.note("clock", "said to be right", at=desk.now):
            raise Refused(refused.reason, status=STORE)
        say(f"Noted: the clock is right; saving goes on from {desk.now:%Y-%m-%d %H:%M} UTC.")
        return DONE
    found = looked_over(desk.path)
    if given.json:
        say(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        longest = max(len(one.name) for one in found)
        for one in found:
            say(f"{'ok  ' if one.ok else 'FAIL'} {one.name:{longest}}  {one_line(one.detail)}")
    return DONE if all(one.ok for one in found) else FOUND
