"""A written referral: what it has to hold, how long it reaches, and what is said before it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.people import Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import (
    checklist,
    days_left,
    ending,
    is_icd10,
    read_diagnosis,
    valid_through,
    visits_used,
)

SIGNED = date(2026, 9, 28)
WHOLE = Referral(
    id="r",
    client_id="c",
    provider_id="p",
    signed_on=SIGNED,
    diagnoses=[Diagnosis(icd10="M75.121")],
    names_met=True,
    out_of_treatment=True,
    consent_on=SIGNED,
)
DOCTOR = Provider(id="p", name="Dr Osei", role="physician", licensed_to_refer=True)


def lacks(referral: Referral, provider: Provider | None = DOCTOR, day: date = SIGNED) -> list[str]:
    return [one.word for one in checklist(referral, provider, day) if not one.there]


def test_a_whole_referral_lacks_nothing_and_an_empty_one_everything_but_a_last_day() -> None:
    assert lacks(WHOLE) == []
    assert lacks(Referral(id="r", client_id="c"), None) == [
        "signature date",
        "licensed provider",
        "names MET",
        "ICD-10 code",
        "out of treatment",
        "consent to release",
    ]


def test_a_massage_therapist_is_a_referrer_who_is_not_licensed_to_refer() -> None:
    assert lacks(WHOLE, Provider(id="p", name="Inga Dahl", role="massage_therapist")) == [
        "licensed provider"
    ]


def test_a_diagnosis_in_words_alone_lacks_its_code() -> None:
    worded = Referral(
        **{**_fields(WHOLE), "diagnoses": [Diagnosis(text="frozen shoulder", icd10="shoulder")]}
    )
    assert lacks(worded) == ["ICD-10 code"]


def _fields(referral: Referral) -> dict:
    return {name: getattr(referral, name) for name in referral.__struct_fields__}


@pytest.mark.parametrize(
    "code", ["M75.121", "Z96.651", "M17.11", "M54.50", "I10", "E11.9", "Z91.81", "R26.89"]
)
def test_codes_have_the_form_of_icd_10_cm(code: str) -> None:
    assert is_icd10(code)
    for wrong in (
        f"{code}.",
        f"{code}.12345",
        code[1:],
        "M7",
        "75.121",
        "M75.12111",
    ):
        assert not is_icd10(wrong)


@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        ("M75.121 rotator cuff tear", "M75.121", "rotator cuff tear"),
        ("m17.11: osteoarthritis", "M17.11", "osteoarthritis"),
        ("I10", "I10", None),
        ("frozen shoulder", None, "frozen shoulder"),
        ("T12 compression fracture", None, "T12 compression fracture"),
        ("L5-S1 disc herniation", None, "L5-S1 disc herniation"),
        ("L4/5 stenosis", None, "L4/5 stenosis"),
        ("T2DM", None, "T2DM"),
        ("2nd toe pain", None, "2nd toe pain"),
    ],
)
def test_codes_are_told_from_words_with_digits(
    typed: str, code: str | None, text: str | None
) -> None:
    assert read_diagnosis(typed) == Diagnosis(icd10=code, text=text)


@pytest.mark.parametrize("typed", ["M75121 tear", "75.121 tear", "M75-121"])
def test_a_mistyped_code_is_refused(typed: str) -> None:
    assert isinstance(read_diagnosis(typed), Problem)


def test_a_vertebra_does_not_count_as_a_code() -> None:
    fields = {**_fields(WHOLE), "diagnoses": [Diagnosis(icd10="T12")]}
    assert lacks(Referral(**fields)) == ["ICD-10 code"]


def test_a_referral_reaches_ninety_days_from_its_signature_unless_it_says_otherwise() -> None:
    assert valid_through(WHOLE) == date(2026, 12, 27)
    assert lacks(WHOLE, day=date(2026, 12, 27)) == []
    assert lacks(WHOLE, day=date(2026, 12, 28)) == ["in date"]
    assert [days_left(WHOLE, date(2026, 12, day)) for day in (13, 27, 28)] == [14, 0, -1]
    said = Referral(id="r", client_id="c", signed_on=SIGNED, valid_through=date(2027, 9, 28))
    assert valid_through(said) == date(2027, 9, 28)
    assert (
        valid_through(Referral(id="r", client_id="c")),
        days_left(Referral(id="r", client_id="c"), SIGNED),
    ) == (
        None,
        None,
    )


def test_referrals_are_pointed_out_from_fourteen_days_before_their_last_day_on_the_practice_s_calendar() -> (
    None
):
    records = [
        Settings(id="settings", timezone="America/New_York"),
        *(
            Referral(id=id, client_id="c", valid_through=last, status=status)
            for id, last, status in (
                ("far", date(2026, 12, 16), "open"),
                ("near", date(2026, 12, 15), "open"),
                ("past", date(2026, 11, 1), "open"),
                ("closed", date(2026, 11, 1), "discharged"),
                ("unsaid", None, "open"),
            )
        ),
    ]
    late_evening = datetime(2026, 12, 2, 4, 59, tzinfo=UTC)
    assert [one.id for one in ending(Practice(records), late_evening)] == ["past", "near"]
    assert [one.id for one in ending(Practice(records), late_evening + timedelta(minutes=1))] == [
        "past",
        "near",
        "far",
    ]


def test_visits_used_are_those_the_client_came_to_in_that_episode() -> None:
    at = datetime(2026, 11, 2, 17, tzinfo=UTC)
    states = ["signed", "open", "no_show", "cancelled", "planned"]
    own = [Session(id=s, client_id="c", referral_id="r", planned_at=at, state=s) for s in states]
    other = Session(id="x", client_id="c", referral_id="r2", planned_at=at, state="signed")
    practice = Practice([WHOLE, Referral(id="r2", client_id="c"), *own, other])
    assert (
        visits_used(practice.referrals["r"], practice),
        visits_used(WHOLE, practice, but="open"),
    ) == (2, 1)
