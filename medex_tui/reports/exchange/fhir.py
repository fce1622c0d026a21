"""The practice as one FHIR R4 bundle, for a clinic's own system to take in.

What FHIR has a place for is in it; all that medex holds is in the JSON export. Codes are given where the record or a
standard has them (ICD-10-CM as the provider wrote it, LOINC for vital signs), never guessed for a measure.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, TypeAlias

import msgspec

from medex_tui.domain.dates.clock import age_on, local_day
from medex_tui.domain.language.plain import terminal_safe
from medex_tui.domain.measures import Score, catalogue, score
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Practitioner, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.domain.referrals.referral import is_icd10, valid_through
from medex_tui.domain.vital_signs import EXPORTED, VITAL_SIGNS, VitalSign
from medex_tui.reports import wording
from medex_tui.reports.documents.letterhead import UNKNOWN
from medex_tui.reports.notes.visit_note import visit_note

Resource: TypeAlias = dict[str, Any]

SPACE = uuid.UUID("6f0c3e0a-9a54-5d0e-8b52-0d1b6a3f7c11")
"""Names every resource of every practice: the same record has the same URL in each export."""

LOINC, ICD10_SYSTEM, UCUM = (
    "http://loinc.org",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://unitsofmeasure.org",
)
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
SEXES = {"F": "female", "M": "male", None: "unknown"}
REFERRALS = {"open": "active", "discharged": "completed", "declined": "revoked"}
GOALS = {"open": "active", "met": "completed", "changed": "cancelled", "dropped": "cancelled"}
VISITS = {
    "planned": "planned",
    "open": "in-progress",
    "signed": "finished",
    "no_show": "cancelled",
    "cancelled": "cancelled",
}
PRESSURES = {
    "Blood pressure": ("sbp", "dbp"),
    "Blood pressure on standing": ("sbp_standing", "dbp_standing"),
}
"""Name of an Observation of two components -> their fields."""

PHASES = {"pre": "before exercise", "during": "during exercise", "post": "after exercise"}


def bundle(practice: Practice, exported_at: datetime) -> bytes:
    """A FHIR R4 Bundle of type `collection` in UTF-8 JSON, a resource a line in the order of tables and ids."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": _at(exported_at)}
    entries = [msgspec.json.encode(_entry(_organisation(practice)))]
    for table, make in _MAKERS.items():
        for _, record in sorted(practice.tables[table].items()):
            entries += [
                msgspec.json.encode(_entry(resource)) for resource in make(record, practice)
            ]
    return msgspec.json.encode(head)[:-1] + b',"entry":[\n' + b",\n".join(entries) + b"\n]}\n"


def _entry(resource: Resource) -> Resource:
    return {
        "fullUrl": _url(resource["resourceType"], resource["id"]),
        "resource": _filled(resource),
    }


# --- values -------------------------------------------------------------------------------------------------------


def _filled(value: Any) -> Any:
    """A value without what is empty in it at any depth, which FHIR does not allow."""
    if isinstance(value, dict):
        kept = {name: _filled(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, "", [], {})}
    if isinstance(value, list):
        return [part for part in map(_filled, value) if part not in (None, "", [], {})]
    return value


def _id(record_id: str) -> str:
    return record_id if ID.fullmatch(record_id) else uuid.uuid5(SPACE, record_id).hex


def _url(kind: str, id: str) -> str:
    return f"urn:uuid:{uuid.uuid5(SPACE, f'{kind}/{id}')}"


def _to(kind: str, record_id: str | None) -> Resource | None:
    return {"reference": _url(kind, _id(record_id))} if record_id else None


def _said(typed: str | None) -> str:
    return terminal_safe(typed or "").strip()


