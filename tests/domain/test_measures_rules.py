"""The rules of scores, changes and references that hold for every measure and any reading."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.language.plain import terminal_width
from medex_tui.domain.measures import (
    Measure,
    MeasuredChange,
    NoScore,
    Score,
    bands,
    catalogue,
    change,
    convert,
    format_value,
    outcome,
    outcomes,
    plausible,
    printed,
    score,
)
from medex_tui.domain.measures.shapes.sppb import points
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client
from properties import examples

CATALOGUE = catalogue()
ALL = list(CATALOGUE.measures.values())
HOSTILE = [
    "O'Neil [L] =1+1",
    "[/x]",
    "\x1b[31mred",
    "\u202egnp.exe",
    "",
    "🦵🏽 knee",
    "x" * 10_000,
    "a\nb\tc",
]
some = examples(60)


def reading(measure: str, *trials: float, **fields: Any) -> Reading:
    return Reading(measure=measure, trials=list(trials), **fields)


def scored(measure: str, *readings: Reading) -> Score:
    found = score(CATALOGUE.measure(measure), readings)
    assert isinstance(found, Score), found
    return found


def refused(measure: str, *readings: Reading) -> NoScore:
    found = score(CATALOGUE.measure(measure), readings)
    assert isinstance(found, NoScore), found
    return found


def moved(
    measure: str, then: Reading | list[Reading], now: Reading | list[Reading]
) -> MeasuredChange:
    before, after = (r if isinstance(r, list) else [r] for r in (then, now))
    return change(CATALOGUE.measure(measure), before, after)


def values(measure: Measure) -> st.SearchStrategy[float]:
    """Numbers in a measure's range, its lines and table edges among them."""
    edges = [c.value for c in measure.cutoffs] + [measure.valid_min, measure.valid_max]
    return st.one_of(st.sampled_from(edges), st.floats(measure.valid_min, measure.valid_max))


any_measure = st.sampled_from(ALL)
ages = st.one_of(st.none(), st.integers(0, 120))
sexes = st.sampled_from([None, "F", "M"])
trials = st.lists(st.floats(5, 40), min_size=1, max_size=4)


# --- scores ---------------------------------------------------------------------------------------------------


def test_grip_is_the_best_of_all_six_and_keeps_best_and_mean_of_each_hand() -> None:
    found = scored(
        "grip_strength",
        reading("grip_strength", 24.1, 25, 23.8, side="R"),
        reading("grip_strength", 22, 21.5, 22.4, side="L"),
    )
    assert (found.value, found.printed, found.how) == (
        25.0,
        "25.0 kg",
        "best of 3, better side, right",
    )
    right, left = found.sides
    assert (right.best, round(right.mean or 0, 2), right.trials) == (25.0, 24.3, (24.1, 25.0, 23.8))
    assert (left.best, round(left.mean or 0, 2)) == (22.4, 21.97)


def test_a_side_without_trials_was_not_taken() -> None:
    found = scored(
        "grip_strength",
        reading("grip_strength", side="L"),
        reading("grip_strength", 30, 28, side="R"),
    )
    assert (found.value, found.how) == (30, "best of 2, right")


def test_the_worse_leg_is_the_headline_of_single_leg_stance_capped_at_45_s() -> None:
    found = scored(
        "single_leg_stance",
        reading("single_leg_stance", 50, side="L"),
        reading("single_leg_stance", 12, 9, side="R"),
    )
    assert (found.value, found.side) == (12, "R")
    assert [s.value for s in found.sides] == [12, 45]


def test_a_leg_that_could_not_stand_leaves_no_headline_but_the_other_leg_is_kept() -> None:
    found = refused(
        "single_leg_stance",
        reading("single_leg_stance", side="L", result="unable"),
        reading("single_leg_stance", 12, side="R"),
    )
    assert (found.printed, found.reason) == ("unable", "left unable")
    assert [s.value for s in found.sides] == [12, None]


@pytest.mark.parametrize("result", ["unable", "assisted", "stopped"])
def test_what_could_not_be_measured_is_a_result_and_never_a_zero(result: Any) -> None:
    found = refused("tug", reading("tug", 0, result=result))
    assert (found.printed, found.result) == (result, result)


def test_arms_used_scores_zero_because_the_chair_stand_protocol_says_so() -> None:
    found = scored("chair_stand_30s", reading("chair_stand_30s", 9, result="assisted"))
    assert (found.value, found.sources) == (0, ("steadi_cst",))


@pytest.mark.parametrize(
    ("unit", "typed", "wanted"),
    [("s", (5.2, 4.99), 4 / 4.99), ("m/s", (0.77, 0.8016), 0.8016), ("mph", (2.0,), 0.89408)],
)
def test_gait_speed_is_read_from_seconds_over_four_metres_or_as_a_speed(
    unit: str, typed: tuple[float, ...], wanted: float
) -> None:
    assert scored(
        "gait_speed_4m", reading("gait_speed_4m", *typed, unit=unit)
    ).value == pytest.approx(wanted)


def test_a_gait_trial_without_a_unit_is_not_guessed() -> None:
    assert "unit not recorded" in refused("gait_speed_4m", reading("gait_speed_4m", 1.4)).reason


