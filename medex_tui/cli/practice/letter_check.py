"""`medex check FILE`: whether a letter in hand is what was signed and sent."""

from __future__ import annotations

from pathlib import Path

from medex_tui.cli.context import DONE, FOUND, CommandContext, CommandError, print_out
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.reports.proof import Proof, check
from medex_tui.reports.wording import DOCUMENTS, METHODS, person


def check_file(context: CommandContext, name: str) -> int:
    """Say what a file is; exit 0 when it is as signed and was sent."""
    try:
        data = Path(name).read_bytes()
    except OSError as fault:
        raise CommandError(
            f"{name} cannot be read: {(fault.strerror or type(fault).__name__).lower()}."
        ) from None
    found = check(data, context.store.everything())
    if not found.proofs:
        print_out("FAIL seal      There is no seal on it: it is a draft, or not of this practice.")
        return FOUND
    status = max(_told(one, context) for one in found.proofs)
    if found.around:
        print_out(f"note around    beside what was signed it holds: {found.around}")
    return status


def _told(found: Proof, context: CommandContext) -> int:
    """Say what one letter is; exit 1 when it is not as signed, or was not sent."""
    if found.found is None:
        print_out(f"FAIL seal      Nothing signed here has the seal {found.seal}.")
        return FOUND
    kept, zone = found.found, context.zone
    practice = context.practice
    kind = DOCUMENTS[kept.kind] if isinstance(kept, Document) else DOCUMENTS["visit_note"]
    signer = one_line(person(kept.signed_by, practice))
    signed = f"signed {spoken(kept.signed_at, zone)} by {signer}" if kept.signed_at else "sealed"
    print_out(f"ok   seal      {found.seal}: {kind.lower()} {kept.id}, {signed}")
    if not found.same:
        print_out(f"FAIL words     It is not as signed: {one_line(found.difference)}.")
        return FOUND
    print_out(
        f"ok   words     as signed{'; the file itself was laid out elsewhere' if found.by_words else ''}"
    )
    went = [c for c in found.sendings if c.result in ("sent", "delivered")]
    for one in found.sendings:
        print_out(f"{'ok  ' if one in went else 'FAIL'} {one.result:9} {_sending(one, context)}")
    if isinstance(kept, Document) and not went:
        print_out("FAIL sent      No sending of it is recorded.")
        return FOUND
    return DONE


def _sending(one: Communication, context: CommandContext) -> str:
    provider = context.store.everything().providers.get(one.provider_id or "")
    to = one_line(provider.name) if provider else "unknown provider"
    where = f" {one_line(one.address)}" if one.address else ""
    proof = f", confirmation {one_line(one.confirmation)}" if one.confirmation else ""
    return f"{METHODS[one.method]}{where} to {to}, {spoken(one.at, context.zone)}{proof}"
