"""`medex why` and `medex on-time`: the clock proves itself."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

import msgspec

from medex_tui.cli.desk import DONE, Desk, Refused, say, settled
from medex_tui.domain.obligations import explain
from medex_tui.domain.plain import fit, one_line
from medex_tui.domain.share import FEWEST
from medex_tui.domain.timeliness import Row, timeliness

MONTHS_BACK = 12


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `why` or `on-time` takes."""
    if name == "why":
        told = "a key, the beginning of it, or kind:client; met ones too"
        parser.add_argument("key", metavar="KEY", help=told)
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.set_defaults(run=why)
        return
    parser.add_argument(
        "--by", choices=("month", "provider", "practitioner"), default="month", help="grouped by (month)"
    )
    parser.add_argument("--since", metavar="D", help=f"from that day on, if not the last {MONTHS_BACK} months")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=on_time)


def why(desk: Desk, given: argparse.Namespace) -> int:
    """Rule, source event, arithmetic, pauses and what would clear it, a line each, for every obligation meant."""
    practice = desk.practice
    found = desk.meant(given.key, practice, met=True)
    if not found:
        practice = desk.store.everything()
        found = desk.meant(given.key, practice, met=True)
    if not found:
        raise Refused(
            f"Nothing is or was owed under `{given.key}`: `medex overdue --within 720 --json` shows the keys."
        )
    if given.json:
        say(json.dumps([{"key": o.key, "why": o.why, "lines": explain(o, practice)} for o in found], indent=2))
        return DONE
    for one in found:
        client, provider = practice.clients.get(one.client_id), practice.providers.get(one.provider_id)
        say(f"{one.key}")
        say(f"  For: {client.name if client else 'unknown client'}, to {provider.name if provider else 'nobody'}.")
        for line in explain(one, practice):
            say(f"  {one_line(line)}")
    return DONE


def on_time(desk: Desk, given: argparse.Namespace) -> int:
    """How much of what was owed was sent by its limit, and how fast; percentages from five cases on."""
    now, zone = desk.now, desk.zone
    if given.since:
        from medex_tui.domain.clock import day_start
        from medex_tui.domain.when import read_day

        since = day_start(settled(read_day(given.since, now, zone)), zone)
    else:
        local = now.astimezone(zone)
        since = datetime(local.year - 1, local.month, 1, tzinfo=zone)
    found = timeliness(desk.store.everything(), now, since, given.by)
    if given.json:
        rows = [{**msgspec.to_builtins(row), "percent": row.percent} for row in (*found.rows, found.total)]
        say(json.dumps({"by": found.by, "since": since.isoformat(), "rows": rows}, indent=2))
        return DONE
    names = min(40, max([len(given.by), *(len(one_line(row.name)) for row in found.rows)], default=8))
    say(f"{fit(given.by.upper(), names)}  ON TIME   OF  SHARE  MEDIAN TO SEND")
    for row in (*found.rows, found.total):
        say(_line(row, names))
    say(f"Met by the limit, of all met, waived for good or past it; no percentage of fewer than {FEWEST}.")
    return DONE


def _line(row: Row, names: int) -> str:
    share = f"{row.percent} %" if row.percent is not None else "-"
    hours = f"{row.hours:g} h" if row.hours is not None else "-"
    return f"{fit(one_line(row.name), names)}  {row.on_time:>7} {row.settled:>4}  {share:>5}  {hours:>14}"
