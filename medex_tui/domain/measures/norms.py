"""Rows and tables of published references, as the catalogue holds them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Sex: TypeAlias = Literal["M", "F", "any"]


class CatalogueValue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that stands inside a measure."""


class NormRow(CatalogueValue, frozen=True, kw_only=True):
    """One line of a table: for whom it holds."""

    sex: Sex = "any"
    age_min: int = 0
    age_max: int = 150


class PercentileRow(NormRow, frozen=True, kw_only=True):
    v: list[float]


class PercentileAtAgeRow(CatalogueValue, frozen=True, kw_only=True):
    age: int
    v: list[float]
    sex: Sex = "any"


class BelowRow(NormRow, frozen=True, kw_only=True):
    below: float


class RangeRow(NormRow, frozen=True, kw_only=True):
    lo: float
    hi: float


class AtLeastRow(NormRow, frozen=True, kw_only=True):
    at_least: float


class AtMostRow(NormRow, frozen=True, kw_only=True):
    at_most: float


class AboveRow(NormRow, frozen=True, kw_only=True):
    above: float


class MeanRow(NormRow, frozen=True, kw_only=True):
    mean: float


class MeanSdRow(MeanRow, frozen=True, kw_only=True):
    sd: float


class MeanCiRow(MeanRow, frozen=True, kw_only=True):
    lo: float
    hi: float


class ReferenceRow(NormRow, frozen=True, kw_only=True):
    ref: float


class BandRow(CatalogueValue, frozen=True, kw_only=True):
    """A band from `min` to `max`, both included unless marked, for every age of the measure."""

    band: str
    min: float
    max: float
    min_exclusive: bool = False
    max_exclusive: bool = False


class PressureRow(CatalogueValue, frozen=True, kw_only=True):
    """A category reached when either number is at or over (`above`: over) its line.

    A row without lines is always reached.
    """

    band: str
    sbp: float | None = None
    dbp: float | None = None
    above: bool = False


class PercentileBand(CatalogueValue, frozen=True, kw_only=True):
    below: float
    band: str


class BaseNorm(CatalogueValue, frozen=True, kw_only=True, tag_field="kind"):
    """A reference table; shown unasked when `default`."""

    id: str
    source: str
    default: bool = False
    unit: str | None = None
    note: str | None = None


class Percentiles(BaseNorm, frozen=True, kw_only=True, tag="percentiles"):
    percentiles: list[float]
    bands: list[PercentileBand] = []
    rows: list[PercentileRow]


class PercentilesAtAge(BaseNorm, frozen=True, kw_only=True, tag="percentiles_at_age"):
    percentiles: list[float]
    rows: list[PercentileAtAgeRow]


class BelowIsFlag(BaseNorm, frozen=True, kw_only=True, tag="below_is_flag"):
    rows: list[BelowRow]


class RangeNorm(BaseNorm, frozen=True, kw_only=True, tag="range"):
    rows: list[RangeRow]


class AtLeast(BaseNorm, frozen=True, kw_only=True, tag="at_least"):
    rows: list[AtLeastRow]


class AtMost(BaseNorm, frozen=True, kw_only=True, tag="at_most"):
    rows: list[AtMostRow]


class WorseAbove(BaseNorm, frozen=True, kw_only=True, tag="worse_than_average_above"):
    rows: list[AboveRow]


class Mean(BaseNorm, frozen=True, kw_only=True, tag="mean"):
    rows: list[MeanRow]


class MeanSd(BaseNorm, frozen=True, kw_only=True, tag="mean_sd"):
    rows: list[MeanSdRow]


class MeanCi(BaseNorm, frozen=True, kw_only=True, tag="mean_ci"):
    rows: list[MeanCiRow]


class Reference(BaseNorm, frozen=True, kw_only=True, tag="reference"):
    rows: list[ReferenceRow]


class Bands(BaseNorm, frozen=True, kw_only=True, tag="bands"):
    rows: list[BandRow]


class Pressure(BaseNorm, frozen=True, kw_only=True, tag="bp_category"):
    rows: list[PressureRow]


Norm: TypeAlias = (
    Percentiles
    | PercentilesAtAge
    | BelowIsFlag
    | RangeNorm
    | AtLeast
    | AtMost
    | WorseAbove
    | Mean
    | MeanSd
    | MeanCi
    | Reference
    | Bands
    | Pressure
)
