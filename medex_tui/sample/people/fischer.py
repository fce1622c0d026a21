"""Hannah Fischer."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import Resting, Story, Test, move, reading


def fischer(desk: FrontDesk) -> Story:
    """Came by herself, without a provider: nobody to write to, and a standing notice."""
    diary = desk.diary
    since = diary.ago(38)
    client = desk.client(since, "Hannah", "Fischer", date(1945, 11, 5), "F", phone="555-0121")
    episode = desk.referral(
        client, diary.at(since, "09:30"), None, "Self-referred; wants to stay steady on her feet", "", "",
        diagnoses=[], signed_on=None, names_met=None, out_of_treatment=None, visits_authorised=None,
        valid_through=None, consent_on=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Wed Fri", "14:00")
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("chair stand", 2, 8, more_reps=1, every=5),
            move("tandem stand", 3, hold=20.0),
            move("march", 2, 20),
            move("heel raise", 2, 12),
        ],
        resting=Resting(136, 76, 70, 97),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("tug", 11.9, unit="s", aid="none"),
                    reading("chair_stand_30s", 9, unit="reps"),
                    reading("four_stage_balance", 3, unit="stage"),
                ],
                "Lives alone; walks every day and wants to keep it so.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 90, "Keep walking to church on my own")],
    )