@pytest.mark.parametrize(
    ("measure", "typed", "reason"),
    [
        (
            "grip_strength",
            reading("grip_strength", 140, side="R"),
            "140.0 kg is outside 0 to 100 kg",
        ),
        ("grip_strength", reading("grip_strength", float("nan"), side="R"), "not a number"),
        ("tug", reading("tug"), "no trials entered"),
        ("tug", reading("tug", 11, unit="stone"), "unit 'stone' is not one of s"),
        ("tug", reading("tug", 11, side="R"), "has no sides"),
        ("psfs", reading("psfs", 3, 11), "outside 0 to 10"),
        ("psfs", reading("psfs", 1, 2, 3, 4, 5, 6), "there are 5"),
        ("odi", reading("odi", 2, 2), "at least 8 needed"),
        ("bmi", reading("bmi", 70, labels=["weight_kg"]), "not recorded: height"),
        ("bmi", reading("bmi", 0, 70), "height must be above 0 cm"),
        (
            "sppb",
            reading("sppb", 10, 12, labels=["side_by_side_s", "chair_5x_s"]),
            "walk over 4 m or 3 m",
        ),
        ("sarc_f", reading("sarc_f", 1, 1, 0.5, 0, 1), "0.5 is no answer of a whole-number scale"),
        ("gas_t", reading("gas_t", 1, 0.5), "in whole steps"),
        (
            "gas_t",
            reading("gas_t", 1, 0, weights=[2]),
            "each goal has one weight above 0, or none has one",
        ),
        (
            "custom_timed",
            [reading("custom_timed", 9, labels=[t]) for t in ("stairs", "lift")],
            "several tasks",
        ),
        (
            "custom_timed",
            [reading("custom_timed", 9, unit=u) for u in ("s", "reps")],
            "different units",
        ),
        (
            "arm_curl_30s",
            [reading("arm_curl_30s", 12, side=s) for s in ("L", "R")],
            "one arm is tested",
        ),
    ],
)
def test_what_cannot_be_scored_says_why(measure: str, typed: Any, reason: str) -> None:
    assert reason in refused(measure, *(typed if isinstance(typed, list) else [typed])).reason


def test_fewer_trials_than_the_references_were_made_with_are_noted() -> None:
    note = "2 of 3 trials: references are for the best of 3"
    assert scored("grip_strength", reading("grip_strength", 20, 21, side="R")).notes == (note,)
    assert scored("grip_strength", reading("grip_strength", 20, 21, 19, side="R")).notes == ()
    assert scored("custom_timed", reading("custom_timed", 20, 21)).notes == ()


def test_a_goal_counts_by_its_weight_and_by_one_without() -> None:
    # By hand: 10 (3 + 0 - 1) / sqrt(0.7 x 14 + 0.3 x 36) = 20 / 4.5387.
    assert scored("gas_t", reading("gas_t", 1, 0, -1, weights=[3, 2, 1])).value == pytest.approx(
        54.41, abs=0.005
    )
    plain = scored("gas_t", reading("gas_t", 1, 1, 0))
    assert plain == scored("gas_t", reading("gas_t", 1, 1, 0, weights=[1, 1, 1]))
    assert plain.value == scored("gas_t", reading("gas_t", 1, 1, 0, weights=[2, 2, 2])).value


def test_a_walk_over_another_course_is_a_speed_over_that_course_and_no_change_from_the_other() -> (
    None
):
    six, ten = (
        reading("gait_speed_10m", 4.8, 5.0, unit="s", course_m=6),
        reading("gait_speed_10m", 8.0, unit="s"),
    )
    assert scored("gait_speed_10m", six).value == pytest.approx((6 / 4.8 + 6 / 5.0) / 2)
    assert moved("gait_speed_10m", ten, six).why == "not comparable: the course was 10 m, now 6 m"
    assert moved("gait_speed_10m", six, six).delta == 0


@pytest.mark.parametrize(
    ("seconds", "earned"), [(4.81, 4), (4.8199, 4), (4.82, 3), (6.2, 3), (6.2099, 3), (6.21, 2)]
)
def test_a_time_is_judged_before_it_is_rounded(seconds: float, earned: int) -> None:
    table = CATALOGUE.measure("sppb").points
    assert table
    assert points(table.gait_4m_s, seconds) == earned


def test_a_neck_index_shows_its_sum_of_fifty_beside_the_percent() -> None:
    assert scored("ndi", reading("ndi", *[2] * 9)).how == "20 of 50; 9 of 10 items"


def test_a_grip_by_another_device_than_the_references_is_told() -> None:
    def notes(device: str | None) -> tuple[str, ...]:
        return scored(
            "grip_strength", reading("grip_strength", 20, 21, 22, side="R", device=device)
        ).notes

    assert notes("Jamar") == notes("hydraulic dynamometer") == notes(None) == ()
    assert notes("bulb") == ("taken with bulb: references are for a hydraulic device",)


def test_parts_that_could_not_be_done_score_no_points() -> None:
    labels = ["side_by_side_s", "semi_tandem_s", "walk_4m_s", "chair unable"]
    assert scored("sppb", reading("sppb", 10, 4, 5.0, labels=labels)).parts == {
        "balance": 1,
        "gait": 3,
        "chair": 0,
    }


def test_a_finished_questionnaire_score_can_be_entered_with_its_unit() -> None:
    assert scored("odi", reading("odi", 32, unit="%")).how == "total as entered"


