"""Every worked case of an outcome measure comes out as its source says (`cases_measures.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.measures import (
    Band,
    NoScore,
    Score,
    bands,
    catalogue,
    change,
    convert,
    outcome,
    score,
)
from medex_tui.domain.measures.shapes.sppb import points
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client

Case = dict[str, Any]
CASES: list[Case] = tomllib.loads(
    (Path(__file__).parent / "cases_measures.toml").read_text("utf-8")
)["case"]


def measured(measure: str, trials: list[Any], **fields: Any) -> list[Reading]:
    return [Reading(measure=measure, trials=[float(t) for t in trials if t != "missing"], **fields)]


def number(measure: str, readings: list[Reading], **who: Any) -> float:
    found = score(catalogue().measure(measure), readings, **who)
    assert isinstance(found, Score), found
    return found.value


def said(measure: str, value: float, case: Case, **inputs: float) -> dict[str, Band]:
    """Bands by reference id for the person of a case."""
    who = case["input"]
    found = bands(
        catalogue().measure(measure), value, who.get("age"), who.get("sex"), inputs=inputs
    )
    return {b.reference: b for b in found}


def flags(found: dict[str, Band], measure: str) -> list[str]:
    """The cut-offs that are passed, in the catalogue's order."""
    return [
        c.id for c in catalogue().measure(measure).cutoffs if c.id in found and found[c.id].flagged
    ]


def rounded(measure: str, value: float) -> float:
    return round(value, catalogue().measure(measure).decimals)


def bmi(case: Case) -> Case:
    given = case["input"]
    readings = measured("bmi", list(given.values()), labels=list(given))
    value = number("bmi", readings)
    return {"bmi": rounded("bmi", value), "band": said("bmi", value, case)["who"].band}


def bp(case: Case) -> Case:
    of = [
        said("bp_systolic", s, case, dbp=d)["category"].band for s, d in case["input"]["readings"]
    ]
    return {"category": of}


def rom(case: Case) -> Case:
    given, measure = case["input"], catalogue().measure(case["input"]["measure"])
    left, right = (bands(measure, given[side], 50, "F")[0] for side in ("left", "right"))
    both = [
        Reading(measure=measure.id, side=s, trials=[given[k]], unit="deg")
        for s, k in (("L", "left"), ("R", "right"))
    ]  # type: ignore[arg-type]
    taken = Assessment(
        id="a", client_id="c", taken_at=datetime(2026, 11, 20, tzinfo=UTC), readings=both
    )
    apart = outcome(
        measure.id,
        [taken],
        Client(id="c", given_name="", family_name="C"),
        date(2026, 11, 20),
        side="R",
    )
    return {
        "reference": left.value,
        "left_percent": left.percent,
        "right_percent": right.percent,
        "side_difference": apart.between,
    }


def units(case: Case) -> Case:
    ways = {
        "kg": ("lb", "kg", 2),
        "cm": ("inch", "cm", 2),
        "degC": ("degF", "degC", 1),
        "mgdl": ("mmol", "mg/dL", 0),
        "m": ("yd", "m", 2),
        "m_min": ("mph", "m/min", 1),
    }
    names = {"inch": "in", "mmol": "mmol/L"}
    return {
        key: round(convert(case["input"][given], names.get(given, given), to) or 0, digits)
        for key, (given, to, digits) in ways.items()
        if given in case["input"]
    }


def changed(case: Case) -> Case:
    given = case["input"]
    measure = catalogue().measure(given["measure"])
    total = {"unit": measure.unit}
    found = change(
        measure,
        measured(measure.id, [given["baseline"]], **total),
        measured(measure.id, [given["retest"]], **total),
    )
    got: Case = {"change": found.delta, "better": found.better}
    if measure.id == "berg":
        got |= {"mdc": found.threshold, "meets_mdc": found.verdict == "past measurement error"}
    names = {f"{t.kind}_{t.value}": t for t in measure.change}
    got["meets"] = {
        name: any(f"{t.value:g} {t.unit}" in reached for reached in found.reached)
        for name, t in names.items()
    }
    return got


def grip(case: Case) -> Case:
    given = case["input"]
    readings = measured("grip_strength", given["left_kg"], side="L") + measured(
        "grip_strength", given["right_kg"], side="R"
    )
    value = number("grip_strength", readings)
    found = said("grip_strength", value, case)
    table = found["tomkinson2025"]
    percentile = (
        table.percentile if table.percentile in (">95", "<5") else int(table.percentile or -1)
    )
    return {
        "score": value,
        "percentile": percentile,
        "band": table.band,
        "flags": flags(found, "grip_strength"),
    }


def chair_stand(case: Case) -> Case:
    given = case["input"]
    result = "assisted" if given["arms_used"] else "measured"
    value = number("chair_stand_30s", measured("chair_stand_30s", [given["reps"]], result=result))
    found = said("chair_stand_30s", value, case)
    band = {
        k: found[k].band if k in found else "none"
        for k in ("steadi_below_average", "rikli_jones_normal")
    }
    band = {k: v or "none" for k, v in band.items()}
    return {
        "score": value,
        "steadi": band["steadi_below_average"],
        "range": band["rikli_jones_normal"],
    }


