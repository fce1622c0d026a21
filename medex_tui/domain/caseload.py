"""Which records stay loaded and which can be archived: the open caseload, and what closed long ago.

Archived records are kept, found and changed like any other; they are only not read at every start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.chart import client_of
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.status import hold
from medex_tui.domain.records.tables import TABLES
from medex_tui.domain.records.visits import Session

CLOSED_FOR = timedelta(days=120)
"""How long an episode stays loaded after its end."""


def unsettled(practice: Practice, now: datetime) -> set[str]:
    """Ids of referrals with open obligations; one waived only until a date counts as open."""
    from medex_tui.domain.obligations import obligations

    return {
        owed.referral_id
        for owed in obligations(practice, now)
        if owed.status != "met" and (owed.waiver is None or owed.waiver.until is not None)
    }


def filed(practice: Practice, now: datetime, owed: Collection[str]) -> Mapping[str, set[str]]:
    """The records that can be archived, as table name -> record ids.

    Every episode that ended more than `CLOSED_FOR` ago, owes nothing (`owed`: ids of referrals that
    do) and holds no unsigned session, with all that belongs to it; and every client whose episodes
    are all archived, with the records that name no episode. Providers, practitioners, waivers and
    settings stay, and so do records that others depend on: obligations computed from the loaded
    records equal those of the whole practice.
    """
    unsigned = [s for s in practice.counted(Session) if s.state == "open"]
    needed = {*owed, *(episode_named(s) or _fell_into(s, practice) for s in unsigned)}
    gone = {
        id: referral.client_id
        for id, referral in practice.referrals.items()
        if _ended(referral, now) and id not in needed
    }
    staying = {r.client_id for id, r in practice.referrals.items() if id not in gone}
    staying |= {s.client_id for s in unsigned}
    for client_id in staying & practice.clients.keys():
        held = hold(practice.clients[client_id])
        if held and (fell_into := practice.episode_at(client_id, held.began)):
            gone.pop(fell_into.id, None)
    clients = set(gone.values()) - staying
    found: dict[str, set[str]] = defaultdict(set)
    found["referrals"] = set(gone)
    found["clients"] = clients & practice.clients.keys()
    for kept in (
        practice.goals,
        practice.sessions,
        practice.assessments,
        practice.documents,
        practice.communications,
    ):
        for record in kept.values():
            episode = episode_named(record) or _fell_into(record, practice)
            if episode in gone if episode else client_of(record) in clients:
                found[TABLES[type(record)]].add(record.id)
    found["communications"] -= _answering_elsewhere(practice, found)
    return found


def _answering_elsewhere(practice: Practice, found: Mapping[str, set[str]]) -> set[str]:
    """Ids of selected communications that answer, directly or not, for a record that stays."""
    leaving = set().union(*found.values())
    staying: set[str] = set()
    grew = True
    while grew:
        more = {
            id
            for id in found["communications"] - staying
            if any(
                source not in leaving
                for key in practice.communications[id].answers
                for source in key.split(":")[1:2]
            )
        }
        grew = bool(more)
        staying |= more
        leaving -= more
    return staying


def episode_named(record: Record) -> str | None:
    """The episode a record names as its own; a referral is its own."""
    return record.id if isinstance(record, Referral) else getattr(record, "referral_id", None)


def _fell_into(record: Record, practice: Practice) -> str | None:
    """Episode of a visit that names none; archived with it, or a later episode would claim it."""
    episode = practice.episode_of(record) if isinstance(record, Session | Assessment) else None
    return episode.id if episode else None


def _ended(referral: Referral, now: datetime) -> bool:
    if referral.status == "open":
        return False
    ended = referral.discharged_at or referral.updated_at or referral.received_at
    return ended is not None and now - ended > CLOSED_FOR