@some
@given(trials, st.randoms(), st.sampled_from(["grip_strength", "single_leg_stance"]))
def test_a_best_of_several_does_not_depend_on_their_order(
    given_: list[float], chance: Any, measure: str
) -> None:
    mixed = list(given_)
    chance.shuffle(mixed)
    assert (
        scored(measure, reading(measure, *mixed, side="R")).value
        == scored(measure, reading(measure, *given_, side="R")).value
    )


@some
@given(st.lists(st.floats(0, 10), min_size=1, max_size=5), st.randoms())
def test_a_mean_does_not_depend_on_the_order_of_activities(rated: list[float], chance: Any) -> None:
    mixed = list(rated)
    chance.shuffle(mixed)
    assert (
        scored("psfs", reading("psfs", *mixed)).value
        == scored("psfs", reading("psfs", *rated)).value
    )


@some
@given(
    st.sampled_from(
        [
            ("kg", "lb"),
            ("cm", "in"),
            ("m", "ft"),
            ("m", "yd"),
            ("degC", "degF"),
            ("mg/dL", "mmol/L"),
            ("m/s", "mph"),
        ]
    ),
    st.floats(-500, 5000),
)
def test_units_convert_there_and_back(units: tuple[str, str], value: float) -> None:
    there = convert(value, *units)
    assert there is not None
    assert convert(there, units[1], units[0]) == pytest.approx(value, abs=1e-9)


def test_pounds_are_scored_in_kilograms_and_the_trials_stay_as_typed() -> None:
    typed = reading("grip_strength", 59.52, side="R", unit="lb")
    assert scored("grip_strength", typed).value == pytest.approx(26.998, abs=0.001)
    assert typed.trials == [59.52]


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        ("grip_strength", 22.25, "22.3 kg"),
        ("gait_speed_4m", 4 / 4.99, "0.80 m/s"),
        ("back_scratch", -0.04, "0.0 cm"),
        ("quickdash", 42.5, "42.5"),
        ("custom_timed", 21.5, "21.5"),
        ("bmi", 24.965, "25.0 kg/m2"),
    ],
)
def test_a_value_prints_rounded_half_up_with_its_unit(
    measure: str, value: float, text: str
) -> None:
    assert format_value(CATALOGUE.measure(measure), value) == text


# --- changes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "then", "now", "verdict", "reading_"),
    [
        ("tug", 12.94, 11.8, "past measurement error", "past error"),
        ("tug", 12.93, 11.8, "within measurement error", "within error"),
        ("chair_stand_30s", 9, 12, "important change reached", "MCII reached"),
        ("chair_stand_30s", 9, 11, "within measurement error", "below MCII"),
        ("nprs", 6, 5, "important change not reached", "below MCID"),
        ("single_leg_stance", 4, 20, "within measurement error", "within error"),
        ("nprs", 6, 4, "important change reached", "MCID reached"),
        ("arm_curl_30s", 9, 12, "no published threshold", "past our convention"),
        ("arm_curl_30s", 9, 11, "no published threshold", "under our convention"),
        ("custom_timed", 20, 10, "no published threshold", "no published threshold"),
    ],
)
def test_a_change_is_held_against_its_threshold(
    measure: str, then: float, now: float, verdict: str, reading_: str
) -> None:
    side = {"side": "R"} if CATALOGUE.measure(measure).sides != "none" else {}
    found = moved(measure, reading(measure, then, **side), reading(measure, now, **side))
    assert (found.verdict, found.reading) == (verdict, reading_)


def test_a_convention_is_named_ours_and_never_measured() -> None:
    found = moved(
        "arm_curl_30s", reading("arm_curl_30s", 9, side="R"), reading("arm_curl_30s", 12, side="R")
    )
    assert found.why.startswith("no published threshold (our convention 3 reps")
    for measure in ALL:
        for threshold in measure.change:
            if threshold.kind == "convention" and threshold.default:
                assert "error" not in found.reading


def test_a_change_that_matters_but_lies_within_error_says_both() -> None:
    items = [reading("ndi", v, unit="%") for v in (60, 44)]
    found = moved("ndi", *items)
    assert found.verdict == "within measurement error"
    assert "MCID 15 points (Young 2009) but below the error" in found.why


def test_a_change_too_small_to_matter_is_not_said_to_matter() -> None:
    found = moved("ndi", reading("ndi", 60, unit="%"), reading("ndi", 52, unit="%"))
    assert (found.verdict, found.reached) == ("within measurement error", ())
    assert "below the error" not in found.why


def test_tasks_in_unlike_units_are_not_compared_and_pounds_are_with_kilograms() -> None:
    found = moved(
        "custom_timed",
        reading("custom_timed", 20, unit="s"),
        reading("custom_timed", 12, unit="reps"),
    )
    assert found.why == "not comparable: unit was s, now reps"
    kg, lb = (
        reading("grip_strength", 20, side="R", unit="kg"),
        reading("grip_strength", 66.139, side="R", unit="lb"),
    )
    assert moved("grip_strength", kg, lb).printed == "+10.0 kg"


@pytest.mark.parametrize(
    ("baseline", "mdc"), [(0, 5), (24, 5), (25, 7), (34, 7), (35, 5), (44, 5), (45, 4), (56, 4)]
)
def test_the_berg_threshold_is_the_one_of_the_baseline(baseline: float, mdc: float) -> None:
    total = [reading("berg", value, unit="points") for value in (baseline, 28)]
    assert moved("berg", *total).threshold == mdc


