"""One letter and what else it can answer: offered, never taken for granted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.obligations import obligations
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.sending import also_served

NOON = datetime(2026, 11, 2, 17, tzinfo=UTC)
H = timedelta(hours=1)
RECORDS = [
    Settings(id="settings", timezone="America/New_York"),
    Provider(id="p", name="Dr Osei", role="physician"),
    Provider(id="q", name="K. Lee", role="physical_therapist"),
    Client(id="c", given_name="Mei", family_name="Chen"),
    Referral(id="r", client_id="c", provider_id="p", copies_to=["q"], consent_on=date(2026, 10, 1)),
    Session(id="s", client_id="c", referral_id="r", started_at=NOON, ended_at=NOON, state="signed"),
    Assessment(id="a", client_id="c", referral_id="r", taken_at=NOON),
    Assessment(id="b", client_id="c", referral_id="r", taken_at=NOON + H, kind="reassessment"),
]


def served(key: str, at: datetime, *more: Communication) -> list[str]:
    every = obligations(Practice([*RECORDS, *more]), at)
    return [o.key for o in also_served(next(o for o in every if o.key == key), every, at)]


@pytest.mark.parametrize(
    ("hours", "also"), [(2, ["intro_letter:s"]), (24, ["intro_letter:s"]), (24.01, []), (48, [])]
)
def test_an_assessment_summary_within_a_day_of_the_first_visit_can_stand_for_the_introduction(
    hours: float, also: list[str]
) -> None:
    assert served("assessment_summary:a", NOON + hours * H) == also


def test_an_introduction_never_stands_for_the_assessment() -> None:
    assert served("intro_letter:s", NOON + 2 * H) == []


def test_each_provider_is_answered_by_its_own_sending() -> None:
    assert served("assessment_summary:a:q", NOON + 2 * H) == ["intro_letter:s:q"]


def test_a_progress_report_covers_updates_and_an_update_the_report() -> None:
    assert served("reassessment_update:b", NOON + 2 * H) == ["progress_report:r"]
    assert served("progress_report:r", NOON + 2 * H) == ["reassessment_update:b"]


def test_what_is_met_already_is_not_offered() -> None:
    met = Communication(
        id="m", answers=["intro_letter:s"], provider_id="p", method="fax", at=NOON + H
    )
    assert served("assessment_summary:a", NOON + 2 * H, met) == []
