"""`medex init`: begin a practice."""

from __future__ import annotations

import argparse
import os
import pwd

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    ask,
    at_a_terminal,
    print_error,
    print_out,
)
from medex_tui.cli.full_screen import fresh
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
ZONES = "/zoneinfo/"
TRIES = 3


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex init` takes."""
    for field, told in ASKED.items():
        parser.add_argument(f"--{field}", metavar="VALUE", help=told.lower())
    parser.add_argument(
        "--holidays",
        choices=("us", "none"),
        default="none",
        help="begin with US federal holidays",
    )
    parser.set_defaults(run=init)


def init(context: CommandContext, given: argparse.Namespace) -> int:
    """Begin a practice; what is not given as an option is asked for at a terminal."""
    from medex_tui.domain.dates.clock import us_federal_holidays

    fresh(context.path)
    values = {field: (getattr(given, field) or "").strip() for field in ASKED}
    if at_a_terminal():
        usual = {"timezone": machine_zone(), "practitioner": full_name(context.login)}
        for field, told in ASKED.items():
            values[field] = values[field] or _asked(field, told, usual.get(field, ""))
    lacking = [f"--{field}" for field in NEEDED if not values[field]]
    if lacking:
        raise CommandError(f"To begin a practice, {', '.join(lacking)} must be given.")
    if zone_of(values["timezone"]) is None:
        raise CommandError(
            f"`{values['timezone']}` is not a time zone; type it like America/New_York."
        )
    now = context.now
    years = (now.year, now.year + 1) if given.holidays == "us" else ()
    settings = Settings(
        id=context.new_id(),
        name=values["name"],
        address=values["address"] or None,
        phone=values["phone"] or None,
        fax=values["fax"] or None,
        timezone=values["timezone"],
        holidays=[day for year in years for day in us_federal_holidays(year)],
        policies=[Policy(from_="1970-01-01")],
    )
    owner = Practitioner(
        id=context.new_id(),
        login=context.login,
        name=values["practitioner"],
        credential=values["credential"] or None,
        role="owner",
    )
    context.begin()
    context.save([settings, owner], why="medex init")
    print_out(
        f"Began {one_line(settings.name)} at {context.path}, for {one_line(owner.name)} ({context.login})."
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