def test_another_number_of_trials_at_the_two_dates_is_noted() -> None:
    found = moved(
        "grip_strength",
        reading("grip_strength", 20, side="R"),
        reading("grip_strength", 20, 22, side="R"),
    )
    assert found.notes == ("then one trial, now best of 2",)
    assert moved("tug", reading("tug", 14), reading("tug", 13, 12)).notes == ()


def test_past_the_error_but_short_of_meaning_says_both() -> None:
    found = moved(
        "quickdash",
        reading("quickdash", 43, unit="points"),
        reading("quickdash", 29, unit="points"),
    )
    assert (found.verdict, found.reading) == ("past measurement error", "below MCID")
    assert "at or above MDC 12.85" in found.why


@pytest.mark.parametrize("field", ["device", "position", "aid", "protocol"])
def test_unlike_conditions_make_no_verdict_and_say_which(field: str) -> None:
    found = moved(
        "tug", reading("tug", 14, **{field: "Cane"}), reading("tug", 11, **{field: "walker"})
    )
    assert found.verdict == "not comparable"
    assert found.why == f"not comparable: {field} was Cane, now walker"
    assert found.delta is None


def test_a_condition_spelt_otherwise_is_the_same_and_one_not_recorded_is_noted() -> None:
    assert moved("tug", reading("tug", 14, aid="Cane "), reading("tug", 11, aid="cane")).delta == -3
    noted = moved("tug", reading("tug", 14), reading("tug", 11, aid="cane"))
    assert noted.delta == -3
    assert noted.notes == ("aid not recorded then",)


def test_a_change_on_a_percent_scale_is_told_in_points_of_it() -> None:
    found = moved("odi", reading("odi", 42, unit="%"), reading("odi", 30, unit="%"))
    assert (found.printed, found.threshold_text) == ("-12.0 points", "MIC 10 points")


def test_a_task_of_ones_own_is_better_the_way_that_was_said_and_in_one_way_only() -> None:
    then, now = (
        reading("custom_timed", v, unit="s", labels=["stairs"], better="less") for v in (30, 24)
    )
    assert moved("custom_timed", then, now).better is True
    unsaid, same = (reading("custom_timed", v, unit="s", labels=["stairs"]) for v in (24, 20))
    assert moved("custom_timed", then, unsaid).better is True
    assert moved("custom_timed", unsaid, same).better is None
    other = reading("custom_timed", 24, unit="s", labels=["stairs"], better="more")
    assert moved("custom_timed", then, other).why == "not comparable: less was better, now more"


@pytest.mark.parametrize(
    ("measure", "then", "now", "told"),
    [
        ("berg", 56, 56, ("then at the best of the scale, 56: no gain beyond it shows",
                          "now at the best of the scale, 56: no gain beyond it shows")),
        ("odi", 40, 0, ("now at the best of the scale, 0.0 %: no gain beyond it shows",)),
        ("nprs", 10, 8, ("then at the worst of the scale, 10: no loss beyond it shows",)),
        ("single_leg_stance", 20, 50, ("now at the best of the scale, 45.0 s: no gain beyond it shows",)),
        ("tug", 12, 3, ()),
    ],
)  # fmt: skip
def test_what_a_closed_scale_cannot_show_is_said(
    measure: str, then: float, now: float, told: tuple[str, ...]
) -> None:
    known = CATALOGUE.measure(measure)
    side = "L" if known.sides == "LR" else None
    found = moved(measure, *(reading(measure, v, unit=known.unit, side=side) for v in (then, now)))
    assert tuple(n for n in found.notes if "of the scale" in n) == told


def test_from_unable_to_a_number_is_better_and_has_no_size() -> None:
    unable = reading("sts_5x", result="unable")
    gained, lost = (
        moved("sts_5x", unable, reading("sts_5x", 14)),
        moved("sts_5x", reading("sts_5x", 14), unable),
    )
    assert (gained.verdict, gained.better, gained.delta) == ("not comparable", True, None)
    assert (lost.better, lost.why) == (False, "not comparable: was 14.00 s, now unable")


def test_only_activities_rated_at_both_dates_are_compared() -> None:
    found = moved(
        "psfs",
        reading("psfs", 3, 4, 5, labels=["Stairs", "reach", "carry"]),
        reading("psfs", 7, 5, 9, labels=["stairs", "reach", "swim"]),
    )
    assert (found.baseline, found.now, found.delta) == (3.5, 6, 2.5)
    assert found.activities == {"Stairs": 4, "reach": 1}
    assert found.notes[0] == "compared on 2 of 3 activities"
    assert found.notes[1].startswith("Stairs +4 (MDC90 3, single activity")


def test_one_activity_alone_has_the_threshold_of_one() -> None:
    found = moved(
        "psfs", reading("psfs", 3, labels=["stairs"]), reading("psfs", 5.5, labels=["stairs"])
    )
    assert (found.threshold, found.verdict) == (3, "within measurement error")
    assert (
        moved("psfs", reading("psfs", 3, labels=["a"]), reading("psfs", 5, labels=["b"])).verdict
        == "not comparable"
    )


