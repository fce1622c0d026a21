"""The large practice has the size asked for, the shape of ten years, and nothing forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from medex_tui.domain.obligations import report
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds
from medex_tui.sample import generated_practice

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice(generated_practice(NOW, sessions=4000, seed=1))


def test_size_and_seed_decide_everything() -> None:
    assert list(generated_practice(NOW, sessions=120, seed=7)) == list(
        generated_practice(NOW, sessions=120, seed=7)
    )
    assert list(generated_practice(NOW, sessions=120, seed=7)) != list(
        generated_practice(NOW, sessions=120, seed=8)
    )


@pytest.mark.slow
def test_it_holds_exactly_the_sessions_asked_for_over_ten_years(practice: Practice) -> None:
    assert len(practice.sessions) == 4000
    assert 80 <= len(practice.clients) <= 140
    first = min(s.at for s in practice.sessions.values() if s.at)
    assert NOW - timedelta(days=3660) < first < NOW - timedelta(days=3000)


def test_most_episodes_ended_long_ago_and_nothing_is_overdue(practice: Practice) -> None:
    running = [r for r in practice.referrals.values() if r.status == "open"]
    assert 0 < len(running) < 0.2 * len(practice.referrals)
    assert report(practice, NOW).overdue == []
    assert len(practice.communications) > 4 * len(practice.clients)


def test_signed_visits_are_sealed_and_some_letters_are_long(practice: Practice) -> None:
    assert all(
        seal_holds(s) and bool(s.seal) == (s.state == "signed") for s in practice.sessions.values()
    )
    long_ones = [d for d in practice.documents.values() if len(d.body) >= 1500]
    assert 0.1 < len(long_ones) / len(practice.documents) < 0.6
