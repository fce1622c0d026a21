"""Dmitri Petrov."""

from __future__ import annotations

from datetime import date

from medex_tui.sample.people.desk import FrontDesk
from medex_tui.sample.story import Story


def petrov(desk: FrontDesk) -> Story:
    """A referral of yesterday, without a release of information on file: nothing may be sent yet."""
    diary = desk.diary
    received = diary.slot(46, 25)
    client = desk.client(
        diary.day_of(received), "Dmitri", "Petrov", date(1971, 1, 8), "M", phone="555-0125"
    )
    episode = desk.referral(
        client, received, "whitcomb", "Start regular exercise; type 2 diabetes under review", "E11.9",
        "Type 2 diabetes mellitus without complications", consent_on=None,
    )  # fmt: skip
    return Story(client=client, referral=episode, by=desk.owner)
