"""`medex audit`: who changed, looked at or gave out what, when; a line each, or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import datetime

import msgspec

from medex_tui.cli.context import (
    DONE,
    FOUND,
    STORE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
    settled,
)
from medex_tui.domain.dates.clock import day_start
from medex_tui.domain.dates.parse import read_day, read_when
from medex_tui.domain.language.plain import one_line
from medex_tui.store.audit import AuditEntry, audit

SHOWN = 4
WORDS = {
    "commit": "saved",
    "view": "viewed",
    "export": "exported",
    "print": "printed",
    "backup": "backed up",
    "lock": "locked",
    "unlock": "unlocked",
}


def options(parser: argparse.ArgumentParser) -> None:
    """What `audit` takes."""
    parser.add_argument("--client", metavar="C", help="only what is about this client")
    parser.add_argument("--by", metavar="U", help="only what this login did")
    parser.add_argument("--since", metavar="D", help="only from then on: yest, 2d ago, 2026-11-20")
    parser.add_argument("--json", action="store_true", help="as JSON, an object a line")
    parser.set_defaults(run=run)


def run(context: CommandContext, given: argparse.Namespace) -> int:
    """Print the trail, oldest first."""
    zone = context.zone
    since = _since(given.since, context) if given.since else None
    clients = {context.client(given.client).id} if given.client is not None else None
    gaps: list[str] = []
    try:
        for entry in audit(
            context.path, clients=clients, by=given.by, since=since, damage=gaps.append
        ):
            if given.json:
                sys.stdout.write(json.dumps(msgspec.to_builtins(entry)) + "\n")
            else:
                print_out(_told(entry, f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S%z}"))
    except OSError as fault:
        why = (fault.strerror or type(fault).__name__).lower()
        raise CommandError(
            f"The journal of {context.path} cannot be read: {why}.", status=STORE
        ) from None
    print_error(
        *(
            f"Entries are missing here: {gap} `medex restore` mends what can be mended."
            for gap in gaps
        )
    )
    return FOUND if gaps else DONE


def _since(said: str, context: CommandContext) -> datetime:
    """The instant meant: of a day without a time, its beginning."""
    if ":" in said:
        return settled(read_when(said, now=context.now, zone=context.zone))
    return day_start(settled(read_day(said, context.now, context.zone)), context.zone)


def _told(entry: AuditEntry, at: str) -> str:
    """One entry as one line. What people typed stands in quotes, with quotes inside escaped: it can end nothing."""
    parts = [
        at,
        _word(entry.by),
        f"{_word(entry.host)}/{entry.pid}",
        f"#{entry.seq}",
        WORDS.get(entry.kind, entry.kind),
    ]
    if len(entry.touched) > SHOWN:
        counts = Counter((one.op, one.table) for one in entry.touched)
        parts.append(
            ", ".join(
                f"{_word(op)} {count} {_word(table)}" for (op, table), count in counts.items()
            )
        )
    else:
        parts += [
            f"{_word(one.op)} {_word(one.table)} {_word(one.id)}"
            + (f" rev {one.rev}" if one.rev else "")
            + (f" ({', '.join(map(_word, one.fields))})" if one.fields else "")
            for one in entry.touched
        ]
    parts += [
        f"{name} {_quoted(text)}"
        for name, text in (("of", entry.detail), ("why", entry.why))
        if text
    ]
    return "  ".join(parts)


def _word(text: str) -> str:
    """A name as one word; in quotes where it is none."""
    return text if text and one_line(text) == text and not set(text) & set(' "') else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)
