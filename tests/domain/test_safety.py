"""Safety rules: every worked reading, whose limit comes first, and what a rule may not hold."""

import ast
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.records.people import Limit
from medex_tui.domain.records.settings import KnownExercise
from medex_tui.domain.records.visits import Exercise, Override, Vitals
from medex_tui.domain.safety import rules as safety_rules
from medex_tui.domain.safety.expression import reader
from medex_tui.domain.safety.finding import RED_FLAGS, SafetyFinding
from medex_tui.domain.safety.limits import limits_at
from medex_tui.domain.safety.rules import (
    findings,
    fired,
    red_flags,
    rules,
    scopes_of,
)
from properties import examples

CASES = tomllib.loads((Path(__file__).parent / "cases_obligations.toml").read_text())["case"]
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


def rule_ids(found: list[SafetyFinding]) -> list[str]:
    return [finding.rule for finding in found]


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["id"]) for c in CASES if c["area"] == "vitals"]
)
def test_readings_of_the_worked_cases(case: dict) -> None:
    values = dict(case["input"])
    phase, scopes = values.pop("phase"), values.pop("scope")
    assert sorted(rule_ids(findings(values, phase, scopes))) == case["expect"]["rules"]
    kept = {name: value for name, value in values.items() if name in Vitals.__struct_fields__}
    if kept == values:
        assert (
            sorted(rule_ids(fired([Vitals(phase=phase, **kept)], scopes=scopes)))
            == case["expect"]["rules"]
        )


def test_every_shipped_rule_reads_and_names_its_source() -> None:
    shipped = rules()
    assert len(shipped.vital) == 24
    assert len(shipped.symptom) == 28
    for rule in shipped.vital:
        reader(rule.when)
    assert {r.source for r in [*shipped.vital, *shipped.symptom]} == set(shipped.sources)


def test_every_rule_speaks_of_what_a_record_can_hold() -> None:
    held = set(safety_rules._values(Vitals(), []))
    told = set(safety_rules.told_rules())
    assert told == {"hypo_24h"}
    for rule in rules().vital:
        names = {node.id for node in ast.walk(ast.parse(rule.when)) if isinstance(node, ast.Name)}
        assert rule.id in told or names <= held | {"any_symptom"}, rule.id


@pytest.mark.parametrize(
    ("taken", "symptoms", "found"),
    [
        ([Vitals(sbp=132, sbp_standing=112)], ["dizziness"], []),
        ([Vitals(sbp=132, sbp_standing=111)], [], []),
        ([Vitals(sbp=132, sbp_standing=111)], ["dizziness"], ["orthostatic"]),
        ([Vitals(sbp=132), Vitals(sbp_standing=111)], ["dizziness"], ["orthostatic"]),
        ([Vitals(sbp=132), Vitals(sbp=120, sbp_standing=111)], ["dizziness"], []),
        ([Vitals(sbp_standing=111)], ["dizziness"], []),
        ([Vitals(sbp=132, sbp_standing=111)], ["client_request"], []),
        ([Vitals(phase="post", sbp=132, sbp_standing=111)], ["dizziness"], []),
    ],
)
def test_a_fall_on_standing_holds_only_with_a_symptom(
    taken: list[Vitals], symptoms: list[str], found: list[str]
) -> None:
    assert [rule for rule in rule_ids(fired(taken, symptoms)) if rule == "orthostatic"] == found


def test_ketones_hold_together_with_the_glucose_they_were_taken_with() -> None:
    assert "glucose_ketones" in rule_ids(fired([Vitals(glucose=260, ketones_mmol=1.5)]))
    assert "glucose_ketones" not in rule_ids(fired([Vitals(glucose=250, ketones_mmol=1.8)]))
    assert "glucose_ketones" not in rule_ids(fired([Vitals(glucose=260)]))


def test_a_severe_low_that_is_told_of_holds_without_a_reading_and_is_nothing_felt() -> None:
    [found] = fired([], ["hypo_24h"])
    assert (found.rule, found.level) == ("hypo_24h", "hold") and found.source
    assert not safety_rules.has_symptom(["hypo_24h"]) and safety_rules.reportable()[
        "hypo_24h"
    ].startswith("Severe low glucose")
    assert rule_ids(fired([Vitals(sbp=132, sbp_standing=100)], ["hypo_24h"])) == ["hypo_24h"]


