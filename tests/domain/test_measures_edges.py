"""Every line and row of the catalogue at its edges: on it, a hundredth below and above, at the last age and the next.

The expected answer is worked out here from the file in exact fractions, by rules written a second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from medex_tui.domain import catalogue as packaged
from medex_tui.domain.measures import Band, bands, catalogue

FILE: dict[str, Any] = json.loads(
    (Path(packaged.__file__).parent / "measures.json").read_text("utf-8")
)
MEASURES: list[dict[str, Any]] = [
    {**FILE["families"].get(m.get("family"), {}), **m} for m in FILE["measures"]
]
REACHED = {
    "<": lambda value, line: value < line,
    "<=": lambda value, line: value <= line,
    ">": lambda value, line: value > line,
    ">=": lambda value, line: value >= line,
}
IN_UNIT = {
    ("in", "cm"): Fraction("2.54"),
    ("yd", "m"): Fraction("0.9144"),
    ("raw50", "%"): Fraction(2),
}
STEP = Fraction(1, 100)


def exact(number: float) -> Fraction:
    return Fraction(str(number))


def around(*lines: float) -> set[Fraction]:
    return {exact(line) + step for line in lines for step in (-STEP, Fraction(0), STEP)}


def at_ages(row: dict[str, Any]) -> set[int]:
    low, high = row.get("age_min", 0), row.get("age_max", 150)
    return {age for age in (low - 1, low, high, high + 1) if 0 <= age <= 150}


def said(measure: dict[str, Any], value: Fraction, age: int, sex: str | None) -> dict[str, Band]:
    found = bands(catalogue().measure(measure["id"]), float(value), age, sex, optional=True)
    assert all(band.source and band.tag in band.long for band in found)
    return {band.reference: band for band in found}


def holds(row: dict[str, Any], age: int, sex: str | None) -> bool:
    return row.get("age_min", 0) <= age <= row.get("age_max", 150) and row.get("sex", "any") in (
        "any",
        sex,
    )


def percentile_band(norm: dict[str, Any], row: dict[str, Any], value: Fraction) -> str:
    ranks, values = norm["percentiles"], [exact(v) for v in row["v"]]
    if value < values[0]:
        rank = Fraction(0)
    elif value > values[-1]:
        rank = Fraction(100)
    else:
        n = max(i for i in range(len(values) - 1) if values[i] <= value)
        rank = ranks[n] + (ranks[n + 1] - ranks[n]) * (value - values[n]) / (
            values[n + 1] - values[n]
        )
    return next(str(band["band"]) for band in norm["bands"] if rank < band["below"])


def expected(norm: dict[str, Any], row: dict[str, Any], value: Fraction) -> str:
    """The band a row of a table puts a value in."""
    line = {name: exact(row[name]) for name in row if isinstance(row[name], (int, float))}
    match norm["kind"]:
        case "below_is_flag":
            return "below_average" if value < line["below"] else "not_below"
        case "range":
            return "below" if value < line["lo"] else "above" if value > line["hi"] else "within"
        case "at_least":
            return "met" if value >= line["at_least"] else "not_met"
        case "at_most":
            return "met" if value <= line["at_most"] else "not_met"
        case "worse_than_average_above":
            return "worse_than_average" if value > line["above"] else "average"
        case "mean_ci":
            better = "better_than_average" if value < line["lo"] else "average_for_age"
            return "worse_than_average" if value > line["hi"] else better
        case "mean" | "mean_sd":
            side = "at" if value == line["mean"] else "above" if value > line["mean"] else "below"
            return f"{side}_mean"
        case "reference":
            return "given"
        case "percentiles":
            return percentile_band(norm, row, value)
    raise AssertionError(norm["kind"])


def lines_of(row: dict[str, Any]) -> set[Fraction]:
    named = ("below", "lo", "hi", "at_least", "at_most", "above", "mean", "ref")
    return around(*(row[name] for name in named if name in row), *row.get("v", []))


def tables() -> Iterator[Any]:
    for measure in MEASURES:
        for norm in measure.get("norms", []):
            if norm["kind"] not in ("bands", "bp_category", "percentiles_at_age"):
                yield pytest.param(measure, norm, id=f"{measure['id']}/{norm['id']}")


@pytest.mark.parametrize(("measure", "norm"), list(tables()))
@pytest.mark.slow
def test_every_row_of_a_table_holds_to_its_edges_and_not_a_year_or_a_hundredth_further(
    measure: dict[str, Any], norm: dict[str, Any]
) -> None:
    factor = IN_UNIT.get((norm.get("unit", measure["unit"]), measure["unit"]), Fraction(1))
    for row in norm["rows"]:
        for age in at_ages(row):
            for sex in ("M", "F", None):
                own = next((r for r in norm["rows"] if holds(r, age, sex)), None)
                for value in lines_of(row):
                    found = said(measure, value * factor, age, sex).get(norm["id"])
                    wanted = expected(norm, own, value) if own else None
                    assert (found.band if found else None) == wanted, (age, sex, float(value))


def lines() -> Iterator[Any]:
    for measure in MEASURES:
        for cutoff in measure.get("cutoffs", []):
            yield pytest.param(measure, cutoff, id=f"{measure['id']}/{cutoff['id']}")


@pytest.mark.parametrize(("measure", "cutoff"), list(lines()))
def test_every_cut_off_holds_on_its_line_as_it_was_published(
    measure: dict[str, Any], cutoff: dict[str, Any]
) -> None:
    for age in at_ages(cutoff):
        for sex in ("M", "F", None):
            for value in around(cutoff["value"]):
                found = said(measure, value, age, sex).get(cutoff["id"])
                flagged = found.flagged if found else None
                wanted = (
                    REACHED[cutoff["op"]](value, exact(cutoff["value"]))
                    if holds(cutoff, age, sex)
                    else None
                )
                assert flagged == wanted, (age, sex, float(value))


def scales() -> Iterator[Any]:
    for measure in MEASURES:
        for norm in measure.get("norms", []):
            if norm["kind"] == "bands":
                yield pytest.param(measure, norm, id=f"{measure['id']}/{norm['id']}")


@pytest.mark.parametrize(("measure", "norm"), list(scales()))
def test_every_named_band_begins_and_ends_where_it_was_published(
    measure: dict[str, Any], norm: dict[str, Any]
) -> None:
    factor = IN_UNIT.get((norm.get("unit", measure["unit"]), measure["unit"]), Fraction(1))
    rows = norm["rows"]
    low, high = exact(rows[0]["min"]), exact(rows[-1]["max"])

    def inside(row: dict[str, Any], value: Fraction) -> bool:
        over = value > exact(row["min"]) if row.get("min_exclusive") else value >= exact(row["min"])
        return over and (
            value < exact(row["max"]) if row.get("max_exclusive") else value <= exact(row["max"])
        )

    for value in (v for row in rows for v in around(row["min"], row["max"]) if low <= v <= high):
        between = [row["band"] for row in rows if value >= exact(row["min"])]
        wanted = next((row["band"] for row in rows if inside(row, value)), between[-1])
        for age in (measure.get("age_min_norm", 0), measure.get("age_max_norm", 150)):
            assert said(measure, value * factor, age, "F")[norm["id"]].band == wanted, float(value)
    if measure.get("age_min_norm", 0):
        found = said(measure, low * factor, measure["age_min_norm"] - 1, "F").get(norm["id"])
        assert found is None or found.band is None
