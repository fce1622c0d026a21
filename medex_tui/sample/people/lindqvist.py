"""Astrid Lindqvist."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import Resting, Story, Test, move, reading


def lindqvist(desk: FrontDesk) -> Story:
    """Referred by a massage therapist, who may not refer everywhere: the checklist says so."""
    diary = desk.diary
    since = diary.ago(33)
    client = desk.client(since, "Astrid", "Lindqvist", date(1991, 7, 19), "F", phone="555-0122")
    episode = desk.referral(
        client, diary.at(since, "10:00"), "dahl", "Back feels weak since the second child", "", "",
        diagnoses=[], out_of_treatment=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Fri", "09:30")
    labels = ["lift the pram into the car", "sit on the floor and play", "run for the bus"]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("bridge", 3, 10, more_reps=1, every=4),
            move("bird dog", 3, 8, side="B"),
            move("clamshell", 2, 12, side="B"),
            move("hip hinge", 3, 8, 6.0, step=2.0, every=3),
        ],
        resting=Resting(112, 70, 66, 99, (3, 1)),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("psfs", 4, 5, 3, labels=labels),
                    reading("custom_timed", 41.0, unit="s", labels=["plank on knees"]),
                    reading("nprs", 3),
                ],
                "Lifts the pram with help.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 30, "Lift the pram into the car")],
        answered={"intro_letter": "waived"},
    )
