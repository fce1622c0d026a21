"""A planned visit is moved, cancelled, missed and planned again; one that took place is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.visits import missed, moved, planned, reopened

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PRACTICE = Practice([Client(id="c", family_name="Hicks"), Referral(id="r", client_id="c")])
COMING = planned(PRACTICE, "c", NOW + timedelta(hours=2), id="v")
PAST = planned(PRACTICE, "c", NOW - timedelta(hours=2), id="w")


def test_a_planned_visit_is_of_the_episode_under_way() -> None:
    assert (COMING.client_id, COMING.referral_id, COMING.state) == ("c", "r", "planned")
    assert planned(Practice(), "c", NOW, id="v").referral_id is None


def test_it_is_moved_cancelled_missed_and_planned_again() -> None:
    later = moved(COMING, NOW + timedelta(days=1))
    assert isinstance(later, Session) and later.planned_at == NOW + timedelta(days=1)
    called_off = missed(COMING, "cancelled", " bus strike ", now=NOW)
    assert isinstance(called_off, Session) and (called_off.state, called_off.reason) == (
        "cancelled",
        "bus strike",
    )
    assert reopened(called_off) == COMING
    absent = missed(PAST, "no_show", None, now=NOW)
    assert isinstance(absent, Session) and (absent.state, absent.reason) == ("no_show", None)
    assert isinstance(missed(COMING, "no_show", None, now=NOW), str)


@pytest.mark.parametrize("state", ["open", "signed", "no_show", "cancelled"])
def test_what_is_no_longer_planned_stays_as_it_is(state: str) -> None:
    done = Session(id="v", client_id="c", planned_at=NOW, state=state)  # type: ignore[arg-type]
    assert isinstance(moved(done, NOW), str)
    assert isinstance(missed(done, "cancelled", None, now=NOW), str)
    assert isinstance(reopened(done), Session) == (state in ("no_show", "cancelled"))
