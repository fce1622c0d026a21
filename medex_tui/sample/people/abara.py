"""Chidi Abara."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.domain.records.visits import Service
from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def abara(desk: FrontDesk) -> Story:
    """Low back pain; letters by post to the chiropractor, one of them late."""
    diary = desk.diary
    since = diary.ago(54)
    client = desk.client(since, "Chidi", "Abara", date(1978, 8, 30), "M", phone="555-0114")
    episode = desk.referral(
        client, diary.at(since, "09:50"), "brandt", "Low back; lifting and sitting",
        "M54.50", "Low back pain, unspecified",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Thu", "11:00", today=True)
    middle = diary.latest(visits, 20)
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("hip hinge", 3, 8, 8.0, step=2.0, every=3),
            move("bridge", 3, 10, more_reps=1, every=5),
            move("bird dog", 3, 8, side="B"),
            move("pallof press", 3, 10, 5.0, side="B", step=1.0, every=5),
            move("carry", 4, load=10.0, minutes=1, step=2.0, every=4),
        ],
        resting=Resting(131, 84, 76, 98, (5, 2)),
        services=[Service(code="97110", minutes=25), Service(code="97530", minutes=15)],
        notes=[
            TOLERATED,
            "Lifts from knee height without guarding.",
            "Sat through a two-hour meeting this week.",
        ],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading(
                        "psfs",
                        3,
                        4,
                        3,
                        labels=["lift my grandchild", "sit for an hour", "tie my shoes"],
                    ),
                    reading("odi", 38.0),
                    reading("sts_5x", 15.8, 15.1, unit="s"),
                    reading("nprs", 5),
                ],
                "Does not lift from the floor; sits 20 minutes at most.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading(
                        "psfs",
                        5,
                        6,
                        6,
                        labels=["lift my grandchild", "sit for an hour", "tie my shoes"],
                    ),
                    reading("odi", 24.0),
                    reading("sts_5x", 12.2, 11.7, unit="s"),
                    reading("nprs", 3),
                ],
                "Lifts 10 kg from knee height; sits 45 minutes.",
            ),
        ],
        goals=[
            desk.goal(episode, visits[0], 30, "Sit through a meeting without standing up"),
            desk.goal(
                episode,
                visits[0],
                90,
                "Lift my grandchild from the floor",
                measure="psfs",
                baseline=3.3,
                target=7.0,
            ),
        ],
        answered={"assessment_summary": "late"},
    )
