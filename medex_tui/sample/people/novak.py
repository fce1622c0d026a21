"""Petra Novak."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.diary import moved
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def novak(desk: FrontDesk) -> Story:
    """Hands; the fax with her reassessment did not go through."""
    diary = desk.diary
    since = diary.ago(47)
    client = desk.client(since, "Petra", "Novak", date(1959, 5, 20), "F", phone="555-0115")
    episode = desk.referral(
        client, diary.at(since, "13:10"), "whitcomb", "Grip, jars; hands stiff in the morning",
        "M19.041", "Primary osteoarthritis, right hand",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Mon Thu", "13:30", today=True)
    latest = diary.slot(46, 26)
    visits = moved(visits, latest + timedelta(minutes=45), diary)
    visits = [v for v in visits if v <= diary.now or diary.day_of(v) >= diary.today]

    def taken(
        right: list[float], left: list[float], psfs: list[int], pain: int, device: str
    ) -> list[Any]:
        return [
            reading("grip_strength", *right, side="R", unit="kg", device=device),
            reading("grip_strength", *left, side="L", unit="kg", device=device),
            reading(
                "psfs", *psfs, labels=["open a new jar", "cut a loaf of bread", "carry a full pan"]
            ),
            reading("nprs", pain),
        ]

    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("grip squeeze", 3, 10, 8.0, side="B", step=1.0, every=4),
            move("pinch hold", 3, hold=15.0, side="B"),
            move("jar twist", 2, 8, side="B"),
            move("carry", 3, load=6.0, minutes=1, step=1.0, every=5),
            move("row", 3, 10, 14.0, step=1.0, every=4),
        ],
        resting=Resting(129, 77, 70, 98, (3, 1)),
        notes=[
            TOLERATED,
            "Opened the training jar at the second try.",
            "Morning stiffness shorter by her account.",
        ],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken([16.2, 16.8, 16.0], [15.0, 14.6, 15.2], [3, 5, 4], 4, "hydraulic"),
                "Cannot open a new jar; carries pans with both hands.",
            ),
            Test(
                latest,
                "reassessment",
                taken([21.0, 23.6, 22.9], [18.8, 19.4, 19.0], [6, 7, 6], 2, "hydraulic"),
                "Opens most jars with a cloth; cooks for four again.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Open a new jar by myself",
                measure="grip_strength",
                side="R",
                baseline=16.8,
                target=22.0,
            ),
            desk.goal(episode, visits[0], 90, "Cook Sunday dinner for the family again"),
        ],
        left={"reassessment_update": "failed"},
    )
