"""The vocabulary of the product: every field by its name, type and choices, through a save, an export and an import."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.people import Method, ProviderRole
from medex_tui.domain.records.tables import KINDS
from medex_tui.store import Saved, Store
from medex_tui.store.codec import read_record
from medex_tui.store.exchange import export_json

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
COMMON = "id:str rev:int created_at:instant? created_by:str? updated_at:instant? updated_by:str?"
VOCABULARY = {
    "practitioners": "login:str name:str credential:str? role:choice active:bool",
    "providers": "name:str role:choice organisation:str? licensed_to_refer:bool phone:str? fax:str? email:str? "
    "direct_address:str? postal_address:str? preferred_method:choice? notes:str?",
    "clients": "given_name:str family_name:str birth_date:date? sex:choice? phone:str? email:str? precautions:list "
    "limits:list status:choice",
    "referrals": "client_id:str provider_id:str? received_at:instant? signed_on:date? reason:str? diagnoses:list "
    "names_met:bool? out_of_treatment:bool? visits_authorised:int? valid_through:date? follow_up_on:date? "
    "consent_on:date? copies_to:list status:choice discharged_at:instant? discharge_reason:str?",
    "goals": "referral_id:str text:str term_days:int? measure:str? side:choice? baseline:float? target:float? "
    "set_on:date? due_on:date? met_on:date? status:choice",
    "sessions": "client_id:str referral_id:str? planned_at:instant? started_at:instant? ended_at:instant? state:choice "
    "reason:str? since_last:str? vitals:list exercises:list services:list symptoms:list overrides:list response:str? "
    "plan:str? note:str? progress_update:bool signed_at:instant? signed_by:str? seal:str? amendments:list",
    "assessments": "client_id:str referral_id:str? taken_at:instant kind:choice readings:list summary:str? "
    "signed_at:instant? signed_by:str? seal:str? amendments:list",
    "documents": "kind:choice client_id:str? referral_id:str? to:list about:list body:str sha256:str? "
    "signed_at:instant? signed_by:str?",
    "communications": "client_id:str? referral_id:str? provider_id:str? direction:choice answers:list "
    "document_id:str? method:choice at:instant by:str? address:str? pages:int? confirmation:str? result:choice "
    "summary:str? reply:record?",
    "waivers": "obligation:str reason:str until:instant? by:str at:instant",
    "settings": "name:str address:str? phone:str? fax:str? timezone:str holidays:list policies:list "
    "retention_years:int? units:dict idle_lock_min:int?",
}
"""The agreed fields, table by table; `?` where one can be null. More may be there, none of these other."""

PARTS = {
    ("clients", "limits"): "what value said_by on document",
    ("referrals", "diagnoses"): "icd10 text",
    ("sessions", "vitals"): "phase sbp dbp hr spo2 glucose temp_c weight_kg pain rpe",
    (
        "sessions",
        "exercises",
    ): "name sets reps hold_s minutes distance_m load_kg side rpe goal_id origin",
    ("sessions", "services"): "code minutes",
    ("sessions", "overrides"): "rule reason by at",
    ("sessions", "amendments"): "kind text reason at by",
    ("assessments", "readings"): "measure side trials unit device position aid result catalogue",
    ("assessments", "amendments"): "kind text reason at by",
    ("communications", "reply"): "at by text orders",
    ("settings", "policies"): "from preset clock hours",
}
CHOICES = {
    ("practitioners", "role"): "owner practitioner front_desk reviewer",
    (
        "providers",
        "role",
    ): "physician surgeon nurse_practitioner physician_assistant physical_therapist "
    "occupational_therapist chiropractor podiatrist nurse massage_therapist naturopath dietitian case_manager attorney "
    "other",
    ("clients", "sex"): "F M",
    ("clients", "status"): "active on_hold discharged",
    ("referrals", "status"): "open discharged declined",
    ("sessions", "state"): "planned open signed no_show cancelled",
    ("assessments", "kind"): "initial reassessment discharge",
    ("communications", "direction"): "out in",
    (
        "communications",
        "method",
    ): "fax direct portal secure_email letter in_person client_copy phone text",
    ("communications", "result"): "sent delivered failed returned",
}


def _info(kind: Any) -> inspect.StructType:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return info


def field(table: str, name: str) -> inspect.Field:
    return next(f for f in _info(KINDS[table]).fields if f.encode_name == name)


def said(type_: inspect.Type) -> str:
    """A type as the vocabulary says it."""
    names: dict[type[inspect.Type], str] = {
        inspect.StrType: "str",
        inspect.IntType: "int",
        inspect.FloatType: "float",
        inspect.BoolType: "bool",
        inspect.DateType: "date",
        inspect.DateTimeType: "instant",
        inspect.ListType: "list",
        inspect.DictType: "dict",
        inspect.LiteralType: "choice",
        inspect.StructType: "record",
    }
    if isinstance(type_, inspect.UnionType):
        [inner] = [each for each in type_.types if not isinstance(each, inspect.NoneType)]
        return f"{said(inner)}?"
    return names[type(type_)]


def _within(type_: inspect.Type) -> list[inspect.Type]:
    """What a value of a type is made of, lists and nulls looked through."""
    if isinstance(type_, inspect.UnionType):
        return [inner for each in type_.types for inner in _within(each)]
    return _within(type_.item_type) if isinstance(type_, inspect.ListType) else [type_]


@pytest.mark.parametrize("table", VOCABULARY)
def test_every_field_has_its_name_and_type(table: str) -> None:
    there = {f.encode_name: said(f.type) for f in _info(KINDS[table]).fields}
    for entry in f"{COMMON} {VOCABULARY[table]}".split():
        name, _, type_ = entry.partition(":")
        assert (name, there.get(name)) == (name, type_)


@pytest.mark.parametrize(("table", "name"), PARTS)
def test_every_part_has_its_fields(table: str, name: str) -> None:
    [part] = [
        each for each in _within(field(table, name).type) if isinstance(each, inspect.StructType)
    ]
    assert set(PARTS[table, name].split()) <= {f.encode_name for f in part.fields}


@pytest.mark.parametrize(("table", "name"), CHOICES)
def test_choices_are_those_agreed(table: str, name: str) -> None:
    [choice] = [
        each for each in _within(field(table, name).type) if isinstance(each, inspect.LiteralType)
    ]
    assert set(CHOICES[table, name].split()) == set(choice.values)


def test_methods_and_roles_are_one_list_for_everyone() -> None:
    assert set(get_args(Method)) == set(CHOICES["communications", "method"].split())
    assert set(get_args(ProviderRole)) == set(CHOICES["providers", "role"].split())


def full(type_: inspect.Type) -> Any:
    """A value of a type in which nothing is left at its default."""
    match type_:
        case inspect.UnionType():
            return next(
                full(each) for each in type_.types if not isinstance(each, inspect.NoneType)
            )
        case inspect.ListType():
            return [full(type_.item_type), full(type_.item_type)]
        case inspect.DictType():
            return {full(type_.key_type): full(type_.value_type)}
        case inspect.StructType():
            return {f.encode_name: full(f.type) for f in type_.fields}
        case inspect.LiteralType():
            return type_.values[-1]
        case inspect.StrType():
            return "2026-11-22" if type_.pattern else "O'Neil [L] =1+1 \u202e\x1b[2J \U0001f9b5 Z"
        case inspect.IntType():
            return 7
        case inspect.FloatType():
            return 7.25
        case inspect.BoolType():
            return True
        case inspect.DateType():
            return "2024-02-29"
        case inspect.DateTimeType():
            return "2026-11-22T14:05:09+00:00"
        case _:
            raise AssertionError(type_)


def test_every_field_of_every_kind_survives_a_save_an_export_and_an_import(tmp_path: Path) -> None:
    records = [
        msgspec.convert(full(_info(kind)) | {"id": table}, kind) for table, kind in KINDS.items()
    ]
    path = tmp_path / "practice.json"
    store = Store.open(path, by="kim", host="clinic", pid=os.getpid(), create=True)
    assert isinstance(
        store.save([msgspec.structs.replace(r, rev=0) for r in records], at=AT), Saved
    )
    store.close()
    kept = Store.open(path, by="kim", host="clinic", pid=os.getpid()).everything()
    file = json.loads(export_json(kept, AT))
    for record in records:
        table = record.id
        assert None not in _own(record).values()
        assert _own(kept.tables[table][table]) == _own(record)
        assert read_record(table, file[table][0]) == (kept.tables[table][table], [])


def _own(record: Record) -> dict[str, Any]:
    """What a save does not set itself."""
    stamped = {"rev", "created_at", "created_by", "updated_at", "updated_by"}
    return {
        name: value for name, value in msgspec.structs.asdict(record).items() if name not in stamped
    }