def test_a_hand_measured_once_is_left_out_of_the_change() -> None:
    both = [reading("grip_strength", 30, side="L"), reading("grip_strength", 20, side="R")]
    found = moved("grip_strength", both, reading("grip_strength", 22, side="R"))
    assert (found.delta, found.notes[0]) == (2, "compared on right only")
    other = moved("grip_strength", both[:1], reading("grip_strength", 22, side="R"))
    assert other.verdict == "not comparable"


@some
@given(
    any_measure.filter(
        lambda m: m.id not in ("berg", "mmt") and m.combine in ("max", "min", "mean", "single")
    ),
    st.data(),
)
def test_a_verdict_does_not_depend_on_the_direction_of_a_change(
    measure: Measure, data: Any
) -> None:
    side = {"side": "R"} if measure.sides != "none" else {}
    unit = {"unit": "reps"} if measure.unit == "user" else {"unit": measure.unit}
    a, b = (reading(measure.id, data.draw(values(measure)), **side, **unit) for _ in "ab")
    there, back = moved(measure.id, a, b), moved(measure.id, b, a)
    assert there.verdict == back.verdict
    assert (there.better, back.better) in ((True, False), (False, True), (None, None))
    assert there.delta == -(back.delta or 0)


@some
@given(any_measure, st.data())
def test_no_change_is_printed_without_its_source(measure: Measure, data: Any) -> None:
    side = {"side": "L"} if measure.sides != "none" else {}
    a, b = (
        reading(measure.id, data.draw(values(measure)), unit=measure.unit, **side) for _ in "ab"
    )
    found = moved(measure.id, a, b)
    assert len(found.reading) <= 28
    if found.threshold is not None:
        assert found.source is not None
        assert CATALOGUE.source(found.source).tag in found.why
        assert ("unchecked" in found.why) or found.basis == "checked"


# --- references -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m.id)
def test_every_line_of_reference_fits_its_cell_and_names_its_source(measure: Measure) -> None:
    inputs = {"height_cm": 170.0, "weight_kg": 70.0, "dbp": 80.0}
    lines = [c.value + step for c in measure.cutoffs for step in (-0.01, 0, 0.01)]
    middle = (measure.valid_min + measure.valid_max) / 2
    for value in (measure.valid_min, middle, measure.valid_max, *lines):
        for age, sex in [
            (age, sex) for age in (None, *range(15, 105, 4)) for sex in (None, "F", "M")
        ]:
            for band in bands(measure, value, age, sex, inputs=inputs, optional=True):
                source = CATALOGUE.source(band.source)
                assert len(band.text) <= 40, band.text
                assert band.long == f"{band.text} ({source.tag})"
                assert ("unchecked" in band.long) == (source.basis == "unchecked")
                for word in ("mortal", "death", "dement", "disease", "diagnos", "risk of"):
                    assert word not in band.text.casefold()


@some
@given(any_measure, ages, sexes, st.data())
def test_outside_its_ages_or_sex_a_table_gives_no_band(
    measure: Measure, age: int | None, sex: str | None, data: Any
) -> None:
    rows: dict[str, list[Any]] = {n.id: list(n.rows) for n in measure.norms} | {
        c.id: [c] for c in measure.cutoffs
    }
    for band in bands(measure, data.draw(values(measure)), age, sex):
        if band.band is None or not all(
            hasattr(r, "age_min") for r in rows.get(band.reference, [])
        ):
            continue
        held = [r for r in rows.get(band.reference, []) if r.sex in ("any", sex)]
        if band.kind != "prediction":
            assert any(
                (age is None and r.age_min == 0)
                or (age is not None and r.age_min <= age <= r.age_max)
                for r in held
            )


@pytest.mark.parametrize(
    ("measure", "age", "sex", "line"),
    [
        ("chair_stand_30s", 59, "M", "no published reference for this age"),
        ("chair_stand_30s", 95, "F", "no published reference for this age"),
        ("chair_stand_30s", 70, None, "sex not recorded: no reference by sex"),
        ("chair_stand_30s", None, "F", "no birth date: no reference by age"),
        ("four_stage_balance", 45, "F", "no published reference for this age"),
        ("six_mwt", 60, "F", "no prediction: height and weight not recorded"),
        ("six_mwt", 82, "F", "no published reference for this age"),
    ],
)
def test_where_there_is_no_reference_one_line_says_why(
    measure: str, age: int | None, sex: str | None, line: str
) -> None:
    found = bands(CATALOGUE.measure(measure), 3, age, sex)
    assert [(b.text, b.band, b.flagged) for b in found] == [(line, None, None)]


@pytest.mark.parametrize("age", [59, 60, 64, 65, 94, 95])
def test_ages_are_inclusive_at_both_ends(age: int) -> None:
    found = bands(CATALOGUE.measure("chair_stand_30s"), 12, age, "M")
    assert (found[0].band is not None) == (60 <= age <= 94)


@pytest.mark.parametrize(
    ("kg", "percentile", "band"),
    [
        (25.4, "<5", "low"),
        (25.5, "5", "low"),
        (33.5, "20", "low"),
        (33.6, "20", "somewhat_low"),
        (59.3, "95", "high"),
    ],
)
def test_a_percentile_of_the_table_belongs_to_the_band_it_begins(
    kg: float, percentile: str, band: str
) -> None:
    found = next(b for b in bands(CATALOGUE.measure("grip_strength"), kg, 62, "M") if b.percentile)
    assert (found.percentile, found.band) == (percentile, band)


