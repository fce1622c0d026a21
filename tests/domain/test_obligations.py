"""What is owed to whom by when: each trigger, each edge, and the promises that hold for any practice."""

import random
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from medex_tui.domain.obligations import (
    Obligation,
    as_json,
    calendar_due,
    explain,
    hours_left,
    obligations,
    on_time,
    report,
    report_due_on_visit,
    rules,
)
from medex_tui.domain.obligations import owed as still_owed
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Limit, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Hours, Policy, Settings
from medex_tui.domain.records.visits import Override, Session, Vitals
from properties import examples

CASES = {
    case["id"]: case
    for case in tomllib.loads((Path(__file__).parent / "cases_obligations.toml").read_text())[
        "case"
    ]
}
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 2, 17, tzinfo=UTC)
"""Monday 2 November 2026, 12:00 in New York: day 0 of the practice below."""

H = timedelta(hours=1)
D = timedelta(days=1)
HOSTILE = "O'Neil [L] =1+1 [/x] \x1b[2J \u202egnp"


def at(days: float, hours: float = 0) -> datetime:
    return NOON + days * D + hours * H


def basis(**changes: object) -> list[Record]:
    """A client referred by Dr Patel, with consent; settings in New York; no event but the receipt, long answered."""
    referral = Referral(
        id="r",
        client_id="c",
        provider_id="patel",
        consent_on=date(2026, 10, 1),
        diagnoses=[],
        **changes,
    )
    return [
        Settings(id="settings", timezone="America/New_York"),
        Provider(
            id="patel",
            name="Dr Anil Patel",
            role="physician",
            fax="555-0101",
            phone="555-0100",
            preferred_method="fax",
        ),
        Provider(
            id="lee", name="K. Lee", role="physical_therapist", direct_address="lee@direct.example"
        ),
        Client(id="c", given_name="Jodie", family_name="Hicks"),
        referral,
    ]


def session(id: str, when: datetime, state: str = "signed", **fields: object) -> Session:
    return Session(
        id=id,
        client_id="c",
        referral_id="r",
        planned_at=when,
        started_at=when,
        state=state,
        **fields,
    )


def assessment(id: str, when: datetime, kind: str = "initial") -> Assessment:
    return Assessment(id=id, client_id="c", referral_id="r", taken_at=when, kind=kind)


def sending(
    id: str, key: str, when: datetime, method: str = "fax", **fields: object
) -> Communication:
    return Communication(id=id, client_id="c", answers=[key], method=method, at=when, **fields)


def owed(
    records: Iterable[Record], now: datetime, kind: str | None = None
) -> dict[str, Obligation]:
    found = obligations(Practice(records), now)
    return {one.key: one for one in found if kind is None or one.kind == kind}


def changed(records: list[Record], id: str, **fields: object) -> list[Record]:
    return [replace(record, **fields) if record.id == id else record for record in records]


# --- the table and the worked cases ---


def test_the_shipped_table_is_that_of_the_domain() -> None:
    assert {kind: (rule.target_h, rule.limit_h) for kind, rule in rules().items()} == {
        "referral_ack": (48, 72),
        "intro_letter": (24, 72),
        "assessment_summary": (48, 72),
        "reassessment_update": (48, 72),
        "progress_report": (0, 0),
        "change_in_status": (24, 72),
        "red_flag_call": (4, 24),
        "red_flag_written": (24, 72),
        "missed_visits": (48, 72),
        "discharge_summary": (48, 72),
    }


def test_case_d19_sent_exactly_at_the_limit_is_on_time_and_a_second_later_is_not() -> None:
    case = CASES["D19"]
    verdicts = []
    for hours in case["input"]["elapsed_h"]:
        sent = sending("m", "assessment_summary:a", at(0, hours))
        [one] = owed([*basis(), assessment("a", NOON), sent], at(9), "assessment_summary").values()
        verdicts.append("met_on_time" if one.on_time else "met_late")
    assert verdicts == case["expect"]["status"]


def test_case_d23_a_report_every_ten_treatment_days() -> None:
    case = CASES["D23"]
    due = [day for day in case["input"]["treatment_days"] if report_due_on_visit(day)]
    assert due == case["expect"]["report_due_on_visit"]


@pytest.mark.parametrize(
    "case",
    [c for c in CASES.values() if c["area"] == "deadline" and "start" in c["input"]],
    ids=lambda c: c["id"],
)
def test_deadlines_of_the_worked_cases_through_a_whole_practice(case: dict) -> None:
    given_, zone = case["input"], ZoneInfo(case["input"]["timezone"])
    start = datetime.fromisoformat(given_["start"]).replace(tzinfo=zone, fold=given_["fold"])
    clock = "working_days" if given_["mode"] == "business" else "elapsed"
    holidays = [date.fromisoformat(day) for day in given_["holidays"]]
    policy = Policy(from_="2020-01-01", clock=clock)
    records = changed(basis(), "settings", timezone=str(zone), holidays=holidays, policies=[policy])
    [one] = owed(
        [*records, assessment("a", start.astimezone(UTC))], at(90), "assessment_summary"
    ).values()
    assert one.clock == clock
    assert one.target_at.astimezone(zone).isoformat() == case["expect"]["target_48h"]
    assert one.limit_at.astimezone(zone).isoformat() == case["expect"]["limit_72h"]


# --- status and its edges ---


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (at(0), "due"),
        (at(0, 48), "due"),
        (at(0, 48) + timedelta(seconds=1), "late_soon"),
        (at(0, 72), "late_soon"),
        (at(0, 72) + timedelta(seconds=1), "overdue"),
    ],
)
def test_target_and_limit_are_inclusive(now: datetime, status: str) -> None:
    [one] = owed([*basis(), assessment("a", NOON)], now, "assessment_summary").values()
    assert one.status == status
    assert (one.target_at, one.limit_at) == (at(2), at(3))


def test_nothing_is_owed_before_its_event() -> None:
    assert (
        owed([*basis(received_at=at(1)), assessment("a", at(1))], at(1) - timedelta(seconds=1))
        == {}
    )


def test_signing_late_moves_nothing() -> None:
    late = replace(assessment("a", NOON), created_at=at(5), signed_at=at(6))
    [one] = owed([*basis(), late], at(7), "assessment_summary").values()
    assert one.event_at == NOON


@pytest.mark.parametrize(
    "method", ["fax", "direct", "portal", "secure_email", "letter", "in_person"]
)
@pytest.mark.parametrize("result", ["sent", "delivered"])
def test_an_accepted_sending_meets(method: str, result: str) -> None:
    records = [
        *basis(),
        assessment("a", NOON),
        sending("m", "assessment_summary:a", at(1), method, result=result),
    ]
    [one] = owed(records, at(4), "assessment_summary").values()
    assert (one.status, one.state, one.met_at, one.met_by) == ("met", "met", at(1), "m")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"method": "text"}, "owed"),
        ({"method": "client_copy"}, "owed"),
        ({"method": "fax", "direction": "in"}, "owed"),
        ({"method": "fax", "provider_id": "lee"}, "owed"),
        ({"method": "phone"}, "called"),
        ({"method": "fax", "result": "failed"}, "failed"),
        ({"method": "letter", "result": "returned"}, "failed"),
    ],
)
def test_what_does_not_count_leaves_it_owed(fields: dict, state: str) -> None:
    records = [
        *basis(),
        assessment("a", NOON),
        sending("m", "assessment_summary:a", at(1), **fields),
    ]
    [one] = owed(records, at(4), "assessment_summary").values()
    assert (one.status, one.state) == ("overdue", state)


