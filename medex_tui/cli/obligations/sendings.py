"""What the commands about sendings share: finding obligations and sendings, saving and answering."""

from __future__ import annotations

import argparse

from medex_tui.cli.context import (
    DONE,
    CommandContext,
    CommandError,
    print_error,
    print_out,
)
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import Obligation, obligations
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.referrals.sending import also_served
from medex_tui.reports.wording import OWED

KEY = "the key `medex overdue --json` shows, its beginning, or kind:client[:provider], e.g. assessment_summary:hicks"


def page_count(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 0 < int(said) < 1000:
        raise argparse.ArgumentTypeError("a number of pages from 1 to 999")
    return int(said)


def find_obligation(context: CommandContext, key: str) -> Obligation:
    """The one open obligation a key, its beginning, or kind:client names. Refused with those it can be."""
    found = context.meant(key, context.practice, met=False)
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


def other_obligations(
    context: CommandContext, owed: Obligation, keys: list[str]
) -> list[Obligation]:
    """What else the same letter answers: about the same client, to the same provider. Refused otherwise."""
    found = [find_obligation(context, key) for key in keys]
    for other in found:
        if (other.client_id, other.provider_id) != (owed.client_id, owed.provider_id):
            raise CommandError(
                f"--also {other.key} is about another client or to somebody else: record its own sending."
            )
    return found


def save_sending(made: Communication, owed: Obligation, context: CommandContext) -> int:
    """Save a sending and say what it cleared."""
    (kept,) = context.save([made], why="sent")
    now = max(context.now, made.at)
    after = {o.key: o for o in obligations(context.practice, now)}
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


def require_release(owed: Obligation) -> None:
    """Refuse to send what the client has not consented to."""
    if owed.blocked_by:
        raise CommandError(
            "Nothing may be sent yet: no consent to release is on file.",
            f"`medex referral edit {owed.referral_id} --consent-on DATE` records it.",
        )


def find_sending(context: CommandContext, said: str) -> Communication:
    """The sending meant: by its id, or the latest that answered a key. Refused where there is none."""
    kept = context.record(Communication, said)
    if kept is None:
        answering = context.practice.communications_for.get(said, [])
        if not answering and ":" in said:
            answering = _by_words(context, said)
        kept = next((c for c in reversed(answering) if c.direction == "out"), None)
    if kept is None:
        raise CommandError(
            f"No sending is found for `{said}`: give the id `medex sent` answered with, or the key."
        )
    if kept.client_id:
        context.store.history(kept.client_id)
    return context.practice.communications.get(kept.id, kept)


def _by_words(context: CommandContext, said: str) -> list[Communication]:
    """Sendings under kind:client, earliest first; Refused where the client is not clear."""
    kind, _, who = said.partition(":")
    if not who or kind not in {
        o.split(":")[0] for c in context.practice.communications.values() for o in c.answers
    }:
        return []
    client = context.client(who)
    kept = context.practice.communications_of.get(client.id, [])
    return [c for c in kept if any(answer.startswith(f"{kind}:") for answer in c.answers)]
