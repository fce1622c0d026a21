"""Replies: an order that can be read in one way becomes a limit that entry keeps to, any other a precaution."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.communications import Communication, Document, Reply
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Vitals
from medex_tui.domain.referrals.replies import Order, answered, read_order, waiting
from medex_tui.domain.safety.limits import limits_at
from medex_tui.domain.safety.rules import fired
from properties import examples

ON = date(2026, 11, 3)
AT = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def order(typed: str) -> Order:
    read = read_order(typed, said_by="Dr Osei", on=ON, document="c1")
    assert isinstance(read, Order)
    return read


@pytest.mark.parametrize(
    ("typed", "what", "value", "note"),
    [
        ("HR cap 120 until echo", "hr", "120", "until echo"),
        ("hr 120", "hr", "120", None),
        ("keep pulse below 130 bpm", "hr", "130", None),
        ("stop if HR over 120", "hr", "120", None),
        ("HR no more than 110", "hr", "110", None),
        ("keep HR above 60", "hr_min", "60", None),
        ("BP under 150/95", "bp", "150/95", None),
        ("blood pressure up to 160 / 100 for now", "bp", "160/100", "for now"),
        ("bp 150", "sbp", "150", None),
        ("no systolic above 160", "sbp", "160", None),
        ("spo2 min 92 % on exertion", "spo2", "92", "on exertion"),
        ("hold exercise if spo2 below 88 %", "spo2", "88", None),
        ("SpO2 not below 90", "spo2", "90", None),
        ("blood sugar at least 100", "glucose_min", "100", None),
        ("glucose limit 14 mmol/L until new pump", "glucose", "14 mmol/l", "until new pump"),
    ],
)
def test_an_order_that_reads_in_one_way_is_a_dated_limit(
    typed: str, what: str, value: str, note: str | None
) -> None:
    limit = order(typed).limit
    assert limit is not None
    assert (limit.what, limit.value, limit.note) == (what, value, note)
    assert (limit.said_by, limit.on, limit.document) == ("Dr Osei", ON, "c1")


@pytest.mark.parametrize(
    "typed",
    [
        "no lifting over 5 lb",
        "Resume exercise; sit 2 min before standing",
        "HR 60-100",
        "HR 100 to 120",
        "HR 120/80",
        "HR above 120",
        "SpO2 below 90",
        "RPE max 4",
        "walk 20 min, HR 110",
        "BP 150/95 and HR 120",
        "no HR limit 120",
        "dbp min 60",
        "spo2 max 95",
        "increase HR 10 a week",
    ],
)
def test_an_order_that_reads_in_two_ways_is_left_to_people(typed: str) -> None:
    assert order(typed).limit is None
    assert order(typed).precaution == typed


def test_an_empty_order_is_a_problem() -> None:
    assert isinstance(read_order("  ", said_by=None, on=ON), Problem)


@given(st.text(max_size=80))
@examples(200)
def test_any_text_is_an_order_or_a_problem(typed: str) -> None:
    assert isinstance(read_order(typed, said_by=None, on=ON), Order | Problem)


def test_a_limit_from_an_order_counts_from_the_instant_of_the_reply() -> None:
    sending = Communication(id="c1", client_id="c", provider_id="p", method="fax", at=AT)
    client = Client(id="c", given_name="Mei", family_name="Chen")
    made = answered(
        sending, client, at=AT + timedelta(hours=2), on=ON, by="Dr Osei", text="Thanks.",
        orders=[order("HR cap 120 until echo"), order("no kneeling")],
    )  # fmt: skip
    assert made.client is not None and made.sending.reply is not None
    assert made.sending.reply.orders == "HR cap 120 until echo; no kneeling"
    assert made.client.precautions == ["no kneeling (Dr Osei, 2026-11-03)"]
    high = [Vitals(phase="during", hr=125)]

    def rules_at(at: datetime) -> list[str]:
        assert made.client is not None
        limits = limits_at(made.client.limits, at, ZoneInfo("America/New_York"))
        return [finding.rule for finding in fired(high, (), limits)]

    assert "limit:hr" in rules_at(AT + timedelta(hours=2))
    assert "limit:hr" not in rules_at(AT + timedelta(hours=1, minutes=59))


def test_a_second_reply_adds_to_the_first() -> None:
    first = Reply(at=AT, by="Dr Osei", text="Seen.", orders="HR 130")
    sending = Communication(id="c1", method="fax", at=AT, reply=first)
    made = answered(
        sending,
        None,
        at=AT + timedelta(days=1),
        on=ON,
        by=None,
        text="Done.",
        orders=[order("HR 120")],
    )
    assert made.sending.reply == Reply(
        at=AT + timedelta(days=1), by="Dr Osei", text="Seen.\nDone.", orders="HR 130; HR 120"
    )


# Waiting ------------------------------------------------------------------------------------------------------------

ASKING = "**Question:** Any weight limit overhead?\n"


def practice(
    *communications: Communication, body: str = ASKING, nudge: int | None = None
) -> Practice:
    letter = Document(id="d", kind="progress_report", client_id="c", body=body, signed_at=AT)
    return Practice([letter, Settings(id="s", nudge_days=nudge), *communications])


def went(id: str = "c1", at: datetime = AT, **more: object) -> Communication:
    fields = {"client_id": "c", "provider_id": "p", "document_id": "d", "method": "fax", **more}
    return Communication(id=id, at=at, **fields)  # type: ignore[arg-type]


def test_a_question_waits_and_silence_is_nudged_after_seven_days_or_the_practices_own() -> None:
    for days, nudge, own in ((6, False, None), (7, True, None), (3, False, 4), (4, True, 4)):
        (one,) = waiting(practice(went(), nudge=own), AT + timedelta(days=days))
        assert (one.days, one.nudge) == (days, nudge)


@pytest.mark.parametrize(
    "practice_",
    [
        practice(went(), body="**Question:** No action needed.\n"),
        practice(went(), body="**Question:** No action needed.\\\nSeal\n"),
        practice(
            went(), body="**Question:** Is there any concern? Otherwise no action is needed.\n"
        ),
        practice(went(result="failed")),
        practice(went(method="phone")),
        practice(went(reply=Reply(at=AT))),
        practice(went(), went("c2", AT + timedelta(hours=1), direction="in", document_id=None)),
    ],
)
def test_what_asks_nothing_or_is_answered_does_not_wait(practice_: Practice) -> None:
    assert waiting(practice_, AT + timedelta(days=10)) == []


def test_only_the_latest_of_two_askings_waits_and_nothing_waits_for_ever() -> None:
    twice = practice(went(), went("c2", AT + timedelta(days=3)))
    assert [(w.sending.id, w.days) for w in waiting(twice, AT + timedelta(days=9))] == [("c2", 6)]
    assert waiting(twice, AT + timedelta(days=94)) == []
