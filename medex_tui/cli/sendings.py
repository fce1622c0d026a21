"""`medex send`, `sent`, `outcome` and `waive`: what was done about something owed."""

from __future__ import annotations

import argparse
import sys
from typing import get_args

from medex_tui.actions.context import Refusal
from medex_tui.actions.hand_to_sender import (
    letter_to_hand_over,
    outgoing,
    record_handed,
    run_sender,
)
from medex_tui.actions.record_sending import SendingInput, record_outcome, record_sending
from medex_tui.actions.record_sending import waive as waive_obligation
from medex_tui.cli.context import (
    DONE,
    FOUND,
    STORE,
    CommandContext,
    CommandError,
    accepted,
    print_error,
    print_out,
    settled,
)
from medex_tui.domain.dates.parse import read_past, read_when
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import ACCEPTED, Obligation, obligations
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.people import Method
from medex_tui.domain.referrals.sending import also_served
from medex_tui.reports.wording import OWED

KEY = "the key `medex overdue --json` shows, its beginning, or kind:client[:provider], e.g. assessment_summary:hicks"


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `send`, `sent`, `outcome` or `waive` takes."""
    if name == "outcome":
        parser.add_argument(
            "sending",
            metavar="ID|KEY",
            help="the id `medex sent` answered with, or the key it answered",
        )
        parser.add_argument("result", choices=("sent", "delivered", "failed", "returned"))
        parser.add_argument(
            "--confirmation", metavar="REF", help="message id, report of the fax, who took it"
        )
        parser.add_argument("--pages", metavar="N", type=_pages, help="how many pages went")
        parser.set_defaults(run=outcome)
        return
    parser.add_argument("key", metavar="KEY", help=KEY)
    if name == "send":
        parser.add_argument(
            "--by", metavar="METHOD", choices=sorted(ACCEPTED), help="if not the provider's wish"
        )
        parser.add_argument(
            "--to", metavar="ADDRESS", help="where to, if not the provider's number or address"
        )
        parser.add_argument("--format", choices=("markdown", "html", "pdf", "text"), default="text")
        parser.add_argument(
            "--cover", action="store_true", help="a cover sheet without health data before it"
        )
        parser.add_argument(
            "--also",
            metavar="KEY",
            action="append",
            default=[],
            help="another key the same letter answers",
        )
        parser.set_defaults(run=send)
    elif name == "sent":
        parser.add_argument(
            "--also",
            metavar="KEY",
            action="append",
            default=[],
            help="another key the same letter answers",
        )
        parser.add_argument(
            "--by",
            metavar="METHOD",
            required=True,
            choices=get_args(Method),
            help=", ".join(get_args(Method)),
        )
        parser.add_argument(
            "--at", metavar="T", default="now", help="when, if not now: 14:05, yest 16:00"
        )
        parser.add_argument(
            "--to", metavar="ADDRESS", help="where to, if not the provider's number or address"
        )
        parser.add_argument(
            "--confirmation", metavar="REF", help="message id, report of the fax, who took it"
        )
        parser.add_argument("--pages", metavar="N", type=_pages, help="how many pages went")
        parser.add_argument(
            "--failed", action="store_true", help="it did not get through; it stays owed"
        )
        parser.set_defaults(run=sent)
    else:
        parser.add_argument(
            "--reason", required=True, help="why it will not be sent; shown on every list"
        )
        parser.add_argument("--until", metavar="T", help="put it off until then only")
        parser.set_defaults(run=waive)


def _pages(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 0 < int(said) < 1000:
        raise argparse.ArgumentTypeError("a number of pages from 1 to 999")
    return int(said)


def owed_by(desk: CommandContext, key: str) -> Obligation:
    """The one open obligation a key, its beginning, or kind:client names. Refused with those it can be."""
    found = desk.meant(key, desk.practice, met=False)
    if not found:
        raise CommandError(
            f"Nothing is owed under `{key}`: `medex overdue --within 720 --json` shows the keys."
        )
    if len(found) > 1:
        raise CommandError(
            f"`{key}` can be {', '.join(o.key for o in found[:5])}: type more of it, or kind:client:provider "
            f"({', '.join(dict.fromkeys(o.provider_id for o in found[:5]))})."
        )
    if found[0].state == "met":
        raise CommandError(f"That is met already: {found[0].why}")
    return found[0]


def _also(desk: CommandContext, owed: Obligation, keys: list[str]) -> list[Obligation]:
    """What else the same letter answers: about the same client, to the same provider. Refused otherwise."""
    found = [owed_by(desk, key) for key in keys]
    for other in found:
        if (other.client_id, other.provider_id) != (owed.client_id, owed.provider_id):
            raise CommandError(
                f"--also {other.key} is about another client or to somebody else: record its own sending."
            )
    return found


def sent(desk: CommandContext, given: argparse.Namespace) -> int:
    """Record a sending, a call, or a sending that failed."""
    owed = owed_by(desk, given.key)
    if given.by in ACCEPTED:
        _consented(owed)
    sent_at = settled(read_past(given.at, now=desk.now, zone=desk.practice.zone))
    what = SendingInput(
        method=given.by,
        at=sent_at,
        address=given.to,
        confirmation=given.confirmation,
        pages=given.pages,
        result="failed" if given.failed else "sent",
        also=_also(desk, owed, given.also),
    )
    return _kept(accepted(record_sending(desk, owed, what)), owed, desk)


def _kept(made: Communication, owed: Obligation, desk: CommandContext) -> int:
    """Save a sending and say what it cleared."""
    (kept,) = desk.save([made], why="sent")
    now = max(desk.now, made.at)
    after = {o.key: o for o in obligations(desk.practice, now)}
    cleared = [key for key in made.answers if after[key].state == "met"]
    where = f" to {one_line(kept.address)}" if kept.address else ""
    print_out(f"saved {kept.id} {kept.method} {kept.result}{where}")
    for key in cleared:
        print_out(f"cleared {key}{'' if after[key].on_time else ' (late)'}")
    for other in also_served(owed, list(after.values()), made.at) if owed.key in cleared else ():
        print_out(
            f"open {other.key}: does the same letter answer it? Record it with the same command and --also."
        )
    if owed.key not in cleared:
        print_error(f"Still owed: {OWED[owed.kind]}. {after[owed.key].why}")
    return DONE


def send(desk: CommandContext, given: argparse.Namespace) -> int:
    """Hand a signed letter to the practice's own sender and record how that went; exit 1 when it did not go out."""
    from medex_tui.cli.letters import covered, paper_of, rendered, sheets

    owed = owed_by(desk, given.key)
    _consented(owed)
    document = letter_to_hand_over(desk, owed, desk.config, given.by)
    if isinstance(document, Refusal):
        remedies = {
            "document": "`medex report KIND --client C --sign` signs one.",
            "hook": "`medex sent KEY --by METHOD` records a sending made elsewhere.",
        }
        raise CommandError(document.message, *filter(None, [remedies.get(document.field)]))
    provider = desk.practice.providers[owed.provider_id]
    paper = paper_of(desk, None)
    bodies = (
        covered([document.body], provider, given.format, desk, paper)
        if given.cover
        else [document.body]
    )
    data, pages = rendered(bodies, given.format, paper), sheets(bodies, given.format, paper)
    going = accepted(
        outgoing(
            desk,
            owed,
            document,
            data,
            form=given.format,
            pages=pages,
            method=given.by,
            address=given.to,
        )
    )
    also = _also(desk, owed, given.also)
    desk.given_out(document.kind, owed.client_id)
    try:
        handed = run_sender(desk.path, desk.config, going)
    except OSError as fault:
        why = (fault.strerror or type(fault).__name__).lower()
        raise CommandError(
            f"Not sent: what would go out cannot be kept ({why}).", status=STORE
        ) from None
    made = record_handed(desk, owed, going, handed, also)
    if not handed.sent:
        print_error(
            f"The hook did not send it ({handed.ended}): {handed.line or 'it said nothing'}."
        )
    status = _kept(made, owed, desk)
    return status if handed.sent else FOUND


