"""Labeled parts behind the semicolon of a session line: read, refused, completed and written back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medex_tui.domain.precheck import check
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Call, Exercise, Session, Stop
from medex_tui.domain.shorthand import (
    SessionReading,
    complete,
    read_assessment,
    read_session,
    to_session,
    write_session,
)

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
CLIENT = Client(id="c1", given_name="Jodie", family_name="Hicks")
STAIRS = Goal(id="g1", referral_id="r1", text="climb 12 stairs with a bag")
GARDEN = Goal(id="g2", referral_id="r1", text='dig, "rake" and weed = garden')
PRACTICE = Practice(
    [
        Settings(
            id="settings",
            timezone="America/New_York",
            exercises=[
                KnownExercise(name="leg press", aliases=["lp"]),
                KnownExercise(name="row"),
            ],
            snippets={
                "tol": "Tolerated well",
                "usual": "since: no falls / resp: tolerated well / plan: same",
            },
        ),
        CLIENT,
        Referral(id="r1", client_id="c1"),
        STAIRS,
        GARDEN,
    ]
)


def read(text: str) -> SessionReading:
    return read_session(text, practice=PRACTICE, now=NOW, client=CLIENT)


def saved(text: str, base: Session | None = None) -> Session:
    reading = read(text)
    assert reading.complete, (reading.problems, reading.questions)
    return to_session(reading, base, practice=PRACTICE, id="s1", now=NOW, by="ao", sign=False)


def test_parts_are_read_in_any_order_with_the_free_note_anywhere() -> None:
    for line in (
        "lp 3x12 ; went well / since: no falls / resp: tolerated / plan: lp 70 / prog",
        "lp 3x12 ; prog / plan: lp 70 / RESP: tolerated / note: went well / since: no falls",
        "lp 3x12 ;since:no falls/resp:tolerated/plan:lp 70/prog/went well",
    ):
        session = saved(line)
        assert session.note == "went well"
        assert (session.since_last, session.response) == ("no falls", "tolerated")
        assert (session.plan, session.progress_update) == ("lp 70", True)


@pytest.mark.parametrize(
    "note",
    [
        "BP 120 / 80 today",
        "and/or",
        "plan for next time",
        "walked 400m / 12min",
        "program",
        "prog 2",
    ],
)
def test_a_note_without_a_label_stays_as_it_is(note: str) -> None:
    session = saved(f"lp 3x12 ; {note}")
    assert session.note == note
    assert (session.plan, session.progress_update) == (None, False)


def test_the_summary_of_an_assessment_has_no_parts() -> None:
    reading = read_assessment(
        "tug 12 ; plan: lp 70 / prog", practice=PRACTICE, now=NOW, client=CLIENT
    )
    assert reading.summary == "plan: lp 70 / prog"


def test_a_snippet_holds_parts_and_stands_among_others() -> None:
    session = saved("lp 3x12 ; good day ,usual / prog")
    assert session.note == "good day"
    assert (session.since_last, session.response) == ("no falls", "tolerated well")
    assert (session.plan, session.progress_update) == ("same", True)
    assert read("lp 3x12 ; good day ,usual").snippet_text == (
        "good day  / since: no falls / resp: tolerated well / plan: same"
    )


def test_a_goal_is_named_by_number_words_or_its_whole_text() -> None:
    one = saved("lp 3x12 row 3x10 ; goal: lp=stairs, row=2")
    assert [e.goal_id for e in one.exercises] == ["g1", "g2"]
    every = saved("lp 3x12 row 3x10 ; goal: climb 12")
    assert [e.goal_id for e in every.exercises] == ["g1", "g1"]
    whole = saved(r'lp 3x12 ; goal: "leg press"="climb 12 stairs with a bag"')
    assert [e.goal_id for e in whole.exercises] == ["g1"]


def test_how_a_visit_was_stopped_is_told_with_times() -> None:
    session = saved(
        "lp 1x4 @40 ; stop: 9:40 chest pain / state: pale, alert / action: rest, aspirin refused"
        " / called: 911 9:42, Dr Patel / screen: reported"
    )
    assert (session.outcome, session.screening) == ("stopped", "reported")
    assert session.stop == Stop(
        at=datetime(2026, 11, 22, 14, 40, tzinfo=UTC),
        why="chest pain",
        state_on_leaving="pale, alert",
        done="rest, aspirin refused",
        called=[
            Call(who="911", at=datetime(2026, 11, 22, 14, 42, tzinfo=UTC)),
            Call(who="Dr Patel"),
        ],
    )


def test_a_held_visit_needs_no_reason_for_having_gone_on() -> None:
    held = read("196/112 88 ; held: resting pressure too high")
    safety = check(held, CLIENT, PRACTICE)
    assert safety.findings and not safety.waiting(())
    assert check(read("196/112 88"), CLIENT, PRACTICE).waiting(())


def test_a_stopped_visit_still_needs_a_reason_for_a_hold_it_began_against() -> None:
    stopped = read("lp 1x4 196/112 88 !chest_pain ; stop: chest pain")
    levels = {f.level for f in check(stopped, CLIENT, PRACTICE).waiting(())}
    assert levels == {"hold"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lp 3x12 ; plan: a / plan: b", "`plan:` (plan) is given twice; keep one."),
        ("lp 3x12 ; plan:", "Nothing follows `plan:` (plan) yet; type it."),
        ("lp 3x12 ; state: pale", "`state:` (state on leaving) goes with stop: or held:, and why."),
        ("lp 3x12 ; stop: a / held: b", "A visit is stopped or held, not both; keep one."),
        (
            "lp 3x12 ; held: high pressure",
            "A visit that was held before it began has no exercises: leave them out, "
            "or type stop:.",
        ),
        (
            "lp 3x12 ; screen: maybe",
            "Red flags are answered with none, reported (name them with !), or not (not screened).",
        ),
        ("lp 3x12 ; goal: lp=9", "There is no goal 9; there are 2."),
        ("lp 3x12 ; goal: row=1", "`row` is no exercise of this line."),
        ("lp 3x12 ; stop: 23:50 pain", "still to come"),
    ],
)
def test_a_faulty_part_is_refused_with_the_remedy(line: str, message: str) -> None:
    problems = read(line).problems
    assert any(message in problem.message for problem in problems), problems
    for problem in problems:
        assert line.index(";") < problem.start <= problem.end <= len(line)


def test_tab_offers_the_labels_where_a_part_begins() -> None:
    def offers(text: str) -> list[str]:
        found = complete(text, len(text), practice=PRACTICE, now=NOW, client=CLIENT)
        return [offer.text for offer in found]

    assert offers("lp 3x12 ; went well / pl") == ["plan: "]
    assert offers("lp 3x12 ; s") == ["since: ", "screen: ", "stop: ", "state: "]
    assert "goal: " in offers("lp 3x12 ; ")
    assert offers("lp 3x12 ; went well pl") == []
    assert offers("lp 3x12 ; went well ,t") == [",tol"]


def test_a_planned_visit_keeps_what_the_line_does_not_say_and_an_open_one_does_not() -> None:
    planned = Session(id="p", client_id="c1", plan="from the plan", state="planned")
    assert saved("lp 3x12", planned).plan == "from the plan"
    assert saved("lp 3x12 ; plan: new", planned).plan == "new"
    assert saved("lp 3x12", Session(id="o", client_id="c1", plan="old", state="open")).plan is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip()
) | st.sampled_from(
    [
        "a / plan: b",
        "/ prog",
        "prog",
        "plan: x",
        "note: y",
        " since:z ",
        ",tol",
        r"\u002f",
        "x/",
        "/",
    ]
)


@given(
    note=st.none() | TEXTS,
    since=st.none() | TEXTS,
    response=st.none() | TEXTS,
    plan=st.none() | TEXTS,
    progress=st.booleans(),
    screening=st.sampled_from([None, "none_reported", "reported", "not_screened"]),
    goals=st.lists(st.sampled_from([None, "g1", "g2"]), min_size=2, max_size=2),
    stopped=st.none()
    | st.tuples(
        st.none() | st.integers(0, 600),
        TEXTS.filter(lambda text: not (text[0].isspace() or text[0].isdigit())),
        st.none() | TEXTS,
    ),
)
@settings(max_examples=300, deadline=None)
def test_a_session_with_parts_written_as_a_line_reads_as_the_same(
    note: str | None,
    since: str | None,
    response: str | None,
    plan: str | None,
    progress: bool,
    screening: str | None,
    goals: list[str | None],
    stopped: tuple[int | None, str, str | None] | None,
) -> None:
    stop = None
    if stopped:
        minutes, why, state = stopped
        at = (
            None
            if minutes is None
            else datetime(2026, 11, 22, 5 + minutes // 60, minutes % 60, tzinfo=UTC)
        )
        stop = Stop(at=at, why=why, state_on_leaving=state, called=[Call(who="911")])
    session = Session(
        id="s1",
        client_id="c1",
        state="open",
        started_at=NOW,
        exercises=[
            Exercise(name=name, sets=3, goal_id=goal)
            for name, goal in zip(("leg press", "a=b, c"), goals, strict=True)
        ],
        note=note,
        since_last=since,
        response=response,
        plan=plan,
        progress_update=progress,
        screening=screening,  # type: ignore[arg-type]
        outcome="stopped" if stop else None,
        stop=stop,
    )
    line = write_session(session, PRACTICE)
    reading = read(line)
    assert not reading.problems, (line, reading.problems)
    confirmed = frozenset(question.id for question in reading.questions)
    sure = read_session(line, practice=PRACTICE, now=NOW, client=CLIENT, confirmed=confirmed)
    made = to_session(sure, None, practice=PRACTICE, id="s1", now=NOW, by="ao", sign=False)
    for field in ("note", "since_last", "response", "plan", "progress_update", "screening",
                  "outcome", "stop", "exercises"):  # fmt: skip
        assert getattr(made, field) == getattr(session, field), (field, line)