def test_a_finding_says_whether_its_source_was_checked() -> None:
    [floor] = fired([Vitals(spo2=88)])
    assert floor.source
    assert floor.source.basis == "unchecked"


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "sbp.real > 1",
        "sbp > dbp",
        "1 < sbp < 2",
        "sbp + 1 > 2",
        "not sbp",
        "sbp if hr else dbp",
        "[sbp]",
        "'a' > 1",
        "sbp > True or f()",
    ],
)
def test_a_rule_may_hold_nothing_but_comparisons(expression: str) -> None:
    with pytest.raises(ValueError, match="may not hold"):
        reader(expression)


@given(expression=st.text(max_size=40))
@examples(100)
def test_no_text_does_more_than_be_refused_or_read(expression: str) -> None:
    try:
        test = reader(expression)
    except (ValueError, SyntaxError, MemoryError):
        return
    assert test({}, False) in (True, False)


@given(
    st.dictionaries(st.sampled_from(["sbp", "dbp", "hr", "spo2", "glucose", "temp_c"]), st.none()),
    st.sampled_from(["pre", "during"]),
)
@examples(100)
def test_nothing_fires_on_what_was_not_measured(values: dict, phase: str) -> None:
    assert findings(values, phase) == []


def test_a_symptom_turns_a_very_high_reading_into_an_emergency() -> None:
    crisis = [Vitals(sbp=185, dbp=90)]
    assert "bp_pre_crisis_symptoms" not in rule_ids(fired(crisis))
    assert rule_ids(fired(crisis, ["dizziness"]))[0] == "bp_pre_crisis_symptoms"


@pytest.mark.parametrize("no_symptom", ["client_request", "med_change", "abnormal_vitals"])
def test_what_the_client_does_not_feel_is_no_symptom(no_symptom: str) -> None:
    assert "bp_pre_crisis_symptoms" not in rule_ids(fired([Vitals(sbp=185)], [no_symptom]))


def test_the_gravest_finding_comes_first_and_each_once() -> None:
    found = fired(
        [Vitals(sbp=165), Vitals(sbp=170, hr=104)], ["swelling", "chest_pain", "unheard_of"]
    )
    assert rule_ids(found) == ["chest_pain", "bp_pre_meti_cardio", "hr_pre_100", "swelling"]


EDGES = {
    "160/100 cardio": [], "161/100 cardio": ["bp_pre_meti_cardio"], "160/101 cardio": ["bp_pre_meti_cardio"],
    "180/105 resistance": [], "180/106 resistance": ["bp_pre_meti_resistance"],
    "181/105 resistance": ["bp_pre_180_110", "bp_pre_meti_resistance"],
    "180/110 resistance": ["bp_pre_meti_resistance"],
    "180/111 resistance": ["bp_pre_180_110", "bp_pre_200_110", "bp_pre_meti_resistance"],
    "200/90 resistance": ["bp_pre_180_110", "bp_pre_meti_resistance"],
    "201/90 resistance": ["bp_pre_180_110", "bp_pre_200_110", "bp_pre_meti_resistance"],
    "89/60 resistance": ["bp_pre_low"], "90/60 resistance": [],
    "hr 100": [], "hr 101": ["hr_pre_100"], "hr 120": ["hr_pre_100"], "hr 121": ["hr_pre_100", "hr_pre_120"],
    "spo2 93": [], "spo2 92": ["spo2_pre_92"], "spo2 89": ["spo2_pre_92"], "spo2 88": ["spo2_pre_88"],
    "temp_c 37.9": [], "temp_c 38": ["temp_pre_38"],
    "glucose 69.9": ["glucose_lt70"], "glucose 70": ["glucose_70_89"], "glucose 89.9": ["glucose_70_89"],
    "glucose 90": [], "glucose 200": [], "glucose 201": ["glucose_meti_caution"],
    "glucose 239": ["glucose_meti_caution"], "glucose 240": ["glucose_meti_240", "glucose_meti_caution"],
    "glucose 300": ["glucose_meti_240", "glucose_meti_caution"],
    "glucose 301": ["glucose_300", "glucose_meti_240", "glucose_meti_caution"],
    "during 250/115": [], "during 251/115": ["bp_during_250_115"], "during 250/116": ["bp_during_250_115"],
    "during spo2 89": [], "during spo2 88": ["spo2_during_88"],
    "during glucose 70": [], "during glucose 69": ["glucose_during_70"],
}  # fmt: skip
"""A reading, and every rule it fires (DOMAIN 4.2): the limit itself, and the first value past it."""


