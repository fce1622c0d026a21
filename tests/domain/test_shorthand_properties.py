"""Any text is answered, and a line written from a record reads as that record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from medex_tui.domain.measures import catalogue
from medex_tui.domain.quantities import celsius, kg_from_lb, metres, mgdl
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.corrections import Amendment
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Exercise, Service, Session, Vitals
from medex_tui.domain.shorthand import (
    complete,
    complete_assessment,
    read_assessment,
    read_session,
    to_assessment,
    to_session,
    write_assessment,
    write_session,
)
from medex_tui.domain.shorthand.lookup import codes, symptoms
from medex_tui.domain.shorthand.measures import default_unit
from properties import examples

NOW = datetime(2026, 11, 22, 15, 42, 7, tzinfo=UTC)
HOSTILE = [
    "O'Neil [L] =1+1",
    "[/x]",
    "\x1b[31mred\x1b[0m",
    "\u202eabc",
    "😀👩‍⚕️",
    '"quoted"',
    "a;b",
    "-lp",
    "@65",
    "3x12",
    "L",
]
HICKS = Client(id="c1", given_name="Jodie", family_name="Hicks", birth_date=date(1970, 2, 11))
CLIENTS = [
    HICKS,
    Client(id="c2", given_name="Luis", family_name="Ramos"),
    Client(id="c3", given_name="[/x]", family_name="O'Neil [L] =1+1"),
    Client(id="c4", given_name="", family_name="\u202e😀"),
]
LAST = Session(
    id="s1",
    client_id="c1",
    state="signed",
    started_at=NOW - timedelta(days=2),
    exercises=[
        Exercise(name="leg press", sets=3, reps=12, load_kg=60.0, rpe=4),
        Exercise(name="row", sets=3, reps=10, load_kg=20.87, entered="46 lb"),
        Exercise(name="plank", sets=2, hold_s=30.0, side="L"),
        Exercise(name="plank", sets=2, hold_s=30.0, side="R"),
        *(Exercise(name=name) for name in HOSTILE),
    ],
    vitals=[Vitals(weight_kg=68.0)],
)
KNOWN = [
    "leg press",
    "row",
    "plank",
    "plank L",
    "leg press 3x12",
    "step-up",
    "Step Up High",
    "single-leg balance",
]


def practice_with(units: dict[str, str]) -> Practice:
    own = Settings(
        id="settings",
        timezone="America/New_York",
        units=units,
        exercises=[KnownExercise(name=name, aliases=[name[:2]]) for name in KNOWN],
        snippets={"tol": "Tolerated session well; no adverse response.", ",x": ",tol \\n"},
    )
    return Practice([own, *CLIENTS, LAST])


PRACTICES = [practice_with({}), practice_with({"load": "lb", "weight": "lb", "glucose": "mmol/L"})]

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
notes = texts | st.sampled_from(
    [*HOSTILE, ",tol", " ,tol ", "\\,tol", "a\n,tol\r\nb", "\\n", "\\u0041", " ", "é", "x" * 10_000]
)
names = st.sampled_from([*KNOWN, *HOSTILE]) | texts.filter(lambda name: name.strip())
amounts = st.floats(0, 600, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def exercises(draw: st.DrawFn) -> Exercise:
    entered = {}
    load = draw(st.none() | st.floats(0, 400).map(lambda value: round(value, 2)))
    distance = draw(st.none() | amounts)
    if draw(st.booleans()):
        load = kg_from_lb(46.5)
        entered["load"] = "46.5 lb"
    if draw(st.booleans()):
        distance = metres(0.4, "km")
        entered["distance"] = "0.4 km"
    return Exercise(
        name=draw(names),
        sets=draw(st.none() | st.integers(1, 99)),
        reps=draw(st.none() | st.integers(0, 1000)),
        hold_s=draw(st.none() | amounts),
        minutes=draw(st.none() | amounts),
        distance_m=distance,
        load_kg=load,
        side=draw(st.sampled_from([None, "L", "R", "B"])),
        rpe=draw(st.none() | st.sampled_from([0.0, 4.0, 5.5, 20.0])),
        origin=draw(st.sampled_from(["measured", "carried", "changed"])),
        entered=", ".join(entered[k] for k in ("distance", "load") if k in entered) or None,
    )


@st.composite
def vitals(draw: st.DrawFn, phase: str) -> Vitals | None:
    sbp = draw(st.none() | st.integers(90, 280))
    entered = {}
    glucose = draw(st.none() | st.floats(20, 600).map(lambda value: round(value, 1)))
    temp = draw(st.none() | st.floats(33, 43).map(lambda value: round(value, 2)))
    weight = draw(st.none() | st.floats(20, 400).map(lambda value: round(value, 2)))
    if draw(st.booleans()):
        glucose, entered["glucose"] = mgdl(5.6), "5.6 mmol/L"
    if draw(st.booleans()):
        temp, entered["temp_c"] = celsius(98.6), "98.6 F"
    if draw(st.booleans()):
        weight, entered["weight_kg"] = kg_from_lb(150), "150 lb"
    standing = draw(st.none() | st.integers(90, 280))
    made = Vitals(
        phase=phase,  # type: ignore[arg-type]
        sbp=sbp,
        sbp_standing=standing,
        dbp_standing=None if standing is None else draw(st.integers(30, min(180, standing - 1))),
        ketones_mmol=draw(st.none() | st.floats(0, 20).map(lambda value: round(value, 2))),
        dbp=None if sbp is None else draw(st.integers(30, min(180, sbp - 1))),
        hr=draw(st.none() | st.integers(30, 220)),
        spo2=draw(st.none() | st.integers(50, 100)),
        glucose=glucose,
        temp_c=temp,
        weight_kg=weight,
        pain=draw(st.none() | st.sampled_from([0.0, 3.0, 7.5, 10.0])),
        rpe=draw(st.none() | st.sampled_from([0.0, 5.0, 13.0])),
        entered=entered,
    )
    return made if made != Vitals(phase=made.phase) else None


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    at = NOW - timedelta(minutes=draw(st.integers(1, 500_000)))
    return Session(
        id="new",
        client_id="c1",
        state="open",
        started_at=at,
        exercises=draw(st.lists(exercises(), max_size=4)),
        vitals=[
            v
            for phase in ("pre", "pre", "during", "post", "post")
            for v in (draw(vitals(phase)),)
            if v and draw(st.booleans())
        ],
        services=[
            Service(code=code, minutes=draw(st.integers(0, 600)))
            for code in draw(st.lists(st.sampled_from(sorted(codes())), unique=True, max_size=3))
        ],
        symptoms=draw(st.lists(st.sampled_from(sorted(symptoms())), unique=True, max_size=3)),
        note=draw(st.none() | notes),
        amendments=[Amendment(kind="late_entry", text="late", at=NOW, by="ao")]
        if draw(st.booleans())
        else [],
    )


LETTER = [Exercise(name="leg press"), Exercise(name="L", side="L")]
"""An exercise that is called what a side is called."""


@given(sessions(), st.sampled_from(PRACTICES))
@example(
    Session(id="new", client_id="c1", state="open", started_at=NOW, exercises=LETTER), PRACTICES[0]
)
@examples(300)
def test_a_session_written_as_a_line_reads_as_the_same_session(
    session: Session, practice: Practice
) -> None:
    line = write_session(session, practice)
    assert "\n" not in line and "\x1b" not in line and "\u202e" not in line
    read = read_session(line, practice=practice, now=NOW, client=HICKS)
    if not (
        session.exercises or session.vitals or session.services or session.symptoms or session.note
    ):
        assert line == "" or session.amendments
        return
    assert not read.problems, (line, read.problems)
    assert read.exercises == session.exercises
    assert read.vitals == session.vitals
    assert read.services == session.services
    assert read.symptoms == session.symptoms
    assert read.note == session.note
    assert read.at == (session.started_at if session.amendments else None)


@given(sessions(), st.sampled_from(PRACTICES))
@examples(100)
def test_a_line_read_saved_written_and_read_again_makes_the_same_session(
    session: Session, practice: Practice
) -> None:
    line = write_session(session, practice)
    read = read_session(line, practice=practice, now=NOW, client=HICKS)
    sure = read_session(
        line, practice=practice, now=NOW, client=HICKS, confirmed={q.id for q in read.questions}
    )
    assume(sure.complete)
    made = to_session(sure, None, practice=practice, id="x", now=NOW, by="ao", sign=False)
    again = read_session(write_session(made, practice), practice=practice, now=NOW, client=HICKS)
    final = replace(again, questions=[])
    remade = to_session(final, made, practice=practice, id="y", now=NOW, by="ao", sign=False)
    assert replace(remade, ended_at=made.ended_at) == made


measures = st.sampled_from(
    [m for m in catalogue().measures.values() if m.combine not in ("equation", "sppb")]
)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    measure = draw(measures)
    sided: list[list[Side | None]] = [["R"], ["L"], ["R", "L"]]
    sides = draw(st.sampled_from(sided)) if measure.sides == "LR" else [None]
    held = {
        field: draw(st.none() | st.sampled_from(["jamar", "rolling walker", *HOSTILE]) | texts)
        for field in ("device", "position", "aid", "protocol")
    }
    task = [draw(texts.filter(lambda text: text.strip()))] if measure.labelled else []
    if measure.id != "custom_timed" and measure.labelled and draw(st.booleans()):
        task = []
    made = []
    for side in sides:
        low = 0.0 if measure.combine in ("items", "goals", "stages") else measure.valid_min
        high = (
            min(measure.valid_max, 2.0)
            if measure.combine in ("items", "goals", "stages")
            else measure.valid_max
        )
        several = measure.combine in ("items", "goals", "stages")
        count = draw(st.integers(2, 4) if several else st.integers(1, 4))
        number = (
            st.integers(int(low) + 1, int(high))
            if several or measure.value_type != "float"
            else st.floats(low, high)
        )
        trials = [round(float(draw(number)), 2) for _ in range(count)]
        if measure.distance_m:
            trials = [round(measure.distance_m / 1.1, 2)] * count
        course = draw(st.none() | st.just(6.0)) if measure.distance_m else None
        better = draw(st.sampled_from([None, "more", "less"]))
        weights = [
            float(w) for w in draw(st.lists(st.integers(2, 9), min_size=count, max_size=count))
        ]
        labels = task
        if measure.id == "psfs" and draw(st.booleans()):
            labels = draw(st.lists(texts, min_size=count, max_size=count, unique=True))
        made.append(
            Reading(
                measure=measure.id,
                side=side,
                trials=trials,
                unit=default_unit(measure, count),
                result=draw(st.sampled_from(["measured", "stopped", "assisted"])),
                catalogue=catalogue().version,
                labels=labels,
                course_m=course,
                weights=weights if measure.combine == "goals" else [],
                better=better if measure.direction == "user" else None,
                **{field: text for field, text in held.items() if text},
            )
        )
    return made


@given(
    st.lists(readings(), min_size=1, max_size=4, unique_by=lambda made: made[0].measure),
    st.none() | notes,
)
@examples(200)
def test_an_assessment_written_as_a_line_reads_as_the_same(
    sets: list[list[Reading]], summary: str | None
) -> None:
    practice = PRACTICES[0]
    taken = [reading for made in sets for reading in made]
    for reading in taken:
        measure = catalogue().measure(reading.measure)
        assume(measure.valid_min <= min(reading.trials) or measure.combine == "items")
        assume(max(reading.trials) <= measure.valid_max or measure.distance_m)
    made = Assessment(
        id="a", client_id="c1", taken_at=NOW, kind="discharge", readings=taken, summary=summary
    )
    line = write_assessment(made, practice)
    read = read_assessment(line, practice=practice, now=NOW, client=HICKS)
    assert not read.problems, (line, read.problems)
    assert read.readings == taken
    assert (read.kind, read.summary) == ("discharge", summary)


PIECES = [
    "=", "==", "&", "&138/84", "&p2",
    "hic", "hicks", "hj", "lp", "leg press", "row", "plank", "@65", "@46lb", "3x12", "4x30s",
    "12min", "0.4km", "r5",
    "L", "B", "132/78", "72", "132/78>128/74", "72>80", "o97", "p4>2", ">p", "p>2", "g5.6", "g25", "t98.6", "w150lb",
    "97110:30", "!dizzy", "!", "@yest", "@tue14:00", "@2d", "@", "-lp", "+row", "-", '"', '"a b"', ";", ",tol", "/",
    "\\",
    "grip", "tug", "rom", "psfs", "stairs=3", "24.1", "24/22", "unable", "initial", "dev:x", "timed", '"12 stairs"',
    "x", "\n",
    "999999999", "0", "-1", "1e9", "٣", "１２", "x12", "3x", "0x0", "hr0", "300/10", "78/132", "🙂", "\x00", *HOSTILE,
]  # fmt: skip
lines = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)


@given(lines, st.sampled_from([None, *CLIENTS]), st.sampled_from(PRACTICES))
@example("x" * 10_000, None, PRACTICES[0])
@example("a " * 5_000, HICKS, PRACTICES[0])
@example('"' * 3_000, HICKS, PRACTICES[0])
@examples(600)
def test_any_text_is_answered_with_what_it_means_or_what_is_wrong(
    text: str, client: Client | None, practice: Practice
) -> None:
    session = read_session(text, practice=practice, now=NOW, client=client)
    assessment = read_assessment(text, practice=practice, now=NOW, client=client)
    for read in (session, assessment):
        assert read.complete == (not read.problems and not read.questions)
        assert read.problems or read.client
        for found in (*read.problems, *read.questions, *read.items):
            assert 0 <= found.start <= found.end <= len(text)
        for found in (*read.problems, *read.questions):
            assert found.message.strip()
        assert len({question.id for question in read.questions}) == len(read.questions)
    if session.complete:
        made = to_session(session, None, practice=practice, id="n", now=NOW, by="ao", sign=True)
        assert made.seal and (
            made.exercises
            or made.vitals
            or made.services
            or made.symptoms
            or made.note
            or made.amendments
        )
    if assessment.complete:
        assert to_assessment(
            assessment, None, practice=practice, id="n", now=NOW, by="ao", sign=True
        ).readings


@given(lines, st.sampled_from([None, HICKS]), st.data())
@examples(150)
def test_an_offer_replaces_only_the_word_under_the_cursor(
    text: str, client: Client | None, data: st.DataObject
) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    for offers in (complete, complete_assessment):
        for offer in offers(text, cursor, practice=PRACTICES[0], now=NOW, client=client):
            assert 0 <= offer.start <= cursor <= offer.end <= len(text)
            assert offer.text


@given(lines)
@examples(100)
def test_confirming_what_was_asked_settles_it(text: str) -> None:
    asked = read_session(text, practice=PRACTICES[0], now=NOW, client=HICKS)
    settled = read_session(
        text,
        practice=PRACTICES[0],
        now=NOW,
        client=HICKS,
        confirmed={question.id for question in asked.questions},
    )
    assert settled.questions == []
    assert settled.problems == asked.problems
