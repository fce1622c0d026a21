"""`medex client`, `provider`, `referral`, `goal` and `practitioner`: the records a practice starts from.

Values come as options, or, where they should not stand in a list of processes, as `field: value` lines on stdin
(`-`); at a terminal the fields of a new record that matter most are asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    ask,
    at_a_terminal,
    print_out,
)
from medex_tui.cli.records.fields import NOTHING, provider_record
from medex_tui.cli.records.record_types import KINDS, RecordType
from medex_tui.cli.verbs import add_verb
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.language.plain import fit, one_line
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Practitioner, Provider
from medex_tui.domain.records.status import client_moments, referral_moments
from medex_tui.domain.records.tables import TABLES
from medex_tui.domain.referrals.referral import REFERRERS

CLOSED = frozenset({"discharged", "declined", "met", "changed", "dropped"})
"""States of a record that a list leaves out unless all are asked for."""


def record_options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `client`, `provider`, `referral`, `goal` or `practitioner` takes."""
    kind = KINDS[name]
    verbs = parser.add_subparsers(dest="verb", metavar="add|edit|show|list", required=True)
    for verb, (told, run) in VERBS.items():
        command = add_verb(verbs.add_parser, verb, told, run=run, kind=kind)
        if verb in ("edit", "show"):
            command.add_argument(
                "who", metavar="ID", help="id" + ("" if name == "referral" else " or name")
            )
        if verb in ("add", "edit"):
            command.add_argument(
                "stdin",
                nargs="?",
                choices=("-",),
                metavar="-",
                help="read `field: value` lines from stdin",
            )
            for field, spec in kind.fields.items():
                options = dict.fromkeys(
                    "--" + name.replace("_", "-") for name in (field.removesuffix("_id"), field)
                )
                action = "append" if spec.many else "store"
                command.add_argument(
                    *options, dest=field, metavar="VALUE", action=action, help=spec.told
                )
        if verb in ("show", "list"):
            command.add_argument("--json", action="store_true", help="as JSON")
        if verb == "list":
            command.add_argument(
                "--all", action="store_true", help="closed ones and those filed long ago too"
            )


def _add(context: CommandContext, given: argparse.Namespace) -> int:
    kind: RecordType = given.kind
    typed = _typed(given, kind)
    if at_a_terminal() and given.stdin is None:
        for name, field in kind.fields.items():
            if field.asked and name not in typed and (said := ask(f"{field.told}: ")):
                typed[name] = [said]
    values = _read(typed, kind, context)
    if kind.record is Referral:
        values.setdefault("received_at", context.now)
    if kind.record is Provider:
        values.setdefault("licensed_to_refer", values.get("role") in REFERRERS)
    return _save(
        context, kind, {"id": context.new_id(), **_moments(None, values, kind, context), **values}
    )


def _edit(context: CommandContext, given: argparse.Namespace) -> int:
    kind: RecordType = given.kind
    kept = _found(context, kind, given.who)
    values = _read(_typed(given, kind), kind, context)
    if not values:
        raise CommandError("Nothing to change was given.")
    return _save(
        context,
        kind,
        {**msgspec.structs.asdict(kept), **_moments(kept, values, kind, context), **values},
    )


def _moments(
    kept: Record | None, values: Mapping[str, Any], kind: RecordType, context: CommandContext
) -> Mapping[str, Any]:
    """When a status that was given began: the moment given with it, else now."""
    status, since = values.get("status"), values.get("status_at")
    if kind.record is Client:
        client = kept if isinstance(kept, Client) else None
        if since and (status or (client and client.status)) == "on_hold":
            return {"held_at": since}
        return client_moments(client, status, since or context.now) if status else {}
    if kind.record is Referral and status:
        return referral_moments(kept if isinstance(kept, Referral) else None, status, context.now)
    return {}


def _save(context: CommandContext, kind: RecordType, values: dict[str, Any]) -> int:
    """Check the whole record, save it, answer with its id."""
    wanted = [
        kind.needs,
        *(
            f.name
            for f in msgspec.structs.fields(kind.record)
            if f.required and f.name != kind.needs
        ),
    ]
    for name in wanted:
        if name not in values or (name == kind.needs and not str(values[name]).strip()):
            raise CommandError(
                f"A {kind.noun} needs a {name.removesuffix('_id').replace('_', ' ')}."
            )
    try:
        made = msgspec.convert(msgspec.to_builtins(values), kind.record)
    except msgspec.ValidationError as fault:
        raise CommandError(f"This is no whole {kind.noun}: {_plain(str(fault))}") from None
    if isinstance(made, Practitioner):
        _staffed(made, context)
    if isinstance(made, Goal):
        made = _dated(made, context)
    (saved,) = context.save([made])
    print_out(f"saved {saved.id} {one_line(kind.row(saved, context)[0])}")
    return DONE


def _dated(goal: Goal, context: CommandContext) -> Goal:
    """A goal with the dates that follow from what was said. Refused where its parts do not go together."""
    from medex_tui.domain.goals import amount, whole_goal
    from medex_tui.domain.measures import catalogue

    measure = catalogue().measures.get(goal.measure or "")
    for value in (goal.baseline, goal.target):
        if (
            measure
            and value is not None
            and isinstance(refused := amount(measure, f"{value:g}"), str)
        ):
            raise CommandError(refused)
    made = whole_goal(goal, context.practice, local_day(context.now, context.zone))
    if isinstance(made, tuple):
        raise CommandError(f"{made[0].replace('_', ' ')}: {made[1]}")
    return made


