"""The practice as one immutable value: records by id, and shared look-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import US_ZONES, zone_of
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Practitioner, Provider
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.tables import KINDS, TABLES
from medex_tui.domain.records.visits import Session

R = TypeVar("R", bound=Record)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Practice:
    """All records at one moment; mappings from id to record, never changed."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        tables: dict[str, dict[str, Record]] = {table: {} for table in KINDS}
        for record in records:
            tables[TABLES[type(record)]][record.id] = record
        self.tables: Mapping[str, Mapping[str, Record]] = tables

    @classmethod
    def of_tables(cls, tables: Mapping[str, Mapping[str, Record]]) -> Practice:
        """A practice that shares given tables (table name -> id -> record, every kind present)."""
        practice = cls.__new__(cls)
        practice.tables = tables
        return practice

    def with_records(self, records: Iterable[Record]) -> Practice:
        """A practice with these records added or replaced; unchanged tables are shared."""
        tables = dict(self.tables)
        fresh: dict[str, dict[str, Record]] = {}
        for record in records:
            table = TABLES[type(record)]
            if table not in fresh:
                fresh[table] = dict(tables[table])
            fresh[table][record.id] = record
        return Practice.of_tables(tables | fresh)

    def counted(self, kind: type[R]) -> list[R]:
        """The records of a kind without those entered in error, in the order of the table.

        Every look-up below and every count and deadline leaves records entered in error out.
        """
        records = self._table(kind).values()
        return [r for r in records if getattr(r, "entered_in_error", None) is None]

    def in_error_of(self, client_id: str) -> list[Session | Assessment | Communication | Goal]:
        """A client's records that were entered in error, the last marked first."""
        episodes = {r.id for r in self.referrals_of.get(client_id, ())}
        records: list[Session | Assessment | Communication | Goal] = [
            *(s for s in self.sessions.values() if s.client_id == client_id),
            *(a for a in self.assessments.values() if a.client_id == client_id),
            *(c for c in self.counted(Communication) if c.client_id == client_id),
            *(g for g in self.goals.values() if g.referral_id in episodes),
        ]
        marked = [(r.entered_in_error.at, r.id, r) for r in records if r.entered_in_error]
        return [r for _, _, r in sorted(marked, key=lambda each: each[:2], reverse=True)]

    def _table(self, kind: type[R]) -> Mapping[str, R]:
        return self.tables[TABLES[kind]]  # type: ignore[return-value]

    @cached_property
    def practitioners(self) -> Mapping[str, Practitioner]:
        return self._table(Practitioner)

    @cached_property
    def providers(self) -> Mapping[str, Provider]:
        return self._table(Provider)

    @cached_property
    def clients(self) -> Mapping[str, Client]:
        return self._table(Client)

    @cached_property
    def referrals(self) -> Mapping[str, Referral]:
        return self._table(Referral)

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        return self._table(Goal)

    @cached_property
    def sessions(self) -> Mapping[str, Session]:
        return self._table(Session)

    @cached_property
    def assessments(self) -> Mapping[str, Assessment]:
        return self._table(Assessment)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        return self._table(Document)

    @cached_property
    def communications(self) -> Mapping[str, Communication]:
        return self._table(Communication)

    @cached_property
    def waivers(self) -> Mapping[str, Waiver]:
        return self._table(Waiver)

    @cached_property
    def settings(self) -> Settings:
        """The practice's settings; defaults where none are kept yet."""
        kept = self._table(Settings)
        return kept[min(kept)] if kept else Settings(id="settings")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The practice's time zone; UTC where the name is unknown to this machine."""
        return zone_of(self.settings.timezone) or ZoneInfo("UTC")

    @cached_property
    def month_first(self) -> bool | None:
        """Whether `2/11/1970` is 11 February, as in the United States; None: ask each time."""
        return True if self.zone.key in US_ZONES else None

    @cached_property
    def sessions_of(self) -> Mapping[str, list[Session]]:
        """Client id -> sessions, earliest first."""
        return _grouped(self.counted(Session), lambda s: s.client_id, lambda s: s.at or LONG_AGO)

    @cached_property
    def assessments_of(self) -> Mapping[str, list[Assessment]]:
        """Client id -> assessments, earliest first."""
        return _grouped(self.counted(Assessment), lambda a: a.client_id, lambda a: a.taken_at)

    @cached_property
    def referrals_of(self) -> Mapping[str, list[Referral]]:
        """Client id -> referrals, earliest received first."""
        return _grouped(
            self.referrals.values(), lambda r: r.client_id, lambda r: r.received_at or LONG_AGO
        )

    @cached_property
    def goals_of(self) -> Mapping[str, list[Goal]]:
        """Referral id -> goals, in the order they were set."""
        return _grouped(self.counted(Goal), lambda g: g.referral_id, lambda g: LONG_AGO)

    @cached_property
    def documents_of(self) -> Mapping[str, list[Document]]:
        """Client id -> documents, in the order they were begun."""
        kept = [d for d in self.documents.values() if d.client_id]
        return _grouped(kept, lambda d: d.client_id or "", lambda d: d.created_at or LONG_AGO)

    @cached_property
    def communications_of(self) -> Mapping[str, list[Communication]]:
        """Client id -> communications, earliest first."""
        kept = [c for c in self.counted(Communication) if c.client_id]
        return _grouped(kept, lambda c: c.client_id or "", lambda c: c.at)

    @cached_property
    def communications_for(self) -> Mapping[str, list[Communication]]:
        """Obligation key -> communications made for it, earliest first."""
        found: dict[str, list[Communication]] = defaultdict(list)
        for communication in sorted(self.counted(Communication), key=lambda c: (c.at, c.id)):
            for key in communication.answers:
                found[key].append(communication)
        return found

    def episode_of(self, record: Session | Assessment) -> Referral | None:
        """The referral a visit belongs to: the one it names, else the one under way at its time.

        A visit before any referral was received belongs to the first one received after it.
        """
        if record.referral_id:
            return self.referrals.get(record.referral_id)
        at = record.at if isinstance(record, Session) else record.taken_at
        early = (r for r in self.referrals_of.get(record.client_id, ()) if _running(r, at))
        return self.episode_at(record.client_id, at) or next(early, None)

    def episode_at(self, client_id: str, at: datetime | None) -> Referral | None:
        """The client's referral under way at an instant; of several the last received."""
        running = [r for r in self.referrals_of.get(client_id, ()) if _running(r, at)]
        come_in = [r for r in running if at is None or (r.received_at or LONG_AGO) <= at]
        return come_in[-1] if come_in else None

    def current_episode(self, client_id: str) -> Referral | None:
        """The client's latest open referral, else the latest of any status."""
        episodes = self.referrals_of.get(client_id, [])
        still_open = [r for r in episodes if r.status == "open"]
        candidates = still_open or episodes
        return candidates[-1] if candidates else None

    def last_session(self, client_id: str, before: datetime | None = None) -> Session | None:
        """The client's latest attended session, or the latest that began before an instant."""
        for session in reversed(self.sessions_of.get(client_id, [])):
            if session.attended and session.at and (before is None or session.at < before):
                return session
        return None


def _running(referral: Referral, at: datetime | None) -> bool:
    """Whether an episode was under way at an instant; a visit may precede its referral."""
    ended = referral.discharged_at if referral.status == "discharged" else None
    return referral.status != "declined" and (at is None or ended is None or at <= ended)


def _grouped(
    records: Iterable[R], owner: Callable[[R], str], order: Callable[[R], datetime]
) -> Mapping[str, list[R]]:
    """Records by owner, each list ordered by time and then id, independent of storage order."""
    found: dict[str, list[tuple[datetime, str, R]]] = defaultdict(list)
    for record in records:
        found[owner(record)].append((order(record), record.id, record))
    return {one: [record for _, _, record in sorted(kept)] for one, kept in found.items()}