def _concept(typed: str | None, *codings: Resource) -> Resource:
    return {"coding": list(codings), "text": _said(typed)}


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _on(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _quantity(value: float, unit: str, ucum: str = "") -> Resource:
    coded = {"system": UCUM, "code": ucum} if ucum else {}
    return {"value": value, "unit": _said(unit), **coded}


def _telecom(**by_system: str | None) -> list[Resource]:
    return [
        {"system": system, "value": said}
        for system, value in by_system.items()
        if (said := _said(value))
    ]


def _resource(kind: str, record: Record, **fields: Any) -> Resource:
    kept = (
        [] if ID.fullmatch(record.id) else [{"system": "urn:medex:id", "value": _said(record.id)}]
    )
    return {"resourceType": kind, "id": _id(record.id), "identifier": kept, **fields}


def _login(login: str | None, practice: Practice) -> Resource | None:
    """Who did something: a reference where the login is somebody's here, else the login as a name."""
    known = next((p for p in practice.practitioners.values() if p.login == login), None)
    if known:
        return _to("Practitioner", known.id)
    return {"display": _said(login)} if _said(login) else None


# --- people -------------------------------------------------------------------------------------------------------


def _organisation(practice: Practice) -> Resource:
    kept = practice.settings
    return _resource(
        "Organization",
        kept,
        name=_said(kept.name) or "Practice without a name",
        telecom=_telecom(phone=kept.phone, fax=kept.fax),
        address=[{"text": _said(kept.address)}],
    )


def _practitioner(one: Practitioner, practice: Practice) -> Iterator[Resource]:
    name, held = (
        [{"text": _said(one.name) or _said(one.login)}],
        [{"code": _concept(one.credential)}],
    )
    yield _resource("Practitioner", one, active=one.active, name=name, qualification=held)


def _provider(one: Provider, practice: Practice) -> Iterator[Resource]:
    places = [text for text in (_said(one.organisation), _said(one.postal_address)) if text]
    yield _resource(
        "Practitioner",
        one,
        name=[{"text": _said(one.name)}],
        telecom=_telecom(phone=one.phone, fax=one.fax, email=one.email)
        + _telecom(email=one.direct_address if one.direct_address != one.email else None),
        address=[{"text": ", ".join(places)}],
        qualification=[{"code": _concept(one.role.replace("_", " "))}],
    )


def _client(client: Client, practice: Practice) -> Iterator[Resource]:
    name = {"family": _said(client.family_name), "given": [_said(client.given_name)]}
    yield _resource(
        "Patient",
        client,
        active=client.status != "discharged",
        name=[name],
        telecom=_telecom(phone=client.phone, email=client.email),
        gender=SEXES[client.sex],
        birthDate=_on(client.birth_date),
        managingOrganization=_to("Organization", practice.settings.id),
    )
    limits = (
        f"{x.what} {x.value}, limit set by {x.said_by or 'a provider'} {x.on or ''} {x.note or ''}".rstrip()
        for x in client.limits
    )
    for number, said in enumerate((*client.precautions, *limits), 1):
        yield {
            "resourceType": "Flag",
            "id": uuid.uuid5(SPACE, f"{client.id}/{number}").hex,
            "status": "active",
            "code": _concept(_said(said) or UNKNOWN),
            "subject": _to("Patient", client.id),
        }


# --- an episode ---------------------------------------------------------------------------------------------------


def _referral(one: Referral, practice: Practice) -> Iterator[Resource]:
    reasons = []
    for each in one.diagnoses:
        code = (each.icd10 or "").strip().upper()
        coded = [{"system": ICD10_SYSTEM, "code": code}] if is_icd10(code) else []
        reasons.append(_concept(each.text or each.icd10, *coded))
    yield _resource(
        "ServiceRequest",
        one,
        status=REFERRALS[one.status],
        intent="order",
        code={"text": "Medical exercise training"},
        subject=_to("Patient", one.client_id),
        requester=_to("Practitioner", one.provider_id),
        authoredOn=_on(one.signed_on) or _at(one.received_at),
        occurrencePeriod={"end": _on(valid_through(one))},
        reasonCode=[*reasons, _concept(one.reason)],
    )


def _goal(goal: Goal, practice: Practice) -> Iterator[Resource]:
    episode = practice.referrals.get(goal.referral_id)
    measure = catalogue().measures.get(goal.measure or "")
    aim: Resource = {"dueDate": _on(goal.due_on)}
    if goal.target is not None:
        aim["measure"] = {
            "text": measure.name
            if measure
            else _said(goal.measure) or _said(goal.task) or "as agreed"
        }
        aim["detailQuantity"] = _quantity(goal.target, measure.unit if measure else "")
    yield _resource(
        "Goal",
        goal,
        lifecycleStatus=GOALS[goal.status],
        description=_concept(_said(goal.text) or UNKNOWN),
        subject=_to("Patient", episode.client_id if episode else None)
        or {"display": "unknown client"},
        startDate=_on(goal.set_on),
        target=[aim],
        statusDate=_on(goal.met_on),
    )


def _session(session: Session, practice: Practice) -> Iterator[Resource]:
    subject, visit = _to("Patient", session.client_id), _to("Encounter", session.id)
    by = _login(session.signed_by or session.updated_by or session.created_by, practice)
    yield _resource(
        "Encounter",
        session,
        status=VISITS[session.state],
        **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}},
        subject=subject,
        basedOn=[_to("ServiceRequest", session.referral_id)],
        participant=[{"individual": by}],
        period={"start": _at(session.at), "end": _at(session.ended_at)},
        reasonCode=[_concept(f"{session.state.replace('_', '-')}: {session.reason}")]
        if _said(session.reason)
        else [],
        serviceProvider=_to("Organization", practice.settings.id),
    )
    shared = {"subject": subject, "encounter": visit}
    status = "final" if session.signed_at else "preliminary"
    for number, taken in enumerate(session.vitals, 1):
        for part, (code, value) in enumerate(_measured(taken), 1):
            yield {
                "resourceType": "Observation",
                "id": uuid.uuid5(SPACE, f"{session.id}/vitals/{number}/{part}").hex,
                "status": status,
                "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs"}]}],
                "code": code,
                **shared,
                "effectiveDateTime": _at(session.at),
                "note": [{"text": PHASES[taken.phase]}],
                **value,
            }
    for number, exercise in enumerate(session.exercises, 1):
        yield {
            "resourceType": "Procedure",
            "id": uuid.uuid5(SPACE, f"{session.id}/exercise/{number}").hex,
            "status": "completed" if session.signed_at else "in-progress",
            "code": _concept(_said(exercise.name) or "exercise"),
            **shared,
            "performedDateTime": _at(session.at),
            "note": [{"text": _done(exercise)}],
        }
    if session.signed_at:
        yield _attached(session, "visit_note", visit_note(session, practice), practice)


