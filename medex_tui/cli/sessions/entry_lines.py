"""Lines of `medex log` and `medex assess`: read, asked about, saved and answered one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.cli.context import (
    BAD_INPUT,
    DONE,
    STORE,
    CommandContext,
    CommandError,
    ask,
    at_a_terminal,
    print_error,
    print_out,
    settled,
)
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.language.plain import fit, one_line, terminal_safe, terminal_width
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.visits import Session

if TYPE_CHECKING:
    from medex_tui.domain.shorthand import AssessmentReading, SessionReading

Fault = TypeVar("Fault", bound=Problem)
TRIES = 3
"""How often a line is read again because somebody else logged the same planned visit in between."""


def entry_options(parser: argparse.ArgumentParser, examples: Iterable[tuple[str, str]]) -> None:
    """What both commands take; `examples` of a line, typed and meant, end the help."""
    parser.add_argument(
        "--client", metavar="C", help="whose lines these are; then they begin with the first item"
    )
    parser.add_argument(
        "--at", metavar="T", help="when it was, if not now: yest, tue 14:00, 2026-11-20 14:00"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what each line means and save nothing"
    )
    parser.add_argument("--draft", action="store_true", help="leave it open; else it is signed")
    parser.add_argument("--yes", action="store_true", help="take unlikely values as they are")
    lines = "\n".join(f"  {typed:28}{means}" for typed, means in examples)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"A line, by example; without --client it begins with the client:\n\n{lines}"


class InputLine(Struct, frozen=True):
    """One line to keep: its number from 1, what was typed, and whether a person can be asked about it.

    `torn` is where bytes of it were no UTF-8.
    """

    number: int
    text: str
    asked: bool
    torn: int | None = None


class InputFault(Exception):
    """Why a line cannot be kept: problems in it, and what to do where no text to put there is known."""

    def __init__(self, problems: list[Problem], remedy: str = "") -> None:
        super().__init__(problems)
        self.problems = problems
        self.remedy = remedy

    def told(self, line: InputLine) -> Iterator[str]:
        """For each problem a sentence, the line, and a mark under the place."""
        for problem in self.problems:
            better = (
                f" Did you mean {problem.suggestion}?"
                if problem.suggestion
                else self.remedy and f" {self.remedy}"
            )
            yield f"line {line.number}: {one_line(problem.message)}{better}"
            before = _shown(line.text[: problem.start])
            here = _shown(line.text[problem.start : problem.end])
            yield f"  {before}{here}{_shown(line.text[problem.end :])}"
            yield f"  {' ' * terminal_width(before)}{'^' * max(1, terminal_width(here))}"


def input_lines(prompt: str) -> Iterator[InputLine]:
    """The lines of stdin that hold something; at a terminal asked for one by one until an empty one."""
    number = 0
    if at_a_terminal():
        while text := ask(prompt):
            number += 1
            yield InputLine(number, text, True)
        return
    for raw in sys.stdin.buffer:
        number += 1
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            torn = None
        except UnicodeDecodeError as fault:
            text = raw.decode("utf-8", "replace").rstrip("\r\n")
            torn = len(raw[: fault.start].decode("utf-8", "replace"))
        if text.strip():
            yield InputLine(number, text, False, torn)


def take_lines(
    context: CommandContext,
    kind: str,
    prompt: str,
    keep: Callable[[InputLine], str],
    client: Client | None,
    at: datetime | None,
) -> int:
    """Keep each line for itself and answer it at once; a faulty one is answered with place and remedy.

    When the store refuses, this line and those after it go to the drafts, and the command ends. `client` and `at` are
    what the command named for all lines, `kind` what they are lines of.
    """
    context.must_exist()
    status = DONE
    waiting = input_lines(prompt)
    for line in waiting:
        try:
            if line.torn is not None:
                raise InputFault(
                    [
                        Problem(
                            line.torn,
                            line.torn + 1,
                            "This is not UTF-8 text; send the line in UTF-8.",
                        )
                    ]
                )
            print_out(keep(line))
        except InputFault as faulty:
            status = BAD_INPUT
            print_error(*faulty.told(line))
        except CommandError as refused:
            if refused.status != STORE:
                raise
            rest = [line, *(() if line.asked else waiting)]
            raise CommandError(
                *refused.sentences, _to_drafts(context, kind, rest, client, at), status=STORE
            ) from None
    return status


def _to_drafts(
    context: CommandContext,
    kind: str,
    rest: list[InputLine],
    client: Client | None,
    at: datetime | None,
) -> str:
    """Put lines that could not be saved into the login's drafts, where the app offers them; what to tell of it."""
    which = (
        f"Line {rest[0].number}"
        if len(rest) == 1
        else f"Lines {rest[0].number} to {rest[-1].number}"
    )
    kept = {
        "lines": [line.text for line in rest],
        "client": client.id if client else None,
        "kind": kind,
    }
    try:
        folder = context.drafts.save(
            context.login, f"lines:{(at or context.now).isoformat()}", kept
        )
    except OSError:
        return f"{which}: not saved, and no draft could be kept either; send them again."
    return f"{which}: not saved; kept as a draft in {folder}."