@pytest.mark.parametrize("age", [39, 40, 80, 81])
def test_a_prediction_is_made_only_at_the_ages_of_its_equation(age: int) -> None:
    (band,) = bands(
        CATALOGUE.measure("six_mwt"), 400, age, "M", inputs={"height_cm": 175, "weight_kg": 75}
    )
    assert (band.value is not None) == (40 <= age <= 80)


@pytest.mark.parametrize(
    ("cm", "said"),
    [
        (33.8, "0.8 SD above mean 10.47 in"),
        (15.0, "1.3 SD below mean 10.47 in"),
        (26.5938, "at mean 10.47 in"),
        (26.7, "less than 0.1 SD above mean 10.47 in"),
    ],
)
def test_beside_a_mean_with_its_spread_a_score_is_so_many_standard_deviations_away(
    cm: float, said: str
) -> None:
    found = bands(CATALOGUE.measure("functional_reach"), cm, 72, "F")
    assert [band.text for band in found if band.reference == "duncan1990"] == [said]


def test_references_that_disagree_stand_side_by_side() -> None:
    tug = CATALOGUE.measure("tug")
    slow = {b.reference: b for b in printed(bands(tug, 11.9, 72, "F"))}
    assert slow["steadi"].flagged is False
    assert slow["bohannon2006"].band == "worse_than_average"
    old = {b.reference: b for b in printed(bands(tug, 12.6, 85, "F"))}
    assert old["steadi"].long == "at or above 12 s: STEADI fall-risk flag (STEADI 2017, unchecked)"
    assert old["bohannon2006"].band == "average_for_age"


def test_only_the_furthest_line_of_one_source_is_printed() -> None:
    found = printed(bands(CATALOGUE.measure("functional_reach"), 15.0, 78, "M"))
    assert [b.reference for b in found if b.kind == "cutoff"] == ["duncan_6in"]


@some
@given(st.sampled_from(["M", "F"]), st.integers(20, 110), st.floats(0, 99), st.floats(0, 20))
def test_a_stronger_grip_never_has_a_lower_percentile(
    sex: str, age: int, kg: float, more: float
) -> None:
    def rank(value: float) -> float:
        shown = next(
            b.percentile
            for b in bands(CATALOGUE.measure("grip_strength"), value, age, sex)
            if b.percentile
        )
        return {"<5": 0.0, ">95": 100.0}.get(shown) if shown in ("<5", ">95") else float(shown)  # type: ignore[return-value]

    assert rank(kg) <= rank(kg + more)


ORDERED = {
    "below_average": 0,
    "not_below": 1,
    "below": 0,
    "within": 1,
    "above": 2,
    "worse_than_average": 0,
    "average": 1,
    "average_for_age": 1,
    "better_than_average": 2,
    "below_mean": 0,
    "at_mean": 1,
    "above_mean": 2,
}


@some
@given(
    any_measure.filter(lambda m: m.good and m.norms),
    st.integers(60, 94),
    st.sampled_from(["M", "F"]),
    st.data(),
)
def test_within_a_table_the_better_value_never_reads_worse(
    measure: Measure, age: int, sex: str, data: Any
) -> None:
    low, high = sorted(data.draw(st.tuples(values(measure), values(measure))))
    worse, better = (low, high) if measure.good > 0 else (high, low)
    first, second = ({b.reference: b for b in bands(measure, v, age, sex)} for v in (worse, better))
    for reference, band in first.items():
        other = second[reference]
        if band.kind == "cutoff":
            assert band.flagged or not other.flagged
        elif band.band in ORDERED and other.band in ORDERED:
            ranks = ORDERED[band.band], ORDERED[other.band]
            flip = measure.good < 0 and band.kind in ("range", "mean")
            assert ranks[0] >= ranks[1] if flip else ranks[0] <= ranks[1]


# --- what is asked before a number is taken -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value", "last", "said"),
    [
        ("grip_strength", 24.1, 23.0, None),
        ("grip_strength", 241, 23.0, "refused: 241.0 kg is outside 0 to 100 kg"),
        ("grip_strength", 88, None, "asked: 88.0 kg is over the usual 80.0 kg"),
        ("grip_strength", 2, None, "asked: 2.0 kg is under the usual 3.0 kg"),
        ("grip_strength", 50, 22.0, "asked: 50.0 kg is far from last time's 22.0 kg"),
        ("chair_stand_30s", 11.5, None, "refused: whole reps only"),
        ("tug", float("inf"), None, "refused: not a number"),
        ("tug", 11.8, 12.4, None),
        ("single_leg_stance", 45.0, 5.0, None),
        ("single_leg_stance", 54.0, 5.0, "asked: 54.0 s is far from last time's 5.0 s"),
    ],
)
def test_the_impossible_is_refused_and_the_unlikely_asked(
    measure: str, value: float, last: float | None, said: str | None
) -> None:
    assert plausible(CATALOGUE.measure(measure), value, last) == said


# --- an episode -----------------------------------------------------------------------------------------------

CHEN = Client(id="c", given_name="Mei", family_name="Chen", birth_date=date(1952, 3, 14), sex="F")
TODAY = date(2026, 11, 22)