def test_the_latest_attempt_is_the_one_that_tells() -> None:
    first = sending("m1", "assessment_summary:a", at(1), result="failed")
    records = [*basis(), assessment("a", NOON), first]
    assert (
        owed([*records, sending("m2", "assessment_summary:a", at(2), "phone")], at(4))[
            "assessment_summary:a"
        ].state
        == "called"
    )
    assert (
        owed([*records, sending("m2", "assessment_summary:a", at(2))], at(4))[
            "assessment_summary:a"
        ].met_by
        == "m2"
    )


def test_a_sending_counts_from_its_own_time_so_a_past_evening_can_be_asked_again() -> None:
    records = [*basis(), assessment("a", NOON), sending("m", "assessment_summary:a", at(4))]
    assert owed(records, at(3.5), "assessment_summary")["assessment_summary:a"].status == "overdue"
    late = owed(records, at(4), "assessment_summary")["assessment_summary:a"]
    assert (late.status, late.on_time) == ("met", False)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "drafted"),
        ({"signed_at": at(2)}, "signed"),
        ({"signed_at": at(3)}, "signed"),
        ({"signed_at": at(4)}, "drafted"),
        ({"to": ["lee"]}, "owed"),
        ({"created_at": at(4)}, "owed"),
    ],
)
def test_a_letter_begun_shows(fields: dict, state: str) -> None:
    letter = Document(id="d", kind="assessment_summary", client_id="c", about=["a"], **fields)
    [one] = owed([*basis(), assessment("a", NOON), letter], at(3), "assessment_summary").values()
    assert one.state == state


def test_a_letter_of_another_kind_is_not_it() -> None:
    note = Document(id="d", kind="visit_note", client_id="c", about=["a"])
    [one] = owed([*basis(), assessment("a", NOON), note], at(3), "assessment_summary").values()
    assert one.state == "owed"


# --- recipients, consent and address ---


def test_every_copy_is_owed_by_its_own_key() -> None:
    records = [*basis(received_at=NOON, copies_to=["lee", "patel", "lee"]), assessment("a", NOON)]
    found = owed(records, at(1))
    assert set(found) == {
        "referral_ack:r",
        "assessment_summary:a",
        "assessment_summary:a:lee",
        "progress_report:r",
        "progress_report:r:lee",
    }


@pytest.mark.parametrize(
    ("key", "to", "met"),
    [
        ("assessment_summary:a", None, {"assessment_summary:a"}),
        ("assessment_summary:a", "patel", {"assessment_summary:a"}),
        ("assessment_summary:a", "lee", {"assessment_summary:a:lee"}),
        ("assessment_summary:a:lee", None, {"assessment_summary:a:lee"}),
        ("assessment_summary:a:lee", "lee", {"assessment_summary:a:lee"}),
        ("assessment_summary:a:lee", "patel", set()),
    ],
)
def test_a_sending_meets_what_is_owed_to_whom_it_went(
    key: str, to: str | None, met: set[str]
) -> None:
    records = [
        *basis(copies_to=["lee"]),
        assessment("a", NOON),
        sending("m", key, at(1), provider_id=to),
    ]
    found = owed(records, at(2), "assessment_summary")
    assert {k for k, one in found.items() if one.status == "met"} == met


def test_without_a_recipient_nothing_is_owed() -> None:
    records = changed(
        basis(received_at=NOON, status="discharged", discharged_at=at(1)), "r", provider_id=None
    )
    assert (
        owed([*records, assessment("a", NOON), session("s", NOON, symptoms=["chest_pain"])], at(40))
        == {}
    )


def test_copies_alone_get_the_letters_and_not_the_acknowledgement_or_the_call() -> None:
    records = changed(basis(received_at=NOON, copies_to=["lee"]), "r", provider_id=None)
    found = owed([*records, session("s", NOON, symptoms=["chest_pain"])], at(1))
    assert set(found) == {"intro_letter:s", "red_flag_written:s", "progress_report:r"}


def test_a_declined_referral_owes_its_acknowledgement_and_no_more() -> None:
    records = basis(received_at=NOON, status="declined", follow_up_on=date(2026, 11, 20))
    assert set(owed([*records, assessment("a", NOON), session("s", NOON)], at(40))) == {
        "referral_ack:r"
    }


def test_without_consent_it_says_what_is_missing_instead_of_how_to_send() -> None:
    records = changed([*basis(), assessment("a", NOON)], "r", consent_on=None)
    [one] = owed(records, at(1), "assessment_summary").values()
    assert (one.blocked_by, one.method, one.address) == ("consent_on", None, None)


@pytest.mark.parametrize(
    ("fields", "method", "address"),
    [
        ({}, "fax", "555-0101"),
        ({"preferred_method": "direct", "direct_address": "p@d"}, "direct", "p@d"),
        ({"preferred_method": "secure_email", "email": "p@e"}, "secure_email", "p@e"),
        ({"preferred_method": "letter", "postal_address": "1 Main St"}, "letter", "1 Main St"),
        ({"preferred_method": "portal"}, "portal", None),
        ({"preferred_method": "text"}, "fax", "555-0101"),
        ({"preferred_method": None, "fax": None, "direct_address": "p@d"}, "direct", "p@d"),
        ({"preferred_method": None, "fax": None}, None, None),
    ],
)
def test_the_method_is_the_provider_s_own(
    fields: dict, method: str | None, address: str | None
) -> None:
    records = changed([*basis(), assessment("a", NOON)], "patel", **fields)
    [one] = owed(records, at(1), "assessment_summary").values()
    assert (one.method, one.address) == (method, address)


# --- triggers ---


def test_the_introductory_letter_follows_the_first_visit_completed() -> None:
    first = session("s1", at(0), "open")
    second = session("s2", at(2), ended_at=at(2, 1))
    assert set(owed([*basis(), first, second], at(1), "intro_letter")) == set()
    [one] = owed([*basis(), first, second], at(3), "intro_letter").values()
    assert (one.source_id, one.event_at, one.limit_at - one.event_at) == ("s2", at(2, 1), 72 * H)
    ended = replace(first, ended_at=at(0, 1))
    assert set(owed([*basis(), ended, second], at(3), "intro_letter")) == {"intro_letter:s1"}


def test_a_first_visit_entered_late_asks_for_no_second_introductory_letter() -> None:
    records = [*basis(), session("s2", at(2)), sending("m", "intro_letter:s2", at(2.5))]
    [one] = owed([*records, session("s1", at(0))], at(3), "intro_letter").values()
    assert (one.key, one.met_by) == ("intro_letter:s1", "m")


def test_a_visit_nobody_came_to_starts_nothing() -> None:
    records = [
        *basis(),
        session("s1", at(0), "no_show"),
        session("s2", at(1), "cancelled"),
        session("s3", at(2), "planned"),
    ]
    assert owed(records, at(3)) == {}


