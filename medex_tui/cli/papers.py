"""`medex note` and `medex report`: what leaves the practice on paper, to stdout or to files only their owner reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from medex_tui.cli.desk import DONE, Desk, Refused, complain, put, say, settled
from medex_tui.domain.obligations import WRITTEN_AS, obligations
from medex_tui.domain.practice import Practice
from medex_tui.domain.records import Client, Document, Session
from medex_tui.domain.sending import document_for

LETTERS = tuple(sorted(set(WRITTEN_AS.values())))
FORMATS = ("markdown", "html", "pdf", "text")


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `note` or `report` takes."""
    if name == "note":
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--session", metavar="ID", help="this visit")
        which.add_argument("--client", metavar="C", help="this client's last visit, or that of --date")
        which.add_argument("--since", metavar="D", help="every visit from that day on")
        parser.add_argument("--date", metavar="D", help="with --client: the day of the visit")
        parser.add_argument("--until", metavar="D", help="with --since: the last day")
        parser.add_argument("--form", choices=("form", "soap", "dap"), help="the shape, if not the practice's own")
        parser.add_argument("-o", "--output", metavar="DIR", help="one file each in DIR, in place of stdout")
        parser.set_defaults(run=note)
        return
    parser.add_argument("kind", metavar="KIND", choices=LETTERS, help=", ".join(LETTERS))
    parser.add_argument("--client", metavar="C", required=True, help="name, initials or id")
    parser.add_argument("--to", metavar="PROVIDER", help="for whom, where more than one is owed it: provider id")
    parser.add_argument("--format", choices=FORMATS, default="markdown")
    parser.add_argument("--sign", action="store_true", help="sign it: it is kept as it stands and can be sent")
    parser.add_argument("-o", "--output", metavar="FILE", help="a file, in place of stdout")
    parser.set_defaults(run=report)


# Visit notes --------------------------------------------------------------------------------------------------------


def note(desk: Desk, given: argparse.Namespace) -> int:
    """Visit notes in Markdown."""
    from medex_tui.reports.names import note_name
    from medex_tui.reports.note import visit_note

    practice, found = _visits(desk, given)
    if not found:
        raise Refused("There is no such visit.")
    form = given.form or practice.settings.note_format
    if not given.output:
        say("\n".join(visit_note(session, practice, form) for session in found))
        return DONE
    folder = Path(given.output)
    if not folder.is_dir():
        raise Refused(f"{folder} is not a folder; make it first.")
    for session in found:
        path = folder / note_name(session, practice)
        put(path, visit_note(session, practice, form).encode())
        say(f"wrote {path}")
    return DONE


def _visits(desk: Desk, given: argparse.Namespace) -> tuple[Practice, list[Session]]:
    """The visits asked for, earliest first, and the practice they are read in."""
    if given.session:
        session = desk.record(Session, given.session)
        if session:
            desk.store.history(session.client_id)
        return desk.practice, [session] if session else []
    if given.client:
        client = desk.client(given.client)
        day = _day(desk, given.date)
        kept = [
            s
            for s in desk.practice.sessions_of.get(client.id, [])
            if s.state != "planned" and (day is None or _local(s, desk) == day)
        ]
        return desk.practice, kept if day else kept[-1:]
    practice = desk.store.everything()
    first, last = _day(desk, given.since), _day(desk, given.until)
    found = [
        s
        for s in practice.sessions.values()
        if s.state != "planned" and (on := _local(s, desk)) and first and first <= on and (last is None or on <= last)
    ]
    return practice, sorted(found, key=lambda s: (s.at or desk.now, s.id))


def _day(desk: Desk, said: str | None) -> date | None:
    if said is None:
        return None
    from medex_tui.domain.when import read_day

    return settled(read_day(said, desk.now, desk.practice.zone))


def _local(session: Session, desk: Desk) -> date | None:
    return session.at.astimezone(desk.practice.zone).date() if session.at else None


# Letters ------------------------------------------------------------------------------------------------------------


def report(desk: Desk, given: argparse.Namespace) -> int:
    """One letter: as signed where it is, else as it would be written now."""
    client = desk.client(given.client)
    document, lacking = _letter(desk, given, client)
    if given.sign and document.signed_at is None:
        if lacking:
            raise Refused("It cannot be signed yet:", *lacking)
        raise Refused(f"Nothing is owed that a {given.kind.replace('_', ' ')} would answer; nothing was signed.")
    if lacking:
        complain("Not ready to be sent:", *(f"  {what}" for what in lacking))
    if given.format == "pdf" and not given.output:
        raise Refused("A PDF goes to a file: add -o FILE.")
    written = rendered(document.body, given.format)
    if given.output:
        path = Path(given.output)
        put(path, written)
        say(f"wrote {path}")
    else:
        say(written.decode())
    return DONE


def _letter(desk: Desk, given: argparse.Namespace, client: Client) -> tuple[Document, list[str]]:
    """The letter of a kind for a client, and what it lacks; signed and saved first when asked to."""
    from medex_tui.reports.assessment import assessment_summary
    from medex_tui.reports.letters import letter_for
    from medex_tui.reports.progress import progress_report

    practice, now = desk.practice, desk.now
    owed = [
        o
        for o in obligations(practice, now)
        if WRITTEN_AS.get(o.kind) == given.kind and o.client_id == client.id and given.to in (None, o.provider_id)
    ]
    chosen = next((o for o in owed if o.state != "met"), None) or max(owed, key=lambda o: o.event_at, default=None)
    kept = document_for(chosen, practice) if chosen else None
    if kept and kept.signed_at:
        return kept, []
    if chosen:
        letter = letter_for(chosen, practice, now, desk.login)
    else:
        episode = practice.current_episode(client.id)
        taken = practice.assessments_of.get(client.id, [])
        letter = None
        if given.kind == "progress_report" and episode:
            letter = progress_report(episode, practice, None, now, desk.login)
        elif given.kind == "assessment_summary" and taken:
            letter = assessment_summary(taken[-1], practice, now, desk.login)
    if letter is None:
        raise Refused(f"Nothing has happened that a {given.kind.replace('_', ' ')} would report of {client.name}.")
    lacking = [f"{missing.what} {missing.remedy}" for missing in letter.missing]
    if given.sign and chosen and not lacking:
        letter = letter_for(chosen, practice, now, desk.login, signed_at=now) or letter
    referral_id = chosen.referral_id if chosen else None
    if not (given.sign and chosen and not lacking):
        return Document(
            id="", kind=letter.kind, client_id=client.id, referral_id=referral_id, body=letter.body
        ), lacking
    (made,) = desk.save([letter.signed(id=desk.new_id(), by=desk.login, at=now, referral_id=referral_id)], why="signed")
    complain(f"Signed and kept as {made.id}.")
    return made, lacking


def rendered(markdown: str, form: str) -> bytes:
    """A Markdown document in one of `FORMATS`. Refused where there is no engine for it."""
    if form == "markdown":
        return markdown.encode()
    from medex_tui.reports import render

    writers: dict[str, Callable[[str], str | bytes]] = {"html": render.html, "text": render.text, "pdf": render.pdf}
    try:
        made = writers[form](markdown)
    except ImportError:
        raise Refused(f"There is no {form} engine here: write --format html and print it from a browser.") from None
    return made.encode() if isinstance(made, str) else made
