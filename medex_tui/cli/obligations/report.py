"""`medex report`: write, sign and export letters and reports."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from medex_tui.actions.sign import sign_letter
from medex_tui.cli.context import (
    DONE,
    FOUND,
    CommandContext,
    CommandError,
    accepted,
    folder,
    print_error,
    print_out,
    write_private_file,
)
from medex_tui.cli.obligations.letter_files import covered, paper_of, ready, rendered, sheets
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import WRITTEN_AS, Obligation, obligations, owed
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.sending import document_for
from medex_tui.reports.wording import DOCUMENTS

if TYPE_CHECKING:
    from medex_tui.reports.documents.letter import Letter
    from medex_tui.reports.file_names import Suffix

NOTE = "visit_note"
KINDS = tuple(sorted({*WRITTEN_AS.values(), NOTE}))
SUFFIXES: dict[str, Suffix] = {"markdown": "md", "html": "html", "pdf": "pdf", "text": "txt"}


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex report` takes."""
    parser.add_argument("kind", metavar="KIND", nargs="?", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("--client", metavar="C", help="name, initials or id")
    parser.add_argument(
        "--document", metavar="ID", help="in place of KIND: a letter kept here, as it was signed"
    )
    parser.add_argument(
        "--sending",
        metavar="ID",
        help="in place of KIND: the exact bytes that `medex send` handed over",
    )
    parser.add_argument(
        "--to", metavar="PROVIDER", help="for whom, where more than one is owed it: provider id"
    )
    parser.add_argument(
        "--due",
        action="store_true",
        help="in place of KIND: all that is to be sent today, into -o DIR",
    )
    parser.add_argument("--format", choices=tuple(SUFFIXES), help="markdown; with --due: text")
    parser.add_argument(
        "--paper", choices=("us-letter", "a4"), help="for html and pdf, if not the practice's own"
    )
    parser.add_argument(
        "--cover", action="store_true", help="a cover sheet without health data before it"
    )
    parser.add_argument(
        "--leave-out", metavar="MEASURE", action="append", default=[], help="not this measure"
    )
    parser.add_argument(
        "--fit", action="store_true", help="leave out what it takes to keep to one page"
    )
    parser.add_argument(
        "--sign", action="store_true", help="sign it: it is kept as it stands and can be sent"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="a file, in place of stdout; with --due a folder"
    )
    parser.set_defaults(run=report)


class LetterDraft(Struct, frozen=True):
    """A letter as it can be written now: how it is made without some measures, and what it answers."""

    write: Callable[[Sequence[str], datetime | None], Letter]
    owed: Obligation | None


class WrittenLetter(Struct, frozen=True):
    """A letter's Markdown, and what it is of whom to whom: the audit log and a cover sheet ask."""

    body: str
    kind: str
    client_id: str | None
    to: str | None


def report(context: CommandContext, given: argparse.Namespace) -> int:
    """One letter, as signed where it is, else as it would be written now; or all that is due."""
    if given.due:
        return _due(context, given)
    if given.sending:
        return _as_sent(context, given)
    if not given.document and not (given.kind and given.client):
        raise CommandError(
            "Name a letter and a client, e.g. medex report progress_report --client hicks; or use --due."
        )
    form = given.format or "markdown"
    if form == "pdf" and not given.output:
        raise CommandError("A PDF goes to a file: add -o FILE.")
    ready(form, given.output)
    letter = _kept(context, given.document) if given.document else _letter(context, given)
    bodies = [letter.body]
    if given.cover:
        provider = context.practice.providers.get(letter.to or "")
        if provider is None:
            raise CommandError("There is no provider to address a cover sheet to.")
        bodies = covered(bodies, provider, form, context, given.paper)
    written = rendered(bodies, form, paper_of(context, given.paper))
    if letter.client_id:
        context.given_out(letter.kind, letter.client_id)
    if given.output:
        path = Path(given.output)
        write_private_file(path, written)
        count = sheets(bodies, form, paper_of(context, given.paper))
        print_out(f"wrote {path} ({count} page{'' if count == 1 else 's'})")
        if count > len(bodies):
            print_error("It is not one page on this paper.")
    else:
        print_out(written.decode())
    return DONE


def _kept(context: CommandContext, id: str) -> WrittenLetter:
    """A kept letter, as it was signed."""
    document = context.record(Document, id)
    if document is None:
        raise CommandError(f"There is no letter with the id {id}.")
    return WrittenLetter(
        document.body, document.kind, document.client_id, document.to[0] if document.to else None
    )


def _as_sent(context: CommandContext, given: argparse.Namespace) -> int:
    """The bytes of a sending as they went, found by their hash."""
    from medex_tui.store import kept_as_sent

    kept = context.record(Communication, given.sending)
    if kept is None:
        raise CommandError(f"There is no sending with the id {given.sending}.")
    if kept.sha256 is None:
        told = (
            f"; `medex report --document {kept.document_id}` is the letter as signed"
            if kept.document_id
            else ""
        )
        raise CommandError(f"That sending was made elsewhere and recorded here{told}.")
    data = kept_as_sent(context.path, kept.sha256)
    if data is None:
        raise CommandError(
            f"The bytes with the hash {kept.sha256} are not beside the practice any more, or were changed."
        )
    context.given_out(f"sending {kept.id}", kept.client_id)
    if given.output:
        write_private_file(Path(given.output), data)
        print_out(f"wrote {given.output} ({kept.form}, as sent)")
    elif kept.form == "pdf":
        raise CommandError("A PDF goes to a file: add -o FILE.")
    else:
        print_out(data.decode())
    return DONE


def _letter(context: CommandContext, given: argparse.Namespace) -> WrittenLetter:
    """The letter of a kind; signed and saved first when asked to."""
    client = context.client(given.client)
    practice, now = context.practice, context.now
    if given.kind == NOTE:
        return _note(client, practice, sign=given.sign)
    owed = [
        o
        for o in obligations(practice, now)
        if WRITTEN_AS.get(o.kind) == given.kind
        and o.client_id == client.id
        and given.to in (None, o.provider_id)
    ]
    chosen = next((o for o in owed if o.state != "met"), None) or max(
        owed, key=lambda o: o.event_at, default=None
    )
    kept = document_for(chosen, practice) if chosen else None
    if kept and chosen and kept.signed_at:
        return WrittenLetter(kept.body, kept.kind, client.id, chosen.provider_id)
    draft = _draft(context, given.kind, client.id, chosen)
    if draft is None:
        what = DOCUMENTS[given.kind].lower()
        raise CommandError(
            f"There is no {what} to write about {client.name}: nothing happened that it would report."
        )
    left_out = _left_out(draft, given.leave_out, fit=given.fit)
    letter = draft.write(left_out, None)
    lacking = [f"{missing.what} {missing.remedy}" for missing in letter.missing]
    print_error(*_wordings(letter, context))
    if not given.sign:
        if lacking and given.output:
            raise CommandError(
                "Not written, since it may not go out yet; without -o the draft is shown:", *lacking
            )
        if lacking:
            print_error("Not ready to be sent:", *(f"  {what}" for what in lacking))
        return WrittenLetter(
            letter.body, letter.kind, client.id, letter.to[0] if letter.to else None
        )
    if lacking:
        raise CommandError("It cannot be signed yet:", *lacking)
    if draft.owed is None:
        raise CommandError(f"No {DOCUMENTS[given.kind].lower()} is owed; nothing was signed.")
    return WrittenLetter(
        _signed(draft, left_out, context).body, letter.kind, client.id, draft.owed.provider_id
    )


def _note(client: Client, practice: Practice, *, sign: bool) -> WrittenLetter:
    """The note of a client's last visit, which is signed with the visit and not as a letter."""
    from medex_tui.reports.notes.visit_note import visit_note

    visits = [s for s in practice.sessions_of.get(client.id, ()) if s.state != "planned"]
    if not visits:
        raise CommandError(f"No visit of {client.name} is logged yet.")
    if sign:
        raise CommandError(
            "A visit note is signed with its visit: `medex log` signs what it saves."
        )
    episode = practice.episode_of(visits[-1])
    return WrittenLetter(
        visit_note(visits[-1], practice, practice.settings.note_format),
        NOTE,
        client.id,
        episode.provider_id if episode else None,
    )


def _draft(
    context: CommandContext, kind: str, client_id: str, chosen: Obligation | None
) -> LetterDraft | None:
    """How a letter of a kind is written: for an obligation, else of the latest episode or assessment."""
    from medex_tui.reports.letters.assessment_summary import assessment_summary
    from medex_tui.reports.letters.progress_report import progress_report
    from medex_tui.reports.letters.registry import letter_for

    practice, now, by, templates = context.practice, context.now, context.login, context.templates()
    if chosen:
        return LetterDraft(
            lambda out, at: letter_for(
                chosen, practice, now, by, signed_at=at, leave_out=out, templates=templates
            ),
            chosen,
        )
    episode = practice.current_episode(client_id)
    taken = practice.assessments_of.get(client_id, [])
    if kind == "progress_report" and episode:
        return LetterDraft(
            lambda out, at: progress_report(
                episode, practice, None, now, by, signed_at=at, leave_out=out, templates=templates
            ),
            None,
        )
    if kind == "assessment_summary" and taken:
        return LetterDraft(
            lambda out, at: assessment_summary(
                taken[-1], practice, now, by, signed_at=at, leave_out=out, templates=templates
            ),
            None,
        )
    return None


def _left_out(draft: LetterDraft, asked: Sequence[str], *, fit: bool) -> list[str]:
    """What is left out; a proposal is said where it would still be over a page."""
    from medex_tui.reports.letters.registry import to_fit

    letter = draft.write(asked, None)
    known = draft.write([], None).can_drop
    for measure in asked:
        if measure not in known:
            offered = (
                f"those that may go are {', '.join(known)}"
                if known
                else "none of this letter's may go"
            )
            raise CommandError(f"`{measure}` is no measure that can be left out; {offered}.")
    if letter.pages == 1:
        return list(asked)
    enough = to_fit(lambda out: draft.write(out, None), asked)
    if fit and enough is not None:
        print_error(f"Left out to keep to one page: {', '.join(enough)}.")
        return enough
    size = f"It is not one page: {letter.lines} lines of 80 columns make {letter.pages} pages."
    if enough is None:
        print_error(
            size, "No measure can be left out that would bring it to one page; shorten the text."
        )
    else:
        options = " ".join(f"--leave-out {measure}" for measure in enough)
        print_error(size, f"To keep to one page: {options}  (or --fit)")
    return list(asked)


def _wordings(letter: Letter, context: CommandContext) -> list[str]:
    """What is outside our scope in a letter, a sentence each."""
    from medex_tui.domain.scope_language import findings, quotes

    return [
        f"Wording: {f.told}"
        for f in findings(letter.body, quotes(context.practice, letter.client_id))
    ]


def _signed(draft: LetterDraft, left_out: Sequence[str], context: CommandContext) -> Document:
    letter = draft.write(left_out, context.now)
    referral_id = draft.owed.referral_id if draft.owed else None
    document = accepted(sign_letter(context, letter, referral_id))
    (made,) = context.save([document], why="signed")
    print_error(f"Signed and kept as {made.id}.")
    return made


def _due(context: CommandContext, given: argparse.Namespace) -> int:
    """One file a provider with a cover sheet and every letter due by tonight; exit 1 when one is not ready."""
    from medex_tui.reports.file_names import batch_name

    if not given.output:
        raise CommandError("The letters of the day go to a folder: add -o DIR.")
    form = given.format or "text"
    ready(form)
    where = folder(given.output)
    letters, waiting = _ready(context, sign=given.sign)
    for provider_id, documents in letters.items():
        provider = context.practice.providers[provider_id]
        bodies = covered([d.body for d in documents], provider, form, context, given.paper)
        name = batch_name(provider, context.practice, context.now, SUFFIXES[form])
        for document in documents:
            context.given_out(f"{document.kind} {document.id} to {provider_id}", document.client_id)
        write_private_file(where / name, rendered(bodies, form, paper_of(context, given.paper)))
        count = f"{len(documents)} letter{'' if len(documents) == 1 else 's'}"
        print_out(f"wrote {where / name}: {count} to {one_line(provider.name)}")
    if not letters:
        print_out("Nothing signed is to be sent today.")
    print_error(*waiting)
    return FOUND if waiting else DONE


def _ready(context: CommandContext, *, sign: bool) -> tuple[dict[str, list[Document]], list[str]]:
    """Provider id -> the signed letters due by tonight, and a sentence for each that is not ready."""
    practice, now = context.practice, context.now
    today = local_day(now, practice.zone)
    ready: dict[str, dict[str, Document]] = defaultdict(dict)
    waiting: list[str] = []
    signed_now: dict[tuple[str, ...], Document] = {}
    for one in owed(practice, now):
        kind = WRITTEN_AS.get(one.kind)
        later = (
            one.status == "due"
            and local_day(one.target_at, practice.zone) > today
            and one.send_by != today
        )
        if kind is None or later:
            continue
        client = practice.clients.get(one.client_id)
        what = f"{DOCUMENTS[kind].lower()} about {one_line(client.name) if client else 'unknown client'}"
        if one.blocked_by:
            waiting.append(f"Not ready: {what}: no consent to release is on file.")
            continue
        document = document_for(one, practice)
        if not (document and document.signed_at):
            document = signed_now.get((kind, one.source_id))
        if document is None and sign and (draft := _draft(context, kind, one.client_id, one)):
            left_out = _left_out(draft, [], fit=True)
            lacking = draft.write(left_out, None).missing
            if lacking:
                waiting.append(f"Not ready: {what}: {lacking[0].what} {lacking[0].remedy}")
                continue
            document = signed_now[kind, one.source_id] = _signed(draft, left_out, context)
        if document is None or not document.signed_at:
            waiting.append(f"Not signed: {what}; --sign signs it, or read it first in the app.")
        else:
            ready[one.provider_id][document.id] = document
    return {provider: list(kept.values()) for provider, kept in ready.items()}, waiting
