"""The measure catalogue as typed values, read from `catalogue/measures.json` on first use.

Ages are completed years, both ends included. `unit` is that of the score; a norm with its own
`unit` was printed in that one.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from medex_tui.domain import catalogue as packaged
from medex_tui.domain.measures.norms import CatalogueValue, Norm, NormRow

Domain: TypeAlias = Literal[
    "function", "strength", "flexibility", "stability", "endurance", "balance"
]
DOMAINS: tuple[Domain, ...] = (
    "function",
    "strength",
    "flexibility",
    "stability",
    "endurance",
    "balance",
)
"""The six lines of findings, in the order letters print them."""

Operator: TypeAlias = Literal["<", "<=", ">", ">="]
ERROR_KINDS = frozenset({"MDC", "MDC90", "MDC95", "SEE"})
"""Kinds of threshold about measurement error; every other published kind is about importance."""


class Citation(packaged.PackagedSource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publication; `short` is how a table cell names it."""

    short: str

    @property
    def tag(self) -> str:
        """The short name, marked where nobody has checked the number against a copy."""
        return self.short if self.basis == "checked" else f"{self.short}, unchecked"


class Cutoff(NormRow, frozen=True, kw_only=True):
    """A published line: a score is on its far side where `score <op> value` holds.

    `name` is printed, `population` says of whom. `side` "better" compares the better of two sides,
    in place of the headline.
    """

    id: str
    op: Operator
    value: float
    band: str
    name: str
    source: str
    population: str = ""
    optional: bool = False
    side: Literal["better"] | None = None


class Threshold(CatalogueValue, frozen=True, kw_only=True):
    """How large a change must be; `kind` tells error, importance or our convention."""

    kind: Literal[
        "MDC",
        "MDC90",
        "MDC95",
        "SEE",
        "MCID",
        "MCID_percent",
        "MCII",
        "MIC",
        "MID",
        "small",
        "substantial",
        "convention",
    ]
    value: float
    unit: str
    source: str
    population: str = ""
    default: bool = False
    baseline_min: float | None = None
    baseline_max: float | None = None
    unrounded: float | None = None


class Equation(NormRow, frozen=True, kw_only=True):
    """A linear equation: value = sum of coefficient x term.

    "a*b" is a product, `male` is 1 for men else 0, `age_y` completed years.
    """

    id: str
    source: str
    terms: dict[str, float]
    lln_minus: float | None = None
    default: bool = False
    note: str | None = None


class ItemsRule(CatalogueValue, frozen=True, kw_only=True):
    """Questionnaire rule: times x sum / answered + plus, or the sum.

    `prorate` makes a sum up to all items and rounds it up.
    """

    of: Literal["sum", "mean"]
    times: float = 1
    plus: float = 0
    prorate: bool = False


class Points(CatalogueValue, frozen=True, kw_only=True):
    """SPPB points: seconds below the first number of a pair earn the second, beyond all none."""

    gait_4m_s: list[tuple[float, int]]
    gait_3m_s: list[tuple[float, int]]
    chair_5x_s: list[tuple[float, int]]


class AssistedScore(CatalogueValue, frozen=True, kw_only=True):
    """The score that the published rule gives to an assisted trial."""

    value: float
    why: str
    source: str


class Measure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One outcome measure. `warn_*` and `valid_*` bound what is likely and possible, in `unit`.

    `enum` is an ordinal scale in its order, worst first; `lasts_s` how long a counted test runs, in
    seconds. `reference_devices` are words of the devices that the references were made with,
    `references_of` the trials they were made of (`best of 3`), empty where the source does not say
    so. `courses` are the lengths in meters that a timed walk may have, the usual one first.

    `inputs` name the unlike numbers of a computed or composite score: the labels of a reading's
    trials, and their order where it has none.
    """

    id: str
    name: str
    short: str
    category: str
    unit: str
    direction: Literal["higher", "lower", "target", "user"]
    value_type: Literal["int", "float", "enum"]
    decimals: Annotated[int, Meta(ge=0)]
    trials: Annotated[int, Meta(ge=1)]
    combine: Literal[
        "max",
        "min",
        "mean",
        "single",
        "items",
        "activities",
        "goals",
        "stages",
        "sppb",
        "equation",
    ]
    valid_min: float
    valid_max: float
    protocol: str
    record_with: list[str]
    sources: list[str]
    aliases: list[str] = []
    domain: Domain | None = None
    family: str | None = None
    alt_units: list[str] = []
    enum: list[str] = []
    sides: Literal["none", "LR", "L_or_R"] = "none"
    side_combine: Literal["max", "min", "preferred"] | None = None
    labelled: bool = False
    distance_m: float | None = None
    courses: list[float] = []
    predicted: bool = False
    warn_below: float | None = None
    warn_above: float | None = None
    ceiling: float | None = None
    inputs: list[str] = []
    items: int | None = None
    item_min: float = 0
    item_max: float = 0
    min_answered: int = 0
    items_rule: ItemsRule | None = None
    formula: str | None = None
    points: Points | None = None
    lasts_s: int | None = None
    reference_devices: list[str] = []
    references_of: str = ""
    assisted_scores: AssistedScore | None = None
    age_min_norm: int = 0
    age_max_norm: int = 150
    notes: str = ""
    confidence: Literal["high", "medium", "low"] = "high"
    change: list[Threshold] = []
    cutoffs: list[Cutoff] = []
    equations: list[Equation] = []
    norms: list[Norm] = []

    @property
    def entry_unit(self) -> str:
        """The unit read off the instrument: seconds for a timed course, else the score's unit."""
        return "s" if self.distance_m or self.combine in ("stages", "sppb") else self.unit

    @property
    def ordinal(self) -> bool:
        """Whether values are places on a scale: ordered, never averaged or divided."""
        return self.value_type == "enum"

    @property
    def ends(self) -> tuple[float, float] | None:
        """Lowest and highest score of a closed scale; None for an open one, like seconds or kg."""
        if self.combine in ("items", "activities", "stages", "sppb") or self.category == "prom":
            return self.valid_min, self.valid_max
        return None if self.ceiling is None else (self.valid_min, self.ceiling)

    @property
    def by_side(self) -> bool:
        """Whether left and right have no common headline, so that each is an outcome of its own."""
        return self.sides == "LR" and self.side_combine is None

    @property
    def good(self) -> int:
        """+1 where more is better, -1 where less is, 0 where neither is settled."""
        return {"higher": 1, "lower": -1}.get(self.direction, 0)