def test_reassessments_and_progress_updates_are_reported_and_a_discharge_assessment_is_not() -> (
    None
):
    records = [
        *basis(),
        assessment("a1", at(0)),
        assessment("a2", at(5), "reassessment"),
        assessment("a3", at(9), "discharge"),
        session("s", at(6), ended_at=at(6, 1), progress_update=True),
        session("n", at(7), "no_show", progress_update=True),
    ]
    found = owed(records, at(9))
    assert found["reassessment_update:a2"].event_at == at(5)
    assert found["reassessment_update:s"].event_at == at(6, 1)
    assert {k for k in found if "a3" in k or ":n" in k} == set()


def test_a_client_discharged_in_an_open_episode_ends_it() -> None:
    gone = changed(basis(received_at=NOON), "c", status="discharged", status_at=at(5))
    records = [*gone, session("s", at(0))]
    found = owed(records, at(40))
    assert found["discharge_summary:r"].event_at == at(5)
    assert {one.kind for one in found.values()} == {
        "referral_ack",
        "intro_letter",
        "discharge_summary",
    }
    came_back = replace(gone[-1], id="r2", received_at=at(20))
    assert "discharge_summary:r2" not in owed([*records, came_back], at(21))


def test_a_visit_that_names_no_episode_is_of_the_last_that_had_come_in() -> None:
    second = Referral(id="r2", client_id="c", provider_id="lee", received_at=at(10))
    flags = [
        replace(session(f"s{d}", at(d), symptoms=["dizziness"]), referral_id=None)
        for d in (-1, 5, 15)
    ]
    found = owed([*basis(received_at=NOON), second, *flags], at(16), "red_flag_call")
    assert {one.source_id: one.provider_id for one in found.values()} == {
        "s-1": "patel",
        "s5": "patel",
        "s15": "lee",
    }


def test_discharge_asks_for_its_summary_from_when_it_was_decided() -> None:
    records = basis(status="discharged", discharged_at=at(5))
    assert owed(records, at(4)) == {}
    assert owed(records, at(6))["discharge_summary:r"].target_at == at(7)


# --- red flags and changes in status ---


def hours_of(one: Obligation) -> tuple[float, float]:
    return (one.target_at - one.event_at) / H, (one.limit_at - one.event_at) / H


def test_a_red_flag_asks_for_a_call_and_a_letter_from_the_beginning_of_the_visit() -> None:
    visit = session("s", NOON, ended_at=at(0, 1), symptoms=["dizziness"])
    found = owed([*basis(copies_to=["lee"]), visit], at(0, 1))
    assert hours_of(found["red_flag_call:s"]) == (4, 24)
    assert hours_of(found["red_flag_written:s"]) == (24, 72)
    assert "red_flag_written:s:lee" in found
    assert "red_flag_call:s:lee" not in found
    assert (found["red_flag_call:s"].method, found["red_flag_call:s"].address) == (
        "phone",
        "555-0100",
    )


@pytest.mark.parametrize(
    ("symptoms", "target", "limit"),
    [(["chest_pain"], 4, 4), (["claudication"], 4, 24), (["claudication", "syncope"], 4, 4)],
)
def test_a_rule_s_own_hours_tighten_the_call(
    symptoms: list[str], target: float, limit: float
) -> None:
    one = owed([*basis(), session("s", NOON, symptoms=symptoms)], at(1))["red_flag_call:s"]
    assert hours_of(one) == (target, limit)


@pytest.mark.parametrize(
    ("symptoms", "call", "letter"),
    [
        (["calf_swelling"], (4, 4), (24, 72)),
        (["claudication", "swelling"], (4, 24), (24, 72)),
        (["claudication", "night_pain"], (4, 24), (24, 24)),
    ],
)
def test_one_more_symptom_never_gives_more_time(
    symptoms: list[str], call: object, letter: object
) -> None:
    found = owed([*basis(), session("s", NOON, symptoms=symptoms)], at(1))
    assert (hours_of(found["red_flag_call:s"]), hours_of(found["red_flag_written:s"])) == (
        call,
        letter,
    )


def test_a_client_who_asks_to_stop_is_no_red_flag() -> None:
    found = owed([*basis(), session("s", NOON, symptoms=["client_request"])], at(1))
    assert {one.kind for one in found.values()} == {"intro_letter", "progress_report"}


@pytest.mark.parametrize(
    "visit",
    [
        session("s", NOON, vitals=[Vitals(phase="during", spo2=86)]),
        session("s", NOON, vitals=[Vitals(sbp=190)], symptoms=["night_pain"]),
        session("s", NOON, "cancelled", vitals=[Vitals(sbp=204, dbp=96)]),
        session("s", NOON, symptoms=["swelling", "chest_or_sob_history"]),
        session(
            "s",
            NOON,
            overrides=[Override(rule="sbp_drop_10", reason="artefact", by="amara", at=NOON)],
        ),
        session("s", NOON, "cancelled", symptoms=["chest_pain"]),
    ],
)
def test_readings_overrides_and_visits_called_off_raise_red_flags_too(visit: Session) -> None:
    found = owed([*basis(), visit], at(1))
    assert {"red_flag_call:s", "red_flag_written:s"} <= set(found)
    assert "change_in_status:s" not in found


def test_a_provider_s_own_floor_decides_whether_a_reading_is_a_red_flag() -> None:
    low = session("s", NOON, vitals=[Vitals(phase="during", spo2=86)])
    floor = [Limit(what="spo2_min", value="84", on=date(2026, 11, 1))]
    assert "red_flag_call:s" not in owed([*changed(basis(), "c", limits=floor), low], at(1))
    said_later = [replace(floor[0], on=date(2026, 11, 5))]
    assert "red_flag_call:s" in owed([*changed(basis(), "c", limits=said_later), low], at(9))


@pytest.mark.parametrize(
    ("symptoms", "target", "limit"),
    [(["night_pain"], 24, 24), (["swelling"], 24, 72), (["swelling", "open_wound"], 24, 24)],
)
def test_lesser_symptoms_are_a_change_in_status_within_the_tightest_hours(
    symptoms: list[str], target: float, limit: float
) -> None:
    found = owed([*basis(), session("s", NOON, symptoms=symptoms)], at(1), "change_in_status")
    assert {key: hours_of(one) for key, one in found.items()} == {
        "change_in_status:s": (target, limit)
    }


def test_a_call_quiets_the_call_and_never_the_letter() -> None:
    records = [*basis(), session("s", NOON, symptoms=["dizziness"])]
    call = Communication(
        id="m",
        client_id="c",
        method="phone",
        at=at(0, 1),
        answers=["red_flag_call:s", "red_flag_written:s"],
    )
    found = owed([*records, call], at(0, 30))
    assert (found["red_flag_call:s"].status, found["red_flag_written:s"].status) == (
        "met",
        "late_soon",
    )
    assert found["red_flag_written:s"].state == "called"
    faxed = sending("f", "red_flag_call:s", at(0, 2))
    assert owed([*records, faxed], at(1))["red_flag_call:s"].status == "met"
    assert (
        owed([*records, sending("t", "red_flag_call:s", at(0, 2), "text")], at(1))[
            "red_flag_call:s"
        ].state
        == "owed"
    )


