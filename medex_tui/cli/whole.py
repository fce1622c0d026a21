"""`medex init` and `check`: a practice begun, and looked over."""

from __future__ import annotations

import argparse
import json
import os
import pwd

import msgspec

from medex_tui.cli.app import fresh
from medex_tui.cli.context import (
    DONE,
    FOUND,
    STORE,
    CommandContext,
    CommandError,
    ask,
    at_a_terminal,
    print_error,
    print_out,
)
from medex_tui.domain.dates.clock import zone_of
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.people import Practitioner
from medex_tui.domain.records.settings import Policy, Settings

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
MENDED = ("journal", "snapshot", "snapshot equals journal")
"""Checks whose faults a restore in place mends."""
ZONES = "/zoneinfo/"
TRIES = 3


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `init` or `check` takes."""
    if name == "init":
        for field, told in ASKED.items():
            parser.add_argument(f"--{field}", metavar="VALUE", help=told.lower())
        parser.add_argument(
            "--holidays",
            choices=("us", "none"),
            default="none",
            help="begin with US federal holidays",
        )
        parser.set_defaults(run=init)
    else:
        parser.add_argument(
            "file",
            metavar="FILE",
            nargs="?",
            help="a letter in hand: is it what was signed and sent?",
        )
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="after a save by a clock that was ahead: note it, and save on",
        )
        parser.set_defaults(run=check)


def init(desk: CommandContext, given: argparse.Namespace) -> int:
    """Begin a practice; what is not given as an option is asked for at a terminal."""
    from medex_tui.domain.dates.clock import us_federal_holidays

    fresh(desk.path)
    values = {field: (getattr(given, field) or "").strip() for field in ASKED}
    if at_a_terminal():
        usual = {"timezone": machine_zone(), "practitioner": full_name(desk.login)}
        for field, told in ASKED.items():
            values[field] = values[field] or _asked(field, told, usual.get(field, ""))
    lacking = [f"--{field}" for field in NEEDED if not values[field]]
    if lacking:
        raise CommandError(f"To begin a practice, {', '.join(lacking)} must be given.")
    if zone_of(values["timezone"]) is None:
        raise CommandError(
            f"`{values['timezone']}` is not a time zone; type it like America/New_York."
        )
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
    print_out(
        f"Began {one_line(settings.name)} at {desk.path}, for {one_line(owner.name)} ({desk.login})."
    )
    print_out(
        "Next: medex leads to the first client, session and letter; medex client add and its like need no screen."
    )
    return DONE


def _asked(field: str, told: str, usual: str) -> str:
    """One answer at the terminal: asked a few times where it cannot be used; Enter takes what is usual, if anything."""
    for _ in range(TRIES):
        answer = ask(f"{told} [{usual}]: " if usual else f"{told}: ") or usual
        if field == "timezone" and answer and zone_of(answer) is None:
            print_error(f"`{one_line(answer)}` is not a time zone; type it like America/New_York.")
        elif answer or field not in NEEDED:
            return answer
        else:
            print_error("This one is needed.")
    return ""


def machine_zone() -> str:
    """The zone this machine's clock is set to; empty where it does not say."""
    _, found, name = os.path.realpath("/etc/localtime").partition(ZONES)
    return name if found and zone_of(name) else ""


def full_name(login: str) -> str:
    """The name the operating system has for a login; empty where it has none."""
    try:
        return pwd.getpwnam(login).pw_gecos.split(",")[0].strip()
    except KeyError:
        return ""


def check(desk: CommandContext, given: argparse.Namespace) -> int:
    """Everything that can be verified, one line each; exit 1 when something does not hold."""
    from medex_tui.store.check import check as looked_over

    desk.must_exist()
    if given.file is not None:
        from medex_tui.cli.proof import check_file

        return check_file(desk, given.file)
    if given.clock_is_right:
        if refused := desk.store.note("clock", "said to be right", at=desk.now):
            raise CommandError(refused.reason, status=STORE)
        print_out(f"Noted: the clock is right; saving goes on from {desk.now:%Y-%m-%d %H:%M} UTC.")
        return DONE
    found = looked_over(desk.path)
    if given.json:
        print_out(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        longest = max(len(one.name) for one in found)
        for one in found:
            print_out(
                f"{'ok  ' if one.ok else 'FAIL'} {one.name:{longest}}  {one_line(one.detail)}"
            )
        if not all(one.ok for one in found if one.name in MENDED):
            print_error(
                "`medex restore --dry-run` shows what is intact, `medex restore` mends what can be mended."
            )
    return DONE if all(one.ok for one in found) else FOUND
