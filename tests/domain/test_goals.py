"""A goal stands where its arithmetic says, and the arithmetic is shown; the reassessment loop says when it is time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from medex_tui.domain.goals import goal_state
from medex_tui.domain.reassessment import next_assessment, waiting
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from properties import examples

CLIENT = Client(
    id="c1", given_name="Mei", family_name="Chen", birth_date=date(1952, 3, 14), sex="F"
)
SET, DUE = date(2026, 10, 2), date(2026, 12, 31)
TUG = Goal(
    id="g",
    referral_id="r1",
    text="Walk to the shop",
    measure="tug",
    target=12.0,
    set_on=SET,
    due_on=DUE,
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


def taken_at_days(
    measure: str, *scores: tuple[date, float | None], unit: str = "s", **fields: Any
) -> list[Assessment]:
    return [
        Assessment(
            id=f"a{n}", client_id="c1", referral_id="r1", taken_at=at(day),
            readings=[
                Reading(measure=measure, trials=[v] if v is not None else [], unit=unit,
                        result="measured" if v is not None else "unable", **fields)
            ],
        )
        for n, (day, v) in enumerate(scores)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "on", "standing", "says"),
    [
        ([(SET, 16.0), (date(2026, 10, 30), 14.0)], date(2026, 11, 1), "on course", "50 % of the way, in 30 of 90"),
        ([(SET, 16.0), (date(2026, 10, 30), 15.0)], date(2026, 11, 20), "behind", "25 % of the way, in 49 of 90"),
        ([(SET, 16.0), (date(2026, 10, 30), 17.0)], date(2026, 11, 1), "behind", "further from it than at the start"),
        ([(SET, 16.0), (date(2026, 10, 30), 12.0)], date(2026, 11, 1), "reached", "100 % of the way: at the target"),
        ([(SET, 16.0), (date(2026, 10, 30), 11.0)], date(2027, 1, 9), "reached", "at the target"),
        ([(SET, 16.0), (date(2026, 10, 30), 13.0)], date(2027, 1, 9), "behind", "was due 31 Dec 2026"),
        ([(SET, 16.0)], date(2026, 10, 9), "open", "not measured since it was set"),
        ([(SET, 16.0), (date(2026, 10, 30), None)], date(2026, 11, 1), "open", "unable"),
        ([], date(2026, 11, 1), "open", "not measured"),
    ],
)  # fmt: skip
def test_met_on_course_and_behind_by_arithmetic(
    scores: Any, on: date, standing: str, says: str
) -> None:
    found = goal_state(TUG, taken_at_days("tug", *scores), CLIENT, on)
    assert found.standing == standing
    assert says in found.why


def test_what_a_person_recorded_stands_over_the_arithmetic() -> None:
    scores = taken_at_days("tug", (SET, 16.0), (date(2026, 10, 30), 17.0))
    assert goal_state(replace(TUG, status="met", met_on=SET), scores, CLIENT, DUE).standing == "met"
    assert goal_state(replace(TUG, status="dropped"), scores, CLIENT, DUE).standing == "dropped"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"measure": None}, "not tied to a measure"),
        ({"measure": "gone"}, "not in the catalogue"),
        ({"target": None}, "no target"),
        ({"target": 16.0}, "start and target are the same"),
        ({"due_on": None}, "no date"),
        ({"set_on": None}, "no day of setting"),
    ],
)
def test_what_cannot_be_said_is_said(fields: dict[str, Any], says: str) -> None:
    goal = replace(TUG, **fields)
    found = goal_state(
        goal,
        taken_at_days("tug", (SET, 16.0), (date(2026, 10, 30), 14.0)),
        CLIENT,
        date(2026, 11, 1),
    )
    assert found.standing == "open" and says in found.why


def test_a_goal_of_one_task_looks_at_that_task() -> None:
    def taken(day: date, stairs: float, reach: float) -> Assessment:
        readings = [
            Reading(measure="custom_timed", trials=[v], unit="s", labels=[task])
            for task, v in (("12 stairs", stairs), ("reach the shelf", reach))
        ]
        return Assessment(
            id=f"{day}", client_id="c1", referral_id="r1", taken_at=at(day), readings=readings
        )

    goal = replace(TUG, measure="custom_timed", task="12 Stairs", target=20.0)
    found = goal_state(
        goal, [taken(SET, 30, 5), taken(date(2026, 10, 30), 24, 9)], CLIENT, date(2026, 11, 1)
    )
    assert found.share == pytest.approx(0.6) and "30 s to 24 s, target 20 s" in found.why


def test_a_start_typed_as_it_was_printed_is_the_score_itself() -> None:
    rated = [
        Assessment(
            id=f"a{n}", client_id="c1", referral_id="r1", taken_at=at(day),
            readings=[Reading(measure="psfs", trials=trials, unit="points", labels=["wash", "reach", "drive"])],
        )
        for n, (day, trials) in enumerate([(SET, [3.0, 4.0, 4.0]), (date(2026, 10, 30), [3.0, 4.0, 4.0])])
    ]  # fmt: skip
    goal = replace(TUG, measure="psfs", baseline=3.7, target=7.0)
    assert (
        "3.7 to 3.7, target 7.0: 0 % of the way"
        in goal_state(goal, rated, CLIENT, date(2026, 11, 1)).why
    )


def test_grades_are_counted_in_steps_of_their_scale() -> None:
    goal = replace(TUG, measure="mmt", task="knee extension", side="L", baseline=3.0, target=5.0)
    taken = taken_at_days(
        "mmt",
        (SET, 3.0),
        (date(2026, 10, 30), 3.7),
        unit="grade",
        labels=["knee extension"],
        side="L",
    )
    found = goal_state(goal, taken, CLIENT, date(2026, 11, 1))
    assert "3 to 4-, target 5: 2 of 5 steps" in found.why
    assert (found.share, found.standing) == (0.4, "on course")


def test_a_goal_set_after_the_last_test_waits_for_one() -> None:
    goal = replace(TUG, set_on=date(2026, 11, 15), baseline=14.0)
    found = goal_state(
        goal,
        taken_at_days("tug", (SET, 16.0), (date(2026, 10, 30), 14.0)),
        CLIENT,
        date(2026, 11, 25),
    )
    assert found.standing == "open" and "not measured since it was set" in found.why


@examples(80)
@given(
    start=st.floats(10, 40), target=st.floats(5, 9.9), now=st.floats(4, 60),
    days=st.integers(1, 200), whole=st.integers(2, 150),
)  # fmt: skip
def test_share_and_time_agree_with_a_sum_done_by_hand(
    start: float, target: float, now: float, days: int, whole: int
) -> None:
    goal = replace(TUG, target=target, due_on=SET + timedelta(days=whole))
    on = SET + timedelta(days=days)
    found = goal_state(goal, taken_at_days("tug", (SET, start), (on, now)), CLIENT, on)
    way = (start - now) / (start - target)
    if now <= target:
        assert found.standing == "reached"
    elif days > whole:
        assert found.standing == "behind"
    elif abs(way - days / whole) > 1e-9:
        assert found.standing == ("on course" if way >= days / whole else "behind")
    assert ("target" in found.why and "due" in found.why) or found.standing == "reached"


def test_a_better_score_never_makes_a_goal_worse() -> None:
    rank = {"behind": 0, "on course": 1, "reached": 2}
    for on in (date(2026, 10, 20), date(2026, 11, 20), date(2027, 2, 1)):
        seen = [
            rank[
                goal_state(
                    TUG, taken_at_days("tug", (SET, 16.0), (date(2026, 10, 9), v / 2)), CLIENT, on
                ).standing
            ]
            for v in range(40, 20, -1)
        ]
        assert seen == sorted(seen)


# --- the loop ---------------------------------------------------------------------------------------------------

REFERRAL = Referral(id="r1", client_id="c1", received_at=at(date(2026, 9, 28)))


def practice(sessions: int, *assessed: date, **fields: Any) -> Practice:
    kept = [
        Session(
            id=f"s{n}",
            client_id="c1",
            referral_id="r1",
            started_at=at(SET + timedelta(days=n)),
            state="signed",
        )
        for n in range(sessions)
    ]
    client = replace(CLIENT, **fields)
    return Practice(
        [client, REFERRAL, *kept, *taken_at_days("tug", *((day, 12.0) for day in assessed))]
    )


@pytest.mark.parametrize(
    ("sessions", "state", "says"),
    [
        (0, "later", "0 done"),
        (1, "later", "1 done"),
        (2, "due", "by session 3"),
        (3, "overdue", "3 sessions"),
        (9, "overdue", "9"),
    ],
)
def test_the_baseline_is_due_by_the_third_session(sessions: int, state: str, says: str) -> None:
    found = next_assessment(practice(sessions), "c1", date(2026, 11, 1))
    assert found and (found.kind, found.state) == ("baseline", state) and says in found.words


@pytest.mark.parametrize(
    ("today", "state", "late"),
    [
        (SET, "later", 0),
        (SET + timedelta(days=23), "later", 0),
        (SET + timedelta(days=24), "due", 0),
        (SET + timedelta(days=30), "due", 0),
        (SET + timedelta(days=31), "overdue", 1),
        (SET + timedelta(days=75), "overdue", 45),
    ],
)
def test_every_thirty_days_after_it(today: date, state: str, late: int) -> None:
    found = next_assessment(practice(5, SET), "c1", today)
    assert found and (found.kind, found.state, found.days_late) == ("reassessment", state, late)
    assert found.due_on == SET + timedelta(days=30)
    assert [r.client_id for r in waiting(practice(5, SET), today)] == (
        [] if state == "later" else ["c1"]
    )


def test_nobody_waits_who_is_away_or_discharged() -> None:
    assert next_assessment(practice(5, status="on_hold"), "c1", DUE) is None
    assert next_assessment(Practice([CLIENT]), "c1", DUE) is None
    closed = Practice([CLIENT, replace(REFERRAL, status="discharged")])
    assert next_assessment(closed, "c1", DUE) is None
