"""`medex measures`: where a client stands in each measure of the episode, with thresholds, references and sources."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import msgspec

from medex_tui.cli.context import DONE, CommandContext, CommandError, print_out, write_private_file
from medex_tui.domain.language.plain import one_line


def options(parser: argparse.ArgumentParser) -> None:
    """What `measures` takes."""
    parser.add_argument("client", metavar="CLIENT", help="name, initials or id")
    parser.add_argument("--format", choices=("text", "markdown", "html", "pdf"), default="text")
    parser.add_argument(
        "--paper", choices=("us-letter", "a4"), help="for html and pdf, if not the practice's own"
    )
    parser.add_argument("--json", action="store_true", help="as JSON: a measure an object")
    parser.add_argument("-o", "--output", metavar="FILE", help="a file, in place of stdout")
    parser.set_defaults(run=measures)


def measures(context: CommandContext, given: argparse.Namespace) -> int:
    """Every measure with its scores, earliest first, the change against its error, and where the numbers come from."""
    from medex_tui.cli.obligations.letter_files import paper_of, ready
    from medex_tui.domain.measures import catalogue
    from medex_tui.reports.notes import measure_sheet as pictures
    from medex_tui.reports.rendering import pdf
    from medex_tui.reports.rendering.plain_text import plain_text

    if given.format == "pdf" and not given.output:
        raise CommandError("A PDF goes to a file: add -o FILE.")
    ready(given.format, given.output)
    client, now = context.client(given.client), context.now
    found = pictures.of_episode(client, context.practice, now)
    if not found:
        raise CommandError(f"Nothing of {one_line(client.name)} was measured in this episode yet.")
    context.given_out("sheet of measures", client.id)
    if given.json:
        known = catalogue()
        rows = [
            {
                "measure": one.measure.id,
                "side": one.side,
                "task": one.task or None,
                **{
                    name: value
                    for name, value in msgspec.to_builtins(one.cells).items()
                    if name != "sources"
                },
                "scores": [{"at": at.isoformat(), "value": value} for at, value in one.series],
                "target": target,
                "goal": goal or None,
                "sources": [known.source(id).citation for id in one.sources],
            }
            for one, target, goal in found
        ]
        print_out(json.dumps(rows, indent=2))
        return DONE
    paper = paper_of(context, given.paper)
    sheet = pictures.markdown(client, found, context.zone, now)
    if given.format == "pdf":
        data = pdf.pdf([sheet], paper, pictures.pictures(found, context.zone))
    elif given.format == "html":
        data = pictures.html(client, found, context.zone, now, paper).encode()
    else:
        data = (plain_text([sheet]) if given.format == "text" else sheet).encode()
    if given.output:
        write_private_file(Path(given.output), data)
        print_out(f"wrote {given.output}")
    else:
        print_out(data.decode())
    return DONE