_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def _measured(taken: Vitals) -> Iterator[tuple[Resource, Resource]]:
    """Each value of one set of readings: its code, and how an Observation holds it."""
    for called, fields in PRESSURES.items():
        halves = [
            {
                "code": _loinc(VITAL_SIGNS[field]),
                "valueQuantity": _quantity(read, "mmHg", "mm[Hg]"),
            }
            for field in fields
            if (read := getattr(taken, field)) is not None
        ]
        if halves:
            yield _concept(called, {"system": LOINC, "code": "85354-9"}), {"component": halves}
    for sign in EXPORTED:
        if (read := getattr(taken, sign.field)) is not None:
            yield _loinc(sign), {"valueQuantity": _quantity(read, sign.export_unit, sign.ucum)}


def _loinc(sign: VitalSign) -> Resource:
    coded = [{"system": LOINC, "code": code} for code in sign.loinc]
    return _concept(sign.export_name, *coded)


def _done(exercise: Exercise) -> str:
    side = wording.SIDES[exercise.side] if exercise.side else ""
    effort = f"RPE {wording.number(exercise.rpe)}" if exercise.rpe is not None else ""
    parts = (
        wording.dose(exercise),
        wording.load(exercise),
        side,
        effort,
        wording.ORIGINS[exercise.origin],
    )
    return _said(", ".join(part for part in parts if part))


# --- assessments --------------------------------------------------------------------------------------------------


