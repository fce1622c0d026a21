"""Jordan Smith."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def smith(desk: FrontDesk) -> Story:
    """Right shoulder; the referral ran out last week and is still to be renewed."""
    diary = desk.diary
    since = diary.ago(92)
    client = desk.client(since, "Jordan", "Smith", date(1974, 9, 9), None, phone="555-0116")
    episode = desk.referral(
        client, diary.at(since, "15:30"), "patel", "R shoulder strain; dressing and reaching",
        "S46.011D", "Strain of right rotator cuff, subsequent encounter",
        visits_authorised=36, valid_through=diary.today - timedelta(days=6),
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Fri", "15:00", today=True)
    middle = diary.latest(visits, 50)
    recent = diary.latest(visits, 18)
    labels = ["put on a coat", "reach the back seat", "sleep on my right side"]

    def taken(psfs: list[int], flexion: int, dash: float, pain: int) -> list[Any]:
        return [
            reading("psfs", *psfs, labels=labels),
            reading("quickdash", dash, unit="points"),
            reading(
                "rom_shoulder_flexion", flexion, side="R", unit="deg", position="supine, active"
            ),
            reading("nprs", pain),
        ]

    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("wall slide", 2, 12, side="R"),
            move("external rotation", 3, 12, 1.0, side="R", step=0.5, every=6),
            move("row", 3, 10, 15.0, step=2.0, every=5),
            move("chest press", 3, 10, 10.0, step=1.0, every=6),
            move("arm ergometer", minutes=8),
        ],
        resting=Resting(124, 79, 68, 98, (5, 1)),
        notes=[TOLERATED, "Put on the coat without help after the session."],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken([2, 3, 1], 118, 52.3, 5),
                "Dresses with help; sleeps badly.",
            ),
            Test(
                before(middle),
                "reassessment",
                taken([5, 5, 3], 139, 36.4, 3),
                "Dresses alone, slowly.",
            ),
            Test(
                before(recent),
                "reassessment",
                taken([7, 6, 6], 157, 20.5, 1),
                "Dresses alone; reaches the seat.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Dress alone",
                measure="psfs",
                baseline=2.0,
                target=6.0,
                status="met",
                met_on=diary.day_of(recent),
            ),
            desk.goal(episode, visits[0], 90, "Swim ten lengths", status="open"),
        ],
        answered={"assessment_summary": "late", "reassessment_update": "failed_first"},
    )
