"""Billing codes, the minutes a note has to total, and units of 15-minute codes.

Documentation only: nothing here says that a service is billable. Both unit methods count all
services they are given; `words` leaves out the codes of licensed clinicians, whose minutes are not
medical exercise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Service, Session

UNIT = 15
"""Minutes in a unit of a timed code."""

LICENSED = frozenset(
    "97140 97035 97032 97033 97124 97161 97162 97163 97164 G0283 97014 93798 99211".split()  # noqa: SIM905
)
"""Codes of licensed clinicians and facilities; never counted as medical exercise."""

Method: TypeAlias = Literal["cms", "ama"]


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


class Units(Struct, frozen=True):
    """Units of 15-minute codes.

    `left` of the `tied` codes get one unit more each; which ones is the clinician's choice.
    """

    method: Method
    total: int
    settled: dict[str, int]
    tied: list[str] = []
    left: int = 0

    @property
    def choice_needed(self) -> bool:
        """Whether equal remainders leave more than one answer."""
        return self.left > 0

    def choices(self) -> Iterator[dict[str, int]]:
        """Yield every answer the rule allows as code -> units; one answer where nothing is tied."""
        for chosen in combinations(self.tied, self.left):
            counts = {
                code: self.settled.get(code, 0) + (code in chosen)
                for code in [*self.settled, *self.tied]
            }
            yield {code: count for code, count in counts.items() if count}


def cms_units(services: Iterable[Service]) -> Units:
    """Count the units of one day by total time (CMS Pub. 100-04, chapter 5, section 20.2).

    Minutes of a code are added over the day. The day's timed minutes give the number of units. Each
    code first gets its full quarters of an hour, then the largest remainders one unit each. Equal
    remainders are returned as tied and never settled here.
    """
    spent = _timed(services)
    total = _units(sum(spent.values()))
    settled = {code: minutes // UNIT for code, minutes in spent.items()}
    left = total - sum(settled.values())
    if not left:
        return Units("cms", total, settled)
    rest = {code: minutes % UNIT for code, minutes in spent.items()}
    edge = sorted(rest.values())[-left]
    ahead = [code for code in rest if rest[code] > edge]
    level = [code for code in rest if rest[code] == edge]
    left -= len(ahead)
    tied = [] if left == len(level) else level
    for code in ahead if tied else [*ahead, *level]:
        settled[code] += 1
    return Units("cms", total, settled, tied, left if tied else 0)


def ama_units(services: Iterable[Service]) -> Units:
    """Count the units of one day by the AMA midpoint rule: each code alone, from minute eight."""
    settled = {code: _units(minutes) for code, minutes in _timed(services).items()}
    return Units("ama", sum(settled.values()), settled)


def _timed(services: Iterable[Service]) -> dict[str, int]:
    """Minutes of each 15-minute code, its bouts added."""
    spent: dict[str, int] = {}
    for service in services:
        code = codes().get(service.code)
        if code and code.kind == "timed15":
            spent[service.code] = spent.get(service.code, 0) + service.minutes
    return spent


def _units(minutes: int) -> int:
    """0-7 min none, 8-22 one, 23-37 two, and so on."""
    return (minutes + UNIT // 2) // UNIT


def of_day(session: Session, practice: Practice) -> list[Service]:
    """Services of every attended visit on a session's local day; units are counted by the day."""
    if session.at is None:
        return list(session.services)
    day = local_day(session.at, practice.zone)
    same = [
        s
        for s in practice.sessions_of.get(session.client_id, ())
        if s.id != session.id and s.attended and s.at and local_day(s.at, practice.zone) == day
    ]
    return [service for visit in (session, *same) for service in visit.services]


def words(services: Sequence[Service], method: Method) -> list[str]:
    """Describe the units of a day in sentences: method, counts, open choices, codes not counted.

    Empty where no minutes of a 15-minute code were spent.
    """
    own = [service for service in services if service.code not in LICENSED]
    told = [_counted(own, method)] if _timed(own) else []
    if left_out := sorted({service.code for service in services} & LICENSED):
        told.append(f"Not counted: {', '.join(left_out)}, outside medical exercise.")
    return told


def _counted(services: Sequence[Service], method: Method) -> str:
    if method == "ama":
        units, rule = ama_units(services), "the midpoint of each code (AMA)"
        whole = f"{units.total} in all"
    else:
        units, rule = cms_units(services), "total time (CMS)"
        whole = f"{minutes(services).timed} timed minutes make {units.total}"
    counts = [f"{code} {count}" for code, count in units.settled.items() if count]
    if units.choice_needed:
        some = "one" if units.left == 1 else str(units.left)
        counts.append(
            f"and {some} more among {', '.join(units.tied)}, "
            "whose remainders are equal: yours to choose"
        )
    return f"Units by {rule}: {': '.join(filter(None, [whole, ', '.join(counts)]))}."
