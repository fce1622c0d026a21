"""`medex log`: visits, one line each, answered one by one."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from medex_tui.actions.log_session import log_session
from medex_tui.cli.context import (
    STORE,
    CommandContext,
    CommandError,
    ask,
    print_error,
)
from medex_tui.cli.sessions.entry_lines import (
    TRIES,
    InputFault,
    InputLine,
    answer_words,
    confirmed_ids,
    entry_options,
    given_time,
    reading_table,
    save_entry,
    take_lines,
    within_line,
)
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.people import Client

if TYPE_CHECKING:
    from medex_tui.domain.precheck import SafetyCheck
    from medex_tui.domain.shorthand import SessionReading


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex log` takes."""
    from medex_tui.domain.shorthand.examples import SESSION

    entry_options(parser, SESSION)
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        help="why a session went on where a safety rule says to hold",
    )
    parser.set_defaults(run=log)


def log(context: CommandContext, given: argparse.Namespace) -> int:
    """One session a line."""
    client = context.client(given.client) if given.client is not None else None
    at = given_time(context, given.at)
    prompt = f"{client.name}> " if client else "session> "
    return take_lines(
        context,
        "session",
        prompt,
        lambda line: _log_line(context, line, given, client, at),
        client,
        at,
    )


def _log_line(
    context: CommandContext,
    line: InputLine,
    given: argparse.Namespace,
    client: Client | None,
    at: datetime | None,
) -> str:
    from medex_tui.domain.precheck import check
    from medex_tui.domain.shorthand import at_time, read_session

    confirmed: set[str] = set()
    reasons: dict[str, str] = {}
    for _ in range(TRIES):
        context.store.refresh()
        practice, now = context.practice, context.now
        reading = read_session(
            at_time(line.text, at),
            practice=practice,
            now=now,
            client=practice.clients[client.id] if client else None,
            by=context.login,
            confirmed=confirmed,
        )
        if reading.problems:
            raise InputFault(within_line(reading.problems, line))
        if reading.questions:
            confirmed |= confirmed_ids(line, within_line(reading.questions, line), given.yes)
            reading = replace(reading, questions=[])
        assert reading.client is not None
        checked = check(reading, reading.client, practice)
        told = _warnings(context, reading, checked)
        if given.dry_run:
            waits = (
                not given.draft and not (given.reason or "").strip() and bool(checked.waiting(()))
            )
            return "\n".join(
                [reading_table(line, reading, waits=waits), *(f"  {each}" for each in told)]
            )
        if not given.draft:
            reasons = reasons or _reasons(line, checked, given.reason)
        made = log_session(context, reading, sign=not given.draft, reasons=reasons)
        saved = save_entry(context, made)
        if saved is not None:
            print_error(*(f"line {line.number}: {each}" for each in told))
            return answer_words(context, saved)
    raise CommandError("Somebody else keeps changing this client's visit: try again.", status=STORE)


def _warnings(context: CommandContext, reading: SessionReading, checked: SafetyCheck) -> list[str]:
    """What to know about a line that can be saved: a sentence each, as the log screen shows them."""
    from medex_tui.domain.precheck import (
        referral_warnings,
        repeated_note,
        similar_clients,
        what_to_do,
    )

    client, practice = reading.client, context.practice
    assert client is not None
    told = referral_warnings(client, practice, reading.at or context.now)
    told += [
        f"LOOK TWICE: also {other.name} {other.birth_date or ''}: {why}"
        for other, why in similar_clients(client, practice)
    ]
    for finding in checked.findings:
        settled = (
            "Settled by the recheck." if finding.rule in checked.settled else what_to_do(finding)
        )
        told.append(f"{finding.level.upper()}: {finding.text} {settled}".rstrip())
    if repeated_note(reading):
        told.append("SAME NOTE: it is the last visit's, word for word.")
    return [one_line(each) for each in told]


def _reasons(line: InputLine, checked: SafetyCheck, given: str | None) -> dict[str, str]:
    """A reason for each rule that asks to hold. Faulty without one: the line can still be kept as a draft."""
    reasons = {}
    for finding in checked.waiting(()):
        said = (given or "").strip()
        if not said and line.asked:
            said = ask(
                f"{finding.level.upper()}: {finding.text}\nReason to sign all the same (empty: do not): "
            )
        if not said:
            message = f"{finding.level.upper()}: {finding.text}"
            raise InputFault(
                [Problem(0, len(line.text), message)],
                "--draft keeps it unsigned, --reason signs it.",
            )
        reasons[finding.rule] = said
    return reasons