def given_time(context: CommandContext, said: str | None) -> datetime | None:
    if said is None:
        return None
    from medex_tui.domain.dates.parse import read_past

    return settled(read_past(said, now=context.now, zone=context.practice.zone))


def _shown(text: str) -> str:
    return terminal_safe(text).replace("\n", " ")


def confirmed_ids(line: InputLine, questions: list[Question], yes: bool) -> set[str]:
    """The ids of the questions answered with yes. Faulty with those that were not."""
    if not yes:
        refused: list[Problem] = [
            q
            for q in questions
            if not (line.asked and ask(f"{q.message} y/N ").lower() in ("y", "yes"))
        ]
        if refused:
            raise InputFault(refused, "--yes takes it as it is.")
    return {q.id for q in questions}


def save_entry(context: CommandContext, made: Session | Assessment) -> Session | Assessment | None:
    """The record as saved; None when somebody else changed it in between. Refused where it could not be saved."""
    from medex_tui.store import Conflict, NotSaved

    outcome = context.store.save([made], at=context.now)
    if isinstance(outcome, NotSaved):
        raise CommandError(outcome.reason, status=STORE)
    if isinstance(outcome, Conflict):
        return None
    (saved,) = outcome.records
    return saved  # type: ignore[return-value]


def within_line(problems: list[Fault], line: InputLine) -> list[Fault]:
    """Problems whose place lies in what was typed, also where a time was added to it."""
    end = len(line.text)
    return [replace(p, start=min(p.start, end), end=min(p.end, end)) for p in problems]


def answer_words(context: CommandContext, saved: Session | Assessment) -> str:
    client = context.practice.clients.get(saved.client_id)
    at = saved.at if isinstance(saved, Session) else saved.taken_at
    when = spoken(at, context.practice.zone) if at else ""
    return f"saved {saved.id} {one_line(client.name) if client else ''} {when} {'signed' if saved.signed_at else 'draft'}"


def reading_table(
    line: InputLine, reading: SessionReading | AssessmentReading, *, waits: bool = False
) -> str:
    """What a line was understood to mean, an item a row. `waits`: a rule asks to hold, and no reason is given."""
    would = (
        "would wait: --draft keeps it unsigned, --reason signs it" if waits else "would be saved"
    )
    rows = [
        f"line {line.number}: {would}"
        + (", as a late entry" if getattr(reading, "late", False) else "")
    ]
    for item in reading.items:
        was = getattr(item, "was", None)
        about = "  ".join(
            part
            for part in (f"was {was}" if was else "", getattr(item, "origin", None) or "")
            if part
        )
        if item.kind in ("note", "summary"):
            rows.append(f"  {fit(item.kind, 9)} {one_line(item.value)}")
            continue
        value = item.value if not about else fit(item.value, max(26, terminal_width(item.value)))
        rows.append(f"  {fit(item.kind, 9)} {fit(item.name, 24)} {value} {about}".rstrip())
    return "\n".join(rows)
