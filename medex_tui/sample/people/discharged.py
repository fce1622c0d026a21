"""Grace Okonkwo and Ella Washington: goals met, and gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import Resting, Story, Test, move, reading


def okonkwo(desk: FrontDesk) -> Story:
    """Hip replacement; goals reached, discharged three weeks ago with a summary."""
    return _discharged(
        desk,
        since=100,
        left_days_ago=22,
        given="Grace",
        family="Okonkwo",
        born=date(1967, 10, 10),
        provider="patel",
        reason="Hip replacement, right; walking and stairs",
        diagnosis=("Z96.641", "Presence of right artificial hip joint"),
        phone="555-0123",
        goal="Walk two miles with the dog",
    )


def washington(desk: FrontDesk) -> Story:
    """Arm function after surgery; discharged seven weeks ago."""
    return _discharged(
        desk,
        since=120,
        left_days_ago=49,
        given="Ella",
        family="Washington",
        born=date(1963, 2, 27),
        provider="whitcomb",
        reason="Left arm function after breast surgery",
        diagnosis=("Z90.12", "Acquired absence of left breast and nipple"),
        phone="555-0124",
        goal="Hang the washing without stopping",
    )


def _discharged(
    desk: FrontDesk,
    *,
    since: int,
    left_days_ago: int,
    given: str,
    family: str,
    born: date,
    provider: str,
    reason: str,
    diagnosis: tuple[str, str],
    phone: str,
    goal: str,
) -> Story:
    """An episode from referral to discharge, measured at both ends and in between."""
    diary = desk.diary
    start = diary.ago(since)
    last = diary.ago(left_days_ago)
    ended = diary.at(last, "16:30")
    client = desk.client(
        start,
        given,
        family,
        born,
        "F",
        phone=phone,
        status="discharged",
        status_at=ended,
        status_reason="goals met",
    )
    episode = desk.referral(
        client, diary.at(start, "11:00"), provider, reason, *diagnosis,
        status="discharged", discharged_at=ended, discharge_reason="Goals met; home program given.",
    )  # fmt: skip
    visits = [
        v
        for v in diary.visits(start + timedelta(days=4), "Tue Thu", "10:30", until=last)
        if v < ended
    ]
    middle = visits[len(visits) // 2]

    def taken(six: int, stands: int, psfs: list[int]) -> list[Any]:
        return [
            reading("six_mwt", six, unit="m", aid="none"),
            reading("chair_stand_30s", stands, unit="reps"),
            reading("psfs", *psfs, labels=[goal.lower(), "carry shopping", "climb stairs"]),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 10, 40.0, step=5.0, every=5),
            move("step-up", 2, 10, side="B"),
            move("row", 3, 10, 15.0, step=1.0, every=4),
            move("walk", minutes=15),
        ],
        resting=Resting(128, 78, 70, 98, (4, 1)),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken(348, 10, [3, 4, 4]),
                "Function limited outdoors and on stairs.",
            ),
            Test(
                before(middle), "reassessment", taken(402, 12, [5, 6, 6]), "Half way to the goal."
            ),
            Test(
                before(visits[-1]),
                "discharge",
                taken(451, 15, [8, 8, 9]),
                "Independent; home program agreed.",
            ),
        ],
        goals=[desk.goal(episode, visits[0], 90, goal, status="met", met_on=last)],
    )