class Battery(CatalogueValue, frozen=True, kw_only=True):
    """A starter set of measures for one kind of complaint; `words` find it in a referral."""

    id: str
    name: str
    words: list[str]
    measures: list[str]


class _File(CatalogueValue, frozen=True, kw_only=True):
    version: str
    ready: list[str]
    batteries: list[Battery]
    families: dict[str, dict[str, Any]]
    sources: dict[str, Citation]
    measures: list[dict[str, Any]]


class Additions(Struct, frozen=True, kw_only=True):
    """A practice's additions to the catalogue: own measures and sources, references on and off.

    `off` and `on` hold references as `measure/reference`: switched off, and on where they are off
    by default. `edition` tells one set of own measures from another, empty for none.
    """

    measures: dict[str, Measure] = {}
    sources: dict[str, Citation] = {}
    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    edition: str = ""


class Catalogue(Struct, frozen=True, kw_only=True):
    """All measures by id; `ready` are those offered now, in order, `own` those of the practice."""

    version: str
    ready: tuple[str, ...]
    measures: dict[str, Measure]
    sources: dict[str, Citation]
    batteries: tuple[Battery, ...]
    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    def source(self, source_id: str) -> Citation:
        """The publication behind a source id; KeyError where the catalogue has none."""
        return self.sources[source_id]

    def measure(self, measure_id: str) -> Measure:
        """The measure of an id; KeyError where the catalogue has none."""
        return self.measures[measure_id]

    def shown(
        self, measure: Measure, part: Cutoff | Norm | Equation, *, optional: bool = False
    ) -> bool:
        """Whether a reference is on, by default or by the practice.

        `optional` takes all that are not switched off.
        """
        key = f"{measure.id}/{part.id}"
        return key not in self.off and (optional or by_default(part) or key in self.on)


def by_default(part: Cutoff | Norm | Equation) -> bool:
    """Whether a reference is shown where the practice's settings do not mention it."""
    return not part.optional if isinstance(part, Cutoff) else part.default


def catalogue() -> Catalogue:
    """The packaged catalogue with the open practice's additions, built on the first call."""
    return _with_additions(packaged.provided.edition)


@lru_cache(maxsize=1)
def _with_additions(edition: int) -> Catalogue:
    whole, added = packaged_catalogue(), packaged.provided.additions() or Additions()
    return Catalogue(
        version=f"{whole.version}+{added.edition}" if added.edition else whole.version,
        ready=(*whole.ready, *added.measures),
        measures={**whole.measures, **added.measures},
        sources={**whole.sources, **added.sources},
        batteries=whole.batteries,
        off=added.off,
        on=added.on,
        own=frozenset(added.measures),
    )


@cache
def packaged_catalogue() -> Catalogue:
    """The catalogue as it ships, read and checked on the first call.

    Raises `msgspec.ValidationError`, naming the field, where the file does not fit these types.
    """
    file = packaged.read("measures.json", _File)
    whole = [{**file.families.get(raw.get("family", ""), {}), **raw} for raw in file.measures]
    measures = {m.id: m for m in msgspec.convert(whole, list[Measure])}
    batteries = tuple(
        msgspec.structs.replace(b, measures=[m for m in b.measures if m in file.ready])
        for b in file.batteries
    )
    return Catalogue(
        version=file.version,
        ready=tuple(file.ready),
        measures=measures,
        sources=file.sources,
        batteries=batteries,
    )


def domain_of(measure: Measure) -> Domain | None:
    """The line of findings of a measure; None for pain, vitals and body size, which are context."""
    return measure.domain


def default_battery(text: str) -> Battery:
    """The starter set whose words occur most often in a referral, else the general one."""
    words = "".join(c if c.isalnum() or c == "." else " " for c in text.casefold()).split()
    codes = tuple(w for w in words if any(c.isdigit() for c in w))

    def hits(battery: Battery) -> int:
        return sum(
            w in words or (w[-1:].isdigit() and any(c.startswith(w) for c in codes))
            for w in battery.words
        )

    *by_complaint, general = catalogue().batteries
    likely = max(by_complaint, key=hits)
    return likely if hits(likely) else general
