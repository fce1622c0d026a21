"""A record entered in error stays readable, keeps its seal, and counts nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from medex_tui.domain.integrity import change_refused
from medex_tui.domain.obligations import obligations
from medex_tui.domain.outcomes.practice_metrics import ReportingPeriod, no_show_rate, sessions
from medex_tui.domain.records.amending import Lack
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.communications import Communication, Reply, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.in_error import (
    mark_removed,
    marked_in_error,
    moved_to_client,
    part_in_error,
)
from medex_tui.domain.records.people import Client, Limit, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds, signed
from medex_tui.domain.records.visits import Exercise, Session
from medex_tui.domain.referrals.referral import visits_used
from medex_tui.domain.referrals.replies import is_answered
from medex_tui.domain.safety.limits import limits_at

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
NOW = AT + timedelta(days=4)
REFERRAL = Referral(
    id="r", client_id="c", provider_id="p", received_at=AT - timedelta(days=9),
    consent_on=date(2026, 11, 1),
)  # fmt: skip
VISIT = signed(
    Session(
        id="s", client_id="c", referral_id="r", started_at=AT, ended_at=AT + timedelta(minutes=40),
        exercises=[Exercise(name="row", goal_id="g")], symptoms=["chest_or_sob_history"],
    ),
    at=AT + timedelta(hours=1), by="ana",
)  # fmt: skip
TEST = Assessment(
    id="a", client_id="c", referral_id="r", taken_at=AT,
    readings=[Reading(measure="tug", trials=[12.0])],
)  # fmt: skip
GOAL = Goal(id="g", referral_id="r", text="climb stairs")
SENT = Communication(
    id="m", client_id="c", referral_id="r", provider_id="p", method="fax", at=AT,
    answers=["referral_ack:r"],
)  # fmt: skip
WAIVED = Waiver(id="w", obligation="intro_letter:s", reason="told", by="ana", at=NOW)


def practice(**changed: Any) -> Practice:
    records = {"visit": VISIT, "test": TEST, "goal": GOAL, "sent": SENT, "waived": WAIVED}
    people = [
        Client(id="c", family_name="Reyes"),
        Client(id="d", family_name="Stone"),
        Provider(id="p", name="Dr Patel", role="physician"),
    ]
    return Practice([REFERRAL, *people, *(records | changed).values()])


def marked(record: Any) -> Any:
    made = marked_in_error(record, reason="wrong client", by="ana", at=NOW)
    assert not isinstance(made, Lack)
    return made


def keys(held: Practice) -> dict[str, str]:
    return {one.key: one.state for one in obligations(held, NOW)}


def test_a_visit_in_error_counts_in_no_list_count_or_deadline() -> None:
    before, after = practice(), practice(visit=marked(VISIT))
    over = ReportingPeriod(after, NOW, AT - timedelta(days=30), NOW)
    assert before.sessions_of["c"] == [VISIT] and "c" not in after.sessions_of
    assert after.last_session("c") is None
    assert (visits_used(REFERRAL, before), visits_used(REFERRAL, after)) == (1, 0)
    assert (sessions(over), no_show_rate(over).whole) == (0, 0)
    assert {"intro_letter:s", "red_flag_call:s"} <= set(keys(before))
    assert not {key for key in keys(after) if key.endswith(":s")}


def test_an_assessment_a_goal_a_sending_and_a_waiver_in_error_count_nowhere() -> None:
    after = practice(test=marked(TEST), goal=marked(GOAL), sent=marked(SENT), waived=marked(WAIVED))
    assert "c" not in after.assessments_of and "r" not in after.goals_of
    assert not after.communications_of and not after.communications_for
    assert (keys(practice())["referral_ack:r"], keys(after)["referral_ack:r"]) == ("met", "owed")
    assert keys(practice())["intro_letter:s"] == "waived"
    assert keys(after)["intro_letter:s"] == "owed"
    assert "assessment_summary:a" not in keys(after)


def test_it_stays_readable_and_its_mark_can_be_removed() -> None:
    after = practice(visit=marked(VISIT), goal=marked(GOAL))
    assert after.sessions["s"].exercises == VISIT.exercises
    assert {record.id for record in after.in_error_of("c")} == {"s", "g"}
    assert mark_removed(after.sessions["s"]) == VISIT


def test_a_signed_visit_keeps_its_seal_and_may_be_marked() -> None:
    after = marked(VISIT)
    assert seal_holds(after) and after.signed_at == VISIT.signed_at
    assert change_refused(VISIT, after) is None


@pytest.mark.parametrize(
    ("record", "reason", "field"), [(VISIT, "  ", "reason"), (marked(VISIT), "again", "kind")]
)
def test_a_mark_needs_a_reason_and_is_set_once(record: Session, reason: str, field: str) -> None:
    lack = marked_in_error(record, reason=reason, by="ana", at=NOW)
    assert isinstance(lack, Lack) and lack.field == field


def test_a_visit_moves_to_the_right_client_unsigned_and_without_the_others_goals() -> None:
    moved = moved_to_client(
        VISIT, "d", practice(), new_id="n", reason="wrong client", by="ana", at=NOW
    )
    assert not isinstance(moved, Lack)
    old, new = moved
    assert old.entered_in_error and old.entered_in_error.moved_to == "n"
    assert (new.id, new.client_id, new.referral_id, new.state) == ("n", "d", None, "open")
    assert (new.signed_at, new.seal, new.exercises[0].goal_id) == (None, None, None)
    assert new.started_at == VISIT.started_at


@pytest.mark.parametrize("client_id", ["c", "nobody"])
def test_it_moves_only_to_another_client_there_is(client_id: str) -> None:
    lack = moved_to_client(
        TEST, client_id, practice(), new_id="n", reason="wrong", by="ana", at=NOW
    )
    assert isinstance(lack, Lack) and lack.field == "client_id"


def test_a_limit_and_a_reply_in_error_count_no_more() -> None:
    limit = Limit(what="bp", value="150/95")
    wrong = part_in_error(limit, reason="of another client", by="ana", at=NOW)
    assert isinstance(wrong, Limit)
    assert limits_at([limit], AT, UTC_ZONE) == [limit]
    assert limits_at([wrong], AT, UTC_ZONE) == []
    reply = part_in_error(Reply(at=AT, text="ok"), reason="of another", by="ana", at=NOW)
    assert isinstance(reply, Reply)
    answered = Communication(id="m", method="fax", at=AT, reply=reply)
    assert not is_answered(answered, practice(sent=answered), NOW)
