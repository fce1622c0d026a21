"""Instants recorded with a change of status, which start clocks: a hold, a return, a discharge.

They are set together with the status, since they cannot be derived later.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client


def client_moments(before: Client | None, status: str, at: datetime) -> dict[str, datetime]:
    """The fields of a client that a new status sets; none where it stays as it was."""
    if status == (before.status if before else "active"):
        return {}
    return {"status_at": at, "held_at": at} if status == "on_hold" else {"status_at": at}


def referral_moments(
    before: Referral | None, status: str, at: datetime
) -> dict[str, datetime | None]:
    """Fields of a referral set by a status: a discharge keeps its first instant."""
    kept = before.discharged_at if before else None
    return {"discharged_at": (kept or at) if status == "discharged" else None}


class Hold(Struct, frozen=True):
    """A time in which a client was not expected; `ended` is None while it goes on."""

    began: datetime
    ended: datetime | None


def hold(client: Client) -> Hold | None:
    """The client's last hold; None where there was none, or nobody wrote down when."""
    on_hold = client.status == "on_hold"
    began = client.held_at or (client.status_at if on_hold else None)
    if began is None:
        return None
    return Hold(
        began, None if on_hold or client.status_at is None else max(client.status_at, began)
    )