def _consented(owed: Obligation) -> None:
    """Refuse to send what the client has not consented to."""
    if owed.blocked_by:
        raise CommandError(
            "Nothing may be sent yet: no consent to release is on file.",
            f"`medex referral edit {owed.referral_id} --consent-on DATE` records it.",
        )


def sending_of(desk: CommandContext, said: str) -> Communication:
    """The sending meant: by its id, or the latest that answered a key. Refused where there is none."""
    kept = desk.record(Communication, said)
    if kept is None:
        answering = desk.practice.communications_for.get(said, [])
        if not answering and ":" in said:
            answering = _by_words(desk, said)
        kept = next((c for c in reversed(answering) if c.direction == "out"), None)
    if kept is None:
        raise CommandError(
            f"No sending is found for `{said}`: give the id `medex sent` answered with, or the key."
        )
    if kept.client_id:
        desk.store.history(kept.client_id)
    return desk.practice.communications.get(kept.id, kept)


def _by_words(desk: CommandContext, said: str) -> list[Communication]:
    """Sendings under kind:client, earliest first; Refused where the client is not clear."""
    kind, _, who = said.partition(":")
    if not who or kind not in {
        o.split(":")[0] for c in desk.practice.communications.values() for o in c.answers
    }:
        return []
    client = desk.client(who)
    kept = desk.practice.communications_of.get(client.id, [])
    return [c for c in kept if any(answer.startswith(f"{kind}:") for answer in c.answers)]


def outcome(desk: CommandContext, given: argparse.Namespace) -> int:
    """Record what became of a sending: delivered, or failed or returned, which makes it owed again."""
    kept = sending_of(desk, given.sending)
    changed = accepted(
        record_outcome(kept, given.result, confirmation=given.confirmation, pages=given.pages)
    )
    (saved,) = desk.save([changed], why=f"sending {given.result}")
    print_out(f"saved {saved.id} {saved.method} {saved.result}")
    after = {o.key: o for o in obligations(desk.practice, desk.now)}
    for key in saved.answers:
        if key in after and after[key].state != "met":
            print_error(f"Owed again: {OWED[after[key].kind]}. {after[key].why}")
    return DONE


def waive(desk: CommandContext, given: argparse.Namespace) -> int:
    """Record a waiver, for good or until a moment."""
    owed = owed_by(desk, given.key)
    reason = given.reason.strip()
    if reason == "-":
        reason = sys.stdin.read().strip()
    until = None
    if given.until:
        zone, order = desk.practice.zone, desk.practice.month_first
        until = settled(
            read_when(given.until, now=desk.now, zone=zone, direction="future", month_first=order)
        )
    made = accepted(waive_obligation(desk, owed, reason, until=until))
    (kept,) = desk.save([made], why="waived")
    print_out(f"saved {kept.id} waived {owed.key}")
    return DONE
