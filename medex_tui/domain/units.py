"""Billing codes by number and our own short phrase, and the minutes a note has to total (DOMAIN 2.1, 2.4).

Documentation only: nothing here says that a service is billable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.records import Service


class Code(Struct, frozen=True, kw_only=True):
    """One code; only `timed15` minutes count as timed-code minutes."""

    code: str
    system: str
    kind: Literal["timed15", "timed_other", "untimed"]
    phrase: str
    note: str = ""
    confidence: Literal["high", "medium", "low"]
    unit_minutes: int | None = None
    met_core: bool = False


class Minutes(Struct, frozen=True):
    """Timed-code minutes, all treatment minutes, and the codes whose kind is not known."""

    timed: int
    treatment: int
    unknown: list[str]


@cache
def codes() -> Mapping[str, Code]:
    """The shipped codes by number, read on first use."""
    return {code.code: code for code in read("codes.json", list[Code])}


def minutes(services: Iterable[Service]) -> Minutes:
    """The totals of a visit; an unknown code counts as treatment and never as timed."""
    timed, treatment, unknown = 0, 0, []
    for service in services:
        code = codes().get(service.code)
        treatment += service.minutes
        timed += service.minutes if code and code.kind == "timed15" else 0
        if code is None:
            unknown.append(service.code)
    return Minutes(timed, treatment, unknown)