def test_a_client_put_on_hold_is_a_change_in_status_that_only_later_letters_meet() -> None:
    records = changed(basis(), "c", status="on_hold", status_at=at(10))
    earlier = sending("m1", "change_in_status:c", at(3))
    waived = Waiver(
        id="w", obligation="change_in_status:c", reason="told in person", by="amara", at=at(4)
    )
    assert owed(records, at(9)) == {}
    [one] = owed([*records, earlier, waived], at(11)).values()
    assert (one.key, one.state, hours_of(one)) == ("change_in_status:c", "owed", (24, 72))
    [one] = owed(
        [*records, earlier, sending("m2", "change_in_status:c", at(10, 2))], at(11)
    ).values()
    assert one.met_by == "m2"


def test_a_hold_stays_owed_when_the_client_is_back() -> None:
    back = changed(basis(), "c", status="active", held_at=at(10), status_at=at(12))
    [one] = owed(back, at(14)).values()
    assert (one.key, one.event_at, one.status) == ("change_in_status:c", at(10), "overdue")
    [one] = owed([*back, sending("m", "change_in_status:c", at(11))], at(14)).values()
    assert one.status == "met"


def test_a_hold_is_of_the_episode_it_fell_into() -> None:
    held = changed(
        basis(status="discharged", discharged_at=at(20)), "c", status="active", held_at=at(10)
    )
    second = Referral(id="r2", client_id="c", provider_id="lee", received_at=at(30))
    [one] = owed(
        [*held, second, sending("m", "change_in_status:c", at(11))], at(31), "change_in_status"
    ).values()
    assert (one.referral_id, one.status) == ("r", "met")
    before_any_referral = changed(
        basis(received_at=at(15)), "c", status="on_hold", status_at=at(10)
    )
    assert owed(before_any_referral, at(16), "change_in_status") == {}


# --- missed visits ---


def test_the_second_no_show_in_a_row_is_reported_once() -> None:
    came = session("s0", at(0))
    visits = [session(f"n{n}", at(n), "no_show") for n in (2, 5, 7, 9)]
    between = session("x", at(3), "cancelled")
    assert owed([*basis(), came, visits[0]], at(4), "missed_visits") == {}
    [one] = owed([*basis(), came, between, *visits], at(30), "missed_visits").values()
    assert (one.key, one.event_at) == ("missed_visits:n5", at(5))


def test_a_visit_between_two_no_shows_breaks_the_row() -> None:
    visits = [session("n1", at(1), "no_show"), session("s", at(2)), session("n2", at(3), "no_show")]
    assert owed([*basis(), *visits], at(4), "missed_visits") == {}


def test_two_no_shows_before_any_visit_count() -> None:
    visits = [session("n1", at(1), "no_show"), session("n2", at(3), "no_show")]
    assert set(owed([*basis(), *visits], at(4), "missed_visits")) == {"missed_visits:n2"}


def test_fourteen_days_away_are_reported_and_stay_owed_on_return() -> None:
    records = [*basis(), session("s0", at(0))]
    assert owed(records, at(14) - timedelta(seconds=1), "missed_visits") == {}
    [one] = owed(records, at(14), "missed_visits").values()
    assert (one.key, one.event_at) == ("missed_visits:s0", at(14))
    assert set(owed([*records, session("s1", at(20))], at(21), "missed_visits")) == {
        "missed_visits:s0"
    }


@pytest.mark.parametrize(
    "records",
    [
        [*basis(), session("s0", at(0)), session("s1", at(13.9))],
        [*basis(status="discharged", discharged_at=at(13)), session("s0", at(0))],
        [*changed(basis(), "c", status="on_hold", status_at=at(5)), session("s0", at(0))],
        [*basis(), session("s0", at(0)), assessment("a", at(10), "reassessment")],
        [*basis(), assessment("a", at(0))],
    ],
    ids=["came in time", "discharged", "on hold", "assessed", "not begun"],
)
def test_no_absence_where_none_is_to_be_explained(records: list[Record]) -> None:
    assert owed(records, at(14.5), "missed_visits") == {}


def test_a_hold_is_no_absence_and_after_it_fourteen_new_days_begin() -> None:
    records = [
        *changed(basis(), "c", status="active", held_at=at(5), status_at=at(40)),
        session("s0", at(0)),
    ]
    assert owed(records, at(54) - timedelta(seconds=1), "missed_visits") == {}
    [one] = owed(records, at(54), "missed_visits").values()
    assert (one.key, one.event_at) == ("missed_visits:s0", at(54))
    away_before = [
        *changed(basis(), "c", status="active", held_at=at(15), status_at=at(40)),
        session("s0", at(0)),
    ]
    assert owed(away_before, at(41), "missed_visits")["missed_visits:s0"].event_at == at(14)


def test_each_absence_is_reported_once_whichever_sign_of_it_comes_first() -> None:
    visits = [
        session("s0", at(0)),
        session("n1", at(5), "no_show"),
        session("n2", at(15), "no_show"),
        session("s1", at(20)),
        session("n3", at(22), "no_show"),
        session("n4", at(24), "no_show"),
    ]
    assert set(owed([*basis(), *visits], at(60), "missed_visits")) == {
        "missed_visits:s0",
        "missed_visits:n4",
    }


def test_a_no_show_on_the_fourteenth_day_comes_too_late_to_be_the_sign() -> None:
    visits = [
        session("s0", at(0)),
        session("n1", at(5), "no_show"),
        session("n2", at(14), "no_show"),
    ]
    assert set(owed([*basis(), *visits], at(14), "missed_visits")) == {"missed_visits:s0"}


def test_an_assessment_within_a_visit_is_part_of_it() -> None:
    visits = [
        session("s0", at(0)),
        assessment("a", at(0, 0.5)),
        session("s1", at(1)),
        assessment("b", at(5), "discharge"),
    ]
    assert set(owed([*basis(), *visits], at(30), "missed_visits")) == {"missed_visits:b"}
    assert set(owed([*basis(), *visits[:3]], at(30), "missed_visits")) == {"missed_visits:s1"}


# --- progress reports ---


def local_end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("follow_up", "due"),
    [
        (None, date(2026, 12, 2)),
        (date(2026, 11, 20), date(2026, 11, 19)),
        (date(2026, 12, 3), date(2026, 12, 2)),
        (date(2026, 12, 20), date(2026, 12, 2)),
        (date(2026, 11, 3), date(2026, 12, 2)),
        (date(2026, 11, 4), date(2026, 11, 3)),
        (date(2026, 10, 1), date(2026, 12, 2)),
    ],
)
def test_a_report_is_due_after_thirty_days_or_the_day_before_the_follow_up(
    follow_up: date | None, due: date
) -> None:
    assert calendar_due(date(2026, 11, 2), follow_up) == due
    records = [*basis(follow_up_on=follow_up), session("s", NOON)]
    [one] = owed(records, at(0), "progress_report").values()
    assert (one.key, one.event_at) == ("progress_report:r", NOON)
    assert one.target_at == one.limit_at == local_end(due)


def test_the_first_visit_may_be_an_assessment() -> None:
    records = [*basis(), assessment("a", at(0)), session("s", at(4))]
    assert owed(records, at(5))["progress_report:r"].event_at == at(0)