def _assessment(one: Assessment, practice: Practice) -> Iterator[Resource]:
    """An Observation a reading, with its raw trials; the first of a measure carries the score."""
    client = practice.clients.get(one.client_id)
    born = client.birth_date if client else None
    age = age_on(born, local_day(one.taken_at, practice.zone)) if born else None
    scored: set[str] = set()
    for number, taken in enumerate(one.readings, 1):
        made = _read(taken, number, one, practice)
        measure = catalogue().measures.get(taken.measure)
        if (
            measure
            and taken.measure not in scored
            and taken.result == "measured"
            and not measure.labelled
        ):
            scored.add(taken.measure)
            found = score(measure, one.readings, age=age, sex=client.sex if client else None)
            if isinstance(found, Score):
                value = (
                    int(found.value)
                    if measure.value_type == "int" and float(found.value).is_integer()
                    else found.value
                )
                made["valueQuantity"] = _quantity(value, found.unit)
                made["note"] = [{"text": found.how and f"Score: {found.how}"}]
        if "valueQuantity" not in made and not taken.trials:
            made["dataAbsentReason"] = {"text": taken.result}
        yield made


def _read(taken: Reading, number: int, one: Assessment, practice: Practice) -> Resource:
    measure = catalogue().measures.get(taken.measure)
    unit = taken.unit or (measure.entry_unit if measure else "")
    labels = [_said(label) for label in taken.labels]
    side = f", {wording.SIDES[taken.side]}" if taken.side else ""
    how = ", ".join(
        f"{name} {_said(value)}" for name, value in taken.conditions.items() if _said(value)
    )
    return {
        "resourceType": "Observation",
        "id": uuid.uuid5(SPACE, f"{one.id}/reading/{number}").hex,
        "status": "final" if one.signed_at else "preliminary",
        "category": [{"coding": [{"system": _CATEGORY, "code": "exam"}]}],
        "code": {
            "coding": [{"system": "urn:medex:measure", "code": _said(taken.measure) or "unknown"}],
            "text": f"{measure.name if measure else _said(taken.measure)}{side}",
        },
        "subject": _to("Patient", one.client_id),
        "effectiveDateTime": _at(one.taken_at),
        "performer": [_login(one.signed_by or one.created_by, practice)],
        "method": _concept(how),
        "component": [
            {
                "code": {"text": labels[n] if n < len(labels) and labels[n] else f"trial {n + 1}"},
                "valueQuantity": _quantity(trial, unit),
            }
            for n, trial in enumerate(taken.trials)
        ],
    }


# --- letters ------------------------------------------------------------------------------------------------------


def _document(one: Document, practice: Practice) -> Iterator[Resource]:
    if one.signed_at:
        yield _attached(one, one.kind, one.body, practice)


def _attached(one: Document | Session, kind: str, body: str, practice: Practice) -> Resource:
    attached = {
        "contentType": "text/markdown; charset=utf-8",
        "data": base64.b64encode(body.encode()).decode(),
        "title": wording.DOCUMENTS[kind],
    }
    return {
        "resourceType": "DocumentReference",
        "id": _id(one.id),
        "status": "current",
        "type": {"text": wording.DOCUMENTS[kind]},
        "subject": _to("Patient", one.client_id),
        "date": _at(one.signed_at),
        "author": [_login(one.signed_by, practice)],
        "custodian": _to("Organization", practice.settings.id),
        "content": [{"attachment": attached}],
    }


def _communication(one: Communication, practice: Practice) -> Iterator[Resource]:
    came_in = one.direction == "in"
    provider, ours = _to("Practitioner", one.provider_id), _login(one.by, practice)
    went = one.result in ("sent", "delivered")
    answer = one.reply.text or one.reply.orders if one.reply else None
    yield _resource(
        "Communication",
        one,
        status="completed" if went else "not-done",
        statusReason={} if went else {"text": one.result},
        medium=[{"text": wording.METHODS[one.method]}],
        subject=_to("Patient", one.client_id),
        about=[_to("DocumentReference", one.document_id)],
        sent=_at(one.at),
        recipient=[ours if came_in else provider],
        sender=provider if came_in else ours,
        payload=[{"contentString": said} for said in (_said(one.summary), _said(answer))],
    )


_MAKERS: dict[str, Any] = {
    "practitioners": _practitioner,
    "providers": _provider,
    "clients": _client,
    "referrals": _referral,
    "goals": _goal,
    "sessions": _session,
    "assessments": _assessment,
    "documents": _document,
    "communications": _communication,
}
"""Table -> what makes resources of one of its records; waivers and settings have no place in FHIR."""
