"""The numbers a practice steers by: each by its definition, its trap, and honest about few cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.outcomes import practice_metrics
from medex_tui.domain.outcomes.practice_metrics import Middle, ReportingPeriod
from medex_tui.domain.outcomes.proportion import Proportion
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Reply
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.sample import sample_practice

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
D = timedelta(days=1)


def over(
    *records: Record, since: datetime = NOW - 90 * D, until: datetime = NOW + D
) -> ReportingPeriod:
    return ReportingPeriod(
        Practice([Settings(id="settings", timezone="America/New_York"), *records]),
        NOW,
        since,
        until,
    )


def referral(id: str, days_ago: float, **fields: object) -> Referral:
    kept = {"client_id": f"c{id}", "provider_id": "p", "received_at": NOW - days_ago * D}
    return Referral(id=id, **{**kept, **fields})  # type: ignore[arg-type]


def visit(id: str, of: str, days_ago: float, state: str = "signed", **fields: object) -> Session:
    at = NOW - days_ago * D
    return Session(id=id, client_id=f"c{of}", referral_id=of, started_at=at, state=state, **fields)  # type: ignore[arg-type]


def test_nothing_of_nothing_is_no_percentage() -> None:
    empty = over()
    assert practice_metrics.conversion(empty) == Proportion(0, 0)
    assert {line.name: line.value for line in practice_metrics.numbers(empty)} == {
        "referrals received": "0",
        "conversion": "n/a",
        "time to first session": "n/a",
        "response rate": "n/a",
        "sessions": "0",
        "no-show rate": "n/a",
        "sessions per episode": "n/a",
        "episode length": "n/a",
        "retention": "n/a",
        "outcome rate": "n/a",
        "goals met": "n/a",
        "documentation gap": "0",
    }


@pytest.mark.parametrize(
    ("part", "whole", "words", "counted"),
    [
        (0, 0, "n/a", "n/a"),
        (4, 4, "4 of 4", "4 of 4"),
        (5, 5, "100 % of 5", "100 %, 5 of 5"),
        (199, 200, "99 % of 200", "99 %, 199 of 200"),
        (1, 228, "1 % of 228", "1 %, 1 of 228"),
        (2, 3 * 4, "17 % of 12", "17 %, 2 of 12"),
        (0, 9, "0 % of 9", "0 %, 0 of 9"),
    ],
)
def test_few_cases_have_no_percentage_and_a_hundred_means_all(
    part: int, whole: int, words: str, counted: str
) -> None:
    assert (Proportion(part, whole).words, Proportion(part, whole).counted) == (words, counted)


def test_conversion_waits_thirty_days_and_counts_by_receipt() -> None:
    came = [referral("a", 60), referral("b", 31), referral("young", 29), referral("old", 91)]
    visits = [
        visit("s1", "a", 50),
        visit("s2", "young", 1),
        visit("n", "b", 20, "no_show"),
        visit("s3", "old", 80),
    ]
    found = over(*came, *visits)
    assert [r.id for r in practice_metrics.received(found)] == ["a", "b", "young"]
    assert practice_metrics.conversion(found) == Proportion(1, 2)
    assert practice_metrics.time_to_first_session(found) == Middle(19.0, 2, "days")


def test_sources_tell_provider_profession_and_those_who_came_by_themselves() -> None:
    doctor = Provider(id="p", name="Dr Osei", role="physician")
    found = over(
        doctor,
        referral("a", 60),
        referral("b", 50),
        referral("c", 40, provider_id=None),
        visit("s", "a", 50),
    )
    assert [
        (s.name, s.role, s.received, s.conversion) for s in practice_metrics.sources(found)
    ] == [
        ("Dr Osei", "physician", 2, Proportion(1, 2)),
        ("self-referred", None, 1, Proportion(0, 1)),
    ]


def test_drafts_are_no_sessions_and_visits_called_off_are_no_no_shows() -> None:
    states = ["signed", "signed", "open", "no_show", "cancelled", "planned"]
    found = over(*(visit(f"s{n}", "a", 3 + n, state) for n, state in enumerate(states)))
    assert (practice_metrics.sessions(found), practice_metrics.no_show_rate(found)) == (
        2,
        Proportion(1, 4),
    )
    assert practice_metrics.documentation_gap(found) == 1
    assert practice_metrics.documentation_gap(over(visit("s", "a", 0.5, "open"))) == 0


def test_response_counts_letters_that_stayed_and_were_answered() -> None:
    def letter(id: str, **fields: object) -> Communication:
        kept = {"provider_id": "p", "document_id": "d", "method": "fax", "at": NOW - 9 * D}
        return Communication(id=id, **{**kept, **fields})  # type: ignore[arg-type]

    sent = [
        letter("answered", reply=Reply(at=NOW - D)),
        letter("silent", client_id="x"),
        letter("later", reply=Reply(at=NOW + D)),
        letter("came back", result="returned"),
        letter("call", method="phone"),
        letter("no letter", document_id=None),
    ]
    assert practice_metrics.response_rate(over(*sent)) == Proportion(1, 3)


def test_closed_episodes_have_their_length_and_sessions() -> None:
    ended = referral("a", 80, status="discharged", discharged_at=NOW - 10 * D)
    found = over(
        ended, referral("b", 80), visit("s1", "a", 70), visit("s2", "a", 40), visit("s3", "b", 40)
    )
    assert practice_metrics.sessions_per_episode(found) == Middle(2, 1, "sessions")
    assert practice_metrics.episode_length(found) == Middle(60.0, 1, "days")


def test_retention_is_month_to_month_and_a_discharge_is_no_loss() -> None:
    september, october = NOW - 60 * D, NOW - 30 * D
    assert (september.month, october.month) == (9, 10)
    records = [
        *(referral(id, 80) for id in "ab"),
        referral("c", 80, status="discharged", discharged_at=october),
        *(visit(f"s{id}", id, 60) for id in "abc"),
        visit("again", "a", 30),
    ]
    assert practice_metrics.retention(over(*records)) == Proportion(1, 2)


def test_goals_are_met_by_their_day_and_those_still_running_are_not_counted() -> None:
    def goal(id: str, due: date, **fields: object) -> Goal:
        return Goal(id=id, referral_id="a", text="stairs", due_on=due, **fields)  # type: ignore[arg-type]

    day = date(2026, 11, 1)
    goals = [
        goal("in time", day, met_on=day, status="met"),
        goal("late", day, met_on=day + D, status="met"),
        goal("open", day),
        goal("dropped", day, status="dropped"),
        goal("running", date(2026, 11, 20)),
    ]
    assert practice_metrics.goals_met(over(referral("a", 80), *goals)) == Proportion(1, 3)


def test_outcomes_are_of_closed_episodes_with_two_tests_and_say_how_many_lack_them() -> None:
    def test(id: str, of: str, days_ago: float, seconds: float) -> Assessment:
        reading = Reading(measure="tug", trials=[seconds], unit="s")
        at = NOW - days_ago * D
        return Assessment(
            id=id, client_id=f"c{of}", referral_id=of, taken_at=at, readings=[reading]
        )

    records: list[Record] = []
    for id in ("better", "same", "worse", "once", "no goal"):
        records.append(
            Client(id=f"c{id}", given_name="", family_name=id, birth_date=date(1950, 1, 1), sex="F")
        )
        records.append(referral(id, 80, status="discharged", discharged_at=NOW - 5 * D))
        records.append(test(f"{id} 1", id, 70, 14))
        if id != "no goal":
            records.append(Goal(id=f"g{id}", referral_id=id, text="walk", measure="tug"))
    records += [
        test("better 2", "better", 10, 11),
        test("same 2", "same", 10, 13.5),
        test("worse 2", "worse", 10, 18),
    ]
    assert practice_metrics.outcome_rate(over(*records)) == (Proportion(1, 3), 2)


def test_the_sample_has_every_number_and_the_future_is_not_counted() -> None:
    practice = Practice(sample_practice(NOW, owner="kim"))
    whole = list(
        practice_metrics.numbers(ReportingPeriod(practice, NOW, NOW - 120 * D, NOW + 900 * D))
    )
    so_far = list(
        practice_metrics.numbers(
            ReportingPeriod(practice, NOW, NOW - 120 * D, NOW + timedelta(seconds=1))
        )
    )
    assert [line.value for line in whole] == [line.value for line in so_far]
    assert all(
        line.value not in ("n/a", "0")
        for line in whole
        if line.name in ("conversion", "sessions", "retention")
    )
