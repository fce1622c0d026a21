"""`medex settings`: show or change the practice: name, holidays, snippets, policy."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
    settled,
)
from medex_tui.cli.records import fields
from medex_tui.cli.records.fields import NOTHING, RecordField
from medex_tui.cli.verbs import add_verb
from medex_tui.domain.dates.clock import zone_of
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import PRESETS, rules
from medex_tui.domain.records.settings import Hours, Policy, Settings

NEEDED = ("name", "timezone")
"""Fields that nothing clears."""


def _zone(said: str, context: CommandContext) -> str:
    if zone_of(said) is None:
        raise CommandError(f"`{said}` is not a time zone; type it like America/New_York.")
    return said


def _name(said: str, context: CommandContext) -> str:
    if not said.strip():
        raise CommandError("A practice needs a name.")
    return said.strip()


FIELDS: dict[str, RecordField] = {
    "name": RecordField(_name, "name of the practice"),
    "address": RecordField(fields.text, "postal address"),
    "phone": RecordField(fields.text, "phone"),
    "fax": RecordField(fields.text, "fax"),
    "timezone": RecordField(_zone, "time zone, e.g. America/New_York"),
    "paper": RecordField(fields.one_of("us-letter", "a4"), "us-letter or a4"),
    "note_format": RecordField(
        fields.one_of("form", "soap", "dap"), "shape of visit notes: form, soap or dap"
    ),
    "unit_method": RecordField(
        fields.one_of("cms", "ama"), "units by total time (cms) or each code's midpoint (ama)"
    ),
    "nudge_days": RecordField(
        fields.whole, "days of silence before an answer is asked for again (7)"
    ),
    "retention_years": RecordField(fields.whole, "years records are kept"),
    "idle_lock_min": RecordField(
        fields.whole, "minutes without a key before the screen locks (10; 0: never)"
    ),
}


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex settings` takes."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=False)

    parser.set_defaults(run=show, json=False)
    add_verb(verbs.add_parser, "show", "everything that is set", run=show).add_argument(
        "--json", action="store_true", help="as JSON"
    )
    given = add_verb(verbs.add_parser, "set", "change fields; none clears one", run=set_fields)
    for name, field in FIELDS.items():
        given.add_argument(
            f"--{name.replace('_', '-')}", dest=name, metavar="VALUE", help=field.told
        )
    days = add_verb(
        verbs.add_parser, "holiday", "days that do not count on a working-day clock", run=holiday
    )
    days.add_argument(
        "what",
        choices=("add", "remove", "us"),
        help="add or remove days; us: federal holidays of a year",
    )
    days.add_argument("days", metavar="DAY", nargs="+", help="2026-12-24; with us a year")
    words = add_verb(
        verbs.add_parser,
        "snippet",
        "a text for notes and templates; without TEXT it is removed",
        run=snippet,
    )
    words.add_argument("name", metavar="NAME")
    words.add_argument("text", metavar="TEXT", nargs="?", default="")
    rule = add_verb(
        verbs.add_parser,
        "policy",
        "which rules count from now, or from a later day, on",
        run=policy,
    )
    rule.add_argument("preset", choices=tuple(PRESETS))
    rule.add_argument("--from", dest="from_", metavar="D", help="from that day on, if not from now")
    rule.add_argument(
        "--clock", choices=("elapsed", "working_days"), help="as before, if not given"
    )
    rule.add_argument(
        "--hours",
        metavar="KIND=TARGET/LIMIT",
        action="append",
        default=[],
        help="e.g. assessment_summary=24/48",
    )


def _kept(context: CommandContext) -> Settings:
    kept = context.practice.settings
    return kept if kept.rev else replace(kept, id=context.new_id())


def show(context: CommandContext, given: argparse.Namespace) -> int:
    """Everything that is set, a line each."""
    kept = context.practice.settings
    if given.json:
        print_out(json.dumps(msgspec.to_builtins(kept), indent=2))
        return DONE
    for field in FIELDS:
        value = getattr(kept, field)
        print_out(f"{field:16} {one_line(str(value)) if value is not None else '-'}")
    print_out(f"{'holidays':16} {', '.join(str(day) for day in sorted(kept.holidays)) or '-'}")
    for one in kept.policies:
        own = "; ".join(f"{kind} {h.target_h:g}/{h.limit_h:g} h" for kind, h in one.hours.items())
        print_out(
            f"{'policy':16} from {one.from_}: {one.preset}, {one.clock.replace('_', ' ')}{f'; {own}' if own else ''}"
        )
    for name, text in kept.snippets.items():
        print_out(f"{'snippet':16} {one_line(name)}: {one_line(text)}")
    return DONE


def set_fields(context: CommandContext, given: argparse.Namespace) -> int:
    """Change fields of the practice."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    for name, field in FIELDS.items():
        said = getattr(given, name)
        if said is None:
            continue
        cleared = name not in NEEDED and said.strip().lower() in NOTHING
        values[name] = defaults[name] if cleared else field.read(said.strip(), context)
    if not values:
        raise CommandError("Nothing to change was given; `medex settings set -h` lists the fields.")
    _save(context, replace(_kept(context), **values), f"settings: {', '.join(values)}")
    return DONE