def test_each_report_is_the_anchor_of_the_next_whatever_key_it_names() -> None:
    records = [
        *basis(),
        session("s", at(0)),
        sending("m1", "progress_report:r", at(20)),
        sending("m2", "progress_report:r", at(45)),
        sending("m3", "progress_report:m1", at(60)),
    ]
    found = owed(records, at(61), "progress_report")
    assert {key: (one.met_by, one.event_at) for key, one in found.items()} == {
        "progress_report:r": ("m1", at(0)),
        "progress_report:m1": ("m2", at(20)),
        "progress_report:m2": ("m3", at(45)),
        "progress_report:m3": (None, at(60)),
    }
    assert found["progress_report:m3"].limit_at == local_end(date(2027, 1, 31))
    assert {key: one.met_by for key, one in owed(records, at(44), "progress_report").items()} == {
        "progress_report:r": "m1",
        "progress_report:m1": None,
    }


def test_a_report_entered_earlier_does_not_ask_again_for_what_was_sent() -> None:
    records = [*basis(), session("s", at(0)), sending("m1", "progress_report:r", at(20))]
    late_entry = sending("m0", "progress_report:r", at(10))
    found = owed([*records, late_entry], at(21), "progress_report")
    assert {key: one.met_by for key, one in found.items()} == {
        "progress_report:r": "m0",
        "progress_report:m0": "m1",
        "progress_report:m1": None,
    }


def test_each_recipient_has_a_calendar_of_its_own() -> None:
    records = [
        *basis(copies_to=["lee"]),
        session("s", at(0)),
        sending("m1", "progress_report:r", at(20), provider_id="patel"),
        sending("m2", "progress_report:r:lee", at(25), provider_id="lee"),
        sending("m3", "progress_report:m2:lee", at(40)),
    ]
    found = owed(records, at(41), "progress_report")
    assert {key: one.met_by for key, one in found.items()} == {
        "progress_report:r": "m1",
        "progress_report:m1": None,
        "progress_report:r:lee": "m2",
        "progress_report:m2:lee": "m3",
        "progress_report:m3:lee": None,
    }


def test_one_letter_about_two_episodes_is_followed_by_one_key_that_stays_until_both_are_reported() -> (
    None
):
    other = Referral(id="r2", client_id="c", provider_id="patel")
    visits = [session("s", at(0)), replace(session("s2", at(1)), referral_id="r2")]
    both = Communication(
        id="m", method="fax", at=at(5), answers=["progress_report:r", "progress_report:r2"]
    )
    records = [*basis(), other, *visits, both]
    [shared] = [
        one for one in obligations(Practice(records), at(6)) if one.key == "progress_report:m"
    ]
    assert shared.status == "due"
    one_alone = sending("m2", "progress_report:r", at(7))
    assert owed([*records, one_alone], at(8))["progress_report:m"].status == "due"
    assert (
        owed([*records, sending("m2", "progress_report:m", at(7))], at(8))[
            "progress_report:m"
        ].status
        == "met"
    )


def test_a_follow_up_is_served_by_a_report_in_the_week_before_it_or_because_of_it() -> None:
    records = [*basis(follow_up_on=date(2026, 11, 20)), session("s", at(0))]
    because = owed([*records, sending("m", "progress_report:r", at(3))], at(4), "progress_report")
    assert because["progress_report:m"].limit_at == local_end(date(2026, 12, 5))
    later = [*basis(follow_up_on=date(2026, 12, 20)), session("s", at(0))]
    within = [
        sending("m1", "progress_report:r", at(10)),
        sending("m2", "progress_report:m1", at(43)),
    ]
    found = owed([*later, *within], at(44), "progress_report")
    assert found["progress_report:m1"].limit_at == local_end(date(2026, 12, 12))
    assert found["progress_report:m2"].limit_at == local_end(date(2027, 1, 14))
    a_week_before = owed(
        [*later, within[0], sending("m2", "progress_report:m1", at(41))], at(44), "progress_report"
    )
    assert a_week_before["progress_report:m2"].limit_at == local_end(date(2027, 1, 12))
    unserved = owed(
        [*later, within[0], sending("m2", "progress_report:m1", at(40))], at(44), "progress_report"
    )
    assert unserved["progress_report:m2"].limit_at == local_end(date(2026, 12, 19))


def test_a_booked_follow_up_asks_for_a_report_before_the_first_visit() -> None:
    records = basis(received_at=NOON, follow_up_on=date(2026, 11, 20))
    before = owed(records, at(1))["progress_report:r"]
    assert (before.event_at, before.limit_at) == (NOON, local_end(date(2026, 11, 19)))
    assert (
        owed([*records, session("s", at(5))], at(6))["progress_report:r"].limit_at
        == before.limit_at
    )
    after_the_follow_up = owed([*records, session("s", at(25))], at(26))["progress_report:r"]
    assert (after_the_follow_up.event_at, after_the_follow_up.limit_at) == (NOON, before.limit_at)
    assert set(owed(basis(received_at=NOON, follow_up_on=date(2026, 11, 3)), at(1))) == {
        "referral_ack:r"
    }


def test_after_discharge_no_further_report_is_owed() -> None:
    records = [session("s", at(0)), sending("m", "progress_report:r", at(20))]
    left = [*basis(status="discharged", discharged_at=at(40)), *records]
    assert {
        k for k, one in owed(left, at(90), "progress_report").items() if one.status != "met"
    } == set()
    assert set(owed(left, at(39), "progress_report")) == {"progress_report:r", "progress_report:m"}
    missed = [*basis(status="discharged", discharged_at=at(40)), session("s", at(0))]
    assert owed(missed, at(90), "progress_report")["progress_report:r"].status == "overdue"


# --- policies and waivers ---


def test_the_policy_in_force_at_the_event_is_the_one_that_counts() -> None:
    policies = [
        Policy(
            from_="2026-11-05",
            clock="working_days",
            hours={"assessment_summary": Hours(target_h=12, limit_h=24)},
        ),
        Policy(from_="2026-11-09T12:00:00-05:00", preset="custom"),
    ]
    records = changed(basis(), "settings", policies=policies[::-1])
    records += [assessment(f"a{day}", at(day)) for day in (0, 4, 7)]
    found = owed(records, at(8), "assessment_summary")
    assert {key: (one.clock, hours_of(one)) for key, one in found.items()} == {
        "assessment_summary:a0": ("elapsed", (48, 72)),
        "assessment_summary:a4": ("working_days", (12, 72)),
        "assessment_summary:a7": ("elapsed", (48, 72)),
    }


def test_exercise_is_medicine_reports_every_ninety_days() -> None:
    records = changed(
        basis(), "settings", policies=[Policy(from_="2026-01-01", preset="exercise-is-medicine")]
    )
    one = owed([*records, session("s", at(0))], at(1))["progress_report:r"]
    assert one.limit_at == local_end(date(2027, 1, 31))
    assert one.why == "First visit Mon 2 Nov 12:00; 90 days end Sun 31 Jan 23:59."


def test_a_policy_without_a_readable_date_is_passed_over() -> None:
    records = changed(
        basis(), "settings", policies=[Policy(from_="2026-13-45", clock="working_days")]
    )
    assert owed([*records, assessment("a", NOON)], at(1))["assessment_summary:a"].clock == "elapsed"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "America", "../UTC", ""])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_and_zones_that_are_none_break_nothing(
    zone: str, day: date
) -> None:
    policies = [
        Policy(from_=day.isoformat(), clock="working_days"),
        Policy(from_=f"{day}T00:00:00+14:00"),
    ]
    records = changed(
        basis(follow_up_on=day), "settings", timezone=zone, policies=policies, holidays=[day]
    )
    found = owed([*records, session("s", NOON), sending("m", "progress_report:r", at(1))], at(2))
    assert found["progress_report:m"].limit_at.date() in (date(2026, 12, 3), date(2026, 12, 4))


