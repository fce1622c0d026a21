"""Amendments of a signed record: an addendum, a correction or a late entry; the original stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.dates.clock import moment
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.corrections import Amendment
from medex_tui.domain.records.visits import Session

Signed = TypeVar("Signed", bound=Session | Assessment)
AmendmentKind: TypeAlias = Literal["addendum", "correction", "late_entry"]

LATE_AFTER = timedelta(hours=24)
"""What is written longer than this after the event is a late entry."""


class Lack(Struct, frozen=True):
    """Why an amendment is refused: field (`kind`, `was`, `text`, `reason`) and one sentence."""

    field: str
    message: str


def amended(
    record: Signed,
    *,
    kind: AmendmentKind,
    text: str,
    reason: str,
    was: str = "",
    at: datetime,
    by: str,
) -> Signed | Lack:
    """A signed record with one more amendment, or what the amendment lacks.

    Every amendment has a time, an author, a text and a reason; a correction also quotes the
    original (`was`).
    """
    text, reason, was = text.strip(), reason.strip(), was.strip()
    event = (record.ended_at or record.at) if isinstance(record, Session) else record.taken_at
    if record.signed_at is None:
        return Lack(
            "kind", "It is not signed yet: it can be changed itself and needs no amendment."
        )
    if kind == "late_entry" and event is not None and at - event <= LATE_AFTER:
        return Lack(
            "kind", "It is not 24 h since it happened: that is an addendum, not a late entry."
        )
    if kind == "correction" and not was:
        return Lack("was", "A correction shows old and new: say what the original reads.")
    if kind != "correction" and was:
        return Lack("was", "Only a correction says what the original reads.")
    if not text:
        return Lack("text", "There is nothing to add yet.")
    if not reason:
        return Lack(
            "reason", "An amendment says why it was not in the original, or what was wrong there."
        )
    made = Amendment(kind=kind, was=was or None, text=text, reason=reason, at=at, by=by)
    return replace(record, amendments=[*record.amendments, made])


def entered_late(
    record: Signed, happened: datetime, *, at: datetime, by: str, zone: ZoneInfo
) -> Signed:
    """Add a late-entry stamp once: when it happened and when it was entered, in practice time."""
    if any(a.kind == "late_entry" for a in record.amendments):
        return record
    what = "session" if isinstance(record, Session) else "assessment"
    text = f"Late entry: {what} of {moment(happened, zone)} entered {moment(at, zone)}."
    stamp = Amendment(kind="late_entry", text=text, at=at, by=by)
    return replace(record, amendments=[*record.amendments, stamp])