@pytest.mark.parametrize("said", EDGES)
def test_a_rule_fires_past_its_limit_and_not_before(said: str) -> None:
    words = said.split()
    phase = "during" if words[0] == "during" else "pre"
    words = words[phase == "during" :]
    if "/" in words[0]:
        sbp, dbp = map(int, words[0].split("/"))
        taken = Vitals(phase=phase, sbp=sbp, dbp=dbp)  # type: ignore[arg-type]
    else:
        number = float(words[1])
        value = number if words[0] in ("glucose", "temp_c") else int(number)
        taken = Vitals(phase=phase, **{words[0]: value})  # type: ignore[arg-type]
    scopes = {words[1]} if words[-1] in ("cardio", "resistance") else {"resistance"}
    assert sorted(rule_ids(fired([taken], scopes=scopes))) == EDGES[said]


@pytest.mark.parametrize(("during", "fell"), [(138, True), (140, True), (141, False), (160, False)])
def test_a_systolic_that_fell_from_rest_to_exercise_stops_it(during: int, fell: bool) -> None:
    taken = [
        Vitals(sbp=170, dbp=90),
        Vitals(sbp=150, dbp=90),
        Vitals(phase="during", sbp=during, dbp=80),
    ]
    assert ("sbp_drop_10" in rule_ids(fired(taken, scopes={"resistance"}))) is fell
    assert ("sbp_drop_10" in rule_ids(red_flags(taken, []))) is fell
    assert not red_flags([Vitals(sbp=150, dbp=90), Vitals(phase="post", sbp=126, dbp=80)], [])
    assert not red_flags([Vitals(phase="during", sbp=100, dbp=80)], [])


@pytest.mark.parametrize(
    ("what", "taken", "level"),
    [
        ("pain", Vitals(pain=6), "hold"),
        ("pain_max", Vitals(phase="during", pain=6), "caution"),
        ("pain", Vitals(pain=5), None),
        ("rpe_max", Vitals(phase="post", rpe=6), "caution"),
        ("RPE", Vitals(rpe=5), None),
    ],
)
def test_a_provider_may_limit_pain_and_effort_too(
    what: str, taken: Vitals, level: str | None
) -> None:
    found = fired([taken], limits=[Limit(what=what, value="5", said_by="Dr Osei")])
    assert [f.level for f in found] == ([level] if level else [])
    assert all("limit of 5" in f.text and f.said_by == "Dr Osei" for f in found)


def test_readings_after_exercise_are_judged_as_those_during() -> None:
    assert rule_ids(fired([Vitals(phase="post", glucose=64)])) == ["glucose_during_70"]
    assert fired([Vitals(phase="post", sbp=190, dbp=100)]) == []


# --- kind of session ---


KNOWN = [
    KnownExercise(name="Bike", scope="cardio"),
    KnownExercise(name="Leg press", aliases=["lp"], scope="resistance"),
    KnownExercise(name="Tandem stand", scope="balance"),
    KnownExercise(name="Thing"),
]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], None),
        (["LP"], {"resistance"}),
        (["bike", "leg press"], {"cardio", "resistance"}),
        (["bike", "never heard of [/x]"], None),
        (["bike", "thing"], None),
    ],
)
def test_the_kind_of_a_session_is_known_only_when_every_exercise_is(
    names: list[str], expected: set | None
) -> None:
    assert scopes_of([Exercise(name=name) for name in names], KNOWN) == expected


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (None, ["bp_pre_meti_cardio"]),
        ({"resistance"}, []),
        ({"balance"}, []),
        ({"cardio"}, ["bp_pre_meti_cardio"]),
    ],
)
def test_the_cardio_line_holds_unless_the_session_is_known_to_have_none(
    scopes: set[str] | None, expected: list[str]
) -> None:
    assert rule_ids(fired([Vitals(sbp=165, dbp=98)], scopes=scopes)) == expected


def test_the_resistance_line_holds_for_balance_work_and_not_for_cardio_alone() -> None:
    reading = [Vitals(sbp=150, dbp=107)]
    assert "bp_pre_meti_resistance" in rule_ids(fired(reading, scopes={"balance"}))
    assert "bp_pre_meti_resistance" not in rule_ids(fired(reading, scopes={"cardio"}))


# --- a client's own limits ---