def age_band(case: Case) -> Case:
    given = case["input"]
    if "dates" in given:
        return {
            "ages": [
                age_on(date.fromisoformat(given["dob"]), date.fromisoformat(d))
                for d in given["dates"]
            ]
        }
    age = age_on(date.fromisoformat(given["dob"]), date.fromisoformat(given["test_date"]))
    found = bands(catalogue().measure("chair_stand_30s"), given["reps"], age, given["sex"])
    return {"age": age, "steadi": found[0].band}


def senior_fitness(case: Case) -> Case:
    given = case["input"]
    measure = case["area"]
    value = given["value_cm"] if "value_cm" in given else given["value"]
    band = next(iter(said(measure, value, case).values())).band
    return {
        "range": band,
        "result": {"above": "slower_than_normal", "within": "normal"}.get(band or "", band),
    }


def timed(case: Case) -> Case:
    found = said(case["area"], case["input"]["value"], case)
    return {
        "flags": flags(found, case["area"]),
        "worse_than_average": found["bohannon2006"].band == "worse_than_average",
    }


def four_stage(case: Case) -> Case:
    seconds = [s for s in case["input"]["stage_seconds"] if s != "not_done"]
    value = number("four_stage_balance", measured("four_stage_balance", seconds, unit="s"))
    return {
        "stage": value,
        "flags": flags(said("four_stage_balance", value, case), "four_stage_balance"),
    }


def single_leg(case: Case) -> Case:
    given = case["input"]
    readings = measured("single_leg_stance", given["left_trials"], side="L") + measured(
        "single_leg_stance", given["right_trials"], side="R"
    )
    found = score(catalogue().measure("single_leg_stance"), readings)
    assert isinstance(found, Score)
    legs = {s.side: s.value for s in found.sides}
    table = said("single_leg_stance", found.value, case)
    return {
        "left": legs["L"],
        "right": legs["R"],
        "headline": found.value,
        "norm_mean": table["springer_eo_best_total"].value,
        "flags": flags(table, "single_leg_stance"),
    }


def reach(case: Case) -> Case:
    found = said("functional_reach", case["input"]["value_cm"], case)
    return {"flags": flags(found, "functional_reach")}


def questionnaire(case: Case) -> Case:
    given = case["input"]
    measure = catalogue().measure(given["measure"])
    found = score(measure, measured(measure.id, given["items"]))
    if isinstance(found, NoScore):
        return {"score": "none", "band": "none"}
    table = said(measure.id, found.value, case)
    band = next((b.band for key, b in table.items() if key.startswith("bands")), None)
    value = round(found.value, measure.decimals)
    return {
        "score": value,
        "percent": value,
        "raw50": convert(found.value, "%", "raw50"),
        "band": band,
        "flags": flags(table, measure.id),
    }


def psfs(case: Case) -> Case:
    given = case["input"]
    then, now = (
        measured("psfs", list(given[k].values()), labels=list(given[k]))
        for k in ("baseline", "retest")
    )
    found = change(catalogue().measure("psfs"), then, now)
    assert found.delta is not None
    alone = [
        name
        for name, delta in found.activities.items()
        if any(n.startswith(f"{name} +") for n in found.notes)
    ]
    return {
        "baseline": rounded("psfs", number("psfs", then)),
        "retest": rounded("psfs", number("psfs", now)),
        "change": rounded("psfs", found.delta),
        "meets_mdc90_average": found.verdict == "past measurement error",
        "activities_meeting_3": alone,
    }


def nprs(case: Case) -> Case:
    given = case["input"]
    found = change(
        catalogue().measure("nprs"),
        measured("nprs", [given["baseline"]]),
        measured("nprs", [given["retest"]]),
    )
    assert found.percent is not None
    return {
        "change": found.delta,
        "meets_2_points": "MCID 2" in found.reached,
        "percent_change": round(found.percent, 1),
        "meets_30_percent": "MCID 30 % of baseline" in found.reached,
    }


def goal(case: Case) -> Case:
    weights = [float(w) for w in case["input"].get("weights", [])]
    return {
        "t": rounded(
            "gas_t", number("gas_t", measured("gas_t", case["input"]["goals"], weights=weights))
        )
    }


