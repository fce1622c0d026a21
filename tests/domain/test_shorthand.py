"""The one-line entries say what GRAMMAR.md says they do, and name the place and the remedy of every fault."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Exercise, Service, Session, Vitals
from medex_tui.domain.shorthand import (
    SessionReading,
    complete,
    complete_assessment,
    examples,
    read_assessment,
    read_session,
    to_assessment,
    to_session,
    write_assessment,
    write_session,
)

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)  # Sunday 10:42 in New York
HICKS = Client(id="hicks", given_name="Jodie", family_name="Hicks", birth_date=date(1970, 2, 11))
RAMOS = Client(id="ramos", given_name="Luis", family_name="Ramos")
SMITH = Client(id="smith", given_name="Jordan", family_name="Smith")
SMITHSON = Client(id="smithson", given_name="Jordan", family_name="Smithson")
HOSTILE = Client(id="hostile", given_name="[/x]", family_name="O'Neil [L] =1+1")
TOLERATED = "Tolerated session well; no adverse response."

LAST = Session(
    id="last",
    client_id="hicks",
    referral_id="r1",
    state="signed",
    started_at=NOW - timedelta(days=2),
    exercises=[
        Exercise(name="leg press", sets=3, reps=12, load_kg=60.0, rpe=4, goal_id="g1"),
        Exercise(name="row", sets=3, reps=10, load_kg=20.87, entered="46 lb"),
        Exercise(name="step-up", sets=2, reps=10, side="B", rpe=4),
        Exercise(name="tandem stance", sets=4, hold_s=30.0, side="L"),
        Exercise(name="tandem stance", sets=4, hold_s=30.0, side="R"),
    ],
    vitals=[Vitals(weight_kg=68.0)],
)
PLANNED = Session(
    id="planned", client_id="ramos", planned_at=datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
)
SETTINGS = Settings(
    id="settings",
    timezone="America/New_York",
    exercises=[
        KnownExercise(name="leg press", aliases=["lp"], scope="resistance"),
        KnownExercise(name="row"),
        KnownExercise(name="step-up", aliases=["step"]),
        KnownExercise(name="tandem stance", aliases=["balance"]),
    ],
    snippets={"tol": TOLERATED},
)
PRACTICE = Practice(
    [
        SETTINGS,
        HICKS,
        RAMOS,
        SMITH,
        SMITHSON,
        HOSTILE,
        LAST,
        PLANNED,
        Referral(id="r1", client_id="hicks"),
        Assessment(
            id="a1",
            client_id="hicks",
            referral_id="r1",
            taken_at=NOW - timedelta(days=20),
            readings=[
                Reading(
                    measure="psfs",
                    trials=[2, 3, 4],
                    unit="points",
                    labels=["stairs", "reach", "carry"],
                ),
                Reading(measure="grip_strength", side="R", trials=[24.0], unit="kg"),
            ],
        ),
    ]
)


def read(
    text: str, client: Client | None = HICKS, confirmed: frozenset[str] = frozenset()
) -> SessionReading:
    return read_session(text, practice=PRACTICE, now=NOW, client=client, confirmed=confirmed)


def test_every_example_of_the_help_is_read_in_a_practice_that_has_just_begun() -> None:
    new = Practice(
        [
            Settings(id="settings", timezone="America/New_York", snippets={"tol": TOLERATED}),
            HICKS,
            LAST,
            Referral(id="r1", client_id="hicks"),
            Goal(id="g1", referral_id="r1", text="climb 12 stairs"),
        ]
    )
    for typed, _ in examples.SESSION:
        # A goal is named for an exercise of the same line.
        line = f"lp 3x12 {typed}" if "goal: lp" in typed else typed
        session = read_session(line, practice=new, now=NOW, client=HICKS)
        assert session.complete, (typed, session.problems, session.questions)
    for typed, _ in examples.ASSESSMENT:
        taken = read_assessment(typed, practice=new, now=NOW, client=HICKS)
        assert taken.complete, (typed, taken.problems, taken.questions)


# GRAMMAR.md, row by row ------------------------------------------------------------------------------------------


def test_last_session_again_with_changes_vitals_and_a_snippet() -> None:
    session = read("hic = lp@65 row 3x12 132/78 72 o97 p3 r5 ; ,tol", None)
    assert session.complete
    assert session.client == HICKS
    assert session.earlier[0] == LAST
    shown = [(e.name, e.sets, e.reps, e.load_kg, e.origin) for e in session.exercises[:3]]
    assert shown == [
        ("leg press", 3, 12, 65.0, "changed"),
        ("row", 3, 12, 20.87, "changed"),
        ("step-up", 2, 10, None, "carried"),
    ]
    assert session.vitals == [Vitals(sbp=132, dbp=78, hr=72, spo2=97, pain=3, rpe=5)]
    assert session.note == TOLERATED
    assert [session.was(e) for e in session.exercises[:3]] == ["60", "3x10", None]


def test_in_a_clients_entry_the_line_names_no_client() -> None:
    session = read("= 132/78 72 ; ,tol")
    assert session.complete
    assert [e.origin for e in session.exercises] == ["carried"] * 5
    assert session.exercises[0].goal_id == "g1"
    assert session.vitals == [Vitals(sbp=132, dbp=78, hr=72)]


def test_a_full_line_with_services() -> None:
    session = read(
        "ramos step 3x10 r4 balance 4x30s L 97112:20 97110:25 p4>2 ; stairs without rail twice",
        None,
    )
    assert session.complete
    assert session.client == RAMOS
    assert session.exercises == [
        Exercise(name="step-up", sets=3, reps=10, rpe=4),
        Exercise(name="tandem stance", sets=4, hold_s=30, side="L"),
    ]
    assert session.services == [
        Service(code="97112", minutes=20),
        Service(code="97110", minutes=25),
    ]
    assert session.vitals == [Vitals(phase="pre", pain=4), Vitals(phase="post", pain=2)]
    assert session.note == "stairs without rail twice"


def test_the_example_assessment() -> None:
    line = "grip 24.1 25 23.8 / 22 21.5 22.4 tug 11.8 11.4 cst 11 6mwt 412m psfs 3 4 5 rom shoulder flexion R 128"
    read_ = read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS)
    assert read_.complete
    assert [(r.measure, r.side, r.trials, r.unit) for r in read_.readings] == [
        ("grip_strength", "R", [24.1, 25, 23.8], "kg"),
        ("grip_strength", "L", [22, 21.5, 22.4], "kg"),
        ("tug", None, [11.8, 11.4], "s"),
        ("chair_stand_30s", None, [11], "reps"),
        ("six_mwt", None, [412], "m"),
        ("psfs", None, [3, 4, 5], "points"),
        ("rom_shoulder_flexion", "R", [128], "deg"),
    ]
    assert read_.readings[5].labels == ["stairs", "reach", "carry"]
    assert read_.kind == "reassessment"


# What each item means --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "exercise"),
    [
        ("lp@65kg", Exercise(name="leg press", load_kg=65)),
        ("lp@46lb", Exercise(name="leg press", load_kg=20.87, entered="46 lb")),
        ("lp 3x12@65 r5", Exercise(name="leg press", sets=3, reps=12, load_kg=65, rpe=5)),
        ("LEG PRESS 3X12", Exercise(name="leg press", sets=3, reps=12)),
        ("leg 3x12", Exercise(name="leg press", sets=3, reps=12)),
        ("step up 2x10 R", Exercise(name="step-up", sets=2, reps=10, side="R")),
        ("bike 12min", Exercise(name="stationary bike", minutes=12)),
        ("outdoor walk 0.4km", Exercise(name="outdoor walk", distance_m=400, entered="0.4 km")),
        (
            "treadmill 440yd 6min",
            Exercise(name="treadmill", distance_m=402.34, minutes=6, entered="440 yd"),
        ),
        ("bridge 3x10x5s", Exercise(name="bridge", sets=3, reps=10, hold_s=5)),
        ('"wall angel (new)" 3x10', Exercise(name="wall angel (new)", sets=3, reps=10)),
    ],
)
def test_an_exercise_by_alias_name_or_prefix_with_its_dose(text: str, exercise: Exercise) -> None:
    session = read(text, RAMOS)
    assert session.complete
    assert session.exercises == [exercise]


@pytest.mark.parametrize(
    ("text", "vitals"),
    [
        (
            "132/78>128/74 72>80",
            [Vitals(sbp=132, dbp=78, hr=72), Vitals(phase="post", sbp=128, dbp=74, hr=80)],
        ),
        ("p4>2 r5", [Vitals(pain=4), Vitals(phase="post", pain=2, rpe=5)]),
        ("lp r4 p3 r5", [Vitals(pain=3, rpe=5)]),
        ("g95", [Vitals(glucose=95)]),
        ("132/78 72 s118/80", [Vitals(sbp=132, dbp=78, hr=72, sbp_standing=118, dbp_standing=80)]),
        (
            "s118/80 & s122/80",
            [Vitals(sbp_standing=118, dbp_standing=80), Vitals(sbp_standing=122, dbp_standing=80)],
        ),
        ("g260 k1.8", [Vitals(glucose=260, ketones_mmol=1.8)]),
        ("k0.4mmol", [Vitals(ketones_mmol=0.4)]),
        ("g5.6", [Vitals(glucose=100.9, entered={"glucose": "5.6 mmol/L"})]),
        ("g25mg", [Vitals(glucose=25)]),
        ("t36.8", [Vitals(temp_c=36.8)]),
        ("t100.4", [Vitals(temp_c=38.0, entered={"temp_c": "100.4 F"})]),
        ("w150lb", [Vitals(weight_kg=68.04, entered={"weight_kg": "150 lb"})]),
        ("hr72", [Vitals(hr=72)]),
        (">150/80>", [Vitals(phase="during", sbp=150, dbp=80)]),
        ("152/88 72 & 138/84", [Vitals(sbp=152, dbp=88, hr=72), Vitals(sbp=138, dbp=84)]),
        (
            "152/88 72 o97 &138/84 70 p3 r5",
            [
                Vitals(sbp=152, dbp=88, hr=72, spo2=97),
                Vitals(sbp=138, dbp=84, hr=70, pain=3, rpe=5),
            ],
        ),
        (
            "152/88>128/74 & 138/84",
            [
                Vitals(sbp=152, dbp=88),
                Vitals(sbp=138, dbp=84),
                Vitals(phase="post", sbp=128, dbp=74),
            ],
        ),
        (
            "152/88 & 148/86 & 138/84",
            [Vitals(sbp=152, dbp=88), Vitals(sbp=148, dbp=86), Vitals(sbp=138, dbp=84)],
        ),
    ],
)
def test_vitals_in_canonical_units_with_what_was_typed_kept(
    text: str, vitals: list[Vitals]
) -> None:
    session = read(text, RAMOS, frozenset({"glucose 25"}))
    assert session.problems == []
    assert session.vitals == vitals


def test_pounds_are_read_where_the_practice_works_in_pounds() -> None:
    in_pounds = Practice([Settings(id="s", units={"load": "lb", "weight": "lb"}), RAMOS])
    session = read_session("leg press@46 w150", practice=in_pounds, now=NOW, client=RAMOS)
    assert (session.exercises[0].load_kg, session.exercises[0].entered) == (20.87, "46 lb")
    assert session.vitals[0].weight_kg == 68.04
    line = write_session(
        to_session(session, None, practice=in_pounds, id="n", now=NOW, by="ao", sign=False),
        in_pounds,
    )
    assert (
        read_session(line, practice=in_pounds, now=NOW, client=RAMOS).exercises == session.exercises
    )


def test_a_repeated_session_drops_adds_and_keeps_the_rest() -> None:
    session = read("= -row +plank 3x30s lp 2x8")
    shown = {(e.name, e.side): (e.sets, e.reps, e.load_kg, e.origin) for e in session.exercises}
    assert ("row", None) not in shown
    assert shown["plank", None] == (3, None, None, "measured")
    assert shown["leg press", None] == (2, 8, 60.0, "changed")


def test_a_changed_exercise_does_not_carry_the_effort_of_another_day() -> None:
    changed = read("= lp@65").exercises[0]
    assert (changed.rpe, changed.goal_id) == (None, "g1")


def test_two_equal_signs_repeat_and_accept_what_was_seen_done_again() -> None:
    session = read("== lp@65")
    assert [(e.origin, e.rpe) for e in session.exercises[:3]] == [
        ("changed", None),
        ("measured", None),
        ("measured", None),
    ]
    assert session.exercises[1].entered == "46 lb"


def test_a_slip_between_kilograms_and_pounds_is_named() -> None:
    assert [q.message for q in read("lp@132").questions] == [
        "leg press 132 kg is far from last time's 60 kg; is it right? If lb was meant, type lb behind the number."
    ]
    assert "meant" not in str(read("lp@150").questions)


def test_naming_a_repeated_exercise_accepts_it() -> None:
    session = read("= row@46lb step")
    assert [(e.name, e.origin) for e in session.exercises[:3]] == [
        ("leg press", "carried"),
        ("row", "measured"),
        ("step-up", "measured"),
    ]
    assert session.exercises[1].entered == "46 lb"


def test_of_two_blocks_of_one_exercise_the_side_says_which() -> None:
    session = read("= balance 4x20s R")
    assert [(e.side, e.hold_s) for e in session.exercises[3:]] == [("L", 30), ("R", 20)]
    unclear = read("= balance 4x20s")
    assert [p.message for p in unclear.problems] == [
        "tandem stance was done 2 times (4x30 s  L; 4x30 s  R): name each of them in order, or the side."
    ]


@pytest.mark.parametrize(
    ("word", "rule"),
    [("!dizzy", "dizziness"), ("!chest", "chest_pain"), ("!sob", "dyspnea_severe"), ("!fell", "fall_since"),
     ("!numb", "numbness"), ("!calf_swelling", "calf_swelling"), ("!Night-Pain", "night_pain"), ("!dizz", "dizziness")],
)  # fmt: skip
def test_symptoms_by_rule_or_by_plain_word(word: str, rule: str) -> None:
    assert read(word).symptoms == [rule]


def test_a_stated_time_is_local_and_makes_a_late_entry() -> None:
    session = read("@tue14:00 lp@65")
    assert session.at == datetime(2026, 11, 17, 19, 0, tzinfo=UTC)
    assert session.late
    today = read("@09:30 lp@65")
    assert (today.at, today.late) == (datetime(2026, 11, 22, 14, 30, tzinfo=UTC), False)
    assert (
        read("= @2026-11-20T08:00")
        .problems[0]
        .message.startswith("Hicks, Jodie has no earlier session")
    )


# Who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["hic", "hj", "jh", "jod", "hic jod", "Hicks Jodie", "jodie hicks", "hicks 1970"]
)
def test_a_client_by_prefix_or_initials(said: str) -> None:
    session = read(f"{said} lp@65", None)
    assert (session.client, len(session.exercises)) == (HICKS, 1)


def test_a_client_by_the_time_of_todays_plan() -> None:
    assert read("10:00 lp 3x12", None).client == RAMOS


def test_two_matching_clients_make_a_list_and_never_a_guess() -> None:
    session = read("smith lp@65", None)
    assert session.client is None
    assert session.candidates == [SMITH, SMITHSON]
    (problem,) = session.problems
    assert (problem.start, problem.end) == (0, 5)
    assert "Smith, Jordan" in problem.message and "Smithson, Jordan" in problem.message
    assert read("smith jordan lp@65", None).client == SMITH


TWINS = Practice(
    [
        SETTINGS,
        HICKS,
        Client(id="twin", given_name="Jodie", family_name="Hicks", birth_date=date(1985, 7, 1)),
        Client(
            id="berg",
            given_name="Anna Maria",
            family_name="van der Berg",
            birth_date=date(1950, 5, 1),
        ),
    ]
)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("hicks 1985", "twin"),
        ("hicks jodie 1970-02-11", "hicks"),
        ("jh 1985-07-01", "twin"),
        ("van der berg anna maria 1950", "berg"),
    ],
)
def test_of_two_clients_of_one_name_the_birth_date_says_which(said: str, who: str) -> None:
    session = read_session(f"{said} lp 3x12", practice=TWINS, now=NOW)
    assert (session.client and session.client.id, session.problems) == (who, [])


def test_a_birth_date_that_is_nobodys_is_not_passed_over() -> None:
    session = read_session("hicks 1990 lp 3x12", practice=TWINS, now=NOW)
    (problem,) = session.problems
    assert session.client is None
    born = "Hicks, Jodie 1970-02-11; Hicks, Jodie 1985-07-01"
    assert problem.message == f"Nobody found for `hicks` was born 1990: {born}."


def test_every_offered_client_is_read_as_that_client() -> None:
    for typed in ("hic", "van", "jod"):
        for offer in complete(typed, len(typed), practice=TWINS, now=NOW):
            session = read_session(f"{offer.text} lp 3x12", practice=TWINS, now=NOW)
            assert session.complete, offer
            assert session.client and offer.meaning.startswith(session.client.name)


@pytest.mark.parametrize(
    ("line", "message", "suggestion"),
    [
        (
            "hickz lp@65",
            "No client is found for `hickz`; type letters of the name or initials.",
            "hicks",
        ),
        (
            "= lp@65",
            "Begin with the client: letters of the name, initials, or the time of the visit.",
            None,
        ),
        (
            "132/78",
            "Begin with the client: letters of the name, initials, or the time of the visit.",
            None,
        ),
        (
            "11:00 lp@65",
            "Nobody has an unlogged visit at 11:00 today; type letters of the name.",
            None,
        ),
    ],
)
def test_a_line_without_its_client_says_so_once(
    line: str, message: str, suggestion: str | None
) -> None:
    (problem,) = read(line, None).problems
    assert (problem.message, problem.suggestion) == (message, suggestion)


def test_an_equal_sign_may_touch_what_follows_it() -> None:
    for glued, apart in (
        ("=lp@65", "= lp@65"),
        ("==row", "== row"),
        ("=132/78", "= 132/78"),
        ("=-row", "= -row"),
    ):
        assert read(glued).exercises == read(apart).exercises != []


def test_both_sides_may_be_said_as_the_table_shows_them() -> None:
    for said in ("B", "L R", "R L", "L/R", "b"):
        (step,) = read(f"step 2x10 {said}").exercises
        assert step.side == "B"
    assert read("step 2x10 L L").problems


@pytest.mark.parametrize(
    "said", ["@tue 14:00", "@tue14:00", "@tue 2pm", "@2026-11-17 14:00", "@5d ago 14:00"]
)
def test_the_time_of_a_late_entry_may_stand_apart_from_its_day(said: str) -> None:
    for line in (f"{said} lp 3x12", f"lp 3x12 {said}", f"lp {said} 3x12"):
        session = read(line)
        assert (session.at, session.late) == (datetime(2026, 11, 17, 19, 0, tzinfo=UTC), True)
    taken = read_assessment(f"tug 11.8 {said}", practice=PRACTICE, now=NOW, client=HICKS)
    assert (taken.at, taken.complete) == (datetime(2026, 11, 17, 19, 0, tzinfo=UTC), True)


def test_a_symptom_may_have_several_words() -> None:
    assert read("!chest pain 132/78").symptoms == ["chest_pain"]
    assert read('!"pins and needles" lp').symptoms == ["numbness"]
    assert read("!short of breath !dizzy").symptoms == ["dyspnea_severe", "dizziness"]


def test_one_value_is_asked_about_in_one_question() -> None:
    for line in ("= lp@650", "w230", "= lp@2000"):
        session = read(line)
        assert len(session.problems) + len(session.questions) == 1
        assert read(line, confirmed=frozenset(q.id for q in session.questions)).questions == []


def test_a_word_with_a_dose_is_an_exercise_before_it_is_more_of_a_name() -> None:
    rowena = Client(id="rowena", given_name="Rowena", family_name="Stone")
    practice = Practice([SETTINGS, rowena])
    session = read_session("stone row 3x12", practice=practice, now=NOW)
    assert (session.client, [e.name for e in session.exercises]) == (rowena, ["row"])


# Faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("lpp 3x12", "lpp", "`lpp` is not in the exercise list; put it in quotes to log it as a new exercise.", "lp"),
        ("zumba 3x12", "zumba",
         "`zumba` is not in the exercise list; put it in quotes to log it as a new exercise.", '"zumba"'),
        ("curl 3x12 stretch", "stretch",
         "`stretch` can be calf stretch, hamstring stretch, hip flexor stretch, neck stretch, pectoral stretch, "
         "piriformis stretch, ...: type more of the name.", None),
        ("300/78", "300/78", "Systolic pressure 300 cannot be: it goes from 50 to 280 mmHg.", None),
        ("78/132", "78/132", "In 78/132 the diastolic is not below the systolic.", "132/78"),
        ("o110", "o110", "SpO2 110 cannot be: it goes from 50 to 100 %.", None),
        ("p11", "p11", "Pain 11 cannot be: it goes from 0 to 10.", None),
        ("lp@2000", "@2000", "Load of leg press 2000 cannot be: it goes from 0 to 1000 kg.", None),
        ("lp@62,5", "@62,5", "`@62,5` has a decimal comma; type a point.", "@62.5"),
        ("g25", "g25", "`g25` can be mg/dL or mmol/L: add the unit, g25mg or g25mmol.", None),
        ("o97 o95", "o95", "SpO2 is given twice: o97 and o95; keep one, or write before>after.", None),
        ("lp 72", "72", "`72` alone says nothing: a bare number is a heart rate right after a blood pressure.", "@72"),
        ("@65", "@65", "`@65` belongs to an exercise; type its name before it.", None),
        ("-lp", "-lp", "`-` changes a repeated session; begin the line with = or leave it out.", "lp"),
        ("= -plank", "-plank", "plank was not done last time: nothing to leave out.", None),
        ("& 132/78", "&", "`&` begins a recheck; type the first reading before it, as in 152/88 & 138/84.", None),
        ("132/78 &", "&", "`&` begins a recheck; type the second reading after it, as in & 138/84.", None),
        ("152/88 & 138/84 136/82", "136/82",
         "Blood pressure is given twice: 138/84 and 136/82; keep one, or write before>after.", None),
        ("lp =", "=", "`=` goes first, before any exercise or vital.", None),
        ("99999:30", "99999:30", "`99999` is not a service code this program knows: look at its digits again.", None),
            ("97110", "97110", "`97110` is a service without its minutes; type it like 97110:30.", None),
            ("97110:3o", "97110:3o", "`97110:3o` is a service without its minutes; type it like 97110:30.", None),
            ("97110 30", "97110 30", "`97110 30` is one value: write it together.", "97110:30"),
            ("lp 3 x 12", "3 x 12", "`3 x 12` is one value: write it together.", "3x12"),
            ("lp 3x 12", "3x 12", "`3x 12` is one value: write it together.", "3x12"),
            ("bike 10 min", "10 min", "`10 min` is one value: write it together.", "10min"),
            ("w 68", "w 68", "`w 68` is one value: write it together.", "w68"),
            ("132/78 hr 72", "hr 72", "`hr 72` is one value: write it together.", "hr72"),
            ("t37,2", "t37,2", "`t37,2` has a decimal comma; type a point.", "t37.2"),
            ("p-1", "p-1", "`p-1` is not a pain this line understands; put a new exercise in quotes.", None),
            ("lp 3x12 3x10", "3x10", "Number of sets is given twice; keep one.", None),
            ("lp @65r5", "@65r5", "`@65r5` is a load with something glued to it: put a space between.", "@65 r5"),
            ("= =lp", "=", "`=` goes first, before any exercise or vital.", None),
            ("===lp", "===lp", "`===lp` is not understood here.", None),
            ("!", "!", "`!` begins a symptom; type its name right behind, as in !dizzy.", None),
            ("hicks = lp", "hicks", "This entry is Hicks, Jodie's already: leave `hicks` out.", None),
            ("ramos lp 3x12", "ramos", "`ramos` names Ramos, Luis, but this entry is Hicks, Jodie's.", None),
        ("!swoln", "!swoln", "`swoln` is not on the symptom list; put other words into the note.", "!swell"),
        ("@23:00 lp", "@23:00", "`23:00` is still to come; what is recorded has happened already.", "@yest23:00"),
        ("@2026-03-08T02:30 lp", "@2026-03-08T02:30",
         "2026-03-08 02:30 does not exist in America/New_York: the clocks went forward.", "@2026-03-08T03:30"),
        ('lp "wall', '"wall', "The quotation mark is never closed.", '"wall"'),
        ("", "", "Nothing is said yet: type what was done, or = for the same as last time.", None),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_its_reason_and_its_remedy(
    text: str, place: str, message: str, suggestion: str | None
) -> None:
    (problem, *others) = read(text).problems
    assert others == []
    assert text[problem.start : problem.end] == place
    assert (problem.message, problem.suggestion) == (message, suggestion)


def test_a_suggested_word_put_in_its_place_makes_the_line_whole() -> None:
    text = "lpp 3x12 78/132"
    while problems := read(text).problems:
        first = problems[0]
        text = text[: first.start] + (first.suggestion or "") + text[first.end :]
    assert text == "lp 3x12 132/78"


def test_an_unknown_name_is_offered_for_adding() -> None:
    assert read("zumba 3x12").new_names == ["zumba"]
    assert read('"wall angels" 3x12').new_names == ["wall angels"]


def test_an_unlikely_or_far_value_is_asked_about_once() -> None:
    asked = read("lp@130 232/100")
    assert not asked.complete
    assert [q.message for q in asked.questions] == [
        "Systolic pressure 232 mmHg is unusual; is it right?",
        "leg press 130 kg is far from last time's 60 kg; is it right? If lb was meant, type lb behind the number.",
    ]
    assert read("lp@130 232/100", confirmed=frozenset(q.id for q in asked.questions)).complete
    again = read("lp@140 232/100", confirmed=frozenset(q.id for q in asked.questions))
    assert [q.id for q in again.questions] == ["leg press load_kg 140 far"]


# Notes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        (";  plain text  ", "plain text"),
        ("; ,tol and ,TOL", f"{TOLERATED} and {TOLERATED}"),
        ("; a;b = lp@65 132/78", "a;b = lp@65 132/78"),
        ("; fine,tol", "fine,tol"),
        (r"; kept \,tol", "kept ,tol"),
        (r"; two\nlines C:\x", "two\nlines C:\\x"),
        ("; O'Neil [L] =1+1 [/x]", "O'Neil [L] =1+1 [/x]"),
        (";", None),
    ],
)
def test_a_note_is_kept_as_typed_but_for_snippets(typed: str, note: str | None) -> None:
    assert read(f"lp {typed}").note == note


def test_an_unknown_snippet_is_asked_about_not_swallowed() -> None:
    asked = read("lp ; ,tal")
    assert [(q.id, q.suggestion) for q in asked.questions] == [("snippet tal", ",tol")]
    assert read("lp ; ,tal", confirmed=frozenset({"snippet tal"})).note == ",tal"


# Records -----------------------------------------------------------------------------------------------------------


def test_a_line_fills_the_planned_session_and_seals_it() -> None:
    made = to_session(
        read("lp 3x12 97110:30", RAMOS),
        PLANNED,
        practice=PRACTICE,
        id="unused",
        now=NOW,
        by="ao",
        sign=True,
    )
    assert (made.id, made.state, made.started_at, made.ended_at) == (
        "planned",
        "signed",
        PLANNED.planned_at,
        NOW,
    )
    assert (made.signed_by, made.signed_at) == ("ao", NOW)
    assert made.seal and seal_holds(made)


def test_without_a_plan_the_line_is_a_session_of_its_own() -> None:
    made = to_session(
        read("lp 3x12"), None, practice=PRACTICE, id="new", now=NOW, by="ao", sign=False
    )
    assert (made.id, made.referral_id, made.state, made.started_at) == ("new", "r1", "open", NOW)
    assert made.seal is None


def test_a_late_entry_is_stamped_and_ends_after_its_services() -> None:
    made = to_session(
        read("@tue14:00 lp 3x12 97110:30"),
        None,
        practice=PRACTICE,
        id="new",
        now=NOW,
        by="ao",
        sign=True,
    )
    assert made.started_at == datetime(2026, 11, 17, 19, 0, tzinfo=UTC)
    assert made.ended_at == made.started_at + timedelta(minutes=30)
    told = "Late entry: session of Tue 17 Nov 2026 14:00 EST entered Sun 22 Nov 2026 10:42 EST."
    assert [a.text for a in made.amendments] == [told]
    assert write_session(made, PRACTICE) == "@2026-11-17T14:00 leg press 3x12 97110:30"


def test_a_day_without_a_time_takes_the_time_that_was_planned() -> None:
    yesterday = Session(
        id="p2", client_id="ramos", planned_at=datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    )
    practice = Practice([SETTINGS, RAMOS, yesterday])
    session = read_session("@yest lp 3x12", practice=practice, now=NOW, client=RAMOS)
    assert session.at == yesterday.planned_at


def test_no_record_is_made_of_a_line_that_is_not_whole() -> None:
    with pytest.raises(ValueError, match="not whole"):
        to_session(read("lpp"), None, practice=PRACTICE, id="new", now=NOW, by="ao", sign=True)


def test_a_written_line_keeps_what_was_carried_apart_from_what_was_measured() -> None:
    made = to_session(
        read("= lp@65 ; ,tol"), None, practice=PRACTICE, id="new", now=NOW, by="ao", sign=False
    )
    line = write_session(made, PRACTICE)
    assert line.startswith("*leg press 3x12 @65 ~row 3x10 @46lb ~step-up 2x10 r4 B")
    assert [e.origin for e in read(line).exercises] == [e.origin for e in made.exercises]


# Assessments -------------------------------------------------------------------------------------------------------


def measured(text: str) -> list[tuple[str, str | None, list[float], str | None, str, list[str]]]:
    found = read_assessment(text, practice=PRACTICE, now=NOW, client=HICKS)
    assert found.problems == [], found.problems
    return [(r.measure, r.side, r.trials, r.unit, r.result, r.labels) for r in found.readings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gait 4.9 5.1", [("gait_speed_4m", None, [4.9, 5.1], "s", "measured", [])]),
        ("gait 0.82m/s", [("gait_speed_4m", None, [0.82], "m/s", "measured", [])]),
        ("grip 55lb/50lb", [("grip_strength", "R", [55], "lb", "measured", []),
                            ("grip_strength", "L", [50], "lb", "measured", [])]),
        ("sls R 12 9 / 8 7", [("single_leg_stance", "R", [12, 9], "s", "measured", []),
                               ("single_leg_stance", "L", [8, 7], "s", "measured", [])]),
        ("sls L 8 / 12", [("single_leg_stance", "L", [8], "s", "measured", []),
                               ("single_leg_stance", "R", [12], "s", "measured", [])]),
        ("tug unable", [("tug", None, [], "s", "unable", [])]),
        ("6mwt stopped 120 m", [("six_mwt", None, [120], "m", "stopped", [])]),
        ("pain 3", [("nprs", None, [3], "points", "measured", [])]),
        ('timed "12 stairs" 24.5', [("custom_timed", None, [24.5], "s", "measured", ["12 stairs"])]),
        ('psfs stairs=3 "reach overhead"=4',
         [("psfs", None, [3, 4], "points", "measured", ["stairs", "reach overhead"])]),
        ("rom sho fle L 120", [("rom_shoulder_flexion", "L", [120], "deg", "measured", [])]),
        ("scratch R -4", [("back_scratch", "R", [-4], "cm", "measured", [])]),
        ("5xsts 14.2", [("sts_5x", None, [14.2], "s", "measured", [])]),
    ],
)  # fmt: skip
def test_readings_are_kept_raw_in_the_unit_entered(text: str, expected: object) -> None:
    assert measured(text) == expected


def test_protocol_course_and_weights_are_kept_as_they_were_said() -> None:
    found = read_assessment(
        'rom hip extension R 12 proto:passive gait10 4.8 4.9 over:6m gas 1 0',
        practice=PRACTICE, now=NOW, client=HICKS,
    )  # fmt: skip
    hip, walk = found.readings[:2]
    assert (hip.protocol, walk.course_m, walk.trials) == ("passive", 6, [4.8, 4.9])
    weighed = read_assessment("gas 1x2 0 -1", practice=PRACTICE, now=NOW, client=HICKS).readings[0]
    assert (weighed.trials, weighed.weights) == ([1, 0, -1], [2, 1, 1])


@pytest.mark.parametrize(
    ("text", "labels", "trials"),
    [
        ("bmi 160 64", ["height_cm", "weight_kg"], [160, 64]),
        ("bmi weight=64 height=160", ["weight_kg", "height_cm"], [64, 160]),
        ("sppb 10 10 10 4.1 12.2", ["side_by_side_s", "semi_tandem_s", "tandem_s", "walk_4m_s", "chair_5x_s"],
         [10, 10, 10, 4.1, 12.2]),
        ("sppb over:3m side=10 walk=3.7 chair=unable", ["side_by_side_s", "walk_3m_s", "chair unable"], [10, 3.7]),
        ("queens hr=150", ["hr_bpm"], [150]),
    ],
)  # fmt: skip
def test_what_a_score_is_made_of_comes_in_its_order_or_by_name(
    text: str, labels: list[str], trials: list[float]
) -> None:
    found = read_assessment(text, practice=PRACTICE, now=NOW, client=HICKS)
    assert found.complete, (found.problems, found.questions)
    (made,) = found.readings
    assert (made.labels, made.trials) == (labels, trials)
    again = write_assessment(
        to_assessment(found, None, practice=PRACTICE, id="a2", now=NOW, by="ao", sign=True),
        PRACTICE,
    )
    assert read_assessment(again, practice=PRACTICE, now=NOW, client=HICKS).readings == [made]


def test_parts_that_make_no_score_are_asked_about_before_they_are_kept() -> None:
    found = read_assessment("odi 1 2 3", practice=PRACTICE, now=NOW, client=HICKS)
    assert [q.message for q in found.questions] == [
        "Oswestry (ODI): no score, 3 of 10 items answered, at least 8 needed; keep the numbers without?"
    ]
    assert not read_assessment("odi 32%", practice=PRACTICE, now=NOW, client=HICKS).questions


def test_device_position_and_aid_belong_to_their_measure() -> None:
    found = read_assessment(
        'pos:seated grip R 24 dev:jamar tug 14 aid:"rolling walker"',
        practice=PRACTICE,
        now=NOW,
        client=HICKS,
    )
    assert [(r.device, r.position, r.aid) for r in found.readings] == [
        ("jamar", "seated", None),
        (None, "seated", "rolling walker"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("tugg 12", "tugg", "`tugg` is no measure, side, unit or value this line knows.", "tug"),
        ("rom knee R 120", "rom knee", "`rom knee` can be Knee extension, Knee flexion: type more of the name.", None),
        ("grip 24", "grip 24", "Grip strength is taken by side: type R or L, or right / left with a slash.", None),
        ("tug R 12", "tug R 12", "Timed Up and Go has no sides; leave out L, R and the slash.", None),
        ("tug 500", "500", "Timed Up and Go: 500.0 s is outside 3 to 180 s.", None),
        ("gait 0.82", "0.82", "Gait speed, 4 m: 4.88 m/s is outside 0.05 to 3 m/s.", "0.82m/s"),
        ("tug", "tug", "Timed Up and Go has no value yet; type it, or unable.", None),
        ("tug 12 tug 13", "tug 13", "Timed Up and Go is given twice; put its trials together.", None),
        ("12", "12", "`12` belongs to a measure; type its name before it.", None),
        ("psfs a=3 4", "psfs a=3 4", "Name every activity, or none.", None),
        ("timed 24.5", "timed 24.5", 'Name the task in quotes: timed "12 stairs" 24.5.', None),
        ("tug 12 over:6m", "over:6m", "Timed Up and Go is not timed over a course.", None),
        ("gait10 5 over:far", "over:far", "The course is in metres, as in over:6m.", None),
        ("tug 12 better:less", "better:less", "Which way is better in Timed Up and Go is settled.", None),
        ('timed "stairs" 12 better:faster', "better:faster", "Which way is better: better:more or better:less.", None),
        ("bmi waist=80", "bmi waist=80", "BMI is made of height, weight: name each, as in height=1.", None),
        ("psfs stairs=unable", "stairs=unable",
         "Only a part of a composite is unable on its own; a rating is a number.", None),
        ("psfs stairs=3x2", "stairs=3x2", "Only an attained goal has a weight.", None),
        ("sarcf 1 1 0.5 0 1", "0.5", "SARC-F: whole steps only.", None),
        ("tug 12kg", "12kg", "`kg` is no unit of Timed Up and Go; it is taken in s.", None),
        ("@23:00 tug 12", "@23:00", "`23:00` is still to come; what is recorded has happened already.", "@yest23:00"),
        ("", "", "No measure is read yet: type one and its values, as in tug 11.8.", None),
    ],
)  # fmt: skip
def test_each_fault_of_an_assessment_has_its_place_and_remedy(
    text: str, place: str, message: str, suggestion: str | None
) -> None:
    (problem, *others) = read_assessment(text, practice=PRACTICE, now=NOW, client=HICKS).problems
    assert others == []
    assert text[problem.start : problem.end] == place
    assert (problem.message, problem.suggestion) == (message, suggestion)


def test_the_first_assessment_of_an_episode_is_the_initial_one() -> None:
    assert read_assessment("tug 12", practice=PRACTICE, now=NOW, client=RAMOS).kind == "initial"
    assert (
        read_assessment("tug 12", practice=PRACTICE, now=NOW, client=HICKS).kind == "reassessment"
    )
    assert read_assessment("hic discharge tug 12", practice=PRACTICE, now=NOW).kind == "discharge"


def test_a_value_far_from_last_time_and_a_changed_activity_count_are_asked_about() -> None:
    asked = read_assessment("grip R 60 psfs 3 4", practice=PRACTICE, now=NOW, client=HICKS)
    assert [q.message for q in asked.questions] == [
        "Grip strength: 60.0 kg is far from last time's 24.0 kg; is it right?",
        "Last time the activities were stairs, reach, carry: not as many as now; keep these ratings without names?",
    ]
    sure = frozenset(q.id for q in asked.questions)
    assert read_assessment(
        "grip R 60 psfs 3 4", practice=PRACTICE, now=NOW, client=HICKS, confirmed=sure
    ).complete


def test_an_assessment_line_makes_a_sealed_record_and_reads_back() -> None:
    found = read_assessment(
        "grip 24 25 / 22 dev:jamar tug 12 ; ,tol", practice=PRACTICE, now=NOW, client=HICKS
    )
    made = to_assessment(found, None, practice=PRACTICE, id="a2", now=NOW, by="ao", sign=True)
    assert (made.taken_at, made.referral_id, made.summary) == (NOW, "r1", TOLERATED)
    assert seal_holds(made)
    assert (
        write_assessment(made, PRACTICE)
        == f"reassess grip 24 25 / 22 dev:jamar tug 12 ; {TOLERATED}"
    )


# Completion --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("smi", ["smith jordan", "smithson"]),
        ("hic le", ["leg press", "leg extension"]),
        ("hic 971", ["97110:", "97112:", "97116:"]),
        ("hic !diz", ["!dizziness"]),
        ("hic lp ; ,t", [",tol"]),
        ("hic = -ro", ["-row", "-reach overhead"]),
    ],
)
def test_tab_offers_what_the_word_can_become(text: str, offers: list[str]) -> None:
    found = complete(text, len(text), practice=PRACTICE, now=NOW)
    assert [each.text for each in found][: len(offers)] == offers


def test_a_completed_client_is_found_without_doubt() -> None:
    for offer in complete("smi", 3, practice=PRACTICE, now=NOW):
        assert read(f"{offer.text} lp@65", None).client is not None


def test_tab_offers_measures_in_an_assessment() -> None:
    found = complete_assessment("hic gr", 6, practice=PRACTICE, now=NOW)
    assert (found[0].text, found[0].meaning) == ("grip", "Handgrip strength (dynamometer)")


def test_a_draft_being_filled_is_never_its_own_last_time() -> None:
    draft = Session(
        id="draft",
        client_id="hicks",
        state="open",
        started_at=NOW - timedelta(hours=1),
        exercises=[Exercise(name="plank")],
    )
    practice = Practice([SETTINGS, HICKS, LAST, draft])
    again = read_session("= p3", practice=practice, now=NOW, client=HICKS, base=draft)
    assert again.earlier[0] == LAST


def test_no_line_rewrites_a_closed_session_or_somebody_elses() -> None:
    for base in (LAST, PLANNED):
        with pytest.raises(ValueError, match="closed"):
            to_session(
                read("lp 3x12"), base, practice=PRACTICE, id="x", now=NOW, by="ao", sign=True
            )


def test_a_load_without_its_sign_is_told_so() -> None:
    assert [(p.message, p.suggestion) for p in read("lp 65kg").problems] == [
        ("`65kg` is a load; put @ before it.", "@65kg")
    ]


# Numbers that are true ----------------------------------------------------------------------------


def test_several_readings_during_exercise_are_kept_in_their_order() -> None:
    session = read("130/80>175/85>150/82>128/74 72>120>131>80")
    assert session.complete
    assert [(v.phase, v.sbp, v.hr) for v in session.vitals] == [
        ("pre", 130, 72),
        ("during", 175, 120),
        ("during", 150, 131),
        ("post", 128, 80),
    ]
    made = to_session(session, None, practice=PRACTICE, id="s", now=NOW, by="ao", sign=False)
    assert read(write_session(made, PRACTICE)).vitals == session.vitals


def test_rest_is_minutes_of_the_visit_once() -> None:
    session = read("row 3x10 rest6 97110:30")
    assert (session.complete, session.rest_min) == (True, 6.0)
    made = to_session(session, None, practice=PRACTICE, id="s", now=NOW, by="ao", sign=False)
    assert read(write_session(made, PRACTICE)).rest_min == 6.0
    assert read("row 3x10 rest6 rest5").problems[0].message.startswith("Rest is given twice")


def test_several_symptoms_stand_behind_one_mark() -> None:
    together, apart = read("!dizziness,swelling"), read("!dizziness !swelling")
    assert together.symptoms == apart.symptoms == ["dizziness", "swelling"]
    (problem,) = read("!dizziness,zzz").problems
    assert (problem.start, problem.end) == (11, 14)


def test_a_unit_once_typed_holds_for_the_other_side() -> None:
    for line in ("grip 50lb 48 / 47 46", "grip 50 48 / 47lb 46"):
        taken = read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS)
        assert {(r.side, r.unit) for r in taken.readings} == {("R", "lb"), ("L", "lb")}


@pytest.mark.parametrize("line", ["tug 8,9", "grip 24,5 / 22", "6mwt 412,5m"])
def test_a_decimal_comma_of_an_assessment_is_refused_with_the_point(line: str) -> None:
    problem = read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS).problems[0]
    assert "decimal comma; type a point" in problem.message
    assert problem.suggestion and "," not in problem.suggestion


def test_a_weight_of_nothing_is_refused() -> None:
    for line in ("gas 1x0 0", "gas walk=1x0"):
        problems = read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS).problems
        assert problems and "above 0" in problems[0].message


@pytest.mark.parametrize("line", ["9" * 30_000, "lp ; " + "#" * 30_000])
def test_a_line_over_the_longest_is_answered_in_one_sentence(line: str) -> None:
    for reading in (
        read(line),
        read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS),
    ):
        (problem,) = reading.problems
        assert "may have 20,000" in problem.message
        assert 0 <= problem.start <= problem.end <= len(line)


def test_half_a_character_is_refused_where_it_stands() -> None:
    for line in ("lp \ud800 3x12", "tug 12 ; a\udfffb"):
        for reading in (
            read(line),
            read_assessment(line, practice=PRACTICE, now=NOW, client=HICKS),
        ):
            (problem,) = reading.problems
            assert not line[problem.start : problem.end].isprintable()
    assert read(r"lp 3x12 ; \ud800").note == r"\ud800"
