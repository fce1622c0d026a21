"""One client's chart: the part of a practice about one person, readable by itself."""

from __future__ import annotations

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import TABLES


def chart(practice: Practice, client_id: str) -> Practice:
    """The records of one client, the providers and staff they name, and the settings.

    Nothing about another client is included: a record about several clients, or none, is left out.
    """
    own: list[Record] = [
        r for table in practice.tables.values() for r in table.values() if client_of(r) == client_id
    ]
    episodes = {r.id for r in own if isinstance(r, Referral)}
    own += [goal for goal in practice.goals.values() if goal.referral_id in episodes]
    sources = {r.id for r in own}
    own += [w for w in practice.waivers.values() if sources & _named(w.obligation)]
    logins = {login for r in own for login in _logins(r)}
    staff = [p for p in practice.practitioners.values() if p.login in logins]
    named = {id for r in own for id in _providers(r)}
    written_to = [p for id, p in practice.providers.items() if id in named]
    settings = practice.tables["settings"].values()
    return Practice([*settings, *staff, *written_to, *own])


def client_of(record: Record) -> str | None:
    """The client a record is about by its own field; a client is about itself."""
    return record.id if TABLES[type(record)] == "clients" else getattr(record, "client_id", None)


def _named(key: str) -> set[str]:
    """The source ids a key may name, without kind and recipient; an id may hold colons itself."""
    rest = key.partition(":")[2]
    return {rest[:end] for end in (*(n for n, c in enumerate(rest) if c == ":"), len(rest))}


def _providers(record: Record) -> list[str]:
    if isinstance(record, Referral):
        return [*([record.provider_id] if record.provider_id else []), *record.copies_to]
    if isinstance(record, Document):
        return record.to
    return [record.provider_id] if isinstance(record, Communication) and record.provider_id else []


def _logins(record: Record) -> set[str]:
    named = (
        getattr(record, field, None) for field in ("created_by", "updated_by", "signed_by", "by")
    )
    return {login for login in named if login}
