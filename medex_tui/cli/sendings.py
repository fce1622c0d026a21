"""`medex sent` and `medex waive`: what was done about something owed."""

from __future__ import annotations

import argparse
import sys
from typing import get_args

from medex_tui.cli.desk import BAD_INPUT, DONE, Desk, Refused, complain, say, settled
from medex_tui.domain.obligations import ACCEPTED, ADDRESSES, Obligation, obligations
from medex_tui.domain.plain import one_line
from medex_tui.domain.records import Method, Waiver
from medex_tui.domain.sending import also_served, document_for, sending
from medex_tui.domain.when import read_past, read_when

KEY = "the key `medex overdue --json` shows, the beginning of it, or kind:client, e.g. assessment_summary:hicks"


def options(name: str, parser: argparse.ArgumentParser) -> None:
    """What `sent` or `waive` takes."""
    parser.add_argument("key", metavar="KEY", help=KEY)
    if name == "sent":
        parser.add_argument(
            "--also", metavar="KEY", action="append", default=[], help="another key the same letter answers"
        )
        parser.add_argument(
            "--by", metavar="METHOD", required=True, choices=get_args(Method), help=", ".join(get_args(Method))
        )
        parser.add_argument("--at", metavar="T", default="now", help="when, if not now: 14:05, yest 16:00")
        parser.add_argument("--to", metavar="ADDRESS", help="where to, if not the provider's number or address")
        parser.add_argument("--confirmation", metavar="REF", help="message id, report of the fax, who took it")
        parser.add_argument("--failed", action="store_true", help="it did not get through; it stays owed")
        parser.set_defaults(run=sent)
    else:
        parser.add_argument("--reason", required=True, help="why it will not be sent; shown on every list")
        parser.add_argument("--until", metavar="T", help="put it off until then only")
        parser.set_defaults(run=waive)


def owed_by(desk: Desk, key: str) -> Obligation:
    """The one open obligation a key, its beginning, or kind:client names. Refused with those it can be."""
    every = obligations(desk.practice, desk.now)
    exact = [o for o in every if o.key == key]
    found = exact or [o for o in every if o.state != "met" and o.key.startswith(key)]
    if not found and ":" in key:
        from medex_tui.domain.find import find_clients

        kind, _, who = key.partition(":")
        clients = {c.id for c in find_clients(who, desk.practice, desk.now)}
        found = [o for o in every if o.state != "met" and o.kind == kind and o.client_id in clients]
    if not found:
        raise Refused(f"Nothing is owed under `{key}`: `medex overdue --within 720 --json` shows the keys.")
    if len(found) > 1:
        raise Refused(f"`{key}` can be {', '.join(o.key for o in found[:5])}: type more of it.")
    if found[0].state == "met":
        raise Refused(f"That is met already: {found[0].why}")
    return found[0]


def sent(desk: Desk, given: argparse.Namespace) -> int:
    """Record a sending, a call, or a sending that failed."""
    owed = owed_by(desk, given.key)
    if owed.blocked_by and given.by in ACCEPTED:
        raise Refused(
            "Nothing may be sent yet: no consent to release is on file.",
            f"`medex referral edit {owed.referral_id} --consent-on DATE` records it.",
        )
    now = desk.now
    at = settled(read_past(given.at, now=now, zone=desk.practice.zone))
    if at < owed.event_at:
        raise Refused(f"That is before it was owed ({one_line(owed.cause)}); --at gives the time of the sending.")
    provider = desk.practice.providers.get(owed.provider_id)
    address = given.to or (getattr(provider, ADDRESSES.get(given.by, ""), None) if provider else None)
    document = document_for(owed, desk.practice)
    made = sending(
        owed,
        id=desk.new_id(),
        at=at,
        by=desk.login,
        method=given.by,
        address=address,
        confirmation=given.confirmation,
        document=document if document and document.signed_at else None,
        also=[owed_by(desk, key) for key in given.also],
        failed=given.failed,
    )
    (kept,) = desk.save([made], why="sent")
    now = max(now, at)
    after = {o.key: o for o in obligations(desk.practice, now)}
    cleared = [key for key in made.answers if after[key].state == "met"]
    say(
        f"saved {kept.id} {given.by} {'failed' if given.failed else 'sent'}"
        + (f" to {one_line(address)}" if address else "")
    )
    for key in cleared:
        say(f"cleared {key}{'' if after[key].on_time else ' (late)'}")
    for other in also_served(owed, list(after.values())) if owed.key in cleared else ():
        say(f"open {other.key}: does the same letter answer it? Record it with the same command and --also.")
    if owed.key not in cleared:
        complain(f"Still owed: {owed.kind.replace('_', ' ')}. {after[owed.key].why}")
    return DONE


def waive(desk: Desk, given: argparse.Namespace) -> int:
    """Record a waiver, for good or until a moment."""
    owed = owed_by(desk, given.key)
    reason = given.reason.strip()
    if reason == "-":
        reason = sys.stdin.read().strip()
    if not reason:
        raise Refused("A waiver needs a reason.", status=BAD_INPUT)
    now = desk.now
    until = settled(read_when(given.until, now=now, zone=desk.practice.zone)) if given.until else None
    if until and until <= now:
        raise Refused("--until has to lie ahead.")
    made = Waiver(id=desk.new_id(), obligation=owed.key, reason=reason, until=until, by=desk.login, at=now)
    (kept,) = desk.save([made], why="waived")
    say(f"saved {kept.id} waived {owed.key}")
    return DONE
