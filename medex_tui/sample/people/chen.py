"""Mei Chen."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.domain.records.people import Limit
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def chen(desk: FrontDesk) -> Story:
    """Falls; a blood pressure limit from her physician, whom she sees the day after tomorrow."""
    diary = desk.diary
    since = diary.ago(52)
    received = diary.at(since, "14:05")
    limit_on = diary.ago(19)
    client = desk.client(
        since, "Mei", "Chen", date(1952, 3, 14), "F",
        phone="555-0113",
        precautions=["no breath holding"],
        limits=[
            Limit(what="bp", value="150/95", said_by="Dr Esther Osei", on=limit_on),
        ],
    )  # fmt: skip
    episode = desk.referral(
        client, received, "osei", "Falls; balance and leg strength",
        "R29.6", "Repeated falls", visits_authorised=30, follow_up_on=diary.today + timedelta(days=2),
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=2), "Mon Wed Fri", "11:00", today=True)
    middle = diary.latest(visits, 21)
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 12, 45.0, step=2.5, every=4),
            move("row", 3, 10, 12.0, step=1.0, every=6),
            move("step-up", 2, 10, side="B", rpe=4),
            move("tandem stand", 4, hold=30.0),
            move("march", 2, 20),
        ],
        resting=Resting(134, 80, 72, 97, (1, 0)),
        notes=[
            TOLERATED,
            "Counted aloud through every set.",
            "Tandem stand without the rail for 20 s of the 30.",
        ],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("tug", 15.2, unit="s", aid="none"),
                    reading("chair_stand_30s", 8, unit="reps"),
                    reading("four_stage_balance", 2, unit="stage"),
                    reading("single_leg_stance", 3.1, 4.0, 3.6, side="R", unit="s"),
                    reading("single_leg_stance", 2.4, 2.9, 3.3, side="L", unit="s"),
                    reading("gait_speed_4m", 0.74, 0.78, unit="m/s"),
                ],
                "Holds on to furniture at home; has not walked to the shop alone since the second fall.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("tug", 12.4, unit="s", aid="none"),
                    reading("chair_stand_30s", 11, unit="reps"),
                    reading("four_stage_balance", 3, unit="stage"),
                    reading("single_leg_stance", 5.8, 6.4, 6.1, side="R", unit="s"),
                    reading("single_leg_stance", 4.9, 5.2, 5.6, side="L", unit="s"),
                    reading("gait_speed_4m", 0.88, 0.91, unit="m/s"),
                ],
                "Walks to the corner alone; rises from the chair without hands.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Get up from my chair without using my hands",
                measure="chair_stand_30s",
                baseline=8.0,
                target=10.0,
                status="met",
                met_on=diary.day_of(middle),
            ),
            desk.goal(
                episode,
                visits[0],
                90,
                "Walk to the shop alone and carry the bag home",
                measure="gait_speed_4m",
                baseline=0.78,
                target=1.0,
            ),
        ],
        left={"progress_report": "owed"},
        replies={
            "reassessment_update": (
                "Pleased with the progress. Keep pressures below 150/95.",
                "BP limit 150/95",
            ),
        },
    )
