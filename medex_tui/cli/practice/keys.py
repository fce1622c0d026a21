"""`medex keys`: the keys of the app as a cheat sheet, with the person's own, and what is wrong with a keymap."""

from __future__ import annotations

import argparse
import json

from medex_tui.cli.context import DONE, FOUND, CommandContext, print_error, print_out, width


def options(parser: argparse.ArgumentParser) -> None:
    """What `keys` takes."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=keys)


def keys(context: CommandContext, given: argparse.Namespace) -> int:
    """Every command by the place it works in; exit 1 when the person's own keymap has faults."""
    from medex_tui.app import keymap
    from medex_tui.app.commands import cheat_sheet, with_custom_keys
    from medex_tui.app.styled_lines import wrap

    path = context.config / "keys.toml"
    own, faults = keymap.read(path)
    sheet = [
        (place, [with_custom_keys(command, own) for command in commands])
        for place, commands in cheat_sheet()
    ]
    if given.json:
        rows = [
            {
                "id": c.id,
                "key": c.shown,
                "label": c.label,
                "help": c.help,
                "where": place,
                "own": c.id in own,
            }
            for place, commands in sheet
            for c in commands
        ]
        print_out(json.dumps(rows, indent=2))
    else:
        columns = min(width(), 110)
        for place, commands in sheet:
            print_out(f"\n{place}")
            for c in commands:
                first, *more = wrap(c.help, columns - 40)
                print_out(f"  {c.shown:<7}{c.label:<13}{c.id:<18}{first}")
                for piece in more:
                    print_out(" " * 40 + piece)
        print_out(f'\nYour own keys: {path}, one line each: "session.log" = "s"')
    print_error(*map(str, faults))
    return FOUND if faults else DONE
