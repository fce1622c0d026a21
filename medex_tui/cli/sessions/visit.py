"""`medex visit`: visits planned, moved, cancelled, missed; and a client's visits as a list."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from medex_tui.actions.context import Refusal
from medex_tui.actions.plan_visit import miss_visit, move_visit, plan_visit, reopen_visit
from medex_tui.cli.context import DONE, CommandContext, CommandError, accepted, print_out, settled
from medex_tui.cli.verbs import add_verb
from medex_tui.domain.dates.clock import local_day, spoken
from medex_tui.domain.language.plain import fit, one_line
from medex_tui.domain.records.visits import Session

STATES = {
    "planned": "planned",
    "open": "draft",
    "signed": "signed",
    "no_show": "no-show",
    "cancelled": "cancelled",
}
VERBS = {
    "plan": "a visit to come: --client and --at",
    "move": "to another time",
    "cancel": "it will not take place",
    "no-show": "the client did not come",
    "reopen": "a no-show or cancelled visit is planned again",
    "list": "a client's visits, or all planned ones",
}


def options(parser: argparse.ArgumentParser) -> None:
    """What `visit` takes."""
    verbs = parser.add_subparsers(dest="verb", metavar="|".join(VERBS), required=True)
    for verb, told in VERBS.items():
        run = {"list": _list, "plan": _plan}.get(verb, _change)
        command = add_verb(verbs.add_parser, verb, told, run=run)
        if verb in ("plan", "list"):
            command.add_argument(
                "--client", metavar="C", required=verb == "plan", help="name, initials or id"
            )
        else:
            command.add_argument(
                "visit", metavar="ID|CLIENT", help="id of the visit; or whose, with --date"
            )
            command.add_argument(
                "--date", metavar="D", default="today", help="with a client: the day of it (today)"
            )
        if verb in ("plan", "move"):
            command.add_argument(
                "--at",
                metavar="T",
                required=True,
                help="when: tomorrow 14:30, fri 9:00, 2026-11-27 14:30",
            )
        if verb in ("cancel", "no-show"):
            command.add_argument(
                "--reason", metavar="TEXT", help="as it was given; - reads it from stdin"
            )
        if verb == "list":
            command.add_argument("--json", action="store_true", help="as JSON")


def _plan(context: CommandContext, given: argparse.Namespace) -> int:
    client = context.client(given.client)
    return _kept(context, plan_visit(context, client.id, _when(context, given.at)), "planned")


def _change(context: CommandContext, given: argparse.Namespace) -> int:
    visit = _meant(context, given.visit, given.date)
    if given.verb == "move":
        made: Session | Refusal = move_visit(visit, _when(context, given.at))
    elif given.verb == "reopen":
        made = reopen_visit(visit)
    else:
        reason = sys.stdin.read().strip() if given.reason == "-" else given.reason
        made = miss_visit(
            context, visit, "no_show" if given.verb == "no-show" else "cancelled", reason
        )
    return _kept(context, accepted(made), given.verb)


def _when(context: CommandContext, said: str) -> Any:
    from medex_tui.domain.dates.parse import read_when

    order = context.practice.month_first
    return settled(
        read_when(said, now=context.now, zone=context.zone, direction="future", month_first=order)
    )


def _meant(context: CommandContext, said: str, date: str) -> Session:
    """The visit of an id, else the one of a client's that day which was not logged."""
    from medex_tui.domain.dates.parse import read_day

    if kept := context.record(Session, said):
        return kept
    client, day = context.client(said), settled(read_day(date, context.now, context.zone))
    that_day = [
        s
        for s in context.practice.sessions_of.get(client.id, [])
        if s.at and local_day(s.at, context.zone) == day
    ]
    unlogged = [s for s in that_day if s.state in ("planned", "no_show", "cancelled")]
    if not unlogged:
        raise CommandError(
            f"{client.name} has no visit on {day} that was not logged; --date names another day."
        )
    if len(unlogged) > 1:
        listed = ", ".join(f"{spoken(s.at, context.zone)} ({s.id})" for s in unlogged if s.at)
        raise CommandError(f"{client.name} has several that day: {listed}. Give the id.")
    return unlogged[0]


def _kept(context: CommandContext, made: Session, why: str) -> int:
    (saved,) = context.save([made], why=f"visit {why}")
    client = context.practice.clients.get(saved.client_id)
    when = spoken(saved.at, context.zone, now=context.now) if saved.at else ""
    print_out(
        f"saved {saved.id} {one_line(client.name) if client else ''} {when} {STATES[saved.state]}"
    )
    return DONE


def _list(context: CommandContext, given: argparse.Namespace) -> int:
    if given.client:
        visits = context.practice.sessions_of.get(context.client(given.client).id, [])
    else:
        visits = [s for s in context.practice.counted(Session) if s.state == "planned"]
    visits = sorted(visits, key=lambda s: (s.at or context.now, s.id))
    named = {
        s.id: c.name if (c := context.practice.clients.get(s.client_id)) else s.client_id
        for s in visits
    }
    if given.json:
        rows = [
            {
                "id": s.id,
                "client_id": s.client_id,
                "client": named[s.id],
                "at": s.at.isoformat() if s.at else None,
                "state": s.state,
                "reason": s.reason,
            }
            for s in visits
        ]
        print_out(json.dumps(rows, indent=2))
        return DONE
    shown = [spoken(s.at, context.zone, now=context.now) if s.at else "no time" for s in visits]
    width = max([16, *map(len, shown)])
    print_out(f"{fit('WHEN', width)}  {fit('CLIENT', 22)}  {fit('STATE', 9)}  ID")
    for s, when in zip(visits, shown, strict=True):
        client = fit(one_line(named[s.id]), 22)
        print_out(f"{fit(when, width)}  {client}  {fit(STATES[s.state], 9)}  {s.id}")
    return DONE