def test_a_waiver_stands_beside_the_list_until_it_runs_out() -> None:
    waiver = Waiver(
        id="w", obligation="assessment_summary:a", reason=HOSTILE, by="amara", at=at(1), until=at(6)
    )
    practice = Practice([*basis(), assessment("a", NOON), waiver])
    quiet = report(practice, at(5), 24)
    assert [one.key for one in quiet.waived] == ["assessment_summary:a"]
    assert (quiet.waived[0].status, quiet.waived[0].state) == ("overdue", "waived")
    assert quiet.counts == {"overdue": 0, "late_soon": 0, "due": 0}
    assert any(HOSTILE in line for line in explain(quiet.waived[0], practice))
    for now in (at(0.5), at(6)):
        assert "assessment_summary:a" in {one.key for one in still_owed(practice, now)}


# --- the list and its words ---


def test_most_urgent_first() -> None:
    records = [
        *basis(received_at=at(-10), status="discharged", discharged_at=at(0)),
        assessment("late", at(-5)),
        session("flag", at(0, -1), symptoms=["dizziness"]),
        assessment("soon", at(-2.5)),
        assessment("past", at(0, -50), "reassessment"),
        assessment("failed", at(0, -3)),
        sending("f", "assessment_summary:failed", at(0, -1), result="failed"),
        assessment("calm", at(0, -4)),
        assessment("met", at(-6)),
        sending("m", "assessment_summary:met", at(-5)),
    ]
    keys = [one.key for one in obligations(Practice(records), at(0))]
    ranked = [
        "referral_ack:r",
        "assessment_summary:late",
        "red_flag_call:flag",
        "assessment_summary:soon",
        "reassessment_update:past",
        "assessment_summary:failed",
        "assessment_summary:calm",
        "assessment_summary:met",
    ]
    assert [key for key in keys if key in ranked] == ranked


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (
            at(1),
            "Initial assessment Mon 2 Nov 12:00; 48 h end Wed 4 Nov 12:00, 72 h end Thu 5 Nov 12:00.",
        ),
        (
            at(2.5),
            "Initial assessment Mon 2 Nov 12:00; 48 h ended Wed 4 Nov 12:00, 72 h end Thu 5 Nov 12:00.",
        ),
        (at(4), "Initial assessment Mon 2 Nov 12:00; 72 h ended Thu 5 Nov 12:00."),
    ],
)
def test_why_tells_event_and_hours_in_practice_time(now: datetime, sentence: str) -> None:
    assert owed([*basis(), assessment("a", NOON)], now)["assessment_summary:a"].why == sentence


def test_why_names_working_hours_and_follow_ups_as_such() -> None:
    records = changed(
        basis(), "settings", policies=[Policy(from_="2026-01-01", clock="working_days")]
    )
    assert owed([*records, assessment("a", at(4))], at(30))["assessment_summary:a"].why == (
        "Initial assessment Fri 6 Nov 12:00; 72 working-day h ended Wed 11 Nov 12:00."
    )
    records = [*basis(follow_up_on=date(2026, 11, 20)), session("s", NOON)]
    assert (
        owed(records, at(1))["progress_report:r"].why
        == "Follow-up visit Fri 20 Nov; the report is due the day before."
    )


def test_the_report_groups_counts_and_looks_ahead() -> None:
    records = [
        *basis(),
        assessment("a", at(0)),
        assessment("b", at(1), "reassessment"),
        assessment("d", at(2, 12)),
    ]
    found = report(Practice(records), at(3, 2), 48)
    assert found.counts == {"overdue": 1, "late_soon": 1, "due": 1}
    assert [one.key for one in found.items] == [
        "assessment_summary:a",
        "reassessment_update:b",
        "assessment_summary:d",
    ]
    assert found.summary == "1 overdue, 1 past target, 1 due within 48 h."
    assert found.next_due is not None
    assert found.next_due.key == "progress_report:r"


def test_an_empty_report_says_when_the_next_falls_due() -> None:
    found = report(Practice([*basis(), assessment("a", at(0))]), at(0), 24)
    assert (
        found.summary
        == "Nothing is overdue or due within 24 h; the next falls due Wed 4 Nov 12:00."
    )
    assert report(Practice(), at(0), 24).summary == "Nothing is owed."


def test_the_json_is_the_promised_shape() -> None:
    practice = Practice([*basis(), assessment("a", NOON)])
    told = as_json(report(practice, at(3, 6.25), 24), practice)
    assert told == {
        "as_of": "2026-11-05T23:15:00+00:00",
        "clock": "elapsed",
        "timezone": "America/New_York",
        "counts": {"overdue": 1, "late_soon": 0, "due": 0},
        "items": [
            {
                "key": "assessment_summary:a",
                "kind": "assessment_summary",
                "status": "overdue",
                "client_id": "c",
                "client": "Hicks, Jodie",
                "provider_id": "patel",
                "provider": "Dr Anil Patel",
                "method": "fax",
                "address": "555-0101",
                "event_at": "2026-11-02T17:00:00+00:00",
                "target_at": "2026-11-04T17:00:00+00:00",
                "limit_at": "2026-11-05T17:00:00+00:00",
                "hours_left": -6.25,
                "state": "owed",
                "blocked_by": None,
                "send_by": None,
                "why": "Initial assessment Mon 2 Nov 12:00; 72 h ended Thu 5 Nov 12:00.",
            }
        ],
        "closing": [],
        "waived": [],
    }


def test_past_the_limit_the_hours_left_are_never_told_as_none() -> None:
    [one] = owed([*basis(), assessment("a", NOON)], at(3), "assessment_summary").values()
    assert [hours_left(one, at(3) + timedelta(seconds=s)) for s in (-9, 0, 1, 18, 60)] == [
        0.0,
        0.0,
        -0.01,
        -0.01,
        -0.02,
    ]


FRIDAY_CASES = [
    (NOON + 2 * D, "Nobody is there on the limit's day: send it by Fri 6 Nov."),
    (NOON + 1 * D, None),
    (NOON + 5 * D, None),
]
"""Wednesday noon ends on Saturday; Tuesday noon on Friday; Saturday noon on Tuesday."""


@pytest.mark.parametrize(("event", "told"), FRIDAY_CASES)
def test_a_limit_on_a_closed_day_is_told_on_the_last_working_day(
    event: datetime, told: str | None
) -> None:
    practice = Practice([*basis(), assessment("a", event)])
    [one] = [o for o in obligations(practice, event) if o.kind == "assessment_summary"]
    assert [line for line in explain(one, practice) if line.startswith("Nobody")] == (
        [told] if told else []
    )


def test_the_last_working_day_may_be_that_of_the_event_and_is_never_before_it() -> None:
    friday, saturday = (
        session(id, at(day), symptoms=["dizziness"]) for id, day in (("fri", 4), ("sat", 5))
    )
    found = owed([*basis(), friday, saturday], at(4), "red_flag_call") | owed(
        [*basis(), saturday], at(5)
    )
    assert found["red_flag_call:fri"].send_by == date(2026, 11, 6)
    assert found["red_flag_call:sat"].send_by is None


