"""Jodie Hicks."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.sample.people.desk import FrontDesk
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def hicks(desk: FrontDesk) -> Story:
    """Her first visits; the summary of her assessment is overdue."""
    diary = desk.diary
    tested = diary.slot(73 + 24, 73)
    received = diary.at(diary.ago((diary.today - diary.day_of(tested)).days + 6), "11:15")
    client = desk.client(
        diary.day_of(received), "Jodie", "Hicks", date(1970, 2, 11), "F",
        phone="555-0111", precautions=["no load above shoulder height until Dr Patel's next note"],
    )  # fmt: skip
    episode = desk.referral(
        client, received, "patel",
        "R shoulder after cuff repair; discharged from PT",
        "M75.121", "Complete rotator cuff tear, right shoulder, s/p repair", visits_authorised=12,
    )  # fmt: skip
    first = tested + timedelta(minutes=45)
    later = diary.visits(
        diary.day_of(tested) + timedelta(days=1), "Mon Wed Fri", "09:00", today=True
    )
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=[first, *later],
        programme=[
            move("leg press", 3, 12, 60.0),
            move("row", 3, 10, 20.0),
            move("step-up", 2, 10, side="B", rpe=4),
            move("wall slide", 2, 10, side="R"),
            move("external rotation", 2, 12, 1.0, side="R"),
        ],
        resting=Resting(128, 80, 72, 97, (4, 2)),
        notes=[TOLERATED, "Reached eye level without hitching by the last set."],
        tests=[
            Test(
                tested,
                "initial",
                [
                    reading(
                        "psfs",
                        3,
                        4,
                        4,
                        labels=["wash hair", "put a plate on the shelf", "fasten a seat belt"],
                    ),
                    reading("quickdash", 43.2, unit="points"),
                    reading(
                        "rom_shoulder_flexion", 128, side="R", unit="deg", position="supine, active"
                    ),
                    reading(
                        "rom_shoulder_flexion", 168, side="L", unit="deg", position="supine, active"
                    ),
                    reading(
                        "grip_strength", 22.0, 21.4, 21.8, side="R", unit="kg", device="hydraulic"
                    ),
                    reading(
                        "grip_strength", 25.2, 25.0, 24.6, side="L", unit="kg", device="hydraulic"
                    ),
                    reading("nprs", 4),
                ],
                "Cannot reach a shelf above eye level with the right arm or wash her hair without help.",
            )
        ],
        goals=[
            desk.goal(
                episode,
                tested,
                30,
                "Wash and dry my hair without help",
                measure="psfs",
                baseline=3.7,
                target=7.0,
            ),
            desk.goal(
                episode,
                tested,
                90,
                "Put plates on the shelf above my head with my right arm",
                measure="rom_shoulder_flexion",
                side="R",
                baseline=128.0,
                target=155.0,
            ),
        ],
        left={"assessment_summary": "owed"},
    )
