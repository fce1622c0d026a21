"""Min-jun Kim."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.sample.people.desk import FrontDesk
from medex_tui.sample.story import Story


def kim(desk: FrontDesk) -> Story:
    """A referral that came to nothing."""
    diary = desk.diary
    received = diary.at(diary.ago(26), "15:15")
    client = desk.client(
        diary.day_of(received), "Min-jun", "Kim", date(1997, 4, 4), "M", phone="555-0126",
        status="discharged", status_at=received + timedelta(days=5), status_reason="chose a clinic nearer home",
    )  # fmt: skip
    episode = desk.referral(
        client, received, "brandt", "Ankle sprain, back to sport", "S93.401D",
        "Sprain of unspecified ligament of right ankle, subsequent encounter", status="declined",
    )  # fmt: skip
    return Story(client=client, referral=episode, by=desk.owner)
