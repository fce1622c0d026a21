"""The FHIR bundle is FHIR R4 by a validator's word, refers to nothing that is not in it, and invents no code."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.chart import chart
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.episodes import Diagnosis, Goal, Referral
from medex_tui.domain.records.people import Client, Limit, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.reports.exchange.fhir import bundle
from medex_tui.sample import sample_practice

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
HOSTILE = "O'Neil [L] =1+1 \x1b[31mred\x1b[0m \u202etxt \U0001f600\n\n"


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if "reference" in value else set()
        return own.union(*(references(part) for part in value.values()))
    return set().union(*(references(part) for part in value)) if isinstance(value, list) else set()


def whole(practice: Practice) -> dict[str, list[Any]]:
    """A practice's bundle, found valid and closed in itself: its resources by type."""
    data = bundle(practice, NOW)
    Bundle.model_validate_json(data)
    made = json.loads(data)
    urls = [entry["fullUrl"] for entry in made["entry"]]
    assert len(set(urls)) == len(urls)
    assert references(made) <= set(urls)
    found: dict[str, list[Any]] = {}
    for entry in made["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def observed(found: dict[str, list[Any]], measure: str) -> Any:
    """The first observation of a measure."""
    coded = (o for o in found["Observation"] if "coding" in o["code"])
    return next(o for o in coded if o["code"]["coding"][0]["code"] == measure)


def test_a_chart_of_the_sample_practice_is_valid_and_says_what_the_records_say() -> None:
    practice = Practice(sample_practice(NOW))
    hicks = next(c for c in practice.clients.values() if c.family_name == "Hicks")
    part = chart(practice, hicks.id)
    found = whole(part)
    (patient,) = found["Patient"]
    assert (patient["gender"], patient["birthDate"]) == ("female", "1970-02-11")
    (asked,) = found["ServiceRequest"]
    assert asked["reasonCode"][0]["coding"] == [
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M75.121"}
    ]
    assert len(found["Encounter"]) == len(part.sessions)
    grip = observed(found, "grip_strength")
    assert [c["valueQuantity"]["value"] for c in grip["component"]] == [22, 21.4, 21.8]
    assert grip["valueQuantity"]["unit"] == "kg"
    assert any("carried over" in p["note"][0]["text"] for p in found["Procedure"])
    letters = [
        base64.b64decode(d["content"][0]["attachment"]["data"]).decode()
        for d in found["DocumentReference"]
    ]
    assert {d.body for d in part.documents.values()} <= set(letters)


@pytest.mark.parametrize("text", [HOSTILE, " ", "=1+1", "x" * 10_000])
def test_anything_typed_and_any_id_make_a_valid_bundle(text: str) -> None:
    id = f"ид/{text}"[:200] or "x"
    made = Practice(
        [
            Provider(id=id, name=text, role="physician", organisation=text, phone=text, email=text),
            Client(
                id=id, given_name=text, family_name=text, birth_date=date(1960, 2, 29), precautions=[text],
                limits=[Limit(what=text, value=text)],
            ),
            Referral(id=id, client_id=id, provider_id=id, reason=text, diagnoses=[Diagnosis(icd10=text, text=text)]),
            Goal(id=id, referral_id=id, text=text, measure=text, target=3),
            Session(
                id=id, client_id=id, referral_id=id, started_at=NOW, state="open", reason=text, note=text,
                vitals=[Vitals(sbp=120), Vitals(pain=0, rpe=3)], exercises=[Exercise(name=text, reps=3)],
            ),
            Assessment(
                id=id, client_id=id, taken_at=NOW,
                readings=[Reading(measure=text, trials=[1], labels=[text]), Reading(measure="tug", result="unable")],
            ),
            Document(id=id, kind="visit_note", client_id=id, body=text, signed_at=NOW, signed_by=text),
            Communication(
                id=id, client_id=id, provider_id=id, document_id=id, method="fax", at=NOW, by=text, summary=text,
                result="failed",
            ),
        ]
    )  # fmt: skip
    found = whole(made)
    assert found["ServiceRequest"][0]["reasonCode"] if text.strip() else True
    assert "coding" not in found["ServiceRequest"][0].get("reasonCode", [{}])[0]
    assert observed(found, "tug")["dataAbsentReason"] == {"text": "unable"}
    assert found["Goal"][0]["description"]["text"]
