"""Numbers told as a busy reader takes them in: what was done, how much more, against which threshold and source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from medex_tui.domain.goals import GoalState, Standing
from medex_tui.domain.measures import catalogue, outcomes
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.reports.letters.sentences import (
    bottom_line,
    goals_told,
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
            "Rose from a chair 13 times in 30 s, 4 more than on 3 Oct 2026; "
            "reached MCII 2.6 reps (Wright 2011, unchecked).",
        ),
        (
            "tug", 14.2, 9.6, {},
            "Completed the Timed Up and Go (3 m) in 9.6 s, 4.6 s faster than on 3 Oct 2026; "
            "the change is past measurement error (MDC95 1.14 s, Alghadir 2015).",
        ),
        (
            "tug", 11.9, 11.0, {},
            "Completed the Timed Up and Go (3 m) in 11.0 s, 0.9 s faster than on 3 Oct 2026; "
            "the change is within measurement error (MDC95 1.14 s, Alghadir 2015).",
        ),
        (
            "tug", 11.9, 15.0, {},
            "Worse: completed the Timed Up and Go (3 m) in 15.0 s, 3.1 s slower than on 3 Oct 2026; "
            "the change is past measurement error (MDC95 1.14 s, Alghadir 2015).",
        ),
        (
            "six_mwt", 348, 451, {},
            "Walked 451 m in 6 min, 103 m further than on 3 Oct 2026; reached MID 30 m (ERS/ATS 2014, unchecked).",
        ),
        (
            "rom_knee_flexion", 96, 116, {"side": "L"},
            "L knee flexion measured 116 deg, 20 deg more than on 3 Oct 2026; "
            "past our convention 10 deg, which is no published threshold.",
        ),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence_with_its_threshold_and_source(
    measure: str, before: float, now: float, more: dict[str, Any], sentence: str
) -> None:
    assert told(measure, [before], [now], **more) == [sentence]


def test_of_one_measurement_no_change_is_told() -> None:
    assert told("tug", [14.2]) == [
        "Function was measured once so far, on 3 Oct 2026; the next measurement will show the change."
    ]


def test_pain_is_never_a_headline() -> None:
    assert told("nprs", [8], [1]) == [""]


@pytest.mark.parametrize(
    ("standings", "sentence"),
    [
        ([], ""),
        (["open", "open"], ""),
        (["dropped", "changed"], ""),
        (["met"], "The goal is met."),
        (["met", "met"], "Both goals are met."),
        (["on course"] * 3, "All 3 goals are on course."),
        (["on course", "met", "dropped"], "Of 2 goals, 1 is met and 1 is on course."),
        (
            ["behind", "reached", "met", "met"],
            "Of 4 goals, 2 are met, 1 has reached its target and 1 is behind.",
        ),
    ],
)
def test_goals_are_counted_in_words(standings: list[Standing], sentence: str) -> None:
    assert goals_told(GoalState(standing, "") for standing in standings) == sentence


def test_the_bottom_line_says_goals_first_and_nothing_where_nothing_is_known() -> None:
    assert bottom_line([], [GoalState("met", "")], PRACTICE) == "The goal is met."
    assert bottom_line([], [], PRACTICE) == ""


def test_every_verb_is_of_a_measure_and_takes_its_value_once() -> None:
    for name, verb in verbs().items():
        assert name in catalogue().measures
        assert verb.says.count("{}") == 1 and verb.up != verb.down
