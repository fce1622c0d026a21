"""`medex assess`: assessments, one line each, answered one by one."""

from __future__ import annotations

import argparse
from datetime import datetime

from msgspec.structs import replace

from medex_tui.actions.take_assessment import take_assessment
from medex_tui.cli.context import (
    CommandContext,
)
from medex_tui.cli.sessions.entry_lines import (
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
from medex_tui.domain.records.people import Client


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex assess` takes."""
    from medex_tui.domain.shorthand.examples import ASSESSMENT

    entry_options(parser, ASSESSMENT)
    parser.set_defaults(run=assess)


def assess(context: CommandContext, given: argparse.Namespace) -> int:
    """One assessment a line."""
    client = context.client(given.client) if given.client is not None else None
    at = given_time(context, given.at)
    prompt = f"{client.name}> " if client else "assessment> "
    return take_lines(
        context,
        "assessment",
        prompt,
        lambda line: _assess_line(context, line, given, client, at),
        client,
        at,
    )


def _assess_line(
    context: CommandContext,
    line: InputLine,
    given: argparse.Namespace,
    client: Client | None,
    at: datetime | None,
) -> str:
    from medex_tui.domain.shorthand import at_time, read_assessment

    context.store.refresh()
    practice, now = context.practice, context.now
    reading = read_assessment(
        at_time(line.text, at),
        practice=practice,
        now=now,
        client=practice.clients[client.id] if client else None,
    )
    if reading.problems:
        raise InputFault(within_line(reading.problems, line))
    if reading.questions:
        confirmed_ids(line, within_line(reading.questions, line), given.yes)
        reading = replace(reading, questions=[])
    if given.dry_run:
        return reading_table(line, reading)
    made = take_assessment(context, reading, sign=not given.draft)
    saved = save_entry(context, made)
    assert saved is not None, "a new record cannot conflict"
    return answer_words(context, saved)