def assessed(day: int, *readings: Reading) -> Assessment:
    return Assessment(
        id=f"a{day:02}",
        client_id="c",
        taken_at=datetime(2026, 9, day, 15, tzinfo=UTC),
        readings=list(readings),
    )


def test_an_outcome_tells_baseline_previous_now_and_both_changes() -> None:
    taken = [assessed(d, reading("tug", t)) for d, t in ((3, 12.4), (1, 14.0), (9, 11.9))]
    found = outcome("tug", taken, CHEN, TODAY)
    assert (
        found.baseline
        and found.previous
        and found.now
        and found.since_baseline
        and found.since_last
    )
    assert [t.score.printed for t in (found.baseline, found.previous, found.now)] == [
        "14.0 s",
        "12.4 s",
        "11.9 s",
    ]
    assert (found.since_baseline.printed, found.since_last.printed) == ("-2.1 s", "-0.5 s")
    assert found.row.change == "-2.1 s, past error (MDC95 1.14 s)"
    assert found.row.references == (
        "under 12 s: no STEADI fall-risk flag  STEADI 2017, unchecked",
        "worse than average for age, 8.2-10.2 s  Bohannon 2006",
    )
    assert [v for _, v in found.series] == [14.0, 12.4, 11.9]


def test_the_report_line_is_the_sample_of_the_profession() -> None:
    """DOMAIN.md 5.5: `R grip, best of 3  22.0  25.0  +3.0 kg  6.5`, and shoulder flexion 84 % of AAOS 180."""
    grip = [
        assessed(d, reading("grip_strength", *t, side="R"))
        for d, t in ((1, (22.0, 21, 20)), (9, (25.0, 24, 23)))
    ]
    cells = outcome("grip_strength", grip, CHEN, TODAY).cells
    assert (cells.name, cells.start, cells.now, cells.change, cells.threshold) == (
        "R grip strength, best of 3, kg",
        "22.0",
        "25.0",
        "+3.0 kg",
        "6.5",
    )
    flexion = [
        assessed(d, reading("rom_shoulder_flexion", t, side="R")) for d, t in ((1, 128), (9, 151))
    ]
    (found,) = outcomes(flexion, CHEN, TODAY)
    assert (found.cells.name, found.cells.change, found.cells.threshold) == (
        "R shoulder flexion, deg",
        "+23 deg",
        "(10)",
    )
    assert found.cells.reading == "past our convention; 84 % of 180 deg"


def test_a_first_measurement_is_the_baseline_and_nothing_measured_is_nothing() -> None:
    first = outcome("tug", [assessed(1, reading("tug", 14.0))], CHEN, TODAY)
    assert (first.since_baseline, first.row.change, first.cells.start, first.cells.now) == (
        None,
        "baseline",
        "14.0",
        "",
    )
    none = outcome("tug", [], CHEN, TODAY)
    assert (none.now, none.bands, none.sources, none.row.score) == (None, (), (), "")


def test_function_comes_first_and_pain_never_leads() -> None:
    taken = assessed(
        1,
        reading("nprs", 6),
        reading("grip_strength", 20, side="R"),
        reading("custom_timed", 21.4, unit="s", labels=["12 stairs"]),
        reading("custom_timed", 8, unit="reps", labels=["lift 10 lb"]),
        reading("psfs", 3, 4, labels=["stairs", "reach"]),
        reading("not_in_the_catalogue", 1),
    )
    assert [o.name for o in outcomes([taken], CHEN, TODAY)] == [
        "PSFS",
        "12 stairs",
        "lift 10 lb",
        "Grip strength",
        "Pain (0-10)",
    ]


def test_height_and_weight_of_a_body_size_reading_serve_the_walk() -> None:
    size = reading("bmi", 162, 70, labels=["height_cm", "weight_kg"])
    found = outcome("six_mwt", [assessed(1, size, reading("six_mwt", 380))], CHEN, TODAY)
    assert found.row.references == ("90 % of predicted 421 m  Enright & Sherrill 1998",)


def test_the_two_sides_of_a_motion_are_told_apart_by_their_difference() -> None:
    knees = [
        reading("rom_knee_flexion", v, side=s, unit="deg") for s, v in (("L", 110), ("R", 132))
    ]
    left, right = (
        outcome("rom_knee_flexion", [assessed(1, *knees)], CHEN, TODAY, side=s) for s in ("L", "R")
    )
    assert (left.between, right.between) == (-22, 22)
    assert left.notes == ("right 132 deg, 22 deg more",) and right.notes == (
        "left 110 deg, 22 deg less",
    )
    alone = outcome("rom_knee_flexion", [assessed(1, knees[0])], CHEN, TODAY, side="L")
    assert (alone.between, alone.notes) == (None, ())


