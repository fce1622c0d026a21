"""`medex note`: visit notes, to stdout or to files only their owner reads."""

from __future__ import annotations

import argparse
from datetime import date

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    folder,
    print_out,
    settled,
    write_private_file,
)
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session


def options(parser: argparse.ArgumentParser) -> None:
    """What `note` takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--session", metavar="ID", help="this visit")
    which.add_argument("--client", metavar="C", help="this client's last visit, or that of --date")
    which.add_argument("--since", metavar="D", help="every visit from that day on")
    parser.add_argument("--date", metavar="D", help="with --client: the day of the visit")
    parser.add_argument("--until", metavar="D", help="with --since: the last day")
    parser.add_argument(
        "--form", choices=("form", "soap", "dap"), help="the shape, if not the practice's own"
    )
    parser.add_argument("--format", choices=("markdown", "html", "pdf", "text"), default="markdown")
    parser.add_argument(
        "--paper", choices=("us-letter", "a4"), help="for html and pdf, if not the practice's own"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="one file each in DIR, in place of stdout"
    )
    parser.set_defaults(run=note)


def note(context: CommandContext, given: argparse.Namespace) -> int:
    """Visit notes, in Markdown if not said otherwise."""
    from medex_tui.cli.obligations.letter_files import paper_of, rendered
    from medex_tui.cli.obligations.report import SUFFIXES
    from medex_tui.reports.file_names import note_name
    from medex_tui.reports.notes.visit_note import visit_note

    if given.date and given.client is None:
        raise CommandError("--date goes with --client.")
    if given.until and not given.since:
        raise CommandError("--until goes with --since.")
    practice, found = _visits(context, given)
    if not found:
        raise CommandError("There is no such visit.")
    form = given.form or practice.settings.note_format
    if given.format == "pdf" and not given.output:
        raise CommandError("A PDF goes to a file: add -o DIR.")
    where = folder(given.output) if given.output else None
    paper = paper_of(context, given.paper)
    for session in found:
        context.given_out(f"visit_note {session.id}", session.client_id)
    if not where:
        notes = [visit_note(session, practice, form) for session in found]
        print_out(
            "\n".join(notes)
            if given.format == "markdown"
            else rendered(notes, given.format, paper).decode()
        )
        return DONE
    for session in found:
        path = where / note_name(session, practice, suffix=SUFFIXES[given.format])
        write_private_file(
            path, rendered([visit_note(session, practice, form)], given.format, paper)
        )
        print_out(f"wrote {path}")
    return DONE


def _visits(context: CommandContext, given: argparse.Namespace) -> tuple[Practice, list[Session]]:
    """The visits asked for, earliest first, and the practice they are read in."""
    if given.session:
        session = context.record(Session, given.session)
        if session:
            context.store.history(session.client_id)
        return context.practice, [session] if session else []
    if given.client is not None:
        client = context.client(given.client)
        day = _day(context, given.date)
        kept = [
            s
            for s in context.practice.sessions_of.get(client.id, [])
            if s.state != "planned" and (day is None or _local(s, context) == day)
        ]
        return context.practice, kept if day else kept[-1:]
    practice = context.store.everything()
    first, last = _day(context, given.since), _day(context, given.until)
    found = [
        s
        for s in practice.counted(Session)
        if s.state != "planned"
        and (on := _local(s, context))
        and first
        and first <= on
        and (last is None or on <= last)
    ]
    return practice, sorted(found, key=lambda s: (s.at or context.now, s.id))


def _day(context: CommandContext, said: str | None) -> date | None:
    if said is None:
        return None
    from medex_tui.domain.dates.parse import read_day

    return settled(read_day(said, context.now, context.practice.zone))


def _local(session: Session, context: CommandContext) -> date | None:
    return session.at.astimezone(context.practice.zone).date() if session.at else None
