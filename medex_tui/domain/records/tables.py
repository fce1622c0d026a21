"""The tables of a practice file, by name, in the order of the export file."""

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Practitioner, Provider
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session

KINDS: dict[str, type[Record]] = {
    "practitioners": Practitioner,
    "providers": Provider,
    "clients": Client,
    "referrals": Referral,
    "goals": Goal,
    "sessions": Session,
    "assessments": Assessment,
    "documents": Document,
    "communications": Communication,
    "waivers": Waiver,
    "settings": Settings,
}
"""Table name -> record type."""

TABLES: dict[type[Record], str] = {kind: table for table, kind in KINDS.items()}
"""Record type -> table name."""
