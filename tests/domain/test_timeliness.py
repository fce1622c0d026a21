"""The on-time rate in groups: every case in one group, percentages only of five or more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from medex_tui.domain.obligations import on_time
from medex_tui.domain.outcomes.timeliness import By, TimelinessRow, timeliness
from medex_tui.domain.records.practice import Practice
from medex_tui.sample import sample_practice

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PRACTICE = Practice(sample_practice(NOW, owner="aokafor"))


@pytest.mark.parametrize("by", ["month", "provider", "practitioner"])
@pytest.mark.parametrize("days", [7, 60, 400])
def test_groups_add_up_to_the_rate_the_home_screen_shows(by: By, days: int) -> None:
    since = NOW - timedelta(days=days)
    found = timeliness(PRACTICE, NOW, since, by)
    assert (found.total.on_time, found.total.settled) == on_time(PRACTICE, NOW, since)
    assert sum(r.settled for r in found.rows) == found.total.settled
    assert sum(r.on_time for r in found.rows) == found.total.on_time
    assert all(r.name for r in found.rows)


def test_a_share_is_said_from_five_cases_on_and_100_means_all() -> None:
    assert TimelinessRow("", "", 4, 4, None).percent is None
    assert TimelinessRow("", "", 5, 5, None).percent == 100
    assert TimelinessRow("", "", 999, 1000, None).percent == 99


def test_an_empty_practice_has_no_rows() -> None:
    found = timeliness(Practice(), NOW, NOW - timedelta(days=30), "month")
    assert (found.rows, found.total) == ([], TimelinessRow("", "all", 0, 0, None))