def test_a_provider_s_pressure_limit_takes_the_place_of_meti_s_and_not_of_the_ceilings() -> None:
    own = [Limit(what="bp", value="170/102", said_by="Dr Osei")]
    assert fired([Vitals(sbp=165, dbp=101)], limits=own) == []
    beyond = fired([Vitals(sbp=172, dbp=95)], limits=own)
    assert rule_ids(beyond) == ["limit:bp"]
    assert beyond[0].said_by == "Dr Osei"
    assert beyond[0].text == "Systolic 172 is above this client's own limit of 170."
    assert rule_ids(fired([Vitals(sbp=201)], limits=[Limit(what="bp", value="220/120")])) == [
        "bp_pre_200_110",
        "bp_pre_180_110",
    ]


def test_a_limit_on_one_number_leaves_meti_s_on_the_other() -> None:
    own = [Limit(what="sbp", value="170")]
    assert fired([Vitals(sbp=165, dbp=90)], limits=own) == []
    assert rule_ids(fired([Vitals(sbp=165, dbp=101)], limits=own)) == ["bp_pre_meti_cardio"]


@pytest.mark.parametrize("value", ["150/95", "<= 150/95", "150 / 95 mmHg"])
@pytest.mark.parametrize("what", ["bp", "sbp", "BP", "bp_max"])
def test_a_pair_is_read_however_it_is_written(what: str, value: str) -> None:
    own = [Limit(what=what, value=value)]
    assert rule_ids(fired([Vitals(sbp=152, dbp=88)], limits=own)) == [f"limit:{what.lower()}"]
    assert rule_ids(fired([Vitals(sbp=140, dbp=96)], limits=own)) == [f"limit:{what.lower()}"]
    assert fired([Vitals(sbp=150, dbp=95)], limits=own) == []


def test_a_provider_s_floor_takes_the_place_of_88() -> None:
    own = [Limit(what="spo2_min", value="85 %")]
    assert fired([Vitals(spo2=86)], limits=own) == []
    assert [(f.rule, f.level) for f in fired([Vitals(spo2=84)], limits=own)] == [
        ("limit:spo2_min", "hold")
    ]
    during = fired([Vitals(phase="during", spo2=84)], limits=own)
    assert [(f.rule, f.level) for f in during] == [("limit:spo2_min", "stop")]
    stricter = [Limit(what="spo2_min", value="92")]
    assert "limit:spo2_min" in rule_ids(fired([Vitals(spo2=91)], limits=stricter))


def test_a_glucose_limit_in_mmol_is_compared_in_mg() -> None:
    own = [Limit(what="glucose", value="14 mmol/L")]
    assert fired([Vitals(glucose=250)], limits=own) == []
    assert rule_ids(fired([Vitals(glucose=253)], limits=own)) == ["limit:glucose"]


def test_a_glucose_floor_leaves_meti_s_upper_lines() -> None:
    own = [Limit(what="glucose_min", value="100")]
    assert rule_ids(fired([Vitals(glucose=95)], limits=own)) == ["limit:glucose_min"]
    assert rule_ids(fired([Vitals(glucose=245)], limits=own)) == [
        "glucose_meti_240",
        "glucose_meti_caution",
    ]


@pytest.mark.parametrize(
    "value",
    ["", "90-150", "as tolerated", "150 at rest, else ask", "[/x] =1+1", "\x1b[2J", "9" * 400],
)
def test_a_limit_that_is_no_number_asks_to_be_read_and_keeps_meti_s(value: str) -> None:
    found = fired([Vitals(sbp=165)], limits=[Limit(what="sbp", value=value)])
    assert set(rule_ids(found)) == {"limit:sbp", "bp_pre_meti_cardio"}
    assert fired([Vitals(hr=80)], limits=[Limit(what="sbp", value=value)]) == []


def test_a_limit_on_something_no_reading_has_is_left_to_people() -> None:
    assert fired([Vitals(sbp=120)], limits=[Limit(what="shoulder flexion", value="90")]) == []


def test_the_latest_limit_given_by_an_instant_is_the_one_in_force() -> None:
    zone = ZoneInfo("America/New_York")
    first = Limit(what="sbp", value="150", on=date(2026, 11, 3))
    later = Limit(what="SBP ", value="160", on=date(2026, 11, 10))

    def on(day: int) -> datetime:
        return datetime(2026, 11, day, 15, tzinfo=UTC)

    assert limits_at([later, first], on(5), zone) == [first]
    assert limits_at([later, first], None, zone) == [later]
    assert limits_at([later, first], on(1), zone) == []
    assert limits_at([later, first], datetime(2026, 11, 3, 4, 59, tzinfo=UTC), zone) == []


