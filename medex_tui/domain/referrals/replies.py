"""Replies to what was sent: which sendings wait for an answer, and orders read as limits.

A sending waits for an answer when its letter asks something. A reminder is due after the practice's
`nudge_days`, else 7 (closed-loop referral practice alerts at 7 and 14 days); for a letter of
introduction after 5 (METI: follow up in 5 to 7 days).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.obligations import ACCEPTED
from medex_tui.domain.records.communications import Communication, Document, Reply
from medex_tui.domain.records.people import Client, Limit
from medex_tui.domain.records.practice import Practice

NUDGE_DAYS = 7
NUDGE_OUTREACH_DAYS = 5
FORGOTTEN = timedelta(days=90)
"""A question nobody answered in this time is no longer listed."""

ASKS = re.compile(
    r"^\*\*(?:For you|Question):\*\* (?!.*\bno action (?:is )?needed\b)",
    re.MULTILINE | re.IGNORECASE,
)
"""The question of a letter that waits for an answer; one that says no action is needed does not."""

WHATS: dict[str, tuple[str, ...]] = {
    "bp": ("bp", "blood pressure"),
    "sbp": ("sbp", "systolic blood pressure", "systolic bp", "systolic"),
    "dbp": ("dbp", "diastolic blood pressure", "diastolic bp", "diastolic"),
    "hr": ("hr", "heart rate", "pulse"),
    "spo2": ("spo2", "o2 sat", "oxygen saturation", "oxygen", "saturation", "sats"),
    "glucose": ("glucose", "blood glucose", "blood sugar", "sugar"),
    "temp_c": ("temp", "temperature"),
}
"""What safety rules can compare, by the words a provider writes it in."""

CEILING = frozenset(["max", "maximum", "cap", "capped", "limit", "ceiling", "target"])
FLOOR = frozenset(["min", "minimum", "floor"])
BELOW = frozenset(["under", "below", "<", "<=", "less", "most", "up"])
ABOVE = frozenset(["above", "over", ">", ">=", "more", "least", "exceeds", "exceeding"])
NOT = frozenset(["no", "not", "stop", "hold", "pause", "never"])
FILLING = frozenset(
    [
        "keep",
        "stay",
        "at",
        "to",
        "of",
        "is",
        "the",
        "her",
        "his",
        "their",
        "if",
        "when",
        "exercise",
        "than",
        ":",
        "=",
    ]
)
"""Other words allowed before the number of an order; any further word leaves it as plain text."""

_FLOORS = {"spo2": "spo2", "glucose": "glucose_min", "hr": "hr_min", "sbp": "sbp_min"}
"""What has a lower limit, by the name safety rules know it under."""

_NAMES = sorted((name for names in WHATS.values() for name in names), key=len, reverse=True)
_WHAT = re.compile(rf"\b({'|'.join(_NAMES)})\b", re.IGNORECASE)
_VALUE = re.compile(
    r"(\d+(?:\.\d+)?(?:\s*/\s*\d+)?)(?!\w)\s*(bpm|mmhg|mg/dl|mmol/l|%|degc)?(?!\w)", re.IGNORECASE
)


class Waiting(Struct, frozen=True):
    """A sending that asked something and has no answer: days since, reminder due or not."""

    sending: Communication
    days: int
    nudge: bool


class Order(Struct, frozen=True):
    """A provider's order: a limit that entry checks, or else a precaution shown on the client."""

    text: str
    limit: Limit | None

    @property
    def precaution(self) -> str | None:
        """The order as a precaution where it is no limit on a reading."""
        return None if self.limit else self.text


class Answered(Struct, frozen=True):
    """A reply as records: the sending with its answer, and the client with the orders applied.

    `client` is None where nothing changed.
    """

    sending: Communication
    client: Client | None
    orders: list[Order]


def read_order(
    typed: str, *, said_by: str | None, on: date, document: str | None = None
) -> Order | Problem:
    """Read one order as typed: `HR cap 120 until echo`, `BP under 150/95`."""
    text = one_line(typed)
    if not text:
        return Problem(
            0,
            len(typed),
            "An order needs words; type it as the provider put it: HR cap 120 until echo.",
        )
    limit = _limit(text)
    if limit is None:
        return Order(text, None)
    what, value, note = limit
    return Order(
        text, Limit(what=what, value=value, said_by=said_by, on=on, document=document, note=note)
    )


