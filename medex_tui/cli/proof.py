"""`medex check FILE`: whether a letter in hand is what was signed and sent."""

from __future__ import annotations

from pathlib import Path

from medex_tui.cli.desk import DONE, FOUND, Desk, Refused, say
from medex_tui.domain.clock import spoken
from medex_tui.domain.plain import one_line
from medex_tui.domain.records import Communication, Document
from medex_tui.reports.proof import Proof, check
from medex_tui.reports.wording import DOCUMENTS, METHODS, person


def check_file(desk: Desk, name: str) -> int:
    """Say what a file is; exit 0 when it is as signed and was sent."""
    try:
        data = Path(name).read_bytes()
    except OSError as fault:
        raise Refused(f"{name} cannot be read: {(fault.strerror or type(fault).__name__).lower()}.") from None
    found = check(data, desk.store.everything())
    if not found.proofs:
        say("FAIL seal      There is no seal on it: it is a draft, or not of this practice.")
        return FOUND
    status = max(_told(one, desk) for one in found.proofs)
    if found.around:
        say(f"note around    beside what was signed it holds: {found.around}")
    return status


def _told(found: Proof, desk: Desk) -> int:
    """Say what one letter is; exit 1 when it is not as signed, or was not sent."""
    if found.found is None:
        say(f"FAIL seal      Nothing signed here has the seal {found.seal}.")
        return FOUND
    kept, zone = found.found, desk.zone
    practice = desk.practice
    kind = DOCUMENTS[kept.kind] if isinstance(kept, Document) else DOCUMENTS["visit_note"]
    signer = one_line(person(kept.signed_by, practice))
    signed = f"signed {spoken(kept.signed_at, zone)} by {signer}" if kept.signed_at else "sealed"
    say(f"ok   seal      {found.seal}: {kind.lower()} {kept.id}, {signed}")
    if not found.same:
        say(f"FAIL words     It is not as signed: {one_line(found.difference)}.")
        return FOUND
    say(f"ok   words     as signed{'; the file itself was laid out elsewhere' if found.by_words else ''}")
    went = [c for c in found.sendings if c.result in ("sent", "delivered")]
    for one in found.sendings:
        say(f"{'ok  ' if one in went else 'FAIL'} {one.result:9} {_sending(one, desk)}")
    if isinstance(kept, Document) and not went:
        say("FAIL sent      No sending of it is recorded.")
        return FOUND
    return DONE


def _sending(one: Communication, desk: Desk) -> str:
    provider = desk.store.everything().providers.get(one.provider_id or "")
    to = one_line(provider.name) if provider else "unknown provider"
    where = f" {one_line(one.address)}" if one.address else ""
    proof = f", confirmation {one_line(one.confirmation)}" if one.confirmation else ""
    return f"{METHODS[one.method]}{where} to {to}, {spoken(one.at, desk.zone)}{proof}"