def test_every_line_an_outcome_prints_has_its_publication_at_the_foot() -> None:
    taken = [
        assessed(d, reading("tug", t), reading("grip_strength", t, side="R"))
        for d, t in ((1, 14.0), (9, 11.9))
    ]
    for found in outcomes(taken, CHEN, TODAY):
        assert {b.source for b in printed(found.bands)} <= set(found.sources)
        assert found.since_baseline and found.since_baseline.source in found.sources
        assert set(found.cells.sources) <= set(found.sources)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_people_type_stay_text_and_keep_to_their_columns(text: str) -> None:
    def with_text(day: int, value: float) -> Assessment:
        return assessed(
            day,
            reading("custom_timed", value, unit="s", labels=[text]),
            reading("psfs", 3, 4, labels=[text, "stairs"]),
            reading("tug", value, device=f"{text}{day}", aid=text),
        )

    for found in outcomes([with_text(1, 14), with_text(9, 11)], CHEN, TODAY):
        row = found.row
        for line in (row.name, row.score, row.change, *row.references, found.name):
            assert "\x1b" not in line
            assert "\n" not in line
            assert "\u202e" not in line
        assert terminal_width(row.name) <= 20
        assert terminal_width(row.change) <= 42


@some
@given(
    st.lists(
        st.tuples(
            any_measure,
            st.lists(st.floats(allow_nan=True), max_size=7),
            st.sampled_from([None, "L", "R", "B"]),
            st.sampled_from(["measured", "unable", "assisted", "stopped"]),
            st.text(max_size=8),
        ),
        max_size=8,
    )
)
def test_any_reading_at_all_yields_outcomes_and_never_an_error(given_: list[Any]) -> None:
    taken = [
        assessed(
            day,
            *(
                reading(
                    m.id,
                    *numbers,
                    side=side,
                    result=result,
                    unit=text or None,
                    labels=[text],
                    aid=text,
                )
                for m, numbers, side, result, text in given_
            ),
        )
        for day in (1, 9)
    ]
    for found in outcomes(taken, CHEN, TODAY):
        assert found.now
        assert isinstance(found.now.score, (Score, NoScore))
        assert terminal_width(found.row.change) <= 42


# --- cut-offs and the people they were published for ----------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value", "age", "sex", "reference", "shown"),
    [
        ("grip_strength", 15.0, 59, "F", "awgs2019_f", False),
        ("grip_strength", 15.0, 60, "F", "awgs2019_f", True),
        ("gait_speed_4m", 0.9, 59, "M", "awgs_1_0", False),
        ("gait_speed_4m", 0.9, 60, "M", "awgs_1_0", True),
        ("sts_5x", 13.0, 73, "M", "tiedemann_falls", False),
        ("sts_5x", 13.0, 74, "M", "tiedemann_falls", True),
        ("single_leg_stance", 8.0, 75, "F", "araujo10", True),
        ("single_leg_stance", 8.0, 76, "F", "araujo10", False),
        ("functional_reach", 15.0, 70, "M", "duncan_6in", True),
        ("functional_reach", 15.0, 70, "F", "duncan_6in", False),
        ("functional_reach", 15.0, 69, "M", "duncan_6in", False),
        ("functional_reach", 15.0, 105, "M", "duncan_10in", False),
    ],
)
def test_a_cutoff_holds_for_the_people_it_was_published_for(
    measure: str, value: float, age: int, sex: str, reference: str, shown: bool
) -> None:
    found = bands(CATALOGUE.measure(measure), value, age, sex, optional=True)
    assert (reference in {band.reference for band in found if band.band}) == shown


def test_asian_cutoffs_are_off_unless_a_practice_turns_them_on() -> None:
    for measure in ALL:
        for cutoff in measure.cutoffs:
            if cutoff.source == "awgs2019":
                assert cutoff.optional, (measure.id, cutoff.id)


def test_ten_seconds_on_either_foot_are_enough_for_the_araujo_line() -> None:
    def flagged(right: float, left: float) -> bool | None:
        taken = [
            Assessment(
                id="a",
                client_id="c",
                taken_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
                readings=[
                    reading("single_leg_stance", right, side="R", unit="s"),
                    reading("single_leg_stance", left, side="L", unit="s"),
                ],
            )
        ]
        client = Client(id="c", family_name="Kim", birth_date=date(1960, 1, 1), sex="F")
        found = outcome("single_leg_stance", taken, client, date(2026, 11, 20))
        return next(b.flagged for b in found.bands if b.reference == "araujo10")

    assert flagged(6.0, 12.0) is False
    assert flagged(6.0, 9.0) is True


def test_the_number_of_trials_is_noted_only_where_the_source_states_it() -> None:
    assert scored("gait_speed_4m", reading("gait_speed_4m", 0.9, unit="m/s")).notes == ()
    (note,) = scored("up_and_go_8ft", reading("up_and_go_8ft", 6.1)).notes
    assert note == "1 of 2 trials: references are for the best of 2"


def test_no_change_held_against_an_important_change_is_called_past_error() -> None:
    found = moved("chair_stand_30s", reading("chair_stand_30s", 9), reading("chair_stand_30s", 13))
    assert (found.verdict, found.notable) == ("important change reached", True)
    assert "error" not in found.phrase


@pytest.mark.parametrize(
    ("measure", "unlikely", "impossible"),
    [
        ("rom_knee_extension", 30, 70),
        ("rom_elbow_flexion", 175, 215),
        ("rom_hip_extension", 60, 95),
        ("rom_cervical_rotation", 110, 150),
    ],
)
def test_each_joint_has_its_own_range(measure: str, unlikely: float, impossible: float) -> None:
    joint = CATALOGUE.measure(measure)
    assert (plausible(joint, unlikely) or "").startswith("asked")
    assert (plausible(joint, impossible) or "").startswith("refused")
