"""Planned visits and deadlines as an iCalendar file (RFC 5545), for the calendar a practitioner carries.

A calendar is copied to phones and clouds: people stand in it by their initials, unless names are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.obligations import Obligation, owed
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording

LENGTH = timedelta(hours=1)
"""How long a planned visit is taken to last."""

LINE = 75
"""Octets a line may have; longer ones are folded."""


def calendar(practice: Practice, now: datetime, *, names: bool = False) -> bytes:
    """Every planned visit that has a time as an event, every deadline not yet met as an event of its own, in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//medex//practice calendar//EN",
        "CALSCALE:GREGORIAN",
    ]
    name = _text(practice.settings.name)
    lines += [f"NAME:{name}", f"X-WR-CALNAME:{name}"] if name else []
    planned = [s for s in practice.counted(Session) if s.state == "planned" and s.planned_at]
    for session in sorted(planned, key=lambda s: (s.planned_at or now, s.id)):
        lines += _visit(session, practice, now, names)
    for one in owed(practice, now):
        lines += _deadline(one, practice, now, names)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _visit(session: Session, practice: Practice, now: datetime, names: bool) -> Iterator[str]:
    assert session.planned_at is not None
    yield from _head("visit", session.id, now)
    yield f"DTSTART:{_stamp(session.planned_at)}"
    yield f"DTEND:{_stamp(session.planned_at + LENGTH)}"
    yield f"SUMMARY:{_text(f'Visit {_who(practice.clients.get(session.client_id), names)}')}"
    if place := _text(practice.settings.address or ""):
        yield f"LOCATION:{place}"
    yield "END:VEVENT"


def _deadline(owed: Obligation, practice: Practice, now: datetime, names: bool) -> Iterator[str]:
    """A deadline takes no time: an event that begins and ends at the limit."""
    yield from _head("owed", owed.key, now)
    yield f"DTSTART:{_stamp(owed.limit_at)}"
    yield "TRANSP:TRANSPARENT"
    provider = wording.provider_short(practice.providers.get(owed.provider_id))
    who = _who(practice.clients.get(owed.client_id), names)
    yield f"SUMMARY:{_text(f'Limit: {wording.OWED[owed.kind]} {who} to {provider}')}"
    yield "END:VEVENT"


def _head(kind: str, id: str, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{kind}-{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@medex"
    yield f"DTSTAMP:{_stamp(now)}"
    yield "CLASS:PRIVATE"


def _who(client: Client | None, names: bool) -> str:
    if client is None:
        return "unknown client"
    if names:
        return one_line(client.name)
    return "".join(
        part[:1].upper() for part in (one_line(client.given_name), one_line(client.family_name))
    )


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(typed: str) -> str:
    """A text value: what means something in iCalendar is escaped."""
    line = one_line(typed)
    for mark in ("\\", ";", ","):
        line = line.replace(mark, f"\\{mark}")
    return line


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no character torn."""
    pieces, room = [""], LINE
    for char in line:
        size = len(char.encode())
        if size > room:
            pieces.append("")
            room = LINE - 1
        pieces[-1] += char
        room -= size
    return "\r\n ".join(pieces)
