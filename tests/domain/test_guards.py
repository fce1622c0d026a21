"""Before an entry is saved: the right person, a standing that allows the visit, and rules that a recheck can settle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.precheck import (
    check,
    referral_warnings,
    repeated_note,
    similar_clients,
    what_to_do,
)
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Limit
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Exercise, Session
from medex_tui.domain.shorthand import accepted, at_time, complete, read_session, write_plan

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
CHEN = Client(
    id="chen", given_name="Mei", family_name="Chen", birth_date=date(1952, 3, 14),
    limits=[Limit(what="bp", value="150/95", said_by="Dr Osei")],
)  # fmt: skip
SETTINGS = Settings(
    id="s", timezone="America/New_York", snippets={"tol": "Tolerated."},
    exercises=[KnownExercise(name=name, scope="resistance") for name in ("leg press", "row", "step-up", "bridge")],
)  # fmt: skip
OK = Referral(
    id="r", client_id="chen", consent_on=date(2026, 1, 2), valid_through=date(2026, 12, 11)
)


def visit(days: int, *names: str, note: str | None = None) -> Session:
    return Session(
        id=f"d{days}", client_id="chen", referral_id="r", state="signed", started_at=NOW - timedelta(days=days),
        exercises=[Exercise(name=name, sets=3, reps=10) for name in names], note=note,
    )  # fmt: skip


def practice(*records: Client | Referral | Session) -> Practice:
    return Practice([SETTINGS, CHEN, *records])


def rules(text: str) -> tuple[list[str], list[str]]:
    """The rules a line fires, and those that want a reason."""
    kept = practice(OK)
    found = check(read_session(text, practice=kept, now=NOW, client=CHEN), CHEN, kept)
    return [f.rule for f in found.findings], [f.rule for f in found.waiting({})]


# Rules ---------------------------------------------------------------------------------------------------------------


def test_a_recheck_within_the_limit_settles_the_hold_and_both_readings_stay() -> None:
    assert rules("leg press 152/88") == (["limit:bp"], ["limit:bp"])
    assert rules("leg press 152/88 & 138/84") == (["limit:bp"], [])
    assert rules("leg press 152/88 & 151/84") == (["limit:bp"], ["limit:bp"])


def test_a_recheck_without_the_value_in_question_settles_nothing() -> None:
    assert rules("leg press 152/88 72 & hr70")[1] == ["limit:bp"]


@pytest.mark.parametrize(
    "text", ["210/112 & 138/84", "t38.4 & t36.8", "g60mg & g120", "!chest 120/80 & 118/78"]
)
def test_what_no_second_reading_may_settle_stays(text: str) -> None:
    fired, waiting = rules(f"leg press {text}")
    assert waiting and set(waiting) <= set(fired)


def test_a_reason_settles_one_rule_only() -> None:
    kept = practice(OK)
    found = check(
        read_session("leg press 152/88 !dizzy", practice=kept, now=NOW, client=CHEN), CHEN, kept
    )
    assert [f.rule for f in found.waiting({"limit:bp": "why"})] == ["dizziness"]
    assert [bool(what_to_do(f)) for f in found.findings] == [True, True]


# Standing ------------------------------------------------------------------------------------------------------------


def test_all_in_order_is_told_by_silence() -> None:
    assert referral_warnings(CHEN, practice(OK), NOW) == []


def test_what_the_referral_says_against_a_visit() -> None:
    from msgspec.structs import replace

    ended = replace(OK, valid_through=date(2026, 11, 20), visits_authorised=2, consent_on=None)
    told = referral_warnings(CHEN, practice(ended, visit(2, "row"), visit(4, "row")), NOW)
    assert told == [
        "REFERRAL EXPIRED on 20 Nov 2026: ask the provider for a new one.",
        "VISITS USED UP: 2 of 2 authorized; ask for more.",
        "NO RELEASE on file: no letter may be sent before there is.",
    ]
    assert referral_warnings(CHEN, practice(), NOW) == [
        "NO REFERRAL on file: add the one this visit belongs to."
    ]


def test_the_day_a_clearance_ends_still_counts_and_the_visit_entered_is_not_counted_twice() -> None:
    from msgspec.structs import replace

    last = replace(OK, valid_through=date(2026, 11, 22), visits_authorised=2)
    second = visit(0, "row")
    assert referral_warnings(CHEN, practice(last, visit(2, "row"), second), NOW, second) == []


# Look-alikes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Client(id="x", given_name="Mei", family_name="Chen"), "same name"),
        (Client(id="x", given_name="MEI", family_name="Chén"), "same name"),
        (Client(id="x", given_name="Mai", family_name="Chen"), "same family name and initial"),
        (Client(id="x", given_name="Mei", family_name="Cheng"), "nearly the same name"),
        (Client(id="x", given_name="Chen", family_name="Mei"), "names swapped"),
        (
            Client(id="x", given_name="Ada", family_name="Novak", birth_date=date(1952, 3, 14)),
            "same birth date",
        ),
        (Client(id="x", given_name="Ada", family_name="Chen"), None),
        (Client(id="x", given_name="Luis", family_name="Ramos"), None),
    ],
)
def test_a_client_easily_taken_for_another_is_pointed_out(other: Client, why: str | None) -> None:
    assert [each[1] for each in similar_clients(CHEN, practice(other))] == ([why] if why else [])


# Repeating -----------------------------------------------------------------------------------------------------------


def test_a_note_that_is_the_last_one_word_for_word_is_noticed() -> None:
    kept = practice(OK, visit(2, "row", note="Tolerated."))
    assert repeated_note(read_session("row ; ,tol", practice=kept, now=NOW, client=CHEN)) == visit(
        2, "row", note="Tolerated."
    )
    assert (
        repeated_note(read_session("row ; Tolerated it.", practice=kept, now=NOW, client=CHEN))
        is None
    )
    assert repeated_note(read_session("row", practice=kept, now=NOW, client=CHEN)) is None


def test_what_usually_comes_next_is_offered_as_carried_from_the_most_similar_session() -> None:
    kept = practice(OK, visit(2, "bridge"), visit(4, "row", "step-up", "leg press"))
    offers = complete("row 3x12 leg press ", 19, practice=kept, now=NOW, client=CHEN)
    assert [(o.start, o.end, o.text, o.meaning) for o in offers] == [
        (19, 19, "~step-up 3x10", "as on Wed 18 Nov")
    ]
    assert [o.text for o in complete("= ", 2, practice=kept, now=NOW, client=CHEN)] == []


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("= row@20 ; = ~x", "== row@20 ; = ~x"),
        ("row ~step-up 3x10 ~bridge", "row step-up 3x10 bridge"),
        ('~"a ~b" 3x10', '"a ~b" 3x10'),
        ("== row", "== row"),
        ("", ""),
    ],
)
def test_accepting_takes_the_marks_off_and_leaves_the_note_alone(line: str, after: str) -> None:
    assert accepted(line) == after


def test_a_visit_as_a_plan_repeats_no_measurement() -> None:
    kept = practice(OK)
    done = read_session(
        "leg press 3x12@60 r5 97110:30 132/78 72 !dizzy ; note", practice=kept, now=NOW, client=CHEN
    )
    session = Session(
        id="x",
        client_id="chen",
        exercises=done.exercises,
        vitals=done.vitals,
        services=done.services,
        note=done.note,
    )
    assert write_plan(session, kept) == "~leg press 3x12 @60 97110:30"


def test_a_line_is_moved_to_another_time_before_its_note() -> None:
    assert at_time("row 3x10 ; a;b", NOW) == f"row 3x10 @{NOW.isoformat()} ; a;b"
    assert at_time("row", None) == "row"