def _limit(text: str) -> tuple[str, str, str | None] | None:
    """Name, value and remaining words of a limit; None where the order can be read in two ways."""
    whats = list(_WHAT.finditer(text))
    number = _VALUE.search(text, whats[0].end()) if len(whats) == 1 else None
    if number is None or re.match(r"\s*(-|–|/|to|and|or)\s*\d", text[number.end() :]):
        return None
    what = next(name for name, words in WHATS.items() if whats[0][1].casefold() in words)
    around = f"{text[: whats[0].start()]} {text[whats[0].end() : number.start()]}".casefold()
    words = re.findall(r"[<>]=?|[:=]|[\w.-]+", around)
    if any(word not in CEILING | FLOOR | BELOW | ABOVE | NOT | FILLING for word in words):
        return None
    floor = _is_floor(set(words), sum(word in NOT for word in words) % 2 == 1, what)
    value = re.sub(r"\s", "", number[1])
    if floor is None or ("/" in value and (floor or what not in ("bp", "sbp", "dbp"))):
        return None
    if "/" in value:
        what = "bp"
    elif what == "bp":
        what = "sbp"
    if (floor and what not in _FLOORS) or (what == "spo2" and not floor):
        return None
    name = _FLOORS[what] if floor else what
    unit = " mmol/l" if (number[2] or "").casefold() == "mmol/l" else ""
    return name, value + unit, text[number.end() :].strip(" ,;.") or None


def _is_floor(words: set[str], negated: bool, what: str) -> bool | None:
    """Whether the words make a lower limit; None where they do not say."""
    natural = what == "spo2"
    if words & CEILING or words & FLOOR:
        return None if negated or (words & CEILING and words & FLOOR) else bool(words & FLOOR)
    if words & BELOW and words & ABOVE:
        return None
    if words & (BELOW | ABOVE):
        floor = bool(words & ABOVE) != negated
        told = negated or words & {"keep", "stay", "most", "least", "up"}
        return floor if told or floor == natural else None
    return None if negated else natural


def answered(
    sending: Communication,
    client: Client | None,
    *,
    at: datetime,
    on: date,
    by: str | None,
    text: str | None,
    orders: Sequence[Order],
) -> Answered:
    """Record a reply with its sending, and its orders as dated limits and precautions.

    `at` is when it came, `on` that day on the practice's calendar. An earlier reply is added to.
    """
    before = sending.reply
    said = [before.text if before else None, text]
    ordered = [before.orders if before else None, *(order.text for order in orders)]
    reply = Reply(
        at=at,
        by=by or (before.by if before else None),
        text="\n".join(one for one in said if one) or None,
        orders="; ".join(one for one in ordered if one) or None,
    )
    kept = replace(sending, reply=reply)
    if client is None or not orders:
        return Answered(kept, None, list(orders))
    dated = f"{by}, {on.isoformat()}" if by else on.isoformat()
    precautions = [f"{order.precaution} ({dated})" for order in orders if order.precaution]
    limits = [replace(order.limit, at=at) for order in orders if order.limit]
    changed = replace(
        client,
        limits=[*client.limits, *limits],
        precautions=[*client.precautions, *(p for p in precautions if p not in client.precautions)],
    )
    return Answered(kept, changed, list(orders))


def waiting(practice: Practice, now: datetime) -> list[Waiting]:
    """Sendings that asked something and were not answered, the longest silence first."""
    found: dict[tuple[str | None, str | None, str], Waiting] = {}
    for sending in sorted(practice.counted(Communication), key=lambda c: (c.at, c.id)):
        document = practice.documents.get(sending.document_id or "")
        if document is None or not _asks(sending, document, now):
            continue
        key = (sending.provider_id, sending.client_id, document.kind)
        found.pop(key, None)
        if not is_answered(sending, practice, now):
            days = (now - sending.at).days
            found[key] = Waiting(sending, days, days >= nudge_after(document, practice))
    return sorted(found.values(), key=lambda w: (w.sending.at, w.sending.id))


def nudge_after(document: Document, practice: Practice) -> int:
    """After how many days of silence a letter is asked about."""
    if document.kind == "outreach":
        return NUDGE_OUTREACH_DAYS
    kept = practice.settings.nudge_days
    return NUDGE_DAYS if kept is None else kept


def orders_between(
    client_id: str, practice: Practice, after: datetime | None, until: datetime
) -> list[Communication]:
    """Sendings about a client whose reply with orders came from one instant on, up to another."""
    return [
        c
        for c in practice.communications_of.get(client_id, ())
        if c.reply
        and c.reply.orders
        and not c.reply.entered_in_error
        and c.reply.at <= until
        and (after is None or c.reply.at >= after)
    ]


def _asks(sending: Communication, document: Document, now: datetime) -> bool:
    return (
        sending.direction == "out"
        and sending.method in ACCEPTED
        and sending.result in ("sent", "delivered")
        and now - FORGOTTEN <= sending.at <= now
        and ASKS.search(document.body) is not None
    )


def is_answered(sending: Communication, practice: Practice, now: datetime) -> bool:
    """Whether a reply, or anything from the provider about the client, came since."""
    reply = sending.reply
    if reply and not reply.entered_in_error and reply.at <= now:
        return True
    return any(
        c.direction == "in"
        and (c.provider_id, c.client_id) == (sending.provider_id, sending.client_id)
        and sending.at <= c.at <= now
        for c in practice.counted(Communication)
    )
