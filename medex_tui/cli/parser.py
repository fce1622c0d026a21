"""The words after `medex`: its commands, what each takes, and the help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import IO, Any, NoReturn

from medex_tui import __version__
from medex_tui.cli.context import BAD_INPUT
from medex_tui.domain.language.plain import one_line, terminal_safe
from medex_tui.domain.language.suggestion import closest_name

GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "The day": {
        "today": ("obligations.today", "the day's sessions and where each stands"),
        "log": ("sessions.log", "sessions, one line each, from stdin or a prompt"),
        "assess": ("sessions.assess", "assessments, one line each, from stdin or a prompt"),
        "measures": (
            "practice.measures",
            "where a client stands in each measure, with thresholds and sources",
        ),
        "visit": ("sessions.visit", "visits: plan, move, cancel, no-show, reopen, list"),
        "amend": ("sessions.amend", "add to a signed session; the text comes from stdin"),
        "note": ("sessions.note", "visit notes in Markdown"),
    },
    "What is owed": {
        "overdue": (
            "obligations.overdue",
            "what is owed to whom by when; exit 1 when something is overdue",
        ),
        "why": (
            "obligations.why",
            "why something is owed: rule, event, arithmetic, what clears it",
        ),
        "report": (
            "obligations.report",
            "a letter or report; --due: everything to be sent today, one file a provider",
        ),
        "sent": ("obligations.sent", "record a sending; the alert clears"),
        "send": (
            "obligations.send",
            "hand a signed letter to the practice's own sender (hooks/send) and record how it went",
        ),
        "outcome": (
            "obligations.outcome",
            "what became of a sending: delivered, failed or returned",
        ),
        "waive": ("obligations.waive", "record why something owed will not be sent"),
        "reply": (
            "obligations.reply",
            "record an answer; an order in it becomes a limit of the client",
        ),
        "waiting": (
            "obligations.waiting",
            "what was asked and not answered; exit 1 when it is time to ask again",
        ),
        "lint": (
            "obligations.lint",
            "words outside the scope of practice, in a file or a visit; exit 1 when there are any",
        ),
        "outreach": (
            "obligations.outreach",
            "a letter of introduction to a provider, with the service overview",
        ),
    },
    "People": {
        "client": ("records.client", "clients: add, edit, show, list"),
        "provider": ("records.provider", "providers: add, edit, show, list"),
        "referral": ("records.referral", "referrals: add, edit, show, list"),
        "goal": ("records.goal", "goals: add, edit, show, list"),
        "practitioner": ("records.practitioner", "who works here: add, edit, show, list"),
    },
    "The practice": {
        "init": ("practice.init", "begin a practice: name, time zone, practitioner"),
        "settings": (
            "practice.settings",
            "the practice itself: name, time zone, holidays, snippets, policy; show or change",
        ),
        "template": ("practice.template", "the letters' templates: list, show, check"),
        "on-time": (
            "obligations.on_time",
            "how much was sent on time, by month, provider or practitioner",
        ),
        "numbers": (
            "practice.numbers",
            "referrals, conversion, sessions, no-shows, outcomes: what a practice steers by",
        ),
        "pin": ("practice.pin", "the PIN that a locked screen asks you for; --none: none any more"),
        "keys": ("practice.keys", "the keys of the app on a sheet, your own included"),
        "demo": (
            "practice.demo",
            "the app on a made-up practice, kept nowhere; --write FILE keeps it",
        ),
    },
    "In, out and safe": {
        "export": (
            "data.export",
            "the practice, or one client's chart, as JSON, CSV, FHIR, iCalendar or Markdown",
        ),
        "import": (
            "data.import_",
            "read an exported practice, or another program's CSV by a map; all or nothing",
        ),
        "backup": (
            "data.backup",
            "a verified copy of the practice, while others work; the newest are kept",
        ),
        "restore": (
            "data.restore",
            "bring a copy back, or without one mend a damaged practice; nothing is thrown away",
        ),
        "check": (
            "practice.check",
            "store, seals and references: named checks; of FILE: is it as signed and sent",
        ),
        "audit": (
            "data.audit",
            "who changed, viewed or gave out what, when: of a client, by a login, since a day",
        ),
    },
}
"""Group -> command -> its module, and one line of help."""

COMMANDS = {name: told for group in GROUPS.values() for name, told in group.items()}

ABOUT = (
    "Sessions, assessments and letters of a medical exercise practice. Without a command: the full-screen app. "
    "`medex COMMAND -h` tells what a command takes."
)
STATUS = (
    "Exit status: 0 done, 1 the check found something, "
    "2 usage or bad input (nothing of it was written), 3 the store cannot be read or written."
)


class CommandParser(argparse.ArgumentParser):
    """argparse without guesses at half an option, saying what is wrong in one line that is safe to print."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{**named, "allow_abbrev": False})
        self.add_argument("--version", action="version", version=f"medex {__version__}")

    def error(self, message: str) -> NoReturn:
        """Say it and where to read more; exit 2."""
        told = one_line(message.removeprefix("argument "))
        told = told.replace("the following arguments are required:", "still needed:")
        told = told.replace("unrecognized arguments:", "there is no place here for")
        told = told.replace("expected one argument", "a value has to follow it")
        self.exit(
            BAD_INPUT,
            f"{self.prog}: {told}{'' if told.endswith('?') else '.'} `{self.prog} -h` shows how.\n",
        )

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is none of the choices; of many only the nearest is named."""
        if action.choices is None or value in action.choices:
            return
        if action.metavar == "COMMAND":
            name = closest_name(str(value), COMMANDS)
            near = f"; did you mean `{name}`?" if name else ""
            raise argparse.ArgumentError(None, f"there is no command `{value}`{near}")
        choices = [str(one) for one in action.choices]
        if choices == ["-"]:
            told = "each value goes after its option, and `-` reads `field: value` lines from stdin"
            raise argparse.ArgumentError(None, f"there is no place here for `{value}`: {told}")
        raise argparse.ArgumentError(action, f"`{value}` is none of {', '.join(choices)}")

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        super()._print_message(terminal_safe(message), file)


def parse_args(words: Sequence[str]) -> argparse.Namespace:
    """What the words ask for: `command` (None: the app), `store`, `run`. Exits with a sentence where they are wrong."""
    parser = CommandParser(
        prog="medex",
        usage="medex [--store PATH] [COMMAND ...]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _store_option(parser, None)
    asked = _command(words)
    meant: argparse.ArgumentParser = parser
    if not asked and {"-h", "--help"} & set(words):
        parser.description, parser.epilog = _overview()
    commands = parser.add_subparsers(
        prog="medex",
        dest="command",
        metavar="COMMAND",
        parser_class=CommandParser,
        help=argparse.SUPPRESS,
    )
    for name in [asked] if asked else COMMANDS:
        family, told = COMMANDS[name]
        command = commands.add_parser(name, description=f"{told[0].upper()}{told[1:]}.")
        if name == asked:
            _store_option(command, argparse.SUPPRESS)
            import_module(f"medex_tui.cli.{family}").options(command)
            meant = command
    given, unknown = parser.parse_known_args(words)
    if unknown:
        meant.error(f"unrecognized arguments: {' '.join(unknown)}")
    return given


def _overview() -> tuple[str, str]:
    """What stands above and below the options in the help: every command in its group, and the exit status."""
    import shutil
    import textwrap

    wide = min(100, max(50, shutil.get_terminal_size().columns - 2))
    lines = textwrap.wrap(ABOUT, wide)
    for title, group in GROUPS.items():
        lines += ["", title]
        for name, (_, told) in group.items():
            lines += textwrap.wrap(
                told, wide, initial_indent=f"  {name:<14}", subsequent_indent=" " * 16
            )
    return "\n".join(lines), textwrap.fill(STATUS, wide)


def _command(words: Sequence[str]) -> str | None:
    """The command among the words, which is not the value of --store."""
    named = False
    for word in words:
        if word in COMMANDS and not named:
            return word
        named = word == "--store"
    return None


def _store_option(parser: argparse.ArgumentParser, default: str | None) -> None:
    told = "the practice file; else $MEDEX_STORE, else practice.json in the user's data folder"
    parser.add_argument("--store", metavar="PATH", default=default, help=told)