def test_on_the_last_working_day_the_report_lists_what_falls_due_on_closed_days() -> None:
    thursday = at(3, 6)
    records = [
        *changed(basis(), "settings", holidays=[date(2026, 11, 6)]),
        assessment("a", at(2, 6)),
    ]
    found = report(Practice(records), at(3), 4)
    assert ([o.key for o in found.closing], found.counts["due"]) == (["assessment_summary:a"], 0)
    assert found.summary == "0 overdue, 0 past target, 0 due within 4 h, 1 before closed days."
    told = as_json(found, Practice(records))["closing"]
    assert [item["send_by"] for item in told] == ["2026-11-05"]  # type: ignore[attr-defined]
    assert report(Practice(records), at(2, 8), 4).closing == []
    assert report(Practice(records), thursday + D, 48).closing == []


def test_a_waived_item_is_in_the_json_beside_the_others_with_its_reason() -> None:
    waiver = Waiver(
        id="w", obligation="assessment_summary:a", reason="moved away", by="amara", at=at(1)
    )
    practice = Practice([*basis(), assessment("a", NOON), waiver])
    told = as_json(report(practice, at(5), 24), practice)
    assert told["counts"] == {"overdue": 0, "late_soon": 0, "due": 0}
    [item] = told["waived"]  # type: ignore[misc]
    assert (item["key"], item["waived_by"], item["waived_because"], item["waived_until"]) == (
        "assessment_summary:a",
        "amara",
        "moved away",
        None,
    )


def test_explain_names_each_day_left_out_the_change_of_clocks_and_the_policy_that_counts() -> None:
    policies = [Policy(from_="2026-01-01", clock="working_days"), Policy(from_="2026-12-01")]
    records = changed(basis(), "settings", policies=policies, holidays=[date(2026, 11, 26)])
    practice = Practice([*records, assessment("a", datetime(2026, 11, 25, 16, tzinfo=UTC))])
    [one] = [o for o in obligations(practice, at(30)) if o.kind == "assessment_summary"]
    told = explain(one, practice)
    assert "Not counted: Thu 26 Nov (holiday), Sat 28 Nov, Sun 29 Nov." in told
    assert "Policy: meti, in force from 2026-01-01 on; a later one changes nothing here." in told
    spring = Practice([*basis(), assessment("b", datetime(2026, 3, 6, 21, 30, tzinfo=UTC))])
    [one] = [o for o in obligations(spring, at(30)) if o.kind == "assessment_summary"]
    assert "The clocks change in between; hours are counted as they pass." in explain(one, spring)


def test_explain_gives_rule_event_arithmetic_source_and_remedy() -> None:
    practice = Practice(changed([*basis(), assessment("a", NOON)], "patel", name=HOSTILE))
    [one] = [o for o in obligations(practice, at(4)) if o.kind == "assessment_summary"]
    told = explain(one, practice)
    assert told[0] == "Rule: one-page assessment summary, owed on: initial assessment completed."
    assert told[1] == "Event: Initial assessment Mon 2 Nov 12:00."
    assert "+ 48 h = Wed 4 Nov 12:00 (target), + 72 h = Thu 5 Nov 12:00" in told[2]
    assert told[3].startswith("Source: METI article, Nov 2025")
    assert HOSTILE in told[4]


def test_records_that_point_nowhere_are_listed_and_break_nothing() -> None:
    records = [
        *basis()[:1],
        Referral(id="r", client_id="gone", provider_id="nobody", received_at=NOON),
    ]
    practice = Practice(
        [*records, Waiver(id="w", obligation="no such key", reason="x", by="a", at=NOON)]
    )
    [item] = as_json(report(practice, at(9), 24), practice)["items"]  # type: ignore[misc]
    assert (item["client"], item["provider"], item["method"]) == (None, None, None)


def test_on_time_counts_what_was_settled_since() -> None:
    records = [
        *basis(),
        *(assessment(f"a{n}", at(n)) for n in range(6)),
        sending("m0", "assessment_summary:a0", at(1)),
        sending("m1", "assessment_summary:a1", at(3)),
        sending("m2", "assessment_summary:a2", at(8)),
        Waiver(
            id="w", obligation="assessment_summary:a3", reason="moved away", by="amara", at=at(3.5)
        ),
    ]
    practice = Practice(records)
    # a0 and a1 in time, a2 late, a3 waived, a4 past its limit, a5 still open, the progress report not yet due.
    assert on_time(practice, at(7.5), at(0)) == (2, 5)
    assert on_time(practice, at(7.5), at(2)) == (1, 4)
    assert on_time(Practice(), at(7), at(0)) == (0, 0)


def test_a_waiver_counts_against_the_rate_from_when_it_was_given_and_a_snooze_from_the_limit() -> (
    None
):
    def rate(now: datetime, **fields: object) -> tuple[int, int]:
        waiver = Waiver(
            id="w", obligation="assessment_summary:a", reason="x", by="amara", at=at(1), **fields
        )
        return on_time(Practice([*basis(), assessment("a", NOON), waiver]), now, NOON)

    assert [rate(at(days)) for days in (0.9, 1, 4)] == [(0, 0), (0, 1), (0, 1)]
    assert [rate(at(days), until=at(9)) for days in (1, 3, 4, 10)] == [
        (0, 0),
        (0, 0),
        (0, 1),
        (0, 1),
    ]
    sent = sending("m", "assessment_summary:a", at(2))
    waived = Waiver(id="w", obligation="assessment_summary:a", reason="x", by="amara", at=at(1))
    assert on_time(Practice([*basis(), assessment("a", NOON), waived, sent]), at(4), NOON) == (1, 1)


def test_the_cron_path_reads_no_measures_and_loads_nothing_heavy() -> None:
    program = "import sys, medex_tui.domain.obligations; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "textual",
        "rich",
        "arrow",
        "markdown_it",
        "tinydb",
        "medex_tui.domain.measures",
        "importlib.resources",
    }
    assert heavy.isdisjoint(loaded)


# --- promises for any practice ---

KINDS = ["initial", "reassessment", "discharge"]
STATES = ["planned", "open", "signed", "no_show", "cancelled"]
SYMPTOMS = ["chest_pain", "swelling", "client_request", "night_pain", "unheard_of"]
TIMES = st.integers(0, 60 * 24).map(lambda hours: at(0, hours))
DAYS = st.dates(date(2026, 10, 25), date(2027, 1, 10))


