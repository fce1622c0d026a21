"""The equations, percentiles and questionnaire sums computed a second time, from formulas and a table typed apart.

Nothing here uses the catalogue's coefficients or the package's arithmetic: a slip in either shows as a difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.measures import Score, bands, catalogue, score
from medex_tui.domain.records.assessments import Reading
from properties import examples

HERE = Path(__file__).parent
Formula = Callable[[Mapping[str, float]], float]

EQUATIONS: dict[tuple[str, str], Formula] = {
    ("vo2_rockport", "M"): lambda x: 132.853 - 0.0769 * x["weight_lb"] - 0.3877 * x["age"] + 6.315
    - 3.2649 * x["time_min"] - 0.1565 * x["hr_bpm"],
    ("vo2_rockport", "F"): lambda x: 132.853 - 0.0769 * x["weight_lb"] - 0.3877 * x["age"]
    - 3.2649 * x["time_min"] - 0.1565 * x["hr_bpm"],
    ("vo2_queens_step", "M"): lambda x: 111.33 - 0.42 * x["hr_bpm"],
    ("vo2_queens_step", "F"): lambda x: 65.81 - 0.1847 * x["hr_bpm"],
    ("vo2_ebbeling", "M"): lambda x: 15.1 + 21.8 * x["speed_mph"] - 0.327 * x["hr_bpm"]
    - 0.263 * x["speed_mph"] * x["age"] + 0.00504 * x["hr_bpm"] * x["age"] + 5.98,
    ("vo2_ebbeling", "F"): lambda x: 15.1 + 21.8 * x["speed_mph"] - 0.327 * x["hr_bpm"]
    - 0.263 * x["speed_mph"] * x["age"] + 0.00504 * x["hr_bpm"] * x["age"],
    ("acsm_walk_vo2", "F"): lambda x: 0.1 * x["speed_m_min"] + 1.8 * x["speed_m_min"] * x["grade"] + 3.5,
    ("bmi", "F"): lambda x: x["weight_kg"] / (x["height_cm"] / 100) ** 2,
}  # fmt: skip
WALKS: dict[tuple[str, str], Formula] = {
    ("enright1998", "M"): lambda x: 7.57 * x["h"] - 5.02 * x["age"] - 1.76 * x["w"] - 309,
    ("enright1998", "F"): lambda x: 2.11 * x["h"] - 5.78 * x["age"] - 2.29 * x["w"] + 667,
    ("enright2003", "M"): lambda x: 510 + 2.2 * x["h"] - 0.93 * x["w"] - 5.3 * x["age"],
    ("enright2003", "F"): lambda x: 493 + 2.2 * x["h"] - 0.93 * x["w"] - 5.3 * x["age"],
    ("troosters1999", "M"): lambda x: 218 + 5.14 * x["h"] - 5.32 * x["age"] - 1.8 * x["w"] + 51.31,
    ("troosters1999", "F"): lambda x: 218 + 5.14 * x["h"] - 5.32 * x["age"] - 1.8 * x["w"],
    ("jenkins2009", "M"): lambda x: 867 - 5.71 * x["age"] + 1.03 * x["h"],
    ("jenkins2009", "F"): lambda x: (
        525 - 2.86 * x["age"] + 2.71 * x["h"] - 6.22 * x["w"] / (x["h"] / 100) ** 2
    ),
}
RANGES = {
    "weight_lb": (100, 250), "weight_kg": (45, 120), "height_cm": (150, 195), "time_min": (11, 20), "hr_bpm": (90, 150),
    "speed_mph": (2, 4.5), "speed_m_min": (50, 100), "grade": (0, 0.1),
}  # fmt: skip


@pytest.mark.parametrize(("measure", "sex"), EQUATIONS)
@examples(40)
@given(data=st.data())
def test_an_equation_gives_what_its_formula_gives(measure: str, sex: str, data: Any) -> None:
    m = catalogue().measure(measure)
    ages = (m.equations[0].age_min, min(69, m.equations[0].age_max)) if m.equations else (20, 80)
    age = data.draw(st.integers(*ages))
    given_ = {name: data.draw(st.floats(*RANGES[name])) for name in m.inputs}
    expected = EQUATIONS[measure, sex]({**given_, "age": age})
    reading = Reading(measure=measure, trials=list(given_.values()), labels=list(given_))
    found = score(m, [reading], age=age, sex=sex)
    if m.valid_min <= expected <= m.valid_max:
        assert isinstance(found, Score) and found.value == pytest.approx(expected, abs=1e-9)
    else:
        assert not isinstance(found, Score)


@pytest.mark.parametrize(("reference", "sex"), WALKS)
@examples(40)
@given(
    age=st.integers(40, 90),
    height=st.floats(150, 195),
    weight=st.floats(45, 120),
    metres=st.floats(100, 700),
)
def test_a_predicted_walk_and_its_lower_limit(
    reference: str, sex: str, age: int, height: float, weight: float, metres: float
) -> None:
    walk = catalogue().measure("six_mwt")
    made_for = {
        "enright1998": (40, 80),
        "enright2003": (68, 120),
        "troosters1999": (50, 85),
        "jenkins2009": (45, 85),
    }
    low, high = made_for[reference]
    found = {
        b.reference: b
        for b in bands(
            walk, metres, age, sex, inputs={"height_cm": height, "weight_kg": weight}, optional=True
        )
    }
    band = found.get(f"{reference}_{sex.lower()}")
    if not low <= age <= high:
        assert band is None or band.value is None
        return
    expected = WALKS[reference, sex]({"h": height, "w": weight, "age": age})
    assert band and band.value == pytest.approx(expected, abs=1e-9)
    assert band.percent == pytest.approx(100 * metres / expected)
    if reference == "enright1998":
        limit = expected - (153 if sex == "M" else 139)
        assert band.lower_limit == pytest.approx(limit)
        assert band.flagged == (metres < limit) or abs(metres - limit) < 1e-6


# --- grip percentiles, from a transcription of the table kept beside this file -----------------------------------

RANKS = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)


def grip_rows() -> list[tuple[str, int, int, list[Fraction]]]:
    rows = []
    for line in (HERE / "grip_tomkinson.tsv").read_text("utf-8").splitlines():
        sex, ages, *cells = line.split("\t")
        low, _, high = ages.partition("-")
        rows.append((sex, int(low.rstrip("+")), int(high or 150), [Fraction(c) for c in cells]))
    return rows


def percentile(values: list[Fraction], kg: Fraction) -> Fraction | str:
    """By straight lines between the published columns; the ends are open."""
    if kg < values[0]:
        return "<5"
    if kg > values[-1]:
        return ">95"
    for n in range(len(values) - 1):
        if values[n] <= kg <= values[n + 1]:
            share = (kg - values[n]) / (values[n + 1] - values[n])
            return RANKS[n] + share * (RANKS[n + 1] - RANKS[n])
    raise AssertionError("the columns leave a gap")


def test_the_grip_table_equals_its_second_transcription() -> None:
    grip: Any = next(
        n for n in catalogue().measure("grip_strength").norms if n.id == "tomkinson2025"
    )
    kept = {(r.sex, r.age_min, r.age_max): [Fraction(str(v)) for v in r.v] for r in grip.rows}
    assert kept == {(sex, low, high): values for sex, low, high, values in grip_rows()}
    assert sum(len(v) for v in kept.values()) == 374


@examples(200)
@given(row=st.sampled_from(grip_rows()), tenths=st.integers(20, 750), older=st.integers(0, 4))
def test_a_grip_percentile_is_what_the_table_says(
    row: tuple[str, int, int, list[Fraction]], tenths: int, older: int
) -> None:
    sex, low, high, values = row
    kg = Fraction(tenths, 10)
    grip = catalogue().measure("grip_strength")
    found = next(
        b
        for b in bands(grip, float(kg), min(low + older, high), sex)
        if b.reference == "tomkinson2025"
    )
    expected = percentile(values, kg)
    if isinstance(expected, str):
        assert found.percentile == expected
        return
    rounded = math.floor(expected + Fraction(1, 2))
    assert found.percentile == str(rounded)
    exact = [
        (20, "low"),
        (40, "somewhat_low"),
        (60, "moderate"),
        (80, "somewhat_high"),
        (1000, "high"),
    ]
    assert found.band == next(name for below, name in exact if expected < below)


# --- questionnaires ---------------------------------------------------------------------------------------------

SUMS: dict[str, tuple[int, int, int, int, Callable[[list[int]], float]]] = {
    "odi": (10, 8, 0, 5, lambda a: sum(a) / (5 * len(a)) * 100),
    "ndi": (10, 8, 0, 5, lambda a: sum(a) / (5 * len(a)) * 100),
    "quickdash": (11, 10, 1, 5, lambda a: (fmean(a) - 1) * 25),
    "lefs": (20, 20, 0, 4, sum),
    "fes_i": (
        16,
        12,
        1,
        4,
        lambda a: sum(a) if len(a) == 16 else math.ceil(Fraction(16 * sum(a), len(a))),
    ),
    "fes_i_short": (
        7,
        5,
        1,
        4,
        lambda a: sum(a) if len(a) == 7 else math.ceil(Fraction(7 * sum(a), len(a))),
    ),
    "abc": (16, 12, 0, 100, fmean),
    "sarc_f": (5, 5, 0, 2, sum),
    "berg": (14, 14, 0, 4, sum),
}


@pytest.mark.parametrize("measure", SUMS)
@examples(60)
@given(data=st.data())
def test_a_questionnaire_adds_up_and_misses_no_more_items_than_its_rule_lets_it(
    measure: str, data: Any
) -> None:
    items, least, low, high, formula = SUMS[measure]
    answers = data.draw(st.lists(st.integers(low, high), min_size=1, max_size=items))
    missing = len(answers) < items
    reading = Reading(
        measure=measure, trials=[float(a) for a in answers], unit=catalogue().measure(measure).unit,
        labels=[str(n + 1) for n in range(len(answers))] if missing else [],
    )  # fmt: skip
    found = score(catalogue().measure(measure), [reading])
    if len(answers) < least:
        assert not isinstance(found, Score) and "answered" in found.reason
    else:
        assert isinstance(found, Score) and found.value == pytest.approx(formula(answers), abs=1e-9)
