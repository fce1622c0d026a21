"""`medex template`: the letters' templates."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from medex_tui.cli.context import (
    DONE,
    FOUND,
    CommandContext,
    CommandError,
    print_error,
    print_out,
)
from medex_tui.cli.verbs import add_verb


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex template` takes."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    listed = add_verb(
        verbs.add_parser,
        "list",
        "every letter, and which template it is written by",
        run=list_templates,
    )
    listed.add_argument("--json", action="store_true", help="as JSON")
    shown = add_verb(
        verbs.add_parser,
        "show",
        "a shipped template, to begin one of your own from",
        run=show_template,
    )
    shown.add_argument("letter", metavar="LETTER")
    checked = add_verb(
        verbs.add_parser,
        "check",
        "every template of your own, or one file; exit 1 when one is faulty",
        run=check_templates,
    )
    checked.add_argument("file", metavar="FILE", nargs="?")


def list_templates(context: CommandContext, given: argparse.Namespace) -> int:
    """Every letter and where its template comes from."""
    from medex_tui.reports.templates import NEEDED, folders

    own = context.templates()
    rows = {letter: "none" if letter == "letterhead" else "shipped" for letter in NEEDED}
    rows |= {letter: "your own" for letter in NEEDED if letter in own}
    if given.json:
        print_out(
            json.dumps(
                [{"letter": letter, "template": which} for letter, which in rows.items()], indent=2
            )
        )
        return DONE
    for letter, which in rows.items():
        print_out(f"{letter:20} {which}")
    for folder in folders(context.path, context.config):
        print_out(f"looked for in {folder}")
    return DONE


def show_template(context: CommandContext, given: argparse.Namespace) -> int:
    """A shipped template, and the blanks it may hold."""
    from medex_tui.reports.templates import NEEDED, blanks_of, source

    letter = given.letter.replace("-", "_")
    if letter not in NEEDED:
        raise CommandError(f"There is no letter `{given.letter}`; there are {', '.join(NEEDED)}.")
    print_out(source(letter))
    print_error(
        f"Blanks: {', '.join(sorted(blanks_of(letter)))}; snippet.NAME for a snippet of the settings."
    )
    return DONE


def check_templates(context: CommandContext, given: argparse.Namespace) -> int:
    """Every fault of every template of one's own, by file and line."""
    from medex_tui.reports.templates import LetterTemplate, folders, read_file

    if given.file:
        paths = [Path(given.file)]
    else:
        paths = [
            path
            for folder in folders(context.path, context.config)
            if folder.is_dir()
            for path in folder.glob("*.md")
        ]
    snippets = context.practice.settings.snippets if context.exists() else {}
    faulty = False
    for path in sorted(paths):
        read = read_file(path, snippets)
        if isinstance(read, LetterTemplate):
            print_out(f"ok   {path}: {read.letter}")
            continue
        faulty = True
        for one in read:
            print_out(f"FAIL {path}: {one}")
    if not paths:
        print_out("There are no templates of your own; the shipped ones are used.")
    return FOUND if faulty else DONE
