"""What must hold within one record: each fault is named by field, place and a sentence; what is right is let be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Reply, Waiver
from medex_tui.domain.records.episodes import Diagnosis, Goal, Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.visits import Exercise, Override, Service, Session, Vitals
from medex_tui.domain.validity import wrong_in
from medex_tui.sample import generated_practice, sample_practice

AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
H = timedelta(hours=1)


def visit(**fields: object) -> Session:
    return Session(id="s", client_id="c", **fields)  # type: ignore[arg-type]


def override(rule: str) -> Override:
    return Override(rule=rule, reason="x", by="a", at=AT)


def referred(icd10: str) -> Referral:
    return Referral(id="r", client_id="c", diagnoses=[Diagnosis(icd10=icd10)])


def waiver(**fields: object) -> Waiver:
    return Waiver(
        **{
            "id": "w",
            "obligation": "intro_letter:s",
            "reason": "told",
            "by": "a",
            "at": AT,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("record", "field", "told"),
    [
        (
            visit(vitals=[Vitals(), Vitals(sbp=999)]),
            "vitals",
            "[1].sbp: 999 is outside the possible 50 to 280 mmHg.",
        ),
        (
            visit(vitals=[Vitals(pain=11)]),
            "vitals",
            "[0].pain: 11 is outside the possible 0 to 10.",
        ),
        (
            visit(vitals=[Vitals(sbp=80, dbp=120)]),
            "vitals",
            "[0]: 80/120: the upper pressure is the larger number.",
        ),
        (
            visit(exercises=[Exercise(name="row", sets=0)]),
            "exercises",
            "[0].sets: 0 is outside the possible 1 to 99.",
        ),
        (
            visit(services=[Service(code="97110", minutes=601)]),
            "services",
            "[0].minutes: 601 is outside the possible 0 to 600 min.",
        ),
        (
            visit(symptoms=["chest pain"]),
            "symptoms",
            "[0]: no symptom rule is called chest pain; did you mean chest_pain?",
        ),
        (
            visit(overrides=[override("bp_pre_180")]),
            "overrides",
            "[0].rule: no safety rule is called bp_pre_180; did you mean bp_pre_180_110?",
        ),
        (visit(started_at=AT, ended_at=AT - H), "ended_at", "it ended before it began."),
        (
            Client(id="c", given_name="", family_name="x", birth_date=date(195, 1, 2)),
            "birth_date",
            "the year 195 is outside 1900 to 2200.",
        ),
        (Client(id="c", given_name="", family_name=" \t"), "family_name", "it is empty."),
        (Provider(id="p", name=" ", role="nurse"), "name", "it is empty."),
        (Goal(id="g", referral_id="r", text=" "), "text", "it is empty."),
        (
            referred("rotator cuff"),
            "diagnoses",
            "[0].icd10: rotator cuff does not have the form of an ICD-10 code, such as M75.121; words go into text.",
        ),
        (
            Assessment(id="a", client_id="c", taken_at=AT, readings=[Reading(measure="tug")]),
            "readings",
            "[0].trials: it was measured, but there is no number; say unable or stopped.",
        ),
        (
            Communication(id="m", method="fax", at=AT, answers=["intro_letter:s", "intro:s"]),
            "answers",
            "[1]: intro:s is no key of something owed, such as intro_letter:RECORD-ID.",
        ),
        (
            Communication(id="m", method="fax", at=AT, reply=Reply(at=AT - H)),
            "reply",
            "at: it was answered before it was sent.",
        ),
        (
            waiver(obligation="intro_letter:"),
            "obligation",
            "intro_letter: is no key of something owed, such as ",
        ),
        (waiver(reason="  "), "reason", "it is empty."),
        (waiver(until=AT), "until", "it ends before it begins."),
    ],
)
def test_a_fault_is_named_by_field_place_and_remedy(record: Record, field: str, told: str) -> None:
    [wrong] = wrong_in(record)
    assert wrong.field == field
    assert str(wrong).startswith(told)


@pytest.mark.parametrize(
    "record",
    [
        visit(vitals=[Vitals(sbp=280, dbp=180, spo2=100, pain=0, rpe=20)], symptoms=["chest_pain"]),
        visit(overrides=[override("limit:hr"), override("hr_pre_120"), override("dizziness")]),
        visit(started_at=AT, ended_at=AT, services=[Service(code="my own", minutes=0)]),
        referred("m75.121 "),
        Assessment(
            id="a", client_id="c", taken_at=AT, readings=[Reading(measure="mine", result="unable")]
        ),
        Communication(
            id="m", method="fax", at=AT, reply=Reply(at=AT), answers=["intro_letter:s:p"]
        ),
        waiver(until=AT + H),
    ],
)
def test_what_can_be_is_let_be(record: Record) -> None:
    assert list(wrong_in(record)) == []


def test_nothing_is_wrong_in_the_sample_or_in_a_generated_practice() -> None:
    made = [*sample_practice(AT, owner="kim"), *generated_practice(sessions=600, seed=3, now=AT)]
    assert [(record.id, str(wrong)) for record in made for wrong in wrong_in(record)] == []


def test_births_and_signatures_to_come_are_wrong_where_today_is_known() -> None:
    today = date(2026, 11, 20)
    born = Client(id="c", family_name="Vance", birth_date=date(2031, 2, 28))
    signed = Referral(id="r", client_id="c", signed_on=date(2027, 3, 1))
    for record, field in ((born, "birth_date"), (signed, "signed_on")):
        assert [one.field for one in wrong_in(record, today)] == [field]
        assert not list(wrong_in(record))


def test_a_referral_cannot_end_before_it_is_signed() -> None:
    ended = Referral(
        id="r", client_id="c", signed_on=date(2026, 11, 1), valid_through=date(2026, 3, 1)
    )
    assert [one.field for one in wrong_in(ended)] == ["valid_through"]