def sppb(case: Case) -> Case:
    given = case["input"]
    table = catalogue().measure("sppb").points
    assert table
    if "walk_4m_s" in given:
        return {
            "gait": [points(table.gait_4m_s, s) for s in given["walk_4m_s"]],
            "chair": [points(table.chair_5x_s, s) for s in given["chair_5x_s"]],
        }
    names = {
        "side_by_side_s": "side_by_side_s",
        "semi_tandem_s": "semi_tandem_s",
        "tandem_s": "tandem_s",
        "walk_best_s": f"walk_{given['course_m']}m_s",
        "chair_5x_s": "chair_5x_s",
    }
    failed = {"walk_best_s": "walk unable", "chair_5x_s": "chair unable"}
    done = [k for k in names if given[k] not in ("unable", "not_done")]
    labels = [names[k] for k in done] + [failed[k] for k in names if k not in done and k in failed]
    readings = measured("sppb", [given[k] for k in done], labels=labels)
    found = score(catalogue().measure("sppb"), readings)
    assert isinstance(found, Score)
    bands_ = said("sppb", found.value, case)
    return {
        **found.parts,
        "total": found.value,
        "band": bands_["bands"].band,
        "flags": flags(bands_, "sppb"),
    }


def six_mwt(case: Case) -> Case:
    given = case["input"]
    found = said(
        "six_mwt",
        given["distance_m"],
        case,
        height_cm=given["height_cm"],
        weight_kg=given["weight_kg"],
    )
    band = next(iter(found.values()), None)
    if band is None or band.value is None:
        return dict.fromkeys(("predicted", "lln", "percent", "below_lln"), "none")
    assert band.percent
    return {
        "predicted": band.value,
        "lln": band.lower_limit,
        "percent": round(band.percent, 1),
        "below_lln": band.flagged,
    }


def vo2(case: Case) -> Case:
    given = case["input"]
    trials = {
        k: float(given[k])
        for k in ("weight_lb", "hr_bpm", "speed_mph", "speed_m_min", "grade")
        if k in given
    }
    if "time" in given:
        minutes, seconds = given["time"].split(":")
        trials["time_min"] = int(minutes) + int(seconds) / 60
    if "grade" in trials and "speed_mph" in trials:
        trials["speed_m_min"] = convert(trials.pop("speed_mph"), "mph", "m/min") or 0.0
    by_input = {"time_min": "vo2_rockport", "speed_mph": "vo2_ebbeling", "grade": "acsm_walk_vo2"}
    measure = catalogue().measure(
        next((by_input[k] for k in by_input if k in trials), "vo2_queens_step")
    )
    readings = measured(measure.id, list(trials.values()), labels=list(trials))
    found = score(measure, readings, age=given["age"], sex=given["sex"])
    assert isinstance(found, Score)
    return {
        "vo2": found.value,
        "mets": round(found.value / 3.5, 1),
        "in_valid_age_range": not any("outside the ages" in n for n in found.notes),
    }


def gait(case: Case) -> Case:
    given = case["input"]
    measure = "gait_speed_4m" if given["combine"] == "max" else "gait_speed_10m"
    value = number(
        measure, measured(measure, given["times_s"], unit="s", course_m=given["distance_m"])
    )
    return {"speed": rounded(measure, value), "flags": flags(said(measure, value, case), measure)}


READERS: dict[str, Callable[[Case], Case]] = {
    "bmi": bmi,
    "bp": bp,
    "rom": rom,
    "units": units,
    "change": changed,
    "grip": grip,
    "chair_stand": chair_stand,
    "age_band": age_band,
    "arm_curl_30s": senior_fitness,
    "two_min_step": senior_fitness,
    "up_and_go_8ft": senior_fitness,
    "back_scratch": senior_fitness,
    "chair_sit_reach": senior_fitness,
    "tug": timed,
    "sts_5x": timed,
    "four_stage_balance": four_stage,
    "single_leg_stance": single_leg,
    "functional_reach": reach,
    "prom_odi": questionnaire,
    "prom_ndi": questionnaire,
    "prom_quickdash": questionnaire,
    "prom_lefs": questionnaire,
    "prom_fesi": questionnaire,
    "prom_abc": questionnaire,
    "prom_sarcf": questionnaire,
    "prom_psfs": psfs,
    "prom_nprs": nprs,
    "goal": goal,
    "sppb": sppb,
    "six_mwt": six_mwt,
    "vo2": vo2,
    "gait_speed": gait,
}


def agrees(got: Any, wanted: Any, tolerance: float) -> bool:
    """Equal, numbers within the case's own tolerance."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(
            agrees(got.get(k), v, tolerance) for k, v in wanted.items()
        )
    if isinstance(wanted, list):
        pairs = zip(got, wanted, strict=True)
        return len(got) == len(wanted) and all(agrees(g, w, tolerance) for g, w in pairs)
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return isinstance(got, (int, float)) and abs(got - wanted) <= tolerance + 1e-9
    return bool(got == wanted)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['id']}-{c['area']}")
def test_a_worked_case_comes_out_as_its_source_says(case: Case) -> None:
    got = READERS[case["area"]](case)
    wrong = {
        k: (got.get(k), v)
        for k, v in case["expect"].items()
        if not agrees(got.get(k), v, case["tolerance"])
    }
    assert not wrong, f"{case['title']}: got and wanted {wrong}; {case['derivation']}"
