"""The sample practice: one small clinic, dated around a given moment."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from medex_tui.domain.records.base import Record
from medex_tui.sample.clinic import OWNER, house
from medex_tui.sample.diary import Diary, Ids
from medex_tui.sample.letters import SamplePost, Writer
from medex_tui.sample.people import stories
from medex_tui.sample.story import told


def sample_practice(
    now: datetime,
    *,
    zone: str = "America/New_York",
    owner: str = OWNER,
    write: Writer | None = None,
) -> list[Record]:
    """Every record of the sample practice as it stands at `now` (aware), the same for the same `now`.

    Two practitioners, seven providers, sixteen clients, three months of visits and eight of them today. All records
    are new (`rev` 0), signed ones sealed. `owner` is the login of A. Okafor, so that who looks at it can sign in it.
    `write` writes the letters that were sent; without it they are short ones.
    """
    here = ZoneInfo(zone)
    now = now.replace(microsecond=0)
    ids = Ids(now.isoformat())
    clinic = house(now, here, ids, owner=owner)
    diary = Diary(now, here, frozenset(clinic.settings.holidays))
    records: list[Record] = [clinic.settings, *clinic.staff.values(), *clinic.providers.values()]
    for story in stories(diary, ids, owner):
        kept = list(told(story, now, ids))
        records += [*kept, *SamplePost(story, clinic, diary, ids, write=write).sent(kept)]
    return records
