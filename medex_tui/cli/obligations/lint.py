"""`medex lint`: words that diagnose, treat, promise, bill or boast, before they leave the house."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from medex_tui.cli.context import DONE, FOUND, CommandContext, CommandError, print_out
from medex_tui.domain import scope_language
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.visits import Session

Kept = TypeVar("Kept", Session, Document)


class TextPlace(Struct, frozen=True):
    """A finding and where it stands: a file or a field, line and column from 1."""

    where: str
    line: int
    column: int
    finding: scope_language.LanguageFinding


def options(parser: argparse.ArgumentParser) -> None:
    """What `lint` takes."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="a note or letter as text or Markdown; - for stdin"
    )
    parser.add_argument("--session", metavar="ID", help="the words of this visit")
    parser.add_argument("--document", metavar="ID", help="a letter kept here")
    parser.add_argument("--client", metavar="C", help="with FILE: whose referral may be quoted")
    parser.add_argument(
        "--accept", metavar="WORD", help="with --session or --document: let this wording stand"
    )
    parser.add_argument("--reason", metavar="TEXT", help="with --accept: why")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=lint)


def lint(context: CommandContext, given: argparse.Namespace) -> int:
    """What is outside our scope, a line each with place, reason and better wording; exit 1 when there is any."""
    if sum(one is not None for one in (given.file, given.session, given.document)) != 1:
        raise CommandError("Name one thing to read: FILE, --session ID or --document ID.")
    if given.accept is not None:
        return _accept(context, given)
    found = _in_session(context, given.session) if given.session else _in_text(context, given)
    if given.json:
        print_out(json.dumps([msgspec.to_builtins(place) for place in found], indent=2))
    else:
        for p in found:
            print_out(f"{one_line(p.where)}:{p.line}:{p.column}: {p.finding.told}")
        if not found:
            print_out("Nothing outside the scope of practice was found.")
    return FOUND if found else DONE


def _in_session(context: CommandContext, id: str) -> list[TextPlace]:
    session = _record(context, Session, id)
    return [
        _place(text.place, text.text, found)
        for text, found in scope_language.session_findings(session, context.practice)
    ]


def _in_text(context: CommandContext, given: argparse.Namespace) -> list[TextPlace]:
    """A file's findings, or a kept letter's."""
    if given.document:
        document = _record(context, Document, given.document)
        found = scope_language.findings(
            document.body, scope_language.quotes(context.practice, document.client_id)
        )
        return [
            _place("letter", document.body, f)
            for f in scope_language.standing(found, document.accepted)
        ]
    try:
        data = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    except OSError as fault:
        raise CommandError(
            f"{given.file} cannot be read: {(fault.strerror or type(fault).__name__).lower()}."
        ) from None
    if data.startswith(b"%PDF") or b"\0" in data:
        raise CommandError(
            f"{given.file} is not text: give the Markdown, the text or the HTML of it."
        )
    text = data.decode("utf-8", "replace")
    allowed = (
        scope_language.quotes(context.practice, context.client(given.client).id)
        if given.client
        else []
    )
    return [_place(given.file, text, found) for found in scope_language.findings(text, allowed)]


def _place(where: str, text: str, found: scope_language.LanguageFinding) -> TextPlace:
    before = text[: found.start]
    return TextPlace(
        where, before.count("\n") + 1, found.start - (before.rfind("\n") + 1) + 1, found
    )


def _record(context: CommandContext, kind: type[Kept], id: str) -> Kept:
    kept = context.record(kind, id)
    if kept is None:
        raise CommandError(f"There is no {kind.__name__.lower()} with the id {id}.")
    if kept.client_id:
        context.store.history(kept.client_id)
    return kept


def _accept(context: CommandContext, given: argparse.Namespace) -> int:
    """Let one wording of a visit or a kept letter stand, with the reason."""
    word, reason = given.accept.strip(), (given.reason or "").strip()
    if given.file or not word or not reason:
        raise CommandError(
            "A wording is accepted in a kept record with a reason: --session ID --accept WORD --reason TEXT."
        )
    found = _in_session(context, given.session) if given.session else _in_text(context, given)
    if word.casefold() not in [one_line(p.finding.word).casefold() for p in found]:
        raise CommandError(
            f"`{word}` is not among the findings; `medex lint` without --accept lists them."
        )
    made = Acceptance(word=word, reason=reason, by=context.login, at=context.now)
    if given.session:
        session = _record(context, Session, given.session)
        context.save([replace(session, accepted=[*session.accepted, made])], why="wording accepted")
    else:
        document = _record(context, Document, given.document)
        context.save(
            [replace(document, accepted=[*document.accepted, made])], why="wording accepted"
        )
    print_out(f"saved {given.session or given.document} accepted `{word}`")
    return DONE
