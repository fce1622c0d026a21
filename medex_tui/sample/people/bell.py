"""Thomas Bell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def bell(desk: FrontDesk) -> Story:
    """A year after a stroke; gait and balance, last visit of the day."""
    diary = desk.diary
    since = diary.ago(75)
    client = desk.client(
        since,
        "Thomas",
        "Bell",
        date(1960, 4, 17),
        "M",
        phone="555-0118",
        precautions=["stand on his right side"],
    )
    episode = desk.referral(
        client, diary.at(since, "10:10"), "osei", "Gait, one year after a stroke",
        "I69.351", "Hemiplegia following cerebral infarction, right side", visits_authorised=36,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=5), "Tue Thu", "17:30", today=True)
    middle = diary.latest(visits, 38)
    recent = diary.latest(visits, 11)
    away = diary.latest(visits, 20)

    def taken(gait: float, tug: float, berg: int, aid: str) -> list[Any]:
        return [
            reading("gait_speed_10m", gait, round(gait + 0.02, 2), unit="m/s", aid=aid),
            reading("tug", tug, unit="s", aid=aid),
            reading("berg", berg, unit="points"),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("walk", minutes=12),
            move("step-up", 2, 8, side="R", more_reps=1, every=8),
            move("chair stand", 3, 8),
            move("tandem stand", 4, hold=20.0),
            move("calf stretch", 3, hold=30.0, side="R"),
        ],
        resting=Resting(132, 78, 70, 97),
        notes=[
            TOLERATED,
            "Right foot cleared the kerb block every time.",
            "Walked the last lap without the stick.",
        ],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken(0.62, 19.8, 41, "stick"),
                "Walks indoors only, with a stick.",
            ),
            Test(
                before(middle),
                "reassessment",
                taken(0.74, 16.9, 46, "stick"),
                "Walks to the gate with a stick.",
            ),
            Test(
                before(recent),
                "reassessment",
                taken(0.83, 14.9, 49, "none"),
                "First test without the stick.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                90,
                "Walk round the park with my wife",
                measure="gait_speed_10m",
                baseline=0.63,
                target=0.9,
            )
        ],
        changes={
            away: {"state": "cancelled", "reason": "family visit; cancelled two days ahead"},
            **{v: {"state": "planned"} for v in visits if diary.day_of(v) == diary.today},
        },
        replies={"reassessment_update": ("Thank you, very useful.", "")},
    )