def holiday(context: CommandContext, given: argparse.Namespace) -> int:
    """Add or remove days from today on; past ones have been counted by."""
    from medex_tui.domain.dates.clock import us_federal_holidays
    from medex_tui.domain.dates.parse import read_day

    kept, now = _kept(context), context.now
    today = now.astimezone(context.zone).date()
    if given.what == "us":
        years = [fields.whole(said, context) for said in given.days]
        named = [
            day
            for year in years
            if year and 1971 <= year <= 9998
            for day in us_federal_holidays(year)
        ]
        named = [day for day in named if day >= today]
        if not named:
            raise CommandError("Name a year from this one on, e.g. medex settings holiday us 2027.")
    else:
        named = [
            settled(read_day(said, now, context.zone, "future", context.practice.month_first))
            for said in given.days
        ]
    if past := [day for day in named if day < today]:
        raise CommandError(
            f"{past[0]} has passed: deadlines have been counted by it. Only days to come can be changed."
        )
    days = set(kept.holidays) - set(named) if given.what == "remove" else {*kept.holidays, *named}
    _save(context, replace(kept, holidays=sorted(days)), "holidays")
    return DONE


def snippet(context: CommandContext, given: argparse.Namespace) -> int:
    """Keep a text under a name, or remove it."""
    kept = _kept(context)
    name = given.name.strip()
    if not name.replace("_", "").replace("-", "").isalnum():
        raise CommandError("A snippet's name has letters, digits, - and _ only.")
    if not given.text and name not in kept.snippets:
        raise CommandError(f"There is no snippet `{name}`; give its text to make one.")
    rest = {key: text for key, text in kept.snippets.items() if key != name}
    _save(
        context,
        replace(kept, snippets={**rest, name: given.text} if given.text else rest),
        f"snippet {name}",
    )
    return DONE


def policy(context: CommandContext, given: argparse.Namespace) -> int:
    """Add a policy that counts from now or a later day on: what is owed already stays as it is."""
    kept, now = _kept(context), context.now
    start = now.isoformat()
    if given.from_:
        from medex_tui.domain.dates.parse import read_day

        day = settled(
            read_day(given.from_, now, context.zone, "future", context.practice.month_first)
        )
        if day <= now.astimezone(context.zone).date():
            raise CommandError(
                "A policy counts from now or from a day to come: it never rewrites what is owed already."
            )
        start = day.isoformat()
    before = kept.policies[-1] if kept.policies else Policy(from_="1970-01-01")
    made = Policy(
        from_=start,
        preset=given.preset,
        clock=given.clock or before.clock,
        hours=dict(_hours(said) for said in given.hours),
    )
    rest = [one for one in kept.policies if one.from_ != start and not _later(one.from_, start)]
    if dropped := len(kept.policies) - len(rest):
        print_error(
            f"{dropped} later polic{'y' if dropped == 1 else 'ies'} not yet in force replaced."
        )
    _save(context, replace(kept, policies=[*rest, made]), f"policy {given.preset}")
    return DONE


def _later(one: str, other: str) -> bool:
    """Whether a policy's beginning comes after another's; only days to come are compared so, by their dates."""
    return datetime.fromisoformat(one).date() > datetime.fromisoformat(other).date()


def _hours(said: str) -> tuple[str, Hours]:
    kind, _, hours = said.partition("=")
    target, _, limit = hours.partition("/")
    kind = kind.strip().replace("-", "_")
    counted = [rule.id for rule in rules().values() if rule.limit_h]
    if kind not in counted:
        raise CommandError(f"`{kind}` has no hours; there are {', '.join(counted)}.")
    try:
        made = Hours(target_h=float(target), limit_h=float(limit))
    except ValueError:
        raise CommandError(
            f"`{said}`: type kind=target/limit in hours, e.g. assessment_summary=24/48."
        ) from None
    if not 0 < made.target_h <= made.limit_h <= 24 * 90:
        raise CommandError(f"`{said}`: the target comes first and the limit is at most 90 days.")
    return kind, made


def _save(context: CommandContext, made: Settings, why: str) -> None:
    context.save([made], why=why)
    print_out(f"saved {one_line(why)}")
