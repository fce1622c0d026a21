"""Rules between records: references that resolve, and signed records that stay unchanged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.dates.clock import zone_of
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.tables import KINDS, TABLES
from medex_tui.domain.records.visits import Session

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "referrals": {"client_id": "clients", "provider_id": "providers", "copies_to": "providers"},
    "goals": {"referral_id": "referrals"},
    "sessions": {"client_id": "clients", "referral_id": "referrals"},
    "assessments": {"client_id": "clients", "referral_id": "referrals"},
    "documents": {
        "client_id": "clients",
        "referral_id": "referrals",
        "to": "providers",
        "about": "",
    },
    "communications": {
        "client_id": "clients",
        "referral_id": "referrals",
        "provider_id": "providers",
        "document_id": "documents",
    },
}
"""Table -> field -> table its id or ids lead to; an empty name means any table."""

BOOKKEEPING = frozenset({"rev", "created_at", "created_by", "updated_at", "updated_by"})
LONGEST_H = 24 * 366
"""Hours a policy may give at most."""

NOUNS = {"sessions": "session", "assessments": "assessment", "documents": "document"}


class IntegrityFault(Struct, frozen=True):
    """A fault in a field; `record` reads `sessions[3] id abc`, `field` may be empty."""

    record: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ": ".join(
            part for part in (self.record, f"field {self.field}" if self.field else "") if part
        )
        return f"{where}: {self.message}" if where else self.message


def label(table: str, index: int, id: object) -> str:
    """How a record is named in a fault: its table, its place in the list, its id."""
    return f"{table}[{index}] id {id}"


def faults(
    tables: Mapping[str, Sequence[Record | None]],
    present: Practice,
    unread: Mapping[str, Collection[str]] = {},
) -> list[IntegrityFault]:
    """Find references to missing records or another client's episode, and duplicate settings.

    A reference may lead to a record in `tables`, in `present`, or `unread`: table -> ids of records
    that exist and could not be read, whose places in `tables` hold None.
    """
    coming: Mapping[str, list[tuple[int, Record]]] = {
        table: [(index, record) for index, record in enumerate(records) if record]
        for table, records in tables.items()
    }
    known = {
        table: {r.id for _, r in coming.get(table, ())}
        | set(present.tables[table])
        | set(unread.get(table, ()))
        for table in KINDS
    }
    known[""] = set().union(*known.values())
    owners = {r.id: r.client_id for r in present.referrals.values()}
    owners |= {r.id: getattr(r, "client_id", "") for _, r in coming.get("referrals", ())}
    found = [
        IntegrityFault(label(table, index, record.id), field, message)
        for table, records in coming.items()
        for index, record in records
        for field, message in _astray(table, record, known, owners)
    ]
    if len(known["settings"]) > 1:
        what = (
            "there can be one record of settings only; "
            "import a whole practice into a new store (--store PATH)."
        )
        found += [
            IntegrityFault(label("settings", i, r.id), "id", what)
            for i, r in coming.get("settings", ())
        ]
    return found


def _astray(
    table: str, record: Record, known: Mapping[str, set[str]], owners: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for field, target in REFERENCES.get(table, {}).items():
        value = getattr(record, field)
        for id in value if isinstance(value, list) else [value]:
            if id is not None and id not in known[target]:
                yield field, f"there is no {target.removesuffix('s') or 'record'} with the id {id}."
    if isinstance(record, Session):
        goals = {e.goal_id for e in record.exercises if e.goal_id is not None}
        for id in sorted(goals - known["goals"]):
            yield "exercises", f"there is no goal with the id {id}."
    if isinstance(record, Settings):
        yield from _unusable(record)
    client, owner = (
        getattr(record, "client_id", None),
        owners.get(getattr(record, "referral_id", None) or ""),
    )
    if client and owner and client != owner:
        yield "referral_id", f"that referral is of another client ({owner})."


def _unusable(settings: Settings) -> Iterator[tuple[str, str]]:
    """What deadlines could not be counted by: a zone, policy, or hours that are none."""
    from medex_tui.domain.obligations import PRESETS, rules

    if zone_of(settings.timezone) is None:
        yield (
            "timezone",
            f"there is no time zone {settings.timezone}; it reads like America/New_York.",
        )
    counted = [rule.id for rule in rules().values() if rule.limit_h]
    for index, policy in enumerate(settings.policies):
        where = f"[{index}]"
        if not _is_moment(policy.from_):
            yield "policies", f"{where}.from: there is no day {policy.from_} in the calendar."
        if policy.preset not in PRESETS:
            yield "policies", f"{where}.preset: {policy.preset} is none of {', '.join(PRESETS)}."
        for kind, hours in policy.hours.items():
            if kind not in counted:
                yield (
                    "policies",
                    f"{where}.hours: {kind} has no hours; there are {', '.join(counted)}.",
                )
            elif not hours.target_h <= hours.limit_h <= LONGEST_H:
                yield (
                    "policies",
                    f"{where}.hours.{kind}: "
                    "the target comes first and the limit is at most a year.",
                )


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def change_refused(before: Record, after: Record) -> str | None:
    """Why a record may not be changed so, in one sentence; None when it may.

    A signed session or assessment can only be added to, by amendments after those it has; a signed
    document never changes. Reasons for keeping a wording can be added to a visit and a document,
    and a visit or an assessment can be marked as entered in error.
    """
    if not isinstance(before, Session | Assessment | Document) or before.signed_at is None:
        return None
    free = BOOKKEEPING | {"amendments", "accepted", "entered_in_error"}
    fixed = [field for field in before.__struct_fields__ if field not in free]
    changed = [field for field in fixed if getattr(before, field) != getattr(after, field)]
    noun = NOUNS[TABLES[type(before)]]
    signed = f"This {noun} was signed on {before.signed_at:%Y-%m-%d}"
    if isinstance(before, Document) and changed:
        return f"{signed} and stays as it is: write a new one instead."
    if changed:
        return f"{signed} and its {changed[0]} stays as it is: add an amendment instead."
    for field in ("amendments", "accepted"):
        kept = getattr(before, field, [])
        if getattr(after, field, [])[: len(kept)] != kept:
            return f"{signed}: its {field} can be added to, not changed."
    return None
