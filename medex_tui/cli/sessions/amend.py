"""`medex amend`: an addendum, a correction or a late entry to a signed visit or assessment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import get_args

from medex_tui.actions import amend as actions
from medex_tui.actions.context import Refusal
from medex_tui.cli.context import DONE, CommandContext, CommandError, ask, at_a_terminal, print_out
from medex_tui.domain.records.amending import AmendmentKind
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.visits import Session


def options(parser: argparse.ArgumentParser) -> None:
    """What `amend` takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--session", metavar="ID", help="the signed session")
    which.add_argument("--assessment", metavar="ID", help="the signed assessment")
    parser.add_argument("--kind", choices=get_args(AmendmentKind), default="addendum")
    parser.add_argument(
        "--reason", metavar="TEXT", help="why; or `reason: …` as a first line of stdin"
    )
    parser.epilog = (
        "Stdin holds the text to add, after lines that begin `reason:` and, for a correction, `was:` with what the "
        "original reads. At a terminal all of it is asked for."
    )
    parser.set_defaults(run=amend)


def amend(context: CommandContext, given: argparse.Namespace) -> int:
    """Add a text from stdin to a signed record; the original stays as it was signed."""
    noun, id = ("session", given.session) if given.session else ("assessment", given.assessment)
    kept = context.record(Session, id) if given.session else context.record(Assessment, id)
    if kept is None:
        raise CommandError(f"There is no {noun} with the id {id}.")
    if refusal := actions.refuse_unsigned(kept):
        raise CommandError(refusal.message)
    said = _asked_amendment(given) if at_a_terminal() else _headed(_stdin_text(), ("was", "reason"))
    made = actions.amend(
        context,
        kept,
        kind=given.kind,
        was=said.get("was", ""),
        text=said.get("text", ""),
        reason=given.reason or said.get("reason", ""),
    )
    if isinstance(made, Refusal):
        raise CommandError(f"{made.field}: {made.message}")
    (saved,) = context.save([made], why=given.kind)
    print_out(f"saved {saved.id} {given.kind}")
    return DONE


def _asked_amendment(given: argparse.Namespace) -> dict[str, str]:
    """What to add, asked for at the terminal."""
    return {
        "was": ask("What the original reads> ") if given.kind == "correction" else "",
        "text": ask("What it should read> " if given.kind == "correction" else "Text to add> "),
        "reason": given.reason or ask("Why> "),
    }


def _stdin_text() -> str:
    """All of stdin. Refused where it is not UTF-8."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError("This is not UTF-8 text; send it in UTF-8.") from None


def _headed(text: str, names: Sequence[str]) -> dict[str, str]:
    """The values of `name: value` lines that lead a text, and under `text` what follows them."""
    found: dict[str, str] = {}
    lines = text.lstrip("\n").split("\n")
    while (
        lines and (name := lines[0].partition(":")[0].strip().lower()) in names and ":" in lines[0]
    ):
        if name in found:
            raise CommandError(f"{name} is given twice; keep one.")
        found[name] = lines.pop(0).partition(":")[2].strip()
    return {**found, "text": "\n".join(lines).strip()}