def test_a_limit_counts_from_the_instant_it_was_given() -> None:
    given = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)
    limit = Limit(what="sbp", value="150", on=date(2026, 11, 3), at=given)
    zone = ZoneInfo("America/New_York")
    assert limits_at([limit], given, zone) == [limit]
    assert limits_at([limit], given - timedelta(seconds=1), zone) == []


def test_a_systolic_that_fell_within_an_effort_stops_it() -> None:
    effort = [Vitals(sbp=130, dbp=80), *(Vitals(phase="during", sbp=n) for n in (175, 150))]
    assert "sbp_drop_10" in rule_ids(fired(effort, scopes={"cardio"}))
    assert "sbp_drop_10" in rule_ids(red_flags(effort, []))
    rising = [Vitals(sbp=130, dbp=80), *(Vitals(phase="during", sbp=n) for n in (150, 175))]
    assert "sbp_drop_10" not in rule_ids(fired(rising, scopes={"cardio"}))


@pytest.mark.parametrize("symptom", ["headache_severe", "visual_change", "nausea"])
def test_headache_changed_vision_and_nausea_stop_exercise(symptom: str) -> None:
    assert [(f.rule, f.level) for f in fired([], [symptom])] == [(symptom, "stop")]


# --- red flags ---


def test_red_flags_are_the_emergency_and_stop_findings_and_holds_that_ask_for_a_call_the_same_day() -> (
    None
):
    asking = {
        r.id
        for r in (*safety_rules.vital_rules().values(),)
        if r.level == "hold" and "same day" in r.text
    }
    asking |= {
        r.id
        for r in safety_rules.symptom_rules().values()
        if r.level == "hold" and "Same-day call" in r.action
    }
    assert asking == safety_rules.SAME_DAY
    assert rule_ids(red_flags([Vitals(sbp=201)], ["calf_swelling"])) == [
        "bp_pre_crisis_symptoms",
        "bp_pre_200_110",
        "calf_swelling",
    ]
    assert rule_ids(red_flags([Vitals(sbp=190)], ["night_pain"])) == ["bp_pre_crisis_symptoms"]
    assert red_flags([Vitals(sbp=190)], []) == []
    assert rule_ids(red_flags([Vitals(phase="during", spo2=87)], ["dizziness"])) == [
        "spo2_during_88",
        "dizziness",
    ]


def test_a_red_flag_that_was_overridden_is_still_one() -> None:
    by = {"reason": "settled", "by": "amara", "at": AT}
    assert rule_ids(red_flags([], [], [Override(rule="sbp_drop_10", **by)])) == ["sbp_drop_10"]
    assert rule_ids(red_flags([], [], [Override(rule="palpitations", **by)])) == ["palpitations"]
    assert red_flags([], [], [Override(rule="bp_pre_meti_cardio", **by)]) == []


@given(
    st.lists(
        st.builds(
            Vitals,
            phase=st.sampled_from(["pre", "during", "post"]),
            sbp=st.none() | st.sampled_from([90, 130, 181, 200, 250, 251]),
            dbp=st.none() | st.sampled_from([70, 115, 116, 121]),
            spo2=st.none() | st.sampled_from([87, 88, 89, 97]),
            glucose=st.none() | st.sampled_from([60.0, 69.9, 70.0, 100.0]),
            hr=st.none() | st.sampled_from([60, 130, 200]),
        ),
        max_size=3,
    ),
    st.lists(st.sampled_from(["dizziness", "swelling", "med_change"]), max_size=1),
    st.lists(
        st.sampled_from([Limit(what="spo2_min", value="90"), Limit(what="bp", value="150/95")]),
        max_size=2,
    ),
)
@examples(200)
def test_a_calm_visit_is_passed_over_only_where_no_red_flag_rule_fires(
    vitals: list[Vitals], symptoms: list[str], limits: list[Limit]
) -> None:
    expected = [
        f.rule
        for f in fired(vitals, symptoms, limits)
        if f.level in RED_FLAGS or f.rule in safety_rules.SAME_DAY
    ]
    assert [f.rule for f in red_flags(vitals, symptoms, (), limits)] == expected
