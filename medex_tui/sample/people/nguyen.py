"""Linh Nguyen."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import Resting, Story, Test, move, reading


def nguyen(desk: FrontDesk) -> Story:
    """Neck; missed two visits in a row, told her naturopath, came back."""
    diary = desk.diary
    since = diary.ago(40)
    client = desk.client(since, "Linh", "Nguyen", date(1982, 12, 1), "F", phone="555-0119")
    episode = desk.referral(
        client, diary.at(since, "12:00"), "moreau", "Neck stiffness at the desk", "M54.2", "Cervicalgia",
        names_met=None, signed_on=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=5), "Tue Thu", "12:30")
    missed = [v for v in visits if v < diary.now - timedelta(days=12)][-2:]
    labels = ["look over my shoulder in the car", "work two hours at the desk", "read in bed"]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("chin tuck", 3, 10),
            move("row", 3, 12, 10.0, step=1.0, every=3),
            move("lat pulldown", 3, 10, 15.0, step=2.5, every=4),
            move("bird dog", 2, 8, side="B"),
        ],
        resting=Resting(114, 72, 66, 99, (4, 2)),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("psfs", 4, 3, 5, labels=labels),
                    reading("ndi", 32.0),
                    reading("rom_cervical_rotation", 52, side="R", unit="deg"),
                    reading("rom_cervical_rotation", 61, side="L", unit="deg"),
                ],
                "Turns the whole trunk to look behind when driving.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 30, "Look over my shoulder when I change lanes")],
        changes={v: {"state": "no_show", "reason": "phone not answered"} for v in missed},
    )
