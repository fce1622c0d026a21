"""Changes and goals as sentences for a busy reader."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from medex_tui.domain.goals import GoalState, Standing
from medex_tui.domain.measures import catalogue, outcomes
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.reports.letters.sentences import (
    bottom_line,
    goals_summary,
    headline,
    measured_once,
    verbs,
)

PRACTICE = Practice([Settings(id="s", name="Northside", timezone="America/New_York")])
START = datetime(2026, 10, 3, 14, 0, tzinfo=UTC)
CLIENT = Client(id="c", given_name="Jo", family_name="Hicks", birth_date=date(1952, 2, 11), sex="F")


def told(measure: str, *trials: list[float], **more: Any) -> list[str]:
    """The headline of one measure over assessments 30 days apart."""
    taken = [
        Assessment(
            id=f"a{n}",
            client_id="c",
            taken_at=START + timedelta(days=30 * n),
            kind="initial",
            readings=[Reading(measure=measure, trials=own, **more)],
        )
        for n, own in enumerate(trials)
    ]
    found = outcomes(taken, CLIENT, date(2026, 11, 3))
    return headline(found, PRACTICE) or [measured_once(found, PRACTICE)]


@pytest.mark.parametrize(
    ("measure", "before", "now", "more", "sentence"),
    [
        (
            "chair_stand_30s", 9, 13, {},
            "Rose from a chair 13 times in 30 s, 4 more than on 10/03/2026: "
            "a clinically meaningful change.",
        ),
        (
            "tug", 14.2, 9.6, {},
            "Completed the Timed Up and Go (3 m) in 9.6 s, 4.6 s faster than on 10/03/2026: "
            "a real change.",
        ),
        (
            "tug", 11.9, 11.0, {},
            "Completed the Timed Up and Go (3 m) in 11.0 s, 0.9 s faster than on 10/03/2026: "
            "within test error.",
        ),
        (
            "tug", 11.9, 15.0, {},
            "Worse: completed the Timed Up and Go (3 m) in 15.0 s, 3.1 s slower than on 10/03/2026: "
            "a real change.",
        ),
        (
            "six_mwt", 348, 451, {},
            "Walked 451 m in 6 min, 103 m further than on 10/03/2026: a clinically meaningful change.",
        ),
        (
            "rom_knee_flexion", 96, 116, {"side": "L"},
            "L knee flexion measured 116°, 20° more than on 10/03/2026: "
            "larger than the 10° we treat as test error.",
        ),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence_that_says_whether_it_is_real(
    measure: str, before: float, now: float, more: dict[str, Any], sentence: str
) -> None:
    assert told(measure, [before], [now], **more) == [sentence]


def test_of_one_measurement_no_change_is_told() -> None:
    assert told("tug", [14.2]) == [
        "Function was measured once so far, on 10/03/2026; the next measurement will show the change."
    ]


def test_pain_is_never_a_headline() -> None:
    assert told("nprs", [8], [1]) == [""]


def goal(words: str, standing: Standing) -> tuple[Goal, GoalState]:
    met_on = date(2026, 12, 20) if standing == "met" else None
    return Goal(id=words, referral_id="r", text=words, met_on=met_on), GoalState(standing, "")


@pytest.mark.parametrize(
    ("standings", "sentences"),
    [
        ([], []),
        (["dropped", "changed"], []),
        (["open"], ["Not yet: Task 0."]),
        (["met"], ["Goal met 12/20/2026: Task 0."]),
        (["on course", "met", "dropped"], ["Goal met 12/20/2026: Task 1.", "Not yet: Task 0."]),
        (["behind", "reached"], ["Target reached: Task 1.", "Not yet: Task 0."]),
    ],
)
def test_goals_stand_in_the_clients_words_those_met_first(
    standings: list[Standing], sentences: list[str]
) -> None:
    goals = [goal(f"Task {number}.", standing) for number, standing in enumerate(standings)]
    assert goals_summary(goals, PRACTICE) == sentences


def test_rated_activities_are_told_as_a_sum_that_adds_up() -> None:
    assert told("psfs", [2, 2, 2], [6, 6, 7], labels=["a", "b", "c"]) == [
        "Rates three limited activities 19/30 (PSFS), up from 6/30 on 10/03/2026: a real change."
    ]


def test_the_summary_says_goals_first_and_nothing_where_nothing_is_known() -> None:
    assert (
        bottom_line([], [goal("Wash hair", "met")], PRACTICE) == "Goal met 12/20/2026: Wash hair."
    )
    assert bottom_line([], [], PRACTICE) == ""


def test_every_verb_is_of_a_measure_and_takes_its_value_once() -> None:
    for name, verb in verbs().items():
        assert name in catalogue().measures
        assert verb.says.count("{}") == 1 and verb.up != verb.down