@st.composite
def practices(draw: st.DrawFn) -> list[Record]:
    """A few clients, episodes and visits within two months, with sendings that answer keys which may exist."""
    pick = lambda options: draw(st.sampled_from(options))  # noqa: E731
    maybe = lambda strategy: draw(st.none() | strategy)  # noqa: E731
    clock = pick(["elapsed", "working_days"])
    policies = [Policy(from_="2026-01-01", clock=clock)] if draw(st.booleans()) else []
    records: list[Record] = [
        Settings(
            id="settings",
            timezone=pick(["America/New_York", "UTC"]),
            policies=policies,
            holidays=[draw(DAYS)],
        ),
        *basis()[1:3],
    ]
    clients = [f"c{n}" for n in range(draw(st.integers(1, 2)))]
    for c in clients:
        status = pick(["active", "active", "on_hold"])
        records.append(
            Client(id=c, given_name="", family_name=HOSTILE, status=status, status_at=maybe(TIMES))
        )
    episodes = [(f"r{n}", pick(clients)) for n in range(draw(st.integers(0, 3)))]
    for r, c in episodes:
        records.append(
            Referral(
                id=r,
                client_id=c,
                provider_id=pick(["patel", None, "patel"]),
                copies_to=pick([[], ["lee"]]),
                received_at=maybe(TIMES),
                follow_up_on=maybe(DAYS),
                consent_on=maybe(DAYS),
                status=pick(["open", "open", "discharged", "declined"]),
                discharged_at=maybe(TIMES),
            )
        )
    for n in range(draw(st.integers(0, 6))):
        r, c = pick(episodes) if episodes else (None, pick(clients))
        began = draw(TIMES)
        records.append(
            Session(
                id=f"s{n}",
                client_id=c,
                referral_id=r,
                planned_at=began,
                ended_at=maybe(st.just(began + H)),
                state=pick(STATES),
                symptoms=draw(st.lists(st.sampled_from(SYMPTOMS), max_size=1)),
                progress_update=draw(st.booleans()),
            )
        )
    for n in range(draw(st.integers(0, 3))):
        r, c = pick(episodes) if episodes else (None, pick(clients))
        records.append(
            Assessment(
                id=f"a{n}", client_id=c, referral_id=r, taken_at=draw(TIMES), kind=pick(KINDS)
            )
        )
    for n in range(draw(st.integers(0, 6))):
        records.append(draw(sendings(records, f"m{n}")))
    keys = owed_keys(records)
    if keys and draw(st.booleans()):
        until = maybe(TIMES)
        records.append(
            Waiver(id="w", obligation=pick(keys), reason="x", until=until, by="a", at=draw(TIMES))
        )
    return records


def owed_keys(records: list[Record]) -> list[str]:
    """Every key the practice will have known by its end, in a settled order."""
    return sorted(owed(records, at(70)))


@st.composite
def sendings(
    draw: st.DrawFn, records: list[Record], id: str, accepted: bool = False
) -> Communication:
    """A sending that answers what is owed some day, most often rightly addressed."""
    keys = owed_keys(records) or ["referral_ack:r0"]
    return Communication(
        id=id,
        provider_id=draw(st.sampled_from([None, None, "patel", "lee"])),
        answers=draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2)),
        method="fax" if accepted else draw(st.sampled_from(["fax", "fax", "fax", "phone", "text"])),
        at=draw(TIMES),
        result="sent" if accepted else draw(st.sampled_from(["sent", "sent", "sent", "failed"])),
    )


PROMISE = examples(150)


@PROMISE
@given(practices(), TIMES, TIMES)
def test_status_only_ever_moves_forward_in_time(
    records: list[Record], one: datetime, other: datetime
) -> None:
    order = ["due", "late_soon", "overdue", "met"]
    before, after = owed(records, min(one, other)), owed(records, max(one, other))
    for key, obligation in before.items():
        if key in after:
            assert order.index(obligation.status) <= order.index(after[key].status)
            assert obligation.event_at == after[key].event_at or obligation.kind in (
                "progress_report",
                "change_in_status",
            )
        if obligation.status == "met":
            assert after[key].met_at == obligation.met_at


@PROMISE
@given(practices(), TIMES, st.sampled_from(["Asia/Tokyo", "America/Los_Angeles", "Europe/London"]))
def test_the_answer_is_the_same_whatever_zone_the_instant_is_told_in(
    records: list[Record], now: datetime, zone: str
) -> None:
    practice = Practice(records)
    elsewhere = now.astimezone(ZoneInfo(zone))
    assert obligations(practice, now) == obligations(practice, elsewhere)
    assert as_json(report(practice, now, 24), practice) == as_json(
        report(practice, elsewhere, 24), practice
    )


@PROMISE
@given(practices(), TIMES, st.randoms())
def test_the_order_of_the_records_is_irrelevant(
    records: list[Record], now: datetime, shuffle: random.Random
) -> None:
    mixed = list(records)
    shuffle.shuffle(mixed)
    assert obligations(Practice(records), now) == obligations(Practice(mixed), now)


@PROMISE
@given(practices(), TIMES, st.data())
def test_one_more_sending_never_asks_again_for_what_was_met(
    records: list[Record], now: datetime, data: st.DataObject
) -> None:
    more = data.draw(sendings(records, "extra", accepted=True))
    before = {key for key, one in owed(records, now).items() if one.status == "met"}
    after = {key for key, one in owed([*records, more], now).items() if one.status == "met"}
    assert before <= after


@PROMISE
@given(practices(), TIMES)
def test_without_an_event_nothing_is_owed(records: list[Record], now: datetime) -> None:
    quiet = [
        replace(r, received_at=None, discharged_at=None) if isinstance(r, Referral) else r
        for r in records
        if not isinstance(r, Session | Assessment)
    ]
    calm = [replace(r, status="active") if isinstance(r, Client) else r for r in quiet]
    assert obligations(Practice(calm), now) == []
    assert obligations(Practice(), now) == []


@PROMISE
@given(practices(), TIMES, st.data())
def test_without_the_record_it_is_about_it_is_not_owed(
    records: list[Record], now: datetime, data: st.DataObject
) -> None:
    found = owed(records, now)
    if found:
        one = found[data.draw(st.sampled_from(sorted(found)))]
        assert one.key not in owed([r for r in records if r.id != one.source_id], now)


@PROMISE
@given(practices(), TIMES, TIMES, st.sampled_from(["elapsed", "working_days"]))
def test_a_new_policy_rewrites_nothing_that_was_owed_before_it(
    records: list[Record], now: datetime, since: datetime, clock: str
) -> None:
    settings_ = next(r for r in records if isinstance(r, Settings))
    hours = {kind: Hours(target_h=1, limit_h=2) for kind in rules()}
    new = Policy(from_=since.isoformat(), preset="exercise-is-medicine", clock=clock, hours=hours)
    before = owed(records, now)
    after = owed(changed(records, settings_.id, policies=[*settings_.policies, new]), now)
    assert {k: o for k, o in after.items() if o.event_at < since} == {
        k: o for k, o in before.items() if o.event_at < since
    }


@PROMISE
@given(practices(), TIMES)
def test_what_is_listed_is_whole(records: list[Record], now: datetime) -> None:
    practice = Practice(records)
    found = obligations(practice, now)
    assert len({one.key for one in found}) == len(found)
    grouped = report(practice, now, 24)
    listed = [one.key for one in (*grouped.items, *grouped.waived)]
    assert len(set(listed)) == len(listed)
    closed, settled = on_time(practice, now, NOON)
    assert 0 <= closed <= settled <= len(found)
    for one in found:
        assert one.event_at <= now
        assert one.event_at <= one.target_at <= one.limit_at
        assert (one.status == "met") == (one.state == "met") == (one.met_by is not None)
        assert (one.status == "overdue") <= (hours_left(one, now) < 0)
        assert (one.blocked_by is None) or (one.method is None)
        assert one.why.endswith(".")
        assert all(explain(one, practice))