def _staffed(made: Practitioner, context: CommandContext) -> None:
    """Refuse a login that somebody has, and a practice without anybody who owns it."""
    others = [p for p in context.practice.practitioners.values() if p.id != made.id]
    if any(p.login == made.login for p in others):
        raise CommandError(f"The login {made.login} is somebody else's here.")
    if not any(p.active and p.role == "owner" for p in (made, *others)):
        raise CommandError("A practice needs an active owner; make somebody else the owner first.")


def _show(context: CommandContext, given: argparse.Namespace) -> int:
    kind: RecordType = given.kind
    kept = _found(context, kind, given.who)
    if isinstance(kept, Client):
        context.looked_at(kept.id)
    if given.json:
        print_out(json.dumps(msgspec.to_builtins(kept), indent=2))
        return DONE
    filled = {
        name: value
        for name, value in msgspec.to_builtins(kept).items()
        if value not in (None, "", [], {})
    }
    longest = max(map(len, filled))
    for name, value in filled.items():
        for part in value if isinstance(value, list) else [value]:
            shown = (
                "  ".join(f"{v}" for v in part.values() if v)
                if isinstance(part, dict)
                else str(part)
            )
            print_out(f"{name:{longest}}  {one_line(shown)}")
    return DONE


def _list(context: CommandContext, given: argparse.Namespace) -> int:
    kind: RecordType = given.kind
    practice = context.store.everything() if given.all else context.practice
    kept = [r for r in practice.tables[TABLES[kind.record]].values() if given.all or _current(r)]
    rows = sorted(
        ((kind.row(r, context), r) for r in kept),
        key=lambda pair: ([c.casefold() for c in pair[0]]),
    )
    if given.json:
        print_out(json.dumps([msgspec.to_builtins(record) for _, record in rows], indent=2))
        return DONE
    table = [kind.heads, *([one_line(cell) for cell in row] for row, _ in rows)]
    widths = [min(30, max(len(row[i]) for row in table)) for i in range(len(kind.heads) - 1)]
    for row in table:
        print_out(
            "  ".join(
                [*(fit(cell, wide) for cell, wide in zip(row, widths, strict=False)), row[-1]]
            )
        )
    return DONE


VERBS = {
    "add": ("a new one", _add),
    "edit": ("change fields of one", _edit),
    "show": ("one", _show),
    "list": ("all", _list),
}


def _current(record: Record) -> bool:
    return getattr(record, "status", "open") not in CLOSED and getattr(record, "active", True)


def _found(context: CommandContext, kind: RecordType, said: str) -> Record:
    if kind.record is Client:
        return context.client(said)
    if kind.record is Provider:
        return provider_record(said, context)
    kept = context.record(kind.record, said)
    if kept is None and kind.record is Practitioner:
        kept = next(
            (p for p in context.practice.practitioners.values() if said in (p.login, p.name)), None
        )
    if kept is None:
        raise CommandError(
            f"There is no {kind.noun} with the id {said}: `medex {kind.noun} list --all` shows them."
        )
    return kept


def _typed(given: argparse.Namespace, kind: RecordType) -> dict[str, list[str]]:
    """What was typed for each field, from options and then from `field: value` lines on stdin."""
    typed: dict[str, list[str]] = {}
    for name, field in kind.fields.items():
        said = getattr(given, name)
        if said is not None:
            typed[name] = said if field.many else [said]
    if given.stdin == "-":
        for number, name, said in _pairs(kind):
            if name in typed and not kind.fields[name].many:
                raise CommandError(f"line {number}: {name} is given twice; keep one.")
            typed.setdefault(name, []).append(said)
    return typed


def _pairs(kind: RecordType) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(
        sys.stdin.buffer.read().decode("utf-8", "replace").splitlines(), 1
    ):
        if not line.strip():
            continue
        name, colon, said = line.partition(":")
        name = name.strip().lower().replace(" ", "_").replace("-", "_")
        name = f"{name}_id" if f"{name}_id" in kind.fields else name
        if not colon or name not in kind.fields:
            raise CommandError(
                f"line {number}: `{name}` is no field of a {kind.noun}; there are {', '.join(kind.fields)}."
            )
        yield number, name, said.strip()


def _read(typed: dict[str, list[str]], kind: RecordType, context: CommandContext) -> dict[str, Any]:
    """Values by field name; an empty value, `none` or `-` clears the field."""
    values: dict[str, Any] = {}
    for name, said in typed.items():
        field = kind.fields[name]
        filled = [one for one in said if one.strip().lower() not in NOTHING]
        try:
            read = [field.read(one.strip(), context) for one in filled]
        except CommandError as refused:
            raise CommandError(
                f"{name.replace('_', ' ')}: {refused.sentences[0]}", *refused.sentences[1:]
            ) from None
        first = read[0] if read else _empty(kind, name)
        values[name] = read if field.many else first
    return values


def _empty(kind: RecordType, name: str) -> Any:
    """What a field without a value holds."""
    default = next(f.default for f in msgspec.structs.fields(kind.record) if f.name == name)
    return "" if default is msgspec.NODEFAULT else default


def _plain(fault: str) -> str:
    """msgspec's sentence without its marks for the place of a field in the structure."""
    message, _, place = fault.partition(" - at ")
    where = place.strip("`$. ")
    return f"{where}: {message.lower()}." if where else f"{message}."
