"""File names that stay the same for the same record and tell nobody who it is about."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from typing import Literal, TypeAlias

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports.documents.letter import Letter

Suffix: TypeAlias = Literal["md", "txt", "html", "pdf"]

SAFE_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?")
NAME_LENGTH = 40


def slug(typed: str) -> str:
    """Typed text as at most 40 of a-z, 0-9 and single hyphens; empty where nothing of it is ASCII."""
    ascii_only = unicodedata.normalize("NFKD", typed[:400]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower())[:NAME_LENGTH].strip("-")


def id_part(record_id: str) -> str:
    """A record's id as part of a file name, still unique: whole where it is safe, else its slug and a hash.

    Whole, because the front of our ids is only the clock; hashed, because an imported id may be any text.
    """
    if SAFE_ID.fullmatch(record_id):
        return record_id
    digest = hashlib.sha256(record_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return "-".join(part for part in (slug(record_id), digest) if part)


def note_name(
    session: Session, practice: Practice, *, with_name: bool = False, suffix: Suffix = "md"
) -> str:
    """`2026-11-22_visit-note_<id>.md`, by the local day of the visit."""
    client = _client(session.client_id, practice) if with_name else ""
    return _name(practice, session.at, "visit_note", client, session.id, suffix)


def assessment_name(
    assessment: Assessment, practice: Practice, *, with_name: bool = False, suffix: Suffix = "md"
) -> str:
    """`2026-11-22_assessment-summary_<id>.md`, by the local day it was taken."""
    client = _client(assessment.client_id, practice) if with_name else ""
    return _name(practice, assessment.taken_at, "assessment_summary", client, assessment.id, suffix)


def letter_name(
    written: Letter | Document,
    practice: Practice,
    written_at: datetime,
    *,
    with_name: bool = False,
    suffix: Suffix = "md",
) -> str:
    """`2026-11-22_progress-report_<id>.md`: a kept letter by its own id and day, one not kept by what it is about."""
    if isinstance(written, Document):
        record_id, at = written.id, written.signed_at or written.created_at or written_at
    else:
        record_id, at = written.about[-1], written_at
    client = _client(written.client_id, practice) if with_name else ""
    return _name(practice, at, written.kind, client, record_id, suffix)


def chart_name(client: Client, *, with_name: bool = False) -> str:
    """`chart_<id>.md`: the same at every export."""
    parts = ("chart", slug(client.name) if with_name else "", id_part(client.id))
    return f"{'_'.join(part for part in parts if part)}.md"


def batch_name(provider: Provider, practice: Practice, at: datetime, suffix: Suffix = "pdf") -> str:
    """`2026-11-22_to-send_<provider id>.pdf`, by the local day it is made."""
    return _name(practice, at, "to_send", "", provider.id, suffix)


def _client(client_id: str | None, practice: Practice) -> str:
    client = practice.clients.get(client_id or "")
    return slug(client.name) if client else ""


def _name(
    practice: Practice, at: datetime | None, kind: str, client: str, record_id: str, suffix: Suffix
) -> str:
    day = at.astimezone(practice.zone).date().isoformat() if at else "undated"
    parts = (day, kind.replace("_", "-"), client, id_part(record_id))
    return f"{'_'.join(part for part in parts if part)}.{suffix}"
