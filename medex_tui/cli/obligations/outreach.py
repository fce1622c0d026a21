"""`medex outreach`: a letter of introduction to a provider before there is a client, with the service overview."""

from __future__ import annotations

import argparse
from pathlib import Path

from medex_tui.actions.record_introduction import record_introduction
from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    accepted,
    print_error,
    print_out,
    settled,
    write_private_file,
)
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import ACCEPTED

VERSIONS = ("physician", "physical_therapist", "chiropractor", "massage_therapist", "naturopath")


def options(parser: argparse.ArgumentParser) -> None:
    """What `outreach` takes."""
    parser.add_argument("provider", metavar="PROVIDER", help="id or words of the name")
    parser.add_argument(
        "--version-for", choices=VERSIONS, help="if not the version of the provider's profession"
    )
    parser.add_argument("--format", choices=("markdown", "html", "pdf", "text"), default="markdown")
    parser.add_argument(
        "--paper", choices=("us-letter", "a4"), help="for html and pdf, if not the practice's own"
    )
    parser.add_argument("--cover", action="store_true", help="a cover sheet before it")
    parser.add_argument(
        "--sent", metavar="METHOD", choices=sorted(ACCEPTED), help="sign it and record it as sent"
    )
    parser.add_argument("--at", metavar="T", default="now", help="with --sent: when, if not now")
    parser.add_argument("-o", "--output", metavar="FILE", help="a file, in place of stdout")
    parser.set_defaults(run=outreach)


def outreach(context: CommandContext, given: argparse.Namespace) -> int:
    """The introduction and the overview, a page each; with --sent it is kept and waits for an answer."""
    from medex_tui.cli.obligations.letter_files import covered, paper_of, ready, rendered
    from medex_tui.cli.records.fields import provider_record
    from medex_tui.reports.letters.outreach import introduction, overview

    provider = provider_record(given.provider, context)
    if given.format == "pdf" and not given.output:
        raise CommandError("A PDF goes to a file: add -o FILE.")
    ready(given.format, given.output)
    templates, now = context.templates(), context.now
    at = settled(read_past(given.at, now=now, zone=context.zone))
    letter = introduction(
        provider,
        context.practice,
        now,
        context.login,
        given.version_for,
        signed_at=now if given.sent else None,
        templates=templates,
    )
    lacking = [f"  {missing.what} {missing.remedy}" for missing in letter.missing]
    if lacking and given.sent:
        raise CommandError("It cannot be signed yet:", *lacking)
    if lacking:
        print_error("Not ready to be sent:", *lacking)
    bodies = [letter.body, overview(context.practice, templates)]
    paper = paper_of(context, given.paper)
    if given.cover:
        bodies = covered(bodies, provider, given.format, context, given.paper)
    written = rendered(bodies, given.format, paper)
    if given.output:
        write_private_file(Path(given.output), written)
        print_out(f"wrote {given.output}")
    else:
        print_out(written.decode())
    if given.sent:
        document, made = accepted(record_introduction(context, provider, letter, given.sent, at))
        context.save([document, made], why="outreach")
        print_error(
            f"saved {made.id} {given.sent} to {one_line(provider.name)}; follow it up in 5 to 7 days."
        )
    return DONE
