"""What is recorded when something went to a provider: the communication, and what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from medex_tui.domain.obligations import ADDRESSES, WRITTEN_AS, Obligation
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.people import Method, Provider
from medex_tui.domain.records.practice import Practice


def document_for(owed: Obligation, practice: Practice) -> Document | None:
    """The latest document written for an obligation, signed or not."""
    kind = WRITTEN_AS.get(owed.kind)
    found = [
        d
        for d in practice.documents_of.get(owed.client_id or "", ())
        if d.kind == kind and owed.source_id in d.about and (not d.to or owed.provider_id in d.to)
    ]
    return found[-1] if found else None


PERIODIC = frozenset({"reassessment_update", "progress_report"})
"""Kinds met by a progress report, which tells everything since the last one."""


INTRODUCES_WITHIN = timedelta(hours=24)
"""How long after the first visit an assessment summary can stand for the introductory letter."""


def also_served(owed: Obligation, others: list[Obligation], at: datetime) -> list[Obligation]:
    """Other open obligations to the same provider that the same letter, sent at `at`, can meet.

    Candidates for the person to choose: those about the same event, all that a progress report
    covers, and the introduction met by an early summary.
    """
    return [
        o
        for o in others
        if o.key != owed.key
        and o.state not in ("met", "waived")
        and (o.referral_id, o.provider_id) == (owed.referral_id, owed.provider_id)
        and _serves(owed, o, at)
    ]


def _serves(owed: Obligation, other: Obligation, at: datetime) -> bool:
    if (owed.kind, other.kind) == ("assessment_summary", "intro_letter"):
        return at <= other.event_at + INTRODUCES_WITHIN
    same = owed.kind in WRITTEN_AS and WRITTEN_AS[owed.kind] == WRITTEN_AS.get(other.kind)
    return same and (owed.source_id == other.source_id or {owed.kind, other.kind} <= PERIODIC)


def sending(
    owed: Obligation,
    *,
    id: str,
    at: datetime,
    by: str,
    method: Method,
    address: str | None = None,
    confirmation: str | None = None,
    document: Document | None = None,
    also: list[Obligation] | None = None,
    failed: bool = False,
    pages: int | None = None,
    summary: str | None = None,
) -> Communication:
    """The communication that records a sending or a call made for an obligation."""
    return Communication(
        id=id,
        client_id=owed.client_id,
        referral_id=owed.referral_id,
        provider_id=owed.provider_id,
        direction="out",
        answers=[owed.key, *(o.key for o in also or ())],
        document_id=document.id if document else None,
        method=method,
        at=at,
        by=by,
        address=address or None,
        confirmation=confirmation or None,
        result="failed" if failed else "sent",
        pages=pages,
        summary=summary,
    )


def introduced(
    provider: Provider, document: Document, *, id: str, at: datetime, by: str, method: Method
) -> Communication:
    """The communication that records a letter of introduction sent before there is a client."""
    return Communication(
        id=id,
        provider_id=provider.id,
        document_id=document.id,
        method=method,
        at=at,
        by=by,
        address=getattr(provider, ADDRESSES.get(method, ""), None),
        summary="letter of introduction and service overview",
    )
