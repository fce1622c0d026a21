"""Rory O'Neil."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.domain.records.visits import Service
from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import Resting, Story, Test, move, reading


def oneil(desk: FrontDesk) -> Story:
    """Knee ligament; back to running, seen twice a week by J. Alvarez."""
    diary = desk.diary
    since = diary.ago(70)
    client = desk.client(since, "Rory", "O'Neil", date(1987, 3, 3), "M", phone="555-0120")
    episode = desk.referral(
        client, diary.at(since, "16:20"), "lee", "R knee after ligament repair; discharged from PT",
        "S83.511D", "Sprain of anterior cruciate ligament of right knee, subsequent encounter",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=2), "Mon Wed", "08:00")
    middle = diary.latest(visits, 33)
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("leg press", 4, 8, 80.0, step=5.0, every=3),
            move("hamstring curl", 3, 10, 25.0, step=2.5, every=4),
            move("step-up", 3, 10, 10.0, side="R", step=2.0, every=4),
            move("single-leg stand", 3, hold=40.0, side="R"),
            move("bike", minutes=12),
        ],
        resting=Resting(122, 74, 60, 99, (2, 0)),
        services=[Service(code="97110", minutes=30), Service(code="97530", minutes=10)],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("lefs", 48, unit="points"),
                    reading("single_leg_stance", 18.0, 21.5, 20.1, side="R", unit="s"),
                    reading("single_leg_stance", 44.0, 45.0, 45.0, side="L", unit="s"),
                ],
                "Does not trust the right knee on uneven ground.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("lefs", 63, unit="points"),
                    reading("single_leg_stance", 36.2, 39.0, 41.4, side="R", unit="s"),
                    reading("single_leg_stance", 45.0, 45.0, 45.0, side="L", unit="s"),
                ],
                "Jogs on the treadmill for ten minutes.",
            ),
        ],
        goals=[desk.goal(episode, visits[0], 90, "Run five kilometres with my brother")],
    )
