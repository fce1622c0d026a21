"""Luis Ramos."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medex_tui.domain.records.visits import Service
from medex_tui.sample.diary import moved
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def ramos(desk: FrontDesk) -> Story:
    """Knee replacement, doing well; his reassessment is past the 48 hours and not past the 72."""
    diary = desk.diary
    since = diary.ago(84)
    received = diary.at(since, "10:40")
    client = desk.client(
        since,
        "Luis",
        "Ramos",
        date(1965, 6, 2),
        "M",
        phone="555-0112",
        precautions=["no kneeling on the left knee"],
    )
    episode = desk.referral(
        client, received, "lee", "TKA left; discharged from PT, stairs still limited",
        "Z96.652", "Presence of left artificial knee joint", visits_authorised=48,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Mon Wed Fri", "10:00", today=True)
    latest = diary.slot(71, 49)
    visits = moved(visits, latest + timedelta(minutes=45), diary)
    middle = diary.latest(visits, 40)
    readings = [
        ((3, 3, 4), 4.2, [9.0], 0.81, 9, [14.6, 14.2], 96, [24.0]),
        ((5, 5, 5), 3.1, [11.0], 1.0, 11, [11.9, 11.6], 108, [17.5]),
        ((7, 6, 7), 2.0, [13.0], 1.06, 13, [9.8, 9.6], 116, [12.8]),
    ]

    def taken(row: int) -> list[Any]:
        psfs, pain, _, gait, stands, tug, flexion, stairs = readings[row]
        return [
            reading(
                "psfs",
                *psfs,
                labels=[
                    "climb stairs without the rail",
                    "walk to the market",
                    "get out of the car",
                ],
            ),
            reading("custom_timed", *stairs, unit="s", labels=["one flight of stairs"]),
            reading("chair_stand_30s", stands, unit="reps"),
            reading("tug", *tug, unit="s"),
            reading("gait_speed_4m", gait, unit="m/s"),
            reading("rom_knee_flexion", flexion, side="L", unit="deg", position="supine, active"),
            reading("nprs", round(pain)),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 10, 40.0, step=5.0, every=6),
            move("step-up", 3, 8, side="B", rpe=4, more_reps=1, every=14),
            move("knee extension", 3, 10, 10.0, side="L", step=1.0, every=5),
            move("tandem stand", 4, hold=30.0, side="L"),
            move("bike", minutes=10),
        ],
        resting=Resting(134, 82, 74, 97, (4, 2)),
        services=[Service(code="97110", minutes=25), Service(code="97112", minutes=15)],
        notes=[
            TOLERATED,
            "Stairs step over step with the rail.",
            "Left knee stiff at the start, easy after the bike.",
        ],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken(0),
                "Stairs one step at a time with the rail; walks 200 m.",
            ),
            Test(before(middle), "reassessment", taken(1), "Stairs step over step with the rail."),
            Test(
                latest,
                "reassessment",
                taken(2),
                "Walks to the market; stairs without the rail on a good day.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Walk to the market and back without stopping",
                measure="gait_speed_4m",
                baseline=0.81,
                target=1.05,
                status="met",
                met_on=diary.day_of(latest),
            ),
            desk.goal(
                episode,
                visits[0],
                90,
                "Go up and down my stairs without the rail",
                measure="custom_timed",
                baseline=24.0,
                target=14.0,
            ),
        ],
        changes={v: {"state": "open"} for v in visits if diary.day_of(v) == diary.today},
        left={"reassessment_update": "owed"},
    )
