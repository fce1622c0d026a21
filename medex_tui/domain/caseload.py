"""Which records belong on the desk and which in the cabinet: the open caseload, and what was closed long ago.

A record in the cabinet is kept, found and changed like any other; it is only not read at every start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from medex_tui.domain.practice import Practice
from medex_tui.domain.records import TABLES, Record, Referral

CLOSED_FOR = timedelta(days=120)
"""How long an episode stays on the desk after its end."""


def unsettled(practice: Practice, now: datetime) -> set[str]:
    """Ids of referrals with something neither met nor waived for good: a snooze comes back, so it counts."""
    from medex_tui.domain.obligations import obligations

    return {
        owed.referral_id
        for owed in obligations(practice, now)
        if owed.status != "met" and (owed.waiver is None or owed.waiver.until is not None)
    }


def filed(practice: Practice, now: datetime, owed: Collection[str]) -> Mapping[str, set[str]]:
    """What can go to the cabinet, as table name -> record ids.

    That is every episode which ended more than `CLOSED_FOR` ago, owes nothing (`owed`: ids of referrals that do) and
    holds no unsigned session, with all that belongs to it; and every client whose episodes all go, with what belongs
    to no episode. Providers, practitioners, waivers and settings stay.
    """
    unsigned = {s.referral_id for s in practice.sessions.values() if s.state == "open"}
    gone = {
        id: referral.client_id
        for id, referral in practice.referrals.items()
        if _ended(referral, now) and id not in owed and id not in unsigned
    }
    staying = {r.client_id for id, r in practice.referrals.items() if id not in gone}
    staying |= {s.client_id for s in practice.sessions.values() if s.state == "open"}
    clients = set(gone.values()) - staying
    found: dict[str, set[str]] = defaultdict(set)
    found["referrals"] = set(gone)
    found["clients"] = clients & practice.clients.keys()
    for kept in (practice.goals, practice.sessions, practice.assessments, practice.documents, practice.communications):
        for record in kept.values():
            episode = episode_named(record)
            if episode in gone if episode else client_of(record) in clients:
                found[TABLES[type(record)]].add(record.id)
    return found


def client_of(record: Record) -> str | None:
    """The client a record is about by its own field; a client is about itself."""
    return record.id if TABLES[type(record)] == "clients" else getattr(record, "client_id", None)


def episode_named(record: Record) -> str | None:
    """The episode a record names as its own; a referral is its own."""
    return record.id if isinstance(record, Referral) else getattr(record, "referral_id", None)


def _ended(referral: Referral, now: datetime) -> bool:
    if referral.status == "open":
        return False
    ended = referral.discharged_at or referral.updated_at or referral.received_at
    return ended is not None and now - ended > CLOSED_FOR
